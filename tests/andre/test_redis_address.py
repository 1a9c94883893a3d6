"""The address of Redis, where sentinels know which server it is."""

import pytest
from django.conf import settings
from django_redis.cache import RedisCache

from andre.core.conf import SettingsFault, load
from andre.core.redis_address import (
    broker_address,
    channels_host,
    make_async_pool,
    make_pool,
    read_database,
    read_sentinels,
)

WHOLE = "redis+sentinel://andre:p%40ss@one:26380,[::1]/the%20house/2?sentinel_password=other"


# K-7.3
def test_sentinels_their_service_its_database_and_both_passwords_are_read():
    found = read_sentinels(WHOLE)

    assert found.sentinels == (("one", 26380), ("::1", 26379))
    assert (found.service, found.database) == ("the house", 2)
    assert found.login == {"username": "andre", "password": "p@ss"}
    assert found.sentinel_login == {"password": "other"}
    assert read_sentinels("redis+sentinel://one/house").database == 0


@pytest.mark.parametrize("url", ["redis://one:6379/3", "rediss://one/3", "unix:///run/redis?db=3"])
def test_one_server_is_no_sentinel(url):  # K-7.3
    assert read_sentinels(url) is None
    assert read_database(url) == 3


@pytest.mark.parametrize(
    "url",
    [
        "redis+sentinel://one:26379",
        "redis+sentinel://one:26379/house/first",
        "redis+sentinel:///house/0",
        "redis+sentinel://one,,two/house",
        "redis+sentinel://one:port/house",
        "redis+sentinel://one/house/0?password=hush",
    ],
)
@pytest.mark.parametrize("name", ["REDIS_URL", "CHANNELS_REDIS_URL", "CELERY_BROKER_URL"])
def test_an_address_that_nobody_can_ask_is_a_fault_of_the_settings(name, url):  # K-7.1 K-7.3
    with pytest.raises(SettingsFault, match=name) as fault:
        load({name: url})
    assert "hush" not in str(fault.value)


def test_every_library_is_told_the_same():  # K-7.3
    timeouts = {"socket_timeout": 5, "socket_connect_timeout": 2}
    both = [("one", 26380), ("::1", 26379)]

    for pool in (make_pool(WHOLE, **timeouts), make_async_pool(WHOLE, **timeouts)):
        assert pool.service_name == "the house"
        said = {name: pool.connection_kwargs[name] for name in ("db", "username", "password")}
        assert said == {"db": 2, "username": "andre", "password": "p@ss"}
        asked = [each.connection_pool.connection_kwargs for each in pool.sentinel_manager.sentinels]
        assert [(each["host"], each["port"], each["password"]) for each in asked] == [
            (*sentinel, "other") for sentinel in both
        ]
        assert {each["socket_timeout"] for each in asked} == {2}

    cache = RedisCache([WHOLE], {"OPTIONS": settings.CACHES["default"]["OPTIONS"]})
    assert cache.client.get_client().connection_pool.service_name == "the house"
    host = channels_host(WHOLE, socket_timeout=None, socket_connect_timeout=2)
    assert (host["sentinels"], host["master_name"], host["db"]) == (both, "the house", 2)
    assert broker_address(WHOLE, socket_connect_timeout=2) == (
        "sentinel://andre:p%40ss@one:26380/2;sentinel://andre:p%40ss@[::1]:26379/2",
        {
            "socket_connect_timeout": 2,
            "master_name": "the house",
            "sentinel_kwargs": {
                "password": "other",
                "socket_timeout": 2,
                "socket_connect_timeout": 2,
            },
        },
    )


def test_celery_checks_the_certificate_of_redis_unless_it_is_told_not_to():  # K-7.3
    told = "rediss://one/1?ssl_ca_certs=/ca.pem"

    assert broker_address(told) == (f"{told}&ssl_cert_reqs=required", {})
    assert broker_address("rediss://one")[0] == "rediss://one?ssl_cert_reqs=required"
    assert broker_address("rediss://one?ssl_cert_reqs=none")[0].endswith("ssl_cert_reqs=none")


def test_one_server_is_told_as_it_was_given():  # K-7.3
    url = "rediss://:hush@one:6380/1"

    assert channels_host(url) == {"address": url}
    assert broker_address("redis://one/1") == ("redis://one/1", {})
    assert broker_address("unix:///run/redis") == ("redis+socket:///run/redis", {})
