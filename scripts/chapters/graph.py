"""Who is near whom, drawn as a network?  Page: docs/chapters/graph.md"""

import numpy as np

from embedguide.analysis import tfidf as counting
from embedguide.analysis.atlas import place_atlas, place_sentence, tabulate_atlas
from embedguide.analysis.graph_numbers import (
    asked_words,
    chance_overlap,
    compare_structures,
    count_common,
    count_looked_up,
    count_neighbors,
    count_other_script,
    count_variants,
    count_without_direction,
    count_words_of,
    every_token_has,
    examples_of_other_script,
    gather_spaces,
    is_lookup_table,
    links_between,
    median_cosine,
    median_random,
    most_lists,
    nearest_is_variant,
    part_of,
    place_of,
    ranks_back,
    read_speeches,
    rows_at_length_one,
    rows_fit,
    sentence_neighbors,
    share_answered,
    share_mutual,
    share_of_hubs,
    shared_by,
    star_share,
    survey_shuffled,
    tabulate_hubs,
    tabulate_spaces,
    tabulate_structure,
    topk_agrees,
    word_neighbors,
)
from embedguide.analysis.neighborhoods import centered_rows, existing, survey, ways_back
from embedguide.analysis.plays import count_words, number_words
from embedguide.analysis.spaces import overlaps
from embedguide.analysis.word2vec import train_cbow
from embedguide.figures.graph import plot_distances, plot_modularity, plot_overlap, plot_ways_back
from embedguide.results import Column, Control

SENTENCE = "AI agents will be the most hot topic of artificial intelligence in 2025."
WORD = "list"
K = 20
KS, THRESHOLDS = (5, 10, 20), (0.0, 0.3, 0.4, 0.5)
# The numbers under the sliders are beside fewer shuffled networks, since there are 24 settings.
N_SHUFFLES, N_SHUFFLES_BY_SETTING, SEED = 10, 3, 0
N_WORDS, ATLAS_SEEDS, K_ATLAS, K_DRAWN = 50, (1, 2, 3, 4), 10, 6
N_QUERIES, N_ASKED, K_BACK = 500, 50, 10
PAIRS = [
    ("cat", "kitten"), ("dog", "puppy"), ("bird", "owl"), ("tree", "oak"), ("father", "daddy"), ("car", "sedan"),
    ("king", "queen"), ("Paris", "France"), ("north", "south"), ("Monday", "Tuesday"),
]  # fmt: skip
# Words to look up in five spaces, whether or not TF-IDF has a row for them; the rest are frequent ones.
FAMOUS = (
    "king queen prince crown throne love hate joy sorrow fear hope night day moon sun star winter summer spring heart head hand eye blood father "
    "mother brother sister son daughter sword knife war peace horse dog lion bird sheep wolf sea ship river mountain garden rose gold silver bread wine "
    "music song dance book letter church devil heaven fire water wind rain snow green red white black town city house door bed"
).split()
N_LOOKED_UP, SKIP, N_CHUNKS, MIN_COUNT, EPOCHS, K_SPACES = 200, 150, 10, 5, 5, 10
S3 = "S3"

