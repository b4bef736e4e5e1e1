"""Debian's Postfix 3.7 as ordinary processes in a temporary folder, on a free loopback port.

It takes mail from loopback for any address and hands all of it to one LMTP server. Postfix can only be started by root.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.servers.certificate import Certificate, make_certificate
from tests.servers.programs import answers, free_ports, need_program, unavailable, wait_for

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/postfix.log
maillog_file_prefixes = {folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.localhost
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mailboxes
default_transport = lmtp:inet:127.0.0.1:{lmtp}
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
lmtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access, permit_mynetworks, reject
smtpd_tls_security_level = {tls}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
message_size_limit = {size_limit}
mailbox_size_limit = 0
smtputf8_enable = yes
minimal_backoff_time = 2s
queue_run_delay = 2s
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


class Postfix:
    """A running relay; a context manager. `replies` maps recipients to the reply that refuses or defers them."""

    def __init__(
        self,
        lmtp_port: int,
        replies: dict[str, str] | None = None,
        size_limit: int = 60_000_000,
        starttls: bool = True,
    ) -> None:
        (self.port,) = free_ports(1)
        self._lmtp_port = lmtp_port
        self._replies = replies or {}
        self._size_limit = size_limit
        self._starttls = starttls
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self.certificate = Certificate(Path(), Path())

    def start(self) -> None:
        """Return when SMTP answers."""
        program = need_program("postfix", "postfix")
        master = need_program("master", "postfix")
        if os.geteuid() != 0:
            unavailable("Postfix can only be started by root")
        self._folder = folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
        folder.chmod(0o755)
        owner = pwd.getpwnam("postfix")
        for name in ("config", "spool", "data", "log"):
            (folder / name).mkdir()
        os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
        self.certificate = make_certificate(folder)
        (folder / "access").write_text("".join(f"{address} {reply}\n" for address, reply in self._replies.items()))
        (folder / "config" / "main.cf").write_text(
            MAIN.format(
                folder=folder,
                commands=program.parent,
                daemons=master.parent,
                lmtp=self._lmtp_port,
                tls="may" if self._starttls else "none",
                certificate=self.certificate.file,
                key=self.certificate.key,
                size_limit=self._size_limit,
            )
        )
        (folder / "config" / "master.cf").write_text(MASTER.format(port=self.port))
        with (folder / "log" / "start").open("wb") as complaints:
            self._process = subprocess.Popen(
                [program, "-c", str(folder / "config"), "start-fg"], stdout=complaints, stderr=complaints
            )
        wait_for(lambda: answers(self.port) or self._ended(), "Postfix")
        assert not self._ended(), self.log()

    def stop(self) -> None:
        """End the master process named in its own pid file; its children follow it."""
        if self._process is None:
            return
        pid_file = self._folder / "spool" / "pid" / "master.pid"
        if not self._ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text().strip()), signal.SIGTERM)
        self._process.wait(120)
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Postfix":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def log(self) -> str:
        files = sorted((self._folder / "log").glob("*"))
        return "\n".join(file.read_text("utf-8", "replace") for file in files)
