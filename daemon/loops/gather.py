"""The facts for one decision, read from the database at one moment. No decision is taken here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from daemon.desk.asking import missing
from daemon.desk.brakes import HOUR, cause_of
from daemon.desk.facts import Facts, Match, Policy, Proof, Recent
from daemon.desk.guesses import Guesses
from daemon.desk.letters import TO_REQUESTER
from daemon.desk.past import Past, past_of
from daemon.desk.selfservice import MOST_TICKETS, Wish, wish_of
from daemon.desk.states import OPEN_STATES
from daemon.desk.words import Word, read_words
from daemon.reading import proof as proofs
from daemon.reading.addresses import comparable
from daemon.reading.mail import Kind, Mail
from daemon.reading.proof import Ring
from storage import events, intake, mutes, outbox, requesters, tickets
from storage.tables import Inbound, Outbox, Ticket


@dataclass(frozen=True)
class Gatherer:
    """What is needed to turn rows into facts: the keys, the pinned servers, and the policy."""

    ring: Ring
    ticket_prefix: str
    pinned_hosts: Sequence[str]
    internal_networks: Sequence[str]
    policy: Callable[[], Policy]

    def identity(self, mail: Mail) -> Proof:
        """Proofs 2 and 3: the directory's entry for From, and whether the receiving server vouches for it."""
        if mail.sender is None:
            return Proof(keyed=False, staff=None, authentic=False)
        authentic = proofs.sender_is_authentic(
            mail.trace, mail.sender.address, self.pinned_hosts, self.internal_networks
        )
        # Of several addresses in From the server may have checked another one than the first.
        alone = "several_senders" not in mail.defects
        return Proof(False, self.policy().rules.directory.member(mail.sender.address), authentic and alone)

    def facts(self, session: Session, row: Inbound, mail: Mail, now: datetime) -> Facts:
        """All facts about a mail but the classifiers' judgement."""
        same = intake.same_bytes_before(session, row) or intake.same_mail_before(session, row)
        if same is not None and not row.as_ticket:
            return Facts(now, self.identity(mail), second_delivery_of=same.id)
        letter = self._answered_letter(session, mail)
        bounced = self._bounced_letter(session, mail)
        match, ticket = self._ticket(session, mail, bounced)
        sender = mail.sender.address if mail.sender else ""
        return Facts(
            now=now,
            proof=self._proof(session, mail, ticket),
            match=match,
            ticket=ticket,
            chain=tuple(tickets.chain(session, ticket.id)) if ticket and ticket.id else (),
            participants=tuple(tickets.participants(session, ticket.id)) if ticket and ticket.id else (),
            answers_letter=letter if letter and ticket and letter.ticket_id == ticket.id else None,
            flagged_same_id=intake.same_id_before(session, row) is not None,
            bounced_letter=bounced,
            recent=self._recent(session, sender, ticket, now),
            by_person=row.as_ticket,
            muted_already=bounced is not None and comparable(bounced.recipient) in mutes.at(session, now),
            past=_past(session, ticket),
            guesses=_guesses(session, ticket),
            load=requesters.load(session, OPEN_STATES) if mail.kind is Kind.PERSON else {},
            own_tickets=_own_tickets(session, mail, sender),
            duplicates=tuple(tickets.duplicates_of(session, ticket.code)) if ticket else (),
            named=_named(session, mail),
        )

    def _ticket(self, session: Session, mail: Mail, bounced: Outbox | None) -> tuple[Match, Ticket | None]:
        """The contract's order: keyed Message-ID, any stored Message-ID, code in the subject."""
        if bounced is not None and bounced.ticket_id is not None:
            return Match.KEYED, tickets.get(session, bounced.ticket_id)
        ids = _referenced(mail)
        for message_id in ids:
            code = proofs.ticket_of_message_id(self.ring, message_id)
            ticket = tickets.by_code(session, code) if code else None
            if ticket is not None:
                return Match.KEYED, ticket
        found = tickets.by_message_ids(session, ids) if ids else []
        if found:
            return Match.STORED, found[0]
        code = proofs.subject_code(mail.subject, self.ticket_prefix)
        ticket = tickets.by_code(session, code) if code else None
        return (Match.CODE, ticket) if ticket is not None else (Match.NONE, None)

    def _proof(self, session: Session, mail: Mail, ticket: Ticket | None) -> Proof:
        identity = self.identity(mail)
        if ticket is None or mail.sender is None:
            return identity
        bound = [comparable(mail.sender.address)]
        if identity.staff is not None:
            bound.append(identity.staff.holder)
        token = proofs.subject_token(mail.subject)
        keyed = (
            token is not None and proofs.token_is_valid(self.ring, ticket.code, token, bound)
        ) or self._answers_his_own(session, mail, ticket, bound)
        return Proof(keyed, identity.staff, identity.authentic)

    def _answers_his_own(self, session: Session, mail: Mail, ticket: Ticket, bound: Sequence[str]) -> bool:
        """Whether the mail names, under a keyed Message-ID, a letter of this ticket that went to its sender or his office.

        A Message-ID travels with every reply and forward, so that the letter of somebody else lends nobody his power.
        """
        for message_id in _referenced(mail):
            if proofs.ticket_of_message_id(self.ring, message_id) != ticket.code:
                continue
            letter = outbox.by_message_id(session, message_id)
            if letter is None:
                continue
            if comparable(letter.recipient) in bound:
                return True
            reader = self.policy().rules.directory.member(letter.recipient)
            # What an officer got as a requester is his own and not his office's.
            if reader is not None and reader.holder in bound and letter.letter not in TO_REQUESTER:
                return True
        return False

    def _answered_letter(self, session: Session, mail: Mail) -> Outbox | None:
        """The letter of ours that the mail replies to: In-Reply-To first, then the latest reference."""
        for message_id in _referenced(mail):
            if proofs.is_our_message_id(self.ring, message_id):
                letter = outbox.by_message_id(session, message_id)
                if letter is not None:
                    return letter
        return None

    def _bounced_letter(self, session: Session, mail: Mail) -> Outbox | None:
        if mail.kind is not Kind.BOUNCE:
            return None
        ours = (outbox.by_message_id(session, one) for one in (*mail.bounced, *_referenced(mail)))
        return next((letter for letter in ours if letter is not None), None)

    def _recent(self, session: Session, sender: str, ticket: Ticket | None, now: datetime) -> Recent:
        """Counts of the hour before the mail came, and whether the Service Desk was told today."""
        since, policy, key = now - HOUR, self.policy(), comparable(sender)
        return Recent(
            tickets_of_sender=tickets.count_of_requester(session, sender, since, now),
            automatic_to_sender=outbox.automatic_since(session, key, since) if sender else 0,
            entries_of_ticket=tickets.count_entries(session, ticket.id, since) if ticket and ticket.id else 0,
            braked_already=outbox.has_cause(session, cause_of(key, now, policy)),
            ticket_braked_already=ticket is not None and outbox.has_cause(session, cause_of(ticket.code, now, policy)),
        )


