"""The page is drawn by `app.views.supernets`."""

from app.views import supernets

supernets.render()
