"use strict";
exports.id = 327;
exports.ids = [327];
exports.modules = {

/***/ 2799:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ count)
/* harmony export */ });
/** `1 node`, `3 nodes`. */
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}


/***/ }),

/***/ 7327:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  leaveHosts: () => (/* binding */ leaveHosts)
});

// UNUSED EXPORTS: connectHosts, enterMachines

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/base/stages.js
var stages = __webpack_require__(6433);
// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(3153);
// EXTERNAL MODULE: ./lib/machines/connect.js + 2 modules
var connect = __webpack_require__(1174);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
;// CONCATENATED MODULE: ./lib/machines/open-machines.js


/** None yet. */
function openMachines() {
    const all = [];
    return {
        all,
        add: (machine) => {
            all.push(machine);
        },
        [Symbol.asyncDispose]: () => closeAll(all),
    };
}
/** Closes every connection, whatever becomes of one of them. Never fails. */
async function closeAll(machines) {
    await Promise.allSettled(machines.map(({ ssh }) => ssh.close()));
}
/**
 * Enters machines, `CONNECT_AT_ONCE` at a time, whatever becomes of one of them. Resolves when all
 * are done.
 */
async function enterAll(machines, enter) {
    const limit = (0,p_limit/* default */.A)(connect/* CONNECT_AT_ONCE */.v);
    const results = await Promise.allSettled(machines.map((machine) => limit(() => enter(machine))));
    return {
        machines: results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
        failures: results.flatMap((one, at) => one.status === 'rejected' ? [{ name: machines[at]?.name ?? '', error: one.reason }] : []),
    };
}

// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
// EXTERNAL MODULE: ./lib/stack/lock.js + 3 modules
var stack_lock = __webpack_require__(2140);
;// CONCATENATED MODULE: ./lib/stack/with-lock.js
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





/**
 * How long letting go may take, in ms: an engine may restart at that moment, but a step that is
 * cancelled has ten seconds in all.
 */
const RELEASE = { usualMs: 150_000, abortedMs: 3_000 };
/**
 * What a step says of itself where it holds the lock of a stack; `attempt` is that of its run,
 * `url` where it can be looked at.
 */
function lockRequest(stack, owner, { url, attempt, turn, }) {
    return { stack, owner, url, attempt, turn, token: (0,external_node_crypto_.randomUUID)(), leaseMs: stack_lock/* LEASE_MS */.Wf };
}
/** How long it takes at most, in ms, until it is known whether a run that holds a lock is alive. */
const KNOWN_ALIVE_MS = stack_lock/* LEASE_MS */.Wf + 15_000;
/**
 * Runs `work` while no other run deploys or removes the same stack, waiting for one that does. It
 * is asked of a manager of its swarm. The lock is let go whatever becomes of it. Throws as
 * `waitForLock` does, before `work` has begun.
 */
async function withStackLock({ ssh, api }, claim, options, work) {
    const { clock, signal, log, waiting = (wait) => wait() } = options;
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            if (!(await (0,stack_lock/* takeLock */.HJ)(api, claim, signal, log.warning))) {
                const { timeoutMs, waitFor = 'end' } = options;
                const how = { timeoutMs, waitFor, clock, signal };
                await waiting(() => (0,stack_lock/* waitForLock */.gJ)(api, claim, { ...how, info: log.info, warn: log.warning }));
            }
            // A stream of its own: behind a renewal that gets no answer, the questions of the work would
            // wait.
            if (options.renewals)
                return await renewing(options.renewals, claim, options, work);
            const own = __addDisposableResource(env_1, (0,engine_api/* engineApi */.d0)(ssh), false);
            return await renewing(own, claim, options, work);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    }
    finally {
        await releaseHeld(api, claim, options);
    }
}
/**
 * Renews the lock as long as `work` runs. A renewal that fails is tried again: the next one is soon
 * enough.
 */
async function renewing(api, claim, { clock, log }, work) {
    const over = new AbortController();
    const renewals = (async () => {
        for (;;) {
            await clock.sleep(stack_lock/* RENEW_MS */.j8, over.signal);
            const isOurs = await (0,stack_lock/* renewLock */.LH)(api, claim, over.signal).catch(() => true);
            if (isOurs)
                continue;
            log.warning(`The lock of stack ${claim.stack} was taken by another run, which took this one for lost.`);
            return;
        }
    })().catch(() => { });
    try {
        return await work();
    }
    finally {
        over.abort();
        await renewals;
    }
}
async function releaseHeld(api, claim, { signal, log, released }) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const bound = __addDisposableResource(env_2, (0,time_limit/* releaseLimit */.$R)(signal, RELEASE), false);
        const release = () => (0,stack_lock/* unlock */.Tl)(api, claim, bound.signal);
        try {
            // Once more, because whoever comes next would have to wait until it is stale.
            await release().catch(release);
            released?.();
        }
        catch (error) {
            log.warning(`The lock of stack ${claim.stack} could not be removed now; others wait for it until ${stack_lock/* LEASE_MS */.Wf / 1_000} s have passed. ${(0,errors/* describeError */.Uc)(error)}`);
        }
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        __disposeResources(env_2);
    }
}

;// CONCATENATED MODULE: ./lib/stack/held-locks.js

/** Begins with no lock. Each is renewed as long as it is held; disposing lets go of all. */
function heldLocks() {
    const over = Promise.withResolvers();
    const held = new Map();
    return {
        async take(manager, claim, options) {
            if (held.has(claim.stack))
                return;
            await new Promise((resolve, reject) => {
                const holding = withStackLock(manager, claim, options, async () => {
                    held.set(claim.stack, holding);
                    resolve();
                    await over.promise;
                });
                holding.catch(reject);
            });
        },
        async [Symbol.asyncDispose]() {
            over.resolve();
            await Promise.allSettled(held.values());
        },
    };
}

// EXTERNAL MODULE: ./lib/engine/config-record.js
var config_record = __webpack_require__(7111);
// EXTERNAL MODULE: ./lib/stack/turn.js
var turn = __webpack_require__(2768);
;// CONCATENATED MODULE: ./lib/stack/ownership.js





const STACK_LABEL = 'swarm-up.stack';
/** What `port-offset: auto` has chosen for the stack. */
const OFFSET_LABEL = 'swarm-up.port-offset';
const PORTS_LABEL = 'swarm-up.ports';
/**
 * The step that has claimed it last, as `Owner.run` names one; that of the owner is the first one.
 */
const LATEST_LABEL = 'swarm-up.latest-run';
/** Which runs have deployed the stack. */
const DEPLOYED_LABEL = 'swarm-up.deployed';
/** What its services were before its last deployment. */
const BEFORE_LABEL = 'swarm-up.before';
/**
 * With it, the record goes with the stack whoever removes it: `docker stack rm` takes the configs
 * of its namespace along.
 */
const NAMESPACE_LABEL = 'com.docker.stack.namespace';
/**
 * A part of the form by which a record is known: where it is changed, the former one still counts.
 */
const TEXT = 'Written by Swarm Up. The labels of this config say who the stack belongs to.\n';
const DATA = Buffer.from(TEXT).toString('base64');
/** Of the name of a config. */
const NAME_LENGTH = 64;
/**
 * The records of every stack of the swarm that this action has deployed. `api` is that of a
 * manager. A record is a config with the name and the form that `claimStack` gives: labels alone
 * anybody can write, with `docker config create --label`.
 */
async function readStackRecords(api, signal, ignored) {
    const { records, forged } = await storedRecords(api, signal);
    for (const name of forged)
        ignored(describeForged(name));
    return records;
}
/**
 * Throws `ActionError` where the place of a stack's record is taken by what only looks like one:
 * whose the stack is cannot be told then, so nothing of it may be changed.
 */
async function refuseForgedRecord(api, stack, signal) {
    const { forged } = await storedRecords(api, signal);
    if (forged.includes(recordName(stack)))
        throw forgedRecord(stack);
}
function forgedRecord(stack) {
    const name = recordName(stack);
    return new errors/* ActionError */.lZ(`Whose stack ${stack} is cannot be told: the config ${name} has the name of its record, and not the form.`, {
        hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}). Remove it if nothing needs it (docker config rm ${name}), then run again.`,
    });
}
function describeForged(name) {
    return `The config ${name} has the label ${STACK_LABEL}, and not the name and form of a record: it is ignored, and says nothing of any stack. If nothing needs it, remove it on a manager: docker config rm ${name}`;
}
/**
 * Writes who the stack belongs to, or renews it: who made it first stays, and so does an expiry
 * that is not given anew. Where it is another cluster's, `takeOver` is asked, which refuses it by
 * throwing; nothing of that cluster stays then. Gives the expiry. Throws `ActionError`, before
 * anything is changed, where it is another repository's, and where something else has the record's
 * name.
 */
async function claimStack(api, stack, owner, signal, { ports, deployed, before, claiming, takeOver = (stored) => refuseOtherCluster(stored, owner), } = {}) {
    const stored = await findRecord(api, stack, signal);
    if (!stored) {
        claiming?.();
        try {
            const body = {
                Name: recordName(stack),
                Labels: labelsOf(stack, owner, owner.run, { ports, before, note: noteOf([], deployed) }),
                Data: DATA,
            };
            await api.post('/configs/create', {}, body, { signal });
        }
        catch (error) {
            // Another run may have written it at the same moment; then it is that run's to say whose it
            // is.
            if (!(await findRecord(api, stack, signal))) {
                await refuseForgedRecord(api, stack, signal);
                throw error;
            }
            const options = { ports, deployed, before, takeOver, claiming };
            return claimStack(api, stack, owner, signal, options);
        }
        return owner.expires;
    }
    refuseForeignStack(stored, owner);
    const isSameCluster = stored.owner.cluster === owner.cluster;
    if (!isSameCluster)
        takeOver(stored);
    // What another cluster has set holds for that one.
    const kept = isSameCluster ? stored.owner : owner;
    claiming?.();
    const expires = owner.expires ?? kept.expires;
    const note = noteOf(stored.deployed, deployed);
    const whose = { ...owner, run: kept.run, expires };
    const labels = labelsOf(stack, whose, owner.run, { ports, before, note });
    if (isSame(stored.config.Spec.Labels, labels))
        return expires;
    await changeConfigLabels(api, stored.config, labels, signal);
    return expires;
}
/**
 * The stack that has one of the ports which were chosen for this one, by a record that was written
 * before that of this one; undefined where there is none. The swarm takes one record after the
 * other: if two are written at the same moment, exactly one of both runs finds the other here. To
 * be asked after `claimStack`.
 */
async function firstWithPort(api, stack, { published }, signal) {
    const { records } = await storedRecords(api, signal);
    const own = records.find((record) => record.stack === stack);
    if (!own)
        return undefined;
    return records
        .filter((record) => record.config.Version.Index < own.config.Version.Index)
        .find(({ ports }) => ports?.published.some((port) => published.includes(port)))?.stack;
}
/** Throws `ActionError` where the stack is another repository's. */
function refuseForeignStack({ stack, owner }, own) {
    if ((0,ownership/* isSameRepository */.ve)(owner, own))
        return;
    const hint = 'Nothing of it was changed. Give this step another `stack-name`.';
    throw (0,ownership/* belongsToAnother */.Rw)('stack', stack, owner, hint);
}
/** Throws `ActionError`: the stack is another cluster's. */
function refuseOtherCluster({ stack, owner }, own) {
    throw new ActionError(`Stack ${stack} belongs to cluster ${owner.cluster}, and this step is of cluster ${own.cluster}.`, {
        hint: `Nothing of it was changed. The name of the stack was derived: give ${owner.isOfRun ? '' : `\`cluster: ${owner.cluster}\` to deploy to that one, or `}\`stack-name\` to say which is meant.`,
    });
}
async function findRecord(api, stack, signal) {
    return (await storedRecords(api, signal)).records.find((one) => one.stack === stack);
}
async function storedRecords(api, signal) {
    const found = await (0,config_record/* listConfigs */.iu)(api, { label: [STACK_LABEL] }, signal);
    const records = [];
    const forged = [];
    for (const config of found) {
        const record = recordIn(config);
        if (record)
            records.push(record);
        else
            forged.push(config.Spec.Name);
    }
    return { records, forged };
}
/** Undefined where the config has another name or form than this action gives a record. */
function recordIn(config) {
    const { Name, Data } = config.Spec;
    const labels = config.Spec.Labels;
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    const stack = labels[STACK_LABEL];
    if (!owner?.run || !stack || Name !== recordName(stack))
        return undefined;
    if (labels[NAMESPACE_LABEL] !== stack || Data !== DATA)
        return undefined;
    const ports = portsOf(labels);
    return {
        stack,
        owner,
        created: config.CreatedAt,
        ports,
        latest: labels[LATEST_LABEL],
        deployed: (0,turn/* deployedIn */.G6)(labels[DEPLOYED_LABEL]),
        before: labels[BEFORE_LABEL],
        config,
    };
}
function noteOf(before, own) {
    if (own)
        return deployedNote(before, own);
    return before.length === 0 ? undefined : JSON.stringify(before);
}
function labelsOf(stack, owner, latest, { ports, before, note, }) {
    return {
        [NAMESPACE_LABEL]: stack,
        [STACK_LABEL]: stack,
        ...ownerLabels(owner),
        [LATEST_LABEL]: latest,
        ...(ports && {
            [OFFSET_LABEL]: String(ports.offset),
            [PORTS_LABEL]: ports.published.join(','),
        }),
        ...(note !== undefined && { [DEPLOYED_LABEL]: note }),
        ...(before !== undefined && { [BEFORE_LABEL]: before }),
    };
}
function portsOf(labels) {
    const offset = Number(labels[OFFSET_LABEL] ?? Number.NaN);
    if (!Number.isInteger(offset))
        return undefined;
    return { offset, published: (labels[PORTS_LABEL] ?? '').split(',').filter(Boolean) };
}
/** Name of the config: what Swarm takes, also where the stack's name is long. */
function recordName(stack) {
    const name = `${stack}_swarm-up`;
    if (name.length <= NAME_LENGTH)
        return name;
    const hash = (0,external_node_crypto_.createHash)('sha256').update(stack).digest('hex').slice(0, 7);
    return `${stack.slice(0, NAME_LENGTH - 17)}-${hash}_swarm-up`;
}
function isSame(a, b) {
    const keys = Object.keys({ ...a, ...b });
    return keys.every((key) => a[key] === b[key]);
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/base/answered-time.js
/**
 * What may pass between two looks at the clock, in ms. More passes only while an engine does not
 * answer, which has a limit of its own.
 */
const STEP_MS = 5_000;
/**
 * A clock for the limits of a loop that asks engines: the time in which none of them answers does
 * not count.
 */
function answeredTime(clock) {
    let before = clock.now();
    let passed = before;
    const now = () => {
        const time = clock.now();
        passed += Math.min(time - before, STEP_MS);
        before = time;
        return passed;
    };
    return { now, sleep: (ms, signal) => clock.sleep(ms, signal) };
}

// EXTERNAL MODULE: ./lib/engine/delete.js
var engine_delete = __webpack_require__(7816);
// EXTERNAL MODULE: ./lib/base/count.js
var count = __webpack_require__(2799);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/swarm-ports.js

/**
 * Where a manager answers other nodes, and where nodes exchange the packets of containers, if a
 * swarm says nothing else.
 */
const swarm_ports_MANAGEMENT_PORT = 2377;
const DATA_PATH_PORT = 4789;
/**
 * The port at which a manager answers other nodes (`docker swarm init --listen-addr` or
 * `--advertise-addr` with a port); for what is none yet, Docker's own.
 */
function managementPort({ Swarm }) {
    const own = Swarm.RemoteManagers?.find(({ NodeID }) => NodeID === Swarm.NodeID)?.Addr;
    return Number(/:(\d+)$/.exec(own ?? '')?.[1] ?? swarm_ports_MANAGEMENT_PORT);
}
/**
 * The port of the packets of containers in the swarm of these engines (`docker swarm init
 * --data-path-port`), which its managers tell.
 */
function dataPathPort(engines) {
    const told = engines.map(({ Swarm }) => Swarm.Cluster?.DataPathPort).find(Boolean);
    return told ?? DATA_PATH_PORT;
}
/** `address:port` at which a manager answers nodes that join. */
function managerAddress(manager) {
    const { advertise, engine } = manager;
    const port = managementPort(engine);
    return isIPv6(advertise) ? `[${advertise}]:${port}` : `${advertise}:${port}`;
}

;// CONCATENATED MODULE: ./lib/swarm/commands.js


/**
 * Where a node listens for the others: at all its addresses. dockerd's own default is IPv4 only.
 */
function commands_listenAddress(address) {
    return `${isIPv6(address) ? '[::]' : '0.0.0.0'}:${MANAGEMENT_PORT}`;
}
/**
 * Makes a swarm that lost its majority work again, with this manager as its only one; services and
 * networks stay.
 */
function forceNewCluster(address) {
    return ['docker', 'swarm', 'init', '--force-new-cluster', '--advertise-addr', address];
}
/** `--force` lets the last manager go, too. */
function leave() {
    return ['docker', 'swarm', 'leave', '--force'];
}
/** Containers of tasks that the engine ran as that node of a swarm; the engine sets the label. */
function containersOfNode(node) {
    return ['docker', 'ps', '--all', '--quiet', `--filter=label=com.docker.swarm.node.id=${node}`];
}
/** Those of them that have not ended. */
function runningContainersOfNode(node) {
    return ['docker', 'ps', '--quiet', `--filter=label=com.docker.swarm.node.id=${node}`];
}
/** With the anonymous volumes of each. */
function removeContainers(ids) {
    return ['docker', 'rm', '--force', '--volumes', ...ids];
}
function promote(nodes) {
    return ['docker', 'node', 'promote', ...nodes];
}
function demote(nodes) {
    return ['docker', 'node', 'demote', ...nodes];
}
/** `active`, `pause` or `drain`. */
function setAvailability(node, availability) {
    return ['docker', 'node', 'update', '--availability', availability, node];
}
/** `--force` because a node that left on its own, or died, may not be seen as down yet. */
function commands_removeNode(node) {
    return ['docker', 'node', 'rm', '--force', node];
}
/** Adds labels of a node. */
function labelNode(node, labels) {
    const options = Object.entries(labels).map(([key, value]) => `--label-add=${key}=${value}`);
    return ['docker', 'node', 'update', ...options, node];
}
/**
 * The bridge by which containers of overlay networks reach the outside; made by the first join, and
 * left behind by `docker swarm leave`.
 */
const GATEWAY_NETWORK = 'docker_gwbridge';
function inspectGateway() {
    return ['docker', 'network', 'inspect', GATEWAY_NETWORK];
}
/**
 * The end that an engine has at the bridge for the routing mesh (moby libnetwork: `gateway_` and
 * the name of the sandbox).
 */
const INGRESS_END = 'gateway_ingress-sbox';
/**
 * Prints what is attached to the bridge, a line for each end: the id of its container, or the name
 * of a sandbox of the engine's own, and the name of the end. Fails where there is no bridge.
 */
function listGatewayEnds() {
    const ends = '{{range $id, $end := .Containers}}{{println $id $end.Name}}{{end}}';
    return ['docker', 'network', 'inspect', '--format', ends, GATEWAY_NETWORK];
}
/** Prints the whole ids and the names of all containers. */
function listContainers() {
    return ['docker', 'ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}}'];
}
function removeGateway() {
    return ['docker', 'network', 'rm', GATEWAY_NETWORK];
}
/** Makes a volume that only carries labels; one that is there stays as it is. */
function createMark(name, labels) {
    const options = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
    return ['docker', 'volume', 'create', ...options, name];
}
/**
 * Prints the names of the volumes with a label (`key=value`), each followed by what `names`, keys
 * of labels, say of it, one a line.
 */
function listMarks(label, names) {
    const format = ['{{.Name}}', ...names.map((name) => `{{.Label "${name}"}}`)].join('\t');
    return ['docker', 'volume', 'ls', `--filter=label=${label}`, `--format=${format}`];
}
function removeMarks(names) {
    return ['docker', 'volume', 'rm', '--force', ...names];
}
/**
 * Whether the kernel of a machine can do IPVS, which the routing mesh and virtual IPs rest on:
 * /proc/net/ip_vs is there once the module is loaded or built in. A user who may not load it is
 * told whether dockerd can.
 */
function probeIpvs() {
    return [
        'sh',
        '-c',
        'PATH=$PATH:/usr/sbin:/sbin; [ -e /proc/net/ip_vs ] || modprobe ip_vs 2>/dev/null; [ -e /proc/net/ip_vs ] || { [ "$(id -u)" != 0 ] && modprobe -n -q ip_vs; }',
    ];
}
/** Ends with exit code 0 where the kernel does IPVS at this moment. Loads nothing. */
function hasIpvs() {
    return ['test', '-e', '/proc/net/ip_vs'];
}

;// CONCATENATED MODULE: ./lib/swarm/leave/end-containers.js



const POLL_MS = 200;
/**
 * How long a task may take to end once it was told to, in ms, whatever the `stop_grace_period` of
 * its service: then its container is killed. A removal has to end, and post is cut after five
 * minutes in all. docs/teardown.md names it.
 */
const STOP_TIMEOUT_MS = 60_000;
/**
 * Waits until the containers of a node's tasks have ended, and kills those that have not after
 * `timeoutMs`: `docker swarm leave` waits for them without an end. Says in a warning which.
 */
async function endContainers(machine, nodeId, options) {
    const { timeoutMs, signal, warn, clock = base_clock/* systemClock */.ml } = options;
    const until = clock.now() + timeoutMs;
    for (;;) {
        const { stdout } = await machine.ssh.run(runningContainersOfNode(nodeId), {
            signal,
            repeatable: true,
        });
        const ids = stdout.split('\n').filter(Boolean);
        if (ids.length === 0)
            return;
        if (clock.now() >= until) {
            warn(`${machine.name}: ${(0,count/* count */.U)(ids.length, 'container')} of tasks did not end within ${STOP_TIMEOUT_MS / 1_000} s, and ${ids.length === 1 ? 'is' : 'are'} killed: ${ids.join(', ')}`);
            // What does not go is found, and named, once the node has left.
            await machine.ssh.run(removeContainers(ids), {
                ...{ anyExitCode: true, repeatable: true, signal },
            });
            return;
        }
        await clock.sleep(POLL_MS, signal);
    }
}

;// CONCATENATED MODULE: ./lib/stack/present.js

// What stands on a swarm, as far as a deployment has to know it: every stack, not only its own.
// Specs are kept whole, as the engine gave them, so that a service can be given back the one it
// had.
/** Labels, options: the engine gives null for none. */
const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
    .nullish()
    .transform((found) => found ?? {});
const version = schemas/* object */.Ikc({ Index: schemas/* number */.aig() });
const objectReference = schemas/* looseObject */._H3({
    SecretID: schemas/* string */.YjP().optional(),
    SecretName: schemas/* string */.YjP().optional(),
    ConfigID: schemas/* string */.YjP().optional(),
    ConfigName: schemas/* string */.YjP().optional(),
    File: schemas/* looseObject */._H3({ Name: schemas/* string */.YjP().default(''), Mode: schemas/* number */.aig().optional() }).nullish(),
});
const containerSpec = schemas/* looseObject */._H3({
    Image: schemas/* string */.YjP().default(''),
    Labels: labels,
    Command: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Args: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Env: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Mounts: schemas/* array */.YOg(schemas/* looseObject */._H3({
        Type: schemas/* string */.YjP().default('bind'),
        Source: schemas/* string */.YjP().default(''),
        Target: schemas/* string */.YjP(),
        ReadOnly: schemas/* boolean */.zMY().default(false),
    }))
        .nullish(),
    Secrets: schemas/* array */.YOg(objectReference).nullish(),
    Configs: schemas/* array */.YOg(objectReference).nullish(),
    Privileges: schemas/* looseObject */._H3({
        CredentialSpec: schemas/* looseObject */._H3({ Config: schemas/* string */.YjP().optional() }).nullish(),
    })
        .nullish(),
});
const port = schemas/* looseObject */._H3({
    Protocol: schemas/* string */.YjP().default('tcp'),
    TargetPort: schemas/* number */.aig().default(0),
    PublishedPort: schemas/* number */.aig().optional(),
    PublishMode: schemas/* string */.YjP().default('ingress'),
});
const spec = schemas/* looseObject */._H3({
    Name: schemas/* string */.YjP(),
    Labels: labels,
    Mode: schemas/* looseObject */._H3({
        Replicated: schemas/* looseObject */._H3({ Replicas: schemas/* number */.aig().default(0) }).nullish(),
        Global: schemas/* looseObject */._H3({}).nullish(),
        ReplicatedJob: schemas/* looseObject */._H3({ TotalCompletions: schemas/* number */.aig().default(1) }).nullish(),
        GlobalJob: schemas/* looseObject */._H3({}).nullish(),
    }),
    TaskTemplate: schemas/* looseObject */._H3({
        ContainerSpec: containerSpec.nullish(),
        Networks: schemas/* array */.YOg(schemas/* looseObject */._H3({ Target: schemas/* string */.YjP().default('') })).nullish(),
        RestartPolicy: schemas/* looseObject */._H3({ Condition: schemas/* string */.YjP().optional() }).nullish(),
    }),
    UpdateConfig: schemas/* looseObject */._H3({ Monitor: schemas/* number */.aig().optional() }).nullish(),
    EndpointSpec: schemas/* looseObject */._H3({ Ports: schemas/* array */.YOg(port).nullish() }).nullish(),
});
const service = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Version: version,
    Spec: spec,
    PreviousSpec: spec.nullish(),
    Endpoint: schemas/* object */.Ikc({ Ports: schemas/* array */.YOg(port).nullish() }).nullish(),
});
const object = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Version: version,
    Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), Labels: labels }),
});
const network = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    Name: schemas/* string */.YjP(),
    Scope: schemas/* string */.YjP(),
    Driver: schemas/* string */.YjP().default(''),
    Attachable: schemas/* boolean */.zMY().default(false),
    Internal: schemas/* boolean */.zMY().default(false),
    Ingress: schemas/* boolean */.zMY().default(false),
    IPAM: schemas/* looseObject */._H3({ Config: schemas/* array */.YOg(schemas/* looseObject */._H3({ Subnet: schemas/* string */.YjP().default('') })).nullish() })
        .nullish(),
    Labels: labels,
    Options: labels,
});
/** The label that `docker stack deploy` writes on everything of a stack. */
const present_STACK_LABEL = 'com.docker.stack.namespace';
/** Reads what is on the swarm now. Changes nothing. Rejects as `EngineApi.get` does. */
async function readPresent(api, signal) {
    const list = (path, schema) => api.get(path, {}, z.array(schema), { signal });
    const [services, configs, secrets, networks] = await Promise.all([
        readServices(api, signal),
        list('/configs', object),
        list('/secrets', object),
        list('/networks', network),
    ]);
    return { services, configs, secrets, networks };
}
/**
 * Every service of the swarm, by name: the engine lists them by id. Rejects as `EngineApi.get`
 * does.
 */
