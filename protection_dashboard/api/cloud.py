# SPDX-License-Identifier: Apache-2.0
"""The object with a user's token, catalog, region, TLS and timeouts."""

from collections.abc import Callable
from collections.abc import Iterable
import dataclasses
import functools
import http.client
import re
import threading
from typing import Any
from typing import Self
from urllib import parse

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
#: one service of a catalog, or one of its endpoints, as Keystone's JSON
JSONObject = dict[str, Any]
#: what requests understands: the path of a CA bundle, True or False
Verify = str | bool
_Catalog = service_catalog.ServiceCatalogV3
_SLASHES = re.compile(r'(?<!:)/{2,}')
INTERFACES = ('public', 'internal')
_REDIRECTS = 5


class _Adapter(adapters.HTTPAdapter):
    """Waits a short time for a connection, and longer for an answer.

    A service may close a connection that was kept open at the moment when it
    is used again: a GET is then sent once more.
    """

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        kwargs['timeout'] = (CONNECT_TIMEOUT, kwargs.get('timeout'))
        try:
            answer = super().send(request, *args, **kwargs)
        except requests.ConnectionError as error:
            if request.method != 'GET' or not _was_closed(error):
                raise
            answer = super().send(request, *args, **kwargs)
        error_answers.answer_received.set(True)
        return answer


def pooled_session() -> requests.Session:
    """A requests.Session that keeps its connections open."""
    made = requests.Session()
    for scheme in ('http://', 'https://'):
        made.mount(scheme, _Adapter(pool_maxsize=20))
    return made


class Session(session.Session):
    """Raises an ErrorAnswer before a client parses the body of an error.

    keystoneauth follows a redirect to any host, with the token: this one
    stays at the host of the service.
    """

    def request(
        self,
        url: str,
        method: str,
        *args: Any,
        raise_exc: bool = True,
        redirect: bool | int | None = None,
        **options: Any,
    ) -> requests.Response:
        """As keystoneauth's, but it raises whatever ``raise_exc`` is.

        ErrorAnswer for each status of 400 or more, and RedirectAnswer for a
        redirect that is not followed. ``redirect=False`` follows none, and
        gives the answer as it is.
        """
        options |= {'raise_exc': False, 'redirect': False}
        answer: requests.Response = super().request(
            url, method, *args, **options
        )
        for _time in range(_REDIRECTS):
            if redirect is False or not answer.is_redirect:
                break
            # the address has the parameters of the query already
            options.pop('params', None)
            address = _address_at_same_host(answer)
            answer = super().request(address, method, *args, **options)
        if answer.status_code >= 400:
            raise error_answers.ErrorAnswer(answer)
        if redirect is not False and answer.is_redirect:
            raise error_answers.RedirectAnswer(answer, answer.url)
        return answer


def _address_at_same_host(answer: requests.Response) -> str:
    """Where a redirect leads; RedirectAnswer if the token must not go there.

    That is another host, or from https to http.
    """
    try:
        address = parse.urljoin(answer.url, answer.headers['location'])
        before, after = parse.urlsplit(answer.url), parse.urlsplit(address)
    except ValueError:
        raise error_answers.RedirectAnswer(answer, '') from None
    schemes = {before.scheme, 'https'}
    if after.hostname != before.hostname or after.scheme not in schemes:
        raise error_answers.RedirectAnswer(answer, address)
    return address


class _Login:
    """The token of a Cloud, and how to get another once it is refused."""

    def __init__(self, token: str, renew: Callable[[], str] | None) -> None:
        self.token = token
        self._renew = renew
        self._lock = threading.Lock()

    def renew(self, refused: str) -> bool:
        """Whether there is another token than the refused one.

        Calls that are refused at the same time get one new token. Raises
        what ``Cloud.renew`` raises.
        """
        with self._lock:
            if self._renew and self.token == refused:
                self.token = self._renew()
            return self.token != refused


class _EndpointLogin(token_endpoint.Token):
    """The token of a login at one endpoint.

    keystoneauth's session asks for a new token once a service answers 401,
    and then sends the request once more.
    """

    def __init__(self, endpoint: str, login: _Login) -> None:
        super().__init__(endpoint, login.token)
        self._login = login
        self._sent = threading.local()

    def get_token(self, session: session.Session) -> str:
        """The login's present token."""
        self._sent.token = self._login.token
        sent: str = self._sent.token
        return sent

    def invalidate(self) -> bool:
        """Whether the service's 401 is worth another try."""
        return self._login.renew(self._sent.token)


def _was_closed(error: Exception) -> bool:
    """Whether the service closed the connection instead of answering."""
    causes = getattr(error.args[0], 'args', ()) if error.args else ()
    return any(
        isinstance(cause, http.client.RemoteDisconnected) for cause in causes
    )


def _endpoints(service: JSONObject) -> Iterable[JSONObject]:
    """The endpoints of a catalog's service; none if it has no type."""
    return service.get('endpoints') or () if service.get('type') else ()


def _without_extra_slashes(url: str) -> str:
    """The URL without a slash at its end, and without doubled ones.

    Clients append paths that begin with a slash, and for the services
    ``//workflows`` is not ``/workflows``.
    """
    return _SLASHES.sub('/', url).rstrip('/')


