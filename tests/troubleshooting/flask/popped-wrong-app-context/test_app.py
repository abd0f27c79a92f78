from app import create_app


def test_the_context_ends_where_it_began():
    outer = create_app()
    with outer.app_context():
        inner = create_app()
        assert inner.name == "app"
