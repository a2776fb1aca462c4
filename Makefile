# The developer commands; each is a command of `python3 -m tools`, where the work is done.
# `exec` leaves no shell between, so that a signal reaches the tools themselves.

PORT ?= 8069
export PORT ARGS FAST STOCK

# A command that runs long ends with make, even if somebody kills make.
WITH_MAKE := setpriv --pdeathsig TERM

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long test-tools test-odoo test-upgrade soak lint port-check bench bench-large scale dist screenshots translations clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  make demo PORT=8090          serve at another port'
	@echo '  make test ARGS="-k name"     run one test (FAST=1: keep the test database)'
	@echo '  ODOO_HOME=/path/to/odoo      use an Odoo 19 that is there already'
	@echo '  PGHOST, PGPORT, PGUSER       use a PostgreSQL server that is there already'

setup:  ## get all that is missing into build/
	@exec python3 -m tools setup

demo:  ## serve Odoo with the addon, demo data and a mail server; Ctrl-C stops it
	@exec $(WITH_MAKE) python3 -m tools demo

test:  ## run every check: linters, unit, HTTP and browser tests
	@exec $(WITH_MAKE) python3 -m tools test

test-long:  ## run what proves by mass: races, floods, matrices of all customers
	@exec $(WITH_MAKE) python3 -m tools test-long

test-tools:  ## run the tests of these commands themselves
	@exec $(WITH_MAKE) python3 -m tools test-tools

test-odoo:  ## run Odoo's own tests of the portal with the addon installed
	@exec $(WITH_MAKE) python3 -m tools test-odoo

test-upgrade:  ## update databases of former versions and compare
	@exec $(WITH_MAKE) python3 -m tools test-upgrade

soak:  ## draw 10,000 examples of each test that has hypothesis think of them (hours)
	@exec $(WITH_MAKE) python3 -m tools soak

lint:  ## run the linters alone
	@exec python3 -m tools lint

port-check:  ## look up what the addon builds on in an Odoo of any version (ODOO_HOME)
	@exec python3 -m tools port-check

bench:  ## measure granting access, pages and lists beside stock Odoo and OCA
	@exec $(WITH_MAKE) python3 -m tools bench

bench-large:  ## measure a million contacts beside ten thousand (ARGS=0.1: a tenth; kept)
	@exec $(WITH_MAKE) python3 -m tools bench-large

scale:  ## two servers, a replica and nginx under load, with faults (SCALE_SECONDS=120)
	@exec $(WITH_MAKE) python3 -m tools scale

dist:  ## build the installable zip and a wheel into build/dist/
	@exec python3 -m tools dist

screenshots:  ## take the pictures of README.md from the running demonstration
	@exec python3 -m tools screenshots

.PHONY: picture
picture:  ## draw the folders of models/ into docs/architecture.md
	@exec python3 -m tools picture

.PHONY: guides
guides:  ## make the pages of the menu Help (static/help/) out of docs/
	@exec python3 -m tools guides

translations:  ## bring the files of i18n/ up to date with the texts
	@exec python3 -m tools translations

clean:  ## stop the database server and remove build/
	@exec python3 -m tools clean
