"""Rows of a pipe table: one paper a row, its fields in the columns that are for them.

``cells`` splits rows, ``columns`` finds out what the columns of a table are for and whether it holds papers,
``title_cell`` reads the cell of the title, ``link_cells`` tells the columns of links apart, ``row`` is the
shape, ``group`` the tables of a text.
"""
