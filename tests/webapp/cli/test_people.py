from __future__ import annotations

import pytest

from kb.domain.errors import NotSignedIn
from kb.domain.person import Role
from kb.services.people import SYSTEM
from tests.webapp.cli.conftest import Kb
from webapp.wiring import Desk

PASSWORD, OTHER = "first-horse-11", "second-horse-22"


def test_an_added_person_signs_in_with_the_password_from_standard_input(ready: Kb, desk: Desk) -> None:
    said = ready("user", "add", "li.na", "--role", "shift_leader", "--name", "李娜", "--password-stdin", input=PASSWORD)
    assert (said.code, said.out.strip()) == (0, "账号 li.na 已建立：值班长。")
    person, _ = desk.people.sign_in("li.na", PASSWORD)
    assert (person.name, person.role) == ("李娜", Role.SHIFT_LEADER)


def test_a_password_is_asked_for_twice(ready: Kb, desk: Desk) -> None:
    assert ready("user", "add", "li", "--role", "agent", input=f"{PASSWORD}\n{PASSWORD}\n").code == 0
    assert desk.people.sign_in("li", PASSWORD)
    said = ready("user", "password", "li", input=f"{PASSWORD}\n{OTHER}\n")
    assert said.code == 3
    assert "两次输入的密码不同" in said.err


def test_a_password_on_the_command_line_is_refused(ready: Kb) -> None:
    assert ready("user", "add", "li", "--role", "agent", "--password", PASSWORD).code == 2
    assert ready("user", "password", "admin", PASSWORD).code == 2


def test_a_new_password_replaces_the_old_one(ready: Kb, desk: Desk) -> None:
    ready("user", "add", "li", "--role", "agent", "--password-stdin", input=PASSWORD)
    assert ready("user", "password", "li", "--password-stdin", input=OTHER).code == 0
    assert desk.people.sign_in("li", OTHER)
    with pytest.raises(NotSignedIn):
        desk.people.sign_in("li", PASSWORD)


def test_the_list_shows_role_and_state(ready: Kb) -> None:
    ready("user", "add", "li", "--role", "agent", "--name", "李", "--password-stdin", input=PASSWORD)
    ready("user", "add", "wang", "--role", "director", "--name", "王", "--password-stdin", input=OTHER)
    assert ready("user", "disable", "li").code == 0
    lines = ready("user", "list").out.splitlines()
    assert "li\t李\t座席代表\t已停用" in lines
    assert "wang\t王\t电话中心主任\t在用" in lines


def test_a_disabled_person_cannot_sign_in(ready: Kb, desk: Desk) -> None:
    ready("user", "add", "li", "--role", "agent", "--password-stdin", input=PASSWORD)
    ready("user", "disable", "li")
    with pytest.raises(NotSignedIn):
        desk.people.sign_in("li", PASSWORD)


def test_a_role_can_be_changed(ready: Kb, desk: Desk) -> None:
    ready("user", "add", "li", "--role", "agent", "--password-stdin", input=PASSWORD)
    said = ready("user", "role", "li", "trainer")
    assert said.out.strip() == "账号 li 的岗位改为 品管培训岗。"
    assert desk.people.sign_in("li", PASSWORD)[0].role is Role.TRAINER


def test_a_person_is_put_into_a_team_and_taken_out_again(ready: Kb, desk: Desk) -> None:
    ready("user", "add", "lina", "--role", "agent", "--team", "一组", "--password-stdin", input="long-enough-1\n")
    assert ready("user", "list").out.splitlines()[-1].endswith("\t一组")
    assert ready("user", "team", "lina", "二组").out == "账号 lina 已编入二组。\n"
    assert desk.people.all(SYSTEM)[-1].team == "二组"
    ready("user", "team", "lina", "-")
    assert desk.people.all(SYSTEM)[-1].team == ""
    assert ready("user", "team", "lina", "组" * 41).code == 3


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["add", "admin", "--role", "agent", "--password-stdin"], 6, "已被使用"),
        (["add", "李", "--role", "agent", "--password-stdin"], 3, "登录名用"),
        (["disable", "nobody"], 4, "nobody"),
        (["disable", "admin"], 6, "最后一个系统管理员"),
        (["role", "admin", "agent"], 6, "最后一个系统管理员"),
    ],
)
def test_what_must_not_be_is_one_sentence(ready: Kb, arguments: list[str], code: int, told: str) -> None:
    said = ready("user", *arguments, input=PASSWORD)
    assert said.code == code
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_that_breaks_the_rule_is_one_sentence(ready: Kb, password: str) -> None:
    said = ready("user", "password", "admin", "--password-stdin", input=password)
    assert (said.code, said.err.strip()) == (3, "密码要有 10 到 200 个字符。")


def test_a_prompt_without_anybody_to_answer_ends(ready: Kb) -> None:
    said = ready("user", "password", "admin", input="")
    assert said.code == 3
    assert "没有读到输入" in said.err


def test_a_token_stands_alone_on_standard_output_and_opens_what_its_role_may(ready: Kb, desk: Desk) -> None:
    said = ready("token", "create", "--role", "agent", "--name", "popup")
    secret = said.out.strip()
    assert "popup" in said.err
    program = desk.people.person_of_token(secret)
    assert program is not None and program.role is Role.AGENT
    listed = ready("token", "list").out
    assert listed.startswith("popup\t座席代表\t") and listed.strip().endswith("有效")
    assert secret not in listed


def test_a_revoked_token_opens_nothing(ready: Kb, desk: Desk) -> None:
    secret = ready("token", "create", "--role", "agent", "--name", "popup").out.strip()
    assert ready("token", "revoke", "popup").code == 0
    assert desk.people.person_of_token(secret) is None
    assert ready("token", "list").out.strip().endswith("已吊销")
    assert ready("token", "revoke", "popup").code == 4


def test_tokens_without_a_name_get_different_ones(ready: Kb) -> None:
    ready("token", "create", "--role", "agent")
    ready("token", "create", "--role", "agent")
    names = [line.split("\t")[0] for line in ready("token", "list").out.splitlines()]
    assert len(set(names)) == 2 and all(name.startswith("agent-") for name in names)
