"""What does a model answer when a word in its prompt is half one country and half another?  Page: docs/chapters/mixing.md"""

import operator

from embedguide.analysis.lacking import if_had, or_dash
from embedguide.analysis.mixing import find_capitals
from embedguide.analysis.sweep_numbers import (
    at_share,
    count_uneven,
    crossing_of,
    dip_of_length,
    highest_at_random,
    is_smooth,
    lowest_at_random,
    order_by_need,
    share_nearest_an_end,
    tabulate_countries,
    tabulate_nearest,
    tabulate_ratios,
    tabulate_sweep,
)
from embedguide.analysis.sweeps import (
    LINE,
    SPHERE,
    compare_paths,
    find_sweep,
    hooked_difference,
    is_removed,
    layer_of_answer,
    layer_of_hearing,
    read_layers,
    sweep_pairs,
)
from embedguide.figures.mixing import plot_layers, plot_matrix, plot_paths, plot_sweep
from embedguide.models import ModelError
from embedguide.results import Column, Control

TEMPLATE = "The capital of {} is"
N_STEPS = 17
N_COUNTRIES = 8
# Asked in this order; the first ones whose words are all single tokens are mixed. The article's pair comes first.
CAPITALS = [
    ("Germany", "Berlin"), ("France", "Paris"), ("Italy", "Rome"), ("Spain", "Madrid"), ("Japan", "Tokyo"), ("China", "Beijing"),
    ("Russia", "Moscow"), ("England", "London"), ("Vietnam", "Hanoi"), ("Romania", "Bucharest"), ("Serbia", "Belgrade"), ("Venezuela", "Caracas"),
]  # fmt: skip
SOURCE, OTHER = "Germany", "France"
# Pairs that are followed on other paths and through the layers.
FOLLOWED = [(SOURCE, OTHER), ("Japan", "China"), ("Russia", "England")]
N_RANDOM = 3
SEED = 0
S4 = "S4"

SWEEP_COLUMNS = [
    Column("pair", "pair"),
    Column("step", "step", format="d"),
    Column("share_source", "share of the first", format=".4f"),
    Column("p_source_capital", "its capital", format=".4f"),
    Column("p_other_capital", "the other capital", format=".4f"),
]
RATIO_COLUMNS = [
    Column("pair", "pair"),
    Column("p_source", "first capital, first country's row", format=".1%"),
    Column("source_ratio", "times the second", format=",.0f"),
    Column("p_other", "second capital, second country's row", format=".1%"),
    Column("other_ratio", "times the first", format=",.0f"),
    Column("half_ratio", "first over second, halfway", format=".2f"),
    Column("even_at", "even at this share of the first", format=".0%"),
]
NEAREST_COLUMNS = [
    Column("pair", "pair"),
    Column("share_source", "share of the first", format=".0%"),
    Column("token", "nearest token"),
    Column("cosine", "cosine", format=".3f"),
    Column("length", "length of the mixed row", format=".3f"),
]
COUNTRY_COLUMNS = [Column("country", "country"), Column("capital", "capital"), Column("refused", "refused because")]


def build(chapter):
    """Declare the chapter's results."""
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        found = chapter.compute(find_capitals, model.table, CAPITALS)
        capitals = chapter.compute(first_countries, found)
        names = chapter.compute(names_of, capitals)
        sweeps = chapter.compute(sweep_pairs, model.language_model, TEMPLATE, capitals, N_STEPS)
        pair = chapter.compute(if_had, pair_of_article, model.table, sweeps)
        ways = chapter.compute(follow_paths, model.language_model, sweeps)
        lenses = chapter.compute(follow_layers, model.language_model, sweeps)
        figures(chapter, sweeps, names, ways, lenses)
        tables(chapter, found, sweeps)
        values(chapter, model, sweeps, pair, names, ways, lenses)
        difference = of_pair(chapter, hook_difference, pair, model.language_model)
        values_of_pair(chapter, model, pair, difference)
        claims_about_the_prompt(chapter, model, pair, difference)
        claims_about_the_mix(chapter, pair)


def first_countries(found):
    """The countries that are mixed.

    Raises:
        ModelError: fewer than two are left, so that there is nothing to mix; the message says why.
    """
    kept, refused = found
    if len(kept) < 2:
        why = "; ".join(f"{one.word} is {one.pieces}" for one in refused[:4])
        raise ModelError(f"at least two countries that are one token, as their capitals are, are needed to mix, got {len(kept)}: {why}. Choose a larger model")  # fmt: skip
    return kept[:N_COUNTRIES]


