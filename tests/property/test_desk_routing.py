"""Routing is total: whatever the classifiers say, somebody who exists gets the request."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.verdict import TRUNG_UONG, ProvinceVerdict, Verdict
from daemon.desk.routing import Request, route
from tests.unit.desk.builders import GROUP_OF, HOLDERS, rules

shares = st.floats(0, 1)
organisations = st.sampled_from(["kbnn", "tw", "tc", "qhns", "bn", "khac"])
names = st.one_of(st.none(), st.sampled_from(["Lâm Đồng", "Bình Thuận", "Hà Nội", "Cà Mau", TRUNG_UONG]), st.text())


def verdicts(codes: st.SearchStrategy[str]) -> st.SearchStrategy[Verdict]:
    others = st.lists(st.tuples(codes, shares), max_size=5).map(tuple)
    return st.builds(Verdict, codes, shares, st.booleans(), others)


applications = st.one_of(st.sampled_from(sorted(GROUP_OF)), st.text())
provinces = st.builds(ProvinceVerdict, names, names, shares, st.booleans())
requests = st.builds(
    Request,
    verdicts(applications),
    provinces,
    verdicts(st.one_of(organisations, st.text())),
    st.one_of(st.none(), st.sampled_from(HOLDERS)),
    st.booleans(),
)


@given(requests, st.sampled_from([1, 2, 3]), st.booleans())
def test_every_request_reaches_a_holder_that_exists(request: Request, phase: int, outsourcing: bool) -> None:
    world = rules(phase, outsourcing=outsourcing)
    way = route(request, world)
    assert way.level == world.directory.holder(way.holder).level
    assert way.why
    assert way.rule
    assert way.passer is None or way.passer.code != way.holder
    assert way == route(request, world)


@given(requests, st.sampled_from([1, 2, 3]))
def test_nothing_reaches_the_provider_unless_outsourced_or_from_its_own_people(request: Request, phase: int) -> None:
    ours = request.from_staff is None or request.from_staff.code != "ITO"
    if ours:
        assert route(request, rules(phase, outsourcing=False)).holder != "ITO"


@given(requests, st.sampled_from([1, 2, 3]))
def test_only_an_accepted_province_chooses_an_office(request: Request, phase: int) -> None:
    way = route(request, rules(phase))
    if request.from_staff is None and way.level == 1 and way.holder != "ITO":
        assert request.province.accepted
        assert request.province.current == way.holder
