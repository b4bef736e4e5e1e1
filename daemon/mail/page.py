"""What a template is given: everything that a letter says, as plain values without a decision left to take."""

from dataclasses import dataclass

from daemon.mail.buttons import Button


@dataclass(frozen=True, slots=True)
class Desk:
    """How the desk presents itself. `phone` and `website` may be empty; look-alikes of `own_domains` are marked."""

    name: str
    address: str
    phone: str = ""
    website: str = ""
    own_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody wrote, and when (Vietnam's time, in words)."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """A line of a list; `mark` is the subject of a mail that chases, "" where nobody is to be chased."""

    code: str
    subject: str
    about: str
    mark: str = ""
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class ShownSection:
    title: str
    figures: str
    tickets: tuple[ShownTicket, ...] = ()
    left_out: int = 0
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """One ticket as its own requester may see it, in words."""

    code: str
    subject: str
    state: str
    holder: str
    created: str
    due: str


@dataclass(frozen=True, slots=True)
class Page:
    """Strings are empty and tuples too where a letter has nothing to say; nothing is None but `request`."""

    kind: str
    desk: Desk
    code: str = ""
    subject: str = ""
    name: str = ""
    reply_goes: str = "note"
    reply_reaches: str = ""
    text: str = ""
    by: str = ""
    why: str = ""
    lines: tuple[str, ...] = ()
    application: str = ""  # in words, only when it may be relied on
    province: str = ""
    holder: str = ""
    by_an_office: bool = False  # an office other than the centre serves the requester
    due: str = ""
    when: str = ""  # the date that the letter is about
    since: str = ""  # when the requester was asked, or got the answer that resolved it
    sections: tuple[ShownSection, ...] = ()
    tickets: tuple[OwnTicket, ...] = ()
    form: str = ""  # the request form to fill in
    by_telephone: bool = False  # the Service Desk reads this letter out to a caller without address
    resolved: bool = False
    request: Said | None = None
    story: tuple[Said, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # label, value
    files: tuple[str, ...] = ()
    too_large: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    sent_before: tuple[str, ...] = ()
    picture_text: str = ""  # what a machine read from the pictures, to staff only
    continues: str = ""  # code of the ended ticket that this one goes on from
    ratings: tuple[Button, ...] = ()
    pictures: tuple[str, ...] = ()  # Content-IDs
    buttons: tuple[Button, ...] = ()
    words: tuple[tuple[str, str], ...] = ()  # for help: what a word does, an example
