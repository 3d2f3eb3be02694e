"""The page is drawn by `app.views.decide`."""

from app.views import decide

decide.render()
