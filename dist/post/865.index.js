"use strict";
exports.id = 865;
exports.ids = [865];
exports.modules = {

/***/ 3919:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ count)
/* harmony export */ });
/** `1 node`, `3 nodes`. */
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}


/***/ }),

/***/ 7558:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ tryToDelete),
/* harmony export */   l: () => (/* binding */ deleteIfThere)
/* harmony export */ });
/* harmony import */ var _engine_api_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6833);

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

/***/ 1246:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  leaveHosts: () => (/* binding */ leaveHosts)
});

// UNUSED EXPORTS: connectHosts

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2357);
// EXTERNAL MODULE: ./lib/machines/engine.js
var machines_engine = __webpack_require__(8801);
// EXTERNAL MODULE: ./lib/machines/ready.js + 1 modules
var ready = __webpack_require__(4734);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./lib/exec/engine-api.js
var engine_api = __webpack_require__(6833);
// EXTERNAL MODULE: ./lib/stack/lock.js + 1 modules
var stack_lock = __webpack_require__(9014);
;// CONCATENATED MODULE: ./lib/stack/hold.js
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




/** How often a lock is renewed, and how long it may not be before others take it for left, in ms. */
const RENEW_MS = 7_000;
const LEASE_MS = 45_000;
/** How long letting go may take, in ms: a step that is cancelled has ten seconds in all. */
const RELEASE_TIMEOUT_MS = 3_000;
/** What a step says of itself where it holds the lock of a stack; `attempt` is that of its run, `url` where it can be looked at. */
function claimOf(stack, owner, run) {
    return { stack, owner, ...run, token: (0,external_node_crypto_.randomUUID)(), leaseMs: LEASE_MS };
}
/**
 * Runs `work` while no other run deploys or removes the same stack, waiting for one that does. It is asked of a manager of its swarm. The lock is
 * let go whatever becomes of it. Throws as `waitForLock` does, before `work` has begun.
 */
async function holdingStack({ ssh, api }, claim, options, work) {
    const { clock, signal, log, waiting = (wait) => wait() } = options;
    try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            if (!(await (0,stack_lock/* tryLock */.bh)(api, claim, signal))) {
                const { timeoutMs } = options;
                await waiting(() => (0,stack_lock/* waitForLock */.gJ)(api, claim, { timeoutMs, clock, signal, info: log.info, warn: log.warning }));
            }
            // A stream of its own: behind a renewal that gets no answer, the questions of the work would wait.
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
        await letGo(api, claim, options);
    }
}
/** Renews the lock as long as `work` runs. A renewal that fails is tried again: the next one is soon enough. */
async function renewing(api, claim, { clock, log }, work) {
    const over = new AbortController();
    const renewals = (async () => {
        for (;;) {
            await clock.sleep(RENEW_MS, over.signal);
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
async function letGo(api, claim, { log, released }) {
    const bound = AbortSignal.timeout(RELEASE_TIMEOUT_MS);
    const release = () => (0,stack_lock/* unlock */.Tl)(api, claim, bound);
    try {
        // Once more, because whoever comes next would have to wait until it is stale.
        await release().catch(release);
        released?.();
    }
    catch (error) {
        log.warning(`The lock of stack ${claim.stack} could not be removed now; others wait for it until ${LEASE_MS / 1_000} s have passed. ${(0,errors/* describeError */.U)(error)}`);
    }
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/machines/labels.js
var machines_labels = __webpack_require__(4144);
;// CONCATENATED MODULE: ./lib/stack/record.js




const STACK_LABEL = 'swarm-up.stack';
/** What `port-offset: auto` has chosen for the stack. */
const OFFSET_LABEL = 'swarm-up.port-offset';
const PORTS_LABEL = 'swarm-up.ports';
/** With it, the record goes with the stack whoever removes it: `docker stack rm` takes the configs of its namespace along. */
const NAMESPACE_LABEL = 'com.docker.stack.namespace';
const TEXT = 'Written by Swarm Up. The labels of this config say who the stack belongs to.\n';
/** Of the name of a config. */
const NAME_LENGTH = 64;
const configs = schemas/* array */.YOg(schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Version: schemas/* object */.Ikc({ Index: schemas/* number */.aig() }),
    CreatedAt: schemas/* string */.YjP(),
    // Handed back whole by an update: the engine takes changed labels only.
    Spec: schemas/* looseObject */._H3({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish() }),
}));
/** The records of every stack of the swarm that this action has deployed. `api` is that of a manager. */
async function readStackRecords(api, signal) {
    return storedRecords(api, signal);
}
/**
 * Writes who the stack belongs to, or renews it: who made it first stays, and so does an expiry that is not given anew. Gives the expiry.
 * Throws `ActionError`, before anything is changed, where it is another repository's.
 */
async function claimStack(api, stack, owner, signal, ports) {
    const stored = await findRecord(api, stack, signal);
    if (!stored) {
        try {
            const body = {
                Name: recordName(stack),
                Labels: labelsOf(stack, owner, ports),
                Data: Buffer.from(TEXT).toString('base64'),
            };
            await api.post('/configs/create', {}, body, { signal });
        }
        catch (error) {
            // Another run may have written it at the same moment; then it is that run's to say whose it is.
            if (!(await findRecord(api, stack, signal)))
                throw error;
            return claimStack(api, stack, owner, signal, ports);
        }
        return owner.expires;
    }
    refuseForeignStack(stored, owner);
    const expires = owner.expires ?? stored.owner.expires;
    const labels = labelsOf(stack, { ...owner, run: stored.owner.run, expires }, ports);
    const { ID, Version, Spec } = stored.config;
    if (isSame(Spec.Labels ?? {}, labels))
        return expires;
    await api.post(`/configs/${ID}/update`, { version: String(Version.Index) }, { ...Spec, Labels: labels }, { signal });
    return expires;
}
/** Throws `ActionError` where the stack is another repository's. */
function refuseForeignStack({ stack, owner }, own) {
    if (owner.repository === own.repository)
        return;
    throw new errors/* ActionError */.l(`Stack ${stack} belongs to another repository (id ${owner.repository || 'unknown'}).`, { hint: 'Nothing of it was changed. Give this step another `stack-name`.' });
}
async function findRecord(api, stack, signal) {
    return (await storedRecords(api, signal)).find((one) => one.stack === stack);
}
async function storedRecords(api, signal) {
    const filters = JSON.stringify({ label: [STACK_LABEL] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    return found.flatMap((config) => {
        const labels = config.Spec.Labels ?? {};
        const stack = labels[STACK_LABEL];
        const owner = (0,machines_labels/* ownerOf */.bf)(labels);
        return stack !== undefined && owner
            ? [{ stack, owner, created: config.CreatedAt, ports: portsOf(labels), config }]
            : [];
    });
}
function labelsOf(stack, owner, ports) {
    return {
        [NAMESPACE_LABEL]: stack,
        [STACK_LABEL]: stack,
        ...ownerLabels(owner),
        ...(ports && {
            [OFFSET_LABEL]: String(ports.offset),
            [PORTS_LABEL]: ports.published.join(','),
        }),
    };
}
function portsOf(labels) {
    const offset = Number(labels[OFFSET_LABEL] ?? Number.NaN);
    if (!Number.isInteger(offset))
        return undefined;
    return { offset, published: (labels[PORTS_LABEL] ?? '').split(',').filter(Boolean) };
}
function recordName(stack) {
    const name = `${stack}_swarm-up`;
    if (name.length <= NAME_LENGTH)
        return name;
    const hash = createHash('sha256').update(stack).digest('hex').slice(0, 7);
    return `${stack.slice(0, NAME_LENGTH - 17)}-${hash}_swarm-up`;
}
function isSame(a, b) {
    const keys = Object.keys({ ...a, ...b });
    return keys.every((key) => a[key] === b[key]);
}

// EXTERNAL MODULE: ./lib/clock.js
var lib_clock = __webpack_require__(7138);
// EXTERNAL MODULE: ./lib/exec/engine-delete.js
var engine_delete = __webpack_require__(7558);
;// CONCATENATED MODULE: ./lib/stack/present.js

// What stands on a swarm, as far as a deployment has to know it: every stack, not only its own. Specs are kept whole, as the engine
// gave them, so that a service can be given back the one it had.
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
    UpdatedAt: schemas/* string */.YjP(),
    Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), Labels: labels }),
});
const network = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    Name: schemas/* string */.YjP(),
    Scope: schemas/* string */.YjP(),
    Attachable: schemas/* boolean */.zMY().default(false),
    Ingress: schemas/* boolean */.zMY().default(false),
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
/** Every service of the swarm, by name: the engine lists them by id. Rejects as `EngineApi.get` does. */
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

