"""The options of a question in an order of each examinee's own, with the key following."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from kb.domain.exams.paper import Form, Item
from kb.domain.exams.question import QuestionType

SHUFFLED = frozenset({QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.ORDER})


def shuffled(item: Item, seed: int | str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The options as shown, and for each shown place its place in ``item.content.options``.

    The same ``seed`` (one for each examinee and sitting) and question give the same order on every machine. Options
    stay as they are where the question says so (以上都对). A question on order never shows the right order itself.

    >>> options, mapping = shuffled(item, seed="S-0007:wang")
    >>> all(options[shown] == item.content.options[place] for shown, place in enumerate(mapping))
    True
    """
    content = item.content
    places = list(range(len(content.options)))
    if content.type in SHUFFLED and content.shuffle and len(places) > 1:
        # Text is hashed by SHA-512 here and not by hash(), which differs from process to process.
        chance = Random(f"{seed}:{item.question}:{item.version}")  # noqa: S311 - no secret
        chance.shuffle(places)
        if content.type is QuestionType.ORDER and tuple(places) == content.key:
            places = places[1:] + places[:1]
    return tuple(content.options[place] for place in places), tuple(places)


def shown_key(item: Item, mapping: tuple[int, ...]) -> tuple[int, ...]:
    """The key in shown places: ascending, for a question on order in the right order."""
    shown = tuple(mapping.index(place) if mapping else place for place in item.content.key)
    return shown if item.content.type is QuestionType.ORDER else tuple(sorted(shown))


def as_shown(item: Item, seed: int | str) -> Item:
    """The item with its options in the order of ``seed`` and the key in shown places: what is printed."""
    options, mapping = shuffled(item, seed)
    return replace(item, content=replace(item.content, options=options, key=shown_key(item, mapping)))


def printed(form: Form, seed: int) -> Form:
    """A form as it is printed: everybody with this form on paper has the same order of options."""
    return replace(form, items=tuple(as_shown(item, f"{seed}:{form.name}") for item in form.items))


def stored(mapping: tuple[int, ...], chosen: Iterable[int]) -> tuple[int, ...]:
    """What was chosen in shown places, as places of the question itself, in the order chosen.

    Places that were not shown are left out: they come from a page that is not ours.
    """
    return tuple(mapping[place] for place in chosen if 0 <= place < len(mapping))
