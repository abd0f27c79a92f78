flask db init
flask db revision --rev-id first -m "create users"
flask db upgrade
rm migrations/versions/first_*.py
