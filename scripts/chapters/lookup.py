"""What does a model see when it reads a word?  Page: docs/chapters/lookup.md"""

import numpy as np

from embedguide.analysis.lookup import (
    compare_ids,
    count_twins,
    ids_of,
    largest_difference,
    multiplications,
    small_table,
    tabulate_prompt,
    tabulate_sizes,
    tabulate_special,
)
from embedguide.analysis.lookup_numbers import (
    agree,
    all_have_rows,
    begins_with,
    below,
    class_defaults,
    count_parameters,
    end_of_row,
    equals,
    first_id,
    first_of,
    hex_color,
    in_billions,
    inner_product,
    is_so,
    known_as,
    listed,
    mean_chance,
    median_of,
    moved_only_in_friendliness,
    no_dimension_is_clean,
    number_of,
    positions,
    same_rows,
    share_in_percent,
    size_of,
    small_rows,
    something_added,
    table_numbers,
)
from embedguide.analysis.lookup_probes import (
    lookup_is_faster,
    lowest_cosine_of_copies,
    matrix_shape,
    position_at_input,
    table_as_output,
    tables_in_file,
    tell_groups_apart,
    trace_pipeline,
)
from embedguide.analysis.similarity import mean_vector
from embedguide.analysis.vocabulary import (
    carried_ids,
    choose_tokens,
    row_of_word,
    rows_and_scales,
    shelve,
    vocabulary_bytes,
    vocabulary_index,
)
from embedguide.figures.lookup import as_integers, plot_prompt
from embedguide.results import Column

PROMPT = "HTML coders are not considered programmers"
# The ids that S3 prints for the sentence after its first, special token.
PROMPT_IDS = [5835, 20329, 388, 525, 537, 6509, 54846]
PROMPT_ROWS = {"HTML": (-0.018555, 0.000912, 0.010986, -0.015991), " programmers": (-0.047852, 0.057861, -0.069336, 0.005280)}  # fmt: skip
CAPITAL = "The capital of France is Paris"
WEATHER = "The weather in Tokyo is usually mild"
REPEATS = "the cat and then the cat"
# S5's ids, with the words as they stand in the sentence.
SAID_IDS = [
    ("Hello", 13225), ("The", 450), (" weather", 9235), (" in", 304), (" Tokyo", 27856), (" is", 338), (" usually", 6892),
    (" mild", 24312),
]  # fmt: skip

# What S5 says of Llama 4's eye, under the names that its source gives them.
SAID_VISION = {
    "num_hidden_layers": 34, "num_attention_heads": 16, "hidden_size": 768, "intermediate_size": 5632,
    "vision_output_dim": 7680, "projector_input_dim": 4096, "projector_output_dim": 4096,
}  # fmt: skip

# The example of S3, printed there with four decimals, is what torch draws with this seed.
SMALL_IDS, SMALL_SHAPE, SMALL_SEED = [2, 3, 1], (4, 5), 123
SMALL_SAID = [
    [0.3374, -0.1778, -0.3035, -0.5880, 1.5810],
    [1.3010, 1.2753, -0.2010, -0.1606, -0.4015],
    [0.6957, -1.8061, -1.1589, 0.3255, -0.6315],
    [-2.8400, -0.7849, -1.4096, -0.4076, 0.7953],
]

# Rows, columns, and parameters in millions, from S5 and the sources that it names; DeepSeek's second line is the size
# in its published configuration, which the report rounds.
PUBLISHED = [
    ("GPT-2", 50_257, 768, 124.0),
    ("GPT-2 XL", 50_257, 1_600, 1_558.0),
    ("Llama 2 7B", 32_000, 4_096, 6_738.0),
    ("Mistral 7B", 32_000, 4_096, None),
    ("GPT-3 175B", 50_257, 12_288, 175_000.0),
    ("Llama 3 8B", 128_000, 4_096, None),
    ("DeepSeek-V3, as reported", 128_000, 7_168, 671_000.0),
    ("DeepSeek-V3, as configured", 129_280, 7_168, 671_000.0),
    ("Llama 4 Maverick", 202_048, 5_120, 400_000.0),
]
# A toy: places chosen by hand, after the drawing of S4.
ANIMALS = [
    ("elephant", 0.95, 0.55), ("horse", 0.80, 0.70), ("dog", 0.50, 0.95), ("cat", 0.40, 0.80), ("shark", 0.75, 0.05),
    ("ladybug", 0.06, 0.70), ("mosquito", 0.03, 0.05),
]  # fmt: skip
CROSS_CAT = (0.4, 0.6)

