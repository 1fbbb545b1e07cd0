#!/usr/bin/env bash
# Installs the relying parties that we did not write: what targets/mod_auth_openidc and targets/openid_client
# need. Changes nothing when all is there. Ends with 0 when both can be started, with 1 otherwise.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="$PATH:/usr/sbin:/sbin"
module=/usr/lib/apache2/modules/mod_auth_openidc.so
packages=(apache2 libapache2-mod-auth-openidc)
library=$root/targets/openid_client/node_modules/openid-client/package.json
installed_lock=$root/targets/openid_client/node_modules/.package-lock.json

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

node_packages() {
    if ! command -v node > /dev/null || ! command -v npm > /dev/null; then
        missing "openid_client: Node.js 18 or later with npm is not installed (Debian: apt-get install nodejs npm)"
        return
    fi
    local major
    major=$(node --print 'process.versions.node.split(".")[0]')
    if ((major < 18)); then
        missing "openid_client: Node.js 18 or later is needed, this is $(node --version)"
        return
    fi
    # npm writes .package-lock.json last: an older one is from another lock or an interrupted run.
    if [[ ! -f $library || ! -f $installed_lock || $root/targets/openid_client/package-lock.json -nt $installed_lock ]]; then
        say "installing the Node.js packages of targets/openid_client"
        if ! without_addresses npm --prefix "$root/targets/openid_client" ci --no-audit --no-fund --ignore-scripts \
            --omit-lockfile-registry-resolved --loglevel=error --logs-max=0; then
            missing "openid_client: npm could not install its packages; its messages are above"
            return
        fi
    fi
    say "openid-client is there: $(node --print "require('$library').version")"
}

complete=yes
apache
node_packages
[[ $complete == yes ]]
