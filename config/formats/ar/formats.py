# Django has no Arabic form of a day with its time, and would take the English one.
DATETIME_FORMAT = "j F، Y، H:i"
DECIMAL_SEPARATOR = "."
