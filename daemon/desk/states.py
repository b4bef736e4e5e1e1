"""The life of a ticket as a closed graph: which event leads from which state to which. Pure data and two look-ups.

Every change of state is one of these events, put on record with who, when, why and by which mail; nothing else changes a state.
"""

from collections.abc import Mapping
from datetime import datetime

from daemon.desk.plan import TicketChanges
from storage.tables import TicketState

NEW, IN_PROGRESS, WAITING = TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING
RESOLVED, CLOSED = TicketState.RESOLVED, TicketState.CLOSED
DUPLICATE, INCIDENT_CHILD, REJECTED = TicketState.DUPLICATE, TicketState.INCIDENT_CHILD, TicketState.REJECTED

OPEN_STATES = frozenset({NEW, IN_PROGRESS, WAITING})
ENDED_STATES = frozenset(TicketState) - OPEN_STATES

_Steps = Mapping[TicketState, TicketState]


def _from_open(to: TicketState) -> _Steps:
    return dict.fromkeys(OPEN_STATES, to)


# Work begins a new ticket and leaves a waiting one waiting: its requester still owes the answer.
_WORK: _Steps = {NEW: IN_PROGRESS, IN_PROGRESS: IN_PROGRESS, WAITING: WAITING}

GRAPH: Mapping[str, _Steps] = {
    "taken": _WORK,
    "answered": {**_WORK, **{state: state for state in ENDED_STATES}},  # a word more after the end changes no state
    "asked": _from_open(WAITING),
    "resumed": {WAITING: IN_PROGRESS},
    "handed_over": _WORK,
    "given_back": _WORK,
    "returned_with_result": _WORK,
    "routed_again": _WORK,
    "resolved": _from_open(RESOLVED),
    "closed": {RESOLVED: CLOSED, WAITING: CLOSED},  # confirmed, or nothing more was heard
    "reopened": dict.fromkeys(ENDED_STATES, IN_PROGRESS),
    "marked_duplicate": _from_open(DUPLICATE),
    "joined_incident": _from_open(INCIDENT_CHILD),
    "rejected": _from_open(REJECTED),
}


class ImpossibleMove(Exception):
    """The graph has no such step: the caller asked for it without looking at the state first."""


def after(state: TicketState, event: str) -> TicketState:
    """The state that this event leads to; ImpossibleMove where the graph has no such step."""
    steps = GRAPH.get(event, {})
    if state not in steps:
        raise ImpossibleMove(f"{event} does not lead on from {state.value}")
    return steps[state]


def moments(before: TicketState, now_in: TicketState, waiting_since: datetime | None, now: datetime) -> TicketChanges:
    """The state and the times that go with it: since when it waits, when it was resolved and when it ended for good."""
    changes: TicketChanges = {"state": now_in}
    if now_in is WAITING:
        changes["waiting_since"] = waiting_since or now
    elif before is WAITING:
        changes["waiting_since"] = None
    if now_in is RESOLVED:
        changes["resolved_at"] = now
    elif now_in in ENDED_STATES:
        changes["closed_at"] = now
    elif before in ENDED_STATES:
        changes["resolved_at"] = None
        changes["closed_at"] = None
    return changes
