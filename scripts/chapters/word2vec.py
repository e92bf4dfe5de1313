"""Can a network learn what words mean by guessing the one that is missing?  Page: docs/chapters/word2vec.md"""

import operator

import numpy as np

from embedguide.analysis.agreement import shared_words
from embedguide.analysis.analogies import Question
from embedguide.analysis.plays import count_words, number_words, split_speeches
from embedguide.analysis.similarity import cosines_of_random_pairs
from embedguide.analysis.word2vec import train_cbow
from embedguide.analysis.word2vec_numbers import (
    SEED,
    WINDOW,
    agreement_of_output,
    agreements_of,
    answers_of_glove,
    answers_of_plays,
    comes_first,
    cosine_in,
    count_examples,
    count_first,
    count_running_words,
    count_vocabulary,
    guessed_right,
    has_shape,
    is_higher,
    list_neighbors,
    measured_pairs,
    nearest_in_group,
    neighbors_by_training,
    pairs_are_reversed,
    rows_of_windows,
    selects_a_row,
    seven_steps_agree,
    share_of_text,
    tabulate_answers,
    windows,
)
from embedguide.figures.analogies import plot_answers
from embedguide.figures.word2vec import plot_map, plot_quality
from embedguide.results import Column, Control

MIN_COUNT = 5
# The map, the tables and the window come from the second; the others say what more or less training does.
SHORT, EPOCHS, LONG, LONGER = 1, 5, 10, 15
# Agreement is measured on 1,000 words: function words, which GloVe puts together for other reasons, come before them.
SKIP, N_COMPARED = 150, 1000
GROUPS = {
    group: words.split()
    for group, words in {
        "family": "father mother son daughter brother sister wife husband uncle aunt cousin child",
        "titles": "king queen prince duke earl lord lady sir emperor",
        "body": "eye eyes hand hands head heart face lips tongue ear cheek foot arm",
        "weapons": "sword dagger knife spear shield armour bow",
        "places": "england france rome egypt venice scotland wales ireland athens naples",
        "time": "day night morning hour week month year evening noon",
        "feelings": "love hate joy grief fear hope anger sorrow pity",
        "animals": "dog horse lion cat bear wolf sheep bird",
        "sky and sea": "sun moon stars sky heaven wind storm rain sea",
    }.items()
}
QUERIES = ["king", "love", "sword", "father", "night", "eyes"]
# The ten pairs of article S5, and the two of S3.
PAIRS = [
    ("cat", "dog"), ("cat", "kitten"), ("cat", "car"), ("Paris", "Tokyo"), ("Paris", "France"), ("Paris", "bicycle"),
    ("happy", "joyful"), ("happy", "sad"), ("king", "queen"), ("king", "table"), ("dog", "strawberry"),
]  # fmt: skip
QUESTIONS = [
    Question("king", "man", "woman", "queen"),
    Question("france", "paris", "tokyo", "japan"),
    Question("paris", "france", "japan", "tokyo"),
    Question("walking", "walked", "swam", "swimming"),
    Question("big", "bigger", "smaller", "small"),
    Question("uncle", "man", "woman", "aunt"),
]
FAMOUS = [
    "But soft, what light through yonder window breaks?",
    "To be, or not to be, that is the question.",
    "A horse, a horse, my kingdom for a horse!",
    "Friends, Romans, countrymen, lend me your ears.",
    "Now is the winter of our discontent made glorious summer by this sun of York.",
]
HISTORY = [
    (2003, "Bengio et al.", "word vectors as a layer of a language model", 30, 100),
    (2013, "Mikolov et al.: word2vec", "little kept but the table and one product", 50, 1000),
    (2014, "Pennington et al.: GloVe", "vectors fitted to counts of neighbors", 50, 300),
    (2018, "Peters et al.: ELMo", "a vector for each occurrence of a word", 1024, 1024),
    (2018, "Radford et al.: GPT", "a transformer that reads forward", 768, 768),
    (2018, "Devlin et al.: BERT", "a transformer that reads both ways", 768, 1024),
]
S3, S5 = "S3", "S5"


