import pytest

from classifiers.organisation import OrganisationModel, Ruled, measured, rule_of
from classifiers.verdict import TRUNG_UONG, MailText, ProvinceVerdict

UNKNOWN = ProvinceVerdict(None, None, 0.0, accepted=False)
CENTRE = ProvinceVerdict(TRUNG_UONG, TRUNG_UONG, 0.99, accepted=True)


def organisation_of(address: str, text: str = "Không đăng nhập được.", province: ProvinceVerdict = UNKNOWN) -> str:
    return rule_of(MailText("", address, "", text), province).code


@pytest.mark.parametrize(
    ("address", "text", "organisation"),
    [
        ("hoa@vst.gov.vn", "Máy in hỏng.\nHoa, KBNN Đức Trọng", "kbnn"),
        ("hoa@sotaichinh.lamdong.gov.vn", "Không vào được TABMIS.", "tc"),
        ("tckh.ductrong@lamdong.gov.vn", "Không vào được TABMIS.", "tc"),
        ("hoa@moet.gov.vn", "Không phân bổ được vốn.", "bn"),
        ("c1lehongphong@gmail.com", "Chưa ký được hồ sơ.\nTrường tiểu học Lê Hồng Phong", "qhns"),
        ("ketoan@bvcamranh.khanhhoa.gov.vn", "Sổ thiếu phát sinh.\nBệnh viện Cam Ranh", "qhns"),
        ("hoant@bidv.com.vn", "Lệnh chưa về.", "khac"),
        ("an@gdt.gov.vn", "Chưa nhận được bảng kê.", "khac"),
        ("kbyenmo.ketoan@gmail.com", "Mail cơ quan đầy nên gửi tạm.", "kbnn"),
    ],
)
def test_addresses_and_signatures_tell_the_organisation(address: str, text: str, organisation: str) -> None:
    assert organisation_of(address, text) == organisation


def test_treasury_staff_at_the_centre_is_tw() -> None:
    assert organisation_of("an@vst.gov.vn", province=CENTRE) == "tw"


def test_confidence_is_the_measured_share_of_the_rule() -> None:
    ruled = Ruled("finance mail", "tc")
    shares = measured([(ruled, "tc")] * 98 + [(ruled, "qhns")] * 2)
    verdict = OrganisationModel(shares, 0.9).of_rule(ruled)
    assert verdict.code == "tc"
    assert 0.95 < verdict.confidence < 0.98
    assert verdict.accepted
    assert verdict.alternatives[0][0] == "qhns"


def test_a_rule_that_was_rarely_seen_is_not_certain() -> None:
    ruled = Ruled("finance mail", "tc")
    assert OrganisationModel(measured([(ruled, "tc")]), 0.9).of_rule(ruled).accepted is False
    assert OrganisationModel({}, 0.9).of_rule(ruled).accepted is False
