"""The name of a place as it stands in a line of a mail: where it ends, what stands around it, and whether it is one here."""

import re
from dataclasses import dataclass
from itertools import pairwise

from classifiers.gazetteer.places import LONGEST_NAME, Place, PlaceKind, first_syllables, names, surnames
from classifiers.text import Token, folded, spelling

TREASURY = {"kbnn", "kb", "bac", "pgd", "kbkv"}
_UNIT_WORDS = {"tinh", "huyen", "tp", "pho", "xa", "quan", "tx", "h", "q", "ubnd", "so", "truong", "phong"}
# The word in front of a place (or of "KBNN" and the like before it) tells whose place it is.
_CUES = {
    "từ": "from", "của": "of", "cho": "of", "tại": "at", "ở": "at", "thuộc": "at", "em": "at", "tôi": "at", "mình": "at",
    "chuyển": "away", "đi": "away", "đến": "away", "sang": "away", "hướng": "away",
    "gửi": "toward", "nhận": "toward", "ra": "toward", "vào": "toward", "bên": "toward", "về": "toward", "với": "toward",
    "như": "compared", "giống": "compared", "còn": "compared", "khác": "compared", "cùng": "compared", "cũng": "compared",
    "hỏi": "compared", "thấy": "compared", "nghe": "compared", "và": "and",
}  # fmt: skip
CUES = {**_CUES, **{folded(word): role for word, role in _CUES.items()}}
OTHERS_DO = {"gui", "goi", "tra", "noi", "bao"}
TITLES = {"anh", "chi", "ong", "ba", "co", "chu", "dc"}
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
# Names that without their accents are other words: "cho đơn", "vẫn làm", "mục lục ngân sách".
_ORDINARY_BARE = {
    "an duong", "an thi", "cho don", "co to", "con co", "dong da", "la gi", "lam binh", "luc ngan", "tu ky", "van lam",
}  # fmt: skip
STOPS = re.compile(r"[.,;:!?()\[\]\"“”|/–]| - ")


@dataclass(frozen=True, slots=True)
class Name:
    """`size` tokens of a line from `at` on, which may mean these places.

    `role` says what stands in front of it, `treasury` that this is a treasury's word, `adjacent` that another name does.
    """

    text: str
    line: list[Token]
    at: int
    size: int
    places: tuple[Place, ...]
    role: str
    treasury: bool
    adjacent: bool

    @property
    def typed(self) -> str:
        return self.text[self.line[self.at].start : self.line[self.at + self.size - 1].end]

    @property
    def tokens_behind(self) -> int:
        """How many tokens the line goes on behind it."""
        return len(self.line) - self.at - self.size

    @property
    def shown(self) -> str:
        """The name with the word in front of it that makes it a treasury's."""
        bac = self.treasury and self.line[self.at - 1].plain == "bac"  # of "kho bạc"
        first = max(0, self.at - 2 if bac else self.at - 1) if self.treasury else self.at
        return self.text[self.line[first].start : self.line[self.at + self.size - 1].end].strip()

    @property
    def is_ordinary(self) -> bool:
        """Whether it is no name but an ordinary word here."""
        if (
            self._is_initials
            and not self.adjacent
            and not (self.typed.isupper() and self._is_capital and self.treasury)
        ):
            return True  # "GL" may be a ledger; "Giá Rai BL" and "KBNN TQ" are places.
        if self._is_initials and self.at + 1 < len(self.line) and self.line[self.at + 1].typed[0].isdigit():
            return True  # "ĐT 0252…" is a telephone.
        plain = " ".join(token.plain for token in self.line[self.at : self.at + self.size])
        if plain == "chu" and self.typed.isascii() and not self.treasury:
            return True  # "so chu", "chu ky": without its accent nobody means the town of Chũ
        if not (plain in _ORDINARY or (plain in _ORDINARY_BARE and self.typed.isascii())):
            return False
        if self.treasury or self.role in ("unit", "at"):
            return False
        return not self._is_capital or self._is_bare or (self.at == 0 and self.size == 1)

    @property
    def marks(self) -> frozenset[str]:
        """What else there is to say of it, for the model to weigh."""
        after = [token.plain for token in self.line[self.at + self.size : self.at + self.size + 2]]
        says = {
            "bare": self._is_bare,
            "small": not self._is_capital and not self.text.islower(),
            "adjacent": self.adjacent,
            "treasury": self.treasury,
            "old": after[:1] == ["cu"],
            "longer": self._goes_on,
            "acts": bool(OTHERS_DO & set(after)),
        }
        return frozenset(mark for mark, true in says.items() if true)

    @property
    def _goes_on(self) -> bool:
        """Whether another name may have begun with it: "Tân Sơn Nhất", "xã Long Điền Đông"."""
        if self.tokens_behind == 0 or not self._is_capital:
            return False
        end, after = self.line[self.at + self.size - 1].end, self.line[self.at + self.size]
        is_name = after.typed[0].isupper() and not (len(after.typed) > 1 and after.typed.isupper())
        known = after.plain in TREASURY | _UNIT_WORDS or is_surname(after) or after.plain == "cu"
        return (
            is_name and not known and not self.text[end : after.start].strip()
            and not longest_name(self.text, self.line, self.at + self.size)[0]
        )  # fmt: skip

    @property
    def _is_initials(self) -> bool:
        return all(place.kind is PlaceKind.INITIALS for place in self.places)

    @property
    def _is_capital(self) -> bool:
        return self.typed[0].isupper() and not (self.text.isupper() and len(self.text) > 12)

    @property
    def _is_bare(self) -> bool:
        """Without its accents, in a line that has some."""
        accented = not any(one.isascii() for place in self.places for one in place.spelt)
        return accented and self.typed.isascii() and not self.text.isascii()


