from modules.auth.api import published

mark = published