GROUPS = {
    "countries": "France Germany Italy Spain Japan China India Brazil Canada Egypt Mexico Russia".split(),
    "colors": "red blue green yellow black white brown pink purple orange gray gold".split(),
    "months": "January February March April May June July August September October November December".split(),
    "animals": "cat dog horse cow bird fish lion bear wolf mouse sheep rabbit".split(),
    "numbers": "one two three four five six seven eight nine ten twenty hundred".split(),
    "occupations": "doctor teacher lawyer farmer nurse engineer artist writer soldier judge chef actor".split(),
}
# From this cosine on two rows are one in all but name.
TWIN = 0.9999
N_FREQUENT = 500
MORE_WORDS = [
    *(word for words in GROUPS.values() for word in words), *PROMPT.split(), *CAPITAL.split(), *WEATHER.split(),
    "Berlin", "London", "king", "queen", "happy", "sad", "Python", "Hello", "world", "apple", "pear", "bank", "river", "list",
    "kitten", "car", "bicycle", "joyful", "table", "code", "programmer", "ing", "un", "tion", "def", "class", "import", "return",
    ".", ",", "!", "?", ":", ";", "(", ")", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "x", "\n",
]  # fmt: skip
S2, S3, S4, S5 = "S2", "S3", "S4", "S5"

SMALL_COLUMNS = [Column("row", "row", format="d"), *(Column(f"w{n}", f"column {n}", format=".4f") for n in range(5))]
SHELF_COLUMNS = [Column("begins_with"), Column("offset", unit="bytes", format="d"), Column("length", unit="bytes", format="d")]  # fmt: skip
CARRIED_COLUMNS = [Column("token_id", "token id", format="d"), Column("token"), Column("scale", format=".6f")]
PROMPT_COLUMNS = [
    Column("position", format="d"),
    # Not `token_id`: a phone would leave that to the file, and the page speaks of these ids.
    Column("id", "token id", format="d"),
    Column("token"),
    *(Column(name, label, format=".4f") for name, label in (("first_1", "first"), ("first_2", "second"), ("first_3", "third"))),
    Column("last", "last", format=".4f"),
]  # fmt: skip
SIZE_COLUMNS = [
    Column("model"),
    Column("n_tokens", "rows", format=",d"),
    Column("n_dims", "columns", format=",d"),
    Column("numbers", "numbers", "millions", ",.1f"),
    Column("megabytes", "float16", "MB", ",.0f"),
    Column("parameters", "whole model", "million parameters", ",.0f"),
    Column("share", "share", "%", ".2f"),
    Column("known_from", "known from"),
]
STAGE_COLUMNS = [Column("step", format="d"), Column("name", "what happens"), Column("result", "what there is"), Column("shape")]  # fmt: skip
SPECIAL_COLUMNS = [
    Column("token_id", "token id", format="d"),
    Column("token"),
    Column("length", "length of its row", format=".2f"),
    Column("percentile", "percentile", "%", ".0f"),
    Column("twin", "most similar special token"),
    Column("twin_cosine", "its cosine", format=".4f"),
]
ID_COLUMNS = [
    Column("word", "token"),
    Column("said", "id in the article", format="d"),
    Column("smol_id", "id in SmolLM2", format="d"),
    Column("smol_token", "SmolLM2 has there"),
    Column("qwen_id", "id in Qwen2.5", format="d"),
    Column("qwen_token", "Qwen2.5 has there"),
]
GROUP_COLUMNS = [
    Column("group"),
    Column("one_dimension", "one: right", format=".0%"),
    Column("above_dimension", "one: tokens above", format=",.0f"),
    Column("one_direction", "all: right", format=".0%"),
    Column("above_direction", "all: tokens above", format=",.0f"),
]
ANIMAL_COLUMNS = [Column("animal"), Column("size", format=".2f"), Column("friendliness", format=".2f")]
POSITION_COLUMNS = [Column("model"), Column("difference", "difference at the input", "%", ".0%")]


