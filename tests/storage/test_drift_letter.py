"""The administrator gets the one mail that suggests retraining; without one it goes to the Service Desk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.drift import Drift
from daemon.loops.record import Recorder
from daemon.parts import build, drift_watch
from daemon.settings import load
from storage import outbox

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("admin", "told"), [("quantri@vst.gov.vn", "quantri@vst.gov.vn"), ("", "servicedesk@vst.gov.vn")]
)
def test_a_drift_is_told_once_a_week(tmp_path: Path, admin: str, told: str) -> None:
    text = (ROOT / "config.toml").read_text("utf-8").replace('admin = ""', f'admin = "{admin}"')
    (tmp_path / "config.toml").write_text(text.replace('"deploy/', f'"{ROOT}/deploy/'), "utf-8")
    parts = build(load(tmp_path / "config.toml"))
    recorder: Recorder = parts.intake.recorder
    watch = drift_watch(parts.settings, parts.database, recorder, parts.policy)
    for _ in range(2):
        with parts.database.write() as session:
            watch.tell(session, "slot:drift@2026-W47", [Drift("TTSP", 0.4, 0.1, 0.2, 9)], NOW)
    with parts.database.read() as session:
        letters = outbox.listing(session)
    assert [(letter.letter, letter.recipient) for letter in letters] == [("drift", told)]
    assert "Ứng dụng TTSP: 9 yêu cầu phải phân loại lại" in letters[0].text
    parts.database.close()
