from app import admin

recipient = admin()
