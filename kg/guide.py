"""The words of the survey workbook in each language: its guide, its levels, what a cell holds, yes and no."""

from __future__ import annotations

from enum import StrEnum

from .findings import Severity
from .importers.columns import Sort


class Level(StrEnum):
    """How much a column is wanted."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


GUIDES = {
    "en": (
        ("What this is", "The survey of advanced therapies (ATMPs) in development at one centre."),
        (
            "How to fill it in",
            "One row a project, person, organisation, need or capability. Start with the sheet Survey.",
        ),
        (
            "If you have been asked before",
            "What you said last time may stand here already. Where nothing has changed, nothing needs to be done: look"
            " at the stage, and send the workbook back.",
        ),
        ("Ids", "Give every row a short id and keep it next year: it is how the atlas knows that it is the same project."),
        (
            "What is required",
            "Only headers with a star. Leave empty what you do not know: nothing you said before is lost.",
        ),
        (
            "Lists",
            "Cells with an arrow take a term of the list. If none fits, write your own word: it is kept, and counted.",
        ),
        (
            "Several values",
            "Part them by semicolons: aav9; lentivirus. The arrow gives one term; type further ones behind it.",
        ),
        ("Dates", "2023-06-01, or 2023-06, or 2023."),
        (
            "Who sees it",
            "Internal, unless the sheet Survey or a row's Tier says otherwise, and who leads the project has signed off on"
            " the sheet Investigators. E-mail and contact are never public.",
        ),
        ("Description", "Write a few sentences: similar projects and partners are found by what stands there."),
    ),
    "sv": (
        ("Vad detta är", "Enkäten om avancerade terapier (ATMP) under utveckling vid ett centrum."),
        (
            "Så fyller du i den",
            "En rad för varje projekt, person, organisation, behov eller resurs. Börja med bladet Survey. Rubrikerna är"
            " på engelska; peka på en rubrik så förklaras den på svenska.",
        ),
        (
            "Om du har svarat förut",
            "Det du sade förra gången kan redan stå här. Har inget ändrats behöver inget göras: se efter att steget"
            " stämmer, och skicka tillbaka arbetsboken.",
        ),
        ("Id", "Ge varje rad ett kort id och behåll det nästa år: så vet atlasen att det är samma projekt."),
        (
            "Vad som krävs",
            "Endast rubriker med stjärna. Lämna tomt det du inte vet: inget du sagt tidigare går förlorat.",
        ),
        (
            "Listor",
            "Celler med pil tar en term ur listan. Passar ingen, skriv ditt eget ord: det sparas, och räknas.",
        ),
        (
            "Flera värden",
            "Skilj dem åt med semikolon: aav9; lentivirus. Pilen ger en term; skriv fler efter den.",
        ),
        ("Datum", "2023-06-01, eller 2023-06, eller 2023."),
        (
            "Vem som ser det",
            "Endast det egna centrumet, om inte bladet Survey eller radens Tier säger annat och den som leder"
            " projektet har godkänt det med ett datum under Signed off på bladet Investigators. E-post och kontakt är"
            " aldrig offentliga.",
        ),
        ("Beskrivning", "Skriv några meningar: liknande projekt och partner hittas genom det som står där."),
    ),
}  # fmt: skip
"""What the first sheet says: a heading, and words."""

LEVELS = {
    "en": {
        Level.REQUIRED: ("Required", "A dark header with a star: a row without it cannot be loaded."),
        Level.RECOMMENDED: ("Recommended", "A header in yellow: without it the row is found and matched less well."),
        Level.OPTIONAL: ("Optional", "A pale header: fill it in where you know it and think that it matters."),
    },
    "sv": {
        Level.REQUIRED: ("Obligatorisk", "Mörk rubrik med stjärna: en rad utan den kan inte läsas in."),
        Level.RECOMMENDED: ("Rekommenderad", "Gul rubrik: utan den hittas och matchas raden sämre."),
        Level.OPTIONAL: ("Frivillig", "Ljus rubrik: fyll i den om du vet och tycker att det har betydelse."),
    },
}
"""How each level is called, and what it means."""

SORTS = {
    "en": {sort: sort.value for sort in Sort},
    "sv": {
        Sort.ID: "id",
        Sort.IDS: "flera id",
        Sort.TEXT: "text",
        Sort.TEXTS: "flera texter",
        Sort.DATE: "datum",
        Sort.YES_NO: "ja eller nej",
        Sort.NUMBER: "heltal",
        Sort.CONCEPT: "en ur listan",
        Sort.CONCEPTS: "några ur listan",
        Sort.DISEASES: "MONDO-id",
        Sort.IRI: "webbadress",
    },
}
"""What a cell holds, in words."""

YES_NO = {"en": ("yes", "no", "unknown"), "sv": ("ja", "nej", "okänt")}
UNKNOWN_TERM = {
    "en": "No term of the list: it will be kept as written.",
    "sv": "Ingen term ur listan: ordet sparas som det är skrivet.",
}
"""What a drop-down says of another word."""

GUIDE = "Guide"
"""The sheet that explains the others."""

LISTS = "Lists"
"""The hidden sheet that the drop-downs take their terms from."""

SEVERITIES = {
    "en": {Severity.VIOLATION: "violation", Severity.WARNING: "warning", Severity.INFO: "remark"},
    "sv": {Severity.VIOLATION: "fel", Severity.WARNING: "varning", Severity.INFO: "upplysning"},
}
"""How grave a finding is, in words."""

ERRORS = "Errors"
"""The sheet that lists what was found in a returned workbook; it is never read."""
ERROR_HEADS = {
    "en": ("Severity", "Sheet", "Row", "Column", "Cell", "What", "How to mend it"),
    "sv": ("Allvar", "Blad", "Rad", "Kolumn", "Cell", "Vad", "Så rättas det"),
}
ERROR_NOTES = {
    "en": (
        "What was found in this workbook. A violation keeps its row out; a warning and a remark do not.",
        "Mend the cells, and send the workbook back: this sheet and the comments marked [ATMP Atlas] are not read.",
    ),
    "sv": (
        "Det som hittades i arbetsboken. Ett fel hindrar raden från att läsas in; en varning eller upplysning gör det"
        " inte. Fynden är på engelska.",
        "Rätta cellerna och skicka tillbaka arbetsboken: det här bladet och kommentarer märkta [ATMP Atlas] läses inte.",
    ),
}
"""What stands above the list of what was found."""

KEPT = "Kept"
"""The sheet of what a workbook of another version held and today's columns have no place for; it is never read."""
KEPT_HEADS = {
    "en": ("Sheet", "Row", "Column", "What stood there", "Why it is here"),
    "sv": ("Blad", "Rad", "Kolumn", "Vad som stod där", "Varför det står här"),
}


def language_of(first: str) -> str:
    """Return the language of a workbook by the first words of its guide; English where they are none of ours."""
    return next((name for name, told in GUIDES.items() if told[0][0] == first.strip()), "en")


def is_guide(first: str) -> bool:
    """Return whether a sheet whose first words these are is a guide of ours, in any language."""
    return any(told[0][0] == first.strip() for told in GUIDES.values())
