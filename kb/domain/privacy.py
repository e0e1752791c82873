"""Finds personal data in free text, and masks it.

    certain: mobile and landline numbers, identity numbers, bank cards, plates, e-mail addresses, policy numbers
    not certain, only to warn: names, addresses, an identity or card number whose check digit does not fit

Numbers for everybody stay: 95xxx, 400 and 800 numbers, 10xxx and 12xxx, amounts, days, percentages, clause numbers.
Full width, zero width, blanks, dots, dashes and Chinese digits are seen through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kb.domain import identifying
from kb.domain.digit_runs import Candidate, candidates, groups_of
from kb.domain.errors import N_
from kb.domain.people_words import spans_of_addresses, spans_of_names
from kb.domain.plates_and_mail import spans_of_mail, spans_of_plates
from kb.domain.skeleton import Skeleton, skeleton

MASK = "＊＊＊"


class PersonalData(StrEnum):
    IDENTITY = "identity"
    CARD = "card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    PLATE = "plate"
    EMAIL = "email"
    POLICY = "policy"
    NAME = "name"
    ADDRESS = "address"


PERSONAL_DATA_NAMES: dict[PersonalData, str] = {
    PersonalData.IDENTITY: N_("身份证号"),
    PersonalData.CARD: N_("银行卡号"),
    PersonalData.MOBILE: N_("手机号"),
    PersonalData.LANDLINE: N_("固定电话"),
    PersonalData.PLATE: N_("车牌号"),
    PersonalData.EMAIL: N_("电子邮箱"),
    PersonalData.POLICY: N_("保单号"),
    PersonalData.NAME: N_("姓名"),
    PersonalData.ADDRESS: N_("住址"),
}

# Where a policy number stands, in capitals and half width; the first group is the number. A centre may have its own.
POLICY_PATTERNS: tuple[str, ...] = (
    r"(?:保单|保险单|投保单|批单|合同)(?:号码?|编号)(?:[是为:,(#]|\s|NO\.?){0,4}([A-Z]{0,6}[\- ]?\d(?:[\- .]{0,2}[A-Z0-9]){7,29})",
    # 我的保单PA1234567890: without the word number only what is longer than a day or a sum
    r"(?:保单|保险单|投保单)\s?(?=(?:[A-Z\- .]{0,6}\d){10})([A-Z]{0,6}\d{2,20}(?:[\- .][A-Z0-9]{3,12}){0,6}(?:-\d\d?)?)"
    r"(?![A-Z0-9]|\s?[元万亿%])",
    r"(?<![A-Z0-9])(P[A-Z]{3}\d{14,20})(?![A-Z0-9])",
)
_DIGITS_LEAST = 8  # of a policy number
_SHAPE = {"#": r"\d", "@": "[A-Z]", " ": r"[\- ]?", "-": r"[\- ]?"}


def patterns_of(shapes: Iterable[str]) -> tuple[str, ...]:
    """The patterns for ``mask`` and ``find``: the usual ones and a centre's own shapes (``Rules.policy_shapes``).

    >>> mask("单号 PA12345678 已受理", patterns_of(["PA########"])).text
    '单号 ＊＊＊ 已受理'
    """
    # Optional blanks in a row could be told apart in more ways than anybody can wait for: a row of them is one.
    parted = (re.sub(r"[\- ]+", "-", shape) for shape in shapes)
    own = ("".join(_SHAPE.get(char, re.escape(char)) for char in shape) for shape in parted)
    return (*POLICY_PATTERNS, *(rf"(?<![A-Z0-9])({one})(?![A-Z0-9])" for one in own))


_MONEY_AFTER = re.compile(r"(?:\.\d{1,2})?\s?(?:元|块钱|圆|万|亿|美元|美金|港币|人民币|RMB|%|‰|平方|平米|M2|公里)")
_MONEY_BEFORE = re.compile(r"(?:[¥$€£]|RMB|人民币|金额|保额|保费|余额|总额|合计|总计)\s?[:为是]?\s?$")
_DECIMALS_AFTER = re.compile(r"\.\d{1,2}(?!\d)(?!\.\d)")
_LOCAL_BEFORE = re.compile(
    r"(?P<whose>.{0,4})(?:电话|座机|固话|宅电|家电|联系方式|传真|小灵通|TEL|PHONE)(?:号码?)?(?:[:,.\s]|是|为|改成|换成|改为){0,4}$"
)
_PUBLIC = re.compile("客服|服务|热线|投诉|咨询|报案|救援|官方|公司|总机")
_CARD_BEFORE = re.compile(
    r"(?:银行卡|储蓄卡|信用卡|借记卡|卡号|银行账号|账号|账户|帐号|银行|打款|转账|汇到|卡).{0,12}$"
)
_CARD_AFTER = re.compile(
    r"[\s,(]{0,2}(?:[这那]张|是?我?的|开户行是?|是)?\s?(?:银行卡|储蓄卡|信用卡|借记卡|工资卡|卡|[^\s,。;\d]{2,6}银行)"
)
_NO_CARD_BEFORE = re.compile(
    r"(?:订单|流水|快递|运单|物流|条码|条形码|批次|交易|凭证|备案|注册|营业执照|IMEI|ICCID|车架)号?(?:码|编号)?[^,。;]{0,4}$"
)
_OLD_IDENTITY = ((15,), (6, 6, 3), (6, 9), (12, 3), (3,) * 5, (5,) * 3, (6, 2, 2, 2, 3), (1,) * 15)
_IDENTITY_BEFORE = re.compile(r"(?:身份证|证件|身份号).{0,10}$")
_EXTENSION = re.compile(r"[\s,]{0,2}(?:转|分机|EXT\.?|#|-)\s?(?:分机)?\s?\d{1,6}(?!\d)")
_CODE_BEFORE = re.compile(r"(?<!TEL)(?<!PHONE)(?<!FAX)[A-Z]$")
_FREE = re.compile(r"[48]00\d{7}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data at ``start`` to ``end`` of the original text. Not ``certain``: only warn, do not mask."""

    kind: PersonalData
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Masked:
    """``text`` with everything certain replaced by ``MASK``; ``findings`` are places in the original."""

    text: str
    findings: tuple[Finding, ...]


