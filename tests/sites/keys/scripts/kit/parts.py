from .numbers import RELATIVE

REEXPORTED = 61
DEEP = 62
ALIASED = 63
DYNAMIC = 64
LOCAL_ONE = 65


def reexported_function():
    return 66


def relative():
    return RELATIVE
