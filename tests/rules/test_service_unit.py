"""The systemd unit gives the desk no more than it needs."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "hotrocntt.service"
MOST_EXPOSED = 2.0  # of 10 by systemd's own measure; a unit that says nothing has 9.6

NEEDED = {
    "User": "hotrocntt", "UMask": "0077", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "AmbientCapabilities": "",
    "ProtectSystem": "strict", "ReadWritePaths": "/var/lib/hotrocntt", "StateDirectoryMode": "0700", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "ProtectProc": "invisible", "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictSUIDSGID": "yes", "RestrictNamespaces": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native", "LimitCORE": "0",
}  # fmt: skip


def settings() -> dict[str, list[str]]:
    """The unit's keys, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize(("key", "value"), NEEDED.items())
def test_the_unit_keeps_the_desk_in_its_place(key: str, value: str) -> None:
    assert settings().get(key) == [value]


def test_only_the_calls_of_an_ordinary_service_and_the_limits_of_the_reading_child_are_allowed() -> None:
    assert settings()["SystemCallFilter"] == ["@system-service", "~@privileged @resources", "prlimit64 setrlimit"]


def test_no_secret_stands_in_the_unit() -> None:
    assert "Environment" not in settings()
    assert settings()["EnvironmentFile"] == ["-/etc/hotrocntt/secrets"]


def test_systemd_finds_no_fault_and_little_exposure(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed: the keys themselves are checked above")
    limit = ["--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}"]
    done = subprocess.run([analyze, "security", *limit, str(UNIT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    installed = tmp_path / UNIT.name
    installed.write_text(UNIT.read_text("utf-8").replace("/opt/hotrocntt/.venv/bin/python", "/bin/sh"), "utf-8")
    said = subprocess.run([analyze, "verify", "--man=no", str(installed)], capture_output=True, text=True, check=False)
    assert [line for line in said.stderr.splitlines() if installed.name in line] == []
