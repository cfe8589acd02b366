"""The pages of planning: what nobody offers, and what to obtain under a budget."""

from __future__ import annotations

from urllib.parse import urlencode

from atmp.api import planning
from atmp.api.asker import ViewOf
from atmp.kg.centres import centres
from atmp.kg.errors import UnknownRecordError, UsageError
from atmp.kg.table import Table
from atmp.kg.view import View
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from .asking import synthetic
from .site import page

router = APIRouter()


@router.get("/gaps")
def gaps(request: Request, view: ViewOf, centre: str = "", network: bool = False) -> HTMLResponse:
    """Show what nobody offers, by how many projects wait for it."""
    found = planning.gap_rows(view, planning.gaps(view, centre or None, network=network))
    asked = {"centre": centre, "network": "true" if network else ""}
    return _page(request, view, "Gaps", found, asked, "atmp gaps")


@router.get("/investments")
def investments(
    request: Request,
    view: ViewOf,
    budget: str = "3",
    costs: str = "",
    within: str = "",
    centre: str = "",
    network: bool = False,
) -> HTMLResponse:
    """Show what to obtain under a budget; costs are written one after the other, `potency-assay=2 gmp-aav=5`."""
    asked = {"budget": budget, "costs": costs, "within": within, "centre": centre, "network": "true" if network else ""}
    found, wrong = Table((), ()), ""
    try:
        years = int(planning.number(within, "the number of years")) if within.strip() else None
        plan = planning.plan(view, budget, costs.split(), centre or None, network=network, within=years)
        found = planning.plan_rows(view, plan)
    except (UsageError, UnknownRecordError) as error:
        wrong = str(error)
    return _page(request, view, "Investments", found, asked, f"atmp invest --budget {budget}", wrong)


def _page(
    request: Request, view: View, title: str, table: Table, asked: dict[str, str], command: str, wrong: str = ""
) -> HTMLResponse:
    sent = [(name, word) for name, word in asked.items() if word and name != "costs"]
    sent += [("cost", one) for one in asked.get("costs", "").split()]
    return page(
        request, "plan.html", status=400 if wrong else 200, title=title, table=table, asked=asked, command=command, wrong=wrong,
        centres=centres(view), synthetic=synthetic(view), address=f"/api/v1/{title.lower()}?{urlencode(sent)}",
    )  # fmt: skip
