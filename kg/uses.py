"""Uses of methods: the record that says which method a project uses, and what for."""

from __future__ import annotations

from .iris import Names
from .records import ATMP, MethodUse, Record


def method_use(names: Names, project: Record, method: str, role: str) -> MethodUse:
    """Return the use of a method in a project as the survey makes it; `role` is a notation, such as planned."""
    identifier = f"{project.identifier}-{method.removeprefix(f'{ATMP}method-')}-{role}"
    return MethodUse(
        iri=names.record(names.centre_of(project.iri), MethodUse.kind, identifier), identifier=identifier,
        centre=project.centre, synthetic=project.synthetic, project=project.iri, method=method,
        role=f"{ATMP}method-role-{role}",
    )  # fmt: skip
