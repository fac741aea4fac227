"use strict";
exports.id = 465;
exports.ids = [465];
exports.modules = {

/***/ 7558:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ tryToDelete),
/* harmony export */   l: () => (/* binding */ deleteIfThere)
/* harmony export */ });
/* harmony import */ var _engine_api_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1043);

/** DELETE of a path; false where nothing was there any more. Rejects as `EngineApi.delete` does for everything else. */
async function deleteIfThere(api, path, signal) {
    try {
        await api.delete(path, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof _engine_api_js__WEBPACK_IMPORTED_MODULE_0__/* .EngineRefusal */ .np && error.httpStatus === 404)
            return false;
        throw error;
    }
}
/**
 * The same for what is looked at again: what the engine said where it refused, or that its answer was lost; undefined where it went, or had gone
 * already. Rejects as `EngineApi.delete` does for everything else.
 */
async function tryToDelete(api, path, signal) {
    try {
        await deleteIfThere(api, path, signal);
        return undefined;
    }
    catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof _engine_api_js__WEBPACK_IMPORTED_MODULE_0__/* .EngineRefusal */ .np || error instanceof _engine_api_js__WEBPACK_IMPORTED_MODULE_0__/* .NoAnswer */ .W_))
            throw error;
        return error.details ?? error.message;
    }
}


/***/ }),

/***/ 4734:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect)
});

// UNUSED EXPORTS: INCOMING_ADDRESS

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2357);
// EXTERNAL MODULE: ./lib/exec/engine-api.js + 1 modules
var engine_api = __webpack_require__(1043);
// EXTERNAL MODULE: ./lib/exec/ssh.js + 13 modules
var ssh = __webpack_require__(8887);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/addresses.js


/** A login without root may not have the folder of `ip` in its path. iproute2 and busybox print the same lines. */
const LIST_ADDRESSES = [
    'sh',
    '-c',
    'PATH=$PATH:/usr/sbin:/sbin; exec ip -o addr show',
];
/** Lists the addresses of a machine that others could reach it by. Throws `ActionError` where it has no `ip`. */
async function listAddresses(executor, signal) {
    const { exitCode, stdout, stderr } = await executor.run(LIST_ADDRESSES, {
        anyExitCode: true,
        repeatable: true,
        signal,
    });
    if (exitCode === 0)
        return parseAddresses(stdout);
    throw new errors/* ActionError */.l(`The addresses of ${executor.where} cannot be listed.`, {
        details: stderr,
        hint: 'Install iproute2 there, which has the program `ip`, or leave `advertise-addr` and `data-path-addr` out.',
    });
}
/** Reads what `ip -o addr show` prints, without loopback and link-local addresses. */
function parseAddresses(text) {
    return text.split('\n').flatMap((line) => {
        const [, name, address, scope] = /^\d+:\s+([^\s@]+)\S*\s+inet6?\s+([^\s/]+).*?\sscope\s+(\w+)/.exec(line) ?? [];
        return name && address && scope === 'global' ? [{ name, address }] : [];
    });
}
/**
 * The address that `value`, an address or the name of an interface, stands for on a machine. `reachedAt` is an address that is known to lead
 * there although no interface has it, as behind a NAT.
 * Throws `ActionError` that lists the machine's addresses where it has no such one, or where an interface has several.
 */
function resolveAddress(value, addresses, machine) {
    const { name, option } = machine;
    const refuse = (reason) => new errors/* ActionError */.l(`${option}=${value}: ${reason}`, {
        details: describe(name, addresses),
        hint: `Nothing was changed. Give one of these addresses, or the name of an interface, as \`${option}\` in the line of ${name} in \`hosts\`, or for all hosts in \`driver-options\`.`,
    });
    if ((0,external_node_net_.isIP)(value) !== 0) {
        const isThere = addresses.some(({ address }) => address === value.toLowerCase());
        if (isThere || value === machine.reachedAt)
            return value.toLowerCase();
        throw refuse(`no interface of ${name} has this address.`);
    }
    const own = addresses.filter((one) => one.name === value).map(({ address }) => address);
    if (own.length === 0)
        throw refuse(`${name} has no interface of this name with an address.`);
    const v4 = own.filter((address) => (0,external_node_net_.isIPv4)(address));
    // As dockerd itself chooses: the IPv4 address, and no guess among several.
    const [chosen, ...others] = v4.length > 0 ? v4 : own;
    if (chosen === undefined || others.length > 0) {
        throw refuse(`this interface of ${name} has several addresses, and it has to be one.`);
    }
    return chosen;
}
function describe(name, addresses) {
    if (addresses.length === 0)
        return `${name} has no address that others could reach it by.`;
    return addresses.map((one) => `${one.name}  ${one.address}`).join('\n');
}

