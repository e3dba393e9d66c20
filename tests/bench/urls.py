"""The product's addresses, and two that do the least that a Django view can do with a database."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from .models import Row


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    row = Row.objects.create(text=request.POST["text"])
    return HttpResponse(str(row.pk))


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Row.objects.get(pk=1).text)


urlpatterns = [
    path("floor/insert/", insert, name="floor-insert"),
    path("floor/read/", read, name="floor-read"),
    path("", include("config.urls")),
]
