# SPDX-License-Identifier: Apache-2.0
"""Horizon's settings, as an operator would write them.

Horizon reads this while its own settings load: nothing here may import what
reads Django's settings. The plugins' folders of enabled files are appended,
where an operator would copy the files. Horizon takes every name without an
underscore (it has an ``enabled`` of its own).
"""

import importlib.util
import pathlib

from horizon.utils import secret_key
from openstack_dashboard import defaults
from openstack_dashboard.local import enabled as _enabled
from openstack_dashboard.settings import HORIZON_CONFIG

from cloud import settings as cloud
from cloud.services.freezer import guard

PLUGINS = (
    'trove_dashboard.enabled',
    'manila_ui.local.enabled',
    'mistraldashboard.enabled',
    'protection_dashboard.enabled',
)


def _folder(dotted):
    """Return the folder of a package without importing it, or None."""
    top, *rest = dotted.split('.')
    spec = importlib.util.find_spec(top)
    for base in spec.submodule_search_locations if spec else ():
        folder = pathlib.Path(base, *rest)
        if folder.is_dir():
            return str(folder)
    return None


_enabled.__path__.extend(filter(None, map(_folder, PLUGINS)))

STATE = cloud.STATE / 'horizon'
SECRET_KEY = secret_key.generate_or_read_from_file(str(STATE / 'secret_key'))
ALLOWED_HOSTS = [cloud.HOST, 'localhost']
DEBUG = False
TIME_ZONE = 'UTC'

STATIC_ROOT = str(STATE / 'static')
COMPRESS_OFFLINE = True


def _cache(folder):
    """Return a cache that all workers share."""
    return {
        'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache',
        'LOCATION': str(STATE / folder),
        'OPTIONS': {'MAX_ENTRIES': 10000},
    }


# static templates are cached too: that one is emptied when they change
CACHES = {'default': _cache('cache'), 'sessions': _cache('sessions')}
SESSION_ENGINE = 'django.contrib.sessions.backends.cache'
SESSION_CACHE_ALIAS = 'sessions'

OPENSTACK_KEYSTONE_URL = cloud.AUTH_URL
OPENSTACK_KEYSTONE_DEFAULT_DOMAIN = 'Default'

_MANILA = _folder('manila_ui.conf')
POLICY_FILES = defaults.POLICY_FILES | {
    'share': f'{_MANILA}/manila_policy.yaml'
}
DEFAULT_POLICY_FILES = defaults.DEFAULT_POLICY_FILES | {
    'share': f'{_MANILA}/default_policies/manila.yaml'
}
# own rules of protection, if there are any
POLICY_DIRS = defaults.POLICY_DIRS | {'protection': [str(STATE / 'policy.d')]}

HORIZON_CONFIG['customization_module'] = 'local.overrides'
HORIZON_CONFIG['user_home'] = '/project/instances/'

# seconds between two runs of a schedule: the demo shows one every minute
PROTECTION_MINIMUM_INTERVAL = 60
# where Freezer stores servers; mistral.conf says the same
PROTECTION_FREEZER_STORAGE = guard.STORAGE
PROTECTION_FREEZER_CONTAINER = guard.CONTAINER
# where plans may send messages; mistral.conf says it with the addresses
PROTECTION_NOTIFY_HOSTS = ('127.0.0.1:*', '127.66.0.1:*')
PROTECTION_NOTIFY_DOMAINS = ('example.org', '*.example.org')
PROTECTION_NOTIFY_CHANNELS = ('operators',)
PROTECTION_SMTP_SERVER = 'localhost'

LOGGING = {
    'version': 1,
    'disable_existing_loggers': False,
    'formatters': {
        'line': {'format': '%(asctime)s %(levelname)s %(name)s %(message)s'}
    },
    'handlers': {
        'console': {'class': 'logging.StreamHandler', 'formatter': 'line'}
    },
    'root': {'handlers': ['console'], 'level': 'INFO'},
}
