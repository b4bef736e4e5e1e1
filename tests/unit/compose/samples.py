"""One letter of every kind about one invented request, and the composer that writes them. Plain values."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from daemon.desk.catalogue import Application, Catalogue
from daemon.desk.directory import ITO, SERVICE_DESK, Directory, Holder, HolderKind, Staff
from daemon.desk.letters import TO_REQUESTER, Choice, Letter, LetterKind, Listed, Section
from daemon.mail.compose import Composer
from daemon.mail.message import Sender
from daemon.mail.page import Desk
from daemon.reading.proof import Key, KeyRing, loop_mark, message_id, reply_token
from storage.tables import Attachment, Entry, EntryKind, Outbox, ReplyGoes, Ticket, TicketState

RING = KeyRing((Key("k1", b"sixteen bytes or more"),))
ADDRESS = "hotrocntt@vst.gov.vn"
NOW = datetime(2026, 11, 23, 3, 12, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)  # 15:30 in Vietnam, a Monday

OFFICE = "Lâm Đồng"
HOLDERS = (
    Holder(OFFICE, HolderKind.OFFICE, 1, "Phòng Tin học KBNN Lâm Đồng", "tinhoc.lamdong@vst.gov.vn"),
    Holder(SERVICE_DESK, HolderKind.GROUP, 2, "Bộ phận tiếp nhận (Service Desk)", "tiepnhan@vst.gov.vn"),
    Holder("TABMIS", HolderKind.GROUP, 2, "Nhóm TABMIS", "tabmis@vst.gov.vn"),
    Holder("THANH_TOAN", HolderKind.GROUP, 2, "Nhóm Thanh toán", "thanhtoan@vst.gov.vn"),
    Holder("NOI_BO", HolderKind.GROUP, 2, "Nhóm Nội bộ", "noibo@vst.gov.vn"),
    Holder(ITO, HolderKind.OUTSOURCED, 2, "Nhà cung cấp dịch vụ hỗ trợ", "hotro@ito.example.vn", passes_to="NOI_BO"),
    Holder("PTUD", HolderKind.DEPARTMENT, 3, "Phòng Phát triển ứng dụng", "ptud@vst.gov.vn"),
    Holder("CHUYEN_GIA", HolderKind.EXPERTS, 4, "Chuyên gia", "chuyengia@vst.gov.vn"),
)
OFFICER = Staff("tuan.lv@vst.gov.vn", "Lê Văn Tuấn", OFFICE)
DIRECTORY = Directory.of(HOLDERS, [OFFICER])
CATALOGUE = Catalogue(
    {
        code: Application(code, name, group, "ung_dung", "PTUD", in_province=False)
        for code, name, group in (
            ("TABMIS", "Hệ thống thông tin quản lý ngân sách và kho bạc", "TABMIS"),
            ("TTSP", "Thanh toán song phương điện tử", "THANH_TOAN"),
            ("TTLKB", "Thanh toán điện tử liên kho bạc", "THANH_TOAN"),
            ("DVC", "Dịch vụ công trực tuyến KBNN", "NOI_BO"),
            ("KHAC", "Khác / chưa xác định", SERVICE_DESK),
        )
    }
)
SENDER = Sender("Hỗ trợ CNTT - Kho bạc Nhà nước", ADDRESS, loop_mark(RING, ADDRESS))

REQUEST = """Kính gửi Phòng Hỗ trợ CNTT,

Từ sáng nay đơn vị tôi không đi được lệnh thanh toán song phương sang Vietcombank.
Màn hình báo: "Lỗi kết nối TTSP-1042". Đã thử khởi động lại máy nhưng không được.
    Số lệnh: 0012345
    Số tiền: 125.000.000 đ
Xin hỗ trợ gấp vì hôm nay là ngày quyết toán."""
ANSWER = """Chào chị Hoa,

