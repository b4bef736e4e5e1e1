"""Mails a second from mailbox to accepted letter: 500 mails of about 40 kB on Dovecot and an SMTP sink.

    python -m benchmarks.throughput [--mails 500]

The desk runs as a process of its own with the current model of config.toml's folder, if there is one. Prints seconds, mails and
letters a second, peak memory, and how long `serve` took from its start to its running loops.
"""

import argparse
import os
import random
import resource
import sqlite3
import tempfile
import time
from pathlib import Path

from classifiers import registry
from classifiers.corpus_files import CORPUS, LabelledMail, load
from daemon.settings import load as load_settings
from tests.flow.desk_process import DESK, ROOT, DeskProcess, Servers, compose, end
from tests.servers.dovecot import Dovecot
from tests.servers.sink import SmtpSink

# A screenshot as people attach it, so that a mail has the usual size.
ATTACHED_BYTES = 28_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--mails", type=int, default=500)
    wanted = arguments.parse_args().mails
    models = Path(load_settings(ROOT / "config.toml").storage.model)
    print(f"model: {registry.current_name(models) or 'none'}")
    with tempfile.TemporaryDirectory() as folder, Dovecot() as dovecot, SmtpSink() as sink:
        sizes = fill(dovecot, wanted)
        desk = DeskProcess(
            Path(folder), Servers(dovecot.imap_port, sink.port, dovecot.password), models,
            changes=tuple(  # no brake: every letter is to go
                (f"{key} = {most}", f"{key} = {4 * wanted}")
                for key, most in (
                    ("tickets_per_sender_hour", 20), ("automatic_per_address_hour", 10),
                    ("staff_notices_per_address_hour", 200), ("automatic_per_domain_hour", 100),
                )
            ),
        )  # fmt: skip
        measure(desk, wanted, sum(sizes) / len(sizes))


def fill(dovecot: Dovecot, wanted: int) -> list[int]:
    """Put the mails into the mailbox before the clock starts; returns their sizes in bytes."""
    rows: list[LabelledMail] = load(CORPUS / "learning")
    chance = random.Random(1)
    sizes = []
    for number in range(wanted):
        row = rows[number * 7 % len(rows)]
        picture = chance.randbytes(ATTACHED_BYTES)
        mail = compose(
            f"{row.from_name or 'Người gửi'} <n{number}@{row.from_address.rpartition('@')[2]}>", DESK,
            f"{row.subject} {number}", row.body, message_id=f"<b{number}@bench.test>", attach=(("anh.png", picture),),
        )  # fmt: skip
        content = bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        sizes.append(len(content))
        dovecot.deliver(DESK, content)
    return sizes


def measure(desk: DeskProcess, wanted: int, size: float) -> None:
    """Run `serve` until every mail is settled and every letter accepted."""
    started = time.perf_counter()
    process = desk.serve()
    log = desk.folder / "serve.log"
    while "service_started" not in log.read_text():
        assert process.poll() is None, log.read_text()[-3000:]
        time.sleep(0.01)
    ready = time.perf_counter()
    while not finished(desk, wanted):
        assert process.poll() is None, log.read_text()[-3000:]
        time.sleep(0.1)
    seconds = time.perf_counter() - ready
    letters = query(desk, "SELECT count(*) FROM outbox")
    outcomes = sqlite3.connect(desk.folder / "data/desk.db").execute(
        "SELECT state, count(*) FROM inbound GROUP BY state"
    )
    peak = peak_megabytes(process.pid)
    end(process)
    print(
        f"{wanted} mails of {size / 1000:.0f} kB in {seconds:.1f} s: {wanted / seconds:.0f} mails/s, {letters / seconds:.0f} letters/s"
    )
    print(f"outcomes: {dict(outcomes.fetchall())}, letters: {letters}")
    print(
        f"peak memory of the desk: {peak:.0f} MB; serve was ready after {ready - started:.2f} s; cores: {os.cpu_count()}"
    )


def finished(desk: DeskProcess, wanted: int) -> bool:
    if query(desk, "SELECT count(*) FROM inbound WHERE state <> 'pending'") < wanted:
        return False
    return query(desk, "SELECT count(*) FROM outbox WHERE state <> 'accepted'") == 0


def query(desk: DeskProcess, sql: str) -> int:
    database = sqlite3.connect(f"file:{desk.folder}/data/desk.db?mode=ro", uri=True, timeout=20)
    try:
        return int(database.execute(sql).fetchone()[0])
    finally:
        database.close()


def peak_megabytes(pid: int) -> float:
    """The largest resident size that the process has had (VmHWM), in MB."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
