"""Links to styles and script: one file each once they are collected, else the many."""

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from playground.web.bundles import (
    HTMX,
    SCRIPT,
    SCRIPT_BUNDLE,
    SHARED_BUNDLE,
    SHARED_SCRIPT,
    STYLE_BUNDLE,
    STYLES,
)

register = template.Library()


def _bundled() -> bool:
    return getattr(staticfiles_storage, "bundled", False)


@register.simple_tag
def styles() -> SafeString:
    names = (STYLE_BUNDLE,) if _bundled() else STYLES
    return format_html_join(
        "\n  ", '<link rel="stylesheet" href="{}">', ((static(name),) for name in names)
    )


@register.simple_tag
def scripts() -> SafeString:
    if _bundled():
        return format_html('<script src="{}" defer></script>', static(SCRIPT_BUNDLE))
    return format_html(
        '<script src="{}" defer></script>\n  <script src="{}" type="module"></script>',
        static(HTMX),
        static(SCRIPT),
    )


@register.simple_tag
def shared_script() -> SafeString:
    """The small script of a page that strangers read."""
    if _bundled():
        return format_html('<script src="{}" defer></script>', static(SHARED_BUNDLE))
    return format_html('<script src="{}" type="module"></script>', static(SHARED_SCRIPT))
