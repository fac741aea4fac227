"use strict";
exports.id = 868;
exports.ids = [868];
exports.modules = {

/***/ 2868:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connectSsh: () => (/* binding */ connectSsh)
});

// EXTERNAL MODULE: ./lib/base/unreachable.js
var unreachable = __webpack_require__(8686);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./node_modules/ssh2/lib/index.js
var lib = __webpack_require__(5472);
var lib_default = /*#__PURE__*/__webpack_require__.n(lib);
// EXTERNAL MODULE: ./lib/ssh/keys/wire.js
var wire = __webpack_require__(1565);
;// CONCATENATED MODULE: ./lib/ssh/kexinit.js

/** SSH_MSG_KEXINIT (RFC 4253 section 12). */
const KEXINIT = 20;
/** A host that has sent more without one speaks something else. */
const MOST_BYTES = 64 * 1024;
/**
 * The host key algorithms that a host offers, read from the first bytes that it sends: its version,
 * then its KEXINIT (RFC 4253 sections 4.2, 6 and 7.1). Undefined where there are not enough bytes
 * yet, or where something else stands there.
 */
function offeredHostKeys(bytes) {
    const packet = afterVersion(bytes);
    if (!packet || packet.length < 6 || packet[5] !== KEXINIT)
        return undefined;
    // Length, padding length, message number, cookie; then the key exchange algorithms and those of
    // host keys.
    const lists = 4 + 1 + 1 + 16;
    const exchanges = (0,wire/* stringAt */.bX)(packet, lists);
    const hostKeys = exchanges && (0,wire/* stringAt */.bX)(packet, lists + 4 + exchanges.length);
    return hostKeys?.toString('latin1').split(',');
}
/** The host may send other lines before its version. */
function afterVersion(bytes) {
    let from = 0;
    for (;;) {
        const end = bytes.indexOf('\n', from);
        if (end < 0)
            return undefined;
        if (bytes.subarray(from, from + 4).equals(VERSION))
            return bytes.subarray(end + 1);
        from = end + 1;
    }
}
const VERSION = Buffer.from('SSH-');
/** Collects what a host sends until its offer has been read. */
class HostKeyOffer {
    #bytes = Buffer.alloc(0);
    #algorithms;
    /** Undefined where the host has not sent them yet. */
    get algorithms() {
        return this.#algorithms;
    }
    /** Whether more bytes are of use. */
    add(bytes) {
        this.#bytes = Buffer.concat([this.#bytes, bytes]);
        this.#algorithms = offeredHostKeys(this.#bytes);
        return this.#algorithms === undefined && this.#bytes.length < MOST_BYTES;
    }
}

// EXTERNAL MODULE: ./lib/ssh/target.js
var ssh_target = __webpack_require__(4292);
// EXTERNAL MODULE: ./lib/ssh/keys/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(9904);
// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
;// CONCATENATED MODULE: ./lib/ssh/keys/host-key-check.js




const NOTHING_SENT = 'The connection was ended before anything was sent.';
/**
 * Makes ready to check the key of a host. Throws `ActionError` where no key of the host could pass.
 */
function hostKeyCheck(target) {
    const { hostKeys } = target;
    return hostKeys.kind === 'pinned'
        ? pinnedCheck(target, hostKeys.keys)
        : knownHostsCheck(target, hostKeys);
}
function pinnedCheck(target, pinned) {
    const keys = pinned.map(public_key/* parsePublicKey */.ee);
    return {
        algorithms: (0,public_key/* hostKeyAlgorithms */.Qb)(keys),
        accepts: (blob) => (0,public_key/* isExpected */.Dn)(blob, keys),
        proved: () => { },
        refusal: (blob, _offered, cause) => {
            const expected = keys.map((key) => `${key.type} ${(0,public_key/* fingerprint */.Rj)(key)}`);
            const shown = blob ? `${(0,public_key/* blobType */.a1)(blob)} ${(0,public_key/* fingerprint */.Rj)(blob)}` : 'no key of that type';
            return new errors/* ActionError */.lZ(`Host key of ${(0,ssh_target/* where */._)(target)} is not the expected one`, {
                details: `expected: ${expected.join('\n          ')}\nshown:    ${shown}`,
                hint: `${NOTHING_SENT} If the host was set up anew, replace the expected key. If not, another host may answer at this address.`,
                cause,
            });
        },
    };
}
function knownHostsCheck(target, policy) {
    const { host, port } = target;
    const { knownHosts, unknown } = policy;
    const keys = (0,known_hosts/* lookup */.$I)(knownHosts, host, port);
    return {
        algorithms: (0,public_key/* checkedAlgorithms */.c1)((0,known_hosts/* algorithmsFor */.iJ)(keys)),
        accepts: (blob, offered = (0,known_hosts/* algorithmsFor */.iJ)(keys)) => {
            const { kind } = (0,known_hosts/* judgeHostKey */.Tx)(keys, blob, offered);
            return kind === 'accepted' || (kind === 'unknown' && unknown.mode === 'accept-new');
        },
        proved: (blob) => {
            if (unknown.mode === 'refuse' || (0,known_hosts/* judgeHostKey */.Tx)(keys, blob).kind !== 'unknown')
                return;
            const added = learn(knownHosts, target, blob);
            unknown.onAccepted(`Host key of ${(0,ssh_target/* where */._)(target)} was not known and was accepted without a check: ${(0,public_key/* describeKey */.Rx)(blob)}. Add this line to \`ssh-known-hosts\`: ${added}`);
        },
        refusal: (blob, offered = (0,known_hosts/* algorithmsFor */.iJ)(keys), cause) => {
            if (!blob)
                return noUsableKey(target, keys, cause);
            const verdict = (0,known_hosts/* judgeHostKey */.Tx)(keys, blob, offered);
            switch (verdict.kind) {
                case 'revoked':
                    return revokedKey(target, blob, verdict.line, cause);
                case 'certified':
                    return certifiedKey(target, blob, verdict.line, cause);
                case 'changed':
                    return changedKey(target, blob, verdict.line, cause);
                default:
                    return unknownKey(target, blob, keys, cause);
            }
        },
    };
}
/** Keeps the key for the next connection, which must not be able to show another. */
function learn(knownHosts, { host, port }, blob) {
    const text = (0,known_hosts/* knownHostsLine */.TZ)(host, port, blob);
    const [hosts = ''] = text.split(' ');
    const line = (knownHosts.lines.at(-1)?.line ?? 0) + 1;
    knownHosts.lines.push({
        line,
        marker: undefined,
        hosts,
        key: { type: (0,public_key/* blobType */.a1)(blob), blob },
    });
    return text;
}
function unknownKey(target, blob, keys, cause) {
    const authority = keys.authorities[0];
    const details = [`shown: ${(0,public_key/* describeKey */.Rx)(blob)}`];
    if (authority) {
        details.push(`${place(authority)} is a @cert-authority. Certificates of hosts are not checked here, only their keys.`);
    }
    return new errors/* ActionError */.lZ(`Host key of ${(0,ssh_target/* where */._)(target)} is not known`, {
        details: details.join('\n'),
        hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nIf it is the same, add this line to \`ssh-known-hosts\`:\n${(0,known_hosts/* knownHostsLine */.TZ)(target.host, target.port, blob)}`,
        cause,
    });
}
function changedKey(target, blob, line, cause) {
    return new errors/* ActionError */.lZ(`HOST KEY OF ${(0,ssh_target/* where */._)(target)} HAS CHANGED: another host may be answering in its place`, {
        details: [
            `known: ${(0,public_key/* describeKey */.Rx)(line.key)}, ${place(line)}`,
            `shown: ${(0,public_key/* describeKey */.Rx)(blob)}`,
        ].join('\n'),
        hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nOnly if it is the same, because the host was set up anew, replace line ${line.line} by:\n${(0,known_hosts/* knownHostsLine */.TZ)(target.host, target.port, blob)}`,
        cause,
    });
}
function revokedKey(target, blob, line, cause) {
    return new errors/* ActionError */.lZ(`HOST KEY OF ${(0,ssh_target/* where */._)(target)} IS REVOKED`, {
        details: `shown: ${(0,public_key/* describeKey */.Rx)(blob)}\n${place(line)} revokes it.`,
        hint: `${NOTHING_SENT} A revoked key may be in the hands of others. Give the host a new key, and add its line to \`ssh-known-hosts\`.`,
        cause,
    });
}
function certifiedKey(target, blob, line, cause) {
    return new errors/* ActionError */.lZ(`The certificate of ${(0,ssh_target/* where */._)(target)} cannot be checked`, {
        details: `shown: ${(0,public_key/* describeKey */.Rx)(blob)}\n${place(line)} may refuse the certificate that the host has for its key.`,
        hint: `${NOTHING_SENT} Certificates of hosts are not read here, only their keys. Take \`HostCertificate\` out of sshd_config on the host, or this line out of \`ssh-known-hosts\`.`,
        cause,
    });
}
function noUsableKey(target, keys, cause) {
    const known = keys.accepted.map((line) => `known: ${(0,public_key/* describeKey */.Rx)(line.key)}, ${place(line)}`);
    return new errors/* ActionError */.lZ(`${(0,ssh_target/* where */._)(target)} has no host key of a type that can be checked`, {
        details: known.join('\n'),
        hint: 'Make one on the host (`ssh-keygen -A`), restart its sshd, and add its line to `ssh-known-hosts`.',
        cause,
    });
}
function place({ line, hosts }) {
    return `line ${line} of \`ssh-known-hosts\` (${hosts})`;
}
/** The command that prints the fingerprint, to be typed where no one stands between. */
function askHost(blob) {
    const [, name = 'ed25519'] = /^(?:ssh-)?(ed25519|rsa|ecdsa)/.exec((0,public_key/* blobType */.a1)(blob)) ?? [];
    return `ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`;
}

