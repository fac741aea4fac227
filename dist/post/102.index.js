"use strict";
exports.id = 102;
exports.ids = [102];
exports.modules = {

/***/ 7563:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ listed)
/* harmony export */ });
/** `a, b, c and 2 more`: the first `most` of them. */
function listed(items, most) {
    const more = items.length - most;
    return items.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}


/***/ }),

/***/ 2102:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ CONNECT_TIMEOUT_MS),
/* harmony export */   releaseHosts: () => (/* binding */ releaseHosts),
/* harmony export */   releaseLock: () => (/* binding */ releaseLock)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _base_stages_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6433);
/* harmony import */ var _machines_connect_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1174);
/* harmony import */ var _stack_lock_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2140);
/* harmony import */ var _swarm_records_forming_lock_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6443);





/**
 * How long connecting to one machine may take, in ms: as long as on the way up. Post is cut after
 * five minutes in all.
 */
const CONNECT_TIMEOUT_MS = 120_000;
/**
 * Removes the lock of the stack that a main step which was killed may have left on a swarm that
 * stays. Gone already is success.
 */
async function releaseLock(state, owner, context) {
    const { lock } = state;
    if (lock === undefined)
        return;
    const step = {
        title: `Removing the lock of stack ${lock.stack}`,
        run: async (id) => {
            const manager = await connectManager(id, context);
            try {
                const removed = await (0,_stack_lock_js__WEBPACK_IMPORTED_MODULE_3__/* .unlock */ .Tl)(manager.api, lock, context.signal);
                context.reporter.log.info(removed ? 'Removed' : 'It was gone already');
            }
            finally {
                await manager.ssh.close();
            }
        },
    };
    await (0,_base_stages_js__WEBPACK_IMPORTED_MODULE_1__/* .runAllSteps */ .U)([step], owner, context.reporter);
}
/**
 * Removes the locks of hosts that a main step which was killed while it formed a swarm may have
 * left. Gone already is success.
 */
async function releaseHosts(owner, context) {
    const { driver, reporter, signal } = context;
    const { log } = reporter;
    const found = await driver.list(owner, signal);
    const steps = found.map((machine) => ({
        title: `Removing the lock of ${machine.name}`,
        run: async () => {
            const timeoutMs = CONNECT_TIMEOUT_MS;
            const connected = await (0,_machines_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(driver, machine, 'worker', { signal, timeoutMs, log });
            try {
                const removed = await (0,_swarm_records_forming_lock_js__WEBPACK_IMPORTED_MODULE_4__/* .removeLeftLock */ .bc)(connected, owner, signal);
                log.info(removed ? 'Removed' : 'It was gone already');
            }
            finally {
                await connected.ssh.close();
            }
        },
    }));
    await (0,_base_stages_js__WEBPACK_IMPORTED_MODULE_1__/* .runAllSteps */ .U)(steps, owner, reporter);
}
/** The first machine that answers and is a manager. */
async function connectManager(id, { driver, reporter: { log }, signal }) {
    let cause;
    for (const machine of await driver.list(id, signal)) {
        if (machine.state !== 'running')
            continue;
        try {
            const found = await (0,_machines_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(driver, machine, 'manager', {
                signal,
                timeoutMs: CONNECT_TIMEOUT_MS,
                log,
            });
            if (found.engine.Swarm.ControlAvailable)
                return found;
            await found.ssh.close();
        }
        catch (error) {
            cause = error;
        }
    }
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`No manager of cluster ${id.cluster} can be asked.`, {
        hint: 'The next deployment waits until the lock is older than its limit. Remove it on a manager: docker config ls --filter name=swarm-up-lock, docker config rm <name>',
        cause,
    });
}


/***/ }),

/***/ 7111:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A3: () => (/* binding */ changeConfigLabels),
/* harmony export */   PM: () => (/* binding */ removeConfig),
/* harmony export */   Z3: () => (/* binding */ createConfig),
/* harmony export */   iu: () => (/* binding */ listConfigs)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3798);
/* harmony import */ var _api_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2258);
/* harmony import */ var _delete_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7816);



// A Swarm config whose labels are a record of something: a lock, who a stack belongs to, which
// hosts are joining. Its creation is atomic in the whole swarm, because a name exists or does not.
const configs = zod__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    ID: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
    Version: zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ Index: zod__WEBPACK_IMPORTED_MODULE_2__/* .number */ .aig() }),
    CreatedAt: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
    // Handed back whole by an update: the engine takes changed labels only.
    Spec: zod__WEBPACK_IMPORTED_MODULE_2__/* .looseObject */ ._H3({
        Name: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
        Labels: zod__WEBPACK_IMPORTED_MODULE_2__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP())
            .nullish()
            .transform((labels) => labels ?? {}),
        Data: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().nullish(),
    }),
}));
/** Those with one of the names, or with the label (`key` or `key=value`). Rejects as `EngineApi.get` does. */
async function listConfigs(api, filters, signal) {
    return await api.get('/configs', { filters: JSON.stringify(filters) }, configs, { signal });
}
/** Resolves with false if the name is taken. `Data` is base64. Rejects as `EngineApi.post` does. */
async function createConfig(api, config, signal) {
    try {
        await api.post('/configs/create', {}, config, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof _api_js__WEBPACK_IMPORTED_MODULE_0__/* .EngineRefusal */ .np && error.httpStatus === 409)
            return false;
        throw error;
    }
}
/** Rejects as `EngineApi.post` does, also if somebody has changed it since it was read. */
async function changeConfigLabels(api, { ID, Version, Spec }, Labels, signal) {
    const version = String(Version.Index);
    await api.post(`/configs/${ID}/update`, { version }, { ...Spec, Labels }, { signal });
}
/** By id, so that one that was made anew meanwhile is never meant; resolves with whether it was there. */
function removeConfig(api, { ID }, signal) {
    return (0,_delete_js__WEBPACK_IMPORTED_MODULE_1__/* .deleteIfThere */ .l)(api, `/configs/${ID}`, signal);
}


/***/ }),

/***/ 7816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ tryToDelete),
/* harmony export */   l: () => (/* binding */ deleteIfThere)
/* harmony export */ });
/* harmony import */ var _api_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2258);

/**
 * DELETE of a path; false where nothing was there any more. Rejects as `EngineApi.delete` does for
 * everything else.
 */
async function deleteIfThere(api, path, signal) {
    try {
        await api.delete(path, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof _api_js__WEBPACK_IMPORTED_MODULE_0__/* .EngineRefusal */ .np && error.httpStatus === 404)
            return false;
        throw error;
    }
}
/**
 * The same for what is looked at again: what the engine said where it refused, or that its answer
 * was lost; undefined where it went, or had gone already. Rejects as `EngineApi.delete` does for
 * everything else.
 */
