"""Which bytes are meant (spec 07, section 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.media.ranges import NotThere, Span, span_of


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=900-", 900, 999),
        ("bytes=-50", 950, 999),
        ("bytes=900-5000", 900, 999),
        ("bytes=0-0", 0, 0),
        ("bytes=999-", 999, 999),
        ("bytes=-5000", 0, 999),
        ("BYTES=0-9", 0, 9),
    ],
)
def test_a_range_names_its_bytes(header, first, last):
    # U-4.2
    assert span_of(header, 1000) == Span(first, last)


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=-0", "bytes=1000-2000"])
def test_a_range_beyond_the_file_is_not_there(header):
    # U-4.3
    with pytest.raises(NotThere):
        span_of(header, 1000)


def test_an_empty_file_has_no_first_byte_but_an_empty_end():
    # U-4.3
    with pytest.raises(NotThere):
        span_of("bytes=0-", 0)
    assert span_of("bytes=-5", 0) is None


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes=abc",
        "bytes=5-2",
        "bytes=-",
        "bytes",
        "items=0-5",
        "bytes=0-1,5-6",
        "bytes=--5",
        "bytes=0x10-20",
        "bytes=" + "9" * 5000 + "-",
        "bytes=\u0661-\u0662x",
    ],
)
def test_what_nobody_can_read_asks_for_the_whole_file(header):
    # U-4.4
    assert span_of(header, 1000) is None


@given(st.text(max_size=40), st.integers(0, 10**12))
def test_no_header_ever_gives_a_byte_outside_the_file(text, size):
    # U-4.4
    try:
        span = span_of(f"bytes={text}", size)
    except NotThere:
        return

    assert span is None or 0 <= span.first <= span.last < size
