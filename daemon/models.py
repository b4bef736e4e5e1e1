"""The judge in use: the current model of the folder, taken anew when the folder's choice changes, without a restart."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from classifiers import registry
from classifiers.model import ModelError
from classifiers.verdict import Judge, Undecided

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=5)


class ModelKeeper:
    """Gives the judge to whoever judges. Without a usable model every verdict is unknown, and the log says why."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self._clock = clock
        self._looked: datetime | None = None
        self._name: str | None = None
        self._judge: Judge | None = None

    def judge(self) -> Judge:
        """The judge of the model that is current now, looked up at most every few seconds."""
        now = self._clock()
        if self._judge is None or self._looked is None or abs(now - self._looked) >= LOOK_AGAIN:
            self._looked = now
            self._look()
        assert self._judge is not None
        return self._judge

    def _look(self) -> None:
        try:
            name = registry.current_name(self.folder)
        except ModelError as error:
            log.warning("model_unknown reason=%s", error)
            name = self._name
        if self._judge is not None and name == self._name:
            return
        found = registry.open_current(self.folder)
        if isinstance(found, Undecided) and self._judge is not None and self._judge.name:
            log.error("model_kept model=%s reason=%s", self._judge.name, found.reason)
        else:
            self._judge = found
            if isinstance(found, Undecided):
                log.warning("no_model reason=%s: every new request goes to the Service Desk", found.reason)
            else:
                log.info("model_taken model=%s", found.name)
        self._name = name
