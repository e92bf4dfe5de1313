"""Does a word have one vector or many?  Page: docs/chapters/context.md"""

from embedguide.analysis.context import (
    AFTER,
    BEFORE,
    Frame,
    change_by_token,
    make_sentences,
    pick_word,
    sentence_states,
)
from embedguide.analysis.context_numbers import (
    all_have_rows,
    at_best,
    at_last,
    best_layer,
    cosine_of_phrases,
    count_parts,
    count_twins,
    depends_on_position,
    difference_of_order,
    ends_segments,
    first_token_sees,
    fixed_then_moving,
    glyphs_of,
    last_cosine,
    none_is_a_twin,
    phrases_differ,
    phrases_differ_much,
    pooled_hits,
    same_row,
    same_shape,
    sees_all,
    separate_order,
    share_changed,
    tabulate_phrases,
    tabulate_pool,
    word_id_of,
)
from embedguide.analysis.encoder_tasks import (
    cosines_of_followers,
    enter_by_position,
    fill_gap,
    list_parts,
    list_special_tokens,
    place_two_sentences,
    pool,
    rank_of_guess,
    share_ahead,
)
from embedguide.figures.context import plot_bank_by_layer, plot_changes, plot_pair
from embedguide.figures.encoder_tasks import plot_followers, plot_gap, plot_parts
from embedguide.results import Column

RIVER, MONEY = "river", "money"
WORD = "bank"


def frame(clause, river, money):
    """A frame of the bank with its two cues."""
    return Frame(clause, {RIVER: river, MONEY: money})


# Within a frame both cues have as many tokens in all three models, so that the two banks stand at the same position.
FRAMES = [
    frame("we walked to the bank", "after the boat had crossed the river", "after the guard had counted the coins"),
    frame("she waited near the bank", "while the fishermen cleaned the nets", "while the lawyers signed the loan"),
    frame("they met at the bank", "because the trout were biting", "because the mortgage was due"),
    frame("nobody was left at the bank", "when the flood carried off the trees", "when the thief carried off the cash"),
    frame("I took a picture of the bank", "before the stream dried up", "before the vault was locked"),
    frame("we found him at the bank", "since he wanted to swim across", "since he wanted to borrow money"),
    frame("the children ran to the bank", "as the ducks flew past", "as the thieves drove away"),
    frame("it was quiet at the bank", "once the rain had stopped and the current slowed", "once the customers had opened all their new accounts"),
    frame("he looked toward the bank", "until the ferry had reached the shore", "until the clerk called out his name"),
    frame("a crowd gathered at the bank", "although the lake was frozen", "although the savings were gone"),
]  # fmt: skip
SENTENCES = make_sentences(FRAMES)
TEXTS = [sentence.text for sentence in SENTENCES]
# The articles' own phrases, each in the same short sentence.
PHRASES = ["He wrote about the river bank.", "He wrote about the bank robbery.", "He wrote about the bank account."]
PHRASE_NAMES = ["river bank", "bank robbery", "bank account"]
READ = "We walked to the bank after the boat had crossed the river."
REPLACEMENT = "blue"
LEFT, RIGHT = "I", " this book before"
CANDIDATES = ["read", "wrote", "bought", "found", "loved", "lost", "opened", "ate"]
POSITIONS = [1, 2, 4, 8, 16]
# Models of BERT's kind: they look both ways and have [CLS], [SEP] and [MASK].
ENCODERS = ("minilm-l6", "bert-base-uncased")
N_SPEECHES = 150
S3, S5 = "S3", "S5"

