"""`python -m scripts.demo.posters`: write the posters; the pictures in the diff are the review."""

from scripts.demo.posters import write

if __name__ == "__main__":
    write()
