"""Write the next migration from the difference between the models and the migrations there are."""

import subprocess
import sys

from models.database import tortoise_config
from settings import settings_from_environment

TORTOISE_ORM = tortoise_config(settings_from_environment()).to_dict()

if __name__ == "__main__":
    command = [sys.executable, "-m", "tortoise", "-c", "scripts.make_migration.TORTOISE_ORM", "makemigrations"]
    sys.exit(subprocess.call([*command, *(["--name", sys.argv[1]] if sys.argv[1:] else [])]))
