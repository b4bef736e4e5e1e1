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


def make_certificate(folder: Path, name: str = "localhost", days: int = 2) -> Certificate:
    """A new certificate in `folder`; with another `name` it is one that does not fit the server, with -1 days an expired one."""
    made = Certificate(folder / f"{name}{days}.pem", folder / f"{name}{days}.key")
    names = "DNS:localhost,IP:127.0.0.1" if name == "localhost" else f"DNS:{name}"
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(made.key)]
    # A name of its own, so that a file of trusted certificates may hold an expired and a valid one.
    subject = ["-subj", f"/CN={name}" if days > 0 else f"/CN=expired {name}", "-addext", f"subjectAltName={names}"]
    if days > 0:
        _openssl("req", "-x509", *new_key, *subject, "-days", str(days), "-out", str(made.file))
    else:  # `req` makes no expired certificate, `x509` does
        request = folder / f"{name}.request"
        _openssl("req", "-new", *new_key, *subject, "-out", str(request))
        signed = ["-signkey", str(made.key), "-days", str(days), "-copy_extensions", "copy"]
        _openssl("x509", "-req", "-in", str(request), *signed, "-out", str(made.file))
    return made


def make_expired_certificate(folder: Path) -> Certificate:
    """One for localhost and 127.0.0.1 that ended in 2020. `openssl req` knows no past, a certificate authority does."""
    made = Certificate(folder / "expired.pem", folder / "expired.key")
    request, settings = folder / "expired.csr", folder / "ca.cnf"
    settings.write_text(
        f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index.txt\nserial={folder}/serial\nnew_certs_dir={folder}\n"
        "default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n"
        "[e]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n"
    )
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(made.key)]
    dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
    sign = ["ca", "-batch", "-notext", "-selfsign", "-config", str(settings), "-keyfile", str(made.key), *dates]
    for options in (
        ["req", "-new", *key, "-subj", "/CN=localhost", "-out", str(request)],
        [*sign, "-in", str(request), "-out", str(made.file)],
    ):
        subprocess.run([str(need_program("openssl", "openssl")), *options], check=True, capture_output=True)
    return made


def _openssl(*arguments: str) -> None:
    subprocess.run([str(need_program("openssl", "openssl")), *arguments], check=True, capture_output=True)
