"""Short ways to write down mails, tickets, facts and a small treasury for the desk's tests. Plain values only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from classifiers.verdict import TRUNG_UONG, Judgement, ProvinceVerdict, Verdict
from daemon.desk.catalogue import Application, Catalogue
from daemon.desk.directory import Directory, Holder, HolderKind, Staff
from daemon.desk.facts import Brakes, Facts, Match, Policy, Proof, Targets
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.desk.routing import Rules
from daemon.desk.words import fold
from daemon.desk.worktime import Calendar
from daemon.reading.mail import Address, AttachedFile, Kind, Mail
from storage.tables import Outbox, Participant, Passing, ReplyGoes, Role, Ticket, TicketState

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OWN = "hotrocntt@vst.gov.vn"
MONITOR = "giamsat@vst.gov.vn"
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=ZONE)  # a Tuesday morning

# The support group and, for level 3, the department of each application, as the domain's section 3 and 6 state them.
PTUD, QTHT, ATTT_DEPARTMENT = "PTUD", "QTHT", "QLATTT"
GROUP_OF = {
    "TABMIS": "TABMIS",
    "KDL_TABMIS": "TABMIS",
    **dict.fromkeys(["TTSP", "TTLKB", "TTLNH", "TTBT", "TCS", "PHT", "DMFAS"], "THANH_TOAN"),
    **dict.fromkeys(["KTNB", "QLTS", "DKTS", "ANQP", "DMDC", "MSNS", "QLCB", "BMS", "KQKB"], "NOI_BO"),
    **dict.fromkeys(["DTKB_LAN", "THBC_DTKB", "DTKB_WAN", "DVC", "GDMC"], "NOI_BO"),
    **dict.fromkeys(["PORTAL", "MAIL", "EDOC", "MAY_TRAM", "MANG", "ATTT", "TAI_KHOAN"], "MAY_TRAM"),
    "QLYC": "SERVICE_DESK",
    "KHAC": "SERVICE_DESK",
}
IN_PROVINCE = frozenset({"DTKB_LAN", "KQKB", "TTBT"})
SYSTEMS = frozenset({"MANG", "MAY_TRAM", "MAIL", "PORTAL"})
SECURITY = frozenset({"ATTT", "TAI_KHOAN"})


def _area(code: str) -> str:
    if code in ("MAY_TRAM", "MANG"):
        return "thiet_bi"
    return "tai_khoan_attt" if code in SECURITY else "ung_dung"


def _department(code: str) -> str:
    if code in SYSTEMS:
        return QTHT
    return ATTT_DEPARTMENT if code in SECURITY else PTUD


CATALOGUE = Catalogue(
    {
        code: Application(code, f"Ứng dụng {code}", group, _area(code), _department(code), code in IN_PROVINCE)
        for code, group in GROUP_OF.items()
    }
)

HOLDERS = [
    Holder("Lâm Đồng", HolderKind.OFFICE, 1, "Phòng Tin học KBNN Lâm Đồng", "tinhoc.lamdong@vst.gov.vn"),
    Holder("Hà Nội", HolderKind.OFFICE, 1, "Phòng Tin học KBNN Hà Nội", "tinhoc.hanoi@vst.gov.vn"),
    Holder(
        "SERVICE_DESK",
        HolderKind.GROUP,
        2,
        "Nhóm Service Desk",
        "servicedesk@vst.gov.vn",
        aliases=("Bàn tiếp nhận",),
    ),
    Holder("TABMIS", HolderKind.GROUP, 2, "Nhóm TABMIS", "nhom.tabmis@vst.gov.vn"),
    Holder("THANH_TOAN", HolderKind.GROUP, 2, "Nhóm Thanh toán", "nhom.thanhtoan@vst.gov.vn"),
    Holder("NOI_BO", HolderKind.GROUP, 2, "Nhóm Nội bộ", "nhom.noibo@vst.gov.vn"),
    Holder(
        "MAY_TRAM",
        HolderKind.GROUP,
        2,
        "Nhóm Hỗ trợ máy trạm và dịch vụ hệ thống",
        "nhom.maytram@vst.gov.vn",
        aliases=("Máy trạm",),
    ),
    Holder("ITO", HolderKind.OUTSOURCED, 1, "Nhà cung cấp dịch vụ hỗ trợ (ITO)", "hotro@ito.vn", passes_to="NOI_BO"),
    Holder(PTUD, HolderKind.DEPARTMENT, 3, "Phòng Phát triển ứng dụng", "phong.ptud@vst.gov.vn"),
    Holder(QTHT, HolderKind.DEPARTMENT, 3, "Phòng Quản trị hệ thống", "phong.qtht@vst.gov.vn", aliases=("QTHT",)),
    Holder(ATTT_DEPARTMENT, HolderKind.DEPARTMENT, 3, "Phòng Quản lý an ninh thông tin", "phong.attt@vst.gov.vn"),
    Holder("CHUYEN_GIA", HolderKind.EXPERTS, 4, "Tổ chuyên gia", "chuyengia@vst.gov.vn"),
]

LAN = Staff("lan.tt@vst.gov.vn", "Trần Thị Lan", "Lâm Đồng")
MINH = Staff("minh.nv@vst.gov.vn", "Nguyễn Văn Minh", "Lâm Đồng", applications=frozenset({"KQKB"}))
HUNG = Staff("hung.pv@vst.gov.vn", "Phạm Văn Hùng", "Hà Nội")
TUAN = Staff("tuan.la@vst.gov.vn", "Lê Anh Tuấn", "TABMIS")
BICH = Staff("bich.dt@vst.gov.vn", "Đỗ Thị Bích", "THANH_TOAN")
SON = Staff("son.hv@vst.gov.vn", "Hoàng Văn Sơn", "NOI_BO")
MAI = Staff("mai.nt@vst.gov.vn", "Ngô Thị Mai", "SERVICE_DESK")
QUANG = Staff("quang.vd@vst.gov.vn", "Vũ Đình Quang", PTUD)
GIANG = Staff("giang.tk@vst.gov.vn", "Trương Kim Giang", "CHUYEN_GIA")
ITO_MAN = Staff("khoa@ito.vn", "Đặng Khoa", "ITO")
STAFF = [LAN, MINH, HUNG, TUAN, BICH, SON, MAI, QUANG, GIANG, ITO_MAN]
DIRECTORY = Directory.of(HOLDERS, STAFF)

USER = Address("Nguyễn Thị Hoa", "hoa.nt@vst.gov.vn")
COLLEAGUE = Address("Lý Văn Nam", "nam.lv@vst.gov.vn")
STRANGER = Address("Người lạ", "la@example.com")

HOURS = Calendar(
    ZONE,
    holidays=frozenset({date(2026, 9, 2), date(2026, 4, 30), date(2026, 5, 1)}),
    extra_working_days=frozenset({date(2026, 8, 22)}),
)
ALWAYS = Calendar(ZONE, always=True)
PROVINCES = {
    "lam dong": ("Lâm Đồng", "Lâm Đồng"),
    "binh thuan": ("Bình Thuận", "Lâm Đồng"),
    "ha noi": ("Hà Nội", "Hà Nội"),
    "trung uong": (TRUNG_UONG, TRUNG_UONG),
    "trung_uong": (TRUNG_UONG, TRUNG_UONG),
}


def rules(phase: int = 3, *, outsourcing: bool = True, holders: Sequence[Holder] = ()) -> Rules:
    """The small treasury in one of the three phases; its only offices are Lâm Đồng and Hà Nội."""
    directory = Directory.of([*HOLDERS, *holders], STAFF)
    return Rules(directory, CATALOGUE, phase, outsourcing, {"Lâm Đồng": "Lâm Đồng", "Hà Nội": "Hà Nội"}.get)


def policy(phase: int = 3, *, outsourcing: bool = True) -> Policy:
    return Policy(
        rules=rules(phase, outsourcing=outsourcing),
        brakes=Brakes(20, 10, 200, 30),
        targets=Targets(
            {"cao": (1, 1, 2, 2), "thuong": (4, 4, 8, 8), "thap": (8, 8, 16, 16)},
            {"cao": (4, 4, 8, 8), "thuong": (16, 16, 24, 40), "thap": (40, 40, 56, 80)},
        ),
        calendar_of=lambda holder: ALWAYS if holder == "ITO" else HOURS,
        resolve_province=lambda name: PROVINCES.get(fold(name).strip()),
        own_addresses=frozenset({OWN}),
        monitors=frozenset({MONITOR}),
    )


POLICY = policy()


def person(staff: Staff) -> Address:
    return Address(staff.name, staff.address)


def mail(text: str = "Em không đăng nhập được TABMIS.", sender: Address | Staff | None = USER, **more: Any) -> Mail:
    """A person's mail with this newly typed text; any field may be given."""
    plain = Mail(
        message_id="<1@vst.gov.vn>",
        sender=person(sender) if isinstance(sender, Staff) else sender,
        to=(Address("", OWN),),
        cc=(),
        reply_to=(),
        subject="Nhờ hỗ trợ",
        date=None,
        in_reply_to=None,
        references=(),
        kind=Kind.PERSON,
        text=text,
        quoted="",
        signature="",
        forwarded="",
        full_text=text,
        html="",
        attachments=(),
        defects=(),
    )
    return replace(plain, **more)


