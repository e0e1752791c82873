"""jieba's dictionary as a file that every process maps: how often each of half a million strings occurs.

As a Python dictionary it costs each process 80 MB and more than a second at every start. Mapped it costs nothing to
open, its 14 MB are shared by all processes, and a look-up takes a microsecond, so whoever asks often remembers the
answers (``indexer.segmenter``). The file holds plain numbers and text, no code.

    header    magic, number of strings, number of slots, sum of all frequencies, bytes of the text
    slots     int32, a power of two of them: number of a string, or -1; the place is the string's CRC, then the next free
    starts    uint32, where each string begins in the text; one more for the end
    often     int32, its frequency; 0 is only the beginning of longer words
    text      all strings, UTF-8
"""

from __future__ import annotations

import contextlib
import importlib.util
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

import numpy as np

_HEADER = struct.Struct("<8sIIQQ")
_MAGIC = b"zxwords1"


class WordTable:
    """See the module. Immutable, shared by threads.

    Args:
        held: what ``packed`` made, as bytes or mapped.

    Raises:
        ValueError: it is something else, or only a part of it.
    """

    def __init__(self, held: bytes | mmap.mmap) -> None:
        if len(held) < _HEADER.size:
            raise ValueError("no table of words")
        magic, count, slots, self.total, text = _HEADER.unpack_from(held)
        ends = np.cumsum([_HEADER.size, 4 * slots, 4 * (count + 1), 4 * count, text]).tolist()
        if magic != _MAGIC or ends[-1] != len(held) or not slots or slots & (slots - 1):
            raise ValueError("no table of words")
        whole = memoryview(held)
        self._slots = whole[ends[0] : ends[1]].cast("i")
        self._starts = whole[ends[1] : ends[2]].cast("I")
        self._often = whole[ends[2] : ends[3]].cast("i")
        self._text, self._last = whole[ends[3] : ends[4]], slots - 1

    def often(self, string: str) -> int | None:
        """Its frequency; 0 when longer words begin with it but it is none; None when it is not even that."""
        key = string.encode("utf-8", "replace")
        slots, last = self._slots, self._last
        slot = crc32(key) & last
        while (number := slots[slot]) >= 0:
            if self._text[self._starts[number] : self._starts[number + 1]] == key:
                often: int = self._often[number]
                return often
            slot = (slot + 1) & last
        return None


def packed(frequencies: Mapping[str, int], total: int) -> bytes:
    """The file for ``frequencies``."""
    keys = [string.encode("utf-8", "replace") for string in frequencies]
    slots = _slots(np.array([crc32(key) for key in keys], np.int64))
    starts = np.zeros(len(keys) + 1, np.uint32)
    starts[1:] = np.cumsum([len(key) for key in keys])
    often, text = np.array(list(frequencies.values()), np.int32), b"".join(keys)
    header = _HEADER.pack(_MAGIC, len(keys), len(slots), total, len(text))
    return b"".join([header, slots.tobytes(), starts.tobytes(), often.tobytes(), text])


def _slots(codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Each number in the slot of its code, or in the next free one; half of the slots at least stay free."""
    size = 1 << max(1, (2 * len(codes)).bit_length())
    slots = np.full(size, -1, np.int32)
    left = np.arange(len(codes))
    wanted = codes & (size - 1)
    while len(left):
        free = slots[wanted] < 0
        slots[wanted[free]] = left[free]  # of several that want one slot the last gets it
        out = slots[wanted] != left
        left, wanted = left[out], (wanted[out] + 1) & (size - 1)
    return slots


def jieba_table(cache_dir: Path | None = None) -> WordTable:
    """The table of jieba's dictionary, mapped; made first (three seconds) where it is not there yet.

    Args:
        cache_dir: where it is kept; None: the system's temporary folder.
    """
    folder = Path(tempfile.gettempdir()) if cache_dir is None else cache_dir
    path = folder / f"jieba-{_stamp()}.words"
    with contextlib.suppress(OSError, ValueError):  # not there yet, or a disk lost a part of it
        return _mapped(path)
    made = _made()
    with contextlib.suppress(OSError):  # a folder that cannot be written costs time and memory, no more
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, made)
        if cache_dir is not None:
            _sweep(path)
        return _mapped(path)
    return WordTable(made)


def _stamp() -> str:
    """Tells one edition of jieba's dictionary from another. Importing jieba would take longer than all the rest."""
    spec = importlib.util.find_spec("jieba")
    places = spec.submodule_search_locations if spec else None
    seen = Path(next(iter(places or [""])), "dict.txt").stat()
    return f"{seen.st_size:x}-{seen.st_mtime_ns:x}"


def _made() -> bytes:
    import jieba

    tokenizer = jieba.Tokenizer()
    return packed(*tokenizer.gen_pfdict(tokenizer.get_dict_file()))


def _mapped(path: Path) -> WordTable:
    with path.open("rb") as file:
        return WordTable(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, however many processes do it at once."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sweep(path: Path) -> None:
    """What other editions of jieba and of this program left in a folder of ours."""
    for old in [*path.parent.glob("jieba-*.words"), path.parent / "jieba.cache"]:
        if old != path:
            old.unlink(missing_ok=True)  # who has it mapped keeps it
