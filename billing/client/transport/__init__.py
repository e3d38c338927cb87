"""What is known of a request on its way through an HTTP library: whether it left, and when."""
