"""Finds every place that a mail names, and where and how it stands there. It judges nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.gazetteer.places import LONGEST_NAME, Place, PlaceKind, area_codes, mail_labels, names
from classifiers.text import Token, folded, normal, spelling, split_signature, tokens
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
_UNIT_WORDS = {"tinh", "huyen", "tp", "pho", "xa", "quan", "tx", "h", "q", "ubnd", "thi", "so", "truong", "phong"}
_AWAY = {
    "chuyen", "di", "den", "sang", "gui", "nhan", "tu", "huong", "toi", "cho", "ra", "vao", "ben", "ve", "cua", "voi",
}  # fmt: skip
_COMPARED = {"nhu", "giong", "con", "khac", "cung", "hoi", "thay", "nghe"}
_SELF = {"em", "toi", "minh", "chung", "don", "o", "tai", "thuoc"}
_SURNAMES = {
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong", "ly",
    "dinh", "truong", "trinh", "doan", "mai", "to", "cao", "luong", "ha", "thi", "van", "lam", "luu", "ta", "chau", "thai",
    "quach", "nong", "anh", "chi", "ong", "ba", "co", "chu", "bac", "dc", "dong", "chu",
}  # fmt: skip
_TITLES = {"anh", "chi", "ong", "ba", "co", "chu", "dc", "em", "c", "a"}
# Names of the highlands are written with many accents; only here do differing accents not make another name.
_HIGHLAND = {"dak", "krong", "ea", "ia", "chu", "cu", "kon", "lak", "nong", "mdrak", "hleo", "rlap", "buk", "po", "doa"}
_LANDLINE = re.compile(r"(?<!\d)\(?(?:\+?84[ .-]?|0)(2\d{1,2})\)?[ .\-/]*(?=\d{3}|x{2}|\d[ .-]\d{2})")
_CENTRAL = re.compile(
    r"\b(?:so giao dich(?: kbnn)?|sgd(?: kbnn)?|cuc (?:cntt|cong nghe thong tin|ke toan nha nuoc|ktnn|quan ly ngan quy|qlnq)"
    r"|vu (?:tai vu|tvqt|kiem soat chi|ksc|kho quy|to chuc can bo|tccb|hop tac quoc te|htqt|phap che|tong hop|thpc|ngan quy)"
    r"|(?:kbnn|kho bac nha nuoc|kho bac|kb) (?:tw|trung uong)|van phong (?:kbnn|kho bac nha nuoc)|vp kbnn|co quan kbnn(?: tw)?"
    r"|thanh tra (?:kbnn|kho bac nha nuoc)|phong ho tro cntt|phong quan ly thanh toan no|truong nghiep vu kho bac"
    r"|ban (?:quan ly ngan quy|ke toan nha nuoc|cong nghe thong tin|tai vu|tccb|ksc))\b"
)
_GREETING = re.compile(r"^\s*(?:kinh (?:gui|thua|chao)|gui|to|dear|chao|thua)\b")
_TAIL = 9  # tokens from the end of a mail without signature within which people say who they are


def mentions_of(mail: MailText) -> list[Mention]:
    """All mentions in the sender's address and name, subject, message and signature, in that order."""
    message, signature = split_signature(normal(mail.text))
    signature = f"{signature}\n{normal(mail.signature)}".strip()
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
    for label in re.split(r"[.]", domain):
        for known, former in mail_labels().items():
            if label == known or (len(known) > 5 and label.endswith(known)):
                yield Mention(former, "domain", "address", "plain", 1, f"tên miền {domain}")
    if domain in ("vst.gov.vn", "kbnn.vn"):
        return  # The first part is then a person's name.
    for part in re.split(r"[^a-z]+", local):
        for start in range(0, min(5, max(1, len(part) - 4))):
            places = names().get(part[start:], ()) if len(part) - start >= 5 else ()
            formers = {place.former for place in places if place.kind != PlaceKind.INITIALS}
            if formers:
                kind = "local" if start == 0 else "local-part"
                yield from (Mention(one, kind, "address", "plain", len(formers), f"địa chỉ {address}") for one in formers)
                break


