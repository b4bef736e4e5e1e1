"""What a filled request form means for the ticket it begins: its fields outweigh the classifiers. Pure."""

import re
from dataclasses import replace

from classifiers.verdict import Judgement, ProvinceVerdict, Verdict
from daemon.desk.facts import Policy
from daemon.desk.form import Form, read_form
from daemon.desk.naming import application_in, organisation_in, province_in
from daemon.desk.words import fold
from daemon.reading.mail import Mail
from storage.tables import Channel, Ticket

SURE = 0.99  # 1.0 is what an officer has confirmed
MOST_SUBJECT = 120
EVIDENCE = "phiếu yêu cầu"


def form_of(mail: Mail) -> Form | None:
    """The filled form that a mail holds, typed or answered inside the quote; None for none or a blank one.

    The end of a form looks like a signature (name, unit, telephone), so what was set apart as one is read with it.
    """
    for text in (f"{mail.text}\n{mail.signature}", mail.full_text):
        form = read_form(text)
        if form is not None and not form.is_blank:
            return form
    return None


def with_form(judgement: Judgement, form: Form | None, policy: Policy) -> tuple[Judgement, list[str]]:
    """The judgement as the form says, and the kinds of events that tell so."""
    if form is None:
        return judgement, []
    told = ["form_read"]
    place = province_in(form.province, policy.resolve_province) if form.province else None
    place = place or (province_in(form.unit, policy.resolve_province) if form.unit else None)
    if place is not None:
        former, current = place
        province = ProvinceVerdict(former or current, current, SURE, accepted=True, evidence=(EVIDENCE,))
        judgement = replace(judgement, province=province)
        told.append("province_told")
    code = application_in(form.application, policy.rules.catalogue)
    if code is not None:
        others = tuple(one for one in judgement.application.alternatives if one[0] != code)
        judgement = replace(judgement, application=Verdict(code, SURE, accepted=True, alternatives=others))
        told.append("category_told")
    organisation = organisation_in(form.unit)
    if organisation is not None:
        judgement = replace(judgement, organisation=Verdict(organisation, SURE, accepted=True))
    return judgement, told


def as_form_says(ticket: Ticket, form: Form) -> None:
    """The channel, and a subject that tells something where the mail's only says that it is a form."""
    if ticket.channel is not Channel.TELEPHONE:
        ticket.channel = Channel.FORM
    ticket.requester_name = ticket.requester_name or form.name.split("\n")[0]
    if form.happens and re.match(r"\W*((re|tl|fwd?|tr)\s*:\s*)*(phieu\b|$)", fold(ticket.subject)):
        first = form.happens.split("\n")[0]
        ticket.subject = first if len(first) <= MOST_SUBJECT else f"{first[: MOST_SUBJECT - 1]}…"
