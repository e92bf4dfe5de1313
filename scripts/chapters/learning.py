"""Where does the table of embeddings come from?  Page: docs/chapters/learning.md"""

import math

import numpy as np

from embedguide.analysis.agreement import rank_correlation, unit_rows
from embedguide.analysis.plays import count_words, split_speeches
from embedguide.analysis.similarity import percentile_among
from embedguide.analysis.small_model import RARE, START, Settings, company, number_examples, one_step, train_small_model
from embedguide.figures.learning import plot_company, plot_gradients, plot_growth
from embedguide.models.gradients import gradient_of_table
from embedguide.results import Column

SEED = 0
N_WORDS, BEFORE = 2000, 4
N_STEPS = 1500
KEPT = (0, 50, 100, 200, 400, 700, 1000, 1500)
GROUPS = {
    group: words.split()
    for group, words in {
        "family": "father mother son daughter brother sister wife husband uncle cousin child",
        "titles": "king queen prince duke earl lord lady sir",
        "body": "eye eyes hand hands head heart face lips tongue ear arm",
        "places": "england france rome",
        "time": "day night morning hour month year",
        "feelings": "love hate joy grief fear hope sorrow pity",
        "small verbs": "is was are were am be been",
        "people": "i you he she we they thou it",
        "going": "come go went gone bring send leave",
    }.items()
}
# Words with enough company to judge by, and no function words.
FIRST, LAST = 150, 1150
N_DRAWN = 1200
NAMED = [
    ("cat", "dog"),
    ("king", "queen"),
    ("father", "mother"),
    ("day", "night"),
    ("dog", "honour"),
    ("cat", "virtue"),
]
LINE = "To be, or not to be, that is the question."
SENTENCE = "The cat sat on the mat"
S3, S4, S5 = "S3", "S4", "S5"


def read_words(corpus):
    """The speeches of the plays, and the words that get a row of their own, frequent ones first."""
    speeches = split_speeches(corpus.path().read_text(encoding="utf-8"))
    return speeches, count_words(speeches, 5).words[:N_WORDS]


def make_examples(speeches_and_words):
    """Contexts and answers of the whole text."""
    return number_examples(*speeches_and_words, BEFORE)


def train(examples):
    """The model whose output layer is its token table."""
    return train_small_model(*examples, N_WORDS + 2, n_steps=N_STEPS, keep=KEPT, tied=True, seed=SEED)


def words_of(speeches_and_words):
    """The words with a row of their own."""
    return speeches_and_words[1]


def grow(training, words):
    """The drawing of the table at every kept step."""
    return plot_growth(training.tables, training.losses, words, GROUPS, n_others=500, skip=100)


def centered(table):
    """The rows of the words without their mean."""
    return table[:N_WORDS] - table[:N_WORDS].mean(axis=0)


def pairs_to_measure():
    """All pairs of the middling frequent words, as two arrays of row numbers."""
    first, second = np.triu_indices(LAST - FIRST, k=1)
    return first + FIRST, second + FIRST


def measure_company(training, examples, words):
    """Company in common and cosines by step of all pairs, and of the named ones.

    Returns a dict: `shared` and `cosines` (by step) of all pairs, `named` the same for the named pairs.
    """
    kept = unit_rows(company(*examples, N_WORDS + 2)[:N_WORDS])
    rows = {step: unit_rows(centered(table)) for step, table in training.tables.items()}
    a, b = pairs_to_measure()
    ids = {word: number for number, word in enumerate(words)}
    c, d = (np.array([ids[pair[side]] for pair in NAMED]) for side in (0, 1))

    def of(matrix, first, second):
        if len(first) < 1000:
            return (matrix[first] * matrix[second]).sum(axis=1)
        block = matrix[FIRST:LAST]
        return (block @ block.T)[first - FIRST, second - FIRST]

    return {
        "shared": of(kept, a, b), "cosines": {step: of(m, a, b) for step, m in rows.items()},
        "named_shared": of(kept, c, d), "named_cosines": {step: of(m, c, d) for step, m in rows.items()},
    }  # fmt: skip


