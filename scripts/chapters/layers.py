"""What becomes of a word on its way through a model?  Page: docs/chapters/layers.md"""

import numpy as np

from embedguide.analysis.feedings import ALONE, CARRIER, NO_SPACE, feed_words, states_of_feedings, tabulate_feedings
from embedguide.analysis.first_position import (
    compare_any_token,
    measure_attention,
    measure_positions,
    tabulate_writers,
    texts_of_words,
    unexplained_by_two_writes,
)
from embedguide.analysis.layer_maps import accuracy_in_plane, map_all
from embedguide.analysis.layers import (
    REMOVALS,
    categories_of,
    change_of_parts,
    change_of_picture,
    correlation_with_norm,
    find_massive,
    jump_layer,
    mean_norms,
    plateau,
    tabulate_metrics,
)
from embedguide.analysis.layers_numbers import (
    are_alike,
    are_nearest,
    changes_at_end,
    cluster_but_differ,
    describe_family,
    distinct_before,
    fall_layer,
    fed_number,
    first_half,
    growth,
    largest_change,
    makes_a_line,
    massive_number,
    mean_attention,
    mean_cosine,
    median_norm,
    metric_at,
    mingle,
    mixed_and_steady,
    position_at,
    says_own_then_next,
    shows_itself_alone,
    stands_apart,
    stays_close,
    tabulate_categories,
    tabulate_fed,
    tabulate_removals,
    two_neurons,
    writer_at,
)
from embedguide.analysis.logit_lens import read_layers
from embedguide.figures.first_position import plot_attention, plot_positions, plot_readings, plot_writers
from embedguide.figures.layers import ALL_WORDS, FEEDING_LABELS, WHOLE_WORDS, plot_curves, plot_map
from embedguide.models.block_writes import count_norms
from embedguide.results import Column
from embedguide.sources import find_source

# The article's words, exactly: nine categories, 116 words.
WORDS = {
    "boy_first_names": ["James", "John", "Michael", "David", "Daniel", "Matthew", "Andrew", "Thomas", "Mark", "Paul", "Peter", "Kevin", "Brian"],
    "girl_first_names": ["Mary", "Sarah", "Emma", "Emily", "Jessica", "Anna", "Laura", "Lisa", "Jennifer", "Karen", "Amy", "Rachel", "Susan"],
    "countries": ["France", "Spain", "Italy", "Japan", "China", "Brazil", "Canada", "Mexico", "India", "Egypt", "Greece", "Turkey", "Peru"],
    "capitals": ["Paris", "London", "Rome", "Tokyo", "Berlin", "Madrid", "Ottawa", "Cairo", "Athens", "Moscow", "Beijing", "Delhi", "Lima"],
    "colors": ["red", "blue", "green", "yellow", "orange", "purple", "pink", "brown", "black", "white", "gray", "silver", "gold"],
    "months": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "emotions": ["happy", "sad", "angry", "excited", "scared", "surprised", "confused", "proud", "worried", "calm", "nervous", "grateful", "lonely"],
    "action_verbs": ["run", "jump", "walk", "swim", "dance", "sing", "eat", "sleep", "read", "write", "play", "talk", "laugh"],
    "occupations": ["teacher", "doctor", "nurse", "chef", "pilot", "farmer", "artist", "writer", "lawyer", "engineer", "dentist", "police", "firefighter"],
}  # fmt: skip
NAMES = [word for group in WORDS.values() for word in group]
CATEGORIES = list(WORDS)
# Read through the logit lens: plain sentences, about seventy positions.
SENTENCES = [
    "The capital of France is Paris, and the capital of Italy is Rome.",
    "She opened the door and saw that the room was empty.",
    "It was raining, so they took an umbrella and walked to the station.",
    "The teacher asked the children to read the first page of the book.",
    "In the morning he drinks a cup of coffee and eats a slice of bread.",
    "The dog ran after the ball and brought it back to the boy.",
]
BOTH = ("smollm2-135m", "qwen2.5-0.5b")
N_TOKENS, SEED = 500, 0
ARTICLE_MODEL, LARGE_MODEL = "qwen3-4b", "gpt-oss-20b"
S1, S4 = "S1", "S4"