@dataclasses.dataclass(frozen=True, eq=False)
class Cloud:
    """A cloud as one user sees it in one project.

    ``catalog`` is the list of services of a version 3 token (Identity API,
    ``GET /v3/auth/catalog``). ``user`` is a name, ``user_id`` its id or ''.
    ``admin`` is whether the user has the role of an administrator. ``roles``
    are the names of all roles of the token, implied ones too; none where
    nobody arms a schedule. ``verify`` is what requests understands: the path
    of a CA bundle, True or False. ``timeout`` is how long to wait for an
    answer, in seconds. ``execution`` is the id of the execution that acts,
    empty outside of one. ``renew`` gives a new token once a service refuses
    the token (401), as it does when the token has expired; without it the 401
    is final.
    """

    token: str = dataclasses.field(repr=False)
    project_id: str
    catalog: list[JSONObject] = dataclasses.field(repr=False)
    region: str | None = None
    user: str = ''
    user_id: str = ''
    admin: bool = False
    verify: Verify = True
    interfaces: tuple[str, ...] = INTERFACES
    timeout: float = READ_TIMEOUT
    original_ip: str | None = None
    project_name: str = ''
    execution: str = ''
    roles: frozenset[str] = frozenset()
    settings: operator.Settings = operator.Settings()  # noqa: RUF009  frozen
    role_settings: operator.RoleSettings = operator.RoleSettings()  # noqa: RUF009  frozen
    renew: Callable[[], str] | None = dataclasses.field(
        default=None, repr=False
    )
    _login: _Login = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        login = _Login(self.token, self.renew)
        object.__setattr__(self, '_login', login)

    def within(self, project_id: str) -> Self:
        """A copy of an administrator's Cloud that acts for one project only.

        The lists of our api modules are then those of that project, and
        objects of other projects are not found.
        """
        return dataclasses.replace(self, project_id=project_id)

    def has(self, service_type: str) -> bool:
        """Whether the catalog has such a service in this region."""
        return bool(self._url_or_empty(service_type))

    def _url_or_empty(self, service_type: str) -> str:
        """The endpoint's URL, or ''; kept, as reading the catalog is slow."""
        if service_type not in self._urls:
            catalog = _Catalog(self._reachable_services)
            urls = catalog.get_urls(
                service_type=service_type, interface=self.interfaces
            )
            self._urls[service_type] = (
                _without_extra_slashes(urls[0]) if urls else ''
            )
        return self._urls[service_type]

    @functools.cached_property
    def _reachable_services(self) -> list[JSONObject]:
        """The services of the catalog that have an endpoint for us.

        keystoneauth fails where a service has two types and neither has an
        endpoint in the region, and on an endpoint without a URL.
        """
        found = [
            {
                **service,
                'endpoints': list(filter(self._is_here, _endpoints(service))),
            }
            for service in self.catalog
        ]
        return [service for service in found if service['endpoints']]

    def _is_here(self, endpoint: JSONObject) -> bool:
        """Whether an endpoint is of this region and these interfaces."""
        region = endpoint.get('region_id') or endpoint.get('region')
        # Horizon's settings write publicURL
        known = map(_Catalog.normalize_interface, self.interfaces)
        return (
            isinstance(endpoint.get('url'), str)
            and endpoint.get('interface') in known
            and (not self.region or region == self.region)
        )

    @functools.cached_property
    def _urls(self) -> dict[str, str]:
        """``{service type: URL or ''}`` of the types asked for so far."""
        return {}

    def url(self, service_type: str) -> str:
        """The endpoint's URL; raises Absent when the catalog has none."""
        url = self._url_or_empty(service_type)
        if url:
            return url
        raise exceptions.Absent(
            f"The service catalog has no {service_type} service in this "
            "region: ask your administrator for it."
        )

    @functools.cached_property
    def _requests(self) -> requests.Session:
        return pooled_session()

    def session(self, service_type: str) -> Session:
        """A keystoneauth session of one endpoint, without discovery."""
        return Session(
            auth=_EndpointLogin(self.url(service_type), self._login),
            session=self._requests,
            verify=self.verify,
            timeout=self.timeout,
            original_ip=self.original_ip,
        )


_VERSION = re.compile(r'/v\d[\d.]*(/.*)?$')


def endpoint_root(url: str) -> str:
    """The URL of a service's versions: ``:8776/v3/<id>`` -> ``:8776/``."""
    return _VERSION.sub('', url.rstrip('/')) + '/'


def check_endpoint(cloud: Cloud, service_type: str, service: str) -> None:
    """Ask a service for its versions, which needs no token.

    Raises Unavailable if it does not answer, or with a status of 500 or
    more. Any other answer counts: some services want a token even for this,
    and a proxy may not forward the root. ``service`` is its name for users.
    """
    url = endpoint_root(cloud.url(service_type))
    session = cloud.session(service_type)
    with errors.convert_errors(service):
        try:
            session.get(url, authenticated=False, redirect=False)
        except error_answers.ErrorAnswer as error:
            if error.http_status >= 500:
                raise exceptions.Unavailable(
                    f"{service} answers {error.http_status} {error.reason}."
                ) from error