PICTURE = AttachedFile("man-hinh.png", "image/png", b"\x89PNG")


def accepted(code: str) -> Verdict:
    return Verdict(code, 0.99, accepted=True)


def unsure(code: str, *alternatives: str) -> Verdict:
    return Verdict(code, 0.4, accepted=False, alternatives=tuple((other, 0.2) for other in alternatives))


def province(former: str | None, current: str | None = None) -> ProvinceVerdict:
    """A sure province; None for an unknown one."""
    return ProvinceVerdict(former, current or former, 0.99 if former else 0.0, accepted=former is not None)


def judged(
    application: Verdict | str = "TABMIS",
    where: ProvinceVerdict | None = None,
    organisation: Verdict | str = "kbnn",
) -> Judgement:
    return Judgement(
        accepted(application) if isinstance(application, str) else application,
        where if where is not None else province("Lâm Đồng"),
        accepted(organisation) if isinstance(organisation, str) else organisation,
        accepted("su_co"),
        "thử-1",
    )


def ticket(holder: str = "Lâm Đồng", state: TicketState = TicketState.IN_PROGRESS, **more: Any) -> Ticket:
    """A ticket of the user in Lâm Đồng about TABMIS, held by `holder` at that holder's level."""
    values: dict[str, Any] = {
        "id": 7,
        "code": "HT-2026-000007",
        "state": state,
        "level": DIRECTORY.holder(holder).level,
        "holder": holder,
        "subject": "Nhờ hỗ trợ",
        "requester_address": USER.address,
        "requester_name": USER.name,
        "reply_address": USER.address,
        "application": "TABMIS",
        "application_confidence": 0.99,
        "application_accepted": True,
        "province": "Lâm Đồng",
        "province_current": "Lâm Đồng",
        "organisation": "kbnn",
        "rule": "4 kbnn phase 3",
        "why": "giai đoạn 3",
        "created_at": NOW - timedelta(hours=1),
        "answer_due_at": NOW + timedelta(hours=1),
        "due_at": NOW + timedelta(days=1),
    }
    return Ticket(**{**values, **more})


