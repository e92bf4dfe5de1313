"""How far can you trust a map?  Page: docs/chapters/maps.md"""

import operator

import numpy as np

from embedguide.analysis.corpus_map import (
    axis_against_count,
    color_agreement,
    highest_share,
    map_corpus,
    share_miscolored,
    share_of_variance,
    share_overall,
)
from embedguide.analysis.map_claims import (
    all_corners,
    any_on_map,
    counts_agree,
    drawn_or_unknown,
    keeps_more_global,
    megabytes_of_points,
    named,
    over_maps,
    strings_agree,
    tabulate_corpora,
)
from embedguide.analysis.map_items import (
    choose_words,
    first_tokens,
    listed_ids,
    listed_words,
    lone_bytes,
    rows_of,
    tabulate_controls,
)
from embedguide.analysis.map_limits import (
    limit_of,
    moves_by_start,
    retained,
    retained_by_seeds,
    sight_of,
    tabulate_limits,
    tabulate_sights,
)
from embedguide.analysis.map_quality import (
    kept_everywhere,
    measure_of,
    same_everywhere,
    same_group,
    same_group_by_chance,
    tabulate_quality,
    tabulate_survivors,
)
from embedguide.analysis.place_names import PLACES
from embedguide.analysis.projections import project, tsne_family
from embedguide.figures.maps import plot_token_maps, plot_word_maps
from embedguide.figures.maps_solid import plot_corpora, plot_vocabulary
from embedguide.results import Column, Control
from embedguide.sources.texts import is_at_hand, read_text

GROUPS = {
    "Animals": ["cat", "dog", "horse", "fish", "bird", "mouse", "rabbit", "tiger"],
    "Countries": ["France", "Germany", "Japan", "Brazil", "India", "China", "Italy", "Spain"],
    "Colors": ["red", "blue", "green", "yellow", "purple", "orange", "black", "white"],
    "Programming": ["Python", "Java", "code", "function", "variable", "loop", "class", "array"],
    "Emotions": ["happy", "sad", "angry", "fear", "love", "hate", "joy", "calm"],
}
# S5's map: perplexity 8, seed 42, and the start that scikit-learn takes by itself. It recommends 5 to 10, and 30 to 50;
# 40 words allow no more than 39.
WORD_PERPLEXITIES, WORD_SEEDS, S5_MAP = (5, 8, 12, 20, 30), (42, 0, 1, 2, 3), ("pca", 42, 8)
# S4 names no settings; scikit-learn's perplexity is 30.
N_FIRST = 100
TOKEN_PERPLEXITIES, TOKEN_SEEDS, S4_MAP = (5, 15, 30, 50), (42, 0, 1), ("pca", 42, 30)
N_SHUFFLES = 2000

# What a corpus is called, and the share of it that is read: S2 takes a fifth of WikiText-2.
CORPORA = {
    "tinyshakespeare": ("nine plays of Shakespeare, cut", 1.0),
    "shakespeare-plays": ("all plays of Shakespeare", 1.0),
    "wikitext-2-raw-v1": ("a fifth of WikiText-2", 0.2),
    "dante-commedia": ("Dante’s Commedia", 1.0),
}
# Those that every machine can have; the others are read where they were fetched before (`embedguide fetch NAME`).
ALWAYS = ("tinyshakespeare", "shakespeare-plays")
N_DRAWN = 4000
N_OUTERMOST = 50
S2, S4, S5 = "S2", "S4", "S5"

