"""What the program is built from: every package has a reason, every file a hash; nothing is taken unseen."""

import re
import tomllib
from pathlib import Path

import pytest

from daemon.version import ENDINGS, PARTS, digest_of, program_version

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>\S+)")


def entries() -> dict[str, str]:
    """Every locked package with the lines that belong to it."""
    found: dict[str, str] = {}
    name = ""
    for line in LOCK.splitlines():
        if (entry := _ENTRY.match(line)) is not None:
            name = normal(entry["name"])
        if name:
            found[name] = found.get(name, "") + line + "\n"
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> dict[str, str]:
    """Every dependency of pyproject.toml by name, with the rest of its line."""
    lines = re.findall(r'^  "([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?[<>=!~][^"]*",(.*)$', PROJECT, re.MULTILINE)
    return {normal(name): rest.strip() for name, rest in lines}


def test_every_locked_package_has_hashes_and_nothing_else_is_in_the_lock() -> None:
    locked = entries()
    assert len(locked) > 20
    assert [name for name, lines in locked.items() if "--hash=sha256:" not in lines] == []
    starts = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in starts if not _ENTRY.match(line)] == [], "an address, an option or an unpinned package"


def test_every_dependency_says_in_one_line_why_it_is_there() -> None:
    known = declared()
    project = tomllib.loads(PROJECT)["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = [normal(re.split(r"[\[<>=!~; ]", one)[0]) for one in wanted]
    assert sorted(names) == sorted(known)
    assert [name for name, why in known.items() if not re.match(r"# \S.{5,}", why)] == []


def test_every_dependency_is_locked() -> None:
    assert sorted(set(declared()) - set(entries())) == []


def test_the_program_is_installed_with_hashes_required() -> None:
    assert "--require-hashes" in (ROOT / "Makefile").read_text("utf-8")


def test_the_program_tells_the_version_that_the_project_has() -> None:
    assert program_version().partition("+")[0] == tomllib.loads(PROJECT)["project"]["version"]


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("daemon/desk/decide.py", True), ("templates/mail/notice.txt.j2", True),
        ("classifiers/gazetteer/districts.csv", True), ("classifiers/gazetteer/surnames.txt", True),
        ("classifiers/lexicon/terms.toml", True), ("classifiers/corpus/learning/tabmis.jsonl", False),
        ("daemon/__pycache__/keys.cpython-311.pyc", False), ("docs/READING.md", False),
    ],
)  # fmt: skip
def test_the_version_changes_with_whatever_a_mails_fate_depends_on(tmp_path: Path, path: str, counts: bool) -> None:
    before = digest_of(tmp_path)
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text("new")
    assert (digest_of(tmp_path) != before) is counts
    with_it = digest_of(tmp_path)
    file.write_text("other")
    assert (digest_of(tmp_path) != with_it) is counts


def test_the_version_leaves_out_no_data_of_the_program() -> None:
    """A file of another kind must be named in daemon/version.py, or here as one that decides nothing."""
    decides_nothing = {"NOTICE", ".md", ".jsonl", ".mako", ".pyc"}
    kinds = {
        path.suffix or path.name
        for part in PARTS
        for path in (ROOT / part).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert kinds - decides_nothing == set(ENDINGS)
