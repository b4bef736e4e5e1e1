"""Where a new request goes first: DOMAIN section 7, every cell of its table typed out by hand, and its five rules in order."""

import pytest

from classifiers.verdict import TRUNG_UONG, MailText, ProvinceVerdict, Undecided, Verdict
from daemon.desk.directory import Holder
from daemon.desk.routing import Request, Route, Rules, route
from tests.unit.desk.builders import DIRECTORY, GROUP_OF, accepted, province, rules, unsure

L1 = "Lâm Đồng"
SD = "SERVICE_DESK"
HERE = province("Lâm Đồng")
UNKNOWN = province(None)


def to(
    organisation: Verdict | str,
    application: Verdict | str,
    world: Rules,
    where: ProvinceVerdict = HERE,
    from_staff: Holder | None = None,
    *,
    takes_it: bool = False,
) -> Route:
    return route(
        Request(
            accepted(application) if isinstance(application, str) else application,
            where,
            accepted(organisation) if isinstance(organisation, str) else organisation,
            from_staff,
            takes_it,
        ),
        world,
    )


# application: holder in phase 1, 2, 3 for treasury staff of the province.
KBNN = {
    # installed in the province, and machines: Mức 1 always
    "DTKB_LAN": (L1, L1, L1),
    "KQKB": (L1, L1, L1),
    "TTBT": (L1, L1, L1),
    "MAY_TRAM": (L1, L1, L1),
    # central applications and TAI_KHOAN
    "TABMIS": ("TABMIS", L1, L1),
    "KDL_TABMIS": ("TABMIS", L1, L1),
    "TTSP": ("THANH_TOAN", L1, L1),
    "TTLKB": ("THANH_TOAN", L1, L1),
    "TTLNH": ("THANH_TOAN", L1, L1),
    "TCS": ("THANH_TOAN", L1, L1),
    "PHT": ("THANH_TOAN", L1, L1),
    "DMFAS": ("THANH_TOAN", L1, L1),
    "KTNB": ("NOI_BO", L1, L1),
    "QLTS": ("NOI_BO", L1, L1),
    "DKTS": ("NOI_BO", L1, L1),
    "ANQP": ("NOI_BO", L1, L1),
    "DMDC": ("NOI_BO", L1, L1),
    "MSNS": ("NOI_BO", L1, L1),
    "QLCB": ("NOI_BO", L1, L1),
    "BMS": ("NOI_BO", L1, L1),
    "THBC_DTKB": ("NOI_BO", L1, L1),
    "DTKB_WAN": ("NOI_BO", L1, L1),
    "DVC": ("NOI_BO", L1, L1),
    "GDMC": ("NOI_BO", L1, L1),
    "QLYC": ("SERVICE_DESK", L1, L1),
    "PORTAL": ("MAY_TRAM", L1, L1),
    "MAIL": ("MAY_TRAM", L1, L1),
    "EDOC": ("MAY_TRAM", L1, L1),
    "TAI_KHOAN": ("MAY_TRAM", L1, L1),
    # network and security
    "MANG": ("MAY_TRAM", "MAY_TRAM", L1),
    "ATTT": ("MAY_TRAM", "MAY_TRAM", L1),
    # the reject class counts as not accepted, however sure the classifier is
    "KHAC": (SD, L1, SD),
}
# The same for finance agencies and budget-using units; DVC is theirs only with outsourcing off.
TC_QHNS = {
    "TABMIS": ("TABMIS", "TABMIS", L1),
    "KDL_TABMIS": ("TABMIS", "TABMIS", L1),
    "DTKB_LAN": ("NOI_BO", L1, L1),
    "KQKB": ("NOI_BO", L1, L1),
    "TTBT": ("THANH_TOAN", L1, L1),
    "MAY_TRAM": ("MAY_TRAM", L1, L1),
    "TTSP": ("THANH_TOAN", L1, L1),
    "TTLKB": ("THANH_TOAN", L1, L1),
    "TTLNH": ("THANH_TOAN", L1, L1),
    "TCS": ("THANH_TOAN", L1, L1),
    "PHT": ("THANH_TOAN", L1, L1),
    "DMFAS": ("THANH_TOAN", L1, L1),
    "KTNB": ("NOI_BO", L1, L1),
    "QLTS": ("NOI_BO", L1, L1),
    "DKTS": ("NOI_BO", L1, L1),
    "ANQP": ("NOI_BO", L1, L1),
    "DMDC": ("NOI_BO", L1, L1),
    "MSNS": ("NOI_BO", L1, L1),
    "QLCB": ("NOI_BO", L1, L1),
    "BMS": ("NOI_BO", L1, L1),
    "THBC_DTKB": ("NOI_BO", L1, L1),
    "DTKB_WAN": ("NOI_BO", L1, L1),
    "DVC": ("NOI_BO", L1, L1),
    "GDMC": ("NOI_BO", L1, L1),
    "QLYC": ("SERVICE_DESK", L1, L1),
    "PORTAL": ("MAY_TRAM", L1, L1),
    "MAIL": ("MAY_TRAM", L1, L1),
    "EDOC": ("MAY_TRAM", L1, L1),
    "TAI_KHOAN": ("MAY_TRAM", L1, L1),
    "MANG": ("MAY_TRAM", L1, L1),
    "ATTT": ("MAY_TRAM", L1, L1),
    "KHAC": (SD, L1, SD),
}
CELLS = [
    (organisation, application, phase, expected)
    for organisations, table in ((("kbnn",), KBNN), (("tc", "qhns"), TC_QHNS))
    for organisation in organisations
    for application, row in table.items()
    for phase, expected in enumerate(row, 1)
]


