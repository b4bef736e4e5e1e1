"""Addresses compared and checked. Stored as written; compared by exact IDNA form without NFKC (docs/READING)."""

from contextlib import suppress

import idna


def comparable(address: str) -> str:
    """The address in the form in which two are compared: lower case, domain in A-label form, never raises.

    A domain that IDNA does not allow is compared as its lower-case text, so that it equals only itself.
    """
    local, at, domain = address.strip().rpartition("@")
    domain = domain.lower().rstrip(".")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain).decode("ascii") if domain else domain
    return f"{local.lower()}{at}{domain}"


def without_tag(address: str) -> str:
    """The comparable address without a +tag in its local part."""
    local, at, domain = comparable(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
