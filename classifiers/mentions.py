"""Finds every place that a mail names, and where and how it stands there. It judges nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from classifiers.gazetteer.places import (
    LONGEST_NAME,
    Place,
    PlaceKind,
    area_codes,
    first_syllables,
    mail_labels,
    names,
    surnames,
)
from classifiers.text import LONGEST_TEXT, Token, folded, normal, spelling, split_signature, tokens
from classifiers.verdict import TRUNG_UONG, MailText


@dataclass(frozen=True, slots=True)
class Mention:
    """One reading of one name: `kind` what names the place, `zone` the part of the mail, `role` what stands around it.

    `readings` counts the former provinces that the same words may mean; `shown` is what a person is shown as evidence.
    """

    former: str
    kind: str
    zone: str
    role: str
    readings: int
    shown: str
    marks: frozenset[str] = frozenset()


_TREASURY = {"kbnn", "kb", "bac", "pgd", "kbkv"}
_UNIT_WORDS = {"tinh", "huyen", "tp", "pho", "xa", "quan", "tx", "h", "q", "ubnd", "so", "truong", "phong"}
# The word in front of a place (or of "KBNN" and the like before it) tells whose place it is.
_CUES = {
    "tu": "from", "cua": "of", "cho": "of", "tai": "at", "o": "at", "thuoc": "at", "em": "at", "toi": "at", "minh": "at",
    "chuyen": "away", "di": "away", "den": "away", "sang": "away", "huong": "away",
    "gui": "toward", "nhan": "toward", "ra": "toward", "vao": "toward", "ben": "toward", "ve": "toward", "voi": "toward",
    "nhu": "compared", "giong": "compared", "con": "compared", "khac": "compared", "cung": "compared", "hoi": "compared",
    "thay": "compared", "nghe": "compared", "va": "and",
}  # fmt: skip
_OTHERS_DO = {"gui", "goi", "tra", "noi", "bao"}
_TITLES = {"anh", "chi", "ong", "ba", "co", "chu", "dc"}
# Names of the highlands are written with many accents; only here do differing accents not make another name.
_HIGHLAND = {"dak", "krong", "ea", "ia", "chu", "cu", "kon", "lak", "nong", "mdrak", "hleo", "rlap", "buk", "po", "doa"}
# Names that are ordinary words or parts of them: they count only as a name, with its accents and capitals or behind "KBNN".
_ORDINARY = {
    "dau tieng",
    "van ban",
    "thong nhat",
    "cho moi",
    "vinh",
    "hue",
    "chu",
    "lak",
    "kim dong",
    "dong phu",
    "thanh ba",
    "an bien",
}
_STOPS = re.compile(r"[.,;:!?()\[\]\"“”|/–]| - ")
_LANDLINE = re.compile(r"(?<!\d)\(?(?:\+?84[ .-]?|0)(2\d{1,2})\)?[ .\-/]*(?=\d{3}|x{2}|\d[ .-]\d{2})")
# The central office's units and Sở Giao dịch, unaccented. "Cục" and "Vụ" alone are any ministry's.
_CENTRAL = re.compile(
    r"\b(?:"
    r"so giao dich(?: kbnn)?|sgd(?: kbnn)?|thanh tra (?:kbnn|kho bac nha nuoc)|truong nghiep vu kho bac"
    r"|cuc (?:cntt|cong nghe thong tin|ke toan(?: nha nuoc)?|ktnn|quan ly ngan quy|qlnq|kiem soat chi|ksc)"
    r"|vu (?:tai vu|tvqt|kiem soat chi|ksc|kho quy|to chuc can bo|tccb|hop tac quoc te|htqt|phap che|tong hop|thpc)"
    r"|ban (?:quan ly ngan quy|ke toan nha nuoc|cong nghe thong tin|tai vu|to chuc can bo|tccb|ksc|phap che|thanh tra)"
    r"|(?:kbnn|kho bac nha nuoc|kho bac|kb) (?:tw|trung uong)"
    r"|van phong (?:kbnn|kho bac nha nuoc|dang uy kbnn)|vp kbnn|co quan kbnn(?: tw)?"
    r"|phong (?:ho tro cntt|quan ly thanh toan no|phat trien ung dung|quan tri he thong|quan ly an ninh|dam bao ky thuat)"
    r")\b"
)
_GREETING = re.compile(r"^\s*(?:kinh (?:gui|thua|chao)|gui|to|dear|chao|thua)\b")
_TAIL = 9  # tokens from the end of a mail without signature within which people say who they are


def mentions_of(mail: MailText) -> list[Mention]:
    """All mentions in the sender's address and name, subject, message and signature, in that order."""
    message, signature = split_signature(normal(mail.text[:LONGEST_TEXT]))
    signature = f"{signature}\n{normal(mail.signature[:LONGEST_TEXT])}".strip()
    found = [*_in_address(mail.sender_address), *_in_text(normal(mail.sender_name), "name")]
    found.extend(_in_text(normal(mail.subject), "subject"))
    lines = message.split("\n")
    for number, line in enumerate(lines):
        zone = "greeting" if number < 2 and _GREETING.match(folded(line)) and len(line) < 80 else "body"
        last = number == len(lines) - 1 and not _places_in(signature)
        found.extend(_in_text(line, zone, tail=last))
    for line in signature.split("\n"):
        found.extend(_in_text(line, "signature"))
    return found


