"""The request form (phiếu yêu cầu): its blank, and a filled one read field by field. Pure.

People copy it, reorder it, drop diacritics or colons, paste it into a table or answer inside a quote: a field is known by
its label at the start of a line (or behind a tab, bar or semicolon), and its value runs to the next label.
"""

import re
import unicodedata
from dataclasses import dataclass

# Field → (label on the blank, the unaccented spellings that mean it).
FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "unit": ("Đơn vị", ("don vi cong tac", "don vi", "co quan", "noi cong tac", "unit")),
    "name": ("Họ và tên", ("ho va ten", "ho ten", "nguoi yeu cau", "nguoi gui", "name")),
    "province": (
        "Tỉnh, thành phố",
        ("tinh thanh pho", "tinh, thanh pho", "tinh/thanh pho", "tinh / thanh pho", "tinh/tp", "tinh", "thanh pho"),
    ),
    "application": ("Ứng dụng", ("ten ung dung", "ung dung", "phan mem", "chuong trinh", "application")),
    "happens": (
        "Hiện tượng",
        (
            "noi dung yeu cau", "noi dung", "hien tuong", "mo ta su co", "mo ta", "van de", "noi dung ho tro",
        ),
    ),
    "since": ("Từ khi nào", ("tu khi nao", "tu luc nao", "bat dau tu", "thoi diem", "thoi gian")),
    "phone": ("Điện thoại", ("dien thoai lien he", "so dien thoai", "dien thoai", "sdt", "dt", "phone")),
}  # fmt: skip
TITLE = "PHIẾU YÊU CẦU HỖ TRỢ"
_FIELD_OF = {spelling: field for field, (_, spellings) in FIELDS.items() for spelling in spellings}
_LABEL = re.compile(
    r"(?:^|[\n\t|;])[ >\-*•·\d.)\]]*("
    + "|".join(sorted(map(re.escape, _FIELD_OF), key=len, reverse=True)).replace(r"\ ", r"[ ]+")
    + r")[ ]*(?:\([^)\n]{0,60}\))?[ ]*(?:\*[ ]*)?(?:[:：=|\t]|[ ][-–][ ])"
)
# What stands on a line that was left blank.
_PLACEHOLDER = re.compile(r"[\s._…:\-–|]*")
_LONG = frozenset({"happens", "since"})
LEAST_LABELS = 4  # without the title; an ordinary signature has unit, name and telephone
LONGEST = 20_000  # letters of a mail that are searched for a form


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form; a field that was left out or blank is ""."""

    unit: str = ""
    name: str = ""
    province: str = ""
    application: str = ""
    happens: str = ""
    since: str = ""
    phone: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.happens or self.application)

    def as_text(self) -> str:
        """The form in its own order, without the blank fields."""
        values = [(label, getattr(self, field)) for field, (label, _) in FIELDS.items()]
        return "\n".join(f"{label}: {value}" for label, value in values if value)


def blank(known: Form | None = None) -> str:
    """The form to fill in, one field a line; what is known already stands in it."""
    given = known or Form()
    lines = [f"{label}: {getattr(given, field)}".rstrip(" ") for field, (label, _) in FIELDS.items()]
    return "\n".join([TITLE, *(line if not line.endswith(":") else f"{line} " for line in lines)])


def read_form(text: str) -> Form | None:
    """The form that a text holds, perhaps blank; None for a text that is not a form."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).replace("\xa0", " ")
    fields = fields_of(text)
    titled = re.search(r"^[ >*\-]*phieu (?:yeu cau|ho tro)", _plain(text), re.MULTILINE) is not None
    if len(fields) < (3 if titled else LEAST_LABELS) or not {"happens", "application"} & set(fields):
        return None
    return Form(**fields)


def fields_of(text: str) -> dict[str, str]:
    """The labelled values of a text by field; the first value of a field that was not left blank counts."""
    found = list(_LABEL.finditer(_plain(text)))
    if not found:
        return {}
    ends = [match.start() for match in found[1:]] + [len(text)]
    fields: dict[str, str] = {}
    for match, end in zip(found, ends, strict=True):
        field = _FIELD_OF[re.sub(r" +", " ", match.group(1))]
        value = _value(text[match.end() : end])
        if field not in _LONG:
            value = value.split("\n")[0]  # what follows is a closing, an attribution, a signature
        if not fields.get(field):
            fields[field] = value
    return fields


def _value(raw: str) -> str:
    """A field's value on its lines, without quote marks, table bars and the dots of a blank line."""
    lines = (re.sub(r"^[ >|]+|[ |]+$", "", line) for line in raw.split("\n"))
    kept = [line.strip() for line in lines if not _PLACEHOLDER.fullmatch(line)]
    return "\n".join(re.sub(r"^(?:\.{3,}|_{3,}|…+)\s*|\s*(?:\.{4,}|_{3,}|…+)$", "", line) for line in kept).strip()


def _plain(text: str) -> str:
    """Lower case without diacritics, letter by letter, so that positions stay those of the text."""
    return "".join(_bare(letter) for letter in text)


def _bare(letter: str) -> str:
    if letter < "\x80":
        return letter.lower()
    if letter in "đĐ":
        return "d"
    lower = unicodedata.normalize("NFD", letter)[0].lower()
    return lower if len(lower) == 1 else letter
