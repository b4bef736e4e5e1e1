"""Who writes: rules over address, name, signature and text, the first that fits; how far each is right was measured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from classifiers.corpus_files import ORGANISATIONS
from classifiers.gazetteer.places import mail_labels
from classifiers.text import LONGEST_TEXT, folded, normal, split_signature
from classifiers.verdict import TRUNG_UONG, MailText, ProvinceVerdict, Verdict

_TREASURY = ("vst.gov.vn", "kbnn.vn", "khobac.gov.vn")
_PRIVATE = ("gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com", "live.com")
_FINANCE_MAIL = re.compile(
    r"(^|[.@_-])(stc|sotaichinh|so-?tai-?chinh|p?tckh|phongtckh|phongtc|taichinh)|(stc|tckh|sotc)([.@_-]|$)"
)
_FINANCE = re.compile(r"\bso (tai chinh|tc)\b|\bstc\b|\bphong (tai chinh|tc)|\bp\.? ?tckh\b|\btckh\b")
_TREASURY_SELF = re.compile(
    r"\b(mail (vst|co quan|kbnn|nganh)|(toi|em|minh|chi) (o|la|ben|thuoc)( can bo| ke toan| gdv)? (kb|kbnn|kho bac)\b|phong ksc)"
)
_TREASURY_MAIL = re.compile(r"(^|[._-])kb(nn)?|kb(nn)?([._-]|\d*$)")
_BUSINESS = re.compile(
    r"(sbv\.gov|vss\.gov|vdb\.gov|acb\.|bidv|vietinbank|vietcombank|agribank|mbbank|lienviet|lpbank|vcb\.|vbsp|sacombank|techcombank|ngan-?hang|bank"
    r"|gdt\.gov|thue|customs\.gov|haiquan|fpt|fis|viettel|vnpt|misa|mobifone|cmc|support|tech|soft)"
)
_MINISTRY_MAIL = re.compile(
    r"(^|\.)(mof|btc|moet|moh|mard|mae|moit|mpi|mic|mst|most|molisa|moc|mot|mt|monre|moj|moha|moca|bvhttdl|cinet|mofa|mod|mps"
    r"|vpcp|chinhphu|toaan|vksndtc|kiemtoannn|sav|thanhtra|cema|vass|vast|ubdt|quochoi|vov|vtv|vnanet|baohiemxahoi)\.(gov|edu|org|ac)?\.?vn$"
)
_MINISTRY = re.compile(
    r"\b(vu (ke hoach|tai chinh)|cuc (ke hoach|quan ly|hang|duong|bao)|van phong bo|bo (y te|giao duc|tai chinh|cong thuong|noi vu"
    r"|xay dung|gtvt|giao thong|nong nghiep|nn|tnmt|tai nguyen|khcn|khoa hoc|tu phap|van hoa|quoc phong|cong an|ldtbxh|tttt|ngoai giao)"
    r"|tong cuc|toa an nhan dan toi cao|vien kiem sat nhan dan toi cao)\b"
)
_CERTAIN_UNIT = re.compile(
    r"\b(benh vien|bv|bvdk|truong|mam non|su doan|lu doan|trung doan|cong an|quan su|e\d+|f\d+|d\d+)\b"
)
_UNIT = re.compile(
    r"\b(truong|mam non|mn|tieu hoc|th|thcs|thpt|ptdt\w*|dai hoc|cao dang|benh vien|bv|bvdk|tram y te|trung tam|ttyt"
    r"|ubnd|uy ban|xa|phuong|ban qlda|bqlda|bql|ban quan ly|chu dau tu|hoi nong dan|hoi phu nu|doan thanh nien"
    r"|cong an|quan su|bchqs|bo chi huy|chi cuc|hat kiem lam|ke toan don vi|don vi em"
    r"|so (y te|giao duc|gd|xay dung|nong|noi vu|cong thuong|gtvt|giao thong|van hoa|khoa hoc|tai nguyen|lao dong|tu phap))\b"
)
_BANK_TEXT = re.compile(
    r"\b(ngan hang (tmcp|nong nghiep|cong thuong|dau tu)|bidv chi nhanh|vietinbank|vietcombank|agribank|chi cuc thue|cuc thue"
    r"|chi cuc hai quan|cong ty|nha thau|ky su|trien khai)\b"
)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a rule says: its name and the organisation."""

    rule: str
    code: str


