"""Tags: a part of the blog."""

from .building import Build, Edit, Feature, after, before

TAGS_FIELD = '    tags = StringField("Tags", validators=[BoundedLength(0, 200)])\n'
TAGS_INPUT = "\n  {{ render_field(form.tags) }}"

BEFORE = Build(
    edits=(
        after(
            "models.py",
            "    excerpt: Mapped[str] = mapped_column(String(250))\n",
            '    tags: Mapped[str] = mapped_column(String(200), server_default="")\n',
        ),
        before("forms.py", "    action = HiddenField()\n", TAGS_FIELD),
        after(
            "app.py",
            "    post.excerpt = make_excerpt(post.body_html)\n",
            '    post.tags = form.tags.data or ""\n',
        ),
        before(
            "app.py",
            '@app.get("/blog/feed.atom")\n',
            '''\
@app.get("/blog/tag/<tag>")
def tagged(tag: str) -> View:
    """List what is published under a tag."""
    page = paginate(published_posts().where(Post.tags.contains(tag, autoescape=True)))
    return render_template("blog.html", page=page)


''',
        ),
        after("templates/post_form.html", "{{ render_field(form.body) }}", TAGS_INPUT),
    ),
)

BLOG = "modules/box__community/blog"
AFTER = Build(
    edits=(
        after(
            f"{BLOG}/models.py",
            "    excerpt: Mapped[str] = mapped_column(sa.String(250))\n",
            '    tags: Mapped[str] = mapped_column(sa.String(99), server_default="")\n',
        ),
        before(f"{BLOG}/forms.py", "    action = HiddenField()\n", TAGS_FIELD),
        Edit(f"{BLOG}/forms.py", "    body: str\n", "    body: str\n    tags: str\n"),
        after(
            f"{BLOG}/forms.py",
            "            body=text_of(self.body),\n",
            "            tags=text_of(self.tags),\n",
        ),
        Edit(
            f"{BLOG}/posts.py", "body: str, public", 'body: str, tags: str = "", public'
        ),
        Edit(f"{BLOG}/posts.py", "body=body, public", "body=body, tags=tags, public"),
        after(f"{BLOG}/posts.py", "    post.body = body\n", "    post.tags = tags\n"),
        before(
            f"{BLOG}/view.py",
            '@blueprint.get("/feed.atom")\n',
            '''\
@blueprint.get("/tag/<tag>")
def tagged(tag: str) -> str:
    """Show what is published under a tag."""
    found = SUMMARIES.where(
        Post.published_at.is_not(None), Post.tags.contains(tag, autoescape=True)
    )
    page = Keyset[sa.Row[Any]](found, Post.published_at, Post.id).page(session)
    return render_template("blog/index.html", page=page)


''',
        ),
        after(
            f"{BLOG}/templates/blog/form.html",
            "{{ render_field(form.body) }}",
            TAGS_INPUT,
        ),
    ),
    migration_of="blog",
)

FEATURE = Feature("tags", BEFORE, AFTER, "/blog/new", 'name="tags"')
