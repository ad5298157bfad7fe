"""Charts as SVG made here: sizes in per cent, so that they fit any width without a script.

No chart carries meaning alone: each has a sentence for those who cannot see it, and stands beside
a table of the same numbers. Nothing foreign is drawn without being escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.audit.model import MonthRow
from affidavit.package.html.words import at_least, count, escaped, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MONTHS = 240
"""How many months are drawn, the newest; the table has as many as the report."""
LABELS = 13
"""How many labels stand below a chart at most."""
WIDE = 9.0
"""The least width, in per cent, of a segment that its number is written in."""
LEAST = 0.7
"""The least width, in per cent, of a segment of a bar."""
_SCALES = (5, 10, 20, 30, 40, 50, 60, 80, 100)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stacked(segments: Sequence[tuple[str, str, int]], total: int, name: str) -> str:
    """A bar of `segments` (CSS class, words, count), drawn as parts of `total`; `name` is spoken.

    Words and classes are ours. A `total` of 0 draws an empty bar. A segment too small to be seen is
    drawn `LEAST` wide, and the others give way: a single exception must not vanish.
    """
    spoken = ", ".join(f"{words}: {count(number)}" for _, words, number in segments)
    wanted = [max(100 * number / total, LEAST) for _, _, number in segments if number > 0]
    left = 100 * sum(number for _, _, number in segments) / total if total > 0 else 0.0
    rects, at = [], 0.0
    for (style, words, number), wide in zip(
        (segment for segment in segments if segment[2] > 0), wanted, strict=True
    ):
        width = wide * left / sum(wanted)
        rects.append(_segment(style, words, number, at, width))
        at += width
    return (
        f'<svg class="bar" width="100%" height="30" role="img" aria-label="{escaped(name)}: '
        f'{spoken}"><rect class="empty" width="100%" height="30"/>{"".join(rects)}</svg>'
    )


def _segment(style: str, words: str, number: int, at: float, width: float) -> str:
    label = (
        f'<text class="on-{style}" x="{at + width / 2:.3f}%" y="20">{count(number)}</text>'
        if width >= WIDE
        else ""
    )
    return (
        f'<rect class="{style}" x="{at:.3f}%" width="{width:.3f}%" height="30">'
        f"<title>{words}: {count(number)}</title></rect>{label}"
    )


def line(numerator: int, denominator: int, style: str) -> str:
    """A thin bar for a table's row: decoration beside the numbers, silent to a screen reader."""
    width = 100 * numerator / denominator if denominator > 0 else 0.0
    return (
        '<svg class="line" width="100%" height="8" aria-hidden="true">'
        '<rect class="empty" width="100%" height="8" rx="2"/>'
        f'<rect class="{style}" width="{width:.3f}%" height="8" rx="2"/></svg>'
    )


def nested(inner: int, outer: int, total: int) -> str:
    """A thin bar that shows `inner` as a part of `outer`, and both as parts of `total`."""
    whole, part = (100 * number / total if total > 0 else 0.0 for number in (outer, inner))
    return (
        '<svg class="line" width="100%" height="8" aria-hidden="true">'
        f'<rect class="of" width="{whole:.3f}%" height="8" rx="2"/>'
        f'<rect class="ai" width="{part:.3f}%" height="8" rx="2"/></svg>'
    )


def _without_gaps(months: Sequence[MonthRow]) -> list[MonthRow]:
    """`months`, oldest first, with an empty row for each month between that has no landing.

    At most `MONTHS` are put into one gap: more than are drawn.
    """
    rows: list[MonthRow] = []
    for row in months:
        if rows:
            start, end = _index(rows[-1].month) + 1, _index(row.month)
            gap = range(max(start, end - MONTHS), end)
            rows += [MonthRow(month=_month(at), landings=0, ai=0, agents={}) for at in gap]
        rows.append(row)
    return rows


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _month(index: int) -> str:
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _scale(shares: Iterable[float]) -> int:
    """The end of a scale, in per cent, that holds all of `shares`."""
    top = max(shares, default=0.0)
    return next((scale for scale in _SCALES if top <= scale), 100)


def _svg(style: str, height: int, inner: str) -> str:
    """A drawing as wide as its place, for the eye only."""
    return f'<svg class="{style}" width="100%" height="{height}" aria-hidden="true">{inner}</svg>'


def _rule(y: float) -> str:
    return f'<line class="grid" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'


