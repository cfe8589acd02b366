"""One importer for each source format, behind one small interface."""