async function readServices(api, signal) {
    const found = await api.get('/services', {}, z.array(service), { signal });
    return found.toSorted(({ Spec: one }, { Spec: other }) => (one.Name < other.Name ? -1 : 1));
}
/** The ports that a service asks for, and those that the swarm has given it. */
function publishedPorts({ Spec, Endpoint }) {
    return [...(Spec.EndpointSpec?.Ports ?? []), ...(Endpoint?.Ports ?? [])];
}
/** The mode of a service in Compose's words. */
function modeOf({ Mode, }) {
    if (Mode.Global)
        return 'global';
    if (Mode.ReplicatedJob)
        return 'replicated-job';
    return Mode.GlobalJob ? 'global-job' : 'replicated';
}
/** The services of a stack that are not among these, which are named as in the compose file. */
function servicesNotIn({ services }, stack, names) {
    return services.filter(({ Spec }) => Spec.Labels[present_STACK_LABEL] === stack && !names.includes(Spec.Name.slice(stack.length + 1)));
}

;// CONCATENATED MODULE: ./lib/stack/remove-containers.js






const remove_containers_POLL_MS = 250;
/**
 * How long an engine may take to remove a container whose task has ended, in ms, before it is done
 * for it.
 */
const PATIENCE_MS = 5_000;
/** Words of the engine for a container that runs no more. */
const ENDED = ['created', 'exited', 'dead'];
/** The engine gives it to the containers of tasks. */
const TASK_LABEL = 'com.docker.swarm.task.id';
const containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Names: schemas/* array */.YOg(schemas/* string */.YjP()).default([]), State: schemas/* string */.YjP() }));
/**
 * Waits until the machines have no container of the stack's tasks any more. The swarm forgets a
 * task before its node removes the container, and the node tries that once: one that has ended and
 * stays is removed. Those that still end have their grace period, but no longer than
 * `STOP_TIMEOUT_MS`: then they are killed. Gives how many were there. Throws `ActionError` naming
 * what is left after `until`.
 */
async function untilContainersGone(machines, stack, wait) {
    const results = await Promise.allSettled(machines.map((one) => untilGone(one, stack, wait)));
    return results.reduce((sum, result) => {
        if (result.status === 'rejected')
            throw result.reason;
        return sum + result.value;
    }, 0);
}
async function untilGone(machine, stack, wait) {
    const { signal, clock, until, warn } = wait;
    const started = clock.now();
    const seen = new Set();
    let said = [];
    for (let isKilling = false;;) {
        const left = await remove_containers_listContainers(machine, stack, signal);
        for (const { Id } of left)
            seen.add(Id);
        if (left.length === 0)
            return seen.size;
        if (clock.now() > until)
            throw stillThere(machine, stack, left, said);
        const waited = clock.now() - started;
        if (!isKilling && waited > STOP_TIMEOUT_MS) {
            isKilling = true;
            const running = left.filter(hasNotEnded);
            if (running.length > 0)
                warn(describeKilled(machine, running));
        }
        const due = left.filter((one) => isKilling || (waited > PATIENCE_MS && !hasNotEnded(one)));
        said = await remove_containers_removeContainers(machine, due, signal);
        await clock.sleep(remove_containers_POLL_MS, signal);
    }
}
function hasNotEnded({ State }) {
    return !ENDED.includes(State);
}
async function remove_containers_listContainers({ api }, stack, signal) {
    const label = [`${present_STACK_LABEL}=${stack}`, TASK_LABEL];
    const query = { all: 'true', filters: JSON.stringify({ label }) };
    return await api.get('/containers/json', query, containers, { signal });
}
/**
 * With their anonymous volumes. What the engine said where it refused; the next look tells what has
 * gone.
 */
async function remove_containers_removeContainers({ api }, due, signal) {
    const said = [];
    for (const { Id } of due) {
        const refusal = await (0,engine_delete/* tryToDelete */.i)(api, `/containers/${Id}?force=true&v=true`, signal);
        if (refusal !== undefined)
            said.push(refusal);
    }
    return said;
}
function describeKilled({ ssh: { where } }, running) {
    const names = running.map(({ Id, Names }) => Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12));
    return `On ${where}, ${(0,count/* count */.U)(running.length, 'container')} did not end within ${STOP_TIMEOUT_MS / 1_000} s, and ${running.length === 1 ? 'is' : 'are'} killed: ${names.join(', ')}. A program that ignores SIGTERM takes the whole \`stop_grace_period\`.`;
}
function stillThere({ ssh: { where } }, stack, left, said) {
    const ids = left.map(({ Id }) => Id.slice(0, 12));
    return new errors/* ActionError */.lZ(`Stack ${stack} could not be removed completely: ${(0,count/* count */.U)(ids.length, 'container')} left on ${where}.`, {
        details: said.join('\n') || undefined,
        hint: `On ${where}: docker rm --force --volumes ${ids.join(' ')}. If that is refused, too, restart Docker Engine there. Then run again.`,
    });
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
;// CONCATENATED MODULE: ./lib/swarm/objects.js

// What is read of the Engine API's objects, in its own names
// (https://docs.docker.com/reference/api/engine/). Fields that are not named here are dropped.
// States stay plain strings: an engine may know one more than this list, and only a few decide
// anything.
const time = schemas/* string */.YjP();
const mode = schemas/* object */.Ikc({
    Replicated: schemas/* object */.Ikc({ Replicas: schemas/* number */.aig().default(1) }).nullish(),
    Global: schemas/* object */.Ikc({}).nullish(),
    ReplicatedJob: schemas/* object */.Ikc({ MaxConcurrent: schemas/* number */.aig().default(1), TotalCompletions: schemas/* number */.aig().default(1) })
        .nullish(),
    GlobalJob: schemas/* object */.Ikc({}).nullish(),
});
const healthcheck = schemas/* object */.Ikc({
    Test: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    /** ns, as all durations of the API. */
    Interval: schemas/* number */.aig().optional(),
    Timeout: schemas/* number */.aig().optional(),
    StartPeriod: schemas/* number */.aig().optional(),
    Retries: schemas/* number */.aig().optional(),
});
const taskTemplate = schemas/* object */.Ikc({
    ContainerSpec: schemas/* object */.Ikc({
        Image: schemas/* string */.YjP().default(''),
        /** ns; 10 s where absent. */
        StopGracePeriod: schemas/* number */.aig().optional(),
        Healthcheck: healthcheck.nullish(),
    })
        .nullish(),
    RestartPolicy: schemas/* object */.Ikc({
        /** `none`, `on-failure` or `any`; `any` where absent. */
        Condition: schemas/* string */.YjP().optional(),
        /** Unlimited where 0. */
        MaxAttempts: schemas/* number */.aig().optional(),
    })
        .nullish(),
    Placement: schemas/* object */.Ikc({ Constraints: schemas/* array */.YOg(schemas/* string */.YjP()).nullish() }).nullish(),
});
const updateConfig = schemas/* object */.Ikc({
    /** `pause`, `continue` or `rollback`; `pause` where absent. */
    FailureAction: schemas/* string */.YjP().optional(),
    /** ns; 5 s where absent. */
    Monitor: schemas/* number */.aig().optional(),
});
const serviceSpec = schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    Mode: mode,
    TaskTemplate: taskTemplate,
    UpdateConfig: updateConfig.nullish(),
});
/** A number that the API leaves out where it is 0. */
const index = schemas/* object */.Ikc({ Index: schemas/* number */.aig().default(0) });
const objects_service = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    CreatedAt: time,
    UpdatedAt: time,
    Spec: serviceSpec,
    /** Absent for a service that was never updated, and after a rollback. */
    PreviousSpec: serviceSpec.nullish(),
    /** Absent during the whole first deployment, and after an update that had nothing to replace. */
    UpdateStatus: schemas/* object */.Ikc({
        /**
         * `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`,
         * `rollback_completed`.
         */
        State: schemas/* string */.YjP().default(''),
        StartedAt: time.optional(),
        CompletedAt: time.optional(),
        Message: schemas/* string */.YjP().default(''),
    })
        .nullish(),
    JobStatus: schemas/* object */.Ikc({ JobIteration: index.nullish(), LastExecution: time.optional() }).nullish(),
});
const task = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    CreatedAt: time,
    ServiceID: schemas/* string */.YjP().default(''),
    /** Counted from 1 for a replicated service, from 0 for a job; always 0 for a global service. */
    Slot: schemas/* number */.aig().default(0),
    /** Absent until a node is chosen. */
    NodeID: schemas/* string */.YjP().optional(),
    DesiredState: schemas/* string */.YjP(),
    Status: schemas/* object */.Ikc({
        Timestamp: time.optional(),
        State: schemas/* string */.YjP(),
        Message: schemas/* string */.YjP().default(''),
        Err: schemas/* string */.YjP().default(''),
        ContainerStatus: schemas/* object */.Ikc({ ExitCode: schemas/* number */.aig().default(0) }).nullish(),
    }),
    Spec: taskTemplate,
    JobIteration: index.nullish(),
});
const node = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Spec: schemas/* object */.Ikc({
        Role: schemas/* enum */.k5n(['manager', 'worker']),
        /** `active`, `pause` or `drain`. */
        Availability: schemas/* string */.YjP(),
        Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
    }),
    Description: schemas/* object */.Ikc({
        Hostname: schemas/* string */.YjP().default(''),
        /** Absent until the node has said so. */
        Platform: schemas/* object */.Ikc({ OS: schemas/* string */.YjP().optional(), Architecture: schemas/* string */.YjP().optional() })
            .nullish(),
        Engine: schemas/* object */.Ikc({
            EngineVersion: schemas/* string */.YjP().optional(),
            Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
        })
            .nullish(),
    })
        .default({ Hostname: '' }),
    Status: schemas/* object */.Ikc({
        /** `unknown`, `down`, `ready` or `disconnected`. */
        State: schemas/* string */.YjP(),
        Message: schemas/* string */.YjP().optional(),
        Addr: schemas/* string */.YjP().optional(),
    }),
    ManagerStatus: schemas/* object */.Ikc({
        Leader: schemas/* boolean */.zMY().default(false),
        /** `reachable` or `unreachable`. */
        Reachability: schemas/* string */.YjP().default('unknown'),
        Addr: schemas/* string */.YjP().optional(),
    })
        .nullish(),
});
const services = schemas/* array */.YOg(objects_service);
const tasks = schemas/* array */.YOg(task);
const nodes = schemas/* array */.YOg(node);

;// CONCATENATED MODULE: ./lib/swarm/nodes.js





const nodes_POLL_MS = 100;
/** Every node that the swarm knows. */
function nodes_listNodes(api, signal) {
    return api.get('/nodes', {}, nodes, { signal });
}
function nodes_isManager(node) {
    return node.Spec.Role === 'manager';
}
/** How often a node is changed while others change it. */
const TRIES = 20;
/** Adds labels of a node, told to a manager. */
async function nodes_labelNode(manager, id, labels, signal) {
    await changeNode(manager, commands.labelNode(id, labels), signal);
}
/**
 * Tells a manager to change a node, by a command of the docker client that may be repeated. The
 * swarm itself, and other runs, change it, too, and what was meant for its earlier state is
 * refused: it is told again.
 */
async function changeNode(manager, command, signal, clock = base_clock/* systemClock */.ml) {
    for (let tries = 1;; tries += 1) {
        try {
            await manager.run(command, { signal, repeatable: true });
            return;
        }
        catch (error) {
            const isOutdated = error instanceof executor/* CommandError */.Qd && /out of sequence/.test(error.message + error.details);
            if (!isOutdated || tries === TRIES)
                throw error;
        }
        await clock.sleep(nodes_POLL_MS, signal);
    }
}
/**
 * Whether a node can be given work, and takes part in the consensus exactly where it is a manager:
 * one that was demoted a moment ago may still do so, and would then be refused when it is promoted
 * again.
 */