MEASURE_COLUMNS = [
    Column("what", "what is mapped"),
    Column("method", "how"),
    Column("n_maps", "maps", format="d"),
    Column("trustworthiness", "trustworthiness", format=".2f"),
    Column("overlap", "neighbors kept", format=".0%"),
    Column("distances", "distances, rank correlation", format=".2f"),
]
SURVIVOR_COLUMNS = [
    Column("item", "word"),
    Column("group", "group"),
    Column("nearest", "nearest in the space"),
    Column("share", "is nearest on so many maps", format=".0%"),
    Column("most_often", "most often nearest on a map"),
    Column("share_most_often", "on so many", format=".0%"),
]
LIMIT_COLUMNS = [
    Column("limit", "what the eye reads"),
    Column("measured_as", "measured as"),
    Column("perplexity", "perplexity", format="g"),
    Column("in_space", "in the space", format=".1f"),
    Column("lowest", "lowest of the maps", format=".2f"),
    Column("median", "median", format=".2f"),
    Column("highest", "highest", format=".2f"),
]
SIGHT_COLUMNS = [
    Column("sight", "what was seen"),
    Column("measured_as", "measured as"),
    Column("in_space", "in the space", format=".2f"),
    Column("lowest", "lowest of the maps", format=".2f"),
    Column("median", "median", format=".2f"),
    Column("highest", "highest", format=".2f"),
]
CONTROL_COLUMNS = [Column("character"), Column("token_id", "token id", format="d"), Column("on_map", "among the first hundred")]  # fmt: skip
CORNER_COLUMNS = [
    Column("corpus", "tokens of"),
    Column("corner", "corner"),
    Column("places", "places", format=".1%"),
    Column("upper_case", "upper case", format=".0%"),
    Column("median_count", "median count", format=",.0f"),
    Column("tokens", "the ten outermost"),
]
CORPUS_COLUMNS = [
    Column("corpus", "corpus"),
    Column("tokens", "tokens", format=",d"),
    Column("distinct", "distinct", format=",d"),
    Column("share_of_rows", "of all rows", format=".0%"),
    Column("variance", "variance on three axes", format=".1%"),
    Column("miscolored", "wrong color", format=".0%"),
    Column("to_add", "to add it"),
]


def first_of(things, place):
    """One of several, as a step's value."""
    return things[place]


def part_of(items, name):
    """The texts, groups, or another part of what was put on a map."""
    return getattr(items, name)


def family_at(family, place):
    """One map of a family."""
    return family.at(*place)


def text_of(name, local):
    """The text of a corpus, as much of it as is read."""
    return read_text(local, CORPORA[name][1])


def map_of(table, name, local):
    """The tokens of one corpus on three axes."""
    return map_corpus(table, name, text_of(name, local), N_DRAWN, seed=0)


def unknown():
    """Nothing: what cannot be tested without the model."""
    return None


def at_least(number, limit):
    """Whether a number reaches a limit."""
    return bool(number >= limit)


def below(number, limit):
    """Whether a number is below a limit."""
    return bool(number < limit)


def build(chapter):
    """Declare the chapter's results."""
    names = [name for name in CORPORA if name in ALWAYS or is_at_hand(name)]
    corpora = {name: chapter.corpus(name) for name in names}
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        words = word_maps(chapter, model)
        tokens = token_maps(chapter, model)
        chapter.table(
            "measures", chapter.compute(operator.add, words["measured"], tokens["measured"]), columns=MEASURE_COLUMNS,
            title="What each map keeps",
            caption="*Trustworthiness*: 1 where nobody stands among the five nearest on the map who is not near in the space; near one half "
            "for points at random. *Neighbors kept*: the share of the true five nearest that are among the five nearest on the map. "
            "*Distances*: 1 where all pairs keep their order from nearest to farthest. For t-SNE the medians over all seeds and starts.",
            controls=[Control("what", "select", "Map of", default="forty words")], width="wide",
        )  # fmt: skip
        solid = solid_maps(chapter, model, corpora)
        values_of_words(chapter, words)
        values_of_tokens(chapter, model, tokens)
        values_of_corpora(chapter, model, solid)
        claims_about_corpora(chapter, model, solid)
        claims_about_tokens(chapter, tokens)
        claims_about_words(chapter, words)