// EXTERNAL MODULE: ./lib/count.js
var count = __webpack_require__(3919);
;// CONCATENATED MODULE: ./lib/stack/remove-containers.js





const POLL_MS = 250;
/** How long an engine may take to remove a container whose task has ended, in ms, before it is done for it. */
const PATIENCE_MS = 5_000;
/** Words of the engine for a container that runs no more. */
const ENDED = ['created', 'exited', 'dead'];
const containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), State: schemas/* string */.YjP() }));
/**
 * Waits until the machines have no container of the stack any more. The swarm forgets a task before its node removes the container, and the
 * node tries that once: one that has ended and stays is removed. Those that still end have their grace period.
 * Throws `ActionError` naming what is left after `until`.
 */
async function untilContainersGone(machines, stack, wait) {
    const results = await Promise.allSettled(machines.map((one) => untilGone(one, stack, wait)));
    for (const result of results)
        if (result.status === 'rejected')
            throw result.reason;
}
async function untilGone({ ssh: { where }, api }, stack, { signal, clock, until }) {
    const started = clock.now();
    const query = {
        all: 'true',
        filters: JSON.stringify({ label: [`${present_STACK_LABEL}=${stack}`] }),
    };
    for (;;) {
        const left = await api.get('/containers/json', query, containers, { signal });
        if (left.length === 0)
            return;
        if (clock.now() > until) {
            throw stillThere(where, stack, left.map(({ Id }) => Id.slice(0, 12)));
        }
        if (clock.now() - started > PATIENCE_MS) {
            // With its anonymous volumes. Where it is refused, the next look tells.
            for (const { Id } of left.filter(({ State }) => ENDED.includes(State))) {
                await (0,engine_delete/* tryToDelete */.i)(api, `/containers/${Id}?force=true&v=true`, signal);
            }
        }
        await clock.sleep(POLL_MS, signal);
    }
}
function stillThere(where, stack, ids) {
    return new errors/* ActionError */.l(`Stack ${stack} is not wholly removed: ${(0,count/* count */.U)(ids.length, 'container')} left on ${where}.`, { hint: `On ${where}: docker rm --force --volumes ${ids.join(' ')}` });
}

;// CONCATENATED MODULE: ./lib/stack/remove.js






const remove_POLL_MS = 250;
/** Tasks end after the longest stop grace period among them, and only then their networks can go. In ms. */
const TIMEOUT_MS = 120_000;
/** In this order: what comes later is in use by what comes before. */
const IN_USE = ['service', 'network', 'secret'];
const ALL = [...IN_USE, 'config'];
/**
 * Removes a stack, as a manager of its swarm: services, then, once their tasks have ended, networks, secrets, what is left of its containers on
 * `machines`, its volumes there where `volumes` is set, and configs. A stack that is not there is removed already, and what volumes it left may
 * be somebody else's: they stay. Configs come last, because one of them says whose the stack is: where a volume cannot be removed, the next try
 * still knows. `docker stack rm` does the same without waiting, and fails for networks that are still in use.
 * Throws `ActionError` naming what is left after two minutes.
 */
async function removeStack(manager, stack, options) {
    const { signal, clock = lib_clock/* systemClock */.m, machines = [] } = options;
    const removal = { stack, signal, clock, until: clock.now() + TIMEOUT_MS };
    const isThere = options.volumes === true && (await hasAny(manager, removal));
    const at = { ssh: { where: 'a manager' }, api: manager };
    let removed = 0;
    for (const kind of IN_USE)
        removed += (await removeKind(at, kind, removal)).length;
    if (removed > 0)
        await untilContainersGone(machines, stack, removal);
    const volumes = isThere ? await removeVolumes(machines, removal) : [];
    removed += (await removeKind(at, 'config', removal)).length;
    return { removed, volumes };
}
async function hasAny(manager, removal) {
    const found = await Promise.all(ALL.map((kind) => list(manager, kind, removal)));
    return found.some((ids) => ids.length > 0);
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
/** Gives what went. */
async function removeKind({ ssh, api }, kind, removal) {
    const { stack, signal, clock, until } = removal;
    const removed = new Set();
    for (;;) {
        const ids = await list(api, kind, removal);
        if (ids.length === 0)
            return [...removed];
        const said = await remove(api, kind, ids, signal);
        for (const id of ids)
            removed.add(id);
        if (said.length === 0)
            continue;
        if (clock.now() > until) {
            throw new errors/* ActionError */.l(`Stack ${stack} is not wholly removed: ${ids.length} ${kind}s left.`, {
                details: said.join('\n'),
                hint: `On ${ssh.where}: docker ${kind} rm ${ids.join(' ')}`,
            });
        }
        await clock.sleep(remove_POLL_MS, signal);
    }
}
const objects = schemas/* array */.YOg(schemas/* object */.Ikc({ ID: schemas/* string */.YjP() }));
const networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP() }));
const volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/** The ids of a stack's objects of one kind, of volumes the names; found by the label that `docker stack deploy` gives them. */
async function list(api, kind, { stack, signal }) {
    const query = { filters: JSON.stringify({ label: [`${present_STACK_LABEL}=${stack}`] }) };
    if (kind === 'volume') {
        const { Volumes } = await api.get('/volumes', query, volumes, { signal });
        return (Volumes ?? []).map(({ Name }) => Name);
    }
    if (kind === 'network') {
        return (await api.get('/networks', query, networks, { signal })).map(({ Id }) => Id);
    }
    return (await api.get(`/${kind}s`, query, objects, { signal })).map(({ ID }) => ID);
}
/** What the engine said where it refused, and where its answer was lost; nothing where all went. Gone already is gone. */
async function remove(api, kind, ids, signal) {
    const said = [];
    for (const id of ids) {
        const refusal = await (0,engine_delete/* tryToDelete */.i)(api, `/${kind}s/${id}`, signal);
        if (refusal !== undefined)
            said.push(refusal);
    }
    return said;
}

// EXTERNAL MODULE: ./lib/step.js
var step = __webpack_require__(8080);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/swarm/commands.js

/** Where a node listens for the others: at all its addresses. dockerd's own default is IPv4 only. */
function commands_listenAddress(address) {
    return isIPv6(address) ? '[::]:2377' : '0.0.0.0:2377';
}
/** Makes a swarm that lost its majority work again, with this manager as its only one; services and networks stay. */
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
function commands_drain(node) {
    return ['docker', 'node', 'update', '--availability', 'drain', node];
}
/** `--force` because a node that left on its own, or died, may not be seen as down yet. */
function commands_removeNode(node) {
    return ['docker', 'node', 'rm', '--force', node];
}
/** Adds and takes away labels of a node. */
function labelNode(node, add, remove = []) {
    return [
        'docker',
        'node',
        'update',
        ...Object.entries(add).map(([key, value]) => `--label-add=${key}=${value}`),
        ...remove.map((key) => `--label-rm=${key}`),
        node,
    ];
}
/** The bridge by which containers of overlay networks reach the outside; made by the first join, and left behind by `docker swarm leave`. */
const GATEWAY_NETWORK = 'docker_gwbridge';
function inspectGateway() {
    return ['docker', 'network', 'inspect', GATEWAY_NETWORK];
}
/** The end that an engine has at the bridge for the routing mesh (moby libnetwork: `gateway_` and the name of the sandbox). */
const INGRESS_END = 'gateway_ingress-sbox';
/**
 * Prints what is attached to the bridge, a line for each end: the id of its container, or the name of a sandbox of the engine's own, and the
 * name of the end. Fails where there is no bridge.
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
/** Prints the names of the volumes that carry all of these labels (`key=value`). */
function listMarks(labels) {
    const filters = labels.map((label) => `--filter=label=${label}`);
    return ['docker', 'volume', 'ls', '--quiet', ...filters];
}
function removeMark(name) {
    return ['docker', 'volume', 'rm', '--force', name];
}
/**
 * Whether the kernel of a machine can do IPVS, which the routing mesh and virtual IPs rest on: /proc/net/ip_vs is there once the
 * module is loaded or built in. A user who may not load it is told whether dockerd can.
 */
