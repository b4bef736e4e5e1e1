"""The brakes: what one sender, one ticket, one address and one domain may cause in an hour. Pure.

Beyond a limit a mail is stored and not answered, and the Service Desk is told once a day. No other machine can make us send
more than the cap: our answers end, whatever it sends, and nobody gets the backlog when the hour is over (FIELD row 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Facts, Policy
from daemon.desk.letters import TO_REQUESTER, TO_THE_WRITER, Letter, LetterKind
from daemon.desk.plan import NewEvent, NewMute, Plan, entry_of, ignored
from daemon.reading.addresses import comparable, domain_of
from daemon.reading.mail import Address, Mail
from storage.tables import EntryKind, InboundState

HOUR = timedelta(hours=1)
REASON = "brake: "  # what the reasons of braked mails and letters begin with
REACHED = "brake_reached"  # the event of the day's first mail or answer that a brake stopped
FILED = 10  # so many times its cap, a full ticket still takes entries; a ticket of thousands helps nobody
NOBODY_KNOWN = "(không có người gửi hợp lệ)"


class Fate(StrEnum):
    """What becomes of an automatic letter."""

    SENT = "sent"
    LATER = "later"  # of the clock's own letters to an address whose hour is full: as many hours later as are full
    HELD = "held"  # to an address of the directory: told in one letter with the others of its hour
    STOPPED = "stopped"  # an answer to a mail, over a cap: on record and never sent


@dataclass(frozen=True, slots=True)
class Hour:
    """Automatic letters of the last hour to one address, and to all addresses of its domain."""

    to_address: int = 0
    to_domain: int = 0


# The bundle itself, and what a proven officer wrote or must decide: no machine causes these.
_NEVER_HELD = frozenset(
    {LetterKind.BUNDLE, LetterKind.RESULT, LetterKind.MESSAGE, LetterKind.CHASE, LetterKind.HELD_BACK}
)


def most_to(address: str, policy: Policy) -> int:
    """How many automatic letters an hour one address gets; one of the directory gets more."""
    known = policy.rules.directory.member(address) is not None
    return policy.brakes.staff_notices_per_address_hour if known else policy.brakes.automatic_per_address_hour


def fate_of(kind: LetterKind, recipient: str, hour: Hour, policy: Policy) -> Fate:
    """Whether one more automatic letter of this kind may go to this address."""
    over = hour.to_address >= most_to(recipient, policy)
    if policy.rules.directory.member(recipient) is not None:
        return Fate.HELD if over and kind not in _NEVER_HELD else Fate.SENT
    if kind not in TO_THE_WRITER:
        return Fate.LATER if over else Fate.SENT  # nobody's mail caused it: it makes no loop and must not be lost
    over_domain = hour.to_domain >= policy.brakes.automatic_per_domain_hour and is_capped(domain_of(recipient), policy)
    return Fate.STOPPED if over or over_domain else Fate.SENT


def later_by(hour: Hour, policy: Policy) -> timedelta:
    """How long a letter waits whose address has had this many in the last hour, those that wait already included."""
    most = policy.brakes.automatic_per_address_hour
    return HOUR * (max(0, hour.to_address - most) // most + 1)


def is_capped(domain: str, policy: Policy) -> bool:
    """Whether the cap per domain applies: not to the treasury's own domains and the listed ones, nor below them."""
    free = policy.brakes.uncapped_domains
    parts = domain.split(".")
    return not any(".".join(parts[start:]) in free for start in range(len(parts)))


# What is told, once a day.


def cause_of(whom: str, now: datetime, policy: Policy) -> str:
    """The cause of the day's one note about a sender, a domain (with @) or a ticket's code."""
    return policy.once_a_day(f"brake:{whom[:200]}", now)


def told(line: str, whom: str, now: datetime, policy: Policy) -> Letter:
    """The note to the Service Desk; a second one about the same on the same day falls together with it."""
    desk = policy.rules.directory.holder(SERVICE_DESK)
    once = cause_of(whom, now, policy)
    return Letter(LetterKind.BRAKE, desk.address, desk.name, bound_to=desk.code, lines=(line,), once=once)


def stopped_note(recipient: str, hour: Hour, now: datetime, policy: Policy) -> Letter:
    """The note about an answer that a cap stopped: about the address, or about its domain where only that is full."""
    most, domain = most_to(recipient, policy), domain_of(recipient)
    of_address = hour.to_address >= most
    whose = (
        f"{recipient} đã nhận đủ {most}"
        if of_address
        else f"Các địa chỉ thuộc {domain} đã nhận đủ {policy.brakes.automatic_per_domain_hour}"
    )
    line = f"{whose} thư trả lời tự động trong một giờ; các thư sau vẫn được lưu, chưa được trả lời và sẽ không trả lời bù."
    return told(line, comparable(recipient) if of_address else f"@{domain}", now, policy)


# Mails that a brake holds.


def too_many_hops(mail: Mail, facts: Facts, policy: Policy) -> Plan | None:
    """The plan for a mail that has passed so many servers that it must run in circles (RFC 5321, 6.3); None for others."""
    hops = len(mail.trace.received)
    if facts.by_person or hops <= policy.brakes.hops_max:
        return None
    reason = f"{REASON}{hops} Received lines, more than {policy.brakes.hops_max}"
    line = f"Thư của {_sender(mail)} đã đi qua {hops} máy chủ, có thể đang chạy vòng; thư được lưu, chưa thành yêu cầu."
    return _on_record(mail, facts, policy, reason, line, "hops")


