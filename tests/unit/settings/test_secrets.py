"""Secrets come from the environment or from files, and are never shown."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from daemon.settings import SettingsError, public_dump
from daemon.settings.file import checked
from tests.unit.settings.shipped import problems_of, settings_of, shipped

SECRET = "Mật-khẩu.rất/bí:mật"


@pytest.mark.parametrize("key", ["password", "Password", "passwort", "secret", "token", "matkhau"])
@pytest.mark.parametrize("table", ["relay", "storage", "desk"])
def test_a_secret_in_the_file_is_refused_unseen_with_the_place_where_it_belongs(table: str, key: str) -> None:
    data = shipped()
    data[table][key] = SECRET
    (problem,) = problems_of(data)
    assert problem.startswith(f"{table}.{key}: expected no secret in this file: put it in an environment variable")
    assert "password_env or password_file" in problem
    assert SECRET not in problem


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://desk:{SECRET}@db/desk",
        "postgresql+psycopg://desk:a/b@db/desk".replace("a/b", SECRET),
        f"postgresql+psycopg://db/desk?password={SECRET}",
        f"postgres://desk:{SECRET}@db/desk",
    ],
)
def test_a_password_in_the_databases_address_is_refused_unseen(address: str) -> None:
    data = shipped()
    data["storage"]["database"] = address
    (problem,) = problems_of(data)
    assert problem.startswith("storage.database = ")
    assert not any(part in problem for part in re.split(r"[-./:]", SECRET))


def test_a_wrong_table_with_a_secret_in_it_does_not_show_the_secret() -> None:
    data = shipped()
    data["relays"] = [{"host": "x", "password": SECRET}]
    data["brakes"]["monitors"] = [{"password": SECRET}]
    text = "\n".join(problems_of(data))
    assert "relays" in text
    assert "monitors" in text
    assert "bí" not in text


def test_a_password_typed_where_its_variable_belongs_is_not_repeated() -> None:
    data = shipped()
    data["relay"]["password_env"] = SECRET
    (problem,) = problems_of(data)
    assert problem.startswith("relay.password_env: expected the name of an environment variable")
    assert SECRET not in problem


def test_secrets_never_appear_in_repr_str_or_dump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESK_MAIL_PASSWORD", SECRET)
    (tmp_path / "relay.secret").write_text(f"{SECRET}\n", "utf-8")
    data: dict[str, Any] = shipped()
    data["embedded"]["password"] = SECRET
    data["mailboxes"][0]["password_env"] = "DESK_MAIL_PASSWORD"
    data["mailboxes"].append({**data["mailboxes"][0], "name": "second", "password_env": ""})
    data["relay"]["password_file"] = "relay.secret"
    settings = checked(data, "config.toml", folder=tmp_path)
    secrets = [server.password() for server in (*settings.mailboxes, settings.relay)]
    assert [secret.get_secret_value() for secret in secrets if secret] == [SECRET, SECRET, SECRET]
    dump = public_dump(settings)
    for text in (repr(settings), str(settings), repr(secrets), json.dumps(dump, ensure_ascii=False), str(dump)):
        assert SECRET not in text
    assert dump["mailboxes"][0]["password"] == "environment variable DESK_MAIL_PASSWORD"
    assert dump["mailboxes"][1]["password"] == "embedded.password"
    assert dump["relay"]["password"] == f"file {tmp_path}/relay.secret"


def test_an_empty_place_is_told_when_the_secret_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DESK_MAIL_PASSWORD", raising=False)
    data = shipped()
    data["mailboxes"][0]["password_env"] = "DESK_MAIL_PASSWORD"
    data["relay"]["password_file"] = "nowhere.secret"
    settings = checked(data, "config.toml", folder=tmp_path)
    with pytest.raises(SettingsError, match="DESK_MAIL_PASSWORD is empty: expected the password in it"):
        settings.mailboxes[0].password()
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        settings.relay.password()


def test_one_secret_has_one_place() -> None:
    data = shipped()
    data["relay"] |= {"password_env": "A", "password_file": "b"}
    assert problems_of(data) == ["relay: expected password_env or password_file, not both"]


def test_real_servers_never_get_the_embedded_password() -> None:
    data = shipped()
    data["embedded"]["enabled"] = False
    data["mailboxes"][0]["start_date"] = "2026-01-31"
    settings = settings_of(data)
    assert settings.relay.password() is None
    assert settings.mailboxes[0].password() is None
