"use strict";
exports.id = 691;
exports.ids = [691];
exports.modules = {

/***/ 3301:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ AbsentEngine),
/* harmony export */   Y: () => (/* binding */ engineAbsence)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/**
 * The docker client's words where no engine listens: nothing has reached one (docker/cli,
 * client/errors.go; dial-stdio).
 */
const NOBODY_LISTENS = /cannot connect to the docker daemon|failed to open the raw stream connection: dial \S+ .*(?:no such file or directory|connection refused)/i;
/** Its words where an engine went away while it was asked. */
const WENT_AWAY = /error during connect/i;
/**
 * Whether a command failed because there was no engine: `not begun` where none has heard of it,
 * `unknown` where one may have.
 */
function engineAbsence(stderr) {
    if (NOBODY_LISTENS.test(stderr))
        return 'not begun';
    return WENT_AWAY.test(stderr) ? 'unknown' : undefined;
}
/** An engine that stays away. `words` are those of the client. */
class AbsentEngine extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    constructor(where, words) {
        super(`Docker Engine on ${where} does not answer.`, {
            details: words,
            hint: 'See why on that machine: systemctl status docker, journalctl -u docker.',
        });
    }
}


/***/ }),

/***/ 2258:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  rK: () => (/* binding */ DIAL),
  np: () => (/* binding */ EngineRefusal),
  W_: () => (/* binding */ NoAnswer),
  d0: () => (/* binding */ engineApi)
});

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var errors = __webpack_require__(7428);
// EXTERNAL MODULE: ./lib/base/clock.js
var clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/errors.js
var base_errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
;// CONCATENATED MODULE: ./lib/exec/engine-question.js
/**
 * What an engine answers without a change (docs.docker.com/reference/api/engine): lists, and one
 * object of them. Others of its GETs do more; `attach/ws` of a container, for one, is a way in.
 */
