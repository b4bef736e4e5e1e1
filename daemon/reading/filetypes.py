"""What a file really is, by its content: the first bytes, and for packed office documents the names inside."""

from daemon.reading.archives import directory_of

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_START: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftyp", "video/mp4"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (0, b"dex\n", "application/x-executable"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"ITSF", "application/vnd.ms-htmlhelp"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (0, b"#!", "text/x-shellscript"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (32769, b"CD001", "application/x-iso9660-image"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"RIFF", "audio/x-wav"),
)
_OOXML = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("META-INF/MANIFEST.MF", "application/java-archive"),
    ("AndroidManifest.xml", "application/vnd.android.package-archive"),
)
_OLE_STREAMS = (  # names of streams in the compound file's directory
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__substg1.0_", "application/vnd.ms-outlook"),
    ("EncryptedPackage", "application/x-encrypted-office"),
)


def true_type(content: bytes) -> str:
    """The media type that the content shows, "" when it shows none (plain text has no sign of its own)."""
    if content.startswith(_ZIP):
        return _packed(content)
    if content.startswith(_OLE):
        return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in content), "application/x-ole")
    for at, start, kind in _BY_START:
        if content[at : at + len(start)] == start and (start != b"BM" or _is_bitmap(content)):
            return kind
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<script")):
        return "text/html"
    return ""


def _is_bitmap(content: bytes) -> bool:
    """Two letters are little evidence: the reserved fields of a bitmap's header are zero."""
    return len(content) >= 14 and content[6:10] == b"\0\0\0\0"


def _packed(content: bytes) -> str:
    directory = directory_of(content)
    names = [member.name for member in directory.members] if directory else []
    if "[Content_Types].xml" in names or "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        for start, kind in _OOXML:
            if any(name.startswith(start) for name in names):
                return kind
    if "mimetype" in names[:1]:
        at = content.find(b"mimetype") + 8
        written = content[at : at + 80].split(b"PK")[0]
        if written.startswith(b"application/") and written.isascii():
            return written.decode("ascii").strip()
    return "application/zip"
