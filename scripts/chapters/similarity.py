"""Which tokens does a model keep close together?  Page: docs/chapters/similarity.md"""

import numpy as np

from embedguide.analysis.lacking import if_had, or_dash
from embedguide.analysis.neighbors import had_words, spelling, tabulate_neighbors
from embedguide.analysis.ranking import mean_overlap, quantization_errors, rank_both_ways
from embedguide.analysis.similarity import (
    cosine,
    cosine_of_tokens,
    cosines_of_random_pairs,
    find_pair,
    mean_vector,
    share_near_own_group,
    share_positive,
    tabulate_pairs,
)
from embedguide.analysis.vocabulary import carried_ids, common_word_ids, rows_and_scales
from embedguide.figures.lookup import as_integers
from embedguide.figures.similarity import plot_pairs
from embedguide.figures.similarity_words import plot_rankings, plot_two_vectors, random_token
from embedguide.results import Column, Control

RELATED = [
    ("cat", "dog"), ("cat", "kitten"), ("Paris", "Tokyo"), ("Paris", "France"),
    ("happy", "joyful"), ("happy", "sad"), ("king", "queen"),
]  # fmt: skip
UNRELATED = [("cat", "car"), ("Paris", "bicycle"), ("king", "table")]
# The order of article S5.
WORD_PAIRS = [
    ("cat", "dog"), ("cat", "kitten"), ("cat", "car"), ("Paris", "Tokyo"), ("Paris", "France"), ("Paris", "bicycle"),
    ("happy", "joyful"), ("happy", "sad"), ("king", "queen"), ("king", "table"),
]  # fmt: skip
QUERIES = ["Paris", "Python", "happy", "king", "list"]
N_RANDOM_PAIRS = 100_000
# Pairs of tokens as exact text; those of article S4 first.
VECTOR_PAIRS = [("hello", "world"), (" hello", " world"), (" apple", " pear"), (" apple", " spaceship")]
RANKED_WORDS = ["Paris", "cat", "king", "happy", "the"]
N_COMMON, N_ERRORS, SEED = 2000, 50_000, 0

PAIR_COLUMNS = [
    Column("word_1", "first word"),
    Column("word_2", "second word"),
    Column("cosine", "cosine", format=".2f"),
    Column("percentile", "percentile", "%", ".0f"),
    Column("centered_cosine", "centered cosine", format=".2f"),
    Column("dot", "dot product", format=".2f"),
]
CARRIED_COLUMNS = [Column("token_id", "token id", format="d"), Column("token"), Column("scale", format=".6g")]
QUANTILE_COLUMNS = [Column("percent", format="d"), Column("cosine", format=".4f")]
NEIGHBOR_COLUMNS = [
    Column("query", "query"),
    Column("variants", "spelling variants"),
    Column("rank", "rank", format="d"),
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("cosine", "cosine", format=".2f"),
]

# What counts as a hit when S5's words about three neighborhoods are tested (row C113), as spellings.
EXPECTED = {
    "Paris": set(
        "london france berlin montreal barcelona amsterdam madrid prague vienna rome milan brussels lyon marseille "
        "tokyo moscow lisbon geneva munich dublin copenhagen stockholm budapest warsaw athens istanbul europe "
        "germany italy spain england britain belgium switzerland austria netherlands 巴黎 法国".split()
    ),
    "Python": set(
        "java php perl ruby javascript linux numpy django matlab mysql pandas sql html css bash scala swift kotlin "
        "haskell lua rust golang typescript fortran pyobject flask tensorflow unix".split()
    ),
    "happy": set(
        "happier happiness happily satisfied pleased joyful delighted glad joyous proud cheerful content excited "
        "thrilled joy grateful thankful lucky ecstatic elated".split()
    ),
}
S4, S5 = "S4", "S5"
CLOSER = [(" cat", " dog"), (" France", " Germany")]
FARTHER = [(" cat", " elephant"), (" France", " Japan")]
# The groups that S5 tells the reader to look for (row C110).
CLUSTERS = {
    "animals": [" cat", " dog", " horse", " bird", " fish", " wolf", " bear", " cow"],
    "countries": [" France", " Germany", " Japan", " China", " India", " Spain", " Italy", " Russia"],
    "code": [" def", " return", " class", " import", " while", " else", " int", " void"],
    "punctuation": [",", ".", ";", ":", "?", "!", "(", ")"],
    "numbers": ["0", "1", "2", "3", "4", "5", "6", "7"],
}


