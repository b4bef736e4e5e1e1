from collections import Counter

import pytest

from classifiers.gazetteer import places
from classifiers.verdict import TRUNG_UONG


def test_63_former_provinces_roll_up_to_34_current_ones() -> None:
    assert len(places.former_names()) == len(set(places.former_names())) == 63
    assert len(places.current_names()) == 34
    assert {places.current_of(former) for former in places.former_names()} == set(places.current_names())


@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("Bình Thuận", "Lâm Đồng"),
        ("Đắk Nông", "Lâm Đồng"),
        ("Thừa Thiên Huế", "Huế"),
        ("Bà Rịa - Vũng Tàu", "Hồ Chí Minh"),
        ("Kon Tum", "Quảng Ngãi"),
        ("Hà Nội", "Hà Nội"),
        (TRUNG_UONG, TRUNG_UONG),
    ],
)
def test_a_former_province_belongs_to_its_current_one(former: str, current: str) -> None:
    assert places.current_of(former) == current


def test_every_former_province_has_its_own_area_code_and_mail_label() -> None:
    assert len(places.area_codes()) == 63
    assert places.area_codes()["0263"] == "Lâm Đồng"
    assert places.area_codes()["024"] == "Hà Nội"
    assert places.mail_labels()["lamdong"] == "Lâm Đồng"
    assert set(places.mail_labels().values()) == set(places.former_names())


@pytest.mark.parametrize(
    ("typed", "former", "current"),
    [
        ("lâm đồng", "Lâm Đồng", "Lâm Đồng"),
        ("Tinh Lam Dong", "Lâm Đồng", "Lâm Đồng"),
        ("lamdong", "Lâm Đồng", "Lâm Đồng"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh", "Hồ Chí Minh"),
        ("TPHCM", "Hồ Chí Minh", "Hồ Chí Minh"),
        ("Thành phố Huế", "Thừa Thiên Huế", "Huế"),
        ("tt hue", "Thừa Thiên Huế", "Huế"),
        ("BRVT", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"),
        ("ba ria-vung tau", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"),
        ("Đắc Nông", "Đắk Nông", "Lâm Đồng"),
        ("trung_uong", TRUNG_UONG, TRUNG_UONG),
        ("Trung ương", TRUNG_UONG, TRUNG_UONG),
    ],
)
def test_a_typed_name_is_a_former_label_first(typed: str, former: str, current: str) -> None:
    assert places.resolve_name(typed) == (former, current)


@pytest.mark.parametrize("typed", ["", "Atlantis", "tỉnh", "Đức Trọng"])
def test_what_is_no_province_resolves_to_nothing(typed: str) -> None:
    assert places.resolve_name(typed) is None


def test_every_label_resolves_to_itself() -> None:
    for former in places.former_names():
        assert places.resolve_name(former) == (former, places.current_of(former))
    for current in places.current_names():
        resolved = places.resolve_name(current)
        assert resolved is not None
        assert resolved[1] == current


def test_slugs_serve_in_addresses() -> None:
    slugs = [places.slug(current) for current in places.current_names()]
    assert places.slug("Lâm Đồng") == "lamdong"
    assert all(slug.isascii() and slug.isalpha() for slug in slugs)
    assert len(set(slugs)) == 34


@pytest.mark.parametrize(
    ("district", "former"),
    [
        ("quan 2", "Hồ Chí Minh"),
        ("q9", "Hồ Chí Minh"),
        ("hoanh bo", "Quảng Ninh"),
        ("cat tien", "Lâm Đồng"),
        ("da teh", "Lâm Đồng"),
        ("dong son", "Thanh Hóa"),
        ("yen dung", "Bắc Giang"),
        ("long dien", "Bà Rịa - Vũng Tàu"),
        ("duc trong", "Lâm Đồng"),
        ("buon me thuot", "Đắk Lắk"),
    ],
)
def test_districts_are_known_also_when_abolished_or_spelt_otherwise(district: str, former: str) -> None:
    assert [place.former for place in places.names()[district]] == [former]


def test_districts_that_lie_in_several_provinces_keep_all_of_them() -> None:
    assert len({place.former for place in places.names()["chau thanh"]}) == 10
    assert {place.former for place in places.names()["phong dien"]} == {"Thừa Thiên Huế", "Cần Thơ"}


def test_every_former_province_has_districts() -> None:
    found = Counter(
        place.former for known in places.names().values() for place in known if place.kind is places.PlaceKind.DISTRICT
    )
    assert set(found) == set(places.former_names())
    assert min(found.values()) >= 6


def test_no_name_is_longer_than_what_is_searched_for() -> None:
    assert max(len(key.split()) for key in places.names()) <= places.LONGEST_NAME
