"use strict";
exports.id = 305;
exports.ids = [305];
exports.modules = {

/***/ 146:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ INSTALL_SCRIPT)
/* harmony export */ });
/**
 * Installs Docker Engine with the package manager of the host, and starts it if its package did
 * not. To be run as root; each thing that it did is a line `did …` of its standard output,
 * everything else goes to standard error. It prints `began` first, so that a refusal of sudo can be
 * told from a failure.
 *
 * Its argument is an `EngineSource`; where that has no engine for this host, it says so and fails.
 * Without one the distribution's own package is taken where it has one that is new enough, and
 * Docker's repository where that is set up already, or there is no other way.
 *
 * An engine that runs is never restarted: all three service managers leave one alone that is
 * started again.
 */
const INSTALL_SCRIPT = `
set -eu
from=\${1:-}
exec 3>&1 1>&2 </dev/null
echo began >&3
LC_ALL=C DEBIAN_FRONTEND=noninteractive
export LC_ALL DEBIAN_FRONTEND
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
ID=linux PRETTY_NAME= VERSION_CODENAME=
[ ! -r /etc/os-release ] || . /etc/os-release
site=https://download.docker.com/linux
did() { echo "did $*" >&3; }
has() { command -v "$1" >/dev/null 2>&1; }
name=\${PRETTY_NAME:-$ID}
installed() { did "installed $* with the package manager of $name"; }
fail() {
  echo "$*"
  exit 1
}
fetch() { curl -fsSL --retry 3 "$1" -o "$2" || fail "Docker's repository does not give $1."; }
only_own() { [ "$from" != docker ] || fail "Docker's repository has no packages for $name, only the distribution has."; }
only_dockers() { [ "$from" != distribution ] || fail "$name has no package of Docker Engine, only Docker's repository has."; }

with_apt() {
  # Right after boot, cloud-init and unattended-upgrades hold the locks. Settings that are there already are kept, and not asked about.
  apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"; }
  tries=0
  until apt update; do
    tries=$((tries + 1))
    [ $tries -lt 6 ]
    sleep 5
  done
  candidate() { apt-cache policy "$1" | sed -n 's/^  Candidate: *\\([0-9].*\\)/\\1/p'; }
  own=$(candidate docker.io)
  if [ "$from" != distribution ] && [ -n "$(candidate docker-ce)" ]; then
    set -- docker-ce docker-ce-cli containerd.io
  elif [ "$from" != docker ] && dpkg --compare-versions "$own" ge 20.10; then
    set -- docker.io ca-certificates
    [ -z "$(candidate docker-cli)" ] || set -- "$@" docker-cli
  elif [ "$from" = distribution ]; then
    fail "The repositories of $name that can be reached have no docker.io of 20.10 or newer, but \${own:-none}."
  else
    apt install --no-install-recommends ca-certificates curl
    mkdir -p /etc/apt/keyrings
    fetch "$site/$ID/gpg" /etc/apt/keyrings/docker.asc
    list=/etc/apt/sources.list.d/docker.list
    echo "deb [signed-by=/etc/apt/keyrings/docker.asc] $site/$ID $VERSION_CODENAME stable" >$list
    # One that cannot be read would let every later update fail.
    apt update && [ -n "$(candidate docker-ce)" ] || {
      rm $list
      fail "Docker's repository $site/$ID has no docker-ce for $VERSION_CODENAME, or cannot be read."
    }
    did "added the repository $site/$ID"
    set -- docker-ce docker-ce-cli containerd.io
  fi
  apt install --no-install-recommends "$@"
  installed "$@"
}

with_dnf() {
  dnf=dnf
  has dnf || dnf=yum
  case $ID:$from in
    fedora:docker) family=fedora ;;
    fedora:*) family= && set -- moby-engine ;;
    amzn:*) family= && only_own && set -- docker ;;
    rhel:*) family=rhel ;;
    *) family=centos ;;
  esac
  if [ -n "$family" ]; then
    only_dockers
    if ! [ -e /etc/yum.repos.d/docker-ce.repo ]; then
      fetch "$site/$family/docker-ce.repo" /etc/yum.repos.d/docker-ce.repo
      did "added the repository $site/$family"
    fi
    set -- docker-ce docker-ce-cli containerd.io
  fi
  $dnf -y install "$@"
  installed "$@"
}

if has apt-get; then with_apt
elif has dnf || has yum; then with_dnf
elif has zypper; then
  only_own
  zypper --non-interactive install docker
  installed docker
elif has apk; then
  only_own
  apk add docker
  installed docker
else
  fail 'This host has none of the package managers apt-get, dnf, yum, zypper, apk.'
fi

if ! docker info >/dev/null 2>&1; then
  if [ -d /run/systemd/system ]; then
    systemctl enable --now docker 3>&-
    did 'enabled and started docker.service'
  elif has rc-service; then
    rc-update add docker default
    rc-service docker start 3>&-
    did 'added the service docker to the default runlevel, and started it'
  else
    service docker start 3>&-
    did 'started the service docker'
  fi
fi
`;


/***/ }),

/***/ 1736:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ay: () => (/* binding */ ENGINE_SOURCES),
/* harmony export */   Gz: () => (/* binding */ installEngine),
/* harmony export */   R6: () => (/* binding */ refuseWithoutEngine)
/* harmony export */ });
/* unused harmony export EngineToInstall */
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _exec_sudo_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3987);
/* harmony import */ var _install_script_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(146);



/**
 * Where Docker Engine is installed from, and from nowhere else: the repositories of the
 * distribution, or Docker's own.
 */
const ENGINE_SOURCES = ['distribution', 'docker'];
/**
 * In ms. A host that boots holds the locks of its package manager for minutes, and a mirror may be
 * slow.
 */
const INSTALL_TIMEOUT_MS = 600_000;
const SHOWN_LINES = 20;
/**
 * Installs Docker Engine on a machine that has none, as root or by `sudo -n`, starts it, and tells
 * the log what was done there. Throws `ActionError` where the user may not, where `source` has none
 * for this machine, or with the package manager's own words.
 */
