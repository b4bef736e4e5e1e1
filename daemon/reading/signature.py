"""Signature, disclaimer, device line and gateway banner: what stands around the text of every mail of a person."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded

_LONGEST = 14  # lines of a signature
_DEVICE = re.compile(
    r"^\W*(?:(?:da |duoc )?gui (?:tu|bang|boi|qua) (?:iphone|ipad|dien thoai|thiet bi|may|outlook|mail|thu"
    r"|yahoo|samsung|galaxy|zalo|android|hop thu|ung dung|oppo|xiaomi|nokia|gmail|smartphone)\b.{0,80}"
    r"|sent (?:from|via|with) (?:my |the )?(?:iphone|ipad|samsung|galaxy|mobile|outlook|mail|yahoo|phone"
    r"|android|blackberry|nokia|xiaomi|oppo|huawei|gmail|proton|aol|device|smartphone|windows).{0,80}"
    r"|(?:get|tai|nhan) outlook (?:for|cho|danh cho) (?:ios|android|mac).{0,80}|co duoc outlook danh cho .{1,40})$"
)
_DISCLAIMER = re.compile(
    r"(?:this|the) (?:e-?mail|message|communication|information)[^.]{0,120}(?:confidential|privileged"
    r"|intended (?:only |solely )?for)"
    r"|confidentiality (?:notice|note)|^\W*(?:legal )?disclaimer\b|if you are not the (?:intended"
    r"|named) (?:recipient|addressee)"
    r"|(?:thong tin|noi dung|thu|thu dien tu|e-?mail|tai lieu)[^.]{0,120}(?:bao mat|bi mat|mat va"
    r"|thong tin rieng|chi danh cho|chi danh rieng)[^.]{0,160}(?:nguoi nhan|dia chi|ca nhan|to chuc"
    r"|ben nhan)"
    r"|neu (?:ban|quy vi|anh chi|ong ba|quy khach|anh/chi"
    r"|ong/ba)[^.]{0,30} khong phai (?:la )?(?:nguoi nhan|nguoi duoc)"
    r"|tuyen bo (?:mien tru|bao mat)|please consider the environment|(?:hay|vui long|xin) (?:can nhac"
    r"|nghi den moi truong|bao ve moi truong|suy nghi)[^.]{0,60}(?:in|moi truong)"
    r"|(?:has been|was) (?:scanned|checked) (?:for|by)[^.]{0,60}|da duoc (?:quet|kiem tra) (?:virus|vi rut"
    r"|ma doc)|virus-free\b|khong co virus\.? "
)
_BANNER = re.compile(
    r"^\W*(?:caution|warning|external(?: e-?mail| sender)?|canh bao|luu y|chu y|thu ben ngoai"
    r"|email ben ngoai)\b.{0,40}?(?:originated from outside|external sender|from outside"
    r"|ben ngoai (?:he thong|to chuc|co quan|don vi|kbnn))|^\W*\[?(?:external|ngoai he thong)\]?\W*$"
    r"|^\W*(?:thu|email|mail) nay (?:duoc )?(?:gui|den) tu (?:ben ngoai|ngoai)|^\W*this (?:e-?mail"
    r"|message) (?:originated|came|was sent) from outside"
)
_RULE = re.compile(r"^\W{0,2}(?:--|—|–|[-_=*~—–]{3,})\W{0,2}$")
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
_CLOSING_WORDS = frozenset(
    [
        "xin",
        "em",
        "toi",
        "chung",
        "con",
        "minh",
        "rat",
        "chan",
        "thanh",
        "that",
        "tran",
        "trong",
        "cam",
        "on",
        "than",
        "ai",
        "men",
        "kinh",
        "thu",
        "chao",
        "don",
        "va",
        "nhieu",
        "anh",
        "chi",
        "cac",
        "a",
        "ah",
        "nhe",
        "quy",
        "phong",
        "ban",
        "co",
        "quan",
        "don",
        "vi",
        "best",
        "kind",
        "kindest",
        "warm",
        "many",
        "thanks",
        "thank",
        "you",
        "tks",
        "thks",
        "br",
        "and",
        "regards",
        "sincerely",
        "yours",
        "faithfully",
        "cheers",
        "with",
        "wishes",
        "so",
        "much",
        "truoc",
        "su",
        "giup",
        "do",
        "ho",
        "tro",
        "quan",
        "tam",
        "cua",
        "hop",
        "tac",
    ]
)
_SURNAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dinh",
        "truong",
        "trinh",
        "doan",
        "dao",
        "mai",
        "lam",
        "luong",
        "luu",
        "cao",
        "ta",
        "thai",
        "ha",
        "to",
        "chu",
        "tong",
        "nong",
        "trieu",
        "vi",
        "hua",
        "lo",
        "quach",
        "diep",
        "kieu",
        "ma",
        "chau",
        "hoac",
        "la",
        "mac",
        "tang",
        "nghiem",
        "thach",
        "son",
        "kim",
        "danh",
        "phung",
        "doi",
        "ong",
        "lai",
        "khuc",
        "vuong",
        "giang",
        "quang",
        "cu",
        "cam",
        "lu",
        "sung",
        "giang",
        "thao",
        "ly",
    ]
)
_UNIT = re.compile(
    r"\b(?:kbnn|kho bac|phong (?:ke|tin|giao|tai|ngh|hanh|to|kiem|giao dich|gd|khtc|tcnh)|to tin hoc"
    r"|so tai chinh|tai chinh|ubnd|hdnd|truong (?:th|mam|tieu|trung|cao|dai|mn|thcs|thpt|phong)|trung tam"
    r"|chi cuc|cuc|vu|tong cong ty|cong ty|ngan hang"
    r"|benh vien|ke toan(?: vien| truong)?|giao dich vien|gdv|chuyen vien|pho phong|pho giam doc|giam doc"
    r"|thu quy|hieu truong|van phong|ban quan ly|department|division|accountant|manager|officer|kt truong"
    r"|ktv|so [a-z]+ (?:tinh|tp)|phong gd|ban qlda|kho bac nha nuoc|tay nguyen|khu vuc [ivx\d]+)\b"
)
_CONTACT = re.compile(
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
_POSTSCRIPT = re.compile(r"^\W*(?:p\.?\s?/?\s?s\b|tai but|ps\b|tb\b\s*:|n\.?b\b)")


def split_signature(lines: Sequence[str], sender_name: str, *, may_empty: bool) -> tuple[list[str], list[str]]:
    """The text's lines, and those of signature, disclaimer, device line and banner in their order.

    `may_empty` allows that no text is left (a reply that only quotes). Otherwise a mail that would be trimmed to
    nothing keeps everything.
    """
    kept, around = _without_furniture(lines)
    start, end = _signature_span(kept, sender_name)
    typed = kept[:start] + kept[end:]
    if not any(line.strip() for line in typed) and any(line.strip() for line in kept) and not may_empty:
        typed, start, end = kept, 0, 0
    if not any(line.strip() for line in typed) and not may_empty:
        return list(lines), []
    return typed, [*kept[start:end], *([""] if start < end and around else []), *around]


def _without_furniture(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines without device lines, disclaimers and banners, and those."""
    kept: list[str] = []
    around: list[str] = []
    for number, paragraph in enumerate(_paragraphs(lines)):
        plain = folded(" ".join(paragraph))
        banner = number < 2 and len(plain) < 600 and bool(_BANNER.search(plain))
        if banner or (len(plain) >= 25 and _DISCLAIMER.search(plain) and len(paragraph) <= 20 and not _asks(plain)):
            around.extend(paragraph)
            # A rule drawn above a disclaimer belongs to it.
            while not banner and kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
                around.insert(0, kept.pop())
            kept.append("")
            continue
        for line in paragraph:
            (around if len(line) < 160 and _DEVICE.match(folded(line)) else kept).append(line)
    return kept, [line for line in around if line.strip()]


