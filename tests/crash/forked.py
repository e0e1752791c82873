"""What a process that will be killed is forked from: everything is imported and the dictionary read, so that a round
takes as long as what is done in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.factory import dictionary
from indexer.tokens import Tokenizer
from kb.settings import Settings
from tests.crash.toil import toil as toil
from tests.sharing import share

with TemporaryDirectory() as _folder:
    share(Path(_folder))
    Tokenizer(dictionary(Settings(Path(_folder), "").dictionary), Path(_folder))
