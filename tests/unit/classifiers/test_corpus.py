"""The corpus as it stands: schema, counts, no two mails alike, every province."""

from collections import Counter, defaultdict

from classifiers.corpus_files import CORPUS, LabelledMail, load
from classifiers.fitting import near_groups
from classifiers.gazetteer.places import former_names

CATEGORIES = {
    "TABMIS", "KDL_TABMIS", "TTSP", "TTLKB", "TTLNH", "TTBT", "TCS", "PHT", "DMFAS", "KTNB", "QLTS", "DKTS", "ANQP",
    "DMDC", "MSNS", "QLCB", "BMS", "KQKB", "DTKB_LAN", "THBC_DTKB", "DTKB_WAN", "DVC", "GDMC", "QLYC", "PORTAL",
    "MAIL", "EDOC", "MAY_TRAM", "MANG", "ATTT", "TAI_KHOAN", "KHAC",
}  # fmt: skip


def test_every_row_of_every_part_is_valid() -> None:
    assert load(CORPUS, CATEGORIES)


def test_each_category_has_120_mails_and_the_reject_class_300() -> None:
    counts = Counter(row.application for row in load(CORPUS))
    assert set(counts) == CATEGORIES
    assert min(counts.values()) >= 120, counts.most_common()[-3:]
    assert counts["KHAC"] >= 300


def test_800_mails_of_other_writers_are_kept_away() -> None:
    kept, others = load(CORPUS / "kept"), load(CORPUS / "learning")
    assert len(kept) >= 800
    assert not {row.writer for row in kept} & {row.writer for row in others}


def test_a_third_of_a_category_never_names_it(learning: list[LabelledMail]) -> None:
    styles: dict[str, Counter[str]] = defaultdict(Counter)
    for row in learning:
        styles[row.application][row.style] += 1
    for code, counted in styles.items():
        if code not in ("BMS", "KHAC"):
            assert counted["unnamed"] + counted["noisy"] >= counted.total() / 3, code


def test_rows_are_named_after_their_category_and_writer() -> None:
    for row in load(CORPUS):
        assert row.id.startswith(f"{row.application}-{row.writer}-"), row.id


def test_no_two_mails_are_near_copies() -> None:
    rows = load(CORPUS)
    groups: dict[int, list[str]] = defaultdict(list)
    for row, group in zip(rows, near_groups([row.mail() for row in rows]).tolist(), strict=True):
        groups[group].append(row.id)
    assert [ids for ids in groups.values() if len(ids) > 1] == []


def test_all_63_provinces_and_none_at_all_occur(learning: list[LabelledMail]) -> None:
    provinces = Counter(row.province for row in learning)
    assert set(former_names()) <= set(provinces)
    assert provinces[None] >= len(learning) / 10
