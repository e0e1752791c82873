"""Characters that look alike, for ranking what one wrong character may have been. A hint, not a condition."""

from __future__ import annotations

from functools import lru_cache

# Each group looks alike; a character may stand in several.
_GROUPS = (
    "待侍持特诗 候侯 陪赔培倍部 险验检脸捡剑 保堡褓呆 期欺斯棋其基 费贵 货贷贺资 己已巳 未末朱 士土 干千于 天夫大太犬 人入八 "
    "日曰目白自 田由甲申电 贝见 手毛 免兔 折拆析斥诉 换唤焕 续读卖渎 赎 退腿褪 理埋里 投没役设 受爱授 证正征怔 政故 单草 "
    "伤仿 住往佳注驻柱 院完 医匠 疗辽 病痛疾症 障章 意竟 竞 故敌 事争 车东 辆俩 损捐 坏环怀 失矢 报服 案安按 赂路 "
    "额颌领颁 率卒 赊 偿尝 给结绐 付附符 保倮 金全 钱线浅钞 元无 拾给 账帐胀 户尸 名各 身射 份分扮 据剧居 "
    "明朋 清请情晴青 查杳 询洵 诉诼 投设 客各容 服报 务劳 话活 接按 挂桂 断继 电申 信倍 息恩 短矩 "
    "录绿 音暗 记纪己 登澄 真直 假暇 复夏 核该孩 实买卖 审宙 批比 办为 理狸 销消硝 注住 册删 "
    "开并井 始治 止上 终给 完宗 周同 岁罗 月用 号另 今令 合含 同回 条务 款 例列烈 规现 "
    "刮乱 碰硬 撞僮 追迫 翻播 修俢 拖施 救求 援缓暖 水永 泡炮抱饱 淹掩 暴爆 雨两 台治 火灭 炸作 "
    "盗资 窃切 抢枪 家冢 具真 房旁 屋层 租组祖阻 管菅 漏露 "
    "签鉴 盖盒 章意 印卬 抄抢 寄奇 送关 邮由 址止 变恋 更便 改攻 继断 承丞 益盖 遗遣 嘱属 "
    "体休 农衣 甩用 巨臣 拔拨 析折 竟竞 冒昌 侯候 弛驰 幕墓慕暮 籍藉 赢羸 戊戌戍 亨享 胃冒 师帅 徒徙 坐座 做作 挣睁 "
    "晚挽 摸模 提堤 题是 答搭 等寺 犹优尤 豫预 宽觅 限恨根跟 现规 疾痴 重里 轻径 癌疡 术木 药约 诊珍 断 "
    "优忧 慢漫 训川 练炼 考老 试式 分兮 组姐 值植直 班斑 岗岡冈 位泣 席度 座痤 忙忘 静净 声 麦 坏 断"
)


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _GROUPS.split():
        for char in group:
            found.setdefault(char, set()).update(group)
    return {char: frozenset(group) for char, group in found.items()}


def look_alike(one: str, other: str) -> bool:
    """Whether the two are easily taken for each other by eye.

    >>> look_alike("待", "侍"), look_alike("待", "赔")
    (True, False)
    """
    return other in _groups().get(one, ())
