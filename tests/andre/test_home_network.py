"""At home: which addresses others can reach, who may come in, and what keeps the house closed."""

import asyncio
import struct
from ipaddress import ip_address

import pytest

from andre.core import local_network
from andre.core.conf import SettingsFault, load
from andre.core.home_hosts import HomeHosts, NetworkWatch, addresses_for_others
from andre.core.local_network import InterfaceAddress, Network, is_near, is_public
from andre.launcher import home
from andre.launcher.valkey_server import StartFault
from andre.web.peers import NearPeers

SECRETS = {
    "ANDRE_SECRET_KEY": "a-long-and-quite-random-secret-of-this-house",
    "ANDRE_JWT_SECRET": "another-long-and-quite-random-secret",
}
KINDS = {
    "lo": "loopback",
    "wlan0": "device",
    "eth0": "device",
    "docker0": "bridge",
    "wg0": "tunnel",
}


def network(default="wlan0", **addresses):
    """A machine with these addresses: interface -> one, or several with spaces."""
    rows = [
        InterfaceAddress(name, ip_address(each))
        for name, several in addresses.items()
        for each in several.split()
    ]
    return Network(tuple(rows), KINDS, default)


def at_home(**named):
    return load({"ANDRE_ENVIRONMENT": "home"} | SECRETS | named)


def offered(found, **named):
    return [str(ip) for ip in addresses_for_others(at_home(**named), found)]


# Which address others can reach


# H3a
def test_the_address_of_the_default_route_comes_first_and_the_others_are_offered():
    found = network(eth0="10.0.0.4", wlan0="192.168.1.20", default="wlan0")

    assert offered(found) == ["192.168.1.20", "10.0.0.4"]


# H3a
def test_bridges_tunnels_and_link_local_addresses_are_nobodys_way_in():
    found = network(lo="127.0.0.1", docker0="172.17.0.1", wg0="10.8.0.2", eth0="169.254.3.4")

    assert offered(found) == []


# H3a
def test_without_a_default_route_any_private_address_serves():
    assert offered(network(eth0="10.0.0.4", default=None)) == ["10.0.0.4"]


# H3a
def test_home_address_chooses_among_several():
    found = network(eth0="10.0.0.4", wlan0="192.168.1.20")

    assert offered(found, HOME_ADDRESS="10.0.0.4") == ["10.0.0.4"]


# H3a
def test_a_house_on_loopback_is_nowhere_for_others():
    assert offered(network(wlan0="192.168.1.20"), HOST="127.0.0.1") == []


# H3a
@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"type": "1"}, "device"),
        ({"type": "1", "uevent": "DEVTYPE=wlan\nINTERFACE=x"}, "device"),
        ({"type": "1", "uevent": "DEVTYPE=bridge"}, "bridge"),
        ({"type": "1", "bridge/": ""}, "bridge"),
        ({"type": "1", "tun_flags": "0x1002"}, "tunnel"),
        ({"type": "65534", "uevent": "DEVTYPE=wireguard"}, "tunnel"),
        ({"type": "768"}, "tunnel"),
        ({"type": "772"}, "loopback"),
    ],
)
def test_an_interface_is_what_the_kernel_says_whatever_its_name(tmp_path, files, kind):
    place = tmp_path / "docker0"
    place.mkdir()
    for name, text in files.items():
        (place / name).mkdir() if name.endswith("/") else (place / name).write_text(text)

    assert local_network.interface_kind("docker0", tmp_path) == kind


# H3a
def test_the_default_route_with_the_lowest_metric_counts(tmp_path):
    head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT"
    rows = ["wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0"]
    rows += ["eth0 00000000 0100000A 0003 0 0 100 00000000 0 0 0"]
    rows += ["tun0 00000000 0100000A 0003 0 0 0 00000080 0 0 0"]  # 0.0.0.0/1 is no default route.
    (tmp_path / "route").write_text("\n".join([head, *rows]))

    assert local_network.default_interface(tmp_path) == "eth0"


# H3a
def test_this_machines_own_addresses_are_read_from_its_kernel():
    found = local_network.read_network()

    assert InterfaceAddress("lo", ip_address("127.0.0.1")) in found.addresses
    assert found.kinds["lo"] == "loopback"
    assert struct.calcsize("P") == 8  # What the kernel's rows are read as here.


# A public address


# H2
@pytest.mark.parametrize(
    ("public", "host"), [("203.0.113.9", "0.0.0.0"), ("100.64.7.7", "::"), ("2001:db8::7", "::")]
)
def test_a_public_address_keeps_the_house_closed_and_the_sentence_names_the_way_out(public, host):
    found = network(wlan0=f"192.168.1.20 {public}")

    with pytest.raises(StartFault, match=r"docs/running\.md.*ANDRE_ALLOW_PUBLIC=true") as fault:
        home.check_addresses(at_home(HOST=host), found)

    assert public in str(fault.value)


# H2
def test_a_global_ipv6_address_keeps_nobody_away_where_only_ipv4_is_listened_on():
    home.check_addresses(at_home(), network(wlan0="192.168.1.20 2001:db8::7"))


# H2
def test_whoever_says_so_starts_beside_a_public_address():
    found = network(wlan0="192.168.1.20 203.0.113.9")

    home.check_addresses(at_home(ANDRE_ALLOW_PUBLIC="true"), found)


# H2
def test_a_public_address_of_an_interface_that_is_not_chosen_keeps_nobody_away():
    found = network(wlan0="192.168.1.20", eth0="203.0.113.9")

    home.check_addresses(at_home(), found)


