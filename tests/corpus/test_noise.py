"""Site chrome, copies of the title, marks of hidden text, trailing blanks."""

import re

import pytest

from analysis.corpus.cleaning.chrome import lines_of
from analysis.corpus.cleaning.noise import Noise, find_noise
from analysis.lexicons.tables import read_table

ROWS = read_table("noise_patterns.csv", columns=("kind", "pattern", "example", "note"))


def found(raw):
    return [(mark.kind, raw[mark.start : mark.end]) for mark in find_noise(raw)[0]]


@pytest.mark.parametrize(("kind", "pattern", "example"), ROWS[["kind", "pattern", "example"]].values.tolist())
def test_each_row_knows_its_example(kind, pattern, example):
    text = {"chrome_label": example.split(":")[0], "chrome_weak_label": example.split(":")[0]}.get(kind, example)
    if kind == "chrome_word":
        assert re.fullmatch(f"(?:{pattern})+", text, re.IGNORECASE)
    elif kind.startswith("word_of") or kind in ("address_context", "chrome_notice"):
        assert re.search(pattern, text)
    elif kind == "elision":
        assert re.fullmatch(pattern, text)
    else:
        assert re.fullmatch(pattern, text, re.IGNORECASE)


def test_kinds_of_rows():
    assert list(dict.fromkeys(ROWS["kind"])) == [
        "chrome_line",
        "chrome_phrase",
        "word_of_report",
        "word_of_site",
        "chrome_label",
        "chrome_weak_label",
        "chrome_word",
        "chrome_piece",
        "chrome_weak",
        "elision",
        "watermark",
        "address",
        "address_context",
        "page_line",
        "page_inside",
        "page_doubtful",
        "chrome_notice",
        "chrome_headline",
        "title_suffix",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "您现在的位置：首页 >> 政务公开 >> 工作报告",
        "索 引 号：000014349/2012-00021　信息分类：工作总结",
        "发布时间：2016-03-02 09:15　来源：　作者：张 三　点击：3 次",
        "【大 中 小】 【打印】 【关闭】",
        "上一篇:某镇2010年工作打算",
        "（责任编辑：李四）",
        "VIP会员专享 ¥3.00 立即购买",
        "第3页/共8页",
        "上传用户:春暖花开 上传于:2015-01-02 文档页数:12",
        "登录后即可复制全文",
        "Copyright 2012 www.example.gov.cn All Rights Reserved",
        "★★★★☆ 4.5分 128人已下载",
        "当前位置 : 范文大全 / 工作报告 / 正文",
        "| 索引号 | 013200561/2011-00087 | 主题词 | 报告 |",
        "发文单位\t某镇\t成文日期\t2011年3月",
        "某乡 2005-12-30 16:22:08 点击率:215",
        "[收藏] [推荐] [评论(0)] [字号 T T]",
        "三、未经许可,任何单位和个人不得将文档用于商业用途。",
        "客服热线:400-555-0199(工作日9:00-18:00)",
    ],
)
def test_lines_of_sites(line):
    raw = f"修路三公里。\n{line}\n架桥两座。"
    assert found(raw) == [("site_chrome", line)]


@pytest.mark.parametrize(
    "line",
    [
        "加强政府自身建设",
        "（三）推广网上办事,群众扫码即可查询下载",
        "指标名称",
        "单位:万元",
        "(2012年1月8日)",
        "同志们:",
        "主题词:农业 工作 总结",
        "某镇人民政府",
        "2012年12月20日",
        "——在镇人民代表大会上",
        "附件:1.重点项目表",
        "四、建好微信公众号",
        "3.开展网上登录注册工作",
        "信息公开",
        "五、意见与建议",
        "一是完善文档管理",
        "报告人:张三",
        "● 推进电子商务进农村",
        "积极关注微信公众号建设,粉丝达500人。",
        "我镇政府网站全年访问量达3万人次。",
        "为群众提供学习交流平台",
        "编印镇志,版权归镇人民政府所有。",
        "| 财政收入 | 1987 | 单位 | 万元 |",
        "本年度开展环境评估,文件由党政办制作",
        "某乡 2005-12-30 完成验收。",
    ],
)
def test_lines_of_reports(line):
    assert found(f"修路三公里。\n{line}\n架桥两座。") == []


def test_words_of_a_site_in_a_wrapped_text_are_text():
    lines = [
        "村民们拍视频发链接忙打包网友把一筐筐鲜果加进",
        "购物车点赞收藏分享,农产品下载安装直播软件,立即",
        "下载购买登录注册会员充值付费打印收藏文档下载文",
        "成为新农活,全镇上下团结一心真抓实干开拓进取攻",
        "坚克难,全面完成了年初确定的各项目标任务,取得了",
        "显著的成绩,为今后的发展打下了坚实的基础,人民群",
        "众的获得感幸福感安全感不断增强。",
    ]
    assert found("\n".join(lines)) == []