def _asks(plain: str) -> bool:
    """Whether a paragraph that sounds like a disclaimer also speaks of a fault: then a person wrote it."""
    return bool(re.search(r"\b(?:bao loi|bi loi|khong (?:dang nhap|vao|in|gui) duoc|tabmis|dvc)\b", plain))


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    """Runs of lines, blank lines at the end of each run kept with it."""
    result: list[list[str]] = [[]]
    for line in lines:
        if line.strip() and result[-1] and not result[-1][-1].strip():
            result.append([])
        result[-1].append(line)
    return result


def _signature_span(lines: Sequence[str], sender_name: str) -> tuple[int, int]:
    """First and behind-last line of the signature; (n, n) when there is none."""
    names = _name_words(sender_name)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in filled:
        rule, closing = bool(_RULE.match(lines[index])), _is_closing(lines[index])
        if not (rule or closing):
            continue
        end = _run_end(lines, index + 1, names, after_closing=closing)
        block = [line for line in lines[index + 1 : end] if line.strip()]
        if block and len(block) <= _LONGEST and _is_signature(block, names, after_closing=closing):
            rest = [line for line in lines[end:] if line.strip()]
            if not rest or _starts_new_text(lines, end, block):
                return (index if rule else index + 1), end
    return _final_block(lines, names)


def _starts_new_text(lines: Sequence[str], end: int, block: Sequence[str]) -> bool:
    """Whether what follows a block is a postscript: it stands apart, and the block was more than a name."""
    first = next(line for line in lines[end:] if line.strip())
    apart = end > 0 and (not lines[end - 1].strip() or not lines[end].strip())
    return bool(_POSTSCRIPT.match(folded(first))) or (
        apart and len(block) >= 2 and any(_CONTACT.search(folded(b)) or _UNIT.search(folded(b)) for b in block)
    )


