"use strict";
exports.id = 741;
exports.ids = [741];
exports.modules = {

/***/ 13764:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  h: () => (/* binding */ cloudClient)
});

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(76002);
// EXTERNAL MODULE: ./lib/base/clock-reading.js
var clock_reading = __webpack_require__(78095);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(18949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(19893);
// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(43331);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-error.js
var cloud_error = __webpack_require__(61307);
;// CONCATENATED MODULE: ./lib/machines/cloud/pauses.js
/** How much longer each pause is than the one before, at most how long, in ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/**
 * The pause before a call is repeated, in ms: doubled each time up to a minute, and by up to half
 * shorter at random, so that calls that failed together do not come together again.
 */
function backoffMs(attempt, random) {
    const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
    return Math.round(whole * (1 - random() / 2));
}
/**
 * How long the vendor asks to wait, in ms; undefined if it names no time. `RateLimit-Reset` may be
 * the time at which all calls are allowed again, while single ones are allowed much earlier: more
 * than a minute is never waited because of it.
 */
function namedPauseMs(headers, now) {
    const after = Number(headers.get('retry-after') ?? Number.NaN);
    if (after >= 0)
        return after * 1_000;
    const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN);
    if (!(reset > 0))
        return undefined;
    // Both are the vendor's own time, whatever the clock of this runner says.
    const told = Date.parse(headers.get('date') ?? '');
    const left = reset * 1_000 - (Number.isNaN(told) ? now() : told);
    return Math.min(LONGEST_MS, Math.max(0, left));
}

;// CONCATENATED MODULE: ./lib/machines/cloud/cloud-client.js
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







const CALL_TIMEOUT_MS = 30_000;
/** Of a call that fails on the vendor's side, or gets no answer: half a minute in all. */
const ATTEMPTS = 6;
/**
 * A client of a vendor's API. Throws `ActionError` if the token cannot be one. An `ActionError` of
 * `fetch` is thrown as it is, and nothing is repeated.
 */
function cloudClient(access) {
    const { vendor, token, log, clock = base_clock/* systemClock */.ml, now = Date.now, random = Math.random } = access;
    // What fetch says of a header that it does not take contains the header.
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
        throw unusable(vendor);
    const tell = limitTold(vendor, log, now);
    let vendorClock;
    const answered = (headers, sent) => {
        vendorClock = readingOf(headers, sent, now()) ?? vendorClock;
    };
    return {
        vendorClock: () => vendorClock,
        async call(call, bounds) {
            if (access.readsOnly && call.method !== 'GET')
                throw (0,read_only_executor/* changeRefused */.VR)(vendor, nameOf(call));
            for (let attempt = 1;; attempt += 1) {
                const outcome = await callOnce(access, call, bounds, { clock, now, answered });
                if ('value' in outcome)
                    return outcome.value;
                const { failure } = outcome;
                const leftMs = bounds.deadline - clock.now();
                const pauseMs = pauseWithin(failure.pauseMs, backoffMs(attempt, random), leftMs);
                if (pauseMs === undefined || !mayRepeat(call, failure, attempt))
                    throw failure.error;
                if (failure.isLimited)
                    tell(pauseMs);
                await clock.sleep(pauseMs, bounds.signal);
            }
        },
    };
}
async function callOnce(access, call, { signal, deadline }, { clock, now, answered }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        signal.throwIfAborted();
        const name = nameOf(call);
        const timeoutMs = Math.max(1, Math.min(CALL_TIMEOUT_MS, deadline - clock.now()));
        // Cut off, a POST may have been done or not: its answer is awaited, and tells what exists.
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)(call.method === 'POST' ? [] : [signal], timeoutMs, () => {
            return new Error(`No answer within ${Math.ceil(timeoutMs / 1_000)} s`);
        }), false);
        const sent = now();
        try {
            const response = await (access.fetch ?? fetch)(urlOf(access.endpoint, call), {
                method: call.method,
                headers: headersOf(access.token, call.body),
                ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
                // The token is for the endpoint alone.
                redirect: 'manual',
                signal: bounds.signal,
            });
            answered(response.headers, sent);
            const text = await response.text();
            if (response.ok)
                return { value: read(access.vendor, call, text) };
            const answer = { status: response.status, text };
            return {
                failure: failureOf(access, (0,cloud_error/* errorOfAnswer */.oo)(access.vendor, name, answer), response, now),
            };
        }
        catch (cause) {
            if (cause instanceof errors/* ActionError */.lZ)
                throw cause;
            signal.throwIfAborted();
            const details = reasonOf(cause);
            const error = new cloud_error/* CloudError */.K2(`No answer from ${access.vendor} to ${name}.`, {
                ...{ call: name, details, cause },
            });
            return { failure: { error, isUndone: false, isLimited: false, pauseMs: undefined } };
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
function read(vendor, call, text) {
    const found = call.answer.safeParse((0,cloud_error/* parsedJson */.U4)(text));
    if (found.success)
        return found.data;
    const [issue] = found.error.issues;
    throw new cloud_error/* CloudError */.K2(`${vendor} answered ${nameOf(call)} in another form than expected.`, {
        call: nameOf(call),
        httpStatus: 200,
        details: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    });
}
function failureOf({ retriedCodes = [] }, error, { headers }, now) {
    const isLimited = error.httpStatus === 429;
    const isUndone = isLimited || retriedCodes.includes(error.code ?? '');
    const isNamed = isLimited || error.httpStatus === 503;
    return { error, isUndone, isLimited, pauseMs: isNamed ? namedPauseMs(headers, now) : undefined };
}
/** `Date` has whole seconds (RFC 9110 section 5.6.7). */
function readingOf(headers, sent, received) {
    const second = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(second))
        return undefined;
    const told = { ms: second + 500, plusMinus: 500 };
    return (0,clock_reading/* clockReading */.DI)({ sent, first: told, last: told, received });
}
function mayRepeat({ method, isRepeatable = method !== 'POST' }, { error, isUndone, isLimited }, attempt) {
    if (isLimited)
        return true;
    if (attempt >= ATTEMPTS)
        return false;
    const isFault = error.httpStatus === undefined || error.httpStatus >= 500;
    return isUndone || (isRepeatable && isFault);
}
/**
 * How long to wait before the next attempt; undefined if nothing is left for one. A time that the
 * vendor names is kept to; an own one is cut short, so that one attempt more fits in.
 */
