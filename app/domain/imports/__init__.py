"""Imports: what a spreadsheet may bring, cell by cell and row by row, before anything is written.

`table` turns lines of text into named columns, `cells` reads one cell, `sheets` says which columns each kind has, `report`
is what is told afterwards; `units`, `employees`, `accounts`, `relations` and `scores` judge rows against what there is.
"""
