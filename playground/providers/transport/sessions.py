"""The connections under the calls: one session a thread, one TLS context for the process.

Everything that `requests` would do by itself (netrc, proxies as it reads them, cookies, redirects,
repeating, loading the bundle for each connection) is switched off here.
"""

from __future__ import annotations

import functools
import ssl
import threading
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import DEFAULT_CA_BUNDLE_PATH, HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_match_hostname import CertificateError

from playground.providers.transport.wire import Response

if TYPE_CHECKING:
    from requests.adapters import _HostParams, _PoolKwargs

_HEADERS = {"User-Agent": "vision-playground", "Accept-Encoding": "identity"}

_local = threading.local()
_tls_lock = threading.Lock()


def tls_context() -> ssl.SSLContext:
    """Return the one context of this process: each would read the whole bundle and keep it."""
    with _tls_lock:  # 256 threads make their first call at once
        return _load_tls_context()


@functools.cache
def _load_tls_context() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    context.load_default_certs()  # authorities the machine's owner added, or SSL_CERT_FILE
    return context


class HandshakeError(NewConnectionError):
    """The connection was made but TLS was not: still no byte of the request went out."""


class _Http(HTTPConnection):
    response_class = Response


class _Https(HTTPSConnection):
    response_class = Response

    def connect(self) -> None:
        # Otherwise a handshake that times out looks like a read timeout, and one that is reset like
        # a lost connection: both as if the request might have arrived.
        try:
            super().connect()
        except (OSError, CertificateError) as error:
            why = getattr(error, "verify_message", "") or "the TLS handshake failed"
            if str(error).startswith("Tunnel connection failed"):
                why = f"the proxy refused it ({str(error).partition(': ')[2][:60]})"
            raise HandshakeError(self, why) from error


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, proxy_ssl_context=tls_context(), **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        cert: str | tuple[str, str] | None = None,
    ) -> tuple[_HostParams, _PoolKwargs]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool["ssl_context"] = tls_context()
        return host, pool

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        # requests would name its bundle here, and urllib3 would load it into the shared context at
        # every new connection. The context has it already and demands a certificate.
        return


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # Even with allow_redirects=False requests looks up the target, and reads the whole body of
        # the redirect, without a limit, to do so.
        return None


def thread_session() -> requests.Session:
    """Return the session of this thread, whose connections are kept between calls."""
    if not hasattr(_local, "session"):
        _local.session = new_session()
    session: requests.Session = _local.session
    return session


def new_session() -> requests.Session:
    """Return a session that remembers nothing but open connections. Close it."""
    session = _Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update(_HEADERS)
    # One thread works for several people with keys of their own: nothing may be remembered.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", _Adapter(pool_connections=4, pool_maxsize=2))
    session.mount("http://", _Adapter(pool_connections=4, pool_maxsize=2))
    return session


def close() -> None:
    """Close the connections of this thread. They are opened again when they are needed."""
    session = getattr(_local, "session", None)
    if session is not None:
        session.close()
        del _local.session
