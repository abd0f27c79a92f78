def facts() -> dict[str, str]:
    return {"Orders": "3"}
