from classifiers.corpus_files import CORPUS, LabelledMail, in_gate, load_part


def test_learning_and_gate_share_no_mail_and_together_are_all(learning: list[LabelledMail]) -> None:
    parts = {part: {row.id for row in load_part(CORPUS, part)} for part in ("learning", "gate")}
    assert not parts["learning"] & parts["gate"]
    assert parts["learning"] | parts["gate"] >= {row.id for row in learning}
    assert 0.05 < len(parts["gate"]) / len(learning) < 0.3


def test_a_row_never_changes_its_part() -> None:
    ids = [f"TCS-w1-{number:03}" for number in range(1, 41)]
    assert [one for one in ids if in_gate(one)] == ["TCS-w1-027", "TCS-w1-028"]
