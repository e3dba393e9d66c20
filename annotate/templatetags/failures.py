"""Failures in words."""

from django import template

from ..web import failure_words as words

register = template.Library()
register.filter("failure_words", words.failure_words)