;// CONCATENATED MODULE: ./lib/ssh/agent.js
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




/** How long an agent may take to list its keys, in ms. It is on the same machine. */
const ANSWER_MS = 5_000;
/**
 * Asks the agent that listens at a socket for its keys; those that cannot be used here
 * (certificates, security keys) stand apart. Rejects with an error where nobody answers, and with
 * the signal's reason.
 */
async function readAgent(socket, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const agent = lib_default().createAgent(socket);
        const listed = new Promise((resolve, reject) => {
            agent.getIdentities((error, keys = []) => {
                if (error)
                    reject(error);
                else
                    resolve(keys.map((key) => key.getPublicSSH()));
            });
        });
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], ANSWER_MS, () => new Error('The agent does not answer.')), false);
        const blobs = await (0,time_limit/* unlessAborted */.Wh)(listed, bounds.signal);
        // ssh2 leaves out, without a word, what it cannot read.
        const all = await (0,time_limit/* unlessAborted */.Wh)(listAll(socket), bounds.signal).catch(() => {
            signal.throwIfAborted();
            return [];
        });
        const unused = all.filter((blob) => !blobs.some((used) => used.equals(blob)));
        return { agent, blobs, unused };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/** draft-ietf-sshm-ssh-agent, sections 3.5 and 6.1. */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
/** An agent with more to say than that is none. */
const LONGEST_ANSWER = 1024 * 1024;
/** The blobs of all identities that an agent lists, whatever they are. */
async function listAll(path) {
    const connection = (0,external_node_net_.connect)(path);
    try {
        connection.write((0,wire/* sshStrings */.ZU)(Buffer.of(REQUEST_IDENTITIES)));
        let answer = Buffer.alloc(0);
        for await (const chunk of connection) {
            answer = Buffer.concat([answer, chunk]);
            const message = (0,wire/* stringAt */.bX)(answer, 0);
            if (message)
                return identitiesIn(message);
            if (answer.length > LONGEST_ANSWER)
                break;
        }
        return [];
    }
    finally {
        connection.destroy();
    }
}
/** A byte for the kind, a number, and for each identity its blob and a comment. */
function identitiesIn(message) {
    if (message[0] !== IDENTITIES_ANSWER)
        return [];
    const strings = (0,wire/* readStrings */.Nc)(message.subarray(5)) ?? [];
    return strings.filter((_, at) => at % 2 === 0);
}

;// CONCATENATED MODULE: ./lib/ssh/login.js




/** What sshd says as it hangs up after `MaxAuthTries` refusals. */
const TOO_MANY = 'Too many authentication failures';
/**
 * Makes ready to log a user in: with each private key, then with the keys of the agent, then with
 * the password. Rejects with `ActionError` where there is nothing to try.
 */
async function sshLogin(target, signal) {
    const { user, credentials } = target;
    const { privateKeys, password } = credentials;
    const agent = await agentOf(credentials, signal);
    const agentKeys = agent instanceof Error ? undefined : agent;
    if (privateKeys.length === 0 && !agentKeys?.blobs.length && password === undefined) {
        throw nothingToTry(target, agent);
    }
    const tried = [];
    let offered;
    let wantsMore = false;
    let over = false;
    let isBegun = false;
    const takes = (method) => offered?.includes(method) ?? true;
    function* proofs() {
        // To ask first what the host takes costs a round trip, but a proof in vain costs one of the six
        // that sshd admits.
        const onlyOneKey = privateKeys.length === 1 && !agentKeys && password === undefined;
        if (!onlyOneKey)
            yield { type: 'none', username: user };
        for (const { type, fingerprint, text } of privateKeys) {
            if (!takes('publickey'))
                break;
            tried.push(`publickey ${type} ${fingerprint}`);
            yield { type: 'publickey', username: user, key: text };
        }
        if (agentKeys?.blobs.length && takes('publickey')) {
            tried.push(...agentKeys.blobs.map((blob) => `${nameOf(blob)}, of the agent`));
            yield { type: 'agent', username: user, agent: agentKeys.agent };
            // ssh2 does not pass on what the host says to keys of an agent, so it is asked again.
            if (password !== undefined)
                yield { type: 'none', username: user };
        }
        if (password === undefined)
            return;
        if (takes('password')) {
            tried.push('password');
            yield { type: 'password', username: user, password };
        }
        else if (takes('keyboard-interactive')) {
            tried.push('keyboard-interactive, with the password');
            yield keyboardInteractive(user, password);
        }
    }
    const steps = proofs();
    return {
        handler: (methodsLeft, partial, next) => {
            if (methodsLeft)
                offered = methodsLeft;
            wantsMore = wantsMore || partial;
            const step = steps.next();
            over = step.done === true;
            isBegun ||= !over && step.value?.type !== 'none';
            next(step.done ? false : step.value);
        },
        get isBegun() {
            return isBegun;
        },
        refusal: (cause) => {
            const tooMany = String(cause).includes(TOO_MANY);
            if (!over && !tooMany)
                return undefined;
            if (agent instanceof Error)
                tried.push(`the agent: ${agent.message}`);
            const unused = unusedOf(agentKeys);
            return refused(target, { tried, offered, wantsMore, tooMany, unused }, cause);
        },
    };
}
async function agentOf({ agent }, signal) {
    if (!agent)
        return undefined;
    try {
        return await readAgent(agent, signal);
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        return error instanceof Error ? error : new Error(String(error));
    }
}
/**
 * Answers one question, if the answer is not to be shown; two questions are not about the password
 * alone.
 */
