"""`python -m guanxi` is the same as `guanxi`."""

from guanxi.project.commands import main

if __name__ == "__main__":
    main()