NEIGHBOR_COLUMNS = [
    Column("token_id", "token id", format="d"),
    Column("token", "token"),
    Column("rank", "rank", format="d"),
    Column("neighbor_id", "neighbor’s id", format="d"),
    Column("neighbor", "neighbor"),
    Column("cosine", "cosine", format=".3f"),
    Column("variant", "variant"),
    Column("rank_without", "rank without variants", format="d"),
]
NODE_COLUMNS = [
    Column("atlas", format="d"), Column("token_id", format="d"), Column("token"), Column("center"), Column("other_script"),
    Column("x", format="d"), Column("y", format="d"), Column("narrow_x", format="d"), Column("narrow_y", format="d"),
]  # fmt: skip
ATLAS_COLUMNS = [
    Column("atlas", format="d"), Column("token_id", format="d"), Column("token"), Column("rank", format="d"),
    Column("neighbor_id", format="d"), Column("neighbor"), Column("cosine", format=".2f"), Column("drawn"),
]  # fmt: skip
STRUCTURE_COLUMNS = [
    Column("k", format="d"), Column("variants"), Column("threshold", format=".1f"), Column("n_tokens", "tokens", format="d"),
    Column("n_links", "links", format="d"), Column("pieces", format="d"), Column("communities", format="d"),
    Column("modularity", format=".2f"), Column("null", "modularity when shuffled", format=".2f"), Column("null_high", format=".2f"),
]  # fmt: skip
EDGE_COLUMNS = [Column("token_id", format="d"), Column("neighbor_id", format="d"), Column("cosine", format=".2f")]
WAY_COLUMNS = [
    Column("word", "word"),
    Column("other", "its neighbor"),
    Column("cosine", "cosine", format=".2f"),
    Column("rank", "place of the neighbor in the word’s list", format=",d"),
    Column("rank_back", "place of the word in the neighbor’s list", format=",d"),
    Column("centered_rank", "the same, centered", format=",d"),
    Column("centered_rank_back", "and back, centered", format=",d"),
]
HUB_COLUMNS = [
    Column("place", "place", format="d"),
    Column("token", "token"),
    Column("lists", "lists it stands in", format="d"),
    Column("expected", "if all were alike", format=".2f"),
]


def build(chapter):
    """Declare the chapter's results."""
    frequent = chapter.vectors("glove-6b-50d")
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        atlas = chapter.compute(tabulate_atlas, model.table, frequent, N_WORDS, ATLAS_SEEDS, K_ATLAS, K_DRAWN)
        the_atlas(chapter, model, atlas)
        rows = chapter.compute(sentence_neighbors, model.table, SENTENCE, K)
        the_sentence(chapter, model, rows)
        the_word(chapter, model, atlas)
        the_way_back(chapter, model, atlas, frequent)
        the_crowd(chapter, model)
        claims_about_neighbors(chapter, model, atlas, rows)
    the_spaces(chapter, frequent)


def the_atlas(chapter, model, atlas):
    """The drawing of random words, row C38."""
    chapter.table(
        "atlas", atlas, columns=ATLAS_COLUMNS, title="Fifty words picked at random",
        caption="**A model keeps the company of words.** Fifty words picked at random, each with the tokens whose rows point most nearly the same way; "
        "spelling variants of the word are left out. Where two words share a neighbor, a line joins them. Point at a word, tap it or find it, and its ten "
        "nearest tokens are listed. Or pick another fifty.",
    )  # fmt: skip
    chapter.table(
        "atlas-places", chapter.compute(place_atlas, model.table, atlas, SEED), columns=NODE_COLUMNS,
        title="Places in the atlas", caption="Where each token stands in the drawing, in pixels, for wide and for narrow screens.",
    )  # fmt: skip


