"""The atlas for Python: a store, its search and its questions, as one viewer sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from atmp.kg.iris import DEFAULT_BASE
from atmp.kg.store import Store
from atmp.kg.viewer import OWNER, PUBLIC, Viewer

if TYPE_CHECKING:
    import rdflib
    from atmp.kg.records import Record
    from atmp.kg.sparql.services import Services
    from atmp.kg.sparql.siblings import Siblings
    from atmp.kg.table import Table
    from atmp.kg.view import View
    from atmp.search.finder import Finder, Results
    from atmp.search.match import Match

SEARCH_SERVICE = "https://w3id.org/atmp/search"


def _silent(_: str) -> None:
    return None


class Atlas:
    """An open store with everything that answers from it; the only place that wires the layers together."""

    def __init__(
        self,
        store: Store,
        *,
        model: str | None = None,
        reranker: str | None = None,
        tell: Callable[[str], None] = _silent,
    ) -> None:
        """Wire a store; `tell` hears what a user should know, such as a slow start. Search is made when first used."""
        self.store, self._model, self._reranker, self._tell = store, model, reranker, tell

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        base: str = DEFAULT_BASE,
        model: str | None = None,
        tell: Callable[[str], None] = _silent,
    ) -> Self:
        """Make a store with the vocabulary in it, and open it."""
        from atmp.kg.reference import refresh

        store = Store.create(path, base=base)
        refresh(store, agent=OWNER.name)
        return cls(store, model=model, tell=tell)

    @cached_property
    def finder(self) -> Finder:
        """Return the search over this store."""
        from atmp.search.embedder import embedder
        from atmp.search.finder import Finder
        from atmp.search.reranker import Reranker

        folder = self.store.path.with_name(f"{self.store.path.name}-model")
        reading = Reranker(self._reranker, self._tell) if self._reranker else None
        return Finder(self.store, embedder(self._model, folder, self._tell), reranker=reading)

    @cached_property
    def services(self) -> Services:
        """Return the services that a SPARQL query may call."""

        def search(view: View, body: str, prefixes: Mapping[str, str], beside: Siblings) -> Any:
            from atmp.search.service import SearchService

            return SearchService(self.finder)(view, body, prefixes, beside)

        return {SEARCH_SERVICE: search}

    def view(self, viewer: Viewer, *, round_: str | None = None) -> View:
        """Return the facts as this viewer sees them, now or as they stood when a round of the survey was closed."""
        from atmp.kg.rounds import closing

        now = self.store.view(viewer)
        return now if round_ is None else self.store.view(viewer, at=closing(now, round_))

    def warm(self) -> None:
        """Make ready what the first question would wait for: the public's engine and index, as they can be had now."""
        self.store.engines.engine(PUBLIC, soon=True)
        self.finder.index(prepare=False)

    def keep(self) -> None:
        """Keep what the public may read beside the file, where it is large, so that the next server starts at once."""
        self.store.engines.keep(PUBLIC)

    def close(self) -> None:
        """Close the store."""
        self.store.close()


class Reader:
    """An atlas as one viewer sees it, for notebooks: records, hits, matches, questions and the graph."""

    def __init__(self, atlas: Atlas, viewer: Viewer) -> None:
        """Read `atlas` as `viewer`."""
        self.atlas, self.viewer = atlas, viewer
        self.view = atlas.view(viewer)

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.atlas.close()

    def records(self, kind: str) -> list[Record]:
        """Return all records of a kind (`project`, `need`, `trial` ...), by identifier."""
        return self.view.records(kind)

    def record(self, kind: str, identifier: str) -> Record:
        """Return one record by kind and id, or by its IRI; raises UnknownRecordError."""
        return self.view.find(kind, identifier)

    def search(self, text: str, **options: Any) -> Results:
        """Return hits for a text; options as `Finder.search`: filters, limit, min_score."""
        return self.atlas.finder.search(self.viewer, text, **options)

    def similar(self, *projects: str, text: str | None = None, unlike: Sequence[str] = (), **options: Any) -> Results:
        """Return hits similar to projects (ids or IRIs), a text, or all together, and unlike others.

        Options as `Finder.similar`: same, other, filters, limit, min_score. Raises UsageError for neither.
        """
        to, away = ([self.view.find("project", one).iri for one in some] for some in (projects, unlike))
        return self.atlas.finder.similar(self.viewer, to=to, text=text, unlike=away, **options)

    def match(self, sort: str, identifier: str, *, limit: int = 10) -> tuple[Match, ...]:
        """Return matches for a `need`, a `capability`, or `people` for a project."""
        from .matching import matches

        return matches(self.atlas, self.viewer, sort, identifier, limit=limit)

    def ask(self, number: int, **words: object) -> Table:
        """Return the answer to a question of the catalogue, its parameters as keywords: text, numbers or dates."""
        from atmp.kg.catalogue import question

        given = {name: str(word) for name, word in words.items() if word is not None}
        return question(number).ask(self.view, self.atlas.services, given)

    def query(self, sparql: str) -> Table:
        """Return the answer to a SPARQL query as a table of Python values."""
        from atmp.kg.sparql.answer import answer

        return answer(self.view, sparql, self.atlas.services).table()

    def dataset(self) -> rdflib.Dataset:
        """Return the graph as an rdflib Dataset that refuses writes."""
        return self.view.dataset()
