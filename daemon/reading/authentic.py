"""The third proof: did the receiving server vouch for the sender, or did the internal relay deliver the mail?

Only what our own servers wrote may speak. Going down from the top, a Received line is theirs while its `by` names a
pinned host and the line above it says that the mail came from one of them; the last such line is the border. The
border has to remove foreign headers that carry its own name (RFC 8601 section 5), as every filter that writes
Authentication-Results does.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

import authres
from authres.core import AuthResError

from daemon.reading.addresses import comparable
from daemon.reading.mail import TraceHeaders

_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
# The server writes the client's address in brackets, or in parentheses of its own (Exchange). What follows `helo=`
# was said by the client (Exim).
_CLIENT_IP = re.compile(r"(?<!helo=)\[(?:IPv6:)?([0-9a-f:.]+)\]|\(([0-9a-f]*[:.][0-9a-f:.]+)\)", re.IGNORECASE)
_CLIENT_NAME = re.compile(r"\(\s*([a-z0-9.-]+)\s+\[")
_SECOND_LEVEL = {"gov", "com", "edu", "org", "net", "ac", "co", "name", "info", "biz"}


@dataclass(frozen=True, slots=True)
class _Hop:
    """One Received line: who wrote it, and from whom it says it took the mail."""

    by: str
    said: str  # the name in the greeting, which proves nothing alone
    name: str  # the name that the server looked up itself
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address | None
    local: bool  # handed over on the machine itself or over LMTP


def sender_is_authentic(
    trace: TraceHeaders, from_address: str, pinned_hosts: Sequence[str], internal_networks: Sequence[str]
) -> bool:
    """Whether our servers vouch for From: their Authentication-Results pass, or the border took it from our networks.

    `pinned_hosts` are names of servers, which they use in `by` and as authserv-id; `internal_networks` are in CIDR
    form. Without pinned hosts, or below the border, nothing is believed.
    """
    pinned = {host.lower().rstrip(".") for host in pinned_hosts}
    hops = [_hop(line) for line in trace.received]
    border = _border(hops, pinned)
    if border is None:
        return False
    client = hops[border].ip
    if client is not None and any(client in ipaddress.ip_network(net, strict=False) for net in internal_networks):
        return True
    results = _trusted_results(trace.authentication_results, border, pinned, foreign_follows=border + 1 < len(hops))
    return any(_passes(one, from_address) for one in results) and not any(map(_fails, results))


def _trusted_results(
    headers: Sequence[tuple[int, str]], border: int, pinned: set[str], *, foreign_follows: bool
) -> list[authres.core.AuthenticationResult]:
    """What our servers say. Above the border's own line nobody else can write, so that what stands there speaks alone.

    A filter on the border may write just below its server's line instead (Postfix). That place counts where a foreign line
    follows, because without one nothing separates it from what the sender himself wrote, and where no check is reported by
    two headers: one of them would be the sender's, which the border should have taken out.
    """
    above = [results for place, value in headers if place <= border and (results := _of_pinned(value, pinned))]
    if above:
        return [one for results in above for one in results]
    below = [_of_pinned(value, pinned) for place, value in headers if place == border + 1] if foreign_follows else []
    checks = [check for results in below for check in {str(one.method).lower() for one in results}]
    return [one for results in below for one in results] if len(checks) == len(set(checks)) else []


def _of_pinned(value: str, pinned: set[str]) -> list[authres.core.AuthenticationResult]:
    """The results of one header that bears the name of a pinned server; none of any other.

    The name is compared as ASCII: lower case turns a Kelvin sign into a k, which the border does not take for its own.
    """
    if not value.partition(";")[0].isascii():
        return []
    header = _results(value)
    return list(header.results) if header is not None and header.authserv_id.lower() in pinned else []


def _border(hops: Sequence[_Hop], pinned: set[str]) -> int | None:
    """The index of the last Received line that is certainly ours; None when not even the first one is."""
    border = None
    for index, hop in enumerate(hops):
        ours = hop.by in pinned or (
            border is not None and hop.by in ("localhost", "localhost.localdomain", "127.0.0.1")
        )
        if not ours:
            break
        border = index
        from_loopback = hop.ip is not None and hop.ip.is_loopback
        from_pinned = hop.name in pinned or (hop.local and hop.ip is None and (not hop.said or hop.said in pinned))
        if not (from_loopback or from_pinned):
            break
    return border


def _hop(line: str) -> _Hop:
    """A Received line taken apart; the last `by` counts, because a greeting may contain one."""
    clause = " ".join(line.rpartition(";")[0].split() or line.split())
    found = list(_BY.finditer(clause))
    # `for <…>` and the protocol follow the real `by`; everything before it speaks of the client.
    by = found[-1] if found else None
    before = clause[: by.start()] if by else ""
    said = re.match(r"from\s+(\S+)", before, re.IGNORECASE)
    names = _CLIENT_NAME.findall(before.lower())
    return _Hop(
        by=by[1].lower().rstrip(".") if by else "",
        said=said[1].lower().rstrip(".") if said else "",
        name=names[-1].rstrip(".") if names else "",
        ip=_client_ip(before),
        local=bool(by and re.search(r"\bwith\s+lmtps?a?\b", clause[by.end() :], re.IGNORECASE)),
    )


def _client_ip(before: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    for match in reversed(list(_CLIENT_IP.finditer(before))):
        try:
            address = ipaddress.ip_address(match[1] or match[2])
        except ValueError:
            continue
        return getattr(address, "ipv4_mapped", None) or address
    return None


def _results(value: str) -> authres.AuthenticationResultsHeader | None:
    try:
        header = authres.AuthenticationResultsHeader.parse("Authentication-Results: " + " ".join(value.split()))
    except (AuthResError, ValueError, TypeError, AttributeError, IndexError):
        return None  # what the package cannot read proves nothing
    return header if header.authserv_id else None


def _passes(result: authres.core.AuthenticationResult, from_address: str) -> bool:
    """Whether one result vouches for From's domain (dmarc; dkim and spf when aligned) or for the account (auth)."""
    if str(result.result).lower() != "pass":
        return False
    values = {f"{one.type}.{one.name}".lower(): str(one.value or "") for one in result.properties}
    domain = _domain(from_address)
    match str(result.method).lower():
        case "dmarc":
            said = values.get("header.from", "")
            return bool(said) and _domain(said) == domain
        case "dkim":
            return _aligned(domain, _domain(values.get("header.d") or values.get("header.i", "")))
        case "spf":
            return _aligned(domain, _domain(values.get("smtp.mailfrom") or values.get("smtp.mail", "")))
        case "auth":
            account = comparable(values.get("smtp.auth") or values.get("smtp.mailfrom", ""))
            mine = comparable(from_address)
            return bool(account) and account in (mine, mine.rpartition("@")[0])
    return False


def _fails(result: authres.core.AuthenticationResult) -> bool:
    """A domain that asks for its mail to be refused is not outvoted by a lesser check."""
    return str(result.method).lower() == "dmarc" and str(result.result).lower() == "fail"


def _domain(address: str) -> str:
    return comparable("x@" + address.strip('<> "').rpartition("@")[2]).rpartition("@")[2]


def _aligned(one: str, other: str) -> bool:
    """Whether two domains are the same, or one lies below the other and that one belongs to a single owner."""
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    labels = short.split(".")
    owned = len(labels) >= 3 or (len(labels) == 2 and labels[0] not in _SECOND_LEVEL)
    return short == long or (owned and long.endswith("." + short))
