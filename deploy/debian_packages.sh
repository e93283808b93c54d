#!/usr/bin/env bash
# Installs the named Debian packages where this user may, else names the line to run and fails.
set -eu
line="apt-get update && apt-get install -y $*"
if ! command -v apt-get >/dev/null; then
  echo "This is no Debian: install what these packages hold by your system's own means: $*" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  as_root=()
elif sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "Missing: $*. Ask an administrator to run:  sudo sh -c '$line'" >&2
  exit 1
fi
echo "Installing Debian packages: $*"
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }; then
  echo "Could not be installed: $*. Run by hand:  ${as_root[*]} sh -c '$line'" >&2
  exit 1
fi