def word_maps(chapter, model):
    """The forty words of S5: their maps, and what all maps have in common."""
    items = chapter.compute(choose_words, model.table, GROUPS)
    words, groups = chapter.compute(part_of, items, "texts"), chapter.compute(part_of, items, "groups")
    rows = chapter.compute(rows_of, model.table, items)
    family = chapter.compute(tsne_family, rows, WORD_PERPLEXITIES, WORD_SEEDS, reference=S5_MAP[2])
    survivors = chapter.compute(tabulate_survivors, rows, family, words, groups)
    limits = chapter.compute(tabulate_limits, rows, family, groups)
    chapter.figure(
        "words", plot_word_maps, family, rows, words, groups, S5_MAP, seed=0,
        title="Forty words, many maps",
        caption="**The groups stay; nearly everything else moves.** Point at a word, or find it: dotted lines lead to the three words that are "
        "nearest to it in the full space. Long lines are lies of the map. All maps are turned, mirrored and scaled to lie over the first. "
        "Move *seed* and see which words stay side by side; then shuffle the words and see what a map without any meaning looks like.",
        alt="Scatter plot of forty words in five groups, placed by t-SNE; the groups form clusters.",
        width="wide",
    )  # fmt: skip
    chapter.dataset("word-maps", chapter.compute(part_of, family, "points"), bits=16, title="All maps of the words")
    chapter.table(
        "survivors", survivors, columns=SURVIVOR_COLUMNS,
        title="Who stays next to whom",
        caption="For each word its nearest in the full space, and on what share of the maps that one is nearest too.",
        controls=[Control("group", "select", "Group", default="Animals")],
    )  # fmt: skip
    chapter.table(
        "limits", limits, columns=LIMIT_COLUMNS,
        title="What the eye reads off a map, and what is there",
        caption="*Distances between groups*: whether the ten distances between the middles of the five groups keep their order, 1 for all of "
        "them. *Sizes of groups*: how many times wider the widest group is than the tightest. Each line counts all seeds and both starts.",
        width="wide",
    )  # fmt: skip
    measured = chapter.compute(tabulate_quality, "forty words", rows, family, seed=0)
    return {"items": items, "groups": groups, "rows": rows, "family": family, "survivors": survivors, "limits": limits, "measured": measured}  # fmt: skip


def token_maps(chapter, model):
    """The first hundred tokens of S4."""
    items = chapter.compute(first_tokens, model.table, N_FIRST)
    texts, classes = chapter.compute(part_of, items, "texts"), chapter.compute(part_of, items, "groups")
    rows = chapter.compute(rows_of, model.table, items)
    family = chapter.compute(tsne_family, rows, TOKEN_PERPLEXITIES, TOKEN_SEEDS, reference=S4_MAP[2])
    sights = chapter.compute(tabulate_sights, rows, family, texts)
    written = chapter.compute(tabulate_controls, model.table, items)
    chapter.figure(
        "first-tokens", plot_token_maps, family, rows, texts, classes, S4_MAP,
        title="The first hundred tokens of the vocabulary",
        caption="**Letters, digits and signs part on every map; what happens inside them depends on the settings.** Point at a token for lines "
        "to its three nearest in the full space. Look for a letter whose other case is nearest, and then change the perplexity.",
        alt="Scatter plot of the first hundred tokens of the vocabulary, placed by t-SNE: digits, letters and signs stand in groups.",
        width="wide",
    )  # fmt: skip
    chapter.table(
        "sights", sights, columns=SIGHT_COLUMNS,
        title="What one map showed, on all maps",
        caption="Four things that can be seen on a map of single characters, as numbers on all maps of the figure: 1.00 where it is fully so.",
    )  # fmt: skip
    chapter.table(
        "control-characters", written, columns=CONTROL_COLUMNS,
        title="Where newline, tab and carriage return are", caption="Their token ids in this vocabulary.",
    )  # fmt: skip
    measured = chapter.compute(tabulate_quality, "first hundred tokens", rows, family, seed=0)
    return {"items": items, "classes": classes, "family": family, "sights": sights, "written": written, "measured": measured}  # fmt: skip


