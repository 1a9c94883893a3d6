"""What each price costs, as Stripe has it; asked for once an hour, for it hardly ever changes."""

from dataclasses import asdict

from django.core.cache import cache

from andre.billing import gateway
from andre.billing.gateway import Amount
from andre.core.errors import Refusal

SECONDS_KEPT = 3_600
NAMES_OF_ZERO_DECIMALS = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split()
)


def read_amount(price_id: str) -> str:
    """For people: "5.00 USD". Empty where Stripe does not say; its own page will."""
    kept = cache.get(spell_cache_name(price_id))
    if kept is None:
        try:
            kept = asdict(gateway.fetch_amount(price_id))
        except Refusal:
            return ""
        cache.set(spell_cache_name(price_id), kept, SECONDS_KEPT)
    return format_amount(Amount(**kept))


def spell_cache_name(price_id: str) -> str:
    return f"billing-amount-{price_id}"


def format_amount(amount: Amount) -> str:
    if amount.currency in NAMES_OF_ZERO_DECIMALS:
        return f"{amount.units} {amount.currency.upper()}"
    return f"{amount.units / 100:.2f} {amount.currency.upper()}"