async function tryToDelete(api, path, signal) {
    try {
        await deleteIfThere(api, path, signal);
        return undefined;
    }
    catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof _api_js__WEBPACK_IMPORTED_MODULE_0__/* .EngineRefusal */ .np || error instanceof _api_js__WEBPACK_IMPORTED_MODULE_0__/* .NoAnswer */ .W_))
            throw error;
        return error.details ?? error.message;
    }
}


/***/ }),

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

/***/ 708:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aQ: () => (/* binding */ readTime)
/* harmony export */ });
/* unused harmony exports askTime, skewOf */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7778);



/**
 * By how many ms clocks may differ before it is told. Clocks that are kept by NTP differ by
 * milliseconds, and one that nothing keeps by seconds in a day; what has a `ttl` lives for minutes
 * at least.
 */
const SKEW_MS = 30_000;
const info = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    SystemTime: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
        .transform((text) => Date.parse(text))
        .refine((ms) => Number.isFinite(ms), 'no time'),
});
/** The time of an engine. Rejects as `EngineApi.get` does. */
async function readTime(api, signal) {
    return new Date((await api.get('/info', {}, info, { signal })).SystemTime);
}
/**
 * Asks an engine what time it is; `now` is the time of this runner. Rejects as `EngineApi.get`
 * does.
 */
async function askTime(name, api, { signal, now }) {
    const sent = now().getTime();
    const time = await readTime(api, signal);
    const received = now().getTime();
    const host = { ms: time.getTime(), plusMinus: 1 };
    return {
        name,
        time,
        reading: clockReading({ sent, first: host, last: host, received }),
    };
}
/**
 * A sentence about a clock that is surely off from this runner's by more than it may be, and what
 * to do; undefined where it is not.
 */
function skewOf({ name, reading }) {
    if (surelyApart(reading, { offset: 0, plusMinus: 0 }) <= SKEW_MS)
        return undefined;
    const apart = Math.abs(reading.offset);
    const difference = apart < 60_000 ? formatDuration(apart) : formatSpan(apart);
    const direction = reading.offset > 0 ? 'ahead of' : 'behind';
    return `The clock of ${name} is ${difference} ${direction} that of this runner. What has a \`ttl\` is swept only once its time has passed by both. Set the one that is wrong: \`timedatectl set-ntp true\` (or chronyd, ntpd).`;
}


/***/ }),

/***/ 1174:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  v: () => (/* binding */ CONNECT_AT_ONCE),
  N: () => (/* binding */ connect_connect)
});

// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
;// CONCATENATED MODULE: ./lib/engine/early-stream.js
/** Begins to open a stream by a command. What goes wrong is told to nobody. */
function openEarly(executor, command) {
    const opened = executor.open(command).then((stream) => stream.on('error', () => { }), () => undefined);
    let isFree = true;
    return {
        take: async () => {
            if (!isFree)
                return undefined;
            isFree = false;
            const stream = await opened;
            return stream?.destroyed ? undefined : stream;
        },
        [Symbol.dispose]: () => {
            if (!isFree)
                return;
            isFree = false;
            void opened.then((stream) => stream?.destroy());
        },
    };
}

// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(3153);
// EXTERNAL MODULE: ./lib/engine/install.js
var engine_install = __webpack_require__(1736);
// EXTERNAL MODULE: ./lib/engine/patient-executor.js
var patient_executor = __webpack_require__(8370);
// EXTERNAL MODULE: ./lib/ssh/connect.js + 15 modules
var connect = __webpack_require__(2868);
// EXTERNAL MODULE: ./lib/machines/addresses.js
var addresses = __webpack_require__(9591);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
;// CONCATENATED MODULE: ./lib/machines/advertised.js


/** As sshd tells it (sshd(8), "ENVIRONMENT" of ssh(1)). */
const INCOMING_ADDRESS = ['sh', '-c', 'echo "$SSH_CONNECTION"'];
/**
 * The addresses by which the other nodes shall reach a host. What it is told is checked against the
 * addresses that it has; a node keeps the one that it joined with, and a warning says where that is
 * none of its own.
 */
async function hostAddresses(machine, ssh, { Swarm }, { signal, log, listed = () => (0,addresses/* listAddresses */.Zt)(ssh, signal), }) {
    const { name, address, advertise, dataPath } = machine;
    const isTold = advertise !== undefined || dataPath !== undefined;
    const known = isTold
        ? await listed()
        : Swarm.NodeAddr
            ? await (0,addresses/* addressesIfTold */.li)(listed, signal)
            : [];
    const given = advertise &&
        (0,addresses/* resolveAddress */.tG)(advertise, known, { name, option: 'advertise-addr', reachedAt: address });
    if (given && Swarm.NodeAddr && given !== Swarm.NodeAddr) {
        log.warning(`${name} is a node with the address ${Swarm.NodeAddr} already; advertise-addr=${advertise} would hold for a node that joins. To change it, let the node leave the swarm and join again.`);
    }
    else if (!given && Swarm.NodeAddr !== address && isForeign(Swarm.NodeAddr, known)) {
        log.warning(foreignAddress(name, Swarm, known));
    }
    return {
        advertise: Swarm.NodeAddr || given || (await incomingAddress(ssh, { signal, log })),
        dataPath: dataPath && (0,addresses/* resolveAddress */.tG)(dataPath, known, { name, option: 'data-path-addr' }),
    };
}
/**
 * Whether a node is known to the others by an address that none of its interfaces has; false where
 * that cannot be told.
 */
function isForeign(nodeAddr, known) {
    if (nodeAddr === '')
        return false;
    return ((0,addresses/* isLoopback */.U9)(nodeAddr) || (known.length > 0 && !known.some((one) => one.address === nodeAddr)));
}
/** What to do about it, by hand: the address of a node is part of its swarm. */
function newAddressCommands(isManager) {
    return isManager
        ? ['docker swarm init --force-new-cluster --advertise-addr <address>']
        : ['docker swarm leave'];
}
function foreignAddress(name, { NodeAddr, ControlAvailable }, known) {
    const [command = ''] = newAddressCommands(ControlAvailable);
    return [
        (0,addresses/* isLoopback */.U9)(NodeAddr)
            ? `${name} is a node with the address ${NodeAddr}, which leads every other host to itself. No other can be in a swarm with it.`
            : `${name} is a node with the address ${NodeAddr}, and none of its interfaces has it. If its address has changed, other nodes do not reach it; if it is that of a NAT, all is well.`,
        (0,addresses/* describeAddresses */.WU)(name, known),
        ControlAvailable
            ? `To change it on the only manager of a swarm (services stay, other nodes have to leave and join again), run there: ${command}`
            : `To change it, let the node leave, and it joins again with the next run: ${command}`,
    ].join('\n');
}
/**
 * The machine's own address of the connection, which is the right one also where the runner sees
 * another (a bastion, a NAT). Where that is a loopback address, the other one that it has.
 */
