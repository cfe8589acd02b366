"""Reading and writing SPARQL: the guard, services inside a query, result formats."""
