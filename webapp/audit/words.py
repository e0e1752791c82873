"""What happened, in words, from an audit row's action and detail."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from kb.domain.errors import N_
from kb.domain.person import Role
from webapp import messages

ACTION_NAMES: dict[str, str] = {
    "submit": N_("提交"),
    "publish": N_("发布"),
    "withdraw": N_("下线"),
    "restore": N_("恢复"),
    "import": N_("导入"),
    "export": N_("导出"),
    "review.comment": N_("写意见"),
    "review.approve": N_("审批通过"),
    "review.return": N_("退回"),
    "release.open": N_("新建发布包"),
    "release.change": N_("改发布包"),
    "release.publish": N_("整体发布"),
    "release.undo": N_("整体撤回"),
    "rules": N_("改发布规则"),
    "draft.discard": N_("删除草稿"),
    "image.add": N_("添加图片"),
    "bulletin": N_("发出更新清单"),
    "sign_off": N_("签署宣导完成"),
    "remind": N_("提醒确认"),
    "sign_in": N_("登录"),
    "user.add": N_("添加账号"),
    "user.disable": N_("停用账号"),
    "user.role": N_("更改岗位"),
    "user.team": N_("更改班组"),
    "user.password": N_("更改密码"),
    "lexicon": N_("改词典与同义词"),
    "golden.put": N_("写入检验问题"),
    "golden.remove": N_("删除检验问题"),
    "golden.accept": N_("接受检验基准"),
    "intake.file": N_("登记来文"),
    "intake.take": N_("接手来文"),
    "intake.hand": N_("转交来文"),
    "intake.return": N_("把来文放回队列"),
    "intake.write": N_("开始写成条目"),
    "intake.done": N_("办结来文"),
    "intake.decline": N_("不采纳来文"),
    "gap.raise": N_("报知识缺口"),
    "gap.send": N_("又问到缺口"),
    "gap.take": N_("接手缺口"),
    "gap.hand": N_("转交缺口"),
    "gap.return": N_("把缺口放回看板"),
    "gap.write": N_("为缺口写条目"),
    "gap.answer": N_("解答缺口"),
    "gap.decline": N_("不收录缺口"),
    "call.grant": N_("准许再接一通"),
    "phrasing.learn": N_("学到问法"),
    "solutions.phrasing": N_("收为相似问"),
    "solutions.correction": N_("据座席意见更正"),
    "solutions.entry": N_("由座席记录写成条目"),
    "solutions.declined": N_("不采纳座席记录"),
    "solutions.write": N_("据座席记录开始编写"),
    "solutions.take_back": N_("收回座席的说法"),
    "solutions.reopen": N_("把座席记录放回队列"),
    "solutions.export": N_("导出解决方案"),
    "bank.add": N_("写入题库"),
    "bank.edit": N_("改试题"),
    "bank.confirm": N_("复核试题：仍然正确"),
    "bank.review": N_("审核试题"),
    "bank.release": N_("设试题为可用"),
    "bank.send_back": N_("退回试题"),
    "bank.retire": N_("停用试题"),
    "bank.restore": N_("恢复试题"),
    "bank.stale": N_("来源改动，试题待复核"),
    "bank.withdrawn": N_("来源下线，试题停用"),
    "bank.holds": N_("来源恢复，试题照旧"),
    "paper.build": N_("组卷"),
    "paper.rebuild": N_("重新组卷"),
    "paper.swap": N_("换题"),
    "paper.submit": N_("提交试卷审批"),
    "paper.approve": N_("批准试卷"),
    "paper.return": N_("退回试卷"),
    "paper.reopen": N_("取回试卷"),
    "paper.block": N_("来源有变，暂停使用试卷"),
    "paper.archive": N_("归档试卷"),
    "exam.plan": N_("安排考试"),
    "exam.add": N_("考试名单加人"),
    "exam.remove": N_("移出考试名单"),
    "exam.excuse": N_("登记请假"),
    "exam.absent": N_("登记缺考"),
    "exam.call_back": N_("恢复待考"),
    "exam.start": N_("开始考试"),
    "exam.hand_in": N_("交卷"),
    "exam.finish": N_("考试结束，统一收卷"),
    "exam.enter": N_("登记纸笔成绩"),
    "exam.mark": N_("评分"),
    "exam.correct_key": N_("更正答案并重新计分"),
    "exam.admit_late": N_("计入超时的答案"),
    "paper.digest": N_("起草培训要点"),
    "proposal.reject": N_("退掉自动出题"),
    "token.create": N_("新建令牌"),
    "token.revoke": N_("吊销令牌"),
}

DETAIL_NAMES: dict[str, str] = {
    "revision": N_("版本"),
    "publication": N_("发布序号"),
    "restored": N_("恢复自版本"),
    "replaced_by": N_("替代条目"),
    "reason": N_("原因"),
    "overrides": N_("仍要提交的理由"),
    "role": N_("岗位"),
    "before": N_("原岗位"),
    "team": N_("班组"),
    "team_before": N_("原班组"),
    "items": N_("条数"),
    "day": N_("日期"),
    "shift": N_("班次"),
    "note": N_("说明"),
    "people": N_("人员"),
    "query": N_("问题"),
    "words_changed": N_("增减的词"),
    "entries": N_("重新分词的条目"),
    "solutions": N_("记录"),
    "code": N_("条目"),
    "to": N_("转交给"),
    "times": N_("次数"),
    "told": N_("告诉人数"),
    "urgent": N_("紧急"),
    "file": N_("文件"),
    "since": N_("自"),
    "until": N_("至"),
}


def action_name(action: str) -> str:
    """``publish`` is 发布; an action without a name is shown as it is."""
    found = ACTION_NAMES.get(action)
    return gettext(found) if found else action


def detail(values: Mapping[str, object]) -> str:
    """The filled-in parts of a row's detail on one line: ``版本 3；原因 活动结束``."""
    parts = (f"{_label(key)} {_value(key, value)}" for key, value in values.items() if value not in (None, "", [], {}))
    return gettext("；").join(parts)


def _label(key: str) -> str:
    found = DETAIL_NAMES.get(key)
    return gettext(found) if found else key


def _value(key: str, value: object) -> str:
    if key in ("role", "before") and value in set(Role):
        return messages.name(Role(str(value)))
    if value is True:
        return gettext("是")
    if isinstance(value, Mapping):
        return gettext("；").join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
