"""The page is drawn by `app.views.elastic`."""

from app.views import elastic

elastic.render()
