"""Lines of a signature, one at a time: names, units, contacts. Shapes are judged folded, verbs and capitals as written."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded, words
from daemon.reading.closings import is_closing
from daemon.reading.furniture import RULE

SURNAMES = words(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong trinh doan dao mai lam
    luong luu cao ta thai ha to chu tong nong trieu vi hua lo quach diep kieu ma chau hoac la mac tang nghiem
    thach son kim danh phung doi ong lai khuc vuong giang quang cu cam lu sung giang thao ly
    """
)
UNIT = re.compile(
    r"\b(?:kbnn|kho bac|phong (?:ke|tin|giao|tai|ngh|hanh|to|kiem|giao dich|gd|khtc|tcnh)|to tin hoc"
    r"|so tai chinh|tai chinh|ubnd|hdnd|truong (?:th|mam|tieu|trung|cao|dai|mn|thcs|thpt|phong)|trung tam"
    r"|chi cuc|cuc|vu|tong cong ty|cong ty|ngan hang"
    r"|benh vien|ke toan(?: vien| truong)?|giao dich vien|gdv|chuyen vien|pho phong|pho giam doc|giam doc"
    r"|thu quy|hieu truong|van phong|ban quan ly|department|division|accountant|manager|officer|kt truong"
    r"|ktv|thpt|thcs|dai hoc|cao dang"
    r"|hoc vien|hdnd|qlda|so [a-z]+ (?:tinh|tp)|phong gd|ban qlda|kho bac nha nuoc|khu vuc [ivx\d]+)\b"
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
_LONGEST_DECORATION = 300
_LOGO = re.compile(r"^\W*(?:\[?cid:[^\]]*\]?|\[image[^\]]*\]|<?image\d+\.(?:png|jpe?g|gif)>?)\W*$")
# The beginning of a unit's name or a post, written with a capital.
_OFFICE = re.compile(
    r"^(?:phong|nhom|to|ban|khoi|bo phan|doi|trung tam|cuc|vu|so|chi nhanh|vien|hoc vien|truong|bql\w*|ubnd|ubmttq|uy ban|"
    r"dang uy|huyen uy|thanh uy|tinh uy|cong an|bo chi huy|toa an|thue|hai quan|bhxh|bao hiem xa hoi|htx|hop tac xa|"
    r"nhan vien|can bo|chuyen vien|chuyen gia|ke toan|kiem soat vien|gdv|pho|giam doc|chanh van phong|thu kho|van thu)\b"
)
_COMPANY = re.compile(
    r"^(?:chi cuc|van phong|cong ty|cty|tong cong ty|tap doan|doanh nghiep|dntn|ngan hang|nhtm|kbnn|kho bac|pgd|benh vien|quy"
    r"|co quan|hoi|lien danh|xi nghiep|agribank|vietcombank|vcb|bidv|vietinbank|sacombank|mb|lpbank|vp)\b"
)
# An office about which something is said is the subject of a sentence.
VERB = re.compile(r"\b(?:có|là|đã|vừa|gửi|báo|xin|ở|mời|kính)\b")
# How an official signs: for whom, as what, and where copies go (Nghị định 30/2020/NĐ-CP, appendix I).
_SIGNS_FOR = re.compile(
    r"^(?:kt|tl|tuq|tm|q|t/l|t/m|k/t)\s*[./]{0,2}\s+(?:cuc|vu|tong|giam|pho|truong|chu|hieu|thu|chanh|vien|ban|ke toan|ubnd|uy ban|"
    r"bo|ky|hoi dong|don vi|lanh dao|van phong|to|doi)\b"
)
_POST = re.compile(
    r"^(?:q\.? ?)?(?:pho )?(?:(?:tong )?giam doc|cuc truong|vu truong|truong (?:phong|ban|khoa|nhom|doi|bo phan)|to truong|chu tich|"
    r"hieu truong|thu truong(?: don vi)?|chu tai khoan|ke toan truong|chanh van phong|vien truong|nguoi lap(?: bieu)?|ke toan|thu quy)\b"
)
_SEALED = re.compile(
    r"^\W*(?:da )?(?:ky|ki)(?: (?:ten|so|dien tu|thay))?(?:\W+(?:va )?(?:da )?(?:dong dau|ghi ro ho ten))*\W*$"
)
_COPIES = re.compile(
    r"^noi nhan\W*$|^[-–+•*]\s*(?:nhu (?:tren|kinh gui|dieu)\b.{0,30}|luu\s*:?\s*(?:vt|van thu|hs|ho so|ke toan|kt|th|don vi|cntt)\b.{0,30}"
    r"|(?:ban )?(?:lanh dao|giam doc|bgd)\b.{0,40})$"
)
# Words of a sentence: a line that has one of these says something. With diacritics they are told from "Cao đẳng", "hội";
# without them the words around decide.
SAYS = re.compile(
    r"\b(?:nho|de nghi|khong|(?<!thiet )bi|loi|giup|duoc|kiem tra|xem|hay|vui long|please|help|nhung|chua|se|(?<!cao )dang(?! uy)"
    r"|can(?! bo| tho| giuoc| duoc)|muon|gui kem|dinh kem|cho em|cho toi|hoi(?! dong| nong| phu| cuu| chu)|phai|nen|neu|khi"
    r"|vi vay|tai khoan|ma (?:so|dvqhns|qhns)|cccd|cmnd|mst|ho ten|ho va ten|ten dang nhap|user|so tien|mat khau)\b"
)
_SAYS_ACCENTED = re.compile(
    r"\b(?:nhờ|đề nghị|không|(?<!thiết )bị|lỗi|giúp|được|kiểm tra|xem|hãy|hay|vui lòng|please|help|nhưng|chưa|sẽ|đang|cần(?! thơ| giuộc"
    r"| đước)|muốn|gửi kèm|đính kèm|cho em|cho tôi|hỏi|phải|nên|nếu|khi|vì vậy|tài khoản|mã (?:số|đvqhns|qhns)|cccd|cmnd|mst"
    r"|họ tên|họ và tên|tên đăng nhập|user|số tiền|mật khẩu)\b",
    re.IGNORECASE,
)
_FILE = re.compile(r"\S\.(?:xlsx?|docx?|pptx?|pdf|zip|rar|xml|png|jpe?g|txt|csv|log|eml|msg)\b", re.IGNORECASE)
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
_EMPHASIS = re.compile(r"^ {0,4}([*_]{1,3})(\w[^*_]{0,150})\1[ ]{0,4}$")
_SMALL = words("and of the for và cho về của tại at in số")
Names = tuple[str, ...]  # the words of the sender's name
_QUIET = 8  # words of a line that may stand in a block without saying anything


def is_speech(line: str) -> bool:
    """Whether a line has a word that says something. The same syllables with capitals are part of a name: "TP. Cần Thơ"."""
    if _FILE.search(line):
        return True
    shouted = line.upper() == line
    begins = len(line) - len(line.lstrip(" *•-–|"))
    for found in SAYS.finditer(line.lower()) if line.isascii() else _SAYS_ACCENTED.finditer(line):
        written = line[found.start() : found.end()].split()
        if shouted or found.start() <= begins or not all(word[:1].isupper() for word in written):
            return True
    return False


def is_sentence(line: str) -> bool:
    """Whether a line ends like a sentence and is written like one: most of its words begin small."""
    return line.rstrip(" *").endswith((".", "!", "…")) and len(line.split()) >= 4 and capitals(line) < 0.6


def capitals(line: str) -> float:
    """The share of words that begin with a capital or a digit, small words of names and addresses left out."""
    written = [word for word in re.findall(r"[\w.]+", line) if word.lower() not in _SMALL]
    return sum(word[0].isupper() or word[0].isdigit() for word in written) / len(written) if written else 1.0


def lists_people(block: Sequence[str], names: Names) -> bool:
    """Whether lines name several people, of whom a signature has one, at most with the deputy who signs for him."""
    people = [line for line in block if is_name(line)]
    others = [line for line in people if not mentions(line, names)]
    return len(others) > 2 or (len(people) > 1 and len(people) == len(block))


def lists_units(block: Sequence[str]) -> bool:
    """Whether lines name several units of one sort, one below the other."""
    heads = [" ".join(folded(line).split()[:1]) for line in block]
    return len(block) > 1 and len(set(heads)) == 1 and all(map(is_organisation, block))


def is_decoration(line: str) -> bool:
    """Whether a line is a rule or the mark of a picture."""
    return len(line) <= _LONGEST_DECORATION and bool(RULE.match(line) or _LOGO.match(folded(line).strip()))


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
    if signs_for_office(line) or _SEALED.match(plain) or _COPIES.match(plain):
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


def signs_for_office(line: str) -> bool:
    """Whether the line says for whom an official signs or as what: "KT. GIÁM ĐỐC", "TRƯỞNG PHÒNG"."""
    plain = folded(line).strip(" .,:*")
    if not line.strip() or len(plain) > 70 or is_speech(line):
        return False
    return bool(_SIGNS_FOR.match(plain)) or bool(_POST.match(plain) and line.upper() == line)


def is_organisation(line: str) -> bool:
    """Whether a line is a unit's or company's name by itself: "Phòng Tài vụ", "CÔNG TY TNHH XÂY DỰNG TRƯỜNG XUÂN"."""
    plain = folded(line).strip(" .,*_-–")
    known = bool(_OFFICE.match(plain) or _COMPANY.match(plain)) and line.strip(" *_-–")[:1].isupper()
    return (
        known
        and 2 <= len(plain.split()) <= 16
        and ":" not in plain
        and "|" not in plain
        and not (VERB.search(line) or is_speech(line) or is_sentence(line))
    )


def is_official(line: str) -> bool:
    """Whether an official's signing begins here: for whom, as what, or "Nơi nhận:"."""
    return signs_for_office(line) or bool(_COPIES.match(folded(line).strip()))


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
    return bool(_OFFICE.match(folded(line).strip())) or (len(words) > 1 and all(word[:1].isupper() for word in words))


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
    while words and words[0] in ("em", "e", "chi", "anh", "ms", "mr", "mrs"):
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
