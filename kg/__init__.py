"""Facts: records, the store, importers, SPARQL, validation and the question catalogue."""
