DATABASE_URL=sqlite:///app.db flask routes
