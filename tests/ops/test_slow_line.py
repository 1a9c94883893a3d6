"""A phone far away on a narrow line: 400 ms there and back, 400 kbit/s."""

import uuid
from html import escape

import pytest
from playwright.sync_api import sync_playwright

from nests.templatetags.modules import imports_of
from tests.ops.server import EDGES, SONG, serving
from tests.support.browser import ARGUMENTS, CHROMIUM, PHONE
from tests.support.slow_line import slow_line

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# In ms since the navigation began; what plays is in the HTML, so the first paint shows it.
MARKS = """
  window.marks = {};
  new PerformanceObserver((list) => {
    const title = document.querySelector("#now-playing [data-part=title]").textContent;
    for (const { name, startTime } of list.getEntries()) marks[name] = { at: startTime, title };
  }).observe({ type: "paint", buffered: true });
  const look = () => {
    if (window.andre?.state().nest) marks.usable = performance.now();
    else setTimeout(look, 20);
  };
  look();
"""
FOR_OTHERS = "css/forced-colors.css"  # Fetched last, and waited for by nobody whom it is not for.
FILES = """() => Object.fromEntries(performance.getEntriesByType("resource")
  .filter(({ name }) => /\\.(js|css)$/.test(name))
  .map(({ name, startTime, responseEnd }) => [
    name.replace(/.*static.(.*)[.][0-9a-f]{12}[.](js|css)$/, "$1.$2"), [startTime, responseEnd],
  ]))"""


# H24
def test_a_phone_on_a_narrow_line_sees_what_plays_before_the_page_can_move(tmp_path):
    if "caddy" not in EDGES:
        pytest.skip("caddy is not installed")
    with serving(tmp_path, "caddy") as server, EDGES["caddy"](server):
        alice = server.visitor()
        alice.post(f"{server.url}/api/nests/main/join", timeout=10)
        add = {
            "type": "add_songs",
            "id": uuid.uuid4().hex,
            "uris": [f"library:track:{server.track}"],
        }
        alice.post(f"{server.url}/api/nests/main/commands", json=add, timeout=10)
        with (
            alice.get(f"{server.url}/api/events", stream=True, timeout=60) as listens,
            slow_line(server.edge_port, round_trip_ms=400, kbits=400) as line,
            sync_playwright() as playwright,
        ):
            assert any(b"snapshot" in line for line in listens.iter_lines(chunk_size=1))
            rule = f"--host-resolver-rules=MAP localhost:{server.edge_port} 127.0.0.1:{line.port}"
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rule])
            width, height = PHONE
            context = browser.new_context(
                ignore_https_errors=True, viewport={"width": width, "height": height}
            )
            cookie = {"name": "sessionid", "value": server.session, "url": server.url}
            context.add_cookies([cookie])
            page = context.new_page()
            page.add_init_script(MARKS)
            sockets = []
            page.on("websocket", lambda socket: sockets.append(socket.url))
            html = page.goto(f"{server.url}/", wait_until="commit").text()
            page.wait_for_function("() => window.marks.usable", timeout=60_000)
            marks, files = page.evaluate("() => window.marks"), page.evaluate(FILES)
            browser.close()

    paint = marks["first-contentful-paint"]
    print(
        f"What plays is seen after {paint['at'] / 1000:.1f} s, the page is usable after"
        f" {marks['usable'] / 1000:.1f} s; {line.brought / 1024:.0f} KiB."
    )
    title = SONG.removesuffix(".flac")
    assert escape(title) in html
    assert paint["title"] in (title, "")  # Empty only if the body had not come by then.
    page_itself = files["js/nest_page.js"][1]
    files.pop(FOR_OTHERS, None)
    styles = [ended for name, (_, ended) in files.items() if name.startswith("css/")]
    assert max(styles) < page_itself
    # The socket is opened meanwhile, by the first of all scripts.
    assert files["js/core/early_socket.js"][1] < page_itself
    assert len(sockets) == 1
    # All that the page imports is asked for in one wave, because its head names it.
    modules = [times for name, times in files.items() if name in imports_of("js/nest_page.js")]
    assert len(modules) > 50
    assert max(began for began, _ in modules) < min(ended for _, ended in modules)
