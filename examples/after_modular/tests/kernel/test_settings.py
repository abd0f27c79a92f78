"""Settings: typed, validated where they are declared, refused by name."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from kernel import Kernel, ModuleSettings, StartupError, setting
from kernel.settings import load, read


@dataclass(frozen=True, kw_only=True)
class Shop(ModuleSettings):
    """Of each kind one."""

    SHOP_NAME: str = "Shop"
    SHOP_KEY: str = setting("dev", strong=True, required_in_production=True)
    SHOP_LIMIT: int = setting(5, minimum=1)
    SHOP_OPEN: bool = False
    SHOP_KINDS: tuple[str, ...] = ()
    SHOP_MODE: str = setting("a", choices=("a", "b"))

    def check(self) -> None:
        if self.SHOP_NAME == "forbidden":
            raise StartupError(
                "SHOP_NAME is 'forbidden': use another one.", error="invalid-setting"
            )


def read_shop(production: bool = False, **given: Any) -> Shop:
    return read(Shop, given, production=production)


def test_text_becomes_the_type_of_the_default() -> None:
    shop = read_shop(
        SHOP_LIMIT="7", SHOP_OPEN="yes", SHOP_KINDS="tea, cake,", SHOP_MODE="b"
    )
    assert (shop.SHOP_LIMIT, shop.SHOP_OPEN) == (7, True)
    assert shop.SHOP_KINDS == ("tea", "cake")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_shop(SHOP_NAME="").SHOP_NAME == "Shop"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"SHOP_LIMIT": "many"}, "SHOP_LIMIT is 'many': use a whole number."),
        ({"SHOP_LIMIT": "0"}, "SHOP_LIMIT is 0: use 1 or more."),
        ({"SHOP_OPEN": "maybe"}, "SHOP_OPEN is 'maybe': use 1 or 0."),
        ({"SHOP_MODE": "c"}, "SHOP_MODE is 'c': use one of a, b."),
        ({"SHOP_NAME": "forbidden"}, "SHOP_NAME is 'forbidden': use another one."),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(StartupError) as refused:
        read_shop(**given)
    assert refused.value.message == message
    assert str(refused.value.code) == f"{message} (errors/invalid-setting)"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "SHOP_KEY is not set"),
        ({"SHOP_KEY": "dev"}, "SHOP_KEY is too easy to guess"),
        ({"SHOP_KEY": "x" * 31}, "SHOP_KEY is too easy to guess"),
    ],
)
def test_production_needs_strong_secrets(given: dict[str, str], message: str) -> None:
    with pytest.raises(StartupError, match=message):
        read_shop(production=True, **given)
    assert read_shop(production=True, SHOP_KEY="x" * 32).SHOP_KEY == "x" * 32


def test_secrets_are_not_printed() -> None:
    assert "dev" not in repr(read_shop())


def test_they_are_typed_and_in_the_config(app_of_kernel: Flask) -> None:
    load(app_of_kernel, Shop)
    with app_of_kernel.app_context():
        assert Shop.current().SHOP_LIMIT == 5
    assert app_of_kernel.config["SHOP_LIMIT"] == 5


def test_a_setting_declared_twice_is_refused(app_of_kernel: Flask) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Cafe(ModuleSettings):
        SHOP_NAME: str = "Cafe"

    load(app_of_kernel, Shop)
    with pytest.raises(StartupError, match="SHOP_NAME is declared twice, in "):
        load(app_of_kernel, Cafe)


@pytest.fixture
def app_of_kernel() -> Flask:
    app = Flask("found")
    app.config["PRODUCTION"] = False
    app.extensions["kernel"] = Kernel(environment={}, dispatcher=None)  # type: ignore[arg-type]
    return app
