"""The words that staff type, and how a reply's first lines are read as words. Pure; nothing here acts.

ARCHITECTURE, "Words that staff type": words stand as the first non-blank lines of the newly typed text; case, diacritics and
blanks between a word's syllables are ignored and the longest word wins, so `#trả lời` is `#traloi` and not `#tra`.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    TAKE = "nhan"
    ANSWER = "traloi"
    NOTE = "noibo"
    ASK = "hoi"
    RESOLVE = "xong"
    LET_THROUGH = "duyet"
    HAND_OVER = "chuyen"
    GIVE_BACK = "tra"
    CHASE = "donduc"
    CATEGORY = "phanloai"
    PROVINCE = "tinh"
    PRIORITY = "uutien"
    INCIDENT = "suco"
    SERVICE = "yeucau"
    QUESTION = "hoidap"
    PROPOSAL = "dexuat"
    BUG = "loi"
    USER_MISTAKE = "loithaotac"
    CHANGE = "thaydoi"
    DUPLICATE = "trung"
    REOPEN = "mo"
    NOT_A_REQUEST = "rac"
    ON_BEHALF = "thay"
    KNOWLEDGE = "kienthuc"
    PUBLISH = "xuatban"
    EDIT = "sua"
    DROP = "bo"
    USE = "dung"
    SEARCH = "tim"
    WIDESPREAD = "dienrong"
    ANNOUNCE = "thongbao"
    CHECK = "kiemtra"


ALIASES = {
    "dondoc": Word.CHASE,  # đôn đốc, as it is spelt; the contract's word is #donduc
    "take": Word.TAKE,
    "answer": Word.ANSWER,
    "reply": Word.ANSWER,
    "note": Word.NOTE,
    "ask": Word.ASK,
    "done": Word.RESOLVE,
    "resolve": Word.RESOLVE,
    "approve": Word.LET_THROUGH,
    "move": Word.HAND_OVER,
    "handover": Word.HAND_OVER,
    "back": Word.GIVE_BACK,
    "chase": Word.CHASE,
    "category": Word.CATEGORY,
    "province": Word.PROVINCE,
    "priority": Word.PRIORITY,
    "incident": Word.INCIDENT,
    "request": Word.SERVICE,
    "question": Word.QUESTION,
    "proposal": Word.PROPOSAL,
    "bug": Word.BUG,
    "mistake": Word.USER_MISTAKE,
    "change": Word.CHANGE,
    "duplicate": Word.DUPLICATE,
    "reopen": Word.REOPEN,
    "spam": Word.NOT_A_REQUEST,
    "onbehalf": Word.ON_BEHALF,
    "knowledge": Word.KNOWLEDGE,
    "publish": Word.PUBLISH,
    "edit": Word.EDIT,
    "drop": Word.DROP,
    "use": Word.USE,
    "search": Word.SEARCH,
    "widespread": Word.WIDESPREAD,
    "announce": Word.ANNOUNCE,
    "check": Word.CHECK,
}
SPELLINGS: dict[str, Word] = {word.value: word for word in Word} | ALIASES
LONGEST = max(len(spelling) for spelling in SPELLINGS)

# What a spreadsheet shows in a cell that it cannot compute; people paste these. None of them is a word of ours.
SPREADSHEET_ERROR = re.compile(r"#(?:N/A|(?:REF|VALUE|NUM|NULL|DIV/0|SPILL|CALC|FIELD|NAME)[!?])")

# These take the rest of their line as an argument; after every other word the rest of the line is text.
WITH_ARGUMENT = frozenset(
    {
        Word.HAND_OVER,
        Word.CATEGORY,
        Word.PROVINCE,
        Word.PRIORITY,
        Word.DUPLICATE,
        Word.ON_BEHALF,
        Word.USE,
        Word.SEARCH,
        Word.CHECK,
    }
)

AVAILABLE = frozenset(
    {
        Word.TAKE,
        Word.ANSWER,
        Word.NOTE,
        Word.ASK,
        Word.RESOLVE,
        Word.HAND_OVER,
        Word.GIVE_BACK,
        Word.CATEGORY,
        Word.PROVINCE,
        Word.REOPEN,
        Word.NOT_A_REQUEST,
        Word.ON_BEHALF,
        Word.LET_THROUGH,
        Word.CHASE,
        Word.PRIORITY,
        Word.INCIDENT,
        Word.SERVICE,
        Word.QUESTION,
        Word.PROPOSAL,
        Word.BUG,
        Word.USER_MISTAKE,
        Word.CHANGE,
        Word.DUPLICATE,
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """One word as typed, with its argument ("" when none)."""

    word: Word
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply read as words: the commands in order, the text below them, unknown words, and words that stand too late."""

    commands: tuple[Command, ...]
    text: str
    unknown: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

    @property
    def has_words(self) -> bool:
        return bool(self.commands or self.unknown or self.late)


