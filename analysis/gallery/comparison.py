"""The figures of what sets reports apart: words and themes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.gallery.figure import GalleryFigure, analysed
from analysis.measures.slogans.bipartite import MIN_COVERAGE
from analysis.measures.statistics.groups import named_groups
from analysis.measures.terms.keyness import keyness
from analysis.measures.themes.correspondence import Correspondence, theme_correspondence
from analysis.measures.themes.divergence import theme_divergence
from analysis.measures.themes.shares import theme_shares
from analysis.measures.themes.zone_shift import zone_shift
from analysis.plots.keyness import key_terms, plot_keyness
from analysis.plots.labels import label, report_labels
from analysis.plots.theme_map import ALPHA, MAX_REPORTS, SHOWN, map_rows, plot_theme_distances, plot_theme_map, small_p
from analysis.plots.themes import MAX_SHIFTS, plot_theme_shares, plot_zone_shift, theme_label
from analysis.schemas import Corpus, TableError

__all__ = ["COMPARISON_FIGURES", "compared_reports", "themed_reports"]

N_KEY = 12
DRAWS = 2000
MAP_DRAWS = 1000
ZONES = ("review", "plan")


def compared_reports(corpus: Corpus) -> list[str]:
    """Return the two reports that can best be compared: such as hide nothing first, then the longest; in order.

    Raises
    ------
    TableError
        If there are fewer than two reports.
    """
    reports = analysed(corpus)
    if len(reports) < 2:
        raise TableError(f"a comparison needs two reports; received {len(reports)}.")
    whole = (reports["coverage"].fillna(0) >= MIN_COVERAGE).rename("whole")
    order = pd.concat([reports[["report_id", "n_tokens"]], whole], axis=1)
    order = order.sort_values(["whole", "n_tokens", "report_id"], ascending=[False, False, True], kind="stable")
    return sorted(order["report_id"].head(2))


def _keyness(corpus: Corpus, seed: int, by: Any = None, target: Any = None, **asked: Any) -> pd.DataFrame:
    if by is None and target is None:
        by = "report_id"
        target, asked["reference"] = compared_reports(corpus)
    elif by is None or target is None:
        raise TableError("a comparison needs by and target: the column of the groups and the group to look at.")
    return keyness(corpus, by=by, target=target, **asked, stopwords=False, details=True, seed=seed)


def _names(corpus: Corpus) -> dict[str, str]:
    return report_labels(analysed(corpus), genre=False)


def _key_plot(rows: pd.DataFrame, corpus: Corpus, seed: int) -> Axes:
    return plot_keyness(key_terms(rows, N_KEY), names=_names(corpus))


def _key_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    first, names = plotted.iloc[0], report_labels(analysed(corpus))
    counts: dict[str, Any] = {"n_terms": len(plotted), "m": int(first["m"]), "n_evidence": int(rows["evidence"].sum())}
    counts |= {"n_shown": int(plotted["evidence"].sum()), "unit": label(f"drawn_{first['unit']}")}
    counts["n_burst"] = int((plotted["evidence"] & plotted["doubts"].str.contains("burst")).sum())
    for side in ("target", "reference"):
        counts |= {side: names.get(first[side], first[side]), f"total_{side}": int(first[f"total_{side}"])}
        counts[f"units_{side}"] = int(first[f"units_{side}"])
    return counts


def themed_reports(corpus: Corpus) -> Corpus:
    """Return the reports that theme figures have room for: most sentences first, ties by name.

    Of these, a report in which no sentence names a theme is left out, unless none does.
    """
    kept = corpus.themes[corpus.themes["report_id"].isin(analysed(corpus)["report_id"])]
    sizes = kept.groupby("report_id").size().reset_index(name="n")
    chosen = sizes.sort_values(["n", "report_id"], ascending=[False, True]).head(MAX_REPORTS)["report_id"]
    coded = kept.dropna(subset="theme")["report_id"].unique()
    chosen = [report for report in chosen if report in set(coded)] or chosen.tolist()
    return corpus.select(report_id=chosen)


def _named(themes: pd.DataFrame) -> pd.DataFrame:
    """Return in how many sentences of each report each theme is named: report_id, theme, n."""
    shares = themes.set_index("report_id").filter(like="share_").drop(columns="theme_share", errors="ignore")
    shares = shares.rename(columns=lambda name: name.removeprefix("share_"))
    named = (shares > 0).groupby(level=0).sum().rename_axis(columns="theme")
    return named.stack().reset_index(name="n").astype({"n": "int64"})


def _shares(corpus: Corpus, seed: int) -> pd.DataFrame:
    few = themed_reports(corpus)
    shares = theme_shares(few).merge(_named(few.themes), on=["report_id", "theme"], how="left")
    return named_groups(shares.fillna({"n": 0}).astype({"n": "int64"}))


def _share_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    groups, reports = plotted.drop_duplicates("group"), analysed(corpus)
    shown = reports[reports["report_id"].isin(groups["group"])]
    return _size(corpus, groups["group"]) | {
        "n_sentences": int(groups["n_sentences"].sum()),
        "n_uncoded": int(groups["uncoded"].sum()),
        "n_themes": plotted["theme"].nunique(),
        "n_part": int((shown["coverage"].fillna(0) < MIN_COVERAGE).sum()),
    }


def _size(corpus: Corpus, shown: pd.Series) -> dict[str, Any]:
    return {"n_shown": shown.nunique(), "n_reports": len(analysed(corpus))}


def _distances(corpus: Corpus, seed: int) -> pd.DataFrame:
    return theme_divergence(themed_reports(corpus), draws=DRAWS, seed=seed)


def _distance_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    both = pd.concat([plotted["source"], plotted["target"]])
    known = plotted.dropna(subset="p_adjusted")
    return _size(corpus, both) | {
        "n_pairs": len(plotted),
        "n_beyond": int((known["p_adjusted"] <= ALPHA).sum()),
        "least": "–" if known.empty else small_p(known["p_adjusted"].min()),
        "draws": DRAWS,
    }


def _map(corpus: Corpus, seed: int) -> Correspondence:
    return theme_correspondence(themed_reports(corpus), draws=MAP_DRAWS, seed=seed)


def _map_plot(found: Correspondence, corpus: Corpus, seed: int) -> Axes:
    inertia = [*found.axes["share"].tolist()[:2], 0.0]
    rows = map_rows(found.points, found.axes, found.ellipses)
    return plot_theme_map(rows, labels=_names(corpus), shares=(inertia[0], inertia[1]))


def _map_counts(corpus: Corpus, found: Correspondence, plotted: pd.DataFrame) -> dict[str, Any]:
    groups, themes = (plotted[plotted["kind"] == kind] for kind in ("row", "column"))
    makers = themes.sort_values(["contribution", "name"], ascending=[False, True]).head(3)
    made = [f"{theme_label(str(row['name']))} {100 * row['contribution']:.0f}%" for row in makers.to_dict("records")]
    return _size(corpus, groups["name"]) | {
        "n_themes": len(themes),
        "n_hidden": int((themes["cos2"] < SHOWN).sum()),
        "n_dropped": len(found.dropped),
        "inertia": f"{100 * found.axes['share'].head(2).sum():.0f}%",
        "makers": label("comma").join(made),
        "draws": MAP_DRAWS,
    }


def _shifts(corpus: Corpus, seed: int) -> pd.DataFrame:
    shifts = zone_shift(corpus, draws=DRAWS, seed=seed)
    zones = corpus.sentences["zone"].isin(ZONES).to_numpy(dtype=bool, na_value=False)
    named = _named(corpus.themes[zones])
    shifts = shifts.merge(named, on=["report_id", "theme"], how="left").fillna({"n": 0}).astype({"n": "int64"})
    given = shifts[shifts["shift"].notna()].drop_duplicates("report_id")
    most = given.assign(coded=given["n_review"] + given["n_plan"]).sort_values(
        ["coded", "report_id"], ascending=[False, True]
    )
    left_out = most["report_id"].iloc[MAX_SHIFTS:]
    return shifts[~shifts["report_id"].isin(left_out)].reset_index(drop=True)


def _shift_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    given = plotted[plotted["shift"].notna()]
    one = given.drop_duplicates("report_id")
    apart = int(((given["ci_low"] > 0) | (given["ci_high"] < 0)).sum())
    return _size(corpus, given["report_id"]) | {
        "n_review": int(one["n_review"].sum()),
        "n_plan": int(one["n_plan"].sum()),
        "n_absent": plotted.loc[plotted["shift"].isna(), "report_id"].nunique(),
        "n_intervals": len(given.dropna(subset="ci_low")),
        "n_apart": apart,
        "draws": DRAWS,
    }


COMPARISON_FIGURES = (
    GalleryFigure(
        "03-keyness",
        data=_keyness,
        asks=("by", "target", "reference", "within"),
        plot=_key_plot,
        plotted=lambda ax, rows: key_terms(rows, N_KEY),
        counts=_key_counts,
        parameters={"alpha": 0.05, "confidence": 0.95, "min_count": 5, "min_sentences": 3,
                    "n": N_KEY, "stopwords": False},
    ),
    GalleryFigure(
        "06-theme-shares",
        data=_shares,
        plot=lambda rows, corpus, seed: plot_theme_shares(rows, labels=_names(corpus)),
        counts=_share_counts,
        parameters={"confidence": 0.95, "max_reports": MAX_REPORTS},
    ),
    GalleryFigure(
        "06-theme-distances",
        data=_distances,
        plot=lambda rows, corpus, seed: plot_theme_distances(rows, labels=_names(corpus)),
        counts=_distance_counts,
        parameters={"alpha": ALPHA, "draws": DRAWS, "max_reports": MAX_REPORTS},
    ),
    GalleryFigure(
        "06-theme-map",
        data=_map,
        plot=_map_plot,
        plotted=lambda ax, found: map_rows(found.points, found.axes, found.ellipses),
        counts=_map_counts,
        parameters={"confidence": 0.95, "cos2": SHOWN, "draws": MAP_DRAWS, "max_reports": MAX_REPORTS,
                    "min_mass": 0.01, "row_weights": "mass"},
    ),
    GalleryFigure(
        "06-zone-shift",
        data=_shifts,
        plot=lambda rows, corpus, seed: plot_zone_shift(rows, labels=_names(corpus)),
        counts=_shift_counts,
        parameters={"confidence": 0.95, "draws": DRAWS, "max_reports": MAX_SHIFTS},
    ),
)  # fmt: skip
