"""What a mail says, once read: plain values with no library's types in them. All text is NFC."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from daemon.reading.addresses import comparable


class Kind(StrEnum):
    """What sent the mail. In conflict the earlier one wins (docs/READING: own > bounce > … > person)."""

    OWN = "own"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BULK = "bulk"
    SPAM = "spam"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Address:
    """A display name (may be empty) and an address as written."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The form in which addresses are compared: lower case, domain in exact IDNA form."""
        return comparable(self.address)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attachment; `filename` is safe to write to disk, `content` are its decoded bytes."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    inline: bool = False
    content_id: str | None = None
    true_type: str = ""  # what the content shows, "" when it shows nothing or what `content_type` says
    withheld: str = ""  # why it is not passed on (a code of `dangerous.Danger`), "" when it may go

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class TraceHeaders:
    """The headers that prove or disprove a sender, top-most first, as received."""

    received: tuple[str, ...] = ()
    # (number of Received lines above it, value): only those above the first foreign Received line count.
    authentication_results: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a person would report it.

    `text` is what the sender newly typed; `quoted`, `signature` and `forwarded` are what was set apart ("" when none);
    `full_text` is everything before any cut. `sender` is None when there is no usable From.
    """

    message_id: str | None
    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    in_reply_to: str | None
    references: tuple[str, ...]
    kind: Kind
    text: str
    quoted: str
    signature: str
    forwarded: str
    full_text: str
    html: str
    attachments: tuple[AttachedFile, ...]
    defects: tuple[str, ...]  # codes, e.g. "charset_guessed", "no_message_id"
    is_forward: bool = False
    original_sender: Address | None = None  # of a forwarded mail, when its header block names one
    null_return_path: bool = False
    suppress_answer: bool = False  # any automatic sign: never an automatic answer
    bounced: tuple[str, ...] = ()  # of a bounce: Message-IDs of our letters it returns
    bounced_recipients: tuple[str, ...] = ()
    bounce_permanent: bool = False
    trace: TraceHeaders = TraceHeaders()
    encrypted: bool = False  # its text is locked: the Service Desk gets it, the sender is asked for plain text
    picture_text: str = ""  # read from its pictures: evidence for sorting, never the user's words
    why: tuple[str, ...] = ()  # which rule took each decision, one line each: "kind: …", "body: …"


class QuarantineCause(StrEnum):
    """Why a mail could not be handled; the first word of the reason that is kept with it."""

    NESTING = "nesting"
    PARTS = "parts"
    HEADERS = "headers"
    TIME = "time"  # or memory
    DAMAGED = "damaged"  # the stored file
    PROGRAM = "program"  # a bug of ours
    OTHER = "other"

    def reason(self, sentence: str) -> str:
        """`parts: 1001 parts, more than 1000`, to be kept with the mail."""
        return f"{self.value}: {sentence}"

    @classmethod
    def of(cls, reason: str) -> "QuarantineCause":
        """The cause that a reason begins with; OTHER for one that names none."""
        return next((cause for cause in cls if reason.startswith(cause.reason(""))), cls.OTHER)


class Unreadable(Exception):
    """The mail exceeds a limit or breaks the parser: it goes to quarantine whole. `reason` is its cause and one clear sentence."""

    def __init__(self, cause: QuarantineCause, sentence: str) -> None:
        self.reason = cause.reason(sentence)
        super().__init__(self.reason)
