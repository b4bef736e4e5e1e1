"""A mail that begins a ticket: whose request it is, where it goes first, and who is told. Pure."""

from dataclasses import replace

from classifiers.verdict import TRUNG_UONG, Judgement, ProvinceVerdict, Undecided, Verdict
from daemon.desk.brakes import too_many_tickets
from daemon.desk.deadlines import deadlines
from daemon.desk.directory import SERVICE_DESK, HolderKind, Staff
from daemon.desk.draft import Draft
from daemon.desk.ending import goes_on_from, reaction_of
from daemon.desk.facts import Facts, Policy
from daemon.desk.form import Form
from daemon.desk.formread import as_form_says, form_of, with_form
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.moves import tell_security
from daemon.desk.origin import Origin, origin_of, problems_of, question_for_judge
from daemon.desk.people import with_known
from daemon.desk.plan import NewEntry, NewEvent, NewParticipant, NewRecord, Plan, entry_of, ignored
from daemon.desk.routing import Request, Route, route
from daemon.desk.sealed import PLEASE_IN_PLAIN, way_of_sealed
from daemon.desk.words import Word, fold, read_words
from daemon.reading.mail import Address, Kind, Mail
from storage.tables import Channel, EntryKind, Passing, RecordState, Register, Role, Ticket, TicketState


def begin(mail: Mail, facts: Facts, policy: Policy) -> Plan:
    """The plan for a mail that belongs to no ticket yet."""
    old = goes_on_from(mail, facts, policy)
    if old is not None:
        mail = replace(mail, text=reaction_of(mail.text).shown)  # without the word of the button to reopen
    origin = origin_of(mail, facts.proof, policy)
    problems = problems_of(origin, policy)
    if problems and origin.officer is not None:
        help_letter = Letter(
            LetterKind.HELP, origin.officer.address, origin.officer.name, lines=tuple(problems), text=mail.text
        )
        return ignored("words without a ticket", help_letter)
    if origin.has(Word.CHANGE) and origin.officer is not None:
        return _change_registered(origin, origin.officer)
    braked = too_many_tickets(mail, facts, policy)
    if braked is not None:
        return braked
    form = form_of(mail)
    judgement = facts.judgement or Undecided().judge([question_for_judge(mail, origin)])[0]
    judgement = _known_first(_as_before(with_known(judgement, facts.known), old), origin, policy)
    judgement, told = with_form(judgement, form, policy)
    way = way_of_sealed(mail, policy) or _way(origin, judgement, policy, machine=mail.kind is Kind.AUTO_GENERATED)
    ticket = _ticket(mail, origin, judgement, way, facts, policy)
    if form is not None:
        as_form_says(ticket, form)
    draft = Draft(ticket, _chain(way, origin, facts), facts, policy)
    _participants(draft, mail, origin)
    _events(draft, mail, judgement, way, facts)
    for event in told:
        draft.event(event, origin.requester.address, "by the request form")
    _letters(draft, mail, origin, way)
    ticket.assigned_to = draft.changes.get("assigned_to")
    return replace(
        draft.plan(_entry(mail, origin, form)),
        new_ticket=ticket,
        ticket_id=None,
        chain=tuple(draft.chain) or None,
        alternatives=judgement.application.alternatives,
    )


def _change_registered(origin: Origin, officer: Staff) -> Plan:
    """`#thaydoi` in a mail of its own: a line of the register, and no ticket."""
    record = NewRecord(Register.CHANGE, RecordState.NOTED, officer.holder, officer.address, origin.words.text)
    done = Letter(
        LetterKind.DONE, officer.address, officer.name, lines=("Thay đổi đã vào sổ theo dõi.",), text=origin.words.text
    )
    event = NewEvent("registered", officer.address, "", {"register": Register.CHANGE.value})
    return replace(ignored("a change was registered", done, events=(event,)), records=(record,))


def _as_before(judgement: Judgement, old: Ticket | None) -> Judgement:
    """What was known of the ticket that this one goes on from outweighs the few words of "still not working"."""
    if old is None:
        return judgement
    if old.application_accepted:
        judgement = replace(judgement, application=Verdict(old.application, old.application_confidence, accepted=True))
    if old.province_current is not None:
        province = ProvinceVerdict(old.province, old.province_current, old.province_confidence, True, (old.code,))
        judgement = replace(judgement, province=province)
    return replace(judgement, organisation=Verdict(old.organisation, 1.0, accepted=True))


