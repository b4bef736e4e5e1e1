"""The fuzzer: `python -m tests.fuzz --inputs 20000 --seed 1`.

Inputs are golden mails damaged at random; those that reach lines of the reader which no input reached before are kept and
damaged further. `--plain` leaves that out and is somewhat faster, `--atheris` uses libFuzzer where that package is
installed. It prints how many inputs it tried; a failing one is written beside the figure and ends the run with 1.
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
    parser.add_argument("--plain", action="store_true", help="without growing a corpus by coverage")
    parser.add_argument("--atheris", action="store_true", help="let libFuzzer guide it; needs the package atheris")
    parser.add_argument("--keep-going", action="store_true", help="write failing inputs down and go on")
    chosen = parser.parse_args()
    if chosen.atheris:
        return _libfuzzer(chosen.inputs, chosen.seconds, chosen.seed)
    return _run(chosen.inputs, chosen.seconds, chosen.seed, guided=not chosen.plain, keep_going=chosen.keep_going)


def _libfuzzer(inputs: int, seconds: int, seed: int) -> int:
    """libFuzzer ends the process itself, with 77 or so after a failure."""
    try:
        atheris = importlib.import_module("atheris")  # it has no wheel for every Python, so nothing requires it
    except ImportError:
        print("atheris is not installed", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["daemon.reading"]):
        from tests.fuzz.holds import holds

    folder = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    for raw in seeds():
        (folder / _name(raw)).write_bytes(raw)
    rng, corpus = random.Random(seed), seeds()

    def grown(data: bytes, longest: int, _seed: int) -> bytes:
        """Half of the inputs by our own mutations, which know mails; half by libFuzzer's."""
        changed = mutated(rng, [data or b"\n", *corpus[:1]]) if _seed % 2 else atheris.Mutate(data, longest)
        return bytes(changed[:longest])

    arguments = [sys.argv[0], str(folder), f"-runs={inputs}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=20"]
    atheris.Setup([*arguments, *([f"-max_total_time={seconds}"] if seconds else [])], holds, custom_mutator=grown)
    atheris.Fuzz()
    return 0


def _run(inputs: int, seconds: int, seed: int, *, guided: bool, keep_going: bool) -> int:
    from tests.fuzz.coverage import Growing
    from tests.fuzz.holds import holds

    corpus = Growing(random.Random(seed), seeds())
    rng = random.Random(seed)
    plain = seeds()
    failed = number = 0
    started = time.monotonic()
    for number in range(1, inputs + 1):
        raw = corpus.next() if guided else mutated(rng, plain)
        try:
            read = holds(raw)
            if guided:
                corpus.learn(raw, read)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            place = Path(tempfile.gettempdir()) / f"fuzz-{_name(raw)[:12]}.eml"
            place.write_bytes(raw)
            failed += 1
            print(
                f"input {number} of seed {seed} failed: {type(error).__name__}: {error}; written to {place}", flush=True
            )
            if not keep_going:
                break
        spent = time.monotonic() - started
        if number % 10_000 == 0:
            print(f"{number} inputs, {spent:.0f} s{_reached(corpus, guided)}", flush=True)
        if seconds and spent > seconds:
            break
    spent = time.monotonic() - started
    outcome = "none failed" if not failed else f"{failed} failed"
    print(
        f"{number} inputs of seed {seed}, {outcome}, {spent:.0f} s, {number / max(spent, 0.001):.0f} a second"
        f"{_reached(corpus, guided)}"
    )
    return 1 if failed else 0


def _name(raw: bytes) -> str:
    return hashlib.sha1(raw, usedforsecurity=False).hexdigest()


def _reached(corpus: object, guided: bool) -> str:
    from tests.fuzz.coverage import Growing

    if not guided or not isinstance(corpus, Growing):
        return ""
    return f", {len(corpus.edges)} pairs of lines reached, {len(corpus.grown)} inputs kept"


if __name__ == "__main__":
    sys.exit(main())
