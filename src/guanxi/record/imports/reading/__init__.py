"""Files as batches of columns. What a file is, is decided by its content; a hostile file is refused in plain words.

Text formats give lists of str and need no heavy library, so that a small file can be read inside a request; Parquet
gives Arrow arrays.
"""
