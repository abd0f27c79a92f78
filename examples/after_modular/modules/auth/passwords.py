"""Passwords: hashed with argon2id, and checked as slowly for strangers as for members.

The parameters: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from werkzeug.exceptions import ServiceUnavailable

hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)  # KiB, passes

# Each takes a core for as long as ten pages do. One at a time in each process leaves
# the others to those who read; who comes when many wait is asked to come again.
AT_ONCE = BoundedSemaphore(1)
LONGEST_WAIT = 5.0  # seconds


class TooManyPasswords(ServiceUnavailable):
    """More people log in than passwords can be checked: a request answers 503."""

    description = "Many users are logging in right now. Please try again in a moment."


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
    with _one_at_a_time():
        return hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Return whether the hash is of this password.

    Without a hash the answer is no, and takes as long to give: how long a log-in
    takes must not tell who has an account.
    """
    try:
        with _one_at_a_time():
            hasher.verify(password_hash or _nobodys_hash(), password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT):
        raise TooManyPasswords(retry_after=5)
    try:
        yield
    finally:
        AT_ONCE.release()


@cache
def _nobodys_hash() -> str:
    return hasher.hash("nobody's password")