PHRASE_COLUMNS = [
    Column("first", "first phrase"),
    Column("second", "second phrase"),
    Column("entering", "cosine entering the first block", format=".3f"),
    Column("last", "cosine after the last block", format=".3f"),
    Column("difference", "largest difference of any number at any layer", format=".3g"),
]
POOL_COLUMNS = [
    Column("vector", "the sentence is stood for by"),
    Column("before", "meaning found, cue before", "%", ".0f"),
    Column("after", "meaning found, cue after", "%", ".0f"),
]
POSITION_COLUMNS = [
    Column("position", "tokens before the word", format="d"),
    Column("cosine", "cosine with the first line", format=".3f"),
    Column("difference", "largest difference from the row", format=".2f"),
]
SPECIAL_COLUMNS = [
    Column("token", "token"),
    Column("token_id", "token id", format="d"),
    Column("length", "length of its row", format=".2f"),
    Column("shorter", "rows that are shorter", "%", ".0f"),
    Column("nearest", "nearest token"),
    Column("cosine", "cosine", format=".3f"),
]
PLACED_COLUMNS = [
    Column("position", "position", format="d"),
    Column("token", "token"),
    Column("token_id", "token id", format="d"),
    Column("segment", "segment"),
]

PAIR_CAPTIONS = {
    True: "**A cue behind the word is heard like one before it.**",
    False: "**The same words in another order can leave no trace.**",
}
GAP_CAPTIONS = {
    True: "**The state at the gap no longer names a word.** The rows of the table nearest to this encoder's last state at "
    "`[MASK]` in the sentence *I [MASK] this book before*. *Read* is number "
    '{{ value("context/rank-of-read", model="minilm-l6") }} in that order. The layer that BERT trains to turn such a state '
    "into a word is not in this model's file. Switch to a model that predicts the next token to see the idea work.",
    False: "**The words after the gap settle it.** Eight verbs for the gap in *I … this book before*. Gray: their shares after *I* "
    "alone. Blue: their shares when each filled-in sentence is weighed whole. BERT's head does this in one step; this model "
    "has to read eight sentences.",
}


