from flask import Flask, render_template_string
from flask_wtf import CSRFProtect

PAGE = """
<form method="post">
  <button>Subscribe</button>
</form>
"""

app = Flask(__name__)
app.secret_key = "development"
CSRFProtect(app)


@app.route("/", methods=["GET", "POST"])
def index():
    return render_template_string(PAGE)
