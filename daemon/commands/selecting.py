"""Which tickets `tickets list` and `tickets export` mean: options of the command line as a filter of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.commands.faults import WrongUse
from daemon.commands.staff import holder_code
from daemon.settings import Settings
from storage.tables import TicketState
from storage.tickets import TicketFilter


@dataclass(frozen=True, slots=True)
class Selection:
    """The options as typed; empty ones do not narrow."""

    states: Sequence[str] = ()
    holders: Sequence[str] = ()  # offices, groups, departments: a province's name, old or new, or a code
    levels: Sequence[int] = ()
    application: str = ""
    requester: str = ""
    text: str = ""
    open_only: bool = False
    overdue: bool = False


def ticket_filter(selection: Selection, settings: Settings, now: datetime) -> TicketFilter:
    """The filter; WrongUse for a state, office or application that does not exist."""
    unknown = [state for state in selection.states if state not in set(TicketState)]
    if unknown:
        raise WrongUse(f"--state {unknown[0]}: expected one of {', '.join(TicketState)}")
    code = selection.application.upper()
    if code and code not in settings.applications:
        raise WrongUse(f"--application {selection.application}: expected one of {', '.join(settings.applications)}")
    return TicketFilter(
        holders=frozenset(holder_code(settings, typed) for typed in selection.holders),
        states=frozenset(TicketState(state) for state in selection.states),
        levels=frozenset(selection.levels),
        application=code,
        requester=selection.requester,
        text=selection.text,
        open_only=selection.open_only,
        overdue_at=now if selection.overdue else None,
    )