def build(chapter):
    """Declare the chapter's results."""
    for model in chapter.models("minilm-l6", "smollm2-135m", "qwen2.5-0.5b"):
        is_encoder = model.name in ENCODERS
        whole = chapter.compute(sentence_states, model.language_model, TEXTS)
        states = chapter.compute(pick_word, model.language_model, TEXTS, whole, WORD)
        before = chapter.compute(separate_order, states, SENTENCES, BEFORE)
        after = chapter.compute(separate_order, states, SENTENCES, AFTER)
        chapter.figure(
            "bank-by-layer", plot_bank_by_layer, states, SENTENCES,
            title="One word in twenty sentences",
            caption="**Reading pulls the two banks apart.** Each mark is the vector of *bank* in one sentence, ten about rivers "
            "(circles) and ten about money (diamonds), at one layer; below, the mean cosine of two sentences with the same and "
            "with the other meaning. All layers are drawn to one scale. Slide from layer 0 upward. Then put the cue after the word: "
            'the nearest sentence has the same meaning for {{ value("context/hits-before") }} with the cue before the word and for '
            '{{ value("context/hits-after") }} with the cue after it, at the last layer.',
            alt="Scatter plot of the vectors of the word bank in twenty sentences at one layer, above two lines that give the mean "
            "cosine within and between the two meanings at every layer.",
        )  # fmt: skip
        chapter.figure(
            "pick-a-pair", plot_pair, states, SENTENCES,
            title="Two sentences of your choice",
            caption=PAIR_CAPTIONS[is_encoder] + " The cosine between *bank* in two sentences, from the "
            "entry to the last block. One line has the sentences as the lists show them, the cue first; the other has the same "
            "words with the cue moved behind *bank*. Try two that begin alike once the cue is moved.",
            alt="Line chart of the cosine between the vectors of the word bank in two chosen sentences over the layers, once with the cue before the word and once after it.",
        )  # fmt: skip
        changes = chapter.compute(change_by_token, model.language_model, READ, REPLACEMENT)
        chapter.figure(
            "who-sees-whom", plot_changes, changes, chapter.compute(glyphs_of, model.table, READ),
            title="Who sees whom",
            caption="**An empty cell means that not one bit changed.** Each column replaces one token of the sentence with *blue*; each row "
            "says how much the state at one position changes. Where later tokens were replaced, "
            '{{ value("context/changed-by-later") }} of the cells change at the last layer. Slide to layer 0 to see each token know only itself.',
            alt="Grid of tokens by tokens, colored by how much the state at one position changes when the token at another is replaced.",
        )  # fmt: skip
        parts = chapter.compute(list_parts, model.language_model, READ)
        chapter.figure(
            "parts", plot_parts, parts,
            title="Where the embedding fits",
            caption="**The embedding is the first step, and only the first.** The parts that a sentence passes, with the shapes measured on "
            f"*{READ}* What the blue boxes give is static; what the blocks give depends on the whole text they may look at.",
            alt="Five boxes from top to bottom: tokenizer, token table, position, blocks, head; between them the shapes of what passes.",
        )  # fmt: skip
        gap = chapter.compute(fill_gap, model.language_model, LEFT, RIGHT, CANDIDATES)
        chapter.figure(
            "masked-word", plot_gap, gap,
            title="A word for the gap",
            caption=GAP_CAPTIONS[is_encoder],
            alt="Bar chart of words that might fill the gap in the sentence I … this book before.",
        )  # fmt: skip
        specials = chapter.compute(list_special_tokens, model.table)
        entering = chapter.compute(enter_by_position, model.language_model, WORD, POSITIONS)
        word_states = chapter.compute(pick_word, model.language_model, PHRASES, chapter.compute(sentence_states, model.language_model, PHRASES), WORD)  # fmt: skip
        phrases = chapter.compute(tabulate_phrases, word_states, PHRASE_NAMES)
        pooled = chapter.compute(tabulate_pool, chapter.compute(pool, whole, states, SENTENCES, "first token"))
        tables(chapter, phrases, pooled, entering, specials)
        values(chapter, model, states, before, after, changes)
        chapter.value("rank-of-read", chapter.compute(rank_of_guess, model.language_model, gap, LEFT, RIGHT, "read"), format=",d")  # fmt: skip
        chapter.value("phrases-robbery-account", chapter.compute(cosine_of_phrases, phrases, 2), format=".2f")
        chapter.value("phrases-river-robbery", chapter.compute(cosine_of_phrases, phrases, 0), format=".2f")
        chapter.value("position-cosine", chapter.compute(last_cosine, entering), format=".2f")
        chapter.value("special-twins", chapter.compute(count_twins, specials), format="d")
        chapter.value("special-count", chapter.compute(len, specials), format="d")
        chapter.value("first-token-hits", chapter.compute(pooled_hits, pooled, 1, 1), format=".0f")
        chapter.value("mean-hits-after", chapter.compute(pooled_hits, pooled, 3, 2), format=".0f")
        claims_about_meaning(chapter, model, phrases, before)
        claims_about_parts(chapter, model, parts, entering, changes, specials)
        claim_about_gap(chapter, model, gap, is_encoder)
    for model in chapter.models("minilm-l6"):
        two_sentences(chapter, model)


def tables(chapter, phrases, pooled, entering, specials):
    """The tables of one model."""
    chapter.table(
        "article-phrases", phrases, columns=PHRASE_COLUMNS,
        title="The articles’ examples",
        caption="The word *bank* in *He wrote about the river bank*, *… the bank robbery* and *… the bank account*, by pairs. "
        "A difference of 0 means that the two vectors are equal to the last bit at every layer.",
    )  # fmt: skip
    chapter.table(
        "pooling", pooled, columns=POOL_COLUMNS,
        title="One vector for a sentence",
        caption="How often the nearest of the other frames' sentences has the same meaning, when a sentence is stood for by one vector "
        "of the last layer. Half would be chance. The *first token* is `[CLS]` in an encoder.",
    )  # fmt: skip
    chapter.table(
        "layer-zero", entering, columns=POSITION_COLUMNS,
        title="What enters the first block",
        caption="The vector of *bank* as it enters the first block, with more and more tokens before it, compared with the first line and with its row in the table.",
    )  # fmt: skip
    chapter.table(
        "special-tokens", specials, columns=SPECIAL_COLUMNS,
        title="Special tokens have rows",
        caption="Every special token of the model, the length of its row, the percentage of all rows that are shorter, and the token whose row points most nearly the same way.",
    )  # fmt: skip


