"""The desk: every service of one process, built when first asked for, always after a fork."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from kb.bell import Bell
from kb.services.bulletins import Bulletins
from kb.services.calls import Calls
from kb.services.deliveries import Deliveries
from kb.services.drafts import Drafts
from kb.services.exam_calendar import ExamCalendar
from kb.services.examinations import Examinations
from kb.services.gaps import Gaps
from kb.services.goldens import Goldens
from kb.services.harvest import Harvest
from kb.services.history import History
from kb.services.images import Images
from kb.services.intake import IntakeQueue
from kb.services.item_statistics import ItemStatistics
from kb.services.knowledge import Knowledge
from kb.services.late_answers import LateAnswers
from kb.services.learning import Learning
from kb.services.lexicons import Lexicons
from kb.services.marking import Marking
from kb.services.names import NamesInForce
from kb.services.outcomes import tell_flag
from kb.services.paper_approval import PaperApproval
from kb.services.paper_scores import PaperScores
from kb.services.papers import Papers
from kb.services.people import People
from kb.services.phrasing_lists import PhrasingLists
from kb.services.practice import Practice
from kb.services.questions import Questions
from kb.services.re_entry import ReEntry
from kb.services.receipts import Receipts
from kb.services.releases import Releases
from kb.services.reports import Reports
from kb.services.results import Results
from kb.services.rules import Rulebook
from kb.services.sittings import Sittings
from kb.services.solution_lists import SolutionLists
from kb.services.solutions import Solutions
from kb.services.telephony import Telephony
from kb.services.training_digest import TrainingDigest
from kb.services.workflow import Workflow
from kb.settings import Settings
from kb.storage import Database, open_store

if TYPE_CHECKING:
    from indexer.remembering import RememberingSearch
    from indexer.sync import Sync
    from kb.services.bank import Bank
    from kb.services.importing import Importing
    from kb.services.proposing import Proposing
    from kb.services.question_files import QuestionFiles
    from kb.services.uploads import Uploads

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """All use cases over one store and one index.

    Opening one connects to nothing; each part connects when it is first used.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def bell(self) -> Bell:
        """Rings when there is something to put into the index."""
        return Bell(self.settings.home / "index.bell")

    @cached_property
    def store(self) -> Database:
        return open_store(self.settings.database_url, bell=self.bell)

    @cached_property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.store, self.clock)

    @cached_property
    def names(self) -> NamesInForce:
        return NamesInForce(self.store, self.clock)

    @cached_property
    def history(self) -> History:
        return History(self.store, self.clock)

    @cached_property
    def people(self) -> People:
        return People(self.store, self.clock, session_hours=self.settings.session_hours)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self.store, self.clock, webhooks=self.settings.webhooks)

    @cached_property
    def gaps(self) -> Gaps:
        return Gaps(self.store, self.clock, webhooks=self.settings.webhooks)

    @cached_property
    def learning(self) -> Learning:
        return Learning(self.store, self.clock)

    @cached_property
    def phrasing_lists(self) -> PhrasingLists:
        return PhrasingLists(self.store, self.clock)

    @cached_property
    def lexicons(self) -> Lexicons:
        return Lexicons(self.store, self.clock)

    @cached_property
    def goldens(self) -> Goldens:
        return Goldens(self.store, self.clock)

    @cached_property
    def rulebook(self) -> Rulebook:
        return Rulebook(self.store, self.clock)

    @cached_property
    def workflow(self) -> Workflow:
        return Workflow(self.store, self.clock, self.settings.zone)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.store, self.clock)

    @cached_property
    def images(self) -> Images:
        return Images(self.store, self.clock)

    @cached_property
    def releases(self) -> Releases:
        return Releases(self.store, self.clock)

    @cached_property
    def bulletins(self) -> Bulletins:
        return Bulletins(self.store, self.clock, self.settings.zone, webhooks=self.settings.webhooks)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.store, self.clock)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self.store, self.clock, self.settings.zone)

    @cached_property
    def bank(self) -> Bank:
        from kb.services.bank import Bank

        return Bank(self.store, self.clock)

    @cached_property
    def question_files(self) -> QuestionFiles:
        from kb.services.question_files import QuestionFiles

        return QuestionFiles(self.store, self.bank, self.clock)

    @cached_property
    def proposing(self) -> Proposing:
        from kb.services.proposing import Proposing

        return Proposing(self.store, self.clock, self.settings.zone, self.bank)

    @cached_property
    def importing(self) -> Importing:
        from kb.services.importing import Importing

        return Importing(self.store, self.clock)

    @cached_property
    def papers(self) -> Papers:
        return Papers(self.store, self.clock, self.settings.zone)

    @cached_property
    def exam_calendar(self) -> ExamCalendar:
        return ExamCalendar(self.store, self.clock, self.settings.zone)

    @cached_property
    def training_digest(self) -> TrainingDigest:
        return TrainingDigest(self.store, self.clock, self.settings.zone, self.drafts)

    @cached_property
    def paper_approval(self) -> PaperApproval:
        return PaperApproval(self.store, self.clock, self.settings.zone)

    @cached_property
    def intake(self) -> IntakeQueue:
        return IntakeQueue(self.store, self.clock)

    @cached_property
    def calls(self) -> Calls:
        return Calls(self.store, self.clock, self.settings.zone)

    @cached_property
    def telephony(self) -> Telephony:
        return Telephony(self.store, self.clock, self.settings.zone)

    @cached_property
    def solutions(self) -> Solutions:
        return Solutions(self.store, self.clock, on_flag=partial(tell_flag, self.settings.webhooks))

    @cached_property
    def solution_lists(self) -> SolutionLists:
        return SolutionLists(self.store, self.clock)

    @cached_property
    def harvest(self) -> Harvest:
        from indexer.one_word import in_one_word

        return Harvest(self.store, self.clock, synonyms=in_one_word)

    @cached_property
    def sittings(self) -> Sittings:
        return Sittings(self.store, self.clock, self.settings.zone)

    @cached_property
    def late_answers(self) -> LateAnswers:
        return LateAnswers(self.store, self.clock)

    @cached_property
    def paper_scores(self) -> PaperScores:
        return PaperScores(self.store, self.clock)

    @cached_property
    def examinations(self) -> Examinations:
        return Examinations(self.store, self.clock)

    @cached_property
    def marking(self) -> Marking:
        return Marking(self.store, self.clock)

    @cached_property
    def results(self) -> Results:
        return Results(self.store, self.clock)

    @cached_property
    def re_entry(self) -> ReEntry:
        return ReEntry(self.store, self.clock, self.settings.zone, self.papers)

    @cached_property
    def item_statistics(self) -> ItemStatistics:
        return ItemStatistics(self.store, self.clock)

    @cached_property
    def practice(self) -> Practice:
        return Practice(self.store, self.clock)

    @cached_property
    def uploads(self) -> Uploads:
        from kb.services.uploads import Uploads

        return Uploads(self.store, self.importing, self.clock, self.settings.home, self.settings.zone)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self.store, self.clock, self.settings.zone)

    @cached_property
    def _search(self) -> tuple[RememberingSearch, Sync]:
        from indexer.factory import open_search

        return open_search(self.settings, self.store, self.clock)

    @property
    def search(self) -> RememberingSearch:
        return self._search[0]

    @property
    def sync(self) -> Sync:
        return self._search[1]

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()