function probeIpvs() {
    return [
        'sh',
        '-c',
        'PATH=$PATH:/usr/sbin:/sbin; [ -e /proc/net/ip_vs ] || modprobe ip_vs 2>/dev/null; [ -e /proc/net/ip_vs ] || { [ "$(id -u)" != 0 ] && modprobe -n -q ip_vs; }',
    ];
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
/** What `docker swarm init` sends where nothing else is asked for: the size of a network of an address pool. */
const SUBNET_SIZE = 24;
/** dockerd itself takes 20 s until it gives up, or goes on in the background. */
const CHANGE_TIMEOUT_MS = 60_000;
/** How long a machine that is joining may take to say in which swarm it is, in ms. */
const PENDING_TIMEOUT_MS = 30_000;
const membership_POLL_MS = 200;
/** How often a change is begun where its answer is lost each time. */
const TRIES = 3;
/** The node that the machine of `api` is. */
async function readNodeId(api, signal) {
    return (await api.get('/info', {}, membership_self, { signal })).Swarm.NodeID;
}
/** Why this goes through the API and not `docker swarm join`: a token in argv can be read by every process of the machine. */
async function readJoinTokens(api, signal) {
    return (await api.get('/swarm', {}, swarm, { signal })).JoinTokens;
}
/** The labels of the swarm that the manager of `api` is in: those that `init` gave it. */
async function readSwarmLabels(api, signal) {
    return (await api.get('/swarm', {}, labelled, { signal })).Spec.Labels ?? {};
}
/**
 * Makes the machine that `api` talks to the first manager of a new swarm. Through the API and not `docker swarm init`, which has no labels:
 * so it is known from its beginning whose swarm it is.
 */
async function init(api, options) {
    const { address, dataPath, addressPools, labels, signal } = options;
    const body = {
        ListenAddr: listenAddress(address),
        AdvertiseAddr: address,
        ...(dataPath !== undefined && { DataPathAddr: dataPath }),
        ...(addressPools.length > 0 && { DefaultAddrPool: addressPools, SubnetSize: SUBNET_SIZE }),
        Spec: { Labels: labels },
    };
    await untilMember(api, signal, () => api.post('/swarm/init', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }));
}
/** Lets the machine that `api` talks to join the swarm of the managers at `managers` (addresses, without port). */
async function join(api, options) {
    const { signal } = options;
    const body = {
        ListenAddr: listenAddress(options.address),
        AdvertiseAddr: options.address,
        ...(options.dataPath !== undefined && { DataPathAddr: options.dataPath }),
        RemoteAddrs: options.managers.map((address) => isIPv6(address) ? `[${address}]:2377` : `${address}:2377`),
        JoinToken: options.token,
    };
    await untilMember(api, signal, () => api.post('/swarm/join', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }));
}
/**
 * Makes a machine, which is in no swarm, a member of one. Where the answer is lost, it may be one or not: that is asked before it is told
 * again.
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
            if (!(error instanceof NoAnswer) || tries === TRIES)
                throw error;
        }
    }
}
/** The state of a machine in its swarm, once it has decided: a word of the engine, `pending` where it has not. */
async function settledState(api, signal, clock = systemClock) {
    const until = clock.now() + PENDING_TIMEOUT_MS;
    for (;;) {
        const { LocalNodeState } = (await api.get('/info', {}, membership_self, { signal })).Swarm;
        if (LocalNodeState !== 'pending' || clock.now() > until)
            return LocalNodeState;
        await clock.sleep(membership_POLL_MS, signal);
    }
}
/** Makes both join tokens worthless and new ones in their place: nobody may join with what a log or a memory still holds. */
async function rotateJoinTokens(api, signal) {
    try {
        await rotateOnce(api, signal);
    }
    catch (error) {
        signal.throwIfAborted();
        // They may be new or not; newer ones do no harm.
        if (!(error instanceof NoAnswer))
            throw error;
        await rotateOnce(api, signal);
    }
}
async function rotateOnce(api, signal) {
    const { Version, Spec } = await api.get('/swarm', {}, swarm, { signal });
    await api.post('/swarm/update', {
        version: String(Version.Index),
        rotateWorkerToken: 'true',
        rotateManagerToken: 'true',
    }, Spec, { signal });
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
;// CONCATENATED MODULE: ./lib/swarm/objects.js

// What is read of the Engine API's objects, in its own names (https://docs.docker.com/reference/api/engine/). Fields that are not
// named here are dropped. States stay plain strings: an engine may know one more than this list, and only a few decide anything.
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
        /** `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`, `rollback_completed`. */
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
/** How often a node is labelled while the swarm itself changes it. */
const LABEL_TRIES = 20;
/**
 * Adds and takes away labels of a node, told to a manager. A node that has just joined is changed by the swarm, too, which then refuses what
 * was meant for its earlier state: it is told again.
 */
async function nodes_labelNode(manager, id, { add = {}, remove = [] }, signal) {
    for (let tries = 1;; tries += 1) {
        try {
            await manager.run(labelNode(id, add, remove), { signal, repeatable: true });
            return;
        }
        catch (error) {
            const isOutdated = error instanceof executor/* CommandError */.Qd && /out of sequence/.test(error.message + error.details);
            if (!isOutdated || tries === LABEL_TRIES)
                throw error;
        }
        await lib_clock/* systemClock */.m.sleep(nodes_POLL_MS, signal);
    }
}
/**
 * Whether a node can be given work, and takes part in the consensus exactly where it is a manager: one that was demoted a moment ago may
 * still do so, and would then be refused when it is promoted again.
 */
function isReady(node) {
    const settled = nodes_isManager(node)
        ? node.ManagerStatus?.Reachability === 'reachable'
        : !node.ManagerStatus;
    return node.Status.State === 'ready' && settled;
}
/**
 * Waits until each of the named nodes is ready in its role.
 * Throws `ActionError` after `timeoutMs` that names those that are not, with their state.
 */
async function waitForNodes(api, wanted, options) {
    const { signal, timeoutMs } = options;
    const until = performance.now() + timeoutMs;
    for (;;) {
        const known = await nodes_listNodes(api, signal);
        const waiting = [...wanted].filter(([id, role]) => {
            const node = known.find((one) => one.ID === id);
            return !(node && node.Spec.Role === role && isReady(node));
        });
        if (waiting.length === 0)
            return known;
        if (performance.now() > until) {
            throw new ActionError(`${waiting.length} of ${wanted.size} nodes did not become ready within ${timeoutMs / 1_000} s.`, {
                details: waiting
                    .map(([id]) => describe(known.find((one) => one.ID === id), id))
                    .join('\n'),
                hint: 'The machine may be overloaded. Where nodes are on different machines, they must reach each other at 2377/tcp, 7946/tcp, 7946/udp and 4789/udp.',
                status: 'timeout',
            });
        }
        await systemClock.sleep(nodes_POLL_MS, signal);
    }
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

;// CONCATENATED MODULE: ./lib/swarm/quorum.js

/** Whether most managers of a swarm can be reached once the nodes with these ids are managers no more. */
function quorum_keepsMajority(nodes, demoted) {
    const left = nodes.filter((node) => isManager(node) && !demoted.has(node.ID));
    return left.filter(isReachable).length * 2 > left.length;
}
function isReachable({ ManagerStatus }) {
    return ManagerStatus?.Reachability === 'reachable';
}

;// CONCATENATED MODULE: ./lib/swarm/record.js

/** On a node that this action let join; what is not there was a member before. */
const JOINED = 'swarm-up.joined';
/** The keys of the labels that `hosts` gave the node, so that they can be taken off again. */
const LABEL_KEYS = 'swarm-up.labels';
/** Its joining made the bridge of the overlay networks, which `docker swarm leave` forgets. */
const GATEWAY = 'swarm-up.gateway-made';
/** Whether labels, of a swarm or a node, say that it is of this cluster of this repository. */
function isOwnedBy(labels, { cluster, repository }) {
    const found = (0,machines_labels/* ownerOf */.bf)(labels);
    return found?.cluster === cluster && found.repository === repository;
}
/** Labels of a swarm that is initialised: whose it is, and that this made the bridge of overlay networks on its first host. */
function swarmLabels(owner, gatewayMade) {
    return { ...ownerLabels(owner), ...(gatewayMade && { [GATEWAY]: 'true' }) };
}
/** Whether initialising a swarm with these labels made the bridge of overlay networks on its first host. */
function isGatewayMade(labels) {
    return labels[GATEWAY] === 'true';
}
/** The labels that a record is made of, those of the user among them. */
function recordLabels(record) {
    const keys = Object.keys(record.labels);
    return {
        ...record.labels,
        ...(0,machines_labels/* ownerLabels */.H0)(record.owner),
        ...(record.joined && { [JOINED]: 'true' }),
        ...(record.gatewayMade && { [GATEWAY]: 'true' }),
        ...(keys.length > 0 && { [LABEL_KEYS]: keys.join(',') }),
    };
}
/** What stands on a node; undefined where nothing of ours does. */
function recordOf(node) {
    const labels = node.Spec.Labels ?? {};
    const owner = (0,machines_labels/* ownerOf */.bf)(labels);
    if (owner === undefined)
        return undefined;
    const keys = (labels[LABEL_KEYS] ?? '').split(',').filter(Boolean);
    return {
        owner,
        joined: labels[JOINED] === 'true',
        gatewayMade: isGatewayMade(labels),
        labels: Object.fromEntries(keys.map((key) => [key, labels[key] ?? ''])),
    };
}

;// CONCATENATED MODULE: ./lib/swarm/entrance.js








/** A manager that has lost its majority answers late or never; then another is asked. In ms. */
const ASK_TIMEOUT_MS = 10_000;
/** How long the managers that are left may take to elect a leader, in ms. */
const ELECTION_MS = 20_000;
const entrance_POLL_MS = 500;
/**
 * The first manager with a majority behind it, through which a swarm can be changed; undefined where there is no manager at all. Where there
 * are some and none has a majority, disposable machines go on with the first one alone. A host that was there before, and is a manager of some
 * swarm, is asked only where it is named as a manager, or where that swarm is known to be this cluster's.
 * Throws `ActionError` where machines that are not disposable have no majority.
 */
async function findManager(machines, options) {
    const { disposable, log, signal } = options;
    const until = performance.now() + ELECTION_MS;
    for (;;) {
        const { manager, candidates } = await askManagers(machines, options);
        if (manager)
            return { manager, forced: false };
        const survivor = candidates[0];
        if (!survivor)
            return undefined;
        if (disposable) {
            log.warning(`The swarm has lost the majority of its managers; it goes on with ${survivor.name} as the only one, and the others join anew.`);
            await survivor.ssh.run(forceNewCluster(survivor.advertise), { signal });
            return { manager: survivor, forced: true };
        }
        if (performance.now() > until)
            throw noMajority(candidates);
        await lib_clock/* systemClock */.m.sleep(entrance_POLL_MS, signal);
    }
}
/** The first manager with a majority behind it, and all that may be asked. */
async function askManagers(machines, { disposable, cluster, signal, }) {
    const managers = machines.filter(({ engine }) => engine.Swarm.ControlAvailable);
    const candidates = [];
    for (const machine of managers) {
        const known = await knownManagers(machine, signal);
        const alive = disposable
            ? known.filter(({ ID }) => managers.some(({ engine }) => engine.Swarm.NodeID === ID))
            : known.filter(isReachable);
        const isNamed = disposable || machine.role === 'manager';
        if (!isNamed && !(await isOf(cluster, machine, known, signal)))
            continue;
        candidates.push(machine);
        if (alive.length * 2 > known.length)
            return { manager: machine, candidates };
    }
    return { candidates };
}
/**
 * The managers that one of them knows; none where it cannot say. For some seconds after the others have died a leader believes them to be
 * reachable, so for machines of ours it is our own list that counts.
 */
async function knownManagers(machine, signal) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]);
    try {
        return (await nodes_listNodes(machine.api, limit)).filter(nodes_isManager);
    }
    catch (error) {
        signal.throwIfAborted();
        // Whether it has a majority is not known where it is only cut off from here.
        if (machine.ssh.outage() !== undefined)
            throw error;
        return [];
    }
}
/** Whether the swarm of a manager is known to be a cluster's: by its own labels, or by those of a manager. */
async function isOf(cluster, machine, known, signal) {
    if (known.some((node) => recordOf(node)?.owner.cluster === cluster))
        return true;
    // It cannot be asked without a majority.
    if (known.length === 0)
        return false;
    return (0,machines_labels/* ownerOf */.bf)(await readSwarmLabels(machine.api, signal))?.cluster === cluster;
}
function noMajority(managers) {
    return new errors/* ActionError */.l(`The swarm of ${managers.map(({ name }) => name).join(', ')} has lost the majority of its managers, so nothing in it can be changed.`, {
        hint: 'Bring managers back until most of them run. If they are lost for good, run on one that is left: docker swarm init --force-new-cluster --advertise-addr <its address>',
    });
}