def rule_of(mail: MailText, province: ProvinceVerdict) -> Ruled:
    """The first rule that fits this mail. Addresses are surer than words; a private mailbox leaves only words."""
    local, _, domain = mail.sender_address.lower().partition("@")
    message, signature = split_signature(normal(mail.text[:LONGEST_TEXT]))
    signs = folded(f"{mail.sender_name}\n{signature}\n{normal(mail.signature)}")
    everything = folded(f"{mail.subject}\n{message}")
    if domain in _TREASURY or domain.endswith(tuple("." + one for one in _TREASURY)):
        if province.former == TRUNG_UONG:
            return Ruled("treasury mail, centre", "tw")
        return Ruled("treasury mail, a province" if province.former else "treasury mail, no place", "kbnn")
    if _BUSINESS.search(domain):
        return Ruled("bank, tax, customs or vendor mail", "khac")
    if _MINISTRY_MAIL.search(domain):
        return Ruled("ministry mail", "bn")
    if _CERTAIN_UNIT.search(signs):
        return Ruled("school, hospital or forces in signature", "qhns")
    if _FINANCE_MAIL.search(f"{local}@{domain}"):
        return Ruled("finance mail", "tc")
    origin = _origin(domain)
    if origin == "private mail" and (_TREASURY_MAIL.search(local) or _TREASURY_SELF.search(everything)):
        return Ruled("private mail of treasury staff", "kbnn")
    for place, text in (("signature", signs), ("text", everything)):
        for rule, pattern, code in _WORDS:
            if pattern.search(text):
                return Ruled(f"{rule} in {place}, {origin}", code)
    return Ruled(origin, _BY_ORIGIN[origin])


_WORDS = (
    ("finance office", _FINANCE, "tc"),
    ("ministry", _MINISTRY, "bn"),
    ("bank, tax or vendor", _BANK_TEXT, "khac"),
    ("unit", _UNIT, "qhns"),
)
_BY_ORIGIN = {"private mail": "qhns", "provincial mail": "qhns", "central public mail": "bn", "other mail": "khac"}


def _origin(domain: str) -> str:
    if domain in _PRIVATE:
        return "private mail"
    if not domain.endswith((".gov.vn", ".edu.vn")):
        return "other mail"
    labels = set(domain.split("."))
    return "provincial mail" if labels & set(mail_labels()) or domain.endswith(".edu.vn") else "central public mail"


@dataclass(frozen=True)
class OrganisationModel:
    """How often each rule's mails came from each organisation, as shares, and the share from which one is accepted."""

    shares: Mapping[str, Mapping[str, float]]
    threshold: float

    def judge(self, mail: MailText, province: ProvinceVerdict) -> Verdict:
        """The verdict with the rule as evidence. A rule that training never saw gives its answer unaccepted."""
        return self.of_rule(rule_of(mail, province))

    def of_rule(self, ruled: Ruled) -> Verdict:
        """The verdict on any mail that this rule fits."""
        shares = self.shares.get(ruled.rule)
        if shares is None:
            return Verdict(ruled.code, 0.5, accepted=False, evidence=(ruled.rule,))
        ranked = sorted(shares.items(), key=lambda item: (-item[1], ORGANISATIONS.index(item[0])))
        code, confidence = ranked[0]
        return Verdict(code, confidence, confidence >= self.threshold, tuple(ranked[1:4]), (ruled.rule,))


def measured(found: list[tuple[Ruled, str]]) -> dict[str, dict[str, float]]:
    """The shares of organisations under each rule from (what the rule said, what was right) pairs.

    One mail of the rule's own answer and one spread over the others are added, so that few cases give no certainty.
    """
    shares: dict[str, dict[str, float]] = {}
    for rule, code in sorted({(ruled.rule, ruled.code) for ruled, _ in found}):
        counts = {one: 1.0 if one == code else 1.0 / len(ORGANISATIONS) for one in ORGANISATIONS}
        for ruled, right in found:
            if ruled.rule == rule:
                counts[right] += 1
        total = sum(counts.values())
        shares[rule] = {one: count / total for one, count in counts.items()}
    return shares
