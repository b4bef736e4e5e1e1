"""Mail that we cannot read because it is encrypted: the Service Desk gets it, its sender is asked for plain text (docs/READING)."""

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Policy
from daemon.desk.routing import Route
from daemon.reading.mail import Mail

PLEASE_IN_PLAIN = (
    "Thư của anh/chị đã được mã hóa nên hộp thư hỗ trợ không đọc được nội dung. "
    "Xin anh/chị trả lời thư này và gửi lại nội dung không mã hóa (không ghi mật khẩu, mã OTP hay thông tin mật)."
)


def way_of_sealed(mail: Mail, policy: Policy) -> Route | None:
    """The Service Desk for a mail whose text is locked, whatever else is known of it; None for any other mail."""
    if not mail.encrypted:
        return None
    desk = policy.rules.directory.holder(SERVICE_DESK)
    return Route(desk.code, desk.level, "0 encrypted", "thư được mã hóa, máy không đọc được nội dung để phân loại")
