"""Phone numbers: read however people write them, kept in E.164."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

LONGEST = 40
_GET_TEXTS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def normal_phone(text: str, region: str | None = None) -> str | None:
    """A mobile number as it is kept and compared, "+84912345678"; None if it is none.

    `region`: the country (ISO 3166-1, two letters) whose numbers may be written without their prefix.
    """
    if len(text) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, region.upper() if region else None)
    except NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.number_type(number) not in _GET_TEXTS:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
