"""A month's examination in a real browser: from a rule that changed to what everybody learned of it, and its next change.

Runs at a hall of its own, because time goes on in it. ``KB_WALK_PICTURES=FOLDER`` keeps a picture of each station.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from kb.domain.exams.paper import PaperState
from kb.domain.exams.question import QuestionState
from kb.domain.person import Role
from kb.ports import BankFilter
from tests.browser.exam_hall import OTHERS, TEAM, Hall, a_hall, picture

TRAINER, DIRECTOR, LEADER, AGENT = Role.TRAINER, Role.DIRECTOR, Role.SHIFT_LEADER, Role.AGENT
ROWS = (("single", 2, 10), ("true_false", 2, 5), ("cloze", 2, 10), ("short", 1, 20))


def test_a_month_from_the_changed_rule_to_the_next_change(
    tmp_path: Path, migrated_sqlite: Path, chromium: Browser
) -> None:
    with a_hall(tmp_path, migrated_sqlite, chromium) as hall:
        proposals_are_judged_beside_their_sentence(hall)
        questions_are_made_ready(hall)
        two_forms_are_built_and_one_question_is_exchanged(hall)
        the_director_returns_the_paper_once_and_approves_it(hall)
        the_shift_leader_plans_a_batch(hall)
        the_agent_sits_and_loses_the_line(hall)
        written_answers_are_scored_and_the_agent_learns(hall)
        the_figures_of_the_items_are_read(hall)
        a_second_paper_is_approved(hall)
        hall.rule_becomes(90)
        the_rule_changes_and_its_questions_wait(hall)
        the_approved_paper_is_blocked_until_it_is_approved_again(hall)
        assert hall.said == []


def proposals_are_judged_beside_their_sentence(hall: Hall) -> None:
    page = hall.enter(TRAINER, "/bank/proposals")
    offers = page.locator("[data-offer]")
    expect(offers.first.locator("mark")).to_contain_text("60 天")
    picture(page, "01-proposals")
    judged(offers.filter(has_text="等待期为 30 天").first, "采纳")
    judged(page.locator("section > [data-offer]").last, "退掉", because="题意不清")
    picture(page, "02-judged")
    page.locator(".offer-more summary").click()
    edited = offers.filter(has_text="首次投保的等待期为____天").first.get_attribute("id")
    waiting = page.locator(f"[data-offer]:not(.is-done):not([id={edited}])")
    for place in waiting.evaluate_all("(all) => all.map((one) => one.id)"):
        judged(page.locator(f"[id={place}]"), "采纳")
    page.locator(f"[id={edited}] [data-edit]").click()
    page.wait_for_url("**/bank/new**")
    stem = page.get_by_label("题干")
    stem.fill(f"{stem.input_value()}（填数字）")
    picture(page, "03-edit")
    page.get_by_role("button", name="存入题库").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿")
    picture(page, "04-draft")
    page.close()


def judged(offer: Locator, act: str, because: str = "") -> None:
    if because:
        offer.get_by_label("退掉的原因").fill(because)
    offer.get_by_role("button", name=act).click()
    expect(offer).to_have_class(re.compile("is-done"))
    expect(offer.locator("[data-told]")).to_contain_text(act)


def questions_are_made_ready(hall: Hall) -> None:
    director = hall.enter(DIRECTOR, "/bank?state=draft")
    director.locator(".bank-name").first.click()
    director.get_by_role("button", name="审核通过").click()
    expect(director.get_by_role("heading", level=1)).to_contain_text("已审")
    director.close()
    page = hall.enter(TRAINER, "/bank?state=reviewed")
    count = page.locator(".bank-row").count()
    page.get_by_role("button", name="本页全选").click()
    expect(page.locator("[data-ticked]")).to_have_text(f"已勾选 {count} 道")
    picture(page, "05-reviewed")
    page.get_by_role("button", name="设为可用").click()
    expect(page.locator("main")).to_contain_text("没有符合条件的试题")
    picture(page, "06-none-left")
    assert hall.desk.bank.page(hall.people[TRAINER], BankFilter()).counts.keys() == {QuestionState.READY}
    page.close()


def two_forms_are_built_and_one_question_is_exchanged(hall: Hall) -> None:
    page = hall.enter(TRAINER, "/papers")
    picture(page, "07-papers-empty")
    page.get_by_role("link", name="组新试卷").click()
    page.wait_for_url("**/papers/new**")
    picture(page, "08-blueprint")
    page.get_by_role("button", name="组 A、B 两卷").click()  # more than the bank has: what is short is said
    expect(page.locator("main [role=alert]")).to_contain_text("单选")
    picture(page, "09-short-of")
    fill_rows(page)
    page.get_by_label("及格分").fill("42")
    page.get_by_label("本月变化的题至少占百分之几").fill("10")
    page.get_by_role("button", name="组 A、B 两卷").click()
    expect(page.locator("#form-A")).to_be_visible()
    expect(page.locator(".form-item")).to_have_count(14)
    picture(page, "10-forms")
    page.get_by_role("link", name="换 A 卷第 7 题").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("换 A 卷第 7 题")
    picture(page, "11-swap")
    page.get_by_role("button", name="换成").first.click()
    expect(page.locator("main")).to_contain_text("A 卷第 7 题已换好")
    page.get_by_role("button", name="提交主任审批").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审批")
    picture(page, "12-submitted")
    page.close()


def fill_rows(page: Page) -> None:
    for place, (kind, count, score) in enumerate(ROWS):
        page.locator(f"[name=type-{place}]").select_option(kind)
        page.locator(f"[name=count-{place}]").fill(str(count))
        page.locator(f"[name=score-{place}]").fill(str(score))
    page.locator(f"[name=count-{len(ROWS)}]").fill("")
    expect(page.locator("[data-sum]")).to_contain_text("每卷 7 题，共 70 分")


def the_director_returns_the_paper_once_and_approves_it(hall: Hall) -> None:
    director = hall.enter(DIRECTOR, "/papers")
    expect(director.locator(".notes")).to_contain_text("等您审批")
    picture(director, "13-director")
    director.locator(".notes").get_by_role("link", name="等您审批").click()
    picture(director, "14-to-decide")
    director.get_by_label("要改什么").fill("A 卷第 7 题上个月考过类似的，请换一道。")
    director.get_by_role("button", name="退回修改").click()
    expect(director.get_by_role("heading", level=1)).to_contain_text("退回")

    page = hall.enter(TRAINER, "/papers/1")
    expect(page.locator("main")).to_contain_text("A 卷第 7 题上个月考过类似的")
    picture(page, "15-returned")
    page.get_by_role("link", name="换 A 卷第 7 题").click()
    page.get_by_role("button", name="换成").first.click()
    expect(page.locator("main")).to_contain_text("A 卷第 7 题已换好")
    page.get_by_role("button", name="提交主任审批").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审批")
    page.close()

    director.reload()
    director.get_by_role("button", name="批准 A、B 两卷").click()
    expect(director.get_by_role("heading", level=1)).to_contain_text("已批准")
    picture(director, "16-approved")
    director.close()


def the_shift_leader_plans_a_batch(hall: Hall) -> None:
    page = hall.enter(LEADER, "/sittings/new?paper=1")
    page.get_by_label("考试名称").fill("十一月第一场")
    page.get_by_label("班次").select_option(index=1)
    page.get_by_label("开始", exact=True).fill("2026-11-21T10:00")
    page.get_by_label("结束", exact=True).fill("2026-11-21T12:00")
    page.get_by_label(TEAM).check()
    picture(page, "17-plan")
    page.get_by_role("button", name="安排考试").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("十一月第一场")
    expect(page.locator("tbody tr")).to_have_count(OTHERS + 1)
    picture(page, "18-planned")
    page.close()


def the_agent_sits_and_loses_the_line(hall: Hall) -> None:
    page = hall.enter(AGENT, "/exam")
    picture(page, "19-not-yet")
    hall.clock.forward(hours=1, minutes=2)
    page.reload()
    page.get_by_role("link", name="进入考试").click()
    picture(page, "20-door")
    page.get_by_role("button", name="开始作答").click()
    expect(page.locator("[data-step='1']")).to_be_visible()
    page.keyboard.press("2")
    answered(page, 1)
    saved(page)
    picture(page, "21-first")
    page.keyboard.press("Enter")
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(page.locator("[data-saved]")).to_contain_text("没有连上")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    answered(page, 3)
    picture(page, "22-offline")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    answered(page, 3)
    expect(page.locator("#q3 input").nth(1)).to_be_checked()
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    picture(page, "23-cloze")
    page.keyboard.press("Enter")
    page.keyboard.type("先道歉安抚，再查到账时限，登记催办。")
    answered(page, 7)
    saved(page)
    picture(page, "24-written")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator("[data-sure-text]")).to_contain_text("全部答完了")
    picture(page, "25-sure")
    page.locator("[data-sure]").get_by_role("button", name="交卷").click()
    page.wait_for_url("**/result")
    expect(page.locator("main")).to_contain_text("还有场次没有结束")
    picture(page, "26-handed-in")
    page.close()


def answered(page: Page, count: int) -> None:
    expect(page.locator("[data-count]")).to_have_text(f"已答 {count} / 7 题")


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def written_answers_are_scored_and_the_agent_learns(hall: Hall) -> None:
    hall.others_sit(1)
    leader = hall.enter(LEADER, "/sittings/1")
    picture(leader, "27-room")
    hall.clock.forward(hours=2)
    hall.others_are_marked(1)
    leader.goto("/sittings/1/marking")
    parts = leader.locator("[name=parts]")
    expect(parts).to_have_count(2)
    parts.nth(0).fill("8")
    parts.nth(1).fill("6")
    picture(leader, "28-marking")
    leader.get_by_role("button", name="评分").click()
    expect(leader.locator("main")).to_contain_text("没有等待评分的答案")
    leader.goto("/results")
    picture(leader, "29-results")
    leader.close()

    page = hall.enter(AGENT, "/exam")
    picture(page, "30-agent-after")
    page.get_by_role("link", name="看结果").click()
    expect(page.locator(".exam-answer")).to_have_count(7)
    picture(page, "31-result")
    page.locator(".exam-source a").first.click()
    page.wait_for_url("**/entries/**")
    page.goto("/exam/mistakes")
    expect(page.locator(".exam-answer").first).to_be_visible()
    picture(page, "32-mistakes")
    page.get_by_role("link", name="练这些题").click()
    expect(page.locator("[data-practice]")).to_be_visible()
    picture(page, "33-practice")
    page.close()


def the_figures_of_the_items_are_read(hall: Hall) -> None:
    page = hall.enter(TRAINER, "/results/papers/1")
    expect(page.locator("main")).to_contain_text("KR-20" if page.get_by_text("KR-20").count() else "α")
    expect(page.locator(".figures-item")).to_have_count(14)
    expect(page.locator(".figures-flag").first).to_be_visible()
    picture(page, "34-figures")
    page.goto("/results/coverage")
    expect(page.locator("main")).to_contain_text("POL-0001")
    picture(page, "35-coverage")
    page.close()


def a_second_paper_is_approved(hall: Hall) -> None:
    """For the next month, by the services: the pages have been seen."""
    desk, trainer, director = hall.desk, hall.people[TRAINER], hall.people[DIRECTOR]
    before = desk.papers.open(trainer, 1).paper.blueprint
    after = desk.papers.preset(trainer, (before.month + timedelta(days=31)).replace(day=1))
    made = desk.papers.build(trainer, _without_memory(after), seed=5)
    sent = desk.paper_approval.submit(trainer, made.number, version=made.version)
    desk.paper_approval.approve(director, made.number, seen=sent.hash)


def _without_memory(blueprint: object) -> object:
    from dataclasses import replace

    return replace(blueprint, fresh_share=0.0, unseen_months=0)  # type: ignore[type-var]


def the_rule_changes_and_its_questions_wait(hall: Hall) -> None:
    page = hall.enter(TRAINER, "/bank/stale")
    waiting = page.locator("section[id^=q]")
    about = [one for one in hall.desk.bank.export(hall.people[TRAINER]) if "60 天" in one.content.source.text]
    expect(waiting).to_have_count(len(about))
    expect(page.locator("main")).to_contain_text("90 天")
    picture(page, "36-stale")
    false = waiting.filter(has_text="30 天").filter(has_text="判断")
    false.get_by_role("button", name="仍然正确").click()
    expect(page.locator("main")).to_contain_text("仍然正确，已对应到 POL-0001 第 3 版")
    expect(waiting).to_have_count(len(about) - 1)
    true = waiting.filter(has_text="判断").filter(has_text=re.compile(r"答案\s*对"))
    true.get_by_role("link", name="改").last.click()
    picture(page, "37-mend")
    expect(page.get_by_label("题干")).to_have_value(re.compile("等待期为 90 天"))
    page.get_by_label("修改原因").fill("等待期改为 90 天")
    page.get_by_role("button", name="存为新版本").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿")
    picture(page, "38-mended")
    page.close()


def the_approved_paper_is_blocked_until_it_is_approved_again(hall: Hall) -> None:
    page = hall.enter(TRAINER, "/papers")
    expect(page.locator(".notes")).to_contain_text("来源变了")
    picture(page, "39-told")
    page.goto("/papers/2")
    expect(page.locator(".form-item.is-blocked").first).to_be_visible()
    picture(page, "40-blocked")
    leader = hall.enter(LEADER, "/sittings/new?paper=2")
    expect(leader.locator("#paper option")).to_have_count(1)
    leader.close()
    page.get_by_role("button", name="取回修改").click()
    page.get_by_role("link", name="改蓝图，重新组卷").click()
    page.get_by_role("button", name="重新组 A、B 两卷").click()
    expect(page.locator(".form-item.is-blocked")).to_have_count(0)
    page.get_by_role("button", name="提交主任审批").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审批")
    director = hall.enter(DIRECTOR, "/papers/2")
    director.get_by_role("button", name="批准 A、B 两卷").click()
    expect(director.get_by_role("heading", level=1)).to_contain_text("已批准")
    picture(director, "41-approved-again")
    with hall.desk.store.read() as uow:
        assert uow.papers.approved(2) is not None
        assert [one.state for one in uow.papers.all()] == [PaperState.APPROVED, PaperState.APPROVED]
