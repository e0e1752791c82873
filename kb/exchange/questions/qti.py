"""A QTI 2.1 package: one assessmentItem for each question, and the manifest that names them."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from kb.domain.errors import N_, Invalid, KbError
from kb.domain.exams.checks import BLANK, LETTERS
from kb.domain.exams.question import QuestionContent, QuestionType
from kb.exchange.questions import words
from kb.exchange.questions.results import Read, Refused
from kb.exchange.questions.xml import add_remark, parse, remark_in, serialised, text_of
from kb.exchange.rows import refuse

_QTI, _CP = "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/imscp_v1p1"
_RULES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
_KEPT = ("difficulty", "point", "tags", "shuffle", "source", "rubric", "model")
_MORE: dict[QuestionType, tuple[str, ...]] = {
    QuestionType.CLOZE: ("stem",), QuestionType.SHORT: ("type",), QuestionType.ORAL: ("type",),
    QuestionType.PRACTICAL: ("type",),
}  # fmt: skip
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same questions give the same bytes


def write(contents: Sequence[QuestionContent], names: Sequence[str]) -> bytes:
    data = io.BytesIO()
    manifest = ET.Element("manifest", xmlns=_CP, identifier="zhixi-questions")
    metadata = ET.SubElement(manifest, "metadata")
    ET.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ET.SubElement(metadata, "schemaversion").text = "1.0.0"
    ET.SubElement(manifest, "organizations")
    resources = ET.SubElement(manifest, "resources")
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (content, name) in enumerate(zip(contents, names, strict=True), start=1):
            identifier = f"{_identifier(name)}-{number}"
            path = f"items/{identifier}.xml"
            resource = ET.SubElement(
                resources, "resource", identifier=identifier, type="imsqti_item_xmlv2p1", href=path
            )
            ET.SubElement(resource, "file", href=path)
            _put(package, path, serialised(_item(content, identifier, name)))
        _put(package, "imsmanifest.xml", serialised(manifest))
    return data.getvalue()


def _put(package: zipfile.ZipFile, path: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(path, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(entry, data)


def _identifier(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    return plain if re.match("[A-Za-z_]", plain) else f"Q{plain}"


def _item(content: QuestionContent, identifier: str, name: str) -> ET.Element:
    item = ET.Element(
        "assessmentItem", xmlns=_QTI, identifier=identifier, title=name, adaptive="false", timeDependent="false"
    )
    add_remark(item, words.remark_of(content, *_KEPT, *_MORE.get(content.type, ())))
    body = ET.Element("itemBody")
    if content.type is QuestionType.CLOZE:
        _cloze(item, body, content)
    elif content.type in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.TRUE_FALSE, QuestionType.ORDER):
        _choices(item, body, content)
    else:
        _declare(item, "RESPONSE", "single", "string", ())
        _paragraphs(body, content.stem)
        ET.SubElement(body, "extendedTextInteraction", responseIdentifier="RESPONSE", expectedLines="8")
    if content.model or content.rubric:
        block = ET.SubElement(body, "rubricBlock", view="scorer")
        _paragraphs(block, content.model or words.rubric_of(content.rubric))
    ET.SubElement(item, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    if content.explanation:
        ET.SubElement(item, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")
    item.append(body)
    if content.type not in (QuestionType.SHORT, QuestionType.ORAL, QuestionType.PRACTICAL):
        _processing(item, content)
    if content.explanation:
        feedback = ET.SubElement(
            item, "modalFeedback", outcomeIdentifier="FEEDBACK", showHide="show", identifier="EXPLANATION"
        )
        _paragraphs(feedback, content.explanation)
    return item


def _declare(item: ET.Element, name: str, cardinality: str, kind: str, right: Sequence[str]) -> ET.Element:
    declared = ET.SubElement(item, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=kind)
    if right:
        correct = ET.SubElement(declared, "correctResponse")
        for value in right:
            ET.SubElement(correct, "value").text = value
    return declared


def _choices(item: ET.Element, body: ET.Element, content: QuestionContent) -> None:
    if content.type is QuestionType.TRUE_FALSE:
        options, names, shuffle = [words.TRUE, words.FALSE], ["TRUE", "FALSE"], False
    else:
        options, shuffle = list(content.options), content.shuffle
        names = [LETTERS[place] for place in range(len(options))]
    cardinality = {QuestionType.MULTIPLE: "multiple", QuestionType.ORDER: "ordered"}.get(content.type, "single")
    _declare(item, "RESPONSE", cardinality, "identifier", [names[place] for place in content.key])
    _paragraphs(body, content.stem)
    attributes = {"responseIdentifier": "RESPONSE", "shuffle": "true" if shuffle else "false"}
    if content.type is not QuestionType.ORDER:
        attributes["maxChoices"] = "0" if content.type is QuestionType.MULTIPLE else "1"
    tag = "orderInteraction" if content.type is QuestionType.ORDER else "choiceInteraction"
    interaction = ET.SubElement(body, tag, attributes)
    for name, option in zip(names, options, strict=True):
        ET.SubElement(interaction, "simpleChoice", identifier=name).text = option


def _cloze(item: ET.Element, body: ET.Element, content: QuestionContent) -> None:
    for number, answers in enumerate(content.blanks, start=1):
        declared = _declare(item, f"RESPONSE{number}", "single", "string", answers[:1])
        mapping = ET.SubElement(declared, "mapping", defaultValue="0")
        for answer in answers:
            ET.SubElement(mapping, "mapEntry", mapKey=answer, mappedValue="1", caseSensitive="false")
    number = 0
    for line in content.stem.split("\n"):
        paragraph = ET.SubElement(body, "p")
        before, *rest = BLANK.split(line)
        paragraph.text = before
        for after in rest:
            number += 1
            gap = ET.SubElement(paragraph, "textEntryInteraction", responseIdentifier=f"RESPONSE{number}")
            gap.tail = after


def _processing(item: ET.Element, content: QuestionContent) -> None:
    """One response matches or not; of several gaps each counts its share, for which there is no template."""
    if content.type is not QuestionType.CLOZE:
        ET.SubElement(item, "responseProcessing", template=f"{_RULES}/match_correct")
        return
    processing = ET.SubElement(item, "responseProcessing")
    score = ET.SubElement(processing, "setOutcomeValue", identifier="SCORE")
    share = ET.SubElement(score, "divide")
    total = ET.SubElement(share, "sum")
    for number in range(1, len(content.blanks) + 1):
        ET.SubElement(total, "mapResponse", identifier=f"RESPONSE{number}")
    ET.SubElement(share, "baseValue", baseType="float").text = str(len(content.blanks))


def _paragraphs(parent: ET.Element, text: str) -> None:
    for line in text.split("\n"):
        ET.SubElement(parent, "p").text = line


def read(data: io.BytesIO) -> Iterator[Read | Refused]:
    """``line`` counts the items in the order of the manifest."""
    with zipfile.ZipFile(data) as package:
        names = set(package.namelist())
        if "imsmanifest.xml" not in names:
            raise Invalid(N_("压缩包里没有 imsmanifest.xml，不是 QTI 题包。"))
        manifest = parse(package.read("imsmanifest.xml"))
        paths = [
            resource.get("href", "") for resource in manifest.iter()
            if _is(resource, "resource") and "item" in resource.get("type", "")
        ]  # fmt: skip
        for number, path in enumerate(paths, start=1):
            try:
                if path not in names:
                    raise Invalid(N_("题包里缺少文件“{path}”。"), path=path[:80])
                yield Read(_content(parse(package.read(path))), number)
            except KbError as error:
                said = refuse(error, "", number)
                yield Refused(number, said.reason, said.field)
    if not paths:
        yield Refused(0, str(Invalid(N_("题包里没有试题。"))))


def _is(element: ET.Element, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


def _all(element: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in element.iter() if _is(one, name)]


def _first(element: ET.Element, name: str) -> ET.Element | None:
    return next(iter(_all(element, name)), None)


def _content(item: ET.Element) -> QuestionContent:
    body = _first(item, "itemBody")
    if body is None:
        raise Invalid(N_("这一题没有题干（itemBody）。"), field="stem")
    declared = {one.get("identifier", ""): one for one in _all(item, "responseDeclaration")}
    feedback = _first(item, "modalFeedback")
    read: dict[str, Any] = {"explanation": _lines(feedback) if feedback is not None else ""}
    choice = _first(body, "choiceInteraction")
    choice = choice if choice is not None else _first(body, "orderInteraction")
    if choice is not None:
        read |= _read_choices(choice, body, declared)
    elif _all(body, "textEntryInteraction"):
        read |= _read_cloze(body, declared)
    elif _first(body, "extendedTextInteraction") is not None:
        block = _first(body, "rubricBlock")
        read |= {"type": QuestionType.SHORT, "stem": _lines(body), "model": _lines(block) if block is not None else ""}
    else:
        raise Invalid(N_("还不能导入这种 QTI 题型（只认选择、排序、填空和问答）。"), field="type")
    return words.made(read | remark_in(item))


def _read_choices(choice: ET.Element, body: ET.Element, declared: dict[str, ET.Element]) -> dict[str, Any]:
    prompt = _first(choice, "prompt")
    stem = "\n".join(part for part in (_lines(body), _joined(prompt) if prompt is not None else "") if part)
    options = _all(choice, "simpleChoice")
    names = [one.get("identifier", "") for one in options]
    declaration = declared.get(choice.get("responseIdentifier", ""))
    values = [text_of(one).strip() for one in _all(declaration, "value")] if declaration is not None else []
    if any(value not in names for value in values):
        raise Invalid(N_("答案不在选项里。"), field="key")
    key = tuple(names.index(value) for value in values)
    texts = tuple(_joined(one) for one in options)
    if names == ["TRUE", "FALSE"]:
        return {"type": QuestionType.TRUE_FALSE, "stem": stem, "key": key}
    cardinality = declaration.get("cardinality") if declaration is not None else "single"
    kind = {"multiple": QuestionType.MULTIPLE, "ordered": QuestionType.ORDER}.get(cardinality or "", QuestionType.SINGLE)
    return {
        "type": kind, "stem": stem, "options": texts, "key": key, "shuffle": choice.get("shuffle") == "true",
    }  # fmt: skip


def _read_cloze(body: ET.Element, declared: dict[str, ET.Element]) -> dict[str, Any]:
    blanks = []
    for gap in _all(body, "textEntryInteraction"):
        declaration = declared.get(gap.get("responseIdentifier", ""))
        values = [text_of(one).strip() for one in _all(declaration, "value")] if declaration is not None else []
        keys = [one.get("mapKey", "") for one in _all(declaration, "mapEntry")] if declaration is not None else []
        blanks.append(tuple(dict.fromkeys([*values, *keys])))
        gap.text = "____"
    return {"type": QuestionType.CLOZE, "stem": _lines(body), "blanks": tuple(blanks)}


def _lines(element: ET.Element) -> str:
    """The paragraphs of an element, one a line, without what belongs to interactions and scorers."""
    lines = []
    for child in element:
        if not isinstance(child.tag, str) or _is(child, "rubricBlock"):
            continue
        if child.tag.endswith("Interaction") and not child.tag.endswith("textEntryInteraction"):
            continue
        lines.append(text_of(child))
    if not lines:
        return _joined(element)
    return "\n".join(lines).strip()


def _joined(element: ET.Element) -> str:
    return " ".join(text_of(element).split()) if len(element) else text_of(element).strip()
