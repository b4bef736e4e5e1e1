"""All benchmarks, one after the other: `make bench`."""

import subprocess
import sys

ALL = ("startup", "reading", "classify", "throughput")

for name in ALL:
    print(f"--- {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