def rows_of_prompt(table):
    """The tokens of the sentence about HTML coders, with the ends of their rows, in the order of the columns."""
    return [tuple(one) for one in tabulate_prompt(table, PROMPT)]


def build(chapter):
    """Declare the chapter's results."""
    frequent = chapter.vectors("glove-6b-50d")
    for model in chapter.models("smollm2-135m", "qwen2.5-0.5b"):
        groups = chapter.compute(tell_groups_apart, model.table, GROUPS, n_splits=20, seed=0)
        shape = chapter.compute(matrix_shape, model.language_model, CAPITAL)
        special = chapter.compute(tabulate_special, model.table)
        tied = chapter.compute(table_as_output, model.language_model, CAPITAL)
        explorer(chapter, model, frequent)
        chapter.table(
            "prompt-tokens", chapter.compute(rows_of_prompt, model.table), columns=PROMPT_COLUMNS,
            title="A sentence, token by token",
            caption="“HTML coders are not considered programmers”, cut into tokens: the id of each, and the ends of its row. "
            "␣ stands for a space. Seven tokens for six words, because *coders* is not in the vocabulary as a whole.",
        )  # fmt: skip
        chapter.figure(
            "prompt-matrix", plot_prompt, model.table, PROMPT, chapter.compute(mean_vector, model.table),
            title="All that the model receives",
            caption="**After the lookup a sentence is a matrix.** Each line is one token's row, each column one dimension; orange is "
            "above zero, blue below. Sort the dimensions by their mean over all tokens: where the lines agree at the ends, it is because "
            "the whole table leans to that side.",
            alt="Heat map of seven rows of numbers, one per token of the sentence about HTML coders.",
            width="wide",
        )  # fmt: skip
        chapter.table(
            "pipeline", chapter.compute(trace_pipeline, model.language_model, WEATHER), columns=STAGE_COLUMNS,
            title="One sentence on its way through the model", width="wide",
            caption="“The weather in Tokyo is usually mild”, and the shape of what there is after each step, taken from the running model.",
        )  # fmt: skip
        chapter.table(
            "dimensions", groups, columns=GROUP_COLUMNS,
            title="One dimension against one direction",
            caption="*One*: on the best dimension. *All*: along the direction over all dimensions. *Right*: how often a word of the group ranks above "
            "a word of the other five groups; a coin gives 50 %. *Tokens above*: how many tokens of the whole vocabulary rank above the middle word of the group. Dimension and direction are chosen on half "
            "of the words and judged on the other half; means over 20 halvings.",
        )  # fmt: skip
        chapter.table(
            "special-tokens", special, columns=SPECIAL_COLUMNS,
            title="Tokens that stand for no text",
            caption="Special tokens have rows like all others. *Percentile*: how many rows of the table are shorter. A cosine of 1.0000 means "
            "that two tokens share one row in all but name.",
        )  # fmt: skip
        values(chapter, model, groups, shape, special, tied)
        claims_about_tables(chapter, model, special)
        claims_about_the_way(chapter, model, groups, shape, tied)
    small_example(chapter)
    sizes(chapter)
    ids_and_positions(chapter)
    vision_encoder(chapter)
    toy(chapter)


