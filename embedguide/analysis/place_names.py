"""Names of cities, states and countries, single words, to test whether a corner of a map holds them."""

PLACES = frozenset(
    "Afghanistan Africa Alabama Alaska Albania Algeria America Amsterdam Argentina Arizona Arkansas Asia Athens Atlanta Australia Austria "
    "Baghdad Bangkok Bangladesh Barcelona Beijing Belgium Berlin Birmingham Bohemia Bolivia Boston Brazil Britain Brussels Budapest Bulgaria "
    "California Cambridge Canada Chicago Chile China Colombia Colorado Connecticut Copenhagen Croatia Cuba Cyprus Dallas Delaware Denmark "
    "Denver Detroit Dublin Ecuador Edinburgh Egypt England Ethiopia Europe Finland Florence Florida France Geneva Georgia Germany Ghana "
    "Glasgow Gloucester Greece Hamburg Hawaii Holland Houston Hungary Iceland Idaho Illinois India Indiana Indonesia Iowa Iran Iraq Ireland "
    "Israel Istanbul Italy Jamaica Japan Jerusalem Jordan Kansas Kentucky Kenya Korea Kuwait Lancaster Lebanon Leicester Libya Lisbon "
    "Liverpool London Louisiana Lyon Madrid Maine Malaysia Manchester Maryland Massachusetts Melbourne Mexico Miami Michigan Milan Minnesota "
    "Mississippi Missouri Montana Montreal Morocco Moscow Munich Naples Nebraska Nepal Netherlands Nevada Newcastle Nigeria Norfolk "
    "Northumberland Norway Oklahoma Ontario Oregon Oslo Oxford Padua Pakistan Palestine Paris Pennsylvania Peru Philadelphia Philippines "
    "Poland Portugal Prague Quebec Richmond Rome Romania Russia Scotland Seattle Serbia Seoul Shanghai Sicily Singapore Somalia Spain "
    "Stockholm Suffolk Sweden Switzerland Sydney Syria Taiwan Tennessee Texas Thailand Tokyo Toronto Tunisia Turkey Ukraine Utah Vancouver "
    "Venezuela Venice Vermont Vienna Vietnam Virginia Wales Warsaw Washington Winchester Wisconsin Wyoming Yemen York Yorkshire Zurich".split()
)  # fmt: skip
