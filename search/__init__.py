"""Finding: text cards, embedders, the index, hybrid ranking, similar records, matching."""
