"""Requests that come in at the same moment leave what one after the other would."""

from __future__ import annotations

import pytest

from .at_once import at_once
from .dates import in_a_month, period_end
from .people import People
from .provider import Provider

pytestmark = [pytest.mark.in_process, pytest.mark.needs("billing")]

AT_ONCE = 6


def deliver(people: People, *events: tuple[str, dict[str, object]]) -> list[int]:
    """Let the payment provider send messages at once; return the statuses."""
    site = people.site
    providers = [Provider(site.client(), site.webhook_secret) for _ in events]
    for provider in providers:
        provider.get("/healthz")
    return at_once(
        [
            lambda p=provider, kind=kind, data=data: p.event(kind, **data).status
            for provider, (kind, data) in zip(providers, events, strict=True)
        ]
    )


def paid(checkout: str) -> tuple[str, dict[str, object]]:
    return "checkout.paid", {"reference": checkout.rsplit("/", 1)[-1], "amount": 900}


def test_one_checkout_is_paid_once(crowd):
    member = crowd.member()
    checkout = member.checkout()
    assert deliver(crowd, *[paid(checkout)] * AT_ONCE) == [200] * AT_ONCE
    assert len(member.get("/billing/").items) == 1


def test_two_checkouts_are_two_months(crowd):
    one, two = crowd.member(), crowd.member()
    one.go_pro()
    first_end = period_end(one)
    checkouts = [two.checkout() for _ in range(3)]
    statuses = deliver(crowd, *map(paid, checkouts))
    assert statuses == [200] * 3
    assert len(two.get("/billing/").items) == 3
    assert period_end(two) == in_a_month(in_a_month(first_end))


def test_renewals_are_all_counted(crowd):
    member = crowd.member()
    reference = member.go_pro()
    end = period_end(member)
    member.get("/billing/").form("/billing/resume").submit()
    renewal = "subscription.renewed", {"reference": reference, "amount": 900}
    assert deliver(crowd, *[renewal] * AT_ONCE) == [200] * AT_ONCE
    assert len(member.get("/billing/").items) == 1 + AT_ONCE
    for _ in range(AT_ONCE):
        end = in_a_month(end)
    assert period_end(member) == end


def test_two_clicks_cancel_once(crowd):
    member = crowd.pro()
    form = member.get("/billing/").form("/billing/cancel")
    browsers = [crowd.again(member) for _ in range(4)]
    for browser in browsers:
        browser.log_in()
    tokens = [browser.token() for browser in browsers]
    locations = at_once(
        [
            lambda b=browser, t=token: b.post(form.action, {"csrf_token": t}).follow()
            for browser, token in zip(browsers, tokens, strict=True)
        ]
    )
    ended = [page for page in locations if "Your subscription ends on" in page.text]
    assert len(ended) == 1
