"""E-mail addresses: one way to write each, so that it is found and unique."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # of an address, as RFC 5321 allows it and the table holds it


def valid_address(text: str) -> str:
    """Return the address as it is stored: trimmed, in NFC, in lower case.

    :raises ValueError: when nobody can have such an address.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:  # to normalize takes time that grows quadratically
        raise EmailNotValidError("The address is too long.")
    # Whether it can be delivered is for the confirmation mail to find out.
    address = validate_email(text, check_deliverability=False, test_environment=True)
    return address.normalized.lower()


def comparable_address(text: str) -> str:
    """Return any text in the form in which addresses are stored and looked up.

    It is never longer than an address can be, so that it can serve as a key.
    """
    text = text.strip()[:MAX_LENGTH]
    try:
        return valid_address(text)
    except EmailNotValidError:
        return unicodedata.normalize("NFC", text).lower()