def test_the_tables_above_have_every_application() -> None:
    assert set(KBNN) == set(TC_QHNS) == set(GROUP_OF)
    assert len(KBNN) == 32


@pytest.mark.parametrize(("organisation", "application", "phase", "expected"), CELLS)
def test_each_cell_of_the_table(organisation: str, application: str, phase: int, expected: str) -> None:
    way = to(organisation, application, rules(phase, outsourcing=False))
    assert way.holder == expected
    assert way.level == DIRECTORY.holder(expected).level
    assert way.passer is None


@pytest.mark.parametrize(("phase", "expected"), [(1, SD), (2, SD), (3, L1)])
@pytest.mark.parametrize("application", ["TABMIS", "MAY_TRAM", "KQKB", "MANG", "DVC"])
def test_anybody_else_goes_to_the_service_desk_until_phase_3(application: str, phase: int, expected: str) -> None:
    assert to("khac", application, rules(phase, outsourcing=False)).holder == expected


@pytest.mark.parametrize(("phase", "expected"), [(1, SD), (2, L1), (3, SD)])
@pytest.mark.parametrize("organisation", ["kbnn", "tc", "qhns"])
@pytest.mark.parametrize("application", [unsure("TABMIS"), accepted("KHAC"), accepted("NOT_IN_THE_CATALOGUE")])
def test_a_category_that_is_not_accepted_goes_to_the_province_only_in_phase_2(
    organisation: str, application: Verdict, phase: int, expected: str
) -> None:
    assert to(organisation, application, rules(phase)).holder == expected


@pytest.mark.parametrize("phase", [1, 2, 3])
def test_a_category_that_is_not_accepted_goes_to_the_service_desk_without_a_province(phase: int) -> None:
    assert to("kbnn", unsure("TABMIS"), rules(phase), UNKNOWN).holder == SD


@pytest.mark.parametrize("phase", [1, 2])
def test_anybody_else_with_an_unclear_request_is_sorted_by_the_service_desk(phase: int) -> None:
    assert to("khac", unsure("TABMIS"), rules(phase)).holder == SD


# Rule 2.


