"""Charts as SVG within the page: drawn here, coloured by the page's own stylesheet, so that they follow the theme and print.

pygal lays them out; its styles, scripts and tooltips are left out, which our content policy would refuse anyway. Each
has a title and a description for those who hear the page; the table beside it has the figures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

WIDTH, ROW, LABEL_SIZE = 640, 34, 13
_LABEL_MOST = 12  # wide letters
Series = tuple[str, Sequence[float | None]]


def bars(title: str, says: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Bars from left to right, one group a label, the first label on top; ``series`` are (name, a value a label)."""
    import pygal  # costs a quarter of a second, which most servers' starts need not spend

    short = [_shortened(label) for label in labels]
    chart = pygal.HorizontalBar(
        **_plain(height=ROW * len(labels) + 50, extra=_extra(short)), print_values=True, print_values_position="top"
    )
    chart.x_labels = short[::-1]
    for name, values in series:
        chart.add(name, list(reversed(values)))
    return _svg(chart, title, says, "chart-bars")


def line(title: str, says: str, labels: Sequence[str], series: Sequence[Series], of: Callable[[float], str]) -> Markup:
    """Values between 0 and 1 over time; None leaves a gap. ``of`` writes a value."""
    import pygal

    chart = pygal.Line(**_plain(height=230), range=(0, 1), value_formatter=of, dots_size=4)
    chart.x_labels = list(labels)
    chart.y_labels = [0, 0.25, 0.5, 0.75, 1]
    step = -(-len(labels) // 10)
    if step > 1:
        chart.x_labels_major_every, chart.show_minor_x_labels = step, False
    for name, values in series:
        chart.add(name, list(values))
    return _svg(chart, title, says, "chart-line")


def _plain(*, height: int, extra: int = 0) -> dict[str, Any]:
    from pygal.style import Style

    return {
        "width": WIDTH, "height": height, "margin": 8, "margin_left": 8 + extra, "margin_right": 44, "show_legend": False, "truncate_label": -1, "js": [], "css": [],
        "style": Style(label_font_size=LABEL_SIZE, major_label_font_size=LABEL_SIZE), "include_x_axis": True,
    }  # fmt: skip


def _svg(chart: Any, title: str, says: str, kind: str) -> Markup:
    from lxml import etree

    tree = chart.render_tree()
    graph = tree.find("g")
    for part in list(graph.iter("desc", "title", "g", "rect")):
        is_tooltip = part.tag == "g" and "tooltip-overlay" in part.get("class", "")
        is_ground = part.tag == "rect" and part.get("class") == "background"
        if part.tag in ("desc", "title") or is_tooltip or is_ground:
            part.getparent().remove(part)
    box = tree.get("viewBox")
    made = etree.Element(
        "svg", {"class": f"chart {kind}", "viewBox": box, "role": "img", "aria-label": f"{title}。{says}"}
    )
    for tag, text in (("title", title), ("desc", says)):
        etree.SubElement(made, tag).text = text
    made.append(graph)
    return Markup(etree.tostring(made, encoding="unicode"))  # noqa: S704 - lxml has escaped every text in it


def _shortened(label: str) -> str:
    kept, width = "", 0.0
    for letter in label:
        width += _width(letter)
        if width > _LABEL_MOST:
            return kept + "…"
        kept += letter
    return kept


def _width(letter: str) -> float:
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.55


def _extra(labels: Sequence[str]) -> int:
    """pygal takes letters to be narrow: how much more room ours need, in pixels."""
    needed = max((sum(map(_width, label)) for label in labels), default=0) * LABEL_SIZE
    given = max((len(label) for label in labels), default=0) * LABEL_SIZE * 0.6
    return max(0, round(needed - given) + 6)
