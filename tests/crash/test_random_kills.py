"""SIGKILL at random moments under load against Dovecot and an SMTP sink: every mail one outcome, every letter accepted.

`KILLS` in the environment asks for more kills than the usual 30. A failure prints the seed, which repeats the moments.
"""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.desk_process import DESK, DeskProcess, Servers, compose, end
from tests.flow.test_serve import log_of
from tests.servers.dovecot import Dovecot
from tests.servers.programs import wait_for
from tests.servers.sink import SmtpSink

KILLS = int(os.environ.get("KILLS", "30"))
MAILS = max(300, 5 * KILLS)  # enough work for every kill to hit some


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[tuple[DeskProcess, SmtpSink]]:
    """A full mailbox, a sink for letters, and a desk without a model: everything goes to the Service Desk."""
    with Dovecot() as dovecot, SmtpSink() as sink:
        for number in range(MAILS):
            who = number % (MAILS // 5)  # five mails of each, far from any brake
            sender = f"Người gửi {who} <nguoi{who:03d}@donvi{who}.example.vn>"
            mail = compose(
                sender,
                DESK,
                f"Yêu cầu số {number}",
                f"Chương trình báo lỗi, mã số {number}.\n",
                message_id=f"<m{number}@kills.test>",
            )
            dovecot.deliver(DESK, bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        yield (
            DeskProcess(
                tmp_path,
                Servers(dovecot.imap_port, sink.port, dovecot.password),
                tmp_path / "no-model",
                changes=(
                    ("connections = 2", "connections = 4"),
                    # Every notice goes to the Service Desk; none of them is to be bundled.
                    ("staff_notices_per_address_hour = 200", f"staff_notices_per_address_hour = {MAILS * 2}"),
                ),
            ),
            sink,
        )


@pytest.mark.servers
def test_killed_at_random_moments_every_mail_is_one_ticket_and_every_letter_arrives(
    loaded: tuple[DeskProcess, SmtpSink],
) -> None:
    desk, sink = loaded
    seed = int(os.environ.get("SEED", str(random.randrange(1_000_000))))
    print(f"SEED={seed} KILLS={KILLS}")
    moments = random.Random(seed)
    for _ in range(KILLS):
        process = desk.serve()
        wait_until_working(desk, process)
        time.sleep(moments.uniform(0.0, 0.35))  # the moment of death, not a wait for luck
        assert process.poll() is None, log_of(desk)[-2000:]
        end(process, signal.SIGKILL)
    finish(desk)
    for_a_person = open_letters(desk)
    for number in for_a_person:  # as the operator's guide says: a person decides to send it once more
        assert desk.run("mail", "retry", str(number), "--out").returncode == 0
    finish(desk)

    rows = query(desk, "SELECT state, count(*) FROM inbound GROUP BY state")
    assert rows == [("entry", MAILS)], rows
    assert query(desk, "SELECT count(*), count(DISTINCT code) FROM ticket") == [(MAILS, MAILS)]
    assert query(desk, "SELECT count(DISTINCT inbound_id) FROM entry WHERE kind = 'request'") == [(MAILS,)]
    assert query(desk, "SELECT max(number) FROM ticketcode") == [(MAILS,)], "codes have no gaps"
    letters = query(desk, "SELECT message_id, state, doubts FROM outbox")
    assert {state for _, state, _ in letters} == {"accepted"}, Counter(state for _, state, _ in letters)
    received = Counter(sink.message_ids())
    assert set(received) == {message_id for message_id, _, _ in letters}
    doubts = {message_id: count for message_id, _, count in letters} | dict.fromkeys(for_a_person.values(), 2)
    doubles = {message_id: count for message_id, count in received.items() if count > 1}
    assert all(count <= 1 + doubts[message_id] for message_id, count in doubles.items()), (
        "sent again only where SMTP left it unknown, and then visible"
    )
    print(
        f"letters={len(letters)} in_doubt={sum(map(bool, doubts.values()))} again={len(doubles)} open={len(for_a_person)}"
    )


def open_letters(desk: DeskProcess) -> dict[int, str]:
    """Number and Message-ID of the letters that were in doubt twice: they stand open until a person decides."""
    rows = query(desk, "SELECT id, message_id, doubts FROM outbox WHERE state = 'open'")
    assert all(doubts == 2 for _, _, doubts in rows), rows
    return {number: message_id for number, message_id, _ in rows}


def wait_until_working(desk: DeskProcess, process: subprocess.Popen[bytes]) -> None:
    """Until this process has written to the log that its loops run; a start that died fails the test."""

    def works() -> bool:
        assert process.poll() is None, log_of(desk)[-2000:]
        return f"service_started pid={process.pid} " in log_of(desk)

    wait_for(works, "the service's start")


def finish(desk: DeskProcess) -> None:
    """Let a last service do what is left, and stop it politely."""
    process = desk.serve()
    wait_until_working(desk, process)

    def nothing_left() -> bool:
        open_mails = query(desk, "SELECT count(*) FROM inbound WHERE state = 'pending'")[0][0]
        taken = query(desk, "SELECT count(*) FROM inbound")[0][0]
        waiting = query(desk, "SELECT count(*) FROM outbox WHERE state NOT IN ('accepted', 'refused', 'open')")[0][0]
        return bool(taken == MAILS and not open_mails and not waiting)

    wait_for(nothing_left, "the end of all work", 900)
    assert end(process) == 0


def query(desk: DeskProcess, sql: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(f"file:{desk.folder}/data/desk.db?mode=ro", uri=True, timeout=20)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()
