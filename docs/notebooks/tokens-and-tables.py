# %% [markdown]
# # Tokens and tables, by hand
#
# A model does not read words. It reads numbers of rows. Here you cut a sentence of your own into tokens, look up its rows, and
# do the lookup a second time, as a product of matrices. It goes with the chapters of the first part.

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
# ## Open a table
#
# A token table is a tokenizer and a matrix. Opening one takes no time, since no model is loaded.

# %%
from embedguide.models import open_token_table
from embedguide.notebook import show

table = open_token_table("smollm2-135m")
print(f"{table.title}: {table.n_tokens:,} rows of {table.n_dims} numbers")

# %% [markdown]
# ## Cut a sentence
#
# **Try your own sentence here.** Use a rare word, a name, another language, a line of code. Which pieces are words?

# %%
from embedguide.analysis.lookup import tabulate_prompt

text = "The defenestration surprised my cat."
show(tabulate_prompt(table, text))

# %% [markdown]
# The sign `␣` is a space: the word inside a sentence and the word at its beginning are two tokens. How different are their rows?

# %%
from embedguide.analysis.similarity import cosine_of_tokens

for first, second in [("cat", " cat"), (" cat", " Cat"), (" cat", " dog")]:
    print(
        f"{first!r:8} {second!r:8} cosine {cosine_of_tokens(table, first, second):.2f}"
    )

# %% [markdown]
# A word that is several tokens has no row of its own, and the package says so rather than take its first piece.

# %%
from embedguide.models import NotOneToken

try:
    table.word_id("defenestration")
except NotOneToken as error:
    print(error)

# %% [markdown]
# ## What the model receives
#
# One line of color per token is all that enters the first layer.

# %%
from embedguide.analysis.similarity import mean_vector
from embedguide.figures.lookup import plot_prompt

short = "cats and dogs"
show(
    plot_prompt(table, short, mean_vector(table)),
    title="Three tokens",
    caption="**No line looks like what it means.** Each column is one number of the row: orange above zero, blue below. "
    "Sort the dimensions to see what all tokens have in common.",
)

# %% [markdown]
# ## The lookup as a product
#
# Write each id as a row of zeros with a single 1 and multiply by the table. The 1 lets one row through.

# %%
import numpy as np
from embedguide.analysis.lookup import one_hot

ids = table.tokenize(short)
product = one_hot(ids, table.n_tokens) @ np.asarray(table.vectors, dtype=np.float32)
print("shape:", product.shape)
print(
    "largest difference from the rows:", float(np.abs(product - table.rows(ids)).max())
)

# %% [markdown]
# ## Another table, other numbers
#
# An id means nothing without its tokenizer. The same ids in the table of another model are other tokens. **Change the model**: any
# name of the source list will do, a Hugging Face id, or a folder.

# %%
other = open_token_table("qwen2.5-0.5b")
for token_id in ids:
    there = other.glyph(token_id) if token_id < other.n_tokens else "no such row"
    print(
        f"{token_id:6}  {table.name}: {table.glyph(token_id):10}  {other.name}: {there}"
    )
