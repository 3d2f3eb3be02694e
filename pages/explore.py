"""The page is drawn by `app.views.explore`."""

from app.views import explore

explore.render()
