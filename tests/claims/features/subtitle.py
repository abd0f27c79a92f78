"""A subtitle: the second feature inside the blog."""

from .building import Build, Edit, Feature, after, before

BLOG = "modules/box__community/blog"
SUBTITLE_FIELD = (
    '    subtitle = StringField("Subtitle", validators=[BoundedLength(0, 200)])\n'
)
SUBTITLE_COLUMN = 'mapped_column({}String(200), server_default="")\n'

BEFORE = Build(
    edits=(
        after(
            "models.py",
            "    title: Mapped[str] = mapped_column(String(120))\n",
            f"    subtitle: Mapped[str] = {SUBTITLE_COLUMN.format('')}",
        ),
        before("forms.py", "    action = HiddenField()\n", SUBTITLE_FIELD),
        after(
            "app.py",
            "    post.title = form.title.data\n",
            '    post.subtitle = form.subtitle.data or ""\n',
        ),
        before(
            "templates/post_form.html",
            "{{ render_field(form.body) }}",
            "{{ render_field(form.subtitle) }}\n  ",
        ),
    ),
)

AFTER = Build(
    edits=(
        after(
            f"{BLOG}/models.py",
            "    title: Mapped[str] = mapped_column(sa.String(120))\n",
            f"    subtitle: Mapped[str] = {SUBTITLE_COLUMN.format('sa.')}",
        ),
        before(f"{BLOG}/forms.py", "    action = HiddenField()\n", SUBTITLE_FIELD),
        Edit(
            f"{BLOG}/forms.py",
            "    title: str\n",
            "    title: str\n    subtitle: str\n",
        ),
        after(
            f"{BLOG}/forms.py",
            "            title=text_of(self.title),\n",
            "            subtitle=text_of(self.subtitle),\n",
        ),
        Edit(
            f"{BLOG}/posts.py",
            "body: str, public",
            'body: str, subtitle: str = "", public',
        ),
        Edit(
            f"{BLOG}/posts.py",
            "body=body, public",
            "body=body, subtitle=subtitle, public",
        ),
        after(
            f"{BLOG}/posts.py",
            "    post.title = title\n",
            "    post.subtitle = subtitle\n",
        ),
        before(
            f"{BLOG}/templates/blog/form.html",
            "{{ render_field(form.body) }}",
            "{{ render_field(form.subtitle) }}\n  ",
        ),
    ),
    migration_of="blog",
)

FEATURE = Feature("subtitle", BEFORE, AFTER, "/blog/new", 'name="subtitle"')