def of_pairs(pairs, word_pairs, measure):
    """One number of each of `word_pairs`; those with a word that is several tokens of the model are left out."""
    return [getattr(pair, measure) for pair in pairs if (pair.word_1, pair.word_2) in word_pairs]


def all_between(pairs, word_pairs, low, high):
    """Whether the cosines of `word_pairs` all lie between `low` and `high`; nothing where the model has none of them."""
    cosines = of_pairs(pairs, word_pairs, "cosine")
    return all(low <= cosine <= high for cosine in cosines) if cosines else None


def related_above_unrelated(pairs, measure):
    """Whether every related pair has a higher `measure` than every unrelated one; nothing where the model has none of either."""
    related, unrelated = of_pairs(pairs, RELATED, measure), of_pairs(pairs, UNRELATED, measure)
    return min(related) > max(unrelated) if related and unrelated else None


def measure_of(table, pairs, words, measure):
    """One number of one pair, or why the model does not have it."""
    for word in words:
        table.word_id(word)
    return getattr(find_pair(pairs, *words), measure)


def rows_of_pairs(pairs):
    """All pairs as rows; those that were left out stand last, without numbers."""
    known = {(pair.word_1, pair.word_2) for pair in pairs}
    return [*map(tuple, pairs), *((*words, None, None, None, None) for words in WORD_PAIRS if words not in known)]


def hits(neighbors, query):
    """How many of the ten nearest tokens of `query`, spelling variants left out, are of the kind S5 names; nothing if it has none."""
    if all(n.query != query for n in neighbors):
        return None
    return sum(spelling(n.token) in EXPECTED[query] for n in neighbors if n.query == query and not n.variants)


def is_clustered(shares):
    """Whether in each group more than half have a neighbor of their own group."""
    return all(share > 0.5 for share in shares.values())


def most_are_hits(neighbors, query):
    """Whether more than half of them are."""
    found = hits(neighbors, query)
    return None if found is None else found > 5


def explored_ids(table, frequent):
    """The common words, most frequent first, and after them those words of the ten pairs that are not among them."""
    common = common_word_ids(table, frequent, N_COMMON)
    pair_ids = had_words(table, [word for pair in WORD_PAIRS for word in pair]).values()
    return [*common, *(i for i in pair_ids if i not in common)]


def quantiles(values):
    """The hundred and one percentiles of some values."""
    return [(percent, float(np.percentile(values, percent))) for percent in range(101)]


def cosine_to_random(table, text, seed):
    """The cosine of a token and the one that the figure of two vectors picks at random."""
    a, b = table.rows([table.token_id(text), random_token(table, seed)])
    return float(cosine(a, b))


def pear_above_spaceship(table):
    """Whether apple is nearer to pear than to spaceship."""
    return cosine_of_tokens(table, " apple", " pear") > cosine_of_tokens(table, " apple", " spaceship")


def had(chapter, function, *args):
    """A step for a number in prose: a dash where the model lacks a word that it needs."""
    return chapter.compute(or_dash, chapter.compute(if_had, function, *args))


