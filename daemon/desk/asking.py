"""Asking instead of guessing: the one standard question to a requester, its buttons, and his reply understood. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from daemon.desk.catalogue import KHAC
from daemon.desk.directory import Staff
from daemon.desk.draft import Draft
from daemon.desk.form import fields_of
from daemon.desk.letters import Choice, LetterKind
from daemon.desk.moves import route_again
from daemon.desk.naming import application_in, province_in
from daemon.desk.speaker import Speaker
from daemon.desk.standing import Standing
from daemon.desk.words import fold
from daemon.reading.mail import Address, Mail
from storage.tables import Ticket

PROVINCE, APPLICATION = "province", "application"
# What the Service Desk types (or its button writes) behind #hoi to have the program ask.
TYPED = {PROVINCE: "tinh", APPLICATION: "ung dung", f"{PROVINCE} {APPLICATION}": "tinh va ung dung"}
_TYPED = {
    "tinh": PROVINCE,
    "tinhthanhpho": PROVINCE,
    "ungdung": APPLICATION,
    **dict.fromkeys(("tinhvaungdung", "tinhungdung", "ungdungvatinh", "ungdungtinh"), f"{PROVINCE} {APPLICATION}"),
}
QUESTIONS = {
    PROVINCE: "Anh/chị đang công tác tại tỉnh, thành phố nào (tên cũ hay tên mới đều được)?",
    APPLICATION: "Anh/chị gặp vướng mắc ở ứng dụng (chương trình) nào?",
    f"{PROVINCE} {APPLICATION}": "Anh/chị đang công tác tại tỉnh, thành phố nào, và gặp vướng mắc ở ứng dụng nào?",
}
MOST_GUESSES = 3


def missing(ticket: Ticket) -> str:
    """What a ticket lacks: "", "province", "application" or both with a blank between."""
    lacks = [PROVINCE] if ticket.province_current is None else []
    if not ticket.application_accepted or ticket.application == KHAC:
        lacks.append(APPLICATION)
    return " ".join(lacks)


def standard_question(text: str) -> str:
    """Which standard question the words behind #hoi mean; "" when they are a question of the officer's own."""
    return _TYPED.get("".join(re.findall(r"[a-z]+", fold(text))), "")


def put(draft: Draft, by: str, question: str) -> None:
    """Send the standard question with its buttons; the caller pauses the clock."""
    draft.change({"asked": question})
    draft.to_requester(LetterKind.ASK_DETAILS, QUESTIONS[question], by, automatic=True, files=False)
    if draft.letters and draft.letters[-1].kind is LetterKind.ASK_DETAILS:
        draft.letters[-1] = replace(draft.letters[-1], choices=_choices(draft, question))


def _choices(draft: Draft, question: str) -> tuple[Choice, ...]:
    """One button a guess, and one to write it down; every button's mail is a line for each thing asked."""
    guesses, asked = draft.facts.guesses, question.split()
    place = f"Tỉnh: {guesses.province}"
    if APPLICATION not in asked:
        guessed = (Choice(guesses.province, place),) if guesses.province else ()
        return (*guessed, Choice("Ghi tên tỉnh, thành phố", "Tỉnh: "))
    below = f"\n{place}" if PROVINCE in asked else ""
    catalogue = draft.policy.rules.catalogue
    codes = [code for code in guesses.applications if code != KHAC and catalogue.knows(code)][:MOST_GUESSES]
    likely = [Choice(catalogue.get(code).name, f"Ứng dụng: {catalogue.get(code).name}{below}") for code in codes]
    return (*likely, Choice("Ứng dụng khác", f"Ứng dụng: {below}"))


def understand(mail: Mail, text: str, draft: Draft) -> None:
    """Take what was asked from the requester's reply, and route the ticket again; what he left open stays asked."""
    asked = [one for one in draft.ticket.asked.split() if one in missing(draft.ticket).split()]
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


_UNDERSTOOD = {PROVINCE: _province_told, APPLICATION: _application_told}


def _field(text: str, name: str) -> str:
    """The labelled value where the reply has one, else the whole reply."""
    return fields_of(text).get(name) or text


def buttons_wanted(ticket: Ticket) -> Sequence[str]:
    """What the Service Desk's one button types behind #hoi; nothing where nothing is missing."""
    lacks = missing(ticket)
    return [TYPED[lacks]] if lacks else []