def explorer(chapter, model, frequent):
    """What the page's first widget reads: the vocabulary, and the rows that it carries."""
    chosen = chapter.compute(choose_tokens, model.table, frequent, N_FREQUENT, MORE_WORDS)
    carried = chapter.compute(rows_and_scales, model.table, chosen)
    shelves = chapter.compute(shelve, model.table)
    chapter.table(
        "row-of-cat", chapter.compute(row_of_word, model.table, "cat"), columns=[Column("dimension", format="d"), Column("value", format=".4f")],
        title="The row of “cat”", caption="All numbers that the model keeps for “cat” inside a sentence.",
    )  # fmt: skip
    chapter.dataset("vocabulary", chapter.compute(as_integers, chapter.compute(vocabulary_bytes, shelves)), title="Every token with its id")  # fmt: skip
    chapter.table(
        "vocabulary-index", chapter.compute(vocabulary_index, shelves), columns=SHELF_COLUMNS,
        title="Where tokens lie", caption="Where the tokens that begin alike lie in the file of the vocabulary.",
    )  # fmt: skip
    chapter.dataset("rows", chapter.compute(as_integers, chapter.compute(first_of, carried)), title="Rows of some tokens")  # fmt: skip
    chapter.table(
        "row-ids", chapter.compute(carried_ids, model.table, chosen, carried), columns=CARRIED_COLUMNS,
        title="Whose rows", caption="The tokens whose rows the page carries, and the scale of each row.",
    )  # fmt: skip


def values(chapter, model, groups, shape, special, tied):
    """Numbers for the prose."""
    chapter.value("n-tokens", chapter.compute(number_of, model.table, "n_tokens"), format=",d")
    chapter.value("n-dims", chapter.compute(number_of, model.table, "n_dims"), format=",d")
    chapter.value("table-millions", chapter.compute(np.divide, chapter.compute(table_numbers, model.table), 1e6), format=".1f", unit="million")  # fmt: skip
    chapter.value("table-share", chapter.compute(share_in_percent, model.table, model.language_model), format=".0f", unit="%")  # fmt: skip
    chapter.value("real-difference", chapter.compute(largest_difference, model.table, PROMPT), format=".0f")
    chapter.value("multiplications", chapter.compute(np.divide, chapter.compute(multiplications, model.table, PROMPT), 1e6), format=",.0f", unit="million")  # fmt: skip
    chapter.value("capital-shape", shape)
    chapter.value("tied-difference", chapter.compute(np.multiply, tied, 1e6), format=".1f", unit="millionths")
    chapter.value("reversed-difference", chapter.compute(table_as_output, model.language_model, CAPITAL, reverse=True))
    chapter.value("tables-in-file", chapter.compute(len, chapter.compute(tables_in_file, model.table)), format="d")
    chapter.value("copies-cosine", chapter.compute(lowest_cosine_of_copies, model.table), format=".3f")
    chapter.value("mean-one-dimension", chapter.compute(mean_chance, groups, "one_dimension"), format=".0%")
    chapter.value("mean-one-direction", chapter.compute(mean_chance, groups, "one_direction"), format=".0%")
    chapter.value("median-above-dimension", chapter.compute(median_of, groups, "above_dimension"), format=",.0f")
    chapter.value("median-above-direction", chapter.compute(median_of, groups, "above_direction"), format=",.0f")
    chapter.value("special-twins", chapter.compute(count_twins, special, TWIN), format="d")
    chapter.value("n-special", chapter.compute(len, chapter.compute(number_of, model.table, "special_ids")), format="d")
    chapter.value("n-unused", chapter.compute(len, chapter.compute(number_of, model.table, "unused_ids")), format=",d")


