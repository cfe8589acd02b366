"""The pipeline report's figures, all taken from the question catalogue, so that report, page and query cannot differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from atmp.ontology.vocabulary import vocabulary

from .catalogue import question
from .iris import slug
from .records import ATMP, DCT, PROV, RDFS, MethodUse, Need, Person, Product, Project
from .sparql.services import Services
from .table import Table
from .view import View

QUESTIONS: Mapping[str, int] = {
    "classes": 1,
    "stages": 2,
    "platforms": 3,
    "needs": 9,
    "unmet": 10,
    "horizons": 13,
    "shared": 15,
    "doubts": 17,
    "unused": 21,
    "indications": 31,
    "matrix": 32,
    "offers": 33,
}
GROUPS = ("earlier", "preclinical", "clinical", "authorised", "not stated")


@dataclass(frozen=True)
class Profile:
    """One therapy in short: names and words instead of IRIs."""

    iri: str
    identifier: str
    title: str
    atmp_class: str
    stage: str
    indication: str
    platform: str
    lead: str
    description: str
    methods: str
    needs: str


@dataclass(frozen=True)
class Figures:
    """All that a pipeline report says, as data."""

    centre: str
    centres: int
    synthetic: bool
    revision: int
    projects: int
    investigators: int
    tables: dict[str, Table]
    profiles: tuple[Profile, ...]
    sources: Table

    def by_class(self) -> dict[str, int]:
        """Return the number of projects of each class."""
        return {str(row[0]): _number(row[1]) for row in self.tables["classes"].rows}

    def by_group(self) -> dict[str, int]:
        """Return the number of projects in each group of stages."""
        counted: Counter[str] = Counter()
        for row in self.tables["matrix"].dicts():
            counted[str(row["group"])] += _number(row["projects"])
        return dict(counted)

    def matrix(self) -> list[tuple[str, dict[str, int]]]:
        """Return each class with its number of projects in each group of stages."""
        counted: dict[str, Counter[str]] = {}
        for row in self.tables["matrix"].dicts():
            counted.setdefault(str(row["class"]), Counter())[str(row["group"])] += _number(row["projects"])
        return sorted(
            ((name, dict(groups)) for name, groups in counted.items()), key=lambda pair: -sum(pair[1].values())
        )

    def summary(self) -> list[str]:
        """Return the summary, sentence by sentence, each computed from the figures."""
        has = "has" if self.centres < 2 else "have"
        if not self.projects:
            return [f"{self.centre} {has} no project on record."]
        classes = _listed([f"{number} {_CLASS_WORDS.get(name, name)}" for name, number in self.by_class().items()])
        groups = self.by_group()
        stages = _listed([f"{groups[name]} {_GROUP_WORDS[name]}" for name in reversed(GROUPS) if groups.get(name)])
        develop = "develops an advanced therapy" if self.projects == 1 else "develop advanced therapies"
        said = [f"{self.centre} {has} {count(self.projects, 'project')} that {develop}: {classes}."]
        if stages:
            said.append(f"By stage, {stages}.")
        platforms = [f"{row['platform']} in {row['projects']}" for row in self.tables["platforms"].dicts()[:3]]
        if len(platforms) == 1:
            said.append(f"The only platform on record is {platforms[0]}.")
        elif platforms:
            said.append(f"The platforms used by most projects are {_listed(platforms)}; a project may use several.")
        return [*said, *self._needs()]

    def _needs(self) -> list[str]:
        """Return the sentences on open needs; where none is stated, that is said and nothing is concluded."""
        needs = [f"{row['need']} ({row['projects']})" for row in self.tables["needs"].dicts()[:3]]
        if not needs:
            return ["No open need is on record."]
        unmet = len(self.tables["unmet"])
        centre = "the centre that states it" if self.centres > 1 else "the centre"
        soon = sum(1 for row in self.tables["horizons"].dicts() if _number(row["one_to_two_years"]))
        return [
            f"The only need stated is {needs[0]}." if len(needs) == 1
            else f"The needs stated by most projects are {_listed(needs)}.",
            f"For {count(unmet, 'category', 'categories')} of need {centre} has no capability on record." if unmet
            else f"For every category of need {centre} has a capability on record.",
            f"{count(soon, 'category', 'categories')} of need {'falls' if soon == 1 else 'fall'} due within one to two years."
            if soon else "No need falls due within one to two years.",
        ]  # fmt: skip


_CLASS_WORDS = {"unknown": "of unknown class", "other": "of another class", "not-an-atmp": "said to be no ATMP",
                "not stated": "without a stated class"}  # fmt: skip
_GROUP_WORDS = {
    "earlier": "in discovery or proof of concept",
    "preclinical": "in preclinical development",
    "clinical": "in clinical trials",
    "authorised": "authorised",
    "not stated": "at a stage that is not stated",
}


def _number(cell: object) -> int:
    return cell if isinstance(cell, int) else 0


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, `1 project`, `2 projects`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def figures(view: View, services: Services, centre: str | None = None) -> Figures:
    """Return the figures of a centre's report, or of all centres together; raises UnknownRecordError."""
    words = {"centre": centre} if centre else {}
    tables = {name: question(number).ask(view, services, words) for name, number in QUESTIONS.items()}
    iri = view.store.names.centre(slug(centre)) if centre else None
    mine = [one for one in view.records("project") if isinstance(one, Project) and iri in {None, one.centre}]
    names = [view.label(iri)] if iri else [view.label(one.iri) for one in view.records("centre")]
    return Figures(
        _name(names),
        len(names),
        any(project.synthetic for project in mine),
        view.revision,
        len(mine),
        _investigators(view, iri),
        tables,
        tuple(_profiles(view, mine)),
        _sources(view, iri),
    )