// EXTERNAL MODULE: ./lib/machines/engine.js
var machines_engine = __webpack_require__(8801);
// EXTERNAL MODULE: ./lib/machines/install-engine.js
var install_engine = __webpack_require__(8731);
;// CONCATENATED MODULE: ./lib/machines/ready.js






/**
 * How long the dockerd of a machine that was not started now may take to answer, in ms. That of a manager whose leader has died waits 20 s for one
 * (moby daemon/cluster, `swarmRequestTimeout`) before it answers without.
 */
const RUNNING_TIMEOUT_MS = 45_000;
/** How long a host may take to answer that the run would go on without, in ms. */
const MISSED_AFTER_MS = 15_000;
/**
 * How long a host whose connection was lost is tried to be reached again, in ms: as long as a quick reboot takes. A machine of ours that is cut off is a
 * container or a virtual machine that has ended, and does not come back.
 */
const RECONNECT_MS = 120_000;
/**
 * Connects to a machine and waits until its dockerd answers.
 * With a driver that only reads, nothing of the machine is changed, and where Docker Engine would be installed it throws `EngineToInstall`.
 * Throws `UnreachableError` when that takes longer than `timeoutMs`, with the last answer; the connection is closed then.
 */
async function connect(driver, machine, role, options) {
    const { signal, timeoutMs, log } = options;
    const { guard } = driver;
    const target = await driver.target(machine, signal);
    const install = driver.adoption?.installEngine ?? driver.installsEngine ?? false;
    const reconnect = { limitMs: RECONNECT_MS, info: log.info, warning: log.warning };
    const reach = () => (0,ssh.connectSsh)(target, {
        signal,
        timeoutMs: driver.adoption?.allowUnreachable ? MISSED_AFTER_MS : timeoutMs,
        ...(!driver.makesMachines && { reconnect }),
    });
    if (!guard)
        await driver.admit?.(machine, signal);
    const direct = guard ? guard(driver.inside?.(machine) ?? (await reach())) : await reach();
    try {
        const { executor: ssh, engine } = await (0,machines_engine/* enterEngine */.xZ)(direct, target.user, {
            signal,
            timeoutMs: driver.makesMachines ? timeoutMs : RUNNING_TIMEOUT_MS,
            ...(install && {
                install: (executor) => guard
                    ? (0,install_engine/* refuseWithoutEngine */.R6)(machine.name, install)
                    : (0,install_engine/* installEngine */.Gz)(executor, target.user, {
                        ...{ signal, log },
                        source: install === true ? undefined : install,
                    }),
            }),
        });
        if (!guard)
            await driver.entered?.(machine);
        const addresses = driver.makesMachines
            ? {
                advertise: machine.advertise ?? (await incomingAddress(ssh, signal)),
                dataPath: machine.dataPath,
            }
            : await hostAddresses(machine, ssh, engine, options);
        return { ...machine, ...addresses, role, target, ssh, api: (0,engine_api/* engineApi */.d0)(ssh), engine };
    }
    catch (error) {
        await direct.close();
        throw error;
    }
}
/** What a host is told is checked against the addresses that it has; a node keeps the one that it joined with. */
async function hostAddresses(machine, ssh, { Swarm }, { signal, log }) {
    const { name, address, advertise, dataPath } = machine;
    const known = advertise === undefined && dataPath === undefined ? [] : await listAddresses(ssh, signal);
    const given = advertise &&
        resolveAddress(advertise, known, { name, option: 'advertise-addr', reachedAt: address });
    if (given && Swarm.NodeAddr && given !== Swarm.NodeAddr) {
        log.warning(`${name} is a node with the address ${Swarm.NodeAddr} already; advertise-addr=${advertise} would hold for a node that joins. To change it, let the node leave the swarm and join again.`);
    }
    return {
        advertise: Swarm.NodeAddr || given || (await incomingAddress(ssh, signal)),
        dataPath: dataPath && resolveAddress(dataPath, known, { name, option: 'data-path-addr' }),
    };
}
/** As sshd tells it (sshd(8), "ENVIRONMENT" of ssh(1)). */
const INCOMING_ADDRESS = ['sh', '-c', 'echo "$SSH_CONNECTION"'];
/** The machine's own address of the connection, which is the right one also where the runner sees another (a bastion, a NAT). */
async function incomingAddress(ssh, signal) {
    const { stdout } = await ssh.run(INCOMING_ADDRESS, {
        signal,
        repeatable: true,
    });
    const address = stdout.trim().split(/\s+/)[2];
    if (address)
        return address;
    throw new errors/* ActionError */.l(`The address of ${ssh.where} cannot be found out.`, {
        hint: 'Name the one that the other machines reach it by: `advertise-addr=<address>` in its line of `hosts`.',
    });
}


