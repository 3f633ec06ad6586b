"""What only headlines do: four-character pairs and parallel headlines, by the guideline's own examples."""

import pytest

from analysis.annotate.headlines import Headline, four_character_pairs, parallel


def headline(text, *, start=0, group=("item", 0), plain=False):
    return Headline(start, start + len(text), text, group, plain)


def pairs(text, known=(), terms=()):
    spans = four_character_pairs(headline(text, start=7), frozenset(known), frozenset(terms))
    return [text[start - 7 : end - 7] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # couplets: one span, nothing nested
        ("安全生产,刻不容缓", ["安全生产,刻不容缓"]),
        ("因地制宜,结合实际,发展特色农业", ["因地制宜,结合实际"]),
        ("守正创新，提质增效", ["守正创新，提质增效"]),
        # coordinate halves
        ("推动工业提质增效", ["提质增效"]),
        ("以守正创新之举措建设魅力新镇", []),  # off the beat: 以 shifts it
        ("守正创新再出发", ["守正创新"]),
        ("维护社会和谐稳定", ["和谐稳定"]),
        ("城乡面貌日新月异", ["日新月异"]),
        ("深化改革创新", ["改革创新"]),
        ("农业生产稳中有进", ["稳中有进"]),
        ("经济运行稳中求进、稳中向好", ["稳中求进", "稳中向好"]),
        ("服务“两区”稳打稳扎", ["稳打稳扎"]),
        # never across four-character groups, no operations, no subject and predicate
        ("产业聚链集群升级", []),
        ("加强排查化解", []),
        ("推进控建拆违", []),
        ("发展量质齐升", []),
        ("强化责任落实", []),
        # quoted ones are no structure
        ("打好“提质增效”攻坚战", []),
        ("增强增强", []),
        ("", []),
    ],
)
def test_four_character_pairs(text, expected):
    assert pairs(text) == expected


def test_known_pairs_stand_anywhere_and_terms_are_none():
    assert pairs("以凝心聚力的姿态") == []
    assert pairs("以凝心聚力的姿态", known=["凝心聚力"]) == ["凝心聚力"]
    assert pairs("推动工业提质增效", terms=["提质增效"]) == []


@pytest.mark.parametrize(
    "titles",
    [
        # a fixed frame
        ["严守安全生产“生命线”", "严守生态环保的“高压线”", "严守廉政“底线”"],
        ["始终把项目作为第一抓手", "始终把民生作为头等大事来抓"],
        ["聚产业,兴实体", "聚民心,办实事"],
        # clauses of one build: verb and object
        ["突出园区建设,增强发展动力", "抓实招商引资,增强发展活力"],
        ["夯实农业基础", "提升城镇品位", "保障改善民生"],
        # a leading adverb does not count
        ["加快推进园区建设", "不断提升城镇品位"],
        # a topic and its predicate
        ["服务“两区”稳打稳扎", "招商引资有声有色"],
    ],
)
def test_parallel(titles):
    headlines = [headline(title, start=100 * at) for at, title in enumerate(titles)]
    assert parallel(headlines) == [(100 * at, 100 * at + len(title)) for at, title in enumerate(titles)]


@pytest.mark.parametrize(
    "titles",
    [
        ["突出园区建设,增强发展动力"],  # an only child
        ["一要加强矛盾纠纷排查化解", "严格实行领导干部接访制度和责任追究"],
        ["突出园区建设", "抓实招商引资,增强发展活力"],  # another number of clauses
        ["夯实农业基础", "提升城镇建设管理的品位"],  # too long by more than two
        ["粮食生产", "农业农村工作"],  # topics, nothing said of them
        ["安全生产,刻不容缓", "森林防火,责任重大"],  # couplets are pairs
        [],
    ],
)
def test_not_parallel(titles):
    assert parallel([headline(title, start=100 * at) for at, title in enumerate(titles)]) == []


def test_run_is_broken_by_another_pattern():
    titles = ["夯实农业基础", "党建引领,多措并举促进乡风文明", "提升城镇品位", "保障改善民生"]
    headlines = [headline(title, start=100 * at) for at, title in enumerate(titles)]
    assert parallel(headlines) == [(200, 206), (300, 306)]


def test_siblings_are_those_of_one_group():
    one = headline("夯实农业基础", group=("heading", 0, 2))
    other = headline("提升城镇品位", start=50, group=("heading", 40, 2))
    assert parallel([one, other]) == []
    assert parallel([one, other._replace(group=one.group)]) == [(0, 6), (50, 56)]


def test_plain_headlines_neither_match_nor_are_matched():
    plain, other = headline("完善工作机制", plain=True), headline("提升城镇品位", start=50)
    assert parallel([plain, other]) == []
    assert parallel([plain._replace(plain=False), other]) == [(0, 6), (50, 56)]
