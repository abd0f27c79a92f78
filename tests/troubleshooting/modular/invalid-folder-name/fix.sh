mv modules/my-shop modules/my_shop
flask routes