/***/ }),

/***/ 9014:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  wq: () => (/* binding */ lockedStacks),
  LH: () => (/* binding */ renewLock),
  bh: () => (/* binding */ tryLock),
  Tl: () => (/* binding */ unlock),
  gJ: () => (/* binding */ waitForLock)
});

// UNUSED EXPORTS: StackBusy, lockName

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/duration.js
var duration = __webpack_require__(466);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2357);
// EXTERNAL MODULE: ./lib/exec/engine-api.js + 1 modules
var engine_api = __webpack_require__(1043);
// EXTERNAL MODULE: ./lib/exec/engine-delete.js
var engine_delete = __webpack_require__(7558);
// EXTERNAL MODULE: ./lib/machines/labels.js
var labels = __webpack_require__(4144);
;// CONCATENATED MODULE: ./lib/stack/render/names.js
// Rules of swarmkit manager/controlapi/common.go: validateAnnotations, validateConfigOrSecretAnnotations.
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
 * The name of a config or secret in the swarm: what it is called, and a part of the hash of its content, since Swarm cannot change
 * the content of one that exists. Cut so that Swarm takes it (64 characters), but never in the hash.
 */
function objectName(readable, hash) {
    const tail = `_${hash.slice(0, HASH_LENGTH)}`;
    const head = readable
        .replace(/[^A-Za-z0-9._-]/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, OBJECT_NAME_LENGTH - tail.length);
    return head === '' ? tail.slice(1) : head + tail;
}

;// CONCATENATED MODULE: ./lib/stack/lock.js








