flask db init
flask db revision --rev-id first -m "create users"
flask db revision --rev-id second -m "add email" --head first
flask db revision --rev-id third -m "add invoices" --head first --splice
