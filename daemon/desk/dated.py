"""What a plan means for the clocks: due times after a move, who was last heard, and the ticket's next date. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk.clocks import Clocks
from daemon.desk.deadlines import deadlines, target
from daemon.desk.facts import Facts, Policy
from daemon.desk.plan import Plan, TicketChanges
from daemon.desk.states import OPEN_STATES
from storage.tables import EntryKind, Passing, Ticket

FROM_STAFF = frozenset({EntryKind.ANSWER, EntryKind.INTERNAL})


def dated(plan: Plan, facts: Facts, policy: Policy) -> Plan:
    """The same plan with everything that the clocks need; a plan without a ticket, or without effect on one, stays."""
    now = facts.now
    if plan.new_ticket is not None:
        begun = _next_date({"heard_at": now}, plan.new_ticket, plan.chain or (), now, policy)
        return replace(plan, new_ticket=Ticket(**{**plan.new_ticket.model_dump(), **begun}))
    if facts.ticket is None or plan.ticket_id is None or plan.ticket_id != facts.ticket.id:
        return plan
    before = facts.ticket
    changes: TicketChanges = {**plan.changes}
    if _got_it(before, changes) or _said_by_holder(plan, facts, before):
        changes["heard_at"] = now
    _reopened(changes, before, now, policy)
    _passed_up(changes, before, now, policy)
    _priority(changes, before, now, policy)
    if not changes:
        return plan
    chain = facts.chain if plan.chain is None else plan.chain
    return replace(plan, changes=_next_date(changes, before, chain, now, policy))


def _next_date(
    changes: TicketChanges, before: Ticket, chain: Sequence[Passing], now: datetime, policy: Policy
) -> TicketChanges:
    after = Ticket(**{**before.model_dump(), **changes})
    step = Clocks(after, chain, policy).next(now)
    return {
        **changes,
        "next_at": step.at if step is not None else None,
        "next_what": step.what.value if step is not None else None,
    }


def _got_it(before: Ticket, changes: TicketChanges) -> bool:
    return changes.get("holder", before.holder) != before.holder


def _said_by_holder(plan: Plan, facts: Facts, before: Ticket) -> bool:
    staff = facts.proof.staff if facts.proof.full else None
    spoke = plan.entry is not None and plan.entry.kind in FROM_STAFF
    return spoke and staff is not None and staff.holder == before.holder


def _reopened(changes: TicketChanges, before: Ticket, now: datetime, policy: Policy) -> None:
    """A ticket that is opened again is to be resolved within its target from now on."""
    if before.state in OPEN_STATES or changes.get("state") not in OPEN_STATES:
        return
    due = deadlines(now, changes.get("priority", before.priority), changes.get("holder", before.holder), policy)
    changes["due_at"] = due.due_at
    changes["heard_at"] = now
    if changes.get("answered_at", before.answered_at) is None:
        changes["answer_due_at"] = due.answer_due_at


def _passed_up(changes: TicketChanges, before: Ticket, now: datetime, policy: Policy) -> None:
    """A higher level gets at least its own hours from the moment it gets the ticket; no move makes a due time earlier."""
    if changes.get("level", before.level) <= before.level or not _got_it(before, changes):
        return
    due = deadlines(now, changes.get("priority", before.priority), changes["holder"], policy)
    changes["due_at"] = _later(changes.get("due_at", before.due_at), due.due_at)
    if changes.get("answered_at", before.answered_at) is None:
        changes["answer_due_at"] = _later(changes.get("answer_due_at", before.answer_due_at), due.answer_due_at)


def _priority(changes: TicketChanges, before: Ticket, now: datetime, policy: Policy) -> None:
    """A higher priority shortens what is left to its target from now; a lower one adds what its target has more."""
    wanted = changes.get("priority", before.priority)
    if wanted == before.priority or "due_at" in changes:
        return
    level, holder = changes.get("level", before.level), changes.get("holder", before.holder)
    old, new = target(before.priority, level, policy), target(wanted, level, policy)
    calendar = policy.calendar_of(holder)

    def moved(due: datetime | None, had: timedelta, has: timedelta) -> datetime | None:
        if due is None:
            return None
        return calendar.after_working(due, has - had) if has > had else min(due, calendar.after_working(now, has))

    changes["due_at"] = moved(before.due_at, old.resolve, new.resolve)
    if before.answered_at is None:
        changes["answer_due_at"] = moved(before.answer_due_at, old.answer, new.answer)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