def _known_first(judgement: Judgement, origin: Origin, policy: Policy) -> Judgement:
    """A directory entry for the requester outweighs every other evidence of his province and organisation."""
    known = policy.rules.directory.member(origin.requester.address)
    if known is None:
        return judgement
    holder = policy.rules.directory.holder(known.holder)
    if holder.kind is HolderKind.OUTSOURCED:
        return judgement
    evidence = ("danh bạ cán bộ hỗ trợ",)
    if holder.kind is not HolderKind.OFFICE:
        province = ProvinceVerdict(TRUNG_UONG, TRUNG_UONG, 1.0, accepted=True, evidence=evidence)
        return replace(judgement, province=province, organisation=Verdict("tw", 1.0, accepted=True))
    resolved = policy.resolve_province(known.province or holder.code)
    if resolved is not None:
        former, current = resolved
        judgement = replace(judgement, province=ProvinceVerdict(former or current, current, 1.0, True, evidence))
    return replace(judgement, organisation=Verdict("kbnn", 1.0, accepted=True))


def _way(origin: Origin, judgement: Judgement, policy: Policy, *, machine: bool) -> Route:
    unknown = not origin.requester.address and origin.channel is not Channel.TELEPHONE
    if unknown or machine:
        desk = policy.rules.directory.holder(SERVICE_DESK)
        why = "thư của hệ thống giám sát" if machine else "thư không có người gửi hợp lệ"
        return Route(desk.code, desk.level, "0 monitor" if machine else "0 no sender", why)
    office = policy.rules.directory.holder(origin.officer.holder) if origin.officer is not None else None
    if office is not None and office.code == SERVICE_DESK and origin.for_somebody_else and not origin.has(Word.TAKE):
        office = None  # The Service Desk sorts: what it writes down or forwards for others goes its normal way.
    return route(
        Request(
            judgement.application, judgement.province, judgement.organisation, office, takes_it=origin.has(Word.TAKE)
        ),
        policy.rules,
    )


def _ticket(mail: Mail, origin: Origin, judgement: Judgement, way: Route, facts: Facts, policy: Policy) -> Ticket:
    due = deadlines(facts.now, "thuong", way.holder, policy)
    takes = origin.has(Word.TAKE) and origin.officer is not None
    return Ticket(
        code="",
        state=TicketState.IN_PROGRESS if takes else TicketState.NEW,
        level=way.level,
        holder=way.holder,
        taken_by=origin.officer.address if takes and origin.officer is not None else None,
        subject=mail.subject,
        requester_address=origin.requester.address,
        requester_name=origin.requester.name,
        reply_address=_reply_address(mail, origin, policy),
        channel=origin.channel,
        application=judgement.application.code,
        application_confidence=judgement.application.confidence,
        application_accepted=judgement.application.accepted,
        province=judgement.province.former if judgement.province.accepted else None,
        province_current=judgement.province.current if judgement.province.accepted else None,
        province_confidence=judgement.province.confidence,
        organisation=judgement.organisation.code,
        organisation_guesses=_guessed_organisations(judgement),
        request_kind=judgement.request_kind.code,
        model=judgement.model,
        rule=way.rule,
        why=way.why,
        may_belong_to=_may_belong_to(mail, facts, policy),
        continues=_continues(mail, facts, policy),
        created_at=facts.now,
        answer_due_at=due.answer_due_at,
        due_at=due.due_at,
    )


def _guessed_organisations(judgement: Judgement) -> str:
    """What the requester's organisation may be, the best first; "" when it is known."""
    verdict, province = judgement.organisation, judgement.province
    if verdict.accepted or (province.accepted and province.former == TRUNG_UONG):
        return ""
    return " ".join(dict.fromkeys([verdict.code, *(code for code, _ in verdict.alternatives)]))


def _continues(mail: Mail, facts: Facts, policy: Policy) -> str | None:
    """The code of the ended ticket that its requester takes up again."""
    old = goes_on_from(mail, facts, policy)
    return old.code if old is not None else None


def _may_belong_to(mail: Mail, facts: Facts, policy: Policy) -> str | None:
    """The ticket that the mail names without a right to join it."""
    if goes_on_from(mail, facts, policy) is not None:
        return None
    return facts.may_belong_to or (facts.ticket.code if facts.ticket is not None else None)


def _reply_address(mail: Mail, origin: Origin, policy: Policy) -> str:
    """From; Reply-To where it differs and is not ours or a list (docs/READING, "answers go to").

    A Reply-To that also stands in To or Cc is taken for a list: lists put themselves into both.
    """
    if origin.channel is Channel.TELEPHONE and not origin.requester.address:
        return policy.rules.directory.holder(SERVICE_DESK).address  # which tells the caller
    if origin.for_somebody_else:
        return origin.requester.address
    addressed = {person.key for person in (*mail.to, *mail.cc)}
    for wanted in mail.reply_to:
        if wanted.address and not policy.is_own(wanted.address) and wanted.key not in addressed:
            return wanted.address
    return origin.requester.address


