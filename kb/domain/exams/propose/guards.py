"""What makes a sentence unfit for a question: it leans on what stands elsewhere, is broken off, or is an example."""

from __future__ import annotations

import re

LEAST, MOST = 9, 95  # characters of a sentence
_LEANS = re.compile(
    r"^(?:这|那|它|其(?!他)|该|此|本条|上述|以上|否则|但|不过|所以|因此|因而|于是|另外|同时|并|也|还|则|再|然后|接着|随后|同样|照样|前者|后者|"
    r"两者|反之|例|如：|如果(?:没有)?[，：]|若不|不然|只有这样|而|就|都|才|即使如此|为此|至于|其中|他|她|都是|仍|一律|到时|此外|之后|之前|"
    r"[（(，、：；。]|——|和|或|与|及|等|将[在于按自由]|[①-⑳]|\d{1,3}[（(]\d|[\d.]+ ?[%％](?![的以])|发生(?:保险)?事故的[，,])"
)
_POINTS = re.compile(
    r"(?<!其)[他她它](?!人|家|们自己|方)|(?<![为如因借至对])[这那](?!是因为)|(?<![应活][该])该(?=[项条类款表种次笔单份])|此(?=[项条类款表种次时处])|上述|如下|上[表文面]|下[表文面列]|前者|后者|左栏|右栏|"
    r"本(?:[条款项节章类档级]|部分|项目|(?:投资)?账户)|第[零〇一二三四五六七八九十百\d、]{1,8}[条款项章]|[下前]述|前项|以上(?=[各所几两三条情])|本页|前面|后面说|同上|前款|[前后上]一[条项步档行]|(?<![极尤与及])其(?=[^他余中实次]|$)|两者|二者|本次|同理|照此|如此"
)
_BROKEN = re.compile(
    r"[：:、，（(“《]。?$|【|…|＿|_{2,}|[×÷=＝→]|\?|？|"
    r"[：:；;] *[（(]?[一二三四五六七八九十\d]{1,2}[）)]|[（(]1 ?[+＋]|[\d%％）)] ?[+＋*/] ?[\d（(]|[）)][（(]|(.{6,})\1"
)  # a colon at the end, a list run into the line, a formula, words copied twice
_EXAMPLE = re.compile(
    r"例如|比如|譬如|举例|为例|还剩|第一次用|^[^，。：]{0,8}\d+ ?[天日次]：|假设|设想|减[^，。]{1,12}[为得]|例：|如：|好比|算例"
)
_VAGUE = re.compile(r"左右|上下浮动|大约|大概|差不多|约[为是]?(?=[\d（_])|(?:通常|一般|平均)[为是约]?(?=[\d（_])|不一定|另行|等等")
# 自合同成立之日起超过 2 年的。, 年龄已超过 75 周岁的除外。: what follows from it, or what it is taken from, is said elsewhere.
_CASE_ONLY = re.compile(r"^[^是]*的[。；]?$|^(?!.*(?:但|，除|，不)).*的?(?<!属于)除外[。；]?$")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("(", ")"), ("「", "」"))
_MARKDOWN = re.compile(r"\*\*|\]\(|^#|^\||`|~~|\[\w")


def is_fit(text: str, *, least: int = LEAST, most: int = MOST) -> bool:
    """Whether ``text`` (plain, as it will stand in a stem) can be understood alone under the title of its entry."""
    return (
        least <= len(text) <= most
        and not any(pattern.search(text) for pattern in (_LEANS, _POINTS, _BROKEN, _CASE_ONLY, _MARKDOWN, _VAGUE, _EXAMPLE))
        and all(text.count(one) == text.count(other) for one, other in _PAIRS)
    )


def in_quotes(text: str, start: int, end: int) -> bool:
    """Whether the place is within quotation marks or a title: words of somebody, not the rule."""
    before = text[:start]
    return any(before.count(one) > before.count(other) for one, other in (("“", "”"), ("《", "》")))


def is_option(text: str, *, most: int = 40) -> bool:
    """Whether ``text`` can stand as an option."""
    return (
        1 <= len(text) <= most
        and not _BROKEN.search(text.rstrip("。；"))
        and not _MARKDOWN.search(text)
        and "《" not in text
    )


def fair_lengths(key: str, others: list[str]) -> bool:
    """False when the key is the longest by so much that it can be told from its length."""
    longest = max(map(len, others), default=0)
    return len(key) <= max(longest + 2, round(longest * 1.25))


def is_cell(text: str) -> bool:
    """Whether ``text`` can name the row of a table."""
    return 1 <= len(text) <= 40 and not _MARKDOWN.search(text) and "《" not in text and "【" not in text


def is_member(text: str, *, most: int) -> bool:
    """Whether an item of a list stands on its own."""
    return (
        3 <= len(text) <= most and is_option(text, most=most) and not _LEANS.search(text) and not _POINTS.search(text)
    )
