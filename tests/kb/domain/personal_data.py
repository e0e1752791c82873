"""A test set of personal data and of what is none, generated from the description: kinds, disguises, sentences."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator

from kb.domain.privacy import PersonalData

Disguise = Callable[[str], str]
HAN = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
CODES3, CODES4 = ("010", "021", "022", "023", "025", "028"), ("0311", "0512", "0755", "0571", "0871", "0991")


def luhn_digit(head: str) -> str:
    for digit in "0123456789":
        total = 0
        for place, char in enumerate(reversed(head + digit)):
            value = int(char) * (1 + place % 2)
            total += value - 9 * (value > 9)
        if total % 10 == 0:
            return digit
    raise AssertionError


def digits(r: random.Random, count: int) -> str:
    return "".join(r.choice("0123456789") for _ in range(count))


def a_mobile(r: random.Random) -> str:
    return f"1{r.choice('3456789')}{digits(r, 9)}"


def a_landline(r: random.Random) -> str:
    if r.random() < 0.5:
        return f"{r.choice(CODES3)}-{r.choice('2345678')}{digits(r, 7)}"
    return f"{r.choice(CODES4)}-{r.choice('2345678')}{digits(r, r.choice((6, 7)))}"


def an_identity(r: random.Random) -> str:
    head = f"{r.choice(('110105', '310115', '440305', '510104', '330106', '420111'))}{r.randint(1940, 2015)}"
    head += f"{r.randint(1, 12):02}{r.randint(1, 28):02}{digits(r, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights, strict=True)) % 11]


def an_old_identity(r: random.Random) -> str:
    return f"{r.choice(('110105', '310101', '440301'))}{r.randint(40, 85):02}{r.randint(1, 12):02}{r.randint(1, 28):02}{digits(r, 3)}"


def a_card(r: random.Random) -> str:
    head = r.choice(("622202", "621700", "622848", "404119", "518710", "356889"))
    head += digits(r, (12 if head.startswith("62") and r.random() < 0.7 else 9))
    return head + luhn_digit(head)


def a_plate(r: random.Random) -> str:
    place = r.choice("京沪粤苏浙川鲁豫鄂湘冀闽") + r.choice("ABCDEFGHJK")
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    tail = r.choice(
        (
            digits(r, 5), r.choice(letters) + digits(r, 4), digits(r, 2) + r.choice(letters) + digits(r, 2),
            r.choice("DF") + digits(r, 5), digits(r, 5) + r.choice("DF"), digits(r, 3) + r.choice(letters) + r.choice(letters),
        )
    )  # fmt: skip
    return place + r.choice(("", "·", "-", " ")) + tail


def an_email(r: random.Random) -> str:
    name = "".join(r.choice("abcdefghkmnpqrstuvwxyz") for _ in range(r.randint(3, 8)))
    return f"{name}{r.choice(('', '_88', '.wang', digits(r, 3)))}@{r.choice(('qq.com', '163.com', 'mail.example.cn', 'example.com.cn'))}"


MAKERS: dict[PersonalData, list[Callable[[random.Random], str]]] = {
    PersonalData.MOBILE: [a_mobile, a_mobile, a_mobile],
    PersonalData.LANDLINE: [a_landline],
    PersonalData.IDENTITY: [an_identity, an_identity, an_old_identity],
    PersonalData.CARD: [a_card],
    PersonalData.PLATE: [a_plate],
    PersonalData.EMAIL: [an_email],
}


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def grouped(mark: str) -> Disguise:
    def part(text: str) -> str:
        if "@" in text or (not text[-1].isdigit() and text[-1] not in "X") or text[0] not in "0123456789":
            return text
        if "-" in text:
            code, rest = text.split("-")
            return f"{code}{mark}{rest[:4]}{mark}{rest[4:]}"
        sizes = {11: (3, 4, 4), 18: (6, 8, 4), 15: (6, 6, 3)}.get(len(text), (4,) * (len(text) // 4) + (len(text) % 4,))
        pieces, place = [], 0
        for size in sizes:
            pieces.append(text[place : place + size])
            place += size
        return mark.join(piece for piece in pieces if piece)

    return part


def one_by_one(text: str) -> str:
    return " ".join(text) if text.isdigit() else text


def in_han(text: str) -> str:
    return "".join(HAN.get(c, c) for c in text) if text.replace("-", "").isdigit() else text


def small(text: str) -> str:
    return text.lower()


def circled(text: str) -> str:
    return "".join(chr(0x2460 + int(c) - 1) if c in "123456789" else c for c in text) if text.isdigit() else text


DISGUISES: dict[str, Disguise] = {
    "as it is": lambda text: text, "full width": full_width, "zero width": zero_width, "blanks": grouped(" "),
    "dots": grouped("."), "dashes": grouped("-"), "middle dots": grouped("·"), "one by one": one_by_one, "han": in_han,
    "small": small, "full width and blanks": lambda t: full_width(grouped(" ")(t)), "circled": circled,
    "wide blanks": grouped("\u3000"), "dash with blanks": grouped(" - "), "long dashes": grouped("—"),
    "bold digits": lambda t: "".join(chr(0x1D7CE + int(c)) if c.isdigit() and c.isascii() else c for c in t),
}  # fmt: skip
SENTENCES = (
    "来电者说 {} 打不通", "{}", "客户留的是{}，请尽快回复。", "您记一下：{}；谢谢", "之前登记的（{}）要改", "请核对{}是否正确",
    "用户反馈{}没有收到短信，等待期 30 天", "改成{}吧", "2026年11月21日来电，{}", "要查的是{}\n第二行还有 48 小时",
)  # fmt: skip
# What says what it is, in front: cards and old identity numbers are seldom given without it.
LEADS = {PersonalData.CARD: "银行卡号", PersonalData.IDENTITY: "身份证号"}


def positives(seed: int = 20261121, per_kind: int = 400) -> Iterator[tuple[PersonalData, str, str, str]]:
    """``(kind, disguise, what was hidden, text)``."""
    r = random.Random(seed)
    for kind, makers in MAKERS.items():
        for _ in range(per_kind):
            name = r.choice(list(DISGUISES))
            hidden = DISGUISES[name](r.choice(makers)(r))
            lead = LEADS.get(kind, "") if r.random() < 0.5 else ""
            yield kind, name, hidden, r.choice(SENTENCES).format(lead + hidden)
    for _ in range(per_kind // 4):
        hidden = r.choice(("PDAA", "PDZA", "", "AB")) + digits(r, r.choice((12, 16, 18)))
        yield PersonalData.POLICY, "said", hidden, f"保单号{r.choice(('', '：', '是', ' '))}{hidden}想退保"


def negatives(seed: int = 20261122, count: int = 1500) -> Iterator[str]:
    r = random.Random(seed)
    n = lambda low, high: r.randint(low, high)  # noqa: E731
    makers: list[Callable[[], str]] = [
        lambda: f"请拨打客服热线955{n(10, 99)}", lambda: f"投诉电话 12{n(300, 399)}，报警 110，火警119、急救120、交通事故122",
        lambda: f"客服电话400-{n(100, 999)}-{n(1000, 9999)}", lambda: f"400{n(1000000, 9999999)}转1",
        lambda: f"免费电话 800 {n(100, 999)} {n(1000, 9999)}", lambda: f"拨 10086 或 1001{n(0, 9)} 再按{n(1, 9)}",
        lambda: f"保额{n(1, 500) * 10000}元，免赔额 {n(1, 9) * 1000} 元", lambda: f"共计{n(10**10, 10**11 - 1)}元",
        lambda: f"保费 {n(1, 9)},{n(100, 999)},{n(100, 999)}.{n(10, 99)} 元", lambda: f"按{n(1, 99)}%赔付，最高{n(1, 99)}.5%",
        lambda: f"依据第{n(1, 99)}条第{n(1, 9)}款第（{n(1, 9)}）项", lambda: f"见条款 {n(1, 9)}.{n(1, 9)}.{n(1, 9)}",
        lambda: f"{n(1990, 2030)}-{n(1, 12):02}-{n(1, 28):02} {n(0, 23):02}:{n(0, 59):02}:{n(0, 59):02}",
        lambda: f"{n(1990, 2030)}{n(1, 12):02}{n(1, 28):02}起保，{n(1990, 2030)}.{n(1, 12)}.{n(1, 28)}到期",
        lambda: f"生效日{n(2000, 2030)}/{n(1, 12)}/{n(1, 28)}，等待期{n(30, 180)}天", lambda: f"二〇二{'一二三四五六'[n(0, 5)]}年十一月二十一日零时起",
        lambda: f"型号 A{n(10, 99)}-{n(100, 999)}，排量 1.{n(0, 9)}T", lambda: f"订单号{n(10**13, 10**14 - 1)}已发货",
        lambda: f"快递单号 SF{n(10**12, 10**13 - 1)}", lambda: f"第 {n(1, 300)} 页，共 {n(300, 999)} 页",
        lambda: f"费率 {n(1, 9)}.{n(1000, 9999)}‰", lambda: f"{n(1, 65)}周岁至{n(66, 80)}周岁可以投保", lambda: f"FAQ-{n(1000, 9999)} 与 POL-{n(100, 999)}",
        lambda: f"每天 {n(8, 9)}:00-{n(17, 20)}:00，{n(1, 5)}个工作日内", lambda: f"赔 {n(1, 9)} 万到 {n(10, 90)} 万，年限额{n(100, 600)}万元",
        lambda: f"1、保单 2、身份证 3、发票 {n(1, 9)}份", lambda: f"网址 example.com/{n(100, 999)}", lambda: "京东上买的A款能用吗，云南的A计划呢",
        lambda: f"经济型新A{n(1, 9)}款、浙B计划", lambda: f"系统版本 {n(1, 9)}.{n(0, 20)}.{n(0, 300)}.{n(0, 9)}", lambda: f"上限为{n(1, 9)}00 000 元",
        lambda: f"机动车六座以下 {n(900, 1100)} 元，六座及以上 {n(1100, 1300)} 元", lambda: "客户说等一下，三五分钟后一二线都来看",
        lambda: f"{n(1, 12)}月{n(1, 28)}日 {n(1, 23)}时{n(0, 59)}分", lambda: f"比例为 {n(1, 99)}：{n(1, 99)}，{n(100, 999)}/{n(1000, 9999)}",
        lambda: f"注册号 C{n(10**10, 10**11 - 1)}{n(10**11, 10**12 - 1)}", lambda: f"保险金额 {n(1, 9)} 000 000 元", lambda: f"面积{n(80, 140)}.{n(10, 99)}㎡",
    ]  # fmt: skip
    for place in range(count):
        text = makers[place % len(makers)]()
        yield full_width(text) if r.random() < 0.15 else text


def same(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\u200b", "")
