"""Buttons of a letter: `mailto:` links that write a word of the desk to the desk (RFC 6068). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from daemon.desk.actions import ALLOWED
from daemon.desk.asking import buttons_wanted
from daemon.desk.catalogue import KHAC, Catalogue
from daemon.desk.directory import SERVICE_DESK, Directory, Holder, HolderKind
from daemon.desk.draft import OPEN_STATES
from daemon.desk.ending import DONE, RATING
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.standing import Standing
from daemon.desk.words import AVAILABLE, Word
from storage.tables import ReplyGoes, Ticket, TicketState
from templates.mail.wording import ASKED, BUTTONS, HINTS, SATISFACTION

# A text is expected below these: the cursor waits on the next line.
WANT_TEXT = frozenset({Word.RESOLVE, Word.ASK, Word.GIVE_BACK, Word.HAND_OVER, Word.REOPEN})
# Letters that ask the requester whether it is done.
CONFIRMED = frozenset({LetterKind.ANSWER, LetterKind.CLOSING_WARNING})
BLANK = " "  # an argument that the officer types himself, right behind the word
# Letters that ask staff to do something with the ticket.
WITH_BUTTONS = frozenset(
    {
        LetterKind.NOTICE,
        LetterKind.FOLLOW_UP,
        LetterKind.RESULT,
        LetterKind.MESSAGE,
        LetterKind.DONE,
        LetterKind.REMINDER,
        LetterKind.ESCALATION,
        LetterKind.CHASE_REMINDER,
    }
)


@dataclass(frozen=True, slots=True)
class Button:
    """`label` on the button, `shown` what the text part says to type instead, `href` the link."""

    label: str
    shown: str
    href: str
    main: bool = False


def mailto(address: str, subject: str, body: str) -> str:
    """A `mailto:` link: UTF-8 percent-encoded, line ends as CRLF; blanks never as plus signs (RFC 6068, 5)."""
    lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"


@dataclass(frozen=True, slots=True)
class ButtonMaker:
    """Makes the buttons of one letter: to the desk's address, with this subject (code and token)."""

    address: str
    subject: str

    def make(self, word: Word, label: str, argument: str = "", *, main: bool = False) -> Button:
        typed = f"#{word.value} {argument}".rstrip()
        after = "\r\n" if word in WANT_TEXT else BLANK if argument == BLANK else ""
        shown = f"{typed} {HINTS.get(word.value, '')}".rstrip() if argument == BLANK else typed
        return Button(label, shown, mailto(self.address, self.subject, typed + after), main)


def chase_button(maker: ButtonMaker) -> Button | None:
    """đôn đốc by one press, where the word is available."""
    return maker.make(Word.CHASE, BUTTONS["donduc"]) if Word.CHASE in AVAILABLE else None


def take_button(maker: ButtonMaker) -> Button:
    """Taking a ticket by one press."""
    return maker.make(Word.TAKE, BUTTONS["nhan"])


def choice_buttons(letter: Letter, maker: ButtonMaker) -> list[Button]:
    """The choices of a letter; the first one stands out."""
    return [
        Button(
            one.label, _shown(one.body), mailto(maker.address, one.subject or maker.subject, one.body), position == 0
        )
        for position, one in enumerate(letter.choices)
    ]


def _shown(body: str) -> str:
    """A choice's mail as it is printed: dots where something is to be filled in."""
    return "\n".join(f"{line.rstrip()} …" if line.rstrip().endswith(":") else line for line in body.split("\n"))


def requester_buttons(letter: Letter, ticket: Ticket, maker: ButtonMaker) -> list[Button]:
    """A resolved answer can be confirmed or contested; no other letter to the requester has a button."""
    if letter.kind is LetterKind.MERGED_DONE:
        return [maker.make(Word.REOPEN, BUTTONS["van_chua"])]
    if letter.kind not in CONFIRMED or ticket.state is not TicketState.RESOLVED:
        return []
    done = Button(BUTTONS["da_xong"], DONE, mailto(maker.address, maker.subject, DONE), main=True)
    return [done, maker.make(Word.REOPEN, BUTTONS["van_chua"])]


def rating_buttons(letter: Letter, ticket: Ticket, maker: ButtonMaker) -> list[Button]:
    """The five steps of satisfaction, the best first, below a resolved answer."""
    if letter.kind is not LetterKind.ANSWER or ticket.state is not TicketState.RESOLVED:
        return []
    steps = [(label, RATING.format(score=score)) for score, label in SATISFACTION]
    return [Button(label, typed, mailto(maker.address, maker.subject, typed)) for label, typed in steps]