def solid_maps(chapter, model, corpora):
    """The maps on three axes: of the tokens of each corpus, and of the whole vocabulary."""
    maps = [chapter.compute(map_of, model.table, name, local) for name, local in corpora.items()]
    text = chapter.compute(text_of, ALWAYS[0], corpora[ALWAYS[0]])
    whole = chapter.compute(project, chapter.compute(part_of, model.table, "vectors"), 3)
    corners = chapter.compute(all_corners, model.table, maps, whole, PLACES, N_OUTERMOST)
    titles = {name: title for name, (title, _) in CORPORA.items()}
    add = "embedguide fetch {}; python scripts/build.py maps --force"
    chapter.figure(
        "corpus", plot_corpora, model.table, maps, titles,
        title="The tokens of a text on three axes",
        caption="**The colors are the measurement, and they are easily wrong.** Each point is a token that occurs in the text, dark when rare, "
        "light when frequent. Choose *the article’s code* and the same points wear the counts of other tokens: the pattern fades, and nothing "
        "says so. Turn the cloud by dragging, find a token by name, color by length or kind. All tokens shape the axes; of each text 4,000 are drawn.",
        alt="Cloud of points in three dimensions, one for each token of the text, colored by how often the token occurs.",
        width="wide",
    )  # fmt: skip
    chapter.table(
        "corners", corners, columns=CORNER_COLUMNS,
        title="What lies at the corners",
        caption="The eight corners of the cloud by the signs of the three axes, with shares among the fifty outermost tokens of each.",
        controls=[Control("corpus", "select", "Tokens of", default="the whole vocabulary")],
        width="wide",
    )  # fmt: skip
    chapter.table(
        "corpora", chapter.compute(tabulate_corpora, model.table, maps, titles, add), columns=CORPUS_COLUMNS,
        title="The texts", caption="*Wrong color*: the share of tokens that get another color than their own from the article’s code.",
        width="wide",
    )  # fmt: skip
    chapter.figure(
        "vocabulary", plot_vocabulary, model.table, whole,
        title="The whole vocabulary",
        caption="**One cloud, and its main direction runs from common tokens toward rare ones.** Every row of the table on its first three "
        "principal components; of a vocabulary above 60,000 every second or third. The points are fetched when you press the button; then turn "
        "the cloud and find a token by name. Color by id: ids were given out in the order in which the tokenizer’s training made its tokens, frequent ones first.",
        alt="Cloud of points in three dimensions, one for every token of the vocabulary, colored by kind of token.",
        width="wide",
    )  # fmt: skip
    return {"maps": maps, "first": maps[0], "text": text, "whole": whole, "corners": corners}


