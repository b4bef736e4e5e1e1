"""What must hold of a ticket after every mail and every look of the clocks, whatever people write."""

from datetime import timedelta

from daemon.desk.clocks import What
from daemon.desk.directory import TECHNICAL_HELP, HolderKind, Staff
from daemon.desk.letters import TO_REQUESTER, Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.desk.states import ENDED_STATES, GRAPH, after
from daemon.reading.addresses import comparable
from daemon.reading.mail import Kind
from storage.tables import InboundState, Outbox, Ticket, TicketState
from tests.property.desk_lives import DIRECTORY, SECRET, THANKS, Desk, Step
from tests.unit.desk.builders import COLLEAGUE, HOURS, OWN, STRANGER, USER

# An outside firm sees the Service Desk and the group that it passes up to, and nobody behind them.
SEEN = {"ITO", "NOI_BO", "SERVICE_DESK"}
HIDDEN = [one.name for one in DIRECTORY.holders.values() if one.code not in SEEN and one.kind is not HolderKind.OFFICE]
REMINDING = {What.WAITING_REMINDER.value, What.WAITING_CLOSE.value}
CLOSING = {What.CLOSING_WARNING.value, What.CLOSE.value}
FINISHED = ENDED_STATES - {TicketState.RESOLVED}


def holds_for_letters(letters: tuple[Letter, ...]) -> None:
    keys = [(letter.once, letter.kind, letter.recipient) for letter in letters]
    assert len(keys) == len(set(keys)), "one letter of a kind to each"
    for letter in letters:
        assert letter.recipient
        assert comparable(letter.recipient) not in (OWN, comparable(STRANGER.address))
        said = f"{letter.text} {letter.why} {letter.by} {letter.reply_reaches} {' '.join(letter.lines)}"
        if letter.kind in TO_REQUESTER or letter.recipient == USER.address:
            assert letter.kind in TO_REQUESTER, "no notice for staff reaches the requester"
            assert SECRET not in said, "no internal text reaches the requester"
            assert not letter.lines
            assert not letter.why
        if letter.bound_to == "ITO":
            assert not [name for name in HIDDEN if name in said], "the outside firm sees nothing internal"


def holds_for_mail(desk: Desk, before: Ticket, plan: Plan, step: Step, answered: Outbox | None) -> None:
    """Everything that must hold after a mail."""
    assert plan.outcome in (InboundState.ENTRY, InboundState.IGNORED)
    assert len({(letter.kind, letter.recipient) for letter in plan.letters}) == len(plan.letters)
    if plan.new_ticket is not None:
        assert plan.new_ticket.next_at is not None
        return  # somebody without a part in this ticket began his own
    holds_for_letters(plan.letters)
    for letter in plan.letters:
        if step.kind is Kind.BOUNCE and answered is not None:
            assert letter.recipient != answered.recipient
        if step.kind is not Kind.PERSON:
            assert letter.kind is LetterKind.UNDELIVERABLE
    assert desk.ticket is not None
    holds_for_ticket(desk, desk.ticket)
    if plan.ticket_id is not None:
        _holds_for_step(before, desk.ticket, plan, step)


def _holds_for_step(before: Ticket, now: Ticket, plan: Plan, step: Step) -> None:
    holds_for_moves(before, now, plan)
    if step.kind is not Kind.PERSON:
        assert not plan.changes, "automatic mail changes nothing"
    if step.text == THANKS and not step.words and not step.attaches:
        assert "reopened" not in [event.kind for event in plan.events], "a thank-you never reopens"
    proved = isinstance(step.author, Staff) and step.keyed and step.authentic
    address = step.author.address if step.author is not None else ""
    own = comparable(address) == comparable(before.requester_address)  # who asked needs no proof to go on
    if not proved and not own and step.author not in (USER, COLLEAGUE):
        assert not plan.changes
        assert plan.chain is None


def holds_for_look(desk: Desk, before: Ticket, plan: Plan) -> None:
    """Everything that must hold after the clocks looked at the ticket."""
    now = desk.ticket
    assert now is not None
    holds_for_letters(plan.letters)
    holds_for_ticket(desk, now)
    holds_for_moves(before, now, plan)
    assert now.holder == before.holder
    assert now.next_at is None or now.next_at > desk.now, "what was due is done, or waits for a working moment"
    for letter in plan.letters:
        if letter.kind in TO_REQUESTER:
            assert HOURS.is_open(desk.now), "quiet hours"
            assert letter.when is not None
            assert letter.when > desk.now
    if plan.changes.get("state") is TicketState.CLOSED:
        since = before.waiting_since if before.state is TicketState.WAITING else before.resolved_at
        assert since is not None
        assert before.warned_at is not None
        assert since <= before.warned_at, "never closed without a warning"
        assert HOURS.working_between(before.warned_at, desk.now) >= timedelta(hours=7), "and time to answer"


def holds_for_moves(before: Ticket, now: Ticket, plan: Plan) -> None:
    reached = before.state
    for event in plan.events:
        reached = after(reached, event.kind) if event.kind in GRAPH else reached
    assert now.state is reached, "no state without the event that leads to it"
    assert now.moves - before.moves in (0, 1)
    assert (now.moves > before.moves) is (now.holder != before.holder)


def holds_for_ticket(desk: Desk, about: Ticket) -> None:
    holder = DIRECTORY.holder(about.holder)
    assert about.level == holder.level
    taken = DIRECTORY.member(about.taken_by) if about.taken_by else None
    assert about.taken_by is None or (taken is not None and taken.holder == about.holder)
    _holds_for_dates(about)
    assert [link.position for link in desk.chain] == list(range(1, len(desk.chain) + 1))
    levels = [link.level for link in desk.chain] + [about.level]
    helped = any(TECHNICAL_HELP in event.details.values() for event in desk.events)
    assert levels == (sorted(levels) if helped else sorted(set(levels)))
    assert about.holder not in [link.holder for link in desk.chain]
    assert not (about.state is TicketState.RESOLVED and desk.chain)
    kinds = [(letter.kind, letter.recipient) for letter, _ in desk.letters]
    for kind in (LetterKind.ACKNOWLEDGEMENT, LetterKind.MOVED_UP):
        told = [recipient for one, recipient in kinds if one is kind]
        assert len(told) == len(set(told)), f"{kind.value} once"


def _holds_for_dates(about: Ticket) -> None:
    """Whatever is not over has a next date, and it is of the right sort."""
    assert (about.waiting_since is not None) is (about.state is TicketState.WAITING)
    if about.state in FINISHED:
        assert (about.next_at, about.next_what) == (None, None)
        return
    assert about.next_at is not None
    assert about.next_what in {what.value for what in What}
    assert (about.next_what in REMINDING) is (about.state is TicketState.WAITING)
    assert (about.next_what in CLOSING) is (about.state is TicketState.RESOLVED)
    if about.state is not TicketState.RESOLVED:
        assert about.due_at is not None