def too_many_tickets(mail: Mail, facts: Facts, policy: Policy) -> Plan | None:
    """The plan for a mail whose sender has begun too many tickets within the hour; None for others."""
    key = mail.sender.key if mail.sender is not None else ""
    brakes = policy.brakes
    most = brakes.tickets_per_monitor_hour if key in policy.monitors else brakes.tickets_per_sender_hour
    if facts.by_person or facts.recent.tickets_of_sender < most:
        return None
    line = (
        f"Người gửi {_sender(mail)} đã gửi quá {most} yêu cầu trong một giờ; "
        "các thư tiếp theo được lưu, chưa thành yêu cầu và chưa được trả lời."
    )
    reason = f"{REASON}too many tickets of this sender within an hour"
    return _on_record(mail, facts, policy, reason, line, "tickets of this sender")


def _on_record(mail: Mail, facts: Facts, policy: Policy, reason: str, line: str, what: str) -> Plan:
    if facts.recent.braked_already:
        return ignored(reason)
    sender = mail.sender.address if mail.sender is not None else ""
    letter = told(line, comparable(sender), facts.now, policy)
    return ignored(reason, letter, events=(NewEvent(REACHED, sender, what),))


def is_held(mail: Mail, facts: Facts, policy: Policy) -> bool:
    """Whether a new mail will only be put on record by a brake, so that nothing need be spent on it."""
    if too_many_hops(mail, facts, policy) is not None:
        return True
    return facts.ticket is None and too_many_tickets(mail, facts, policy) is not None


def ticket_is_full(facts: Facts, policy: Policy) -> bool:
    return not facts.by_person and facts.recent.entries_of_ticket >= policy.brakes.entries_per_ticket_hour


def beside_a_full_ticket(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """A mail for a ticket that had too many within the hour: filed without a word to anybody; of a flood, only on record."""
    ticket, most = facts.ticket, policy.brakes.entries_per_ticket_hour
    assert ticket is not None
    reason = f"{REASON}too many entries of this ticket within an hour"
    sender = mail.sender or Address("", "")
    plan = Plan(InboundState.IGNORED, reason, ticket_id=ticket.id)
    if facts.recent.entries_of_ticket < FILED * most:
        entry = entry_of(mail, EntryKind.AUTOMATIC)
        plan = replace(plan, outcome=InboundState.ENTRY, entry=entry)
    if facts.recent.ticket_braked_already:
        return plan
    line = (
        f"Yêu cầu {ticket.code} đã nhận quá {most} thư trong một giờ; các thư tiếp theo được lưu vào hồ sơ nhưng chưa báo "
        "cho ai. Thư có từ lệnh của cán bộ vẫn được thực hiện."
    )
    letter = told(line, ticket.code, facts.now, policy)
    return replace(plan, letters=(letter,), events=(NewEvent(REACHED, sender.address, "entries of this ticket"),))


def _sender(mail: Mail) -> str:
    return mail.sender.address if mail.sender is not None and mail.sender.address else NOBODY_KNOWN


# Addresses of the directory that our letters do not reach (FIELD row 11).


def mute_of(failed: str, reply: str, now: datetime, policy: Policy) -> NewMute | None:
    """The mute of an address of the directory that refused a letter for good; None for all others.

    The Service Desk is never muted: somebody must hear of what goes wrong.
    """
    desk = policy.rules.directory.holder(SERVICE_DESK)
    if policy.rules.directory.member(failed) is None or comparable(failed) == comparable(desk.address):
        return None
    return NewMute(failed, now + timedelta(days=policy.brakes.mute_days), reply)


def muted_lines(mute: NewMute, policy: Policy) -> tuple[str, ...]:
    """What the Service Desk is told once about a muted address."""
    until = mute.until.astimezone(policy.calendar_of("").zone)
    other = stand_in(mute.address, {comparable(mute.address): mute.until}, policy)
    return (
        f"Tạm ngừng gửi thư tới {mute.address} đến {until:%H:%M ngày %d/%m/%Y}; trong thời gian đó thư gửi tới đây được "
        f"chuyển tới {other[0]}.",
    )


def stand_in(address: str, muted: Mapping[str, datetime], policy: Policy) -> tuple[str, str]:
    """Who gets what a muted address would get (address, name): its office's shared address, else the Service Desk."""
    directory = policy.rules.directory
    member = directory.member(address)
    holder = directory.holders.get(member.holder) if member is not None else None
    if holder is not None and comparable(holder.address) not in muted:
        return holder.address, holder.name
    desk = directory.holder(SERVICE_DESK)
    return desk.address, desk.name


def around_muted(plan: Plan, muted: Mapping[str, datetime], policy: Policy) -> Plan:
    """The same plan with the letters to muted addresses going to whoever stands in; what only answers them is left out."""
    if not any(comparable(letter.recipient) in muted for letter in plan.letters):
        return plan
    letters = []
    for letter in plan.letters:
        if comparable(letter.recipient) not in muted or letter.kind in TO_REQUESTER:
            letters.append(letter)
        elif letter.kind not in TO_THE_WRITER:
            address, name = stand_in(letter.recipient, muted, policy)
            why = f"Địa chỉ {letter.recipient} tạm ngừng nhận thư. {letter.why}".rstrip()
            letters.append(replace(letter, recipient=address, recipient_name=name, why=why))
    return replace(plan, letters=tuple(letters))
