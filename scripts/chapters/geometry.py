"""What shape is the table?  Page: docs/chapters/geometry.md"""

import operator
import unicodedata

import numpy as np

from embedguide.analysis.cut_words import CUT_WORDS
from embedguide.analysis.duplicates import count_shared, find_shared_rows, tabulate_shared_rows
from embedguide.analysis.geometry import (
    count_one_sided,
    count_tokens,
    describe_dimensions,
    find_spread,
    mean_length,
    principal_directions,
    share_of_mean,
    tabulate_bands,
    tabulate_spreads,
)
from embedguide.analysis.lacking import Lacking, if_had, or_dash
from embedguide.analysis.lookup import row_lengths
from embedguide.analysis.subwords import measure_affixes, measure_pulls, pieces_of, tabulate_cuts, tabulate_pieces
from embedguide.analysis.views import View
from embedguide.analysis.vocabulary import common_word_ids
from embedguide.figures.geometry import plot_bands, plot_lengths, plot_table
from embedguide.results import Column, Control

N_COMMON, N_PAIRS, N_BANDS, SEED = 2000, 200_000, 20, 0
# How many tokens the image of the table shows, and the figure of lengths.
N_SHOWN, N_LENGTHS = 80, 1600
# Principal directions: the views remove up to ten, the search for shared rows looks along twelve.
N_DIRECTIONS = 12
# From this cosine on two rows are one in all but name.
TWIN = 0.9999
PIECES = [" un", "un", "ing", "tion"]
UN = [
    (word, f"un{word}")
    for word in "happy likely known able fair usual common expected certain clear necessary comfortable willing aware wanted used "
    "even lucky stable limited paid signed natural healthy fortunately reasonable available authorized precedented related "
    "familiar finished safe conscious".split()
]  # fmt: skip
ING = [
    (word, f"{word}ing")
    for word in "walk talk play work look think eat sing read sleep build learn teach speak watch wait help call ask show".split()
]
TION = [
    ("act", "action"), ("direct", "direction"), ("create", "creation"), ("inform", "information"), ("educate", "education"),
    ("connect", "connection"), ("protect", "protection"), ("produce", "production"), ("operate", "operation"),
    ("translate", "translation"), ("communicate", "communication"), ("generate", "generation"),
]  # fmt: skip
# Words that begin with the same two letters and negate nothing.
SPELLED = (
    "under union unit united universal universe university unique until uncle uniform understand unity unified "
    "understanding undergo".split()
)
NEGATING, ONLY_SPELLED = "un- says not: unhappy, unknown", "un- says nothing: under, union"
N_MARKED = 60
AFFIXES = [(" un", UN), ("ing", ING), ("tion", TION)]
AT_START, INSIDE = "at the start of a text", "inside a sentence"
PLAIN, CENTERED, CLEARED = "as they are", "mean row subtracted", "and the first principal component removed"
GAUSSIAN, STRIPED = "random numbers around zero", "random numbers with the means and spreads of the dimensions"
S4, S5 = "S4", "S5"

