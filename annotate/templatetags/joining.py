"""Words put together: see `annotate.web.joining`."""

from django import template

from ..web.joining import colon, headed, listed

register = template.Library()
register.filter("listed", listed)
register.filter("headed", headed)
register.simple_tag(colon)
