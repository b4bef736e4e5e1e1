"""Asking instead of guessing: the one standard question to a requester, its buttons, and his reply understood. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from classifiers.verdict import ProvinceVerdict, Verdict
from daemon.desk.catalogue import KHAC
from daemon.desk.directory import HolderKind, Staff
from daemon.desk.draft import APPLICATION, ORGANISATION, PROVINCE, Draft
from daemon.desk.form import fields_of
from daemon.desk.letters import Choice, LetterKind
from daemon.desk.moves import route_again
from daemon.desk.naming import application_in, organisation_in, organisation_name, organisation_named, province_in
from daemon.desk.routing import UNSURE_ORGANISATION, Request, route
from daemon.desk.speaker import Speaker
from daemon.desk.standing import Standing
from daemon.desk.words import fold
from daemon.reading.mail import Address, Mail
from storage.tables import Ticket
from templates.mail.wording import ORGANISATIONS

# What the Service Desk types (or its button writes) behind #hoi to have the program ask; several with "và" between.
TYPED = {PROVINCE: "tinh", APPLICATION: "ung dung", ORGANISATION: "don vi"}
_TYPED = {"tinhthanhpho": PROVINCE, "tinh": PROVINCE, "ungdung": APPLICATION, "donvi": ORGANISATION}
_ALL_TYPED = re.compile(rf"(?:(?:va)?(?:{'|'.join(_TYPED)}))+")
_QUESTIONS = {
    PROVINCE: "đang công tác tại tỉnh, thành phố nào (tên cũ hay tên mới đều được)",
    APPLICATION: "gặp vướng mắc ở ứng dụng (chương trình) nào",
    ORGANISATION: "thuộc loại đơn vị nào (Kho bạc Nhà nước, cơ quan tài chính, đơn vị sử dụng ngân sách, bộ ngành hay đơn vị khác)",
}
MOST_APPLICATIONS = 3  # buttons
SHORT_UNIT = 8  # words; so short a reply to the question for the unit alone is its name


def missing(ticket: Ticket) -> str:
    """What a ticket lacks for its way, with blanks between: "", "province", "application", "organisation".

    An organisation that is only guessed counts once it was the reason why the ticket is with the Service Desk.
    """
    lacks = _unknown(ticket)
    if ticket.rule != UNSURE_ORGANISATION:
        lacks = [one for one in lacks if one != ORGANISATION]
    return " ".join(lacks)


def _unknown(ticket: Ticket) -> list[str]:
    lacks = [PROVINCE] if ticket.province_current is None else []
    if not ticket.application_accepted or ticket.application == KHAC:
        lacks.append(APPLICATION)
    if ticket.organisation_guesses:
        lacks.append(ORGANISATION)
    return lacks


def standard_question(text: str) -> str:
    """Which standard question the words behind #hoi mean; "" when they are a question of the officer's own."""
    typed = "".join(re.findall(r"[a-z]+", fold(text)))
    if _ALL_TYPED.fullmatch(typed) is None:
        return ""
    named = {_TYPED[one] for one in re.findall("|".join(_TYPED), typed)}
    return " ".join(one for one in TYPED if one in named)


def question_of(asked: str) -> str:
    """The standard question in one sentence."""
    return f"Anh/chị {', và '.join(_QUESTIONS[one] for one in asked.split())}?"


def put(draft: Draft, by: str, wanted: str) -> None:
    """Send the standard question with its buttons; the caller pauses the clock.

    Whatever else is unknown and decides the ticket's way is asked in the same letter.
    """
    also = _deciding(draft)
    asked = " ".join(one for one in TYPED if one in wanted.split() or one in also)
    draft.change({"asked": asked})
    draft.said = question = question_of(asked)
    letters = draft.written_by(
        lambda: draft.to_requester(LetterKind.ASK_DETAILS, question, by, automatic=True, files=False)
    )
    draft.letters += [replace(letter, choices=_choices(draft, asked)) for letter in letters]


def _deciding(draft: Draft) -> set[str]:
    """What is unknown of a ticket and makes a difference to where it goes; nothing once somebody passed it up."""
    ticket, rules = Ticket(**{**draft.ticket.model_dump(), **draft.changes}), draft.policy.rules
    unknown = set(_unknown(ticket))
    if draft.chain or not unknown:
        return set()
    office = next((one.code for one in rules.directory.holders.values() if one.kind is HolderKind.OFFICE), None)
    place = ticket.province_current or office
    anywhere = rules if ticket.province_current else replace(rules, office_of=lambda current: office)
    codes = _likely(draft) or list(rules.catalogue.applications) if APPLICATION in unknown else [ticket.application]

    def ways(known_place: bool, code: str) -> set[str]:
        province = ProvinceVerdict(ticket.province or place, place if known_place else None, 1.0, accepted=known_place)
        requests = [
            Request(Verdict(code, 1.0, True), province, Verdict(one, 1.0, True)) for one in _organisations(ticket)
        ]
        found = [route(request, anywhere) for request in requests]
        return {PROVINCE for way in found if way.ask_province} | {way.holder for way in found}

    needs_place = any(PROVINCE in ways(False, code) for code in codes)
    differ = any(len(ways(True, code)) > 1 for code in codes)
    drop = ({PROVINCE} if not needs_place else set()) | ({ORGANISATION} if not differ else set())
    return unknown - drop


