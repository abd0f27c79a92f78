from sqlalchemy import text

NAMES = text("SELECT name FROM auth_user")
