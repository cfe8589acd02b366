"""What other tables call the survey's columns, in English and Swedish: the words that a mapping is drafted from.

To teach the draft a heading, add it to its line; case, spaces and marks do not count. A word stands for longer ones that
begin or end with it (`titel` for `projekttitel` and `titeln`), and of several words that fit the longest wins.
"""

from __future__ import annotations

_WORDS: dict[str, dict[str, str]] = {
    "Projects": {
        "Project id": "project id; project no; project number; project code; projekt-id; projektnummer; projektkod",
        "Title": "title; project title; project name; name of project; therapy; name of therapy; short title;"
        " product name;"
        " titel; projekttitel; projektnamn; projektets namn; namn på projektet; rubrik; terapi; terapins namn",
        "Description": "description; project description; summary; abstract; brief description; short description;"
        " about the project;"
        " describe the project; describe the therapy; beskrivning; projektbeskrivning; sammanfattning;"
        " beskriv projektet; beskriv terapin",
        "Aim": "aim; goal; objective; purpose; mål; målsättning; syfte",
        "Lead investigator ids": "lead investigator id; pi id; forskar-id",
        "Co-investigator ids": "co-investigators; co investigators; co-applicants; collaborators; co-pi; team members;"
        " medsökande; medforskare; samarbetspartner; medarbetare; övriga forskare",
        "ATMP class": "atmp class; class; classification; atmp type; type of atmp; type of therapy; type of product;"
        " product class;"
        " product type; atmp-klass; klass; klassificering; typ av atmp; typ av terapi; atmp-typ; produkttyp;"
        " läkemedelstyp",
        "Class reason": "reason for class; class reason; why this class; skäl för klassen; motivering till klass",
        "CAT classified": "cat classification date; classified by cat; cat-klassificering",
        "Combined": "combined; combined atmp; combined with device; medical device; kombinerad; medicinteknisk produkt",
        "Delivery": "in vivo or ex vivo; ex vivo or in vivo; ex vivo in vivo; in vivo ex vivo; in vivo eller ex vivo",
        "GMO": "gmo; genetically modified; genmodifierad; genetiskt modifierad",
        "Orphan": "orphan; orphan designation; orphan drug; särläkemedel; särläkemedelsstatus",
        "PRIME": "prime; prime designation",
        "Hospital exemption": "hospital exemption; sjukhusundantag",
        "Donor type": "donor; donor type; autologous or allogeneic; autologous allogeneic; cell donor; givare;"
        " givartyp; donator;"
        " autolog eller allogen; autolog allogen",
        "Cell sources": "cell source; cell type; cells; cells used; starting cells; cellkälla; celltyp; celler;"
        " cellslag",
        "Starting tissue": "starting tissue; tissue; starting material; utgångsvävnad; vävnad; startmaterial;"
        " utgångsmaterial",
        "Cell line": "cell line; cellinje; cellinjer",
        "Vectors": "vector; vectors; vector type; viral vector; delivery vector; vektor; vektorer; virusvektor;"
        " vektortyp",
        "Platforms": "platform; technology; technologies; plattform; teknologi; teknik; tekniker",
        "Transgene": "transgene; gene; gene delivered; therapeutic gene; transgen; gen; terapeutisk gen",
        "Target": "target; target gene; target antigen; antigen; målgen; målantigen; målmolekyl",
        "Scaffold": "scaffold; matrix; biomaterial; matris; bärarmaterial",
        "Mechanism": "mechanism; mode of action; mechanism of action; verkningsmekanism; mekanism",
        "Route": "route; route of administration; administration route; administration; administreringsväg;"
        " administrationsväg; administrering",
        "Indication": "indication; disease; diagnosis; target disease; condition; intended indication; indikation;"
        " sjukdom; diagnos;"
        " avsedd indikation; tillstånd",
        "Indication MONDO ids": "mondo; mondo id; mondo-id",
        "Disease area": "disease area; therapeutic area; field of medicine; medical field; speciality; specialty;"
        " sjukdomsområde;"
        " terapiområde; medicinskt område; specialitet; sjukdomsgrupp",
        "Rare disease": "rare disease; rare; sällsynt sjukdom; sällsynt diagnos",
        "Population": "population; patients; patient group; patient population; patientgrupp; patienter; målgrupp",
        "Stage": "stage; development stage; stage of development; current stage; phase; status of project;"
        " development phase; trl;"
        " stadium; utvecklingsstadium; utvecklingssteg; utvecklingsfas; fas; steg; hur långt har projektet kommit;"
        " mognadsgrad",
        "Stage date": "stage date; date of stage; stage reached; datum för steg; datum för stadium",
        "Activity": "activity; activity status; ongoing; aktivitet; pågående; projektstatus",
        "Started": "started; start date; start year; project start; startdatum; startår; projektstart",
        "Trial planned": "trial planned; planned trial; planned start of trial; first trial; first in human;"
        " first patient; trial start;"
        " planerad prövning; prövningsstart; första patient; planerad klinisk prövning; start av prövning",
        "Trial ids": "trial id; nct; nct number; nct id; eudract; euct; trial registration; clinicaltrials.gov;"
        " prövningsnummer;"
        " studienummer; nct-nummer",
        "Methods in the product": "methods; methods in product; manufacturing methods; method; metoder; metod;"
        " tillverkningsmetoder",
        "Methods planned": "planned methods; methods planned; planerade metoder",
        "Research methods": "research methods; methods for research; forskningsmetoder; analysmetoder",
        "Hurdles": "hurdles; obstacles; challenges; bottlenecks; barriers; biggest hurdle; hinder; utmaningar;"
        " flaskhalsar; svårigheter",
        "Advice received": "advice; scientific advice; regulatory advice; rådgivning; vetenskaplig rådgivning;"
        " regulatorisk rådgivning",
        "Funding": "funding; funding source; funded by; grants; finansiering; finansiär; anslag; bidrag",
        "Intellectual property": "intellectual property; patent; patents; ip; ip rights; immateriella rättigheter;"
        " immaterialrätt",
        "Publications": "publications; publication; doi; references; publikationer; publikation; referenser",
        "Notes": "notes; comments; comment; other comments; remarks; anything else; kommentarer; kommentar;"
        " anmärkning; övrigt;"
        " övriga kommentarer; något annat",
        "Tier": "visibility; confidentiality; tier; who may see; synlighet; sekretess; konfidentialitet",
    },
    "Investigators": {
        "Investigator id": "investigator id; person id; researcher id; forskar-id; person-id",
        "Name": "name; investigator; pi; principal investigator; pi name; name of pi; lead investigator; researcher;"
        " respondent;"
        " contact person; your name; full name; project leader; applicant; group leader;"
        " namn; forskare; ansvarig forskare; huvudansvarig; projektledare; prövare; ditt namn; kontaktperson;"
        " svarande; gruppledare",
        "E-mail": "e-mail; email; mail; e-mail address; pi email; e-post; epost; e-postadress; mejl; mejladress",
        "ORCID": "orcid; orcid id; orcid-id",
        "Expertise": "expertise; competence; skills; kompetens; expertis",
        "Response date": "timestamp; date submitted; submitted; completion time; submission date; end date;"
        " tidstämpel; tidsstämpel; svarsdatum; inskickat;"
        " slutförandetid",
    },
    "Organisations": {
        "Name": "organisation; organization; institution; affiliation; department; university; hospital; employer;"
        " workplace; centre;"
        " center; unit; clinic; company; institut; lärosäte; universitet; sjukhus; arbetsgivare; arbetsplats; enhet;"
        " klinik;"
        " organisationens namn; avdelning; företag; hemvist; tillhörighet",
        "Place": "city; town; ort; stad",
        "Country": "country; land",
        "ROR": "ror; ror id",
    },
    "Needs": {
        "Category": "need; needs; support; support needed; support wanted; need of support; what do you need;"
        " type of support; kind of support;"
        " resources needed; services needed; behov; stödbehov; stöd; vilket stöd; behov av stöd; vad behöver;"
        " resursbehov",
        "Description": "describe your needs; describe the need; need description; other needs; support description;"
        " beskriv behovet;"
        " beskriv behov; övriga behov; beskriv stödet",
        "Grade": "grade; grade needed; gmp grade; quality grade; kvalitetsgrad; kvalitet",
        "Needed from": "needed from; needed by; needed when; when needed; date needed; behövs från; behövs senast;"
        " när behövs; behövs när",
        "Horizon": "horizon; time horizon; how soon; tidshorisont; hur snart",
        "Urgency": "urgency; priority; how urgent; prioritet; angelägenhet; hur bråttom",
    },
    "Capabilities": {
        "Category": "offer; offers; services offered; capabilities; capability; what can you offer;"
        " equipment offered; facilities offered;"
        " erbjuder; erbjudande; tjänster som erbjuds; resurser som erbjuds; vad kan ni erbjuda",
        "Description": "describe your offer; describe the service; capability description; beskriv erbjudandet",
        "Capacity": "capacity; kapacitet",
        "Available from": "available from; tillgänglig från",
    },
}  # fmt: skip

HEADINGS: dict[tuple[str, str], tuple[str, ...]] = {
    (sheet, header): tuple(word.strip() for word in words.split(";"))
    for sheet, columns in _WORDS.items()
    for header, words in columns.items()
}
"""The words by sheet and column."""

NAMES = ("first name", "given name", "förnamn"), ("last name", "surname", "family name", "efternamn")
"""What the two halves of a name are called."""

RECORD = (
    "record id",
    "response id",
    "id",
    "nr",
    "no",
    "number",
    "lopnr",
    "löpnr",
    "löpnummer",
    "studie id",
    "study id",
    "svars id",
    "svarsid",
)
"""What the column that numbers the rows is called."""

NOISE = (
    "timestamp", "tidstämpel", "tidsstämpel", "start time", "starttid", "completion time", "slutförandetid",
    "start date",
    "end date", "status", "ip address", "ip-adress", "progress", "duration", "duration (in seconds)", "finished",
    "recorded date", "responseid",
    "response id", "seed", "user language", "userlanguage", "distribution channel", "last page", "start language",
    "last modified time", "language", "språk", "location latitude", "location longitude", "quota",
)  # fmt: skip
"""Columns that a form's program adds by itself."""
