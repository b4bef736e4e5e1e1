"""Small pictures for reports as inline SVG: lines, bars against a diagonal, and a matrix. Numbers in, markup out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 460, 280, 54, 40, 14, 14
_COLOURS = ("#0b6e4f", "#b5651d", "#3b5b92", "#8a2d3b")


@dataclass(frozen=True)
class Line:
    """A named line through (x, y) points."""

    name: str
    points: Sequence[tuple[float, float]]


def lines_picture(
    lines: Sequence[Line], x_range: tuple[float, float], y_range: tuple[float, float], x_title: str, y_title: str,
    percent_x: bool = True, diagonal: bool = False,
) -> Markup:  # fmt: skip
    """Lines with points over two axes; shares are written as per cent."""
    across, up = _scales(x_range, y_range)
    parts = [_frame(x_range, y_range, x_title, y_title, percent_x)]
    if diagonal:
        parts.append(_stroke([(across(v), up(v)) for v in (max(x_range[0], y_range[0]), 1.0)], "#999", "4 4"))
    for number, line in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [(across(x), up(y)) for x, y in line.points]
        parts.append(_stroke(places, colour))
        for (x, y), (told_x, told_y) in zip(places, line.points, strict=True):
            told = f"{line.name}: {_told(told_x, percent_x)} → {told_y:.1%}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{colour}"><title>{escape(told)}</title></circle>'
            )
        if len(lines) > 1:
            y = _HEIGHT - _BOTTOM - 12 - 15 * (len(lines) - 1 - number)
            parts.append(
                f'<text x="{_WIDTH - _RIGHT - 6}" y="{y}" text-anchor="end" fill="{colour}">{escape(line.name)}</text>'
            )
    return _svg(_WIDTH, _HEIGHT, parts, y_title)


def matrix_picture(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    """Rows are what was right, columns what was said; the darker, the larger the share of its row. Errors are red."""
    cell, left, top = 20, 96, 96
    size = len(labels) * cell
    parts = []
    for row, label in enumerate(labels):
        middle = top + row * cell + 14
        parts.append(f'<text x="{left - 6}" y="{middle}" text-anchor="end">{escape(label)}</text>')
        x = left + row * cell + 14
        parts.append(f'<text transform="translate({x},{top - 6}) rotate(-60)">{escape(label)}</text>')
        total = max(1, sum(counts[row]))
        for column, count in enumerate(counts[row]):
            if not count:
                continue
            share, colour = count / total, "#0b6e4f" if row == column else "#b3261e"
            opacity = 0.12 + 0.88 * (share if row == column else min(1.0, share * 4))
            x, y = left + column * cell, top + row * cell
            told = f"{label} → {labels[column]}: {count} ({share:.0%})"
            parts.append(
                f'<g><rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{colour}" fill-opacity="{opacity:.2f}"/>'
            )
            ink = "#fff" if opacity > 0.55 else "#222"
            parts.append(
                f'<text x="{x + cell / 2}" y="{y + 14}" text-anchor="middle" fill="{ink}" font-size="10">{count}</text>'
            )
            parts.append(f"<title>{escape(told)}</title></g>")
    parts.append(f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>')
    return _svg(left + size + 60, top + size + 10, parts, "confusion matrix")


def _scales(
    x_range: tuple[float, float], y_range: tuple[float, float]
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """Where a value stands from the left and from the top."""

    def across(value: float) -> float:
        return _LEFT + (value - x_range[0]) / (x_range[1] - x_range[0]) * (_WIDTH - _LEFT - _RIGHT)

    def up(value: float) -> float:
        return _HEIGHT - _BOTTOM - (value - y_range[0]) / (y_range[1] - y_range[0]) * (_HEIGHT - _BOTTOM - _TOP)

    return across, up


def _frame(
    x_range: tuple[float, float], y_range: tuple[float, float], x_title: str, y_title: str, percent_x: bool
) -> str:
    across, up = _scales(x_range, y_range)
    parts = []
    for step in range(6):
        x = x_range[0] + (x_range[1] - x_range[0]) * step / 5
        y = y_range[0] + (y_range[1] - y_range[0]) * step / 5
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{up(y):.1f}" y2="{up(y):.1f}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{up(y) + 4:.1f}" text-anchor="end">{y:.0%}</text>')
        parts.append(
            f'<text x="{across(x):.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_told(x, percent_x)}</text>'
        )
    parts.append(f'<text x="{(_WIDTH + _LEFT) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x_title)}</text>')
    parts.append(
        f'<text transform="translate(12,{(_HEIGHT - _BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>'
    )
    return "".join(parts)


def _told(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:.0f}"


def _stroke(places: Sequence[tuple[float, float]], colour: str, dashes: str = "") -> str:
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> Markup:
    opening = (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{escape(title)}">'
    )
    # Every text in the parts was escaped where it was put in.
    return Markup(opening + "".join(parts) + "</svg>")
