"""Whose request a new mail is, and the words that may begin a ticket. Pure."""

import re
from dataclasses import dataclass

from classifiers.verdict import MailText
from daemon.desk.directory import Staff
from daemon.desk.facts import Policy, Proof
from daemon.desk.registers import problem_of_change
from daemon.desk.words import AVAILABLE, Command, Reading, Word, no_such_word, read_words
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Mail
from storage.tables import Channel

NOBODY = Address("", "")
# A mail that begins a ticket may carry these; every other word needs a ticket to act on.
WORDS_OF_A_NEW_MAIL = frozenset({Word.TAKE, Word.ON_BEHALF, Word.CHANGE})
ADDRESS = re.compile(r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose request a new mail is: the requester, the proven officer who brought it (if any), and the words he typed."""

    requester: Address
    officer: Staff | None
    words: Reading
    channel: Channel = Channel.MAIL
    text: str = ""

    @property
    def for_somebody_else(self) -> bool:
        return self.officer is not None and comparable(self.requester.address) != comparable(self.officer.address)

    def has(self, word: Word) -> bool:
        return any(command.word is word for command in self.words.commands)


def origin_of(mail: Mail, proof: Proof, policy: Policy) -> Origin:
    """Who asks. An officer's forward of a user's mail is the user's request; `#thay ADDRESS` is that person's."""
    sender = mail.sender or NOBODY
    if not proof.identity or proof.staff is None:
        return Origin(sender, None, Reading((), mail.text), text=mail.text)
    words = read_words(mail.text)
    behalf = next((command for command in words.commands if command.word is Word.ON_BEHALF), None)
    caller = _address_in(behalf)
    directory = policy.rules.directory
    forwarded_from_user = mail.is_forward and mail.original_sender is not None
    if behalf is not None and caller is None and "@" not in behalf.argument and not forwarded_from_user:
        # A caller without address: what is typed behind the word says who he is.
        name = behalf.argument.strip() or "người gọi điện"
        return Origin(Address(name, ""), proof.staff, words, Channel.TELEPHONE, words.text or mail.forwarded)
    if caller is not None:
        known = directory.member(caller)
        name = known.name if known is not None else ""
        return Origin(Address(name, caller), proof.staff, words, Channel.TELEPHONE, words.text or mail.forwarded)
    original = mail.original_sender
    if mail.is_forward and original is not None and original.address and not policy.is_own(original.address):
        if directory.member(original.address) is not None:
            return Origin(sender, proof.staff, words, text=words.text)
        return Origin(original, proof.staff, words, text=words.text)
    return Origin(sender, proof.staff, words, text=words.text)


def _address_in(command: Command | None) -> str | None:
    if command is None:
        return None
    typed = command.argument.strip(" <>\t").removeprefix("mailto:").rstrip(">.,;")
    return typed if ADDRESS.match(typed) else None


def question_for_judge(mail: Mail, origin: Origin) -> MailText:
    """What the classifiers are asked about a new mail: the requester's words, and whose signature is below them.

    Of a user's mail that an officer forwards these are the forwarded ones; the officer's note above them is not his.
    """
    return MailText(
        sender_name=origin.requester.name,
        sender_address=origin.requester.address,
        subject=mail.subject,
        text=mail.forwarded if origin.for_somebody_else and mail.forwarded else origin.text,
        signature="" if origin.for_somebody_else else mail.signature,
        quoted="\n\n".join(one for one in (mail.quoted, mail.picture_text) if one),  # both are weak evidence
        forwarded=mail.forwarded,
    )


def problems_of(origin: Origin, policy: Policy) -> list[str]:
    """What is wrong with the words of a new mail, one Vietnamese sentence each; nothing for a mail without words."""
    words = origin.words
    if origin.officer is None or not words.has_words:
        return []
    found = list(map(no_such_word, words.unknown))
    found += [f"{word} phải đứng ở những dòng đầu tiên của thư." for word in words.late]
    for command in words.commands:
        if command.word not in AVAILABLE:
            found.append(f"#{command.word.value} chưa dùng được trong phiên bản này.")
        elif command.word not in WORDS_OF_A_NEW_MAIL:
            found.append(
                f"#{command.word.value} chỉ dùng khi trả lời thông báo của một yêu cầu, không dùng trong thư mới."
            )
        elif command.word is Word.CHANGE and (problem := problem_of_change(origin.officer, words.text, policy)):
            found.append(problem)
        elif command.word is Word.ON_BEHALF and not _names_somebody(command, policy):
            found.append(
                "Sau #thay cần ghi địa chỉ thư của người được ghi hộ, ví dụ: #thay hoa.nt@vst.gov.vn; "
                "người gọi không có địa chỉ thư thì ghi tên và số điện thoại."
            )
    return found


def _names_somebody(command: Command, policy: Policy) -> bool:
    """An address that is not ours, or no address at all: a caller whom the Service Desk answers."""
    address = _address_in(command)
    return not policy.is_own(address) if address is not None else "@" not in command.argument
