from app import admin, app

with app.app_context():
    recipient = admin()
