"""HTML as a stream, as text and as staff see it."""

import pytest

from daemon.reading.html import to_lines
from daemon.reading.markup import Tag, tokens
from daemon.reading.shown import cleaned, pictures_shown


def text(markup: str) -> list[str]:
    return [line.text for line in to_lines(markup).lines]


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        ("<p>a</p>", ["p", "a", "/p"]),
        ("a < b <3 c", ["a ", "<", " b ", "<", "3 c"]),
        ("<a title='x>y'>z", ["a", "z"]),
        ("<!-- <b> --><![if x]>c<?xml d?>", ["c"]),
        ("<!-- never ends <b>", []),
        ("<style>p > a { }</style>x", ["style", "p > a { }", "/style", "x"]),
        ("<script>never ends <b>", ["script", "never ends ", "b"]),
        ("&lt;&#7853;&amp", ["<ậ&"]),
        ("<br/><o:p/>", ["br", "o:p"]),
    ],
)
def test_markup_is_a_stream_of_tags_and_texts(markup: str, names: list[str]) -> None:
    found = [("/" if one.closing else "") + one.name if isinstance(one, Tag) else one for one in tokens(markup)]
    assert found == names


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<head><title>x</title><body>nội dung", ["nội dung"]),
        ("<svg>never closed<p>nội dung", ["never closed", "", "nội dung"]),
        ("<div hidden>ẩn</div>hiện", ["hiện"]),
        ("<div style='display:none'><p>ẩn<div>ẩn</div></div>hiện", ["hiện"]),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", ["a", "", "b"]),
        ("<ul><li>một<li>hai</ul>", ["- một", "- hai", ""]),
        ("<pre>a\n  b</pre>", ["a", "b", ""]),
        ("a</div></p></b>b", ["ab"]),
    ],
)
def test_text_survives_markup_as_people_write_it(markup: str, lines: list[str]) -> None:
    assert text(markup) == lines


@pytest.mark.parametrize(
    "style",
    [
        "display: none",
        "visibility:hidden",
        "font-size:0",
        "font-size:1px",
        "opacity:0",
        "left:-9999px",
        "color:transparent",
    ],
)
def test_hidden_text_is_left_out_noted_and_not_shown_to_staff(style: str) -> None:
    markup = f"<p>hiện</p><span style='{style}'>ẩn</span>"
    assert to_lines(markup).hidden and "ẩn" not in "".join(text(markup))
    assert "ẩn" not in cleaned(markup) and "hiện" in cleaned(markup)


@pytest.mark.parametrize("style", ["font-size:10px", "opacity:0.9", "margin-left:-18px", "font-size:1em", "color:#fff"])
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert not to_lines(f"<span style='{style}'>hiện</span>").hidden


def test_the_target_of_a_link_is_shown_where_its_text_says_something_else() -> None:
    shown = cleaned('<a href="https://evil.example/x">https://dvc.vst.gov.vn</a> <a href="mailto:a@x.vn">a@x.vn</a>')
    assert "[→ https://evil.example/x]" in shown and shown.count("→") == 1
    assert "→" not in cleaned('<a href="https://dvc.vst.gov.vn/">dvc.vst.gov.vn</a>')
    assert "javascript" not in cleaned('<a href="javascript:alert(1)">x</a>')


def test_nothing_runs_and_nothing_is_loaded_from_elsewhere() -> None:
    shown = cleaned(
        "<script>x</script><form action=y><input></form><iframe src=z></iframe><img src=http://t.example/p.gif>"
        "<img src=cid:anh1@x onerror=e><table><tr><td colspan=2 onclick=f>ô</td></tr></table>"
    )
    assert 'src="cid:anh1@x"' in shown and "<td colspan" in shown
    for word in ("script", "form", "iframe", "http", "onerror", "onclick"):
        assert word not in shown


def test_the_pictures_that_the_text_shows_are_known_by_their_ids() -> None:
    assert pictures_shown("<img src='cid:a@x'><img src=\"CID:b@x\"><img src='http://c'>") == {"a@x", "b@x"}


@pytest.mark.parametrize(
    "piece",
    [
        "<b>",
        "<p>x</p>",
        "<a '",
        '<a "',
        "<!--",
        "<![",
        "<script>",
        "<style>",
        "<svg>",
        "</b>",
        "&",
        "<",
        "<a b=c ",
        "x",
    ],
)
def test_a_flood_of_anything_is_read_in_linear_time(piece: str) -> None:
    assert to_lines(piece * 20_000) is not None
    assert isinstance(cleaned(piece * 20_000), str)
