"""The warehouse: a printed book. A snapshot is moved out of the record, an edition is built aside and swapped whole."""
