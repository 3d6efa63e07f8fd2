"""What an operator may set about payments: a part of `settings.Settings`."""

from pydantic import Field
from pydantic_settings import BaseSettings

DEVELOPMENT_WEBHOOK_SECRET = "sandbox-development-webhook-secret"


class PaymentSettings(BaseSettings):
    """Who takes the money, and how patient the house is with them."""

    sandbox_webhook_secret: str = Field(default=DEVELOPMENT_WEBHOOK_SECRET, description="Signs the sandbox's webhooks.")
    payment_providers: str = Field(
        default="SANDBOX",
        description="Enabled gateways, comma separated: SANDBOX, STRIPE, RAZORPAY, VNPAY, COUNTER.",
    )
    webhook_tolerance_seconds: int = Field(default=300, description="How old a signed webhook may be.")
    counter_minutes: float = Field(
        default=30.0,
        ge=0,
        description="How long a booking waits that is to be paid at the counter, until the film at most.",
    )
    payment_look_after_seconds: float = Field(
        default=45.0, gt=0, description="When a provider is first asked about a payment that nothing was heard of."
    )
    payment_look_seconds: float = Field(
        default=5.0, gt=0, description="How often the reconciler looks for payments whose turn it is."
    )
    payment_recent_seconds: float = Field(
        default=300.0, gt=0, description="How often providers are asked for all the money that came in lately."
    )
    audit_seconds: float = Field(default=60.0, gt=0, description="How often the books are audited.")
    gateway_seconds: float = Field(default=8.0, gt=0, description="How long a call to a payment provider may take.")
    stripe_secret_key: str = Field(default="", description="Stripe's secret key: sk_…")
    stripe_publishable_key: str = Field(default="", description="Stripe's publishable key: pk_…")
    stripe_webhook_secret: str = Field(
        default="", description="Stripe's webhook secret: whsec_…; several, comma separated, while one is replaced."
    )
    stripe_api_url: str = Field(default="https://api.stripe.com", description="Where Stripe's API is.")
    razorpay_key_id: str = Field(default="", description="Razorpay's key id: rzp_…")
    razorpay_key_secret: str = Field(default="", description="Razorpay's key secret.")
    razorpay_webhook_secret: str = Field(
        default="", description="Razorpay's webhook secret; several, comma separated, while one is replaced."
    )
    razorpay_api_url: str = Field(default="https://api.razorpay.com", description="Where Razorpay's API is.")
    vnpay_tmn_code: str = Field(default="", description="VNPay's name for this merchant (vnp_TmnCode).")
    vnpay_hash_secret: str = Field(default="", description="VNPay's secret for this merchant (vnp_HashSecret).")
    vnpay_pay_url: str = Field(
        default="https://sandbox.vnpayment.vn/paymentv2/vpcpay.html", description="VNPay's checkout page."
    )
    vnpay_api_url: str = Field(
        default="https://sandbox.vnpayment.vn/merchant_webapi/api/transaction", description="VNPay's API."
    )
