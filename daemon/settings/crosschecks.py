"""What must agree between the tables of config.toml. Pure.

The checks look at the file's raw values, so that they speak even where other keys are wrong; whatever has the wrong type
is left to the models, which report it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from classifiers.gazetteer.places import current_names
from daemon.settings.expectations import key_of, shown
from daemon.settings.organisation import OfficeSettings
from daemon.settings.sections import DeskSettings, RetentionSettings
from daemon.settings.servers import LOOPBACK, EmbeddedSettings, Endpoint
from daemon.settings.times import EndingSettings

Data = Mapping[str, Any]

# The routing rules name these, so that they must exist whatever else is supported.
NEEDED_GROUPS = ("SERVICE_DESK", "MAY_TRAM")
NEEDED_APPLICATIONS = ("KHAC",)
# The areas of work that the domain defines by these categories; every other category is free to choose.
FIXED_AREAS = {
    "MAY_TRAM": "thiet_bi",
    "MANG": "thiet_bi",
    "ATTT": "tai_khoan_attt",
    "TAI_KHOAN": "tai_khoan_attt",
    "KHAC": "ung_dung",
}


def contradictions(data: Data) -> list[str]:
    """One line for each thing in the file that does not fit another; empty when everything agrees."""
    checks = (_applications, _needed, _groups, _own_mail, _servers, _calendar, _regions, _retention)
    return [line for check in checks for line in check(data)]


def _applications(data: Data) -> Iterator[str]:
    for code, entry in _entries(data, "applications"):
        for key, table in (("group", "groups"), ("department", "departments")):
            named = entry.get(key)
            if isinstance(named, str) and named not in _table(data, table):
                yield f"{key_of(['applications', code, key])} = {shown(named)}: expected one of {_codes(data, table)}"
        area = FIXED_AREAS.get(code)
        if area is not None and entry.get("area") in {*FIXED_AREAS.values()} - {area}:
            yield f"applications.{code}.area = {shown(entry['area'])}: expected {shown(area)}, which {code} belongs to"
        group = entry.get("group")
        if code == "KHAC" and group in _table(data, "groups") and group != "SERVICE_DESK":
            yield f'applications.KHAC.group = {shown(group)}: expected "SERVICE_DESK", which sorts what nobody recognised'


def _retention(data: Data) -> Iterator[str]:
    """What a reply may still reopen is kept."""
    reopen = _value(data, "ending", "reopen_days", EndingSettings)
    for key in ("ticket_mail_days", "attachment_days", "ticket_text_days"):
        days = _value(data, "retention", key, RetentionSettings)
        if isinstance(days, int) and isinstance(reopen, int) and 0 < days <= reopen:
            yield f"retention.{key} = {days}: expected more than ending.reopen_days ({reopen}), or 0 to keep it for good"


def _needed(data: Data) -> Iterator[str]:
    for table, codes in (("groups", NEEDED_GROUPS), ("applications", NEEDED_APPLICATIONS)):
        for code in codes:
            if isinstance(data.get(table), Mapping) and code not in _table(data, table):
                yield f"{table}.{code} is missing: expected a table for it, because the routing rules need it"
    ito = _table(data, "groups").get("ITO")
    if _value(data, "desk", "outsourcing", DeskSettings) is True and isinstance(data.get("groups"), Mapping):
        if ito is None:
            yield "groups.ITO is missing: expected a table for it, or desk.outsourcing = false"
        elif isinstance(ito, Mapping) and ito.get("outsourced") is not True:
            yield "groups.ITO.outsourced: expected true, or desk.outsourcing = false"


def _groups(data: Data) -> Iterator[str]:
    groups, departments = _table(data, "groups"), _table(data, "departments")
    for code, entry in _entries(data, "groups"):
        target = entry.get("passes_to")
        if isinstance(target, str) and (target == code or target not in {**groups, **departments}):
            yield f"groups.{code}.passes_to = {shown(target)}: expected the code of another group or department"
    for code in groups:
        if code in departments:
            yield f"departments.{code}: expected another code, because a group has this one"


def _own_mail(data: Data) -> Iterator[str]:
    """A letter to a holder whose address is our own would come back to us as a new mail."""
    own = {str(_table(data, "desk").get("address", "")).lower()}
    listed = _table(data, "desk").get("own_addresses")
    own |= {str(address).lower() for address in listed} if isinstance(listed, list) else set()
    for table in ("groups", "departments"):
        for code, entry in _entries(data, table):
            if str(entry.get("address", "-")).lower() in own:
                yield (
                    f"{table}.{code}.address = {shown(entry['address'])}: "
                    "expected another address than the desk's own, which would write to itself"
                )


def _servers(data: Data) -> Iterator[str]:
    boxes = data.get("mailboxes")
    mailboxes = [(f"mailboxes[{n}]", box) for n, box in enumerate(boxes if isinstance(boxes, list) else [], 1)]
    embedded = _value(data, "embedded", "enabled", EmbeddedSettings) is not False
    for key, server in [*mailboxes, ("relay", data.get("relay"))]:
        if not isinstance(server, Mapping) or not isinstance(server.get("host"), str):
            continue
        if embedded and server["host"] not in LOOPBACK:
            yield f'{key}.host = {shown(server["host"])}: expected "127.0.0.1", or embedded.enabled = false'
        elif embedded and server.get("security", Endpoint.model_fields["security"].default) in ("tls", "starttls"):
            yield f'{key}.security: expected "plain", as the embedded servers speak, or embedded.enabled = false'
        elif not embedded and key != "relay" and "start_date" not in server:
            yield f"{key}.start_date is missing: expected the date from which mail is taken, such as 2026-01-31"
    boxes = [box for _, box in mailboxes if isinstance(box, Mapping)]
    for n, box in enumerate(boxes, 1):
        if embedded and box.get("port") != boxes[0].get("port"):
            yield f"mailboxes[{n}].port = {shown(box.get('port'))}: expected the first one's, which all embedded ones share"
    names = [box.get("name") for box in boxes]
    for n, name in enumerate(names):
        if name is not None and name in names[:n]:
            yield f"mailboxes[{n + 1}].name = {shown(name)}: expected a name that no other mailbox has"


def _calendar(data: Data) -> Iterator[str]:
    known = {*_table(data, "groups"), *_table(data, "departments")}
    listed = _table(data, "calendar").get("always_open")
    for n, code in enumerate(listed if isinstance(listed, list) else [], 1):
        if known and isinstance(code, str) and code not in known:
            yield f"calendar.always_open[{n}] = {shown(code)}: expected one of {', '.join(sorted(known))}"


def _regions(data: Data) -> Iterator[str]:
    regions = data.get("regions")
    entries = [region for region in regions if isinstance(region, Mapping)] if isinstance(regions, list) else []
    dealt: dict[tuple[Any, str], int] = {}
    for n, region in enumerate(entries, 1):
        for province in _texts(region.get("provinces")):
            first = dealt.setdefault((region.get("valid_from"), province), n)
            if first != n:
                yield (
                    f"regions[{n}].provinces has {shown(province)}: "
                    f"expected each province once a date, but regions[{first}] has it too"
                )
        code = region.get("code")
        if code in _table(data, "groups") or code in _table(data, "departments"):
            yield f"regions[{n}].code = {shown(code)}: expected a code that no group or department has"
    if _value(data, "offices", "level1", OfficeSettings) == "region":
        missing = sorted(set(current_names()) - {province for _, province in dealt})
        if missing:
            yield f'offices.level1 = "region": expected a [[regions]] table for every province; missing are {", ".join(missing)}'


def _table(data: Data, name: str) -> Data:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _entries(data: Data, name: str) -> Iterator[tuple[str, Data]]:
    for code, entry in _table(data, name).items():
        if isinstance(entry, Mapping) and re.fullmatch(r"[A-Z][A-Z0-9_]*", code):
            yield code, entry


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _value(data: Data, section: str, key: str, model: type[Any]) -> Any:
    return _table(data, section).get(key, model.model_fields[key].default)


def _codes(data: Data, table: str) -> str:
    return ", ".join(_table(data, table)) or f"the codes of [{table}], which has none"
