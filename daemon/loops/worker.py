"""A loop in its own thread: steps while there is work, waits when there is none, backs off while the world is down.

One loop dead means the service stops with its reason: a desk that only looks alive is worse than one that is restarted.
"""

import logging
import threading
import time
from collections.abc import Callable

from daemon.desk.retry import back_off
from daemon.faults import ServiceDown
from storage.faults import StorageDown

log = logging.getLogger(__name__)


def rest_of(pause: float, elapsed: float) -> float:
    """How much of a pause is left after a turn that took `elapsed` seconds and failed.

    A turn that hung until its timeout has waited long enough already: so the next try comes, after the world's recovery,
    no later than the longer of the two, and not after their sum.
    """
    return max(0.0, pause - elapsed)


class Worker(threading.Thread):
    """`step` returns True when there may be more to do at once. `wait` gets the seconds after which to look again."""

    def __init__(
        self, name: str, step: Callable[[], bool], idle_seconds: float, died: Callable[[str, BaseException], None],
        wait: Callable[[float], object] | None = None, finish: Callable[[], object] | None = None,
        pause: Callable[[int], float] = back_off,
    ) -> None:  # fmt: skip
        super().__init__(name=name, daemon=True)
        self._step = step
        self._idle = idle_seconds
        self._died = died
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._wait = wait or self._wait_for_wake
        self._finish = finish
        self._pause = pause
        self.failures = 0  # in a row, of the world
        self._reason = ""  # of the last failure

    def wake(self) -> None:
        """There may be work now."""
        self._woken.set()

    def stop(self) -> None:
        """End after the present step. The caller also ends a `wait` of its own making."""
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn()
        except BaseException as error:
            log.exception("loop_died loop=%s", self.name)
            self._died(self.name, error)
        finally:
            if self._finish is not None:
                self._finish()

    def _turn(self) -> None:
        began = time.monotonic()
        try:
            more = self._step()
            if not more and not self._stopping.is_set():
                self._wait(self._idle)
        except (ServiceDown, StorageDown) as error:
            self._failed(str(error))
            self._stopping.wait(rest_of(self._pause(self.failures), time.monotonic() - began))
        else:
            if self.failures:
                log.info("world_back loop=%s failures=%d", self.name, self.failures)
            self.failures, self._reason = 0, ""

    def _failed(self, reason: str) -> None:
        """Log an outage once, and again when another reason takes the place of the first."""
        self.failures += 1
        if reason != self._reason:
            log.warning("world_down loop=%s reason=%s", self.name, reason)
        self._reason = reason

    def _wait_for_wake(self, seconds: float) -> None:
        self._woken.wait(seconds)
        self._woken.clear()
