"""A process that writes segments, of documents that it cuts or of some cut before: ``python -m indexer.segment_worker``.

It reads pickled messages from its input and ends with it: when the writer is killed nothing is left running. (The
pools of ``multiprocessing`` start the program's main module again and outlive a killed parent.)
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.building import Builder
from indexer.cuts import Piece, laid_out
from indexer.port import Document
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation


def main() -> None:
    gc.disable()  # nothing here makes cycles, and looking for them among millions of terms costs a tenth of the time
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    generation: Generation
    generation, *words = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    tokenizer, builder, segments = None, Builder(), []
    for message in _messages():
        if message is None:
            del tokenizer  # its dictionary takes as much room as the postings now need
            if len(builder):
                segments.append(generation.add_segment(builder.arrays(), builder.facts))
            pickle.dump(segments, answers)
            answers.flush()
            return
        if isinstance(message, tuple):
            segments.append(generation.add_segment(*laid_out(message)))
            continue
        tokenizer = tokenizer or _tokenizer(*words)
        for document in message:
            builder.add(document, tokenizer.document(document))


def _messages() -> Iterator[list[Document] | tuple[Piece, ...] | None]:
    """Documents to be cut for the one segment; pieces that make a segment of their own; None: that was all.

    Ends when the writer is gone. Its half-written files are swept by the next one.
    """
    with contextlib.suppress(EOFError, pickle.UnpicklingError):  # between two messages, or in the middle of one
        while True:
            yield pickle.load(sys.stdin.buffer)  # noqa: S301


def _tokenizer(base: list[str], added: tuple[str, ...], cache_dir: Path | None) -> Tokenizer:
    tokenizer = Tokenizer(base, cache_dir)
    tokenizer.use(added)
    return tokenizer


if __name__ == "__main__":
    main()