async function installEngine(executor, user, { source, log, signal, }) {
    const { where } = executor;
    const { stdout: uid } = await executor.run(['id', '-u'], { signal });
    log.info(`${where}  has no docker; it is installed now`);
    const result = await executor.run(installCommand(uid.trim() === '0', source), {
        anyExitCode: true,
        timeoutMs: INSTALL_TIMEOUT_MS,
        signal,
    });
    for (const done of whatWasDone(result.stdout))
        log.info(`${where}  ${done}`);
    if (result.exitCode !== 0)
        throw notInstalled(where, user, source, result);
}
/** A machine has no Docker Engine, and what a dry run is for would install it. */
class EngineToInstall extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    machine;
    source;
    constructor(machine, source) {
        super(`There is no docker on ${machine}, and a dry run installs nothing.`);
        this.machine = machine;
        this.source = source;
    }
}
/** In place of `installEngine` in a dry run. */
async function refuseWithoutEngine(machine, source) {
    throw new EngineToInstall(machine, source);
}
/** The command that installs, for root or for a user with sudo. */
function installCommand(isRoot, source) {
    const script = ['sh', '-c', _install_script_js__WEBPACK_IMPORTED_MODULE_2__/* .INSTALL_SCRIPT */ .o, ...(source ? ['sh', source] : [])];
    return isRoot ? script : ['sudo', '-n', ...script];
}
function whatWasDone(stdout) {
    return stdout.split('\n').flatMap((line) => (line.startsWith('did ') ? line.slice(4) : []));
}
function notInstalled(where, user, source, { stdout, stderr }) {
    const lastWords = stderr.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    const refusal = stdout.startsWith('began') ? undefined : (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_1__/* .sudoProblem */ .bS)(stderr, user);
    if (refusal) {
        return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${user} may not install Docker Engine on ${where}: ${refusal.reason}.`, {
            details: lastWords,
            hint: `Log in as root, let ${user} use sudo without a password, or install it there yourself: https://docs.docker.com/engine/install/`,
        });
    }
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`Docker Engine could not be installed on ${where}.`, {
        details: lastWords,
        hint: `Put right what the package manager says, or install it there yourself (https://docs.docker.com/engine/install/), then run again.${source ? ` Nothing but \`${source}\` was tried, as \`driver-options\` say.` : ''}`,
    });
}


/***/ }),

/***/ 3987:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fq: () => (/* binding */ isUnknownToSudo),
/* harmony export */   SU: () => (/* binding */ withSudo),
/* harmony export */   bS: () => (/* binding */ sudoProblem)
/* harmony export */ });
/* unused harmony export sudoDocker */
/** `-n`: sudo asks nothing, and fails where it would have to. */
const SUDO = ['sudo', '-n'];
/** Options of env that take the next word with them. */
const WITH_ARGUMENT = ['-u', '-C', '-S'];
/**
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did
 * before. sudo stands right before `docker`, also behind `env` and inside `sh -c 'script' name
 * docker …`, so that the right to run docker is all that it takes. `path` is where docker lies, if
 * sudo, which has a PATH of its own (`secure_path`), does not find it.
 */
function withSudo(executor, path = 'docker') {
    const asRun = (argv) => sudoDocker(argv, path);
    return {
        ...{ ...executor, asRun },
        run: (argv, options) => executor.run(asRun(argv), options),
        open: (argv) => executor.open(asRun(argv)),
    };
}
/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
function sudoDocker(argv, path = 'docker') {
    const found = dockerAt(argv, 0);
    if (found === undefined)
        return argv;
    const { sudo, docker } = found;
    const [program, ...rest] = [
        ...argv.slice(0, sudo),
        ...SUDO,
        ...argv.slice(sudo, docker),
        path,
        ...argv.slice(docker + 1),
    ];
    return [program ?? path, ...rest];
}
/**
 * Where docker stands, and where sudo has to, if the command that begins at `start` is docker in
 * the end.
 */
function dockerAt(argv, start) {
    const program = argv[start];
    if (program === 'docker')
        return { sudo: start, docker: start };
    if (program === 'sh' && argv[start + 1] === '-c')
        return dockerAt(argv, start + 4);
    if (program !== 'env')
        return undefined;
    let at = start + 1;
    let assigns = false;
    for (let word = argv[at]; word !== undefined; word = argv[at]) {
        const assignment = /^[A-Za-z_]\w*=/.test(word);
        if (!assignment && !word.startsWith('-'))
            break;
        assigns ||= assignment;
        at += WITH_ARGUMENT.includes(word) ? 2 : 1;
    }
    const found = dockerAt(argv, at);
    // sudo takes no variable over from outside, so `env` must set it on the inside.
    return found && assigns ? { ...found, sudo: start } : found;
}
/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`).
 * Undefined where it was not sudo that failed. `user` is who called it, `docker` the path that the
 * right has to name.
 */
function sudoProblem(stderr, user, docker = '/usr/bin/docker') {
    const known = REASONS.find(([words]) => words.test(stderr))?.[1];
    const other = stderr.split('\n').find((line) => /^sudo: /.test(line) && !HARMLESS.test(line));
    const reason = known ?? (other && `${other.replace('sudo: ', 'sudo says: ').replace(/\.$/, '')}`);
    if (reason === undefined)
        return undefined;
    return { reason: reason.replace('USER', user), remedy: remedy(stderr, user, docker) };
}
/** sudo did its work, and does not find what it should run in the folders of its own PATH. */
function isUnknownToSudo(stderr) {
    return /sudo: (env|docker): command not found/.test(stderr);
}
/** What sudo says and goes on. */
const HARMLESS = /unable to resolve host|command not found|unable to (send|open) .*(audit|mail)/;
const NO_TTY = /a terminal is required|no tty present|must have a tty/;
const REASONS = [
    [/must have a tty to run sudo/, 'sudo on the host wants a terminal (requiretty)'],
    [
        /a password is required|interactive authentication is required/,
        'sudo asks USER for a password',
    ],
    [NO_TTY, 'sudo asks USER for a password, and there is no terminal to ask at'],
    [/is not in the sudoers file|I'm afraid I can't do that/, 'USER may not use sudo'],
    [/is not allowed to (execute|run)|may not run sudo/, 'USER may not run docker by sudo'],
    [
        /"no new privileges" flag is set/,
        'sudo cannot work there: the "no new privileges" flag is set',
    ],
    [
        /sudo: (command )?not found|(Unknown command|No such file or directory).*sudo|sudo.*: No such file or directory/,
        'there is no sudo on the host',
    ],
];
function remedy(stderr, user, docker) {
    const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
    if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr))
        return group;
    const lines = [`${user} ALL=(root) NOPASSWD: ${docker}`];
    if (/must have a tty/.test(stderr))
        lines.unshift(`Defaults:${user} !requiretty`);
    const file = '/etc/sudoers.d/swarm-up';
    const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
    return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
}


/***/ }),

/***/ 3610:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ ownedFilter),
/* harmony export */   Bs: () => (/* binding */ isReserved),
/* harmony export */   H0: () => (/* binding */ ownerLabels),
/* harmony export */   Iw: () => (/* binding */ EXPIRES_LABEL),
/* harmony export */   Rw: () => (/* binding */ belongsToAnother),
/* harmony export */   S: () => (/* binding */ REPOSITORY_LABEL),
/* harmony export */   Zw: () => (/* binding */ jobOf),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   eq: () => (/* binding */ CLUSTER_LABEL),
/* harmony export */   nP: () => (/* binding */ OWNER_KEYS),
/* harmony export */   ru: () => (/* binding */ isSameCluster),
/* harmony export */   ve: () => (/* binding */ isSameRepository)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/** The run and the job of a step that `Owner.run` names; undefined if it names no job. */
function jobOf(run) {
    return /^(.+\/.+)\/[^/]*$/.exec(run)?.[1];
}
/**
 * What every label of this action begins with. Nobody else may give one: by these it is known whose
 * a thing is.
 */
const RESERVED_PREFIX = 'swarm-up.';
/** Whether a label is this action's alone to give, however it is written. */
function isReserved(key) {
    return key.trim().toLowerCase().startsWith(RESERVED_PREFIX);
}
const CLUSTER_LABEL = 'swarm-up.cluster';
const REPOSITORY_LABEL = 'swarm-up.repository';
const RUN_LABEL = 'swarm-up.run';
const EXPIRES_LABEL = 'swarm-up.expires';
const PULL_REQUEST_LABEL = 'swarm-up.pull-request';
const OF_RUN_LABEL = 'swarm-up.of-run';
/** All that `ownerLabels` may give. */
const OWNER_KEYS = [
    CLUSTER_LABEL,
    REPOSITORY_LABEL,
    RUN_LABEL,
    EXPIRES_LABEL,
    PULL_REQUEST_LABEL,
    OF_RUN_LABEL,
];
/** Whether two are of one repository: what another repository has made is not to be changed. */
function isSameRepository(a, b) {
    return a.repository === b.repository;
}
/** Whether two are one cluster of one repository, in whichever run. */
function isSameCluster(a, b) {
    return a.cluster === b.cluster && isSameRepository(a, b);
}
const OF_ANOTHER = {
    cluster: (name, id) => `Cluster ${name} belongs to another repository (id ${id}).`,
    stack: (name, id) => `Stack ${name} belongs to another repository (id ${id}).`,
};
/** To be thrown before anything of it is changed. */
function belongsToAnother(kind, name, { repository }, hint) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(OF_ANOTHER[kind](name, repository || 'unknown'), { hint });
}
/** The labels of everything that belongs to this owner. */
function ownerLabels(owner) {
    return {
        [CLUSTER_LABEL]: owner.cluster,
        [REPOSITORY_LABEL]: owner.repository,
        [RUN_LABEL]: owner.run,
        ...(owner.expires === undefined ? {} : { [EXPIRES_LABEL]: owner.expires }),
        ...(owner.pullRequest === undefined ? {} : { [PULL_REQUEST_LABEL]: owner.pullRequest }),
        ...(owner.isOfRun && { [OF_RUN_LABEL]: 'true' }),
    };
}
/**
 * The owner that labels name, or undefined where they name none. Labels alone prove nothing, since
 * anybody can write them: who reads them also asks whether what carries them has the name and the
 * form that this action gives.
 */
