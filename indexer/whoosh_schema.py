"""How a segment lies in Whoosh: fields, formats, and the way there and back from arrays.

Everything that the arrays hold can be read again from what Whoosh keeps, so they can be made anew when they are lost.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from indexer.arrays import Array, Arrays
from indexer.building import Flat, assembled, owners
from indexer.facts import Facts
from indexer.port import FIELDS
from indexer.whoosh_postings import TermWriter

INDEX_NAME = "zhixi"
_UNIT = struct.Struct("<HB")  # unit within its document, count


class TermCounts(fields.FieldType):  # type: ignore[misc]
    """Terms with their counts, made elsewhere: the weight of a posting is the count."""

    def __init__(self, posting_format: formats.Format) -> None:
        super().__init__(posting_format, None, scorable=True)


class UnitFormat(formats.Format):  # type: ignore[misc]
    """A posting of a title or phrasing: which unit of the document holds the term how often."""


def schema() -> fields.Schema:
    counts = {name: TermCounts(UnitFormat() if name == "names" else formats.Existence()) for name in FIELDS}
    return fields.Schema(facts=fields.STORED(), **counts)


def write_segment(storage: FileStorage, arrays: Arrays, facts: Sequence[Facts]) -> W3Segment:
    """Write one segment in whoosh3's own format and return what a table of contents lists."""
    codec = W3Codec()
    # The names that Whoosh draws come from ``random``, which a program may have seeded: two segments, one name.
    segment = W3Segment(codec, INDEX_NAME, segid=secrets.token_hex(8))
    _write_documents(codec, storage, segment, arrays, facts)
    writer = TermWriter(storage, segment)
    terms = arrays.all_terms()
    for name in sorted(FIELDS):
        for place, docs, counts, values in _columns(arrays, name):
            writer.add(name, terms[place], docs, counts, values)
    writer.close()
    return segment


def _write_documents(
    codec: W3Codec, storage: FileStorage, segment: W3Segment, arrays: Arrays, facts: Sequence[Facts]
) -> None:
    of_schema = schema()
    writer = codec.per_document_writer(storage, segment)
    lengths = arrays.doc_length.tolist()
    for number, fact in enumerate(facts):
        writer.start_doc(number)
        writer.add_field("facts", of_schema["facts"], tuple(fact), 0)
        for column, name in enumerate(FIELDS):
            writer.add_field(name, of_schema[name], None, lengths[number][column])
        writer.finish_doc()
    writer.close()
    segment.set_doc_count(len(facts))


Postings = tuple[int, list[int], list[float], list[bytes]]  # place of the term, documents, counts, values


def _columns(arrays: Arrays, field: str) -> Iterator[Postings]:
    """The postings of one field, term by term."""
    column = FIELDS.index(field)
    picked = np.flatnonzero(arrays.doc_count[:, column])
    docs, counts = arrays.doc[picked], arrays.doc_count[picked, column].astype(np.float64)
    bounds = np.searchsorted(picked, arrays.doc_start).tolist()
    values = _unit_values(arrays) if field == "names" else []
    for place, (begin, end) in enumerate(pairwise(bounds)):
        if begin < end:
            yield place, docs[begin:end].tolist(), counts[begin:end].tolist(), values[begin:end]


def _unit_values(arrays: Arrays) -> list[bytes]:
    """For each posting of the names field, its units as bytes; units are ordered as the postings are."""
    owner = owners(arrays)[arrays.unit]
    packed = np.zeros(len(owner), np.dtype([("unit", "<u2"), ("count", "u1")]))
    packed["unit"] = arrays.unit - arrays.unit_first[owner]
    packed["count"] = arrays.unit_count
    if not len(owner):
        return []
    term = np.repeat(np.arange(arrays.terms), np.diff(arrays.unit_start))
    new = np.flatnonzero((np.diff(term) != 0) | (np.diff(owner) != 0)) + 1
    data = packed.tobytes()
    return [data[a * _UNIT.size : b * _UNIT.size] for a, b in pairwise([0, *new.tolist(), len(owner)])]


def read_facts(reader: SegmentReader) -> list[Facts]:
    """The facts of all documents of a segment, deleted ones included, in order."""
    return [Facts(*reader.stored_fields(number)["facts"]) for number in range(reader.doc_count_all())]


def read_arrays(storage: FileStorage, segment: W3Segment) -> Arrays:
    """Make the arrays of a segment from its Whoosh postings."""
    # A copy without deletions: arrays are of all documents, what is deleted stands beside them.
    whole = W3Segment(segment.codec(), segment.indexname, segment.doc_count_all(), segment.segid)
    numbers: dict[bytes, int] = {}
    docs: dict[tuple[int, int], list[int]] = {}
    units: list[tuple[int, int, int]] = []
    with SegmentReader(storage, schema(), whole) as reader:
        facts = read_facts(reader)
        unit_first = np.cumsum([0, *(f.units for f in facts)]).tolist()
        for column, field in enumerate(FIELDS):
            for term, doc, count, value in _postings(reader, field):
                number = numbers.setdefault(term, len(numbers))
                docs.setdefault((number, doc), [0] * len(FIELDS))[column] = count
                units.extend((number, unit_first[doc] + unit, n) for unit, n in _UNIT.iter_unpack(value))
    flat_docs = _flat([(term, doc, *counts) for (term, doc), counts in sorted(docs.items())], len(FIELDS))
    flat_units = _flat(units, 1)
    single = np.array([term[:1] == b"c" for term in numbers], np.bool_)
    doc_length = _lengths(flat_docs, len(facts), single)
    unit_length = _lengths(flat_units, unit_first[-1], single)[:, 0]
    return assembled(facts, list(numbers), flat_docs, flat_units, doc_length, unit_length)


def _postings(reader: SegmentReader, field: str) -> Iterator[tuple[bytes, int, int, bytes]]:
    """Every posting of a field as (term, document, count, value)."""
    for term in reader.lexicon(field):
        matcher = reader.postings(field, term)
        while matcher.is_active():
            yield term, matcher.id(), int(matcher.weight()), matcher.value() if field == "names" else b""
            matcher.next()


def _flat(rows: Sequence[tuple[int, ...]], width: int) -> Flat:
    table = np.array(rows, np.int64).reshape(-1, 2 + width)
    return table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2:].astype(np.uint8)


def _lengths(flat: Flat, size: int, single: Array) -> Array:
    """Lengths are sums of counts; single characters do not count."""
    terms, owner, counts = flat
    counted = ~single[terms] if len(terms) else np.zeros(0, np.bool_)
    out = np.zeros((size, counts.shape[1]), np.int32)
    np.add.at(out, owner[counted], counts[counted].astype(np.int32))
    return out

