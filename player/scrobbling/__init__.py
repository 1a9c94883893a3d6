"""Songs that a listener has truly heard, told to the service where they keep a list of them."""
