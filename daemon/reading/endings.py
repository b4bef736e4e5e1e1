"""A signature in the last few lines of a mail, without closing words or a rule: "Oanh - Mỏ Cày Nam", "KBNN Bình Sơn".

People in a hurry end a sentence, begin a new line and say who or where they are. What such a line may hold is narrow, so
that a list of people or offices, a heading or a last remark stays text.
"""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded, words
from daemon.reading.closings import is_finished, is_greeting
from daemon.reading.offices import POSTS, SHORT_UNITS, TREASURIES, UNIT, is_organisation
from daemon.reading.signers import (
    CONTACT,
    POSTSCRIPT,
    SURNAMES,
    Names,
    holds_post,
    is_decoration,
    is_name,
    is_persons,
    mentions,
    name_words,
    says_who_by_label,
)
from daemon.reading.speech import (
    FORMS_OF_ADDRESS,
    PARTICLES,
    SAYS,
    VERB,
    capitals,
    ends_with_particle,
    is_speech,
)
from daemon.reading.syllables import is_syllable
from daemon.reading.tails import is_tail, speaks

_MOST_LINES = 5
_LEAST_SAID = 15  # characters above the name of a unit; below a mere "Dạ." it is the answer
_LONGEST_TAIL = 14  # lines of a company's block
# Behind one's own name shorter and more common words say where one is than are believed anywhere else.
_WHERE = re.compile(
    rf"^(?:{TREASURIES}|{SHORT_UNITS}|{POSTS}|pgdich|gd|kt|ks|ksc|tp|cn|th|ptp|nv|cv|tin hoc|kiem soat|kiem ngan|tchc|hanh chinh"
    r"|quan tri|ky thuat|may(?: le| so)?|phong|to|so|ban|xa|phuong|huyen|tinh|quan|thi xa|thi tran|tx|tt|truong|benh vien"
    r"|ngan hang|nh|thpt|thcs|mn|chi cuc|cuc|vu|tong cong ty|lanh dao|quay|truc|phu trach|dien toan|trung tam|dv|don vi|bo phan)\b"
)
_OFFICE = re.compile(rf"^(?:p\. ?)?(?:[a-z]+,? ){{0,3}}(?:- ?)?(?:{TREASURIES})\b.{{3,}}|^(?:{SHORT_UNITS}|{POSTS})\b")
_PHONE = re.compile(r"\(?(?:\+?84|0)\d[\d .x)-]{5,14}(?![^\W_])|\b\d{3,4}[ .]\d{3,4}[ .]?x{2,4}\b")
_TO_SOMEBODY = "|".join(sorted(PARTICLES | FORMS_OF_ADDRESS))
# "… cho các đơn vị sau.": what follows is what is asked about.
_ANNOUNCES = re.compile(
    r"\b(?:sau|duoi day|ben duoi|o duoi|nhu duoi|tiep theo|gom|ten|dia chi|la|thanh)"
    rf"(?: (?:day|nay|la|{_TO_SOMEBODY}))*\W*$"
)
# Capitals of those who write every word with one.
_NO_PLACE = words(
    """
    đã xong rồi vẫn ổn tốt đúng sai hết gấp khẩn quyền máy lỗi kính cảm trân thân vâng dạ được chưa không ok oke da roi
    van thanks file ảnh hình bảng mẫu
    """
)
_LEADING = words(
    "la gom cho cua tai o den tu va sau voi ve sang nhu bang theo do vao boi ten vi moi thi de cung nhan gui thanh gap ben"
)
# "58-60 Trần Phú", "Số 16 Thụy Khuê, Tây Hồ, Hà Nội"
_STREET = re.compile(
    r"^\s*(?:(?:[Ss]ố|Đ/c:|Địa chỉ:)\s*)?\d{1,4}[A-Z]?(?:[-/]\d{1,4}[A-Z]?)*,? (?:[A-ZĐÂÁÚÔĂÊƯƠÝÀ][^\W\d_]{0,12}(?:, | |,|$)){2,12}$"
)
# "Phú Bài, thành phố Huế", "Bác Ái, NT", "Xuân Trường, Nam Định cũ (nay Ninh Bình)" are places like "Phú Bài, Huế".
_PROVINCE = re.compile(
    r"(?<=, )(?:thành phố|thị xã|tỉnh|huyện|TP\.?|tp\.?) (?=[^\W\d_])|, ?[A-ZĐ]{2,3}$|(?<=\w) cũ(?: \(nay [^()]{2,30}\))?$"
)
# What may follow a place: a telephone number, or the day.
_DATED = re.compile(
    r"\s*[,(-]+\s*(?:ngày )?(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?|(?:đường dây |ĐT:? |tel:? )?0[\d .x]{7,14})\)?\s*$"
)
_ONE_OF_MANY = re.compile(rf"\b(?:{TREASURIES})\b|\btruong (?:th|mn|mam|tieu|thpt|thcs)")
# What somebody is, below his own name: "KT xã Sốp Cộp", "kế toán trường mầm non".
_HELD = re.compile(rf"^(?:kt|{POSTS})\b")
_ITEM = re.compile(r"^\s*(?:[-+•*▪>]|\d{1,2}\s*[.)/])\s*")


