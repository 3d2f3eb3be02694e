"""The page is drawn by `app.views.new_search`."""

from app.views import new_search

new_search.render()
