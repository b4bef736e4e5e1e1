"""One pass of everything: read, decide, send what is due."""

import asyncio
from dataclasses import dataclass, replace

from daemon.faults import ServiceDown
from daemon.loops.intake import IntakeCounts
from daemon.loops.send import SendCounts
from daemon.parts import Parts
from storage.faults import StorageDown


@dataclass
class OnceCounts:
    """What `once` did, in the contract's words."""

    fetched: int
    intake: IntakeCounts
    sending: SendCounts
    problems: list[str]


def once(parts: Parts) -> OnceCounts:
    """Read, decide and send everything due. A service that is down is a problem in the result, and the rest still runs."""
    counts = OnceCounts(0, IntakeCounts(), SendCounts(), [])
    for poller in parts.pollers:
        try:
            while taken := poller.step():
                counts.fetched += taken
        except (ServiceDown, StorageDown) as error:
            counts.problems.append(str(error))
        finally:
            poller.mailbox.close()
    try:
        while (handled := parts.intake.step()).total:
            counts.intake = add_counts(counts.intake, handled)
    except (ServiceDown, StorageDown) as error:
        counts.problems.append(str(error))
    try:
        parts.ticker.step()
    except (ServiceDown, StorageDown) as error:
        counts.problems.append(str(error))
    try:
        counts.sending = asyncio.run(_send_all(parts))
    except (ServiceDown, StorageDown) as error:
        counts.problems.append(str(error))
    return counts


async def _send_all(parts: Parts) -> SendCounts:
    total = SendCounts()
    async with parts.relay:
        while (counts := await parts.sender.step()).total:
            total = replace(
                total, sent=total.sent + counts.sent, deferred=total.deferred + counts.deferred,
                refused=total.refused + counts.refused,
            )  # fmt: skip
    return total


def add_counts(one: IntakeCounts, other: IntakeCounts) -> IntakeCounts:
    return IntakeCounts(
        one.tickets_created + other.tickets_created,
        one.entries_added + other.entries_added,
        one.ignored + other.ignored,
        one.quarantined + other.quarantined,
    )
