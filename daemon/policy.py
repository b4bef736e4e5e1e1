"""The policy that the desk decides by, built from the settings and the staff file for one day.

The service builds it at start and again when the day changes, because holidays and regions have dates.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from classifiers.gazetteer.places import current_names, resolve_name, slug
from daemon.desk.catalogue import Application, Catalogue
from daemon.desk.directory import Directory, Holder, HolderKind, Staff
from daemon.desk.facts import Brakes, Chasing, Policy, Targets
from daemon.desk.routing import Rules
from daemon.desk.worktime import Calendar
from daemon.reading.addresses import comparable, domain_of
from daemon.settings import CalendarSettings, ChasingSettings, RegionSettings, Settings

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Deadlines look at most 400 days ahead, reports one year back.
YEARS_BACK, YEARS_AHEAD = 1, 2


def policy_of(settings: Settings, staff: Sequence[Staff], today: date) -> Policy:
    """Everything that does not change from mail to mail on this day. Total for settings that `load` accepted.

    Staff of a provincial office belong to the region's office where level 1 is the region.
    """
    regions = regions_on(settings, today)
    office_of = _office_of(settings, regions)
    members = [replace(one, holder=office_of(one.holder) or one.holder) for one in staff]
    rules = Rules(
        directory=Directory.of(holders_of(settings, today), members),
        catalogue=_catalogue(settings),
        phase=settings.desk.phase,
        outsourcing=settings.desk.outsourcing,
        office_of=office_of,
    )
    return Policy(
        rules=rules,
        brakes=Brakes(
            tickets_per_sender_hour=settings.brakes.tickets_per_sender_hour,
            automatic_per_address_hour=settings.brakes.automatic_per_address_hour,
            staff_notices_per_address_hour=settings.brakes.staff_notices_per_address_hour,
            entries_per_ticket_hour=settings.brakes.entries_per_ticket_hour,
            automatic_per_domain_hour=settings.brakes.automatic_per_domain_hour,
            uncapped_domains=_uncapped_domains(settings),
            tickets_per_monitor_hour=settings.brakes.tickets_per_monitor_hour,
            hops_max=settings.brakes.hops_max,
            mute_days=settings.brakes.mute_days,
        ),
        targets=Targets(
            answer_hours=settings.targets.answer_hours.model_dump(),
            resolve_hours=settings.targets.resolve_hours.model_dump(),
        ),
        calendar_of=_calendar_of(settings, today),
        resolve_province=resolve_name,
        own_addresses=own_addresses(settings),
        monitors=frozenset(comparable(address) for address in settings.brakes.monitors),
        assign=settings.directory.assign,
        chasing=_chasing(settings.chasing),
        reopen_days=settings.ending.reopen_days,
    )


def _uncapped_domains(settings: Settings) -> frozenset[str]:
    """The treasury's own domain, whose users all write from it, and those that the settings name."""
    own = domain_of(settings.desk.address)
    return frozenset({own, *(domain_of(f"@{domain.lstrip('@')}") for domain in settings.brakes.uncapped_domains)})


def _chasing(wanted: ChasingSettings) -> Chasing:
    return Chasing(
        soon_share=wanted.soon_share,
        leader_after_hours=wanted.leader_after_hours,
        silence_hours=wanted.silence_hours,
        say_within_hours=wanted.say_within_hours,
        passer_chases_hours=wanted.passer_chases_hours,
        waiting_reminder_days=wanted.waiting_reminder_days,
        waiting_close_days=wanted.waiting_close_days,
        close_days=wanted.close_days,
        warning_days=wanted.warning_days,
        summary_days=frozenset(map(WEEKDAYS.index, wanted.summary_days)),
        summary_to=wanted.summary_to,
    )


def holders_of(settings: Settings, today: date) -> list[Holder]:
    """Everybody who can hold a ticket on this day: offices, groups, departments, experts; codes are unique.

    Where level 1 is the region, the provinces' offices stay known, at the region's address, because older tickets name
    them; the regions come first, so that a province's name means its region's office.
    """
    regions = regions_on(settings, today)
    return [
        *_region_offices(regions),
        *_provincial_offices(settings, regions),
        *_groups(settings),
        *_departments(settings),
    ]


