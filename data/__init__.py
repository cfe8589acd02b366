"""Data that ships: read by path through `importlib.resources`."""