;// CONCATENATED MODULE: ./lib/swarm/gateway.js



/** How long a host that has just joined may take to attach itself to the routing mesh, in ms. Seen on a busy one: more than 5 s. */
const ATTACH_MS = 30_000;
/** How long the engine of a host that has left may take to let go of the bridge, in ms. */
const REMOVE_MS = 10_000;
/** How long an engine that left before it was attached may still make the bridge anew, in ms. */
const SETTLE_MS = 3_000;
const gateway_POLL_MS = 200;
/**
 * Waits until a node is attached to the routing mesh, and gives whether it is. One that leaves before it is keeps the network `ingress` and its
 * end of the bridge: the engine makes them although it has left. Warns where it is not attached after `ATTACH_MS`.
 */
async function untilAttached(host, { signal, log, clock = lib_clock/* systemClock */.m }) {
    const until = clock.now() + ATTACH_MS;
    for (;;) {
        const ends = await readEnds(host, signal);
        if (ends?.some(({ name }) => name === INGRESS_END))
            return true;
        if (clock.now() > until)
            break;
        await clock.sleep(gateway_POLL_MS, signal);
    }
    log.warning(`${host.name} is not attached to the routing mesh after ${ATTACH_MS / 1000} s. It leaves all the same; whether its engine then keeps docker_gwbridge is looked at.`);
    return false;
}
/**
 * Removes the bridge that joining has made on a host which has left, and gives whether it has gone. It stays, with a warning, where containers of
 * somebody are attached to it. With `wasAttached` false the engine may still make it anew, which is waited for.
 * Throws `ActionError` where it stays for another reason after `REMOVE_MS`: the engine itself holds it, or refuses.
 */
