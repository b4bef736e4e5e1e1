"""Which program this is: its number, and a digest of its code that changes with every repair."""

import hashlib
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What a mail's fate depends on.
PARTS = ("daemon", "classifiers", "storage", "templates")


@cache
def program_version() -> str:
    """Such as `0.1.0+3f9a2c1d`: two programs that may handle a mail differently have different versions."""
    digest = hashlib.sha256()
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*")):
            if path.suffix in (".py", ".j2"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{number()}+{digest.hexdigest()[:8]}"


def number() -> str:
    """The version in pyproject.toml: as it was installed with the program, or as a checkout has it."""
    try:
        return metadata.version("hotrocntt")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        return str(project["version"])
