"use strict";
exports.id = 411;
exports.ids = [411];
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

/***/ 3190:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1916);

/**
 * The known word that was most likely meant; undefined where none is near enough to be a slip of
 * the fingers.
 */
function nearest(word, known) {
    const ranked = known
        .map((one) => ({ one, far: (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(word.toLowerCase(), one.toLowerCase()) }))
        .sort((a, b) => a.far - b.far);
    const best = ranked[0];
    return best && best.far <= Math.max(1, Math.floor(best.one.length / 3)) ? best.one : undefined;
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
 * As `listAddresses`, and nothing where a machine cannot be asked: for what is only said, and
 * decides nothing.
 */
async function addressesIfTold(executor, signal) {
    try {
        return await listAddresses(executor, signal);
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


/***/ }),

/***/ 3668:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ atOnce)
/* harmony export */ });
/* harmony import */ var p_limit__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(370);

/**
 * Runs all tasks, at most so many at the same time, and waits for each, also after a failure: what
 * was asked of a vendor is never left on its way. Gives the results in the order of the tasks, or
 * throws the first failure.
 */
async function atOnce(most, tasks) {
    const limit = (0,p_limit__WEBPACK_IMPORTED_MODULE_0__/* ["default"] */ .A)(most);
    const ends = await Promise.allSettled(tasks.map((task) => limit(task)));
    return ends.map((end) => {
        if (end.status === 'rejected')
            throw end.reason;
        return end.value;
    });
}


/***/ }),

/***/ 505:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  h: () => (/* binding */ cloudClient)
});

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
;// CONCATENATED MODULE: ./lib/base/clock-reading.js
/** Reads `date +%s.%N`. Where date knows no `%N` (busybox), whole seconds are left. */
function parseTime(text) {
    const [, seconds, fraction] = /^(\d+)(?:\.(\d{3}))?/.exec(text) ?? [];
    if (seconds === undefined)
        return undefined;
    const ms = Number(seconds) * 1000;
    return fraction === undefined
        ? { ms: ms + 500, plusMinus: 500 }
        : { ms: ms + Number(fraction), plusMinus: 1 };
}
/**
 * The offset by the four times of a round trip (RFC 5905 section 8): the host's first reading
 * cannot be before `sent`, nor its last one after `received`. What the host did between its two
 * readings does not matter.
 */
function clockReading(trip) {
    const { sent, first, last, received } = trip;
    const onTheWay = received - sent - (last.ms - first.ms);
    return {
        offset: (first.ms - sent + (last.ms - received)) / 2,
        plusMinus: Math.max(0, onTheWay / 2) + first.plusMinus,
    };
}
/**
 * The reading that half of the others are not before and half not after: of three clocks one wrong
 * one is never it.
 */
function medianReading(readings) {
    const sorted = readings.toSorted((a, b) => a.offset - b.offset);
    return sorted[Math.floor((sorted.length - 1) / 2)];
}
/** By how many ms a clock surely differs from another; 0 where both may be the same. */
function surelyApart(a, b) {
    return Math.max(0, Math.abs(a.offset - b.offset) - a.plusMinus - b.plusMinus);
}

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(3331);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-error.js
var cloud_error = __webpack_require__(1307);
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
/** A client of a vendor's API. Throws `ActionError` if the token cannot be one. */
function cloudClient(access) {
    const { vendor, token, log, clock = base_clock/* systemClock */.ml, now = Date.now, random = Math.random } = access;
    // What fetch says of a header that it does not take contains the header.
    if (!/^[\x21-\x7e]+$/.test(token))
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
            if (cause instanceof cloud_error/* CloudError */.K2)
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
    return clockReading({ sent, first: told, last: told, received });
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
        Authorization: `Bearer ${token}`,
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

/***/ 1307:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K2: () => (/* binding */ CloudError),
/* harmony export */   U4: () => (/* binding */ parsedJson),
/* harmony export */   Z5: () => (/* binding */ isUnclear),
/* harmony export */   _m: () => (/* binding */ isCode),
/* harmony export */   c4: () => (/* binding */ isNotFound),
/* harmony export */   oo: () => (/* binding */ errorOfAnswer)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);


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


/***/ }),

/***/ 7521:
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

/***/ 8412:
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
    settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
    // What has to be known is known from `plan`.
    check: async () => { },
};


/***/ }),

