"use strict";
exports.id = 55;
exports.ids = [55];
exports.modules = {

/***/ 3055:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runMain: () => (/* binding */ runMain)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 14 modules
var lib_core = __webpack_require__(6421);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/clock.js

const systemClock = {
    now: () => performance.now(),
    sleep: async (ms, signal) => {
        try {
            await (0,promises_.setTimeout)(ms, undefined, signal && { signal });
        }
        catch (error) {
            signal?.throwIfAborted();
            throw error;
        }
    },
};

// EXTERNAL MODULE: ./lib/errors.js
var lib_errors = __webpack_require__(2357);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./lib/duration.js
var duration = __webpack_require__(466);
// EXTERNAL MODULE: ./lib/exec/command-stream.js
var command_stream = __webpack_require__(774);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/feed.js
var feed = __webpack_require__(5862);
// EXTERNAL MODULE: ./lib/exec/limit.js
var limit = __webpack_require__(4523);
// EXTERNAL MODULE: ./lib/exec/output.js
var output = __webpack_require__(4707);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
;// CONCATENATED MODULE: ./lib/exec/runner.js
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










const WHERE = 'the runner';
/** Between SIGTERM and SIGKILL, in ms. */
const GRACE_MS = 2_000;
/** How long a process may take to go after SIGKILL, in ms: one that waits inside the kernel cannot be killed. */
const KILL_MS = 1_000;
/** Where to get a program that is missing. Others are named without advice on how to install them. */
const INSTALL = {
    docker: 'Install Docker Engine on the runner (https://docs.docker.com/engine/install/).',
    'qemu-img': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-utils).',
    'qemu-system-x86_64': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-x86).',
    'qemu-system-aarch64': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-arm).',
};
/**
 * Runs commands on the machine of the action itself, without a shell.
 * On node:child_process and not on @actions/exec, which can neither end a command nor stream its standard input.
 */
const runner = { where: WHERE, run, open: runner_open };
async function run(argv, options = {}) {
    try {
        return await runFed(argv, options);
    }
    finally {
        (0,feed/* letGo */.K)(options.stdin);
    }
}
async function runFed(argv, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? executor/* DEFAULT_TIMEOUT_MS */.t1;
        const stdout = (0,output/* collectOutput */.U)(options.onLine);
        const stderr = (0,output/* collectOutput */.U)(options.onLine);
        const bounds = __addDisposableResource(env_1, (0,limit/* limit */.A)([options.signal], timeoutMs, () => {
            const details = (0,executor/* ownWords */.I1)({ stdout: stdout.text(), stderr: stderr.text() });
            return new lib_errors/* ActionError */.l(`Command did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)} on ${WHERE}: ${(0,quote/* quote */.h)(argv)}`, { details });
        }), false);
        const child = await start(argv, options.stdin === undefined ? 'ignore' : 'pipe', options.env);
        const stopped = stopOn(bounds.signal, child);
        const take = (output) => (chunk) => {
            try {
                output.write(chunk);
            }
            catch (error) {
                bounds.stop(error);
            }
        };
        child.stdout?.on('data', take(stdout));
        child.stderr?.on('data', take(stderr));
        if (child.stdin)
            (0,feed/* feed */.h)(options.stdin, child.stdin, bounds.stop);
        const ending = await Promise.race([ended(child), stopped]);
        bounds.signal.throwIfAborted();
        stdout.end();
        stderr.end();
        const result = { exitCode: ending.code, stdout: stdout.text(), stderr: stderr.text() };
        if (ending.signal)
            throw new executor/* CommandError */.Qd(WHERE, argv, result, ending.signal);
        if (result.exitCode !== 0 && !options.anyExitCode)
            throw new executor/* CommandError */.Qd(WHERE, argv, result);
        return result;
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
async function runner_open(argv) {
    const child = await start(argv, 'pipe');
    if (!child.stdin || !child.stdout)
        throw new Error('A child with pipes has both streams.');
    const stderr = (0,output/* collectOutput */.U)();
    child.stderr?.on('data', stderr.write);
    const stop = new AbortController();
    const stopped = stopOn(stop.signal, child);
    return (0,command_stream/* commandStream */.I)({
        stdin: child.stdin,
        stdout: child.stdout,
        stop: () => stop.abort(),
        ended: Promise.race([ended(child), stopped]).then(({ code, signal }) => {
            if (code === 0)
                return undefined;
            const result = { exitCode: code, stdout: '', stderr: stderr.text() };
            return new executor/* CommandError */.Qd(WHERE, argv, result, signal);
        }),
    });
}
/** Resolves when the program runs; a program that cannot be started is an `ActionError` that says what to install. */
async function start(argv, stdin, env = {}) {
    const [program, ...args] = argv;
    const child = (0,external_node_child_process_.spawn)(program, args, {
        stdio: [stdin, 'pipe', 'pipe'],
        env: { ...process.env, ...env },
        // A group of its own, so that what the program starts (plugins of `docker`, children of `sh`) ends with it.
        detached: process.platform !== 'win32',
        windowsHide: true,
    });
    await new Promise((resolve, reject) => {
        child.once('spawn', resolve);
        child.on('error', (cause) => reject(notStarted(program, cause)));
    });
    return child;
}
function notStarted(program, cause) {
    if (cause.code === 'ENOENT') {
        return new lib_errors/* ActionError */.l(`Program not found on ${WHERE}: ${program}`, {
            cause,
            hint: INSTALL[program] ?? `Install ${program} on the runner, or add its folder to PATH.`,
        });
    }
    return new lib_errors/* ActionError */.l(`Program could not be started on ${WHERE}: ${program}`, {
        details: cause.message,
        cause,
    });
}
async function ended(child) {
    return await new Promise((resolve) => {
        child.once('close', (code, signal) => {
            resolve(signal ? { code: 128 + external_node_os_.constants.signals[signal], signal } : { code: code ?? 0 });
        });
    });
}
/** Ends the child's group on abort. Resolves only for a child that will not go, so that nobody waits for it forever. */
async function stopOn(signal, child) {
    return await new Promise((resolve) => {
        let timer;
        const stop = () => {
            kill(child, 'SIGTERM');
            // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
            child.stdin?.destroy();
            timer = setTimeout(() => {
                kill(child, 'SIGKILL');
                child.stdout?.destroy();
                child.stderr?.destroy();
                timer = setTimeout(() => {
                    child.unref();
                    resolve({ code: 128 + external_node_os_.constants.signals.SIGKILL, signal: 'SIGKILL' });
                }, KILL_MS);
            }, GRACE_MS);
        };
        signal.addEventListener('abort', stop, { once: true });
        child.once('close', () => {
            signal.removeEventListener('abort', stop);
            clearTimeout(timer);
        });
        if (signal.aborted)
            stop();
    });
}
function kill(child, signal) {
    if (child.pid === undefined)
        return;
    if (process.platform === 'win32') {
        child.kill(signal);
        return;
    }
    try {
        process.kill(-child.pid, signal);
    }
    catch {
        // The whole group has gone, or belongs to another user (sudo); then closing its streams is all that can be done.
    }
}

;// CONCATENATED MODULE: ./lib/inputs/problem.js
/** Why the value of an input is not right. */
class Problem {
    reason;
    /** The value in the message, where it is not the whole input. */
    shown;
    constructor(reason, shown) {
        this.reason = reason;
        this.shown = shown;
    }
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(1916);
;// CONCATENATED MODULE: ./lib/nearest.js

/** The known word that was most likely meant; undefined where none is near enough to be a slip of the fingers. */
function nearest(word, known) {
    const ranked = known
        .map((one) => ({ one, far: (0,mod/* distance */.Io)(word.toLowerCase(), one.toLowerCase()) }))
        .sort((a, b) => a.far - b.far);
    const best = ranked[0];
    return best && best.far <= Math.max(1, Math.floor(best.one.length / 3)) ? best.one : undefined;
}

;// CONCATENATED MODULE: ./lib/inputs/values.js



/** Items of a multi-line input: one per line, blank lines and `#` comments left out. */
function lines(text) {
    return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
}
/** The known words for a message, the nearest one first. */
function known(word, words) {
    const meant = nearest(word, words);
    return `${meant ? `Did you mean \`${meant}\`? ` : ''}Known: ${words.join(', ')}.`;
}
/** One of the words that there are. */
function parseChoice(text, choices) {
    return choices.find((one) => one === text) ?? new Problem(`not known. ${known(text, choices)}`);
}
/** A whole number from `least` to `most`; `what` is counted. */
function parseCount(text, least, most, what) {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most)
        return count;
    return new Problem(`not a number of ${what}. Give a whole number from ${least} to ${most}, for example \`3\`.`);
}
/** `true` or `false`, as YAML writes them. */
function parseBoolean(text) {
    // As actions/core has it: YAML 1.2 core schema.
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    if (['false', 'False', 'FALSE'].includes(text))
        return false;
    return new Problem('neither true nor false. Write `true` or `false`.');
}
/** A duration, in ms. */
function parseLimit(text) {
    return ((0,duration/* parseDuration */.E9)(text) ??
        new Problem('not a duration. Write a number with its unit: `300s`, `10m`, `1h`, `1h30m`.'));
}
/** A duration above 0, in ms; `undefined` where none is given. */
function parseTtl(text) {
    if (text === '')
        return undefined;
    const ttlMs = (0,duration/* parseDuration */.E9)(text);
    if (ttlMs)
        return ttlMs;
    return new Problem('not a time to live. Write a number with its unit: `90m`, `24h`, `7d`.');
}
/** IPv4 asks for the least (RFC 791); the most is what switches with jumbo frames carry. */
const MTU = { least: 576, most: 9216 };
/** Bytes of a packet; `undefined` where none is given. */
function parseMtu(text) {
    if (text === '')
        return undefined;
    const mtu = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (mtu >= MTU.least && mtu <= MTU.most)
        return mtu;
    return new Problem(`not an MTU. Give the bytes of the largest packet that fits between the nodes, from ${MTU.least} to ${MTU.most}, for example \`1400\`.`);
}
/** What is added to published ports. */
function parsePortOffset(text) {
    if (text === '' || text === 'auto')
        return text === '' ? 0 : text;
    const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (offset < 65_535)
        return offset;
    return new Problem('not an offset. Write `auto`, or what to add to each port, `0` to `65534`.');
}

;// CONCATENATED MODULE: ./lib/inputs/announcements.js


const LONGEST_ENVIRONMENT = 255;
/** Reads the inputs that say where a run is told of. */
function readAnnouncements(input) {
    return {
        comment: input('comment', parseBoolean),
        deployment: input('deployment', parseBoolean),
        environment: input('environment', parseEnvironment),
        token: input('github-token', (text) => text),
    };
}
function parseEnvironment(text) {
    if (text === '')
        return undefined;
    if (text.length <= LONGEST_ENVIRONMENT && /^[^\s'"`,;\\](?:[^\n\r\t'"`,;\\]*)$/.test(text)) {
        return text;
    }
    return new Problem(`not a name for an environment: at most ${LONGEST_ENVIRONMENT} characters on one line, without quotes, \`,\`, \`;\` and \`\\\`.`);
}

;// CONCATENATED MODULE: ./lib/inputs/cluster-name.js


const CLUSTER = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const CLUSTER_LENGTH = 40;
/** The name that is given, or else the derived one. */
function parseCluster(text, environment) {
    if (text === '')
        return deriveCluster(environment);
    if (CLUSTER.test(text))
        return text;
    return new Problem(`not a name for a cluster: it becomes the name of machines and networks, so lower-case letters, digits and inner hyphens only, at most ${CLUSTER_LENGTH} characters. For example \`${slug(text, CLUSTER_LENGTH) || 'preview'}\`.`);
}
/**
 * The name that a cluster has where none is given: `<repo>-pr-<n>` where the run is about a pull request, else `<repo>-<run id>-<job>`.
 * What is longer than 40 characters is cut and gets a hash of the whole, so that two long names stay two; the number of a pull request stays.
 */
function deriveCluster(environment) {
    const repository = environment.GITHUB_REPOSITORY?.split('/').at(-1) || 'swarm';
    if (environment.pullRequest !== undefined) {
        const tail = `-pr-${environment.pullRequest}`;
        return `${slug(repository, CLUSTER_LENGTH - tail.length) || 'swarm'}${tail}`;
    }
    const run = [environment.GITHUB_RUN_ID, environment.GITHUB_JOB].filter(Boolean).join('-');
    return slug(`${repository}-${run || 'local'}`, CLUSTER_LENGTH);
}
/**
 * Whether a cluster or a stack goes with a pull request: its name ends in the number, as in `shop-pr-12`. One of another name may be meant to
 * stay, whatever becomes of the pull request that happened to deploy to it.
 */
function goesWith(name, pullRequest) {
    return /(?:^|[-_])pr[-_]?([1-9]\d*)$/.exec(name)?.[1] === String(pullRequest);
}
/** A stack's name with the number of its pull request at the end, `shop-pr-12`: at most as long as a cluster's. One that goes with it stays. */
function withPullRequest(name, pullRequest) {
    if (goesWith(name, pullRequest))
        return name;
    const tail = `-pr-${pullRequest}`;
    const most = CLUSTER_LENGTH - tail.length;
    return `${name.length <= most ? name : slug(name, most)}${tail}`;
}
function slug(text, most) {
    const whole = text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
    if (whole.length <= most)
        return whole;
    const hash = (0,external_node_crypto_.createHash)('sha256').update(whole).digest('hex').slice(0, 7);
    return `${whole.slice(0, most - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var errors = __webpack_require__(7428);
// EXTERNAL MODULE: ./lib/exec/lost-connection.js
var lost_connection = __webpack_require__(3265);
;// CONCATENATED MODULE: ./lib/exec/engine-api.js
var engine_api_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var engine_api_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
class EngineRefusal extends lib_errors/* ActionError */.l {
    httpStatus;
    constructor(title, httpStatus, details) {
        super(`Status ${httpStatus} from ${title}`, { details });
        this.httpStatus = httpStatus;
    }
}
/** A question that got no answer. Where it was to change something, it may have. */
class NoAnswer extends lib_errors/* ActionError */.l {
}
/** Connects its standard input and output with the engine's socket; a part of every docker client since 18.09. */
const DIAL = ['docker', 'system', 'dial-stdio'];
const TIMEOUT_MS = 30_000;
const engineMessage = schemas/* object */.Ikc({ message: schemas/* string */.YjP() });
/**
 * The engine's API over one long-lived stream to it, opened at the first question and again after it broke. Asking this way costs one
 * round trip; starting a docker client for each question costs a process and two.
 */
function engineApi(executor) {
    const agent = Object.assign(new external_node_http_.Agent({ keepAlive: true, maxSockets: 1 }), {
        createConnection: (_options, done) => {
            executor.open(DIAL).then((stream) => done(null, asSocket(stream)), done);
        },
    });
    const ask = async (question, options) => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            options.signal?.throwIfAborted();
            const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
            const bounds = engine_api_addDisposableResource(env_1, (0,limit/* limit */.A)([options.signal], timeoutMs, () => {
                return new NoAnswer(`No answer within ${timeoutMs / 1000} s to ${question.title}`);
            }), false);
            // node:http ends a request that has no connection yet only once it has one, which a lost host may never give.
            const asked = (0,limit/* unlessAborted */.W)(exchange(agent, question, bounds.signal), bounds.signal);
            const answer = await asked.catch((cause) => {
                bounds.signal.throwIfAborted();
                throw new NoAnswer(`No answer to ${question.title}`, {
                    ...(!(cause instanceof lib_errors/* ActionError */.l) && { details: String(cause) }),
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
            engine_api_disposeResources(env_1);
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
        [Symbol.dispose]: () => agent.destroy(),
    };
}
/** A GET changes nothing, so it is asked again where the stream went away: as often as the connection is lost and re-established, else once. */
async function exchange(agent, question, signal) {
    for (let stale = 0;;) {
        try {
            return await exchangeOnce(agent, question, signal);
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
/** The engine, or what leads to it, had gone since the last answer. */
class StaleStream extends Error {
    name = 'StaleStream';
}
async function exchangeOnce(agent, { method, target, headers: given, body }, signal) {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const headers = json === undefined
        ? given
        : { ...given, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
    const response = await new Promise((resolve, reject) => {
        const asking = (0,external_node_http_.request)({ agent, signal, host: 'docker', path: target, method, headers }, resolve);
        asking.on('error', (cause) => {
            const stale = asking.reusedSocket && !signal.aborted;
            reject(stale ? new StaleStream('The stream was closed meanwhile', { cause }) : cause);
        });
        asking.end(json);
    });
    const said = await (0,consumers_.text)(response).catch((cause) => {
        throw signal.aborted ? cause : new StaleStream('The stream broke in mid-answer', { cause });
    });
    return { status: response.statusCode ?? 0, body: said };
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
    throw new lib_errors/* ActionError */.l(`Unexpected answer to ${title}`, {
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
/** node:http calls these on its connections. A stream that is no socket has nothing to set. */
function asSocket(stream) {
    const itself = () => stream;
    return Object.assign(stream, {
        setKeepAlive: itself,
        setNoDelay: itself,
        setTimeout: itself,
        ref: itself,
        unref: itself,
    });
}

// EXTERNAL MODULE: ./lib/exec/host-keys.js
var host_keys = __webpack_require__(2213);
;// CONCATENATED MODULE: ./lib/exec/keys.js

const TYPE = 'ssh-ed25519';
/**
 * Makes a new ed25519 key pair. Throws nothing.
 * Not with ssh2's generator, which drops the leading zero bytes of a public key: one pair in 256 would be unusable.
 */
function generateKeyPair(comment) {
    return ed25519KeyPair((0,external_node_crypto_.generateKeyPairSync)('ed25519').privateKey, comment);
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
    const check = (0,external_node_crypto_.randomBytes)(4);
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

;// CONCATENATED MODULE: ./lib/machines/labels.js
const CLUSTER_LABEL = 'swarm-up.cluster';
const REPOSITORY_LABEL = 'swarm-up.repository';
const RUN_LABEL = 'swarm-up.run';
const EXPIRES_LABEL = 'swarm-up.expires';
const PULL_REQUEST_LABEL = 'swarm-up.pull-request';
/** The labels of everything that belongs to this owner. */
function ownerLabels(owner) {
    return {
        [CLUSTER_LABEL]: owner.cluster,
        [REPOSITORY_LABEL]: owner.repository,
        [RUN_LABEL]: owner.run,
        ...(owner.expires === undefined ? {} : { [EXPIRES_LABEL]: owner.expires }),
        ...(owner.pullRequest === undefined ? {} : { [PULL_REQUEST_LABEL]: owner.pullRequest }),
    };
}
/** The owner that labels name, or undefined where the object is not ours. */
function ownerOf(labels) {
    const cluster = labels[CLUSTER_LABEL];
    if (cluster === undefined)
        return undefined;
    const expires = labels[EXPIRES_LABEL];
    const pullRequest = labels[PULL_REQUEST_LABEL];
    return {
        cluster,
        repository: labels[REPOSITORY_LABEL] ?? '',
        run: labels[RUN_LABEL] ?? '',
        ...(expires === undefined ? {} : { expires }),
        ...(pullRequest === undefined ? {} : { pullRequest }),
    };
}
/** What the Engine's API filters labels by, to find everything of a cluster. */
function ownedFilter({ cluster, repository }) {
    return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
}

// EXTERNAL MODULE: external "node:dgram"
var external_node_dgram_ = __webpack_require__(1314);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/local-ports.js


const LOCAL = '127.0.0.1';
/** Those of the ports that somebody uses at 127.0.0.1 already. */
async function taken(ports) {
    const found = await Promise.all(ports.map(isTaken));
    return ports.filter((_, at) => found[at]);
}
/** What cannot be asked (no right to, another protocol) counts as free: the engine will tell. */
async function isTaken({ port, protocol }) {
    return protocol === 'tcp' && (await bindError(protocol, port)) === 'EADDRINUSE';
}
/** The code with which listening at a port of 127.0.0.1 fails, for example `EADDRINUSE`, `EACCES`; undefined where this user may. */
async function bindError(protocol, port) {
    return await new Promise((resolve) => {
        const failed = ({ code, message }) => resolve(code ?? message);
        if (protocol === 'tcp') {
            const server = (0,external_node_net_.createServer)().once('error', failed);
            server.listen({ host: LOCAL, port, exclusive: true }, () => server.close(() => resolve(undefined)));
        }
        else {
            const socket = (0,external_node_dgram_.createSocket)('udp4').once('error', failed);
            socket.bind({ address: LOCAL, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
        }
    });
}
/** Says that the stack answers at other ports of 127.0.0.1 than these. */
function portsTaken(ports) {
    const numbers = ports.map(({ port }) => port).join(', ');
    return `Port ${numbers} of 127.0.0.1 is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/commands.js

/** What `--privileged` gives, where the engine may not grant all of it: it has no CAP_SYS_RESOURCE to hand on. */
const CAPABILITIES = [
    '--cap-add=ALL',
    '--cap-drop=SYS_RESOURCE',
    '--security-opt=seccomp=unconfined',
    '--security-opt=apparmor=unconfined',
    '--security-opt=systempaths=unconfined',
    '--device-cgroup-rule=a *:* rwm',
    '--cgroupns=host',
    '--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw',
];
/** The flag with which everything of a cluster is created. */
function labelFlag(key, value) {
    return `--label=${key}=${value}`;
}
function labelFlags(labels) {
    return Object.entries(labels).map(([key, value]) => labelFlag(key, value));
}
function createNode(node) {
    const volumeLabels = Object.entries(node.labels).map(([key, value]) => `volume-label=${key}=${value}`);
    return [
        'docker',
        'create',
        `--name=${node.name}`,
        `--hostname=${node.name}`,
        `--network=${node.network}`,
        '--restart=no',
        ...labelFlags(node.labels),
        ...(node.privilege === 'privileged' ? ['--privileged'] : CAPABILITIES),
        '--tmpfs=/run',
        '--tmpfs=/tmp:exec',
        // Without a name of its own the volume goes with the container; with labels it is found if it does not.
        `--mount=${['type=volume', 'target=/var/lib/docker', ...volumeLabels].join(',')}`,
        ...(node.kernelModules === undefined
            ? []
            : [`--mount=type=bind,source=${node.kernelModules},target=/lib/modules,readonly`]),
        ...(node.cpus === undefined ? [] : [`--cpus=${node.cpus}`]),
        ...(node.memory === undefined ? [] : [`--memory=${node.memory}`]),
        ...node.publish.map(({ hostPort, port, protocol }) => `--publish=127.0.0.1:${hostPort === 0 ? '' : hostPort}:${port}/${protocol}`),
        node.image,
    ];
}
/** Unpacks the tar archive on standard input into a container, running or not. */
function copyInto(container) {
    return ['docker', 'cp', '-', `${container}:/`];
}
function commands_start(container) {
    return ['docker', 'start', container];
}
/** What sshd and dockerd of a node have said. */
function logs(container) {
    return ['docker', 'logs', '--tail', '2000', container];
}
function inspectContainers(containers) {
    return ['docker', 'container', 'inspect', ...containers];
}
/** Also removes the volumes without a name. */
function removeContainers(containers) {
    return ['docker', 'rm', '--force', '--volumes', ...containers];
}
function createNetwork(name, labels) {
    return ['docker', 'network', 'create', '--driver=bridge', ...labelFlags(labels), name];
}
function removeNetworks(networks) {
    return ['docker', 'network', 'rm', ...networks];
}
function createVolume(name, labels) {
    return ['docker', 'volume', 'create', ...labelFlags(labels), name];
}
function removeVolumes(volumes) {
    return ['docker', 'volume', 'rm', '--force', ...volumes];
}
const label = (key, value) => `--filter=label=${key}=${value}`;
/** All machines that have the name of a cluster, whoever's it is. */
function listContainers(cluster) {
    return ['docker', 'ps', '--all', '--quiet', '--no-trunc', label(CLUSTER_LABEL, cluster)];
}
function listNetworks({ cluster, repository }) {
    const filters = [label(CLUSTER_LABEL, cluster), label(REPOSITORY_LABEL, repository)];
    return ['docker', 'network', 'ls', '--quiet', '--no-trunc', ...filters];
}
/** Not `docker info`, which also starts every plugin of the client: three times as long. */
function engineVersion() {
    return ['docker', 'version', '--format', '{{json .Server}}'];
}
function inspectImage(image) {
    return ['docker', 'image', 'inspect', '--format', '{{.Id}}', image];
}
function pullImage(image) {
    return ['docker', 'pull', '--quiet', image];
}
function buildImage(tag, folder) {
    return ['docker', 'build', '--tag', tag, folder];
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/lease.js




/**
 * On a volume without content, whose labels say how long the cluster may live since its expiry was renewed: the labels of a container cannot be
 * changed, and what is written inside a machine could be read only by entering it.
 */
const LEASE_LABEL = 'swarm-up.lease';
const volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/** Writes `owner.expires` as the newest expiry of its cluster. Throws `ActionError` where it does not stand there afterwards. */
async function renewLease(runner, api, owner, signal) {
    const name = `${owner.cluster}-lease-${(owner.expires ?? '').replace(/\D/g, '')}`;
    signal.throwIfAborted();
    await runner.run(createVolume(name, { ...ownerLabels(owner), [LEASE_LABEL]: 'true' }));
    const filters = JSON.stringify({ label: [...ownedFilter(owner), LEASE_LABEL] });
    const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
    const names = (Volumes ?? []).map(({ Name }) => Name);
    if (!names.includes(name)) {
        throw new lib_errors/* ActionError */.l(`The volume ${name} exists and is not of cluster ${owner.cluster}.`, {
            hint: `It is where the new expiry would stand. Remove it (docker volume rm ${name}), then run again.`,
        });
    }
    const old = names.filter((one) => one !== name);
    // Where one stays, the latest expiry counts.
    if (old.length > 0)
        await runner.run(removeVolumes(old), { anyExitCode: true });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/clusters.js



const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
    .nullish()
    .transform((found) => found ?? {});
const time = schemas/* string */.YjP()
    .optional()
    .transform((text) => Date.parse(text ?? ''))
    .transform((ms) => (Number.isNaN(ms) ? undefined : ms));
const containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Names: schemas/* array */.YOg(schemas/* string */.YjP()), Created: schemas/* number */.aig(), Labels: labels }));
const networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), Created: time, Labels: labels }));
const clusters_volumes = schemas/* object */.Ikc({
    Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), CreatedAt: time, Labels: labels })).nullable(),
});
/** Every cluster that something on the engine carries the label of, whoever's it is, by its name. Rejects as `EngineApi.get` does. */
async function listClusters(api, signal) {
    const filters = JSON.stringify({ label: [CLUSTER_LABEL] });
    const query = { all: 'true', filters };
    const options = { signal };
    const found = [
        ...(await api.get('/containers/json', query, containers, options)).map(({ Names, Created, Labels }) => ({
            name: `container ${Names[0]?.replace(/^\//, '') ?? ''}`,
            created: Created * 1_000,
            labels: Labels,
        })),
        ...(await api.get('/networks', { filters }, networks, options)).map(({ Name, Created, Labels }) => ({
            name: `network ${Name}`,
            created: Created,
            labels: Labels,
        })),
        ...((await api.get('/volumes', { filters }, clusters_volumes, options)).Volumes ?? []).map(({ Name, CreatedAt, Labels }) => ({
            // One without a name of its own is called by all 64 digits of an id.
            name: `volume ${/^[0-9a-f]{64}$/.test(Name) ? Name.slice(0, 12) : Name}`,
            created: CreatedAt,
            labels: Labels,
        })),
    ];
    const owned = found.flatMap((part) => {
        const owner = ownerOf(part.labels);
        return owner ? [{ ...part, owner }] : [];
    });
    const groups = Map.groupBy(owned, ({ owner }) => `${owner.cluster}/${owner.repository}`);
    return [...groups.values()]
        .map(clusterOf)
        .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
function clusterOf(parts) {
    const [first] = parts;
    if (!first)
        throw new Error('a cluster of nothing');
    const renewed = parts.filter(({ labels }) => labels[LEASE_LABEL] !== undefined);
    const expires = (renewed.length > 0 ? renewed : parts)
        .flatMap(({ owner }) => owner.expires ?? [])
        .sort()
        .at(-1);
    const created = Math.min(...parts.map((part) => part.created ?? Number.POSITIVE_INFINITY));
    return {
        owner: { ...first.owner, expires },
        created: Number.isFinite(created) ? new Date(created).toISOString() : undefined,
        parts: parts.map(({ name }) => name),
    };
}

;// CONCATENATED MODULE: ./lib/machines/processes.js

const procfs = {
    list: async () => {
        const pids = (await (0,external_node_fs_promises_.readdir)('/proc')).filter((entry) => /^\d+$/.test(entry));
        const all = await Promise.all(pids.map((pid) => procfs.read(Number(pid))));
        return all.filter((one) => one !== undefined);
    },
    read: async (pid) => {
        try {
            const [stat, line] = await Promise.all([
                (0,external_node_fs_promises_.readFile)(`/proc/${pid}/stat`, 'utf8'),
                (0,external_node_fs_promises_.readFile)(`/proc/${pid}/cmdline`, 'utf8'),
            ]);
            return parseProcess(pid, stat, line);
        }
        catch {
            return undefined;
        }
    },
    kill: (pid, signal) => {
        process.kill(pid, signal);
    },
};
/** A process of what proc_pid_stat(5) and proc_pid_cmdline(5) say; undefined for one that has ended, or is the kernel's own. */
function parseProcess(pid, stat, commandLine) {
    // The name, in brackets, may hold anything.
    const [state = '', ...rest] = stat
        .slice(stat.lastIndexOf(')') + 1)
        .trim()
        .split(' ');
    // The twenty-second of all fields, which begin with the pid and the name.
    const started = rest[18];
    if (started === undefined || 'ZXx'.includes(state) || commandLine === '')
        return undefined;
    return { pid, started, argv: commandLine.replace(/\0$/, '').split('\0') };
}
/** Whether the process still runs: its id may be another one's by now. */
async function isAlive(table, process) {
    const now = await table.read(process.pid);
    return (now !== undefined &&
        now.started === process.started &&
        now.argv.length === process.argv.length &&
        now.argv.every((word, at) => word === process.argv[at]));
}
/** Sends a signal to the process that was found, and to none that has its id by now. One that has gone meanwhile is no failure. */
async function signalProcess(table, process, signal) {
    if (!(await isAlive(table, process)))
        return;
    try {
        table.kill(process.pid, signal);
    }
    catch (error) {
        if (error.code !== 'ESRCH')
            throw error;
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/owned.js


const ids = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP() }));
const owned_volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/** Lists what carries the labels of the cluster and its repository, in whatever state it is. Rejects as `EngineApi.get` does. */
async function listOwned(api, cluster) {
    const filters = JSON.stringify({ label: ownedFilter(cluster) });
    const containers = await api.get('/containers/json', { all: 'true', filters }, ids);
    const networks = await api.get('/networks', { filters }, ids);
    const { Volumes } = await api.get('/volumes', { filters }, owned_volumes);
    return {
        containers: containers.map(({ Id }) => Id),
        networks: networks.map(({ Id }) => Id),
        volumes: (Volumes ?? []).map(({ Name }) => Name),
    };
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/destroy.js






/** The later ones remove what appeared during those before, what they could not remove because of it, and volumes of their own. */
const ROUNDS = 4;
/**
 * How long the engine is left alone after a round that was refused something, in ms, longer each time: one that is busy says of a container that
 * it "did not receive an exit event", or that its file system is busy, and has it gone a moment later.
 */
const PAUSE_MS = 500;
/**
 * Removes every container, volume and network with the labels of the cluster and its repository, and lists again, up to `ROUNDS` times.
 * Throws `ActionError` naming what is left, with what the engine said of it.
 */
async function destroyAll({ runner, api }, cluster, clock = systemClock) {
    const said = [];
    let owned = await listOwned(api, cluster);
    for (let round = 1; round <= ROUNDS && names(owned).length > 0; round += 1) {
        const before = said.length;
        for (const argv of removals(owned)) {
            const { exitCode, stderr } = await runner.run(argv, { anyExitCode: true });
            if (exitCode !== 0)
                said.push(stderr.trim());
        }
        owned = await listOwned(api, cluster);
        const isRefused = said.length > before && names(owned).length > 0;
        if (isRefused && round < ROUNDS)
            await clock.sleep(PAUSE_MS * round);
    }
    const left = names(owned);
    if (left.length === 0)
        return;
    throw new lib_errors/* ActionError */.l(`Cluster ${cluster.cluster} is not wholly removed: ${left.join(', ')} left.`, {
        details: said.join('\n'),
        hint: `Remove it by hand: docker rm -f -v $(docker ps -aq --filter label=swarm-up.cluster=${cluster.cluster}); docker network rm ${cluster.cluster}`,
    });
}
/** Containers first: they hold the network, and take their volumes along. */
function removals({ containers, volumes, networks }) {
    return [
        ...(containers.length > 0 ? [removeContainers(containers)] : []),
        ...(containers.length === 0 && volumes.length > 0 ? [removeVolumes(volumes)] : []),
        ...(networks.length > 0 ? [removeNetworks(networks)] : []),
    ];
}
/**
 * Whether no container, volume or network has these labels, and no docker client that would create one is still at work: those
 * that a killed main has started live on, and an engine that is busy keeps them waiting for long.
 */
async function isGone({ api }, cluster) {
    // In this order: what a client ends with is in the list.
    if (await isCreating(cluster))
        return false;
    return names(await listOwned(api, cluster)).length === 0;
}
/** Whether a program of this machine has the cluster's label in its command line, which everybody may read (proc_pid_cmdline(5)). */
async function isCreating(cluster) {
    const flag = labelFlag(CLUSTER_LABEL, cluster.cluster);
    return (await procfs.list()).some(({ argv }) => argv.includes(flag));
}
function names(owned) {
    return [
        ...owned.containers.map((id) => `container ${id.slice(0, 12)}`),
        ...owned.volumes.map((name) => `volume ${name}`),
        ...owned.networks.map((id) => `network ${id.slice(0, 12)}`),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/found.js


const INDEX_LABEL = 'swarm-up.index';
const HOST_KEY_LABEL = 'swarm-up.host-key';
const found_containers = schemas/* array */.YOg(schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    State: schemas/* object */.Ikc({ Running: schemas/* boolean */.zMY() }),
    Config: schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullable() }),
    NetworkSettings: schemas/* object */.Ikc({
        Networks: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ IPAddress: schemas/* string */.YjP() })).nullable(),
        Ports: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* object */.Ikc({ HostPort: schemas/* string */.YjP() })).nullable())
            .nullable()
            .optional(),
    }),
}));
/** The machines in the JSON of `docker container inspect`, in the order of their index. Throws where the JSON is of another form. */
function machinesIn(json) {
    const machines = [];
    for (const container of found_containers.parse(JSON.parse(json || '[]'))) {
        const labels = container.Config.Labels ?? {};
        const owner = ownerOf(labels);
        if (owner === undefined)
            continue;
        const running = container.State.Running;
        const address = running
            ? (Object.values(container.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '')
            : '';
        machines.push({
            name: container.Name.replace(/^\//, ''),
            index: Number(labels[INDEX_LABEL] ?? 0),
            owner,
            labels,
            state: running ? 'running' : 'stopped',
            address,
            advertise: address,
            dataPath: undefined,
            localPorts: localPorts(container.NetworkSettings.Ports ?? {}),
        });
    }
    return machines.sort((a, b) => a.index - b.index);
}
function localPorts(bindings) {
    const ports = new Map();
    for (const [key, bound] of Object.entries(bindings)) {
        if (bound?.[0])
            ports.set(key, Number(bound[0].HostPort));
    }
    return ports;
}

// EXTERNAL MODULE: ./node_modules/modern-tar/dist/web/index.js + 1 modules
var web = __webpack_require__(1942);
;// CONCATENATED MODULE: ./lib/machines/drivers/docker/identity.js


function newHostKey(name) {
    return generateKeyPair(name);
}
/** A tar archive of the identity, to be unpacked at `/`. It holds a private key: it goes through standard input only. */
async function packIdentity(identity) {
    return (0,web/* packTar */.nG)([
        file('etc/ssh/ssh_host_ed25519_key', 0o600, identity.hostKey.privateKey),
        file('etc/ssh/ssh_host_ed25519_key.pub', 0o644, `${identity.hostKey.publicKey}\n`),
        ...authorizedKey(identity.authorizedKey),
        ...(identity.daemonConfig === undefined
            ? []
            : [file('etc/docker/daemon.json', 0o644, JSON.stringify(identity.daemonConfig))]),
    ]);
}
/** A tar archive that lets one key in, and no other any more. */
async function packAuthorizedKey(publicKey) {
    return (0,web/* packTar */.nG)(authorizedKey(publicKey));
}
function authorizedKey(publicKey) {
    return [
        { header: { name: 'root/.ssh/', type: 'directory', size: 0, mode: 0o700, uid: 0, gid: 0 } },
        file('root/.ssh/authorized_keys', 0o600, `${publicKey}\n`),
    ];
}
function file(name, mode, text) {
    const body = new TextEncoder().encode(text);
    return { header: { name, mode, size: body.length, type: 'file', uid: 0, gid: 0 }, body };
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/image.js






const PULL_TIMEOUT_MS = 5 * 60_000;
const BUILD_TIMEOUT_MS = 10 * 60_000;
/**
 * Name of the node image that is made of a folder: its tag is a hash of what is in the folder, so that an unchanged
 * folder is built once.
 */
async function nodeImageName(folder) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const name of (await (0,external_node_fs_promises_.readdir)(folder)).sort()) {
        hash.update(`${name}\0`).update(await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, name)));
    }
    return `swarm-up-node:${hash.digest('hex').slice(0, 12)}`;
}
/**
 * Makes sure that the node image is on the engine and returns its name: `wanted` is pulled where it is not there;
 * without it, the image is built from `folder`, once.
 * Throws `ActionError` with the engine's own words.
 */
async function ensureNodeImage(runner, folder, wanted, log, signal) {
    const image = wanted ?? (await nodeImageName(folder));
    if (await exists(runner, image, signal))
        return image;
    if (wanted !== undefined) {
        log.info(`Pulling the node image ${wanted}`);
        await pull(runner, wanted, signal);
        return wanted;
    }
    log.info(`Building the node image ${image} (once for this version of the action)`);
    await build(runner, image, folder, signal);
    return image;
}
async function exists(runner, image, signal) {
    const { exitCode } = await runner.run(inspectImage(image), { anyExitCode: true, signal });
    return exitCode === 0;
}
async function pull(runner, image, signal) {
    try {
        await runner.run(pullImage(image), { signal, timeoutMs: PULL_TIMEOUT_MS });
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new lib_errors/* ActionError */.l(`The node image ${image} is not on the engine and cannot be pulled.`, {
            details: error.details ?? '',
            hint: 'Correct `image` in `driver-options`, log in to its registry before this step, or leave it out to have the image built.',
            cause: error,
        });
    }
}
async function build(runner, image, folder, signal) {
    try {
        await runner.run(buildImage(image, folder), { signal, timeoutMs: BUILD_TIMEOUT_MS });
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new lib_errors/* ActionError */.l('The node image cannot be built on the engine of the runner.', {
            details: (error.details ?? '').split('\n').slice(-30).join('\n'),
            hint: 'The build needs the image debian:trixie-slim and Debian packages. Where the runner cannot reach them, give an image of your own: `driver-options: image: <name>`.',
            cause: error,
        });
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/options.js

/** `driver-options` of the `docker` driver. */
const dockerOptions = schemas/* strictObject */.rej({
    /** A node image to use in place of the one that is built from node-image/. */
    image: schemas/* string */.YjP().min(1).optional(),
    /** CPUs of each node, as `docker run --cpus` takes them. */
    cpus: schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()])
        .transform(Number)
        .refine((cpus) => cpus > 0, 'give a number of CPUs above 0, for example `1.5`')
        .optional(),
    /** Memory of each node, as `docker run --memory` takes it. */
    memory: schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()])
        .transform(String)
        .refine((memory) => /^\d+[bkmg]?$/i.test(memory), 'give an amount of memory, for example `2g` or `512m`')
        .optional(),
    'registry-mirrors': schemas/* array */.YOg(schemas/* url */.OZ5()).optional(),
    'insecure-registries': schemas/* array */.YOg(schemas/* string */.YjP().min(1)).optional(),
});

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/way.js

/** Another way to create a container after the engine has refused this one; undefined where there is none. */
function otherWay(error, refused, ports) {
    const said = error instanceof executor/* CommandError */.Qd ? error.result.stderr : '';
    if (refused.privilege === 'privileged' && said.includes('unable to apply caps')) {
        return { ...refused, privilege: 'capabilities' };
    }
    // The engine names one port at most; all of them get new numbers, so that this happens once.
    if (refused.elsewhere.length < ports.length &&
        /port is already allocated|address already in use/.test(said)) {
        return { ...refused, elsewhere: ports };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/docker/driver.js
var driver_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var driver_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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




















/** Machines are containers of the runner's Docker Engine. */
const dockerDriver = {
    name: 'docker',
    options: dockerOptions,
    create: createDockerDriver,
};
const driver_engineVersion = schemas/* object */.Ikc({ Os: schemas/* string */.YjP().optional() });
const KERNEL_MODULES = '/lib/modules';
function createDockerDriver(options, { runner, actionRoot, log }) {
    /** This run's own key: it lives in this process and nowhere else. */
    const key = generateKeyPair('swarm-up');
    // Not read from its text, as keys of others are: that would load ssh2, and the post step connects to no machine.
    const publicKey = (0,host_keys/* parsePublicKey */.ee)(key.publicKey);
    const credentials = {
        privateKeys: [{ ...publicKey, fingerprint: (0,host_keys/* fingerprint */.Rj)(publicKey), text: key.privateKey }],
    };
    /** Machines that let this run's key in already. */
    const open = new Set();
    let image = '';
    let privilege = 'privileged';
    async function inspect(names) {
        // One that is going away meanwhile makes the exit code non-zero; the others are printed all the same.
        const { stdout } = await runner.run(inspectContainers(names), { anyExitCode: true });
        return machinesIn(stdout);
    }
    async function inspectOne(name) {
        const machine = (await inspect([name]))[0];
        if (machine)
            return machine;
        throw new lib_errors/* ActionError */.l(`Machine ${name} was gone right after it had been created.`, {
            hint: 'Something else removed the container. See whether two runs use the same `cluster`.',
        });
    }
    async function createContainer(spec, index, name, way) {
        const hostKey = newHostKey(name);
        await runner.run(createNode({
            name,
            network: spec.owner.cluster,
            image,
            labels: {
                ...ownerLabels(spec.owner),
                [INDEX_LABEL]: String(index),
                [HOST_KEY_LABEL]: hostKey.publicKey,
            },
            privilege: way.privilege,
            kernelModules: (0,external_node_fs_.existsSync)(KERNEL_MODULES) ? KERNEL_MODULES : undefined,
            cpus: options.cpus,
            memory: options.memory,
            publish: index === 1
                ? spec.localPorts.map((port) => ({
                    ...port,
                    hostPort: way.elsewhere.includes(port) ? 0 : port.port,
                }))
                : [],
        }));
        const archive = await packIdentity({
            hostKey,
            authorizedKey: key.publicKey,
            daemonConfig: daemonConfig(options),
        });
        await runner.run(copyInto(name), { stdin: archive });
        await runner.run(commands_start(name));
    }
    async function readLog(name, signal) {
        const { stdout, stderr } = await runner.run(logs(name), {
            anyExitCode: true,
            timeoutMs: 10_000,
            ...(signal && { signal }),
        });
        return stdout + stderr;
    }
    return {
        name: 'docker',
        makesMachines: true,
        addressPools: [],
        adoption: undefined,
        async check(signal) {
            await checkEngine(runner, signal);
            privilege = (await mayGrantEverything()) ? 'privileged' : 'capabilities';
            image = await ensureNodeImage(runner, (0,external_node_path_.join)(actionRoot, 'node-image'), options.image, log, signal);
        },
        async list(cluster, signal) {
            const { stdout } = await runner.run(listContainers(cluster), signal ? { signal } : {});
            const ids = stdout.split('\n').filter(Boolean);
            return ids.length === 0 ? [] : inspect(ids);
        },
        async prepare({ owner }, signal) {
            const { stdout } = await runner.run(listNetworks(owner), { signal });
            if (stdout.trim() !== '')
                return;
            signal.throwIfAborted();
            try {
                await runner.run(createNetwork(owner.cluster, ownerLabels(owner)));
            }
            catch (error) {
                throw nameTaken(error, 'network', owner.cluster);
            }
        },
        async create(spec, index) {
            const name = `${spec.owner.cluster}-${index}`;
            let way = { privilege, elsewhere: index === 1 ? await taken(spec.localPorts) : [] };
            for (;;) {
                try {
                    await createContainer(spec, index, name, way);
                    break;
                }
                catch (error) {
                    const other = otherWay(error, way, index === 1 ? spec.localPorts : []);
                    if (!other)
                        throw nameTaken(error, 'container', name);
                    await runner.run(removeContainers([name]));
                    way = other;
                    privilege = other.privilege;
                }
            }
            if (way.elsewhere.length > 0)
                log.warning(portsTaken(way.elsewhere));
            open.add(name);
            const machine = await inspectOne(name);
            if (machine.state === 'running')
                return machine;
            throw new lib_errors/* ActionError */.l(`Machine ${name} ended right after it had been started.`, {
                details: await readLog(name),
                hint: 'The node image may not fit this engine, or its limits (`driver-options`) are too low.',
            });
        },
        async target(machine, signal) {
            if (!open.has(machine.name)) {
                const archive = await packAuthorizedKey(key.publicKey);
                await runner.run(copyInto(machine.name), { stdin: archive, signal });
                open.add(machine.name);
            }
            return {
                name: machine.name,
                host: machine.address,
                port: 22,
                user: 'root',
                credentials,
                hostKeys: { kind: 'pinned', keys: [machine.labels[HOST_KEY_LABEL] ?? ''] },
            };
        },
        wayIn: async (cluster) => `docker exec -it ${cluster}-1 sh, docker logs ${cluster}-1`,
        async destroy(machine) {
            await runner.run(removeContainers([machine.name]), { anyExitCode: true });
        },
        async destroyCluster(cluster) {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const api = driver_addDisposableResource(env_1, engineApi(runner), false);
                await destroyAll({ runner, api }, cluster);
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                driver_disposeResources(env_1);
            }
        },
        async isGone(cluster) {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const api = driver_addDisposableResource(env_2, engineApi(runner), false);
                return await isGone({ api }, cluster);
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                driver_disposeResources(env_2);
            }
        },
        async renew(owner, signal) {
            const env_3 = { stack: [], error: void 0, hasError: false };
            try {
                const api = driver_addDisposableResource(env_3, engineApi(runner), false);
                await renewLease(runner, api, owner, signal);
            }
            catch (e_3) {
                env_3.error = e_3;
                env_3.hasError = true;
            }
            finally {
                driver_disposeResources(env_3);
            }
        },
        async clusters(signal) {
            const env_4 = { stack: [], error: void 0, hasError: false };
            try {
                await checkEngine(runner, signal);
                const api = driver_addDisposableResource(env_4, engineApi(runner), false);
                return await listClusters(api, signal);
            }
            catch (e_4) {
                env_4.error = e_4;
                env_4.hasError = true;
            }
            finally {
                driver_disposeResources(env_4);
            }
        },
        diagnostics: async ({ name }, signal) => new Map([['dockerd.log', await readLog(name, signal)]]),
    };
}
async function checkEngine(runner, signal) {
    if (process.platform !== 'linux') {
        throw new lib_errors/* ActionError */.l(`The docker driver needs a Linux runner; this one is ${process.platform}.`, {
            hint: 'Nodes are reached at their container addresses, which only the machine of the engine can do. Use `runs-on: ubuntu-latest`.',
        });
    }
    let text;
    try {
        text = (await runner.run(engineVersion(), { signal, timeoutMs: 30_000 })).stdout;
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new lib_errors/* ActionError */.l('No Docker Engine answers on the runner.', {
            details: error.details ?? '',
            hint: 'The docker driver starts its nodes on it. Start dockerd, let this user talk to it (group `docker`), or use a runner that has it, such as ubuntu-latest.',
            cause: error,
        });
    }
    const { Os } = driver_engineVersion.parse(JSON.parse(text));
    if (Os !== 'linux') {
        throw new lib_errors/* ActionError */.l(`The engine of the runner runs ${Os ?? 'an unknown kind of'} containers; the nodes are Linux containers.`, { hint: 'Use `runs-on: ubuntu-latest`.' });
    }
}
/**
 * Whether the engine can be expected to grant `--privileged`: an engine cannot hand on a capability that the whole machine
 * lacks, and then each container would have to fail once before it is made again without. Bit 24 is CAP_SYS_RESOURCE
 * (linux/capability.h).
 */
async function mayGrantEverything() {
    const status = await (0,external_node_fs_promises_.readFile)('/proc/self/status', 'utf8').catch(() => '');
    const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
    return bounding === undefined || (BigInt(`0x${bounding}`) & (1n << 24n)) !== 0n;
}
function daemonConfig(options) {
    const config = {
        ...(options['registry-mirrors'] && { 'registry-mirrors': options['registry-mirrors'] }),
        ...(options['insecure-registries'] && {
            'insecure-registries': options['insecure-registries'],
        }),
    };
    return Object.keys(config).length > 0 ? config : undefined;
}
function nameTaken(error, kind, name) {
    if (!(error instanceof executor/* CommandError */.Qd))
        return error;
    if (!/already (in use|exists)/.test(error.result.stderr))
        return error;
    return new lib_errors/* ActionError */.l(`The ${kind} ${name} exists on the engine of the runner and is not of this cluster.`, {
        details: error.result.stderr,
        hint: `Another run may be making the same cluster at this moment (give them a \`concurrency\` group), or it is foreign: give this step another \`cluster\`, or remove it by hand (docker ${kind === 'network' ? 'network ' : ''}rm ${name}).`,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/architecture.js

/** From here on QEMU's emulation of a whole x64 CPU is trusted; 7.2 let guests panic at random after cmpxchg16b. */
const SOUND = [10, 0];
const X64 = {
    name: 'x64',
    qemu: 'qemu-system-x86_64',
    machine: 'q35',
    packages: ['qemu-system-x86', 'qemu-utils'],
    firmware: [],
    cpuModel: (accelerator, version) => {
        if (accelerator === 'kvm')
            return 'host';
        return isAtLeast(version, SOUND) ? 'max' : 'max,cx16=off';
    },
    probe: {
        args: (file) => [
            ...['-device', 'isa-debug-exit,iobase=0x501,iosize=4'],
            ...['-drive', `if=none,id=disk,file=${file},format=raw,readonly=on`],
            ...['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
        ],
        program: bootSector,
        // What the debug device makes of 0x10: (0x10 << 1) | 1.
        exitCode: 33,
    },
};
const ARM64 = {
    name: 'arm64',
    qemu: 'qemu-system-aarch64',
    // The interrupt controller that the host has, or the best that is emulated: KVM on a newer one has no older one.
    machine: 'virt,gic-version=max',
    packages: ['qemu-system-arm', 'qemu-efi-aarch64', 'qemu-utils'],
    firmware: [
        '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd',
        '/usr/share/AAVMF/AAVMF_CODE.fd',
        '/usr/share/edk2/aarch64/QEMU_EFI.fd',
        '/usr/share/qemu/edk2-aarch64-code.fd',
    ],
    // `max` computes pointer authentication in software, which a guest feels at each return.
    cpuModel: (accelerator) => (accelerator === 'kvm' ? 'host' : 'cortex-a72'),
    probe: {
        args: (file) => ['-kernel', file],
        program: powerOff,
        exitCode: 0,
    },
};
const ARCHITECTURES = [X64, ARM64];
/** The kind of a runner, as Node names it. Throws `ActionError` where the driver runs on none such. */
function architectureOf(platform, architecture) {
    const found = ARCHITECTURES.find(({ name }) => name === architecture);
    if (platform === 'linux' && found)
        return found;
    throw new lib_errors/* ActionError */.l(`The qemu driver needs a Linux runner on x64 or arm64; this one is ${platform} on ${architecture}.`, { hint: 'Use `runs-on: ubuntu-latest`, or another driver.' });
}
function isAtLeast([major, minor], [leastMajor, leastMinor]) {
    return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
/** A boot sector that writes 0x10 to port 0x501, on a disk that is large enough for a BIOS to boot from. */
function bootSector() {
    const disk = Buffer.alloc(2 ** 20);
    // mov dx,0x501; mov al,0x10; out dx,al; hlt; jmp to the hlt
    disk.set([0xba, 0x01, 0x05, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd]);
    disk.set([0x55, 0xaa], 510);
    return disk;
}
/** A kernel that asks for SYSTEM_OFF (PSCI, 0x84000008) and does no more. */
function powerOff() {
    // movz w0,#8; movk w0,#0x8400,lsl #16; hvc #0; branch to itself
    const code = [0x52800100, 0x72b08000, 0xd4000002, 0x14000000];
    const kernel = Buffer.alloc(4 * code.length);
    for (const [at, word] of code.entries())
        kernel.writeUInt32LE(word, 4 * at);
    return kernel;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/subnet.js



/**
 * The network behind a machine's second interface, where QEMU itself is the router; each machine has one to itself. Of the range for tests
 * of network gear (RFC 2544), which no overlay network of a swarm is made in: those begin at 10.0.0.0.
 */
const WAN = {
    network: '198.18.0.0/24',
    gateway: '198.18.0.2',
    resolver: '198.18.0.3',
    guest: '198.18.0.15',
};
/** Addresses below are the runner's. */
const FIRST_GUEST = 10;
/** The most machines that a cluster has addresses for. */
const MOST_MACHINES = 240;
const CANDIDATES_PER_RANGE = 64;
/** Where the runner is in the network of a cluster; `subnet` is the first three numbers. */
function runnerAddress(subnet) {
    return `${subnet}.1`;
}
function guestAddress(subnet, index) {
    return `${subnet}.${FIRST_GUEST + index}`;
}
/** The networks to try for a cluster, the same ones each time, spread so that two clusters seldom begin with the same. */
function candidates(cluster) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(cluster).digest().readUInt32BE(0);
    const at = (range, step) => (hash + step * 7_919) % range;
    const steps = Array.from({ length: CANDIDATES_PER_RANGE }, (_, step) => step);
    return [
        // The upper half of 10/8: the overlay networks of a swarm grow from the lower end.
        ...steps.map((step) => at(128 * 256, step)).map((n) => `10.${128 + (n >> 8)}.${n & 255}`),
        ...steps.map((step) => `192.168.${64 + at(192, step)}`),
    ];
}
const routes = schemas/* array */.YOg(schemas/* object */.Ikc({ dst: schemas/* string */.YjP(), type: schemas/* string */.YjP().optional() }));
/** The networks that the runner has routes to, in the JSON of `ip -json route show table all`. Throws where it is of another form. */
function routedNetworks(json) {
    return routes
        .parse(JSON.parse(json || '[]'))
        .filter(({ dst, type }) => dst !== 'default' && type !== 'multicast' && !dst.includes(':'))
        .map(({ dst }) => dst);
}
/** The same of the main table alone, in the text of /proc/net/route. */
function mainNetworks(text) {
    return text
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
        .flatMap(([, to = '', , , , , , mask = '']) => mask === '' || Number.parseInt(mask, 16) === 0 ? [] : `${dotted(to)}/${bits(mask)}`);
}
/** An address as the kernel prints it there: as a number of the processor's, the last byte first. */
function dotted(hex) {
    return (hex.match(/../g) ?? [])
        .map((byte) => Number.parseInt(byte, 16))
        .reverse()
        .join('.');
}
function bits(mask) {
    return Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
}
/**
 * The first network that overlaps with none that the runner has a route to.
 * Throws `ActionError` that lists the routes where every one does.
 */
function freeSubnet(cluster, routed) {
    const taken = routed.flatMap((network) => rangeOf(network) ?? []);
    const free = candidates(cluster).find((subnet) => {
        const range = rangeOf(`${subnet}.0/24`);
        return range && !taken.some((one) => one.first <= range.last && range.first <= one.last);
    });
    if (free !== undefined)
        return free;
    throw new lib_errors/* ActionError */.l(`No network is free on the runner for the machines of ${cluster}.`, {
        details: `Routes: ${routed.join(', ')}`,
        hint: 'Networks of 256 addresses were tried in 10.128.0.0/9 and 192.168.64.0/18 to 192.168.255.0. Narrow a route that covers both (that of a VPN, for example), or use another runner.',
    });
}
function rangeOf(network) {
    const [, a, b, c, d, length = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(network) ?? [];
    if (d === undefined)
        return undefined;
    const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(length));
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1 };
}
/** The MAC addresses of a machine, of the range that anybody may use, the same for both ends of a run. */
function macAddresses(linkPrefix, index) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(`${linkPrefix}${index}`).digest('hex');
    const tail = (hash.slice(0, 8).match(/../g) ?? []).join(':');
    return { lan: `52:54:${tail}`, wan: `56:54:${tail}` };
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/commands.js



/** The bridge in the namespace of a cluster, and its end of the cable to the runner. */
const BRIDGE = 'br0';
const CABLE = 'up0';
const QEMU_IMG = 'qemu-img';
const IP = 'ip';
/** Whether a word of a command line is the name or the path of a program that the driver starts. */
function isOurProgram(word) {
    return [...ARCHITECTURES.map(({ qemu }) => qemu), QEMU_IMG, IP].includes((0,external_node_path_.basename)(word));
}
function qemuVersion({ qemu }) {
    return [qemu, '--version'];
}
/** Ends when the guest has begun to run; QEMU goes on in the background. */
function startMachine(vm) {
    const { places, mac, architecture, firmware } = vm;
    const mebibytes = Math.floor(vm.memory / 2 ** 20);
    return [
        architecture.qemu,
        ...['-name', vm.name],
        ...['-machine', architecture.machine],
        ...(firmware === undefined ? [] : ['-bios', firmware]),
        // Without a limit each guest without KVM takes 1 GB for what it has translated.
        ...['-accel', vm.accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi,tb-size=256'],
        ...['-cpu', vm.cpuModel],
        ...['-smp', String(vm.cpus)],
        ...['-m', `${mebibytes}M`],
        ...['-nodefaults', '-no-user-config', '-display', 'none'],
        // A machine that ends is seen to have ended, and is made anew by the next run.
        '-no-reboot',
        ...['-smbios', `type=1,manufacturer=Swarm Up,product=${vm.cluster},serial=${vm.name}`],
        ...['-device', 'virtio-rng-pci'],
        // Nothing of a disk that is thrown away has to outlive the runner: what the guest flushes is not waited for. What it removes frees room there.
        ...[
            '-drive',
            `if=none,id=disk,file=${doubled(places.disk)},format=qcow2,cache=unsafe,discard=unmap`,
        ],
        ...['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
        // A disk and no CD: Debian's kernels for clouds know no AHCI.
        ...['-drive', `if=none,id=seed,file=${doubled(places.seed)},format=raw,readonly=on`],
        ...['-device', 'virtio-blk-pci,drive=seed'],
        ...['-netdev', lan(vm)],
        ...['-device', `virtio-net-pci,netdev=lan,romfile=,mac=${mac.lan}`],
        ...['-netdev', wan(vm)],
        ...['-device', `virtio-net-pci,netdev=wan,romfile=,mac=${mac.wan}`],
        ...['-serial', `file:${places.console}`],
        ...['-qmp', `unix:${doubled(places.socket)},server=on,wait=off`],
        ...['-pidfile', places.pidFile],
        '-daemonize',
    ];
}
function lan({ group, places }) {
    // Sent and heard at the loopback interface alone.
    return group === undefined
        ? `tap,id=lan,ifname=${places.tap},script=no,downscript=no`
        : `socket,id=lan,mcast=${group},localaddr=127.0.0.1`;
}
function wan({ internet, forward }) {
    return [
        `user,id=wan,net=${WAN.network},host=${WAN.gateway},dns=${WAN.resolver},ipv6=off`,
        ...(internet ? [] : ['restrict=on']),
        ...forward.map((one) => `hostfwd=${rule(one)}`),
    ].join(',');
}
/** A line of QEMU's monitor: hands on a port of a machine that runs. */
function addForward(port) {
    return `hostfwd_add wan ${rule(port)}`;
}
function rule({ protocol, address, runnerPort, port }) {
    return `${protocol}:${address}:${runnerPort}-${WAN.guest}:${port}`;
}
/** QEMU writes a comma inside a value twice. */
function doubled(path) {
    return path.replaceAll(',', ',,');
}
/** The command line by which the process of a machine is known from any other: nothing else has this file as its pid file. */
function isMachine(argv, { pidFile }) {
    const at = argv.indexOf('-pidfile');
    return at > 0 && argv[at + 1] === pidFile;
}
/** Runs a guest that does nothing but end QEMU with the exit code of its probe: proof that the accelerator runs guests. */
function probe({ qemu, machine, probe: { args } }, accelerator, cpuModel, file) {
    return [
        qemu,
        ...['-machine', machine, '-accel', accelerator, '-cpu', cpuModel, '-m', '64M'],
        ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
        ...args(doubled(file)),
    ];
}
function imageInfo(path) {
    return [QEMU_IMG, 'info', '--output=json', path];
}
/** A disk that holds what differs from `base`; `bytes` is how large the guest sees it. */
function createDisk(path, base, bytes) {
    return [
        ...[QEMU_IMG, 'create', '-q', '-f', 'qcow2'],
        ...['-b', base.path, '-F', base.format, path, String(bytes)],
    ];
}
/** Makes one image of a disk and what it builds on. */
function convertImage(disk, to) {
    return [
        ...['qemu-img', 'convert', '-q', '-f', 'qcow2', '-O', 'qcow2'],
        ...['-c', '-o', 'compression_type=zstd', disk, to],
    ];
}
/** For messages: what to paste. */
function installLine({ packages }) {
    return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}
function installCommands({ packages }) {
    return [
        ['apt-get', 'update', '-q'],
        [
            ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y'],
            ...['-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends', ...packages],
        ],
    ];
}
/** Whether a program is there. Not by starting it: what is wrong with one that is has to be told as it is. */
function findProgram(program) {
    return ['sh', '-c', 'command -v "$1"', 'sh', program];
}
/** Prints the first of these files that can be read. */
function findFile(files) {
    return [
        ...['sh', '-c', 'for file; do [ -r "$file" ] && exec echo "$file"; done; exit 1'],
        ...['sh', ...files],
    ];
}
/** The network of a cluster: a bridge in a namespace, where nobody's firewall rules hold, and a cable from there to the runner. In this order. */
function commands_createNetwork({ namespace, uplink }, subnet) {
    const inside = (...args) => [IP, '-n', namespace, ...args];
    return [
        [IP, 'netns', 'add', namespace],
        inside('link', 'set', 'lo', 'up'),
        inside('link', 'add', BRIDGE, 'type', 'bridge'),
        inside('link', 'set', BRIDGE, 'up'),
        [IP, 'link', 'add', uplink, 'type', 'veth', 'peer', 'name', CABLE, 'netns', namespace],
        inside('link', 'set', CABLE, 'master', BRIDGE, 'up'),
        [IP, 'address', 'add', `${runnerAddress(subnet)}/24`, 'dev', uplink],
        // Last: where it is up, the network is whole.
        [IP, 'link', 'set', uplink, 'up'],
    ];
}
/** A machine's end of its cable, which `uid` may plug into a QEMU of its own. */
function createTap(tap, uid) {
    return [IP, 'tuntap', 'add', 'dev', tap, 'mode', 'tap', 'user', String(uid)];
}
/** Moves a tap to the bridge. QEMU keeps what it has opened. */
function plugIn({ namespace }, tap) {
    return [
        [IP, 'link', 'set', tap, 'netns', namespace],
        [IP, '-n', namespace, 'link', 'set', tap, 'master', BRIDGE, 'up'],
    ];
}
function removeLink(link) {
    return [IP, 'link', 'delete', link];
}
function removeLinkInside({ namespace }, link) {
    return [IP, '-n', namespace, 'link', 'delete', link];
}
function removeNamespace({ namespace }) {
    return [IP, 'netns', 'delete', namespace];
}
function listRoutes() {
    return [IP, '-json', '-4', 'route', 'show', 'table', 'all'];
}
function listLinks() {
    return [IP, '-json', 'link', 'show'];
}
function listNamespaces() {
    return [IP, 'netns', 'list'];
}
/** As root, without being asked for a password. */
function asRoot(argv) {
    return ['sudo', '-n', ...argv];
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/accelerator.js





const KVM = '/dev/kvm';
const PROBE_MS = 15_000;
const UDEV = `Let the user of the runner open it:
  echo 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"' | sudo tee /etc/udev/rules.d/99-kvm.rules
  sudo udevadm control --reload-rules && sudo udevadm trigger --name-match=kvm`;
/**
 * KVM where it runs a guest, else TCG, with one warning that says why. Throws `ActionError` where KVM was asked for and cannot be had.
 */
async function chooseAcceleration(wanted, architecture, version, { runner, signal, log, }) {
    const by = (accelerator) => ({
        accelerator,
        cpuModel: architecture.cpuModel(accelerator, version),
    });
    if (wanted === 'tcg')
        return by('tcg');
    const kvm = by('kvm');
    const problem = await kvmProblem(architecture, kvm.cpuModel, runner, signal);
    if (!problem)
        return kvm;
    const { reason, remedy } = problem;
    if (wanted === 'kvm') {
        throw new lib_errors/* ActionError */.l(`accel: kvm: ${reason}`, {
            hint: `${remedy}\nOr leave \`accel\` out: without KVM the machines are emulated, which takes several times as long.`,
        });
    }
    log.warning(`${reason} The machines are emulated (TCG): each boots in a minute or more, and everything on it is slow.\n${remedy}`);
    return by('tcg');
}
async function kvmProblem(architecture, cpuModel, runner, signal) {
    try {
        await (0,external_node_fs_promises_.access)(KVM, external_node_fs_promises_.constants.R_OK | external_node_fs_promises_.constants.W_OK);
    }
    catch (error) {
        return error.code === 'ENOENT'
            ? {
                reason: `The runner has no ${KVM}.`,
                remedy: 'Virtualisation is off in its firmware, or it is a virtual machine that hands none on. Hosted Linux runners on x64 have it.',
            }
            : { reason: `This user may not open ${KVM}.`, remedy: UDEV };
    }
    const said = await runGuest(architecture, cpuModel, runner, signal);
    return said === undefined
        ? undefined
        : {
            reason: `The runner has ${KVM}, and no guest runs on it${said === '' ? '.' : `: ${said}`}`,
            remedy: 'Another hypervisor may hold the CPU, or the one below this machine does not hand all of it on.',
        };
}
/** Undefined where the smallest of guests ran to its end; otherwise what QEMU said. */
async function runGuest(architecture, cpuModel, runner, signal) {
    const folder = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'swarm-up-kvm-'));
    try {
        const file = (0,external_node_path_.join)(folder, 'probe.img');
        await (0,external_node_fs_promises_.writeFile)(file, architecture.probe.program());
        const { exitCode, stderr } = await runner.run(probe(architecture, 'kvm', cpuModel, file), {
            anyExitCode: true,
            timeoutMs: PROBE_MS,
            signal,
        });
        return exitCode === architecture.probe.exitCode ? undefined : stderr.trim();
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof lib_errors/* ActionError */.l)
            return 'it did not come to its end';
        throw error;
    }
    finally {
        await (0,external_node_fs_promises_.rm)(folder, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/default-image.js
/**
 * What the machines begin as where no `image` is given: Debian's cloud image, of one build, so that a release of this action begins with the same
 * one each time. `npm run default-image` sees whether it is still published so, and takes another build.
 */
const DEBIAN = {
    build: '20261001-2618',
    /** Of SHA512SUMS beside the images. */
    sha512: {
        x64: 'f46f0671a6e5bdec5291ab8972bae2f10e5408c2f64a74078f11efc2f06a436a9d0313ed50e0472542eeabf780e9f7c792ac0a314c6c20507fcd9fd81b468c3d',
        arm64: 'd8470b8c6c38fead046c794b5800a5a7b96672d5bcf543cc230ceb0c4b8ace05ed341a0c8928045422243fde26b2f1f2f58e99244c65709ffda2e3d4b674dd5a',
    },
};
/** Where Debian publishes its builds, each in a folder of its name. */
const PUBLISHED = 'https://cloud.debian.org/images/cloud/trixie';
/** How Debian calls what Node calls otherwise. */
const KINDS = { x64: 'amd64', arm64: 'arm64' };
/** The file of a build, as SHA512SUMS names it. */
function imageFile(build, architecture) {
    return `debian-13-genericcloud-${KINDS[architecture]}-${build}.qcow2`;
}
/** The image of this kind, and its checksum. */
function defaultImage({ name }) {
    const { build, sha512 } = DEBIAN;
    return {
        image: `${PUBLISHED}/${build}/${imageFile(build, name)}`,
        checksum: `sha512:${sha512[name]}`,
    };
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./lib/size.js
const UNITS = ['B', 'kB', 'MB', 'GB'];
/** For people, in powers of 1000 as `docker images` has it: `512 B`, `2.0 MB`, `1.4 GB`. */
function formatSize(bytes) {
    let size = bytes;
    let at = 0;
    // Rounded first, so that nobody reads of 1000.0 kB.
    while (Number(size.toFixed(1)) >= 1_000 && at < UNITS.length - 1) {
        size /= 1_000;
        at += 1;
    }
    return `${at === 0 ? size : size.toFixed(1)} ${UNITS[at]}`;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/download.js
var download_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var download_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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









const ATTEMPTS = 4;
const download_PAUSE_MS = 2_000;
/** How long one attempt may take, in ms. */
const ATTEMPT_MS = 20 * 60_000;
/** An answer that another attempt would get again. */
class RefusedError extends lib_errors/* ActionError */.l {
}
/**
 * Downloads a file and checks it; what an attempt has brought is kept for the next one, also one of a later run. `to` is only ever the whole
 * and right file. Throws `ActionError` where the server refuses, where it does not come after several attempts, or where it is another
 * file than was asked for, which is removed then.
 */
async function download({ url, checksum, to, remedy }, { signal, clock, log, }) {
    const part = `${to}.part`;
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(to), { recursive: true });
    for (let attempt = 1;; attempt += 1) {
        try {
            await fetchRest(url, part, signal, log);
            break;
        }
        catch (error) {
            signal.throwIfAborted();
            if (error instanceof RefusedError || attempt === ATTEMPTS)
                throw notDownloaded(url, remedy, error);
            log.info(`The download broke off (${reasonOf(error)}); it is continued`);
            await clock.sleep(download_PAUSE_MS, signal);
        }
    }
    const found = await checksumOf(part, checksum);
    if (found !== checksum) {
        await (0,external_node_fs_promises_.rm)(part, { force: true });
        throw otherFile(url, checksum, found);
    }
    await (0,external_node_fs_promises_.rename)(part, to);
}
/** The checksum of a file, by the algorithm that `like` is of. */
async function checksumOf(path, like) {
    const algorithm = like.split(':')[0] ?? '';
    const hash = (0,external_node_crypto_.createHash)(algorithm);
    await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(path), hash);
    return `${algorithm}:${hash.digest('hex')}`;
}
function otherFile(name, checksum, found) {
    return new lib_errors/* ActionError */.l(`${name} is not the image that \`checksum\` stands for.`, {
        details: `wanted ${checksum}\nfound  ${found}`,
        hint: 'An address with `latest` in it brings another image after each release: take the one of a dated release, with its checksum. Otherwise somebody has changed the image.',
    });
}
async function fetchRest(url, part, signal, log) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const have = await (0,external_node_fs_promises_.stat)(part).then(({ size }) => size, () => 0);
        const bounds = download_addDisposableResource(env_1, (0,limit/* limit */.A)([signal], ATTEMPT_MS, () => new lib_errors/* ActionError */.l(`no end after ${ATTEMPT_MS / 60_000} minutes`)), false);
        const response = await fetch(url, {
            signal: bounds.signal,
            ...(have > 0 && { headers: { range: `bytes=${have}-` } }),
        });
        // Nothing comes after what is there: it is whole, or of another file, which its checksum tells.
        if (response.status === 416 && have > 0)
            return void (await response.body?.cancel());
        if (!response.ok || !response.body) {
            const said = `${response.status} ${response.statusText}`.trim();
            await response.body?.cancel();
            if (response.status >= 500 || response.status === 429)
                throw new Error(said);
            throw new RefusedError(said);
        }
        const isRest = response.status === 206;
        const bytes = Number(response.headers.get('content-length') ?? 0);
        log.info(`Downloading ${bytes > 0 ? `${formatSize(bytes)} ` : ''}${isRest ? `more of ${url}, ${formatSize(have)} of it are there` : `from ${url}`}`);
        await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.fromWeb(response.body), (0,external_node_fs_.createWriteStream)(part, { flags: isRest ? 'a' : 'w' }), { signal: bounds.signal });
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        download_disposeResources(env_1);
    }
}
function notDownloaded(url, remedy, error) {
    return new lib_errors/* ActionError */.l(`The machine image cannot be downloaded: ${url}`, {
        details: reasonOf(error),
        hint: remedy,
        cause: error,
    });
}
/** What fetch says itself is no more than that it failed; why is in the cause. */
function reasonOf(error) {
    if (!(error instanceof Error))
        return String(error);
    return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/core/core.js
var core_core = __webpack_require__(8532);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
;// CONCATENATED MODULE: ./lib/exec/sudo.js
/** `-n`: sudo asks nothing, and fails where it would have to. */
const SUDO = ['sudo', '-n'];
/** Options of env that take the next word with them. */
const WITH_ARGUMENT = ['-u', '-C', '-S'];
/**
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did before. sudo stands right before
 * `docker`, also behind `env` and inside `sh -c 'script' name docker …`, so that the right to run docker is all that it takes.
 */
function withSudo(executor) {
    return {
        ...executor,
        run: (argv, options) => executor.run(sudoDocker(argv), options),
        open: (argv) => executor.open(sudoDocker(argv)),
    };
}
/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
function sudoDocker(argv) {
    const at = dockerAt(argv, 0);
    if (at === undefined)
        return argv;
    const [program, ...rest] = [...argv.slice(0, at), ...SUDO, ...argv.slice(at)];
    return [program ?? 'docker', ...rest];
}
/** Where sudo has to stand, if the command that begins at `start` is docker in the end. */
function dockerAt(argv, start) {
    const program = argv[start];
    if (program === 'docker')
        return start;
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
    const docker = dockerAt(argv, at);
    // sudo takes no variable over from outside, so `env` must set it on the inside.
    return docker !== undefined && assigns ? start : docker;
}
/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`). Undefined where it was not sudo that
 * failed. `user` is who called it.
 */
function sudoProblem(stderr, user) {
    const reason = REASONS.find(([words]) => words.test(stderr))?.[1];
    if (reason === undefined)
        return undefined;
    return { reason: reason.replace('USER', user), remedy: remedy(stderr, user) };
}
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
function remedy(stderr, user) {
    const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
    if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr))
        return group;
    const lines = [`${user} ALL=(root) NOPASSWD: /usr/bin/docker`];
    if (/must have a tty/.test(stderr))
        lines.unshift(`Defaults:${user} !requiretty`);
    const file = '/etc/sudoers.d/swarm-up';
    const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
    return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
}

;// CONCATENATED MODULE: ./lib/machines/install-script.js
/**
 * Installs Docker Engine with the package manager of the host, and starts it if its package did not. To be run as root; each thing that it
 * did is a line `did …` of its standard output, everything else goes to standard error. It prints `began` first, so that a refusal of
 * sudo can be told from a failure.
 *
 * Its argument is an `EngineSource`; where that has no engine for this host, it says so and fails. Without one the distribution's own package
 * is taken where it has one that is new enough, and Docker's repository where that is set up already, or there is no other way.
 *
 * An engine that runs is never restarted: all three service managers leave one alone that is started again.
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

;// CONCATENATED MODULE: ./lib/machines/install-engine.js



/** Where Docker Engine is installed from, and from nowhere else: the repositories of the distribution, or Docker's own. */
const ENGINE_SOURCES = ['distribution', 'docker'];
/** In ms. A host that boots holds the locks of its package manager for minutes, and a mirror may be slow. */
const INSTALL_TIMEOUT_MS = 600_000;
const SHOWN_LINES = 20;
/**
 * Installs Docker Engine on a machine that has none, as root or by `sudo -n`, starts it, and tells the log what was done there.
 * Throws `ActionError` where the user may not, where `source` has none for this machine, or with the package manager's own words.
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
/** The command that installs, for root or for a user with sudo. */
function installCommand(isRoot, source) {
    const script = ['sh', '-c', INSTALL_SCRIPT, ...(source ? ['sh', source] : [])];
    return isRoot ? script : ['sudo', '-n', ...script];
}
function whatWasDone(stdout) {
    return stdout.split('\n').flatMap((line) => (line.startsWith('did ') ? line.slice(4) : []));
}
function notInstalled(where, user, source, { stdout, stderr }) {
    const lastWords = stderr.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    const refusal = stdout.startsWith('began') ? undefined : sudoProblem(stderr, user);
    if (refusal) {
        return new lib_errors/* ActionError */.l(`${user} may not install Docker Engine on ${where}: ${refusal.reason}.`, {
            details: lastWords,
            hint: `Log in as root, let ${user} use sudo without a password, or install it there yourself: https://docs.docker.com/engine/install/`,
        });
    }
    return new lib_errors/* ActionError */.l(`Docker Engine could not be installed on ${where}.`, {
        details: lastWords,
        hint: `Put right what the package manager says, or install it there yourself (https://docs.docker.com/engine/install/), then run again.${source ? ` Nothing but \`${source}\` was tried, as \`driver-options\` say.` : ''}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/options.js


const CHECKSUM = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** An amount of at least `least` bytes. */
const size = (least, example) => schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()]).transform((value, context) => {
    const bytes = bytesOf(String(value));
    if (bytes !== undefined && bytes >= least)
        return bytes;
    context.addIssue({ code: 'custom', message: `give an amount, for example \`${example}\`` });
    return core_core/* NEVER */.tm;
});
const options_UNITS = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** Bytes of an amount as `docker run --memory` takes it; undefined where it is none. */
function bytesOf(text) {
    const [, digits, unit = 'b'] = /^(\d+)([bkmg])?$/i.exec(text.trim()) ?? [];
    return digits === undefined
        ? undefined
        : Number(digits) * options_UNITS[unit.toLowerCase()];
}
/** `driver-options` of the `qemu` driver. */
const qemuOptions = schemas/* strictObject */.rej({
    /** Path or URL of a cloud image; without it the one that this release begins with. */
    image: schemas/* string */.YjP().min(1).optional(),
    /** `sha256:` or `sha512:` and hex digits. */
    checksum: schemas/* string */.YjP()
        .transform((text) => text.trim().toLowerCase())
        .refine((text) => CHECKSUM.test(text), 'give `sha256:` or `sha512:` and all its hex digits')
        .optional(),
    /** Virtual CPUs of each machine. */
    cpus: coerce/* number */.ai().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: size(256 * 2 ** 20, '2g').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    disk: size(2 ** 30, '20g').optional(),
    /** `auto` is KVM where it can be used. */
    accel: schemas/* enum */.k5n(['auto', 'kvm', 'tcg']).optional(),
    /** Whether machines reach what the runner reaches. */
    internet: schemas/* boolean */.zMY().optional(),
    /** Where Docker Engine is installed from on an image that has none. */
    engine: schemas/* enum */.k5n(ENGINE_SOURCES).optional(),
    /** Whether the image is kept with the engine installed. */
    prepare: schemas/* boolean */.zMY().optional(),
    /** `auto` is the bridge where this user can become root, and `user` where he cannot. */
    network: schemas/* enum */.k5n(['auto', 'bridge', 'user']).optional(),
    /** Whether QEMU is installed where the runner has none. */
    install: schemas/* boolean */.zMY().optional(),
})
    .superRefine(({ image, checksum }, context) => {
    if (image === undefined && checksum !== undefined) {
        context.addIssue({
            code: 'custom',
            path: ['checksum'],
            message: 'is that of an `image`, which is not given; the default image has one of its own',
        });
    }
    if (image === undefined || !isUrl(image) || checksum !== undefined)
        return;
    context.addIssue({
        code: 'custom',
        path: ['checksum'],
        message: 'an image from a URL needs one: the line of the image in the SHA256SUMS or SHA512SUMS beside it, as `sha512:…`',
    });
});
/** Whether an image is to be downloaded; anything else is a path. */
function isUrl(image) {
    return /^https?:\/\//i.test(image);
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/image.js









const FORMATS = ['qcow2', 'raw'];
const DEFAULT_DISK = 20 * 2 ** 30;
const info = schemas/* object */.Ikc({
    format: schemas/* string */.YjP(),
    'virtual-size': schemas/* number */.aig(),
    'backing-filename': schemas/* string */.YjP().optional(),
});
/** The image that was asked for, or the one that this release begins with. */
function imageSource({ image, checksum }, architecture) {
    return image === undefined
        ? {
            ...defaultImage(architecture),
            remedy: 'It is the image that this version of the action begins with, and may be published no more: use a newer version, or give `image` and `checksum` in `driver-options`.',
        }
        : {
            ...{ image, checksum },
            remedy: 'Correct `image` in `driver-options`, or download it in an earlier step and give its path.',
        };
}
/**
 * Makes sure that the image is there, and is what its checksum says. One from a URL is downloaded once.
 * Throws `ActionError` where there is none, or it is no disk image of its own.
 */
async function ensureImage({ image, checksum, remedy }, context) {
    const path = isUrl(image) && checksum !== undefined
        ? await downloaded({ url: image, checksum, remedy }, context)
        : await local(image, checksum);
    return await inspect(context.runner, path, context.signal);
}
async function downloaded(file, { folder, signal, clock, log }) {
    const to = (0,external_node_path_.join)(folder, `${file.checksum.replace(':', '-')}.img`);
    const isThere = await (0,external_node_fs_promises_.stat)(to).then(() => true, () => false);
    if (!isThere)
        await download({ ...file, to }, { signal, clock, log });
    return to;
}
async function local(image, checksum) {
    const path = (0,external_node_path_.resolve)(image);
    const found = await (0,external_node_fs_promises_.stat)(path).catch(() => undefined);
    if (!found?.isFile()) {
        throw new lib_errors/* ActionError */.l(`There is no machine image at ${path}.`, {
            hint: '`image` in `driver-options` is a path on the runner or a URL that begins with https://.',
        });
    }
    if (checksum !== undefined) {
        const sum = await checksumOf(path, checksum);
        if (sum !== checksum)
            throw otherFile(path, checksum, sum);
    }
    return path;
}
/** What a disk image is. Throws `ActionError` where it is not one that machines can be made of. */
async function inspect(runner, path, signal) {
    let text;
    try {
        text = (await runner.run(imageInfo(path), { signal })).stdout;
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new lib_errors/* ActionError */.l(`${path} is not a disk image that QEMU can read.`, {
            details: error.details ?? '',
            hint: 'Give a cloud image in the format qcow2 or raw. A compressed one (.xz, .zip) has to be unpacked before.',
            cause: error,
        });
    }
    return parseInfo(path, text);
}
/** Reads what `qemu-img info --output=json` says. Throws `ActionError` where the image is not one that machines can be made of. */
function parseInfo(path, json) {
    const found = info.parse(JSON.parse(json));
    if (!FORMATS.includes(found.format)) {
        throw new lib_errors/* ActionError */.l(`${path} is a disk image of the format ${found.format}.`, {
            hint: `Only qcow2 and raw are taken. Convert it: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(path)} image.qcow2`,
        });
    }
    // Whoever made such an image could have any file of the runner read as a disk.
    if (found['backing-filename'] !== undefined) {
        throw new lib_errors/* ActionError */.l(`${path} is not whole: it builds on ${found['backing-filename']}.`, {
            hint: `Make one of both: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(path)} image.qcow2`,
        });
    }
    return { path, format: found.format, bytes: found['virtual-size'] };
}
/** Bytes of a machine's disk. Throws `ActionError` where it is to be smaller than the image. */
function diskSize({ disk }, base) {
    if (disk === undefined)
        return Math.max(DEFAULT_DISK, base.bytes);
    if (disk >= base.bytes)
        return disk;
    throw new lib_errors/* ActionError */.l(`disk: the image is of a disk of ${Math.ceil(base.bytes / 2 ** 20)}m, and cannot be made smaller.`, { hint: 'Give a larger `disk` in `driver-options`, or leave it out.' });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/places.js



/** Longest path of a Unix socket on Linux (unix(7): 108 bytes, one of them the end). */
const SOCKET_PATH_MAX = 107;
/** The index of the machine that an image is prepared on: beyond those of all others, and found with them. */
const WORKBENCH = MOST_MACHINES + 1;
/** The folder of all clusters of this user: it has to be the same in every job and step of a runner. */
function stateFolder(env, home) {
    return (0,external_node_path_.join)(env.XDG_STATE_HOME || (0,external_node_path_.join)(home, '.local', 'state'), 'swarm-up', 'qemu');
}
/** Folder of the images that were downloaded: the runner's tool cache, where there is one. */
function imageFolder(env, home) {
    return (0,external_node_path_.join)(env.RUNNER_TOOL_CACHE || env.XDG_CACHE_HOME || (0,external_node_path_.join)(home, '.cache'), 'swarm-up', 'machine-images');
}
function clusterPlaces(state, cluster) {
    const folder = (0,external_node_path_.join)(state, cluster);
    // An interface has 15 characters at most, and another user may have a cluster of the same name.
    const hash = (0,external_node_crypto_.createHash)('sha256').update(folder).digest('hex').slice(0, 8);
    const linkPrefix = `su${hash}-`;
    return {
        folder,
        record: (0,external_node_path_.join)(folder, 'cluster.json'),
        key: (0,external_node_path_.join)(folder, 'id_ed25519'),
        namespace: `swarm-up-${cluster}-${hash}`,
        uplink: `${linkPrefix}h`,
        linkPrefix,
    };
}
/** Host name of a machine. */
function machineName(cluster, index) {
    return `${cluster}-${index === WORKBENCH ? 'prepare' : index}`;
}
function machinePlaces(cluster, index) {
    const folder = (0,external_node_path_.join)(cluster.folder, String(index));
    return {
        index,
        folder,
        record: (0,external_node_path_.join)(folder, 'machine.json'),
        disk: (0,external_node_path_.join)(folder, 'disk.qcow2'),
        seed: (0,external_node_path_.join)(folder, 'seed.iso'),
        console: (0,external_node_path_.join)(folder, 'console.log'),
        socket: (0,external_node_path_.join)(folder, 'qmp.sock'),
        pidFile: (0,external_node_path_.join)(folder, 'pid'),
        tap: `${cluster.linkPrefix}${index}`,
    };
}
/** Whether the sockets of a cluster's machines have paths that are too long for a socket. */
function isTooDeep(cluster) {
    return Buffer.byteLength(machinePlaces(cluster, 999).socket) > SOCKET_PATH_MAX;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/clean-script.js
/**
 * Makes a machine into what an image of many may be: without anything that names it, lets somebody in, or was only needed to install the
 * engine. To be run as root, with the user that logs in as its argument; everything goes to standard error. What the next seed sets anew
 * (user, host name, network) is left to it, as far as it does not add to what there is.
 */
const CLEAN_SCRIPT = `
set -eu
exec 1>&2 </dev/null
user=$1
has() { command -v "$1" >/dev/null 2>&1; }

# All that the engine has made so far bears its identity. It makes it anew when it is started.
if [ -d /run/systemd/system ]; then
  for unit in docker.socket docker.service containerd.service; do
    ! systemctl is-active --quiet $unit || systemctl stop $unit
  done
elif has rc-service; then rc-service docker stop
else service docker stop
fi
rm -rf /var/lib/docker/* /var/lib/containerd/* /etc/docker/key.json

# cloud-init adds keys to those that are there.
home=$(getent passwd "$user" | cut -d: -f6)
[ -n "$home" ]
rm -rf "$home/.ssh"
[ ! -e /root/.ssh/authorized_keys ] || sed -i "/ $user\\$/d" /root/.ssh/authorized_keys
rm -f /etc/ssh/ssh_host_*

rm -f /etc/netplan/50-cloud-init.yaml /etc/systemd/network/*cloud-init* /etc/network/interfaces.d/50-cloud-init* \\
  /etc/NetworkManager/system-connections/cloud-init-* /etc/udev/rules.d/*persistent-net*
cloud-init clean --logs
# Empty, not gone: a machine without one takes its boot for the first of all, and sets all its services anew.
: >/etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
rm -rf /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/dhcp/*

if has apt-get; then
  apt-get clean
  rm -rf /var/lib/apt/lists/*
elif has dnf; then dnf clean all
elif has yum; then yum clean all
elif has zypper; then zypper clean --all
elif has apk; then rm -rf /var/cache/apk/*
fi
rm -rf /var/log/journal/* /tmp/* /var/tmp/*
find /var/log -type f -exec truncate -s 0 {} +
sync
# What was removed is not to be found in the image, and takes no room there. A file system without discards keeps its blocks.
! has fstrim || fstrim / || true
sync
`;

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/prepared.js






/** Of what is done to an image beside the scripts. To be raised with every change of it, so that no image is taken that was made otherwise. */
const VERSION = 1;
/**
 * How long an image that another one stands beside stays after it was last begun with, in ms: another run may be about to, and workflows that
 * ask for different engines would else prepare one after the other.
 */
const UNUSED_MS = 24 * 3_600_000;
/** By what the image is made of and how; `checksum` is that of the base image. */
function preparedPlaces(folder, { checksum, engine, disk }) {
    const family = `prepared-${digest(checksum)}-`;
    // The disk: an image cannot be made smaller again.
    const made = [VERSION, INSTALL_SCRIPT, CLEAN_SCRIPT, engine ?? null, disk ?? null];
    const name = `${family}${digest(JSON.stringify(made))}`;
    return {
        image: (0,external_node_path_.join)(folder, `${name}.qcow2`),
        needless: (0,external_node_path_.join)(folder, `${name}.needless`),
        family,
    };
}
function digest(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex').slice(0, 16);
}
/** Undefined where there is no such image. One without a `checksum` is read for it. */
async function placesFor({ image, checksum, ...options }, folder) {
    const known = checksum ?? (await checksumOf((0,external_node_path_.resolve)(image), 'sha256').catch(() => undefined));
    return known === undefined ? undefined : preparedPlaces(folder, { ...options, checksum: known });
}
/** What is known of a preparation; undefined where there was none yet. What is found is not removed for a day. */
async function findPrepared(places) {
    for (const kind of ['image', 'needless']) {
        const now = new Date();
        if (!(await isThere(places[kind])))
            continue;
        // Where another user has made it, its time stays.
        await (0,external_node_fs_promises_.utimes)(places[kind], now, now).catch(() => { });
        return kind === 'image' ? 'prepared' : 'needless';
    }
    return undefined;
}
/** Moves an image to its place, where it is only ever whole. Gives its size in bytes. */
async function keepPrepared(made, { image }) {
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(image), { recursive: true });
    try {
        await (0,external_node_fs_promises_.rename)(made, image);
    }
    catch (error) {
        if (error.code !== 'EXDEV')
            throw error;
        const part = `${image}.${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
        try {
            await (0,external_node_fs_promises_.copyFile)(made, part);
            await (0,external_node_fs_promises_.rename)(part, image);
        }
        finally {
            await (0,external_node_fs_promises_.rm)(part, { force: true });
        }
    }
    return (await (0,external_node_fs_promises_.stat)(image)).size;
}
/** Remembers that an image is as good as one that was prepared. */
async function noteNeedless({ needless }) {
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(needless), { recursive: true });
    await (0,external_node_fs_promises_.writeFile)(needless, 'The image has Docker Engine.\n');
}
/** Removes what was made of the same image, is not `places`, and was not begun with for a day. `now` in ms since 1970. */
async function removeSuperseded(places, now) {
    const folder = (0,external_node_path_.dirname)(places.image);
    const names = await (0,external_node_fs_promises_.readdir)(folder).catch(() => []);
    const others = names
        .filter((name) => name.startsWith(places.family))
        .map((name) => (0,external_node_path_.join)(folder, name))
        .filter((path) => path !== places.image && path !== places.needless);
    for (const path of others) {
        const found = await (0,external_node_fs_promises_.stat)(path).catch(() => undefined);
        // Of another user: it is that user's to remove.
        if (found && now - found.mtimeMs > UNUSED_MS)
            await (0,external_node_fs_promises_.rm)(path, { force: true }).catch(() => { });
    }
}
async function isThere(path) {
    return await (0,external_node_fs_promises_.access)(path).then(() => true, () => false);
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/base.js





/**
 * The image that is asked for, downloaded where that is still to be done, or the one that an earlier run has prepared of it. Says which
 * one it is where machines are `missing`. Throws `ActionError` where it cannot be had.
 */
async function chooseBase(options, architecture, missing, context) {
    const { runner, signal, log } = context;
    const source = imageSource(options, architecture);
    const folder = imageFolder(process.env, (0,external_node_os_.homedir)());
    const prepared = options.prepare ? await placesFor({ ...options, ...source }, folder) : undefined;
    const known = prepared && (await findPrepared(prepared));
    if (prepared && known)
        await removeSuperseded(prepared, Date.now());
    if (prepared && known === 'prepared') {
        log.info('The machines begin with the image that was prepared');
        return { image: await inspect(runner, prepared.image, signal), unprepared: undefined };
    }
    if (missing > 0)
        log.info(`The machines begin as ${(0,external_node_path_.basename)(source.image)}`);
    const image = await ensureImage(source, { ...context, folder });
    return { image, unprepared: missing > 0 && !known ? prepared : undefined };
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/console.js

/** Lines that say why a machine does not come up. */
const TROUBLES = [
    /kernel panic/i,
    /no bootable device|boot failed|failed to load boot\w+|grub rescue|error: (no such|unknown|file)/i,
    /cloud-init.*\b(fail|error|traceback)/i,
    /failed to start .*cloud/i,
    /no space left on device/i,
    /out of memory|oom-kill/i,
    /you are in (emergency|rescue) mode/i,
];
const PANIC = /kernel panic - not syncing/i;
/** After one of these nothing follows any more, either. */
const HOPELESS = /no bootable device|uefi interactive shell|grub rescue>|you are in emergency mode/i;
const MOST_TROUBLES = 10;
const TAIL_LINES = 40;
/** What a machine has written to its serial console; empty where it has written nothing. */
async function readConsole(places) {
    return printable(await (0,external_node_fs_promises_.readFile)(places.console, 'latin1').catch(() => ''));
}
/** Text for people: without the sequences that steer a terminal. */
function printable(text) {
    return (Buffer.from(text, 'latin1')
        .toString('utf8')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
        .replace(/\u001b(\[[0-9;?=!]*[A-Za-z]|\][^\u0007\u001b]*[\u0007]?|[()][A-Z0-9]|[=>c78])/g, '')
        .replace(/\r/g, ''));
}
/** Whether the console says that the machine will not come up any more. */
function isHopeless(console) {
    return hasPanicked(console) || HOPELESS.test(console);
}
/** Whether the kernel of the guest has given up. */
function hasPanicked(console) {
    return PANIC.test(console);
}
/** What an error quotes: the lines that tell of a trouble, then the last ones. */
function lastWords(console) {
    const lines = console.split('\n').filter((line) => line.trim() !== '');
    const tail = lines.slice(-TAIL_LINES);
    const troubles = lines
        .slice(0, -TAIL_LINES)
        .filter((line) => TROUBLES.some((trouble) => trouble.test(line)))
        .slice(-MOST_TROUBLES);
    if (tail.length === 0)
        return 'Its console has said nothing.';
    return [...troubles, ...(troubles.length > 0 ? ['…'] : []), ...tail].join('\n');
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/boot.js



/** How long a machine may take from its start until its sshd answers, in ms. */
const BOOT_MS = { kvm: 180_000, tcg: 600_000 };
const POLL_MS = 250;
const GREETING_MS = 5_000;
/** A guest that was at work is there no more. Emulated, it may come up the next time. */
class GuestDiedError extends lib_errors/* ActionError */.l {
}
/**
 * Waits until the sshd of a machine answers. Throws `ActionError` with the end of its console where the console says that it will not come up, or
 * where it takes too long, a `GuestDiedError` where the machine ends or its kernel panics; rejects with the signal's reason on abort.
 */
async function waitForBoot(machine, { signal, clock }) {
    const { name, accelerator } = machine;
    const limitMs = BOOT_MS[accelerator];
    const until = clock.now() + limitMs;
    for (;;) {
        signal.throwIfAborted();
        if (await machine.answers())
            return;
        if (!(await machine.isRunning())) {
            const console = await machine.console();
            throw failed(GuestDiedError, `Machine ${name} ended while it booted.`, console, machine);
        }
        const console = await machine.console();
        if (isHopeless(console)) {
            const kind = hasPanicked(console) ? GuestDiedError : lib_errors/* ActionError */.l;
            throw failed(kind, `Machine ${name} cannot boot.`, console, machine);
        }
        if (clock.now() > until) {
            throw failed(lib_errors/* ActionError */.l, `The sshd of machine ${name} did not answer within ${limitMs / 1_000} s.`, console, machine);
        }
        await clock.sleep(POLL_MS, signal);
    }
}
function failed(kind, message, console, { accelerator, architecture }) {
    const firmware = architecture.firmware.length > 0 ? 'UEFI' : 'BIOS';
    return new kind(message, {
        details: lastWords(console),
        hint: `The image has to be a cloud image for ${architecture.name} with cloud-init and sshd, which boots by ${firmware} and writes to its first serial port.${accelerator === 'tcg' ? ' Without KVM, fewer machines at once boot faster.' : ''}`,
    });
}
/** Whether an sshd answers at this address. QEMU and the kernel may answer a connection before there is one, so its greeting is waited for. */
async function hasGreeting(host, port) {
    return await new Promise((resolve) => {
        const socket = (0,external_node_net_.connect)({ host, port, timeout: GREETING_MS });
        const end = (isThere) => {
            socket.destroy();
            resolve(isThere);
        };
        socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
        socket.once('timeout', () => end(false));
        socket.once('error', () => end(false));
        socket.once('close', () => end(false));
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/network.js






/** The routes of the main table, as the kernel has them for whoever reads. */
const ROUTES = '/proc/net/route';
const links = schemas/* array */.YOg(schemas/* object */.Ikc({ ifname: schemas/* string */.YjP(), flags: schemas/* array */.YOg(schemas/* string */.YjP()).optional().default([]) }));
/** A network for a cluster that collides with none of the runner's. Throws `ActionError` where there is none. */
async function chooseSubnet({ runner }, cluster, kind, signal) {
    return freeSubnet(cluster, await routed(runner, kind, signal));
}
async function routed(runner, kind, signal) {
    try {
        const { stdout } = await runner.run(listRoutes(), { signal });
        return routedNetworks(stdout);
    }
    catch (error) {
        // The image of a job's container has no iproute2 as a rule, and without a bridge nothing else needs it.
        if (kind === 'bridge' || !(error instanceof lib_errors/* ActionError */.l))
            throw error;
        return mainNetworks(await (0,external_node_fs_promises_.readFile)(ROUTES, 'utf8'));
    }
}
async function readNetwork({ runner }, places, signal) {
    const options = signal ? { signal } : {};
    const listed = await runner.run(listLinks(), options);
    const namespaces = await runner.run(listNamespaces(), options);
    return networkParts(places, listed.stdout, namespaces.stdout);
}
/** What is of the cluster in the answers of `ip -json link show` and `ip netns list`. */
function networkParts({ namespace, linkPrefix }, linksJson, namespaces) {
    return {
        namespace: namespaces.split('\n').some((line) => line.split(' ')[0] === namespace),
        links: links
            .parse(JSON.parse(linksJson || '[]'))
            .filter(({ ifname }) => ifname.startsWith(linkPrefix))
            .map(({ ifname, flags }) => ({ name: ifname, isUp: flags.includes('UP') })),
    };
}
/** Makes the network of a cluster, or finds it whole. Throws `ActionError` where this user or this kernel cannot. */
async function ensureNetwork(root, places, subnet, signal) {
    const parts = await readNetwork(root, places, signal);
    const isWhole = parts.namespace && parts.links.some(({ name, isUp }) => name === places.uplink && isUp);
    if (isWhole)
        return;
    // A run was killed half-way, or the machine was started anew and has forgotten it.
    await removeNetwork(root, places);
    signal.throwIfAborted();
    for (const argv of commands_createNetwork(places, subnet))
        await change(root, argv);
}
/** Plugs a machine that has just been started into the bridge of its cluster. */
async function network_plugIn(root, places, tap) {
    for (const argv of plugIn(places, tap))
        await change(root, argv);
}
/** Makes a machine's cable anew: one that a QEMU has left behind is of no use. */
async function network_createTap(root, places, tap) {
    await removeTap(root, places, tap);
    await change(root, createTap(tap, root.uid));
}
/** Gone already is success. */
async function removeTap(root, places, tap) {
    const { namespace, links: there } = await readNetwork(root, places);
    if (there.some(({ name }) => name === tap))
        await change(root, removeLink(tap));
    if (!namespace)
        return;
    await root.run(removeLinkInside(places, tap), { anyExitCode: true });
}
/**
 * Removes what `readNetwork` finds. The bridge and the taps in the namespace go with it. Gives what was said against it: what has gone meanwhile is
 * removed.
 */
async function removeNetwork(root, places) {
    const { namespace, links: there } = await readNetwork(root, places);
    const said = [];
    for (const argv of [
        ...there.map(({ name }) => removeLink(name)),
        ...(namespace ? [removeNamespace(places)] : []),
    ]) {
        const { exitCode, stderr } = await root.run(argv, { anyExitCode: true });
        if (exitCode !== 0)
            said.push(stderr.trim());
    }
    return said;
}
async function change(root, argv) {
    try {
        await root.run(argv);
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new lib_errors/* ActionError */.l('The network of the machines cannot be made on the runner.', {
            details: `${error.message}\n${error.details ?? ''}`,
            hint: 'It takes a network namespace, a bridge and virtual cables, thus a Linux runner that is a machine of its own (a container has no right to make them), and root or sudo without a password. Without it: `network: user`.',
            cause: error,
        });
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/qmp.js



/**
 * Tells a QEMU to end at once, by its monitor (QMP). Resolves when QEMU has closed the connection, when nobody listens, or after
 * `limitMs`: whether the process has gone is for the caller to see.
 */
async function quit(socketPath, limitMs) {
    await new Promise((resolve) => {
        const socket = (0,external_node_net_.connect)(socketPath);
        const timer = setTimeout(() => socket.destroy(), limitMs);
        socket.on('error', () => { });
        socket.once('close', () => {
            clearTimeout(timer);
            resolve();
        });
        // QEMU speaks first; a command before its greeting would be lost.
        socket.once('data', () => {
            socket.write('{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n');
        });
        socket.resume();
    });
}
const message = schemas/* object */.Ikc({
    QMP: schemas/* unknown */.L5J().optional(),
    id: schemas/* string */.YjP().optional(),
    return: schemas/* unknown */.L5J().optional(),
    error: schemas/* object */.Ikc({ desc: schemas/* string */.YjP() }).optional(),
});
/**
 * Runs a line of QEMU's monitor for people, and gives what it says: nothing, as a rule, where it was done.
 * Throws `ActionError` where QEMU refuses it or does not answer within `limitMs`.
 */
async function monitor(socketPath, line, limitMs) {
    const ask = { execute: 'human-monitor-command', arguments: { 'command-line': line }, id: 'ask' };
    return await new Promise((resolve, reject) => {
        let rest = '';
        let failure;
        const socket = (0,external_node_net_.connect)(socketPath).setEncoding('utf8');
        const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
        const hear = (text) => {
            const { QMP, id, error, return: said } = message.parse(JSON.parse(text));
            if (QMP !== undefined) {
                socket.write(`{"execute":"qmp_capabilities"}\n${JSON.stringify(ask)}\n`);
            }
            else if (error) {
                socket.destroy(new Error(error.desc));
            }
            else if (id === ask.id) {
                resolve(String(said));
                socket.destroy();
            }
        };
        socket.on('data', (data) => {
            const lines = `${rest}${data}`.split('\n');
            rest = lines.pop() ?? '';
            try {
                for (const one of lines)
                    if (one.trim() !== '')
                        hear(one);
            }
            catch (error) {
                socket.destroy(error);
            }
        });
        socket.on('error', (error) => {
            failure = error;
        });
        socket.once('close', () => {
            clearTimeout(timer);
            reject(new lib_errors/* ActionError */.l(`QEMU does not do what it is asked: ${line}`, {
                details: failure?.message ?? 'It has closed its monitor.',
                cause: failure,
            }));
        });
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/process.js




/** How long QEMU may take to go once it was told to, in ms. */
const QUIT_MS = 3_000;
const TERM_MS = 2_000;
const process_KILL_MS = 5_000;
const process_POLL_MS = 20;
/** The QEMU of a machine; undefined where it does not run. */
async function findProcess(table, places) {
    return (await table.list()).find(({ argv }) => isMachine(argv, places));
}
/** Programs of this machine that are, or make, a part of a cluster: QEMU, and what a run that was killed has left behind. */
async function programsOf(table, { folder, namespace, linkPrefix }) {
    const isPart = (word) => word === namespace || word.startsWith(linkPrefix) || word.startsWith(`${folder}/`);
    return (await table.list()).filter(
    // Somebody who reads the console of a machine makes nothing of it.
    ({ argv }) => argv.slice(0, 3).some(isOurProgram) && argv.some(isPart));
}
/**
 * Ends a machine: its QEMU is told to, then asked by a signal, then made to. The disk is thrown away, so the guest is not shut down.
 * Does not run already is success. Throws `ActionError` where it does not go.
 */
async function stopMachine(places, name, { table, clock }) {
    const process = await findProcess(table, places);
    if (!process)
        return;
    const steps = [
        [QUIT_MS, () => quit(places.socket, QUIT_MS)],
        [TERM_MS, () => signalProcess(table, process, 'SIGTERM')],
        [process_KILL_MS, () => signalProcess(table, process, 'SIGKILL')],
    ];
    for (const [limitMs, end] of steps) {
        await end();
        const until = clock.now() + limitMs;
        for (;;) {
            if (!(await isAlive(table, process)))
                return;
            if (clock.now() > until)
                break;
            await clock.sleep(process_POLL_MS);
        }
    }
    throw new lib_errors/* ActionError */.l(`Machine ${name} does not end: QEMU is process ${process.pid}.`, {
        hint: `It may wait for a disk that does not answer. See what it does (cat /proc/${process.pid}/stack), end it, then run this again.`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/records.js






const records_labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
const clusterRecord = schemas/* object */.Ikc({
    labels: records_labels,
    /** RFC 3339. */
    created: schemas/* string */.YjP(),
    /** First three numbers of the addresses of the cluster. */
    subnet: schemas/* string */.YjP(),
    /** The public key that its machines let in. */
    publicKey: schemas/* string */.YjP(),
    /** Undefined where the machines are at a bridge of the kernel's. */
    userNetwork: schemas/* object */.Ikc({ group: schemas/* string */.YjP(), loopback: schemas/* string */.YjP() }).optional(),
});
const machineRecord = schemas/* object */.Ikc({
    name: schemas/* string */.YjP(),
    index: schemas/* number */.aig().int(),
    labels: records_labels,
    /** Where the runner reaches it. */
    address: schemas/* string */.YjP(),
    /** Where the other machines reach it; undefined where that is `address`. */
    advertise: schemas/* string */.YjP().optional(),
    /** Published port of the stack -> port at 127.0.0.1 of the runner. */
    localPorts: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* number */.aig()),
    /** Published port -> port at `address`, of a machine that is reached by QEMU alone. */
    ways: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* number */.aig()).optional(),
});
/**
 * Makes the folder of a cluster, with the record and the private key in it from its first moment on. Resolves with false where there is one already.
 */
async function createClusterFolder(places, record, privateKey) {
    const state = (0,external_node_path_.join)(places.folder, '..');
    const cluster = places.folder.slice(state.length + 1);
    await (0,external_node_fs_promises_.mkdir)(state, { recursive: true, mode: 0o700 });
    const fresh = (0,external_node_path_.join)(state, `.${cluster}.${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`);
    try {
        await (0,external_node_fs_promises_.mkdir)(fresh, { mode: 0o700 });
        await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(fresh, 'id_ed25519'), privateKey, { mode: 0o600 });
        await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(fresh, 'cluster.json'), JSON.stringify(record), { mode: 0o600 });
        await (0,external_node_fs_promises_.rename)(fresh, places.folder);
        return true;
    }
    catch (error) {
        await (0,external_node_fs_promises_.rm)(fresh, { recursive: true, force: true });
        if (['EEXIST', 'ENOTEMPTY'].includes(error.code ?? ''))
            return false;
        throw error;
    }
}
/** Writes a record anew: a reader sees the old one or the new one. */
async function writeRecord(path, record) {
    const fresh = `${path}.${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
    await (0,external_node_fs_promises_.writeFile)(fresh, JSON.stringify(record), { mode: 0o600 });
    await (0,external_node_fs_promises_.rename)(fresh, path);
}
/** The cluster of this name; undefined where there is no folder of it. Throws where its record is of another form. */
async function readCluster(places) {
    const text = await readIfThere(places.record);
    if (text === undefined)
        return undefined;
    const record = clusterRecord.parse(JSON.parse(text));
    const owner = ownerOf(record.labels);
    return owner && { places, record, owner };
}
/** Every cluster of this user, whoever's it is. What cannot be read is left out: it is not known to be ours. */
async function readClusters(state) {
    const names = await entries(state);
    const found = await Promise.all(names
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((name) => readCluster(clusterPlaces(state, name)).catch(() => undefined)));
    return found.filter((cluster) => cluster !== undefined);
}
/** Folders that a run was about to make a cluster of when it was killed. */
async function unfinishedFolders(state, { cluster }) {
    const names = await entries(state);
    return names.filter((name) => name.startsWith(`.${cluster}.`)).map((name) => (0,external_node_path_.join)(state, name));
}
async function readMachine(places) {
    const text = await readIfThere(places.record);
    return text === undefined ? undefined : machineRecord.parse(JSON.parse(text));
}
/** Places of every machine that a cluster has a folder for, in the order of their index. */
async function machinesOf(cluster) {
    const indexes = (await entries(cluster.folder)).filter((name) => /^\d+$/.test(name)).map(Number);
    return indexes.sort((a, b) => a - b).map((index) => machinePlaces(cluster, index));
}
/** A machine as its record tells of it; undefined where its labels name no owner. */
function toMachine(record, isRunning) {
    const owner = ownerOf(record.labels);
    if (!owner)
        return undefined;
    const { name, index, labels: all, address, advertise = address } = record;
    return {
        name,
        index,
        owner,
        labels: all,
        state: isRunning ? 'running' : 'stopped',
        address: isRunning ? address : '',
        advertise: isRunning ? advertise : '',
        dataPath: undefined,
        localPorts: new Map(Object.entries(record.localPorts)),
    };
}
/** The record with a new expiry, and all else as it was. */
function renewed(record, expires) {
    const owner = ownerOf(record.labels);
    if (!owner)
        return record;
    return { ...record, labels: { ...record.labels, ...ownerLabels({ ...owner, expires }) } };
}
async function entries(folder) {
    try {
        return await (0,external_node_fs_promises_.readdir)(folder);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return [];
        throw error;
    }
}
async function readIfThere(path) {
    try {
        return await (0,external_node_fs_promises_.readFile)(path, 'utf8');
    }
    catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(error.code ?? ''))
            return undefined;
        throw error;
    }
}
/** Overwrites a file with zeros and removes its name: who has it open reads zeros from now on. Gone already is success. */
async function blank(path) {
    let file;
    try {
        file = await (0,external_node_fs_promises_.open)(path, 'r+');
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return;
        throw error;
    }
    try {
        const { size } = await file.stat();
        await file.write(Buffer.alloc(size), 0, size, 0);
    }
    finally {
        await file.close();
    }
    await (0,external_node_fs_promises_.rm)(path, { force: true });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/root.js


function rootOf(runner, uid) {
    return {
        runner,
        uid,
        run: (argv, options) => runner.run(uid === 0 ? argv : asRoot(argv), options),
    };
}
/** Throws `ActionError` where this user cannot become root without a password. */
async function checkRoot({ run }, signal) {
    const options = { anyExitCode: true, ...(signal && { signal }) };
    const { exitCode, stdout, stderr } = await run(['true'], options).catch((error) => {
        if (!(error instanceof lib_errors/* ActionError */.l))
            throw error;
        return { exitCode: 127, stdout: '', stderr: error.message };
    });
    if (exitCode === 0)
        return;
    throw new lib_errors/* ActionError */.l('The qemu driver needs root, or sudo without a password, on the runner.', {
        details: stderr || stdout,
        hint: 'It makes a network for the machines; QEMU itself runs as the user of the runner. Hosted Linux runners have it. On one of yours:\n  echo "$USER ALL=(root) NOPASSWD: $(command -v ip), /usr/bin/true" | sudo tee /etc/sudoers.d/swarm-up\nOr do without it: `network: user` in `driver-options`.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/destroy.js







/** How long what a killed run has left at work may take to end by itself, in ms: each is a command that makes or removes one thing. */
const BUSY_MS = 10_000;
const destroy_POLL_MS = 100;
/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one before; the folder goes last, since it says
 * whose all of it is. Throws `ActionError` naming what is left, with what was said of it.
 */
async function destroy_destroyAll(estate, id) {
    const { state, root } = estate;
    for (const folder of await unfinishedFolders(state, id)) {
        await (0,external_node_fs_promises_.rm)(folder, { recursive: true, force: true });
    }
    const found = await ownCluster(estate, id);
    if (!found)
        return;
    const { places } = found;
    const hasBridge = found.record.userNetwork === undefined;
    const said = [];
    const attempt = async (work) => {
        await work.catch((error) => said.push(error));
    };
    const machines = await machinesOf(places);
    await Promise.all(machines.map((machine) => attempt(stopMachine(machine, machineName(id.cluster, machine.index), estate))));
    const until = estate.clock.now() + BUSY_MS;
    let busy = await untilIdle(estate, places, until);
    if (hasBridge) {
        await attempt(removeNetwork(root, places).then((refusals) => void said.push(...refusals)));
        // Several that remove one cluster meet here: what another is about to remove is not left.
        busy = await untilIdle(estate, places, until);
    }
    // In this order: what a program of a killed run ends with is in the network.
    const left = busy.map(({ pid }) => `process ${pid}`);
    if (hasBridge)
        left.push(...(await networkLeft(estate, places)));
    if (left.length === 0) {
        await attempt((0,external_node_fs_promises_.rm)(places.folder, { recursive: true, force: true }));
        if ((await readCluster(places)) === undefined)
            return;
        left.push(`folder ${places.folder}`);
    }
    if (hasBridge)
        await attempt(checkRoot(root));
    throw new lib_errors/* ActionError */.l(`Cluster ${id.cluster} is not wholly removed: ${left.join(', ')} left.`, {
        details: said
            .map((error) => (error instanceof Error ? error.message : String(error)))
            .join('\n'),
        hint: `Remove it by hand: end its processes (pgrep -af ${places.folder}/), sudo ip netns delete ${places.namespace}; sudo ip link delete ${places.uplink}; rm -rf ${places.folder}`,
    });
}
/** What is still being made cannot be removed yet. Gives what is still at it when the time is up. */
async function untilIdle({ table, clock }, places, until) {
    for (;;) {
        const busy = await programsOf(table, places);
        if (busy.length === 0 || clock.now() >= until)
            return busy;
        await clock.sleep(destroy_POLL_MS);
    }
}
/** Whether nothing of a cluster is there, and no program that a killed run has left is still making something of it. */
async function destroy_isGone(estate, id) {
    const places = clusterPlaces(estate.state, id.cluster);
    if ((await programsOf(estate.table, places)).length > 0)
        return false;
    if ((await unfinishedFolders(estate.state, id)).length > 0)
        return false;
    return (await ownCluster(estate, id)) === undefined;
}
/** Undefined where there is no such cluster, or it is another repository's. */
async function ownCluster({ state }, id) {
    const found = await readCluster(clusterPlaces(state, id.cluster));
    return found?.owner.cluster === id.cluster && found.owner.repository === id.repository
        ? found
        : undefined;
}
async function networkLeft({ root }, places) {
    const { namespace, links } = await readNetwork(root, places);
    return [
        ...(namespace ? [`network namespace ${places.namespace}`] : []),
        ...links.map(({ name }) => `network interface ${name}`),
    ];
}
/** What a cluster consists of, for people. */
async function partsOf({ places, owner, record }) {
    const machines = await machinesOf(places);
    return [
        ...machines.map(({ index }) => `machine ${machineName(owner.cluster, index)}`),
        ...(record.userNetwork ? [] : [`network ${places.namespace}`]),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/host.js







/** What Ubuntu 22.04 has. */
const LEAST = [6, 2];
const host_INSTALL_TIMEOUT_MS = 5 * 60_000;
/** What a machine writes to its disk before a stack is on it, and as much again for images. In bytes. */
const DISK_PER_MACHINE = 2 ** 30;
const TUN = '/dev/net/tun';
/** Throws `ActionError` where a cluster has more machines than there are addresses, or its sockets would have too long a path. */
function refuseSize(machines, cluster) {
    if (machines > MOST_MACHINES) {
        throw new lib_errors/* ActionError */.l(`A cluster of virtual machines has at most ${MOST_MACHINES} of them.`, {
            hint: 'Give fewer `nodes`.',
        });
    }
    if (!isTooDeep(cluster))
        return;
    throw new lib_errors/* ActionError */.l(`The path ${cluster.folder} is too long for the sockets of virtual machines.`, {
        hint: 'Give the cluster a shorter name, or let XDG_STATE_HOME of the job name a folder nearer to the root.',
    });
}
/**
 * The QEMU that is there for guests of this kind, which is installed first where it is missing and `install` says so.
 * Throws `ActionError` where there is none, no firmware for it, or an old one.
 */
async function ensureQemu({ runner, run }, architecture, { install, signal, log, }) {
    let found = await look(runner, architecture, signal);
    if (install && found.missing.length > 0) {
        log.info('QEMU is installed on the runner now (driver-options: install)');
        for (const argv of installCommands(architecture)) {
            await run(argv, { signal, timeoutMs: host_INSTALL_TIMEOUT_MS });
        }
        found = await look(runner, architecture, signal);
    }
    const { missing, firmware } = found;
    if (missing.length > 0) {
        throw new lib_errors/* ActionError */.l(`There is no QEMU on the runner, or a part of it: ${missing.join(', ')}.`, {
            hint: `Install it in an earlier step, or let this one do it (driver-options: "install: true"):\n  ${installLine(architecture)}`,
        });
    }
    const { stdout } = await runner.run(qemuVersion(architecture), { signal });
    const version = parseVersion(stdout);
    if (!isAtLeast(version, LEAST)) {
        throw new lib_errors/* ActionError */.l(`QEMU on the runner is ${version.join('.')}; ${LEAST.join('.')} or newer is needed.`, { hint: 'Use a newer release of the distribution: Debian 12, Ubuntu 22.04.' });
    }
    return { version, firmware };
}
/** Reads what `--version` of a QEMU says. Throws `ActionError` where it is anything else. */
function parseVersion(text) {
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(text) ?? [];
    if (major !== undefined)
        return [Number(major), Number(minor)];
    throw new lib_errors/* ActionError */.l('QEMU on the runner does not say which version it is.', { details: text });
}
/** What there is of a QEMU that boots disks, and what is not. */
async function look(runner, { qemu, firmware: files }, signal) {
    const missing = [];
    for (const program of [qemu, 'qemu-img']) {
        const { exitCode } = await runner.run(findProgram(program), { anyExitCode: true, signal });
        if (exitCode !== 0)
            missing.push(program);
    }
    if (files.length === 0)
        return { missing, firmware: undefined };
    const { stdout } = await runner.run(findFile(files), { anyExitCode: true, signal });
    const firmware = stdout.trim() || undefined;
    if (firmware === undefined)
        missing.push(`UEFI firmware (${files[0]})`);
    return { missing, firmware };
}
/** Throws `ActionError` where this user cannot have a network interface of his own. */
async function checkTun() {
    try {
        await (0,external_node_fs_promises_.access)(TUN, external_node_fs_promises_.constants.R_OK | external_node_fs_promises_.constants.W_OK);
    }
    catch (error) {
        const isMissing = error.code === 'ENOENT';
        throw new lib_errors/* ActionError */.l(isMissing
            ? `The runner has no ${TUN}, which the machines get their network by.`
            : `This user may not open ${TUN}, which the machines get their network by.`, {
            hint: isMissing
                ? 'Load it: sudo modprobe tun. A container has to be given it: --device /dev/net/tun'
                : `Allow it, as most distributions do: sudo chmod 0666 ${TUN}`,
            cause: error,
        });
    }
}
/** Throws `ActionError` where the runner has too little memory or disk for so many new machines. `memory` in bytes. */
async function checkRoom(machines, memory, folder) {
    await (0,external_node_fs_promises_.mkdir)(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await (0,external_node_fs_promises_.statfs)(folder);
    refuseShortage(machines, memory, {
        memory: availableMemory(await (0,external_node_fs_promises_.readFile)('/proc/meminfo', 'utf8')),
        disk: bavail * bsize,
        folder,
    });
}
/** Bytes that can be had without swapping, of what /proc/meminfo says. */
function availableMemory(text) {
    const kibibytes = /^MemAvailable:\s*(\d+) kB/m.exec(text)?.[1];
    return kibibytes === undefined ? Number.POSITIVE_INFINITY : Number(kibibytes) * 1_024;
}
/** Throws `ActionError` where `machines` machines need more than there is. All in bytes. */
function refuseShortage(machines, memory, there) {
    if (machines * memory > there.memory) {
        throw new lib_errors/* ActionError */.l(`${machines} machines with ${formatSize(memory)} of memory each need more than the ${formatSize(there.memory)} that the runner has left.`, {
            hint: 'Give `memory` in `driver-options` (512m is enough for an engine and a small stack), fewer `nodes`, or a larger runner.',
        });
    }
    const disk = machines * DISK_PER_MACHINE;
    if (disk > there.disk) {
        throw new lib_errors/* ActionError */.l(`${machines} machines need ${formatSize(disk)} of disk, and ${there.folder} has ${formatSize(there.disk)} left.`, { hint: 'Make room there, or let XDG_STATE_HOME of the step name a folder on another disk.' });
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/ports.js


const ports_LOCAL = '127.0.0.1';
/** Each port by its own number where this user may have that at 127.0.0.1, by another one where he may not. QEMU can hand on no SCTP. */
async function forwarded(ports) {
    const found = await Promise.all(ports.map(async ({ port, protocol }) => {
        if (protocol === 'sctp')
            return [];
        const why = await obstacle(protocol, port);
        const runnerPort = why === undefined ? port : await freePort(ports_LOCAL);
        return [{ protocol, address: ports_LOCAL, runnerPort, port, why }];
    }));
    return found.flat();
}
/** What to tell of ports that have another number at 127.0.0.1. */
function moves(forward) {
    const taken = forward.filter(({ why }) => why === 'taken');
    const denied = forward.filter(({ why }) => why === 'denied').map(({ port }) => port);
    return [
        ...(taken.length > 0 ? [portsTaken(taken)] : []),
        ...(denied.length > 0
            ? [
                `Port ${denied.join(', ')} of 127.0.0.1 is root's alone on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`.`,
            ]
            : []),
    ];
}
async function obstacle(protocol, port) {
    const code = await bindError(protocol, port);
    if (code === undefined)
        return undefined;
    return code === 'EACCES' ? 'denied' : 'taken';
}
/** A TCP port that nobody listens at. */
async function freePort(host) {
    return await new Promise((resolve, reject) => {
        const server = (0,external_node_net_.createServer)();
        server.once('error', reject);
        server.listen({ host, port: 0 }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
        });
    });
}

// EXTERNAL MODULE: ./lib/exec/unreachable.js
var unreachable = __webpack_require__(698);
;// CONCATENATED MODULE: ./lib/machines/engine.js





/** What `docker info` says, as far as it is read. */
const engineInfo = schemas/* object */.Ikc({
    ServerVersion: schemas/* string */.YjP(),
    /** The docker client on the machine; `docker info` names it from 24 on. */
    ClientInfo: schemas/* object */.Ikc({ Version: schemas/* string */.YjP().optional() }).nullish(),
    OSType: schemas/* string */.YjP().optional().default('linux'),
    Architecture: schemas/* string */.YjP(),
    Swarm: schemas/* object */.Ikc({
        NodeID: schemas/* string */.YjP().optional().default(''),
        /** Where the other nodes reach it. */
        NodeAddr: schemas/* string */.YjP().optional().default(''),
        /** Empty in the first moments of a dockerd, when it answers and does not know yet. */
        LocalNodeState: schemas/* enum */.k5n(['', 'inactive', 'pending', 'active', 'error', 'locked']),
        ControlAvailable: schemas/* boolean */.zMY().optional().default(false),
    }),
});
const INFO = ['docker', 'info', '--format', '{{json .}}'];
const RETRY_MS = 50;
/**
 * Waits a second at most for a dockerd that is being started. It makes its socket first and serves it when it is ready, so the next `docker info`
 * gets its answer; to ask again and again instead costs what little CPU a small machine needs for the start itself.
 */
const AWAIT_SOCKET = [
    'sh',
    '-c',
    'tries=0; until [ -S /var/run/docker.sock ] || [ "$tries" -ge 20 ]; do sleep 0.05; tries=$((tries + 1)); done',
];
/** Since 20.10 the stack schema and the answers that are read have the form that is known here. */
const engine_LEAST = [20, 10];
/**
 * Waits until a machine's dockerd answers, and finds out whether `docker` takes `sudo -n` there.
 * Throws `ActionError` at once where docker is missing and not to be installed, too old or not to be had for this user; after `timeoutMs` with the last answer.
 */
async function enterEngine(direct, user, options) {
    let until = performance.now() + options.timeoutMs;
    let executor = direct;
    let { install } = options;
    for (;;) {
        const result = await executor.run(INFO, {
            anyExitCode: true,
            repeatable: true,
            signal: options.signal,
            timeoutMs: Math.max(1_000, until - performance.now()),
        });
        const engine = result.exitCode === 0 ? parseEngine(result, executor.where) : undefined;
        if (engine?.Swarm.LocalNodeState) {
            refuseOld(engine, executor.where);
            return { executor, engine };
        }
        if (executor === direct && /permission denied/i.test(result.stderr)) {
            executor = withSudo(direct);
            continue;
        }
        if (install && executor === direct && isMissing(result)) {
            await install(direct);
            install = undefined;
            until = performance.now() + options.timeoutMs;
            continue;
        }
        refuseHopeless(result, executor.where, user, executor !== direct);
        if (performance.now() > until)
            throw silent(executor.where, result);
        if (/cannot connect to the docker daemon/i.test(result.stderr)) {
            await direct.run(AWAIT_SOCKET, {
                anyExitCode: true,
                repeatable: true,
                signal: options.signal,
            });
        }
        await systemClock.sleep(RETRY_MS, options.signal);
    }
}
/** Asks an engine that has answered before. Rejects as the executor does. */
async function readEngine(executor, signal) {
    return parseEngine(await executor.run(INFO, { signal, repeatable: true }), executor.where);
}
/** How an engine that was entered before stands to its swarm now. Rejects as `EngineApi.get` does. */
async function readSwarmState(api, signal) {
    return (await api.get('/info', {}, engineInfo, { signal })).Swarm;
}
function parseEngine({ stdout, stderr }, where) {
    try {
        return engineInfo.parse(JSON.parse(stdout));
    }
    catch (cause) {
        throw new lib_errors/* ActionError */.l(`docker on ${where} is not Docker Engine.`, {
            details: stderr || stdout.slice(0, 1_000),
            hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine: https://docs.docker.com/engine/install/',
            cause,
        });
    }
}
function refuseOld({ ServerVersion }, where) {
    const [major = 0, minor = 0] = ServerVersion.split('.').map((part) => Number.parseInt(part, 10));
    if (major > engine_LEAST[0] || (major === engine_LEAST[0] && minor >= engine_LEAST[1]))
        return;
    throw new lib_errors/* ActionError */.l(`Docker Engine on ${where} is ${ServerVersion}; ${engine_LEAST.join('.')} or newer is needed.`, { hint: 'Upgrade it: https://docs.docker.com/engine/install/' });
}
function isMissing({ exitCode, stderr }) {
    return exitCode === 127 || /docker: (command )?not found/.test(stderr);
}
function refuseHopeless(result, where, user, isElevated) {
    const { stderr } = result;
    if (isElevated) {
        const problem = sudoProblem(stderr, user);
        if (!problem)
            return;
        throw new lib_errors/* ActionError */.l(`${user} may not use docker on ${where}: ${problem.reason}.`, {
            details: stderr,
            hint: problem.remedy,
        });
    }
    if (isMissing(result)) {
        throw new lib_errors/* ActionError */.l(`There is no docker on ${where}.`, {
            details: stderr,
            hint: 'Install Docker Engine there (https://docs.docker.com/engine/install/): on Debian and Ubuntu, apt-get install docker.io. Or let this step do it: `driver-options: "install-engine: true"`',
        });
    }
}
function silent(where, { stdout, stderr }) {
    return new unreachable/* UnreachableError */.J(`dockerd on ${where} did not answer in time.`, {
        details: stderr || stdout,
        hint: 'Its log says why: journalctl -u docker on a host, docker logs <machine> for a container of the docker driver.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/lock.js
var lock_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var lock_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * Runs `work` while no other process of this machine runs one by the same name, and waits for that first, for `limitMs` at most.
 * Settles as `work` does; rejects with the signal's reason on abort, and with `ActionError` after the limit.
 */
async function locked(name, work, { signal, limitMs, onWait, }) {
    // A name that only the kernel knows: it ends with its process, however that ends, so no lock is ever left behind.
    const path = `\0swarm-up-${(0,external_node_crypto_.createHash)('sha256').update(name).digest('hex')}`;
    const release = await take(path, { signal, limitMs, onWait });
    try {
        return await work();
    }
    finally {
        await release();
    }
}
async function take(path, { signal, limitMs, onWait, }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const bounds = lock_addDisposableResource(env_1, (0,limit/* limit */.A)([signal], limitMs, () => new lib_errors/* ActionError */.l(`another run was at it for ${Math.round(limitMs / 60_000)} minutes`)), false);
        for (let isFirst = true;; isFirst = false) {
            bounds.signal.throwIfAborted();
            const release = await listen(path);
            if (release)
                return release;
            if (isFirst)
                onWait();
            await lock_closed(path, bounds.signal);
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        lock_disposeResources(env_1);
    }
}
/** Undefined where somebody else listens. */
async function listen(path) {
    const waiting = new Set();
    const server = (0,external_node_net_.createServer)((socket) => {
        waiting.add(socket);
        socket.on('error', () => { });
        socket.once('close', () => waiting.delete(socket));
        socket.resume();
    });
    return await new Promise((resolve, reject) => {
        server.on('error', (error) => {
            if (error.code === 'EADDRINUSE')
                resolve(undefined);
            else
                reject(error);
        });
        server.listen(path, () => resolve(async () => {
            const end = new Promise((done) => server.close(done));
            for (const socket of waiting)
                socket.destroy();
            await end;
        }));
    });
}
/** Resolves when who listens has ended. */
async function lock_closed(path, signal) {
    signal.throwIfAborted();
    await new Promise((resolve, reject) => {
        const socket = (0,external_node_net_.connect)(path);
        const onAbort = () => {
            reject(signal.reason);
            socket.destroy();
        };
        signal.addEventListener('abort', onAbort, { once: true });
        socket.on('error', () => { });
        socket.once('close', () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
        });
        socket.resume();
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/preparation.js









/** How long another run may prepare the same image, in ms: a boot and an installation without KVM. */
const OTHER_RUN_MS = 40 * 60_000;
/** How long cloud-init may go on after sshd has answered, in ms. It holds the locks of the package manager, and writes what is removed. */
const SETTLE_MS = 10 * 60_000;
const CLEAN_MS = 5 * 60_000;
/** From the command until QEMU has ended, in ms. */
const POWER_OFF_MS = 3 * 60_000;
const CONVERT_MS = 20 * 60_000;
const preparation_POLL_MS = 250;
/** Room for the engine on a disk that may be all but full, in bytes. What is not used of it takes no room in the image. */
const ROOM = 2 * 2 ** 30;
/** Bytes of the disk that the image is prepared on: the machines make theirs larger, and cannot make it smaller. */
function preparationDisk(base, wanted) {
    return Math.min(base + ROOM, wanted);
}
/**
 * Prepares an image, or waits for the run that does, and says what came of it. Of two runs one prepares. Nothing is left of it where it
 * fails: throws `ActionError` that says why, or the signal's reason.
 */
async function prepareImage(bench, places, context) {
    const { signal, log } = context;
    try {
        return await locked(places.image, async () => (await findPrepared(places)) ?? (await prepare(bench, places, context)), {
            signal,
            limitMs: OTHER_RUN_MS,
            onWait: () => log.info('Another run prepares this image; its end is waited for'),
        });
    }
    catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof lib_errors/* ActionError */.l))
            throw error;
        throw new lib_errors/* ActionError */.l(`The machine image could not be prepared: ${error.message}`, {
            ...(error.details !== undefined && { details: error.details }),
            hint: `${error.hint ?? ''} Without \`prepare\` in \`driver-options\` each machine installs the engine itself.`.trim(),
            cause: error,
        });
    }
}
async function prepare(bench, places, context) {
    const { runner, signal, clock, log } = context;
    const began = clock.now();
    log.info('The image is prepared, once for all runs: a machine boots, and gets the engine');
    try {
        // A run that was killed may have left one.
        await bench.remove();
        if (!(await setUp(bench, context))) {
            await noteNeedless(places);
            log.info('The image has an engine already, so there is nothing to prepare: the machines begin with it as it is, in later runs too');
            return 'needless';
        }
        const made = (0,external_node_path_.join)(bench.places.folder, 'prepared.qcow2');
        await runner.run(convertImage(bench.places.disk, made), { signal, timeoutMs: CONVERT_MS });
        const bytes = await keepPrepared(made, places);
        await removeSuperseded(places, Date.now());
        const seconds = Math.round((clock.now() - began) / 1_000);
        log.info(`The image is prepared: ${formatSize(bytes)}, after ${seconds} s (${places.image})`);
        return 'prepared';
    }
    finally {
        await bench.remove();
    }
}
/** Installs the engine and powers the machine off; false where there was one, and the machine still runs. */
async function setUp(bench, context) {
    const { source, readyMs, signal, log } = context;
    const ssh = await bench.boot();
    try {
        let isInstalled = false;
        await enterEngine(ssh, bench.user, {
            signal,
            timeoutMs: readyMs,
            install: async (executor) => {
                // Its exit code tells of modules that failed, which may be harmless; a machine that is of no use fails below.
                const wait = ['cloud-init', 'status', '--wait'];
                await ssh.run(wait, { anyExitCode: true, timeoutMs: SETTLE_MS, signal });
                await installEngine(executor, bench.user, { source, log, signal });
                isInstalled = true;
            },
        });
        if (!isInstalled)
            return false;
        const clean = ['sudo', '-n', 'sh', '-c', CLEAN_SCRIPT, 'sh', bench.user];
        await ssh.run(clean, { timeoutMs: CLEAN_MS, signal });
        // It may end before it has said that it does.
        await ssh.run(['sudo', '-n', 'poweroff'], { signal }).catch(() => signal.throwIfAborted());
    }
    finally {
        await ssh.close();
    }
    await poweredOff(bench, context);
    return true;
}
/** What a guest has written is whole on its disk, for whoever reads it then, once QEMU has ended. */
async function poweredOff(bench, { signal, clock }) {
    const until = clock.now() + POWER_OFF_MS;
    while (await bench.isRunning()) {
        if (clock.now() > until) {
            throw new lib_errors/* ActionError */.l(`its machine did not power off within ${POWER_OFF_MS / 1_000} s.`);
        }
        await clock.sleep(preparation_POLL_MS, signal);
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/iso.js
/** Bytes of a sector of a CD. */
const SECTOR = 2_048;
/** Sectors before it are the system's, the descriptors', and the two path tables'. */
const ROOT_AT = 20;
const PATH_TABLE_BYTES = 10;
/** Zero-terminated, sixteen digits and an offset: "not set" (ECMA-119, 8.4.26.1). */
const NO_DATE = '0'.repeat(16);
/**
 * A CD image (ISO 9660, ECMA-119) with these files in its root. Names are stored in capital letters, without the extensions of Rock Ridge or
 * Joliet; Linux shows them in small ones. Throws `RangeError` where the names fill more than one sector.
 */
function isoImage(label, files) {
    let next = ROOT_AT + 1;
    const extents = Object.keys(files)
        .sort()
        .map((name) => {
        const data = Buffer.from(files[name] ?? '');
        const extent = { name: `${name.toUpperCase()};1`, at: next, data };
        next += Math.max(1, Math.ceil(data.length / SECTOR));
        return extent;
    });
    const root = Buffer.concat([
        record('\0', ROOT_AT, SECTOR, true),
        record('\u0001', ROOT_AT, SECTOR, true),
        ...extents.map(({ name, at, data }) => record(name, at, data.length, false)),
    ]);
    if (root.length > SECTOR)
        throw new RangeError('too many files for one sector');
    const image = Buffer.alloc(next * SECTOR);
    primaryDescriptor(label, next).copy(image, 16 * SECTOR);
    image.set([255, ...Buffer.from('CD001'), 1], 17 * SECTOR);
    pathTable('LE').copy(image, 18 * SECTOR);
    pathTable('BE').copy(image, 19 * SECTOR);
    root.copy(image, ROOT_AT * SECTOR);
    for (const { at, data } of extents)
        data.copy(image, at * SECTOR);
    return image;
}
function primaryDescriptor(label, sectors) {
    const it = Buffer.alloc(SECTOR);
    it.set([1, ...Buffer.from('CD001'), 1]);
    iso_text(it, 8, 32, 'LINUX');
    iso_text(it, 40, 32, label);
    both32(it, 80, sectors);
    both16(it, 120, 1);
    both16(it, 124, 1);
    both16(it, 128, SECTOR);
    both32(it, 132, PATH_TABLE_BYTES);
    it.writeUInt32LE(18, 140);
    it.writeUInt32BE(19, 148);
    record('\0', ROOT_AT, SECTOR, true).copy(it, 156);
    for (const [at, length] of [
        [190, 128],
        [318, 128],
        [446, 128],
        [574, 128],
        [702, 37],
        [739, 37],
        [776, 37],
    ]) {
        iso_text(it, at, length, '');
    }
    for (const at of [813, 830, 847, 864])
        it.write(NO_DATE, at, 'latin1');
    it[881] = 1;
    return it;
}
function record(name, at, bytes, isFolder) {
    const id = Buffer.from(name, 'latin1');
    const length = 33 + id.length;
    const it = Buffer.alloc(length + (length % 2));
    it[0] = it.length;
    both32(it, 2, at);
    both32(it, 10, bytes);
    // The first day of 1980: nobody asks, and the same files give the same image.
    it.set([80, 1, 1], 18);
    it[25] = isFolder ? 2 : 0;
    both16(it, 28, 1);
    it[32] = id.length;
    id.copy(it, 33);
    return it;
}
function pathTable(order) {
    const it = Buffer.alloc(PATH_TABLE_BYTES);
    it[0] = 1;
    if (order === 'LE') {
        it.writeUInt32LE(ROOT_AT, 2);
        it.writeUInt16LE(1, 6);
    }
    else {
        it.writeUInt32BE(ROOT_AT, 2);
        it.writeUInt16BE(1, 6);
    }
    return it;
}
function iso_text(to, at, length, value) {
    to.write(value.padEnd(length, ' ').slice(0, length), at, 'latin1');
}
/** ISO 9660 writes numbers twice, in both byte orders. */
function both16(to, at, value) {
    to.writeUInt16LE(value, at);
    to.writeUInt16BE(value, at + 2);
}
function both32(to, at, value) {
    to.writeUInt32LE(value, at);
    to.writeUInt32BE(value, at + 4);
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/seed.js


/** The user that logs in. Cloud images let nobody log in as root. */
const USER = 'swarm-up';
/** The seed of cloud-init's data source NoCloud: a disk with the label CIDATA. It holds the host's private key. */
function seedImage(input) {
    return isoImage('CIDATA', {
        'meta-data': metaData(input),
        'user-data': userData(input),
        'network-config': networkConfig(input),
    });
}
// JSON is YAML, and needs no thought about quotes and indentation.
function metaData({ name }) {
    return `${JSON.stringify({ 'instance-id': `swarm-up-${name}`, 'local-hostname': name })}\n`;
}
function userData({ hostKey, authorizedKey, }) {
    const config = {
        users: [
            {
                name: USER,
                // cloud-init makes the group where the image has no engine yet; the package of the engine takes the one that is there.
                groups: ['docker'],
                shell: '/bin/bash',
                lock_passwd: true,
                sudo: 'ALL=(ALL) NOPASSWD:ALL',
                ssh_authorized_keys: [authorizedKey],
            },
        ],
        ssh_pwauth: false,
        ssh_deletekeys: true,
        ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
        manage_etc_hosts: 'localhost',
    };
    return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}
/** By MAC address: what an interface is called differs between images. */
function networkConfig({ index, subnet, lanMac, wanMac, internet }) {
    const config = {
        version: 2,
        ethernets: {
            lan: {
                match: { macaddress: lanMac },
                addresses: [`${guestAddress(subnet, index)}/24`],
            },
            wan: {
                match: { macaddress: wanMac },
                addresses: [`${WAN.guest}/24`],
                ...(internet && {
                    routes: [{ to: '0.0.0.0/0', via: WAN.gateway }],
                    nameservers: { addresses: [WAN.resolver] },
                }),
            },
        },
    };
    return `${JSON.stringify(config, undefined, 1)}\n`;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/user-network.js




const CANDIDATES = 16;
/** Below the ports that Linux gives to whoever asks for none. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
/** Where the runner reaches a machine. */
function loopbackAddress({ loopback }, index) {
    return guestAddress(loopback, index);
}
/** The networks to try for the cluster in a folder, the same ones each time. Other users have other folders. */
function userNetworks(folder) {
    return Array.from({ length: CANDIDATES }, (_, step) => {
        const hash = (0,external_node_crypto_.createHash)('sha256').update(`${folder}\0${step}`).digest();
        const [a, b, c, d = 0, e] = hash;
        const port = FIRST_PORT + (hash.readUInt16BE(6) % PORTS);
        // 239.0.0.0/8 is for whoever wants it (RFC 2365). In the upper half of 127.0.0.0/8 nothing listens by habit, as at 127.0.0.53.
        return { group: `239.${a}.${b}.${c}:${port}`, loopback: `127.${128 + (d % 64)}.${e}` };
    });
}
/** A network that no other cluster has and whose port is free. Throws `ActionError` where there is none. */
async function chooseUserNetwork(folder, others) {
    for (const one of userNetworks(folder)) {
        const isTaken = others.some(({ group, loopback }) => group === one.group || loopback === one.loopback);
        if (!isTaken && (await canJoin(one.group)))
            return one;
    }
    throw new lib_errors/* ActionError */.l('No multicast port is free on the runner for the machines.', {
        hint: `UDP ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} were tried; see who has them: ss -lunp`,
    });
}
/** Whether QEMU may listen there. */
async function canJoin(group) {
    const [address, port] = group.split(':');
    const socket = (0,external_node_dgram_.createSocket)({ type: 'udp4', reuseAddr: true });
    return await new Promise((resolve) => {
        socket.once('error', () => socket.close(() => resolve(false)));
        socket.bind({ address: address ?? '', port: Number(port) }, () => socket.close(() => resolve(true)));
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/launch.js













const launch_HOST_KEY_LABEL = 'swarm-up.host-key';
const launch_INDEX_LABEL = 'swarm-up.index';
/** Of a machine whose sshd is not reached at port 22. */
const SSH_PORT_LABEL = 'swarm-up.ssh-port';
const DEFAULT_CPUS = 2;
/** What the runner sets for what a job starts, and ends at the end of the job: a cluster that stays is none of it. */
const NOT_OF_THE_JOB = { RUNNER_TRACKING_ID: '' };
/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves. Its record is the first of it. Rejects with what
 * failed, and leaves what was made: the way down finds it by the folder.
 */
async function launch(spec, cluster, index, { platform, base, memory, options }, { root, log }) {
    const name = machineName(spec.owner.cluster, index);
    const isWorkbench = index === WORKBENCH;
    const places = machinePlaces(cluster.places, index);
    const { subnet, publicKey, userNetwork } = cluster.record;
    const mac = macAddresses(cluster.places.linkPrefix, index);
    const hostKey = generateKeyPair(name);
    const forward = index === 1 ? await forwarded(spec.localPorts) : [];
    const lanAddress = guestAddress(subnet, index);
    const address = userNetwork ? loopbackAddress(userNetwork, index) : lanAddress;
    const sshPort = userNetwork ? await freePort(address) : 22;
    await (0,external_node_fs_promises_.mkdir)(places.folder, { mode: 0o700 });
    const record = {
        name,
        index,
        labels: {
            ...ownerLabels(spec.owner),
            [launch_INDEX_LABEL]: String(index),
            [launch_HOST_KEY_LABEL]: hostKey.publicKey,
            ...(userNetwork && { [SSH_PORT_LABEL]: String(sshPort) }),
        },
        address,
        advertise: lanAddress,
        localPorts: Object.fromEntries(forward.map(({ protocol, port, runnerPort }) => [`${port}/${protocol}`, runnerPort])),
    };
    await writeRecord(places.record, record);
    // Without a way out nothing can be installed; no stack is ever on that machine.
    const internet = isWorkbench || (options.internet ?? true);
    await (0,external_node_fs_promises_.writeFile)(places.seed, seedImage({
        ...{ name, index, subnet, hostKey, internet },
        lanMac: mac.lan,
        wanMac: mac.wan,
        authorizedKey: publicKey,
    }), { mode: 0o600 });
    const wanted = diskSize(options, base);
    const bytes = isWorkbench ? preparationDisk(base.bytes, wanted) : wanted;
    await root.runner.run(createDisk(places.disk, base, bytes));
    if (!userNetwork)
        await network_createTap(root, cluster.places, places.tap);
    await root.runner.run(startMachine({
        ...platform,
        ...{ name, places, mac, memory, internet },
        group: userNetwork?.group,
        forward: userNetwork
            ? [...forward, { protocol: 'tcp', address, runnerPort: sshPort, port: 22 }]
            : forward,
        cluster: spec.owner.cluster,
        cpus: options.cpus ?? DEFAULT_CPUS,
    }), { env: NOT_OF_THE_JOB });
    if (!userNetwork)
        await network_plugIn(root, cluster.places, places.tap);
    for (const line of moves(forward))
        log.warning(line);
    const machine = toMachine(record, true);
    if (!machine)
        throw new Error('A machine without an owner.');
    return machine;
}
function sshPortOf({ labels }) {
    return Number(labels[SSH_PORT_LABEL] ?? 22);
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/network-choice.js



/**
 * Which network a cluster shall have: the one that it has, or the one that is wanted, where `auto` is the bridge if this user can make it.
 * Throws `ActionError` where it is the bridge and he cannot.
 */
async function chooseNetwork(wanted, cluster, root, { signal, log, checkTun, }) {
    const has = cluster && (cluster.record.userNetwork ? 'user' : 'bridge');
    if (has && wanted !== 'auto' && wanted !== has) {
        log.warning(`Cluster ${cluster.owner.cluster} has \`network: ${has}\` and keeps it; ${wanted} would hold for a cluster that is made anew.`);
    }
    const kind = has ?? wanted;
    if (kind === 'user')
        return kind;
    try {
        await checkRoot(root, signal);
        await checkTun();
        // Whether there is iproute2; other programs of its name know no namespaces.
        await root.runner.run(listNamespaces(), { signal });
        return 'bridge';
    }
    catch (error) {
        if (!(error instanceof lib_errors/* ActionError */.l))
            throw error;
        if (has)
            throw onlyForRoot(cluster, error);
        if (kind === 'bridge')
            throw error;
        log.info(`The machines get a network without root, by QEMU alone (network: user): the runner reaches their published ports and SSH, and nothing else of them. A bridge cannot be had: ${error.message}`);
        return 'user';
    }
}
function onlyForRoot({ owner: { cluster } }, error) {
    return new lib_errors/* ActionError */.l(`Cluster ${cluster} has a network that takes root to be changed.`, {
        details: [error.message, error.details].filter(Boolean).join('\n'),
        hint: `A run that could become root has made it (network: bridge). ${error.hint ?? ''}\nOr remove it in a run that can (\`command: down\`), and have it made anew.`,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/ways.js





/** How long QEMU may take to answer, in ms: it does so between two instructions of the guest. */
const ANSWER_MS = 10_000;
/**
 * Lets QEMU listen for published ports (`8080/tcp`) of a machine at the address where the runner reaches it, and gives the port for each: its own
 * number, or a free one where that is taken or only root's. What QEMU cannot hand on (SCTP) is left out. Throws `ActionError` where it refuses.
 */
async function openWays(places, published) {
    const record = await readMachine(places);
    if (!record)
        return new Map();
    let ways = record.ways ?? {};
    for (const key of published) {
        const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(key) ?? [];
        if (ways[key] !== undefined || (protocol !== 'tcp' && protocol !== 'udp'))
            continue;
        const runnerPort = await openWay(places, record, protocol, Number(port));
        ways = { ...ways, [key]: runnerPort };
        await writeRecord(places.record, { ...record, ways });
    }
    return new Map(Object.entries(ways));
}
async function openWay({ socket }, { name, address }, protocol, port) {
    const said = [];
    for (const runnerPort of [port, await freePort(address)]) {
        const answer = await monitor(socket, addForward({ protocol, address, runnerPort, port }), ANSWER_MS);
        if (answer.trim() === '')
            return runnerPort;
        said.push(answer.trim());
    }
    throw new lib_errors/* ActionError */.l(`QEMU does not lead the runner to port ${port}/${protocol} of ${name}.`, {
        details: said.join('\n'),
        hint: 'Publish another port, or use a runner with root, where machines are reached without QEMU (network: bridge).',
    });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/qemu/driver.js






























/** Machines are virtual machines of QEMU on the runner. */
const qemuDriver = {
    name: 'qemu',
    options: qemuOptions,
    create: createQemuDriver,
};
const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From the first answer of sshd until dockerd answers. */
const READY_MS = { kvm: 120_000, tcg: 300_000 };
function createQemuDriver(options, { runner, log }) {
    const state = stateFolder(process.env, (0,external_node_os_.homedir)());
    const root = rootOf(runner, process.getuid?.() ?? 0);
    const clock = systemClock;
    const estate = { state, root, table: procfs, clock };
    const memory = options.memory ?? DEFAULT_MEMORY;
    let platform;
    let base;
    /** Of a cluster that is made now. */
    let network = 'bridge';
    async function machineAt(places) {
        const record = await readMachine(places);
        if (!record)
            return undefined;
        return toMachine(record, (await findProcess(procfs, places)) !== undefined);
    }
    async function clusterOf(name) {
        const found = await readCluster(clusterPlaces(state, name));
        if (found)
            return found;
        throw new lib_errors/* ActionError */.l(`The folder of cluster ${name} is gone: ${clusterPlaces(state, name).folder}`, {
            hint: 'Something else removed it. See whether two runs use the same `cluster`.',
        });
    }
    async function remove(name, index) {
        const cluster = clusterPlaces(state, name);
        const places = machinePlaces(cluster, index);
        await stopMachine(places, machineName(name, index), estate);
        const found = await readCluster(cluster);
        if (!found?.record.userNetwork)
            await removeTap(root, cluster, places.tap);
        await (0,external_node_fs_promises_.rm)(places.folder, { recursive: true, force: true });
    }
    /** Has the image prepared that the machines begin as, where that is still to be done. */
    async function prepareBase(spec, signal) {
        if (!base?.unprepared)
            return;
        const { image, unprepared } = base;
        const places = machinePlaces(clusterPlaces(state, spec.owner.cluster), WORKBENCH);
        const timeoutMs = readyMs();
        const outcome = await prepareImage({
            places,
            user: USER,
            boot: async () => {
                // Not loaded at the start: the post step does without it.
                const { connectSsh } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 9656));
                const machine = await driver.create(spec, WORKBENCH, signal);
                return await connectSsh(await driver.target(machine, signal), { signal, timeoutMs });
            },
            isRunning: async () => (await findProcess(procfs, places)) !== undefined,
            remove: () => remove(spec.owner.cluster, WORKBENCH),
        }, unprepared, {
            ...{ runner, signal, clock, log, source: options.engine },
            readyMs: timeoutMs,
        });
        base = {
            image: outcome === 'prepared' ? await inspect(runner, unprepared.image, signal) : image,
            unprepared: undefined,
        };
    }
    /** Makes a machine and waits until its sshd answers. */
    async function bootOne(spec, index, signal) {
        const cluster = await clusterOf(spec.owner.cluster);
        const places = machinePlaces(cluster.places, index);
        // A run that was killed may have left a part of it.
        await (0,external_node_fs_promises_.rm)(places.folder, { recursive: true, force: true });
        if (!base || !platform)
            throw new Error('A machine is made only after `check`.');
        const wanted = { platform, base: base.image, memory, options };
        const machine = await launch(spec, cluster, index, wanted, { root, log });
        const started = clock.now();
        await waitForBoot({
            ...platform,
            name: machine.name,
            isRunning: async () => (await findProcess(procfs, places)) !== undefined,
            console: () => readConsole(places),
            answers: () => hasGreeting(machine.address, sshPortOf(machine)),
        }, { signal, clock });
        log.info(`${machine.name} has booted (${(0,duration/* formatDuration */.a3)(clock.now() - started)})`);
        return machine;
    }
    const readyMs = () => READY_MS[platform?.accelerator ?? 'tcg'];
    const driver = {
        name: 'qemu',
        makesMachines: true,
        installsEngine: options.engine ?? true,
        get readyTimeoutMs() {
            return readyMs();
        },
        addressPools: [],
        adoption: undefined,
        async check(signal, wanted) {
            const architecture = architectureOf(process.platform, process.arch);
            const cluster = clusterPlaces(state, wanted.cluster);
            refuseSize(wanted.machines, cluster);
            const found = await readCluster(cluster);
            const asked = { signal, log, checkTun: checkTun };
            network = await chooseNetwork(options.network ?? 'auto', found, root, asked);
            const install = options.install ?? false;
            const { version, firmware } = await ensureQemu(root, architecture, { install, signal, log });
            const places = (await machinesOf(cluster)).filter(({ index }) => index !== WORKBENCH);
            const running = await Promise.all(places.map((one) => findProcess(procfs, one)));
            const missing = wanted.machines - running.filter(Boolean).length;
            await checkRoom(Math.max(0, missing), memory, state);
            const context = { runner, signal, log };
            const accel = options.accel ?? 'auto';
            const chosen = await chooseAcceleration(accel, architecture, version, context);
            platform = { architecture, firmware, ...chosen };
            base = await chooseBase(options, architecture, missing, { ...context, clock });
            diskSize(options, base.image);
        },
        async list(cluster) {
            const places = await machinesOf(clusterPlaces(state, cluster));
            const machines = await Promise.all(places.filter(({ index }) => index !== WORKBENCH).map(machineAt));
            return machines.filter((machine) => machine !== undefined);
        },
        async prepare(spec, signal) {
            const { owner } = spec;
            const places = clusterPlaces(state, owner.cluster);
            let found = await readCluster(places);
            if (!found) {
                const subnet = await chooseSubnet(root, owner.cluster, network, signal);
                const others = (await readClusters(state)).flatMap(({ record }) => record.userNetwork ?? []);
                const userNetwork = network === 'user' ? await chooseUserNetwork(places.folder, others) : undefined;
                const key = generateKeyPair('swarm-up');
                signal.throwIfAborted();
                const record = {
                    labels: ownerLabels(owner),
                    created: new Date().toISOString(),
                    subnet,
                    publicKey: key.publicKey,
                    userNetwork,
                };
                await createClusterFolder(places, record, key.privateKey);
                found = await clusterOf(owner.cluster);
            }
            if (found.owner.repository !== owner.repository)
                throw foreign(found);
            if (!found.record.userNetwork) {
                await ensureNetwork(root, places, found.record.subnet, signal);
            }
            await prepareBase(spec, signal);
        },
        async create(spec, index, signal) {
            try {
                return await bootOne(spec, index, signal);
            }
            catch (error) {
                const isEmulated = platform?.accelerator === 'tcg';
                if (!isEmulated || !(error instanceof GuestDiedError))
                    throw error;
                log.warning(`${error.message} QEMU's emulation lets a guest die now and then, so it is started once more. What its console said last:\n${error.details ?? ''}`);
                await remove(spec.owner.cluster, index);
                return await bootOne(spec, index, signal);
            }
        },
        async target(machine) {
            const { places, record } = await clusterOf(machine.owner.cluster);
            const key = (0,host_keys/* parsePublicKey */.ee)(record.publicKey);
            const text = await (0,external_node_fs_promises_.readFile)(places.key, 'utf8');
            return {
                name: machine.name,
                host: machine.address,
                port: sshPortOf(machine),
                user: USER,
                credentials: { privateKeys: [{ ...key, fingerprint: (0,host_keys/* fingerprint */.Rj)(key), text }] },
                hostKeys: { kind: 'pinned', keys: [machine.labels[launch_HOST_KEY_LABEL] ?? ''] },
            };
        },
        async lead({ owner, index }, published) {
            const { places, record } = await clusterOf(owner.cluster);
            return record.userNetwork && (await openWays(machinePlaces(places, index), published));
        },
        async wayIn(cluster) {
            const places = clusterPlaces(state, cluster);
            const [machine] = await driver.list(cluster);
            if (!machine)
                return undefined;
            const port = String(sshPortOf(machine));
            const { console } = machinePlaces(places, machine.index);
            const login = (0,quote/* quote */.h)(['ssh', '-i', places.key, '-p', port, `${USER}@${machine.address}`]);
            return `${login}, ${(0,quote/* quote */.h)(['less', console])}`;
        },
        async entered({ owner, index }) {
            // QEMU still has it open, so that the guest sees zeros where the private key of its host was.
            const { seed } = machinePlaces(clusterPlaces(state, owner.cluster), index);
            await blank(seed);
        },
        destroy: ({ owner, index }) => remove(owner.cluster, index),
        destroyCluster: (cluster) => destroy_destroyAll(estate, cluster),
        isGone: (cluster) => destroy_isGone(estate, cluster),
        async renew(owner) {
            const { places, record } = await clusterOf(owner.cluster);
            await writeRecord(places.record, renewed(record, owner.expires));
        },
        async clusters() {
            const found = await readClusters(state);
            return await Promise.all(found.map(async (one) => ({
                owner: one.owner,
                created: one.record.created,
                parts: await partsOf(one),
            })));
        },
        async diagnostics({ owner, index }) {
            const places = machinePlaces(clusterPlaces(state, owner.cluster), index);
            return new Map([['console.log', await readConsole(places)]]);
        },
    };
    return driver;
}
function foreign({ owner }) {
    return new lib_errors/* ActionError */.l(`Cluster ${owner.cluster} belongs to another repository (id ${owner.repository || 'unknown'}).`, { hint: 'Nothing was changed. Give this step another `cluster`.' });
}

;// CONCATENATED MODULE: ./lib/machines/drivers/ssh/options.js



/** The same word stands for all hosts, and no two of them have the same address. */
const interfaceName = schemas/* string */.YjP()
    .refine((name) => (0,external_node_net_.isIP)(name) === 0, 'an address is that of one host: give it in the line of the host in `hosts`')
    .refine((name) => /^[^\s/:]{1,15}$/.test(name), 'give the name of an interface that all hosts have, for example `eth1`');
/** `driver-options` of the `ssh` driver. */
const sshOptions = schemas/* strictObject */.rej({
    /** Address pools of overlay networks, for a swarm that is initialised now. */
    'default-addr-pool': schemas/* array */.YOg(schemas/* string */.YjP().min(1)).optional(),
    /** Install Docker Engine on a host that has none; a word is where from. */
    'install-engine': schemas/* union */.KCZ([schemas/* boolean */.zMY(), schemas/* enum */.k5n(ENGINE_SOURCES)], {
        error: 'give `true`, `distribution`, `docker` or `false`',
    })
        .optional(),
    /** Go on without hosts that do not answer. */
    'allow-unreachable': schemas/* boolean */.zMY().optional(),
    /** Remove nodes that joined for this cluster and are in `hosts` no more. */
    'remove-unlisted': schemas/* boolean */.zMY().optional(),
    /** Interface by which the nodes reach each other, for lines of `hosts` without one. */
    'advertise-addr': interfaceName.optional(),
    /** Interface of the traffic between containers, for lines of `hosts` without one. */
    'data-path-addr': interfaceName.optional(),
});

;// CONCATENATED MODULE: ./lib/machines/drivers/ssh/driver.js


/** Machines are hosts that exist: they are connected to, never made and never destroyed. */
const sshDriver = {
    name: 'ssh',
    options: sshOptions,
    create: createSshDriver,
};
function createSshDriver(options, context) {
    const { connection } = context;
    if (!connection)
        throw new Error('the driver ssh without its connection');
    return {
        name: 'ssh',
        makesMachines: false,
        addressPools: options['default-addr-pool'] ?? [],
        adoption: {
            installEngine: options['install-engine'] ?? false,
            allowUnreachable: options['allow-unreachable'] ?? false,
            removeUnlisted: options['remove-unlisted'] ?? false,
            unlockKey: connection.unlockKey,
        },
        check: async () => { },
        list: async (cluster) => connection.hosts.map((host, at) => machineOf(host, at + 1, cluster, options)),
        prepare: async () => { },
        create: async (_spec, index) => {
            throw new lib_errors/* ActionError */.l(`Host ${index} is not in \`hosts\`.`);
        },
        target: async (machine) => targetOf(machine, connection),
        destroy: async () => { },
        destroyCluster: async () => { },
        isGone: async () => true,
        // What is owned of hosts stands in their swarm, which has to be entered.
        clusters: async () => [],
        renew: async () => { },
        // What dockerd of such a host has said is in its journal, if it has one and this user may read it.
        diagnostics: async () => new Map(),
    };
}
function machineOf(host, index, cluster, options) {
    return {
        name: host.name ?? host.host,
        index,
        owner: { cluster, repository: '', run: '' },
        labels: host.labels,
        state: 'running',
        address: host.host,
        advertise: host.advertiseAddr ?? options['advertise-addr'],
        dataPath: host.dataPathAddr ?? options['data-path-addr'],
        localPorts: new Map(),
    };
}
function targetOf({ name, index }, connection) {
    const host = connection.hosts[index - 1];
    if (!host)
        throw new Error(`no host ${index}`);
    const { credentials, hostKeys, jump } = connection;
    return {
        name,
        host: host.host,
        port: host.port ?? connection.port,
        user: host.user ?? connection.user,
        credentials,
        hostKeys,
        ...(jump.length > 0 && { jump }),
    };
}

;// CONCATENATED MODULE: ./lib/machines/registry.js



/** The drivers there are, by the name that the input `driver` gives. */
const DRIVERS = { docker: dockerDriver, qemu: qemuDriver, ssh: sshDriver };
function isDriverName(name) {
    return Object.hasOwn(DRIVERS, name);
}
/** A driver with its options, which its own schema has checked or checks now. Throws `ZodError` where they are not its own. */
function createDriver(name, options, context) {
    // One by one, because only here does the compiler know which options belong to which driver.
    switch (name) {
        case 'docker':
            return dockerDriver.create(dockerDriver.options.parse(options), context);
        case 'qemu':
            return qemuDriver.create(qemuDriver.options.parse(options), context);
        case 'ssh':
            return sshDriver.create(sshDriver.options.parse(options), context);
    }
}

;// CONCATENATED MODULE: ./lib/inputs/driver-options.js





/** A YAML map that the schema of the driver accepts. */
function parseDriverOptions(text, driver) {
    const document = (0,dist/* parseDocument */.Tp)(text === '' ? '{}' : text);
    const fault = document.errors[0];
    if (fault)
        return new Problem(`not YAML: ${fault.message.split('\n')[0]}`);
    const value = document.toJS();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return new Problem('not a map. Write one `key: value` per line, below `driver-options: |` and indented.');
    }
    const definition = driver && DRIVERS[driver];
    if (!definition)
        return value; // the driver is a problem of its own
    const result = definition.options.safeParse(value);
    if (result.success)
        return result.data;
    return new Problem(result.error.issues.map((issue) => optionProblem(issue, definition)).join('; '));
}
function optionProblem(issue, definition) {
    if (issue.code === 'unrecognized_keys') {
        const options = definition.options instanceof schemas/* ZodObject */.bvH ? Object.keys(definition.options.shape) : [];
        return issue.keys
            .map((key) => `driver ${definition.name} has no option \`${key}\`. ${known(key, options)}`)
            .join('; ');
    }
    return `\`${issue.path.join('.')}\`: ${issue.message}`;
}

;// CONCATENATED MODULE: ./lib/inputs/policy.js


const DEFAULTS = { maxServices: 25, maxTasks: 50 };
const LIMITS = {
    'max-services': 'maxServices',
    'max-tasks': 'maxTasks',
};
/** Events that run with the rights of the repository, on what a stranger may have written (docs.github.com, "Security hardening"). */
const OF_STRANGERS = ['pull_request_target', 'workflow_run'];
/**
 * `none`, or `restricted` with limits of one's own, as `restricted max-services=10`; nothing is `restricted` in events of strangers.
 * `undefined` means: no policy.
 */
function parsePolicy(text, event) {
    const [mode = '', ...limits] = text.split(/\s+/);
    if (mode === '')
        return OF_STRANGERS.includes(event ?? '') ? DEFAULTS : undefined;
    if (mode === 'none' && limits.length === 0)
        return undefined;
    if (mode !== 'restricted') {
        return new Problem(`not known. ${known(mode, ['none', 'restricted'])}`);
    }
    const policy = { ...DEFAULTS };
    for (const limit of limits) {
        const [, name = '', count] = /^([^=]*)=(\d{1,5})$/.exec(limit) ?? [];
        const key = LIMITS[name];
        if (key === undefined || count === undefined) {
            return new Problem(`\`${limit}\` is not a limit. Write for example \`restricted max-services=10 max-tasks=20\`.`);
        }
        policy[key] = Number(count);
    }
    return policy;
}

;// CONCATENATED MODULE: ./lib/inputs/reader.js


/** Reads inputs and gathers what is wrong with them, so that all of it is said at once. */
function inputReader(read) {
    const problems = [];
    const problem = (name, shown, reason) => {
        problems.push(`${name}: ${JSON.stringify(shown)}: ${reason}`);
        return undefined;
    };
    return {
        problem,
        input: (name, parse) => {
            const text = read(name).trim();
            const value = parse(text);
            if (!(value instanceof Problem))
                return value;
            problem(name, value.shown ?? text, value.reason);
            return undefined;
        },
        finish: () => {
            if (problems.length === 0)
                return;
            throw new lib_errors/* ActionError */.l(problems.length === 1
                ? 'An input is not right.'
                : `${problems.length} inputs are not right.`, {
                details: problems.join('\n'),
                hint: 'Nothing has been created. Correct the `with:` of this step; every input is described in the README.',
            });
        },
    };
}

;// CONCATENATED MODULE: ./lib/registry/reference.js
/** Docker Hub's name in references. */
const DOCKER_HUB = 'docker.io';
/** Splits `[registry/]path[:tag][@digest]` as the docker client does (github.com/distribution/reference). */
function parseReference(image) {
    const [named = '', digest] = image.split('@');
    const tagAt = named.indexOf(':', named.lastIndexOf('/') + 1);
    const name = tagAt < 0 ? named : named.slice(0, tagAt);
    const version = digest ?? (tagAt < 0 ? 'latest' : named.slice(tagAt + 1));
    const slash = name.indexOf('/');
    const first = name.slice(0, Math.max(slash, 0));
    const isRegistry = /[.:]/.test(first) || first === 'localhost';
    if (isRegistry && registryName(first) !== DOCKER_HUB) {
        return { registry: first, repository: name.slice(slash + 1), version };
    }
    const path = isRegistry ? name.slice(slash + 1) : name;
    return {
        registry: DOCKER_HUB,
        repository: path.includes('/') ? path : `library/${path}`,
        version,
    };
}
/** The registry that a key of a docker config or a person means: without scheme and path, Docker Hub by one name. */
function registryName(text) {
    const host = text.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return /^((index|registry-1|hub)\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
}

;// CONCATENATED MODULE: ./lib/inputs/registries.js


/** `host user password` per line. A problem shows the number of its line and nothing of it. */
function parseRegistries(text) {
    const logins = [];
    for (const [at, line] of text.split(/\r?\n/).entries()) {
        const words = line.trim();
        if (words === '' || words.startsWith('#'))
            continue;
        const shown = `line ${at + 1}`;
        const [, host = '', user = '', password = ''] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(words) ?? [];
        if (password === '') {
            return new Problem('not a login. Write `host user password`, for example `registry.example.com deploy` and a secret. An empty secret looks like this, too.', shown);
        }
        const registry = registryName(host);
        if (logins.some((one) => one.registry === registry)) {
            return new Problem(`${registry} has a login in a line before. Keep one.`, shown);
        }
        logins.push({ registry, source: '`registries`', proof: { user, password } });
    }
    return logins;
}

;// CONCATENATED MODULE: ./lib/inputs/variables.js


/** `KEY=value` lines. A value may be secret, so a problem shows none. */
function parseEnv(text) {
    const env = {};
    for (const [at, line] of lines(text).entries()) {
        const end = line.indexOf('=');
        const key = line.slice(0, end);
        // Values may be secret, so no more than the name is shown, and nothing of what is not a name.
        if (end < 1) {
            return new Problem("has no `=`. Write one `KEY=value` per line; variables of the step's `env:` are there without being listed.", `line ${at + 1}`);
        }
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
            return new Problem('not the name of a variable. Begin with a letter or `_`; letters, digits and `_` may follow.', key);
        }
        env[key] = line.slice(end + 1);
    }
    return env;
}

// EXTERNAL MODULE: ./lib/exec/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(8850);
// EXTERNAL MODULE: ./node_modules/ssh2/lib/index.js
var lib = __webpack_require__(5472);
var lib_default = /*#__PURE__*/__webpack_require__.n(lib);
;// CONCATENATED MODULE: ./lib/exec/private-key-text.js
const BLOCK = /-{4,5} ?BEGIN ([A-Z0-9 ]+?) ?-{4,5}([\s\S]*?)-{4,5} ?END \1 ?-{4,5}/g;
/** RFC 1421: "Proc-Type: 4,ENCRYPTED" and "DEK-Info: AES-128-CBC,0123…". */
const ENCRYPTION = /Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Z0-9-]+,[0-9A-Fa-f]+)/;
/**
 * Finds the armoured blocks of a text, however it came through: with other line ends or none, indented, quoted, with `\n` written out,
 * or as base64 of the whole. Blocks that only describe others (`EC PARAMETERS`) are left out. Throws nothing.
 */
function findArmour(text) {
    const plain = unwrap(text);
    const blocks = [...plain.matchAll(BLOCK)].filter(([, label]) => label !== 'EC PARAMETERS');
    const rest = plain.replace(BLOCK, '');
    if (/-{4,5} ?BEGIN /.test(rest))
        return 'no end';
    if (/-{4,5} ?END /.test(rest))
        return 'no beginning';
    if (blocks.length === 0)
        return mistake(plain);
    return blocks.map(([, label = '', body = '']) => ({ label, text: rewrite(label, body) }));
}
function unwrap(text) {
    const plain = text
        .replace(/^\ufeff/, '')
        .replaceAll('\\r', '')
        .replaceAll('\\n', '\n')
        .replaceAll('\r', '\n');
    if (/-{4} ?(BEGIN|END) /.test(plain))
        return plain;
    const decoded = Buffer.from(plain.replace(/\s+/g, ''), 'base64').toString('latin1');
    return /-{4} ?BEGIN /.test(decoded) ? decoded.replaceAll('\r', '\n') : plain;
}
/** Line ends and widths are part of the formats, and are what gets lost on the way through forms and variables. */
function rewrite(label, body) {
    const encryption = ENCRYPTION.exec(body);
    const base64 = body.replace(ENCRYPTION, '').replace(/\s+/g, '');
    const header = encryption ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${encryption[1]}`, ''] : [];
    const lines = base64.match(/.{1,64}/g) ?? [];
    return [`-----BEGIN ${label}-----`, ...header, ...lines, `-----END ${label}-----`, ''].join('\n');
}
function mistake(plain) {
    const text = plain.trim().replace(/^["']|["']$/g, '');
    if (text === '')
        return 'nothing';
    if (/-cert-v01@openssh\.com /.test(text))
        return 'certificate';
    if (/(^|\s)(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA/.test(text)) {
        return 'public key';
    }
    if (text.startsWith('PuTTY-User-Key-File-'))
        return 'PuTTY key';
    if (/^(~|\.{0,2}\/|[A-Za-z]:\\)\S{1,200}$/.test(text))
        return 'path';
    // What begins so in base64 is "openssh-key-v1", the first line of which is missing.
    if (text.includes('b3BlbnNzaC1rZXktdjE'))
        return 'no beginning';
    return 'no key';
}

// EXTERNAL MODULE: ./lib/exec/ssh-wire.js
var ssh_wire = __webpack_require__(7274);
;// CONCATENATED MODULE: ./lib/exec/private-key.js







const WHOLE = 'Give the whole text of the private key file, from its -----BEGIN line to its -----END line.';
const NEW_KEY = 'Make a new one: ssh-keygen -t ed25519 -f deploy_key';
const MISTAKES = {
    nothing: {
        reason: 'it is empty',
        hint: 'Check the name of the secret, and that this workflow may read it: runs for forks and for Dependabot get none.',
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
    'no end': { reason: 'it breaks off: its END line is missing', hint: WHOLE },
    'no beginning': { reason: 'its beginning is missing', hint: WHOLE },
    'no key': { reason: 'it has no -----BEGIN line', hint: WHOLE },
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
 * Reads one or several private keys: OpenSSH, PEM (PKCS#1, SEC1) or PKCS#8; ed25519, ECDSA or RSA. The passphrase opens all that are
 * encrypted. What a form or a variable did to the text is repaired (see `findArmour`). Throws `ActionError` that says which key is what
 * instead, and never contains anything of the key or the passphrase.
 */
function readPrivateKeys(text, passphrase) {
    const found = findArmour(text);
    if (typeof found === 'string')
        throw refused(MISTAKES[found]);
    return found.map((armour, at) => {
        const key = readOne(armour, passphrase || undefined);
        if ('reason' in key)
            throw refused(key, found.length > 1 ? at + 1 : undefined);
        return key;
    });
}
function refused({ reason, hint }, number) {
    const which = number === undefined ? '' : ` number ${number}`;
    return new lib_errors/* ActionError */.l(`The SSH private key${which} cannot be used: ${reason}`, { hint });
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
    const opened = attempt(() => (0,external_node_crypto_.createPrivateKey)(privatePem(text, passphrase)));
    if (opened instanceof Error)
        return cipher === 'none' ? DAMAGED : notOpened(opened, cipher);
    const read = usable(opened);
    // Two wrong halves could still make a key, though not the one that was meant.
    return read?.blob.equals(envelope.blob) ? read : DAMAGED;
}
/** Throws what ssh2 gives as an error. */
function privatePem(text, passphrase) {
    const parsed = lib_default().utils.parseKey(text, passphrase);
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    if (!key || !('isPrivateKey' in key))
        throw key ?? new Error('There is no key inside.');
    return key.getPrivatePEM();
}
/** ssh2 has no error codes, and some of its messages quote the key: they are looked at and never passed on. */
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
        const string = (0,ssh_wire/* stringAt */.bX)(bytes, at);
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
        type: (0,host_keys/* blobType */.a1)(blob),
        blob,
    };
}
function readPem(label, text, passphrase) {
    const encrypted = label.startsWith('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
    if (encrypted && passphrase === undefined)
        return ENCRYPTED;
    const key = attempt(() => (0,external_node_crypto_.createPrivateKey)({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }));
    if (key instanceof Error)
        return encrypted ? WRONG_PASSPHRASE : DAMAGED;
    if (key.asymmetricKeyType === 'dsa')
        return DSA;
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    if (asText(key) === undefined) {
        const type = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
        return { reason: `SSH has no keys of type ${type}`, hint: NEW_KEY };
    }
    return usable(key) ?? DAMAGED;
}
/** PKCS#8 would do for all, but ssh2 1.17 reads none, and OpenSSH reads ed25519 of it only from 9.6 on. */
function asText(key) {
    switch (key.asymmetricKeyType) {
        case 'ed25519':
            return ed25519KeyPair(key, '').privateKey;
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
function usable(key) {
    const text = asText(key);
    const parsed = text === undefined ? undefined : attempt(() => lib_default().utils.parseKey(text));
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
    return { type: parsed.type, fingerprint: (0,host_keys/* fingerprint */.Rj)(blob), blob, text };
}
function attempt(run) {
    try {
        return run();
    }
    catch (error) {
        return error instanceof Error ? error : new Error('unknown');
    }
}

;// CONCATENATED MODULE: ./lib/machines/drivers/ssh/hosts.js

const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
const hosts_USER = /^[a-z_][a-z0-9_.-]*\$?$/i;
const LABEL = /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i;
/** Keys of a line that are no labels. */
const OPTIONS = ['name', 'advertise-addr', 'data-path-addr'];
/**
 * Reads `[user@]host[:port] [manager|worker] [key=value …]` lines; blank lines and `#` comments are left out. Where no line has a role, the
 * first host is the manager and the others are workers; where one has, those without are workers.
 * Gives every problem of every line, and never throws.
 */
function parseHosts(text) {
    const problems = [];
    const drafts = [];
    for (const [at, whole] of text.split(/\r?\n/).entries()) {
        const words = whole.replace(/(?:^|\s)#.*$/, '').trim();
        if (words === '')
            continue;
        const parsed = parseLine(at + 1, words.split(/\s+/));
        if (typeof parsed === 'string')
            problems.push({ line: at + 1, reason: parsed });
        else
            drafts.push(parsed);
    }
    if (problems.length > 0)
        return { problems };
    const hosts = withRoles(drafts);
    const wrong = [...noManager(hosts), ...duplicates(hosts)];
    return wrong.length > 0 ? { problems: wrong } : { hosts };
}
function parseLine(line, [target = '', ...rest]) {
    const place = parseTarget(target);
    if (typeof place === 'string')
        return place;
    const options = new Map();
    const labels = {};
    let role;
    for (const word of rest) {
        const equals = word.indexOf('=');
        if (equals < 0) {
            if (word !== 'manager' && word !== 'worker') {
                return `\`${word}\` is neither a role nor a label. Write \`manager\`, \`worker\` or \`key=value\`.`;
            }
            if (role !== undefined)
                return `has two roles, \`${role}\` and \`${word}\`. Keep one.`;
            role = word;
            continue;
        }
        const key = word.slice(0, equals);
        const value = word.slice(equals + 1);
        if (!LABEL.test(key)) {
            return `\`${key}\` cannot be the key of a node label: letters, digits, \`.\`, \`_\`, \`/\`, \`-\`, not at its ends.`;
        }
        if (Object.hasOwn(labels, key) || options.has(key))
            return `\`${key}\` is given twice. Keep one.`;
        if (OPTIONS.some((option) => option === key))
            options.set(key, value);
        else
            labels[key] = value;
    }
    for (const [key, value] of options) {
        if (value === '')
            return `\`${key}=\` has no value. Give one, or leave it out.`;
    }
    return {
        line,
        ...place,
        role,
        name: options.get('name'),
        advertiseAddr: options.get('advertise-addr'),
        dataPathAddr: options.get('data-path-addr'),
        labels,
    };
}
/** Reads `[user@]host[:port]`; a text is the reason why it is none. */
function parseTarget(target) {
    const at = target.lastIndexOf('@');
    const user = at < 0 ? undefined : target.slice(0, at);
    if (user !== undefined && !hosts_USER.test(user)) {
        return `\`${user}\` before the \`@\` is not the name of a user.`;
    }
    const place = target.slice(at + 1);
    const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
    const plain = /^([^:]*)(?::(.*))?$/.exec(place);
    const [, host = '', portText] = bracketed ?? ((0,external_node_net_.isIPv6)(place) ? [place, place] : (plain ?? []));
    if (bracketed ? !(0,external_node_net_.isIPv6)(host) : !(0,external_node_net_.isIPv6)(host) && !HOST_NAME.test(host)) {
        return `\`${place}\` is not a host. Write a name or an address, an IPv6 address with a port in brackets: \`[2001:db8::4]:2222\`.`;
    }
    if (portText === undefined)
        return { user, host: host.toLowerCase(), port: undefined };
    const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
    if (port < 1 || port > 65_535)
        return `\`${portText}\` is not a port: 1 to 65535.`;
    return { user, host: host.toLowerCase(), port };
}
function withRoles(drafts) {
    const none = drafts.every(({ role }) => role === undefined);
    return drafts.map((draft, at) => ({
        ...draft,
        role: draft.role ?? (none && at === 0 ? 'manager' : 'worker'),
    }));
}
function noManager(hosts) {
    const first = hosts[0];
    if (!first)
        return [{ line: 1, reason: 'no host at all. Write one per line.' }];
    if (hosts.some(({ role }) => role === 'manager'))
        return [];
    return [{ line: first.line, reason: 'no line is a `manager`. A swarm needs one.' }];
}
function duplicates(hosts) {
    const seen = new Map();
    const problems = [];
    const claim = (key, what, line) => {
        const before = seen.get(key);
        if (before === undefined)
            seen.set(key, line);
        else
            problems.push({ line, reason: `${what} stands in line ${before} already.` });
    };
    for (const { line, host, port, name, advertiseAddr } of hosts) {
        claim(`host ${host} ${port ?? ''}`, `\`${host}\``, line);
        if (name !== undefined)
            claim(`name ${name}`, `the name \`${name}\``, line);
        // An interface has the same name everywhere; an address is one machine's.
        if (advertiseAddr !== undefined && /[.:]/.test(advertiseAddr)) {
            claim(`address ${advertiseAddr}`, `the address \`${advertiseAddr}\``, line);
        }
    }
    return problems;
}

;// CONCATENATED MODULE: ./lib/machines/drivers/ssh/connection.js




/**
 * Reads the inputs of the driver `ssh`. Every problem goes to `problem`; what is returned is of use only where there was none.
 * `warn` is given what a host key that is accepted on first use was.
 */
function readConnection(inputs, problem, warn) {
    const parsed = parseHosts(inputs.hosts);
    if ('problems' in parsed) {
        for (const { line, reason } of parsed.problems)
            problem('hosts', `line ${line}`, reason);
    }
    const port = /^\d{1,5}$/.test(inputs.port) ? Number(inputs.port) : 0;
    if (port < 1 || port > 65_535)
        problem('ssh-port', inputs.port, 'not a port: 1 to 65535.');
    const credentials = readCredentials(inputs, problem);
    const hostKeys = readHostKeys(inputs, problem, warn);
    const user = inputs.user;
    return {
        hosts: 'hosts' in parsed ? parsed.hosts : [],
        user,
        port,
        credentials,
        hostKeys,
        jump: readJump(inputs, { user, credentials, hostKeys }, problem),
        unlockKey: readUnlockKey(inputs, problem),
    };
}
function readUnlockKey({ unlockKey }, problem) {
    const key = unlockKey.trim();
    if (key === '')
        return undefined;
    if (/^SWMKEY-\d+-\S+$/.test(key))
        return key;
    problem('unlock-key', '***', 'not the key of a swarm, which begins with `SWMKEY-1-`. A manager shows it by: docker swarm unlock-key');
    return undefined;
}
function readCredentials(inputs, problem) {
    const { privateKey, passphrase, password, agent } = inputs;
    if (privateKey.trim() === '' && password === '' && agent === undefined) {
        problem('ssh-private-key', '', 'nothing to log in with. Give a private key (a secret), run an SSH agent before this step, or give `ssh-password`.');
    }
    return {
        privateKeys: privateKey.trim() === '' ? [] : keysOf(privateKey, passphrase, problem),
        agent,
        password: password === '' ? undefined : password,
    };
}
function keysOf(text, passphrase, problem) {
    try {
        return readPrivateKeys(text, passphrase === '' ? undefined : passphrase);
    }
    catch (error) {
        if (!(error instanceof lib_errors/* ActionError */.l))
            throw error;
        problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        return [];
    }
}
function readHostKeys({ knownHosts, hostKeyChecking }, problem, warn) {
    const known = (0,known_hosts/* parseKnownHosts */.uJ)(knownHosts);
    for (const { line, reason } of known.problems) {
        problem('ssh-known-hosts', `line ${line}`, reason);
    }
    if (hostKeyChecking !== 'strict' && hostKeyChecking !== 'accept-new') {
        problem('ssh-host-key-checking', hostKeyChecking, 'not known. Known: strict, accept-new.');
    }
    return {
        kind: 'known-hosts',
        knownHosts: known,
        unknown: hostKeyChecking === 'accept-new'
            ? { mode: 'accept-new', onAccepted: warn }
            : { mode: 'refuse' },
    };
}
function readJump(inputs, own, problem) {
    return inputs.jump
        .split(/[\n,]/)
        .map((text) => text.trim())
        .filter(Boolean)
        .flatMap((text) => {
        const place = parseTarget(text);
        if (typeof place === 'string') {
            problem('ssh-jump', text, place);
            return [];
        }
        const { host, user = own.user, port = 22 } = place;
        return [{ name: host, host, port, ...own, user }];
    });
}

;// CONCATENATED MODULE: ./lib/stack/findings.js

/**
 * What becomes of warnings, which tell of what can be left out without changing what the file means or how safe it is: `strict` makes
 * an error of each.
 */
const COMPATIBILITIES = ['warn', 'strict'];
/** A compose file that cannot be deployed. Every problem of it is in `findings`, so that each can be shown at its line. */
class ComposeError extends lib_errors/* ActionError */.l {
    findings;
    constructor(message, findings, hint) {
        super(message, {
            details: findings.map(describeFinding).join('\n'),
            ...(hint === undefined ? {} : { hint }),
        });
        this.findings = findings;
    }
}
/** `compose.yaml:12: message`, for logs. */
function describeFinding(finding) {
    const { location, message } = finding;
    return location ? `${location.file}:${location.line}: ${message}` : message;
}
/** Collects findings in the order they are made. */
function collectFindings(locate) {
    const findings = [];
    const add = (level) => (path, message) => {
        findings.push({ level, message, location: locate(path) });
    };
    return { warn: add('warning'), refuse: add('error'), all: () => findings };
}

;// CONCATENATED MODULE: ./lib/stack/verify-target.js
/** Reads `8080/health` or `8080/admin 401`; undefined where it is neither. */
function parseVerify(line) {
    const match = /^(\d{1,5})(\/\S*)?(?:\s+([1-5]\d\d))?$/.exec(line);
    const port = Number(match?.[1]);
    if (!match || port < 1 || port > 65_535)
        return undefined;
    return { port, path: match[2] ?? '/', status: match[3] ? Number(match[3]) : undefined };
}

;// CONCATENATED MODULE: ./lib/inputs.js













const TEARDOWNS = ['auto', 'always', 'on-success', 'never'];
const RESOLVE_IMAGE = ['always', 'changed', 'never'];
const ON_FAILURE = ['keep', 'rollback'];
const COMMANDS = ['up', 'down', 'sweep'];
const PLANNED_DRIVERS = ['hetzner', 'digitalocean', 'amazonec2'];
/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml filled in.
 * Throws one `ActionError` that lists the problems of all inputs, each with the value, the reason and the remedy.
 */
function parseInputs(read, environment, warn = () => { }) {
    const { input, problem, finish } = inputReader(read);
    const driver = input('driver', parseDriver);
    const nodes = input('nodes', (text) => parseCount(text, 1, 50, 'machines'));
    const managers = input('managers', (text) => parseCount(text, 1, 50, 'managers'));
    if (nodes < managers) {
        problem('managers', String(managers), `more managers than nodes (${nodes}). Raise \`nodes\`, or lower \`managers\`.`);
    }
    const connection = driver === 'ssh' ? parseConnection(read, environment, problem, warn) : undefined;
    const roles = connection?.hosts.map(({ role }) => role) ??
        Array.from({ length: nodes }, (_, at) => (at < managers ? 'manager' : 'worker'));
    const inputs = {
        command: input('command', parseCommand),
        driver,
        driverOptions: input('driver-options', (text) => parseDriverOptions(text, driver)),
        cluster: input('cluster', (text) => parseCluster(text, environment)),
        nodes: roles.length,
        roles,
        connection,
        composeFiles: input('compose-file', (text) => (text === '-' ? undefined : lines(text))),
        stackName: input('stack-name', parseStackName),
        stackPullRequest: driver === 'ssh' ? environment.pullRequest : undefined,
        env: input('env', parseEnv),
        profiles: input('profiles', lines),
        images: input('images', (text) => [...new Set(lines(text))]),
        registryAuth: input('registry-auth', parseBoolean),
        registries: input('registries', parseRegistries),
        resolveImage: input('resolve-image', (text) => parseChoice(text, RESOLVE_IMAGE)),
        compatibility: input('compatibility', (text) => parseChoice(text, COMPATIBILITIES)),
        policy: input('policy', (text) => parsePolicy(text, environment.GITHUB_EVENT_NAME)),
        mtu: input('mtu', parseMtu),
        portOffset: input('port-offset', parsePortOffset),
        prune: input('prune', parseBoolean),
        dryRun: input('dry-run', parseBoolean),
        onFailure: input('on-failure', (text) => parseChoice(text, ON_FAILURE)),
        recreate: input('recreate', parseBoolean),
        keepVersions: input('keep-versions', (text) => parseCount(text, 0, 100, 'versions')),
        waitTimeoutMs: input('wait-timeout', parseLimit),
        stableForMs: input('stable-for', parseLimit),
        lockTimeoutMs: input('lock-timeout', parseLimit),
        verify: input('verify', parseVerifyLines),
        teardown: input('teardown', (text) => parseChoice(text, TEARDOWNS)),
        removeVolumes: input('remove-volumes', parseBoolean),
        ttlMs: input('ttl', parseTtl),
        dockerHost: input('docker-host', parseBoolean),
        announcements: readAnnouncements(input),
    };
    if (inputs.stableForMs > inputs.waitTimeoutMs) {
        problem('stable-for', read('stable-for'), `longer than \`wait-timeout\` (${read('wait-timeout')}), so nothing could ever converge. Lower it, or raise \`wait-timeout\`.`);
    }
    finish();
    return inputs;
}
/** How the hosts of the driver `ssh` are reached. */
function parseConnection(read, { SSH_AUTH_SOCK }, problem, warn) {
    return readConnection({
        hosts: read('hosts'),
        privateKey: read('ssh-private-key'),
        passphrase: read('ssh-passphrase'),
        password: read('ssh-password'),
        user: read('ssh-user').trim(),
        port: read('ssh-port').trim(),
        knownHosts: read('ssh-known-hosts'),
        hostKeyChecking: read('ssh-host-key-checking').trim(),
        jump: read('ssh-jump'),
        unlockKey: read('unlock-key'),
        agent: SSH_AUTH_SOCK || undefined,
    }, problem, warn);
}
/** What to do. */
function parseCommand(text) {
    return parseChoice(text, COMMANDS);
}
/** The name of a driver that there is. */
function parseDriver(text) {
    const drivers = Object.keys(DRIVERS);
    if (PLANNED_DRIVERS.includes(text)) {
        return new Problem(`not yet in this version. Use one of: ${drivers.join(', ')}.`);
    }
    return parseChoice(text, drivers);
}
/** The name of a stack; `undefined` where none is given. */
function parseStackName(text) {
    if (text === '')
        return undefined;
    if (/^[a-z0-9][a-z0-9_-]*$/.test(text) && text.length <= 63)
        return text;
    return new Problem('not a name for a stack: lower-case letters, digits, `-` and `_`, beginning with a letter or digit.');
}
function parseVerifyLines(text) {
    if (text === '')
        return undefined;
    if (text === '-')
        return [];
    const targets = [];
    for (const line of lines(text)) {
        const target = parseVerify(line);
        if (target === undefined) {
            return new Problem(`\`${line}\` is not a port with a path. Write for example \`8080/health\`, or \`8080/admin 401\` for another status than 2xx and 3xx.`);
        }
        targets.push(target);
    }
    return targets;
}

;// CONCATENATED MODULE: ./lib/step.js


/**
 * Runs one stage of the way up in its own log group and records it in the timeline. What it returns or throws is handed on unchanged.
 * The line with the duration comes after the group, so that it can be read while the group is folded.
 */
async function inStage(reporter, title, fn) {
    const stage = reporter.timeline.start(title);
    let result = 'failed';
    try {
        const value = await reporter.log.group(title, () => fn(stage));
        result = 'ok';
        return value;
    }
    finally {
        const { durationMs, note } = stage.end(result);
        const took = `${result === 'ok' ? 'done in' : 'failed after'} ${(0,duration/* formatDuration */.a3)(durationMs)}`;
        reporter.log.info(note === undefined ? `  ${took}` : `  ${took}: ${note}`);
    }
}
/**
 * Runs every step of the way down, one after another, whatever the others do. Each failure is shown whole in its own group.
 * Throws one `AggregateError` that counts and names the steps that failed and holds their errors in order.
 */
async function step_runAllSteps(steps, context, reporter) {
    const failures = [];
    for (const step of steps) {
        try {
            await inStage(reporter, step.title, () => runShowingFailure(step, context, reporter.log));
        }
        catch (error) {
            failures.push({ title: step.title, error });
        }
    }
    if (failures.length === 0)
        return;
    throw new AggregateError(failures.map(({ error }) => error), `${failures.length} of ${steps.length} steps failed: ${failures.map(({ title }) => title).join('; ')}`);
}
async function runShowingFailure(step, context, log) {
    try {
        await step.run(context);
    }
    catch (error) {
        log.info((0,lib_errors/* describeError */.U)(error));
        throw error;
    }
}

;// CONCATENATED MODULE: ./lib/down.js


/** How long nothing may appear any more after a main that was killed, before it counts as over, in ms. The engine may still be at work for a client that is gone. */
const QUIET_MS = 2_000;
/** How long it may take until then, in ms. Post itself is cut after five minutes. */
const RESTLESS_MS = 60_000;
const down_POLL_MS = 200;
/** Why a cluster stays, as a sentence; undefined where it goes. */
function reasonToKeep(state, jobStatus) {
    switch (state.teardown) {
        case 'never':
            return '`teardown: never`';
        case 'always':
            return undefined;
        case 'on-success':
            if (!state.made)
                return 'it was there before this step';
            return state.stage !== 'succeeded' || jobStatus === 'failure'
                ? '`teardown: on-success`, and the job did not succeed'
                : undefined;
        case 'auto':
            return state.made ? undefined : 'it was there before this step';
    }
}
/** Whether a cluster that stays does so to be looked into. */
function isKeptForLook({ teardown, made }) {
    return teardown === 'on-success' && made;
}
/** How to look into a cluster that was kept for that, and how to remove it afterwards, as lines. */
async function waysIn(cluster, driver) {
    const way = await driver.wayIn?.(cluster);
    return [
        ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
        `Remove it afterwards: ${stepThatRemoves(driver.name, cluster)}`,
    ];
}
function stepThatRemoves(driver, cluster) {
    return `a step with \`command: down\`, \`driver: ${driver}\` and \`cluster: ${cluster}\``;
}
/** The way down of a cluster: each step runs, whatever becomes of the one before. Throws one `AggregateError` of what failed. */
async function removeCluster(state, owner, context) {
    const step = state.stage === 'begun'
        ? {
            title: `Removing cluster ${state.cluster}, and what a command of the main step, which did not end by itself, may still create`,
            run: (cluster) => removeUntilQuiet(cluster, context),
        }
        : {
            title: `Removing cluster ${state.cluster}`,
            run: (cluster) => context.driver.destroyCluster(cluster),
        };
    await runAllSteps([step], owner, context.reporter);
}
/**
 * Removes until nothing has appeared for `QUIET_MS`. What appears during a removal leaves it incomplete, or makes it impossible (a
 * network that a container has just joined), so a failure counts only once `RESTLESS_MS` are over.
 */
async function removeUntilQuiet(cluster, { driver, clock, signal }) {
    const until = clock.now() + RESTLESS_MS;
    let failure;
    for (let quietSince = clock.now(); clock.now() - quietSince < QUIET_MS;) {
        if (!(await driver.isGone(cluster))) {
            if (clock.now() > until)
                throw failure ?? stillCreating(driver.name, cluster.cluster);
            failure = await driver.destroyCluster(cluster).catch((error) => error);
            quietSince = clock.now();
        }
        await clock.sleep(down_POLL_MS, signal);
    }
}
function stillCreating(driver, cluster) {
    return new ActionError(`${RESTLESS_MS / 1000} s after the main step was killed, something of cluster ${cluster} is still being created.`, {
        hint: `See what (ps -ef | grep ${cluster}), end it, then remove what it made: ${stepThatRemoves(driver, cluster)}`,
    });
}

;// CONCATENATED MODULE: ./lib/ttl.js

/** The RFC 3339 time, to the second, at which something that is made or renewed now has lived for `ttlMs`. */
function expiryAfter(ttlMs, now) {
    return new Date(now.getTime() + ttlMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
/** Whether the time has come; a text that is no time never does. */
function hasPassed(expires, now) {
    return Date.parse(expires) <= now.getTime();
}
/** What is left until then, for people: `23 h 59 min`, or `none, since 3 h` once it has passed; empty where the text is no time. */
function lifeLeft(expires, now) {
    const leftMs = Date.parse(expires) - now.getTime();
    if (Number.isNaN(leftMs))
        return '';
    return leftMs > 0 ? (0,duration/* formatSpan */.QA)(leftMs) : `none, since ${(0,duration/* formatSpan */.QA)(-leftMs)}`;
}

;// CONCATENATED MODULE: ./lib/report/facts.js



/** The report of a run, made of whatever it had come to know. */
function reportOf(inputs, facts, run, now = new Date()) {
    const { stack, members = [], endpoints = [], diagnoses = [], diagnostics } = facts;
    return {
        cluster: inputs.cluster,
        driver: inputs.driver,
        stack: stack?.name,
        status: run.status,
        ...(facts.plan && { plan: facts.plan }),
        ...(facts.machines && { machines: facts.machines }),
        nodes: members.map(({ machine, node }) => ({
            // As the swarm calls it, because its tasks are said to be there.
            name: node.Description.Hostname,
            address: machine.address,
            role: node.Spec.Role,
            leader: node.ManagerStatus?.Leader ?? false,
            state: node.Status.State,
            engine: machine.engine.ServerVersion,
        })),
        ...(facts.living && { living: facts.living }),
        ...(facts.loads && { loads: facts.loads }),
        services: run.status === 'planned' ? [] : servicesOf(facts),
        endpoints,
        timeline: run.timeline,
        warnings: run.warnings,
        diagnoses: diagnoses.map((diagnosis) => {
            const location = stack?.services.find(({ name }) => name === diagnosis.service)?.location;
            return location ? { ...diagnosis, location } : diagnosis;
        }),
        ...(diagnostics === undefined ? {} : { diagnosticsFolder: diagnostics }),
        ...(facts.dockerHost === undefined ? {} : { dockerHost: facts.dockerHost }),
        ...(facts.sshConfig === undefined ? {} : { sshConfig: facts.sshConfig }),
        ...(run.error === undefined ? {} : { error: errorReport(run.error) }),
        ...(run.state && {
            teardown: { text: teardownText(run.state), ...expiryOf(facts.expires, now) },
        }),
    };
}
function expiryOf(expires, now) {
    return expires === undefined ? {} : { expires, lifeLeft: lifeLeft(expires, now) };
}
function servicesOf({ stack, verdicts = [] }) {
    return (stack?.services ?? []).map((service) => {
        const verdict = verdicts.find((one) => one.service === service.name);
        return {
            name: service.name,
            mode: service.mode,
            image: service.image,
            running: verdict?.running ?? 0,
            desired: verdict?.desired ?? service.replicas,
            ports: service.ports.map(({ published, target, protocol }) => `${published ?? 'chosen'}->${target}/${protocol}`),
            summary: verdict?.summary ?? 'not deployed',
            ...(verdict?.state === 'failed' && verdict.class ? { class: verdict.class } : {}),
            tasks: verdict?.tasks ?? [],
        };
    });
}
function errorReport(error) {
    if (!(error instanceof lib_errors/* ActionError */.l))
        return { message: String(error) };
    const { message, details, hint } = error;
    return { message, ...(details && { details }), ...(hint && { hint }) };
}
function teardownText(state) {
    const kept = reasonToKeep(state, 'success');
    return kept === undefined
        ? 'The post step of this job removes the cluster.'
        : `The cluster stays after the job: ${kept}.`;
}

;// CONCATENATED MODULE: ./lib/count.js
/** `1 node`, `3 nodes`. */
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

;// CONCATENATED MODULE: ./lib/stack/plan-text.js
const ACTIONS = {
    created: { mark: '+', note: '' },
    updated: { mark: ' ', note: '' },
    recreated: { mark: '!', note: ': removed and made anew, since its mode changes' },
    removed: { mark: '-', note: '' },
    kept: { mark: ' ', note: ': not in the file, stays' },
    unchanged: { mark: ' ', note: ': unchanged' },
    withheld: { mark: ' ', note: ': not deployed' },
};
const MARKS = { added: '+', removed: '-', changed: '!' };
/** A plan as the lines of a diff: `+` is made, `-` goes, `!` changes. */
function planText({ services, created, waves }) {
    return [
        ...services.flatMap(({ name, action, changes }) => {
            const { mark, note } = ACTIONS[action];
            return [`${mark} service ${name}${note}`, ...changes.map(changeLine)];
        }),
        ...created.map((object) => `+ ${object}`),
        ...(waves ? [`  in waves: ${waves.map((wave) => wave.join(', ')).join(' → ')}`] : []),
    ];
}
function changeLine({ setting, kind, item }) {
    const what = item === '' ? '' : `: ${item.replaceAll(/\s+/g, ' ')}`;
    const how = kind === 'changed' ? (item === '' ? ': changed' : ' (changed)') : '';
    return `${MARKS[kind]}     ${setting}${what}${how}`;
}
const WORDS = [
    'created',
    'updated',
    'recreated',
    'removed',
    'kept',
    'unchanged',
    'withheld',
];
/** `1 created, 2 updated, 3 unchanged`; empty where there is no service. */
function planCounts({ services }) {
    return WORDS.flatMap((word) => {
        const { length } = services.filter(({ action }) => action === word);
        return length === 0 ? [] : [`${length} ${word}`];
    }).join(', ');
}

;// CONCATENATED MODULE: ./lib/report/headline.js


const NAMES = 3;
const NO_MARKS = { name: (text) => text, url: (text) => text };
/** The outcome in one sentence, for example `web runs on 3 nodes: http://127.0.0.1:8080`. */
function headline(report, marks = NO_MARKS) {
    const subject = report.stack ?? report.cluster;
    const what = marks.name(subject);
    const because = culprits(report, marks);
    switch (report.status) {
        case 'converged':
            return success(report, what, marks);
        case 'planned':
            return `Nothing was changed; deploying ${what} would: ${planned(report)}`;
        case 'rolled-back':
            return `${what} was rolled back${because}`;
        case 'paused':
            return `The update of ${what} is paused${because}`;
        case 'unschedulable':
            return `${what} finds no node that fits${because}`;
        case 'image':
            return `${what} cannot start, an image cannot be had${because}`;
        case 'crash-loop':
            return `${what} does not stay up${because}`;
        case 'job-failed':
            return `A job of ${what} failed${because}`;
        case 'timeout':
            return `${what} did not converge in time${because}`;
        case 'cancelled':
            return `${what} was cancelled`;
        case 'failed':
            return `${what} failed${because}`;
    }
}
/** The address that a following step most likely wants: the first one over HTTP, else the first at all; empty where none is published. */
function firstUrl({ endpoints }) {
    const urls = endpoints.flatMap((endpoint) => endpoint.urls);
    return urls.find((url) => /^https?:/.test(url)) ?? urls[0] ?? '';
}
function success(report, what, marks) {
    const nodes = count(report.nodes.length, 'node');
    const url = firstUrl(report);
    if (report.stack === undefined)
        return `The swarm ${what} of ${nodes} is ready`;
    return `${what} runs on ${nodes}${url === '' ? '' : `: ${marks.url(url)}`}`;
}
function planned({ plan, machines = [] }) {
    const services = plan && planCounts(plan);
    return ([...machines, services ? `services: ${services}` : ''].filter(Boolean).join('; ') ||
        'do nothing');
}
/** The services that the outcome is about, and how many failed in another way. */
function culprits({ status, services }, { name }) {
    const failed = services.filter((service) => service.class !== undefined);
    const same = failed.filter((service) => service.class === status);
    const late = services.filter(({ running, desired }) => running < desired);
    const named = [same, failed, status === 'timeout' ? late : []].find(({ length }) => length > 0);
    if (named === undefined)
        return '';
    const others = failed.length - named.length;
    const rest = others > 0 ? `; ${others} more failed in other ways` : '';
    return `: ${list(named.map((service) => name(service.name)))}${rest}`;
}
function list(names) {
    if (names.length <= NAMES)
        return names.join(', ');
    return `${names.slice(0, NAMES - 1).join(', ')} and ${names.length - NAMES + 1} more`;
}

;// CONCATENATED MODULE: ./lib/report/log.js

/** The runner cuts annotation messages here, in the log too (`_maxIssueMessageLength` in actions/runner, ExecutionContext.cs). */
const ANNOTATION_LIMIT = 4096;
const CUT_NOTE = '\n… The whole text is in the log, above this line.';
/**
 * The log of the running step. Plain lines never act as workflow commands, so that the output of a container can be shown.
 * An annotation that the runner would cut is preceded by its whole text.
 */
const githubLog = {
    group: (title, fn) => lib_core/* group */.Os(title, fn),
    info: (line) => lib_core/* info */.pq(inert(line)),
    debug: (line) => lib_core/* debug */.Yz(line),
    warning: (message, place) => annotate(lib_core/* warning */.$e, message, place),
    error: (message, place) => annotate(lib_core/* error */.z3, message, place),
};
/**
 * The text with a zero-width space in everything the runner would obey: `::name::` at the start of a line, `##[name]` anywhere
 * (`TryParseV2` and `TryParse` in actions/runner, ActionCommand.cs).
 */
function inert(text) {
    return text.replace(/^(\s*:)(?=:)/gm, '$1\u200b').replaceAll('##[', '#\u200b#[');
}
function annotate(write, message, place = {}) {
    if (message.length > ANNOTATION_LIMIT)
        lib_core/* info */.pq(inert(message));
    write(cut(message), {
        ...(place.title === undefined ? {} : { title: place.title }),
        ...(place.file === undefined ? {} : { file: place.file }),
        ...(place.line === undefined ? {} : { startLine: place.line }),
    });
}
function cut(message) {
    if (message.length <= ANNOTATION_LIMIT)
        return message;
    return message.slice(0, ANNOTATION_LIMIT - CUT_NOTE.length).toWellFormed() + CUT_NOTE;
}

;// CONCATENATED MODULE: ./lib/report/outputs.js


/** The outputs that a report gives. */
function outputsOf(report) {
    const manager = report.nodes.find(({ role }) => role === 'manager');
    return {
        cluster: report.cluster,
        'stack-name': report.stack ?? '',
        manager: manager?.address ?? '',
        nodes: JSON.stringify(report.nodes.map(({ name, address, role, state }) => ({ name, address, role, state }))),
        endpoints: JSON.stringify(report.endpoints.map(({ service, published, protocol, mode, urls }) => ({
            service,
            port: published,
            protocol,
            mode,
            urls,
        }))),
        url: firstUrl(report),
        status: report.status,
        diagnostics: report.diagnosticsFolder ?? '',
        'docker-host': report.dockerHost ?? '',
        'ssh-config': report.sshConfig ?? '',
    };
}
/** Hands the outputs to the following steps. */
function writeOutputs(outputs) {
    for (const [name, value] of Object.entries(outputs))
        lib_core/* setOutput */.uH(name, value);
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./lib/report/markdown.js

/** Everything that GitHub's Markdown may give a meaning to, mentions, issue references and formulas included; not the `_` inside a word. */
const MARKDOWN_SPECIAL = /[&<>|`*[\]~\\#@$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** Control characters but tab and newline, line separators, and the marks that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go
const INVISIBLE = /[\0-\x08\v-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Text that cannot hide anything: no colours, no control characters, no turned direction, no half characters. */
function plain(text) {
    return (0,external_node_util_.stripVTControlCharacters)(text.toWellFormed().replace(/\r\n?/g, '\n')).replace(INVISIBLE, '');
}
/** `plain` text on one line, at most `limit` characters long. */
function oneLine(text, limit = 1_000) {
    return clip(plain(enough(text, limit)).replace(/\s+/g, ' ').trim(), limit);
}
/** The text as words of a paragraph, a list item or a table cell; nothing in it is Markdown or HTML. */
function words(text, limit) {
    return escaped(oneLine(text, limit));
}
function escaped(line) {
    return line
        .replace(MARKDOWN_SPECIAL, entity)
        .replace(/^(?:[-+=:]|\d+(?=[.)](?:\s|$)))/, (start) => [...start].map(entity).join(''));
}
/** Like `words`, for sentences of our own: what stands between backticks is code. */
function prose(text, limit) {
    return oneLine(text, limit)
        .split(/(`[^`]+`)/)
        .map((part, at) => (at % 2 === 1 ? code(part.slice(1, -1)) : escaped(part)))
        .join('');
}
/** Like `prose`, but lines stay lines: for hints that list steps. */
function markdown_lines(text, limit = 2_000) {
    return clip(plain(enough(text, limit)), limit)
        .split('\n')
        .map((line) => prose(line))
        .filter(Boolean)
        .join('<br>');
}
/** The text as code inside a paragraph or a table cell. */
function code(text, limit) {
    const line = oneLine(text, limit);
    if (line === '')
        return '';
    if (!/[`|\\$<>&]/.test(line))
        return `\`${line}\``;
    // Inside such an element GitHub would still make a link of an address.
    return `<code>${line.replace(MARKDOWN_SPECIAL, entity).replaceAll('://', '&#58;//')}</code>`;
}
/** The text as a block of code whose fence is longer than any run of backticks in it. */
function codeBlock(text, language = 'text') {
    const runs = text.match(/`+/g) ?? [];
    const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
    return `${fence}${language}\n${text}\n${fence}`;
}
/** Rows under a heading; each cell is Markdown already. Columns that are empty in all rows are left out. */
function table(heading, rows) {
    const used = heading.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
    const line = (cells) => `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
    return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}
/** Folded until the reader opens it. `title` is HTML already. */
function folded(title, body, open = false) {
    return `<details${open ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}
/** The first `limit` items, and a word about the rest. */
function atMost(items, limit) {
    return { shown: items.slice(0, limit), more: Math.max(0, items.length - limit) };
}
/** Cuts after `limit` characters and says so with an ellipsis. */
function clip(text, limit) {
    return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}
/** As much of the text as can matter when it is cut later: cleaning megabytes for one table cell takes too long. */
function enough(text, limit) {
    return text.slice(0, 4 * limit);
}
function entity(character) {
    return `&#${character.codePointAt(0)};`;
}

;// CONCATENATED MODULE: ./lib/report/state-words.js
/** `2/3 running, 1 starting`: the counts once, whether the summary begins with them or not, and not at all where nothing is wanted. */
function stateWords({ running, desired, summary }) {
    const counts = `${running}/${desired}`;
    const text = summary.trim();
    if (text === '')
        return `${counts} running`;
    return desired === 0 || /^\d+\/\d+\b/.test(text) ? text : `${counts} ${text}`;
}

;// CONCATENATED MODULE: ./lib/report/progress.js


/** Begins with nothing known, so that the first call prints every service. */
function createProgress() {
    const lastLine = new Map();
    const saidReasons = new Map();
    let nameWidth = 0;
    return (elapsedMs, services) => {
        nameWidth = Math.max(nameWidth, ...services.map(({ service }) => service.length));
        const time = `[${(elapsedMs / 1_000).toFixed(1).padStart(5)} s]`;
        return services.flatMap((service) => {
            const line = lineOf(service);
            const said = saidReasons.get(service.service);
            const fresh = service.reasons.filter((reason) => !said?.has(reason));
            if (line === lastLine.get(service.service) && fresh.length === 0)
                return [];
            lastLine.set(service.service, line);
            saidReasons.set(service.service, new Set([...(said ?? []), ...fresh]));
            return [
                `${time}  ${service.service.padEnd(nameWidth)}  ${line}`,
                ...fresh.map((reason) => `${' '.repeat(time.length + nameWidth + 4)}${oneLine(reason)}`),
            ];
        });
    };
}
function lineOf(service) {
    const words = oneLine(stateWords(service), 200);
    return service.state === 'failed' ? `${words} (failed)` : words;
}

;// CONCATENATED MODULE: ./lib/report/diagram.js

/** Above these numbers the tasks of one service on one node are drawn as one box. */
const TASKS_ONE_BY_ONE = 40;
const TASKS_PER_NODE = 8;
/** More than this nobody reads; then only the states are counted. */
const BOXES = 400;
/** Mermaid refuses to draw more than 50 000 characters (`maxTextSize` in its configuration). */
const SOURCE_LIMIT = 45_000;
const NODES_PER_ROW = 4;
/** Of a cluster of more than two rows, so that it is not a tower. */
const NODES_PER_NARROW_ROW = 6;
const LABEL_LIMIT = 40;
/** The fills carry white text and stand on GitHub's white and on its dark page; greys with transparency take the tone of the page. */
const LOOKS = {
    running: 'fill:#1f7a3a,stroke:#1f7a3a,color:#ffffff',
    complete: 'fill:#1f5fa8,stroke:#1f5fa8,color:#ffffff',
    starting: 'fill:#8a5a00,stroke:#8a5a00,color:#ffffff',
    failed: 'fill:#b3261e,stroke:#b3261e,color:#ffffff',
    stopped: 'fill:#5b6370,stroke:#5b6370,color:#ffffff',
    empty: 'fill:none,stroke:none,color:#7a828e',
    title: 'fill:none,stroke:none,font-weight:bold',
    node: 'fill:#8080801a,stroke:#80808080',
    lost: 'fill:#b3261e1a,stroke:#b3261e,stroke-dasharray:5 4',
};
/** A Mermaid diagram of the nodes with their tasks, as a fenced block; empty where it would show nothing or too much. */
function diagram(report) {
    if (report.nodes.length === 0)
        return '';
    for (const draw of [oneByOne, byService, byState]) {
        const columns = columnsOf(report, draw);
        const source = columns && blocks(columns);
        if (source && source.length <= SOURCE_LIMIT)
            return codeBlock(source, 'mermaid');
    }
    return '';
}
/**
 * Mermaid's block diagram, because it keeps order and columns; a flowchart puts unlinked subgraphs where it likes. Every identifier in it is ours.
 * Shorter columns are filled up with spaces, for Mermaid would stretch their boxes.
 */
function blocks(columns) {
    const height = Math.max(...columns.map(({ boxes }) => boxes.length));
    const styles = new Map();
    const style = (name, id) => styles.set(name, [...(styles.get(name) ?? []), id]);
    const lines = columns.flatMap(({ title, bad, boxes }, index) => {
        const id = `n${index}`;
        style(bad ? 'lost' : 'node', id);
        style('title', `${id}title`);
        return [
            `  block:${id}`,
            '    columns 1',
            `    ${id}title["${title}"]`,
            ...boxes.map((box, row) => {
                style(box.look, `${id}t${row}`);
                return `    ${id}t${row}("${box.label}")`;
            }),
            ...Array.from({ length: height - boxes.length }, () => '    space'),
            '  end',
        ];
    });
    return [
        'block-beta',
        `  columns ${rowLength(columns.length)}`,
        ...lines,
        ...[...styles].flatMap(([name, ids]) => [
            `  classDef ${name} ${LOOKS[name]}`,
            `  class ${ids.join(',')} ${name}`,
        ]),
    ].join('\n');
}
function columnsOf({ nodes, services }, draw) {
    const known = new Set(nodes.map(({ name }) => name));
    const placed = services.flatMap((service) => service.tasks.map((task) => ({ service, task })));
    const byNode = Map.groupBy(placed, ({ task }) => task.node !== undefined && known.has(task.node) ? task.node : undefined);
    const fullest = Math.max(0, ...[...byNode.values()].map(({ length }) => length));
    if (draw === oneByOne && (placed.length > TASKS_ONE_BY_ONE || fullest > TASKS_PER_NODE))
        return;
    const boxes = (node) => draw(byNode.get(node) ?? []);
    const columns = nodes.map((node) => {
        const own = boxes(node.name);
        return {
            title: nodeTitle(node),
            bad: node.state !== 'ready',
            boxes: own.length > 0 ? own : [{ label: 'no tasks', look: 'empty' }],
        };
    });
    const waiting = boxes(undefined);
    if (waiting.length > 0)
        columns.push({ title: 'on no node', bad: true, boxes: waiting });
    return columns.reduce((sum, column) => sum + column.boxes.length, 0) > BOXES
        ? undefined
        : columns;
}
function oneByOne(placed) {
    return placed.map(({ service, task }) => {
        const name = task.slot === undefined ? service.name : `${service.name}.${task.slot}`;
        return { label: diagram_label(name, diagram_stateWords(task)), look: lookOf(task) };
    });
}
function byService(placed) {
    const services = Map.groupBy(placed, ({ service }) => service);
    return [...services].flatMap(([service, own]) => [...Map.groupBy(own, ({ task }) => diagram_stateWords(task))].flatMap(([state, [first, ...rest]]) => first === undefined
        ? []
        : { label: times(rest.length + 1) + diagram_label(service.name, state), look: lookOf(first.task) }));
}
function byState(placed) {
    const groups = Map.groupBy(placed, ({ task }) => task.state);
    return [...groups].flatMap(([state, [first, ...rest]]) => first === undefined
        ? []
        : { label: `${rest.length + 1} ${escapeLabel(state)}`, look: lookOf(first.task) });
}
function times(number) {
    return number === 1 ? '' : `${number} × `;
}
function diagram_label(name, state) {
    return state === '' ? escapeLabel(name) : `${escapeLabel(name)}: ${escapeLabel(state)}`;
}
function nodeTitle({ name, role, leader, state }) {
    const parts = [leader ? `${role}, leader` : role];
    if (state !== 'ready')
        parts.push(escapeLabel(state));
    return [escapeLabel(name), ...parts].join(' · ');
}
/** What a colour alone would not tell; nothing for a task that simply runs. */
function diagram_stateWords({ state, exitCode }) {
    if (state === 'running')
        return '';
    if (state === 'failed' && exitCode !== undefined)
        return `exit ${exitCode}`;
    return state;
}
/** Task states as in `docker service ps` (https://docs.docker.com/engine/swarm/how-swarm-mode-works/swarm-task-states/). */
function lookOf({ state }) {
    switch (state) {
        case 'running':
        case 'complete':
        case 'failed':
            return state;
        case 'rejected':
        case 'orphaned':
            return 'failed';
        case 'shutdown':
        case 'remove':
            return 'stopped';
        default:
            return 'starting';
    }
}
/**
 * A Mermaid label on one line. All but letters, digits, spaces and the dots and dashes inside words is written as an entity, so that no name
 * can end the label, start a comment or a directive, or be taken for Markdown.
 */
function escapeLabel(text) {
    return oneLine(text, LABEL_LIMIT).replace(/(?!(?<=[A-Za-z0-9])[-._](?=[A-Za-z0-9]))[^\p{L}\p{N} ]/gu, (character) => `#${character.codePointAt(0)};`);
}
/** Nodes per row, so that the rows are about equally long. */
function rowLength(columns) {
    const most = columns <= 2 * NODES_PER_ROW ? NODES_PER_ROW : NODES_PER_NARROW_ROW;
    return Math.ceil(columns / Math.ceil(columns / most));
}

;// CONCATENATED MODULE: ./lib/report/endpoint-table.js


const ROWS = 100;
const URLS_NAMED = 3;
/** Addresses that only the runner or its network reaches: a link to them would lead the reader to their own machine. */
const endpoint_table_LOCAL = new external_node_net_.BlockList();
endpoint_table_LOCAL.addSubnet('0.0.0.0', 8);
endpoint_table_LOCAL.addSubnet('10.0.0.0', 8);
endpoint_table_LOCAL.addSubnet('100.64.0.0', 10);
endpoint_table_LOCAL.addSubnet('127.0.0.0', 8);
endpoint_table_LOCAL.addSubnet('169.254.0.0', 16);
endpoint_table_LOCAL.addSubnet('172.16.0.0', 12);
endpoint_table_LOCAL.addSubnet('192.168.0.0', 16);
endpoint_table_LOCAL.addAddress('::1', 'ipv6');
endpoint_table_LOCAL.addSubnet('fc00::', 7, 'ipv6');
endpoint_table_LOCAL.addSubnet('fe80::', 10, 'ipv6');
/** The published ports and what they answered. */
function endpointTable(endpoints) {
    if (endpoints.length === 0)
        return '';
    const { shown, more } = atMost(endpoints, ROWS);
    const text = table(['Service', 'Port', 'Mode', 'Address', 'Check'], shown.map((endpoint) => [
        code(endpoint.service, 64),
        code(`${endpoint.published}→${endpoint.target}/${endpoint.protocol}`),
        endpoint.mode,
        urlsCell(endpoint.urls),
        checkCell(endpoint),
    ]));
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
/** A URL as a link where a reader can follow it, as code where only the runner can. */
function endpoint_table_link(url) {
    const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
    const family = (0,external_node_net_.isIP)(host);
    const local = family === 0
        ? !host.includes('.') || host.endsWith('.localhost')
        : endpoint_table_LOCAL.check(host, family === 6 ? 'ipv6' : 'ipv4');
    const linkable = /^https?:\/\/[\w.:/?=%~+,[\]-]+$/.test(url) && !local;
    return linkable ? `<${url}>` : code(url, 300);
}
function urlsCell(urls) {
    const { shown, more } = atMost(urls, URLS_NAMED);
    return [...shown.map(endpoint_table_link), ...(more === 0 ? [] : [`and ${more} more`])].join('<br>');
}
function checkCell({ checked, note }) {
    const text = checked === 'no answer' ? `**${checked}**` : checked;
    return note ? `${text}: ${prose(note, 300)}` : text;
}

;// CONCATENATED MODULE: ./lib/report/failure.js

const DIAGNOSES = 20;
const EVIDENCE = 5;
const TEXT_LIMIT = 1_000;
const DETAIL_LINES = 200;
const LINE_LIMIT = 400;
/** What failed and why, one section per service; where no service is to blame, the error itself. */
function failure({ diagnoses, error, diagnosticsFolder }, logLines) {
    const { shown, more } = atMost(diagnoses, DIAGNOSES);
    const parts = [
        ...shown.map((diagnosis) => diagnosisText(diagnosis, logLines)),
        more === 0 ? '' : `${more} more services failed; the job log names them all.`,
        error === undefined ? '' : errorText(error, diagnoses),
        diagnosticsFolder === undefined
            ? ''
            : `What was collected about it: ${code(diagnosticsFolder, 300)}`,
    ];
    return parts.filter(Boolean).join('\n\n');
}
/** The last `limit` lines, each cut to a readable width, and a word about what is missing. */
function tail(text, limit) {
    const all = text.trimEnd().split(/\r\n?|\n/);
    const kept = all
        .slice(-limit)
        .map((line) => clip(plain(line.slice(0, 4 * LINE_LIMIT)), LINE_LIMIT));
    const title = kept.length < all.length
        ? `The last ${kept.length} of ${all.length} log lines`
        : `The last ${kept.length === 1 ? 'log line' : `${kept.length} log lines`}`;
    return { title, body: kept.join('\n') };
}
function diagnosisText(diagnosis, logLines) {
    const { service, location, cause, evidence, hint, logTail } = diagnosis;
    const { shown, more } = atMost(evidence, EVIDENCE);
    const parts = [
        `### ${code(service, 64)}: ${diagnosis.class}`,
        markdown_lines(cause, TEXT_LIMIT) +
            (location ? ` (${code(`${location.file}:${location.line}`, 300)})` : ''),
        [
            ...shown.map((line) => `- ${code(line, 500)}`),
            ...(more === 0 ? [] : [`- and ${more} more`]),
        ].join('\n'),
        hint.trim() === '' ? '' : `**What to do:** ${markdown_lines(hint, TEXT_LIMIT)}`,
    ];
    if (logTail?.trim() && logLines > 0) {
        const { title, body } = tail(logTail, logLines);
        parts.push(folded(title, codeBlock(body), true));
    }
    return parts.filter(Boolean).join('\n\n');
}
/** The error's own words are left out where the diagnoses have said them already. */
function errorText({ message, details, hint }, diagnoses) {
    const said = diagnoses.length > 0;
    const parts = [
        said ? '' : markdown_lines(message, 4_000),
        details?.trim() && !said ? codeBlock(tail(details, DETAIL_LINES).body) : '',
        hint?.trim() && !diagnoses.some((one) => one.hint === hint)
            ? `**What to do:** ${markdown_lines(hint, TEXT_LIMIT)}`
            : '',
    ];
    return parts.filter(Boolean).join('\n\n');
}

;// CONCATENATED MODULE: ./lib/report/life-table.js



const life_table_ROWS = 200;
/** Columns of tables of clusters, for `lifeCells`. */
const LIFE_COLUMNS = ['Age', 'Made by run', 'Pull request', 'Time left'];
/** How old it is, whose, and how long it may live. */
function lifeCells(one, now) {
    const { created, run, pullRequest, expires } = one;
    return [
        created === undefined ? '' : (0,duration/* formatSpan */.QA)(now.getTime() - Date.parse(created)),
        words(run, 100),
        words(pullRequest ?? '', 20),
        words(expires === undefined ? 'no ttl' : lifeLeft(expires, now), 64),
    ];
}
/** All that lives of a repository, the one of this run first. */
function livingTable(living, own, now) {
    if (living.length === 0)
        return '';
    const ownFirst = living.toSorted((a, b) => Number(b.name === own) - Number(a.name === own));
    const { shown, more } = atMost(ownFirst, life_table_ROWS);
    const rows = shown.map((one) => [
        one.name === own ? `**${code(one.name, 64)}**` : code(one.name, 64),
        ...lifeCells(one, now),
    ]);
    const text = table(['Name', ...LIFE_COLUMNS], rows);
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}

;// CONCATENATED MODULE: ./lib/report/service-table.js


const service_table_ROWS = 200;
const NODES_NAMED = 4;
const PORTS_NAMED = 6;
/** The services as a table, failed ones first. */
function serviceTable(services, nodes) {
    if (services.length === 0)
        return '';
    const failedFirst = services.toSorted((a, b) => Number(b.class !== undefined) - Number(a.class !== undefined));
    const { shown, more } = atMost(failedFirst, service_table_ROWS);
    const rows = shown.map((service) => [
        code(service.name, 64),
        stateCell(service),
        service.mode === 'replicated' ? '' : service.mode,
        code(shortImage(service.image), 160),
        portsCell(service.ports),
        placement(service, nodes),
    ]);
    const text = table(['Service', 'State', 'Mode', 'Image', 'Ports', 'Nodes'], rows);
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
/** `nginx:1.27@sha256:0123456789ab…`: as much of a digest as Docker itself shows. */
function shortImage(image) {
    return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…');
}
function stateCell(service) {
    const text = words(stateWords(service), 200);
    return service.class === undefined ? text : `**${text}**`;
}
function portsCell(ports) {
    const { shown, more } = atMost(ports, PORTS_NAMED);
    const rest = more === 0 ? [] : [`and ${more} more`];
    return [...shown.map((port) => code(port.replace('->', '→'), 64)), ...rest].join('<br>');
}
/** Where the tasks run that are meant to: `all 3`, or names with their number of tasks. */
function placement({ tasks }, nodes) {
    const live = tasks.filter(({ state }) => state === 'running' || state === 'complete');
    const perNode = Map.groupBy(live.filter(({ node }) => node !== undefined), ({ node }) => node);
    if (nodes.length > 1 && nodes.every(({ name }) => perNode.has(name))) {
        return `all ${nodes.length}`;
    }
    const { shown, more } = atMost([...perNode], NODES_NAMED);
    const named = shown.map(([name, { length }]) => words(name, 64) + (length > 1 ? ` ×${length}` : ''));
    return [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}

;// CONCATENATED MODULE: ./lib/report/timeline-chart.js


const BAR_WIDTH = 40;
const NAME_LIMIT = 40;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** The stages as aligned lines with a bar each, drawn to one scale, and the total last. Empty where there was no stage. */
function timelineText(timeline) {
    if (timeline.length === 0)
        return [];
    const total = Math.max(...timeline.map((stage) => stage.startMs + stage.durationMs));
    const rows = timeline.map((stage) => ({
        name: oneLine(stage.name, NAME_LIMIT),
        took: (0,duration/* formatDuration */.a3)(stage.durationMs),
        bar: bar(stage, total),
        notes: [
            ...(stage.result === 'ok' ? [] : [stage.result === 'failed' ? 'failed' : 'not over']),
            ...(stage.note === undefined ? [] : [oneLine(stage.note, 80)]),
        ].join(', '),
    }));
    const all = { name: 'Total', took: (0,duration/* formatDuration */.a3)(total), bar: '', notes: '' };
    const nameWidth = Math.max(...[...rows, all].map(({ name }) => name.length));
    const tookWidth = Math.max(...[...rows, all].map(({ took }) => took.length));
    return [...rows, all].map(({ name, took, bar, notes }) => `${name.padEnd(nameWidth)}  ${took.padStart(tookWidth)}  ${bar.padEnd(BAR_WIDTH)}  ${notes}`.trimEnd());
}
/** Full blocks and one of eighths at the end; a stage that took no time to speak of still shows a hair. */
function bar({ startMs, durationMs }, total) {
    const scale = total === 0 ? 0 : BAR_WIDTH / total;
    const offset = Math.min(BAR_WIDTH - 1, Math.floor(startMs * scale));
    const eighths = Math.max(1, Math.min(Math.round(durationMs * scale * 8), (BAR_WIDTH - offset) * 8));
    return ' '.repeat(offset) + '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

;// CONCATENATED MODULE: ./lib/report/summary.js












/** GitHub takes 1 MiB per step (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits); some of it is left to others. */
const LIMIT_BYTES = 1_000_000;
const FAILURE_LIMIT_BYTES = 700_000;
/** Log lines per service, from what one likes to read to what fits in any case. */
const LOG_LINES = [100, 20, 0];
const WARNINGS = 100;
const NODES = 100;
const PLAN_LINES = 200;
/** The job summary in GitHub's Markdown, never above GitHub's limit. Nothing a user named or a program printed is taken for markup. */
function renderSummary(report) {
    const timeline = timelineText(report.timeline);
    return joinWithin(LIMIT_BYTES, [
        `## ${heading(report)}`,
        facts(report),
        planSection(report),
        report.status === 'converged' || report.status === 'planned' ? '' : reasons(report),
        diagram(report),
        serviceTable(report.services, report.nodes),
        section('Endpoints', endpointTable(report.endpoints)),
        section('Warnings', warningList(report.warnings)),
        section('All previews of this repository here', living(report)),
        section('Where the time went', timeline.length === 0 ? '' : codeBlock(timeline.join('\n'))),
        loadTable(report),
        nodeTable(report),
        teardown(report),
    ]);
}
/** What changed, as a diff; services that did not are only counted where the list would be long. */
function planSection({ plan, status, machines = [] }) {
    if (!plan && machines.length === 0)
        return '';
    const title = status === 'planned' ? 'What would change' : 'What changed';
    const { shown, more } = atMost(plan ? planText(plan) : [], PLAN_LINES);
    const rest = more === 0 ? [] : [`  and ${more} more lines, in the job log`];
    const text = [...machines.map((line) => `! ${line}`), ...shown, ...rest].join('\n');
    return section(title, codeBlock(text, 'diff'));
}
/** What failed, with as many log lines as there is room for. */
function reasons(report) {
    for (const logLines of LOG_LINES) {
        const text = failure(report, logLines);
        if (Buffer.byteLength(text) <= FAILURE_LIMIT_BYTES)
            return text;
    }
    return '';
}
/** The parts as paragraphs; those that find no more room are left out, and the reader is told. */
function joinWithin(limitBytes, parts) {
    const note = 'Parts of this summary were too long for GitHub; the job log has everything.';
    let left = limitBytes - Buffer.byteLength(note);
    const kept = parts.filter((part) => {
        const bytes = Buffer.byteLength(part) + 2;
        if (part === '' || bytes > left)
            return false;
        left -= bytes;
        return true;
    });
    const complete = kept.length === parts.filter(Boolean).length;
    return `${[...kept, ...(complete ? [] : [note])].join('\n\n')}\n`;
}
function heading(report) {
    return headline(report, { name: (text) => code(text, 64), url: endpoint_table_link });
}
function facts({ nodes, services, timeline, cluster, driver }) {
    const managers = nodes.filter(({ role }) => role === 'manager').length;
    const totalMs = Math.max(0, ...timeline.map((stage) => stage.startMs + stage.durationMs));
    return [
        nodes.length === 0 ? '' : `${count(nodes.length, 'node')}, ${count(managers, 'manager')}`,
        services.length === 0 ? '' : `${count(services.length, 'service')}, ${taskCounts(services)}`,
        timeline.length === 0 ? '' : (0,duration/* formatDuration */.a3)(totalMs),
        `cluster ${code(cluster, 64)}`,
        `driver ${code(driver, 64)}`,
    ]
        .filter(Boolean)
        .join(' · ');
}
/** `9 tasks running, 1 failed`: the most frequent state first. */
function taskCounts(services) {
    const states = Map.groupBy(services.flatMap(({ tasks }) => tasks), ({ state }) => state);
    const counts = [...states].toSorted(([, a], [, b]) => b.length - a.length);
    if (counts.length === 0)
        return 'no tasks';
    return counts
        .map(([state, { length }], index) => `${index === 0 ? count(length, 'task') : length} ${words(state, 64)}`)
        .join(', ');
}
function section(title, body) {
    return body === '' ? '' : `### ${title}\n\n${body}`;
}
function warningList(warnings) {
    const { shown, more } = atMost(warnings, WARNINGS);
    return [
        ...shown.map(({ message, file, line }) => {
            const place = file === undefined ? '' : code(line === undefined ? file : `${file}:${line}`, 300);
            return `- ${place === '' ? '' : `${place}: `}${markdown_lines(message)}`;
        }),
        ...(more === 0 ? [] : [`- and ${more} more, in the job log`]),
    ].join('\n');
}
/** What side-loading cost, node by node; nothing where all had the images. */
function loadTable({ loads = [] }) {
    const sent = loads.filter(({ loaded }) => loaded.length > 0);
    if (sent.length === 0)
        return '';
    const { shown, more } = atMost(sent, NODES);
    const rows = shown.map(({ machine, loaded, bytes, durationMs }) => [
        code(machine, 64),
        loaded.map((name) => code(name, 200)).join(', '),
        formatSize(bytes),
        (0,duration/* formatDuration */.a3)(durationMs),
    ]);
    const text = table(['Node', 'Images', 'Sent', 'Time'], rows);
    const title = `Images loaded into ${count(sent.length, 'node')}`;
    return folded(title, more === 0 ? text : `${text}\n\nand ${more} more.`);
}
function nodeTable({ nodes }) {
    if (nodes.length === 0)
        return '';
    const { shown, more } = atMost(nodes, NODES);
    const rows = shown.map((node) => [
        code(node.name, 64),
        node.leader ? `${node.role}, leader` : node.role,
        node.state === 'ready' ? 'ready' : `**${words(node.state, 64)}**`,
        code(node.address, 64),
        words(node.engine, 64),
    ]);
    const text = table(['Node', 'Role', 'State', 'Address', 'Docker Engine'], rows);
    return folded(count(nodes.length, 'node'), more === 0 ? text : `${text}\n\nand ${more} more.`);
}
function living({ living = [], cluster, stack }) {
    const own = living.some(({ name }) => name === stack) ? stack : cluster;
    return livingTable(living, own ?? cluster, new Date());
}
function teardown({ teardown }) {
    if (teardown === undefined)
        return '';
    const { text, expires, lifeLeft } = teardown;
    const left = lifeLeft ? ` (time left: ${words(lifeLeft, 64)})` : '';
    const expiry = expires === undefined ? '' : ` It expires at ${words(expires, 64)}${left}.`;
    return `<sub>${prose(text, 500)}${expiry}</sub>`;
}

;// CONCATENATED MODULE: ./lib/state.js


/** Name of the one value that main leaves for post. */
const STATE_KEY = 'swarm-up';
const state = schemas/* object */.Ikc({
    driver: schemas/* string */.YjP(),
    cluster: schemas/* string */.YjP(),
    /** The stack that is deployed, for hosts that stay. */
    stack: schemas/* string */.YjP().optional(),
    /** The lock of the stack, which main may hold. */
    lock: schemas/* object */.Ikc({ stack: schemas/* string */.YjP(), token: schemas/* string */.YjP() }).optional(),
    teardown: schemas/* enum */.k5n(['auto', 'always', 'on-success', 'never']),
    /** Folder of the SSH config and of the tunnel of `docker-host: true`. */
    sshFolder: schemas/* string */.YjP().optional(),
    /** For hosts that stay: what they were like, where a swarm was about to be formed of them. Until each has its labels, this alone tells. */
    outside: schemas/* object */.Ikc({
        hosts: schemas/* array */.YOg(schemas/* number */.aig()).readonly(),
        withoutGateway: schemas/* array */.YOg(schemas/* number */.aig()).readonly(),
    })
        .optional(),
    /** Whether this step made the machines, as opposed to finding them. */
    made: schemas/* boolean */.zMY(),
    /** What main was at when it last said so. `begun`: it may have been killed while something was being created. */
    stage: schemas/* enum */.k5n(['begun', 'failed', 'succeeded']),
});
function serialiseState(value) {
    return JSON.stringify(value);
}
/** What main left; undefined where it had not begun to create anything. Throws `ActionError` where it cannot be read. */
function parseState(text) {
    if (text === '')
        return undefined;
    try {
        return state.parse(JSON.parse(text));
    }
    catch (error) {
        throw new ActionError('What the main step left for the post step cannot be read.', {
            details: text,
            hint: 'Something else has written the state of this step. Remove the cluster with a step that has `command: down`, the same `driver` and its `cluster`.',
            cause: error,
        });
    }
}
/** Name of what main leaves for post about whom it has told. */
const ANNOUNCED_KEY = 'swarm-up-announced';
const announced = schemas/* object */.Ikc({
    cluster: schemas/* string */.YjP(),
    stack: schemas/* string */.YjP().optional(),
    comment: schemas/* boolean */.zMY(),
    deployment: schemas/* boolean */.zMY(),
    /** Id of GitHub's deployment that main has made. */
    deploymentId: schemas/* number */.aig().optional(),
    /** How main ended, where it could tell. */
    ended: schemas/* enum */.k5n(['ready', 'failed']).optional(),
});
function serialiseAnnounced(value) {
    return JSON.stringify(value);
}
/** What main left; undefined where it has told nobody. */
function parseAnnounced(text) {
    return text === '' ? undefined : announced.parse(JSON.parse(text));
}

;// CONCATENATED MODULE: ./lib/timeline.js
/** A timeline that begins at this moment of the clock. */
function createTimeline(clock) {
    const origin = clock.now();
    const stages = [];
    return {
        start(name) {
            const startMs = clock.now() - origin;
            let note;
            let closed;
            const record = (result) => ({
                name,
                startMs,
                durationMs: clock.now() - origin - startMs,
                result,
                ...(note === undefined ? {} : { note }),
            });
            stages.push(() => closed ?? record('open'));
            return {
                note(text) {
                    note = text;
                },
                end(result) {
                    closed ??= record(result);
                    return closed;
                },
            };
        },
        records: () => stages.map((stage) => stage()),
    };
}

;// CONCATENATED MODULE: ./lib/preflight/clocks.js
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
 * The offset by the four times of a round trip (RFC 5905 section 8): the host's first reading cannot be before `sent`, nor its last one
 * after `received`. What the host did between its two readings does not matter.
 */
function clockReading(trip) {
    const { sent, first, last, received } = trip;
    const onTheWay = received - sent - (last.ms - first.ms);
    return {
        offset: (first.ms - sent + (last.ms - received)) / 2,
        plusMinus: Math.max(0, onTheWay / 2) + first.plusMinus,
    };
}
/** The reading that half of the others are not before and half not after: of three clocks one wrong one is never it. */
function medianReading(readings) {
    const sorted = readings.toSorted((a, b) => a.offset - b.offset);
    return sorted[Math.floor((sorted.length - 1) / 2)];
}
/** By how many ms a clock surely differs from another; 0 where both may be the same. */
function surelyApart(a, b) {
    return Math.max(0, Math.abs(a.offset - b.offset) - a.plusMinus - b.plusMinus);
}

;// CONCATENATED MODULE: ./lib/preflight/facts-script.js
/** What a host may have that is of use here. */
const TOOLS = 'bash timeout perl python3 ufw firewall-cmd iptables nft apt-get dnf apk';
/**
 * Prints one fact per line, its name first. The docker command line comes as arguments, where sudo finds it. It reads and changes nothing:
 * `modprobe -n` looks a module up without loading it. The clock is read first and last, so that what runs between does not count as
 * time on the way. A small busybox has an nc that cannot look at a port and close it (`-z`); that one does not count.
 */
const SCRIPT = `
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
echo "clock $(date +%s.%N)"
echo "name $(uname -n)"
echo "machine $(head -n 1 /etc/machine-id 2>/dev/null)"
echo "boot $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
echo "ssh \${SSH_CONNECTION##* }"
for tool in ${TOOLS}; do
  command -v "$tool" >/dev/null 2>&1 && echo "tool $tool"
done
nc -h 2>&1 </dev/null | grep -q -e '-z' && echo 'tool nc'
[ -x /usr/libexec/platform-python ] && echo 'tool platform-python'
grep -q '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null && echo 'firewall ufw'
systemctl is-active --quiet firewalld >/dev/null 2>&1 && echo 'firewall firewalld'

release=$(uname -r)
config=$(if [ -r /proc/config.gz ]; then zcat /proc/config.gz; else cat "/boot/config-$release"; fi 2>/dev/null |
  grep -E '^(# )?CONFIG_(IP_VS|VXLAN|BRIDGE_NETFILTER|OVERLAY_FS)[ =]')
module() {
  if [ -d "/sys/module/$1" ] || [ -e "/proc/net/$1" ]; then state=loaded
  elif modprobe -n -q "$1" 2>/dev/null; then state=loadable
  else
    case $config in
      *"CONFIG_$2=y"*) state=loaded ;;
      *"CONFIG_$2 is not set"*) state=missing ;;
      *) if [ -d "/lib/modules/$release" ] && command -v modprobe >/dev/null 2>&1
        then state=missing; else state=unknown; fi ;;
    esac
  fi
  echo "module $1 $state"
}
module ip_vs IP_VS
module vxlan VXLAN
module br_netfilter BRIDGE_NETFILTER
module overlay OVERLAY_FS

info=$("$@" 2>/dev/null </dev/null)
if [ -n "$info" ]; then printf 'engine %s\\n' "$info"
else "$@" 2>&1 </dev/null | head -n 5 | sed 's/^/no-engine /'; fi

folder=$(printf '%s' "$info" | sed -n 's/.*"DockerRootDir":"\\(\\/[^"]*\\)".*/\\1/p')
folder=\${folder:-/var/lib/docker}
while :; do
  disk=$(df -Pk "$folder" 2>/dev/null | sed -n '2,$p' | tr '\\n' ' ')
  [ -n "$disk" ] || [ "$folder" = / ] && break
  folder=$(dirname "$folder")
done
printf 'disk %s\\n' "$disk"
echo "clock $(date +%s.%N)"
`;
/** Reads all facts of a host in one go. */
function readFactsCommand() {
    return ['sh', '-c', SCRIPT, 'sh', 'docker', 'info', '--format', '{{json .}}'];
}

;// CONCATENATED MODULE: ./lib/preflight/facts.js



const MODULES = ['ip_vs', 'vxlan', 'br_netfilter', 'overlay'];
const moduleState = schemas/* enum */.k5n(['loaded', 'loadable', 'missing', 'unknown']);
/** What `docker info` says, as far as it is read. Where no dockerd answers, it has `ServerErrors` and empty words for the rest. */
const engine = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP().default(''),
    Name: schemas/* string */.YjP().default(''),
    ServerVersion: schemas/* string */.YjP().default(''),
    OSType: schemas/* string */.YjP().default(''),
    Architecture: schemas/* string */.YjP().default(''),
    LiveRestoreEnabled: schemas/* boolean */.zMY().default(false),
    SecurityOptions: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    ServerErrors: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Swarm: schemas/* object */.Ikc({ ControlAvailable: schemas/* boolean */.zMY().default(false) }).optional(),
});
/** Reads a host's facts in one round trip. Rejects as the executor does. */
async function readFacts(host, options) {
    const { clock, signal, timeoutMs } = options;
    const sent = clock.now();
    const { stdout } = await host.executor.run(readFactsCommand(), {
        signal,
        timeoutMs,
        anyExitCode: true,
        repeatable: true,
    });
    return parseFacts(stdout, { sent, received: clock.now() });
}
/** Reads what the script printed. `sent` and `received` are ms of the caller's clock, around the round trip. */
function parseFacts(text, trip) {
    const facts = byName(text);
    const all = (name) => facts.get(name) ?? [];
    const one = (name) => all(name)[0] ?? '';
    const [first, last] = all('clock').map(parseTime);
    const engine = facts_parseEngine(one('engine'), all('no-engine').join('\n'));
    const sshPort = Number.parseInt(one('ssh'), 10);
    return {
        hostName: (typeof engine === 'string' ? '' : engine.Name) || one('name'),
        machineId: /^[0-9a-f]{32}$/.exec(one('machine'))?.[0] ?? '',
        bootId: one('boot'),
        sshPort: Number.isNaN(sshPort) ? undefined : sshPort,
        tools: new Set(all('tool')),
        firewalls: new Set(all('firewall')),
        modules: parseModules(all('module')),
        engine,
        disk: parseDisk(one('disk')),
        clock: first && last && clockReading({ ...trip, first, last }),
    };
}
function byName(text) {
    const facts = new Map();
    for (const line of text.split('\n')) {
        const [, name, value] = /^([a-z-]+) (.*)$/.exec(line) ?? [];
        if (name === undefined || value === undefined)
            continue;
        const values = facts.get(name);
        if (values)
            values.push(value.trim());
        else
            facts.set(name, [value.trim()]);
    }
    return facts;
}
function facts_parseEngine(json, refusal) {
    if (json === '')
        return refusal || 'docker info printed nothing';
    try {
        const info = engine.parse(JSON.parse(json));
        return info.ServerErrors?.length ? info.ServerErrors.join('\n') : info;
    }
    catch {
        return `docker info printed something else: ${json.slice(0, 200)}`;
    }
}
function parseModules(lines) {
    const states = new Map(lines.map((line) => line.split(' ')));
    return new Map(MODULES.map((name) => [name, moduleState.catch('unknown').parse(states.get(name))]));
}
/** A line of `df -Pk`: 1024-blocks, used, available, capacity, mount point. The reserve of root counts as taken, as df itself does. */
function parseDisk(line) {
    const [, , used, free, mount] = /(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/.exec(line) ?? [];
    if (used === undefined || free === undefined || mount === undefined)
        return undefined;
    const freeBytes = Number(free) * 1024;
    return { mount, freeBytes, totalBytes: Number(used) * 1024 + freeBytes };
}

;// CONCATENATED MODULE: ./lib/swarm/mtu.js
/**
 * Option of an overlay network: bytes of a packet on the way between the nodes. Docker takes the 50 bytes of VXLAN off it itself (moby, overlay
 * driver, `maxMTU`).
 */
const MTU_OPTION = 'com.docker.network.driver.mtu';

;// CONCATENATED MODULE: ./lib/preflight/firewall.js

function firewallOf({ firewalls, tools }) {
    const managed = ['firewalld', 'ufw'].find((name) => firewalls.has(name));
    const own = ['iptables', 'nft'].find((name) => tools.has(name));
    return managed ?? own ?? 'none';
}
/**
 * The commands, for root, that let `sources` in at `ports` and nothing more. A source that is a name, which firewalls do not take, opens
 * the ports to everyone. `none` gives no command.
 */
function openCommands(firewall, ports, sources) {
    const known = sources.every((source) => (0,external_node_net_.isIP)(source) !== 0);
    const from = known ? sources : [undefined];
    const rules = from.flatMap((source) => [...Map.groupBy(ports, ({ protocol }) => protocol)].map(([protocol, group]) => {
        return { source, protocol, numbers: group.map(({ port }) => port) };
    }));
    switch (firewall) {
        case 'ufw':
            return rules.map(({ source, protocol, numbers }) => {
                return `ufw allow proto ${protocol} from ${source ?? 'any'} to any port ${numbers.join(',')}`;
            });
        case 'firewalld':
            return [
                ...rules.flatMap(({ source, protocol, numbers }) => numbers.map((port) => firewalldCommand(port, protocol, source))),
                'firewall-cmd --reload',
            ];
        case 'iptables':
            return rules.map(({ source, protocol, numbers }) => {
                const program = source !== undefined && (0,external_node_net_.isIPv6)(source) ? 'ip6tables' : 'iptables';
                const only = source === undefined ? '' : ` -s ${source}`;
                return `${program} -I INPUT -p ${protocol}${only} -m multiport --dports ${numbers.join(',')} -j ACCEPT`;
            });
        case 'nft':
            return rules.map(({ source, protocol, numbers }) => {
                const family = source !== undefined && (0,external_node_net_.isIPv6)(source) ? 'ip6' : 'ip';
                const only = source === undefined ? '' : `${family} saddr ${source} `;
                return `nft insert rule inet filter input ${only}${protocol} dport '{ ${numbers.join(', ')} }' accept`;
            });
        case 'none':
            return [];
    }
}
function firewalldCommand(port, protocol, source) {
    if (source === undefined)
        return `firewall-cmd --permanent --add-port=${port}/${protocol}`;
    const family = (0,external_node_net_.isIPv6)(source) ? 'ipv6' : 'ipv4';
    const rule = `rule family="${family}" source address="${source}" port port="${port}" protocol="${protocol}" accept`;
    return `firewall-cmd --permanent --add-rich-rule='${rule}'`;
}

;// CONCATENATED MODULE: ./lib/preflight/remedies.js



/** A heading, and commands on lines of their own, ready to paste. */
function paste(heading, commands) {
    return [heading, ...commands.map((command) => `  ${command}`)].join('\n');
}
function onHost(name) {
    return `On ${name}, as root:`;
}
/** Lets the sources in at exactly these ports, by the firewall that the host has. */
function openPorts(host, ports, sources) {
    const labels = ports.map(({ label }) => label).join(', ');
    const elsewhere = `the firewall of its provider or network (security group) must let ${labels} in from ${sources.join(', ')}`;
    const firewall = firewallOf(host.facts);
    const commands = openCommands(firewall, ports, sources);
    if (commands.length === 0)
        return `On the way to ${host.name}, ${elsewhere}.`;
    const lasting = firewall === 'iptables' || firewall === 'nft'
        ? ' The rule lasts until the next boot; add it to where the host keeps its rules, too.'
        : '';
    return `${paste(onHost(host.name), commands)}\nWhere this changes nothing, ${elsewhere}.${lasting}`;
}
function remedies_installEngine(name) {
    return paste(`${onHost(name)} (or as https://docs.docker.com/engine/install says)`, [
        'curl -fsSL https://get.docker.com | sh',
    ]);
}
function startEngine(name) {
    return paste(onHost(name), ['systemctl enable --now docker', 'journalctl -u docker -n 50']);
}
function disableLiveRestore(name) {
    return paste(`${onHost(name)} take "live-restore" out of /etc/docker/daemon.json, then`, [
        'systemctl reload docker',
    ]);
}
function setClock(name) {
    return paste(onHost(name), ['timedatectl set-ntp true', 'timedatectl timesync-status']);
}
/** A node gets its name from the host name that dockerd saw when it started. */
function renameHost(host) {
    const name = (0,external_node_net_.isIP)(host.name) === 0 && host.name !== host.facts.hostName ? host.name : '<name>';
    return paste(onHost(host.name), [`hostnamectl set-hostname ${name}`, 'systemctl restart docker']);
}
function newMachineId(name) {
    return paste(onHost(name), [
        'rm -f /etc/machine-id /var/lib/dbus/machine-id',
        'systemd-machine-id-setup',
        'reboot',
    ]);
}
/** dockerd makes a new one at its next start. Older engines derive it from key.json, newer ones keep it in engine-id. */
function newEngineId(name) {
    return paste(onHost(name), [
        'systemctl stop docker docker.socket',
        'rm -f /etc/docker/key.json /var/lib/docker/engine-id',
        'systemctl start docker',
    ]);
}
function freeDisk(name) {
    return paste(`${onHost(name)} (the second removes every image that no container uses)`, [
        'docker system df',
        'docker image prune --all',
    ]);
}
/** Modules that distributions keep in a package of their own on small or cloud kernels. */
function installModules(host, modules) {
    const { tools } = host.facts;
    const load = `modprobe --all ${modules.join(' ')}`;
    const heading = `${onHost(host.name)} (where the kernel has them at all)`;
    if (tools.has('apt-get')) {
        return paste(heading, ['apt-get install "linux-modules-extra-$(uname -r)"', load]);
    }
    if (tools.has('dnf'))
        return paste(heading, ['dnf install "kernel-modules-$(uname -r)"', load]);
    return paste(heading, [load]);
}
/** Docker takes 50 bytes for VXLAN off the number that it is given (moby, overlay driver, `maxMTU`), so this is the MTU of the way itself. */
function lowerMtu(mtu) {
    return [
        `Set \`mtu: ${mtu}\` of this step. On a swarm that was there before, also make the routing mesh anew, before services publish ports:`,
        '  docker network rm ingress',
        `  docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ingress`,
    ].join('\n');
}

;// CONCATENATED MODULE: ./lib/preflight/judge.js



const OLDEST_ENGINE = [20, 10];
const SKEW_WARNING_MS = 2_000;
const SKEW_ERROR_MS = 60_000;
const DISK_BYTES = 2 * 1024 ** 3;
const DISK_SHARE = 0.1;
/** What does not work on a host whose kernel lacks the module. */
const WITHOUT = {
    ip_vs: 'published ports (routing mesh) and virtual IPs of services do not answer there',
    vxlan: 'it cannot take part in overlay networks',
    br_netfilter: 'encrypted overlay networks and rules between containers do not work',
    overlay: 'Docker falls back to a slow storage driver, or does not start',
};
/** Judges what each host says of itself, and what must differ between them. */
function judgeHosts(hosts) {
    return [
        ...hosts.flatMap((host) => [...judgeEngine(host), ...judgeDisk(host), ...judgeModules(host)]),
        ...judgeArchitectures(hosts),
        ...judgeClocks(hosts),
        ...judgeNames(hosts),
        ...judgeEngineIds(hosts),
        ...judgeMachineIds(hosts),
    ];
}
function judgeEngine(host) {
    const { name, facts, inSwarm } = host;
    const { engine } = facts;
    const finding = (message, remedy, level = 'error') => {
        return { level, host: name, check: 'engine', message, remedy };
    };
    if (typeof engine === 'string') {
        const missing = /not found/.test(engine);
        return missing
            ? [finding(`There is no docker on ${name}: ${engine}`, remedies_installEngine(name))]
            : [finding(`dockerd on ${name} does not answer: ${engine}`, startEngine(name))];
    }
    const findings = [];
    if (engine.OSType !== 'linux') {
        const remedy = 'Use a host with Linux in its place.';
        findings.push(finding(`${name} runs ${engine.OSType || 'an unknown system'}, not Linux.`, remedy));
    }
    if (isOlder(engine.ServerVersion)) {
        const oldest = OLDEST_ENGINE.join('.');
        findings.push(finding(`${name} has Docker Engine ${engine.ServerVersion}; at least ${oldest} is needed.`, remedies_installEngine(name)));
    }
    if (engine.SecurityOptions?.some((option) => option.startsWith('name=rootless'))) {
        findings.push(finding(`dockerd on ${name} runs without root (rootless), where overlay networks do not work.`, remedies_installEngine(name)));
    }
    if (engine.LiveRestoreEnabled && !inSwarm) {
        findings.push(finding(`dockerd on ${name} is set to live-restore, with which it refuses to be in a swarm.`, disableLiveRestore(name)));
    }
    return findings;
}
/** Whether a version is surely older; one that is not in numbers (a development build) is not. */
function isOlder(version) {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
    if (major === undefined)
        return false;
    const [oldestMajor, oldestMinor] = OLDEST_ENGINE;
    const older = Number(major) - oldestMajor || Number(minor) - oldestMinor;
    return older < 0;
}
function judgeDisk({ name, facts }) {
    const { disk } = facts;
    if (!disk)
        return [];
    const share = disk.freeBytes / disk.totalBytes;
    if (disk.freeBytes >= DISK_BYTES && share >= DISK_SHARE)
        return [];
    const free = `${(disk.freeBytes / 1024 ** 3).toFixed(1)} GiB (${Math.floor(share * 100)} %)`;
    const message = `${name} has ${free} left on ${disk.mount}, where Docker's data is.`;
    return [{ level: 'warning', host: name, check: 'disk', message, remedy: freeDisk(name) }];
}
function judgeModules(host) {
    const missing = [...host.facts.modules]
        .filter(([, state]) => state === 'missing')
        .map(([module]) => module);
    if (missing.length === 0)
        return [];
    const lost = missing.map((module) => `${module} (${WITHOUT[module]})`).join(', ');
    return [
        {
            level: 'warning',
            host: host.name,
            check: 'modules',
            message: `The kernel of ${host.name} has no ${lost}.`,
            remedy: installModules(host, missing),
        },
    ];
}
/** Mixed processors are fine where the images are; a swarm that runs has shown that. */
function judgeArchitectures(hosts) {
    const groups = [...groupBy(hosts, judge_architectureOf)];
    const fresh = hosts.find(({ inSwarm }) => !inSwarm);
    if (groups.length < 2 || !fresh)
        return [];
    const list = groups.map(([name, group]) => `${name} (${namesOf(group)})`).join(', ');
    return [
        {
            level: 'warning',
            host: fresh.name,
            check: 'architecture',
            message: `The hosts have different processors: ${list}. An image for one does not start on the other.`,
            remedy: 'Use images for all of them, or bind services: `deploy.placement.constraints: [node.platform.arch == x86_64]`.',
        },
    ];
}
function judge_architectureOf({ facts: { engine } }) {
    return typeof engine === 'string' ? '' : engine.Architecture;
}
function judgeClocks(hosts) {
    const reference = referenceClock(hosts);
    if (!reference?.facts.clock)
        return [];
    const right = reference.facts.clock;
    return hosts.flatMap(({ name, facts: { clock } }) => {
        const apart = clock ? surelyApart(clock, right) : 0;
        if (!clock || apart <= SKEW_WARNING_MS)
            return [];
        const difference = (0,duration/* formatDuration */.a3)(Math.abs(clock.offset - right.offset));
        const direction = clock.offset > right.offset ? 'ahead of' : 'behind';
        const two = hosts.length === 2 ? ' One of the two is wrong.' : '';
        return [
            {
                level: apart > SKEW_ERROR_MS ? 'error' : 'warning',
                host: name,
                check: 'clock',
                message: `The clock of ${name} is ${difference} ${direction} that of ${reference.name}.${two} Certificates and the order of events depend on it.`,
                remedy: setClock(name),
            },
        ];
    });
}
/** The host whose clock the others are measured by; undefined where none printed a time. */
function referenceClock(hosts) {
    const median = medianReading(hosts.flatMap(({ facts: { clock } }) => clock ?? []));
    return hosts.find(({ facts }) => facts.clock !== undefined && facts.clock === median);
}
function judgeNames(hosts) {
    return judge_duplicates(hosts, ({ facts }) => facts.hostName).flatMap(({ key, first, more }) => more.map((host) => ({
        level: 'warning',
        host: host.name,
        check: 'host name',
        message: `${host.name} and ${first.name} have the same host name, ${key}. In the swarm both are called so, and a command that names one fails.`,
        remedy: renameHost(host),
    })));
}
function judgeEngineIds(hosts) {
    return judge_duplicates(hosts, engineIdOf).flatMap(({ first, more }) => more.map((host) => {
        const finding = { host: host.name, check: 'engine id' };
        if (isSameMachine(host, first)) {
            return {
                ...finding,
                level: 'error',
                message: `${host.name} and ${first.name} are one and the same host.`,
                remedy: 'Take one of the two lines out of `hosts`.',
            };
        }
        return {
            ...finding,
            // Nodes are told apart by their node id; a swarm of such hosts that exists does work.
            level: host.inSwarm && first.inSwarm ? 'warning' : 'error',
            message: `${host.name} is a copy of ${first.name}: both dockerds have the same engine id.`,
            remedy: newEngineId(host.name),
        };
    }));
}
function judgeMachineIds(hosts) {
    return judge_duplicates(hosts, ({ facts }) => facts.machineId).flatMap(({ first, more }) => more
        .filter((host) => !(engineIdOf(host) === engineIdOf(first) && isSameMachine(host, first)))
        .map((host) => ({
        level: 'warning',
        host: host.name,
        check: 'machine id',
        message: `${host.name} and ${first.name} have the same /etc/machine-id. By DHCP both may get one address, and overlay networks may give both the same MAC addresses.`,
        remedy: newMachineId(host.name),
    })));
}
function engineIdOf({ facts: { engine } }) {
    return typeof engine === 'string' ? '' : engine.ID;
}
function isSameMachine(a, b) {
    return a.facts.bootId !== '' && a.facts.bootId === b.facts.bootId;
}
function judge_duplicates(hosts, keyOf) {
    return [...groupBy(hosts, keyOf)].flatMap(([key, [first, ...more]]) => first ? [{ key, first, more }] : []);
}
/** Hosts that have no such key are left out. */
function groupBy(hosts, keyOf) {
    const groups = Map.groupBy(hosts, keyOf);
    groups.delete('');
    return groups;
}
function namesOf(hosts) {
    return hosts.map(({ name }) => name).join(', ');
}

;// CONCATENATED MODULE: ./lib/preflight/ask-script.js
/** A connection is given this long: time for a lost first packet and its repetition (1 s later) to be answered. */
const ASK_SECONDS = 3;
/**
 * Reads questions line by line and prints an answer for each: its number, an exit code, the program's words. All are asked at once, 64
 * at a time. A port without a listener answers a datagram with ICMP, which the next write to the same socket then fails with; so bash
 * writes several times. `-M do` forbids fragments: what arrives fits through every link between.
 */
const ask_script_SCRIPT = `
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
asker=$1; token=$2
say() { printf '%s\\n' "$1 $2 $(printf '%s' "$3" | tr '\\n' ' ' | cut -c 1-300)"; }
tcp() {
  if [ "$asker" = bash ]; then
    words=$(timeout ${ASK_SECONDS} bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$2" "$3" 2>&1)
  else
    words=$(timeout ${ASK_SECONDS + 1} nc -z -v -w ${ASK_SECONDS} "$2" "$3" 2>&1)
  fi
  say "$1" "$?" "$words"
}
udp() {
  if [ "$asker" = bash ]; then
    words=$(timeout ${ASK_SECONDS} bash -c 'exec 3<>"/dev/udp/$1/$2" || exit
      for pause in 0.2 0.3 0.5 0; do printf %s "$3" >&3 || exit; sleep $pause; done' \\
      bash "$2" "$3" "$token" 2>&1)
  else
    words=$(printf %s "$token" | timeout ${ASK_SECONDS} nc -u -w 1 "$2" "$3" 2>&1)
  fi
  say "$1" "$?" "$words"
}
fits() { ping -n -q -c 1 -W 1 -M do -s $(($2 - head)) "$1" >/dev/null 2>&1; }
path() {
  route=$(ip route get "$2" 2>/dev/null | tr '\\n' ' ')
  device=$(printf '%s' "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')
  link=$(cat "/sys/class/net/$device/mtu" 2>/dev/null)
  learned=$(printf '%s' "$route" | sed -n 's/.* mtu \\([0-9]*\\).*/\\1/p')
  head=28; case $2 in *:*) head=48 ;; esac
  arrived=
  if fits "$2" 1280 || fits "$2" 1280; then
    if fits "$2" 1500 || fits "$2" 1500; then arrived=1500
    else
      arrived=$(for size in 1280 1300 1350 1370 1380 1400 1420 1440 1450 1460 1472 1480 1492; do
        { fits "$2" "$size" || fits "$2" "$size"; } && echo "$size" &
      done | sort -n | tail -n 1)
    fi
  fi
  say "$1" 0 "link=$link learned=$learned arrived=$arrived"
}
count=0
while read -r id what address port; do
  "$what" "$id" "$address" "$port" </dev/null &
  count=$((count + 1))
  [ $((count % 64)) -eq 0 ] && wait
done
wait
`;
/** The best asker among the tools of a host. */
function askerOf(tools) {
    if (!tools.has('timeout'))
        return undefined;
    return ['bash', 'nc'].find((tool) => tools.has(tool));
}
/** Asks what stands in standard input (see `questionLines`); datagrams carry `token`. */
function askCommand(asker, token) {
    return ['sh', '-c', ask_script_SCRIPT, 'sh', asker, token];
}
function questionLines(questions) {
    return questions
        .map(({ id, what, address, port }) => `${id} ${what} ${address} ${port}\n`)
        .join('');
}

;// CONCATENATED MODULE: ./lib/preflight/ports.js
/** Source: docs.docker.com/engine/swarm/swarm-tutorial, "Open protocols and ports between the hosts". */
const SWARM_PORTS = [
    {
        label: '2377/tcp',
        protocol: 'tcp',
        port: 2377,
        onlyManagers: true,
        lost: 'nodes cannot join',
    },
    {
        label: '7946/tcp',
        protocol: 'tcp',
        port: 7946,
        onlyManagers: false,
        lost: 'nodes do not learn where the tasks of an overlay network are',
    },
    {
        label: '7946/udp',
        protocol: 'udp',
        port: 7946,
        onlyManagers: false,
        lost: 'nodes lose each other in overlay networks',
    },
    {
        label: '4789/udp',
        protocol: 'udp',
        port: 4789,
        onlyManagers: false,
        lost: 'overlay networks and the routing mesh carry nothing between the nodes',
    },
];
/** The ports that others must reach on this host. */
function portsOf({ role }) {
    return SWARM_PORTS.filter(({ onlyManagers }) => !onlyManagers || role === 'manager');
}

;// CONCATENATED MODULE: ./lib/preflight/judge-network.js




/** What the overlay driver takes for granted, and what it leaves for VXLAN over IPv4; over IPv6 the headers take 20 bytes more. */
const USUAL_MTU = 1500;
const VXLAN_BYTES = 50;
const IPV6_MORE_BYTES = 20;
/** Judges what the hosts found out about each other. */
function judgeNetwork({ passages, taken }) {
    const targets = [...Map.groupBy(passages, ({ to }) => to)];
    return [
        ...judgeTaken(taken),
        ...targets.flatMap(([to, ways]) => judgePorts(to, ways)),
        ...judgeAskers(passages),
        ...judgeMtu(passages),
    ];
}
function judgeTaken(taken) {
    return [...taken].flatMap(([{ name }, ports]) => ports.map(({ label, protocol, port }) => ({
        // Two VXLAN devices share their port; dockerd does not get one that another program listens at.
        level: label === '4789/udp' ? 'warning' : 'error',
        host: name,
        check: label,
        message: `Another program on ${name} has ${label}, which Docker needs as a node of a swarm.`,
        remedy: `See on ${name}, as root, which one it is, and stop it:\n  ss -lnp${protocol[0]} 'sport = :${port}'`,
    })));
}
function judgePorts(to, ways) {
    const troubles = ways.flatMap(troublesOf);
    const blocked = troubles.filter((one) => one.blocked);
    const unknown = troubles.filter((one) => !one.blocked);
    return ['error', 'warning'].flatMap((level) => [
        ...findings(to, level, blocked),
        ...findings(to, level, unknown),
    ]);
}
/** Ports that the same hosts do not reach stand in one finding, with one set of commands. */
function findings(to, level, all) {
    const troubles = all.filter((trouble) => trouble.level === level);
    const byPort = [...Map.groupBy(troubles, ({ port }) => port)];
    const groups = Map.groupBy(byPort, ([, some]) => some.map(({ from }) => from.name).join(', '));
    return [...groups].map(([names, group]) => {
        const ports = group.map(([port]) => port);
        const some = group.flatMap(([, those]) => those);
        const labels = ports.map(({ label }) => label).join(', ');
        const how = [...new Set(some.map((trouble) => trouble.how))].join(', ');
        const lost = ports.map((port) => port.lost).join('; ');
        const address = to.address === to.name ? to.name : `${to.name} (${to.address})`;
        const sources = new Set(some.map(({ from }) => from.address));
        const fact = some[0]?.blocked
            ? `${address} is not reached at ${labels} from ${names}: ${how}.`
            : `It cannot be told whether ${address} is reached at ${labels} from ${names}: ${how}.`;
        const message = `${fact} Where it is not, ${lost}.`;
        return {
            level,
            host: to.name,
            check: labels,
            message,
            remedy: openPorts(to, ports, [...sources]),
        };
    });
}
/**
 * An error is what no node can join with: 2377/tcp of a manager, where something listened or the host itself answers, so that silence
 * means a firewall. Between nodes that are in the swarm already nothing is changed, so nothing there is an error.
 */
function troublesOf({ from, to, ports, hostAnswers }) {
    return SWARM_PORTS.flatMap((port) => {
        const reach = ports.get(port.label);
        if (!reach || reach.state === 'open' || reach.state === 'not asked')
            return [];
        if (reach.state === 'unknown') {
            if (reach.expected)
                return [];
            return [{ port, from, how: reach.how, level: 'warning', blocked: false }];
        }
        const settled = from.inSwarm && to.inSwarm;
        const proven = reach.sure || hostAnswers;
        const level = port.label === '2377/tcp' && proven && !settled ? 'error' : 'warning';
        const how = proven ? reach.how : `${reach.how}, nor from its sshd`;
        return [{ port, from, how, level, blocked: true }];
    });
}
function judgeAskers(passages) {
    const unable = new Set(passages
        .filter(({ ports }) => [...ports.values()].some(({ state }) => state === 'not asked'))
        .map(({ from }) => from));
    return [...unable].map((host) => {
        const others = passages.filter(({ from }) => from === host);
        const able = askerOf(host.facts.tools) !== undefined;
        const reason = able ? 'it did not answer in time' : 'it has neither bash nor nc (and timeout)';
        const commands = others.map(({ to }) => `  ping -c 1 ${to.address}`);
        return {
            level: 'warning',
            host: host.name,
            check: 'ports',
            message: `Not asked: which ports of the others ${host.name} reaches; ${reason}.`,
            remedy: [
                `The others must let it in at ${SWARM_PORTS.map(({ label }) => label).join(', ')}. To see on ${host.name} whether they are there at all:`,
                ...commands,
            ].join('\n'),
        };
    });
}
/** The smallest packet that is surely the largest on the way between two hosts; undefined where nothing is known of it. */
function mtuOf({ path: { link, arrived } }) {
    const known = [link, arrived].filter((mtu) => mtu !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
}
/** One finding for the narrowest way: networks of a swarm have one MTU on all nodes. */
function judgeMtu(passages) {
    const narrow = passages
        .flatMap((passage) => {
        const mtu = mtuOf(passage);
        return mtu === undefined || mtu >= USUAL_MTU ? [] : [{ passage, mtu }];
    })
        .toSorted((a, b) => a.mtu - b.mtu)[0];
    if (!narrow)
        return [];
    const { passage, mtu } = narrow;
    const option = (0,external_node_net_.isIPv6)(passage.to.address) ? mtu - IPV6_MORE_BYTES : mtu;
    return [
        {
            level: 'warning',
            host: passage.from.name,
            check: 'MTU',
            message: `Packets of at most ${mtu} bytes fit between ${passage.from.name} and ${passage.to.name}. An overlay network takes ${USUAL_MTU} for granted; containers would send ${USUAL_MTU - VXLAN_BYTES} bytes where ${option - VXLAN_BYTES} fit, and large answers get stuck.`,
            remedy: lowerMtu(option),
        },
    ];
}

;// CONCATENATED MODULE: ./lib/preflight/answers.js
/** Reads the lines of the ask script: number, exit code, words. */
function parseAnswers(text) {
    const answers = new Map();
    for (const line of text.split('\n')) {
        const [, id, exitCode, words] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
        if (words === undefined)
            continue;
        answers.set(Number(id), { exitCode: Number(exitCode), words: words.trim() });
    }
    return answers;
}
const REFUSED = /connection refused/i;
/** Of `timeout`; of nc, as OpenBSD's, nmap's and busybox have it. */
const TIMED_OUT = /timed? ?out/i;
const TIMEOUT_EXIT = 124;
/** Firewalls that reject with ICMP, those of the asker's own host (EPERM), and networks without a way. */
const TURNED_AWAY = /no route to host|host is unreachable|network is unreachable|permission denied|operation not permitted/i;
const NOTHING_CAME = 'no answer';
/** Judges a connection. A refusal comes from a host that nobody shields, unless something listens there: then a firewall refuses. */
function judgeTcp(answer, far) {
    if (!answer)
        return { state: 'not asked' };
    const { exitCode, words } = answer;
    const sure = far.listens === 'ours' || far.listens === 'program';
    if (exitCode === 0)
        return { state: 'open' };
    if (REFUSED.test(words)) {
        return sure ? { state: 'blocked', how: 'refused by a firewall', sure } : { state: 'open' };
    }
    if (TURNED_AWAY.test(words))
        return { state: 'blocked', how: turnedAway(words), sure: true };
    if (exitCode === TIMEOUT_EXIT || TIMED_OUT.test(words)) {
        return { state: 'blocked', how: NOTHING_CAME, sure };
    }
    return { state: 'unknown', how: words, expected: false };
}
/** Judges datagrams: what our listener got is proof, and so is what it did not get. Without a listener ICMP may tell. */
function judgeUdp(answer, far, asker) {
    if (far.got)
        return { state: 'open' };
    if (!answer)
        return { state: 'not asked' };
    const { words } = answer;
    const listens = far.listens === 'ours' || far.listens === 'program';
    if (REFUSED.test(words)) {
        return listens
            ? { state: 'blocked', how: 'refused by a firewall', sure: true }
            : { state: 'open' };
    }
    if (TURNED_AWAY.test(words))
        return { state: 'blocked', how: turnedAway(words), sure: true };
    if (far.listens === 'ours' && asker === 'bash') {
        return { state: 'blocked', how: 'no datagram arrived', sure: true };
    }
    return {
        state: 'unknown',
        how: NOTHING_CAME,
        expected: far.listens === 'program' || far.listens === 'perhaps',
    };
}
/** Whether the host itself answers at this port, be it by refusing. */
function answers_isThere(answer) {
    return answer !== undefined && (answer.exitCode === 0 || REFUSED.test(answer.words));
}
/** Reads the words of a `path` answer. */
function parsePath(answer) {
    const number = (name) => {
        const value = new RegExp(`\\b${name}=(\\d+)`).exec(answer?.words ?? '')?.[1];
        return value === undefined ? undefined : Number(value);
    };
    return { link: number('learned') ?? number('link'), arrived: number('arrived') };
}
function turnedAway(words) {
    return (TURNED_AWAY.exec(words)?.[0] ?? words).toLowerCase();
}

;// CONCATENATED MODULE: ./lib/preflight/listen-script.js
/**
 * Both programs do the same: they bind what they can of the ports (`tcp/2377`) and say `bound` or `taken` for each, say `ready`, accept
 * what connects and leave it to the other end to close (who closes first keeps the port for another minute, TIME_WAIT), and say `got udp/4789 3` for a datagram of asker 3. They end with their standard input, and by an alarm
 * where that never comes. Nothing is written to the host.
 */
const PERL = `
use strict; use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY); use Errno qw(EADDRINUSE);
$| = 1;
my ($seconds, $token, @ports) = @ARGV;
alarm $seconds;
my (%open, @came);
for my $name (@ports) {
  my ($protocol, $port) = split m{/}, $name;
  my $bound = '';
  for my $family (AF_INET6, AF_INET) {
    socket(my $socket, $family, $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
    my $at = $family == AF_INET ? sockaddr_in($port, INADDR_ANY)
      : Socket::pack_sockaddr_in6($port, Socket::IN6ADDR_ANY);
    setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $family == AF_INET6;
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) if $protocol eq 'tcp';
    if (bind($socket, $at) and $protocol eq 'udp' || listen($socket, SOMAXCONN)) {
      $open{$name} = $socket; $bound = 'bound'; last;
    }
    if ($! == EADDRINUSE) { $bound = 'taken'; last }
  }
  print "$bound $name\\n" if $bound;
}
print "ready\\n";
while (1) {
  my $bits = '';
  vec($bits, fileno($_), 1) = 1 for \\*STDIN, values %open;
  select($bits, undef, undef, undef);
  last if vec($bits, fileno(STDIN), 1) and !sysread(STDIN, my $more, 64);
  for my $name (keys %open) {
    next unless vec($bits, fileno($open{$name}), 1);
    if ($name =~ /tcp/) { my $one; accept($one, $open{$name}) and push @came, $one; next }
    recv($open{$name}, my $text, 64, 0);
    print "got $name $1\\n" if defined $text and $text =~ /^\\Q$token\\E (\\d+)$/;
  }
}
`;
const PYTHON = `
import errno, re, select, signal, socket, sys
seconds, token, ports = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
signal.alarm(seconds)
def say(text):
    sys.stdout.write(text + '\\n'); sys.stdout.flush()
opened, came = {}, []
for name in ports:
    protocol, port = name.split('/')
    for family, anywhere in ((socket.AF_INET6, '::'), (socket.AF_INET, '0.0.0.0')):
        try:
            one = socket.socket(family, socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM)
            if family == socket.AF_INET6: one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            if protocol == 'tcp': one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((anywhere, int(port)))
            if protocol == 'tcp': one.listen(128)
            opened[one] = name; say('bound ' + name); break
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                say('taken ' + name); break
say('ready')
while True:
    for one in select.select([sys.stdin] + list(opened), [], [])[0]:
        if one is sys.stdin:
            if not sys.stdin.buffer.raw.read(64): sys.exit(0)
        elif 'tcp' in opened[one]:
            came.append(one.accept()[0])
        else:
            got = re.match('^' + re.escape(token) + r' (\\d+)$', one.recv(64).decode('latin-1'))
            if got: say('got ' + opened[one] + ' ' + got.group(1))
`;
/** Listens at ports (`tcp/2377`) for at most `seconds`; undefined where the host has nothing to listen with. */
function listenCommand(tools, options) {
    const words = [String(options.seconds), options.token, ...options.ports];
    if (tools.has('perl'))
        return ['perl', '-e', PERL, ...words];
    if (tools.has('python3'))
        return ['python3', '-c', PYTHON, ...words];
    // Red Hat's distributions have one of their own, also where no python3 is installed.
    if (tools.has('platform-python')) {
        return ['/usr/libexec/platform-python', '-c', PYTHON, ...words];
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/preflight/reachability.js






/** A listener that has not said that it is ready after this many ms is not waited for. */
const reachability_READY_MS = 5_000;
const NOBODY = { bound: new Set(), taken: new Set(), stop: async () => new Set() };
const keyOf = ({ protocol, port }) => `${protocol}/${port}`;
/**
 * Finds out which ports of each other the hosts reach. Hosts that are no nodes yet hold theirs meanwhile, where they have perl or python; all
 * are free again when this settles. What a host cannot be asked is `not asked`. Rejects with the signal's reason only.
 */
async function findPassages(hosts, options) {
    const token = `swarm-up-${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`;
    const listeners = await Promise.all(hosts.map((host) => reachability_listen(host, token, options)));
    const plans = hosts.map((from) => questionsOf(from, hosts));
    const answers = await Promise.all(hosts.map((host, at) => ask(host, plans[at] ?? [], `${token} ${at}`, options)));
    const got = await Promise.all(listeners.map((listener) => listener.stop()));
    options.signal.throwIfAborted();
    const passages = hosts.flatMap((from, at) => {
        const asker = askerOf(from.facts.tools);
        const byPort = Map.groupBy(plans[at] ?? [], ({ to }) => to);
        return [...byPort].map(([to, questions]) => {
            const far = hosts.indexOf(to);
            const answerTo = (label) => answers[at]?.get(questions.find((question) => question.label === label)?.id ?? -1);
            const ports = new Map();
            for (const port of portsOf(to)) {
                const end = {
                    listens: listenerAt(to, port, listeners[far] ?? NOBODY),
                    got: got[far]?.has(`${keyOf(port)} ${at}`) ?? false,
                };
                const answer = answerTo(port.label);
                ports.set(port.label, port.protocol === 'tcp' ? judgeTcp(answer, end) : judgeUdp(answer, end, asker));
            }
            return {
                ...{ from, to, ports },
                hostAnswers: answers_isThere(answerTo('ssh')),
                path: parsePath(answerTo('path')),
            };
        });
    });
    const taken = new Map(hosts.map((host, at) => {
        return [host, portsOf(host).filter((port) => listeners[at]?.taken.has(keyOf(port)))];
    }));
    return { passages, taken };
}
function questionsOf(from, hosts) {
    const others = hosts.filter((host) => host !== from);
    const planned = others.flatMap((to) => [
        ...portsOf(to).map(({ label, protocol, port }) => {
            return { to, label, what: protocol, address: to.address, port };
        }),
        { to, label: 'ssh', what: 'tcp', address: to.address, port: to.facts.sshPort ?? 22 },
        { to, label: 'path', what: 'path', address: to.address, port: 0 },
    ]);
    return planned.map((question, id) => ({ ...question, id }));
}
/** A node has the ports of its role, save that an overlay network may not be there yet; they are left alone. */
function listenerAt(host, port, listener) {
    if (listener.bound.has(keyOf(port)))
        return 'ours';
    if (listener.taken.has(keyOf(port)))
        return 'program';
    if (!host.inSwarm)
        return 'nobody';
    if (port.label === '4789/udp')
        return 'perhaps';
    const { engine } = host.facts;
    const isManager = typeof engine !== 'string' && engine.Swarm?.ControlAvailable === true;
    return !port.onlyManagers || isManager ? 'program' : 'nobody';
}
async function ask(host, questions, token, options) {
    // The path can be asked without an asker of ports.
    const asker = askerOf(host.facts.tools);
    const possible = questions.filter(({ what }) => what === 'path' || asker !== undefined);
    if (possible.length === 0)
        return new Map();
    const asked = host.executor.run(askCommand(asker ?? 'nc', token), {
        ...options,
        stdin: questionLines(possible),
        anyExitCode: true,
    });
    // A host that does not answer is one whose questions were not asked; it is told as that.
    return await asked.then(({ stdout }) => parseAnswers(stdout), () => new Map());
}
async function reachability_listen(host, token, options) {
    const command = listenCommand(host.facts.tools, {
        // It ends by itself, should the connection go.
        seconds: Math.ceil((reachability_READY_MS + options.timeoutMs) / 1000),
        token,
        ports: portsOf(host).map(keyOf),
    });
    // The ports of a node are its dockerd's business.
    if (!command || host.inSwarm)
        return NOBODY;
    const stdin = new external_node_stream_.PassThrough();
    const ready = Promise.withResolvers();
    const bound = new Set();
    const taken = new Set();
    const got = new Set();
    const ended = host.executor
        .run(command, {
        signal: options.signal,
        timeoutMs: reachability_READY_MS + options.timeoutMs,
        anyExitCode: true,
        stdin,
        onLine: (line) => {
            const [word, key, asker] = line.split(' ');
            if (word === 'ready')
                ready.resolve(true);
            else if (key === undefined)
                return;
            else if (word === 'bound')
                bound.add(key);
            else if (word === 'taken')
                taken.add(key);
            else if (word === 'got')
                got.add(`${key} ${asker}`);
        },
    })
        .then(() => ready.resolve(false), () => ready.resolve(false));
    const timer = setTimeout(() => ready.resolve(false), reachability_READY_MS);
    const isReady = await ready.promise;
    clearTimeout(timer);
    const stop = async () => {
        stdin.end();
        await ended;
        return got;
    };
    if (isReady)
        return { bound, taken, stop };
    await stop();
    return NOBODY;
}

;// CONCATENATED MODULE: ./lib/preflight/table.js




const NOTHING = '–';
/** One row per host and one column per check, as lines of equal columns. Findings mark what is wrong; a port stands in the row of who is reached. */
function preflightTable(hosts, passages, about) {
    const reference = referenceClock(hosts);
    const header = [
        ...['HOST', 'ROLE', 'ENGINE', 'SYSTEM', 'IDENTITY', 'CLOCK', 'DISK FREE', 'MODULES', 'MTU'],
        ...SWARM_PORTS.map(({ label }) => label.toUpperCase()),
    ];
    const rows = hosts.map((host) => {
        const { engine } = host.facts;
        const known = typeof engine === 'string' ? undefined : engine;
        return [
            host.name,
            host.inSwarm ? `${host.role}, a node` : host.role,
            known?.ServerVersion || 'none',
            known ? `${known.OSType}/${known.Architecture}` : NOTHING,
            identity(host, about.findings),
            clock(host, reference),
            disk(host),
            modules(host),
            mtu(host, passages),
            ...SWARM_PORTS.map(({ label }) => {
                if (!portsOf(host).some((port) => port.label === label))
                    return NOTHING;
                return port(passages.flatMap(({ from, to, ports }) => {
                    const reach = ports.get(label);
                    return to === host && reach ? [{ from: from.name, reach }] : [];
                }));
            }),
        ];
    });
    const silent = about.silent.map(({ name, role }) => {
        return header.map((_, at) => [name, role, 'no answer'][at] ?? NOTHING);
    });
    return align([header, ...rows, ...silent]);
}
function identity({ name }, findings) {
    const checks = ['host name', 'machine id', 'engine id'];
    const same = findings.filter(({ host, check }) => host === name && checks.includes(check));
    return same.length === 0 ? 'unique' : `same ${same.map(({ check }) => check).join(', ')}`;
}
/** Smaller than the reading is sure of is no difference. */
function clock({ facts }, reference) {
    const right = reference?.facts.clock;
    if (!facts.clock || !right)
        return 'not told';
    if (surelyApart(facts.clock, right) === 0)
        return 'same';
    const seconds = (facts.clock.offset - right.offset) / 1000;
    return `${seconds > 0 ? '+' : ''}${seconds.toFixed(1)} s`;
}
function disk({ facts: { disk: found } }) {
    if (!found)
        return 'not told';
    const gibibytes = (found.freeBytes / 1024 ** 3).toFixed(found.freeBytes < 1024 ** 4 ? 1 : 0);
    return `${gibibytes} GiB, ${Math.floor((found.freeBytes / found.totalBytes) * 100)} %`;
}
function modules({ facts }) {
    const named = (wanted) => [...facts.modules].filter(([, state]) => state === wanted).map(([module]) => module);
    const missing = named('missing');
    const unknown = named('unknown');
    if (missing.length > 0)
        return `no ${missing.join(', ')}`;
    return unknown.length > 0 ? `${unknown.join(', ')} not told` : 'all';
}
function mtu(host, passages) {
    const known = passages
        .filter(({ from }) => from === host)
        .flatMap((passage) => mtuOf(passage) ?? []);
    if (known.length > 0)
        return String(Math.min(...known));
    return passages.length === 0 ? NOTHING : 'not told';
}
/** What is worst among those who asked, and who they are where it is not all of them. */
function port(asked) {
    const worst = [...ORDER].find((state) => asked.some(({ reach }) => wordOf(reach) === state));
    if (worst === undefined)
        return NOTHING;
    const those = asked.filter(({ reach }) => wordOf(reach) === worst);
    return those.length === asked.length ? worst : `${worst}: ${those.map(({ from }) => from)}`;
}
const ORDER = ['BLOCKED', 'no answer', 'not asked', 'in use', 'open'];
function wordOf(reach) {
    if (reach.state === 'blocked')
        return 'BLOCKED';
    if (reach.state === 'unknown')
        return reach.expected ? 'in use' : 'no answer';
    return reach.state;
}
function align(rows) {
    const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
    return rows.map((row) => row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd());
}

;// CONCATENATED MODULE: ./lib/preflight/preflight.js






/**
 * Looks whether existing hosts can be one swarm, before anything on them is changed. Nothing is installed, written or loaded there; for some
 * seconds hosts that are no nodes listen at the ports of a swarm.
 *
 * The table has one row per host. Findings with level `error` mean that the swarm cannot be formed, the others what will not work in it.
 * `timeoutMs` bounds each of the two rounds (facts, then ports); a host that does not answer in the first is an error of its own and is left
 * out of the second. Rejects with the signal's reason only.
 */
async function preflight(hosts, options) {
    const { signal, timeoutMs } = options;
    const asked = await Promise.allSettled(hosts.map(async (host) => ({ ...host, facts: await readFacts(host, options) })));
    signal.throwIfAborted();
    const known = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const silent = hosts.flatMap((host, at) => {
        const one = asked[at];
        return one?.status === 'rejected' ? { host, finding: noAnswer(host, one.reason) } : [];
    });
    const reachability = await findPassages(known, { signal, timeoutMs });
    const findings = [
        ...silent.map(({ finding }) => finding),
        ...judgeHosts(known),
        ...judgeNetwork(reachability),
    ];
    const table = preflightTable(known, reachability.passages, {
        findings,
        silent: silent.map(({ host }) => host),
    });
    // Errors first.
    return { table, findings: findings.toSorted((a, b) => a.level.localeCompare(b.level)) };
}
/** A host that could not be read. What is no `ActionError` is a bug of ours, and thrown. */
function noAnswer({ name }, reason) {
    if (!(reason instanceof lib_errors/* ActionError */.l))
        throw reason;
    const message = [reason.message, reason.details].filter(Boolean).join('\n');
    const remedy = reason.hint ?? `See whether ${name} answers: ssh ${name} docker info`;
    return { level: 'error', host: name, check: 'connection', message, remedy };
}

;// CONCATENATED MODULE: ./lib/host-check.js


/** How long each of the two rounds of questions may take, in ms. */
const ROUND_TIMEOUT_MS = 30_000;
/** Whether forming would change one of the hosts; where all are nodes already, the swarm itself has proved what could be asked. */
function needsHostCheck(machines) {
    return machines.some(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
}
/**
 * Asks hosts that were there before what would keep them from being one swarm, and shows the answers as a table. Warnings are told;
 * throws one `ActionError` with every error and its remedy, and nothing has been changed by then.
 */
async function checkHosts(machines, options) {
    const { signal, clock, log } = options;
    const hosts = machines.map(({ name, ssh, advertise, role, engine }) => ({
        name,
        executor: ssh,
        address: advertise,
        role,
        inSwarm: engine.Swarm.LocalNodeState !== 'inactive',
    }));
    const { table, findings } = await preflight(hosts, {
        signal,
        clock,
        timeoutMs: ROUND_TIMEOUT_MS,
    });
    for (const line of table)
        log.info(line);
    for (const finding of findings.filter(({ level }) => level === 'warning')) {
        log.warning(describe(finding));
    }
    const errors = findings.filter(({ level }) => level === 'error');
    if (errors.length === 0)
        return;
    throw new lib_errors/* ActionError */.l('The hosts cannot be one swarm as they are.', {
        details: errors.map(describe).join('\n\n'),
        hint: 'Nothing was changed on them.',
    });
}
function describe({ host, message, remedy }) {
    return `${host}: ${message}\n${remedy}`;
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/exec/ssh.js + 12 modules
var ssh = __webpack_require__(9656);
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
    throw new lib_errors/* ActionError */.l(`The addresses of ${executor.where} cannot be listed.`, {
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
    const refuse = (reason) => new lib_errors/* ActionError */.l(`${option}=${value}: ${reason}`, {
        details: addresses_describe(name, addresses),
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
function addresses_describe(name, addresses) {
    if (addresses.length === 0)
        return `${name} has no address that others could reach it by.`;
    return addresses.map((one) => `${one.name}  ${one.address}`).join('\n');
}

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
        const { executor: ssh, engine } = await enterEngine(direct, target.user, {
            signal,
            timeoutMs: driver.makesMachines ? timeoutMs : RUNNING_TIMEOUT_MS,
            ...(install && {
                install: (executor) => installEngine(executor, target.user, {
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
        return { ...machine, ...addresses, role, target, ssh, api: engineApi(ssh), engine };
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
    throw new lib_errors/* ActionError */.l(`The address of ${ssh.where} cannot be found out.`, {
        hint: 'Name the one that the other machines reach it by: `advertise-addr=<address>` in its line of `hosts`.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/provision.js





/** How many machines are made at once. */
const AT_ONCE = 30;
/** How long one machine may take from its start until its dockerd answers, in ms. */
const READY_TIMEOUT_MS = 120_000;
/**
 * How long the other machines of a cluster may still take once one of them has failed, in ms: what fails all of them is told of all, and a run that
 * has failed does not wait until the last one has booted.
 */
const provision_GRACE_MS = 10_000;
/**
 * Finds the machines of the cluster, makes the missing ones, all at once, and connects to every one. Settles only when nothing is
 * being created any more. Where one machine fails, those that are not up `GRACE_MS` later are not waited for. What was made stays when it throws: the way down finds it by its labels.
 */
async function provision(driver, spec, existing, count, options) {
    const { signal, log, clock = systemClock } = options;
    await driver.prepare(spec, signal);
    const kept = new Map();
    for (const machine of existing) {
        if (machine.state === 'running') {
            kept.set(machine.index, machine);
        }
        else {
            log.info(`${machine.name} exists and does not run; it is made anew`);
            await driver.destroy(machine);
        }
    }
    const wanted = Array.from({ length: count }, (_, at) => at + 1);
    const indexes = [...new Set([...wanted, ...kept.keys()])];
    const created = indexes
        .filter((index) => !kept.has(index))
        .map((index) => `${spec.owner.cluster}-${index}`);
    const limit = (0,p_limit/* default */.A)(AT_ONCE);
    const together = companions(signal, clock);
    const bringUp = async (index) => {
        together.signal.throwIfAborted();
        const machine = kept.get(index) ?? (await driver.create(spec, index, together.signal));
        const connected = await connect(driver, machine, options.roleOf(index), {
            signal: together.signal,
            timeoutMs: driver.readyTimeoutMs ?? READY_TIMEOUT_MS,
            log,
        });
        options.opened(connected);
        return connected;
    };
    const settled = await Promise.allSettled(indexes.map((index) => limit(() => bringUp(index).catch((error) => {
        if (driver.makesMachines)
            together.failed();
        throw error;
    }))));
    together.done();
    signal.throwIfAborted();
    const results = settled.map((one, at) => {
        const index = indexes[at] ?? 0;
        return { ...one, where: kept.get(index)?.name ?? `${spec.owner.cluster}-${index}` };
    });
    const givenUp = results.filter((one) => one.status === 'rejected' && one.reason === GIVEN_UP);
    if (givenUp.length > 0) {
        const names = givenUp.map(({ where }) => where).join(', ');
        log.info(`${names}: not waited for any longer, since another machine has failed`);
    }
    const { machines, missed } = settle(results, driver);
    for (const { where, error } of missed) {
        log.warning([`${where} does not answer; the run goes on without it.`, error.message, error.details]
            .filter(Boolean)
            .join('\n'));
    }
    return {
        machines: machines.filter((machine) => machine.index <= count),
        surplus: machines.filter((machine) => machine.index > count),
        created,
        unreachable: missed.map(({ where }) => where),
    };
}
const GIVEN_UP = new Error('Another machine has failed.');
/** Lets one machine's failure end the waiting for the others, `GRACE_MS` later and with `GIVEN_UP`. */
function companions(outer, clock) {
    const giveUp = new AbortController();
    const over = new AbortController();
    let hasFailed = false;
    return {
        signal: AbortSignal.any([outer, giveUp.signal]),
        failed: () => {
            if (hasFailed)
                return;
            hasFailed = true;
            clock.sleep(provision_GRACE_MS, over.signal).then(() => giveUp.abort(GIVEN_UP), () => { });
        },
        done: () => over.abort(),
    };
}
/** Tells what is connected from what can be done without; throws what cannot. Where nothing at all answers, nothing can. */
function settle(results, { adoption }) {
    const machines = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const mayMiss = adoption?.allowUnreachable && machines.length > 0;
    const missed = [];
    const failures = [];
    for (const one of results) {
        if (one.status === 'fulfilled' || one.reason === GIVEN_UP)
            continue;
        const error = one.reason;
        if (!(error instanceof unreachable/* UnreachableError */.J))
            failures.push(error);
        else if (mayMiss)
            missed.push({ where: one.where, error });
        else
            failures.push(adoption ? withWayOut(error) : error);
    }
    if (failures.length === 0)
        return { machines, missed };
    if (failures.length === 1)
        throw failures[0];
    throw new AggregateError(failures, `${failures.length} of ${results.length} machines did not come up.${adoption ? '' : ' Fewer `nodes` need less of the runner.'} What each of them said follows.`);
}
function withWayOut(error) {
    const { message, details, hint } = error;
    return new unreachable/* UnreachableError */.J(message, {
        ...(details !== undefined && { details }),
        hint: `${hint ?? ''} A swarm that has a majority of its managers can be deployed to without it: \`driver-options: "allow-unreachable: true"\``.trim(),
        cause: error.cause,
    });
}
/**
 * Throws `ActionError` where a machine of the cluster is another repository's. To be asked before the run says that it begins: what it has
 * begun is removed by the way down.
 */
function refuseForeign(existing, owner) {
    const foreign = existing.find((machine) => machine.owner.repository !== owner.repository);
    if (!foreign)
        return;
    throw new lib_errors/* ActionError */.l(`Cluster ${owner.cluster} belongs to another repository (id ${foreign.owner.repository || 'unknown'}).`, { hint: 'Nothing was changed. Give this step another `cluster`.' });
}

;// CONCATENATED MODULE: ./lib/stack/compose-files.js



/** In the order of Compose: compose-go cli/options.go, DefaultFileNames and DefaultOverrideFileNames. */
const FILE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_NAMES = [
    'compose.override.yml',
    'compose.override.yaml',
    'docker-compose.override.yml',
    'docker-compose.override.yaml',
];
/**
 * The compose files to load: the given ones (relative to the workspace), else those that Compose itself looks for there.
 * Throws `ActionError` where one is missing, or none is found.
 */
async function findComposeFiles(workspace, files) {
    return files.length > 0 ? await given(workspace, files) : await discover(workspace);
}
async function given(workspace, files) {
    const paths = files.map((file) => (0,external_node_path_.resolve)(workspace, file));
    const missing = [];
    for (const path of paths) {
        if (!(await compose_files_exists(path)))
            missing.push(path);
    }
    if (missing.length > 0) {
        throw new lib_errors/* ActionError */.l(missing.length === 1 ? 'A compose file is missing.' : 'Compose files are missing.', {
            details: missing.join('\n'),
            hint: `\`compose-file\` takes one path per line, relative to the workspace (${workspace}). Is the repository checked out before this step?`,
        });
    }
    return { paths, findings: [] };
}
async function discover(workspace) {
    const bases = await present(workspace, FILE_NAMES);
    const [base] = bases;
    if (base === undefined) {
        throw new lib_errors/* ActionError */.l(`There is no compose file in ${workspace}.`, {
            details: `Looked for: ${FILE_NAMES.join(', ')}`,
            hint: 'Name it in `compose-file`, or write `compose-file: "-"` for a swarm without a stack. Is the repository checked out before this step?',
        });
    }
    const [override] = await present(workspace, OVERRIDE_NAMES);
    const several = {
        level: 'warning',
        message: `There are several compose files: ${bases.map((path) => (0,external_node_path_.basename)(path)).join(', ')}. As Compose does, the first is used. Name the one you mean in \`compose-file\`.`,
        location: { file: (0,external_node_path_.basename)(base), line: 1 },
    };
    return {
        paths: override === undefined ? [base] : [base, override],
        findings: bases.length > 1 ? [several] : [],
    };
}
async function present(folder, names) {
    const paths = names.map((name) => (0,external_node_path_.join)(folder, name));
    const found = await Promise.all(paths.map(compose_files_exists));
    return paths.filter((_, at) => found[at]);
}
async function compose_files_exists(path) {
    return await (0,external_node_fs_promises_.access)(path).then(() => true, () => false);
}
/** How a file is named in messages and annotations: relative to the workspace where it lies in it. */
function displayed(path, workspace) {
    const short = (0,external_node_path_.relative)(workspace, path);
    return short.startsWith('..') || (0,external_node_path_.isAbsolute)(short) ? path : short;
}

;// CONCATENATED MODULE: ./lib/stack/service-model.js

// One service of what `docker compose config --format json` prints. Numbers and sizes are printed as numbers by some versions of
// Compose and as strings by others; keys that are only ever warned about or refused are not looked into.
const service_model_text = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()]).transform(String);
const whole = schemas/* union */.KCZ([
    schemas/* int */.Whr(),
    schemas/* string */.YjP()
        .regex(/^-?\d+$/)
        .transform(Number),
]);
const texts = schemas/* array */.YOg(service_model_text);
const map = schemas/* record */.g1P(schemas/* string */.YjP(), service_model_text);
const anything = schemas/* unknown */.L5J().optional();
/** Printed as a number (288) by older versions and as octal digits ("0440") by newer ones. */
const fileMode = schemas/* union */.KCZ([
    schemas/* int */.Whr(),
    schemas/* string */.YjP()
        .regex(/^[0-7]+$/)
        .transform((digits) => Number.parseInt(digits, 8)),
]);
const service_model_port = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP().nullish(),
    mode: schemas/* enum */.k5n(['ingress', 'host']).nullish(),
    host_ip: schemas/* string */.YjP().nullish(),
    target: whole,
    published: service_model_text.nullish(),
    protocol: schemas/* enum */.k5n(['tcp', 'udp', 'sctp']).nullish(),
    app_protocol: schemas/* string */.YjP().nullish(),
});
const mount = schemas/* strictObject */.rej({
    type: schemas/* string */.YjP(),
    source: schemas/* string */.YjP().nullish(),
    target: schemas/* string */.YjP().nullish(),
    read_only: schemas/* boolean */.zMY().nullish(),
    consistency: schemas/* string */.YjP().nullish(),
    bind: schemas/* strictObject */.rej({
        propagation: schemas/* string */.YjP().nullish(),
        create_host_path: anything,
        selinux: schemas/* string */.YjP().nullish(),
        recursive: schemas/* string */.YjP().nullish(),
    })
        .nullish(),
    volume: schemas/* strictObject */.rej({
        nocopy: schemas/* boolean */.zMY().nullish(),
        subpath: schemas/* string */.YjP().nullish(),
        labels: map.nullish(),
    })
        .nullish(),
    tmpfs: schemas/* strictObject */.rej({ size: whole.nullish(), mode: fileMode.nullish() }).nullish(),
    image: anything,
});
const attachment = schemas/* strictObject */.rej({
    aliases: texts.nullish(),
    driver_opts: map.nullish(),
    ipv4_address: schemas/* string */.YjP().nullish(),
    ipv6_address: schemas/* string */.YjP().nullish(),
    link_local_ips: texts.nullish(),
    mac_address: schemas/* string */.YjP().nullish(),
    priority: anything,
    gw_priority: anything,
    interface_name: schemas/* string */.YjP().nullish(),
});
const reference = schemas/* strictObject */.rej({
    source: schemas/* string */.YjP(),
    target: schemas/* string */.YjP().nullish(),
    uid: service_model_text.nullish(),
    gid: service_model_text.nullish(),
    mode: fileMode.nullish(),
});
const update = schemas/* strictObject */.rej({
    parallelism: whole.nullish(),
    delay: schemas/* string */.YjP().nullish(),
    failure_action: schemas/* string */.YjP().nullish(),
    monitor: schemas/* string */.YjP().nullish(),
    max_failure_ratio: schemas/* number */.aig().nullish(),
    order: schemas/* string */.YjP().nullish(),
});
const resource = {
    cpus: service_model_text.nullish(),
    memory: service_model_text.nullish(),
    pids: whole.nullish(),
    devices: schemas/* array */.YOg(anything).nullish(),
    generic_resources: schemas/* array */.YOg(schemas/* strictObject */.rej({
        discrete_resource_spec: schemas/* strictObject */.rej({ kind: schemas/* string */.YjP(), value: whole }).nullish(),
    }))
        .nullish(),
};
const deploy = schemas/* strictObject */.rej({
    mode: schemas/* enum */.k5n(['replicated', 'global', 'replicated-job', 'global-job']).nullish(),
    replicas: whole.nullish(),
    labels: map.nullish(),
    update_config: update.nullish(),
    rollback_config: update.nullish(),
    resources: schemas/* strictObject */.rej({
        limits: schemas/* strictObject */.rej(resource).nullish(),
        reservations: schemas/* strictObject */.rej(resource).nullish(),
    })
        .nullish(),
    restart_policy: schemas/* strictObject */.rej({
        condition: schemas/* string */.YjP().nullish(),
        delay: schemas/* string */.YjP().nullish(),
        max_attempts: whole.nullish(),
        window: schemas/* string */.YjP().nullish(),
    })
        .nullish(),
    placement: schemas/* strictObject */.rej({
        constraints: texts.nullish(),
        preferences: schemas/* array */.YOg(schemas/* strictObject */.rej({ spread: schemas/* string */.YjP().nullish() })).nullish(),
        max_replicas_per_node: whole.nullish(),
    })
        .nullish(),
    endpoint_mode: schemas/* string */.YjP().nullish(),
});
const healthcheck = schemas/* strictObject */.rej({
    test: texts.nullish(),
    interval: schemas/* string */.YjP().nullish(),
    timeout: schemas/* string */.YjP().nullish(),
    retries: whole.nullish(),
    start_period: schemas/* string */.YjP().nullish(),
    start_interval: schemas/* string */.YjP().nullish(),
    disable: schemas/* boolean */.zMY().nullish(),
});
const dependency = schemas/* strictObject */.rej({
    condition: schemas/* enum */.k5n(['service_started', 'service_healthy', 'service_completed_successfully'])
        .nullish(),
    required: schemas/* boolean */.zMY().nullish(),
    restart: anything,
})
    .nullable();
const ulimit = schemas/* union */.KCZ([whole, schemas/* strictObject */.rej({ soft: whole, hard: whole })]);
const service = schemas/* strictObject */.rej({
    annotations: anything,
    attach: anything,
    blkio_config: anything,
    build: anything,
    cap_add: texts.nullish(),
    cap_drop: texts.nullish(),
    cgroup: schemas/* string */.YjP().nullish(),
    cgroup_parent: anything,
    command: texts.nullish(),
    configs: schemas/* array */.YOg(reference).nullish(),
    container_name: anything,
    cpu_count: anything,
    cpu_percent: anything,
    cpu_period: whole.nullish(),
    cpu_quota: whole.nullish(),
    cpu_rt_period: anything,
    cpu_rt_runtime: anything,
    cpu_shares: anything,
    cpus: service_model_text.nullish(),
    cpuset: anything,
    credential_spec: schemas/* strictObject */.rej({
        config: schemas/* string */.YjP().nullish(),
        file: schemas/* string */.YjP().nullish(),
        registry: schemas/* string */.YjP().nullish(),
    })
        .nullish(),
    depends_on: schemas/* union */.KCZ([texts, schemas/* record */.g1P(schemas/* string */.YjP(), dependency)]).nullish(),
    deploy: deploy.nullish(),
    develop: anything,
    device_cgroup_rules: anything,
    devices: anything,
    dns: texts.nullish(),
    dns_opt: anything,
    dns_search: texts.nullish(),
    domainname: anything,
    entrypoint: texts.nullish(),
    env_file: anything,
    environment: schemas/* record */.g1P(schemas/* string */.YjP(), service_model_text.nullable()).nullish(),
    expose: anything,
    extends: anything,
    external_links: anything,
    extra_hosts: schemas/* union */.KCZ([texts, schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* union */.KCZ([service_model_text, texts]))]).nullish(),
    gpus: anything,
    group_add: anything,
    healthcheck: healthcheck.nullish(),
    hostname: schemas/* string */.YjP().nullish(),
    image: schemas/* string */.YjP().nullish(),
    init: schemas/* boolean */.zMY().nullish(),
    ipc: schemas/* string */.YjP().nullish(),
    isolation: schemas/* string */.YjP().nullish(),
    label_file: anything,
    labels: map.nullish(),
    links: texts.nullish(),
    logging: schemas/* strictObject */.rej({
        driver: schemas/* string */.YjP().nullish(),
        options: schemas/* record */.g1P(schemas/* string */.YjP(), service_model_text.nullable()).nullish(),
    })
        .nullish(),
    mac_address: anything,
    mem_limit: service_model_text.nullish(),
    mem_reservation: service_model_text.nullish(),
    mem_swappiness: anything,
    memswap_limit: anything,
    models: anything,
    network_mode: schemas/* string */.YjP().nullish(),
    networks: schemas/* record */.g1P(schemas/* string */.YjP(), attachment.nullable()).nullish(),
    oom_kill_disable: anything,
    oom_score_adj: whole.nullish(),
    pid: schemas/* string */.YjP().nullish(),
    pids_limit: whole.nullish(),
    platform: schemas/* string */.YjP().nullish(),
    ports: schemas/* array */.YOg(service_model_port).nullish(),
    post_start: anything,
    pre_stop: anything,
    privileged: anything,
    profiles: anything,
    provider: anything,
    pull_policy: anything,
    pull_refresh_after: anything,
    read_only: schemas/* boolean */.zMY().nullish(),
    restart: schemas/* string */.YjP().nullish(),
    runtime: anything,
    scale: whole.nullish(),
    secrets: schemas/* array */.YOg(reference).nullish(),
    security_opt: anything,
    shm_size: whole.nullish(),
    stdin_open: schemas/* boolean */.zMY().nullish(),
    stop_grace_period: schemas/* string */.YjP().nullish(),
    stop_signal: schemas/* string */.YjP().nullish(),
    storage_opt: anything,
    sysctls: map.nullish(),
    tmpfs: texts.nullish(),
    tty: schemas/* boolean */.zMY().nullish(),
    ulimits: schemas/* record */.g1P(schemas/* string */.YjP(), ulimit).nullish(),
    use_api_socket: anything,
    user: service_model_text.nullish(),
    userns_mode: schemas/* string */.YjP().nullish(),
    uts: schemas/* string */.YjP().nullish(),
    volumes: schemas/* array */.YOg(mount).nullish(),
    volumes_from: anything,
    working_dir: schemas/* string */.YjP().nullish(),
});
/** Every key of a service that Compose knows. */
const SERVICE_KEYS = Object.keys(service.shape);

;// CONCATENATED MODULE: ./lib/stack/compose-output.js




// What Compose says on its standard error, put into findings with a place.
/** `time="…" level=warning msg="…"`, the form in which logrus prints; `msg` is a Go string literal. */
const LOG_LINE = /^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/;
/** Every stack file has this key, since older `docker stack deploy` wants it; its warning would only be noise. */
const VERSION_IS_OBSOLETE = /\bversion\b.* is obsolete/;
const UNSET = /^The "?([A-Za-z_][A-Za-z0-9_]*)"? variable is not set/;
/** The warnings among what Compose printed, variables that are not set each at their first use. */
function composeWarnings(stderr, locator) {
    const messages = new Set(logLines(stderr).flatMap(({ level, message }) => (level === 'warning' ? [message] : [])));
    return [...messages]
        .filter((message) => !VERSION_IS_OBSOLETE.test(message))
        .map((message) => {
        const variable = UNSET.exec(message)?.[1];
        if (variable === undefined)
            return { level: 'warning', message, location: undefined };
        return {
            level: 'warning',
            message: `${message} Set it in \`env\` of this step, or write a default: \`\${${variable}:-value}\`.`,
            location: locator.variable(variable),
        };
    });
}
/** The error for a `docker compose config` that failed with these words. */
function composeFailure(stderr, files, locator) {
    if (/is not a docker command|unknown (?:shorthand )?flag|unknown command/.test(stderr)) {
        return new lib_errors/* ActionError */.l('`docker compose` is not installed on the runner.', {
            details: stderr.split('\n', 1)[0] ?? '',
            hint: 'Compose reads the compose file. Install its plugin: the package docker-compose-plugin of download.docker.com, docker-compose-v2 of Ubuntu, or docker-compose of Debian 13 and later.',
        });
    }
    const words = stderr
        .split('\n')
        .filter((line) => LOG_LINE.exec(line)?.[1] !== 'warning')
        .map((line) => unlogged(line).trim())
        .filter(Boolean)
        .join(' ');
    const fault = locator.fault();
    const message = fault ? `${words} (${fault.message})` : words + advice(words);
    return new ComposeError(`Compose cannot read ${files.join(', ')}.`, [{ level: 'error', message, location: fault?.location ?? place(words, files, locator) }], 'Nothing has been created. `docker compose config` shows the same on your machine.');
}
function logLines(stderr) {
    return stderr.split('\n').flatMap((line) => {
        const [, level, literal] = LOG_LINE.exec(line) ?? [];
        return level && literal ? [{ level, message: unquote(literal) }] : [];
    });
}
function unlogged(line) {
    const literal = LOG_LINE.exec(line)?.[2];
    return literal === undefined ? line : unquote(literal);
}
function unquote(literal) {
    try {
        return literal.startsWith('"') ? String(JSON.parse(literal)) : literal;
    }
    catch {
        return literal; // a Go escape that JSON does not have
    }
}
/** Compose 2.26: `services.web Additional property imge is not allowed`; later: `services.web additional properties 'imge' not allowed`. */
const UNKNOWN_KEY = /additional propert(?:y|ies) '?([A-Za-z0-9_.-]+)'?/i;
const KEY_PATH = /\b(?:services|networks|volumes|configs|secrets)(?:\.[A-Za-z0-9_-]+|\[[^\]]+\])+/;
const UNDEFINED = /service "([^"]+)" (?:refers to undefined (\w+)|depends on undefined service)/;
const SERVICE = /service "([^"]+)"/;
function advice(words) {
    const key = UNKNOWN_KEY.exec(words)?.[1];
    const [, , , deeper] = keyPath(words);
    if (key === undefined || !/\bservices\./.test(words) || deeper !== undefined)
        return '';
    return `. Did you mean \`${nearestServiceKey(key)}\`?`;
}
/** The key of a service that a mistyped one most likely stands for. */
function nearestServiceKey(key) {
    return (0,mod/* closest */.kp)(key, [...SERVICE_KEYS]);
}
function place(words, files, locator) {
    const path = keyPath(words);
    const found = path.length > 0 ? locator.path(path) : undefined;
    if (found)
        return found;
    const line = /\bline (\d+)/.exec(words)?.[1];
    const [file, ...others] = files;
    return line && file && others.length === 0 ? { file, line: Number(line) } : undefined;
}
function keyPath(words) {
    const unknown = UNKNOWN_KEY.exec(words)?.[1];
    const last = unknown === undefined ? [] : [unknown];
    const dotted = KEY_PATH.exec(words)?.[0];
    if (dotted !== undefined) {
        return [
            ...dotted
                .split(/[.[\]]+/)
                .filter(Boolean)
                .map(index),
            ...last,
        ];
    }
    const [, service, kind] = UNDEFINED.exec(words) ?? [];
    if (service !== undefined)
        return ['services', service, kind ? `${kind}s` : 'depends_on'];
    const named = SERVICE.exec(words)?.[1];
    return named === undefined ? last : ['services', named];
}
function index(key) {
    return /^\d+$/.test(key) ? Number(key) : key;
}

;// CONCATENATED MODULE: ./lib/stack/model.js


const model_map = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()]).transform(String));
const model_anything = schemas/* unknown */.L5J().optional();
const network = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP().nullish(),
    driver: schemas/* string */.YjP().nullish(),
    driver_opts: model_map.nullish(),
    ipam: schemas/* strictObject */.rej({
        driver: schemas/* string */.YjP().nullish(),
        config: schemas/* array */.YOg(schemas/* strictObject */.rej({
            subnet: schemas/* string */.YjP().nullish(),
            gateway: model_anything,
            ip_range: model_anything,
            aux_addresses: model_anything,
        }))
            .nullish(),
        options: model_anything,
    })
        .nullish(),
    external: schemas/* boolean */.zMY().nullish(),
    internal: schemas/* boolean */.zMY().nullish(),
    attachable: schemas/* boolean */.zMY().nullish(),
    labels: model_map.nullish(),
    enable_ipv4: schemas/* boolean */.zMY().nullish(),
    enable_ipv6: schemas/* boolean */.zMY().nullish(),
});
const volume = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP().nullish(),
    driver: schemas/* string */.YjP().nullish(),
    driver_opts: model_map.nullish(),
    external: schemas/* boolean */.zMY().nullish(),
    labels: model_map.nullish(),
});
const fileObject = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP().nullish(),
    file: schemas/* string */.YjP().nullish(),
    content: schemas/* string */.YjP().nullish(),
    environment: schemas/* string */.YjP().nullish(),
    external: schemas/* boolean */.zMY().nullish(),
    labels: model_map.nullish(),
    driver: schemas/* string */.YjP().nullish(),
    driver_opts: model_map.nullish(),
    template_driver: schemas/* string */.YjP().nullish(),
});
/**
 * What `docker compose config --format json` prints, of Compose 2.20 to 5. Strict at every level: what is not known is reported by
 * `compose-json.ts` and then taken out.
 */
const composeModel = schemas/* strictObject */.rej({
    name: schemas/* string */.YjP(),
    services: schemas/* record */.g1P(schemas/* string */.YjP(), service).default({}),
    networks: schemas/* record */.g1P(schemas/* string */.YjP(), network.nullable()).default({}),
    volumes: schemas/* record */.g1P(schemas/* string */.YjP(), volume.nullable()).default({}),
    configs: schemas/* record */.g1P(schemas/* string */.YjP(), fileObject).default({}),
    secrets: schemas/* record */.g1P(schemas/* string */.YjP(), fileObject).default({}),
    models: model_anything,
    version: model_anything,
    include: model_anything,
});

;// CONCATENATED MODULE: ./lib/stack/compose-json.js





/**
 * The model that `docker compose config --format json` printed, with values as a container gets them (`$`, not `$$`).
 * Keys that are not known are taken out and become findings. Throws `ActionError` for anything else that is not understood.
 */
function readModel(stdout, locator) {
    const findings = collectFindings(locator.path);
    const raw = unescaped(parseJson(stdout));
    let result = composeModel.safeParse(raw);
    if (!result.success) {
        for (const issue of result.error.issues) {
            if (issue.code === 'unrecognized_keys')
                takeOut(raw, issue.path, issue.keys, findings.warn);
        }
        result = composeModel.safeParse(raw);
    }
    if (!result.success) {
        throw new lib_errors/* ActionError */.l('`docker compose config` printed something that is not understood.', {
            details: errors/* prettifyError */.S1(result.error),
            hint: 'Please report this with the output of `docker compose version`.',
        });
    }
    return { model: result.data, findings: findings.all() };
}
function parseJson(stdout) {
    try {
        return JSON.parse(stdout);
    }
    catch (cause) {
        throw new lib_errors/* ActionError */.l('`docker compose config` printed no JSON.', {
            hint: 'Please report this with the output of `docker compose version`.',
            cause,
        });
    }
}
/**
 * Compose writes each `$` of its output as `$$`, in keys too, so that it can be read again (docker/compose cmd/compose/config.go,
 * escapeDollarSign). Undone here, so that the model holds the values that a container gets.
 */
function unescaped(value) {
    if (typeof value === 'string')
        return value.replaceAll('$$', '$');
    if (Array.isArray(value))
        return value.map(unescaped);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.replaceAll('$$', '$'), unescaped(one)]));
}
/** Takes keys that are not known out of the raw model and tells of them, except for the user's own `x-` keys. */
function takeOut(raw, path, keys, warn) {
    const parent = path.reduce((value, key) => value[key], raw);
    const where = path.map((key) => (typeof key === 'number' ? key : String(key)));
    for (const key of keys) {
        delete parent[key];
        if (key.startsWith('x-'))
            continue;
        const nearest = where[0] === 'services' && where.length === 2
            ? ` The nearest key that is known is \`${nearestServiceKey(key)}\`.`
            : '';
        warn([...where, key], `${[...where, key].join('.')} is left out: this version does not know it.${nearest}`);
    }
}
/** The variables that configs and secrets take their content from. */
function variables(model) {
    const objects = [...Object.values(model.configs), ...Object.values(model.secrets)];
    const names = objects.flatMap(({ environment }) => environment ?? []);
    return [...new Set(names)].filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}
/** A compose file (as JSON) that makes Compose say what these variables are for it: `.env` files and precedence are its business. */
function variableProbe(names) {
    const environment = Object.fromEntries(names.flatMap((name) => [
        [`VALUE_${name}`, `\${${name}-}`],
        [`IS_SET_${name}`, `\${${name}+yes}`],
    ]));
    return JSON.stringify({ services: { probe: { image: 'probe', environment } } });
}
const probeModel = schemas/* object */.Ikc({
    services: schemas/* object */.Ikc({ probe: schemas/* object */.Ikc({ environment: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()) }) }),
});
/** What Compose answered to `variableProbe`; a variable that is not set is not in it. */
function readVariables(names, stdout) {
    const { environment } = probeModel.parse(unescaped(parseJson(stdout))).services.probe;
    return new Map(names
        .filter((name) => environment[`IS_SET_${name}`] === 'yes')
        .map((name) => [name, environment[`VALUE_${name}`] ?? '']));
}

;// CONCATENATED MODULE: ./lib/stack/locate.js

function createLocator(sources) {
    const files = sources.map(locate_parse);
    return {
        path: (path) => deepest(files, path),
        variable: (name) => firstUse(files, name),
        fault: () => firstFault(files),
    };
}
function locate_parse({ file, text }) {
    const lines = new dist/* LineCounter */.HN();
    const documents = (0,dist/* parseAllDocuments */.hR)(text, {
        lineCounter: lines,
        logLevel: 'silent',
        merge: true,
    });
    return { file, text, lines, documents: 'empty' in documents ? [] : documents };
}
function deepest(files, path) {
    let best;
    for (const { file, lines, documents } of files) {
        for (const document of documents) {
            const { depth, offset } = follow(document, path);
            if (depth > 0 && depth >= (best?.depth ?? 0)) {
                best = { depth, location: { file, line: lines.linePos(offset).line } };
            }
        }
    }
    return best?.location;
}
function follow(document, path) {
    let value = document.contents;
    let offset = 0;
    for (const [depth, key] of path.entries()) {
        const step = child(document, value, key);
        if (!step)
            return { depth, offset };
        ({ value, offset } = step);
    }
    return { depth: path.length, offset };
}
function child(document, parent, key) {
    const node = (0,dist/* isAlias */.Vj)(parent) ? parent.resolve(document) : parent;
    if ((0,dist/* isMap */.jh)(node)) {
        const { steps, merged } = entriesOf(node);
        const own = steps.get(String(key));
        if (own)
            return own;
        for (const one of merged) {
            const step = child(document, one, key);
            if (step)
                return step;
        }
        return undefined;
    }
    if (!(0,dist/* isSeq */.oP)(node))
        return undefined;
    const item = typeof key === 'number' ? node.items[key] : node.items.find(named(key));
    return item === undefined ? undefined : { offset: locate_start(item), value: item };
}
/** Many places are asked for in the same maps, the largest of which is that of the services. */
const locate_entries = new WeakMap();
function entriesOf(map) {
    const known = locate_entries.get(map);
    if (known)
        return known;
    const steps = new Map();
    const merged = [];
    for (const { key, value } of map.items) {
        if (!(0,dist/* isScalar */.jn)(key))
            continue;
        const name = String(key.value);
        if (!steps.has(name))
            steps.set(name, { offset: locate_start(key), value });
        if (String(key.source) === '<<')
            merged.push(...((0,dist/* isSeq */.oP)(value) ? value.items : [value]));
    }
    const found = { steps, merged };
    locate_entries.set(map, found);
    return found;
}
/** Maps may be written as lists: `environment: [KEY=value]`, `networks: [front]`, `depends_on: [db]`. */
function named(key) {
    return (item) => (0,dist/* isScalar */.jn)(item) && (item.value === key || String(item.value).startsWith(`${key}=`));
}
function locate_start(node) {
    return node.range?.[0] ?? 0;
}
function firstUse(files, name) {
    const use = new RegExp(`\\$(?:\\{${name}(?![A-Za-z0-9_])|${name}(?![A-Za-z0-9_]))`);
    for (const { file, text, lines } of files) {
        const at = use.exec(text)?.index;
        if (at !== undefined)
            return { file, line: lines.linePos(at).line };
    }
    return undefined;
}
function firstFault(files) {
    for (const { file, lines, documents } of files) {
        const error = documents.flatMap((document) => document.errors)[0];
        if (error) {
            const line = lines.linePos(error.pos[0]).line;
            return { location: { file, line }, message: error.message.split('\n', 1)[0] ?? '' };
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/stack/compose.js






const CONFIG = ['config', '--format', 'json'];
const CONFIG_TIMEOUT_MS = 60_000;
/**
 * Loads the compose files as Compose itself does: discovered, merged, interpolated once, profiles applied. Contacts no engine.
 * Throws `ComposeError` with Compose's own words at their place, or `ActionError` where a file or `docker compose` is missing.
 */
async function loadCompose(runner, source, signal) {
    const chosen = await findComposeFiles(source.workspace, source.files);
    const [first = ''] = chosen.paths;
    const directory = (0,external_node_path_.dirname)(first);
    const files = chosen.paths.map((path) => displayed(path, source.workspace));
    const texts = await Promise.all(chosen.paths.map((path) => (0,external_node_fs_promises_.readFile)(path, 'utf8')));
    const options = {
        env: { ...neutralised(process.env), ...source.env },
        timeoutMs: CONFIG_TIMEOUT_MS,
        ...(signal ? { signal } : {}),
    };
    const isolate = (argv) => (source.isolated ? withoutVariables(argv, source.env) : argv);
    const argv = isolate(composeConfig(chosen.paths, source));
    const running = runner.run(argv, { ...options, anyExitCode: true });
    // Read while Compose does the same in its own process: of a large file both take long.
    const locator = createLocator(files.map((file, at) => ({ file, text: texts[at] ?? '' })));
    const loaded = await running;
    if (loaded.exitCode !== 0)
        throw composeFailure(loaded.stderr, files, locator);
    const { model, findings } = readModel(loaded.stdout, locator);
    return {
        files,
        workspace: source.workspace,
        directory,
        model,
        environment: await readEnvironment(runner, model, directory, isolate, options),
        findings: [...chosen.findings, ...composeWarnings(loaded.stderr, locator), ...findings],
        locate: locator.path,
    };
}
async function readEnvironment(runner, model, directory, isolate, options) {
    const names = variables(model);
    if (names.length === 0)
        return new Map();
    const argv = [
        ...['docker', 'compose', '--project-name', 'probe'],
        ...['--project-directory', directory, '-f', '-'],
        ...CONFIG,
    ];
    const { stdout } = await runner.run(isolate(argv), { ...options, stdin: variableProbe(names) });
    return readVariables(names, stdout);
}
/** What docker needs to find itself, its plugins and its temporary files. */
const NEEDED = [
    'PATH',
    'HOME',
    'USERPROFILE',
    'DOCKER_CONFIG',
    'TMPDIR',
    'TEMP',
    'XDG_RUNTIME_DIR',
];
/** Without the variables of this process, but for those that are given. Names alone stand in argv, no values. */
function withoutVariables(argv, given) {
    const kept = new Set([...NEEDED, ...Object.keys(NEUTRAL), ...Object.keys(given)]);
    const names = Object.keys(process.env).filter((name) => !kept.has(name));
    return ['env', ...names.flatMap((name) => ['-u', name]), ...argv];
}
function composeConfig(paths, source) {
    return [
        'docker',
        'compose',
        ...paths.flatMap((path) => ['-f', path]),
        ...source.profiles.flatMap((profile) => ['--profile', profile]),
        ...(source.projectName === undefined ? [] : ['--project-name', source.projectName]),
        ...CONFIG,
    ];
}
/** What a job may have set for its own `docker compose` calls would change which file is read here, and how. */
const NEUTRAL = {
    COMPOSE_FILE: '',
    COMPOSE_PROFILES: '',
    COMPOSE_PROJECT_NAME: '',
    COMPOSE_ENV_FILES: '',
    COMPOSE_PATH_SEPARATOR: '',
    COMPOSE_DISABLE_ENV_FILE: 'false',
    COMPOSE_COMPATIBILITY: 'false',
};
function neutralised(environment) {
    return Object.fromEntries(Object.entries(NEUTRAL).filter(([name]) => environment[name] !== undefined));
}

;// CONCATENATED MODULE: ./lib/registry/login.js

/** The key that a docker config has for a registry. */
function configKey(registry) {
    return registry === DOCKER_HUB ? 'https://index.docker.io/v1/' : registry;
}
/** A docker config with these logins and nothing else. */
function dockerConfig(logins) {
    const auths = logins.map(({ registry, proof }) => [
        configKey(registry),
        'identityToken' in proof
            ? { auth: base64('<token>:'), identitytoken: proof.identityToken }
            : { auth: base64(`${proof.user}:${proof.password}`) },
    ]);
    return JSON.stringify({ auths: Object.fromEntries(auths) });
}
/** The value of the header `X-Registry-Auth` of the Engine API. */
function registryAuthHeader({ registry, proof }) {
    const body = 'identityToken' in proof
        ? { identitytoken: proof.identityToken }
        : { username: proof.user, password: proof.password };
    return Buffer.from(JSON.stringify({ ...body, serveraddress: configKey(registry) })).toString('base64url');
}
/** Every text of a login that no log may show. */
function secretsOf({ proof }) {
    if ('identityToken' in proof)
        return [proof.identityToken];
    return [proof.password, base64(`${proof.user}:${proof.password}`)];
}
function base64(text) {
    return Buffer.from(text).toString('base64');
}

;// CONCATENATED MODULE: ./lib/stack/digests.js




const distribution = schemas/* object */.Ikc({ Descriptor: schemas/* object */.Ikc({ digest: schemas/* string */.YjP() }) });
/** `web` and `docker.io/library/web:latest` are one image: the form in which two references can be compared. */
function normaliseReference(image) {
    const name = image.replace(/^docker\.io\//, '').replace(/^library\//, '');
    const last = name.slice(name.lastIndexOf('/') + 1);
    return last.includes(':') || name.includes('@') ? name : `${name}:latest`;
}
/**
 * The images with the digest that their registry has for them now, asked through a manager, as `docker stack deploy --resolve-image
 * always` does. Needed where that flag cannot be used, because other images of the stack are in no registry. An image that no registry
 * answers for stays as it is, with a warning.
 */
async function pinDigests(api, images, logins, options) {
    const pinned = new Map();
    for (const image of images.filter((image) => !image.includes('@'))) {
        const { registry } = parseReference(image);
        const login = logins.find((one) => one.registry === registry);
        try {
            const { Descriptor } = await api.get(`/distribution/${image}/json`, {}, distribution, {
                signal: options.signal,
                ...(login && { headers: { 'X-Registry-Auth': registryAuthHeader(login) } }),
            });
            pinned.set(image, `${image}@${Descriptor.digest}`);
        }
        catch (error) {
            options.signal.throwIfAborted();
            if (!(error instanceof lib_errors/* ActionError */.l))
                throw error;
            options.warning(`${image}: no registry could be asked for its digest, so nodes may run different versions of it. ${error.details ?? error.message}`);
        }
    }
    return pinned;
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/stack/images/oci-layout.js


const descriptor = schemas/* object */.Ikc({
    digest: schemas/* string */.YjP(),
    platform: schemas/* object */.Ikc({ os: schemas/* string */.YjP(), architecture: schemas/* string */.YjP(), variant: schemas/* string */.YjP().optional() })
        .nullish(),
    annotations: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
});
const oci_layout_index = schemas/* object */.Ikc({ manifests: schemas/* array */.YOg(descriptor) });
const manifest = schemas/* object */.Ikc({ config: descriptor, layers: schemas/* array */.YOg(descriptor) });
const indexOrManifest = schemas/* union */.KCZ([oci_layout_index, manifest]);
/**
 * The images of an OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), found in the JSON files of
 * the archive.
 * Throws `ActionError` with the reason where there is none, or one for several platforms.
 */
function imagesOfLayout(files) {
    const list = files.get('index.json');
    const top = oci_layout_index.safeParse(list === undefined ? undefined : json(list));
    if (!top.success) {
        throw new lib_errors/* ActionError */.l('it is a tar archive, but not one of images: neither manifest.json (docker save) nor index.json (OCI layout) is in it.');
    }
    return top.data.manifests.filter(isImage).map((one) => {
        const { config, layers } = manifestOf(one, files);
        const name = nameOf(one);
        return {
            Config: blob(config),
            RepoTags: name === undefined ? [] : [name],
            Layers: layers.map(blob),
        };
    });
}
function manifestOf(one, files, isNested = false) {
    const content = files.get(blob(one));
    const found = indexOrManifest.safeParse(content === undefined ? undefined : json(content));
    if (!found.success) {
        throw new lib_errors/* ActionError */.l(`it is incomplete: ${blob(one)}, which index.json names, is not in it.`);
    }
    if ('config' in found.data)
        return found.data;
    const images = found.data.manifests.filter(isImage);
    const [only, ...others] = images;
    // An index in an index in an index would be nobody's honest work.
    if (isNested || only === undefined || others.length > 0) {
        const platforms = images.flatMap(({ platform }) => platform ? [`${platform.os}/${platform.architecture}`] : []);
        throw new lib_errors/* ActionError */.l(`an image in it is for several platforms (${platforms.join(', ')}), of which an engine loads only one. Build one archive for each (--platform).`);
    }
    return manifestOf(only, files, true);
}
/** Builders put statements of provenance beside the images, for no platform at all. */
function isImage({ platform, annotations }) {
    return (platform?.os !== 'unknown' &&
        annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest');
}
/** The second annotation is the whole name with some builders, and the mere tag with others. */
function nameOf({ annotations }) {
    const whole = annotations?.['io.containerd.image.name'];
    const other = annotations?.['org.opencontainers.image.ref.name'];
    return whole ?? (other !== undefined && /[:/]/.test(other) ? other : undefined);
}
function blob({ digest }) {
    return `blobs/${digest.replace(':', '/')}`;
}
function json(content) {
    try {
        return JSON.parse(content);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/stack/images/archive.js
var archive_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var archive_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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










/** Of the JSON in an archive, in bytes; what is larger are layers. */
const MOST_JSON = 2 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** Length of the zeros that end a tar archive. */
const TAR_END = 1_024;
const manifests = schemas/* array */.YOg(schemas/* object */.Ikc({
    Config: schemas/* string */.YjP(),
    RepoTags: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Layers: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
}));
const config = schemas/* object */.Ikc({
    created: schemas/* string */.YjP().nullish(),
    architecture: schemas/* string */.YjP(),
    os: schemas/* string */.YjP(),
    variant: schemas/* string */.YjP().nullish(),
    rootfs: schemas/* object */.Ikc({ diff_ids: schemas/* array */.YOg(schemas/* string */.YjP()).nullish() }),
});
/**
 * Reads which images a tar file has, packed with gzip or not. The whole file is read once, and no more of it kept than its JSON.
 * Throws `ActionError` with the reason where it is no archive of images, or one that nodes cannot load.
 */
async function readArchive(path, signal) {
    const isGzip = await startsAsGzip(path);
    const files = await jsonOf(path, isGzip, signal);
    const manifest = files.get('manifest.json');
    const found = manifest === undefined ? imagesOfLayout(files) : parsed(manifests, manifest);
    const images = new Map();
    for (const { Config, RepoTags } of found) {
        const image = imageOf(files.get(Config), Config, RepoTags ?? []);
        for (const name of RepoTags ?? [])
            images.set(name, image);
    }
    if (images.size === 0) {
        throw new lib_errors/* ActionError */.l('its images have no name, and a service asks for an image by name. Save it by its name (docker save -o app.tar shop/web:ci).');
    }
    if (manifest !== undefined)
        return { images, open: () => (0,external_node_fs_.createReadStream)(path) };
    const head = await manifestHead(found);
    const first = isGzip ? (0,external_node_zlib_.gzipSync)(head) : head;
    return { images, open: () => external_node_stream_.Readable.from(prepended(first, path), { objectMode: false }) };
}
/** An engine that keeps no images in containerd loads an OCI layout only where it has the list of `docker save` as well. */
async function manifestHead(images) {
    const body = JSON.stringify(images);
    const header = { name: 'manifest.json', size: Buffer.byteLength(body), mode: 0o644 };
    return (await (0,web/* packTar */.nG)([{ header, body }])).subarray(0, -TAR_END);
}
async function* prepended(first, path) {
    yield first;
    yield* (0,external_node_fs_.createReadStream)(path, { highWaterMark: CHUNK });
}
async function startsAsGzip(path) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const file = archive_addDisposableResource(env_1, await (0,external_node_fs_promises_.open)(path), true);
        const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
        return buffer[0] === 0x1f && buffer[1] === 0x8b;
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = archive_disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/** The JSON files of an archive, by name. */
async function jsonOf(path, isGzip, signal) {
    const files = new Map();
    const raw = (0,external_node_fs_.createReadStream)(path, { highWaterMark: CHUNK, signal });
    // What goes wrong comes out of the last stream.
    const tar = isGzip ? (0,external_node_stream_.pipeline)(raw, (0,external_node_zlib_.createGunzip)({ chunkSize: CHUNK }), () => { }) : raw;
    try {
        const entries = external_node_stream_.Readable.toWeb(tar).pipeThrough((0,web/* createTarDecoder */.uK)({ strict: true }));
        for await (const { header, body } of entries) {
            const name = header.name.replace(/^\.\//, '');
            if (header.type !== 'file' || header.size > MOST_JSON || !mayBeJson(name)) {
                await body.cancel();
                continue;
            }
            const content = await (0,consumers_.text)(body);
            if (/^\s*[[{]/.test(content))
                files.set(name, content);
        }
    }
    catch (cause) {
        signal.throwIfAborted();
        throw new lib_errors/* ActionError */.l(`it is no tar archive, or only a part of one (${cause instanceof Error ? cause.message : cause}).`, { cause });
    }
    finally {
        tar.destroy();
    }
    return files;
}
function mayBeJson(name) {
    return name.endsWith('.json') || name.startsWith('blobs/') || !name.includes('/');
}
function imageOf(content, path, names) {
    if (content === undefined) {
        throw new lib_errors/* ActionError */.l(`it is incomplete: ${path}, which its list names, is not in it.`);
    }
    const { created, architecture, os, variant, rootfs } = parsed(config, content);
    return {
        Id: `sha256:${(0,external_node_crypto_.createHash)('sha256').update(content).digest('hex')}`,
        RepoTags: [...names],
        Created: created,
        Architecture: architecture,
        Os: os,
        Variant: variant,
        RootFS: { Layers: rootfs.diff_ids },
    };
}
function parsed(schema, content) {
    try {
        return schema.parse(JSON.parse(content));
    }
    catch (cause) {
        throw new lib_errors/* ActionError */.l('it is a tar archive, but not one of images (docker save).', { cause });
    }
}

;// CONCATENATED MODULE: ./lib/stack/images/image.js


/** What tells one image from another: as `docker image inspect` says it. */
const image_image = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    RepoTags: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Created: schemas/* string */.YjP().nullish(),
    Architecture: schemas/* string */.YjP(),
    Os: schemas/* string */.YjP(),
    Variant: schemas/* string */.YjP().nullish(),
    RootFS: schemas/* object */.Ikc({ Layers: schemas/* array */.YOg(schemas/* string */.YjP()).nullish() }),
});
/**
 * Whether a node's image is the wanted one. The id is the hash of the image's configuration, or, where an engine keeps images in
 * containerd, of its manifest: there the layers, which have the same hashes everywhere, decide.
 */
function isSame(a, b) {
    if (a.Id === b.Id)
        return true;
    const layers = (one) => JSON.stringify(one.RootFS.Layers ?? []);
    return (layers(a) === layers(b) &&
        timeOf(a.Created) === timeOf(b.Created) &&
        a.Architecture === b.Architecture);
}
/** Whether it has this name. An id or a digest is in no list of names, and needs none. */
function hasName({ RepoTags }, name) {
    return (RepoTags ?? []).some((tag) => normaliseReference(tag) === normaliseReference(name));
}
/** In ms. Builders that write no time are shown with none, or with that of Go's zero. */
function timeOf(created) {
    return Math.max(0, Date.parse(created ?? '') || 0);
}

;// CONCATENATED MODULE: ./lib/stack/images/sources.js







/** Whether a line of `images` names tar files. */
function isPath(line) {
    return line.includes('*') || /\.(tar|tar\.gz|tgz)$/.test(line);
}
/**
 * Finds what `images` names: images of the runner's engine, and those in tar files (paths and globs, relative to the workspace). Nothing
 * is loaded into the runner's engine. Runs before anything is created.
 * Throws `ActionError` that names what is missing or no archive of images, with the reason.
 */
async function findImages(runner, workspace, lines, signal) {
    const names = lines.filter((line) => !isPath(line));
    const sources = [
        ...(names.length > 0 ? [await engineSource(runner, names, signal)] : []),
        ...(await archiveSources(workspace, lines.filter(isPath), signal)),
    ];
    refuseTwice(sources);
    return sources;
}
/** All images of the sources, by the form of their names in which references are compared. */
function imagesByReference(sources) {
    return new Map(sources.flatMap(({ images }) => [...images].map(([name, one]) => [normaliseReference(name), one])));
}
async function engineSource(runner, names, signal) {
    const images = new Map();
    await Promise.all(names.map(async (name) => {
        const [found] = await sources_inspect(runner, [name], { signal });
        if (found)
            images.set(name, found);
    }));
    const missing = names.filter((name) => !images.has(name));
    if (missing.length > 0) {
        throw new lib_errors/* ActionError */.l(`images: ${missing.join(', ')}: not on the Docker Engine of the runner, so it cannot be loaded into the nodes.`, {
            hint: `Build or pull it in an earlier step (docker build -t ${missing[0]} .), or take it out of \`images\` to have the nodes pull it. A tar file is recognised by its ending: .tar, .tar.gz or .tgz.`,
            status: 'image',
        });
    }
    return {
        where: runner.where,
        // In the order in which they are named, whichever was found first.
        images: new Map(names.map((name) => [name, images.get(name)])),
        open: (wanted) => runner.open(['docker', 'save', ...wanted]),
    };
}
const inspected = schemas/* array */.YOg(image_image);
/** Those of the images that an engine has. */
async function sources_inspect(engine, names, options) {
    const { stdout } = await engine.run(['docker', 'image', 'inspect', ...names], {
        anyExitCode: true, // one that is missing makes it non-zero; the others are printed all the same
        ...options,
    });
    return inspected.parse(JSON.parse(stdout || '[]'));
}
async function archiveSources(workspace, lines, signal) {
    const problems = [];
    const paths = new Set();
    for (const line of lines) {
        const found = await filesOf(workspace, line);
        for (const path of found)
            paths.add(path);
        if (found.length === 0)
            problems.push(`${line}: there is no such file.`);
    }
    const sources = [];
    for (const path of paths) {
        const where = sources_named(path, workspace);
        try {
            const archive = await readArchive(path, signal);
            sources.push({ where, images: archive.images, open: async () => archive.open() });
        }
        catch (error) {
            if (!(error instanceof lib_errors/* ActionError */.l))
                throw error;
            problems.push(`${where}: ${error.message}`);
        }
    }
    if (problems.length === 0)
        return sources;
    throw new lib_errors/* ActionError */.l('Tar files that `images` names cannot be loaded into the nodes.', {
        details: problems.join('\n'),
        hint: `Nothing has been created. Paths start from the workspace (${workspace}); an artifact of an earlier job has to be downloaded into it first.`,
        status: 'image',
    });
}
/** Absolute paths, in the order of their names. */
async function filesOf(workspace, line) {
    const found = line.includes('*') ? [] : [line];
    if (found.length === 0)
        for await (const one of (0,external_node_fs_promises_.glob)(line, { cwd: workspace }))
            found.push(one);
    const files = [];
    for (const path of found.toSorted().map((one) => (0,external_node_path_.resolve)(workspace, one))) {
        const isFile = await (0,external_node_fs_promises_.stat)(path).then((one) => one.isFile(), () => false);
        if (isFile)
            files.push(path);
    }
    return files;
}
function sources_named(path, workspace) {
    const inside = (0,external_node_path_.relative)(workspace, path);
    return inside.startsWith('..') ? path : inside;
}
/** Which of two images a node would have under the one name depends on the order of loading, and a wrong guess would be deployed. */
function refuseTwice(sources) {
    const seen = new Map();
    const problems = [];
    for (const { where, images } of sources) {
        for (const [name, one] of images) {
            const reference = normaliseReference(name);
            const other = seen.get(reference);
            if (!other)
                seen.set(reference, { where, image: one });
            else if (!isSame(one, other.image)) {
                problems.push(`${reference}: one in ${other.where}, another in ${where}`);
            }
        }
    }
    if (problems.length === 0)
        return;
    throw new lib_errors/* ActionError */.l('Different images in `images` have the same name.', {
        details: problems.join('\n'),
        hint: 'Nothing has been created. Take one of them out of `images`, or give it another tag.',
        status: 'image',
    });
}

;// CONCATENATED MODULE: ./lib/stack/policy.js

/** Ports below belong to root, and to the services of the machine. */
const policy_FIRST_PORT = 1024;
/** Log drivers that keep what they get on the node. The others let dockerd, on the node's own network, talk to an address of the file's choice. */
const LOG_DRIVERS = ['json-file', 'local', 'none'];
/**
 * Refuses what reaches out of the containers of a stack: paths and devices of a node, its network, its kernel's rights, objects of others.
 * Throws one `ComposeError` with every such place.
 */
function enforcePolicy(project, policy) {
    const findings = collectFindings(project.locate);
    const { model } = project;
    for (const [name, service] of Object.entries(model.services)) {
        const refuse = (path, why) => findings.refuse(['services', name, ...path], `service ${name}: ${why}`);
        refuseMounts(service, refuse);
        refuseRights(service, refuse);
        refusePorts(service, refuse);
        const driver = service.logging?.driver;
        if (driver && !LOG_DRIVERS.includes(driver)) {
            refuse(['logging', 'driver'], `\`logging\`: ${driver} sends logs elsewhere. Known: ${LOG_DRIVERS.join(', ')}.`);
        }
    }
    refuseObjects(project, findings.refuse);
    policy_refuseSize(model.services, policy, findings.refuse);
    throwIfAny(findings);
}
function refuseMounts({ volumes }, refuse) {
    for (const [at, { type, source, target }] of (volumes ?? []).entries()) {
        if (type === 'volume' || type === 'tmpfs')
            continue;
        refuse(['volumes', at], `\`volumes\`: ${source ?? type} at ${target ?? '?'} is of the node, not of the stack. Use a named volume, or a config.`);
    }
}
/** Keys that give a container more of its node than others have. */
const RIGHTS = [
    'cap_add',
    'cgroup_parent',
    'credential_spec',
    'device_cgroup_rules',
    'devices',
    'gpus',
    'privileged',
    'security_opt',
    'use_api_socket',
    'volumes_from',
];
const NAMESPACES = ['cgroup', 'ipc', 'network_mode', 'pid', 'userns_mode', 'uts'];
function refuseRights(service, refuse) {
    for (const key of RIGHTS) {
        const value = service[key];
        const isEmpty = value === undefined || value === null || value === false;
        if (isEmpty || (Array.isArray(value) && value.length === 0))
            continue;
        refuse([key], `\`${key}\` gives it rights on its node. Leave it out.`);
    }
    for (const key of NAMESPACES) {
        if (service[key] === 'host')
            refuse([key], `\`${key}: host\` is that of its node. Leave it out.`);
    }
}
function refusePorts({ ports }, refuse) {
    for (const [at, { published }] of (ports ?? []).entries()) {
        const first = Number.parseInt(published ?? '', 10);
        if (!(first < policy_FIRST_PORT))
            continue;
        refuse(['ports', at], `\`ports\` publishes ${published}. Publish ${policy_FIRST_PORT} or above.`);
    }
}
function refuseObjects({ model }, refuse) {
    for (const kind of ['configs', 'secrets', 'networks', 'volumes']) {
        for (const [name, object] of Object.entries(model[kind])) {
            const what = `${kind.slice(0, -1)} ${name}`;
            if (object?.external) {
                refuse([kind, name, 'external'], `${what}: \`external\` is somebody else's. Declare one of the stack's own.`);
            }
            const plain = kind === 'volumes' ? 'local' : 'overlay';
            if (object?.driver && object.driver !== plain) {
                refuse([kind, name, 'driver'], `${what}: driver ${object.driver}. Only ${kind === 'configs' || kind === 'secrets' ? 'the swarm itself may keep it' : plain}.`);
            }
            // `type: none, o: bind, device: /` makes a mount of the node of a named volume.
            if (kind === 'volumes' && Object.keys(object?.driver_opts ?? {}).length > 0) {
                refuse([kind, name, 'driver_opts'], `${what}: \`driver_opts\` can mount any path of the node. Leave them out.`);
            }
        }
    }
}
function policy_refuseSize(services, { maxServices, maxTasks }, refuse) {
    const all = Object.values(services);
    if (all.length > maxServices) {
        refuse(['services'], `${all.length} services, at most ${maxServices} (\`policy: restricted max-services=…\`).`);
    }
    const tasks = all
        .map(({ deploy, scale }) => deploy?.replicas ?? scale ?? 1)
        .reduce((sum, count) => sum + count, 0);
    if (tasks > maxTasks) {
        refuse(['services'], `${tasks} replicas in all, at most ${maxTasks} (\`policy: restricted max-tasks=…\`).`);
    }
}
/** Throws where something was refused. */
function throwIfAny(findings) {
    const refused = findings.all();
    if (refused.length === 0)
        return;
    throw new ComposeError(`The policy \`restricted\` refuses the compose file: ${refused.length === 1 ? 'one problem' : `${refused.length} problems`}.`, refused, 'Nothing has been created. The policy is on in events in which a stranger may have written the file (`policy` of this step; docs/security.md).');
}

;// CONCATENATED MODULE: ./lib/stack/policy/files.js








const files_text = schemas/* string */.YjP();
const files_texts = schemas/* union */.KCZ([files_text.transform((one) => [one]), schemas/* array */.YOg(files_text)]).catch([]);
const files_named = schemas/* object */.Ikc({ file: files_text.optional().catch(undefined) }).catch({});
/** An entry of `include`, or of `env_file`: a path, or an object with one or several. */
const entry = schemas/* union */.KCZ([
    files_text.transform((path) => ({ path: [path], env_file: [], project_directory: undefined })),
    schemas/* object */.Ikc({
        path: files_texts.optional().default([]),
        env_file: files_texts.optional().default([]),
        project_directory: files_text.optional().catch(undefined),
    }),
])
    .catch({ path: [], env_file: [], project_directory: undefined });
const files_entries = schemas/* union */.KCZ([schemas/* array */.YOg(entry), entry.transform((one) => [one])]).catch([]);
const files_service = schemas/* object */.Ikc({
    extends: files_named.optional().catch(undefined),
    env_file: files_entries.optional(),
    label_file: files_texts.optional(),
    credential_spec: files_named.optional().catch(undefined),
})
    .catch({});
const objects = schemas/* record */.g1P(schemas/* string */.YjP(), files_named).nullish().catch(undefined);
/** The keys of a compose file that make Compose, or us, read another file. What is of another form is refused by Compose itself. */
const composeFile = schemas/* object */.Ikc({
    include: files_entries.optional(),
    services: schemas/* record */.g1P(schemas/* string */.YjP(), files_service).nullish().catch(undefined),
    configs: objects,
    secrets: objects,
})
    .catch({});
/** What Compose reads without being told to. A list, since ncc takes a path with a written-out end for a file of the bundle. */
const ENV_FILES = ['.env'];
function beside(file, names) {
    return names.map((name) => (0,external_node_path_.resolve)((0,external_node_path_.dirname)(file), name));
}
/** A preview has a handful; a file that includes itself by ever other names would never end. */
const MOST_FILES = 100;
/**
 * Refuses compose files that make the runner read something outside of the workspace, before Compose reads anything: by a path, a link, an
 * address, or a variable in one of them. Throws one `ComposeError` with the places of the first file that has some.
 */
async function refuseFilesOutside(workspace, files) {
    const { paths } = await findComposeFiles(workspace, files);
    const root = await (0,external_node_fs_promises_.realpath)(workspace);
    const given = collectFindings(() => undefined);
    for (const path of [...paths, ...beside(paths[0] ?? '', ENV_FILES)]) {
        if (await leadsOutside(root, path))
            given.refuse([], outside(displayed(path, workspace)));
    }
    throwIfAny(given);
    // Which folder a path starts from depends on how its file came in; none of them may lead outside.
    const folders = new Set(paths.map((path) => (0,external_node_path_.dirname)(path)));
    const queue = [...paths];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
        const source = await (0,external_node_fs_promises_.readFile)(file, 'utf8').catch(() => '');
        const name = displayed(file, workspace);
        const findings = collectFindings(createLocator([{ file: name, text: source }]).path);
        folders.add((0,external_node_path_.dirname)(file));
        const known = new Set([...paths, ...queue, file]);
        for (const { at, path, kind } of referencesOf(source, findings)) {
            const problem = problemOf(path);
            if (problem !== undefined)
                findings.refuse(at, `${path}: ${problem}`);
            for (const folder of problem === undefined ? [...folders] : []) {
                const target = (0,external_node_path_.resolve)(folder, path);
                if (await leadsOutside(root, target))
                    findings.refuse(at, outside(path));
                else if (kind === 'folder')
                    folders.add(target);
                else if (kind === 'compose' && !known.has(target))
                    queue.push(target);
            }
        }
        throwIfAny(findings);
        if (known.size > MOST_FILES) {
            findings.refuse([], `more than ${MOST_FILES} files are included.`);
            throwIfAny(findings);
        }
    }
}
function referencesOf(source, findings) {
    return documentsOf(source, findings).flatMap((document) => {
        const { include, services, configs, secrets } = composeFile.parse(document);
        const found = [];
        const add = (at, path, kind = 'file') => {
            if (path !== undefined)
                found.push({ at, path, kind });
        };
        for (const [at, one] of (include ?? []).entries()) {
            for (const path of one.path)
                add(['include', at], path, 'compose');
            for (const path of one.env_file)
                add(['include', at, 'env_file'], path);
            add(['include', at, 'project_directory'], one.project_directory, 'folder');
        }
        for (const [name, one] of Object.entries(services ?? {})) {
            const at = ['services', name];
            add([...at, 'extends'], one.extends?.file, 'compose');
            for (const { path } of one.env_file ?? []) {
                for (const each of path)
                    add([...at, 'env_file'], each);
            }
            for (const path of one.label_file ?? [])
                add([...at, 'label_file'], path);
            add([...at, 'credential_spec'], one.credential_spec?.file);
        }
        for (const [kind, all] of Object.entries({ configs, secrets })) {
            for (const [name, { file }] of Object.entries(all ?? {}))
                add([kind, name, 'file'], file);
        }
        return found;
    });
}
/** What this parser does not understand, Compose's may: then nobody knows what it would read. */
function documentsOf(source, findings) {
    const documents = (0,dist/* parseAllDocuments */.hR)(source, { merge: true, logLevel: 'silent' });
    if ('empty' in documents)
        return [];
    return documents.map((document) => {
        const fault = document.errors[0]?.message.split('\n', 1)[0];
        if (fault !== undefined)
            findings.refuse([], `cannot be read: ${fault}`);
        try {
            const value = document.toJS({ maxAliasCount: 1000 });
            if (hasMergeKey(value))
                findings.refuse([], 'cannot be read: `<<` that merges nothing');
            return value;
        }
        catch (error) {
            findings.refuse([], `cannot be read: ${error instanceof Error ? error.message : error}`);
            return undefined;
        }
    });
}
function hasMergeKey(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    return Object.entries(value).some(([key, one]) => (key === '<<' && !Array.isArray(value)) || hasMergeKey(one));
}
function problemOf(path) {
    if (path.startsWith('~'))
        return 'a folder of the runner. Name a file of the workspace.';
    if (path.includes('$'))
        return 'a variable may lead anywhere. Write the path as it is.';
    if (/^[a-z][a-z0-9+.-]*:|^[\w.-]+@[\w.-]+:|^github\.com\//i.test(path)) {
        return 'an address. Name a file of the workspace.';
    }
    return undefined;
}
function outside(path) {
    return `${path}: leads out of the workspace.`;
}
/** Whether a file that is there lies elsewhere, links followed. What is not there cannot be read. */
async function leadsOutside(root, target) {
    const real = await (0,external_node_fs_promises_.realpath)(target).catch(() => undefined);
    if (real === undefined)
        return false;
    const way = (0,external_node_path_.relative)(root, real);
    return (0,external_node_path_.isAbsolute)(way) || way.split(external_node_path_.sep)[0] === '..';
}

;// CONCATENATED MODULE: ./lib/stack/order.js
const CONDITIONS = {
    service_started: 'started',
    service_healthy: 'healthy',
    service_completed_successfully: 'completed',
};
/** `depends_on` of every service, in the order of the file. What is not there is passed over: Compose has seen to it that it need not be. */
function dependenciesOf({ services }) {
    return new Map(Object.entries(services).map(([name, { depends_on: found }]) => {
        const entries = Array.isArray(found)
            ? found.map((on) => [on, undefined])
            : Object.entries(found ?? {});
        const there = entries.filter(([on]) => on !== name && Object.hasOwn(services, on));
        return [
            name,
            there.map(([on, how]) => ({
                on,
                condition: CONDITIONS[how?.condition ?? 'service_started'],
            })),
        ];
    }));
}
/**
 * The waves in which to deploy: each service as early as what it depends on allows. Only a condition begins a new wave; a service that
 * depends on the start of another is not deployed before that one. There is one wave where there is no condition, and always at least one.
 */
function wavesOf(dependencies) {
    const levels = levelsOf(dependencies);
    const names = [...dependencies.keys()];
    const count = Math.max(0, ...levels.values()) + 1;
    const waves = Array.from({ length: count }, (_, level) => {
        const services = names.filter((name) => levels.get(name) === level);
        const needed = reachableFrom(services, dependencies);
        const awaits = names.filter((name) => needed.has(name) && (levels.get(name) ?? 0) < level);
        return { services, awaits };
    });
    return waves.length === 1 ? waves : waves.filter(({ services }) => services.length > 0);
}
/** The services whose end another one waits for. */
function completedFirst(dependencies) {
    return new Set([...dependencies.values()]
        .flat()
        .filter(({ condition }) => condition === 'completed')
        .map(({ on }) => on));
}
/** Which wave each service is in, from 0. */
function levelsOf(dependencies) {
    const levels = new Map();
    const levelOf = (name) => {
        const known = levels.get(name);
        if (known !== undefined)
            return known;
        // Compose refuses circles; one that comes through all the same must not be followed for good.
        levels.set(name, 0);
        const level = Math.max(0, ...(dependencies.get(name) ?? []).map(({ on, condition }) => levelOf(on) + (condition === 'started' ? 0 : 1)));
        levels.set(name, level);
        return level;
    };
    for (const name of dependencies.keys())
        levelOf(name);
    return levels;
}
/** Everything that these depend on, directly or not. */
function reachableFrom(services, dependencies) {
    const found = new Set();
    const queue = [...services];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        for (const { on } of dependencies.get(name) ?? []) {
            if (found.has(on))
                continue;
            found.add(on);
            queue.push(on);
        }
    }
    return found;
}
/** Of the services that a wave awaits, which ones this one waits for, directly or not. */
function awaitedBy(name, dependencies) {
    return reachableFrom([name], dependencies);
}

;// CONCATENATED MODULE: ./lib/stack/render/draft.js
/** Says that something of the service is left out or changed. `why` ends the sentence that names the key. */
function warn(draft, path, why) {
    draft.findings.warn(...said(draft, path, why));
}
/** Says that the service cannot be deployed as it is written. */
function refuse(draft, path, why) {
    draft.findings.refuse(...said(draft, path, why));
}
function said(draft, path, why) {
    const keys = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    return [['services', draft.name, ...path], `service ${draft.name}: \`${keys.slice(1)}\` ${why}`];
}
/**
 * The path of an item of a list, or of the list itself where the two do not correspond: Compose expands ranges of ports and joins
 * the lists of several files, so that its index would point at another line.
 */
function itemPath(draft, key, index, length) {
    const line = (...rest) => draft.project.locate(['services', draft.name, key, ...rest])?.line;
    const corresponds = line(length - 1) !== line() && line(length) === line();
    return corresponds ? [key, index] : [key];
}

;// CONCATENATED MODULE: ./lib/stack/render/empty.js
/** Says nothing: not written, or written as off, or without a single item. */
function isEmpty(value) {
    if (value === undefined || value === null || value === false || value === '')
        return true;
    return typeof value === 'object' && Object.keys(value).length === 0;
}
/** Without the keys that are not set, at every level; undefined where nothing is left. Zero and false stay: they are said. */
function withoutUnset(value) {
    const entries = Object.entries(value).flatMap(([key, one]) => {
        const kept = isPlainObject(one) ? withoutUnset(one) : one;
        const unset = kept === undefined || kept === null || (Array.isArray(kept) && kept.length === 0);
        return unset ? [] : [[key, kept]];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
function isPlainObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./lib/stack/render/deploy.js


/** The service's mode; Docker's default is replicated. */
function serviceMode(draft) {
    return draft.service.deploy?.mode ?? 'replicated';
}
function isJob(draft) {
    return serviceMode(draft).endsWith('-job');
}
/** `deploy`, which both schemas have. Runs before the keys that end up in it too. */
function renderDeploy(deploy, draft) {
    const { resources, placement, ...rest } = deploy;
    Object.assign(draft.out.deploy, rest);
    Object.assign(draft.out.deploy.resources.limits, resources?.limits);
    Object.assign(draft.out.deploy.resources.reservations, resources?.reservations);
    Object.assign(draft.out.deploy.placement, placement);
    if (deploy.replicas !== undefined && deploy.replicas !== null)
        checkReplicas(draft, ['deploy', 'replicas']);
    for (const kind of ['limits', 'reservations']) {
        if (isEmpty(resources?.[kind]?.devices))
            continue;
        refuse(draft, ['deploy', 'resources', kind, 'devices'], 'asks for devices, which Swarm cannot hand to a task. Advertise them on the nodes (node-generic-resources of the engine) and use `generic_resources`.');
    }
    if (isEmpty(resources?.limits?.generic_resources) === false) {
        refuse(draft, ['deploy', 'resources', 'limits', 'generic_resources'], 'cannot be limited, only reserved. Move it to `reservations`.');
    }
    if (deploy.endpoint_mode === 'dnsrr')
        checkRoundRobin(draft);
    if (isJob(draft))
        renderJob(deploy, draft);
}
/** swarmkit controlapi/service.go, validateJob. */
function renderJob(deploy, draft) {
    for (const key of ['update_config', 'rollback_config']) {
        if (!deploy[key])
            continue;
        delete draft.out.deploy[key];
        warn(draft, ['deploy', key], 'is left out: a job has no updates, it runs again instead.');
    }
}
/** swarmkit controlapi/service.go, validateEndpointSpec. */
function checkRoundRobin(draft) {
    if (draft.service.ports?.some((port) => port.mode !== 'host')) {
        refuse(draft, ['deploy', 'endpoint_mode'], 'is dnsrr, with which the routing mesh cannot publish ports. Publish them with `mode: host`, or use `endpoint_mode: vip`.');
    }
}
function checkReplicas(draft, path) {
    const mode = serviceMode(draft);
    if (!mode.startsWith('global'))
        return true;
    refuse(draft, path, `cannot be used with \`mode: ${mode}\`, which runs once per node. Remove it.`);
    return false;
}
/** `scale` is what Compose calls replicas. */
function renderScale(scale, draft) {
    if (checkReplicas(draft, ['scale']))
        draft.out.deploy.replicas ??= scale;
}
/**
 * `restart`, where `deploy.restart_policy` says nothing. `no` is written out: what `docker stack deploy` makes of it is Swarm's
 * default, any (docker/cli cli/compose/convert/service.go, convertRestartPolicy).
 */
function renderRestart(restart, draft) {
    const [word = '', attempts] = restart.split(':');
    const condition = RESTART_CONDITIONS[word];
    if (condition === undefined) {
        refuse(draft, ['restart'], `is ${restart}. Write no, always, on-failure or unless-stopped.`);
        return;
    }
    draft.out.deploy.restart_policy ??= {
        // A job that is done is not started again, whatever it says.
        condition: isJob(draft) && condition === 'any' ? 'on-failure' : condition,
        ...(attempts === undefined ? {} : { max_attempts: Number(attempts) }),
    };
}
const RESTART_CONDITIONS = {
    no: 'none',
    'on-failure': 'on-failure',
    always: 'any',
    'unless-stopped': 'any',
};
/** Compose names architectures as Go does, nodes as the kernel does (`uname -m`). */
const deploy_ARCHITECTURES = {
    amd64: 'x86_64',
    arm64: 'aarch64',
    'arm64/v8': 'aarch64',
    arm: 'armv7l',
    'arm/v7': 'armv7l',
    'arm/v6': 'armv6l',
    386: 'i686',
};
/** `platform`, `OS[/ARCH[/VARIANT]]`: Swarm chooses the node, so it becomes a constraint. */
function renderPlatform(platform, draft) {
    const { os, architecture } = platformOfNodes(platform);
    const own = draft.out.deploy.placement.constraints ?? [];
    const added = [
        ...(os === undefined ? [] : [`node.platform.os==${os}`]),
        ...(architecture === undefined ? [] : [`node.platform.arch==${architecture}`]),
    ];
    draft.out.deploy.placement.constraints = [...own, ...added];
}
/** What a node has to say of itself for a `platform`; undefined where that says nothing. */
function platformOfNodes(platform) {
    const parts = platform.split('/');
    const known = parts.length === 1 && parts[0] !== 'linux' && parts[0] !== 'windows';
    const arch = (known ? parts : parts.slice(1)).join('/');
    return {
        os: known ? undefined : parts[0],
        architecture: arch === '' ? undefined : (deploy_ARCHITECTURES[arch] ?? arch.split('/')[0]),
    };
}
/** `cpu_quota` in microseconds of each `cpu_period`, 100 ms where nothing is said: the same as `cpus`. */
function renderCpuQuota(quota, draft) {
    if (quota <= 0)
        return;
    const period = draft.service.cpu_period || 100_000;
    draft.out.deploy.resources.limits.cpus ??= String(quota / period);
}
/** `update_config.monitor` in ms; 0 where the file says nothing: then it is the input `stable-for` that says how long to watch. */
function monitorMs(draft) {
    return goDurationMs(draft.service.deploy?.update_config?.monitor ?? '') || 0;
}
const UNIT_MS = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1_000,
    m: 60_000,
    h: 3_600_000,
};
function goDurationMs(text) {
    let total = 0;
    for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
        total += Number(count) * (UNIT_MS[unit] ?? 0);
    }
    return total;
}

;// CONCATENATED MODULE: ./lib/stack/render/job.js
/**
 * A service that another one waits to complete, as Swarm's own kind of work that ends. Compose runs such a service once at each `up`; so
 * does Swarm with a job at each deployment. What is a job already stays as it is.
 */
function asJob(service) {
    const mode = service.deploy?.mode ?? 'replicated';
    if (mode.endsWith('-job'))
        return service;
    const saysRestart = service.restart || service.deploy?.restart_policy;
    return {
        ...service,
        // Swarm ends what is unhealthy, which Compose does not: work must not be cut off by the check of a server that has the same image.
        healthcheck: { disable: true },
        // Compose's default; Swarm's is to begin again.
        ...(saysRestart ? {} : { restart: 'no' }),
        deploy: { ...service.deploy, mode: mode === 'global' ? 'global-job' : 'replicated-job' },
    };
}
/** Whether the service is started again whenever it ends, so that nobody sees it complete. */
function neverCompletes({ restart, deploy }) {
    if (deploy?.mode?.endsWith('-job'))
        return false;
    const { restart_policy: policy } = deploy ?? {};
    if (policy)
        return policy.condition !== 'none' && policy.condition !== 'on-failure';
    return restart === 'always' || restart === 'unless-stopped';
}

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

;// CONCATENATED MODULE: ./lib/stack/render/networks.js




/** The networks that a service is on, with its aliases there. */
function renderAttachments(networks, draft) {
    for (const [key, attachment] of Object.entries(networks)) {
        draft.out.networks[key] = attachment ? renderAttachment(attachment, draft, key) : {};
    }
}
const FIXED = ['ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'];
const networks_ORDER = ['priority', 'gw_priority'];
function renderAttachment(attachment, draft, key) {
    for (const name of FIXED) {
        if (isEmpty(attachment[name]))
            continue;
        refuse(draft, ['networks', key, name], `is ${attachment[name]}. Swarm gives each task its own address. Reach the service by its name, \`${draft.name}\`.`);
    }
    if (attachment.interface_name) {
        refuse(draft, ['networks', key, 'interface_name'], `is ${attachment.interface_name}. Swarm names interfaces itself. Have the program listen on all of them, or find its own by the address.`);
    }
    for (const name of networks_ORDER) {
        if (isEmpty(attachment[name]))
            continue;
        warn(draft, ['networks', key, name], 'is left out: Swarm orders interfaces itself.');
    }
    const { aliases, driver_opts } = attachment;
    if (!isEmpty(driver_opts)) {
        draft.needs('3.13');
        warn(draft, ['networks', key, 'driver_opts'], 'is read by Docker 28 and later only; older managers refuse the stack file.');
    }
    return withoutUnset({ aliases, driver_opts }) ?? {};
}
/** `network_mode`: `host` and `bridge` are networks of that name in Swarm. */
function renderNetworkMode(mode, draft) {
    if (mode === 'default')
        return;
    if (mode !== 'host' && mode !== 'bridge') {
        refuse(draft, ['network_mode'], `is ${mode}. Swarm has only \`host\` and \`bridge\`. Put services that talk to each other on one network: \`networks:\`.`);
        return;
    }
    draft.predefined.add(mode);
    if (mode === 'host' && !isEmpty(draft.service.ports)) {
        warn(draft, ['ports'], 'are left out, as Compose does with `network_mode: host`: the service listens on the ports of its node itself.');
    }
}
/** The key under which Docker's own network stands at the top of the stack file: its name, unless a network of the user has that key. */
function predefinedKey(project, name) {
    return name in project.model.networks ? `predefined-${name}` : name;
}
/** The networks of the file that a service is on. Others are left out, as Compose and `docker stack deploy` do not make them either. */
function renderNetworks(project, used, options) {
    return Object.fromEntries(Object.entries(project.model.networks)
        .filter(([key]) => used.has(key))
        .map(([key, network]) => [key, renderNetwork(key, network ?? {}, project, options)]));
}
function renderNetwork(key, network, project, { stack, mtu, findings }) {
    if (network.external)
        return { external: true, name: network.name ?? key };
    const explicit = network.name === `${project.model.name}_${key}` ? undefined : network.name;
    checkNetworkName(explicit ?? `${stack}_${key}`, key, findings);
    const bridge = network.driver === 'bridge';
    checkNetwork(key, network, findings);
    const driver = bridge ? 'overlay' : network.driver;
    const given = bridge ? undefined : network.driver_opts;
    const isOverlay = driver === undefined || driver === 'overlay';
    return (withoutUnset({
        name: explicit,
        driver,
        driver_opts: mtu !== undefined && isOverlay ? { [MTU_OPTION]: String(mtu), ...given } : given,
        internal: network.internal || undefined,
        attachable: network.attachable || undefined,
        ipam: {
            driver: network.ipam?.driver,
            config: network.ipam?.config?.flatMap(({ subnet }) => (subnet ? [{ subnet }] : [])),
        },
        labels: network.labels,
    }) ?? {});
}
/** Options of bridge networks that keep others out; without them everything would work, and be open. */
const GUARDS = {
    'com.docker.network.bridge.host_binding_ipv4': {
        harmless: ['', '0.0.0.0'],
        else: 'published ports would be open at every address of every node. Leave the ports out, or close them with a firewall, and remove the option.',
    },
    'com.docker.network.bridge.enable_icc': {
        harmless: ['', 'true', '1'],
        else: 'its services would reach each other. Give each a network of its own, and remove the option.',
    },
};
/** Drivers whose networks live on one node, so that no service can be on them. */
const LOCAL_DRIVERS = ['host', 'none', 'macvlan', 'ipvlan'];
function checkNetwork(key, network, findings) {
    const left = (path, why) => findings.warn(['networks', key, ...path], `network ${key}: \`${path.join('.')}\` ${why}`);
    const { driver, ipam } = network;
    for (const [option, what] of Object.entries(GUARDS)) {
        const value = network.driver_opts?.[option];
        if (driver !== 'overlay' && value !== undefined && !what.harmless.includes(value)) {
            findings.refuse(['networks', key, 'driver_opts', option], `network ${key}: \`driver_opts\` has ${option}: ${value}, which overlay networks do not have: ${what.else}`);
        }
    }
    if (driver === 'bridge') {
        left(['driver'], `is bridge, a network of one node; made as overlay${isEmpty(network.driver_opts) ? '' : ', without its driver_opts'}. Remove the key, or write \`overlay\`.`);
    }
    else if (driver && LOCAL_DRIVERS.includes(driver)) {
        findings.refuse(['networks', key, 'driver'], `network ${key}: \`driver\` is ${driver}, a network of one node, which services cannot use. Use \`overlay\`, or make it beforehand (docker network create --scope swarm) and write \`external: true\`.`);
    }
    if (network.enable_ipv6)
        left(['enable_ipv6'], 'is left out: a stack file cannot ask for IPv6.');
    if (network.enable_ipv4 === false)
        left(['enable_ipv4'], 'is left out: overlay networks have IPv4.');
    if (!isEmpty(ipam?.options))
        left(['ipam', 'options'], 'is left out: a stack file has no such key.');
    for (const name of ['gateway', 'ip_range', 'aux_addresses']) {
        if (ipam?.config?.some((config) => !isEmpty(config[name]))) {
            left(['ipam', 'config'], `has \`${name}\`, which a stack file cannot say: Swarm chooses.`);
        }
    }
}

;// CONCATENATED MODULE: ./lib/stack/render/copies.js
/** Whether an object can be made twice: what is in the swarm already, or comes from a driver that may ask for its name, cannot. */
function canBeCopied(object) {
    return object !== undefined && !object.external && !object.driver;
}
/** How often the services refer to each object, at most. */
function copiesNeeded(services, kind) {
    const most = new Map();
    for (const service of Object.values(services)) {
        for (const { source, copy } of numbered(service[kind] ?? [])) {
            most.set(source, Math.max(copy, most.get(source) ?? 0));
        }
    }
    return most;
}
/** The references of one service, each with the number of its copy of the object: 1 is the object itself. */
function numbered(references) {
    const seen = new Map();
    return references.map((reference) => {
        const copy = (seen.get(reference.source) ?? 0) + 1;
        seen.set(reference.source, copy);
        return { ...reference, copy };
    });
}
/**
 * What stands behind a key, and behind a name, for a copy of it; nothing for the object itself. No key of the compose file ends with it, so that
 * a key with it is that of no other object, nor of another one's copy.
 */
function tailOfCopy(copy, objects) {
    if (copy === 1)
        return '';
    const keys = Object.keys(objects);
    let tail = `.${copy}`;
    while (keys.some((key) => key.endsWith(tail)))
        tail = `.${tail}`;
    return tail;
}

;// CONCATENATED MODULE: ./lib/stack/render/objects.js







/** Bytes, exclusive: swarmkit MaxConfigSize (half of it before 20.10) and MaxSecretSize. Nothing at all is refused too. */
const SIZE_LIMITS = {
    config: 1000 * 1024,
    secret: 500 * 1024,
};
/** The key of a config or secret in the compose file: what versions of one object have in common. */
const OBJECT_LABEL = 'swarm-up.object';
/** SHA-256 of what the name's hash was cut from. */
const HASH_LABEL = 'swarm-up.sha256';
/**
 * Configs or secrets of the file. Content is read here, on the runner, and travels beside the stack file; what cannot be read becomes
 * a finding. Each gets the labels of its owner, and says which object of the file it is a version of.
 */
async function renderObjects(kind, project, stack, owner, findings) {
    const objects = {};
    const files = [];
    const given = project.model[`${kind}s`];
    const needed = copiesNeeded(project.model.services, `${kind}s`);
    for (const [key, object] of Object.entries(given)) {
        const explicit = object.name === `${project.model.name}_${key}` ? undefined : object.name;
        const { labels, driver, driver_opts, template_driver } = object;
        if (object.external) {
            objects[key] = { external: true, name: object.name ?? key };
        }
        else if (driver) {
            objects[key] =
                withoutUnset({ name: explicit, driver, driver_opts, labels, template_driver }) ?? {};
        }
        else {
            const content = await readContent(kind, key, object, project, findings);
            if (content === undefined)
                continue;
            for (let copy = 1; copy <= (needed.get(key) ?? 1); copy++) {
                const hash = contentHash(content, template_driver, copy);
                const tail = tailOfCopy(copy, given);
                const ownKey = key + tail;
                const name = objectName((explicit ?? `${stack}_${key}`) + tail, hash);
                const path = `${kind}s/${name}`;
                files.push({ path, content });
                objects[ownKey] = {
                    name,
                    file: `./${path}`,
                    ...withoutUnset({ template_driver }),
                    labels: { ...labels, ...owner, [OBJECT_LABEL]: ownKey, [HASH_LABEL]: hash },
                };
            }
        }
    }
    return { objects, files };
}
/** A template driver is as little to be changed as the content. The number of a copy is in it, since a long name is cut before its hash. */
function contentHash(content, templateDriver, copy) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(content);
    if (templateDriver)
        hash.update(`\0${templateDriver}`);
    if (copy > 1)
        hash.update(`\0${copy}`);
    return hash.digest('hex');
}
async function readContent(kind, key, object, project, findings) {
    const refuse = (name, why) => {
        findings.refuse([`${kind}s`, key, name], `${kind} ${key}: ${why}`);
        return undefined;
    };
    const check = (name, content, what) => {
        const limit = SIZE_LIMITS[kind];
        if (content.length === 0) {
            return refuse(name, `${what} is empty, and Swarm keeps no empty ${kind}s. Give it a content.`);
        }
        if (content.length < limit)
            return content;
        return refuse(name, `${what} is ${content.length} bytes; Swarm keeps ${kind}s below ${limit} bytes. Put large files into the image or on a volume.`);
    };
    const { content, environment, file } = object;
    if (content !== undefined && content !== null) {
        return check('content', Buffer.from(content), 'its `content`');
    }
    if (environment) {
        const value = project.environment.get(environment);
        if (value !== undefined) {
            return check('environment', Buffer.from(value), `the variable ${environment}`);
        }
        return refuse('environment', `the variable ${environment} is not set. Set it in \`env\` of this step, for example \`${environment}: \${{ secrets.${environment} }}\`.`);
    }
    if (!file) {
        return refuse('file', 'it has none of `file`, `content`, `environment`, `external`.');
    }
    const path = displayed(file, project.workspace);
    try {
        return check('file', await (0,external_node_fs_promises_.readFile)(file), path);
    }
    catch (error) {
        const code = error.code ?? '';
        return refuse('file', `${path} cannot be read: ${READ_FAULTS[code] ?? code}.`);
    }
}
const READ_FAULTS = {
    ENOENT: 'there is no such file on the runner. Write it in an earlier step, or check it out',
    EISDIR: 'it is a folder. Name each file as an object of its own',
    EACCES: 'the runner may not read it. Change its permissions',
};
/**
 * Modes that someone wrote in octal and Compose read in decimal: those of its versions that print numbers do that with `"0440"` in
 * quotes or from a variable. Taken for decimal each would be a mode that nobody means (440 is 0670).
 */
const MISREAD_MODES = [400, 440, 444, 500, 550, 555, 600, 640, 644, 660, 664, 700, 750, 755, 777];
/** What a service refers to. Compose writes the whole path of a secret's default target; Swarm wants the name below /run/secrets. */
function renderReferences(references, draft, key) {
    const objects = draft.project.model[key];
    return numbered(references).map(({ source, target, uid, gid, mode, copy }, index) => {
        const copied = copy > 1 && canBeCopied(objects[source]);
        if (copy === 2 && !copied) {
            warn(draft, [key], `has ${source} at several paths, which \`docker stack deploy\` puts in an order of chance: a deployment that changes nothing may replace the tasks. Give it one path, and a symbolic link in the image.`);
        }
        const misread = MISREAD_MODES.includes(mode ?? 0);
        if (misread) {
            warn(draft, itemPath(draft, key, index, references.length), `gives ${source} the mode ${mode}, which is taken for octal. Write \`mode: 0${mode}\`, without quotes.`);
        }
        return {
            source: copied ? source + tailOfCopy(copy, objects) : source,
            ...withoutUnset({
                target: (target ?? (copied ? source : undefined))?.replace(/^\/run\/secrets\/(?=[^/]+$)/, ''),
                uid,
                gid,
                mode: misread ? Number.parseInt(String(mode), 8) : mode,
            }),
        };
    });
}

;// CONCATENATED MODULE: ./lib/stack/render/order.js


/** Says of `depends_on` what can never come true, and what is not kept. */
function checkOrder({ services }, dependencies, waves, findings) {
    const ending = completedFirst(dependencies);
    const waveOf = (name) => waves.findIndex((wave) => wave.services.includes(name));
    for (const [name, own] of dependencies) {
        for (const dependency of own) {
            const { on, condition } = dependency;
            const target = services[on];
            const path = ['services', name, 'depends_on', on, 'condition'];
            if (!target)
                continue;
            const never = neverTrue(dependency, target, ending.has(on));
            if (never !== undefined) {
                findings.refuse(path, `service ${name}: \`depends_on\` ${never}`);
            }
            else if (condition === 'healthy' && !hasHealthcheck(target)) {
                findings.warn(path, `service ${name}: \`depends_on\` waits for ${on} to be healthy, and ${on} has no \`healthcheck\` in the file: unless its image has one, it counts as healthy as soon as it runs. Give it one.`);
            }
            else if (condition === 'started' && waveOf(on) === waveOf(name)) {
                findings.warn(['services', name, 'depends_on', on], `service ${name}: \`depends_on\` without a condition is left out: Swarm starts ${on} and ${name} at once. Let ${name} try again until ${on} answers, or give ${on} a \`healthcheck\` and write \`condition: service_healthy\`.`);
            }
        }
    }
}
function neverTrue({ on, condition }, target, ends) {
    if (condition === 'completed' && neverCompletes(target)) {
        return `waits for ${on} to complete, which it never does: it is started again whenever it ends. Write \`restart: "no"\` there, or \`deploy.restart_policy.condition: on-failure\`; for a service that is to stay, \`condition: service_healthy\` here.`;
    }
    if (condition !== 'healthy')
        return undefined;
    if (ends) {
        return `waits for ${on} to be healthy, while another service waits for its end: it is work that ends, and nothing asks it how it is. Wait for \`service_completed_successfully\` here, too.`;
    }
    return isDisabled(target)
        ? `waits for ${on} to be healthy, which it never is: its \`healthcheck\` is disabled. Give it one, or write \`condition: service_started\`.`
        : undefined;
}
function isDisabled({ healthcheck }) {
    return healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';
}
function hasHealthcheck({ healthcheck }) {
    return (healthcheck?.test ?? []).length > 0;
}

;// CONCATENATED MODULE: ./lib/stack/render/ports.js

/** Addresses that mean all of the node's, which is what Swarm does. */
const EVERY_ADDRESS = ['', '0.0.0.0', '::', '[::]'];
/**
 * Published ports. `name` and `app_protocol` are only notes for readers of the file, in Compose as well, so nothing is said of them.
 */
function renderPorts(ports, draft) {
    const rendered = [];
    const seen = new Set();
    for (const [index, port] of ports.entries()) {
        const published = publishedPort(port);
        const fault = portFault(port, published, seen);
        if (fault !== undefined) {
            const path = itemPath(draft, 'ports', index, ports.length);
            refuse(draft, path, fault);
            continue;
        }
        rendered.push({
            target: port.target,
            ...(published ? { published } : {}),
            protocol: port.protocol ?? 'tcp',
            mode: port.mode ?? 'ingress',
        });
    }
    draft.out.ports = rendered;
}
/** The service with `offset` added to each port that it publishes by its number. */
function withOffset(service, offset) {
    if (offset === 0 || !service.ports)
        return service;
    const ports = service.ports.map((port) => {
        const published = Number(port.published || Number.NaN);
        return Number.isNaN(published) ? port : { ...port, published: String(published + offset) };
    });
    return { ...service, ports };
}
/** Undefined for a port that Docker chooses; NaN for a range. */
function publishedPort({ published }) {
    return published ? Number(published) : undefined;
}
function portFault(port, published, seen) {
    const short = `${port.published ?? ''}:${port.target}`;
    const address = port.host_ip ?? '';
    if (!EVERY_ADDRESS.includes(address)) {
        return `publishes ${short} on ${address} only. Swarm cannot: it would open the port on every address of every node. Leave the port out if only other services use it (they reach it over their network), or write \`${short}\` and close it with a firewall.`;
    }
    if (port.mode === 'host') {
        // The engine keeps one binding per target port (`portBindings` in moby, daemon/cluster/executor/container/container.go).
        const target = `host ${port.target}/${port.protocol ?? 'tcp'}`;
        if (seen.has(target)) {
            return `publishes ${short} in host mode, where another port leads to ${port.target} already. A node of a swarm opens only the last of them. Remove one, publish them with \`mode: ingress\`, or have the program listen at a second port.`;
        }
        seen.add(target);
    }
    if (published === undefined)
        return undefined;
    if (Number.isNaN(published)) {
        return `publishes one port out of ${port.published}. Swarm cannot choose from a range. Write one published port, or none (\`${port.target}\`) for a port that Swarm chooses.`;
    }
    if (published > 65_535) {
        return `publishes ${published}, and ports end at 65535. Lower \`port-offset\`.`;
    }
    const key = `${published}/${port.protocol ?? 'tcp'}`;
    if (seen.has(key))
        return `publishes ${key} twice. Remove one of the two.`;
    seen.add(key);
    return undefined;
}

;// CONCATENATED MODULE: ./lib/stack/render/mounts.js



/** Permissions of every tmpfs that Swarm makes, unless told otherwise, which a stack file cannot. */
const TMPFS_MODE = 0o1777;
/** Mounts of the service's `volumes`. */
function renderMounts(mounts, draft) {
    for (const [index, mount] of mounts.entries()) {
        const path = () => itemPath(draft, 'volumes', index, mounts.length);
        const fault = mountFault(mount, draft);
        if (fault === undefined)
            draft.out.volumes.push(renderMount(mount, draft, path));
        else
            refuse(draft, path(), fault);
    }
}
const TYPES = ['volume', 'bind', 'tmpfs', 'npipe', 'cluster'];
function mountFault(mount, draft) {
    const { type, source, target, bind, volume } = mount;
    if (!TYPES.includes(type)) {
        return `mounts ${target} of type ${type}, which Swarm does not have. Use a volume, or copy the files into the image.`;
    }
    if (volume?.subpath) {
        return `mounts only ${volume.subpath} of volume ${source}. Swarm would mount the whole volume. Use a volume of its own.`;
    }
    if (bind?.recursive && bind.recursive !== 'enabled') {
        return `asks for \`bind.recursive: ${bind.recursive}\`, which a stack file cannot say: what is mounted below ${source} would be seen, and might be written to. Mount it where it is needed, each by itself.`;
    }
    if (type === 'bind' && source && isInside(source, draft)) {
        return `mounts ${displayed(source, draft.project.workspace)}, a path of the runner, which the nodes do not have. Hand files over as \`configs:\` or \`secrets:\`, copy them into the image, or name a path that exists on every node.`;
    }
    return undefined;
}
/** A relative path of the compose file: Compose makes it absolute, below the project directory. */
function isInside(path, { project }) {
    return [project.directory, project.workspace].some((folder) => {
        const rest = (0,external_node_path_.relative)(folder, path);
        return folder !== '/' && !rest.startsWith('..') && !(0,external_node_path_.isAbsolute)(rest);
    });
}
/** `path` is asked for only where there is something to tell: finding it takes longer than the rest. */
function renderMount(mount, draft, path) {
    const { type, source, target, bind, volume, tmpfs } = mount;
    if (bind?.selinux) {
        warn(draft, path(), `asks for the SELinux label ${bind.selinux}, which Swarm does not set. Label ${source} on every node (chcon).`);
    }
    if (volume?.labels && Object.keys(volume.labels).length > 0) {
        warn(draft, path(), 'gives labels to an anonymous volume, which Swarm does not: left out.');
    }
    if (tmpfs?.mode && tmpfs.mode !== TMPFS_MODE)
        warnOfMode(draft, path(), target ?? '', tmpfs.mode);
    return {
        type,
        ...(source ? { source } : {}),
        target: target ?? '',
        ...(mount.read_only ? { read_only: true } : {}),
        ...(mount.consistency ? { consistency: mount.consistency } : {}),
        ...(type === 'bind' && bind?.propagation ? { bind: { propagation: bind.propagation } } : {}),
        ...(type === 'volume' && volume?.nocopy ? { volume: { nocopy: true } } : {}),
        ...(type === 'tmpfs' && tmpfs?.size ? { tmpfs: { size: tmpfs.size } } : {}),
    };
}
function warnOfMode(draft, path, target, mode) {
    warn(draft, path, `gives ${target} the permissions ${mode.toString(8)}. A stack file cannot; the container gets 1777.`);
}
/** Options that every tmpfs mount of Docker has anyway. */
const TMPFS_DEFAULTS = ['rw', 'noexec', 'nosuid', 'nodev'];
/** What a program that asks for it cannot do without. */
const TMPFS_NEEDED = ['exec', 'suid', 'dev'];
/** The `tmpfs` key, `PATH[:OPTIONS]`, which `docker stack deploy` reads and drops: as mounts, which it does not drop. */
function renderTmpfs(entries, draft) {
    for (const [index, entry] of entries.entries()) {
        const path = itemPath(draft, 'tmpfs', index, entries.length);
        const at = entry.indexOf(':');
        const target = at < 0 ? entry : entry.slice(0, at);
        const options = at < 0 ? [] : entry.slice(at + 1).split(',');
        let size;
        let readOnly = false;
        for (const option of options) {
            const [name = '', value = ''] = option.split('=', 2);
            if (name === 'size')
                size = bytes(value);
            else if (name === 'ro')
                readOnly = true;
            else if (name === 'mode' && Number.parseInt(value, 8) !== TMPFS_MODE) {
                warnOfMode(draft, path, target, Number.parseInt(value, 8));
            }
            else if (TMPFS_NEEDED.includes(name)) {
                refuse(draft, path, `mounts ${target} with \`${name}\`, which a stack file cannot say: Swarm mounts every tmpfs with no${name}. Use a volume, or a folder of the image.`);
            }
            else if (name !== 'mode' && name !== '' && !TMPFS_DEFAULTS.includes(name)) {
                warn(draft, path, `mounts ${target} with \`${option}\`, which a stack file cannot say.`);
            }
            if (name === 'size' && size === undefined) {
                refuse(draft, path, `has a size that is not understood: ${option}. Write \`size=64m\`.`);
            }
        }
        draft.out.volumes.push({
            type: 'tmpfs',
            target,
            ...(readOnly ? { read_only: true } : {}),
            ...(size === undefined ? {} : { tmpfs: { size } }),
        });
    }
}
const mounts_UNITS = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
function bytes(size) {
    const [, count, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(size) ?? [];
    const factor = mounts_UNITS[unit.toLowerCase()];
    return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}
/** `shm_size`, which Swarm does not have: what it sizes is a tmpfs. A mount that the user wrote at its place wins. */
function renderSharedMemory(size, draft) {
    const target = '/dev/shm';
    const { volumes, tmpfs } = draft.service;
    const own = volumes?.some((mount) => mount.target === target);
    if (size <= 0 || own || tmpfs?.some((entry) => entry.split(':')[0] === target))
        return;
    draft.out.volumes.push({ type: 'tmpfs', target, tmpfs: { size } });
}
/** Swarm refuses two mounts at one place (swarmkit controlapi/service.go, "duplicate mount point"). */
function checkMountTargets(draft) {
    const targets = draft.out.volumes.map(({ target }) => target);
    for (const target of new Set(targets.filter((one, at) => targets.indexOf(one) !== at))) {
        refuse(draft, ['volumes'], `mounts two things at ${target}. Remove one of them.`);
    }
}

;// CONCATENATED MODULE: ./lib/stack/render/process.js


// Keys about the process in the container that the two schemas write differently.
/**
 * An empty entrypoint takes the image's away. Swarm takes an empty list for "the image's"; one empty word is what the engine
 * understands (moby daemon/create.go).
 */
function resetEntrypoint(words, draft) {
    draft.out.entrypoint = words.length === 0 ? [''] : words;
}
/** Variables without a value stay without one: they take the image's away. */
function renderEnvironment(environment, draft) {
    draft.out.environment = environment;
}
/** Compose writes `HOST=ADDRESS`, and IPv6 in brackets in later versions; the stack schema wants `HOST:ADDRESS`. */
function renderExtraHosts(hosts, draft) {
    const pairs = Array.isArray(hosts)
        ? hosts.map((host) => {
            const at = host.search(/[=:]/);
            return [host.slice(0, at), host.slice(at + 1)];
        })
        : Object.entries(hosts).flatMap(([host, addresses]) => [addresses].flat().map((address) => [host, address]));
    draft.out.extra_hosts = pairs.map(([host, address]) => `${host}:${address.replace(/^\[(.*)\]$/, '$1')}`);
}
/** `docker stack deploy` refuses a test beside `disable`. */
function renderHealthcheck(healthcheck, draft) {
    if (healthcheck.disable) {
        draft.out.healthcheck = { disable: true };
        return;
    }
    if (healthcheck.start_interval)
        draft.needs('3.12');
    const { disable: _, ...rest } = healthcheck;
    draft.out.healthcheck = withoutUnset(rest) ?? {};
}
/** Names resolve without links; only another name would be lost. */
function renderLinks(links, draft) {
    const plain = [];
    for (const link of links) {
        const [service = '', alias = service] = link.split(':', 2);
        if (alias === service)
            plain.push(link);
        else {
            refuse(draft, ['links'], `calls ${service} by the name ${alias}, which Swarm cannot do for one service. Give ${service} the alias: \`networks: {default: {aliases: [${alias}]}}\`.`);
        }
    }
    if (plain.length > 0) {
        warn(draft, ['links'], 'is left out: services of one network reach each other by name.');
    }
}
/**
 * Windows credentials. `docker stack deploy` looks a config up by its key and then by its name in the swarm; both have to be the
 * same, which is so only for an external one. Compose drops a config that no service has in `configs`, so that one that is not in
 * the model is taken for such an external one.
 */
function renderCredentialSpec(spec, draft) {
    const { configs } = draft.project.model;
    const config = spec.config ? (configs[spec.config] ?? { external: true }) : undefined;
    if (config && !(config.external && (config.name ?? spec.config) === spec.config)) {
        refuse(draft, ['credential_spec', 'config'], 'has to name an external config by its own name. Create it beforehand, or use `file` or `registry`.');
    }
    if (spec.config)
        draft.credentialConfigs.add(spec.config);
    draft.out.credential_spec = withoutUnset(spec);
}

;// CONCATENATED MODULE: ./lib/stack/render/service-keys.js







/** The stack schema has the same key with the same meaning. */
const keep = (value, draft, key) => {
    draft.out[key] = value;
};
/** Compose has dealt with it while it loaded the file, or it has no meaning for a deployment. */
const done = () => { };
/** Left out, which the user should know. */
const service_keys_warn = (why) => (_, draft, key) => warn(draft, [key], why);
/** Leaving it out would change what the service means, or make it less safe. */
const service_keys_refuse = (why) => (_, draft, key) => refuse(draft, [key], why);
/** Refused, except for the value that is Swarm's own way. */
const only = (value, why) => (given, draft, key) => {
    if (given !== value)
        refuse(draft, [key], `is ${given}. ${why}`);
};
/** A limit that Swarm cannot set. */
const unlimited = service_keys_warn('is left out: Swarm has no such setting, so the service runs without it.');
const onTheNodes = 'Set it up on the nodes, and choose them with `deploy.placement.constraints`.';
/** Each key of a service in Compose, and what becomes of it. `deploy` comes first, since others are added to it. */
const SERVICE_RULES = {
    deploy: renderDeploy,
    annotations: service_keys_warn('are left out: Swarm has none. Use `labels` if something reads them.'),
    attach: done,
    blkio_config: unlimited,
    build: (_, draft) => {
        if (draft.service.image) {
            warn(draft, ['build'], `is left out: nothing is built here. The image ${draft.service.image} has to be in a registry, or in \`images\` of this step.`);
        }
    },
    cap_add: keep,
    cap_drop: keep,
    cgroup: only('private', 'Swarm gives each task its own cgroup namespace. Remove the key.'),
    cgroup_parent: unlimited,
    command: keep,
    configs: (references, draft) => {
        draft.out.configs = renderReferences(references, draft, 'configs');
    },
    container_name: service_keys_warn('is left out: Swarm names the containers. Other services reach this one by the name of the service.'),
    cpu_count: unlimited,
    cpu_percent: unlimited,
    cpu_period: done, // with cpu_quota
    cpu_quota: renderCpuQuota,
    cpu_rt_period: unlimited,
    cpu_rt_runtime: unlimited,
    cpu_shares: unlimited,
    cpus: (cpus, draft) => {
        if (Number(cpus) > 0)
            draft.out.deploy.resources.limits.cpus ??= cpus;
    },
    cpuset: unlimited,
    credential_spec: renderCredentialSpec,
    depends_on: done, // the order in which to deploy, with all services in view
    develop: service_keys_warn('is left out: it is for `docker compose watch`.'),
    device_cgroup_rules: service_keys_refuse(`is not in Swarm: a task cannot be given devices. ${onTheNodes}`),
    devices: service_keys_refuse('is not in Swarm: a task cannot be given devices. Use `deploy.resources.reservations.generic_resources`.'),
    dns: keep,
    dns_opt: service_keys_warn('is left out: a stack file has no such key. Set `dns-opts` of the engine.'),
    dns_search: keep,
    domainname: service_keys_warn('is left out: Swarm sets only `hostname`. Write the whole name there.'),
    entrypoint: resetEntrypoint,
    env_file: done,
    environment: renderEnvironment,
    expose: service_keys_warn('is left out: services of one network reach every port of each other.'),
    extends: done,
    external_links: service_keys_refuse('is not in Swarm. Put both services on one network (`external: true`) and use the service name.'),
    extra_hosts: renderExtraHosts,
    gpus: service_keys_refuse('is not in Swarm. Use `deploy.resources.reservations.generic_resources`, and advertise the devices on the nodes.'),
    group_add: service_keys_refuse('is not in a stack file, so the process would lack these groups. Set the groups in the image, or use `user: UID:GID`.'),
    healthcheck: renderHealthcheck,
    hostname: keep,
    image: done, // written last, after the images were chosen
    init: keep,
    ipc: only('private', 'Swarm gives each task its own IPC namespace. Remove the key.'),
    isolation: keep,
    label_file: done,
    labels: keep,
    links: renderLinks,
    logging: keep,
    mac_address: service_keys_refuse('is not in Swarm, which may run the service several times. Remove it.'),
    mem_limit: (memory, draft) => {
        if (memory !== '0')
            draft.out.deploy.resources.limits.memory ??= memory;
    },
    mem_reservation: (memory, draft) => {
        if (memory !== '0')
            draft.out.deploy.resources.reservations.memory ??= memory;
    },
    mem_swappiness: unlimited,
    memswap_limit: unlimited,
    models: service_keys_refuse('is not in Swarm. Run the model as a service, or name its address in `environment`.'),
    network_mode: renderNetworkMode,
    networks: renderAttachments,
    oom_kill_disable: unlimited,
    oom_score_adj: service_keys_warn('is left out: `docker stack deploy` reads it and forgets it.'),
    pid: service_keys_refuse('is not in Swarm: each task has its own process IDs. Remove the key.'),
    pids_limit: (pids, draft) => {
        if (pids > 0)
            draft.out.deploy.resources.limits.pids ??= pids;
    },
    platform: renderPlatform,
    ports: (ports, draft) => {
        if (draft.service.network_mode !== 'host')
            renderPorts(ports, draft);
    },
    post_start: service_keys_refuse('is not in Swarm: no command is run after the start. Do it in the entrypoint, or in a service with `mode: replicated-job`.'),
    pre_stop: service_keys_refuse('is not in Swarm: no command is run before the stop. Let the process do it on SIGTERM, with `stop_grace_period`.'),
    privileged: service_keys_refuse('is not in Swarm: the service would run without its privileges. Name those that it needs in `cap_add`.'),
    profiles: done,
    provider: service_keys_refuse('is run by Compose on its own machine. Remove the service, or deploy one with an image.'),
    pull_policy: service_keys_warn('is left out: each node pulls what it does not have. For images without a registry use `images` of this step.'),
    pull_refresh_after: service_keys_warn('is left out: each node pulls what it does not have.'),
    read_only: keep,
    restart: renderRestart,
    runtime: service_keys_refuse(`is not in Swarm. Make it the \`default-runtime\` of the engine. ${onTheNodes}`),
    scale: renderScale,
    secrets: (references, draft) => {
        draft.out.secrets = renderReferences(references, draft, 'secrets');
    },
    security_opt: service_keys_refuse('is not in a stack file: the service would run with other protection than you wrote. Set it for all in the engine (for example `no-new-privileges`), and remove it here.'),
    shm_size: renderSharedMemory,
    stdin_open: keep,
    stop_grace_period: keep,
    stop_signal: keep,
    storage_opt: unlimited,
    sysctls: keep,
    tmpfs: renderTmpfs,
    tty: keep,
    ulimits: keep,
    use_api_socket: service_keys_refuse('is not in Swarm. Mount /var/run/docker.sock on a manager, if you trust the image with the whole swarm.'),
    user: keep,
    userns_mode: service_keys_refuse('is not in Swarm: user namespaces are set for a whole engine. Remove the key.'),
    uts: service_keys_refuse('is not in Swarm: each task has its own host name. Remove the key.'),
    volumes: renderMounts,
    volumes_from: service_keys_refuse('is not in Swarm: the other service may run on another node. Name a volume in `volumes` of both.'),
    working_dir: keep,
};

;// CONCATENATED MODULE: ./lib/stack/render/service.js




/** Keys whose emptiness says something. */
const SAID_WHEN_EMPTY = ['entrypoint', 'command', 'init', 'healthcheck'];
/** Translates one service, key by key; what cannot be translated becomes a finding. */
function renderService(name, service, project, findings, needs) {
    const out = {
        deploy: { resources: { limits: {}, reservations: {} }, placement: {} },
        volumes: [],
        networks: {},
        ports: [],
    };
    const draft = {
        name,
        service,
        project,
        findings,
        out,
        needs,
        predefined: new Set(),
        credentialConfigs: new Set(),
    };
    for (const [key, rule] of Object.entries(SERVICE_RULES)) {
        const value = service[key];
        const said = SAID_WHEN_EMPTY.includes(key) && value !== undefined && value !== null;
        // The table's own type says that each rule takes its key's value.
        if (said || !isEmpty(value))
            rule(value, draft, key);
    }
    checkMountTargets(draft);
    if (!service.image && isEmpty(service.provider))
        refuseWithoutImage(draft);
    const { deploy, volumes, networks, ports, ...rest } = out;
    for (const network of draft.predefined)
        networks[predefinedKey(project, network)] = {};
    return {
        draft,
        service: {
            ...rest,
            ...withoutUnset({ ports, volumes, deploy }),
            ...(isEmpty(networks) ? {} : { networks }),
        },
    };
}
function refuseWithoutImage({ name, findings }) {
    findings.refuse(['services', name], `service ${name}: it has no \`image\`, and nothing is built here. Build and push it in an earlier step, and write its name as \`image\`; without a registry, name it in \`images\` of this step too.`);
}

;// CONCATENATED MODULE: ./lib/stack/render/text.js
/** Words that YAML 1.1, which older docker clients read, does not take for a string. */
const NOT_A_WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** Characters that go-yaml refuses to read raw, or takes for line breaks. JSON.stringify leaves them as they are. */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** A key that is longer has to be marked as one (YAML 1.2, 7.4.2: 1024 characters); quotes and escapes count. */
const MARKED_FROM = 1000;
/**
 * The stack file as text. `docker stack deploy` interpolates values (not keys), so each `$` of a value is written as `$$`, here and
 * nowhere else. Every string value is quoted, so that none can turn into a number or a boolean.
 *
 * Written here and not by the YAML library, whose documents take longer than all the rest of rendering.
 */
function stackText(file) {
    return mapLines(file, '').replace(UNREADABLE, text_escaped);
}
function mapLines(map, indent) {
    return Object.entries(map)
        .flatMap(([key, value]) => {
        if (value === undefined)
            return [];
        const name = PLAIN_KEY.test(key) && !NOT_A_WORD.test(key) ? key : JSON.stringify(key);
        const marked = name.replace(UNREADABLE, text_escaped).length > MARKED_FROM;
        return [`${indent}${marked ? `? ${name}\n${indent}` : name}:${valueLines(value, indent)}`];
    })
        .join('');
}
/** What stands behind the colon of a key, to the end of its last line. */
function valueLines(value, indent) {
    const deeper = `${indent}  `;
    if (typeof value !== 'object' || value === null)
        return ` ${scalar(value)}\n`;
    if (!Array.isArray(value)) {
        const lines = mapLines(value, deeper);
        return lines === '' ? ' {}\n' : `\n${lines}`;
    }
    if (value.length === 0)
        return ' []\n';
    return `\n${value.map((item) => itemLines(item, deeper)).join('')}`;
}
function itemLines(item, indent) {
    // The first line of what is below stands behind the dash.
    return `${indent}-${valueLines(item, indent).replace(/^\n +/, ' ')}`;
}
function scalar(value) {
    return typeof value === 'string' ? JSON.stringify(value.replaceAll('$', '$$$$')) : String(value);
}
function text_escaped(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

;// CONCATENATED MODULE: ./lib/stack/render/volumes.js

/** Volumes of the file. A name that Compose made up is left to Docker, which makes `<stack>_<key>` of it. */
function renderVolumes(project) {
    return Object.fromEntries(Object.entries(project.model.volumes).map(([key, volume]) => {
        if (volume?.external)
            return [key, { external: true, name: volume.name ?? key }];
        const explicit = volume?.name === `${project.model.name}_${key}` ? undefined : volume?.name;
        const { driver, driver_opts, labels } = volume ?? {};
        return [key, withoutUnset({ name: explicit, driver, driver_opts, labels }) ?? {}];
    }));
}

;// CONCATENATED MODULE: ./lib/stack/render.js












/**
 * Translates a compose project to the stack schema. The same project gives the same bytes. Reads the files of configs and secrets.
 * Throws one `ComposeError` with every problem of the project, each with its place, reason and remedy; with `compatibility: strict`
 * each warning is such a problem too, those of Compose included.
 */
async function renderStack(project, options) {
    const { stackName, images = new Map(), compatibility = 'warn', mtu, owner = {}, portOffset = 0, } = options;
    const findings = collectFindings(project.locate);
    let version = '3.9';
    const needs = (wanted) => {
        if (Number(wanted.slice(2)) > Number(version.slice(2)))
            version = wanted;
    };
    const dependencies = dependenciesOf(project.model);
    const waves = wavesOf(dependencies);
    const jobs = completedFirst(dependencies);
    const services = {};
    const drafts = [];
    for (const [name, given] of Object.entries(project.model.services)) {
        const service = jobs.has(name) ? asJob(given) : given;
        checkServiceName(stackName, name, findings);
        const rendered = renderService(name, withOffset(service, portOffset), project, findings, needs);
        const image = service.image ?? '';
        services[name] = { image: images.get(image) ?? image, ...rendered.service };
        drafts.push(rendered.draft);
    }
    if (drafts.length === 0) {
        findings.refuse([], NO_SERVICES);
    }
    checkOrder(project.model, dependencies, waves, findings);
    const summaries = drafts.map((draft) => summary(draft, images));
    checkPortConflicts(summaries, findings);
    const configs = await renderObjects('config', project, stackName, owner, findings);
    const secrets = await renderObjects('secret', project, stackName, owner, findings);
    const networks = stackNetworks(project, drafts, { stack: stackName, mtu, findings });
    const found = [...project.findings, ...findings.all()];
    refuseErrors(found, compatibility, project.files);
    const file = {
        version,
        services,
        networks,
        volumes: renderVolumes(project),
        configs: { ...credentialConfigs(drafts), ...configs.objects },
        secrets: secrets.objects,
    };
    const text = stackText(withoutEmptySections(file));
    return {
        name: stackName,
        text,
        files: [...configs.files, ...secrets.files],
        services: summaries,
        portOffset,
        waves: waves.map((wave) => ({
            ...wave,
            text: waves.length === 1 ? text : stackText(withoutEmptySections(render_only(wave, file))),
        })),
        dependencies,
        findings: found,
        secretValues: secretValues(secrets),
        emptyVariables: emptyVariables(drafts),
    };
}
const NO_SERVICES = 'The compose file has no services to deploy. If all of them have `profiles`, name one in `profiles` of this step; for a swarm without a stack write `compose-file: "-"`.';
const STRICT = 'With `compatibility: strict` a warning is an error. Take the keys out, or only for the swarm in an override file (`key: !reset null`); `compatibility: warn` deploys without them.';
/** Throws what cannot be deployed, in the order of the files and their lines, as one reads them. */
function refuseErrors(found, compatibility, files) {
    const isError = ({ level }) => level === 'error' || compatibility === 'strict';
    const unordered = found.filter(isError);
    if (unordered.length === 0)
        return;
    const place = ({ location }) => [location ? files.indexOf(location.file) : files.length, location?.line ?? 0];
    const ordered = unordered.toSorted((one, other) => {
        const [file, line] = place(one);
        const [otherFile, otherLine] = place(other);
        return file - otherFile || line - otherLine;
    });
    const count = ordered.length === 1 ? 'one problem' : `${ordered.length} problems`;
    const warned = ordered.some(({ level }) => level === 'warning');
    throw new ComposeError(`The compose file cannot be deployed to a swarm as it is: ${count}.`, ordered.map((finding) => ({ ...finding, level: 'error' })), warned ? `Nothing has been created. ${STRICT}` : 'Nothing has been created.');
}
function summary(draft, images) {
    const { name, service, out, project } = draft;
    const mode = serviceMode(draft);
    const image = service.image ?? '';
    const condition = out.deploy.restart_policy?.condition;
    return {
        name,
        image: images.get(image) ?? image,
        mode,
        replicas: mode.startsWith('global') ? 0 : (out.deploy.replicas ?? 1),
        ports: out.ports.map((port) => ({ service: name, published: undefined, ...port })),
        restart: condition === 'none' || condition === 'on-failure'
            ? condition
            : mode.endsWith('-job')
                ? 'on-failure'
                : 'any',
        monitorMs: monitorMs(draft),
        location: project.locate(['services', name]),
    };
}
/** As swarmkit does (controlapi/service.go, checkPortConflicts): only ports published with `mode: host` may meet. */
function checkPortConflicts(services, findings) {
    const taken = new Map();
    for (const port of services.flatMap(({ ports }) => ports)) {
        if (port.published === undefined)
            continue;
        const key = `${port.published}/${port.protocol}`;
        const other = taken.get(key);
        if (other === undefined)
            taken.set(key, port);
        else if (other.service !== port.service &&
            (port.mode === 'ingress' || other.mode === 'ingress')) {
            findings.refuse(['services', port.service, 'ports'], `service ${port.service}: \`ports\` publishes ${key}, which service ${other.service} publishes too. In a swarm a port belongs to one service. Choose another.`);
        }
    }
}
function stackNetworks(project, drafts, options) {
    const used = new Set(drafts.flatMap(({ out }) => Object.keys(out.networks)));
    const networks = renderNetworks(project, used, options);
    for (const name of new Set(drafts.flatMap(({ predefined }) => [...predefined]))) {
        networks[predefinedKey(project, name)] = { external: true, name };
    }
    return networks;
}
function credentialConfigs(drafts) {
    const names = drafts.flatMap(({ credentialConfigs: own }) => [...own]);
    return Object.fromEntries(names.map((name) => [name, { external: true, name }]));
}
/** Docker makes the networks that the services of a file use, and no others. */
function render_only({ services }, file) {
    return {
        ...file,
        services: Object.fromEntries(services.map((name) => [name, file.services[name]])),
    };
}
function withoutEmptySections(file) {
    return Object.fromEntries(Object.entries(file).filter(([, section]) => typeof section === 'string' || Object.keys(section).length > 0));
}
function secretValues({ files }) {
    return files.map(({ content }) => new TextDecoder().decode(content).trim()).filter(Boolean);
}
function emptyVariables(drafts) {
    const names = drafts.flatMap(({ service }) => Object.entries(service.environment ?? {}).flatMap(([name, value]) => (value ? [] : [name])));
    return [...new Set(names)].sort();
}

;// CONCATENATED MODULE: ./lib/stack/commands.js
/** File name of the stack file in the folder that is sent. */
const STACK_FILE = 'stack.yml';
/** Folder beside it with a docker config of its own. */
const CONFIG_FOLDER = 'docker-config';
/** `docker stack deploy`, to be run in the folder with the stack file. */
function stackDeploy(flags) {
    return [
        'env',
        ...flags.without.flatMap((name) => ['-u', name]),
        'docker',
        ...(flags.withRegistryAuth ? [`--config=${CONFIG_FOLDER}`] : []),
        'stack',
        'deploy',
        `--compose-file=${STACK_FILE}`,
        ...(flags.prune ? ['--prune'] : []),
        `--resolve-image=${flags.resolveImage}`,
        ...(flags.withRegistryAuth ? ['--with-registry-auth'] : []),
        ...(flags.clientMajor >= 26 ? ['--detach=true'] : []),
        flags.stack,
    ];
}
/** Folder of one deployment, beside what else is temporary there. `mark` belongs to it alone. */
function folderOf(mark) {
    return `folder="\${TMPDIR:-/tmp}/swarm-up.${mark}"`;
}
/**
 * Unpacks the tar archive on standard input into a folder of its own, which only its owner can read, runs `argv` in it and removes it
 * whatever happens: also when the connection is cut. `mark` names the folder: letters and digits that nobody can guess.
 */
function inTemporaryFolder(mark, argv) {
    const script = [
        'set -eu',
        folderOf(mark),
        'mkdir -m 700 "$folder"',
        `trap 'rm -rf "$folder"' EXIT`,
        `trap 'exit 129' HUP INT TERM`,
        'tar -x -f - -C "$folder"',
        'cd "$folder"',
        '"$@"',
    ].join('\n');
    return ['sh', '-c', script, 'swarm-up', ...argv];
}
/** Ends when what runs in the folder has ended, after `seconds` at the latest. */
function untilFolderGone(mark, seconds) {
    const script = [
        folderOf(mark),
        'second=0',
        `while [ -e "$folder" ] && [ $second -lt ${seconds} ]; do sleep 1; second=$((second + 1)); done`,
    ].join('\n');
    return ['sh', '-c', script];
}
/** The last lines of one task, untruncated and without its name before each; from whichever node ran it. */
function taskLogs(taskId, lines) {
    return ['docker', 'service', 'logs', '--raw', '--tail', String(lines), taskId];
}
/** Prints the names of those of the volumes that the node has; fails where one is missing. */
function existingVolumes(names) {
    return ['docker', 'volume', 'inspect', '--format', '{{.Name}}', '--', ...names];
}
/**
 * Prints the numbers, counted from 1, of those of the paths that are not there. What lies in a folder that this user may not enter is not
 * known to be missing.
 */
function missingPaths(paths) {
    const script = [
        'number=0',
        'for path do',
        'number=$((number + 1))',
        '[ -e "$path" ] && continue',
        'folder=$path',
        'while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done',
        '[ -x "$folder" ] && echo $number',
        'done',
        'exit 0',
    ].join('\n');
    return ['sh', '-c', script, 'swarm-up', ...paths];
}
/** Prints the names of the emulators that the kernel starts programs of other processors with. */
function listEmulators() {
    return ['ls', '/proc/sys/fs/binfmt_misc'];
}
/** Ends with exit code 0 where something accepts a connection there. */
function askForConnection(address, port) {
    const script = 'command -v bash >/dev/null || exec nc -z -w 3 "$1" "$2"; exec bash -c \'exec 3<>"/dev/tcp/$1/$2"\' bash "$1" "$2"';
    return ['timeout', '5', 'sh', '-c', script, 'sh', address, String(port)];
}

;// CONCATENATED MODULE: ./lib/stack/binds.js

/**
 * Refuses each bind mount whose source no node has, since Swarm makes no folder as Compose does and rejects the task; where only some nodes
 * have it, or where not `all` nodes of the swarm are asked, the finding is a warning. A source that a node may not be asked for counts as there.
 */
async function checkBinds(wanted, nodes, all, findings, signal) {
    const binds = bindsOf(wanted);
    if (binds.length === 0 || nodes.length === 0)
        return;
    const sources = [...new Set(binds.map(({ source }) => source))];
    const found = await Promise.all(nodes.map(async (node) => {
        const { stdout } = await node.run(missingPaths(sources), {
            ...{ signal, repeatable: true },
            anyExitCode: true, // a node without a shell cannot be asked
        });
        const numbers = stdout.split('\n').filter(Boolean).map(Number);
        return { where: node.where, missing: numbers.map((number) => sources[number - 1]) };
    }));
    for (const { service, source, at } of binds) {
        const without = found.filter(({ missing }) => missing.includes(source));
        if (without.length === 0)
            continue;
        const names = without.map(({ where }) => where).join(', ');
        if (all && without.length === found.length) {
            findings.refuse(at, `service ${service}: it mounts ${source}, which no node has (${names}), and Swarm does not make it. Make it on the nodes, or bring files with \`configs\` and data with a named volume.`);
        }
        else {
            findings.warn(at, `service ${service}: it mounts ${source}, which is missing on ${names}; a task there would be rejected. Make it there, or keep the service where it is with \`deploy.placement.constraints\`.`);
        }
    }
}
/** Without those whose source Swarm fills in node by node. */
function bindsOf({ services }) {
    return Object.entries(services).flatMap(([service, { volumes }]) => (volumes ?? []).flatMap(({ type, source }, index) => type === 'bind' && source !== undefined && !source.includes('{{')
        ? [{ service, source, at: ['services', service, 'volumes', index] }]
        : []));
}

;// CONCATENATED MODULE: ./lib/stack/externals.js

/** Networks that every engine has itself. */
const PREDEFINED = ['bridge', 'host', 'none'];
/** What no service uses is not in it: nobody will miss it. */
function externalsOf(wanted) {
    const services = Object.values(wanted.services);
    const used = {
        networks: services.flatMap(({ networks }) => Object.keys(networks)),
        volumes: services.flatMap(({ volumes }) => (volumes ?? []).flatMap(({ source }) => source ?? [])),
        configs: services.flatMap(({ configs }) => (configs ?? []).map(({ source }) => source)),
        secrets: services.flatMap(({ secrets }) => (secrets ?? []).map(({ source }) => source)),
    };
    const of = (kind) => new Map(Object.entries(wanted[kind])
        .filter(([key, { external }]) => external && used[kind].includes(key))
        .map(([key, { name }]) => [key, name ?? key]));
    return {
        networks: of('networks'),
        volumes: of('volumes'),
        configs: of('configs'),
        secrets: of('secrets'),
    };
}
/** Refuses each external network, config and secret that the swarm does not have. */
function checkExternals({ networks, configs, secrets }, present, refuse) {
    for (const [key, name] of networks) {
        if (PREDEFINED.includes(name))
            continue;
        const found = present.networks.filter(({ Name, Id }) => Name === name || Id === name);
        if (found.some(({ Scope }) => Scope !== 'local'))
            continue;
        refuse(['networks', key], found.length === 0
            ? `network ${key}: it is external, and the swarm has no network ${name}. Make it on a manager (docker network create --driver overlay ${name}), or leave out \`external\`.`
            : `network ${key}: it is external, and ${name} is a network of one node, which services cannot use. Make one of the swarm: docker network create --driver overlay <name>`);
    }
    for (const [kind, wanted] of [
        ['config', configs],
        ['secret', secrets],
    ]) {
        for (const [key, name] of wanted) {
            if (present[`${kind}s`].some(({ Spec }) => Spec.Name === name))
                continue;
            refuse([`${kind}s`, key], `${kind} ${key}: it is external, and the swarm has no ${kind} ${name}. Make it on a manager (docker ${kind} create ${name} <file>), or take its content from \`file\`, \`content\` or \`environment\`.`);
        }
    }
}
/**
 * Refuses each external volume that no node has; where only some have it, the finding is a warning: Docker would make an empty one on the
 * others. Asks every node.
 */
async function checkVolumes(volumes, nodes, findings, signal) {
    if (volumes.size === 0)
        return;
    const names = [...new Set(volumes.values())];
    const found = await Promise.all(nodes.map(async (node) => {
        const { stdout } = await node.run(existingVolumes(names), { signal, anyExitCode: true });
        return { where: node.where, names: stdout.split('\n') };
    }));
    for (const [key, name] of volumes) {
        const without = found.filter((node) => !node.names.includes(name)).map(({ where }) => where);
        if (without.length === found.length) {
            findings.refuse(['volumes', key], `volume ${key}: it is external, and no node has a volume ${name}. Make it where the service shall run (docker volume create ${name}), or leave out \`external\`.`);
        }
        else if (without.length > 0) {
            findings.warn(['volumes', key], `volume ${key}: ${without.join(', ')} has no volume ${name}; a task there would get a new, empty one. Keep the service where it is with \`deploy.placement.constraints\`.`);
        }
    }
}

;// CONCATENATED MODULE: ./lib/stack/platforms.js


/** How images call the architectures that nodes call by the kernel's names. */
const OF_IMAGES = {
    x86_64: 'amd64',
    aarch64: 'arm64',
    armv6l: 'arm',
    armv7l: 'arm',
    armv8l: 'arm',
    i386: '386',
    i586: '386',
    i686: '386',
};
/** Processors that run what is built for another kind. */
const RUNS_TOO = { amd64: '386', arm64: 'arm' };
/** How QEMU calls some of them. */
const OF_QEMU = { ...OF_IMAGES, arm: 'arm', i386: '386' };
/** How many nodes of one platform are named. */
const NAMED = 5;
/**
 * The architectures, as images call them, that emulators in the kernels of these machines run (`docker/setup-qemu-action`, binfmt_misc); asked
 * for only where some service needs one.
 */
async function emulatedFor(services, nodes, machines, signal) {
    const strange = services.some(({ loaded }) => loaded && !nodes.some((node) => runs(node, loaded)));
    if (!strange)
        return [];
    const found = await Promise.all(machines.map((machine) => machine.run(listEmulators(), { signal, repeatable: true, anyExitCode: true })));
    return found.flatMap(({ stdout }) => [...stdout.matchAll(/^qemu-(\w+)$/gm)].map(([, name = '']) => OF_QEMU[name] ?? name));
}
/**
 * Refuses each service whose `platform`, or whose image, no node has, those aside that `emulated` architectures run. Which nodes its placement
 * constraints allow is not considered.
 */
function checkPlatforms(services, nodes, emulated, refuse) {
    if (nodes.length === 0)
        return;
    for (const { service, platform, image, loaded } of services) {
        if (platform !== undefined && !nodes.some((node) => isOf(node, platform))) {
            refuse(['services', service, 'platform'], `service ${service}: no node has its platform ${platform}; the nodes are ${platforms_list(nodes)}. Take out \`platform\`, or write one of the nodes.`);
        }
        const isEmulated = loaded?.Os === 'linux' && emulated.includes(loaded.Architecture);
        if (loaded && !isEmulated && !nodes.some((node) => runs(node, loaded))) {
            refuse(['services', service, 'image'], `service ${service}: its image ${image} is built for ${platformOf(loaded)}, and no node can run that; the nodes are ${platforms_list(nodes)}. Build it for them (docker build --platform ${platforms_nameOf(nodes[0])}).`);
        }
    }
}
/** As Swarm compares constraints. */
function isOf(node, platform) {
    const { os, architecture } = platformOfNodes(platform);
    const equal = (wanted, found) => wanted === undefined || wanted.toLowerCase() === found.toLowerCase();
    return equal(os, node.os) && equal(architecture, node.architecture);
}
function runs(node, { Os, Architecture }) {
    const own = OF_IMAGES[node.architecture] ?? node.architecture;
    return node.os === Os && (own === Architecture || RUNS_TOO[own] === Architecture);
}
function platformOf({ Os, Architecture, Variant }) {
    return [Os, Architecture, ...(Variant ? [Variant] : [])].join('/');
}
function platforms_nameOf(node) {
    if (!node)
        return '';
    return `${node.os}/${OF_IMAGES[node.architecture] ?? node.architecture}`;
}
/** `linux/amd64 (one, two), linux/arm64 (three)`. */
function platforms_list(nodes) {
    return [...Map.groupBy(nodes, platforms_nameOf)]
        .map(([platform, those]) => {
        const names = those.slice(0, NAMED).map(({ name }) => name);
        const more = those.length - names.length;
        return `${platform} (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
    })
        .join(', ');
}

;// CONCATENATED MODULE: ./lib/stack/present.js

// What stands on a swarm, as far as a deployment has to know it: every stack, not only its own. Specs are kept whole, as the engine
// gave them, so that a service can be given back the one it had.
/** Labels, options: the engine gives null for none. */
const present_labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
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
    Labels: present_labels,
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
const present_port = schemas/* looseObject */._H3({
    Protocol: schemas/* string */.YjP().default('tcp'),
    TargetPort: schemas/* number */.aig().default(0),
    PublishedPort: schemas/* number */.aig().optional(),
    PublishMode: schemas/* string */.YjP().default('ingress'),
});
const spec = schemas/* looseObject */._H3({
    Name: schemas/* string */.YjP(),
    Labels: present_labels,
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
    EndpointSpec: schemas/* looseObject */._H3({ Ports: schemas/* array */.YOg(present_port).nullish() }).nullish(),
});
const present_service = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Version: version,
    Spec: spec,
    PreviousSpec: spec.nullish(),
    Endpoint: schemas/* object */.Ikc({ Ports: schemas/* array */.YOg(present_port).nullish() }).nullish(),
});
const object = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    UpdatedAt: schemas/* string */.YjP(),
    Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), Labels: present_labels }),
});
const present_network = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    Name: schemas/* string */.YjP(),
    Scope: schemas/* string */.YjP(),
    Attachable: schemas/* boolean */.zMY().default(false),
    Ingress: schemas/* boolean */.zMY().default(false),
    Labels: present_labels,
    Options: present_labels,
});
/** The label that `docker stack deploy` writes on everything of a stack. */
const STACK_LABEL = 'com.docker.stack.namespace';
/** Reads what is on the swarm now. Changes nothing. Rejects as `EngineApi.get` does. */
async function readPresent(api, signal) {
    const list = (path, schema) => api.get(path, {}, schemas/* array */.YOg(schema), { signal });
    const [services, configs, secrets, networks] = await Promise.all([
        readServices(api, signal),
        list('/configs', object),
        list('/secrets', object),
        list('/networks', present_network),
    ]);
    return { services, configs, secrets, networks };
}
/** Every service of the swarm, by name: the engine lists them by id. Rejects as `EngineApi.get` does. */
async function readServices(api, signal) {
    const found = await api.get('/services', {}, schemas/* array */.YOg(present_service), { signal });
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
    return services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack && !names.includes(Spec.Name.slice(stack.length + 1)));
}

;// CONCATENATED MODULE: ./lib/stack/wanted.js


// The stack file, read again: it is all that `docker stack deploy` gets, so what it says is what will be.
const wanted_map = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J())
    .nullish()
    .transform((found) => found ?? {});
const wanted_texts = schemas/* array */.YOg(schemas/* string */.YjP()).nullish();
const wanted_reference = schemas/* looseObject */._H3({
    source: schemas/* string */.YjP(),
    target: schemas/* string */.YjP().optional(),
    mode: schemas/* number */.aig().optional(),
});
const wanted_mount = schemas/* looseObject */._H3({
    type: schemas/* string */.YjP(),
    source: schemas/* string */.YjP().optional(),
    target: schemas/* string */.YjP(),
    read_only: schemas/* boolean */.zMY().optional(),
});
const wanted_port = schemas/* looseObject */._H3({
    target: schemas/* number */.aig(),
    published: schemas/* number */.aig().optional(),
    protocol: schemas/* string */.YjP().default('tcp'),
    mode: schemas/* string */.YjP().default('ingress'),
});
const wanted_service = schemas/* looseObject */._H3({
    image: schemas/* string */.YjP(),
    entrypoint: wanted_texts,
    command: wanted_texts,
    environment: wanted_map,
    labels: wanted_map,
    ports: schemas/* array */.YOg(wanted_port).nullish(),
    volumes: schemas/* array */.YOg(wanted_mount).nullish(),
    secrets: schemas/* array */.YOg(wanted_reference).nullish(),
    configs: schemas/* array */.YOg(wanted_reference).nullish(),
    networks: wanted_map,
    deploy: schemas/* looseObject */._H3({ mode: schemas/* string */.YjP().optional(), replicas: schemas/* number */.aig().optional(), labels: wanted_map })
        .nullish(),
});
const wanted_object = schemas/* looseObject */._H3({
    name: schemas/* string */.YjP().optional(),
    external: schemas/* boolean */.zMY().optional(),
    driver: schemas/* string */.YjP().optional(),
    driver_opts: wanted_map.optional(),
    labels: wanted_map,
});
const wanted_objects = schemas/* record */.g1P(schemas/* string */.YjP(), wanted_object.nullish().transform((found) => found ?? { labels: {} }))
    .default({});
const wanted = schemas/* looseObject */._H3({
    services: schemas/* record */.g1P(schemas/* string */.YjP(), wanted_service).default({}),
    networks: wanted_objects,
    volumes: wanted_objects,
    configs: wanted_objects,
    secrets: wanted_objects,
});
/** What a rendered stack asks for, in values as a container gets them (`$`, not `$$`). */
function readWanted({ text }) {
    return wanted.parse(wanted_unescaped((0,dist/* parse */.qg)(text, { maxAliasCount: 0 })));
}
function wanted_unescaped(value) {
    if (typeof value === 'string')
        return value.replaceAll('$$', '$');
    if (Array.isArray(value))
        return value.map(wanted_unescaped);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wanted_unescaped(one)]));
}
/** How an object of the file is called in the swarm. */
function nameInSwarm(stack, key, { name, external }) {
    return name ?? (external ? key : `${stack}_${key}`);
}
/** The names of the configs and secrets that a stack brings with it. */
function objectNames(stack, { configs, secrets }) {
    return new Set([...Object.entries(configs), ...Object.entries(secrets)]
        .filter(([, object]) => !object.external)
        .map(([key, object]) => nameInSwarm(stack, key, object)));
}

;// CONCATENATED MODULE: ./lib/stack/requirements.js








/**
 * Compares what a stack needs with what is on the swarm, before anything of the stack is changed: external objects,
 * sources of bind mounts, platforms, ports, names, modes.
 * Throws one `ComposeError` with all that is missing or in the way.
 */
async function checkRequirements(wanted, present, nodes, options) {
    const findings = collectFindings(options.locate);
    const externals = externalsOf(wanted);
    checkExternals(externals, present, findings.refuse);
    await checkVolumes(externals.volumes, nodes, findings, options.signal);
    await checkBinds(wanted, nodes, options.allNodes, findings, options.signal);
    const { services, nodes: platforms, emulated } = options.platforms;
    checkPlatforms(services, platforms, emulated, findings.refuse);
    checkPorts(wanted, present, options, findings.refuse);
    checkNames(wanted, present, options.stack, findings.refuse);
    checkMtu(wanted, present, options.stack, findings.warn);
    const changed = modeChanges(wanted, present, options.stack);
    if (!options.recreate) {
        for (const { key, from, to } of changed) {
            findings.refuse(['services', key, 'deploy', 'mode'], `service ${key}: its mode would change from ${from} to ${to}, which Swarm does to no service that exists. With \`recreate: true\` this step removes the service and makes it anew; it does not answer meanwhile.`);
        }
    }
    refuseAll(findings.all(), options.stack, 'Nothing of the stack has been changed.');
    return { warnings: findings.all(), recreated: changed.map(({ service }) => service) };
}
/**
 * Refuses what only a swarm that exists can have: for a swarm that is made by this run, where nothing exists yet.
 * Throws `ComposeError`.
 */
function refuseExternals(wanted, { stack, locate }) {
    const findings = collectFindings(locate);
    const externals = externalsOf(wanted);
    checkExternals(externals, { networks: [], configs: [], secrets: [] }, findings.refuse);
    for (const [key, name] of externals.volumes) {
        findings.refuse(['volumes', key], `volume ${key}: it is external, and the nodes, which are made now, have no volume ${name}. Leave out \`external\`.`);
    }
    refuseAll(findings.all(), stack, 'Nothing has been created. The swarm is made by this step, so nothing can be on it beforehand; a swarm without a stack can be made first with `compose-file: "-"`.');
}
function refuseAll(findings, stack, hint) {
    const errors = findings.filter(({ level }) => level === 'error');
    if (errors.length === 0)
        return;
    const count = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
    throw new ComposeError(`Stack ${stack} cannot be deployed to this swarm: ${count}.`, errors, hint);
}
/** As swarmkit does (controlapi/service.go, checkPortConflicts): two services may share a port only if both have `mode: host`. */
function checkPorts(wanted, { services }, { stack, prune }, refuse) {
    const staying = services.filter(({ Spec }) => {
        if (Spec.Labels[STACK_LABEL] !== stack)
            return true;
        return !prune && !(Spec.Name.slice(stack.length + 1) in wanted.services);
    });
    const held = staying.flatMap((service) => publishedPorts(service).map((port) => ({
        ...port,
        service: service.Spec.Name,
        stack: service.Spec.Labels[STACK_LABEL],
    })));
    for (const [key, { ports }] of Object.entries(wanted.services)) {
        for (const { published, protocol, mode } of ports ?? []) {
            const holder = held.find((port) => port.PublishedPort === published &&
                port.Protocol === protocol &&
                (mode !== 'host' || port.PublishMode !== 'host'));
            if (published === undefined || !holder)
                continue;
            const whose = holder.stack === undefined ? 'of no stack' : `of stack ${holder.stack}`;
            refuse(['services', key, 'ports'], `service ${key}: port ${published}/${protocol} is held by service ${holder.service} ${whose}. In a swarm a port belongs to one service: choose another, or remove that one.`);
        }
    }
}
/** A config or secret that has the name of one of ours must be ours, with the same content. */
function checkNames(wanted, present, stack, refuse) {
    for (const kind of ['config', 'secret']) {
        for (const [key, object] of Object.entries(wanted[`${kind}s`])) {
            if (object.external || object.driver)
                continue;
            const name = nameInSwarm(stack, key, object);
            const found = present[`${kind}s`].find(({ Spec }) => Spec.Name === name)?.Spec.Labels;
            if (!found)
                continue;
            const hash = found[HASH_LABEL];
            const differs = hash !== undefined && hash !== object.labels[HASH_LABEL];
            if (!differs && found[STACK_LABEL] === stack)
                continue;
            refuse([`${kind}s`, key], differs
                ? `${kind} ${key}: the swarm has a ${kind} ${name} whose content is another (SHA-256 ${hash}). Give it another \`name\`.`
                : `${kind} ${key}: the swarm has a ${kind} ${name} that is not of this stack. Remove it (docker ${kind} rm ${name}), or give this one another \`name\`.`);
        }
    }
}
/** `docker stack deploy` leaves a network that exists as it is. */
function checkMtu(wanted, { networks }, stack, warn) {
    for (const [key, network] of Object.entries(wanted.networks)) {
        const mtu = network.driver_opts?.[MTU_OPTION];
        const name = nameInSwarm(stack, key, network);
        const found = networks.find(({ Name, Scope }) => Name === name && Scope === 'swarm');
        const has = found?.Options[MTU_OPTION];
        if (mtu === undefined || !found || has === mtu)
            continue;
        warn(['networks', key], `network ${key}: it keeps ${has === undefined ? 'the MTU of Docker' : `its MTU of ${has}`}, because a network that exists is not changed. To have ${mtu}, remove the stack once and deploy it again.`);
    }
}
function modeChanges(wanted, { services }, stack) {
    return Object.entries(wanted.services).flatMap(([key, { deploy }]) => {
        const service = services.find(({ Spec }) => Spec.Name === `${stack}_${key}`);
        const to = deploy?.mode ?? 'replicated';
        const from = service && modeOf(service.Spec);
        return service && from && from !== to ? [{ key, from, to, service }] : [];
    });
}

// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./lib/registry/access.js








/** Where the docker engine looks for the authorities of a registry (docs.docker.com, "Verify repository client with certificates"). */
const CERTIFICATES = '/etc/docker/certs.d';
const MANIFESTS = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const tokenAnswer = schemas/* object */.Ikc({ token: schemas/* string */.YjP().optional(), access_token: schemas/* string */.YjP().optional() });
/**
 * Asks for the manifest of an image, as pulling it would (distribution.github.io, "API V2" and "Token authentication"). A HEAD request, which
 * counts towards no limit of pulls. Rejects only with the signal's reason.
 */
async function askAccess(image, login, signal) {
    const host = image.registry === DOCKER_HUB ? 'registry-1.docker.io' : image.registry;
    const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? 'http' : 'https';
    const url = `${scheme}://${host}/v2/${image.repository}/manifests/${image.version}`;
    try {
        const ca = await authoritiesOf(image.registry);
        const ask = (authorization) => access_exchange(url, { method: 'HEAD', headers: { Accept: MANIFESTS, ...authorization } }, ca, signal);
        const first = await ask({});
        if (first.status !== 401)
            return judge(first);
        const authorization = await authorize(first.challenge, login, ca, signal);
        return 'kind' in authorization ? authorization : judge(await ask(authorization));
    }
    catch (error) {
        signal.throwIfAborted();
        return { kind: 'unreachable', said: wordsOf(error) };
    }
}
function judge({ status, body }) {
    if (status >= 200 && status <= 299)
        return { kind: 'granted' };
    const said = `HTTP ${status}${body ? `: ${body.slice(0, 300)}` : ''}`;
    if (status === 401 || status === 403)
        return { kind: 'denied', said };
    if (status === 404)
        return { kind: 'missing', said };
    return { kind: 'unreachable', said };
}
async function authorize(challenge, { proof }, ca, signal) {
    const basic = 'identityToken' in proof
        ? undefined
        : `Basic ${Buffer.from(`${proof.user}:${proof.password}`).toString('base64')}`;
    if (/^basic/i.test(challenge)) {
        if (basic)
            return { Authorization: basic };
        return { kind: 'unreachable', said: 'it wants a password, and the login is a token' };
    }
    const given = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const { realm, service = '', scope = '' } = given;
    if (!realm)
        return { kind: 'unreachable', said: `it asks for ${challenge || 'nothing known'}` };
    const query = new URLSearchParams({ service, scope });
    const answer = 'identityToken' in proof
        ? await access_exchange(realm, {
            method: 'POST',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: `${query}&${new URLSearchParams({ grant_type: 'refresh_token', client_id: 'swarm-up', refresh_token: proof.identityToken })}`,
        }, ca, signal)
        : await access_exchange(`${realm}?${query}`, { method: 'GET', headers: { Authorization: basic ?? '' } }, ca, signal);
    if (answer.status < 200 || answer.status > 299)
        return judge(answer);
    const { token, access_token } = tokenAnswer.parse(JSON.parse(answer.body));
    return { Authorization: `Bearer ${token ?? access_token ?? ''}` };
}
async function access_exchange(url, { method, headers, body }, ca, signal) {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const response = await new Promise((resolve, reject) => {
        const options = { method, headers: { ...headers, ...length }, signal, agent: false };
        const asking = url.startsWith('http:')
            ? (0,external_node_http_.request)(url, options, resolve)
            : (0,external_node_https_.request)(url, { ...options, ...(ca && { ca: [...ca] }) }, resolve);
        asking.on('error', reject);
        asking.end(body);
    });
    return {
        status: response.statusCode ?? 0,
        challenge: response.headers['www-authenticate'] ?? '',
        body: (await (0,consumers_.text)(response)).trim(),
    };
}
/** The authorities of the machine's engine for a registry, beside the well-known ones; undefined where it has none. */
async function authoritiesOf(registry) {
    const folder = (0,external_node_path_.join)(CERTIFICATES, registry);
    const names = await (0,external_node_fs_promises_.readdir)(folder).catch(() => []);
    const files = names.filter((name) => name.endsWith('.crt'));
    if (files.length === 0)
        return undefined;
    const own = await Promise.all(files.map((name) => (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, name), 'utf8')));
    return [...external_node_tls_.rootCertificates, ...own];
}
function wordsOf(error) {
    if (error instanceof AggregateError)
        return error.errors.map(wordsOf).join('; ');
    return error instanceof Error ? error.message : String(error);
}

;// CONCATENATED MODULE: ./lib/registry/runner-logins.js








const runner_logins_entry = schemas/* object */.Ikc({
    auth: schemas/* string */.YjP().optional(),
    identitytoken: schemas/* string */.YjP().optional(),
    username: schemas/* string */.YjP().optional(),
    password: schemas/* string */.YjP().optional(),
});
const runner_logins_config = schemas/* object */.Ikc({
    auths: schemas/* record */.g1P(schemas/* string */.YjP(), runner_logins_entry).nullish(),
    credsStore: schemas/* string */.YjP().optional(),
    credHelpers: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
});
const helperAnswer = schemas/* object */.Ikc({ Username: schemas/* string */.YjP(), Secret: schemas/* string */.YjP() });
/** A helper may ask a cloud. In ms. */
const HELPER_TIMEOUT_MS = 30_000;
/** What a helper calls the user of a token (docker/cli, cli/config/credentials/native_store.go). */
const TOKEN_USER = '<token>';
/** Path of the docker config of the runner. */
function runnerConfigPath(env) {
    return (0,external_node_path_.join)(env.DOCKER_CONFIG || (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.docker'), 'config.json');
}
/**
 * The logins that the runner's docker has for these registries, its credential helpers asked; a registry without one is left out.
 * Throws `ActionError` where the config cannot be read or a helper fails.
 */
async function runnerLogins(runner, path, registries, signal) {
    const known = await readConfig(path);
    if (!known)
        return [];
    const logins = [];
    for (const registry of registries) {
        const helper = helperOf(known, registry);
        const proof = helper === undefined
            ? inConfig(known, registry)
            : await fromHelper(runner, helper, configKey(registry), signal);
        if (proof)
            logins.push({ registry, source: `the runner's docker config (${path})`, proof });
    }
    return logins;
}
async function readConfig(path) {
    const text = await (0,external_node_fs_promises_.readFile)(path, 'utf8').catch((error) => {
        if (error.code === 'ENOENT')
            return undefined;
        throw error;
    });
    if (text === undefined)
        return undefined;
    const read = parseSecret(text, runner_logins_config);
    if (read)
        return read;
    throw new lib_errors/* ActionError */.l(`registry-auth: the docker config of the runner cannot be read: ${path}`, {
        hint: 'Log in anew in an earlier step (docker/login-action, docker login), or give the logins in `registries`.',
    });
}
/** No error of a parser is kept: it may quote the text, which holds secrets. */
function parseSecret(text, schema) {
    try {
        return schema.safeParse(JSON.parse(text)).data;
    }
    catch {
        return undefined;
    }
}
function helperOf({ credHelpers, credsStore }, registry) {
    const own = Object.entries(credHelpers ?? {}).find(([key]) => registryName(key) === registry);
    return own?.[1] ?? (credsStore || undefined);
}
function inConfig({ auths }, registry) {
    const found = Object.entries(auths ?? {}).find(([key]) => registryName(key) === registry)?.[1];
    if (!found)
        return undefined;
    if (found.identitytoken)
        return { identityToken: found.identitytoken };
    const [, user = found.username, password = found.password] = /^([^:]*):([^\0]*)/.exec(Buffer.from(found.auth ?? '', 'base64').toString()) ?? [];
    return user && password ? { user, password } : undefined;
}
async function fromHelper(runner, helper, key, signal) {
    const argv = [`docker-credential-${helper}`, 'get'];
    const { exitCode, ...said } = await runner.run(argv, {
        stdin: key,
        anyExitCode: true,
        signal,
        timeoutMs: HELPER_TIMEOUT_MS,
    });
    const answer = exitCode === 0 ? parseSecret(said.stdout, helperAnswer) : undefined;
    if (answer?.Username === TOKEN_USER)
        return { identityToken: answer.Secret };
    if (answer)
        return { user: answer.Username, password: answer.Secret };
    if (/not found/i.test((0,executor/* ownWords */.I1)(said)))
        return undefined;
    throw new lib_errors/* ActionError */.l(`registry-auth: ${argv[0]} did not give the login of ${key}.`, {
        details: exitCode === 0
            ? 'What it printed is not of the form of a credential helper.'
            : (0,executor/* ownWords */.I1)(said),
        hint: 'Run it by hand on the runner: it is what the docker config there names for this registry. Or give the login in `registries`.',
    });
}

;// CONCATENATED MODULE: ./lib/up/registries.js








/** How many images are asked for at once. */
const registries_AT_ONCE = 4;
/** How long all registries together may take, in ms. One that does not answer is left to the nodes. */
const registries_TIMEOUT_MS = 30_000;
/**
 * The logins for the registries that the stack uses, and for no others; those of `registries` come before those of the runner's docker
 * config. Images of `sources` are loaded into the nodes and come from no registry. Each login is tried from here by asking for the manifests of the stack's images.
 * Throws `ActionError` where a registry refuses one, or does not have the image.
 */
async function checkRegistries(context, stack, sources) {
    const { inputs, runner, mask, signal } = context;
    for (const secret of inputs.registries.flatMap(secretsOf))
        mask(secret);
    const loaded = imagesByReference(sources);
    const images = [...new Set(stack.services.map(({ image }) => image))].filter((image) => !loaded.has(normaliseReference(image)));
    const used = [...new Set(images.map((image) => parseReference(image).registry))];
    const given = inputs.registries.filter(({ registry }) => used.includes(registry));
    const others = used.filter((name) => given.every(({ registry }) => registry !== name));
    const found = inputs.registryAuth
        ? await runnerLogins(runner, runnerConfigPath(process.env), others, signal)
        : [];
    for (const secret of found.flatMap(secretsOf))
        mask(secret);
    const logins = [...given, ...found];
    await tryLogins(context, images, logins);
    return logins;
}
async function tryLogins({ reporter, signal }, images, logins) {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(registries_TIMEOUT_MS)]);
    const atOnce = (0,p_limit/* default */.A)(registries_AT_ONCE);
    const problems = new Map();
    const tries = images.flatMap((image) => {
        const reference = parseReference(image);
        const login = logins.find(({ registry }) => registry === reference.registry);
        return login ? [{ image, reference, login }] : [];
    });
    await Promise.all(tries.map(({ image, reference, login }) => atOnce(async () => {
        const access = await askAccess(reference, login, bound).catch((error) => {
            signal.throwIfAborted();
            return { kind: 'unreachable', said: String(error) };
        });
        const who = 'user' in login.proof ? login.proof.user : 'the token';
        switch (access.kind) {
            case 'granted':
                reporter.log.info(`${image}  ${login.registry} lets ${who} have it`);
                break;
            case 'unreachable':
                reporter.log.info(`${image}  could not be asked for from the runner (${access.said}); the nodes will be the first`);
                break;
            case 'denied':
                problems.set(image, `${image}: ${login.registry} refuses ${who} of ${login.source}: ${access.said}`);
                break;
            case 'missing':
                problems.set(image, `${image}: ${login.registry} does not have it: ${access.said}`);
                break;
        }
    })));
    if (problems.size === 0)
        return;
    throw new lib_errors/* ActionError */.l('Images of the stack cannot be pulled.', {
        // In the order of the compose file, whichever was answered first.
        details: images.flatMap((image) => problems.get(image) ?? []).join('\n'),
        hint: 'Nothing has been changed. Check user, password and their right to pull (`registries`, or the login step before this one), and the name and tag of the image.',
        status: 'image',
    });
}

;// CONCATENATED MODULE: ./lib/up/check.js












/**
 * Everything that can fail without a machine fails here. The compose file is read while the driver looks around; where both fail it is
 * the compose file that is told, and its failure does not wait for the driver, which may be building an image.
 */
async function check_check(context) {
    const { inputs, reporter, signal } = context;
    const managers = inputs.roles.filter((role) => role === 'manager').length;
    if (managers > 1 && managers % 2 === 0) {
        reporter.log.warning(`managers: ${managers} managers survive no more failures than ${managers - 1}. Take an odd number.`);
    }
    const unreadable = new AbortController();
    const finding = checkImages(context);
    const [compose, existing, images] = await Promise.allSettled([
        checkCompose(context, finding).catch((error) => {
            unreadable.abort(error);
            throw error;
        }),
        checkDriver(context, AbortSignal.any([signal, unreadable.signal])),
        finding,
    ]);
    if (compose.status === 'rejected')
        throw compose.reason;
    if (images.status === 'rejected')
        throw images.reason;
    if (existing.status === 'rejected')
        throw existing.reason;
    if (context.driver.makesMachines && compose.value && existing.value.length === 0) {
        const { project, stack } = compose.value;
        refuseExternals(readWanted(stack), { stack: stack.name, locate: project.locate });
    }
    return { compose: compose.value, existing: existing.value, images: images.value };
}
async function checkImages({ inputs, runner, workspace, reporter, signal, }) {
    const sources = await findImages(runner, workspace, inputs.images, signal);
    for (const { where, images } of sources.filter((one) => one.where !== runner.where)) {
        reporter.log.info(`${where}: ${[...images.keys()].join(', ')}`);
    }
    return sources;
}
async function checkCompose(context, finding) {
    const { inputs } = context;
    if (!inputs.composeFiles)
        return undefined;
    const compose = await renderFiles(context, inputs.composeFiles);
    checkVerify(inputs, compose.stack);
    const images = await finding;
    return { ...compose, images, logins: await checkRegistries(context, compose.stack, images) };
}
async function checkDriver({ inputs, driver, owner }, signal) {
    // It may make something ready: an image, a download.
    const { cluster } = owner;
    if (!inputs.dryRun)
        await driver.check(signal, { cluster, machines: inputs.nodes });
    const existing = await driver.list(cluster, signal);
    if (driver.makesMachines)
        refuseForeign(existing, owner);
    return existing;
}
async function renderFiles(context, files) {
    const { inputs, owner, workspace, reporter, mask } = context;
    const { env, profiles, compatibility, policy, stackName: projectName } = inputs;
    const source = {
        ...{ workspace, files, profiles, env, projectName },
        isolated: policy !== undefined,
    };
    if (policy)
        await refuseFilesOutside(workspace, files);
    const project = await loadNamed(context, source);
    if (policy)
        enforcePolicy(project, policy);
    const options = {
        stackName: projectName ?? project.model.name,
        compatibility,
        mtu: inputs.mtu,
        owner: ownerLabels(owner),
        // What is free is known to the swarm alone.
        portOffset: inputs.portOffset === 'auto' ? 0 : inputs.portOffset,
    };
    const stack = await renderStack(project, options);
    for (const value of stack.secretValues)
        mask(value);
    for (const { message, location } of stack.findings)
        reporter.log.warning(message, location);
    reporter.log.info(`Stack ${stack.name} of ${project.files.join(', ')}: ${stack.services.map(({ name }) => name).join(', ')}`);
    return {
        project,
        stack,
        render: (changes) => renderStack(project, { ...options, ...changes }),
    };
}
/** Where pull requests share hosts, a name that nobody chose carries the number, so that none replaces the stack of another. */
async function loadNamed({ inputs, runner, signal }, source) {
    const project = await loadCompose(runner, source, signal);
    const { stackName, stackPullRequest } = inputs;
    if (stackName !== undefined || stackPullRequest === undefined)
        return project;
    const projectName = withPullRequest(project.model.name, stackPullRequest);
    if (projectName === project.model.name)
        return project;
    // Anew, since the file may use its name.
    return await loadCompose(runner, { ...source, projectName }, signal);
}
function checkVerify({ verify }, { services, portOffset }) {
    const published = new Set(services
        .flatMap(({ ports }) => ports)
        .flatMap((port) => (port.published ?? portOffset) - portOffset || []));
    const unknown = (verify ?? []).filter(({ port }) => !published.has(port));
    if (unknown.length === 0)
        return;
    throw new lib_errors/* ActionError */.l(`verify: ${unknown.map(({ port, path }) => `${port}${path}`).join(', ')}: no service of the compose file publishes this port.`, {
        details: `Published: ${[...published].join(', ') || 'none'}`,
        hint: 'Name a published port (the left one of `8080:80`), or add it to `ports` of a service.',
    });
}

;// CONCATENATED MODULE: ./lib/stack/settings.js



/** What Docker itself writes on the services of a stack. */
const OWN_LABELS = [STACK_LABEL, 'com.docker.stack.image'];
function wantedSettings(service, wanted, stack) {
    const mode = service.deploy?.mode ?? 'replicated';
    const nameOf = (kind, key) => nameInSwarm(stack, key, wanted[kind][key] ?? { labels: {} });
    const references = (kind) => (service[kind] ?? []).map(({ source, target }) => settings_plain(`${nameOf(kind, source)} -> ${fileName(target ?? source)}`));
    const networks = Object.keys(service.networks);
    return new Map([
        ['image', [settings_plain(service.image)]],
        ['mode', [settings_plain(mode)]],
        ['replicas', mode.startsWith('global') ? [] : [settings_plain(String(service.deploy?.replicas ?? 1))]],
        ['entrypoint', settings_hidden(service.entrypoint)],
        ['command', settings_hidden(service.command)],
        ['environment', pairs(service.environment)],
        [
            'ports',
            (service.ports ?? []).map(({ published, target, protocol, mode: publishing }) => settings_plain(portText(published, target, protocol, publishing))),
        ],
        [
            'mounts',
            (service.volumes ?? []).map(({ type, source = '', target, read_only }) => {
                const name = type === 'volume' && source !== '' ? nameOf('volumes', source) : source;
                return settings_plain(mountText(type, name, target, read_only ?? false));
            }),
        ],
        ['secrets', references('secrets')],
        ['configs', references('configs')],
        [
            'networks',
            (networks.length > 0 ? networks : ['default']).map((key) => settings_plain(nameOf('networks', key))),
        ],
        ['labels', pairs(service.deploy?.labels ?? {})],
        ['container labels', pairs(service.labels)],
    ]);
}
function presentSettings(spec, networks) {
    const container = spec.TaskTemplate.ContainerSpec;
    const mode = modeOf(spec);
    const replicas = spec.Mode.Replicated?.Replicas ?? spec.Mode.ReplicatedJob?.TotalCompletions;
    return new Map([
        ['image', [settings_plain(spec.Labels['com.docker.stack.image'] ?? container?.Image ?? '')]],
        ['mode', [settings_plain(mode)]],
        ['replicas', mode.startsWith('global') ? [] : [settings_plain(String(replicas ?? 1))]],
        ['entrypoint', settings_hidden(container?.Command)],
        ['command', settings_hidden(container?.Args)],
        ['environment', (container?.Env ?? []).map(variable)],
        [
            'ports',
            (spec.EndpointSpec?.Ports ?? []).map((port) => settings_plain(portText(port.PublishedPort, port.TargetPort, port.Protocol, port.PublishMode))),
        ],
        [
            'mounts',
            (container?.Mounts ?? []).map(({ Type, Source, Target, ReadOnly }) => settings_plain(mountText(Type, Source, Target, ReadOnly))),
        ],
        [
            'secrets',
            (container?.Secrets ?? []).map(({ SecretName = '', File }) => settings_plain(`${SecretName} -> ${fileName(File?.Name ?? '')}`)),
        ],
        [
            'configs',
            (container?.Configs ?? []).map(({ ConfigName = '', File }) => settings_plain(`${ConfigName} -> ${fileName(File?.Name ?? '')}`)),
        ],
        [
            'networks',
            (spec.TaskTemplate.Networks ?? []).map(({ Target }) => settings_plain(networks.find(({ Id }) => Id === Target)?.Name ?? Target)),
        ],
        ['labels', pairs(withoutOwn(spec.Labels))],
        ['container labels', pairs(withoutOwn(container?.Labels ?? {}))],
    ]);
}
function settings_plain(text) {
    return { shown: text, key: text };
}
/** A setting that may hold a password: that it differs is all that is said. */
function settings_hidden(words) {
    if (!words || words.length === 0)
        return [];
    return [{ shown: '', key: JSON.stringify(words) }];
}
function pairs(map) {
    return Object.entries(map).map(([name, value]) => variable(value === null ? name : `${name}=${String(value)}`));
}
/** `NAME=value`: the name is shown, the value goes into the key as a hash. */
function variable(text) {
    const [name = ''] = text.split('=', 1);
    return { shown: name, key: (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex') };
}
function withoutOwn(labels) {
    return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWN_LABELS.includes(name)));
}
/** Docker writes a target without a path in several ways. */
function fileName(target) {
    return target.replace(/^\/(run\/secrets\/)?(?=[^/]+$)/, '');
}
function portText(published, target, protocol, mode) {
    return `${published || 'chosen'}->${target}/${protocol}${mode === 'host' ? ' (host)' : ''}`;
}
function mountText(type, source, target, readOnly) {
    return `${type} ${source === '' ? '' : `${source} -> `}${target}${readOnly ? ' (read-only)' : ''}`;
}

;// CONCATENATED MODULE: ./lib/stack/plan.js




/** What deploying the stack changes on the swarm. Services are in the order of the stack file, those that are not in it come last. */
function planOf(wanted, present, options) {
    const { stack, prune, waves = [] } = options;
    const own = present.services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
    const services = Object.entries(wanted.services).map(([name, service]) => {
        const found = own.find(({ Spec }) => Spec.Name === `${stack}_${name}`);
        const settings = wantedSettings(service, wanted, stack);
        if (!found)
            return { name, action: 'created', changes: changesBetween(new Map(), settings) };
        const before = presentSettings(found.Spec, present.networks);
        const changes = changesBetween(before, settings);
        const action = changes.some(({ setting }) => setting === 'mode') ? 'recreated' : 'updated';
        return { name, action: changes.length === 0 ? 'unchanged' : action, changes };
    });
    const others = servicesNotIn(present, stack, Object.keys(wanted.services)).map(({ Spec }) => ({
        name: Spec.Name.slice(stack.length + 1),
        action: prune ? 'removed' : 'kept',
        changes: [],
    }));
    return {
        services: [...services, ...others],
        created: createdObjects(wanted, present, stack),
        ...(waves.length > 1 && { waves: waves.map((wave) => wave.services) }),
    };
}
function createdObjects(wanted, present, stack) {
    const there = {
        networks: present.networks.map(({ Name }) => Name),
        configs: present.configs.map(({ Spec }) => Spec.Name),
        secrets: present.secrets.map(({ Spec }) => Spec.Name),
    };
    return ['networks', 'configs', 'secrets'].flatMap((kind) => Object.entries(wanted[kind])
        .filter(([, object]) => !object.external)
        .map(([key, object]) => nameInSwarm(stack, key, object))
        .filter((name) => !there[kind].includes(name))
        .map((name) => `${kind.slice(0, -1)} ${name}`));
}
function changesBetween(before, after) {
    return [...after].flatMap(([setting, wanted]) => {
        const had = setting === 'image' ? undigested(before.get(setting), wanted) : before.get(setting);
        return itemChanges(setting, had ?? [], wanted);
    });
}
/** An image that is written without a digest is the same one, whatever digest it had: which it gets, its registry says. */
function undigested(had, [wanted]) {
    if (wanted?.key.includes('@'))
        return had;
    return had?.map(({ key }) => {
        const [image = ''] = key.split('@', 1);
        return { shown: image, key: image };
    });
}
function itemChanges(setting, had, wanted) {
    const isIn = (items, { key }) => items.some((one) => one.key === key);
    const gone = had.filter((item) => !isIn(wanted, item));
    const come = wanted.filter((item) => !isIn(had, item));
    const same = (items, { shown }) => items.some((one) => one.shown === shown);
    return [
        ...gone
            .filter((item) => !same(come, item))
            .map(({ shown }) => ({ setting, kind: 'removed', item: shown })),
        ...come.map((item) => ({
            setting,
            kind: same(gone, item) ? 'changed' : 'added',
            item: item.shown,
        })),
    ];
}
/**
 * The plan as it came out: a service that it called unchanged, and whose spec is another one all the same, was updated in a setting that
 * is not compared, or got another digest of its image.
 */
function planAsDone(plan, stack, before, after) {
    const specIn = (services, name) => services.find(({ Spec }) => Spec.Name === `${stack}_${name}`)?.Spec;
    return {
        ...plan,
        services: plan.services.map((service) => {
            if (service.action !== 'unchanged')
                return service;
            const [had, has] = [specIn(before, service.name), specIn(after, service.name)];
            if (!had || !has || (0,external_node_util_.isDeepStrictEqual)(had, has))
                return service;
            const images = [had, has].map((spec) => spec.TaskTemplate.ContainerSpec?.Image ?? '');
            const [from = '', to = ''] = images;
            const changes = from === to
                ? [{ setting: 'other settings', kind: 'changed', item: '' }]
                : [
                    { setting: 'image', kind: 'removed', item: from },
                    { setting: 'image', kind: 'added', item: to },
                ];
            return { ...service, action: 'updated', changes };
        }),
    };
}
/** The plan as it came out where the deployment ended before the waves of these services. What was to go goes with the last one. */
function planCutShort(plan, later) {
    return {
        ...plan,
        services: plan.services.map((service) => {
            if (later.includes(service.name))
                return { ...service, action: 'withheld', changes: [] };
            return service.action === 'removed' ? { ...service, action: 'kept' } : service;
        }),
    };
}

;// CONCATENATED MODULE: ./lib/stack/record.js




const record_STACK_LABEL = 'swarm-up.stack';
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
    if (record_isSame(Spec.Labels ?? {}, labels))
        return expires;
    await api.post(`/configs/${ID}/update`, { version: String(Version.Index) }, { ...Spec, Labels: labels }, { signal });
    return expires;
}
/** Throws `ActionError` where the stack is another repository's. */
function refuseForeignStack({ stack, owner }, own) {
    if (owner.repository === own.repository)
        return;
    throw new lib_errors/* ActionError */.l(`Stack ${stack} belongs to another repository (id ${owner.repository || 'unknown'}).`, { hint: 'Nothing of it was changed. Give this step another `stack-name`.' });
}
async function findRecord(api, stack, signal) {
    return (await storedRecords(api, signal)).find((one) => one.stack === stack);
}
async function storedRecords(api, signal) {
    const filters = JSON.stringify({ label: [record_STACK_LABEL] });
    const found = await api.get('/configs', { filters }, configs, { signal });
    return found.flatMap((config) => {
        const labels = config.Spec.Labels ?? {};
        const stack = labels[record_STACK_LABEL];
        const owner = ownerOf(labels);
        return stack !== undefined && owner
            ? [{ stack, owner, created: config.CreatedAt, ports: record_portsOf(labels), config }]
            : [];
    });
}
function labelsOf(stack, owner, ports) {
    return {
        [NAMESPACE_LABEL]: stack,
        [record_STACK_LABEL]: stack,
        ...ownerLabels(owner),
        ...(ports && {
            [OFFSET_LABEL]: String(ports.offset),
            [PORTS_LABEL]: ports.published.join(','),
        }),
    };
}
function record_portsOf(labels) {
    const offset = Number(labels[OFFSET_LABEL] ?? Number.NaN);
    if (!Number.isInteger(offset))
        return undefined;
    return { offset, published: (labels[PORTS_LABEL] ?? '').split(',').filter(Boolean) };
}
function recordName(stack) {
    const name = `${stack}_swarm-up`;
    if (name.length <= NAME_LENGTH)
        return name;
    const hash = (0,external_node_crypto_.createHash)('sha256').update(stack).digest('hex').slice(0, 7);
    return `${stack.slice(0, NAME_LENGTH - 17)}-${hash}_swarm-up`;
}
function record_isSame(a, b) {
    const keys = Object.keys({ ...a, ...b });
    return keys.every((key) => a[key] === b[key]);
}

;// CONCATENATED MODULE: ./lib/up/claim.js



/**
 * Writes into a swarm that outlives this run who the stack belongs to; machines that were made for the cluster say it themselves.
 * Throws `ActionError` where it is another repository's.
 */
async function claim({ driver, owner, reporter, signal, learned }, { api }, { name }, ports) {
    if (driver.makesMachines)
        return;
    const stackOwner = ownerOfStack(name, owner);
    if (owner.pullRequest !== stackOwner.pullRequest) {
        reporter.log.warning(`Stack ${name} is deployed for pull request ${owner.pullRequest}, and its name is the same for every other. Give each its own: \`stack-name: ${name}-pr-${owner.pullRequest}\`. Else each replaces the one before, and \`sweep\` removes it for none of them.`);
    }
    const expires = await inStage(reporter, `Claiming stack ${name}`, () => claimStack(api, name, stackOwner, signal, ports));
    learned({ expires });
}
/** A stack that all pull requests deploy to goes with none of them, though each has a cluster name of its own. */
function ownerOfStack(stack, owner) {
    const { pullRequest, ...rest } = owner;
    return pullRequest !== undefined && goesWith(stack, pullRequest) ? owner : rest;
}

;// CONCATENATED MODULE: ./lib/swarm/commands.js

/** Where a node listens for the others: at all its addresses. dockerd's own default is IPv4 only. */
function listenAddress(address) {
    return (0,external_node_net_.isIPv6)(address) ? '[::]:2377' : '0.0.0.0:2377';
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
function commands_removeContainers(ids) {
    return ['docker', 'rm', '--force', '--volumes', ...ids];
}
function promote(nodes) {
    return ['docker', 'node', 'promote', ...nodes];
}
function demote(nodes) {
    return ['docker', 'node', 'demote', ...nodes];
}
function drain(node) {
    return ['docker', 'node', 'update', '--availability', 'drain', node];
}
/** `--force` because a node that left on its own, or died, may not be seen as down yet. */
function removeNode(node) {
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
/** Prints the names of what is attached to the bridge, one per line; fails where there is no bridge. */
function listGatewayEnds() {
    const names = '{{range .Containers}}{{println .Name}}{{end}}';
    return ['docker', 'network', 'inspect', '--format', names, GATEWAY_NETWORK];
}
function removeGateway() {
    return ['docker', 'network', 'rm', GATEWAY_NETWORK];
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

;// CONCATENATED MODULE: ./lib/swarm/objects.js

// What is read of the Engine API's objects, in its own names (https://docs.docker.com/reference/api/engine/). Fields that are not
// named here are dropped. States stay plain strings: an engine may know one more than this list, and only a few decide anything.
const objects_time = schemas/* string */.YjP();
const mode = schemas/* object */.Ikc({
    Replicated: schemas/* object */.Ikc({ Replicas: schemas/* number */.aig().default(1) }).nullish(),
    Global: schemas/* object */.Ikc({}).nullish(),
    ReplicatedJob: schemas/* object */.Ikc({ MaxConcurrent: schemas/* number */.aig().default(1), TotalCompletions: schemas/* number */.aig().default(1) })
        .nullish(),
    GlobalJob: schemas/* object */.Ikc({}).nullish(),
});
const objects_healthcheck = schemas/* object */.Ikc({
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
        Healthcheck: objects_healthcheck.nullish(),
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
const objects_index = schemas/* object */.Ikc({ Index: schemas/* number */.aig().default(0) });
const objects_service = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    CreatedAt: objects_time,
    UpdatedAt: objects_time,
    Spec: serviceSpec,
    /** Absent for a service that was never updated, and after a rollback. */
    PreviousSpec: serviceSpec.nullish(),
    /** Absent during the whole first deployment, and after an update that had nothing to replace. */
    UpdateStatus: schemas/* object */.Ikc({
        /** `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`, `rollback_completed`. */
        State: schemas/* string */.YjP().default(''),
        StartedAt: objects_time.optional(),
        CompletedAt: objects_time.optional(),
        Message: schemas/* string */.YjP().default(''),
    })
        .nullish(),
    JobStatus: schemas/* object */.Ikc({ JobIteration: objects_index.nullish(), LastExecution: objects_time.optional() }).nullish(),
});
const task = schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    CreatedAt: objects_time,
    ServiceID: schemas/* string */.YjP().default(''),
    /** Counted from 1 for a replicated service, from 0 for a job; always 0 for a global service. */
    Slot: schemas/* number */.aig().default(0),
    /** Absent until a node is chosen. */
    NodeID: schemas/* string */.YjP().optional(),
    DesiredState: schemas/* string */.YjP(),
    Status: schemas/* object */.Ikc({
        Timestamp: objects_time.optional(),
        State: schemas/* string */.YjP(),
        Message: schemas/* string */.YjP().default(''),
        Err: schemas/* string */.YjP().default(''),
        ContainerStatus: schemas/* object */.Ikc({ ExitCode: schemas/* number */.aig().default(0) }).nullish(),
    }),
    Spec: taskTemplate,
    JobIteration: objects_index.nullish(),
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
function listNodes(api, signal) {
    return api.get('/nodes', {}, nodes, { signal });
}
function isManager(node) {
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
        await systemClock.sleep(nodes_POLL_MS, signal);
    }
}
/**
 * Whether a node can be given work, and takes part in the consensus exactly where it is a manager: one that was demoted a moment ago may
 * still do so, and would then be refused when it is promoted again.
 */
function isReady(node) {
    const settled = isManager(node)
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
        const known = await listNodes(api, signal);
        const waiting = [...wanted].filter(([id, role]) => {
            const node = known.find((one) => one.ID === id);
            return !(node && node.Spec.Role === role && isReady(node));
        });
        if (waiting.length === 0)
            return known;
        if (performance.now() > until) {
            throw new lib_errors/* ActionError */.l(`${waiting.length} of ${wanted.size} nodes did not become ready within ${timeoutMs / 1_000} s.`, {
                details: waiting
                    .map(([id]) => nodes_describe(known.find((one) => one.ID === id), id))
                    .join('\n'),
                hint: 'The machine may be overloaded. Where nodes are on different machines, they must reach each other at 2377/tcp, 7946/tcp, 7946/udp and 4789/udp.',
                status: 'timeout',
            });
        }
        await systemClock.sleep(nodes_POLL_MS, signal);
    }
}
function nodes_describe(node, id) {
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

;// CONCATENATED MODULE: ./lib/up/ground.js








/** Of a swarm that is not there yet. */
const ground_NOTHING = { services: [], configs: [], secrets: [], networks: [] };
/**
 * Reads what is on the swarm, nothing where there is no `api`, and checks that the stack fits on it. Changes nothing; throws `ComposeError`
 * where it does not.
 */
async function survey({ inputs, driver, runner, reporter, signal }, api, machines, { project, stack, images }) {
    const wanted = readWanted(stack);
    const present = api ? await readPresent(api, signal) : ground_NOTHING;
    const members = api && (await listNodes(api, signal));
    const loaded = imagesByReference(images);
    const nodes = machines.map(({ ssh }) => ssh);
    const platforms = members ? platformsOf(members) : machines.map(platformOfMachine);
    const services = Object.entries(project.model.services).map(([service, { image, platform }]) => ({
        service,
        platform: platform ?? undefined,
        image: image ?? '',
        loaded: loaded.get(normaliseReference(image ?? '')),
    }));
    // Containers share the kernel of the runner, and do not see what is set up in it.
    const kernels = driver.makesMachines ? [...nodes, runner] : nodes;
    const emulated = await emulatedFor(services, platforms, kernels, signal);
    const requirements = await checkRequirements(wanted, present, nodes, {
        platforms: { services, nodes: platforms, emulated },
        allNodes: members !== undefined && members.length <= machines.length,
        stack: stack.name,
        locate: project.locate,
        prune: inputs.prune,
        recreate: inputs.recreate,
        signal,
    });
    for (const { message, location } of requirements.warnings) {
        reporter.log.warning(message, location);
    }
    return { ...requirements, wanted, present };
}
/** Of every node, also those that are not connected: work may go there. One that has not said what it is might be anything. */
function platformsOf(nodes) {
    const known = nodes.flatMap(({ Description: { Hostname: name, Platform } }) => Platform?.OS && Platform.Architecture
        ? [{ name, os: Platform.OS, architecture: Platform.Architecture }]
        : []);
    return known.length === nodes.length ? known : [];
}
function platformOfMachine({ name, engine }) {
    return { name, os: engine.OSType, architecture: engine.Architecture };
}
/** Shows what the deployment changes, in the log and later in the summary. */
function tellPlan({ reporter, learned }, plan) {
    for (const line of planText(plan))
        reporter.log.info(line);
    learned({ plan });
}

;// CONCATENATED MODULE: ./lib/stack/port-offset.js


// Stacks on one swarm cannot publish the same port. Each gets the ports of its compose file plus an offset of its own, which stands in its
// record: there it is found again by the next run, and by the runs of other stacks before there is a service that has the ports.
/** Above the ports that production has on the same swarm, and below those that a host takes for connections that it opens itself. */
const FIRST = 10_000;
const STEP = 100;
const LAST_PORT = 65_535;
/** Asks a manager which ports are published by others than this stack, or were chosen for them. */
async function readOccupied(api, stack, signal) {
    const records = await readStackRecords(api, signal);
    const published = (await readServices(api, signal))
        .filter(({ Spec }) => Spec.Labels[STACK_LABEL] !== stack)
        .flatMap(publishedPorts)
        .map(({ Protocol, PublishedPort }) => `${PublishedPort}/${Protocol}`);
    const chosen = records
        .filter((record) => record.stack !== stack)
        .flatMap((record) => record.ports?.published ?? []);
    return {
        taken: new Set([...published, ...chosen]),
        own: records.find((record) => record.stack === stack)?.ports?.offset,
    };
}
/**
 * The offset at which nobody else has a port of the stack, which is rendered without one: its own of the last time, else the lowest
 * that is free. Undefined where there is none.
 */
function chooseOffset({ services: rendered }, { taken, own }) {
    const written = rendered
        .flatMap((service) => service.ports)
        .flatMap(({ published, protocol }) => published === undefined ? [] : [{ published, protocol }]);
    const highest = Math.max(0, ...written.map(({ published }) => published));
    const steps = Math.max(0, Math.floor((LAST_PORT - highest - FIRST) / STEP) + 1);
    const offsets = Array.from({ length: steps }, (_, at) => FIRST + at * STEP);
    for (const offset of [...(own === undefined ? [] : [own]), ...offsets]) {
        const shifted = written.map(({ published, protocol }) => `${published + offset}/${protocol}`);
        if (highest + offset <= LAST_PORT && shifted.every((port) => !taken.has(port))) {
            return { offset, published: shifted };
        }
    }
    return undefined;
}

;// CONCATENATED MODULE: ./lib/up/ports.js


/**
 * With `port-offset: auto`, finds ports for the stack that no other stack of the swarm has. A swarm that was made for the cluster has no
 * other, nor has one that is not there yet, where there is no `api`. Changes nothing; throws `ActionError` where none are free.
 */
async function placePorts(context, api, compose) {
    const { inputs, driver, reporter, signal, learned } = context;
    const { stack } = compose;
    const isPublic = stack.services.some(({ ports }) => ports.some(({ published }) => published !== undefined));
    if (inputs.portOffset !== 'auto' || driver.makesMachines || !isPublic) {
        return { compose, ports: undefined };
    }
    const occupied = api
        ? await readOccupied(api, stack.name, signal)
        : { taken: new Set(), own: undefined };
    const ports = chooseOffset(stack, occupied);
    if (!ports)
        throw noneFree(stack.name);
    if (occupied.own !== undefined && occupied.own !== ports.offset) {
        reporter.log.warning(`Another stack has ports that stack ${stack.name} would have at its offset ${occupied.own}, so its addresses change.`);
    }
    reporter.log.info(`Published ports: ${ports.published.join(', ')}, ${ports.offset} above those of the compose file`);
    const placed = await compose.render({ portOffset: ports.offset });
    learned({ stack: placed });
    return { compose: { ...compose, stack: placed }, ports };
}
/** Whether a deployment was refused because a stack that was deployed at the same moment has taken one of the ports. */
function isPortTaken(error) {
    return error instanceof lib_errors/* ActionError */.l && /port '\d+' is already in use/.test(error.details ?? '');
}
function noneFree(stack) {
    return new lib_errors/* ActionError */.l(`No ports are free on the swarm for stack ${stack}.`, {
        hint: 'Nothing of the stack was changed. Remove previews that nobody needs (`command: sweep`), or give `port-offset` as a number.',
    });
}

;// CONCATENATED MODULE: ./lib/stack/diagnose/delay.js
/** What a task that has not failed waits for, by its state; the state nearest to running first. */
const WAITING = {
    starting: {
        cause: 'Its container has started, but its healthcheck has not succeeded yet.',
        hint: 'Look at `healthcheck`: a shorter `interval`, or `start_interval`, finds it healthy sooner.',
    },
    ready: {
        cause: 'A task is prepared and waits for its start: for an earlier task to stop, or for the restart delay.',
        hint: 'Look at `stop_grace_period` and `restart_policy.delay`. A program that ignores SIGTERM takes the whole grace period to stop.',
    },
    preparing: {
        cause: 'A node still fetches the image or prepares networks and volumes.',
        hint: 'A large image over a slow line takes its time. With the input `images` it is loaded at the speed of the disk.',
    },
    assigned: {
        cause: 'A node was chosen, but its engine has not taken the task.',
        hint: 'Check that dockerd on that node is well (`docker node ls`, the log of dockerd).',
    },
    accepted: {
        cause: 'A node has taken the task, but not begun with it.',
        hint: 'Check that dockerd on that node is well (the log of dockerd).',
    },
    pending: {
        cause: 'A task waits for the scheduler to choose a node.',
        hint: 'See `docker service ps` for what it waits for, and `docker node ls` for the nodes.',
    },
    new: {
        cause: 'A task waits for an address in its network.',
        hint: 'The network may have run out of addresses; remove what is not used, or give it a larger subnet.',
    },
};
/** Why a service that has not failed is not there yet. */
function causeOfDelay({ tasks, running, desired, summary }) {
    const raise = 'Raise `wait-timeout` where it only needs longer.';
    if (running > 0 && summary.includes('completed')) {
        return {
            cause: 'It is still at work: a job has converged when its tasks have ended.',
            hint: raise,
        };
    }
    const states = new Set(tasks.map(({ state }) => state));
    for (const [state, { cause, hint }] of Object.entries(WAITING)) {
        if (states.has(state))
            return { cause, hint: `${hint} ${raise}` };
    }
    if (desired > 0 && running === desired) {
        return summary.includes('updating')
            ? {
                cause: 'All its tasks run, but the engine is still watching the update.',
                hint: `Look at \`update_config\` (\`delay\`, \`monitor\`, \`parallelism\`). ${raise}`,
            }
            : {
                cause: 'All its tasks run, but not for long enough yet.',
                hint: `${raise} A lower \`stable-for\` has it hold for less.`,
            };
    }
    return { cause: 'It was not complete when the time was up.', hint: raise };
}

;// CONCATENATED MODULE: ./lib/stack/diagnose/errors.js
const IMAGES_HINT = "An image that is on the runner gets into the nodes with the input `images`. The nodes do not have the runner's login: for a private image, run docker login and docker pull in an earlier step, then name it in `images`.";
/** Errors as Docker Engine words them, the more telling ones first. An unhealthy container also ends with 137, which says nothing then. */
const KNOWN = [
    {
        pattern: /unhealthy container/i,
        explain: (_, task, where) => ({
            cause: `The container${where} ran, but its healthcheck failed until the engine stopped it.`,
            hint: `Run the healthcheck's command by hand in a container of ${task.image}. If the program only needs longer to start, raise \`start_period\` or \`retries\` of its healthcheck.`,
        }),
    },
    {
        pattern: /no matching manifest|image operating system|cannot be used on this platform/i,
        explain: (_, { image }, where) => ({
            cause: `There is no ${image} for the platform of the node${where}.`,
            hint: 'Build the image for every platform of the swarm, or keep the service on nodes that it was built for (`placement.constraints: [node.platform.arch == …]`).',
        }),
    },
    {
        pattern: /unauthorized|pull access denied|authentication required/i,
        explain: (_, { image }, where) => ({
            cause: `The registry refused ${image}${where}: it does not exist, or the login is missing.`,
            hint: `Check the name. ${IMAGES_HINT}`,
        }),
    },
    {
        pattern: /manifest unknown|manifest for .+ not found|repository .+ not found/i,
        explain: (_, { image }) => ({
            cause: `The registry knows no ${image}.`,
            hint: 'Check the tag, and that the image was pushed before this step.',
        }),
    },
    {
        pattern: /no such image/i,
        explain: (_, { image }, where) => ({
            cause: `The image ${image} is not there${where}, and could not be pulled.`,
            hint: `Check its name and tag, and that the nodes reach the registry. ${IMAGES_HINT}`,
        }),
    },
    {
        pattern: /unable to get (secret|config) from|(secret|config) .+ not found/i,
        explain: (found) => {
            const kind = (found[1] ?? found[2] ?? 'secret').toLowerCase();
            return {
                cause: `A ${kind} that the service uses is not in the swarm any more.`,
                hint: `Deploy again: the ${kind}s of the compose file are created anew. An \`external\` one must be created by hand first (\`docker ${kind} create\`).`,
            };
        },
    },
    {
        pattern: /bind source path does not exist: (.+)$/im,
        explain: ([, path], _, where) => ({
            cause: `The service mounts ${path}, which does not exist${where}.`,
            hint: 'A bind mount needs the path on every node that may run the task. Create it there, use a named volume, or hand files over as `configs`.',
        }),
    },
    {
        pattern: /invalid mount config|error while mounting volume|failed to mount local volume/i,
        explain: (_found, _task, where) => ({
            cause: `A volume of the service cannot be mounted${where}.`,
            hint: 'Check `volumes` of the service and the options of the volume on that node (`docker volume inspect`).',
        }),
    },
    {
        pattern: /(?:bind for \S*?:(\d+) failed: )?port is already allocated|address already in use/i,
        explain: ([, port], _, where) => ({
            cause: `${port ? `Port ${port}` : 'A port of the service'} is taken${where} by something outside of the swarm.`,
            hint: 'Stop what listens there (`ss -ltnp` on the node), or publish another port.',
        }),
    },
    {
        pattern: /unable to set memory limit|memory limit .+ (?:too low|less than)/i,
        explain: () => ({
            cause: 'The memory limit of the service is too small for a container even to start.',
            hint: 'Raise `deploy.resources.limits.memory`.',
        }),
    },
    {
        pattern: /exec format error/i,
        explain: (_, { image }, where) => ({
            cause: `The program of ${image} is not built for the processor of the node${where}.`,
            hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`). A script without `#!` line gives the same error.',
        }),
    },
    {
        pattern: /(?:exec: "?([^":]+)"?.*)?(?:executable file not found|no such file or directory)/i,
        explain: ([, program], { image }) => ({
            cause: `The command of the service${program ? `, ${program},` : ''} is not in ${image}.`,
            hint: 'Check `command` and `entrypoint` for typing errors; a script may also name an interpreter that is missing, or have Windows line ends.',
        }),
    },
    {
        pattern: /exec: "?([^":]+)"?.*permission denied/i,
        explain: ([, program], { image }) => ({
            cause: `${program} in ${image} may not be executed.`,
            hint: 'Make it executable when the image is built (`chmod +x`), or name the right program in `command` or `entrypoint`.',
        }),
    },
    {
        pattern: /unable to find (user|group) ([^\s:]+)/i,
        explain: ([, kind, name], { image }) => ({
            cause: `${image} has no ${kind} named ${name}.`,
            hint: 'Use a number in `user`, or add the name to the image.',
        }),
    },
    {
        pattern: /network .+ not found|could not find network/i,
        explain: (_found, _task, where) => ({
            cause: `A network of the service is not there${where}.`,
            hint: 'It may have been removed by an earlier `docker stack rm` that was still going on. Deploy again.',
        }),
    },
];
/** What the engine's own words about a task say. */
function causeByError(task, { tasks }) {
    const error = task.error ?? '';
    for (const { pattern, explain } of KNOWN) {
        const found = pattern.exec(error);
        if (found)
            return explain(found, task, placesOf(task, tasks, pattern));
    }
    return undefined;
}
/** ` on node-1 and node-2`: every node that said the same. */
function placesOf(task, tasks, pattern) {
    const names = [task, ...tasks]
        .filter(({ error = '' }) => pattern.test(error))
        .flatMap(({ node }) => node ?? []);
    const unique = [...new Set(names)].sort();
    return unique.length === 0 ? '' : ` on ${new Intl.ListFormat('en').format(unique)}`;
}

;// CONCATENATED MODULE: ./lib/stack/diagnose/exit.js
const LOGS_HINT = 'Read the last log lines of the task.';
/**
 * What an exit code means: 126 and 127 are the shell's, 128 and more stand for a signal
 * (https://docs.docker.com/engine/containers/run/#exit-status).
 */
const CODES = {
    126: {
        cause: 'its command was found, but may not be executed',
        hint: 'Make the file executable (`chmod +x`), and see that `command` names a program and no folder.',
    },
    127: {
        cause: 'a command was not found',
        hint: 'Check `command`, `entrypoint` and the scripts they call: the program may be missing in the image.',
    },
    134: { cause: 'it aborted itself (SIGABRT)', hint: LOGS_HINT },
    137: {
        cause: 'it was killed (SIGKILL), most often because it needed more memory than it may have',
        hint: 'Raise `deploy.resources.limits.memory`, give the nodes more memory, or let the program use less; `dmesg` on the node names what was killed.',
    },
    139: {
        cause: 'it crashed with a memory fault (SIGSEGV)',
        hint: 'Check that the image is built for the platform of the nodes and fits their kernel.',
    },
    143: {
        cause: 'it was told to stop (SIGTERM), not by the swarm',
        hint: 'Find out what stops it: a supervisor inside of the container, or a person on the node.',
    },
};
const SHORT_OF_TIME = 'If it waits for another service, have it try again instead of ending.';
/** What the exit code of a task says. `logs` decide where the code alone does not. */
function causeByExit(task, verdict, logs) {
    const where = task.node === undefined ? '' : ` on ${task.node}`;
    if (task.exitCode === undefined) {
        return {
            cause: `A task of the service could not be started${where}.`,
            hint: "See the engine's own words, and the log of dockerd on that node.",
        };
    }
    if (task.exitCode === 0)
        return endedWithoutError(where);
    if (logs && /exec format error/i.test(logs)) {
        return {
            cause: `The program of ${task.image} is not built for the processor of the node${where}.`,
            hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`).',
        };
    }
    const known = CODES[task.exitCode];
    const kind = verdict.class === 'job-failed' ? 'The job' : 'The container';
    const again = verdict.class === 'crash-loop' ? ' and does so again whenever it is started' : '';
    const meaning = known ? `: ${known.cause}` : '';
    const hint = known?.hint ?? `${LOGS_HINT}${again && ` ${SHORT_OF_TIME}`}`;
    return {
        cause: `${kind} ended with exit code ${task.exitCode}${where}${again}${meaning}.`,
        hint,
    };
}
function endedWithoutError(where) {
    return {
        cause: `The container ends by itself with exit code 0${where}, but the service is meant to stay.`,
        hint: 'A server must stay in the foreground. If it has a healthcheck, that may have failed: the engine stops an unhealthy container, and a tidy end leaves exit code 0. For work that ends, set `restart_policy.condition: on-failure`, or `mode: replicated-job`.',
    };
}

;// CONCATENATED MODULE: ./lib/stack/diagnose/placement.js
/** The scheduler's filters, in its own words (swarmkit manager/scheduler/filter.go). */
const FILTERS = [
    [
        /scheduling constraints not satisfied/,
        {
            cause: 'no node satisfies its `placement.constraints`',
            hint: 'Compare `docker node inspect --format "{{.Spec.Labels}}" NODE` with the constraints, and correct either.',
        },
    ],
    [
        /insufficient resources/,
        {
            cause: 'no node has as much memory or as many CPUs free as it reserves',
            hint: 'Lower `deploy.resources.reservations`, or use more or larger nodes.',
        },
    ],
    [
        /port already in use/,
        {
            cause: 'the host port it publishes is in use on every node that could run it',
            hint: 'With `mode: host` each node can run one task with that port: use fewer replicas, more nodes, another port, or `mode: ingress`.',
        },
    ],
    [
        /max replicas per node/,
        {
            cause: 'every node already runs as many of its tasks as `max_replicas_per_node` allows',
            hint: 'Use fewer replicas, more nodes, or raise `placement.max_replicas_per_node`.',
        },
    ],
    [
        /unsupported platform/,
        {
            cause: 'no node has a platform that its image is built for',
            hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`).',
        },
    ],
    [
        /missing plugin/,
        {
            cause: 'no node has the volume, network or log plugin that it needs',
            hint: 'Install the plugin on the nodes (`docker plugin install`).',
        },
    ],
    [
        /not available for new tasks/,
        {
            cause: 'the nodes that could run it take no tasks (paused, drained or down)',
            hint: 'Make them active again: `docker node update --availability active NODE`.',
        },
    ],
];
const NO_NODE = /^no suitable node/;
function causeByPlacement(verdict, onlyKnown = false) {
    const error = verdict.reasons.find((reason) => NO_NODE.test(reason));
    if (error === undefined) {
        return onlyKnown
            ? undefined
            : {
                cause: 'There is no node for this service: none satisfies its `placement.constraints`, or none takes tasks.',
                hint: 'Compare the constraints with `docker node ls` and the labels of the nodes.',
            };
    }
    const found = FILTERS.filter(([pattern]) => pattern.test(error)).map(([, cause]) => cause);
    if (found.length === 0) {
        return {
            cause: 'There is no suitable node for a task of this service.',
            hint: "See the engine's own words, and `docker node ls`.",
        };
    }
    const waiting = verdict.desired - verdict.running;
    return {
        cause: `${waiting} of ${verdict.desired} tasks have no node: ${found.map(({ cause }) => cause).join('; ')}.`,
        hint: found.map(({ hint }) => hint).join(' '),
    };
}

;// CONCATENATED MODULE: ./lib/stack/diagnose.js




/** How many tasks are named as evidence. */
const TASKS = 3;
/**
 * Explains a verdict that is not `converged`. `logs` are the last lines of the task that `taskToRead` names; they are only looked at where
 * the engine itself has nothing to say.
 */
function diagnose(verdict, logs) {
    const tail = logs?.trim();
    return {
        service: verdict.service,
        class: verdict.class ?? 'timeout',
        ...explain(verdict, tail),
        evidence: evidenceOf(verdict),
        ...(tail && { logTail: tail }),
    };
}
/** The task whose logs tell most: the last one that failed after it had started, else the one that is starting. */
function taskToRead({ tasks }) {
    return (tasks.find(({ state }) => state === 'failed') ??
        tasks.find(({ state }) => state === 'complete') ??
        tasks.find(({ state }) => state === 'starting' || state === 'running'));
}
function explain(verdict, logs) {
    const isEarlyEnd = endedEarly(verdict);
    const found = isEarlyEnd ? ENDED_EARLY : causeOfTasks(verdict, logs);
    switch (verdict.class) {
        case 'rolled-back': {
            const failed = verdict.summary.includes('rollback failed');
            const outcome = failed
                ? 'The update failed, and so did the rollback: the service does not run as it should.'
                : 'The update failed and the engine went back to the earlier version.';
            return {
                cause: found ? `${outcome} ${found.cause}` : outcome,
                hint: found?.hint ?? 'Look at the logs of the tasks that failed, then deploy again.',
            };
        }
        case 'paused': {
            const outcome = 'The update failed and the engine stopped it half-way.';
            return {
                cause: found ? `${outcome} ${found.cause}` : outcome,
                hint: isEarlyEnd
                    ? ENDED_EARLY.hint
                    : `${found?.hint ?? 'Look at the logs of the tasks that failed.'} \`update_config.failure_action: rollback\` would bring the earlier version back.`,
            };
        }
        case 'failed':
            return {
                cause: 'The swarm has no such service in this stack.',
                hint: 'Another deployment or `docker stack rm` may have removed it meanwhile; deploy again.',
            };
        default:
            return found ?? causeOfDelay(verdict);
    }
}
/** Whether the engine gave an update up over tasks that ended as they were meant to. */
function endedEarly({ class: found, ends, tasks }) {
    const isGivenUp = found === 'paused' || found === 'rolled-back';
    return (isGivenUp && !!ends && !tasks.some(({ state }) => state === 'failed' || state === 'rejected'));
}
const ENDED_EARLY = {
    cause: 'Its tasks ended with exit code 0, and for Swarm every end is a failure while it watches an update.',
    hint: 'For work that ends, use `mode: replicated-job`, which runs at each deployment, or set `update_config.failure_action: continue`. A server must stay in the foreground.',
};
/** What the tasks' own errors and exit codes say. */
function causeOfTasks(verdict, logs) {
    const failed = verdict.tasks.find(({ state, error }) => state === 'failed' || state === 'rejected' || (state === 'complete' && !error));
    if (verdict.class === 'unschedulable')
        return causeByPlacement(verdict);
    if (!failed)
        return causeByPlacement(verdict, true);
    const cause = causeByError(failed, verdict) ?? causeByExit(failed, verdict, logs);
    if (!failed.earlier)
        return cause;
    return {
        cause: `${cause.cause} That was in an earlier deployment; nothing about the service has changed since, so the engine did not run it again.`,
        hint: `${cause.hint} Deploying again runs it only if its definition changed, or with \`mode: replicated-job\`.`,
    };
}
function evidenceOf({ reasons, tasks, summary }) {
    const told = tasks.filter(({ state, error }) => state !== 'running' || error).slice(0, TASKS);
    return [summary, ...reasons, ...told.map(describeTask)];
}
function describeTask({ id, slot, node, state, exitCode, image }) {
    const place = [
        ...(slot === undefined ? [] : [`slot ${slot}`]),
        node === undefined ? 'no node' : `on ${node}`,
    ];
    const exit = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return `Task ${id} (${place.join(', ')}, ${image}): ${state}${exit}`;
}

;// CONCATENATED MODULE: ./lib/stack/judge/slots.js
function slots_modeOf({ Spec: { Mode } }) {
    if (Mode.ReplicatedJob) {
        return { kind: 'replicated-job', completions: Mode.ReplicatedJob.TotalCompletions };
    }
    if (Mode.GlobalJob)
        return { kind: 'global-job' };
    if (Mode.Global)
        return { kind: 'global' };
    return { kind: 'replicated', replicas: Mode.Replicated?.Replicas ?? 1 };
}
function slots_isJob(mode) {
    return mode.kind === 'replicated-job' || mode.kind === 'global-job';
}
/** Where the orchestrator replaces a task by another: a numbered slot, or a node. */
function slotOf(mode, task) {
    return mode.kind === 'global' || mode.kind === 'global-job'
        ? (task.NodeID ?? task.ID)
        : String(task.Slot);
}
/**
 * Leaves out what does not belong to this round: tasks that are about to be removed (the service was scaled down), and those of a
 * job's earlier runs, which stay listed when the job's spec has not changed.
 */
function tasksOfThisRound(service, tasks) {
    const iteration = service.JobStatus?.JobIteration?.Index ?? 0;
    return tasks.filter((task) => task.ServiceID === service.ID &&
        task.DesiredState !== 'remove' &&
        (!service.JobStatus || (task.JobIteration?.Index ?? 0) === iteration));
}
/** Desired states in the order of a task's life (swarmkit api/types.proto). */
const LIFE = ['ready', 'running', 'complete', 'shutdown'];
/**
 * The task that counts in each slot, in the order of the slots: the one that is wanted most alive, of several the newest. This is the
 * docker client's own rule (docker/cli command/service/progress). Tasks on a node that is down count for nothing.
 */
function currentTasks(mode, tasks, nodes) {
    const down = new Set(nodes.filter((node) => node.Status.State === 'down').map(({ ID }) => ID));
    const current = new Map();
    for (const task of tasks) {
        if (task.NodeID !== undefined && down.has(task.NodeID))
            continue;
        const slot = slotOf(mode, task);
        const other = current.get(slot);
        if (!other || comesBefore(task, other))
            current.set(slot, task);
    }
    return [...current.values()].sort((a, b) => a.Slot - b.Slot || (a.NodeID ?? '').localeCompare(b.NodeID ?? ''));
}
function comesBefore(task, other) {
    const difference = LIFE.indexOf(task.DesiredState) - LIFE.indexOf(other.DesiredState);
    return difference === 0 ? isNewer(task, other) : difference < 0;
}
/** Nanoseconds are below what `Date` keeps; where two tasks share a millisecond either may come first. */
function isNewer(task, other) {
    return Date.parse(task.CreatedAt) > Date.parse(other.CreatedAt);
}
const TERMINAL = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);
function hasEnded(task) {
    return TERMINAL.has(task.Status.State);
}
function isRunning(task) {
    return task.Status.State === 'running' && task.DesiredState !== 'shutdown';
}

;// CONCATENATED MODULE: ./lib/stack/judge/failures.js

/** Errors that no other program on the node can cure: the image is not there, or not to be had. */
const IMAGE_ERROR = /no such image|pull access denied|unauthorized|manifest unknown|manifest for .+ not found|repository .+ not found|no matching manifest|image operating system .+ cannot be used/i;
/** Tasks that have to fail in one slot before it is called a loop. */
const LOOP_LENGTH = 3;
function isImageError(text) {
    return IMAGE_ERROR.test(text);
}
/** `any` where the spec says nothing (swarmkit api/defaults/service.go). A job that completed is never started again. */
function restartCondition(service) {
    return service.Spec.TaskTemplate.RestartPolicy?.Condition || 'any';
}
/**
 * Whether it is well when a task ends with exit code 0. A service with a healthcheck is meant to stay: the engine stops a container that is
 * unhealthy, and one that then ends tidily is `complete` without a word about it (seen with 26.1.5).
 */
function mayEnd(service, mode) {
    if (slots_isJob(mode))
        return true;
    const [kind = 'NONE'] = service.Spec.TaskTemplate.ContainerSpec?.Healthcheck?.Test ?? [];
    return restartCondition(service) !== 'any' && kind === 'NONE';
}
/** Whether the task ended in a way that its service does not want. */
function isFailure(task, service, mode) {
    const { State } = task.Status;
    if (State === 'failed' || State === 'rejected')
        return true;
    return State === 'complete' && !mayEnd(service, mode);
}
/**
 * When this deployment reached the service, by the manager's clock. Every deployment updates every service, changed or not, so what was
 * created before is of an earlier one, also where it is of the same spec. The beginning of an update is the better mark where there is one:
 * the engine writes `UpdatedAt` anew when it ends.
 */
function deployedAt(service) {
    const { UpdateStatus, JobStatus, PreviousSpec, CreatedAt, UpdatedAt } = service;
    const first = UpdateStatus || PreviousSpec ? UpdatedAt : CreatedAt;
    return Date.parse(JobStatus?.LastExecution ?? UpdateStatus?.StartedAt ?? first);
}
/** Whether a task was created before this deployment. */
function isEarlier(task, service) {
    return Date.parse(task.CreatedAt) < deployedAt(service);
}
/** The failures of this deployment, newest first, each task once. `remembered` were seen earlier: an engine keeps five tasks a slot. */
function failuresOf(service, mode, tasks, remembered) {
    const byId = new Map([...remembered, ...tasks].map((task) => [task.ID, task]));
    return [...byId.values()]
        .filter((task) => isFailure(task, service, mode) && !isEarlier(task, service))
        .sort((a, b) => (isNewer(a, b) ? -1 : 1));
}
/** The slots' failures, for the slots that failed at least `times` times. */
function failedAtLeast(times, mode, failures) {
    const bySlot = Map.groupBy(failures, (task) => slotOf(mode, task));
    return [...bySlot.values()].filter((tasks) => tasks.length >= times).flat();
}
/** How often a task may fail in a slot. Whoever asked for more attempts gets them. */
function loopLength(service) {
    const attempts = service.Spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0;
    return attempts > 0 ? Math.max(LOOP_LENGTH, attempts + 1) : LOOP_LENGTH;
}
/**
 * The tasks with which the engine gave up: ended in a way the service does not want, and nothing in their slot lives or is to come. An
 * engine that restarts makes the new task in the same transaction that ends the old one.
 */
function givenUp(service, mode, current, all) {
    const alive = new Set(all.filter((task) => !hasEnded(task)).map((task) => slotOf(mode, task)));
    return current.filter((task) => isFailure(task, service, mode) &&
        task.DesiredState === 'shutdown' &&
        !alive.has(slotOf(mode, task)));
}
/** Whether a program ran and ended by itself: it may have missed another service that is still starting. */
function endedByItself(task) {
    const { State, Err } = task.Status;
    return State === 'complete' || (State === 'failed' && /^task: non-zero exit \(\d+\)$/.test(Err));
}

;// CONCATENATED MODULE: ./lib/stack/judge/pause.js


/** For reading a service between the pause of its update and the one task that the engine makes all the same, in ms (seen with 26.1.5). */
const LAST_TASK_GRACE_MS = 5_000;
/**
 * What is left of a pause where all tasks are well, and those that ended were meant to: for the engine whatever ends in the monitor period
 * has failed, with exit code 0 too. It is no trouble where all of the work was done. It is where slots were left out, and where `history`,
 * every task of the service, is not known, or says that what ended has replaced what ran on.
 */
function afterPause(paused, service, mode, current, isComplete, history) {
    if (isComplete) {
        return history && !hasReplacedServers(service, mode, history) ? undefined : paused;
    }
    return current.every(hasEnded) ? { ...paused, afterMs: LAST_TASK_GRACE_MS } : undefined;
}
/** Whether the tasks before this deployment ran until they were told to stop. */
function hasReplacedServers(service, mode, history) {
    const before = history.filter((task) => isEarlier(task, service));
    // What ran on a node that is down now counts, too.
    return currentTasks(mode, before, []).some(({ Status }) => Status.State === 'shutdown');
}

;// CONCATENATED MODULE: ./lib/stack/judge/placement.js

/** How long a task may be without a node, in ms: a node may just be joining, another task just be ending. */
const placement_GRACE_MS = 15_000;
const NS_PER_MS = 1e6;
const DEFAULT_STOP_GRACE_NS = 10e9;
/** From the end of a stopped task to the start of what waited for its place, in ms. */
const HANDOVER_MS = 5_000;
const placement_NO_NODE = /^no suitable node/;
/** What a task that stops gives back. */
const CAPACITY = /insufficient resources|port already in use|max replicas/;
/**
 * Tasks for which there is no node, or a global service that got none. The engine goes on trying for ever, so only time tells. As long as a
 * node is still coming (its state is not known yet, or its agent connects anew) nothing is held against the service.
 */
function placementTrouble(service, mode, current, nodes) {
    const waiting = current.filter((task) => !isRunning(task) && placement_NO_NODE.test(task.Status.Err));
    const nowhere = (mode.kind === 'global' || mode.kind === 'global-job') && current.length === 0;
    if (waiting.length === 0 && !nowhere)
        return undefined;
    const coming = nodes.some(({ Spec, Status }) => Spec.Availability === 'active' &&
        (Status.State === 'unknown' || Status.State === 'disconnected'));
    if (coming)
        return { class: 'unschedulable', afterMs: Number.POSITIVE_INFINITY };
    const stopping = waiting.some((task) => CAPACITY.test(task.Status.Err));
    const afterMs = stopping ? Math.max(placement_GRACE_MS, stopGraceMs(service) + HANDOVER_MS) : placement_GRACE_MS;
    return { class: 'unschedulable', afterMs };
}
/** How long a task of this service may take to stop, of the old spec or the new one. */
function stopGraceMs({ Spec, PreviousSpec }) {
    const graces = [Spec, PreviousSpec].map((spec) => spec?.TaskTemplate.ContainerSpec?.StopGracePeriod ?? DEFAULT_STOP_GRACE_NS);
    return Math.max(...graces) / NS_PER_MS;
}

;// CONCATENATED MODULE: ./lib/stack/judge/update.js
const update_NS_PER_MS = 1e6;
const DEFAULT_MONITOR_NS = 5e9;
/** How long the engine gets to act on failures before they are judged here, in ms, over its monitor period. */
const PAUSE_PATIENCE_MS = 10_000;
/** More for a rollback: that the old version runs again is worth knowing. */
const ROLLBACK_PATIENCE_MS = 30_000;
/**
 * A nil `UpdateStatus` says nothing: it is nil during the whole first deployment, and every deployment resets it. Anything else is of this
 * deployment, but `completed` does not mean that tasks run, and the message of a paused rollback speaks of an update.
 */
function updateTrouble({ UpdateStatus }) {
    switch (UpdateStatus?.State) {
        case 'rollback_started':
            return { class: 'rolled-back', afterMs: 0, settling: true };
        case 'rollback_completed':
        case 'rollback_paused':
            return { class: 'rolled-back', afterMs: 0 };
        case 'paused':
            return { class: 'paused', afterMs: 0 };
        default:
            return undefined;
    }
}
/** Replaces tasks one batch after the other; not over before the last batch was monitored. */
function isUpdating({ UpdateStatus }) {
    return UpdateStatus?.State === 'updating';
}
/**
 * How long to leave failures to the engine, in ms: during an update it counts them itself, tolerates some (`max_failure_ratio`) and
 * pauses or rolls back.
 */
function enginePatienceMs(service) {
    if (!isUpdating(service))
        return 0;
    const { FailureAction, Monitor } = service.Spec.UpdateConfig ?? {};
    if (FailureAction === 'continue')
        return 0;
    return ((Monitor ?? DEFAULT_MONITOR_NS) / update_NS_PER_MS +
        (FailureAction === 'rollback' ? ROLLBACK_PATIENCE_MS : PAUSE_PATIENCE_MS));
}

;// CONCATENATED MODULE: ./lib/stack/judge/words.js


/** `2/3 running, 1 starting, 4 failed`, with the words for what an update is doing. */
function summaryOf(counts, mode, current, failures, update) {
    const { desired, running, completed } = counts;
    if (mode.kind === 'replicated' && desired === 0 && current.length === 0)
        return 'scaled to 0';
    const ends = mode.kind.endsWith('job') || (completed > 0 && running === 0);
    const others = current.filter((task) => !isRunning(task) && !hasEnded(task));
    const states = Map.groupBy(others, stateOf);
    const parts = [
        ends ? `${completed}/${desired} completed` : `${running}/${desired} running`,
        ...(ends && running > 0 ? [`${running} running`] : []),
        ...(!ends && completed > 0 ? [`${completed} completed`] : []),
        ...[...states].map(([state, tasks]) => `${tasks.length} ${state}`),
        ...failureWords(failures),
        ...update,
    ];
    return parts.join(', ');
}
/** Docker's word, but for what runs only until it has stopped. */
function stateOf({ DesiredState, Status }) {
    return Status.State === 'running' && DesiredState === 'shutdown' ? 'stopping' : Status.State;
}
function failureWords(failures) {
    const ended = failures.filter((task) => task.Status.State === 'complete').length;
    const failed = failures.length - ended;
    return [...(failed > 0 ? [`${failed} failed`] : []), ...(ended > 0 ? [`${ended} ended`] : [])];
}
function updateWords({ UpdateStatus }) {
    switch (UpdateStatus?.State) {
        case 'updating':
            return ['updating'];
        case 'paused':
            return ['update paused'];
        case 'rollback_started':
            return ['rolling back'];
        case 'rollback_completed':
            return ['rolled back'];
        case 'rollback_paused':
            return ['rollback failed'];
        default:
            return [];
    }
}
/** Ids of containers and endpoints in a message: two failures that differ in nothing else are the same to a reader. */
const LONG_ID = /[0-9a-f]{12,64}/g;
/** What the engine says is wrong, newest first, each once. */
function reasonsOf({ UpdateStatus }, failures, current) {
    const { State = '', Message = '' } = UpdateStatus ?? {};
    const stopped = State === 'paused' || State.startsWith('rollback');
    const texts = [
        stopped ? Message : '',
        ...current.filter((task) => !hasEnded(task)).map((task) => task.Status.Err),
        ...failures.map((task) => task.Status.Err),
    ];
    const byMeaning = new Map();
    for (const text of texts) {
        const meaning = text.replace(LONG_ID, '');
        if (text !== '' && !byMeaning.has(meaning))
            byMeaning.set(meaning, text);
    }
    return [...byMeaning.values()];
}
function viewOf(task, service, mode, nodes) {
    const { State, Err, ContainerStatus } = task.Status;
    const node = nodes.find(({ ID }) => ID === task.NodeID)?.Description.Hostname;
    const numbered = mode.kind === 'replicated' || mode.kind === 'replicated-job';
    // The API gives 0 also where nothing ended: a rejected task never had a process.
    const ended = State === 'complete' || State === 'failed';
    const isFinal = task.DesiredState === 'shutdown' && hasEnded(task);
    const earlier = isFinal && isEarlier(task, service);
    return {
        id: task.ID,
        ...(numbered && { slot: task.Slot }),
        ...((node ?? task.NodeID) !== undefined && { node: node || (task.NodeID ?? '') }),
        state: State,
        ...(ended && ContainerStatus && { exitCode: ContainerStatus.ExitCode }),
        ...(earlier && { earlier }),
        ...(Err !== '' && { error: Err }),
        image: task.Spec.ContainerSpec?.Image ?? '',
    };
}

;// CONCATENATED MODULE: ./lib/stack/judge.js






/** How long a service may be missing after `docker stack deploy` returned, in ms. */
const MISSING_GRACE_MS = 5_000;
/** The third attempt to get an image comes after the restart delay of 5 s; a registry may have had a bad moment. */
const IMAGE_GRACE_MS = 6_000;
/** For reading a job between the end of one task and the beginning of the next, in ms. */
const GIVEN_UP_GRACE_MS = 2_000;
const MOST_DISTRUST_MS = 60_000;
/** Judges one service by its tasks. Pure: the same facts give the same assessment. */
function judge_judge(expected, facts) {
    return facts.service ? assess(expected, facts.service, facts) : missing(expected);
}
function missing(expected) {
    return {
        verdict: {
            service: expected.name,
            state: 'pending',
            summary: 'not in the swarm',
            reasons: [],
            running: 0,
            desired: expected.replicas,
            tasks: [],
        },
        trouble: { class: 'failed', afterMs: MISSING_GRACE_MS },
        failures: [],
    };
}
function assess(expected, service, facts) {
    const mode = slots_modeOf(service);
    const tasks = tasksOfThisRound(service, facts.tasks);
    const current = currentTasks(mode, tasks, facts.nodes);
    const failures = failuresOf(service, mode, tasks, facts.remembered);
    const stuck = givenUp(service, mode, current, tasks);
    const counts = judge_count(service, mode, tasks, current);
    const complete = isComplete(mode, counts);
    const ends = mayEnd(service, mode);
    const stopped = updateTrouble(service);
    const decided = stopped?.class === 'paused' && ends && failures.length === 0
        ? afterPause(stopped, service, mode, current, complete, facts.history)
        : stopped;
    const trouble = decided ??
        (complete ? undefined : findTrouble(service, mode, current, stuck, failures, facts.nodes));
    const update = stopped && !decided ? [] : updateWords(service);
    const wrong = [...failures, ...stuck.filter((task) => !failures.includes(task))];
    const shown = complete && !trouble ? current : [...new Set([...wrong, ...current])];
    return {
        verdict: {
            service: expected.name,
            state: complete && !trouble && !isUpdating(service) ? 'converged' : 'pending',
            summary: summaryOf(counts, mode, current, wrong, update),
            reasons: complete && !trouble ? [] : reasonsOf(service, wrong, current),
            running: counts.running,
            desired: counts.desired,
            ...(ends && { ends }),
            tasks: shown.map((task) => viewOf(task, service, mode, facts.nodes)),
        },
        ...(trouble && { trouble }),
        ...(complete && { steady: steadiness(current) }),
        ...(counts.running > 0 && { holdMs: Math.max(expected.monitorMs, distrustMs(failures)) }),
        failures,
    };
}
function judge_count(service, mode, tasks, current) {
    const running = current.filter(isRunning).length;
    const done = (task) => task.Status.State === 'complete';
    switch (mode.kind) {
        case 'replicated-job':
            return { desired: mode.completions, running, completed: tasks.filter(done).length };
        case 'global-job':
            return { desired: current.length, running, completed: current.filter(done).length };
        default: {
            const completed = mayEnd(service, mode) ? current.filter(done).length : 0;
            const desired = mode.kind === 'replicated' ? mode.replicas : current.length;
            return { desired, running, completed };
        }
    }
}
/** A global service must run somewhere; that it was placed nowhere is no success. */
function isComplete(mode, { desired, running, completed }) {
    switch (mode.kind) {
        case 'replicated':
            return running + completed === desired;
        case 'replicated-job':
            return completed >= desired;
        case 'global':
            return desired > 0 && running + completed === desired;
        case 'global-job':
            return desired > 0 && completed === desired;
    }
}
function findTrouble(service, mode, current, stuck, failures, nodes) {
    const found = givenUpTrouble(service, mode, stuck, failures) ??
        imageTrouble(mode, failures) ??
        placementTrouble(service, mode, current, nodes) ??
        loopTrouble(service, mode, failures);
    return found && { ...found, afterMs: Math.max(found.afterMs, enginePatienceMs(service)) };
}
function givenUpTrouble(service, mode, stuck, failures) {
    const once = restartCondition(service) === 'none' && mayEnd(service, mode);
    // The engine starts tasks of a job anew whatever the restart condition says (seen with 26.1.5). Who wrote `none` meant it.
    const ended = stuck.length === 0 && once && slots_isJob(mode) ? failures : stuck;
    if (ended.length === 0)
        return undefined;
    const image = ended.some((task) => isImageError(task.Status.Err));
    const failed = slots_isJob(mode) || once ? 'job-failed' : 'crash-loop';
    return { class: image ? 'image' : failed, afterMs: GIVEN_UP_GRACE_MS };
}
function imageTrouble(mode, failures) {
    const image = failures.filter((task) => isImageError(task.Status.Err));
    if (failedAtLeast(2, mode, image).length === 0)
        return undefined;
    return { class: 'image', afterMs: IMAGE_GRACE_MS };
}
function loopTrouble(service, mode, failures) {
    const looping = failedAtLeast(loopLength(service), mode, failures);
    if (looping.length === 0)
        return undefined;
    const excusable = looping.every(endedByItself) ? looping.map(({ ID }) => ID) : undefined;
    return {
        class: slots_isJob(mode) ? 'job-failed' : 'crash-loop',
        afterMs: 0,
        ...(excusable && { excusable }),
    };
}
/**
 * How long a task must live that follows one which ended by itself, in ms: longer than that one did, or a slow loop would look like success
 * between two of its ends.
 */
function distrustMs(failures) {
    const lives = failures
        .filter((task) => endedByItself(task) && task.Status.Timestamp !== undefined)
        .map((task) => Date.parse(task.Status.Timestamp ?? '') - Date.parse(task.CreatedAt));
    return Math.min(MOST_DISTRUST_MS, 1.5 * Math.max(0, ...lives));
}
function steadiness(current) {
    return current.map(({ ID }) => ID).join(' ');
}

;// CONCATENATED MODULE: ./lib/stack/watch.js

function createWatch({ stackName, expected, stableForMs }) {
    const memories = new Map(expected.map(({ name }) => [
        name,
        {
            failures: [],
            history: undefined,
            trouble: undefined,
            steady: undefined,
            excused: new Set(),
        },
    ]));
    return (snapshot, now, history) => {
        const assessed = expected.map((one) => {
            const memory = memories.get(one.name);
            const service = snapshot.services.find(({ Spec }) => Spec.Name === `${stackName}_${one.name}`);
            const all = history?.filter(({ ServiceID }) => ServiceID === service?.ID);
            memory.history = all ?? memory.history;
            const remembered = [...memory.failures, ...ofRolledBack(service, all)];
            const assessment = judge_judge(one, { ...snapshot, service, remembered, history: memory.history });
            memory.failures = assessment.failures;
            return { memory, assessment };
        });
        return assessed.map(({ memory, assessment }) => {
            const othersStart = assessed.some((one) => one.memory !== memory && isStarting(one.assessment));
            return decide(assessment, memory, { othersStart, now, stableForMs });
        });
    };
}
/** After a rollback the tasks of the spec that failed are no longer up to date. They are the ones that can tell why. */
function ofRolledBack(service, history = []) {
    return service?.UpdateStatus?.State.startsWith('rollback') ? history : [];
}
function isStarting({ steady, trouble }) {
    return steady === undefined && trouble === undefined;
}
function decide(assessment, memory, around) {
    const { verdict, trouble } = assessment;
    if (around.othersStart)
        for (const { id } of verdict.tasks)
            memory.excused.add(id);
    if (trouble && isFinal(trouble, memory, around)) {
        return {
            verdict: { ...verdict, state: 'failed', class: trouble.class },
            settling: trouble.settling ?? false,
            trouble,
            holdingMs: undefined,
        };
    }
    if (!trouble)
        memory.trouble = undefined;
    const holdingMs = remainsToHold(assessment, memory, around);
    const converged = verdict.state === 'converged' && holdingMs === undefined;
    return {
        verdict: converged ? { ...verdict, class: 'converged' } : { ...verdict, state: 'pending' },
        settling: false,
        trouble,
        holdingMs,
    };
}
function isFinal(trouble, memory, { now }) {
    const key = `${trouble.class} ${trouble.afterMs}`;
    if (memory.trouble?.key !== key)
        memory.trouble = { key, since: now };
    if (trouble.excusable?.every((id) => memory.excused.has(id)))
        return false;
    return now - memory.trouble.since >= trouble.afterMs;
}
/** The window begins when everything runs, and anew whenever a task was replaced. */
function remainsToHold({ steady, holdMs }, memory, { now, stableForMs }) {
    if (steady === undefined) {
        memory.steady = undefined;
        return undefined;
    }
    if (memory.steady?.key !== steady)
        memory.steady = { key: steady, since: now };
    if (holdMs === undefined)
        return undefined;
    const wanted = Math.max(stableForMs, holdMs);
    return now - memory.steady.since >= wanted ? undefined : wanted;
}

;// CONCATENATED MODULE: ./lib/stack/converge.js




const converge_POLL_MS = 250;
/** How long one question may take, in ms; afterwards it is asked again. */
const READ_TIMEOUT_MS = 20_000;
/** The last question gets this much, in ms, although the time is up. */
const LEAST_READ_MS = 2_000;
/** How long to wait for the end of a rollback, in ms, once it is certain that there is one. */
const converge_SETTLE_MS = 30_000;
/** A stack that did not converge, with what is known of each of its services. */
class ConvergeError extends lib_errors/* ActionError */.l {
    verdicts;
    constructor(message, options, verdicts) {
        super(message, options);
        this.verdicts = verdicts;
    }
}
/**
 * Waits until every expected service has converged and held. Throws `ConvergeError` as soon as one cannot any more, or the time is up;
 * rejects with the signal's reason on abort. A question that fails is asked again.
 */
async function converge(reader, options) {
    const { clock, signal, stackName, expected } = options;
    if (expected.length === 0) {
        throw new ConvergeError(`Stack ${stackName} has no service to wait for.`, {}, []);
    }
    const watch = createWatch(options);
    const tell = onlyChanges(options.onProgress);
    const ask = patiently(reader, options);
    const until = clock.now() + options.timeoutMs;
    let watched = [];
    let settledBy = Number.POSITIVE_INFINITY;
    for (;;) {
        const snapshot = await ask.read(until);
        const now = clock.now();
        if (snapshot) {
            watched = watch(snapshot, now);
            const failed = failedOf(watched);
            if (failed.length > 0)
                settledBy = Math.min(settledBy, now + converge_SETTLE_MS, until);
            if (failed.some(({ settling }) => !settling) || now >= settledBy) {
                watched = watch(snapshot, now, await ask.history(failed, until));
                const stillFailed = failedOf(watched);
                if (stillFailed.length === 0)
                    settledBy = Number.POSITIVE_INFINITY;
                if (stillFailed.some(({ settling }) => !settling) || now >= settledBy) {
                    const verdicts = verdictsOf(watched);
                    tell(verdicts);
                    throw converge_failure(stackName, verdicts);
                }
            }
            tell(verdictsOf(watched));
            if (watched.every(({ verdict }) => verdict.state === 'converged'))
                return verdictsOf(watched);
        }
        if (now >= until) {
            const verdicts = watched.map(outOfTime);
            tell(verdicts);
            throw converge_failure(stackName, verdicts, { timeoutMs: options.timeoutMs, cause: ask.lastError() });
        }
        await clock.sleep(Math.min(options.pollMs ?? converge_POLL_MS, until - now), signal);
    }
}
function verdictsOf(watched) {
    return watched.map(({ verdict }) => verdict);
}
function failedOf(watched) {
    return watched.filter(({ verdict }) => verdict.state === 'failed');
}
function onlyChanges(onProgress) {
    let last = '';
    return (verdicts) => {
        const now = JSON.stringify(verdicts);
        if (now === last || verdicts.length === 0)
            return;
        last = now;
        onProgress(verdicts);
    };
}
function patiently(reader, options) {
    const { clock, signal } = options;
    const told = new Set();
    let lastError;
    const attempt = async (question, until) => {
        const limitMs = Math.max(LEAST_READ_MS, Math.min(READ_TIMEOUT_MS, until - clock.now()));
        try {
            const answer = await within(limitMs, question, options);
            lastError = undefined;
            return answer;
        }
        catch (error) {
            signal.throwIfAborted();
            lastError = error;
            if (!told.has(String(error)))
                options.onReadError?.(error);
            told.add(String(error));
            return undefined;
        }
    };
    return {
        read: (until) => attempt((bound) => reader.read(bound), until),
        history: async (failed, until) => {
            const tells = ({ verdict }) => verdict.class === 'rolled-back' || (verdict.class === 'paused' && verdict.ends);
            if (!failed.some(tells))
                return undefined;
            return await attempt((bound) => reader.history(bound), until);
        },
        lastError: () => lastError,
    };
}
/** Asks with a limit in ms that also holds where the question does not listen to its signal. */
async function within(limitMs, question, { clock, signal, outage }) {
    signal.throwIfAborted();
    const bound = new AbortController();
    const stop = () => bound.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const tooLong = clock.sleep(limitMs, bound.signal).then(() => {
        throw new lib_errors/* ActionError */.l(`The swarm did not answer within ${(0,duration/* formatDuration */.a3)(limitMs)}.`, {
            details: outage?.() ?? '',
            hint: 'It is asked again until `wait-timeout` is over.',
        });
    });
    try {
        return await Promise.race([question(bound.signal), tooLong]);
    }
    finally {
        signal.removeEventListener('abort', stop);
        bound.abort();
    }
}
function outOfTime({ verdict, trouble, holdingMs }) {
    if (verdict.state !== 'pending')
        return verdict;
    const held = holdingMs === undefined ? '' : `, not yet for ${(0,duration/* formatDuration */.a3)(holdingMs)}`;
    return {
        ...verdict,
        state: 'failed',
        class: trouble?.class ?? 'timeout',
        summary: verdict.summary + held,
    };
}
/** What is more of a cause comes before what is more of a consequence. */
const converge_ORDER = [
    'image',
    'unschedulable',
    'job-failed',
    'crash-loop',
    'rolled-back',
    'paused',
    'failed',
    'timeout',
];
function converge_failure(stackName, verdicts, timeout) {
    const rank = ({ class: found = 'timeout' }) => converge_ORDER.indexOf(found);
    const failed = verdicts
        .filter(({ state }) => state === 'failed')
        .sort((a, b) => rank(a) - rank(b));
    const [first] = failed;
    const status = first?.class ?? 'timeout';
    const limit = timeout ? ` within ${(0,duration/* formatDuration */.a3)(timeout.timeoutMs)}` : '';
    // What was seen last may be long past.
    const isUnanswered = timeout?.cause !== undefined;
    const who = isUnanswered
        ? 'the swarm does not answer any more'
        : failed.map((verdict) => `${verdict.service} (${verdict.class})`).join(', ');
    const seen = failed.map(({ service, summary, reasons }) => {
        return [`${service}: ${summary}`, ...reasons.map((reason) => `  ${reason}`)].join('\n');
    });
    return new ConvergeError(`Stack ${stackName} did not converge${limit}${who && `: ${who}`}`, {
        status,
        details: [...(isUnanswered && first ? ['When it last answered:'] : []), ...seen].join('\n'),
        hint: hintFor(isUnanswered ? undefined : first, timeout !== undefined),
        ...(timeout?.cause !== undefined && { cause: timeout.cause }),
    }, verdicts);
}
function hintFor(first, timedOut) {
    const raise = 'Raise `wait-timeout` where it only needs longer.';
    if (!first)
        return `The swarm could not be asked. Check that the manager is up. ${raise}`;
    const { hint } = diagnose(first, undefined);
    return timedOut && !hint.includes('wait-timeout') ? `${hint} ${raise}` : hint;
}

;// CONCATENATED MODULE: ./lib/stack/reader.js

/**
 * Reads the stack by the label that `docker stack deploy` writes. `_up-to-date` is the filter that the docker client itself uses to
 * watch an update (moby daemon/cluster/filters.go). The API's reference does not name it; with a label filter beside it, it is honoured
 * (seen with 26.1.5).
 */
function stackReader(api, stackName) {
    const label = [`com.docker.stack.namespace=${stackName}`];
    const list = (path, filters, schema, signal) => api.get(path, { filters: JSON.stringify(filters) }, schema, { signal });
    return {
        read: async (signal) => {
            const [foundServices, foundTasks, foundNodes] = await Promise.all([
                list('/services', { label }, services, signal),
                list('/tasks', { label, '_up-to-date': ['true'] }, tasks, signal),
                list('/nodes', {}, nodes, signal),
            ]);
            return { services: foundServices, tasks: foundTasks, nodes: foundNodes };
        },
        history: (signal) => list('/tasks', { label }, tasks, signal),
    };
}

;// CONCATENATED MODULE: ./lib/exec/engine-delete.js

/** DELETE of a path; false where nothing was there any more. Rejects as `EngineApi.delete` does for everything else. */
async function deleteIfThere(api, path, signal) {
    try {
        await api.delete(path, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof EngineRefusal && error.httpStatus === 404)
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
        if (!(error instanceof EngineRefusal || error instanceof NoAnswer))
            throw error;
        return error.details ?? error.message;
    }
}

;// CONCATENATED MODULE: ./lib/stack/recreate.js



const recreate_POLL_MS = 250;
/** Tasks end after the longest stop grace period among them. In ms. */
const recreate_TIMEOUT_MS = 120_000;
/**
 * Removes services and waits until their tasks have ended, so that ports and volumes are free for what comes. Gone already is success.
 * Throws `ActionError` where tasks are still there after two minutes.
 */
async function removeServices(api, stack, services, options) {
    if (services.length === 0)
        return;
    const { clock, signal } = options;
    await deleteServices(api, services, signal);
    const ids = new Set(services.map(({ ID }) => ID));
    const reader = stackReader(api, stack);
    const until = clock.now() + recreate_TIMEOUT_MS;
    for (;;) {
        const left = (await reader.history(signal)).filter(({ ServiceID }) => ids.has(ServiceID));
        if (left.length === 0)
            return;
        if (clock.now() > until) {
            throw new lib_errors/* ActionError */.l(`${services.map(({ Spec }) => Spec.Name).join(', ')} was removed, but tasks of it still run after ${recreate_TIMEOUT_MS / 1_000} s.`, { hint: 'See on a manager what keeps them: docker node ps $(docker node ls -q)' });
        }
        await clock.sleep(recreate_POLL_MS, signal);
    }
}
/** Removes services without waiting for the end of their tasks. Gone already is success. */
async function deleteServices(api, services, signal) {
    for (const { ID } of services)
        await deleteIfThere(api, `/services/${ID}`, signal);
}

;// CONCATENATED MODULE: ./lib/stack/roll-back.js





/** How often a service is read and written again where another client changed it in between. */
const roll_back_ATTEMPTS = 5;
/**
 * Gives every service of a stack the spec that it had before a deployment, makes those again that the deployment removed, and removes those
 * that it made. What the engine itself has rolled back already is left alone. Resolves when the swarm was told, not when tasks run.
 * Rejects as `EngineApi.post` does.
 */
async function rollBack(api, before, options) {
    const { stack, signal } = options;
    const had = ofStack(before, stack);
    const has = ofStack(await readPresent(api, signal), stack);
    const earlier = (service) => had.find(({ Spec }) => Spec.Name === service.Spec.Name);
    // A service of another mode cannot be given its spec back: Swarm changes the mode of none.
    const removed = has.filter((service) => {
        const found = earlier(service);
        return !found || modeOf(found.Spec) !== modeOf(service.Spec);
    });
    await removeServices(api, stack, removed, options);
    const staying = has.filter((service) => !removed.includes(service));
    const restored = [];
    for (const { Spec } of had) {
        const present = staying.find((service) => service.Spec.Name === Spec.Name);
        if (!present) {
            await api.post('/services/create', {}, Spec, { signal });
            restored.push(Spec.Name);
        }
        else if (!(0,external_node_util_.isDeepStrictEqual)(present.Spec, Spec)) {
            await restore(api, present.ID, Spec, signal);
            restored.push(Spec.Name);
        }
    }
    return {
        restored,
        removed: removed.filter((service) => !earlier(service)).map(({ Spec }) => Spec.Name),
    };
}
function ofStack({ services }, stack) {
    return services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
}
const versioned = schemas/* object */.Ikc({
    Version: schemas/* object */.Ikc({ Index: schemas/* number */.aig() }),
    PreviousSpec: schemas/* unknown */.L5J().optional(),
});
/** The engine may be updating the service itself, so its version may be an older one by the time it is written. */
async function restore(api, id, spec, signal) {
    for (let attempt = 1;; attempt++) {
        const { Version, PreviousSpec } = await api.get(`/services/${id}`, {}, versioned, { signal });
        // The engine never shows the login of an image; it takes it from one of the specs that it keeps.
        const registryAuthFrom = PreviousSpec ? 'previous-spec' : 'spec';
        const query = { version: String(Version.Index), registryAuthFrom };
        try {
            await api.post(`/services/${id}/update`, query, spec, { signal });
            return;
        }
        catch (error) {
            const isRace = error instanceof EngineRefusal && /update out of sequence/.test(error.details ?? '');
            if (!isRace || attempt === roll_back_ATTEMPTS)
                throw error;
        }
    }
}
/** The services that a stack had, as what is to be waited for. */
function expectedOf(before, stack) {
    return ofStack(before, stack).map(({ Spec }) => {
        const condition = Spec.TaskTemplate.RestartPolicy?.Condition;
        return {
            name: Spec.Name.slice(stack.length + 1),
            mode: modeOf(Spec),
            replicas: Spec.Mode.Replicated?.Replicas ?? Spec.Mode.ReplicatedJob?.TotalCompletions ?? 0,
            restart: condition === 'none' || condition === 'on-failure' ? condition : 'any',
            monitorMs: 0,
        };
    });
}

;// CONCATENATED MODULE: ./lib/up/roll-back.js





/** How long the earlier services may take to run again, in ms, where `wait-timeout` allows as much. */
const BACK_TIMEOUT_MS = 3 * 60_000;
/**
 * After a deployment that failed: every service of the stack goes back to what it was. Resolves with the error to fail with, whose status is
 * `rolled-back`; where going back fails, too, it says both.
 */
async function goBack({ inputs, clock, reporter, signal }, { api }, stack, before, failure) {
    const cause = failure instanceof lib_errors/* ActionError */.l ? failure : new lib_errors/* ActionError */.l((0,lib_errors/* describeError */.U)(failure));
    const fail = (outcome, details, status) => new lib_errors/* ActionError */.l(`${cause.message.replace(/\.$/, '')}. ${outcome}`, {
        status,
        details: [cause.details, ...details].filter(Boolean).join('\n'),
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
        cause: failure,
    });
    try {
        return await inStage(reporter, `Rolling ${stack} back`, async () => {
            const { restored, removed } = await rollBack(api, before, { stack, clock, signal });
            for (const name of restored)
                reporter.log.info(`${name} goes back to its earlier spec`);
            for (const name of removed)
                reporter.log.info(`${name} was new and is removed`);
            const expected = expectedOf(before, stack);
            if (expected.length > 0) {
                await converge(stackReader(api, stack), {
                    stackName: stack,
                    expected,
                    timeoutMs: Math.min(BACK_TIMEOUT_MS, inputs.waitTimeoutMs),
                    stableForMs: inputs.stableForMs,
                    clock,
                    signal,
                    onProgress: () => { },
                });
            }
            const what = expected.length > 0 ? 'runs as before' : 'is removed again';
            return fail(`The stack was rolled back and ${what}.`, [], 'rolled-back');
        });
    }
    catch (error) {
        signal.throwIfAborted();
        return fail('Rolling it back failed, too.', [(0,lib_errors/* describeError */.U)(error)], cause.status);
    }
}

;// CONCATENATED MODULE: ./lib/stack/deploy.js








const DEPLOY_TIMEOUT_MS = 5 * 60_000;
/** How often `docker stack deploy` is run where it met a race. */
const deploy_ATTEMPTS = 5;
/** How long to wait before the second attempt, in ms; each later wait is this much longer. */
const deploy_RETRY_MS = 1_000;
/** How often it is begun where the connection is lost each time. */
const TRIES = 3;
/** How long a deployment whose connection was lost may take to end, in s: it has what it needs, or waits for the rest of it for good. */
const ENDING_S = 20;
/**
 * What goes away by itself: another client changed the service between its reading and its writing, or a network of the stack's earlier
 * life was still being removed when the service was to be put on it.
 */
const RACE = /update out of sequence|network \S+ not found|No such network/i;
/** What tar says where a disk is full; GNU's names the cause only where not a byte could be written. */
const NO_ROOM = /No space left on device|Wrote only \d+ of \d+ bytes/;
/**
 * Sends the stack file and the files it needs to a manager and runs `docker stack deploy` there, with these logins and none of the
 * manager's own where there are some, and up to five times where it meets a race. Nothing of the files stays behind. Where the
 * connection is lost meanwhile and re-established, it is run again, once the first has ended: it only makes what is not there yet.
 * Throws `ActionError` with the words of `docker stack deploy`.
 */
async function deployStack(manager, stack, flags, logins, options) {
    const { clock, signal, onLine } = options;
    const stdin = await packStack(stack, logins);
    const argv = stackDeploy({
        ...flags,
        stack: stack.name,
        without: stack.emptyVariables,
        withRegistryAuth: logins.length > 0,
    });
    for (let attempt = 1;; attempt++) {
        try {
            await runToItsEnd(manager, stack.name, argv, stdin, options);
            return;
        }
        catch (error) {
            if (!(error instanceof executor/* CommandError */.Qd))
                throw error;
            const race = RACE.exec(error.details ?? '')?.[0];
            if (race === undefined || attempt === deploy_ATTEMPTS)
                throw deploy_failure(manager, stack, error, attempt);
            const waitMs = attempt * deploy_RETRY_MS;
            onLine(`docker stack deploy met a race (${race}); attempt ${attempt + 1} of ${deploy_ATTEMPTS} in ${(0,duration/* formatDuration */.a3)(waitMs)}`);
            await clock.sleep(waitMs, signal);
        }
    }
}
/** Runs it in a folder of its own, and anew where the connection was lost meanwhile. */
async function runToItsEnd(manager, stack, argv, stdin, { signal, onLine }) {
    for (let tries = 1;; tries++) {
        const mark = (0,external_node_crypto_.randomBytes)(8).toString('hex');
        try {
            await manager.run(inTemporaryFolder(mark, argv), {
                stdin,
                signal,
                timeoutMs: DEPLOY_TIMEOUT_MS,
                onLine,
            });
            return;
        }
        catch (error) {
            if (!(error instanceof lost_connection/* LostConnection */.$I) || tries === TRIES)
                throw error;
            const ended = manager.run(untilFolderGone(mark, ENDING_S), { signal, repeatable: true });
            // Where nothing connects again, that is the story, and not that this could not be asked.
            await ended.catch((failure) => {
                throw failure instanceof lost_connection/* LostConnection */.$I ? error : failure;
            });
            onLine(`The connection was lost meanwhile, so stack ${stack} is deployed again`);
        }
    }
}
function deploy_failure(manager, stack, error, attempts) {
    const tried = attempts === 1 ? '' : `, ${attempts} times`;
    return new lib_errors/* ActionError */.l(`docker stack deploy failed on ${manager.where} for stack ${stack.name}${tried}.`, {
        details: error.details ?? '',
        hint: NO_ROOM.test(error.details ?? '')
            ? `There is no room in /tmp of ${manager.where} for the files of the stack. Make some: df -h /tmp`
            : 'The stack file as it was sent stands in the `diagnostics` folder.',
        cause: error,
    });
}
async function packStack(stack, logins) {
    const text = (content) => new TextEncoder().encode(content);
    const files = [
        { path: STACK_FILE, content: text(stack.text) },
        ...(logins.length > 0
            ? [{ path: `${CONFIG_FOLDER}/config.json`, content: text(dockerConfig(logins)) }]
            : []),
        ...stack.files,
    ];
    return (0,web/* packTar */.nG)(files.map(({ path, content }) => ({
        header: { name: path, size: content.length, mode: 0o600, type: 'file' },
        body: content,
    })));
}

;// CONCATENATED MODULE: ./lib/stack/encryption.js


/** Ranges that are not routed on the internet. */
const PRIVATE = new external_node_net_.BlockList();
for (const [network, prefix] of [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
]) {
    PRIVATE.addSubnet(network, prefix, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
/** Whether packets to this address may cross the internet; not of a name, of which nothing is known. */
function isPublic(address) {
    const family = (0,external_node_net_.isIP)(address);
    return family !== 0 && !PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
/** The addresses of the traffic between containers that are public; none where there is one node, and nothing on the way. */
function publicDataPaths(members) {
    if (members.length < 2)
        return [];
    return members.flatMap(({ machine }) => {
        const address = machine.dataPath ?? machine.advertise;
        return isPublic(address) ? [`${machine.name} (${address})`] : [];
    });
}
const encryption_networks = schemas/* array */.YOg(schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    Options: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish(),
}));
/** Names of the stack's overlay networks that are not encrypted. Rejects as the API does. */
async function plainOverlays(api, stack, signal) {
    const filters = JSON.stringify({
        driver: ['overlay'],
        label: [`com.docker.stack.namespace=${stack}`],
    });
    const found = await api.get('/networks', { filters }, encryption_networks, { signal });
    // Its mere presence encrypts, whatever it says.
    return found
        .flatMap(({ Name, Options }) => ('encrypted' in (Options ?? {}) ? [] : [Name]))
        .sort();
}
/** The advice for networks that were made now. */
function encryptionAdvice(names, paths) {
    return [
        `Containers on different nodes talk over public addresses here: ${paths.join(', ')}. ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not encrypted, so what they say can be read on the way.`,
        'Write `driver_opts: { encrypted: "" }` for the network in the compose file (with IPsec: let IP protocol 50 through between the nodes), or lead the traffic over a private network by `data-path-addr`. The option holds for a network that is made anew: give it another name, or remove the stack first.',
    ].join('\n');
}

;// CONCATENATED MODULE: ./lib/stack/endpoints.js

const endpoints_port = schemas/* object */.Ikc({
    Protocol: schemas/* string */.YjP(),
    TargetPort: schemas/* number */.aig(),
    /** Absent where the engine has not chosen one. */
    PublishedPort: schemas/* number */.aig().optional(),
    PublishMode: schemas/* enum */.k5n(['ingress', 'host']).default('ingress'),
});
const endpoints_services = schemas/* array */.YOg(schemas/* object */.Ikc({
    ID: schemas/* string */.YjP(),
    Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP() }),
    Endpoint: schemas/* object */.Ikc({ Ports: schemas/* array */.YOg(endpoints_port).nullish() }).nullish(),
}));
const endpoints_tasks = schemas/* array */.YOg(schemas/* object */.Ikc({
    ServiceID: schemas/* string */.YjP(),
    NodeID: schemas/* string */.YjP().optional(),
    Status: schemas/* object */.Ikc({
        State: schemas/* string */.YjP(),
        PortStatus: schemas/* object */.Ikc({ Ports: schemas/* array */.YOg(endpoints_port).nullish() }).nullish(),
    }),
}));
/**
 * The ports that a stack publishes, as the swarm says itself (so with the numbers it chose), and through which nodes each should answer.
 * An ingress port answers only where the kernel does IPVS; where it does not, the endpoint has no place and a note.
 */
async function publishedEndpoints(api, stack, members, signal) {
    const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
    const found = await api.get('/services', { filters }, endpoints_services, { signal });
    const published = found.filter((service) => (service.Endpoint?.Ports ?? []).length > 0);
    if (published.length === 0)
        return [];
    const running = (await api.get('/tasks', {
        filters: JSON.stringify({
            label: [`com.docker.stack.namespace=${stack}`],
            'desired-state': ['running'],
        }),
    }, endpoints_tasks, { signal })).filter((task) => task.Status.State === 'running');
    return published
        .flatMap((service) => (service.Endpoint?.Ports ?? []).map((port) => {
        const own = running.filter((task) => task.ServiceID === service.ID);
        return endpointOf(service.Spec.Name.slice(stack.length + 1), port, own, members);
    }))
        .sort((a, b) => a.published - b.published);
}
function endpointOf(service, port, tasks, members) {
    const places = port.PublishMode === 'ingress'
        ? ingressPlaces(port, members)
        : hostPlaces(port, tasks, members);
    return {
        service,
        published: port.PublishedPort ?? places[0]?.port ?? 0,
        target: port.TargetPort,
        protocol: port.Protocol,
        mode: port.PublishMode,
        places,
        runsOn: tasks.map((task) => endpoints_nameOf(task, members)),
        ...noteFor(port, places),
    };
}
function endpoints_nameOf({ NodeID }, members) {
    return members.find(({ node }) => node.ID === NodeID)?.machine.name ?? `node ${NodeID}`;
}
function ingressPlaces(port, members) {
    return members
        .filter((member) => member.ipvs)
        .map((member) => placeOn(member, port.PublishedPort ?? 0, port));
}
function hostPlaces(port, tasks, members) {
    return members.flatMap((member) => tasks
        .filter((task) => task.NodeID === member.node.ID)
        .map((task) => placeOn(member, port.PublishedPort ?? chosenPort(task, port), port)));
}
/** A host port without a number is chosen by the engine of each task's node. */
function chosenPort(task, port) {
    const chosen = task.Status.PortStatus?.Ports?.find((one) => one.TargetPort === port.TargetPort && one.Protocol === port.Protocol);
    return chosen?.PublishedPort ?? 0;
}
function placeOn({ machine }, number, port) {
    const localPort = machine.localPorts.get(`${number}/${port.Protocol}`);
    return {
        node: machine.name,
        host: machine.address,
        port: number,
        ...(localPort === undefined ? {} : { localPort }),
    };
}
function noteFor(port, places) {
    if (port.PublishMode === 'ingress' && places.length === 0) {
        return { note: 'the kernel of the nodes has no IPVS, so the routing mesh cannot answer' };
    }
    if (port.Protocol !== 'tcp')
        return { note: `${port.Protocol} cannot be asked` };
    return {};
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
;// CONCATENATED MODULE: ./lib/stack/images.js







const LOAD_TIMEOUT_MS = 15 * 60_000;
/** How often images are sent to machines whose connection is lost each time. */
const images_TRIES = 3;
/**
 * Loads images into the machines that lack them. Each source (the runner's engine, a tar file) is read once, and written to all machines at
 * the pace of the slowest. Afterwards each machine is asked whether it has the very same images. Where a connection was lost meanwhile
 * and re-established, what its machine lacks then is sent again.
 * Throws `ActionError` that names the machine.
 */
async function loadImages(machines, sources, signal) {
    const loads = machines.map((machine) => ({ machine, loaded: [], bytes: 0, durationMs: 0 }));
    for (const source of sources)
        await loadFrom(source, loads, signal);
    return loads.map(({ machine, ...load }) => ({ machine: machine.where, ...load }));
}
async function loadFrom(source, loads, signal) {
    const lackings = () => Promise.all(loads.map(async (load) => ({
        load,
        lacking: await lackedBy(load.machine, source.images, signal),
    })));
    const first = await lackings();
    for (let tries = 1, lacked = first;; tries += 1) {
        try {
            await send(source, lacked, signal);
            for (const { load, lacking } of first)
                load.loaded.push(...lacking);
            return;
        }
        catch (error) {
            if (!(0,lost_connection/* lostConnectionOf */.k)(error) || tries === images_TRIES)
                throw error;
            // Where nothing connects again, that the images were not loaded is the story.
            lacked = await lackings().catch((failure) => {
                throw (0,lost_connection/* lostConnectionOf */.k)(failure) ? error : failure;
            });
        }
    }
}
async function send(source, all, signal) {
    const targets = all.filter(({ lacking }) => lacking.length > 0);
    if (targets.length === 0)
        return;
    const needed = new Map([...source.images].filter(([name]) => targets.some(({ lacking }) => lacking.includes(name))));
    await stream(await source.open([...needed.keys()]), targets.map(({ load }) => load), needed, signal);
}
async function lackedBy(machine, wanted, signal) {
    const present = await sources_inspect(machine, wanted.keys(), { signal, repeatable: true });
    const has = (name, image) => present.some((one) => isSame(one, image) && (!hasName(image, name) || hasName(one, name)));
    return [...wanted].filter(([name, image]) => !has(name, image)).map(([name]) => name);
}
async function stream(source, loads, images, signal) {
    const began = performance.now();
    const pipes = new Map(loads.map((load) => [load, new external_node_stream_.PassThrough()]));
    const results = Promise.allSettled([...pipes].map(async ([load, pipe]) => {
        await loadInto(load.machine, pipe, images, signal);
        load.durationMs += performance.now() - began;
    }));
    try {
        await fanOut(source, pipes, signal);
    }
    finally {
        source.destroy();
        for (const pipe of pipes.values())
            pipe.end();
    }
    for (const result of await results)
        if (result.status === 'rejected')
            throw result.reason;
}
/** Loads one machine, and asks it afterwards, while others still load, whether it has the very same images. */
async function loadInto(machine, archive, images, signal) {
    const hint = 'See dockerd.log of the machine in the `diagnostics` folder; its disk may be full.';
    try {
        await machine.run(['docker', 'load', '--quiet'], {
            stdin: archive,
            signal,
            timeoutMs: LOAD_TIMEOUT_MS,
        });
    }
    catch (cause) {
        signal.throwIfAborted();
        throw new lib_errors/* ActionError */.l(`Loading ${[...images.keys()].join(', ')} into ${machine.where} failed.`, {
            details: cause instanceof executor/* CommandError */.Qd ? (cause.details ?? '') : '',
            hint,
            status: 'image',
            cause,
        });
    }
    finally {
        // A machine that failed takes no more; the others get theirs, and the failure is reported when all have ended.
        archive.destroy();
    }
    const lacking = await lackedBy(machine, images, signal);
    if (lacking.length === 0)
        return;
    throw new lib_errors/* ActionError */.l(`${machine.where} does not have ${lacking.join(', ')} as the runner has it, after loading.`, { hint, status: 'image' });
}
/** Writes what comes out of `source` to every pipe, never further ahead of the slowest than their buffers, and counts it. */
async function fanOut(source, pipes, signal) {
    for await (const chunk of source) {
        signal.throwIfAborted();
        const full = [];
        for (const [load, pipe] of pipes) {
            if (!pipe.writable)
                continue;
            load.bytes += chunk.length;
            if (!pipe.write(chunk))
                full.push(pipe);
        }
        await Promise.all(full.map(drained));
    }
}
async function drained(pipe) {
    if (!pipe.writableNeedDrain || pipe.destroyed)
        return;
    const ended = new AbortController();
    try {
        await Promise.race([
            (0,external_node_events_.once)(pipe, 'drain', { signal: ended.signal }),
            (0,external_node_events_.once)(pipe, 'close', { signal: ended.signal }),
        ]);
    }
    finally {
        ended.abort();
    }
}

;// CONCATENATED MODULE: ./lib/stack/reachable.js

/** How long a node may take to say whether one of its ports answers, in ms; it gives up earlier itself. */
const ASK_MS = 20_000;
/**
 * The endpoints with the ports by which the runner reaches them, which the driver may have to lead there first. Places without a way are left out. A
 * connection that somebody else accepts on the way proves nothing, so the node itself is asked for one.
 */
async function reachable(driver, members, endpoints) {
    const led = new Map();
    await Promise.all(members.map(async ({ machine }) => {
        const ports = endpoints.flatMap(({ places, protocol }) => places.filter(({ node }) => node === machine.name).map(({ port }) => `${port}/${protocol}`));
        const ways = await driver.lead?.(machine, ports);
        if (ways === undefined)
            return;
        led.set(machine.name, (place, protocol) => {
            const port = ways.get(`${place.port}/${protocol}`);
            const ask = (signal) => askOn(machine, place.port, signal);
            return port === undefined ? [] : [{ ...place, port, ask }];
        });
    }));
    return endpoints.map((endpoint) => ({
        ...endpoint,
        places: endpoint.places.flatMap((place) => led.get(place.node)?.(place, endpoint.protocol) ?? [place]),
    }));
}
async function askOn({ ssh, advertise }, port, signal) {
    const options = { signal, timeoutMs: ASK_MS, anyExitCode: true };
    const { exitCode, stdout, stderr } = await ssh.run(askForConnection(advertise, port), options);
    if (exitCode === 0)
        return undefined;
    return `${stderr}${stdout}`.trim() || `no connection on the node (exit code ${exitCode})`;
}

;// CONCATENATED MODULE: ./lib/stack/superseded.js





/**
 * The configs and secrets of earlier deployments of a stack that may go: neither among the newest `keep` versions of their object, nor in
 * the present or previous spec of any service, which a rollback would need.
 */
function superseded(present, options) {
    const used = usedIds(present);
    return ['config', 'secret'].flatMap((kind) => {
        const earlier = present[`${kind}s`].filter((object) => superseded_isEarlier(object, options));
        const versions = Map.groupBy(earlier, ({ Spec }) => Spec.Labels[OBJECT_LABEL]);
        return [...versions.values()]
            .flatMap((found) => found.toSorted(newestFirst).slice(options.keep))
            .filter(({ ID }) => !used.has(ID))
            .map(({ ID, Spec }) => ({ kind, id: ID, name: Spec.Name }));
    });
}
/** Each deployment writes the labels of its objects anew, so this is when one was last deployed. */
function newestFirst(one, other) {
    return Date.parse(other.UpdatedAt) - Date.parse(one.UpdatedAt);
}
function superseded_isEarlier({ Spec: { Name, Labels } }, { stack, repository, current }) {
    const hash = Labels[HASH_LABEL];
    return (Labels[STACK_LABEL] === stack &&
        Labels['swarm-up.repository'] === repository &&
        Labels[OBJECT_LABEL] !== undefined &&
        hash !== undefined &&
        Name.endsWith(hash.slice(0, 12)) &&
        !current.has(Name));
}
function usedIds({ services }) {
    return new Set(services.flatMap(({ Spec, PreviousSpec }) => [
        ...idsIn(Spec),
        ...(PreviousSpec ? idsIn(PreviousSpec) : []),
    ]));
}
function idsIn({ TaskTemplate: { ContainerSpec } }) {
    const references = [...(ContainerSpec?.Configs ?? []), ...(ContainerSpec?.Secrets ?? [])];
    const credentials = ContainerSpec?.Privileges?.CredentialSpec?.Config;
    return [...references.map(({ ConfigID, SecretID }) => ConfigID ?? SecretID), credentials].filter((id) => id !== undefined);
}
/**
 * Removes the superseded configs and secrets of a stack whose deployment has succeeded. Resolves with the names of those that went. One that
 * the engine does not let go, or that another run removed meanwhile, is no failure of the deployment; the former is told to `warn`.
 */
async function superseded_removeSuperseded(api, options) {
    const { signal, warn } = options;
    const removed = [];
    for (const { kind, id, name } of superseded(await readPresent(api, signal), options)) {
        try {
            const wasThere = await deleteIfThere(api, `/${kind}s/${id}`, signal);
            if (wasThere)
                removed.push(`${kind} ${name}`);
        }
        catch (error) {
            if (!(error instanceof EngineRefusal))
                throw error;
            warn(`The superseded ${kind} ${name} stays: ${error.details ?? (0,lib_errors/* describeError */.U)(error)}`);
        }
    }
    return removed;
}

;// CONCATENATED MODULE: ./lib/stack/verify.js



const ATTEMPT_TIMEOUT_MS = 5_000;
const verify_RETRY_MS = 100;
/** The most answers in a row that are asked for. */
const MOST_IN_A_ROW = 8;
/**
 * Asks every endpoint through every node, all at once: the `targets` by HTTP, or, where none are given, every TCP port for a connection.
 * The mesh takes its tasks in turn, so a port has to answer as often in a row as it has tasks, up to `MOST_IN_A_ROW` times.
 * Throws `VerifyError` that names each node that did not answer.
 */
async function verify(endpoints, targets, options) {
    const results = await Promise.all(endpoints.map(async (endpoint) => {
        const requests = requestsFor(endpoint, targets);
        const faults = await askAll(endpoint, requests, options);
        const asked = requests.length > 0 && endpoint.places.length > 0;
        return { endpoint: report(endpoint, asked, faults.length), faults };
    }));
    const faults = results.flatMap((result) => result.faults);
    const reported = results.map((result) => result.endpoint);
    if (faults.length > 0)
        throw new VerifyError(faults, reported);
    return reported;
}
/** Everything runs, and yet a published port does not answer. */
class VerifyError extends lib_errors/* ActionError */.l {
    endpoints;
    constructor(faults, endpoints) {
        super('The stack runs, but not every published port answers through every node.', {
            details: faults.map(verify_describe).join('\n'),
            hint: verify_hintFor(faults),
        });
        this.endpoints = endpoints;
    }
}
/** A service that answers is reached; then it is what it answers that is not right. One that answers through some nodes is not reached from the others. */
function verify_hintFor(faults) {
    const ready = 'If it only needs longer to start, give it a `healthcheck`: then the stack counts as converged once the service is ready.';
    if (faults.every(hasAnswered)) {
        return `Look at the logs of the service, and at the paths and statuses in \`verify\`. ${ready}`;
    }
    const cut = cutPairs(faults);
    const ground = cut.length > 0
        ? `The routing mesh does not get ${cut.join(', ')}: see that nothing filters 4789/udp and 7946/tcp+udp between them, in both directions.`
        : 'See that the service listens on 0.0.0.0 at its target port, and that the nodes reach each other at 7946/tcp+udp and 4789/udp.';
    return `${ground} ${ready} What is asked can be set with \`verify\`; \`verify: "-"\` asks nothing.`;
}
const hasAnswered = ({ said }) => said.startsWith('answered ');
/** Between which nodes the mesh is cut, where it can only be that: a port answers through one node, and not through another that runs no task of it. */
function cutPairs(faults) {
    const pairs = faults.flatMap((fault) => {
        const { endpoint, place } = fault;
        const { mode, places, runsOn } = endpoint;
        const silent = new Set(faults.filter((one) => one.endpoint === endpoint).map((one) => one.place.node));
        const others = [...new Set(runsOn)].filter((node) => node !== place.node);
        const isMesh = mode === 'ingress' && !hasAnswered(fault) && others.length > 0;
        if (!isMesh || places.every(({ node }) => silent.has(node)))
            return [];
        return [`from ${place.node} to ${others.join(' or ')}`];
    });
    return [...new Set(pairs)];
}
function requestsFor(endpoint, targets) {
    if (endpoint.protocol !== 'tcp')
        return [];
    if (targets === undefined)
        return [{ kind: 'tcp' }];
    return targets
        .filter((target) => target.port === endpoint.published)
        .map((target) => ({ kind: 'http', ...target }));
}
async function askAll(endpoint, requests, options) {
    const tasks = endpoint.mode === 'ingress' ? endpoint.runsOn.length : 1;
    const inARow = Math.min(Math.max(tasks, 1), MOST_IN_A_ROW);
    const answers = await Promise.all(endpoint.places.flatMap((place) => requests.map(async (request) => {
        const said = await askUntilAnswered(place, request, inARow, options);
        return said === undefined ? undefined : { endpoint, place, request, said };
    })));
    return answers.filter((fault) => fault !== undefined);
}
function verify_describe({ endpoint, place, request, said }) {
    const { service, published, mode, runsOn } = endpoint;
    const what = request.kind === 'http' ? `GET ${request.path}` : 'connection';
    const where = mode === 'ingress' && runsOn.length > 0 ? ` (runs on ${[...new Set(runsOn)].join(', ')})` : '';
    return `${service}${where}, port ${published}, through ${place.node} (${place.host}:${place.port}), ${what}: ${said}`;
}
/** The last fault where the time ran out; undefined where it answered so many times in a row. */
async function askUntilAnswered(place, request, inARow, { clock, signal, timeoutMs }) {
    const until = clock.now() + timeoutMs;
    for (let answers = 0;;) {
        signal.throwIfAborted();
        const fault = await (request.kind === 'tcp'
            ? (place.ask?.(signal) ?? askTcp(place, signal))
            : askHttp(place, request, signal));
        answers = fault === undefined ? answers + 1 : 0;
        if (answers === inARow)
            return undefined;
        if (fault === undefined)
            continue;
        if (clock.now() >= until)
            return fault;
        await clock.sleep(verify_RETRY_MS, signal);
    }
}
function askTcp({ host, port }, signal) {
    return new Promise((resolve) => {
        const socket = (0,external_node_net_.connect)({ host, port, timeout: ATTEMPT_TIMEOUT_MS, signal });
        const end = (fault) => {
            socket.destroy();
            resolve(fault);
        };
        socket.once('connect', () => end(undefined));
        socket.once('timeout', () => end(`no answer within ${ATTEMPT_TIMEOUT_MS / 1_000} s`));
        socket.on('error', (error) => end(error.code ?? error.message));
    });
}
function askHttp({ host, port }, target, signal) {
    return new Promise((resolve) => {
        const request = (0,external_node_http_.get)({ host, port, path: target.path, timeout: ATTEMPT_TIMEOUT_MS, signal, agent: false }, (response) => {
            response.resume();
            const { statusCode = 0 } = response;
            resolve(isWanted(statusCode, target.status) ? undefined : verify_wanted(statusCode, target));
        });
        request.once('timeout', () => {
            resolve(`no answer within ${ATTEMPT_TIMEOUT_MS / 1_000} s`);
            request.destroy();
        });
        request.on('error', (error) => resolve(error.code ?? error.message));
    });
}
function isWanted(status, wanted) {
    return wanted === undefined ? status >= 200 && status < 400 : status === wanted;
}
function verify_wanted(status, target) {
    return `answered ${status}, wanted ${target.status ?? '2xx or 3xx'}`;
}
function report({ places, runsOn: _, ...endpoint }, asked, faults) {
    const scheme = schemeOf(endpoint);
    const local = places.find((place) => place.localPort !== undefined);
    const hosts = [
        ...(local ? [`127.0.0.1:${local.localPort}`] : []),
        ...places.map((place) => `${place.host}:${place.port}`),
    ];
    return {
        ...endpoint,
        urls: hosts.map((host) => `${scheme}://${host}`),
        checked: faults > 0 ? 'no answer' : asked ? 'answers' : 'not checked',
    };
}
function schemeOf({ protocol, target }) {
    if (protocol !== 'tcp')
        return protocol;
    return target === 443 || target === 8443 ? 'https' : 'http';
}

;// CONCATENATED MODULE: ./lib/up/stack.js
















/** How long a published port may take to answer once its tasks run, in ms. */
const VERIFY_TIMEOUT_MS = 30_000;
/** Loads the images that are asked for into every node, in a stage of its own. */
async function loadIfAsked(context, swarm, sources) {
    if (sources.length === 0)
        return;
    await inStage(context.reporter, `Loading ${context.inputs.images.join(', ')}`, (stage) => load(context, swarm, sources, stage.note));
}
async function load({ reporter, signal, learned }, swarm, sources, note) {
    const machines = swarm.members.map(({ machine }) => machine.ssh);
    const reports = await loadImages(machines, sources, signal);
    const them = imagesByReference(sources).size === 1 ? 'it' : 'them';
    learned({ loads: reports });
    for (const { machine, loaded, bytes, durationMs } of reports) {
        reporter.log.info(loaded.length === 0
            ? `${machine}  has ${them} already`
            : `${machine}  ${loaded.join(', ')}  ${formatSize(bytes)} in ${(0,duration/* formatDuration */.a3)(durationMs)}`);
    }
    const reached = reports.filter(({ loaded }) => loaded.length > 0).length;
    note(reached === 0 ? `all nodes had ${them}` : `into ${count(reached, 'node')}`);
}
/** Chooses the digests of images by hand where `docker stack deploy` cannot do it, because others were loaded. */
async function stack_prepare({ inputs, reporter, signal }, swarm, { stack, render, logins, images: sources }) {
    const loaded = imagesByReference(sources);
    const images = [...new Set(stack.services.map(({ image }) => image))];
    const other = images.filter((image) => !loaded.has(normaliseReference(image)));
    if (other.length === images.length)
        return { stack, logins, resolveImage: inputs.resolveImage };
    const options = { signal, warning: reporter.log.warning };
    const pinned = await pinDigests(swarm.api, other, logins, options);
    const { portOffset } = stack;
    return {
        stack: pinned.size > 0 ? await render({ portOffset, images: pinned }) : stack,
        ...{ logins, resolveImage: 'never' },
    };
}
/** Hands a wave of the stack, by its number from 0, to the manager; with the last one go the services that left the file. */
async function stack_deploy({ inputs, clock, reporter, signal }, swarm, { stack, resolveImage, logins }, at, { recreated, present }) {
    const { services, text } = stack.waves[at] ?? { services: [], text: stack.text };
    const isOnly = stack.waves.length === 1;
    const isLast = at === stack.waves.length - 1;
    const names = services.map((name) => `${stack.name}_${name}`);
    const changing = recreated.filter(({ Spec }) => names.includes(Spec.Name));
    for (const { Spec } of changing) {
        reporter.log.info(`Removing service ${Spec.Name}, whose mode changes`);
    }
    await removeServices(swarm.api, stack.name, changing, { clock, signal });
    if (!isOnly && isLast && inputs.prune) {
        // `--prune` would take those of the other waves for such that left the file.
        const gone = servicesNotIn(present, stack.name, stack.services.map(({ name }) => name));
        for (const { Spec } of gone)
            reporter.log.info(`Removing service ${Spec.Name}`);
        await deleteServices(swarm.api, gone, signal);
    }
    const exposed = publicDataPaths(swarm.members);
    const overlays = async () => exposed.length > 0 ? await plainOverlays(swarm.api, stack.name, signal) : [];
    const before = await overlays();
    const flags = { prune: isOnly && inputs.prune, resolveImage };
    await deployStack(swarm.manager.ssh, { ...stack, text }, { ...flags, clientMajor: clientMajor(swarm.manager) }, logins, { clock, signal, onLine: reporter.log.info });
    // Told where a network is made, because only then it can be chosen.
    const made = (await overlays()).filter((name) => !before.includes(name));
    if (made.length > 0)
        reporter.log.warning(encryptionAdvice(made, exposed));
}
function clientMajor({ engine }) {
    return Number.parseInt(engine.ClientInfo?.Version ?? engine.ServerVersion, 10);
}
/** Asks what the stack publishes, and gives where it answers. */
async function stack_ask({ inputs, driver, clock, reporter, signal, learned }, swarm, stack) {
    const published = await reachable(driver, swarm.members, await publishedEndpoints(swarm.api, stack.name, swarm.members, signal));
    try {
        const targets = inputs.verify?.map((target) => ({
            ...target,
            port: target.port + stack.portOffset,
        }));
        const endpoints = await verify(published, targets, {
            clock,
            signal,
            timeoutMs: Math.min(VERIFY_TIMEOUT_MS, inputs.waitTimeoutMs),
        });
        for (const { service, published, urls, checked, note } of endpoints) {
            reporter.log.info(`${service}  ${published}  ${checked}${note ? ` (${note})` : ''}  ${urls.join(' ')}`);
        }
        if (endpoints.length === 0)
            reporter.log.info('The stack publishes no port');
        return endpoints;
    }
    catch (error) {
        if (error instanceof VerifyError)
            learned({ endpoints: error.endpoints });
        throw error;
    }
}
/** Removes what earlier deployments left for a rollback that nobody needs any more. */
async function removeEarlier({ inputs, owner, reporter, signal }, { api }, stack) {
    const removed = await superseded_removeSuperseded(api, {
        stack: stack.name,
        repository: owner.repository,
        current: objectNames(stack.name, readWanted(stack)),
        keep: inputs.keepVersions,
        signal,
        warn: reporter.log.warning,
    });
    for (const name of removed)
        reporter.log.info(`Removed the superseded ${name}`);
}

// EXTERNAL MODULE: ./lib/exec/ssh-target.js
var ssh_target = __webpack_require__(5350);
;// CONCATENATED MODULE: ./lib/docker-host/ssh-config-words.js

/**
 * The name of a `Host` line, which may be an address: not a pattern (`*`, `?`, `!`), and not taken for an option where it stands on a
 * command line.
 */
function hostWord(name) {
    if (/^[\w:][\w.:-]*$/.test(name))
        return name;
    throw notWritable(name);
}
/** A host name, an address or a user name. `%` begins a token in ssh_config(5), `${` a variable, for which there is no other writing. */
function plainWord(value) {
    if (/^[^\s"'\\#$-][^\s"'\\#]*$/.test(value) && !value.includes('${')) {
        return value.replaceAll('%', '%%');
    }
    throw notWritable(value);
}
/**
 * A path, in quotes for its spaces: as a value of its own, and within a `ProxyCommand`, which a shell reads too. How a quote or a
 * backslash is written inside of quotes differs between versions of OpenSSH, so both are refused, and what a shell would replace.
 */
function inQuotes(path) {
    if (!/["\\$`\p{Cc}]/u.test(path))
        return `"${path.replaceAll('%', '%%')}"`;
    throw notWritable(path, 'Folders are made in RUNNER_TEMP: the work folder of the runner must be one without quotes, backslashes, $ and backticks.');
}
function notWritable(value, hint) {
    return new lib_errors/* ActionError */.l(`This cannot stand in an OpenSSH config: ${JSON.stringify(value)}`, {
        ...(hint === undefined ? {} : { hint }),
    });
}

;// CONCATENATED MODULE: ./lib/docker-host/ssh-config.js




/**
 * What holds for every host: nothing but this config decides (with `-F`, the system-wide one is not read: ssh(1)), and nothing is ever
 * asked. A host that is gone is noticed after 45 s.
 */
const COMMON = [
    'StrictHostKeyChecking yes',
    'GlobalKnownHostsFile /dev/null',
    'UpdateHostKeys no',
    'CheckHostIP no',
    'BatchMode yes',
    'ForwardAgent no',
    'ConnectTimeout 20',
    'ServerAliveInterval 15',
    'ServerAliveCountMax 3',
];
/**
 * The OpenSSH config that reaches each target by its name, through its jump hosts. Keys of hosts stand in the file of known hosts under
 * these names (`HostKeyAlias`), so that two nodes behind one address are told apart.
 * Throws `ActionError` where a host can be logged in to by password only, or where a value cannot be written in such a file.
 */
function sshConfig(targets, files) {
    return [
        '# Made by Swarm Up for this job, and removed at its end.\n',
        ...ssh_config_entriesOf(targets).map((entry) => ssh_config_section(`Host ${hostWord(entry.name)}`, linesOf(entry, files))),
        ssh_config_section('Host *', [...COMMON, `UserKnownHostsFile ${inQuotes(files.knownHosts)}`]),
    ].join('\n');
}
/** The file of known hosts that goes with the config: for each host what the action itself takes for its keys. */
function knownHostsText(targets) {
    return ssh_config_entriesOf(targets)
        .flatMap((entry) => knownKeys(entry).map((line) => `${line}\n`))
        .join('');
}
/** Every private key that the config names, once. */
function privateKeysOf(targets) {
    const all = ssh_config_entriesOf(targets).flatMap(({ hop }) => hop.credentials.privateKeys);
    return [...new Map(all.map((key) => [key.text, key])).values()];
}
/** Targets under their own names; jump hosts, each once, under names that no target has. */
function ssh_config_entriesOf(targets) {
    const taken = new Set(targets.map(({ name }) => name.toLowerCase()));
    const jumps = new Map();
    const jumpEntry = (hop, via) => {
        const id = JSON.stringify([via?.name, hop.host, hop.port, hop.user]);
        const known = jumps.get(id);
        if (known)
            return known;
        let number = jumps.size + 1;
        while (taken.has(`jump-${number}`))
            number += 1;
        const entry = { name: `jump-${number}`, hop, via };
        taken.add(entry.name);
        jumps.set(id, entry);
        return entry;
    };
    const nodes = targets.map((target) => {
        let via;
        for (const hop of target.jump ?? [])
            via = jumpEntry(hop, via);
        return { name: target.name, hop: target, via };
    });
    return [...nodes, ...jumps.values()];
}
function linesOf({ name, hop, via }, files) {
    return [
        `HostName ${plainWord(hop.host)}`,
        `Port ${hop.port}`,
        `User ${plainWord(hop.user)}`,
        `HostKeyAlias ${aliasOf(name)}`,
        ...loginLines(hop, files),
        ...(via ? [`ProxyCommand ${through(via, files)}`] : []),
    ];
}
function loginLines(hop, files) {
    const { privateKeys, agent } = hop.credentials;
    if (privateKeys.length === 0 && !agent) {
        throw new lib_errors/* ActionError */.l(`\`docker-host: true\` needs a private key or an agent for ${(0,ssh_target/* where */._)(hop)}, and there is only a password`, {
            hint: 'The OpenSSH client, which keeps the connection, takes no password from a file. Give `ssh-private-key`.',
        });
    }
    const keys = privateKeys.map((key) => inQuotes(files.keyOf(key)));
    return [
        // Without any line, the keys in ~/.ssh would be tried.
        ...(keys.length > 0 ? keys : ['none']).map((key) => `IdentityFile ${key}`),
        `IdentitiesOnly ${agent ? 'no' : 'yes'}`,
        `IdentityAgent ${agent ? inQuotes(agent) : 'none'}`,
    ];
}
/** What `ProxyJump` does, but that hands the path of the config to a shell unquoted (OpenSSH up to 10, ssh.c). */
function through(via, files) {
    return `ssh -F ${inQuotes(files.config)} -W "[%h]:%p" ${via.name}`;
}
function knownKeys({ name, hop }) {
    const { hostKeys, host, port } = hop;
    const alias = aliasOf(name);
    if (hostKeys.kind === 'pinned') {
        return hostKeys.keys.map((key) => `${alias} ${withoutComment(key)}`);
    }
    const { accepted, atDefaultPort, revoked } = (0,known_hosts/* lookup */.$I)(hostKeys.knownHosts, host, port);
    return [
        ...revoked.map(({ key }) => `@revoked ${alias} ${key.type} ${key.blob.toString('base64')}`),
        ...[...accepted, ...atDefaultPort].map(({ key }) => `${alias} ${key.type} ${key.blob.toString('base64')}`),
    ];
}
/** ssh looks for the lower-case form. */
function aliasOf(name) {
    return hostWord(name).toLowerCase();
}
function withoutComment(key) {
    return key.trim().split(/\s+/).slice(0, 2).join(' ');
}
function ssh_config_section(head, lines) {
    return [head, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

;// CONCATENATED MODULE: ./lib/docker-host/ssh-files.js





const WINDOWS = process.platform === 'win32';
/**
 * Makes the folder (0700; it must not exist yet) with an OpenSSH config, the known hosts and one file (0600) for each distinct private
 * key, and gives the path of the config: `ssh -F <path> <name>` then reaches every target. `closeDockerHost` removes the folder.
 * Throws `ActionError` where a target can be logged in to by password only, or where a value cannot be written in such a config.
 */
async function writeSshConfig(folder, targets) {
    const keys = privateKeysOf(targets).map(({ text }) => text);
    const file = (name) => (0,external_node_path_.join)(folder, name);
    const keyName = (text) => `key-${keys.indexOf(text) + 1}`;
    const text = sshConfig(targets, {
        config: withSlashes(file('config')),
        knownHosts: withSlashes(file('known_hosts')),
        keyOf: (key) => withSlashes(file(keyName(key.text))),
    });
    await (0,external_node_fs_promises_.mkdir)(folder, { mode: 0o700 });
    for (const key of keys)
        await writePrivate(file(keyName(key)), key);
    await writePrivate(file('known_hosts'), knownHostsText(targets));
    await writePrivate(file('config'), text);
    return file('config');
}
function withSlashes(path) {
    return WINDOWS ? path.replaceAll('\\', '/') : path;
}
async function writePrivate(path, text) {
    await (0,external_node_fs_promises_.writeFile)(path, '', { mode: 0o600, flag: 'wx' });
    if (WINDOWS) {
        // There the mode says nothing, and ssh refuses a key that others may read.
        const owner = (0,external_node_os_.userInfo)().username;
        await runner.run(['icacls', path, '/inheritance:r', '/grant:r', `${owner}:F`]);
    }
    await (0,external_node_fs_promises_.writeFile)(path, text);
}

;// CONCATENATED MODULE: ./lib/docker-host/background.js
var background_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var background_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * What ssh needs of the environment. The rest stays out of a process that lives as long as the job: inputs of the action, keys among
 * them, are variables too. By RUNNER_TRACKING_ID the runner finds and ends at the end of the job what post could not end.
 */
const INHERITED = [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'RUNNER_TRACKING_ID'],
    ...['SystemRoot', 'SystemDrive', 'USERPROFILE', 'USERNAME', 'ProgramData', 'TEMP', 'PATHEXT'],
];
/** Between SIGTERM and SIGKILL, and after it, in ms. */
const background_GRACE_MS = 2_000;
const background_POLL_MS = 20;
/**
 * Starts a program that outlives this process: a session of its own, its output in a file (0600), nothing of ours held open.
 * Throws `ActionError` where it cannot be started.
 */
async function startInBackground(argv, log) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const [program, ...args] = argv;
        const output = background_addDisposableResource(env_1, await (0,external_node_fs_promises_.open)(log, 'a', 0o600), true);
        const child = (0,external_node_child_process_.spawn)(program, args, {
            stdio: ['ignore', output.fd, output.fd],
            env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
            detached: true,
            windowsHide: true,
        });
        const ended = endingOf(child);
        await new Promise((resolve, reject) => {
            child.once('spawn', resolve);
            child.on('error', (cause) => reject(background_notStarted(program, cause)));
        });
        child.unref();
        // Without a number there was no 'spawn'. A process that ends at once has no start time any more.
        const pid = child.pid ?? 0;
        return { pid, started: (await startTime(pid)) ?? '', ended };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        const result_1 = background_disposeResources(env_1);
        if (result_1)
            await result_1;
    }
}
/**
 * Ends a process, and what it started, and waits until it is gone: at most `2 * GRACE_MS`. Ended already, or another process under that
 * number, is success. Throws `ActionError` where it does not go.
 */
async function endProcess(id) {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
        if (!(await background_isAlive(id)))
            return;
        background_kill(id.pid, signal);
        const until = performance.now() + background_GRACE_MS;
        while (performance.now() < until) {
            if (!(await background_isAlive(id)))
                return;
            await (0,promises_.setTimeout)(background_POLL_MS);
        }
    }
    throw new lib_errors/* ActionError */.l(`Process ${id.pid} on the runner did not end`, {
        hint: `The runner ends it with the job. On a machine of your own: kill -KILL ${id.pid}`,
    });
}
/** Whether this very process still runs. */
async function background_isAlive({ pid, started }) {
    return started !== '' && (await startTime(pid)) === started;
}
/** When a process began; undefined where there is none, or only its remains that nobody has collected. */
async function startTime(pid) {
    switch (process.platform) {
        case 'linux':
            return startOfStat(await (0,external_node_fs_promises_.readFile)(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
        case 'win32': {
            const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
            return await answer(['powershell', '-NoProfile', '-NonInteractive', '-Command', script]);
        }
        default:
            return startOfPs(await answer(['ps', '-o', 'stat=,lstart=', '-p', `${pid}`]));
    }
}
/** Clock ticks since boot, field 22 of proc_pid_stat(5). The name, field 2, may hold spaces and brackets. */
function startOfStat(text) {
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return isRemains(state) ? undefined : fields[19];
}
/** From "S+  Mon Nov 23 23:49:05 2026", what `ps -o stat=,lstart=` prints. */
function startOfPs(text) {
    const [state, ...started] = text?.split(/\s+/) ?? [];
    return isRemains(state) ? undefined : started.join(' ') || undefined;
}
function isRemains(state) {
    return state === undefined || /^[ZX]/.test(state);
}
async function answer(argv) {
    const { stdout } = await runner.run(argv, { anyExitCode: true, timeoutMs: 10_000 });
    return stdout.trim() || undefined;
}
function background_kill(pid, signal) {
    try {
        // The group: over a jump host ssh starts another ssh.
        process.kill(process.platform === 'win32' ? pid : -pid, signal);
    }
    catch {
        // It has ended in the meantime.
    }
}
function endingOf(child) {
    return new Promise((resolve) => {
        child.once('exit', (code, signal) => {
            resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
        });
    });
}
function background_notStarted(program, cause) {
    const missing = cause.code === 'ENOENT';
    return new lib_errors/* ActionError */.l(`Program ${missing ? 'not found' : 'could not be started'} on the runner: ${program}`, {
        cause,
        ...(missing ? { hint: background_INSTALL } : { details: cause.message }),
    });
}
const background_INSTALL = 'Install the OpenSSH client on the runner (Debian and Ubuntu: apt-get install openssh-client; Alpine: apk add openssh-client).';

;// CONCATENATED MODULE: ./lib/docker-host/tunnel-commands.js


/**
 * A path that `ssh -L` takes as it is. Colons and backslashes are taken apart there, and `%` and `${` replaced, each from some version
 * of OpenSSH on.
 */
const PLAIN_PATH = /^\/[\w./@+-]+$/;
/** What a Unix socket's path may have in bytes, the closing zero left out: 103 on macOS, 107 on Linux (unix(7), sun_path). */
const SOCKET_PATH_BYTES = 103;
/** Whether `ssh` can make a socket at this path on the runner. */
function isSocketPath(path) {
    return PLAIN_PATH.test(path) && Buffer.byteLength(path) <= SOCKET_PATH_BYTES;
}
/** Throws `ActionError` where the engine's socket on the node is not an absolute path that `ssh -L` takes as it is. */
function checkRemoteSocket(path) {
    if (PLAIN_PATH.test(path))
        return;
    throw new lib_errors/* ActionError */.l(`Not a path of a Unix socket on a node: ${JSON.stringify(path)}`, {
        hint: 'It is an absolute path of letters, digits and . _ / @ + - like /var/run/docker.sock',
    });
}
/** Forwards a socket (or "127.0.0.1:port") of the runner to the engine's socket on the node, and does nothing else. */
function tunnelCommand({ config, node }, local, remote) {
    return [
        'ssh',
        ...['-F', config, '-N', '-T'],
        ...['-o', 'ExitOnForwardFailure=yes', '-o', 'StreamLocalBindUnlink=yes'],
        ...['-L', `${local}:${remote}`, node],
    ];
}
/**
 * Asks the node why its socket cannot be reached, since sshd itself says nothing but "open failed". The answer is read by `refusal`.
 * One line without `!` and single quotes, so that a login shell of another kind (csh, fish) hands it to `sh` unchanged.
 */
function findingCommand({ config, node }, remote) {
    const script = [
        'if test -r "$1" && test -w "$1"; then',
        'if docker -H "unix://$1" version >/dev/null 2>&1; then echo finding=open;',
        'else echo finding=dead; docker -H "unix://$1" version 2>&1 >/dev/null; fi;',
        'elif test -e "$1"; then echo finding=closed;',
        'else echo finding=missing; fi;',
        'echo user=$(id -un); id; ls -ldL "$1" 2>&1; exit 0',
    ].join(' ');
    return ['ssh', '-F', config, '-T', node, (0,quote/* quote */.h)(['sh', '-c', script, 'sh', remote])];
}

;// CONCATENATED MODULE: ./lib/docker-host/local-end.js




/** A socket that only this user can reach; on Windows, whose clients know no such sockets, a free port at 127.0.0.1. */
async function localEnd(folder) {
    return process.platform === 'win32' ? await local_end_freePort() : await privateSocket(folder);
}
/** In the folder, or, where its path is too long or too odd for `ssh -L`, in a short one of its own. */
async function privateSocket(folder) {
    const near = (0,external_node_path_.join)(folder, 'docker.sock');
    const socketFolder = isSocketPath(near) ? undefined : await (0,external_node_fs_promises_.mkdtemp)('/tmp/swarm-up-');
    const path = socketFolder === undefined ? near : (0,external_node_path_.join)(socketFolder, 'docker.sock');
    return {
        forward: path,
        dockerHost: `unix://${path}`,
        socketFolder,
        // Not by connecting: each connection is one to the engine.
        isOpen: async () => (await (0,external_node_fs_promises_.stat)(path).catch(() => undefined))?.isSocket() ?? false,
    };
}
async function local_end_freePort() {
    const server = (0,external_node_net_.createServer)();
    await new Promise((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const address = `127.0.0.1:${port}`;
    return {
        forward: address,
        dockerHost: `tcp://${address}`,
        socketFolder: undefined,
        isOpen: () => new Promise((resolve) => {
            const socket = (0,external_node_net_.connect)({ host: '127.0.0.1', port });
            socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
            socket.once('connect', () => socket.destroy());
        }),
    };
}
function portOf(server) {
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('A TCP server has a port.');
    return address.port;
}

;// CONCATENATED MODULE: ./lib/docker-host/refusal.js

/** Whether ssh says that the tunnel stands, but its other end does not open. */
function isNotOpened(log) {
    return /open failed/.test(log);
}
/** The error for a tunnel whose far end does not open, from the node's own answer to `findingCommand`. */
function refusal({ node, remoteSocket }, answer, log) {
    // A .bashrc may speak first.
    const found = /^finding=(\w+)$/m.exec(answer);
    const user = /^user=(.+)$/m.exec(answer)?.[1] ?? '(see id)';
    const evidence = found ? answer.slice(found.index + found[0].length) : answer;
    const details = [evidence.trim(), log.trim()].filter(Boolean).join('\n');
    switch (found?.[1]) {
        case 'missing':
            return new lib_errors/* ActionError */.l(`There is no ${remoteSocket} on ${node}`, {
                details,
                hint: `Either no Docker Engine runs there, or it listens elsewhere, or user ${user} may not look into the folder: sudo ls -l ${remoteSocket}`,
            });
        case 'closed':
            return new lib_errors/* ActionError */.l(`User ${user} of ${node} may not use ${remoteSocket}`, {
                details,
                hint: `The action itself can use sudo, but a forwarded socket cannot. For \`docker-host: true\` put the user into the docker group: sudo usermod -aG docker ${user}`,
            });
        case 'dead':
            return new lib_errors/* ActionError */.l(`No Docker Engine answers at ${remoteSocket} on ${node}`, {
                details,
                hint: 'Look at it on the node: sudo systemctl status docker; sudo journalctl -u docker -n 50',
            });
        case 'open':
            return new lib_errors/* ActionError */.l(`sshd on ${node} refuses to forward to ${remoteSocket}`, {
                details,
                hint: 'The engine answers there, so forwarding is switched off. Set in /etc/ssh/sshd_config of the node `AllowStreamLocalForwarding local` and `DisableForwarding no` (see what holds: sudo sshd -T | grep -i forwarding), then: sudo systemctl reload ssh',
            });
        default:
            return new lib_errors/* ActionError */.l(`${remoteSocket} on ${node} cannot be reached through SSH`, {
                details,
            });
    }
}
/** The error for an ssh that ended before the tunnel stood. */
function tunnelEnded(node, exit, log) {
    const hint = HINTS.find(([words]) => words.test(log))?.[1];
    return new lib_errors/* ActionError */.l(`The SSH tunnel to ${node} could not be opened: ssh ${exit}`, {
        details: log,
        ...(hint === undefined ? {} : { hint }),
    });
}
const HINTS = [
    [
        /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|no matching host key/,
        'The connection was ended before anything was sent. Either the host was set up anew, and the expected key must be replaced, or another host answers at this address.',
    ],
    [/Permission denied \(/, 'The reason for the refusal is in the log of the sshd of the node.'],
    [
        /Bad configuration option|unknown option|illegal option|[Uu]sage: ssh|not supported/,
        'A newer OpenSSH client is needed (Debian and Ubuntu: apt-get install openssh-client).',
    ],
];

;// CONCATENATED MODULE: ./lib/docker-host/tunnel.js
var tunnel_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var tunnel_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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












const DEFAULT_SOCKET = '/var/run/docker.sock';
const tunnel_POLL_MS = 30;
/** For the node's answer to the question why it does not work, in ms. */
const FINDING_MS = 20_000;
const LOG = 'tunnel.log';
const RECORD = 'tunnel.json';
/** What another process must know to end the tunnel. It lies in the folder, so the folder is all that has to be remembered. */
const tunnel_record = schemas/* object */.Ikc({
    process: schemas/* object */.Ikc({ pid: schemas/* number */.aig().int().positive(), started: schemas/* string */.YjP() }).optional(),
    socketFolder: schemas/* string */.YjP().optional(),
});
/**
 * Forwards a private socket (on Windows a loopback port) to the engine of a node, by an `ssh` in the background that outlives this
 * process, and resolves as soon as the plain `docker` client reaches the engine through it. `closeDockerHost` ends it.
 * Rejects with `ActionError` (ssh's own words; no right to the socket; forwarding refused; out of time) or with the signal's reason;
 * nothing runs then.
 */
async function openDockerHost(options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { folder, node, signal, timeoutMs } = options;
        const remoteSocket = options.remoteSocket ?? DEFAULT_SOCKET;
        const log = () => logOf(folder);
        checkRemoteSocket(remoteSocket);
        const bounds = tunnel_addDisposableResource(env_1, (0,limit/* limit */.A)([signal], timeoutMs, () => {
            const seconds = timeoutMs / 1000;
            return new lib_errors/* ActionError */.l(`The engine of ${node} did not answer through SSH within ${seconds} s`, {
                details: log(),
            });
        }), false);
        bounds.signal.throwIfAborted();
        try {
            const local = await localEnd(folder);
            await remember(folder, { socketFolder: local.socketFolder });
            const { ended, ...id } = await startInBackground(tunnelCommand(options, local.forward, remoteSocket), (0,external_node_path_.join)(folder, LOG));
            await remember(folder, { socketFolder: local.socketFolder, process: id });
            void ended.then((how) => bounds.stop(tunnelEnded(node, how, log())));
            await listening(local, bounds.signal);
            await answering(options, local, remoteSocket, bounds.signal);
            return { dockerHost: local.dockerHost, ...id };
        }
        catch (error) {
            await endTunnel(folder);
            throw error;
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        tunnel_disposeResources(env_1);
    }
}
/** Ends the tunnel, if there is one, and removes the folder with the keys. Called twice it does nothing. */
async function tunnel_closeDockerHost(folder) {
    try {
        await endTunnel(folder);
    }
    finally {
        await rm(folder, { recursive: true, force: true });
    }
}
async function remember(folder, value) {
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(folder, RECORD), JSON.stringify(value), { mode: 0o600 });
}
async function endTunnel(folder) {
    const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, RECORD), 'utf8').catch(() => undefined);
    if (text === undefined)
        return;
    const { process, socketFolder } = tunnel_record.parse(JSON.parse(text));
    try {
        if (process)
            await endProcess(process);
    }
    finally {
        await (0,external_node_fs_promises_.rm)(socketFolder ?? (0,external_node_path_.join)(folder, 'docker.sock'), { recursive: true, force: true });
    }
}
async function listening(local, signal) {
    while (!(await local.isOpen())) {
        await (0,promises_.setTimeout)(tunnel_POLL_MS, undefined, { signal }).catch(() => { });
        signal.throwIfAborted();
    }
}
/** By the client and the variables that the following steps use. */
async function answering(options, local, remoteSocket, signal) {
    const { folder, node, runner, timeoutMs } = options;
    try {
        await runner.run(['docker', 'version', '--format', '{{.Server.Version}}'], {
            env: { DOCKER_HOST: local.dockerHost, DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' },
            signal,
            timeoutMs,
        });
    }
    catch (cause) {
        signal.throwIfAborted();
        if (!(cause instanceof executor/* CommandError */.Qd))
            throw cause;
        const log = logOf(folder);
        if (isNotOpened(log)) {
            throw refusal({ node, remoteSocket }, await tunnel_ask(options, remoteSocket, signal), log);
        }
        throw new lib_errors/* ActionError */.l(`docker on the runner cannot talk to the engine of ${node}`, {
            details: [(0,executor/* ownWords */.I1)(cause.result), log].join('\n'),
            cause,
        });
    }
}
/** What the node says of its socket; where it says nothing, why. */
async function tunnel_ask(options, remoteSocket, signal) {
    try {
        const command = findingCommand(options, remoteSocket);
        return (await options.runner.run(command, { signal, timeoutMs: FINDING_MS })).stdout;
    }
    catch (error) {
        signal.throwIfAborted();
        return (0,lib_errors/* describeError */.U)(error);
    }
}
function logOf(folder) {
    try {
        return (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(folder, LOG), 'utf8').trim();
    }
    catch {
        return '';
    }
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
const membership_TRIES = 3;
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
        RemoteAddrs: options.managers.map((address) => (0,external_node_net_.isIPv6)(address) ? `[${address}]:2377` : `${address}:2377`),
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
            if (!(error instanceof NoAnswer) || tries === membership_TRIES)
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

;// CONCATENATED MODULE: ./lib/swarm/quorum.js

/** Whether most managers of a swarm can be reached once the nodes with these ids are managers no more. */
function keepsMajority(nodes, demoted) {
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
    const found = ownerOf(labels);
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
        ...ownerLabels(record.owner),
        ...(record.joined && { [JOINED]: 'true' }),
        ...(record.gatewayMade && { [GATEWAY]: 'true' }),
        ...(keys.length > 0 && { [LABEL_KEYS]: keys.join(',') }),
    };
}
/** What stands on a node; undefined where nothing of ours does. */
function recordOf(node) {
    const labels = node.Spec.Labels ?? {};
    const owner = ownerOf(labels);
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
        await systemClock.sleep(entrance_POLL_MS, signal);
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
        if (!isNamed && !(await entrance_isOf(cluster, machine, known, signal)))
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
        return (await listNodes(machine.api, limit)).filter(isManager);
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
async function entrance_isOf(cluster, machine, known, signal) {
    if (known.some((node) => recordOf(node)?.owner.cluster === cluster))
        return true;
    // It cannot be asked without a majority.
    if (known.length === 0)
        return false;
    return ownerOf(await readSwarmLabels(machine.api, signal))?.cluster === cluster;
}
function noMajority(managers) {
    return new lib_errors/* ActionError */.l(`The swarm of ${managers.map(({ name }) => name).join(', ')} has lost the majority of its managers, so nothing in it can be changed.`, {
        hint: 'Bring managers back until most of them run. If they are lost for good, run on one that is left: docker swarm init --force-new-cluster --advertise-addr <its address>',
    });
}

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
    await manager.ssh.run(drain(node.ID), { signal, repeatable: true });
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
    const { signal, clock = systemClock } = options;
    try {
        await machine.ssh.run(leave(), { signal });
    }
    catch (error) {
        const { Swarm } = await readEngine(machine.ssh, signal);
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
        await machine.ssh.run(commands_removeContainers(ids), { anyExitCode: true, signal });
        return false;
    }, clock);
    if (gone)
        return;
    const ids = await list();
    throw new lib_errors/* ActionError */.l(`${machine.name} has left the swarm, and containers of its tasks are still there: ${ids.join(', ')}`, { hint: `On ${machine.name}: docker rm --force --volumes ${ids.join(' ')}` });
}
/**
 * Makes a worker of a manager, and waits until the others do without it in their consensus: until then they refuse to remove it, and to let
 * another one go.
 * Throws `ActionError` where it is still a manager after `DEMOTE_TIMEOUT_MS`.
 */
async function leave_demote(manager, node, signal, clock = systemClock) {
    let isTold = false;
    let refused;
    const demoted = await waitUntil(DEMOTE_TIMEOUT_MS, signal, async () => {
        if (!isTold)
            refused = await tryToDemote(manager, node, signal);
        isTold = refused === undefined;
        if (!isTold)
            return false;
        const now = (await listNodes(manager.api, signal)).find((one) => one.ID === node.ID);
        return !now?.ManagerStatus;
    }, clock);
    if (demoted)
        return;
    throw new lib_errors/* ActionError */.l(`${node.Description.Hostname} is still a manager after its demotion.`, {
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
    await manager.ssh.run(removeNode(node.ID), { signal });
}
/** Asks until the answer is yes; false where it was not within `timeoutMs`. */
async function waitUntil(timeoutMs, signal, ask, clock = systemClock) {
    const until = clock.now() + timeoutMs;
    for (;;) {
        if (await ask())
            return true;
        if (clock.now() > until)
            return false;
        await clock.sleep(leave_POLL_MS, signal);
    }
}

;// CONCATENATED MODULE: ./lib/swarm/form.js







/** How long all nodes together may take to become ready, in ms. */
const form_READY_TIMEOUT_MS = 60_000;
/**
 * Makes one swarm of the machines, whatever part of one they are already: a missing one is initialised, machines join, roles are
 * changed to those wanted, surplus machines are taken out, join tokens are rotated. Changes nothing where nothing is missing.
 */
async function formSwarm(fleet, options) {
    const { signal, log } = options;
    const all = [...fleet.machines, ...fleet.surplus];
    const ids = new Map();
    for (const machine of all) {
        if (isMember(machine))
            ids.set(machine, machine.engine.Swarm.NodeID);
    }
    const entrance = await findManager(all, options);
    if (entrance?.forced)
        forgetOthers(ids, entrance.manager);
    const entry = entrance?.manager ?? (await initialise(fleet, ids, options));
    const joined = await complete(entry, fleet, ids, options);
    // From here on a machine of the fleet that is a manager now, and stays one, is asked.
    const manager = fleet.machines.find(({ role }) => role === 'manager') ?? entry;
    const { api } = manager;
    const roles = rolesOf(fleet, ids);
    await demoteOthers(manager, await listNodes(api, signal), roles, signal);
    const nodes = await waitForNodes(api, roles, { signal, timeoutMs: form_READY_TIMEOUT_MS });
    for (const machine of fleet.surplus) {
        log.info(`${machine.name} is surplus: its tasks move, then it leaves and is destroyed`);
        const node = nodes.find(({ ID }) => ID === ids.get(machine));
        await removeSurplus({ manager, machine, node, signal });
        await options.destroy(machine);
    }
    if (joined.length > 0)
        await rotateJoinTokens(api, signal);
    return {
        manager,
        api,
        members: await membersOf(fleet.machines, nodes, ids, signal),
    };
}
function isMember({ engine }) {
    return engine.Swarm.LocalNodeState !== 'inactive';
}
/** After a swarm was forced to go on with one manager, the others are no part of it any more, though they believe so. */
function forgetOthers(ids, manager) {
    for (const machine of ids.keys())
        if (machine !== manager)
            ids.delete(machine);
}
async function initialise({ machines, unreachable }, ids, { disposable, addressPools, labels, signal }) {
    // They may be the managers of the swarm that there is.
    if (unreachable.length > 0)
        throw noSecondSwarm(unreachable);
    const first = machines.find(({ role }) => role === 'manager');
    if (!first)
        throw new Error('a swarm without a manager');
    for (const machine of machines.filter(isMember)) {
        if (!disposable)
            throw inAnotherSwarm(machine);
        ids.delete(machine);
    }
    await leaveIfMember(first, signal);
    const { api } = first;
    const { advertise: address, dataPath } = first;
    await init(api, { address, dataPath, addressPools, labels: labels(first), signal });
    ids.delete(first);
    return first;
}
/** Through the manager that there is: dead nodes go, missing machines join, the wanted managers are promoted. Resolves with those that joined. */
async function complete(entry, fleet, ids, options) {
    const { disposable, signal } = options;
    const { api } = entry;
    if (!ids.has(entry)) {
        const id = await readNodeId(api, signal);
        ids.set(entry, id);
        await options.joined?.(entry, id, entry);
    }
    const known = await listNodes(api, signal);
    for (const [machine, id] of ids) {
        if (known.some((node) => node.ID === id))
            continue;
        if (!disposable)
            throw inAnotherSwarm(machine);
        ids.delete(machine);
    }
    if (disposable)
        await removeDead(entry, known, ids, options);
    const joining = fleet.machines.filter((machine) => !ids.has(machine));
    if (joining.length > 0) {
        await options.joining?.(joining, api);
        await joinAll(api, entry, joining, ids, options);
    }
    const roles = rolesOf(fleet, ids);
    const promoted = (await listNodes(api, signal)).filter((node) => !isManager(node) && roles.get(node.ID) === 'manager');
    if (promoted.length > 0) {
        await entry.ssh.run(promote(promoted.map((node) => node.ID)), {
            signal,
            repeatable: true,
        });
    }
    const managers = new Map([...roles].filter(([, role]) => role === 'manager'));
    await waitForNodes(api, managers, { signal, timeoutMs: form_READY_TIMEOUT_MS });
    return joining;
}
function noSecondSwarm(unreachable) {
    return new lib_errors/* ActionError */.l(`None of the hosts that answer is a manager of a swarm, and no swarm is initialised while ${unreachable.join(', ')} cannot be asked.`, { hint: 'Nothing was changed. Bring it back, or take it out of `hosts`, then run again.' });
}
function inAnotherSwarm(machine) {
    return new lib_errors/* ActionError */.l(`${machine.name} is in another swarm than the managers named here.`, {
        hint: `Nothing was changed. Take it out of the list, name a manager of its swarm, or, if that swarm is not needed any more, run there: docker swarm leave${machine.engine.Swarm.ControlAvailable ? ' --force' : ''}`,
    });
}
/** A machine of ours that is in a swarm without a manager to ask has nothing there to keep. */
async function leaveIfMember(machine, signal) {
    if (isMember(machine))
        await machine.ssh.run(leave(), { signal });
}
/** Nodes that are no machine of the cluster any more would be waited for and given tasks: they are taken out of the swarm. */
async function removeDead(manager, nodes, ids, { signal, log }) {
    const alive = new Set(ids.values());
    for (const node of nodes.filter(({ ID }) => !alive.has(ID))) {
        log.info(`${node.Description.Hostname} (${node.ID}) has no machine any more; removed from the swarm`);
        await leave_removeNode(manager, node, signal);
    }
}
async function joinAll(api, entry, joining, ids, { mask, signal, joined }) {
    const tokens = await readJoinTokens(api, signal);
    mask(tokens.Worker);
    mask(tokens.Manager);
    const joinOne = async (machine, role) => {
        await leaveIfMember(machine, signal);
        const own = machine.api;
        const present = [...ids.keys()].filter((one) => one !== entry && one.role === 'manager');
        await join(own, {
            address: machine.advertise,
            dataPath: machine.dataPath,
            managers: [entry, ...present].map((one) => one.advertise),
            token: tokens[role],
            signal,
        });
        const id = await readNodeId(own, signal);
        ids.set(machine, id);
        await joined?.(machine, id, entry);
    };
    // Each new manager changes the quorum, so they join one by one; workers change nothing.
    for (const machine of joining) {
        if (machine.role === 'manager')
            await joinOne(machine, 'Manager');
    }
    const workers = joining.filter(({ role }) => role === 'worker');
    const results = await Promise.allSettled(workers.map((machine) => joinOne(machine, 'Worker')));
    for (const result of results)
        if (result.status === 'rejected')
            throw result.reason;
}
/** The role that each node of the fleet shall have. */
function rolesOf(fleet, ids) {
    return new Map(fleet.machines.flatMap((machine) => {
        const id = ids.get(machine);
        return id === undefined ? [] : [[id, machine.role]];
    }));
}
async function demoteOthers(manager, nodes, roles, signal) {
    const others = nodes.filter((node) => isManager(node) && roles.get(node.ID) === 'worker');
    if (others.length === 0)
        return;
    if (!keepsMajority(nodes, new Set(others.map(({ ID }) => ID))))
        throw wouldLoseMajority(others, nodes);
    // Each changes the quorum, so they go one by one.
    for (const node of others)
        await leave_demote(manager, node, signal);
}
function wouldLoseMajority(demoted, nodes) {
    const names = (some) => some.map(({ Description }) => Description.Hostname).join(', ');
    const gone = nodes.filter((node) => isManager(node) && !isReachable(node));
    return new lib_errors/* ActionError */.l(`${names(demoted)} cannot become a worker now: without it, most managers of the swarm could not be reached.`, {
        details: `Not reachable: ${names(gone)}`,
        hint: 'Bring these managers back, or take those that are lost for good out of the swarm (docker node demote, docker node rm --force), then run again.',
    });
}
async function membersOf(machines, nodes, ids, signal) {
    const probes = await Promise.all(machines.map((machine) => machine.ssh.run(probeIpvs(), { anyExitCode: true, repeatable: true, signal })));
    return machines.flatMap((machine, at) => {
        const node = nodes.find(({ ID }) => ID === ids.get(machine));
        return node ? [{ machine, node, ipvs: probes[at]?.exitCode === 0 }] : [];
    });
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
        const body = { Name: joining_nameOf(labels), Labels: labels, Data };
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
        await deleteIfThere(api, `/configs/${ID}`, signal);
    }
}
async function find(api, cluster, signal) {
    const filters = JSON.stringify({ label: [JOINING] });
    const found = await api.get('/configs', { filters }, joining_configs, { signal });
    return found.filter(({ Spec }) => isOwnedBy(Spec.Labels, cluster));
}
function joining_nameOf(labels) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(labels));
    return `swarm-up-joining-${hash.digest('hex').slice(0, 16)}`;
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
        await leave_removeNode(manager, node, signal);
    }
}
/**
 * Removes nodes that did not answer and joined for this cluster, so that the rest does not wait for them. `known` are those that are
 * connected.
 */
async function removeDown(known, asked) {
    const { manager, owner, log, signal } = asked;
    const down = ours(await listNodes(manager.api, signal), owner).filter(({ ID, Status }) => !known.has(ID) && Status.State === 'down');
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
        await leave_drain(manager, node, signal);
        await leave_removeNode(manager, node, signal);
        log.warning(removed(node, 'is not in `hosts` any more'));
    }
}
function removed({ Description: { Hostname } }, reason) {
    return `${Hostname} ${reason}, and was removed from the swarm. Its own dockerd does not know that yet. On ${Hostname}, run: docker swarm leave --force`;
}

;// CONCATENATED MODULE: ./lib/swarm/adopt.js






/**
 * Forms a swarm of hosts that were there before, and writes what was changed where it can be found by a run that remembers nothing: on a
 * swarm, as it is initialised, whose it is; on each node, as soon as it has joined, what was changed of its host. A host of which nothing was
 * changed gets no label of ours.
 */
async function adoptHosts(fleet, owner, options) {
    const { signal } = options;
    const outside = await hostsOutside(fleet.machines, signal);
    if (outside.hosts.length > 0)
        options.forming(outside);
    let announced = false;
    const swarm = await formSwarm(fleet, {
        ...options,
        disposable: false,
        labels: ({ index }) => swarmLabels(owner, outside.withoutGateway.includes(index)),
        joining: async (machines, api) => {
            announced = true;
            const bare = machines.filter(({ index }) => outside.withoutGateway.includes(index));
            const addresses = (some) => some.map(({ advertise }) => advertise);
            const joining = { addresses: addresses(machines), withoutGateway: addresses(bare) };
            await announceJoining(api, owner, joining, signal);
        },
        joined: async ({ index, labels }, id, manager) => {
            const gatewayMade = outside.withoutGateway.includes(index);
            const record = recordLabels({ owner, joined: true, gatewayMade, labels });
            await nodes_labelNode(manager.ssh, id, { add: record }, signal);
        },
    });
    for (const member of swarm.members) {
        const add = missingLabels(member, owner);
        if (Object.keys(add).length === 0)
            continue;
        await nodes_labelNode(swarm.manager.ssh, member.node.ID, { add }, signal);
    }
    const { api, manager } = swarm;
    if (announced)
        await forgetJoining(api, owner, signal);
    const nodes = swarm.members.map(({ node }) => node);
    const asked = { manager, owner, log: options.log, signal };
    await removeReplaced(nodes, asked);
    // The node of a host that does not answer is not one of the members, and is listed all the same.
    if (fleet.unreachable.length === 0)
        await treatUnlisted(nodes, options.removeUnlisted, asked);
    return swarm;
}
/** Of a node that was there before: the labels of its line that it has not, and the record of them. */
function missingLabels({ machine, node }, owner) {
    const before = recordOf(node);
    if (!before && Object.keys(machine.labels).length === 0)
        return {};
    const wanted = recordLabels({
        owner: before ? adopt_renewed(before.owner, owner) : owner,
        joined: before?.joined ?? false,
        gatewayMade: before?.gatewayMade ?? false,
        labels: { ...before?.labels, ...machine.labels },
    });
    const has = node.Spec.Labels ?? {};
    return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => has[key] !== value));
}
/** Who changed it first stays; how long it may live says the latest run of the same cluster. */
function adopt_renewed(before, owner) {
    const isOwn = before.cluster === owner.cluster && before.repository === owner.repository;
    return isOwn ? { ...before, expires: owner.expires ?? before.expires } : before;
}
async function hostsOutside(machines, signal) {
    const outside = machines.filter(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
    const found = await Promise.all(outside.map(({ ssh }) => ssh.run(inspectGateway(), { anyExitCode: true, repeatable: true, signal })));
    const indexes = outside.map(({ index }) => index);
    return { hosts: indexes, withoutGateway: indexes.filter((_, at) => found[at]?.exitCode !== 0) };
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
        log.warning(`The routing mesh of this swarm, which was there before, keeps its MTU. ${ingress_remedy(ingress, mtu)}`);
        return;
    }
    const publishing = (await api.get('/services', {}, ingress_services, { signal })).filter(({ Endpoint }) => Endpoint?.Ports?.some(({ PublishMode }) => PublishMode !== 'host'));
    if (publishing.length > 0) {
        const names = publishing.map(({ Spec }) => Spec.Name).join(', ');
        log.warning(`The routing mesh keeps its MTU, because ${names} ${publishing.length === 1 ? 'publishes' : 'publish'} ports by it. ${ingress_remedy(ingress, mtu)}`);
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
                throw new lib_errors/* ActionError */.l('The network of the routing mesh could not be made anew.', {
                    details: error.details ?? error.message,
                    hint: `The swarm has none now, so no port published with \`mode: ingress\` answers. On a manager: ${create(ingress, mtu)}`,
                    cause: error,
                });
            }
            await clock.sleep(ingress_POLL_MS, signal);
        }
    }
}
function ingress_remedy(ingress, mtu) {
    return `To change it, while no service publishes ports with \`mode: ingress\`, on a manager: docker network rm ${ingress.Name}, then ${create(ingress, mtu)}`;
}
function create({ Name }, mtu) {
    return `docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ${Name}`;
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
        throw cause instanceof lib_errors/* ActionError */.l ? staysLocked(machine, cause) : cause;
    });
    log.info(`${machine.name}  unlocked with the key of the swarm`);
    const engine = await readEngine(machine.ssh, signal);
    return { ...machine, engine, advertise: engine.Swarm.NodeAddr || machine.advertise };
}
const WHERE_THE_KEY_IS = 'The key is shown on a manager that is not locked by: docker swarm unlock-key';
function isLocked({ name }) {
    return new lib_errors/* ActionError */.l(`${name} is a manager of a locked swarm (autolock).`, {
        hint: `Give the key of the swarm as \`unlock-key\` (from a secret), or unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}`,
    });
}
function staysLocked({ name }, cause) {
    return new lib_errors/* ActionError */.l(`${name} is a manager of a locked swarm (autolock), and \`unlock-key\` did not unlock it.`, {
        details: [cause.message, cause.details].filter(Boolean).join('\n'),
        hint: `${WHERE_THE_KEY_IS}. It is another one after: docker swarm unlock-key --rotate`,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/up/swarm.js










/** How long the tunnel to the manager may take to stand, in ms. */
const TUNNEL_TIMEOUT_MS = 60_000;
/** Makes one swarm of the machines, and tells who is in it. */
async function swarm_form(context, found) {
    const { driver, inputs, reporter, mask, signal } = context;
    const { log } = reporter;
    const machines = await unlockAll(found.machines, {
        key: driver.adoption?.unlockKey,
        log,
        signal,
    });
    const fleet = { ...found, machines };
    const options = {
        cluster: context.owner.cluster,
        log,
        mask,
        signal,
        addressPools: driver.addressPools,
        destroy: async (machine) => {
            await machine.ssh.close();
            await driver.destroy(machine);
        },
    };
    const swarm = driver.makesMachines
        ? await formSwarm(fleet, {
            ...options,
            disposable: true,
            labels: () => ownerLabels(context.owner),
        })
        : await adoptHosts(fleet, context.owner, {
            ...options,
            forming: context.forming,
            removeUnlisted: driver.adoption?.removeUnlisted ?? false,
        });
    if (inputs.mtu !== undefined) {
        const isOurs = driver.makesMachines || isOwnedBy(await readSwarmLabels(swarm.api, signal), context.owner);
        await setIngressMtu(swarm.api, { mtu: inputs.mtu, isOurs, log, signal });
    }
    for (const { machine, node } of swarm.members) {
        const { Hostname } = node.Description;
        const name = Hostname === machine.name ? Hostname : `${machine.name}  ${Hostname}`;
        reporter.log.info(`${name}  ${node.Spec.Role}  ${node.Status.State}`);
    }
    return swarm;
}
/** Done as soon as there is a manager, so that a step that looks into a failure has it, too. */
async function handOver(context, { manager, members }) {
    const { sshFolder: folder, runner, reporter, signal } = context;
    if (folder === undefined)
        return;
    const title = `Handing the engine of ${manager.name} to the following steps`;
    await inStage(reporter, title, async () => {
        const targets = members.map(({ machine }) => machine.target);
        const config = await writeSshConfig(folder, targets);
        const { dockerHost } = await openDockerHost({
            folder,
            config,
            node: manager.target.name,
            runner,
            signal,
            timeoutMs: TUNNEL_TIMEOUT_MS,
        });
        context.learned({ sshConfig: config, dockerHost });
        reporter.log.info(`DOCKER_HOST=${dockerHost}`);
    });
}
/** Says what cannot work where a kernel has no IPVS. */
function warnOfMesh({ reporter }, stack, { members }) {
    const without = members.filter(({ ipvs }) => !ipvs).map(({ machine }) => machine.name);
    if (without.length === 0)
        return;
    const ingress = stack.services
        .flatMap(({ ports }) => ports)
        .filter(({ mode }) => mode === 'ingress')
        .map(({ service, published }) => `${service}: ${published ?? 'a chosen port'}`);
    reporter.log.warning([
        `The kernel of ${without.join(', ')} has no IPVS (module ip_vs), so the routing mesh and virtual IPs cannot work there.`,
        ingress.length > 0
            ? `These ports will not answer and are not asked: ${ingress.join(', ')}. Publish them with \`mode: host\` to have them answer on the nodes that run a task.`
            : 'Services reach each other by `tasks.<service>`, or by name with `endpoint_mode: dnsrr`.',
    ].join(' '));
}

;// CONCATENATED MODULE: ./lib/up/waves.js






/**
 * Hands the stack to the manager, wave after wave, each once what it waits for has converged. Resolves with how much of `wait-timeout` is left, in ms.
 * `cutShort` is called with the services that stay as they were where it throws.
 */
async function deployInWaves(context, swarm, compose, ground, cutShort) {
    const { inputs, reporter, clock } = context;
    const { stack } = compose;
    const { waves } = stack;
    let ready;
    let leftMs = inputs.waitTimeoutMs;
    for (const [at, wave] of waves.entries()) {
        const title = `Deploying stack ${stack.name}`;
        const which = waves.length === 1 ? '' : `, wave ${at + 1} of ${waves.length}`;
        const later = waves.slice(at + 1).flatMap(({ services }) => services);
        await inStage(reporter, `${title}${which}`, async () => {
            if (waves.length > 1)
                reporter.log.info(`Services: ${wave.services.join(', ')}`);
            ready ??= await stack_prepare(context, swarm, compose);
            await stack_deploy(context, swarm, ready, at, ground);
            const awaits = waves[at + 1]?.awaits;
            if (!awaits)
                return;
            reporter.log.info(`Waiting for ${awaits.join(', ')}`);
            const began = clock.now();
            const expected = stack.services.filter(({ name }) => awaits.includes(name));
            const verdicts = await waitFor(context, swarm, stack, {
                // That they run is what the next wave waits for. How long they hold is seen at the end, when everything is there.
                expected: expected.map((service) => ({ ...service, monitorMs: 0 })),
                timeoutMs: leftMs,
                stableForMs: 0,
            });
            context.learned({ verdicts });
            leftMs = Math.max(0, leftMs - (clock.now() - began));
        }).catch((error) => {
            if (later.length > 0)
                cutShort(later);
            throw error instanceof ConvergeError ? sayingWhoWaits(error, stack, later) : error;
        });
    }
    return leftMs;
}
/** Waits until these services of the stack have converged, and tells how they come along. */
async function waitFor(context, swarm, stack, what) {
    return await converge(stackReader(swarm.api, stack.name), {
        ...what,
        stackName: stack.name,
        clock: context.clock,
        signal: context.signal,
        onProgress: context.progress,
        outage: () => swarm.manager.ssh.outage(),
        onReadError: (error) => context.reporter.log.warning((0,lib_errors/* describeError */.U)(error)),
    });
}
/** Adds the services that were not deployed any more, and for which of those that failed each of them waited. */
function sayingWhoWaits(error, { services, dependencies }, later) {
    if (later.length === 0)
        return error;
    const failed = error.verdicts.filter(({ state }) => state === 'failed');
    const waiting = later.map((name) => {
        const needed = awaitedBy(name, dependencies);
        const on = failed.map(({ service }) => service).filter((service) => needed.has(service));
        return { name, reason: on.length === 0 ? '' : `waits for ${on.join(', ')}` };
    });
    const summaryOf = (name) => {
        const found = waiting.find((one) => one.name === name);
        if (!found)
            return 'deployed, not waited for';
        return found.reason === '' ? 'not deployed' : `not deployed: ${found.reason}`;
    };
    const others = services
        .filter(({ name }) => !error.verdicts.some(({ service }) => service === name))
        .map(({ name }) => {
        const tasks = { running: 0, desired: 0, tasks: [] };
        return { service: name, state: 'pending', summary: summaryOf(name), reasons: [], ...tasks };
    });
    const names = waiting.map(({ name, reason }) => (reason === '' ? name : `${name} (${reason})`));
    const { status, details, hint, cause } = error;
    return new ConvergeError(`${error.message}. Not deployed: ${names.join(', ')}`, {
        status,
        ...(details === undefined ? {} : { details }),
        ...(hint === undefined ? {} : { hint }),
        ...(cause === undefined ? {} : { cause }),
    }, [...error.verdicts, ...others]);
}

;// CONCATENATED MODULE: ./lib/up/deployment.js










/**
 * From a swarm to a stack that runs on it; with `on-failure: rollback`, back to what ran before. To be called by one run at a time.
 * `explainOnce` tells what is known of a failure.
 */
async function runDeployment(context, swarm, compose, explainOnce) {
    for (let attempt = 1;; attempt += 1) {
        try {
            return await deployOnce(context, swarm, compose, explainOnce, attempt < PORT_ATTEMPTS);
        }
        catch (error) {
            if (!(error instanceof PortTaken))
                throw error;
            context.reporter.log.info(`${error.message}; other ports are chosen`);
        }
    }
}
/** How often ports are chosen where another stack takes them at the same moment. */
const PORT_ATTEMPTS = 5;
/** Another stack was deployed between the choice of the ports and their use. */
class PortTaken extends Error {
    name = 'PortTaken';
}
async function deployOnce(context, swarm, given, explainOnce, mayChooseAgain) {
    const { inputs, reporter, signal } = context;
    const machines = swarm.members.map(({ machine }) => machine);
    const { compose, ports, ground, plan } = await inStage(reporter, 'Comparing with the swarm', async () => {
        const placed = await placePorts(context, swarm.api, given);
        const { stack } = placed.compose;
        const found = await survey(context, swarm.api, machines, placed.compose);
        const { wanted, present } = found;
        const planned = planOf(wanted, present, {
            ...{ stack: stack.name, prune: inputs.prune, waves: stack.waves },
        });
        tellPlan(context, planned);
        return { ...placed, ground: found, plan: planned };
    });
    const { stack } = compose;
    await claim(context, swarm, stack, ports);
    await loadIfAsked(context, swarm, compose.images);
    warnOfMesh(context, stack, swarm);
    try {
        await carryOut(context, swarm, compose, ground, plan);
    }
    catch (error) {
        if (ports && mayChooseAgain && isPortTaken(error)) {
            throw new PortTaken('Another stack has taken a port meanwhile', { cause: error });
        }
        if (signal.aborted || inputs.onFailure !== 'rollback')
            throw error;
        // First: what is rolled back cannot be looked into any more.
        await explainOnce(error);
        throw await goBack(context, swarm, stack.name, ground.present, error);
    }
    await removeEarlier(context, swarm, stack);
}
async function carryOut(context, swarm, compose, ground, plan) {
    const { inputs, reporter, signal } = context;
    const { stack } = compose;
    const timeoutMs = await deployInWaves(context, swarm, compose, ground, (later) => context.learned({ plan: planCutShort(plan, later) }));
    const { services } = await readPresent(swarm.api, signal);
    context.learned({ plan: planAsDone(plan, stack.name, ground.present.services, services) });
    const verdicts = await inStage(reporter, `Waiting until ${stack.name} has converged`, () => waitFor(context, swarm, stack, {
        expected: stack.services,
        timeoutMs,
        stableForMs: inputs.stableForMs,
    }));
    context.learned({ verdicts });
    const endpoints = await inStage(reporter, 'Asking the published ports', () => stack_ask(context, swarm, stack));
    context.learned({ endpoints });
}

;// CONCATENATED MODULE: ./lib/up/dry-run.js








/** How long connecting to one machine may take, in ms. */
const CONNECT_TIMEOUT_MS = 30_000;
/**
 * Says what an `up` would change, and changes nothing: machines that run are asked, others are only named. Throws what the checks of a
 * deployment would throw.
 */
async function dryRun(context, { compose, existing }, opened) {
    const { inputs, reporter } = context;
    const running = existing.filter(({ state }) => state === 'running');
    const machines = machineLines(context, running);
    context.learned({ machines });
    for (const line of machines)
        reporter.log.info(line);
    if (running.length > 0) {
        await inStage(reporter, `Connecting to ${count(running.length, 'machine')}`, () => connectAll(context, running, opened));
    }
    const manager = opened.find(({ engine }) => engine.Swarm.ControlAvailable);
    if (!manager) {
        if (opened.some(({ engine }) => engine.Swarm.LocalNodeState === 'active')) {
            throw new lib_errors/* ActionError */.l('The machines are in a swarm, and none of them is a manager of it.', {
                hint: 'Nothing was changed. Name a manager of the swarm in `hosts`: only managers know what runs in it.',
            });
        }
        context.learned({
            machines: [...machines, `a swarm of ${count(inputs.nodes, 'node')} is formed`],
        });
    }
    if (!compose)
        return;
    await inStage(reporter, 'Comparing with the swarm', () => compare(context, compose, manager, opened));
}
function machineLines({ inputs, driver, owner }, running) {
    if (!driver.makesMachines)
        return [];
    const wanted = Array.from({ length: inputs.nodes }, (_, at) => at + 1);
    const missing = wanted.filter((index) => !running.some((machine) => machine.index === index));
    const surplus = running.filter(({ index }) => index > inputs.nodes);
    return [
        ...(missing.length > 0
            ? [
                `${missing.map((index) => `${owner.cluster}-${index}`).join(', ')}: made by driver ${driver.name}`,
            ]
            : []),
        ...surplus.map(({ name }) => `${name}: leaves the swarm and is destroyed`),
    ];
}
/** A host that is not reached may be missing where the run itself may go on without it. */
async function connectAll({ driver, inputs, reporter, signal }, running, opened) {
    const results = await Promise.allSettled(running.map(async (machine) => {
        const role = inputs.roles[machine.index - 1] ?? 'worker';
        const options = { signal, timeoutMs: CONNECT_TIMEOUT_MS, log: reporter.log };
        opened.push(await connect(driver, machine, role, options));
    }));
    for (const result of results) {
        if (result.status === 'fulfilled')
            continue;
        const mayMiss = driver.adoption?.allowUnreachable && opened.length > 0;
        if (!(mayMiss && result.reason instanceof unreachable/* UnreachableError */.J))
            throw result.reason;
        reporter.log.warning((0,lib_errors/* describeError */.U)(result.reason));
    }
}
async function compare(context, compose, manager, opened) {
    const { inputs } = context;
    const api = manager?.api;
    const placed = await placePorts(context, api, compose);
    const { name, waves } = placed.compose.stack;
    const { wanted, present } = await survey(context, api, opened, placed.compose);
    tellPlan(context, planOf(wanted, present, { stack: name, prune: inputs.prune, waves }));
}

;// CONCATENATED MODULE: ./lib/diagnostics.js


/** How long everything together may take, in ms: the failure itself must be reported before a job is cut. */
const WHOLE_TIMEOUT_MS = 20_000;
const diagnostics_LOG_LINES = '500';
const onManager = {
    'node-ls.txt': 'docker node ls',
    'nodes.json': 'docker node inspect $(docker node ls -q)',
    'services.txt': 'docker service ls',
    'services.json': 'docker service inspect $(docker service ls -q)',
    'tasks.txt': 'docker service ps --no-trunc $(docker service ls -q)',
    'tasks.json': 'docker inspect $(docker service ps -q --no-trunc $(docker service ls -q))',
    'networks.txt': 'docker network ls --no-trunc',
};
const onEvery = {
    'docker-info.txt': ['docker', 'info'],
    'containers.txt': ['docker', 'ps', '--all', '--no-trunc'],
    'images.txt': ['docker', 'images', '--digests', '--no-trunc'],
    'addresses.txt': ['sh', '-c', 'ip address; ip route'],
};
/**
 * Collects what a person needs to understand a failure into `folder` (removed by nobody: it is for an artifact). Whatever cannot be had is
 * said in the file that should hold it; this never throws. What an earlier step collected about the same cluster goes.
 */
async function collectDiagnostics(options) {
    const { folder, driver, machines } = options;
    const signal = AbortSignal.timeout(WHOLE_TIMEOUT_MS);
    await (0,external_node_fs_promises_.rm)(folder, { recursive: true, force: true }).catch(() => undefined);
    const write = async (name, text) => {
        const path = (0,external_node_path_.join)(folder, name);
        await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true, mode: 0o700 });
        await (0,external_node_fs_promises_.writeFile)(path, await text().catch((error) => `not to be had: ${error}\n`), {
            mode: 0o600,
        });
    };
    const tasks = [];
    if (options.stackFile !== undefined) {
        tasks.push(write('stack.yml', async () => options.stackFile ?? ''));
    }
    for (const machine of machines) {
        for (const [file, argv] of Object.entries(onEvery)) {
            tasks.push(write((0,external_node_path_.join)(machine.name, file), () => diagnostics_output(machine.ssh, argv, signal)));
        }
        tasks.push(driver.diagnostics(machine, signal).then(async (files) => {
            for (const [file, text] of files)
                await write((0,external_node_path_.join)(machine.name, file), async () => text);
        }, () => undefined));
    }
    const manager = machines.find(({ index }) => index === 1);
    if (manager) {
        for (const [file, script] of Object.entries(onManager)) {
            tasks.push(write(file, () => diagnostics_output(manager.ssh, ['sh', '-c', script], signal)));
        }
        for (const service of options.services) {
            const argv = [
                'docker',
                'service',
                'logs',
                '--timestamps',
                '--tail',
                diagnostics_LOG_LINES,
                service,
            ];
            tasks.push(write((0,external_node_path_.join)('logs', `${service}.txt`), () => diagnostics_output(manager.ssh, argv, signal)));
        }
    }
    await Promise.allSettled(tasks);
}
async function diagnostics_output(executor, argv, signal) {
    const { stdout, stderr } = await executor.run(argv, {
        anyExitCode: true,
        repeatable: true,
        signal,
        timeoutMs: WHOLE_TIMEOUT_MS,
    });
    return stdout + stderr;
}

;// CONCATENATED MODULE: ./lib/stack/logs.js


/** Logs come from the node that ran the task; one that is down never answers. */
const logs_TIMEOUT_MS = 5_000;
/**
 * The last lines that a task wrote, its errors last. Empty where it wrote nothing. A failure gives a sentence, no exception: logs are asked
 * for when something has failed already, and must not hide that.
 */
async function readTaskLogs(executor, taskId, lines, signal) {
    try {
        const { stdout, stderr } = await executor.run(taskLogs(taskId, lines), {
            signal,
            repeatable: true,
            timeoutMs: logs_TIMEOUT_MS,
        });
        return [stdout, stderr]
            .map((text) => text.trim())
            .filter(Boolean)
            .join('\n');
    }
    catch (error) {
        const why = error instanceof lib_errors/* ActionError */.l ? (error.details ?? error.message) : String(error);
        return `The logs of task ${taskId} could not be read: ${why}`;
    }
}

;// CONCATENATED MODULE: ./lib/up/explain.js




const explain_LOG_LINES = 30;
/** Adds to what is known what a person needs to understand the failure. */
async function explain_explain({ driver, diagnosticsFolder, reporter, learned }, error, opened, stack) {
    // To ask a machine that is cut off takes as long as all the others together, and brings nothing.
    const machines = opened.filter(({ ssh }) => ssh.outage() === undefined);
    if (error instanceof ConvergeError) {
        const manager = machines.find(({ role }) => role === 'manager');
        const diagnoses = [];
        // What was the matter when the swarm last answered need not be what is the matter now.
        const failed = error.cause === undefined ? error.verdicts : [];
        for (const verdict of failed.filter(({ state }) => state === 'failed')) {
            const task = taskToRead(verdict);
            const logs = manager && task
                ? await readTaskLogs(manager.ssh, task.id, explain_LOG_LINES, AbortSignal.timeout(10_000))
                : undefined;
            diagnoses.push(diagnose(verdict, logs));
        }
        learned({ verdicts: error.verdicts, diagnoses });
    }
    if (machines.length === 0)
        return;
    await reporter.log.group('Collecting diagnostics', async () => {
        await collectDiagnostics({
            folder: diagnosticsFolder,
            driver,
            machines,
            stackFile: stack?.text,
            services: stack?.services.map(({ name }) => `${stack.name}_${name}`) ?? [],
        });
        learned({ diagnostics: diagnosticsFolder });
        reporter.log.info(`Inspections and logs are in ${diagnosticsFolder}`);
    });
}

;// CONCATENATED MODULE: ./lib/stack/lock.js








// One deployment of a stack at a time. The lock is a Swarm config, because its creation is atomic in the whole swarm: the name exists or
// it does not. Who holds it renews it, so that one whose runner was lost is known for dead soon. Nothing of it is secret.
const lock_STACK_LABEL = 'swarm-up.lock';
const TOKEN_LABEL = 'swarm-up.lock.token';
const URL_LABEL = 'swarm-up.lock.url';
const ATTEMPT_LABEL = 'swarm-up.lock.attempt';
const lock_LEASE_LABEL = 'swarm-up.lock.lease';
const RENEWED_LABEL = 'swarm-up.lock.renewed';
const lock_POLL_MS = 500;
/** How often a waiting run says that it still waits, in ms. */
const REMIND_MS = 60_000;
/** Another run holds the lock, and did not let go of it in time. */
class StackBusy extends lib_errors/* ActionError */.l {
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
        ...ownerLabels(owner),
        [lock_STACK_LABEL]: stack,
        [TOKEN_LABEL]: token,
        [lock_LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
        ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
        ...(url === undefined ? {} : { [URL_LABEL]: url }),
    };
    const Data = Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
    try {
        await api.post('/configs/create', {}, { Name: lockName(stack), Labels, Data }, { signal });
        return true;
    }
    catch (error) {
        if (error instanceof EngineRefusal && error.httpStatus === 409)
            return false;
        throw error;
    }
}
const lock_configs = schemas/* array */.YOg(schemas/* object */.Ikc({
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
const lock_info = schemas/* object */.Ikc({ SystemTime: schemas/* string */.YjP() });
async function findLock(api, stack, signal) {
    const name = lockName(stack);
    const filters = JSON.stringify({ name: [name] });
    const found = await api.get('/configs', { filters }, lock_configs, { signal });
    return found.find(({ Spec }) => Spec.Name === name);
}
/** Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of them. */
async function lockedStacks(api, { cluster, repository }, signal) {
    const filters = JSON.stringify({ label: [lock_STACK_LABEL] });
    const found = await api.get('/configs', { filters }, lock_configs, { signal });
    return found.flatMap(({ Spec: { Labels } }) => {
        const owner = ownerOf(Labels);
        const stack = Labels[lock_STACK_LABEL];
        const isOwn = owner?.cluster === cluster && owner.repository === repository;
        return isOwn && stack !== undefined ? [stack] : [];
    });
}
/** Who holds the lock of a stack; undefined where nobody does. */
async function readHolder(api, stack, signal) {
    const found = await findLock(api, stack, signal);
    if (!found)
        return undefined;
    const { SystemTime } = await api.get('/info', {}, lock_info, { signal });
    const { Labels } = found.Spec;
    const run = ownerOf(Labels)?.run;
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
        leaseMs: Number(Labels[lock_LEASE_LABEL] ?? 0) * 1_000,
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
            throw lock_outOfTime(claim.stack, held, timeoutMs);
        if (told?.id !== holder.id || clock.now() - told.at >= REMIND_MS) {
            options.info(`Another deployment of stack ${claim.stack} is running: ${held}`);
            told = { id: holder.id, at: clock.now() };
        }
        await clock.sleep(Math.min(lock_POLL_MS, until - clock.now()), signal);
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
function lock_outOfTime(stack, held, timeoutMs) {
    return new StackBusy(`Another deployment of stack ${stack} did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)}.`, {
        status: 'timeout',
        details: held,
        hint: `Nothing of the stack has been changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on a manager: docker config rm ${lockName(stack)}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    });
}
/** Lets go of the lock. Resolves with false where it was not ours any more. */
async function lock_unlock(api, { stack, token }, signal) {
    const found = await findLock(api, stack, signal);
    if (found?.Spec.Labels[TOKEN_LABEL] !== token)
        return false;
    return await remove(api, found.ID, signal);
}
/** By id, so that a lock that was taken meanwhile is never meant. */
function remove(api, id, signal) {
    return deleteIfThere(api, `/configs/${id}`, signal);
}

;// CONCATENATED MODULE: ./lib/stack/hold.js
var hold_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var hold_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
            if (!(await tryLock(api, claim, signal))) {
                const { timeoutMs } = options;
                await waiting(() => waitForLock(api, claim, { timeoutMs, clock, signal, info: log.info, warn: log.warning }));
            }
            // A stream of its own: behind a renewal that gets no answer, the questions of the work would wait.
            const own = hold_addDisposableResource(env_1, engineApi(ssh), false);
            return await renewing(own, claim, options, work);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            hold_disposeResources(env_1);
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
            const isOurs = await renewLock(api, claim, over.signal).catch(() => true);
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
    const release = () => lock_unlock(api, claim, bound);
    try {
        // Once more, because whoever comes next would have to wait until it is stale.
        await release().catch(release);
        released?.();
    }
    catch (error) {
        log.warning(`The lock of stack ${claim.stack} could not be removed now; others wait for it until ${LEASE_MS / 1_000} s have passed. ${(0,lib_errors/* describeError */.U)(error)}`);
    }
}

;// CONCATENATED MODULE: ./lib/up/hold.js


/**
 * Runs `deploy` while no other run deploys or removes the same stack of the swarm, waiting for one that does. The lock is let go whatever becomes
 * of it; where this process is killed, post does that.
 */
async function holdingLock(context, { manager }, stack, deploy) {
    const { inputs, owner, clock, reporter, signal, locking } = context;
    const claim = claimOf(stack, owner, { url: context.runUrl, attempt: context.runAttempt });
    // Before there is one, so that none can be left that post does not know of.
    locking({ stack, token: claim.token });
    const options = {
        ...{ clock, signal, log: reporter.log, timeoutMs: inputs.lockTimeoutMs },
        waiting: (wait) => inStage(reporter, `Waiting for another deployment of ${stack}`, wait),
        released: () => locking(undefined),
    };
    return await holdingStack(manager, claim, options, deploy);
}

;// CONCATENATED MODULE: ./lib/up/living.js


/**
 * Of a preview, which is what has a `ttl` or goes with a pull request: learns what else of the repository lives beside it, where that is seen
 * from here. Never fails: a deployment that succeeded stays one.
 */
async function learnLiving({ driver, owner, signal, reporter, learned }, { api }) {
    if (owner.expires === undefined && owner.pullRequest === undefined)
        return;
    try {
        const all = driver.makesMachines
            ? (await driver.clusters(signal)).map(clusterAsLiving)
            : (await readStackRecords(api, signal)).map(stackAsLiving);
        const own = all.filter(({ repository }) => repository === owner.repository);
        learned({ living: own });
    }
    catch (error) {
        signal.throwIfAborted();
        reporter.log.info(`What else lives of this repository is not known. ${(0,lib_errors/* describeError */.U)(error)}`);
    }
}
function clusterAsLiving({ owner, created }) {
    const { cluster: name, repository, run, pullRequest, expires } = owner;
    return { name, repository, created, run, pullRequest, expires };
}
function stackAsLiving({ stack: name, owner, created }) {
    const { repository, run, pullRequest, expires } = owner;
    return { name, repository, created, run, pullRequest, expires };
}

;// CONCATENATED MODULE: ./lib/up/machines.js


/** Heading of the stage. */
function machinesTitle({ nodes }, existing) {
    const missing = nodes - existing.filter(({ index, state }) => index <= nodes && state === 'running').length;
    if (missing === 0)
        return `Connecting to ${count(nodes, 'machine')}`;
    return missing === nodes
        ? `Starting ${count(nodes, 'machine')}`
        : `Starting ${missing} of ${count(nodes, 'machine')}`;
}
/** Finds and makes the machines, and connects to each; `opened` takes every connection as soon as there is one. */
async function startMachines(context, stack, existing, opened, note) {
    const { owner, driver, inputs, reporter, signal } = context;
    signal.throwIfAborted();
    context.beginning(driver.makesMachines &&
        existing.every((machine) => machine.owner.run === owner.run && machine.owner.repository === owner.repository));
    await renew(context, existing);
    const spec = { owner, localPorts: localPortsOf(stack) };
    const fleet = await provision(driver, spec, existing, inputs.nodes, {
        signal,
        log: reporter.log,
        roleOf: (index) => inputs.roles[index - 1] ?? 'worker',
        opened: (machine) => opened.push(machine),
    });
    for (const machine of fleet.machines) {
        const isFound = driver.makesMachines && !fleet.created.includes(machine.name);
        const made = isFound ? ', found running' : '';
        reporter.log.info(`${machine.name}  ${machine.address}  Docker ${machine.engine.ServerVersion}${made}`);
    }
    const unbound = spec.localPorts.filter(({ port, protocol }) => !fleet.machines[0]?.localPorts.has(`${port}/${protocol}`));
    if (driver.makesMachines && unbound.length > 0) {
        reporter.log.info(`127.0.0.1 of the runner does not lead to port ${unbound.map(({ port }) => port).join(', ')}: ${fleet.machines[0]?.name} was made before the stack published it. The addresses of the nodes do.`);
    }
    if (fleet.unreachable.length > 0)
        note(`${fleet.unreachable.join(', ')} did not answer`);
    else
        note(fleet.created.length === 0 ? 'all were there' : `${fleet.created.length} made`);
    return fleet;
}
/** Before anything else: the cluster must not be swept while it is updated. */
async function renew({ driver, owner, signal, learned }, existing) {
    if (driver.makesMachines && existing.length > 0) {
        if (owner.expires !== undefined)
            await driver.renew(owner, signal);
        else
            learned({ expires: await machines_expiryOf(driver, owner, signal) });
    }
    if (owner.expires !== undefined)
        learned({ expires: owner.expires });
}
async function machines_expiryOf(driver, id, signal) {
    const own = (await driver.clusters(signal)).find(({ owner }) => owner.cluster === id.cluster && owner.repository === id.repository);
    return own?.owner.expires;
}
function localPortsOf(stack) {
    const ports = new Map();
    for (const { published, protocol } of stack?.services.flatMap((service) => service.ports) ?? []) {
        if (published !== undefined)
            ports.set(`${published}/${protocol}`, { port: published, protocol });
    }
    return [...ports.values()];
}

;// CONCATENATED MODULE: ./lib/up.js











/**
 * The way up: check, machines, swarm, images, stack, convergence, verification. Running it again on the same cluster completes what is
 * missing and changes nothing else.
 */
async function up(context) {
    const opened = [];
    let stack;
    const learned = (facts) => {
        stack = facts.stack ?? stack;
        context.learned(facts);
    };
    let isExplained = context.inputs.dryRun;
    const explainOnce = async (error) => {
        if (isExplained || context.signal.aborted)
            return;
        isExplained = true;
        await explain_explain(context, error, opened, stack);
    };
    try {
        await climb({ ...context, learned }, opened, explainOnce);
    }
    catch (error) {
        await explainOnce(error);
        throw error;
    }
    finally {
        await Promise.allSettled(opened.map((machine) => machine.ssh.close()));
    }
}
async function climb(context, opened, explainOnce) {
    const { inputs, reporter, signal } = context;
    const checked = await inStage(reporter, 'Checking', () => check_check(context));
    const { compose, existing } = checked;
    const stack = compose?.stack;
    context.learned({ stack });
    if (inputs.dryRun) {
        await dryRun(context, checked, opened);
        return;
    }
    context.checked();
    const fleet = await inStage(reporter, machinesTitle(inputs, existing), (stage) => startMachines(context, stack, existing, opened, stage.note));
    if (!context.driver.makesMachines && needsHostCheck(fleet.machines)) {
        await inStage(reporter, 'Asking the hosts what a swarm needs', () => checkHosts(fleet.machines, { signal, clock: context.clock, log: reporter.log }));
    }
    const swarm = await inStage(reporter, 'Forming the swarm', () => swarm_form(context, fleet));
    context.learned({ members: swarm.members });
    await handOver(context, swarm);
    if (!compose) {
        await loadIfAsked(context, swarm, checked.images);
    }
    else {
        await holdingLock(context, swarm, compose.stack.name, () => runDeployment(context, swarm, compose, explainOnce));
    }
    await learnLiving(context, swarm);
}

;// CONCATENATED MODULE: ./lib/github/answer.js

/** What GitHub asks for where it limits and names no time, in ms. */
const UNNAMED_WAIT_MS = 60_000;
const answer_refusal = schemas/* object */.Ikc({ message: schemas/* string */.YjP() });
/** An answer of the form that is expected. */
function readAnswer(text, form) {
    return form.safeParse(answer_parse(text));
}
/** GitHub's own words about a failure; of a proxy's page, its beginning. */
function readMessage(text) {
    const said = answer_refusal.safeParse(answer_parse(text));
    return said.success ? said.data.message : text.slice(0, 500);
}
/**
 * How long GitHub asks to wait, in ms, where it limits the rate; undefined where it does not
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
function waitOf({ status, headers, details, }) {
    const after = headers.get('retry-after');
    if (after !== null)
        return Math.max(0, Number(after) * 1_000);
    const isSpent = headers.get('x-ratelimit-remaining') === '0';
    const reset = headers.get('x-ratelimit-reset');
    if (isSpent && reset !== null)
        return Math.max(0, Number(reset) * 1_000 - Date.now());
    const isLimited = status === 429 || isSpent || (status === 403 && /rate limit/i.test(details));
    return isLimited ? UNNAMED_WAIT_MS : undefined;
}
function answer_parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/github/client.js
var client_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var client_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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




const client_TIMEOUT_MS = 20_000;
const client_ATTEMPTS = 3;
/** GitHub may ask to wait longer; then the question is given up. In ms. */
const LONGEST_WAIT_MS = 60_000;
/** GitHub does not let this token do it; asking again is of no use. */
class client_RefusedError extends lib_errors/* ActionError */.l {
}
/**
 * Asks GitHub's REST API. Up to three times where GitHub is busy or cannot be reached, after the time that it names.
 * Throws `RefusedError` where the token is not known or not allowed to, `ActionError` where there is no answer or another than expected.
 */
async function client_ask({ apiUrl, repository, token }, question, { signal, clock = systemClock, longestWaitMs = LONGEST_WAIT_MS }) {
    const url = `${apiUrl}/repos/${repository}${question.path}`;
    for (let attempt = 1;; attempt += 1) {
        const outcome = await askOnce(url, token, question, signal);
        if ('reply' in outcome)
            return outcome.reply;
        const { error, waitMs } = outcome;
        if (waitMs === undefined || waitMs > longestWaitMs || attempt === client_ATTEMPTS)
            throw error;
        await clock.sleep(waitMs, signal);
    }
}
async function askOnce(url, token, { method, body, answer, permission, isRepeatable = true }, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const bounds = client_addDisposableResource(env_1, (0,limit/* limit */.A)([signal], client_TIMEOUT_MS, () => {
            return new lib_errors/* ActionError */.l(`No answer within ${client_TIMEOUT_MS / 1000} s from ${url}`);
        }), false);
        let response;
        let text;
        try {
            response = await fetch(url, {
                method,
                headers: {
                    Accept: 'application/vnd.github+json',
                    Authorization: `Bearer ${token}`,
                    'User-Agent': 'swarm-up',
                    'X-GitHub-Api-Version': '2022-11-28',
                    ...(body !== undefined && { 'Content-Type': 'application/json' }),
                },
                ...(body !== undefined && { body: JSON.stringify(body) }),
                signal: bounds.signal,
            });
            text = await response.text();
        }
        catch (cause) {
            signal.throwIfAborted();
            const error = new lib_errors/* ActionError */.l(`No answer from ${url}`, { cause });
            return { error, waitMs: isRepeatable ? client_RETRY_MS : undefined };
        }
        const { status, headers } = response;
        if (status === 200 || status === 201) {
            const value = readAnswer(text, answer);
            if (!value.success) {
                return { error: new lib_errors/* ActionError */.l(`Unexpected answer from ${url}`), waitMs: undefined };
            }
            return { reply: { value: value.data, isLast: !/rel="next"/.test(headers.get('link') ?? '') } };
        }
        const details = readMessage(text);
        const message = `Status ${status} from ${url}`;
        const waitMs = waitOf({ status, headers, details });
        if (waitMs !== undefined)
            return { error: new lib_errors/* ActionError */.l(message, { details }), waitMs };
        if (status >= 500) {
            const error = new lib_errors/* ActionError */.l(message, { details });
            return { error, waitMs: isRepeatable ? client_RETRY_MS : undefined };
        }
        const isRefused = [401, 403, 404].includes(status);
        const hint = status === 403 ? { hint: `Add \`permissions: { ${permission} }\` to the job.` } : undefined;
        const Kind = isRefused ? client_RefusedError : lib_errors/* ActionError */.l;
        return { error: new Kind(message, { details, ...hint }), waitMs: undefined };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        client_disposeResources(env_1);
    }
}
const client_RETRY_MS = 1_000;

;// CONCATENATED MODULE: ./lib/github/subject.js
/** The first line of the subject's comment, which GitHub does not show. A cluster without a stack, or whose stack is not known yet, has none in it. */
function marker({ cluster, stack = '' }) {
    return `<!-- swarm-up:${cluster}/${stack} -->`;
}
/** Whether a comment is the subject's: a quotation of it, which has the marker further down, is not. */
function subject_isOf(subject, body) {
    const { cluster, stack } = subject;
    if (stack === undefined)
        return body.startsWith(`<!-- swarm-up:${cluster}/`);
    // One that was made while the stack was not known becomes the stack's.
    return body.startsWith(marker(subject)) || body.startsWith(marker({ cluster, stack: undefined }));
}

;// CONCATENATED MODULE: ./lib/github/comments.js




const PER_PAGE = 100;
/** GitHub has at most 2500 comments on a pull request. */
const PAGES = 25;
const SECOND_LOOK_MS = 1_000;
const PERMISSION = 'pull-requests: write';
const comment = schemas/* object */.Ikc({
    id: schemas/* number */.aig(),
    body: schemas/* string */.YjP().nullish(),
    user: schemas/* object */.Ikc({ type: schemas/* string */.YjP().optional() }).nullish(),
});
/**
 * Writes the comment that a subject has on a pull request; of a subject without a stack, those of all its stacks. Which it is says the
 * marker at its beginning (https://docs.github.com/rest/issues/comments). Throws as `ask` does.
 */
async function writeComment(github, pullRequest, subject, write, options) {
    if (await comments_update(github, pullRequest, subject, write, options))
        return;
    const body = options.create ? write(undefined) : undefined;
    if (body === undefined)
        return;
    const create = () => client_ask(github, {
        method: 'POST',
        path: `/issues/${pullRequest}/comments`,
        body: { body },
        answer: comment,
        permission: PERMISSION,
        isRepeatable: false,
    }, options);
    try {
        await create();
    }
    catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof client_RefusedError)
            throw error;
        // GitHub may have made it all the same.
        await (options.clock ?? systemClock).sleep(SECOND_LOOK_MS, options.signal);
        if (await comments_update(github, pullRequest, subject, write, options))
            return;
        await create();
    }
}
/** Gives whether there was anything to update. */
async function comments_update(github, pullRequest, subject, write, options) {
    const found = await comments_find(github, pullRequest, subject, options);
    for (const { id, body } of found) {
        const text = write(body ?? '');
        if (text === undefined || text === body)
            continue;
        await client_ask(github, {
            method: 'PATCH',
            path: `/issues/comments/${id}`,
            body: { body: text },
            answer: comment,
            permission: PERMISSION,
        }, options);
    }
    return found.length > 0;
}
/** The one to write to, or all of them where none is to be made; those of robots first, since a person may have copied the marker. */
async function comments_find(github, pullRequest, subject, options) {
    const found = [];
    for (let page = 1; page <= PAGES; page += 1) {
        const { value, isLast } = await client_ask(github, {
            method: 'GET',
            path: `/issues/${pullRequest}/comments?per_page=${PER_PAGE}&page=${page}`,
            answer: schemas/* array */.YOg(comment),
            permission: PERMISSION,
        }, options);
        found.push(...value.filter(({ body }) => subject_isOf(subject, body ?? '')));
        if (isLast)
            break;
    }
    const rank = ({ user, body }) => (user?.type === 'Bot' ? 2 : 0) + (body?.startsWith(marker(subject)) ? 1 : 0);
    const sorted = found.toSorted((a, b) => rank(b) - rank(a));
    return options.create || subject.stack !== undefined ? sorted.slice(0, 1) : sorted;
}

;// CONCATENATED MODULE: ./lib/github/deployments.js


/** Enough for the deployments that have ended in an unusual way one after the other. */
const LOOKED_AT = 30;
const DESCRIPTION = 140;
const deployments_PERMISSION = 'deployments: write';
const deployment = schemas/* object */.Ikc({
    id: schemas/* number */.aig(),
    // GitHub gives it back as it was sent, or as text.
    payload: schemas/* unknown */.L5J().optional(),
});
const deployments_status = schemas/* object */.Ikc({ state: schemas/* string */.YjP() });
const payload = schemas/* object */.Ikc({ stack: schemas/* string */.YjP().optional() });
/**
 * Makes a deployment (https://docs.github.com/rest/deployments/deployments#create-a-deployment) and gives its id. Its task tells whose it
 * is, so that it is found again without its environment. Throws as `ask` does.
 */
async function createDeployment(github, { cluster, stack }, { commit, environment, isTransient }, options) {
    const body = {
        ref: commit,
        task: taskOf(cluster),
        payload: { stack },
        environment,
        transient_environment: isTransient,
        description: 'Swarm Up',
        // The commit as it is, whatever became of the checks of others: this run is one of them.
        auto_merge: false,
        required_contexts: [],
    };
    const { value } = await client_ask(github, { method: 'POST', path: '/deployments', body, answer: deployment, permission: deployments_PERMISSION }, options);
    return value.id;
}
/** Says how a deployment goes. Throws as `ask` does. */
async function setDeploymentStatus(github, id, { state, description, environmentUrl, logUrl }, options) {
    const body = {
        state,
        description: description.slice(0, DESCRIPTION).toWellFormed(),
        ...(environmentUrl && { environment_url: environmentUrl }),
        ...(logUrl && { log_url: logUrl }),
    };
    await client_ask(github, {
        method: 'POST',
        path: `/deployments/${id}/statuses`,
        body,
        answer: deployments_status,
        permission: deployments_PERMISSION,
    }, options);
}
/**
 * Sets what is still active of the subject's deployments inactive; `except` stays. One that failed stays failed. GitHub does so by itself
 * for environments alone that are not transient. Throws as `ask` does.
 */
async function retireDeployments(github, subject, { except, ...reason }, options) {
    const query = `task=${encodeURIComponent(taskOf(subject.cluster))}&per_page=100`;
    const { value } = await client_ask(github, {
        method: 'GET',
        path: `/deployments?${query}`,
        answer: schemas/* array */.YOg(deployment),
        permission: deployments_PERMISSION,
    }, options);
    const own = value
        .map(({ id, payload: of }) => ({ id, stack: stackOf(of) }))
        .filter(({ stack }) => subject.stack === undefined || stack === subject.stack);
    const retired = new Set();
    for (const { id, stack } of own.slice(0, LOOKED_AT)) {
        if (id === except || retired.has(stack))
            continue;
        const state = await deployments_stateOf(github, id, options);
        if (state === 'failure' || state === 'error')
            continue;
        if (state === 'inactive') {
            // Newest first: whatever made this one inactive has done so with the older ones.
            retired.add(stack);
            continue;
        }
        await setDeploymentStatus(github, id, { ...reason, state: 'inactive' }, options);
    }
}
async function deployments_stateOf(github, id, options) {
    const { value } = await client_ask(github, {
        method: 'GET',
        path: `/deployments/${id}/statuses?per_page=1`,
        answer: schemas/* array */.YOg(deployments_status),
        permission: deployments_PERMISSION,
    }, options);
    return value[0]?.state;
}
function taskOf(cluster) {
    return `swarm-up:${cluster}`;
}
function stackOf(value) {
    try {
        return payload.parse(typeof value === 'string' ? JSON.parse(value) : value).stack;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/github/pull-requests.js


const pullRequest = schemas/* object */.Ikc({ state: schemas/* enum */.k5n(['open', 'closed']) });
const withHead = schemas/* object */.Ikc({ head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) });
/**
 * Whether a pull request is closed (https://docs.github.com/rest/pulls/pulls#get-a-pull-request).
 * Throws `ActionError` where GitHub gives no answer, or the token may not ask.
 */
async function isClosed(github, number, options) {
    return (await get(github, number, pullRequest, options)).state === 'closed';
}
/** The newest commit of a pull request. Throws as `isClosed` does. */
async function headCommit(github, number, options) {
    return (await get(github, number, withHead, options)).head.sha;
}
async function get(github, number, answer, options) {
    const { value } = await client_ask(github, { method: 'GET', path: `/pulls/${number}`, answer, permission: 'pull-requests: read' }, options);
    return value;
}

;// CONCATENATED MODULE: ./lib/report/comment.js



const comment_ROWS = 10;
const CAUSE_LENGTH = 500;
const MESSAGE_LENGTH = 1_000;
/** A deployment has begun. `name` is the stack's, or else the cluster's. */
function pendingComment(name, run) {
    return paragraphs(`### ${code(name, 64)} is being deployed`, runLine(run));
}
/** How a deployment ended: addresses and remaining life, or the reason. */
function outcomeComment(report, run) {
    const heading = `### ${headline(report, { name: (text) => code(text, 64), url: endpoint_table_link })}`;
    const body = report.status === 'converged' ? addresses(report) : comment_reasons(report);
    return paragraphs(heading, body, runLine(run), lifeLine(report));
}
/** What a comment said, with another last paragraph: what is told of a failure stays true when the cluster has gone. */
function withLastLine(text, line) {
    const parts = text.replaceAll('\r\n', '\n').trimEnd().split('\n\n');
    return paragraphs(...parts.slice(0, -1), small(line));
}
/** A deployment was cut short, and what it had begun may still be there. */
function cancelledComment(name, run) {
    return paragraphs(`### The deployment of ${code(name, 64)} was cancelled`, 'What it had begun may still be there; the next one completes it.', runLine(run));
}
/** What was deployed has gone, or was to go; `reason` is for example `ttl ended 3 h ago`. */
function removedComment(name, { isWhole, reason, run, }) {
    const what = code(name, 64);
    return paragraphs(isWhole ? `### ${what} was removed` : `### ${what} is not wholly removed`, isWhole ? '' : 'Its removal failed, and it cannot be relied on any more. The log says why.', reason === undefined ? '' : prose(quiet(reason), CAUSE_LENGTH), runLine({ ...run, commit: undefined }));
}
function addresses({ endpoints }) {
    if (endpoints.length === 0)
        return '';
    const { shown, more } = atMost(endpoints, comment_ROWS);
    const rows = shown.map(({ service, urls: [url = ''], checked }) => [
        code(service, 64),
        url === '' ? '' : endpoint_table_link(url),
        checked === 'answers' ? '' : checked,
    ]);
    const text = table(['Service', 'Address', 'Check'], rows);
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
function comment_reasons({ diagnoses, error }) {
    if (diagnoses.length === 0) {
        // Not what a program said, which is in the log: that may be long, and is not meant for this place.
        return error === undefined ? '' : prose(quiet(error.message), MESSAGE_LENGTH);
    }
    const { shown, more } = atMost(diagnoses, comment_ROWS);
    return [
        ...shown.map(({ service, cause }) => `- ${code(service, 64)}: ${prose(quiet(cause), CAUSE_LENGTH)}`),
        ...(more === 0 ? [] : [`- and ${more} more`]),
    ].join('\n');
}
function runLine({ commit, url }) {
    const parts = [
        commit === undefined ? '' : `commit ${code(commit.slice(0, 7))}`,
        url === undefined ? '' : `[log of the run](${url})`,
    ];
    return parts.filter(Boolean).join(' · ');
}
function lifeLine({ teardown }) {
    if (teardown === undefined)
        return '';
    const { text, expires, lifeLeft } = teardown;
    const time = expires === undefined ? '' : utc(expires);
    const expiry = time === '' ? '' : ` It lives until ${time}, ${lifeLeft} from this deployment on.`;
    return small(`${text}${expiry}`);
}
function small(text) {
    return `<sub>${prose(quiet(text), CAUSE_LENGTH)}</sub>`;
}
/** `2026-11-28 00:50 UTC`; empty where the text is no time. */
function utc(time) {
    const at = new Date(time);
    if (Number.isNaN(at.getTime()))
        return '';
    return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/**
 * Text that notifies nobody and links to nothing. Unlike in a summary, GitHub looks for mentions and references in a comment once entities
 * have become characters; the zero-width space is what it respects.
 */
function quiet(text) {
    return text.replace(/[@#]/g, '$&\u200b').replace(/:\/\/|(?<=www)\./gi, (found) => {
        return found === '.' ? '\u200b.' : ':\u200b//';
    });
}
function paragraphs(...parts) {
    return parts.filter(Boolean).join('\n\n');
}

;// CONCATENATED MODULE: ./lib/announce.js
var announce_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var announce_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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









/** How long GitHub may take in all, in ms: 30 s, of which what is told at the start may use the first third. */
const BEGIN_MS = 10_000;
const END_MS = 20_000;
const CHANNELS = {
    comment: {
        permission: 'pull-requests: write',
        failed: 'The comment on the pull request cannot be written, so it may not say what is true.',
    },
    deployment: {
        permission: 'deployments: write',
        failed: 'The deployment cannot be recorded at GitHub.',
    },
};
/** Makes an announcer that says each problem once, and does not ask again where GitHub has refused. */
function createAnnouncer(options) {
    const { github, run, log, signal, clock } = options;
    const warned = new Set();
    const refused = new Set();
    const failedOn = (channel, error) => {
        // The post step tells how a step ended that was cancelled.
        if (signal.aborted)
            return;
        if (error instanceof client_RefusedError)
            refused.add(channel);
        if (warned.has(channel))
            return;
        warned.add(channel);
        const { failed, permission } = CHANNELS[channel];
        const isUnhinted = error instanceof client_RefusedError && error.hint === undefined;
        const needs = isUnhinted ? [`It needs \`permissions: { ${permission} }\`.`] : [];
        log.warning([failed, (0,lib_errors/* describeError */.U)(error), ...needs].join('\n'));
    };
    const tell = async (limitMs, work) => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const bounds = announce_addDisposableResource(env_1, (0,limit/* limit */.A)([signal], limitMs, () => new lib_errors/* ActionError */.l(`GitHub took longer than ${limitMs / 1000} s.`)), false);
            const ask = { signal: bounds.signal, longestWaitMs: limitMs, ...(clock && { clock }) };
            const one = async (channel) => {
                if (!options[channel] || refused.has(channel) || signal.aborted)
                    return;
                if (github.token === '') {
                    return failedOn(channel, new client_RefusedError('There is no `github-token`.'));
                }
                await work[channel]?.(ask).catch((error) => failedOn(channel, error));
            };
            await Promise.all([one('comment'), one('deployment')]);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            announce_disposeResources(env_1);
        }
    };
    const comment = (target, ask, create, write) => target.pullRequest === undefined
        ? Promise.resolve()
        : writeComment(github, target.pullRequest, target, write, { ...ask, create });
    const body = (target, before, text) => {
        // Where the stack is not known, the comment stays whose it is.
        const isKept = before !== undefined && target.stack === undefined;
        const first = isKept ? before.split('\n', 1)[0]?.trimEnd() : marker(target);
        return `${first}\n${runMarker}\n\n${text}`;
    };
    const runMarker = `<!-- run ${run.id} -->`;
    return {
        begin: (target, made) => tell(BEGIN_MS, {
            comment: async (ask) => {
                if (target.pullRequest === undefined) {
                    log.info('This run is about no pull request, so there is none to comment on.');
                }
                await comment(target, ask, true, (before) => body(target, before, pendingComment(announce_nameOf(target), run)));
            },
            deployment: async (ask) => {
                const { pullRequest, cluster } = target;
                const commit = run.commit ?? (pullRequest && (await headCommit(github, pullRequest, ask))) ?? '';
                const environment = options.environment ?? `preview/${cluster}`;
                const isTransient = options.isTransient ?? true;
                const id = await createDeployment(github, target, { commit: String(commit), environment, isTransient }, ask);
                made(id);
                await setDeploymentStatus(github, id, { state: 'in_progress', description: 'Being deployed', logUrl: run.url }, ask);
            },
        }),
        end: (target, report, deployment) => tell(END_MS, {
            comment: (ask) => comment(target, ask, true, (before) => body(target, before, outcomeComment(report, run))),
            deployment: async (ask) => {
                if (deployment === undefined)
                    return;
                const isReady = report.status === 'converged';
                const url = firstUrl(report);
                await setDeploymentStatus(github, deployment, {
                    state: isReady ? 'success' : 'failure',
                    description: isReady ? 'Ready' : headline(report),
                    environmentUrl: isReady && /^https?:/.test(url) ? url : undefined,
                    logUrl: run.url,
                }, ask);
                if (!isReady)
                    return;
                await retireDeployments(github, target, { except: deployment, description: 'Replaced by a newer one', logUrl: run.url }, ask);
            },
        }),
        cancelled: (target, deployment) => tell(END_MS, {
            comment: (ask) => comment(target, ask, false, (before = '') => 
            // Another run may have begun meanwhile.
            before.includes(runMarker)
                ? body(target, before, cancelledComment(announce_nameOf(target), run))
                : undefined),
            deployment: async (ask) => {
                if (deployment === undefined)
                    return;
                await setDeploymentStatus(github, deployment, { state: 'error', description: 'Cancelled', logUrl: run.url }, ask);
            },
        }),
        removed: (target, removal) => tell(END_MS, {
            comment: (ask) => comment(target, ask, false, (before = '') => removal.afterFailure && before.includes(runMarker)
                ? withLastLine(before, removal.isWhole ? GONE : NOT_GONE)
                : body(target, before, removedComment(announce_nameOf(target), { ...removal, run }))),
            deployment: (ask) => retireDeployments(github, target, {
                description: removal.isWhole ? 'Removed' : 'Not wholly removed',
                logUrl: run.url,
            }, ask),
        }),
    };
}
const GONE = 'It was removed at the end of the job.';
const NOT_GONE = 'It is not wholly removed: the log of the post step says why.';
function announce_nameOf({ stack, cluster }) {
    return stack || cluster;
}

;// CONCATENATED MODULE: ./lib/action/event.js


const event_numbered = schemas/* object */.Ikc({ number: schemas/* number */.aig().int().positive() });
const sha = schemas/* string */.YjP().regex(/^[0-9a-f]{40,64}$/);
/** What is read of the payloads (docs.github.com, "Webhook events and payloads"); a part of another form counts as absent. */
const event_payload = schemas/* object */.Ikc({
    pull_request: event_numbered.optional().catch(undefined),
    // Every pull request is an issue, and only those that are one have this key.
    issue: event_numbered
        .extend({ pull_request: schemas/* looseObject */._H3({}) })
        .optional()
        .catch(undefined),
    workflow_run: schemas/* object */.Ikc({
        event: schemas/* string */.YjP(),
        pull_requests: schemas/* array */.YOg(event_numbered.extend({ base: schemas/* object */.Ikc({ repo: schemas/* object */.Ikc({ id: schemas/* number */.aig() }) }) })),
    })
        .optional()
        .catch(undefined),
    inputs: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).nullish().catch(undefined),
});
/**
 * The number of the pull request that a run is about, the same in each of its events; undefined where it is about none, or where the
 * payload does not say: for a pull request of a fork, `workflow_run` names none.
 */
function pullRequestOf(event, environment) {
    const { data } = event_payload.safeParse(event);
    return (data && numberIn(data, environment)) ?? numberOfRef(environment.GITHUB_REF);
}
function numberIn({ pull_request, issue, workflow_run, inputs }, { GITHUB_EVENT_NAME, GITHUB_REPOSITORY_ID }) {
    if (pull_request)
        return pull_request.number;
    if (issue)
        return issue.number;
    if (workflow_run) {
        if (!workflow_run.event.startsWith('pull_request'))
            return undefined;
        const own = workflow_run.pull_requests.filter(({ base }) => String(base.repo.id) === GITHUB_REPOSITORY_ID);
        return own.length === 1 ? own[0]?.number : undefined;
    }
    return GITHUB_EVENT_NAME === 'workflow_dispatch' ? numberInInputs(inputs ?? {}) : undefined;
}
const INPUT_NAMES = ['pr', 'prnumber', 'pullrequest', 'pullrequestnumber', 'number'];
function numberInInputs(inputs) {
    for (const [name, value] of Object.entries(inputs)) {
        if (!INPUT_NAMES.includes(name.toLowerCase().replace(/[-_]/g, '')))
            continue;
        const number = /^#?([1-9]\d*)$/.exec(String(value).trim())?.[1];
        if (number !== undefined)
            return Number(number);
    }
    return undefined;
}
function numberOfRef(ref) {
    const number = /^refs\/pull\/(\d+)\//.exec(ref ?? '')?.[1];
    return number === undefined ? undefined : Number(number);
}
const headed = schemas/* object */.Ikc({
    pull_request: schemas/* object */.Ikc({ head: schemas/* object */.Ikc({ sha }) })
        .optional()
        .catch(undefined),
    workflow_run: schemas/* object */.Ikc({ head_sha: sha }).optional().catch(undefined),
});
/**
 * The commit that a run of a pull request is about: its newest one, not the merge commit that `GITHUB_SHA` is. Undefined where the payload
 * does not say.
 */
function headCommitOf(event) {
    const { data } = headed.safeParse(event);
    return data?.pull_request?.head.sha ?? data?.workflow_run?.head_sha;
}
/** The payload of the event that started the run; undefined where there is none, as outside of GitHub. */
function readEvent(path) {
    if (!path)
        return undefined;
    try {
        return JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8'));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/action/environment.js







const environment = schemas/* object */.Ikc({
    GITHUB_API_URL: schemas/* string */.YjP().optional(),
    GITHUB_REPOSITORY: schemas/* string */.YjP().optional(),
    GITHUB_REPOSITORY_ID: schemas/* string */.YjP().optional(),
    GITHUB_SERVER_URL: schemas/* string */.YjP().optional(),
    GITHUB_RUN_ID: schemas/* string */.YjP().optional(),
    GITHUB_RUN_ATTEMPT: schemas/* string */.YjP().optional(),
    GITHUB_JOB: schemas/* string */.YjP().optional(),
    GITHUB_ACTION: schemas/* string */.YjP().optional(),
    GITHUB_EVENT_NAME: schemas/* string */.YjP().optional(),
    GITHUB_EVENT_PATH: schemas/* string */.YjP().optional(),
    GITHUB_REF: schemas/* string */.YjP().optional(),
    GITHUB_SHA: schemas/* string */.YjP().optional(),
    GITHUB_WORKSPACE: schemas/* string */.YjP().optional(),
    RUNNER_TEMP: schemas/* string */.YjP().optional(),
    SSH_AUTH_SOCK: schemas/* string */.YjP().optional(),
});
function environment_readEnvironment() {
    const env = environment.parse(process.env);
    const event = readEvent(env.GITHUB_EVENT_PATH);
    const pullRequest = pullRequestOf(event, env);
    return {
        ...env,
        pullRequest,
        commit: headCommitOf(event) ?? (pullRequest === undefined ? env.GITHUB_SHA : undefined),
    };
}
/** An input as it was given, its end trimmed by nobody. */
function readInput(name) {
    return lib_core/* getInput */.V4(name, { trimWhitespace: false });
}
/** The step that runs, as the owner of what it creates, for `ttlMs` from now on. Without GitHub it is nobody's in particular. */
function ownerOfRun(cluster, env, ttlMs) {
    const { pullRequest } = env;
    return {
        cluster,
        repository: repositoryOf(env),
        run: runOf(env),
        ...(ttlMs !== undefined && { expires: expiryAfter(ttlMs, new Date()) }),
        ...(pullRequest !== undefined &&
            goesWith(cluster, pullRequest) && { pullRequest: String(pullRequest) }),
    };
}
/** The step that runs: run, job and step id. */
function runOf(env) {
    return [env.GITHUB_RUN_ID ?? 'local', env.GITHUB_JOB, env.GITHUB_ACTION]
        .filter(Boolean)
        .join('/');
}
/** GitHub's numeric id of the repository. */
function repositoryOf(env) {
    return env.GITHUB_REPOSITORY_ID ?? '0';
}
/** The repository as GitHub's API is asked about it. */
function gitHubOf(env, token) {
    return {
        apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
        repository: env.GITHUB_REPOSITORY ?? '',
        token,
    };
}
/** Where the run can be looked at; undefined outside of GitHub. */
function runUrlOf(env) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}
function workspaceOf(env) {
    return env.GITHUB_WORKSPACE ?? process.cwd();
}
function tempFolderOf(env) {
    return env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
}
/** The folder with action.yml, from dist/main/index.js or dist/post/index.js. */
function actionRoot() {
    return (0,external_node_path_.resolve)((0,external_node_path_.dirname)(process.argv[1] ?? '.'), '../..');
}

;// CONCATENATED MODULE: ./lib/action/announce.js





/** An announcer for the step that runs. */
function announcerOf({ token, ...where }, env, { signal, log = githubLog, isTransient, }) {
    if (token !== '')
        lib_core/* setSecret */.Pq(token);
    return createAnnouncer({
        ...where,
        github: gitHubOf(env, token),
        run: { commit: env.commit, url: runUrlOf(env), id: runOf(env) },
        log,
        signal,
        ...(isTransient !== undefined && { isTransient }),
    });
}
/** Tells of an `up` where its inputs ask for that. */
function announceUp({ cluster, stackName, ttlMs, announcements }, env, run) {
    const { comment, deployment } = announcements;
    if (!comment && !deployment)
        return { begin: () => { }, end: async () => { } };
    const { pullRequest } = env;
    const announcer = announcerOf(announcements, env, {
        ...run,
        isTransient: pullRequest !== undefined || ttlMs !== undefined,
    });
    let target = { cluster, stack: stackName, pullRequest };
    let announced = { cluster, comment, deployment };
    let begun = Promise.resolve();
    const save = (more) => {
        announced = { ...announced, ...more };
        lib_core/* saveState */.LZ(ANNOUNCED_KEY, serialiseAnnounced(announced));
    };
    return {
        begin: (stack = '') => {
            target = { ...target, stack };
            save({ stack });
            begun = announcer.begin(target, (deploymentId) => save({ deploymentId }));
        },
        end: async (report) => {
            if (report.status === 'planned')
                return;
            await begun;
            if (run.signal.aborted)
                return;
            await announcer.end(target, report, announced.deploymentId);
            if (run.signal.aborted)
                return;
            save({ stack: target.stack, ended: report.status === 'converged' ? 'ready' : 'failed' });
        },
    };
}

;// CONCATENATED MODULE: ./lib/action/cancel.js

/** GitHub sends SIGINT, and SIGTERM 7.5 s later; by then the process has ended by itself. In ms. */
const EXIT_AFTER_MS = 4_000;
/**
 * A signal that aborts when the runner cancels the step. What still runs `EXIT_AFTER_MS` later is left to the post step: the process ends
 * with code 1 then, after `lastWords`.
 */
function cancellation(lastWords, hint = 'The post step removes what it had begun.') {
    const controller = new AbortController();
    const cancel = () => {
        if (controller.signal.aborted)
            return;
        controller.abort(new lib_errors/* ActionError */.l('The step was cancelled.', {
            status: 'cancelled',
            hint,
        }));
        setTimeout(() => {
            lastWords();
            process.exit(1);
        }, EXIT_AFTER_MS).unref();
    };
    process.on('SIGINT', cancel);
    process.on('SIGTERM', cancel);
    return controller.signal;
}

;// CONCATENATED MODULE: ./lib/docker-host/environment.js

/** Holds what must be undone, for the post step and for every later step of this action: they talk to the runner's own engine. */
const MARKER = 'SWARM_UP_DOCKER_HOST';
/** These make a client speak TLS to DOCKER_HOST where they are not empty (docker(1)), which a forwarded socket does not. */
const TLS = ['DOCKER_TLS_VERIFY', 'DOCKER_TLS'];
const environment_marker = schemas/* object */.Ikc({ before: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()) });
/** The variables to export so that the following steps' `docker` talks to `dockerHost`. `env` is that of before. */
function dockerHostVariables(dockerHost, env) {
    const clear = TLS.filter((name) => env[name]);
    const before = Object.fromEntries(['DOCKER_HOST', ...clear].map((name) => [name, env[name] ?? '']));
    return {
        DOCKER_HOST: dockerHost,
        ...Object.fromEntries(clear.map((name) => [name, ''])),
        [MARKER]: JSON.stringify({ before }),
    };
}
/**
 * The variables that undo `dockerHostVariables`, read from the environment that it left; none where it left none. Those that were not
 * set are empty, because GitHub cannot unset a variable (github.com/actions/runner/issues/1126); docker takes an empty one as none.
 */
function variablesBefore(env) {
    const text = env[MARKER];
    if (!text)
        return {};
    return { ...environment_marker.parse(JSON.parse(text)).before, [MARKER]: '' };
}
/** What to tell a user whose job chooses an engine by context: DOCKER_HOST goes before it. */
function contextNote(env) {
    if (!env.DOCKER_CONTEXT)
        return undefined;
    return `DOCKER_CONTEXT is set to ${env.DOCKER_CONTEXT}. The docker client goes by DOCKER_HOST where both are set, so until the end of the job it talks to the manager; \`docker --context\` still chooses a context.`;
}

;// CONCATENATED MODULE: ./lib/action/docker-host.js




/**
 * Lets this process talk to the runner's own engine again where an earlier step of the job has exported another. Returns the variables that
 * undo the export for later steps; none where nothing was exported.
 */
function useOwnEngine() {
    const before = variablesBefore(process.env);
    for (const [name, value] of Object.entries(before)) {
        if (value === '')
            delete process.env[name];
        else
            process.env[name] = value;
    }
    return before;
}
/** The last thing of main: from here on this process, too, would talk to the manager. */
function exportDockerHost(dockerHost) {
    const note = contextNote(process.env);
    if (note)
        githubLog.warning(note);
    for (const [name, value] of Object.entries(dockerHostVariables(dockerHost, process.env))) {
        lib_core/* exportVariable */.dN(name, value);
    }
}
/** Ends the tunnel, removes the keys that were written for it, and undoes the export, whichever of them fails. */
async function endDockerHost(folder) {
    const before = useOwnEngine();
    try {
        await closeDockerHost(folder);
    }
    finally {
        for (const [name, value] of Object.entries(before)) {
            core.exportVariable(name, value);
            if (value === '')
                delete process.env[name];
        }
    }
}

;// CONCATENATED MODULE: ./lib/down/machines.js


/**
 * Removes a cluster whose machines were made for it, by its name. Gives what it consisted of; nothing where there is none.
 * Throws `ActionError`, before anything is changed, where it is another repository's.
 */
async function removeMachines(id, { driver, reporter, signal, }) {
    return inStage(reporter, `Removing cluster ${id.cluster}`, async () => {
        const cluster = ownOf(await driver.clusters(signal), id);
        if (!cluster)
            return [];
        signal.throwIfAborted();
        await driver.destroyCluster(id);
        for (const part of cluster.parts)
            reporter.log.info(part);
        return cluster.parts;
    });
}
function ownOf(clusters, id) {
    const named = clusters.filter(({ owner }) => owner.cluster === id.cluster);
    const own = named.find(({ owner }) => owner.repository === id.repository);
    const foreign = named[0];
    if (own || !foreign)
        return own;
    throw new lib_errors/* ActionError */.l(`Cluster ${id.cluster} belongs to another repository (id ${foreign.owner.repository || 'unknown'}).`, { hint: 'Nothing was changed. Give this step the `cluster` that is meant.' });
}

;// CONCATENATED MODULE: ./lib/stack/remove-containers.js





const remove_containers_POLL_MS = 250;
/** How long an engine may take to remove a container whose task has ended, in ms, before it is done for it. */
const PATIENCE_MS = 5_000;
/** Words of the engine for a container that runs no more. */
const ENDED = ['created', 'exited', 'dead'];
const remove_containers_containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), State: schemas/* string */.YjP() }));
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
        filters: JSON.stringify({ label: [`${STACK_LABEL}=${stack}`] }),
    };
    for (;;) {
        const left = await api.get('/containers/json', query, remove_containers_containers, { signal });
        if (left.length === 0)
            return;
        if (clock.now() > until) {
            throw stillThere(where, stack, left.map(({ Id }) => Id.slice(0, 12)));
        }
        if (clock.now() - started > PATIENCE_MS) {
            // With its anonymous volumes. Where it is refused, the next look tells.
            for (const { Id } of left.filter(({ State }) => ENDED.includes(State))) {
                await tryToDelete(api, `/containers/${Id}?force=true&v=true`, signal);
            }
        }
        await clock.sleep(remove_containers_POLL_MS, signal);
    }
}
function stillThere(where, stack, ids) {
    return new lib_errors/* ActionError */.l(`Stack ${stack} is not wholly removed: ${count(ids.length, 'container')} left on ${where}.`, { hint: `On ${where}: docker rm --force --volumes ${ids.join(' ')}` });
}

;// CONCATENATED MODULE: ./lib/stack/remove.js






const remove_POLL_MS = 250;
/** Tasks end after the longest stop grace period among them, and only then their networks can go. In ms. */
const remove_TIMEOUT_MS = 120_000;
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
    const { signal, clock = systemClock, machines = [] } = options;
    const removal = { stack, signal, clock, until: clock.now() + remove_TIMEOUT_MS };
    const isThere = options.volumes === true && (await hasAny(manager, removal));
    const at = { ssh: { where: 'a manager' }, api: manager };
    let removed = 0;
    for (const kind of IN_USE)
        removed += (await removeKind(at, kind, removal)).length;
    if (removed > 0)
        await untilContainersGone(machines, stack, removal);
    const volumes = isThere ? await remove_removeVolumes(machines, removal) : [];
    removed += (await removeKind(at, 'config', removal)).length;
    return { removed, volumes };
}
async function hasAny(manager, removal) {
    const found = await Promise.all(ALL.map((kind) => remove_list(manager, kind, removal)));
    return found.some((ids) => ids.length > 0);
}
/** From all machines, whatever becomes of one of them. */
async function remove_removeVolumes(machines, removal) {
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
        const ids = await remove_list(api, kind, removal);
        if (ids.length === 0)
            return [...removed];
        const said = await remove_remove(api, kind, ids, signal);
        for (const id of ids)
            removed.add(id);
        if (said.length === 0)
            continue;
        if (clock.now() > until) {
            throw new lib_errors/* ActionError */.l(`Stack ${stack} is not wholly removed: ${ids.length} ${kind}s left.`, {
                details: said.join('\n'),
                hint: `On ${ssh.where}: docker ${kind} rm ${ids.join(' ')}`,
            });
        }
        await clock.sleep(remove_POLL_MS, signal);
    }
}
const remove_objects = schemas/* array */.YOg(schemas/* object */.Ikc({ ID: schemas/* string */.YjP() }));
const remove_networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP() }));
const remove_volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/** The ids of a stack's objects of one kind, of volumes the names; found by the label that `docker stack deploy` gives them. */
async function remove_list(api, kind, { stack, signal }) {
    const query = { filters: JSON.stringify({ label: [`${STACK_LABEL}=${stack}`] }) };
    if (kind === 'volume') {
        const { Volumes } = await api.get('/volumes', query, remove_volumes, { signal });
        return (Volumes ?? []).map(({ Name }) => Name);
    }
    if (kind === 'network') {
        return (await api.get('/networks', query, remove_networks, { signal })).map(({ Id }) => Id);
    }
    return (await api.get(`/${kind}s`, query, remove_objects, { signal })).map(({ ID }) => ID);
}
/** What the engine said where it refused, and where its answer was lost; nothing where all went. Gone already is gone. */
async function remove_remove(api, kind, ids, signal) {
    const said = [];
    for (const id of ids) {
        const refusal = await tryToDelete(api, `/${kind}s/${id}`, signal);
        if (refusal !== undefined)
            said.push(refusal);
    }
    return said;
}

;// CONCATENATED MODULE: ./lib/swarm/gateway.js



/** How often it is tried: once the host has left, no later run knows that the bridge was made by joining. */
const gateway_TRIES = 3;
/** How long a host that has just joined may take to attach itself to the routing mesh, in ms. */
const ATTACH_MS = 5_000;
const gateway_POLL_MS = 200;
/**
 * Waits until a node is attached to the routing mesh. One that leaves before it is keeps the network `ingress` and its end of the bridge for good:
 * the engine makes them although it has left. A swarm may be without the mesh, so the wait ends after `ATTACH_MS` in any case.
 */
async function untilAttached({ ssh }, signal, clock = systemClock) {
    const until = clock.now() + ATTACH_MS;
    const options = { anyExitCode: true, repeatable: true, signal };
    for (;;) {
        const { stdout } = await ssh.run(listGatewayEnds(), options);
        if (stdout.split('\n').includes(INGRESS_END) || clock.now() > until)
            return;
        await clock.sleep(gateway_POLL_MS, signal);
    }
}
/**
 * Removes the bridge that joining has made on a host which has left. It stays where containers of somebody are attached to it.
 * Throws `ActionError` where it stays for another reason.
 */
async function gateway_removeGateway({ name, ssh }, signal) {
    let details = '';
    for (let tries = 1; tries <= gateway_TRIES; tries += 1) {
        const options = { anyExitCode: true, repeatable: true, signal };
        const { exitCode, stderr } = await ssh.run(removeGateway(), options);
        if (exitCode === 0 || /active endpoints|not found|No such network/i.test(stderr))
            return;
        details = stderr;
    }
    throw new lib_errors/* ActionError */.l(`${name} has left the swarm, and the bridge that joining made is left.`, {
        details,
        hint: `On ${name}: docker network rm docker_gwbridge`,
    });
}

;// CONCATENATED MODULE: ./lib/swarm/dissolve.js










const dissolve_services = schemas/* array */.YOg(schemas/* object */.Ikc({ Spec: schemas/* object */.Ikc({ Name: schemas/* string */.YjP() }) }));
/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes record it: nodes that joined leave in good
 * order, a swarm that was initialised ends, labels are taken off. A swarm that still runs services of somebody stays whole, with a warning.
 * Gives what has left, for example `node web-1`.
 * Throws `ActionError` that names hosts that were in no swarm before, and stay in one that cannot be asked.
 */
async function dissolve(machines, owner, options) {
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
        await leaveUnknown(machines, [], options);
        return [];
    }
    const { manager } = entrance;
    const { api } = manager;
    const nodes = await listNodes(api, signal);
    const outside = withJoining(options.outside, machines, await readJoining(api, owner, signal));
    await leaveUnknown(machines, nodes, { ...options, outside });
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
    for (const one of others)
        await release(one, manager, options);
    await forgetJoining(api, owner, signal);
    const left = others.filter(({ record }) => record.joined).map(({ machine }) => machine);
    const last = ours.find(({ machine }) => machine === manager);
    if (last && initialised) {
        await end(last, options);
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
async function leaveUnknown(machines, nodes, { outside, signal, log }) {
    const stray = machines.filter(({ index, engine }) => outside.hosts.includes(index) &&
        engine.Swarm.LocalNodeState !== 'inactive' &&
        !nodes.some(({ ID }) => ID === engine.Swarm.NodeID));
    const elsewhere = stray.filter(({ engine }) => engine.Swarm.LocalNodeState === 'active');
    for (const machine of stray.filter((one) => !elsewhere.includes(one))) {
        log.info(`${machine.name} had begun to join a swarm, and leaves it`);
        const left = undoing(machine, outside.withoutGateway.includes(machine.index), signal);
        await leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left });
    }
    if (elsewhere.length === 0)
        return;
    throw new lib_errors/* ActionError */.l(`${elsewhere.map(({ name }) => name).join(', ')}: in a swarm that no manager named here knows, and in none before this step.`, {
        hint: 'Nothing was changed there. If that swarm is not needed, run there: docker swarm leave --force',
    });
}
function noManagerReached(unreached) {
    return new lib_errors/* ActionError */.l('No host that can be reached manages the swarm, so nothing of it was undone.', {
        details: `not reached: ${unreached.join(', ')}`,
        hint: 'Once they answer again, run the step and its post step with `teardown: always` again.',
    });
}
async function release(one, manager, { signal, log }) {
    const { machine, node, record } = one;
    if (!record.joined)
        return unlabel(one, manager, signal);
    log.info(`${machine.name} leaves the swarm`);
    await untilAttached(machine, signal);
    const left = undoing(machine, record.gatewayMade, signal);
    await removeSurplus({ manager, machine, node, signal, left });
}
async function end({ machine, node, record }, { signal, log }) {
    log.info(`${machine.name} leaves last, and the swarm ends`);
    await untilAttached(machine, signal);
    const left = undoing(machine, record.gatewayMade, signal);
    await leaveSwarm(machine, node.ID, { signal, left });
}
/** What else is undone on a host that has left. */
function undoing(machine, gatewayMade, signal) {
    return async () => {
        if (gatewayMade)
            await gateway_removeGateway(machine, signal);
    };
}
async function unlabel({ node, record }, manager, signal) {
    await nodes_labelNode(manager.ssh, node.ID, { remove: Object.keys(recordLabels(record)) }, signal);
}

;// CONCATENATED MODULE: ./lib/hosts-down.js










/** How long connecting to one host may take, in ms: post is cut after five minutes in all. */
const hosts_down_CONNECT_TIMEOUT_MS = 30_000;
/** As in `down.ts`: a host may still be at work for a main that is gone. In ms. */
const hosts_down_QUIET_MS = 2_000;
/** How long it may take until then, in ms: a host that joins a swarm which does not answer does so for good. */
const hosts_down_RESTLESS_MS = 30_000;
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
                : hosts_down_removeUntilQuiet(stack, ours, context, descent),
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
        await step_runAllSteps(steps, owner, reporter);
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
        const removed = await lock_unlock(manager.api, lock, signal);
        reporter.log.info(removed ? 'Removed' : 'It was gone already');
    };
    return [{ title: `Removing the lock of stack ${lock.stack}`, run: release }];
}
/** Connects to every host that can be reached; then throws what the others said. */
async function connectHosts(cluster, { driver, connection, reporter: { log }, signal }, hosts) {
    const enter = async (machine) => {
        const timeoutMs = hosts_down_CONNECT_TIMEOUT_MS;
        const role = connection?.hosts[machine.index - 1]?.role ?? 'worker';
        const connected = await connect(driver, machine, role, { signal, timeoutMs, log });
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
async function hosts_down_removeUntilQuiet(stack, owner, context, descent) {
    const { clock, signal } = context;
    const until = clock.now() + hosts_down_RESTLESS_MS;
    let before = '';
    for (let quietSince = clock.now(); clock.now() - quietSince < hosts_down_QUIET_MS && clock.now() < until;) {
        descent.machines = await Promise.all(descent.machines.map(async (machine) => ({
            ...machine,
            engine: {
                ...machine.engine,
                Swarm: await readSwarmState(machine.api, signal),
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
    throw new lib_errors/* ActionError */.l(`${worker.name} is a worker of a swarm, and none of the hosts is a manager of it.`, { hint: 'Name a manager of the swarm in `hosts`: only managers know what runs in it.' });
}
async function stacksToRemove(named, api, owner, { reporter, signal, foreign }) {
    const records = await readStackRecords(api, signal);
    if (named === undefined) {
        const own = records
            .filter((record) => record.owner.cluster === owner.cluster)
            .filter((record) => record.owner.repository === owner.repository)
            .map((record) => record.stack);
        return [...new Set([...own, ...(await lockedStacks(api, owner, signal))])];
    }
    const record = records.find((one) => one.stack === named);
    if (!record || record.owner.repository === owner.repository)
        return [named];
    if (foreign === 'refuse')
        refuseForeignStack(record, owner);
    reporter.log.info(`Stack ${named} belongs to another repository and stays`);
    return [];
}

;// CONCATENATED MODULE: ./lib/inputs/removal.js





/** Reads and checks the inputs of `down`. Throws as `parseInputs` does. */
function parseDownInputs(read, environment, warn = () => { }) {
    const { input, problem, finish } = inputReader(read);
    const driver = input('driver', parseDriver);
    const inputs = {
        driver,
        connection: driver === 'ssh' ? parseConnection(read, environment, problem, warn) : undefined,
        cluster: input('cluster', (text) => parseCluster(text, environment)),
        stackName: input('stack-name', parseStackName),
        removeVolumes: input('remove-volumes', parseBoolean),
        lockTimeoutMs: input('lock-timeout', parseLimit),
        announcements: readAnnouncements(input),
    };
    finish();
    return inputs;
}
/** Reads and checks the inputs of `sweep`. Throws as `parseInputs` does. */
function parseSweepInputs(read, environment, warn = () => { }) {
    const { input, problem, finish } = inputReader(read);
    const driver = input('driver', parseDriver);
    const inputs = {
        driver,
        connection: driver === 'ssh' ? parseConnection(read, environment, problem, warn) : undefined,
        dryRun: input('dry-run', parseBoolean),
        closedPullRequests: input('closed-pull-requests', parseBoolean),
        announcements: readAnnouncements(input),
    };
    if (inputs.closedPullRequests && inputs.announcements.token === '') {
        problem('github-token', '', `needed to ask for pull requests. Give \`\${{ github.token }}\`.`);
    }
    finish();
    return inputs;
}

;// CONCATENATED MODULE: ./lib/report/removal.js


const PARTS = 100;
/** Of an error in the summary; the log has the whole. */
const ERROR_LENGTH = 4_000;
/** The outcome of a `down` in one sentence. */
function removalHeadline({ subject, removed, error }, name = (text) => text) {
    const what = `${subject.kind} ${name(subject.name)}`;
    if (error !== undefined)
        return `${capital(what)} is not wholly removed`;
    return removed.length === 0
        ? `There is no ${what}, so there is nothing to remove`
        : `${capital(what)} is removed`;
}
/** The job summary of a `down`, in GitHub's Markdown. */
function renderRemoval(report) {
    const { shown, more } = atMost(report.removed, PARTS);
    const list = [
        ...shown.map((part) => `- ${code(part, 200)}`),
        ...(more === 0 ? [] : [`- and ${more} more, in the job log`]),
    ];
    return `${[
        `## ${removalHeadline(report, (text) => code(text, 64))}`,
        ...(report.error === undefined
            ? []
            : [codeBlock(plain((0,lib_errors/* describeError */.U)(report.error)).slice(0, ERROR_LENGTH).toWellFormed())]),
        ...(list.length === 0 ? [] : [`Removed:\n\n${list.join('\n')}`]),
    ].join('\n\n')}\n`;
}
function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

;// CONCATENATED MODULE: ./lib/action/failure.js




/** The output `status` of a run that ended with this error. */
function statusOf(error) {
    if (error instanceof lib_errors/* ActionError */.l)
        return error.status;
    if (error instanceof AggregateError)
        return statusOf(error.errors[0]);
    return 'failed';
}
/** Shows the error and lets the step fail. */
function fail(error) {
    if (error instanceof ComposeError) {
        for (const { message, location } of error.findings)
            githubLog.error(message, location);
    }
    githubLog.error((0,lib_errors/* describeError */.U)(error), { title: 'Swarm Up' });
    process.exitCode = 1;
}
/** Ends a step that failed before it had anything else to report. */
function failEarly(error) {
    lib_core/* setOutput */.uH('status', statusOf(error));
    fail(error);
}

;// CONCATENATED MODULE: ./lib/action/summary.js


/** Adds Markdown to the job summary. Without a place to write it to (outside of GitHub), it is left out. */
async function writeSummary(markdown) {
    if (!process.env.GITHUB_STEP_SUMMARY)
        return;
    await lib_core/* summary */.z.addRaw(markdown, true).write();
}
/** The same for a process that is about to end and can wait for nothing any more. */
function writeLastSummary(markdown) {
    const file = process.env.GITHUB_STEP_SUMMARY;
    if (file)
        (0,external_node_fs_.appendFileSync)(file, markdown);
}

;// CONCATENATED MODULE: ./lib/action/down.js
















/** `command: down`. It leaves no state, so its post step has nothing to do. Throws where the inputs are not right. */
async function runDown() {
    useOwnEngine();
    const env = environment_readEnvironment();
    const inputs = parseDownInputs(readInput, env, githubLog.warning);
    lib_core/* setOutput */.uH('cluster', inputs.cluster);
    lib_core/* setOutput */.uH('stack-name', inputs.stackName ?? '');
    const signal = cancellation(() => lib_core/* setOutput */.uH('status', 'cancelled'), AGAIN);
    let removed = [];
    let error;
    try {
        removed = await removeOwned(inputs, ownerOfRun(inputs.cluster, env), env, signal);
    }
    catch (failure) {
        error = failure;
    }
    const { cluster } = inputs;
    const stack = inputs.driver === 'ssh' ? inputs.stackName : undefined;
    const report = {
        subject: stack === undefined
            ? { kind: 'cluster', name: cluster }
            : { kind: 'stack', name: stack },
        removed,
        error,
    };
    lib_core/* info */.pq(`${removalHeadline(report)}.`);
    await announcerOf(inputs.announcements, env, { signal }).removed({ cluster, stack, pullRequest: env.pullRequest }, { isWhole: error === undefined });
    await writeSummary(renderRemoval(report));
    lib_core/* setOutput */.uH('status', error === undefined ? 'removed' : statusOf(error));
    if (error !== undefined)
        fail(error);
}
async function removeOwned(inputs, owner, env, signal) {
    const { driver: name, connection, stackName, removeVolumes, lockTimeoutMs } = inputs;
    const context = {
        driver: createDriver(name, {}, { runner: runner, actionRoot: actionRoot(), log: githubLog, connection }),
        reporter: { log: githubLog, timeline: createTimeline(systemClock) },
        clock: systemClock,
        signal,
    };
    return context.driver.makesMachines
        ? removeMachines(owner, context)
        : leaveHosts(stackName, owner, {
            ...context,
            foreign: 'refuse',
            removeVolumes,
            lockTimeoutMs,
            run: { url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT },
            connection,
        });
}
/** What is left after a cancellation is found by its labels. */
const AGAIN = 'Run it again: it removes what is left.';

;// CONCATENATED MODULE: ./lib/report/sweep.js




const sweep_ROWS = 200;
/** Of an error in the summary; the log has the whole. */
const sweep_ERROR_LENGTH = 4_000;
/** The outcome of a sweep in one sentence, for example `2 of 5 clusters removed, 1 failed`. */
function sweepHeadline({ clusters, dryRun, error }) {
    const has = (result) => clusters.filter((one) => one.result === result).length;
    const all = count(clusters.length, 'cluster');
    if (dryRun)
        return `${has('would be removed')} of ${all} would be removed (dry run)`;
    const failed = has('failed');
    if (failed === 0 && error !== undefined)
        return 'The sweep failed';
    return `${has('removed')} of ${all} removed${failed > 0 ? `, ${failed} failed` : ''}`;
}
/** The job summary of a sweep, in GitHub's Markdown: a row for each cluster of the repository. */
function renderSweep(report) {
    const { clusters, error, now } = report;
    const { shown, more } = atMost(clusters, sweep_ROWS);
    const rows = shown.map(({ cluster: { owner, created }, result, reason }) => [
        code(owner.cluster, 64),
        ...lifeCells({
            created,
            run: owner.run,
            pullRequest: owner.pullRequest,
            expires: owner.expires,
        }, now),
        `${result === 'failed' ? `**${result}**` : result}: ${words(reason, 200)}`,
    ]);
    const heading = ['Cluster', ...LIFE_COLUMNS, 'What happened'];
    return `${[
        `## ${sweepHeadline(report)}`,
        ...(rows.length === 0 ? [] : [table(heading, rows)]),
        ...(more === 0 ? [] : [`and ${more} more, in the job log.`]),
        ...(error === undefined
            ? []
            : [codeBlock(plain((0,lib_errors/* describeError */.U)(error)).slice(0, sweep_ERROR_LENGTH).toWellFormed())]),
    ].join('\n\n')}\n`;
}
/** The output `clusters`: JSON of what became of each cluster. */
function sweptJson({ clusters }) {
    return JSON.stringify(clusters.map(({ cluster: { owner, created }, result, reason }) => ({
        cluster: owner.cluster,
        run: owner.run,
        pullRequest: owner.pullRequest,
        created,
        expires: owner.expires,
        result,
        reason,
    })));
}

;// CONCATENATED MODULE: ./lib/sweep/hosts.js









/** Clusters on hosts that stay: stacks, and what was done to the hosts, as the swarms of the hosts tell. */
function hostsEstate({ machines, unreached }, options) {
    const { signal } = options;
    /** Hosts that have left know nothing any more, and what was read of their engine is not true any more. */
    const left = new Set();
    const remaining = () => machines.filter(({ name }) => !left.has(`node ${name}`));
    const ofCluster = async (id) => (await readParts(remaining(), options)).filter(({ owner }) => idOf(owner) === idOf(id));
    return {
        list: async () => {
            const groups = Map.groupBy(await readParts(remaining(), options), ({ owner }) => idOf(owner));
            // Those with hosts last: until the stacks of others have gone, their swarm could not end.
            return [...groups.values()]
                .map(hosts_clusterOf)
                .sort((a, b) => Number(hasHosts(a)) - Number(hasHosts(b)));
        },
        remove: async (cluster) => {
            for (const { manager, name, isStack } of await ofCluster(cluster.owner)) {
                if (!isStack)
                    continue;
                const owner = { ...cluster.owner, run: options.sweeper.name };
                const claim = claimOf(name, owner, options.sweeper);
                // A deployment that runs renews it, so it is not waited for.
                await holdingStack(manager, claim, { ...options, timeoutMs: 0 }, () => removeStack(manager.api, name, { signal, machines: remaining() }));
            }
            if (!hasHosts(cluster))
                return undefined;
            const outside = { hosts: [], withoutGateway: [] };
            const dissolved = { ...options, outside, unreached };
            for (const name of await dissolve(remaining(), cluster.owner, dissolved))
                left.add(name);
            const rest = await ofCluster(cluster.owner);
            return rest.length === 0 ? undefined : 'its swarm still runs what is not of this cluster';
        },
    };
}
function idOf({ cluster, repository }) {
    return `${cluster}/${repository}`;
}
function hasHosts({ parts }) {
    return parts.some((part) => !part.startsWith('stack '));
}
/** Asks one manager of each swarm. Throws where none answers; where some do not, it warns. */
async function readParts(machines, { signal, log }) {
    const parts = [];
    const known = new Set();
    const failures = [];
    for (const manager of machines.filter(({ engine }) => engine.Swarm.ControlAvailable)) {
        if (known.has(manager.engine.Swarm.NodeID))
            continue;
        try {
            const { api } = manager;
            const nodes = await listNodes(api, signal);
            for (const { ID } of nodes)
                known.add(ID);
            parts.push(...(await hosts_partsOf(api, manager, nodes, signal)));
        }
        catch (error) {
            signal.throwIfAborted();
            failures.push(error);
        }
    }
    if (known.size === 0 && failures.length > 0)
        throw failures[0];
    for (const failure of failures)
        log.warning((0,lib_errors/* describeError */.U)(failure));
    return parts;
}
async function hosts_partsOf(api, manager, nodes, signal) {
    const stacks = (await readStackRecords(api, signal)).map(({ stack, owner, created }) => ({ owner, manager, name: stack, created, isStack: true }));
    const hosts = nodes.flatMap((node) => {
        const owner = recordOf(node)?.owner;
        return owner ? [{ owner, manager, name: `node ${node.Description.Hostname}` }] : [];
    });
    // The labels of a swarm are from its first moment and are not renewed: they count only where no node has told of its owner.
    const first = ownerOf(await readSwarmLabels(api, signal));
    const isTold = first && hosts.some(({ owner }) => idOf(owner) === idOf(first));
    const swarm = first && !isTold ? [{ owner: first, manager, name: 'swarm' }] : [];
    return [...stacks, ...hosts, ...swarm];
}
function hosts_clusterOf(parts) {
    const [first] = parts;
    if (!first)
        throw new Error('a cluster of nothing');
    const expires = parts
        .flatMap(({ owner }) => owner.expires ?? [])
        .sort()
        .at(-1);
    return {
        owner: { ...first.owner, expires },
        created: parts
            .flatMap(({ created }) => created ?? [])
            .sort()
            .at(0),
        parts: parts.map(({ name, isStack }) => (isStack ? `stack ${name}` : name)),
    };
}

;// CONCATENATED MODULE: ./lib/sweep/machines.js
/** Clusters whose machines were made for them. */
function machinesEstate(driver, signal) {
    return {
        list: () => driver.clusters(signal),
        remove: async ({ owner }) => {
            await driver.destroyCluster(owner);
            return undefined;
        },
    };
}

;// CONCATENATED MODULE: ./lib/sweep.js





/**
 * Removes every cluster of the repository whose time has come. One that does not go keeps no other from going.
 * Throws one `AggregateError` that names those that are not wholly removed.
 */
async function sweep(estate, options) {
    const { reporter, signal, repository } = options;
    const own = await inStage(reporter, 'Looking for clusters', async (stage) => {
        const all = await estate.list();
        const mine = all.filter(({ owner }) => owner.repository === repository);
        stage.note(`${mine.length} of this repository, ${all.length - mine.length} of others`);
        return mine;
    });
    const reasonOf = dueReasons(options);
    const failures = [];
    for (const cluster of own) {
        signal.throwIfAborted();
        const reason = await reasonOf(cluster);
        const { cluster: name } = cluster.owner;
        if (reason === undefined) {
            options.swept({ cluster, result: 'stays', reason: stayReason(cluster) });
        }
        else if (options.dryRun) {
            options.swept({ cluster, result: 'would be removed', reason });
        }
        else {
            try {
                const result = await inStage(reporter, `Removing cluster ${name}: ${reason}`, () => removeStillDue(estate, cluster, reasonOf));
                options.swept({ cluster, ...(result ?? { result: 'removed', reason }) });
                if (!result)
                    announce(cluster, reason, reporter);
            }
            catch (error) {
                reporter.log.info((0,lib_errors/* describeError */.U)(error));
                options.swept({ cluster, result: 'failed', reason });
                failures.push({ name, error });
            }
        }
    }
    if (failures.length === 0)
        return;
    throw new AggregateError(failures.map(({ error }) => error), `${failures.length} of ${own.length} clusters are not wholly removed: ${failures.map(({ name }) => name).join(', ')}`);
}
/** Looks again, because a run may have renewed it since. Gives what became of it where it was not removed. */
async function removeStillDue(estate, { owner }, reasonOf) {
    const now = (await estate.list()).find((one) => one.owner.cluster === owner.cluster && one.owner.repository === owner.repository);
    if (!now)
        return undefined;
    const reason = await reasonOf(now);
    if (reason === undefined)
        return { result: 'stays', reason: 'renewed meanwhile' };
    const kept = await estate.remove(now).catch((error) => {
        if (error instanceof StackBusy)
            return error;
        throw error;
    });
    if (kept instanceof StackBusy) {
        return { result: 'stays', reason: `${reason}, but is being deployed: ${kept.details}` };
    }
    if (kept === undefined)
        return undefined;
    return { result: 'stays', reason: `${reason}, but ${kept}`, isEmptied: true };
}
/** Gives why a cluster shall go. After the first question about a pull request that fails, no more are asked. */
function dueReasons({ isClosed, now, reporter }) {
    let ask = isClosed;
    const known = new Map();
    return async ({ owner: { expires, pullRequest } }) => {
        if (expires !== undefined && hasPassed(expires, now())) {
            return `ttl ended ${(0,duration/* formatSpan */.QA)(now().getTime() - Date.parse(expires))} ago`;
        }
        if (pullRequest === undefined || ask === undefined)
            return undefined;
        try {
            const closed = known.get(pullRequest) ?? (await ask(pullRequest));
            known.set(pullRequest, closed);
            return closed ? `pull request ${pullRequest} is closed` : undefined;
        }
        catch (error) {
            if (!(error instanceof lib_errors/* ActionError */.l))
                throw error;
            ask = undefined;
            reporter.log.warning(`Whether pull requests are closed cannot be found out, so no cluster is removed because of that. ${(0,lib_errors/* describeError */.U)(error)}`);
            return undefined;
        }
    };
}
function stayReason({ owner: { expires } }) {
    if (expires === undefined)
        return 'has no ttl';
    return Number.isNaN(Date.parse(expires)) ? 'its expiry is no time' : 'ttl has not ended';
}
function announce({ owner, parts }, reason, { log }) {
    log.warning(`Cluster ${owner.cluster} was removed: ${reason}. It was made by run ${owner.run || 'unknown'} and was: ${parts.join(', ')}.`, { title: 'Swarm Up, sweep' });
}

;// CONCATENATED MODULE: ./lib/action/sweep.js




















/** `command: sweep`. It leaves no state, so its post step has nothing to do. Throws where the inputs are not right. */
async function runSweep() {
    useOwnEngine();
    const env = environment_readEnvironment();
    const inputs = parseSweepInputs(readInput, env, githubLog.warning);
    const { dryRun, announcements } = inputs;
    if (announcements.token !== '')
        lib_core/* setSecret */.Pq(announcements.token);
    const signal = cancellation(() => lib_core/* setOutput */.uH('status', 'cancelled'), sweep_AGAIN);
    const clusters = [];
    let error;
    try {
        await sweepWhere(inputs, env, {
            repository: repositoryOf(env),
            dryRun,
            isClosed: closedQuestion(inputs, env, signal),
            now: () => new Date(),
            reporter: { log: githubLog, timeline: createTimeline(systemClock) },
            signal,
            swept: (one) => {
                clusters.push(one);
                lib_core/* info */.pq(`${one.cluster.owner.cluster}  ${one.result}: ${one.reason}`);
            },
        });
    }
    catch (failure) {
        error = failure;
    }
    const report = { clusters, dryRun, now: new Date(), error };
    await announceSwept(clusters, inputs, env, signal);
    lib_core/* info */.pq(`${sweepHeadline(report)}.`);
    await writeSummary(renderSweep(report));
    lib_core/* setOutput */.uH('clusters', sweptJson(report));
    lib_core/* setOutput */.uH('status', error !== undefined ? statusOf(error) : dryRun ? 'listed' : 'swept');
    if (error !== undefined)
        fail(error);
}
const sweep_AGAIN = 'The next sweep removes what is left.';
function closedQuestion({ closedPullRequests, announcements }, env, signal) {
    if (!closedPullRequests)
        return undefined;
    const github = gitHubOf(env, announcements.token);
    return (number) => isClosed(github, number, { signal });
}
/** After this long no further pull request is told, in ms. */
const TELL_MS = 60_000;
/** Tells the pull requests of clusters that have gone. */
async function announceSwept(clusters, { announcements }, env, signal) {
    const announcer = announcerOf(announcements, env, { signal });
    const until = systemClock.now() + TELL_MS;
    const untold = [];
    for (const { cluster, result, reason, isEmptied } of clusters) {
        if (result !== 'removed' && result !== 'failed' && !isEmptied)
            continue;
        const { cluster: name, pullRequest } = cluster.owner;
        if (systemClock.now() > until) {
            untold.push(name);
            continue;
        }
        await announcer.removed({
            cluster: name,
            stack: undefined,
            pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
        }, { isWhole: result !== 'failed', reason });
    }
    if (untold.length > 0) {
        githubLog.warning(`GitHub takes too long, so it is not told what has become of: ${untold.join(', ')}`);
    }
}
async function sweepWhere(inputs, env, options) {
    const { driver: name, connection } = inputs;
    const { reporter, signal } = options;
    const log = reporter.log;
    const driver = createDriver(name, {}, { runner: runner, actionRoot: actionRoot(), log, connection });
    if (driver.makesMachines)
        return sweep(machinesEstate(driver, signal), options);
    const hosts = { opened: [], machines: [], unreached: [] };
    const failures = [];
    const context = { driver, connection, reporter, clock: systemClock, signal };
    try {
        await inStage(reporter, 'Connecting to the hosts', () => connectHosts('', context, hosts))
            // Those that answer are swept all the same.
            .catch((error) => failures.push(error));
        const sweeper = { name: runOf(env), url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT };
        const estate = hostsEstate(hosts, { signal, log, clock: systemClock, sweeper });
        await sweep(estate, options).catch((error) => failures.push(error));
    }
    finally {
        await Promise.allSettled(hosts.opened.map(({ ssh }) => ssh.close()));
    }
    if (failures.length === 1)
        throw failures[0];
    if (failures.length > 1)
        throw new AggregateError(failures, 'The sweep failed in two ways.');
}

;// CONCATENATED MODULE: ./lib/action/main.js


























/** The main step. Sets the exit code; never throws. */
async function runMain() {
    try {
        // A command that there is not is a problem among those of all inputs.
        switch (parseCommand(readInput('command').trim())) {
            case 'down':
                return await runDown();
            case 'sweep':
                return await runSweep();
            default:
                await runUp(parseInputs(readInput, environment_readEnvironment(), githubLog.warning));
        }
    }
    catch (error) {
        failEarly(error);
    }
}
async function runUp(inputs) {
    useOwnEngine();
    const { unlockKey } = inputs.connection ?? {};
    if (unlockKey !== undefined)
        lib_core/* setSecret */.Pq(unlockKey);
    const env = environment_readEnvironment();
    const owner = ownerOfRun(inputs.cluster, env, inputs.ttlMs);
    const signal = cancellation(() => {
        lib_core/* setOutput */.uH('status', 'cancelled');
        writeLastSummary(`## ${inputs.cluster}: cancelled\n\nThe step was ended while a command still ran. The post step removes what it had begun.\n`);
    });
    const timeline = createTimeline(systemClock);
    const warnings = [];
    const log = {
        ...githubLog,
        warning: (message, place) => {
            warnings.push({ message, ...place });
            githubLog.warning(message, place);
        },
    };
    const driver = createDriver(inputs.driver, inputs.driverOptions, {
        runner: runner,
        actionRoot: actionRoot(),
        log,
        connection: inputs.connection,
    });
    const sshFolder = inputs.dockerHost
        ? (0,external_node_path_.join)(tempFolderOf(env), `swarm-up-ssh-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`)
        : undefined;
    let state;
    const save = (next) => {
        state = next;
        lib_core/* saveState */.LZ(STATE_KEY, serialiseState(next));
    };
    const facts = {};
    const announcements = announceUp(inputs, env, { signal, log });
    const progress = createProgress();
    const from = systemClock.now();
    let failure;
    try {
        await up({
            inputs,
            owner,
            driver,
            runner: runner,
            workspace: workspaceOf(env),
            diagnosticsFolder: (0,external_node_path_.join)(tempFolderOf(env), `swarm-up-${inputs.cluster}`),
            sshFolder,
            reporter: { log, timeline },
            clock: systemClock,
            signal,
            mask: lib_core/* setSecret */.Pq,
            checked: () => announcements.begin(facts.stack?.name),
            beginning: (made) => save({
                driver: inputs.driver,
                cluster: inputs.cluster,
                teardown: inputs.teardown,
                stack: facts.stack?.name,
                sshFolder,
                made,
                stage: 'begun',
            }),
            locking: (lock) => {
                if (state)
                    save({ ...state, lock });
            },
            runUrl: runUrlOf(env),
            runAttempt: env.GITHUB_RUN_ATTEMPT,
            forming: (outside) => {
                if (state)
                    save({ ...state, outside });
            },
            progress: (verdicts) => {
                for (const line of progress(systemClock.now() - from, verdicts))
                    log.info(line);
            },
            learned: (known) => Object.assign(facts, known),
        });
    }
    catch (error) {
        failure = error;
    }
    if (state)
        save({ ...state, stage: failure === undefined ? 'succeeded' : 'failed' });
    const report = reportOf(inputs, facts, {
        status: failure === undefined ? main_success(inputs) : statusOf(failure),
        error: failure,
        timeline: timeline.records(),
        warnings,
        state,
    });
    // First, so that the summary has its warnings.
    await announcements.end(report);
    await publish(report);
    if (failure !== undefined) {
        annotateServices(report);
        fail(unsaid(failure, report));
    }
    if (facts.dockerHost !== undefined)
        exportDockerHost(facts.dockerHost);
}
function main_success({ dryRun }) {
    return dryRun ? 'planned' : 'converged';
}
async function publish(report) {
    for (const line of timelineText(report.timeline))
        lib_core/* info */.pq(line);
    lib_core/* info */.pq(headline(report));
    writeOutputs(outputsOf(report));
    await writeSummary(renderSummary(report));
}
/** One annotation per service that failed, at its line of the compose file. */
function annotateServices(report) {
    for (const { service, cause, evidence, hint, logTail, location } of report.diagnoses) {
        const logs = logTail ? ['Its last log lines:', logTail.replace(/^/gm, '  ')] : [];
        githubLog.error([cause, ...evidence, hint, ...logs].join('\n'), {
            title: `Service ${service}`,
            ...location,
        });
    }
}
/** The error without what the annotations of the services have said already. */
function unsaid(error, { diagnoses }) {
    if (!(error instanceof lib_errors/* ActionError */.l) || diagnoses.length === 0)
        return error;
    const { message, hint, cause } = error;
    const isSaid = diagnoses.some((diagnosis) => diagnosis.hint === hint);
    return new lib_errors/* ActionError */.l(message, {
        ...(cause === undefined ? {} : { cause }),
        ...(hint === undefined || isSaid ? {} : { hint }),
    });
}


/***/ }),

/***/ 466:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   QA: () => (/* binding */ formatSpan),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+)(ms|s|m|h|d)/g;
const WHOLE = /^(?:\d+(?:ms|s|m|h|d))+$/;
/** Milliseconds of `300s`, `10m`, `1h30m`, `24h`, `7d`; undefined for anything else, a bare number included: its unit would be a guess. */
function parseDuration(text) {
    if (!WHOLE.test(text))
        return undefined;
    let total = 0;
    for (const [, count, unit] of text.matchAll(PART)) {
        total += Number(count) * UNIT_MS[unit];
    }
    return total;
}
/** For people, of what lasts long: `3 d 4 h`, `23 h 59 min`, `12 min`, `less than 1 min`. */
function formatSpan(ms) {
    const minutes = Math.floor(ms / UNIT_MS.m);
    const [d, h, min] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    if (d > 0)
        return h > 0 ? `${d} d ${h} h` : `${d} d`;
    if (h > 0)
        return min > 0 ? `${h} h ${min} min` : `${h} h`;
    return min > 0 ? `${min} min` : 'less than 1 min';
}
/** For people: `0.4 s`, `12.3 s`, `2 min 5 s`. */
function formatDuration(ms) {
    if (ms < 60_000)
        return `${(ms / 1_000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1_000);
    return seconds % 60 === 0
        ? `${seconds / 60} min`
        : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}


/***/ }),

/***/ 2357:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ describeError),
/* harmony export */   l: () => (/* binding */ ActionError)
/* harmony export */ });
/**
 * An error that a user reads. `message` says what failed and where; `details` holds the program's own words; `hint` says what to do.
 * Everything else that is thrown is a bug of ours and is reported with its stack.
 */
class ActionError extends Error {
    name = 'ActionError';
    details;
    hint;
    status;
    constructor(message, options = {}) {
        super(message, 'cause' in options ? { cause: options.cause } : undefined);
        this.details = options.details?.trim() || undefined;
        this.hint = options.hint;
        this.status = options.status ?? 'failed';
    }
}
/** The whole text of an error for the log: what failed, the program's own words (indented), what to do; then each cause in the same form. */
function describeError(error) {
    if (error instanceof AggregateError) {
        return [error.message, ...error.errors.map((one) => indent(describeError(one)))].join('\n');
    }
    if (!(error instanceof Error))
        return String(error);
    if (!(error instanceof ActionError))
        return error.stack ?? error.message;
    const lines = [error.message];
    if (error.details)
        lines.push(indent(error.details));
    if (error.cause instanceof Error && !isContained(error.cause, lines)) {
        lines.push(indent(describeCause(error.cause)));
    }
    if (error.hint)
        lines.push(error.hint);
    return lines.join('\n');
}
/** A cause that is not ours is named; where it was thrown helps nobody who reads the log. */
function describeCause(cause) {
    return cause instanceof ActionError ? describeError(cause) : `${cause.name}: ${cause.message}`;
}
function isContained(cause, lines) {
    return lines.some((line) => line.includes(cause.message));
}
function indent(text) {
    return text.replace(/^/gm, '  ');
}


/***/ }),

/***/ 774:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ commandStream)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);

/**
 * The standard input and output of a running command as one stream. The readable side ends when the command has ended well
 * and breaks with the command's error when it has not; destroying the stream ends the command.
 */
function commandStream(command) {
    const { stdin, stdout, keep = (chunk) => chunk } = command;
    const stream = new node_stream__WEBPACK_IMPORTED_MODULE_0__.Duplex({
        allowHalfOpen: false,
        read: () => {
            stdout.resume();
        },
        // A failed write is not the story: the command went away, and `ended` is about to tell why.
        write: (chunk, encoding, callback) => {
            stdin.write(chunk, encoding, () => callback());
        },
        final: (callback) => {
            stdin.end();
            callback();
        },
        destroy: (error, callback) => {
            command.stop();
            stdout.resume();
            callback(error);
        },
    });
    stdin.on('error', () => { });
    stdout.on('data', (chunk) => {
        const wanted = keep(chunk);
        if (stream.destroyed || wanted.length === 0)
            return;
        if (!stream.push(wanted))
            stdout.pause();
    });
    stdout.pause();
    void command.ended.then((error) => {
        if (stream.destroyed)
            return;
        if (error)
            stream.destroy(error);
        else
            stream.push(null);
    });
    return stream;
}


/***/ }),

/***/ 3035:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I1: () => (/* binding */ ownWords),
/* harmony export */   Qd: () => (/* binding */ CommandError),
/* harmony export */   t1: () => (/* binding */ DEFAULT_TIMEOUT_MS)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2357);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(908);


const DEFAULT_TIMEOUT_MS = 120_000;
/** A command that ended with a non-zero exit code, or by a signal. Keeps argv, code and both streams whole. */
class CommandError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .l {
    argv;
    result;
    /** `endedBy` names the signal that ended the command; `result.exitCode` is then 128 plus its number, as in a shell. */
    constructor(where, argv, result, endedBy) {
        const how = endedBy ? `was ended by ${endedBy}` : 'failed';
        const code = endedBy ? '' : ` with exit code ${result.exitCode}`;
        super(`Command ${how} on ${where}${code}: ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .h)(argv)}`, { details: ownWords(result) });
        this.argv = argv;
        this.result = result;
    }
}
/** What a command said, its errors first. */
function ownWords(result) {
    return [result.stderr, result.stdout]
        .map((text) => text.trim())
        .filter(Boolean)
        .join('\n');
}


/***/ }),

/***/ 5862:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ letGo),
/* harmony export */   h: () => (/* binding */ feed)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Writes all of `input` to a command's standard input, with backpressure, and closes it.
 * A command may stop reading whenever it likes (`head -c 1`): that is no failure, its exit code says how it went.
 * An input that breaks off is one: `onBroken` is called once with the reason, and the command must then be ended,
 * because it would take what it got for the whole.
 */
function feed(input, stdin, onBroken) {
    stdin.on('error', ignore);
    if (!(input instanceof node_stream__WEBPACK_IMPORTED_MODULE_0__.Readable)) {
        stdin.end(input);
        return;
    }
    let over = false;
    const settle = (reason) => {
        if (over)
            return;
        over = true;
        if (reason)
            onBroken(reason);
    };
    const stopReading = () => {
        settle();
        input.destroy();
    };
    stdin.once('error', stopReading).once('close', stopReading);
    input.once('end', () => settle());
    input.once('error', settle);
    input.once('close', () => settle(new Error('The input ended before all of it was read.')));
    if (input.destroyed)
        settle(input.errored ?? new Error('The input was closed before it was read.'));
    else
        input.pipe(stdin);
}
/** Ends an input stream that nobody reads any more, so that what makes it (`docker save`, a file) ends too. */
function letGo(input) {
    if (input instanceof node_stream__WEBPACK_IMPORTED_MODULE_0__.Readable)
        input.destroy();
}
function ignore() { }


/***/ }),

/***/ 2213:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B9: () => (/* binding */ allHostKeyAlgorithms),
/* harmony export */   Dn: () => (/* binding */ isExpected),
/* harmony export */   ML: () => (/* binding */ keyBits),
/* harmony export */   Qb: () => (/* binding */ hostKeyAlgorithms),
/* harmony export */   Rj: () => (/* binding */ fingerprint),
/* harmony export */   Rx: () => (/* binding */ describeKey),
/* harmony export */   a1: () => (/* binding */ blobType),
/* harmony export */   ee: () => (/* binding */ parsePublicKey)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2357);
/* harmony import */ var _ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7274);



/**
 * The signature algorithms by which a host proves that it has a key of this type. An RSA key signs with SHA-2 (RFC 8332);
 * plain `ssh-rsa` (SHA-1) is the last resort for servers from before 2016.
 */
const ALGORITHMS = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};
/** Reads "type base64 [comment]", the one line of a `.pub` file. Throws `ActionError` where it is anything else. */
function parsePublicKey(line) {
    const [type = '', base64 = ''] = line.trim().split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    if (type === '' || blob.length < 8 || blobType(blob) !== type) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .l('Not an OpenSSH public key', {
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
/** A key as `ssh-keygen -l` prints it, without its comment: "256 SHA256:… (ED25519)". Throws nothing. */
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
    const [, first, second] = (0,_ssh_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .readStrings */ .Nc)(blob) ?? [];
    const number = type === 'ssh-rsa' ? second : type === 'ssh-dss' ? first : undefined;
    return number ? BigInt(`0x0${number.toString('hex')}`).toString(2).length : 0;
}
/** Whether the host shows one of the expected keys. */
function isExpected(shown, expected) {
    return expected.some((key) => key.blob.equals(shown));
}
/**
 * The host key algorithms to offer, so that a host with keys of several types shows the one that is expected.
 * Throws `ActionError` where none of the keys is of a type that can be checked, or where there is no key at all.
 */
function hostKeyAlgorithms(expected) {
    const algorithms = expected.flatMap((key) => ALGORITHMS[key.type] ?? []);
    if (algorithms.length > 0)
        return [...new Set(algorithms)];
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .l(expected.length === 0
        ? 'No host key is known for the machine, so its identity cannot be checked'
        : `Host keys of type ${expected.map((key) => key.type).join(', ')} cannot be checked`, { hint: `Give a host key of one of these types: ${Object.keys(ALGORITHMS).join(', ')}` });
}
/** All algorithms for host keys, those of the given types first: so that a host with several keys shows one that is known. */
function allHostKeyAlgorithms(preferred) {
    const first = preferred.flatMap((type) => ALGORITHMS[type] ?? []);
    return [...new Set([...first, ...Object.values(ALGORITHMS).flat()])];
}
/** The type of the key inside a blob; for messages too. */
function blobType(blob) {
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
    return blob.subarray(4, 4 + length).toString('latin1');
}


/***/ }),

/***/ 8850:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Tx: () => (/* binding */ judgeHostKey),
  TZ: () => (/* binding */ knownHostsLine),
  ts: () => (/* binding */ knownTypes),
  $I: () => (/* binding */ lookup),
  uJ: () => (/* binding */ parseKnownHosts)
});

// EXTERNAL MODULE: ./lib/exec/host-keys.js
var host_keys = __webpack_require__(2213);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/exec/known-host-names.js


/** The port whose hosts stand in known_hosts by their name alone. */
const DEFAULT_PORT = 22;
/** What a hashed name begins with; the 1 stands for HMAC-SHA1. */
const HASHED = '|1|';
/** Longer patterns match nothing (`match_pattern_list` in OpenSSH's match.c). */
const LONGEST_PATTERN = 1022;
/**
 * The name by which OpenSSH looks a host up: in lower case, an IPv6 address in its shortest form, and as `[host]:port` where the port is
 * not 22 (`put_host_port` in misc.c).
 */
function knownHostName(host, port) {
    const name = (0,external_node_net_.isIPv6)(host) ? shortest(host) : host.toLowerCase();
    return port === DEFAULT_PORT ? name : `[${name}]:${port}`;
}
/**
 * Whether the first field of a known_hosts line stands for this name, which must be in lower case. As OpenSSH decides: one hashed name,
 * or patterns with `*` and `?` between commas, of which a matching one with `!` before it rules all others out.
 */
function matchesHost(field, name) {
    if (field.startsWith('|'))
        return hashedName(field)?.(name) === field;
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
function shortest(address) {
    const [bare = address, zone] = address.split('%');
    const { hostname } = new URL(`http://[${bare}]/`);
    return hostname.slice(1, -1) + (zone === undefined ? '' : `%${zone}`);
}

// EXTERNAL MODULE: ./lib/exec/ssh-wire.js
var ssh_wire = __webpack_require__(7274);
;// CONCATENATED MODULE: ./lib/exec/known-hosts.js



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
/** OpenSSH reads no RSA key with fewer bits (`SSH_RSA_MINIMUM_MODULUS_SIZE`). */
const LEAST_RSA_BITS = 1024;
/**
 * Reads the text of a known_hosts file as OpenSSH does (`hostkeys_foreach_file` in hostfile.c): what it cannot read it passes over.
 * Each such line is named in `problems`. Throws nothing, and never quotes a line: what was pasted here may have been a secret.
 */
function parseKnownHosts(text) {
    const lines = [];
    const problems = [];
    for (const [at, whole] of text
        .replace(/^\ufeff/, '')
        .split('\n')
        .entries()) {
        const content = whole.replace(/^[ \t]+|[ \t\r]+$/g, '');
        if (content === '' || content.startsWith('#'))
            continue;
        const parsed = parseLine(at + 1, content);
        if (typeof parsed === 'string') {
            problems.push({ line: at + 1, reason: parsed });
            continue;
        }
        lines.push(parsed);
        const useless = uselessName(parsed.hosts);
        if (useless)
            problems.push({ line: at + 1, reason: useless });
    }
    return { lines, problems };
}
function parseLine(line, content) {
    const words = content.split(/[ \t]+/);
    const marker = words[0]?.startsWith('@') ? words.shift()?.slice(1) : undefined;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') {
        return 'has an unknown marker. There are `@revoked` and `@cert-authority`.';
    }
    const [hosts = '', type = '', base64 = ''] = words;
    if (hosts.startsWith('|') && !isHashedName(hosts))
        return 'has a hashed name that is not whole.';
    if (isKeyType(hosts)) {
        return 'begins with the type of the key. The name or address of the host must stand before it.';
    }
    if (!isKeyType(type)) {
        return 'is not of the form `host type key`, as `ssh-keyscan host` prints it.';
    }
    const blob = (0,ssh_wire/* decodeBase64 */.y4)(base64);
    if (!blob || !isWhole(type, blob))
        return `has a key of type ${type} that is not whole.`;
    if ((0,host_keys/* keyBits */.ML)(blob) < LEAST_RSA_BITS && (0,host_keys/* blobType */.a1)(blob) === 'ssh-rsa') {
        return `has an RSA key of ${(0,host_keys/* keyBits */.ML)(blob)} bits. OpenSSH accepts none below ${LEAST_RSA_BITS}.`;
    }
    return { line, marker, hosts, key: { type: (0,host_keys/* blobType */.a1)(blob), blob } };
}
function isKeyType(word) {
    return Object.hasOwn(STRINGS, word) || /^rsa-sha2-(256|512)$/.test(word) || isCertificate(word);
}
function isCertificate(type) {
    return /^(ssh|ecdsa|rsa|sk)-[a-z0-9-]+-cert-v01@openssh\.com$/.test(type);
}
/** Whether the blob is a key of the type that stands before it. The signature types of RSA are taken for its key type. */
function isWhole(type, blob) {
    const inside = (0,host_keys/* blobType */.a1)(blob);
    if (inside !== type.replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa'))
        return false;
    const strings = (0,ssh_wire/* readStrings */.Nc)(blob);
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
 * What is known of a host. As OpenSSH decides: by the name that was given and not by its address too (`CheckHostIP no`); and where no
 * line has a key for `[host]:port`, one for the name alone will do (`check_host_key` in sshconnect.c).
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
/** The types of the keys that the host may show. */
function knownTypes({ accepted, atDefaultPort }) {
    return [...accepted, ...atDefaultPort].map(({ key }) => key.type);
}
/**
 * Judges the key that a host shows, as OpenSSH does: revoked before all else, and changed also where only another type is known.
 * What is known of port 22 contradicts nothing at another port, where another sshd may answer.
 */
function judgeHostKey(keys, blob) {
    const revoked = keys.revoked.find(({ key }) => key.blob.equals(blob));
    if (revoked)
        return { kind: 'revoked', line: revoked };
    const isShown = ({ key }) => key.blob.equals(blob);
    if (keys.accepted.some(isShown) || keys.atDefaultPort.some(isShown))
        return { kind: 'accepted' };
    const type = (0,host_keys/* blobType */.a1)(blob);
    const line = keys.accepted.find(({ key }) => key.type === type) ?? keys.accepted[0];
    return line ? { kind: 'changed', line } : { kind: 'unknown' };
}
/** The line that makes a host known by this key. */
function knownHostsLine(host, port, blob) {
    return `${knownHostName(host, port)} ${(0,host_keys/* blobType */.a1)(blob)} ${blob.toString('base64')}`;
}


/***/ }),

/***/ 4523:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ limit),
/* harmony export */   W: () => (/* binding */ unlessAborted)
/* harmony export */ });
/**
 * Joins the caller's signals with a time limit in ms. Unlike `AbortSignal.any` with `AbortSignal.timeout` it leaves nothing
 * behind: thousands of commands may run under one signal that lives as long as the job.
 */
function limit(signals, timeoutMs, timedOut) {
    const controller = new AbortController();
    const stop = (reason) => controller.abort(reason);
    const undo = [];
    for (const signal of signals) {
        if (!signal)
            continue;
        if (signal.aborted)
            stop(signal.reason);
        const onAbort = () => stop(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        undo.push(() => signal.removeEventListener('abort', onAbort));
    }
    const timer = setTimeout(() => stop(timedOut()), timeoutMs);
    undo.push(() => clearTimeout(timer));
    return {
        signal: controller.signal,
        stop,
        [Symbol.dispose]: () => {
            for (const one of undo)
                one();
        },
    };
}
/** Settles as `promise` does, or rejects with the signal's reason if that comes first. Lets go of the signal in both cases. */
async function unlessAborted(promise, signal) {
    const aborted = Promise.withResolvers();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted)
        onAbort();
    try {
        return await Promise.race([promise, aborted.promise]);
    }
    finally {
        signal.removeEventListener('abort', onAbort);
    }
}


/***/ }),

/***/ 3265:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $I: () => (/* binding */ LostConnection),
/* harmony export */   Z9: () => (/* binding */ wordsOf),
/* harmony export */   k: () => (/* binding */ lostConnectionOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2357);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(908);
/* harmony import */ var _ssh_target_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5350);



/** A command whose connection went, before it was sent or while it ran. */
class LostConnection extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .l {
    /** Whether it may have been run: nobody knows then how it ended. */
    sent;
    constructor(target, argv, sent, cause) {
        const what = sent ? 'it is not known how this ended' : 'this was not run';
        super(`Connection to ${(0,_ssh_target_js__WEBPACK_IMPORTED_MODULE_1__/* .where */ ._)(target)} was lost, ${what}: ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(argv)}`, {
            details: wordsOf(cause),
            cause,
        });
        this.sent = sent;
    }
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

/***/ 4707:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ collectOutput)
/* harmony export */ });
/* harmony import */ var node_string_decoder__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6193);
/* harmony import */ var node_string_decoder__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_string_decoder__WEBPACK_IMPORTED_MODULE_0__);

/** Collects UTF-8 text, and hands each whole line (without its line end) to `onLine` as soon as it is there. */
function collectOutput(onLine) {
    const decoder = new node_string_decoder__WEBPACK_IMPORTED_MODULE_0__.StringDecoder('utf8');
    // Parts are joined once at the end, and those of an unfinished line once per line: adding to one string and searching
    // it again with every chunk would cost the square of its length.
    const parts = [];
    const unfinished = [];
    const finishLine = (rest) => {
        const line = unfinished.length === 0 ? rest : unfinished.join('') + rest;
        unfinished.length = 0;
        onLine?.(line.endsWith('\r') ? line.slice(0, -1) : line);
    };
    const take = (text) => {
        if (text === '')
            return;
        parts.push(text);
        if (!onLine)
            return;
        let from = 0;
        for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
            finishLine(text.slice(from, at));
            from = at + 1;
        }
        if (from < text.length)
            unfinished.push(text.slice(from));
    };
    return {
        write: (chunk) => take(decoder.write(chunk)),
        end: () => {
            take(decoder.end());
            if (unfinished.length > 0)
                finishLine('');
        },
        text: () => parts.join(''),
    };
}


/***/ }),

/***/ 908:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ quote)
/* harmony export */ });
const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** Makes the one line that a POSIX shell splits into exactly these arguments again. */
function quote(argv) {
    return argv.map(quoteWord).join(' ');
}
function quoteWord(word) {
    return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}


/***/ }),

/***/ 5350:
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


/***/ }),

/***/ 7274:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nc: () => (/* binding */ readStrings),
/* harmony export */   bX: () => (/* binding */ stringAt),
/* harmony export */   y4: () => (/* binding */ decodeBase64)
/* harmony export */ });
/**
 * Reads a sequence of SSH strings (RFC 4251 section 5: a length of four bytes, then as many bytes) that fills `bytes` exactly.
 * Gives undefined where it does not.
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
/** The bytes that `base64` stands for, or undefined where it is not base64 to the last character (Node itself reads anything). */
function decodeBase64(base64) {
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length > 0 && bytes.toString('base64') === base64 ? bytes : undefined;
}


/***/ }),

/***/ 9656:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connectSsh: () => (/* binding */ connectSsh)
});

// EXTERNAL MODULE: ./lib/exec/lost-connection.js
var lost_connection = __webpack_require__(3265);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(2357);
// EXTERNAL MODULE: ./lib/exec/limit.js
var limit = __webpack_require__(4523);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./node_modules/ssh2/lib/index.js
var lib = __webpack_require__(5472);
var lib_default = /*#__PURE__*/__webpack_require__.n(lib);
// EXTERNAL MODULE: ./lib/exec/host-keys.js
var host_keys = __webpack_require__(2213);
// EXTERNAL MODULE: ./lib/exec/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(8850);
// EXTERNAL MODULE: ./lib/exec/ssh-target.js
var ssh_target = __webpack_require__(5350);
;// CONCATENATED MODULE: ./lib/exec/host-key-check.js




const NOTHING_SENT = 'The connection was ended before anything was sent.';
/** Makes ready to check the key of a host. Throws `ActionError` where no key of the host could pass. */
function hostKeyCheck(target) {
    const { hostKeys } = target;
    return hostKeys.kind === 'pinned'
        ? pinnedCheck(target, hostKeys.keys)
        : knownHostsCheck(target, hostKeys);
}
function pinnedCheck(target, pinned) {
    const keys = pinned.map(host_keys/* parsePublicKey */.ee);
    return {
        algorithms: (0,host_keys/* hostKeyAlgorithms */.Qb)(keys),
        accepts: (blob) => (0,host_keys/* isExpected */.Dn)(blob, keys),
        proved: () => { },
        refusal: (blob, cause) => {
            const expected = keys.map((key) => `${key.type} ${(0,host_keys/* fingerprint */.Rj)(key)}`);
            const shown = blob ? `${(0,host_keys/* blobType */.a1)(blob)} ${(0,host_keys/* fingerprint */.Rj)(blob)}` : 'no key of that type';
            return new errors/* ActionError */.l(`Host key of ${(0,ssh_target/* where */._)(target)} is not the expected one`, {
                details: `expected: ${expected.join('\n          ')}\nshown:    ${shown}`,
                hint: `${NOTHING_SENT} Either the host was set up anew, and the expected key must be replaced, or another host answers at this address.`,
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
        algorithms: (0,host_keys/* allHostKeyAlgorithms */.B9)((0,known_hosts/* knownTypes */.ts)(keys)),
        accepts: (blob) => {
            const { kind } = (0,known_hosts/* judgeHostKey */.Tx)(keys, blob);
            return kind === 'accepted' || (kind === 'unknown' && unknown.mode === 'accept-new');
        },
        proved: (blob) => {
            if (unknown.mode === 'refuse' || (0,known_hosts/* judgeHostKey */.Tx)(keys, blob).kind !== 'unknown')
                return;
            const added = learn(knownHosts, target, blob);
            unknown.onAccepted(`Host key of ${(0,ssh_target/* where */._)(target)} was not known and was accepted without a check: ${(0,host_keys/* describeKey */.Rx)(blob)}. Add this line to \`ssh-known-hosts\`: ${added}`);
        },
        refusal: (blob, cause) => {
            if (!blob)
                return noUsableKey(target, keys, cause);
            const verdict = (0,known_hosts/* judgeHostKey */.Tx)(keys, blob);
            switch (verdict.kind) {
                case 'revoked':
                    return revokedKey(target, blob, verdict.line, cause);
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
        key: { type: (0,host_keys/* blobType */.a1)(blob), blob },
    });
    return text;
}
function unknownKey(target, blob, keys, cause) {
    const authority = keys.authorities[0];
    const details = [`shown: ${(0,host_keys/* describeKey */.Rx)(blob)}`];
    if (authority) {
        details.push(`${place(authority)} is a @cert-authority. Certificates of hosts are not checked here, only their keys.`);
    }
    return new errors/* ActionError */.l(`Host key of ${(0,ssh_target/* where */._)(target)} is not known`, {
        details: details.join('\n'),
        hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nIf it is the same, add this line to \`ssh-known-hosts\`:\n${(0,known_hosts/* knownHostsLine */.TZ)(target.host, target.port, blob)}`,
        cause,
    });
}
function changedKey(target, blob, line, cause) {
    return new errors/* ActionError */.l(`HOST KEY OF ${(0,ssh_target/* where */._)(target)} HAS CHANGED: another host may be answering in its place`, {
        details: [
            `known: ${(0,host_keys/* describeKey */.Rx)(line.key)}, ${place(line)}`,
            `shown: ${(0,host_keys/* describeKey */.Rx)(blob)}`,
        ].join('\n'),
        hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nOnly if it is the same, because the host was set up anew, replace line ${line.line} by:\n${(0,known_hosts/* knownHostsLine */.TZ)(target.host, target.port, blob)}`,
        cause,
    });
}
function revokedKey(target, blob, line, cause) {
    return new errors/* ActionError */.l(`HOST KEY OF ${(0,ssh_target/* where */._)(target)} IS REVOKED`, {
        details: `shown: ${(0,host_keys/* describeKey */.Rx)(blob)}\n${place(line)} revokes it.`,
        hint: `${NOTHING_SENT} A revoked key may be in the hands of others. Give the host a new key, and add its line to \`ssh-known-hosts\`.`,
        cause,
    });
}
function noUsableKey(target, keys, cause) {
    const known = keys.accepted.map((line) => `known: ${(0,host_keys/* describeKey */.Rx)(line.key)}, ${place(line)}`);
    return new errors/* ActionError */.l(`${(0,ssh_target/* where */._)(target)} has no host key of a type that can be checked`, {
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
    const [, name = 'ed25519'] = /^(?:ssh-)?(ed25519|rsa|ecdsa)/.exec((0,host_keys/* blobType */.a1)(blob)) ?? [];
    return `ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`;
}

;// CONCATENATED MODULE: ./lib/exec/ssh-agent.js
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
 * Asks the agent that listens at a socket for its keys; those that cannot be used here (certificates, security keys) are left out.
 * Rejects with an error where nobody answers, and with the signal's reason.
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
        const bounds = __addDisposableResource(env_1, (0,limit/* limit */.A)([signal], ANSWER_MS, () => new Error('The agent does not answer.')), false);
        return { agent, blobs: await (0,limit/* unlessAborted */.W)(listed, bounds.signal) };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}

;// CONCATENATED MODULE: ./lib/exec/ssh-login.js




/** What sshd says as it hangs up after `MaxAuthTries` refusals. */
const TOO_MANY = 'Too many authentication failures';
/**
 * Makes ready to log a user in: with each private key, then with the keys of the agent, then with the password.
 * Rejects with `ActionError` where there is nothing to try.
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
    const takes = (method) => offered?.includes(method) ?? true;
    function* proofs() {
        // To ask first what the host takes costs a round trip, but a proof in vain costs one of the six that sshd admits.
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
            next(step.done ? false : step.value);
        },
        refusal: (cause) => {
            const tooMany = String(cause).includes(TOO_MANY);
            if (!over && !tooMany)
                return undefined;
            if (agent instanceof Error)
                tried.push(`the agent: ${agent.message}`);
            return refused(target, { tried, offered, wantsMore, tooMany }, cause);
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
/** Answers one question, if the answer is not to be shown; two questions are not about the password alone. */
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
    if (tooMany)
        details.push(TOO_MANY);
    return new errors/* ActionError */.l(`${(0,ssh_target/* where */._)(target)} ${verb} user ${target.user}`, {
        details: details.join('\n'),
        hint: advice(target, outcome),
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
    return `Check user and password. ${reason}`;
}
function nothingToTry(target, agent) {
    const empty = agent && !(agent instanceof Error);
    return new errors/* ActionError */.l(`There is nothing to log in with at ${(0,ssh_target/* where */._)(target)}`, {
        ...(agent instanceof Error ? { details: `the agent: ${agent.message}` } : {}),
        ...(empty ? { details: 'the agent has no key that can be used' } : {}),
        hint: 'Give a private key (`ssh-private-key`), or a password (`ssh-password`), or run an agent before this step (SSH_AUTH_SOCK).',
    });
}
function nameOf(blob) {
    return `publickey ${(0,host_keys/* blobType */.a1)(blob)} ${(0,host_keys/* fingerprint */.Rj)(blob)}`;
}

;// CONCATENATED MODULE: ./lib/exec/ssh-connect.js






/**
 * How long a host may take to send its first byte, in ms. Short, because a host that boots swallows packets: a new attempt
 * gets through sooner than the retransmission of an old one, which comes after 1, 3, 7 and 15 s.
 */
const FIRST_BYTE_MS = 5_000;
/** How long key exchange and authentication may take after that, in ms. Emulated machines need seconds. */
const HANDSHAKE_MS = 30_000;
/** A lost host is noticed after a minute: a question each 15 s, three without an answer. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/** No address will appear by waiting; a resolver that is not ready yet says EAI_AGAIN, and that is worth a wait. */
const UNKNOWN_HOST = 'ENOTFOUND';
/**
 * Connects once, by TCP or over the stream that is given. Rejects with `ActionError` where another attempt must not or cannot help
 * (wrong host key, refused login, unknown host name), with another error where it may (nothing listens yet), and with the signal's reason.
 */
async function connectOnce(target, signal, over) {
    signal.throwIfAborted();
    const hostKey = hostKeyCheck(target);
    const login = await sshLogin(target, signal);
    signal.throwIfAborted();
    const client = new lib.Client();
    // ssh2 leaves Nagle's algorithm on. Opening a channel consists of small packets: 8 ms per command without it, 95 ms with it.
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
                algorithms: {
                    serverHostKey: hostKey.algorithms,
                    // The cipher is ssh2's first choice, AES-GCM: no quicker one was found (chacha20 takes 1.7 times the CPU time).
                    compress: ['none'],
                },
                hostVerifier: (blob) => {
                    shown = Buffer.from(blob);
                    isAccepted = hostKey.accepts(shown);
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
            throw hostKey.refusal(shown, error);
        if (String(error).includes('no matching host key format')) {
            throw hostKey.refusal(undefined, error);
        }
        throw login.refusal(error) ?? unknownHost(target, error) ?? error;
    }
    finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
    }
    if (shown)
        hostKey.proved(shown);
    const end = (reason) => {
        loss.abort(reason);
        client.end();
    };
    return { client, lost: loss.signal, end, drop };
}
function silence(ms) {
    return `The host did not answer within ${ms / 1000} s.`;
}
function unknownHost(target, error) {
    if (error.code !== UNKNOWN_HOST)
        return undefined;
    return new errors/* ActionError */.l(`The address of ${(0,ssh_target/* where */._)(target)} is not known: ${target.host}`, {
        hint: 'Check the spelling, and that the runner can look the name up.',
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/exec/ssh-jump.js




/** RFC 4254 section 5.1: what a host answers that may open the channel, but not there. */
const PROHIBITED = 1;
/**
 * Connects to a target once, through its jump hosts. The connections end together. Rejects as `connectOnce` does; an error of a jump
 * host names it.
 */
async function connectThrough(target, signal) {
    const { jump = [] } = target;
    let link;
    try {
        for (const [at, hop] of [...jump, target].entries()) {
            const before = jump[at - 1];
            const stream = link && before ? await forward(link, before, hop, signal) : undefined;
            const next = await connectOnce(hop, signal, stream).catch((error) => {
                throw hop === target || error instanceof errors/* ActionError */.l || signal.aborted
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
        return await (0,limit/* unlessAborted */.W)(opened, signal);
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
    return new errors/* ActionError */.l(what, {
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

;// CONCATENATED MODULE: ./lib/exec/ssh-attempts.js
var ssh_attempts_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var ssh_attempts_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * Connects, and goes on trying, until `timeoutMs` is over: then it rejects with what `timedOut` makes of the attempts. Rejects at once
 * where another attempt cannot help (`connectThrough` throws an `ActionError`), and with a signal's reason on abort.
 * `told` is given the attempts after each.
 */
async function connectPatiently(target, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { pauseMs, timedOut, told } = options;
        let attempts = { count: 0, last: undefined };
        const bounds = ssh_attempts_addDisposableResource(env_1, (0,limit/* limit */.A)(options.signals, options.timeoutMs, () => timedOut(attempts)), false);
        for (let pausing = pauseMs.first;; pausing = Math.min(pausing * 2, pauseMs.longest)) {
            attempts = { ...attempts, count: attempts.count + 1 };
            try {
                return await connectThrough(target, bounds.signal);
            }
            catch (error) {
                if (error instanceof errors/* ActionError */.l || bounds.signal.aborted)
                    throw error;
                attempts = { ...attempts, last: error };
            }
            told?.(attempts);
            await (0,promises_.setTimeout)(pausing, undefined, { signal: bounds.signal }).catch(() => { });
            bounds.signal.throwIfAborted();
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        ssh_attempts_disposeResources(env_1);
    }
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: ./lib/exec/feed.js
var feed = __webpack_require__(5862);
// EXTERNAL MODULE: ./lib/duration.js
var duration = __webpack_require__(466);
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
;// CONCATENATED MODULE: ./lib/exec/ssh-slots.js
/** Makes `limit` slots. Not p-limit: a waiting one must go on abort, and the limit follows what the server admits. */
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

;// CONCATENATED MODULE: ./lib/exec/ssh-channels.js
var ssh_channels_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var ssh_channels_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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







/** sshd admits 10 sessions per connection (`MaxSessions`); two are left to whoever else shares its limits. */
const AT_ONCE = 8;
/** Between two attempts to open a channel that the host refused, in ms. */
const REFUSED_PAUSE_MS = 25;
/** How long the host may refuse a channel while none of ours is open, in ms. */
const REFUSED_MS = 5_000;
/** Between SIGTERM and SIGKILL, and as long again for the host to say that it is over, in ms. */
const GRACE_MS = 1_000;
/** How long the host may take to say good-bye, in ms. */
const CLOSE_MS = 500;
function sshChannels(target, link) {
    const room = slots(AT_ONCE);
    const live = new Set();
    // The host admitted this many at once. A refusal with fewer open only means that it has not cleared away the last ones:
    // sshd frees a session after it has read all that has arrived, so an "open" right behind a "close" may come too early.
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
        for (;;) {
            await room.acquire(signal);
            onSent();
            try {
                return await (0,limit/* unlessAborted */.W)(exec(line, signal), signal);
            }
            catch (error) {
                if (signal.aborted || !isRefusal(error))
                    throw error;
                room.lower(admitted);
                if (live.size > 0)
                    refusedSince = undefined;
                else
                    refusedSince ??= performance.now();
                if (refusedSince !== undefined && performance.now() - refusedSince > REFUSED_MS) {
                    throw new errors/* ActionError */.l(`${(0,ssh_target/* where */._)(target)} admits no SSH session`, {
                        details: error.message,
                        hint: 'Check MaxSessions in its sshd_config, and the log of its sshd.',
                        cause: error,
                    });
                }
            }
            await (0,limit/* unlessAborted */.W)((0,promises_.setTimeout)(REFUSED_PAUSE_MS), signal);
        }
    }
    async function ended(channel, signal) {
        const { promise: closed, resolve } = Promise.withResolvers();
        channel.once('close', (code, name) => resolve(exitOf(code, name)));
        const errorsRead = (0,external_node_stream_promises_.finished)(channel.stderr).catch(ignore);
        try {
            const [exit] = await (0,limit/* unlessAborted */.W)(Promise.all([closed, errorsRead]), signal);
            return exit;
        }
        catch (reason) {
            await stop(channel);
            throw reason;
        }
    }
    async function stop(channel) {
        if (!live.has(channel) || link.lost.aborted)
            return;
        const closed = new Promise((resolve) => channel.once('close', () => resolve()));
        // Without a reader the channel would never come to its end.
        channel.resume();
        channel.stderr.resume();
        kill(channel, 'TERM');
        // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
        channel.eof();
        if (await within(GRACE_MS, closed))
            return;
        kill(channel, 'KILL');
        channel.close();
        await within(GRACE_MS, closed);
    }
    /** Whether `event` came within the time; a lost connection ends the wait too. */
    async function within(ms, event) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const bounds = ssh_channels_addDisposableResource(env_1, (0,limit/* limit */.A)([link.lost], ms, () => new Error('The time is over.')), false);
            return await (0,limit/* unlessAborted */.W)(event, bounds.signal).then(() => true, () => false);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            ssh_channels_disposeResources(env_1);
        }
    }
    async function close() {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
            if (link.lost.aborted)
                return;
            for (const channel of live)
                kill(channel, 'TERM');
            const closed = new Promise((resolve) => link.client.once('close', () => resolve()));
            const reason = new Error('The connection was closed on this side.');
            link.end(reason);
            const bounds = ssh_channels_addDisposableResource(env_2, (0,limit/* limit */.A)([], CLOSE_MS, () => reason), false);
            await (0,limit/* unlessAborted */.W)(closed, bounds.signal).catch(ignore);
            link.drop(reason);
        }
        catch (e_2) {
            env_2.error = e_2;
            env_2.hasError = true;
        }
        finally {
            ssh_channels_disposeResources(env_2);
        }
    }
    return {
        open,
        ended,
        stop,
        close: () => {
            closing ??= close();
            return closing;
        },
    };
}
/** RFC 4254 section 5.1: the host answers an open request with a reason. Anything else is not a refusal. */
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

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/exec/login-shell.js

/** Nothing in it means anything to any shell. Words that begin with `=` (zsh) or `%` (fish) do. */
const PLAIN = /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@%+=:,./-]*$/;
/** What all shells keep as it is between single quotes. */
const QUOTABLE = /^[ -~]*$/;
/** An old csh ends at a word of 1024 characters ("Word too long"). */
const LONGEST_WORD = 900;
/** Bytes of an encoded piece: each may take four characters, and a quoting of its backslash one more. */
const PIECE = 120;
/** Becomes the command that it is given as arguments. */
const BECOME = 'exec "$0" "$@"';
/** Becomes the command that it is given as pieces of a POSIX command line, encoded for `printf`. */
const DECODE = 'eval "exec $(for piece in "$@"; do printf "$piece"; done)"';
/**
 * The line by which a login shell becomes this command: whatever the shell is. POSIX shells, zsh, fish, csh and tcsh agree on `exec`, on
 * printable characters between single quotes except `'`, `\` and `!`, and on a backslash before each of these outside of quotes.
 * Line ends, other characters and long words are encoded, and a POSIX shell on the host decodes them.
 */
function becomeCommand(argv) {
    const simple = argv.map(quoteForAny);
    const fits = argv.every((word) => QUOTABLE.test(word)) && simple.every(isShort);
    if (fits)
        return `exec sh -c ${quoteForAny(BECOME)} ${simple.join(' ')}`;
    const pieces = encode((0,quote/* quote */.h)(argv)).map(quoteForAny);
    return `exec sh -c ${quoteForAny(DECODE)} sh ${pieces.join(' ')}`;
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
/** In the words of `printf`: a backslash, a percent sign, and whatever is not printable, as octal. */
function encode(text) {
    const bytes = Buffer.from(text);
    const pieces = [];
    for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = [...bytes.subarray(at, at + PIECE)].map(encodeByte).join('');
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
function encodeOctal(character) {
    return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

;// CONCATENATED MODULE: ./lib/exec/ssh-line.js


const NONE = Buffer.alloc(0);
/** A mark that no greeting contains, for one connection. */
function outputMark(word = `swarm-up-${(0,external_node_crypto_.randomBytes)(12).toString('hex')}`) {
    const mark = Buffer.from(`${word}\n`);
    return {
        line: (argv) => `echo ${word};${becomeCommand(argv)}`,
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
                unmarked: () => held ?? NONE,
            };
        },
    };
}

;// CONCATENATED MODULE: ./lib/exec/ssh-session.js
var ssh_session_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var ssh_session_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
function sshSession(target, link) {
    const channels = sshChannels(target, link);
    const mark = outputMark();
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
            const { keep, unmarked } = mark.filter();
            const bounds = ssh_session_addDisposableResource(env_1, (0,limit/* limit */.A)([options.signal, link.lost], timeoutMs, () => {
                const details = (0,executor/* ownWords */.I1)({ stdout: stdout.text(), stderr: stderr.text() });
                return new errors/* ActionError */.l(`Command did not end within ${(0,duration/* formatDuration */.a3)(timeoutMs)} on ${target.name}: ${(0,quote/* quote */.h)(argv)}`, { details });
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
            try {
                const channel = await channels.open(mark.line(argv), bounds.signal, () => {
                    sent = true;
                });
                channel.on('data', (chunk) => guarded(() => stdout.write(keep(chunk))));
                channel.stderr.on('data', (chunk) => guarded(() => stderr.write(chunk)));
                (0,feed/* feed */.h)(options.stdin, channel, bounds.stop);
                exit = await channels.ended(channel, bounds.signal);
            }
            catch (error) {
                if (link.lost.aborted && (error === link.lost.reason || !bounds.signal.aborted)) {
                    throw lost(argv, sent);
                }
                throw error;
            }
            stdout.write(unmarked());
            stdout.end();
            stderr.end();
            return judge(argv, exit, { stdout: stdout.text(), stderr: stderr.text() }, options);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            ssh_session_disposeResources(env_1);
        }
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
                const bounds = ssh_session_addDisposableResource(env_2, (0,limit/* limit */.A)([link.lost], OPEN_MS, () => {
                    return new errors/* ActionError */.l(`No channel to ${(0,ssh_target/* where */._)(target)} within ${OPEN_MS / 1000} s for: ${(0,quote/* quote */.h)(argv)}`);
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
                const { keep, unmarked } = mark.filter();
                const ended = channels.ended(channel, link.lost).then((exit) => {
                    judge(argv, exit, { stdout: unmarked().toString(), stderr: stderr.text() });
                    return undefined;
                }, () => lost(argv, true));
                return (0,command_stream/* commandStream */.I)({
                    stdin: channel,
                    stdout: channel,
                    keep,
                    stop: () => void channels.stop(channel),
                    ended: ended.catch((error) => error),
                });
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                ssh_session_disposeResources(env_2);
            }
        },
        close: channels.close,
    };
}

;// CONCATENATED MODULE: ./lib/exec/ssh-executor.js








/** Quick at first, since most cuts are short. Later slowly: to a host that counts failed connections it must not look like an attack. */
const PAUSE_MS = { first: 75, longest: 2_000 };
/** How often one command is begun: a connection that is lost each time is no connection. */
const TRIES = 4;
/**
 * Runs commands over a connection, and with `reconnect` over the next one when it was lost. The next one is made when a command wants it,
 * once for all that wait. A command that was not sent, or is repeatable, is begun again; any other fails with `LostConnection`.
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
    /** Resolves when there is a connection, or none is to be made: then the command fails with what became of the last one. */
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
        await (signal ? (0,limit/* unlessAborted */.W)(returning, signal) : returning);
    }
    async function restore(lost, { signal, limitMs, info, warning }) {
        const what = `Connection to ${(0,ssh_target/* where */._)(target)} was lost`;
        info(`${what} (${(0,lost_connection/* wordsOf */.Z9)(lost.reason)}); connecting again, for ${limitMs / 1000} s at most`);
        try {
            const next = await connectPatiently(target, {
                signals: [signal, closing.signal],
                timeoutMs: limitMs,
                pauseMs: PAUSE_MS,
                timedOut: ({ count, last }) => new errors/* ActionError */.l(`${what} and did not come back within ${limitMs / 1000} s`, {
                    details: `lost: ${(0,lost_connection/* wordsOf */.Z9)(lost.reason)}\nafter ${count} attempts, the last: ${(0,lost_connection/* wordsOf */.Z9)(last)}`,
                    hint: 'Check that the host runs, that sshd listens there, and that no firewall stands between; then run again.',
                }),
                told: (attempts) => {
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
        closing.abort(new errors/* ActionError */.l(`Connection to ${(0,ssh_target/* where */._)(target)} was closed on this side.`));
        await session.close();
    };
    return {
        where: target.name,
        run: async (argv, options = {}) => {
            const isWhole = !(options.stdin instanceof external_node_stream_.Readable);
            try {
                return await begin(() => session.run(argv, options), options.signal, ({ sent }) => !sent || (isWhole && options.repeatable === true));
            }
            finally {
                (0,feed/* letGo */.K)(options.stdin);
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

// EXTERNAL MODULE: ./lib/exec/unreachable.js
var unreachable = __webpack_require__(698);
;// CONCATENATED MODULE: ./lib/exec/ssh.js





/** Between two attempts, in ms. A host that boots answers at once when it is ready, and a refused attempt costs it nothing. */
const ssh_PAUSE_MS = 75;
/**
 * Connects to a machine, and goes on trying while it boots (connection refused, reset, no answer), until `timeoutMs` is over.
 * Rejects with `ActionError`: at once where the host key is not the expected one, the login is refused, a jump host lets nothing
 * through, or the host name is unknown; at the end of the time with what was last seen. Rejects with the signal's reason on abort.
 * With `reconnect` the executor connects again when the connection is lost, as long as the signal is not aborted.
 */
async function connectSsh(target, options) {
    const { signal, timeoutMs, reconnect } = options;
    const link = await connectPatiently(target, {
        signals: [signal],
        timeoutMs,
        pauseMs: { first: ssh_PAUSE_MS, longest: ssh_PAUSE_MS },
        timedOut: ({ count, last }) => new unreachable/* UnreachableError */.J(`${(0,ssh_target/* where */._)(target)} did not answer SSH within ${timeoutMs / 1000} s`, {
            details: `after ${count} attempts, the last: ${(0,lost_connection/* wordsOf */.Z9)(last)}`,
            hint: 'Check that the machine runs, that sshd listens there, and that no firewall stands between.',
            cause: last,
        }),
    });
    return sshExecutor(target, link, reconnect && { ...reconnect, signal });
}


/***/ }),

/***/ 698:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ UnreachableError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2357);

/** A machine, or its dockerd, did not answer in time. It may be down; what is wrong with a login or a key is another error. */
class UnreachableError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .l {
}


/***/ })

};
;