blueprint = 1 / 0