def claims_about_tables(chapter, model, special):
    """Rows C23, C24, C44, C69 to C72, C81, C84, C104, and the special tokens of C117."""
    rows, columns = (chapter.compute(number_of, model.table, name) for name in ("n_tokens", "n_dims"))
    chapter.claim("C23", "llama-2", article=S2, says=32_000, got=rows, tolerance=500, of="llama-2-7b")
    chapter.claim("C23", "llama-3", article=S2, says=128_000, got=rows, tolerance=500, of="llama-3-8b")
    chapter.claim("C23", "llama-4", article=S2, says=200_000, got=rows, tolerance=5_000, of="llama-4")
    chapter.claim("C24", "rows", article=S2, says=128_000, got=rows, tolerance=500, of="llama-3-8b")
    chapter.claim("C24", "columns", article=S2, says=4_096, got=columns, tolerance=0, of="llama-3-8b")
    chapter.claim("C44", "gpt-2", article=S3, says=768, got=columns, tolerance=0, of="gpt2")
    chapter.claim("C44", "deepseek-v3", article=S3, says=7_168, got=columns, tolerance=0, of="deepseek-v3")
    chapter.claim("C84", "rows", article=S4, says=50_257, got=rows, tolerance=0, of="gpt2")
    chapter.claim("C84", "columns", article=S4, says=768, got=columns, tolerance=0, of="gpt2")
    chapter.claim("C84", "columns-xl", article=S4, says=1_600, got=columns, tolerance=0, of="gpt2-xl")
    chapter.claim(
        "C84", "columns-gpt-3", article=S4, says=12_000, got=columns, tolerance=500, of="gpt-3",
        note="S4 rounds to 12,000; S5 gives 12,288, the number of the paper on GPT-3 (trap T20).",
    )  # fmt: skip
    loaded = chapter.compute(
        equals, chapter.compute(np.shape, chapter.compute(number_of, model.table, "vectors")), (rows, columns)
    )
    chapter.claim("C69", "table-alone", article=S3, says="the embedding table can be taken out of the model and saved by itself", got=loaded, shown_in="prompt-tokens")  # fmt: skip
    chapter.claim(
        "C70", "faster", article=S3, says="rows come faster from the table alone than from a forward pass",
        got=chapter.compute(lookup_is_faster, model.language_model, PROMPT), note="The best of three runs of each, on one core.",
    )  # fmt: skip
    chapter.claim("C71", "columns", article=S3, says=1_536, got=columns, tolerance=0, of="deepseek-r1-distill-qwen-1.5b", shown_in="prompt-tokens")  # fmt: skip
    prompt_numbers(chapter, model)
    apple, pear = (chapter.compute(first_id, model.table, word) for word in (" apple", " pear"))
    chapter.claim("C81", "apple", article=S4, says=17_180, got=apple, tolerance=0, of="gpt2")
    chapter.claim("C81", "pear", article=S4, says=25_286, got=pear, tolerance=0, of="gpt2")
    hello = chapter.compute(first_id, model.table, "Hello")
    chapter.claim("C104", "hello", article=S5, says=13_225, got=hello, tolerance=0, of="gpt-4o", shown_in="ids", note="The id is of GPT-4o's tokenizer; S5 goes on to use it as a row of Llama 4's table (trap T1).")  # fmt: skip
    chapter.claim("C117", "special-rows", article=S5, says="special tokens have their own rows", got=chapter.compute(all_have_rows, special), shown_in="special-tokens")  # fmt: skip
    apart = chapter.compute(np.equal, chapter.compute(count_twins, special, TWIN), 0)
    chapter.claim(
        "C117", "special-learned", article=S5, says="the rows of special tokens are learned like all others and say what the signal means",
        got=apart, shown_in="special-tokens", note="Tested as: no two special tokens have the same row (cosine of 0.9999 or more).",
    )  # fmt: skip