def pair_of_article(table, sweeps):
    """The sweep of the article's two countries; one of its four words may be several tokens of this model."""
    for names in CAPITALS[:2]:
        for word in names:
            table.word_id(word)
    return find_sweep(sweeps, SOURCE, OTHER)


def of_pair(chapter, function, pair, *args):
    """A step on the article's pair: the reason where this model lacks it."""
    return chapter.compute(if_had, function, pair, *args)


def in_words(chapter, step):
    """A step for a number in prose: a dash where this model lacks it."""
    return chapter.compute(or_dash, step)


def names_of(capitals):
    """The names of the countries."""
    return [one.country for one in capitals]


def follow_paths(model, sweeps):
    """Each followed pair with its paths; a pair that this model cannot be asked about is left out."""
    return [(one, compare_paths(model, TEMPLATE, one, N_RANDOM, SEED)) for one in followed(sweeps)]


def follow_layers(model, sweeps):
    """Each followed pair through the layers."""
    return [read_layers(model, TEMPLATE, one.source, one.other, N_STEPS) for one in followed(sweeps)]


def followed(sweeps):
    """The sweeps of the followed pairs whose countries are all single tokens; the first sweep where there are none."""
    there = {one.source.country for one in sweeps} | {one.other.country for one in sweeps}
    return [find_sweep(sweeps, a, b) for a, b in FOLLOWED if {a, b} <= there] or sweeps[:1]


def figures(chapter, sweeps, names, ways, lenses):
    """The figures of one model."""
    chapter.figure(
        "mix", plot_sweep, sweeps, names,
        title="Between Paris and Berlin",
        caption="**The answer switches, and for this pair not halfway.** The model reads *The capital of … is*, with a mix of two rows in place of the country. Across: how much of the "
        "first country is in the mix; up: how likely each capital is as the next word. The upright stroke marks where both are equally likely. Slide the share, or choose "
        "two other countries.",
        alt="Two curves of the probability of two capitals over the share of a country in the mixed row. They cross away from the middle.",
    )  # fmt: skip
    chapter.figure(
        "matrix", plot_matrix, sweeps, names,
        title="Who needs how much",
        caption="**Some countries are heard more easily than others.** Each cell says what share of the row's country the mix needs before its capital is as likely as that of the column's "
        "country. Fifty would be fair. Countries are sorted, the most easily heard on top. Look along a row, then find the mirror cell: the two add up to a hundred.",
        alt="Grid of eight by eight countries, each cell the share at which both capitals are equally likely.",
    )  # fmt: skip
    chapter.figure(
        "paths", plot_paths, ways,
        title="Other ways to go",
        caption="**It is the direction that counts, not the distance.** Solid: the straight line. Dashed: the arc of a sphere, which keeps the row's length. Dotted: three "
        "random directions, each as long as the way to the other country. Below, the length of the row along each. Choose another pair.",
        alt="Curves of two capitals' probabilities along a straight line, an arc and random directions, above the length of the mixed row.",
    )  # fmt: skip
    chapter.figure(
        "layers", plot_layers, lenses,
        title="Where the answer is made",
        caption="**For most of the way up, the mix makes no difference.** Each row is a layer, each column a share. The color is the balance of the two capitals, in bits, if "
        "the model stopped there: the final norm and the output layer read each layer's last token. One bit is a factor of two. Look for the layer where the two ends part.",
        alt="Grid of layers by shares, colored by which of two capitals is more likely if the model stopped at that layer.",
    )  # fmt: skip


def tables(chapter, found, sweeps):
    """The tables of one model."""
    chapter.table(
        "sweep", chapter.compute(tabulate_sweep, sweeps), columns=SWEEP_COLUMNS,
        title="Every step of every pair",
        caption="The probability of both capitals as the next word, for 17 shares of the first country.",
        controls=[Control("pair", "select", "Pair", default=f"{SOURCE} – {OTHER}")],
    )  # fmt: skip
    chapter.table(
        "ratios", chapter.compute(tabulate_ratios, sweeps), columns=RATIO_COLUMNS, width="wide",
        title="Two ratios for each pair",
        caption="How many times more likely the right capital is than the other, at either end; the same halfway; and where both are even.",
    )  # fmt: skip
    chapter.table(
        "nearest", chapter.compute(tabulate_nearest, sweeps), columns=NEAREST_COLUMNS,
        title="What the mixed row is near to",
        caption="The token whose row is most like the mixed one, over the whole table, and the length of the mixed row.",
        controls=[Control("pair", "select", "Pair", default=f"{SOURCE} – {OTHER}")],
    )  # fmt: skip
    chapter.table(
        "countries", chapter.compute(countries_of, found), columns=COUNTRY_COLUMNS,
        title="Who could be asked about",
        caption="A pair is left out when one of its words is several tokens: it has no single row to mix.",
    )  # fmt: skip