const TARGET = /^\/(?:(?:info|version|swarm|containers\/json|containers\/[^/?]+\/json)|(?:services|tasks|nodes|configs|secrets|networks|volumes)(?:\/[^/?]+)?)(?:\?|$)/;
/** Whether a request to an engine (`GET`, `/services?…`) is known to only read. */
function isEngineQuestion(method, target) {
    return method === 'GET' && TARGET.test(target);
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(3331);
// EXTERNAL MODULE: ./lib/ssh/lost-connection.js
var lost_connection = __webpack_require__(8024);
// EXTERNAL MODULE: ./lib/engine/absent-engine.js
var absent_engine = __webpack_require__(3301);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./lib/engine/exchange.js



/**
 * A GET changes nothing, so it is asked again where the stream went away: as often as the
 * connection is lost and re-established, else once.
 */
async function exchange(agent, question, sending, signal) {
    for (let stale = 0;;) {
        try {
            return await exchangeOnce(agent, question, sending, signal);
        }
        catch (error) {
            if (question.method !== 'GET' || signal.aborted)
                throw error;
            if (error instanceof StaleStream)
                stale += 1;
            else if (!(0,lost_connection/* lostConnectionOf */.k)(error)?.sent)
                throw error;
            if (stale > 1)
                throw error;
        }
    }
}
const openedEarly = new WeakSet();
function isEarly(stream) {
    return stream !== null && openedEarly.has(stream);
}
/** The engine, or what leads to it, had gone since the last answer. */
class StaleStream extends Error {
    name = 'StaleStream';
}
async function exchangeOnce(agent, { method, target, headers: given, body }, sending, signal) {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const headers = json === undefined
        ? given
        : { ...given, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
    const response = await new Promise((resolve, reject) => {
        const asking = (0,external_node_http_.request)({ agent, signal, host: 'docker', path: target, method, headers }, resolve);
        asking.on('socket', () => {
            sending.isSent = true;
        });
        asking.on('error', (cause) => {
            const isOld = asking.reusedSocket || isEarly(asking.socket);
            const stale = isOld && !signal.aborted;
            reject(stale ? new StaleStream('The stream was closed meanwhile', { cause }) : cause);
        });
        asking.end(json);
    });
    const said = await (0,consumers_.text)(response).catch((cause) => {
        throw signal.aborted ? cause : new StaleStream('The stream broke in mid-answer', { cause });
    });
    return { status: response.statusCode ?? 0, body: said };
}
/**
 * node:http calls these on its connections. A stream that is no socket has nothing to set. One that
 * is `isEarly` was opened before there was anything to ask, as one that was used before.
 */
function asSocket(stream, { isEarly = false } = {}) {
    const itself = () => stream;
    if (isEarly)
        openedEarly.add(stream);
    return Object.assign(stream, {
        setKeepAlive: itself,
        setNoDelay: itself,
        setTimeout: itself,
        ref: itself,
        unref: itself,
    });
}

;// CONCATENATED MODULE: ./lib/engine/api.js
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











/** The engine understood the request and refused it. */
class EngineRefusal extends base_errors/* ActionError */.lZ {
    httpStatus;
    constructor(title, httpStatus, details) {
        super(`Status ${httpStatus} from ${title}`, { details });
        this.httpStatus = httpStatus;
    }
}
/** A question that got no answer. Where it was to change something, and was sent, it may have. */
class NoAnswer extends base_errors/* ActionError */.lZ {
    /** Whether the engine may have got it. */
    isSent;
    constructor(title, { isSent, ...options }) {
        super(title, options);
        this.isSent = isSent;
    }
}
/**
 * Connects its standard input and output with the engine's socket; a part of every docker client
 * since 18.09.
 */
const DIAL = ['docker', 'system', 'dial-stdio'];
const TIMEOUT_MS = 30_000;
/** Between two attempts to ask an engine that does not answer, in ms. */
const POLL_MS = 1_000;
const engineMessage = schemas/* object */.Ikc({ message: schemas/* string */.YjP() });
/**
 * The engine's API over one long-lived stream to it, opened at the first question and again after
 * it broke. Asking this way costs one round trip; starting a docker client for each question costs
 * a process and two. A stream that was opened before is taken for the first question.
 */
function engineApi(executor, early) {
    const open = async (method) => {
        // It may have broken since, unseen: then nobody could tell whether a change was made.
        const stream = method === 'GET' ? await early?.take() : undefined;
        return stream ? asSocket(stream, { isEarly: true }) : asSocket(await executor.open(DIAL));
    };
    const agent = Object.assign(new external_node_http_.Agent({ keepAlive: true, maxSockets: 1 }), {
        createConnection: ({ method }, done) => {
            open(method).then((stream) => done(null, stream), done);
        },
    });
    const ask = async (question, options) => {
        const { patience } = executor;
        if (!patience || options.timeoutMs !== undefined)
            return await askOnce(question, options);
        for (let until;;) {
            try {
                const answer = await askOnce(question, options);
                if (until !== undefined)
                    patience.answered();
                return answer;
            }
            catch (error) {
                options.signal?.throwIfAborted();
                if (error instanceof EngineRefusal && until !== undefined)
                    patience.answered();
                if (!(error instanceof NoAnswer) || !mayAskAgain(question, error))
                    throw error;
                until ??= clock/* systemClock */.ml.now() + patience.limitMs;
                if (clock/* systemClock */.ml.now() > until)
                    throw error;
                patience.silent(wordsOf(error));
                await clock/* systemClock */.ml.sleep(POLL_MS, options.signal);
            }
        }
    };
    const askOnce = async (question, options) => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            options.signal?.throwIfAborted();
            const { method, target, title } = question;
            if (executor.readsOnly && !isEngineQuestion(method, target)) {
                throw (0,read_only_executor/* changeRefused */.VR)(executor.where, title);
            }
            const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
            const sending = { isSent: false };
            const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal], timeoutMs, () => {
                const { isSent } = sending;
                return new NoAnswer(`No answer within ${timeoutMs / 1000} s to ${title}`, { isSent });
            }), false);
            // node:http ends a request that has no connection yet only once it has one, which a lost host
            // may never give.
            const asked = (0,time_limit/* unlessAborted */.Wh)(exchange(agent, question, sending, bounds.signal), bounds.signal);
            const answer = await asked.catch((cause) => {
                bounds.signal.throwIfAborted();
                throw new NoAnswer(`No answer to ${title}`, {
                    details: cause instanceof base_errors/* ActionError */.lZ ? undefined : String(cause),
                    isSent: sending.isSent && absenceOf(cause) !== 'not begun',
                    cause,
                });
            });
            refuseFailure(question, answer);
            return answer;
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            __disposeResources(env_1);
        }
    };
    const question = (method, path, query, { headers = {} }, body) => {
        const params = new URLSearchParams(query).toString();
        const target = params ? `${path}?${params}` : path;
        const title = `${method} ${target} of the Docker Engine on ${executor.where}`;
        return { method, target, title, headers, body };
    };
    return {
        get: async (path, query, schema, options = {}) => {
            const asked = question('GET', path, query, options);
            return check(asked, await ask(asked, options), schema);
        },
        post: async (path, query, body, options = {}) => {
            await ask(question('POST', path, query, options, body), options);
        },
        delete: async (path, options = {}) => {
            await ask(question('DELETE', path, {}, options), options);
        },
        [Symbol.dispose]: () => {
            early?.[Symbol.dispose]();
            agent.destroy();
        },
    };
}
/** How a question failed for want of an engine, if it did. */
function absenceOf(cause) {
    return cause instanceof executor/* CommandError */.Qd ? (0,absent_engine/* engineAbsence */.Y)(cause.result.stderr) : undefined;
}
/** Why there was no answer, in as few words as are known. */
function wordsOf({ cause, details, message }) {
    return (cause instanceof base_errors/* ActionError */.lZ ? cause.details : details) ?? message;
}
/**
 * Whether another attempt may get an answer, and does no harm: a GET changes nothing, and what a
 * DELETE removes is as gone after two as after one. A connection that cannot be made any more, or a
 * client that is refused, is no reason.
 */
