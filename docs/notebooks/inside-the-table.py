# %% [markdown]
# # Inside the table
#
# Which words does a model keep close together? You measure pairs of your own, set them beside random pairs, look for neighbors, and
# do a little arithmetic with words. It goes with the second part of the guide.

# %%
import importlib.util
import subprocess
import sys

# In Colab, install the guide's package first; on your own machine this does nothing once it is there.
if importlib.util.find_spec("embedguide") is None:
    package = "embedguide[compute] @ git+https://github.com/embedguide/embedguide"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", package], check=True
    )

# %% [markdown]
# ## Pairs
#
# **Put your own pairs here.** A word has to be one token of the model; otherwise you are told into which pieces it falls.

# %%
from embedguide.analysis.similarity import cosines_of_random_pairs, tabulate_pairs
from embedguide.models import open_token_table
from embedguide.notebook import show

table = open_token_table("smollm2-135m")
pairs = [
    ("cat", "dog"),
    ("cat", "car"),
    ("tea", "coffee"),
    ("tea", "table"),
    ("hot", "cold"),
    ("Berlin", "Germany"),
]
baseline = cosines_of_random_pairs(table, n_pairs=50_000, seed=0)
measured = tabulate_pairs(table, pairs, baseline)
show(
    measured,
    title="Pairs",
    caption="Percentile: how many of 100 random pairs of tokens are less alike.",
)

# %% [markdown]
# A cosine means little by itself, so look at the pairs among the random ones.

# %%
from embedguide.figures.similarity import plot_pairs

centered = cosines_of_random_pairs(table, n_pairs=50_000, seed=0, centered=True)
show(
    plot_pairs(measured, baseline, centered),
    title="Your pairs among random pairs",
    caption="**A pair is close when it clears the band.** The bars are pairs of tokens picked at random. Subtract the mean row and see "
    "which pairs move out of the band.",
)

# %% [markdown]
# ## Neighbors
#
# **Change the word.** With `variants` the nearest tokens are mostly the word in other clothes.

# %%
from embedguide.analysis.neighbors import tabulate_neighbors

word = "coffee"
neighbors = tabulate_neighbors(table, [word], k=8)
show(
    [one for one in neighbors if not one.variants],
    title=f"Near {word}",
    caption="Spelling variants left out.",
)

# %% [markdown]
# Is the neighborhood the word's or the model's? Ask another model.

# %%
other = open_token_table("qwen2.5-0.5b")
for one in tabulate_neighbors(other, [word], k=8):
    if not one.variants:
        print(f"{one.cosine:.2f}  {one.token}")

# %% [markdown]
# ## Arithmetic
#
# *King* − *man* + *woman*: what is nearest? The words of the question are usually left out of the answers; here you see them.
# GloVe has 400,000 words, so **ask it a question of your own.**

# %%
import numpy as np
from embedguide.analysis.analogies import Question, answer

glove = open_token_table("glove-6b-50d")
rows = np.asarray(glove.vectors, dtype=np.float32)
for question in [
    Question("king", "man", "woman", "queen"),
    Question("paris", "france", "japan", "tokyo"),
]:
    found = answer(rows, glove.texts, question, k=5)
    print(f"{question}: {', '.join(found.words)}")
    print(
        f"  {question.expected} comes {found.rank}., without the words of the question {found.rank_without_inputs}."
    )

# %% [markdown]
# ## The length of a row
#
# Cosine forgets how long a row is. Do frequent words have longer rows? The ids are a hint: a tokenizer learns frequent pieces first.

# %%
from itertools import pairwise

from embedguide.analysis.lookup import row_lengths
from embedguide.figures.theme import plot
from embedguide.results import Column, Drawing

lengths = row_lengths(table)
edges = np.linspace(0, table.n_tokens, 25).astype(int)
middles = [float(np.median(lengths[a:b])) for a, b in pairwise(edges)]
figure = plot(
    [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": edges[:-1].tolist(),
            "y": [round(m, 4) for m in middles],
            "line": {"color": "@accent"},
        }
    ],
    {
        "xaxis": {"title": {"text": "token id, from the pieces learned first"}},
        "yaxis": {"title": {"text": "median length of the rows"}},
    },
)
summary = f"The median length goes from {middles[0]:.2f} for the first ids to {middles[-1]:.2f} for the last."
columns = [
    Column("token_id", "from token id", format="d"),
    Column("length", "median length", format=".3f"),
]
show(
    Drawing(
        figure,
        columns,
        list(zip(edges[:-1].tolist(), middles, strict=True)),
        summary,
        height=320,
    ),
    title="Length against id",
    caption="**Rare pieces have longer rows, the very first ones apart.** Each point is the median of one part of the vocabulary. Draw what you like: `plot` takes the traces of Plotly, and colors "
    "by the names of the guide's theme.",
)
