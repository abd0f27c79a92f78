flask db revision --rev-id first -m "create users"
flask db current
