"""Whose fault it is: the exceptions that the edges raise and the loops act on.

The edges (IMAP, SMTP, database) translate their libraries' exceptions into these; nothing above an edge names a
library's class. `SettingsError` (daemon.settings) and `Unreadable` (daemon.reading.mail) complete the set. Reasons
are written for logs and for `check`: they name host, stage and reply, and never hold a secret.
"""


class Fault(Exception):
    """Base of the four outcomes below. `reason` is one line for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ServiceDown(Fault):
    """The world's fault: no connection, login refused, 421, database busy. The item in hand is untouched."""


class ItemFault(Fault):
    """What happened to one message for one recipient; `code` and `reply` are the server's own words (0 if none)."""

    def __init__(self, recipient: str, code: int, reply: str) -> None:
        super().__init__(f"{recipient}: {code} {reply}" if code else f"{recipient}: {reply}")
        self.recipient = recipient
        self.code = code
        self.reply = reply


class Deferred(ItemFault):
    """This item, later: a 4xx reply. Nothing was delivered."""


class Refused(ItemFault):
    """This item, never: a 5xx reply, or a message that the server cannot carry. Nothing was delivered."""


class InDoubt(ItemFault):
    """The message may have been delivered: the connection ended after its content began and before the reply."""