function keyboardInteractive(username, password) {
    let answered = false;
    return {
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _lang, prompts, finish) => {
            const [only, second] = prompts;
            const isPassword = only && !second && !only.echo && !answered;
            answered = true;
            finish(isPassword ? [password] : prompts.map(() => ''));
        },
    };
}
function refused(target, outcome, cause) {
    const { tried, offered, wantsMore, tooMany } = outcome;
    const verb = wantsMore ? 'wants more than was given to log in' : 'refused to log in';
    const details = [
        `tried: ${tried.join('\n       ') || 'nothing, for it takes nothing that was given'}`,
        `the host accepts: ${offered?.join(', ') || 'it did not say'}`,
    ];
    if (outcome.unused.length > 0)
        details.push(`not used: ${outcome.unused.join('\n          ')}`);
    if (tooMany)
        details.push(TOO_MANY);
    return new errors/* ActionError */.lZ(`${(0,ssh_target/* where */._)(target)} ${verb} user ${target.user}`, {
        details: details.join('\n'),
        hint: target.refusedHint ?? advice(target, outcome),
        cause,
    });
}
function advice({ user, credentials }, outcome) {
    const { tried, offered, wantsMore, tooMany } = outcome;
    const reason = 'The reason for the refusal is in the log of its sshd.';
    if (tooMany) {
        return 'sshd hangs up after MaxAuthTries proofs, 6 where nothing else is set. Give only the key that is meant for this host.';
    }
    if (wantsMore) {
        return 'AuthenticationMethods in its sshd_config asks for several proofs. Give each of them, or ask less of this user.';
    }
    if (outcome.unused.length > 0)
        return `${NO_CERTIFICATES} ${reason}`;
    const keyTried = tried.some((one) => one.startsWith('publickey'));
    const keyTaken = offered?.includes('publickey') ?? true;
    if (keyTried) {
        return `The public key must stand in ~${user}/.ssh/authorized_keys on the host. ${reason}`;
    }
    if (credentials.password !== undefined && tried.length === 0 && keyTaken) {
        return 'The host takes no password. Give a private key.';
    }
    if (tried.length === 0)
        return `The host takes no key. Give what it accepts. ${reason}`;
    const { password = '' } = credentials;
    const odd = /[\r\n]$/.test(password)
        ? 'The password ends with a line end, which counts. A secret that was set by `echo` has one. `printf %s` adds none. '
        : password !== password.trim()
            ? 'The password begins or ends with a space, which counts. '
            : '';
    return `${odd}Check user and password. ${reason}`;
}
function nothingToTry(target, agent) {
    const isFailed = agent instanceof Error;
    return new errors/* ActionError */.lZ(`There is nothing to log in with at ${(0,ssh_target/* where */._)(target)}`, {
        details: agent && (isFailed ? `the agent: ${agent.message}` : login_noUsableKey(agent)),
        hint: agent && !isFailed && agent.unused.length > 0
            ? NO_CERTIFICATES
            : 'Give a private key (`ssh-private-key`), or a password (`ssh-password`), or run an agent before this step (SSH_AUTH_SOCK).',
    });
}
const NO_CERTIFICATES = 'User certificates (Vault, step-ca, Teleport) and security keys are not supported. Put the plain public key of this user into authorized_keys on the host, and give its private key.';
function login_noUsableKey(agent) {
    return ['the agent has no key that can be used', ...unusedOf(agent)].join('\n');
}
function unusedOf(agent) {
    return (agent?.unused ?? []).map((blob) => {
        const type = (0,public_key/* blobType */.a1)(blob);
        return (0,public_key/* isCertified */.qz)(type)
            ? `${type}, of the agent: a user certificate`
            : `${type} ${(0,public_key/* fingerprint */.Rj)(blob)}, of the agent`;
    });
}
function nameOf(blob) {
    return `publickey ${(0,public_key/* blobType */.a1)(blob)} ${(0,public_key/* fingerprint */.Rj)(blob)}`;
}

;// CONCATENATED MODULE: ./lib/ssh/handshake.js







/**
 * How long a host may take to send its first byte, in ms. Short, because a host that boots swallows
 * packets: a new attempt gets through sooner than the retransmission of an old one, which comes
 * after 1, 3, 7 and 15 s.
 */
const FIRST_BYTE_MS = 5_000;
/**
 * How long key exchange and authentication may take after that, in ms. Emulated machines need
 * seconds.
 */
const HANDSHAKE_MS = 30_000;
/** A lost host is noticed after a minute: a question each 15 s, three without an answer. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/**
 * The host ended the connection after a proof was given, as it does where PAM lets nobody in: a
 * machine that boots, or an account that has expired.
 */
class LoginCut extends Error {
    /** What the host had said by then. */
    banner;
    constructor(banner, cause) {
        super(`The host ended the connection while it judged the login: ${String(cause)}`, { cause });
        this.banner = banner;
    }
}
/**
 * No address will appear by waiting; a resolver that is not ready yet says EAI_AGAIN, and that is
 * worth a wait.
 */
const UNKNOWN_HOST = 'ENOTFOUND';
/**
 * Connects once, by TCP or over the stream that is given. Rejects with `ActionError` where another
 * attempt must not or cannot help (wrong host key, refused login, unknown host name), with another
 * error where it may (nothing listens yet), and with the signal's reason.
 */