async function incomingAddress(ssh, { signal, log }) {
    const { stdout } = await ssh.run(INCOMING_ADDRESS, {
        signal,
        repeatable: true,
    });
    const address = stdout.trim().split(/\s+/)[2];
    if (!address) {
        throw new errors/* ActionError */.lZ(`The address of ${ssh.where} cannot be found out.`, {
            hint: 'Name the one that the other machines reach it by: `advertise-addr=<address>` in its line of `hosts`.',
        });
    }
    if (!log || !(0,addresses/* isLoopback */.U9)(address))
        return address;
    const other = (0,addresses/* onlyAddress */.xu)(ssh.where, await (0,addresses/* listAddresses */.Zt)(ssh, signal));
    if (other === undefined) {
        log.warning(`${ssh.where} has no address but ${address}, by which no other host reaches it: its swarm will be one of this host alone.`);
        return address;
    }
    log.info(`${ssh.where}  other nodes reach it at ${other}, and not at ${address}`);
    return other;
}

;// CONCATENATED MODULE: ./lib/machines/connect.js








/**
 * How long the dockerd of a machine that was not started now may take to answer, in ms. That of a
 * manager whose leader has died waits 20 s for one (moby daemon/cluster, `swarmRequestTimeout`)
 * before it answers without.
 */
const RUNNING_TIMEOUT_MS = 45_000;
/** How long a host may take to answer that the run would go on without, in ms. */
const MISSED_AFTER_MS = 15_000;
/**
 * How long a machine whose connection was lost is tried to be reached again, in ms: as long as a
 * quick reboot takes. A container or a virtual machine of the runner that is cut off has ended, and
 * does not come back.
 */
const RECONNECT_MS = patient_executor/* PATIENCE_MS */.x;
/**
 * How many hosts are connected to at once. A login takes about ten round trips, and some
 * milliseconds of this process: with more, the last ones would be kept waiting longer than a host
 * may take to say its first word.
 */
const CONNECT_AT_ONCE = 64;
/**
 * Connects to a machine and waits until its dockerd answers. With a driver that only reads, nothing
 * of the machine is changed, and where Docker Engine would be installed it throws
 * `EngineToInstall`. Throws `UnreachableError` when that takes longer than `timeoutMs`, with the
 * last answer; the connection is closed then.
 */
async function connect_connect(driver, machine, role, options) {
    const { signal, timeoutMs, log } = options;
    const { guard } = driver;
    const adoption = driver.makesMachines ? undefined : driver.adoption;
    const comesBack = driver.makesMachines ? driver.survivesRestart : true;
    const target = await driver.target(machine, signal);
    const install = (driver.makesMachines ? driver.installsEngine : adoption?.installEngine) ?? false;
    const reconnect = { limitMs: RECONNECT_MS, info: log.info, warning: log.warning };
    const reach = () => (0,connect.connectSsh)(target, {
        signal,
        timeoutMs: adoption?.allowUnreachable ? MISSED_AFTER_MS : timeoutMs,
        ...(comesBack && { reconnect }),
    });
    if (!guard)
        await driver.admit?.(machine, signal);
    const direct = guard ? guard(driver.inside?.(machine) ?? (await reach())) : await reach();
    const early = driver.makesMachines ? undefined : askEarly(direct, signal);
    try {
        if (!guard && driver.makesMachines) {
            await driver.setUp?.(machine, direct, { signal, timeoutMs });
        }
        const { executor, engine } = await (0,enter/* enterEngine */.xZ)(direct, target.user, {
            signal,
            timeoutMs: driver.makesMachines ? timeoutMs : RUNNING_TIMEOUT_MS,
            ...(install && {
                install: (executor) => guard
                    ? (0,engine_install/* refuseWithoutEngine */.R6)(machine.name, install)
                    : (0,engine_install/* installEngine */.Gz)(executor, target.user, {
                        ...{ signal, log },
                        source: install === true ? undefined : install,
                    }),
            }),
        });
        if (!guard)
            await driver.entered?.(machine);
        // The engine of a machine that does not come back does not either.
        const ssh = comesBack ? (0,patient_executor/* patientExecutor */.j)(executor, { log }) : executor;
        const addresses = driver.makesMachines
            ? {
                advertise: machine.advertise ?? (await incomingAddress(ssh, { signal })),
                dataPath: machine.dataPath,
            }
            : await hostAddresses(machine, ssh, engine, { ...options, listed: early?.listed });
        // Without sudo, it was refused.
        if (executor !== direct)
            early?.stream[Symbol.dispose]();
        const api = (0,engine_api/* engineApi */.d0)(ssh, early?.stream);
        return { ...machine, ...addresses, role, target, ssh, api, engine };
    }
    catch (error) {
        early?.stream[Symbol.dispose]();
        await direct.close();
        throw error;
    }
}
/**
 * What a host is asked whatever its engine says of itself, while that is waited for: to ask one
 * after the other would cost a process and two round trips each.
 */
function askEarly(direct, signal) {
    const listing = (0,addresses/* listAddresses */.Zt)(direct, signal);
    listing.catch(() => { }); // Told by whoever needs them.
    return { listed: () => listing, stream: openEarly(direct, engine_api/* DIAL */.rK) };
}


/***/ }),

/***/ 2140:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Wf: () => (/* binding */ LEASE_MS),
  j8: () => (/* binding */ lock_RENEW_MS),
  wq: () => (/* binding */ lockedStacks),
  LH: () => (/* binding */ renewLock),
  HJ: () => (/* binding */ takeLock),
  Tl: () => (/* binding */ unlock),
  gJ: () => (/* binding */ waitForLock)
});

// UNUSED EXPORTS: StackBusy, lockHolder, lockName, tryLock

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
;// CONCATENATED MODULE: ./lib/compose/render/names.js
// Rules of swarmkit manager/controlapi/common.go: validateAnnotations,
// validateConfigOrSecretAnnotations.
const DNS_NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const DNS_NAME_LENGTH = 63;
const OBJECT_NAME_LENGTH = 64;
const HASH_LENGTH = 12;
/** `<stack>_<service>` has to be a DNS label. */
function checkServiceName(stack, service, findings) {
    const name = `${stack}_${service}`;
    const fault = nameFault(name);
    if (fault !== undefined) {
        findings.refuse(['services', service], `service ${service}: its name in the swarm would be ${name}, ${fault} Rename the service, or choose another \`stack-name\`.`);
    }
}
/** Names of networks follow the same rule. */
function checkNetworkName(name, key, findings) {
    const fault = nameFault(name);
    if (fault !== undefined) {
        findings.refuse(['networks', key], `network ${key}: its name in the swarm would be ${name}, ${fault} Give it another \`name\`.`);
    }
}
function nameFault(name) {
    if (name.length > DNS_NAME_LENGTH) {
        return `${name.length} characters long; Swarm allows ${DNS_NAME_LENGTH}.`;
    }
    if (DNS_NAME.test(name))
        return undefined;
    return 'which Swarm does not allow: letters, digits and inner `-` or `_` only.';
}
/**
 * The name of a config or secret in the swarm: what it is called, and a part of the hash of its
 * content, since Swarm cannot change the content of one that exists. Cut so that Swarm takes it (64
 * characters), but never in the hash.
 */
