"""`serve` as a process: it works by itself, stops when asked, goes on where it stopped, and outlives the world's failures."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from daemon.mail.embedded import EmbeddedServers
from tests.flow.desk_process import DESK, DeskProcess, Servers, end
from tests.servers.programs import free_ports

USER = "Lê Thị Mai <mai.lt@vst.gov.vn>"
MAI = "mai.lt@vst.gov.vn"


def until(holds: Callable[[], bool], what: str, seconds: float = 180) -> None:
    """Wait for something that must come true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def log_of(desk: DeskProcess) -> str:
    path = desk.folder / "serve.log"
    return path.read_text("utf-8", "replace") if path.exists() else ""  # its last line may be half written


def test_a_mail_is_answered_by_the_running_service_and_sigterm_ends_it_with_0(desk: DeskProcess) -> None:
    process = desk.serve()
    desk.send(
        USER,
        "Máy in không in được",
        "Máy in phòng kế toán không in được gì cả.\n\nLê Thị Mai\nKBNN Đức Trọng - Lâm Đồng",
    )
    until(lambda: len(desk.mailbox(MAI)) == 1, "no acknowledgement")
    assert end(process, signal.SIGTERM, timeout=60) == 0
    assert "service_stopped reason=asked to stop" in log_of(desk)


def test_after_a_kill_the_next_start_goes_on_and_tells_nobody_twice(desk: DeskProcess) -> None:
    process = desk.serve()
    desk.send(USER, "Máy in không in được", "Máy in không in được gì cả.")
    until(lambda: len(desk.mailbox(MAI)) == 1, "no acknowledgement")
    end(process, signal.SIGKILL)
    process = desk.serve()
    desk.send(USER, "Mất mạng", "Phòng giao dịch mất mạng từ sáng.")
    until(lambda: len(desk.mailbox(MAI)) == 2, "no second acknowledgement")
    assert end(process) == 0
    assert len(desk.rows("tickets", "list")) == 2
    assert len(desk.mailbox(MAI)) == 2


def test_a_second_daemon_on_the_same_database_refuses_to_start(desk: DeskProcess) -> None:
    process = desk.serve()
    until(lambda: "service_started" in log_of(desk), "the service did not start")
    second = desk.run("once", "--json")
    assert second.returncode == 1
    assert "another daemon works on this database" in second.stderr
    assert end(process) == 0


def test_mail_servers_that_vanish_and_come_back_lose_nothing(tmp_path: Path, models: Path) -> None:
    imap, smtp = free_ports(2)
    servers = EmbeddedServers(tmp_path / "embedded", imap_port=imap, smtp_port=smtp)
    servers.start()
    desk = DeskProcess(
        tmp_path,
        Servers(imap, smtp),
        models,
        changes=(("idle = true", "idle = false"), ("poll_seconds = 30", "poll_seconds = 1")),
    )
    process = desk.serve()
    until(lambda: "service_started" in log_of(desk), "the service did not start")
    servers.stop()
    until(lambda: "world_down loop=poll" in log_of(desk), "the lost mailbox was not noticed")
    servers.deliver(
        DESK, f"From: {MAI}\r\nSubject: Mat mang\r\nMessage-ID: <khi-mat@x.vn>\r\n\r\nMat mang tu sang.\r\n".encode()
    )
    again = EmbeddedServers(tmp_path / "embedded", imap_port=imap, smtp_port=smtp)
    with again:
        until(lambda: len(again.read_mailbox(MAI)) == 1, "no acknowledgement after the servers came back")
        until(lambda: "world_back loop=poll" in log_of(desk), "the loop did not say that it goes on")
        assert end(process) == 0


def test_an_unreadable_mail_goes_to_quarantine_and_the_next_one_is_handled(desk: DeskProcess) -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(200))
    desk.servers.deliver and desk.servers.deliver(
        DESK, f"From: xau@x.vn\r\nSubject: long nhau\r\n{nested}\r\nnoi dung\r\n".encode()
    )
    desk.send(USER, "Máy in không in được", "Máy in không in được gì cả.")
    until(lambda: len(desk.mailbox(DESK)) == 2, "mail not delivered")
    counts = desk.once()
    assert (counts["quarantined"], counts["tickets_created"]) == (1, 1)
    (kept,) = desk.rows("mail", "list", "--state", "quarantined")
    assert "nest" in kept["reason"]
    raw = desk.run("mail", "show", str(kept["id"]), "--raw")
    assert "Subject: long nhau" in raw.stdout
    assert desk.run("mail", "retry", str(kept["id"])).returncode == 0
    assert desk.once()["quarantined"] == 1