function ownerOf(labels) {
    const cluster = labels[CLUSTER_LABEL];
    const repository = labels[REPOSITORY_LABEL];
    if (!cluster || !repository)
        return undefined;
    const expires = labels[EXPIRES_LABEL];
    const pullRequest = labels[PULL_REQUEST_LABEL];
    return {
        cluster,
        repository,
        run: labels[RUN_LABEL] ?? '',
        expires,
        pullRequest,
        isOfRun: labels[OF_RUN_LABEL] === 'true' ? true : undefined,
    };
}
/** What the Engine's API filters labels by, to find everything of a cluster. */
function ownedFilter({ cluster, repository }) {
    return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
}


/***/ }),

/***/ 1305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sshDriver: () => (/* binding */ sshDriver),
  sshDriverOf: () => (/* binding */ sshDriverOf)
});

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/ssh/keys/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(9904);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(6315);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/machines/ssh/host-list.js


const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
/**
 * Names of a directory, too: `deploy@corp.example`, `CORP\\deploy`, `corp+deploy`, `j.o'neill` is
 * none.
 */
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+\\-]*\$?$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i;
/** As many as `nodes` may be. */
const MOST_HOSTS = 1_000;
/** Keys of a line that are no labels. */
const OPTIONS = ['name', 'advertise-addr', 'data-path-addr'];
/**
 * Reads `[user@]host[:port] [manager|worker] [key=value …]` lines; blank lines and `#` comments are
 * left out. Where no line has a role, the first host is the manager and the others are workers;
 * where one has, those without are workers. Gives every problem of every line, and never throws.
 */
