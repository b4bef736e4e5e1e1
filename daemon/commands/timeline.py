"""A ticket's story in the order in which it happened: what was said, what was done, what was sent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.desk.clocks import What
from storage.tables import Entry, EntryKind, Event, Outbox, OutboxState

SAID = {
    EntryKind.REQUEST: "asked",
    EntryKind.FOLLOW_UP: "added",
    EntryKind.ANSWER: "answered",
    EntryKind.INTERNAL: "wrote to colleagues",
    EntryKind.AUTOMATIC: "sent an automatic mail",
    EntryKind.STRANGER: "wrote without proof; passed to nobody",
}
# An event's kind as people say it; one that is not here is shown with blanks for its underscores.
DONE = {
    "ticket_created": "the ticket was made by",
    "judged": "the program judged",
    "routed": "it went to",
    "routed_again": "it went, after a correction, to",
    "handed_over": "handed over to",
    "given_back": "given back to",
    "returned_with_result": "came back with the result to",
    "result_returned": "the result went to",
    "taken": "taken",
    "asked": "asked the requester; the clock stands",
    "resumed": "the clock runs again",
    "province_told": "the requester's province became known",
    "organisation_told": "the kind of organisation became known",
    "category_told": "the application became known",
    "form_read": "read from the request form",
    "word_used": "typed",
    "letter_refused": "a letter was refused",
    "letter_bounced": "a letter came back",
}
# What the clocks will do next, as people say it.
NEXT = {
    What.ANSWER_SOON: "the first answer will soon be due; the holder is reminded",
    What.ANSWER_DUE: "the first answer is due; the holder is reminded",
    What.ANSWER_LATE: "the first answer is late; the leader is told",
    What.DUE_SOON: "the resolution will soon be due; the holder is reminded",
    What.DUE: "the resolution is due; holder and passer are reminded",
    What.DUE_LATE: "the resolution is late; the leader is told",
    What.SILENT: "nobody has said anything for long; the holder is asked",
    What.SILENT_LATE: "still nothing was said; holder and leader are asked",
    What.CHASE: "the passer is reminded to chase",
    What.WAITING_REMINDER: "the requester is reminded of the question",
    What.WAITING_CLOSE: "closed, because the requester never answered",
    What.CLOSING_WARNING: "the requester is told when it will be closed",
    What.CLOSE: "closed, because nothing more was heard",
}
# Repeated by what stands beside them in the story.
_IMPLIED = frozenset({"followed_up", "automatic_filed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story, and the words below it ("" when none)."""

    at: datetime
    mark: str  # "«" said, "·" done, "»" sent
    head: str
    body: str = ""


def story(entries: Sequence[Entry], events: Sequence[Event], letters: Sequence[Outbox]) -> list[Moment]:
    """Everything about a ticket, oldest first; at one moment first what was said, then what was done, then the letters."""
    said = [Moment(one.at, "«", _said(one), one.text or one.full_text) for one in entries]
    done = [Moment(one.at, "·", _done(one)) for one in events if one.kind not in _IMPLIED]
    sent = [Moment(one.created_at, "»", _sent(one)) for one in letters]
    return sorted([*said, *done, *sent], key=lambda one: one.at)


def next_in_words(what: str | None) -> str:
    """What the clocks will do at the ticket's next date; a name that this version does not know is shown as it is."""
    return NEXT[What(what)] if what in NEXT else what or "the clocks look at it"


def _said(entry: Entry) -> str:
    who = f"{entry.author_name} <{entry.author_address}>" if entry.author_name else entry.author_address
    return f"{who} {SAID.get(entry.kind, entry.kind)}:"


def _done(event: Event) -> str:
    actor = "" if event.actor in ("desk", "") else f"{event.actor}: "
    what = DONE.get(event.kind, event.kind.replace("_", " "))
    details = _details(event)
    reason = f" ({event.reason})" if event.reason and event.reason not in details else ""
    return f"{actor}{what}{' ' if details else ''}{details}{reason}"


def _details(event: Event) -> str:
    details: Mapping[str, Any] = event.details
    if event.kind == "judged":
        return _judged(details)
    if event.kind == "word_used":
        return f"#{details.get('word', '')} {details.get('argument', '')}".rstrip()
    before, after = details.get("before"), details.get("after")
    if after is not None:
        level = f", level {details['level']}" if "level" in details else ""
        return f"{after}{level}" + (f", before {before}" if before else "")
    for name in ("holder", "to", "recipient", "ticket", "channel", "office"):
        if details.get(name):
            return str(details[name])
    return ", ".join(f"{name} {value}" for name, value in details.items() if name not in ("state", "model", "evidence"))


def _judged(details: Mapping[str, Any]) -> str:
    parts = []
    for name in ("application", "province", "organisation"):
        said = details.get(name)
        if isinstance(said, list) and len(said) >= 2 and said[0]:
            unsure = len(said) > 2 and not said[2]
            parts.append(f"{said[0]} {float(said[1]):.0%}{' (not sure)' if unsure else ''}")
    return ", ".join(parts)


def _sent(letter: Outbox) -> str:
    fate = letter.state.value if letter.state is not OutboxState.ACCEPTED else "accepted"
    said = f": {letter.last_reply}" if letter.last_reply and letter.state is not OutboxState.ACCEPTED else ""
    return f"{letter.letter.replace('_', ' ')} to {letter.recipient} – {fate}{said}"
