"""The gateways that move money: which of them are enabled here."""

from collections.abc import Callable, Mapping

from adapters.http import Http
from adapters.payments.base import Gateway
from adapters.payments.counter import CounterGateway
from adapters.payments.razorpay import RazorpayGateway
from adapters.payments.sandbox import SandboxGateway
from adapters.payments.stripe import StripeGateway
from adapters.payments.vnpay import VNPayGateway
from domain.payments import PaymentProvider
from settings import MissingSettings, Settings

MAKERS: Mapping[PaymentProvider, Callable[[Settings, Http], Gateway]] = {
    PaymentProvider.SANDBOX: SandboxGateway,
    PaymentProvider.STRIPE: lambda settings, http: StripeGateway(settings),
    PaymentProvider.RAZORPAY: lambda settings, http: RazorpayGateway(settings),
    PaymentProvider.VNPAY: VNPayGateway,
    PaymentProvider.COUNTER: lambda settings, http: CounterGateway(),
}
NEEDED: Mapping[PaymentProvider, tuple[str, ...]] = {
    PaymentProvider.STRIPE: ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"),
    PaymentProvider.RAZORPAY: ("RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"),
    PaymentProvider.VNPAY: ("VNPAY_TMN_CODE", "VNPAY_HASH_SECRET"),
}


def gateways_from(settings: Settings, http: Http) -> dict[PaymentProvider, Gateway]:
    """The gateways that the settings enable; MissingSettings for one that nobody knows, or that has no keys."""
    unknown = settings.providers - PaymentProvider.__members__.keys()
    if unknown:
        raise MissingSettings(f"PAYMENT_PROVIDERS names what nobody knows: {', '.join(sorted(unknown))}.")
    enabled = [provider for provider in PaymentProvider if provider.value in settings.providers]
    for provider in enabled:
        missing = [name for name in NEEDED.get(provider, ()) if not getattr(settings, name.lower())]
        if missing:
            raise MissingSettings(f"{provider.value} is enabled, but has no {', '.join(missing)}.")
    return {provider: MAKERS[provider](settings, http) for provider in enabled}
