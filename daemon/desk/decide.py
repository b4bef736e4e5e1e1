"""What happens with one mail: the first question that has an answer decides. Pure; the way of a mail in one page."""

from dataclasses import replace

from daemon.desk.brakes import beside_a_full_ticket, ticket_is_full, too_many_hops
from daemon.desk.draft import Draft
from daemon.desk.facts import Facts, Policy
from daemon.desk.letters import TO_THE_WRITER, LetterKind
from daemon.desk.newticket import begin
from daemon.desk.people import lessons_of
from daemon.desk.pictured import with_picture_text
from daemon.desk.plan import NewMute, Plan, entry_of, ignored
from daemon.desk.replies import belongs, join
from daemon.desk.selfservice import answered
from daemon.desk.undelivered import tell_of_failure
from daemon.desk.unseen import SPAM_REASON
from daemon.reading.addresses import comparable
from daemon.reading.mail import Address, Kind, Mail
from storage.tables import EntryKind, Ticket


def decide(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """The one plan for a mail, by docs/READING and the contract of docs/ARCHITECTURE. Total: never raises for any mail."""
    plan = with_picture_text(_decide(mail, facts, policy), mail)
    plan = replace(plan, learned=lessons_of(plan, facts, policy))
    if mail.suppress_answer or mail.null_return_path:
        return replace(plan, letters=tuple(letter for letter in plan.letters if letter.kind not in TO_THE_WRITER))
    return plan


def _decide(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    if facts.second_delivery_of is not None:
        return ignored(f"second delivery of mail {facts.second_delivery_of}")
    if mail.kind is Kind.OWN:
        return ignored("our own mail came back")
    braked = too_many_hops(mail, facts, policy)
    if braked is not None:
        return braked
    if mail.kind is Kind.BOUNCE:
        return _bounce(mail, facts, policy)
    if mail.kind in (Kind.AUTO_REPLY, Kind.BULK):
        return _filed(mail, facts, policy)
    if mail.kind is Kind.SPAM:
        return ignored(SPAM_REASON)
    if mail.kind is Kind.AUTO_GENERATED:
        return _machine(mail, facts, policy)
    if facts.ticket is not None and belongs(mail, facts, policy):
        return join(mail, facts.ticket, facts, policy)
    return answered(mail, facts, policy) or begin(mail, facts, policy)


def _machine(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """A monitor's mail begins a ticket without acknowledgement; every other machine is filed or on record."""
    listed = mail.sender is not None and comparable(mail.sender.address) in policy.monitors
    if listed and facts.ticket is None:
        return begin(mail, facts, policy)
    return _filed(mail, facts, policy)


def _filed(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """Automatic mail never begins a ticket and never changes one; it is filed where it refers to one."""
    if facts.ticket is None:
        return ignored(f"{mail.kind.value} without a ticket")
    return _without_change(mail, facts.ticket, facts, policy, mail.kind.value)


def _without_change(mail: Mail, ticket: Ticket, facts: Facts, policy: Policy, reason: str) -> Plan:
    if ticket_is_full(facts, policy):
        return beside_a_full_ticket(mail, facts, policy)
    sender = mail.sender or Address("", "")
    draft = Draft(ticket, facts.chain, facts, policy)
    draft.event("automatic_filed", sender.address, reason)
    entry = entry_of(mail, EntryKind.AUTOMATIC)
    return draft.plan(entry, reason)


def _bounce(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """A returned letter is filed, and the desk is told; never anybody at the address that failed (FIELD row 11)."""
    letter = facts.bounced_letter
    if letter is None or facts.ticket is None:
        return (
            _filed(mail, facts, policy) if facts.ticket is not None else ignored("bounce of a letter that is not ours")
        )
    sender = mail.sender or Address("", "")
    draft = Draft(facts.ticket, facts.chain, facts, policy)
    draft.event(
        "letter_bounced", sender.address, mail.subject, recipient=letter.recipient, permanent=mail.bounce_permanent
    )
    mutes: tuple[NewMute, ...] = ()
    if mail.bounce_permanent and letter.letter != LetterKind.UNDELIVERABLE.value:
        mutes = tell_of_failure(draft, letter, mail.subject, mail.bounced_recipients, mail.full_text[:8000])
    if ticket_is_full(facts, policy):
        plan = beside_a_full_ticket(mail, facts, policy)
        told = draft.letters if mutes else ()
        return replace(plan, letters=(*plan.letters, *told), events=(*draft.events, *plan.events), mutes=mutes)
    entry = entry_of(mail, EntryKind.AUTOMATIC)
    return replace(draft.plan(entry, "bounce"), mutes=mutes)
