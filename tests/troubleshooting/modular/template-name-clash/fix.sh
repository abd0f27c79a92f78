mkdir modules/shop/templates/shop
mv modules/shop/templates/index.html modules/shop/templates/shop/
flask routes
