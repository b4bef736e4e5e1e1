"""The letters of a plan, composed before the transaction that stores them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from daemon.desk.enclosures import Before, files_of, sent_before, threads_of
from daemon.desk.plan import Plan
from daemon.loops.gate import Gate
from daemon.mail.attaching import choose
from daemon.mail.compose import Composer
from daemon.reading.mail import Mail
from daemon.reading.pictures import is_tiny
from storage import outbox, tickets
from storage.database import Database
from storage.tables import Attachment, Entry, Outbox, Ticket

_MAILS_OF_A_LOGO = 3  # a picture that one person's mails carry so often is his signature's, this mail counted


@dataclass(frozen=True)
class Said:
    """The entry that a mail becomes, and its files; both get their ids in the transaction."""

    entry: Entry
    files: list[Attachment]


@dataclass(frozen=True)
class Written:
    """A composed letter and the files it may carry, whose ids are known once the entry is stored."""

    row: Outbox
    files: Sequence[Attachment]
    sent_before: frozenset[str] = frozenset()
    other_ticket: int | None = None  # id of the ticket that the letter belongs to, where it is not the plan's

    def store(self, session: Session, ticket_id: int | None, most_octets: int, gate: Gate) -> None:
        self.row.ticket_id = self.other_ticket or ticket_id
        attached = choose(self.files, most_octets, self.sent_before).attached
        self.row.attachments = [file.id for file in attached if file.id is not None]
        gate.put(session, self.row)


@dataclass(frozen=True)
class PlanComposer:
    """Composes with the names of the day that `composer` knows; reads the ticket's past from the database."""

    database: Database
    composer: Callable[[], Composer]

    def letters(
        self, plan: Plan, mail: Mail | None, ticket: Ticket | None, said: Said | None, cause: str, now: datetime
    ) -> list[Written]:
        """Every letter of the plan, composed. A notice shows the whole ticket's files, every other letter the new ones."""
        before = self._before(plan)
        threads = threads_of(plan, mail, before)
        logos = self._logos(mail, said)
        before = replace(before, files=[file for file in before.files if file.digest not in logos])
        new_files = [file for file in said.files if file.digest not in logos] if said is not None else []
        history = [*before.entries, *([said.entry] if said is not None else [])]
        letters = []
        for letter in plan.letters:
            files = files_of(letter, before, new_files, self.composer().directory)
            sent = sent_before(letter, before)
            row = self.composer().compose(
                letter, letter.of_ticket or ticket, cause=letter.once or cause, thread=threads[letter.recipient], files=files, now=now,
                history=history, alternatives=plan.alternatives, sent_before=sent,
            )  # fmt: skip
            other = letter.of_ticket.id if letter.of_ticket is not None else None
            letters.append(Written(row, files if letter.with_attachments else [], sent, other))
        return letters

    def _logos(self, mail: Mail | None, said: Said | None) -> set[str]:
        """Digests of pictures in this mail that belong to its sender's signature: tiny, or seen in his mails before."""
        if mail is None or said is None:
            return set()
        pictures = {
            file.digest: mailed
            for file, mailed in zip(said.files, mail.attachments, strict=True)
            if file.inline and file.content_type.startswith("image/")
        }
        if not pictures:
            return set()
        with self.database.read() as session:
            often = tickets.digests_often_sent(session, said.entry.author_address, pictures, _MAILS_OF_A_LOGO - 1)
        return often | {digest for digest, mailed in pictures.items() if is_tiny(mailed.content)}

    def _before(self, plan: Plan) -> Before:
        if plan.ticket_id is None or not plan.letters:
            return Before()
        with self.database.read() as session:
            entries = tickets.entries(session, plan.ticket_id)
            files = tickets.attachments_of(session, [entry.id for entry in entries if entry.id is not None])
            return Before(entries, files, outbox.of_ticket(session, plan.ticket_id))