def _chain(way: Route, origin: Origin, facts: Facts) -> list[Passing]:
    if way.passer is None:
        return []
    officer = origin.officer.address if origin.officer is not None else ""
    return [
        Passing(
            ticket_id=0,
            position=1,
            holder=way.passer.code,
            level=way.passer.level,
            officer=officer,
            passed_at=facts.now,
        )
    ]


def _participants(draft: Draft, mail: Mail, origin: Origin) -> None:
    seen: set[str] = set()
    people = [(origin.requester, Role.REQUESTER)] if origin.requester.address else []
    if origin.officer is not None:
        people.append((Address(origin.officer.name, origin.officer.address), Role.OFFICER))
    people += [(person, Role.CC) for person in (*mail.to, *mail.cc)]
    for person, role in people:
        if person.address and person.key not in seen and not draft.policy.is_own(person.address):
            seen.add(person.key)
            draft.participants.append(NewParticipant(person.address, person.name, role))


def _events(draft: Draft, mail: Mail, judgement: Judgement, way: Route, facts: Facts) -> None:
    draft.event("ticket_created", mail.sender.address if mail.sender else "", channel=draft.ticket.channel)
    draft.event(
        "judged",
        "desk",
        model=judgement.model,
        application=[
            judgement.application.code,
            round(judgement.application.confidence, 3),
            judgement.application.accepted,
        ],
        alternatives=[[code, round(confidence, 3)] for code, confidence in judgement.application.alternatives],
        province=[judgement.province.former, round(judgement.province.confidence, 3), judgement.province.accepted],
        evidence=list(judgement.province.evidence),
        organisation=[judgement.organisation.code, round(judgement.organisation.confidence, 3)],
    )
    draft.event("routed", "desk", way.why, rule=way.rule, holder=way.holder)
    if draft.ticket.may_belong_to:
        draft.event("may_belong", "desk", "named without being a participant", ticket=draft.ticket.may_belong_to)
    if draft.ticket.continues:
        draft.event("continues", "desk", "the reply came too late to reopen", ticket=draft.ticket.continues)
    if facts.flagged_same_id:
        draft.event("message_id_repeated", "desk", "the same Message-ID came before with other content")
    for command in read_words(mail.text).commands if facts.proof.identity else ():
        draft.event("word_used", mail.sender.address if mail.sender else "", word=command.word.value)


TOO_LARGE_DEFECTS = frozenset({"too_large", "mail_too_large", "attachment_too_large"})
TOO_LARGE = (
    "Thư của anh/chị lớn hơn mức hộp thư đọc được, nên chỉ phần chữ được đọc và tệp lớn chưa chuyển tới nơi xử lý. "
    "Nếu cần tệp đó, xin gửi lại bản nhỏ hơn, chia thành nhiều thư."
)


def _letters(draft: Draft, mail: Mail, origin: Origin, way: Route) -> None:
    facts = draft.facts
    if origin.requester.address and not mail.suppress_answer and mail.kind is Kind.PERSON:
        reasons = (TOO_LARGE_DEFECTS.intersection(mail.defects) and TOO_LARGE, mail.encrypted and PLEASE_IN_PLAIN)
        said = "\n\n".join(one for one in reasons if one)
        draft.to_requester(LetterKind.ACKNOWLEDGEMENT, said, "", automatic=True, files=False)
    if not origin.has(Word.TAKE):
        draft.to_holder(LetterKind.NOTICE, why=way.why)
    if draft.ticket.application_accepted:
        tell_security(draft)
    if origin.officer is not None and (origin.for_somebody_else or origin.has(Word.TAKE)):
        whose = origin.requester.name or origin.requester.address
        lines = [f"Yêu cầu được ghi nhận là của {whose}.", f"Nơi xử lý: {draft.holder.name}."]
        draft.to_staff_member(LetterKind.DONE, origin.officer, lines)
    if facts.proof.staff is not None and not facts.proof.authentic:
        draft.to_staff_member(LetterKind.FAILED_PROOF, facts.proof.staff, text=mail.text)
        draft.event(
            "proof_failed", mail.sender.address if mail.sender else "", "the receiving server did not vouch for From"
        )
    unknown_officer = origin.requester.address and facts.proof.staff is None
    if unknown_officer and "phong tin hoc" in fold(mail.signature):
        draft.service_desk(
            LetterKind.ADD_OFFICER, [f"{origin.requester.name} <{origin.requester.address}>"], text=mail.signature
        )


def _entry(mail: Mail, origin: Origin, form: Form | None) -> NewEntry:
    text = origin.text if form is None else form.as_text()  # the signature and the quote may hold a part of a form
    if mail.forwarded and mail.forwarded not in text:
        text = f"{text}\n\n{mail.forwarded}".strip()
    return entry_of(mail, EntryKind.REQUEST, text)