def find(text: str, policy_patterns: Sequence[str] = POLICY_PATTERNS) -> list[Finding]:
    """Personal data in ``text``, by place, never overlapping. Takes time in proportion to the text.

    >>> [(f.kind.value, text[f.start:f.end]) for text in ["打１３８ 0013-8000"] for f in find(text)]
    [('mobile', '１３８ 0013-8000')]
    """
    seen = skeleton(text)
    certain: list[tuple[PersonalData, int, int]] = []
    unsure: list[tuple[PersonalData, int, int]] = []
    certain += [(PersonalData.EMAIL, *span) for span in spans_of_mail(seen)]
    certain += _policies(seen, policy_patterns)
    _numbers(seen, certain, unsure)
    certain += [(PersonalData.PLATE, *span) for span in spans_of_plates(seen)]
    unsure += [(PersonalData.NAME, *span) for span in spans_of_names(seen.plain)]
    unsure += [(PersonalData.ADDRESS, *span) for span in spans_of_addresses(seen.plain)]
    taken = _Taken(seen)
    found = []
    for is_certain, spans in ((True, certain), (False, unsure)):
        for kind, start, end in spans:
            if taken.take(start, end):
                found.append(Finding(kind, *seen.span(start, end), is_certain))
    return sorted(found, key=lambda f: f.start)


def mask(text: str, policy_patterns: Sequence[str] = POLICY_PATTERNS) -> Masked:
    """``text`` without what is certainly personal.

    >>> mask("车牌京A·12345，电话010-88886666转801").text
    '车牌＊＊＊，电话＊＊＊'
    """
    findings = find(text, policy_patterns)
    pieces, place = [], 0
    for finding in findings:
        if finding.certain:
            pieces += [text[place : finding.start], MASK]
            place = finding.end
    return Masked("".join([*pieces, text[place:]]), tuple(findings))


