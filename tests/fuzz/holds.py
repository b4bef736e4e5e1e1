"""What must hold for any bytes: one function that raises AssertionError, used by the fuzzer and by the tests."""

import re
import time

from daemon.reading.mail import Mail, Unreadable
from daemon.reading.message import Ours, read
from daemon.reading.report import as_json, with_reasons
from daemon.settings import LimitSettings

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
OURS = Ours.of(("hotro@vst.gov.vn",))
LIMITS = LimitSettings()
SECONDS = 5.0  # of the processor, for one input of a few kilobytes; what others do on the machine does not count


def holds(raw: bytes) -> Mail | Unreadable:
    """Reading answers or says Unreadable, in time, with clean text and safe names only, and the same twice: that answer."""
    started = time.thread_time()
    first = read_once(raw)
    took = time.thread_time() - started
    assert took < SECONDS, f"took {took:.1f} s"
    printed = with_reasons(as_json("x", first), first)
    assert not [one for one in _texts({**printed, "why": []}) if FORBIDDEN.search(one)], "a forbidden character"
    if isinstance(first, Mail):
        names = [file.filename for file in first.attachments]
        assert len({name.casefold() for name in names}) == len(names), "two files of one name"
        assert all(0 < len(name) <= 150 and "/" not in name and "\\" not in name for name in names), "an unsafe name"
        assert len(first.subject) <= 1000, "a long subject"
        texts = (first.text, first.quoted, first.signature, first.forwarded, first.full_text)
        assert all(len(one) <= LIMITS.text_kb << 10 for one in texts), "a text beyond its limit"
        assert len(first.html) <= LIMITS.text_kb << 11, "HTML beyond its limit"
        assert all(len(file.content_type) <= 255 for file in first.attachments), "a long type"
    second = read_once(raw)
    same = first == second if isinstance(first, Mail) else isinstance(second, Unreadable)
    assert same, "read in two ways"
    return first


def read_once(raw: bytes) -> Mail | Unreadable:
    try:
        return read(raw, LIMITS, OURS)
    except Unreadable as error:
        return error


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [one for item in value.values() for one in _texts(item)]
    return [one for item in value for one in _texts(item)] if isinstance(value, list) else []
