# %% [markdown]
# # Counting and predicting
#
# Two ways to get vectors for words out of a text: count where they stand, or learn to guess them. You do both with Shakespeare and
# ask the vectors the same questions. It goes with the chapters on TF-IDF and word2vec.

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
# ## Count
#
# Cut nine plays into chunks and count every word in every chunk. A word then has as many numbers as there are chunks.
# **Change the number of chunks** and run on.

# %%
from embedguide.analysis.tfidf import (
    count_words,
    n_points,
    nearest_word,
    read_corpus,
    tabulate_weights,
    tfidf,
)
from embedguide.notebook import show
from embedguide.sources import fetch

n_chunks = 10
counts = count_words(read_corpus(fetch("tinyshakespeare")), n_chunks)
weights = tfidf(counts)
print(f"{len(counts.words):,} different words, {n_points(weights):,} different points")

# %%
show(tabulate_weights(counts, ["the", "king", "love", "two", "seven", "romeo"]))

# %% [markdown]
# A word that stands in every chunk has an idf of log 1, and all its numbers are 0. How much of the text is that?

# %%
from embedguide.figures.tfidf import plot_chunks

show(
    plot_chunks(counts),
    title="In how many chunks a word stands",
    caption="**Half of the words stand in one chunk, and most of the text is words that stand in all.** The first differ in little but which "
    "chunk that is; the last are one and the same point.",
)

# %% [markdown]
# Ask a word for its most similar one; a row of zeros has none. **Try your own words here.**

# %%
for word in ["romeo", "seven", "sword", "mother"]:
    known = word in counts.words
    print(f"{word}: {nearest_word(counts, weights, word) if known else 'not here'}")

# %% [markdown]
# ## Predict
#
# Now let a small network read all the plays and guess each word from its neighbors. Its rows start as random numbers. Reading
# the plays five times takes some twenty seconds; **try one reading: what do the rows know after it?**

# %%
from embedguide.analysis import plays
from embedguide.analysis.word2vec import CbowSettings, train_cbow

speeches = plays.split_speeches(
    fetch("shakespeare-plays").path().read_text(encoding="utf-8")
)
vocabulary = plays.count_words(speeches, min_count=5)
numbered = plays.number_words(speeches, vocabulary)
epochs = 5
training = train_cbow(
    numbered, vocabulary, epochs, seed=0, settings=CbowSettings(n_dims=50, window=5)
)
print("loss of each reading:", ", ".join(f"{loss:.3f}" for loss in training.losses[1:]))

# %%
import numpy as np
from embedguide.analysis.neighbors import nearest

rows = training.last.hidden
unit_rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
ids = vocabulary.ids()
for word in ["sword", "mother", "king", "night"]:
    if word not in ids:
        print(f"{word:8} stands in the plays fewer than 5 times")
        continue
    found, cosines = nearest(unit_rows, ids[word], k=5)
    print(
        f"{word:8}",
        ", ".join(
            f"{vocabulary.words[i]} {c:.2f}"
            for i, c in zip(found, cosines, strict=True)
        ),
    )

# %% [markdown]
# The counts know in which play a word stands; the guesser knows what stands beside it. Which neighbors would you rather have?
#
# ## Let it guess
#
# Hide a word of a line and see what the network would put there. Common words are a safe guess, so look at what these
# neighbors raise most above chance. **Type another line**; words
# that the plays do not have are passed over.

# %%
from embedguide.analysis.word2vec import answer_probabilities

line = "he drew his ___ and killed him".split()
near = [ids[word] for word in line if word in ids]
probabilities = answer_probabilities(training.last, vocabulary, near)
raised = probabilities / (vocabulary.counts / vocabulary.counts.sum())
frequent = vocabulary.counts >= 50
for place in np.argsort(-raised * frequent)[:8]:
    print(
        f"{vocabulary.words[place]:12} {raised[place]:4.1f} times as probable as by chance"
    )
