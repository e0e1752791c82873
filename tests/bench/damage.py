"""Damages the golden questions as tired fingers do, and measures what search still finds.

    python -m tests.bench.damage [--home DIR] [--seed N] [--plain] [--misses KIND]

Without ``--home`` the entries come from ``content/`` into an index in memory; with it they are those of that home.
``--plain`` leaves forgiveness out, for comparison. Every damage is drawn from the seed: the same one each time.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import opencc
from pypinyin import lazy_pinyin

from tests.bench.search_eval import NOW, documents

OPENERS = ("请问一下", "您好，我想问问", "那个，麻烦帮我查一下", "不好意思，我想咨询一下", "喂你好，")
CLOSERS = ("，谢谢", "，麻烦您了", "，怎么办呢", "，能告诉我吗", "")
# Characters mistaken for each other by eye, for this measurement alone: the product has its own list.
LOOK_ALIKE = (
    "侍待 候侯 赔陪 检捡 免兔 拆折 换涣 绩续 投设 受爱 证怔 政攻 伤份 往住 疗辽 病疾 竟意 敌故 俩辆 环坏 失夫 案安 付什 领颂 末未 帐账 "
    "户尸 据椐 询徇 诉拆 话活 接按 断继 电申 短矩 绿录 假暇 核刻 买卖 审宙 批枇 理埋 册删 治冶 给拾 规观 刮乱 追迫 拖施 救球 水永 炸作 "
    "盗资 抢枪 房户 租祖 漏露 签检 章意 寄奇 邮由 承丞 体休 坐座 做作 提堤 答塔 等笔 预顶 限恨 痴疾 轻径 任仕 贵责 员圆 问间 期斯 保堡"
)


@dataclass(frozen=True)
class Case:
    """A damaged question and the entries that answer it; ``what`` tells the damage."""

    query: str
    relevant: frozenset[str]
    what: str = ""


class Damage:
    """Makes damaged questions. Args: the golden lines, the documents, and the words of a question."""

    def __init__(self, lines: list[dict], docs: list, words: Callable[[str], list[str]], seed: int) -> None:
        self._lines, self._docs, self._words, self._seed = lines, docs, words, seed
        self._titles = {d.code: d.content.title for d in docs}
        self._often = Counter(word for d in docs for word in set(self._terms(d.content.title)))

    def all(self) -> dict[str, list[Case]]:
        makers = {
            "undamaged": lambda line, _: line["query"],
            "traditional": lambda line, _: opencc.OpenCC("s2t").convert(line["query"]),
            "full-width": lambda line, _: full_width(line["query"]),
            "filler": lambda line, draw: draw.choice(OPENERS) + line["query"] + draw.choice(CLOSERS),
            "homophone": lambda line, draw: self._one_wrong(line["query"], draw, homophones),
            "wrong character": lambda line, draw: self._one_wrong(line["query"], draw, wrong),
            "pinyin in question": lambda line, draw: self._respelled(line, "".join),
            "initials in question": lambda line, draw: self._respelled(line, lambda p: "".join(s[0] for s in p)),
        }
        cases = {name: self._made(name, make) for name, make in makers.items()}
        cases["pinyin alone"] = self._alone("".join)
        cases["initials alone"] = self._alone(lambda sounds: "".join(sound[0] for sound in sounds))
        cases["half-typed pinyin"] = self._alone(lambda sounds: "".join(sounds)[: -max(1, len(sounds[-1]) - 1)])
        return cases

    def _made(self, name: str, make: Callable[[dict, random.Random], str]) -> list[Case]:
        found = []
        for number, line in enumerate(self._lines):
            draw = random.Random(f"{self._seed} {name} {number}")
            query = make(line, draw)
            if query:
                found.append(Case(query, frozenset(line["relevant"]), line["query"]))
        return found

    def _one_wrong(self, query: str, draw: random.Random, others: Callable[[str, random.Random], str]) -> str:
        """One character of a word of two or more exchanged; empty when the question has no such word."""
        words = self._terms(query)
        for _ in range(20):
            word = draw.choice(words) if words else ""
            place = draw.randrange(len(word)) if word else 0
            other = others(word[place], draw) if word else ""
            if other:
                return query.replace(word, word[:place] + other + word[place + 1 :], 1)
        return ""

    def _respelled(self, line: dict, spell: Callable[[list[str]], str]) -> str:
        """The rarest word that the question shares with its title, in Latin letters."""
        title = self._titles.get(line["relevant"][0], "")
        shared = [word for word in self._terms(title) if word in line["query"]]
        if not shared:
            return ""
        word = min(shared, key=lambda w: (self._often[w], -len(w), w))
        return line["query"].replace(word, spell(lazy_pinyin(word)), 1)

    def _alone(self, spell: Callable[[list[str]], str]) -> list[Case]:
        """The key term of each golden title by itself; every entry with it in its title or phrasings answers."""
        keys = {}
        for line in self._lines:
            terms = self._terms(self._titles.get(line["relevant"][0], ""))
            if terms:
                keys[min(terms, key=lambda w: (-len(w), self._often[w], w))] = line["relevant"][0]
        found = []
        for key in sorted(keys):
            answers = [d.code for d in self._docs if any(key in t for t in (d.content.title, *d.content.asked_as))]
            found.append(Case(spell(lazy_pinyin(key)), frozenset(answers), key))
        return found

    def _terms(self, text: str) -> list[str]:
        return [word for word in self._words(text) if len(word) > 1 and all("一" <= char <= "龥" for char in word)]


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def homophones(char: str, draw: random.Random) -> str:
    """A frequent character read the same way, tone aside."""
    sound = lazy_pinyin(char)[0]
    same = [other for other in common()[:3000] if other != char and lazy_pinyin(other)[0] == sound]
    return draw.choice(same[:6]) if same else ""


def wrong(char: str, draw: random.Random) -> str:
    """A look-alike where there is one, else (and for every other draw) any of the 500 most frequent characters."""
    alike = [other for pair in LOOK_ALIKE.split() if char in pair for other in pair if other != char]
    if alike and draw.random() < 0.5:
        return draw.choice(alike)
    return draw.choice([other for other in common()[:500] if other != char])


@lru_cache(maxsize=1)
def common() -> list[str]:
    """Chinese characters by how often they stand in jieba's dictionary, the most frequent first."""
    import jieba

    counts: Counter[str] = Counter()
    for line in jieba.get_dict_file():
        word, frequency = line.decode().split(" ")[:2]
        for char in word:
            if unicodedata.name(char, "").startswith("CJK UNIFIED"):
                counts[char] += int(frequency)
    return [char for char, _ in counts.most_common()]


