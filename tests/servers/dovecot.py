"""Debian's Dovecot 2.3 as an ordinary process in a temporary folder: IMAP, IMAPS and LMTP on free loopback ports.

Any address logs in with the one password and has a Maildir; LMTP takes mail for any address and drops "+detail".
"""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from daemon.mail.maildrop import Maildrop
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.programs import answers, free_ports, need_program, wait_for

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
hostname = dovecot.localhost
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_username_format = %Lu
auth_failure_delay = 0
recipient_delimiter = +
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
protocol imap {{
  imap_capability = {capability}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running server; a context manager. `capability` replaces what it announces after login ("" leaves it)."""

    def __init__(self, password: str = "demo", capability: str = "") -> None:
        self.password = password
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        self._capability = capability
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self.drop = Maildrop(Path())
        self.certificate = Certificate(Path(), Path())

    def start(self) -> None:
        """Return when IMAP answers."""
        program = need_program("dovecot", "dovecot-imapd dovecot-lmtpd")
        # The sockets' paths may have 107 characters at most, which pytest's own temporary folders exceed.
        self._folder = folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        folder.chmod(0o755)
        root = os.geteuid() == 0
        # Dovecot refuses to keep mail as root, so root lends the folder to nobody.
        owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        own_name, own_group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        (folder / "mail").mkdir(mode=0o755)
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        self.drop = Maildrop(folder / "mail")
        self.certificate = make_certificate(folder)
        config = folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=folder,
                certificate=self.certificate.file,
                key=self.certificate.key,
                internal="dovecot" if root else own_name,
                internal_group="dovecot" if root else own_group,
                login="dovenull" if root else own_name,
                password=self.password,
                owner=owner.pw_uid,
                group=owner.pw_gid,
                capability=self._capability,
                imap=self.imap_port,
                imaps=self.imaps_port,
                lmtp=self.lmtp_port,
            )
        )
        self._process = subprocess.Popen([program, "-F", "-c", str(config)])
        wait_for(lambda: answers(self.imap_port) or self._ended(), "Dovecot")
        assert not self._ended(), self.log()

    def stop(self) -> None:
        """End the process started here, and it alone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(120)
            self._process = None
            shutil.rmtree(self._folder)

    def __enter__(self) -> "Dovecot":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def log(self) -> str:
        file = self._folder / "log"
        return file.read_text("utf-8", "replace") if file.exists() else "no log"

    def deliver(self, address: str, message: bytes, folder: str = "INBOX") -> None:
        """APPEND: the message is stored byte for byte (with CRLF) and gets the next UID."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=120) as client:
            client.login(address, self.password)
            status, answer = client.append(folder, "", "", message)
            assert status == "OK", answer

    def read_mailbox(self, address: str) -> list[bytes]:
        """The files of the inbox, as stored, in order of delivery."""
        return self.drop.read(address)

    def wait_until_visible(self, address: str, count: int = 1, timeout: float = 120.0) -> bool:
        """Wait until that many messages are in the inbox."""
        wait_for(lambda: self.drop.count(address) >= count, f"{count} mails for {address}", timeout)
        return True
