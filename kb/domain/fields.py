"""What a person calls the fields of an entry."""

from __future__ import annotations

from kb.domain.errors import N_

# Names of the fields as a person reads them, in the order in which forms and reports show them.
FIELD_NAMES: dict[str, str] = {
    "code": N_("编号"),
    "kind": N_("类型"),
    "title": N_("标题"),
    "product": N_("产品"),
    "category": N_("分类"),
    "tags": N_("标签"),
    "audience": N_("可见对象"),
    "speakable": N_("口径"),
    "asked_as": N_("相似问"),
    "conditions": N_("适用条件"),
    "exceptions": N_("例外情形"),
    "roles": N_("可见岗位"),
    "owner": N_("负责岗位"),
    "effective_from": N_("生效时间"),
    "effective_to": N_("失效时间"),
    "review_by": N_("复审日期"),
    "replaced_by": N_("替代条目"),
    "body": N_("正文"),
}
