from django.apps import AppConfig


class CollectingConfig(AppConfig):
    name = "collecting"
    verbose_name = "実績の照会"
