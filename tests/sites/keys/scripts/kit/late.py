def late_helper(number):
    return number + 0


def unrelated_helper(number):
    return number + 0


LATE_CONSTANT = late_helper(80)
UNRELATED_CONSTANT = unrelated_helper(81)
