"""Mail that could not be handled, by its causes: the one note a day about each to the Service Desk. Pure."""

from collections.abc import Iterable
from datetime import datetime

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.reading.mail import QuarantineCause
from storage.tables import Inbound
from templates.mail.wording import QUARANTINE

MOST_NUMBERS = 30  # of one cause in a note


def note(cause: QuarantineCause, mails: Iterable[Inbound], now: datetime, policy: Policy) -> Letter:
    """What the Service Desk is told once a day for each cause: how many mails, and their numbers; nothing of what they say."""
    desk = policy.rules.directory.holder(SERVICE_DESK)
    return Letter(
        LetterKind.QUARANTINED, desk.address, desk.name, bound_to=desk.code, lines=(line(cause, mails),),
        once=policy.once_a_day(f"quarantine:{cause.value}", now),
    )  # fmt: skip


def line(cause: QuarantineCause, mails: Iterable[Inbound]) -> str:
    """One sentence about the mails of a cause, with their numbers for `mail show`."""
    return f"{QUARANTINE[cause]}: {numbered(mails)}"


def numbered(mails: Iterable[Inbound]) -> str:
    """`3 thư, số 17, 21 và 40`."""
    numbers = sorted(mail.id for mail in mails if mail.id is not None)
    shown = ", ".join(map(str, numbers[:MOST_NUMBERS]))
    more = f" và {len(numbers) - MOST_NUMBERS} thư khác" if len(numbers) > MOST_NUMBERS else ""
    return f"{len(numbers)} thư, số {shown}{more}"


def by_cause(mails: Iterable[Inbound]) -> dict[QuarantineCause, list[Inbound]]:
    """The mails of each cause, in the order of the first."""
    found: dict[QuarantineCause, list[Inbound]] = {}
    for mail in mails:
        found.setdefault(QuarantineCause.of(mail.reason), []).append(mail)
    return found