def _investigators(view: View, centre: str | None) -> int:
    """Return how many investigators a centre has, or all have together; one of two centres counts in each."""
    mine = f"; <{ATMP}centre> <{centre}>" if centre else ""
    (row,) = view.select(f"SELECT (COUNT(DISTINCT ?one) AS ?count) {{ ?one a <{Person.type}> {mine} }}").rows
    return _number(row[0])


def _name(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"The {len(names)} centres together" if names else "The atlas"


def _profiles(view: View, projects: list[Project]) -> list[Profile]:
    methods: dict[str, list[str]] = {}
    for use in view.records("method-use"):
        if isinstance(use, MethodUse) and use.project and use.method and str(use.role).endswith("part-of-product"):
            methods.setdefault(use.project, []).append(view.label(use.method))
    needs: dict[str, list[str]] = {}
    for need in view.records("need"):
        if isinstance(need, Need) and need.project and need.category:
            needs.setdefault(need.project, []).append(view.label(need.category))
    products = {one.iri: one for one in view.records("product") if isinstance(one, Product)}
    standing = stages(view)
    return [
        _profile(view, one, products, standing, methods.get(one.iri, []), needs.get(one.iri, [])) for one in projects
    ]


def _profile(
    view: View,
    project: Project,
    products: dict[str, Product],
    standing: dict[str, str],
    methods: list[str],
    needs: list[str],
) -> Profile:
    made = [products[iri] for iri in project.develops if iri in products]
    named = {
        "class": [_notation(one.atmp_class) for one in made if one.atmp_class],
        "indication": [view.label(iri) for one in made for iri in one.indications]
        or [one.indication_text for one in made if one.indication_text],
        "platform": [view.label(iri) for one in made for iri in (*one.platforms, *one.vectors, *one.cell_sources)],
        "lead": [view.label(iri) for iri in project.lead],
    }
    joined = {name: ", ".join(dict.fromkeys(parts)) or "not stated" for name, parts in named.items()}
    return Profile(
        project.iri,
        project.identifier or "",
        project.label or project.iri,
        joined["class"],
        standing.get(project.iri, "not stated"),
        joined["indication"],
        joined["platform"],
        joined["lead"],
        project.description or "",
        ", ".join(sorted(set(methods))) or "not stated",
        ", ".join(sorted(set(needs))) or "none stated",
    )


def _notation(iri: str) -> str:
    concept = vocabulary().concept(iri)
    return concept.notation if concept else ""


def stages(view: View) -> dict[str, str]:
    """Return each project's latest stage in words, such as `4 preclinical development`, by the project's IRI."""
    rows = view.select(
        f"SELECT ?project ?stage {{ {{ SELECT ?project (MAX(?date) AS ?last) WHERE {{"
        f" ?each <{ATMP}observedProject> ?project ; <{DCT}date> ?date }} GROUP BY ?project }}"
        f" ?o <{ATMP}observedProject> ?project ; <{DCT}date> ?last ; <{ATMP}stage> ?stage }}"
    ).rows
    return {
        str(project): f"{_notation(str(stage)).partition('-')[0]} {view.label(str(stage))}" for project, stage in rows
    }


def _sources(view: View, centre: str | None) -> Table:
    """Return the sources of what the viewer sees, those of other centres left out, with date and number of records."""
    mine = (
        f"FILTER NOT EXISTS {{ ?record <{ATMP}centre> ?other FILTER(?other != <{centre}>) }}"
        f" FILTER NOT EXISTS {{ ?record a <{ATMP}Centre> FILTER(?record != <{centre}>) }}"
        if centre
        else ""
    )
    return view.select(
        f"SELECT ?source ?stated ?file (COUNT(DISTINCT ?record) AS ?records) {{ ?record <{PROV}wasDerivedFrom> ?row ;"
        f" <{DCT}identifier> ?id . {mine} ?row <{DCT}isPartOf> ?from . ?from <{RDFS}label> ?source ; <{DCT}date> ?stated ."
        f" OPTIONAL {{ ?from <{ATMP}file> ?file }} }} GROUP BY ?source ?stated ?file ORDER BY ?source"
    )