def countries_of(found):
    """Kept and refused pairs as rows."""
    return tabulate_countries(*found)


def values(chapter, model, sweeps, pair, names, ways, lenses):
    """Numbers for the prose."""
    chapter.value("n-pairs", chapter.compute(len, sweeps), format="d")
    chapter.value("n-uneven", chapter.compute(count_uneven, sweeps), format="d")
    order = chapter.compute(order_by_need, sweeps, names)
    chapter.value("strongest", chapter.compute(operator.getitem, order, 0), format="s")
    chapter.value("weakest", chapter.compute(operator.getitem, order, -1), format="s")
    chapter.value("nearest-an-end", chapter.compute(nearest_an_end, model.table, sweeps), format=".0%")
    paths = chapter.compute(if_had, paths_of_article, pair, ways)
    chapter.value("even-on-sphere", in_words(chapter, of_pair(chapter, crossing_of, paths, SPHERE)), format=".0%")
    chapter.value("even-on-line", in_words(chapter, of_pair(chapter, crossing_of, paths, LINE)), format=".0%")
    chapter.value("kept-at-random", in_words(chapter, of_pair(chapter, lowest_at_random, paths)), format=".0%")
    chapter.value("paris-at-random", in_words(chapter, of_pair(chapter, highest_at_random, paths)), format=".1%")
    chapter.value("layer-heard", chapter.compute(layer_of_hearing, chapter.compute(operator.getitem, lenses, 0)), format="d")  # fmt: skip
    chapter.value(
        "layer-answer", in_words(chapter, of_pair(chapter, answer_layer, pair, model.language_model)), format="s"
    )
    chapter.value("n-layers", chapter.compute(getattr, model.language_model, "n_layers"), format="d")


def values_of_pair(chapter, model, pair, difference):
    """Numbers about the article's two countries."""
    ratios = of_pair(chapter, ratios_of, pair)

    def at(share, measure):
        return in_words(chapter, of_pair(chapter, at_share, pair, share, measure))

    chapter.value("p-berlin", at(1, "p_source"), format=".1%")
    chapter.value("p-paris", at(1, "p_other"), format=".1%")
    chapter.value("p-paris-france", at(0, "p_other"), format=".1%")
    chapter.value("p-berlin-france", at(0, "p_source"), format=".2%")
    chapter.value("p-berlin-half", at(0.5, "p_source"), format=".0%")
    chapter.value("p-paris-half", at(0.5, "p_other"), format=".0%")
    chapter.value("ratio-source", in_words(chapter, of_pair(chapter, getattr, ratios, "source_ratio")), format=",.0f")
    chapter.value("ratio-other", in_words(chapter, of_pair(chapter, getattr, ratios, "other_ratio")), format=",.0f")
    chapter.value("even-at", in_words(chapter, of_pair(chapter, getattr, ratios, "even_at")), format=".0%")
    chapter.value(
        "hook-difference",
        in_words(chapter, difference),
        format=".2g",
    )
    chapter.value("length-dip", in_words(chapter, of_pair(chapter, dip_of_length, pair)), format=".0%")


def ratios_of(pair):
    """The ratios of one pair."""
    return tabulate_ratios([pair])[0]


def hook_difference(pair, model):
    """The largest difference that a hook makes which changes nothing."""
    return hooked_difference(model, TEMPLATE, pair.source, pair.other)


def nearest_an_end(table, sweeps):
    """The share of all steps at which the nearest token is one of the two countries."""
    both = {one for sweep in sweeps for one in (sweep.source, sweep.other)}
    return share_nearest_an_end(sweeps, {one.country: table.glyph(one.country_id) for one in both})


def paths_of_article(pair, ways):
    """The paths of the article's pair."""
    return next(paths for one, paths in ways if one.name == pair.name)


def answer_layer(pair, model):
    """The first layer at which the plain prompt's capital is the most likely token."""
    layer = layer_of_answer(model, TEMPLATE, pair.source)
    return "none" if layer is None else str(layer)