def tabulate_history(history):
    """The works with their sizes as words: a phone has no room for a column that says "to"."""
    return [(*work, str(low) if low == high else f"{low} to {high}") for *work, low, high in history]


def join_words(pairs):
    """The measured pairs with both words in one column, which leaves a phone room for the numbers."""
    return [(f"{a} – {b}", *numbers) for a, b, *numbers in pairs]


def with_hopes(answers):
    """The answers with the hoped-for word behind its question, for the same reason."""
    return [(vectors, f"{question} ≈ {hoped}", *rest) for vectors, question, hoped, *rest in answers]


def read_speeches(corpus):
    """The words of every speech of the plays."""
    return split_speeches(corpus.path().read_text(encoding="utf-8"))


def build(chapter):
    """Declare the chapter's results."""
    speeches = chapter.compute(read_speeches, chapter.corpus("shakespeare-plays"))
    vocabulary = chapter.compute(count_words, speeches, MIN_COUNT)
    numbered = chapter.compute(number_words, speeches, vocabulary)
    glove = chapter.vectors("glove-6b-50d")
    trainings = {
        epochs: chapter.compute(train_cbow, numbered, vocabulary, epochs, SEED)
        for epochs in (SHORT, EPOCHS, LONG, LONGER)
    }
    training = trainings[EPOCHS]

    chapter.figure(
        "map", plot_map, training, vocabulary, GROUPS, n_others=600, skip=SKIP,
        title="Words sort themselves",
        caption="**Nobody told the network which words belong together.** Each dot is a word of Shakespeare's plays, placed by its "
        "row of the hidden layer; the colors were added by us. Move the slider back to zero: the rows are random numbers and the "
        "groups lie on one heap. Press *Train* to watch them part, and use *Find* for a word of your own.",
        alt="Map of several hundred words of the plays in two dimensions. After training, family words, titles, parts of the body, places and times lie in regions of their own.",
        width="wide",
    )  # fmt: skip
    results_of_the_window(chapter, training, vocabulary, numbered, speeches)
    results_of_training(chapter, trainings, vocabulary, glove)
    results_of_glove(chapter, training, vocabulary, glove)
    chapter.table(
        "history", chapter.compute(tabulate_history, HISTORY),
        columns=[Column("year", "year", format="d"), Column("work", "work"), Column("idea", "what was new"), Column("dims", "dimensions")],
        title="From Bengio’s table to BERT’s",
        caption="What each work brought, and how many numbers its vectors have, by the paper or the release.",
    )  # fmt: skip