async function connectOnce(target, signal, over) {
    signal.throwIfAborted();
    const began = performance.now();
    const hostKey = hostKeyCheck(target);
    const login = await sshLogin(target, signal);
    const { forwardedAgent } = target;
    signal.throwIfAborted();
    const client = new lib.Client();
    // ssh2 leaves Nagle's algorithm on. Opening a channel consists of small packets: 8 ms per command
    // without it, 95 ms with it.
    const socket = over ?? (0,external_node_net_.connect)({ host: target.host, port: target.port, noDelay: true });
    const loss = new AbortController();
    const drop = (reason) => {
        loss.abort(reason);
        socket.destroy();
    };
    client.on('error', (error) => {
        // An agent that will not sign is no reason to give up: ssh2 goes on to the next proof.
        if ('level' in error && error.level === 'agent')
            return;
        drop(error);
    });
    client.on('end', () => drop(new Error('The host closed the connection.')));
    client.on('close', () => drop(new Error('The connection was closed.')));
    const onAbort = () => drop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    let timer = setTimeout(() => drop(new Error(silence(FIRST_BYTE_MS))), FIRST_BYTE_MS);
    socket.once('data', () => {
        clearTimeout(timer);
        timer = setTimeout(() => drop(new Error(silence(HANDSHAKE_MS))), HANDSHAKE_MS);
    });
    const offer = new HostKeyOffer();
    const readOffer = (bytes) => {
        if (!offer.add(bytes))
            socket.off('data', readOffer);
    };
    socket.on('data', readOffer);
    let banner = '';
    client.on('banner', (text) => {
        banner += text;
    });
    let shown;
    let isAccepted = false;
    try {
        await new Promise((resolve, reject) => {
            loss.signal.addEventListener('abort', () => reject(loss.signal.reason), { once: true });
            client.once('ready', resolve);
            client.connect({
                sock: socket,
                username: target.user,
                readyTimeout: 0,
                ...KEEPALIVE,
                ...(forwardedAgent && { agent: forwardedAgent, agentForward: true }),
                algorithms: {
                    serverHostKey: hostKey.algorithms,
                    // The cipher is ssh2's first choice, AES-GCM: no quicker one was found (chacha20 takes
                    // 1.7 times the CPU time).
                    compress: ['none'],
                },
                hostVerifier: (blob) => {
                    shown = Buffer.from(blob);
                    isAccepted = hostKey.accepts(shown, offer.algorithms);
                    return isAccepted;
                },
                authHandler: login.handler,
            });
        });
    }
    catch (error) {
        loss.abort(error);
        socket.destroy();
        if (signal.aborted)
            throw signal.reason;
        if (shown && !isAccepted)
            throw hostKey.refusal(shown, offer.algorithms, error);
        if (String(error).includes('no matching host key format')) {
            throw hostKey.refusal(undefined, offer.algorithms, error);
        }
        const cut = login.isBegun ? new LoginCut(banner.trim(), error) : error;
        throw login.refusal(error) ?? unknownHost(target, error) ?? cut;
    }
    finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
    }
    if (!shown)
        throw new Error('The host proved itself by no key.');
    hostKey.proved(shown);
    const end = (reason) => {
        loss.abort(reason);
        client.end();
    };
    const tookMs = performance.now() - began;
    return { client, hostKey: shown, tookMs, lost: loss.signal, end, drop };
}
function silence(ms) {
    return `The host did not answer within ${ms / 1000} s.`;
}
function unknownHost(target, error) {
    if (error.code !== UNKNOWN_HOST)
        return undefined;
    return new errors/* ActionError */.lZ(`The address of ${(0,ssh_target/* where */._)(target)} is not known: ${target.host}`, {
        hint: 'Check the spelling, and that the runner can look the name up.',
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/ssh/jump.js




/** RFC 4254 section 5.1: what a host answers that may open the channel, but not there. */
const PROHIBITED = 1;
/**
 * Connects to a target once, through its jump hosts. The connections end together. Rejects as
 * `connectOnce` does; an error of a jump host names it.
 */
async function connectThrough(target, signal) {
    const { jump = [] } = target;
    let link;
    try {
        for (const [at, hop] of [...jump, target].entries()) {
            const before = jump[at - 1];
            const stream = link && before ? await forward(link, before, hop, signal) : undefined;
            const next = await connectOnce(hop, signal, stream).catch((error) => {
                throw hop === target || error instanceof errors/* ActionError */.lZ || signal.aborted
                    ? error
                    : atHop(hop, error);
            });
            link = link && before ? chain(next, link, before) : next;
        }
    }
    catch (error) {
        link?.drop(error instanceof Error ? error : new Error(String(error)));
        throw error;
    }
    if (!link)
        throw new Error('The target itself is the last hop.');
    return link;
}
/** A connection over another one: what ends one ends the other. */
function chain(inner, outer, hop) {
    inner.client.once('close', () => outer.end(new Error('What ran over it has ended.')));
    outer.lost.addEventListener('abort', () => {
        inner.drop(atHop(hop, outer.lost.reason));
    });
    return {
        ...inner,
        drop: (reason) => {
            inner.drop(reason);
            outer.drop(reason);
        },
    };
}
async function forward(link, through, to, signal) {
    const opened = new Promise((resolve, reject) => {
        link.client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
            if (error)
                reject(error);
            else
                resolve(channel);
        });
    });
    try {
        return await (0,time_limit/* unlessAborted */.Wh)(opened, signal);
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        if (link.lost.aborted)
            throw atHop(through, link.lost.reason);
        throw notForwarded(through, to, error);
    }
}
function notForwarded(through, to, error) {
    const words = wordsOf(error).replace('(SSH) Channel open failure: ', '');
    const what = `Jump host ${(0,ssh_target/* where */._)(through)} did not connect to ${(0,ssh_target/* where */._)(to)}`;
    if (error.reason !== PROHIBITED) {
        return new Error(`${what}: ${words}`, { cause: error });
    }
    return new errors/* ActionError */.lZ(what, {
        details: words,
        hint: 'Its sshd does not let connections through. Check AllowTcpForwarding, PermitOpen and DisableForwarding in its sshd_config, and `restrict` in the authorized_keys there.',
        cause: error,
    });
}
function atHop(hop, error) {
    return new Error(`Jump host ${(0,ssh_target/* where */._)(hop)}: ${wordsOf(error)}`, { cause: error });
}
function wordsOf(error) {
    return String(error).replace(/^Error: /, '');
}

;// CONCATENATED MODULE: ./lib/ssh/attempts.js
var attempts_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var attempts_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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






/** After a login that was cut, in ms. */
const CUT_PAUSE_MS = 1_000;
/**
 * Connects, and goes on trying, until `timeoutMs` is over: then it rejects with what `timedOut`
 * makes of the attempts. Rejects at once where another attempt cannot help (`connectThrough` throws
 * an `ActionError`), and with a signal's reason on abort. `onAttempt` is called with the attempts after each.
 */
async function connectPatiently(target, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { pauseMs, timedOut, onAttempt } = options;
        let attempts = { count: 0, last: undefined };
        let cutSince;
        let cut;
        const bounds = attempts_addDisposableResource(env_1, (0,time_limit/* limit */.AB)(options.signals, options.timeoutMs, () => timedOut(attempts)), false);
        for (let pausing = pauseMs.first;; pausing = Math.min(pausing * 2, pauseMs.longest)) {
            attempts = { ...attempts, count: attempts.count + 1 };
            try {
                return await connectThrough(target, bounds.signal);
            }
            catch (error) {
                if (error instanceof errors/* ActionError */.lZ || bounds.signal.aborted)
                    throw error;
                attempts = { ...attempts, last: error };
                if (error instanceof LoginCut)
                    cut = error;
                if (cut) {
                    cutSince ??= performance.now();
                    const cutMs = performance.now() - cutSince;
                    const limitMs = options.loginCutMs ?? Number.POSITIVE_INFINITY;
                    if (cutMs >= limitMs)
                        throw letNobodyIn(target, cut);
                }
            }
            onAttempt?.(attempts);
            // sshd (PerSourcePenalties) soon takes no connections from who does that often.
            await (0,promises_.setTimeout)(cut ? Math.max(pausing, CUT_PAUSE_MS) : pausing, undefined, {
                signal: bounds.signal,
            }).catch(() => { });
            bounds.signal.throwIfAborted();
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        attempts_disposeResources(env_1);
    }
}
function letNobodyIn(target, cut) {
    return new errors/* ActionError */.lZ(`${(0,ssh_target/* where */._)(target)} ends the connection while it judges the login of user ${target.user}`, {
        details: cut.banner || 'It said nothing.',
        hint: `So does PAM with an account that has expired (chage -l ${target.user}). So does PAM with one that may log in only at other times or from elsewhere. It also does while /etc/nologin or /run/nologin exists. The reason is in the log of its sshd.`,
        cause: cut,
    });
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./lib/exec/stdin.js
var stdin = __webpack_require__(2974);
// EXTERNAL MODULE: ./lib/ssh/lost-connection.js
var lost_connection = __webpack_require__(8024);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/exec/command-stream.js
var command_stream = __webpack_require__(774);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/output.js
var output = __webpack_require__(4707);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./lib/ssh/no-shell.js



const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 300;
/**
 * The login was accepted, and what the host ran then was not the command. Another attempt would
 * find the same.
 */
class NoShell extends errors/* ActionError */.lZ {
    constructor(target, instead) {
        super(`User ${target.user} may log in at ${(0,ssh_target/* where */._)(target)}, but the shell there runs no commands (${instead.end}).`, { details: shorten((0,executor/* ownWords */.I1)(instead)) || 'It said nothing.', hint: no_shell_advice(target, instead) });
    }
}
/** Each kind by the words of the programs that answer so, the surest first. */
function no_shell_advice({ user, host, port, jump }, instead) {
    const words = (0,executor/* ownWords */.I1)(instead);
    const other = /login as the user "?([a-z_][a-z0-9_.-]*)"? rather than/i.exec(words)?.[1];
    if (other)
        return `Set \`ssh-user: ${other}\`, or \`${other}@\` in its line of \`hosts\`.`;
    if (/not recognized as|invalid input detected/i.test(words)) {
        return 'So answer Windows and network devices. A host needs Linux, and a POSIX shell.';
    }
    if (/password.*(expired|change)|(expired|change).*password/i.test(words)) {
        return `Give ${user} a new password there, as root: passwd ${user}. Or let it never expire: chage --maxdays -1 ${user}`;
    }
    if (/account is (currently )?not available/i.test(words)) {
        return `Give ${user} a login shell, as root on that host: usermod --shell /bin/sh ${user}. Or log in as another user.`;
    }
    const through = jump?.length ? ` -J ${jump.map((hop) => `${hop.user}@${hop.host}`)}` : '';
    return `This must print \`ok\`: ssh${through} -p ${port} ${user}@${host} echo ok\nThe login shell of ${user} chooses what runs instead (getent passwd ${user}). Its start files (.bashrc, .zshenv) may have no \`exec\`, \`exit\` or question. \`command=\` in ~${user}/.ssh/authorized_keys also chooses it, and ForceCommand or ChrootDirectory in sshd_config.`;
}
function shorten(text) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    return lines
        .slice(-SHOWN_LINES)
        .map((line) => (line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)} …` : line))
        .join('\n');
}

;// CONCATENATED MODULE: ./lib/ssh/slots.js
/**
 * Makes `limit` slots. Not p-limit: a waiting one must go on abort, and the limit follows what the
 * server admits.
 */
function slots(limit) {
    const waiting = new Set();
    let used = 0;
    const admit = () => {
        for (const one of waiting) {
            if (used >= limit)
                return;
            waiting.delete(one);
            used += 1;
            one();
        }
    };
    return {
        get used() {
            return used;
        },
        get isFull() {
            return used >= limit;
        },
        acquire: (signal) => new Promise((resolve, reject) => {
            if (signal.aborted) {
                reject(signal.reason);
                return;
            }
            const onAbort = () => {
                waiting.delete(enter);
                reject(signal.reason);
            };
            const enter = () => {
                signal.removeEventListener('abort', onAbort);
                resolve();
            };
            signal.addEventListener('abort', onAbort, { once: true });
            waiting.add(enter);
            admit();
        }),
        release: () => {
            used -= 1;
            admit();
        },
        lower: (to) => {
            limit = Math.max(1, Math.min(limit, to));
        },
    };
}

;// CONCATENATED MODULE: ./lib/ssh/channels.js
var channels_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var channels_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * sshd admits 10 sessions per connection (`MaxSessions`); two are left to whoever else shares its
 * limits.
 */
const AT_ONCE = 8;
/** Between two attempts to open a channel that the host refused, in ms. */
const REFUSED_PAUSE_MS = 25;
/**
 * How long, in ms, and how often the host may refuse a channel while none of ours is open: on a
 * busy runner or host few attempts fill the time.
 */
const REFUSED_MS = 5_000;
const REFUSED_TRIES = 50;
/**
 * For the command to begin, from there to SIGTERM, to SIGKILL and to the host's word that it is
 * over: as long for each, in ms.
 */
const GRACE_MS = 1_000;
/** Between two SIGKILL to a command of which nothing has been heard yet, in ms. */
const KILL_PAUSE_MS = 100;
/** How long the host may take to say good-bye, in ms. */
const CLOSE_MS = 500;
/**
 * As many sessions of a host are wanted at once: a stream to its engine, a listener, and what is
 * run meanwhile.
 */
const WANTED = 4;
/**
 * The host admits no more sessions on this connection than those that are open, which are fewer
 * than are wanted.
 */
class NoRoom extends Error {
}
function sshChannels(target, link) {
    const room = slots(AT_ONCE);
    const live = new Set();
    /** Those of which something was read: their command runs. */
    const begun = new WeakSet();
    // The host admitted this many at once. A refusal with fewer open only means that it has not
    // cleared away the last ones: sshd frees a session after it has read all that has arrived, so an
    // "open" right behind a "close" may come too early.
    let admitted = 0;
    let closing;
    const onLost = () => {
        for (const channel of live)
            internals(channel).outgoing.state = 'closed';
    };
    link.lost.addEventListener('abort', onLost, { once: true });
    function exec(line, signal) {
        const { promise, resolve, reject } = Promise.withResolvers();
        try {
            link.client.exec(line, (error, channel) => {
                if (error) {
                    room.release();
                    reject(error);
                    return;
                }
                live.add(channel);
                admitted = Math.max(admitted, live.size);
                channel.on('error', ignore);
                channel.stderr.on('error', ignore);
                channel.once('close', () => {
                    live.delete(channel);
                    room.release();
                });
                if (signal.aborted)
                    void stop(channel);
                resolve(channel);
            });
        }
        catch (error) {
            room.release();
            reject(error);
        }
        return promise;
    }
    async function open(line, signal, onSent) {
        let refusedSince;
        let refusals = 0;
        for (;;) {
            await room.acquire(signal);
            onSent();
            try {
                return await (0,time_limit/* unlessAborted */.Wh)(exec(line, signal), signal);
            }
            catch (error) {
                if (signal.aborted || !isRefusal(error))
                    throw error;
                room.lower(admitted);
                if (room.isFull && admitted < WANTED)
                    throw new NoRoom(undefined, { cause: error });
                refusals = live.size > 0 ? 0 : refusals + 1;
                if (refusals === 0)
                    refusedSince = undefined;
                else
                    refusedSince ??= performance.now();
                const isLong = refusedSince !== undefined && performance.now() - refusedSince > REFUSED_MS;
                if (isLong && refusals >= REFUSED_TRIES) {
                    throw new errors/* ActionError */.lZ(`${(0,ssh_target/* where */._)(target)} admits no SSH session`, {
                        details: error.message,
                        hint: 'Check MaxSessions in its sshd_config, and the log of its sshd.',
                        cause: error,
                    });
                }
            }
            await (0,time_limit/* unlessAborted */.Wh)((0,promises_.setTimeout)(REFUSED_PAUSE_MS), signal);
        }
    }
    async function ended(channel, signal) {
        const { promise: closed, resolve } = Promise.withResolvers();
        channel.once('close', (code, name) => resolve(exitOf(code, name)));
        channel.once('data', () => begun.add(channel));
        const errorsRead = (0,external_node_stream_promises_.finished)(channel.stderr).catch(ignore);
        try {
            const [exit] = await (0,time_limit/* unlessAborted */.Wh)(Promise.all([closed, errorsRead]), signal);
            return exit;
        }
        catch (reason) {
            const stopped = stop(channel);
            // What runs in place of a command takes no signal, and ends with the connection.
            if (!(reason instanceof NoShell))
                await stopped;
            throw reason;
        }
    }
    async function stop(channel, isConversation = false) {
        if (!live.has(channel) || link.lost.aborted)
            return;
        const closed = new Promise((resolve) => channel.once('close', () => resolve()));
        const isBegun = begun.has(channel)
            ? Promise.resolve()
            : new Promise((resolve) => channel.once('data', () => resolve()));
        // Without a reader the channel would never come to its end.
        channel.resume();
        channel.stderr.resume();
        // sshd signals a group of processes that the command makes as its first act: before it is
        // there, a signal meets nobody.
        await within(GRACE_MS, Promise.race([isBegun, closed]));
        kill(channel, 'TERM');
        // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
        if (isConversation)
            channel.eof();
        if (await within(GRACE_MS, closed))
            return;
        for (let waited = 0; waited < GRACE_MS; waited += KILL_PAUSE_MS) {
            kill(channel, 'KILL');
            if (await within(KILL_PAUSE_MS, closed))
                return;
        }
        channel.close();
        await within(GRACE_MS, closed);
    }
    /** Whether `event` came within the time; a lost connection ends the wait too. */
    async function within(ms, event) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const bounds = channels_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([link.lost], ms, () => new Error('The time is over.')), false);
            return await (0,time_limit/* unlessAborted */.Wh)(event, bounds.signal).then(() => true, () => false);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            channels_disposeResources(env_1);
        }
    }
    async function close() {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            if (link.lost.aborted)
                return;
            for (const channel of live) {
                kill(channel, 'TERM');
                // The connection takes the input along: what has a part of it must not get as far as its end.
                if (!channel.writableFinished)
                    kill(channel, 'KILL');
            }
            const closed = new Promise((resolve) => link.client.once('close', () => resolve()));
            const reason = new Error('The connection was closed on this side.');
            link.end(reason);
            const bounds = channels_addDisposableResource(env_2, (0,time_limit/* limit */.AB)([], CLOSE_MS, () => reason), false);
            await (0,time_limit/* unlessAborted */.Wh)(closed, bounds.signal).catch(ignore);
            link.drop(reason);
        }
        catch (e_2) {
            env_2.error = e_2;
            env_2.hasError = true;
        }
        finally {
            channels_disposeResources(env_2);
        }
    }
    return {
        open,
        ended,
        stop,
        get isFull() {
            return room.isFull;
        },
        close: () => {
            closing ??= close();
            return closing;
        },
    };
}
/**
 * RFC 4254 section 5.1: the host answers an open request with a reason. Anything else is not a
 * refusal.
 */
function isRefusal(error) {
    return error instanceof Error && 'reason' in error && typeof error.reason === 'number';
}
function exitOf(code, name) {
    if (code !== null)
        return { code, signal: undefined };
    const numbers = external_node_os_.constants.signals;
    return { code: 128 + (numbers[name ?? ''] ?? 0), signal: name ?? 'a signal' };
}
function kill(channel, name) {
    const { outgoing, _client } = internals(channel);
    if (outgoing.state !== 'open' && outgoing.state !== 'eof')
        return;
    _client._protocol.signal(outgoing.id, name);
}
function internals(channel) {
    return channel;
}
function ignore() { }

;// CONCATENATED MODULE: ./lib/ssh/connections.js







/** How many connections one host gets at most, the first one included. */
const MOST = 4;
/** How long a further connection may take, in ms: the first one has just been made. */
const FURTHER_MS = 10_000;
const PAUSE_MS = { first: 75, longest: 1_000 };
/** Between two looks for a channel that has become free, in ms. */
const LOOK_MS = 25;
/**
 * The channels of a connection, and of further ones where the host admits few sessions on each
 * (`MaxSessions 1`): what runs as long as we do, as the stream to an engine, would else keep all
 * other commands out. All connections are lost together.
 */
function sshConnections(target, link) {
    const all = [sshChannels(target, link)];
    const owners = new WeakMap();
    const ownerOf = (channel) => {
        const owner = owners.get(channel);
        if (!owner)
            throw new Error('a channel of another connection');
        return owner;
    };
    let admitsFew = false;
    let opening;
    let isClosing = false;
    async function addConnection() {
        const further = await connectPatiently(target, {
            signals: [link.lost],
            timeoutMs: FURTHER_MS,
            pauseMs: PAUSE_MS,
            timedOut: ({ last }) => new errors/* ActionError */.lZ((0,lost_connection/* wordsOf */.Z9)(last)),
        }).catch((cause) => {
            throw link.lost.aborted ? cause : noFurther(target, all.length, cause);
        });
        if (link.lost.aborted)
            further.drop(link.lost.reason);
        link.lost.addEventListener('abort', () => further.end(link.lost.reason), { once: true });
        const onLost = () => {
            if (!isClosing)
                link.drop(further.lost.reason);
        };
        further.lost.addEventListener('abort', onLost, { once: true });
        all.push(sshChannels(target, further));
    }
    return {
        open: async (line, signal, onSent) => {
            for (;;) {
                const free = all.find(({ isFull }) => !isFull);
                if (free || !admitsFew) {
                    const owner = free ?? all[0];
                    if (!owner)
                        throw new Error('no connection');
                    try {
                        const channel = await owner.open(line, signal, onSent);
                        owners.set(channel, owner);
                        return channel;
                    }
                    catch (error) {
                        if (!(error instanceof NoRoom))
                            throw error;
                        admitsFew = true;
                    }
                }
                else if (all.length < MOST) {
                    opening ??= addConnection().finally(() => {
                        opening = undefined;
                    });
                    opening.catch(() => { }); // Whoever waits may have been aborted.
                    await (0,time_limit/* unlessAborted */.Wh)(opening, signal);
                }
                else {
                    await (0,time_limit/* unlessAborted */.Wh)((0,promises_.setTimeout)(LOOK_MS), signal);
                }
            }
        },
        ended: (channel, signal) => ownerOf(channel).ended(channel, signal),
        stop: (channel, isConversation) => ownerOf(channel).stop(channel, isConversation),
        get isFull() {
            return all.every(({ isFull }) => isFull);
        },
        close: async () => {
            isClosing = true;
            for (const one of all.toReversed())
                await one.close();
        },
    };
}
function noFurther(target, count, cause) {
    const connections = count === 1 ? 'the connection that there is' : `${count} connections`;
    return new errors/* ActionError */.lZ(`${(0,ssh_target/* where */._)(target)} admits few SSH sessions on ${connections}, and no further connection`, {
        details: (0,lost_connection/* wordsOf */.Z9)(cause),
        hint: 'Set MaxSessions to 4 or more in its sshd_config (10 is the default), then: systemctl reload ssh',
        cause,
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/exec/login-shell.js

/** Nothing in it means anything to any shell. Words that begin with `=` (zsh) or `%` (fish) do. */
const PLAIN = /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@%+=:,./-]*$/;
/** What all shells keep as it is between single quotes. */
const QUOTABLE = /^[ -~]*$/;
/** An old csh ends at a word of 1024 characters ("Word too long"). */
const LONGEST_WORD = 900;
/**
 * Bytes of an encoded piece: each may take four characters, and a quoting of its backslash one
 * more.
 */
const PIECE = 120;
/**
 * Where programs lie that sshd's own PATH may lack: what people installed themselves, snap,
 * Container-Optimized OS and Flatcar (/opt/bin), and the disks of NAS systems. They come last, so
 * none takes the place of another.
 */
const FOLDERS = [
    ...['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/sbin', '/snap/bin', '/opt/bin'],
    ...['/usr/syno/bin', '/var/packages/ContainerManager/target/usr/bin'],
    '/share/CACHEDEV1_DATA/.qpkg/container-station/bin',
];
/**
 * The words of programs (sudo, tar, apt) are read, and only those of the C locale are the same on
 * every host.
 */
const WITH_FOLDERS = `PATH="$PATH:${FOLDERS.join(':')}"; LC_ALL=C; export PATH LC_ALL`;
/** Becomes the command that it is given as arguments, after it has printed the mark. */
const become = (mark) => `echo ${mark}; ${WITH_FOLDERS}; exec "$0" "$@"`;
/** Becomes the command that it is given as pieces of a POSIX command line, encoded for `printf`. */
const decode = (mark) => `echo ${mark}; ${WITH_FOLDERS}; eval "exec $(for piece in "$@"; do printf "$piece"; done)"`;
/**
 * The line by which a login shell becomes this command: whatever the shell is. POSIX shells, zsh,
 * fish, csh and tcsh agree on `exec`, on printable characters between single quotes except `'`, `\`
 * and `!`, and on a backslash before each of these outside of quotes. Line ends, other characters
 * and long words are encoded, and a POSIX shell on the host decodes them. That shell first prints
 * `mark`, a word that needs no quotes, on a line of its own: whoever reads the mark knows that the
 * command is next.
 */
function loginShellLine(argv, mark) {
    const simple = argv.map(quoteForAny);
    const fits = argv.every((word) => QUOTABLE.test(word)) && simple.every(isShort);
    if (fits)
        return `exec sh -c ${quoteForAny(become(mark))} ${simple.join(' ')}`;
    const pieces = encode((0,quote/* quote */.h)(argv)).map(quoteForAny);
    return `exec sh -c ${quoteForAny(decode(mark))} sh ${pieces.join(' ')}`;
}
function isShort(word) {
    return word.length <= LONGEST_WORD;
}
function quoteForAny(word) {
    if (PLAIN.test(word))
        return word;
    if (word === '')
        return "''";
    return word.replace(/[^'\\!]+|['\\!]/g, (part) => /['\\!]/.test(part) ? `\\${part}` : `'${part}'`);
}
/**
 * In the words of `printf`: a backslash, a percent sign, and whatever is not printable, as octal.
 */
function encode(text) {
    const bytes = Buffer.from(text);
    const pieces = [];
    for (let at = 0; at < bytes.length; at += PIECE) {
        let piece = '';
        for (const byte of bytes.subarray(at, at + PIECE))
            piece += ENCODED[byte];
        // An option of printf begins so.
        pieces.push(piece.replace(/^-/, encodeOctal));
    }
    return pieces;
}
function encodeByte(byte) {
    const character = String.fromCharCode(byte);
    return /^[ -~]$/.test(character) && !/[\\%'!]/.test(character)
        ? character
        : encodeOctal(character);
}
/** Of each byte: hundreds of hosts get scripts of some thousand bytes at once. */
const ENCODED = Array.from({ length: 256 }, (_, byte) => encodeByte(byte));
function encodeOctal(character) {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

;// CONCATENATED MODULE: ./lib/ssh/output-mark.js


const NONE = Buffer.alloc(0);
/** A mark that no greeting contains, for one connection. */
function outputMark(word = `swarm-up-${(0,external_node_crypto_.randomBytes)(12).toString('hex')}`) {
    const mark = Buffer.from(`${word}\n`);
    return {
        line: (argv) => loginShellLine(argv, word),
        filter: () => {
            let held = NONE;
            return {
                keep: (chunk) => {
                    if (!held)
                        return chunk;
                    held = Buffer.concat([held, chunk]);
                    const at = held.indexOf(mark);
                    if (at === -1)
                        return NONE;
                    const own = held.subarray(at + mark.length);
                    held = undefined;
                    return own;
                },
                get isMarked() {
                    return held === undefined;
                },
                unmarked: () => held ?? NONE,
            };
        },
    };
}

;// CONCATENATED MODULE: ./lib/ssh/session.js
var session_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var session_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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












/** How long `open` may wait for its channel, in ms: it has no options of its own. */
const OPEN_MS = 30_000;
/**
 * How long the first shell of a connection may take to reach its command: this in ms, or so many
 * times what the login took, which is longer on a host that is slow. Later shells of a host of
 * which one has reached it have all the time of their commands.
 */
const SHELL_MS = 7_000;
const SHELL_TIMES = 10;
function sshSession(target, link) {
    const channels = sshConnections(target, link);
    const mark = outputMark();
    /** A shell has reached its command. */
    let isProven = false;
    const lost = (argv, sent, reason) => new lost_connection/* LostConnection */.$I(target, argv, sent, reason ?? link.lost.reason);
    async function run(argv, options) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            options.signal?.throwIfAborted();
            if (link.lost.aborted)
                throw lost(argv, false);
            const timeoutMs = options.timeoutMs ?? executor/* DEFAULT_TIMEOUT_MS */.t1;
            const stdout = (0,output/* collectOutput */.U)(options.onLine);
            const stderr = (0,output/* collectOutput */.U)(options.onLine);
            const filter = mark.filter();
            const bounds = session_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal, link.lost], timeoutMs, () => {
                const output = { stdout: stdout.text(), stderr: stderr.text() };
                return new executor/* CommandTimeout */.Rg(target.name, argv, timeoutMs, output);
            }), false);
            const guarded = (take) => {
                try {
                    take();
                }
                catch (error) {
                    bounds.stop(error);
                }
            };
            let sent = false;
            let exit;
            const shell = session_addDisposableResource(env_1, awaitShell(filter, stderr, bounds.stop), false);
            try {
                const channel = await channels.open(mark.line(argv), bounds.signal, () => {
                    sent = true;
                });
                shell.begin();
                channel.on('data', (chunk) => guarded(() => stdout.write(shell.keep(chunk))));
                channel.stderr.on('data', (chunk) => guarded(() => stderr.write(chunk)));
                (0,stdin/* writeInput */.O)(options.stdin, channel, bounds.stop);
                exit = await channels.ended(channel, bounds.signal);
            }
            catch (error) {
                if (link.lost.aborted && (error === link.lost.reason || !bounds.signal.aborted)) {
                    throw lost(argv, sent);
                }
                throw error;
            }
            stdout.end();
            stderr.end();
            shell.refuse(exit);
            return judge(argv, exit, { stdout: stdout.text(), stderr: stderr.text() }, options);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            session_disposeResources(env_1);
        }
    }
    /**
     * Sees to it that a shell reaches its command. `stop` is called with `NoShell` where the first
     * one of the connection does not in time; `refuse` throws it where one has ended before.
     */
    function awaitShell(filter, stderr, stop) {
        let timer;
        const noShell = (end) => {
            const stdout = filter.unmarked().toString();
            return new NoShell(target, { stdout, stderr: stderr.text(), end });
        };
        const done = () => clearTimeout(timer);
        return {
            begin: () => {
                if (isProven)
                    return;
                const ms = Math.max(SHELL_MS, SHELL_TIMES * link.tookMs);
                timer = setTimeout(() => stop(noShell(`nothing began within ${(0,duration/* formatDuration */.a3)(ms)}`)), ms);
            },
            keep: (chunk) => {
                const own = filter.keep(chunk);
                if (filter.isMarked) {
                    isProven = true;
                    done();
                }
                return own;
            },
            refuse: ({ code, signal }) => {
                done();
                const saidSomething = filter.unmarked().length > 0 || stderr.text() !== '';
                if (filter.isMarked || (code === undefined && !saidSomething))
                    return;
                throw noShell(signal ? `ended by ${signal}` : `exit code ${code ?? 'unknown'}`);
            },
            [Symbol.dispose]: done,
        };
    }
    function judge(argv, exit, texts, options = {}) {
        if (exit.code === undefined) {
            throw lost(argv, true, new Error('The host closed the channel without an exit status.'));
        }
        const result = { exitCode: exit.code, ...texts };
        if (exit.signal)
            throw new executor/* CommandError */.Qd(target.name, argv, result, exit.signal);
        if (exit.code === 0 || options.anyExitCode)
            return result;
        throw new executor/* CommandError */.Qd(target.name, argv, result);
    }
    return {
        lost: link.lost,
        run,
        open: async (argv) => {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                if (link.lost.aborted)
                    throw lost(argv, false);
                const bounds = session_addDisposableResource(env_2, (0,time_limit/* limit */.AB)([link.lost], OPEN_MS, () => {
                    return new lost_connection/* NoChannel */.R6(`No channel to ${(0,ssh_target/* where */._)(target)} within ${OPEN_MS / 1000} s for: ${(0,quote/* quote */.h)(argv)}`);
                }), false);
                let sent = false;
                const onSent = () => {
                    sent = true;
                };
                const channel = await channels.open(mark.line(argv), bounds.signal, onSent).catch((error) => {
                    throw link.lost.aborted ? lost(argv, sent) : error;
                });
                const stderr = (0,output/* collectOutput */.U)();
                channel.stderr.on('data', stderr.write);
                const shell = awaitShell(mark.filter(), stderr, (reason) => bounds.stop(reason));
                const ended = channels.ended(channel, link.lost).then((exit) => {
                    shell.refuse(exit);
                    judge(argv, exit, { stdout: '', stderr: stderr.text() });
                    return undefined;
                }, () => lost(argv, true));
                return (0,command_stream/* commandStream */.I)({
                    stdin: channel,
                    stdout: channel,
                    keep: shell.keep,
                    stop: () => void channels.stop(channel, true),
                    ended: ended.catch((error) => error),
                });
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                session_disposeResources(env_2);
            }
        },
        close: channels.close,
    };
}

