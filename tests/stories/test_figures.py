"""What a monitor reads of sockets and events: Alice and Bob are in the Main Nest."""

from tests.support.figures import counted, families
from tests.support.server import wait_for


def test_sockets_and_what_they_are_told_are_counted(client, alice, bob):  # K-6.4
    with counted(client) as grown, alice.opens() as hers:
        with bob.opens() as his:
            hers.does("set_volume", volume=40)
            his.hears("volume_changed")
            query = f"?since={his.mirror.rev}&epoch={his.welcome['epoch']}"
        hers.hears("listeners_changed", count=1)
        with bob.opens(query=query, mirror=his.mirror):
            hers.hears("listeners_changed", count=2)
        hers.hears("listeners_changed", count=1)

    assert grown["andre_ws_connects_total"] == 3
    assert grown["andre_ws_reconnects_total"] == 1
    assert grown["andre_events_total"] >= 1
    assert grown["andre_pubsub_messages_total"] >= 1
    assert grown["andre_pubsub_bytes_total"] > grown["andre_pubsub_messages_total"]
    assert grown["andre_event_deliveries_total"] >= 2
    assert grown["andre_event_delivered_bytes_total"] > grown["andre_event_deliveries_total"]
    assert grown["andre_fanout_seconds_count"] >= 1


def test_sockets_that_are_open_are_counted_until_they_end(client, alice, bob):  # K-6.4
    with alice.opens() as hers:
        begun = families(client)
        with counted(client) as opened:
            his = bob.opens()
            hers.hears("listeners_changed", count=2)
        his.leaves()

        def left(name):
            return families(client)[name] - begun.get(name, 0)

        wait_for(lambda: left("andre_ws_disconnects_total") == 1)
        assert opened["andre_ws_connections"] == 1
        assert left("andre_ws_connections") == 0
