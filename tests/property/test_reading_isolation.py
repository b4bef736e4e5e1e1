"""A mail that would take too long or too much memory is stopped in its own process."""

import pytest

from daemon.reading.isolation import needs_isolation, read_safely
from daemon.reading.mail import Unreadable
from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings

SMALL = b"From: a@x.vn\nSubject: x\nMessage-ID: <a@b>\n\nhello\n"
BIG = (
    b"From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png\n"
    b"Content-Transfer-Encoding: base64\n\n" + (b"QUJD" * 19 + b"\n") * 200_000 + b"--b--\n"
)


def test_a_mail_read_apart_says_the_same_as_one_read_here() -> None:
    assert read_safely(SMALL, LimitSettings(isolate_above_kb=0), Ours()) == read(SMALL, LimitSettings(), Ours())


def test_only_large_or_many_part_mails_are_read_apart() -> None:
    assert not needs_isolation(SMALL, LimitSettings())
    assert needs_isolation(BIG, LimitSettings())
    assert needs_isolation(b"x\n--b\n" * 200, LimitSettings())


def test_a_mail_that_needs_more_memory_than_allowed_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="64 MB"):
        read_safely(BIG, LimitSettings(memory_mb=64, seconds=300), Ours())


def test_an_unreadable_mail_is_unreadable_apart_too() -> None:
    with pytest.raises(Unreadable, match="headers"):
        read_safely(b"X-A: " + b"b" * 300_000, LimitSettings(isolate_above_kb=0), Ours())


def test_the_reason_of_an_unreadable_mail_is_the_same_wherever_it_was_read() -> None:
    reasons = []
    for kilobytes in (0, 10_000):
        with pytest.raises(Unreadable) as caught:
            read_safely(b"X-A: " + b"b" * 300_000, LimitSettings(isolate_above_kb=kilobytes), Ours())
        reasons.append(caught.value.reason)
    assert reasons == ["headers: the headers are larger than 256 KB"] * 2


def test_a_large_mail_within_its_limits_is_read() -> None:
    assert read_safely(BIG, LimitSettings(seconds=300), Ours()).attachments[0].size == 11_400_000
