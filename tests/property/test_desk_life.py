"""Whatever people write, a ticket never leaves its state graph, always has a holder, and nothing internal gets out.

Random mails and words are decided one after the other, and the plans are applied to plain values as the intake loop would.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from classifiers.verdict import Judgement
from daemon.desk.decide import decide
from daemon.desk.directory import TECHNICAL_HELP, Holder, HolderKind, Staff
from daemon.desk.facts import Facts, Match, Policy, Proof
from daemon.desk.letters import TO_REQUESTER, Letter, LetterKind
from daemon.desk.past import past_of
from daemon.desk.plan import Plan
from daemon.desk.states import GRAPH, after
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Kind, Mail
from storage.tables import Entry, Event, InboundState, Outbox, Participant, Passing, ReplyGoes, Ticket, TicketState
from tests.unit.desk.builders import (
    COLLEAGUE,
    NOW,
    OWN,
    PICTURE,
    STAFF,
    STRANGER,
    USER,
    accepted,
    judged,
    letter_of,
    mail,
    policy,
    province,
    rules,
    ticket,
    unsure,
)

SECRET = "NỘI-BỘ-KHÔNG-GỬI"
OPEN = {TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING}
HELP = Holder(TECHNICAL_HELP, HolderKind.GROUP, 2, "Nhóm Kỹ thuật", "nhom.kythuat@vst.gov.vn")
DIRECTORY = rules(holders=[HELP]).directory
OTHER = ticket(id=9, code="HT-2026-000009")


def in_phase(phase: int) -> Policy:
    return replace(policy(phase), rules=rules(phase, holders=[HELP]))


@dataclass(frozen=True)
class Step:
    """One mail: who writes, the lines of words above the text, and how well he is proved."""

    author: Staff | Address
    words: tuple[str, ...]
    has_text: bool
    keyed: bool
    authentic: bool
    kind: Kind
    answers: int  # which of our letters to him he replies to; none there: none
    hours: int
    attaches: bool
    suppressed: bool


@dataclass
class Desk:
    """What the database would hold of one ticket."""

    rules: Policy
    now: datetime = NOW
    ticket: Ticket | None = None
    chain: tuple[Passing, ...] = ()
    participants: list[Participant] = field(default_factory=list)
    letters: list[tuple[Letter, int]] = field(default_factory=list)  # with the moves of the ticket when it was decided
    events: list[Event] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def facts(self, step: Step, answered: Outbox | None) -> Facts:
        staff = step.author if isinstance(step.author, Staff) else None
        match = (Match.KEYED if step.keyed else Match.CODE) if self.ticket is not None else Match.NONE
        return Facts(
            now=self.now,
            proof=Proof(step.keyed and self.ticket is not None, staff, step.authentic),
            match=match,
            ticket=self.ticket,
            chain=self.chain,
            participants=tuple(self.participants),
            answers_letter=answered if step.keyed else None,
            bounced_letter=answered if step.kind is Kind.BOUNCE else None,
            past=past_of(self.events, self.entries),
            named={one.code: one for one in (OTHER, self.ticket) if one is not None},
        )

    def apply(self, plan: Plan) -> None:
        if plan.new_ticket is not None and self.ticket is None:
            self.ticket = Ticket(**{**plan.new_ticket.model_dump(), "id": 7, "code": "HT-2026-000007"})
            self.chain = plan.chain or ()
        elif plan.ticket_id is not None and self.ticket is not None:
            self.ticket = Ticket(**{**self.ticket.model_dump(), **plan.changes})
            self.chain = self.chain if plan.chain is None else plan.chain
        else:
            return
        self.participants += [Participant(ticket_id=7, address=p.address, role=p.role) for p in plan.participants]
        known = {(letter.kind, letter.recipient, letter.once) for letter, _ in self.letters if letter.once}
        new = [one for one in plan.letters if (one.kind, one.recipient, one.once) not in known]
        self.letters += [(letter, self.ticket.moves) for letter in new]
        self.remember(plan)

    def remember(self, plan: Plan) -> None:
        mail_id = len(self.entries) + 1
        self.events += [
            Event(
                ticket_id=7, inbound_id=mail_id, at=self.now, kind=one.kind, actor=one.actor, details=dict(one.details)
            )
            for one in plan.events
        ]
        said = plan.entry
        assert said is not None
        self.entries.append(
            Entry(
                id=mail_id, ticket_id=7, inbound_id=mail_id, kind=said.kind, at=self.now,
                author_address=said.author_address, text=said.text,
            )
        )  # fmt: skip


people = st.sampled_from([*STAFF, USER, USER, COLLEAGUE, STRANGER])
words = st.sampled_from(
    [
        "#nhan", "#traloi", "#noibo", "#hoi", "#xong", "#chuyen muc 1", "#chuyen muc 2", "#chuyen muc 3", "#chuyen muc 4",
        "#chuyen nhom THANH_TOAN", "#chuyen nhom ITO", "#chuyen Hà Nội", "#chuyen bàn tiếp nhận", "#tra", "#phanloai TTSP",
        "#phanloai DVC", "#phanloai KHAC", "#phanloai ???", "#tinh Hà Nội", "#tinh TRUNG_UONG", "#tinh Sao Hỏa", "#mo", "#rac",
        "#khongco", "#donduc", "#thay a@b.vn", "#duyet", "#uutien cao", "#suco", "#dexuat", "#loi", "#loithaotac", "#thaydoi",
        "#trung HT-2026-000009", "#trung HT-2026-000007", "#chuyen nhom KY_THUAT",
    ]
)  # fmt: skip
steps = st.builds(
    Step,
    author=people,
    words=st.lists(words, max_size=3).map(tuple),
    has_text=st.sampled_from([True, True, False]),
    keyed=st.sampled_from([True, True, True, False]),
    authentic=st.sampled_from([True, True, True, False]),
    kind=st.sampled_from([Kind.PERSON] * 8 + [Kind.AUTO_REPLY, Kind.BOUNCE, Kind.AUTO_GENERATED, Kind.BULK]),
    answers=st.integers(-1, 3),
    hours=st.one_of(st.integers(0, 30), st.sampled_from([0, 24 * 16])),
    attaches=st.booleans(),
    suppressed=st.sampled_from([False, False, False, True]),
)
# Every step of the members of the holding office is likelier to do something: let the holder speak often.
lives = st.lists(st.tuples(steps, st.booleans()), min_size=3, max_size=14)
beginnings = st.builds(
    judged,
    st.sampled_from([accepted("TABMIS"), accepted("DVC"), accepted("KQKB"), unsure("TTSP", "TTLKB"), accepted("KHAC")]),
    st.sampled_from([province("Lâm Đồng"), province("Bình Thuận", "Lâm Đồng"), province(None)]),
    st.sampled_from(["kbnn", "tw", "qhns", "khac"]),
)
# A failing life is short enough to be read as it is; shrinking it takes minutes.
LIVES = int(os.environ.get("DESK_LIVES", "150"))  # CI asks for 10,000
QUICK = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
PUBLIC = {"#traloi", "#hoi", "#xong", "#duyet"}


def written(step: Step, desk: Desk, number: int) -> tuple[Mail, Outbox | None]:
    """The mail of a step. Text that must not reach the requester carries the mark SECRET."""
    author = step.author
    address = Address(author.name, author.address) if isinstance(author, Staff) else author
    to_him = [item for item in desk.letters if comparable(item[0].recipient) == comparable(address.address)]
    answered = None
    if 0 <= step.answers < len(to_him):
        letter, moves = to_him[-1 - step.answers]
        answered = letter_of(letter.reply_goes, moves=moves, recipient=letter.recipient, kind=letter.kind.value)
    proved = isinstance(author, Staff) and step.keyed and step.authentic
    allowed_out = (
        bool(PUBLIC & set(step.words))
        if step.words
        else answered is None
        or answered.reply_goes
        in (
            ReplyGoes.REQUESTER,
            ReplyGoes.PASSER,
        )
    )
    internal = not proved or not allowed_out or isinstance(author, Address)
    body = (f"{SECRET} " if internal else "Chào chị ") + f"số {number}" if step.has_text else ""
    return mail(
        "\n".join([*step.words, body]).strip(),
        address,
        kind=step.kind,
        attachments=(PICTURE,) if step.attaches else (),
        suppress_answer=step.suppressed or step.kind is not Kind.PERSON,
        bounce_permanent=True,
        full_text=f"{body}\n> {SECRET} trích dẫn",
        quoted=f"{SECRET} trích dẫn",
    ), answered


def check(desk: Desk, before: Ticket | None, plan: Plan, step: Step, answered: Outbox | None) -> None:
    """Everything that must hold after every mail."""
    assert plan.outcome in (InboundState.ENTRY, InboundState.IGNORED)
    assert len({(letter.kind, letter.recipient) for letter in plan.letters}) == len(plan.letters)
    if plan.new_ticket is not None:
        return  # somebody without a part in this ticket began his own
    for letter in plan.letters:
        assert letter.recipient
        assert comparable(letter.recipient) not in (OWN, comparable(STRANGER.address))
        if letter.kind in TO_REQUESTER or letter.recipient == USER.address:
            assert letter.kind in TO_REQUESTER
            assert SECRET not in f"{letter.text} {letter.why} {' '.join(letter.lines)}"
        if step.kind is Kind.BOUNCE and answered is not None:
            assert letter.recipient != answered.recipient
        if step.kind is not Kind.PERSON:
            assert letter.kind is LetterKind.UNDELIVERABLE
    ticket = desk.ticket
    if ticket is None:
        return
    check_ticket(desk, ticket)
    if before is not None and plan.ticket_id is not None:
        check_step(before, ticket, plan, step)


def check_ticket(desk: Desk, ticket: Ticket) -> None:
    holder = DIRECTORY.holder(ticket.holder)
    assert ticket.level == holder.level
    assert (ticket.waiting_since is not None) is (ticket.state is TicketState.WAITING)
    taken = DIRECTORY.member(ticket.taken_by) if ticket.taken_by else None
    assert ticket.taken_by is None or (taken is not None and taken.holder == ticket.holder)
    assert [link.position for link in desk.chain] == list(range(1, len(desk.chain) + 1))
    levels = [link.level for link in desk.chain] + [ticket.level]
    helped = any(TECHNICAL_HELP in event.details.values() for event in desk.events)
    assert levels == (sorted(levels) if helped else sorted(set(levels)))
    assert ticket.holder not in [link.holder for link in desk.chain]
    assert not (ticket.state is TicketState.RESOLVED and desk.chain)
    assert sum(letter.kind is LetterKind.ACKNOWLEDGEMENT for letter, _ in desk.letters) <= 1


def check_step(before: Ticket, ticket: Ticket, plan: Plan, step: Step) -> None:
    reached = before.state
    for event in plan.events:
        reached = after(reached, event.kind) if event.kind in GRAPH else reached
    assert ticket.state is reached, "no state without the event that leads to it"
    assert ticket.moves - before.moves in (0, 1)
    assert (ticket.moves > before.moves) is (ticket.holder != before.holder)
    if step.kind is not Kind.PERSON:
        assert not plan.changes
    proved = isinstance(step.author, Staff) and step.keyed and step.authentic
    own = comparable(step.author.address) == comparable(before.requester_address)  # who asked needs no proof to go on
    if not proved and not own and step.author not in (USER, COLLEAGUE):
        assert not plan.changes
        assert plan.chain is None


def live(desk: Desk, life: list[tuple[Step, bool]]) -> None:
    for number, (step, by_the_holder) in enumerate(life):
        if by_the_holder and desk.ticket is not None:
            holder = DIRECTORY.holder(desk.ticket.holder)
            members = DIRECTORY.members(holder.code) or [Staff(holder.address, holder.name, holder.code)]
            step = Step(**{**step.__dict__, "author": members[0]})
        desk.now += timedelta(hours=step.hours)
        text, answered = written(step, desk, number)
        before = Ticket(**desk.ticket.model_dump()) if desk.ticket is not None else None
        plan = decide(text, desk.facts(step, answered), desk.rules)
        assert plan == decide(text, desk.facts(step, answered), desk.rules)
        desk.apply(plan)
        check(desk, before, plan, step, answered)


@settings(QUICK, max_examples=LIVES)
@given(beginnings, st.sampled_from([1, 2, 3]), lives)
def test_a_ticket_lives_within_its_states_whatever_people_write(
    judgement: Judgement, phase: int, life: list[tuple[Step, bool]]
) -> None:
    desk = Desk(in_phase(phase))
    begun = decide(mail("Em không vào được."), Facts(NOW, Proof(False, None, True), judgement=judgement), desk.rules)
    desk.apply(begun)
    live(desk, life)


@settings(QUICK, max_examples=LIVES // 2)
@given(st.sampled_from(STAFF), st.booleans(), lives)
def test_so_does_a_ticket_that_an_officer_began(officer: Staff, takes: bool, life: list[tuple[Step, bool]]) -> None:
    desk = Desk(in_phase(3))
    text = ("#nhan\n" if takes else "#thay hoa.nt@vst.gov.vn\n") + "Lỗi chương trình"
    facts = Facts(NOW, Proof(False, officer, True), judgement=judged())
    desk.apply(decide(mail(text, officer), facts, desk.rules))
    live(desk, life)