class Share:
    """AI share by month: a chart of all AI landings, and a strip for each of `agents`.

    `scale` and `strip_scale` are where the chart's and the strips' shares end, in per cent.
    """

    HEIGHT = 150
    STRIP = 36

    def __init__(self, months: Sequence[MonthRow], agents: Sequence[str]) -> None:
        self.months = _without_gaps(months)[-MONTHS:]
        counted = [row for row in self.months if row.landings]
        self.scale = _scale(100 * row.ai / row.landings for row in counted)
        self.strip_scale = _scale(
            100 * row.agents.get(agent, 0) / row.landings for row in counted for agent in agents
        )
        self.most = max((row.landings for row in counted), default=0)

    def chart(self) -> str:
        """The share of all landings that are AI changes, month by month."""
        spoken = "; ".join(
            f"{row.month} {at_least(row.ai, row.landings)}" for row in self.months if row.landings
        )
        lines = "".join(_rule(y) for y in (0.5, self.HEIGHT / 2, self.HEIGHT - 0.5))
        bars = self._shares([row.ai for row in self.months], self.HEIGHT, self.scale)
        return (
            f'<svg class="chart" width="100%" height="{self.HEIGHT}" role="img" aria-label="AI'
            f' share of landings by month, a lower bound: {spoken}">{lines}{bars}</svg>'
        )

    def axis(self) -> str:
        """The scale beside the chart."""
        marks = ((11, self.scale), (self.HEIGHT / 2 + 4, self.scale / 2), (self.HEIGHT - 1, 0))
        texts = (f'<text x="100%" y="{y:.1f}">{value:g}%</text>' for y, value in marks)
        return _svg("axis", self.HEIGHT, "".join(texts))

    def strip(self, agent: str) -> str:
        """One agent's share of all landings, month by month, at the strips' scale."""
        numbers = [row.agents.get(agent, 0) for row in self.months]
        bars = self._shares(numbers, self.STRIP, self.strip_scale)
        return _svg("strip", self.STRIP, _rule(self.STRIP - 0.5) + bars)

    def volume(self) -> str:
        """The number of landings in each month, so that a share of few is seen as such."""
        bars = (
            self._bar(index, row.landings / self.most, self.STRIP, "volume")
            + f"<title>{row.month}: {plural(row.landings, 'landing')}</title></rect>"
            for index, row in enumerate(self.months)
            if row.landings
        )
        return _svg("strip", self.STRIP, "".join(bars))

    def labels(self) -> str:
        """Names of months, as many as have room: with the year at the first and each January.

        Of a long time the years alone are named, at each January.
        """
        years = len(self.months) > LABELS
        kept = [
            (index, row.month)
            for index, row in enumerate(self.months)
            if not years or row.month.endswith("-01")
        ]
        thin = -(-len(kept) // LABELS) or 1
        texts = (
            self._label(index, month, years=years, minor=place % 2 == 1)
            for place, (index, month) in enumerate(kept[::thin])
        )
        return _svg("labels", self.STRIP, "".join(texts))

    def _label(self, index: int, month: str, *, years: bool, minor: bool) -> str:
        x = 100 * (index + 0.5) / len(self.months)
        year, number = month[:4], month[5:7]
        style = ' class="minor"' if minor else ""
        name = year if years else _NAMES[int(number) - 1]
        text = f'<text{style} x="{x:.3f}%" y="14">{name}</text>'
        if years or (index and number != "01"):
            return text
        return f'{text}<text x="{x:.3f}%" y="30">{year}</text>'

    def _shares(self, numbers: Iterable[int], height: int, scale: int) -> str:
        """A bar for each month's number as a share of its landings; none for nothing."""
        bars = []
        for index, (row, number) in enumerate(zip(self.months, numbers, strict=True)):
            if number and row.landings:
                title = (
                    f"{row.month}: {count(number)} of {count(row.landings)}"
                    f" ({at_least(number, row.landings)})"
                )
                share = 100 * number / row.landings / scale
                bars.append(f"{self._bar(index, share, height, 'ai')}<title>{title}</title></rect>")
        return "".join(bars)

    def _bar(self, index: int, share: float, height: int, style: str) -> str:
        """The opening of a bar `share` of `height` tall, and never too low to be seen."""
        step = 100 / len(self.months)
        tall = max(min(share, 1.0) * height, 1.5)
        return (
            f'<rect class="{style}" x="{(index + 0.12) * step:.3f}%" y="{height - tall:.1f}"'
            f' width="{0.76 * step:.3f}%" height="{tall:.1f}">'
        )
