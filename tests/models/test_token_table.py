"""Token tables of every tokenizer: one token or an error, the right rows, visible texts."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from safetensors.numpy import load_file, save_file
from tiny_models import GLOVE, LLAMA_GGUF, QWEN2_GGUF

from embedguide.models import ModelError, NotOneToken, TokenTable, open_token_table
from embedguide.models.vocabulary import BYTE_LEVEL, read_vocabulary


@pytest.fixture
def gpt2(fake_models: Path, cache: Path) -> TokenTable:
    return open_token_table(str(fake_models / "tiny-gpt2"))


@pytest.fixture
def bert(fake_models: Path, cache: Path) -> TokenTable:
    return open_token_table(str(fake_models / "tiny-bert"))


@pytest.fixture
def spm(fake_models: Path, cache: Path) -> TokenTable:
    return open_token_table(str(fake_models / "tiny-spm"))


@pytest.fixture
def glove(fake_models: Path, cache: Path) -> TokenTable:
    return open_token_table(GLOVE)


def test_table_holds_the_weights_of_the_file(gpt2: TokenTable, fake_models: Path) -> None:
    weights = load_file(fake_models / "tiny-gpt2" / "model.safetensors")["transformer.wte.weight"]
    assert gpt2.vectors.dtype == np.float16
    assert isinstance(gpt2.vectors, np.memmap) and not gpt2.vectors.flags.writeable
    assert (gpt2.n_tokens, gpt2.n_dims) == weights.shape
    assert np.array_equal(gpt2.vectors, weights.astype(np.float16))
    assert gpt2.rounding_error == np.abs(weights - weights.astype(np.float16)).max()
    assert gpt2.tensor == "transformer.wte.weight (F32)"
    assert gpt2.name == "tiny-gpt2" == gpt2.source.source.name


def test_rows_are_float32_copies(gpt2: TokenTable) -> None:
    row = gpt2.row(5)
    assert row.shape == (64,) and row.dtype == np.float32
    assert np.array_equal(gpt2.rows([7, 5, 5]), [gpt2.row(7), row, row])
    row += 1
    assert not np.array_equal(gpt2.row(5), row)
    assert gpt2.rows([]).shape == (0, 64)


@pytest.mark.parametrize("wrong", [-1, 10_000])
def test_rows_refuses_ids_outside_the_table(gpt2: TokenTable, wrong: int) -> None:
    with pytest.raises(ModelError, match=rf"token ids of 'tiny-gpt2' are 0 to \d+, got {wrong}"):
        gpt2.rows([0, wrong])


def test_unit_rows(glove: TokenTable, gpt2: TokenTable) -> None:
    lengths = np.linalg.norm(glove.unit_rows, axis=1)
    assert np.allclose(lengths[:-1], 1, atol=1e-6) and lengths[-1] == 0
    rows = gpt2.rows(range(gpt2.n_tokens))
    assert np.allclose(gpt2.unit_rows, rows / np.linalg.norm(rows, axis=1, keepdims=True), atol=1e-6)
    assert gpt2.unit_rows is gpt2.unit_rows
    assert gpt2.unit_rows.dtype == np.float32 and not gpt2.unit_rows.flags.writeable


def test_byte_level_words_carry_their_space(gpt2: TokenTable) -> None:
    word = gpt2.word_id("cat")
    assert word == gpt2.word_id(" cat") == gpt2.token_id(" cat") != gpt2.token_id("c")
    assert gpt2.text(word) == " cat" and gpt2.glyph(word) == "␣cat"
    assert gpt2.texts[word] == " cat"


def test_not_one_token_names_the_pieces(gpt2: TokenTable) -> None:
    with pytest.raises(NotOneToken) as caught:
        gpt2.word_id("catdog")
    error = caught.value
    assert error.text == " catdog" and len(error.token_ids) == len(error.pieces) > 1
    assert "".join(error.pieces) == "␣catdog"
    assert f"'␣catdog' should be one token of 'tiny-gpt2', got {len(error.pieces)}: ␣cat | " in str(error)
    assert "leading space" not in str(error)
    with pytest.raises(NotOneToken, match=r"try it with a leading space, or use tokenize\(\)"):
        gpt2.token_id("zzz")


@pytest.mark.parametrize("table", ["gpt2", "bert", "glove"])
def test_the_empty_text_is_no_token(table: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotOneToken):
        request.getfixturevalue(table).token_id("")


def test_byte_level_texts_join_to_the_text(gpt2: TokenTable) -> None:
    text = "the cat\n\n  ran 12 times, naïve"
    ids = gpt2.tokenize(text)
    raw = b"".join(_bytes_of(gpt2.text(i)) for i in ids)
    assert raw.decode() == text
    assert any(gpt2.text(i).startswith("<0x") for i in gpt2.tokenize("漢"))


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace("<0x", "").replace(">", "")) if text.startswith("<0x") else text.encode()


def test_byte_alphabet_is_that_of_the_tokenizers_package() -> None:
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {character: i for i, character in enumerate(alphabet)}
    parsed = {"model": {"type": "BPE", "vocab": vocabulary}, "decoder": {"type": "ByteLevel"}}
    texts = read_vocabulary(parsed, 256).texts
    decoder = tokenizers.decoders.ByteLevel()
    assert read_vocabulary(parsed, 256).kind == BYTE_LEVEL
    assert [t for t in texts if len(t) == 1] == [d for c in alphabet if (d := decoder.decode([c])) != "\ufffd"]
    assert sorted(t for t in texts if len(t) > 1) == [f"<0x{byte:02X}>" for byte in range(0x80, 0x100)]


def test_special_and_unused_rows(gpt2: TokenTable) -> None:
    assert [gpt2.text(i) for i in gpt2.special_ids] == ["<|endoftext|>"]
    assert len(gpt2.unused_ids) == 4 and max(gpt2.unused_ids) == gpt2.n_tokens - 1
    assert gpt2.text(gpt2.n_tokens - 1) == f"<unused {gpt2.n_tokens - 1}>"
    assert len(gpt2.texts) == gpt2.n_tokens


@pytest.mark.parametrize(
    ("model", "tied"),
    [("tiny-gpt2", True), ("tiny-llama", True), ("tiny-spm", False), ("tiny-bert", None)],
)
def test_tied(fake_models: Path, cache: Path, model: str, tied: bool | None) -> None:
    assert open_token_table(str(fake_models / model)).tied is tied


def test_word_vectors_are_not_tied_to_anything(glove: TokenTable) -> None:
    assert glove.tied is None


def test_word_piece(bert: TokenTable) -> None:
    assert bert.word_id("Cat") == bert.token_id("cat") == 6
    assert bert.token_id("##ing") == 9 and bert.glyph(9) == "##ing"
    assert bert.token_id("[MASK]") == 4 and bert.special_ids == {0, 1, 2, 3, 4}
    assert bert.tokenize("the cat playing dogs") == [5, 6, 8, 9, 7, 10]
    assert bert.tokenize("the cat", special=True) == [2, 5, 6, 3]
    with pytest.raises(NotOneToken, match=r"'playing' should be one token of 'tiny-bert', got 2: play \| ##ing"):
        bert.word_id("playing")
    with pytest.raises(NotOneToken):
        bert.word_id("xyzzy")


def test_word_piece_is_neither_cut_nor_padded(bert: TokenTable) -> None:
    assert len(bert.tokenize("the cat " * 10)) == 20


def test_space_sign(spm: TokenTable) -> None:
    assert spm.text(spm.word_id("cat")) == " cat" and spm.glyph(spm.word_id("cat")) == "␣cat"
    assert spm.text(spm.token_id("cat")) == "cat"
    assert spm.text(spm.token_id("<0x0A>")) == "<0x0A>"
    assert spm.tokenize("cat s") == [spm.word_id("cat"), spm.word_id("s")]
    with pytest.raises(NotOneToken, match=r"got 2: ␣cat \| s"):
        spm.word_id("cats")
    assert spm.tensor == "model.embed_tokens.weight (BF16)"


def test_word_vectors(glove: TokenTable, fake_models: Path) -> None:
    assert glove.word_id("Paris") == glove.token_id("paris") == 6 and glove.text(6) == "paris"
    assert glove.tokenize("the king of Berlin") == [0, 4, 1, 7]
    assert np.allclose(glove.row(4), np.load(fake_models / "tiny-glove" / "vectors.npy")[4], atol=2e-3)
    with pytest.raises(NotOneToken, match=r"'kingg' is not in the vocabulary of 'tiny-glove'\. Near: king\."):
        glove.word_id("kingg")
    with pytest.raises(NotOneToken, match="Near: none"):
        glove.tokenize("the xyzzy")


def test_gguf_table_takes_the_finer_of_two_copies(fake_models: Path, cache: Path) -> None:
    table = open_token_table(QWEN2_GGUF)
    weights = load_file(fake_models / "tiny-qwen2" / "model.safetensors")["model.embed_tokens.weight"]
    assert table.tensor == "output.weight (Q8_0)" and table.tied is True
    assert np.abs(table.vectors - weights).max() < 0.02  # Q5_0 would be eight times coarser
    assert len(table.unused_ids) == 4
    assert [table.text(i) for i in table.special_ids] == ["<|endoftext|>"]


def test_gguf_tokenizer_is_that_of_the_model(fake_models: Path, cache: Path) -> None:
    ours = open_token_table(LLAMA_GGUF)
    theirs = open_token_table(str(fake_models / "tiny-llama"))
    text = "the cat and dogs, naïve <|endoftext|> end"
    assert ours.tokenize(text) == theirs.tokenize(text)
    assert ours.texts == theirs.texts


def test_gguf_word_rules(fake_models: Path, cache: Path) -> None:
    smollm = open_token_table(LLAMA_GGUF)
    cut = smollm._tokenizer.pre_tokenizer.pre_tokenize_str("a  12")
    assert [piece for piece, _ in cut] == ["a", "ĠĠ", "1", "2"]
    qwen = open_token_table(QWEN2_GGUF)
    assert qwen.tokenize("cafe\u0301") == qwen.tokenize("caf\u00e9")


def test_number_beyond_float16_is_refused(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = _copy(fake_models / "tiny-gpt2", tmp_path / "huge")
    weights = load_file(folder / "model.safetensors")
    weights["transformer.wte.weight"][3, 3] = 1e6
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelError, match="numbers from -65504 to 65504 expected, got 1e\\+06"):
        open_token_table(str(folder))


def test_tokenizer_of_another_model_is_refused(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = _copy(fake_models / "tiny-bert", tmp_path / "mixed")
    (folder / "tokenizer.json").write_bytes((fake_models / "tiny-gpt2" / "tokenizer.json").read_bytes())
    with pytest.raises(ModelError, match="only 12 rows: not the same model"):
        open_token_table(str(folder))


def test_folder_without_tokenizer_is_named(fake_models: Path, cache: Path, tmp_path: Path) -> None:
    folder = _copy(fake_models / "tiny-bert", tmp_path / "bare")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"'bare' has no tokenizer\.json, only config\.json, model\.safetensors"):
        open_token_table(str(folder))


def test_opening_again_imports_no_heavy_package(fake_models: Path, cache: Path) -> None:
    folder = str(fake_models / "tiny-gpt2")
    open_token_table(folder)
    code = (
        "import sys; from embedguide.models import open_token_table\n"
        f"table = open_token_table({folder!r}); table.word_id('cat'); table.unit_rows; table.glyph(0)\n"
        "print([m for m in ('torch', 'transformers', 'gguf', 'pyarrow', 'filelock', 'safetensors') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _copy(model: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    assert json.loads((folder / "config.json").read_bytes())
    return folder
