"""Published interfaces: a call runs the provider, and drift is found at start."""

from types import ModuleType, SimpleNamespace

import pytest
from flask import Flask

from kernel import Kernel, ModuleError, has_module, published
from kernel.exceptions import ModuleNotActive
from kernel.interfaces import check_provider, published_functions
from kernel.manifest import Module


def contract(name: str = "found.shop.api") -> ModuleType:
    """Return the contract of a module called shop."""
    api = ModuleType(name)
    api.__file__ = "found/shop/api.py"
    source = (
        "from kernel import published\n"
        "@published\ndef price(thing: str, count: int = 1) -> int:\n    'Return it.'\n"
        "@published(local=True)\ndef url() -> str:\n    'Return it.'\n"
        "def helper() -> None:\n    'Not published.'\n"
    )
    exec(compile(source, "api.py", "exec"), vars(api))
    return api


@pytest.fixture
def app() -> Flask:
    app = Flask("found")
    app.extensions["kernel"] = Kernel(environment={}, dispatcher=None)  # type: ignore[arg-type]
    return app


def test_a_call_runs_the_provider(app: Flask) -> None:
    api = contract()
    Kernel.of(app).providers["shop"] = SimpleNamespace(price=lambda thing, count: count)
    with app.app_context():
        assert api.price("tea", count=3) == 3


def test_a_call_without_a_provider_names_the_way_out(app: Flask) -> None:
    api = contract()
    with (
        app.app_context(),
        pytest.raises(ModuleNotActive, match="has_module\\('shop'\\)"),
    ):
        api.price("tea")


def test_only_marked_functions_are_published() -> None:
    assert [*published_functions(contract())] == ["price", "url"]
    assert published_functions(contract())["url"].is_local  # type: ignore[attr-defined]


def provider(source: str) -> ModuleType:
    service = ModuleType("found.shop.service")
    service.__file__ = "found/shop/service.py"
    exec(source, vars(service))
    return service


def test_a_provider_with_the_same_signatures_is_accepted() -> None:
    source = "def price(thing: str, count: int = 1) -> int: ...\ndef url() -> str: ..."
    check_provider(contract(), provider(source))


def test_annotations_may_be_strings() -> None:
    source = (
        "from __future__ import annotations\n"
        "def price(thing: str, count: int = 1) -> int: ...\ndef url() -> str: ..."
    )
    check_provider(contract(), provider(source))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def url() -> str: ...", r"price\(\) of found.shop.api is missing"),
        (
            "def price(thing: str) -> int: ...\ndef url() -> str: ...",
            r"service.py: price\(thing: str\) -> int differs from its declaration",
        ),
        (
            "def price(thing: str, count: int = 1) -> str: ...\ndef url() -> str: ...",
            "differs from its declaration in found/shop/api.py: price",
        ),
    ],
)
def test_drift_is_refused_in_one_line(source: str, message: str) -> None:
    with pytest.raises(ModuleError, match=message):
        check_provider(contract(), provider(source))


def test_a_contract_without_a_provider_is_refused() -> None:
    with pytest.raises(ModuleError, match=r"no service\.py"):
        check_provider(contract(), None)


def test_has_module_asks_whether_it_is_active_and_available(app: Flask) -> None:
    class Remote(Module):
        is_available = False

    def shop(kind: type[Module]) -> Module:
        return kind(import_name="found.shop", title="Shop", summary="Sells.")

    with app.app_context():
        assert not has_module("shop")
        Kernel.of(app).active["shop"] = shop(Module)
        assert has_module("shop")
        Kernel.of(app).active["shop"] = shop(Remote)
        assert not has_module("shop")


def test_the_signature_and_the_docstring_stay() -> None:
    @published
    def f(a: int) -> int:
        """Return it."""
        return a

    assert (f.__name__, f.__doc__) == ("f", "Return it.")
