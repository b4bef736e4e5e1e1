"""Nothing internal ever reaches the user, whatever is quoted: an officer's answer out of every client's reply (FIELD row 21)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.decide import decide
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.reading.mail import Mail
from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings
from storage.tables import ReplyGoes
from tests.clients import ALL, Answered, Client
from tests.unit.compose.samples import LETTERS, ticket, write
from tests.unit.desk.builders import POLICY, TUAN, USER, facts_of, letter_of
from tests.unit.desk.builders import ticket as held

SECRET = "NOI-BO-4711: máy chủ 10.1.2.3, nghi do anh Bình cấu hình sai"
NOTICE = write(LETTERS[LetterKind.NOTICE], ticket())
# The notice as the officer's program repeats it, with a colleague's words in it; some in colour, some like a signature.
TEXT = NOTICE.text.replace("Thông tin yêu cầu:", f"Lê Văn Tuấn viết:\n{SECRET}\n\nThông tin yêu cầu:")
BODY = re.sub(r"(?is).*<body[^>]*>|</body>.*", "", NOTICE.html)
MARKUP = f"{BODY}<p>{SECRET}</p><p>Trân trọng,<br>{SECRET}</p>"
# Our letters have no striking colours; nothing of another's is taken for an answer either, as long as none is announced.
COLOURED = f'{MARKUP}<p style="color:#C00000">{SECRET}</p><p><font color="blue">{SECRET}</font></p>'
assert SECRET in TEXT

sentences = st.sampled_from(
    [
        "Đã mở kỳ 11, chị phân bổ lại nhé.",
        "Chị gửi giúp số chứng từ và ảnh màn hình.",
        "Từ ngày 01/03 đến ngày 31/03 chương trình tạm dừng.",
        "Số liệu đúng là: 5.000.000 đồng",
        "- Bước 1: đăng nhập",
        "1. Chọn Hệ thống > Đăng xuất",
        "Da xu ly xong, chi thu lai.",
        "Please try again after 3 pm.",
        "Nếu vẫn lỗi, gọi số 024 6276 4300 (máy lẻ 1234) để được hỗ trợ.",
        "Em đã viết lại cấu hình lúc 9h30.",
        "Trả lời: được phép nộp trước 15/12.",
        "Ngày: 12/05/2026 là hạn cuối.",
        "Anh chị xem thư gốc của Cục để biết thêm.",
    ]
)
answers = st.lists(st.lists(sentences, min_size=1, max_size=3), min_size=1, max_size=3).map(
    lambda blocks: "\n\n".join("\n".join(block) for block in blocks)
)


def filled(text: str) -> str:
    """The lines that say something; HTML clients draw paragraphs apart as they like."""
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def reading(client: Client, new: str, markup: str) -> Mail:
    answered = Answered(
        to_name=TUAN.name, to_address=TUAN.address, subject="[HT-2026-000007] Nhờ hỗ trợ", text=TEXT, markup=markup
    )
    return read(client.mail(new, answered), LimitSettings(), Ours.of(("hotro@vst.gov.vn",)))


@pytest.mark.parametrize("client", ALL, ids=lambda client: client.name)
@settings(max_examples=8, deadline=None)
@given(new=answers)
def test_the_letter_to_the_user_holds_the_officers_new_text_and_nothing_else(client: Client, new: str) -> None:
    mail = reading(client, new, COLOURED)
    about = held("TABMIS", level=2)
    facts = facts_of(about, TUAN, answers_letter=letter_of(ReplyGoes.REQUESTER, recipient=TUAN.address))
    letters = [letter for letter in decide(mail, facts, POLICY).letters if letter.kind in TO_REQUESTER]
    assert [filled(letter.text) for letter in letters if letter.kind is LetterKind.ANSWER] == [filled(new)]
    assert all(letter.recipient == USER.address for letter in letters)
    assert not any("NOI-BO" in text for letter in letters for text in (letter.text, *letter.lines, letter.why))


@pytest.mark.parametrize("client", ALL, ids=lambda client: client.name)
@pytest.mark.parametrize("new", ["", "Em trả lời bên dưới bằng chữ màu xanh.", "#xong"])
def test_an_answer_that_says_nothing_or_points_below_brings_nothing_internal_either(client: Client, new: str) -> None:
    assert "NOI-BO" not in reading(client, new, MARKUP).text
