flask startapp my_shop
