"""Text as people write it, and the forms by which it is compared, searched, sorted and masked."""
