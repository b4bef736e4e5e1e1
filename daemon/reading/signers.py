"""Lines of a signature, one at a time: names, units, contacts. Shapes are judged folded, verbs and capitals as written."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded, words
from daemon.reading.closings import is_closing
from daemon.reading.furniture import RULE
from daemon.reading.offices import UNIT, begins_like_office, is_copies, signs_for_office
from daemon.reading.speech import FORMS_OF_ADDRESS, SAYS, VERB, is_sentence, is_speech

SURNAMES = words(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong trinh doan dao mai lam
    luong luu cao ta thai ha to chu tong nong trieu vi hua lo quach diep kieu ma chau hoac la mac tang nghiem
    thach son kim danh phung doi ong lai khuc vuong giang quang cu cam lu sung thao
    """
)
CONTACT = re.compile(
    r"^\W*(?:dt|d/t|sdt|dien thoai|dtdd|dd|di dong|tel|phone|mobile|mob|cell|hotline|fax|email|e-mail|mail"
    r"|zalo|website|web|skype|viber|telegram|facebook|fb|linkedin|dia chi|d/c|dc|add|address|ext|may le|so may|m|t|p|e|w|a)\s*[.:/]"
    r"|^\W*(?:so )?(?:dt|sdt|dien thoai|hotline|tel|mobile|fax|co dinh|di dong|zalo)\b[^\d:.]{0,25}[.:]\s*[\d(+]"
    r"|^\W*(?:thu dien tu|hop thu|dia chi (?:thu|mail|email))\b[^:]{0,20}:\s*\S+@\S+$"
    r"|^\W*(?:dt|sdt|tel|dien thoai|mobile|dtdd|so may le|may le)\W*[\d(+]|^\W*hotline\W*[\d(+][\d\s().x-]{4,}$"
    r"|^\W*\(?\+?\d[\d\s().-]{7,}\d\W*$|^\W*<?[\w.+-]+@[\w.-]+>?\W*$|^\W*(?:https?://|www\.)\S+\W*$|(?:dt"
    r"|sdt|tel|dien thoai)\W{0,3}[\d(+][\d\s().x-]{5,}$"
)
# Letters of a line that are looked at: no line of a signature is longer, and patterns stay quick on any line.
JUDGED = 300
_LOGO = re.compile(r"^\W*(?:\[?cid:[^\]]*\]?|\[image[^\]]*\]|<?image\d+\.(?:png|jpe?g|gif)>?)\W*$")
_SEALED = re.compile(
    r"^\W*(?:da )?(?:ky|ki)(?: (?:ten|so|dien tu|thay))?(?:\W+(?:va )?(?:da )?(?:dong dau|ghi ro ho ten))*\W*$"
)
POSTSCRIPT = re.compile(r"^\W*(?:p\.?\s?/?\s?s\b|tai but|tb\b\s*:|n\.?b\b|viet them\s*:|bo sung\s*:|quen\b|a quen\b)")
# "Người gửi: …", "Đơn vị: …" below closing words; anywhere else they may be a form that somebody filled in.
_WHO = re.compile(
    r"^\W*(?:nguoi (?:gui|lien he|lam don|de nghi|lap)|don vi|co quan|chuc vu|chuc danh|bo phan|lien he)\s*:\s*\S"
)
# What stands before a name: degrees, ranks, forms of address.
_TITLE = re.compile(
    r"^\W*(?:(?:(?:pgs|gs|ths|th\.s|ts|bs|ks|cn|dr|mr|mrs|ms|miss|ong|ba|anh|chi|em|dong chi|d/c|thac si|tien si|bac si|ky su"
    r"|(?:dai|thieu|trung|thuong) (?:uy|ta|tuong)|qncn)"
    r"(?:\.|\b)\s*)+)"
)
_LABELLED = re.compile(r"^([^:]{3,30}):\s*(\S.{3,60})$")
_EMPHASIS = re.compile(r"^ {0,4}([*_]{1,3})(\w[^*_]{0,150})\1[ ]{0,4}$")
Names = tuple[str, ...]  # the words of the sender's name
_QUIET = 8  # words of a line that may stand in a block without saying anything


def lists_people(block: Sequence[str], names: Names) -> bool:
    """Whether lines tell of people: they are nothing but several names, or name more than two who are not the sender.

    A signature may name two besides the sender, such as the director and the deputy who signs for him.
    """
    people = [line for line in block if is_name(line)]
    others = [line for line in people if not mentions(line, names)]
    return len(others) > 2 or (len(people) > 1 and len(people) == len(block))


