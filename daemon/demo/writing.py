"""The demo people's mail programs: how a new mail and a reply look on the wire. Pure but for fresh Message-IDs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, make_msgid
from html import escape

from daemon.demo.files import file_named
from daemon.demo.story import Person, Sample, Step

WEEKDAYS = ("Th 2", "Th 3", "Th 4", "Th 5", "Th 6", "Th 7", "CN")


IDS = frozenset({"message-id", "in-reply-to", "references"})


class Wire(EmailPolicy):
    """How headers are folded. The standard policy loses blanks between encoded words and encodes long Message-IDs."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() == "subject":
            return f"{name}: {Header(str(value), header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        if name.lower() in IDS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


WIRE = Wire()


def address_of(person: Person) -> Address:
    return Address(person.name, addr_spec=person.address)


def new_mail(sample: Sample, sender: Person, desk: str, now: datetime, code: str = "") -> EmailMessage:
    """The first mail of a story; `code` is the ticket that it names, if any."""
    known = {"{code}": code, "{yesterday}": f"{now - timedelta(days=1):%d/%m/%Y}"}
    mail = _headed(sender, desk, _filled(sample.subject, known), now, sample.headers)
    body = _filled(sample.body, known)
    mail.set_content(body + "\n")
    if sample.picture:
        content, main, sub = file_named(sample.picture)
        mark = make_msgid(domain=sender.address.partition("@")[2])
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.split("\n"))
        mail.add_alternative(f'<html><body>{paragraphs}<p><img src="cid:{mark[1:-1]}"></p></body></html>', "html")
        page = mail.get_payload(1)
        assert isinstance(page, EmailMessage)
        page.add_related(content, main, sub, cid=mark, filename=sample.picture, disposition="inline")
    _attach(mail, sample.files)
    return mail


def reply(step: Step, sender: Person, letter: EmailMessage, now: datetime, up: int) -> EmailMessage:
    """What a mail program makes of "Reply": the thread's headers, the subject kept, the letter quoted below the text."""
    subject = str(letter["Subject"])
    back = str(letter["Reply-To"] or letter["From"])
    mail = _headed(sender, back, step.subject or f"Re: {subject.removeprefix('Re: ')}", now, step.headers)
    mail["In-Reply-To"] = str(letter["Message-ID"])
    mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    text = _filled(step.text, {"{up}": str(up)})
    automatic = "Auto-Submitted" in step.headers
    mail.set_content(text + "\n" if automatic else f"{text}\n\n{_quoted(letter, sender, now)}\n")
    _attach(mail, step.files)
    return mail


def plain_text(letter: EmailMessage) -> str:
    """The plain text of a mail, without blanks at its ends."""
    part = letter.get_body(("plain",))
    return str(part.get_content()).strip() if part is not None else ""


def _headed(sender: Person, to: str, subject: str, now: datetime, headers: Mapping[str, str]) -> EmailMessage:
    mail = EmailMessage(policy=WIRE)
    mail["From"] = address_of(sender)
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=sender.address.partition("@")[2])
    for name, value in headers.items():
        mail[name] = value
    return mail


def _quoted(letter: EmailMessage, writer: Person, now: datetime) -> str:
    """The letter below an attribution: as Outlook does inside the treasury, as Gmail does elsewhere."""
    text = plain_text(letter)
    if writer.address.endswith("@vst.gov.vn"):
        return (
            f"________________________________\nTừ: {letter['From']}\nĐã gửi: {now:%d/%m/%Y %H:%M}\n"
            f"Tới: {letter['To']}\nChủ đề: {letter['Subject']}\n\n{text}"
        )
    when = f"{WEEKDAYS[now.weekday()]}, {now.day} thg {now.month}, {now.year} vào lúc {now:%H:%M}"
    below = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"Vào {when} {letter['From']} đã viết:\n\n{below}"


def _attach(mail: EmailMessage, names: tuple[str, ...]) -> None:
    for name in names:
        content, main, sub = file_named(name)
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(name, value)
    return text