def _places_in(text: str) -> bool:
    return any(_in_text(line, "signature") for line in text.split("\n"))


def _in_address(address: str) -> Iterator[Mention]:
    local, _, domain = folded(address).partition("@")
    for label in reversed(domain.split(".")):
        owners = [former for known, former in mail_labels().items() if label == known or _ends_with(label, known)]
        if owners:
            # Of "hoabinh.baclieu.gov.vn" the label next to the country's is the province, the other a district.
            yield Mention(owners[0], "domain", "address", "plain", 1, f"tên miền {domain}")
            break
    if domain in ("vst.gov.vn", "kbnn.vn"):
        return  # The first part is then a person's name.
    for part in re.split(r"[^a-z]+", local):
        for start in range(min(5, max(1, len(part) - 4))):
            places = names().get(part[start:], ()) if len(part) - start >= 5 else ()
            formers = {place.former for place in places if place.kind != PlaceKind.INITIALS}
            if formers:
                kind = "local" if start == 0 else "local-part"
                yield from (
                    Mention(one, kind, "address", "plain", len(formers), f"địa chỉ {address}") for one in formers
                )
                break


def _ends_with(label: str, known: str) -> bool:
    return len(known) > 5 and label.endswith(known)


def _in_text(text: str, zone: str, *, tail: bool = False) -> list[Mention]:
    """The mentions of one line."""
    line = tokens(text)
    found: list[Mention] = []
    for match in _LANDLINE.finditer(text):
        digits = "0" + match.group(1)
        code = digits if digits in area_codes() else digits[:3]
        if code in area_codes():
            found.append(Mention(area_codes()[code], "area", zone, "plain", 1, f"mã vùng {code}"))
    found.extend(_central(line, zone, tail))
    at, behind = 0, 0
    while at < len(line):
        size, places = _longest(text, line, at)
        if places and not found and _inside_name(text, line, at, zone, tail):
            places = ()
        if places and (kept := list(_readings(text, line, at, size, places, zone, tail, adjacent=behind == at > 0))):
            found.extend(kept)
            behind = at + size
        at += max(size, 1)
    return found


def _inside_name(text: str, line: list[Token], at: int, zone: str, tail: bool) -> bool:
    """Whether the place is part of a signing person's name: "Nguyễn Khánh Hòa", "Cao Thế Vinh"."""
    if not (zone in ("name", "signature") or tail) or not at or line[0].plain not in surnames():
        return False
    before = text[line[0].start : line[at].start]
    capitals = zone != "body" or all(token.typed[0].isupper() for token in line[:at])
    return capitals and not _STOPS.search(before) and not _TREASURY & {token.plain for token in line[:at]}


def _central(line: list[Token], zone: str, tail: bool) -> Iterator[Mention]:
    """The units of the central office and Sở Giao dịch."""
    plain = " ".join(token.plain for token in line)
    for central in _CENTRAL.finditer(plain):
        before, after = plain[: central.start()].split(), plain[central.end() :].split()
        if "kbnn" in central.group() and any(" ".join(after[:size]) in names() for size in (1, 2, 3)):
            continue  # "VP KBNN Thanh Hóa" is the office of that province.
        zoned = "tail" if tail and len(after) < _TAIL else zone
        role = _CUES.get(before[-1], "plain") if before else "plain"
        marks = frozenset({"acts"} if _OTHERS_DO & set(after[:2]) else ())
        yield Mention(TRUNG_UONG, "central", zoned, role, 1, f"{_ZONE_WORDS[zoned]}: {central.group()}", marks)


def _longest(text: str, line: list[Token], at: int) -> tuple[int, tuple[Place, ...]]:
    """The longest name that starts at this token, and its readings that fit the accents as typed."""
    if line[at].plain not in first_syllables() or (line[at].plain == "bac" and at and line[at - 1].plain == "kho"):
        return 0, ()  # "kho bac Yen Mo" does not name Bắc Yên.
    for size in range(min(LONGEST_NAME, len(line) - at), 0, -1):
        piece = line[at : at + size]
        if any(text[one.end : two.start].strip(" .-–") for one, two in pairwise(piece)):
            continue  # A comma or the like ends a name.
        places = names().get(" ".join(token.plain for token in piece), ())
        fitting = tuple(place for place in places if _fits(piece, place))
        if fitting:
            return size, fitting
    return 0, ()


