"""The steps of the work: the only code that changes stored state.

Each function starts with a verb, takes keywords and `by`, the actor, is atomic, asserts the state
it needs, and returns what it made. Whether the actor may do it at all, the door has checked
(`annotate.permissions`).
"""
