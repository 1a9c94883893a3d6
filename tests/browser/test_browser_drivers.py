"""The three engines do what a story asks of them, each in its own way."""

import pytest

from tests.support.engines import ENGINES, EngineError, launch, missing

PAGE = (
    'data:text/html,<input id=name><button onclick="document.title='
    "[navigator.userActivation?.isActive ?? true, document.querySelector('input').value]\">"
    "Press</button><button id=under style='display:none'>Hidden</button>"
)


@pytest.fixture(params=ENGINES)
def engine(request):
    if wanted := missing(request.param):
        pytest.skip(f"Not installed: {', '.join(wanted)} (Debian).")
    with launch(request.param) as engine:
        engine.open(PAGE)
        yield engine


def test_a_press_is_a_gesture_and_what_is_written_stands_there(engine, tmp_path):
    engine.fill("#name", "Alice ❤")
    engine.click("button")

    assert engine.wait_until("document.title") == "true,Alice ❤"
    assert engine.evaluate("Promise.resolve([1, null, 'two'])") == [1, None, "two"]
    engine.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_pressed_or_thrown_is_an_error_of_the_story(engine):
    with pytest.raises(EngineError, match="cannot be pressed: it is not there"):
        engine.click("#under", seconds=0.2)
    with pytest.raises(EngineError, match="no such thing"):
        engine.evaluate("(() => { throw new Error('no such thing') })()")
