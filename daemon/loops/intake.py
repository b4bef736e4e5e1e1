"""Pending mail → decisions → rows: commit 2 of the way of a mail, everything or nothing.

The attempt is counted in a commit of its own before the work begins, so that a mail that kills the process is known on restart and
goes to quarantine after its last attempt. Reading, judging, deciding and composing happen outside any transaction.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from classifiers.verdict import Judge, Judgement, MailText
from daemon.desk import quarantine
from daemon.desk.brakes import is_held
from daemon.desk.dated import dated
from daemon.desk.decide import decide
from daemon.desk.facts import Facts, Policy
from daemon.desk.origin import NOBODY, Origin, origin_of, question_for_judge
from daemon.desk.plan import NewEvent, Plan
from daemon.desk.replies import belongs
from daemon.desk.words import read_words
from daemon.faults import ServiceDown
from daemon.loops.gather import Gatherer
from daemon.loops.record import Recorder
from daemon.reading.isolation import read_safely
from daemon.reading.mail import Kind, Mail, QuarantineCause, Unreadable
from daemon.reading.ours import Ours
from daemon.settings import LimitSettings
from storage import intake, requesters
from storage.database import Database
from storage.faults import DatabaseWrong, FileDamaged, Stale, StorageDown
from storage.files import Files
from storage.tables import Inbound, InboundState

log = logging.getLogger(__name__)

AT_ONCE = 50  # pending rows looked up in one go; each is still handled and committed alone


@dataclass
class IntakeCounts:
    """What became of the mails of one step, in the words of `once --json`."""

    tickets_created: int = 0
    entries_added: int = 0
    ignored: int = 0
    quarantined: int = 0

    @property
    def total(self) -> int:
        return self.tickets_created + self.entries_added + self.ignored + self.quarantined


class Intake:
    """Handles pending mail, oldest first, one transaction each."""

    def __init__(
        self, database: Database, files: Files, limits: LimitSettings,
        ours: Ours, judge: Callable[[], Judge], gatherer: Gatherer,
        policy: Callable[[], Policy], recorder: Recorder, clock: Callable[[], datetime],
        examine: Callable[[Mail], Mail] = lambda mail: mail, version: str = "",
    ) -> None:  # fmt: skip
        self._database = database
        self._files = files
        self._limits = limits
        self._ours = ours
        self._judge = judge
        self._gatherer = gatherer
        self._policy = policy
        self.recorder = recorder
        self._attempts = limits.intake_attempts
        self._clock = clock
        self._examine = examine
        self._version = version
        self._uncounted: dict[int, int] = {}  # what the attempts of a mail were before the world failed it

    def warm_up(self) -> None:
        """Load what the first mail would load, so that no mail's counted attempt pays for the start of the program."""
        nothing = read_safely(b"From: nobody@localhost\r\n\r\n", self._limits, self._ours)
        self._judge().judge([question_for_judge(nothing, Origin(NOBODY, None, read_words("")))])
        self.recorder.warm_up()

    def step(self) -> IntakeCounts:
        """Handle every mail that is pending now; raises a storage fault when the world is at fault."""
        counts = IntakeCounts()
        self._uncount()
        with self._database.read() as session:
            rows = intake.pending(session, AT_ONCE)
        for row in rows:
            self._handle(row, counts)
        return counts

    def _handle(self, row: Inbound, counts: IntakeCounts) -> None:
        assert row.id is not None
        try:
            self._attempt(row, counts)
        except (StorageDown, ServiceDown):
            self._uncounted[row.id] = row.attempts  # the world's fault is not the mail's
            with suppress(StorageDown):  # what failed just now may fail again
                self._uncount()
            raise

    def _attempt(self, row: Inbound, counts: IntakeCounts) -> None:
        assert row.id is not None
        with self._database.write() as session:
            attempt = intake.count_attempt(session, row.id)
        if attempt > self._attempts:
            self._quarantine(row, _program_failed(self._attempts), counts)
            return
        try:
            self._decide_and_store(row, counts)
        except (StorageDown, ServiceDown, DatabaseWrong):
            raise  # not this mail's fault; of a damaged database a person must know before any other mail is touched
        except Unreadable as error:
            self._quarantine(row, error.reason, counts)
        except FileDamaged as error:
            self._quarantine(row, _file_damaged(error), counts)
        except Exception:  # our bug: this mail waits, the loop lives, and the third failure ends in quarantine
            log.exception("mail_failed inbound=%d attempt=%d", row.id, attempt)
            if attempt >= self._attempts:
                self._quarantine(row, _program_failed(attempt), counts)

    def _uncount(self) -> None:
        """Take back the attempts that the world spoiled; a database that was down then may have come back."""
        if not self._uncounted:
            return
        with self._database.write() as session:
            for inbound_id, before in self._uncounted.items():
                intake.uncount_attempts(session, inbound_id, before)
        self._uncounted.clear()

    def _decide_and_store(self, row: Inbound, counts: IntakeCounts) -> None:
        read = self._read(row)
        examined = cache(lambda: self._examine(read))  # once, however often it must be decided anew
        while True:
            mail, facts = self._known(row, read, examined)
            plan = dated(decide(mail, facts, self._policy()), facts, self._policy())
            try:
                self.recorder.record(row, mail, plan, self._clock())
            except Stale:
                continue  # somebody changed the ticket meanwhile: decide again on what is true now
            break
        _count(plan, counts)
        log.info(
            "mail_settled inbound=%d kind=%s outcome=%s ticket=%s reason=%s",
            row.id, mail.kind.value, plan.outcome.value, plan.ticket_id or (plan.new_ticket and plan.new_ticket.code) or "-",
            plan.reason or "-",
        )  # fmt: skip

    def rehearse(self, row: Inbound) -> str:
        """What would become of a mail in quarantine if it were handled now, in one line; nothing is stored."""
        try:
            read = self._read(row)
            mail, facts = self._known(row, read, lambda: self._examine(read))
            plan = decide(mail, facts, self._policy())
        except Unreadable as error:
            return f"quarantined again: {error.reason}"
        except FileDamaged as error:
            return f"quarantined again: {_file_damaged(error)}"
        except (StorageDown, ServiceDown, DatabaseWrong):
            raise
        except Exception as error:  # noqa: BLE001 (the very bug that brought it there, whatever it is)
            return f"quarantined again: the program fails on it: {type(error).__name__}"
        if plan.new_ticket is not None:
            return f"a new ticket for {plan.new_ticket.holder}"
        if plan.outcome is InboundState.ENTRY and facts.ticket is not None:
            return f"an entry of {facts.ticket.code}"
        return f"ignored: {plan.reason}"

    def _read(self, row: Inbound) -> Mail:
        assert row.digest is not None
        if row.size > self._limits.mail_mb * 1024 * 1024:
            # Headers and text stand at the beginning; the whole mail stays on disk and is named in the ticket.
            head = next(iter(self._files.pieces(row.digest)), b"")
            mail = read_safely(head, self._limits, self._ours)
            mail = replace(mail, attachments=(), defects=(*mail.defects, "too_large"))
        else:
            mail = read_safely(self._files.get(row.digest), self._limits, self._ours)
        row.message_id = mail.message_id
        # A person has said that it is a request: what made it look like something else no longer counts.
        return replace(mail, kind=Kind.PERSON) if row.as_ticket else mail

    def _known(self, row: Inbound, mail: Mail, examined: Callable[[], Mail]) -> tuple[Mail, Facts]:
        """The mail as it was examined, and the facts about it. What will only be put on record costs no scan and no judgement."""
        with self._database.read() as session:
            facts = self._gatherer.facts(session, row, mail, row.received_at)
        if facts.second_delivery_of is not None or is_held(mail, facts, self._policy()):
            return mail, facts
        mail = examined()
        if not _may_begin(mail, facts, self._policy()):
            return mail, replace(facts, judgement=self._judged_reply(mail)) if _is_asked(mail, facts) else facts
        origin = origin_of(mail, facts.proof, self._policy())
        with self._database.read() as session:
            known = requesters.known(session, origin.requester.key)
        judgement = self._judge().judge([question_for_judge(mail, origin)])[0]
        return mail, replace(facts, judgement=judgement, known=known)

    def _judged_reply(self, mail: Mail) -> Judgement:
        """What a reply to our question says by itself; the quoted question holds guesses that must not count."""
        sender = mail.sender or NOBODY
        words = MailText(sender.name, sender.address, "", mail.text, mail.signature)
        return self._judge().judge([words])[0]

    def _quarantine(self, row: Inbound, reason: str, counts: IntakeCounts) -> None:
        now, cause = self._clock(), QuarantineCause.of(reason)
        with self._database.read() as session:
            others = quarantine.by_cause(intake.quarantined(session)).get(cause, [])
        letter = quarantine.note(cause, [*others, row], now, self._policy())
        event = NewEvent("mail_quarantined", "desk", reason)
        plan = Plan(InboundState.QUARANTINED, reason, letters=(letter,), events=(event,))
        self.recorder.record(row, None, plan, now, self._version)
        counts.quarantined += 1
        log.warning("mail_quarantined inbound=%d reason=%s", row.id, reason)


def _program_failed(times: int) -> str:
    return QuarantineCause.PROGRAM.reason(f"the program failed {times} times on this mail")


def _file_damaged(error: FileDamaged) -> str:
    return QuarantineCause.DAMAGED.reason(f"the stored file is damaged: {error}")


def _is_asked(mail: Mail, facts: Facts) -> bool:
    """Whether the mail may be the answer to a standard question."""
    return mail.kind is Kind.PERSON and facts.ticket is not None and facts.ticket.asked != ""


def _may_begin(mail: Mail, facts: Facts, policy: Policy) -> bool:
    """Whether the mail may begin a ticket, so that the classifiers are asked at all."""
    if mail.kind not in (Kind.PERSON, Kind.AUTO_GENERATED):
        return False
    return facts.ticket is None or not belongs(mail, facts, policy)


def _count(plan: Plan, counts: IntakeCounts) -> None:
    if plan.new_ticket is not None:
        counts.tickets_created += 1
    elif plan.outcome is InboundState.ENTRY:
        counts.entries_added += 1
    else:
        counts.ignored += 1
