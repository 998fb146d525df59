"""A picture as inline SVG.  In: curves, bars, points or contours.  Out: text, self-contained.

What is of one series differs from the others by dash or marker and not by colour alone. Text and axes take the colour
of the text around them, and the series' colours keep a contrast of 3 : 1 on white and on a dark page's grey, so that
one picture reads on both. No script, no id, no external resource.
"""

import html
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.picture import Bars, Contours, Curves, Level, Picture, Points, Series, Surface

WIDTH, HEIGHT = 460, 290
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 44
LETTER = 6.2
"""Width of a letter at the size of the labels, in an average sans-serif."""
COLOURS = ("#d4650a", "#2b7bd0", "#2f9150", "#a45bc9")
DASHES = ("", "7 4", "2 3", "9 3 2 3")
NOTHING = 1e-90
"""A width that is none: ticks of smaller steps would be rounded away."""
FAINT = 0.45
"""Opacity of what stands behind: a surface's lines, the grid's darker part."""


def picture(shown: Picture) -> str:
    """An `<svg>` element."""
    match shown:
        case Curves():
            parts = _curves(shown)
        case Bars():
            parts = _bars(shown)
        case Points():
            parts = _points(shown)
        case Contours():
            parts = _contours(shown)
        case _:
            raise TypeError(f"{type(shown).__name__} is none of the four kinds of picture")
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="{html.escape(shown.title)}" font-family="system-ui,sans-serif" font-size="11" '
        f'fill="none" stroke="none" style="max-width:100%;height:auto">{"".join(parts)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """Values along one direction → places in the picture."""

    low: float
    high: float
    begin: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """The place of a value."""
        value, low, high = (math.log10(v) if self.logarithmic else v for v in (value, self.low, self.high))
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """Round values along the axis, four to eight of them."""
        if self.logarithmic:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            stride = max(1, -(-(last - first) // 6))
            parts = (1, 2, 5) if last - first <= 3 else (1,)
            found = [part * 10.0**k for k in range(first, last + 1, stride) for part in parts]
            return [value for value in found if self.low <= value <= self.high]
        rough = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * 0.999)
        return [k * step for k in range(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1)]


def _axis(values: Sequence[float], begin: float, end: float, *, logarithmic: bool = False) -> _Axis:
    """An axis that holds all values, with a little air; one without values holds 0 to 1."""
    if logarithmic:
        values = [math.log10(value) for value in values]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low <= max(NOTHING, 1e-9 * max(abs(low), abs(high))):  # what differs by rounding only is one value
        room = 1.0 if logarithmic or abs(high) <= NOTHING else 0.5 * abs(high)
    else:
        room = 0.05 * (high - low)
    low, high = low - room, high + room
    return _Axis(10.0**low, 10.0**high, begin, end, logarithmic=True) if logarithmic else _Axis(low, high, begin, end)


def _curves(shown: Curves) -> Iterator[str]:
    lines = [_above_zero(line) for line in shown.lines] if shown.logarithmic else list(shown.lines)
    levels = [level for level in shown.levels if level.value > NOTHING or not shown.logarithmic]
    y_values = [*(y for line in lines for y in line.y), *(level.value for level in levels)]
    top, legend = _legend([*((line.name, i) for i, line in enumerate(lines)), *((v.name, "level") for v in levels)])
    x = _axis([v for line in lines for v in line.x], LEFT, WIDTH - RIGHT)
    y = _axis(y_values, HEIGHT - BOTTOM, top, logarithmic=shown.logarithmic)
    yield from _frame(x, y, shown.x_label, shown.y_label)
    yield from (_level(level, x, y) for level in levels)
    for i, line in reversed(list(enumerate(lines))):  # the first one, which is theirs, on top
        yield _line(line, x, y, i)
        # what lies below shows its rim where lines are one
        yield from _markers(line, x, y, i, every=max(1, len(line.x) // 12), size=3.4 if i == 0 else 4.6)
    yield from legend


def _above_zero(line: Series) -> Series:
    kept = [(x, y) for x, y in zip(line.x, line.y, strict=True) if y > NOTHING]
    return Series(line.name, (x for x, _ in kept), (y for _, y in kept))


def _points(shown: Points) -> Iterator[str]:
    series = [*shown.points, *shown.lines]
    top, legend = _legend(
        [
            *((cloud.name, (i, "marker")) for i, cloud in enumerate(shown.points)),
            *((line.name, len(shown.points) + i) for i, line in enumerate(shown.lines)),
        ]
    )
    x = _axis([v for one in series for v in one.x], LEFT, WIDTH - RIGHT)
    y = _axis([v for one in series for v in one.y], HEIGHT - BOTTOM, top)
    yield from _frame(x, y, shown.x_label, shown.y_label)
    for i, line in enumerate(shown.lines, len(shown.points)):
        yield _line(line, x, y, i)
    for i, cloud in enumerate(shown.points):
        yield from _markers(cloud, x, y, i)
    yield from legend


def _contours(shown: Contours) -> Iterator[str]:
    names: list[tuple[str, _Look]] = []
    looks = iter(range(len(COLOURS) * 3))
    surfaces = [(one, "faint" if len(one.levels) > 1 else next(looks)) for one in shown.surfaces]
    paths = [(one, next(looks)) for one in shown.paths]
    points = [(one, next(looks)) for one in shown.points]
    names += [(one.name, look) for one, look in surfaces]
    names += [(one.name, look) for one, look in paths]
    names += [(one.name, (look, "marker")) for one, look in points]
    top, legend = _legend(names)
    series = [*shown.paths, *shown.points]
    x = _axis([*(v for s in shown.surfaces for v in s.x), *(v for s in series for v in s.x)], LEFT, WIDTH - RIGHT)
    y = _axis([*(v for s in shown.surfaces for v in s.y), *(v for s in series for v in s.y)], HEIGHT - BOTTOM, top)
    yield from _frame(x, y, shown.x_label, shown.y_label)
    for surface, look in reversed(surfaces):
        yield from _lines_of(surface, x, y, look)
    for path, i in reversed(paths):
        yield _line(path, x, y, i)
        yield from _markers(path, x, y, i, every=max(1, len(path.x) // 40), size=2.4)
        yield from _ends(path, x, y, i)
    for cloud, i in points:
        yield from _markers(cloud, x, y, i)
    yield from legend


def _lines_of(surface: Surface, x: _Axis, y: _Axis, look: "_Look") -> Iterator[str]:
    from contourpy import contour_generator  # noqa: PLC0415 - ten milliseconds that most pages do not need

    generator: Any = contour_generator(list(surface.x), list(surface.y), [list(row) for row in surface.z])
    for level in surface.levels:
        for line in generator.lines(level):
            places = " ".join(f"{_n(x.at(float(a)))},{_n(y.at(float(b)))}" for a, b in line)
            yield f'<polyline points="{places}" {_stroke(look)}/>'


def _bars(shown: Bars) -> Iterator[str]:
    top, legend = _legend([(group.name, (i, "bar")) for i, group in enumerate(shown.groups)])
    width = (WIDTH - LEFT - RIGHT) / max(1, len(shown.names))
    slanted = max((len(name) for name in shown.names), default=0) * LETTER > width
    floor = HEIGHT - (BOTTOM + 26 if slanted else BOTTOM - 16)
    y = _axis([0.0, *(v for group in shown.groups for v in group.y)], floor, top)
    thick = width * 0.76 / max(1, len(shown.groups))
    yield from _grid_y(y)
    for at, name in enumerate(shown.names):
        middle = LEFT + width * (at + 0.5)
        turn = f' transform="rotate(-45 {_n(middle)} {_n(floor + 14)})"' if slanted else ""
        anchor = "end" if slanted else "middle"
        yield f'<text x="{_n(middle)}" y="{_n(floor + 16)}" text-anchor="{anchor}"{turn} {_INK}>{_text(name)}</text>'
        for i, group in enumerate(shown.groups):
            left = middle + thick * (i - len(shown.groups) / 2)
            yield _bar(left + 0.06 * thick, y.at(0.0), 0.88 * thick, y.at(group.y[at]), i)
    zero = _n(y.at(0.0))
    yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{zero}" y2="{zero}" stroke="currentColor"/>'
    yield from legend


def _bar(left: float, zero: float, width: float, end: float, i: int) -> str:
    """The first group is filled, the others are outlines: they differ without their colours."""
    fill = f'fill="{COLOURS[i % 4]}"' if i == 0 else f'fill="{COLOURS[i % 4]}" fill-opacity="0.16"'
    top, height = min(zero, end), max(abs(end - zero), 0.8)
    return (
        f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" {fill} '
        f'stroke="{COLOURS[i % 4]}" stroke-width="1.6"/>'
    )


# --- what all four have ---

_INK = 'fill="currentColor"'
_Look = int | str | tuple[int, str]
"""A series by its number: a line. (number, "marker" or "bar"); "faint" a surface; "level" a line across."""


def _frame(x: _Axis, y: _Axis, x_label: str, y_label: str) -> Iterator[str]:
    yield from _grid_y(y)
    floor = y.begin
    for tick in x.ticks():
        at = _n(x.at(tick))
        yield f'<line x1="{at}" x2="{at}" y1="{_n(y.end)}" y2="{_n(floor)}" stroke="currentColor" opacity=".12"/>'
        yield f'<text x="{at}" y="{_n(floor + 15)}" text-anchor="middle" {_INK}>{_figure(tick)}</text>'
    yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_n(floor)}" y2="{_n(floor)}" stroke="currentColor"/>'
    yield f'<line x1="{LEFT}" x2="{LEFT}" y1="{_n(y.end)}" y2="{_n(floor)}" stroke="currentColor"/>'
    middle, height = (LEFT + WIDTH - RIGHT) / 2, (y.begin + y.end) / 2
    yield f'<text x="{_n(middle)}" y="{HEIGHT - 8}" text-anchor="middle" {_INK}>{_text(x_label)}</text>'
    turn = f'transform="rotate(-90 12 {_n(height)})"'
    yield f'<text x="12" y="{_n(height)}" text-anchor="middle" {turn} {_INK}>{_text(y_label)}</text>'


def _grid_y(y: _Axis) -> Iterator[str]:
    for tick in y.ticks():
        at = _n(y.at(tick))
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}" stroke="currentColor" opacity=".12"/>'
        yield f'<text x="{LEFT - 6}" y="{_n(y.at(tick) + 4)}" text-anchor="end" {_INK}>{_figure(tick)}</text>'


def _legend(names: Sequence[tuple[str, _Look]]) -> tuple[float, list[str]]:
    """The names with their looks, in rows above; also where the picture begins below them."""
    parts, at, row = [], float(LEFT), 14.0
    for name, look in names:
        width = 30 + LETTER * len(name) + 14
        if at + width > WIDTH and at > LEFT:
            at, row = float(LEFT), row + 16
        parts.append(_sample(at, row - 4, look))
        parts.append(f'<text x="{_n(at + 28)}" y="{_n(row)}" {_INK}>{_text(name)}</text>')
        at += width
    return (row + TOP if names else float(TOP)), parts


def _sample(x: float, y: float, look: _Look) -> str:
    if isinstance(look, tuple):
        i, kind = look
        return _bar(x + 6, y - 4, 12, y + 4, i) if kind == "bar" else _marker(x + 12, y, i)
    line = f'<line x1="{_n(x)}" x2="{_n(x + 23)}" y1="{_n(y)}" y2="{_n(y)}" {_stroke(look)}/>'
    return line + (_marker(x + 12, y, look) if isinstance(look, int) else "")


def _stroke(look: _Look) -> str:
    if isinstance(look, int):
        dash = f' stroke-dasharray="{DASHES[look % 4]}"' if look % 4 else ""
        return f'stroke="{COLOURS[look % 4]}" stroke-width="2"{dash}'
    if look == "level":
        return 'stroke="currentColor" stroke-width="1.4" stroke-dasharray="1 3"'
    return f'stroke="currentColor" opacity="{FAINT}"'


def _line(line: Series, x: _Axis, y: _Axis, i: int) -> str:
    places = " ".join(f"{_n(x.at(a))},{_n(y.at(b))}" for a, b in zip(line.x, line.y, strict=True))
    return f'<polyline points="{places}" {_stroke(i)}/>'


def _level(level: Level, x: _Axis, y: _Axis) -> str:
    at = _n(y.at(level.value))
    return f'<line x1="{_n(x.begin)}" x2="{_n(x.end)}" y1="{at}" y2="{at}" {_stroke("level")}/>'


def _markers(series: Series, x: _Axis, y: _Axis, i: int, *, every: int = 1, size: float = 3.4) -> Iterator[str]:
    for a, b in itertools.islice(zip(series.x, series.y, strict=True), 0, None, every):
        yield _marker(x.at(a), y.at(b), i, size)


def _ends(path: Series, x: _Axis, y: _Axis, i: int) -> Iterator[str]:
    """Where a path begins, a ring, and where it ends, a large marker."""
    if path.x:
        begin = f'cx="{_n(x.at(path.x[0]))}" cy="{_n(y.at(path.y[0]))}"'
        yield f'<circle {begin} r="5.5" stroke="{COLOURS[i % 4]}" stroke-width="1.6"/>'
        yield _marker(x.at(path.x[-1]), y.at(path.y[-1]), i, 5)


def _marker(x: float, y: float, i: int, size: float = 3.4) -> str:
    ink = f'fill="{COLOURS[i % 4]}"'
    match i % 4:
        case 0:
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" {ink}/>'
        case 1:
            side = 1.8 * size
            return f'<rect x="{_n(x - side / 2)}" y="{_n(y - side / 2)}" width="{_n(side)}" height="{_n(side)}" {ink}/>'
        case 2:
            s = 1.3 * size
            return f'<path d="M{_n(x)} {_n(y - s)}l{_n(s)} {_n(1.8 * s)}h{_n(-2 * s)}z" {ink}/>'
        case _:
            s = 1.1 * size
            cross = f"M{_n(x - s)} {_n(y - s)}l{_n(2 * s)} {_n(2 * s)}m0 {_n(-2 * s)}l{_n(-2 * s)} {_n(2 * s)}"
            return f'<path d="{cross}" stroke="{COLOURS[3]}" stroke-width="2"/>'


def _n(value: float) -> str:
    """A place, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def _figure(value: float) -> str:
    """A tick's value, short."""
    if not value:
        return "0"
    digits, _, power = f"{value:.6g}".partition("e")
    if power:  # 2e-05 is for programs
        digits = f"{digits}·10".removeprefix("1·").replace("-1·", "-") + str(int(power)).translate(_RAISED)
    return digits.replace("-", "−")


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _text(words: str) -> str:
    return html.escape(words)