// One deployment of a stack at a time. The lock is a Swarm config, because its creation is atomic in the whole swarm: the name exists or
// it does not. Who holds it renews it, so that one whose runner was lost is known for dead soon. Nothing of it is secret.
const STACK_LABEL = 'swarm-up.lock';
const TOKEN_LABEL = 'swarm-up.lock.token';
const URL_LABEL = 'swarm-up.lock.url';
const ATTEMPT_LABEL = 'swarm-up.lock.attempt';
const LEASE_LABEL = 'swarm-up.lock.lease';
const RENEWED_LABEL = 'swarm-up.lock.renewed';
const POLL_MS = 500;
/** How often a waiting run says that it still waits, in ms. */
const REMIND_MS = 60_000;
/** Another run holds the lock, and did not let go of it in time. */
class StackBusy extends errors/* ActionError */.l {
}
/** Name of the config: what Swarm takes, also where the stack's name is long or ends in a hyphen. */
function lockName(stack) {
    const plain = `swarm-up-lock-${stack}`;
    if (plain.length <= 64 && /[a-z0-9]$/.test(plain))
        return plain;
    return objectName(plain, (0,external_node_crypto_.createHash)('sha256').update(stack).digest('hex'));
}
/** Takes the lock where nobody holds it; resolves with whether it is ours now. Rejects as `EngineApi.post` does. */
async function tryLock(api, claim, signal) {
    const { stack, owner, url, token, attempt, leaseMs } = claim;
    const Labels = {
        ...(0,labels/* ownerLabels */.H0)(owner),
        [STACK_LABEL]: stack,
        [TOKEN_LABEL]: token,
        [LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
        ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
        ...(url === undefined ? {} : { [URL_LABEL]: url }),
    };
    const body = { Name: lockName(stack), Labels, Data: dataOf(stack) };
    try {
        await api.post('/configs/create', {}, body, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof engine_api/* EngineRefusal */.np && error.httpStatus === 409)
            return false;
        throw error;
    }
}
/** What is written into a lock. A part of the form by which one is known: where it is changed, the former one still counts. */
function dataOf(stack) {
    return Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
}
const configs = schemas/* array */.YOg(schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Version: schemas/* object */.Ikc({ Index: schemas/* number */.aig() }),
    CreatedAt: schemas/* string */.YjP(),
    UpdatedAt: schemas/* string */.YjP(),
    Spec: schemas/* looseObject */._H3({
        Name: schemas/* string */.YjP(),
        Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
            .nullish()
            .transform((labels) => labels ?? {}),
        Data: schemas/* string */.YjP().nullish(),
    }),
}));
/** The stack that a config is the lock of; undefined where it has not the name and the form that `tryLock` gives. */
function stackOfLock({ Spec: { Name, Labels, Data } }) {
    const stack = Labels[STACK_LABEL];
    const isWhole = (0,labels/* ownerOf */.bf)(Labels)?.run && Labels[TOKEN_LABEL] && /^\d+$/.test(Labels[LEASE_LABEL] ?? '');
    return stack && isWhole && Name === lockName(stack) && Data === dataOf(stack) ? stack : undefined;
}
const info = schemas/* object */.Ikc({ SystemTime: schemas/* string */.YjP() });
async function findLock(api, stack, signal) {
    const name = lockName(stack);
    const filters = JSON.stringify({ name: [name] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    return found.find(({ Spec }) => Spec.Name === name);
}
function forgedLock(stack) {
    const name = lockName(stack);
    return new errors/* ActionError */.l(`The lock of stack ${stack} cannot be taken: the config ${name} has its name, and not its form.`, {
        hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}), remove it if nothing needs it (docker config rm ${name}), then run again.`,
    });
}
/**
 * Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of them. `ignored` is told of each config that
 * only looks like a lock.
 */
async function lockedStacks(api, { cluster, repository }, signal, ignored) {
    const filters = JSON.stringify({ label: [STACK_LABEL] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    for (const { Spec } of found.filter((one) => stackOfLock(one) === undefined)) {
        ignored(`The config ${Spec.Name} has the label ${STACK_LABEL}, and not the name and form of a lock: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`);
    }
    return found.flatMap((one) => {
        const owner = (0,labels/* ownerOf */.bf)(one.Spec.Labels);
        const isOwn = owner?.cluster === cluster && owner.repository === repository;
        return isOwn ? (stackOfLock(one) ?? []) : [];
    });
}
/** Who holds the lock of a stack; undefined where nobody does. Throws `ActionError` where something else has the name of the lock. */
async function readHolder(api, stack, signal) {
    const found = await findLock(api, stack, signal);
    if (!found)
        return undefined;
    if (stackOfLock(found) !== stack)
        throw forgedLock(stack);
    const { SystemTime } = await api.get('/info', {}, info, { signal });
    const { Labels } = found.Spec;
    const run = (0,labels/* ownerOf */.bf)(Labels)?.run;
    const url = Labels[URL_LABEL];
    return {
        id: found.ID,
        run,
        attempt: Labels[ATTEMPT_LABEL],
        who: `${run ?? 'an unknown run'}${url === undefined ? '' : ` (${url})`}`,
        ageMs: Date.parse(SystemTime) - Date.parse(found.CreatedAt),
        silentMs: Date.parse(SystemTime) - Date.parse(found.UpdatedAt),
        since: found.CreatedAt.replace(/\.\d+Z$/, 'Z'),
        leaseMs: Number(Labels[LEASE_LABEL]) * 1_000,
    };
}
/**
 * Waits until the lock is ours, and says who holds it. One that is not renewed any more, or is of an earlier attempt of the same step, is
 * broken.
 * Throws `StackBusy` when the time is up, and `ActionError` where something else has the name of the lock.
 */
async function waitForLock(api, claim, options) {
    const { clock, signal, timeoutMs } = options;
    const until = clock.now() + timeoutMs;
    let told;
    while (!(await tryLock(api, claim, signal))) {
        const holder = await readHolder(api, claim.stack, signal);
        if (!holder)
            continue;
        const held = `${holder.who} holds it since ${holder.since}, ${(0,duration/* formatDuration */.a3)(Math.max(0, holder.ageMs))} ago`;
        const dead = whyDead(holder, claim);
        if (dead !== undefined) {
            options.warn(`The lock of stack ${claim.stack} is stale and is broken: ${held}, and ${dead}.`);
            await remove(api, holder.id, signal);
            continue;
        }
        if (clock.now() >= until)
            throw outOfTime(claim.stack, held, timeoutMs);
        if (told?.id !== holder.id || clock.now() - told.at >= REMIND_MS) {
            options.info(`Another deployment of stack ${claim.stack} is running: ${held}`);
            told = { id: holder.id, at: clock.now() };
        }
        await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
    }
}
/** Why nobody lets go of it any more; undefined where somebody may. */
function whyDead(holder, { owner, attempt }) {
    if (holder.run === owner.run && holder.attempt !== undefined && holder.attempt !== attempt) {
        return `that was attempt ${holder.attempt} of this step`;
    }
    if (holder.silentMs <= holder.leaseMs)
        return undefined;
    return `has not renewed it for ${(0,duration/* formatDuration */.a3)(holder.silentMs)}`;
}
/** Renews a lock that is ours. Resolves with false where it is not ours any more. Rejects as `EngineApi` does. */
async function renewLock(api, { stack, token }, signal) {
    const found = await findLock(api, stack, signal);
    if (found?.Spec.Labels[TOKEN_LABEL] !== token)
        return false;
    const Labels = { ...found.Spec.Labels, [RENEWED_LABEL]: new Date().toISOString() };
    await api.post(`/configs/${found.ID}/update`, { version: String(found.Version.Index) }, { ...found.Spec, Labels }, { signal });
    return true;
}
function outOfTime(stack, held, timeoutMs) {
    return new StackBusy(`Another deployment of stack ${stack} did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)}.`, {
        status: 'timeout',
        details: held,
        hint: `Nothing of the stack has been changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on a manager: docker config rm ${lockName(stack)}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    });
}
/** Lets go of the lock. Resolves with false where it was not ours any more. */
async function unlock(api, { stack, token }, signal) {
    const found = await findLock(api, stack, signal);
    if (found?.Spec.Labels[TOKEN_LABEL] !== token)
        return false;
    return await remove(api, found.ID, signal);
}
/** By id, so that a lock that was taken meanwhile is never meant. */
function remove(api, id, signal) {
    return (0,engine_delete/* deleteIfThere */.l)(api, `/configs/${id}`, signal);
}


