"""Questions of the bank in the formats that others use: tables, plain text, GIFT, Moodle XML, QTI 2.1.

What a format cannot say goes along in a remark that other programs pass over, so that a round trip loses nothing. What it
cannot hold at all (ordering in GIFT) is left out by name.
"""

from kb.exchange.questions.formats import FORMATS, Format, format_of, read_questions, write_questions
from kb.exchange.questions.results import LeftOut, Read, Refused

__all__ = ["FORMATS", "Format", "LeftOut", "Read", "Refused", "format_of", "read_questions", "write_questions"]
