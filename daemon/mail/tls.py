"""The one way both edges make TLS: certificate and name verified, TLS 1.2 or newer."""

import socket
import ssl
from pathlib import Path

from daemon.settings import Endpoint, SettingsError


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """A verifying context that trusts `ca_file` alone where one is given, else the system's authorities.

    Raises SettingsError when ca_file cannot be read as certificates.
    """
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        place = Path(endpoint.ca_file).name
        raise SettingsError(
            f"server {endpoint.host}", [f"ca_file = {endpoint.ca_file!r}: {place} holds no certificates ({error})"]
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def connection_problem(error: BaseException, host: str, port: int) -> str:
    """One line that says what is wrong with the way to host:port, for any error of sockets, names or TLS."""
    place = f"{host}:{port}"
    cause = _deepest(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"{place}: its certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        return f"{place}: TLS failed ({cause.reason or cause})"
    if isinstance(cause, TimeoutError):
        return f"{place}: no answer in time"
    if isinstance(cause, ConnectionRefusedError):
        return f"{place}: connection refused"
    if isinstance(cause, socket.gaierror):
        return f"{place}: no such name"
    if isinstance(cause, ConnectionError):
        return f"{place}: connection lost"
    return f"{place}: {cause}"


def _deepest(error: BaseException) -> BaseException:
    """Libraries wrap the socket's error; the innermost cause is the one a person can act on."""
    while isinstance(error.__cause__, OSError):
        error = error.__cause__
    return error
