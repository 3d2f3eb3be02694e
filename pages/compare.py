"""The page is drawn by `app.views.compare`."""

from app.views import compare

compare.render()