def draw_company(measured, words):
    """The drawing of some of the pairs."""
    a, b = pairs_to_measure()
    drawn = np.sort(np.random.default_rng(SEED).choice(len(a), size=N_DRAWN, replace=False))
    texts = [f"{words[a[i]]} – {words[b[i]]}" for i in drawn] + [f"{one} – {two}" for one, two in NAMED]
    shared = np.concatenate([measured["shared"][drawn], measured["named_shared"]])
    cosines = {
        step: np.concatenate([values[drawn], measured["named_cosines"][step]])
        for step, values in measured["cosines"].items()
    }
    named = {texts[N_DRAWN + n]: N_DRAWN + n for n in range(len(NAMED))}
    return plot_company(shared, cosines, texts, correlations(measured), named)


def correlations(measured):
    """The rank correlation over all pairs by step."""
    return {step: rank_correlation(values, measured["shared"]) for step, values in measured["cosines"].items()}


def correlation_at(measured, step):
    """At one step."""
    return correlations(measured)[step]


def percentile_of(measured, pair, step):
    """How many of all pairs have a lower cosine than a named one at a step; in company where `step` is None."""
    n = NAMED.index(pair)
    if step is None:
        return float(percentile_among(measured["named_shared"][n], measured["shared"]))
    return float(percentile_among(measured["named_cosines"][step][n], measured["cosines"][step]))


def is_ordinary(measured, pair):
    """Whether a pair lies, before training, where nine in ten of all pairs lie."""
    return 5 <= percentile_of(measured, pair, 0) <= 95


def comes_near(measured, pair):
    """Whether a pair keeps more company and ends nearer than nine in ten of all pairs."""
    return percentile_of(measured, pair, None) > 90 and percentile_of(measured, pair, N_STEPS) > 90


def follows_company(measured):
    """Whether the order of likeness follows the company after training, and did not before."""
    found = correlations(measured)
    return abs(found[0]) < 0.02 and found[N_STEPS] > 0.3


def loss_around(training, step):
    """The mean loss of the 25 steps up to a step; of the first step for 0."""
    return float(training.losses[max(0, step - 25) : max(step, 1)].mean())


def loss_of_knowing_nothing():
    """The loss of a model that finds every token equally probable."""
    return math.log(N_WORDS + 2)


def has_fallen(training):
    """Whether training has made the text less surprising."""
    return loss_around(training, N_STEPS) < loss_around(training, 0) - 1


def share_moved(training):
    """The share of the words' rows that are not what they were at the start."""
    return float((training.tables[0] != training.tables[N_STEPS]).any(axis=1)[:N_WORDS].mean())


def line_examples(speeches_and_words):
    """The examples of the famous line."""
    return number_examples(split_speeches(LINE), words_of(speeches_and_words), BEFORE)


def with_output(weights):
    """The same model with an output layer of its own: a copy of the table, so that it guesses the same."""
    return {**weights, "output": weights["table"].copy()}


def step_of(training, examples, *, tied, optimizer, earlier=None):
    """One step on the line's examples, after one on 512 examples of the text where `earlier` is given."""
    weights = training.weights if tied else with_output(training.weights)
    before = None
    if earlier is not None:
        drawn = np.random.default_rng(SEED + 1).integers(len(earlier[1]), size=Settings().batch)
        before = (earlier[0][drawn], earlier[1][drawn])
    return one_step(weights, *examples, optimizer=optimizer, earlier=before)


def draw_gradients(untied, tied, words):
    """The drawing of one step's gradients."""
    return plot_gradients(untied.gradient, tied.gradient, [*words, RARE, START])


def count_gradient(step):
    """How many rows receive a gradient."""
    return int((step.gradient > 0).sum())


def count_inputs(examples):
    """How many different tokens stand among the words before."""
    return len(np.unique(examples[0]))


def count_tokens(model):
    """How many different tokens the sentence has."""
    return len(set(model.table.tokenize(SENTENCE)))


def rows_through_input(model, gradient):
    """How many rows receive a gradient because their token was read."""
    ids = np.array(model.table.tokenize(SENTENCE))
    return len(set(ids[gradient.through_input > 0].tolist()))


def rows_of_all(gradient):
    """How many rows receive a gradient at all."""
    return int((gradient.whole > 0).sum())


def tabulate_steps(steps, model, gradient):
    """Rows: model, text, output layer, optimizer, rows with a gradient, rows that move, all rows."""
    n = N_WORDS + 2
    rows = [
        ("small model", output, optimizer, count_gradient(step), int(step.moved.sum()), n)
        for (output, optimizer), step in steps.items()
    ]
    own = "tied" if model.table.tied else "its own"
    rows.append((model.title, "input side alone", "–", rows_through_input(model, gradient), None, model.table.n_tokens))
    rows.append((model.title, own, "–", rows_of_all(gradient), None, model.table.n_tokens))
    return rows


