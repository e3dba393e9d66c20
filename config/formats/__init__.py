"""Where a language's own way to write numbers and dates, as Django knows it, is not taken.

A number is written with a point in all languages, as papers on agreement do, and scripts, drawings
and forms read: `0.83`.
"""
