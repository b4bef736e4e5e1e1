"""Notices above an address's hourly cap: told in one letter with the tickets that they were about. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.brakes import HOUR
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind, Listed, Section
from storage.tables import Outbox, Ticket
from templates.mail.wording import BUNDLED, BUNDLED_OTHERWISE, LISTS

COLLECT = timedelta(minutes=10)  # notices come together for so long; then at most one bundle an hour goes out
MOST_LISTED = 100
MOST_SAID = 160  # letters of a request's text in its line


@dataclass(frozen=True, slots=True)
class Bundle:
    """One letter, and the held rows that it replaces."""

    letter: Letter
    rows: tuple[Outbox, ...]
    cause: str


def is_due(held: Sequence[Outbox], last: datetime | None, now: datetime) -> bool:
    """Whether the held letters to one address (oldest first) are to be told now."""
    return held[0].created_at <= now - COLLECT and (last is None or last <= now - HOUR)


def by_recipient(held: Iterable[Outbox]) -> dict[str, list[Outbox]]:
    """The held letters of each address, oldest first."""
    found: dict[str, list[Outbox]] = {}
    for row in held:
        found.setdefault(row.recipient_key, []).append(row)
    return found


def bundle_of(
    held: Sequence[Outbox], tickets: Mapping[int, Ticket], said: Mapping[int, str], now: datetime, policy: Policy
) -> Bundle:
    """The letter in place of these, all to one address. `said` is what the requester wrote last, by ticket."""
    about: dict[int, list[str]] = {}
    others: list[str] = []
    for row in held:
        what = BUNDLED.get(row.letter, BUNDLED_OTHERWISE)
        if row.ticket_id is not None and row.ticket_id in tickets:
            about.setdefault(row.ticket_id, []).append(what)
        else:
            others.append(f"{row.subject} ({what})")
    listed = [_listed(tickets[key], whats, said.get(key, "")) for key, whats in about.items()]
    figures = LISTS["bundled"].format(letters=len(held) - len(others), tickets=len(listed))
    left_out = max(0, len(listed) - MOST_LISTED)
    sections = (Section(LISTS["bundled_title"], figures, tuple(listed[:MOST_LISTED]), left_out),) if listed else ()
    first = held[0]
    member = policy.rules.directory.member(first.recipient)
    letter = Letter(
        LetterKind.BUNDLE, first.recipient, first.recipient_name, bound_to=member.holder if member is not None else "",
        sections=sections, lines=tuple(dict.fromkeys(others))[:MOST_LISTED],
    )  # fmt: skip
    return Bundle(letter, tuple(held), f"slot:bundle:{first.recipient_key}@{now.isoformat(timespec='seconds')}")


def _listed(ticket: Ticket, whats: Sequence[str], said: str) -> Listed:
    text = " ".join(said.split())
    short = text if len(text) <= MOST_SAID else f"{text[:MOST_SAID].rstrip()}…"
    words = "; ".join(dict.fromkeys(whats))
    return Listed(ticket.code, ticket.subject, f"{words}: “{short}”" if short else words, take=True)
