"use strict";
exports.id = 179;
exports.ids = [179];
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
    return {
        ...executor,
        run: (argv, options) => executor.run(sudoDocker(argv, path), options),
        open: (argv) => executor.open(sudoDocker(argv, path)),
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

/***/ 1229:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ ownedFilter),
/* harmony export */   Bs: () => (/* binding */ isReserved),
/* harmony export */   H0: () => (/* binding */ ownerLabels),
/* harmony export */   S: () => (/* binding */ REPOSITORY_LABEL),
/* harmony export */   Zw: () => (/* binding */ jobOf),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   eq: () => (/* binding */ CLUSTER_LABEL),
/* harmony export */   nP: () => (/* binding */ OWNER_KEYS)
/* harmony export */ });
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
        ...(expires === undefined ? {} : { expires }),
        ...(pullRequest === undefined ? {} : { pullRequest }),
        ...(labels[OF_RUN_LABEL] === 'true' && { isOfRun: true }),
    };
}
/** What the Engine's API filters labels by, to find everything of a cluster. */
function ownedFilter({ cluster, repository }) {
    return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
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


/***/ })

};
;