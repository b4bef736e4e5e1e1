"""What a sample day is made of: mails to the desk, and what people type when the desk writes to them. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import dedent

from daemon.desk.letters import LetterKind
from storage.tables import TicketState

FULL = 80  # letters of a line in the source that goes on in the next one; nobody types lines of fixed length


class Outcome(StrEnum):
    """What the ledger must say of a mail in the end."""

    TICKET = "ticket"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside the directory who writes to the desk."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Member:
    """Whoever the directory has first in this office or group."""

    holder: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody types when a letter arrives: the recipient of `to` answers it as soon as `when` (or `to`) has come.

    A letter to an office's shared address is answered by a member. `{up}` stands for one level above the ticket's.
    `files` are attachments by name; `headers` are what an automatic answer carries.
    """

    to: LetterKind
    text: str
    when: LetterKind | None = None
    files: tuple[str, ...] = ()
    subject: str = ""  # instead of "Re: …"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def trigger(self) -> LetterKind:
        return self.when or self.to


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail to the desk and the story that follows from it, step by step.

    `application` and `province` are what an informed person knows: the Service Desk corrects to them where the program was
    not sure, unless the story is the Service Desk's own (`at_desk`). `about` names the request whose code replaces `{code}`.
    """

    key: str
    sender: Person | Member
    subject: str
    body: str
    application: str = ""
    province: str = ""
    at_desk: bool = False
    steps: tuple[Step, ...] = ()
    ends: TicketState | None = None
    outcome: Outcome = Outcome.TICKET
    files: tuple[str, ...] = ()
    picture: str = ""  # name of a picture inside an HTML body
    headers: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    copies: int = 1  # 2: the same mail arrives twice, as through an alias


def typed(text: str) -> str:
    """A text as typed: without the indentation of the source, and a line that fills the source goes on in the next one."""
    lines: list[str] = []
    goes_on = False
    for line in dedent(text).strip().split("\n"):
        if goes_on and line:
            lines[-1] += f" {line}"
        else:
            lines.append(line)
        goes_on = len(line) >= FULL
    return "\n".join(lines)