function isReady(node) {
    const settled = nodes_isManager(node)
        ? node.ManagerStatus?.Reachability === 'reachable'
        : !node.ManagerStatus;
    return node.Status.State === 'ready' && settled;
}
/**
 * Waits until each of the named nodes is ready in its role. `seen` are nodes that were read a
 * moment ago: if those are ready, nothing is asked.
 * Throws `ActionError` after `timeoutMs` that names those that are not, with their state.
 */
async function waitForNodes(api, wanted, options) {
    const { signal, timeoutMs, clock = systemClock } = options;
    let { seen } = options;
    const look = async () => {
        const known = seen ?? (await nodes_listNodes(api, signal));
        seen = undefined;
        const byId = new Map(known.map((node) => [node.ID, node]));
        const waiting = [...wanted].flatMap(([id, role]) => {
            const node = byId.get(id);
            return node && node.Spec.Role === role && isReady(node) ? [] : [describe(node, id)];
        });
        return { known, waiting };
    };
    const wait = { clock, signal, limitMs: timeoutMs, everyMs: nodes_POLL_MS };
    const { known, waiting } = await until(look, (seen) => seen.waiting.length === 0, wait);
    if (waiting.length === 0)
        return known;
    throw new ActionError(`${waiting.length} of ${wanted.size} nodes did not become ready within ${timeoutMs / 1_000} s.`, {
        details: waiting.join('\n'),
        hint: 'The machine may be overloaded. Nodes on different machines must reach each other at 7946/tcp and 7946/udp. If the swarm has no other ports, they also need 2377/tcp and 4789/udp.',
        status: 'timeout',
    });
}
function describe(node, id) {
    if (!node)
        return `${id}: not in the swarm`;
    const { Description, Spec, Status, ManagerStatus } = node;
    return [
        `${Description.Hostname}: ${Spec.Role}, ${Status.State}`,
        ManagerStatus && `as manager ${ManagerStatus.Reachability}`,
        Status.Message,
    ]
        .filter(Boolean)
        .join(', ');
}

;// CONCATENATED MODULE: ./lib/stack/remove-tasks.js







const remove_tasks_POLL_MS = 250;
/** Words of the swarm for a task whose container may still run. */
const ALIVE = ['assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'];
const remove_tasks_tasks = schemas/* array */.YOg(schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    NodeID: schemas/* string */.YjP().default(''),
    Status: schemas/* object */.Ikc({
        State: schemas/* string */.YjP(),
        ContainerStatus: schemas/* object */.Ikc({ ContainerID: schemas/* string */.YjP().default('') }).nullish(),
    }),
}));
/**
 * Waits until no node of the swarm runs a task of the stack, those included whose engine cannot be
 * asked, since they are not named in `hosts`: after the removal of its service a task is listed
 * until its node has said that it ended. A node that does not answer ends its tasks once it is
 * back, and is named in a warning. Throws `ActionError` after `until` that names the nodes which
 * still run one, and how to end it.
 */
async function untilTasksGone(manager, stack, { signal, clock, until: end, warn }) {
    const look = async () => {
        const left = await listTasks(manager, stack, signal);
        const nodes = left.length === 0 ? [] : await nodes_listNodes(manager, signal);
        const ready = new Set(nodes.filter(({ Status }) => Status.State === 'ready').map(({ ID }) => ID));
        const running = left.filter(({ NodeID }) => ready.has(NodeID ?? ''));
        return { left, nodes, running };
    };
    const wait = { clock, signal, limitMs: end - clock.now(), everyMs: remove_tasks_POLL_MS };
    const { left, nodes, running } = await (0,base_clock/* until */.TG)(look, (seen) => seen.running.length === 0, wait);
    if (running.length > 0)
        throw stillRunning(stack, running, nodes);
    if (left.length > 0)
        warn(describeAway(stack, left, nodes));
}
async function listTasks(manager, stack, signal) {
    const query = { filters: JSON.stringify({ label: [`${present_STACK_LABEL}=${stack}`] }) };
    const found = await manager.get('/tasks', query, remove_tasks_tasks, { signal });
    return found.filter(({ Status }) => ALIVE.includes(Status.State));
}
function hostOf({ NodeID }, nodes) {
    return nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname || NodeID;
}
function describeAway(stack, away, nodes) {
    const hosts = [...new Set(away.map((task) => hostOf(task, nodes)))].join(', ');
    return `Whether ${(0,count/* count */.U)(away.length, 'task')} of stack ${stack} still runs on ${hosts} is not known, since the swarm does not reach it. They end there once it does.`;
}
function stillRunning(stack, left, nodes) {
    const hosts = Map.groupBy(left, (task) => hostOf(task, nodes));
    const commands = [...hosts].map(([host, own]) => {
        const ids = own.map(({ Status }) => Status.ContainerStatus?.ContainerID.slice(0, 12) ?? '');
        return `On ${host}: docker rm --force --volumes ${ids.filter(Boolean).join(' ')}`;
    });
    return new errors/* ActionError */.lZ(`Stack ${stack} could not be removed completely: ${(0,count/* count */.U)(left.length, 'task')} still ${left.length === 1 ? 'runs' : 'run'} on ${[...hosts.keys()].join(', ')}, ${STOP_TIMEOUT_MS / 1_000} s after the end of its services.`, {
        hint: `${commands.join('. ')}. Then run again. Where each node is named in \`hosts\`, this is done for you.`,
    });
}

;// CONCATENATED MODULE: ./lib/stack/remove.js










const remove_POLL_MS = 250;
/**
 * How long all of it may take, in ms, apart from the time in which engines do not answer: networks
 * can go only once the tasks have ended, for which there is `STOP_TIMEOUT_MS`.
 */
const TIMEOUT_MS = 120_000;
/** How long the nodes may take to tell the swarm of tasks that were killed, in ms. */
const REPORT_MS = 15_000;
/** In this order: what comes later is in use by what comes before. */
const ALL = ['service', 'network', 'secret', 'config'];
/**
 * Removes a stack, as a manager of its swarm: services, then, once their tasks have ended or were
 * killed, networks, secrets, its volumes on `machines` where `volumes` is set, and configs. A stack
 * that is not there is removed already, and what volumes it left may be somebody else's: they stay.
 * The config that says whose the stack is comes last: where something cannot be removed, the next
 * try still knows. `docker stack rm` does the same without waiting, and fails for networks that are
 * still in use. Throws `ActionError` naming what is left after two minutes, and what still runs on
 * nodes that are not among the machines.
 */
async function removeStack(manager, stack, options) {
    const { signal, warn, machines = [] } = options;
    const clock = answeredTime(options.clock ?? base_clock/* systemClock */.ml);
    const removal = { stack, signal, clock, warn, until: clock.now() + TIMEOUT_MS };
    const isThere = options.volumes === true && (await hasAny(manager, removal));
    const at = { ssh: { where: 'a manager' }, api: manager };
    const remove = async (kind) => (await removeKind(at, kind, removal)).length;
    const services = await remove('service');
    const ended = clock.now() + STOP_TIMEOUT_MS;
    // Also where an earlier removal was cut off, and only tasks of it are left.
    const containers = await untilContainersGone(machines, stack, removal);
    const until = Math.max(ended, clock.now() + REPORT_MS);
    await untilTasksGone(manager, stack, { ...removal, until });
    const own = await list(manager, 'network', removal);
    const used = await usedByOthers(own, manager, signal);
    const isUsed = ({ id }) => used.some((network) => network.id === id);
    const networks = await removeKind(at, 'network', removal, { known: own, stays: isUsed });
    const others = networks.length + (await remove('secret'));
    const volumes = isThere ? await removeVolumes(machines, removal) : [];
    const all = await list(manager, 'config', removal);
    const isRecord = ({ name }) => name === recordName(stack);
    const configs = await removeKind(at, 'config', removal, { known: all, stays: isRecord });
    // As long as something of it stays, the record says whose it is.
    for (const { name, users } of used)
        warn(staysFor(name, users));
    const known = all.filter(isRecord);
    const last = used.length === 0 ? await removeKind(at, 'config', removal, { known }) : [];
    const removed = services + others + configs.length + last.length;
    return { removed: removed === 0 ? containers : removed, volumes };
}
const attached = schemas/* array */.YOg(schemas/* object */.Ikc({
    Spec: schemas/* object */.Ikc({
        Name: schemas/* string */.YjP(),
        TaskTemplate: schemas/* object */.Ikc({
            Networks: schemas/* array */.YOg(schemas/* object */.Ikc({ Target: schemas/* string */.YjP().default('') })).nullish(),
        }),
    }),
}));
/**
 * Those networks of a stack that services of others are on, which call them external: they go with
 * the last of these.
 */
async function usedByOthers(own, manager, signal) {
    if (own.length === 0)
        return [];
    const services = await manager.get('/services', {}, attached, { signal });
    return own.flatMap((network) => {
        const names = [network.id, network.name];
        const on = services.filter(({ Spec }) => (Spec.TaskTemplate.Networks ?? []).some(({ Target }) => names.includes(Target)));
        const users = on.map(({ Spec }) => Spec.Name);
        return users.length === 0 ? [] : [{ ...network, users }];
    });
}
function staysFor(name, users) {
    return `Network ${name} stays: services of others use it (${users.join(', ')}). Once they have gone, the next \`down\` or \`sweep\` removes it.`;
}
async function hasAny(manager, removal) {
    const found = await Promise.all(ALL.map((kind) => list(manager, kind, removal)));
    return found.some((some) => some.length > 0);
}
/** From all machines, whatever becomes of one of them. */
async function removeVolumes(machines, removal) {
    const results = await Promise.allSettled(machines.map(async (machine) => {
        const names = await removeKind(machine, 'volume', removal);
        return names.map((name) => ({ name, machine: machine.ssh.where }));
    }));
    return results.flatMap((result) => {
        if (result.status === 'rejected')
            throw result.reason;
        return result.value;
    });
}
/**
 * Gives the ids of what went; what `stays` is true for stays. `known` was listed a moment ago: if
 * all of it goes at the first try, the stack is not asked for more.
 */
async function removeKind({ ssh, api }, kind, removal, { known, stays = () => false, } = {}) {
    const { stack, signal, clock, until } = removal;
    const removed = new Set();
    for (let seen = known;; seen = undefined) {
        const found = seen ?? (await list(api, kind, removal));
        const ids = found.filter((one) => !stays(one)).map(({ id }) => id);
        if (ids.length === 0)
            return [...removed];
        const said = await remove(api, kind, ids, signal);
        for (const id of ids)
            removed.add(id);
        if (said.length === 0) {
            if (seen)
                return [...removed];
            continue;
        }
        if (clock.now() > until) {
            throw new errors/* ActionError */.lZ(`Stack ${stack} could not be removed completely: ${ids.length} ${kind}s left.`, {
                details: said.join('\n'),
                hint: `On ${ssh.where}: docker ${kind} rm ${ids.join(' ')}`,
            });
        }
        await clock.sleep(remove_POLL_MS, signal);
    }
}
const objects = schemas/* array */.YOg(schemas/* object */.Ikc({ ID: schemas/* string */.YjP(), Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP() }) }));
const networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Name: schemas/* string */.YjP().default('') }));
const volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/** A stack's objects of one kind, found by the label that `docker stack deploy` gives them. */
async function list(api, kind, { stack, signal }) {
    const query = { filters: JSON.stringify({ label: [`${present_STACK_LABEL}=${stack}`] }) };
    if (kind === 'volume') {
        const { Volumes } = await api.get('/volumes', query, volumes, { signal });
        return (Volumes ?? []).map(({ Name }) => ({ id: Name, name: Name }));
    }
    if (kind === 'network') {
        const found = await api.get('/networks', query, networks, { signal });
        return found.map(({ Id, Name }) => ({ id: Id, name: Name }));
    }
    const found = await api.get(`/${kind}s`, query, objects, { signal });
    return found.map(({ ID, Spec }) => ({ id: ID, name: Spec.Name }));
}
/**
 * What the engine said where it refused, and where its answer was lost; nothing where all went.
 * Gone already is gone.
 */
async function remove(api, kind, ids, signal) {
    const said = [];
    for (const id of ids) {
        const refusal = await (0,engine_delete/* tryToDelete */.i)(api, `/${kind}s/${id}`, signal);
        if (refusal !== undefined)
            said.push(refusal);
    }
    return said;
}

;// CONCATENATED MODULE: ./lib/swarm/leave/half-left.js

/**
 * Whether a host was told to leave its swarm and has not ended that: its engine gave it up after 15
 * s (moby daemon/cluster, `nodeRunner.Stop`). It still says that it is a node, and perhaps a
 * manager, but has no id, and its swarm cannot be asked through it.
 */
function isHalfLeft({ engine: { Swarm } }) {
    return Swarm.LocalNodeState === 'active' && Swarm.NodeID === '';
}
/**
 * Throws `ActionError` that names the hosts which have not ended to leave their swarm, and what to
 * do there.
 */
function refuseHalfLeft(hosts) {
    const found = hosts.filter(isHalfLeft);
    if (found.length === 0)
        return;
    throw halfLeft(found, 'Nothing was changed. ');
}
/** What is said of hosts that have not ended to leave; `before` is a sentence before what to do. */
function halfLeft(hosts, before = '') {
    const names = hosts.map(({ name }) => name).join(', ');
    return new errors/* ActionError */.lZ(`${names}: told to leave the swarm, and that has not ended: no node any more, and not free yet.`, {
        hint: `${before}A full disk keeps an engine from leaving, for one (df -h /var/lib/docker). Then run there: docker swarm leave --force`,
    });
}

;// CONCATENATED MODULE: ./lib/swarm/manager-of.js


/**
 * A manager among the hosts; undefined where none is in a swarm. Throws `ActionError` if only
 * workers are named or reached: they know no stack.
 */
function managerOf({ machines, unreached }) {
    const nodes = machines.filter((machine) => !isHalfLeft(machine));
    const manager = nodes.find(({ engine }) => engine.Swarm.ControlAvailable);
    const worker = nodes.find(({ engine }) => engine.Swarm.LocalNodeState === 'active');
    if (manager || !worker)
        return manager;
    if (unreached.length > 0) {
        throw new errors/* ActionError */.lZ('No host that can be reached is a manager of the swarm.', {
            details: `not reached: ${unreached.join(', ')}`,
            hint: 'Nothing was changed. Once they answer again, run this again: only managers know what runs in a swarm.',
        });
    }
    throw new errors/* ActionError */.lZ(`${worker.name} is a worker of a swarm, and none of the hosts is a manager of it.`, { hint: 'Name a manager of the swarm in `hosts`: only managers know what runs in it.' });
}

// EXTERNAL MODULE: ./lib/swarm/records/forming-lock.js + 1 modules
var forming_lock = __webpack_require__(6443);
;// CONCATENATED MODULE: ./lib/swarm/unlock.js


/**
 * dockerd answers once the manager is in touch with the others, which may have to be unlocked
 * first. In ms.
 */
const UNLOCK_TIMEOUT_MS = 60_000;
/**
 * Unlocks the managers of a swarm with autolock that were restarted, all at once: none of them has
 * a majority without the others. Gives the machines as they are then; those that are not locked as
 * they came. The swarm stays one with autolock. Throws `ActionError` where there is no key, or not
 * the right one.
 */
async function unlockAll(machines, options) {
    const results = await Promise.allSettled(machines.map((machine) => unlock(machine, options)));
    options.signal.throwIfAborted();
    return results.map((result) => {
        if (result.status === 'rejected')
            throw result.reason;
        return result.value;
    });
}
/** As `unlockAll` for one machine. */
async function unlock(machine, { key, log, signal }) {
    if (machine.engine.Swarm.LocalNodeState !== 'locked')
        return machine;
    if (key === undefined)
        throw isLocked(machine);
    // Through the API, because an argument can be read by every process of the host.
    const timeoutMs = UNLOCK_TIMEOUT_MS;
    await machine.api
        .post('/swarm/unlock', {}, { UnlockKey: key }, { signal, timeoutMs })
        .catch((cause) => {
        signal.throwIfAborted();
        throw cause instanceof errors/* ActionError */.lZ ? staysLocked(machine, cause) : cause;
    });
    log.info(`${machine.name}  unlocked with the key of the swarm`);
    const engine = await (0,enter/* readEngine */.Rz)(machine.ssh, signal);
    return { ...machine, engine, advertise: engine.Swarm.NodeAddr || machine.advertise };
}
/** The machine, in a run that changes nothing. Throws `ActionError` where it is locked. */
function unlocked(machine) {
    if (machine.engine.Swarm.LocalNodeState !== 'locked')
        return machine;
    throw new errors/* ActionError */.lZ(`${machine.name} is a manager of a locked swarm (autolock), and a step that only reads unlocks nothing.`, { hint: `Unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}` });
}
const WHERE_THE_KEY_IS = 'The key is shown on a manager that is not locked by: docker swarm unlock-key';
function isLocked({ name }) {
    return new errors/* ActionError */.lZ(`${name} is a manager of a locked swarm (autolock).`, {
        hint: `Give the key of the swarm as \`unlock-key\` (from a secret), or unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}`,
    });
}
function staysLocked({ name }, cause) {
    return new errors/* ActionError */.lZ(`${name} is a manager of a locked swarm (autolock), and \`unlock-key\` did not unlock it.`, {
        details: [cause.message, cause.details].filter(Boolean).join('\n'),
        hint: `${WHERE_THE_KEY_IS}. It is another one after: docker swarm unlock-key --rotate`,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/swarm/membership.js




const swarm = schemas/* object */.Ikc({
    Version: schemas/* object */.Ikc({ Index: schemas/* number */.aig() }),
    // Handed back whole by an update: what we do not know of must survive it.
    Spec: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()),
    JoinTokens: schemas/* object */.Ikc({ Worker: schemas/* string */.YjP(), Manager: schemas/* string */.YjP() }),
});
const membership_self = schemas/* object */.Ikc({ Swarm: schemas/* object */.Ikc({ NodeID: schemas/* string */.YjP(), LocalNodeState: schemas/* string */.YjP() }) });
const labelled = schemas/* object */.Ikc({
    Spec: schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish() }),
});
/**
 * What `docker swarm init` sends where nothing else is asked for: the size of a network of an
 * address pool.
 */
const SUBNET_SIZE = 24;
/** dockerd itself takes 20 s until it gives up, or goes on in the background. */
const CHANGE_TIMEOUT_MS = 60_000;
/** How long a machine that is joining may take to say in which swarm it is, in ms. */
const PENDING_TIMEOUT_MS = 30_000;
const membership_POLL_MS = 200;
/** How often a change is begun where its answer is lost each time. */
const membership_TRIES = 3;
/** The node that the machine of `api` is. */
async function readNodeId(api, signal) {
    return (await api.get('/info', {}, membership_self, { signal })).Swarm.NodeID;
}
/**
 * Why this goes through the API and not `docker swarm join`: a token in argv can be read by every
 * process of the machine.
 */
async function readJoinTokens(api, signal) {
    return (await api.get('/swarm', {}, swarm, { signal })).JoinTokens;
}
/** The labels of the swarm that the manager of `api` is in: those that `init` gave it. */
async function readSwarmLabels(api, signal) {
    return (await api.get('/swarm', {}, labelled, { signal })).Spec.Labels ?? {};
}
/**
 * Makes the machine that `api` talks to the first manager of a new swarm. Through the API and not
 * `docker swarm init`, which has no labels: so it is known from its beginning whose swarm it is.
 */