def results_of_the_window(chapter, training, vocabulary, numbered, speeches):
    """The seven steps, and rows C51 to C56."""
    rows = chapter.compute(windows, training, vocabulary, FAMOUS)
    names = (
        "sentence",
        "position",
        "printed",
        "word",
        "row",
        "neighbors",
        "answers",
        "probabilities",
        "probability",
        "rank",
        "raised",
    )
    formats = {"sentence": "d", "position": "d", "row": "d", "probability": ".4g", "rank": "d"}
    chapter.table(
        "windows", rows, columns=[Column(name, format=formats.get(name, "s")) for name in names],
        title="The seven steps of CBOW",
        caption="**The neighbors vote, and the network guesses the word between them.** The strips are rows of the hidden layer: "
        "orange for positive, blue for negative numbers. Slide the window along the line, and see where the guess is good: "
        "between words that often stand together.",
    )  # fmt: skip
    chapter.dataset(
        "window-rows", chapter.compute(rows_of_windows, training, rows), title="Rows of the words in the window"
    )
    chapter.value("vocabulary-size", chapter.compute(count_vocabulary, vocabulary), format=",d")
    chapter.value("running-words", chapter.compute(count_running_words, speeches), format=",d")
    chapter.value("share-of-text", chapter.compute(share_of_text, vocabulary, speeches), format=".0%")
    chapter.value("guessed-right", chapter.compute(guessed_right, training, numbered, vocabulary), format=".0%")
    examples = chapter.compute(count_examples, numbered, WINDOW)
    chapter.value("cbow-examples", chapter.compute(operator.getitem, examples, 0), format=",d")
    chapter.value("skipgram-examples", chapter.compute(operator.getitem, examples, 1), format=",d")
    before, after = (chapter.compute(nearest_in_group, training, vocabulary, GROUPS, moment) for moment in (0, -1))
    chapter.value("in-group-before", before, format=".0%")
    chapter.value("in-group-after", after, format=".0%")

    selects = chapter.compute(selects_a_row, training, vocabulary)
    shape = chapter.compute(has_shape, training, vocabulary)
    agree = chapter.compute(seven_steps_agree, training, vocabulary, ["what", "light", "yonder", "window"])
    chapter.claim(
        "C51", "hidden-is-the-embedding", article=S3, says="the hidden layer holds the embeddings", got=selects
    )
    chapter.claim(
        "C53", "reverse", article=S3, says="skip-gram is CBOW the other way around", got=chapter.compute(pairs_are_reversed, numbered, WINDOW),
        note="Tested as: its pairs of word and neighbor are those of CBOW turned around. CBOW joins the neighbors of a word in one example, skip-gram makes one of each.",
    )  # fmt: skip
    chapter.claim(
        "C54", "seven-steps", article=S3, says="one-hot vectors, linear hidden layer, mean, softmax, argmax", got=agree, shown_in="windows",
        note="Training itself takes no softmax over the vocabulary; it weighs each right word against a few wrong ones.",
    )  # fmt: skip
    chapter.claim("C55", "shape", article=S3, says="the hidden layer is vocabulary size × embedding size", got=shape)
    chapter.claim(
        "C55", "one-hot-selects-a-row", article=S3, says="the 1 of a one-hot vector selects a row", got=selects
    )
    chapter.claim(
        "C56", "alike-stand-together", article=S3, says="the embeddings can be visualized, and words that are alike stand together",
        got=chapter.compute(np.greater, after, before), shown_in="map",
        note="Tested as: more of the colored words have their nearest colored word in their own group than before training.",
    )  # fmt: skip


