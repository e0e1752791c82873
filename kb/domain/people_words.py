"""Names and addresses in Chinese text, as far as words around them tell. Enough to warn, never enough to mask."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范石姚谭廖邹熊金"
    "陆郝孔崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎武乔贺赖龚庞樊兰殷施陶洪翟倪严牛俞章鲁葛韦毕聂焦柳邢岳齐梅莫庄辛祝涂骆翁柏欧阳"
)
_GIVEN = "[\u4e00-\u9fff]"
# What is no given name though it follows a surname: 金额, 周期, 石油, 江苏, 高级
_NO_NAME = re.compile(
    "金额|周期|周岁|周末|石油|江苏|马上|马路|何时|何种|何人|何处|龙卷|康复|田地|黄金|黄灯|余额|余下|梅雨|程序|程度|章节|章程|兰州|武汉|石家|齐全|许可|严重|毕业|顾问|雷电|金融|史料|段落|汤药|洪水|洪涝|陆续|谢谢|施工|毛病|牛奶|汪洋|葛根|贺卡|夏季|秦岭|曾经|常见|丁香|何时"
)
_ENDS = "(?=[，,。.；;、！!？?：:（()）\\s]|$|的|身份|电话|手机|先生|女士|小姐|生日|出生|\\d)"
_TOLD = re.compile(
    rf"(?:我叫|我是|名叫|名字是|名字叫|姓名|联系人|投保人|被保险人|受益人|户名|车主|客户|来电者|我老公|我老婆|我爱人|我儿子|我女儿)(?:[:：是叫为]|\s){{0,2}}"
    rf"(?P<name>(?:[{_SURNAMES}]){_GIVEN}{{1,2}}?){_ENDS}"
)
_ADDRESSED = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[找给请让跟与])|(?<=联系|回复|通知|告知))(?P<name>[{_SURNAMES}]{_GIVEN}{{1,2}}?)"
    "(?=先生|女士|小姐|太太|阿姨|大爷)"
)
_NUMBER = "[0-9A-Z零一二三四五六七八九十百甲乙丙丁\\-]{1,6}"
_ADDRESS = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,10}}(?:省|市|区|县|镇|乡))?[\u4e00-\u9fff]{{1,8}}(?:路|街|大道|巷|弄|胡同|村|小区|花园|苑|家园|公寓|新村|里)\s?{_NUMBER}\s?(?:号|弄|栋|幢|座|单元|室)"
    rf"(?:\s?{_NUMBER}\s?(?:号楼|号|弄|栋|幢|座|单元|层|楼|室)){{0,4}}"
    rf"|[\u4e00-\u9fff]{{2,10}}(?:小区|花园|公寓|家园|苑)\s?{_NUMBER}\s?(?:栋|幢|座|号楼)"
)


def spans_of_names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TOLD, _ADDRESSED):
        for match in pattern.finditer(text):
            if not _NO_NAME.match(match["name"]):
                yield match.span("name")


def spans_of_addresses(text: str) -> Iterator[tuple[int, int]]:
    for match in _ADDRESS.finditer(text):
        yield match.span()
