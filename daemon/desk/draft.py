"""A ticket while one mail is being decided: the old row, the changes so far, the chain, and the letters that follow."""

from collections.abc import Sequence
from typing import Any

from daemon.desk.catalogue import Application
from daemon.desk.deadlines import after_pause
from daemon.desk.directory import SERVICE_DESK, Holder, Staff
from daemon.desk.facts import Facts, Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import NewEntry, NewEvent, NewParticipant, Plan, TicketChanges
from daemon.desk.standing import Standing, destination, towards_requester
from daemon.reading.addresses import comparable
from storage.tables import InboundState, Passing, ReplyGoes, Ticket, TicketState

OPEN_STATES = frozenset({TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING})


class Draft:
    """Collects what a mail does to a ticket. Local to one pure decision: nothing outside sees it change."""

    def __init__(self, ticket: Ticket, chain: Sequence[Passing], facts: Facts, policy: Policy) -> None:
        self.ticket = ticket
        self.facts = facts
        self.policy = policy
        self.changes: TicketChanges = {}
        self.chain: list[Passing] = list(chain)
        self.chain_changed = False
        self.events: list[NewEvent] = []
        self.letters: list[Letter] = []
        self.participants: list[NewParticipant] = []
        self.done: list[str] = []
        self.notices_owed = False  # the holder changed: the new one is told once, at the end

    # What the ticket is, with the changes so far.

    @property
    def state(self) -> TicketState:
        return self.changes.get("state", TicketState(self.ticket.state))

    @property
    def holder(self) -> Holder:
        return self.policy.rules.directory.holder(self.changes.get("holder", self.ticket.holder))

    @property
    def application(self) -> Application:
        return self.policy.rules.catalogue.get(self.changes.get("application", self.ticket.application))

    @property
    def taken_by(self) -> str | None:
        return self.changes.get("taken_by", self.ticket.taken_by)

    @property
    def can_reach_requester(self) -> bool:
        address = self.ticket.reply_address or self.ticket.requester_address
        return bool(address) and not self.policy.is_own(address)

    def change(self, changes: TicketChanges) -> None:
        self.changes.update(changes)

    def event(self, kind: str, actor: str, reason: str = "", **details: Any) -> None:
        self.events.append(NewEvent(kind, actor, reason, details))

    # Moves of the ticket.

    def move(self, target: Holder, level: int, actor: str, kind: str, reason: str = "") -> None:
        """Give the ticket to another holder; the number of moves makes older notices stale."""
        before = self.holder.code
        self.change(
            {
                "holder": target.code,
                "level": level,
                "taken_by": None,
                "moves": self.changes.get("moves", self.ticket.moves) + 1,
            }
        )
        if self.state is TicketState.NEW:
            self.change({"state": TicketState.IN_PROGRESS})
        self.event(kind, actor, reason, before=before, after=target.code, level=level)
        self.notices_owed = True

    def resume(self, actor: str) -> None:
        """End the wait for the requester: the clock runs on, and the due times move by the working time that passed."""
        paused, now = self.ticket.waiting_since or self.facts.now, self.facts.now
        due = [
            after_pause(moment, paused, now, self.holder.code, self.policy)
            for moment in (self.ticket.answer_due_at, self.ticket.due_at)
        ]
        self.change(
            {
                "state": TicketState.IN_PROGRESS,
                "waiting_since": None,
                "answer_due_at": due[0],
                "due_at": due[1],
            }
        )
        self.event("resumed", actor)

    def push(self, officer: str) -> None:
        """The present holder becomes the passer nearest to the next one."""
        self.chain.append(
            Passing(
                ticket_id=self.ticket.id or 0,
                position=len(self.chain) + 1,
                holder=self.holder.code,
                level=self.changes.get("level", self.ticket.level),
                officer=officer,
                passed_at=self.facts.now,
            )
        )
        self.chain_changed = True

    def pop(self) -> Passing:
        self.chain_changed = True
        return self.chain.pop()

    def result_came_back(self, passer: Passing) -> None:
        """Mark that an answer from above reached this passer."""
        fresh = Passing(**{**passer.model_dump(exclude={"id"}), "result_at": self.facts.now})
        self.chain = [fresh if link.position == passer.position else link for link in self.chain]
        self.chain_changed = True

    # Letters.

    def to_requester(
        self, kind: LetterKind, text: str, by: str, *, automatic: bool = False, files: bool = True
    ) -> None:
        """A letter to the requester; nothing where he has no address of his own that we may write to."""
        if not self.can_reach_requester:
            return
        self.letters.append(
            Letter(
                kind,
                self.ticket.reply_address or self.ticket.requester_address,
                self.ticket.requester_name,
                automatic=automatic,
                reply_goes=ReplyGoes.HOLDER,
                text=text,
                by=by,
                with_attachments=files,
            )
        )

    def to_holder(self, kind: LetterKind, text: str = "", by: str = "", why: str = "", *, files: bool = True) -> None:
        """A letter to whoever holds the ticket: the officer who took it, the application's administrator, or the shared address."""
        address, name = self._person_at(self.holder)
        goes = towards_requester(None, self.chain)
        self._to_staff(kind, address, name, self.holder.code, goes.goes, goes.passer, text, by, why, files)

    def to_passer(
        self, kind: LetterKind, link: Passing, text: str = "", by: str = "", why: str = "", *, files: bool = True
    ) -> None:
        office = self.policy.rules.directory.holder(link.holder)
        officer = self.policy.rules.directory.member(link.officer) if link.officer else None
        address, name = (officer.address, officer.name) if officer is not None else (office.address, office.name)
        goes = destination(Standing.PASSER, Staff(address, name, link.holder), self.chain)
        self._to_staff(kind, address, name, link.holder, goes.goes, goes.passer, text, by, why, files)

    def to_staff_member(self, kind: LetterKind, person: Staff, lines: Sequence[str] = (), text: str = "") -> None:
        """A letter to one officer about his own words; a plain reply to it is a note."""
        self.letters.append(
            Letter(kind, person.address, person.name, bound_to=person.holder, lines=tuple(lines), text=text)
        )

    def _to_staff(
        self, kind: LetterKind, address: str, name: str, bound_to: str, goes: ReplyGoes, passer: Passing | None,
        text: str, by: str, why: str, files: bool,
    ) -> None:  # fmt: skip
        self.letters.append(
            Letter(
                kind,
                address,
                name,
                bound_to=bound_to,
                reply_goes=goes,
                reply_reaches=self.reached_name(goes, passer),
                text=text,
                by=by,
                why=why,
                with_attachments=files,
            )
        )

    def reached_name(self, goes: ReplyGoes, passer: Passing | None) -> str:
        """The name of whoever a plain reply reaches, as printed on the first line of a notice."""
        if goes is ReplyGoes.REQUESTER:
            return self.ticket.requester_name or self.ticket.requester_address
        if goes is ReplyGoes.PASSER and passer is not None:
            return self.policy.rules.directory.holder(passer.holder).name
        return self.holder.name if goes is ReplyGoes.HOLDER else ""

    def _person_at(self, holder: Holder) -> tuple[str, str]:
        directory = self.policy.rules.directory
        taken = directory.member(self.taken_by) if self.taken_by else None
        if taken is not None and taken.holder == holder.code:
            return taken.address, taken.name
        administrators = directory.application_administrators(holder.code, self.application.code)
        if administrators and holder.level == 1:
            return administrators[0].address, administrators[0].name
        return holder.address, holder.name

    def service_desk(self, kind: LetterKind, lines: Sequence[str], why: str = "", text: str = "") -> None:
        desk = self.policy.rules.directory.holder(SERVICE_DESK)
        self.letters.append(
            Letter(kind, desk.address, desk.name, bound_to=desk.code, lines=tuple(lines), why=why, text=text)
        )

    def undeliverable(self, failed: str, reply: str, *, also_failed: Sequence[str] = ()) -> None:
        """Tell the holder that a letter did not reach its recipient; the Service Desk when the holder's own address failed."""
        dead = {comparable(address) for address in (failed, *also_failed)}
        lines = [f"Thư gửi tới {failed} không đến được người nhận: {reply}"]
        address, name = self._person_at(self.holder)
        desk = self.policy.rules.directory.holder(SERVICE_DESK)
        if comparable(address) not in dead:
            self.letters.append(Letter(LetterKind.UNDELIVERABLE, address, name, self.holder.code, lines=tuple(lines)))
        elif comparable(desk.address) not in dead:
            self.service_desk(LetterKind.UNDELIVERABLE, lines)

    def plan(self, entry: NewEntry | None, reason: str = "") -> Plan:
        return Plan(
            InboundState.ENTRY,
            reason,
            ticket_id=self.ticket.id,
            ticket_version=self.ticket.version,
            changes=self.changes,
            chain=tuple(self.chain) if self.chain_changed else None,
            entry=entry,
            participants=tuple(self.participants),
            events=tuple(self.events),
            letters=tuple(self.letters),
        )
