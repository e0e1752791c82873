"""The net effect of publications, expiries and starts, against a model that plays every moment one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.domain.bulletin import BulletinItem, Cause, Change, Upcoming
from kb.domain.bulletin_effect import Effect, Told, combined, effect
from kb.domain.content import Kind
from kb.domain.entry import Action, Publication, timeline
from tests.factories import NOW

DAY = timedelta(days=1)


def at(day: float) -> datetime:
    return NOW + day * DAY


def publish(
    number: int, day: float, revision: int, starts: float | None = None, ends: float | None = None
) -> Publication:
    begins = at(day if starts is None else starts)
    return Publication(
        number, Action.PUBLISH, revision, "a", at(day), begins, None if ends is None else at(ends), f"原因{number}"
    )


def withdraw(number: int, day: float) -> Publication:
    return Publication(number, Action.WITHDRAW, None, "a", at(day), at(day), None, f"原因{number}", "FAQ-0099")


def told(publication: int, day: float) -> Told:
    return Told(publication, at(day))


def test_what_was_never_told_is_new() -> None:
    found = effect([publish(1, 0, 1)], Told(), at(1))
    assert (found.change, found.revision, found.before, found.publications) == (Change.NEW, 1, None, (1,))


def test_several_publications_are_one_change() -> None:
    line = [publish(1, 0, 1), publish(2, 2, 2), publish(3, 3, 4)]
    found = effect(line, told(1, 1), at(4))
    assert (found.change, found.before, found.revision, found.publications) == (Change.CHANGED, 1, 4, (2, 3))
    assert found.decided_by == line[2]


def test_what_was_published_and_withdrawn_in_between_is_nothing_to_tell_but_covered() -> None:
    found = effect([publish(1, 0, 1), withdraw(2, 0.5)], Told(), at(1))
    assert (found.change, found.publications) == (None, (1, 2))


def test_what_was_withdrawn_and_put_back_is_nothing_to_tell() -> None:
    found = effect([publish(1, 0, 1), withdraw(2, 2), publish(3, 3, 1)], told(1, 1), at(4))
    assert (found.change, found.publications) == (None, (2, 3))


def test_a_withdrawal_is_removed_with_its_reason() -> None:
    found = effect([publish(1, 0, 1), withdraw(2, 2)], told(1, 1), at(3))
    assert (found.change, found.before, found.revision, found.cause) == (Change.REMOVED, 1, None, Cause.PUBLICATION)
    assert found.decided_by is not None and found.decided_by.replaced_by == "FAQ-0099"


def test_an_expiry_is_removed_without_a_publication() -> None:
    line = [publish(1, 0, 1, ends=2)]
    assert effect(line, told(1, 1), at(1.99)).change is None
    found = effect(line, told(1, 1), at(2))
    assert (found.change, found.cause, found.publications, found.at) == (Change.REMOVED, Cause.EXPIRY, (), at(2))
    assert effect(line, told(1, 2), at(3)).change is None


def test_an_announced_rule_is_told_when_it_is_announced_and_when_it_takes_effect() -> None:
    line = [publish(1, 0, 1), publish(2, 2, 2, starts=10)]
    first = effect(line, told(1, 1), at(3))
    assert (first.change, first.announced, first.starts, first.before, first.revision) == (
        Change.CHANGED, True, at(10), 1, 2,
    )  # fmt: skip
    assert effect(line, told(2, 3), at(9)).change is None
    again = effect(line, told(2, 3), at(10))
    assert (again.change, again.announced, again.cause, again.before, again.revision) == (
        Change.CHANGED, False, Cause.START, 1, 2,
    )  # fmt: skip
    assert again.publications == ()
    assert effect(line, told(2, 10), at(11)).change is None


def test_a_correction_of_today_and_an_announcement_are_both_told() -> None:
    line = [publish(1, 0, 1), publish(2, 2, 2, starts=10), publish(3, 2.5, 3)]
    found = effect(line, told(1, 1), at(3))
    assert (found.revision, found.announced, found.upcoming) == (3, False, (Upcoming(2, at(10)),))


def test_a_withdrawal_takes_back_what_was_announced() -> None:
    line = [publish(1, 1, 1, starts=10), withdraw(2, 3)]
    found = effect(line, told(1, 2), at(4))
    assert (found.change, found.before, found.cancelled) == (Change.REMOVED, None, (Upcoming(1, at(10)),))


def test_an_announcement_that_is_replaced_is_told_with_what_it_replaces() -> None:
    line = [publish(1, 0, 1), publish(2, 1, 2, starts=10), publish(3, 3, 3, starts=10)]
    found = effect(line, told(2, 2), at(4))
    assert (found.announced, found.revision, found.cancelled) == (True, 3, (Upcoming(2, at(10)),))


def test_what_began_and_ended_between_two_lists_is_nothing_to_tell() -> None:
    assert effect([publish(1, 2, 1, ends=3)], told(0, 1), at(4)).change is None


def test_an_announced_rule_that_was_withdrawn_before_its_day_is_told_even_after_that_day() -> None:
    found = effect([publish(1, 0, 1, starts=2), withdraw(2, 1)], told(1, 0.5), at(3))
    assert (found.change, found.cause, found.cancelled) == (Change.REMOVED, Cause.PUBLICATION, (Upcoming(1, at(2)),))


def test_an_announced_rule_that_has_come_and_gone_by_the_next_list_is_told_as_removed() -> None:
    found = effect([publish(1, 0, 1, starts=2, ends=3)], told(1, 1), at(4))
    assert (found.change, found.cause, found.at) == (Change.REMOVED, Cause.EXPIRY, at(3))


# --- against a model


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Publication], list[float]]:
    """Publications of one entry in the order of their numbers, and the days on which a list is issued."""
    line: list[Publication] = []
    day, revision = 0.0, 0
    for number in range(1, draw(st.integers(1, 7)) + 1):
        day += draw(st.sampled_from([0, 0.25, 1, 3]))
        if line and draw(st.booleans()) and timeline(line) and draw(st.booleans()):
            line.append(withdraw(number, day))
            continue
        revision += draw(st.integers(0, 1)) or (0 if revision and line[-1].action is Action.WITHDRAW else 1)
        starts = day + draw(st.sampled_from([0, 0, 0, 2, 5]))
        ends = draw(st.sampled_from([None, None, 1, 4]))
        line.append(publish(number, day, revision, starts, None if ends is None else starts + ends))
    lists = sorted(draw(st.lists(st.sampled_from([x / 4 for x in range(61)]), min_size=1, max_size=6, unique=True)))
    return line, lists


def state_at(line: list[Publication], day: float, seen: int) -> int | None:
    """What holds, worked out without a timeline: play the first ``seen`` publications, then ask who covers the day."""
    moment, announced = at(day), list[Publication]()
    for p in line[:seen]:
        if p.action is Action.WITHDRAW:
            announced = [q for q in announced if q.starts < p.starts]
        announced = [q for q in announced if q.starts != p.starts]
        announced.append(p)
    begun = [p for p in announced if p.starts <= moment]
    if not begun:
        return None
    last = max(begun, key=lambda p: p.starts)
    if last.action is Action.WITHDRAW or (last.ends is not None and last.ends <= moment):
        return None
    return last.revision


@given(histories())
def test_each_list_tells_exactly_the_difference_to_what_was_told_before(
    history: tuple[list[Publication], list[float]],
) -> None:
    line, days = history
    known, before = Told(), None
    for day in days:
        seen = sum(p.at <= at(day) for p in line)
        there = line[:seen]
        if not there:
            continue
        found = effect(there, known, at(day))
        after = state_at(line, day, seen)
        if found.change is Change.REMOVED:
            assert after is None and (before is not None or found.cancelled)
        elif found.change is None or found.announced or (found.cancelled and found.revision == before):
            assert after == before
        else:
            assert (found.before, found.revision) == (before, after) and before != after
        assert found.publications == tuple(range(known.publication + 1, seen + 1))
        known, before = Told(seen, at(day)), after


@given(histories())
def test_whoever_hears_every_announcement_and_cancellation_knows_what_comes(
    history: tuple[list[Publication], list[float]],
) -> None:
    line, days = history
    known, heard = Told(), set[Upcoming]()
    for day in days:
        there = [p for p in line if p.at <= at(day)]
        if not there:
            continue
        found = effect(there, known, at(day))
        if found.announced:
            heard.add(Upcoming(found.revision or 0, found.starts or NOW))
        heard = {u for u in heard | set(found.upcoming) if u not in found.cancelled and u.starts > at(day)}
        assert heard == {Upcoming(p.revision, p.starts) for p in timeline(there) if p.starts > at(day)}
        known = Told(len(there), at(day))


@given(histories())
def test_whoever_hears_every_list_believes_what_holds(history: tuple[list[Publication], list[float]]) -> None:
    line, days = history
    known, promised, believed = Told(), set[Upcoming](), None
    for day in days:
        there = [p for p in line if p.at <= at(day)]
        if not there:
            continue
        found = effect(there, known, at(day))
        promised -= set(found.cancelled)
        due = sorted((u for u in promised if u.starts <= at(day)), key=lambda u: u.starts)
        if found.change is not None and not found.announced:
            believed = found.revision
        elif due:
            believed = due[-1].revision
        assert believed == state_at(line, day, len(there))
        promised = {u for u in promised if u.starts > at(day)} | set(found.upcoming)
        promised |= {Upcoming(found.revision or 0, found.starts or NOW)} if found.announced else set()
        known = Told(len(there), at(day))


def item_of(found: Effect) -> BulletinItem:
    assert found.change is not None
    return BulletinItem(
        code="FAQ-0042", change=found.change, title="题", kind=Kind.FAQ, product="", revision=found.revision,
        before=found.before, publications=found.publications, cause=found.cause, announced=found.announced,
        starts=found.starts, upcoming=found.upcoming, cancelled=found.cancelled,
    )  # fmt: skip


@given(histories(), st.integers(0, 3))
def test_several_lists_together_tell_the_net_effect(
    history: tuple[list[Publication], list[float]], skipped: int
) -> None:
    """What holds before the first and after the last of the lists looked at is all that matters."""
    line, days = history
    known, items, before, after = Told(), list[BulletinItem](), None, None
    for place, day in enumerate(days):
        there = [p for p in line if p.at <= at(day)]
        found = effect(there, known, at(day)) if there else Effect(None)
        if place < skipped:
            before = state_at(line, day, len(there))
        elif found.change is not None:
            items.append(item_of(found))
        if there:
            known, after = Told(len(there), at(day)), state_at(line, day, len(there))
    if not items:
        return
    net, last = combined(items, at(days[-1])), [p for p in line if p.at <= at(days[-1])]
    coming = {Upcoming(p.revision, p.starts) for p in timeline(last) if p.starts > at(days[-1])}
    if net is None:
        assert after == before
    elif len(items) > 1 and net.change is not Change.REMOVED and not net.announced:
        assert (net.before, net.revision) == (before, after)
    elif len(items) > 1:
        assert after is None if net.change is Change.REMOVED else after == before
    said = set(net.upcoming) if net else set()
    said |= {Upcoming(net.revision or 0, net.starts or NOW)} if net and net.announced else set()
    assert said <= coming if skipped or len(items) == 1 else said == coming


def test_two_announcements_together_are_announcements() -> None:
    line = [publish(1, 0, 1), publish(2, 2, 2, starts=10), publish(3, 4, 3, starts=12)]
    items = [item_of(effect(line[:2], told(1, 1), at(3))), item_of(effect(line, told(2, 3), at(5)))]
    net = combined(items, at(5))
    assert net is not None
    assert (net.announced, net.before, net.revision, net.upcoming) == (True, 1, 3, (Upcoming(2, at(10)),))


def test_only_numbers_decide_what_was_told_and_no_clock() -> None:
    """A publication recorded while the clock was a day back is found all the same."""
    assert effect([publish(1, 0, 1), publish(2, -1, 2)], told(1, 1), at(1)).publications == (2,)
