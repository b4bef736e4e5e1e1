import xml.etree.ElementTree as Xml

from templates.report.pictures import Line, lines_picture, matrix_picture


def test_a_line_is_drawn_through_its_points_from_the_bottom_left() -> None:
    picture = Xml.fromstring(lines_picture([Line("a", [(0.0, 0.0), (1.0, 1.0)])], (0.0, 1.0), (0.0, 1.0), "x", "y"))
    first, last = picture.findall("circle")
    assert float(first.get("cx", 0)) < float(last.get("cx", 0))
    assert float(first.get("cy", 0)) > float(last.get("cy", 0))


def test_texts_in_a_picture_cannot_become_markup() -> None:
    picture = matrix_picture(["<script>", "B"], [[1, 2], [0, 3]])
    assert "<script>" not in picture
    assert len(Xml.fromstring(picture).findall("g")) == 3