def the_sentence(chapter, model, rows):
    """The network of the article's sentence, row C74."""
    nodes = chapter.compute(place_sentence, model.table, rows, SEED)
    chapter.table(
        "sentence-neighbors", rows, columns=NEIGHBOR_COLUMNS, title="The nearest tokens of a sentence",
        caption="For each token of the sentence, the nearest tokens of the whole vocabulary by cosine, down to the twentieth that is no spelling variant. "
        "*Rank* counts all tokens; the first twenty are the neighbors with variants. *Rank without variants* counts the others alone. A variant has the same "
        "letters and digits (after NFKC, in lower case). Rows that belong to no token are left out.",
        controls=[Control("token", "select", "Nearest to", default="␣agents")],
    )  # fmt: skip
    chapter.table(
        "sentence-places", nodes, columns=NODE_COLUMNS,
        title="Places in the network", caption="Where each token stands in the drawing, in pixels, for wide and for narrow screens.",
    )  # fmt: skip
    structure = chapter.compute(tabulate_structure, rows, KS, THRESHOLDS, N_SHUFFLES_BY_SETTING, SEED)
    chapter.table(
        "structure", structure, columns=STRUCTURE_COLUMNS, title="Who lives next to the words of one sentence",
        caption="**Words of content keep to themselves; the small words share one crowd.** Dark are the tokens of the sentence, gray the twenty nearest tokens of each, "
        "the line the stronger the higher the cosine. Point at any token, tap it or find it, to see its links and read them in order. "
        "Fewer neighbors, a higher threshold or spelling variants change the network, and the numbers under it.",
    )  # fmt: skip
    chapter.value("n-other-script", chapter.compute(count_other_script, nodes), format="d")
    chapter.value("n-neighbors", chapter.compute(count_neighbors, nodes), format="d")
    chapter.value("other-script-examples", chapter.compute(examples_of_other_script, nodes), format="s")
    filled = chapter.compute(links_between, model.table, rows, K)
    compared = chapter.compute(compare_structures, rows, filled, K, N_SHUFFLES, SEED)
    chapter.figure(
        "beside-chance", plot_modularity, compared, title="How much of it is the star",
        caption="**Most of the first network’s modularity is its shape.** The dot is what the network has; the bar is the mean of ten networks (of three in the line under the drawing above) in which every token keeps its number "
        "of links and the partners are shuffled. Only what sticks out beyond the bar says something about tokens. In the last row every token brings its own list, not only those of the sentence.",
        alt="Three rows with a dot for the modularity of a network and a bar for that of shuffled networks. The bar reaches most of the way to the dot in the first two rows and less than half of it in the third.",
    )  # fmt: skip
    stars, every = "lists of the sentence", "lists of every token"
    chapter.value("modularity", chapter.compute(part_of, compared, stars, "modularity"))
    chapter.value("modularity-shuffled", chapter.compute(part_of, compared, stars, "null"))
    chapter.value("star-share", chapter.compute(star_share, compared), format=".0%")
    chapter.value("modularity-of-all", chapter.compute(part_of, compared, every, "modularity"))
    chapter.value("modularity-of-all-shuffled", chapter.compute(part_of, compared, every, "null"))
    chapter.value("pieces", chapter.compute(part_of, compared, stars, "pieces"), format="d")
    chapter.value("communities", chapter.compute(part_of, compared, stars, "communities"), format="d")


def the_word(chapter, model, atlas):
    """The list of one word with its variants, rows C75 and C76."""
    rows = chapter.compute(word_neighbors, model.table, WORD, K)
    chapter.table(
        "list-neighbors", rows, columns=NEIGHBOR_COLUMNS, title="Nearest to “list”",
        caption="The tokens nearest to *list* with a leading space, down to the twentieth that is no variant of it. A variant has the same letters and digits. Empty where *list* is several tokens of the model, and so has no row.",
    )  # fmt: skip
    count = chapter.compute(count_variants, rows, K)
    share = chapter.compute(nearest_is_variant, model.table, atlas)
    chapter.value("list-variants", count, format="d")
    chapter.value("nearest-is-variant", share, format=".0%")
    chapter.claim(
        "C75", "variants-of-list", article=S3, says="“_list”, “List” and other variants are among the closest tokens of “list”",
        got=chapter.compute(np.greater_equal, count, 2), shown_in="list-neighbors",
        note="Tested as: two or more of the twenty nearest are variants. The article’s “_” may stand for the leading space; a token with a real underscore is another variant. Where list is several tokens of a model the claim cannot be tested.",
    )  # fmt: skip
    chapter.claim(
        "C76", "variants-are-close", article=S3, says="the variants of a token are very close to it", shown_in="list-neighbors",
        got=chapter.compute(np.greater, share, 0.5),
        note="Tested on the two hundred random words of the atlas: for more than half of them the nearest of all tokens is a variant.",
    )  # fmt: skip