def _organisations(ticket: Ticket) -> list[str]:
    """What the requester's organisation may be; all there are where the guess has no alternative."""
    guesses = [one for one in ticket.organisation_guesses.split() if one in ORGANISATIONS]
    if not ticket.organisation_guesses:
        return [ticket.organisation]
    return guesses if len(guesses) > 1 else list(dict.fromkeys([*guesses, *ORGANISATIONS]))


def _likely(draft: Draft) -> list[str]:
    catalogue = draft.policy.rules.catalogue
    return [code for code in draft.facts.guesses.applications if code != KHAC and catalogue.knows(code)]


def _choices(draft: Draft, question: str) -> tuple[Choice, ...]:
    """One button a guess, and one to write it down; every button's mail is a line for each thing asked."""
    asked, guessed = question.split(), draft.facts.guesses.province
    place, unit = f"Tỉnh: {guessed}", "Đơn vị: "
    below = f"\n{place}" if PROVINCE in asked else ""
    if APPLICATION in asked:
        below += f"\n{unit}" if ORGANISATION in asked else ""
        names = [draft.policy.rules.catalogue.get(code).name for code in _likely(draft)[:MOST_APPLICATIONS]]
        likely = [Choice(name, f"Ứng dụng: {name}{below}") for name in names]
        return (*likely, Choice("Ứng dụng khác", f"Ứng dụng: {below}"))
    if ORGANISATION in asked:
        likely_ones = _organisations(draft.ticket) if draft.ticket.organisation_guesses else ORGANISATIONS
        kinds = [organisation_name(one) for one in likely_ones]
        return (
            *(Choice(kind, f"{unit}{kind}{below}") for kind in kinds),
            Choice("Ghi tên đơn vị", f"{unit}{below}"),
        )
    return (*((Choice(guessed, place),) if guessed else ()), Choice("Ghi tên tỉnh, thành phố", "Tỉnh: "))


def understand(mail: Mail, text: str, draft: Draft) -> None:
    """Take what was asked from the requester's reply, and route the ticket again; what he left open stays asked.

    It counts also where something was known: whoever asked for it doubted that.
    """
    asked = draft.ticket.asked.split()
    if not asked:
        return
    sender = mail.sender or Address("", "")
    told = [one for one in asked if _UNDERSTOOD[one](text, draft, sender.address)]
    draft.change({"asked": " ".join(one for one in asked if one not in told)})
    if told:
        route_again(draft, Speaker(Staff(sender.address, sender.name, ""), Standing.REQUESTER, text))


def _province_told(text: str, draft: Draft, actor: str) -> bool:
    verdict = draft.facts.judgement.province if draft.facts.judgement is not None else None
    found = province_in(_field(text, PROVINCE), draft.policy.resolve_province)
    if found is None and verdict is not None and verdict.accepted and verdict.current is not None:
        found = verdict.former, verdict.current
    if found is None:
        return False
    former, current = found
    draft.change({"province": former or current, "province_current": current, "province_confidence": 1.0})
    draft.event("province_told", actor, before=draft.ticket.province, after=former or current)
    return True


def _application_told(text: str, draft: Draft, actor: str) -> bool:
    verdict = draft.facts.judgement.application if draft.facts.judgement is not None else None
    code = application_in(_field(text, APPLICATION), draft.policy.rules.catalogue)
    if code is None and verdict is not None and verdict.accepted and verdict.code != KHAC:
        code = verdict.code
    if code is None:
        return False
    draft.change({"application": code, "application_confidence": 1.0, "application_accepted": True})
    draft.event("category_told", actor, before=draft.ticket.application, after=code)
    return True


def _organisation_told(text: str, draft: Draft, actor: str) -> bool:
    verdict = draft.facts.judgement.organisation if draft.facts.judgement is not None else None
    labelled = fields_of(text).get("unit", "")
    alone = draft.ticket.asked == ORGANISATION and len(text.split()) <= SHORT_UNIT
    code = organisation_in(labelled or (text if alone else "")) or organisation_named(text)
    if code is None and verdict is not None and verdict.accepted:
        code = verdict.code
    if code is None:
        return False
    draft.change({"organisation": code, "organisation_guesses": ""})
    draft.event("organisation_told", actor, before=draft.ticket.organisation, after=code)
    return True


_UNDERSTOOD = {PROVINCE: _province_told, APPLICATION: _application_told, ORGANISATION: _organisation_told}


def _field(text: str, name: str) -> str:
    """The labelled value where the reply has one, else the whole reply."""
    return fields_of(text).get(name) or text


def buttons_wanted(ticket: Ticket) -> Sequence[str]:
    """What the Service Desk's one button types behind #hoi; nothing where nothing is missing."""
    lacks = missing(ticket).split()
    return [" va ".join(TYPED[one] for one in lacks)] if lacks else []
