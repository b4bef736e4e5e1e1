"""Every command explains itself: help, an example, and the exit codes of the contract."""

import subprocess
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest
import typer

from daemon.cli import app

ROOT = Path(__file__).parents[2]


# A service that runs until it is stopped, and a play to watch: neither ends with something that a script could read.
WITHOUT_JSON = {("serve",), ("demo",)}


def commands(one: typer.Typer, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, str, bool]]:
    """Every command as (words, help, epilog, whether it has --json)."""
    for info in one.registered_commands:
        assert info.callback is not None
        name = info.name or info.callback.__name__.replace("_", "-")
        has_json = "json" in signature(info.callback).parameters
        yield (*prefix, name), info.callback.__doc__ or "", info.epilog or "", has_json
    for group in one.registered_groups:
        assert group.typer_instance is not None and group.name is not None
        yield from commands(group.typer_instance, (*prefix, group.name))


ALL = list(commands(app))


@pytest.mark.parametrize(("words", "text", "epilog", "has_json"), ALL, ids=[" ".join(words) for words, *_ in ALL])
def test_a_command_has_help_an_example_that_names_it_and_json_for_scripts(
    words: tuple[str, ...], text: str, epilog: str, has_json: bool
) -> None:
    assert text.strip()
    assert epilog.startswith(f"Example: python run.py {' '.join(words)}")
    assert has_json is (words not in WITHOUT_JSON)


def test_the_commands_of_the_contract_are_there() -> None:
    wanted = {"serve", "once", "demo", "check", "parse", "classify", "train", "evaluate"}
    wanted |= {"models list", "models use", "models rollback", "tickets list", "tickets show"}
    wanted |= {"mail list", "mail show", "mail retry"}
    assert wanted <= {" ".join(words) for words, *_ in ALL}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_help_ends_with_0_and_shows_an_example() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Example: python run.py demo" in done.stdout


def test_a_wrong_option_ends_with_2() -> None:
    assert run("once", "--jason").returncode == 2


def test_a_missing_path_ends_with_2_and_names_it() -> None:
    done = run("parse", "nowhere.eml", "--json")
    assert done.returncode == 2
    assert "nowhere.eml" in done.stderr
    assert done.stdout == ""


def test_a_wrong_configuration_ends_with_2_and_names_every_key(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    text = (ROOT / "config.toml").read_text("utf-8")
    config.write_text(text.replace("phase = 3", "phase = 4").replace("[limits]", "[limits]\nmailmb = 3"), "utf-8")
    done = run("once", "--config", str(config))
    assert done.returncode == 2
    assert "desk.phase = 4" in done.stderr
    assert "mailmb" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_configuration_ends_with_2(tmp_path: Path) -> None:
    done = run("check", "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 2
    assert "none.toml" in done.stderr


def test_looking_at_a_desk_that_never_ran_makes_no_database_and_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text((ROOT / "config.toml").read_text("utf-8").replace('"deploy/', f'"{ROOT}/deploy/'), "utf-8")
    done = run("tickets", "list", "--config", str(config))
    assert done.returncode == 2
    assert "there is no database yet" in done.stderr
    assert not (tmp_path / "data").exists()
