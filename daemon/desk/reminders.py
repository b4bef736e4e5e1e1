"""What the clocks of a ticket make the desk write: reminders to the holder, his leader and the passer. Pure.

Of several steps that are due at once (the service was down, the night is over) each person gets only the last one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.desk.clocks import A_MOMENT, WHOM, Clocks, Step, What, Whom, last_for_each
from daemon.desk.closing import close, warn
from daemon.desk.directory import SERVICE_DESK, Staff
from daemon.desk.draft import Draft
from daemon.desk.facts import Facts, Policy, Proof
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.desk.standing import destination, standing_of
from storage.tables import Participant, Passing, Ticket
from templates.mail.wording import CLOCKS, moment_in_words


def look_at(
    ticket: Ticket,
    chain: Sequence[Passing],
    participants: Sequence[Participant],
    now: datetime,
    policy: Policy,
    question: str = "",
) -> Plan:
    """What is to be done about this ticket now, and its next date; `question` is the one that its requester owes an answer to.

    A ticket that the clocks never saw begins with its next step from now on: an upgrade reminds nobody of the past. So does
    one that a clock from the future has looked at; what is written twice then is caught by its cause.
    """
    facts = Facts(now, Proof(keyed=False, staff=None, authentic=False), ticket=ticket, participants=tuple(participants))
    draft = Draft(ticket, chain, facts, policy)
    if (ticket.next_at is None and ticket.chased_at is None) or (
        ticket.chased_at is not None and ticket.chased_at > now
    ):
        draft.change({"chased_at": now})
    else:
        _do_what_is_due(draft, Clocks(ticket, chain, policy), question)
    after = Ticket(**{**ticket.model_dump(), **draft.changes})
    step = Clocks(after, chain, policy).next(now)
    draft.change(
        {
            "next_at": step.at if step is not None else None,
            "next_what": step.what.value if step is not None else None,
        }
    )
    return draft.plan(None, step.what.value if step is not None else "ended")


def _do_what_is_due(draft: Draft, clocks: Clocks, question: str) -> None:
    now = draft.facts.now
    due, waits = _due_now(clocks, now)
    if not due:
        return
    if Whom.REQUESTER in WHOM[due[-1].what]:
        _towards_the_end(draft, clocks, due[-1], question)
    else:
        draft.change({"chased_at": now if waits is None else min(now, waits.at - A_MOMENT)})
        for whom, step in last_for_each(due).items():
            _remind(draft, whom, step)


def _due_now(clocks: Clocks, now: datetime) -> tuple[list[Step], Step | None]:
    """The steps that are due, up to the first one that has to wait until somebody is at work, and that one.

    What falls on the same moment as that one waits with it.
    """
    due: list[Step] = []
    for step in clocks.steps(now):
        if step.at > now:
            break
        if not all(clocks.calendar(whom).is_open(now) for whom in WHOM[step.what]):
            return [earlier for earlier in due if earlier.at < step.at], step
        due.append(step)
    return due, None


def _towards_the_end(draft: Draft, clocks: Clocks, step: Step, question: str) -> None:
    if step.what in (What.WAITING_CLOSE, What.CLOSE):
        close(draft)
    else:
        warn(draft, clocks.closing_date(draft.facts.now), question)


def cause(step: Step, ticket: Ticket) -> str:
    """The same for the same step of the same ticket, whatever happened to the clock in between."""
    return f"slot:{step.what.value}:{ticket.code}@{step.at.timestamp():.0f}"


def _remind(draft: Draft, whom: Whom, step: Step) -> None:
    letters = {Whom.HOLDER: _to_holder, Whom.LEADER: _to_leaders, Whom.PASSER: _to_passer}[whom](draft, step)
    if not letters:
        return
    draft.letters += [replace(letter, once=cause(step, draft.ticket)) for letter in letters]
    draft.event(
        "reminded", "desk", step.what.value, whom=whom.value, recipients=[letter.recipient for letter in letters]
    )


def _to_holder(draft: Draft, step: Step) -> list[Letter]:
    written = draft.written_by(lambda: draft.to_holder(LetterKind.REMINDER, files=False))
    return [replace(letter, lines=(_sentence(draft, step.what),)) for letter in written]


def _to_leaders(draft: Draft, step: Step) -> list[Letter]:
    """To the leaders of the holder; where the directory names none, to the Service Desk."""
    directory = draft.policy.rules.directory
    leaders = [person for person in directory.members(draft.holder.code) if person.leader]
    desk = directory.holder(SERVICE_DESK)
    people = leaders or [Staff(desk.address, desk.name, desk.code)]
    return [_to_person(draft, person, LetterKind.ESCALATION, _sentence(draft, step.what)) for person in people]


def _to_passer(draft: Draft, step: Step) -> list[Letter]:
    """To the passer who waits for a result; the due time that was missed is told to him too."""
    if not draft.chain or draft.chain[-1].result_at is not None:
        return []
    written = draft.written_by(lambda: draft.to_passer(LetterKind.CHASE_REMINDER, draft.chain[-1], files=False))
    sentences = dict.fromkeys((_sentence(draft, step.what), _sentence(draft, What.CHASE)))
    return [replace(letter, lines=tuple(sentences)) for letter in written]


def _to_person(draft: Draft, person: Staff, kind: LetterKind, sentence: str) -> Letter:
    standing = standing_of(person.address, person, draft.ticket, draft.chain, ())
    where = destination(standing, person, draft.chain)
    return Letter(
        kind,
        person.address,
        person.name,
        bound_to=person.holder,
        reply_goes=where.goes,
        reply_reaches=draft.reached_name(where.goes, where.passer),
        lines=(sentence,),
    )


def _sentence(draft: Draft, what: What) -> str:
    ticket, clocks = draft.ticket, Clocks(draft.ticket, draft.chain, draft.policy)
    calendar = clocks.calendar(Whom.HOLDER)
    if what in (What.ANSWER_SOON, What.ANSWER_DUE, What.ANSWER_LATE):
        when = ticket.answer_due_at
    elif what in (What.SILENT, What.SILENT_LATE):
        when = calendar.after_working(draft.facts.now, timedelta(hours=draft.policy.chasing.say_within_hours))
    else:
        when = ticket.due_at
    words = {name: moment_in_words(at.astimezone(calendar.zone)) if at is not None else "" for name, at in (
        ("when", when), ("since", clocks.silent_since()),
    )}  # fmt: skip
    # Of everybody who gets a reminder only the passer may be an outside firm that must not see who has the ticket.
    reader = draft.chain[-1].holder if draft.chain else draft.holder.code
    return CLOCKS[what.value].format(**words, holder=draft.holder_as_seen_by(reader).name)