def ending(lines: Sequence[str], sender_name: str) -> int:
    """The first line of such a signature, which reaches to the end; `len(lines)` when there is none."""
    names, sender = name_words(sender_name), re.findall(r"[^\W_]+", folded(sender_name))
    personal = is_persons(names) and not is_organisation(sender_name)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for begin in filled[-_MOST_LINES:]:
        block = [lines[index] for index in filled if index >= begin]
        finished = _may_begin(lines, begin)
        own = _is_own(block[0], sender)
        if not finished and not (_is_carried_on(lines, begin, own=own) and (own or _is_office(block[0]))):
            continue
        if not own and sum(map(len, lines[:begin])) < _LEAST_SAID:
            continue
        if _is_ending(block, sender, personal=personal):
            return begin
    for begin in filled[-_LONGEST_TAIL:]:
        apart = begin > 0 and not lines[begin - 1].strip()
        if apart and _may_begin(lines, begin) and _is_company_block(lines[begin:], names):
            return begin
    return len(lines)


def _may_begin(lines: Sequence[str], begin: int) -> bool:
    """Whether the text above is finished, and nothing above announces what follows."""
    above = next((line for line in reversed(lines[:begin]) if line.strip() and not is_decoration(line)), "")
    plain = folded(above).rstrip(" *_")
    if not plain or plain.endswith(":") or _ANNOUNCES.search(plain[-60:]) or is_greeting(above):
        return False
    return is_finished(above)


def _is_carried_on(lines: Sequence[str], begin: int, *, own: bool) -> bool:
    """Whether the text above ends without a stop, as hurried people write, and not in the middle of a sentence."""
    above = next((line for line in reversed(lines[:begin]) if line.strip()), "")
    plain = folded(above).rstrip()
    wrapped = not own and 60 < len(plain) < 100
    if is_name(above) or _is_office(above) or capitals(above) >= 0.6:
        return False
    return (
        len(plain) >= (8 if own else 30)
        and not _ANNOUNCES.search(plain[-60:])
        and plain[-1].isalnum()
        and plain.split()[-1] not in _LEADING
        and not wrapped
    )


def _is_ending(block: Sequence[str], sender: Sequence[str], *, personal: bool) -> bool:
    """Whether each line says who, where or how to reach him, and no two say the same."""
    if any(_is_no_signature(line) for line in block):
        return False
    own = [_is_own(line, sender) for line in block]
    people = [(is_name(line) or holds_post(line)) and not mine for line, mine in zip(block, own, strict=True)]
    offices = [_is_office(line) for line in block]
    if not own[0] and not offices[0] and not (holds_post(block[0]) if personal else people[0]):
        return _is_place(block[0]) and (len(block) == 1 or all(map(_is_reach, block[1:])))
    heads = [folded(line).split()[0] for line, office in zip(block, offices, strict=True) if office]
    if sum(people) + any(own) > 1 or sum(own) > 1 or len(set(heads)) < len(heads):
        return False
    rest = zip(block[1:], own[1:], people[1:], offices[1:], strict=True)
    return all(
        any(known)
        or _is_reach(line)
        or _is_place(line)
        or says_who_by_label(line)
        or (own[0] and (_is_held(line) or _is_firm(line)))
        for line, *known in rest
    )


def _is_no_signature(line: str) -> bool:
    plain = folded(line).strip()
    return (
        bool(_ITEM.match(line) or POSTSCRIPT.match(plain))
        or len(plain) > 110
        or len(plain.split()) > 16
        or plain.endswith(("?", ":", ";", "!"))
        or is_greeting(line)
        or is_decoration(line)
    )