def fold(text: str) -> str:
    """Lower case without diacritics; đ becomes d. The length may change."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def no_such_word(typed: str) -> str:
    """One Vietnamese sentence for whoever typed a word that does not exist; it names the nearest one where one is near."""
    near = difflib.get_close_matches(fold(typed.removeprefix("#")), SPELLINGS, n=1, cutoff=0.75)
    meant = f" Có phải anh/chị định gõ #{SPELLINGS[near[0]].value}?" if near else ""
    return f"Không có từ lệnh nào là {typed}.{meant}"


def read_words(text: str) -> Reading:
    """The words at the head of a newly typed text."""
    lines = text.split("\n")
    commands: list[Command] = []
    unknown: list[str] = []
    rest: list[str] = []
    position = 0
    for position, line in enumerate(lines):  # noqa: B007 - the loop's end position is used below
        stripped = line.strip()
        if not stripped:
            continue
        if not _starts_word(stripped):
            break
        found = _longest_word(stripped[1:])
        if found is None:
            unknown.append(stripped.split()[0])
            continue
        word, remainder = found
        commands.append(Command(word, remainder if word in WITH_ARGUMENT else ""))
        if word not in WITH_ARGUMENT and remainder:
            rest.append(remainder)
    else:
        position = len(lines)
    below = lines[position:]
    late = tuple(line.strip().split()[0] for line in below if _is_known_word_line(line))
    return Reading(tuple(commands), "\n".join([*rest, *below]).strip(), tuple(unknown), late)


def _starts_word(line: str) -> bool:
    """A line that starts with # and a letter; `#REF!` and the like are a spreadsheet's errors, not words."""
    return re.match(r"#[^\W\d_]", line) is not None and not SPREADSHEET_ERROR.match(line)


def _is_known_word_line(line: str) -> bool:
    stripped = line.strip()
    return re.match(r"#[^\W\d_]", stripped) is not None and _longest_word(stripped[1:]) is not None


def _longest_word(line: str) -> tuple[Word, str] | None:
    """The longest word at the start of `line` (without #), blanks between syllables ignored, and what follows it.

    Hyphens and underscores count as blanks, so that `#tra-loi` never gives a ticket back; a digit that touches a word without
    argument (`#xong2`) makes it no word.
    """
    best: tuple[Word, str] | None = None
    letters = ""
    for match in re.finditer(r"[^\s_-]+", line):
        syllable = re.match(r"[^\W\d_]+", match.group())
        if syllable is None:
            break
        letters += fold(syllable.group())
        if len(letters) > LONGEST:
            break
        word = SPELLINGS.get(letters)
        after = line[match.start() + syllable.end() :]
        if word in WITH_ARGUMENT:
            best = word, after.strip(" \t:,.;-")
        elif word is not None and not after[:1].isdigit():
            best = word, after.lstrip(" \t:,.;-").rstrip()
        if syllable.end() != len(match.group()):
            break
    return best
