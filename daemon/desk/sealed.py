"""Mail that we cannot read because it is encrypted: the Service Desk gets it, its sender is asked for plain text (docs/READING)."""

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.draft import Draft
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.routing import Route
from daemon.desk.standing import Standing
from daemon.reading.mail import Kind, Mail

PLEASE_IN_PLAIN = (
    "Thư của anh/chị đã được mã hóa nên hộp thư hỗ trợ không đọc được nội dung. "
    "Xin anh/chị trả lời thư này và gửi lại nội dung không mã hóa (không ghi mật khẩu, mã OTP hay thông tin mật)."
)
NOT_READ = "Thư được mã hóa, máy không đọc được nội dung; người gửi được đề nghị gửi lại nội dung không mã hóa."


def way_of_sealed(mail: Mail, policy: Policy) -> Route | None:
    """The Service Desk for a mail whose text is locked, whatever else is known of it; None for any other mail."""
    if not mail.encrypted:
        return None
    desk = policy.rules.directory.holder(SERVICE_DESK)
    return Route(desk.code, desk.level, "0 encrypted", "thư được mã hóa, máy không đọc được nội dung để phân loại")


def ask_for_plain_text(mail: Mail, standing: Standing, draft: Draft) -> bool:
    """Whether the requester's encrypted reply to his ticket was answered so; a colleague's is left to the holder."""
    may_answer = mail.kind is Kind.PERSON and not mail.suppress_answer and draft.can_reach_requester
    if not (mail.encrypted and may_answer) or standing is not Standing.REQUESTER:
        return False
    draft.to_requester(LetterKind.ACKNOWLEDGEMENT, PLEASE_IN_PLAIN, "", automatic=True, files=False)
    return True
