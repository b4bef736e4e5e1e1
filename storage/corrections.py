"""What people said about judged requests: labels to learn from, and how many corrections each week brought."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from sqlalchemy import exists, func
from sqlmodel import Session, col, select

from storage.database import Database
from storage.inserting import insert_once
from storage.tables import CorrectionWeek, Entry, EntryKind, Event, Label, LabelWay, Question, Ticket

# Which word of which event answers which question.
_CORRECTIONS = {"category_corrected": Question.CATEGORY, "province_corrected": Question.PROVINCE}
_RESOLVED = "resolved"
_JUDGED = "judged"
# A signature is no longer than this; what else a whole mail has beyond the new text is quoted or forwarded.
_LONGEST_SIGNATURE = 800
_AT_ONCE = 50  # events in one transaction, so that nobody waits long for his turn
_LATE = 1000  # events looked at once more: on PostgreSQL a lower number may be committed after a higher one


def harvest(database: Database) -> int:
    """Make a label of every correction and of every ticket resolved without one, once; the number of new labels.

    What is new since the last harvest is looked for beside the writers, and put on record in small transactions.
    """
    with database.read() as session:
        waiting = _unlearned(session)
    new = 0
    for start in range(0, len(waiting), _AT_ONCE):
        with database.write() as session:
            new += sum(_learn(session, event_id) for event_id in waiting[start : start + _AT_ONCE])
    return new


def _unlearned(session: Session) -> list[int]:
    """The events that may teach something and have no label yet, in their order, so that a crash leaves no gap."""
    last = session.exec(select(func.max(Label.event_id))).one() or 0
    labelled = exists().where(col(Label.event_id) == Event.id)
    said = select(Event.id).where(col(Event.kind).in_([*_CORRECTIONS, _RESOLVED]), col(Event.ticket_id).is_not(None))
    rows = said.where(col(Event.id) > last - _LATE, ~labelled).order_by(col(Event.id))
    return [event_id for event_id in session.exec(rows) if event_id is not None]


def _learn(session: Session, event_id: int) -> int:
    """Store the labels of one event, as its ticket is now; how many are new."""
    event = session.get(Event, event_id)
    ticket = session.get(Ticket, event.ticket_id) if event is not None and event.ticket_id is not None else None
    if event is None or ticket is None or ticket.id is None or ticket.emptied_at is not None:
        return 0  # nothing is left to learn from
    said = select(Entry).where(Entry.ticket_id == ticket.id, Entry.kind == EntryKind.REQUEST).order_by(col(Entry.id))
    request = session.exec(said).first()
    if request is None:
        return 0
    judged = _judged(session, ticket.id)
    labels = [
        _label(ticket, request, event, question, way, label, judged.get(question))
        for question, way, label in _answers(session, event, ticket)
    ]
    return sum(insert_once(session, label, "event_id", "question") is not None for label in labels)


def _answers(session: Session, event: Event, ticket: Ticket) -> list[tuple[Question, LabelWay, str]]:
    """What this event says: a correction its own answer, a resolution what nobody corrected."""
    if event.kind in _CORRECTIONS:
        after = event.details.get("after")
        return [(_CORRECTIONS[event.kind], LabelWay.CORRECTED, after)] if after else []
    # Whoever resolves a ticket and leaves an accepted verdict as it is agrees with it.
    accepted = {Question.CATEGORY: ticket.application if ticket.application_accepted else None,
                Question.PROVINCE: ticket.province}  # fmt: skip
    kinds = select(Event.kind).where(Event.ticket_id == ticket.id, col(Event.kind).in_(_CORRECTIONS))
    corrected = {_CORRECTIONS[kind] for kind in session.exec(kinds)}
    return [(question, LabelWay.CONFIRMED, label) for question, label in accepted.items()
            if label and question not in corrected]  # fmt: skip


def _label(
    ticket: Ticket, request: Entry, event: Event, question: Question, way: LabelWay, said: str, judged: str | None
) -> Label:
    assert event.id is not None and ticket.id is not None
    return Label(
        event_id=event.id, ticket_id=ticket.id, question=question, way=way, said=said, judged=judged,
        model=ticket.model, who=event.actor, at=event.at, sender_name=ticket.requester_name,
        sender_address=ticket.requester_address, subject=ticket.subject, text=_typed(request),
    )  # fmt: skip


def _typed(request: Entry) -> str:
    """The new text with the signature that the reader cut off, when nothing else was cut off."""
    rest = len(request.full_text) - len(request.text)
    return request.full_text if 0 <= rest <= _LONGEST_SIGNATURE else request.text


def _judged(session: Session, ticket_id: int) -> dict[Question, str | None]:
    """What the model said of a ticket when it came."""
    found = select(Event).where(Event.ticket_id == ticket_id, Event.kind == _JUDGED).order_by(col(Event.id))
    event = session.exec(found).first()
    if event is None:
        return {}
    return {Question.CATEGORY: event.details["application"][0], Question.PROVINCE: event.details["province"][0]}


def labels(session: Session) -> list[Label]:
    """For each ticket and question the last label, in the order in which they were said."""
    last: dict[tuple[int, Question], Label] = {}
    for label in session.exec(select(Label).order_by(col(Label.at), col(Label.id))):
        last[label.ticket_id, label.question] = label
    return sorted(last.values(), key=lambda label: (label.at, label.id or 0))


# --- by week


def week_of(at: datetime) -> str:
    """The ISO week of a local time: "2026-W47"."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


def count_week(session: Session, start: datetime) -> list[CorrectionWeek]:
    """Count and keep the week that begins at `start` (local, Monday 00:00): by judged category, what was acted on and
    what people corrected of it."""
    end = start + timedelta(days=7)
    events = select(Event).where(
        col(Event.at) >= start, col(Event.at) < end, col(Event.kind).in_([_JUDGED, "category_corrected"])
    )
    judged: Counter[str] = Counter()
    corrected: dict[str, set[int]] = defaultdict(set)
    for event in session.exec(events):
        if event.kind == _JUDGED:
            code, _, accepted = event.details["application"]
            judged[code] += bool(accepted)
        elif event.ticket_id is not None:
            before = _judged(session, event.ticket_id).get(Question.CATEGORY) or "KHAC"
            corrected[before].add(event.ticket_id)
    week = week_of(start)
    counted = [
        CorrectionWeek(week=week, category=code, judged=judged[code], corrected=len(corrected.get(code, ())))
        for code in sorted({*judged, *corrected})
    ]
    for row in counted:
        session.merge(row)
    session.flush()
    return counted


def weeks(session: Session) -> list[CorrectionWeek]:
    """All counted weeks, oldest first."""
    return list(session.exec(select(CorrectionWeek).order_by(CorrectionWeek.week, CorrectionWeek.category)))
