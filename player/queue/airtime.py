"""What everyone has had of a nest's airtime."""

import json
from collections import defaultdict
from typing import Any

from andre.accounts.display_names import names_of
from andre.core import clock
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis

HOUR_MS = 3_600_000
VIRTUAL_TIME = "V"


def airtime(nest: str) -> dict[str, Any]:
    """{"virtual_time", "people": [{"id", "name", "last_hour_s", "finish_tag"}]}, seconds all.

    Ordered by who has had the most. What plays now is not in the hour yet, but in its tag.
    """
    keys = NestKeys(nest)
    since = clock.now_ms() - HOUR_MS
    heard: dict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    for text in redis().lrange(keys.play_log, 0, -1):
        play = json.loads(text)
        if play["ended_ms"] < since:
            break
        song = play["song"]
        if not song["auto"]:
            heard[song["user"]] += play["heard_ms"] / 1000
            names[song["user"]] = song["user_name"]
    tags = {who: float(tag) for who, tag in redis().hgetall(keys.fair).items()}
    virtual_time = tags.pop(VIRTUAL_TIME, 0.0)
    everybody = {*heard, *tags}
    known = names_of(everybody - names.keys())
    people = [
        {
            "id": person_id(who),
            "name": names.get(who) or known[who],
            "last_hour_s": round(heard[who], 3),
            "finish_tag": tags.get(who, virtual_time),
        }
        for who in sorted(everybody, key=lambda who: -heard[who])
    ]
    return {"virtual_time": virtual_time, "people": people}
