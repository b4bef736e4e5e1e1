"""A signature by its shape: a tail of short lines that begins with whoever signs, and in which nobody is spoken to.

Each line is weighed by general features (capitals, telephone, address, length, the end of a sentence), so that a unit,
a post or a motto that no list knows still counts. One line of speech, or a list of people, makes the tail content.
"""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded
from daemon.reading.closings import is_closing, is_greeting
from daemon.reading.offices import UNIT, is_organisation, lists_units, signs_for_office
from daemon.reading.signers import (
    CONTACT,
    POSTSCRIPT,
    Names,
    could_be_name,
    is_decoration,
    is_name,
    is_persons,
    lists_people,
    mentions,
    says_who_by_label,
    without_title,
)
from daemon.reading.speech import capitals, ends_with_particle, is_sentence, is_speech

_LONGEST = 14  # lines
_MOST_WORDS = 18  # of a line; addresses are long
_NAME_WORDS = 6
_PHONE = re.compile(r"(?<![\d.])(?:\(?\+?84\)?|\(?0)[\d\s().-]{7,18}\d(?!\d)")
_LABELLED_PHONE = re.compile(r"^\W*[^\d:]{1,25}:\s*\(?\+?[\d\s().-]{8,}(?:[-/,;|].{0,40})?$")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\bwww\.\S+")
_LISTED = re.compile(r"^\s*(?:>|[-+•*▪]\s|\d{1,2}\s*[.)/]\s|[a-z]\s*\)|(?:buoc|muc|cau|stt)\s*\d)", re.IGNORECASE)
_TAX_CODE = re.compile(r"^\W*(?:mst|ma so thue)\W{0,4}\d[\d .-]{8,}")
# What companies say of themselves below their telephone numbers.
_SLOGAN = re.compile(
    r"\b(?:quy khach|khach hang|han hanh|uy tin|chat luong|niem tin|cuoc song|thanh cong|thinh vuong|dong hanh|giai phap|gia tri"
    r"|tuong lai|tin cay|ben vung|phat trien|ket noi|sang tao|doi moi|vuon (?:xa|cao|tam)|phon vinh|trao|tan tam|chuyen nghiep"
    r"|nang tam|hanh phuc|we|our|your|quality|success|future|trust|trusted|solutions?|life|better|together|value|innovat\w+"
    r"|excellence|partner)\b"
)
# Who writes so speaks to somebody about the matter itself.
_PERSONAL = re.compile(
    r"\b(?:em|e|anh|chi(?! tiet)|a|c|toi(?<!chung toi)|minh|ban|sep|dong chi|giup|loi|bi|chua|roi|vua|se|dang|o|quay"
    r"|de nghi|nho|khong(?! ngung)|phai|neu|kiem tra|tai khoan|mat khau|xem|so nay"
    r"|da (?:gui|nhan|chuyen)|file|user|tabmis|dvc|may|i|you|please|still|not|error|sent|attached)\b|\d{3}|[?:]"
)


def is_tail(lines: Sequence[str], names: Names, *, after_closing: bool) -> bool:
    """Whether all of these lines, which reach to the end of the text, are a signature.

    Below closing words a name is enough. Below a rule, which people also draw in a text, somebody known to be a
    person, or a way to reach him, is asked for.
    """
    block = without_slogan([line for line in lines if line.strip() and not is_decoration(line)])
    if not 0 < len(block) <= _LONGEST or any(map(speaks, block)) or lists_people(block, names) or lists_units(block):
        return False
    unknown = [tuple(folded(line).split()[:2]) for line in block if not is_known(line, names)]
    if len(set(unknown)) < len(unknown):
        return False  # "Máy số 3 …", "Máy số 4 …": things are listed
    if not (signs(block[0], names) or (after_closing and says_who_by_label(block[0]))):
        return False
    weights = [weight(line, names) for line in block[1:]]
    if any(one < 0 for one in weights[-1:]) or sum(one < 0 for one in weights) > len(block) // 3 or sum(weights) < 0:
        return False
    if not after_closing:
        return any(is_name(line) or mentions(line, names) or _reaches(line) for line in block)
    return any(is_known(line, names) for line in block) or (len(block) == 1 and not is_persons(names))


