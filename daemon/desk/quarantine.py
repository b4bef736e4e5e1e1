"""Mail that could not be handled: the class of its reason, and the one note a day about it to the Service Desk. Pure."""

from collections.abc import Iterable
from datetime import datetime

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from storage.tables import Inbound
from templates.mail.wording import QUARANTINE

MOST_NUMBERS = 30  # of one cause in a note

# What the reason says → its cause, a key of the wording; the first that fits.
_CAUSES = (
    ("nest", "nesting"),
    ("parts, more", "parts"),
    ("headers are larger", "headers"),
    ("longer than", "time"),
    (" MB", "time"),
    ("file is damaged", "damaged"),
    ("the program failed", "program"),
)


def cause_of(reason: str) -> str:
    """The class of a reason: mails of one cause are told together."""
    return next((cause for part, cause in _CAUSES if part in reason), "other")


def note(cause: str, mails: Iterable[Inbound], now: datetime, policy: Policy) -> Letter:
    """What the Service Desk is told once a day for each cause: how many mails, and their numbers; nothing of what they say."""
    desk = policy.rules.directory.holder(SERVICE_DESK)
    day = now.astimezone(policy.calendar_of("").zone).date()
    return Letter(
        LetterKind.QUARANTINED, desk.address, desk.name, bound_to=desk.code, lines=(line(cause, mails),),
        once=f"slot:quarantine:{cause}@{day}",
    )  # fmt: skip


def line(cause: str, mails: Iterable[Inbound]) -> str:
    """One sentence about the mails of a cause, with their numbers for `mail show`."""
    return f"{QUARANTINE[cause]}: {numbered(mails)}"


def numbered(mails: Iterable[Inbound]) -> str:
    """`3 thư, số 17, 21 và 40`."""
    numbers = sorted(mail.id for mail in mails if mail.id is not None)
    shown = ", ".join(map(str, numbers[:MOST_NUMBERS]))
    more = f" và {len(numbers) - MOST_NUMBERS} thư khác" if len(numbers) > MOST_NUMBERS else ""
    return f"{len(numbers)} thư, số {shown}{more}"


def by_cause(mails: Iterable[Inbound]) -> dict[str, list[Inbound]]:
    """The mails of each cause, in the order of the first."""
    found: dict[str, list[Inbound]] = {}
    for mail in mails:
        found.setdefault(cause_of(mail.reason), []).append(mail)
    return found
