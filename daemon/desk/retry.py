"""When a deferred letter is tried again: a pure function of attempts and time."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta


def next_attempt(
    attempts: int, first_tried_at: datetime, now: datetime, pauses: Sequence[timedelta], give_up_after: timedelta
) -> datetime | None:
    """The time of the next try after `attempts` tries (1 or more), or None when it is time to give up.

    The last pause repeats; a letter is given up when its next try would lie beyond `give_up_after` its first one.
    """
    pause = pauses[min(attempts, len(pauses)) - 1]
    due = now + pause
    return due if due <= first_tried_at + give_up_after else None


def speaks_of_the_system(reply: str) -> bool:
    """Whether a 4xx reply says that the whole server is full or takes no mail now (RFC 3463, 3.4: X.3.1 and X.3.2).

    Such a letter is tried at the shortest pause each time, so that the mail goes on within a minute of the server's recovery.
    """
    return re.match(r"4\d\d[ -]4\.3\.[12]\b", reply) is not None


def back_off(failures: int, first: float = 1.0, most: float = 30.0) -> float:
    """Seconds to pause a loop after so many failures in a row of the world: doubling, at most `most`.

    The bound keeps the promise that work resumes within a minute of the world's recovery.
    """
    return min(most, first * 2.0 ** min(failures - 1, 10))
