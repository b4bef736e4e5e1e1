"""What a server said, without the password that it may repeat: its words go into logs, `check` and the database."""

from base64 import b64encode

MASK = "***"


def without_secret(said: str, username: str, password: str) -> str:
    """The text without the password, as typed or as it goes over the wire (RFC 4616 PLAIN, and LOGIN)."""
    if not password:
        return said
    plain = f"\0{username}\0{password}"
    for secret in (password, *(b64encode(each.encode()).decode() for each in (plain, password))):
        said = said.replace(secret, MASK)
    return said
