"""A loop in its own thread: steps while there is work, waits when there is none, backs off while the world is down.

One loop dead means the service stops with its reason: a desk that only looks alive is worse than one that is restarted.
"""

import logging
import threading
from collections.abc import Callable

from daemon.desk.retry import back_off
from daemon.faults import ServiceDown
from storage.faults import StorageDown

log = logging.getLogger(__name__)


class Worker(threading.Thread):
    """`step` returns True when there may be more to do at once. `wait` gets the seconds after which to look again."""

    def __init__(
        self, name: str, step: Callable[[], bool], idle_seconds: float, died: Callable[[str, BaseException], None],
        wait: Callable[[float], object] | None = None, finish: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name=name, daemon=True)
        self._step = step
        self._idle = idle_seconds
        self._died = died
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._wait = wait or self._wait_for_wake
        self._finish = finish
        self.failures = 0  # in a row, of the world

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
        try:
            more = self._step()
            if not more and not self._stopping.is_set():
                self._wait(self._idle)
        except (ServiceDown, StorageDown) as error:
            self.failures += 1
            if self.failures == 1:
                log.warning("world_down loop=%s reason=%s", self.name, error)
            self._stopping.wait(back_off(self.failures))
        else:
            if self.failures:
                log.info("world_back loop=%s failures=%d", self.name, self.failures)
            self.failures = 0

    def _wait_for_wake(self, seconds: float) -> None:
        self._woken.wait(seconds)
        self._woken.clear()
