"""The text of a corpus from each kind of file."""

from types import SimpleNamespace

import pyarrow
import pyarrow.parquet
import pytest

from embedguide.sources import SourceError
from embedguide.sources.texts import read_text


def corpus(folder, **files):
    return SimpleNamespace(
        source=SimpleNamespace(name="tiny"), paths={name.replace("_", "."): p for name, p in files.items()}
    )


def test_a_text_file_whole_and_in_part(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\nthree\nfour\n", encoding="utf-8")
    assert read_text(corpus(tmp_path, a_txt=path)) == "one\ntwo\nthree\nfour\n"
    assert read_text(corpus(tmp_path, a_txt=path), 0.5) == "one\ntwo\n"


def test_the_training_part_of_a_table(tmp_path):
    for name, words in (("test", ["no"]), ("train", ["a b", "c", "d", "e", None])):
        pyarrow.parquet.write_table(pyarrow.table({"text": words}), tmp_path / f"{name}.parquet")
    local = corpus(tmp_path, test_parquet=tmp_path / "test.parquet", train_parquet=tmp_path / "train.parquet")
    assert read_text(local, 0.4) == "a b c"
    assert read_text(local) == "a b c d e "


def test_a_csv_and_what_is_missing(tmp_path):
    (tmp_path / "a.csv").write_text("canto,text\n1,Nel mezzo\n1,mi ritrovai\n", encoding="utf-8")
    assert read_text(corpus(tmp_path, a_csv=tmp_path / "a.csv")) == "Nel mezzo mi ritrovai"
    (tmp_path / "b.csv").write_text("canto,line\n1,x\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"b.csv of corpus 'tiny' needs a column 'text', it has: canto, line"):
        read_text(corpus(tmp_path, b_csv=tmp_path / "b.csv"))
    with pytest.raises(SourceError, match=r"corpus 'tiny' needs a .txt, .parquet or .csv file, got a.bin"):
        read_text(corpus(tmp_path, a_bin=tmp_path / "a.bin"))
    with pytest.raises(ValueError, match="share must be above 0"):
        read_text(corpus(tmp_path, a_csv=tmp_path / "a.csv"), 0)
