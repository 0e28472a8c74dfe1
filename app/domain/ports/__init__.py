"""What the domain asks of its surroundings: one Protocol per topic, implemented by `app.repositories`."""
