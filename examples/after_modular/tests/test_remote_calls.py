"""Remote calls: their messages are checked and signed, in both directions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import pytest

from kernel import (
    ModuleError,
)
from kernel.remote import calls, signatures
from kernel.remote.calls import Call, InvalidMessage

BODY = b'{"user_id": 7}'
PATH = "/internal/api/billing/service/plan_of"
KEY = "secret"


@dataclass(frozen=True)
class Parcel:
    """An argument and a part of a result."""

    sender: int | None
    sent_on: date


def send(parcel: Parcel, to: Iterable[str], *, size: int = 1) -> dict[date, Parcel]:
    """Send parcels."""
    assert [*to] == ["ada", "ben"]
    assert size == 2
    return {parcel.sent_on: parcel}


def double(number: int) -> int:
    """Return twice a number."""
    return 2 * number


class Facts(Protocol):
    """An extension point."""

    def facts(self, user_id: int) -> Mapping[str, object]:
        """Return any JSON values."""


def test_arguments_and_results_keep_their_types() -> None:
    call = Call(send)
    parcel = Parcel(None, date(2026, 1, 31))
    sent = call.write(parcel, (name for name in ("ada", "ben")), size=2)
    assert call.read(call.run(send, sent)) == {parcel.sent_on: parcel}


def test_types_without_a_json_form_are_refused_by_name() -> None:
    def guess(anything) -> int:  # type: ignore[no-untyped-def]
        return 1

    def repeat(function: Callable[[], int]) -> int:
        return function()

    with pytest.raises(ModuleError, match=r"guess\(\).*anything.*no annotation"):
        Call(guess)
    with pytest.raises(ModuleError, match=r"repeat\(\).*@published\(local=True\)"):
        Call(repeat)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"<html>",
        b"[]",
        b"7",
        b"[" * 100_000,
        b"\xff",
        b"{}",
        b'{"number": 1, "other": 2}',
        b'{"number": "7"}',
        b'{"number": null}',
        b'{"number": 1.5}',
        b'{"number": true}',
    ],
)
def test_invalid_arguments_are_refused(message: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Call(double).run(double, message)


@pytest.mark.parametrize("message", [b"", b"<html>", b'"14"', b"null", b"[14]"])
def test_invalid_results_are_refused(message: bytes) -> None:
    with pytest.raises(InvalidMessage):
        Call(double).read(message)


def test_an_error_of_the_implementation_is_not_the_callers() -> None:
    def fail(number: int) -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken") as error:
        Call(double).run(fail, b'{"number": 1}')
    assert not isinstance(error.value, InvalidMessage)


def test_the_functions_of_an_extension_point_can_be_called() -> None:
    call = calls.contribution_calls(Facts)["facts"]
    facts = {"plan": "pro", "invoices": [{"amount": 5}]}
    message = call.run(lambda user_id: facts, call.write(7))
    assert call.read(message) == facts


@pytest.mark.parametrize(
    ("key", "path", "body", "valid"),
    [
        (KEY, PATH, BODY, True),
        ("another", PATH, BODY, False),
        (KEY, "/internal/events", BODY, False),
        (KEY, PATH, b'{"user_id": 8}', False),
    ],
)
def test_a_signature_is_for_one_call(
    key: str, path: str, body: bytes, valid: bool
) -> None:
    signature = signatures.sign(KEY, PATH, BODY)
    assert signatures.is_valid(key, path, body, signature) is valid
    assert not signatures.is_valid(key, path, body, signature + "x")


def test_a_signature_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signatures.sign(KEY, PATH, BODY)
    monkeypatch.setattr(signatures, "TOLERANCE", timedelta(seconds=-1))
    assert not signatures.is_valid(KEY, PATH, BODY, signature)