def values(chapter, model, states, before, after, changes):
    """Numbers for the prose."""
    chapter.value("bank-id", chapter.compute(word_id_of, model.table, WORD), format=",d")
    chapter.value("hits-before", chapter.compute(at_last, before, "hits"), format=".0%")
    chapter.value("hits-after", chapter.compute(at_last, after, "hits"), format=".0%")
    chapter.value("best-layer", chapter.compute(best_layer, before), format="d")
    chapter.value("same-cosine", chapter.compute(at_best, before, "same"), format=".3f")
    chapter.value("other-cosine", chapter.compute(at_best, before, "other"), format=".3f")
    chapter.value("difference-after", chapter.compute(difference_of_order, states, SENTENCES, AFTER), format=".2g")
    chapter.value("changed-by-later", chapter.compute(share_changed, changes, later=True), format=".0%")
    chapter.value("changed-by-earlier", chapter.compute(share_changed, changes, later=False), format=".0%")


def claims_about_meaning(chapter, model, phrases, before):
    """Rows C42, C63 and C117."""
    is_same_row = chapter.compute(same_row, model.table, TEXTS + PHRASES, WORD)
    apart = chapter.compute(phrases_differ, phrases, is_same_row)
    chapter.claim(
        "C42", "static-and-contextual", article=S3, says="token embeddings are fixed, hidden states change with the context",
        got=chapter.compute(fixed_then_moving, is_same_row, before), shown_in="bank-by-layer",
        note="Tested as: one row for all forty sentences, and at the last layer a mean cosine below 1.",
    )  # fmt: skip
    chapter.claim(
        "C63", "river-bank-bank-robbery", article=S3, says="bank in river bank and in bank robbery: same token embedding, different hidden states",
        got=apart, shown_in="article-phrases",
        note="It holds because river stands before the word. In a model that looks only back, bank robbery by itself adds nothing: see bank robbery and bank account.",
    )  # fmt: skip
    chapter.claim(
        "C117", "very-different", article=S5, says="the contextual embedding of bank is very different in river bank and bank account",
        got=chapter.compute(phrases_differ_much, phrases, before), shown_in="article-phrases",
        note="Tested as: less alike, after the last block, than two sentences of other meaning are on average.",
    )  # fmt: skip


def claims_about_parts(chapter, model, parts, entering, changes, specials):
    """Rows C59, C62, C64, C65 and the special tokens of C117."""
    chapter.claim(
        "C59", "four-parts", article=S3, says=4, got=chapter.compute(count_parts, model.language_model), tolerance=0, of="bert-base-uncased", shown_in="parts",
        note="Tokenizer, embedding, encoder, task head. MiniLM's file holds no head; the models that predict the next token have all four, with blocks that look only back.",
    )  # fmt: skip
    chapter.claim(
        "C62", "both-sides", article=S3, says="the encoder takes in all other tokens of the sentence",
        got=chapter.compute(sees_all, changes), shown_in="who-sees-whom",
        note="Tested as: at the last layer every position changes when any token is replaced. A causal model sees only what stands before.",
    )  # fmt: skip
    chapter.claim(
        "C64", "one-shape", article=S3, says="the embedding comes first, and its shape stays to the last block",
        got=chapter.compute(same_shape, parts), shown_in="parts",
    )  # fmt: skip
    chapter.claim(
        "C65", "token-plus-position", article=S3, says="static embeddings combine token and position",
        got=chapter.compute(depends_on_position, entering), shown_in="layer-zero",
        note="True of BERT and GPT-2. Models with rotary positions (RoPE) turn the vectors inside attention instead, and the row enters unchanged (trap T9).",
    )  # fmt: skip
    chapter.claim(
        "C117", "special-tokens", article=S5, says="special tokens have rows of their own",
        got=chapter.compute(all_have_rows, model.table), shown_in="special-tokens",
    )  # fmt: skip
    chapter.claim(
        "C117", "special-tokens-learned", article=S5, says="the rows of special tokens are learned just like others",
        got=chapter.compute(none_is_a_twin, specials), shown_in="special-tokens",
        note="Tested as: no special token's row points exactly where another token's does. A cosine above 0.9999 counts as exact. Rows that agree so far were not told apart by training, or by so little that the file's few bits do not hold it.",
    )  # fmt: skip


