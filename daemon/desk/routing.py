"""Where a new request goes first: the five rules of the domain (section 7), the first that fits. Pure and total."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from classifiers.verdict import TRUNG_UONG, ProvinceVerdict, Verdict
from daemon.desk.catalogue import KHAC, Application, Catalogue
from daemon.desk.directory import ITO, SERVICE_DESK, Directory, Holder, HolderKind

TABMIS_FAMILY = frozenset({"TABMIS", "KDL_TABMIS"})
NETWORK_AND_SECURITY = frozenset({"MANG", "ATTT"})
OUTSIDE_TREASURY = frozenset({"tc", "qhns", "bn", "khac"})
MACHINES = "MAY_TRAM"
UNSURE_ORGANISATION = "unsure organisation"  # the rule of a request that waits for its requester's organisation


@dataclass(frozen=True)
class Rules:
    """What routing knows of the world: holders, applications, the phase, and which office serves which province."""

    directory: Directory
    catalogue: Catalogue
    phase: int
    outsourcing: bool
    office_of: Callable[[str], str | None]  # current province → code of its Mức 1 office


@dataclass(frozen=True, slots=True)
class Request:
    """The facts about a new request that routing looks at."""

    application: Verdict
    province: ProvinceVerdict
    organisation: Verdict
    from_staff: Holder | None = None  # the holder whose member wrote it, with the proofs
    takes_it: bool = False  # its first line is #nhan


@dataclass(frozen=True, slots=True)
class Route:
    """`rule` names the rule for people who look; `why` says it in one Vietnamese sentence to the office that gets it."""

    holder: str
    level: int
    rule: str
    why: str
    passer: Holder | None = None
    ask_province: bool = False


def route(request: Request, rules: Rules) -> Route:
    """The first holder of a new request. Total: whatever the verdicts say, somebody gets it."""
    if request.from_staff is not None:
        return _from_staff(request, request.from_staff, rules)
    if request.province.accepted and request.province.former == TRUNG_UONG:
        request = replace(request, organisation=Verdict("tw", 1.0, accepted=True))
    if request.organisation.accepted:
        return _by_organisation(request, request.organisation.code, rules)
    return _unsure_organisation(request, rules)


def _unsure_organisation(request: Request, rules: Rules) -> Route:
    """An unsure organisation matters only where its alternatives lead to different places."""
    best = _by_organisation(request, request.organisation.code, rules)
    others = (_by_organisation(request, code, rules) for code, _ in request.organisation.alternatives)
    if not request.organisation.alternatives or any(other.holder != best.holder for other in others):
        return _service_desk(UNSURE_ORGANISATION, "chưa rõ người gửi thuộc loại đơn vị nào", rules)
    return best


def _from_staff(request: Request, office: Holder, rules: Rules) -> Route:
    if request.takes_it:
        return Route(office.code, office.level, "1 staff takes", f"{office.name} tự tiếp nhận yêu cầu này")
    if office.passes_to is not None and office.passes_to in rules.directory.holders:
        target = rules.directory.holder(office.passes_to)
    else:
        target = one_level_above(office, _category(request, rules), rules)
    passer = office if target.code != office.code else None  # above the experts there is nobody
    return Route(target.code, target.level, "1 from staff", f"{office.name} chuyển yêu cầu này lên", passer=passer)


def one_level_above(office: Holder, application: Application, rules: Rules) -> Holder:
    """Who gets what `office` passes up: mức 1 → the application's group → its department → the experts (who keep it)."""
    if office.level == 1:
        return rules.directory.holder(application.group)
    if office.level == 2:
        return rules.directory.holder(application.department)
    return next((h for h in rules.directory.holders.values() if h.kind is HolderKind.EXPERTS), office)


def _category(request: Request, rules: Rules) -> Application:
    return rules.catalogue.get(request.application.code if request.application.accepted else KHAC)


def _by_organisation(request: Request, organisation: str, rules: Rules) -> Route:
    application = _category(request, rules)
    accepted = application.code != KHAC
    if application.code == "DVC" and rules.outsourcing and organisation in OUTSIDE_TREASURY:
        return _holder(ITO, "2 outsourced", "dịch vụ công của đơn vị ngoài Kho bạc do nhà cung cấp hỗ trợ", rules)
    if organisation in ("bn", "tw"):
        who = "bộ, ngành, cơ quan trung ương" if organisation == "bn" else "cơ quan KBNN trung ương"
        return _holder(
            application.group, f"3 {organisation}", f"người gửi thuộc {who}, ứng dụng {application.code}", rules
        )
    if organisation == "khac" and rules.phase != 3:
        return _service_desk(f"4 khac phase {rules.phase}", "người gửi ngoài ngành, bàn tiếp nhận phân loại", rules)
    if not accepted:
        return _not_accepted(request, rules)
    if _goes_to_province(organisation, application, rules.phase):
        return _level_1(
            request,
            f"4 {organisation} phase {rules.phase}",
            f"giai đoạn {rules.phase}: yêu cầu về {application.code} do tỉnh tiếp nhận trước",
            rules,
        )
    return _holder(
        MACHINES if application.code in NETWORK_AND_SECURITY else application.group,
        f"4 {organisation} phase {rules.phase}",
        f"giai đoạn {rules.phase}: yêu cầu về {application.code} do nhóm ở trung ương tiếp nhận",
        rules,
    )


def _goes_to_province(organisation: str, application: Application, phase: int) -> bool:
    """The table of the domain, section 7 rule 4: True where its cell says Mức 1."""
    if phase == 3:
        return True
    if organisation == "kbnn":
        if application.code in NETWORK_AND_SECURITY:
            return False
        return phase == 2 or application.in_province or application.code == MACHINES
    return phase == 2 and application.code not in TABMIS_FAMILY


def _not_accepted(request: Request, rules: Rules) -> Route:
    why = "chưa xác định được ứng dụng"
    if rules.phase == 2:
        return _level_1(request, "4 not accepted phase 2", f"{why}, tỉnh phân loại trước", rules)
    return _service_desk(f"4 not accepted phase {rules.phase}", why, rules)


def _level_1(request: Request, rule: str, why: str, rules: Rules) -> Route:
    current = request.province.current if request.province.accepted else None
    office = rules.office_of(current) if current is not None else None
    if office is None:
        return replace(
            _service_desk("5 province unknown", "chưa rõ người gửi thuộc tỉnh nào, cần hỏi lại", rules),
            ask_province=True,
        )
    return _holder(office, rule, f"{why}; người gửi thuộc {request.province.former}", rules)


def _service_desk(rule: str, why: str, rules: Rules) -> Route:
    return _holder(SERVICE_DESK, rule, why, rules)


def _holder(code: str, rule: str, why: str, rules: Rules) -> Route:
    return Route(code, rules.directory.holder(code).level, rule, why)
