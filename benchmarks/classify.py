"""Speed and size of the classifiers: `python -m benchmarks.classify`. Trains on the learning corpus, then judges it."""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, quantiles

from classifiers import registry
from classifiers.corpus_files import CORPUS, load
from classifiers.crossvalidation import Wanted
from classifiers.judge import TrainedJudge
from classifiers.training import train
from classifiers.verdict import MailText

_FRESH = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from classifiers import registry
imported = time.perf_counter()
judge = registry.open_current(Path(sys.argv[1]))
print(f"{imported - start:.3f} {time.perf_counter() - imported:.3f}")
"""


def main() -> None:
    """Prints one figure a line, with the wanted figure behind it."""
    rows = load(CORPUS / "learning")
    start, worked = time.perf_counter(), time.process_time()
    model = train(rows, Wanted(), lambda _step, _share: None, datetime.now(UTC))
    print(f"training on {len(rows)} mails     {time.perf_counter() - start:8.1f} s    (at most 90)")
    print(
        f"  of it at work               {time.process_time() - worked:8.1f} s    (the rest waited for other programs)"
    )
    # Linux counts the peak in KiB.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of training       {peak:8.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = registry.store(Path(folder), model)
        registry.use(Path(folder), model.name)
        print(f"model file                    {path.stat().st_size / 1e6:8.1f} MB   (at most 40)")
        fresh = subprocess.run([sys.executable, "-c", _FRESH, folder], check=True, capture_output=True, text=True)
    imported, loaded = (float(figure) for figure in fresh.stdout.split())
    print(f"import in a fresh process     {imported:8.3f} s")
    print(f"load in a fresh process       {loaded:8.3f} s    (at most 0.7)")
    _speeds(TrainedJudge(model), [row.mail() for row in rows])


def _speeds(judge: TrainedJudge, mails: list[MailText]) -> None:
    times = []
    worked = time.process_time()
    for mail in mails:
        start = time.perf_counter()
        judge.judge([mail])
        times.append((time.perf_counter() - start) * 1000)
    print(f"one mail alone, at work       {(time.process_time() - worked) * 1000 / len(mails):8.2f} ms")
    print(f"one mail alone, mean          {mean(times):8.2f} ms   (at most 20)")
    print(f"one mail alone, 99 of 100     {quantiles(times, n=100)[-1]:8.2f} ms")
    start = time.perf_counter()
    judge.judge(mails)
    print(f"one mail in a batch           {(time.perf_counter() - start) * 1000 / len(mails):8.2f} ms   (at most 6)")
    long = MailText("", "a@vst.gov.vn", "dài", "\n".join(mail.text for mail in mails[:200]))
    start = time.perf_counter()
    judge.judge([long])
    print(f"a mail of {len(long.text) / 1000:.0f} kB               {(time.perf_counter() - start) * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
