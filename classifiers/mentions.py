"""Finds every place that a mail names, and where and how it stands there. It judges nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.gazetteer.places import PlaceKind, area_codes, mail_labels, names
from classifiers.placenames import OTHERS_DO, STOPS, TITLES, TREASURY, Name, cue_of, is_surname, longest_name, name_at
from classifiers.text import LONGEST_TEXT, Token, folded, normal, split_signature, tokens
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


_LANDLINE = re.compile(r"(?<!\d)\(?(?:\+?84[ .-]?|0)(2\d{1,2})\)?[ .\-/]*(?=\d{3}|x{2}|\d[ .-]\d{2})")
# The central office's units and Sở Giao dịch, unaccented. "Cục" and "Vụ" alone are any ministry's.
_CENTRAL = re.compile(
    r"\b(?:"
    r"so giao dich(?: kbnn)?|sgd(?: kbnn)?|thanh tra (?:kbnn|kho bac nha nuoc)"
    r"|cuc (?:cntt|cong nghe thong tin|ke toan(?: nha nuoc)?|ktnn|quan ly ngan quy|qlnq|kiem soat chi|ksc)"
    r"|vu (?:tai vu|tvqt|kiem soat chi|ksc|kho quy|to chuc can bo|tccb|hop tac quoc te|htqt|phap che|tong hop|thpc)"
    r"|ban (?:quan ly ngan quy|ke toan nha nuoc|cong nghe thong tin|tai vu|to chuc can bo|tccb|ksc|phap che|thanh tra)"
    r"|(?:kbnn|kho bac nha nuoc|kho bac|kb) (?:tw|trung uong)"
    r"|van phong (?:kbnn|kho bac nha nuoc|dang uy kbnn)|vp kbnn|co quan kbnn(?: tw)?"
    r"|phong (?:quan ly thanh toan no|phat trien ung dung|quan tri he thong|quan ly an ninh|dam bao ky thuat)"
    r")\b"
)
# The desk that the mail is written to, and a school that anybody may attend, tell of the sender only where he signs.
_CENTRAL_SIGNED = re.compile(r"\b(?:phong ho tro cntt|truong nghiep vu kho bac)\b")
_ME = {"em", "toi", "minh", "ten", "la"}
_GREETING = re.compile(r"^\s*(?:kinh (?:gui|thua|chao)|gui|to|dear|chao|thua)\b")
_TAIL = 9  # tokens from the end of a mail without signature within which people say who they are
_ZONE_WORDS = {
    "signature": "chữ ký", "tail": "cuối thư", "body": "nội dung", "subject": "tiêu đề", "greeting": "lời chào", "name": "tên gửi",
}  # fmt: skip


def mentions_of(mail: MailText) -> list[Mention]:
    """All mentions in the sender's address and name, subject, message and signature, in that order."""
    message, signature = split_signature(normal(mail.text[:LONGEST_TEXT]))
    signature = f"{signature}\n{normal(mail.signature[:LONGEST_TEXT])}".strip()
    person = _person(normal(mail.sender_name))
    found = [*_in_address(mail.sender_address), *_in_text(normal(mail.sender_name), "name", person)]
    found.extend(_in_text(normal(mail.subject), "subject", person))
    lines = message.split("\n")
    for number, line in enumerate(lines):
        zone = "greeting" if number < 2 and _GREETING.match(folded(line)) and len(line) < 80 else "body"
        last = number == len(lines) - 1 and not _places_in(signature, person)
        found.extend(_in_text(line, zone, person, tail=last))
    for line in signature.split("\n"):
        found.extend(_in_text(line, "signature", person))
    return found


def _person(sender_name: str) -> str:
    """The sender's own name, unaccented and between blanks; empty for an office or a name without a family name."""
    line = tokens(STOPS.split(sender_name, maxsplit=1)[0])
    if len(line) < 2 or not is_surname(line[0]) or TREASURY & {token.plain for token in line}:
        return ""
    return f" {' '.join(token.plain for token in line)} "


def _places_in(text: str, person: str) -> bool:
    return any(_in_text(line, "signature", person) for line in text.split("\n"))


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
                    Mention(one, kind, "address", "plain", len(formers), f"địa chỉ {address}")
                    for one in sorted(formers)
                )
                break