METRIC_COLUMNS = [
    Column("feeding", "feeding"),
    Column("layer", "layer"),
    Column("mean_norm", "mean norm", format=".5g"),
    Column("pc1_share", "share of the first component", format=".3f"),
    Column("silhouette_euclidean", "silhouette (Euclidean)", format=".3f"),
    Column("silhouette_cosine", "silhouette (cosine)", format=".3f"),
    Column("nn1_accuracy", "nearest neighbor agrees", format=".3f"),
]
MASSIVE_COLUMNS = [
    Column("layer", "layer", format="d"),
    Column("dimension", "dimension", format="d"),
    Column("value", "mean value", format=".4g"),
    Column("median_abs", "median magnitude of all", format=".3g"),
]
CATEGORY_COLUMNS = [
    Column("category", "category"),
    Column("silhouette_plane", "silhouette, in the picture", format=".2f"),
    Column("agrees_plane", "neighbor agrees, in the picture", format=".0%"),
    Column("silhouette", "silhouette, all dimensions", format=".2f"),
    Column("agrees", "neighbor agrees, all dimensions", format=".0%"),
    Column("nearest", "nearest category"),
]
FEEDING_COLUMNS = [
    Column("feeding", "feeding"),
    Column("tokens", "the first word as tokens"),
    Column("position", "position of the word", format="d"),
    Column("n_split", "words of several tokens", format="d"),
    Column("split", "which"),
    Column("mean_norm", "mean norm", format=",.0f"),
    Column("pc1_share", "share of the first component", format=".0%"),
    Column("nn1_accuracy", "nearest neighbor agrees", format=".0%"),
]
REMOVAL_COLUMNS = [
    Column("removal", "layer, and what is taken away"),
    Column("pc1_share", "share of the first component", format=".0%"),
    Column("silhouette_euclidean", "silhouette (Euclidean)", format=".2f"),
    Column("silhouette_cosine", "silhouette (cosine)", format=".2f"),
    Column("nn1_accuracy", "nearest neighbor agrees", format=".0%"),
]
FAMILY_COLUMNS = [
    Column("model", "model"),
    Column("n_layers", "blocks", format="d"),
    Column("n_dims", "dimensions", format="d"),
    Column("jump", "block of the jump", format="d"),
    Column("growth", "growth of the norm in it", format=".0f"),
    Column("share_alone", "first component, alone", format=".0%"),
    Column("share_carrier", "in the sentence", format=".0%"),
    Column("last_alone", "neighbor agrees after the last block, alone", format=".0%"),
    Column("last_carrier", "in the sentence", format=".0%"),
]


def whole_of(fed, name):
    """Which words are one token in a feeding."""
    return fed[name].whole


def pick(mapping, *names):
    """One entry of a mapping, or of the mapping in it."""
    for name in names:
        mapping = mapping[name]
    return mapping


def texts_for(table):
    """The tokens of every word with and without a leading space, as glyphs."""
    fed = feed_words(table, NAMES)
    return [
        tuple(" | ".join(table.glyph(i) for i in fed[name].items[place]) for name in (ALONE, NO_SPACE))
        for place in range(len(NAMES))
    ]


def measure_all(states, fed):
    """Metrics by removal, and by whether all words count or those of one token."""
    categories = categories_of(WORDS)
    found = {}
    for removal in REMOVALS:
        found[removal, ALL_WORDS] = tabulate_metrics(states, categories, removal)
        found[removal, WHOLE_WORDS] = tabulate_metrics(states, categories, removal, fed)
    return found


def say_feedings(rows):
    """The rows of the ways of feeding, each by the name that it has beside the map."""
    return [row._replace(feeding=FEEDING_LABELS[row.feeding]) for row in rows]


def say_categories(rows):
    """The rows of the categories, their names written as words."""
    return [
        row._replace(category=row.category.replace("_", " "), nearest=row.nearest.replace("_", " ")) for row in rows
    ]


def layer_of(states, layer, fed):
    """The words of one token alone at one layer."""
    return states[ALONE][layer][fed[ALONE].whole]


def is_declared(name):
    """Whether a model is in the list of sources, and so one command away."""
    return find_source(name).name == name


def adds_twice(unexplained):
    """Whether what a block changes is the sum of two additions, up to rounding."""
    return bool(unexplained < 1e-4)


