from app import engine, import_all


def test_all_are_imported():
    try:
        import_all(["/a", "/b"])
    finally:
        engine.dispose()