function parseHosts(text) {
    const problems = [];
    const drafts = [];
    for (const [at, whole] of text.split(/\r?\n/).entries()) {
        const words = whole.replace(/(?:^|\s)#.*$/, '').trim();
        if (words === '')
            continue;
        const parsed = parseLine(at + 1, words.split(/\s+/));
        if (typeof parsed === 'string')
            problems.push({ line: at + 1, reason: parsed });
        else
            drafts.push(parsed);
    }
    const surplus = drafts[MOST_HOSTS];
    if (surplus) {
        const reason = `the input has ${drafts.length} hosts. At most ${MOST_HOSTS} are taken; make several swarms of more.`;
        problems.push({ line: surplus.line, reason });
    }
    if (problems.length > 0)
        return { problems };
    const hosts = withRoles(drafts);
    const wrong = [...noManager(hosts), ...duplicates(hosts)];
    return wrong.length > 0 ? { problems: wrong } : { hosts };
}
function parseLine(line, [target = '', ...rest]) {
    const place = parseTarget(target);
    if (typeof place === 'string')
        return place;
    const options = new Map();
    const labels = {};
    let role;
    for (const word of rest) {
        const equals = word.indexOf('=');
        if (equals < 0) {
            if (word !== 'manager' && word !== 'worker') {
                return `\`${word}\` is neither a role nor a label. Write \`manager\`, \`worker\` or \`key=value\`.`;
            }
            if (role !== undefined)
                return `has two roles, \`${role}\` and \`${word}\`. Keep one.`;
            role = word;
            continue;
        }
        const key = word.slice(0, equals);
        const value = word.slice(equals + 1);
        if (!LABEL.test(key)) {
            return `\`${key}\` cannot be the key of a node label: letters, digits, \`.\`, \`_\`, \`/\`, \`-\`, not at its ends.`;
        }
        if ((0,ownership/* isReserved */.Bs)(key)) {
            return `\`${key}\` is a label that Swarm Up gives itself: it says whose a node is. Choose a key that does not begin with \`swarm-up.\`.`;
        }
        if (Object.hasOwn(labels, key) || options.has(key))
            return `\`${key}\` is given twice. Keep one.`;
        if (OPTIONS.some((option) => option === key))
            options.set(key, value);
        else
            labels[key] = value;
    }
    for (const [key, value] of options) {
        if (value === '')
            return `\`${key}=\` has no value. Give one, or leave it out.`;
    }
    return {
        line,
        ...place,
        role,
        name: options.get('name'),
        advertiseAddr: options.get('advertise-addr'),
        dataPathAddr: options.get('data-path-addr'),
        labels,
    };
}
/**
 * Reads `[user@]host[:port]`, also as the address `ssh://…` of it, and with the dot at the end that
 * some write behind a whole name. The host is what stands behind the last `@`. A text is the reason
 * why it is none.
 */
function parseTarget(given) {
    const target = given.replace(/^ssh:\/\/([^/]*)\/?$/i, '$1');
    if (/^[a-z]+:\/\//i.test(target)) {
        return `\`${target}\` is an address of something else than SSH. Write \`user@host:port\`.`;
    }
    const at = target.lastIndexOf('@');
    const user = at < 0 ? undefined : target.slice(0, at);
    if (user !== undefined && !USER.test(user)) {
        return `\`${user}\` before the \`@\` is not the name of a user.`;
    }
    const place = target.slice(at + 1).replace(/(?<=[a-z0-9])\.(?=:\d+$|$)/i, '');
    const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
    const plain = /^([^:]*)(?::(.*))?$/.exec(place);
    const [, host = '', portText] = bracketed ?? ((0,external_node_net_.isIPv6)(place) ? [place, place] : (plain ?? []));
    if (bracketed ? !(0,external_node_net_.isIPv6)(host) : !(0,external_node_net_.isIPv6)(host) && !HOST_NAME.test(host)) {
        return `\`${place}\` is not a host. Write a name or an address, an IPv6 address with a port in brackets: \`[2001:db8::4]:2222\`.`;
    }
    if (portText === undefined)
        return { user, host: host.toLowerCase(), port: undefined };
    const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
    if (port < 1 || port > 65_535)
        return `\`${portText}\` is not a port: 1 to 65535.`;
    return { user, host: host.toLowerCase(), port };
}
function withRoles(drafts) {
    const none = drafts.every(({ role }) => role === undefined);
    return drafts.map((draft, at) => ({
        ...draft,
        role: draft.role ?? (none && at === 0 ? 'manager' : 'worker'),
    }));
}
const NO_HOST = 'no host is named. Write one per line, the first of them a manager, for example `deploy@swarm-1.example.com manager`.';
function noManager(hosts) {
    const first = hosts[0];
    if (!first)
        return [{ line: undefined, reason: NO_HOST }];
    if (hosts.some(({ role }) => role === 'manager'))
        return [];
    return [{ line: first.line, reason: 'no line is a `manager`. A swarm needs one.' }];
}
function duplicates(hosts) {
    const seen = new Map();
    const problems = [];
    const claim = (key, what, line) => {
        const before = seen.get(key);
        if (before === undefined)
            seen.set(key, line);
        else
            problems.push({ line, reason: `${what} stands in line ${before} already.` });
    };
    for (const { line, host, port, name, advertiseAddr } of hosts) {
        claim(`host ${host} ${port ?? ''}`, `\`${host}\``, line);
        if (name !== undefined)
            claim(`name ${name}`, `the name \`${name}\``, line);
        // An interface has the same name everywhere; an address is one machine's.
        if (advertiseAddr !== undefined && /[.:]/.test(advertiseAddr)) {
            claim(`address ${advertiseAddr}`, `the address \`${advertiseAddr}\``, line);
        }
    }
    return problems;
}

;// CONCATENATED MODULE: ./lib/machines/ssh/inputs.js




/**
 * Reads the inputs of the driver `ssh`. Every problem goes to `problem`; what is returned is of use
 * only where there was none. `warn` is given what a host key that is accepted on first use was.
 */
function readConnection(inputs, problem, warn) {
    const parsed = parseHosts(inputs.hosts);
    if ('problems' in parsed) {
        for (const { line, reason } of parsed.problems) {
            problem('hosts', line === undefined ? '' : `line ${line}`, reason);
        }
    }
    const port = /^\d{1,5}$/.test(inputs.port) ? Number(inputs.port) : 0;
    if (port < 1 || port > 65_535)
        problem('ssh-port', inputs.port, 'not a port: 1 to 65535.');
    const credentials = readCredentials(inputs, problem);
    const hostKeys = readHostKeys(inputs, problem, warn);
    const user = inputs.user;
    return {
        hosts: 'hosts' in parsed ? parsed.hosts : [],
        user,
        port,
        credentials,
        hostKeys,
        jump: readJump(inputs, { user, credentials, hostKeys }, problem),
        unlockKey: readUnlockKey(inputs, problem),
    };
}
function readUnlockKey({ unlockKey }, problem) {
    const key = unlockKey.trim();
    if (key === '')
        return undefined;
    if (/^SWMKEY-\d+-\S+$/.test(key))
        return key;
    problem('unlock-key', '***', 'not the key of a swarm, which begins with `SWMKEY-1-`. A manager shows it by: docker swarm unlock-key');
    return undefined;
}
function readCredentials(inputs, problem) {
    const { privateKey, passphrase, password, agent } = inputs;
    if (privateKey.trim() === '' && password === '' && agent === undefined) {
        problem('ssh-private-key', '', 'nothing to log in with. Give a private key (a secret), run an SSH agent before this step, or give `ssh-password`.');
    }
    return {
        privateKeys: privateKey.trim() === '' ? [] : keysOf(privateKey, passphrase, problem),
        agent,
        password: password === '' ? undefined : password,
    };
}
function keysOf(text, passphrase, problem) {
    try {
        return (0,private_key/* readPrivateKeys */.C)(text, passphrase === '' ? undefined : passphrase);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        return [];
    }
}
function readHostKeys({ knownHosts, hostKeyChecking }, problem, warn) {
    const known = (0,known_hosts/* parseKnownHosts */.uJ)(knownHosts);
    for (const { line, reason } of known.problems) {
        problem('ssh-known-hosts', `line ${line}`, reason);
    }
    if (hostKeyChecking !== 'strict' && hostKeyChecking !== 'accept-new') {
        problem('ssh-host-key-checking', hostKeyChecking, 'not known. Known: strict, accept-new.');
    }
    return {
        kind: 'known-hosts',
        knownHosts: known,
        unknown: hostKeyChecking === 'accept-new'
            ? { mode: 'accept-new', onAccepted: warn }
            : { mode: 'refuse' },
    };
}
function readJump(inputs, own, problem) {
    return inputs.jump
        .split(/[\n,]/)
        .map((text) => text.trim())
        .filter(Boolean)
        .flatMap((text) => {
        const place = parseTarget(text);
        if (typeof place === 'string') {
            problem('ssh-jump', text, place);
            return [];
        }
        const { host, user = own.user, port = 22 } = place;
        return [{ name: host, host, port, ...own, user }];
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/engine/install.js
var install = __webpack_require__(1736);
;// CONCATENATED MODULE: ./lib/machines/ssh/options.js



/** The same word stands for all hosts, and no two of them have the same address. */
const interfaceName = schemas/* string */.YjP()
    .refine((name) => (0,external_node_net_.isIP)(name) === 0, 'an address is that of one host: give it in the line of the host in `hosts`')
    .refine((name) => /^[^\s/:]{1,15}$/.test(name), 'give the name of an interface that all hosts have, for example `eth1`');
/** `driver-options` of the `ssh` driver. */
const sshOptions = schemas/* strictObject */.rej({
    /** Address pools of overlay networks, for a swarm that is initialised now. */
    'default-addr-pool': schemas/* array */.YOg(schemas/* string */.YjP().min(1)).optional(),
    /** Install Docker Engine on a host that has none; a word is where from. */
    'install-engine': schemas/* union */.KCZ([schemas/* boolean */.zMY(), schemas/* enum */.k5n(install/* ENGINE_SOURCES */.Ay)], {
        error: 'give `true`, `distribution`, `docker` or `false`',
    })
        .optional(),
    /** Go on without hosts that do not answer. */
    'allow-unreachable': schemas/* boolean */.zMY().optional(),
    /** Remove nodes that joined for this cluster and are in `hosts` no more. */
    'remove-unlisted': schemas/* boolean */.zMY().optional(),
    /** Interface by which the nodes reach each other, for lines of `hosts` without one. */
    'advertise-addr': interfaceName.optional(),
    /** Interface of the traffic between containers, for lines of `hosts` without one. */
    'data-path-addr': interfaceName.optional(),
});

;// CONCATENATED MODULE: ./lib/machines/ssh/driver.js


/** Machines are hosts that exist: they are connected to, never made and never destroyed. */
const sshDriver = {
    name: 'ssh',
    makesMachines: false,
    onRunner: false,
    options: sshOptions,
    read: (source) => {
        const connection = readSource(source);
        return {
            roles: connection.hosts.map(({ role }) => role),
            create: (options) => sshDriverOf(connection, options),
        };
    },
};
function readSource({ read, variables, problem, warn }) {
    return readConnection({
        hosts: read('hosts'),
        privateKey: read('ssh-private-key'),
        passphrase: read('ssh-passphrase'),
        password: read('ssh-password'),
        user: read('ssh-user').trim(),
        port: read('ssh-port').trim(),
        knownHosts: read('ssh-known-hosts'),
        hostKeyChecking: read('ssh-host-key-checking').trim(),
        jump: read('ssh-jump'),
        unlockKey: read('unlock-key'),
        agent: variables.SSH_AUTH_SOCK || undefined,
    }, problem, warn);
}
/** The hosts of a connection as a driver. */
function sshDriverOf(connection, options) {
    return {
        name: 'ssh',
        makesMachines: false,
        addressPools: options['default-addr-pool'],
        adoption: {
            installEngine: options['install-engine'] ?? false,
            allowUnreachable: options['allow-unreachable'] ?? false,
            removeUnlisted: options['remove-unlisted'] ?? false,
            unlockKey: connection.unlockKey,
        },
        roles: connection.hosts.map(({ role }) => role),
        list: async (id) => connection.hosts.map((host, at) => machineOf(host, at + 1, id, options)),
        target: async (machine) => targetOf(machine, connection),
        commandOn: (machine) => loginTo(targetOf(machine, connection)),
    };
}
function machineOf(host, index, { cluster }, options) {
    return {
        name: host.name ?? host.host,
        index,
        owner: { cluster, repository: '', run: '' },
        labels: host.labels,
        state: 'running',
        address: host.host,
        advertise: host.advertiseAddr ?? options['advertise-addr'],
        dataPath: host.dataPathAddr ?? options['data-path-addr'],
        localPorts: new Map(),
    };
}
function targetOf({ name, index }, connection) {
    const host = connection.hosts[index - 1];
    if (!host)
        throw new Error(`no host ${index}`);
    const { credentials, hostKeys, jump } = connection;
    return {
        name,
        host: host.host,
        port: host.port ?? connection.port,
        user: host.user ?? connection.user,
        credentials,
        hostKeys,
        ...(jump.length > 0 && { jump }),
    };
}
/** As a person writes it who has the key at hand. */
function loginTo({ host, port, user, jump = [] }) {
    const hops = jump.map((hop) => `${hop.user}@${bracketed(hop.host)}:${hop.port}`);
    return [
        'ssh',
        ...(hops.length > 0 ? ['-J', hops.join(',')] : []),
        ...(port === 22 ? [] : ['-p', String(port)]),
        `${user}@${host}`,
    ];
}
function bracketed(host) {
    return host.includes(':') ? `[${host}]` : host;
}


/***/ }),

/***/ 6463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ generateKeyPair),
/* harmony export */   d: () => (/* binding */ ed25519KeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1565);


const TYPE = 'ssh-ed25519';
/**
 * Makes a new ed25519 key pair. Throws nothing. Not with ssh2's generator, which drops the leading
 * zero bytes of a public key: one pair in 256 would be unusable.
 */
function generateKeyPair(comment) {
    return ed25519KeyPair((0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.generateKeyPairSync)('ed25519').privateKey, comment);
}
/** The OpenSSH texts of an ed25519 key. Throws nothing for a key of that type. */
function ed25519KeyPair(key, comment) {
    const { x = '', d = '' } = key.export({ format: 'jwk' });
    const point = Buffer.from(x, 'base64url');
    const seed = Buffer.from(d, 'base64url');
    const blob = (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(TYPE, point);
    return {
        publicKey: `${TYPE} ${blob.toString('base64')} ${comment}`.trimEnd(),
        privateKey: armour(openSshKey(blob, point, seed, comment)),
    };
}
/** The format openssh-key-v1, without encryption: PROTOCOL.key of the OpenSSH sources. */
function openSshKey(blob, point, seed, comment) {
    const check = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4);
    const secret = Buffer.concat([
        check,
        check,
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(TYPE, point, Buffer.concat([seed, point]), comment),
    ]);
    const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, at) => at + 1));
    return Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)('none', 'none', ''),
        uint32(1),
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(blob, Buffer.concat([secret, padding])),
    ]);
}
function armour(key) {
    const lines = key.toString('base64').match(/.{1,70}/g) ?? [];
    return [
        '-----BEGIN OPENSSH PRIVATE KEY-----',
        ...lines,
        '-----END OPENSSH PRIVATE KEY-----',
        '',
    ].join('\n');
}
function uint32(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
}