def _fits(piece: list[Token], place: Place) -> bool:
    typed = " ".join(token.typed for token in piece)
    if place.kind is PlaceKind.INITIALS:
        return True
    highland = len(piece) > 1 and not _HIGHLAND.isdisjoint(token.plain for token in piece)
    if typed.isascii() or "-" in typed or highland:
        return True
    same = spelling(typed)
    return same in place.spelt or same.replace(" ", "") in {one.replace(" ", "") for one in place.spelt}


def _readings(
    text: str,
    line: list[Token],
    at: int,
    size: int,
    places: tuple[Place, ...],
    zone: str,
    tail: bool,
    *,
    adjacent: bool,
) -> Iterator[Mention]:
    """A mention for each province that the name may lie in; none when it is just an ordinary word here."""
    first, last = line[at], line[at + size - 1]
    typed = text[first.start : last.end]
    role, treasury = _role(text, line, at)
    initials = all(place.kind is PlaceKind.INITIALS for place in places)
    capital = typed[0].isupper() and not (text.isupper() and len(text) > 12)
    bare = typed.isascii() and not text.isascii() and not any(one.isascii() for place in places for one in place.spelt)
    if initials and not adjacent and not (typed.isupper() and capital and treasury):
        return  # "GL" may be a ledger; "Giá Rai BL" and "KBNN TQ" are places.
    if initials and at + 1 < len(line) and line[at + 1].typed[0].isdigit():
        return  # "ĐT 0252…" is a telephone.
    plain = " ".join(token.plain for token in line[at : at + size])
    if plain == "chu" and typed.isascii() and not treasury:
        return  # "so chu", "chu ky": without its accent nobody means the town of Chũ
    if plain in _ORDINARY and not treasury and role != "unit" and (not capital or bare or (at == 0 and size == 1)):
        return
    marks = {name for name, true in {"bare": bare, "small": not capital and not text.islower()}.items() if true}
    if adjacent:
        marks.add("adjacent")
    if treasury:
        marks.add("treasury")
    after = [token.plain for token in line[at + size : at + size + 2]]
    if after[:1] == ["cu"]:
        marks.add("old")
    if _OTHERS_DO & set(after):
        marks.add("acts")
    formers = {place.former for place in places}
    zoned = "tail" if zone == "body" and tail and len(line) - at - size < _TAIL else zone
    start = (
        line[max(0, at - 2 if treasury and line[at - 1].plain == "bac" else at - 1)].start if treasury else first.start
    )
    shown = f"{_ZONE_WORDS[zoned]}: {text[start : last.end].strip()}"
    for place in places:
        kind = str(place.kind) if len(formers) == 1 or place.kind is PlaceKind.PROVINCE else f"{place.kind}?"
        yield Mention(place.former, kind, zoned, role, len(formers), shown, frozenset(marks))


_ZONE_WORDS = {
    "signature": "chữ ký", "tail": "cuối thư", "body": "nội dung", "subject": "tiêu đề", "greeting": "lời chào", "name": "tên gửi",
}  # fmt: skip


def _role(text: str, line: list[Token], at: int) -> tuple[str, bool]:
    """(role, behind a treasury's word): what stands in front of a name, looking through "KBNN", "huyện" and the like."""
    anchor, treasury, unit = at, False, False
    while anchor and at - anchor < 4:
        word = line[anchor - 1].plain
        if word in _TREASURY or (word == "kho" and treasury) or (treasury and word in ("nha", "nuoc")):
            treasury = True
        elif word in _UNIT_WORDS or (unit and word in ("thi", "thanh")):  # "thị xã", "thành phố"
            unit = True
        elif not (word == "nuoc" and anchor > 1 and line[anchor - 2].plain == "nha"):
            break
        anchor -= 1
    base = "treasury" if treasury else "unit" if unit else "plain"
    before = line[anchor - 1] if anchor else None
    # A sentence's or phrase's end cuts off what stands before it.
    if before is None or _STOPS.search(text[before.end : line[anchor].start]):
        return base, treasury
    if base == "plain":
        surname = before.plain in surnames() and before.typed[0].isupper()
        if surname or before.plain in _TITLES:
            return "person", False
    cue = _CUES.get(before.plain)
    if cue is None and anchor > 1 and line[anchor - 2].plain in ("chuyen", "di"):
        cue = "away"
    return cue or base, treasury
