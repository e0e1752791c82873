"""编写: drafts, the editor with preview and check, handing in, and merging what two people wrote."""

from webapp.editing import merge_views, views
from webapp.editing.blueprint import blueprint

__all__ = ["blueprint", "merge_views", "views"]
