"""The page is drawn by `app.views.live`."""

from app.views import live

live.render()
