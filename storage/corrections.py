"""What people said about judged requests: labels to learn from, and how many corrections each week brought."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.tables import CorrectionWeek, Entry, EntryKind, Event, Label, LabelWay, Question, Ticket

# Which word of which event answers which question.
_CORRECTIONS = {"category_corrected": Question.CATEGORY, "province_corrected": Question.PROVINCE}
_RESOLVED = "resolved"
_JUDGED = "judged"
# A signature is no longer than this; what else a whole mail has beyond the new text is quoted or forwarded.
_LONGEST_SIGNATURE = 800


def harvest(session: Session) -> int:
    """Make a label of every correction and of every ticket resolved without one, once; the number of new labels."""
    have = set(session.exec(select(Label.event_id)))
    kinds = [*_CORRECTIONS, _RESOLVED]
    rows = select(Event).where(col(Event.kind).in_(kinds), col(Event.ticket_id).is_not(None)).order_by(col(Event.id))
    by_ticket: dict[int, list[Event]] = defaultdict(list)
    for event in session.exec(rows):
        if event.ticket_id is not None:
            by_ticket[event.ticket_id].append(event)
    new = 0
    for ticket_id, happened in by_ticket.items():
        if all(event.id in have for event in happened):
            continue
        for label in _labels_of(session, ticket_id, happened):
            if label.event_id not in have:
                session.add(label)
                new += 1
    session.flush()
    return new


def _labels_of(session: Session, ticket_id: int, happened: Sequence[Event]) -> Iterable[Label]:
    ticket = session.get(Ticket, ticket_id)
    said = select(Entry).where(Entry.ticket_id == ticket_id, Entry.kind == EntryKind.REQUEST).order_by(col(Entry.id))
    request = session.exec(said).first()
    if ticket is None or request is None or ticket.emptied_at is not None:
        return  # nothing is left to learn from
    judged = _judged(session, ticket_id)
    corrected = {_CORRECTIONS[event.kind] for event in happened if event.kind in _CORRECTIONS}
    for event in happened:
        answers: list[tuple[Question, LabelWay, str | None]]
        if event.kind in _CORRECTIONS:
            answers = [(_CORRECTIONS[event.kind], LabelWay.CORRECTED, event.details.get("after"))]
        else:
            # Whoever resolves a ticket and leaves an accepted verdict as it is agrees with it.
            answers = [(Question.CATEGORY, LabelWay.CONFIRMED, ticket.application if ticket.application_accepted else None),
                       (Question.PROVINCE, LabelWay.CONFIRMED, ticket.province)]  # fmt: skip
        for question, way, label in answers:
            if label and (way is LabelWay.CORRECTED or question not in corrected):
                yield _label(ticket, request, event, question, way, label, judged.get(question))


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