def build(chapter):
    """Declare the chapter's results."""
    at_positions = {}
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        categories = chapter.compute(categories_of, WORDS)
        fed = chapter.compute(feed_words, model.table, NAMES)
        states = chapter.compute(states_of_feedings, model.language_model, fed)
        curves = chapter.compute(measure_all, states, fed)
        metrics = chapter.compute(tabulate_metrics, states, categories)
        alone, carrier = chapter.compute(pick, states, ALONE), chapter.compute(pick, states, CARRIER)
        fed_alone, whole = chapter.compute(pick, fed, ALONE), chapter.compute(whole_of, fed, ALONE)
        norms = chapter.compute(mean_norms, alone, whole)
        jump, flat = chapter.compute(jump_layer, norms), chapter.compute(plateau, norms)
        start, end = chapter.compute(pick, flat, 0), chapter.compute(pick, flat, -1)
        writers = chapter.compute(tabulate_writers, model.language_model, fed_alone)
        massive = chapter.compute(find_massive, alone, whole)
        words = chapter.compute(texts_for, model.table)
        figures(chapter, chapter.compute(map_all, states, fed), fed, words, curves, jump)
        at_positions[model.name] = on_first_position(chapter, model, writers, jump)
        first_tables(chapter, metrics, massive, chapter.compute(tabulate_removals, alone, carrier, fed_alone, categories, start))  # fmt: skip
        fed_rows = chapter.compute(tabulate_fed, chapter.compute(tabulate_feedings, model.table, NAMES, fed), chapter.compute(pick, curves, ("none", WHOLE_WORDS)), start)  # fmt: skip
        groups = chapter.compute(tabulate_categories, chapter.compute(pick, alone, 0), categories, CATEGORIES)
        family = chapter.compute(describe_family, model.title, states, norms, metrics, jump, start)
        more_tables(chapter, fed_rows, groups, family)
        # Over words of one token, as the map's axes are.
        numbers_of_jump(
            chapter, chapter.compute(pick, curves, ("none", WHOLE_WORDS)), norms, jump, start, end, states, fed, whole
        )
        numbers_of_cause(chapter, model, alone, whole, start, writers, massive, norms, jump)
        numbers_of_end(chapter, metrics, alone, whole, fed_rows, norms, end)
        claims_about_feeding(chapter, states, fed, start, fed_rows)
        claims_about_embeddings(chapter, alone, fed_alone, categories, groups)
        claims_about_layers(chapter, metrics, alone, whole, jump, flat)
        claims_about_models(chapter, model, family, jump, metrics)
        claims_about_blocks(chapter, model, fed_alone)
    both_models(chapter, at_positions)


def figures(chapter, maps, fed, words, curves, jump):
    """The linked figures."""
    chapter.figure(
        "map", plot_map, maps, fed, WORDS, words, curves, jump, width="wide",
        title="116 words, one block later",
        caption="**One block turns nine categories into a line.** Each mark is a word, fed alone, after block {{ value(\"layers/jump\") }}; below, the first "
        "component's share of the variance (solid) and the words whose nearest neighbor is of their own category (dotted), at every layer. "
        "The axes have one scale, so a line looks like a line; the numbers on them grow with the vectors. Hollow marks are words of several tokens. "
        "Step one layer back. Then feed the words in a sentence, or take the mean direction away. Find a word to see its path through the layers.",
        alt="Scatter plot of 116 words in nine categories at one layer of the model, above two curves over all layers: the share of the first principal component and the share of words whose nearest neighbor is of the same category.",
    )  # fmt: skip
    chapter.figure(
        "curves", plot_curves, curves, chapter.compute(list, fed), jump,
        title="The same layers in numbers",
        caption="**Alone, the norm rises, stays and falls; in a sentence none of it happens.** Four measures of the 116 words at each layer (mean length, the first component’s share of the variance, silhouettes, the share of words whose nearest neighbor is of their kind), for the feeding chosen above "
        "(solid) and in the sentence *The next word is …* (gray). In the third chart one line of each goes by distance (orange, gray dashes), the other by direction. The last point of each line is the last layer after the final norm. "
        "The figure moves with the map: take away the length, and see which lines come back.",
        alt="Four line charts over the layers, one below the other: mean norm, share of the first component, silhouette by Euclidean distance and by cosine, and nearest-neighbor accuracy.",
    )  # fmt: skip