async function gateway_removeGateway(host, wasAttached, { signal, log, clock = lib_clock/* systemClock */.m }) {
    const until = clock.now() + REMOVE_MS;
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
            if (now > until)
                throw stays(host, ends, refusal);
        }
        await clock.sleep(gateway_POLL_MS, signal);
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
/** The names of the containers that are attached. What the list of containers does not know is the engine's own, or left of a container. */
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
function stays({ name }, ends, refusal) {
    const attached = ends.map((end) => end.name).join(', ');
    const isHeld = attached !== '';
    return new errors/* ActionError */.l(`${name} has left the swarm, and docker_gwbridge, which joining made, is still there.`, {
        details: isHeld ? `${refusal}\nattached, and of no container: ${attached}` : refusal,
        hint: isHeld
            ? `The engine lets go of it when it starts anew. On ${name}: systemctl restart docker && docker network rm docker_gwbridge\nOr restart it, then run \`down\` again.`
            : `On ${name}: docker network rm docker_gwbridge\nOr run \`down\` again.`,
    });
}
function asking(signal) {
    return { anyExitCode: true, repeatable: true, signal };
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
 * Gives the network of the routing mesh this MTU. An option of a network is fixed when it is made, so it is removed and made anew with the same
 * addresses, or made where it is missing; where that is not for us to do, or services publish ports by it, a warning says how. Nothing is done where it has the MTU.
 * Throws `ActionError` where the swarm is left without the network.
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
    const until = clock.now() + APPEAR_TIMEOUT_MS;
    for (;;) {
        const ingress = await readIngress(api, signal);
        if (ingress || clock.now() > until)
            return ingress;
        await clock.sleep(ingress_POLL_MS, signal);
    }
}
/** The network of the routing mesh, as a manager knows it; undefined where the swarm has none. */
async function readIngress(api, signal) {
    const found = await api.get('/networks', {}, ingress_networks, { signal });
    return found.find(({ Ingress }) => Ingress);
}
async function replace(api, ingress, { mtu, signal, clock = systemClock }) {
    const until = clock.now() + REPLACE_TIMEOUT_MS;
    const body = {
        Name: ingress.Name,
        Driver: 'overlay',
        Ingress: true,
        Options: { [MTU_OPTION]: String(mtu) },
        ...(ingress.IPAM && { IPAM: ingress.IPAM }),
    };
    if (ingress !== MISSING)
        await api.delete(`/networks/${ingress.Id}`, { signal });
    for (;;) {
        try {
            await api.post('/networks/create', {}, body, { signal });
            return;
        }
        catch (error) {
            // Until each node has let it go, the name is taken.
            if (!(error instanceof EngineRefusal))
                throw error;
            if (clock.now() > until) {
                throw new ActionError('The network of the routing mesh could not be made anew.', {
                    details: error.details ?? error.message,
                    hint: `The swarm has none now, so no port published with \`mode: ingress\` answers. On a manager: ${create(ingress, mtu)}`,
                    cause: error,
                });
            }
            await clock.sleep(ingress_POLL_MS, signal);
        }
    }
}
function remedy(ingress, mtu) {
    return `To change it, while no service publishes ports with \`mode: ingress\`, on a manager: docker network rm ${ingress.Name}, then ${create(ingress, mtu)}`;
}
function create({ Name }, mtu) {
    return `docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ${Name}`;
}

;// CONCATENATED MODULE: ./lib/swarm/joining.js






// A host that joins has no label until it is a node. So the swarm is told before: a run that is lost between the two leaves a host that any
// later run can let go, though it remembers nothing.
const JOINING = 'swarm-up.joining';
const WITHOUT_GATEWAY = 'swarm-up.joining.without-gateway';
const joining_configs = schemas/* array */.YOg(schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Spec: schemas/* object */.Ikc({
        Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
            .nullish()
            .transform((labels) => labels ?? {}),
    }),
}));
/** Writes into the swarm of a manager which hosts join it now. What an earlier run has written stays beside it. */
async function announceJoining(api, owner, { addresses, withoutGateway }, signal) {
    const labels = {
        ...ownerLabels(owner),
        [JOINING]: addresses.join(','),
        [WITHOUT_GATEWAY]: withoutGateway.join(','),
    };
    const Data = Buffer.from('Hosts are joining.\n').toString('base64');
    try {
        const body = { Name: nameOf(labels), Labels: labels, Data };
        await api.post('/configs/create', {}, body, { signal });
    }
    catch (error) {
        // The same is written there already.
        if (!(error instanceof EngineRefusal && error.httpStatus === 409))
            throw error;
    }
}
/** What runs of this cluster that did not come to an end have written. */
async function readJoining(api, cluster, signal) {
    const found = await find(api, cluster, signal);
    const listed = (label) => found.flatMap(({ Spec }) => (Spec.Labels[label] ?? '').split(',')).filter(Boolean);
    return { addresses: listed(JOINING), withoutGateway: listed(WITHOUT_GATEWAY) };
}
/** To be called once each host has its labels, or has left. Gone already is success. */
async function forgetJoining(api, cluster, signal) {
    for (const { ID } of await find(api, cluster, signal)) {
        await (0,engine_delete/* deleteIfThere */.l)(api, `/configs/${ID}`, signal);
    }
}
async function find(api, cluster, signal) {
    const filters = JSON.stringify({ label: [JOINING] });
    const found = await api.get('/configs', { filters }, joining_configs, { signal });
    return found.filter(({ Spec }) => isOwnedBy(Spec.Labels, cluster));
}
function nameOf(labels) {
    const hash = createHash('sha256').update(JSON.stringify(labels));
    return `swarm-up-joining-${hash.digest('hex').slice(0, 16)}`;
}

// EXTERNAL MODULE: ./lib/exec/lost-connection.js
var lost_connection = __webpack_require__(3265);
;// CONCATENATED MODULE: ./lib/swarm/leave.js








const leave_POLL_MS = 200;
/** How long the tasks of a drained node may take to end, in ms; what is not gone then goes with the machine. */
const DRAIN_TIMEOUT_MS = 60_000;
const DEMOTE_TIMEOUT_MS = 30_000;
/** How long containers of a node that has left may take to go, in ms. */
const CONTAINERS_TIMEOUT_MS = 20_000;
const runningTasks = schemas/* array */.YOg(schemas/* object */.Ikc({ Status: schemas/* object */.Ikc({ State: schemas/* string */.YjP() }) }));
/** Takes a machine out of the swarm in good order: its tasks move, it is no manager any more, it leaves, its node is removed. */
async function removeSurplus(options) {
    const { manager, machine, node, signal, left } = options;
    if (!node)
        return;
    await leave_drain(manager, node, signal);
    await leave_removeNode(manager, node, signal, async () => {
        await leaveSwarm(machine, node.ID, { signal, ...(left && { left }) });
    });
}
/** Lets the tasks of a node move to others, and waits until they have ended there; of one that is down nothing can be waited for. */
async function leave_drain(manager, node, signal) {
    await manager.ssh.run(commands_drain(node.ID), { signal, repeatable: true });
    if (node.Status.State !== 'ready')
        return;
    await waitUntil(DRAIN_TIMEOUT_MS, signal, async () => {
        const filters = JSON.stringify({ node: [node.ID], 'desired-state': ['shutdown'] });
        const tasks = await manager.api.get('/tasks', { filters }, runningTasks, { signal });
        return tasks.every((task) => task.Status.State !== 'running');
    });
}
/**
 * Takes a machine out of its swarm from its own side, with the containers that it ran there. Where that fails, it is asked whether it has left
 * all the same, and told again where only the connection was lost. Throws `ActionError` naming the containers that are still there after `CONTAINERS_TIMEOUT_MS`.
 */
async function leaveSwarm(machine, nodeId, options) {
    const { signal, clock = lib_clock/* systemClock */.m } = options;
    try {
        await machine.ssh.run(leave(), { signal });
    }
    catch (error) {
        const { Swarm } = await (0,machines_engine/* readEngine */.Rz)(machine.ssh, signal);
        if (Swarm.LocalNodeState !== 'inactive') {
            if (!(error instanceof lost_connection/* LostConnection */.$I))
                throw error;
            await machine.ssh.run(leave(), { signal });
        }
    }
    try {
        if (nodeId !== '')
            await removeLeftContainers(machine, nodeId, signal, clock);
    }
    finally {
        await options.left?.();
    }
}
/**
 * `docker swarm leave` removes the node's containers but those that are just being removed, and only logs where one would not go: of a task
 * that has ended a moment before, the container may stay for good.
 */
async function removeLeftContainers(machine, nodeId, signal, clock) {
    const list = async () => {
        const { stdout } = await machine.ssh.run(containersOfNode(nodeId), {
            signal,
            repeatable: true,
        });
        return stdout.split('\n').filter(Boolean);
    };
    const gone = await waitUntil(CONTAINERS_TIMEOUT_MS, signal, async () => {
        const ids = await list();
        if (ids.length === 0)
            return true;
        await machine.ssh.run(removeContainers(ids), { anyExitCode: true, signal });
        return false;
    }, clock);
    if (gone)
        return;
    const ids = await list();
    throw new errors/* ActionError */.l(`${machine.name} has left the swarm, and containers of its tasks are still there: ${ids.join(', ')}`, { hint: `On ${machine.name}: docker rm --force --volumes ${ids.join(' ')}` });
}
/**
 * Makes a worker of a manager, and waits until the others do without it in their consensus: until then they refuse to remove it, and to let
 * another one go.
 * Throws `ActionError` where it is still a manager after `DEMOTE_TIMEOUT_MS`.
 */
