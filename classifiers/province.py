"""The sender's province: every mention is a candidate, a trained model weighs them against "unknown"."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import softmax
from classifiers.gazetteer.places import current_of
from classifiers.mentions import Mention, mentions_of
from classifiers.verdict import TRUNG_UONG, MailText, ProvinceVerdict

_SPECIFIC = ("district", "area", "domain")
_STRONG_ZONES = ("signature", "tail", "address", "name")
# Where money goes, whom one compares oneself with or writes to, a person's name: not where one is.
_ELSEWHERE = ("away", "compared", "toward", "person")
_CAPITAL = "Hà Nội"
_TREASURY_DOMAIN = "vst.gov.vn"
_PRIVATE = ("@gmail.com", "@yahoo.com", "@yahoo.com.vn", "@outlook.com", "@hotmail.com")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A former province (or TRUNG_UONG) that the mail mentions, what speaks for it, and the mentions themselves."""

    former: str
    features: frozenset[str]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class ProvinceModel:
    """The weight of each feature, and the confidence from which a verdict is accepted."""

    weights: Mapping[str, float]
    threshold: float

    def chances(self, candidates: Sequence[Candidate], nothing: frozenset[str]) -> NDArray[np.float64]:
        """The probability of each candidate and, last, of none of them."""
        scores = [sum(self.weights.get(name, 0.0) for name in one.features) for one in candidates]
        scores.append(sum(self.weights.get(name, 0.0) for name in nothing))
        return softmax(np.array(scores, np.float64))

    def judge(self, mail: MailText) -> ProvinceVerdict:
        """The verdict with its evidence. Below the threshold it is unknown, and the evidence names the best guess."""
        candidates = candidates_of(mail)
        if not candidates:
            return ProvinceVerdict(None, None, 0.0, accepted=False)
        chances = self.chances(candidates, nothing_of(mail, candidates))
        best, confidence = best_of(candidates, chances)
        evidence = evidence_of(candidates[best])
        former = candidates[best].former
        if confidence < self.threshold:
            guess = f"có thể là {former} ({confidence:.0%})"
            return ProvinceVerdict(None, None, confidence, accepted=False, evidence=(guess, *evidence))
        return ProvinceVerdict(former, current_of(former), confidence, accepted=True, evidence=evidence)


def best_of(candidates: Sequence[Candidate], chances: NDArray[np.float64]) -> tuple[int, float]:
    """(position of the best candidate, probability of its current province), from the result of `chances`.

    Former provinces of one current province add up, because they have the same office: "KBNN Châu Thành - Vĩnh Long"
    is there with certainty, be it former Bến Tre or Trà Vinh.
    """
    offices: dict[str, float] = defaultdict(float)
    for one, chance in zip(candidates, chances, strict=False):
        offices[current_of(one.former)] += float(chance)
    office = max(offices, key=lambda name: offices[name])
    inside = [position for position, one in enumerate(candidates) if current_of(one.former) == office]
    return max(inside, key=lambda position: float(chances[position])), offices[office]


def candidates_of(mail: MailText) -> list[Candidate]:
    """All provinces that the mail mentions in any way, in the order of their first mention."""
    mentions = _resolved(mentions_of(mail))
    grouped: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        grouped[mention.former].append(mention)
    firm = {former for former, mine in grouped.items() if any(_is_firm(one) for one in mine)}
    named = {former for former, mine in grouped.items() if any(one.kind == "province" for one in mine)}
    candidates = []
    who = _who(mail.sender_address.lower())
    treasury = who == "treasury"
    for former, mine in grouped.items():
        # Initials alone ("BL", "QN") name nothing; they help a place that is also named otherwise, or stand after "KBNN".
        if all(one.kind.startswith("initials") and "treasury" not in one.marks for one in mine):
            continue
        if all(_is_elsewhere(one) for one in mine) or _is_only_the_new_name(former, mine, grouped):
            continue
        if former == TRUNG_UONG and not treasury and not _may_be_central(mail, mine):
            continue
        # The central office has the capital's area code, too, so by itself it does not tell one from the other.
        if former == _CAPITAL and treasury and all(one.kind == "area" for one in mine):
            continue
        features = {feature for one in mine for feature in _features_of(one, who)}
        features |= _together(former, mine, grouped, firm, named)
        if former == TRUNG_UONG:
            features.add("central from treasury" if treasury else "central from elsewhere")
        candidates.append(Candidate(former, frozenset(features), tuple(mine)))
    return candidates


def _resolved(mentions: list[Mention]) -> list[Mention]:
    """The mentions, where of a name with several readings only those are left that another mention supports, if any is.

    "Châu Thành - Bến Tre" is not in Tây Ninh, and "Phước Long BL" is in Bạc Liêu. A reading whose province itself is
    named goes before one that only shares its current province.
    """
    supported = {
        one.former
        for one in mentions
        if (_is_firm(one) and one.readings == 1) or (one.kind.startswith("initials") and "adjacent" in one.marks)
    }
    offices = {current_of(former) for former in supported}
    readings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in mentions:
        readings[one.zone, one.shown].add(one.former)
    found = []
    for one in mentions:
        if not one.kind.startswith("district") or one.readings == 1:
            found.append(one)
            continue
        possible = readings[one.zone, one.shown]
        kept = possible & supported or {former for former in possible if current_of(former) in offices} or possible
        if one.former in kept:
            found.append(replace(one, readings=len(kept), kind="district" if len(kept) == 1 else one.kind))
    return found


