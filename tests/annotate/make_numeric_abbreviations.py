"""Make numeric_abbreviations.csv: 100 abbreviations of the productive kinds that neither lexicon nor seeds hold.

Run it to write the table anew; test_numerals.py compares the two. The morphemes were chosen for being usual in such
coinages, before the list was tried on the extractor; nothing was taken out afterwards.
"""

import csv
import io
import random
from pathlib import Path

from analysis.lexicons.slogans import forms, normalise, slogan_lexicon

HERE = Path(__file__).parent
TABLE = HERE / "numeric_abbreviations.csv"
SEEDS = HERE.parents[1] / "seeds"
SEED = 20240101
NUMERALS = "两三四五六七八九"
PLACES = "轴带园廊链库网心核翼谷湾区片环"  # of spatial plans and industries
TASKS = "查改清建创评促联帮访学讲治补"  # of campaigns
NOUNS = ["长", "美", "灶", "池", "圃", "窗口", "难题", "清单", "机制", "平台", "课堂", "力量", "行动", "规范"]
GOALS = ["聚焦", "坚守", "到家", "清零", "对接", "过硬", "优先", "在前", "落地", "必访"]
QUOTED = [
    "今年以来,我镇扎实推进“{}”工作,取得明显成效。",
    "围绕“{}”目标,全镇上下共同努力。",
    "深化“{}”工作机制,矛盾纠纷化解率稳步上升。",
    "全面推行“{}”工作法,让群众少跑腿。",
    "三是抓好“{}”建设,补齐基础设施短板。",
]
UNQUOTED = [
    "加快构建{}发展格局,推动产业集聚。",
    "按照{}的思路,科学编制国土空间规划。",
    "初步形成{}产业布局,特色农业不断壮大。",
    "我镇坚持{}总体布局,统筹城乡发展。",
]


def one_count(draw):
    return draw.choice([*NUMERALS, "双"]) + draw.choice([*PLACES, *NOUNS])


def counted_by_ge(draw):
    return f"{draw.choice(NUMERALS)}个{draw.choice(GOALS)}"


def two_counts(draw):
    first, second = draw.sample(PLACES, 2)
    return "一" + first + draw.choice(NUMERALS) + second


def two_tasks(draw):
    first, second = draw.sample(TASKS, 2)
    return draw.choice(NUMERALS) + first + draw.choice(NUMERALS) + second


def count_behind(draw):
    first, second = draw.sample(TASKS, 2)
    return first + draw.choice(NUMERALS) + second + draw.choice(NUMERALS)


def two_parts(draw):
    return f"{one_count(draw)}、{one_count(draw)}"


KINDS = [  # name, maker, carrier sentences, how many
    ("N + noun, quoted", one_count, QUOTED, 18),
    ("N 个 + goal, quoted", counted_by_ge, QUOTED, 18),
    ("N-X-N-Y, quoted", two_tasks, QUOTED, 16),
    ("N-X-N-Y, unquoted", two_counts, UNQUOTED, 16),
    ("X-N-Y-N, quoted", count_behind, QUOTED, 16),
    ("two parts with 、, quoted", two_parts, QUOTED, 16),
]


def table():
    """Return the CSV as text."""
    known = {form.text for form in forms(slogan_lexicon())}
    seeds = normalise("".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))).text
    draw, seen = random.Random(SEED), set()
    lines = io.StringIO()
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(["kind", "abbreviation", "start", "end", "sentence"])
    for kind, make, carriers, n in KINDS:
        for _ in range(n):
            while True:
                made = make(draw)
                plain = normalise(made).text
                if made not in seen and plain not in known and plain not in seeds:
                    break
            seen.add(made)
            carrier = draw.choice(carriers)
            start = carrier.index("{")
            rows.writerow([kind, made, start, start + len(made), carrier.format(made)])
    return lines.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