/***/ 6644:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ adoptOrCreate),
/* harmony export */   r: () => (/* binding */ createOrAdopt)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _cloud_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1307);


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

/***/ 3727:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EF: () => (/* binding */ cloudConfig),
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
        ssh_deletekeys: true,
        ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
        manage_etc_hosts: 'localhost',
    };
}
/** The text of a cloud-config. JSON is YAML, and needs no thought about quotes and indentation. */
function cloudConfig(config) {
    return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}


/***/ }),

/***/ 6153:
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

/***/ 2621:
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

/***/ 1573:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ removedMeanwhile)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/** The error of a machine that is gone before it ran. `what` is `server su-42-shop-1`. */
function removedMeanwhile(what) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`The ${what} was removed while it was being created.`, {
        hint: 'Another run may have removed the cluster at this moment: give them a `concurrency` group.',
    });
}


/***/ }),

/***/ 8484:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  R: () => (/* binding */ OTHER_KEY),
  O: () => (/* binding */ readMachineAccess)
});

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(6315);
;// CONCATENATED MODULE: ./lib/machines/cloud/read-given-keys.js


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
        const keys = (0,private_key/* readPrivateKeys */.C)(text, passphrase === '' ? undefined : passphrase);
        return () => keys;
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        if (purpose === 'make') {
            problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        }
        return () => {
            throw error;
        };
    }
}

;// CONCATENATED MODULE: ./lib/machines/cloud/read-token.js
/**
 * The API token in a variable of the step. It is a problem if there is none; `what` says which one
 * is wanted. Secret.
 */
function readToken({ variables, problem }, name, what) {
    const token = variables[name] ?? '';
    if (token === '') {
        problem('driver', name, `the variable is not set. Give ${what} to the step: \`env: { ${name}: "\${{ secrets.${name} }}" }\`. A pull request from a fork gets no secrets.`);
    }
    return token;
}

;// CONCATENATED MODULE: ./lib/machines/cloud/machine-access.js


/** Reads the token from `variable` (`what` says which token), and the keys. */
function readMachineAccess(source, variable, what) {
    const token = readToken(source, variable, what);
    const keys = readGivenKeys(source);
    return { token, keys, hasGivenKey: source.read('ssh-private-key').trim() !== '' };
}
/** What to do if a machine of a cloud refuses the login. */
const OTHER_KEY = 'The key of a machine comes from the token and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.';


/***/ }),

/***/ 4214:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ overlayPools)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9591);

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

/***/ 5264:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ portRanges)
/* harmony export */ });
/* unused harmony export rangeText */
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

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
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
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

/***/ 659:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ endpoint)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9591);


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

/***/ 6946:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ knownNames)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _base_listed_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7563);
/* harmony import */ var _base_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3190);



/** How many names are listed in the error. */
const SHOWN = 80;
/**
 * What an option names, of what the vendor has, in the order of the option. Throws `ActionError`
 * with the nearest name if the vendor does not have it.
 */
function knownNames({ vendor, option }, wanted, known, nameOf) {
    const names = known.map(nameOf);
    return wanted.map((name) => {
        const found = known[names.indexOf(name)];
        if (found !== undefined)
            return found;
        const meant = (0,_base_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .nearest */ .p)(name, names);
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`driver-options: \`${option}\`: ${vendor} has no ${name}.`, {
            details: `It has ${(0,_base_listed_js__WEBPACK_IMPORTED_MODULE_2__/* .listed */ .K)([...names].sort(), SHOWN)}`,
            ...(meant !== undefined && { hint: `Is ${meant} meant?` }),
        });
    });
}


/***/ }),

/***/ 3174:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ nameList)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3798);

/** An option that is a list of the vendor's names, or only one; each of them is kept once. */
const nameList = (message) => zod__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(name)), message);


/***/ }),

/***/ 8636:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ sourceList)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);


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

/***/ 5202:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JM: () => (/* binding */ notOffered),
/* harmony export */   _C: () => (/* binding */ firstFor),
/* harmony export */   i8: () => (/* binding */ choosePlaces)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _places_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2152);


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

/***/ 8728:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  b: () => (/* binding */ machinesLine)
});

// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
;// CONCATENATED MODULE: ./lib/machines/cloud/places/cost-line.js

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
    return ms >= HOUR_MS && ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : (0,duration/* formatSpan */.QA)(ms);
}

// EXTERNAL MODULE: ./lib/machines/cloud/places/places.js
var places_places = __webpack_require__(2152);
;// CONCATENATED MODULE: ./lib/machines/cloud/places/machines-line.js


