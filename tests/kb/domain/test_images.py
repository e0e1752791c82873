from __future__ import annotations

import pytest

from kb.domain.errors import Invalid
from kb.domain.images import Image, check_digest, linked_images

ONE, TWO = "1" * 64, "ab" * 32


def test_the_pictures_of_a_text_are_named_in_order_and_once() -> None:
    body = f"![先](kb-image:{TWO}) 再 ![后](kb-image:{ONE})\n\n![同](kb-image:{TWO.upper()})"
    assert linked_images(body) == [TWO, ONE]


@pytest.mark.parametrize(
    "body", [f"kb-image:{ONE}", f"![x](kb-image:{ONE}1)", "![x](kb-image:12)", f"![x](image:{ONE})"]
)
def test_what_only_looks_like_one_is_none(body: str) -> None:
    assert linked_images(body) == []


def test_a_digest_is_sixty_four_hex_digits() -> None:
    assert check_digest(f" {TWO.upper()} ") == TWO
    with pytest.raises(Invalid):
        check_digest("../../etc/passwd")


def test_its_file_is_named_by_digest_and_kind() -> None:
    assert Image(ONE, "image/jpeg", 1, 1, b"").file_name == f"{ONE}.jpg"
