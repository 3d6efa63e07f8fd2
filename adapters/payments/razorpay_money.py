"""Which money Razorpay takes, and how it counts it; https://razorpay.com/docs/payments/international-payments."""

from adapters.payments.base import GatewayRefusal
from domain.money import Money, decimals_of

# INR is for everybody, the others once Razorpay has enabled them for the account. Left out is what it does not document
# the smallest unit of: of the currencies without decimals it names JPY alone, of those with three KWD, BHD and OMR.
TAKEN = frozenset(
    {
        "INR", "AED", "ALL", "AMD", "ARS", "AUD", "AWG", "BBD", "BDT", "BHD", "BMD", "BND", "BOB", "BSD", "BWP", "BZD",
        "CAD", "CHF", "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "DZD", "EGP", "ETB", "EUR", "FJD", "GBP", "GHS", "GIP",
        "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "JMD", "JPY", "KES", "KGS", "KHR", "KWD", "KYD",
        "KZT", "LAK", "LKR", "LRD", "LSL", "MAD", "MDL", "MKD", "MMK", "MNT", "MOP", "MUR", "MVR", "MWK", "MXN", "MYR",
        "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PEN", "PGK", "PHP", "PKR", "QAR", "SAR", "SCR", "SEK", "SGD",
        "SOS", "SZL", "THB", "TTD", "TZS", "USD", "UYU", "UZS", "ZAR",
    }
)  # fmt: skip


def counted(money: Money) -> int:
    """Money as Razorpay counts it: in the minor units of ISO 4217, as we do; GatewayRefusal for what it cannot take.

    Of three decimals the last must be 0: https://razorpay.com/docs/api/orders/create
    """
    if money.currency not in TAKEN:
        raise GatewayRefusal(f"Razorpay takes no {money.currency}.")
    if money.minor <= 0 or (decimals_of(money.currency) == 3 and money.minor % 10):
        raise GatewayRefusal(f"Razorpay cannot take {money.amount} {money.currency}.")
    return money.minor