def on_first_position(chapter, model, writers, jump):
    """Figures of what is special about the first position, and of the logit lens; returns the step that measures positions."""
    texts = chapter.compute(texts_of_words, model.table, NAMES)
    positions = chapter.compute(measure_positions, model.language_model, texts)
    attended = chapter.compute(measure_attention, model.language_model, texts)
    readings = chapter.compute(read_layers, model.language_model, SENTENCES)
    chapter.figure(
        "writers", plot_writers, writers,
        title="Who writes it, and who takes it back",
        caption="**One MLP writes nearly all of it.** The mean length of what attention (diamonds) and the MLP (bars) of each block add to a word alone, on a logarithmic "
        "scale. The tallest bar is the jump; near the end, blocks take most of it back. The data below name the neurons that carry each bar.",
        alt="Bar chart of the length of what the MLP of each block adds, with a marker for what attention adds, on a logarithmic scale.",
    )  # fmt: skip
    chapter.figure(
        "attention", plot_attention, attended,
        title="Where the eighth word looks",
        caption="**In most blocks the last word looks at the first position more than anywhere else.** The attention that the last of eight words gives to the first, to itself, and "
        "to each word between, averaged over all heads and texts. The thin line is an even share.",
        alt="Line chart over the blocks: the attention of the last of eight words to the first position, to itself, and to the words between.",
    )  # fmt: skip
    chapter.figure(
        "lens", plot_readings, readings,
        title="From the token itself to the next one",
        caption="**A vector starts at its own token, and for most of the way says neither.** Six sentences read through the output layer at every depth: the share of positions whose state "
        "says the token that stands there, what the model will say at its end, and the token that really follows.",
        alt="Line chart over the layers with three lines: positions whose state reads as their own token, as the model's answer, and as the token that follows.",
    )  # fmt: skip
    chapter.value("position-norm", chapter.compute(position_at, positions, jump, 0, "norms"), format=",.0f")
    chapter.value("position-later", chapter.compute(position_at, positions, jump, 4, "norms"), format=",.0f")
    chapter.value("position-share", chapter.compute(position_at, positions, jump, 0, "shares"), format=".0%")
    chapter.value("position-share-later", chapter.compute(position_at, positions, jump, 4, "shares"), format=".0%")
    chapter.value("attention-first", chapter.compute(mean_attention, attended, jump), format=".0%")
    chapter.value("half-answer", chapter.compute(first_half, readings), format="d")
    chapter.claim(
        "C92", "own-then-next", article=S4, says="an embedding starts at its own token and ends at the next one",
        got=chapter.compute(says_own_then_next, readings), shown_in="lens",
        note="Tested with the logit lens on six sentences: at layer 0 the own token is read most often, at the end the token that follows more often than the own. In between, neither is read.",
    )  # fmt: skip
    return positions


def both_models(chapter, at_positions):
    """The figure that shows both models at once, whatever model the page shows."""
    for name in BOTH:
        if name not in at_positions:  # the chapter is computed for another model
            texts = chapter.compute(texts_of_words, chapter.vectors(name), NAMES)
            at_positions[name] = chapter.compute(measure_positions, chapter.language_model(name), texts)
    chapter.figure(
        "first-position", plot_positions, {find_source(name).title: at_positions[name] for name in BOTH}, width="wide",
        title="The same words at other places",
        caption="**It marks the position, not the word, in both models.** The words in texts of eight, shuffled so that each stands once at every place. At position 0 (the thick line) the norm "
        "and the first component's share of the variance jump as they do for a word alone. At the next two places a few words still get a smaller flag, enough to lift the share. From position 3 on "
        "(dotted), the very same words do nothing of the kind. Tap a name in the key to take its lines away.",
        alt="Line charts over the layers, a column for each of two models, mean norm above and share of the first component below, each with a line for position 0, for positions 1 and 2, and for later positions.",
    )  # fmt: skip


def first_tables(chapter, metrics, massive, removals):
    """Metrics, massive dimensions, removals."""
    chapter.table(
        "metrics", metrics, columns=METRIC_COLUMNS, width="wide",
        title="Every feeding and layer",
        caption="All 116 words, the state of each word's last token as it leaves the block, nothing taken away; *final* is the last layer after the final norm. The share is that of the first "
        "principal component of the layer. The nearest neighbor is the nearest other word by Euclidean distance.",
    )  # fmt: skip
    chapter.table(
        "massive", massive, columns=MASSIVE_COLUMNS,
        title="The few dimensions",
        caption="At each layer the three dimensions with the largest mean magnitude over the words alone, with their mean value, beside the median magnitude of all numbers of that layer.",
    )  # fmt: skip
    chapter.table(
        "removals", removals, columns=REMOVAL_COLUMNS,
        title="What each removal brings back",
        caption="The words alone at the first layer of the plateau, after something was taken away; above them the embedding layer, below them the same layer in the sentence. Words of one token only.",
    )  # fmt: skip


