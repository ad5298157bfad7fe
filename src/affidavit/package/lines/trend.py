"""Lines that landed, month by month, as drawings of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.audit.lines.model import MonthLines
from affidavit.package.html.words import count, plural
from affidavit.package.lines.words import CLASSES, bounds, of_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN = 36
"""Months that are drawn, the last."""
HIGH = 180
SHARES = 90
_LABELS = 13
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIELDS = ("lines", "ai", "human", "automation", "no_signal", "undetermined", "labelled")


class Trend(NamedTuple):
    """The months that are drawn, with those without a landing; and the others, each summed."""

    months: tuple[MonthLines, ...]
    earlier: MonthLines | None
    later: MonthLines | None
    undated: MonthLines | None


def trend(months: Sequence[MonthLines], time: str | None) -> Trend:
    """The last `SHOWN` months up to `time` (RFC 3339), or up to the last there is."""
    dated = [one for one in months if one.month[:4].isdecimal()]
    undated = [one for one in months if not one.month[:4].isdecimal()]
    past = [one for one in dated if time is None or one.month <= time[:7]]
    end = _index(past[-1].month) if past else 0
    begin = max(_index(past[0].month), end - SHOWN + 1) if past else 1
    known = {_index(one.month): one for one in past}
    return Trend(
        tuple(known.get(at) or _empty(_month(at)) for at in range(begin, end + 1)),
        _summed([one for one in past if _index(one.month) < begin]),
        _summed(dated[len(past) :]),
        _summed(undated),
    )


def _empty(month: str) -> MonthLines:
    return MonthLines(month=month, landings=0)


def _summed(months: Sequence[MonthLines]) -> MonthLines | None:
    """All of them as one, named by the first and the last; ``None`` of none."""
    if not months:
        return None
    first, last = months[0].month, months[-1].month
    return MonthLines(
        month=first if first == last else f"{first} to {last}",
        landings=sum(one.landings for one in months),
        **{name: sum(getattr(one, name) for one in months) for name in _FIELDS},
    )


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _month(index: int) -> str:
    return f"{index // 12:04}-{index % 12 + 1:02}"


def top(months: Iterable[MonthLines]) -> int:
    """The end of a scale that holds all months: 1, 2 or 5 and zeros."""
    most, unit = max((one.lines for one in months), default=0), 1
    while most > 5 * unit:
        unit *= 10
    return next(unit * step for step in (1, 2, 5) if most <= unit * step)


def landed(months: Sequence[MonthLines]) -> str:
    """Lines that landed in each month, the classes over each other."""
    spoken = "; ".join(f"{one.month} {count(one.lines)}" for one in months if one.landings)
    end = top(months)
    bars = "".join(
        _stack(place, months, tuple(CLASSES), scale=HIGH / end, high=HIGH)
        for place in range(len(months))
    )
    return _drawing(f"Lines landed by month: {spoken}", HIGH, bars)


def shares(months: Sequence[MonthLines]) -> str:
    """The AI share of each month's lines, and above it what is undetermined."""
    spoken = "; ".join(f"{one.month} {bounds(one)}" for one in months if one.lines)
    classes = [one for one in CLASSES if one in {"ai", "undetermined"}]
    bars = "".join(
        _stack(place, months, classes, scale=SHARES / one.lines, high=SHARES)
        for place, one in enumerate(months)
        if one.lines
    )
    return _drawing(f"AI share of the lines landed by month: {spoken}", SHARES, bars)


def _drawing(spoken: str, high: int, bars: str) -> str:
    rules = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        for y in (0.5, high / 2, high - 0.5)
    )
    return (
        f'<svg class="chart" width="100%" height="{high}" role="img" aria-label="{spoken}">'
        f"{rules}{bars}</svg>"
    )


def _stack(
    place: int, months: Sequence[MonthLines], classes: Sequence[str], *, scale: float, high: int
) -> str:
    """The bar of one month: `scale` is how high a line is."""
    one, step = months[place], 100 / len(months)
    found, base = [], float(high)
    for line_class, words in CLASSES.items():
        number = of_class(one, line_class) if line_class in classes else 0
        if number:
            tall = number * scale
            base -= tall
            found.append(
                f'<rect class="c-{line_class}" x="{(place + 0.12) * step:.3f}%" y="{base:.2f}"'
                f' width="{0.76 * step:.3f}%" height="{tall:.2f}"><title>{one.month}: {words}'
                f" {count(number)} of {plural(one.lines, 'line')}</title></rect>"
            )
    return "".join(found)


def axis(high: int, end: str, half: str) -> str:
    """The scale beside a drawing."""
    marks = ((11.0, end), (high / 2 + 4, half), (high - 1.0, "0"))
    texts = "".join(f'<text x="100%" y="{y:.1f}">{text}</text>' for y, text in marks)
    return f'<svg class="axis" width="100%" height="{high}" aria-hidden="true">{texts}</svg>'


def labels(months: Sequence[MonthLines]) -> str:
    """Names below the drawings: of few months all, of many each January with its year."""
    few = len(months) <= _LABELS
    texts = []
    for place, one in enumerate(months):
        year, number = one.month[:4], int(one.month[5:7])
        if not few and place and number != 1:
            continue
        x = 100 * (place + 0.5) / len(months)
        style = ' class="minor"' if few and place % 2 else ""
        texts.append(f'<text{style} x="{x:.3f}%" y="14">{_NAMES[number - 1]}</text>')
        if not place or number == 1:
            texts.append(f'<text x="{x:.3f}%" y="30">{year}</text>')
    return f'<svg class="labels" width="100%" height="36" aria-hidden="true">{"".join(texts)}</svg>'
