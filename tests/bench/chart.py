"""A chart of the figures as SVG, drawn here: bars of what was measured against what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.bench.figures import Figure, shown

WIDTH, ROW, LEFT, RIGHT = 860, 26, 380, 150
# Both themes: the page that shows the picture decides, as far as it can say so to a picture.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; } .part { font-weight: 600; } .quiet { fill: #59636e; }
.bar { fill: #1a7f5a; } .over { fill: #bc4c00; } .line { stroke: #59636e; stroke-width: 2; } .ground { fill: #ffffff; }
@media (prefers-color-scheme: dark) { text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .bar { fill: #3fb68b; }
.over { fill: #f0883e; } .line { stroke: #9198a1; } .ground { fill: #0d1117; } }
"""


def chart(figures: Sequence[Figure], title: str) -> str:
    """Figures with a promise, each a bar as a share of it: the line is the promise itself.

    Where little is promised a bar that ends before the line keeps it, where much is promised one that passes it.
    """
    promised = [f for f in figures if f.most is not None or f.least is not None]
    rows: list[str] = []
    y, part = 58, ""
    for f in promised:
        if f.part != part:
            part = f.part
            y += 14
            rows.append(f'<text class="part" x="16" y="{y}">{escape(part)}</text>')
            y += ROW
        rows.append(_row(f, y))
        y += ROW
    line = _x(1.0)
    height = y + 20
    said = escape("; ".join(f"{f.name} {shown(f.value)} {f.unit} ({f.promise})" for f in promised))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title><desc id="d">{said}</desc>'
        f'<style>{STYLE}</style><rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>'
        f'<text class="part" x="16" y="26">{escape(title)}</text>'
        f'<text class="quiet" x="{line}" y="48" text-anchor="middle">promised</text>'
        f'<line class="line" x1="{line}" y1="54" x2="{line}" y2="{height - 14}"/>{"".join(rows)}</svg>\n'
    )


def _x(share: float) -> float:
    """Twice the promise and more is drawn at the edge."""
    return LEFT + min(share, 2.0) / 2 * (WIDTH - LEFT - RIGHT)


def _row(f: Figure, y: int) -> str:
    bound = f.most if f.most is not None else f.least or 1.0
    end = max(_x(f.value / bound), LEFT + 2)
    kind = "bar" if f.kept else "over"
    # Keeping and missing differ by more than colour: what is missed says so.
    value = f"{shown(f.value)} {f.unit} ({f.promise})" + ("" if f.kept else " ✗")
    return (
        f'<text x="{LEFT - 12}" y="{y}" text-anchor="end">{escape(f.name)}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{y - 12}" width="{end - LEFT:.0f}" height="15" rx="2"/>'
        f'<text x="{max(end, _x(1.0)) + 8:.0f}" y="{y}">{escape(value)}</text>'
    )