async function init(api, options) {
    const { address, dataPath, addressPools = [], labels, signal } = options;
    const body = {
        ListenAddr: listenAddress(address),
        AdvertiseAddr: address,
        DataPathAddr: dataPath,
        ...(addressPools.length > 0 && { DefaultAddrPool: addressPools, SubnetSize: SUBNET_SIZE }),
        Spec: { Labels: labels },
    };
    await untilMember(api, signal, () => api.post('/swarm/init', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }));
}
/**
 * Lets the machine that `api` talks to join the swarm of the managers at `managers`
 * (`address:port`).
 */
async function join(api, options) {
    const { signal } = options;
    const body = {
        ListenAddr: listenAddress(options.address),
        AdvertiseAddr: options.address,
        DataPathAddr: options.dataPath,
        RemoteAddrs: options.managers,
        JoinToken: options.token,
    };
    await untilMember(api, signal, () => api.post('/swarm/join', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }));
}
/**
 * Makes a machine, which is in no swarm, a member of one. Where the answer is lost, it may be one
 * or not: that is asked before it is told again.
 */
async function untilMember(api, signal, change) {
    let isUncertain = false;
    for (let tries = 1;; tries += 1) {
        try {
            return await change();
        }
        catch (error) {
            signal.throwIfAborted();
            isUncertain ||= error instanceof NoAnswer;
            // Once an answer was lost, a refusal may mean that it is a member already.
            if (isUncertain && (await settledState(api, signal)) === 'active')
                return;
            if (!(error instanceof NoAnswer) || tries === membership_TRIES)
                throw error;
        }
    }
}
/**
 * The state of a machine in its swarm, once it has decided: a word of the engine, `pending` where
 * it has not.
 */
async function settledState(api, signal, clock = systemClock) {
    return await until(async () => (await api.get('/info', {}, membership_self, { signal })).Swarm.LocalNodeState, (state) => state !== 'pending', { clock, signal, limitMs: PENDING_TIMEOUT_MS, everyMs: membership_POLL_MS });
}
/**
 * Makes both join tokens worthless and new ones in their place: nobody may join with what a log or
 * a memory still holds.
 */
async function rotateJoinTokens(api, signal) {
    for (let tries = 1;; tries += 1) {
        try {
            return await rotateOnce(api, signal);
        }
        catch (error) {
            signal.throwIfAborted();
            // They may be new or not; newer ones do no harm. And another run may have changed the swarm
            // at the same moment.
            if (!(error instanceof NoAnswer || isOutdated(error)) || tries === membership_TRIES)
                throw error;
        }
    }
}
/**
 * Whether a change was refused because it was meant for an earlier version: somebody else was
 * faster.
 */
function isOutdated(error) {
    return error instanceof engine_api/* EngineRefusal */.np && /out of sequence/.test(error.details ?? '');
}
async function rotateOnce(api, signal) {
    const { Version, Spec } = await api.get('/swarm', {}, swarm, { signal });
    await api.post('/swarm/update', {
        version: String(Version.Index),
        rotateWorkerToken: 'true',
        rotateManagerToken: 'true',
    }, Spec, { signal });
}

;// CONCATENATED MODULE: ./lib/swarm/quorum.js

/**
 * Whether most managers of a swarm can be reached once the nodes with these ids are managers no
 * more.
 */
function quorum_keepsMajority(nodes, demoted) {
    const left = nodes.filter((node) => isManager(node) && !demoted.has(node.ID));
    return left.filter(isReachable).length * 2 > left.length;
}
function isReachable({ ManagerStatus }) {
    return ManagerStatus?.Reachability === 'reachable';
}

// EXTERNAL MODULE: ./lib/base/expiry.js
var expiry = __webpack_require__(813);
;// CONCATENATED MODULE: ./lib/swarm/records/users.js




// What several clusters use (a node, the labels of it, a swarm) carries all of them, each as a
// label of its own: one that is lost or forgotten is then no more than one user that stays, and
// none is ever counted twice.
const PREFIX = 'swarm-up.user.';
const users_form = schemas/* strictObject */.rej({
    cluster: schemas/* string */.YjP().min(1),
    repository: schemas/* string */.YjP().min(1),
    run: schemas/* string */.YjP().min(1),
    expires: schemas/* string */.YjP().optional(),
    pullRequest: schemas/* string */.YjP().optional(),
    isOfRun: schemas/* literal */.euz(true).optional(),
    stack: schemas/* string */.YjP().optional(),
    labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).optional(),
});
/** The label that says so. */
function userLabel(user) {
    return [keyOf(user), textOf(user)];
}
/** Whom a label names; undefined where it has another form than `userLabel` gives. */
function userIn(key, text) {
    if (!key.startsWith(PREFIX))
        return undefined;
    const found = users_form.safeParse(parsed(text));
    if (!found.success)
        return undefined;
    const { stack, labels, isOfRun, ...owner } = found.data;
    const user = {
        owner: { ...owner, isOfRun: isOfRun || undefined },
        labels,
        stack,
    };
    return keyOf(user) === key && textOf(user) === text ? user : undefined;
}
/**
 * The users that labels name, who came first before the others. An earlier version has written none
 * but that one, as the owner; `given` are the labels that it gave the node.
 */
function usersIn(labels, given) {
    const users = Object.entries(labels).flatMap(([key, text]) => userIn(key, text) ?? []);
    const first = (0,ownership/* ownerOf */.bf)(labels);
    if (!first?.run)
        return users;
    const known = users.find((user) => users_isOf(user, first));
    return [known ?? { owner: first, labels: given }, ...users.filter((user) => user !== known)];
}
/** The keys of the labels that name a user. */
function userKeys(labels) {
    return Object.keys(labels).filter((key) => userIn(key, labels[key] ?? '') !== undefined);
}
/** Whether a user is this cluster. */
function users_isOf({ owner }, id) {
    return (0,ownership/* isSameCluster */.ru)(owner, id);
}
/** Whether two are the same user, in whichever run. */
function users_isSameUser(a, b) {
    return keyOf(a) === keyOf(b);
}
/**
 * Whether nobody has to care for a user any more: its time is over by the clock of an engine. What
 * still runs of it is another question.
 */
function isOver({ owner: { expires } }, now) {
    return expires !== undefined && (0,expiry/* hasPassed */.Pc)(expires, now);
}
/**
 * Adds a user, or renews it: its latest run is the one that counts. An end that was set before
 * stays where this run sets none; where runs without a name follow each other, the later end of
 * both counts, and none where one of them has none.
 */
function users_withUser(users, user) {
    const before = users.find((one) => users_isSameUser(one, user));
    if (!before)
        return [...users, user];
    const labels = user.labels ?? before.labels;
    const { expires: _, ...owner } = user.owner;
    const expires = users_isOf(before, owner)
        ? (user.owner.expires ?? before.owner.expires)
        : later(user.owner.expires, before.owner.expires);
    const renewed = {
        ...user,
        owner: { ...owner, expires },
        labels,
    };
    return users.map((one) => (one === before ? renewed : one));
}
/** For people: `cluster shop-pr-7`, for those of another repository with it. */
function users_describeUser({ owner }, own) {
    const { cluster, repository } = owner;
    return (0,ownership/* isSameRepository */.ve)(owner, own)
        ? `cluster ${cluster}`
        : `cluster ${cluster} of another repository (id ${repository})`;
}
/** Each user once. */
function distinct(users) {
    return [...new Map(users.map((user) => [keyOf(user), user])).values()];
}
/** Whether what is written of a user is the same word by word: then no run has renewed it. */
function isUnchanged(a, b) {
    return textOf({ ...a, labels: undefined }) === textOf({ ...b, labels: undefined });
}
function later(a, b) {
    if (a === undefined || b === undefined)
        return undefined;
    return a > b ? a : b;
}
function keyOf({ owner, stack }) {
    const { cluster, repository, isOfRun } = owner;
    const identity = isOfRun && stack !== undefined ? ['stack', stack, repository] : [cluster, repository];
    const hash = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(identity));
    return `${PREFIX}${hash.digest('hex').slice(0, 16)}`;
}
/** In one order, so that the same user always has the same text. */
function textOf({ owner, stack, labels }) {
    const { cluster, repository, run, expires, pullRequest, isOfRun } = owner;
    const sorted = labels &&
        Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    return JSON.stringify({
        ...{ cluster, repository, run, expires, pullRequest, isOfRun, stack },
        labels: sorted,
    });
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/swarm/records/node-record.js


/** On a node that this action let join; what is not there was a member before. */
const JOINED = 'swarm-up.joined';
/** The keys of the labels that `hosts` gave the node, so that they can be taken off again. */
const LABEL_KEYS = 'swarm-up.labels';
/** Its joining made the bridge of the overlay networks, which `docker swarm leave` forgets. */
const GATEWAY = 'swarm-up.gateway-made';
/** Whether labels say that they are of this cluster of this repository. */
function isOwnedBy(labels, id) {
    const found = (0,ownership/* ownerOf */.bf)(labels);
    return found !== undefined && (0,ownership/* isSameCluster */.ru)(found, id);
}
/**
 * Labels of a swarm that this action has initialised: who uses it, and that this made the bridge of
 * overlay networks on its first host.
 */
function swarmLabels({ users, gatewayMade }) {
    return { ...labelsOfUsers(users), ...(gatewayMade && { [GATEWAY]: 'true' }) };
}
/** What the labels of a swarm say; undefined where somebody else has initialised it. */
function swarmRecordOf(labels) {
    const users = usersIn(labels);
    return users.length === 0 ? undefined : { users, gatewayMade: labels[GATEWAY] === 'true' };
}
/**
 * The labels of a swarm with another user, or with one that is renewed; the same where it has no
 * record.
 */
function swarmUsedBy(labels, user) {
    const record = swarmRecordOf(labels);
    return record ? rewritten(labels, { ...record, users: withUser(record.users, user) }) : labels;
}
/** The labels of a swarm without some users. The last of them goes with the swarm itself. */
function swarmLeftBy(labels, isGone) {
    const record = swarmRecordOf(labels);
    if (!record?.users.some(isGone))
        return labels;
    const users = record.users.filter((user) => !isGone(user));
    return users.length > 0 ? rewritten(labels, { ...record, users }) : labels;
}
function rewritten(labels, record) {
    return { ...without(labels, recordKeys(labels)), ...swarmLabels(record) };
}
/** The labels that a record is made of; not those that it gave. */
function recordLabels({ users, joined, gatewayMade, given }) {
    return {
        ...labelsOfUsers(users),
        ...(joined && { [JOINED]: 'true' }),
        ...(gatewayMade && { [GATEWAY]: 'true' }),
        ...(given.length > 0 && { [LABEL_KEYS]: given.join(',') }),
    };
}
/**
 * What stands on a node; undefined where nothing of ours does, or what does has not the form of
 * `recordLabels`: a node that was neither joined nor given labels has no record.
 */
function node_record_recordOf(node) {
    return node_record_recordIn(node.Spec.Labels ?? {});
}
/** The same of the labels of a node. */
function node_record_recordIn(labels) {
    const given = (labels[LABEL_KEYS] ?? '').split(',').filter(Boolean);
    const joined = labels[JOINED] === 'true';
    if (!joined && given.length === 0)
        return undefined;
    // One of ours among them would be taken off, or back, as if it were the user's.
    if (given.some(ownership/* isReserved */.Bs))
        return undefined;
    const users = usersIn(labels, Object.fromEntries(given.map((key) => [key, labels[key] ?? ''])));
    if (users.length === 0)
        return undefined;
    return { users, joined, gatewayMade: labels[GATEWAY] === 'true', given };
}
/** Labels of a node that has just joined: those that its line gives it, and the record. */
function joinedLabels(user, gatewayMade) {
    const given = Object.keys(user.labels ?? {});
    return { ...user.labels, ...recordLabels({ users: [user], joined: true, gatewayMade, given }) };
}
/**
 * The labels of a node that was there before with another user, or with one that is renewed, and
 * with the labels of the user's line that it has not. `unrecorded` is what is known of a host whose
 * run was lost before it could write it. A node of which nothing was changed gets no record.
 */
function nodeUsedBy(labels, user, unrecorded) {
    const before = node_record_recordIn(labels);
    const wanted = user.labels ?? {};
    const ours = before?.given ?? [];
    const added = Object.keys(wanted).filter((key) => !(key in labels) && !ours.includes(key));
    const given = [...ours, ...added];
    const { users, joined, gatewayMade } = before ??
        unrecorded ?? { users: [], joined: false, gatewayMade: false };
    if (!joined && given.length === 0)
        return labels;
    const values = Object.entries(wanted).filter(([key]) => given.includes(key));
    return {
        ...without(labels, recordKeys(labels)),
        ...Object.fromEntries(values),
        ...recordLabels({ joined, gatewayMade, given, users: withUser(users, user) }),
    };
}
/**
 * The labels of a node without some users: of the labels that were given, those go that no user is
 * left for. `isNeeded` says of which of them something else rests on; where nobody else is there to
 * take it off later, those who go stay on record for it.
 */
function nodeLeftBy(labels, isGone, isNeeded) {
    const record = node_record_recordIn(labels);
    if (!record?.users.some(isGone))
        return { labels, needed: [] };
    const rest = record.users.filter((user) => !isGone(user));
    const unused = record.given.filter((key) => !rest.some((user) => key in (user.labels ?? {})));
    const needed = unused.filter((key) => key in labels && isNeeded(key, labels[key] ?? ''));
    const off = unused.filter((key) => !needed.includes(key));
    const given = record.given.filter((key) => !off.includes(key));
    const bare = without(labels, [...recordKeys(labels), ...off]);
    const isOver = given.length === 0 && !(record.joined && rest.length > 0);
    if (isOver)
        return { labels: bare, needed };
    const users = rest.length > 0 ? rest : record.users;
    return { labels: { ...bare, ...recordLabels({ ...record, given, users }) }, needed };
}
/**
 * The labels of a user's line that others have given the node with another value. A user that is
 * over, by `isOver`, has none any more.
 */
function takenLabels(labels, user, isOver) {
    const record = node_record_recordIn(labels);
    return Object.entries(user.labels ?? {}).flatMap(([key, wanted]) => {
        const has = labels[key];
        if (has === undefined || has === wanted)
            return [];
        if (!record?.given.includes(key))
            return [{ key, has, wanted, users: [] }];
        const users = record.users.filter((one) => (one.labels?.[key] ?? wanted) !== wanted && !isSameUser(one, user) && !isOver(one));
        return users.length === 0 ? [] : [{ key, has, wanted, users }];
    });
}
/** Tells of each node that has labels of ours which are no record, or no part of one. */
function nameForged(nodes, ignored) {
    for (const node of nodes) {
        const labels = node.Spec.Labels ?? {};
        const known = node_record_recordOf(node) ? recordKeys(labels) : [];
        const keys = Object.keys(labels).filter((key) => (0,ownership/* isReserved */.Bs)(key) && !known.includes(key));
        if (keys.length === 0)
            continue;
        const { Hostname } = node.Description;
        ignored(`Node ${Hostname} has labels of Swarm Up (${keys.join(', ')}), and not in the form that says what was changed of it: they are ignored. If nothing needs them, take them off on a manager: docker node update ${keys.map((key) => `--label-rm ${key}`).join(' ')} ${node.ID}`);
    }
}
/** Tells of labels of ours on a swarm that name no user of it. */
function nameForgedSwarm(labels, ignored) {
    const known = swarmRecordOf(labels) ? recordKeys(labels) : [];
    const keys = Object.keys(labels).filter((key) => (0,ownership/* isReserved */.Bs)(key) && !known.includes(key));
    if (keys.length === 0)
        return;
    ignored(`The swarm has labels of Swarm Up (${keys.join(', ')}), and not in the form that says who uses it: they are ignored. They are in \`Spec.Labels\` of the Engine API's GET /swarm.`);
}
/** The first of them in the form of an earlier version, and all. */
function labelsOfUsers(users) {
    const [first] = users;
    return {
        ...(first && (0,ownership/* ownerLabels */.H0)(first.owner)),
        ...Object.fromEntries(users.map(userLabel)),
    };
}
/** The keys that a record may have, and the labels have. */
function recordKeys(labels) {
    const fixed = [...ownership/* OWNER_KEYS */.nP, JOINED, LABEL_KEYS, GATEWAY].filter((key) => key in labels);
    return [...fixed, ...userKeys(labels)];
}
function without(labels, keys) {
    return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}

;// CONCATENATED MODULE: ./lib/swarm/find-manager.js








/** A manager that has lost its majority answers late or never; then another is asked. In ms. */
const ASK_TIMEOUT_MS = 10_000;
/** How long managers may take to elect a leader if those that answer are too few for it, in ms. */
const ELECTION_MS = 20_000;
/**
 * The same for managers that are enough, in ms. On two busy cores two of three were seen to need
 * more than 40 s after a restart.
 */
const MAJORITY_ELECTION_MS = 90_000;
/**
 * How long hosts of which none has said anything may take to answer, in ms: the line may be dead,
 * or the engines restart.
 */
const SILENCE_MS = 120_000;
const find_manager_POLL_MS = 500;
/**
 * The first manager with a majority behind it, through which a swarm can be changed; undefined
 * where there is no manager at all. Where there are some and none has a majority, disposable
 * machines go on with the first one alone. Managers that could elect a leader are given the time
 * for it: to force a swarm cannot be undone. A host that was there before, and is a manager of some
 * swarm, is asked only where it is named as a manager, or where that swarm is known to be this
 * cluster's. Throws `ActionError` where machines that are not disposable have no majority, and
 * where none of them answers.
 */
async function findManager(machines, options) {
    const { disposable, log, signal, clock = base_clock/* systemClock */.ml } = options;
    const began = clock.now();
    for (;;) {
        const { found, candidates, isSure, silence } = await askManagers(machines, options);
        if (found)
            return found;
        const survivor = candidates[0];
        if (!survivor)
            return undefined;
        const mayElect = areEnough(machines, candidates);
        const electionMs = mayElect ? MAJORITY_ELECTION_MS : ELECTION_MS;
        const limitMs = silence !== undefined && !disposable ? SILENCE_MS : electionMs;
        const isOver = clock.now() - began > limitMs;
        // One question that fails for another reason says nothing of the majority.
        if (disposable && ((isSure && !mayElect) || isOver)) {
            log.warning(`The swarm has lost the majority of its managers. It goes on with ${survivor.name} as the only one, and the others join anew.`);
            await survivor.ssh.run(forceNewCluster(survivor.advertise), { signal });
            return { manager: survivor, forced: true };
        }
        if (isOver) {
            if (silence !== undefined)
                throw noAnswer(candidates, silence);
            throw mayElect ? noLeader(candidates) : noMajority(candidates);
        }
        await clock.sleep(find_manager_POLL_MS, signal);
    }
}
/** The first manager with a majority behind it, and all that may be asked. */
async function askManagers(machines, { disposable, cluster, signal, }) {
    const managers = machines.filter(({ engine }) => engine.Swarm.ControlAvailable);
    const candidates = [];
    let isSure = true;
    let silence;
    let hasOneSpoken = false;
    for (const machine of managers) {
        const { nodes, isTold, silence: reason } = await knownNodes(machine, signal);
        const known = nodes.filter(nodes_isManager);
        isSure &&= isTold;
        silence = reason;
        hasOneSpoken ||= reason === undefined;
        const alive = disposable
            ? known.filter(({ ID }) => managers.some(({ engine }) => engine.Swarm.NodeID === ID))
            : known.filter(isReachable);
        const isNamed = disposable || machine.role === 'manager';
        const mayBeOurs = isNamed || reason !== undefined;
        if (!mayBeOurs && !(await find_manager_isOf(cluster, machine, known, signal)))
            continue;
        candidates.push(machine);
        if (alive.length * 2 > known.length) {
            return { found: { manager: machine, forced: false, nodes }, candidates, isSure };
        }
    }
    return { candidates, isSure, silence: hasOneSpoken ? undefined : silence };
}
/**
 * Whether the managers that were entered are most of those that one of them knows. Each knows them
 * by `docker info`, without a leader and after a restart as well (seen on 26.1.5).
 */
function areEnough(machines, candidates) {
    const known = candidates.map(({ engine }) => engine.Swarm.RemoteManagers ?? []);
    const ids = new Set(known.flat().map(({ NodeID }) => NodeID));
    const entered = machines.filter(({ engine }) => engine.Swarm.ControlAvailable && ids.has(engine.Swarm.NodeID));
    return ids.size > 0 && entered.length * 2 > ids.size;
}
/**
 * The words of a manager without a majority (moby daemon/cluster/errors.go, swarmkit
 * manager/state/raft).
 */
const NO_LEADER = /does not have a leader|context deadline exceeded|raft/i;
/**
 * The nodes that a manager knows; none if it cannot say. `isTold`: it has answered, said that
 * it has no leader, or said nothing in time. For some seconds after the others have died a leader
 * believes them to be reachable, so for machines of ours it is our own list that counts.
 */
async function knownNodes(machine, signal) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]);
    try {
        return { nodes: await nodes_listNodes(machine.api, limit), isTold: true };
    }
    catch (error) {
        signal.throwIfAborted();
        // Whether it has a majority is not known where it is only cut off from here.
        const outage = machine.ssh.outage();
        if (outage !== undefined) {
            return { nodes: [], isTold: false, silence: new errors/* ActionError */.lZ(outage, { cause: error }) };
        }
        const hasNoLeader = error instanceof engine_api/* EngineRefusal */.np && NO_LEADER.test(error.details ?? '');
        const silence = error instanceof engine_api/* EngineRefusal */.np ? undefined : error;
        return { nodes: [], isTold: limit.aborted || hasNoLeader, silence };
    }
}
/**
 * Whether a cluster is known to use the swarm of a manager: by its own labels, or by those of a
 * manager.
 */
