"""What a model is made of, read from its files without loading it: rows, columns, blocks, and which ends share the table."""

import json
from typing import NamedTuple

from embedguide.models.gguf_file import read_gguf
from embedguide.models.token_table import TokenTable
from embedguide.sources import LocalSource

_LAYER_NAMES = ("num_hidden_layers", "n_layer")


class Facts(NamedTuple):
    """Numbers of one model.

    `n_layers` is None where the files do not say (word vectors have none), `tied` is ``no output layer`` where there is
    nothing that could share the table, `tensor` names the tensor that became the table and how the file stores it.
    """

    architecture: str
    n_tokens: int
    n_unused: int
    n_dims: int
    n_layers: int | None
    tied: str
    tensor: str


def tabulate_facts(table: TokenTable) -> list[Facts]:
    """Return the facts of the model that a token table belongs to, as a table of one row."""
    architecture, n_layers = count_layers(table.source)
    tied = {True: "yes", False: "no", None: "no output layer"}[table.tied]
    return [Facts(architecture, table.n_tokens, len(table.unused_ids), table.n_dims, n_layers, tied, table.tensor)]


def count_layers(local: LocalSource) -> tuple[str, int | None]:
    """Return a model's architecture as its files name it, and its number of blocks; None where they do not say.

    A GGUF file says so in its header, a model of the hub in config.json. No weight is read.
    """
    for path in local.paths.values():
        if path.suffix == ".gguf":
            file = read_gguf(path)
            return file.architecture, file.fields.get(f"{file.architecture}.block_count")
    if "config.json" not in local.paths:
        return "none", None
    config = json.loads(local.path("config.json").read_bytes())
    layers = next((int(config[name]) for name in _LAYER_NAMES if name in config), None)
    return str(config.get("model_type", "not named")), layers