def more_tables(chapter, fed_rows, groups, family):
    """Feedings, categories, families."""
    chapter.table(
        "feedings", chapter.compute(say_feedings, fed_rows), columns=FEEDING_COLUMNS, width="wide",
        title="Ways of feeding a word",
        caption='The first word as the model gets it; how many of the 116 words are several tokens; and the words of one token at layer {{ value("layers/plateau-first") }}. The state is always that of the last token.',
    )  # fmt: skip
    chapter.table(
        "categories", chapter.compute(say_categories, groups), columns=CATEGORY_COLUMNS, width="wide",
        title="The nine categories in the embedding layer",
        caption="Each category at layer 0, measured in the plane of two components and in all dimensions. A silhouette above 0 means that its words are nearer to each other than to the next category.",
    )  # fmt: skip
    chapter.table(
        "family", family, columns=FAMILY_COLUMNS, width="wide",
        title="This model in one line",
        caption="The words alone and in the sentence. The shares of the first component are those at the first layer of the plateau.",
    )  # fmt: skip


def numbers_of_jump(chapter, metrics, norms, jump, start, end, states, fed, whole):
    """What happens to words alone, for the prose."""
    before = chapter.compute(max, chapter.compute(range, jump))
    chapter.value("jump", jump, format="d")
    chapter.value("before-jump", before, format="d")
    chapter.value("plateau-first", start, format="d")
    chapter.value("plateau-last", end, format="d")
    chapter.value("norm-before", chapter.compute(metric_at, metrics, ALONE, before, "mean_norm"), format=",.0f")
    chapter.value("norm-after", chapter.compute(metric_at, metrics, ALONE, jump, "mean_norm"), format=",.0f")
    chapter.value("norm-carrier", chapter.compute(metric_at, metrics, CARRIER, jump, "mean_norm"), format=",.0f")
    chapter.value("share-before", chapter.compute(metric_at, metrics, ALONE, before, "pc1_share"), format=".0%")
    chapter.value("share-after", chapter.compute(metric_at, metrics, ALONE, jump, "pc1_share"), format=".1%")
    chapter.value("share-carrier", chapter.compute(metric_at, metrics, CARRIER, jump, "pc1_share"), format=".0%")
    chapter.value("agree-start", chapter.compute(metric_at, metrics, ALONE, 0, "nn1_accuracy"), format=".0%")
    chapter.value("agree-before", chapter.compute(metric_at, metrics, ALONE, before, "nn1_accuracy"), format=".0%")
    chapter.value("agree-after", chapter.compute(metric_at, metrics, ALONE, jump, "nn1_accuracy"), format=".0%")
    chapter.value("agree-carrier", chapter.compute(metric_at, metrics, CARRIER, jump, "nn1_accuracy"), format=".0%")
    chapter.value("cosine-start", chapter.compute(metric_at, metrics, CARRIER, 0, "silhouette_cosine"), format=".2f")
    chapter.value("cosine-deep", chapter.compute(metric_at, metrics, CARRIER, end, "silhouette_cosine"), format=".2f")
    chapter.value("correlation", chapter.compute(correlation_with_norm, chapter.compute(layer_of, states, jump, fed)), format=".3f")  # fmt: skip
    chapter.value("mean-cosine", chapter.compute(mean_cosine, chapter.compute(pick, states, ALONE), whole, start), format=".4f")  # fmt: skip
    chapter.value("mean-cosine-carrier", chapter.compute(mean_cosine, chapter.compute(pick, states, CARRIER), whole, start), format=".2f")  # fmt: skip


