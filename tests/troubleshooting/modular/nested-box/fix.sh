mv modules/box__sales/box__europe modules/box__europe
flask routes
