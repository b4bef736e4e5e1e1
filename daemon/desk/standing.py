"""Who a sender is in a ticket, and where his plain reply goes. Pure.

ARCHITECTURE, "Where a plain reply goes": from the holder that nobody passed it up to, to the requester; from a holder with a chain, to
the office that handed it over; from a passer who waits, to the holder; from a passer with the result, one step down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from daemon.desk.directory import SERVICE_DESK, Staff
from daemon.reading.addresses import comparable
from storage.tables import Channel, Participant, Passing, ReplyGoes, Role, Ticket


class Standing(StrEnum):
    HOLDER = "holder"
    PASSER = "passer"
    SERVICE_DESK = "service_desk"
    STAFF = "staff"  # proven staff without a part in this ticket
    REQUESTER = "requester"
    PARTICIPANT = "participant"
    STRANGER = "stranger"


def standing_of(
    address: str, staff: Staff | None, ticket: Ticket, chain: Sequence[Passing], participants: Sequence[Participant]
) -> Standing:
    """The sender's part in the ticket; `staff` is the directory's entry, given only when his proofs hold."""
    if staff is not None and staff.holder == ticket.holder:
        return Standing.HOLDER
    if staff is not None and link_of(staff.holder, chain) is not None:
        return Standing.PASSER
    key = comparable(address)
    own = (comparable(ticket.requester_address), comparable(ticket.reply_address))
    if key and key in own and not (staff is not None and has_no_address(ticket)):
        return Standing.REQUESTER
    if staff is not None:
        return Standing.SERVICE_DESK if staff.holder == SERVICE_DESK else Standing.STAFF
    role = next((one.role for one in participants if key and comparable(one.address) == key), None)
    if role is not None:
        return Standing.REQUESTER if role is Role.COLLEAGUE else Standing.PARTICIPANT
    return Standing.STRANGER


def has_no_address(ticket: Ticket) -> bool:
    """A caller without an address: the Service Desk, which gets his letters, answers for him and stays the Service Desk."""
    return not ticket.requester_address and ticket.channel is Channel.TELEPHONE


def link_of(holder: str, chain: Sequence[Passing]) -> Passing | None:
    """The highest link at which this office passed the ticket up, or None."""
    return next((link for link in reversed(chain) if link.holder == holder), None)


def below(link: Passing | None, chain: Sequence[Passing]) -> Passing | None:
    """The passer below a link (below the holder for None): whom an answer reaches next. None means the requester."""
    position = link.position if link is not None else len(chain) + 1
    return next((lower for lower in reversed(chain) if lower.position < position), None)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where words go; `passer` is the link that gets them when `goes` is PASSER."""

    goes: ReplyGoes
    passer: Passing | None = None


def destination(standing: Standing, staff: Staff | None, chain: Sequence[Passing]) -> Destination:
    """Where a plain reply of somebody with this standing goes now."""
    if standing is Standing.HOLDER:
        return towards_requester(None, chain)
    if standing is Standing.PASSER and staff is not None:
        link = link_of(staff.holder, chain)
        if link is not None and link.result_at is None:
            return Destination(ReplyGoes.HOLDER)
        return towards_requester(link, chain)
    return Destination(ReplyGoes.NOTE)


def towards_requester(link: Passing | None, chain: Sequence[Passing]) -> Destination:
    """One step down the chain from a link (from the holder for None)."""
    passer = below(link, chain)
    return Destination(ReplyGoes.PASSER, passer) if passer is not None else Destination(ReplyGoes.REQUESTER)
