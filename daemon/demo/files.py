"""The attachments of the sample day, made by code: a picture of an error message, a PDF, a table, a program. Pure."""

import struct
import zlib

# Letters of five rows of three dots, enough for what the picture says.
_GLYPHS = {
    "A": "010101111101101", "C": "011100100100011", "D": "110101101101110", "E": "111100110100111", "H": "101101111101101",
    "I": "111010010010111", "K": "101101110101101", "L": "100100100100111", "N": "110101101101101",
    "O": "010101101101010", "R": "110101110101101", "U": "101101101101111", "T": "111010010010010", "G": "011100101101011",
    "0": "111101101101111", "1": "010110010010111", "2": "110001010100111", "3": "110001010001110", "4": "101101111001001",
    "5": "111100110001110", "6": "011100110101010", "7": "111001010010010",
    "-": "000000111000000", ".": "000000000000010", " ": "000000000000000",
}  # fmt: skip
WIDTH, HEIGHT = 420, 180
GREY, WHITE, BLUE, RED, BLACK = (236, 236, 236), (255, 255, 255), (0, 84, 166), (200, 30, 30), (30, 30, 30)
Colour = tuple[int, int, int]


def file_named(name: str) -> tuple[bytes, str, str]:
    """The content, main type and subtype of a sample attachment; its extension decides what is made."""
    extension = name.rpartition(".")[2].lower()
    if extension == "png":
        return error_picture("LOI 500-12", _SAYS.get(name, "LOI")), "image", "png"
    if extension == "pdf":
        return small_pdf(name), "application", "pdf"
    if extension == "csv":
        return _TABLE.encode("utf-8-sig"), "text", "csv"
    # Two bytes of a program and nothing that runs: enough for the desk to hold it back.
    return b"MZ" + bytes(510), "application", "octet-stream"


_SAYS = {"loi-tcs.png": "KHONG IN DUOC", "man-hinh-ttsp.png": "LENH 0214763 CHO", "anh-loi.png": "KHONG LUU DUOC"}
_TABLE = (
    "STT;Số chứng từ;Ngày;Số tiền (đồng);Trạng thái\n"
    "1;0148862;hôm qua;312.500.000;Chờ hạch toán\n"
    "2;0148870;hôm qua;48.200.000;Chờ hạch toán\n"
    "3;0148905;hôm qua;1.020.000.000;Chờ hạch toán\n"
)


def error_picture(title: str, text: str) -> bytes:
    """A PNG of a window with a blue title bar, a red mark and a button, as screenshots of errors look."""
    canvas = [[GREY] * WIDTH for _ in range(HEIGHT)]
    _fill(canvas, 0, 0, WIDTH, 34, BLUE)
    _fill(canvas, 24, 62, 64, 102, RED)
    for step in range(24):
        _fill(canvas, 32 + step, 70 + step, 36 + step, 74 + step, WHITE)
        _fill(canvas, 56 - step, 70 + step, 60 - step, 74 + step, WHITE)
    _fill(canvas, 316, 134, 400, 164, WHITE)
    _write(canvas, title, 12, 10, 3, WHITE)
    _write(canvas, text, 92, 72, 4, BLACK)
    _write(canvas, "OK", 344, 140, 3, BLACK)
    return png(canvas)


def png(canvas: list[list[Colour]]) -> bytes:
    """The rows of colours as a PNG file (8 bits a channel, no palette; RFC 2083)."""
    rows = b"".join(b"\0" + bytes(channel for colour in row for channel in colour) for row in canvas)
    header = struct.pack(">IIBBBBB", len(canvas[0]), len(canvas), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _fill(canvas: list[list[Colour]], left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    for row in canvas[top:bottom]:
        row[left:right] = [colour] * (right - left)


def _write(canvas: list[list[Colour]], text: str, left: int, top: int, size: int, colour: Colour) -> None:
    for number, letter in enumerate(text):
        for position, dot in enumerate(_GLYPHS[letter]):
            if dot == "1":
                x, y = left + (number * 4 + position % 3) * size, top + position // 3 * size
                _fill(canvas, x, y, x + size, y + size, colour)


def small_pdf(title: str) -> bytes:
    """A PDF of one page with one line of plain ASCII text."""
    line = f"BT /F1 18 Tf 72 760 Td ({title.encode('ascii', 'replace').decode()}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    )
