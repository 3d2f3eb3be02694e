"""`python -m docs_site [FOLDER]`: build the site for the dashboard, and as a folder of files."""

import sys
from pathlib import Path

from app.documentation.site_files import ARCHIVE
from docs_site.build import SITE, BuildError, build_site


def main(arguments: list[str]) -> int:
    """Build the site and return the exit status: 1 if it has a fault, which is printed."""
    folder = Path(arguments[0]).resolve() if arguments else SITE
    try:
        pages = build_site(folder, ARCHIVE)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"The documentation has {pages} pages. It is in {folder}, and at /docs of the dashboard.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