/***/ }),

/***/ 4201:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hm: () => (/* binding */ formingClaim),
/* harmony export */   Pq: () => (/* binding */ holdingHosts),
/* harmony export */   bc: () => (/* binding */ removeLeftLock)
/* harmony export */ });
/* unused harmony exports HostsBusy, takeHosts, letHostsGo, readLostOwner */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3798);
/* harmony import */ var _duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(466);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2357);
/* harmony import */ var _exec_engine_api_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1043);
/* harmony import */ var _exec_engine_delete_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7558);
/* harmony import */ var _machines_engine_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8801);
/* harmony import */ var _machines_labels_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4144);








// One run at a time makes a swarm of hosts, or takes it apart: if there is none, only the engine of each host can be asked. The lock is a
// volume without content, because an engine has one volume of a name: who creates it a second time gets the first one, with its labels.
const VOLUME = 'swarm-up-forming';
const TOKEN_LABEL = 'swarm-up.forming';
const ATTEMPT_LABEL = 'swarm-up.forming.attempt';
const URL_LABEL = 'swarm-up.forming.url';
/** How long a run may hold hosts, in ms, before others take it for lost: labels of a volume cannot be renewed. */
const LEASE_MS = 300_000;
const POLL_MS = 500;
/** How long letting go may take, in ms: a step that is cancelled has ten seconds in all. */
const RELEASE_TIMEOUT_MS = 3_000;
/** Another run holds hosts, and did not let go of them in time. */
class HostsBusy extends _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .l {
}
const volumes = zod__WEBPACK_IMPORTED_MODULE_6__/* .object */ .Ikc({
    Volumes: zod__WEBPACK_IMPORTED_MODULE_6__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_6__/* .object */ .Ikc({
        Name: zod__WEBPACK_IMPORTED_MODULE_6__/* .string */ .YjP(),
        CreatedAt: zod__WEBPACK_IMPORTED_MODULE_6__/* .string */ .YjP().default(''),
        Labels: zod__WEBPACK_IMPORTED_MODULE_6__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_6__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_6__/* .string */ .YjP()).nullish(),
    }))
        .nullable(),
});
const info = zod__WEBPACK_IMPORTED_MODULE_6__/* .object */ .Ikc({ SystemTime: zod__WEBPACK_IMPORTED_MODULE_6__/* .string */ .YjP() });
/** The claim of a step on hosts; `attempt` is that of its run, `url` where people can look at it. */
function formingClaim(owner, run) {
    return { owner, token: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)(), ...run };
}
/**
 * Runs `work` while no other run forms a swarm of the hosts or takes one apart. `work` gets the hosts as they are then: another run may have
 * changed them meanwhile. The locks are let go whatever becomes of it; if this process is killed, post does that.
 * Throws as `takeHosts` does, before `work` has begun.
 */
