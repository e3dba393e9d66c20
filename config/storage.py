"""How `collectstatic` stores the static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Every file under a name that holds its hash, so that browsers may keep it for ever; Isnad's
    own modules too, which are named by each other's `import` only.

    Django's `support_js_module_import_aggregation` would do so for the modules of all packages, and
    stops at htmx, whose comments look like imports.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "annotate/*.js",
            ((r'(?P<matched>from "(?P<url>\./[^"]+)";)', 'from "%(url)s";'),),
        ),
    )
