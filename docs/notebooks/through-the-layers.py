# %% [markdown]
# # Through the layers
#
# A row enters the model, and block by block the sentence changes it. You follow one word through the layers, find out what a word
# can see, and ask the model for the next token. It goes with the chapter on context and the last part of the guide.

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
# ## One word, two sentences
#
# **Write your own pair of sentences** with the same word in both. Put the hint before the word first; then put it behind the word.

# %%
from embedguide.analysis.context import cosines_by_layer, pick_word, sentence_states
from embedguide.models import open_language_model
from embedguide.notebook import show

model = open_language_model("smollm2-135m")
word = "bank"
sentences = [
    "The river was high, and we walked along the bank.",
    "The boat was lost, and we walked along the bank.",
    "The money was gone, and we walked into the bank.",
]
states = pick_word(model, sentences, sentence_states(model, sentences), word)
print("layers, sentences, dimensions:", states.shape)

# %%
from embedguide.figures.theme import plot
from embedguide.results import Column, Drawing

cosines = cosines_by_layer(states)
layers = list(range(len(cosines)))
pairs = {"1 and 2": (0, 1), "1 and 3": (0, 2)}
traces = [
    {
        "type": "scatter",
        "mode": "lines",
        "name": f"sentences {name}",
        "x": layers,
        "y": [round(float(cosines[layer][a][b]), 4) for layer in layers],
        "line": {"color": color},
    }
    for (name, (a, b)), color in zip(
        pairs.items(), ("@series-0", "@series-1"), strict=True
    )
]
layout = {
    "xaxis": {"title": {"text": "layer"}},
    "yaxis": {"title": {"text": f"cosine between two times {word}"}},
    "showlegend": True,
    "legend": {"orientation": "h", "x": 0, "y": 1.12},
}
rows = [
    (layer, *(float(cosines[layer][a][b]) for a, b in pairs.values()))
    for layer in layers
]
lowest = min(rows, key=lambda row: row[2])
summary = f"At layer 0 all cosines are 1. Sentences 1 and 3 are least alike at layer {lowest[0]}, with a cosine of {lowest[2]:.2f}."
columns = [
    Column("layer", format="d"),
    *(
        Column(f"cosine_{a}_{b}", f"sentences {a + 1} and {b + 1}", format=".3f")
        for a, b in pairs.values()
    ),
]
show(
    Drawing(
        figure=plot(traces, layout),
        columns=columns,
        rows=rows,
        summary=summary,
        height=340,
    ),
    title=f"The word {word} in three sentences",
    caption="**At layer 0 it is one and the same row.** Where do the lines part, and which of them falls farther?",
)

# %% [markdown]
# ## What a word can see
#
# Replace one token and see which positions change. In a model that predicts the next token nothing to the left may change.

# %%
from embedguide.analysis.context import change_by_token

text = "We walked to the bank"
changes = change_by_token(model, text, replacement=" blue")[-1]
tokens = [model.table.glyph(i) for i in model.table.tokenize(text, special=True)]
for token, line in zip(tokens, changes > 0, strict=True):
    print(f"{token:10}", "".join("■" if changed else "·" for changed in line))

# %% [markdown]
# Each line is a position, each column a token that was replaced.
#
# ## What comes next
#
# The last hidden state says what the model expects. **Ask it for other capitals**, or for anything else.

# %%
import numpy as np

prompt = "The capital of Germany is"
probabilities = model.next_token_probabilities(prompt)
show(
    [
        {"token": model.table.glyph(int(i)), "percent": float(100 * probabilities[i])}
        for i in np.argsort(-probabilities)[:8]
    ],
    title="The next token",
    caption="The eight most probable tokens after the prompt.",
)

# %% [markdown]
# ## Reach in
#
# A hook can change what the embedding layer hands on. Here the row of one country is replaced by that of another, and the prompt
# stays as it is. **Try other countries, or a mixture**: with a `share` of 0.5 the model gets half a row of each.

# %%
country, other, share = "Germany", "France", 0.0
cities = ["Berlin", "Paris"]

table = model.table
question = f"The capital of {country} is"
place = table.tokenize(question, special=True).index(table.word_id(country))
other_row = table.row(table.word_id(other))


def mixed(vectors):
    vectors[..., place, :] = share * vectors[..., place, :] + (1 - share) * other_row
    return vectors


before = model.next_token_probabilities(question)
with model.embedding_hook(mixed):
    after = model.next_token_probabilities(question)
for city in cities:
    token_id = table.word_id(city)
    print(f"{city}: {before[token_id]:.2%} before, {after[token_id]:.2%} after")
