# SPDX-License-Identifier: Apache-2.0
# make demo [DEMO_PORT=8001]   a real OpenStack with this plugin, Ctrl-C ends it
# make demo CLOUD=processes    the same, Mistral in many processes on MariaDB
# make test                    all tests; five workers start clouds of their own
# make test-faults             kills services while plans run, in both shapes
# make test-horizons           the wheel in each release of Horizon
# make bench                   what runs, and pages of a full cloud, cost
# make venv | clean

# Debian's own is built with optimizations, which others may lack: the
# services then need a third more of the processor
PYTHON := $(shell for python in /usr/bin/python3 python3; do \
	$$python -c 'import ensurepip, sys; exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$python && break; done || echo python3)
SUM := $(shell cat setup.cfg constraints.txt | sha256sum | cut -c-16)
INSTALLED = .venv/installed-$(SUM)
# a company's own authority is known to the system, not to uv
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS := true
endif

# $(call debian,PACKAGES): install them, or say what to type
debian = { [ "$$(id -u)" = 0 ] && apt-get -q update && \
	apt-get -q -y install --no-install-recommends $(1); } || \
	{ echo 'Please type: sudo apt-get install $(1)' >&2; exit 1; }

# Debian starts a server that it has installed, unless a policy forbids it.
# The cloud starts its own, from folders and on ports of its own.
SERVERS = mariadb-server-core mariadb-client-core rabbitmq-server memcached
POLICY = /usr/sbin/policy-rc.d
define servers
missing=; for one in $(SERVERS); do \
	dpkg -s $$one 2>/dev/null | grep -q ' installed$$' || \
	missing="$$missing $$one"; \
done; \
if [ "$$missing" ]; then \
	if [ -w $(dir $(POLICY)) -a ! -e $(POLICY) ]; then \
		trap 'rm -f $(POLICY)' EXIT; \
		printf '#!/bin/sh\nexit 101\n' >$(POLICY); \
		chmod 755 $(POLICY); \
	fi; \
	$(call debian,$$missing); \
	for one in $$missing; do \
		systemctl -q disable $$one 2>/dev/null || true; \
	done; \
fi
endef

export CLOUD_SHAPE := $(or $(CLOUD),$(CLOUD_SHAPE))

.PHONY: demo test test-faults test-horizons bench venv clean

demo: venv
	@[ "$$CLOUD_SHAPE" != processes ] || { $(servers); }
	@exec .venv/bin/python -m cloud up

test: venv
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || \
	$(call debian,chromium chromium-driver)
	@exec .venv/bin/pytest -n 5 --dist loadfile

SHAPES := compact processes
test-faults: venv
	@[ -z "$(filter processes,$(SHAPES))" ] || { $(servers); }
	@trap 'rm -rf .cloud-faults-*' EXIT; \
	for shape in $(SHAPES); do \
		rm -rf .cloud-faults-$$shape; \
		CLOUD_SHAPE=$$shape CLOUD_STATE=.cloud-faults-$$shape \
		CLOUD_PORT_OFFSET=$(or $(CLOUD_PORT_OFFSET),6000) \
		timeout 1800 .venv/bin/pytest -m faults tests/faults || failed=1; \
	done; [ -z "$$failed" ]

test-horizons: venv
	@exec .venv/bin/python -W ignore -m tests.horizons

bench: venv
	@trap 'rm -rf .cloud-bench' EXIT; \
	export CLOUD_STATE=.cloud-bench CLOUD_PORT_OFFSET=20000; \
	.venv/bin/python -W ignore -m tests.bench.runs && \
	.venv/bin/python -m tests.bench

venv: $(INSTALLED)

$(INSTALLED):
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	$(call debian,python3-venv)
	@begin=$$(date +%s) && \
	$(PYTHON) -m venv .venv && \
	.venv/bin/python -m pip install -q -c constraints.txt uv && \
	.venv/bin/uv pip install -q -p .venv -c constraints.txt \
		-e '.[horizon,cloud,test]' && \
	rm -f .venv/installed-* && touch $@ && \
	echo "virtualenv         installed       $$(($$(date +%s) - begin)) s"

clean:
	@[ ! -x .venv/bin/python ] || for shape in $(SHAPES); do \
		CLOUD_SHAPE=$$shape .venv/bin/python -m cloud down; done
	@rm -rf .venv .horizons .cloud .cloud-* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .tox build dist doc/build artifacts *.egg-info
