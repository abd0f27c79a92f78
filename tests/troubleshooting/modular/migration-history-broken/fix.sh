rm modules/dashboard/migrations/dashboard_0003_second.py
flask renameapp dashboard charts
