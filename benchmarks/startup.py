"""How long `--help` takes beside a bare Typer program of one command, as whole processes.

python -m benchmarks.startup
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 9
BARE = """
import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def hello() -> None:
    "Say hello."
app()
"""


def seconds(command: list[str]) -> float:
    """The median wall time of several runs after one that is not counted."""
    times = []
    for _ in range(RUNS + 1):
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def main() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".py") as bare:
        bare.write(BARE)
        bare.flush()
        plain = seconds([sys.executable, bare.name, "--help"])
    ours = seconds([sys.executable, "run.py", "--help"])
    print(f"run.py --help {ours * 1000:.0f} ms, a bare Typer program {plain * 1000:.0f} ms, ratio {ours / plain:.2f}")


if __name__ == "__main__":
    main()
