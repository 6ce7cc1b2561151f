"""A parameter as its row is drawn once its field is left: what was typed is checked, not kept."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from playground.composer.options_form import OptionsForm
from playground.composer.parameters import ValuesField, axes_in, shown_field
from playground.providers.parameters.listed import PARAMETERS


@require_POST
def check(request: HttpRequest, name: str) -> HttpResponse:
    """The row of the composer; with `?values`, of an experiment, where it may have several."""
    parameter = PARAMETERS.get(name)
    if not parameter:
        raise Http404
    if "values" in request.GET:
        form = forms.Form(request.POST)
        form.fields[name] = ValuesField(name)
        context = {"one": parameter, "field": form[name], "is_checked": True}
        return render(request, "composer/experiments/_parameter.html", context)
    row = shown_field(OptionsForm(request.POST), parameter, axes_in(request.POST))
    return render(request, "composer/_parameter.html", {"one": row, "is_checked": True})
