"""Plans, paying for Pro, cancelling, and invoices."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from .dates import in_a_month, period_end, today
from .lists import complete, walk
from .test_errors import friendly
from .test_security import expired
from .texts import ON_PRO

pytestmark = pytest.mark.needs("billing")


def cancel(person):
    return person.get("/billing/").form("/billing/cancel").submit()


def resume(person):
    return person.get("/billing/").form("/billing/resume").submit()


def test_the_plans_are_public(visitor):
    page = visitor.get("/billing/plans").expect(200).heading("Plans")
    page.says("Free").says("Pro").says("€9.00").link("/auth/register")
    assert not page.has_form("/billing/subscribe")


def test_a_new_member_is_on_free(member):
    page = member.get("/billing/").expect(200).heading("Your subscription")
    page.says("Plan: Free")
    assert member.plan == "free"
    assert not page.items


def test_subscribing_leads_to_the_payment_page(member):
    checkout = member.checkout()
    assert checkout.startswith("/billing/checkout/")
    member.get(checkout).expect(200).heading("Sandbox payment").says("€9.00")
    assert member.plan == "free"


def test_paying_makes_one_pro(member):
    page = member.pay(member.checkout()).to("/billing/").follow()
    page.flash("Thank you! You are now on Pro.").says("Plan: Pro")
    assert member.plan == "pro"


def test_paying_gives_an_invoice(pro):
    page = pro.get("/billing/")
    ((number, item),) = [
        (re.search(r"INV-\d{4}-\d{6}", tag.get_text())[0], tag)
        for tag in page.items.values()
    ]
    assert number.startswith(f"INV-{today().year}-")
    assert "€9.00" in item.get_text()
    assert item.find("time")["datetime"].startswith(today().isoformat())
    page = pro.get(f"/billing/invoices/{number}").expect(200).heading(number)
    page.says("€9.00").says(pro.name)


@pytest.mark.needs("notifications")
def test_paying_is_notified_and_mailed_with_the_invoice(pro):
    pro.notified(ON_PRO)
    mail = pro.mailbox.wait(pro.email, "Your invoice INV-")
    assert mail.link("/billing/invoices/INV-")


@pytest.mark.needs("notifications")
def test_a_declined_payment_changes_nothing(member):
    page = member.pay(member.checkout(), "declined").to("/billing/").follow()
    page.flash("The payment was declined.", "error")
    assert member.plan == "free"
    assert not member.get("/billing/").items
    member.notified("Your payment failed")
    member.mailbox.wait(member.email, "Your payment failed")


def test_a_declined_payment_can_be_tried_again(member):
    member.pay(member.checkout(), "declined")
    member.go_pro()
    assert member.plan == "pro"


def test_paying_a_finished_checkout_changes_nothing(member):
    checkout = member.checkout()
    form = member.get(checkout).form(checkout, outcome="paid")
    form.submit().to("/billing/")
    form.submit().to("/billing/")
    assert len(member.get("/billing/").items) == 1


def test_declining_a_paid_checkout_changes_nothing(member):
    checkout = member.checkout()
    decline = member.get(checkout).form(checkout, outcome="declined")
    member.pay(checkout)
    decline.submit().to("/billing/")
    assert member.plan == "pro"


def test_an_invented_outcome_is_refused(member):
    checkout = member.checkout()
    form = member.get(checkout).form(checkout, outcome="paid")
    page = form.smuggle(outcome="free").submit()
    assert page.status in (400, 422), page.fail("expected 400 or 422")
    assert member.plan == "free"


def test_subscribing_twice_with_one_form_is_one_checkout(member):
    form = member.get("/billing/plans").form("/billing/subscribe")
    assert form.submit().expect(302).location == form.submit().expect(302).location


def test_each_new_form_is_a_new_checkout(member):
    assert member.checkout() != member.checkout()


@pytest.mark.parametrize("key", ["", "nonsense", "1", "x" * 36, "é" * 36])
def test_a_bad_idempotency_key_is_refused(member, key):
    form = member.get("/billing/plans").form("/billing/subscribe")
    form.smuggle(idempotency_key=key).submit().expect(400)


def test_a_missing_idempotency_key_is_refused(member):
    form = member.get("/billing/plans").form("/billing/subscribe")
    form.without("idempotency_key").submit().expect(400)


def test_a_key_of_somebody_else_does_not_give_their_checkout(member, other):
    key = str(uuid4())
    theirs = other.get("/billing/plans").form("/billing/subscribe")
    theirs = theirs.smuggle(idempotency_key=key).submit().expect(302).location
    form = member.get("/billing/plans").form("/billing/subscribe")
    page = form.smuggle(idempotency_key=key).submit()
    assert page.location != theirs
    assert page.status < 500


def test_a_pro_member_is_not_sold_pro_again(people, member):
    form = member.get("/billing/plans").form("/billing/subscribe")
    member.go_pro()
    form.smuggle(idempotency_key=str(uuid4()))
    page = form.submit().to("/billing/").follow()
    page.flash("You are already on Pro.", "info")


def test_a_visitor_cannot_subscribe(visitor, member):
    form = member.get("/billing/plans").form("/billing/subscribe")
    form.submit_as(visitor).asks_to_log_in()


def test_the_checkout_of_somebody_else_is_not_found(member, other, visitor):
    checkout = other.checkout()
    form = other.get(checkout).form(checkout, outcome="paid")
    member.get(checkout).expect(404)
    visitor.get(checkout).asks_to_log_in()
    form.submit_as(member).expect(404)
    assert other.plan == "free"


def test_an_unknown_checkout_is_not_found(reader):
    reader.get("/billing/checkout/nothing").expect(404)


def test_the_invoice_of_somebody_else_is_not_found(pro, other, visitor):
    number = re.search(r"INV-\d{4}-\d{6}", pro.get("/billing/").text)[0]
    path = f"/billing/invoices/{number}"
    pro.get(path).expect(200)
    other.get(path).expect(404)
    visitor.get(path).asks_to_log_in()


@pytest.mark.parametrize("number", ["INV-2026-999999", "INV-2026-0", "1", "INV-x-y"])
def test_an_unknown_invoice_is_not_found(reader, number):
    reader.get(f"/billing/invoices/{number}").expect(404)


@pytest.mark.needs("notifications")
def test_cancelling_keeps_pro_for_the_month_that_is_paid(pro):
    before = today()
    assert period_end(pro) in {in_a_month(before), in_a_month(today())}
    assert pro.plan == "pro"
    pro.notified("Your subscription ends on")


def test_cancelling_names_the_day(pro):
    text = cancel(pro).to("/billing/").follow().one("p.flash").get_text(strip=True)
    assert re.fullmatch(r"Your subscription ends on \d{1,2} \w{3} \d{4}\.", text)


def test_there_is_nothing_to_cancel_on_free(member):
    page = member.forge("/billing/cancel").to("/billing/")
    page.follow().flash("You have no active subscription to cancel.", "error")


def test_a_cancelled_subscription_can_go_on(pro):
    cancel(pro)
    resume(pro).to("/billing/").follow().flash("Your subscription has been resumed.")
    assert pro.plan == "pro"
    assert pro.get("/billing/").has_form("/billing/cancel")
    assert len(pro.get("/billing/").items) == 1, "expected no second invoice"


@pytest.mark.in_process
def test_a_cancelled_subscription_ends_with_its_month(pro, later):
    cancel(pro)
    with later(days=27):
        pro.come_back()
        assert pro.plan == "pro"
    with later(days=32):
        pro.come_back()
        assert pro.plan == "free"


@pytest.mark.in_process
def test_a_cancelled_subscription_cannot_go_on_after_its_end(pro, later):
    cancel(pro)
    form = pro.get("/billing/").form("/billing/resume")
    with later(days=32):
        pro.come_back()
        form.submit_as(pro)
        assert pro.plan == "free"


def test_a_renewal_adds_a_month_and_an_invoice(member, provider):
    reference = member.go_pro()
    first = period_end(member)
    resume(member)
    provider.event("subscription.renewed", reference=reference, amount=900).expect(200)
    assert len(member.get("/billing/").items) == 2
    assert period_end(member) == in_a_month(first)


def test_invoices_are_numbered_apart(member, provider):
    reference = member.go_pro()
    for _ in range(3):
        provider.event("subscription.renewed", reference=reference, amount=900)
    numbers = set(re.findall(r"INV-\d{4}-\d{6}", member.get("/billing/").text))
    assert len(numbers) == 4, f"expected four invoice numbers, got {numbers}"


def test_the_provider_can_end_a_subscription(member, provider):
    reference = member.go_pro()
    provider.event("subscription.ended", reference=reference).expect(200)
    assert member.plan == "free"
    assert len(member.get("/billing/").items) == 1, "expected the invoice to stay"


def test_after_the_end_one_can_subscribe_again(member, provider):
    reference = member.go_pro()
    provider.event("subscription.ended", reference=reference).expect(200)
    member.go_pro()
    assert member.plan == "pro"
    assert len(member.get("/billing/").items) == 2


def test_422_for_a_form_that_no_page_shows(member):
    page = friendly(member.forge(member.checkout(), outcome="unknown"), 422)
    page.heading("We couldn't process that form")


def test_a_form_sent_after_logging_out_leads_to_a_page_that_opens(member):
    member.log_out()
    asked = member.forge("/billing/cancel").asks_to_log_in()
    member.log_in(asked.location).expect(302).follow().expect(200)


def test_invoices(member, provider):
    reference = member.go_pro()
    for _ in range(20):
        provider.event("subscription.renewed", reference=reference, amount=900)
    complete(walk(member.get("/billing/")), 20, 21)


def test_a_payment_needs_its_token(member):
    path = member.checkout()
    form = member.get(path).form(path, outcome="paid").without("csrf_token")
    expired(form.submit())
    assert member.plan == "free"


def test_the_account_page_shows_the_plan(member):
    member.get("/auth/account").expect(200).says("Free")