def staff_buttons(
    letter: Letter,
    ticket: Ticket,
    alternatives: Sequence[tuple[str, float]],
    directory: Directory,
    catalogue: Catalogue,
    maker: ButtonMaker,
) -> list[Button]:
    """The words that the recipient may use now, those he is likely to need first."""
    standing = _standing(letter, ticket)
    holder = directory.holders.get(ticket.holder)
    if letter.kind not in WITH_BUTTONS or standing is None or holder is None:
        return []
    is_open = ticket.state in OPEN_STATES
    if letter.kind is LetterKind.CHASE_REMINDER:
        return [button for button in (chase_button(maker),) if button is not None]
    wanted = _while_open(letter, ticket, holder, alternatives, directory, catalogue) if is_open else [_REOPEN]
    return [
        maker.make(word, label, argument, main=position == 0)
        for position, (word, label, argument) in enumerate(
            one for one in wanted if one[0] in AVAILABLE and standing in ALLOWED.get(one[0], ())
        )
    ]


_Wanted = tuple[Word, str, str]
_REOPEN: _Wanted = (Word.REOPEN, BUTTONS["mo"], "")


def _standing(letter: Letter, ticket: Ticket) -> Standing | None:
    """The recipient's part in the ticket, by the office that his token is bound to."""
    if letter.bound_to and letter.bound_to == ticket.holder:
        return Standing.HOLDER
    if letter.kind in (LetterKind.RESULT, LetterKind.CHASE_REMINDER):
        return Standing.PASSER
    return Standing.SERVICE_DESK if letter.bound_to == SERVICE_DESK else None


def _while_open(
    letter: Letter,
    ticket: Ticket,
    holder: Holder,
    alternatives: Sequence[tuple[str, float]],
    directory: Directory,
    catalogue: Catalogue,
) -> list[_Wanted]:
    at_desk, outside = holder.code == SERVICE_DESK, holder.kind is HolderKind.OUTSOURCED
    wanted: list[_Wanted] = [(Word.LET_THROUGH, BUTTONS["duyet"], "")] if _brings_result(letter) else []
    wanted += [] if ticket.taken_by else [(Word.TAKE, BUTTONS["nhan"], "")]
    wanted += [(Word.RESOLVE, BUTTONS["xong"], ""), (Word.ASK, BUTTONS["hoi"], "")]
    if at_desk:
        wanted += [(Word.ASK, BUTTONS["hoi_ngan"].format(what=ASKED[typed]), typed) for typed in buttons_wanted(ticket)]
    if not ticket.application_accepted and not outside:
        wanted += _corrections(ticket, alternatives, catalogue)
    if not at_desk:
        wanted += _hand_over(ticket, holder, directory, catalogue)
        wanted.append((Word.GIVE_BACK, _give_back_label(letter, directory), ""))
    if at_desk or outside or ticket.application_accepted:
        wanted.append((Word.CATEGORY, BUTTONS["phanloai"], BLANK))
    if letter.bound_to == SERVICE_DESK:
        wanted += [(Word.PROVINCE, BUTTONS["tinh"], BLANK), (Word.NOT_A_REQUEST, BUTTONS["rac"], "")]
    return wanted


def _brings_result(letter: Letter) -> bool:
    return letter.kind is LetterKind.RESULT and bool(letter.text)


def _corrections(ticket: Ticket, alternatives: Sequence[tuple[str, float]], catalogue: Catalogue) -> list[_Wanted]:
    """One button for each likely application, the best guess first."""
    codes = [ticket.application, *(code for code, _ in alternatives)]
    likely = [code for code in dict.fromkeys(codes) if code != KHAC and catalogue.knows(code)][:3]
    return [(Word.CATEGORY, BUTTONS["phanloai_code"].format(name=code), code) for code in likely]


def _hand_over(ticket: Ticket, holder: Holder, directory: Directory, catalogue: Catalogue) -> list[_Wanted]:
    """One step up: the provider's own way, or the next level."""
    if holder.kind is HolderKind.OUTSOURCED:
        target = directory.holders.get(holder.passes_to or "")
        return [(Word.HAND_OVER, BUTTONS["chuyen"].format(name=target.name), f"nhom {target.code}")] if target else []
    application = catalogue.get(ticket.application)
    experts = next((one for one in directory.holders.values() if one.kind is HolderKind.EXPERTS), None)
    above = {
        1: directory.holders.get(application.group if application.code != KHAC else SERVICE_DESK),
        2: directory.holders.get(application.department),
        3: experts,
    }.get(holder.level)
    if above is None:
        return []
    return [(Word.HAND_OVER, BUTTONS["chuyen"].format(name=above.name), f"muc {holder.level + 1}")]


def _give_back_label(letter: Letter, directory: Directory) -> str:
    if letter.reply_goes is ReplyGoes.PASSER:
        name = letter.reply_reaches
        return BUTTONS["tra_chain"].format(name=name) if name else BUTTONS["tra_passer"]
    desk = directory.holders.get(SERVICE_DESK)
    return BUTTONS["tra"].format(name=desk.name) if desk else BUTTONS["tra_passer"]