function pauseWithin(named, own, leftMs) {
    if (named !== undefined && named >= own)
        return named < leftMs ? named : undefined;
    return leftMs > 1_000 ? Math.min(own, leftMs / 2) : undefined;
}
/** Tells of the rate limit the first time only. */
function limitTold(vendor, log, now) {
    let isTold = false;
    return (pauseMs) => {
        if (isTold)
            return;
        isTold = true;
        const time = new Date(now() + pauseMs).toISOString().slice(11, 16);
        log.info(`Rate limit of ${vendor} reached; the run waits until ${time} UTC.`);
    };
}
function nameOf({ method, path }) {
    return `${method} ${path}`;
}
function urlOf(endpoint, { path, query = {} }) {
    const url = new URL(endpoint + path);
    for (const [key, value] of Object.entries(query)) {
        for (const one of Array.isArray(value) ? value : [value]) {
            if (one !== undefined)
                url.searchParams.append(key, String(one));
        }
    }
    return url.href;
}
function headersOf(token, body) {
    return {
        Accept: 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        'User-Agent': 'swarm-up',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
    };
}
/** What fetch hides behind "fetch failed". */
function reasonOf(error) {
    if (!(error instanceof Error))
        return String(error);
    const { cause } = error;
    if (!(cause instanceof Error))
        return error.message;
    const { code } = cause;
    return code && !cause.message.includes(code) ? `${code}: ${cause.message}` : cause.message;
}
function unusable(vendor) {
    return new errors/* ActionError */.lZ(`The token for ${vendor} is empty, or has blanks or other characters.`, {
        hint: 'Store the secret anew, without a line break at its end.',
    });
}


/***/ }),

/***/ 61307:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K2: () => (/* binding */ CloudError),
/* harmony export */   U4: () => (/* binding */ parsedJson),
/* harmony export */   Wi: () => (/* binding */ unlessGone),
/* harmony export */   Z5: () => (/* binding */ isUnclear),
/* harmony export */   _m: () => (/* binding */ isCode),
/* harmony export */   oo: () => (/* binding */ errorOfAnswer)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);


/** `{"error": {"code", "message", "details"}}` or `{"id", "message"}`: what vendors answer. */
const refusal = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([
    zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        error: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ code: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), message: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), details: zod__WEBPACK_IMPORTED_MODULE_1__/* .unknown */ .L5J().optional() }),
    })
        .transform(({ error }) => error),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ id: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), message: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() })
        .transform(({ id, message }) => ({ code: id, message, details: undefined })),
]);
/** How much is shown of an answer that is no JSON: the page of a proxy. */
const SHOWN = 500;
/**
 * A call to a vendor that has not done what was asked, or of which nobody knows whether it has.
 * Holds no token.
 */
class CloudError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    /** `POST /servers`. */
    call;
    /** Of HTTP; undefined if no answer came. */
    httpStatus;
    /** The vendor's own word, for example `uniqueness_error`; undefined if it gave none. */
    code;
    /** What the vendor adds to its message, in its own form. */
    vendorDetails;
    constructor(message, about) {
        const { details, cause } = about;
        super(message, { ...(details && { details }), ...(cause !== undefined && { cause }) });
        this.call = about.call;
        this.httpStatus = about.httpStatus;
        this.code = about.code;
        this.vendorDetails = about.vendorDetails;
    }
}
/** The error of an answer whose status says that the call was refused or failed. */
function errorOfAnswer(vendor, call, answer) {
    const said = refusal.safeParse(parsedJson(answer.text)).data;
    const word = said ? ` (${said.code})` : '';
    return new CloudError(`${vendor} answered ${call} with status ${answer.status}${word}.`, {
        call,
        httpStatus: answer.status,
        code: said?.code,
        details: said?.message ?? answer.text.slice(0, SHOWN),
        vendorDetails: said?.details,
    });
}
/** The value of a JSON text; undefined if the text is empty or no JSON. */
function parsedJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** Whether the vendor refused with this word of its own. */
function isCode(error, ...codes) {
    return error instanceof CloudError && error.code !== undefined && codes.includes(error.code);
}
/** Whether what was asked for does not exist. */
function isNotFound(error) {
    return error instanceof CloudError && error.httpStatus === 404;
}
/** Whether nobody knows if the call was done: no answer, or a failure on the vendor's side. */
function isUnclear(error) {
    return error instanceof CloudError && (error.httpStatus === undefined || error.httpStatus >= 500);
}
/** What is asked for; undefined if it is gone. Other errors are thrown on. */
async function unlessGone(answer) {
    try {
        return await answer;
    }
    catch (error) {
        if (isNotFound(error))
            return undefined;
        throw error;
    }
}


/***/ }),

/***/ 67521:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lq: () => (/* binding */ boundsFor),
/* harmony export */   NI: () => (/* binding */ MAKING_MS),
/* harmony export */   OE: () => (/* binding */ REMOVAL_MS),
/* harmony export */   _r: () => (/* binding */ QUESTION_MS)
/* harmony export */ });
/** The most that a question may take, in ms. */
const QUESTION_MS = 60_000;
/** The most that making a machine, or what machines share, may take, in ms. */
const MAKING_MS = 300_000;
/** The most that a removal may take, in ms: post is cut after five minutes in all. */
const REMOVAL_MS = 270_000;
/** From now on for `limitMs`, or until the signal. */
function boundsFor(clock, limitMs, signal) {
    return { signal: signal ?? new AbortController().signal, deadline: clock.now() + limitMs };
}