@pytest.mark.parametrize("organisation", ["tc", "qhns", "bn", "khac"])
@pytest.mark.parametrize("phase", [1, 2, 3])
@pytest.mark.parametrize("where", [HERE, UNKNOWN])
def test_public_services_from_outside_go_to_the_provider_when_outsourced(
    organisation: str, phase: int, where: ProvinceVerdict
) -> None:
    assert to(organisation, "DVC", rules(phase), where).holder == "ITO"


@pytest.mark.parametrize("organisation", ["tc", "qhns", "bn", "khac"])
def test_nothing_goes_to_the_provider_when_outsourcing_is_off(organisation: str) -> None:
    assert to(organisation, "DVC", rules(3, outsourcing=False)).holder != "ITO"


@pytest.mark.parametrize(("organisation", "expected"), [("kbnn", L1), ("tw", "NOI_BO")])
def test_public_services_from_inside_never_go_to_the_provider(organisation: str, expected: str) -> None:
    assert to(organisation, "DVC", rules(3)).holder == expected


def test_an_unsure_public_service_does_not_go_to_the_provider() -> None:
    assert to("qhns", unsure("DVC"), rules(3)).holder == SD


# Rule 3.


@pytest.mark.parametrize("organisation", ["bn", "tw"])
@pytest.mark.parametrize("phase", [1, 2, 3])
@pytest.mark.parametrize(
    ("application", "expected"),
    [
        ("TABMIS", "TABMIS"),
        ("TTSP", "THANH_TOAN"),
        ("KQKB", "NOI_BO"),
        ("MAY_TRAM", "MAY_TRAM"),
        ("MANG", "MAY_TRAM"),
        ("KHAC", SD),
    ],
)
@pytest.mark.parametrize("where", [HERE, UNKNOWN])
def test_ministries_and_the_central_office_go_to_the_group(
    organisation: str, phase: int, application: str, expected: str, where: ProvinceVerdict
) -> None:
    assert to(organisation, application, rules(phase), where).holder == expected


def test_rule_2_comes_before_rule_3_for_ministries() -> None:
    assert to("bn", "DVC", rules(3)).holder == "ITO"
    assert to("bn", "DVC", rules(3, outsourcing=False)).holder == "NOI_BO"


@pytest.mark.parametrize("organisation", [accepted("kbnn"), accepted("qhns"), unsure("kbnn", "tw"), unsure("khac")])
def test_the_central_office_as_province_counts_as_the_central_office(organisation: Verdict) -> None:
    central = ProvinceVerdict(TRUNG_UONG, TRUNG_UONG, 0.99, accepted=True)
    assert to(organisation, "TTSP", rules(3), central).holder == "THANH_TOAN"


# Rule 5.


@pytest.mark.parametrize("organisation", ["kbnn", "tc", "qhns", "khac"])
def test_an_unknown_province_goes_to_the_service_desk_which_asks(organisation: str) -> None:
    way = to(organisation, "TABMIS", rules(3), UNKNOWN)
    assert (way.holder, way.ask_province) == (SD, True)


def test_a_guess_at_a_province_is_not_acted_on() -> None:
    guess = ProvinceVerdict("Lâm Đồng", "Lâm Đồng", 0.6, accepted=False)
    assert to("kbnn", "TABMIS", rules(3), guess).holder == SD


def test_a_province_without_an_office_goes_to_the_service_desk() -> None:
    assert to("kbnn", "TABMIS", rules(3), province("Cà Mau")).holder == SD


@pytest.mark.parametrize(
    ("organisation", "application", "phase", "expected"),
    [("kbnn", "TTSP", 1, "THANH_TOAN"), ("kbnn", "ATTT", 2, "MAY_TRAM"), ("qhns", "TABMIS", 2, "TABMIS")],
)
def test_an_unknown_province_does_not_matter_where_none_is_needed(
    organisation: str, application: str, phase: int, expected: str
) -> None:
    way = to(organisation, application, rules(phase), UNKNOWN)
    assert (way.holder, way.ask_province) == (expected, False)


