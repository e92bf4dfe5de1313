"""What are the models of the guide made of?  Page: docs/models.md"""

from embedguide.models.facts import tabulate_facts
from embedguide.results import Column

FACT_COLUMNS = [
    Column("architecture", "architecture"),
    Column("n_tokens", "rows", format=",d"),
    Column("n_unused", "rows without a token", format=",d"),
    Column("n_dims", "columns", format=",d"),
    Column("n_layers", "layers", format="d"),
    Column("tied", "output layer is the same table"),
    Column("tensor", "tensor that became the table"),
]


def build(chapter):
    """Declare the facts of each model; ``--model`` adds those of another."""
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b", "minilm-l6"):
        chapter.table(
            "facts", chapter.compute(tabulate_facts, model.table), columns=FACT_COLUMNS,
            title="What the model is made of",
            caption="Counted in the files of the model, without loading it.",
        )  # fmt: skip
