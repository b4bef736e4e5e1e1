"""A ticket while one mail is being decided: the old row, the changes so far, the chain, and the letters that follow."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from daemon.desk import states
from daemon.desk.assignment import officer_at, officer_for
from daemon.desk.catalogue import Application
from daemon.desk.deadlines import after_pause
from daemon.desk.directory import SERVICE_DESK, Holder, HolderKind, Staff
from daemon.desk.facts import Facts, Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import NewEntry, NewEvent, NewParticipant, NewRecord, Plan, TicketChanges
from daemon.desk.standing import Standing, destination, has_no_address, towards_requester
from daemon.reading.addresses import comparable
from storage.tables import InboundState, Passing, ReplyGoes, Role, Ticket, TicketState

OPEN_STATES = states.OPEN_STATES
# What the standard question asks, in Ticket.asked with blanks between.
PROVINCE, APPLICATION, ORGANISATION = "province", "application", "organisation"


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
        self.records: list[NewRecord] = []
        self.said: str | None = None  # what the mail says in the ticket, where it is not what was typed
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

    def no_longer_asked(self, one: str) -> None:
        """An officer has said it: the requester's answer, if it still comes, no longer decides it."""
        asked = self.changes.get("asked", self.ticket.asked).split()
        if one in asked:
            self.change({"asked": " ".join(other for other in asked if other != one)})

    # Moves of the ticket.

    def enter(self, event: str, actor: str, reason: str = "", **details: Any) -> None:
        """Go where this event leads in the state graph, and put it on record; ImpossibleMove where it leads nowhere."""
        before = self.state
        reached = states.after(before, event)
        if reached is not before:
            waiting_since = self.changes.get("waiting_since", self.ticket.waiting_since)
            self.change(states.moments(before, reached, waiting_since, self.facts.now))
            details["state"] = reached.value
        self.event(event, actor, reason, **details)

    def move(self, target: Holder, level: int, actor: str, kind: str, reason: str = "", **details: Any) -> None:
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
        self.enter(kind, actor, reason, before=before, after=target.code, level=level, **details)
        self.notices_owed = True

    def resume(self, actor: str) -> None:
        """End the wait for the requester: the clock runs on, and the due times move by the working time that passed."""
        paused, now = self.ticket.waiting_since or self.facts.now, self.facts.now
        due = [
            after_pause(moment, paused, now, self.holder.code, self.policy)
            for moment in (self.ticket.answer_due_at, self.ticket.due_at)
        ]
        self.change({"answer_due_at": due[0], "due_at": due[1]})
        self.enter("resumed", actor)

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
        self._mark(passer, self.facts.now)

    def waits_again(self, passer: Passing) -> None:
        """Mark that what came back to this passer was not enough."""
        self._mark(passer, None)

    def _mark(self, passer: Passing, result_at: datetime | None) -> None:
        fresh = Passing(**{**passer.model_dump(exclude={"id"}), "result_at": result_at})
        self.chain = [fresh if link.position == passer.position else link for link in self.chain]
        self.chain_changed = True

    # Letters.

    def written_by(self, write: Callable[[], None]) -> list[Letter]:
        """The letters that this writes, not yet among the others: the caller says more in them first."""
        others, self.letters = self.letters, []
        write()
        written, self.letters = self.letters, others
        return written

    def to_requester(
        self, kind: LetterKind, text: str, by: str, *, automatic: bool = False, files: bool = True,
        files_of: tuple[int, ...] = (), once: str = "",
    ) -> None:  # fmt: skip
        """A letter to the requester, and one to each colleague who took over from him.

        Nothing where he has no address of his own that we may write to.
        """
        if not self.can_reach_requester:
            return
        for address, name in self._requesters():
            self.letters.append(
                Letter(
                    kind, address, name, bound_to=self._desk_of_caller(), automatic=automatic, reply_goes=ReplyGoes.HOLDER,
                    text=text, by=by, with_attachments=files, files_of=files_of, once=once,
                )
            )  # fmt: skip

    def _desk_of_caller(self) -> str:
        """Whose members may answer the letters of a caller without address: the Service Desk's; "" for everybody else."""
        desk = self.policy.rules.directory.member(self.ticket.reply_address) if has_no_address(self.ticket) else None
        return desk.holder if desk is not None else ""

    def _requesters(self) -> Iterator[tuple[str, str]]:
        first = self.ticket.reply_address or self.ticket.requester_address
        yield first, self.ticket.requester_name
        known = {comparable(first)}
        for person in self.facts.participants:
            if person.role is Role.COLLEAGUE and comparable(person.address) not in known:
                known.add(comparable(person.address))
                yield person.address, person.name

    def to_holder(
        self, kind: LetterKind, text: str = "", by: str = "", why: str = "", *, files: bool = True,
        files_of: tuple[int, ...] = (),
    ) -> None:  # fmt: skip
        """A letter to whoever holds the ticket: the officer who took it, the application's administrator, or the shared address."""
        address, name = self._person_at(self.holder)
        goes = towards_requester(None, self.chain)
        self._to_staff(kind, address, name, self.holder.code, goes.goes, goes.passer, text, by, why, files, files_of)

    def to_passer(
        self, kind: LetterKind, link: Passing, text: str = "", by: str = "", why: str = "", *, files: bool = True,
        files_of: tuple[int, ...] = (),
    ) -> None:  # fmt: skip
        office = self.policy.rules.directory.holder(link.holder)
        officer = officer_at(office, self.policy.rules.directory, link.officer)
        address, name = (officer.address, officer.name) if officer is not None else (office.address, office.name)
        goes = destination(Standing.PASSER, Staff(address, name, link.holder), self.chain)
        self._to_staff(kind, address, name, link.holder, goes.goes, goes.passer, text, by, why, files, files_of)

    def to_staff_member(self, kind: LetterKind, person: Staff, lines: Sequence[str] = (), text: str = "") -> None:
        """A letter to one officer about his own words; a plain reply to it is a note."""
        self.letters.append(
            Letter(kind, person.address, person.name, bound_to=person.holder, lines=tuple(lines), text=text)
        )

    def _to_staff(
        self, kind: LetterKind, address: str, name: str, bound_to: str, goes: ReplyGoes, passer: Passing | None,
        text: str, by: str, why: str, files: bool, files_of: tuple[int, ...],
    ) -> None:  # fmt: skip
        seen = self._signature_as_seen_by(bound_to, by)
        by, why = seen, why.replace(by, seen) if by else why
        self.letters.append(
            Letter(
                kind, address, name, bound_to=bound_to, reply_goes=goes,
                reply_reaches=self.reached_name(goes, passer, bound_to), text=text, by=by, why=why,
                with_attachments=files, files_of=files_of,
            )
        )  # fmt: skip

    def reached_name(self, goes: ReplyGoes, passer: Passing | None, reader: str = "") -> str:
        """The name of whoever a plain reply of `reader` (a holder's code) reaches, for the first line of a notice."""
        if goes is ReplyGoes.REQUESTER:
            return self.ticket.requester_name or self.ticket.requester_address
        if goes is ReplyGoes.PASSER and passer is not None:
            return self.policy.rules.directory.holder(passer.holder).name
        return self.holder_as_seen_by(reader).name if goes is ReplyGoes.HOLDER else ""

    def holder_as_seen_by(self, reader: str) -> Holder:
        """Who has the ticket, as far as `reader` may know: the outside firm sees nobody behind the group it passes up to."""
        holders = self.policy.rules.directory.holders
        office = holders.get(reader)
        if office is None or office.kind is not HolderKind.OUTSOURCED or office.code == self.holder.code:
            return self.holder
        return holders.get(office.passes_to or "", self.holder)

    def _signature_as_seen_by(self, reader: str, by: str) -> str:
        """Whose words these are, as far as `reader` may know: to the outside firm its group speaks for those behind it."""
        holders, writer = self.policy.rules.directory.holders, self.facts.proof.staff
        office, own = holders.get(reader), holders.get(writer.holder) if writer is not None else None
        if office is None or own is None or office.kind is not HolderKind.OUTSOURCED or own.name not in by:
            return by
        group = holders.get(office.passes_to or "")
        return by if group is None or own.code in (office.code, group.code, SERVICE_DESK) else group.name

    def _person_at(self, holder: Holder) -> tuple[str, str]:
        assigned = self.changes.get("assigned_to", self.ticket.assigned_to)
        officer = officer_for(
            holder, self.application.code, self.policy.rules.directory, taken_by=self.taken_by, assigned_to=assigned,
            load=self.facts.load, groups=self.policy.assign,
        )  # fmt: skip
        if officer is None:
            return holder.address, holder.name
        if officer.address not in (self.taken_by, assigned):
            self.change({"assigned_to": officer.address})  # later letters go to the same person
        return officer.address, officer.name

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
            records=tuple(self.records),
        )
