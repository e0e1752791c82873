"""How Chinese characters are read: pinyin without and with tone, and which readings sound alike.

The table is made once per process from pypinyin's data: two arrays of 27,648 numbers, about 200 kB. pypinyin's
phrase dictionary (45 MB in memory) is not used; characters with several everyday readings stand in ``_ALSO``.
"""

from __future__ import annotations

import importlib.util
import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np

FIRST, LAST = 0x3400, 0x9FFF  # the Chinese characters that are looked at
SPELLINGS_MOST = 4  # of one term, when several of its characters have several readings
_VOWELS = frozenset("aeiouv")

# Readings of everyday use besides the one that pypinyin puts first.
_EVERYDAY = (
    "还:hai,huan 重:zhong,chong 行:xing,hang 长:chang,zhang 率:lv,shuai 了:le,liao 得:de,dei 地:di,de 降:jiang,xiang"
    " 参:can,shen 差:cha,chai 调:diao,tiao 传:chuan,zhuan 给:gei,ji 系:xi,ji 着:zhe,zhao 都:dou,du 没:mei,mo 乐:le,yue"
    " 便:bian,pian 朝:chao,zhao 曾:ceng,zeng 藏:cang,zang 盛:sheng,cheng 薄:bo,bao 血:xue,xie 露:lu,lou 卡:ka,qia"
    " 会:hui,kuai 折:zhe,she 弹:dan,tan 落:luo,la 角:jiao,jue 觉:jue,jiao 省:sheng,xing 宿:su,xiu 什:shen,shi"
    " 否:fou,pi 谁:shui,shei 模:mo,mu 呢:ne,ni 剥:bo,bao 壳:ke,qiao 吓:xia,he 校:xiao,jiao"
    " 的:de,di 和:he 拓:tuo,ta 嚼:jiao,jue 熟:shu,shou 核:he 称:cheng,chen"
)
_ALSO = dict(pair.split(":") for pair in _EVERYDAY.split())


def is_han(char: str) -> bool:
    return FIRST <= ord(char) <= LAST


class Readings:
    """``sound[c]``, ``tone[c]`` and ``alike[c]`` number the first reading of the character ``chr(FIRST + c)``.

    Equal ``sound``: same pinyin; equal ``tone``: same pinyin and tone; equal ``alike``: easily taken for each other
    (zh/z, n/l, ing/in). 0 means that the character has no reading.
    """

    def __init__(self, table: Mapping[int, str]) -> None:
        size = LAST - FIRST + 1
        self.sound, self.tone, self.alike = (np.zeros(size, np.uint16) for _ in range(3))
        numbers: tuple[dict[str, int], ...] = ({"": 0}, {"": 0}, {"": 0})
        self._known: dict[str, tuple[str, ...]] = {char: tuple(said.split(",")) for char, said in _ALSO.items()}
        for place in range(size):
            marked = table.get(FIRST + place, "").split(",")[0]
            sound = _plain(_ALSO.get(chr(FIRST + place), marked).split(",")[0])
            keys = (sound, f"{sound} {marked}" if sound else "", alike(sound))
            for array, known, key in zip((self.sound, self.tone, self.alike), numbers, keys, strict=True):
                array[place] = known.setdefault(key, len(known))
        self._sounds = list(numbers[0])
        self._number = numbers[0]

    def sounds(self, char: str) -> tuple[str, ...]:
        """Readings of one character without tone, the most usual first; ü is written v. Empty for none."""
        known = self._known.get(char)
        if known is None:
            first = self._sounds[self.sound[ord(char) - FIRST]] if is_han(char) else ""
            known = self._known[char] = (first,) if first else ()
        return known

    def all_sounds(self) -> frozenset[str]:
        """Every syllable with a vowel: ``hm`` and ``ng`` are typed as initials."""
        return frozenset(sound for sound in self._sounds if not _VOWELS.isdisjoint(sound))

    def spellings(self, term: str) -> list[tuple[str, ...]]:
        """Ways to read a Chinese term, syllable by syllable, at most ``SPELLINGS_MOST``; none when one is unknown.

        >>> readings().spellings("还款")
        [('hai', 'kuan'), ('huan', 'kuan')]
        """
        choices = [self._known.get(char) or self.sounds(char) for char in term]
        if all(len(choice) == 1 for choice in choices):
            return [tuple([choice[0] for choice in choices])]
        if not all(choices):
            return []
        return [way for way, _ in zip(product(*choices), range(SPELLINGS_MOST), strict=False)]

    def distance(self, one: str, other: str) -> int:
        """0: same reading with tone; 1: same without tone; 2: easily confused; 3: different."""
        if not (is_han(one) and is_han(other)):
            return 3
        a, b = ord(one) - FIRST, ord(other) - FIRST
        if self.tone[a] and self.tone[a] == self.tone[b]:
            return 0
        ones, others = set(self.sounds(one)), set(self.sounds(other))
        if ones & others:
            return 1
        return 2 if {alike(sound) for sound in ones} & {alike(sound) for sound in others} else 3


@lru_cache(maxsize=2_000)
def alike(sound: str) -> str:
    """One spelling for readings that speakers of many regions do not tell apart.

    >>> alike("zhang"), alike("lin"), alike("ning")
    ('zan', 'lin', 'lin')
    """
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("f", "h")):
        if sound.startswith(long):
            sound = short + sound[len(long) :]
            break
    return sound[:-1] if sound.endswith("ng") and sound[-3:-2] in "aei" else sound


@lru_cache(maxsize=5_000)
def _plain(marked: str) -> str:
    """``zhòng`` as ``zhong``, ``lǜ`` as ``lv``."""
    parts = unicodedata.normalize("NFD", marked).replace("u\u0308", "v").replace("ü", "v")
    return "".join(char for char in parts if "a" <= char <= "z")


@lru_cache(maxsize=1)
def readings() -> Readings:
    """The table of this process, made at the first call (0.2 s)."""
    spec = importlib.util.find_spec("pypinyin")
    path = Path(next(iter(spec.submodule_search_locations or ()))) / "pinyin_dict.json" if spec else Path()
    if path.is_file():  # importing the package would load its phrases as well: 45 MB in each worker
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Readings({int(code): value for code, value in raw.items() if FIRST <= int(code) <= LAST})
    from pypinyin.constants import PINYIN_DICT

    return Readings(PINYIN_DICT)
