"""Every view of the page, one after the other, for those who look at all of them."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect

from tests.support.browser import NOT_FOUND, Tab

DIALOGS = {
    "create-nest": "Build a Nest",
    "join": "Join a Nest",
    "share": "Share Nest",
    "people": "Listening now",
    "history": "History",
    "nest-settings": "Nest settings",
    "preferences": "Appearance and sound",
    "help": "Keyboard",
}


def outside(stranger: Tab, tab: Tab) -> Iterator[str]:
    """Before one is in: the sign-in, and where nobody lives."""
    stranger.page.goto(f"{stranger.url}/sign-in/")
    yield "sign-in"
    tab.may_hear(NOT_FOUND)
    tab.page.goto(f"{tab.url}/nest/ZZZZZ")
    yield "not-found"


def inside(tab: Tab, code: str, put: Callable[[], None]) -> Iterator[str]:
    """In a nest, from its first minute to its last; `put` queues some songs."""
    tab.opens(f"/nest/{code}")
    expect(tab.page.locator("#suggestions .row")).to_have_count(3)
    yield "empty-nest"
    put()
    expect(tab.page.locator("#queue .song").first).to_be_visible()
    yield "nest"
    tab.searches("band")
    expect(tab.page.locator("#search .result").first).to_be_visible()
    yield "search"
    tab.page.get_by_role("radio", name="Artists").check()
    expect(tab.page.locator("#search .is-artist")).to_have_count(1)
    yield "search-artists"
    tab.page.locator("#search .is-artist").click()
    expect(tab.page.locator("#search .result")).to_have_count(4)
    yield "search-opened"
    tab.searches("")
    tab.page.get_by_role("button", name="Browse the library").click()
    expect(tab.page.locator("#library .tile")).to_have_count(1)
    yield "library"
    tab.page.locator("#library .tile").click()
    expect(tab.page.locator("#library .result")).to_have_count(4)
    yield "library-album"
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("radio", name="Playlists").check()
    tab.page.get_by_role("button", name="Save the queue").click()
    expect(tab.page.locator("#library .entry").first).to_be_visible()
    yield "library-playlist"
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    expect(tab.dialog("Library")).to_be_hidden()
    for name, title in DIALOGS.items():
        open_dialog(tab.page, name)
        expect(tab.dialog(title)).to_be_visible()
        yield name
        tab.page.keyboard.press("Escape")
        expect(tab.dialog(title)).to_be_hidden()
    tab.page.locator("#now-playing [data-action=comments]").click()
    tab.page.locator("#now-playing .comments input").fill("Lovely")
    tab.page.keyboard.press("Enter")
    tab.page.locator("#queue [data-action=why]").first.click()
    tab.page.locator("#now-playing [data-action=jam]").click()
    yield "comments"
    tab.page.locator("[data-action=airhorns]").click()
    yield "airhorns"
    tab.page.keyboard.press("Escape")
    for name, path in {
        "wall": f"/nest/{code}/wall",
        "lobby": "/lobby",
        "offline": "/offline",
    }.items():
        tab.page.goto(tab.url + path)
        tab.page.wait_for_timeout(700)
        yield name


def open_dialog(page: Page, name: str) -> None:
    """By its button in the bar, or by the one in the menu behind one's face."""
    button = page.locator(f"#bar [data-action={name}]").first
    if not button.is_visible():
        page.locator("#bar .avatar-button").click()
    button.click()


def listened_elsewhere(tab: Tab, path: str) -> Iterator[str]:
    """In a nest whose music is heard on accounts of people's own, once somebody has one."""
    tab.opens(path)
    expect(tab.page.get_by_role("button", name="On another device")).to_be_visible()
    yield "account-overlay"
    tab.searches("noon")
    expect(tab.page.locator("#search .result").first).to_be_visible()
    yield "account-search"
    tab.searches("")
    for name, title in {
        "create-nest": "Build a Nest",
        "nest-settings": "Nest settings",
        "preferences": "Appearance and sound",
    }.items():
        open_dialog(tab.page, name)
        expect(tab.dialog(title)).to_be_visible()
        if name == "preferences":
            tab.page.locator("#accounts-title").scroll_into_view_if_needed()
        yield f"account-{name}"
        tab.page.keyboard.press("Escape")
    tab.part("now-playing", "status").click()
    expect(tab.page.get_by_role("button", name="Kitchen")).to_be_visible()
    yield "account-speakers"
    tab.page.keyboard.press("Escape")


def left_out(tab: Tab, path: str) -> Iterator[str]:
    """The same for somebody without an account."""
    tab.opens(path)
    tab.sees("Silent here")
    yield "silent"
    tab.part("now-playing", "status").click()
    expect(tab.page.get_by_role("button", name="Connect Spotify").first).to_be_visible()
    yield "silent-speakers"
