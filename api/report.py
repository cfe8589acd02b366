"""The pipeline report: what the first centre made by hand, from the catalogue's answers."""

from __future__ import annotations

from atmp.kg.errors import UsageError
from atmp.kg.figures import GROUPS, QUESTIONS, count, figures
from atmp.kg.viewer import Viewer

from .atlas import Atlas

FORMS = ("html", "md")
SHOWN = 12
"""So many rows of a long table the report shows; the catalogue gives all."""


def render(atlas: Atlas, viewer: Viewer, form: str, *, centre: str | None = None, linked: bool = False) -> str:
    """Return the report of a centre, or of all together, as `html` or `md`, with what the viewer may see.

    HTML stands alone, its style within it, unless `linked` asks for the server's stylesheet. Raises UsageError for
    another form, UnknownRecordError for an unknown centre.
    """
    if form not in FORMS:
        raise UsageError(f"a report is written as {' or '.join(FORMS)}, not as '{form}'")
    from .pages.picture import picture
    from .pages.site import FOLDER, templates

    found = figures(atlas.view(viewer), atlas.services, centre)
    style = "" if linked or form == "md" else (FOLDER / "static" / "atlas.css").read_text(encoding="utf-8")
    return (
        templates()
        .get_template(f"report.{form}")
        .render(
            figures=found,
            groups=[name for name in GROUPS if name in found.by_group()],
            picture=picture(found),
            tables=found.tables,
            questions=QUESTIONS,
            shown=SHOWN,
            style=style,
            viewer=viewer.name,
            count=count,
        )
    )