def _may_be_central(mail: MailText, mine: list[Mention]) -> bool:
    """Whether a sender outside the treasury's domain may work at the centre: a private mailbox and such a signature."""
    return mail.sender_address.lower().endswith(_PRIVATE) and any(one.zone == "signature" for one in mine)


def _who(address: str) -> str:
    """What kind of address writes: people of a ministry or a firm name places for other reasons than treasury staff."""
    if address.endswith("@" + _TREASURY_DOMAIN):
        return "treasury"
    if address.endswith(".gov.vn"):
        return "office"
    return "private" if address.endswith(_PRIVATE) else "firm"


def _is_elsewhere(mention: Mention) -> bool:
    """Whether a mention by itself can never be the sender's place."""
    return mention.role in ("away", "person") or (mention.role == "from" and "treasury" not in mention.marks)


def _is_placed(mention: Mention) -> bool:
    """Whether a mention stands where senders name themselves, and is not part of a person's name."""
    return mention.zone in _STRONG_ZONES and mention.role not in _ELSEWHERE


def _is_only_the_new_name(former: str, mine: list[Mention], grouped: Mapping[str, list[Mention]]) -> bool:
    """Whether "Lâm Đồng" is just the current name of a sender who gives a place of former Bình Thuận as his own.

    An area code or district outlives a merger, so it beats the name: "tỉnh Lâm Đồng … 0252" is former Bình Thuận.
    """
    if former == TRUNG_UONG or former != current_of(former) or any(one.kind.rstrip("?") in _SPECIFIC for one in mine):
        return False
    return any(
        one.kind in _SPECIFIC and _is_placed(one)
        for other, theirs in grouped.items()
        if other not in (former, TRUNG_UONG) and current_of(other) == former
        for one in theirs
    )


def _is_firm(mention: Mention) -> bool:
    return mention.kind in (*_SPECIFIC, "province", "central") and mention.role not in _ELSEWHERE


def _features_of(mention: Mention, who: str) -> set[str]:
    zone, kind, role = mention.zone, mention.kind, mention.role
    found = {
        kind,
        f"{kind}/{zone}",
        f"{zone}/{role}",
        f"{kind}/{zone}/{role}",
        f"{zone} of {who}",
        f"{kind}/{zone} of {who}",
    }
    found |= {f"{kind}+{mark}" for mark in mention.marks}
    if mention.readings > 1:
        found.add(f"one of {'two' if mention.readings == 2 else 'many'}")
    return found


def _together(
    former: str, mine: list[Mention], grouped: Mapping[str, list[Mention]], firm: set[str], named: set[str]
) -> set[str]:
    """What the mentions say together: support of one another, and the new province's name beside an old one's district."""
    found = set()
    kinds = {one.kind.rstrip("?") for one in mine}
    if len(kinds) > 1:
        found.add("two kinds")
        if any(one.kind.endswith("?") for one in mine):
            found.add("ambiguous but supported")
    elif all(one.kind.endswith("?") for one in mine):
        found.add("ambiguous alone")
    if len({(one.zone, one.shown) for one in mine}) > 1:
        found.add("several mentions")
    others = firm - {former}
    if not others:
        found.add("only one")
    strong = {other for other in others if any(_is_placed(one) for one in grouped[other])}
    if any(_is_placed(one) for one in mine):
        found.add("strong zone alone" if not strong else "strong zone shared")
    elif strong:
        found.add("another in strong zone")
    if former == TRUNG_UONG:
        return found
    siblings = {other for other in others if other != TRUNG_UONG and current_of(other) == current_of(former)}
    if current_of(former) in named - {former} and kinds & set(_SPECIFIC):
        found.add("current name beside")
    specific = any(one.kind.rstrip("?") in _SPECIFIC for other in siblings for one in grouped[other])
    if former == current_of(former) and specific and not kinds & set(_SPECIFIC):
        found.add("only the new name, an old one's place beside")
    if any("old" in one.marks for one in mine):
        found.add("said to be old")
    return found


def nothing_of(mail: MailText, candidates: Sequence[Candidate]) -> frozenset[str]:
    """What speaks for "unknown"."""
    found = {"nothing"}
    if mail.sender_address.lower().endswith("@" + _TREASURY_DOMAIN):
        found.add("nothing from treasury")
    if len(candidates) > 2:
        found.add("nothing of many")
    return frozenset(found)


def evidence_of(candidate: Candidate) -> tuple[str, ...]:
    """Up to four short sentences, firm and well-placed mentions first."""
    ordered = sorted(
        candidate.mentions, key=lambda one: (not _is_firm(one), not _is_placed(one), one.kind.startswith("initials"))
    )
    return tuple(dict.fromkeys(one.shown for one in ordered))[:4]
