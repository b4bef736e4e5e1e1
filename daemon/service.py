"""The running desk: its loops, signals and supervision."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC

from daemon.alone import only_daemon
from daemon.desk.retry import back_off
from daemon.loops.poll import Poller
from daemon.loops.worker import Worker
from daemon.parts import Parts
from storage.faults import StorageDown

log = logging.getLogger(__name__)

# A server that sends a little now and then, and never an answer, escapes every timeout of a socket: after so many seconds
# without a finished command its connection is cut. The largest mail over a slow line needs less.
SILENT_SECONDS = 600.0
WATCH_EVERY = 10.0


class Service:
    """The running desk: one worker a loop. `stop` may be called from a signal handler or another thread.

    `pause` says how long a loop waits after so many failures of the world in a row.
    """

    def __init__(
        self, parts: Parts, pause: Callable[[int], float] = back_off, silent_seconds: float = SILENT_SECONDS,
        watch_every: float = WATCH_EVERY,
    ) -> None:  # fmt: skip
        self.parts = parts
        self._pause = pause
        self._silent_seconds = silent_seconds
        self._watch_every = watch_every
        self.reason: str | None = None  # why it stopped by itself, None when it was asked to
        self._stopped = threading.Event()
        self._workers: list[Worker] = []
        self._mailboxes = [poller.mailbox for poller in parts.pollers]

    def run(self) -> int:
        """Run until stopped; 0 when asked to stop, 1 when a loop died."""
        from apscheduler.schedulers.background import BackgroundScheduler

        with ExitStack() as stack:
            stack.enter_context(only_daemon(self.parts))
            # The sending loop waits for the network many times a letter; with Python's usual 5 ms it would wait as often
            # for the intake loop, which computes.
            sys.setswitchinterval(0.0005)
            self.parts.intake.warm_up()
            self._workers = self._make_workers()
            scheduler = BackgroundScheduler(timezone=UTC)
            tick = next(worker for worker in self._workers if worker.name == "tick")
            scheduler.add_job(tick.wake, "interval", seconds=20, misfire_grace_time=None, coalesce=True)
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            for worker in self._workers:
                worker.start()
            log.info("service_started pid=%d loops=%d", os.getpid(), len(self._workers))
            while not self._stopped.wait(self._watch_every):
                self._cut_silent_connections()
            self._end_workers()
        log.info("service_stopped reason=%s", self.reason or "asked to stop")
        return 1 if self.reason else 0

    def stop(self) -> None:
        self._stopped.set()

    def _died(self, name: str, error: BaseException) -> None:
        self.reason = f"the {name} loop died: {type(error).__name__}: {error}"
        self._stopped.set()

    def _cut_silent_connections(self) -> None:
        for mailbox in self._mailboxes:
            silent = mailbox.silent_for()
            if silent > self._silent_seconds + mailbox.settings.poll_seconds:
                log.warning("mailbox_silent mailbox=%s seconds=%d: connecting anew", mailbox.settings.name, silent)
                mailbox.abort()

    def _end_workers(self) -> None:
        for worker in self._workers:
            worker.stop()
        for mailbox in self._mailboxes:
            mailbox.interrupt()
        for worker in self._workers:
            worker.join(timeout=15)
            if worker.is_alive():
                log.warning("loop_left_behind loop=%s", worker.name)

    def _make_workers(self) -> list[Worker]:
        parts = self.parts
        runner = asyncio.Runner()

        def end_sending() -> None:
            with suppress(StorageDown):
                parts.sender.settle()
            runner.run(parts.relay.close())
            runner.close()

        send = Worker("send", lambda: runner.run(parts.sender.step()).total > 0, 5.0, self._died,
                      finish=end_sending, pause=self._pause)  # fmt: skip

        def take_in() -> bool:
            handled = parts.intake.step().total
            if handled:
                send.wake()
            return handled > 0

        intake = Worker("intake", take_in, 5.0, self._died, pause=self._pause)
        pollers = [self._poll_worker(poller, intake) for poller in parts.pollers]

        def look_at_the_clock() -> bool:
            if parts.ticker.step():
                send.wake()
            return False  # what ran once has nothing more to do before the next tick

        tick = Worker("tick", look_at_the_clock, 60.0, self._died, pause=self._pause)
        return [send, intake, tick, *pollers]

    def _poll_worker(self, poller: Poller, intake: Worker) -> Worker:
        def step() -> bool:
            try:
                return poller.step() > 0
            finally:
                intake.wake()  # also after a failure: what was taken before it waits to be handled

        seconds = poller.mailbox.settings.poll_seconds
        return Worker(
            f"poll-{poller.name}", step, seconds, self._died, wait=poller.mailbox.wait, finish=poller.mailbox.close,
            pause=self._pause,
        )  # fmt: skip


def stop_on_signals(service: Service) -> None:
    """SIGTERM and Ctrl-C end the service after the steps in hand."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
