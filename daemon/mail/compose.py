"""Letters as outbox rows: the only module that knows the template engine. No I/O but reading the templates once."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from daemon.desk.catalogue import Catalogue
from daemon.desk.directory import Directory
from daemon.desk.letters import TO_REQUESTER, Letter, LetterKind, Listed, Section
from daemon.mail.attaching import Chosen, choose
from daemon.mail.buttons import (
    Button,
    ButtonMaker,
    chase_button,
    choice_buttons,
    rating_buttons,
    requester_buttons,
    staff_buttons,
    take_button,
)
from daemon.mail.headers import is_message_id
from daemon.mail.page import Desk, Page, ShownSection, ShownTicket
from daemon.mail.page_maker import PageMaker
from daemon.mail.phrases import shown_subject
from daemon.reading.addresses import comparable, domain_of
from daemon.reading.characters import one_line, visible
from storage.tables import Attachment, Entry, Outbox, Ticket
from templates.mail import wording

MOST_LISTED_SUBJECT = 120  # of one ticket in a list
MOST_REFERENCES = 20  # the first and the last ones: clients thread by them, and headers stay short
_OUR_MARKS = re.compile(r"\[\s*[A-Z]{1,6}-\d{4}-\d{6,}\s*\]|\(\s*~\s*[a-z0-9]{8,32}\s*\)", re.IGNORECASE)

__all__ = ["Composer", "Desk", "new_environment", "references"]


@dataclass(frozen=True)
class Composer:
    """Writes letters. Made once from plain values; threads may share it.

    `message_id(ticket_code, letter_key)` and `reply_token(ticket_code, bound_to)` are those of `daemon.reading.proof`
    with the key ring and our domain filled in. A letter and its files stay below `most_octets` (outgoing_mb).
    """

    desk: Desk
    zone: ZoneInfo
    directory: Directory
    catalogue: Catalogue
    message_id: Callable[[str, str], str]
    reply_token: Callable[[str, str], str]
    most_octets: int = 10 * 1024 * 1024
    environment: Environment = field(default_factory=lambda: new_environment(), repr=False)

    def compose(
        self,
        letter: Letter,
        ticket: Ticket | None,
        *,
        cause: str,
        thread: Sequence[str],
        files: Sequence[Attachment],
        now: datetime,
        history: Sequence[Entry] = (),
        alternatives: Sequence[tuple[str, float]] = (),
        sent_before: Collection[str] = (),
    ) -> Outbox:
        """The outbox row of a letter, without id; the same arguments give the same row.

        `ticket` is as the plan leaves it, with its code; None for a letter without one. `thread` are the Message-IDs of
        the conversation, oldest first. `files` are those of the entry behind the letter (for a NOTICE, of the whole
        ticket), with their ids; they go along when the letter says so. `history` are the ticket's entries, oldest first,
        the new one included: staff read the request in it. `alternatives` are those of the application's verdict.
        `sent_before` are the digests of files that the recipient has already.
        """
        chosen = choose(files, self.most_octets, sent_before) if letter.with_attachments else Chosen()
        page = self._page(letter, ticket, history, alternatives, chosen)
        known = references(thread)
        return Outbox(
            ticket_id=ticket.id if ticket is not None else None,
            cause=cause,
            letter=letter.kind.value,
            recipient=letter.recipient,
            recipient_name=one_line(letter.recipient_name),
            recipient_key=comparable(letter.recipient),
            recipient_domain=domain_of(letter.recipient),
            automatic=letter.automatic,
            message_id=self.message_id(
                ticket.code if ticket is not None else "", f"{cause}\0{letter.kind.value}\0{letter.recipient}"
            ),
            in_reply_to=known[-1] if known else None,
            references=known,
            subject=self._subject(letter, ticket),
            text=self._render(page, "txt").strip("\n") + "\n",
            html=self._render(page, "html"),
            attachments=[file.id for file in chosen.attached if file.id is not None],
            reply_goes=letter.reply_goes,
            ticket_moves=ticket.moves if ticket is not None else 0,
            created_at=now,
            next_attempt_at=now,
        )

    def warm_up(self) -> None:
        """Compile the templates of every kind of letter; they stay in the environment."""
        for kind in LetterKind:
            for form in ("txt", "html"):
                self.environment.get_template(f"{kind.value}.{form}.j2")

    def _render(self, page: Page, kind: str) -> str:
        return visible(self.environment.get_template(f"{page.kind}.{kind}.j2").render(page=page))

    def _page(
        self,
        letter: Letter,
        ticket: Ticket | None,
        history: Sequence[Entry],
        alternatives: Sequence[tuple[str, float]],
        chosen: Chosen,
    ) -> Page:
        maker = PageMaker(self.desk, self.zone, self.directory, self.catalogue)
        buttons = self._buttons(letter, ticket, alternatives)
        page = maker.page(letter, ticket, history, alternatives, chosen, buttons)
        if ticket is not None:
            page = replace(page, ratings=tuple(rating_buttons(letter, ticket, self._maker(letter, ticket))))
        return replace(page, sections=tuple(self._section(section, letter) for section in letter.sections))

    def _section(self, section: Section, letter: Letter) -> ShownSection:
        """A part of a list, with a button for each ticket that its reader may chase."""
        tickets = tuple(self._listed(one, letter) for one in section.tickets)
        lines = tuple(map(one_line, section.lines))
        return ShownSection(one_line(section.title), one_line(section.figures), tickets, section.left_out, lines)

    def _listed(self, one: Listed, letter: Letter) -> ShownTicket:
        mark = self._mark_of(one.code, letter) if one.chase or one.take else ""
        maker = ButtonMaker(self.desk.address, mark)
        button = (chase_button(maker) if one.chase else take_button(maker)) if mark else None
        subject = one_line(one.subject)[:MOST_LISTED_SUBJECT] or wording.NO_SUBJECT
        return ShownTicket(one.code, subject, one_line(one.about), mark if button else "", button)

    def _buttons(
        self, letter: Letter, ticket: Ticket | None, alternatives: Sequence[tuple[str, float]]
    ) -> list[Button]:
        maker = ButtonMaker(self.desk.address, self._mark(letter, ticket) if ticket is not None else "")
        if letter.choices:
            return choice_buttons(letter, maker)
        if ticket is None:
            return []
        if letter.kind in TO_REQUESTER:
            return requester_buttons(letter, ticket, maker)
        return staff_buttons(letter, ticket, alternatives, self.directory, self.catalogue, maker)

    def _maker(self, letter: Letter, ticket: Ticket) -> ButtonMaker:
        return ButtonMaker(self.desk.address, self._mark(letter, ticket))

    def _mark(self, letter: Letter, ticket: Ticket) -> str:
        """`[HT-2026-000123] (~token)`: what proves a reply that lost its References."""
        return self._mark_of(ticket.code, letter)

    def _mark_of(self, code: str, letter: Letter) -> str:
        token = self.reply_token(code, letter.bound_to or comparable(letter.recipient))
        return f"[{code}] (~{token})"

    def _subject(self, letter: Letter, ticket: Ticket | None) -> str:
        """The same in every letter of one conversation to one recipient, since mail clients thread by it too."""
        if ticket is None:
            return wording.SUBJECTS.get(letter.kind.value, wording.SUBJECT_OTHERWISE)
        title = one_line(_OUR_MARKS.sub(" ", shown_subject(ticket))) or wording.NO_SUBJECT
        # A requester's letter has no mark for others to use; a caller's is answered by any member of the Service Desk.
        private = letter.kind in TO_REQUESTER and not letter.bound_to
        mark = f"[{ticket.code}]" if private else self._mark(letter, ticket)
        return f"{mark} {title}"


def references(thread: Sequence[str]) -> list[str]:
    """The thread's valid Message-IDs without repeats, the first and the last ones where there are many."""
    known = list(dict.fromkeys(one for one in thread if is_message_id(one)))
    return known if len(known) <= MOST_REFERENCES else [known[0], *known[1 - MOST_REFERENCES :]]


def new_environment() -> Environment:
    """The templates of `templates/mail`: HTML is escaped, a name that is not defined is an error."""
    environment = Environment(
        loader=PackageLoader("templates", "mail"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["breaks"] = _breaks
    environment.filters["barred"] = _barred
    return environment


def _breaks(value: str) -> Markup:
    """Text as HTML with its line breaks and indents; Outlook knows no `white-space: pre-wrap`."""
    lines: list[Any] = []
    for line in value.split("\n"):
        bare = line.lstrip(" \t")
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))
        lines.append(Markup("&nbsp;" * min(indent, 40)) + escape(bare))
    return Markup("<br>\n").join(lines)


def _barred(value: str) -> str:
    """Somebody's words in a text part: a bar before each line, so that they cannot pass for ours."""
    return "\n".join(f"| {line}".rstrip() for line in value.split("\n"))
