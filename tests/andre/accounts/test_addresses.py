"""Where a request comes from, as far as those in between can be trusted."""

import pytest

from andre.accounts.client_address import client_ip


# K-3.4
def test_nobody_in_between_is_believed_unless_named():
    assert client_ip("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert client_ip("127.0.0.1", "198.51.100.1") == "127.0.0.1"


# K-3.4
@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1,198.51.100.1 , 192.168.7.7", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, unknown", "unknown"),
        ("10.0.0.2", "198.51.100.1", "10.0.0.2"),
        ("", "198.51.100.1", ""),
    ],
)
def test_named_proxies_are_believed_and_nobody_beyond(settle, peer, forwarded_for, client):
    settle(ANDRE_TRUSTED_PROXIES="10.0.0.1, 192.168.0.0/16")

    assert client_ip(peer, forwarded_for) == client