# H2
def test_a_machine_with_nothing_but_a_public_address_stays_closed():
    with pytest.raises(StartFault, match=r"203\.0\.113\.9"):
        home.check_addresses(at_home(), network(wlan0="203.0.113.9"))


# H3a
def test_an_address_that_is_not_this_machines_is_a_sentence():
    with pytest.raises(StartFault, match=r"10\.9\.9\.9 is none of this machine's addresses"):
        home.check_addresses(at_home(HOME_ADDRESS="10.9.9.9"), network(wlan0="192.168.1.20"))


# H2
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        *[(each, False) for each in ("10.1.1.1", "172.31.0.1", "192.168.0.1", "fd00::1")],
        *[(each, False) for each in ("127.0.0.1", "::1", "169.254.0.1", "fe80::1")],
        *[(each, True) for each in ("172.32.0.1", "100.127.0.1", "8.8.8.8", "2a00::1")],
    ],
)
def test_what_counts_as_public(address, expected):
    assert is_public(ip_address(address)) is expected


# Hosts


# H1
def test_the_hosts_follow_the_machine_into_another_network():
    now = [0.0]
    networks = [network(wlan0="192.168.1.20"), network(wlan0="10.0.0.7")]
    hosts = HomeHosts([], NetworkWatch(lambda: networks.pop(0), lambda: now[0]))
    assert "192.168.1.20" in hosts

    now[0] = 29.0
    assert "192.168.1.20" in hosts
    now[0] = 30.0

    assert "10.0.0.7" in hosts
    assert "192.168.1.20" not in hosts


# H1
def test_the_hosts_are_loopback_the_machines_names_and_its_private_addresses(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "Kitchen")
    found = network(wlan0="192.168.1.20 203.0.113.9", docker0="172.17.0.1", eth0="fd00::5")

    hosts = HomeHosts([], NetworkWatch(lambda: found, lambda: 0.0))

    loopback = ["127.0.0.1", "localhost", "[::1]"]
    private = ["192.168.1.20", "172.17.0.1", "[fd00::5]"]
    assert list(hosts) == [*loopback, "kitchen", "kitchen.local", *private]


# Peers


def answer_for(peer, kind="http"):
    """What a caller with this address is sent, with an application behind that says `in`."""
    sent = []

    async def inside(scope, receive, send):
        await send({"type": "in"})

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    asyncio.run(NearPeers(inside)({"type": kind, "client": (peer, 5)}, receive, send))
    return sent[0].get("status", sent[0]["type"])


# H1
@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "10.77.0.2", "172.16.9.9", "192.168.3.3", "fd00::2", "fe80::1%eth0"]
)
def test_devices_of_the_network_come_in(peer):
    assert answer_for(peer) == "in"
    assert answer_for(peer, "websocket") == "in"


# H1
@pytest.mark.parametrize("peer", ["8.8.8.8", "100.64.0.1", "2a00::1", "::ffff:8.8.8.8", "", "x"])
def test_peers_from_elsewhere_are_refused_on_pages_and_sockets(peer):
    assert answer_for(peer) == 403
    assert answer_for(peer, "websocket") == "websocket.close"


# H1
def test_a_named_network_comes_in_too():
    assert is_near("100.64.0.1", ("100.64.0.0/10",))
    assert not is_near("100.128.0.1", ("100.64.0.0/10",))


# Settings and secrets


# H1
def test_at_home_nothing_is_for_show():
    settings = at_home()

    assert not settings.is_debug
    assert not settings.has_bootstrap_keys
    assert settings.listen_address == "0.0.0.0"


# H1
def test_collected_files_lie_with_the_data_at_home_and_where_it_is_set_elsewhere(tmp_path):
    places = {"ANDRE_DATA_DIR": str(tmp_path), "ANDRE_STATIC_ROOT": str(tmp_path / "site")}

    assert at_home(**places).static_root == tmp_path / "staticfiles"
    assert load(places).static_root == tmp_path / "site"


# H1
def test_at_home_debugging_and_the_secrets_of_development_are_refused():
    with pytest.raises(SettingsFault, match="DEBUG: must be off in home"):
        at_home(DEBUG="1")
    with pytest.raises(SettingsFault, match="ANDRE_SECRET_KEY: must be set in home"):
        load({"ANDRE_ENVIRONMENT": "home"})


# H1
def test_the_secrets_are_made_once_and_are_nobody_elses_to_read(tmp_path):
    environ = {"ANDRE_DATA_DIR": str(tmp_path)}

    first, second = home.make_secrets(environ), home.make_secrets(environ)

    assert first == second
    assert first["ANDRE_SECRET_KEY"] != first["ANDRE_JWT_SECRET"]
    files = sorted((tmp_path / "secrets").iterdir())
    assert [(file.name, oct(file.stat().st_mode & 0o777)) for file in files] == [
        ("andre_jwt_secret", "0o600"),
        ("andre_secret_key", "0o600"),
    ]
    load(first | {"ANDRE_ENVIRONMENT": "home"})


# H1
def test_a_secret_that_is_set_stays_as_it_is(tmp_path):
    environ = {"ANDRE_DATA_DIR": str(tmp_path)} | SECRETS

    assert home.make_secrets(environ) == {}
    assert list((tmp_path / "secrets").iterdir()) == []


# H3
def test_a_command_on_a_homes_data_runs_in_the_homes_environment(tmp_path):
    started = {"ANDRE_ENVIRONMENT": "home", "PORT": "9001"}
    home.remember_start(tmp_path, started)
    environ = {"ANDRE_DATA_DIR": str(tmp_path)}

    home.recall_start(environ)

    assert environ["ANDRE_ENVIRONMENT"] == "home"
    assert environ["PORT"] == "9001"
