"""What holds with the settings of production, in front of real people."""

from __future__ import annotations

import pytest

from .test_account import NEW_PASSWORD, change_password

pytestmark = pytest.mark.in_process


def test_the_password_can_be_changed(production):
    member = production().member()
    change_password(member, member.password, NEW_PASSWORD).to("/auth/account")
    assert member.is_logged_in()
    member.log_out()
    member.log_in(password=NEW_PASSWORD).expect(302)


def test_an_account_can_be_deleted(production):
    member = production().member()
    member.delete_account().to("/").follow().flash("Your account has been deleted.")
