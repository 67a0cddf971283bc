"""Two small drawings, made on the server as SVG with geometry in attributes (the policy forbids styles):
months beside the customer's own middle, and visits on a line of time with the silence after them.
"""

import datetime as dt
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

WIDTH = 360
_FLOOR, _TOP = 84.0, 20.0  # of the bars
_AXIS = 34  # of the line of visits


def months_chart(months: Sequence[tuple[str, int]], middle: int, words: dict[str, str]) -> SafeString:
    """Bars of months, the last one in alarm, under a dashed line at `middle`.

    months: (label, amount ≥ 0) in order. words: `title` for who cannot see, `middle` and `now` as labels.
    """
    pitch = min(27.0, (WIDTH - 9) / max(1, len(months)))
    width = pitch * 2 / 3
    scale = (_FLOOR - _TOP) / max(1, middle, *(amount for _, amount in months))
    parts = [f'<path class="axis" d="M0 {_FLOOR + 0.5}H{WIDTH}"/>']
    last = len(months) - 1
    for place, (_, amount) in enumerate(months):
        height = max(1.0 if amount else 0.0, amount * scale)
        look = "fa" if place == last else "f3"
        parts.append(
            f'<rect class="{look}" x="{place * pitch:.1f}" y="{_FLOOR - height:.1f}" width="{width:.1f}" height="{height:.1f}" rx="1.5"/>'
        )
    level = _FLOOR - middle * scale
    end = last * pitch + width
    parts.append(f'<path class="axis dash" d="M0 {level:.1f}H{end:.1f}"/>')
    top = _FLOOR - months[-1][1] * scale - 7 if months else _FLOOR
    parts += [
        f'<text class="alarm m" x="{last * pitch + width / 2:.1f}" y="{top:.1f}">{escape(words["now"])}</text>',
        f'<text x="0" y="12">{escape(words["middle"])}</text>',
    ]
    for place in sorted({0, last // 2, last}):
        anchor, x = ("", 0.0) if place == 0 else ('class="m" ', place * pitch + width / 2)
        parts.append(f'<text {anchor}x="{x:.1f}" y="101">{escape(months[place][0])}</text>')
    return _svg(parts, 104, words["title"])


def bars_chart(months: Sequence[tuple[str, int]], title: str, now: str) -> SafeString:
    """Bars of months as they were; months: (label, amount ≥ 0) in order; `now` stands over the last one."""
    pitch = min(27.0, (WIDTH - 9) / max(1, len(months)))
    width = pitch * 2 / 3
    scale = (_FLOOR - _TOP) / max(1, *(amount for _, amount in months))
    last = len(months) - 1
    parts = [f'<path class="axis" d="M0 {_FLOOR + 0.5}H{WIDTH}"/>']
    for place, (_, amount) in enumerate(months):
        height = max(1.0 if amount else 0.0, amount * scale)
        parts.append(
            f'<rect class="{"f1" if place == last else "f3"}" x="{place * pitch:.1f}" y="{_FLOOR - height:.1f}"'
            f' width="{width:.1f}" height="{height:.1f}" rx="1.5"/>'
        )
    top = _FLOOR - months[-1][1] * scale - 7
    parts.append(f'<text class="k m" x="{last * pitch + width / 2:.1f}" y="{top:.1f}">{escape(now)}</text>')
    for place in sorted({0, last // 2, last}):
        anchor, x = ("", 0.0) if place == 0 else ('class="m" ', place * pitch + width / 2)
        parts.append(f'<text {anchor}x="{x:.1f}" y="101">{escape(months[place][0])}</text>')
    return _svg(parts, 104, title)


def visits_chart(days: Sequence[dt.date], today: dt.date, words: dict[str, str]) -> SafeString:
    """Visits as ticks on a line of time up to today; the stretch since the last one is the alarm.

    days: at least one, in order. words: `title`, `silence` over the stretch, `first`, `last`, `today` below the line.
    """
    first, last = days[0], days[-1]
    scale = (WIDTH - 2) / max(1, (today - first).days)

    def x(day: dt.date) -> float:
        return round((day - first).days * scale, 1)

    parts = [f'<path class="axis" d="M0 {_AXIS + 10.5}H{x(last)}"/>']
    parts += [f'<rect class="fi" x="{x(day)}" y="{_AXIS - 10}" width="2" height="20" rx="1"/>' for day in days]
    parts.append(f'<path class="silence" d="M{x(last) + 4:.1f} {_AXIS + 10.5}H{WIDTH}"/>')
    middle = (x(last) + WIDTH) / 2
    parts.append(
        f'<text class="alarm m" x="{min(middle, WIDTH - 40):.1f}" y="{_AXIS}">{escape(words["silence"])}</text>'
    )
    parts.append(f'<text class="e" x="{WIDTH}" y="{_AXIS + 28}">{escape(words["today"])}</text>')
    if x(last) > 150:  # the label of the first visit leaves room for that of the last one
        parts.append(f'<text x="0" y="{_AXIS + 28}">{escape(words["first"])}</text>')
    place = min(max(x(last), 24.0), WIDTH - 76)
    parts.append(f'<text class="m" x="{place:.1f}" y="{_AXIS + 28}">{escape(words["last"])}</text>')
    return _svg(parts, 66, words["title"])


def _svg(parts: list[str], height: int, title: str) -> SafeString:
    return SafeString(
        f'<svg class="chart spark" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
