"""One ticket's life for the property tests: what the database would hold of it, and random mails, words and time.

A life is drawn from a number, so that whoever sees it fail can live it again: `DESK_SEED=123 pytest tests/property/test_desk_life.py`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from classifiers.verdict import Judgement, Verdict
from daemon.desk.dated import dated
from daemon.desk.decide import decide
from daemon.desk.directory import TECHNICAL_HELP, Holder, HolderKind, Staff
from daemon.desk.facts import Facts, Match, Policy, Proof
from daemon.desk.guesses import Guesses
from daemon.desk.letters import Letter
from daemon.desk.past import past_of
from daemon.desk.plan import Plan
from daemon.desk.reminders import look_at
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Kind, Mail
from storage.tables import (
    Entry,
    EntryKind,
    Event,
    Outbox,
    Participant,
    Passing,
    ReplyGoes,
    Ticket,
    TicketState,
)
from tests.unit.desk.builders import (
    COLLEAGUE,
    MAI,
    NOW,
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

SECRET = "NỘI-BỘ-KHÔNG-GỬI"  # stands in every text that must not reach the requester
HELP = Holder(TECHNICAL_HELP, HolderKind.GROUP, 2, "Nhóm Kỹ thuật", "nhom.kythuat@vst.gov.vn")
DIRECTORY = rules(holders=[HELP]).directory
OTHER = ticket(id=9, code="HT-2026-000009")
POLICIES = {phase: replace(policy(phase), rules=rules(phase, holders=[HELP])) for phase in (1, 2, 3)}

PEOPLE: list[Staff | Address] = [*STAFF, USER, USER, COLLEAGUE, STRANGER]
WORDS = [
    "#nhan", "#traloi", "#noibo", "#hoi", "#xong", "#chuyen muc 1", "#chuyen muc 2", "#chuyen muc 3", "#chuyen muc 4",
    "#chuyen nhom THANH_TOAN", "#chuyen nhom ITO", "#chuyen Hà Nội", "#chuyen bàn tiếp nhận", "#tra", "#phanloai TTSP",
    "#phanloai DVC", "#phanloai KHAC", "#phanloai ???", "#tinh Hà Nội", "#tinh TRUNG_UONG", "#tinh Sao Hỏa", "#mo", "#rac",
    "#khongco", "#donduc", "#thay a@b.vn", "#duyet", "#uutien cao", "#uutien thap", "#suco", "#dexuat", "#loi",
    "#loithaotac", "#thaydoi", "#trung HT-2026-000009", "#trung HT-2026-000007", "#chuyen nhom KY_THUAT",
]  # fmt: skip
USUAL = [
    "#nhan", "#hoi", "#hoi", "#xong", "#xong", "#xong", "#traloi", "#duyet", "#noibo", "#donduc", "#tra", "#mo", "#uutien cao",
    "#chuyen muc 2", "#chuyen muc 3", "#chuyen muc 4", "#chuyen nhom NOI_BO", "#chuyen nhom KY_THUAT", "#phanloai TTSP", "#rac",
    "#trung HT-2026-000009", "#tinh Hà Nội", "#loi",
]  # fmt: skip
WRITERS: list[Staff | Address] = [USER, USER, MAI, COLLEAGUE]
ORGANISATIONS: list[Verdict | str] = [
    "kbnn",
    "kbnn",
    "tw",
    "qhns",
    "khac",
    unsure("kbnn", "tw", "qhns"),
    unsure("qhns"),
]
PUBLIC = {"#traloi", "#hoi", "#xong", "#duyet"}
# What people write below their words, or alone; PLAIN is marked with SECRET where it must not reach the requester.
PLAIN, THANKS = "", "Cảm ơn anh chị nhiều ạ."
TEXTS = [
    PLAIN,
    PLAIN,
    PLAIN,
    THANKS,
    "Đã xong, cảm ơn.",
    "Đánh giá: 2/5",
    "Tỉnh: Hà Nội",
    "Ứng dụng: TABMIS",
    "Đơn vị: KBNN",
]
STANDARD = ["tinh", "ung dung", "don vi", "tinh va ung dung"]  # behind #hoi
KINDS = [*[Kind.PERSON] * 9, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.AUTO_GENERATED, Kind.BULK]
PASSWORD = "Mật khẩu mới là Kbnn@2026"


@dataclass(frozen=True)
class Step:
    """So many hours pass, with or without the loop of the clocks; then perhaps one mail comes."""

    hours: float | None  # None: until the ticket's next date
    runs: bool = True  # the clocks' loop is at work meanwhile
    author: Staff | Address | None = None  # who writes; None: nobody
    part: str = ""  # "holder" or "passer": a member of that office writes instead
    words: tuple[str, ...] = ()
    text: str | None = PLAIN  # None: the mail has no text
    keyed: bool = True
    authentic: bool = True
    kind: Kind = Kind.PERSON
    answers: int = -1  # which of our letters to him he replies to, the latest first; none there: none
    attaches: bool = False
    suppressed: bool = False


def drawn_step(random: Random) -> Step:
    hours = random.choice([0, random.uniform(0, 30), random.uniform(0, 30), None, 24 * 16])
    if random.random() < 0.02:
        hours = -random.uniform(0, 80)  # the host's clock was put back
    time = Step(hours, runs=random.random() < 0.85)
    drawn = random.random()
    return time if drawn < 0.25 else _sensible(random, time) if drawn < 0.7 else _chaotic(random, time)


def _sensible(random: Random, time: Step) -> Step:
    """What people mostly do: whoever has a part in the ticket answers its last letter with one word or none."""
    part = random.choice(["holder", "holder", "holder", "passer", ""])
    author: Staff | Address = random.choice(WRITERS)
    words = () if part == "" and author is not MAI else tuple(random.choices(USUAL, k=random.choice([0, 1, 1, 1, 2])))
    text = random.choice(STANDARD) if words == ("#hoi",) and random.random() < 0.5 else random.choice(TEXTS)
    return replace(time, author=author, part=part, words=words, text=text, answers=random.choice([0, 0, 1, -1]))


def _chaotic(random: Random, time: Step) -> Step:
    """Whoever, whatever, however badly proved."""
    return replace(
        time, author=random.choice(PEOPLE), part=random.choice(["holder", "", ""]),
        words=tuple(random.choices(WORDS, k=random.choice([0, 0, 1, 1, 2, 3]))),
        text=random.choice([None, PASSWORD, *TEXTS]), keyed=random.random() < 0.7, authentic=random.random() < 0.8,
        kind=random.choice(KINDS), answers=random.randint(-1, 3), attaches=random.random() < 0.3,
        suppressed=random.random() < 0.2,
    )  # fmt: skip


def drawn_judgement(random: Random) -> Judgement:
    organisation = random.choice(ORGANISATIONS)
    return judged(
        random.choice([accepted(one) for one in ("TABMIS", "DVC", "KQKB", "ATTT", "KHAC")] + [unsure("TTSP", "TTLKB")]),
        random.choice([province("Lâm Đồng"), province("Bình Thuận", "Lâm Đồng"), province(None)]),
        organisation,
    )


@dataclass
class Desk:
    """What the database would hold of one ticket."""

    policy: Policy
    now: datetime = NOW
    ticket: Ticket | None = None
    chain: tuple[Passing, ...] = ()
    participants: list[Participant] = field(default_factory=list)
    letters: list[tuple[Letter, int]] = field(default_factory=list)  # with the moves of the ticket when it was decided
    events: list[Event] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def begin(self, random: Random) -> None:
        """By a user, by an officer who takes it, writes a call down, or passes on what he cannot do."""
        officer = random.choice([None, None, None, *STAFF])
        first = random.choice(["#nhan\n", "#thay hoa.nt@vst.gov.vn\n", "#thay Bà Cúc 0263 3812345\n", ""])
        text = mail("Em không vào được.") if officer is None else mail(first + "Lỗi chương trình", officer)
        facts = Facts(self.now, Proof(False, officer, True), judgement=drawn_judgement(random))
        self.apply(self.decided(text, facts))

    def decided(self, text: Mail, facts: Facts) -> Plan:
        return dated(decide(text, facts, self.policy), facts, self.policy)

    def looked(self) -> Plan:
        """What the loop of the clocks would do with the ticket now."""
        assert self.ticket is not None
        return look_at(self.ticket, self.chain, self.participants, self.now, self.policy, self._open_question())

    def _open_question(self) -> str:
        since = self.ticket.waiting_since if self.ticket is not None else None
        asked = [one for one in self.entries if one.kind is EntryKind.ANSWER and since is not None and one.at >= since]
        return asked[-1].text if asked else ""

    def facts(self, step: Step, answered: Outbox | None) -> Facts:
        staff = step.author if isinstance(step.author, Staff) else None
        return Facts(
            now=self.now,
            proof=Proof(step.keyed, staff, step.authentic),
            match=Match.KEYED if step.keyed else Match.CODE,
            ticket=self.ticket,
            chain=self.chain,
            participants=tuple(self.participants),
            answers_letter=answered if step.keyed else None,
            bounced_letter=answered if step.kind is Kind.BOUNCE else None,
            past=past_of(self.events, self.entries),
            guesses=Guesses(("TTSP", "TTLKB"), "Lâm Đồng"),
            named={one.code: one for one in (OTHER, self.ticket) if one is not None},
        )

    def apply(self, plan: Plan) -> None:
        """Store a plan as the loops would; a letter that its key says was written before is not written again."""
        if plan.new_ticket is not None and self.ticket is None:
            self.ticket = Ticket(**{**plan.new_ticket.model_dump(), "id": 7, "code": "HT-2026-000007"})
            self.chain = plan.chain or ()
        elif plan.ticket_id is not None and self.ticket is not None:
            if plan.changes:
                self.ticket = Ticket(**{**self.ticket.model_dump(), **plan.changes})
            self.chain = self.chain if plan.chain is None else plan.chain
        else:
            return
        self.participants += [Participant(ticket_id=7, address=p.address, role=p.role) for p in plan.participants]
        known = {(letter.kind, letter.recipient, letter.once) for letter, _ in self.letters if letter.once}
        new = [one for one in plan.letters if (one.kind, one.recipient, one.once) not in known]
        self.letters += [(letter, self.ticket.moves) for letter in new]
        self._remember(plan)

    def _remember(self, plan: Plan) -> None:
        said, number = plan.entry, len(self.entries) + 1
        inbound = number if said is not None else None
        self.events += [
            Event(ticket_id=7, inbound_id=inbound, at=self.now, kind=one.kind, actor=one.actor, details=dict(one.details))
            for one in plan.events
        ]  # fmt: skip
        if said is not None:
            self.entries.append(
                Entry(
                    id=number, ticket_id=7, inbound_id=number, kind=said.kind, at=self.now,
                    author_address=said.author_address, text=said.text,
                )
            )  # fmt: skip

    def is_due(self) -> bool:
        """As the loop of the clocks finds tickets (storage.due)."""
        about = self.ticket
        if about is None or about.state not in (*OPEN, TicketState.RESOLVED):
            return False
        ahead = about.chased_at is not None and about.chased_at > self.now
        return about.next_at is None or about.next_at <= self.now or ahead


OPEN = (TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING)


def in_part(step: Step, desk: Desk) -> Step:
    """The same step, written by a member of the office that holds the ticket or passed it up, where it says so."""
    code = {"holder": [desk.ticket.holder] if desk.ticket else [], "passer": [link.holder for link in desk.chain]}
    offices = code.get(step.part, []) if step.author is not None else []
    if not offices:
        return step
    holder = DIRECTORY.holder(offices[-1])
    members = DIRECTORY.members(holder.code) or [Staff(holder.address, holder.name, holder.code)]
    return replace(step, author=members[0])


def written(step: Step, desk: Desk, number: int) -> tuple[Mail, Outbox | None]:
    """The mail of a step, and the letter of ours that it answers."""
    author = step.author
    assert author is not None
    address = Address(author.name, author.address) if isinstance(author, Staff) else author
    to_him = [item for item in desk.letters if comparable(item[0].recipient) == comparable(address.address)]
    answered = None
    if 0 <= step.answers < len(to_him):
        letter, moves = to_him[-1 - step.answers]
        answered = letter_of(letter.reply_goes, moves=moves, recipient=letter.recipient, kind=letter.kind.value)
    body = "" if step.text is None else step.text
    if step.text in (PLAIN, PASSWORD):
        body = f"{SECRET if _internal(step, answered) else 'Chào chị'} số {number} {step.text}".strip()
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


def _internal(step: Step, answered: Outbox | None) -> bool:
    proved = isinstance(step.author, Staff) and step.keyed and step.authentic
    if not proved:
        return True
    if step.words:
        return not PUBLIC & set(step.words)
    return answered is not None and answered.reply_goes not in (ReplyGoes.REQUESTER, ReplyGoes.PASSER)


def moved_time(step: Step, desk: Desk) -> None:
    ahead = desk.ticket.next_at if desk.ticket is not None else None
    if step.hours is None:
        desk.now = max(desk.now, ahead) if ahead is not None else desk.now
    else:
        desk.now += timedelta(hours=step.hours)
