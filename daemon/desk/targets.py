"""Whom `#chuyen` names: a level, a group, a department or an office, by code, number or name. Pure."""

import re
from dataclasses import dataclass

from daemon.desk.catalogue import KHAC, Application
from daemon.desk.directory import SERVICE_DESK, Holder, HolderKind
from daemon.desk.routing import Rules
from daemon.desk.words import fold


@dataclass(frozen=True, slots=True)
class NoTarget:
    """Why there is no such target, as one Vietnamese sentence for the person who typed it."""

    problem: str


def target_of(argument: str, application: Application, province_current: str | None, rules: Rules) -> Holder | NoTarget:
    """The holder that the words after `#chuyen` name, for a ticket of this application and province."""
    typed = fold(argument).strip()
    level = re.match(r"(?:muc|level|cap)\s*(\d+)\b", typed) or re.match(r"(\d+)\b", typed)
    if level is not None:
        return _at_level(int(level.group(1)), application, province_current, rules)
    if not typed:
        return NoTarget(
            "Sau #chuyen cần ghi nơi nhận, ví dụ: #chuyen muc 2, #chuyen nhom TABMIS, #chuyen phong Quản trị hệ thống."
        )
    found = _by_name(re.findall(r"[a-z0-9]+", typed), rules)
    if found is None:
        return NoTarget(f"Không có nơi nhận nào tên là “{argument.strip()}”. Các nơi nhận: {_choices(rules)}.")
    return found


def _at_level(level: int, application: Application, province_current: str | None, rules: Rules) -> Holder | NoTarget:
    holders = rules.directory.holders
    if level == 1:
        office = rules.office_of(province_current) if province_current else None
        if office is None:
            return NoTarget("Chưa rõ yêu cầu của tỉnh nào, vui lòng ghi thêm một dòng #tinh TÊN TỈNH phía trên.")
        return holders[office]
    if level == 2:
        return holders[application.group if application.code != KHAC else SERVICE_DESK]
    if level == 3:
        return holders[application.department]
    experts = next((holder for holder in holders.values() if holder.kind is HolderKind.EXPERTS), None)
    if level == 4 and experts is not None:
        return experts
    return NoTarget(f"Không có mức {level}; các mức hỗ trợ là 1, 2, 3 và 4.")


def _by_name(typed: list[str], rules: Rules) -> Holder | None:
    """The holder whose code or name the typed words begin with, the longest first; "nhóm" and "phòng" may be left out."""
    beginnings = {"".join(typed[:count]) for count in range(1, len(typed) + 1)}
    best: tuple[int, Holder] | None = None
    for holder in rules.directory.holders.values():
        for name in _names(holder):
            for prefix in ("", "nhom", "phong"):
                whole = prefix + name
                if whole in beginnings and (best is None or len(whole) > best[0]):
                    best = len(whole), holder
    return best[1] if best else None


def _names(holder: Holder) -> set[str]:
    names = {_squeezed(fold(holder.code)), _squeezed(fold(holder.name))}
    names |= {_squeezed(fold(alias)) for alias in holder.aliases}
    short = {name.removeprefix("nhom").removeprefix("phong") for name in names}
    return {name for name in names | short if name}


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)


def _choices(rules: Rules) -> str:
    central = [holder for holder in rules.directory.holders.values() if holder.level >= 2]
    return "; ".join(f"{holder.code} ({holder.name})" for holder in central)
