"""The key file: made once, private, rotated with a time in which both keys prove, and taken anew by a running service."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.keys import KeyKeeper, read_keys, rotate
from daemon.reading import proof
from daemon.settings import SettingsError

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OVERLAP = timedelta(days=90)
CODE, OFFICER = "HT-2026-000123", "tuan.lv@vst.gov.vn"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "proof.keys"


def ring_of(path: Path, now: datetime = NOW) -> KeyKeeper:
    """The keys of the file that prove at a moment."""
    return KeyKeeper(path, lambda: now)


def test_the_first_start_makes_one_key_that_only_its_owner_can_read(path: Path) -> None:
    before = os.umask(0)
    try:
        ring = ring_of(path)
    finally:
        os.umask(before)
    assert [key.name for key in ring.keys] == ["k1"] and len(ring.current.secret) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_second_start_takes_the_same_key(path: Path) -> None:
    assert ring_of(path).current.secret == ring_of(path).current.secret


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644])
def test_a_key_file_that_others_may_read_is_refused_with_what_to_do(path: Path, mode: int) -> None:
    ring_of(path)
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        ring_of(path)


@pytest.mark.parametrize(
    "content",
    [
        "", "# nothing\n", "k1\n", "k1 not-base64!\n", "k1 c2hvcnQ=\n", "1 MDEyMzQ1Njc4OWFiY2RlZg==\n",
        "k1 MDEyMzQ1Njc4OWFiY2RlZg== until\n", "k1 MDEyMzQ1Njc4OWFiY2RlZg== until tomorrow\n",
        "k1 MDEyMzQ1Njc4OWFiY2RlZg== after 2026-01-01T00:00:00+00:00\n",
        "k1 MDEyMzQ1Njc4OWFiY2RlZg== until 2026-01-01T00:00:00\n",
        "k1 MDEyMzQ1Njc4OWFiY2RlZg== until 2026-01-01T00:00:00+00:00\n",
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_refused_and_left_as_it_is(path: Path, content: str) -> None:
    ring_of(path)
    path.write_text(content)
    with pytest.raises(SettingsError) as refused:
        ring_of(path)
    assert path.read_text() == content
    assert "MDEyMzQ1" not in str(refused.value), "a message must not show a secret"


def test_a_letter_of_the_old_key_proves_within_the_overlap_and_not_after_it(path: Path) -> None:
    old = ring_of(path)
    letter = proof.message_id(old, CODE, "notice", "vst.gov.vn")
    token = proof.reply_token(old, CODE, OFFICER)
    rotate(path, NOW, OVERLAP)
    for later, proves in [(timedelta(), True), (OVERLAP - timedelta(seconds=1), True), (OVERLAP, False)]:
        ring = ring_of(path, NOW + later)
        assert ring.current.name == "k2"
        assert (proof.ticket_of_message_id(ring, letter) == CODE) is proves
        assert proof.token_is_valid(ring, CODE, token, [OFFICER]) is proves


def test_a_second_rotation_does_not_lengthen_the_time_of_older_keys_and_throws_away_what_is_over(path: Path) -> None:
    ring_of(path)
    rotate(path, NOW, OVERLAP)
    second = NOW + timedelta(days=30)
    rotate(path, second, OVERLAP)
    assert [(one.key.name, one.until) for one in read_keys(path)] == [
        ("k3", None),
        ("k2", second + OVERLAP),
        ("k1", NOW + OVERLAP),
    ]
    rotate(path, NOW + OVERLAP, OVERLAP)
    assert [one.key.name for one in read_keys(path)] == ["k4", "k3", "k2"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_running_service_takes_the_new_key_and_drops_the_old_one_in_time(path: Path) -> None:
    clock = Clock()
    keeper = KeyKeeper(path, clock)
    letter = proof.message_id(keeper, CODE, "notice", "vst.gov.vn")
    rotate(path, NOW, OVERLAP)
    clock.now += timedelta(seconds=6)
    assert keeper.current.name == "k2"
    assert proof.is_our_message_id(keeper, letter)
    clock.now = NOW + OVERLAP
    assert not proof.is_our_message_id(keeper, letter)
    assert [key.name for key in keeper.keys] == ["k2"]


def test_a_running_service_keeps_its_keys_when_the_file_is_gone_or_spoilt(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    keeper = KeyKeeper(path, clock)
    secret = keeper.current.secret
    for spoil in (lambda: path.chmod(0o644), lambda: path.write_text("k1\nk2"), path.unlink):
        spoil()
        clock.now += timedelta(seconds=6)
        assert keeper.current.secret == secret
    assert not path.exists(), "looking must not make a new file"
    lines = [record.getMessage() for record in caplog.records]
    made, *kept = lines
    assert made.startswith("keys_made"), "a first start says that it made the keys"
    assert len(kept) == 3 and all(line.startswith("keys_kept") and "\n" not in line for line in kept)