function mayAskAgain({ method }, { isSent, cause }) {
    if (method === 'POST' && isSent)
        return false;
    const hasTimedOut = cause === undefined;
    return (hasTimedOut || isCut(cause) || cause instanceof lost_connection/* NoChannel */.R6 || absenceOf(cause) !== undefined);
}
/** Whether the stream broke, and a new one may be made. */
function isCut(cause) {
    const isReset = cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';
    return isReset || cause instanceof StaleStream || (0,lost_connection/* lostConnectionOf */.k)(cause)?.sent === true;
}
function refuseFailure({ title }, { status, body }) {
    if (status >= 200 && status <= 299)
        return;
    const said = engineMessage.safeParse(parse(body));
    throw new EngineRefusal(title, status, said.success ? said.data.message : body);
}
function check({ title }, { body }, schema) {
    const json = parse(body);
    const checked = schema.safeParse(json);
    if (checked.success)
        return checked.data;
    throw new base_errors/* ActionError */.lZ(`Unexpected answer to ${title}`, {
        details: json === undefined ? body.slice(0, 1000) : errors/* prettifyError */.S1(checked.error),
        hint: 'This version of Docker Engine may be one that Swarm Up does not know yet. Please report it with the output of `docker version`.',
        cause: checked.error,
    });
}
function parse(body) {
    try {
        return JSON.parse(body);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 8370:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ patientExecutor),
/* harmony export */   x: () => (/* binding */ PATIENCE_MS)
/* harmony export */ });
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6002);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7778);
/* harmony import */ var _exec_executor_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3035);
/* harmony import */ var _absent_engine_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3301);