def values_of_words(chapter, words):
    """Numbers for the prose about words."""
    family, groups, survivors, limits, measured = (
        words[n] for n in ("family", "groups", "survivors", "limits", "measured")
    )
    chapter.value("words-left-out", chapter.compute(listed_words, chapter.compute(part_of, words["items"], "left_out")))
    chapter.value("kept-everywhere", chapter.compute(kept_everywhere, survivors), format=".0%")
    chapter.value("same-everywhere", chapter.compute(same_everywhere, survivors), format=".0%")
    chapter.value("group-in-space", chapter.compute(same_group, words["rows"], groups), format=".0%")
    chapter.value("group-lowest", chapter.compute(over_maps, family, groups, np.min), format=".0%")
    chapter.value("group-highest", chapter.compute(over_maps, family, groups, np.max), format=".0%")
    here = chapter.compute(family_at, family, S5_MAP)
    chance = chapter.compute(same_group_by_chance, here, groups, N_SHUFFLES, seed=0)
    chapter.value("group-by-chance", chapter.compute(np.mean, chance), format=".0%")
    chapter.value("group-by-luck", chapter.compute(np.max, chance), format=".0%")
    moves = chapter.compute(moves_by_start, family)
    chapter.value("moved-pca", chapter.compute(first_of, moves, "pca"), format=".2f")
    chapter.value("moved-random", chapter.compute(first_of, moves, "random"), format=".2f")
    chapter.value("same-by-seed", chapter.compute(retained_by_seeds, family), format=".0%")
    chapter.value("same-by-perplexity", chapter.compute(retained, family, 5, 30), format=".0%")
    chapter.value("distances-at-5", chapter.compute(measure_of, measured, "t-SNE, perplexity 5", "distances"))
    chapter.value("distances-at-30", chapter.compute(measure_of, measured, "t-SNE, perplexity 30", "distances"))
    chapter.value("distances-pca", chapter.compute(measure_of, measured, "PCA, 2 axes", "distances"))
    chapter.value("overlap-pca", chapter.compute(measure_of, measured, "PCA, 2 axes", "overlap"), format=".0%")
    chapter.value("overlap-tsne", chapter.compute(measure_of, measured, "t-SNE, perplexity 8", "overlap"), format=".0%")
    chapter.value("overlap-chance", chapter.compute(measure_of, measured, "points at random", "overlap"), format=".0%")
    between, sizes = "distances between groups", "sizes of groups"
    chapter.value("between-lowest", chapter.compute(limit_of, limits, between, "lowest", min))
    chapter.value("between-highest", chapter.compute(limit_of, limits, between, "highest", max))
    chapter.value("sizes-in-space", chapter.compute(limit_of, limits, sizes, "in_space", max), format=".1f")
    chapter.value("sizes-lowest", chapter.compute(limit_of, limits, sizes, "lowest", min), format=".1f")
    chapter.value("sizes-highest", chapter.compute(limit_of, limits, sizes, "highest", max), format=".1f")


def values_of_tokens(chapter, model, tokens):
    """Numbers for the prose about the first hundred tokens."""
    sights = tokens["sights"]
    chapter.value("digits-straight", chapter.compute(sight_of, sights, "digits lie on a line", "median"), format=".0%")
    chapter.value("digits-order-lowest", chapter.compute(sight_of, sights, "digits are in order", "lowest"))
    case = "a letter's other case is nearest"
    chapter.value("case-in-space", chapter.compute(sight_of, sights, case, "in_space"), format=".0%")
    chapter.value("case-lowest", chapter.compute(sight_of, sights, case, "lowest"), format=".0%")
    chapter.value("case-highest", chapter.compute(sight_of, sights, case, "highest"), format=".0%")
    chapter.value(
        "signs-lowest", chapter.compute(sight_of, sights, "a sign's nearest is a sign", "lowest"), format=".0%"
    )
    bytes_there = chapter.compute(lone_bytes, model.table, tokens["items"])
    chapter.value("lone-bytes", chapter.compute(listed_ids, bytes_there))


def values_of_corpora(chapter, model, solid):
    """Numbers for the prose about the tokens of texts."""
    first, corners = solid["first"], solid["corners"]
    counted = chapter.compute(part_of, first, "counted")
    chapter.value("n-distinct", chapter.compute(len, chapter.compute(part_of, counted, "ids")), format=",d")
    chapter.value("corpus-variance", chapter.compute(share_of_variance, first), format=".0%")
    chapter.value(
        "whole-variance", chapter.compute(np.sum, chapter.compute(part_of, solid["whole"], "shares")), format=".0%"
    )
    chapter.value("miscolored", chapter.compute(share_miscolored, counted), format=".0%")
    chapter.value("color-agreement", chapter.compute(color_agreement, counted))
    chapter.value("axis-against-count", chapter.compute(axis_against_count, first))
    whole = chapter.compute(named, corners, "the whole vocabulary")
    chapter.value("places-at-corner", chapter.compute(highest_share, whole, "places"), format=".0%")
    chapter.value("places-overall", chapter.compute(share_overall, whole, "places"), format=".1%")
    chapter.value("upper-at-corner", chapter.compute(highest_share, whole, "upper_case"), format=".0%")
    chapter.value("n-rows", chapter.compute(part_of, model.table, "n_tokens"), format=",d")


