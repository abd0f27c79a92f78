DATABASE_URL=sqlite:///shop.db flask routes
