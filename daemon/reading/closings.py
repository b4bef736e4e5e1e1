"""Words that close a letter, and those that greet, which are partly the same. Judged folded, as people type them."""

import re

from daemon.reading.characters import folded, words
from daemon.reading.speech import COURTEOUS, FORMS_OF_ADDRESS, ends_with_particle

_HEADS = (
    "tran trong",
    "cam on",
    "than ai",
    "than men",
    "kinh thu",
    "kinh chao",
    "kinh don",
    "than chao",
    "regards",
    "sincerely",
    "thanks",
    "thank you",
    "tks",
    "thks",
    "cheers",
    "best wishes",
    "br",
    "rgds",
    "yours",
    "kinh bao",
    "thanh kinh",
)
_WHOLE = words("than best cheers warmly cordially respectfully")  # closing words by themselves only
_WISH = re.compile(
    r"^(?:(?:xin|kinh|em|than) ){0,2}chuc (?:anh|chi|cac|ca|moi|quy|co|chu|ban|em|don vi|mot|suc)\b|^(?:wish|have a)\b"
)
_TAKES_LEAVE = re.compile(
    r"^(?:(?:xin|kinh|em|than) ){0,2}chao(?: (?:em|anh|chi|cac|ca|ban|co|chu|thay|moi|nguoi|quy|vi)){0,4}$"
)
# The first words of a greeting, for patterns.
GREETING = r"(?:kinh gui|kinh thua|(?:(?:kinh|xin|em|than) ?)?chao|dear|hi|hello)"
_GREETS = re.compile(rf"^\W*{GREETING}\b")
_STOPS = (".", "!", "?", "…", ")", '"', "”", "/", "^^", ":)", "]")
_THANKS_AND_WISHES = words(
    """
    xin chung con minh rat chan thanh that tran trong cam on than ai men kinh thu chao don va nhieu cac
    quy phong ban quan don vi best kind kindest warm many thanks thank you tks thks br brs and
    regards regard rgds sincerely yours truly faithfully cheers with wishes so much a lot very truoc su giup do ho tro quan tam cua
    hop tac phoi bao team all warm warmest for your help support again lam chuc ngay tot lanh mot vui ve kbnn
    kho bac ac kb mong nhan duoc biet on
    """
)
_CLOSING_WORDS = _THANKS_AND_WISHES | COURTEOUS | FORMS_OF_ADDRESS  # of which a closing line is made


def is_closing(line: str) -> bool:
    """Whether a line closes a letter: thanks, respects, wishes, or several of them in a row."""
    plain = folded(line).strip(" .,!-–*…")
    if len(plain) > 90:
        return False
    pieces = [piece for piece in re.split(r"[,.!/&;]| and | va ", plain) if piece.strip()]
    return _closes(plain) or (len(pieces) > 1 and all(map(_closes, pieces)))


def _closes(plain: str) -> bool:
    """Whether folded words are one of these."""
    found = re.findall(r"[a-z]+", plain)
    if plain.strip() in _WHOLE or (len(found) <= 14 and _WISH.match(plain.strip()) and "?" not in plain):
        return True
    headed = 0 < len(found) <= 12 and len(plain) < 70 and any(head in plain for head in _HEADS)
    return headed and all(word in _CLOSING_WORDS for word in found)


def is_greeting(line: str) -> bool:
    """Whether a line greets, in the words of which some also close a letter: "Kính chào anh chị,"."""
    plain = folded(line).strip()
    return bool(_GREETS.match(plain)) and len(plain) < 70


def is_mere_greeting(line: str) -> bool:
    """Whether a line greets and says nothing else: no sentence ends or begins in it."""
    return is_greeting(line) and not re.search(r"[.?!:]\W*\w", line)


def is_finished(line: str) -> bool:
    """Whether a sentence ends with this line: by a stop, a particle or closing words. An empty line is finished."""
    said = line.rstrip(" *_")
    return not said or said.endswith(_STOPS) or ends_with_particle(line) or is_closing(line)


def could_take_leave(line: str) -> bool:
    """Whether a line is a greeting with which people also end: "Chào em,", "Xin chào anh chị!". The line below it decides."""
    return bool(_TAKES_LEAVE.match(folded(line).strip(" .,!-–*…")))
