"""What a clause of a contract begins with in its own line: 第十三条, 5.4 保险金的给付, 48. 脊髓小脑变性症：

Texts taken over from contracts run clauses into one line. The number is no part of what is asked, and the heading is
what the sentences after it are about.
"""

from __future__ import annotations

import re

_UNITS = r"万|千|百|亿|元|个|天|日|月|年(?![金度])|岁|倍|折|次|分(?!红)|成(?!人)|周(?!岁)|小时|工作日|公里|平方|立方|[毫厘]|[米克级]"
_NUMBER = re.compile(
    rf"\s*(?:第[零〇一二三四五六七八九十百\d]{{1,6}}(?:条|章|节|款|部分)\s+|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\s*|\d{{1,2}}[.、．]\s*|\.\d{{1,2}}\s*"
    rf"|[一二三四五六七八九十]{{1,3}}、\s*(?![一二三四五六七八九十])|[A-Za-z][.、．]\s*|[.．]\s*)(?=[\u4e00-\u9fff“《（(])(?!{_UNITS})"
)
_BEGINS = (
    "(?=我们|您|本公司|本合同|本附加|本保险|本产品|本条款|被保险人|投保人|受益人|保险人|保险事故|保险期间|合同|若|如|指|系|是|"
    "在|对|自|凡|当|除|因|由|于|发生|根据|经|须|按|以|下列)"
)
_HEADED = re.compile(
    rf"(?:[（(][一二三四五六七八九十\d]{{1,2}}[）)] ?)?(?P<head>[\u4e00-\u9fff（）()、“”A-Za-z0-9/]{{2,20}}?)(?:[：:]\s*|\s+){_BEGINS}"
)
# The heading without a blank after it: 3.4 保险金给付我们在收到申请后. What ends like a condition is none.
_GLUED = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{3,8})(?<![果若当由与及和经向对在为因即使后时前内起按从])(?=(?:我们|您|本公司)[在自应将会可])"
)
_BEFORE_NUMBER = re.compile(r"(?P<head>[\u4e00-\u9fff]{2,12})\s+\d{1,2}(?:\.\d{1,2})+\s*(?=[\u4e00-\u9fff])")
_NAMED = re.compile(r"(?P<head>[\u4e00-\u9fff（）]{2,12})[ 　]+(?=我们|您|本公司|本合同|若|如|指|自)")


def opening(text: str) -> tuple[int, str]:
    """Where the sentence itself begins, and the heading before it ("" when there is none).

    >>> opening("5.4 保险金的给付 我们在收到申请后，将在 5 日内作出核定。")
    (11, '保险金的给付')
    >>> opening("3.5 万元以下的，当天付款。")
    (0, '')
    """
    number = _NUMBER.match(text)
    start = number.end() if number else 0
    head = next(
        filter(None, (p.match(text, start) for p in ((_HEADED, _GLUED) if number else (_BEFORE_NUMBER, _NAMED)))), None
    )
    if head is None:
        return start, ""
    return head.end(), head["head"].strip()
