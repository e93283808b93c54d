"""The project's settings with the benchmark's command and reference views beside its pages. Nothing of the project knows of this."""
from hokuto_strategy import settings as project

globals().update({name: value for name, value in vars(project).items() if name.isupper()})

INSTALLED_APPS = [*project.INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
WSGI_APPLICATION = "bench.wsgi.application"
TEMPLATES = [{**project.TEMPLATES[0], "DIRS": [*project.TEMPLATES[0]["DIRS"], project.BASE_DIR / "bench" / "templates"]}]
LOGGING = {**project.LOGGING, "root": {"handlers": ["console"], "level": "WARNING"}}