/**
 * How long an engine that does not answer is asked again, in ms: as long as a connection that was
 * lost is tried.
 */
const PATIENCE_MS = 120_000;
const POLL_MS = 1_000;
/**
 * The same executor, which waits for an engine that is not there, as one that restarts: a command
 * that no engine has heard of is begun again, and one that may have reached the engine where it is
 * repeatable. After `PATIENCE_MS` it rejects with an `ActionError` that has the client's words.
 * Whoever asks the engine's API through it is as patient. `log` is told once that the engine is
 * away, and once that it is back.
 */
function patientExecutor(executor, { log, clock = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml, }) {
    const engine = `Docker Engine on ${executor.where}`;
    let awaySince;
    const patience = {
        limitMs: PATIENCE_MS,
        silent: (words) => {
            if (awaySince !== undefined)
                return;
            awaySince = clock.now();
            log.info(`${engine} does not answer (${words.trim()}); it is asked again, for ${(0,_base_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)(PATIENCE_MS)} at most`);
        },
        answered: () => {
            if (awaySince === undefined)
                return;
            const seconds = ((clock.now() - awaySince) / 1000).toFixed(1);
            awaySince = undefined;
            log.warning(`${engine} did not answer, and does again ${seconds} s later.`);
        },
    };
    const run = async (argv, options = {}) => {
        for (let until;;) {
            const { result, error } = await outcomeOf(executor, argv, options);
            const words = result.exitCode === 0 ? undefined : absence(result, options);
            if (words === undefined) {
                if (until !== undefined)
                    patience.answered();
                if (error)
                    throw error;
                return result;
            }
            until ??= clock.now() + PATIENCE_MS;
            if (clock.now() > until)
                throw new _absent_engine_js__WEBPACK_IMPORTED_MODULE_3__/* .AbsentEngine */ .A(executor.where, words);
            patience.silent(words);
            await clock.sleep(POLL_MS, options.signal);
        }
    };
    return { ...executor, patience, run };
}
async function outcomeOf(executor, argv, options) {
    try {
        return { result: await executor.run(argv, options) };
    }
    catch (error) {
        if (error instanceof _exec_executor_js__WEBPACK_IMPORTED_MODULE_2__/* .CommandError */ .Qd)
            return { result: error.result, error };
        throw error;
    }
}
/** What a command says of an engine that is not there, where it may be begun again. */
function absence({ stderr }, { stdin, repeatable }) {
    const isWhole = stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array;
    const kind = (0,_absent_engine_js__WEBPACK_IMPORTED_MODULE_3__/* .engineAbsence */ .Y)(stderr);
    if (kind === undefined || !isWhole)
        return undefined;
    return kind === 'not begun' || repeatable === true ? stderr : undefined;
}


/***/ }),

/***/ 9591:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hc: () => (/* binding */ inUrl),
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   WU: () => (/* binding */ describeAddresses),
/* harmony export */   Zt: () => (/* binding */ listAddresses),
/* harmony export */   li: () => (/* binding */ addressesIfTold),
/* harmony export */   lq: () => (/* binding */ networksMeet),
/* harmony export */   tG: () => (/* binding */ resolveAddress),
/* harmony export */   xu: () => (/* binding */ onlyAddress)
/* harmony export */ });
/* unused harmony exports LIST_ADDRESSES, parseAddresses */
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);


/** A host or address as it stands in a URL, before the port. */
function inUrl(host) {
    return (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv6)(host) ? `[${host}]` : host;
}
/**
 * A login without root may not have the folder of `ip` in its path. iproute2 and busybox print the
 * same lines.
 */
const LIST_ADDRESSES = [
    'sh',
    '-c',
    'PATH=$PATH:/usr/sbin:/sbin; exec ip -o addr show',
];
/**
 * Lists the addresses of a machine that others could reach it by. Throws `ActionError` where it has
 * no `ip`.
 */