def test_a_former_province_is_served_by_the_office_of_the_current_one() -> None:
    assert to("kbnn", "TABMIS", rules(3), province("Bình Thuận", "Lâm Đồng")).holder == "Lâm Đồng"


# An unsure organisation.


def test_an_unsure_organisation_does_not_matter_where_all_alternatives_lead_to_one_place() -> None:
    assert to(unsure("kbnn", "tc", "qhns"), "TABMIS", rules(3)).holder == L1


def test_an_unsure_organisation_goes_to_the_service_desk_where_it_matters() -> None:
    assert to(unsure("kbnn", "tw"), "TABMIS", rules(3)).holder == SD
    assert to(unsure("kbnn", "qhns"), "TABMIS", rules(2)).holder == SD
    assert to(unsure("kbnn", "qhns"), "DVC", rules(3)).holder == SD


def test_an_unsure_organisation_without_alternatives_goes_to_the_service_desk() -> None:
    assert to(unsure("qhns"), "TABMIS", rules(3)).holder == SD


def test_without_a_model_everything_goes_to_the_service_desk() -> None:
    unknown = Undecided().judge([MailText("", "a@b.vn", "", "")])[0]
    for phase in (1, 2, 3):
        assert to(unknown.organisation, unknown.application, rules(phase), unknown.province).holder == SD


# Rule 1.


@pytest.mark.parametrize(
    ("office", "application", "expected", "level"),
    [
        ("Lâm Đồng", "TTSP", "THANH_TOAN", 2),
        ("Lâm Đồng", "MAY_TRAM", "MAY_TRAM", 2),
        ("Lâm Đồng", "KHAC", SD, 2),
        ("TABMIS", "TABMIS", "PTUD", 3),
        ("TABMIS", "MANG", "QTHT", 3),
        ("THANH_TOAN", "TAI_KHOAN", "QLATTT", 3),
        ("SERVICE_DESK", "KHAC", "PTUD", 3),
        ("PTUD", "TABMIS", "CHUYEN_GIA", 4),
        ("ITO", "DVC", "NOI_BO", 2),
        ("ITO", "TABMIS", "NOI_BO", 2),
    ],
)
def test_a_mail_from_staff_starts_one_level_above_with_the_office_as_passer(
    office: str, application: str, expected: str, level: int
) -> None:
    way = to("kbnn", application, rules(3), UNKNOWN, DIRECTORY.holder(office))
    assert (way.holder, way.level) == (expected, level)
    assert way.passer == DIRECTORY.holder(office)


@pytest.mark.parametrize("office", ["Lâm Đồng", "TABMIS", "SERVICE_DESK", "PTUD", "CHUYEN_GIA", "ITO"])
def test_staff_who_take_their_mail_hold_it_and_nobody_passed_it(office: str) -> None:
    way = to("kbnn", "TTSP", rules(3), UNKNOWN, DIRECTORY.holder(office), takes_it=True)
    assert (way.holder, way.level, way.passer) == (office, DIRECTORY.holder(office).level, None)


def test_above_the_experts_there_is_nobody_so_they_keep_it_without_a_passer() -> None:
    way = to("kbnn", "TTSP", rules(3), HERE, DIRECTORY.holder("CHUYEN_GIA"))
    assert (way.holder, way.passer) == ("CHUYEN_GIA", None)


def test_rule_1_comes_before_rules_2_and_3() -> None:
    assert to("qhns", "DVC", rules(3), HERE, DIRECTORY.holder("TABMIS")).holder == "PTUD"
    assert to("tw", "TTSP", rules(3), HERE, DIRECTORY.holder("Lâm Đồng")).holder == "THANH_TOAN"


def test_every_way_says_why_in_words() -> None:
    for organisation in ("kbnn", "tw", "tc", "qhns", "bn", "khac"):
        for application in GROUP_OF:
            for phase in (1, 2, 3):
                way = to(organisation, application, rules(phase))
                assert way.why
                assert way.rule
