"""What a child process gets of our environment: how to find programs and speak, and no secret.

The variables that hold passwords have names of the operator's choice, so that only what is listed here is passed on.
"""

import os
from collections.abc import Mapping

_PASSED = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_PASSED_FAMILIES = ("LC_", "PYTHON")


def child_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The part of an environment that a child process may know."""
    return {name: value for name, value in environment.items() if name in _PASSED or name.startswith(_PASSED_FAMILIES)}