/**
 * What machines are and cost, the place of each given, for people:
 * `2 × cx23 in nbg1, 1 × cpx22 in hel1: about € 0.02 an hour together.` The cost is left out if a
 * price is not known.
 */
function machinesLine(places, { currency, hourlyOf, ttlMs }) {
    const groups = Map.groupBy(places, places_places/* placeText */.Z9);
    const what = [...groups].map(([text, all]) => `${all.length} × ${text}`).join(', ');
    const prices = places.flatMap((place) => hourlyOf(place) ?? []);
    if (prices.length < places.length)
        return `${what}.`;
    const hourly = prices.reduce((sum, price) => sum + price, 0);
    return `${what}: ${costLine({ currency, hourly, machines: places.length, ttlMs })}.`;
}


/***/ }),

/***/ 2152:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N4: () => (/* binding */ Places),
/* harmony export */   Z9: () => (/* binding */ placeText),
/* harmony export */   fj: () => (/* binding */ noRoom)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

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
    /** Says that a place has no room. */
    isFull(place) {
        const at = this.#left.indexOf(place);
        if (at < 0)
            return;
        this.#left.splice(at, 1);
        this.#full.push(place);
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

/***/ 2816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ tryPlaces)
/* harmony export */ });
/* harmony import */ var _places_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2152);

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
        log.info(`${places.words.vendor} has no room for ${machine} as ${(0,_places_js__WEBPACK_IMPORTED_MODULE_0__/* .placeText */ .Z9)(place)}.`);
        places.isFull(place);
    }
}


/***/ }),

/***/ 9194:
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

/***/ 6300:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ leftOver)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

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

/***/ 8019:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ USER_DATA_BYTES),
/* harmony export */   s: () => (/* binding */ userData)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _first_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3727);


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
/**
 * The user data of a cloud's machine, for cloud-init: host name, host key, and who may log in; no
 * login with a password; containers do not reach the metadata of the cloud; no copy of this text
 * outlives a boot on its disk. The cloud keeps it, and gives it to the machine's own processes, and
 * to containers in the host's network. Holds the host's private key. Throws `ActionError` where it is
 * longer than `limitBytes`, which is what the cloud takes.
 */
function userData({ name, ...login }, limitBytes) {
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
            { path: CLOSE_METADATA, permissions: '0755', content: CLOSE_METADATA_SCRIPT },
            {
                path: ENGINE_DROP_IN,
                permissions: '0644',
                content: `[Service]\nExecStartPre=${CLOSE_METADATA}\n`,
            },
            { path: FORGET, permissions: '0755', content: FORGET_SCRIPT },
        ],
        runcmd: [['sh', '-c', FINISH_SCRIPT]],
    });
    const length = Buffer.byteLength(text);
    if (length <= limitBytes)
        return text;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`User data of ${name} is too long: ${length} bytes, and this cloud takes ${limitBytes}.`, { hint: 'Give fewer or shorter keys in `ssh-private-key`: an ed25519 key is the shortest.' });
}


/***/ }),

/***/ 7512:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ userKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6463);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6315);



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

/***/ 7741:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ waitForCloudInit)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6002);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7778);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _engine_enter_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3153);
/* harmony import */ var _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3035);






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

/***/ 8424:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ HOST_KEY_LABEL),
/* harmony export */   s: () => (/* binding */ INDEX_LABEL)
/* harmony export */ });
/** 1 for the first machine of a cluster. */
const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
const HOST_KEY_LABEL = 'swarm-up.host-key';


/***/ }),

/***/ 6463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ generateKeyPair),
/* harmony export */   d: () => (/* binding */ ed25519KeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

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
    const blob = Buffer.concat([field(TYPE), field(point)]);
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
        field(TYPE),
        field(point),
        field(Buffer.concat([seed, point])),
        field(comment),
    ]);
    const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, at) => at + 1));
    return Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        field('none'),
        field('none'),
        field(''),
        uint32(1),
        field(blob),
        field(Buffer.concat([secret, padding])),
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
function field(value) {
    const bytes = Buffer.from(value);
    return Buffer.concat([uint32(bytes.length), bytes]);
}
function uint32(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
}


/***/ }),

/***/ 6315:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readPrivateKeys)
/* harmony export */ });
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

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
__webpack_unused_export__ = closest;


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