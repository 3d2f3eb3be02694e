"""Parts of Streamlit's page, by what it names them for its own tests.

Tests and benchmarks that drive a browser look for these; `test_compat.py` says when one is gone.
"""

APP = "[data-testid=stApp]"
STATE = "data-test-script-state"  # an attribute of APP: "running" while a page is drawn
AT_REST = f"{APP}[{STATE}=notRunning]"
MAIN = "[data-testid=stMain]"  # what scrolls
RUNNING = "[data-testid=stStatusWidget]"
ALERT = "[data-testid=stAlert]"
CODE = "[data-testid=stCode] pre"
OPENER = "[data-testid=stPopoverButton]"
OPENED = "[data-testid=stPopoverBody]"
TAGS = ".stMultiSelect input"
