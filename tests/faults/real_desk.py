"""A desk as a process on embedded servers, and what `check` says about it."""

from pathlib import Path

from daemon.mail.embedded import EmbeddedServers
from tests.flow.desk_process import DESK, DeskProcess, Servers


def a_desk(tmp_path: Path, servers: EmbeddedServers, address: str) -> DeskProcess:
    """A desk at `address` that looks for mail each second."""
    changes = (
        (f'username = "{DESK}"', f'username = "{address}"'),
        ("idle = true", "idle = false"),
        ("poll_seconds = 30", "poll_seconds = 1"),
    )
    return DeskProcess(
        tmp_path, Servers(servers.imap_port, servers.smtp_port, deliver=servers.deliver), tmp_path / "no-model", changes
    )


def finding(desk: DeskProcess, name: str) -> tuple[bool, str]:
    """What `check` says about one thing."""
    told = [line for line in desk.run("check").stdout.splitlines() if line[8:].startswith(name)]
    assert len(told) == 1, told
    return told[0].startswith("ok"), told[0]