def test_two_pairs_of_labels_above_the_text_are_a_table():
    raw = "发布机构\n某镇\n发文日期\n2019-01-30\n某镇2018年工作总结\n修路。"
    assert found(raw) == [("site_chrome", line) for line in raw.split("\n")[:4]]


def test_a_title_behind_a_label_is_the_site_s():
    raw = "标题:某镇2018年工作总结\n某镇2018年工作总结\n修路。"
    assert found(raw) == [("site_chrome", "标题:某镇2018年工作总结")]


@pytest.mark.parametrize(
    ("mark", "hidden"),
    [
        ("======当前文档未完,还有5,230字,点击购买后继续阅读======", 5230),
        ("[本段隐藏 356 字,请下载后查看]", 356),
        ("(试读结束,剩余60%内容请购买后阅读)", None),
        ("亲,到这儿已超出免费预览范围,如果喜欢就下载吧!", None),
    ],
)
def test_the_end_of_a_preview_hides_text(mark, hidden):
    raw = f"修路。\n{mark}\n架桥。"
    assert find_noise(raw)[0] == [Noise(4, 4 + len(mark), "elision_marker", hidden)]


def test_last_lines_below_chrome_are_chrome():
    raw = "修路三公里。\n相关阅读\n甲乡2010年工作总结\n乙乡2010年工作总结"
    assert found(raw) == [
        ("site_chrome", "相关阅读"),
        ("site_chrome", "甲乡2010年工作总结"),
        ("site_chrome", "乙乡2010年工作总结"),
    ]


def test_title_and_copies():
    title = "某镇2020年工作总结"
    raw = f"首页\n{title}\n某镇 ２０２０ 年工作总结\n《{title}》\n{title} 各位代表:\n修路三公里。"
    marks, title = find_noise(raw)
    assert title == (3, 14)
    assert [(mark.kind, raw[mark.start : mark.end]) for mark in marks] == [
        ("site_chrome", "首页"),
        ("duplicate_title", "某镇 ２０２０ 年工作总结"),
        ("duplicate_title", "《某镇2020年工作总结》"),
        ("duplicate_title", "某镇2020年工作总结"),
    ]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("一、2020年工作总结\n修路。", None),
        ("今年以来,我们深入学习贯彻重要讲话精神,严格落实部署\n要求。", None),
        ("凝心聚力,再谱新篇——某镇2020年工作总结\n修路。", "凝心聚力,再谱新篇——某镇2020年工作总结"),
        ("各位代表:\n修路。", None),
        ("时间:2020年总结\n修路。", None),
        ("某镇纪事本末录\n某镇纪事本末录\n修路。", "某镇纪事本末录"),
    ],
)
def test_what_is_a_title(head, title):
    span = find_noise(head)[1]
    assert (None if span is None else head[slice(*span)]) == title


@pytest.mark.parametrize(
    ("marker", "hidden"),
    [
        ("---此处隐藏2106字,下载后查看---", 2106),
        ("…(未完，全文共4386字，当前仅显示1953字，请阅读下面提示信息)…", 2433),
        ("【此处省略1,200字】", 1200),
        ("……还有约900字未显示……", 900),
        ("此处隐藏 300 字", 300),
        ("……以下内容已隐藏……", None),
        ("以下内容已省略", None),
    ],
)
def test_marks_of_hidden_text(marker, hidden):
    raw = f"修路。\n{marker}\n架桥。"
    assert find_noise(raw)[0] == [Noise(4, 4 + len(marker), "elision_marker", hidden)]


@pytest.mark.parametrize(
    "line",
    ["投资**亿元,还有**户待搬迁。", "省略号……的用法。", "剩余==亩,建成==亩。", "尚有余下5字。", "一是——还有——二是。"],
)
def test_masks_and_dashes_hide_no_text(line):
    assert find_noise(line)[0] == []


def test_trailing_blank_of_one_character_is_none():
    assert find_noise("修路。\n")[0] == []
    assert find_noise("修路。\n\n")[0] == [Noise(3, 5, "trailing_blank")]


def test_lines_end_at_every_kind_of_newline():
    assert lines_of("甲\r\n 乙\u2028\ufeff丙\x85\n　丁 ") == [(0, 1), (4, 5), (7, 8), (11, 12)]


def test_a_page_number_does_not_end_the_report():
    assert found("修路三公里。\n- 5 -\n附件:\n主要指标表") == [("site_chrome", "- 5 -")]
