"""Whether two wordings of a rule say the same, judged by what an examination asks: numbers, bounds, who, whether, when.

Both are brought to a bare form in which polite words, fillers, punctuation and common synonyms are gone. What is left
different is a change of the rule when it touches a number, a negation, a person, a condition or a word that turns the
sense round; in a clause without any of these it is wording.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kb.domain.diff_align import align
from kb.domain.exams.passages import plain
from kb.domain.quantities import Bound, Quantity, Unit, quantities


class Change(StrEnum):
    """What changed in the sense, the most telling first."""

    VALUE = "value"
    BOUND = "bound"
    RULING = "ruling"
    CONDITION = "condition"
    WORDS = "words"


# One wording for each sense. Order matters: the longer first.
_SYNONYMS = tuple(
    (re.compile(pattern), canonical)
    for pattern, canonical in (
        (r"不予(?:以)?(?:赔付|赔偿)|不(?:赔付|赔偿|给赔|能赔)|不在赔付范围(?:内)?", "不赔"),
        (r"予以(?:赔付|赔偿)|(?:赔付|赔偿)(?=[。；，]|$)", "赔"),
        (r"无须|无需|不需要|不必|不用|毋须|不须", "免"),
        (r"不可以|不得|不许|不准|严禁|禁止|切勿|不能够|不能|不可", "禁"),
        (r"必须|务必|务须", "必"),
        (r"应当|应该|须", ""),
        (r"(?<![相反对适供响])应(?![急对付答用变激])", ""),
        (r"(?<![重主只必不首摘想])要(?![求点件素约])|(?<!急)需(?!求)要?", ""),
        (r"(?<=[用网单表])[里上中内]", ""),
        (r"如果|倘若|如若|若是|若|如(?![下实同何约此])", "若"),
        (r"不过|然而|但是", "但"),
        (r"仅仅|仅|只(?!要)", "仅"),
        (r"没有|尚未|未曾|没", "未"),
        (r"所有|全部|全都", "全"),
        (r"当天|即日", "当日"),
        (r"的时候|之时|时候", "时"),
        (r"因为|由于", "因"),
        (r"再次|重新", "再"),
        (r"取得|拿到|收到|领到", "得"),
        (r"发生事故|出事", "出险"),
        (r"联络", "联系"),
        (r"询问|咨询", "问"),
        (r"天数", "日数"),
        (r"等候", "等待"),
        (r"可能", "或许"),
        (r"可以|能够|可|(?<![功只才])能", "可"),
        (r"您|来电者|客户|来电人|顾客", ""),
        (r"我们|我司|本公司|咱们|公司", "司"),
        (r"致电|拨打|打电话给?|来电|拨(?![款付])|打(?= ?\d)", "电"),
        (r"材料|资料|单证", "料"),
        (r"之内|以内", "内"),
        (r"之后|以后", "后"),
        (r"之前|以前", "前"),
        (r"超出", "超过"),
        (r"办理|处理|操作|申办", "办"),
        (r"(?<![口])凭(?!什么)|持(?=有?效?身份|.{0,6}证)|携带", "凭"),
        (r"告知|告诉", "告"),
        (r"缴", "交"),
        (r"帐", "账"),
        (r"提供|提交|递交", "交"),
    )
)
_FILLERS = re.compile(
    r"同时|同样|另外|此外|一并|一律|一定|统一|温馨提示|请注意|注意|以及|并且|而且|麻烦|烦请|劳驾|谢谢|您好|敬请|一般|通常|及时|立即|马上|尽快|尽早|一下|予以|进行|的话|其中|相关|有关|具体|所|"
    r"[的了地得着请即就则便才均都将把会也还为是在于之予给向对和与及并跟其该等呢吧啊哦]"
)
# Characters that turn a sense round or rank it: never only wording.
_TURNS = frozenset("不未无非没勿禁免除外内上下前后先主次全同半含另仅只唯但若如或且又男女新旧大小多少高低早晚增减加降代正反左右单双首末甲乙丙丁一二三四五六七八九十两本他")  # fmt: skip
_GATES = re.compile(r"[时后前外]$|者$|如|若|凡|当|除|但|仅|只|经|由|报|禁|不|未|无|非|免|没|勿|按|属|到|满|\x01")
_DIGIT = re.compile(r"[0-9]")
_SOFT = str.maketrans("", "", "必由")  # 必须报案 is 请报案, 由承保部核定 is 承保部核定
_MODES = frozenset("可必")  # what one may do became what one must, or the other way
_WHO = re.compile(
    r"[\u4e00-\u9fff]{2}(?:部门|机构|管理员|组长|主任|机关|部|岗)|[\u4e00-\u9fff]班长|经理|主管|负责人|法院|交警|公安|医院"
)
_CLAUSES = re.compile(r"[，。；：！？、,;:!?\n]+")
_NOT_SAID = re.compile(r"[^\w\x01]+")
_AT_MOST = {Bound.WITHIN: Bound.AT_MOST}
_GATE_SAID = re.compile(r"的$|时$|的(?:情形|情况)")


@dataclass(frozen=True, slots=True)
class _Bare:
    """``text`` with every number as \\x01; ``gated`` tells for each character whether its clause bears the rule;
    ``clauses`` each with its numbers."""

    text: str
    gated: tuple[bool, ...]
    numbers: tuple[tuple[object, ...], ...]
    clauses: tuple[tuple[str, tuple[str, ...]], ...]


def change_between(
    old: str, new: str, *, all_matters: bool = False, around: tuple[str, str] = ("", "")
) -> Change | None:
    """What ``new`` says otherwise than ``old`` (Markdown is fine); None when only the wording differs.

    ``all_matters``: every word is asked for (an item of a list, words in a cell). ``around`` are the whole texts that
    they come from: a word that is new to the old text and usual in the new one is a slip of the pen mended.
    """
    if _only_slip(plain(old), plain(new), around):
        return None
    one, other = _bare(old), _bare(new)
    if numbers := _between_numbers(one, other):
        return numbers
    if one.text == other.text or sorted(one.clauses) == sorted(other.clauses):
        return None
    if sorted(_WHO.findall(plain(old))) != sorted(_WHO.findall(plain(new))):
        return Change.RULING
    for gone, come, gated in _edits(one, other):
        if _DIGIT.search(gone + come):
            return Change.VALUE
        if _turning(gone) != _turning(come) or {*gone, *come} >= _MODES:
            return Change.RULING
        if gone.translate(_SOFT) == come.translate(_SOFT):
            continue
        if gated or all_matters:
            return Change.CONDITION if gated else Change.WORDS
    return None


def _between_numbers(one: _Bare, other: _Bare) -> Change | None:
    if Counter(n[:3] for n in one.numbers) != Counter(n[:3] for n in other.numbers):
        return Change.VALUE
    if Counter(one.numbers) != Counter(other.numbers):
        return Change.BOUND
    # The same numbers in another order belong to other words, unless whole clauses changed places.
    moved = [n[:3] for n in one.numbers] != [n[:3] for n in other.numbers]
    return Change.VALUE if moved and sorted(one.clauses) != sorted(other.clauses) else None


@lru_cache(maxsize=8_000)
def _bare(text: str) -> _Bare:
    said = unicodedata.normalize("NFKC", " ".join(plain(line) for line in text.split("\n") if line.strip()))
    found = list(quantities(said))
    numbers = [_number(said, quantity) for quantity in found]
    for quantity in reversed(found):
        said = f"{said[: quantity.start]}\x01{said[quantity.end :]}"
    said = re.sub(r"\x01 ?\((?:自然日|工作日|含|不含)\)", "\x01", said)
    said = re.sub(
        r"(?:不超过|最多|最高|至多|不足|未满|至少|不少于|不低于|超过|满) ?\x01|\x01(?:及|含)?(?:以上|以下|以内|之内|内)(?:\((?:含|不含)\))?",
        "\x01",
        said,
    )
    letters: list[str] = []
    gated: list[bool] = []
    clauses: list[tuple[str, tuple[str, ...]]] = []
    for clause in _CLAUSES.split(said):
        bare = _canonical(clause)
        gate = bool(_GATES.search(bare) or _GATE_SAID.search(clause.strip()))
        letters.append(bare)
        gated += [gate] * len(bare)
        taken = sum(len(held) for _, held in clauses)
        clauses.append((bare, tuple(map(str, numbers[taken : taken + bare.count("\x01")]))))
    return _Bare(
        "".join(letters), tuple(gated), tuple(numbers), tuple(c for c in clauses if c[0])
    )  # fmt: skip


def _canonical(clause: str) -> str:
    for pattern, canonical in _SYNONYMS:
        clause = pattern.sub(canonical, clause)
    return _NOT_SAID.sub("", _FILLERS.sub("", clause)).upper()


def _number(text: str, quantity: Quantity) -> tuple[object, ...]:
    after = text[quantity.end : quantity.end + 8]
    unit = Unit.WORKDAYS if re.match(r" ?[（(]工作日", after) else quantity.unit
    return quantity.value, quantity.upper, (unit, quantity.counted), _AT_MOST.get(quantity.bound, quantity.bound)


def _edits(one: _Bare, other: _Bare) -> Iterator[tuple[str, str, bool]]:
    """What was replaced by what, and whether it touches a clause that bears the rule."""
    i = j = 0
    matches = [(m.old, m.new, m.length) for m in align(one.text, other.text)]
    for old, new, length in [*matches, (len(one.text), len(other.text), 0)]:
        if old > i or new > j:
            gated = any(one.gated[i:old]) or any(other.gated[j:new])
            yield one.text[i:old], other.text[j:new], gated
        i, j = old + length, new + length


def _turning(text: str) -> Counter[str]:
    return Counter(char for char in text if char in _TURNS or char == "\x01")


def _only_slip(old: str, new: str, around: tuple[str, str]) -> bool:
    """Whether one wrong character was mended: what it made with its neighbours stands nowhere else, what stands there
    now does."""
    if len(old) != len(new):
        return False
    wrong = [place for place, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(wrong) != 1 or {old[wrong[0]], new[wrong[0]]} & _TURNS or _DIGIT.search(old[wrong[0]] + new[wrong[0]]):
        return False
    i = wrong[0]
    was = [text for text in (old[max(0, i - 1) : i + 1], old[i : i + 2]) if len(text) == 2 and text.isalpha()]
    now = [text for text in (new[max(0, i - 1) : i + 1], new[i : i + 2]) if len(text) == 2 and text.isalpha()]
    return all(around[0].count(pair) <= 1 for pair in was) and any(around[1].count(pair) > 1 for pair in now)
