"""Which features of the console a creator has, by NEST_ADMIN_PLAN and by plans of their own.

With the console off nobody is asked, and no query is made. While nothing is sold, every creator has
all of it. A plan that has ended takes nothing back: it only opens nothing any more.
"""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.plans.models import Plan, Tier
from andre.protocol.nest_settings import Feature

FEATURES: Mapping[str, frozenset[Feature]] = {
    Tier.TIER_A: frozenset({"vanity", "theme"}),
    Tier.TIER_B: frozenset({"moderation", "invite_only", "bender"}),
}
ALL = frozenset[Feature]().union(*FEATURES.values())
TITLES: Mapping[Feature, str] = {
    "vanity": "A chosen address",
    "theme": "A theme of its own",
    "moderation": "Kicking and banning",
    "invite_only": "Entry by invitation only",
    "bender": "Setting Bender up",
}
UPGRADE_URL = "/billing/upgrade"


def sells_plans() -> bool:
    """Whether a creator's own plans count: the console is on, and plans can be paid for."""
    house = conf()
    is_sold = house.nest_admin_plan == "pro" and house.stripe_secret_key is not None
    return house.nest_admin_enabled and is_sold


def find_features(email: str) -> frozenset[Feature]:
    """What somebody may set up in nests of theirs; everything where the console is off."""
    house = conf()
    if house.nest_admin_enabled and house.nest_admin_plan != "pro":
        return FEATURES[house.nest_admin_plan]
    if not sells_plans():
        return ALL
    tiers = running_plans().filter(email=email).values_list("tier", flat=True)
    return frozenset[Feature]().union(*(FEATURES[tier] for tier in tiers))


def require_features(email: str, needed: Collection[Feature]) -> None:
    """Raises Refusal `feature_not_allowed` for the first that this creator has not."""
    if not needed or not conf().nest_admin_enabled:
        return
    has = find_features(email)
    for feature in needed:
        if feature not in has:
            raise Refusal("feature_not_allowed", sentence_for(feature), None, **way_to_upgrade())


def way_to_upgrade() -> dict[str, str]:
    """What a refusal says besides, where plans are sold."""
    return {"upgrade_url": UPGRADE_URL} if sells_plans() else {}


def sentence_for(feature: Feature) -> str:
    return f"{TITLES[feature]} needs {tier_of(feature).label}, which this nest does not have."


def tier_of(feature: Feature) -> Tier:
    return next(tier for tier in Tier if feature in FEATURES[tier])


def find_paying(emails: Collection[str]) -> set[str]:
    """Who of these has any plan that runs."""
    found = running_plans().filter(email__in=emails)
    return set(found.values_list("email", flat=True))


def running_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