;// CONCATENATED MODULE: ./lib/ssh/executor.js








/**
 * Quick at first, since most cuts are short. Later slowly: to a host that counts failed connections
 * it must not look like an attack.
 */
const executor_PAUSE_MS = { first: 75, longest: 2_000 };
/** How often one command is begun: a connection that is lost each time is no connection. */
const TRIES = 4;
/**
 * Runs commands over a connection, and with `reconnect` over the next one when it was lost. The
 * next one is made when a command wants it, once for all that wait. A command that was not sent, or
 * is repeatable, is begun again; any other fails with `LostConnection`.
 */
function sshExecutor(target, link, reconnect) {
    const closing = new AbortController();
    let session = sshSession(target, link);
    let outage;
    let returning;
    let failure;
    const watch = () => {
        const { lost } = session;
        const onLost = () => {
            outage = {
                since: performance.now(),
                reason: lost.reason,
                attempts: { count: 0, last: undefined },
            };
        };
        if (lost.aborted)
            onLost();
        else
            lost.addEventListener('abort', onLost, { once: true });
    };
    watch();
    /**
     * Resolves when there is a connection, or none is to be made: then the command fails with what
     * became of the last one.
     */
    async function ready(signal) {
        closing.signal.throwIfAborted();
        if (!outage || !reconnect)
            return;
        if (failure !== undefined)
            throw failure;
        returning ??= restore(outage, reconnect).finally(() => {
            returning = undefined;
        });
        // Whoever waits may have been aborted by then.
        returning.catch(() => { });
        await (signal ? (0,time_limit/* unlessAborted */.Wh)(returning, signal) : returning);
    }
    async function restore(lost, { signal, limitMs, info, warning }) {
        const what = `Connection to ${(0,ssh_target/* where */._)(target)} was lost`;
        info(`${what} (${(0,lost_connection/* wordsOf */.Z9)(lost.reason)}); connecting again, for ${limitMs / 1000} s at most`);
        try {
            const next = await connectPatiently(target, {
                signals: [signal, closing.signal],
                timeoutMs: limitMs,
                pauseMs: executor_PAUSE_MS,
                timedOut: ({ count, last }) => new errors/* ActionError */.lZ(`${what} and did not come back within ${limitMs / 1000} s`, {
                    details: `lost: ${(0,lost_connection/* wordsOf */.Z9)(lost.reason)}\nafter ${count} attempts, the last: ${(0,lost_connection/* wordsOf */.Z9)(last)}`,
                    hint: 'Check that the host runs, that sshd listens there, and that no firewall stands between; then run again.',
                }),
                onAttempt: (attempts) => {
                    lost.attempts = attempts;
                },
            });
            if (closing.signal.aborted)
                next.drop(closing.signal.reason);
            session = sshSession(target, next);
            outage = undefined;
            watch();
            warning(`${what} (${(0,lost_connection/* wordsOf */.Z9)(lost.reason)}), and is back ${secondsSince(lost)} s later.`);
        }
        catch (error) {
            signal.throwIfAborted();
            failure = error;
            throw error;
        }
    }
    async function begin(attempt, signal, mayRepeat) {
        for (let tries = 1;; tries += 1) {
            await ready(signal);
            try {
                return await attempt();
            }
            catch (error) {
                const again = error instanceof lost_connection/* LostConnection */.$I && mayRepeat(error) && tries < TRIES;
                if (!again || !reconnect || closing.signal.aborted)
                    throw error;
            }
        }
    }
    const close = async () => {
        closing.abort(new errors/* ActionError */.lZ(`Connection to ${(0,ssh_target/* where */._)(target)} was closed on this side.`));
        await session.close();
    };
    return {
        where: target.name,
        hostKey: link.hostKey,
        run: async (argv, options = {}) => {
            const isWhole = !(options.stdin instanceof external_node_stream_.Readable);
            try {
                return await begin(() => session.run(argv, options), options.signal, ({ sent }) => !sent || (isWhole && options.repeatable === true));
            }
            finally {
                (0,stdin/* abandonInput */.o)(options.stdin);
            }
        },
        open: (argv) => begin(() => session.open(argv), undefined, ({ sent }) => !sent),
        outage: () => {
            if (!outage || outage.attempts.count === 0)
                return undefined;
            const { reason, attempts } = outage;
            return `Connection to ${(0,ssh_target/* where */._)(target)} was lost ${secondsSince(outage)} s ago (${(0,lost_connection/* wordsOf */.Z9)(reason)}) and is not back; the last of ${attempts.count} attempts: ${(0,lost_connection/* wordsOf */.Z9)(attempts.last)}`;
        },
        close,
        [Symbol.asyncDispose]: close,
    };
}
function secondsSince({ since }) {
    return ((performance.now() - since) / 1000).toFixed(1);
}