def the_way_back(chapter, model, atlas, frequent):
    """Whether neighbors are mutual."""
    centered = chapter.compute(centered_rows, model.table)
    unit, allowed = chapter.compute(rows_at_length_one, model.table), chapter.compute(existing, model.table)
    ids = chapter.compute(asked_words, atlas, N_ASKED)
    kept, moved = (chapter.compute(ranks_back, rows, ids, K_BACK, allowed) for rows in (unit, centered))
    chapter.figure(
        "way-back", plot_ways_back, kept, moved, title="The way back",
        caption="**A neighbor need not call you one.** For each of the fifty words of the first atlas and its ten nearest tokens: in which place does the word stand in the neighbor’s own list? "
        "Subtract the mean vector of the table, and see how many more lists agree.",
        alt="Bars for the share of neighbors in whose own list the word stands in places 1 to 10, to 100, to 1,000, to 10,000 and beyond.",
    )  # fmt: skip
    ways = chapter.compute(ways_back, model.table, centered, PAIRS)
    chapter.table(
        "ways", ways, columns=WAY_COLUMNS, title="There and back",
        caption="Places of two words in each other’s lists, 1 for the nearest token. *Centered*: after the mean vector of the table is subtracted. "
        "Pairs with a word that is several tokens of the model are left out.",
    )  # fmt: skip
    chapter.value("mutual-share", chapter.compute(share_mutual, kept, K_BACK), format=".0%")
    chapter.value("mutual-share-centered", chapter.compute(share_mutual, moved, K_BACK), format=".0%")
    rarer, commoner = (
        chapter.compute(share_answered, model.table, kept, ids, frequent, K_BACK, to) for to in (True, False)
    )
    chapter.value("answered-by-rarer", rarer, format=".0%")
    chapter.value("answered-by-commoner", commoner, format=".0%")
    chapter.value("kitten-from-cat", chapter.compute(place_of, ways, "cat", "kitten", "rank"), format=",d")
    chapter.value("cat-from-kitten", chapter.compute(place_of, ways, "cat", "kitten", "rank_back"), format=",d")
    chapter.value(
        "cat-from-kitten-centered", chapter.compute(place_of, ways, "cat", "kitten", "centered_rank_back"), format=",d"
    )
    chapter.value("queen-from-king", chapter.compute(place_of, ways, "king", "queen", "rank"), format=",d")
    chapter.value("king-from-queen", chapter.compute(place_of, ways, "king", "queen", "rank_back"), format=",d")


def the_crowd(chapter, model):
    """Distances beside a random baseline, and hubs."""
    unit, allowed = chapter.compute(rows_at_length_one, model.table), chapter.compute(existing, model.table)
    real = chapter.compute(survey, unit, allowed, N_QUERIES, K, SEED)
    shuffled = chapter.compute(survey_shuffled, model.table, N_QUERIES, K, SEED)
    chapter.figure(
        "distances", plot_distances, real, shuffled, title="How near is next door?",
        caption="**The nearest token is far nearer than chance would bring it.** Curves show cosines of five hundred random tokens with a random other token, with the nearest one, "
        "and with the twentieth. The dashed curve is the nearest in a table whose columns were shuffled, each by itself: what a vocabulary of that size finds by luck.",
        alt="Four curves of cosines: random pairs on the left, the nearest in a shuffled table, the twentieth nearest, and the nearest token on the right.",
    )  # fmt: skip
    chapter.value("cosine-random", chapter.compute(median_random, real))
    chapter.value("cosine-nearest", chapter.compute(median_cosine, real, 0))
    chapter.value("cosine-last", chapter.compute(median_cosine, real, -1))
    chapter.value("cosine-nearest-shuffled", chapter.compute(median_cosine, shuffled, 0))
    hubs = chapter.compute(tabulate_hubs, model.table, real, 10)
    chapter.table(
        "hubs", hubs, columns=HUB_COLUMNS, title="The busiest neighbors",
        caption="The tokens that stand in most of the twenty-item lists of five hundred random tokens, and how often each token would if all were alike.",
    )  # fmt: skip
    chapter.value("most-lists", chapter.compute(most_lists, real), format="d")
    chapter.value("most-lists-shuffled", chapter.compute(most_lists, shuffled), format="d")
    chapter.value("share-of-hubs", chapter.compute(share_of_hubs, model.table, real), format=".1%")