/***/ }),

/***/ 9904:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  iJ: () => (/* binding */ algorithmsFor),
  Tx: () => (/* binding */ judgeHostKey),
  TZ: () => (/* binding */ knownHostsLine),
  $I: () => (/* binding */ lookup),
  uJ: () => (/* binding */ parseKnownHosts)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/ssh/keys/known-host-names.js


/** The port whose hosts stand in known_hosts by their name alone. */
const DEFAULT_PORT = 22;
/** What a hashed name begins with; the 1 stands for HMAC-SHA1. */
const HASHED = '|1|';
/** Longer patterns match nothing (`match_pattern_list` in OpenSSH's match.c). */
const LONGEST_PATTERN = 1022;
/**
 * The name by which OpenSSH looks a host up: in lower case, an address as the system prints it
 * (`resolve_addr` in ssh.c), and as `[host]:port` where the port is not 22 (`put_host_port` in
 * misc.c).
 */
function knownHostName(host, port) {
    const name = (0,external_node_net_.isIPv6)(host) ? shortest(host) : (dotted(host) ?? host.toLowerCase());
    return port === DEFAULT_PORT ? name : `[${name}]:${port}`;
}
/**
 * Whether the first field of a known_hosts line stands for this name, which must be in lower case.
 * As OpenSSH decides: one hashed name, or patterns with `*` and `?` between commas, of which a
 * matching one with `!` before it rules all others out.
 */
function matchesHost(field, name) {
    if (field.startsWith('|'))
        return hashedName(field)?.(name) === field;
    // Most lines are so, and each host of a long list looks through all of them.
    if (!/[*?!,]/.test(field) && field.length <= LONGEST_PATTERN)
        return field.toLowerCase() === name;
    let matched = false;
    for (const pattern of field.toLowerCase().split(',')) {
        const negated = pattern.startsWith('!');
        const text = negated ? pattern.slice(1) : pattern;
        if (text.length > LONGEST_PATTERN)
            return false;
        if (!matchesPattern(text, name))
            continue;
        if (negated)
            return false;
        matched = true;
    }
    return matched;
}
/** Whether a field that begins with `|` has the form of a hashed name. */
function isHashedName(field) {
    const hash = field.slice(HASHED.length).split('|')[1] ?? '';
    return hashedName(field) !== undefined && Buffer.from(hash, 'base64').length === 20;
}
/** Hashes a name with the salt that stands in the field. */
function hashedName(field) {
    if (!field.startsWith(HASHED))
        return undefined;
    const salt = Buffer.from(field.slice(HASHED.length).split('|')[0] ?? '', 'base64');
    if (salt.length !== 20)
        return undefined;
    return (name) => {
        const hash = (0,external_node_crypto_.createHmac)('sha1', salt).update(name).digest('base64');
        return `${HASHED}${salt.toString('base64')}|${hash}`;
    };
}
/** Without a regular expression: one made of `*a*a*a…` could take the time of a lifetime. */
function matchesPattern(pattern, name) {
    let at = 0;
    let inPattern = 0;
    let star = -1;
    let afterStar = 0;
    while (at < name.length) {
        const wanted = pattern[inPattern];
        if (wanted === '*') {
            star = inPattern;
            afterStar = at;
            inPattern += 1;
        }
        else if (wanted === '?' || wanted === name[at]) {
            inPattern += 1;
            at += 1;
        }
        else if (star >= 0) {
            afterStar += 1;
            at = afterStar;
            inPattern = star + 1;
        }
        else {
            return false;
        }
    }
    return /^\**$/.test(pattern.slice(inPattern));
}
/**
 * An IPv4 address in one of the forms of inet_aton(3), `127.1` or `0x7f000001`, in the usual one;
 * undefined for anything else.
 */
function dotted(host) {
    const isAddress = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i.test(host);
    return isAddress ? URL.parse(`http://${host}/`)?.hostname : undefined;
}
/** As inet_ntop(3) prints it. */
function shortest(address) {
    const [bare = address, zone] = address.split('%');
    const { hostname } = new URL(`http://[${bare}]/`);
    return withDots(hostname.slice(1, -1)) + (zone === undefined ? '' : `%${zone}`);
}
/**
 * The last 32 bits stand with dots where nothing is before them but zeros, or the prefix of
 * addresses of IPv4 (glibc, inet_ntop.c).
 */
