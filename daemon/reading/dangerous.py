"""Attachments that are kept and named but not passed on: programs, scripts, macros, archives nobody can look into. Pure."""

from collections.abc import Collection
from enum import StrEnum

from daemon.reading.archives import directory_of, is_closed
from daemon.reading.characters import words
from daemon.reading.filetypes import true_type
from daemon.reading.mail import AttachedFile

EXTENSIONS = words(
    """
    ace ade adp apk app application appref-ms appx appxbundle bas bat cab chm cla class cmd com command cpl csh
    deb diagcab dll dmg docm dotm exe fxp gadget grp hlp hta img inf ins iqy iso jar jnlp js jse ksh library-ms
    lnk mde msc msh msh1 msh2 mshxml msi msix msp mst pcd pif pkg potm ppa ppam ppsm pptm prf prg ps1 ps2 psc1
    psd1 psm1 pyc reg rpm run scf scr sct search-ms settingcontent-ms sh sldm slk sys theme udf url vb vbe vbs
    vbscript vhd vhdx wbk website ws wsc wsf wsh xbap xht xla xlam xll xlm xlsm xltm xnk
    """
)
_CLOSED_ARCHIVES = words("7z ace arj lzh rar")
_PROGRAMS = frozenset(
    [
        "application/x-msdownload",
        "application/x-executable",
        "application/x-ms-shortcut",
        "application/vnd.ms-htmlhelp",
        "application/java-archive",
        "application/vnd.android.package-archive",
        "application/x-iso9660-image",
        "text/x-shellscript",
    ]
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")  # the storage that holds macros (MS-OVBA 2.2)


class Danger(StrEnum):
    """Why a file is not passed on."""

    PROGRAM = "program"
    MACROS = "macros"
    PROGRAM_IN_ARCHIVE = "program_in_archive"
    ENCRYPTED_ARCHIVE = "encrypted_archive"
    CLOSED_ARCHIVE = "closed_archive"  # RAR and 7-Zip: their directory may be packed or locked
    ARCHIVE_BOMB = "archive_bomb"
    INFECTED = "infected"
    UNSCANNED = "unscanned"  # larger than the virus scanner takes


def danger_of(file: AttachedFile, allowed: Collection[str] = ()) -> Danger | None:
    """Why the file is withheld, by name and content; None when it may go. `allowed` are extensions let through."""
    extension = extension_of(file.filename)
    if extension in allowed:
        return None
    if true_type(file.content) in _PROGRAMS:
        return Danger.PROGRAM
    if _has_macros(file.content):
        return Danger.MACROS
    if extension in EXTENSIONS:
        return Danger.PROGRAM
    return _danger_inside(file.content, extension, allowed)


def extension_of(filename: str) -> str:
    """The ending that decides what opens the file, lower case, without its dot; "" for none."""
    return filename.rpartition(".")[2].strip().lower() if "." in filename else ""


def _has_macros(content: bytes) -> bool:
    if content.startswith(_OLE):
        return _MACROS in content
    listing = directory_of(content)
    return listing is not None and any(one.name.lower().endswith("vbaproject.bin") for one in listing.members)


def _danger_inside(content: bytes, extension: str, allowed: Collection[str]) -> Danger | None:
    if is_closed(content) or extension in _CLOSED_ARCHIVES:
        return Danger.CLOSED_ARCHIVE
    listing = directory_of(content)
    if listing is None:
        return None
    if listing.explodes:
        return Danger.ARCHIVE_BOMB
    if listing.encrypted:
        return Danger.ENCRYPTED_ARCHIVE
    inside = {extension_of(member.name) for member in listing.members}
    return Danger.PROGRAM_IN_ARCHIVE if (inside & EXTENSIONS) - set(allowed) else None
