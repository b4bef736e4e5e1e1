"""Names of units and posts, and how an official signs. Judged folded, as people type them; capitals as written."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded
from daemon.reading.speech import VERB, is_sentence, is_speech

TREASURIES = "kb|kbnn|kho bac"
# What somebody is, at the beginning of a line or behind his name.
POSTS = (
    "ke toan|ktt|ktv|gdv|giao dich vien|thu quy|thu kho|van thu|bao ve|lai xe|can bo|nhan vien|chuyen vien|chuyen gia"
    "|kiem soat vien|giao vien|cong chuc|vien chuc|to truong|hieu truong|chanh van phong|giam doc|pho"
)
# Units whose names people also write in small letters.
SHORT_UNITS = r"pgd|stc|sgd|bql\w*|ttyt|ubnd|cty|cong ty|nhtm|bv|cntt|tai vu"
_UNITS = (
    "phong|nhom|to|ban|khoi|bo phan|doi|trung tam|cuc|vu|so|chi nhanh|vien|hoc vien|truong|ubmttq|uy ban|dang uy|huyen uy|thanh uy"
    "|tinh uy|cong an|bo chi huy|toa an|thue|hai quan|bhxh|bao hiem xa hoi|htx|hop tac xa|chi cuc|van phong|tong cong ty|tap doan"
    "|doanh nghiep|dntn|ngan hang|benh vien|quy|co quan|hoi|lien danh|xi nghiep|agribank|vietcombank|vcb|bidv|vietinbank|sacombank"
    "|mb|lpbank|vp"
)
_BEGINS = re.compile(rf"^(?:{TREASURIES}|{SHORT_UNITS}|{POSTS}|{_UNITS})\b")
# Units and posts that are known wherever they stand in a line: a list of its own, because most words above say something
# else in the middle of a sentence.
UNIT = re.compile(
    r"\b(?:kbnn|kho bac|phong (?:ke|tin|giao|tai|ngh|hanh|to|kiem|gd|khtc|tcnh)|to tin hoc|tai chinh|ubnd|hdnd"
    r"|truong (?:th|mam|tieu|trung|cao|dai|mn|thcs|thpt|phong)|trung tam|chi cuc|cuc|vu|cong ty|ngan hang"
    r"|benh vien|ke toan|giao dich vien|gdv|chuyen vien|pho phong|giam doc"
    r"|thu quy|hieu truong|van phong|ban quan ly|department|division|accountant|manager|officer|kt truong"
    r"|ktv|thpt|thcs|dai hoc|cao dang|hoc vien|qlda|so [a-z]+ (?:tinh|tp)|khu vuc [ivx\d]+)\b"
)
# How an official signs: for whom, as what, and where copies go (Nghị định 30/2020/NĐ-CP, appendix I).
_SIGNS_FOR = re.compile(
    r"^(?:kt|tl|tuq|tm|q|t/l|t/m|k/t)\s*[./]{0,2}\s+(?:cuc|vu|tong|giam|pho|truong|chu|hieu|thu|chanh|vien|ban|ke toan|ubnd|uy ban|"
    r"bo|ky|hoi dong|don vi|lanh dao|van phong|to|doi|hop tac xa|htx|cong ty|tap the)\b"
)
# Posts of those who sign for a unit, which stand above the name in capitals; nobody else's count there.
_POST = re.compile(
    r"^(?:q\.? ?)?(?:pho )?(?:(?:tong )?giam doc|cuc truong|vu truong|truong (?:phong|ban|khoa|nhom|doi|bo phan)|to truong|chu tich|"
    r"hieu truong|thu truong(?: don vi)?|chu tai khoan|ke toan truong|chanh van phong|vien truong|nguoi lap(?: bieu)?|ke toan|thu quy)\b"
)
_COPIES = re.compile(
    r"^noi nhan\W*$|^[-–+•*]\s*(?:nhu (?:tren|kinh gui|dieu)\b.{0,30}|luu\s*:?\s*(?:vt|van thu|hs|ho so|ke toan|kt|th|don vi|cntt)\b.{0,30}"
    r"|(?:ban )?(?:lanh dao|giam doc|bgd)\b.{0,40})$"
)


def begins_like_office(line: str) -> bool:
    """Whether a line begins with a word for a unit or a post."""
    return bool(_BEGINS.match(folded(line).strip(" .,*_-–")))


def is_organisation(line: str) -> bool:
    """Whether a line is a unit's or company's name by itself: "Phòng Tài vụ", "CÔNG TY TNHH XÂY DỰNG TRƯỜNG XUÂN"."""
    plain = folded(line).strip(" .,*_-–")
    return (
        begins_like_office(line)
        and line.strip(" *_-–")[:1].isupper()
        and 2 <= len(plain.split()) <= 16
        and ":" not in plain
        and "|" not in plain
        and not (VERB.search(line) or is_speech(line) or is_sentence(line))
    )


def lists_units(block: Sequence[str]) -> bool:
    """Whether lines name several units of one sort, one below the other."""
    heads = [" ".join(folded(line).split()[:1]) for line in block]
    return len(block) > 1 and len(set(heads)) == 1 and all(map(is_organisation, block))


def signs_for_office(line: str) -> bool:
    """Whether the line says for whom an official signs or as what: "KT. GIÁM ĐỐC", "TRƯỞNG PHÒNG"."""
    plain = folded(line).strip(" .,:*")
    if not line.strip() or len(plain) > 70 or is_speech(line):
        return False
    return bool(_SIGNS_FOR.match(plain)) or bool(_POST.match(plain) and line.upper() == line)


def is_copies(line: str) -> bool:
    """Whether a line says to whom copies go: "Nơi nhận:", "- Như trên;", "- Lưu VT"."""
    return bool(_COPIES.match(folded(line).strip()))


def is_official(line: str) -> bool:
    """Whether an official's signing begins here: for whom, as what, or "Nơi nhận:"."""
    return signs_for_office(line) or is_copies(line)
