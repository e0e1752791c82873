"""Compares forks of Whoosh: run once in an environment of each, on tokens that a first run wrote.

    python -m tests.bench.search_forks write TOKENS      # with the project installed
    python search_forks.py measure TOKENS                # with nothing but a fork installed
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path


def write(path: Path, entries: int = 3000, questions: int = 100) -> None:
    from indexer.factory import packaged_words
    from indexer.tokens import Tokenizer
    from tests.bench.search_eval import documents
    from tests.bench.search_eval import questions as questions_of

    tokenizer = Tokenizer(packaged_words())
    docs = [tokenizer.terms(document.content.body) for document in documents("insuranceqa")[:entries]]
    asked = [list(tokenizer.query(line["query"]).terms) for line in questions_of("insuranceqa")[:questions]]
    path.write_text(json.dumps({"docs": docs, "asked": asked}))


def measure(path: Path) -> None:
    import whoosh
    from whoosh import fields, index, query

    data = json.loads(path.read_text())
    with tempfile.TemporaryDirectory() as folder:
        ix = index.create_in(folder, fields.Schema(code=fields.ID(stored=True), body=fields.KEYWORD(scorable=True)))
        started = time.process_time()
        writer = ix.writer()
        for number, terms in enumerate(data["docs"]):
            writer.add_document(code=str(number), body=" ".join(terms))
        writer.commit()
        build = time.process_time() - started
        times = []
        with ix.searcher() as searcher:
            for terms in data["asked"]:
                started = time.process_time()
                searcher.search(query.Or([query.Term("body", term) for term in terms]), limit=10)
                times.append((time.process_time() - started) * 1000)
    print(f"{whoosh.__version__}: build {len(data['docs']) / build:.0f}/s, p50 {statistics.median(times):.1f} ms")


if __name__ == "__main__":
    {"write": write, "measure": measure}[sys.argv[1]](Path(sys.argv[2]))
