REEXPORTED = 610
RELATIVE = 620


def reexported_function():
    return 630
