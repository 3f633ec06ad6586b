"""What looks like a website's and is the report's: nothing of it is taken, nothing flagged."""

import pytest

from analysis.corpus.structure import structure

LINES = [
    "建成镇级门户网站1个,网址为www.example.gov.cn,全年发布信息420条。",
    "群众可登录县政务服务网(www.example.gov.cn)查询办理进度。",
    "开通“某某大米”网店,消费者扫描包装上的二维码即可追溯产地,扫码率达80%。",
    "推广国家反诈中心APP,全镇下载注册1.2万人,关闭涉诈网站3个。",
    "微信公众号关注人数突破8000人,阅读量超过30万次,点赞2.1万个。",
    "查处侵犯版权案件2起,没收盗版光盘300张。",
    "对照《巡察反馈意见》第3页所列问题,逐条制定整改措施。",
    "会议材料共18页,其中第5页、第6页为财政预算执行情况。",
    "全镇GDP增长7.2%,CPI涨幅控制在3%以内,R&D投入占比1.5%。",
    "推进PPP项目2个、EPC项目3个,建成5G基站46座、WiFi热点30处。",
    "安装AED(自动体外除颤器)4台,配备LED(发光二极管)路灯300盏。",
    "推行“1+3+N”网格化管理,划分网格62个。",
    "重点抓好2-3个示范村建设,每村投入10-20万元。",
    "联系电话0731-8823-4567已向社会公布。",
    "2020-11-03召开了镇第三届人民代表大会第5次会议。",
    "按照“3—5年见成效”的目标,制定了2021—2025年发展规划。",
    "亿元企业达到3家,亿元以上项目5个,万元以上大户120户。",
    "建立目录清单26项,修订管理制度18项,完善档案目录。",
    "2023年以来,新增市场主体326户。2023年1月,召开了动员大会。",
    "2023年度考核为优秀,2023年底完成验收。",
    "2021户安置房全部交付使用。",
    "更多群众享受到改革红利,更多资金投向民生领域。",
    "群众想了解更多政策信息,可到便民服务中心咨询。",
    "资料由县档案局统一整理归档,文档管理更加规范。",
    "镇文化站整理民间故事集1册,收集老照片120张。",
    "推动“扫黄打非”进基层,检查网吧4家、书店2家。",
    "欢迎广大客商来我镇投资兴业,共谋发展。",
    "实施(一期)工程2个,完成(含续建)投资1.1亿元。",
    "种植(轮作)水稻3000亩,统筹(整合)资金500万元。",
    "开展“三下乡”活动,发放宣传资料(含手册)6000份。",
    "完成3×5米断面渠道8公里,安装50mm×4管道2000m。",
    "实现X光检查全覆盖,改造X020县道5公里。",
    "建好“老年大学”1所,开办太极拳、书法等班6个。",
    "面积<50亩的地块全部整合,亩均收益>3000元,合格率≥98%。",
    "A&B两个标段同时开工,C&D标段完成招标。",
    "新建垃圾中转站1座.",
]
HEADINGS = [
    "一、推进信息公开",
    "（二）加强网站建设",
    "3.完善下载服务",
    "四、规范文档目录管理",
    "五、抓好版权保护和文化市场监管",
    "六、意见建议办理情况",
]


@pytest.mark.parametrize("line", LINES)
def test_sentences_that_speak_of_websites_pages_and_years(line):
    raw = f"某镇2020年工作总结\n2020年,我镇各项工作稳步推进。\n{line}\n下一步,我们将继续努力。"
    found = structure(raw, report_id="r")
    assert found.noise == []
    assert found.damage == []
    assert found.report.cleaned == raw


@pytest.mark.parametrize("line", HEADINGS)
def test_headings_that_speak_of_websites(line):
    raw = f"某镇2020年工作总结\n{line}\n全年完成各项任务,群众十分满意。"
    found = structure(raw, report_id="r")
    assert found.noise == []
    assert [found.report.cleaned[one.start : one.end] for one in found.headings] == [line]


@pytest.mark.parametrize(
    "raw",
    [
        # a table whose cells count, and a list of short lines
        "主要指标:\n指标\n数量\n村\n12\n组\n86\n户\n3\n4\n5\n以上数据截至年底。",
        # headings under each other are no table of contents unless later lines repeat them
        "一、回顾\n二、打算\n三、保障\n全年工作顺利。",
        # a refrain is short
        "坚持党建引领。\n坚持党建引领。\n全年工作顺利。",
        # a year that is one
        "2021年,新增企业2021年目标数的两倍。\n2021年底全部完成。",
        # units without numbers in a text that has its numbers
        "增长8%,完成投资3亿元,新建公路12公里。\n按%计算,以亿元为单位,按公里计价,分亩测产。",
    ],
)
def test_texts_that_lose_nothing(raw):
    found = structure(raw, report_id="r")
    assert (found.noise, found.damage, found.report.cleaned) == ([], [], raw)