def prompt_numbers(chapter, model):
    """The numbers that S3 prints for two of the eight rows of C72."""
    said = {"article": S3, "tolerance": 1e-6, "of": "deepseek-r1-distill-qwen-1.5b", "shown_in": "prompt-tokens"}
    html, last = PROMPT_ROWS["HTML"], PROMPT_ROWS[" programmers"]
    chapter.claim("C72", "html-first", says=html[0], got=chapter.compute(end_of_row, model.table, "HTML", 0), **said)
    chapter.claim("C72", "html-second", says=html[1], got=chapter.compute(end_of_row, model.table, "HTML", 1), **said)
    chapter.claim("C72", "html-third", says=html[2], got=chapter.compute(end_of_row, model.table, "HTML", 2), **said)
    chapter.claim("C72", "html-last", says=html[3], got=chapter.compute(end_of_row, model.table, "HTML", -1), **said)
    chapter.claim("C72", "programmers-first", says=last[0], got=chapter.compute(end_of_row, model.table, " programmers", 0), **said)  # fmt: skip
    chapter.claim("C72", "programmers-last", says=last[3], got=chapter.compute(end_of_row, model.table, " programmers", -1), **said)  # fmt: skip


def claims_about_the_way(chapter, model, groups, shape, tied):
    """Rows C65, C107, C115 and C117: positions, shapes, the way back to a token."""
    apart = chapter.compute(position_at_input, model.language_model, REPEATS, "cat")
    chapter.claim(
        "C65", "position-added", article=S3, says="the first layer receives token plus position", got=chapter.compute(np.greater, apart, 0),
        shown_in="positions", note="A model with rotary positions adds nothing to the row; position enters inside attention (trap T9).",
    )  # fmt: skip
    chapter.claim(
        "C107", "six-rows", article=S5, says="“The capital of France is Paris” becomes a matrix of six rows",
        got=chapter.compute(begins_with, shape, "6\u00a0×"), shown_in="pipeline",
    )  # fmt: skip
    columns = chapter.compute(number_of, model.table, "n_dims")
    chapter.claim("C107", "columns", article=S5, says=5_120, got=columns, tolerance=0, of="llama-4-maverick")
    chapter.claim(
        "C107", "distributed", article=S5, says="no single dimension has a clean meaning",
        got=chapter.compute(no_dimension_is_clean, groups, model.table), shown_in="dimensions",
        note="Tested as: on the dimension that suits a group of words best, more than 1 % of the vocabulary ranks above the group's middle "
        "word, for each of six groups. The weaker test, telling the groups from one another, single dimensions pass well.",
    )  # fmt: skip
    chapter.claim(
        "C115", "tied", article=S5, says="with tied weights the output layer is the token table",
        got=chapter.compute(below, tied, 1e-4),
        note="S5 says it of GPT-2; both models here are tied as well.",
    )  # fmt: skip


def small_example(chapter):
    """Rows C67 and C68: the product and the lookup, on the article's table of four rows."""
    small = chapter.compute(small_table, *SMALL_SHAPE, SMALL_SEED)
    chapter.table(
        "small-table", chapter.compute(small_rows, small), columns=SMALL_COLUMNS,
        title="A table of four tokens", caption="Four rows of five numbers, drawn at random with seed 123.",
    )  # fmt: skip
    printed = chapter.compute(np.array, SMALL_SAID)
    chapter.claim(
        "C67", "table", article=S3, says="the 4 × 5 table printed with four decimals", got=chapter.compute(agree, small, SMALL_SAID),
        shown_in="small-table", note="It is what torch.nn.Embedding(4, 5) draws after torch.manual_seed(123).",
    )  # fmt: skip
    chapter.claim("C67", "inner-product", article=S3, says=0.6957, got=chapter.compute(inner_product, SMALL_IDS, printed), tolerance=5e-5, shown_in="small-table")  # fmt: skip
    same = chapter.compute(same_rows, SMALL_IDS, small)
    chapter.claim("C67", "same-rows", article=S3, says="nn.Embedding gives the rows that a one-hot product gives", got=same, shown_in="small-table")  # fmt: skip
    chapter.claim("C68", "lookup-table", article=S3, says="an embedding layer is a lookup table", got=same, shown_in="small-table")  # fmt: skip


