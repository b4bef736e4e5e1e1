"""For every test: no property is timed, since speed belongs in benchmarks, and CI repeats exactly."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
PROOFS = (HERE / "crash", HERE / "faults")

# How long an example takes to draw is the machine's business, too.
UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("desk", **UNTIMED)
settings.register_profile("ci", **UNTIMED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deaths and failures of the world take minutes: they are the proofs that `make servers-test` runs as a whole."""
    for item in items:
        if any(folder in item.path.parents for folder in PROOFS):
            item.add_marker("proof")