def chain(*passers: Staff, results: Sequence[str] = ()) -> tuple[Passing, ...]:
    """The officers who passed the ticket up, the lowest first; `results` are the offices that have a result back."""
    return tuple(
        Passing(
            ticket_id=7,
            position=position,
            holder=officer.holder,
            level=DIRECTORY.holder(officer.holder).level,
            officer=officer.address,
            passed_at=NOW,
            result_at=NOW if officer.holder in results else None,
        )
        for position, officer in enumerate(passers, 1)
    )


def participants(*people: Address, role: Role = Role.CC) -> tuple[Participant, ...]:
    return tuple(Participant(ticket_id=7, address=one.address, name=one.name, role=role) for one in people)


def facts_of(
    about: Ticket | None = None,
    staff: Staff | None = None,
    *,
    passed_by: tuple[Passing, ...] = (),
    keyed: bool = True,
    authentic: bool = True,
    **more: Any,
) -> Facts:
    """Facts about a keyed reply to `about`, by an officer with all three proofs when `staff` is given."""
    match = Match.KEYED if keyed else Match.STORED
    values: dict[str, Any] = {
        "now": NOW,
        "proof": Proof(keyed and about is not None, staff, authentic),
        "match": match if about is not None else Match.NONE,
        "ticket": about,
        "chain": passed_by,
    }
    return Facts(**{**values, **more})


def letter_of(goes: ReplyGoes, *, moves: int = 0, recipient: str = LAN.address, kind: str = "notice") -> Outbox:
    """The letter of ours that a reply answers."""
    return Outbox(
        ticket_id=7,
        cause="mail:1",
        letter=kind,
        recipient=recipient,
        message_id="<x@vst.gov.vn>",
        subject="[HT-2026-000007]",
        text="",
        html="",
        reply_goes=goes,
        ticket_moves=moves,
        created_at=NOW,
        next_attempt_at=NOW,
    )


def kinds(plan: Plan) -> list[LetterKind]:
    return [letter.kind for letter in plan.letters]


def the(plan: Plan, kind: LetterKind) -> Letter:
    """The one letter of this kind."""
    found = [letter for letter in plan.letters if letter.kind is kind]
    assert len(found) == 1, f"{len(found)} letters {kind.value} in {kinds(plan)}"
    return found[0]


def event_kinds(plan: Plan) -> list[str]:
    return [event.kind for event in plan.events]
