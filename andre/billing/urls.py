"""Where plans are chosen, paid for and looked after."""

from django.urls import path

from andre.billing import api, views

urlpatterns = [
    path("billing/upgrade", views.upgrade_page, name="upgrade"),
    path("billing/portal", views.portal_page, name="billing_portal_page"),
    path("billing/return", views.return_page, name="billing_return"),
    path("api/billing/checkout", api.Checkout.as_view(), name="billing_checkout"),
    path("api/billing/portal", api.OpenPortal.as_view(), name="billing_portal"),
    path("api/billing/status", api.BillingStatus.as_view(), name="billing_status"),
    path("api/billing/webhook", api.Webhook.as_view(), name="billing_webhook"),
]