def numbers_of_cause(chapter, model, alone, whole, start, writers, massive, norms, jump):
    """Who writes it, and into which dimensions."""
    random = chapter.compute(compare_any_token, model.language_model, alone, whole, start, N_TOKENS, SEED)
    chapter.value("any-lowest", chapter.compute(getattr, random, "lowest"), format=".3f")
    chapter.value("any-median", chapter.compute(getattr, random, "median"), format=".4f")
    chapter.value("any-count", chapter.compute(getattr, random, "n_tokens"), format="d")
    chapter.value("massive-dimension", chapter.compute(massive_number, massive, start, "dimension"), format="d")
    chapter.value("massive-value", chapter.compute(massive_number, massive, start, "value"), format=",.0f")
    chapter.value("massive-median", chapter.compute(massive_number, massive, start, "median_abs"), format=".1f")
    chapter.value("mlp-write", chapter.compute(writer_at, writers, jump, "mlp"), format=",.0f")
    chapter.value("attention-write", chapter.compute(writer_at, writers, jump, "attention"), format=",.0f")
    chapter.value("neuron", chapter.compute(writer_at, writers, jump, "neuron"), format="d")
    chapter.value("second-neuron", chapter.compute(writer_at, writers, jump, "second"), format="d")
    chapter.value("two-neurons", chapter.compute(two_neurons, writers, jump), format=".0%")
    fall = chapter.compute(fall_layer, norms, jump)
    chapter.value("fall", fall, format="d")
    chapter.value("fall-write", chapter.compute(writer_at, writers, fall, "mlp"), format=",.0f")


def numbers_of_end(chapter, metrics, alone, whole, fed_rows, norms, end):
    """The last layers, and what the feedings do."""
    last = chapter.compute(len, chapter.compute(range, 1, chapter.compute(len, norms)))
    chapter.value("last", last, format="d")
    chapter.value("norm-last", chapter.compute(metric_at, metrics, ALONE, last, "mean_norm"), format=",.0f")
    chapter.value("norm-final", chapter.compute(metric_at, metrics, ALONE, "final", "mean_norm"), format=",.0f")
    changes = chapter.compute(change_of_picture, alone)
    chapter.value("change-norm", chapter.compute(pick, changes, -1), format=".3f")
    chapter.value("change-last", chapter.compute(pick, changes, -2), format=".3f")
    moved = chapter.compute(change_of_parts, alone, whole, chapter.compute(pick, chapter.compute(plateau, norms), 0), end)  # fmt: skip
    chapter.value("moved-top", chapter.compute(pick, moved, 0), format=".0%")
    chapter.value("moved-rest", chapter.compute(pick, moved, 1), format=".0%")
    chapter.value("endoftext-share", chapter.compute(fed_number, fed_rows, "after-endoftext", "pc1_share"), format=".0%")  # fmt: skip
    chapter.value("im-start-share", chapter.compute(fed_number, fed_rows, "after-im-start", "pc1_share"), format=".0%")
    chapter.value("split-spaced", chapter.compute(fed_number, fed_rows, ALONE, "n_split"), format="d")
    chapter.value("split-nospace", chapter.compute(fed_number, fed_rows, NO_SPACE, "n_split"), format="d")


def claims_about_feeding(chapter, states, fed, start, fed_rows):
    """What the article leaves unsaid: the leading space, and what was taken of a split word."""
    bare, whole = chapter.compute(pick, states, NO_SPACE), chapter.compute(whole_of, fed, NO_SPACE)
    of_whole = chapter.compute(median_norm, bare, whole, start)
    of_split = chapter.compute(median_norm, bare, chapter.compute(np.logical_not, whole), start)
    chapter.value("norm-whole", of_whole, format=",.0f")
    chapter.value("norm-split", of_split, format=",.0f")
    chapter.claim(
        "C4", "split-words", article=S1, says="116 words are points of one picture, of however many tokens they are", got=chapter.compute(are_alike, of_whole, of_split), shown_in="feedings",
        note="The article does not say what it took of a word of several tokens. Tested without the leading space, on the last piece: after the jump the vectors of whole and of split words have medians less than a factor of two apart. The last piece does not stand first, so it gets no flag, and one picture mixes two kinds of points (trap T17).",
    )  # fmt: skip
    n_split = [chapter.compute(fed_number, fed_rows, name, "n_split") for name in (ALONE, NO_SPACE)]
    chapter.claim(
        "C2", "leading-space", article=S1, says="the words are given; whether a space stands before them is not", got=chapter.compute(np.equal, *n_split), shown_in="feedings",
        note="Tested as: with and without the space as many words are split, so that it need not be said. It decides which words are one token, and so which get the flag (trap T18). All pictures here have the space, unless the feeding says otherwise.",
    )  # fmt: skip


