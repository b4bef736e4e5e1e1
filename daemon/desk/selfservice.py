"""What people may ask the desk by mail without becoming a ticket: the form, their own open tickets, the guide. Pure."""

import re
from enum import StrEnum

from daemon.desk.brakes import REASON, Hour, most_to, stopped_note
from daemon.desk.facts import Facts, Policy
from daemon.desk.form import blank, read_form
from daemon.desk.formread import form_of
from daemon.desk.letters import Choice, Letter, LetterKind
from daemon.desk.plan import NewEvent, Plan, ignored
from daemon.desk.words import fold
from daemon.reading.mail import Mail


class Wish(StrEnum):
    FORM = "phieu"
    MY_TICKETS = "yeu cau cua toi"
    GUIDE = "huong dan"


_WISHES = {
    Wish.FORM: ("phieu", "phieu yeu cau", "phieu yeu cau ho tro", "phieu ho tro", "mau phieu", "mau phieu yeu cau",
                "xin phieu", "xin phieu yeu cau", "xin mau phieu", "gui phieu"),
    Wish.MY_TICKETS: ("yeu cau cua toi", "cac yeu cau cua toi", "yeu cau cua em", "danh sach yeu cau cua toi",
                      "my tickets", "my requests"),
    Wish.GUIDE: ("huong dan", "huong dan su dung", "xin huong dan", "tro giup", "help"),
}  # fmt: skip
_WISH_OF = {spelling: wish for wish, spellings in _WISHES.items() for spelling in spellings}
MOST_WORDS = 15  # of a text beside the wish: courtesies; more is a request of its own
MOST_TICKETS = 30
FORM_SUBJECT = "Phiếu yêu cầu hỗ trợ"


def wish_of(mail: Mail) -> Wish | None:
    """What the mail's subject or first line asks for; None for a mail with something of its own to say."""
    if mail.attachments or mail.is_forward:
        return None
    if form_of(mail) is not None:
        return None
    if read_form(f"{mail.text}\n{mail.signature}") is not None:
        return Wish.FORM  # sent back as it was
    lines = [line for line in mail.text.split("\n") if line.strip()]
    first = _plain(lines[0]) if lines else ""
    wish = _WISH_OF.get(_plain(mail.subject)) or _WISH_OF.get(first)
    return wish if len(mail.text.split()) <= MOST_WORDS else None


def answered(mail: Mail, facts: Facts, policy: Policy) -> Plan | None:
    """The plan that answers a wish; None for a mail that has none. Over the hourly cap it is only put on record.

    The answer goes to From and never to Reply-To: a forged sender must not have somebody's tickets sent to himself.
    """
    wish = wish_of(mail)
    if wish is None or mail.sender is None or not mail.sender.address or policy.is_own(mail.sender.address):
        return None
    staff = facts.proof.staff if facts.proof.identity else None
    if facts.recent.automatic_to_sender >= most_to(mail.sender.address, policy):
        reason = f"{REASON}asked for {wish.value}, over the hourly cap of automatic answers"
        if facts.recent.braked_already:
            return ignored(reason)
        hour = Hour(facts.recent.automatic_to_sender)
        return ignored(reason, stopped_note(mail.sender.address, hour, facts.now, policy))
    letter = Letter(
        _KINDS[wish],
        mail.sender.address,
        mail.sender.name,
        bound_to=staff.holder if staff is not None else "",
        choices=_choices(wish),
        about=facts.own_tickets[:MOST_TICKETS],
    )
    event = NewEvent("wish_answered", mail.sender.address, wish.value)
    return ignored(f"asked for {wish.value}", letter, events=(event,))


_KINDS = {Wish.FORM: LetterKind.FORM, Wish.MY_TICKETS: LetterKind.MY_TICKETS, Wish.GUIDE: LetterKind.GUIDE}


def _choices(wish: Wish) -> tuple[Choice, ...]:
    form = Choice("Điền phiếu yêu cầu", blank(), FORM_SUBJECT)
    if wish is Wish.GUIDE:
        return (form, Choice("Xem yêu cầu của tôi", "", "yeu cau cua toi"))
    return (form,)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))