async function find_manager_isOf(cluster, machine, known, signal) {
    const isUsed = (record) => record?.users.some(({ owner }) => owner.cluster === cluster) ?? false;
    if (known.some((node) => isUsed(node_record_recordOf(node))))
        return true;
    // It cannot be asked without a majority.
    if (known.length === 0)
        return false;
    return isUsed(swarmRecordOf(await readSwarmLabels(machine.api, signal)));
}
function noLeader(managers) {
    return new errors/* ActionError */.lZ(`The managers ${managers.map(({ name }) => name).join(', ')} answer and have elected no leader within ${MAJORITY_ELECTION_MS / 1_000} s.`, {
        hint: 'Nothing of the swarm was changed. See whether they reach each other at port 2377 (journalctl -u docker), then run again.',
    });
}
function noMajority(managers) {
    return new errors/* ActionError */.lZ(`The swarm of ${managers.map(({ name }) => name).join(', ')} has lost the majority of its managers, so nothing in it can be changed.`, {
        hint: 'Bring managers back until most of them run. If they are lost for good, run on one that is left: docker swarm init --force-new-cluster --advertise-addr <its address>',
    });
}
function noAnswer(managers, reason) {
    const names = managers.map(({ name }) => name).join(', ');
    const words = reason instanceof errors/* ActionError */.lZ ? [reason.message, reason.details] : [];
    return new errors/* ActionError */.lZ(`The swarm of ${names} cannot be asked: no manager of it answered within ${SILENCE_MS / 1_000} s.`, {
        details: words.filter(Boolean).join('\n'),
        hint: 'Nothing of the swarm was changed. See why on each of them (systemctl status docker, journalctl -u docker), then run again.',
    });
}

;// CONCATENATED MODULE: ./lib/swarm/ingress.js





const ingress_POLL_MS = 250;
/** How long the nodes may take to let the old network go, in ms. */
const REPLACE_TIMEOUT_MS = 60_000;
/** How long a new swarm may take to make the network, in ms. */
const APPEAR_TIMEOUT_MS = 10_000;
const ingress_networks = schemas/* array */.YOg(schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    Name: schemas/* string */.YjP(),
    Ingress: schemas/* boolean */.zMY().default(false),
    Options: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
        .nullish()
        .transform((found) => found ?? {}),
    IPAM: schemas/* looseObject */._H3({}).nullish(),
}));
const ingress_services = schemas/* array */.YOg(schemas/* object */.Ikc({
    Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP() }),
    Endpoint: schemas/* object */.Ikc({ Ports: schemas/* array */.YOg(schemas/* object */.Ikc({ PublishMode: schemas/* string */.YjP().optional() })).nullish() })
        .nullish(),
}));
/**
 * Gives the network of the routing mesh this MTU. An option of a network is fixed when it is made,
 * so it is removed and made anew with the same addresses, or made where it is missing; where that
 * is not for us to do, or services publish ports by it, a warning says how. Nothing is done where
 * it has the MTU. Throws `ActionError` where the swarm is left without the network.
 */
async function setIngressMtu(api, options) {
    const { mtu, isOurs, log, signal } = options;
    const found = isOurs ? await untilThere(api, options) : await readIngress(api, signal);
    if (!found && !isOurs)
        return;
    const ingress = found ?? MISSING;
    if (ingress.Options[MTU_OPTION] === String(mtu))
        return;
    if (!isOurs) {
        log.warning(`The routing mesh of this swarm, which was there before, keeps its MTU. ${remedy(ingress, mtu)}`);
        return;
    }
    const publishing = (await api.get('/services', {}, ingress_services, { signal })).filter(({ Endpoint }) => Endpoint?.Ports?.some(({ PublishMode }) => PublishMode !== 'host'));
    if (publishing.length > 0) {
        const names = publishing.map(({ Spec }) => Spec.Name).join(', ');
        log.warning(`The routing mesh keeps its MTU, because ${names} ${publishing.length === 1 ? 'publishes' : 'publish'} ports by it. ${remedy(ingress, mtu)}`);
        return;
    }
    await replace(api, ingress, options);
    log.info(`The routing mesh (network ${ingress.Name}) was made anew with an MTU of ${mtu}`);
}
/** What a run that was cut off in between has left. */
const MISSING = { Id: '', Name: 'ingress', Ingress: true, Options: {}, IPAM: null };
async function untilThere(api, { signal, clock = systemClock }) {
    return await until(() => readIngress(api, signal), (ingress) => ingress !== undefined, { clock, signal, limitMs: APPEAR_TIMEOUT_MS, everyMs: ingress_POLL_MS });
}
/** The network of the routing mesh, as a manager knows it; undefined where the swarm has none. */
async function readIngress(api, signal) {
    const found = await api.get('/networks', {}, ingress_networks, { signal });
    return found.find(({ Ingress }) => Ingress);
}
async function replace(api, ingress, { mtu, signal, clock = systemClock }) {
    const body = {
        Name: ingress.Name,
        Driver: 'overlay',
        Ingress: true,
        Options: { [MTU_OPTION]: String(mtu) },
        IPAM: ingress.IPAM,
    };
    if (ingress !== MISSING)
        await api.delete(`/networks/${ingress.Id}`, { signal });
    const make = async () => {
        try {
            await api.post('/networks/create', {}, body, { signal });
            return undefined;
        }
        catch (error) {
            // Until each node has let it go, the name is taken.
            if (error instanceof EngineRefusal)
                return error;
            throw error;
        }
    };
    const wait = { clock, signal, limitMs: REPLACE_TIMEOUT_MS, everyMs: ingress_POLL_MS };
    const refusal = await until(make, (said) => said === undefined, wait);
    if (!refusal)
        return;
    throw new ActionError('The network of the routing mesh could not be made anew.', {
        details: refusal.details ?? refusal.message,
        hint: `The swarm has none now, so no port published with \`mode: ingress\` answers. On a manager: ${create(ingress, mtu)}`,
        cause: refusal,
    });
}
function remedy(ingress, mtu) {
    return `To change it, while no service publishes ports with \`mode: ingress\`, on a manager: docker network rm ${ingress.Name}, then ${create(ingress, mtu)}`;
}
function create({ Name }, mtu) {
    return `docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ${Name}`;
}

;// CONCATENATED MODULE: ./lib/swarm/leave/kept-ports.js
/** A listener at 7946, in hexadecimal, whatever its address. */
const LISTENS = '^ *[0-9]+: [0-9A-F]+:1F0A [0-9A-F]+:0000 0A ';
/** A line if the engine of a host that has left still listens there, and nothing else. */
const LIST_KEPT_PORTS = ['grep', '-hsE', LISTENS, '/proc/net/tcp', '/proc/net/tcp6'];
/**
 * Warns of hosts that have left their swarm, and whose engine keeps 7946. An engine tells the
 * others that it leaves, for one second; if it does not get to it, it keeps its sockets for good
 * (moby libnetwork/networkdb, `clusterLeave`: "timeout waiting for leave broadcast"). Such a host
 * joins the next swarm, and no overlay network reaches it. A host that does not answer is not
 * warned of. Rejects with the signal's reason only.
 */
async function warnOfKeptPorts(hosts, options) {
    const { signal, warn } = options;
    const asked = await Promise.all(hosts.map((host) => keepsPorts(host, signal)));
    const names = hosts.filter((_, at) => asked[at]).map(({ name }) => name);
    if (names.length === 0)
        return;
    warn(`${names.join(', ')}: Docker Engine has left the swarm and still has port 7946. In its next swarm no overlay network would reach it. Restart it there first: sudo systemctl restart docker`);
}
async function keepsPorts({ ssh }, signal) {
    try {
        const options = { signal, anyExitCode: true, repeatable: true };
        return (await ssh.run(LIST_KEPT_PORTS, options)).stdout.trim() !== '';
    }
    catch {
        signal.throwIfAborted();
        return false;
    }
}

;// CONCATENATED MODULE: ./lib/swarm/records/join-intent.js




// A host that joins has no label until it is a node. So the swarm is told before: a run that is
// lost between the two leaves a host that any later run can let go, though it remembers nothing.
const JOINING = 'swarm-up.joining';
const WITHOUT_GATEWAY = 'swarm-up.joining.without-gateway';
/**
 * Writes into the swarm of a manager which hosts join it now. What an earlier run has written stays
 * beside it.
 */
async function announceJoining(api, owner, joining, signal) {
    const labels = join_intent_labelsOf(owner, joining);
    const Data = Buffer.from('Hosts are joining.\n').toString('base64');
    // If the name is taken, the same is written there already.
    await createConfig(api, { Name: nameOf(labels), Labels: labels, Data }, signal);
}
/**
 * What runs of this cluster that did not come to an end have written. `ignored` is told of each
 * config that only looks like that.
 */
async function readJoining(api, cluster, signal, ignored) {
    const found = await readAll(api, signal);
    for (const { Spec } of found.filter((one) => announced(one) === undefined)) {
        ignored(`The config ${Spec.Name} has the label ${JOINING}, and not the name and form with which hosts are announced: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`);
    }
    const own = found.filter((one) => join_intent_isOf(one, cluster)).flatMap((one) => announced(one) ?? []);
    return {
        addresses: own.flatMap(({ addresses }) => addresses),
        withoutGateway: own.flatMap(({ withoutGateway }) => withoutGateway),
    };
}
/** What runs of any cluster have written. */
async function readAllJoining(api, signal) {
    return (await readAll(api, signal)).flatMap((one) => {
        const owner = ownerOf(one.Spec.Labels);
        const joining = announced(one);
        return owner && joining ? [{ owner, ...joining }] : [];
    });
}
/** To be called once each host has its labels, or has left. Gone already is success. */
async function forgetJoining(api, cluster, signal) {
    for (const one of await readAll(api, signal)) {
        if (join_intent_isOf(one, cluster))
            await (0,config_record/* removeConfig */.PM)(api, one, signal);
    }
}
async function readAll(api, signal) {
    return await (0,config_record/* listConfigs */.iu)(api, { label: [JOINING] }, signal);
}
function join_intent_isOf(config, cluster) {
    return announced(config) !== undefined && isOwnedBy(config.Spec.Labels, cluster);
}
/**
 * What a config announces; undefined where it has not the name that `announceJoining` gives one
 * with these labels.
 */
function announced({ Spec: { Name, Labels } }) {
    const owner = (0,ownership/* ownerOf */.bf)(Labels);
    const listed = (label) => (Labels[label] ?? '').split(',').filter(Boolean);
    const joining = { addresses: listed(JOINING), withoutGateway: listed(WITHOUT_GATEWAY) };
    return owner && Name === nameOf(join_intent_labelsOf(owner, joining)) ? joining : undefined;
}
function join_intent_labelsOf(owner, { addresses, withoutGateway }) {
    return {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        [JOINING]: addresses.join(','),
        [WITHOUT_GATEWAY]: withoutGateway.join(','),
    };
}
function nameOf(labels) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(labels));
    return `swarm-up-joining-${hash.digest('hex').slice(0, 16)}`;
}

// EXTERNAL MODULE: ./lib/engine/wall-clock.js
var wall_clock = __webpack_require__(708);
;// CONCATENATED MODULE: ./lib/down/dissolve/outcome.js








const outcome_services = schemas/* array */.YOg(schemas/* object */.Ikc({
    Spec: schemas/* object */.Ikc({
        Name: schemas/* string */.YjP(),
        TaskTemplate: schemas/* object */.Ikc({
            Placement: schemas/* object */.Ikc({ Constraints: schemas/* array */.YOg(schemas/* string */.YjP()).nullish() }).nullish(),
        })
            .nullish(),
    }),
}));
/** `ignored` is told of all that only looks like a record. */
async function readView(api, signal, ignored) {
    // The nodes of a swarm that changes now are read last: a user writes itself on the swarm first.
    const found = await api.get('/services', {}, outcome_services, { signal });
    const stacks = await readStackRecords(api, signal, ignored);
    const labels = await readSwarmLabels(api, signal);
    const now = await (0,wall_clock/* readTime */.aQ)(api, signal);
    const nodes = await nodes_listNodes(api, signal);
    nameForged(nodes, ignored);
    nameForgedSwarm(labels, ignored);
    return {
        ...{ nodes, stacks, now },
        swarm: swarmRecordOf(labels),
        services: found.map(({ Spec }) => ({
            name: Spec.Name,
            constraints: Spec.TaskTemplate?.Placement?.Constraints ?? [],
        })),
    };
}
function isMine(user, { owner, stack }) {
    if (users_isOf(user, owner))
        return true;
    return stack !== undefined && user.stack === stack && (0,ownership/* isSameRepository */.ve)(user.owner, owner);
}
/** Decides what may be undone for who leaves. */
function outcomeOf(view, leaver) {
    const { owner } = leaver;
    const users = usersOf(view);
    const own = stacksOf(view, users, leaver);
    if (own.length > 0) {
        const reason = `Cluster ${owner.cluster} still has ${own.map(({ stack }) => `stack ${stack}`).join(', ')} in this swarm: what it uses there stays.`;
        return { kind: 'kept', reason, isOwn: true };
    }
    if (!view.swarm?.users.some((user) => isMine(user, leaver)))
        return { kind: 'leaves', heirs: [] };
    const others = users.filter((user) => !isMine(user, leaver));
    const living = others.filter((user) => !isOver(user, view.now));
    if (living.length > 0)
        return { kind: 'leaves', heirs: living };
    if (view.services.length === 0)
        return { kind: 'ends' };
    // Whose time is over is still there to end the swarm once its stacks have gone.
    if (others.length > 0)
        return { kind: 'leaves', heirs: others };
    const names = view.services.map(({ name }) => name).join(', ');
    const reason = `The swarm stays: it still runs ${names}, which ${view.services.length === 1 ? 'is' : 'are'} not of this step.`;
    return { kind: 'kept', reason, isOwn: false };
}
/** Those of a node that are not the leaver, and for whom it stays. */
function othersOn(node, view, leaver, outcome) {
    if (outcome.kind === 'ends')
        return [];
    const others = (node_record_recordOf(node)?.users ?? []).filter((user) => !isMine(user, leaver));
    const isShared = outcome.kind === 'leaves' && outcome.heirs.length > 0;
    return others.filter((user) => isShared || !isOver(user, view.now));
}
/**
 * Which run has renewed something of the leaver since `before`, the users of a node or the swarm as
 * they were when it was decided that they go; undefined where none has.
 */
function renewedBy(users, before, leaver) {
    return users
        .filter((user) => isMine(user, leaver))
        .find((user) => {
        const isNew = !before.some((one) => isUnchanged(one, user));
        return isNew || isLater(user, leaver.listed);
    });
}
function isLater({ owner: { expires } }, listed) {
    return listed !== undefined && expires !== undefined && expires > (listed.expires ?? '');
}
/**
 * The services that may run only where a node has this label: their tasks would be rejected without
 * it.
 */
function servicesThatNeed(key, value, { services: all }) {
    return all
        .filter(({ constraints }) => constraints.some((text) => {
        const found = /^\s*node\.labels\.(.+?)\s*==\s*(.*?)\s*$/i.exec(text);
        // As the scheduler compares them.
        return found?.[1] === key && found[2]?.toLowerCase() === value.toLowerCase();
    }))
        .map(({ name }) => name);
}
/** `cluster blog, cluster shop of another repository (id 815)`. */
function describeUsers(users, { owner }) {
    return users.map((user) => users_describeUser(user, owner)).join(', ');
}
function usersOf({ swarm, nodes }) {
    const onNodes = nodes.flatMap((node) => node_record_recordOf(node)?.users ?? []);
    return distinct([...onNodes, ...(swarm?.users ?? [])]);
}
/** Those that the leaver still has in the swarm, or the runs that it stands for. */
function stacksOf({ stacks }, users, leaver) {
    const mine = users.filter((user) => isMine(user, leaver));
    return stacks.filter(({ stack, owner }) => {
        if (!(0,ownership/* isSameRepository */.ve)(owner, leaver.owner))
            return false;
        return owner.cluster === leaver.owner.cluster || mine.some((user) => user.stack === stack);
    });
}

;// CONCATENATED MODULE: ./lib/down/dissolve/due-as-before.js


/**
 * Asks again what was asked before it was decided; says so where another run has renewed it
 * meanwhile.
 */
function dueAsBefore(before, outcome, leaver, api, { signal, log, renewed }) {
    return async (node) => {
        const now = await readView(api, signal, () => { });
        if (tellRenewed(now, before, leaver, log)) {
            renewed();
            return false;
        }
        const next = outcomeOf(now, leaver);
        if (next.kind !== outcome.kind)
            return false;
        if (!node)
            return true;
        const current = now.nodes.find(({ ID }) => ID === node.ID);
        return current !== undefined && othersOn(current, now, leaver, next).length === 0;
    };
}
/** Whether a run has renewed what was to go, which is said. */
function tellRenewed(now, before, leaver, log) {
    const pairs = [
        { users: now.swarm?.users ?? [], earlier: before.swarm?.users ?? [] },
        ...now.nodes.map((node) => ({
            users: node_record_recordOf(node)?.users ?? [],
            earlier: node_record_recordOf(before.nodes.find(({ ID }) => ID === node.ID) ?? node)?.users ?? [],
        })),
    ];
    for (const { users, earlier } of pairs) {
        const renewed = renewedBy(users, earlier, leaver);
        if (!renewed)
            continue;
        warnOfRenewal(renewed, log);
        return true;
    }
    return false;
}
/** Says that a run has renewed a cluster, so that no more of it goes. */
function warnOfRenewal({ owner: { cluster, run } }, log) {
    log.warning(`Cluster ${cluster} was deployed again meanwhile, by run ${run}: what is left of it on the hosts stays.`);
}