def results_of_training(chapter, trainings, vocabulary, glove):
    """How good the rows are after 1, 5, 10 and 15 epochs."""
    words = chapter.compute(shared_words, vocabulary, glove, SKIP, N_COMPARED)
    measured = {n: chapter.compute(agreements_of, one, vocabulary, glove, words) for n, one in trainings.items()}
    chapter.figure(
        "quality", plot_quality, trainings, measured,
        title="One reading is noise, five are best",
        caption="**Of four trainings, the one of five readings comes closest to GloVe.** Each line is one training from the same random numbers, planned for 1, 5, 10 or 15 "
        "readings of the text; the large mark is its end. The height says how well the order of likeness of a thousand words agrees with GloVe, "
        "which has read several thousand times as much. Hover over a mark for its number.",
        alt="Four lines of the rank correlation with GloVe over the epochs of training. They start at zero, rise until about the fifth epoch, and then stay or fall.",
    )  # fmt: skip
    ends = {n: chapter.compute(operator.getitem, values, -1) for n, values in measured.items()}
    chapter.value("agreement-1", ends[SHORT], format=".2f")
    chapter.value("agreement-5", ends[EPOCHS], format=".2f")
    chapter.value("agreement-10", ends[LONG], format=".2f")
    chapter.value("agreement-15", ends[LONGER], format=".2f")
    output = chapter.compute(agreement_of_output, trainings[EPOCHS], vocabulary, glove, words)
    chapter.value("agreement-output", output, format=".2f")
    chapter.claim(
        "C51", "output-can-go", article=S3, says="after training the output layer can be thrown away", shown_in="quality",
        got=chapter.compute(np.greater_equal, ends[EPOCHS], output),
        note="Tested as: the hidden layer agrees with GloVe at least as well as the output layer does.",
    )  # fmt: skip
    neighbors = chapter.compute(
        neighbors_by_training, {n: trainings[n] for n in (SHORT, EPOCHS, LONG)}, vocabulary, QUERIES, k=8
    )
    chapter.table(
        "neighbors", neighbors,
        columns=[Column("query", "query"), Column("epochs", "epochs", format="d"), Column("rank", "rank", format="d"),
                 Column("word", "word"), Column("cosine", "cosine", format=".2f"), Column("count", "times in the plays", format=",d")],
        title="Nearest words in the plays",
        caption="The eight nearest words after 1, 5 and 10 epochs, by cosine, among words that occur at least 20 times.",
        controls=[Control("query", "select", "Nearest to", default="sword"), Control("epochs", "select", "Epochs", default=EPOCHS)],
    )  # fmt: skip
    chapter.value("sword-after-1", chapter.compute(list_neighbors, neighbors, "sword", SHORT), format="s")
    chapter.value("king-after-5", chapter.compute(list_neighbors, neighbors, "king", EPOCHS), format="s")
    chapter.value("love-after-5", chapter.compute(list_neighbors, neighbors, "love", EPOCHS), format="s")
    chapter.value("sword-after-5", chapter.compute(list_neighbors, neighbors, "sword", EPOCHS), format="s")


def results_of_glove(chapter, training, vocabulary, glove):
    """Pairs and analogies: rows C43 and C108, and the history of row C114."""
    random = chapter.compute(cosines_of_random_pairs, glove, 100_000, seed=SEED)
    pairs = chapter.compute(measured_pairs, PAIRS, glove, random, training, vocabulary)
    chapter.table(
        "pairs", chapter.compute(join_words, pairs),
        columns=[Column("pair"), Column("cosine", "GloVe", format=".2f"), Column("percentile", "less alike", "%", ".0f"),
                 Column("cosine_plays", "the plays", format=".2f"), Column("percentile_plays", "less alike", "%", ".0f")],
        title="Ten pairs of words, and a strawberry",
        caption="Cosines in GloVe and in the plays. *Less alike*: how many of 100,000 random pairs of words have a lower cosine there. "
        "No number: Shakespeare does not use one of the words, or fewer than five times.",
    )  # fmt: skip
    chapter.value("cat-dog", chapter.compute(cosine_in, pairs, "cat", "dog"))
    chapter.value("dog-strawberry", chapter.compute(cosine_in, pairs, "dog", "strawberry"))
    higher = chapter.compute(is_higher, pairs, ("cat", "dog"), ("dog", "strawberry"))
    chapter.claim(
        "C43",
        "cat-dog",
        article=S3,
        says="cat and dog are more similar than dog and strawberry",
        got=higher,
        shown_in="pairs",
        note="Tested in GloVe.",
    )

    answers = chapter.compute(answers_of_glove, glove, QUESTIONS)
    of_plays = chapter.compute(answers_of_plays, training, vocabulary, QUESTIONS)
    chapter.figure(
        "analogies", plot_answers, answers,
        title="King − man + woman is king",
        caption="**The famous answer comes first only when the question is struck from the list.** The dots are the words nearest to the result "
        "of the arithmetic in GloVe; rings are words of the question, the blue dot is the word that is hoped for. Leave out the words of the question, or choose another.",
        alt="Dot plot of the words nearest to king minus man plus woman in GloVe. King itself stands first.",
    )  # fmt: skip
    columns = [
        Column("vectors", "vectors"), Column("question", "question, and hope"), Column("first", "nearest of all"),
        Column("rank", "rank", format=",d"), Column("first_without", "nearest, inputs out"), Column("rank_without", "rank", format=",d"),
    ]  # fmt: skip
    chapter.table(
        "answers", chapter.compute(with_hopes, chapter.compute(tabulate_answers, {"GloVe": answers, "the plays": of_plays})), columns=columns,
        title="Word arithmetic", controls=[Control("vectors", "select", "Vectors", default="GloVe")],
        caption="Six questions, answered with the words of the question among the answers and with these inputs left out. *Rank*: the place of the "
        "word that is hoped for. The plays can be asked only what their words allow.",
    )  # fmt: skip
    chapter.value("n-questions", chapter.compute(len, answers), format="d")
    chapter.value("first-with-inputs", chapter.compute(count_first, answers, without_inputs=False), format="d")
    chapter.value("first-without-inputs", chapter.compute(count_first, answers, without_inputs=True), format="d")
    claims_about_analogies(chapter, answers)
    claims_about_history(chapter)