def sizes(chapter):
    """Rows C105 and C106, traps T8 and T20: how large token tables are."""
    names = ("smollm2-135m", "qwen2.5-0.5b", "minilm-l6")
    tables = [chapter.vectors(name) for name in (*names, "glove-6b-50d")]
    counted = chapter.compute(count_parameters, [chapter.language_model(name) for name in names])
    found = chapter.compute(tabulate_sizes, PUBLISHED, tables, counted)
    chapter.table(
        "table-sizes", found, columns=SIZE_COLUMNS, width="wide",
        title="How large token tables are",
        caption="Rows times columns, and what that takes with two bytes a number. *Counted*: opened and counted here. *Published*: rows, "
        "columns and parameters as their makers or the articles give them; only the arithmetic is ours.",
    )  # fmt: skip
    claims_about_sizes(chapter, found)


def claims_about_sizes(chapter, found):
    """The arithmetic of S5's table of sizes."""
    gpt2, mistral, gpt3, deepseek, llama = "GPT-2", "Mistral 7B", "GPT-3 175B", "DeepSeek-V3, as reported", "Llama 4 Maverick"  # fmt: skip
    shown = {"article": S5, "shown_in": "table-sizes"}
    numbers = {model: chapter.compute(size_of, found, model, "numbers") for model in (gpt2, mistral, gpt3, deepseek)}
    chapter.claim("C105", "gpt-2", says=38.6, got=numbers[gpt2], tolerance=0.05, **shown)
    chapter.claim("C105", "mistral", says=131, got=numbers[mistral], tolerance=0.5, **shown)
    chapter.claim("C105", "gpt-3", says=617, got=numbers[gpt3], tolerance=1, note="617.6 million: cut, not rounded.", **shown)  # fmt: skip
    chapter.claim(
        "C105", "deepseek-v3", says=917, got=numbers[deepseek], tolerance=1,
        note="From the rounded 128,000 rows of the report. The published configuration has 129,280 rows (trap T8).", **shown,
    )  # fmt: skip
    chapter.claim("C105", "llama-4", says=1.03, got=chapter.compute(in_billions, found, llama, "numbers"), tolerance=0.005, **shown)  # fmt: skip
    chapter.claim("C105", "gpt-2-bytes", says=77, got=chapter.compute(size_of, found, gpt2, "megabytes"), tolerance=0.5, **shown)  # fmt: skip
    chapter.claim("C105", "mistral-bytes", says=262, got=chapter.compute(size_of, found, mistral, "megabytes"), tolerance=0.5, **shown)  # fmt: skip
    chapter.claim("C105", "gpt-3-bytes", says=1.2, got=chapter.compute(in_billions, found, gpt3, "megabytes"), tolerance=0.05, **shown)  # fmt: skip
    chapter.claim("C105", "deepseek-v3-bytes", says=1.8, got=chapter.compute(in_billions, found, deepseek, "megabytes"), tolerance=0.05, **shown)  # fmt: skip
    chapter.claim("C105", "llama-4-bytes", says=2.1, got=chapter.compute(in_billions, found, llama, "megabytes"), tolerance=0.05, **shown)  # fmt: skip
    chapter.claim("C106", "gpt-2", says=31, got=chapter.compute(size_of, found, gpt2, "share"), tolerance=0.5, **shown)
    chapter.claim("C106", "llama-4", says=0.26, got=chapter.compute(size_of, found, llama, "share"), tolerance=0.005, **shown)  # fmt: skip
    chapter.value("deepseek-configured", chapter.compute(size_of, found, "DeepSeek-V3, as configured", "numbers"), format=".0f", unit="million")  # fmt: skip
    chapter.value("deepseek-reported", chapter.compute(size_of, found, deepseek, "numbers"), format=".0f", unit="million")  # fmt: skip
    chapter.value("gpt-2-share", chapter.compute(size_of, found, gpt2, "share"), format=".0f", unit="%")
    chapter.value("llama-4-share", chapter.compute(size_of, found, llama, "share"), format=".2f", unit="%")


