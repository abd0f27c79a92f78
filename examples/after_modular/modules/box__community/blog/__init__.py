"""The blog: everyone can read published posts, and members can write them."""

from kernel import Link, Module

module = Module(
    import_name=__name__,
    title="Blog",
    summary="Posts in Markdown, from the draft to the Atom feed.",
    depends_on=("auth",),
    uses=("billing",),
    links=(
        Link("Blog", "blog.index", icon="newspaper", order=20),
        Link("Write", "blog.new", audience="member", icon="square-pen", order=20),
        Link("My posts", "blog.mine", audience="member", icon="file-text", order=20),
    ),
)
