"""The vocabulary: classes, properties, schemes, shapes; read by path and by `vocabulary`."""