def _is_own(line: str, sender: Sequence[str]) -> bool:
    """Whether a line begins with the sender's given name or several words of his name, and says at most where he is."""
    plain = folded(line)
    said = [(found[0], found.end()) for found in re.finditer(r"[^\W_]+", plain[:80])]
    while len(said) > 1 and said[0][0] in FORMS_OF_ADDRESS and said[0][0] not in sender:
        said = said[1:]
    taken = next((n for n, (word, _) in enumerate(said) if word not in sender), len(said))
    own = [word for word, _ in said[:taken]]
    known = sender and (sender[0] in SURNAMES or len(sender) == 1)
    if not own or not (sender[-1] in own or (not known and max(map(len, own)) > 2)):
        return False
    behind = plain[said[taken - 1][1] :]
    written = line[len(line) - len(behind) :] if len(plain) == len(line) else behind
    return not behind.strip(" .*_)–-") or _says_where(written, behind)


def _says_where(written: str, behind: str) -> bool:
    """Whether what stands behind a name is a unit, a post, a place or a telephone number."""
    apart = re.match(r"\s*[-–—,|(/_.]", behind) is not None
    rest = re.sub(r"^p\. ?(?=[a-z])", "phong ", behind.strip(" -–—,|(/_."))
    if _PHONE.match(rest) and len(rest.split()) <= 9:
        return True
    if SAYS.search(rest) and is_speech(written):
        return False
    if _WHERE.match(rest) or UNIT.match(rest):
        return True
    if not apart and _is_place(written):
        return True
    return apart and len(rest.split()) <= 8 and capitals(written.strip(" -–—,|(/_.")) >= 0.6


def _is_office(line: str) -> bool:
    """Whether a line is the name of a unit or a post in one: "KBNN Bình Sơn", "Thủ quỹ KBNN Bình Giang", "kb Cần Giuộc"."""
    plain = folded(line).strip(" .*_–-(")
    if len(_ONE_OF_MANY.findall(plain)) > 1:
        return False  # they are listed
    if is_speech(line) or ":" in plain or not (_OFFICE.search(plain) or is_organisation(line)):
        return holds_post(line)
    if re.match(r"kb(?:nn)? ", plain) and plain == line.strip() and len(plain.split()) <= 5:
        return True
    body = re.sub(r"^(?:kb|kbnn)\b", "", line.strip(" .*_–-("), flags=re.IGNORECASE)
    return capitals(body) >= 0.5 or is_organisation(line)


def _is_place(line: str) -> bool:
    """Whether a line is a place and nothing else: up to three syllables with capitals ("Ba Bể"), six with a comma ("Tịnh Biên,
    An Giang"), or a street with its number; a telephone or a date may follow."""
    if len(line) > 90:
        return False
    if _STREET.match(line.rstrip(" .")) and not is_speech(line):
        return True
    place = _PROVINCE.sub("", _DATED.sub("", line.strip(" .")))
    found = re.findall(r"[^\W_]+", place)
    if (
        not 0 < len(found) <= (6 if "," in place else 3)
        or re.sub(r"[\w\s,.()'-]", "", place)
        or SAYS.search(folded(place))
    ):
        return False
    if any(word.lower() in _NO_PLACE for word in found):
        return False
    named = all(word.isalpha() and word[0].isupper() and not word[1:].isupper() for word in found)
    return named and all(is_syllable(word) or not place.isascii() for word in found)


def _is_held(line: str) -> bool:
    """Whether a line below somebody's own name is his post or unit: it begins with such a word and says nothing more."""
    plain = folded(line).strip(" .*_–-(")
    if len(plain.split()) > 8 or is_speech(line) or VERB.search(line) or ends_with_particle(line):
        return False
    return bool(_HELD.match(plain)) or (
        bool(_WHERE.match(plain)) and not plain.startswith("may") and capitals(line) >= 0.6
    )


def _is_firm(line: str) -> bool:
    """Whether a line below somebody's own name may be a firm's: "HKQ Partners", each word with a capital."""
    typed = re.findall(r"[^\W_]+", line)
    named = all(word[0].isupper() and word.lower() not in _NO_PLACE for word in typed)
    return 2 <= len(typed) <= 4 and named and any(not is_syllable(word) for word in typed) and not is_speech(line)


def _is_reach(line: str) -> bool:
    plain = folded(line).strip()
    return bool(CONTACT.search(plain)) or (bool(_PHONE.match(plain)) and len(plain.split()) <= 5)


def _is_company_block(lines: Sequence[str], names: Names) -> bool:
    """Whether a paragraph begins with a unit or "Người gửi: …" and says how to reach it."""
    block = [line for line in lines if line.strip()]
    first = block[0]
    begun = (
        is_organisation(first)
        or mentions(first, names)
        or (folded(first).startswith("nguoi gui") and says_who_by_label(first))
    )
    return begun and len(block) > 1 and not any(map(speaks, block)) and is_tail(block, names, after_closing=False)
