"""Golden mails: `NNN-name.eml` is read as `NNN-name.json` says. One more pair for each defect that is found."""

import json
from pathlib import Path

import pytest

from daemon.reading.mail import Mail, Unreadable
from daemon.reading.message import Ours, read
from daemon.reading.report import as_json
from daemon.settings import LimitSettings

HERE = Path(__file__).parent
MAILS = sorted(HERE.glob("*.eml"))


def reading(raw: bytes) -> Mail | Unreadable:
    try:
        return read(raw, LimitSettings(), Ours.of(("hotro@vst.gov.vn",)))
    except Unreadable as error:
        return error


def test_the_corpus_has_an_expected_reading_for_every_mail() -> None:
    assert len(MAILS) >= 60
    assert [path.stem for path in MAILS] == sorted(path.stem for path in HERE.glob("*.json"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_golden_mail_is_read_as_a_person_would_report_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    expected.pop("reason", None)  # why the mail is here, for people
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
    assert found == expected


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_crlf_and_lf_mails_say_the_same(path: Path) -> None:
    raw = path.read_bytes()
    if b"\r\n" in raw or b"\xff\xfe" in raw:
        pytest.skip("this mail's own line ends are the point of it")
    first, second = reading(raw), reading(raw.replace(b"\n", b"\r\n"))
    assert isinstance(first, Mail) and isinstance(second, Mail)
    assert (first.text, first.quoted, first.kind, first.subject) == (
        second.text,
        second.quoted,
        second.kind,
        second.subject,
    )