def build(chapter):
    """Declare the chapter's results."""
    frequent = chapter.vectors("glove-6b-50d")
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        random = chapter.compute(cosines_of_random_pairs, model.table, N_RANDOM_PAIRS, seed=0)
        centered = chapter.compute(cosines_of_random_pairs, model.table, N_RANDOM_PAIRS, seed=0, centered=True)
        pairs = chapter.compute(tabulate_pairs, model.table, WORD_PAIRS, random)
        neighbors = chapter.compute(tabulate_neighbors, model.table, QUERIES, k=10)

        chapter.figure(
            "pairs-in-context", plot_pairs, pairs, random, centered,
            title="Ten pairs of words among random pairs",
            caption="**A cosine means little by itself.** Each dot is a pair of words; the bars below and the shaded band "
            "show what two tokens picked at random have in common. For this model the average random pair has a cosine "
            'of {{ value("similarity/random-mean-cosine") }}. Subtract the mean vector, and see which pairs move out of the band.',
            alt="Dot plot of the cosine similarities of ten pairs of words, above a histogram of the cosines of random pairs of tokens.",
            width="wide",
        )  # fmt: skip
        chapter.table(
            "pairs", chapter.compute(rows_of_pairs, pairs), columns=PAIR_COLUMNS,
            title="Ten pairs of words",
            caption="Cosine similarity of ten pairs, each word with a leading space. *Percentile*: how many of "
            "100,000 random pairs of tokens are less similar. *Centered*: after the mean vector of the table is subtracted. A dash: one of the words "
            "is several tokens of this model.",
        )  # fmt: skip
        chapter.table(
            "neighbors", neighbors, columns=NEIGHBOR_COLUMNS,
            title="Nearest tokens",
            caption="The ten nearest tokens of five words, by cosine over the whole vocabulary. *Spelling variants* "
            "are tokens that differ from the word only in case, spaces or punctuation; they and single characters can be left out.",
            controls=[
                Control("query", "select", "Nearest to", default="Paris"),
                Control("variants", "switch", "With spelling variants", default=True),
            ],
        )  # fmt: skip

        chapter.value("random-mean-cosine", chapter.compute(np.mean, random))
        chapter.value("random-positive-share", chapter.compute(share_positive, random), format=".0%")
        chapter.value(
            "cat-dog-percentile",
            had(chapter, measure_of, model.table, pairs, ("cat", "dog"), "percentile"),
            format=".0f",
        )
        chapter.value("happy-sad-cosine", had(chapter, measure_of, model.table, pairs, ("happy", "sad"), "cosine"))
        chapter.value(
            "happy-joyful-cosine", had(chapter, measure_of, model.table, pairs, ("happy", "joyful"), "cosine")
        )
        chapter.value(
            "king-queen-percentile",
            had(chapter, measure_of, model.table, pairs, ("king", "queen"), "percentile"),
            format=".0f",
        )
        chapter.value("places-near-paris", had(chapter, hits, neighbors, "Paris"), format="d")
        chapter.value("technical-near-python", had(chapter, hits, neighbors, "Python"), format="d")
        chapter.value("positive-near-happy", had(chapter, hits, neighbors, "happy"), format="d")
        two_vectors(chapter, model)
        explorer(chapter, model, frequent, random)
        rankings(chapter, model)
        claims_about_pairs(chapter, model, pairs, random)
        claims_about_neighbors(chapter, neighbors)
        claims_about_clusters(chapter, model)


def two_vectors(chapter, model):
    """Rows C85 and C87: two rows drawn over the dimensions, and one against the other."""
    chapter.figure(
        "two-vectors", plot_two_vectors, model.table, VECTOR_PAIRS, SEED,
        title="Two rows, number by number",
        caption="**A cosine says how well a cloud follows a line through zero.** Left, the numbers of both rows, one dimension after another. Right, each dimension as "
        "a dot: its value in the one row against its value in the other. If the dots lie along a rising line, the rows agree. "
        "Choose the pair with spaces in front, and then a token picked at random: how much of the line is left? "
        "A few dots far from the center, dimensions that are large in every row, can make most of it.",
        alt="Left, two rows of numbers as lines over the dimensions; right, a scatter plot of the one against the other.",
        width="wide",
    )  # fmt: skip
    hello, spaced = (chapter.compute(if_had, cosine_of_tokens, model.table, *pair) for pair in VECTOR_PAIRS[:2])
    chapter.value("hello-world-cosine", chapter.compute(or_dash, hello))
    chapter.value("hello-random-cosine", had(chapter, cosine_to_random, model.table, VECTOR_PAIRS[0][0], SEED))
    chapter.value("hello-world-spaced-cosine", chapter.compute(or_dash, spaced))
    chapter.claim(
        "C85", "related", article=S4, says="the vectors of hello and world have a positive relationship",
        got=chapter.compute(if_had, np.greater, hello, 0), shown_in="two-vectors",
        note="Positive, and so are nearly all pairs of this table: compare with the band of random pairs.",
    )  # fmt: skip
    chapter.claim(
        "C87", "pear-above-spaceship", article=S4, says="apple is closer to pear than to spaceship",
        got=chapter.compute(if_had, pear_above_spaceship, model.table), of="gpt2", shown_in="two-vectors",
        note="S4 asks; it gives no answer.",
    )  # fmt: skip


