"""What the workers of a service share, and what each makes of its own."""

import os
import subprocess
import sys
from pathlib import Path

from indexer.tokens import Tokenizer

ROOT = Path(__file__).parents[2]
# A process of its own: whatever else these tests load must not count.
LOADS_NOTHING_MORE = """
import sys
from pathlib import Path
from indexer.sharing import prepare, warm_up
prepare(Path(sys.argv[1]))
before = set(sys.modules)
from datetime import UTC, datetime
from indexer.factory import open_search
from indexer.search import SearchRequest
from kb.domain.person import Role
from kb.settings import Settings
from kb.storage import open_store
before |= {name for name in sys.modules if name.startswith(("kb.", "sqlalchemy"))}
home = Path(sys.argv[2])
store = open_store(f"sqlite:///{home / 'kb.sqlite3'}", migrate=True)
before |= {name for name in sys.modules if name.startswith(("alembic", "mako", "sqlalchemy"))}
search, sync = open_search(Settings(home=home, database_url=""), store, lambda: datetime.now(UTC))
sync.drain()
before |= set(sys.modules)  # of writing
warm_up(search)
search.run(SearchRequest("等侍期多久", Role.AGENT))
print(*sorted(name for name in set(sys.modules) - before if name.startswith(("indexer", "whoosh", "numpy."))))
"""


def test_a_worker_loads_no_code_of_the_search_that_the_others_do_not_share(
    tmp_path: Path, tokenizer: Tokenizer
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", LOADS_NOTHING_MORE, str(tokenizer.cache_dir), str(home)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
