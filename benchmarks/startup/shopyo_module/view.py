"""The page that our scaffold writes, on Shopyo's blueprint."""

import sqlalchemy as sa
from flask import redirect, render_template, url_for
from shopyo.api.module import ModuleHelp

from . import api
from .forms import EntryForm
from .models import Entry, session

mhelp = ModuleHelp(__file__, __name__)
blueprint = mhelp.blueprint


@blueprint.route("/", methods=["GET", "POST"])
def index():
    """Show the list, and add to it."""
    form = EntryForm()
    if form.validate_on_submit():
        api.add(form.text.data)
        return redirect(url_for(".index"))
    entries = session.scalars(sa.select(Entry)).all()
    context = {**mhelp.context(), "form": form, "entries": entries}
    return render_template(f"{mhelp.info['module_name']}/index.html", **context)
