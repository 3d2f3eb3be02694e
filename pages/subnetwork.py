"""The page is drawn by `app.views.subnetwork`."""

from app.views import subnetwork

subnetwork.render()