Kết nối tới Vietcombank đã được khôi phục lúc 10:45. Chị vào lại chương trình TTSP,
chọn lệnh 0012345 và bấm “Gửi lại”. Nếu vẫn báo lỗi, chị chụp màn hình gửi giúp."""


@cache
def composer() -> Composer:
    """A composer that signs with the sample key."""
    return Composer(
        Desk("Phòng Hỗ trợ CNTT, Kho bạc Nhà nước", ADDRESS, phone="024 6276 4300", own_domains=("vst.gov.vn",)),
        ZoneInfo("Asia/Ho_Chi_Minh"),
        DIRECTORY,
        CATALOGUE,
        lambda code, letter: message_id(RING, code, letter, "vst.gov.vn"),
        lambda code, bound_to: reply_token(RING, code, bound_to),
        most_octets=10 * 1024 * 1024,
    )


def ticket(**changes: Any) -> Ticket:
    """A request of a treasury clerk in the former Bình Thuận, held by the office of Lâm Đồng."""
    values: dict[str, Any] = {
        "id": 7,
        "code": "HT-2026-000123",
        "level": 1,
        "holder": OFFICE,
        "state": TicketState.NEW,
        "subject": "Không gửi được lệnh thanh toán song phương sang Vietcombank",
        "requester_address": "hoa.nt@vst.gov.vn",
        "requester_name": "Nguyễn Thị Hoa",
        "reply_address": "hoa.nt@vst.gov.vn",
        "application": "TTSP",
        "application_confidence": 0.97,
        "application_accepted": True,
        "province": "Bình Thuận",
        "province_current": OFFICE,
        "organisation": "kbnn",
        "request_kind": "su_co",
        "priority": "cao",
        "moves": 2,
        "created_at": NOW,
        "answer_due_at": DUE,
        "due_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    }
    return Ticket(**{**values, **changes})


def unsure_ticket(**changes: Any) -> Ticket:
    """A request that the Service Desk has to sort."""
    sort = {"holder": SERVICE_DESK, "level": 2, "application_confidence": 0.46, "application_accepted": False}
    return ticket(**{**sort, "province": None, "province_current": None, **changes})


ALTERNATIVES = (("TTLKB", 0.31), ("TABMIS", 0.08), ("KHAC", 0.05))
HISTORY = (
    Entry(
        ticket_id=7,
        kind=EntryKind.REQUEST,
        at=NOW,
        author_address="hoa.nt@vst.gov.vn",
        author_name="Nguyễn Thị Hoa",
        text=REQUEST,
    ),
)
FILES = (
    Attachment(
        id=1,
        entry_id=1,
        digest="a" * 64,
        filename="man-hinh-loi.png",
        content_type="image/png",
        size=180_000,
        inline=True,
    ),
    Attachment(
        id=2,
        entry_id=1,
        digest="b" * 64,
        filename="Bảng kê lệnh ngày 23-11.xlsx",
        content_type="application/vnd.ms-excel",
        size=48_000,
    ),
    Attachment(
        id=3, entry_id=1, digest="c" * 64, filename="video.mp4", content_type="video/mp4", size=12 * 1024 * 1024
    ),
    Attachment(
        id=4,
        entry_id=1,
        digest="d" * 64,
        filename="capnhat.exe",
        content_type="application/x-msdownload",
        size=90_000,
        withheld=True,
    ),
)

_REQUESTER = Letter(LetterKind.ACKNOWLEDGEMENT, "hoa.nt@vst.gov.vn", "Nguyễn Thị Hoa", reply_goes=ReplyGoes.HOLDER)
_STAFF = Letter(
    LetterKind.NOTICE,
    "tinhoc.lamdong@vst.gov.vn",
    "Phòng Tin học KBNN Lâm Đồng",
    bound_to=OFFICE,
    reply_goes=ReplyGoes.REQUESTER,
    reply_reaches="Nguyễn Thị Hoa",
    with_attachments=True,
)
_OWN = replace(_STAFF, reply_goes=ReplyGoes.NOTE, reply_reaches="", with_attachments=False)
_DESK = replace(_OWN, recipient="tiepnhan@vst.gov.vn", recipient_name="Service Desk", bound_to=SERVICE_DESK)
_BY = "Lê Văn Tuấn, Phòng Tin học KBNN Lâm Đồng"

SECTION = Section(
    "Nhóm Thanh toán",
    "đang mở 2, quá hạn 1, im lặng 1",
    (
        Listed(
            "HT-2026-000123",
            "Không gửi được lệnh",
            "quá hạn từ 15:30 thứ Hai, 23/11/2026; người nhận: Trần Minh Đức",
            True,
        ),
        Listed("HT-2026-000131", "In sổ phụ & đối chiếu", "hạn 16:00 thứ Ba, 24/11/2026"),
    ),
    left_out=4,
)
BUNDLED = Section(
    "Các yêu cầu có thông báo được gộp",
    "3 thông báo về 1 yêu cầu",
    (Listed("HT-2026-000123", "Không gửi được lệnh", "người gửi bổ sung: “Vẫn chưa được.”", take=True),),
)

LETTERS: dict[LetterKind, Letter] = {
    letter.kind: letter
    for letter in (
        _REQUESTER,
        replace(_REQUESTER, kind=LetterKind.ANSWER, text=ANSWER, by=_BY, with_attachments=True, automatic=False),
        replace(
            _REQUESTER,
            kind=LetterKind.QUESTION,
            text="Chị cho biết số lệnh và giờ gửi lệnh gần nhất được không?",
            by=_BY,
            automatic=False,
        ),
        replace(
            _REQUESTER,
            kind=LetterKind.ASK_DETAILS,
            text="Anh/chị đang công tác tại tỉnh, thành phố nào (tên cũ hay tên mới đều được)?",
            by="Service Desk",
            choices=(Choice("Lâm Đồng", "Tỉnh: Lâm Đồng"), Choice("Ghi tên tỉnh, thành phố", "Tỉnh: ")),
        ),
        replace(_REQUESTER, kind=LetterKind.FORM, choices=(Choice("Điền phiếu yêu cầu", "Đơn vị: \nTỉnh: ", "Phiếu"),)),
        replace(_REQUESTER, kind=LetterKind.MY_TICKETS, about=(ticket(), unsure_ticket(subject="", due_at=None))),
        replace(_REQUESTER, kind=LetterKind.GUIDE, choices=(Choice("Xem yêu cầu của tôi", "", "yeu cau cua toi"),)),
        replace(
            _STAFF,
            why="giai đoạn 3: yêu cầu về TTSP do tỉnh tiếp nhận trước; người gửi thuộc Bình Thuận",
        ),
        replace(_STAFF, kind=LetterKind.FOLLOW_UP, text="Bây giờ lại thêm lệnh 0012346 bị treo.", by="Nguyễn Thị Hoa"),
        replace(_STAFF, kind=LetterKind.RESULT, text=ANSWER, by="Trần Minh Đức, Nhóm Thanh toán"),
        replace(_REQUESTER, kind=LetterKind.MOVED_UP, by="Nhóm Thanh toán"),
        replace(_REQUESTER, kind=LetterKind.MERGED, text="HT-2026-000120", by=_BY),
        replace(_REQUESTER, kind=LetterKind.MERGED_DONE, text="HT-2026-000120", by=_BY),
        replace(
            _STAFF,
            kind=LetterKind.CHASE,
            text="Đơn vị phải quyết toán trong ngày.",
            by=_BY,
            why="Phòng Tin học KBNN Lâm Đồng đôn đốc lần thứ 2.",
        ),
        replace(
            _OWN,
            kind=LetterKind.HELD_BACK,
            reply_goes=ReplyGoes.REQUESTER,
            lines=("Trong thư có vẻ có mật khẩu.",),
            text="Mật khẩu mới là Kbnn@2026, chị đổi lại ngay nhé.",
        ),
        replace(
            _OWN,
            kind=LetterKind.SECURITY_COPY,
            bound_to="PTUD",
            why="sự cố an toàn thông tin được báo ngay cho phòng phụ trách",
        ),
        replace(_STAFF, kind=LetterKind.MESSAGE, text="Đơn vị đang chờ, nhờ các anh xem sớm.", by=_BY),
        replace(
            _STAFF,
            kind=LetterKind.COPY,
            reply_goes=ReplyGoes.HOLDER,
            reply_reaches="Nhóm Thanh toán",
            text="Chị cho biết số lệnh?",
            by="Trần Minh Đức, Nhóm Thanh toán",
            why="Đơn vị đang xử lý hỏi thêm người gửi.",
        ),
        replace(_OWN, kind=LetterKind.DONE, lines=("Lê Văn Tuấn đã nhận xử lý yêu cầu này.",)),
        replace(
            _OWN,
            kind=LetterKind.HELP,
            lines=("Không có từ lệnh nào là #xongg. Có phải anh/chị định gõ #xong?",),
            text="#xongg\nĐã khởi động lại dịch vụ, chị thử lại giúp.",
        ),
        replace(
            _OWN,
            kind=LetterKind.MOVED_ON,
            lines=("Yêu cầu hiện do Nhóm Thanh toán xử lý.",),
            text="Chị thử lại giúp nhé.",
        ),
        replace(_OWN, kind=LetterKind.FAILED_PROOF, text="#xong\nĐã xong."),
        replace(
            _OWN,
            kind=LetterKind.UNDELIVERABLE,
            lines=("Thư gửi tới hoa.nt@vst.gov.vn không đến được người nhận: 550 5.1.1 User unknown",),
        ),
        replace(
            _DESK,
            kind=LetterKind.ADD_OFFICER,
            lines=("Phạm Văn Nam <nam.pv@vst.gov.vn>",),
            text="Phạm Văn Nam\nPhòng Tin học KBNN Bình Thuận",
        ),
        replace(_DESK, kind=LetterKind.QUARANTINED, lines=("Thư 17 của hộp thư hotro: quá 60 cấp lồng nhau.",)),
        replace(_REQUESTER, kind=LetterKind.WAITING_REMINDER, text="Chị cho biết số lệnh?", when=DUE),
        replace(_REQUESTER, kind=LetterKind.CLOSING_WARNING, when=DUE),
        replace(
            _STAFF,
            kind=LetterKind.REMINDER,
            lines=("Sắp đến hạn trả lời lần đầu: xin trả lời người gửi trước 15:30 thứ Hai, 23/11/2026.",),
            with_attachments=False,
        ),
        replace(
            _STAFF,
            kind=LetterKind.ESCALATION,
            recipient="phamvb@vst.gov.vn",
            recipient_name="Phạm Văn Bách",
            lines=("Đã quá hạn xử lý (16:00 thứ Ba, 24/11/2026) mà yêu cầu chưa xong.",),
            with_attachments=False,
        ),
        replace(
            _STAFF,
            kind=LetterKind.CHASE_REMINDER,
            bound_to="TABMIS",
            reply_goes=ReplyGoes.HOLDER,
            reply_reaches="Nhóm Thanh toán",
            lines=("Nhóm Thanh toán chưa có kết quả; tin gần nhất: 15:30 thứ Hai, 23/11/2026.",),
            with_attachments=False,
        ),
        replace(_STAFF, kind=LetterKind.CLOSED_UNANSWERED, with_attachments=False),
        replace(_OWN, kind=LetterKind.BUNDLE, sections=(BUNDLED,), lines=("Phiếu yêu cầu hỗ trợ (thông báo)",)),
        replace(_DESK, kind=LetterKind.MORNING_LIST, when=DUE, sections=(SECTION,)),
        replace(
            _DESK,
            kind=LetterKind.SUMMARY,
            recipient="phonghh@vst.gov.vn",
            when=DUE,
            sections=(Section("Tất cả", "mới 12, xong 9, đôn đốc 2; đang mở 31, quá hạn 3, im lặng 1"), SECTION),
        ),
        replace(
            _DESK,
            kind=LetterKind.DAILY_NOTE,
            when=DUE,
            sections=(
                Section("Thư nghi là thư rác", "Nếu nhầm, xin lấy lại.", lines=("la@example.com: Trúng thưởng",)),
            ),
        ),
        replace(_DESK, kind=LetterKind.DRIFT, lines=("Ứng dụng TTSP: 9 yêu cầu phải phân loại lại.",)),
        replace(_DESK, kind=LetterKind.BRAKE, lines=("Người gửi may@x.vn đã gửi quá 20 yêu cầu trong một giờ.",)),
    )
}


def write(letter: Letter, about: Ticket | None, **more: Any) -> Outbox:
    """The outbox row of a sample letter."""
    given: dict[str, Any] = {
        "cause": "mail:17",
        "thread": ["<first@vst.gov.vn>", "<second@vst.gov.vn>"],
        "files": FILES,
        "now": NOW,
        "history": () if letter.kind in TO_REQUESTER else HISTORY,
        **more,
    }
    return composer().compose(letter, about, **given)
