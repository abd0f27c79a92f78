from flask_login import current_user


def name() -> str:
    return str(current_user.name)
