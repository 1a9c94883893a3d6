"""Whole numbers that an address may ask for, as the description of the API says them."""

LONGEST_NUMBER = 10**15 - 1  # Of fifteen digits.


def describe_whole_number(least: int = 1, most: int | None = LONGEST_NUMBER) -> dict[str, object]:
    """The schema of a parameter. Both bounds are taken; without `most` nothing is too much."""
    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return {"type": "integer", **bounds}
