"""The life of a ticket: a closed graph, in which every step is an event."""

from datetime import timedelta

import pytest

from daemon.desk.draft import Draft
from daemon.desk.states import ENDED_STATES, GRAPH, OPEN_STATES, ImpossibleMove, after
from storage.tables import TicketState
from tests.unit.desk.builders import NOW, POLICY, facts_of, ticket


@pytest.mark.parametrize("event", sorted(GRAPH))
@pytest.mark.parametrize("state", sorted(TicketState))
def test_a_step_is_in_the_graph_or_impossible(state: TicketState, event: str) -> None:
    if state in GRAPH[event]:
        assert after(state, event) is GRAPH[event][state]
    else:
        with pytest.raises(ImpossibleMove):
            after(state, event)


def test_an_unknown_event_leads_nowhere() -> None:
    with pytest.raises(ImpossibleMove):
        after(TicketState.NEW, "forgotten")


def test_only_reopening_leads_from_an_end_back_to_work() -> None:
    back = {event for event, steps in GRAPH.items() for here, there in steps.items() if (here, there) in _BACK}
    assert back == {"reopened"}


_BACK = {(ended, opened) for ended in ENDED_STATES for opened in OPEN_STATES}


def test_every_state_can_be_left_and_every_state_but_new_can_be_reached() -> None:
    assert {state for steps in GRAPH.values() for state in steps} == set(TicketState)
    assert {state for steps in GRAPH.values() for state in steps.values()} == set(TicketState) - {TicketState.NEW}


@pytest.mark.parametrize(
    ("state", "event", "set_to", "cleared"),
    [
        (TicketState.IN_PROGRESS, "asked", {"waiting_since"}, set()),
        (TicketState.WAITING, "resolved", {"resolved_at"}, {"waiting_since"}),
        (TicketState.RESOLVED, "closed", {"closed_at"}, set()),
        (TicketState.WAITING, "closed", {"closed_at"}, {"waiting_since"}),
        (TicketState.CLOSED, "reopened", set(), {"resolved_at", "closed_at"}),
        (TicketState.WAITING, "rejected", {"closed_at"}, {"waiting_since"}),
    ],
)
def test_a_step_sets_and_clears_the_times_that_go_with_its_state(
    state: TicketState, event: str, set_to: set[str], cleared: set[str]
) -> None:
    waiting = NOW - timedelta(days=1) if state is TicketState.WAITING else None
    draft = Draft(ticket(state=state, waiting_since=waiting), (), facts_of(), POLICY)
    draft.enter(event, "desk", "thử")
    times = {key: value for key, value in draft.changes.items() if key != "state"}
    assert {key for key, value in times.items() if value == NOW} == set_to
    assert {key for key, value in times.items() if value is None} == cleared
    assert [(one.kind, one.actor, one.reason) for one in draft.events] == [(event, "desk", "thử")]
    assert draft.events[0].details["state"] == draft.state.value
