"""A note on a user: a part of the admin panel."""

from .building import LAST_FORM, Build, Edit, Feature, after, before

NOTE_FORM = '''

class NoteForm(Form):
    """Save a note for the other admins."""

    text = TextAreaField("Note")
'''
NOTE_INPUT = """\
<form method="post" action="{{ url_for('%s', user_id=user.id) }}">
  <input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
  <textarea name="text" aria-label="Note">{{ %s }}</textarea>
  <button>Save the note</button>
</form>
"""
USER_PAGE_END = '<p><a href="'

BEFORE = Build(
    edits=(
        after(
            "models.py",
            "    active: Mapped[bool] = mapped_column(default=True)\n",
            '    note: Mapped[str] = mapped_column(Text, server_default="")\n',
        ),
        after("forms.py", LAST_FORM, NOTE_FORM),
        after("app.py", "    NewPostForm,\n", "    NoteForm,\n"),
        before(
            "app.py",
            '@app.get("/admin/status")\n',
            '''\
@app.post("/admin/users/<id:user_id>/note")
@admin_required
def note_user(user_id: int) -> View:
    """Save a note for the other admins."""
    return change_user(user_id, note=NoteForm().text.data or "")


''',
        ),
        before(
            "templates/admin_user.html",
            USER_PAGE_END,
            NOTE_INPUT % ("note_user", "user.note"),
        ),
    ),
)

AFTER = Build(
    edits=(
        Edit(
            "modules/admin/forms.py",
            "from wtforms import HiddenField\n",
            "from wtforms import HiddenField, TextAreaField\n",
        ),
        Edit(
            "modules/admin/forms.py",
            "\n\nclass RoleForm",
            f"\n{NOTE_FORM}\n\nclass RoleForm",
        ),
        Edit(
            "modules/admin/view.py",
            "from .forms import RoleForm\n",
            "from .forms import NoteForm, RoleForm\n"
            "from .models import Note, session\n",
        ),
        before(
            "modules/admin/view.py",
            '@blueprint.get("/status")\n',
            '''\
@blueprint.post("/users/<id:user_id>/note")
@admin_required
def note(user_id: int) -> ResponseReturnValue:
    """Save a note for the other admins."""
    text = NoteForm().text.data or ""
    session.merge(Note(user_id=_find(user_id).id, text=text))
    session.commit()
    return _saved(user_id)


''',
        ),
        Edit(
            "modules/admin/view.py",
            "plan=plan, form=form)",
            "plan=plan, form=form, note=session.get(Note, account.id))",
        ),
        before(
            "modules/admin/templates/admin/user.html",
            USER_PAGE_END,
            NOTE_INPUT % (".note", "note.text if note else ''"),
        ),
    ),
    new_files=(
        (
            "modules/admin/models.py",
            '''\
"""The table of notes."""

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel import module_registry, module_session

session = module_session("admin")


class Base(DeclarativeBase):
    """The base of this module's own tables."""

    registry = module_registry()


class Note(Base):
    """What admins should know about a user, by the user's id."""

    __tablename__ = "admin_note"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
''',
        ),
    ),
    migration_of="admin",
)

FEATURE = Feature("note", BEFORE, AFTER, "/admin/users/1", "Save the note")
