"""For every test: no property is timed, since speed belongs in benchmarks, and CI repeats exactly."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
PROOFS = (HERE / "crash", HERE / "faults")

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deaths and failures of the world take minutes: they are the proofs that `make servers-test` runs as a whole."""
    for item in items:
        if any(folder in item.path.parents for folder in PROOFS):
            item.add_marker("proof")
