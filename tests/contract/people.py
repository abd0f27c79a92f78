"""The people of the suite: each gets a unique name and address.

They do what a user does, through pages and mails, so that every test can run
against a server that already has other users.
"""

from __future__ import annotations

from uuid import uuid4

import httpx

from .browser import Browser, Page
from .mailbox import Mailbox
from .targets import InProcess, Live
from .texts import CONFIRM_SUBJECT, RESET_SUBJECT

PASSWORD = "correct horse battery"


class Person(Browser):
    """Somebody in front of a browser, who may have an account."""

    def __init__(
        self, client: httpx.Client, mailbox: Mailbox, name: str, email: str
    ) -> None:
        super().__init__(client)
        self.mailbox = mailbox
        self.name = name
        self.email = email
        self.password = PASSWORD

    # blog

    def write(
        self, title: str = "A title", body: str = "Words.", action: str = "publish"
    ) -> Page:
        """Fill in the form for a new post; `action` is publish or draft."""
        form = self.get("/blog/new").expect(200).form("/blog/new", action=action)
        return form.fill(title=title, body=body).submit()

    def publish(self, title: str = "A title", body: str = "Words.") -> str:
        """Publish a post and return its path."""
        return self.write(title, body).expect(302).location

    def draft(self, title: str = "A title", body: str = "Words.") -> str:
        """Save a draft and return its path."""
        return self.write(title, body, action="draft").expect(302).location

    def edit(self, post: str, action: str = "publish", **fields: str) -> Page:
        """Change a post."""
        path = f"{post}/edit"
        form = self.get(path).expect(200).form(path, action=action)
        return form.fill(**fields).submit()

    def delete(self, post: str) -> Page:
        """Press the button that deletes a post."""
        return self.get(post).form(f"{post}/delete").submit()

    # billing

    def checkout(self) -> str:
        """Start to subscribe; return the path of the payment page."""
        form = self.get("/billing/plans").expect(200).form("/billing/subscribe")
        return form.submit().expect(302).location

    def pay(self, checkout: str, outcome: str = "paid") -> Page:
        """Press a button of the payment page."""
        return self.get(checkout).expect(200).form(checkout, outcome=outcome).submit()

    def go_pro(self) -> str:
        """Subscribe and pay; return the payment's reference."""
        checkout = self.checkout()
        self.pay(checkout).to("/billing/")
        self.eventually("/billing/", lambda page: page.has('[data-plan="pro"]'))
        return checkout.rsplit("/", 1)[-1]

    @property
    def plan(self) -> str:
        """The plan that the subscription page shows, free or pro."""
        return str(self.get("/billing/").expect(200).one("[data-plan]")["data-plan"])

    # notifications

    def notified(self, text: str, count: int = 1) -> Page:
        """Wait for notifications that contain a text; return their page."""

        def arrived(page: Page) -> bool:
            return sum(text in tag.get_text() for tag in page.items.values()) >= count

        page = self.eventually("/notifications/", arrived)
        if not arrived(page):
            page.fail(f"expected {count} notification(s) “{text}”")
        return page

    # admin

    def user_page(self, person: Person) -> str:
        """Return the path of somebody's page in the admin panel."""
        page = self.get("/admin/users", params={"q": person.email}).expect(200)
        if len(page.items) != 1:
            page.fail(f"expected one user {person.email}, got {len(page.items)}")
        return f"/admin/users/{next(iter(page.items))}"

    def administer(self, person: Person, action: str, **chosen: str) -> Page:
        """Send a form of somebody's page: deactivate, activate or role."""
        path = self.user_page(person)
        return self.get(path).expect(200).form(f"{path}/{action}", **chosen).submit()

    # auth

    def register(self, **fields: str) -> Page:
        """Fill in and send the registration form."""
        own = {"name": self.name, "email": self.email, "password": self.password}
        form = self.get("/auth/register").form("/auth/register")
        return form.fill(**own | fields).submit()

    def confirmation(self, count: int = 1) -> str:
        """Return the path of the newest confirmation link."""
        mail = self.mailbox.wait(self.email, CONFIRM_SUBJECT, count)
        return mail.link("/auth/confirm/")

    def confirm(self, path: str | None = None) -> Page:
        """Open the confirmation link and press its button."""
        path = path or self.confirmation()
        return self.get(path).expect(200).form(path).submit()

    def log_in(self, path: str = "/auth/login", **fields: str | bool) -> Page:
        """Fill in and send the log-in form."""
        own = {"email": self.email, "password": self.password}
        return self.get(path).form("/auth/login").fill(**own | fields).submit()

    def come_back(self) -> None:
        """Log in again, if the session has ended."""
        if not self.is_logged_in():
            self.log_in().expect(302)

    def log_out(self) -> Page:
        """Press the button in the navigation."""
        return self.get("/auth/account").form("/auth/logout").submit()

    def is_logged_in(self) -> bool:
        """Tell whether the account page opens."""
        return self.get("/auth/account").status == 200

    def ask_for_reset(self) -> Page:
        """Ask for a mail with a link to reset the password."""
        return ask_for_mail(self, "/auth/reset", self.email)

    def reset_link(self, count: int = 1) -> str:
        """Return the path of the newest link to reset the password."""
        mail = self.mailbox.wait(self.email, RESET_SUBJECT, count)
        return mail.link("/auth/reset/")

    def reset(self, path: str, password: str) -> Page:
        """Open a reset link and set a new password."""
        return self.get(path).expect(200).form(path).fill(password=password).submit()

    def delete_account(self, password: str | None = None) -> Page:
        """Delete the account on its own page."""
        path = "/auth/account/delete"
        form = self.get(path).expect(200).form(path)
        return form.fill(password=password or self.password).submit()


class People:
    """Brings people to a site."""

    def __init__(self, site: Live | InProcess, mailbox: Mailbox) -> None:
        self.site = site
        self.mailbox = mailbox
        self._everyone: list[Person] = []

    # billing

    def pro(self) -> Person:
        """Return a member who has paid for Pro."""
        person = self.member()
        person.go_pro()
        return person

    # auth

    def stranger(self, **connection: str) -> Person:
        """Return somebody who has no account yet."""
        mark = uuid4().hex[:12]
        client = self.site.client(**connection)
        person = Person(
            client, self.mailbox, f"Writer {mark}", f"writer-{mark}@example.com"
        )
        self._everyone.append(person)
        return person

    def again(self, person: Person) -> Person:
        """Return the same person in front of another browser, not logged in."""
        other = self.stranger()
        other.name, other.email = person.name, person.email
        other.password = person.password
        return other

    def registered(self) -> Person:
        """Return somebody who has not confirmed their address yet."""
        person = self.stranger()
        person.register().expect(302)
        return person

    def confirmed(self) -> Person:
        """Return somebody who could log in."""
        person = self.registered()
        person.confirm().expect(302)
        return person

    def member(self) -> Person:
        """Return somebody who is logged in."""
        person = self.confirmed()
        person.log_in().expect(302)
        return person

    def admin(self) -> Person:
        """Return an admin of the site who is logged in."""
        person = self.stranger()
        person.email = self.site.admin_email
        person.password = self.site.admin_password
        person.log_in().expect(302)
        return person

    def leave(self) -> None:
        """Close all browsers."""
        for person in self._everyone:
            person.close()


def ask_for_mail(browser: Browser, path: str, email: str) -> Page:
    """Send the form of /auth/reset or /auth/confirm for an address."""
    return browser.get(path).expect(200).form(path).fill(email=email).submit()
