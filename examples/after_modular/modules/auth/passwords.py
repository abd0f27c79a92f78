"""Passwords: hashed with argon2id, and checked as slowly for strangers as for members.

The parameters: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # KiB, passes

# The ones of ten characters and more that are tried first.
COMMON_PASSWORDS = frozenset(
    {
        "0123456789",
        "1234567890",
        "12345678910",
        "123456789a",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "a123456789",
        "aaaaaaaaaa",
        "abcdefghij",
        "administrator",
        "iloveyou123",
        "letmein1234",
        "passw0rd123",
        "password12",
        "password123",
        "password1234",
        "passwordpassword",
        "q1w2e3r4t5",
        "qwertyuiop",
        "qwerty12345",
        "qwerty123456",
    }
)


def hash_password(password: str) -> str:
    """Return what is stored in place of the password."""
    return hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Return whether the hash is of this password.

    Without a hash the answer is no, and takes as long to give: how long a log-in
    takes must not tell who has an account.
    """
    try:
        hasher.verify(password_hash or _nobodys_hash(), password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody's password")