def claims_about_corpora(chapter, model, solid):
    """Rows C25 to C35, the map of S2."""
    first, corners = solid["first"], solid["corners"]
    counted = chapter.compute(part_of, first, "counted")
    right = {"article": S2, "shown_in": "corpus"}
    chapter.claim("C25", article=S2, says="the code opens in a hosted notebook", got=chapter.compute(unknown), note="Each of the guide's notebooks has a link that opens it in Colab, and is there to download. The pages themselves ask no other host, so whether it opens there was not tried.")  # fmt: skip
    chapter.claim("C26", article=S2, says="Llama 2 7B is loaded", got=chapter.compute(unknown), note="Its weights need an agreement with their maker, so two open models stand in. The article speaks of Llama 3 and its 128,000 tokens, but loads Llama 2 with 32,000 (trap T15).")  # fmt: skip
    chapter.claim("C27", says="a fifth of WikiText-2 is the corpus", got=chapter.compute(drawn_or_unknown, solid["maps"], "wikitext-2-raw-v1"), note="Only the hub has it. Where it was fetched, the script reads its first fifth; until then Shakespeare stands in.", **right)  # fmt: skip
    chapter.claim("C28", says="the distinct ids in order, each with its count", got=chapter.compute(counts_agree, model.table, counted, solid["text"]), note="Tested as: ids and counts are those of the tokens of the text, sorted and counted by another program.", **right)  # fmt: skip
    chapter.claim("C30", says="each id as its string, and a list of sizes in the order of the ids", got=chapter.compute(strings_agree, model.table, counted, solid["text"]), note="Tested as: each string, repeated as often as its size says, makes up the letters of the text again. The list is in the right order, but the article never uses it (trap T14).", **right)  # fmt: skip
    chapter.claim("C31", says="each point wears the clipped count of its token", got=chapter.compute(np.equal, chapter.compute(share_miscolored, counted), 0), note="Plotly Express reads a dictionary as a list of its values, in the order in which tokens first appear in the text; the points are in the order of their ids (trap T14).", **right)  # fmt: skip
    chapter.claim("C33", article=S2, says="one corner holds names of cities and states", got=chapter.compute(at_least, chapter.compute(highest_share, corners, "places"), 0.5), shown_in="corners", note="Tested as: at one of the eight corners, of the text or of the whole vocabulary, at least half of the fifty outermost tokens are among some 200 names of places. High has no meaning on a principal axis, since its sign is arbitrary (trap T16). A corner of SmolLM2 holds many beginnings of names of peoples and rulers.")  # fmt: skip
    chapter.claim("C34", says="the same for Dante's Commedia", got=chapter.compute(drawn_or_unknown, solid["maps"], "dante-commedia"), note="Only the hub has it. Where it was fetched, the choice of texts under the figure gains it.", **right)  # fmt: skip
    chapter.claim("C35", article=S2, says="a plot of the whole vocabulary is slow and takes much memory", got=chapter.compute(at_least, chapter.compute(megabytes_of_points, model.table), 10), shown_in="vocabulary", note="Tested as: the points take 10 MB or more. As 16-bit numbers they take far less. How smoothly they turn is up to the graphics card of the reader.")  # fmt: skip


