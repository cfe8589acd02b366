"""HTTP routes, a module for each family."""
