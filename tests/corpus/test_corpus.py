"""Golden mails: `NNN-name.eml` is read as `NNN-name.json` says. One more pair for each defect that is found.

A JSON file holds the keys of `parse --json` that matter, and four of its own: `reason` (why the mail is here), `text_any`
(several readings of the text, each of which is right), `contains` (what its text must hold), `clean` (a reply that counts
for the share of replies whose new text is exact).
"""

import json
from pathlib import Path

import pytest

from daemon.reading.mail import Mail, Unreadable
from daemon.reading.message import Ours, read
from daemon.reading.report import as_json
from daemon.settings import LimitSettings

HERE = Path(__file__).parent
DESKS = Ours.of(("hotro@vst.gov.vn", "hotrocntt@vst.gov.vn"))  # the mails from 600 on were sent to the second
MAILS = sorted(HERE.glob("*.eml"))


def reading(raw: bytes) -> Mail | Unreadable:
    try:
        return read(raw, LimitSettings(), DESKS)
    except Unreadable as error:
        return error


def test_the_corpus_has_an_expected_reading_for_every_mail() -> None:
    assert len(MAILS) >= 300
    assert [path.stem for path in MAILS] == sorted(path.stem for path in HERE.glob("*.json"))


def test_the_corpus_holds_hundreds_of_clean_replies_of_many_clients() -> None:
    expected = [json.loads(path.with_suffix(".json").read_text("utf-8")) for path in MAILS]
    clean = [one for one in expected if one.get("clean")]
    assert len(clean) >= 300 and all("text" in one or "text_any" in one for one in clean)


def within(expected: object, found: object) -> bool:
    """Whether everything that is expected was found; keys of objects that nobody was sure of are left out of `expected`."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(key in found and within(value, found[key]) for key, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(within, expected, found))
    return expected == found


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_golden_mail_is_read_as_a_person_would_report_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    readings, parts = expected.pop("text_any", None), expected.pop("contains", [])
    for remark in ("reason", "clean"):
        expected.pop(remark, None)
    result = reading(path.read_bytes())
    found = as_json(path.name, result)
    if isinstance(result, Mail):
        found |= {
            "suppress_answer": result.suppress_answer,
            "bounced": list(result.bounced),
            "bounced_recipients": list(result.bounced_recipients),
            "bounce_permanent": result.bounce_permanent,
            "original_sender": result.original_sender.address if result.original_sender else None,
        }
    assert within(expected, found), {
        key: found.get(key) for key in expected if not within(expected[key], found.get(key))
    }
    assert readings is None or found["text"] in readings
    assert all(part in found["text"] for part in parts)


# In some mails the line ends themselves are the point; UTF-16 cannot be changed byte by byte.
EITHER_END = [path for path in MAILS if b"\r\n" not in path.read_bytes() and b"\xff\xfe" not in path.read_bytes()]


@pytest.mark.parametrize("path", EITHER_END, ids=lambda path: path.stem)
def test_crlf_and_lf_mails_say_the_same(path: Path) -> None:
    raw = path.read_bytes()
    first, second = reading(raw), reading(raw.replace(b"\n", b"\r\n"))
    assert isinstance(first, Mail) and isinstance(second, Mail)
    assert (first.text, first.quoted, first.kind, first.subject) == (
        second.text,
        second.quoted,
        second.kind,
        second.subject,
    )
