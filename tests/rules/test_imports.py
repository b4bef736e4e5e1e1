"""The direction of imports: who may know whom, and which module owns which outside package (docs/ARCHITECTURE, 3)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("daemon", "classifiers", "storage", "templates")

# Each outside package that only one module (or the modules of one folder) may import.
OWNERS = {
    "imapclient": ("daemon/mail/imap.py",),
    "aiosmtplib": ("daemon/mail/relay.py",),
    "mailparser": ("daemon/reading/",),
    "jinja2": ("daemon/mail/compose.py", "daemon/commands/measuring.py"),  # letters; the report of `evaluate`
    "aiosmtpd": ("daemon/mail/embedded",),
    "pymap": ("daemon/mail/embedded",),
    "apscheduler": ("daemon/service.py", "daemon/jobs.py", "daemon/loops/tick.py"),
    "typer": ("daemon/cli/",),
    "alembic": ("storage/migrations/",),
    "sklearn": ("classifiers/",),
    "authres": ("daemon/reading/authentic.py",),
    "nh3": ("daemon/reading/shown.py",),
    "holidays": ("daemon/policy.py",),
    "openpyxl": ("daemon/commands/exporting.py",),
}


def modules() -> Iterator[tuple[str, str]]:
    """Every import of the program as (file, module that it names)."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        yield str(path.relative_to(ROOT)), alias.name
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield str(path.relative_to(ROOT)), node.module


IMPORTS = list(modules())


def offenders(inside: str, forbidden: tuple[str, ...], allowed: tuple[str, ...] = ()) -> list[str]:
    """Imports below `inside` of a module that is, or lies below, a forbidden one."""
    return [
        f"{path} imports {name}"
        for path, name in IMPORTS
        if path.startswith(inside)
        and any(name == one or name.startswith(f"{one}.") for one in forbidden)
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]


def test_storage_classifiers_and_templates_import_nothing_of_the_daemon() -> None:
    for package in ("storage", "classifiers", "templates"):
        assert offenders(f"{package}/", ("daemon",)) == []


def test_storage_and_classifiers_do_not_import_each_other() -> None:
    assert offenders("storage/", ("classifiers",)) == []
    assert offenders("classifiers/", ("storage",)) == []


def test_the_pure_rooms_do_no_io() -> None:
    io = (
        "socket",
        "sqlite3",
        "smtplib",
        "imaplib",
        "requests",
        "urllib.request",
        "asyncio",
        "threading",
        "time",
        "random",
    )
    assert offenders("daemon/desk/", (*io, "subprocess", "pathlib", "os")) == []
    # Reading isolates large mails in a child process; that is its only door to the system.
    assert [one for one in offenders("daemon/reading/", io) if "isolation.py" not in one] == []


def test_the_pure_rooms_know_rows_but_never_a_session() -> None:
    for room in ("daemon/desk/", "daemon/reading/"):
        assert offenders(room, ("storage", "sqlmodel", "sqlalchemy"), allowed=("storage.tables",)) == []


def test_nobody_but_the_composition_and_the_commands_drives_the_loops() -> None:
    users = {path for path, name in IMPORTS if name.startswith("daemon.loops")}
    composition = ("daemon/parts.py", "daemon/jobs.py", "daemon/once.py", "daemon/service.py")
    allowed = ("daemon/loops/", *composition, "daemon/commands/", "daemon/demo/")
    assert [path for path in users if not path.startswith(allowed)] == []


@pytest.mark.parametrize("package", OWNERS)
def test_an_outside_package_has_one_owner(package: str) -> None:
    users = {path for path, name in IMPORTS if name == package or name.startswith(f"{package}.")}
    assert users, f"{package} is used nowhere: drop it from pyproject.toml"
    assert [path for path in users if not path.startswith(OWNERS[package])] == []


def test_every_family_of_tables_is_in_the_face_of_the_package_so_that_migrations_see_all_of_them() -> None:
    families = {f"storage.tables.{path.stem}" for path in (ROOT / "storage/tables").glob("[!_]*.py")}
    assert families == {name for path, name in IMPORTS if path == "storage/tables/__init__.py"}


def test_nothing_is_pickled() -> None:
    assert [
        f"{path} imports {name}"
        for path, name in IMPORTS
        if name.split(".")[0] in ("pickle", "joblib", "marshal", "shelve")
    ] == []
