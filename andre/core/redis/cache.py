"""How the cache finds Redis: as everything else does, through the sentinels where there are any.

django-redis has a client of its own for sentinels, which reads from replicas, where a session that
has ended may still be, and writes the name of a service in small letters.
"""

from typing import Any

from django_redis.pool import ConnectionFactory
from redis import ConnectionPool

from andre.core.redis_address import make_pool


class PoolFactory(ConnectionFactory):
    """Makes the pool of a cache's LOCATION."""

    def get_connection_pool(self, params: dict[str, Any]) -> ConnectionPool:
        return make_pool(**params, **self.pool_cls_kwargs)