def regions_on(settings: Settings, today: date) -> Mapping[str, RegionSettings]:
    """The region of each current province on this day, the latest entry that lists it; empty unless level 1 is regions."""
    if settings.offices.level1 != "region":
        return {}
    begun = sorted((one for one in settings.regions if one.valid_from <= today), key=lambda one: one.valid_from)
    return {province: region for region in begun for province in region.provinces}


def own_addresses(settings: Settings) -> frozenset[str]:
    """The desk's addresses in comparable form: its own, its aliases, and the names that its mailboxes log in with."""
    logins = (box.username for box in settings.mailboxes if "@" in box.username)
    return frozenset(comparable(one) for one in (settings.desk.address, *settings.desk.own_addresses, *logins))


def _office_of(settings: Settings, regions: Mapping[str, RegionSettings]) -> Callable[[str], str | None]:
    offices = {province: province for province in current_names()}
    if settings.offices.level1 == "region":
        offices = {province: region.code for province, region in regions.items()}
    return offices.get


def _region_offices(regions: Mapping[str, RegionSettings]) -> Iterable[Holder]:
    latest = {region.code: region for region in sorted(regions.values(), key=lambda one: one.valid_from)}
    for code, region in sorted(latest.items()):
        provinces = tuple(province for province, owner in regions.items() if owner.code == code)
        yield Holder(code, HolderKind.OFFICE, 1, region.name, region.address, aliases=provinces)


def _provincial_offices(settings: Settings, regions: Mapping[str, RegionSettings]) -> Iterable[Holder]:
    pattern = settings.offices
    for province in current_names():
        address = pattern.exceptions.get(province) or pattern.address.replace("{slug}", slug(province))
        if province in regions:
            address = regions[province].address
        name = pattern.name.replace("{province}", province)
        yield Holder(province, HolderKind.OFFICE, 1, name, address)


def _groups(settings: Settings) -> Iterable[Holder]:
    for code, group in settings.groups.items():
        kind, level = (HolderKind.OUTSOURCED, 1) if group.outsourced else (HolderKind.GROUP, 2)
        yield Holder(code, kind, level, group.name, group.address, group.passes_to, group.aliases)


def _departments(settings: Settings) -> Iterable[Holder]:
    for code, department in settings.departments.items():
        kind = HolderKind.EXPERTS if department.level == 4 else HolderKind.DEPARTMENT
        yield Holder(code, kind, department.level, department.name, department.address, aliases=department.aliases)


def _catalogue(settings: Settings) -> Catalogue:
    return Catalogue(
        {
            code: Application(code, one.name, one.group, one.area, one.department, one.installed == "phan_tan")
            for code, one in settings.applications.items()
        }
    )


def _calendar_of(settings: Settings, today: date) -> Callable[[str], Calendar]:
    zone = ZoneInfo(settings.desk.timezone)
    office_hours = calendar(settings.calendar, zone, today)
    always = Calendar(zone, always=True)
    open_always = frozenset(settings.calendar.always_open)
    return lambda holder: always if holder in open_always else office_hours


def calendar(wanted: CalendarSettings, zone: ZoneInfo, today: date) -> Calendar:
    """The treasury's working time around this day; the settings' own days win over the public ones."""
    off, worked = public_days(today.year)
    return Calendar(
        zone=zone,
        weekdays=frozenset(WEEKDAYS.index(day) for day in wanted.working_days),
        spans=wanted.hours,
        holidays=(off | frozenset(wanted.extra_holidays)) - frozenset(wanted.extra_working_days),
        extra_working_days=(worked - frozenset(wanted.extra_holidays)) | frozenset(wanted.extra_working_days),
    )


@cache
def public_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Vietnam's public holidays with their substitute days, and the weekend days worked in exchange, around this year."""
    public = country_holidays("VN", years=range(year - YEARS_BACK, year + YEARS_AHEAD + 1), expand=False)
    return frozenset(public), frozenset(public.weekend_workdays)