def claims_about_embeddings(chapter, alone, fed_alone, categories, groups):
    """Rows C1, C2 and C4 to C9: the embedding layer."""
    flat = chapter.compute(accuracy_in_plane, alone, fed_alone, categories, 0)
    chapter.value("agree-plane", flat, format=".0%")
    chapter.claim(
        "C1", "two-components", article=S1, says="a scatter plot of two principal components shows where the states are", got=chapter.compute(more_than, flat, 1 / 3), shown_in="map",
        note="Tested as: in the plane more than a third of the words have a neighbor of their own category; guessing gives a ninth. The plane still loses much of what all dimensions hold.",
    )  # fmt: skip
    chapter.claim("C2", "words", article=S1, says=116, got=chapter.compute(len, NAMES), tolerance=0, shown_in="map", note="Thirteen words in each category, twelve months.")  # fmt: skip
    chapter.claim("C2", "categories", article=S1, says=9, got=chapter.compute(len, CATEGORIES), tolerance=0, shown_in="map")  # fmt: skip
    chapter.claim(
        "C4", "clusters", article=S1, says="in the embedding layer the words show by category", got=chapter.compute(more_than, flat, 1 / 3), shown_in="categories",
        note="Tested in the picture, with the nearest neighbor of each word.",
    )  # fmt: skip
    chapter.claim("C5", "months", article=S1, says="months occupy a separate cluster far from the rest", got=chapter.compute(stands_apart, groups, "months"), shown_in="categories", note="Tested as: in the picture nine of ten months have a month next to them, and the silhouette is positive.")  # fmt: skip
    chapter.claim("C6", "colors", article=S1, says="colors occupy a distinct region", got=chapter.compute(stands_apart, groups, "colors"), shown_in="categories", note="Tested like the months, in the picture. In all dimensions every color's nearest neighbor is a color in both of our models.")  # fmt: skip
    chapter.claim("C7", "countries-capitals", article=S1, says="countries and capitals cluster together", got=chapter.compute(are_nearest, groups, "countries", "capitals"), shown_in="categories", note="Tested as: each is the other's nearest category, in all dimensions.")  # fmt: skip
    chapter.claim("C8", "first-names", article=S1, says="boys' and girls' names cluster together, visibly separated", got=chapter.compute(cluster_but_differ, groups, "boy_first_names", "girl_first_names"), shown_in="categories", note="Tested as: each is the other's nearest category, and in the picture most names have a neighbor of their own kind.")  # fmt: skip
    chapter.claim("C9", "mingle", article=S1, says="emotions, action verbs and occupations mingle", got=chapter.compute(mingle, groups, ["emotions", "action_verbs", "occupations"]), shown_in="categories", note="Tested as: in the picture fewer than half of these words have a neighbor of their own category.")  # fmt: skip


def claims_about_layers(chapter, metrics, alone, whole, jump, flat):
    """Rows C10 to C17: what happens on the way."""
    chapter.claim("C10", "every-layer", article=S1, says="one scatter plot per layer, on the layer's own axes", got=chapter.compute(makes_a_line, metrics, flat), shown_in="map", note="Tested as: on the plateau the layer's own first axis holds nine tenths of the variance or more. Drawn with each axis stretched to fill the picture, as usual, such a line looks like a mixed cloud.")  # fmt: skip
    chapter.claim("C11", "distinct-before", article=S1, says="in the first layers the clusters stay visibly distinct", got=chapter.compute(distinct_before, metrics, jump), shown_in="curves", note="Tested as: up to the jump seven of ten nearest neighbors or more are of the same category.")  # fmt: skip
    chapter.claim("C12", "mixed-after", article=S1, says="after it suddenly mixed, and visually the same until near the end", got=chapter.compute(mixed_and_steady, metrics, alone, whole, flat), shown_in="curves", note="The block is another one here than the article's sixth. What looks mixed is the order by norm, which has little to do with categories.")  # fmt: skip
    moved = chapter.compute(change_of_parts, alone, whole, chapter.compute(pick, flat, 0), chapter.compute(pick, flat, -1))  # fmt: skip
    chapter.claim("C13", "other-dimensions", article=S1, says="the model mostly modifies non-dominant dimensions", got=chapter.compute(second_is_larger, moved), shown_in="massive", note="Tested as: over the plateau the four dominant dimensions move less, relative to their size, than all others.")  # fmt: skip
    chapter.claim("C14", "layer-six", article=S1, says=6, got=jump, of=ARTICLE_MODEL, tolerance=0, shown_in="curves", note="The layer belongs to the model. The number is where the jump is in ours.")  # fmt: skip
    chapter.claim("C15", "last-two", article=S1, says="the representation changes more visibly in the last two layers", got=chapter.compute(changes_at_end, alone, whole, flat), shown_in="curves", note="Tested as: both last blocks change the mutual distances more than any block on the plateau, before the final norm, so the norm that closes the model is not the reason.")  # fmt: skip
    chapter.claim("C16", "shared-axes", article=S1, says=6, got=chapter.compute(largest_change, alone, whole), of=ARTICLE_MODEL, tolerance=0, shown_in="map", note="The article shows every layer on the axes of the embedding layer; so does the map. The number is the layer into which the picture changes most here.")  # fmt: skip
    chapter.claim("C17", "linear", article=S1, says="the words become linear", got=chapter.compute(makes_a_line, metrics, flat), shown_in="map")  # fmt: skip
    chapter.claim("C17", "scale", article=S1, says="and grow greatly in scale", got=chapter.compute(more_than, chapter.compute(growth, chapter.compute(mean_norms, alone, whole), jump), 10), shown_in="curves", note="Tested as: the mean norm grows more than tenfold in one block.")  # fmt: skip
    chapter.claim("C17", "related-close", article=S1, says="related words still stay close to each other", got=chapter.compute(stays_close, metrics, flat), shown_in="curves", note="Tested as: seven of ten nearest neighbors by distance still agree. By direction they do: the relations are there, under the length.")  # fmt: skip


