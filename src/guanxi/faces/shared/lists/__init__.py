"""Lists of every face, composed from a noun's sheet: what was asked, chips, tabs, heads, rows, groups."""

from guanxi.faces.shared.lists.rows import Drawing, Pen, Rows, compiled, css_of

__all__ = ["Drawing", "Pen", "Rows", "compiled", "css_of"]
