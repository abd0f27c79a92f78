flask db merge heads --rev-id merged -m "merge add email and add invoices"
flask db upgrade
