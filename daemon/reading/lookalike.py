"""Domains that look like ours and are not: another alphabet, a hyphen, a further ending (docs/READING, "look-alike"). Pure.

Ministries and agencies have domains of their own below gov.vn, which nobody else can register: `vss.gov.vn` is not an imitation
of `vst.gov.vn`, however near it is.
"""

import unicodedata
from collections.abc import Iterable

import idna

from daemon.reading.addresses import domain_of

# Letters of other alphabets, and figures, that people take for the Latin letters beside them (Unicode UTS 39, an extract).
_TAKEN_FOR = str.maketrans(
    "аесорхуіјѕԁһԛԝвкмнтгαοορνικτυωɡı015",
    "aecopxyijsdhqwbkmhtraoopviktuwgiols",
)
_TOGETHER = (("rn", "m"), ("vv", "w"))
_GOVERNMENT = "gov.vn"


def imitated(address: str, own_domains: Iterable[str]) -> str:
    """The domain of ours that the address's domain imitates; "" when it is ours, lies below ours, or is simply another."""
    domain = domain_of(address)
    ours = [own.lower() for own in own_domains]
    if not domain or any(domain == own or domain.endswith(f".{own}") for own in ours):
        return ""
    seen = _as_seen(_readable(domain))
    alike = _same if domain.endswith(f".{_GOVERNMENT}") else _alike
    return next((own for own in ours if alike(seen, _as_seen(own))), "")


def _same(seen: str, own: str) -> bool:
    return seen == own


def _alike(seen: str, own: str) -> bool:
    """The same to the eye, ours with something behind it, ours without its dots, or one letter away behind its first label."""
    bare, own_bare = (one.replace(".", "").replace("-", "") for one in (seen, own))
    first, _, rest = own.partition(".")
    return bare.startswith(own_bare) or (seen.partition(".")[0] == first and _one_step(seen.partition(".")[2], rest))


def _readable(domain: str) -> str:
    """The domain as a mail program shows it, not as `xn--…`."""
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def _as_seen(domain: str) -> str:
    letters = unicodedata.normalize("NFKD", domain.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")
    plain = plain.translate(_TAKEN_FOR)
    for pair, letter in _TOGETHER:
        plain = plain.replace(pair, letter)
    return plain


def _one_step(one: str, other: str) -> bool:
    """Whether one letter was changed, left out, put in, or exchanged with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
