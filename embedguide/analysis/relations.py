"""Pairs of words that stand in one relation, for questions of word arithmetic: well-known facts and plain grammar."""

from __future__ import annotations

from typing import NamedTuple

from embedguide.models import NotOneToken, TokenTable


class Relation(NamedTuple):
    """A relation between words: its name, its kind (``meaning`` or ``grammar``), and pairs that stand in it."""

    name: str
    kind: str
    pairs: tuple[tuple[str, str], ...]


class Kept(NamedTuple):
    """A relation in one model: the pairs of words that are one token each, their ids, and what was refused and why."""

    relation: Relation
    pairs: list[tuple[str, str]]
    ids: list[tuple[int, int]]
    refused: list[tuple[str, str]]


def keep_single_tokens(table: TokenTable, relation: Relation) -> Kept:
    """The pairs both of whose words are one token of this table, with a leading space where the model has one.

    A pair that repeats the tokens of an earlier one is left out too: vectors without capitals can tell fewer words
    apart. `Kept.refused` names each word that is not one token, with its pieces.
    """
    pairs: list[tuple[str, str]] = []
    ids: list[tuple[int, int]] = []
    refused: dict[str, str] = {}
    for pair in relation.pairs:
        found = []
        for word in pair:
            try:
                found.append(table.word_id(word))
            except NotOneToken as error:
                refused[word] = " ".join(error.pieces) or "not in the vocabulary"
        if len(found) == 2 and (found[0], found[1]) not in ids:
            pairs.append(pair)
            ids.append((found[0], found[1]))
    return Kept(relation, pairs, ids, list(refused.items()))


def _relation(name: str, kind: str, text: str) -> Relation:
    words = [tuple(pair.split("/")) for pair in text.split()]
    return Relation(name, kind, tuple((a, b) for a, b in words))


MEANING, GRAMMAR = "meaning", "grammar"
RELATIONS = (
    _relation("capital", MEANING, "France/Paris Germany/Berlin Italy/Rome Spain/Madrid Japan/Tokyo China/Beijing Russia/Moscow "
              "Poland/Warsaw England/London Egypt/Cairo Greece/Athens Norway/Oslo Sweden/Stockholm Austria/Vienna Portugal/Lisbon "
              "Cuba/Havana Iraq/Baghdad Iran/Tehran Hungary/Budapest Finland/Helsinki Canada/Ottawa Ireland/Dublin "
              "Denmark/Copenhagen Belgium/Brussels Vietnam/Hanoi Indonesia/Jakarta Lebanon/Beirut Thailand/Bangkok"),
    _relation("nationality", MEANING, "France/French Germany/German Italy/Italian Spain/Spanish Japan/Japanese China/Chinese "
              "Russia/Russian Poland/Polish England/English Egypt/Egyptian Greece/Greek Norway/Norwegian Sweden/Swedish "
              "Austria/Austrian Portugal/Portuguese Cuba/Cuban Iraq/Iraqi Iran/Iranian Hungary/Hungarian Finland/Finnish "
              "Canada/Canadian Ireland/Irish Denmark/Danish Belgium/Belgian India/Indian Brazil/Brazilian Mexico/Mexican Turkey/Turkish"),
    _relation("gender", MEANING, "man/woman king/queen boy/girl brother/sister father/mother son/daughter husband/wife uncle/aunt "
              "nephew/niece grandfather/grandmother actor/actress prince/princess he/she himself/herself male/female dad/mom "
              "men/women boys/girls waiter/waitress hero/heroine wizard/witch bull/cow duke/duchess emperor/empress monk/nun "
              "god/goddess brothers/sisters sons/daughters"),
    _relation("opposite", MEANING, "hot/cold good/bad big/small old/young rich/poor early/late high/low fast/slow hard/soft "
              "happy/sad light/dark long/short strong/weak open/closed clean/dirty full/empty right/wrong true/false wide/narrow "
              "deep/shallow first/last near/far public/private male/female up/down"),
    _relation("ordinal", MEANING, "one/first two/second three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth "
              "nine/ninth ten/tenth eleven/eleventh twelve/twelfth thirteen/thirteenth fifteen/fifteenth sixteen/sixteenth "
              "eighteen/eighteenth nineteen/nineteenth twenty/twentieth"),
    _relation("doer", MEANING, "teach/teacher write/writer read/reader play/player sing/singer speak/speaker lead/leader "
              "work/worker drive/driver paint/painter build/builder own/owner design/designer win/winner buy/buyer sell/seller "
              "farm/farmer bank/banker manage/manager dance/dancer hunt/hunter think/thinker report/reporter train/trainer kill/killer"),
    _relation("plural", GRAMMAR, "cat/cats dog/dogs car/cars house/houses tree/trees book/books hand/hands eye/eyes bird/birds "
              "city/cities country/countries child/children man/men woman/women foot/feet tooth/teeth friend/friends word/words "
              "student/students road/roads river/rivers mountain/mountains computer/computers machine/machines horse/horses"),
    _relation("comparative", GRAMMAR, "big/bigger small/smaller good/better bad/worse old/older young/younger high/higher low/lower "
              "fast/faster slow/slower strong/stronger weak/weaker long/longer short/shorter large/larger cheap/cheaper deep/deeper "
              "hard/harder easy/easier great/greater dark/darker light/lighter tall/taller warm/warmer wide/wider"),
    _relation("superlative", GRAMMAR, "big/biggest small/smallest good/best bad/worst old/oldest young/youngest high/highest low/lowest "
              "fast/fastest slow/slowest strong/strongest weak/weakest long/longest short/shortest large/largest cheap/cheapest "
              "deep/deepest hard/hardest easy/easiest great/greatest dark/darkest tall/tallest rich/richest late/latest"),
    _relation("past tense", GRAMMAR, "walk/walked talk/talked play/played work/worked look/looked help/helped go/went see/saw "
              "take/took come/came give/gave find/found write/wrote speak/spoke swim/swam run/ran eat/ate drink/drank sing/sang "
              "fall/fell know/knew buy/bought think/thought teach/taught bring/brought send/sent"),
    _relation("past to -ing", GRAMMAR, "walked/walking talked/talking played/playing worked/working looked/looking helped/helping "
              "went/going saw/seeing took/taking came/coming gave/giving found/finding wrote/writing spoke/speaking swam/swimming "
              "ran/running ate/eating drank/drinking sang/singing fell/falling knew/knowing bought/buying thought/thinking "
              "taught/teaching brought/bringing sent/sending"),
    _relation("third person", GRAMMAR, "walk/walks talk/talks play/plays work/works look/looks help/helps go/goes see/sees take/takes "
              "come/comes give/gives find/finds write/writes speak/speaks run/runs eat/eats drink/drinks sing/sings fall/falls "
              "know/knows buy/buys think/thinks bring/brings send/sends"),
    _relation("adverb", GRAMMAR, "quick/quickly slow/slowly happy/happily sad/sadly clear/clearly free/freely quiet/quietly "
              "careful/carefully perfect/perfectly sudden/suddenly serious/seriously real/really usual/usually recent/recently "
              "complete/completely main/mainly safe/safely strong/strongly deep/deeply near/nearly final/finally direct/directly "
              "immediate/immediately possible/possibly"),
)  # fmt: skip