def is_surname(token: Token) -> bool:
    """Whether a family or middle name may be meant, with its own accents or without any."""
    return (token.plain if token.typed.isascii() else spelling(token.typed)) in surnames()


def cue_of(token: Token) -> str | None:
    """What the word in front of a place tells of it; "đầu tư" is not "từ"."""
    return CUES.get(token.plain if token.typed.isascii() else token.typed.lower())


def name_at(text: str, line: list[Token], at: int, size: int, places: tuple[Place, ...], *, adjacent: bool) -> Name:
    """The name of these places at these tokens, with what stands in front of it."""
    role, treasury = _role(text, line, at)
    if adjacent and role == "person":
        role = "plain"  # The surname is the end of another place: "Bắc Giang Lục Ngạn".
    return Name(text, line, at, size, places, role, treasury, adjacent)


def longest_name(text: str, line: list[Token], at: int) -> tuple[int, tuple[Place, ...]]:
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
    if piece[0].typed[0].islower() and any(token.typed[0].isupper() for token in piece[1:]):
        return False  # "đơn vị Thanh Hóa" does not name Vị Thanh.
    if typed.isascii() or "-" in typed or highland:
        return True
    same = spelling(typed)
    return same in place.spelt or same.replace(" ", "") in {one.replace(" ", "") for one in place.spelt}


def _role(text: str, line: list[Token], at: int) -> tuple[str, bool]:
    """(role, behind a treasury's word): what stands in front of a name, looking through "KBNN", "huyện" and the like."""
    anchor, treasury, unit = at, False, False
    while anchor and at - anchor < 4:
        word = line[anchor - 1].plain
        if word in TREASURY or (word == "kho" and treasury) or (treasury and word in ("nha", "nuoc")):
            treasury = True
        elif word in _UNIT_WORDS or (unit and word in ("thi", "thanh")):  # "thị xã", "thành phố"
            unit = True
        elif not (word == "nuoc" and anchor > 1 and line[anchor - 2].plain == "nha"):
            break
        anchor -= 1
    base = "treasury" if treasury else "unit" if unit else "plain"
    before = line[anchor - 1] if anchor else None
    # A sentence's or phrase's end cuts off what stands before it.
    if before is None or STOPS.search(text[before.end : line[anchor].start]):
        return base, treasury
    if base == "plain":
        surname = is_surname(before) and before.typed[0].isupper()
        if surname or before.plain in TITLES:
            return "person", False
    cue = cue_of(before)
    if cue is None and anchor > 1 and line[anchor - 2].plain in ("chuyen", "di"):
        cue = "away"
    return cue or base, treasury
