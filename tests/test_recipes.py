"""Every block of docs/recipes.md runs, and gives what its heading says."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[1] / "docs" / "recipes.md").read_text(encoding="utf-8")


def test_recipes_run():
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 11
    for block in blocks:
        assert len([line for line in block.splitlines() if line and "import" not in line]) <= 3
        exec(block, names)
    panel = names["panel"]
    assert panel.columns[:3].tolist() == ["place", "year", "term"]
    assert panel.loc[panel["term"] == "发展", "n"].sum() == 72
    assert names["words"]["unit"].unique().tolist() == ["report"]
    assert set(names["lines"]["keyword"]) == {"乡村振兴", "产业"}
    assert names["numbers"]["keyword"].str.fullmatch("增长[0-9.]+%").all()
    assert names["shares"]["theme"].unique().tolist() == ["生态", "产业"]
    assert names["apart"]["unit"].unique().tolist() == names["themes_apart"]["unit"].unique().tolist() == ["report"]
    assert names["network"].summary["n_reports"] == 4
    assert names["distances"].shape == (4, 4)
    assert names["matrix"].shape == (5, len(names["terms"]))
    assert names["matrix"].sum(axis=1).max() < names["reports"]["n_tokens"].max()
