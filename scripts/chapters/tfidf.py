"""What can be known about a word by counting it?  Page: docs/chapters/tfidf.md"""

import numpy as np

from embedguide.analysis.tfidf import (
    compare_with_chance,
    correlation_with_counts,
    count_words,
    inverse_document_frequency,
    largest_crowd,
    library_tfidf,
    n_directions,
    n_points,
    nearest_word,
    project,
    read_corpus,
    read_speakers,
    rows_of_words,
    share_of_text,
    share_of_words,
    tabulate_weights,
    term_frequency,
    tfidf,
)
from embedguide.figures.tfidf import HIGHLIGHTS, plot_chunks, plot_word_map
from embedguide.results import Column

NUMBERS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty",
    "forty", "fifty", "seventy", "hundred", "thousand", "million",
]  # fmt: skip
# Words that the page speaks of.
SHOWN = [*NUMBERS, "the", "king", "love", "romeo"]
N_CHUNKS, OTHER_CHUNKS = 10, (5, 20)
LEAST_COUNT, LEAST_SPEECHES = 3, 30
# What counts as one area: this share of the largest distance.
AREA = 0.1
N_DRAWS = 200
S3 = "S3"

WEIGHT_COLUMNS = [
    Column("word"),
    Column("times", format=",d"),
    Column("chunks", "chunks with it", format="d"),
    Column("idf", "idf", format=".2f"),
    Column("smoothed_idf", "idf in scikit-learn", format=".2f"),
    Column("largest", "largest tf-idf", "millionths", ",.0f"),
]
TEST_COLUMNS = [
    Column("vectors"),
    Column("n_words", "number words", format="d"),
    Column("hits", "nearest is a number", format=".0%"),
    Column("chance", "matched words", format=".0%"),
    Column("high_chance", "one draw in twenty above", format=".0%"),
]
NEAREST_COLUMNS = [Column("word"), Column("page", "tf-idf of this page"), Column("library", "tf-idf of scikit-learn"), Column("glove", "GloVe")]  # fmt: skip
VARIANT_COLUMNS = [
    Column("formula"),
    Column("first", "first axis", format=".0%"),
    Column("second", "second axis", format=".0%"),
    Column("correlation", "first axis and count", format=".3f"),
    Column("crowd", "in one area", format=".1%"),
]


def product(a, b):
    """The product of two numbers."""
    return a * b


def number_of_words(counts):
    """How many different words there are."""
    return len(counts.words)


def words_in(counts, chunks):
    """How many different words stand in exactly so many chunks."""
    return int((counts.chunks_with == chunks).sum())


def drawn(counts):
    """How many words the map draws."""
    return int((counts.totals >= LEAST_COUNT).sum())


def at_zero(counts, table, words):
    """How many of the words have the same row as "the", a row of zeros."""
    return sum(not table[counts.words.index(word)].any() for word in words if word in counts.words)


def share_at_zero(counts, table, words):
    """The share of all uses of the words that such words make up."""
    places = [counts.words.index(word) for word in words if word in counts.words]
    zero = [n for n in places if not table[n].any()]
    return float(counts.totals[zero].sum() / counts.totals[places].sum())


def near_the(counts, plane, words):
    """How many of the words lie within 1 % of the map's largest distance of "the"."""
    from_the = np.linalg.norm(plane.points - plane.points[counts.words.index("the")], axis=1)
    return sum(bool(from_the[counts.words.index(w)] <= from_the.max() / 100) for w in words if w in counts.words)


def weights_in_millionths(counts):
    """The weights of the words that the page speaks of, the largest tf-idf in millionths."""
    return [one._replace(largest=1e6 * one.largest) for one in tabulate_weights(counts, SHOWN)]


def crowd_of(plane):
    """The share of words in one area of the map."""
    return largest_crowd(plane.points, AREA)


def compare_formulas(counts, by_page, by_library):
    """Explained variance, correlation with plain counts and concentration, for both formulas."""
    return [
        (name, *map(float, plane.explained), correlation_with_counts(counts, plane.points), crowd_of(plane))
        for name, plane in (("of this page", by_page), ("of scikit-learn", by_library))
    ]


def nearest_by_all(counts, *kinds):
    """The nearest word of each number word, by each kind of vectors."""
    return [(word, *(nearest_word(counts, rows, word) for rows in kinds)) for word in NUMBERS]


def part_of(thing, name):
    """One part of a result, by its name."""
    return getattr(thing, name)


def listed(*items):
    """Several results as a list."""
    return list(items)


def no_more_than_chance(test):
    """Whether number words have number words nearest no more often than matched words do."""
    return bool(test.hits <= test.high_chance)


def more_than_half(value):
    """Whether a share is above one half."""
    return bool(value > 0.5)


def on_few_points(table, points):
    """Whether the words fall on fewer points than half their number."""
    return bool(points < len(table) / 2)


