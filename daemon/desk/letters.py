"""Letters as decisions: what is written to whom and why. How it looks is the business of templates and compose."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.tables import ReplyGoes, Ticket


class LetterKind(StrEnum):
    """One template each: `templates/mail/<value>.txt.j2` and `.html.j2`."""

    # To the requester.
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    QUESTION = "question"
    ASK_DETAILS = "ask_details"  # the one standard question, with buttons: which province, which application
    MOVED_UP = "moved_up"  # told once, in one sentence: a higher level works on it now
    MERGED = "merged"  # handled together with another ticket
    MERGED_DONE = "merged_done"  # that other ticket is resolved
    WAITING_REMINDER = "waiting_reminder"  # we wait for your answer; without it the request is closed then
    CLOSING_WARNING = "closing_warning"  # resolved: closed then unless something is still wrong
    # To whoever asks the desk by mail, without a ticket.
    FORM = "form"  # the request form, to fill in
    MY_TICKETS = "my_tickets"  # his own open tickets
    GUIDE = "guide"  # how to use the desk
    # To staff.
    NOTICE = "notice"  # the ticket is now yours: new, handed over, given back, corrected
    FOLLOW_UP = "follow_up"  # the requester or a participant added something
    RESULT = "result"  # an answer from above came back to the passer
    MESSAGE = "message"  # a plain word between staff: a passer to the holder
    COPY = "copy"  # for information to a passer who stays in
    DONE = "done"  # the words were carried out; repeats the target
    HELP = "help"  # a word was not understood, not allowed or not yet available; nothing changed
    MOVED_ON = "moved_on"  # the ticket has moved since the notice; the reply is kept as a note
    FAILED_PROOF = "failed_proof"  # a mail in your name could not be proved
    UNDELIVERABLE = "undeliverable"  # one of our letters was refused or bounced
    ADD_OFFICER = "add_officer"  # to the Service Desk: a signature says "Phòng Tin học", the directory does not
    QUARANTINED = "quarantined"  # to the Service Desk: a mail could not be read
    DRIFT = "drift"  # to the administrator: corrections rose beyond what is usual, retraining seems wise
    BUNDLE = "bundle"  # instead of the notices above an address's hourly cap: one list of their tickets
    BRAKE = "brake"  # to the Service Desk: a sender or a ticket reached its hourly limit
    CHASE = "chase"  # đôn đốc: the passer or the Service Desk asks the holder to hurry
    HELD_BACK = "held_back"  # the officer's text seems to give a password away: it waits for his second word
    SECURITY_COPY = "security_copy"  # an incident of information security, at once to the department for it
    REMINDER = "reminder"  # to the holder: due soon, due, or silent for long
    ESCALATION = "escalation"  # to the holder's leader: a due time was missed, or nobody says anything
    CHASE_REMINDER = "chase_reminder"  # to the passer who waits: chase the holder
    CLOSED_UNANSWERED = "closed_unanswered"  # the requester never answered, so the ticket is closed
    MORNING_LIST = "morning_list"  # to the Service Desk, each working morning: what is open, overdue, silent
    SUMMARY = "summary"  # to the division's leaders, twice a week
    DAILY_NOTE = (
        "daily_note"  # to the Service Desk's leaders, each working morning: what was refused or waits for a person
    )


TO_REQUESTER = frozenset(
    {
        LetterKind.WAITING_REMINDER,
        LetterKind.CLOSING_WARNING,
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.ANSWER,
        LetterKind.QUESTION,
        LetterKind.ASK_DETAILS,
        LetterKind.FORM,
        LetterKind.MY_TICKETS,
        LetterKind.GUIDE,
        LetterKind.MOVED_UP,
        LetterKind.MERGED,
        LetterKind.MERGED_DONE,
    }
)
# To whoever asks the desk by mail; these belong to no ticket.
TO_ASKERS = frozenset({LetterKind.FORM, LetterKind.MY_TICKETS, LetterKind.GUIDE})
# What the program itself answers to whoever wrote: never sent where the mail carries an automatic sign.
TO_THE_WRITER = frozenset(
    {
        LetterKind.ACKNOWLEDGEMENT,
        LetterKind.DONE,
        LetterKind.HELP,
        LetterKind.MOVED_ON,
        LetterKind.FAILED_PROOF,
        LetterKind.FORM,
        LetterKind.MY_TICKETS,
        LetterKind.GUIDE,
        LetterKind.HELD_BACK,
    }
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One ticket in a list: its code, its subject, and what is to be said about it in one line."""

    code: str
    subject: str
    about: str
    chase: bool = False  # with a button that chases whoever has it
    take: bool = False  # with a button that takes it


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a list that is about one office or group."""

    title: str
    figures: str
    tickets: tuple[Listed, ...] = ()
    left_out: int = 0  # tickets that the list has no room for
    lines: tuple[str, ...] = ()  # of a list that is not about tickets


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that the requester may press: its label and the mail that it writes; without subject, about the ticket."""

    label: str
    body: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one recipient.

    `text` are a person's words that are passed on (never a quote), `by` says whose. `why` is one Vietnamese sentence to staff.
    `bound_to` is whom the reply token belongs to: a holder's code, or "" for the recipient's own address.
    `with_attachments` passes on the attachments of the entry that caused the letter.
    """

    kind: LetterKind
    recipient: str
    recipient_name: str = ""
    bound_to: str = ""
    automatic: bool = True
    reply_goes: ReplyGoes = ReplyGoes.NOTE
    reply_reaches: str = ""  # name of the office or person that a plain reply reaches, for the first line
    text: str = ""
    by: str = ""
    why: str = ""
    lines: tuple[str, ...] = ()  # what was done, or what was wrong, one Vietnamese sentence each
    with_attachments: bool = False
    files_of: tuple[int, ...] = ()  # ids of earlier entries whose files go along too
    of_ticket: Ticket | None = None  # the ticket that the letter belongs to, where it is not the one at hand
    once: str = ""  # a cause of its own, for letters that several mails may owe but only one may bring
    when: datetime | None = None  # the date that the letter is about: a due time, a closing date
    sections: tuple[Section, ...] = ()  # of a list
    choices: tuple[Choice, ...] = ()
    picture_text: str = ""  # read by a machine from the pictures of the mail at hand: for staff, never as its words
    about: tuple[Ticket, ...] = ()  # the tickets that the recipient asked about, all his own
