"""Addresses compared and checked. Stored as written; compared by exact IDNA form without NFKC (docs/READING)."""

from contextlib import suppress
from functools import lru_cache

import idna


def comparable(address: str) -> str:
    """The address in the form in which two are compared: lower case, domain in A-label form, never raises.

    A domain that IDNA does not allow is compared as its lower-case text, so that it equals only itself.
    """
    local, at, domain = address.strip().rpartition("@")
    return f"{local.lower()}{at}{_ascii_domain(domain.lower().rstrip('.'))}"


@lru_cache(maxsize=10_000)
def _ascii_domain(domain: str) -> str:
    """The A-label form; the same few domains are compared all day, and the encoding checks every letter."""
    with suppress(idna.IDNAError):
        return idna.encode(domain).decode("ascii") if domain else domain
    return domain


def without_tag(address: str) -> str:
    """The comparable address without a +tag in its local part."""
    local, at, domain = comparable(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def domain_of(address: str) -> str:
    """The domain in comparable form; "" when there is none."""
    return comparable(address).rpartition("@")[2] if "@" in address else ""
