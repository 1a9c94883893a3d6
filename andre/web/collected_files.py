"""What `collectstatic` takes along of what packages bring."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFiles(StaticFilesConfig):
    """Only what a page of ours asks for: the API's page is drawn by Swagger UI, and the views of
    REST framework answer in JSON alone.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
