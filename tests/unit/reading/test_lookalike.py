"""Which sender's domains are marked as imitations of ours."""

import pytest

from daemon.reading.lookalike import imitated

OURS = ("vst.gov.vn", "kbnn.gov.vn")


@pytest.mark.parametrize(
    "address",
    [
        "nam@vst-gov.vn",
        "nam@vstgov.vn",
        "nam@vst.gov.vn.com",
        "nam@vst.gov-vn.net",
        "nam@vѕt.gov.vn",  # Cyrillic s
        "nam@xn--vt-eoc.gov.vn",  # the same as it travels
        "nam@vst.g0v.vn",
        "nam@vst.gov.vm",
        "nam@vst.gov.v",
        "nam@vst.gvo.vn",
        "NAM@VST-GOV.VN",
        "nam@v5t.gov.vn",
    ],
)
def test_a_domain_that_looks_like_ours_is_marked(address: str) -> None:
    assert imitated(address, OURS) == "vst.gov.vn"


@pytest.mark.parametrize(
    "address",
    [
        "nam@vst.gov.vn",
        "nam@mail.vst.gov.vn",
        "nam@kbnn.gov.vn",
        "nam@vss.gov.vn",  # the social insurance, a real agency
        "nam@mof.gov.vn",
        "nam@lamdong.gov.vn",
        "nam@gmail.com",
        "nam@vietcombank.com.vn",
        "nam@vst.edu.vn",
        "nam",
        "",
    ],
)
def test_our_own_and_other_domains_are_not_marked(address: str) -> None:
    assert imitated(address, OURS) == ""
