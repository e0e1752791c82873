from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from kb.domain.errors import Busy, Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from kb.domain.person import Role
from kb.services.people import SYSTEM, People
from tests.factories import a_person

PASSWORD = "correct horse 电池"


@pytest.fixture
def people(store, clock):
    # The real algorithm with little work: the tests ask what it decides, not how long it takes.
    return People(store, clock, session_hours=12, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def wang(people):
    return people.add(SYSTEM, "Wang.Fang", "王芳", Role.AGENT, PASSWORD)


def test_a_person_signs_in_and_is_known_by_the_session(people, wang):
    person, secret = people.sign_in(" WANG.fang ", PASSWORD)
    assert person == wang == people.person_of_session(secret)


def test_neither_password_nor_secret_is_stored(people, wang, store):
    _, secret = people.sign_in("wang.fang", PASSWORD)
    token = people.create_token(SYSTEM, "弹屏", Role.AGENT)
    with store.engine.connect() as connection:
        rows = [
            str(connection.execute(text(f"SELECT * FROM {t}")).all()) for t in ("people", "sessions", "tokens", "audit")
        ]
    assert not any(word in row for row in rows for word in (PASSWORD, secret, token))


@pytest.mark.parametrize(
    ("login", "password"), [("wang.fang", "wrong password"), ("nobody", PASSWORD), ("wang.fang", "半\ud83d" * 6)]
)
def test_wrong_and_unknown_get_the_same_answer(people, wang, login, password):
    with pytest.raises(NotSignedIn, match="登录名或密码不对"):
        people.sign_in(login, password)


def test_after_five_failures_one_has_to_wait_a_minute(people, wang, clock):
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            people.sign_in("wang.fang", "wrong password")
    with pytest.raises(Busy):
        people.sign_in("wang.fang", PASSWORD)
    clock.forward(seconds=61)
    assert people.sign_in("wang.fang", PASSWORD)[0] == wang


def test_signing_in_rotates_the_session_and_signing_out_ends_it(people, wang):
    (_, first), (_, second) = people.sign_in("wang.fang", PASSWORD), people.sign_in("wang.fang", PASSWORD)
    assert first != second
    people.sign_out(first)
    assert people.person_of_session(first) is None
    assert people.person_of_session(second) == wang


def test_a_session_ends_after_its_hours(people, wang, clock):
    _, secret = people.sign_in("wang.fang", PASSWORD)
    clock.forward(hours=11, minutes=59)
    assert people.person_of_session(secret)
    clock.forward(minutes=1)
    assert people.person_of_session(secret) is None


@pytest.mark.parametrize("ending", ["disable", "set_role", "change_password"])
def test_leaving_a_role_change_and_a_new_password_end_every_session(people, wang, ending):
    _, secret = people.sign_in("wang.fang", PASSWORD)
    arguments = {"disable": (), "set_role": (Role.TRAINER,), "change_password": ("another password",)}[ending]
    getattr(people, ending)(SYSTEM, "wang.fang", *arguments)
    assert people.person_of_session(secret) is None


def test_a_person_who_left_cannot_sign_in(people, wang):
    people.disable(SYSTEM, "wang.fang")
    with pytest.raises(NotSignedIn):
        people.sign_in("wang.fang", PASSWORD)


def test_a_login_is_never_given_again(people, wang):
    people.disable(SYSTEM, "wang.fang")
    with pytest.raises(Conflict):
        people.add(SYSTEM, "wang.fang", "另一位", Role.AGENT, PASSWORD)


@pytest.mark.parametrize("verb", ["add", "all", "disable", "set_role", "create_token", "tokens", "revoke_token"])
def test_only_an_administrator_manages_people(people, wang, verb):
    by = a_person(Role.DIRECTOR)
    arguments = {
        "add": ("li.na", "李娜", Role.AGENT, PASSWORD), "all": (), "disable": ("wang.fang",),
        "set_role": ("wang.fang", Role.DIRECTOR), "create_token": ("程序", Role.ADMINISTRATOR), "tokens": (),
        "revoke_token": ("程序",),
    }[verb]  # fmt: skip
    with pytest.raises(NotAllowed):
        getattr(people, verb)(by, *arguments)


def test_one_changes_ones_own_password_but_not_anothers(people, wang):
    people.add(SYSTEM, "li.na", "李娜", Role.AGENT, PASSWORD)
    people.change_password(wang, "wang.fang", "a new password")
    assert people.sign_in("wang.fang", "a new password")
    with pytest.raises(NotAllowed):
        people.change_password(wang, "li.na", "a new password")


def test_the_last_administrator_stays(people, wang):
    people.add(SYSTEM, "root", "管理员", Role.ADMINISTRATOR, PASSWORD)
    for step in (lambda: people.disable(SYSTEM, "root"), lambda: people.set_role(SYSTEM, "root", Role.AGENT)):
        with pytest.raises(Conflict):
            step()


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_outside_its_bounds_is_refused(people, password):
    with pytest.raises(Invalid):
        people.add(SYSTEM, "li.na", "李娜", Role.AGENT, password)


@pytest.mark.parametrize("login", ["", "a", "系统", "has space", "-x", "system", "a" * 41])
def test_a_login_that_is_none_is_refused(people, login):
    with pytest.raises((Invalid, Conflict)):
        people.add(SYSTEM, login, "某人", Role.AGENT, PASSWORD)


def test_a_token_acts_as_its_role_until_it_is_revoked(people):
    secret = people.create_token(SYSTEM, "弹屏", Role.AGENT)
    assert people.person_of_token(secret).role is Role.AGENT
    people.revoke_token(SYSTEM, "弹屏")
    assert people.person_of_token(secret) is None
    with pytest.raises(NotFound):
        people.revoke_token(SYSTEM, "弹屏")


def test_preferences_are_kept_for_each_person(people, wang):
    li = people.add(SYSTEM, "li.na", "李娜", Role.AGENT, PASSWORD)
    people.save_preferences(wang, {"product": ["百万医疗险"]})
    assert (people.preferences(wang), people.preferences(li)) == ({"product": ["百万医疗险"]}, {})
