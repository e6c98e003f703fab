from django.urls import include, path

from bench.views import bare, bare_17, bare_in_portal, bare_signed_in, site

urlpatterns = [
    path("bench/nue/<int:unit>/", bare),
    path("bench/nue-connectee/<int:unit>/", bare_signed_in),
    path("bench/nue-portail/<int:unit>/", bare_in_portal),
    path("bench/17-nue/", bare_17),
    path("bench/admin/", site.urls),
    path("", include("calae_portal.urls")),
]
