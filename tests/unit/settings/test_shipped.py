"""The shipped config.toml, and how files are read."""

from datetime import date, time
from pathlib import Path

import pytest

from daemon.settings import Security, SettingsError, load
from daemon.settings.file import checked
from tests.unit.settings.shipped import CONFIG, ROOT, settings_of, shipped


def test_the_shipped_file_loads_and_speaks_to_the_embedded_servers() -> None:
    settings = load(CONFIG)
    assert settings.embedded.enabled
    assert [(box.host, box.port, box.security) for box in settings.mailboxes] == [("127.0.0.1", 11143, Security.PLAIN)]
    assert (settings.relay.host, settings.relay.port) == ("127.0.0.1", 11025)
    assert (settings.desk.address, settings.desk.phase, settings.desk.outsourcing) == ("hotrocntt@vst.gov.vn", 3, True)


def test_relative_paths_are_meant_from_the_files_folder() -> None:
    settings = load(CONFIG)
    assert settings.storage.database == f"sqlite:///{ROOT}/data/desk.db"
    assert Path(settings.storage.files) == ROOT / "data/files"
    assert Path(settings.directory.file) == ROOT / "deploy/directory.csv"
    assert settings.mailboxes[0].ca_file == "", "an empty path means none, not the folder itself"


def test_defaults_are_meant_from_the_files_folder_too(tmp_path: Path) -> None:
    data = shipped()
    del data["storage"]
    settings = checked(data, "config.toml", folder=tmp_path)
    assert settings.storage.database == f"sqlite:///{tmp_path}/data/desk.db"


def test_a_byte_order_mark_in_front_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG.read_text("utf-8"), "utf-8-sig")
    assert load(tmp_path / "config.toml").desk.phase == 3


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[desk]\nphase = \n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "config.toml")
    assert caught.value.problems == ["line 2, column 9: expected TOML (invalid value)"]


def test_a_file_that_is_not_there_or_not_text_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load(tmp_path / "config.toml")
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="expected UTF-8 text"):
        load(tmp_path / "config.toml")


def test_times_may_be_texts_or_toml_times_and_dates_are_dates() -> None:
    data = shipped()
    data["calendar"]["hours"] = [[time(7, 30), "11:30"]]
    data["calendar"]["extra_holidays"] = [date(2026, 12, 31)]
    calendar = settings_of(data).calendar
    assert calendar.hours == ((time(7, 30), time(11, 30)),)
    assert calendar.extra_holidays == (date(2026, 12, 31),)
