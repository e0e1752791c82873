"""What is written, as programs of others read it: gift-pegjs for GIFT, the published schemas for QTI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from kb.domain.exams.question import QuestionType
from kb.exchange.questions import Format, write_questions
from tests.kb.exchange.questions.samples import SAMPLES

ROOT = Path(__file__).parents[4]
GIFT = Path(os.environ.get("KB_TEST_GIFT", ROOT / ".venv" / "gift"))
SCHEMAS = ROOT.parent / "shared" / "qti"
PARSE = """
import { parse } from "gift-pegjs";
import { readFileSync } from "node:fs";
console.log(JSON.stringify(parse(readFileSync(0, "utf8"))));
"""


@pytest.fixture(scope="module")
def parsed() -> list[dict[str, Any]]:
    """Every sample that GIFT can hold, as gift-pegjs reads it."""
    if not (GIFT / "node_modules" / "gift-pegjs").is_dir() or not shutil.which("node"):
        pytest.skip("gift-pegjs is not installed: .ci/run puts it into .venv/gift")
    data, _ = write_questions(Format.GIFT, list(SAMPLES.values()), list(SAMPLES))
    done = subprocess.run(
        ["node", "--input-type=module", "-e", PARSE], input=data, capture_output=True, cwd=GIFT, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def named(parsed: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in parsed if one["title"] == name)


def test_gift_is_read_with_the_type_of_each_question(parsed: list[dict[str, Any]]) -> None:
    assert {one["title"]: one["type"] for one in parsed} == {
        "single": "MC", "multiple": "MC", "true": "TF", "false": "TF", "one gap": "Short", "short": "Essay", "oral": "Essay",
        "practical": "Essay",
    }  # fmt: skip


def test_gift_is_read_with_the_right_option_among_all(parsed: list[dict[str, Any]]) -> None:
    single = named(parsed, "single")
    assert [choice["text"]["text"] for choice in single["choices"]] == list(SAMPLES["single"].options)
    assert [choice["isCorrect"] for choice in single["choices"]] == [False, True, False, False]
    assert single["stem"]["text"] == SAMPLES["single"].stem
    assert single["globalFeedback"]["text"] == SAMPLES["single"].explanation


def test_gift_is_read_with_a_share_for_each_right_option_and_none_for_the_rest(parsed: list[dict[str, Any]]) -> None:
    weights = [choice["weight"] for choice in named(parsed, "multiple")["choices"]]
    assert weights == pytest.approx([33.333, 33.333, 33.333, -50, -50], abs=0.01)


def test_gift_is_read_with_the_truth_and_the_answers_to_a_gap(parsed: list[dict[str, Any]]) -> None:
    assert (named(parsed, "true")["isTrue"], named(parsed, "false")["isTrue"]) == (True, False)
    gap = named(parsed, "one gap")
    assert [choice["text"]["text"] for choice in gap["choices"]] == ["30", "=三十"]
    assert all(choice["isCorrect"] for choice in gap["choices"])


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    if not SCHEMAS.is_dir():
        pytest.skip("the published schemas of QTI do not lie beside the checkout")
    data, _ = write_questions(Format.QTI, list(SAMPLES.values()))
    return zipfile.ZipFile(BytesIO(data))


def check(schema: str, document: bytes) -> None:
    etree.XMLSchema(etree.parse(SCHEMAS / schema)).assertValid(etree.fromstring(document))


def test_every_item_of_the_package_is_valid_qti(package: zipfile.ZipFile) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "qtiv2p1" / "imsqti_v2p1.xsd"))
    items = [name for name in package.namelist() if name.startswith("items/")]
    assert len(items) == len(SAMPLES)
    for name in items:
        schema.assertValid(etree.fromstring(package.read(name)))


def test_the_manifest_is_valid_and_names_every_item(package: zipfile.ZipFile) -> None:
    manifest = package.read("imsmanifest.xml")
    check("imscp_v1p1.xsd", manifest)
    named = etree.fromstring(manifest).xpath("//@href[parent::*[local-name()='file']]")
    assert sorted(named) == sorted(name for name in package.namelist() if name != "imsmanifest.xml")


def test_an_order_is_an_order_interaction_with_its_right_order(package: zipfile.ZipFile) -> None:
    place = list(SAMPLES).index("order") + 1
    item = etree.fromstring(package.read(f"items/Q-{place:04}-{place}.xml"))
    assert item.xpath("//*[local-name()='correctResponse']/*/text()") == ["B", "C", "A"]
    assert item.xpath("//*[local-name()='orderInteraction']/*/text()") == list(SAMPLES["order"].options)
    assert SAMPLES["order"].type is QuestionType.ORDER