// EXTERNAL MODULE: ./lib/engine/absent-engine.js
var absent_engine = __webpack_require__(3301);
// EXTERNAL MODULE: ./lib/ssh/lost-connection.js
var lost_connection = __webpack_require__(8024);
;// CONCATENATED MODULE: ./lib/swarm/leave/run-leave.js







/** How long a host may take to leave, in ms, where its engine gives up after 15 s. */
const LEAVE_TIMEOUT_MS = 120_000;
const run_leave_POLL_MS = 1_000;
/**
 * The words of an engine that has given up (moby daemon/cluster, `Leave`), and of one that has
 * begun before.
 */
const GIVEN_UP = /deadline ?exceeded|client connection is closing/i;
/**
 * Has a machine leave its swarm, and no more. Where that fails, it is asked whether it has left all
 * the same, and told again where only the connection was lost or the engine gave up: it goes on
 * with it then. Throws `ActionError` with the engine's words after `LEAVE_TIMEOUT_MS`.
 */
async function runLeave({ name, ssh }, { signal, clock = base_clock/* systemClock */.ml }) {
    const tell = async () => {
        try {
            await ssh.run(leave(), { signal });
        }
        catch (error) {
            signal.throwIfAborted();
            const { Swarm } = await (0,enter/* readEngine */.Rz)(ssh, signal);
            if (Swarm.LocalNodeState === 'inactive')
                return undefined;
            if (!mayLeaveYet(error))
                throw error;
            return { error };
        }
        return undefined;
    };
    const wait = { clock, signal, limitMs: LEAVE_TIMEOUT_MS, everyMs: run_leave_POLL_MS };
    const failure = await (0,base_clock/* until */.TG)(tell, (one) => one === undefined, wait);
    if (failure)
        throw stays(name, failure.error);
}
function mayLeaveYet(error) {
    if (error instanceof lost_connection/* LostConnection */.$I || error instanceof executor/* CommandTimeout */.Rg)
        return true;
    if (!(error instanceof executor/* CommandError */.Qd))
        return false;
    const { stderr } = error.result;
    return GIVEN_UP.test(stderr) || (0,absent_engine/* engineAbsence */.Y)(stderr) !== undefined;
}
function stays(name, cause) {
    return new errors/* ActionError */.lZ(`${name} was told to leave the swarm again and again for ${LEAVE_TIMEOUT_MS / 1_000} s, and has not left.`, {
        details: cause instanceof errors/* ActionError */.lZ ? (cause.details ?? cause.message) : String(cause),
        hint: `See what holds its engine: a full disk (df -h /var/lib/docker), or a container that does not end (docker ps). Then run \`down\` again, or on ${name}: docker swarm leave --force`,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/swarm/leave/leave.js









const leave_POLL_MS = 200;
const DEMOTE_TIMEOUT_MS = 30_000;
/** How long containers of a node that has left may take to go, in ms. */
const CONTAINERS_TIMEOUT_MS = 20_000;
const runningTasks = schemas/* array */.YOg(schemas/* object */.Ikc({ Status: schemas/* object */.Ikc({ State: schemas/* string */.YjP() }) }));
/**
 * Takes a machine out of the swarm in good order: its tasks move, those that do not end are killed,
 * it is no manager any more, it leaves, its node is removed. Gives false where `isDue` says, once
 * its tasks have moved, that it shall stay after all: then it gets tasks again.
 */
async function removeSurplus(options) {
    const { manager, machine, node, signal, warn, left, isDue } = options;
    if (!node)
        return true;
    await leave_drain(manager, node, signal);
    await endContainers(machine, node.ID, { timeoutMs: 0, signal, warn });
    if (isDue && !(await isDue())) {
        const before = setAvailability(node.ID, node.Spec.Availability);
        await changeNode(manager.ssh, before, signal);
        return false;
    }
    await leave_removeNode(manager, node, signal, async () => {
        await leaveSwarm(machine, node.ID, { signal, left });
    });
    return true;
}
/**
 * Lets the tasks of a node move to others, and waits `STOP_TIMEOUT_MS` for their end; of one that
 * is down nothing can be waited for.
 */
async function leave_drain(manager, node, signal) {
    await changeNode(manager.ssh, setAvailability(node.ID, 'drain'), signal);
    if (node.Status.State !== 'ready')
        return;
    await untilTrue(STOP_TIMEOUT_MS, signal, async () => {
        const filters = JSON.stringify({ node: [node.ID], 'desired-state': ['shutdown'] });
        const tasks = await manager.api.get('/tasks', { filters }, runningTasks, { signal });
        return tasks.every((task) => task.Status.State !== 'running');
    });
}
/**
 * Takes a machine out of its swarm from its own side, with the containers that it ran there. Where
 * that fails, it is asked whether it has left all the same, and told again, for two minutes, where
 * only the connection was lost or the engine gave up. Throws `ActionError` naming the containers
 * that are still there after `CONTAINERS_TIMEOUT_MS`.
 */
async function leaveSwarm(machine, nodeId, options) {
    const { signal, clock = base_clock/* systemClock */.ml } = options;
    await runLeave(machine, { signal, clock });
    try {
        if (nodeId !== '')
            await removeLeftContainers(machine, nodeId, signal, clock);
    }
    finally {
        await options.left?.();
    }
}
/**
 * `docker swarm leave` removes the node's containers but those that are just being removed, and
 * only logs where one would not go: of a task that has ended a moment before, the container may
 * stay for good.
 */
async function removeLeftContainers(machine, nodeId, signal, clock) {
    const list = async () => {
        const { stdout } = await machine.ssh.run(containersOfNode(nodeId), {
            signal,
            repeatable: true,
        });
        return stdout.split('\n').filter(Boolean);
    };
    const gone = await untilTrue(CONTAINERS_TIMEOUT_MS, signal, async () => {
        const ids = await list();
        if (ids.length === 0)
            return true;
        await machine.ssh.run(removeContainers(ids), {
            ...{ anyExitCode: true, repeatable: true, signal },
        });
        return false;
    }, clock);
    if (gone)
        return;
    const ids = await list();
    throw new errors/* ActionError */.lZ(`${machine.name} has left the swarm, and containers of its tasks are still there: ${ids.join(', ')}`, { hint: `On ${machine.name}: docker rm --force --volumes ${ids.join(' ')}` });
}
/**
 * Makes a worker of a manager, and waits until the others do without it in their consensus: until
 * then they refuse to remove it, and to let another one go. Throws `ActionError` where it is still
 * a manager after `DEMOTE_TIMEOUT_MS`.
 */
async function leave_demote(manager, node, signal, clock = base_clock/* systemClock */.ml) {
    let isTold = false;
    let refused;
    const demoted = await untilTrue(DEMOTE_TIMEOUT_MS, signal, async () => {
        if (!isTold)
            refused = await tryToDemote(manager, node, signal);
        isTold = refused === undefined;
        if (!isTold)
            return false;
        const now = (await nodes_listNodes(manager.api, signal)).find((one) => one.ID === node.ID);
        return !now?.ManagerStatus;
    }, clock);
    if (demoted)
        return;
    throw new errors/* ActionError */.lZ(`${node.Description.Hostname} is still a manager after its demotion.`, {
        details: refused?.details,
        hint: 'Most of the managers must be reachable (`docker node ls` on one of them). Bring them back, then run again.',
    });
}
/**
 * What the leader said where it counts too few managers for now: one that has just joined, or come
 * back, is not counted at once.
 */
async function tryToDemote(manager, node, signal) {
    try {
        await changeNode(manager.ssh, demote([node.ID]), signal);
        return undefined;
    }
    catch (error) {
        if (error instanceof executor/* CommandError */.Qd && /loss of quorum/.test(error.details ?? ''))
            return error;
        throw error;
    }
}
/**
 * Removes a node from the swarm's list, as a manager after it has been demoted.
 * `leave` runs in between, once the others do without it.
 */
async function leave_removeNode(manager, node, signal, leave = async () => { }) {
    // A node may have the role without being in the consensus: after --force-new-cluster.
    if (node.ManagerStatus)
        await leave_demote(manager, node, signal);
    await leave();
    await forget(manager, node, signal);
}
/** Repeated where the connection is lost: what an earlier attempt has removed is as gone. */
async function forget(manager, node, signal) {
    try {
        await manager.ssh.run(commands_removeNode(node.ID), { signal, repeatable: true });
    }
    catch (error) {
        if (error instanceof executor/* CommandError */.Qd && /node \S+ not found/.test(error.result.stderr))
            return;
        throw error;
    }
}
/** Asks until the answer is yes; false where it was not within `limitMs`. */
async function untilTrue(limitMs, signal, ask, given = base_clock/* systemClock */.ml) {
    const wait = { clock: answeredTime(given), signal, limitMs, everyMs: leave_POLL_MS };
    return await (0,base_clock/* until */.TG)(ask, (isSo) => isSo, wait);
}

;// CONCATENATED MODULE: ./lib/swarm/leave/unlisted.js





/** Nodes that joined, and that this cluster has had in its `hosts`. */
function ours(nodes, owner) {
    return nodes.filter((node) => {
        const record = recordOf(node);
        return record?.joined && record.users.some((user) => isOf(user, owner) && user.labels);
    });
}
/** Other clusters that have a node in their `hosts`. */
function othersThatList(node, owner) {
    const users = recordOf(node)?.users ?? [];
    return users.filter((user) => !isOf(user, owner) && user.labels);
}
/**
 * Removes what a host left of itself in the swarm before it was set up anew: a node that joined for
 * this cluster, is not there any more, and has the host name of a node that is. Gives whether there
 * were some.
 */
async function removeReplaced(members, asked) {
    const { manager, owner, log, signal } = asked;
    const nodes = asked.nodes ?? (await listNodes(manager.api, signal));
    const replaced = ours(nodes, owner).filter((node) => node.Status.State !== 'ready' &&
        members.every(({ ID }) => ID !== node.ID) &&
        members.some(({ Description }) => Description.Hostname === node.Description.Hostname));
    for (const node of replaced) {
        log.info(`${node.Description.Hostname}  joined anew; its old node ${node.ID}, which is ${node.Status.State}, is removed`);
        await removeNode(manager, node, signal);
    }
    return replaced.length > 0;
}
/**
 * Removes nodes that joined, go by `isGoing`, and are down, or whose host is one of `machines` and
 * has left already, so that the rest does not wait for them. Those of `machines` that are nodes are
 * left alone. `leftEarlier` is called with such a host before its node goes, which is the last that
 * knows of it.
 */
async function removeDown(machines, isGoing, { manager, log, signal, leftEarlier, }) {
    const known = new Set(machines.map(({ engine }) => engine.Swarm.NodeID));
    for (const node of await nodes_listNodes(manager.api, signal)) {
        if (known.has(node.ID) || !node_record_recordOf(node)?.joined || !isGoing(node))
            continue;
        const { Hostname } = node.Description;
        // Whatever is there now, it is not this node any more.
        const host = machines.find(({ advertise }) => advertise === node.Status.Addr);
        const isOutside = host?.engine.Swarm.LocalNodeState === 'inactive';
        if (!isOutside && node.Status.State !== 'down')
            continue;
        if (host && isOutside) {
            await leftEarlier(host, node);
            log.info(`${Hostname} has left earlier; its node is removed`);
            await leave_removeNode(manager, node, signal);
        }
        else if (host) {
            log.info(`${Hostname} is another node by now; its old one, ${node.ID}, is removed`);
            await leave_removeNode(manager, node, signal);
        }
        else {
            await leave_removeNode(manager, node, signal);
            log.warning(removed(node, 'is down'));
        }
    }
}
/**
 * Nodes that joined for this cluster and whose host is not listed any more: named, and with
 * `remove` drained, demoted and removed, but never where most managers could not be reached then.
 */
async function treatUnlisted(members, remove, asked) {
    const { manager, owner, log, signal } = asked;
    const known = new Set(members.map(({ ID }) => ID));
    // Dead managers first: the majority is that of the others then.
    const nodes = asked.nodes ?? (await listNodes(manager.api, signal));
    const unlisted = ours(nodes, owner)
        .filter(({ ID }) => !known.has(ID))
        .toSorted((a, b) => Number(a.Status.State === 'ready') - Number(b.Status.State === 'ready'));
    if (unlisted.length === 0)
        return;
    if (!remove) {
        const names = unlisted.map(({ Description }) => Description.Hostname).join(', ');
        log.info(`Not in \`hosts\`, but in the swarm since this cluster let it join: ${names}. It stays; \`driver-options: "remove-unlisted: true"\` would remove it.`);
        return;
    }
    for (const node of unlisted) {
        const now = await listNodes(manager.api, signal);
        const name = node.Description.Hostname;
        const current = ours(now, owner).find(({ ID }) => ID === node.ID);
        if (!current)
            continue;
        const others = othersThatList(current, owner);
        if (others.length > 0) {
            const users = others.map((user) => describeUser(user, owner)).join(', ');
            log.info(`${name} is not in \`hosts\` any more, and stays: it is in those of ${users}`);
            continue;
        }
        if (isManager(node) && !keepsMajority(now, new Set([node.ID]))) {
            log.warning(`${name} is not in \`hosts\` any more and stays all the same: without it, most managers of the swarm could not be reached. Bring the others back (docker node ls), then run again.`);
            continue;
        }
        log.info(`${name}  is not in \`hosts\` any more: its tasks move, then it is removed`);
        await drain(manager, node, signal);
        await removeNode(manager, node, signal);
        log.warning(removed(node, 'is not in `hosts` any more'));
    }
}
function removed({ Description: { Hostname }, Status }, reason) {
    const begin = `${Hostname} ${reason}, and was removed from the swarm.`;
    const command = 'docker swarm leave --force';
    // One that is down may have left by hand.
    return Status.State === 'down'
        ? `${begin} If its dockerd still takes itself for a node (\`docker info\` says \`Swarm: active\`), run on ${Hostname}: ${command}`
        : `${begin} Its own dockerd does not know that yet. On ${Hostname}, run: ${command}`;
}

;// CONCATENATED MODULE: ./lib/swarm/leave/gwbridge.js




/**
 * How long a host that has just joined may take to attach itself to the routing mesh, in ms. Seen
 * on a busy one: more than 5 s.
 */
const ATTACH_MS = 30_000;
/** How long the engine of a host that has left may take to let go of the bridge, in ms. */
const REMOVE_MS = 10_000;
/** How long an engine that left before it was attached may still make the bridge anew, in ms. */
const SETTLE_MS = 3_000;
const gwbridge_POLL_MS = 200;
/**
 * Waits until a node is attached to the routing mesh, and gives whether it is. One that leaves
 * before it is keeps the network `ingress` and its end of the bridge: the engine makes them
 * although it has left. Warns where it is not attached after `ATTACH_MS`.
 */
async function untilAttached(host, { signal, log, clock: given = base_clock/* systemClock */.ml }) {
    const clock = answeredTime(given);
    const look = async () => (await readEnds(host, signal))?.some(({ name }) => name === INGRESS_END) ?? false;
    const wait = { clock, signal, limitMs: ATTACH_MS, everyMs: gwbridge_POLL_MS };
    if (await (0,base_clock/* until */.TG)(look, (isAttached) => isAttached, wait))
        return true;
    log.warning(`${host.name} is not attached to the routing mesh after ${ATTACH_MS / 1000} s. It leaves all the same; whether its engine then keeps docker_gwbridge is looked at.`);
    return false;
}
/**
 * Removes the bridge that joining has made on a host which has left, and gives whether it has gone.
 * It stays, with a warning, where containers of somebody are attached to it. With `wasAttached`
 * false the engine may still make it anew, which is waited for. Throws `ActionError` where it stays
 * for another reason after `REMOVE_MS`: the engine itself holds it, or refuses.
 */
async function gwbridge_removeGateway(host, wasAttached, { signal, log, clock: given = base_clock/* systemClock */.ml }) {
    const clock = answeredTime(given);
    const end = clock.now() + REMOVE_MS;
    let goneSince;
    for (;;) {
        const refusal = await tryToRemove(host, signal);
        const now = clock.now();
        goneSince = refusal === undefined ? (goneSince ?? now) : undefined;
        if (goneSince !== undefined && (wasAttached || now - goneSince >= SETTLE_MS))
            return true;
        if (refusal !== undefined) {
            const ends = (await readEnds(host, signal)) ?? [];
            const theirs = await containersAt(host, ends, signal);
            if (theirs.length > 0) {
                log.warning(`${host.name} keeps docker_gwbridge, which joining made, because containers are attached to it: ${theirs.join(', ')}. Once they have gone, run \`down\` again.`);
                return false;
            }
            if (now > end)
                throw gwbridge_stays(host, ends, refusal);
        }
        await clock.sleep(gwbridge_POLL_MS, signal);
    }
}
/** What the engine said as it refused; undefined where the bridge has gone. */
async function tryToRemove({ ssh }, signal) {
    const { exitCode, stderr } = await ssh.run(removeGateway(), asking(signal));
    if (exitCode === 0 || /not found|No such network/i.test(stderr))
        return undefined;
    return stderr.trim();
}
/** Undefined where there is no bridge. */
async function readEnds({ ssh }, signal) {
    const { exitCode, stdout } = await ssh.run(listGatewayEnds(), asking(signal));
    return exitCode === 0 ? pairs(stdout) : undefined;
}
/**
 * The names of the containers that are attached. What the list of containers does not know is the
 * engine's own, or left of a container.
 */
async function containersAt({ ssh }, ends, signal) {
    if (ends.length === 0)
        return [];
    const { stdout } = await ssh.run(listContainers(), { repeatable: true, signal });
    const attached = new Set(ends.map(({ id }) => id));
    return pairs(stdout)
        .filter(({ id }) => attached.has(id))
        .map(({ name }) => name);
}
function pairs(stdout) {
    return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => {
        const [id = '', ...words] = line.trim().split(' ');
        return { id, name: words.join(' ') };
    });
}
function gwbridge_stays({ name }, ends, refusal) {
    const attached = ends.map((end) => end.name).join(', ');
    const isHeld = attached !== '';
    return new errors/* ActionError */.lZ(`${name} has left the swarm, and docker_gwbridge, which joining made, is still there.`, {
        details: isHeld ? `${refusal}\nattached, and of no container: ${attached}` : refusal,
        hint: isHeld
            ? `The engine lets go of it when it starts anew. On ${name}: systemctl restart docker && docker network rm docker_gwbridge\nOr restart it, then run \`down\` again.`
            : `On ${name}: docker network rm docker_gwbridge\nOr run \`down\` again.`,
    });
}
function asking(signal) {
    return { anyExitCode: true, repeatable: true, signal };
}

;// CONCATENATED MODULE: ./lib/swarm/leave/leaving.js



// A host that has left its swarm has no node any more to write on. So a volume without content is
// made there before: as long as it exists, any later run knows that `docker_gwbridge` is still to
// be removed.
const LEAVING = 'swarm-up.leaving=gateway-made';
/**
 * Writes on a host that it leaves for this cluster, and that joining has made its bridge. Twice is
 * as good as once. A host on which nothing can be written leaves all the same, as one with a full
 * disk.
 */
async function markLeaving({ name, ssh }, owner, { signal, log }) {
    const [key = '', value = ''] = LEAVING.split('=');
    const labels = { ...(0,ownership/* ownerLabels */.H0)(owner), [key]: value };
    const options = { anyExitCode: true, repeatable: true, signal };
    const { exitCode, stderr } = await ssh.run(createMark(leaving_nameOf(owner), labels), options);
    if (exitCode === 0)
        return;
    log.info(`${name}: if this step is ended now, no later one knows that docker_gwbridge is to be removed (${stderr.trim()})`);
}
/**
 * Whether an earlier run has left a host and not removed the bridge: one of this cluster, or
 * without one, of any.
 */
async function isLeaving(host, cluster, signal) {
    const marks = await readMarks(host, signal);
    return cluster ? marks.includes(leaving_nameOf(cluster)) : marks.length > 0;
}
/**
 * To be called once the bridge has gone, or is to stay: then nobody has to remove it any more. Gone
 * already is success.
 */
async function forgetLeaving(host, signal) {
    const marks = await readMarks(host, signal);
    if (marks.length === 0)
        return;
    await host.ssh.run(removeMarks(marks), { repeatable: true, signal });
}
/** The names of the marks. What has their label and another name is none. */
async function readMarks({ ssh }, signal) {
    const list = listMarks(LEAVING, [ownership/* CLUSTER_LABEL */.eq, ownership/* REPOSITORY_LABEL */.S]);
    const { stdout } = await ssh.run(list, { repeatable: true, signal });
    return stdout.split('\n').flatMap((line) => {
        const [name = '', cluster = '', repository = ''] = line.split('\t');
        return name !== '' && name === leaving_nameOf({ cluster, repository }) ? [name] : [];
    });
}
function leaving_nameOf({ cluster, repository }) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify([cluster, repository]));
    return `swarm-up-leaving-${hash.digest('hex').slice(0, 16)}`;
}