/***/ }),

/***/ 38412:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ CLOUD_TRAITS)
/* harmony export */ });
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;
/** What is true of the machines of every cloud. */
const CLOUD_TRAITS = {
    makesMachines: true,
    onRunner: false,
    survivesRestart: true,
    installsEngine: true,
    readyTimeoutMs: READY_MS,
    // All that there may be: while they boot, they are only waited for. Orders have a bound of their own.
    atOnce: 50,
    settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
    // What has to be known is known from `plan`.
    check: async () => { },
};


/***/ }),

/***/ 96644:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ adoptOrCreate),
/* harmony export */   r: () => (/* binding */ createOrAdopt)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _cloud_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(61307);


const ATTEMPTS = 5;
const PAUSE_MS = 2_000;
/**
 * Makes what is wanted, or adopts what is there already under its name: from an earlier run, or
 * from a call whose answer was lost. Throws `ActionError` if what has the name belongs to somebody
 * else, and what `create` throws otherwise.
 */
async function createOrAdopt(wanted, { clock, bounds }) {
    for (let attempt = 1;; attempt += 1) {
        try {
            return await wanted.create();
        }
        catch (error) {
            if (!wanted.isTaken(error) && !(0,_cloud_error_js__WEBPACK_IMPORTED_MODULE_1__/* .isUnclear */ .Z5)(error))
                throw error;
            const found = await wanted.find();
            const isLeaving = found !== undefined && (wanted.isLeaving?.(found) ?? false);
            if (found !== undefined && !isLeaving)
                return adopted(wanted, found, error);
            if (attempt === ATTEMPTS || clock.now() + PAUSE_MS >= bounds.deadline)
                throw error;
            await clock.sleep(PAUSE_MS, bounds.signal);
        }
    }
}
/** As `createOrAdopt`, and looks first: for what mostly exists. */
async function adoptOrCreate(wanted, how) {
    const found = await wanted.find();
    if (found === undefined || wanted.isLeaving?.(found))
        return await createOrAdopt(wanted, how);
    return adopted(wanted, found);
}
function adopted({ isOurs, what, hint }, found, cause) {
    if (isOurs(found))
        return found;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`The ${what} exists and is not of this cluster.`, {
        details: 'Its labels name another owner, or none.',
        hint,
        cause,
    });
}


/***/ }),

/***/ 83727:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EF: () => (/* binding */ cloudConfig),
/* harmony export */   MN: () => (/* binding */ hostKeyConfig),
/* harmony export */   _9: () => (/* binding */ firstLogin),
/* harmony export */   m3: () => (/* binding */ USER)
/* harmony export */ });
/** The user that logs in. Cloud images let nobody log in as root. */
const USER = 'swarm-up';
/**
 * The keys of cloud-init's cloud-config that make the first login safe: one user with keys and
 * without a password, and one host key. They hold the host's private key. Throws nothing.
 */
function firstLogin({ hostKey, authorizedKeys }) {
    return {
        users: [
            {
                name: USER,
                // cloud-init makes the group where the image has no engine yet; the package of the engine
                // takes the one that is there.
                groups: ['docker'],
                shell: '/bin/bash',
                lock_passwd: true,
                sudo: 'ALL=(ALL) NOPASSWD:ALL',
                ssh_authorized_keys: authorizedKeys,
            },
        ],
        ssh_pwauth: false,
        ...hostKeyConfig(hostKey),
        manage_etc_hosts: 'localhost',
    };
}
/** The keys of a cloud-config by which a machine has this host key, and no other. */
function hostKeyConfig({ privateKey, publicKey }) {
    return {
        ssh_deletekeys: true,
        ssh_keys: { ed25519_private: privateKey, ed25519_public: publicKey },
    };
}
/** The text of a cloud-config. JSON is YAML, and needs no thought about quotes and indentation. */
function cloudConfig(config) {
    return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}


/***/ }),

/***/ 16153:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ clustersOf),
/* harmony export */   E: () => (/* binding */ ownedCluster)
/* harmony export */ });
/** Every cluster that has a part, as `clusterOf` makes it of its parts; by name. */
function clustersOf(parts, clusterOf) {
    const groups = Map.groupBy(parts, ({ cluster }) => JSON.stringify([cluster.cluster, cluster.repository]));
    return [...groups.values()]
        .flatMap(([first, ...rest]) => (first ? [clusterOf([first, ...rest])] : []))
        .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
/** A cluster of these parts. The newest of the times in `expiries` is its expiry; none may be. */
function ownedCluster({ expires: _, ...owner }, parts, expiries) {
    const expires = newest(expiries);
    const created = parts.flatMap((one) => one.created === undefined ? [] : [new Date(one.created).toISOString()]);
    return {
        owner: { ...owner, ...(expires !== undefined && { expires }) },
        created: created.sort()[0],
        parts: parts.map(({ kind, name }) => `${kind} ${name}`),
    };
}
function newest(times) {
    return times
        .flatMap((time) => time ?? [])
        .sort()
        .at(-1);
}


/***/ }),

/***/ 42621:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ machineOfCloud)
/* harmony export */ });
/** Every port is reached at the machine's own address, so nothing on the runner leads there. */
function machineOfCloud(found) {
    const { name, index, owner, labels, state, address, privateAddress, place } = found;
    return {
        ...{ name, index, owner, labels, state, address, place },
        ...{ advertise: privateAddress, dataPath: undefined, localPorts: new Map() },
    };
}


/***/ }),

/***/ 81573:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ removedMeanwhile)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);

