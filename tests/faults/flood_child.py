"""Reads a flooded mailbox in a process of its own, so that its memory can be measured; prints one JSON object.

python -m tests.faults.flood_child CONFIG
"""

import json
import resource
import sys
import time
from pathlib import Path

from daemon.parts import build
from daemon.settings import load


def main() -> None:
    parts = build(load(Path(sys.argv[1])))
    (poller,) = parts.pollers
    parts.intake.warm_up()
    poller.mailbox.connect()
    before, began, cpu = memory_kb(), time.monotonic(), time.process_time()
    taken = poller.step()
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    assert poller.step() == 0
    poller.mailbox.close()
    print(
        json.dumps(
            {"taken": taken, "grown_kb": memory_kb() - before, "seconds": round(seconds, 1), "cpu": round(cpu, 1)}
        )
    )
    parts.database.close()


def memory_kb() -> int:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
