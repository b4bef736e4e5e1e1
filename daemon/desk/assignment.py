"""Which officer of a holder gets its notices: the one who knows the application and has least to do. Pure.

The ticket stays with the office or group: every member may take it and answer; only the letters are addressed to one.
"""

from collections.abc import Mapping

from daemon.desk.directory import Directory, Holder, HolderKind, Staff
from daemon.reading.addresses import comparable

ASSIGNED = frozenset({HolderKind.OFFICE, HolderKind.GROUP})  # all others read their shared address together


def officer_for(
    holder: Holder,
    application: str,
    directory: Directory,
    *,
    taken_by: str | None = None,
    assigned_to: str | None = None,
    load: Mapping[str, int] | None = None,
    groups: bool = True,
) -> Staff | None:
    """The officer whom notices of a ticket at `holder` go to; None for the shared address.

    Whoever took it comes first, then whom it was assigned to before, then the competent member with the fewest open
    tickets (`load`, by address), in the directory's order among equals. A substitute stands in for somebody absent.
    Without `groups` only the offices of level 1 assign.
    """
    for address in (taken_by, assigned_to):
        person = officer_at(holder, directory, address)
        if person is not None:
            return person
    if holder.kind not in ASSIGNED or (holder.kind is HolderKind.GROUP and not groups):
        return None
    competent = directory.application_administrators(holder.code, application)
    present = [standing_in for one in competent if (standing_in := _present(one, directory)) is not None]
    busy = {comparable(address): number for address, number in (load or {}).items()}
    return min(present, key=lambda one: busy.get(comparable(one.address), 0), default=None)


def officer_at(holder: Holder, directory: Directory, address: str | None) -> Staff | None:
    """This officer if he belongs to the holder, or who stands in for him."""
    person = directory.member(address) if address else None
    if person is None or person.holder != holder.code:
        return None
    return _present(person, directory)


def _present(person: Staff, directory: Directory) -> Staff | None:
    """The person, or his substitute of the same holder while he is away; None when neither is there."""
    if not person.absent:
        return person
    other = directory.member(person.substitute) if person.substitute else None
    return other if other is not None and not other.absent and other.holder == person.holder else None