function objectName(readable, hash) {
    const tail = `_${hash.slice(0, HASH_LENGTH)}`;
    const head = readable
        .replace(/[^A-Za-z0-9._-]/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, OBJECT_NAME_LENGTH - tail.length);
    return head === '' ? tail.slice(1) : head + tail;
}

// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
// EXTERNAL MODULE: ./lib/engine/config-record.js
var config_record = __webpack_require__(7111);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/stack/renewal.js
/**
 * After a pause as long as this between two looks, in ms, nothing is known of what was renewed
 * meanwhile, so watching begins anew.
 */
const BLIND_MS = 10_000;
const UNSEEN = { silentMs: 0, isAlive: false };
/**
 * Tells whether objects are renewed by watching them, with no clock but this process's own. The
 * stamps of a swarm are of whichever manager led it then, and may be off from every other clock. To
 * be given all of them at each look.
 */
function watchRenewals(clock) {
    let known = new Map();
    let lookedAt;
    return (found) => {
        const now = clock.now();
        const isBlind = lookedAt === undefined || now - lookedAt > BLIND_MS;
        lookedAt = now;
        known = new Map(found.map(({ ID, Version: { Index: index } }) => {
            const before = known.get(ID);
            const isSame = before?.index === index;
            return [
                ID,
                {
                    index,
                    since: isSame && !isBlind ? before.since : now,
                    isAlive: isSame ? before.isAlive : !isBlind,
                },
            ];
        }));
        return (id) => {
            const seen = known.get(id);
            return seen ? { silentMs: now - seen.since, isAlive: seen.isAlive } : UNSEEN;
        };
    };
}

// EXTERNAL MODULE: ./lib/stack/turn.js
var stack_turn = __webpack_require__(2768);
;// CONCATENATED MODULE: ./lib/stack/waiting.js





// Who waits for the lock of a stack says so in the swarm, so that an older run lets a newer one go
// first. It is a config, as the lock is: made in one call with its labels, and renewed as long as
// its run waits. Whoever removes one that is still needed does no harm, since its run makes it
// anew.
const STACK_LABEL = 'swarm-up.waiting';
const TOKEN_LABEL = 'swarm-up.waiting.token';
const URL_LABEL = 'swarm-up.waiting.url';
const LEASE_LABEL = 'swarm-up.waiting.lease';
const COUNT_LABEL = 'swarm-up.waiting.renewals';
const RENEW_MS = 7_000;
/** A part of the form by which one is known: where it is changed, the former one still counts. */
const DATA = Buffer.from('A run waits for the lock of a stack. Written by Swarm Up.\n').toString('base64');
/** Name of the config by which a run says that it waits. */
function waitingName({ stack, token }) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(`${stack}\0${token}`).digest('hex');
    return `swarm-up-waiting-${hash.slice(0, 20)}`;
}
/**
 * The runs that wait for the lock of a stack. `ignored` is told of each config that only looks as
 * if one did.
 */
async function readWaiting(api, stack, signal, ignored) {
    const found = await (0,config_record/* listConfigs */.iu)(api, { label: [`${STACK_LABEL}=${stack}`] }, signal);
    return found
        .filter(({ Spec: { Labels } }) => Labels[STACK_LABEL] === stack)
        .flatMap((config) => {
        const waiting = waitingIn(config, stack);
        if (waiting)
            return [waiting];
        const { Name } = config.Spec;
        ignored(`The config ${Name} has the label ${STACK_LABEL}, and not the name and form of a run that waits: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Name}`);
        return [];
    });
}
function waitingIn(config, stack) {
    const { Name, Labels, Data } = config.Spec;
    const owner = (0,ownership/* ownerOf */.bf)(Labels);
    const token = Labels[TOKEN_LABEL];
    const lease = Labels[LEASE_LABEL] ?? '';
    if (!owner?.run || !token || !/^\d+$/.test(lease))
        return undefined;
    if (Name !== waitingName({ stack, token }) || Data !== DATA)
        return undefined;
    const url = Labels[URL_LABEL];
    return {
        config,
        token,
        repository: owner.repository,
        turn: (0,stack_turn/* turnIn */.rn)(Labels),
        who: `${owner.run}${url === undefined ? '' : ` (${url})`}`,
        leaseMs: Number(lease) * 1_000,
    };
}
/** The newest of those that go before this run. */
function firstOf(waiting, { owner: { repository }, turn }) {
    return waiting
        .filter((one) => (0,stack_turn/* isNewer */.U4)(one, { repository, turn }))
        .toSorted((a, b) => (a.turn?.number ?? 0) - (b.turn?.number ?? 0))
        .at(-1);
}
/**
 * Removes what runs of this repository have left that waited for a lock which this run has now, and
 * go no more before it: they are lost, or say it again. A removal takes what any of them has left.
 */
async function forgetWaiting(api, waiting, { owner, turn, token }, signal) {
    const outlived = waiting.filter((one) => (0,ownership/* isSameRepository */.ve)(one, owner) &&
        one.token !== token &&
        (!turn || (one.turn?.line === turn.line && one.turn.number <= turn.number)));
    for (const { config } of outlived)
        await (0,config_record/* removeConfig */.PM)(api, config, signal);
}
/**
 * The queue for the lock of a stack, as one run sees it. Where nobody can say which of two runs is
 * newer, it has nobody in it.
 */
