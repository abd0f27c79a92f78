flask initialize
flask migrate dashboard 'add a table'