def explorer(chapter, model, frequent, random):
    """What the explorer of pairs reads: rounded rows of common words, the mean row, and random pairs to compare with."""
    chosen = chapter.compute(explored_ids, model.table, frequent)
    carried = chapter.compute(rows_and_scales, model.table, chosen)
    chapter.table(
        "common-words", chapter.compute(carried_ids, model.table, chosen, carried), columns=CARRIED_COLUMNS,
        title="Common words", caption="The most frequent words of a corpus of news and encyclopedia that are one token here with a space in front, and the words of the ten pairs.",
    )  # fmt: skip
    chapter.dataset("common-rows", chapter.compute(as_integers, chapter.compute(first_of, carried)), title="Rows of common words")  # fmt: skip
    chapter.dataset("mean-row", chapter.compute(mean_vector, model.table), bits=16, title="The mean row")
    chapter.table(
        "random-quantiles", chapter.compute(quantiles, random), columns=QUANTILE_COLUMNS,
        title="Cosines of random pairs", caption="The percentiles of the cosines of 100,000 random pairs of tokens.",
    )  # fmt: skip
    errors = chapter.compute(quantization_errors, model.table, chosen, carried, N_ERRORS, SEED)
    chapter.value("rounding-error", chapter.compute(np.max, errors), format=".4f")


def first_of(things):
    """The first of several."""
    return things[0]


def rankings(chapter, model):
    """Row C109: when the order by dot product is not that by cosine."""
    ranked = chapter.compute(rank_both_ways, model.table, RANKED_WORDS, k=30)
    chapter.figure(
        "rankings", plot_rankings, ranked,
        title="Near by cosine, near by dot product",
        caption="**The dot product prefers long rows.** Each point is a token near the word: to the right its row is longer, further up it points more "
        "nearly the same way. Above the dotted line are the ten nearest by dot product. The line falls to the right, so a long row gets over "
        "it with a lower cosine. Choose another word.",
        alt="Scatter plot of tokens near a word by the length of their row and their cosine, with a falling line above which the dot product is highest.",
        width="wide",
    )  # fmt: skip
    chapter.value("ranking-overlap", chapter.compute(mean_overlap, ranked, 10), format=".1f")


def claims_about_pairs(chapter, model, pairs, random):
    """Rows C86, C102, C109, C111 and C112."""
    bare = chapter.compute(if_had, cosine_of_tokens, model.table, "hello", "world")
    spaced = chapter.compute(if_had, cosine_of_tokens, model.table, " hello", " world")
    chapter.claim("C86", "hello-world", article=S4, says=0.30, got=bare, tolerance=0.005, of="gpt2")
    chapter.claim("C86", "hello-world-with-spaces", article=S4, says=0.21, got=spaced, tolerance=0.005, of="gpt2")
    chapter.claim("C86", "spaces-lower-it", article=S4, says="with leading spaces the cosine is lower", got=chapter.compute(if_had, np.less, spaced, bare))  # fmt: skip
    positive = chapter.compute(np.greater, chapter.compute(share_positive, random), 0.95)
    chapter.claim(
        "C102", "nearly-all-positive", article=S4, says="nearly all vectors have a positive similarity to all others",
        got=positive, shown_in="pairs-in-context", note="Tested as: more than 95 % of 100,000 random pairs are positive.",
    )  # fmt: skip
    claims_about_numbers(chapter, model, pairs)
    for_words = chapter.compute(related_above_unrelated, pairs, "cosine")
    chapter.claim("C111", "related-above-unrelated", article=S5, says="every related pair is closer than every unrelated pair", got=for_words, shown_in="pairs")  # fmt: skip
    dots = chapter.compute(related_above_unrelated, pairs, "dot")
    chapter.claim("C109", "related-above-unrelated", article=S5, says="related words have the higher dot product", got=dots, shown_in="pairs")  # fmt: skip
    chapter.claim(
        "C112", "related-up-to-half", article=S5, says="related words have cosines between 0 and 0.5",
        got=chapter.compute(all_between, pairs, RELATED, 0.0, 0.5), shown_in="pairs",
    )  # fmt: skip
    chapter.claim(
        "C112", "unrelated-near-0", article=S5, says="unrelated words have cosines near 0 or slightly negative",
        got=chapter.compute(all_between, pairs, UNRELATED, -0.1, 0.1), shown_in="pairs",
        note="Near 0 is tested as between −0.1 and 0.1. It cannot hold together with row C102 (trap T3).",
    )  # fmt: skip
    chapter.claim(
        "C112", "synonyms-above", article=S5, says="synonyms reach 0.7 or more",
        got=chapter.compute(all_between, pairs, [("happy", "joyful")], 0.7, 1.0), shown_in="pairs",
        note="Tested on happy and joyful, the article's own synonyms; its table gives them 0.2847.",
    )  # fmt: skip


