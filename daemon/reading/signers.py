"""Lines of a signature, one at a time: names, units, contacts, closing words. Judged folded, as people type them."""

import re

from daemon.reading.characters import folded, words
from daemon.reading.furniture import RULE

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
    "tran trong kinh chao",
    "chao than ai",
    "best wishes",
    "br",
    "xin cam on",
    "tks and br",
)
_CLOSING_WORDS = words(
    """
    xin em toi chung con minh rat chan thanh that tran trong cam on than ai men kinh thu chao don va nhieu anh
    chi cac a ah nhe quy phong ban co quan don vi best kind kindest warm many thanks thank you tks thks br and
    regards sincerely yours faithfully cheers with wishes so much truoc su giup do ho tro quan tam cua hop tac
    """
)
_SURNAMES = words(
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
    r"|ktv|so [a-z]+ (?:tinh|tp)|phong gd|ban qlda|kho bac nha nuoc|tay nguyen|khu vuc [ivx\d]+)\b"
)
CONTACT = re.compile(
    r"^\W*(?:dt|d/t|sdt|dien thoai|dtdd|dd|di dong|tel|phone|mobile|mob|cell|hotline|fax|email|e-mail|mail"
    r"|zalo|website|web|skype|dia chi|d/c|dc|add|address|ext|may le|so may|m|t|p|e|w|a)\s*[.:/]"
    r"|^\W*(?:dt|sdt|tel|dien thoai|mobile|dtdd|so may le|may le)\W*[\d(+]"
    r"|^\W*\(?\+?\d[\d\s().-]{7,}\d\W*$|^\W*<?[\w.+-]+@[\w.-]+>?\W*$|^\W*(?:https?://|www\.)\S+\W*$|(?:dt"
    r"|sdt|tel|dien thoai)\W{0,3}[\d(+][\d\s().x-]{5,}$"
)
_LOGO = re.compile(r"^\W*(?:\[?cid:[^\]]*\]?|\[image[^\]]*\]|<?image\d+\.(?:png|jpe?g|gif)>?)\W*$")
# Words of a sentence: a line that has one of these says something.
_SAYS = re.compile(
    r"\b(?:nho|de nghi|khong|bi|loi|giup|duoc|kiem tra|xem|hay|vui long|please|help|nhung|chua|se|dang|can"
    r"|muon|gui kem|dinh kem|cho em|cho toi|hoi|phai|nen|neu|khi|vi vay|tai khoan|ma (?:so|dvqhns|qhns)"
    r"|cccd|cmnd|mst|ho ten|ho va ten|ten dang nhap|user|so tien|mat khau)\b"
)
POSTSCRIPT = re.compile(r"^\W*(?:p\.?\s?/?\s?s\b|tai but|ps\b|tb\b\s*:|n\.?b\b)")


def looks_signed(line: str, names: frozenset[str]) -> bool:
    plain = folded(line).strip()
    if RULE.match(line) or _LOGO.match(plain) or CONTACT.search(plain):
        return len(plain) <= 160
    if len(plain) <= 110 and (is_name(line) or mentions(line, names)):
        return True  # before the words of a sentence: without diacritics Thị reads as thì
    if len(plain) > 110 or len(plain.split()) > 16 or plain.endswith(("?", ":", ";")) or _SAYS.search(plain):
        return False
    return (
        is_closing(line)
        or says_who(line, names)
        or bool(re.match(r"^(?:so )?\d+[\w/ ,.-]+(?:duong|pho|phuong|quan|xa|tinh|tp|thanh pho)\b", plain))
    )


def says_who(line: str, names: frozenset[str]) -> bool:
    plain = folded(line)
    return (
        mentions(line, names)
        or is_name(line)
        or bool(UNIT.search(plain) and not _SAYS.search(plain) and len(plain) < 110)
        or bool(CONTACT.search(plain))
    )


def could_be_name(line: str) -> bool:
    """After closing words a short line without a verb is whoever signs: "Lan", "Em Hạnh KBNN Quản Bạ"."""
    plain = folded(line).strip(" .,-")
    return (
        0 < len(plain) <= 50
        and len(plain.split()) <= 6
        and not re.search(r"\d|[?:!>]", plain)
        and not _SAYS.search(plain)
    )


def is_name(line: str) -> bool:
    """A Vietnamese name with a known surname, alone or before a dash, comma or bracket."""
    words = re.split(r"\s[-–—]\s?|[,(|]", line.strip(" .-–*"))[0].split()
    if words and folded(words[0]).strip(".") in ("ths", "ts", "mr", "mrs", "ms", "ong", "ba", "anh", "chi", "em"):
        words = words[1:]
    capital = all(word[:1].isupper() and word.replace("-", "").isalpha() for word in words)
    return 2 <= len(words) <= 6 and capital and folded(words[0]) in _SURNAMES


def name_words(sender_name: str) -> frozenset[str]:
    """The words of the sender's name; empty when it is too short to recognise anybody by."""
    words = frozenset(word for word in re.findall(r"[^\W\d_]+", folded(sender_name)) if len(word) > 1)
    return words if len(words) >= 2 else frozenset()


def mentions(line: str, names: frozenset[str]) -> bool:
    """Whether a short line is the sender's own name, with at most a unit behind it."""
    words = re.findall(r"[^\W\d_]+", folded(line))
    return (
        bool(names)
        and len(words) <= 12
        and len(names.intersection(words[:6])) >= max(2, len(names) - 1)
        and words[0] in names
    )


def is_sign_off(line: str, sender_name: str) -> bool:
    """Whether the line is the sender's given name, which Vietnamese names end with, alone or before a unit."""
    given = folded(sender_name).split()[-1:] if len(sender_name.split()) >= 2 else []
    head, dash, rest = re.sub(r"\s[-–—]\s?|[,(]", "\0", folded(line).strip(" .-–*")).partition("\0")
    words_of_head = [word for word in head.split() if word.strip(".") not in ("em", "chi", "anh", "ms", "mr", "mrs")]
    return len(line) <= 70 and words_of_head == given != [] and (not dash or bool(UNIT.search(rest)))


def is_closing(line: str) -> bool:
    plain = folded(line).strip(" .,!-–*…")
    words = re.findall(r"[a-z]+", plain)
    return (
        0 < len(words) <= 12
        and any(head in plain for head in _HEADS)
        and all(word in _CLOSING_WORDS for word in words)
        and len(plain) < 70
    )