;// CONCATENATED MODULE: ./lib/ssh/connect.js





/**
 * Between two attempts, in ms. A host that boots answers at once when it is ready, and a refused
 * attempt costs it nothing.
 */
const connect_PAUSE_MS = 75;
/**
 * How long a host that was there before may end connections while it judges the login, in ms. A
 * machine that boots does so until it is up.
 */
const LOGIN_CUT_MS = 5_000;
/**
 * Connects to a machine, and goes on trying while it boots (connection refused, reset, no answer),
 * until `timeoutMs` is over. Rejects with `ActionError`: at once where the host key is not the
 * expected one, the login is refused, a jump host lets nothing through, or the host name is
 * unknown; at the end of the time with what was last seen. Rejects with the signal's reason on
 * abort. With `reconnect` the executor connects again when the connection is lost, as long as the
 * signal is not aborted.
 */
async function connectSsh(target, options) {
    const { signal, timeoutMs, reconnect } = options;
    const link = await connectPatiently(target, {
        signals: [signal],
        timeoutMs,
        pauseMs: { first: connect_PAUSE_MS, longest: connect_PAUSE_MS },
        loginCutMs: reconnect && LOGIN_CUT_MS,
        timedOut: ({ count, last }) => new unreachable/* UnreachableError */.J(`${(0,ssh_target/* where */._)(target)} did not answer SSH within ${timeoutMs / 1000} s`, {
            details: `after ${count} attempts, the last: ${(0,lost_connection/* wordsOf */.Z9)(last)}`,
            hint: 'Check that the machine runs, that sshd listens there, and that no firewall stands between.',
            cause: last,
        }),
    });
    return sshExecutor(target, link, reconnect && { ...reconnect, signal });
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

/***/ 8024:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $I: () => (/* binding */ LostConnection),
/* harmony export */   R6: () => (/* binding */ NoChannel),
/* harmony export */   Z9: () => (/* binding */ wordsOf),
/* harmony export */   k: () => (/* binding */ lostConnectionOf)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _exec_quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(908);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4292);



