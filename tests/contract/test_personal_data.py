"""What several modules store about a user is exported, and deleted."""

from __future__ import annotations

import pytest

from .test_account import export
from .texts import ON_PRO

pytestmark = pytest.mark.needs("blog", "billing", "notifications")


def test_the_export_holds_everything_of_ones_own(pro):
    pro.publish("A public title", "Public *words*.")
    pro.draft("A secret title", "Secret words.")
    pro.notified(ON_PRO)
    data = export(pro)
    assert {*data} >= {"account", "posts", "subscription", "invoices", "notifications"}
    assert data["account"]["name"] == pro.name
    assert data["account"]["email"] == pro.email
    assert data["account"]["created_at"]
    posts = {post["title"]: post["body"] for post in data["posts"]}
    assert posts == {
        "A public title": "Public *words*.",
        "A secret title": "Secret words.",
    }
    assert data["subscription"]
    assert len(data["invoices"]) == 1
    assert any(ON_PRO in str(entry) for entry in data["notifications"])


def test_the_address_of_a_deleted_account_may_register_again(pro):
    pro.publish("From the first life")
    pro.delete_account().expect(302)
    pro.register().expect(302)
    pro.confirm(pro.confirmation(count=2)).expect(302)
    pro.log_in().expect(302)
    assert pro.plan == "free"
    pro.get("/blog/mine").hides("From the first life")
    pro.get("/notifications/").hides(ON_PRO)