def without_slogan(block: Sequence[str]) -> Sequence[str]:
    """The lines without a company's wish or motto in the last, which only below a way to reach it is one."""
    if len(block) < 3 or not any(map(_reaches, block[-4:-1])):
        return block
    plain = folded(block[-1]).strip()
    slogan = 3 <= len(plain.split()) <= 16 and _SLOGAN.search(plain) and not _PERSONAL.search(plain)
    return block[:-1] if slogan else block


def speaks(line: str) -> bool:
    """Whether a line says something to somebody, or belongs to a list or form."""
    plain = folded(line).strip()
    if is_decoration(line) or is_closing(line) or _is_motto(line) or _TAX_CODE.match(plain):
        return False
    if _LISTED.match(plain) or is_greeting(line) or POSTSCRIPT.match(plain) or is_speech(line):
        return True
    if _reaches(line):
        return len(plain) > 160
    return (
        is_sentence(line)
        or ((ends_with_particle(line) or plain.endswith(("?", ":", ";"))) and not is_organisation(line))
        or len(plain.split()) > _MOST_WORDS
    )


def weight(line: str, names: Names) -> float:
    """How much a line that speaks to nobody looks like one of a signature; below 0 it reads like running text."""
    if is_closing(line) or _is_motto(line):
        return 0
    if is_known(line, names):
        return 1
    share = capitals(line)
    if share >= 0.6:
        return 1
    return 0.25 if share >= 0.35 or len(line.split()) <= 2 else -1


def could_sign(block: Sequence[str], names: Names) -> bool:
    """Whether a block below closing words begins with somebody's name, however short: "Lan", "em hạnh", "Mai - KTT"."""
    first = folded(block[0]).split()
    if not could_be_name(block[0]):
        return False
    if any(is_known(line, names) for line in block) or any(first[0].startswith(one) for one in names[-1:]):
        return True
    if len(block) > 1 or is_persons(names):
        return False  # with one's own name one signs by it
    return signs(block[0], names) or len(first) == 1 or (first[0] in ("em", "e") and len(first) <= 3)


def signs(line: str, names: Names) -> bool:
    """Whether a line begins with whoever signs: one to six words with capitals, a title before them or not."""
    if mentions(line, names) or is_name(line) or signs_for_office(line) or is_organisation(line):
        return True
    words = re.split(r"\s[-–—]\s?|[,(|/]", without_title(line))[0].strip(" .-–*").split()
    named = all(word[:1].isupper() and word.replace("-", "").replace(".", "").isalpha() for word in words)
    return 0 < len(words) <= _NAME_WORDS and named


def is_known(line: str, names: Names) -> bool:
    """Whether a line says who, where or how to reach him, rather than only looking so."""
    words = set(re.findall(r"[^\W\d_]+", folded(line)))
    return (
        _reaches(line)
        or bool(words.intersection(names))
        or is_name(line)
        or signs_for_office(line)
        or says_who_by_label(line)
        or is_organisation(line)
        or bool(UNIT.search(folded(line)) or _TAX_CODE.match(folded(line)))
    )


def _reaches(line: str) -> bool:
    """Whether a line holds a telephone number, an e-mail address or a site, and hardly anything else."""
    plain = folded(line).strip()
    if is_speech(line):
        return False
    found = _PHONE.search(plain) or _ADDRESS.search(plain)
    return bool(CONTACT.search(plain) or _LABELLED_PHONE.match(plain) or (found and len(plain.split()) <= 14))


def _is_motto(line: str) -> bool:
    plain = line.strip(" *")
    return len(plain) > 2 and plain[0] in "\"'“«" and plain.rstrip(".!")[-1:] in "\"'”»"