async function leave_demote(manager, node, signal, clock = lib_clock/* systemClock */.m) {
    let isTold = false;
    let refused;
    const demoted = await waitUntil(DEMOTE_TIMEOUT_MS, signal, async () => {
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
    throw new errors/* ActionError */.l(`${node.Description.Hostname} is still a manager after its demotion.`, {
        ...(refused?.details !== undefined && { details: refused.details }),
        hint: 'Most of the managers must be reachable (`docker node ls` on one of them). Bring them back, then run again.',
    });
}
/** What the leader said where it counts too few managers for now: one that has just joined, or come back, is not counted at once. */
async function tryToDemote(manager, node, signal) {
    try {
        await manager.ssh.run(demote([node.ID]), { signal, repeatable: true });
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
    await manager.ssh.run(commands_removeNode(node.ID), { signal });
}
/** Asks until the answer is yes; false where it was not within `timeoutMs`. */
async function waitUntil(timeoutMs, signal, ask, clock = lib_clock/* systemClock */.m) {
    const until = clock.now() + timeoutMs;
    for (;;) {
        if (await ask())
            return true;
        if (clock.now() > until)
            return false;
        await clock.sleep(leave_POLL_MS, signal);
    }
}

;// CONCATENATED MODULE: ./lib/swarm/leaving.js



// A host that has left its swarm has no node any more to write on. So a volume without content is made there before: as long as it exists, any
// later run knows that `docker_gwbridge` is still to be removed.
const LEAVING = 'swarm-up.leaving=gateway-made';
/**
 * Writes on a host that it leaves for this cluster, and that joining has made its bridge. Twice is as good as once. A host on which nothing can
 * be written leaves all the same, as one with a full disk.
 */
async function markLeaving({ name, ssh }, owner, { signal, log }) {
    const [key = '', value = ''] = LEAVING.split('=');
    const labels = { ...(0,machines_labels/* ownerLabels */.H0)(owner), [key]: value };
    const options = { anyExitCode: true, repeatable: true, signal };
    const { exitCode, stderr } = await ssh.run(createMark(leaving_nameOf(owner), labels), options);
    if (exitCode === 0)
        return;
    log.info(`${name}: if this step is ended now, no later one knows that docker_gwbridge is to be removed (${stderr.trim()})`);
}
/** Whether an earlier run of this cluster has left a host and not removed the bridge. */
async function isLeaving({ ssh }, cluster, signal) {
    const { stdout } = await ssh.run(listMarks([LEAVING, ...(0,machines_labels/* ownedFilter */.An)(cluster)]), {
        repeatable: true,
        signal,
    });
    return stdout.split('\n').includes(leaving_nameOf(cluster));
}
/** To be called once the bridge has gone, or is to stay. Gone already is success. */
async function forgetLeaving({ ssh }, cluster, signal) {
    await ssh.run(removeMark(leaving_nameOf(cluster)), { repeatable: true, signal });
}
function leaving_nameOf({ cluster, repository }) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify([cluster, repository]));
    return `swarm-up-leaving-${hash.digest('hex').slice(0, 16)}`;
}

;// CONCATENATED MODULE: ./lib/swarm/unlisted.js




/** Nodes that joined for this cluster. */
function ours(nodes, { cluster, repository }) {
    return nodes.filter((node) => {
        const record = recordOf(node);
        return (record?.joined && record.owner.cluster === cluster && record.owner.repository === repository);
    });
}
/**
 * Removes what a host left of itself in the swarm before it was set up anew: a node that joined for this cluster, is not there any more, and
 * has the host name of a node that is.
 */
async function removeReplaced(members, asked) {
    const { manager, owner, log, signal } = asked;
    const replaced = ours(await listNodes(manager.api, signal), owner).filter((node) => node.Status.State !== 'ready' &&
        members.every(({ ID }) => ID !== node.ID) &&
        members.some(({ Description }) => Description.Hostname === node.Description.Hostname));
    for (const node of replaced) {
        log.info(`${node.Description.Hostname}  joined anew; its old node ${node.ID}, which is ${node.Status.State}, is removed`);
        await removeNode(manager, node, signal);
    }
}
/**
 * Removes nodes that did not answer and joined for this cluster, so that the rest does not wait for them. `known` are those that are
 * connected.
 */
async function removeDown(known, asked) {
    const { manager, owner, log, signal } = asked;
    const down = ours(await nodes_listNodes(manager.api, signal), owner).filter(({ ID, Status }) => !known.has(ID) && Status.State === 'down');
    for (const node of down) {
        await leave_removeNode(manager, node, signal);
        log.warning(removed(node, 'is down'));
    }
}
/**
 * Nodes that joined for this cluster and whose host is not listed any more: named, and with `remove` drained, demoted and removed, but
 * never where most managers could not be reached then.
 */
async function treatUnlisted(members, remove, asked) {
    const { manager, owner, log, signal } = asked;
    const known = new Set(members.map(({ ID }) => ID));
    // Dead managers first: the majority is that of the others then.
    const unlisted = ours(await listNodes(manager.api, signal), owner)
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
function removed({ Description: { Hostname } }, reason) {
    return `${Hostname} ${reason}, and was removed from the swarm. Its own dockerd does not know that yet. On ${Hostname}, run: docker swarm leave --force`;
}

;// CONCATENATED MODULE: ./lib/swarm/dissolve.js












const dissolve_services = schemas/* array */.YOg(schemas/* object */.Ikc({ Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP() }) }));
/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes record it: nodes that joined leave in good
 * order, a swarm that was initialised ends, labels are taken off. A swarm that still runs services of somebody stays whole, with a warning.
 * Gives what has left, for example `node web-1`.
 * What an earlier run has left to do on hosts that have left is done, too.
 * Throws `ActionError` that names hosts that were in no swarm before, and stay in one that cannot be asked, and such that keep their bridge.
 */
async function dissolve(machines, owner, options) {
    const kept = [];
    await finishLeaving(machines, owner, { ...options, kept });
    const left = await undo(machines, owner, { ...options, kept }).catch((error) => {
        throw kept.length === 0 ? error : several([error, ...kept]);
    });
    if (kept.length > 0)
        throw kept.length === 1 ? kept[0] : several(kept);
    return left;
}
function several(failures) {
    return new AggregateError(failures, 'Not all of the hosts are as they were.');
}
async function undo(machines, owner, options) {
    const { signal, log } = options;
    const entrance = await findManager(machines, {
        ...options,
        disposable: false,
        cluster: owner.cluster,
    });
    if (!entrance) {
        if (options.unreached.length > 0)
            throw noManagerReached(options.unreached);
        log.info('No host is a manager of a swarm that was formed or joined by this action');
        await leaveUnknown(machines, [], owner, options);
        return [];
    }
    const { manager } = entrance;
    const { api } = manager;
    const nodes = await nodes_listNodes(api, signal);
    const outside = withJoining(options.outside, machines, await readJoining(api, owner, signal));
    await leaveUnknown(machines, nodes, owner, { ...options, outside });
    const labels = await readSwarmLabels(api, signal);
    const initialised = isOwnedBy(labels, owner);
    const gatewayMade = initialised && isGatewayMade(labels);
    const ours = changed(machines, nodes, { owner, initialised, gatewayMade, outside });
    const running = initialised ? await api.get('/services', {}, dissolve_services, { signal }) : [];
    if (running.length > 0) {
        log.warning(`The swarm stays: it still runs ${running.map(({ Spec }) => Spec.Name).join(', ')}, which ${running.length === 1 ? 'is' : 'are'} not of this step.`);
        return [];
    }
    // Managers that are down count in the majority that the others need to leave in good order.
    await removeDown(new Set(machines.map(({ engine }) => engine.Swarm.NodeID)), {
        manager,
        owner,
        ...options,
    });
    // The one that is asked goes last; a swarm that was there before keeps it in any case.
    const others = ours.filter(({ machine }) => machine !== manager);
    const hasMesh = (await readIngress(api, signal)) !== undefined;
    const leaving = { ...options, owner, hasMesh };
    for (const one of others)
        await release(one, manager, leaving);
    await forgetJoining(api, owner, signal);
    const left = others.filter(({ record }) => record.joined).map(({ machine }) => machine);
    const last = ours.find(({ machine }) => machine === manager);
    if (last && initialised) {
        await end(last, leaving);
        left.push(manager);
    }
    else if (last) {
        await unlabel(last, manager, signal);
    }
    return left.map(({ name }) => `node ${name}`);
}
/**
 * The machines that `up` changed. A node without a label is one where the swarm itself was made by us, or its host was in none before:
 * then `up` was ended between the two.
 */