def claims_about_neighbors(chapter, model, atlas, rows):
    """Rows C38, C71, C73, C74 and C77; C69, C70 and C72 stand in the chapter on lookup."""
    chapter.claim(
        "C38", "atlas", article=S3, says=50, got=chapter.compute(count_words_of, atlas), tolerance=0, shown_in="atlas",
        note="The article’s atlas is of DeepSeek-R1-Distill-Qwen-1.5B and does not say how its words were drawn. Ours come from the frequent words of GloVe, by seed.",
    )  # fmt: skip
    chapter.claim("C71", "sentence", article=S3, says="a prompt becomes one row of the table per token", got=chapter.compute(rows_fit, model.table, SENTENCE))  # fmt: skip
    chapter.claim(
        "C73", "topk", article=S3, says="cosine similarity and torch.topk find the nearest tokens", shown_in="sentence-neighbors",
        got=chapter.compute(topk_agrees, model.table, rows, K), note="Tested on the first token: PyTorch’s cosines of the twenty nearest are ours, to four decimals.",
    )  # fmt: skip
    chapter.claim(
        "C74", "twenty-each", article=S3, says=20, got=chapter.compute(every_token_has, rows), tolerance=0, shown_in="sentence-neighbors",
        note="Neighbors of each token, variants left out, as in the article’s figure. Its model is another, so the lists are.",
    )  # fmt: skip
    chapter.claim(
        "C77", "no-change", article=S3, says="embeddings have not seen much change in large language models",
        got=chapter.compute(is_lookup_table, model.table),
        note="Tested only in what can be seen in the file: the embedding is still one plain row for each token, as in GPT-2. What has changed: positions are no longer added to the rows, and vocabularies have grown.",
    )  # fmt: skip


def the_spaces(chapter, glove):
    """The same words in five spaces."""
    speeches = chapter.compute(read_speeches, chapter.corpus("shakespeare-plays"))
    vocabulary = chapter.compute(count_words, speeches, MIN_COUNT)
    numbered = chapter.compute(number_words, speeches, vocabulary)
    training = chapter.compute(train_cbow, numbered, vocabulary, EPOCHS, SEED)
    tokens = chapter.compute(counting.read_corpus, chapter.corpus("tinyshakespeare"))
    tables = chapter.vectors("smollm2-135m"), chapter.vectors("qwen2.5-0.5b")
    spaces = chapter.compute(gather_spaces, tokens, N_CHUNKS, vocabulary, training, glove, *tables)
    rows = chapter.compute(tabulate_spaces, spaces, FAMOUS, SKIP, N_LOOKED_UP, K_SPACES)
    chapter.table(
        "spaces", rows,
        columns=[Column("word"), Column("space"), Column("neighbors"), Column("cosines"), Column("n_tied", "tied", format="d")],
        title="One word in five spaces",
        caption="Ten nearest words of one word in five spaces, all chosen from the same words. "
        "Words that another space names too are marked, with the number of spaces. Type another word; the address keeps it.",
    )  # fmt: skip
    shared = chapter.compute(overlaps, rows)
    chance = chapter.compute(chance_overlap, spaces, K_SPACES)
    chapter.figure(
        "overlap", plot_overlap, shared, chance, K_SPACES, title="How many of ten neighbors two spaces share",
        caption="**The two language models agree with each other more than with anything else.** Each square is the number of neighbors that two spaces have in common, of ten, "
        "averaged over the words that can be looked up and have a direction in all five.",
        alt="Square of numbers, five spaces by five. TF-IDF shares next to nothing with any; the two language models share the most.",
    )  # fmt: skip
    chapter.value("n-common", chapter.compute(count_common, spaces), format=",d")
    chapter.value("n-looked-up", chapter.compute(count_looked_up, rows), format="d")
    chapter.value("n-without-direction", chapter.compute(count_without_direction, rows, "TF-IDF"), format="d")
    chapter.value("chance-overlap", chance)
    chapter.value("shared-models", chapter.compute(shared_by, shared, "SmolLM2", "Qwen2.5"), format=".1f")
    chapter.value("shared-glove-smollm2", chapter.compute(shared_by, shared, "GloVe", "SmolLM2"), format=".1f")
    chapter.value("shared-word2vec-glove", chapter.compute(shared_by, shared, "word2vec", "GloVe"), format=".1f")
    chapter.value("shared-tfidf-word2vec", chapter.compute(shared_by, shared, "TF-IDF", "word2vec"), format=".1f")
