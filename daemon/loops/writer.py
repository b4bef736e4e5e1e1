"""An outbox row and its stored files become the message that the relay gets."""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.mail.attaching import choose, content_id, in_words, is_shown
from daemon.mail.message import FileToAttach, Sender, build
from storage import tickets
from storage.database import Database
from storage.files import Files
from storage.tables import Attachment, Outbox


@dataclass(frozen=True)
class LetterWriter:
    """`most_bytes` bounds a message, and so does the relay's own SIZE once it is known."""

    database: Database
    files: Files
    sender: Callable[[], Sender]  # asked for each letter: its key may change while the service runs
    most_bytes: int
    relay_limit: Callable[[], int | None]
    plus_addressing: bool = False

    def message(self, row: Outbox) -> bytes:
        """The bytes of the whole message, the same for the same row."""
        with self.database.read() as session:
            stored = tickets.attachments_by_id(session, row.attachments) if row.attachments else []
        limit = min(self.most_bytes, self.relay_limit() or self.most_bytes)
        chosen = choose(stored, limit - len(row.text.encode()) * 2 - len(row.html.encode()) * 2 - 20_000)
        attached = [self._loaded(file) for file in chosen.attached]
        return build(row, attached, self.sender(), [in_words(file) for file in chosen.too_large])

    def envelope_from(self, row: Outbox) -> str:
        """Our address, with the row's number as tag where the mail system delivers such addresses, so that a bounce names it."""
        if not self.plus_addressing:
            return self.sender().address
        local, _, domain = self.sender().address.partition("@")
        return f"{local}+{row.id}@{domain}"

    def _loaded(self, file: Attachment) -> FileToAttach:
        shown = is_shown(file)
        return FileToAttach(
            file.filename, file.content_type, self.files.get(file.digest), shown, content_id(file) if shown else None
        )
