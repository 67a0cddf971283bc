"""The demo firm: a small group of bank, garage and shop whose people live the stories of the requirements."""