SPREAD_COLUMNS = [
    Column("treatment", "rows"),
    Column("mean_cosine", "mean cosine, all tokens", format=".3f"),
    Column("share_positive", "above zero", format=".1%"),
    Column("common_mean_cosine", "mean cosine, common words", format=".3f"),
    Column("common_share_positive", "above zero ", format=".1%"),
]
SHARED_COLUMNS = [
    Column("n_tokens", "tokens", format=",d"),
    Column("n_special", "of them special", format=",d"),
    Column("n_unused", "without a token", format=",d"),
    Column("length", "length of the row", format=".2f"),
    Column("example", "some of them"),
]
PIECE_COLUMNS = [
    Column("piece", "piece"),
    Column("rank", "rank", format="d"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("cosine", "cosine", format=".2f"),
]
CUT_COLUMNS = [
    Column("word", "word"),
    Column("place", "where"),
    Column("number", "piece", format="d"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
]
AFFIX_COLUMNS = [
    Column("piece", "piece"),
    Column("treatment", "rows"),
    Column("n_pairs", "pairs", format="d"),
    Column("agreement", "cosine of two steps", format=".2f"),
    Column("cosine", "cosine of step and piece", format=".2f"),
    Column("rank", "rank of the piece", format=",d"),
    Column("nearest", "where the step points"),
]


PULL_COLUMNS = [
    Column("words", "words"),
    Column("n_words", "how many", format="d"),
    Column("cosine", "cosine with ␣un", format=".2f"),
    Column("rank", "rank of ␣un", format=",d"),
]


def read_text(corpus):
    """The text of a corpus."""
    return corpus.path().read_text(encoding="utf-8")


def evenly(table, n_tokens):
    """Ids of `n_tokens` tokens that a text can hold, evenly spread over the vocabulary."""
    ids = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    return [int(i) for i in ids[np.linspace(0, len(ids) - 1, n_tokens).round().astype(int)]]


def directions_of(table):
    """The first principal directions of the table."""
    return principal_directions(table, min(N_DIRECTIONS, table.n_dims))[0]


def views_of(dimensions, directions):
    """Three ways to look at rows: as they are, less the mean row, less the first principal component as well."""
    means = np.array([d.mean for d in dimensions])
    return {PLAIN: View(np.zeros_like(means), directions[:0]), CENTERED: View(means, directions[:0]), CLEARED: View(means, directions[:1])}  # fmt: skip


def pulls_of(table, common, views):
    """Words with a negating un- and words that are only spelled so, against the piece."""
    groups = {NEGATING: [word for _, word in UN], ONLY_SPELLED: SPELLED}
    return measure_pulls(table, " un", groups, common, views[CLEARED])


def pull_of(pulls, words, measure):
    """One number of one group of words."""
    return next(getattr(pull, measure) for pull in pulls if pull.words == words)


def negation_beats_spelling(table, pulls):
    """Whether the piece stands nearer to the words that it negates than to those that are only spelled so; nothing if unknown."""
    table.token_id(" un")
    negating, spelled = (pull_of(pulls, words, "cosine") for words in (NEGATING, ONLY_SPELLED))
    return None if negating is None or spelled is None else negating > spelled


def sample_with_shared(table, groups):
    """Tokens evenly spread over the vocabulary, and some of those that share a row, so that these can be seen."""
    shared = [i for i in members(groups) if i not in table.unused_ids]
    some = [shared[n] for n in np.linspace(0, len(shared) - 1, min(N_MARKED, len(shared))).round().astype(int)]
    return sorted({*evenly(table, N_LENGTHS), *some})


def one_of(affixes, piece, measure):
    """One number of one piece, without what all rare tokens share; its space is shown as a mark. The reason if left out."""
    found = next(a for a in affixes if a.piece == piece and a.treatment in (CLEARED, ""))
    return getattr(found, measure) if found.treatment else Lacking(found.nearest)


def band_cosine(bands, which):
    """The mean cosine in one band of the rows as they are."""
    return bands[PLAIN][which].mean_cosine


def members(groups):
    """All tokens that share a row with another."""
    return sorted(int(i) for ids in groups for i in ids)


def largest_group(groups):
    """How many tokens share the row that most tokens share; 0 where none do."""
    return len(groups[0]) if groups else 0


def count_script(table, groups, script):
    """How many tokens of the largest group begin, spaces aside, with a letter of a script."""
    texts = [table.text(int(i)).strip()[:1] for i in (groups[0] if groups else []) if int(i) not in table.unused_ids]
    return sum(unicodedata.name(letter, "").startswith(script) for letter in texts if letter)


def lengths_against(table, lengths, counts, what):
    """The correlation of a row's length with the token's id, or, for tokens that occur, with the logarithm of its count."""
    used = np.setdiff1d(np.arange(table.n_tokens), sorted(table.unused_ids))
    if what == "id":
        return float(np.corrcoef(lengths[used], used)[0, 1])
    occur = used[counts[used] > 0]
    return float(np.corrcoef(lengths[occur], np.log(counts[occur]))[0, 1])


def share_used(counts, table):
    """The share of the tokens that occur at all."""
    return float((counts > 0).sum() / (table.n_tokens - len(table.unused_ids)))


def joined(pieces):
    """Pieces with bars between them."""
    return " | ".join(pieces)


def is_cut_so(pieces, said):
    """Whether a word is cut into just these pieces."""
    return pieces == said


def all_one_sided(dimensions):
    """Whether some dimension is above zero for every token, and some other below zero for every token."""
    shares = [d.share_positive for d in dimensions]
    return max(shares) == 1 and min(shares) == 0


def has_both_offsets(dimensions, share):
    """Whether at least this share of the tokens is above zero in some dimension, and below zero in some other."""
    shares = [d.share_positive for d in dimensions]
    return max(shares) >= share and min(shares) <= 1 - share


def points_to_itself(affixes, piece, most):
    """Whether the step that a piece makes has the piece's own row among the `most` nearest; the reason if it was left out."""
    return if_had(operator.le, one_of(affixes, piece, "rank"), most)


def both_hold(share, limit):
    """Whether two tokens picked at random are above zero no more often than `limit`."""
    return share <= limit


def build(chapter):
    """Declare the chapter's results."""
    frequent, plays = chapter.vectors("glove-6b-50d"), chapter.compute(read_text, chapter.corpus("shakespeare-plays"))
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        m = measures(chapter, model, frequent, plays)
        stripes(chapter, model, m)
        cone(chapter, m)
        lengths(chapter, model, m)
        subwords(chapter, model, m)
        claims(chapter, model, m)


def measures(chapter, model, frequent, plays):
    """Steps that several results share."""
    table = model.table
    dimensions = chapter.compute(describe_dimensions, table)
    directions = chapter.compute(directions_of, table)
    views = chapter.compute(views_of, dimensions, directions)
    common = chapter.compute(common_word_ids, table, frequent, N_COMMON)
    counts = chapter.compute(count_tokens, table, plays)
    return {
        "dimensions": dimensions,
        "counts": counts,
        "lengths": chapter.compute(row_lengths, table),
        "common": common,
        "bands": chapter.compute(tabulate_bands, table, counts, views, N_BANDS),
        "spreads": chapter.compute(tabulate_spreads, table, common, dimensions, directions, N_PAIRS, SEED),
        "groups": chapter.compute(find_shared_rows, table, TWIN, directions),
        "affixes": chapter.compute(measure_affixes, table, AFFIXES, views),
        "pulls": chapter.compute(pulls_of, table, common, views),
        "cuts": chapter.compute(tabulate_cuts, table, CUT_WORDS),
    }


def stripes(chapter, model, m):
    """The table as an image, and the numbers about its stripes."""
    chapter.figure(
        "heatmap", plot_table, model.table, chapter.compute(evenly, model.table, N_SHOWN), m["dimensions"],
        title="The table as an image",
        caption="**The table has stripes.** Each column of the image is a token, each line a dimension; orange is above zero, blue below. "
        "A line of one color is a dimension that leans the same way for nearly every token; the dots on the right show how far. "
        "Sort the dimensions by their mean and the stripes gather at the top and the bottom; subtract the mean row and they are gone.",
        alt="Heat map of a sample of a token table, tokens across and dimensions down, with stripes along single dimensions; beside it the mean of every dimension.",
        width="wide",
    )  # fmt: skip
    chapter.value("n-shown", chapter.compute(len, chapter.compute(evenly, model.table, N_SHOWN)), format="d")
    chapter.value("mean-vector-norm", chapter.compute(mean_length, m["dimensions"]), format=".3f")
    chapter.value("mean-row-length", chapter.compute(np.mean, m["lengths"]), format=".3f")
    chapter.value("mean-share", chapter.compute(share_of_mean, m["dimensions"]), format=".0%")
    chapter.value("n-dimensions", chapter.compute(len, m["dimensions"]), format="d")
    chapter.value("one-sided-95", chapter.compute(count_one_sided, m["dimensions"], 0.95), format="d")
    chapter.value("one-sided-99", chapter.compute(count_one_sided, m["dimensions"], 0.99), format="d")


def cone(chapter, m):
    """How close together rows point, for which tokens, and what takes it away."""
    everything, common = (chapter.compute(find_spread, m["spreads"], PLAIN, name) for name in ("mean_cosine", "common_mean_cosine"))  # fmt: skip
    chapter.figure(
        "bands", plot_bands, m["bands"], everything, common,
        title="Who makes the cone",
        caption="**The rarer the tokens, the more alike their rows.** The vocabulary is cut into bands of equally many tokens by id; each dot is "
        "the mean cosine of all pairs within a band. Low ids are frequent pieces: the bars show how many of a band's tokens occur in "
        "Shakespeare's plays. Subtract the mean row, or remove one more direction, and see which bands still point together.",
        alt="Line of the mean cosine of two tokens within bands of token ids, above bars of the share of tokens used in Shakespeare's plays.",
        width="wide",
    )  # fmt: skip
    chapter.table(
        "spreads", m["spreads"], columns=SPREAD_COLUMNS,
        title="What makes two rows alike",
        caption="Mean cosine over all pairs of rows, exact, and the share of 200,000 random pairs above zero; for all tokens, and for the "
        "2,000 most frequent words of a news and encyclopedia corpus that are one token here. Each “and” adds to the lines above it. "
        "The last two lines are rows that were drawn at random, 20,000 of them.",
        width="wide",
    )  # fmt: skip
    chapter.value("n-common", chapter.compute(len, m["common"]), format=",d")
    chapter.value("random-mean-cosine", everything, format=".3f")
    chapter.value("share-positive", chapter.compute(find_spread, m["spreads"], PLAIN, "share_positive"), format=".1%")
    chapter.value("common-mean-cosine", common, format=".3f")
    chapter.value("gaussian-share-positive", chapter.compute(find_spread, m["spreads"], GAUSSIAN, "share_positive"), format=".0%")  # fmt: skip
    chapter.value("striped-mean-cosine", chapter.compute(find_spread, m["spreads"], STRIPED, "mean_cosine"), format=".3f")  # fmt: skip
    chapter.value("centered-common-cosine", chapter.compute(find_spread, m["spreads"], CENTERED, "common_mean_cosine"), format=".3f")  # fmt: skip
    chapter.value("cleared-common-cosine", chapter.compute(find_spread, m["spreads"], CLEARED, "common_mean_cosine"), format=".3f")  # fmt: skip
    chapter.value("first-band-cosine", chapter.compute(band_cosine, m["bands"], 0))
    chapter.value("last-band-cosine", chapter.compute(band_cosine, m["bands"], -1))


def lengths(chapter, model, m):
    """The lengths of rows, and rows that are the same."""
    shared = chapter.compute(members, m["groups"])
    chapter.figure(
        "lengths", plot_lengths, model.table, chapter.compute(sample_with_shared, model.table, m["groups"]), m["counts"], shared,
        title="How long the rows are",
        caption="**Length is a poor measure of frequency, but some rows stand at one length exactly.** Each dot is a token, a sample evenly spread over the "
        "ids, with some more of those that share a row. Diamonds are tokens whose row is, to four decimals of the cosine, that of another token: no text is likely to have trained them. "
        "Put the count in the plays on the axis, and find a token that you know.",
        alt="Scatter plot of the lengths of rows against the token id; tokens that share a row lie on one line.",
        width="wide",
    )  # fmt: skip
    chapter.table(
        "shared-rows", chapter.compute(tabulate_shared_rows, model.table, m["groups"], 6, 8), columns=SHARED_COLUMNS,
        title="Many tokens, one row",
        caption="Groups of tokens whose rows have a cosine of 0.9999 or more with one of them: the largest groups, at most six. "
        "*Without a token*: rows that pad the table and that no text can reach.",
        width="wide",
    )  # fmt: skip
    chapter.value("n-shared", chapter.compute(count_shared, model.table, m["groups"]), format=",d")
    chapter.value("n-thai", chapter.compute(count_script, model.table, m["groups"], "THAI"), format=",d")
    chapter.value("largest-group", chapter.compute(largest_group, m["groups"]), format=",d")
    chapter.value("length-against-id", chapter.compute(lengths_against, model.table, m["lengths"], m["counts"], "id"))
    chapter.value(
        "length-against-count", chapter.compute(lengths_against, model.table, m["lengths"], m["counts"], "count")
    )
    chapter.value("share-in-plays", chapter.compute(share_used, m["counts"], model.table), format=".0%")


def subwords(chapter, model, m):
    """Pieces of words: neighbors, cuts, and what a piece does."""
    chapter.table(
        "pieces", chapter.compute(tabulate_pieces, model.table, PIECES, 10), columns=PIECE_COLUMNS,
        title="Neighbors of pieces",
        caption="The ten nearest tokens of four pieces of words. ␣ is the space at the start of a token.",
        controls=[Control("piece", "select", "Nearest to", default="␣un")],
    )  # fmt: skip
    chapter.table(
        "cuts", m["cuts"], columns=CUT_COLUMNS,
        title="How a word is cut",
        caption="The tokens of a word, at the start of a text and after a space. Type a word, or a part of one, and choose from the list.",
        controls=[Control("word", "select", "Word", default="defenestration")],
    )  # fmt: skip
    chapter.table(
        "affixes", m["affixes"], columns=AFFIX_COLUMNS, width="wide",
        title="Does a piece point where it leads?",
        caption="For each piece, pairs of words without and with it that are single tokens, such as *happy* and *unhappy*. The step is the mean "
        "difference of their rows, looked at in three ways. *Rank*: the place of the piece "
        "among all tokens when they are sorted by their cosine with the step.",
    )  # fmt: skip
    chapter.table(
        "un-or-spelling", m["pulls"], columns=PULL_COLUMNS,
        title="Negation or spelling?",
        caption="The step from the mean of the 2,000 common words to the mean of each group of words, and the place of ␣un among all tokens along "
        "it; the mean row and the first principal component are removed.",
    )  # fmt: skip
    start, inside = (chapter.compute(pieces_of, m["cuts"], "defenestration", where) for where in (AT_START, INSIDE))
    chapter.value("defenestration-start", chapter.compute(joined, start), format="s")
    chapter.value("defenestration-inside", chapter.compute(joined, inside), format="s")
    chapter.value("unhappiness-inside", chapter.compute(joined, chapter.compute(pieces_of, m["cuts"], "unhappiness", INSIDE)), format="s")  # fmt: skip
    chapter.value(
        "un-rank", chapter.compute(or_dash, chapter.compute(one_of, m["affixes"], "␣un", "rank")), format=",d"
    )
    chapter.value(
        "un-negating-cosine", chapter.compute(or_dash, chapter.compute(pull_of, m["pulls"], NEGATING, "cosine"))
    )
    chapter.value(
        "un-spelled-cosine", chapter.compute(or_dash, chapter.compute(pull_of, m["pulls"], ONLY_SPELLED, "cosine"))
    )
    chapter.value("ing-agreement", chapter.compute(or_dash, chapter.compute(one_of, m["affixes"], "ing", "agreement")))
    chapter.value(
        "ing-rank", chapter.compute(or_dash, chapter.compute(one_of, m["affixes"], "ing", "rank")), format=",d"
    )
    chapter.value(
        "tion-rank", chapter.compute(or_dash, chapter.compute(one_of, m["affixes"], "tion", "rank")), format=",d"
    )


def claims(chapter, model, m):
    """Rows C83, C88, C89, C102, C112, C114 and C117; traps T3 and T7."""
    n_dims = chapter.compute(len, m["dimensions"])
    chapter.claim("C83", "high-dimensional", article=S4, says="token embeddings are very high-dimensional", got=chapter.compute(np.greater, n_dims, 100), shown_in="heatmap")  # fmt: skip
    chapter.claim("C88", "heatmap", article=S4, says="the whole matrix can be drawn with a column per token and a row per dimension", got=chapter.compute(has_both_offsets, m["dimensions"], 0.5), shown_in="heatmap", note="Drawn for a sample of tokens spread evenly over the ids: a screen has fewer columns than the table has tokens.")  # fmt: skip
    chapter.claim(
        "C89", "common-offset", article=S4, says="some dimensions have a positive offset common to the tokens, others a negative one",
        got=chapter.compute(has_both_offsets, m["dimensions"], 0.95), shown_in="heatmap",
        note="Tested as: at least 95 % of the tokens above zero in some dimension, and below zero in some other.",
    )  # fmt: skip
    chapter.claim(
        "C89", "all-tokens", article=S4, says="the offset holds for all tokens",
        got=chapter.compute(all_one_sided, m["dimensions"]), shown_in="heatmap",
        note="Taken at its word: a dimension above zero for every token, and another below zero for every token.",
    )  # fmt: skip
    share = chapter.compute(find_spread, m["spreads"], PLAIN, "share_positive")
    chapter.claim("C102", "nearly-all-positive", article=S4, says="nearly all vectors have a positive similarity to all others", got=chapter.compute(np.greater, share, 0.95), shown_in="spreads", note="Tested as: more than 95 % of 200,000 random pairs. It is an effect of rare tokens more than of common words.")  # fmt: skip
    chapter.claim(
        "C112", "random-near-0", article=S5, says="unrelated tokens have cosines near 0 or slightly negative",
        got=chapter.compute(both_hold, share, 0.6), shown_in="spreads",
        note="Tested as: no more than 60 % of random pairs are above zero. Rows C102 and C112 cannot both hold (trap T3); here it is C102 that does.",
    )  # fmt: skip
    chapter.claim(
        "C114", "every-row-updated", article=S5, says="in training every row gets updated millions of times",
        got=chapter.compute(np.equal, chapter.compute(count_shared, model.table, m["groups"]), 0), shown_in="shared-rows",
        note="Tested as: no ordinary token shares its row with another (cosine of 0.9999 or more). Rows that read different text could not stay the same (trap T7). In these tied tables the output layer does move every row at every step; what such a row lacks is a text of its own.",
    )  # fmt: skip
    cut = chapter.compute(pieces_of, m["cuts"], "defenestration", AT_START)
    chapter.claim(
        "C117", "defenestration", article=S5, says="defenestration may be cut into def, en, est, ration",
        got=chapter.compute(is_cut_so, cut, ["def", "en", "est", "ration"]), shown_in="cuts",
        note="At the start of a text; inside a sentence the first piece carries the space.",
    )  # fmt: skip
    for_pieces = {"article": S5, "shown_in": "affixes", "note": "Tested as: among the 100 tokens nearest to the mean step from a word to the word with the piece, the piece itself is found."}  # fmt: skip
    chapter.claim(
        "C117", "un", article=S5, says="the row of “un” stands for negation or reversal",
        got=chapter.compute(if_had, negation_beats_spelling, model.table, m["pulls"]), shown_in="un-or-spelling",
        note="Tested as: ␣un stands nearer to words that it negates (unhappy) than to words that only begin so (under). The two models "
        "disagree. That ␣un ranks high along the step from happy to unhappy is no proof, since words that are only spelled so point there too.",
    )  # fmt: skip
    chapter.claim("C117", "ing", says="the row of “ing” stands for ongoing action", got=chapter.compute(points_to_itself, m["affixes"], "ing", 100), **for_pieces)  # fmt: skip
    chapter.claim("C117", "tion", says="the row of “tion” stands for a noun made from a verb", got=chapter.compute(points_to_itself, m["affixes"], "tion", 100), **for_pieces)  # fmt: skip
