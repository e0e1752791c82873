"""Accounts, signing in, sessions, programs' tokens and what a person has set for themselves."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.domain.errors import N_, Busy, Conflict, Invalid, NotFound, NotSignedIn
from kb.domain.person import Permission, Person, Role
from kb.domain.text import single_line
from kb.ports import Store, UnitOfWork

Clock = Callable[[], datetime]

# Whoever sits at the command line of the machine holds the files anyway; the audit log names them so.
SYSTEM = Person(0, "system", "系统", Role.ADMINISTRATOR)

PASSWORD_LEAST, PASSWORD_MOST, TEAM_MOST = 10, 200, 40
FAILURES_FREE, FAILURE_WAIT = 5, timedelta(seconds=60)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class People:
    """``session_hours``: how long a session lasts. ``hasher`` is argon2id with the library's present defaults."""

    def __init__(
        self, store: Store, clock: Clock, *, session_hours: int = 12, hasher: PasswordHasher | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._lasts = timedelta(hours=session_hours)
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None

    # --- accounts

    def add(self, by: Person, login: str, name: str, role: Role, password: str, *, team: str = "") -> Person:
        """Make an account. ``team`` is the group that it belongs to, "" for none.

        Raises:
            NotAllowed: ``by`` may not manage people.
            Invalid: login, name or password break their rule.
            Conflict: the login is taken (also by somebody who has left: history names them).
        """
        by.require(Permission.MANAGE_PEOPLE)
        login = _check_login(login)
        name, team = single_line(name, field="name", most=40) or login, _check_team(team)
        hashed = self._hasher.hash(_check_password(password))
        with self._store.write() as uow:
            if uow.people.find(login) or login == SYSTEM.login:
                raise Conflict(N_("登录名“{login}”已被使用。"), login=login)
            person = uow.people.add(Person(0, login, name, role, team=team), hashed)
            self._note(uow, by, "user.add", login, role=str(role), **({"team": team} if team else {}))
            uow.commit()
            return person

    def all(self, by: Person) -> list[Person]:
        by.require(Permission.MANAGE_PEOPLE)
        with self._store.read() as uow:
            return uow.people.all()

    def disable(self, by: Person, login: str) -> None:
        """End an account at once: its sessions close, it cannot sign in again. The last administrator stays."""
        by.require(Permission.MANAGE_PEOPLE)
        with self._store.write() as uow:
            person = _the(uow, login)
            self._keep_an_administrator(uow, person)
            uow.people.disable(person.login, self._clock())
            uow.sessions.close_all(person.id, self._clock())
            self._note(uow, by, "user.disable", person.login)
            uow.commit()

    def set_role(self, by: Person, login: str, role: Role) -> None:
        """Change the role. Sessions close, so that no page of the old role stays open."""
        by.require(Permission.MANAGE_PEOPLE)
        with self._store.write() as uow:
            person = _the(uow, login)
            if role is not Role.ADMINISTRATOR:
                self._keep_an_administrator(uow, person)
            uow.people.set_role(person.login, role)
            uow.sessions.close_all(person.id, self._clock())
            self._note(uow, by, "user.role", person.login, role=str(role), before=str(person.role))
            uow.commit()

    def set_team(self, by: Person, login: str, team: str) -> None:
        """Put the account into a group, "" takes it out of any."""
        by.require(Permission.MANAGE_PEOPLE)
        team = _check_team(team)
        with self._store.write() as uow:
            person = _the(uow, login)
            uow.people.set_team(person.login, team)
            self._note(uow, by, "user.team", person.login, team=team, team_before=person.team)
            uow.commit()

    def change_password(self, by: Person, login: str, new: str) -> None:
        """Set a password: one's own, or anybody's for an administrator. All sessions of the account close."""
        login = login.strip().lower()
        if by.login != login:
            by.require(Permission.MANAGE_PEOPLE)
        hashed = self._hasher.hash(_check_password(new))
        with self._store.write() as uow:
            person = _the(uow, login)
            uow.people.set_password(person.login, hashed)
            uow.sessions.close_all(person.id, self._clock())
            self._note(uow, by, "user.password", person.login)
            uow.commit()

    def _keep_an_administrator(self, uow: UnitOfWork, person: Person) -> None:
        others = [p for p in uow.people.all() if p.login != person.login and p.disabled_at is None]
        if person.role is Role.ADMINISTRATOR and not any(p.role is Role.ADMINISTRATOR for p in others):
            raise Conflict(N_("这是最后一个系统管理员账号，不能停用或改岗位。"))

    # --- signing in

    def sign_in(self, login: str, password: str) -> tuple[Person, str]:
        """Check the password and open a session; returns the person and the session's secret.

        Raises:
            NotSignedIn: unknown, disabled or wrong: one sentence and about one time for all three.
            Busy: too many failures in a row for this login; try again in a minute.
        """
        login, at = login.strip().lower()[:80], self._clock()
        with self._store.read() as uow:
            self._slow_down(uow.sessions.failures(login), at)
            person, known = uow.people.find(login), uow.people.password_hash(login)
        fits = self._fits(known or self._somebody(), password)
        if not fits or person is None or person.disabled_at is not None:
            self._count_failure(login, at)
            raise NotSignedIn(N_("登录名或密码不对。"))
        with self._store.write() as uow:
            uow.sessions.set_failures(login, 0, at)
            if known and self._hasher.check_needs_rehash(known):
                uow.people.set_password(login, self._hasher.hash(password))
            secret = self._open(uow, person, at)
            uow.commit()
            return person, secret

    def sign_in_as(self, login: str) -> tuple[Person, str]:
        """Open a session without a password: for demo mode only, which the caller has to check."""
        with self._store.write() as uow:
            person = _the(uow, login)
            if person.disabled_at is not None:
                raise NotSignedIn(N_("登录名或密码不对。"))
            secret = self._open(uow, person, self._clock())
            uow.commit()
            return person, secret

    def person_of_session(self, secret: str) -> Person | None:
        """Whose session it is; None when unknown, closed, too old, or the account has ended."""
        with self._store.read() as uow:
            found = uow.sessions.find(_digest(secret))
            if found is None or self._clock() >= found[1] + self._lasts:
                return None
            person = uow.people.by_id(found[0])
        return person if person and person.disabled_at is None else None

    def sign_out(self, secret: str) -> None:
        with self._store.write() as uow:
            uow.sessions.close(_digest(secret), self._clock())
            uow.commit()

    def _open(self, uow: UnitOfWork, person: Person, at: datetime) -> str:
        secret = secrets.token_urlsafe(32)
        uow.sessions.open(_digest(secret), person.id, at)
        self._note(uow, person, "sign_in", person.login)
        return secret

    def _slow_down(self, failures: tuple[int, datetime] | None, at: datetime) -> None:
        if failures and failures[0] >= FAILURES_FREE and at < failures[1] + FAILURE_WAIT:
            raise Busy(N_("登录失败次数太多，请 {seconds} 秒后再试。"), seconds=int(FAILURE_WAIT.total_seconds()))

    def _count_failure(self, login: str, at: datetime) -> None:
        with self._store.write() as uow:
            before = uow.sessions.failures(login)
            uow.sessions.set_failures(login, (before[0] if before else 0) + 1, at)
            uow.commit()

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:PASSWORD_MOST])
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def _somebody(self) -> str:
        """A hash to check against when the login is unknown, so that the answer takes as long."""
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        return self._nobody

    # --- programs

    def create_token(self, by: Person, name: str, role: Role) -> str:
        """A secret for a program that acts as ``role``. It is shown this once; only its digest is kept."""
        by.require(Permission.MANAGE_PEOPLE)
        name = single_line(name, field="name", most=60)
        if not name:
            raise Invalid(N_("请给令牌起个名字。"), field="name")
        secret = f"kb_{secrets.token_urlsafe(32)}"
        with self._store.write() as uow:
            if any(existing == name for existing, *_ in uow.sessions.tokens()):
                raise Conflict(N_("已有同名令牌“{name}”。"), name=name)
            uow.sessions.add_token(_digest(secret), name, role, by.login, self._clock())
            self._note(uow, by, "token.create", name, role=str(role))
            uow.commit()
            return secret

    def person_of_token(self, secret: str) -> Person | None:
        """The program behind a bearer token, as a person of its role (login ``token:NAME``); None when not valid."""
        with self._store.read() as uow:
            found = uow.sessions.token(_digest(secret))
        return Person(0, f"token:{found[0]}", found[0], found[1]) if found else None

    def tokens(self, by: Person) -> list[tuple[str, Role, datetime, datetime | None]]:
        """Name, role, made at, revoked at."""
        by.require(Permission.MANAGE_PEOPLE)
        with self._store.read() as uow:
            return uow.sessions.tokens()

    def revoke_token(self, by: Person, name: str) -> None:
        by.require(Permission.MANAGE_PEOPLE)
        with self._store.write() as uow:
            if not uow.sessions.revoke_token(name, self._clock()):
                raise NotFound(N_("没有名为“{name}”的有效令牌。"), name=name[:60])
            self._note(uow, by, "token.revoke", name)
            uow.commit()

    # --- what a person has set

    def preferences(self, person: Person) -> dict[str, object]:
        with self._store.read() as uow:
            return uow.people.preferences(person.id)

    def save_preferences(self, person: Person, values: Mapping[str, object]) -> None:
        """Replace them. Programs have none."""
        if person.id == 0:
            return
        with self._store.write() as uow:
            uow.people.set_preferences(person.id, values)
            uow.commit()

    def _note(self, uow: UnitOfWork, by: Person, action: str, subject: str, **detail: object) -> None:
        uow.audit.add(at=self._clock(), by=by.login, action=action, subject=subject, detail=detail)


def _the(uow: UnitOfWork, login: str) -> Person:
    person = uow.people.find(login.strip().lower())
    if person is None:
        raise NotFound(N_("没有登录名为“{login}”的账号。"), login=login[:40])
    return person


def _check_login(login: str) -> str:
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Invalid(N_("登录名用 2 到 40 个小写字母、数字、点、横线或下划线，以字母或数字开头。"), field="login")
    return login


def _check_team(team: str) -> str:
    return single_line(team, field="team", most=TEAM_MOST)


def _check_password(password: str) -> str:
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid(
            N_("密码要有 {least} 到 {most} 个字符。"), field="password", least=PASSWORD_LEAST, most=PASSWORD_MOST
        )
    try:
        password.encode()
    except UnicodeEncodeError:
        raise Invalid(N_("密码里有无法使用的字符。"), field="password") from None
    return password


def _digest(secret: str) -> str:
    """Secrets are random and long: a plain SHA-256 is enough, and can be looked up."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