def only_inputs(step, examples):
    """Whether the rows with a gradient are exactly those of the words that were read."""
    return set(np.flatnonzero(step.gradient > 0).tolist()) == set(np.unique(examples[0]).tolist())


def only_few_rows(gradient, model):
    """Whether no more rows than the sentence has tokens receive a gradient."""
    return rows_of_all(gradient) <= count_tokens(model)


def is_tied(table):
    """Whether the output layer is the token table."""
    return bool(table.tied)


def count_unused(table):
    """How many rows belong to no token."""
    return len(table.unused_ids)


def has_no_unused(table):
    """Whether every row belongs to a token."""
    return not table.unused_ids


def build(chapter):
    """Declare the chapter's results."""
    text = chapter.compute(read_words, chapter.corpus("shakespeare-plays"))
    words = chapter.compute(words_of, text)
    examples = chapter.compute(make_examples, text)
    training = chapter.compute(train, examples)
    chapter.figure(
        "map", grow, training, words,
        title="A table learns",
        caption="**Out of noise come groups, and nobody asked for them.** Above, words by their rows of the token table; below, the loss, "
        "how surprised the model is by the next word. Press *Train*, or move the slider to step 0, where the rows are random numbers. The loss falls "
        "steeply at first, while the rows only drift apart; the groups form later, when it hardly falls any more.",
        alt="Map of words above a falling curve of the loss. At the last step verbs, pronouns, family words and titles lie in regions of their own.",
        width="wide",
    )  # fmt: skip
    chapter.value("loss-before", chapter.compute(loss_around, training, 0))
    chapter.value("loss-of-knowing-nothing", chapter.compute(loss_of_knowing_nothing))
    chapter.value("loss-after", chapter.compute(loss_around, training, N_STEPS))
    chapter.value("rows-moved", chapter.compute(share_moved, training), format=".0%")
    chapter.claim("C91", "random-then-descent", article=S4, says="trained from random numbers by gradient descent, predicting the next token", got=chapter.compute(has_fallen, training), shown_in="map", note="Tested as: the loss falls by more than one nat.")  # fmt: skip
    chapter.claim("C66", "part-of-the-model", article=S3, says="embeddings are trained with the model", got=chapter.compute(np.equal, chapter.compute(share_moved, training), 1.0), note="Tested as: every row has moved.")  # fmt: skip
    results_of_company(chapter, training, examples, words)
    results_of_gradients(chapter, training, examples, text, words)


def results_of_company(chapter, training, examples, words):
    """Firth's hypothesis, and what S5 says of cat and dog: row C114."""
    measured = chapter.compute(measure_company, training, examples, words)
    chapter.figure(
        "company", draw_company, measured, words,
        title="The company it keeps",
        caption="**Words that keep the same company come to have similar rows.** Each dot is a pair of words. Farther right: they stand beside the same words "
        "in the plays. Higher: their rows point the same way, the mean of all rows subtracted. Move the slider to step 0, and the cloud has no slope: "
        "the rows know nothing of the company.",
        alt="Scatter plot of pairs of words. After training, pairs with more company in common have rows with higher cosines.",
    )  # fmt: skip
    chapter.value("company-before", chapter.compute(correlation_at, measured, 0))
    chapter.value("company-after", chapter.compute(correlation_at, measured, N_STEPS))
    chapter.value("cat-dog-before", chapter.compute(percentile_of, measured, ("cat", "dog"), 0), format=".0f")
    chapter.value("cat-dog-company", chapter.compute(percentile_of, measured, ("cat", "dog"), None), format=".0f")
    chapter.value("cat-dog-after", chapter.compute(percentile_of, measured, ("cat", "dog"), N_STEPS), format=".0f")
    chapter.claim("C114", "random-rows", article=S5, says="before training cat is no closer to dog than to any other word", got=chapter.compute(is_ordinary, measured, ("cat", "dog")), shown_in="company")  # fmt: skip
    chapter.claim(
        "C114", "cat-and-dog", article=S5, says="cat and dog stand in nearly the same contexts, so their vectors come together", got=chapter.compute(comes_near, measured, ("cat", "dog")), shown_in="company",
        note="Tested in the plays: company in common and cosine both above nine in ten of all pairs.",
    )  # fmt: skip
    chapter.claim("C114", "firth", article=S5, says="words that appear in similar contexts get similar vectors (Firth 1957)", got=chapter.compute(follows_company, measured), shown_in="company", note="Tested as: the rank correlation of company and cosines rises from 0 to more than 0.3.")  # fmt: skip


