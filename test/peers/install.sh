#!/usr/bin/env bash
# Installs the real programs that `npm run test:peers` talks to; needs Go, and gpg of the system. What is there in the
# right version stays. The folder is ${UNDERSEAL_PEERS:-$HOME/.cache/underseal-peers}/bin.
set -euo pipefail

SOPS=3.13.3
AGE=1.3.1

bin=${UNDERSEAL_PEERS:-${HOME:?HOME is not set: name a folder in UNDERSEAL_PEERS}/.cache/underseal-peers}/bin

# version PROGRAM FLAG...: the version that an installed program tells, or nothing.
version() {
  { "$bin/$1" "${@:2}" 2>/dev/null || true; } | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1
}

# want NAME WANTED FOUND MODULE...: installs the modules unless the version found is the one wanted.
want() {
  if [ "$3" = "$2" ]; then
    echo "$1 $2 is installed"
    return
  fi
  if ! command -v go >/dev/null; then
    echo "missing: Go, which installs $1 $2 (https://go.dev/doc/install)" >&2
    exit 1
  fi
  echo "installing $1 $2 in $bin"
  mkdir -p "$bin"
  GOBIN=$bin CGO_ENABLED=0 go install "${@:4}"
}

# gpg comes from the system: it brings an agent and a keyring format of its own.
if ! command -v gpg >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y --no-install-recommends gnupg
  else
    echo "missing: gpg (Debian: apt-get install gnupg)" >&2
    exit 1
  fi
fi

want sops "$SOPS" "$(version sops --version --disable-version-check)" "github.com/getsops/sops/v3/cmd/sops@v$SOPS"
want age "$AGE" "$(version age --version)" "filippo.io/age/cmd/age@v$AGE"
want age-keygen "$AGE" "$(version age-keygen --version)" "filippo.io/age/cmd/age-keygen@v$AGE"

# The files of somebody else that test/peers/corpus.test.ts reads.
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" # outside of any Go module
xargs -n 1 go mod download <"$here/corpus/modules.txt"
echo "the modules of the corpus are there"
