"""Requesters outside the directory: what a decision teaches about them, and what is known when they write again. Pure."""

from dataclasses import replace

from classifiers.verdict import Judgement, ProvinceVerdict, Verdict
from daemon.desk.facts import Facts, Policy
from daemon.desk.plan import Plan
from daemon.reading.addresses import comparable
from storage.tables import LearnedFrom, Requester, Ticket

# Events after which a person has said where the requester works, and those that only confirm what was believed.
SAID = frozenset({"province_corrected", "province_told", "organisation_told"})
CONFIRMED = frozenset({"resolved"})


def with_known(judgement: Judgement, known: Requester | None) -> Judgement:
    """The judgement with what earlier tickets taught: evidence after the directory.

    What a person said outweighs the classifiers; what tickets only confirmed fills in where the mail itself says nothing.
    """
    if known is None:
        return judgement
    sure = known.learned_from is LearnedFrom.PERSON
    if known.province_current and (sure or not judgement.province.accepted):
        evidence = (f"đã biết người gửi từ yêu cầu {known.ticket_code}".rstrip(),)
        province = ProvinceVerdict(known.province, known.province_current, 1.0 if sure else 0.99, True, evidence)
        judgement = replace(judgement, province=province)
    if known.organisation and not judgement.organisation.accepted:
        judgement = replace(judgement, organisation=Verdict(known.organisation, 0.99, accepted=True))
    return judgement


def lessons_of(plan: Plan, facts: Facts, policy: Policy) -> tuple[Requester, ...]:
    """What the plan teaches about the ticket's requester; nothing about members of the directory."""
    happened = {event.kind for event in plan.events}
    ticket = _after(plan, facts) if happened & (SAID | CONFIRMED) else None
    if ticket is None or not ticket.province_current:
        return ()
    address = ticket.requester_address
    if not address or policy.is_own(address) or policy.rules.directory.member(address) is not None:
        return ()
    return (
        Requester(
            key=comparable(address),
            address=address,
            name=ticket.requester_name,
            province=ticket.province,
            province_current=ticket.province_current,
            organisation="" if ticket.organisation_guesses else ticket.organisation,  # a guess teaches nothing
            learned_from=LearnedFrom.PERSON if happened & SAID else LearnedFrom.TICKET,
            ticket_code=ticket.code,
            updated_at=facts.now,
        ),
    )


def _after(plan: Plan, facts: Facts) -> Ticket | None:
    """The ticket as the plan leaves it; a new one has no code yet."""
    if plan.new_ticket is not None:
        return plan.new_ticket
    if facts.ticket is None or plan.ticket_id != facts.ticket.id:
        return None
    return Ticket(**{**facts.ticket.model_dump(), **plan.changes})
