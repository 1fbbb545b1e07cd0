#!/usr/bin/env bash
# Installs what we did not write and test with: the packages of targets/mod_auth_openidc, openid_client, tooljet,
# openmetadata, upflow and node_rp, Okta's own clients for tests/third_party, and axe-core for tests/walks. Changes
# nothing when all is there. Ends with 0 when all is there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$PATH:/usr/sbin:/sbin"
module=/usr/lib/apache2/modules/mod_auth_openidc.so
packages=(apache2 libapache2-mod-auth-openidc)
clients=$root/tests/third_party

say() { printf 'third-party: %s\n' "$*"; }
missing() { printf 'third-party: %s\n' "$*" >&2; complete=no; }

has_apache() { command -v apache2 > /dev/null && [[ -f $module ]]; }

# Whether something answers at port 80, which is where Debian's package starts Apache.
port_80_is_taken() { (exec 3<> /dev/tcp/127.0.0.1/80) 2> /dev/null; }

# Where packages come from is the machine's business: no address gets into a build's log.
without_addresses() { "$@" 2>&1 | sed --unbuffered -E 's#[a-z]+://[^[:space:]"]+#(address)#g'; }

apt() {
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        as_root=(sudo)
    fi
    without_addresses "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet "$@"
}

apache() {
    if has_apache; then
        say "mod_auth_openidc is there: $(dpkg-query -W -f '${Package} ${Version}' libapache2-mod-auth-openidc 2> /dev/null || echo "$module")"
        return
    fi
    if ! command -v apt-get > /dev/null; then
        missing "mod_auth_openidc: this system has no apt-get; install Apache 2.4 and mod_auth_openidc so that $module exists"
        return
    fi
    if [[ $EUID -ne 0 ]] && ! command -v sudo > /dev/null; then
        missing "mod_auth_openidc: run this as root, or install sudo, or ask an administrator for: apt-get install ${packages[*]}"
        return
    fi
    local taken=no
    if port_80_is_taken; then
        taken=yes
    fi
    say "installing ${packages[*]}"
    if ! { apt update && apt install --yes --no-install-recommends "${packages[@]}"; }; then
        missing "mod_auth_openidc: apt-get could not install ${packages[*]}; its messages are above"
        return
    fi
    if ! has_apache; then
        missing "mod_auth_openidc: installed, but $module is not there"
        return
    fi
    if [[ $taken == no ]] && port_80_is_taken; then
        # How services start is the machine's business (policy-rc.d, systemd), so it is left as it is.
        say "Debian's package has started a web server of its own on port 80. Our target does not use it, and it"
        say "is left running. To end it: systemctl disable --now apache2 (without systemd: service apache2 stop)"
    fi
}

# node_packages NEEDED_MAJOR WHAT FOLDER: installs the folder's package-lock.json beside it.
node_packages() {
    local needed=$1 what=$2 folder=$3 major
    if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
        missing "$what: Node.js $needed or later with npm is not installed (Debian: apt-get install nodejs npm)"
        return
    fi
    major=$(node --print 'process.versions.node.split(".")[0]')
    if ((major < needed)); then
        missing "$what: Node.js $needed or later is needed, this is $(node --version)"
        return
    fi
    # npm writes .package-lock.json last: an older one is from another lock or an interrupted run.
    local installed=$folder/node_modules/.package-lock.json
    if [[ ! -f $installed || $folder/package-lock.json -nt $installed ]]; then
        say "installing the Node.js packages of ${folder#"$root/"}"
        if ! without_addresses npm --prefix "$folder" ci --no-audit --no-fund --ignore-scripts \
            --omit-lockfile-registry-resolved --loglevel=error --logs-max=0; then
            missing "$what: npm could not install its packages; its messages are above"
            return
        fi
    fi
    say "$what: the packages of ${folder#"$root/"} are there"
}

# node_bundle WHAT FOLDER: what the folder's package.json calls "build", of its page/ into its build/.
node_bundle() {
    local what=$1 folder=$2
    local bundle=$folder/build/main.js newer
    if [[ ! -d $folder/node_modules/esbuild ]]; then
        return
    fi
    # Without a bundle, find's complaint about that is not empty either.
    newer=$(find "$folder/page" "$folder/package-lock.json" "$folder/package.json" -newer "$bundle" 2>&1 || true)
    if [[ -n $newer ]] && ! without_addresses npm --prefix "$folder" run --silent build; then
        missing "$what: its page could not be bundled; the messages are above"
        return
    fi
    say "$what: the page of ${folder#"$root/"} is bundled"
}

# Okta's SDKs pin libraries that we use in other versions, so they get an environment of their own.
python_packages() {
    local folder=$clients/python
    local environment=$folder/.venv lock=$folder/requirements.lock
    if [[ ! -f $environment/.ready || $lock -nt $environment/.ready ]]; then
        say "installing the Python packages of ${folder#"$root/"}"
        if ! "$root/.venv/bin/python" -m venv --clear "$environment" ||
            ! without_addresses "$environment/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
                --requirement "$lock"; then
            missing "Okta's Python clients: pip could not install them; its messages are above"
            return
        fi
        touch "$environment/.ready"
    fi
    say "Okta's Python clients: the packages of ${folder#"$root/"} are there"
}

complete=yes
apache
node_packages 18 "openid-client" "$root/targets/openid_client"
node_packages 18 "tooljet" "$root/targets/tooljet"
node_packages 20 "node_rp" "$root/targets/node_rp"
node_packages 20 "openmetadata" "$root/targets/openmetadata"
node_bundle "openmetadata" "$root/targets/openmetadata"
node_packages 20 "upflow" "$root/targets/upflow"
node_bundle "upflow" "$root/targets/upflow"
node_packages 20 "Okta's Node.js clients" "$clients/node"
node_packages 18 "axe-core" "$clients/axe"
python_packages
[[ $complete == yes ]]