/** The error of a machine that is gone before it ran. `what` is `server su-42-shop-1`. */
function removedMeanwhile(what) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`The ${what} was removed while it was being created.`, {
        hint: 'Another run may have removed the cluster at this moment: give them a `concurrency` group.',
    });
}


/***/ }),

/***/ 24214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ overlayPools)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(49591);

/**
 * The address pool of Swarm's overlay networks: the first of `pools` that meets none of the networks
 * in which the machines are. By default Swarm takes all of 10.0.0.0/8, which would meet them. Empty
 * if every pool meets one.
 */
function overlayPools(pools, networks) {
    const pool = pools.find((one) => !networks.some((network) => (0,_addresses_js__WEBPACK_IMPORTED_MODULE_0__/* .networksMeet */ .lq)(one, network)));
    return pool === undefined ? [] : [pool];
}


/***/ }),

/***/ 65264:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ portRanges)
/* harmony export */ });
/* unused harmony export rangeText */
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);

const SSH = { port: 22, protocol: 'tcp' };
/**
 * What the firewall of a cluster lets in: SSH and exactly the published ports, neighbours as one
 * range, tcp first, in order. Throws `ActionError` if the vendor's firewall does not know a
 * protocol, or takes fewer rules.
 */
function portRanges(published, { vendor, most }) {
    const other = published.find(({ protocol }) => protocol === 'sctp');
    if (other)
        throw unknownProtocol(vendor, other);
    const ranges = ['tcp', 'udp'].flatMap((protocol) => merged([SSH, ...published].flatMap((one) => (one.protocol === protocol ? one.port : []))).map(([from, to]) => ({ protocol, from, to })));
    if (ranges.length > most)
        throw tooMany(vendor, most, ranges);
    return ranges;
}
/** `80/tcp`, or `8000-8010/udp`. */
function rangeText({ protocol, from, to }) {
    return `${from === to ? from : `${from}-${to}`}/${protocol}`;
}
function merged(ports) {
    const ranges = [];
    for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
        const last = ranges.at(-1);
        if (last && last[1] === port - 1)
            last[1] = port;
        else
            ranges.push([port, port]);
    }
    return ranges;
}
function unknownProtocol(vendor, { port, protocol }) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`The firewall of ${vendor} cannot let in the port ${port}/${protocol}.`, {
        hint: 'It knows tcp and udp. Publish the port with one of them, or leave it unpublished.',
    });
}
function tooMany(vendor, most, ranges) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`The published ports need ${ranges.length} rules, and a firewall of ${vendor} takes ${most}.`, {
        details: ranges.map(rangeText).join(', '),
        hint: 'Publish fewer ports, or ports in a row: a row of ports takes one rule.',
    });
}


/***/ }),

/***/ 9240:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ objectName)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

/** A label of a host name (RFC 1123). */
const LONGEST = 63;
/** For `-` and an index. */
const RESERVED = 6;
const PLAIN_REPOSITORY = /^\d+$/;
const PLAIN_CLUSTER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/**
 * The name of what a cluster has at a vendor, unique among all repositories of the vendor's
 * project: `su-<repository id>-<cluster>`, and `-<index>` if there are several. 63 characters at
 * most, a-z, 0-9 and `-`. Parts that would be too long or have other characters are told apart by a
 * hash.
 */
function objectName({ cluster, repository }, index) {
    const end = index === undefined ? '' : `-${index}`;
    const plain = `su-${repository}-${cluster}`;
    const isPlain = PLAIN_REPOSITORY.test(repository) && PLAIN_CLUSTER.test(cluster);
    if (isPlain && plain.length <= LONGEST - RESERVED)
        return plain + end;
    // No plain name begins like this, as a repository id has only digits.
    const start = `su-h${hash(repository, cluster)}`;
    const slug = cluster.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const shown = slug.slice(0, LONGEST - RESERVED - start.length - 1).replace(/^-|-$/g, '');
    return (shown === '' ? start : `${start}-${shown}`) + end;
}
/** 64 bits of what no other pair has. */
function hash(...parts) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}


/***/ }),

/***/ 80659:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ endpoint)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13798);
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(49591);


const ENDPOINT = 'give a URL that begins with `https://` (or with `http://` and a loopback address), without user, query and fragment';
/**
 * The option `endpoint`: where a vendor's API answers, without a slash at its end. The token goes
 * there, so the way has to be encrypted, or must not leave the machine.
 */
const endpoint = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
    .refine(isSafe, ENDPOINT)
    .transform((text) => text.replace(/\/+$/, ''));
function isSafe(text) {
    if (!URL.canParse(text))
        return false;
    const { protocol, hostname, username, password, search, hash } = new URL(text);
    if ([username, password, search, hash].some((part) => part !== ''))
        return false;
    if (protocol === 'https:')
        return true;
    return protocol === 'http:' && (0,_addresses_js__WEBPACK_IMPORTED_MODULE_0__/* .isLoopback */ .U9)(hostname.replace(/^\[|\]$/g, ''));
}


/***/ }),

/***/ 78636:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ sourceList)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13798);


/** How many networks a rule may name. Hetzner takes no more. */
const MOST = 100;
const MESSAGE = 'give networks from which the machines may be reached, for example `[203.0.113.0/24, "2001:db8::/32"]`, at most 100';
/** The option `firewall-sources`: from where SSH and the published ports are reached. */
const sourceList = zod__WEBPACK_IMPORTED_MODULE_1__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).nonempty(MESSAGE).max(MOST, MESSAGE)], MESSAGE)
    .transform((given) => [given].flat())
    .refine((given) => given.every(isNetwork), MESSAGE)
    .default(['0.0.0.0/0', '::/0']);
function isNetwork(text) {
    const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
    const version = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address);
    return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}


/***/ }),

/***/ 25202:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JM: () => (/* binding */ notOffered),
/* harmony export */   _C: () => (/* binding */ firstFor),
/* harmony export */   i8: () => (/* binding */ choosePlaces)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _places_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92152);


