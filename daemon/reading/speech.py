"""Whether a line speaks to somebody: words of a sentence, particles and forms of address, as Vietnamese is written in mails."""

import re
from collections.abc import Set

from daemon.reading.characters import folded, words

FORMS_OF_ADDRESS = words("em e chi anh ms mr mrs c a toi co thay bac chau")  # before one's own name, or alone: "em Hoa"
COURTEOUS = words("a ah nhe nha")  # "… ạ", "… nhé": only a person says so, to a person
PARTICLES = COURTEOUS | words("voi giup gium dum ho roi khong ko vay luon")
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
# An office about which something is said is the subject of a sentence.
VERB = re.compile(r"\b(?:có|là|đã|vừa|gửi|báo|xin|ở|mời|kính)\b")
_SMALL = words("and of the for và cho về của tại at in số")


def ends_with_particle(line: str, particles: Set[str] = PARTICLES) -> bool:
    """Whether the last word of a line is a particle with which people end what they say to somebody: "ạ", "với", "rồi"."""
    return not particles.isdisjoint(re.findall(r"[^\W_]+", folded(line[-40:]))[-1:])


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
