"""What a history of purchases says about the future: plain functions over arrays, with no framework and no database."""
