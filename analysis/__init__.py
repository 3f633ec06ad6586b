"""Township work reports: from raw files to figures, every number traceable to its source characters.

The public names are loaded when first used, so that the import itself costs next to nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "annotate.segmentation": ["segment"],
        "pipeline": ["build_corpus", "read_corpus"],
        "export": ["save_figure", "save_tables"],
        "gallery": ["draw", "draw_all", "figure_names"],
        "lexicons.slogans": ["slogan_lexicon"],
        "lexicons.stopwords": ["stopwords"],
        "lexicons.themes": ["theme_terms", "themes"],
        "measures.slogans.bipartite": ["report_slogans"],
        "measures.themes.clustering": ["cluster_support"],
        "measures.terms.collocation": ["collocation"],
        "measures.terms.concordance": ["keyword_in_context", "trace"],
        "measures.slogans.contrast": ["slogan_contrast"],
        "measures.slogans.cooccurrence": ["edge_sentences"],
        "measures.themes.correspondence": ["theme_correspondence"],
        "measures.terms.dispersion": ["dispersion"],
        "measures.themes.divergence": ["distance_matrix", "half_divergence", "theme_divergence"],
        "measures.slogans.echo": ["anachronism_index", "dated_mentions", "formula_age", "slogan_rates"],
        "measures.evaluation.scores": ["evaluate", "read_gold"],
        "measures.terms.frequency": ["term_frequency", "tf_idf"],
        "measures.terms.keyness": ["keyness"],
        "measures.slogans.network": ["slogan_network"],
        "measures.slogans.network_export": ["write_network"],
        "measures.terms.matrix": ["document_term_matrix"],
        "measures.terms.stability": ["rank_stability"],
        "measures.themes.mass": ["sentence_themes"],
        "measures.themes.shares": ["centred_log_ratios", "theme_contrast", "theme_shares"],
        "measures.themes.zone_shift": ["zone_shift"],
        "plots.keyness": ["key_terms", "plot_keyness"],
        "plots.style": ["set_style"],
        "plots.terms": ["plot_top_terms", "top_terms"],
        "runs.gaps": ["explain_gaps"],
        "schemas": ["Corpus", "CorpusError", "TownshipError", "describe"],
    },
)