;// CONCATENATED MODULE: ./lib/down/dissolve/finish-leaving.js






/**
 * Does what an earlier run has left to do on hosts: they end to leave, and the bridge goes that
 * joining has made. `outside` tells of hosts which the step that is undone has found in no swarm.
 */
async function finishLeaving(machines, owner, options) {
    const { outside, log, signal } = options;
    const finished = { machines: [], left: [], unfinished: [] };
    for (const machine of machines) {
        const isHalf = isHalfLeft(machine);
        if (!isHalf && machine.engine.Swarm.LocalNodeState !== 'inactive') {
            finished.machines.push(machine);
            continue;
        }
        const isMarked = await isLeaving(machine, owner, signal);
        if (isHalf && !isMarked && !outside.hosts.includes(machine.index)) {
            finished.unfinished.push(machine);
            continue;
        }
        const now = isHalf ? await endToLeave(machine, options) : machine;
        if (!now)
            continue;
        if (isHalf)
            finished.left.push(now);
        finished.machines.push(now);
        if (isMarked || outside.withoutGateway.includes(machine.index)) {
            if (isMarked) {
                log.info(`${machine.name} has left earlier; docker_gwbridge is removed there now`);
            }
            await finish(now, { ...options, wasAttached: true });
        }
    }
    return finished;
}
/**
 * The same for hosts that have not ended to leave, once a manager has told of their nodes. Gives
 * those that have left now.
 */
async function finishOwn(unfinished, nodes, isOwn, options) {
    const left = [];
    for (const machine of unfinished) {
        const node = nodes.find(({ Status }) => Status.Addr === machine.advertise);
        const now = node && isOwn(node) ? await endToLeave(machine, options) : undefined;
        if (now)
            left.push(now);
    }
    return left;
}
async function endToLeave(machine, { signal, log, kept }) {
    log.info(`${machine.name} was told to leave earlier, and has not ended that: it is told again`);
    try {
        await leaveSwarm(machine, '', { signal });
    }
    catch (error) {
        signal.throwIfAborted();
        kept.push(error);
        return undefined;
    }
    const Swarm = await (0,enter/* readSwarmState */.mo)(machine.api, signal);
    return { ...machine, engine: { ...machine.engine, Swarm } };
}
/** Says of hosts that they have not ended to leave, and that nobody here knows for whom. */
function reportUnfinished(unfinished, kept) {
    if (unfinished.length > 0)
        kept.push(halfLeft(unfinished));
}
/**
 * Of a host that has left by itself, or by hand: what joining has made on it goes, as it stands on
 * its node. Until that is done the host carries the mark of it, so that its node may go.
 */
async function finishForgotten(machine, node, options) {
    if (!node_record_recordOf(node)?.gatewayMade)
        return;
    await markLeaving(machine, options.owner, options);
    await finish(machine, { ...options, wasAttached: true });
}
/** Removes the bridge of a host that has left, and what is written there of it. */
async function finish(machine, options) {
    const { wasAttached, signal, kept } = options;
    try {
        const hasGone = await gwbridge_removeGateway(machine, wasAttached, options);
        if (hasGone)
            await forgetLeaving(machine, signal);
    }
    catch (error) {
        signal.throwIfAborted();
        kept.push(error);
    }
}

;// CONCATENATED MODULE: ./lib/down/dissolve/leave-attached.js



/**
 * Lets a host leave by `leave`, which calls what it is given once the host has left, and gives
 * whether it has. What is to be undone there then is written on the host before.
 */
async function leaving(machine, options, leave) {
    if (options.gatewayMade)
        await markLeaving(machine, options.owner, options);
    const hasLeft = await leave(async () => {
        if (options.gatewayMade)
            await finish(machine, options);
    });
    if (!hasLeft && options.gatewayMade)
        await forgetLeaving(machine, options.signal);
    return hasLeft;
}
/**
 * The same of a host that is a node, which leaves once it is attached to the routing mesh: before
 * that its engine would make the bridge anew although it has left.
 */
async function leaveAttached({ machine, change: { gatewayMade } }, options, leave) {
    // Where the swarm has no mesh, the engine has nothing to make later.
    const wasAttached = !options.hasMesh || (await untilAttached(machine, options));
    return await leaving(machine, { ...options, gatewayMade, wasAttached }, leave);
}

;// CONCATENATED MODULE: ./lib/swarm/records/change-labels.js




// Labels that several write are changed by what they are at that moment: the engine refuses a
// change that was meant for an earlier version.
const change_labels_POLL_MS = 100;
/** How often a change is begun while others change the same, unless told. */
const change_labels_TRIES = 20;
const versioned = schemas/* object */.Ikc({
    Version: schemas/* object */.Ikc({ Index: schemas/* number */.aig() }),
    // Handed back whole by an update: what we do not know of must survive it.
    Spec: schemas/* looseObject */._H3({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish() }),
});
/**
 * Gives a node the labels that `change` makes of those which it has, told to a manager. It is
 * called again where somebody else has changed the node meanwhile, and what it throws ends the
 * attempt. Nothing is written where nothing changes.
 */
function changeNodeLabels(api, id, change, options) {
    return changeLabels(api, { read: `/nodes/${id}`, update: `/nodes/${id}/update` }, change, options);
}
/** The same for the labels of the swarm itself. */
function changeSwarmLabels(api, change, options) {
    return changeLabels(api, { read: '/swarm', update: '/swarm/update' }, change, options);
}
async function changeLabels(api, path, change, { signal, clock = base_clock/* systemClock */.ml, tries = change_labels_TRIES }) {
    for (let attempt = 1;; attempt += 1) {
        const { Version, Spec } = await api.get(path.read, {}, versioned, { signal });
        const before = Spec.Labels ?? {};
        const Labels = change(before);
        if (isSameLabels(before, Labels))
            return;
        try {
            const query = { version: String(Version.Index) };
            return await api.post(path.update, query, { ...Spec, Labels }, { signal });
        }
        catch (error) {
            signal.throwIfAborted();
            if (!isWorthAnother(error) || attempt === tries)
                throw error;
        }
        await clock.sleep(change_labels_POLL_MS, signal);
    }
}
/** Somebody was faster; or it is not known whether it was changed, which is asked. */
function isWorthAnother(error) {
    return error instanceof engine_api/* NoAnswer */.W_ || isOutdated(error);
}
function isSameLabels(a, b) {
    const keys = Object.keys({ ...a, ...b });
    return keys.every((key) => a[key] === b[key]);
}

;// CONCATENATED MODULE: ./lib/down/dissolve/release.js







/**
 * Lets one node go, or takes off its labels. Gives false where others have begun to use it
 * meanwhile.
 */
async function release(one, options) {
    const { machine, node, leaves } = one;
    const { manager, signal, log, isDue, left } = options;
    if (!leaves || !machine) {
        await unlabel(one, options);
        return true;
    }
    if (!(await isDue(node)))
        return false;
    log.info(`${machine.name} leaves the swarm`);
    const hasLeft = await leaveAttached({ ...one, machine }, options, (gone) => removeSurplus({
        ...{ manager, machine, node, signal, warn: log.warning, left: gone },
        isDue: () => isDue(node),
    }));
    if (hasLeft)
        left.add(machine);
    return hasLeft;
}
/**
 * Takes the cluster off a node that stays, and the labels that nobody else has in `hosts` and no
 * service rests on.
 */
async function unlabel({ node }, { manager, leaver, view, signal, log, renewed }) {
    const before = node_record_recordOf(node)?.users ?? [];
    let kept = [];
    let newer;
    await changeNodeLabels(manager.api, node.ID, (labels) => {
        kept = [];
        newer = renewedBy(node_record_recordIn(labels)?.users ?? [], before, leaver);
        if (newer)
            return labels;
        const isNeeded = (key, value) => servicesThatNeed(key, value, view).length > 0;
        const next = nodeLeftBy(labels, (user) => isMine(user, leaver), isNeeded);
        kept = next.needed.map((key) => `${key}=${labels[key]}`);
        return next.labels;
    }, { signal });
    if (newer) {
        warnOfRenewal(newer, log);
        renewed();
    }
    for (const label of kept) {
        const [key = '', ...value] = label.split('=');
        const names = servicesThatNeed(key, value.join('='), view).join(', ');
        log.warning(`Node ${node.Description.Hostname} keeps the label ${label}: ${names} may run only where it is. Once nothing needs it, run \`down\` again.`);
    }
}
/** With what is to be done on a host that has left by itself before its node goes. */
function forgetting(options) {
    return {
        ...options,
        leftEarlier: (machine, node) => finishForgotten(machine, node, options),
    };
}

;// CONCATENATED MODULE: ./lib/down/dissolve/end-all.js








/** How many workers leave at once: what each takes is mostly its engine's time. */
const LEAVE_AT_ONCE = 32;
/**
 * Takes all nodes out of a swarm that nobody else uses; the manager that is told goes last, and the
 * swarm with it. While a host that joined is not at hand the swarm stays with what stands on it, so
 * that a later run that enters the host can let it go.
 */
async function endAll(going, options) {
    const { machines, manager, signal, log, left, isDue } = options;
    // Managers that are down count in the majority that the others need to leave in good order.
    await removeDown(machines, () => true, forgetting(options));
    const others = going.filter(({ machine }) => machine && machine !== manager);
    const { workers = [], managers = [] } = Object.groupBy(others, ({ node }) => node.Spec.Role === 'manager' ? 'managers' : 'workers');
    if (!(await releaseAtOnce(workers, options)))
        return false;
    // One by one: each of them leaves a majority of those that are left.
    for (const one of managers)
        if (!(await release(one, options)))
            return false;
    const last = going.find(({ machine }) => machine === manager);
    if (!last || !(await isDue()))
        return false;
    const missing = (await nodes_listNodes(manager.api, signal)).filter((node) => node.ID !== last.node.ID && node_record_recordOf(node)?.joined);
    if (missing.length > 0) {
        const names = missing.map(({ Description }) => Description.Hostname).join(', ');
        log.warning(`The swarm stays: ${names} joined it, and ${missing.length === 1 ? 'was' : 'were'} not entered by this step. Name all of them in \`hosts\`, then run \`down\` again. One that is lost goes as soon as the swarm sees that it is down.`);
        return true;
    }
    if (!(await end({ ...last, machine: manager }, options)))
        return false;
    left.add(manager);
    return true;
}
/**
 * Lets workers go, of which nobody else uses one. Whatever becomes of one of them, the others that
 * have begun leave. Gives false where others have begun to use one meanwhile: then no more begins.
 */
async function releaseAtOnce(workers, options) {
    const limit = (0,p_limit/* default */.A)(LEAVE_AT_ONCE);
    let isDue = true;
    const results = await Promise.allSettled(workers.map((one) => limit(async () => {
        if (!isDue)
            return;
        isDue = (await release(one, options)) && isDue;
    })));
    const failures = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (failures.length > 1) {
        throw new AggregateError(failures, `${failures.length} of ${workers.length} workers stay.`);
    }
    if (failures.length === 1)
        throw failures[0];
    return isDue;
}
/** Lets the last node go. Gives false where others have begun to use the swarm meanwhile. */
async function end({ machine, node, change }, options) {
    const { signal, log, isDue } = options;
    log.info(`${machine.name} leaves last, and the swarm ends`);
    // Of services that somebody has removed, or a removal that was cut off.
    const ending = { timeoutMs: STOP_TIMEOUT_MS, signal, warn: log.warning };
    await endContainers(machine, node.ID, ending);
    return await leaveAttached({ machine, change }, options, async (left) => {
        if (!(await isDue()))
            return false;
        await leaveSwarm(machine, node.ID, { signal, left });
        return true;
    });
}

;// CONCATENATED MODULE: ./lib/down/dissolve/going.js


/**
 * The nodes that `up` changed for who leaves. A node without a label is one where the swarm itself
 * was made by us, or its host was in none before: then `up` was ended between the two.
 */
function goingIn(view, { machines, leaver, outcome, outside, }) {
    const isEnd = outcome.kind === 'ends';
    return view.nodes.flatMap((node) => {
        const machine = machines.find(({ engine }) => engine.Swarm.NodeID === node.ID);
        const record = node_record_recordOf(node);
        if (record) {
            if (!isEnd && !record.users.some((user) => isMine(user, leaver)))
                return [];
            const leaves = record.joined && othersOn(node, view, leaver, outcome).length === 0;
            return [{ node, machine, change: record, leaves }];
        }
        if (!machine)
            return [];
        const wasOutside = outside.hosts.includes(machine.index);
        if (!isEnd && !wasOutside)
            return [];
        // Of those that joined it is known; else it is the one that the swarm began on.
        const gatewayMade = wasOutside
            ? outside.withoutGateway.includes(machine.index)
            : (view.swarm?.gatewayMade ?? false);
        return [{ node, machine, change: { joined: true, gatewayMade }, leaves: true }];
    });
}
/** Whether a node joined for who leaves, and leaves with it. */
function goesWith(node, view, leaver, outcome) {
    const record = node_record_recordOf(node);
    if (!record?.joined)
        return false;
    const isMineToo = outcome.kind === 'ends' || record.users.some((user) => isMine(user, leaver));
    return isMineToo && othersOn(node, view, leaver, outcome).length === 0;
}
/**
 * The manager that is told: in a swarm that stays, one that stays itself, where there is one. The
 * first of `machines` is a manager in any case.
 */
function managerFor({ nodes }, going, outcome, machines) {
    const [entrance] = machines;
    if (outcome.kind === 'ends')
        return entrance;
    const leaving = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
    const isFit = ({ engine }) => {
        const node = nodes.find(({ ID }) => ID === engine.Swarm.NodeID);
        return node?.ManagerStatus?.Reachability === 'reachable' && !leaving.has(node.ID);
    };
    return machines.find(isFit) ?? entrance;
}

;// CONCATENATED MODULE: ./lib/down/dissolve/leave-shared.js







/**
 * Undoes what nobody else uses in a swarm that stays. What tells of the cluster there goes last.
 */
async function leaveShared(going, options) {
    const { machines, manager, owner, leaver, view, signal, log } = options;
    const alone = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
    await removeDown(machines, ({ ID }) => alone.has(ID), forgetting(options));
    for (const one of going) {
        if (one.machine === manager)
            continue;
        // Its host is not at hand. What stands on the node stays, so that a later run that enters it
        // can let it go.
        if (one.leaves && !one.machine)
            continue;
        if (!(await release(one, options)))
            return false;
    }
    const last = going.find(({ machine }) => machine === manager);
    if (last?.leaves) {
        log.warning(`${manager.name} stays in the swarm, though this action let it join: it is the only manager in \`hosts\`, and cannot let itself go. Name another one there, then run \`down\` again.`);
    }
    else if (last && !(await release(last, options)))
        return false;
    if (!last?.leaves)
        await forgetJoining(manager.api, owner, signal);
    const before = view.swarm?.users ?? [];
    const isGone = (user) => isMine(user, leaver) && !staysAsMark(user, options);
    await changeSwarmLabels(manager.api, (labels) => {
        const now = swarmRecordOf(labels)?.users ?? [];
        return renewedBy(now, before, leaver) ? labels : swarmLeftBy(labels, isGone);
    }, { signal });
    return true;
}
/**
 * Whose time is over keeps nobody from ending the swarm. So a sweep leaves its mark on one that
 * others use whose time will be over, too: should they be forgotten, the next sweep of this
 * repository ends it.
 */
function staysAsMark(user, { leaver, view, heirs }) {
    const doAllEnd = heirs.every(({ owner }) => owner.expires !== undefined);
    return leaver.listed !== undefined && isOver(user, view.now) && doAllEnd;
}

;// CONCATENATED MODULE: ./lib/down/dissolve/leave-unknown.js



/** Adds those hosts of which the swarm was told that they join. */
function withJoining(outside, machines, { addresses, withoutGateway }) {
    const indexes = (some) => machines.filter(({ advertise }) => some.includes(advertise)).map(({ index }) => index);
    return {
        hosts: [...outside.hosts, ...indexes(addresses)],
        withoutGateway: [...outside.withoutGateway, ...indexes(withoutGateway)],
    };
}
/**
 * Lets hosts go that were in no swarm before, and whose joining was ended before it was one: no
 * manager knows them.
 */
async function leaveUnknown(machines, nodes, owner, options) {
    const { outside, log } = options;
    const stray = machines.filter(({ index, engine }) => outside.hosts.includes(index) &&
        engine.Swarm.LocalNodeState !== 'inactive' &&
        !nodes.some(({ ID }) => ID === engine.Swarm.NodeID));
    const elsewhere = stray.filter(({ engine }) => engine.Swarm.LocalNodeState === 'active');
    for (const machine of stray.filter((one) => !elsewhere.includes(one))) {
        log.info(`${machine.name} had begun to join a swarm, and leaves it`);
        const gatewayMade = outside.withoutGateway.includes(machine.index);
        const { signal } = options;
        const leave = { ...options, owner, gatewayMade, wasAttached: false };
        await leaving(machine, leave, async (left) => {
            await leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left });
            return true;
        });
    }
    if (elsewhere.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`${elsewhere.map(({ name }) => name).join(', ')}: in a swarm that no manager named here knows, and in none before this step.`, {
        hint: 'Nothing was changed there. If that swarm is not needed, run there: docker swarm leave --force',
    });
}

;// CONCATENATED MODULE: ./lib/down/dissolve/dissolve.js












/** How often it is begun anew where other runs change who uses the swarm meanwhile. */
const dissolve_TRIES = 3;
/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes
 * record it: nodes that joined leave in good order, a swarm that was initialised ends, labels are
 * taken off; each of it only where no other cluster uses it, which is asked again right before.
 * What others use is theirs from then on. A swarm that still runs services of somebody stays whole,
 * with a warning. Gives what has left, for example `node web-1`. What an earlier run has left to do
 * on hosts that have left is done, too. Throws `ActionError` that names hosts that were in no swarm
 * before, and stay in one that cannot be asked, and such that keep their bridge.
 */