def _ends_with(label: str, known: str) -> bool:
    return len(known) > 5 and label.endswith(known)


def _in_text(text: str, zone: str, person: str, *, tail: bool = False) -> list[Mention]:
    """The mentions of one line."""
    line = tokens(text)
    found: list[Mention] = []
    for match in _LANDLINE.finditer(text):
        digits = "0" + match.group(1)
        code = digits if digits in area_codes() else digits[:3]
        if code in area_codes():
            found.append(Mention(area_codes()[code], "area", zone, "plain", 1, f"mã vùng {code}"))
    found.extend(_central(text, line, zone, tail))
    at, behind = 0, 0
    while at < len(line):
        size, places = longest_name(text, line, at)
        if places and (
            (not found and _inside_name(text, line, at, zone, tail)) or _is_own_name(text, line, at, size, person)
        ):
            places = ()
        name = name_at(text, line, at, size, places, adjacent=behind == at > 0) if places else None
        if name is not None and (kept := list(_readings(name, zone, tail))):
            found.extend(kept)
            behind = at + size
        at += max(size, 1)
    return found


def _inside_name(text: str, line: list[Token], at: int, zone: str, tail: bool) -> bool:
    """Whether the place is part of a signing person's name: "Nguyễn Khánh Hòa", "Cao Thế Vinh"."""
    if not (zone in ("name", "signature") or tail) or not at or not is_surname(line[0]):
        return False
    before = text[line[0].start : line[at].start]
    capitals = zone != "body" or all(token.typed[0].isupper() for token in line[:at])
    return capitals and not STOPS.search(before) and not TREASURY & {token.plain for token in line[:at]}


def _is_own_name(text: str, line: list[Token], at: int, size: int, person: str) -> bool:
    """Whether the sender names himself here ("Hoài Ân - Phòng Kế toán"), and not the place that is called alike."""
    if f" {' '.join(token.plain for token in line[at : at + size])} " not in person:
        return False
    if not at:
        return True
    before = line[at - 1]
    led_in = f" {before.plain} " in person or before.plain in TITLES | _ME
    return led_in and not STOPS.search(text[before.end : line[at].start])


def _central(text: str, line: list[Token], zone: str, tail: bool) -> Iterator[Mention]:
    """The units of the central office and Sở Giao dịch."""
    plain = " ".join(token.plain for token in line)
    signed = _CENTRAL_SIGNED.finditer(plain) if zone in ("signature", "name") else ()
    for central in (*_CENTRAL.finditer(plain), *signed):
        before, after = plain[: central.start()].split(), plain[central.end() :].split()
        first, beyond = len(before), len(line) - len(after)
        at_once = bool(after) and not STOPS.search(text[line[beyond - 1].end : line[beyond].start])
        if "kbnn" in central.group() and at_once and any(" ".join(after[:size]) in names() for size in (1, 2, 3)):
            continue  # "VP KBNN Thanh Hóa" is the office of that province; "VP KBNN, Hà Nội" has its seat there.
        zoned = "tail" if tail and len(after) < _TAIL else zone
        cut_off = not before or STOPS.search(text[line[first - 1].end : line[first].start])
        role = "plain" if cut_off else cue_of(line[first - 1]) or "plain"
        marks = frozenset({"acts"} if OTHERS_DO & set(after[:2]) else ())
        yield Mention(TRUNG_UONG, "central", zoned, role, 1, f"{_ZONE_WORDS[zoned]}: {central.group()}", marks)


def _readings(name: Name, zone: str, tail: bool) -> Iterator[Mention]:
    """A mention for each province that the name may lie in; none when it is just an ordinary word here."""
    if name.is_ordinary:
        return
    formers = {place.former for place in name.places}
    zoned = "tail" if zone == "body" and tail and name.tokens_behind < _TAIL else zone
    shown, marks = f"{_ZONE_WORDS[zoned]}: {name.shown}", name.marks
    for place in name.places:
        kind = str(place.kind) if len(formers) == 1 or place.kind is PlaceKind.PROVINCE else f"{place.kind}?"
        yield Mention(place.former, kind, zoned, name.role, len(formers), shown, marks)
