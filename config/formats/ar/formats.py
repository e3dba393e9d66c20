# Django puts a comma before the year, and has no Arabic form of a day with its time.
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"
DECIMAL_SEPARATOR = "."
