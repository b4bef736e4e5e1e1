"""Who a raw mail says that it is from, without reading it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.reading.glance import claimed_sender


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        (b"From: Hoa <Hoa.NT@VST.gov.vn>\r\n\r\nx", "hoa.nt@vst.gov.vn"),
        (b"To: a@x\r\nfrom:hoa@vst.gov.vn\r\n\r\nFrom: b@x", "hoa@vst.gov.vn"),
        (b'From: "A <evil@x.example>"\n <hoa@vst.gov.vn>\n\n', "evil@x.example"),  # enough to take turns by
        (b"From: =?utf-8?q?Hoa?=\r\n\t<hoa@vst.gov.vn>\r\n\r\n", "hoa@vst.gov.vn"),
        (b"Subject: x\r\n\r\nFrom: b@x.example", ""),
        (b"From: undisclosed\r\n\r\n", ""),
        (b"", ""),
    ],
)
def test_the_address_of_the_first_from_line_is_seen(raw: bytes, sender: str) -> None:
    assert claimed_sender(raw) == sender


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    assert isinstance(claimed_sender(b"From:" + raw), str)