def build(chapter):
    """Declare the chapter's results."""
    corpus = chapter.corpus("tinyshakespeare")
    words = chapter.compute(read_corpus, corpus)
    counts = chapter.compute(count_words, words, N_CHUNKS)
    table = chapter.compute(tfidf, counts)
    planes = {"article": {}, "library": {}}
    for n in sorted((N_CHUNKS, *OTHER_CHUNKS)):
        own = table if n == N_CHUNKS else chapter.compute(tfidf, chapter.compute(count_words, words, n))
        planes["article"][str(n)] = chapter.compute(project, own)
        planes["library"][str(n)] = chapter.compute(project, chapter.compute(library_tfidf, words, n))
    page_plane, library_plane = planes["article"][str(N_CHUNKS)], planes["library"][str(N_CHUNKS)]
    library = chapter.compute(library_tfidf, words, N_CHUNKS)
    known = chapter.compute(rows_of_words, chapter.vectors("glove-6b-50d"), chapter.compute(part_of, counts, "words"))
    test = chapter.compute(compare_with_chance, "tf-idf of this page", table, counts, NUMBERS, N_DRAWS, seed=0)
    library_test = chapter.compute(
        compare_with_chance, "tf-idf of scikit-learn", library, counts, NUMBERS, N_DRAWS, seed=0
    )
    glove_test = chapter.compute(compare_with_chance, "GloVe", known, counts, NUMBERS, N_DRAWS, seed=0)
    pictures(chapter, corpus, planes, counts)
    tables_of_weights(chapter, counts, page_plane, library_plane)
    tables_of_neighbors(chapter, counts, table, library, known, test, library_test, glove_test)
    values(chapter, words, counts, table, page_plane, library_plane, test, glove_test)
    claims(chapter, counts, table, page_plane, test, glove_test)


def pictures(chapter, corpus, planes, counts):
    """The map of words, and the bars that explain it."""
    groups = {HIGHLIGHTS[0]: NUMBERS, HIGHLIGHTS[1]: chapter.compute(read_speakers, corpus, LEAST_SPEECHES)}
    chapter.figure(
        "word-map", plot_word_map, planes, counts, groups, n_chunks=str(N_CHUNKS), least=LEAST_COUNT,
        title="Words as counts in ten chunks of Shakespeare",
        caption="**Nearly all words lie on one spot, and names stick out.** Each point is one of the "
        '{{ value("tfidf/words-drawn") }} words that stand in the text at least three times; the number words are orange. Point at the '
        "farthest ones, or find a word by typing it. Then highlight the names, cut the text into more or fewer chunks, and try the other formula.",
        alt="Scatter plot of words: a dense spot with all number words in it, and a few arms of names reaching out.",
        width="wide",
    )  # fmt: skip
    chapter.figure(
        "chunks", plot_chunks, counts,
        title="In how many chunks does a word stand?",
        caption="**Rare words are many, common words are the text.** Blue: the share of the different words that stand in one chunk, in two, "
        "and so on to all ten. Orange: the share of the running text that these words make up. The words on the far right have idf 0.",
        alt="Two bars for each number of chunks from one to ten: share of the different words, and share of the running text.",
    )  # fmt: skip


def tables_of_weights(chapter, counts, page_plane, library_plane):
    """Words with their weights, and both formulas compared."""
    chapter.table(
        "weights", chapter.compute(weights_in_millionths, counts), columns=WEIGHT_COLUMNS,
        title="Number words, and four others",
        caption="How often each word stands in the text, in how many of the ten chunks, and what the formulas make of it; the tf-idf is that of the chunk where it is largest.",
    )  # fmt: skip
    chapter.table(
        "formulas", chapter.compute(compare_formulas, counts, page_plane, library_plane), columns=VARIANT_COLUMNS,
        title="Two formulas, two maps",
        caption="How much of the variance the two axes of the map explain. *First axis and count*: the correlation of a word's place on the "
        "first axis with how often it stands in the text. *In one area*: the words within a tenth of the largest distance from the middle point.",
    )  # fmt: skip


def tables_of_neighbors(chapter, counts, table, library, known, test, library_test, glove_test):
    """The nearest word of each number word, and the test of the neighbors."""
    chapter.table(
        "nearest-words", chapter.compute(nearest_by_all, counts, table, library, known), columns=NEAREST_COLUMNS,
        title="The nearest word of each number word",
        caption="The most similar of all words of the text, by cosine. A dash: the word stands in all ten chunks, its row is zero, and a cosine "
        "with it is undefined.",
    )  # fmt: skip
    chapter.table(
        "neighbors", chapter.compute(listed, test, library_test, glove_test), columns=TEST_COLUMNS,
        title="Is a number the nearest word of a number?",
        caption="For each number word, its most similar word (cosine) among all words of the text. *Matched words*: the same for words drawn "
        "at random that stand in as many chunks and about as often. Words with a row of zeros have no cosine and are left out.",
    )  # fmt: skip


