from flask import Flask
from blog.view import blog
from shop.view import shop

app = Flask(__name__)
app.register_blueprint(blog)
app.register_blueprint(shop)
