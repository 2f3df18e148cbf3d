# SPDX-License-Identifier: Apache-2.0
"""The one object that knows token, catalog, region, TLS and timeouts."""

import dataclasses
import functools
import http.client
import re

from keystoneauth1 import session
from keystoneauth1 import token_endpoint
from keystoneauth1.access import service_catalog
import requests
from requests import adapters

from protection_dashboard import exceptions
from protection_dashboard import settings as operator
from protection_dashboard.api import error_answers
from protection_dashboard.api import errors

CONNECT_TIMEOUT = 3
READ_TIMEOUT = 10
_Catalog = service_catalog.ServiceCatalogV3
_SLASHES = re.compile(r'(?<!:)/{2,}')
INTERFACES = ('public', 'internal')


class _Adapter(adapters.HTTPAdapter):
    """Gives up early on a host that is gone, later on one that works.

    A service may close a connection that was kept at the moment when it is
    used again: what only asks is asked once more.
    """

    def send(self, request, *args, **kwargs):
        kwargs['timeout'] = (CONNECT_TIMEOUT, kwargs.get('timeout'))
        try:
            answer = super().send(request, *args, **kwargs)
        except requests.ConnectionError as error:
            if request.method != 'GET' or not _was_closed(error):
                raise
            answer = super().send(request, *args, **kwargs)
        error_answers.received.set(True)
        return answer


def pool():
    """A requests.Session whose connections are used again."""
    made = requests.Session()
    for scheme in ('http://', 'https://'):
        made.mount(scheme, _Adapter(pool_maxsize=20))
    return made


class Session(session.Session):
    """Raises an error that is answered, before a client parses its body."""

    def request(self, url, method, *args, raise_exc=True, **options):
        """As keystoneauth's; ``raise_exc`` or not, ErrorAnswer is raised."""
        answer = super().request(
            url, method, *args, raise_exc=False, **options
        )
        if answer.status_code >= 400:
            raise error_answers.ErrorAnswer(answer)
        return answer


def _was_closed(error):
    """Whether the service closed the connection instead of answering."""
    causes = getattr(error.args[0], 'args', ()) if error.args else ()
    return any(
        isinstance(one, http.client.RemoteDisconnected) for one in causes
    )


def _endpoints(service):
    """The endpoints of a catalog's service; none of one without a type."""
    return service.get('endpoints') or () if service.get('type') else ()


def _tidy(url):
    """The address without a slash at its end, and without doubled ones.

    Clients put paths to it that begin with one, and services tell
    ``//workflows`` from ``/workflows``.
    """
    return _SLASHES.sub('/', url).rstrip('/')


@dataclasses.dataclass(frozen=True, eq=False)
class Cloud:
    """A cloud as one user sees it in one project.

    ``catalog`` is the list of services of a version 3 token (Identity API,
    ``GET /v3/auth/catalog``). ``verify`` is what requests understands: a
    CA bundle, True or False. ``timeout`` is in seconds. ``execution`` is
    the id of the run that acts, empty outside of one.
    """

    token: str = dataclasses.field(repr=False)
    project_id: str
    catalog: list = dataclasses.field(repr=False)
    region: str | None = None
    user: str = ''
    admin: bool = False
    verify: str | bool = True
    interfaces: tuple = INTERFACES
    timeout: float = READ_TIMEOUT
    original_ip: str | None = None
    project_name: str = ''
    execution: str = ''
    settings: operator.Settings = operator.Settings()  # noqa: RUF009  frozen

    def within(self, project_id):
        """An administrator's Cloud that acts for one project only.

        The lists of our api modules are of that project then, and their
        objects of other projects are not found.
        """
        return dataclasses.replace(self, project_id=project_id)

    def has(self, service_type):
        """Whether the catalog names such a service in this region."""
        return bool(self._found(service_type))

    def _found(self, service_type):
        """The endpoint's URL, or ''; to read the catalog takes a while."""
        if service_type not in self._known:
            catalog = _Catalog(self._offered)
            urls = catalog.get_urls(
                service_type=service_type, interface=self.interfaces
            )
            self._known[service_type] = _tidy(urls[0]) if urls else ''
        return self._known[service_type]

    @functools.cached_property
    def _offered(self):
        """The catalog, of it only what has an address here.

        keystoneauth gives up where a service has two types and neither has
        an endpoint in the region, and on an endpoint without an address.
        """
        found = [
            {**one, 'endpoints': list(filter(self._is_here, _endpoints(one)))}
            for one in self.catalog
        ]
        return [one for one in found if one['endpoints']]

    def _is_here(self, endpoint):
        region = endpoint.get('region_id') or endpoint.get('region')
        # Horizon's settings write publicURL
        known = map(_Catalog.normalize_interface, self.interfaces)
        return (
            isinstance(endpoint.get('url'), str)
            and endpoint.get('interface') in known
            and (not self.region or region == self.region)
        )

    @functools.cached_property
    def _known(self):
        return {}

    def url(self, service_type):
        """The endpoint's URL; Absent when the catalog has none."""
        url = self._found(service_type)
        if url:
            return url
        raise exceptions.Absent(
            f"The service catalog has no {service_type} service in this "
            "region: ask your administrator for it."
        )

    @functools.cached_property
    def _requests(self):
        return pool()

    def session(self, service_type):
        """A keystoneauth session bound to one endpoint: no discovery."""
        return Session(
            auth=token_endpoint.Token(self.url(service_type), self.token),
            session=self._requests,
            verify=self.verify,
            timeout=self.timeout,
            original_ip=self.original_ip,
        )


_VERSION = re.compile(r'/v\d[\d.]*(/.*)?$')


def endpoint_root(url):
    """Where a service tells its versions: ``:8776/v3/<id>`` -> ``:8776/``."""
    return _VERSION.sub('', url.rstrip('/')) + '/'


def check_endpoint(cloud, service_type, service):
    """Ask for the versions, which takes no token; Unavailable if none.

    Any answer but a server's own failure counts: some want a token even for
    this, and a proxy may keep the root to itself.
    """
    url = endpoint_root(cloud.url(service_type))
    session = cloud.session(service_type)
    with errors.of(service):
        try:
            session.get(url, authenticated=False, redirect=False)
        except error_answers.ErrorAnswer as error:
            if error.http_status >= 500:
                raise exceptions.Unavailable(
                    f"{service} answers {error.http_status} {error.reason}."
                ) from error
