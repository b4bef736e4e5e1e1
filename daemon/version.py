"""Which program this is: its number, and a digest of its code and data that changes with every repair."""

import hashlib
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What a mail's fate depends on: code, templates, and the words and places that the program knows by itself.
PARTS = ("daemon", "classifiers", "storage", "templates")
ENDINGS = (".py", ".j2", ".csv", ".txt", ".toml")


@cache
def program_version() -> str:
    """Such as `0.1.0+3f9a2c1d`: two programs that may handle a mail differently have different versions."""
    return f"{number()}+{digest_of(ROOT)}"


def digest_of(root: Path) -> str:
    """Eight hexadecimal digits for the program in this folder. What models learn from is not part of it."""
    digest = hashlib.sha256()
    for part in PARTS:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in ENDINGS:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def number() -> str:
    """The version in pyproject.toml: as it was installed with the program, or as a checkout has it."""
    try:
        return metadata.version("hotrocntt")
    except metadata.PackageNotFoundError:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        return str(project["version"])