def _past(session: Session, ticket: Ticket | None) -> Past:
    if ticket is None or ticket.id is None:
        return Past()
    return past_of(events.of_ticket(session, ticket.id), tickets.entries(session, ticket.id))


def _named(session: Session, mail: Mail) -> dict[str, Ticket]:
    """The tickets that the mail's words name by their code, such as `#trung HT-2026-000123`."""
    typed = (command.argument.split() for command in read_words(mail.text).commands if command.word is Word.DUPLICATE)
    codes = {words[0].upper().rstrip(".,;") for words in typed if words}
    return {code: found for code in codes if (found := tickets.by_code(session, code)) is not None}


def _referenced(mail: Mail) -> list[str]:
    """The Message-IDs that a mail names, the most telling first, each once."""
    ids = [mail.in_reply_to] if mail.in_reply_to else []
    return list(dict.fromkeys([*ids, *reversed(mail.references)]))


def _guesses(session: Session, ticket: Ticket | None) -> Guesses:
    """What the classifiers believed of a ticket that the Service Desk may ask about."""
    if ticket is None or ticket.id is None or not missing(ticket):
        return Guesses()
    judged = events.latest(session, ticket.id, "judged")
    return Guesses.of(judged.details if judged is not None else None)


def _own_tickets(session: Session, mail: Mail, sender: str) -> tuple[Ticket, ...]:
    """The sender's open tickets, looked up only where he asks for them."""
    if not sender or wish_of(mail) is not Wish.MY_TICKETS:
        return ()
    return tuple(requesters.open_tickets(session, sender, OPEN_STATES, MOST_TICKETS))