async function holdingHosts(hosts, claim, options, work) {
    const { signal, waiting = (wait) => wait() } = options;
    try {
        await waiting(() => takeHosts(hosts, claim, options));
        const now = await Promise.all(hosts.map(async (host) => {
            const Swarm = await (0,_machines_engine_js__WEBPACK_IMPORTED_MODULE_5__/* .readSwarmState */ .mo)(host.api, signal);
            return { ...host, engine: { ...host.engine, Swarm } };
        }));
        return await work(now);
    }
    finally {
        await letGo(hosts, claim.token, options.log);
    }
}
async function letGo(hosts, token, log) {
    const bound = AbortSignal.timeout(RELEASE_TIMEOUT_MS);
    const release = () => letHostsGo(hosts, token, bound);
    try {
        // Once more, because whoever comes next would have to wait until it is stale.
        await release().catch(release);
    }
    catch (error) {
        log.warning(`The lock of the hosts could not be removed now: post or the next run does that. ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .describeError */ .U)(error)}`);
    }
}
/**
 * Takes the lock of every host, or waits, with none of them, until the run that has one lets go of it. A lock is broken if it is older than
 * `LEASE_MS`, of an earlier attempt of the same step, or of another step of this cluster in the same job: that step is over.
 * Throws `HostsBusy` that names the other run when the time is up, and `ActionError` if something else has the name of the lock.
 */