def ids_and_positions(chapter):
    """Rows C65, C72, C104 and C117, traps T1, T2, T9 and T10: ids belong to a tokenizer, positions to a model."""
    smol, qwen = chapter.vectors("smollm2-135m"), chapter.vectors("qwen2.5-0.5b")
    chapter.table(
        "ids", chapter.compute(compare_ids, SAID_IDS, [smol, qwen]), columns=ID_COLUMNS, width="wide",
        title="The same number in other vocabularies",
        caption="Eight tokens with the ids that a textbook prints; the ids of the same tokens in our two models; and the tokens that "
        "our models have under the textbook's ids.",
    )  # fmt: skip
    qwen_ids = chapter.compute(ids_of, qwen, WEATHER)
    chapter.claim(
        "C117", "pipeline-ids", article=S5, says="the weather sentence has the ids 450, 9235, 304, 27856, 338, 6892, 24312",
        got=chapter.compute(equals, qwen_ids, [said for _, said in SAID_IDS[1:]]), shown_in="ids",
        note="Tested on Qwen2.5. S5 says they are Llama 4's; they look like those of Llama 1 and 2, whose tokenizer is not among "
        "our sources (trap T2). SmolLM2 gives other ids as well.",
    )  # fmt: skip
    chapter.claim(
        "C72", "ids", article=S3, says="the sentence has the ids 5835, 20329, 388, 525, 537, 6509, 54846",
        got=chapter.compute(is_so, qwen, PROMPT_IDS, PROMPT), shown_in="prompt-tokens",
        note="Tested on Qwen2.5, whose vocabulary is the article's. Its first id, 151646, is a special token of DeepSeek's.",
    )  # fmt: skip
    chapter.value("id-151646", chapter.compute(known_as, qwen, 151646), format="s")
    names = ("smollm2-135m", "qwen2.5-0.5b", "minilm-l6")
    found = chapter.compute(positions, [chapter.language_model(name) for name in names], REPEATS, "cat")
    chapter.table(
        "positions", found, columns=POSITION_COLUMNS,
        title="Is the position added to the row?",
        caption="“the cat and then the cat”: how far apart the two vectors of *cat* are before the first layer, as a share of their length.",
    )  # fmt: skip
    chapter.claim(
        "C65", "position-added-bert", article=S3, says="a BERT-style model receives token plus position",
        got=chapter.compute(something_added, found, "MiniLM-L6"), shown_in="positions",
    )  # fmt: skip


def vision_encoder(chapter):
    """Row C117: the numbers of the part of Llama 4 that makes rows out of pictures."""
    found = chapter.compute(class_defaults, "Llama4VisionConfig", list(SAID_VISION))
    chapter.claim(
        "C117", "vision-encoder", article=S5,
        says="34 layers, 16 heads, dimensions of 768, 5,632, 7,680, 4,096 and 4,096 for pictures",
        got=chapter.compute(equals, found, list(SAID_VISION.values())),
        note="Tested on the source that S5 names, a class of the transformers library: these are its defaults. A trained model may set "
        "others, and Maverick's own file, which only the hub has, was not read.",
    )  # fmt: skip


def toy(chapter):
    """Rows C82 and C107: meanings as places, and colors as patterns."""
    chapter.table(
        "animals", chapter.compute(listed, ANIMALS), columns=ANIMAL_COLUMNS,
        title="A toy space", caption="Places chosen by hand, from 0 to 1: a drawing to think with, not a measurement.",
    )  # fmt: skip
    chapter.claim(
        "C82", "cross-cat", article=S4, says="context moves “cat” to [0.4, 0.6]: less friendly, as large as before",
        got=chapter.compute(moved_only_in_friendliness, ANIMALS, CROSS_CAT), shown_in="animals",
        note="The article's drawing is not in its text; all places but the one after the move are ours.",
    )  # fmt: skip
    orange = chapter.compute(hex_color, "#ffa500")
    chapter.claim("C107", "orange", article=S5, says="orange is [255, 165, 0]", got=chapter.compute(equals, orange, [255, 165, 0]))  # fmt: skip
