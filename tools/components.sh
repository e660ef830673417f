#!/bin/sh
# Gets the programs that some tests need, as Debian packages where this user may install them; says what is missing.
set -u

packages=""
want() { # PACKAGE COMMAND-OR-PATH
    if ! command -v "$2" >/dev/null 2>&1 && ! ls $2 >/dev/null 2>&1; then
        packages="$packages $1"
    fi
}
want postgresql "/usr/lib/postgresql/*/bin/initdb"
want redis-server redis-server
want chromium chromium
want libimage-exiftool-perl exiftool
want nodejs node
want npm npm

[ -z "$packages" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$packages"
    export DEBIAN_FRONTEND=noninteractive
    if (apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages) >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "not installed, the tests that need them are left out and say so:$packages"
exit 0
