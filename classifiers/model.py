"""The model and its file: a checksum, then an archive of plain arrays and one JSON manifest. Loading it runs no code."""

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.application import CLUES, ApplicationModel
from classifiers.linear import LinearText, Vocabulary
from classifiers.organisation import OrganisationModel
from classifiers.province import ProvinceModel
from classifiers.terms import Lexicon, Term

FORMAT = 3
SUFFIX = ".model"
# The first line of every model file: this program's mark, the format and the SHA-256 of all that follows.
_HEADER = re.compile(rb"HOTROCNTT-MODEL (\d+) ([0-9a-f]{64})\n")
_HEADER_LIMIT = 120


class ModelError(Exception):
    """A model file that cannot be used; the message names the file and says what is wrong, for the administrator."""


@dataclass(frozen=True)
class Model:
    """Everything that judging needs, and where it comes from.

    `scores` are the cross-validated figures at training time, by name ("application.accuracy").
    """

    name: str
    trained_at: datetime
    corpus_size: int
    corpus_digest: str
    vocabulary: Vocabulary
    application: ApplicationModel
    request_kind: LinearText
    province: ProvinceModel
    organisation: OrganisationModel
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a list of models shows of one of them."""

    name: str
    trained_at: datetime
    corpus_size: int
    scores: Mapping[str, float]


def save(model: Model, path: Path) -> None:
    """Writes the model whole or not at all: a temporary file, fsynced, then renamed. OSError when the disk refuses."""
    archive = io.BytesIO()
    np.savez_compressed(archive, allow_pickle=False, **_arrays(model))
    body = archive.getvalue()
    header = f"HOTROCNTT-MODEL {FORMAT} {hashlib.sha256(body).hexdigest()}\n".encode()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(header + body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path) -> Model:
    """The model in a file. ModelError when the file is missing, foreign, of another format, or damaged."""
    arrays, manifest = _opened(path)
    try:
        return _model(arrays, manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path}: the model file is incomplete or inconsistent ({error})") from error


def read_manifest(path: Path) -> Manifest:
    """The description of the model in a file, after the same checks as `load`. ModelError as there."""
    _, manifest = _opened(path)
    try:
        return Manifest(
            str(manifest["name"]),
            datetime.fromisoformat(manifest["trained_at"]),
            int(manifest["corpus_size"]),
            {str(name): float(value) for name, value in manifest["scores"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{path}: the model's manifest is incomplete ({error})") from error


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    features, terms = sorted(model.province.weights), model.application.lexicon.terms
    manifest = {
        "name": model.name,
        "trained_at": model.trained_at.isoformat(),
        "corpus_size": model.corpus_size,
        "corpus_digest": model.corpus_digest,
        "application": _described(model.application.linear) | {"accepted_from": model.application.threshold},
        "clues": dict(model.application.weights),
        "request_kind": _described(model.request_kind),
        "province_threshold": model.province.threshold,
        "organisation": {"threshold": model.organisation.threshold, "shares": model.organisation.shares},
        "scores": dict(model.scores),
    }
    return {
        "manifest": np.frombuffer(json.dumps(manifest, ensure_ascii=False).encode(), np.uint8),
        "vocabulary": model.vocabulary.names,
        "idf": model.vocabulary.weights,
        "application_weights": model.application.linear.weights,
        "application_offsets": model.application.linear.offsets,
        "terms": np.array([term.wording for term in terms], np.str_),
        "term_codes": np.array([term.code for term in terms], np.str_),
        "term_is_name": np.array([term.is_name for term in terms], np.bool_),
        "term_trust": np.array([term.trust for term in terms], np.float64),
        "request_kind_weights": model.request_kind.weights,
        "request_kind_offsets": model.request_kind.offsets,
        "province_features": np.array(features, np.str_),
        "province_weights": np.array([model.province.weights[name] for name in features], np.float64),
    }


def _described(judge: LinearText) -> dict[str, object]:
    return {"labels": list(judge.labels), "sharpness": judge.sharpness, "threshold": judge.threshold}


def _opened(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and manifest after the checks that need no knowledge of their meaning."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such model file") from error
    except OSError as error:
        raise ModelError(f"{path}: the model file cannot be read ({error.strerror})") from error
    header = _HEADER.match(content[:_HEADER_LIMIT])
    if header is None:
        raise ModelError(f"{path}: this is not a model file of this program")
    if int(header[1]) != FORMAT:
        raise ModelError(f"{path}: the model has format {int(header[1])}, this program reads {FORMAT}; train a new one")
    body = memoryview(content)[header.end() :]
    if hashlib.sha256(body).hexdigest().encode() != header[2]:
        raise ModelError(f"{path}: the model file is damaged (its checksum does not fit)")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        manifest = json.loads(arrays["manifest"].tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{path}: the model file cannot be opened ({error})") from error
    if not isinstance(manifest, dict):
        raise ModelError(f"{path}: the model's manifest is not an object")
    return arrays, manifest


def _model(arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> Model:
    names, idf = arrays["vocabulary"], arrays["idf"]
    _expect(names.dtype.kind == "U" and idf.shape == names.shape, "vocabulary and its weights differ")
    features, weights = arrays["province_features"], arrays["province_weights"]
    _expect(features.dtype.kind == "U" and features.shape == weights.shape, "province features and weights differ")
    shares = manifest["organisation"]["shares"]
    return Model(
        name=str(manifest["name"]),
        trained_at=datetime.fromisoformat(manifest["trained_at"]),
        corpus_size=int(manifest["corpus_size"]),
        corpus_digest=str(manifest["corpus_digest"]),
        vocabulary=Vocabulary(names, idf.astype(np.float32)),
        application=_application(arrays, manifest, len(names)),
        request_kind=_linear("request_kind", arrays, manifest, len(names)),
        province=ProvinceModel(
            dict(zip(features.tolist(), weights.astype(float).tolist(), strict=True)),
            float(manifest["province_threshold"]),
        ),
        organisation=OrganisationModel(
            {str(rule): {str(one): float(share) for one, share in of.items()} for rule, of in shares.items()},
            float(manifest["organisation"]["threshold"]),
        ),
        scores={str(name): float(value) for name, value in manifest["scores"].items()},
    )


def _application(arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any], width: int) -> ApplicationModel:
    terms, codes, are_names, trust = (arrays[name] for name in ("terms", "term_codes", "term_is_name", "term_trust"))
    same = terms.shape == codes.shape == are_names.shape == trust.shape
    _expect(same and terms.dtype.kind == codes.dtype.kind == "U", "the lexicon's columns differ")
    return ApplicationModel(
        _linear("application", arrays, manifest, width),
        Lexicon(
            tuple(
                Term(wording, code, bool(is_name), float(share))
                for wording, code, is_name, share in zip(
                    terms.tolist(), codes.tolist(), are_names.tolist(), trust.tolist(), strict=True
                )
            )
        ),
        {name: float(manifest["clues"][name]) for name in CLUES},
        float(manifest["application"]["accepted_from"]),
    )


def _linear(name: str, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any], width: int) -> LinearText:
    described = manifest[name]
    labels = tuple(str(label) for label in described["labels"])
    weights, offsets = arrays[f"{name}_weights"], arrays[f"{name}_offsets"]
    fits = weights.shape == (width, len(labels)) and offsets.shape == (len(labels),) and len(labels) > 0
    _expect(fits and weights.dtype.kind == "f" and offsets.dtype.kind == "f", f"{name} weights do not fit its labels")
    _expect(bool(np.isfinite(weights).all() and np.isfinite(offsets).all()), f"{name} weights are not numbers")
    return LinearText(
        labels,
        weights.astype(np.float32),
        offsets.astype(np.float32),
        float(described["sharpness"]),
        float(described["threshold"]),
    )


def _expect(true: bool, defect: str) -> None:
    if not true:
        raise ValueError(defect)
