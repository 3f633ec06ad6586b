"""Adverts, addresses and glosses inside sentences."""

import pytest

from analysis.corpus.cleaning.inside import find_inside


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("推进乡村www.a.com振兴。", [("watermark", "www.a.com")]),
        ("产值520www.a.com万元。", [("watermark", "www.a.com")]),
        ("稳定在4www.a.com.1万亩。", [("watermark", "www.a.com")]),
        ("推进(某某助手 www.a.com 整理发布)振兴。", [("watermark", "(某某助手 www.a.com 整理发布)")]),
        ("办理业务(官网 www.a.com 发布)3件。", []),
        ("推进【某文库·范文平台】振兴。", [("watermark", "【某文库·范文平台】")]),
        ("全镇修路。(更多精彩文章来自“某某人”)群众架桥。", [("watermark", "(更多精彩文章来自“某某人”)")]),
        ("修路。欢迎登录 www.a.com 下载更多范文架桥。", [("watermark", "欢迎登录 www.a.com 下载更多范文")]),
        ("群众登录www.a.com下载表格。", []),
        ("推进【某某文库】振兴。", [("watermark", "【某某文库】")]),
        ("全镇群众加快推进,更多范文请访问某某文库网各项建设。", [("watermark", "更多范文请访问某某文库网")]),
        ("修路3公里,本文来源:公文网。架桥", [("watermark", ",本文来源:公文网")]),
        ("开通网站www.a.gov.cn,发布信息", []),
        ("官网(www.a.gov.cn)访问量增长", []),
        ("推进乡aHR0cDo6村振兴。", [("watermark", "aHR0cDo6")]),
        ("安装win10系统,推广win10软件,购买iPhone13Pro手机,建成H5N1监测点,开通G4216高速。", []),
        ("邮箱abc@a.com收到建议", []),
        ("来源:www.a.com", []),  # a line of the site as a whole
        ("统筹(tǒng chóu)发展,垃圾（la1 ji1）处理", [("gloss", "(tǒng chóu)"), ("gloss", "（la1 ji1）")]),
        ("推广APP(app)、监测PM2.5(pm2)、评为A级(a1)", []),
    ],
)  # fmt: skip
def test_what_stands_inside_sentences(text, marks):
    assert [(mark.kind, text[mark.start : mark.end]) for mark in find_inside(text)] == marks