function queueOf(api, own, options) {
    if (!own.turn)
        return { look: async () => undefined };
    const { clock, signal, ignored } = options;
    const watch = watchRenewals(clock);
    let renewedAt = clock.now();
    let renewals = 0;
    const announce = async (found) => {
        if (found && clock.now() - renewedAt < RENEW_MS)
            return;
        renewedAt = clock.now();
        renewals += 1;
        if (found)
            await renew(api, found, renewals, signal);
        else
            await apply(api, own, signal);
    };
    return {
        look: async () => {
            const all = await readWaiting(api, own.stack, signal, ignored);
            // A renewal that fails is tried again: the next one is soon enough.
            await announce(all.find(({ token }) => token === own.token)?.config).catch(() => {
                signal.throwIfAborted();
            });
            const sightOf = watch(all.map(({ config }) => config));
            const isLost = ({ config, token, leaseMs }) => token !== own.token && sightOf(config.ID).silentMs > leaseMs;
            for (const one of all.filter(isLost)) {
                if ((0,ownership/* isSameRepository */.ve)(one, own.owner))
                    await (0,config_record/* removeConfig */.PM)(api, one.config, signal);
            }
            return firstOf(all.filter((one) => !isLost(one)), own);
        },
    };
}
async function apply(api, own, signal) {
    const { stack, owner, url, token, turn, leaseMs } = own;
    const Labels = {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        ...(0,stack_turn/* turnLabels */.tm)(turn),
        [STACK_LABEL]: stack,
        [TOKEN_LABEL]: token,
        [LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
        ...(url === undefined ? {} : { [URL_LABEL]: url }),
    };
    await api.post('/configs/create', {}, { Name: waitingName(own), Labels, Data: DATA }, { signal });
}
async function renew(api, config, renewals, signal) {
    const Labels = { ...config.Spec.Labels, [COUNT_LABEL]: String(renewals) };
    await (0,config_record/* changeConfigLabels */.A3)(api, config, Labels, signal);
}

;// CONCATENATED MODULE: ./lib/stack/lock.js











// One deployment of a stack at a time. The lock is a Swarm config, because its creation is atomic
// in the whole swarm: the name exists or it does not. Who holds it renews it, so that one whose
// runner was lost is known for dead soon. Nothing of it is secret.
/**
 * How often a lock is renewed, and for how long others have to see that it is not before they take
 * it for left, in ms.
 */
const lock_RENEW_MS = 7_000;
const LEASE_MS = 45_000;
const lock_STACK_LABEL = 'swarm-up.lock';
const lock_TOKEN_LABEL = 'swarm-up.lock.token';
const lock_URL_LABEL = 'swarm-up.lock.url';
const ATTEMPT_LABEL = 'swarm-up.lock.attempt';
const lock_LEASE_LABEL = 'swarm-up.lock.lease';
const RENEWED_LABEL = 'swarm-up.lock.renewed';
const POLL_MS = 500;
/** How often a lock is made whose answer is lost. */
const TRIES = 3;
/** How often a waiting run says that it still waits, in ms. */
const REMIND_MS = 60_000;
/** Another run holds the lock, and did not let go of it in time. */
class StackBusy extends errors/* ActionError */.lZ {
}
/**
 * Name of the config: what Swarm takes, also where the stack's name is long or ends in a hyphen.
 */
function lockName(stack) {
    const plain = `swarm-up-lock-${stack}`;
    if (plain.length <= 64 && /[a-z0-9]$/.test(plain))
        return plain;
    return objectName(plain, (0,external_node_crypto_.createHash)('sha256').update(stack).digest('hex'));
}
/**
 * Takes the lock where nobody holds it; resolves with whether it is ours now. Rejects as
 * `EngineApi.post` does.
 */
async function tryLock(api, claim, signal) {
    const { stack, owner, url, token, attempt, turn, leaseMs } = claim;
    const Labels = {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        ...(0,stack_turn/* turnLabels */.tm)(turn),
        [lock_STACK_LABEL]: stack,
        [lock_TOKEN_LABEL]: token,
        [lock_LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
        ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
        ...(url === undefined ? {} : { [lock_URL_LABEL]: url }),
    };
    const body = { Name: lockName(stack), Labels, Data: dataOf(stack) };
    for (let tries = 1;; tries += 1) {
        try {
            return await (0,config_record/* createConfig */.Z3)(api, body, signal);
        }
        catch (error) {
            if (!(error instanceof engine_api/* NoAnswer */.W_) || tries === TRIES)
                throw error;
            // It may be there all the same.
            const found = await findLock(api, stack, signal);
            if (found)
                return found.Spec.Labels[lock_TOKEN_LABEL] === token;
        }
    }
}
/**
 * What is written into a lock. A part of the form by which one is known: where it is changed, the
 * former one still counts.
 */
function dataOf(stack) {
    return Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
}
/**
 * The stack that a config is the lock of; undefined where it has not the name and the form that
 * `tryLock` gives.
 */
function stackOfLock({ Spec: { Name, Labels, Data } }) {
    const stack = Labels[lock_STACK_LABEL];
    const isWhole = (0,ownership/* ownerOf */.bf)(Labels)?.run && Labels[lock_TOKEN_LABEL] && /^\d+$/.test(Labels[lock_LEASE_LABEL] ?? '');
    return stack && isWhole && Name === lockName(stack) && Data === dataOf(stack) ? stack : undefined;
}
async function findLock(api, stack, signal) {
    const name = lockName(stack);
    const found = await (0,config_record/* listConfigs */.iu)(api, { name: [name] }, signal);
    return found.find(({ Spec }) => Spec.Name === name);
}
function forgedLock(stack) {
    const name = lockName(stack);
    return new errors/* ActionError */.lZ(`The lock of stack ${stack} cannot be taken: the config ${name} has its name, and not its form.`, {
        hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}). Remove it if nothing needs it (docker config rm ${name}), then run again.`,
    });
}
/**
 * Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of
 * them. `ignored` is told of each config that only looks like a lock.
 */
async function lockedStacks(api, id, signal, ignored) {
    const found = await (0,config_record/* listConfigs */.iu)(api, { label: [lock_STACK_LABEL] }, signal);
    for (const { Spec } of found.filter((one) => stackOfLock(one) === undefined)) {
        ignored(`The config ${Spec.Name} has the label ${lock_STACK_LABEL}, and not the name and form of a lock: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`);
    }
    return found.flatMap((one) => {
        const owner = (0,ownership/* ownerOf */.bf)(one.Spec.Labels);
        return owner && (0,ownership/* isSameCluster */.ru)(owner, id) ? (stackOfLock(one) ?? []) : [];
    });
}
/**
 * Who holds the lock of a stack; undefined where nobody does. Throws `ActionError` where something
 * else has the name of the lock.
 */
async function readHolder(api, stack, signal) {
    const found = await findLock(api, stack, signal);
    if (!found)
        return undefined;
    if (stackOfLock(found) !== stack)
        throw forgedLock(stack);
    const { Labels } = found.Spec;
    const owner = (0,ownership/* ownerOf */.bf)(Labels);
    const url = Labels[lock_URL_LABEL];
    return {
        config: found,
        repository: owner?.repository ?? '',
        turn: (0,stack_turn/* turnIn */.rn)(Labels),
        run: owner?.run,
        attempt: Labels[ATTEMPT_LABEL],
        who: `${owner?.run ?? 'an unknown run'}${url === undefined ? '' : ` (${url})`}`,
        since: found.CreatedAt.replace(/\.\d+Z$/, 'Z'),
        leaseMs: Number(Labels[lock_LEASE_LABEL]) * 1_000,
    };
}
/** The run that holds the lock of a stack, for people. Rejects as `readHolder` does. */
async function lockHolder(api, stack, signal) {
    const holder = await readHolder(api, stack, signal);
    return holder && { who: holder.who, since: holder.since };
}
/**
 * Takes the lock where nobody holds it and no newer run waits for it; resolves with whether it is
 * ours now. `ignored` is told of what only looks like a run that waits. Rejects as `EngineApi`
 * does.
 */
async function takeLock(api, claim, signal, ignored) {
    if (!(await tryLock(api, claim, signal)))
        return false;
    // Asked under the lock: a newer run says that it waits before it looks at the lock.
    const waiting = await readWaiting(api, claim.stack, signal, ignored);
    if (firstOf(waiting, claim)) {
        await removeOwn(api, claim, [lockName(claim.stack)], signal);
        return false;
    }
    await forgetWaiting(api, waiting, claim, signal);
    return true;
}
/**
 * Waits until the lock is ours, and says who holds it. One that is not renewed as long as its lease
 * says, or is of an earlier attempt of the same step, is broken. A newer run that waits, too, goes
 * first. Throws `StackBusy` when the time is up, `Superseded` where a newer run has the lock, and
 * `ActionError` where something else has its name.
 */
async function waitForLock(api, claim, options) {
    const { clock, signal, timeoutMs, waitFor = 'end' } = options;
    const { stack } = claim;
    const ignored = (0,once/* once */.O)(options.warn);
    const queue = queueOf(api, claim, { clock, signal, ignored });
    const watch = watchRenewals(clock);
    const began = clock.now();
    const until = began + timeoutMs;
    let told;
    for (;;) {
        const first = await queue.look();
        if (!first && (await takeLock(api, claim, signal, ignored)))
            break;
        const holder = await readHolder(api, stack, signal);
        const sight = watch(holder ? [holder.config] : [])(holder?.config.ID ?? '');
        const dead = holder && whyDead(holder, sight.silentMs, claim);
        if (holder && dead !== undefined) {
            options.warn(`The lock of stack ${stack} is stale and is broken: ${heldBy(holder)}, and ${dead}.`);
            await (0,config_record/* removeConfig */.PM)(api, holder.config, signal);
            continue;
        }
        // One of a run that was lost supersedes nobody, so it is first seen whether this one is alive.
        if (holder && sight.isAlive) {
            const own = { repository: claim.owner.repository, turn: claim.turn };
            if ((0,stack_turn/* isNewer */.U4)(holder, own))
                throw new stack_turn/* Superseded */.bb(stack, holder.who, 'is deploying');
            if (waitFor === 'lost')
                throw isAlive(stack, holder);
        }
        if (!holder && !first)
            continue;
        if (clock.now() >= until)
            throw outOfTime(stack, { holder, first, sight, timeoutMs });
        const who = holder?.who ?? first?.who ?? '';
        if (told?.who !== who || clock.now() - told.at >= REMIND_MS) {
            options.info(waitLine(stack, holder, first, clock.now() - began));
            told = { who, at: clock.now() };
        }
        await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
    }
    await removeOwn(api, claim, [waitingName(claim)], signal);
}
function heldBy({ who, since }) {
    return `${who} holds it since ${since}`;
}
function waitLine(stack, holder, first, waitedMs) {
    const waited = waitedMs >= REMIND_MS ? `; this run has waited ${(0,duration/* formatDuration */.a3)(waitedMs)}` : '';
    return holder
        ? `Another deployment of stack ${stack} is running: ${heldBy(holder)}${waited}`
        : `A newer run waits for stack ${stack}, too, and goes first: ${first?.who}${waited}`;
}
/** Why nobody lets go of it any more; undefined where somebody may. */
function whyDead(holder, silentMs, { owner, attempt }) {
    if (holder.run === owner.run && holder.attempt !== undefined && holder.attempt !== attempt) {
        return `that was attempt ${holder.attempt} of this step`;
    }
    if (silentMs <= holder.leaseMs)
        return undefined;
    return `has not renewed it in the ${(0,duration/* formatDuration */.a3)(silentMs)} in which this run has watched it`;
}
/**
 * Renews a lock that is ours: what is written does not matter, only that its version changes.
 * Resolves with false where it is not ours any more. Rejects as `EngineApi` does.
 */
async function renewLock(api, { stack, token }, signal) {
    const found = await findLock(api, stack, signal);
    if (found?.Spec.Labels[lock_TOKEN_LABEL] !== token)
        return false;
    const Labels = { ...found.Spec.Labels, [RENEWED_LABEL]: new Date().toISOString() };
    await (0,config_record/* changeConfigLabels */.A3)(api, found, Labels, signal);
    return true;
}
function isAlive(stack, holder) {
    return new StackBusy(`Another deployment of stack ${stack} is running.`, {
        status: 'timeout',
        details: heldBy(holder),
        hint: 'Nothing of the stack has been changed.',
    });
}
function outOfTime(stack, { holder, first, sight, timeoutMs }) {
    const limit = (0,duration/* formatDuration */.a3)(timeoutMs);
    if (!holder) {
        return new StackBusy(`A newer run that waits for stack ${stack}, too, did not come to its turn within ${limit}.`, {
            status: 'timeout',
            details: `${first?.who} goes first`,
            hint: 'Nothing of the stack has been changed. Raise `lock-timeout`, or leave it to the newer run.',
        });
    }
    const lease = (0,duration/* formatDuration */.a3)(holder.leaseMs);
    const isUnknown = !sight.isAlive && timeoutMs <= holder.leaseMs;
    const remedy = isUnknown
        ? `That run may be alive or lost. It did not renew its lock in the ${(0,duration/* formatDuration */.a3)(sight.silentMs)} in which this run has watched it. It counts as lost after ${lease}. Raise \`lock-timeout\` above ${lease}, and the lock of a lost run is broken`
        : 'Raise `lock-timeout`';
    return new StackBusy(`Another deployment of stack ${stack} did not end within ${limit}.`, {
        status: 'timeout',
        details: `${heldBy(holder)}${sight.isAlive ? ', and has renewed it meanwhile' : ''}`,
        hint: `Nothing of the stack has been changed. ${remedy}; or, if that run is dead, remove its lock on a manager: docker config rm ${lockName(stack)}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    });
}
/**
 * Lets go of the lock, and says no more that this run waits for it. Resolves with false where
 * neither was there any more.
 */
async function unlock(api, own, signal) {
    return await removeOwn(api, own, [lockName(own.stack), waitingName(own)], signal);
}
/** Removes those of these configs that a run has made. */
async function removeOwn(api, { stack, token }, names, signal) {
    const found = await (0,config_record/* listConfigs */.iu)(api, { name: names }, signal);
    const isOurs = ({ Spec: { Name, Labels } }) => names.includes(Name) &&
        (Labels[lock_TOKEN_LABEL] === token || Name === waitingName({ stack, token }));
    let removed = false;
    for (const one of found.filter(isOurs)) {
        removed = (await (0,config_record/* removeConfig */.PM)(api, one, signal)) || removed;
    }
    return removed;
}


/***/ }),

/***/ 2768:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G6: () => (/* binding */ deployedIn),
/* harmony export */   U4: () => (/* binding */ isNewer),
/* harmony export */   bb: () => (/* binding */ Superseded),
/* harmony export */   rn: () => (/* binding */ turnIn),
/* harmony export */   tm: () => (/* binding */ turnLabels)
/* harmony export */ });
/* unused harmony exports deployedNote, refuseOlder */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _machines_ownership_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3610);



const TURN_LABEL = 'swarm-up.turn';
const turn = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({ line: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().min(1), number: zod__WEBPACK_IMPORTED_MODULE_2__/* .int */ .Whr(), isRepeat: zod__WEBPACK_IMPORTED_MODULE_2__/* .boolean */ .zMY() });
/** Labels of what stands for a run while it waits or deploys. */
function turnLabels(given) {
    return given === undefined ? {} : { [TURN_LABEL]: JSON.stringify(given) };
}
/** What such labels tell; undefined where they tell nothing that this version understands. */
function turnIn(labels) {
    return read(labels[TURN_LABEL], turn);
}
/**
 * Whether what `other` deploys takes the place of what `own` was to: it is a newer run of the same
 * line, and nobody has asked for `own` again.
 */
function isNewer(other, own) {
    if (!(0,_machines_ownership_js__WEBPACK_IMPORTED_MODULE_1__/* .isSameRepository */ .ve)(other, own) || !other.turn || !own.turn)
        return false;
    const { line, number, isRepeat } = own.turn;
    return !isRepeat && other.turn.line === line && other.turn.number > number;
}
/** How many lines are remembered of a stack: a `staging` that each branch deploys to has many. */
const MOST_LINES = 12;
const deployed = zod__WEBPACK_IMPORTED_MODULE_2__/* .object */ .Ikc({
    line: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP().min(1),
    number: zod__WEBPACK_IMPORTED_MODULE_2__/* .int */ .Whr(),
    /** The run, for people. */
    by: zod__WEBPACK_IMPORTED_MODULE_2__/* .string */ .YjP(),
});
/**
 * What a note tells of who has deployed a stack, the latest deployment last; nothing where it
 * cannot be read.
 */
function deployedIn(note) {
    return read(note, zod__WEBPACK_IMPORTED_MODULE_2__/* .array */ .YOg(deployed)) ?? [];
}
/**
 * The note once `own` deploys, too. An older run that somebody runs again does not make the newer
 * ones forgotten.
 */
function deployedNote(before, own) {
    const all = [...before.filter(({ line }) => line !== own.line), newest(before, own)];
    return JSON.stringify(all.slice(-MOST_LINES));
}
function newest(before, own) {
    const same = before.find(({ line }) => line === own.line);
    return same && same.number > own.number ? same : own;
}
/** A newer run deploys the stack, or has, so this one has nothing to do any more. */
class Superseded extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    constructor(stack, by, state) {
        super(`This run is superseded: a newer one, ${by}, ${state} stack ${stack}.`, {
            status: 'superseded',
            hint: 'Nothing of the stack was changed. To deploy what is older all the same, run this job again ("Re-run jobs"). What is run again is never superseded.',
        });
    }
}
/** Throws `Superseded` where one of those that have deployed the stack is newer than this run. */
function refuseOlder(stack, { repository, deployed: before, }, own) {
    const newer = before.find(({ line, number }) => isNewer({ repository, turn: { line, number, isRepeat: false } }, own));
    if (newer)
        throw new Superseded(stack, newer.by, 'has deployed');
}
function read(text, form) {
    if (text === undefined)
        return undefined;
    try {
        return form.safeParse(JSON.parse(text)).data;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 6443:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  mb: () => (/* binding */ formingRequest),
  bc: () => (/* binding */ removeLeftLock),
  TK: () => (/* binding */ withHostsLock)
});

// UNUSED EXPORTS: HostsBusy, lockHosts, readLostOwner, unlockHosts

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(3153);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
// EXTERNAL MODULE: ./lib/engine/delete.js
var engine_delete = __webpack_require__(7816);
// EXTERNAL MODULE: ./lib/engine/wall-clock.js
var wall_clock = __webpack_require__(708);
;// CONCATENATED MODULE: ./lib/swarm/records/forming-volume.js






// One run at a time makes a swarm of hosts, or takes it apart: if there is none, only the engine of
// each host can be asked. The lock is a volume without content, because an engine has one volume of
// a name: who creates it a second time gets the first one, with its labels.
const VOLUME = 'swarm-up-forming';
const TOKEN_LABEL = 'swarm-up.forming';
const ATTEMPT_LABEL = 'swarm-up.forming.attempt';
const URL_LABEL = 'swarm-up.forming.url';
/**
 * How long a run may hold hosts, in ms, before others take it for lost: labels of a volume cannot
 * be renewed.
 */
const LEASE_MS = 300_000;
/** How often a lock is made whose answer is lost. */
const TRIES = 3;
const volumes = schemas/* object */.Ikc({
    Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({
        Name: schemas/* string */.YjP(),
        CreatedAt: schemas/* string */.YjP().default(''),
        Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
    }))
        .nullable(),
});
/** Whether the run that took a lock is taken for lost, by the clock of the host itself. */
async function forming_volume_isLost({ api }, held, signal) {
    // Both are the time of this one engine.
    const now = await (0,wall_clock/* readTime */.aQ)(api, signal);
    return now.getTime() - Date.parse(held.created) > LEASE_MS;
}
/** The lock of a host, ours or not, after the attempt to make it. */
async function tryOne(host, claim, signal) {
    const { name, api } = host;
    const found = await forming_volume_readHeld(api, signal);
    if (found)
        return found;
    const { owner, token, url, attempt } = claim;
    const Labels = {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        [TOKEN_LABEL]: token,
        ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
        ...(url === undefined ? {} : { [URL_LABEL]: url }),
    };
    let made;
    for (let tries = 1; !made; tries += 1) {
        const isLost = await createLock(api, Labels, signal);
        made = await forming_volume_readHeld(api, signal);
        if (!isLost || tries === TRIES)
            break;
    }
    if (made)
        return made;
    throw new errors/* ActionError */.lZ(`The lock of ${name} cannot be taken: the volume ${VOLUME} has its name, and not its form.`, {
        hint: `Nothing was changed. See what it is (docker volume inspect ${VOLUME}). Remove it if nothing needs it (docker volume rm ${VOLUME}), then run again.`,
    });
}
/** Gives whether the answer was lost: it may be there all the same. */
async function createLock(api, Labels, signal) {
    try {
        await api.post('/volumes/create', {}, { Name: VOLUME, Labels }, { signal });
        return false;
    }
    catch (error) {
        if (!(error instanceof engine_api/* NoAnswer */.W_))
            throw error;
        return true;
    }
}
/** The lock of a host; undefined where there is none, or what has its name is no lock. */
async function forming_volume_readHeld(api, signal) {
    const filters = JSON.stringify({ name: [VOLUME] });
    const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
    const found = Volumes?.find(({ Name }) => Name === VOLUME);
    const labels = found?.Labels ?? {};
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    if (!found || !owner?.run || !labels[TOKEN_LABEL])
        return undefined;
    return { labels, owner, created: found.CreatedAt };
}
/** Gives whether there was one. */
function removeLock(api, signal) {
    return (0,engine_delete/* deleteIfThere */.l)(api, `/volumes/${VOLUME}`, signal);
}

;// CONCATENATED MODULE: ./lib/swarm/records/forming-lock.js
var __addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});








const POLL_MS = 500;
/** Hosts that a message names. */
const NAMES = 5;
/**
 * How long letting go may take, in ms: an engine may restart at that moment, but a step that is
 * cancelled has ten seconds in all.
 */
const RELEASE = { usualMs: 150_000, abortedMs: 3_000 };
/** Another run holds hosts, and did not let go of them in time. */
class HostsBusy extends errors/* ActionError */.lZ {
}
/**
 * The claim of a step on hosts; `attempt` is that of its run, `url` where people can look at it.
 */
function formingRequest(owner, run) {
    return { owner, token: (0,external_node_crypto_.randomUUID)(), ...run };
}
/**
 * Runs `work` while no other run forms a swarm of the hosts or takes one apart. `work` gets the
 * hosts as they are then: another run may have changed them meanwhile. The locks are let go
 * whatever becomes of it; if this process is killed, post does that. Throws as `lockHosts` does,
 * before `work` has begun.
 */
async function withHostsLock(hosts, claim, options, work) {
    const { signal, waiting = (wait) => wait() } = options;
    try {
        await waiting(() => lockHosts(hosts, claim, options));
        const now = await Promise.all(hosts.map(async (host) => {
            const Swarm = await (0,enter/* readSwarmState */.mo)(host.api, signal);
            return { ...host, engine: { ...host.engine, Swarm } };
        }));
        return await work(now);
    }
    finally {
        await letGo(hosts, claim.token, options);
    }
}
async function letGo(hosts, token, { signal, log }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const bound = __addDisposableResource(env_1, (0,time_limit/* releaseLimit */.$R)(signal, RELEASE), false);
        const release = () => unlockHosts(hosts, token, bound.signal);
        try {
            // Once more, because whoever comes next would have to wait until it is stale.
            await release().catch(release);
        }
        catch (error) {
            log.warning(`The lock of the hosts could not be removed now: post or the next run does that. ${(0,errors/* describeError */.Uc)(error)}`);
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/**
 * Takes the lock of every host, or waits, with none of them, until the run that has one lets go of
 * it. A lock is broken if it is older than five minutes, of an earlier attempt of the same step, or
 * of another step of this cluster in the same job: that step is over. Throws `HostsBusy` that names
 * the other run when the time is up, and `ActionError` if something else has the name of the lock.
 */
async function lockHosts(hosts, claim, { timeoutMs, clock, signal, log }) {
    const until = clock.now() + timeoutMs;
    let told = '';
    for (;;) {
        const other = await tryAll(hosts, claim, signal, log);
        if (!other)
            return;
        await unlockHosts(hosts, claim.token, signal);
        if (clock.now() >= until)
            throw outOfTime(other, timeoutMs);
        if (told !== other) {
            log.info(`${other} This run waits for it.`);
            told = other;
        }
        // Two that have each a lock which the other needs would else meet again and again.
        await clock.sleep(POLL_MS + (0,external_node_crypto_.randomInt)(POLL_MS), signal);
    }
}
/** Lets go of the locks that are of the claim with this token. */
async function unlockHosts(hosts, token, signal) {
    const results = await Promise.allSettled(hosts.map(async ({ api }) => {
        const held = await forming_volume_readHeld(api, signal);
        if (held?.labels[TOKEN_LABEL] === token)
            await removeLock(api, signal);
    }));
    for (const result of results)
        if (result.status === 'rejected')
            throw result.reason;
}
/**
 * Removes the lock that a step which is over, and was killed, has left on a host. Gives whether
 * there was one.
 */
async function removeLeftLock({ api }, step, signal) {
    const held = await forming_volume_readHeld(api, signal);
    const isOfStep = held !== undefined && (0,ownership/* isSameCluster */.ru)(held.owner, step) && held.owner.run === step.run;
    return isOfStep && (await removeLock(api, signal));
}
/**
 * Who has the lock of one of them, as a sentence; undefined where all are ours now. The first host
 * by its name is taken alone: runs with the same hosts meet there, and only one goes on. The others
 * are then taken at once, so that hundreds take no longer than a few.
 */
async function tryAll(hosts, claim, signal, log) {
    const [first, ...others] = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (!first)
        return undefined;
    const broken = [];
    try {
        const other = await take(first, claim, signal, broken);
        if (other)
            return sentence([other]);
        const results = await Promise.allSettled(others.map((host) => take(host, claim, signal, broken)));
        for (const result of results)
            if (result.status === 'rejected')
                throw result.reason;
        const busy = results.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
        const [one] = busy;
        return one && sentence([one]);
    }
    finally {
        const runs = Map.groupBy(broken, ({ held }) => held.owner.run);
        for (const some of runs.values()) {
            const locks = some.length === 1 ? 'lock is' : 'locks are';
            log.warning(`${sentence(some)} It is taken for lost, and its ${locks} broken.`);
        }
    }
}
/** Takes one lock, one that is taken for lost too; gives who has it where that is not so. */
async function take(host, claim, signal, broken) {
    for (;;) {
        const held = await tryOne(host, claim, signal);
        if (held.labels[TOKEN_LABEL] === claim.token)
            return undefined;
        if (!isOver(held, claim) && !(await forming_volume_isLost(host, held, signal)))
            return { host, held };
        await removeLock(host.api, signal);
        broken.push({ host, held });
    }
}
/** Of locks of one run. */
function sentence(some) {
    const [{ held } = { held: undefined }] = some;
    const names = (0,listed/* listed */.K)(some.map(({ host }) => host.name), NAMES);
    const url = held?.labels[URL_LABEL];
    return `Another run forms a swarm of ${names}, or takes one apart: ${held?.owner.run}${url === undefined ? '' : ` (${url})`}, since ${held?.created}.`;
}
/**
 * Whose lock a host has, if that run is taken for lost by the host's own clock. Changes nothing.
 */
async function readLostOwner(host, signal) {
    const held = await readHeld(host.api, signal);
    return held && (await isLost(host, held, signal)) ? held.owner : undefined;
}
/**
 * Whether the step that took a lock cannot be at work any more: the steps of a job come one after
 * the other.
 */
function isOver({ labels, owner }, claim) {
    const attempt = labels[ATTEMPT_LABEL];
    if (owner.run === claim.owner.run)
        return attempt !== claim.attempt;
    const job = (0,ownership/* jobOf */.Zw)(owner.run);
    return job !== undefined && job === (0,ownership/* jobOf */.Zw)(claim.owner.run) && (0,ownership/* isSameCluster */.ru)(owner, claim.owner);
}
function outOfTime(other, timeoutMs) {
    return new HostsBusy(`${other} It did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)}.`, {
        status: 'timeout',
        hint: `Nothing of the hosts was changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on the host: docker volume rm ${VOLUME}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    });
}


/***/ })

};
;