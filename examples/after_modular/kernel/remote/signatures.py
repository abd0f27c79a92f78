"""Signatures: a caller proves that it has the same ``SECRET_KEY``.

A signature is valid for one path, one body and half a minute. An attacker who can read
the network could repeat a call within that time: use TLS on networks that others share.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from itsdangerous import BadSignature, TimestampSigner

HEADER = "X-Remote-Signature"
# The clocks of two machines differ, in either direction.
TOLERANCE = timedelta(seconds=30)


def sign(key: str, path: str, body: bytes) -> str:
    """Return the signature of a call."""
    return _signer(key).sign(_digest(path, body)).decode()


def is_valid(key: str, path: str, body: bytes, signature: str) -> bool:
    """Return whether ``signature`` was made for this call, just now."""
    try:
        digest, signed_at = _signer(key).unsign(signature, return_timestamp=True)
    except BadSignature:
        return False
    age = abs(datetime.now(UTC) - signed_at)
    return digest.decode() == _digest(path, body) and age <= TOLERANCE


def _signer(key: str) -> TimestampSigner:
    return TimestampSigner(key, salt="remote module", digest_method=sha256)


def _digest(path: str, body: bytes) -> str:
    return sha256(path.encode() + b"\n" + body).hexdigest()