/** A command whose connection went, before it was sent or while it ran. */
class LostConnection extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    /** Whether it may have been run: nobody knows then how it ended. */
    sent;
    constructor(target, argv, sent, cause) {
        const what = sent ? 'it is not known how this ended' : 'this was not run';
        super(`Connection to ${(0,_target_js__WEBPACK_IMPORTED_MODULE_1__/* .where */ ._)(target)} was lost, ${what}: ${(0,_exec_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(argv)}`, {
            details: wordsOf(cause),
            cause,
        });
        this.sent = sent;
    }
}
/** A connection that is not known to be lost, over which nothing could be begun. */
class NoChannel extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}
/** The lost connection that an error comes down to, if it does. */
function lostConnectionOf(error) {
    if (error instanceof LostConnection)
        return error;
    return error instanceof Error ? lostConnectionOf(error.cause) : undefined;
}
/** Where several addresses were tried, Node's error has no message of its own. */
function wordsOf(error) {
    if (error === undefined)
        return 'no attempt came to an end';
    if (error instanceof AggregateError)
        return error.errors.map(wordsOf).join('; ');
    return String(error).replace(/^(Action)?Error: /, '');
}


/***/ }),

/***/ 4292:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ where)
/* harmony export */ });
/** A machine and where it answers, for messages. */
function where({ name, host, port, jump }) {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const through = jump?.length ? ` through ${jump.map((hop) => hop.name).join(', ')}` : '';
    return `${name} (${address}${through})`;
}


/***/ })

};
;