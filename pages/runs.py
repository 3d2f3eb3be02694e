"""The page is drawn by `app.views.runs`."""

from app.views import runs

runs.render()