def measured(
    run: Callable[[str], list[str]], cases: Iterable[Case]
) -> tuple[int, float, float, list[tuple[Case, list[str]]]]:
    """Questions, hit@1, hit@5 and the misses at 5."""
    first = five = size = 0
    missed = []
    for case in cases:
        found = run(case.query)
        size += 1
        first += bool(found and found[0] in case.relevant)
        hit = bool(case.relevant & set(found[:5]))
        five += hit
        if not hit:
            missed.append((case, found[:5]))
    return size, first / max(size, 1), five / max(size, 1), missed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--plain", action="store_true", help="without forgiveness")
    parser.add_argument("--misses", default="", help="show the misses of this damage")
    parser.add_argument("--only", default="", help="damages whose name holds this")
    arguments = parser.parse_args()
    docs = documents("golden")
    lines = [json.loads(line) for line in Path("content/golden.jsonl").read_text(encoding="utf-8").splitlines()]
    run, words = searcher(docs, arguments.home, plain=arguments.plain)
    base = None
    print(f"{'damage':24s}{'questions':>10s}{'hit@1':>8s}{'hit@5':>8s}{'lost @5':>9s}{'ms':>8s}")
    for name, cases in Damage(lines, docs, words, arguments.seed).all().items():
        if arguments.only not in name:
            continue
        started = time.perf_counter()
        size, first, five, missed = measured(run, cases)
        spent = (time.perf_counter() - started) / max(size, 1) * 1000
        base = five if base is None else base
        print(f"{name:24s}{size:10d}{first:8.3f}{five:8.3f}{(base - five) * 100:9.1f}{spent:8.1f}", flush=True)
        if name == arguments.misses:
            for case, found in missed:
                print("   ", case.query, "|", case.what, sorted(case.relevant)[:3], found)


def searcher(
    docs: list, home: Path | None, *, plain: bool
) -> tuple[Callable[[str], list[str]], Callable[[str], list[str]]]:
    """How to ask (a question in, codes out, the best first), and how to cut a question into words."""
    from indexer.factory import packaged_words
    from indexer.tokens import Tokenizer

    tokenizer = Tokenizer(packaged_words(), Path(tempfile.gettempdir()) / "zhixi-bench")
    return (_through_home(home) if home else _in_memory(docs, tokenizer, plain)), tokenizer.words


def _through_home(home: Path) -> Callable[[str], list[str]]:
    from indexer.search import SearchRequest
    from kb.domain.person import Role
    from kb.settings import Settings
    from webapp.wiring import Desk

    desk = Desk(Settings.load(home))
    return lambda text: [hit.code for hit in desk.search.run(SearchRequest(text, Role.ADMINISTRATOR)).hits]


def _in_memory(docs: list, tokenizer: object, plain: bool) -> Callable[[str], list[str]]:
    from indexer.forgiveness.keeper import Keeper
    from indexer.forgiveness.searching import search_forgivingly
    from indexer.memory_index import MemoryIndex
    from indexer.port import Filters
    from kb.domain.person import Role

    index = MemoryIndex(tokenizer)
    index.rebuild(docs, applied=0)
    tokenizer.learn(index.names())
    keeper = Keeper(lambda word: word in tokenizer.words(word))

    def find(terms: dict[str, float]) -> list:
        return index.search(terms, at=NOW, role=Role.ADMINISTRATOR, filters=Filters(), limit=10)[0]

    def run(text: str) -> list[str]:
        query = tokenizer.query(text)
        if plain:
            return [found.code for found in find(query.weights)]
        found, _, _ = search_forgivingly(
            query.text, query.weights, forgiveness=keeper.over(index.collection, NOW), find=find,
            coverage=lambda f: f[0].coverage if f else 0.0, terms_of=lambda text: tokenizer.query(text).weights,
        )  # fmt: skip
        return [f.code for f in found]

    return run


if __name__ == "__main__":
    main()