function withDots(address) {
    const [, prefix, high, low] = /^::(ffff:)?([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
    if (high === undefined || low === undefined)
        return address;
    const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
    return `::${prefix ?? ''}${[...bytes].join('.')}`;
}

// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
// EXTERNAL MODULE: ./lib/ssh/keys/wire.js
var wire = __webpack_require__(1565);
;// CONCATENATED MODULE: ./lib/ssh/keys/known-hosts.js



/** How many SSH strings the blob of a key of this type consists of. */
const STRINGS = {
    'ssh-ed25519': 2,
    'ecdsa-sha2-nistp256': 3,
    'ecdsa-sha2-nistp384': 3,
    'ecdsa-sha2-nistp521': 3,
    'ssh-rsa': 3,
    'ssh-dss': 5,
    'sk-ssh-ed25519@openssh.com': 3,
    'sk-ecdsa-sha2-nistp256@openssh.com': 4,
};
const BYTE_ORDER_MARK = 'begins with a byte order mark, which OpenSSH takes for a part of the name. Save the file as UTF-8 without it.';
/** OpenSSH reads no RSA key with fewer bits (`SSH_RSA_MINIMUM_MODULUS_SIZE`). */
const LEAST_RSA_BITS = 1024;
/**
 * Reads the text of a known_hosts file as OpenSSH does (`hostkeys_foreach_file` in hostfile.c):
 * what it cannot read it passes over. Each such line is named in `problems`. Throws nothing, and
 * never quotes a line: what was pasted here may have been a secret.
 */
function parseKnownHosts(text) {
    const lines = [];
    const problems = [];
    for (const [at, whole] of text.split('\n').entries()) {
        // For OpenSSH, which is written in C, a line ends with a NUL.
        const content = (whole.split('\0', 1)[0] ?? '').replace(/^[ \t]+|[ \t\r]+$/g, '');
        if (/^\ufeff?(?:#|$)/.test(content))
            continue;
        const parsed = parseLine(at + 1, content);
        if (typeof parsed !== 'string')
            lines.push(parsed);
        const reason = content.startsWith('\ufeff')
            ? BYTE_ORDER_MARK
            : typeof parsed === 'string'
                ? parsed
                : uselessName(parsed.hosts);
        if (reason)
            problems.push({ line: at + 1, reason });
    }
    return { lines, problems };
}
function parseLine(line, content) {
    const words = content.split(/[ \t]+/);
    const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') {
        return 'has an unknown marker. There are `@revoked` and `@cert-authority`.';
    }
    const [hosts = '', type = '', base64 = '', ...comment] = words;
    if (comment.some((word, at) => isKeyType(word) && /^AAAA/.test(comment[at + 1] ?? ''))) {
        return 'has a second entry behind the first, which nobody would read: a line end was lost. Give each entry a line of its own.';
    }
    if (hosts.startsWith('|') && !isHashedName(hosts))
        return 'has a hashed name that is not whole.';
    if (isKeyType(hosts)) {
        return 'begins with the type of the key. The name or address of the host must stand before it.';
    }
    if (!isKeyType(type)) {
        return 'is not of the form `host type key`, as `ssh-keyscan host` prints it.';
    }
    const blob = (0,wire/* decodeBase64 */.y4)(base64);
    if (!blob || !isWhole(type, blob))
        return `has a key of type ${type} that is not whole.`;
    if ((0,public_key/* keyBits */.ML)(blob) < LEAST_RSA_BITS && (0,public_key/* blobType */.a1)(blob) === 'ssh-rsa') {
        return `has an RSA key of ${(0,public_key/* keyBits */.ML)(blob)} bits. OpenSSH accepts none below ${LEAST_RSA_BITS}.`;
    }
    return { line, marker, hosts, key: { type: (0,public_key/* blobType */.a1)(blob), blob } };
}
function isKeyType(word) {
    return Object.hasOwn(STRINGS, word) || /^rsa-sha2-(256|512)$/.test(word) || isCertificate(word);
}
function isCertificate(type) {
    return /^(ssh|ecdsa|rsa|sk)-[a-z0-9-]+-cert-v01@openssh\.com$/.test(type);
}
/**
 * Whether the blob is a key of the type that stands before it. The signature types of RSA are taken
 * for its key type.
 */
function isWhole(type, blob) {
    const inside = (0,public_key/* blobType */.a1)(blob);
    if (inside !== type.replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa'))
        return false;
    const strings = (0,wire/* readStrings */.Nc)(blob);
    if (isCertificate(type))
        return blob.length > 4 + inside.length;
    if (strings?.length !== STRINGS[inside])
        return false;
    return inside !== 'ssh-ed25519' || strings?.[1]?.length === 32;
}
function uselessName(hosts) {
    const name = /(?:^|,)\[([^\],]*)\]:22(?:,|$)/.exec(hosts)?.[1];
    if (name === undefined)
        return undefined;
    return `names \`[${name}]:22\`, which stands for no host: at port 22 a host is looked up by its name alone, \`${name}\`.`;
}
/**
 * What is known of a host. As OpenSSH decides: by the name that was given and not by its address
 * too (`CheckHostIP no`); and where no line has a key for `[host]:port`, one for the name alone
 * will do (`check_host_key` in sshconnect.c).
 */
function lookup(known, host, port) {
    const keys = linesFor(known, knownHostName(host, port));
    if (keys.accepted.length > 0 || port === DEFAULT_PORT)
        return keys;
    const plain = linesFor(known, knownHostName(host, DEFAULT_PORT));
    return {
        accepted: [],
        atDefaultPort: plain.accepted,
        revoked: [...keys.revoked, ...plain.revoked],
        authorities: [...keys.authorities, ...plain.authorities],
    };
}
function linesFor(known, name) {
    const lines = known.lines.filter(({ hosts }) => matchesHost(hosts, name));
    return {
        accepted: lines.filter(({ marker }) => marker === undefined),
        atDefaultPort: [],
        revoked: lines.filter(({ marker }) => marker === 'revoked'),
        authorities: lines.filter(({ marker }) => marker === 'cert-authority'),
    };
}
/**
 * The algorithms by which OpenSSH would ask a host for its key, the preferred first. Keys that
 * stand for port 22 do not count at another.
 */
function algorithmsFor({ accepted, authorities }) {
    const types = accepted.map(({ key }) => key.type);
    return (0,public_key/* openSshOrder */.fS)(types, { hasAuthority: authorities.length > 0 });
}
/**
 * Judges the key that a host shows, as OpenSSH does: revoked before all else, and changed also
 * where only another type is known. What is known of port 22 contradicts nothing at another port,
 * where another sshd may answer. Certificates are not read: where OpenSSH would take one of the
 * host, which offers these algorithms, for its answer, and that could be another one, the verdict
 * is `certified`.
 */
function judgeHostKey(keys, blob, offered = []) {
    const revoked = keys.revoked.find(({ key }) => key.blob.equals(blob));
    if (revoked)
        return { kind: 'revoked', line: revoked };
    const certified = lineOfCertificate(keys, blob, offered);
    if (certified)
        return { kind: 'certified', line: certified };
    const isShown = ({ key }) => key.blob.equals(blob);
    if (keys.accepted.some(isShown) || keys.atDefaultPort.some(isShown))
        return { kind: 'accepted' };
    const type = (0,public_key/* blobType */.a1)(blob);
    const line = keys.accepted.find(({ key }) => key.type === type) ?? keys.accepted[0];
    return line ? { kind: 'changed', line } : { kind: 'unknown' };
}
/**
 * The line by which OpenSSH may refuse the certificate that the host would show it. One whose
 * authority no line names counts as the plain key that is in it.
 */
function lineOfCertificate(keys, blob, offered) {
    const shown = algorithmsFor(keys).find((one) => offered.includes(one));
    if (shown === undefined || !(0,public_key/* isCertified */.qz)(shown))
        return undefined;
    const [revoked] = keys.revoked;
    if (revoked)
        return revoked;
    return (0,public_key/* keyTypeOf */.zj)(shown) === (0,public_key/* blobType */.a1)(blob)
        ? undefined
        : (keys.authorities[0] ?? keys.accepted[0]);
}
/** The line that makes a host known by this key. */
function knownHostsLine(host, port, blob) {
    return `${knownHostName(host, port)} ${(0,public_key/* blobType */.a1)(blob)} ${blob.toString('base64')}`;
}


/***/ }),

/***/ 6315:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readPrivateKeys)
/* harmony export */ });
/* unused harmony export signingKey */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5472);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(ssh2__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _generate_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6463);
/* harmony import */ var _private_key_text_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4395);
/* harmony import */ var _public_key_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8091);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1565);







