"""What a letter takes along from its ticket's past: the conversation that it goes on, and the files. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.desk.directory import Directory, HolderKind
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.reading.addresses import comparable
from daemon.reading.mail import Mail
from storage.tables import Attachment, Entry, EntryKind, Outbox

# They bring the request itself to somebody, so all of its files go along.
WHOLE_REQUEST = frozenset({LetterKind.NOTICE, LetterKind.SECURITY_COPY})


@dataclass(frozen=True)
class Before:
    """What a ticket held before the mail in hand."""

    entries: Sequence[Entry] = ()
    files: Sequence[Attachment] = ()
    letters: Sequence[Outbox] = ()


def threads_of(plan: Plan, mail: Mail | None, before: Before) -> dict[str, list[str]]:
    """For each recipient the Message-IDs of what he wrote and got in this ticket, oldest first: his conversation."""
    said: list[tuple[datetime, str, str | None]] = [(e.at, e.author_address, e.message_id) for e in before.entries]
    said += [(letter.created_at, letter.recipient, letter.message_id) for letter in before.letters]
    by_person: dict[str, list[str]] = {}
    for _, address, message_id in sorted(said, key=lambda item: item[0]):
        if message_id:
            by_person.setdefault(comparable(address), []).append(message_id)
    if mail is not None and mail.message_id and mail.sender is not None:
        by_person.setdefault(comparable(mail.sender.address), []).append(mail.message_id)
        if plan.new_ticket is not None and comparable(plan.new_ticket.requester_address) == mail.sender.key:
            # Answers may go to a Reply-To address, whose owner knows this mail under the same Message-ID.
            by_person.setdefault(comparable(plan.new_ticket.reply_address), []).append(mail.message_id)
    return {letter.recipient: by_person.get(comparable(letter.recipient), []) for letter in plan.letters}


def files_of(letter: Letter, before: Before, new_files: Sequence[Attachment], directory: Directory) -> list[Attachment]:
    """The new files, and those of earlier entries that the letter speaks of; the outside firm gets nothing internal."""
    if letter.kind in WHOLE_REQUEST:
        hidden = _internal_to_others(letter, before, directory)
        return [*(file for file in before.files if file.entry_id not in hidden), *new_files]
    return [*(file for file in before.files if file.entry_id in letter.files_of), *new_files]


def _internal_to_others(letter: Letter, before: Before, directory: Directory) -> set[int | None]:
    """For a letter to the outside firm, the ids of what others than its own people wrote for colleagues; else none."""
    office = directory.holders.get(letter.bound_to)
    if office is None or office.kind is not HolderKind.OUTSOURCED:
        return set()
    authors = ((entry, directory.member(entry.author_address)) for entry in before.entries)
    return {
        entry.id
        for entry, author in authors
        if entry.kind is EntryKind.INTERNAL and (author is None or author.holder != office.code)
    }


def sent_before(letter: Letter, before: Before) -> frozenset[str]:
    """The digests of files that this recipient got with earlier letters of the ticket."""
    recipient = comparable(letter.recipient)
    ids = {file for row in before.letters if comparable(row.recipient) == recipient for file in row.attachments}
    return frozenset(file.digest for file in before.files if file.id in ids)