def claims_about_models(chapter, model, family, jump, metrics):
    """Rows C3 and C18 to C22: which models."""
    last = chapter.compute(getattr, chapter.compute(pick, family, 0), "last_carrier")
    chapter.claim("C3", "model", article=S1, says=36, got=chapter.compute(getattr, chapter.compute(pick, family, 0), "n_layers"), of=ARTICLE_MODEL, tolerance=0, shown_in="family", note="The article uses Qwen3-4B-Instruct, with 36 blocks; it is not run here. One command adds it to this page.")  # fmt: skip
    chapter.claim("C18", "only-qwen", article=S1, says="linearization appears in the Qwen3 family and not in other families", got=chapter.compute(shows_itself_alone, chapter.compute(pick, family, 0), "qwen" in model.name), shown_in="family", note="SmolLM2 is of another family, built like Llama, and shows it too. That gpt-oss does not may come from its attention, which has a learned place to look at nothing; this was not tested here.")  # fmt: skip
    chapter.claim("C19", "other-models", article=S1, says=24, got=chapter.compute(getattr, chapter.compute(pick, family, 0), "n_layers"), of=LARGE_MODEL, tolerance=0, shown_in="family", note="The article also shows gpt-oss-20b, gpt-oss-120b and olmo3-7b. None of them was run here.")  # fmt: skip
    chapter.claim("C20", "last-layer", article=S1, says=1, got=last, of=LARGE_MODEL, tolerance=0.1, shown_in="family", note="The article says that in larger models the clusters stay distinct to the last layer. The number is the share of words in our sentence whose nearest neighbor agrees after the last block.")  # fmt: skip
    chapter.claim("C21", "capability", article=S1, says=1, got=last, of=LARGE_MODEL, tolerance=0.1, shown_in="family", note="The article asks whether such pictures could compare the capability of models. Two small models cannot tell; the feeding changes the picture more than the model does.")  # fmt: skip
    chapter.claim("C22", "notebook", article=S1, says="others can replicate it with other models", got=chapter.compute(is_declared, ARTICLE_MODEL), shown_in="family", note="python scripts/build.py layers --model qwen3-4b, or any hub id or folder.")  # fmt: skip


def claims_about_blocks(chapter, model, fed_alone):
    """Row C90: what a block does to the vector."""
    unexplained = chapter.compute(unexplained_by_two_writes, model.language_model, fed_alone)
    chapter.value("n-norms", chapter.compute(count_norms, model.language_model), format="d")
    chapter.claim(
        "C90", "four-times", article=S4, says="each vector changes four times in a block: two norms, attention, MLP", got=chapter.compute(differ, chapter.compute(adds_twice, unexplained)), shown_in="writers",
        note="The vector that is handed on changes twice: attention adds to it, then the MLP does, and the sum of the two is the whole change. The two norms shape copies, which attention and the MLP read.",
    )  # fmt: skip


def more_than(measured, least):
    """Whether a number is larger than another."""
    return bool(measured > least)


def second_is_larger(pair):
    """Whether the second of two numbers is larger."""
    return bool(pair[1] > pair[0])


def differ(is_two):
    """Whether the claim of four changes holds, given that two explain everything."""
    return not is_two