_Spans = list[tuple[PersonalData, int, int]]


class _Taken:
    """Which characters belong to something already."""

    def __init__(self, seen: Skeleton) -> None:
        self._marks = bytearray(len(seen.places))

    def is_free(self, start: int, end: int) -> bool:
        return not any(self._marks[start:end])

    def take(self, start: int, end: int) -> bool:
        """Take these characters, all or none; whether they were free."""
        free = self.is_free(start, end)
        if free:
            self._marks[start:end] = b"\x01" * (end - start)
        return free


def _numbers(seen: Skeleton, certain: _Spans, unsure: _Spans) -> None:
    """Identity numbers before cards before phones: the longer says more, and holds what looks like the shorter."""
    rows = list(candidates(groups_of(seen.digits)))
    taken = _Taken(seen)
    for judge in (_identity, _card, _free, _mobile, _landline, _local):
        for row in rows:
            verdict = judge(row, seen) if taken.is_free(row.start, row.end) else None
            if verdict:
                kind, start, end, is_certain = verdict
                if kind:
                    (certain if is_certain else unsure).append((kind, start, end))
                if is_certain:
                    taken.take(start, end)


_Verdict = tuple[PersonalData | None, int, int, bool] | None  # no kind: a number for everybody


def _free(row: Candidate, seen: Skeleton) -> _Verdict:
    if _FREE.fullmatch(row.digits) and row.gaps <= {"dash", "space", "dot"}:
        return None, row.start, row.end, True
    return None


def _identity(row: Candidate, seen: Skeleton) -> _Verdict:
    digits, end = row.digits, row.end
    if len(digits) == 17:
        cross = re.compile(r"[\s.\-·]{0,2}[X×叉](?![A-Z0-9])").match(seen.digits, end)
        if cross is None:
            return None
        digits, end = f"{digits}X", cross.end()
    if len(digits) not in (15, 18) or "paren" in row.gaps:
        return None
    dated = row.sizes[:4] == (6, 4, 2, 2)  # 110105 1949-12-31 0021
    if len(row.gaps) > 1 and len(row.groups) > 4 and not dated:  # 10.1 10.2 10.3: a list of clauses
        return None
    if len(digits) == 15 and (row.sizes not in _OLD_IDENTITY or _NO_CARD_BEFORE.search(_before(seen, row.start))):
        return None
    if identifying.is_identity(digits):
        return PersonalData.IDENTITY, row.start, end, True
    if identifying.has_identity_shape(digits) and _IDENTITY_BEFORE.search(_before(seen, row.start)):
        return PersonalData.IDENTITY, row.start, end, False
    return None


def _card(row: Candidate, seen: Skeleton) -> _Verdict:
    digits, before = row.digits, _before(seen, row.start)
    if not identifying.is_card_length(digits) or "paren" in row.gaps or _is_amount(row, seen):
        return None
    said = bool(_CARD_BEFORE.search(before) or _CARD_AFTER.match(seen.plain[row.end : row.end + 16]))
    if "odd" in row.gaps and (row.gaps != {"odd"} or set(row.sizes[:-1]) != {4} or not (said or digits[:2] == "62")):
        return None
    if identifying.passes_luhn(digits):
        round_figures = len(row.groups) > 1 and all(group.text.endswith("00") for group in row.groups)
        other = bool(_NO_CARD_BEFORE.search(before)) or round_figures
        if said or (identifying.is_issued(digits) and not other):
            return PersonalData.CARD, row.start, row.end, True
    elif said and identifying.is_issued(digits):
        return PersonalData.CARD, row.start, row.end, False
    return None


