flask db upgrade