def claims_about_clusters(chapter, model):
    """Row C110: what S5 says one can see."""
    shares = chapter.compute(if_had, share_near_own_group, model.table, CLUSTERS)
    chapter.claim(
        "C110", "clusters", article=S5, says="animals, countries, code, punctuation and numbers form clusters", got=chapter.compute(if_had, is_clustered, shares),
        note="Tested on forty tokens, eight of each kind: in each group more than half have their nearest token, among the forty, in the same group.",
    )  # fmt: skip
    near = {pair: chapter.compute(if_had, cosine_of_tokens, model.table, *pair) for pair in CLOSER + FARTHER}
    chapter.claim(
        "C110", "cat-dog-elephant", article=S5, says="cat is nearer to dog than to elephant",
        got=chapter.compute(if_had, np.greater, near[CLOSER[0]], near[FARTHER[0]]), note="By cosine, with leading spaces.",
    )  # fmt: skip
    chapter.claim(
        "C110", "france-germany-japan", article=S5, says="France is nearer to Germany than to Japan",
        got=chapter.compute(if_had, np.greater, near[CLOSER[1]], near[FARTHER[1]]), note="By cosine, with leading spaces.",
    )  # fmt: skip


def claims_about_numbers(chapter, model, pairs):
    """The numbers of S5's tables: ten cosines, four dot products, all of GPT-2."""
    cosine, dot = (
        {words: chapter.compute(if_had, measure_of, model.table, pairs, words, measure) for words in WORD_PAIRS}
        for measure in ("cosine", "dot")
    )
    for_gpt2 = {"article": S5, "of": "gpt2", "shown_in": "pairs"}
    chapter.claim("C109", "cat-dog", says=5.28, got=dot["cat", "dog"], tolerance=0.01, **for_gpt2)
    chapter.claim("C109", "cat-car", says=1.73, got=dot["cat", "car"], tolerance=0.01, **for_gpt2)
    chapter.claim("C109", "paris-tokyo", says=8.41, got=dot["Paris", "Tokyo"], tolerance=0.01, **for_gpt2)
    chapter.claim("C109", "paris-bicycle", says=0.52, got=dot["Paris", "bicycle"], tolerance=0.01, **for_gpt2)
    chapter.claim("C111", "cat-dog", says=0.4442, got=cosine["cat", "dog"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "cat-kitten", says=0.3218, got=cosine["cat", "kitten"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "cat-car", says=0.1487, got=cosine["cat", "car"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "paris-tokyo", says=0.4891, got=cosine["Paris", "Tokyo"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "paris-france", says=0.3756, got=cosine["Paris", "France"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "paris-bicycle", says=0.0312, got=cosine["Paris", "bicycle"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "happy-joyful", says=0.2847, got=cosine["happy", "joyful"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "happy-sad", says=0.2103, got=cosine["happy", "sad"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "king-queen", says=0.5190, got=cosine["king", "queen"], tolerance=0.001, **for_gpt2)
    chapter.claim("C111", "king-table", says=0.1254, got=cosine["king", "table"], tolerance=0.001, **for_gpt2)


def claims_about_neighbors(chapter, neighbors):
    """Row C113: what S5 says to expect near three words."""
    tested = {"article": S5, "shown_in": "neighbors", "note": "Tested on the ten nearest tokens, spelling variants left out: more than half must be of the kind named."}  # fmt: skip
    paris, python, happy = (chapter.compute(most_are_hits, neighbors, query) for query in ("Paris", "Python", "happy"))
    chapter.claim("C113", "paris", says="near Paris stand other cities and European places", got=paris, **tested)
    chapter.claim(
        "C113", "python", says="near Python stand other programming languages and technical terms", got=python, **tested
    )
    chapter.claim("C113", "happy", says="near happy stand other positive emotions", got=happy, **tested)
