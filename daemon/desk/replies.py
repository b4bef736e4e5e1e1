"""A mail that belongs to a ticket: whose it is decides what it may do. Pure."""

from daemon.desk.brakes import beside_a_full_ticket, ticket_is_full
from daemon.desk.directory import Staff
from daemon.desk.draft import Draft
from daemon.desk.ending import goes_on_from
from daemon.desk.facts import Facts, Match, Policy
from daemon.desk.followup import follow_up
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.plan import Plan, entry_of
from daemon.desk.staffreply import carry_out_words, plain_reply
from daemon.desk.standing import Standing, has_no_address, standing_of
from daemon.desk.words import read_words
from daemon.reading.addresses import comparable
from daemon.reading.mail import Mail
from storage.tables import EntryKind, Ticket


def proven_staff(facts: Facts) -> Staff | None:
    return facts.proof.staff if facts.proof.full else None


def belongs(mail: Mail, facts: Facts, policy: Policy) -> bool:
    """True when the mail may join the matched ticket; otherwise it begins a new one with "may belong to", or a linked one.

    ARCHITECTURE, "Finding the ticket": steps 2 and 3 only for participants and staff; a keyed id joins for everybody,
    if only as a stranger's text.
    """
    if facts.ticket is None or goes_on_from(mail, facts, policy) is not None:
        return False
    if facts.match is Match.KEYED or facts.proof.staff is not None:
        return True
    return _standing(mail, facts, facts.ticket) is not Standing.STRANGER


def _standing(mail: Mail, facts: Facts, ticket: Ticket) -> Standing:
    address = mail.sender.address if mail.sender else ""
    return standing_of(address, proven_staff(facts), ticket, facts.chain, facts.participants)


def join(mail: Mail, ticket: Ticket, facts: Facts, policy: Policy) -> Plan:
    """The plan for a mail of a person that belongs to this ticket."""
    draft = Draft(ticket, facts.chain, facts, policy)
    standing = _standing(mail, facts, ticket)
    if ticket_is_full(facts, policy) and not _commands(mail, facts):
        return beside_a_full_ticket(mail, facts, policy)
    # An address of the directory that only stands in Cc must prove itself like any officer. A requester outside the directory
    # needs no proof to add something, and one of the directory none but his server's word.
    asks = standing is Standing.REQUESTER and (facts.proof.staff is None or facts.proof.authentic)
    if asks or (standing is Standing.PARTICIPANT and facts.proof.staff is None):
        return follow_up(mail, draft, standing)
    staff = proven_staff(facts)
    if staff is None:
        return _unproven(mail, draft)
    words = read_words(mail.text)
    if words.has_words:
        return carry_out_words(mail, draft, staff, standing, words)
    if _tells_for_caller(draft, staff, standing):
        return follow_up(mail, draft, Standing.REQUESTER)
    return plain_reply(mail, draft, staff, standing)


def _tells_for_caller(draft: Draft, staff: Staff, standing: Standing) -> bool:
    """The Service Desk says what a caller without address answered: a reply to his letter, or a mail from its own address."""
    ticket, letter = draft.ticket, draft.facts.answers_letter
    desk = draft.policy.rules.directory.member(ticket.reply_address)
    if not has_no_address(ticket) or desk is None or desk.holder != staff.holder:
        return False
    if letter is not None:
        return LetterKind(letter.letter) in TO_REQUESTER
    return standing is Standing.SERVICE_DESK and comparable(staff.address) == comparable(ticket.reply_address)


def _commands(mail: Mail, facts: Facts) -> bool:
    """A proven officer's words act however many mails a ticket gets: no machine types them."""
    return proven_staff(facts) is not None and read_words(mail.text).has_words


def _unproven(mail: Mail, draft: Draft) -> Plan:
    """A text whose sender could not be proved: filed, passed to nobody; an officer whose name was used is told."""
    sender = mail.sender.address if mail.sender else ""
    named = draft.facts.proof.staff
    draft.event(
        "proof_failed" if named else "stranger_filed",
        sender,
        keyed=draft.facts.proof.keyed,
        authentic=draft.facts.proof.authentic,
    )
    if named is not None:
        draft.to_staff_member(LetterKind.FAILED_PROOF, named, text=mail.text)
    return draft.plan(entry_of(mail, EntryKind.STRANGER), "sender not proved")
