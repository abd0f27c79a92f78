gunicorn --check-config wsgi:app