def claims_about_the_prompt(chapter, model, pair, difference):
    """Rows C95 to C97 and C101: the plain prompt, the hook, the check, single tokens."""
    of_gpt2 = {"article": S4, "of": "gpt2", "shown_in": "mix", "note": "The prompt is The capital of Germany is; probabilities of all tokens, the article's are of GPT-2."}  # fmt: skip
    chapter.claim("C95", "berlin", says=0.0527, got=of_pair(chapter, at_share, pair, 1, "p_source"), tolerance=0.0005, **of_gpt2)  # fmt: skip
    chapter.claim("C95", "paris", says=0.0013, got=of_pair(chapter, at_share, pair, 1, "p_other"), tolerance=0.00005, **of_gpt2)  # fmt: skip
    chapter.claim(
        "C95", "berlin-preferred", article=S4, says="the model thinks that Berlin is more likely than Paris", got=of_pair(chapter, prefers_source, pair, 1),
        shown_in="mix",
    )  # fmt: skip
    chapter.claim(
        "C96", "hook", article=S4, says="what the hook returns overwrites the layer's output, and the hook can be removed",
        got=of_pair(chapter, removed, pair, model.language_model), shown_in="mix",
        note="Tested as: while the hook puts France in, the probabilities change; once it is gone they are the first ones to the last bit.",
    )  # fmt: skip
    chapter.claim(
        "C97", "share-one", article=S4, says="a share of 1 reproduces the unhooked probabilities exactly",
        got=of_pair(chapter, operator.eq, difference, 0), shown_in="mix",
        note="Tested on all tokens of the vocabulary, to the last bit.",
    )  # fmt: skip
    chapter.claim(
        "C101", "single-tokens", article=S4, says="the source and target words are single tokens", got=chapter.compute(are_single, model.table), shown_in="countries",
        note="A pair with a word of several tokens is left out here and named; the last piece is not used in its place.",
    )  # fmt: skip


def claims_about_the_mix(chapter, pair):
    """Rows C98 to C100: the other end, the sweep, the middle, and the two ratios (trap T19)."""
    ratios = of_pair(chapter, ratios_of, pair)
    chapter.claim(
        "C98", "twenty-times", article=S4, says=20, got=of_pair(chapter, getattr, ratios, "other_ratio"), tolerance=1, of="gpt2", shown_in="ratios",
        note="The probability of Paris over that of Berlin with the row of France in place. At the other end the article's own numbers give 40.5 (trap T19): both ratios are in the table.",
    )  # fmt: skip
    chapter.claim(
        "C98", "paris-preferred", article=S4, says="with the row of France the model prefers Paris", got=of_pair(chapter, prefers_other, pair, 0), shown_in="ratios",
    )  # fmt: skip
    chapter.claim(
        "C99", "smooth", article=S4, says="the model smoothly switches its prediction", got=of_pair(chapter, is_smooth, pair), shown_in="mix",
        note="Tested as: over the 17 steps one curve rises and the other falls, and neither goes back by more than a tenth of its way.",
    )  # fmt: skip
    chapter.claim(
        "C100", "half-still-berlin", article=S4, says="at 50/50 the model still prefers Berlin", got=of_pair(chapter, prefers_source, pair, 0.5), shown_in="mix",
    )  # fmt: skip
    chapter.claim(
        "C100", "berlin-stronger", article=S4, says="Berlin with Germany is preferred more than Paris with France",
        got=of_pair(chapter, berlin_is_stronger, ratios), shown_in="ratios",
        note="Tested by the two ratios: Berlin over Paris with the row of Germany, Paris over Berlin with the row of France.",
    )  # fmt: skip


def berlin_is_stronger(ratios):
    """Whether the first capital leads by more at its end than the second at the other."""
    return ratios.source_ratio > ratios.other_ratio


def prefers_source(pair, share):
    """Whether the first capital is the more likely one at a share."""
    return at_share(pair, share, "p_source") > at_share(pair, share, "p_other")


def prefers_other(pair, share):
    """Whether the second capital is the more likely one at a share."""
    return not prefers_source(pair, share)


def removed(pair, model):
    """Whether the hook works while it stands and leaves nothing behind."""
    return is_removed(model, TEMPLATE, pair.source, pair.other)


def are_single(table):
    """Whether all four words of the article's experiment are single tokens."""
    kept, _ = find_capitals(table, CAPITALS[:2])
    return len(kept) == 2
