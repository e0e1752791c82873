"""Pictures in an entry: what is taken, and how Markdown names one: ``![报案入口在首页右上角](kb-image:<digest>)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.domain.errors import N_, Invalid

BYTES_MOST = 2 * 1024 * 1024  # as it is sent
SIDE_MOST = 4_000  # pixels
KEPT_MOST = 2 * BYTES_MOST  # written anew, a picture may have grown a little

# Media type and extension by the format's name.
FORMATS: dict[str, tuple[str, str]] = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
EXTENSIONS = dict(FORMATS.values())

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LINK = re.compile(r"\]\(\s*<?kb-image:([0-9A-Fa-f]{64})(?![0-9A-Fa-f])")


@dataclass(frozen=True, slots=True)
class Image:
    """``digest``: SHA-256 of ``data``, in hex. ``width`` and ``height`` in pixels."""

    digest: str
    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def file_name(self) -> str:
        """``<digest>.png``: under this name an export writes it."""
        return f"{self.digest}.{EXTENSIONS[self.media_type]}"


def check_digest(value: str) -> str:
    """Return ``value`` as a digest in lower case.

    Raises:
        Invalid: it is none.
    """
    digest = value.strip().lower()
    if not _DIGEST.fullmatch(digest):
        raise Invalid(N_("“{value}”不是图片的编号。"), value=value[:20])
    return digest


def linked_images(body: str) -> list[str]:
    """The digests that ``kb-image:`` names in Markdown, in order, each once."""
    return list(dict.fromkeys(digest.lower() for digest in _LINK.findall(body)))
