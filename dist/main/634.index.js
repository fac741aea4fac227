"use strict";
exports.id = 634;
exports.ids = [634];
exports.modules = {

/***/ 83727:
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

/***/ 28634:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  hetznerDriver: () => (/* binding */ hetznerDriver)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(76002);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(56463);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(18949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(19893);
// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(43331);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(13798);
;// CONCATENATED MODULE: ./lib/machines/cloud/cloud-error.js


/** `{"error": {"code", "message", "details"}}` or `{"id", "message"}`: what vendors answer. */
const refusal = schemas/* union */.KCZ([
    schemas/* object */.Ikc({
        error: schemas/* object */.Ikc({ code: schemas/* string */.YjP(), message: schemas/* string */.YjP(), details: schemas/* unknown */.L5J().optional() }),
    })
        .transform(({ error }) => error),
    schemas/* object */.Ikc({ id: schemas/* string */.YjP(), message: schemas/* string */.YjP() })
        .transform(({ id, message }) => ({ code: id, message, details: undefined })),
]);
/** How much is shown of an answer that is no JSON: the page of a proxy. */
const SHOWN = 500;
/**
 * A call to a vendor that has not done what was asked, or of which nobody knows whether it has.
 * Holds no token.
 */
class CloudError extends errors/* ActionError */.lZ {
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
    return {
        async call(call, bounds) {
            if (access.readsOnly && call.method !== 'GET')
                throw (0,read_only_executor/* changeRefused */.VR)(vendor, nameOf(call));
            for (let attempt = 1;; attempt += 1) {
                const outcome = await callOnce(access, call, bounds, { clock, now });
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
async function callOnce(access, call, { signal, deadline }, { clock, now }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        signal.throwIfAborted();
        const name = nameOf(call);
        const timeoutMs = Math.max(1, Math.min(CALL_TIMEOUT_MS, deadline - clock.now()));
        // Cut off, a POST may have been done or not: its answer is awaited, and tells what exists.
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)(call.method === 'POST' ? [] : [signal], timeoutMs, () => {
            return new Error(`No answer within ${Math.ceil(timeoutMs / 1_000)} s`);
        }), false);
        try {
            const response = await (access.fetch ?? fetch)(urlOf(access.endpoint, call), {
                method: call.method,
                headers: headersOf(access.token, call.body),
                ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
                // The token is for the endpoint alone.
                redirect: 'manual',
                signal: bounds.signal,
            });
            const text = await response.text();
            if (response.ok)
                return { value: read(access.vendor, call, text) };
            const answer = { status: response.status, text };
            return {
                failure: failureOf(access, errorOfAnswer(access.vendor, name, answer), response, now),
            };
        }
        catch (cause) {
            if (cause instanceof CloudError)
                throw cause;
            signal.throwIfAborted();
            const details = reasonOf(cause);
            const error = new CloudError(`No answer from ${access.vendor} to ${name}.`, {
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
    const found = call.answer.safeParse(parsedJson(text));
    if (found.success)
        return found.data;
    const [issue] = found.error.issues;
    throw new CloudError(`${vendor} answered ${nameOf(call)} in another form than expected.`, {
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

// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(83727);
;// CONCATENATED MODULE: ./lib/machines/cloud/machine-labels.js
/** 1 for the first machine of a cluster. */
const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
const HOST_KEY_LABEL = 'swarm-up.host-key';

;// CONCATENATED MODULE: ./lib/machines/cloud/port-ranges.js

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
    return new errors/* ActionError */.lZ(`The firewall of ${vendor} cannot let in the port ${port}/${protocol}.`, {
        hint: 'It knows tcp and udp. Publish the port with one of them, or leave it unpublished.',
    });
}
function tooMany(vendor, most, ranges) {
    return new errors/* ActionError */.lZ(`The published ports need ${ranges.length} rules, and a firewall of ${vendor} takes ${most}.`, {
        details: ranges.map(rangeText).join(', '),
        hint: 'Publish fewer ports, or ports in a row: a row of ports takes one rule.',
    });
}

// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(16315);
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

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
;// CONCATENATED MODULE: ./lib/machines/cloud/refuse-ipv6-only.js


/**
 * Throws `ActionError` where a machine has an IPv6 address alone, and the runner none from which it
 * could be reached: each attempt would fail until the time is over. `interfaces` is what
 * `os.networkInterfaces()` gives on the runner.
 */
function refuseIpv6Only(name, address, interfaces) {
    if (!(0,external_node_net_.isIPv6)(address))
        return;
    const own = Object.values(interfaces).flatMap((all) => all ?? []);
    if (own.some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && !scopeid)) {
        return;
    }
    throw new errors/* ActionError */.lZ(`Machine ${name} has only an IPv6 address, ${address}.`, {
        details: 'The runner has no IPv6 address, other than of its own links.',
        hint: "GitHub's hosted runners have no IPv6. Give the machines IPv4 addresses, or use a self-hosted runner with IPv6.",
    });
}

;// CONCATENATED MODULE: ./lib/machines/cloud/user-data.js


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
    const text = (0,first_login/* cloudConfig */.EF)({
        ...(0,first_login/* firstLogin */._9)(login),
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
    throw new errors/* ActionError */.lZ(`User data of ${name} is too long: ${length} bytes, and this cloud takes ${limitBytes}.`, { hint: 'Give fewer or shorter keys in `ssh-private-key`: an ed25519 key is the shortest.' });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./lib/machines/cloud/user-key.js



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
    const seed = Buffer.from((0,external_node_crypto_.hkdfSync)('sha256', secret, repository, `swarm-up user ${cluster}`, 32));
    const key = (0,external_node_crypto_.createPrivateKey)({
        key: Buffer.concat([PKCS8, seed]),
        format: 'der',
        type: 'pkcs8',
    });
    const [read] = (0,private_key/* readPrivateKeys */.C)((0,generate/* ed25519KeyPair */.d)(key, '').privateKey);
    if (!read)
        throw new Error('A key that was made is read.');
    return read;
}

// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(67778);
// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(53153);
// EXTERNAL MODULE: ./lib/exec/executor.js
var exec_executor = __webpack_require__(63035);
;// CONCATENATED MODULE: ./lib/machines/cloud/wait-for-cloud-init.js






/** Waits for the end of cloud-init, and says what came of it: 0 is done, 1 failed, 2 has warnings. */
const STATUS = ['cloud-init', 'status', '--wait', '--format', 'json'];
/** What its modules and their programs have printed. */
const OUTPUT_LOG = '/var/log/cloud-init-output.log';
const LAST_WORDS = ['sudo', '-n', 'tail', '-n', '20', OUTPUT_LOG];
const LAST_WORDS_MS = 15_000;
/** Least time for an engine beside the warnings of a boot that used its time up, in ms. */
const ENGINE_MS = 30_000;
/** What `cloud-init status` says, as far as it is read. Before 23.4 there are no warnings. */
const cloudInitStatus = schemas/* object */.Ikc({
    status: schemas/* string */.YjP(),
    /** "('scripts_user', RuntimeError('…'))": a module, and what it threw. */
    errors: schemas/* array */.YOg(schemas/* string */.YjP()).optional().default([]),
    /** By their kind: "WARNING", "DEPRECATED". */
    recoverable_errors: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* string */.YjP())).optional().default({}),
});
/**
 * Waits until a machine of a cloud, which has let somebody in, is set up. Warnings are logged, and
 * are no obstacle where the engine answers. Throws `ActionError` where the image has no cloud-init,
 * where cloud-init failed (which module, in its own words), or where it takes longer than
 * `timeoutMs`; rejects with the signal's reason on abort.
 */
async function waitForCloudInit(executor, readiness) {
    const until = base_clock/* systemClock */.ml.now() + readiness.timeoutMs;
    const result = await ask(executor, readiness);
    if (isMissing(result))
        throw withoutCloudInit(executor, readiness);
    if (result.exitCode === 0)
        return;
    const status = parse(result);
    if (result.exitCode !== 2 || !status)
        throw await failed(executor, readiness, result, status);
    const restMs = Math.max(until - base_clock/* systemClock */.ml.now(), ENGINE_MS);
    await acceptWarnings(executor, { ...readiness, timeoutMs: restMs }, status);
}
async function ask(executor, readiness) {
    const { timeoutMs, signal } = readiness;
    try {
        return await executor.run(STATUS, { anyExitCode: true, repeatable: true, timeoutMs, signal });
    }
    catch (error) {
        if (!(error instanceof exec_executor/* CommandTimeout */.Rg))
            throw error;
        throw new errors/* ActionError */.lZ(`cloud-init on ${executor.where} did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)}.`, {
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
            await (0,enter/* enterEngine */.xZ)(executor, user, { signal, timeoutMs });
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        throw new errors/* ActionError */.lZ(`${what}, and its engine is not ready: ${error.message}`, {
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
    const said = status?.errors.join('\n') || (0,exec_executor/* ownWords */.I1)(result);
    return new errors/* ActionError */.lZ(`cloud-init failed on ${executor.where}${which}.`, {
        details: `${said}\n${await lastWords(executor, signal)}`,
        hint: `Part of what cloud-init does comes from the image (${image}) and from the cloud, so another image may help. Look on the machine at ${OUTPUT_LOG} and /var/log/cloud-init.log.`,
    });
}
/** The end of its log, or why that cannot be had: nothing fails for it. */
async function lastWords(executor, signal) {
    try {
        const options = { anyExitCode: true, repeatable: true, timeoutMs: LAST_WORDS_MS, signal };
        return (0,exec_executor/* ownWords */.I1)(await executor.run(LAST_WORDS, options));
    }
    catch (error) {
        signal.throwIfAborted();
        return `${OUTPUT_LOG} could not be read: ${error instanceof Error ? error.message : error}`;
    }
}
function withoutCloudInit({ where }, { image }) {
    return new errors/* ActionError */.lZ(`Image ${image} has no cloud-init, so ${where} was not set up.`, {
        hint: 'Choose an image with cloud-init, as the images of the distributions have it: Debian 12 or newer, Ubuntu 22.04 or newer.',
    });
}

// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(35823);
;// CONCATENATED MODULE: ./lib/machines/hetzner/api/action-waiter.js


const POLL_MS = 1_000;
/** As many as one answer has. */
const ASKED_AT_ONCE = 25;
/**
 * Waits for actions of Hetzner. Whoever waits at the same time waits together: each second one call
 * asks for 25 actions, however many servers are being made.
 */
function actionWaiter(about) {
    const pending = new Map();
    let isPolling = false;
    const poll = async () => {
        if (isPolling)
            return;
        isPolling = true;
        try {
            while (pending.size > 0)
                await askOnce(about, pending);
        }
        catch (error) {
            for (const { reject } of pending.values())
                reject(error);
            pending.clear();
        }
        finally {
            isPolling = false;
        }
    };
    return async (actions) => {
        const waits = actions.map((action) => {
            if (action.status !== 'running')
                return Promise.resolve(action);
            const wait = pending.get(action.id) ?? Promise.withResolvers();
            pending.set(action.id, wait);
            return wait.promise;
        });
        void poll();
        // Each is heard, so that none rejects unheard after the first that did.
        for (const end of await Promise.allSettled(waits)) {
            if (end.status === 'rejected')
                throw end.reason;
            refuseFailed(end.value);
        }
    };
}
async function askOnce({ api, clock, bounds }, pending) {
    if (clock.now() + POLL_MS > bounds.deadline)
        throw tooLate(pending.size);
    await clock.sleep(POLL_MS, bounds.signal);
    const ids = [...pending.keys()];
    for (let at = 0; at < ids.length; at += ASKED_AT_ONCE) {
        for (const action of await api.actions(ids.slice(at, at + ASKED_AT_ONCE))) {
            if (action.status === 'running')
                continue;
            pending.get(action.id)?.resolve(action);
            pending.delete(action.id);
        }
    }
}
function refuseFailed({ id, command, status, error }) {
    if (status !== 'error')
        return;
    throw new CloudError(`The action ${command} of Hetzner failed${error ? ` (${error.code})` : ''}.`, {
        call: `action ${id} (${command})`,
        httpStatus: 200,
        code: error?.code,
        details: error?.message,
    });
}
function tooLate(count) {
    return new errors/* ActionError */.lZ(`Hetzner has not finished in time: ${count} of its actions still run.`, {
        hint: 'See what they do: https://console.hetzner.com/projects. Then run this again.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/api/objects.js

// What is read of Hetzner's answers; all else may be there or not.
const id = schemas/* int */.Whr().positive();
const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
const objects_text = schemas/* string */.YjP();
const action = schemas/* object */.Ikc({
    id,
    command: objects_text,
    status: schemas/* enum */.k5n(['running', 'success', 'error']),
    error: schemas/* object */.Ikc({ code: objects_text, message: objects_text }).nullish(),
});
const address = schemas/* object */.Ikc({ id: id.optional(), ip: objects_text }).nullable();
const server = schemas/* object */.Ikc({
    id,
    name: objects_text,
    /** `running`, `initializing`, `starting`, `stopping`, `off`, `deleting` and others. */
    status: objects_text,
    created: objects_text,
    public_net: schemas/* object */.Ikc({ ipv4: address, ipv6: address }),
    private_net: schemas/* array */.YOg(schemas/* object */.Ikc({ network: id.optional(), ip: objects_text.optional() })),
    server_type: schemas/* object */.Ikc({ name: objects_text }),
    location: schemas/* object */.Ikc({ name: objects_text, network_zone: objects_text }),
    labels,
});
const createdServer = schemas/* object */.Ikc({
    server,
    action,
    next_actions: schemas/* array */.YOg(action),
});
const network = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    ip_range: objects_text,
    subnets: schemas/* array */.YOg(schemas/* object */.Ikc({ type: objects_text, network_zone: objects_text })),
    labels,
});
const firewall = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    labels: labels.default({}),
});
const placementGroup = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    labels,
    servers: schemas/* array */.YOg(id),
});
const primaryIp = schemas/* object */.Ikc({
    id,
    name: objects_text,
    ip: objects_text,
    created: objects_text,
    protection: schemas/* object */.Ikc({ delete: schemas/* boolean */.zMY() }),
    assignee_id: id.nullable(),
});
const objects_location = schemas/* object */.Ikc({ name: objects_text, network_zone: objects_text });
const deprecation = schemas/* object */.Ikc({ unavailable_after: objects_text }).nullish();
const serverType = schemas/* object */.Ikc({
    name: objects_text,
    architecture: schemas/* enum */.k5n(['x86', 'arm']),
    prices: schemas/* array */.YOg(schemas/* object */.Ikc({ location: objects_text, price_hourly: schemas/* object */.Ikc({ gross: objects_text }) })),
    locations: schemas/* array */.YOg(schemas/* object */.Ikc({ name: objects_text, available: schemas/* boolean */.zMY(), deprecation })),
});
const objects_image = schemas/* object */.Ikc({
    id,
    name: objects_text.nullable(),
    description: objects_text,
    architecture: schemas/* enum */.k5n(['x86', 'arm']),
    status: objects_text,
});

;// CONCATENATED MODULE: ./lib/machines/hetzner/api/hetzner-api.js



/** The largest page that Hetzner gives. */
const PER_PAGE = 50;
/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 200;
/** The calls with the limits of one piece of work. Labels are given and come as Hetzner has them. */
function hetznerApi(client, bounds) {
    const call = (one) => client.call(one, bounds);
    const list = (path, key, item, query) => allPages(call, { path, key, item, query });
    /** Gone already is success. */
    const remove = async (path) => {
        await unlessGone(call({ method: 'DELETE', path, answer: schemas/* unknown */.L5J() }));
    };
    const label = async (path, labels) => {
        await call({ method: 'PUT', path, body: { labels }, answer: schemas/* unknown */.L5J() });
    };
    return {
        servers: (filter) => list('/servers', 'servers', server, { ...filter }),
        /** Undefined if there is none. */
        server: async (id) => {
            const answer = schemas/* object */.Ikc({ server: server });
            return (await unlessGone(call({ method: 'GET', path: `/servers/${id}`, answer })))?.server;
        },
        createServer: (wanted) => call({
            ...{ method: 'POST', path: '/servers', body: serverBody(wanted) },
            answer: createdServer,
        }),
        labelServer: (id, labels) => label(`/servers/${id}`, labels),
        /** The action that removes it; undefined if it is gone already. */
        deleteServer: async (id) => {
            const answer = schemas/* object */.Ikc({ action: action.optional() });
            const path = `/servers/${id}`;
            return (await unlessGone(call({ method: 'DELETE', path, answer })))?.action;
        },
        /** As many as a page has without being asked for more: 25. */
        actions: async (ids) => {
            const answer = schemas/* object */.Ikc({ actions: schemas/* array */.YOg(action) });
            return (await call({ method: 'GET', path: '/actions', query: { id: ids }, answer })).actions;
        },
        networks: (filter) => list('/networks', 'networks', network, { ...filter }),
        /** Undefined if there is none. */
        network: async (id) => {
            const answer = schemas/* object */.Ikc({ network: network });
            return (await unlessGone(call({ method: 'GET', path: `/networks/${id}`, answer })))?.network;
        },
        createNetwork: async ({ name, labels, range, zone }) => {
            const subnets = [{ type: 'cloud', ip_range: range, network_zone: zone }];
            const body = { name, labels, ip_range: range, subnets };
            const answer = schemas/* object */.Ikc({ network: network });
            return (await call({ method: 'POST', path: '/networks', body, answer })).network;
        },
        labelNetwork: (id, labels) => label(`/networks/${id}`, labels),
        deleteNetwork: (id) => remove(`/networks/${id}`),
        firewalls: (filter) => list('/firewalls', 'firewalls', firewall, { ...filter }),
        createFirewall: async (wanted) => {
            const body = { ...wanted, rules: rulesBody(wanted.rules) };
            const answer = schemas/* object */.Ikc({ firewall: firewall });
            return (await call({ method: 'POST', path: '/firewalls', body, answer })).firewall;
        },
        /** The actions that apply them. */
        setRules: async (id, rules) => {
            const path = `/firewalls/${id}/actions/set_rules`;
            const body = { rules: rulesBody(rules) };
            const answer = schemas/* object */.Ikc({ actions: schemas/* array */.YOg(action) });
            return (await call({ method: 'POST', path, body, answer, isRepeatable: true })).actions;
        },
        labelFirewall: (id, labels) => label(`/firewalls/${id}`, labels),
        deleteFirewall: (id) => remove(`/firewalls/${id}`),
        placementGroups: (filter) => list('/placement_groups', 'placement_groups', placementGroup, { ...filter }),
        createPlacementGroup: async (wanted) => {
            const body = { ...wanted, type: 'spread' };
            const answer = schemas/* object */.Ikc({ placement_group: placementGroup });
            return (await call({ method: 'POST', path: '/placement_groups', body, answer }))
                .placement_group;
        },
        deletePlacementGroup: (id) => remove(`/placement_groups/${id}`),
        /** Undefined if there is none. */
        primaryIp: async (id) => {
            const answer = schemas/* object */.Ikc({ primary_ip: primaryIp });
            const path = `/primary_ips/${id}`;
            return (await unlessGone(call({ method: 'GET', path, answer })))?.primary_ip;
        },
        deletePrimaryIp: (id) => remove(`/primary_ips/${id}`),
        locations: () => list('/locations', 'locations', objects_location, {}),
        serverTypes: () => list('/server_types', 'server_types', serverType, {}),
        images: (filter) => list('/images', 'images', objects_image, { ...filter }),
    };
}
async function allPages(call, asked) {
    const { path, key, item, query } = asked;
    const answer = schemas/* looseObject */._H3({
        meta: schemas/* object */.Ikc({ pagination: schemas/* object */.Ikc({ next_page: schemas/* int */.Whr().nullable() }) }),
    })
        .transform((page, context) => {
        const items = schemas/* array */.YOg(item).safeParse(page[key]);
        if (!items.success)
            context.addIssue({ code: 'custom', message: items.error.message });
        return { items: items.data ?? [], next: page.meta.pagination.next_page };
    });
    const all = [];
    let page = 1;
    for (let pages = 0; page !== null && pages < MOST_PAGES; pages += 1) {
        const paged = { ...query, page, per_page: PER_PAGE };
        const got = await call({
            ...{ method: 'GET', path, query: paged, answer },
        });
        all.push(...got.items);
        page = got.next;
    }
    return all;
}
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
function serverBody(wanted) {
    const { name, location, image, labels, placementGroup } = wanted;
    return {
        ...{ name, location, image, labels },
        server_type: wanted.serverType,
        start_after_create: true,
        user_data: wanted.userData,
        networks: [wanted.network],
        firewalls: [{ firewall: wanted.firewall }],
        public_net: { enable_ipv4: wanted.ipv4, enable_ipv6: true },
        ...(placementGroup !== undefined && { placement_group: placementGroup }),
    };
}
function rulesBody({ ranges, sources }) {
    return ranges.map(({ protocol, from, to }) => ({
        direction: 'in',
        protocol,
        port: from === to ? String(from) : `${from}-${to}`,
        source_ips: sources,
    }));
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/api/work.js



/** The name for messages, and where a person looks at what is there. */
const VENDOR = 'Hetzner';
const CONSOLE = 'https://console.hetzner.com/projects';
/** Codes by which Hetzner says that it has done nothing, and that the call is to be repeated. */
const RETRIED_CODES = ['conflict'];
/** How many servers are asked for, or removed, at the same time. */
const AT_ONCE = 10;
/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
function hetznerWork(client, about) {
    const api = hetznerApi(client, about.bounds);
    const ignored = (0,once/* once */.O)((message) => about.log.warning(message));
    return { api, awaitActions: actionWaiter({ api, ...about }), ignored, ...about };
}

;// CONCATENATED MODULE: ./lib/machines/cloud/create-or-adopt.js


const create_or_adopt_ATTEMPTS = 5;
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
            if (!wanted.isTaken(error) && !isUnclear(error))
                throw error;
            const found = await wanted.find();
            const isLeaving = found !== undefined && (wanted.isLeaving?.(found) ?? false);
            if (found !== undefined && !isLeaving)
                return adopted(wanted, found, error);
            if (attempt === create_or_adopt_ATTEMPTS || clock.now() + PAUSE_MS >= bounds.deadline)
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
    throw new errors/* ActionError */.lZ(`The ${what} exists and is not of this cluster.`, {
        details: 'Its labels name another owner, or none.',
        hint,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/machines/cloud/object-name.js

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
    return (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(43610);
;// CONCATENATED MODULE: ./lib/machines/hetzner/api/hetzner-refusal.js




const TOKEN_PAGE = 'Make one in the console of Hetzner (project, Security, API tokens) with the permission Read & Write, and store it as the secret HCLOUD_TOKEN.';
const limits = schemas/* object */.Ikc({
    limits: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP() })).nonempty(),
});
/**
 * What an error of Hetzner means for the user; any other error as it is. `doing` says what failed:
 * `The server shop-1 could not be created`.
 */
function hetznerRefusal(error, doing) {
    if (!(error instanceof CloudError))
        return error;
    const hint = hintOf(error);
    return new errors/* ActionError */.lZ(`${doing}: ${hetzner_refusal_reasonOf(error)}.`, {
        details: error.details ?? error.message,
        ...(hint !== undefined && { hint }),
        cause: error,
    });
}
/** Whether Hetzner has no room for such a server there at this moment. */
function isNoCapacity(error) {
    return isCode(error, 'resource_unavailable', 'placement_error');
}
/** Whether asking again with this token is of no use. */
function isTokenRefused(error) {
    return (isCode(error, 'unauthorized', 'token_readonly', 'forbidden') ||
        (error instanceof CloudError && error.httpStatus === 401));
}
function hetzner_refusal_reasonOf(error) {
    if (error.code === 'token_readonly')
        return 'the token may only read';
    if (error.httpStatus === 401)
        return 'Hetzner does not know the token';
    if (error.code === 'resource_limit_exceeded')
        return `a limit of the project is reached${which(error)}`;
    if (isNoCapacity(error))
        return 'Hetzner has no room for it at this moment';
    if (error.code === 'uniqueness_error')
        return 'something has its name';
    if (error.code === 'protected')
        return 'it is protected';
    if (error.code === 'maintenance')
        return 'Hetzner is in maintenance';
    if (isUnreachable(error))
        return 'the runner cannot reach the API of Hetzner';
    if (error.httpStatus === undefined)
        return 'no answer from Hetzner';
    return `${error.call} ended with ${error.code ?? `status ${error.httpStatus}`}`;
}
function hintOf(error) {
    if (error.code === 'token_readonly' || error.httpStatus === 401)
        return TOKEN_PAGE;
    if (error.code === 'forbidden')
        return `The token may not do that. ${TOKEN_PAGE}`;
    if (error.code === 'resource_limit_exceeded')
        return `Remove what is not needed (${CONSOLE}; \`command: sweep\` removes expired clusters), or ask Hetzner for a higher limit there.`;
    if (isNoCapacity(error))
        return 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.';
    if (error.code === 'protected')
        return `Take the protection away: ${CONSOLE}`;
    if (isUnreachable(error))
        return 'The API of Hetzner is reached over IPv4 and IPv6. See whether the runner has a route: curl https://api.hetzner.cloud/v1/locations';
    return undefined;
}
/** ` (servers, primary_ips)`. */
function which({ vendorDetails }) {
    const told = limits.safeParse(vendorDetails).data;
    return told ? ` (${told.limits.map(({ name }) => name).join(', ')})` : '';
}
function isUnreachable({ httpStatus, details = '' }) {
    return httpStatus === undefined && /ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/label-codec.js



// A value at Hetzner has at most 63 characters of A-Z, a-z, 0-9, `-`, `_` and `.`, and begins and
// ends with a letter or a digit. A value that is one stays as it is. A time becomes the seconds
// since 1970, an ed25519 key its 32 bytes. Any other is written as `x_…_x`, with `_` and two
// hexadecimal digits for each byte of another character; what is longer goes on in further labels,
// whose keys end with `.2`, `.3` and so on. So nothing is ever cut.
const PLAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const ESCAPED = /^x_(.*)_x$/;
const PART_LENGTH = 63 - 'x__x'.length;
/** More labels of one value are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 9;
const EXPIRES_LABEL = 'swarm-up.expires';
const SECONDS = /^\d{1,12}$/;
const KEY = /^k([A-Za-z0-9_-]{43})k$/;
/** Before the 32 bytes of an ed25519 key (RFC 8709): type and lengths. */
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
/**
 * Labels of this action as Hetzner takes them; `decodeLabels` gives back the same. Throws `ActionError` with
 * the key of a value that is too long for any number of labels.
 */
function encodeLabels(labels) {
    return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => encode(key, value)));
}
/** What `encodeLabels` was given. Labels of others come back as they are. */
function decodeLabels(labels) {
    return Object.fromEntries(Object.keys(labels)
        .filter((key) => !isFurtherPart(key, labels))
        .map((key) => [key, decode(key, labels)]));
}
/** All but the labels that hold the value of this key. */
function withoutLabel(labels, key) {
    const isOf = (one) => one === key || baseOf(one) === key;
    return Object.fromEntries(Object.entries(labels).filter(([one]) => !isOf(one)));
}
/** A label selector that finds what carries all of these labels. */
function selectorOf(labels) {
    return Object.entries(encodeLabels(labels))
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
function encode(key, value) {
    const short = shortOf(key, value);
    if (short !== undefined)
        return [[key, short]];
    const escaped = escapedForm(value);
    const parts = escaped.match(new RegExp(`.{1,${PART_LENGTH}}`, 'g')) ?? [''];
    if (parts.length > MOST_PARTS)
        throw tooLong(key, value);
    return parts.map((part, at) => [at === 0 ? key : `${key}.${at + 1}`, `x_${part}_x`]);
}
/** A form of one label that reads as this value again; undefined if there is none. */
function shortOf(key, value) {
    const forms = [secondsOf(key, value), keyBytesOf(key, value), value];
    return forms.find((form) => form !== undefined && PLAIN.test(form) && decode(key, { [key]: form }) === value);
}
function decode(key, labels) {
    const value = labels[key] ?? '';
    if (!(0,ownership/* isReserved */.Bs)(key))
        return value;
    if (key === EXPIRES_LABEL && SECONDS.test(value))
        return timeOf(Number(value));
    const bytes = key === HOST_KEY_LABEL ? KEY.exec(value)?.[1] : undefined;
    if (bytes !== undefined)
        return keyOf(Buffer.from(bytes, 'base64url'));
    const parts = partsOf(key, labels).map((part) => ESCAPED.exec(part)?.[1]);
    return parts.includes(undefined) ? value : textOf(parts.join(''));
}
/** The values of a key and of its further parts, as far as they follow one another. */
function partsOf(key, labels) {
    const parts = [labels[key] ?? ''];
    for (let next = labels[`${key}.2`]; next !== undefined;) {
        parts.push(next);
        next = labels[`${key}.${parts.length + 1}`];
    }
    return parts;
}
/** `swarm-up.run` of `swarm-up.run.3`. */
function baseOf(key) {
    return /^(.+)\.[2-9]$/.exec(key)?.[1];
}
function isFurtherPart(key, labels) {
    const base = baseOf(key);
    if (base === undefined || !(0,ownership/* isReserved */.Bs)(base))
        return false;
    const first = labels[base];
    return first !== undefined && ESCAPED.test(first) && ESCAPED.test(labels[key] ?? '');
}
function escapedForm(value) {
    const hex = (byte) => `_${byte.toString(16).padStart(2, '0')}`;
    return [...Buffer.from(value)]
        .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[A-Za-z0-9.-]/.test(character) ? character : hex(byte);
    })
        .join('');
}
function textOf(text) {
    const bytes = text.replace(/_([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
}
function secondsOf(key, value) {
    const ms = key === EXPIRES_LABEL ? Date.parse(value) : Number.NaN;
    return Number.isNaN(ms) ? undefined : String(ms / 1_000);
}
function timeOf(seconds) {
    return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
function keyBytesOf(key, value) {
    if (key !== HOST_KEY_LABEL)
        return undefined;
    const blob = Buffer.from(value.split(' ')[1] ?? '', 'base64');
    return `k${blob.subarray(KEY_START.length).toString('base64url')}k`;
}
function keyOf(bytes) {
    return `ssh-ed25519 ${Buffer.concat([KEY_START, bytes]).toString('base64')}`;
}
function tooLong(key, value) {
    return new errors/* ActionError */.lZ(`The label ${key} is too long for Hetzner: ${value.length} characters.`, {
        details: `${value.slice(0, 200)}…`,
        hint: 'Shorten what it is made of, for example the id of the job or of the step.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/owned.js




/**
 * Everything of a cluster, or of every cluster of whatever owner: four lists, however many clusters
 * there are. What carries the labels and has another name is none of the driver's: `ignored` is told.
 */
async function listOwned(work, cluster) {
    const label_selector = cluster ? selectorOf(clusterLabels(cluster)) : ownership/* CLUSTER_LABEL */.eq;
    const { api } = work;
    return [
        ...ownedServers(work, await api.servers({ label_selector })),
        ...(await api.firewalls({ label_selector })).flatMap((one) => owned(work, 'firewall', one)),
        ...(await api.networks({ label_selector })).flatMap((one) => owned(work, 'network', one)),
        ...(await api.placementGroups({ label_selector })).flatMap((one) => owned(work, 'placement group', one)),
    ];
}
/** Those of the servers that the driver has made. */
function ownedServers(work, servers) {
    return servers.flatMap((server) => owned(work, 'server', server).map((object) => ({ ...object, server })));
}
/** What a cluster is found by. */
function clusterLabels({ cluster, repository }) {
    return { [ownership/* CLUSTER_LABEL */.eq]: cluster, [ownership/* REPOSITORY_LABEL */.S]: repository };
}
/** Whether labels, as Hetzner has them, are of this cluster of this repository. */
function isOfCluster(rawLabels, { cluster, repository }) {
    const owner = (0,ownership/* ownerOf */.bf)(decodeLabels(rawLabels));
    return owner?.cluster === cluster && owner.repository === repository;
}
/** Which machine of its cluster a server is; undefined if its labels do not say. */
function indexOf(labels) {
    const text = labels[INDEX_LABEL] ?? '';
    return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
/** The object, or nothing if only its labels look like one of the driver's. */
function owned({ ignored }, kind, object) {
    const labels = decodeLabels(object.labels);
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    const { id, name, created } = object;
    if (owner && hasOwnName(kind, name, labels, owner))
        return [{ kind, id, name, created, rawLabels: object.labels, owner }];
    ignored(`The ${kind} ${name} (${id}) at Hetzner has labels of Swarm Up, and not the name that Swarm Up gives a ${kind}: it is ignored, and stays.`);
    return [];
}
function hasOwnName(kind, name, labels, owner) {
    const index = indexOf(labels);
    switch (kind) {
        case 'server':
        case 'placement group':
            return index !== undefined && name === objectName(owner, index);
        case 'firewall':
        case 'network':
            return name === objectName(owner);
    }
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/find.js



/**
 * Every machine of a cluster of this name, of whatever repository, by index. One list.
 */
async function listMachines(work, cluster) {
    const label_selector = selectorOf({ [ownership/* CLUSTER_LABEL */.eq]: cluster });
    const servers = await work.api.servers({ label_selector });
    return ownedServers(work, servers)
        .map(({ server, owner }) => machineOf(server, owner))
        .sort((a, b) => a.index - b.index);
}
/** Every cluster of whatever owner, by name. Four lists, however many there are. */
async function listClusters(work) {
    const owned = await listOwned(work);
    const groups = Map.groupBy(owned, ({ owner }) => JSON.stringify([owner.cluster, owner.repository]));
    return [...groups.values()]
        .map(clusterOf)
        .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
/** What a server of a cluster is as a machine. */
function machineOf(server, owner) {
    const labels = decodeLabels(server.labels);
    const index = indexOf(labels) ?? 0;
    const isStopped = STOPPED.includes(server.status);
    return {
        id: server.id,
        name: `${owner.cluster}-${index}`,
        index,
        owner,
        labels,
        state: isStopped ? 'stopped' : 'running',
        address: isStopped ? '' : publicAddress(server),
        privateAddress: server.private_net[0]?.ip,
    };
}
/** All others lead to `running`. */
const STOPPED = ['off', 'stopping', 'deleting', 'unknown'];
function publicAddress({ public_net: { ipv4, ipv6 } }) {
    if (ipv4)
        return ipv4.ip;
    // Hetzner names the network; the server has its first address.
    return ipv6 ? ipv6.ip.replace(/\/\d+$/, '1') : '';
}
function clusterOf(parts) {
    const [first] = parts;
    if (!first)
        throw new Error('a cluster of nothing');
    const expires = newest(parts.filter(({ kind }) => kind !== 'placement group')) ?? newest(parts);
    const { expires: _, ...owner } = first.owner;
    return {
        owner: { ...owner, ...(expires !== undefined && { expires }) },
        created: parts.map(({ created }) => new Date(created).toISOString()).sort()[0],
        parts: parts.map(({ kind, name }) => `${kind} ${name}`),
    };
}
/** The labels of a placement group are never written again, so it counts only if it is alone. */
function newest(parts) {
    return parts
        .flatMap(({ owner }) => owner.expires ?? [])
        .sort()
        .at(-1);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/places.js

/**
 * The places of a cluster, the preferred one first. All servers that are made at the same time
 * share them, so that a place without room is asked for once.
 */
class Places {
    #left;
    #full = [];
    constructor(places) {
        this.#left = [...places];
    }
    /** The place to ask for. Throws `ActionError` if none has room. */
    current(machine) {
        const [place] = this.#left;
        if (place)
            return place;
        throw noRoom(machine, this.#full);
    }
    /** Says that a place has no room. */
    isFull(place) {
        const at = this.#left.indexOf(place);
        if (at < 0)
            return;
        this.#left.splice(at, 1);
        this.#full.push(place);
    }
}
/** `cx23 in nbg1`. */
function placeText({ serverType, location }) {
    return `${serverType} in ${location}`;
}
/** The error of a machine for which no place has room. */
function noRoom(machine, tried) {
    return new errors/* ActionError */.lZ(`Hetzner has no room for ${machine} at this moment.`, {
        details: `Tried: ${tried.map(placeText).join(', ')}`,
        hint: 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/remove-server.js


const remove_server_POLL_MS = 2_000;
/**
 * Removes one server and waits until Hetzner does not know it any more: its action may end, and be
 * answered as done, before that. Gone already is success. Throws `ActionError` at the deadline.
 */
async function removeServer(work, id) {
    const { api, awaitActions, clock, bounds } = work;
    const action = await api.deleteServer(id);
    if (action)
        await awaitActions([action]);
    while (await api.server(id)) {
        if (clock.now() + remove_server_POLL_MS > bounds.deadline)
            throw stays(id);
        await clock.sleep(remove_server_POLL_MS, bounds.signal);
    }
}
function stays(id) {
    return new errors/* ActionError */.lZ(`Server ${id} at Hetzner could not be removed in time.`, {
        hint: `See what becomes of it, and remove it by hand if it stays: ${CONSOLE}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/create-server.js













const create_server_POLL_MS = 2_000;
/**
 * Makes one server, at the first place that has room, and waits until it runs and has its
 * addresses; a server of this name and cluster is adopted. After an abort nothing more is asked
 * for, and what exists has its labels. Throws `ActionError` if no place has room, if the name
 * belongs to somebody else, or if Hetzner refuses.
 */
async function createServer(work, ground, order) {
    const machine = `${order.owner.cluster}-${order.index}`;
    try {
        for (;;) {
            const place = ground.places.current(machine);
            const server = await createAt(work, ground, order, place);
            if (server)
                return machineOf(server, order.owner);
            work.log.info(`Hetzner has no room for ${machine} as ${placeText(place)}.`);
            ground.places.isFull(place);
        }
    }
    catch (error) {
        throw hetznerRefusal(error, `The server of ${machine} could not be created`);
    }
}
/** Undefined if the place has no room. */
async function createAt(work, ground, order, place) {
    let asked;
    try {
        asked = await create_server_ask(work, ground, order, place);
        await work.awaitActions(asked.actions);
        return await running(work, asked.server);
    }
    catch (error) {
        if (!isNoCapacity(error))
            throw error;
        // Its name is needed at the next place.
        if (asked)
            await removeServer(work, asked.server.id);
        return undefined;
    }
}
function create_server_ask(work, ground, order, place) {
    const { api } = work;
    const { owner, index, hostKey, userData, placementGroup } = order;
    const { image, network, firewall, ipv4 } = ground;
    const name = objectName(owner, index);
    const labels = encodeLabels({
        ...(0,ownership/* ownerLabels */.H0)(owner),
        [INDEX_LABEL]: String(index),
        [HOST_KEY_LABEL]: hostKey,
    });
    return createOrAdopt({
        what: `server ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => {
            const [server] = await api.servers({ name });
            return server && { server, actions: [] };
        },
        create: async () => {
            const wanted = { name, labels, userData, placementGroup, image, network, firewall, ipv4 };
            const made = await api.createServer({ ...wanted, ...place });
            return { server: made.server, actions: [made.action, ...made.next_actions] };
        },
        isOurs: ({ server }) => isOfCluster(server.labels, owner) && indexOf(decodeLabels(server.labels)) === index,
        isTaken: (error) => isCode(error, 'uniqueness_error'),
        isLeaving: ({ server }) => server.status === 'deleting',
    }, work);
}
/** Waits until a server has ended what it began, and is in its network. */
async function running({ api, clock, bounds }, { id, name }) {
    for (;;) {
        const server = await api.server(id);
        if (!server)
            throw removedMeanwhile(name);
        const isReady = server.status === 'running' && server.private_net[0]?.ip !== undefined;
        if (isReady || server.status === 'off')
            return server;
        if (clock.now() + create_server_POLL_MS > bounds.deadline)
            return server;
        await clock.sleep(create_server_POLL_MS, bounds.signal);
    }
}
function removedMeanwhile(name) {
    return new errors/* ActionError */.lZ(`The server ${name} was removed while it was being created.`, {
        hint: 'Another run may have removed the cluster at this moment: give them a `concurrency` group.',
    });
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(70370);
;// CONCATENATED MODULE: ./lib/machines/hetzner/server-addresses.js

/** By how much the address of a server may be older than the server, in ms. */
const APART_MS = 60_000;
/**
 * The public addresses that came with servers. They are objects of their own, cost money of their
 * own, and have no labels: after the servers are gone, only this list knows them.
 */
class ServerAddresses {
    /** Id of the address -> its server. */
    #servers = new Map();
    /** Remembers those of servers that exist. */
    remember(servers) {
        for (const server of servers) {
            const { ipv4, ipv6 } = server.public_net;
            for (const address of [ipv4, ipv6]) {
                if (address?.id !== undefined)
                    this.#servers.set(address.id, server);
            }
        }
    }
    /**
     * Removes those that no server has any more. Forgets those that are gone, that another server
     * has, or that are older than their server: somebody made these for other things. Returns what
     * stays so far, but for what a server of its own still has.
     */
    async removeFree({ api }, said) {
        const left = [];
        for (const [id, server] of this.#servers) {
            try {
                const address = await api.primaryIp(id);
                if (address?.assignee_id === server.id)
                    continue;
                if (!address || isForeign(address, server))
                    this.#servers.delete(id);
                else {
                    left.push(`primary IP ${id}`);
                    await api.deletePrimaryIp(id);
                }
            }
            catch (error) {
                said((0,errors/* describeError */.Uc)(error));
                if (!left.includes(`primary IP ${id}`))
                    left.push(`primary IP ${id}`);
            }
        }
        return left;
    }
}
function isForeign({ created, assignee_id }, server) {
    const olderMs = Date.parse(server.created) - Date.parse(created);
    return assignee_id !== null || olderMs > APART_MS;
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/destroy.js








/** Between two looks, in ms. What Hetzner removes in the background may still be in the first. */
const LOOK_MS = 2_000;
/** How many looks in a row have to find nothing. */
const EMPTY_LOOKS = 2;
/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what Hetzner fails at, is tried until the deadline.
 * Throws `ActionError` that names what is left; at once if the token is refused.
 */
async function destroyCluster(work, cluster) {
    const removal = new Removal(work, cluster);
    for (let empty = 0; empty < EMPTY_LOOKS;) {
        const isEmpty = await removal.round();
        empty = isEmpty ? empty + 1 : 0;
        if (empty === EMPTY_LOOKS)
            return;
        const isOver = work.clock.now() + LOOK_MS > work.bounds.deadline;
        if (isOver || removal.isStuck())
            throw removal.incomplete();
        await work.clock.sleep(LOOK_MS, work.bounds.signal);
    }
}
/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
async function isGone(work, cluster) {
    try {
        return (await listOwned(work, cluster)).length === 0;
    }
    catch (error) {
        throw hetznerRefusal(error, `Cluster ${cluster.cluster} could not be looked for`);
    }
}
/**
 * Removes one server with the addresses that came with it. Gone already is success. Throws
 * `ActionError` with what is left.
 */
async function destroyServer(work, id) {
    const addresses = new ServerAddresses();
    const said = [];
    try {
        const server = await work.api.server(id);
        if (!server)
            return;
        addresses.remember([server]);
        await removeServer(work, id);
    }
    catch (error) {
        throw hetznerRefusal(error, `Server ${id} could not be removed`);
    }
    await addresses.removeFree(work, (text) => said.push(text));
    const left = await addresses.removeFree(work, (text) => said.push(text));
    if (left.length > 0)
        throw leftOver(`Server ${id}`, left, said);
}
/** One removal, from the first look to the last. */
class Removal {
    #work;
    #cluster;
    #addresses = new ServerAddresses();
    /** What the last look found; undefined before the first that was answered. */
    #left;
    /** What has to go before the rest can: the servers, or whatever else there is. */
    #first = [];
    /** What Hetzner said in the last round. */
    #said = [];
    /** What only a person can remove. */
    #protected = new Set();
    constructor(work, cluster) {
        this.#work = work;
        this.#cluster = cluster;
    }
    /** Looks, and asks to remove what is there. Returns whether nothing was. */
    async round() {
        this.#said = [];
        this.#protected.clear();
        const owned = await this.#heard(() => listOwned(this.#work, this.#cluster));
        if (!owned)
            return false;
        const servers = owned.filter((one) => 'server' in one);
        this.#addresses.remember(servers.map(({ server }) => server));
        this.#first = servers.length > 0 ? servers : owned;
        await this.#removeServers(servers);
        for (const object of owned)
            await this.#removeShared(object);
        const addresses = await this.#addresses.removeFree(this.#work, (text) => this.#said.push(text));
        this.#left = [...owned.map(destroy_textOf), ...addresses];
        return this.#left.length === 0;
    }
    /** Whether only a person can help. */
    isStuck() {
        const isProtected = (object) => this.#protected.has(destroy_textOf(object));
        return this.#first.length > 0 && this.#first.every(isProtected);
    }
    incomplete() {
        return leftOver(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], this.#said);
    }
    /** All at once with a bound: each removal is asked for before any is waited for. */
    async #removeServers(servers) {
        const { api, awaitActions } = this.#work;
        const atOnce = (0,p_limit/* default */.A)(AT_ONCE);
        const asked = servers
            .filter(({ server }) => server.status !== 'deleting')
            .map((one) => atOnce(() => this.#heard(() => api.deleteServer(one.id), one)));
        const actions = (await Promise.allSettled(asked)).flatMap((end) => {
            if (end.status === 'rejected')
                throw end.reason;
            return end.value ?? [];
        });
        await this.#heard(() => awaitActions(actions));
    }
    async #removeShared(object) {
        const { api } = this.#work;
        const { kind, id } = object;
        switch (kind) {
            case 'server':
                return;
            case 'firewall':
                return await this.#heard(() => api.deleteFirewall(id), object);
            case 'network':
                return await this.#heard(() => api.deleteNetwork(id), object);
            case 'placement group':
                return await this.#heard(() => api.deletePlacementGroup(id), object);
        }
    }
    /** A failure is kept, and the removal goes on; only a refused token or an abort ends it. */
    async #heard(ask, object) {
        try {
            return await ask();
        }
        catch (error) {
            this.#work.bounds.signal.throwIfAborted();
            if (isTokenRefused(error)) {
                throw hetznerRefusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
            }
            if (isCode(error, 'protected') && object)
                this.#protected.add(destroy_textOf(object));
            this.#said.push((0,errors/* describeError */.Uc)(error));
            return undefined;
        }
    }
}
/** `server su-42-shop-1 (7)`. */
function destroy_textOf({ kind, name, id }) {
    return `${kind} ${name} (${id})`;
}
function leftOver(what, left, said) {
    return new errors/* ActionError */.lZ(`${what} could not be removed completely: ${left.join(', ')} left.`, {
        details: [...new Set(said)].join('\n'),
        hint: `What is left may cost money. Remove it by hand: ${CONSOLE} (then the project and the kind).`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/firewall.js








/** How many rules a firewall of Hetzner takes. */
const MOST_RULES = 50;
/**
 * Makes the firewall of a cluster, or finds it made, and sets its rules to exactly these, so that a
 * port that is not published any more is closed. Settles once all servers have them. Throws
 * `ActionError` if another owner has its name.
 */
async function ensureFirewall(work, owner, rules) {
    const name = objectName(owner);
    try {
        const { firewall, isNew } = await found(work, owner, name, rules);
        if (!isNew)
            await work.awaitActions(await work.api.setRules(firewall.id, rules));
        return firewall;
    }
    catch (error) {
        throw hetznerRefusal(error, `The firewall ${name} could not be set up`);
    }
}
async function found({ api, ...work }, owner, name, rules) {
    const find = async () => {
        const [firewall] = await api.firewalls({ name });
        return firewall && { firewall, isNew: false };
    };
    const labels = encodeLabels((0,ownership/* ownerLabels */.H0)(owner));
    return await createOrAdopt({
        what: `firewall ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find,
        create: async () => ({
            firewall: await api.createFirewall({ name, labels, rules }),
            isNew: true,
        }),
        isOurs: ({ firewall }) => isOfCluster(firewall.labels, owner),
        isTaken: (error) => isCode(error, 'uniqueness_error'),
    }, work);
}

// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(23190);
;// CONCATENATED MODULE: ./lib/machines/cloud/cost-line.js

const HOUR_MS = 3_600_000;
/**
 * What machines cost, for people: `about € 0.02 an hour together, € 1.31 until it expires in 72 h`.
 * `hourly` is the price of one machine. Hours that have begun count whole.
 */
function costLine(cost) {
    const { currency, hourly, machines, ttlMs } = cost;
    const amount = (sum) => amountText(currency, sum);
    const each = hourly * machines;
    const together = machines === 1 ? '' : ' together';
    const line = `about ${amount(each)} an hour${together}`;
    if (ttlMs === undefined)
        return line;
    const whole = amount(each * Math.ceil(ttlMs / HOUR_MS));
    return `${line}, ${whole} until it expires in ${spanText(ttlMs)}`;
}
function amountText(currency, sum) {
    return sum > 0 && sum < 0.005 ? `less than ${currency} 0.01` : `${currency} ${sum.toFixed(2)}`;
}
function spanText(ms) {
    return ms >= HOUR_MS && ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : (0,duration/* formatSpan */.QA)(ms);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/image.js



/**
 * Checks that the image is there for the processors of all these server types: a name, or the id of
 * a snapshot. Throws `ActionError` with the nearest known name.
 */
async function checkImage(work, image, types) {
    const found = await imagesOf(work, image);
    if (found.length === 0)
        throw await unknownImage(work, image);
    for (const { name, architecture } of types) {
        if (found.some((one) => one.architecture === architecture))
            continue;
        throw new errors/* ActionError */.lZ(`driver-options: \`image\`: ${image} is not for ${architecture}, which ${name} needs.`, {
            details: `It is for ${[...new Set(found.map((one) => one.architecture))].join(', ')}.`,
            hint: 'Give server types of one architecture, or another image.',
        });
    }
}
async function imagesOf({ api }, image) {
    if (!/^\d+$/.test(image))
        return await api.images({ name: image });
    const snapshots = await api.images({ type: 'snapshot' });
    return snapshots.filter(({ id }) => id === Number(image));
}
async function unknownImage({ api }, image) {
    const names = (await api.images({})).flatMap(({ name }) => name ?? []);
    const known = [...new Set(names)].sort();
    const meant = (0,nearest/* nearest */.p)(image, known);
    return new errors/* ActionError */.lZ(`driver-options: \`image\`: Hetzner has no image ${image}.`, {
        details: `It has ${(0,listed/* listed */.K)(known, 60)}`,
        hint: `${meant === undefined ? '' : `Is ${meant} meant? `}A snapshot is given by its id.`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/preflight.js










/**
 * Asks whether the token is known, and whether Hetzner has the locations, server types and image of
 * the options, with room for them. Makes nothing. Throws `ActionError` that says what to change.
 * Whether the token may write, and the limits of the project, only the first order tells.
 */
async function preflight(work, options, planned) {
    portRanges(planned.ports, { vendor: VENDOR, most: MOST_RULES });
    if (!options.ipv4 && !planned.hasIpv6)
        throw unreachable();
    try {
        const zone = zoneOf(options.location, await work.api.locations());
        const types = knownTypes(options['server-type'], await work.api.serverTypes());
        await checkImage(work, options.image, types);
        const { places, skipped } = placesOf(types, options.location, new Date());
        return { places, zone, facts: [...facts(options, planned, places, types), ...skipped] };
    }
    catch (error) {
        throw hetznerRefusal(error, 'Hetzner could not be asked what it has');
    }
}
/** The one network zone of the locations in the options. Throws `ActionError` if there are several. */
async function askZone(work, { location }) {
    const known = await work.api.locations().catch((error) => {
        throw hetznerRefusal(error, 'Hetzner could not be asked for its locations');
    });
    return zoneOf(location, known);
}
/** The one network zone of all these locations. */
function zoneOf(wanted, known) {
    const names = known.map(({ name }) => name);
    const zones = wanted.map((name) => {
        const found = known.find((location) => location.name === name);
        if (!found)
            throw unknown('location', name, names);
        return found.network_zone;
    });
    const [zone = ''] = zones;
    if (zones.every((one) => one === zone))
        return zone;
    throw new errors/* ActionError */.lZ('driver-options: `location`: these lie in several network zones.', {
        details: wanted.map((name, at) => `${name}: ${zones[at]}`).join('\n'),
        hint: 'The private network of a cluster cannot span zones. Give locations of one zone.',
    });
}
function knownTypes(wanted, known) {
    return wanted.map((name) => {
        const found = known.find((type) => type.name === name);
        if (!found)
            throw unknown('server-type', name, known.map((type) => type.name));
        return found;
    });
}
/** Each type in each location that offers it, as far as there is room. */
function placesOf(types, locations, now) {
    const offered = types.flatMap((type) => locations.flatMap((location) => {
        const found = type.locations.find(({ name }) => name === location);
        const until = found?.deprecation?.unavailable_after;
        if (!found || (until !== undefined && Date.parse(until) <= now.getTime()))
            return [];
        return [{ place: { serverType: type.name, location }, hasRoom: found.available }];
    }));
    if (offered.length === 0)
        throw notOffered(types, locations);
    const places = offered.flatMap(({ place, hasRoom }) => (hasRoom ? [place] : []));
    const full = offered.flatMap(({ place, hasRoom }) => (hasRoom ? [] : [place]));
    if (places.length === 0)
        throw noRoom('any machine', full);
    return { places, skipped: full.map((place) => `no room for ${placeText(place)} at this moment`) };
}
function facts(options, { machines, ttlMs }, places, types) {
    const [first] = places;
    if (!first)
        return [];
    const price = types
        .find(({ name }) => name === first.serverType)
        ?.prices.find(({ location }) => location === first.location);
    const what = `${machines} × ${placeText(first)}`;
    if (!price)
        return [what];
    const hourly = Number(price.price_hourly.gross);
    const cost = costLine({ currency: '€', hourly, machines, ttlMs });
    return [`${what}, ${cost}${options.ipv4 ? ', and their IPv4 addresses' : ''}`];
}
function unknown(option, name, known) {
    const meant = (0,nearest/* nearest */.p)(name, known);
    return new errors/* ActionError */.lZ(`driver-options: \`${option}\`: Hetzner has no ${name}.`, {
        details: `It has ${(0,listed/* listed */.K)([...known].sort(), 60)}`,
        ...(meant !== undefined && { hint: `Is ${meant} meant?` }),
    });
}
function notOffered(types, locations) {
    const wanted = types.map(({ name }) => name).join(', ');
    const where = types.map(({ name, locations: has }) => `${name}: ${has.map((one) => one.name).join(', ') || 'nowhere'}`);
    return new errors/* ActionError */.lZ(`Hetzner does not offer ${wanted} in ${locations.join(', ')}.`, {
        details: where.join('\n'),
        hint: 'Change `location` or `server-type` in `driver-options`.',
    });
}
function unreachable() {
    return new errors/* ActionError */.lZ('driver-options: `ipv4: false`: the runner has no IPv6, so it could not reach the machines.', { hint: 'Leave `ipv4` out, or use a runner with IPv6. Those of GitHub have none.' });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/network.js










/**
 * The private network of a cluster: that of the option `network`, or else the cluster's own, which
 * is made or found. `zone` is that of the locations, if it was asked for already.
 */
async function chooseNetwork(work, owner, options, zone) {
    const where = zone ?? (await askZone(work, options));
    return options.network === undefined
        ? await ensureNetwork(work, owner, { range: options['network-range'], zone: where })
        : await existingNetwork(work, options.network, where);
}
/**
 * Makes the private network of a cluster, or finds it made. `zone` is that of all its locations.
 * Throws `ActionError` if another owner has its name, or if it lies in another zone.
 */
async function ensureNetwork(work, owner, { range, zone }) {
    const name = objectName(owner);
    const { api } = work;
    const network = await adoptOrCreate({
        what: `network ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => (await api.networks({ name }))[0],
        create: () => api.createNetwork({ name, range, zone, labels: encodeLabels((0,ownership/* ownerLabels */.H0)(owner)) }),
        isOurs: ({ labels }) => isOfCluster(labels, owner),
        isTaken: (error) => isCode(error, 'uniqueness_error'),
    }, work).catch((error) => {
        throw hetznerRefusal(error, `The network ${name} could not be created`);
    });
    return inZone(network, zone);
}
/**
 * The network of the option `network`. It stays what it is: its labels are not written, and nobody
 * removes it. Throws `ActionError` if there is none, or if servers of the zone cannot be in it.
 */
async function existingNetwork(work, id, zone) {
    const network = await work.api.network(id).catch((error) => {
        throw hetznerRefusal(error, `The network ${id} could not be looked at`);
    });
    if (network)
        return inZone(network, zone);
    throw new errors/* ActionError */.lZ(`driver-options: \`network\`: the project has no network ${id}.`, {
        hint: `Its id is in the address of its page (${CONSOLE}). The token sees only its own project.`,
    });
}
function inZone(network, zone) {
    const zones = network.subnets.map(({ network_zone }) => network_zone);
    if (zones.includes(zone))
        return network;
    throw new errors/* ActionError */.lZ(`The network ${network.name} has no subnet in ${zone}, where the servers would be.`, {
        details: `Zones of its subnets: ${zones.join(', ') || 'none'}`,
        hint: 'A network cannot span zones. Give locations of its zone as `location`, or remove the cluster first (`command: down`).',
    });
}

// EXTERNAL MODULE: ./lib/machines/addresses.js
var addresses = __webpack_require__(49591);
;// CONCATENATED MODULE: ./lib/machines/cloud/endpoint.js


const ENDPOINT = 'give a URL that begins with `https://` (or with `http://` and a loopback address), without user, query and fragment';
/**
 * The option `endpoint`: where a vendor's API answers, without a slash at its end. The token goes
 * there, so the way has to be encrypted, or must not leave the machine.
 */
const endpoint = schemas/* string */.YjP()
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
    return protocol === 'http:' && (0,addresses/* isLoopback */.U9)(hostname.replace(/^\[|\]$/g, ''));
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/options.js



const options_ENDPOINT = 'https://api.hetzner.cloud/v1';
/** How many addresses a rule of a firewall takes. */
const MOST_SOURCES = 100;
const LOCATION = 'give names of locations as Hetzner has them, for example `[nbg1, hel1]`';
const TYPE = 'give names of server types as Hetzner has them, for example `[cx23, cpx22]`';
const IMAGE = 'give the name of an image, for example `docker-ce`, or the id of a snapshot';
const RANGE = 'give a private IPv4 network that begins at its first address and has /8 to /24, for example `10.64.0.0/16`';
const NETWORK = 'give the id of a network of the project, a number';
const SOURCES = 'give networks from which the machines may be reached, for example `[203.0.113.0/24, "2001:db8::/32"]`, at most 100';
/** A list of names, or only one; each of them once. */
const names = (message) => schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* string */.YjP()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)), message);
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({
    /** Where the API answers. */
    endpoint: endpoint.default(options_ENDPOINT),
});
/** `driver-options` of the `hetzner` driver. */
const hetznerOptions = schemas/* strictObject */.rej({
    /** Tried in turn, the first one first. */
    location: names(LOCATION).default(['nbg1', 'hel1', 'fsn1']),
    /** Tried in turn, the first one in every location first. */
    'server-type': names(TYPE).default(['cx23', 'cpx22']),
    image: schemas/* union */.KCZ([schemas/* string */.YjP().min(1, IMAGE), schemas/* int */.Whr().positive(IMAGE)], IMAGE)
        .transform(String)
        .default('docker-ce'),
    /** Of the private network of a cluster. */
    'network-range': schemas/* string */.YjP(RANGE).refine(isPrivateNetwork, RANGE).default('10.64.0.0/16'),
    /** A network that is there already, in place of one of the cluster's own. */
    network: schemas/* union */.KCZ([schemas/* int */.Whr(), schemas/* string */.YjP()], NETWORK)
        .transform(Number)
        .refine((id) => Number.isSafeInteger(id) && id > 0, NETWORK)
        .optional(),
    /** From where SSH and the published ports are reached. */
    'firewall-sources': schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* string */.YjP()).nonempty(SOURCES).max(MOST_SOURCES, SOURCES)], SOURCES)
        .transform((given) => [given].flat())
        .refine((given) => given.every(isNetwork), SOURCES)
        .default(['0.0.0.0/0', '::/0']),
    /** Whether machines have a public IPv4 address, which costs extra. */
    ipv4: schemas/* boolean */.zMY('give `true` or `false`').default(true),
    /** Whether Hetzner puts the machines on different hosts. */
    'placement-group': schemas/* enum */.k5n(['spread', 'none'], 'give `spread` or `none`').default('spread'),
    ...placeOptions.shape,
});
function isNetwork(text) {
    const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
    const version = (0,external_node_net_.isIP)(address);
    return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
function isPrivateNetwork(text) {
    const [address = '', bits = ''] = text.split('/');
    if (!(0,external_node_net_.isIPv4)(address) || !/^(?:[89]|1\d|2[0-4])$/.test(bits))
        return false;
    const number = numberOf(address);
    const isFirst = number % 2 ** (32 - Number(bits)) === 0;
    return isFirst && PRIVATE.some((outer) => isWithin(number, Number(bits), outer));
}
/** RFC 1918. */
const PRIVATE = [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
];
function isWithin(first, bits, [outer, outerBits]) {
    const size = 2 ** (32 - outerBits);
    return bits >= outerBits && Math.floor(first / size) === Math.floor(numberOf(outer) / size);
}
function numberOf(address) {
    return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/overlay-pools.js

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 256. */
const POOLS = [
    ['10.128.0.0', 9],
    ['10.0.0.0', 9],
    ['172.16.0.0', 12],
];
/**
 * The address pool of Swarm's overlay networks beside the network of the machines, which it must not
 * meet: by default it is all of 10.0.0.0/8.
 */
function overlayPools(machines) {
    const pool = POOLS.find(([address, bits]) => !meet(`${address}/${bits}`, machines));
    return pool ? [`${pool[0]}/${pool[1]}`] : [];
}
/** Two networks meet if one holds the first address of the other. */
function meet(one, other) {
    return holds(one, other) || holds(other, one);
}
function holds(outer, inner) {
    const [address = '', bits = ''] = outer.split('/');
    const [first = ''] = inner.split('/');
    const list = new external_node_net_.BlockList();
    list.addSubnet(address, Number(bits));
    return list.check(first);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/placement-group.js









/** How many servers one group takes. */
const MOST_SERVERS = 10;
/** Which group of its cluster a machine is in, from 1. */
function groupOf(index) {
    return Math.ceil(index / MOST_SERVERS);
}
/**
 * Makes a group whose servers Hetzner puts on different hosts, or finds it made; a cluster has one
 * for ten machines. Throws `ActionError` if another owner has its name.
 */
async function ensurePlacementGroup(work, owner, group) {
    const name = objectName(owner, group);
    const { api } = work;
    const labels = encodeLabels({ ...(0,ownership/* ownerLabels */.H0)(owner), [INDEX_LABEL]: String(group) });
    return await adoptOrCreate({
        what: `placement group ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => (await api.placementGroups({ name }))[0],
        create: () => api.createPlacementGroup({ name, labels }),
        isOurs: (found) => isOfCluster(found.labels, owner),
        isTaken: (error) => isCode(error, 'uniqueness_error'),
    }, work).catch((error) => {
        throw hetznerRefusal(error, `The placement group ${name} could not be created`);
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/renew.js





const renew_EXPIRES_LABEL = 'swarm-up.expires';
/**
 * Writes `owner.expires` on everything of the cluster whose labels can be written, the servers
 * last. A renewal that is killed has then written the new time somewhere, which `listClusters`
 * finds as the newest. Throws `ActionError` if Hetzner refuses.
 */
async function renew(work, owner) {
    try {
        const owned = await listOwned(work, owner);
        await writeAll(work, owner, owned.filter(({ kind }) => kind !== 'server'));
        await writeAll(work, owner, owned.filter(({ kind }) => kind === 'server'));
    }
    catch (error) {
        throw hetznerRefusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
    }
}
async function writeAll(work, owner, objects) {
    const atOnce = (0,p_limit/* default */.A)(AT_ONCE);
    const writes = objects.map((object) => atOnce(() => write(work, owner, object)));
    for (const end of await Promise.allSettled(writes)) {
        if (end.status === 'rejected')
            throw end.reason;
    }
}
/** A PUT replaces all labels, so all are sent. */
async function write({ api }, { expires }, object) {
    const { id, kind, rawLabels } = object;
    const labels = {
        ...withoutLabel(rawLabels, renew_EXPIRES_LABEL),
        ...(expires === undefined ? {} : encodeLabels({ [renew_EXPIRES_LABEL]: expires })),
    };
    switch (kind) {
        case 'server':
            return await api.labelServer(id, labels);
        case 'firewall':
            return await api.labelFirewall(id, labels);
        case 'network':
            return await api.labelNetwork(id, labels);
        case 'placement group':
            // Its time counts only if nothing else of the cluster exists.
            return;
    }
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/driver.js

























const TOKEN = 'HCLOUD_TOKEN';
/** Machines are servers of Hetzner Cloud, which outlive the job. */
const hetznerDriver = {
    name: 'hetzner',
    makesMachines: true,
    onRunner: false,
    options: hetznerOptions,
    placeOptions: placeOptions.transform(({ endpoint }) => hetznerOptions.parse({ endpoint })),
    secretVariables: [TOKEN],
    read: (source) => {
        const token = readToken(source, TOKEN, 'an API token of the project with Read & Write');
        const keys = readGivenKeys(source);
        return { create: (options, context) => createHetznerDriver(options, { token, keys }, context) };
    },
};
/** The most that a question may take, in ms. */
const QUESTION_MS = 60_000;
/** The most that making a server, or what servers share, may take, in ms. */
const MAKING_MS = 300_000;
/** The most that a removal may take, in ms: post is cut after five minutes in all. */
const REMOVAL_MS = 270_000;
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;
/** Of private networks at Hetzner, in bytes. */
const NETWORK_MTU = 1450;
/** The machines of this driver have Docker Engine already if they are made of this image. */
const WITH_ENGINE = 'docker-ce';
function createHetznerDriver(options, { token, keys }, { log, guard }) {
    const clock = base_clock/* systemClock */.ml;
    const { endpoint, image } = options;
    const access = { vendor: VENDOR, endpoint, token, log, retriedCodes: RETRIED_CODES };
    const client = cloudClient({ ...access, clock, readsOnly: guard !== undefined });
    const work = (limitMs, signal = new AbortController().signal) => hetznerWork(client, { clock, log, bounds: { signal, deadline: clock.now() + limitMs } });
    const keyOf = ({ cluster, repository }) => userKey(keys(), { secret: token, repository, cluster });
    let planned;
    let ground;
    let pools;
    const find = async (id, signal) => await listMachines(work(QUESTION_MS, signal), id.cluster);
    return {
        name: 'hetzner',
        makesMachines: true,
        onRunner: false,
        survivesRestart: true,
        installsEngine: true,
        atOnce: AT_ONCE,
        readyTimeoutMs: READY_MS,
        settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
        mtu: NETWORK_MTU,
        get addressPools() {
            return pools;
        },
        // What has to be known is known from `plan`.
        check: async () => { },
        async plan(signal, { machines, ttlMs }) {
            const hasIpv6 = hasPublicIpv6();
            const wanted = { machines, ttlMs, ports: [], hasIpv6 };
            planned = await preflight(work(QUESTION_MS, signal), options, wanted);
            return planned.facts;
        },
        refusePorts: (ports) => void portRanges(ports, { vendor: VENDOR, most: MOST_RULES }),
        list: async (id, signal) => (await find(id, signal)).map(toMachine),
        async prepare({ owner, publishedPorts }, signal) {
            const ours = work(MAKING_MS, signal);
            const network = await chooseNetwork(ours, owner, options, planned?.zone);
            pools = overlayPools(network.ip_range);
            const ranges = portRanges(publishedPorts, { vendor: VENDOR, most: MOST_RULES });
            const firewall = await ensureFirewall(ours, owner, {
                ranges,
                sources: options['firewall-sources'],
            });
            ground = {
                ...{ image, ipv4: options.ipv4, network: network.id, firewall: firewall.id },
                places: new Places(planned?.places ?? []),
            };
        },
        async create(spec, index, signal) {
            if (!ground)
                throw new Error('A machine is made only after `prepare`.');
            return await createMachine(spec, index, ground, work(MAKING_MS, signal));
        },
        async target({ name, owner, address, labels }) {
            refuseIpv6Only(name, address, (0,external_node_os_.networkInterfaces)());
            return {
                ...{ name, host: address, port: 22, user: first_login/* USER */.m3 },
                credentials: keyOf(owner).credentials,
                hostKeys: { kind: 'pinned', keys: [labels[HOST_KEY_LABEL] ?? ''] },
                refusedHint: OTHER_KEY,
            };
        },
        // Of every machine: the run that has made it may have been killed meanwhile.
        setUp: (_machine, ssh, bounds) => waitForCloudInit(ssh, {
            ...{ user: first_login/* USER */.m3, image, log, ...bounds },
            hasEngine: image === WITH_ENGINE,
        }),
        commandOn: ({ address }) => ['ssh', `${first_login/* USER */.m3}@${address}`],
        async destroy({ owner, index }) {
            const found = (await find(owner)).find((one) => one.index === index && one.owner.repository === owner.repository);
            if (found)
                await destroyServer(work(REMOVAL_MS), found.id);
        },
        destroyCluster: (id) => destroyCluster(work(REMOVAL_MS), id),
        isGone: (id) => isGone(work(QUESTION_MS), id),
        clusters: (signal) => listClusters(work(QUESTION_MS, signal)),
        renew: (owner, signal) => renew(work(QUESTION_MS, signal), owner),
    };
    async function createMachine({ owner }, index, shared, ours) {
        const name = `${owner.cluster}-${index}`;
        const hostKey = (0,generate/* generateKeyPair */.T)(name);
        const { authorizedKeys } = keyOf(owner);
        const group = options['placement-group'] === 'spread'
            ? await ensurePlacementGroup(ours, owner, groupOf(index))
            : undefined;
        return toMachine(await createServer(ours, shared, {
            ...{ owner, index, hostKey: hostKey.publicKey, placementGroup: group?.id },
            userData: userData({ name, hostKey, authorizedKeys }, USER_DATA_BYTES.hetzner),
        }));
    }
}
const OTHER_KEY = 'The key of a machine comes from the token and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.';
/** Their networks are reached at any port, so nothing on the runner leads there. */
function toMachine({ privateAddress, ...machine }) {
    const { name, index, owner, labels, state, address } = machine;
    return {
        ...{ name, index, owner, labels, state, address },
        ...{ advertise: privateAddress, dataPath: undefined, localPorts: new Map() },
    };
}
function hasPublicIpv6() {
    return Object.values((0,external_node_os_.networkInterfaces)())
        .flatMap((all) => all ?? [])
        .some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && !scopeid);
}


/***/ }),

/***/ 56463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ generateKeyPair),
/* harmony export */   d: () => (/* binding */ ed25519KeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
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

/***/ 16315:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readPrivateKeys)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(85472);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(ssh2__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(18949);
/* harmony import */ var _generate_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(56463);
/* harmony import */ var _private_key_text_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(44395);
/* harmony import */ var _public_key_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8091);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(71565);







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


/***/ })

};
;