"""A process that cuts documents and writes one segment: ``python -m indexer.segment_worker``.

It reads pickled messages from its input and ends with it: when the writer is killed nothing is left running. (The
pools of ``multiprocessing`` start the program's main module again and outlive a killed parent.)
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from pathlib import Path

from indexer.building import Builder
from indexer.port import Document
from indexer.tokens import Tokenizer
from indexer.whoosh_files import Generation


def main() -> None:
    gc.disable()  # nothing here makes cycles, and looking for them among millions of terms costs a tenth of the time
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    words, added, cache_dir, folder = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    tokenizer, builder = Tokenizer(words, cache_dir), Builder()
    tokenizer.use(added)
    while True:
        try:
            documents: list[Document] | None = pickle.load(sys.stdin.buffer)  # noqa: S301
        except (EOFError, pickle.UnpicklingError):  # between two messages, or in the middle of one
            return  # the writer is gone; its half-written files are swept by the next one
        if documents is None:
            break
        for document in documents:
            builder.add(document, tokenizer.document(document))
    del tokenizer  # its dictionary takes as much room as the postings now need
    segment = Generation(Path(folder)).add_segment(builder.arrays(), builder.facts) if len(builder) else None
    pickle.dump(segment, answers)
    answers.flush()


if __name__ == "__main__":
    main()
