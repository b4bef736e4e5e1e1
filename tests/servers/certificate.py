"""A self-made certificate for localhost and 127.0.0.1, valid for two days."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.programs import need_program


@dataclass(frozen=True)
class Certificate:
    """PEM files; the certificate is its own authority, so it serves as `ca_file` too."""

    file: Path
    key: Path


def make_certificate(folder: Path, name: str = "localhost") -> Certificate:
    """A new certificate in `folder`; with another `name` it is one that does not fit the server."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    names = "DNS:localhost,IP:127.0.0.1" if name == "localhost" else f"DNS:{name}"
    options = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={names}"]
    places = ["-keyout", str(made.key), "-out", str(made.file)]
    subprocess.run(
        [str(need_program("openssl", "openssl")), *options, *subject, *places],
        check=True,
        capture_output=True,
    )
    return made
