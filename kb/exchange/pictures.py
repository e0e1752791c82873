"""Reading a picture from anywhere: by what it holds and not by its name, in bounded time and space.

What the header says is checked before anything is unpacked. A picture that is taken up is written anew from its
pixels, so that nothing comes along that is not picture: no place where it was taken, no name, no second file behind it.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageOps

from kb.domain.errors import N_, Invalid, TooLarge
from kb.domain.images import BYTES_MOST, EXTENSIONS, FORMATS, KEPT_MOST, SIDE_MOST, Image, linked_images
from kb.exchange.bounded import read_whole
from kb.exchange.rows import Picture

FOLDER = "images"  # of an export: beside the folders of the kinds

_MIB = 1024 * 1024
_ORIENTATION = 0x0112
_QUALITY = 88  # of a JPEG or WebP that must be written anew
_MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB"),
    "GIF": ("L", "P"),
    "WEBP": ("RGB", "RGBA"),
}
_TOLD = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop"})  # what a picture says besides itself
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
    OverflowError,
    IndexError,
    KeyError,
    TypeError,
)


def clean_picture(data: bytes) -> Image:
    """The picture in ``data`` written anew: upright, and without anything that is not picture.

    Raises:
        Invalid: not a PNG, JPEG, GIF or WebP, damaged, or moving.
        TooLarge: over ``BYTES_MOST`` or ``SIDE_MOST``.
    """
    with _opened(data, BYTES_MOST) as picture:
        kind = str(picture.format)
        upright = picture if picture.getexif().get(_ORIENTATION, 1) == 1 else ImageOps.exif_transpose(picture)
        written, size = _written(upright, kind), upright.size
    if len(written) > KEPT_MOST:
        raise TooLarge(N_("图片太大：最多 {most} MB，请先缩小或另存为 JPEG。"), field="image", most=BYTES_MOST // _MIB)
    return Image(hashlib.sha256(written).hexdigest(), FORMATS[kind][0], *size, written)


def kept_picture(data: bytes) -> Image:
    """A picture as an export wrote it, byte for byte: its digest is its name.

    Raises:
        Invalid: not such a picture, or one that says more than it shows. TooLarge: over the bounds.
    """
    with _opened(data, KEPT_MOST) as picture:
        if _TOLD & picture.info.keys() or len(picture.getexif()):
            raise Invalid(N_("图片里带有拍摄信息，请在编辑页面重新插入这张图片。"), field="image")
        media_type, size = FORMATS[str(picture.format)][0], picture.size
    return Image(hashlib.sha256(data).hexdigest(), media_type, *size, data)


def pictures_beside(path: Path, body: str) -> tuple[Picture, ...]:
    """The pictures that the text of the file at ``path`` names and that an export wrote next to its folder.

    Raises:
        Invalid: one of them is damaged, or not the one that its name says.
    """
    found = (_beside(path, digest) for digest in linked_images(body))
    return tuple(picture for picture in found if picture)


def read_picture(picture: Picture) -> Image:
    """The picture itself, as it was when it was looked over.

    Raises:
        Invalid: the file is gone or another one now.
    """
    data = read_whole(picture.path, KEPT_MOST)
    if hashlib.sha256(data).hexdigest() != picture.digest:
        raise _not_itself(picture.digest)
    return Image(picture.digest, picture.media_type, picture.width, picture.height, data)


def _not_itself(digest: str) -> Invalid:
    return Invalid(N_("图片 {digest}… 的内容与它的文件名不符。"), field="body", digest=digest[:12])


def _beside(path: Path, digest: str) -> Picture | None:
    folders = (path.parent / FOLDER, path.parent.parent / FOLDER)
    for file in (folder / f"{digest}.{extension}" for folder in folders for extension in EXTENSIONS.values()):
        if file.is_file():
            image = kept_picture(read_whole(file, KEPT_MOST))
            if image.digest != digest:
                raise _not_itself(digest)
            return Picture(digest, image.media_type, image.width, image.height, file)
    return None


@contextmanager
def _opened(data: bytes, most: int) -> Iterator[Pillow.Image]:
    """The picture, unpacked after its header was found within bounds."""
    if len(data) > most:
        raise TooLarge(N_("图片太大：最多 {most} MB，请先缩小或另存为 JPEG。"), field="image", most=BYTES_MOST // _MIB)
    try:
        picture = Pillow.open(io.BytesIO(data), formats=list(FORMATS))
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise _too_wide() from None
    except _DAMAGED:
        raise Invalid(N_("这不是 PNG、JPEG、GIF 或 WebP 图片，或者文件已损坏。"), field="image") from None
    with picture:
        if max(picture.size) > SIDE_MOST or min(picture.size) < 1:
            raise _too_wide(picture)
        if getattr(picture, "n_frames", 1) > 1:
            raise Invalid(N_("不能用动图：它停不下来，也打印不出来。请截成静态图片。"), field="image")
        try:
            picture.load()
        except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
            raise _too_wide() from None
        except _DAMAGED:
            raise Invalid(N_("图片已损坏，打不开。请重新截图或另存后再试。"), field="image") from None
        yield picture


def _too_wide(picture: Pillow.Image | None = None) -> TooLarge:
    if picture is None:
        return TooLarge(N_("图片的尺寸太大：长和宽最多 {most} 像素。"), field="image", most=SIDE_MOST)
    return TooLarge(
        N_("图片的尺寸太大：长和宽最多 {most} 像素，这张是 {width}×{height}。"), field="image",
        most=SIDE_MOST, width=picture.size[0], height=picture.size[1],
    )  # fmt: skip


def _written(picture: Pillow.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "JPEG" and getattr(picture, "quantization", None) and picture.mode in _MODES["JPEG"]:
        # With the tables it came with: almost nothing is lost by writing it again.
        picture.save(out, "JPEG", quality="keep", exif=b"", icc_profile=None, comment=b"")
        return out.getvalue()
    if picture.mode not in _MODES[kind]:
        has_alpha = "A" in picture.mode or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha and kind in ("PNG", "WEBP") else "RGB")
    bare = picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    options: dict[str, object] = {"quality": _QUALITY} if kind in ("JPEG", "WEBP") else {"optimize": kind == "PNG"}
    bare.save(out, kind, **options)
    return out.getvalue()
