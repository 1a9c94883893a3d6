"""`make home` and a second device: two network namespaces on one machine, a Chromium in each.

The addresses are private ones inside namespaces that this file makes and takes away again; the peer
from elsewhere has one of TEST-NET-3, in there, too.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.player.library_shelf import flac
from tests.support.browser import ARGUMENTS, CHROMIUM, LAPTOP, PHONE, Tab
from tests.support.whole_house import ROOT, House, surroundings, within

IP = shutil.which("ip")
HOME, PHONE_ADDRESS, STRANGER = "10.77.0.1", "10.77.0.2", "203.0.113.7"
TITLES = [f"Kitchen Song {letter}" for letter in "ABCDEFGH"]
SECONDS_TO_START = 300  # Beside a whole suite; alone it takes ten, with music there already.
PRESS_NEEDED = "--autoplay-policy=document-user-activation-required"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(IP is None, reason="the ip program is not installed (iproute2)"),
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root makes network namespaces"
    ),
]


@dataclass
class Lan:
    """A network of two machines: `home` and `phone`, each a namespace."""

    home: str
    phone: str


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)


@contextmanager
def lan() -> Iterator[Lan]:
    made = Lan(f"andre-home-{os.getpid()}", f"andre-phone-{os.getpid()}")
    steps = f"""
        ip netns add {made.home}
        ip netns add {made.phone}
        ip -n {made.home} link set lo up
        ip -n {made.phone} link set lo up
        ip -n {made.home} link add lan0 type veth peer name lan0 netns {made.phone}
        ip -n {made.home} addr add {HOME}/24 dev lan0
        ip -n {made.phone} addr add {PHONE_ADDRESS}/24 dev lan0
        ip -n {made.phone} addr add {STRANGER}/32 dev lan0
        ip -n {made.home} link set lan0 up
        ip -n {made.phone} link set lan0 up
        ip -n {made.home} route add {STRANGER}/32 dev lan0
        ip -n {made.home} route add default via {PHONE_ADDRESS}
    """
    try:
        for step in steps.strip().splitlines():
            done = run(*step.split())
            if done.returncode:
                pytest.skip(f"no network namespaces here: {done.stderr.strip()}")
        yield made
    finally:
        for name in (made.home, made.phone):
            run("ip", "netns", "delete", name)


class HouseInNamespace(House):
    def __init__(self, data_dir: Path, namespace: str, **named: object) -> None:
        self.namespace = namespace
        super().__init__(data_dir, **named)

    def _start(self) -> "subprocess.Popen[bytes]":
        chosen = {"ANDRE_DATA_DIR": self.data_dir, "PORT": self.port} | self.named
        start = [sys.executable, "-m", "andre.launcher.supervisor", "run"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, *start],
                cwd=ROOT,
                env=surroundings(ANDRE_ENVIRONMENT="home", **chosen),
                stdout=log,
                stderr=log,
            )

    def said(self, pattern: str) -> str:
        """What stands behind these words in what the start has printed; empty until it does."""
        found = re.search(pattern + r" +(\S+)", self.log.read_text())
        return found[1] if found else ""


def browser_in(playwright: Playwright, namespace: str, folder: Path) -> Browser:
    program = folder / f"chromium-{namespace}"
    program.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {CHROMIUM} "$@"\n')
    program.chmod(0o755)
    arguments = [each for each in ARGUMENTS if "autoplay" not in each]
    return playwright.chromium.launch(executable_path=program, args=[*arguments, PRESS_NEEDED])


def tab(browser: Browser, name: str, url: str, size: tuple[int, int]) -> Tab:
    width, height = size
    return Tab(name, browser.new_page(viewport={"width": width, "height": height}), url)


def status_for(namespace: str, source: str, url: str, host: str) -> int:
    """The status that a device with this address gets, asking for `host`."""
    code = (
        "import http.client, sys, urllib.parse as p; s, u, h = sys.argv[1:]; t = p.urlsplit(u); "
        "c = http.client.HTTPConnection(t.hostname, t.port, 10, source_address=(s, 0)); "
        "c.request('GET', '/sign-in/', headers={'Host': h}); print(c.getresponse().status)"
    )
    done = run("ip", "netns", "exec", namespace, sys.executable, "-c", code, source, url, host)
    return int(done.stdout or done.stderr)


# H4 H1 H2 H3 H3a H5 H6 H8
def test_a_second_person_follows_the_printed_link_and_hears_the_first_song(tmp_path):
    music = tmp_path / "music"
    music.mkdir()
    for number, title in enumerate(TITLES):
        flac(music / f"{number}.flac", 60, None, title=title, artist="The Band", album="At Home")

    with lan() as network:
        house = HouseInNamespace(
            tmp_path / "data", network.home, ANDRE_MUSIC_ROOT=music, MIN_QUEUE_DEPTH="1"
        )
        try:
            within(
                SECONDS_TO_START, lambda: bool(house.said("Owner's link:")) or house.process.poll()
            )
            assert house.process.poll() is None, house.log.read_text()
            with sync_playwright() as playwright:
                evening(house, network, playwright, tmp_path)
        finally:
            house.ends(signal.SIGTERM)


def evening(house: HouseInNamespace, network: Lan, playwright: Playwright, folder: Path) -> None:
    url = f"http://{HOME}:{house.port}"
    invitation, owners = house.said("For others:"), house.said("Owner's link:")
    assert invitation.startswith(f"{url}/join#")
    assert "█▄▄▄▄▄▄▄█" in house.log.read_text()  # The code to scan.

    alice = tab(browser_in(playwright, network.home, folder), "Alice", url, LAPTOP)
    alice.page.goto(owners)
    alice.page.get_by_label("Your name").fill("Alice")
    alice.page.get_by_role("button", name="Make me the owner").click()
    alice.is_in()

    began = time.monotonic()
    bob = tab(browser_in(playwright, network.phone, folder), "Bob", url, PHONE)
    bob.page.goto(invitation)
    assert bob.page.url == f"{url}/join"  # The token is out of sight.
    bob.page.get_by_label("Your name").fill("Bob")
    bob.page.get_by_role("button", name="Come in").click()
    bob.is_in()
    assert not bob.page.evaluate("window.isSecureContext")
    # At home it sounds in the room; whoever wants to may listen along.
    bob.page.get_by_role("button", name="Listen along here").click(timeout=60_000)
    bob.page.wait_for_function("() => window.andre.player.position() > 0", timeout=60_000)
    heard = time.monotonic() - began
    print(f"Bob hears after {heard:.1f} s: one link, one name, one press.")

    taken = bob.page.evaluate(
        "(({song, queue}) => [song, ...queue].map(({title}) => title))(window.andre.state().nest)"
    )
    wanted = next(title for title in TITLES if title not in taken)
    bob.adds(wanted)
    expect(alice.row(wanted)).to_contain_text("Bob")
    expect(bob.button("Skip")).to_be_hidden()

    cookies = {each["name"]: each for each in bob.page.context.cookies()}
    session = cookies["sessionid"]
    assert (session["httpOnly"], session["sameSite"], session["secure"]) == (True, "Lax", False)
    assert status_for(network.phone, PHONE_ADDRESS, url, f"{HOME}:{house.port}") == 200
    assert status_for(network.phone, PHONE_ADDRESS, url, "evil.example") == 400
    assert status_for(network.phone, STRANGER, url, f"{HOME}:{house.port}") == 403

    alice.page.locator("#bar [data-action=people]").click()
    alice.page.get_by_role("button", name="End visit of Bob").click()
    alice.page.get_by_role("button", name="End visit", exact=True).click()
    expect(bob.page.get_by_text("Thanks for listening")).to_be_visible(timeout=2_000)
    assert alice.unexpected() == []
    assert bob.unexpected() == []
