"""What happens on a machine without the real servers."""

import pytest

from tests.servers.programs import free_ports, need_program


def test_a_missing_server_skips_the_test_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="khong-co is not installed: apt-get install khong-co-d"):
        need_program("khong-co", "khong-co-d")


def test_a_missing_server_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install"):
        need_program("khong-co", "khong-co-d")


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20
