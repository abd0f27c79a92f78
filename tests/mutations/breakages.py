"""Ways to break each app on purpose, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Breakage:
    """One replacement in one file of an app."""

    app: str  # before or after
    name: str
    file: str  # inside the app's folder
    old: str  # stands in the file exactly once
    new: str
    topic: str  # the file of the contract suite that is run
    noticed_by: set[str]  # the tests that fail, and no others

    def __str__(self) -> str:
        return f"{self.app}: {self.name}"


BREAKAGES = [
    Breakage(
        "before",
        "a confirmation link resets a password",
        "app.py",
        'user_from_token("reset", token, RESET_SECONDS)',
        'user_from_token("reset", token, RESET_SECONDS) or user_from_token(\n'
        '        "confirm", token, RESET_SECONDS\n'
        "    )",
        "test_tokens.py",
        {"test_a_confirmation_link_does_not_reset_a_password"},
    ),
    Breakage(
        "before",
        "a reset link lasts as long as a confirmation link",
        "app.py",
        'user_from_token("reset", token, RESET_SECONDS)',
        'user_from_token("reset", token, CONFIRM_SECONDS)',
        "test_tokens.py",
        {
            "test_a_reset_link_lasts_one_hour",
            "test_a_reset_page_left_open_too_long_is_refused",
        },
    ),
    Breakage(
        "before",
        "a new password leaves other sessions alone",
        "helpers.py",
        "    if user.id:  # a new user has no sessions",
        "    if False:",
        "test_account.py",
        {"test_changing_the_password_ends_other_sessions_only"},
    ),
    Breakage(
        "before",
        "next may start with two slashes",
        "helpers.py",
        "/(?!/)",
        "/",
        "test_login.py",
        {"test_next_cannot_leave_the_site"},
    ),
    Breakage(
        "before",
        "log-in tells who has an account",
        "app.py",
        '"Incorrect email or password."',
        '"Incorrect email or password." if user else "There is no such account."',
        "test_login.py",
        {"test_an_unknown_address_gets_the_same_answer"},
    ),
    Breakage(
        "before",
        "a spelling of the address has its own throttle",
        "app.py",
        'app.config["LOGIN_LIMIT"],\n    key_func=submitted_email,',
        'app.config["LOGIN_LIMIT"],\n'
        '    key_func=lambda: request.form.get("email", ""),',
        "test_limits.py",
        {
            "test_another_spelling_of_the_address_is_the_same_door",
            "test_spaces_around_the_address_are_the_same_door",
        },
    ),
    Breakage(
        "before",
        "a deactivated account may log in",
        "app.py",
        "elif not user.active:",
        "elif False:",
        "test_admin.py",
        {"test_a_deactivated_account_cannot_log_in"},
    ),
    Breakage(
        "before",
        "a webhook that comes twice has its effect twice",
        "app.py",
        "WebhookReceipt(id=message_id[:255])",
        "WebhookReceipt(id=new_stamp())",
        "test_webhook.py",
        {
            "test_the_same_delivery_twice_has_one_effect",
            "test_a_renewal_delivered_twice_is_one_invoice",
        },
    ),
    Breakage(
        "before",
        "paying too much is fine",
        "app.py",
        "amount != PRO_PRICE",
        "amount < PRO_PRICE",
        "test_webhook.py",
        {"test_a_wrong_amount_is_refused"},
    ),
    Breakage(
        "before",
        "any member reads any invoice",
        "app.py",
        "invoice is None or invoice.user_id != me().id or",
        "invoice is None or",
        "test_plans.py",
        {"test_the_invoice_of_somebody_else_is_not_found"},
    ),
    Breakage(
        "before",
        "drafts count towards the plan",
        "app.py",
        "Post.author_id == user.id, Post.published_at.is_not(None)",
        "Post.author_id == user.id",
        "test_plan_limits.py",
        {
            "test_drafts_do_not_count",
            "test_a_draft_cannot_be_published_over_the_limit",
            "test_unpublishing_makes_room",
        },
    ),
    Breakage(
        "before",
        "any member changes any post",
        "app.py",
        "    if post.author_id != me().id:\n        abort(403)\n",
        "",
        "test_blog.py",
        {
            "test_a_post_of_somebody_else_cannot_be_edited",
            "test_a_post_of_somebody_else_cannot_be_deleted",
        },
    ),
    Breakage(
        "before",
        "HTML in a post is obeyed",
        "helpers.py",
        'MarkdownIt("js-default")',
        'MarkdownIt("commonmark")',
        "test_blog.py",
        {"test_hostile_markdown_stays_text"},
    ),
    Breakage(
        "before",
        "deleting a post needs no token",
        "app.py",
        '@app.post("/blog/<id:post_id>/delete")\n',
        '@app.post("/blog/<id:post_id>/delete")\n@csrf.exempt\n',
        "test_blog.py",
        {"test_a_form_of_a_post_needs_its_token"},
    ),
    Breakage(
        "before",
        "plain HTTP promises HTTPS",
        "app.py",
        "    if request.is_secure:\n",
        "    if True:\n",
        "test_security.py",
        {"test_plain_http_gets_no_hsts"},
    ),
    Breakage(
        "after",
        "a link serves any purpose",
        "modules/auth/tokens.py",
        "salt=self.name",
        'salt="link"',
        "test_tokens.py",
        {
            "test_a_confirmation_link_does_not_reset_a_password",
            "test_a_reset_link_does_not_confirm_an_address",
        },
    ),
    Breakage(
        "after",
        "links last for ever",
        "modules/auth/tokens.py",
        "max_age=max_age",
        "max_age=None",
        "test_tokens.py",
        {
            "test_a_confirmation_link_lasts_seven_days",
            "test_a_reset_link_lasts_one_hour",
            "test_a_reset_page_left_open_too_long_is_refused",
        },
    ),
    Breakage(
        "after",
        "next may start with two slashes",
        "modules/auth/redirects.py",
        "/(?!/)",
        "/",
        "test_login.py",
        {"test_next_cannot_leave_the_site"},
    ),
    Breakage(
        "after",
        "a spelling of the address has its own throttle",
        "modules/auth/limits.py",
        'comparable_address(request.form.get("email", "")) or',
        'request.form.get("email", "") or',
        "test_limits.py",
        {
            "test_another_spelling_of_the_address_is_the_same_door",
            "test_spaces_around_the_address_are_the_same_door",
            "test_mails_to_one_address_are_limited",
        },
    ),
    Breakage(
        "after",
        "nobody hears that somebody has a new name",
        "modules/auth/accounts.py",
        "    publish(UserRenamed(user_id=user.id, name=name))\n",
        "",
        "test_blog.py",
        {"test_a_new_name_shows_on_old_posts"},
    ),
    Breakage(
        "after",
        "nobody hears that a post was removed",
        "modules/box__community/blog/posts.py",
        "        publish(\n            PostRemoved(post_id=post.id, "
        "author_id=post.author_id, title=post.title)\n        )\n",
        "",
        "test_blog.py",
        {"test_an_admin_can_remove_a_post"},
    ),
    Breakage(
        "after",
        "a webhook that comes twice has its effect twice",
        "modules/billing/webhook.py",
        "    session.add(WebhookReceipt(id=message_id))\n",
        "",
        "test_webhook.py",
        {
            "test_the_same_delivery_twice_has_one_effect",
            "test_a_renewal_delivered_twice_is_one_invoice",
        },
    ),
    Breakage(
        "after",
        "a refused webhook counts as received",
        "modules/billing/webhook.py",
        'session.rollback()\n        return {"error"',
        'session.commit()\n        return {"error"',
        "test_webhook.py",
        {"test_a_refused_delivery_may_be_sent_again"},
    ),
    Breakage(
        "after",
        "any member reads any invoice",
        "modules/billing/invoices.py",
        "of(user_id).where(Invoice.id",
        "select(Invoice).where(Invoice.id",
        "test_plans.py",
        {"test_the_invoice_of_somebody_else_is_not_found"},
    ),
    Breakage(
        "after",
        "any member changes any post",
        "modules/box__community/blog/view.py",
        "    if post.author_id != current_user.id:\n        abort(403)\n",
        "",
        "test_blog.py",
        {
            "test_a_post_of_somebody_else_cannot_be_edited",
            "test_a_post_of_somebody_else_cannot_be_deleted",
        },
    ),
    Breakage(
        "after",
        "HTML in a post is obeyed",
        "modules/box__community/blog/text.py",
        '"js-default"',
        '"commonmark"',
        "test_blog.py",
        {"test_hostile_markdown_stays_text"},
    ),
    Breakage(
        "after",
        "a page repeats the last item of the page before",
        "web/pagination.py",
        "sa.tuple_(*keys) < sa.tuple_(*cursor)",
        "sa.tuple_(*keys) <= sa.tuple_(*cursor)",
        "test_blog.py",
        {"test_ones_own_posts", "test_the_blog"},
    ),
    Breakage(
        "after",
        "plain HTTP promises HTTPS",
        "web/security.py",
        "    if request.is_secure:\n",
        "    if True:\n",
        "test_security.py",
        {"test_plain_http_gets_no_hsts"},
    ),
]
