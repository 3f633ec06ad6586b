from types import SimpleNamespace

import pandas as pd

from analysis.measures.slogans.incidence import context_breaks


def test_contexts_break_at_hidden_text_and_at_masks_outside_slogans():
    noise = pd.DataFrame({"report_id": ["b", "a"], "start": [50, 0], "kind": ["elision_marker", "site_chrome"]})
    masks = pd.DataFrame({"report_id": ["a", "a", "b"], "start": [3, 20, 7]})
    slogans = pd.DataFrame({"report_id": ["a"], "start": [18], "end": [24]})
    breaks = context_breaks(SimpleNamespace(noise=noise, masks=masks, slogans=slogans))
    assert breaks.values.tolist() == [["a", 3], ["b", 7], ["b", 50]]