/** The offers with room. Throws `ActionError` if there is none. */
function choosePlaces(words, offers) {
    const places = offers.flatMap(({ place, hasRoom }) => (hasRoom ? [place] : []));
    const full = offers.flatMap(({ place, hasRoom }) => (hasRoom ? [] : [place]));
    if (places.length === 0)
        throw (0,_places_js__WEBPACK_IMPORTED_MODULE_1__/* .noRoom */ .fj)(words, 'any machine', full);
    return {
        places,
        skipped: full.map((place) => `No room for ${(0,_places_js__WEBPACK_IMPORTED_MODULE_1__/* .placeText */ .Z9)(place)} at this moment.`),
    };
}
/** The preferred place for so many machines: where they will be if there is room for all. */
function firstFor(places, machines) {
    return Array.from({ length: machines }).flatMap(() => places[0] ?? []);
}
/** The error if none of the types is offered in any of the locations. */
function notOffered({ vendor, type, location }, wares, locations) {
    const wanted = wares.map((one) => one.type).join(', ');
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${vendor} does not offer ${wanted} in ${locations.join(', ')}.`, {
        details: wares.map((one) => `${one.type}: ${one.locations.join(', ') || 'nowhere'}`).join('\n'),
        hint: `Change \`${location}\` or \`${type}\` in \`driver-options\`.`,
    });
}


/***/ }),

/***/ 30884:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ costLine)
/* harmony export */ });
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67778);

const HOUR_MS = 3_600_000;
/**
 * What machines cost, for people: `about € 0.02 an hour together, € 1.31 until it expires in 72 h`.
 * `hourly` is the price of all of them. Hours that have begun count whole.
 */
function costLine(cost) {
    const { currency, hourly, machines, ttlMs } = cost;
    const amount = (sum) => amountText(currency, sum);
    const together = machines === 1 ? '' : ' together';
    const line = `${about(hourly)}${amount(hourly)} an hour${together}`;
    if (ttlMs === undefined)
        return line;
    const whole = amount(hourly * Math.ceil(ttlMs / HOUR_MS));
    return `${line}, ${whole} until it expires in ${spanText(ttlMs)}`;
}
function about(sum) {
    return isTiny(sum) ? '' : 'about ';
}
function amountText(currency, sum) {
    return isTiny(sum) ? `less than ${currency} 0.01` : `${currency} ${sum.toFixed(2)}`;
}
/** Less than half of a cent, and more than nothing. */
function isTiny(sum) {
    return sum > 0 && sum < 0.005;
}
function spanText(ms) {
    return ms >= HOUR_MS && ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : (0,_base_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatSpan */ .QA)(ms);
}


/***/ }),

/***/ 87633:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ machinesLine)
/* harmony export */ });
/* harmony import */ var _cost_line_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(30884);
/* harmony import */ var _places_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(92152);


/**
 * What machines are and cost, the place of each given, for people:
 * `2 × cx23 in nbg1, 1 × cpx22 in hel1: about € 0.02 an hour together.` The cost is left out if a
 * price is not known.
 */
function machinesLine(places, { currency, hourlyOf, ttlMs }) {
    const groups = Map.groupBy(places, _places_js__WEBPACK_IMPORTED_MODULE_1__/* .placeText */ .Z9);
    const what = [...groups].map(([text, all]) => `${all.length} × ${text}`).join(', ');
    const prices = places.flatMap((place) => hourlyOf(place) ?? []);
    if (prices.length < places.length)
        return `${what}.`;
    const hourly = prices.reduce((sum, price) => sum + price, 0);
    return `${what}: ${(0,_cost_line_js__WEBPACK_IMPORTED_MODULE_0__/* .costLine */ .E)({ currency, hourly, machines: places.length, ttlMs })}.`;
}


/***/ }),

/***/ 92152:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N4: () => (/* binding */ Places),
/* harmony export */   Z9: () => (/* binding */ placeText),
/* harmony export */   fj: () => (/* binding */ noRoom)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);

/**
 * The places of a cluster, the preferred one first. All machines that are made at the same time
 * share them, so that a place without room is asked for once.
 */
class Places {
    words;
    #left;
    #full = [];
    #home;
    constructor(words, places) {
        this.words = words;
        this.#left = [...places];
    }
    /** Undefined if the machines may be in any location, or while there is none. */
    get home() {
        return this.#home;
    }
    /** The place to ask for. Throws `ActionError` if none has room. */
    current(machine) {
        const place = this.#left.find(({ location }) => location === (this.#home?.location ?? location));
        if (place)
            return place;
        throw noRoom(this.words, machine, this.#full, this.#home?.location);
    }
    /** Whether nobody was told yet that the place has no room. */
    isLeft(place) {
        return this.#left.includes(place);
    }
    /** Says that a place has no room. Gives whether that is new. */
    isFull(place) {
        const at = this.#left.indexOf(place);
        if (at < 0)
            return false;
        this.#left.splice(at, 1);
        this.#full.push(place);
        return true;
    }
    /**
     * Says where a machine of the cluster is, if its private network cannot leave the location: all
     * others have to be there, too. The first call decides.
     */
    settle(home) {
        this.#home ??= home;
    }
}
/** `cx23 in nbg1`. */
function placeText({ type, location }) {
    return `${type} in ${location}`;
}
/**
 * The error of a machine for which no place has room. `home` is the location of the others, if it
 * has to be there.
 */
function noRoom({ vendor, type, location }, machine, tried, home) {
    const where = home === undefined ? [] : [`The machines of the cluster are in ${home}.`];
    const typeNoun = nounOf(type);
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${vendor} has no room for ${machine} at this moment.`, {
        details: [`Tried: ${tried.map(placeText).join(', ') || 'nothing'}`, ...where].join('\n'),
        hint: home === undefined
            ? `Add a ${nounOf(location)} to \`${location}\` or a ${typeNoun} to \`${type}\` in \`driver-options\`, or run this again later.`
            : `Add a ${typeNoun} to \`${type}\` in \`driver-options\` that ${home} has (\`${location}\` has to name it), run this again later, or remove the cluster first (\`command: down\`).`,
    });
}
/** `type` of `server-type`. */
function nounOf(option) {
    return option.slice(option.lastIndexOf('-') + 1);
}


