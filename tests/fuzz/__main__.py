"""The fuzzer: `python -m tests.fuzz --inputs 20000`.

With atheris installed (`pip install atheris`, libFuzzer for Python) the inputs are guided by coverage and begin with the
golden mails; without it, or with --plain, they are golden mails damaged at random from a seed. It prints how many inputs
it tried; a failing one is written beside the figure and ends the run with 1.
"""

import argparse
import hashlib
import importlib
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.mutations import LONGEST, mutated, seeds


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="Feed damaged mails to the reader.")
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=0, help="end earlier, after so many seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="without atheris")
    chosen = parser.parse_args()
    if not chosen.plain and _guided(chosen.inputs, chosen.seconds, chosen.seed):
        return 0
    return _plain(chosen.inputs, chosen.seconds, chosen.seed)


def _guided(inputs: int, seconds: int, seed: int) -> bool:
    """False when atheris is not installed. libFuzzer ends the process itself, with 77 or so after a failure."""
    try:
        atheris = importlib.import_module("atheris")  # it has no wheel for every Python, so nothing requires it
    except ImportError:
        return False
    with atheris.instrument_imports(include=["daemon.reading"]):
        from tests.fuzz.holds import holds

    folder = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    for raw in seeds():
        (folder / hashlib.sha1(raw, usedforsecurity=False).hexdigest()).write_bytes(raw)
    rng, corpus = random.Random(seed), seeds()

    def grown(data: bytes, longest: int, _seed: int) -> bytes:
        """Half of the inputs by our own mutations, which know mails; half by libFuzzer's."""
        changed = mutated(rng, [data or b"\n", *corpus[:1]]) if _seed % 2 else atheris.Mutate(data, longest)
        return bytes(changed[:longest])

    arguments = [sys.argv[0], str(folder), f"-runs={inputs}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=20"]
    atheris.Setup([*arguments, *([f"-max_total_time={seconds}"] if seconds else [])], holds, custom_mutator=grown)
    atheris.Fuzz()
    return True


def _plain(inputs: int, seconds: int, seed: int) -> int:
    from tests.fuzz.holds import holds

    rng, corpus = random.Random(seed), seeds()
    started = time.monotonic()
    for number in range(1, inputs + 1):
        raw = mutated(rng, corpus)
        try:
            holds(raw)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            place = (
                Path(tempfile.gettempdir()) / f"fuzz-{hashlib.sha1(raw, usedforsecurity=False).hexdigest()[:12]}.eml"
            )
            place.write_bytes(raw)
            print(f"input {number} of seed {seed} failed: {type(error).__name__}: {error}; written to {place}")
            return 1
        spent = time.monotonic() - started
        if number % 10_000 == 0:
            print(f"{number} inputs, {spent:.0f} s", flush=True)
        if seconds and spent > seconds:
            break
    print(f"{number} inputs of seed {seed}, none failed, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
