"""E-mail addresses: one way to write each, so that it is found and unique."""

import unicodedata

from email_validator import EmailNotValidError, validate_email


def valid_address(text: str) -> str:
    """Return the address as it is stored: trimmed, in NFC, in lower case.

    :raises ValueError: when nobody can have such an address.
    """
    # Whether it can be delivered is for the confirmation mail to find out.
    address = validate_email(
        text.strip(), check_deliverability=False, test_environment=True
    )
    return address.normalized.lower()


def comparable_address(text: str) -> str:
    """Return anything typed as an address in the form in which to look it up."""
    try:
        return valid_address(text)
    except EmailNotValidError:
        return unicodedata.normalize("NFC", text.strip()).lower()
