"""The packaged model as ONNX: exported once, checked against the original, then run without torch."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from atmp.kg.errors import EmbedderError
from numpy.typing import NDArray

MODEL, MANIFEST = "model.onnx", "manifest.json"
FORM = 2
"""Changes when the export is made otherwise."""
TOLERANCE = 1e-4
_BATCH = 32
_TRIED = (
    "AAV9 gene therapy for spinal muscular atrophy.",
    "cells",
    "Mesenchymala stromaceller för transplantat-mot-värd-sjukdom",
    "Autologous chondrocytes are expanded in culture and seeded on a collagen scaffold. " * 12,
)


class Session:
    """The exported model, loaded by onnxruntime, with its tokenizer.

    A few texts run on one thread: a question takes no longer so, and leaves the other cores to the search around it.
    """

    def __init__(self, model: Path, tokenizer: Path, tokens: int) -> None:
        """Load the tokenizer; the model follows when it is first used, in about half a second."""
        from tokenizers import Tokenizer

        self._model = model
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_length=tokens)
        self._tokenizer.enable_padding()

    @cached_property
    def _few(self) -> Any:
        return self._open(1)

    @cached_property
    def _many(self) -> Any:
        return self._open(0)

    def _open(self, threads: int) -> Any:
        """Return the model, run by so many threads; 0 is one for each core."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        broken = onnxruntime.capi.onnxruntime_pybind11_state
        unreadable = (
            broken.Fail,
            broken.InvalidArgument,
            broken.InvalidGraph,
            broken.InvalidProtobuf,
            broken.NoSuchFile,
        )
        try:
            return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
        except unreadable as error:
            raise EmbedderError(
                f"the model's fast form cannot be read: remove the folder {self._model.parent}, and run `atmp index`"
            ) from error

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array (texts, dimension) of vectors of length 1; texts of like length run together."""
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        session = self._few if len(batches) < 2 else self._many
        parts = [self._run(session, [texts[row] for row in batch]) for batch in batches]
        found = np.zeros((len(texts), parts[0].shape[1] if parts else 0), dtype=np.float32)
        if parts:
            found[order] = np.concatenate(parts)
        return found

    def _run(self, session: Any, texts: list[str]) -> NDArray[np.float32]:
        coded = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in coded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in coded], dtype=np.int64)
        found = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return np.asarray(found, dtype=np.float32)


def open_export(folder: Path, source: Path, weights: str, tokens: int) -> Session | None:
    """Return the exported model in `folder`, or None where there is none of these weights."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (folder / MODEL).is_file() or manifest != _manifest(folder / MODEL, weights, tokens):
        return None
    return Session(folder / MODEL, source / "tokenizer.json", tokens)


def _manifest(model: Path, weights: str, tokens: int) -> dict[str, object]:
    """Return what is kept beside an export: by its size, one that was copied or written only in part is told."""
    return {"form": FORM, "weights": weights, "tokens": tokens, "bytes": model.stat().st_size}


def export(original: Any, folder: Path, source: Path, weights: str, tokens: int) -> None:
    """Export a SentenceTransformer of a BERT with mean pooling into `folder`; raises EmbedderError, leaving nothing.

    The export is put in place only after its vectors were found equal to the original's to 1e-4 in cosine.
    """
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise EmbedderError(f"the model's fast form cannot be kept beside the store: {error}") from None
    try:
        _write(original, draft / MODEL)
        _check(original, Session(draft / MODEL, source / "tokenizer.json", tokens))
        manifest = _manifest(draft / MODEL, weights, tokens)
        (draft / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        draft.replace(folder)
    except (RuntimeError, ValueError, OSError, ImportError, TypeError) as error:
        raise EmbedderError(f"the model could not be exported ({type(error).__name__})") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(original: Any, path: Path) -> None:
    """Trace transformer, mean pooling and normalisation into one file."""
    import torch

    class Whole(torch.nn.Module):
        """Ids and mask in, vectors of length 1 out."""

        def __init__(self, bert: Any) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2.0, dim=1)

    bert = original[0].auto_model
    bert.set_attn_implementation("eager")  # traced so, a batch takes two thirds of the time that fused attention takes
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # its notes are for its developers
    whole = Whole(bert).eval()
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
    sample = (torch.ones(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64))
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            whole, sample, str(path), input_names=["input_ids", "attention_mask"], output_names=["vector"],
            dynamic_shapes={"input_ids": {0: batch, 1: length}, "attention_mask": {0: batch, 1: length}},
            dynamo=True, external_data=False, verbose=False,
        )  # fmt: skip


def _check(original: Any, session: Session) -> None:
    wanted = np.asarray(original.encode(list(_TRIED), normalize_embeddings=True, show_progress_bar=False))
    found = session.encode(_TRIED)
    worst = float(np.min(np.sum(wanted * found, axis=1)))
    if not worst > 1 - TOLERANCE:
        raise ValueError(f"the export's vectors differ from the model's: cosine {worst:.6f}")