/***/ }),

/***/ 42816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ tryPlaces)
/* harmony export */ });
/* harmony import */ var _places_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(92152);

/**
 * Makes one machine at the first place that has room. `makeAt` gives undefined if the vendor says
 * that the place has none; nothing of the machine may be left there then. After an abort nothing
 * more is asked for. Throws `ActionError` if no place has room, and what `makeAt` throws.
 */
async function tryPlaces(places, machine, { log, signal }, makeAt) {
    for (;;) {
        signal.throwIfAborted();
        const place = places.current(machine);
        const made = await makeAt(place);
        if (made !== undefined)
            return made;
        if (!places.isFull(place))
            continue;
        log.info(`${places.words.vendor} has no room for ${machine} as ${(0,_places_js__WEBPACK_IMPORTED_MODULE_0__/* .placeText */ .Z9)(place)}.`);
    }
}


/***/ }),

/***/ 38318:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ readGivenKeys)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16315);


/**
 * The keys of `ssh-private-key`. What is wrong with them is a problem if machines are made; a removal
 * needs no key, so for that it is said only if somebody logs in.
 */
function readGivenKeys({ read, problem, purpose }) {
    const text = read('ssh-private-key');
    const passphrase = read('ssh-passphrase');
    if (text.trim() === '')
        return () => [];
    try {
        const keys = (0,_ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .readPrivateKeys */ .C)(text, passphrase === '' ? undefined : passphrase);
        return () => keys;
    }
    catch (error) {
        if (!(error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ))
            throw error;
        if (purpose === 'make') {
            problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        }
        return () => {
            throw error;
        };
    }
}


/***/ }),

/***/ 59194:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ heard)
/* harmony export */ });
/**
 * Asks, and gives a failure to `note` in place of throwing it, so that a removal goes on. An abort is
 * thrown, and what `note` throws.
 */
async function heard(ask, signal, note) {
    try {
        return await ask();
    }
    catch (error) {
        signal.throwIfAborted();
        note(error);
        return undefined;
    }
}


/***/ }),

/***/ 16300:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ leftOver)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);

/**
 * The error of a removal that leaves something. `said` is what the vendor said, `where` a link to
 * the place at which a person removes the rest.
 */
