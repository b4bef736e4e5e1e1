"""Attachments that are kept and named but not passed on: programs, scripts, macro documents. Pure."""

from collections.abc import Collection

from daemon.reading.mail import AttachedFile

EXTENSIONS = frozenset(
    [
        "ade",
        "adp",
        "app",
        "appx",
        "appxbundle",
        "apk",
        "bat",
        "chm",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "exe",
        "gadget",
        "hta",
        "inf",
        "ins",
        "iso",
        "img",
        "jar",
        "js",
        "jse",
        "lnk",
        "mde",
        "msc",
        "msi",
        "msix",
        "msp",
        "mst",
        "pif",
        "potm",
        "ppam",
        "pptm",
        "ps1",
        "ps2",
        "psc1",
        "reg",
        "scf",
        "scr",
        "sct",
        "sh",
        "sldm",
        "sys",
        "url",
        "vb",
        "vbe",
        "vbs",
        "vhd",
        "wsc",
        "wsf",
        "wsh",
        "xlam",
        "xll",
        "xlsm",
        "xltm",
    ]
)
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!")


def is_dangerous(file: AttachedFile, allowed: Collection[str] = ()) -> bool:
    """True when the name or the first bytes say that opening the file would run it; `allowed` are extensions let through."""
    extension = file.filename.rpartition(".")[2].lower()
    if extension in allowed:
        return False
    return extension in EXTENSIONS or file.content.startswith(PROGRAM_STARTS)