const WHOLE = 'Give the whole text of the private key file, from its -----BEGIN line to its -----END line.';
const NEW_KEY = 'Make a new one: ssh-keygen -t ed25519 -f deploy_key';
const MISTAKES = {
    nothing: {
        reason: 'it is empty',
        hint: 'Check the name of the secret, and that this workflow may read it. Runs for forks and for Dependabot get none.',
    },
    'public key': {
        reason: 'it is a public key',
        hint: `Its private half is in the file of the same name without \`.pub\`. ${WHOLE}`,
    },
    certificate: { reason: 'it is a certificate, and no private key', hint: WHOLE },
    'PuTTY key': {
        reason: "it is in PuTTY's own format (.ppk)",
        hint: 'Convert it: puttygen key.ppk -O private-openssh -o key',
    },
    path: { reason: 'it is the path of a file', hint: WHOLE },
    masked: {
        reason: 'it has been copied from a log, where *** stands for what is secret',
        hint: WHOLE,
    },
    encoded: {
        reason: 'its line ends were written as something else (%0A, <br>) by what it came through',
        hint: `Set the secret from the file itself: gh secret set SSH_KEY < deploy_key. ${WHOLE}`,
    },
    'no end': { reason: 'it breaks off: its END line is missing', hint: WHOLE },
    'no beginning': { reason: 'its beginning is missing', hint: WHOLE },
    'no key': { reason: 'it has no -----BEGIN line', hint: WHOLE },
};
const CERTIFIED = {
    reason: 'a user certificate stands beside it, and those are not supported',
    hint: 'Give the private key alone, and put its plain public key into authorized_keys on the host.',
};
const ENCRYPTED = {
    reason: 'it is encrypted, and there is no passphrase',
    hint: 'Give the passphrase in `ssh-passphrase`.',
};
const WRONG_PASSPHRASE = {
    reason: 'the passphrase is not the right one',
    hint: 'Check `ssh-passphrase`; a line end or a space at its end counts.',
};
const DAMAGED = { reason: 'it is damaged or not whole', hint: WHOLE };
const DSA = {
    reason: 'it is a DSA key, which OpenSSH takes no longer',
    hint: NEW_KEY,
};
/**
 * Reads one or several private keys: OpenSSH, PEM (PKCS#1, SEC1) or PKCS#8; ed25519, ECDSA or RSA.
 * The passphrase opens all that are encrypted. What a form or a variable did to the text is
 * repaired (see `findArmour`). Throws `ActionError` that says which key is what instead, and never
 * contains anything of the key or the passphrase.
 */
function readPrivateKeys(text, passphrase) {
    const found = (0,_private_key_text_js__WEBPACK_IMPORTED_MODULE_5__/* .findArmour */ .g)(text);
    if (typeof found === 'string')
        throw refused(MISTAKES[found]);
    if (/-cert-v01@openssh\.com AAAA/.test(text))
        throw refused(CERTIFIED);
    return found.map((armour, at) => {
        const key = readOne(armour, passphrase || undefined);
        if ('reason' in key)
            throw refused(key, found.length > 1 ? at + 1 : undefined);
        return key;
    });
}
function refused({ reason, hint }, number) {
    const which = number === undefined ? '' : ` number ${number}`;
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`The SSH private key${which} cannot be used: ${reason}`, { hint });
}
function readOne({ label, text }, passphrase) {
    switch (label) {
        case 'OPENSSH PRIVATE KEY':
            return readOpenSsh(text, passphrase);
        case 'RSA PRIVATE KEY':
        case 'EC PRIVATE KEY':
        case 'PRIVATE KEY':
        case 'ENCRYPTED PRIVATE KEY':
            return readPem(label, text, passphrase);
        case 'DSA PRIVATE KEY':
            return DSA;
        default:
            return otherBlock(label);
    }
}
function otherBlock(label) {
    if (label.startsWith('PGP'))
        return { reason: 'it is an OpenPGP key', hint: WHOLE };
    if (label.includes('PUBLIC KEY'))
        return MISTAKES['public key'];
    if (label.includes('CERTIFICATE'))
        return MISTAKES.certificate;
    return {
        reason: 'its format is not known',
        hint: `OpenSSH, PEM and PKCS#8 are read. ${NEW_KEY}`,
    };
}
function readOpenSsh(text, passphrase) {
    const envelope = readEnvelope(text);
    if (!envelope)
        return DAMAGED;
    const { cipher, type } = envelope;
    if (type === 'ssh-dss')
        return DSA;
    if (type.startsWith('sk-')) {
        return {
            reason: 'it is the handle of a security key, which must be plugged in to sign',
            hint: NEW_KEY,
        };
    }
    if (cipher !== 'none' && passphrase === undefined)
        return ENCRYPTED;
    const opened = attempt(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)(privatePem(text, passphrase)));
    if (opened instanceof Error)
        return cipher === 'none' ? DAMAGED : notOpened(opened, cipher);
    const read = usable(opened, cipher !== 'none');
    // Two wrong halves could still make a key, though not the one that was meant.
    return read?.blob.equals(envelope.blob) ? read : DAMAGED;
}
/** The key as Node signs with it. */
function signingKey({ text }) {
    return createPrivateKey(privatePem(text, undefined));
}
/** Throws what ssh2 gives as an error. */
function privatePem(text, passphrase) {
    const parsed = ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(text, passphrase);
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    if (!key || !('isPrivateKey' in key))
        throw key ?? new Error('There is no key inside.');
    return key.getPrivatePEM();
}
/**
 * ssh2 has no error codes, and some of its messages quote the key: they are looked at and never
 * passed on.
 */
function notOpened(error, cipher) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unsupported cipher')) {
        return {
            reason: `it is encrypted with ${/^[a-z0-9@.-]{1,60}$/.test(cipher) ? cipher : 'a cipher'}, which is not supported`,
            hint: 'Encrypt it anew: ssh-keygen -p -Z aes256-ctr -f key',
        };
    }
    return message.startsWith('Malformed') ? DAMAGED : WRONG_PASSPHRASE;
}
/** What of an OpenSSH key is not encrypted: PROTOCOL.key of the OpenSSH sources. */
function readEnvelope(text) {
    const bytes = Buffer.from(text.replace(/^-----.*$/gm, ''), 'base64');
    const magic = 'openssh-key-v1\0';
    if (bytes.subarray(0, magic.length).toString('latin1') !== magic)
        return undefined;
    let at = magic.length;
    const next = () => {
        const string = (0,_wire_js__WEBPACK_IMPORTED_MODULE_6__/* .stringAt */ .bX)(bytes, at);
        at += 4 + (string?.length ?? 0);
        return string;
    };
    const [cipher, kdf, options] = [next(), next(), next()];
    at += 4;
    const blob = next();
    if (!cipher || !kdf || !options || !blob || !next())
        return undefined;
    return {
        cipher: cipher.toString('latin1'),
        type: (0,_public_key_js__WEBPACK_IMPORTED_MODULE_4__/* .blobType */ .a1)(blob),
        blob,
    };
}
function readPem(label, text, passphrase) {
    const encrypted = label.startsWith('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
    if (encrypted && passphrase === undefined)
        return ENCRYPTED;
    const key = attempt(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }));
    if (key instanceof Error)
        return encrypted ? WRONG_PASSPHRASE : DAMAGED;
    if (key.asymmetricKeyType === 'dsa')
        return DSA;
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    if (asText(key) === undefined) {
        const type = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
        return { reason: `SSH has no keys of type ${type}`, hint: NEW_KEY };
    }
    return usable(key, encrypted) ?? DAMAGED;
}
/**
 * PKCS#8 would do for all, but ssh2 1.17 reads none, and OpenSSH reads ed25519 of it only from 9.6
 * on.
 */
function asText(key) {
    switch (key.asymmetricKeyType) {
        case 'ed25519':
            return (0,_generate_js__WEBPACK_IMPORTED_MODULE_3__/* .ed25519KeyPair */ .d)(key, '').privateKey;
        case 'rsa':
            return key.export({ type: 'pkcs1', format: 'pem' }).toString();
        case 'ec':
            return /^(prime256v1|secp384r1|secp521r1)$/.test(key.asymmetricKeyDetails?.namedCurve ?? '')
                ? key.export({ type: 'sec1', format: 'pem' }).toString()
                : undefined;
        default:
            return undefined;
    }
}
/** The key, if SSH has its type, and it can sign, and its halves belong together. */
function usable(key, isEncrypted) {
    const text = asText(key);
    const parsed = text === undefined ? undefined : attempt(() => ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(text));
    if (!parsed || parsed instanceof Error || text === undefined)
        return undefined;
    const data = Buffer.from('swarm-up');
    // RSA would sign with SHA-1 by itself, which some systems forbid.
    const hash = parsed.type === 'ssh-rsa' ? 'sha256' : undefined;
    const verified = attempt(() => {
        const signature = parsed.sign(data, hash);
        return signature instanceof Error ? signature : parsed.verify(data, signature, hash);
    });
    if (verified !== true)
        return undefined;
    const blob = parsed.getPublicSSH();
    return { type: parsed.type, fingerprint: (0,_public_key_js__WEBPACK_IMPORTED_MODULE_4__/* .fingerprint */ .Rj)(blob), blob, isEncrypted, text };
}
function attempt(run) {
    try {
        return run();
    }
    catch (error) {
        return error instanceof Error ? error : new Error('unknown');
    }
}


