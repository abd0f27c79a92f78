"""Every list that can grow is cut into pages."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.needs("blog", "billing", "notifications", "admin")


@pytest.mark.parametrize("name", ["page", "before"])
@pytest.mark.parametrize("value", ["x", "-1", "0", "1.5", "é", "1'--", "9" * 30])
def test_a_bad_page_is_refused_or_of_no_meaning(visitor, reader, admin, name, value):
    """Each app has its own way to count pages and does not know the other's."""
    for person, path in [
        (visitor, "/blog/"),
        (reader, "/blog/mine"),
        (reader, "/notifications/"),
        (reader, "/billing/"),
        (admin, "/admin/users"),
    ]:
        page = person.get(path, params={name: value})
        assert page.status in (200, 400), page.fail("expected 200 or 400")