def claims_about_tokens(chapter, tokens):
    """Rows C93 and C94, the map of S4."""
    sights, measured = tokens["sights"], tokens["measured"]
    seen = {"article": S4, "shown_in": "sights"}
    chapter.claim("C93", "labelled-map", article=S4, says="t-SNE of the first hundred tokens, labelled", got=chapter.compute(at_least, chapter.compute(len, tokens["classes"]), N_FIRST), shown_in="first-tokens", note="Ids mean other tokens in other vocabularies: SmolLM2 begins with seventeen special tokens.")  # fmt: skip
    kept = chapter.compute(measure_of, measured, "t-SNE, perplexity 30", "distances")
    chapter.claim("C93", "keeps-distances", article=S4, says="t-SNE preserves the distances between data points", got=chapter.compute(at_least, kept, 0.95), shown_in="measures", note="Tested as: the distances of all pairs keep their order with a rank correlation of 0.95 or more. S5 says the opposite, that distances across the map mean nothing (trap T5).")  # fmt: skip
    straight = chapter.compute(sight_of, sights, "digits lie on a line", "median")
    chapter.claim("C94", "digits-form-a-line", says="the digits form a line", got=chapter.compute(at_least, straight, 0.9), note="Tested as: on the middle map nine tenths of their spread lie along one direction.", **seen)  # fmt: skip
    case = chapter.compute(sight_of, sights, "a letter's other case is nearest", "median")
    chapter.claim("C94", "cases-are-close", says="upper and lower case are near each other", got=chapter.compute(at_least, case, 0.5), note="Tested as: on the middle map the other case is the nearest token for at least half of the letters that are there in both.", **seen)  # fmt: skip
    signs = chapter.compute(sight_of, sights, "a sign's nearest is a sign", "lowest")
    chapter.claim("C94", "signs-form-a-group", says="punctuation marks and brackets form a group", got=chapter.compute(at_least, signs, 0.9), note="Tested as: on every map the nearest of at least nine in ten signs is a sign.", **seen)  # fmt: skip
    controls = chapter.compute(any_on_map, tokens["written"])
    chapter.claim("C94", "control-characters", article=S4, says="the question marks in a diamond are newline, tab and carriage return", got=controls, shown_in="control-characters", note="None of them is among the first hundred ids. In GPT-2, as in Qwen2.5, ids 94 to 99 are single bytes that are no text by themselves (trap T23).")  # fmt: skip


def claims_about_words(chapter, words):
    """Row C116, the map of S5 and its four limits."""
    family, groups, limits, measured = (words[n] for n in ("family", "groups", "limits", "measured"))
    about = {"article": S5, "shown_in": "limits"}
    left_out = chapter.compute(part_of, words["items"], "left_out")
    chapter.claim("C116", "single-tokens", article=S5, says="only words of one token are drawn", got=chapter.compute(operator.not_, left_out), shown_in="words", note="All forty words are one token in both models.")  # fmt: skip
    lowest = chapter.compute(over_maps, family, groups, np.min)
    chapter.claim("C116", "groups-cluster", article=S5, says="words of one category stand together on every run", got=chapter.compute(at_least, lowest, 0.75), shown_in="words", note="Tested as: on every map the nearest of at least three quarters of the words is of their own group.")  # fmt: skip
    highest = chapter.compute(limit_of, limits, "distances between groups", "median", max)
    chapter.claim("C116", "global-distances", says="distances between clusters do not correspond to anything in the original space", got=chapter.compute(below, highest, 0.5), note="Tested as: at no perplexity is the median rank correlation of the distances between groups one half or more. They say something, but not on every map.", **about)  # fmt: skip
    ratio = chapter.compute(limit_of, limits, "sizes of groups", "lowest", min)
    space = chapter.compute(limit_of, limits, "sizes of groups", "in_space", max)
    chapter.claim("C116", "cluster-sizes", says="cluster sizes are meaningless", got=chapter.compute(np.greater, ratio, space), note="Tested as: on every map the widest group is wider, against the tightest, than in the space.", **about)  # fmt: skip
    moved = chapter.compute(first_of, chapter.compute(moves_by_start, family), "random")
    chapter.claim("C116", "seeds", article=S5, says="different seeds give different layouts", got=chapter.compute(at_least, moved, 0.2), shown_in="words", note="Tested as: half of the words move by a fifth of the map's radius or more, after alignment.")  # fmt: skip
    chapter.claim("C116", "perplexity", article=S5, says="higher perplexity keeps more of the global structure", got=chapter.compute(keeps_more_global, measured), shown_in="measures", note="Tested as: the rank correlation of all distances rises with each step of the perplexity.")  # fmt: skip
