flask db init
flask db revision --rev-id first -m "create users"
