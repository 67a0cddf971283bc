"""One importer a kind: what its fields are, and how its rows become acts of the noun's services."""
