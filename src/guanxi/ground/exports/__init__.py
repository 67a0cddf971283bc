"""Rows written as files for people and for machines; formulas stay texts in all of them."""
