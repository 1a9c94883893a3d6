"""Django's admin, with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class Administration(AdminConfig):
    # A name, not an import: the site knows every room, and this is read before there are any.
    default_site = "andre.web.admin.site.OperatorSite"
