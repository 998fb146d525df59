"""Pictures as SVG: whole, within their frame, told apart without colours, and readable on light and dark pages."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.emit import svg
from grader.picture import LARGEST, MOST, Bars, Contours, Curves, Level, Picture, Points, Series, Surface

NASTY = '</text><script>alert("1")</script>&amp;'

VALUES = st.floats(-LARGEST, LARGEST) | st.integers(-5, 5).map(float) | st.floats(-1e-300, 1e-300)


@st.composite
def series(draw: st.DrawFn, least: int = 0) -> Series:
    points = draw(st.lists(st.tuples(VALUES, VALUES), min_size=least, max_size=6))
    return Series(draw(st.sampled_from(["yours", "right", NASTY])), [x for x, _ in points], [y for _, y in points])


@st.composite
def surfaces(draw: st.DrawFn) -> Surface:
    x, y = ([0.0, 1.0, 2.5], [-1.0, 0.0])
    z = [[draw(st.floats(-1e6, 1e6)) for _ in x] for _ in y]
    return Surface("loss", x, y, z, draw(st.lists(st.floats(-1e6, 1e6), max_size=3)))


@st.composite
def bars(draw: st.DrawFn) -> Bars:
    names = draw(st.lists(st.sampled_from(["w[0]", "b", NASTY]), max_size=15))
    groups = [Series(name, range(len(names)), [draw(VALUES) for _ in names]) for name in ("yours", "right")]
    return Bars(NASTY, tuple(names), tuple(groups))


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    several = tuple(draw(st.lists(series(), max_size=5)))
    levels = tuple(Level("lowest", value) for value in draw(st.lists(VALUES, max_size=2)))
    kinds: list[Picture] = [
        Curves("losses", "epoch", NASTY, several, levels, logarithmic=draw(st.booleans())),
        Points("cloud", "x", "y", several, tuple(draw(st.lists(series(), max_size=2)))),
        Contours("path", "w", "b", tuple(draw(st.lists(surfaces(), max_size=2))), several, several[:1]),
        draw(bars()),
    ]
    return draw(st.sampled_from(kinds))


def parsed(picture: Picture) -> ET.Element:
    return ET.fromstring(svg.picture(picture))


@settings(max_examples=300, deadline=None)
@given(pictures())
def test_any_picture_is_whole_and_within_its_frame(picture: Picture) -> None:
    text = svg.picture(picture)
    root = ET.fromstring(text)
    assert {node.tag for node in root.iter()} <= {"svg", "line", "polyline", "text", "rect", "circle", "path"}
    assert not re.search(r"nan|inf|href|url\(|\bid=|<style|e[+-]\d", text.replace(NASTY, ""))
    for node in root.iter():
        for name, most in (
            ("x", svg.WIDTH),
            ("cx", svg.WIDTH),
            ("x1", svg.WIDTH),
            ("y", svg.HEIGHT),
            ("cy", svg.HEIGHT),
        ):
            if name in node.attrib:
                assert -1 <= float(node.attrib[name]) <= most + 1
        for place in node.get("points", "").split():
            x, y = map(float, place.split(","))
            assert -1 <= x <= svg.WIDTH + 1
            assert -1 <= y <= svg.HEIGHT + 1


def test_an_authors_words_are_words() -> None:
    root = parsed(Curves(NASTY, NASTY, NASTY, (Series(NASTY, [0, 1], [0, 1]),)))
    assert "".join(root.itertext()).count("<script>") == 3
    assert root.get("aria-label") == NASTY


def test_larger_values_stand_higher_and_further_to_the_right() -> None:
    root = parsed(Curves("t", "x", "y", (Series("a", [1, 2, 3], [1, 4, 9]),)))
    (line,) = root.iter("polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert all(x < u and y > v for (x, y), (u, v) in pairwise(places))


def test_bars_stand_on_zero_and_reach_their_values() -> None:
    root = parsed(Bars("t", ("a", "b"), (Series("yours", range(2), [2, -1]), Series("right", range(2), [1, 1]))))
    up, right, down, *_ = root.iter("rect")
    heights = [float(bar.attrib["height"]) for bar in (up, right, down)]
    assert heights[0] == pytest.approx(2 * heights[1], rel=0.01) == pytest.approx(2 * heights[2], rel=0.01)
    zero = float(up.attrib["y"]) + heights[0]
    assert float(down.attrib["y"]) == pytest.approx(zero, abs=0.2)


def test_a_contour_lies_where_the_surface_has_its_level() -> None:
    grid = [0.0, 1.0, 2.0]
    surface = Surface("x + y", grid, grid, [[x + y for x in grid] for y in grid], [2.0])
    root = parsed(Contours("t", "x", "y", (surface,)))
    line = next(iter(root.iter("polyline")))
    ends = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    lows, highs = min(ends), max(ends)
    assert lows[1] < highs[1], "it falls from the upper left to the lower right"


def test_a_logarithmic_axis_has_powers_of_ten_and_leaves_out_what_is_not_above_zero() -> None:
    line = Series("a", [1, 2, 3, 4], [1e-8, 0.0, 1e-4, 1])
    text = svg.picture(Curves("t", "x", "y", (line,), logarithmic=True))
    assert re.findall(">(10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)<", text) == ["10⁻⁷", "10⁻⁵"]
    assert ">0.001<" in text
    (drawn,) = ET.fromstring(text).iter("polyline")
    assert len(drawn.attrib["points"].split()) == 3


@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, 1e-12, 1e99])
def test_a_single_value_has_room_around_it(value: float) -> None:
    (dot, *_) = parsed(Points("t", "x", "y", (Series("a", [value], [value]),))).iter("circle")
    ring = list(parsed(Points("t", "x", "y", (Series("a", [value], [value]),))).iter("circle"))[-1]
    assert dot is not ring
    places = [float(ring.attrib[name]) for name in ("cx", "cy")]
    assert svg.LEFT < places[0] < svg.WIDTH
    assert 0 < places[1] < svg.HEIGHT


def test_series_are_told_apart_without_their_colours() -> None:
    lines = tuple(Series(str(i), [0, 1], [i, i]) for i in range(4))
    root = parsed(Curves("t", "x", "y", lines))
    assert len({node.get("stroke-dasharray") for node in root.iter("polyline")}) == 4
    markers = {re.sub(r"\s?[\d.\-]+", "", svg._marker(0, 0, i)).split("fill=")[0] for i in range(4)}
    assert len(markers) == 4
    yours, right = (svg._bar(0, 10, 5, 2, i) for i in range(2))
    assert "fill-opacity" not in yours
    assert "fill-opacity" in right


@pytest.mark.parametrize("colour", svg.COLOURS)
@pytest.mark.parametrize("page", ["#ffffff", "#111111", "#1e1e1e"], ids=["light", "JupyterLab dark", "VS Code dark"])
def test_a_colour_can_be_seen_on_light_and_dark_pages(colour: str, page: str) -> None:
    one, other = sorted((luminance(colour), luminance(page)), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 3, "WCAG 2.1, 1.4.11: graphics"


def luminance(colour: str) -> float:
    """Relative luminance by WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("x", "y"), [([0], [float("nan")]), ([0], [float("inf")]), ([0], [1e101]), ([0, 1], [0]), (range(MOST + 1), [0])]
)
def test_what_cannot_be_drawn_is_no_series(x: list[float], y: list[float]) -> None:
    with pytest.raises(ValueError, match=r"finite|numbers"):
        Series("a", x, y)


@pytest.mark.parametrize("z", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], [3.0, float("nan")]]])
def test_a_surface_has_a_number_at_every_point_of_its_grid(z: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"finite|row"):
        Surface("a", [0, 1], [0, 1], z, [1])