/***/ }),

/***/ 8091:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dn: () => (/* binding */ isExpected),
/* harmony export */   ML: () => (/* binding */ keyBits),
/* harmony export */   Qb: () => (/* binding */ hostKeyAlgorithms),
/* harmony export */   Rj: () => (/* binding */ fingerprint),
/* harmony export */   Rx: () => (/* binding */ describeKey),
/* harmony export */   a1: () => (/* binding */ blobType),
/* harmony export */   c1: () => (/* binding */ checkedAlgorithms),
/* harmony export */   ee: () => (/* binding */ parsePublicKey),
/* harmony export */   fS: () => (/* binding */ openSshOrder),
/* harmony export */   qz: () => (/* binding */ isCertified),
/* harmony export */   zj: () => (/* binding */ keyTypeOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1565);



/** RSA with SHA-1, which OpenSSH offers no more, and never for certificates here. */
const SHA1 = 'ssh-rsa';
/**
 * The signature algorithms by which a host proves that it has a key of this type. An RSA key signs
 * with SHA-2 (RFC 8332); plain `ssh-rsa` (SHA-1) is the last resort for servers from before 2016.
 * In OpenSSH's order of types.
 */
const ALGORITHMS = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', SHA1],
};
/**
 * Reads "type base64 [comment]", the one line of a `.pub` file. Throws `ActionError` where it is
 * anything else.
 */
function parsePublicKey(line) {
    const [type = '', base64 = ''] = line.trim().split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    if (type === '' || blob.length < 8 || blobType(blob) !== type) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('Not an OpenSSH public key', {
            details: line.trim(),
            hint: 'It is one line like: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA… comment',
        });
    }
    return { type, blob };
}
/** The fingerprint that `ssh-keygen -l` prints: SHA256 and base64 without padding. */
function fingerprint(key) {
    const blob = Buffer.isBuffer(key) ? key : key.blob;
    return `SHA256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
/**
 * A key as `ssh-keygen -l` prints it, without its comment: "256 SHA256:… (ED25519)". Throws
 * nothing.
 */
function describeKey(key) {
    const blob = Buffer.isBuffer(key) ? key : key.blob;
    const type = blobType(blob);
    const name = NAMES.find(([start]) => type.startsWith(start))?.[1] ?? type;
    return `${keyBits(blob)} ${fingerprint(blob)} (${name})`;
}
const NAMES = [
    ['ssh-ed25519', 'ED25519'],
    ['ecdsa-', 'ECDSA'],
    ['ssh-rsa', 'RSA'],
    ['ssh-dss', 'DSA'],
    ['sk-ssh-ed25519', 'ED25519-SK'],
    ['sk-ecdsa-', 'ECDSA-SK'],
];
/** The size of a key in bits, as OpenSSH counts it; 0 for a key of an unknown type. */
function keyBits(blob) {
    const type = blobType(blob);
    const curve = /nistp(\d+)/.exec(type)?.[1];
    if (curve)
        return Number(curve);
    if (type.includes('ed25519'))
        return 256;
    const [, first, second] = (0,_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .readStrings */ .Nc)(blob) ?? [];
    const number = type === 'ssh-rsa' ? second : type === 'ssh-dss' ? first : undefined;
    return number ? BigInt(`0x0${number.toString('hex')}`).toString(2).length : 0;
}
/** Whether the host shows one of the expected keys. */
function isExpected(shown, expected) {
    return expected.some((key) => key.blob.equals(shown));
}
/**
 * The host key algorithms to offer, so that a host with keys of several types shows the one that is
 * expected. Throws `ActionError` where none of the keys is of a type that can be checked, or where
 * there is no key at all.
 */
function hostKeyAlgorithms(expected) {
    const algorithms = expected.flatMap((key) => ALGORITHMS[key.type] ?? []);
    if (algorithms.length > 0)
        return [...new Set(algorithms)];
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(expected.length === 0
        ? 'No host key is known for the machine, so its identity cannot be checked'
        : `Host keys of type ${expected.map((key) => key.type).join(', ')} cannot be checked`, { hint: `Give a host key of one of these types: ${Object.keys(ALGORITHMS).join(', ')}` });
}
const CERTIFICATE = '-cert-v01@openssh.com';
/**
 * The algorithms for host keys in the order in which OpenSSH offers them, those of certificates too
 * (`KEX_DEFAULT_PK_ALG` in myproposal.h, `order_hostkeyalgs` in sshconnect2.c): as they are where a
 * key of the first type is known, and otherwise those of known types first.
 */
function openSshOrder(knownTypes, { hasAuthority }) {
    const plain = Object.values(ALGORITHMS).flat();
    const certified = plain.filter((one) => one !== SHA1).map((one) => one + CERTIFICATE);
    const all = [...certified, ...plain];
    if (knownTypes.includes(keyTypeOf(all[0] ?? '')))
        return all;
    const isFirst = (one) => (hasAuthority && isCertified(one)) || knownTypes.includes(keyTypeOf(one));
    return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))];
}
/** Those that are checked here, in the same order. */
function checkedAlgorithms(order) {
    const checked = Object.values(ALGORITHMS).flat();
    return order.flatMap((one) => checked.find((algorithm) => algorithm === one) ?? []);
}
/** Whether the algorithm is that of a certificate. */
function isCertified(algorithm) {
    return algorithm.endsWith(CERTIFICATE);
}
/** The type of the key that signs by this algorithm, or that the certificate is of. */
function keyTypeOf(algorithm) {
    return algorithm.replace(CERTIFICATE, '').replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa');
}
/** The type of the key inside a blob; for messages too. */
function blobType(blob) {
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
    return blob.subarray(4, 4 + length).toString('latin1');
}


/***/ }),

/***/ 1565:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nc: () => (/* binding */ readStrings),
/* harmony export */   ZU: () => (/* binding */ sshStrings),
/* harmony export */   bX: () => (/* binding */ stringAt),
/* harmony export */   y4: () => (/* binding */ decodeBase64)
/* harmony export */ });
/**
 * Reads a sequence of SSH strings (RFC 4251 section 5: a length of four bytes, then as many bytes)
 * that fills `bytes` exactly. Gives undefined where it does not.
 */
function readStrings(bytes) {
    const strings = [];
    let at = 0;
    while (at < bytes.length) {
        const string = stringAt(bytes, at);
        if (!string)
            return undefined;
        strings.push(string);
        at += 4 + string.length;
    }
    return strings;
}
/** The SSH string that begins at `at`, or undefined where the bytes end before it does. */
function stringAt(bytes, at) {
    if (at + 4 > bytes.length)
        return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}
/**
 * The bytes that `base64` stands for, or undefined where it is not base64 to the last character
 * (Node itself reads anything).
 */
function decodeBase64(base64) {
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length > 0 && bytes.toString('base64') === base64 ? bytes : undefined;
}
/** The bytes of a sequence of SSH strings. */
function sshStrings(...strings) {
    return Buffer.concat(strings.flatMap((one) => {
        const bytes = Buffer.from(one);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
    }));
}


/***/ })

};
;