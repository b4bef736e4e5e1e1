"""What earlier mails of a ticket did, as far as later decisions ask for it: read from its events and entries. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.tables import Entry, Event


@dataclass(frozen=True, slots=True)
class Result:
    """An answer from above that came back to an office: its words, and the entries whose files belong to it."""

    text: str
    entries: tuple[int, ...] = ()


@dataclass(frozen=True)
class Past:
    """`results` by the code of the office that has one in hand; `chases` by office; `held` are marks of texts held back."""

    results: Mapping[str, Result] = field(default_factory=dict)
    chases: Mapping[str, int] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


def past_of(events: Sequence[Event], entries: Sequence[Entry]) -> Past:
    """The past of one ticket; `events` in their order."""
    said = {entry.inbound_id: entry for entry in entries if entry.inbound_id is not None}
    results: dict[str, Result] = {}
    chases: dict[str, int] = {}
    held: set[str] = set()
    for event in events:
        details: Mapping[str, Any] = event.details or {}
        if event.kind in ("result_returned", "returned_with_result"):
            entry = said.get(event.inbound_id) if event.inbound_id is not None else None
            _keep(results, str(details.get("to") or details.get("after")), entry, details)
        elif event.kind == "handed_over":
            results.pop(str(details.get("before")), None)  # it waits for a new result now
        elif event.kind == "reopened":
            results.clear()
        elif event.kind == "chased":
            office = str(details.get("office"))
            chases[office] = chases.get(office, 0) + 1
            results.pop(office, None)  # what came back was not enough
        elif event.kind == "held_back":
            held.add(str(details.get("mark")))
    return Past(results, chases, frozenset(held))


def _keep(results: dict[str, Result], office: str, entry: Entry | None, details: Mapping[str, Any]) -> None:
    """The newer result replaces the older one; a bare `#xong` brings nothing new and leaves it."""
    if entry is None or not entry.text:
        return
    own = (entry.id,) if entry.id is not None else ()
    results[office] = Result(entry.text, (*own, *details.get("entries", ())))