function leftOver(what, left, { said, where }) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${what} could not be removed completely: ${left.join(', ')} left.`, {
        details: [...new Set(said)].join('\n'),
        hint: `What is left may cost money. Remove it by hand: ${where}`,
    });
}


/***/ }),

/***/ 9221:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ removeUntilGone),
/* harmony export */   f: () => (/* binding */ EMPTY_LOOKS)
/* harmony export */ });
/** Between two looks, in ms. What a vendor makes or removes in the background may not be in one. */
const LOOK_MS = 2_000;
/** How many looks in a row have to find nothing. */
const EMPTY_LOOKS = 2;
/**
 * Goes on until two looks in a row find nothing. Throws what `incomplete` gives as soon as the
 * removal is stuck, or no time is left for another round, and what `round` throws.
 */
async function removeUntilGone(removal, { clock, bounds }) {
    for (let empty = 0; empty < EMPTY_LOOKS;) {
        empty = (await removal.round()) ? empty + 1 : 0;
        if (empty === EMPTY_LOOKS)
            return;
        // The next look, too, needs time for its calls.
        const isOver = clock.now() + 2 * LOOK_MS > bounds.deadline;
        if (isOver || removal.isStuck())
            throw removal.incomplete();
        await clock.sleep(LOOK_MS, bounds.signal);
    }
}


/***/ }),

/***/ 48019:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c4: () => (/* binding */ hostKeyData),
/* harmony export */   dT: () => (/* binding */ USER_DATA_BYTES),
/* harmony export */   sw: () => (/* binding */ userData)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _first_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83727);


/** The longest user data that each cloud takes, in bytes. */
const USER_DATA_BYTES = {
    hetzner: 32 * 1024,
    digitalocean: 64 * 1024,
    /** Before it is encoded as base64. */
    amazonec2: 16 * 1024,
};
/** The address at which clouds tell a machine who it is, the user data with its host key included. */
const METADATA = '169.254.169.254';
const CLOSE_METADATA = '/usr/local/sbin/swarm-up-close-metadata';
/** Runs at each start of the engine, whoever installs it, and whenever. */
const ENGINE_DROP_IN = '/etc/systemd/system/docker.service.d/swarm-up.conf';
/** cloud-init runs what lies in this folder at the end of each boot. */
const FORGET = '/var/lib/cloud/scripts/per-boot/swarm-up-forget';
/**
 * What a container sends comes in by an interface, what the machine itself sends does not: only the
 * former passes PREROUTING. Not in the chain DOCKER-USER, which is there only while an engine that
 * uses iptables runs.
 */
const CLOSE_METADATA_SCRIPT = `#!/bin/sh
# Keeps containers from the metadata of the cloud, where the user data of this machine can be read.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -- PREROUTING ! -i lo -d ${METADATA} -j DROP
iptables -w -t raw -C "$@" 2>/dev/null || exec iptables -w -t raw -I "$@"
`;
/**
 * A later boot has nothing to set up, and would make the copies again; without its cache, and while
 * the metadata do not answer, it would even make new host keys. `ds-identify.cfg` is read once, as a
 * boot begins: what cloud-init says of this boot stays as it is, unlike with `cloud-init.disabled`.
 */
const FORGET_SCRIPT = `#!/bin/sh
# Removes the copies that cloud-init has made in this boot: of the user data with the private host key, and of what the cloud said of passwords.
echo 'policy: disabled' >/etc/cloud/ds-identify.cfg
cd /var/lib/cloud/instances && rm -f */user-data.txt* */vendor-*.txt* */cloud-config.txt */obj.pkl
cd /run/cloud-init && rm -f instance-data-sensitive.json combined-cloud-config.json
`;
/**
 * One command: of several, cloud-init looks at the exit code of the last only. Where no key is
 * registered, a cloud gives root a password that has to be changed at the first login, and PAM then
 * refuses what is done as root. That password is in somebody's mail, so it is void.
 */
const FINISH_SCRIPT = `set -e
usermod -p '*' root
chage -d -1 -E -1 -I -1 -M -1 root
# An engine that runs already has not seen its drop-in.
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;
/** What keeps the user data from containers, and from whoever reads the disk later. */
const CLOSING_FILES = [
    { path: CLOSE_METADATA, permissions: '0755', content: CLOSE_METADATA_SCRIPT },
    {
        path: ENGINE_DROP_IN,
        permissions: '0644',
        content: `[Service]\nExecStartPre=${CLOSE_METADATA}\n`,
    },
    { path: FORGET, permissions: '0755', content: FORGET_SCRIPT },
];
/** Of a machine that somebody else sets up: no user, and no password, is this action's business. */
const CLOSE_NOW_SCRIPT = `set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;
/**
 * The user data of a cloud's machine, for cloud-init: host name, host key, and who may log in; no
 * login with a password; containers do not reach the metadata of the cloud; no copy of this text
 * outlives a boot on its disk. The cloud keeps it, and gives it to the machine's own processes, and
 * to containers in the host's network. Holds the host's private key. Throws `ActionError` where it is
 * longer than `limitBytes`, which is what the cloud takes.
 */
function userData({ name, additions, ...login }, limitBytes) {
    const text = (0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .cloudConfig */ .EF)({
        ...(0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLogin */ ._9)(login),
        hostname: name,
        // Else /etc/hosts says what the cloud calls the machine.
        fqdn: name,
        preserve_hostname: false,
        prefer_fqdn_over_hostname: false,
        chpasswd: { expire: false },
        // On EC2 an interface that is added would make cloud-init ask, and keep the answer, again.
        updates: { network: { when: ['boot-new-instance'] } },
        write_files: [
            ...CLOSING_FILES,
            ...(additions?.files ?? []).map(({ path, mode, text: content }) => ({
                ...{ path, permissions: mode, content },
            })),
        ],
        runcmd: [['sh', '-c', FINISH_SCRIPT + (additions?.commands ?? '')]],
    });
    const length = Buffer.byteLength(text);
    if (length <= limitBytes)
        return text;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`User data of ${name} is too long: ${length} bytes, and this cloud takes ${limitBytes}.`, { hint: 'Give fewer or shorter keys in `ssh-private-key`: an ed25519 key is the shortest.' });
}
/**
 * The user data of a machine whose users and host name somebody else sets up: its host key alone,
 * with what keeps it from containers. Holds the host's private key.
 */
function hostKeyData(hostKey) {
    return (0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .cloudConfig */ .EF)({
        ...(0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .hostKeyConfig */ .MN)(hostKey),
        write_files: CLOSING_FILES,
        runcmd: [['sh', '-c', CLOSE_NOW_SCRIPT]],
    });
}


/***/ }),

/***/ 27512:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ userKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(56463);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16315);



/** PKCS#8 of an ed25519 key up to its seed of 32 bytes (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/**
 * The key of the runs: those of `ssh-private-key` if there are any, else one that each run with the
 * same token derives anew, so that it is stored nowhere. Whoever has the token owns the machines
 * anyway. Throws a `RangeError` for an empty token, from which anybody could derive the key.
 */
function userKey(given, origin) {
    const privateKeys = given.length > 0 ? given : [derivedKey(origin)];
    return {
        credentials: { privateKeys },
        authorizedKeys: privateKeys.map(({ type, blob }) => `${type} ${blob.toString('base64')}`),
    };
}
/** An ed25519 key whose seed is HKDF-SHA256 of the token (RFC 5869). */
function derivedKey({ secret, repository, cluster }) {
    if (secret === '')
        throw new RangeError('No key is derived from an empty token.');
    const seed = Buffer.from((0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.hkdfSync)('sha256', secret, repository, `swarm-up user ${cluster}`, 32));
    const key = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({
        key: Buffer.concat([PKCS8, seed]),
        format: 'der',
        type: 'pkcs8',
    });
    const [read] = (0,_ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_2__/* .readPrivateKeys */ .C)((0,_ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_1__/* .ed25519KeyPair */ .d)(key, '').privateKey);
    if (!read)
        throw new Error('A key that was made is read.');
    return read;
}


/***/ }),

/***/ 5837:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ vendorTime)
/* harmony export */ });
/**
 * The time by the clock of a vendor, which is that of nobody's runner. `reading` is by how much this
 * clock is ahead of the runner's.
 */
function vendorTime(vendor, reading, now) {
    if (!reading)
        return undefined;
    const time = new Date(now().getTime() + reading.offset);
    return { name: `the API of ${vendor}`, time, reading };
}


/***/ }),

/***/ 37741:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ waitForCloudInit)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(13798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76002);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67778);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(18949);
/* harmony import */ var _engine_enter_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(53153);
/* harmony import */ var _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(63035);






/** Waits for the end of cloud-init, and says what came of it: 0 is done, 1 failed, 2 has warnings. */
const STATUS = ['cloud-init', 'status', '--wait', '--format', 'json'];
/** What its modules and their programs have printed. */
const OUTPUT_LOG = '/var/log/cloud-init-output.log';
const LAST_WORDS = ['sudo', '-n', 'tail', '-n', '20', OUTPUT_LOG];
const LAST_WORDS_MS = 15_000;
/** Least time for an engine beside the warnings of a boot that used its time up, in ms. */
const ENGINE_MS = 30_000;
/** What `cloud-init status` says, as far as it is read. Before 23.4 there are no warnings. */
const cloudInitStatus = zod__WEBPACK_IMPORTED_MODULE_5__/* .object */ .Ikc({
    status: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** "('scripts_user', RuntimeError('…'))": a module, and what it threw. */
    errors: zod__WEBPACK_IMPORTED_MODULE_5__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP()).optional().default([]),
    /** By their kind: "WARNING", "DEPRECATED". */
    recoverable_errors: zod__WEBPACK_IMPORTED_MODULE_5__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_5__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP())).optional().default({}),
});
/**
 * Waits until a machine of a cloud, which has let somebody in, is set up. Warnings are logged, and
 * are no obstacle where the engine answers. Throws `ActionError` where the image has no cloud-init,
 * where cloud-init failed (which module, in its own words), or where it takes longer than
 * `timeoutMs`; rejects with the signal's reason on abort.
 */
async function waitForCloudInit(executor, readiness) {
    const until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now() + readiness.timeoutMs;
    const result = await ask(executor, readiness);
    if (isMissing(result))
        throw withoutCloudInit(executor, readiness);
    if (result.exitCode === 0)
        return;
    const status = parse(result);
    if (result.exitCode !== 2 || !status)
        throw await failed(executor, readiness, result, status);
    const restMs = Math.max(until - _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now(), ENGINE_MS);
    await acceptWarnings(executor, { ...readiness, timeoutMs: restMs }, status);
}
async function ask(executor, readiness) {
    const { timeoutMs, signal } = readiness;
    try {
        return await executor.run(STATUS, { anyExitCode: true, repeatable: true, timeoutMs, signal });
    }
    catch (error) {
        if (!(error instanceof _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .CommandTimeout */ .Rg))
            throw error;
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`cloud-init on ${executor.where} did not end within ${(0,_base_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)(timeoutMs)}.`, {
            details: await lastWords(executor, signal),
            hint: `Look on the machine at what it waits for: ${OUTPUT_LOG}`,
            cause: error,
        });
    }
}
function isMissing({ exitCode, stderr }) {
    return exitCode === 127 || /cloud-init: (command )?not found/.test(stderr);
}
function parse({ stdout }) {
    try {
        return cloudInitStatus.parse(JSON.parse(stdout));
    }
    catch {
        return undefined;
    }
}
async function acceptWarnings(executor, { user, hasEngine, timeoutMs, signal, log }, status) {
    const warnings = Object.entries(status.recoverable_errors).flatMap(([kind, said]) => said.map((words) => `${kind}: ${words.trim()}`));
    const what = `cloud-init on ${executor.where} ended with warnings`;
    try {
        if (hasEngine)
            await (0,_engine_enter_js__WEBPACK_IMPORTED_MODULE_3__/* .enterEngine */ .xZ)(executor, user, { signal, timeoutMs });
    }
    catch (error) {
        if (!(error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ))
            throw error;
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${what}, and its engine is not ready: ${error.message}`, {
            details: [...warnings, error.details ?? ''].join('\n'),
            ...(error.hint !== undefined && { hint: error.hint }),
            cause: error,
        });
    }
    log.info(`${what}: ${warnings.join('; ') || 'it did not say which'}`);
}
async function failed(executor, { image, signal }, result, status) {
    const modules = new Set(status?.errors.flatMap((words) => /^\('([\w-]+)',/.exec(words)?.[1] ?? []));
    const which = modules.size > 0 ? `, in its module ${[...modules].join(', ')}` : '';
    const said = status?.errors.join('\n') || (0,_exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .ownWords */ .I1)(result);
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`cloud-init failed on ${executor.where}${which}.`, {
        details: `${said}\n${await lastWords(executor, signal)}`,
        hint: `Part of what cloud-init does comes from the image (${image}) and from the cloud, so another image may help. Look on the machine at ${OUTPUT_LOG} and /var/log/cloud-init.log.`,
    });
}
/** The end of its log, or why that cannot be had: nothing fails for it. */
async function lastWords(executor, signal) {
    try {
        const options = { anyExitCode: true, repeatable: true, timeoutMs: LAST_WORDS_MS, signal };
        return (0,_exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .ownWords */ .I1)(await executor.run(LAST_WORDS, options));
    }
    catch (error) {
        signal.throwIfAborted();
        return `${OUTPUT_LOG} could not be read: ${error instanceof Error ? error.message : error}`;
    }
}
function withoutCloudInit({ where }, { image }) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`Image ${image} has no cloud-init, so ${where} was not set up.`, {
        hint: 'Choose an image with cloud-init, as the images of the distributions have it: Debian 12 or newer, Ubuntu 22.04 or newer.',
    });
}


/***/ }),

/***/ 18424:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AW: () => (/* binding */ HOST_KEY_LABEL),
/* harmony export */   JH: () => (/* binding */ PORT_LABEL),
/* harmony export */   hj: () => (/* binding */ USER_LABEL),
/* harmony export */   sk: () => (/* binding */ INDEX_LABEL)
/* harmony export */ });
/** 1 for the first machine of a cluster. */
const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
const HOST_KEY_LABEL = 'swarm-up.host-key';
/** Of a machine whose sshd is not reached at port 22. */
const PORT_LABEL = 'swarm-up.ssh-port';
/** Who logs in, if somebody else says that. */
const USER_LABEL = 'swarm-up.ssh-user';


/***/ })

};
;