def claims_about_analogies(chapter, answers):
    """Row C108: the four questions of S5, with the question's words among the answers and without (trap T21)."""
    whole, cut = ({n: chapter.compute(comes_first, answers, n, out) for n in (0, 1, 3, 4)} for out in (False, True))
    shown = {"article": S5, "shown_in": "answers"}
    kept = {**shown, "note": "The nearest of all 400,000 words of GloVe, the question's own among them."}
    out = {
        **shown,
        "note": "The question's three words are left out of the answers, as the article's code and the paper do.",
    }
    chapter.claim("C108", "king", says="King − Man + Woman ≈ Queen", got=whole[0], **kept)
    chapter.claim("C108", "king-inputs-out", says="King − Man + Woman ≈ Queen", got=cut[0], **out)
    chapter.claim("C108", "france", says="France − Paris + Tokyo ≈ Japan", got=whole[1], **kept)
    chapter.claim("C108", "france-inputs-out", says="France − Paris + Tokyo ≈ Japan", got=cut[1], **out)
    chapter.claim("C108", "walking", says="walking − walked + swam ≈ swimming", got=whole[3], **kept)
    chapter.claim("C108", "walking-inputs-out", says="walking − walked + swam ≈ swimming", got=cut[3], **out)
    chapter.claim("C108", "big", says="big − bigger + smaller ≈ small", got=whole[4], **kept)
    chapter.claim("C108", "big-inputs-out", says="big − bigger + smaller ≈ small", got=cut[4], **out)


def spans(history, year, low, high):
    """Whether the first work of a year used vectors of exactly these sizes."""
    return next(row[3:] for row in history if row[0] == year) == (low, high)


def in_years(history, works):
    """Whether each work is of the year that is said."""
    return all(any(year == row[0] and name in row[1] for row in history) for name, year in works.items())


def claims_about_history(chapter):
    """Row C114: the dates and sizes that S5 gives."""
    read = {"article": S5, "shown_in": "history", "note": "Read in the papers, not measured."}
    years = {"Bengio": 2003, "word2vec": 2013, "GloVe": 2014, "ELMo": 2018, "BERT": 2018, "GPT": 2018}
    chapter.claim(
        "C114",
        "history-years",
        says="2003, 2013, 2014, and 2018 for ELMo, BERT and GPT",
        got=chapter.compute(in_years, HISTORY, years),
        **read,
    )
    chapter.claim(
        "C114",
        "history-bengio-dims",
        says="30 to 100 dimensions",
        got=chapter.compute(spans, HISTORY, 2003, 30, 100),
        **read,
    )
    chapter.claim(
        "C114", "history-word2vec-dims", says="the original models had 300 dimensions", got=chapter.compute(spans, HISTORY, 2013, 300, 300), article=S5,
        shown_in="history", note="Read in the paper: it trains vectors of 50 to 1,000 dimensions; 300 is the size of the vectors released with the program.",
    )  # fmt: skip
