import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers import registry
from classifiers.judge import TrainedJudge
from classifiers.model import FORMAT, Model, ModelError, load, save
from classifiers.verdict import MailText, Undecided

MAIL = MailText("Lê An", "anle@vst.gov.vn", "Máy in", "Máy in kẹt giấy.\nKBNN Đức Trọng")


def with_checksum(body: bytes, form: int = FORMAT) -> bytes:
    return f"HOTROCNTT-MODEL {form} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def archive(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def test_a_saved_model_judges_as_before(small_model: Model, tmp_path: Path) -> None:
    save(small_model, tmp_path / "a.model")
    loaded = load(tmp_path / "a.model")
    assert loaded.name == small_model.name
    assert loaded.trained_at == small_model.trained_at
    assert loaded.scores == small_model.scores
    assert TrainedJudge(loaded).judge([MAIL]) == TrainedJudge(small_model).judge([MAIL])
    assert [path.name for path in tmp_path.iterdir()] == ["a.model"]


def test_the_same_model_gives_the_same_file(small_model: Model, tmp_path: Path) -> None:
    save(small_model, tmp_path / "a.model")
    save(load(tmp_path / "a.model"), tmp_path / "b.model")
    assert (tmp_path / "a.model").read_bytes() == (tmp_path / "b.model").read_bytes()


@pytest.mark.parametrize("position", [0, 30, 90, 400, -1])
def test_a_changed_byte_is_refused(small_model: Model, tmp_path: Path, position: int) -> None:
    path = tmp_path / "a.model"
    save(small_model, path)
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"a\.model"):
        load(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a model file of this program"),
        (b"PK\x03\x04 something else", "not a model file of this program"),
        (with_checksum(b"not an archive"), "cannot be opened"),
        (with_checksum(b"", form=FORMAT + 1), f"has format {FORMAT + 1}"),
        (with_checksum(archive(other=np.zeros(3))), "cannot be opened"),
        (with_checksum(archive(manifest=np.frombuffer(b"[1]", np.uint8))), "manifest is not an object"),
        (with_checksum(archive(manifest=np.frombuffer(b'{"name": "x"}', np.uint8))), "incomplete"),
    ],
)
def test_a_foreign_file_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.model"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=reason):
        load(path)


def test_a_pickled_object_in_the_file_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.model"
    path.write_bytes(with_checksum(archive(manifest=np.array([{"name": "x"}], object))))
    with pytest.raises(ModelError, match="cannot be opened"):
        load(path)


def test_weights_that_do_not_fit_their_labels_are_refused(small_model: Model, tmp_path: Path) -> None:
    application = small_model.application
    broken = replace(application, linear=replace(application.linear, labels=("TABMIS",)))
    save(replace(small_model, application=broken), tmp_path / "a.model")
    with pytest.raises(ModelError, match="application weights do not fit"):
        load(tmp_path / "a.model")


def test_without_a_model_the_judge_is_undecided_and_says_why(tmp_path: Path) -> None:
    judge = registry.open_current(tmp_path)
    assert isinstance(judge, Undecided)
    assert "train" in judge.reason
    assert judge.judge([MAIL])[0].application.accepted is False


def test_the_model_in_use_is_opened(small_model: Model, tmp_path: Path) -> None:
    registry.store(tmp_path, small_model)
    assert isinstance(registry.open_current(tmp_path), Undecided)
    registry.use(tmp_path, small_model.name)
    assert registry.open_current(tmp_path).name == small_model.name


def test_a_damaged_model_in_use_makes_the_judge_undecided(small_model: Model, tmp_path: Path) -> None:
    path = registry.store(tmp_path, small_model)
    registry.use(tmp_path, small_model.name)
    path.write_bytes(path.read_bytes()[:-10])
    judge = registry.open_current(tmp_path)
    assert isinstance(judge, Undecided)
    assert "damaged" in judge.reason
    assert registry.listed(tmp_path)[0].defect


def test_rollback_returns_to_the_model_before(small_model: Model, tmp_path: Path) -> None:
    second = replace(small_model, name="later")
    for model in (small_model, second):
        registry.store(tmp_path, model)
        registry.use(tmp_path, model.name)
    assert registry.current_name(tmp_path) == "later"
    assert registry.rollback(tmp_path) == small_model.name
    assert [one.name for one in registry.listed(tmp_path) if one.current] == [small_model.name]
    with pytest.raises(ModelError, match="no earlier model"):
        registry.rollback(tmp_path)


@pytest.mark.parametrize("name", ["absent", "../outside", "", ".hidden"])
def test_only_a_whole_model_of_the_folder_is_put_to_use(small_model: Model, tmp_path: Path, name: str) -> None:
    registry.store(tmp_path, small_model)
    registry.use(tmp_path, small_model.name)
    with pytest.raises(ModelError):
        registry.use(tmp_path, name)
    assert registry.current_name(tmp_path) == small_model.name