def _run_end(lines: Sequence[str], start: int, names: frozenset[str], *, after_closing: bool) -> int:
    """Behind the last of the lines from `start` that look like a signature; single blank lines do not end it."""
    end, blanks = start, 0
    for index in range(start, len(lines)):
        if not lines[index].strip():
            blanks += 1
            if blanks > 2:
                break
            continue
        if not (
            _looks_signed(lines[index], names) or (after_closing and end == start and _could_be_name(lines[index]))
        ):
            break
        end, blanks = index + 1, 0
    return end


def _final_block(lines: Sequence[str], names: frozenset[str]) -> tuple[int, int]:
    """A block of name, unit, telephone at the very end of the mail, a blank line above it."""
    last = next((index for index in reversed(range(len(lines))) if lines[index].strip()), -1)
    start = last + 1
    while start > 0 and last - start < 40 and (not lines[start - 1].strip() or _looks_signed(lines[start - 1], names)):
        start -= 1
    for begin in range(start, last + 1):
        if not lines[begin].strip() or (begin > 0 and lines[begin - 1].strip() and not _mentions(lines[begin], names)):
            continue
        above = next((line for line in reversed(lines[:begin]) if line.strip()), "")
        block = [line for line in lines[begin : last + 1] if line.strip()]
        if not above.rstrip().endswith(":") and len(block) <= _LONGEST and _is_final(block, names):
            return begin, last + 1
    return len(lines), len(lines)


def _is_signature(block: Sequence[str], names: frozenset[str], *, after_closing: bool) -> bool:
    """Whether lines below a rule or closing words are a signature: at least one says who or where."""
    if after_closing:
        return _could_be_name(block[0]) or any(_says_who(line, names) for line in block[:3])
    return any(_says_who(line, names) for line in block[:3])


def _is_final(block: Sequence[str], names: frozenset[str]) -> bool:
    """Without a rule or closing words more is asked for: a name, and a unit or contact or the sender's own name."""
    named = _is_name(block[0]) or _mentions(block[0], names)
    more = any(_UNIT.search(folded(line)) or _CONTACT.search(folded(line)) for line in block)
    return named and (more or _mentions(block[0], names))


def _looks_signed(line: str, names: frozenset[str]) -> bool:
    plain = folded(line).strip()
    if _RULE.match(line) or _LOGO.match(plain) or _CONTACT.search(plain):
        return len(plain) <= 160
    if len(plain) <= 110 and (_is_name(line) or _mentions(line, names)):
        return True  # before the words of a sentence: without diacritics Thị reads as thì
    if len(plain) > 110 or len(plain.split()) > 16 or plain.endswith(("?", ":", ";")) or _SAYS.search(plain):
        return False
    return (
        _is_closing(line)
        or _says_who(line, names)
        or bool(re.match(r"^(?:so )?\d+[\w/ ,.-]+(?:duong|pho|phuong|quan|xa|tinh|tp|thanh pho)\b", plain))
    )


def _says_who(line: str, names: frozenset[str]) -> bool:
    plain = folded(line)
    return (
        _mentions(line, names)
        or _is_name(line)
        or bool(_UNIT.search(plain) and not _SAYS.search(plain) and len(plain) < 110)
        or bool(_CONTACT.search(plain))
    )


def _could_be_name(line: str) -> bool:
    """After closing words a short line without a verb is whoever signs: "Lan", "Em Hạnh KBNN Quản Bạ"."""
    plain = folded(line).strip(" .,-")
    return (
        0 < len(plain) <= 50
        and len(plain.split()) <= 6
        and not re.search(r"\d|[?:!>]", plain)
        and not _SAYS.search(plain)
    )


def _is_name(line: str) -> bool:
    """A Vietnamese name with a known surname, alone or before a dash, comma or bracket."""
    words = re.split(r"\s[-–—]\s?|[,(|]", line.strip(" .-–*"))[0].split()
    if words and folded(words[0]).strip(".") in ("ths", "ts", "mr", "mrs", "ms", "ong", "ba", "anh", "chi", "em"):
        words = words[1:]
    capital = all(word[:1].isupper() and word.replace("-", "").isalpha() for word in words)
    return 2 <= len(words) <= 6 and capital and folded(words[0]) in _SURNAMES


def _name_words(sender_name: str) -> frozenset[str]:
    """The words of the sender's name; empty when it is too short to recognise anybody by."""
    words = frozenset(word for word in re.findall(r"[^\W\d_]+", folded(sender_name)) if len(word) > 1)
    return words if len(words) >= 2 else frozenset()


def _mentions(line: str, names: frozenset[str]) -> bool:
    """Whether a short line is the sender's own name, with at most a unit behind it."""
    words = re.findall(r"[^\W\d_]+", folded(line))
    return (
        bool(names)
        and len(words) <= 12
        and len(names.intersection(words[:6])) >= max(2, len(names) - 1)
        and words[0] in names
    )


def _is_closing(line: str) -> bool:
    plain = folded(line).strip(" .,!-–*…")
    words = re.findall(r"[a-z]+", plain)
    return (
        0 < len(words) <= 12
        and any(head in plain for head in _HEADS)
        and all(word in _CLOSING_WORDS for word in words)
        and len(plain) < 70
    )
