"""`python -m dynas_studio` is `dynas-studio`."""

from dynas_studio.command import main

if __name__ == "__main__":
    main("python -m dynas_studio")