def _in_text(text: str, zone: str, *, tail: bool = False) -> list[Mention]:
    """The mentions of one line."""
    line = tokens(text)
    found: list[Mention] = []
    for match in _LANDLINE.finditer(text):
        digits = "0" + match.group(1)
        code = digits if digits in area_codes() else digits[:3]
        if code in area_codes():
            found.append(Mention(area_codes()[code], "area", zone, "plain", 1, f"mã vùng {code}"))
    plain = " ".join(token.plain for token in line)
    for central in _CENTRAL.finditer(plain):
        before = plain[: central.start()].split()
        role = "away" if _AWAY & set(before[-2:]) else "plain"
        zoned = "tail" if tail and len(plain[central.end() :].split()) < _TAIL else zone
        found.append(Mention(TRUNG_UONG, "central", zoned, role, 1, f"{_ZONE_WORDS[zoned]}: {central.group()}"))
    at = 0
    while at < len(line):
        size, places = _longest(line, at)
        if places:
            found.extend(_readings(text, line, at, size, places, zone, tail))
        at += max(size, 1)
    return found


def _longest(line: list[Token], at: int) -> tuple[int, tuple[Place, ...]]:
    """The longest name that starts at this token, and its readings that fit the accents as typed."""
    for size in range(min(LONGEST_NAME, len(line) - at), 0, -1):
        piece = line[at : at + size]
        places = names().get(" ".join(token.plain for token in piece), ())
        fitting = tuple(place for place in places if _fits(piece, place))
        if fitting:
            return size, fitting
    return 0, ()


def _fits(piece: list[Token], place: Place) -> bool:
    typed = " ".join(token.typed for token in piece)
    if place.kind is PlaceKind.INITIALS:
        return typed.isupper() or len(typed) == 2
    if typed.isascii() or "-" in typed or not _HIGHLAND.isdisjoint(token.plain for token in piece):
        return True
    same = spelling(typed)
    return same == place.spelt or same.replace(" ", "") == place.spelt.replace(" ", "")


def _readings(
    text: str, line: list[Token], at: int, size: int, places: tuple[Place, ...], zone: str, tail: bool
) -> Iterator[Mention]:
    first, last = line[at], line[at + size - 1]
    typed = text[first.start : last.end]
    # Accents in the line that the name lacks, or a small first letter, make another word of it more likely.
    marks = set()
    if typed.isascii() and not text.isascii() and any(not place.spelt.isascii() for place in places):
        marks.add("bare")
    if typed[0].islower() and not text.islower():
        marks.add("small")
    if size == 1 and len(first.plain) <= 4:
        marks.add("short")
    after = [token.plain for token in line[at + size : at + size + 2]]
    if after[:1] == ["cu"]:
        marks.add("old")
    role = _role(line, at, size)
    formers = {place.former for place in places}
    if "short" in marks and role not in ("treasury", "unit") and ("small" in marks or "bare" in marks or typed.islower()):
        # Alone these are ordinary words ("vinh", "chu"); initials still count right behind another place.
        if any(place.kind is not PlaceKind.INITIALS for place in places):
            return
        marks.add("lower")
    rest = len(line) - at - size
    zoned = "tail" if zone == "body" and tail and rest < _TAIL else zone
    start = line[max(0, at - 2)].start if role == "treasury" else line[max(0, at - 1)].start if role == "unit" else first.start
    shown = f"{_ZONE_WORDS[zoned]}: {text[start : last.end].strip()}"
    for place in places:
        kind = str(place.kind) if len(formers) == 1 or place.kind is PlaceKind.PROVINCE else f"{place.kind}?"
        yield Mention(place.former, kind, zoned, role, len(formers), shown, frozenset(marks))


_ZONE_WORDS = {
    "signature": "chữ ký", "tail": "cuối thư", "body": "nội dung", "subject": "tiêu đề", "greeting": "lời chào", "name": "tên gửi",
}  # fmt: skip


def _role(line: list[Token], at: int, size: int) -> str:
    """What stands in front of a name: a treasury, a unit, a transfer or comparison elsewhere, the writer, a person."""
    before = [token.plain for token in line[max(0, at - 5) : at]]
    near = before[-3:]
    treasury = bool(_TREASURY & set(near))
    if _AWAY & set(before[-2:] if not treasury else before[:-1] or before):
        return "away"
    if _COMPARED & set(before[-4:] if treasury else before[-2:]):
        return "compared"
    if treasury:
        return "treasury"
    if near[-1:] and near[-1] in _UNIT_WORDS:
        return "unit"
    following = [token.plain for token in line[at + size : at + size + 1]]
    if near[-1:] and ((near[-1] in _SURNAMES and line[at - 1].typed[0].isupper()) or near[-1] in _TITLES):
        return "person"
    if _SELF & set(before[-2:]) or set(following) & {"em", "toi", "minh", "chung"}:
        return "self"
    return "plain"
