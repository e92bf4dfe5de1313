"""Words that are cut into tokens, for readers to choose from: long and short, common and rare, names, other languages, signs."""

CUT_WORDS = tuple(
    "defenestration unhappiness unhappy cat strawberry embedding tokenization walking information antidisestablishmentarianism "
    "Germany programmers running unbelievable Shakespeare photosynthesis Rindfleisch bibliothèque 3.14159 HTML "
    "dog dogs doggedly strawberries raspberry banana bananas apple pineapple pear spaceship refrigerator bicycle kitten elephant "
    "walked walks swam swim swimming swum sang sung singing happy happily happiness unhappily joyful joyfully "
    "king queen kingdom queenly princess princesses woman women womanhood husband housewife "
    "Berlin Paris Tokyo Bucharest Belgrade Caracas Hanoi Jakarta Budapest Reykjavik Connecticut Switzerland Massachusetts Mississippi "
    "Goethe Dostoevsky Nietzsche Tchaikovsky Cleopatra Hamlet Ophelia Coriolanus Prospero "
    "the and nation national nationalize nationalization internationalization act action interaction motion emotion education "
    "undo undone under union universe unknown unlucky untie uncanny unzip unfortunately "
    "anger angry furious melancholy serendipity nostalgia schadenfreude Zeitgeist kindergarten "
    "telephone television telescope microscope microbiology neuroscience electroencephalogram otorhinolaryngologist "
    "pneumonia rhythm queue syzygy zyzzyva xylophone quixotic onomatopoeia sesquipedalian floccinaucinihilipilification "
    "Donaudampfschiff Straße Apfelkuchen croissant château façade naïve jalapeño mañana smörgåsbord "
    "привет мир 你好 世界 こんにちは 안녕 नमस्ते سلام שלום "
    "hello world Hello HELLO hElLo function print println def import numpy JavaScript Python printf isinstance camelCase snake_case "
    "1 12 123 1234 12345 1999 2025 0.05 1,000 100% $5 a+b x==y e.g. don't can't it's co-operate mother-in-law "
    "SolidGoldMagikarp covfefe lol brrr :-) 😀".split()
)