async function listAddresses(executor, signal) {
    const { exitCode, stdout, stderr } = await executor.run(LIST_ADDRESSES, {
        anyExitCode: true,
        repeatable: true,
        signal,
    });
    if (exitCode === 0)
        return parseAddresses(stdout);
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`The addresses of ${executor.where} cannot be listed.`, {
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
 * What `listAddresses` gives, and nothing where a machine cannot be asked: for what is only said,
 * and decides nothing.
 */
async function addressesIfTold(listed, signal) {
    try {
        return await listed();
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ)
            return [];
        throw error;
    }
}
const LOOPBACK = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
/** Whether an address leads every machine to itself. */
function isLoopback(address) {
    return (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address) !== 0 && LOOPBACK.check(address, (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv6)(address) ? 'ipv6' : 'ipv4');
}
/** Whether two networks of IPv4 (`10.0.0.0/8`) have an address in common. */
function networksMeet(one, other) {
    return holdsFirst(one, other) || holdsFirst(other, one);
}
function holdsFirst(outer, inner) {
    const [address = '', bits = ''] = outer.split('/');
    const [first = ''] = inner.split('/');
    const list = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    list.addSubnet(address, Number(bits));
    return list.check(first);
}
/** Bridges that an engine makes for containers; no other machine is behind them. */
const BRIDGE = /^(docker0|docker_gwbridge|br-[0-9a-f]{12})$/;
/**
 * The address by which others reach a machine that was reached at a loopback address: the only one
 * that it has, as Docker itself chooses; undefined where it has none. Throws `ActionError` that
 * lists them where there are several.
 */
function onlyAddress(name, addresses) {
    const own = addresses.filter((one) => !BRIDGE.test(one.name));
    const v4 = own.filter(({ address }) => (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv4)(address));
    const [chosen, ...others] = v4.length > 0 ? v4 : own;
    if (others.length === 0)
        return chosen?.address;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${name} was reached at an address that leads every host to itself, and it has several others.`, {
        details: describeAddresses(name, own),
        hint: `Nothing was changed. Say which of them the other nodes reach it by, as \`advertise-addr=<address or interface>\` in the line of ${name} in \`hosts\`.`,
    });
}
/**
 * The address that `value`, an address or the name of an interface, stands for on a machine.
 * `reachedAt` is an address that is known to lead there although no interface has it, as behind a
 * NAT. Throws `ActionError` that lists the machine's addresses where it has no such one, or where
 * an interface has several.
 */
function resolveAddress(value, addresses, machine) {
    const { name, option } = machine;
    const refuse = (reason) => new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${option}=${value}: ${reason}`, {
        details: describeAddresses(name, addresses),
        hint: `Nothing was changed. Give one of these addresses, or the name of an interface, as \`${option}\`. It belongs in the line of ${name} in \`hosts\`, or for all hosts in \`driver-options\`.`,
    });
    if ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(value) !== 0) {
        const isThere = addresses.some(({ address }) => address === value.toLowerCase());
        const isReached = value === machine.reachedAt && !isLoopback(value);
        if (isThere || isReached)
            return value.toLowerCase();
        throw refuse(`no interface of ${name} has this address.`);
    }
    const own = addresses.filter((one) => one.name === value).map(({ address }) => address);
    if (own.length === 0)
        throw refuse(`${name} has no interface of this name with an address.`);
    const v4 = own.filter((address) => (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv4)(address));
    // As dockerd itself chooses: the IPv4 address, and no guess among several.
    const [chosen, ...others] = v4.length > 0 ? v4 : own;
    if (chosen === undefined || others.length > 0) {
        throw refuse(`this interface of ${name} has several addresses, and it has to be one.`);
    }
    return chosen;
}
/** Says which addresses a machine has, one a line. */
function describeAddresses(name, addresses) {
    if (addresses.length === 0)
        return `${name} has no address that others could reach it by.`;
    return addresses.map((one) => `${one.name}  ${one.address}`).join('\n');
}


/***/ })

};
;