def _mobile(row: Candidate, seen: Skeleton) -> _Verdict:
    prefix = identifying.is_mobile(row.digits) - 1
    if prefix < 0 or _is_amount(row, seen):
        return None
    sizes = row.sizes
    if prefix and sizes[0] == prefix:
        sizes = sizes[1:]
    gaps = frozenset(group.gap for group in row.groups[len(row.groups) - len(sizes) + 1 :])
    if len(sizes) > 1 and not _is_said_so(sizes, gaps):
        return None
    start = row.start - (seen.digits[max(0, row.start - 1) : row.start] == "+")
    return PersonalData.MOBILE, start, row.end, True


def _is_said_so(sizes: tuple[int, ...], gaps: frozenset[str]) -> bool:
    """Whether somebody would part a mobile number like this: 138 0013 8000, 1380013 8000, 1-3-8-0-…"""
    if sizes in ((3, 4, 4), (4, 3, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5)):
        return sizes == (3, 4, 4) or "odd" not in gaps
    if gaps == {"odd"} and max(sizes) == 1:  # 幺、三、八、…
        return True
    if gaps == {"dot"} and len(sizes) == 4 and max(sizes) <= 3:  # an address of a machine
        return False
    if "odd" in gaps or "paren" in gaps or (len(gaps) > 1 and max(sizes) > 1):
        return False
    return max(sizes) <= 3 or ("dot" not in gaps and (len(sizes) <= 3 or sizes[0] == 3))


def _landline(row: Candidate, seen: Skeleton) -> _Verdict:
    code = identifying.area_code(row.digits)
    if (
        not code
        or ("odd" in row.gaps and row.sizes[0] != len(code))
        or row.gaps > {"odd"}
        or _is_amount(row, seen)
        or _CODE_BEFORE.search(_before(seen, row.start))
    ):
        return None
    if len(row.groups) == 1 and _NO_CARD_BEFORE.search(_before(seen, row.start)):
        return None
    parts, total = {0}, 0
    for size in row.sizes:
        total += size
        parts.add(total)
    if len(row.groups) > 1 and len(code) not in parts and max(row.sizes) > 2:
        return None
    if "paren" in row.gaps and row.groups[1].gap != "paren" and row.groups[-1].gap != "paren":
        return None
    start, end = row.start, row.end
    while start and seen.digits[start - 1] in "+(":
        start -= 1
    extension = _EXTENSION.match(seen.digits, end)
    return PersonalData.LANDLINE, start, extension.end() if extension else end, True


def _local(row: Candidate, seen: Skeleton) -> _Verdict:
    if not identifying.is_local(row.digits) or row.sizes not in ((8,), (7,), (4, 4), (3, 4)) or _is_amount(row, seen):
        return None
    said = _LOCAL_BEFORE.search(_before(seen, row.start))
    if said is None or _PUBLIC.search(said["whose"]) or "odd" in row.gaps:
        return None
    extension = _EXTENSION.match(seen.digits, row.end)
    return PersonalData.LANDLINE, row.start, extension.end() if extension else row.end, True


def _before(seen: Skeleton, start: int) -> str:
    return seen.plain[max(0, start - 20) : start]


def _is_amount(row: Candidate, seen: Skeleton) -> bool:
    after = seen.plain[row.end : row.end + 12]
    if _MONEY_AFTER.match(after) or _DECIMALS_AFTER.match(after):
        return True
    thousands = row.gaps == {"odd"} and set(row.sizes[1:]) == {3}
    return thousands or bool(_MONEY_BEFORE.search(_before(seen, row.start)))


def _policies(seen: Skeleton, patterns: Sequence[str]) -> Iterable[tuple[PersonalData, int, int]]:
    for pattern in patterns:
        for match in _compiled(pattern).finditer(seen.digits):
            start, end = match.span(1 if match.re.groups else 0)
            if sum(char.isdigit() for char in seen.digits[start:end]) >= _DIGITS_LEAST:
                yield PersonalData.POLICY, start, end


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
