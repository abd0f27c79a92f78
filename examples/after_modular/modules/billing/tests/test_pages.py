"""The pages: what a browser gets."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from kernel.testing import Scenario
from modules.auth.events import UserDeleted
from modules.billing import personal_data, subscriptions
from modules.billing.models import Checkout, Invoice, Subscription, session


@pytest.fixture
def pro(buyer: int, checkout: Checkout) -> int:
    """Return the id of a member who has just paid."""
    subscriptions.pay(checkout)
    session.commit()
    return buyer


def test_strangers_see_the_plans(client: FlaskClient) -> None:
    page = client.get("/billing/plans").text
    assert "€9.00" in page
    assert "/auth/register" in page


@pytest.mark.boot("direct")
def test_strangers_are_led_to_a_page_that_is_there(client: FlaskClient) -> None:
    link = re.search('href="(/auth[^"]+)"', client.get("/billing/plans").text)
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_the_styles_are_served(client: FlaskClient) -> None:
    with client.get("/billing/static/billing.css") as styles:
        assert ".price" in styles.get_data(as_text=True)


@pytest.mark.usefixtures("buyer")
def test_from_the_plans_to_pro(client: FlaskClient) -> None:
    form = {"idempotency_key": str(uuid4())}
    pay_page = client.post("/billing/subscribe", data=form).location
    assert "Sandbox payment" in client.get(pay_page).text
    paid = client.post(pay_page, data={"outcome": "paid"}, follow_redirects=True)
    assert "Thank you! You are now on Pro." in paid.text
    assert 'data-plan="pro"' in paid.text
    assert client.get(pay_page).location == "/billing/"


@pytest.mark.usefixtures("buyer")
def test_declining(client: FlaskClient, checkout: Checkout) -> None:
    page = client.post(
        checkout.url, data={"outcome": "declined"}, follow_redirects=True
    )
    assert "The payment was declined." in page.text
    assert 'data-plan="free"' in page.text


@pytest.mark.usefixtures("buyer")
@pytest.mark.parametrize(
    "form", [{}, {"idempotency_key": ""}, {"idempotency_key": "nonsense"}]
)
def test_a_form_without_its_key_is_refused(
    client: FlaskClient, form: dict[str, str]
) -> None:
    assert client.post("/billing/subscribe", data=form).status_code == 400


@pytest.mark.usefixtures("pro")
def test_pro_is_not_sold_twice(client: FlaskClient) -> None:
    form = {"idempotency_key": str(uuid4())}
    page = client.post("/billing/subscribe", data=form, follow_redirects=True)
    assert "You are already on Pro." in page.text


@pytest.mark.usefixtures("pro")
def test_cancel_and_resume(client: FlaskClient) -> None:
    page = client.post("/billing/cancel", follow_redirects=True).text
    assert "Your subscription ends on" in page
    page = client.post("/billing/cancel", follow_redirects=True).text
    assert "You have no active subscription to cancel." in page
    page = client.post("/billing/resume", follow_redirects=True).text
    assert "Your subscription has been resumed." in page
    page = client.post("/billing/resume", follow_redirects=True).text
    assert "You have no canceled subscription to resume." in page


def test_an_invoice_is_its_owner_s_alone(
    client: FlaskClient, pro: int, login_as: Callable[..., int]
) -> None:
    number = session.query(Invoice).one().number
    assert number in client.get("/billing/").text
    assert client.get(f"/billing/invoices/{number}").status_code == 200
    login_as(pro + 1)
    assert client.get(f"/billing/invoices/{number}").status_code == 404


@pytest.mark.usefixtures("pro")
@pytest.mark.parametrize(
    "number", ["INV-1999-000001", "INV-2026-999999", "INV-2026-1", "nonsense"]
)
def test_another_number_is_not_an_invoice(client: FlaskClient, number: str) -> None:
    assert client.get(f"/billing/invoices/{number}").status_code == 404


def test_a_checkout_is_its_owner_s_alone(
    client: FlaskClient, buyer: int, checkout: Checkout, login_as: Callable[..., int]
) -> None:
    login_as(buyer + 1)
    assert client.get(checkout.url).status_code == 404
    assert client.post(checkout.url, data={"outcome": "paid"}).status_code == 404


def test_a_deleted_person_leaves_invoices_of_nobody(
    pro: int, scenario: Scenario
) -> None:
    outcome = scenario.publish(UserDeleted(user_id=pro))
    outcome.expect(lambda: session.query(Checkout).count() == 0)
    outcome.expect(lambda: session.query(Subscription).count() == 0)
    outcome.expect(lambda: session.query(Invoice).one().user_id is None)


def test_the_export_of_somebody_s_data(pro: int) -> None:
    data: Mapping[str, Any] = personal_data.export(pro)
    assert data["subscription"]["status"] == "active"
    assert [invoice["amount"] for invoice in data["invoices"]] == [900]
    assert personal_data.export(pro + 1) == {"subscription": None, "invoices": []}
