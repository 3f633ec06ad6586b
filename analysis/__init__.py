"""Township work reports: from raw files to figures, every number traceable to its source characters.

The public names are loaded when first used, so that the import itself costs next to nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "annotate.segmentation": ["segment"],
        "build": ["build_corpus", "read_corpus"],
        "export": ["save_figure", "save_tables"],
        "gallery": ["draw", "draw_all", "figure_names"],
        "lexicons.slogans": ["slogan_lexicon"],
        "lexicons.stopwords": ["stopwords"],
        "lexicons.themes": ["theme_terms", "themes"],
        "measures.bipartite": ["report_slogans"],
        "measures.clustering": ["cluster_support"],
        "measures.collocation": ["collocation"],
        "measures.concordance": ["keyword_in_context", "trace"],
        "measures.cooccurrence": ["edge_sentences"],
        "measures.correspondence": ["theme_correspondence"],
        "measures.dispersion": ["dispersion"],
        "measures.divergence": ["distance_matrix", "half_divergence", "theme_divergence"],
        "measures.echo": ["anachronism_index", "dated_mentions", "formula_age", "slogan_rates"],
        "measures.evaluation": ["evaluate", "read_gold"],
        "measures.frequency": ["term_frequency", "tf_idf"],
        "measures.incidence": ["context_breaks"],
        "measures.keyness": ["keyness"],
        "measures.network": ["slogan_network"],
        "measures.network_export": ["write_network"],
        "measures.permutation": ["document_permutation"],
        "measures.stability": ["rank_stability"],
        "measures.theme_mass": ["sentence_themes"],
        "measures.themes": ["centred_log_ratios", "theme_shares"],
        "measures.zone_shift": ["zone_shift"],
        "plots.style": ["set_style"],
        "runs.gaps": ["explain_gaps"],
        "schemas": ["describe"],
    },
)