def claim_about_gap(chapter, model, gap, is_encoder):
    """Row C60."""
    how = "Rank among all rows by cosine with the state at [MASK]; the head that BERT trains is not in the file." if is_encoder else "Rank among eight verbs by the probability of the whole sentence; this model has no mask."  # fmt: skip
    chapter.claim(
        "C60", "read", article=S3, says=1, got=chapter.compute(rank_of_guess, model.language_model, gap, LEFT, RIGHT, "read"),
        tolerance=0, of="bert-base-uncased", shown_in="masked-word", note=how,
    )  # fmt: skip


def two_sentences(chapter, model):
    """Row C61: the second task of BERT, and what our encoder makes of it."""
    changes = chapter.compute(change_by_token, model.language_model, READ, REPLACEMENT)
    placed = chapter.compute(place_two_sentences, model.table, "We walked to the bank.", "The boat had gone.")
    chapter.table(
        "two-sentences", placed, columns=PLACED_COLUMNS,
        title="Two sentences in one row of tokens",
        caption="What BERT's kind sees of *We walked to the bank.* and *The boat had gone.*: `[CLS]` in front, `[SEP]` after each, and a segment that says which is which.",
    )  # fmt: skip
    followers = chapter.compute(cosines_of_followers, model.language_model, chapter.corpus("tinyshakespeare"), N_SPEECHES, seed=0)  # fmt: skip
    chapter.figure(
        "next-sentence", plot_followers, followers,
        title="Which speech comes next?",
        caption="**A reply is often, not always, nearer than a stranger.** Each mark is a speech from Shakespeare's plays: across, its cosine with the speech that "
        "really follows; up, with one from elsewhere. Below the line the true follower is nearer: "
        '{{ value("context/follower-share") }} of the speeches. Only sentence vectors are compared; no head looks at the two together.',
        alt="Scatter plot of speeches: cosine with the next speech against cosine with a speech from elsewhere, with a diagonal.",
    )  # fmt: skip
    share = chapter.compute(share_ahead, followers)
    chapter.value("follower-share", share, format=".0%")
    chapter.claim(
        "C61", "next-sentence", article=S3, says="given two sentences, predict whether they follow each other", got=share,
        tolerance=0, of="bert-base-uncased", shown_in="next-sentence",
        note="The head for this task is not in MiniLM's file; the number is how often its sentence vectors put the true follower ahead of a stranger.",
    )  # fmt: skip
    chapter.claim("C61", "separator", article=S3, says="[SEP] separates the two sentences", got=chapter.compute(ends_segments, placed), shown_in="two-sentences")  # fmt: skip
    chapter.claim(
        "C61", "aggregate", article=S3, says="layer by layer [CLS] becomes an aggregation of all tokens", got=chapter.compute(first_token_sees, changes), shown_in="who-sees-whom",
        note="Tested as: on entry [CLS] changes with no other token, after the last block with every one.",
    )  # fmt: skip
