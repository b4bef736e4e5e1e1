"""What the desk knows when it decides about one mail: rows and counts as plain values, gathered by the intake loop."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from classifiers.verdict import Judgement
from daemon.desk.directory import Staff
from daemon.desk.guesses import Guesses
from daemon.desk.past import Past
from daemon.desk.routing import Rules
from daemon.desk.worktime import Calendar
from daemon.reading.addresses import comparable, without_tag
from storage.tables import Outbox, Participant, Passing, Requester, Ticket


class Match(StrEnum):
    """How the ticket of a mail was found; the contract's order."""

    KEYED = "keyed"  # our Message-ID with a valid HMAC in In-Reply-To or References
    STORED = "stored"  # a Message-ID of any mail in or out
    CODE = "code"  # the code in the subject
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Brakes:
    tickets_per_sender_hour: int
    automatic_per_address_hour: int
    staff_notices_per_address_hour: int
    entries_per_ticket_hour: int
    automatic_per_domain_hour: int = 100
    uncapped_domains: frozenset[str] = frozenset()  # comparable; their subdomains too
    tickets_per_monitor_hour: int = 60
    hops_max: int = 30
    mute_days: int = 7


@dataclass(frozen=True, slots=True)
class Targets:
    """Working hours to the first answer and to the resolution: by priority, one number for each of the levels 1 to 4."""

    answer_hours: Mapping[str, Sequence[float]]
    resolve_hours: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Chasing:
    """When people are reminded and when tickets end by themselves; working hours and working days."""

    soon_share: float = 0.25  # of a target, left when the holder is reminded before the due time
    leader_after_hours: float = 4
    silence_hours: float = 21
    say_within_hours: float = 4
    passer_chases_hours: float = 14
    waiting_reminder_days: int = 3
    waiting_close_days: int = 8
    close_days: int = 5
    warning_days: int = 2
    summary_days: frozenset[int] = frozenset({1, 4})  # Monday is 0
    summary_to: tuple[str, ...] = ()  # empty: the Service Desk's leaders


@dataclass(frozen=True)
class Policy:
    """What does not change from mail to mail."""

    rules: Rules
    brakes: Brakes
    targets: Targets
    calendar_of: Callable[[str], Calendar]  # holder's code → its working time
    resolve_province: Callable[[str], tuple[str | None, str] | None]  # typed name → (former, current), None unknown
    own_addresses: frozenset[str]  # comparable: never written to
    monitors: frozenset[str]  # comparable: machines whose mail begins a ticket
    reopen_days: int = 15  # a reply within so many days of the end reopens, a later one begins a linked ticket
    chasing: Chasing = Chasing()
    assign: bool = True  # notices go to a competent member; False: to the shared address (level 1 always has its own)

    def is_own(self, address: str) -> bool:
        """True for an address of ours, also with a +tag."""
        return comparable(address) in self.own_addresses or without_tag(address) in self.own_addresses

    def once_a_day(self, about: str, now: datetime) -> str:
        """The cause of what is written once a day about something, whoever owes it: `slot:morning@2026-11-17`."""
        return f"slot:{about}@{now.astimezone(self.calendar_of('').zone).date()}"


@dataclass(frozen=True, slots=True)
class Proof:
    """The three proofs of ARCHITECTURE section 7, each on its own."""

    keyed: bool  # the keyed Message-ID of a letter to this sender or his office, or a reply token bound to them
    staff: Staff | None  # the directory's entry for From
    authentic: bool  # the receiving server vouches for From

    @property
    def identity(self) -> bool:
        """Proofs 2 and 3: enough for a mail that begins a ticket."""
        return self.staff is not None and self.authentic

    @property
    def speaks_for_himself(self) -> bool:
        """Enough for a requester's own decisions: he answers a letter that we sent him, or the server vouches for him."""
        return self.keyed or self.authentic

    @property
    def full(self) -> bool:
        return self.keyed and self.identity


@dataclass(frozen=True, slots=True)
class Recent:
    """Counts of the last hour, for the brakes."""

    tickets_of_sender: int = 0
    automatic_to_sender: int = 0
    entries_of_ticket: int = 0
    braked_already: bool = False  # the Service Desk was told of this sender today
    ticket_braked_already: bool = False  # and of this ticket


@dataclass(frozen=True, slots=True)
class Facts:
    now: datetime  # the mail's receipt, from which the clocks run; where time alone decides, the present
    proof: Proof
    match: Match = Match.NONE
    ticket: Ticket | None = None
    chain: tuple[Passing, ...] = ()
    participants: tuple[Participant, ...] = ()
    answers_letter: Outbox | None = None  # the letter of ours that this mail replies to
    judgement: Judgement | None = None  # given when the mail may begin a ticket
    second_delivery_of: int | None = None  # id of the inbound row that already brought this mail
    by_person: bool = False  # a person put the mail back: no brake holds it
    muted_already: bool = False  # of a bounce: the address that failed is muted, and the Service Desk knows
    flagged_same_id: bool = False  # same Message-ID as an earlier mail with other content
    may_belong_to: str | None = None  # code of a ticket that the mail names without proof
    bounced_letter: Outbox | None = None  # for a bounce: the letter that it returns
    recent: Recent = Recent()
    past: Past = field(default_factory=Past)
    known: Requester | None = None  # what earlier tickets taught about the requester of a new mail
    guesses: Guesses = field(default_factory=Guesses)  # what the classifiers believed of the matched ticket
    load: Mapping[str, int] = field(default_factory=dict)  # open tickets by officer's address
    own_tickets: tuple[Ticket, ...] = ()  # the sender's open ones, where he asks for them
    duplicates: tuple[Ticket, ...] = ()  # of this ticket: handled together with it
    named: Mapping[str, Ticket] = field(default_factory=dict)  # by code: tickets that words such as #trung name
