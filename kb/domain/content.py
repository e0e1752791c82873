"""What a revision says: the fields of an entry, validated and in normal form."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum

from kb.domain.errors import N_, Invalid, TooLarge
from kb.domain.fields import FIELD_NAMES
from kb.domain.person import Role
from kb.domain.text import multi_line, single_line


class Kind(StrEnum):
    FAQ = "faq"
    POLICY = "policy"
    PROCEDURE = "procedure"
    SCRIPT = "script"
    CASE = "case"
    NOTICE = "notice"


KIND_NAMES: dict[Kind, str] = {
    Kind.FAQ: N_("问答"),
    Kind.POLICY: N_("政策"),
    Kind.PROCEDURE: N_("流程"),
    Kind.SCRIPT: N_("话术"),
    Kind.CASE: N_("案例"),
    Kind.NOTICE: N_("公告"),
}

KIND_PREFIXES: dict[Kind, str] = {
    Kind.FAQ: "FAQ",
    Kind.POLICY: "POL",
    Kind.PROCEDURE: "PRO",
    Kind.SCRIPT: "SCR",
    Kind.CASE: "CASE",
    Kind.NOTICE: "NOT",
}


class Audience(StrEnum):
    INTERNAL = "internal"  # for staff only
    CALLER = "caller"  # may be told to the caller


AUDIENCE_NAMES: dict[Audience, str] = {
    Audience.INTERNAL: N_("仅限内部"),
    Audience.CALLER: N_("可告知来电者"),
}

TITLE_MOST, SPEAKABLE_MOST, NOTE_MOST, BODY_MOST = 300, 1_000, 5_000, 200_000
NAME_MOST, PHRASING_MOST, PHRASINGS_MOST, TAGS_MOST, LEVELS_MOST = 200, 300, 500, 50, 6

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}-[0-9A-Z]{1,20}")


def check_code(value: str, *, field: str = "code") -> str:
    """Return ``value`` as an entry code: capital letters, a hyphen, digits (``FAQ-0042``).

    Raises:
        Invalid: it does not look like that.
    """
    code = value.strip().upper()
    if not _CODE.fullmatch(code):
        raise Invalid(
            N_("编号“{code}”不合要求，应像 FAQ-0042 这样：字母、短横线、数字。"), field=field, code=value[:40]
        )
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The fields of one revision. Building one validates and normalises it.

    ``effective_from`` is inclusive and ``effective_to`` exclusive, both aware; ``category`` is a path with ``/``.

    Raises:
        Invalid: a field breaks its rule; ``error.field`` names it.
    """

    title: str
    kind: Kind = Kind.FAQ
    speakable: str = ""
    body: str = ""
    asked_as: tuple[str, ...] = ()
    product: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    conditions: str = ""
    exceptions: str = ""
    audience: Audience = Audience.INTERNAL
    roles: tuple[Role, ...] = ()
    owner: str = ""
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    review_by: date | None = None
    replaced_by: str = ""
    digest: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)  # frozen from here on: this is where it is normalised, once

        put("title", single_line(self.title, field="title", most=TITLE_MOST))
        if not self.title:
            raise Invalid(N_("标题不能为空。"), field="title")
        for name, most in (("product", NAME_MOST), ("owner", NAME_MOST)):
            put(name, single_line(getattr(self, name), field=name, most=most))
        for name, most in (
            ("speakable", SPEAKABLE_MOST),
            ("conditions", NOTE_MOST),
            ("exceptions", NOTE_MOST),
            ("body", BODY_MOST),
        ):
            put(name, multi_line(getattr(self, name), field=name, most=most))
        put("asked_as", _distinct(self.asked_as, field="asked_as", each=PHRASING_MOST, most=PHRASINGS_MOST))
        put("tags", _distinct(self.tags, field="tags", each=50, most=TAGS_MOST))
        put("category", _path(self.category))
        put("roles", tuple(sorted(set(self.roles))))
        put("replaced_by", check_code(self.replaced_by, field="replaced_by") if self.replaced_by else "")
        for name in ("effective_from", "effective_to"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise Invalid(N_("时间缺少时区。"), field=name)
        if self.effective_from and self.effective_to and self.effective_to <= self.effective_from:
            raise Invalid(N_("失效时间必须晚于生效时间。"), field="effective_to")
        put("digest", self._digest())

    def _digest(self) -> str:
        """SHA-256 over the canonical JSON of all fields: equal content, equal digest, on every machine."""
        return hashlib.sha256(
            json.dumps(self.to_dict(), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest()

    def to_dict(self) -> dict[str, object]:
        """All fields as JSON values: times in UTC ISO 8601 (``2026-11-21T08:00:00+00:00``), tuples as lists."""
        out: dict[str, object] = {}
        for f in fields(self):
            if f.name == "digest":
                continue
            value = getattr(self, f.name)
            if isinstance(value, datetime):
                value = value.astimezone(UTC).isoformat()
            elif isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = [str(v) for v in value]
            elif isinstance(value, StrEnum):
                value = str(value)
            out[f.name] = value
        return out

    @classmethod
    def from_store(cls, values: dict[str, object], digest: str) -> Content:
        """Build from values that were validated when they were stored, without doing it again."""
        content = object.__new__(cls)
        for name, value in values.items():
            object.__setattr__(content, name, value)
        object.__setattr__(content, "digest", digest)
        return content

    @classmethod
    def from_dict(cls, data: dict[str, object]) -> Content:
        """The inverse of ``to_dict``."""
        d = dict(data)
        for name in ("effective_from", "effective_to"):
            d[name] = datetime.fromisoformat(str(d[name])) if d.get(name) else None
        d["review_by"] = date.fromisoformat(str(d["review_by"])) if d.get("review_by") else None
        d["kind"], d["audience"] = Kind(str(d["kind"])), Audience(str(d["audience"]))
        d["asked_as"], d["tags"] = tuple(d["asked_as"]), tuple(d["tags"])  # type: ignore[arg-type]
        d["roles"] = tuple(Role(r) for r in d["roles"])  # type: ignore[attr-defined]
        return cls(**d)  # type: ignore[arg-type]


def _distinct(values: tuple[str, ...], *, field: str, each: int, most: int) -> tuple[str, ...]:
    lines = (single_line(v, field=field, most=each) for v in values)
    kept = tuple(dict.fromkeys(line for line in lines if line))
    if len(kept) > most:
        raise TooLarge(
            N_("“{name}”最多 {most} 条，现有 {size} 条。"),
            field=field,
            name=FIELD_NAMES[field],
            most=most,
            size=len(kept),
        )
    return kept


def _path(value: str) -> str:
    levels = [single_line(level, field="category", most=NAME_MOST) for level in value.split("/")]
    levels = [level for level in levels if level]
    if len(levels) > LEVELS_MOST:
        raise TooLarge(N_("分类最多 {most} 级，现有 {size} 级。"), field="category", most=LEVELS_MOST, size=len(levels))
    return "/".join(levels)
