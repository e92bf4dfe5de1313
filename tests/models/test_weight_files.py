"""Tensors are read in place from GGUF and safetensors files, and damaged files are named."""

from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from embedguide.models import ModelError
from embedguide.models.gguf_file import embedding_tensor, read_gguf
from embedguide.models.safetensors_file import read_safetensors

MATRIX = np.random.default_rng(3).normal(size=(300, 256)).astype(np.float32)


def write_matrix(path: Path, quantisation: str) -> np.ndarray:
    """Write MATRIX in a GGUF file, after a vector that shifts it, and return what it is dequantised to."""
    kind = gguf.GGMLQuantizationType[quantisation]
    raw = gguf.quantize(MATRIX, kind)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_array("words", ["a", "bb", "é"])
    writer.add_tensor("first", np.arange(5, dtype=np.float32))
    writer.add_tensor("matrix", raw, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return gguf.dequantize(raw, kind)


@pytest.mark.parametrize("quantisation", ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"])
def test_gguf_rows_in_every_quantisation(tmp_path: Path, quantisation: str) -> None:
    expected = write_matrix(tmp_path / "a.gguf", quantisation)
    file = read_gguf(tmp_path / "a.gguf")
    assert file.fields["words"] == ["a", "bb", "é"]
    assert file.tensors["matrix"].shape == (300, 256)
    assert file.quantisation("matrix") == quantisation
    assert np.array_equal(np.concatenate(list(file.row_blocks("matrix", block=77))), expected)
    assert np.array_equal(file.rows("matrix", 298), expected[298:])
    assert np.array_equal(file.rows("first"), [[0, 1, 2, 3, 4]])


def test_gguf_header_agrees_with_the_gguf_package(fake_models: Path) -> None:
    path = fake_models / "tiny-qwen2-gguf" / "tiny-qwen2-gguf.gguf"
    file, theirs = read_gguf(path), gguf.GGUFReader(path)
    assert {key: theirs.fields[key].contents() for key in file.fields} == file.fields
    assert {t.name: tuple(reversed(t.shape.tolist())) for t in theirs.tensors} == {
        name: tensor.shape for name, tensor in file.tensors.items()
    }
    assert {t.name: t.data_offset for t in theirs.tensors} == {n: t.offset for n, t in file.tensors.items()}


def test_gguf_cut_short_names_the_tensor(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    write_matrix(path, "Q8_0")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ModelError, match=r"a\.gguf is cut short: matrix ends at byte \d+.*fetch it again"):
        read_gguf(path).rows("matrix")


@pytest.mark.parametrize("kept", [9, 40, 100])
def test_gguf_header_cut_short(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.gguf"
    write_matrix(path, "F32")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"a\.gguf: the GGUF header is damaged"):
        read_gguf(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip file", b"GGUF\x01\x00\x00\x00 version one"])
def test_no_gguf(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gguf").write_bytes(content)
    with pytest.raises(ModelError, match=r"a\.gguf is no GGUF file of version 2 or 3"):
        read_gguf(tmp_path / "a.gguf")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (None, ("token_embd.weight", True)),
        (MATRIX + 0.01, ("output.weight", True)),
        (-MATRIX, ("token_embd.weight", False)),
    ],
)
def test_embedding_tensor(tmp_path: Path, output: np.ndarray | None, expected: tuple[str, bool]) -> None:
    writer = gguf.GGUFWriter(tmp_path / "a.gguf", "llama")
    coarse = gguf.GGMLQuantizationType.Q5_0
    writer.add_tensor("token_embd.weight", gguf.quantize(MATRIX, coarse), raw_dtype=coarse)
    if output is not None:
        writer.add_tensor("output.weight", output)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert embedding_tensor(read_gguf(tmp_path / "a.gguf")) == expected


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_safetensors_rows(tmp_path: Path, dtype: torch.dtype) -> None:
    matrix = torch.from_numpy(MATRIX).to(dtype)
    save_file({"a": torch.ones(3), "matrix": matrix}, tmp_path / "a.safetensors", metadata={"format": "pt"})
    tensor = read_safetensors([tmp_path / "a.safetensors"])["matrix"]
    blocks = list(tensor.row_blocks(block=77))
    assert [len(block) for block in blocks] == [77, 77, 77, 69]
    assert np.array_equal(np.concatenate(blocks), matrix.float().numpy())


@pytest.mark.parametrize("kept", [4, 50, -1])
def test_safetensors_cut_short(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.safetensors"
    save_file({"matrix": torch.from_numpy(MATRIX)}, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"a\.safetensors is no whole safetensors file"):
        read_safetensors([path])
