"""`python -m rentguy`."""

from rentguy.commands import main

if __name__ == "__main__":
    main()
