from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from kb.domain.errors import Invalid, TooLarge
from kb.domain.images import BYTES_MOST
from kb.exchange.pictures import clean_picture, kept_picture, pictures_beside, read_picture
from tests.pictures import a_picture

SECRET = b"on the bank of the Yangtze"


def told() -> Pillow.Exif:
    exif = Pillow.Exif()
    exif[0x010E] = SECRET.decode()
    return exif


def with_text() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    return info


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes whose header promises a thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_the_four_kinds_are_known_by_what_they_hold(kind: str, media_type: str) -> None:
    image = clean_picture(a_picture(kind, (31, 17)))
    assert (image.media_type, image.width, image.height) == (media_type, 31, 17)
    assert image.digest == hashlib.sha256(image.data).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_sort_of_png_is_taken(mode: str) -> None:
    picture = Pillow.new(mode, (9, 7))
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert clean_picture(out.getvalue()).width == 9


@pytest.mark.parametrize(
    "data",
    [
        a_picture("JPEG", exif=told()),
        a_picture("JPEG", comment=SECRET),
        a_picture("PNG", pnginfo=with_text()),
        a_picture("WEBP", exif=told()),
        a_picture("JPEG") + SECRET,
    ],
    ids=["exif", "comment", "text", "webp", "behind"],
)
def test_what_is_not_picture_does_not_come_along(data: bytes) -> None:
    assert SECRET in data
    assert SECRET not in clean_picture(data).data


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    sideways = Pillow.Exif()
    sideways[0x0112] = 6
    image = clean_picture(a_picture("JPEG", (40, 20), exif=sideways))
    assert (image.width, image.height) == (20, 40)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        a_picture("BMP"),
        a_picture()[:60],
        a_picture("JPEG")[:400],
    ],
    ids=["nothing", "head", "svg", "bmp", "half a png", "half a jpeg"],
)
def test_what_is_no_picture_or_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="图片"):
        clean_picture(data)


def test_a_moving_picture_is_refused() -> None:
    frames = [Pillow.new("L", (9, 9), shade) for shade in (10, 200)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Invalid, match="动图"):
        clean_picture(out.getvalue())


@pytest.mark.parametrize("data", [bomb(), bomb(4_001, 10), bomb(10, 4_001)])
def test_a_bomb_is_seen_in_its_header(data: bytes) -> None:
    with pytest.raises(TooLarge, match="4000 像素"):
        clean_picture(data)


def test_a_file_over_two_megabytes_is_not_even_opened() -> None:
    with pytest.raises(TooLarge, match="2 MB"):
        clean_picture(b"x" * (BYTES_MOST + 1))


def test_a_kept_picture_comes_back_byte_for_byte() -> None:
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        image = clean_picture(a_picture(kind))
        assert kept_picture(image.data) == image


def test_a_picture_that_tells_more_than_it_shows_does_not_come_in_by_the_back_door() -> None:
    with pytest.raises(Invalid, match="拍摄信息"):
        kept_picture(a_picture("JPEG", exif=told()))


def test_pictures_are_found_beside_the_folder_of_the_file(tmp_path) -> None:
    image = clean_picture(a_picture())
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / image.file_name).write_bytes(image.data)
    found = pictures_beside(
        tmp_path / "faq" / "FAQ-1.md", f"![图](kb-image:{image.digest}) ![没有](kb-image:{'0' * 64})"
    )
    assert [read_picture(picture) for picture in found] == [image]


def test_a_picture_under_a_wrong_name_is_refused(tmp_path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / f"{'a' * 64}.png").write_bytes(clean_picture(a_picture()).data)
    with pytest.raises(Invalid, match="文件名不符"):
        pictures_beside(tmp_path / "faq" / "FAQ-1.md", f"![图](kb-image:{'a' * 64})")


def test_a_picture_exchanged_after_it_was_looked_over_is_refused(tmp_path) -> None:
    image = clean_picture(a_picture())
    file = tmp_path / "images" / image.file_name
    file.parent.mkdir()
    file.write_bytes(image.data)
    (found,) = pictures_beside(tmp_path / "FAQ-1.md", f"![图](kb-image:{image.digest})")
    file.write_bytes(a_picture(size=(5, 5)))
    with pytest.raises(Invalid, match="文件名不符"):
        read_picture(found)
