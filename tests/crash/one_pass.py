"""Passes of the desk in child processes that may die at a given effect; run as a process without threads, so that it may fork.

    python -m tests.crash.one_pass

Reads orders from standard input, one JSON object a line: {"config": PATH, "die_at": N}. Answers each with the exit code of a
child that did one pass and, when it lived, the names of its effects.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from daemon.alone import only_daemon
from daemon.loops.housekeeping import Housekeeping
from daemon.once import once
from daemon.parts import build
from daemon.settings import load
from tests.crash.effects import Effects
from tests.flow.desk_process import ROOT


def main() -> None:
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryFile("w+") as told:
            child = os.fork()
            if child == 0:
                one_pass(Path(order["config"]), order["die_at"], told)
            _, status = os.waitpid(child, 0)
            told.seek(0)
            names = json.loads(told.read() or "[]")
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "effects": names}), flush=True)


def warm_up() -> None:
    """Load in this process what every child would load again."""
    with tempfile.TemporaryDirectory() as folder:
        text = (ROOT / "config.toml").read_text("utf-8").replace('"deploy/', f'"{ROOT}/deploy/')
        (Path(folder) / "config.toml").write_text(text, "utf-8")
        parts = build(load(Path(folder) / "config.toml"))
        parts.intake.warm_up()
        parts.database.close()


def one_pass(config: Path, die_at: int, told: object) -> None:
    """One `once`, and with a negative number also the housekeeping of a later day; never returns."""
    code = 1
    try:
        settings = load(config)
        parts = build(settings)
        effects = Effects(max(die_at, 0))
        effects.watch()
        with only_daemon(parts):
            counts = once(parts)
        if die_at < 0:
            from datetime import timedelta

            Housekeeping(parts.database, parts.files).sweep(parts.clock() + timedelta(days=3))
        told.write(json.dumps(effects.names))  # type: ignore[attr-defined]
        told.flush()  # type: ignore[attr-defined]
        code = 1 if counts.problems else 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must see it
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
