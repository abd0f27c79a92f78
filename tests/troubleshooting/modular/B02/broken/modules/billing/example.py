from modules.auth.models import User

model = User
