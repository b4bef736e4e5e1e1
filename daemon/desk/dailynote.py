"""The daily note to the Service Desk's leaders: what the desk refused, held back or could not do since the last one. Pure.

It names people whose name was used and senders who were stopped; what those mails say stays where it is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.desk import quarantine
from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind, Section
from daemon.reading.characters import one_line
from storage.tables import Event, Inbound, Outbox, OutboxState
from templates.mail.wording import DAILY, NO_SUBJECT, moment_in_words

MOST_LINES = 15  # of one part; the rest is counted
MOST_LETTERS = 80  # of a subject, an address or a server's answer


# The event, the code of the ticket that its mail was about ("" for none), and the mail's receipt.
FailedProof = tuple[Event, str, datetime]


@dataclass(frozen=True)
class Found:
    """What there is to tell: each part in the order in which it happened."""

    failed_proofs: Sequence[FailedProof] = ()
    quarantined: Sequence[Inbound] = ()  # everything that is in quarantine now
    braked: Sequence[Inbound] = ()  # mail that a brake put on record
    brakes: Sequence[Event] = ()
    spam: Sequence[Inbound] = ()
    stuck: Sequence[Outbox] = ()  # open or refused letters


def daily_note(found: Found, since: datetime, policy: Policy) -> list[Letter]:
    """The same letter for each leader; none where there is nothing to tell."""
    kept = quarantine.by_cause(found.quarantined)
    parts = [
        ("failed_proofs", [_failed(*one, policy) for one in found.failed_proofs]),
        ("quarantined", [quarantine.line(cause, mails) for cause, mails in kept.items()]),
        ("braked", _counted(_senders(found))),
        ("spam", [_spam(mail) for mail in found.spam]),
        ("stuck", [_stuck(letter) for letter in found.stuck]),
    ]
    sections = tuple(_section(part, lines) for part, lines in parts if lines)
    if not sections:
        return []
    return [
        Letter(LetterKind.DAILY_NOTE, address, name, bound_to=SERVICE_DESK, when=since, sections=sections)
        for address, name in leaders(policy)
    ]


def leaders(policy: Policy) -> list[tuple[str, str]]:
    """The Service Desk's leaders who are there, as (address, name); its shared address where there is none."""
    directory = policy.rules.directory
    present = [one for one in directory.members(SERVICE_DESK) if one.leader and not one.absent]
    desk = directory.holder(SERVICE_DESK)
    return [(one.address, one.name) for one in present] or [(desk.address, desk.name)]


def _section(part: str, lines: Sequence[str]) -> Section:
    shown = tuple(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        shown = (*shown, DAILY["more"].format(count=len(lines) - MOST_LINES))
    return Section(DAILY[part], DAILY[f"{part}_do"], lines=shown)


def _failed(event: Event, code: str, came_at: datetime, policy: Policy) -> str:
    member = policy.rules.directory.member(event.actor)
    claimed = f"{member.name} <{_short(event.actor)}>" if member is not None and member.name else _short(event.actor)
    missing = [
        DAILY["not_authentic"] if not event.details.get("authentic", False) else "",
        DAILY["not_keyed"] if not event.details.get("keyed", True) else "",
    ]
    when = moment_in_words(came_at.astimezone(policy.calendar_of("").zone))
    about = f", {code}" if code else ""
    return f"{when}{about}: {claimed}; {'; '.join(filter(None, missing))}"


def _senders(found: Found) -> list[str]:
    """Who was stopped, as often as a mail of his was; those of whom only the brake itself is known, once."""
    stopped = [mail.sender for mail in found.braked]
    return [*stopped, *({event.actor for event in found.brakes} - set(stopped))]


def _counted(what: Iterable[str]) -> list[str]:
    """Each once with its number, the most frequent first."""
    numbers = Counter(_short(one) or DAILY["no_sender"] for one in what)
    return [f"{one}: {number} thư" for one, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))]


def _spam(mail: Inbound) -> str:
    sender = _short(mail.sender) or DAILY["no_sender"]
    return DAILY["spam_line"].format(id=mail.id, sender=sender, subject=_short(mail.subject) or NO_SUBJECT)


def _stuck(letter: Outbox) -> str:
    key = "open" if letter.state is OutboxState.OPEN else "refused"
    return DAILY[key].format(id=letter.id, to=_short(letter.recipient), reply=_short(letter.last_reply))


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
