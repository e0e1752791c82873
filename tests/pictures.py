"""Pictures for tests: real ones, made on the spot."""

from __future__ import annotations

import io

from PIL import Image


def a_picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), mode: str = "RGB", **options: object) -> bytes:
    """The bytes of a picture that is not of one colour."""
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
