"""Knowledge in files, in and out: Markdown, .jsonl(.gz), .csv, .xlsx, .docx.

Reading gives rows and, for everything that cannot be taken, a rejection with its place and a sentence; it knows
nothing of the store. ``kb.services.importing`` and ``exporting`` put the two together.
"""

from kb.exchange.markdown import from_markdown, to_markdown
from kb.exchange.paths import count_hint, read_paths
from kb.exchange.rows import Item, Patch, Rejection, Row, refuse

__all__ = [
    "Item",
    "Patch",
    "Rejection",
    "Row",
    "count_hint",
    "from_markdown",
    "read_paths",
    "refuse",
    "to_markdown",
]
