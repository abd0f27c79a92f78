def facts(user_id: int) -> dict[str, str]:
    return {"Orders": "3"}