def values(chapter, words, counts, table, page_plane, library_plane, test, glove_test):
    """Numbers for the prose."""
    tf, idf = chapter.compute(term_frequency, 5, 100), chapter.compute(inverse_document_frequency, 10, 2)
    chapter.value("example-tf", tf)
    chapter.value("example-idf", idf)
    chapter.value("example-tfidf", chapter.compute(product, tf, idf))
    chapter.value("n-running", chapter.compute(len, words), format=",d")
    chapter.value("n-words", chapter.compute(number_of_words, counts), format=",d")
    chapter.value("words-drawn", chapter.compute(drawn, counts), format=",d")
    chapter.value("idf-zero-words", chapter.compute(words_in, counts, N_CHUNKS), format=",d")
    chapter.value("idf-zero-share", chapter.compute(share_of_words, counts, N_CHUNKS), format=".1%")
    chapter.value("idf-zero-text", chapter.compute(share_of_text, counts, N_CHUNKS), format=".0%")
    chapter.value("words-in-one-chunk", chapter.compute(words_in, counts, 1), format=",d")
    chapter.value("one-chunk-share", chapter.compute(share_of_words, counts, 1), format=".0%")
    chapter.value("n-points", chapter.compute(n_points, table), format=",d")
    chapter.value("n-directions", chapter.compute(n_directions, table), format=",d")
    chapter.value("in-one-area", chapter.compute(crowd_of, page_plane), format=".1%")
    chapter.value("n-numbers", chapter.compute(len, NUMBERS), format="d")
    chapter.value("numbers-at-the", chapter.compute(at_zero, counts, table, NUMBERS), format="d")
    chapter.value("numbers-at-the-text", chapter.compute(share_at_zero, counts, table, NUMBERS), format=".0%")
    chapter.value("numbers-near-the", chapter.compute(near_the, counts, page_plane, NUMBERS), format="d")
    chapter.value("glove-hits", chapter.compute(part_of, glove_test, "hits"), format=".0%")
    chapter.value("tfidf-hits", chapter.compute(part_of, test, "hits"), format=".0%")
    chapter.value("library-correlation", chapter.compute(correlation_of, counts, library_plane), format=".3f")


def correlation_of(counts, plane):
    """The correlation of the first axis with plain counts."""
    return correlation_with_counts(counts, plane.points)


def claims(chapter, counts, table, page_plane, test, glove_test):
    """Rows C45 to C50, traps T12 and T13."""
    tf, idf = chapter.compute(term_frequency, 5, 100), chapter.compute(inverse_document_frequency, 10, 2)
    chapter.claim("C45", "zero-idf", article=S3, says="by the formulas a word of every chunk has weight 0", got=chapter.compute(zero_everywhere, counts, table), shown_in="weights")  # fmt: skip
    chapter.claim("C46", "tf", article=S3, says=0.05, got=tf, tolerance=0.0005)
    chapter.claim("C46", "idf", article=S3, says=1.61, got=idf, tolerance=0.005)
    chapter.claim("C46", "tfidf", article=S3, says=0.08, got=chapter.compute(product, tf, idf), tolerance=0.005)
    chapter.claim("C47", "ten-chunks", article=S3, says=10, got=chapter.compute(columns_of, table), tolerance=0)
    chapter.claim("C48", "ten-to-two", article=S3, says="ten numbers per word are brought to two by PCA", got=chapter.compute(in_a_plane, page_plane), shown_in="word-map")  # fmt: skip
    chapter.claim(
        "C49", "concentrated", article=S3, says="the majority of words is concentrated in one area",
        got=chapter.compute(more_than_half, chapter.compute(crowd_of, page_plane)), shown_in="formulas",
        note="The reason is not a lack of expressiveness alone: a word of all chunks is exactly zero, and words of one chunk lie on ten "
        "lines (trap T12).",
    )  # fmt: skip
    chapter.claim(
        "C49", "few-points", article=S3, says="the embeddings of most words are alike",
        got=chapter.compute(on_few_points, table, chapter.compute(n_points, table)), shown_in="word-map",
        note="Tested as: the words fall on fewer different points than half their number.",
    )  # fmt: skip
    chapter.claim(
        "C50", "numbers", article=S3, says="number words have no relation in the space",
        got=chapter.compute(no_more_than_chance, test), shown_in="neighbors",
        note="Tested as: the nearest word of a number word is a number no more often than nineteen in twenty draws of matched words give (trap T13).",
    )  # fmt: skip
    chapter.claim(
        "C50", "numbers-in-glove", article=S3, says="vectors of a later kind do relate number words",
        got=chapter.compute(more_than_half, chapter.compute(part_of, glove_test, "hits")), shown_in="neighbors",
    )  # fmt: skip


def zero_everywhere(counts, table):
    """Whether the rows of words that stand in every chunk are zero, and no others."""
    return bool(np.array_equal(~table.any(axis=1), counts.chunks_with == counts.counts.shape[1]))


def columns_of(table):
    """How many numbers each word has."""
    return table.shape[1]


def in_a_plane(plane):
    """Whether each word has two coordinates."""
    return plane.points.shape[1] == 2