def shortened(line: str) -> str:
    """What is looked at of a line: of a long one its beginning, and its end, which tells whether a sentence ends with it."""
    return line if len(line) <= JUDGED else line[: JUDGED // 2] + line[-JUDGED // 2 :]


def is_decoration(line: str) -> bool:
    """Whether a line is a rule or the mark of a picture."""
    return len(line) <= JUDGED and bool(RULE.match(line) or _LOGO.match(folded(line).strip()))


def without_emphasis(line: str) -> str:
    """The line without the marks by which programs write bold and italic in plain text: "*Lâm Chí Cường*"."""
    found = _EMPHASIS.match(line) if line[:1] in " *_" else None
    return found[2] if found else line


def without_title(line: str) -> str:
    """The line without what stands before a name: "PGS.TS. ", "Mr. ", "(Ms) "."""
    plain = folded(line)
    title = _TITLE.match(plain) if len(plain) == len(line) else None
    return line[title.end() :].lstrip(" .)") if title and plain[title.end() :].strip(" .)") else line.strip()


def looks_signed(line: str, names: Names) -> bool:
    plain = folded(line).strip()
    if POSTSCRIPT.match(plain):
        return False
    if signs_for_office(line) or is_copies(line) or _SEALED.match(plain):
        return True
    if is_decoration(line) or CONTACT.search(plain):
        return len(plain) <= 160
    if len(plain) <= 110 and (is_name(line) or mentions(line, names)):
        return True  # before the words of a sentence: without diacritics Thị reads as thì
    if len(plain) > 110 or len(plain.split()) > 16 or plain.endswith(("?", ":", ";")) or is_speech(line):
        return False
    if is_sentence(line) and not is_closing(line):
        return False
    return (
        is_closing(line)
        or says_who(line, names)
        or bool(re.match(r"^(?:so )?\d+[\w/ ,.-]+(?:duong|pho|phuong|quan|xa|tinh|tp|thanh pho)\b", plain))
    )


def says_who(line: str, names: Names) -> bool:
    plain = folded(line)
    return (
        mentions(line, names)
        or is_name(line)
        or bool(UNIT.search(plain) and not is_speech(line) and len(plain) < 110)
        or bool(CONTACT.search(plain))
    )


def says_who_by_label(line: str) -> bool:
    plain = folded(line).strip()
    return len(plain) <= 110 and bool(_WHO.match(plain)) and not plain.endswith((".", "?"))


def is_quiet(line: str) -> bool:
    """Whether a line in a block of name and contact could be a post, a unit or a place: short, no verb, no end of a sentence."""
    plain = folded(line).strip()
    words = plain.split()
    return (
        0 < len(words) <= _QUIET
        and len(plain) <= 70
        and plain[-1] not in ".?!:;"
        and not plain.startswith((">", "-", "+", "•", "*"))
        and not is_speech(line)
        and not POSTSCRIPT.match(plain)
    )


def is_post(line: str) -> bool:
    """Whether a quiet line reads as a post or unit by itself: it begins with such a word, or each word with a capital."""
    if not is_quiet(line) or not line.strip()[:1].isupper():
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", line) if word not in ("and", "of", "the", "for", "và", "-")]
    return begins_like_office(line) or (len(words) > 1 and all(word[:1].isupper() for word in words))


def could_be_name(line: str) -> bool:
    """After closing words a short line without a verb is whoever signs: "Lan", "Em Hạnh KBNN Quản Bạ"."""
    plain = folded(line).strip(" .,-")
    return (
        0 < len(plain) <= 50 and len(plain.split()) <= 6 and not re.search(r"\d|[?:!>]", plain) and not is_speech(line)
    )


def is_name(line: str) -> bool:
    """A Vietnamese name with a known surname, alone or before a dash, comma or bracket."""
    words = re.split(r"\s[-–—]\s?|[,(|]", without_title(line.strip(" .-–*")))[0].split()
    capital = all(word[:1].isupper() and word.replace("-", "").isalpha() for word in words)
    return 2 <= len(words) <= 6 and capital and folded(words[0]) in SURNAMES


def ends_with_name(line: str) -> bool:
    """Whether a line is such a name, perhaps behind a post: "Chủ tịch HĐQT Nguyễn Văn Bé Tư"."""
    typed = line.split()
    return len(typed) <= 10 and any(is_name(" ".join(typed[-size:])) for size in range(2, 6))


def holds_post(line: str) -> bool:
    """Whether a post is given with the name of whoever holds it: "Kế toán trường: Nguyễn Thị Ái"."""
    labelled = _LABELLED.match(line.strip())
    if not labelled or not UNIT.search(folded(labelled[1])) or is_speech(line):
        return False
    held = without_title(labelled[2])
    return is_name(held) or (2 <= len(held.split()) <= 5 and held.replace(" ", "").isalpha() and held.istitle())


def name_words(sender_name: str) -> Names:
    """The words of the sender's name in order; none when it is too short to recognise anybody by."""
    words = tuple(dict.fromkeys(word for word in re.findall(r"[^\W\d_]+", folded(sender_name)) if len(word) > 1))
    return words if len(words) >= 2 else ()


def is_persons(names: Names) -> bool:
    """Whether the sender's name is a person's rather than an office's: it begins with a known surname."""
    return bool(names) and names[0] in SURNAMES and len(names) <= 5


def mentions(line: str, names: Names) -> bool:
    """Whether a short line is the sender's own name, with at most a unit behind it.

    One word of it may be missing, but not the given name, which stands last: relatives share all the others.
    """
    words = re.findall(r"[^\W\d_]+", folded(line))
    there = set(names).intersection(words[:6])
    return (
        bool(names)
        and len(words) <= 12
        and len(there) >= max(2, len(names) - 1)
        and (names[-1] in there or len(there) == len(names))
        and words[0] in names
    )


def is_sign_off(line: str, sender_name: str) -> bool:
    """Whether the line is the sender's given name, which Vietnamese names end with, alone or before a unit."""
    given = folded(sender_name).split()[-1:] if len(sender_name.split()) >= 2 else []
    words = re.findall(r"[^\W_]+", folded(line))
    while words and words[0] in FORMS_OF_ADDRESS:
        words = words[1:]
    rest = " ".join(words[1:])
    return (
        len(line) <= 90
        and words[:1] == given != []
        and (
            not rest
            or (rest == "a" and folded(line).startswith("e"))
            or bool(UNIT.search(rest) and not SAYS.search(rest) and len(words) <= 14)
        )
        and not VERB.search(line)
    )