async function dissolve(machines, owner, options) {
    const kept = [];
    const finished = await finishLeaving(machines, owner, { ...options, kept });
    let { unfinished } = finished;
    const left = new Set();
    const ended = [...finished.left];
    const known = [...finished.machines];
    const finishUnfinished = async (nodes, isOwn) => {
        const now = await finishOwn(unfinished, nodes, isOwn, { ...options, owner, kept });
        unfinished = unfinished.filter(({ index }) => now.every((one) => one.index !== index));
        ended.push(...now);
        known.push(...now);
        return now;
    };
    let isRenewed = false;
    const renewed = () => {
        isRenewed = true;
    };
    try {
        for (let tries = 1; tries <= dissolve_TRIES; tries += 1) {
            const rest = known.filter((machine) => !left.has(machine));
            const progress = { kept, left, renewed, finishUnfinished };
            if ((await undo(rest, owner, { ...options, ...progress })) || isRenewed)
                break;
            const isLast = tries === dissolve_TRIES;
            options.log.info(`Who uses the swarm has changed meanwhile; ${isLast ? 'what is left stays' : 'it is looked at again'}`);
        }
    }
    catch (error) {
        reportUnfinished(unfinished, kept);
        throw kept.length === 0 ? error : several([error, ...kept]);
    }
    reportUnfinished(unfinished, kept);
    const gone = [...ended, ...left];
    await warnOfKeptPorts(gone, { signal: options.signal, warn: options.log.warning });
    if (kept.length > 0)
        throw kept.length === 1 ? kept[0] : several(kept);
    return gone.map(({ name }) => `node ${name}`);
}
function several(failures) {
    return new AggregateError(failures, 'Not all of the hosts are as they were.');
}
/**
 * Gives false where others have begun to use something meanwhile, so that it is to be decided anew
 * what goes.
 */
async function undo(present, owner, given) {
    const { signal, log } = given;
    let machines = present;
    const entrance = await findManager(machines, {
        ...given,
        disposable: false,
        cluster: owner.cluster,
    });
    if (!entrance) {
        if (given.unreached.length > 0)
            throw noManagerReached(given.unreached);
        log.info('No host is a manager of a swarm that was formed or joined by this action');
        await leaveUnknown(machines, [], owner, given);
        return true;
    }
    const { api } = entrance.manager;
    const leaver = { owner, stack: given.stack, listed: given.listed };
    const view = await readView(api, signal, log.warning);
    const joining = await readJoining(api, owner, signal, log.warning);
    const outside = withJoining(given.outside, machines, joining);
    const options = { ...given, outside };
    await leaveUnknown(machines, view.nodes, owner, options);
    const outcome = outcomeOf(view, leaver);
    if (outcome.kind === 'kept') {
        if (outcome.isOwn)
            log.info(outcome.reason);
        else
            log.warning(outcome.reason);
        return true;
    }
    if (tellRenewed(view, view, leaver, log))
        return true;
    machines = [
        ...machines,
        ...(await given.finishUnfinished(view.nodes, (node) => goesWith(node, view, leaver, outcome))),
    ];
    const heirs = outcome.kind === 'leaves' ? outcome.heirs : [];
    if (heirs.length > 0) {
        log.info(`The swarm stays: it is used by ${describeUsers(heirs, leaver)}, too.`);
    }
    const going = goingIn(view, { machines, leaver, outcome, outside });
    const manager = managerFor(view, going, outcome, [entrance.manager, ...machines]);
    const hasMesh = (await readIngress(api, signal)) !== undefined;
    const isDue = dueAsBefore(view, outcome, leaver, manager.api, options);
    const known = { machines, owner, leaver, view, heirs, hasMesh };
    const leaving = { ...options, ...known, manager, isDue };
    return outcome.kind === 'ends' ? await endAll(going, leaving) : await leaveShared(going, leaving);
}
function noManagerReached(unreached) {
    return new errors/* ActionError */.lZ('No host that can be reached manages the swarm, so nothing of it was undone.', {
        details: `not reached: ${unreached.join(', ')}`,
        hint: 'Once they answer again, run the step and its post step with `teardown: always` again.',
    });
}

// EXTERNAL MODULE: ./lib/down/release-lock.js
var release_lock = __webpack_require__(2102);
;// CONCATENATED MODULE: ./lib/down/leave-hosts.js
var leave_hosts_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var leave_hosts_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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

















/** As in `down.ts`: a host may still be at work for a main that is gone. In ms. */
const QUIET_MS = 2_000;
/**
 * How long it may take until then, in ms: a host that joins a swarm which does not answer does so
 * for good.
 */
const RESTLESS_MS = 30_000;
const leave_hosts_POLL_MS = 200;
/**
 * The way down for hosts that stay: the stack is removed, or where none is named those that the
 * cluster has; what forming the swarm changed is undone. Each step runs, whatever becomes of the
 * one before. Gives what was removed, for example `stack shop`. Throws one `AggregateError` of what
 * failed.
 */
async function leaveHosts(stack, owner, context) {
    const { left, reporter, signal } = context;
    const removal = {
        ...{ opened: [], machines: [], unreached: [], removed: [] },
        warn: (0,once/* once */.O)(reporter.log.warning),
    };
    const steps = [
        {
            title: 'Connecting to the hosts',
            run: (ours) => connectHosts(ours, context, removal),
        },
        ...lockSteps(context, removal),
        {
            title: stack === undefined ? 'Removing the stacks of the cluster' : `Removing stack ${stack}`,
            run: (ours) => left === undefined || left.stage === 'succeeded'
                ? removeStacks(stack, ours, context, removal).then(() => undefined)
                : removeUntilQuiet(stack, ours, context, removal),
        },
        {
            title: 'Leaving the swarm',
            run: async (ours) => {
                const { unreached } = removal;
                const outside = left?.outside ?? { hosts: [], withoutGateway: [] };
                const log = { ...reporter.log, warning: removal.warn };
                // Post knows its own run by its name, and another may have taken the stack over meanwhile.
                const named = left === undefined ? stack : undefined;
                const { clock, lockTimeoutMs: timeoutMs } = context;
                const gone = await (0,forming_lock/* withHostsLock */.TK)(removal.machines, (0,forming_lock/* formingRequest */.mb)(ours, context.run), { timeoutMs, clock, signal, log }, (machines) => dissolve(machines, ours, { signal, log, outside, unreached, stack: named }));
                removal.removed.push(...gone);
            },
        },
    ];
    try {
        await (0,stages/* runAllSteps */.U)(steps, owner, reporter);
    }
    finally {
        await closeAll(removal.opened);
    }
    return removal.removed;
}
/** Lets go of the locks that a main step which was killed has left. */
function lockSteps({ left, reporter, signal }, removal) {
    if (left === undefined)
        return [];
    const { log } = reporter;
    const hosts = {
        title: 'Removing the locks of hosts on which this run formed a swarm',
        run: (step) => removeFormingLocks(step, removal.machines, { signal, log }),
    };
    const { lock } = left;
    if (lock === undefined)
        return [hosts];
    const release = async () => {
        const manager = managerOf(removal);
        if (!manager)
            return;
        const removed = await (0,stack_lock/* unlock */.Tl)(manager.api, lock, signal);
        log.info(removed ? 'Removed' : 'It was gone already');
    };
    return [hosts, { title: `Removing the lock of stack ${lock.stack}`, run: release }];
}
/** From all hosts, whatever becomes of one of them. */
async function removeFormingLocks(step, machines, { signal, log }) {
    const results = await Promise.allSettled(machines.map(async (machine) => {
        if (await (0,forming_lock/* removeLeftLock */.bc)(machine, step, signal))
            log.info(`${machine.name}: lock removed`);
    }));
    for (const result of results)
        if (result.status === 'rejected')
            throw result.reason;
}
/**
 * Connects to every host that can be reached; then throws what the others said. With a driver that
 * only reads it unlocks none.
 */
async function connectHosts(id, context, hosts) {
    await enterMachines(await context.driver.list(id, context.signal), context, hosts);
}
/** As `connectHosts`, of machines that were found. */
async function enterMachines(found, { driver, reporter: { log }, signal }, hosts) {
    const roles = driver.makesMachines ? [] : driver.roles;
    const key = driver.makesMachines ? undefined : driver.adoption.unlockKey;
    const enter = async (machine) => {
        const timeoutMs = release_lock/* CONNECT_TIMEOUT_MS */.c;
        const role = roles[machine.index - 1] ?? 'worker';
        const connected = await (0,connect/* connect */.N)(driver, machine, role, { signal, timeoutMs, log });
        hosts.opened.push(connected);
        if (driver.guard)
            return unlocked(connected);
        return await unlock(connected, { key, log, signal });
    };
    const { machines, failures } = await enterAll(found, enter);
    hosts.machines = [...hosts.machines, ...machines];
    hosts.unreached.push(...failures.map(({ name }) => name));
    if (failures.length > 1) {
        throw new AggregateError(failures.map(({ error }) => error), `${failures.length} of ${found.length} hosts cannot be entered.`);
    }
    if (failures[0])
        throw failures[0].error;
}
/**
 * Removes the stacks, each under its lock, and gives how many objects that were. `locks` holds
 * those that are taken already.
 */
async function removeStacks(stack, owner, context, removal, locks) {
    const { machines, removed, warn } = removal;
    const manager = managerOf(removal);
    if (!manager)
        return 0;
    const { api } = manager;
    const { signal, removeVolumes } = context;
    let total = 0;
    const found = await stacksToRemove(stack, api, owner, context, removal);
    for (const name of new Set([...found.claimed, ...found.locked])) {
        const claim = lockRequest(name, owner, context.run);
        const { removed: objects, volumes } = await underLock(manager, claim, context, locks, async () => {
            // Another run may have claimed it while this one waited; and of a stack without a record
            // there is no more than a lock.
            const due = await stacksToRemove(stack, api, owner, context, removal);
            return due.claimed.includes(name)
                ? await removeStack(api, name, { signal, warn, machines, volumes: removeVolumes })
                : { removed: 0, volumes: [] };
        });
        if (objects === 0)
            continue;
        context.reporter.log.info(`${name}: ${objects} objects removed`);
        removed.push(`stack ${name}`);
        for (const { name: volume, machine } of volumes) {
            context.reporter.log.info(`${name}: volume ${volume} of ${machine} removed`);
            removed.push(`volume ${volume} of ${machine}`);
        }
        total += objects;
    }
    return total;
}
/** Not under a deployment that runs: what it makes afterwards would stay. */
async function underLock(manager, claim, { clock, signal, lockTimeoutMs: timeoutMs, reporter: { log } }, locks, work) {
    const options = { timeoutMs, clock, signal, log };
    if (!locks)
        return await withStackLock(manager, claim, options, work);
    await locks.take(manager, claim, options);
    return await work();
}
/**
 * Removes the stacks until nothing of them has appeared, and no host has become a node, for
 * `QUIET_MS`: what a main that was ended had told a host, the host finishes. The locks are held
 * until then: what another run deploys afterwards is that run's.
 */
async function removeUntilQuiet(stack, owner, context, removal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { clock, signal } = context;
        const locks = leave_hosts_addDisposableResource(env_1, heldLocks(), true);
        let before = '';
        const removeMore = async () => {
            removal.machines = await Promise.all(removal.machines.map(async (machine) => ({
                ...machine,
                engine: {
                    ...machine.engine,
                    Swarm: await (0,enter/* readSwarmState */.mo)(machine.api, signal),
                },
            })));
            const more = await removeStacks(stack, owner, context, removal, locks);
            const states = removal.machines.map(({ engine }) => engine.Swarm.LocalNodeState).join(' ');
            const hasMoved = more > 0 || states !== before || states.includes('pending');
            before = states;
            return hasMoved;
        };
        const wait = { quietMs: QUIET_MS, limitMs: RESTLESS_MS, everyMs: leave_hosts_POLL_MS };
        await (0,base_clock/* untilQuiet */.d_)(removeMore, { ...wait, clock, signal });
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = leave_hosts_disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
const NONE = { claimed: [], locked: [] };
async function stacksToRemove(named, api, owner, { reporter, signal, foreign, left }, { warn }) {
    // Main ended before it claimed the stack: whatever is there, others have deployed.
    if (named !== undefined && left && !left.claimed)
        return NONE;
    const records = await readStackRecords(api, signal, warn);
    if (named === undefined) {
        const own = records
            .filter((record) => (0,ownership/* isSameCluster */.ru)(record.owner, owner))
            .map((record) => record.stack);
        return { claimed: own, locked: await (0,stack_lock/* lockedStacks */.wq)(api, owner, signal, warn) };
    }
    const record = records.find((one) => one.stack === named);
    if (!record) {
        await refuseForgedRecord(api, named, signal);
        // Main wrote its record before anything else of it: what is there without one is somebody
        // else's by now.
        return left ? NONE : { claimed: [named], locked: [] };
    }
    if (left && isOfAnotherJob(record, owner)) {
        reporter.log.info(`Stack ${named} was deployed again by ${record.latest} and stays`);
        return NONE;
    }
    const { cluster } = record.owner;
    if ((0,ownership/* isSameRepository */.ve)(record.owner, owner)) {
        if (cluster !== owner.cluster && foreign === 'keep') {
            reporter.log.info(`Stack ${named} belongs to cluster ${cluster} by now and stays`);
            return NONE;
        }
        if (cluster !== owner.cluster && !(owner.isOfRun && record.owner.isOfRun)) {
            reporter.log.warning(`Stack ${named} is of cluster ${cluster}; it is removed by its name.`);
        }
        return { claimed: [named], locked: [] };
    }
    if (foreign === 'refuse')
        refuseForeignStack(record, owner);
    reporter.log.info(`Stack ${named} belongs to another repository and stays`);
    return NONE;
}
/**
 * Whether another job has deployed the stack since: what it has made of it is not this step's to
 * remove.
 */
function isOfAnotherJob({ latest }, { run }) {
    return latest !== undefined && latest !== run && ((0,ownership/* jobOf */.Zw)(latest) ?? latest) !== (0,ownership/* jobOf */.Zw)(run);
}


/***/ }),

/***/ 370:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  A: () => (/* binding */ pLimit)
});

// UNUSED EXPORTS: limitFunction

;// CONCATENATED MODULE: ./node_modules/yocto-queue/index.js
/*
How it works:
`this.#head` is an instance of `Node` which keeps track of its current value and nests another instance of `Node` that keeps the value that comes after it. When a value is provided to `.enqueue()`, the code needs to iterate through `this.#head`, going deeper and deeper to find the last value. However, iterating through every single item is slow. This problem is solved by saving a reference to the last value as `this.#tail` so that it can reference it to add a new value.
*/

class Node {
	value;
	next;

	constructor(value) {
		this.value = value;
	}
}

class Queue {
	#head;
	#tail;
	#size;

	constructor() {
		this.clear();
	}

	enqueue(value) {
		const node = new Node(value);

		if (this.#head) {
			this.#tail.next = node;
			this.#tail = node;
		} else {
			this.#head = node;
			this.#tail = node;
		}

		this.#size++;
	}

	dequeue() {
		const current = this.#head;
		if (!current) {
			return;
		}

		this.#head = this.#head.next;
		this.#size--;

		// Clean up tail reference when queue becomes empty
		if (!this.#head) {
			this.#tail = undefined;
		}

		return current.value;
	}

	peek() {
		if (!this.#head) {
			return;
		}

		return this.#head.value;

		// TODO: Node.js 18.
		// return this.#head?.value;
	}

	clear() {
		this.#head = undefined;
		this.#tail = undefined;
		this.#size = 0;
	}

	get size() {
		return this.#size;
	}

	* [Symbol.iterator]() {
		let current = this.#head;

		while (current) {
			yield current.value;
			current = current.next;
		}
	}

	* drain() {
		while (this.#head) {
			yield this.dequeue();
		}
	}
}

;// CONCATENATED MODULE: ./node_modules/p-limit/index.js


function pLimit(concurrency) {
	let rejectOnClear = false;

	if (typeof concurrency === 'object') {
		({concurrency, rejectOnClear = false} = concurrency);
	}

	validateConcurrency(concurrency);

	if (typeof rejectOnClear !== 'boolean') {
		throw new TypeError('Expected `rejectOnClear` to be a boolean');
	}

	const queue = new Queue();
	let activeCount = 0;

	const resumeNext = () => {
		// Process the next queued function if we're under the concurrency limit
		if (activeCount < concurrency && queue.size > 0) {
			activeCount++;
			queue.dequeue().run();
		}
	};

	const next = () => {
		activeCount--;
		resumeNext();
	};

	const run = async (function_, resolve, arguments_) => {
		// Execute the function and capture the result promise
		const result = (async () => function_(...arguments_))();

		// Resolve immediately with the promise (don't wait for completion)
		resolve(result);

		// Wait for the function to complete (success or failure)
		// We catch errors here to prevent unhandled rejections,
		// but the original promise rejection is preserved for the caller
		try {
			await result;
		} catch {}

		// Decrement active count and process next queued function
		next();
	};

	const enqueue = (function_, resolve, reject, arguments_) => {
		const queueItem = {reject};

		// Queue the internal resolve function instead of the run function
		// to preserve the asynchronous execution context.
		new Promise(internalResolve => { // eslint-disable-line promise/param-names
			queueItem.run = internalResolve;
			queue.enqueue(queueItem);
		}).then(run.bind(undefined, function_, resolve, arguments_)); // eslint-disable-line promise/prefer-await-to-then

		// Start processing immediately if we haven't reached the concurrency limit
		if (activeCount < concurrency) {
			resumeNext();
		}
	};

	const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
		enqueue(function_, resolve, reject, arguments_);
	});

	Object.defineProperties(generator, {
		activeCount: {
			get: () => activeCount,
		},
		pendingCount: {
			get: () => queue.size,
		},
		clearQueue: {
			value() {
				if (!rejectOnClear) {
					queue.clear();
					return;
				}

				const abortError = AbortSignal.abort().reason;

				while (queue.size > 0) {
					queue.dequeue().reject(abortError);
				}
			},
		},
		concurrency: {
			get: () => concurrency,

			set(newConcurrency) {
				validateConcurrency(newConcurrency);
				concurrency = newConcurrency;

				queueMicrotask(() => {
					// eslint-disable-next-line no-unmodified-loop-condition
					while (activeCount < concurrency && queue.size > 0) {
						resumeNext();
					}
				});
			},
		},
		map: {
			async value(iterable, function_) {
				const promises = [];

				try {
					Array.from(iterable, (value, index) => {
						const promise = generator(function_, value, index);
						promises.push(promise);
						return promise;
					});
				} catch (error) {
					// The iterable threw, so `Promise.all` never observes the already scheduled promises. Observe them here to avoid unhandled rejections.
					for (const promise of promises) {
						promise.catch(() => {}); // eslint-disable-line promise/prefer-await-to-then
					}

					throw error;
				}

				return Promise.all(promises);
			},
		},
	});

	return generator;
}

function limitFunction(function_, options) {
	const limit = pLimit(options);

	const limitedFunction = (...arguments_) => limit(() => function_(...arguments_));
	Object.defineProperty(limitedFunction, 'clearQueue', {
		value: limit.clearQueue,
	});

	return limitedFunction;
}

function validateConcurrency(concurrency) {
	if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) {
		throw new TypeError('Expected `concurrency` to be a number from 1 and up');
	}
}


/***/ })

};
;