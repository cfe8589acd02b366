"""The commands of `atmp`, a module for each family."""
