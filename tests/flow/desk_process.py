"""The desk as its users meet it: `run.py` as a process on a folder of its own, mail in by SMTP, mailboxes read by IMAP."""

import imaplib
import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DESK = "hotrocntt@vst.gov.vn"


@dataclass(frozen=True)
class Servers:
    """Where mail goes in and where mailboxes are read."""

    imap_port: int
    smtp_port: int
    password: str = "demo"
    embedded: bool = False
    deliver: Callable[[str, bytes], None] | None = None  # straight into a mailbox, faster than SMTP


class DeskProcess:
    """One configuration in `folder` and the commands run on it."""

    def __init__(self, folder: Path, servers: Servers, models: Path, changes: tuple[tuple[str, str], ...] = ()) -> None:
        self.folder = folder
        self.servers = servers
        self.config = folder / "config.toml"
        text = (ROOT / "config.toml").read_text("utf-8")
        wanted = [
            ("port = 11143", f"port = {servers.imap_port}"),
            ("port = 11025", f"port = {servers.smtp_port}"),
            ('model = "data/models"', f'model = "{models}"'),
            ('file = "deploy/directory.csv"', f'file = "{ROOT}/deploy/directory.csv"'),
            *changes,
        ]
        if not servers.embedded:
            wanted += [
                ("enabled = true", "enabled = false"),
                ("# start_date = 2026-01-01", "start_date = 2026-01-01"),
                ('password_env = ""', 'password_env = "DESK_PASSWORD"'),
                ("pinned_hosts = []", 'pinned_hosts = ["postfix.localhost", "dovecot.localhost"]'),
                ("internal_networks = []", 'internal_networks = ["127.0.0.0/8"]'),
            ]
        for old, new in wanted:
            assert old in text, f"config.toml no longer has {old!r}"
            text = text.replace(old, new)
        self.config.write_text(text, "utf-8")

    # Commands

    def run(self, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            self._command(*arguments), cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip

    def once(self) -> dict[str, int]:
        """`once --json`; fails the test when it does not end with 0."""
        done = self.run("once", "--json")
        assert done.returncode == 0, done.stderr
        counts: dict[str, int] = json.loads(done.stdout)
        return counts

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that a `--json` command prints."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def serve(self) -> subprocess.Popen[bytes]:
        """`serve` in the background; its log goes to `serve.log` in the folder."""
        log = (self.folder / "serve.log").open("ab")
        with log:
            return subprocess.Popen(self._command("serve"), cwd=ROOT, env=self._environment(), stderr=log, stdout=log)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "error", str(ROOT / "run.py"), *arguments, "--config", str(self.config)]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DESK_PASSWORD": self.servers.password}

    # Mail

    def send(self, sender: str, subject: str, text: str, *, to: str = DESK, reply_to: EmailMessage | None = None,
             message_id: str = "", attach: tuple[tuple[str, bytes], ...] = ()) -> EmailMessage:  # fmt: skip
        """A mail by SMTP, as a mail client sends it; `reply_to` is the message that is answered."""
        mail = compose(sender, to, subject, text, message_id=message_id, reply_to=reply_to, attach=attach)
        address = mail["From"].addresses[0].addr_spec
        with smtplib.SMTP("127.0.0.1", self.servers.smtp_port, timeout=120) as smtp:
            smtp.send_message(mail, from_addr=address, to_addrs=[to])
        return mail

    def mailbox(self, address: str) -> list[EmailMessage]:
        """What is in somebody's inbox, over IMAP."""
        with imaplib.IMAP4("127.0.0.1", self.servers.imap_port, timeout=120) as imap:
            imap.login(address, self.servers.password)
            imap.select("INBOX", readonly=True)
            imap.noop()
            numbers = imap.search(None, "ALL")[1][0].split()
            found = []
            for number in numbers:
                # A line that the server adds of its own accord, such as the flags of mail that came meanwhile, has no content.
                answers = [part for part in imap.fetch(number.decode(), "(BODY.PEEK[])")[1] if isinstance(part, tuple)]
                assert len(answers) == 1
                found.append(message_from_bytes(answers[0][1], policy=policy.default))
        return found


def compose(sender: str, to: str, subject: str, text: str, *, message_id: str = "", reply_to: EmailMessage | None = None,
            attach: tuple[tuple[str, bytes], ...] = ()) -> EmailMessage:  # fmt: skip
    """A mail like those that mail clients write; a reply quotes what it answers below a Vietnamese attribution."""
    mail = EmailMessage(policy=policy.default.clone(max_line_length=990))
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = subject
    if message_id:
        mail["Message-ID"] = message_id
    if reply_to is not None:
        mail["In-Reply-To"] = str(reply_to["Message-ID"])
        mail["References"] = f"{reply_to['References'] or ''} {reply_to['Message-ID']}".strip()
        quoted = "\n".join(f"> {line}" for line in plain(reply_to).splitlines())
        text = f"{text}\n\nVào Th 2, 23 thg 11, 2026 vào lúc 09:12 Hỗ trợ CNTT <{DESK}> đã viết:\n\n{quoted}\n"
    mail.set_content(text)
    for name, content in attach:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def plain(mail: EmailMessage) -> str:
    """The plain part of a letter."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM, timeout: float = 120) -> int:
    """Send a signal and wait for the end."""
    process.send_signal(number)
    return process.wait(timeout)