async function takeHosts(hosts, claim, { timeoutMs, clock, signal, log }) {
    const until = clock.now() + timeoutMs;
    let told = '';
    for (;;) {
        const other = await tryAll(hosts, claim, signal, log);
        if (!other)
            return;
        await letHostsGo(hosts, claim.token, signal);
        if (clock.now() >= until)
            throw outOfTime(other, timeoutMs);
        if (told !== other) {
            log.info(`${other} This run waits for it.`);
            told = other;
        }
        // Two that have each a lock which the other needs would else meet again and again.
        await clock.sleep(POLL_MS + (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomInt)(POLL_MS), signal);
    }
}
/** Lets go of the locks that are of the claim with this token. */
async function letHostsGo(hosts, token, signal) {
    const results = await Promise.allSettled(hosts.map(async ({ api }) => {
        const held = await readHeld(api, signal);
        if (held?.labels[TOKEN_LABEL] === token)
            await remove(api, signal);
    }));
    for (const result of results)
        if (result.status === 'rejected')
            throw result.reason;
}
/** Removes the lock that a step which is over, and was killed, has left on a host. Gives whether there was one. */
async function removeLeftLock({ api }, step, signal) {
    const held = await readHeld(api, signal);
    const isOfStep = held !== undefined && isSame(held.owner, step) && held.owner.run === step.run;
    return isOfStep && (await remove(api, signal));
}
function isSame(a, b) {
    return a.cluster === b.cluster && a.repository === b.repository;
}
/** Who has the lock of one of them, as a sentence; undefined where all are ours now. */
async function tryAll(hosts, claim, signal, log) {
    // In the same order in every run.
    for (const host of hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        const held = await tryOne(host, claim, signal);
        if (held.labels[TOKEN_LABEL] === claim.token)
            continue;
        const url = held.labels[URL_LABEL];
        const who = `Another run forms a swarm of ${host.name}, or takes one apart: ${held.owner.run}${url === undefined ? '' : ` (${url})`}, since ${held.created}.`;
        if (!isOver(held, claim) && !(await isLost(host, held, signal)))
            return who;
        log.warning(`${who} It is taken for lost, and its lock is broken.`);
        await remove(host.api, signal);
        return await tryAll(hosts, claim, signal, log);
    }
    return undefined;
}
/** Whose lock a host has, if that run is taken for lost by the host's own clock. Changes nothing. */
async function readLostOwner(host, signal) {
    const held = await readHeld(host.api, signal);
    return held && (await isLost(host, held, signal)) ? held.owner : undefined;
}
async function isLost({ api }, held, signal) {
    const { SystemTime } = await api.get('/info', {}, info, { signal });
    return Date.parse(SystemTime) - Date.parse(held.created) > LEASE_MS;
}
/** Whether the step that took a lock cannot be at work any more: the steps of a job come one after the other. */
function isOver({ labels, owner }, claim) {
    const attempt = labels[ATTEMPT_LABEL];
    if (owner.run === claim.owner.run)
        return attempt !== claim.attempt;
    const job = jobOf(owner);
    return job !== undefined && job === jobOf(claim.owner) && isSame(owner, claim.owner);
}
/** Without the step, which is the last part of what `runOf` gives; undefined if no job is named. */
function jobOf({ run }) {
    return /^(.+\/.+)\/[^/]*$/.exec(run)?.[1];
}
/** The lock of a host, ours or not, after the attempt to make it. */
async function tryOne(host, claim, signal) {
    const { name, api } = host;
    const found = await readHeld(api, signal);
    if (found)
        return found;
    const { owner, token, url, attempt } = claim;
    const Labels = {
        ...(0,_machines_labels_js__WEBPACK_IMPORTED_MODULE_7__/* .ownerLabels */ .H0)(owner),
        [TOKEN_LABEL]: token,
        ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
        ...(url === undefined ? {} : { [URL_LABEL]: url }),
    };
    try {
        await api.post('/volumes/create', {}, { Name: VOLUME, Labels }, { signal });
    }
    catch (error) {
        // It may be there all the same.
        if (!(error instanceof _exec_engine_api_js__WEBPACK_IMPORTED_MODULE_3__/* .NoAnswer */ .W_))
            throw error;
    }
    const made = await readHeld(api, signal);
    if (made)
        return made;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .l(`The lock of ${name} cannot be taken: the volume ${VOLUME} has its name, and not its form.`, {
        hint: `Nothing was changed. See what it is (docker volume inspect ${VOLUME}), remove it if nothing needs it (docker volume rm ${VOLUME}), then run again.`,
    });
}
async function readHeld(api, signal) {
    const filters = JSON.stringify({ name: [VOLUME] });
    const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
    const found = Volumes?.find(({ Name }) => Name === VOLUME);
    const labels = found?.Labels ?? {};
    const owner = (0,_machines_labels_js__WEBPACK_IMPORTED_MODULE_7__/* .ownerOf */ .bf)(labels);
    if (!found || !owner?.run || !labels[TOKEN_LABEL])
        return undefined;
    return { labels, owner, created: found.CreatedAt };
}
function remove(api, signal) {
    return (0,_exec_engine_delete_js__WEBPACK_IMPORTED_MODULE_4__/* .deleteIfThere */ .l)(api, `/volumes/${VOLUME}`, signal);
}
function outOfTime(other, timeoutMs) {
    return new HostsBusy(`${other} It did not end within ${(0,_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)(timeoutMs)}.`, {
        status: 'timeout',
        hint: `Nothing of the hosts was changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on the host: docker volume rm ${VOLUME}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    });
}


/***/ })

};
;