function changed(machines, nodes, known) {
    const { owner, initialised, outside } = known;
    return machines.flatMap((machine) => {
        const node = nodes.find(({ ID }) => ID === machine.engine.Swarm.NodeID);
        if (!node)
            return [];
        const found = recordOf(node);
        if (found)
            return isOwnedBy(node.Spec.Labels ?? {}, owner) ? [{ machine, node, record: found }] : [];
        if (!initialised && !outside.hosts.includes(machine.index))
            return [];
        // Of those that joined it is known; else it is the one that the swarm began on.
        const gatewayMade = outside.hosts.includes(machine.index)
            ? outside.withoutGateway.includes(machine.index)
            : known.gatewayMade;
        return [{ machine, node, record: { owner, joined: true, gatewayMade, labels: {} } }];
    });
}
/** Adds those hosts of which the swarm was told that they join. */
function withJoining(outside, machines, { addresses, withoutGateway }) {
    const indexes = (some) => machines.filter(({ advertise }) => some.includes(advertise)).map(({ index }) => index);
    return {
        hosts: [...outside.hosts, ...indexes(addresses)],
        withoutGateway: [...outside.withoutGateway, ...indexes(withoutGateway)],
    };
}
/** Lets hosts go that were in no swarm before, and whose joining was ended before it was one: no manager knows them. */
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
        await leaving(machine, { ...options, owner, gatewayMade, wasAttached: false }, (left) => leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left }));
    }
    if (elsewhere.length === 0)
        return;
    throw new errors/* ActionError */.l(`${elsewhere.map(({ name }) => name).join(', ')}: in a swarm that no manager named here knows, and in none before this step.`, {
        hint: 'Nothing was changed there. If that swarm is not needed, run there: docker swarm leave --force',
    });
}
function noManagerReached(unreached) {
    return new errors/* ActionError */.l('No host that can be reached manages the swarm, so nothing of it was undone.', {
        details: `not reached: ${unreached.join(', ')}`,
        hint: 'Once they answer again, run the step and its post step with `teardown: always` again.',
    });
}
async function release(one, manager, options) {
    const { machine, node, record } = one;
    const { signal, log } = options;
    if (!record.joined)
        return unlabel(one, manager, signal);
    log.info(`${machine.name} leaves the swarm`);
    await leaveAttached(one, options, (left) => removeSurplus({ manager, machine, node, signal, left }));
}
async function end(one, options) {
    const { machine, node } = one;
    const { signal, log } = options;
    log.info(`${machine.name} leaves last, and the swarm ends`);
    await leaveAttached(one, options, (left) => leaveSwarm(machine, node.ID, { signal, left }));
}
async function leaveAttached({ machine, record: { gatewayMade } }, options, leave) {
    // Where the swarm has no mesh, the engine has nothing to make later.
    const wasAttached = !options.hasMesh || (await untilAttached(machine, options));
    await leaving(machine, { ...options, gatewayMade, wasAttached }, leave);
}
/** Lets a host leave by `leave`, which calls what it is given once the host has left. What is to be undone there then is written on the host before. */
async function leaving(machine, options, leave) {
    if (options.gatewayMade)
        await markLeaving(machine, options.owner, options);
    await leave(async () => {
        if (options.gatewayMade)
            await finish(machine, options);
    });
}
/** Removes the bridges that an earlier run was to remove and has not, on hosts that have left. */
async function finishLeaving(machines, owner, options) {
    const outside = machines.filter(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
    for (const machine of outside) {
        if (!(await isLeaving(machine, owner, options.signal)))
            continue;
        options.log.info(`${machine.name} has left earlier; docker_gwbridge is removed there now`);
        await finish(machine, { ...options, owner, wasAttached: true });
    }
}
/** Removes the bridge of a host that has left, and what is written there of it. */
async function finish(machine, options) {
    const { owner, wasAttached, signal, kept } = options;
    try {
        const hasGone = await gateway_removeGateway(machine, wasAttached, options);
        if (hasGone)
            await forgetLeaving(machine, owner, signal);
    }
    catch (error) {
        signal.throwIfAborted();
        kept.push(error);
    }
}
async function unlabel({ node, record }, manager, signal) {
    await nodes_labelNode(manager.ssh, node.ID, { remove: Object.keys(recordLabels(record)) }, signal);
}

;// CONCATENATED MODULE: ./lib/swarm/unlock.js


/** dockerd answers once the manager is in touch with the others, which may have to be unlocked first. In ms. */
const UNLOCK_TIMEOUT_MS = 60_000;
/**
 * Unlocks the managers of a swarm with autolock that were restarted, all at once: none of them has a majority without the others. Gives the
 * machines as they are then; those that are not locked as they came. The swarm stays one with autolock.
 * Throws `ActionError` where there is no key, or not the right one.
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
        throw cause instanceof errors/* ActionError */.l ? staysLocked(machine, cause) : cause;
    });
    log.info(`${machine.name}  unlocked with the key of the swarm`);
    const engine = await (0,machines_engine/* readEngine */.Rz)(machine.ssh, signal);
    return { ...machine, engine, advertise: engine.Swarm.NodeAddr || machine.advertise };
}
const WHERE_THE_KEY_IS = 'The key is shown on a manager that is not locked by: docker swarm unlock-key';
function isLocked({ name }) {
    return new errors/* ActionError */.l(`${name} is a manager of a locked swarm (autolock).`, {
        hint: `Give the key of the swarm as \`unlock-key\` (from a secret), or unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}`,
    });
}
function staysLocked({ name }, cause) {
    return new errors/* ActionError */.l(`${name} is a manager of a locked swarm (autolock), and \`unlock-key\` did not unlock it.`, {
        details: [cause.message, cause.details].filter(Boolean).join('\n'),
        hint: `${WHERE_THE_KEY_IS}. It is another one after: docker swarm unlock-key --rotate`,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/hosts-down.js










/** How long connecting to one host may take, in ms: post is cut after five minutes in all. */
const CONNECT_TIMEOUT_MS = 30_000;
/** As in `down.ts`: a host may still be at work for a main that is gone. In ms. */
const QUIET_MS = 2_000;
/** How long it may take until then, in ms: a host that joins a swarm which does not answer does so for good. */
const RESTLESS_MS = 30_000;
const hosts_down_POLL_MS = 200;
/**
 * The way down for hosts that stay: the stack is removed, or where none is named those that the cluster has; what forming the swarm changed
 * is undone. Each step runs, whatever becomes of the one before. Gives what was removed, for example `stack shop`.
 * Throws one `AggregateError` of what failed.
 */
async function leaveHosts(stack, owner, context) {
    const { left, reporter, signal } = context;
    const descent = {
        ...{ opened: [], machines: [], unreached: [], removed: [] },
        cleared: new Set(),
    };
    const steps = [
        {
            title: 'Connecting to the hosts',
            run: ({ cluster }) => connectHosts(cluster, context, descent),
        },
        ...lockSteps(context, descent),
        {
            title: stack === undefined ? 'Removing the stacks of the cluster' : `Removing stack ${stack}`,
            run: (ours) => left === undefined || left.stage === 'succeeded'
                ? removeStacks(stack, ours, context, descent).then(() => undefined)
                : removeUntilQuiet(stack, ours, context, descent),
        },
        {
            title: 'Leaving the swarm',
            run: async (ours) => {
                const { machines, unreached } = descent;
                const outside = left?.outside ?? { hosts: [], withoutGateway: [] };
                const options = { signal, log: reporter.log, outside, unreached };
                descent.removed.push(...(await dissolve(machines, ours, options)));
            },
        },
    ];
    try {
        await (0,step/* runAllSteps */.U)(steps, owner, reporter);
    }
    finally {
        await Promise.allSettled(descent.opened.map(({ ssh }) => ssh.close()));
    }
    return descent.removed;
}
/** Lets go of the lock that a main step which was killed has left. */
function lockSteps({ left, reporter, signal }, descent) {
    const lock = left?.lock;
    if (lock === undefined)
        return [];
    const release = async () => {
        const manager = managerOf(descent.machines);
        if (!manager)
            return;
        const removed = await (0,stack_lock/* unlock */.Tl)(manager.api, lock, signal);
        reporter.log.info(removed ? 'Removed' : 'It was gone already');
    };
    return [{ title: `Removing the lock of stack ${lock.stack}`, run: release }];
}
/** Connects to every host that can be reached; then throws what the others said. */
async function connectHosts(cluster, { driver, connection, reporter: { log }, signal }, hosts) {
    const enter = async (machine) => {
        const timeoutMs = CONNECT_TIMEOUT_MS;
        const role = connection?.hosts[machine.index - 1]?.role ?? 'worker';
        const connected = await (0,ready/* connect */.N)(driver, machine, role, { signal, timeoutMs, log });
        hosts.opened.push(connected);
        return await unlock(connected, { key: driver.adoption?.unlockKey, log, signal });
    };
    const found = await driver.list(cluster, signal);
    const results = await Promise.allSettled(found.map(enter));
    const failures = [];
    for (const [at, result] of results.entries()) {
        if (result.status === 'fulfilled')
            hosts.machines = [...hosts.machines, result.value];
        else {
            failures.push(result.reason);
            hosts.unreached.push(found[at]?.name ?? '');
        }
    }
    if (failures.length > 1) {
        throw new AggregateError(failures, `${failures.length} of ${found.length} hosts cannot be entered.`);
    }
    if (failures.length > 0)
        throw failures[0];
}
/** Removes the stacks, and gives how many objects that were. */
async function removeStacks(stack, owner, context, descent) {
    const { machines, removed, cleared } = descent;
    const manager = managerOf(machines);
    if (!manager)
        return 0;
    const { api } = manager;
    let total = 0;
    for (const name of await stacksToRemove(stack, api, owner, context)) {
        const remove = () => removeStack(api, name, {
            signal: context.signal,
            machines,
            volumes: context.removeVolumes,
        });
        const { removed: objects, volumes } = await (cleared.has(name)
            ? remove()
            : removeUnderLock(name, manager, owner, context, remove));
        cleared.add(name);
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
async function removeUnderLock(stack, manager, owner, { run, clock, signal, lockTimeoutMs: timeoutMs, reporter: { log } }, remove) {
    const options = { timeoutMs, clock, signal, log };
    return await holdingStack(manager, claimOf(stack, owner, run), options, remove);
}
/**
 * Removes the stacks until nothing of them has appeared, and no host has become a node, for `QUIET_MS`: what a main that was ended had told a
 * host, the host finishes.
 */
async function removeUntilQuiet(stack, owner, context, descent) {
    const { clock, signal } = context;
    const until = clock.now() + RESTLESS_MS;
    let before = '';
    for (let quietSince = clock.now(); clock.now() - quietSince < QUIET_MS && clock.now() < until;) {
        descent.machines = await Promise.all(descent.machines.map(async (machine) => ({
            ...machine,
            engine: {
                ...machine.engine,
                Swarm: await (0,machines_engine/* readSwarmState */.mo)(machine.api, signal),
            },
        })));
        const more = await removeStacks(stack, owner, context, descent);
        const states = descent.machines.map(({ engine }) => engine.Swarm.LocalNodeState).join(' ');
        if (more > 0 || states !== before || states.includes('pending'))
            quietSince = clock.now();
        before = states;
        await clock.sleep(hosts_down_POLL_MS, signal);
    }
}
/** A manager among the hosts; undefined where none is in a swarm. Throws `ActionError` where only workers are named: they know no stack. */
function managerOf(machines) {
    const manager = machines.find(({ engine }) => engine.Swarm.ControlAvailable);
    const worker = machines.find(({ engine }) => engine.Swarm.LocalNodeState === 'active');
    if (manager || !worker)
        return manager;
    throw new errors/* ActionError */.l(`${worker.name} is a worker of a swarm, and none of the hosts is a manager of it.`, { hint: 'Name a manager of the swarm in `hosts`: only managers know what runs in it.' });
}
async function stacksToRemove(named, api, owner, { reporter, signal, foreign }) {
    const records = await readStackRecords(api, signal);
    if (named === undefined) {
        const own = records
            .filter((record) => record.owner.cluster === owner.cluster)
            .filter((record) => record.owner.repository === owner.repository)
            .map((record) => record.stack);
        return [...new Set([...own, ...(await (0,stack_lock/* lockedStacks */.wq)(api, owner, signal))])];
    }
    const record = records.find((one) => one.stack === named);
    if (!record || record.owner.repository === owner.repository)
        return [named];
    if (foreign === 'refuse')
        refuseForeignStack(record, owner);
    reporter.log.info(`Stack ${named} belongs to another repository and stays`);
    return [];
}


/***/ }),

/***/ 4734:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ connect)
});

// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2357);
// EXTERNAL MODULE: ./lib/exec/engine-api.js
var engine_api = __webpack_require__(6833);
// EXTERNAL MODULE: ./lib/exec/ssh.js + 12 modules
var ssh = __webpack_require__(9656);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/addresses.js


/** A login without root may not have the folder of `ip` in its path. iproute2 and busybox print the same lines. */
const LIST = ['sh', '-c', 'PATH=$PATH:/usr/sbin:/sbin; exec ip -o addr show'];
/** Lists the addresses of a machine that others could reach it by. Throws `ActionError` where it has no `ip`. */
async function listAddresses(executor, signal) {
    const { exitCode, stdout, stderr } = await executor.run(LIST, {
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
 * Throws `UnreachableError` when that takes longer than `timeoutMs`, with the last answer; the connection is closed then.
 */
async function connect(driver, machine, role, options) {
    const { signal, timeoutMs, log } = options;
    const target = await driver.target(machine, signal);
    const install = driver.adoption?.installEngine ?? driver.installsEngine ?? false;
    const reconnect = { limitMs: RECONNECT_MS, info: log.info, warning: log.warning };
    const direct = await (0,ssh.connectSsh)(target, {
        signal,
        timeoutMs: driver.adoption?.allowUnreachable ? MISSED_AFTER_MS : timeoutMs,
        ...(!driver.makesMachines && { reconnect }),
    });
    try {
        const { executor: ssh, engine } = await (0,machines_engine/* enterEngine */.xZ)(direct, target.user, {
            signal,
            timeoutMs: driver.makesMachines ? timeoutMs : RUNNING_TIMEOUT_MS,
            ...(install && {
                install: (executor) => (0,install_engine/* installEngine */.G)(executor, target.user, {
                    ...{ signal, log },
                    source: install === true ? undefined : install,
                }),
            }),
        });
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
/** The machine's own address of the connection, which is the right one also where the runner sees another (a bastion, a NAT). */
async function incomingAddress(ssh, signal) {
    const { stdout } = await ssh.run(['sh', '-c', 'echo "$SSH_CONNECTION"'], {
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
// EXTERNAL MODULE: ./lib/exec/engine-api.js
var engine_api = __webpack_require__(6833);
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
    const Data = Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
    try {
        await api.post('/configs/create', {}, { Name: lockName(stack), Labels, Data }, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof engine_api/* EngineRefusal */.np && error.httpStatus === 409)
            return false;
        throw error;
    }
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
    }),
}));
const info = schemas/* object */.Ikc({ SystemTime: schemas/* string */.YjP() });
async function findLock(api, stack, signal) {
    const name = lockName(stack);
    const filters = JSON.stringify({ name: [name] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    return found.find(({ Spec }) => Spec.Name === name);
}
/** Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of them. */
async function lockedStacks(api, { cluster, repository }, signal) {
    const filters = JSON.stringify({ label: [STACK_LABEL] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    return found.flatMap(({ Spec: { Labels } }) => {
        const owner = (0,labels/* ownerOf */.bf)(Labels);
        const stack = Labels[STACK_LABEL];
        const isOwn = owner?.cluster === cluster && owner.repository === repository;
        return isOwn && stack !== undefined ? [stack] : [];
    });
}
/** Who holds the lock of a stack; undefined where nobody does. */
async function readHolder(api, stack, signal) {
    const found = await findLock(api, stack, signal);
    if (!found)
        return undefined;
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
        // A lock that does not say it is nobody's that is known; it is not waited for.
        leaseMs: Number(Labels[LEASE_LABEL] ?? 0) * 1_000,
    };
}
/**
 * Waits until the lock is ours, and says who holds it. One that is not renewed any more, or is of an earlier attempt of the same step, is
 * broken.
 * Throws `StackBusy` when the time is up.
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


/***/ })

};
;