def results_of_gradients(chapter, training, examples, text, words):
    """Which rows one step changes: rows C114 and C115, traps T6 and T7."""
    line = chapter.compute(line_examples, text)
    steps = {
        ("its own", "SGD"): chapter.compute(step_of, training, line, tied=False, optimizer="SGD"),
        ("its own", "Adam"): chapter.compute(step_of, training, line, tied=False, optimizer="Adam"),
        ("its own", "Adam, second step"): chapter.compute(step_of, training, line, tied=False, optimizer="Adam", earlier=examples),
        ("its own", "AdamW"): chapter.compute(step_of, training, line, tied=False, optimizer="AdamW"),
        ("tied", "SGD"): chapter.compute(step_of, training, line, tied=True, optimizer="SGD"),
    }  # fmt: skip
    untied, tied = steps["its own", "SGD"], steps["tied", "SGD"]
    chapter.figure(
        "gradients", draw_gradients, untied, tied, words,
        title="Who moves when the model reads one line?",
        caption="**One line of text moves every row: those of the words that were read far, nearly all others a little.** Each dot is a row that receives a gradient from "
        "the line “To be, or not to be”; its height says how much. Give the output layer *a table of its own*, and only the words that were read remain.",
        alt="Lengths of the gradient by row. With an output layer of its own a handful of rows have one, with the same table all rows do.",
    )  # fmt: skip
    chapter.value("line-inputs", chapter.compute(count_inputs, line), format="d")
    chapter.value("rows-untied", chapter.compute(count_gradient, untied), format="d")
    chapter.value("rows-tied", chapter.compute(count_gradient, tied), format=",d")
    chapter.claim("C114", "sparse-untied", article=S5, says="only the rows of the tokens that were read receive a gradient", got=chapter.compute(only_inputs, untied, line), shown_in="gradients", note="The small model with an output layer of its own.")  # fmt: skip
    for model in chapter.models("smollm2-135m"):
        gradient = chapter.compute(gradient_of_table, model.language_model, SENTENCE)
        table_of_steps(chapter, steps, model, gradient)
    qwen = chapter.vectors("qwen2.5-0.5b")
    chapter.value("unused-rows", chapter.compute(count_unused, qwen), format="d")
    chapter.claim("C114", "every-row", article=S5, says="every row is updated millions of times", got=chapter.compute(has_no_unused, qwen), note="Qwen2.5's table has rows that belong to no token, so no text ever reads them.")  # fmt: skip


def table_of_steps(chapter, steps, model, gradient):
    """The counts, also for a real model."""
    chapter.table(
        "steps", chapter.compute(tabulate_steps, steps, model.language_model, gradient),
        columns=[Column("model", "model"), Column("output", "output layer"), Column("optimizer", "optimizer"),
                 Column("gradient", "rows with a gradient", format=",d"), Column("moved", "rows that move", format=",d"), Column("rows", "rows", format=",d")],
        title="Rows touched by one step",
        caption="The small model reads “To be, or not to be, that is the question.”, the large one “The cat sat on the mat”. *Second step*: the optimizer has taken a step on other text before.",
    )  # fmt: skip
    through, everything = (
        chapter.compute(rows_through_input, model.language_model, gradient),
        chapter.compute(rows_of_all, gradient),
    )
    chapter.value("sentence-tokens", chapter.compute(count_tokens, model.language_model), format="d")
    chapter.value("sentence-rows", through, format="d")
    chapter.value("sentence-all-rows", everything, format=",d")
    chapter.claim(
        "C114", "six-rows", article=S5, says=6, got=through, tolerance=0, shown_in="steps",
        note="The last token is only an answer: it is read, but nothing is guessed from it, so its row receives nothing on the input side.",
    )  # fmt: skip
    chapter.claim(
        "C114", "sparse-tied", article=S5, says="only the rows of the tokens that were read receive a gradient", got=chapter.compute(only_few_rows, gradient, model.language_model), shown_in="steps",
        note="The output layer of this model is the token table, so the softmax gives every row a gradient (trap T6). GPT-2 is tied too.",
    )  # fmt: skip
    chapter.claim("C115", "tied", article=S5, says="in some models the output layer shares the weights of the table", got=chapter.compute(is_tied, model.table), shown_in="steps", note="The article names GPT-2; tested on this model.")  # fmt: skip
