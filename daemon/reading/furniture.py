"""Device lines, disclaimers and gateway banners: what programs put around the text of a person's mail."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded

RULE = re.compile(r"^\W{0,2}(?:--|—|–|[-_=*~—–]{3,})\W{0,2}$")
_DEVICE = re.compile(
    r"^\W*(?:(?:da |duoc )?gui (?!.*\b(?:deu|van (?:bi|loi|duoc|the|nhu)|khong duoc)\b)"  # a program does not say how sending went
    r"(?:tu|bang|boi|qua) (?:iphone|ipad|dien thoai|thiet bi|may|outlook|mail|thu"
    r"|yahoo|samsung|galaxy|zalo|android|hop thu|ung dung|oppo|xiaomi|nokia|gmail|smartphone"
    r"|proton|spark|edison|bluemail|vivo|realme|redmi|huawei|honor|vsmart|macbook|windows)\b.{0,80}"
    r"|sent (?:from|via|with) (?:my |the )?(?:iphone|ipad|samsung|galaxy|mobile|outlook|mail|yahoo|phone"
    r"|android|blackberry|nokia|xiaomi|oppo|huawei|gmail|proton|aol|device|smartphone|windows).{0,80}"
    r"|(?:get|tai|nhan) (?!nham|duoc)\w+(?: \w+)? (?:for|cho|danh cho) (?:ios|android|mac|iphone).{0,80}|co duoc outlook danh cho .{1,40})$"
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
    r"|(?:ban|quy vi) nhan duoc (?:thu|email|tin nhan) nay (?:vi|do) (?:ban |quy vi )?(?:da )?dang ky|you received this message because"
    r"|(?:has been|was) (?:scanned|checked) (?:for|by)[^.]{0,60}|da duoc (?:quet|kiem tra) (?:virus|vi rut"
    r"|ma doc)|virus-free\b|khong co virus\.? "
)
_WRAPPED = 60  # characters of a line that a program may have broken
_HEADING = re.compile(
    r":\W*$|\b(?:bao mat|luu y|chu y|canh bao|thong bao|mien tru|khuyen cao|notice|note|disclaimer|warning|confidential\w*|privacy)\b"
)
_LONGEST_HEADING = 160  # characters
_OUTSIDE = r"(?:ben ngoai|ngoai (?:he thong|co quan|don vi|nganh|to chuc|kbnn)|outside|external)"
_BANNER = re.compile(
    rf"^\W*(?:caution|warning|attention|external(?: e-?mail| sender)?|canh bao(?: an toan)?|luu y|chu y)\b\W.{{0,80}}?{_OUTSIDE}"
    rf"|^\W*\[?(?:external|ngoai he thong|thu (?:tu )?ben ngoai|email ben ngoai)\]?\W*$"
    rf"|^\W*\[?(?:thu|email|e-mail|mail|tin nhan) (?:nay )?(?:la thu )?(?:duoc |co nguon )?(?:gui |den |goc )*"
    rf"(?:tu|cua) .{{0,40}}{_OUTSIDE}"
    rf"|^\W*(?:thu|email) ben ngoai\b\W.{{0,80}}(?:{_OUTSIDE}|lien ket|tep|can trong)"
    r"|^\W*this (?:e-?mail|message) (?:originated|came|was sent|is) from (?:an )?(?:outside|external)"
    # Outlook tells that a sender is new to the reader.
    r"|^\W*you don.?t often get e-?mail from|^\W*some people who received this message don.?t often"
    r"|^\W*(?:ban|quy vi) (?:thuong )?khong (?:thuong xuyen )?nhan (?:duoc )?(?:email|thu) tu\b"
    r"|^\W*mot so nguoi (?:nhan|da nhan) (?:duoc )?(?:thu|email|tin nhan) nay (?:thuong )?khong"
)


def without_furniture(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines without device lines, disclaimers and banners, and those."""
    kept: list[str] = []
    around: list[str] = []
    for number, paragraph in enumerate(_paragraphs(lines)):
        plain = folded(" ".join(paragraph))
        if number < 2 and len(paragraph) > 1 and _is_banner(folded(paragraph[0])) and not _is_warning(paragraph[1]):
            around.append(paragraph.pop(0))  # text right below a banner of one line
            plain = folded(" ".join(paragraph))
        banner = number < 2 and _is_banner(plain)
        if banner or (len(plain) >= 25 and _DISCLAIMER.search(plain) and len(paragraph) <= 20 and not _asks(plain)):
            above = [] if banner else _above_disclaimer(paragraph)
            kept.extend(above)
            around.extend(paragraph[len(above) :])
            # A rule drawn above a disclaimer belongs to it.
            while not banner and kept and (not kept[-1].strip() or RULE.match(kept[-1])):
                around.insert(0, kept.pop())
            kept.append("")
            continue
        for line in paragraph:
            (around if len(line) < 160 and _DEVICE.match(folded(line)) else kept).append(line)
    return kept, [line for line in around if line.strip()]


def _above_disclaimer(paragraph: Sequence[str]) -> Sequence[str]:
    """The lines of a text that has a disclaimer right below it, without a blank line: short ones, which nothing wrapped."""
    first = next((n for n, line in enumerate(paragraph) if _DISCLAIMER.search(folded(line))), 0)
    while first and (len(paragraph[first - 1]) > _WRAPPED or not paragraph[first].lstrip(" *_\"'(")[:1].isupper()):
        first -= 1  # its sentence began further up
    while first and (_is_heading(paragraph[first - 1]) or RULE.match(paragraph[first - 1])):
        first -= 1
    return paragraph[:first]


def _is_heading(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and bool(_HEADING.search(folded(line)))


def _is_banner(plain: str) -> bool:
    return len(plain) < 600 and bool(_BANNER.search(plain)) and not _asks(plain)


def _is_warning(line: str) -> bool:
    """Whether a banner goes on in this line."""
    plain = folded(line)
    return not plain.strip() or bool(
        re.search(
            r"\b(?:links?|attachments?|lien ket|tep|dinh kem|can trong|than trong|sender|nguoi gui|ma doc)\b|https?:",
            plain,
        )
    )


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
