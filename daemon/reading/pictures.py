"""How large a picture is, by its own header: to tell a logo's crumbs from screenshots, and what is worth reading."""

_TINY = 64 * 64  # picture elements; an error message on a screen is larger
_TINY_BYTES = 400  # of a picture whose header says nothing
_JPEG_SIZES = frozenset([*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)])


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, BMP or JPEG; None when the header says none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if content.startswith(b"GIF8") and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content.startswith(b"BM") and len(content) >= 26:
        return int.from_bytes(content[18:22], "little"), abs(int.from_bytes(content[22:26], "little", signed=True))
    return _jpeg(content) if content.startswith(b"\xff\xd8") else None


def is_tiny(content: bytes) -> bool:
    """Whether nothing can be read on it: a spacer, a bullet, a social network's sign."""
    size = size_of(content)
    return len(content) < _TINY_BYTES if size is None else size[0] * size[1] <= _TINY


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _JPEG_SIZES:
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + max(length, 2)
    return None
