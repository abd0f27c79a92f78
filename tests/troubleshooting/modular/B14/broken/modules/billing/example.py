from flask_login import current_user


def rename() -> None:
    current_user.name = "Ada"
