"use strict";
exports.id = 658;
exports.ids = [658];
exports.modules = {

/***/ 5658:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runPost: () => (/* binding */ runPost)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 14 modules
var core = __webpack_require__(6421);
// EXTERNAL MODULE: ./lib/base/clock.js
var clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
;// CONCATENATED MODULE: ./lib/base/timeline.js
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

// EXTERNAL MODULE: ./lib/base/stages.js
var stages = __webpack_require__(6433);
;// CONCATENATED MODULE: ./lib/down/remove-cluster.js


/**
 * How long nothing may appear any more after a main that was killed, before it counts as over, in
 * ms. The engine may still be at work for a client that is gone.
 */
const QUIET_MS = 2_000;
/** How long it may take until then, in ms. Post itself is cut after five minutes. */
const RESTLESS_MS = 60_000;
const POLL_MS = 200;
/** Why a cluster stays, as a sentence; undefined where it goes. */
function reasonToKeep(state, jobStatus) {
    if (state.superseded)
        return 'a newer run deploys it';
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
function isKeptForLook({ teardown, made, superseded }) {
    return teardown === 'on-success' && made && !superseded;
}
/** How to look into a cluster that was kept for that, and how to remove it afterwards, as lines. */
async function howToEnter(cluster, driver) {
    const way = await driver.wayIn?.(cluster);
    return [
        ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
        howToRemove(cluster, driver),
    ];
}
/** How to remove a cluster that stays, as a line. */
function howToRemove(cluster, { name }) {
    return `Remove it afterwards: ${stepThatRemoves(name, cluster)}`;
}
/**
 * What becomes of what a step has begun that is cancelled now, as a sentence. `state` is undefined
 * where it has created nothing.
 */
function afterCancellation(state) {
    if (!state)
        return 'It had created nothing.';
    const kept = reasonToKeep(state, 'cancelled');
    return kept === undefined
        ? 'The post step removes what it had begun.'
        : `What it had begun stays (${kept}): the next \`up\` completes it, \`command: down\` removes it.`;
}
function stepThatRemoves(driver, cluster) {
    return `a step with \`command: down\`, \`driver: ${driver}\` and \`cluster: ${cluster}\``;
}
/**
 * The way down of a cluster: each step runs, whatever becomes of the one before. Throws one
 * `AggregateError` of what failed.
 */
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
    await (0,stages/* runAllSteps */.U)([step], owner, context.reporter);
}
/**
 * Removes until nothing has appeared for `QUIET_MS`. What appears during a removal leaves it
 * incomplete, or makes it impossible (a network that a container has just joined), so a failure
 * counts only once `RESTLESS_MS` are over.
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
        await clock.sleep(POLL_MS, signal);
    }
}
function stillCreating(driver, cluster) {
    return new errors/* ActionError */.lZ(`${RESTLESS_MS / 1000} s after the main step was killed, something of cluster ${cluster} is still being created.`, {
        hint: `See what (ps -ef | grep ${cluster}), end it, then remove what it made: ${stepThatRemoves(driver, cluster)}`,
    });
}

// EXTERNAL MODULE: ./lib/down/state.js
var down_state = __webpack_require__(9388);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/exec/command-stream.js
var command_stream = __webpack_require__(774);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/output.js
var output = __webpack_require__(4707);
// EXTERNAL MODULE: ./lib/exec/stdin.js
var stdin = __webpack_require__(2974);
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
/**
 * How long a process may take to go after SIGKILL, in ms: one that waits inside the kernel cannot
 * be killed.
 */
const KILL_MS = 1_000;
/**
 * Where to get a program that is missing. Others are named without advice on how to install them.
 */
const INSTALL = {
    docker: 'Install Docker Engine on the runner (https://docs.docker.com/engine/install/).',
    'qemu-img': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-utils).',
    'qemu-system-x86_64': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-x86).',
    'qemu-system-aarch64': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-arm).',
};
/**
 * Runs commands on the machine of the action itself, without a shell. On node:child_process and not
 * on @actions/exec, which can neither end a command nor stream its standard input.
 */
const runner = { where: WHERE, run, open: runner_open };
async function run(argv, options = {}) {
    try {
        return await runFed(argv, options);
    }
    finally {
        (0,stdin/* abandonInput */.o)(options.stdin);
    }
}
async function runFed(argv, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? executor/* DEFAULT_TIMEOUT_MS */.t1;
        const stdout = (0,output/* collectOutput */.U)(options.onLine);
        const stderr = (0,output/* collectOutput */.U)(options.onLine);
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal], timeoutMs, () => {
            const output = { stdout: stdout.text(), stderr: stderr.text() };
            return new executor/* CommandTimeout */.Rg(WHERE, argv, timeoutMs, output);
        }), false);
        const child = await start(argv, options.stdin === undefined ? 'ignore' : 'pipe', options);
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
            (0,stdin/* writeInput */.O)(options.stdin, child.stdin, bounds.stop);
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
    const stopped = stopOn(stop.signal, child, true);
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
/**
 * Resolves when the program runs; a program that cannot be started is an `ActionError` that says
 * what to install.
 */
async function start(argv, stdin, { env, inheritEnv = true, cwd } = {}) {
    const [program, ...args] = argv;
    const child = (0,external_node_child_process_.spawn)(program, args, {
        stdio: [stdin, 'pipe', 'pipe'],
        cwd,
        env: inheritEnv ? { ...process.env, ...env } : env,
        // A group of its own, so that what the program starts (plugins of `docker`, children of `sh`)
        // ends with it.
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
        return new errors/* ActionError */.lZ(`Program not found on ${WHERE}: ${program}`, {
            cause,
            hint: INSTALL[program] ?? `Install ${program} on the runner, or add its folder to PATH.`,
        });
    }
    return new errors/* ActionError */.lZ(`Program could not be started on ${WHERE}: ${program}`, {
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
/**
 * Ends the child's group on abort. Its input ends at once only in a conversation; else not before
 * the child has gone, because it would take the part that it has for the whole. Resolves only for a
 * child that will not go, so that nobody waits for it forever.
 */
async function stopOn(signal, child, isConversation = false) {
    return await new Promise((resolve) => {
        let timer;
        const stop = () => {
            kill(child, 'SIGTERM');
            // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
            if (isConversation)
                child.stdin?.destroy();
            timer = setTimeout(() => {
                kill(child, 'SIGKILL');
                child.stdout?.destroy();
                child.stderr?.destroy();
                timer = setTimeout(() => {
                    child.stdin?.destroy();
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
        // The whole group has gone, or belongs to another user (sudo); then closing its streams is all
        // that can be done.
    }
}

// EXTERNAL MODULE: ./lib/machines/drivers.js + 52 modules
var drivers = __webpack_require__(9310);
// EXTERNAL MODULE: ./lib/report/log.js
var log = __webpack_require__(2093);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/docker-host/environment.js


/**
 * Holds what must be undone, for the post step and for every later step of this action: they talk
 * to the runner's own engine.
 */
const MARKER = 'SWARM_UP_DOCKER_HOST';
/**
 * These make a client speak TLS to DOCKER_HOST where they are not empty (docker(1)), which a
 * forwarded socket does not.
 */
const TLS = (/* unused pure expression or super */ null && (['DOCKER_TLS_VERIFY', 'DOCKER_TLS']));
const marker = schemas/* object */.Ikc({
    before: schemas/* strictObject */.rej({
        DOCKER_HOST: schemas/* string */.YjP(),
        DOCKER_TLS_VERIFY: schemas/* string */.YjP().optional(),
        DOCKER_TLS: schemas/* string */.YjP().optional(),
    }),
});
/**
 * The variables to export so that the following steps' `docker` talks to `dockerHost`. `env` is
 * that of before.
 */
function environment_dockerHostVariables(dockerHost, env) {
    const clear = TLS.filter((name) => env[name]);
    const before = Object.fromEntries(['DOCKER_HOST', ...clear].map((name) => [name, env[name] ?? '']));
    return {
        DOCKER_HOST: dockerHost,
        ...Object.fromEntries(clear.map((name) => [name, ''])),
        [MARKER]: JSON.stringify({ before }),
    };
}
/**
 * The variables that undo `dockerHostVariables`, read from the environment that it left; none where
 * it left none. Those that were not set are empty, because GitHub cannot unset a variable
 * (github.com/actions/runner/issues/1126); docker takes an empty one as none. Throws `ActionError`
 * where something else has written the marker.
 */
function variablesBefore(env) {
    const text = env[MARKER];
    if (!text)
        return {};
    const before = Object.entries(readMarker(text)).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(before), [MARKER]: '' };
}
function readMarker(text) {
    try {
        return marker.parse(JSON.parse(text)).before;
    }
    catch (cause) {
        throw new errors/* ActionError */.lZ(`The variable ${MARKER} cannot be read`, {
            details: text,
            hint: 'A step with `docker-host: true` writes it, and something else has changed it. Leave it as it is, or remove it in the same job.',
            cause,
        });
    }
}
/** What to tell a user whose job chooses an engine by context: DOCKER_HOST goes before it. */
function environment_contextNote(env) {
    if (!env.DOCKER_CONTEXT)
        return undefined;
    return `DOCKER_CONTEXT is set to ${env.DOCKER_CONTEXT}. The docker client goes by DOCKER_HOST where both are set, so until the end of the job it talks to the manager; \`docker --context\` still chooses a context.`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/docker-host/ssh-folder.js




const PREFIX = 'swarm-up-ssh-';
const NAME = /^swarm-up-ssh-[0-9a-f]{8}$/;
/** A folder for the SSH files of one step, in the folder for temporary files. It is not made. */
function newSshFolder(temp) {
    return join(temp, PREFIX + randomBytes(4).toString('hex'));
}
/**
 * The path of a folder that `newSshFolder` named, whether it is there or not. Throws `ActionError`
 * where it is anything else, since another program may have written the name: not in `temp`, a
 * link, no folder, or that of another user.
 */
async function ownSshFolder(folder, temp) {
    const path = (0,external_node_path_.resolve)(folder);
    const reason = await reasonToLeave(path, temp);
    if (reason === undefined)
        return path;
    throw new errors/* ActionError */.lZ(`The folder of the SSH files is not the one that the main step made: ${folder}`, {
        details: reason,
        hint: 'It was left as it is. Something else has written the state of this step. Look into the folder, and remove it yourself if it holds keys of this job.',
    });
}
async function reasonToLeave(path, temp) {
    if (!NAME.test((0,external_node_path_.basename)(path))) {
        return `Its name is not \`${PREFIX}\` with eight hexadecimal digits.`;
    }
    const places = [(0,external_node_path_.dirname)(path), temp].map((one) => (0,promises_.realpath)(one).catch(() => undefined));
    const [place, own] = await Promise.all(places);
    if (place === undefined || place !== own)
        return `It is not in RUNNER_TEMP, ${temp}.`;
    return await whyNotOurs(path);
}
/**
 * Why what lies there was not made by this user as a folder; undefined where nothing lies there.
 */
async function whyNotOurs(path) {
    const found = await (0,promises_.lstat)(path).catch(() => undefined);
    if (found === undefined)
        return undefined;
    if (found.isSymbolicLink())
        return 'It is a link.';
    if (!found.isDirectory())
        return 'It is no folder.';
    const user = process.getuid?.() ?? found.uid;
    return found.uid === user ? undefined : `It belongs to another user (uid ${found.uid}).`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/base/unwritable.js
var base_unwritable = __webpack_require__(869);
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
 * What ssh needs of the environment. The rest stays out of a process that lives as long as the job:
 * inputs of the action, keys among them, are variables too. By RUNNER_TRACKING_ID the runner finds
 * and ends at the end of the job what post could not end.
 */
const INHERITED = [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'RUNNER_TRACKING_ID'],
    ...['SystemRoot', 'SystemDrive', 'USERPROFILE', 'USERNAME', 'ProgramData', 'TEMP', 'PATHEXT'],
];
/** Between SIGTERM and SIGKILL, and after it, in ms. */
const background_GRACE_MS = 2_000;
const background_POLL_MS = 20;
/**
 * Starts a program that outlives this process: a session of its own, its output in a file (0600),
 * nothing of ours held open. Throws `ActionError` where it cannot be started.
 */
async function background_startInBackground(argv, log) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const [program, ...args] = argv;
        const output = background_addDisposableResource(env_1, await open(log, 'a', 0o600), true);
        const child = spawn(program, args, {
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
        return { ...(await background_processOf(child.pid ?? 0)), ended };
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
/** The process that has this number now. */
async function background_processOf(pid) {
    return { pid, started: (await startTime(pid)) ?? '' };
}
/**
 * Ends a process, and what it started, and waits until it is gone: at most `2 * GRACE_MS`. Ended
 * already, or another process under that number, is success. Throws `ActionError` where it does not
 * go.
 */
async function endProcess(id) {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
        if (!(await isAlive(id)))
            return;
        background_kill(id.pid, signal);
        const until = performance.now() + background_GRACE_MS;
        while (performance.now() < until) {
            if (!(await isAlive(id)))
                return;
            await (0,external_node_timers_promises_.setTimeout)(background_POLL_MS);
        }
    }
    throw new errors/* ActionError */.lZ(`Process ${id.pid} on the runner did not end`, {
        hint: `The runner ends it with the job. On a machine of your own: kill -KILL ${id.pid}`,
    });
}
/** Whether this very process still runs. */
async function isAlive({ pid, started }) {
    return started !== '' && (await startTime(pid)) === started;
}
/**
 * What a process was started with; undefined where there is none any more. On Windows, where no
 * plain program tells, an empty list.
 */
async function commandLineOf(pid) {
    switch (process.platform) {
        case 'linux': {
            const text = await (0,promises_.readFile)(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
            return text === '' ? undefined : text.split('\0').slice(0, -1);
        }
        case 'win32':
            return [];
        default:
            return (await answer(['ps', '-ww', '-o', 'args=', '-p', `${pid}`]))?.split(/\s+/);
    }
}
/**
 * When a process began; undefined where there is none, or only its remains that nobody has
 * collected.
 */
async function startTime(pid) {
    switch (process.platform) {
        case 'linux':
            return startOfStat(await (0,promises_.readFile)(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
        case 'win32': {
            const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
            return await answer(['powershell', '-NoProfile', '-NonInteractive', '-Command', script]);
        }
        default:
            return startOfPs(await answer(['ps', '-o', 'stat=,lstart=', '-p', `${pid}`]));
    }
}
/**
 * Clock ticks since boot, field 22 of proc_pid_stat(5). The name, field 2, may hold spaces and
 * brackets.
 */
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
    return new ActionError(`Program ${missing ? 'not found' : 'could not be started'} on the runner: ${program}`, {
        cause,
        ...(missing ? { hint: background_INSTALL } : { details: cause.message }),
    });
}
const background_INSTALL = 'Install the OpenSSH client on the runner (Debian and Ubuntu: apt-get install openssh-client; Alpine: apk add openssh-client).';

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/docker-host/tunnel-commands.js


/**
 * A path that `ssh -L` takes as it is. Colons and backslashes are taken apart there, and `%` and
 * `${` replaced, each from some version of OpenSSH on.
 */
const PLAIN_PATH = /^\/[\w./@+-]+$/;
/**
 * What a Unix socket's path may have in bytes, the closing zero left out: 103 on macOS, 107 on
 * Linux (unix(7), sun_path).
 */
const SOCKET_PATH_BYTES = 103;
/** Whether `ssh` can make a socket at this path on the runner. */
function tunnel_commands_isSocketPath(path) {
    return PLAIN_PATH.test(path) && Buffer.byteLength(path) <= SOCKET_PATH_BYTES;
}
/**
 * Throws `ActionError` where the engine's socket on the node is not an absolute path that `ssh -L`
 * takes as it is.
 */
function tunnel_commands_checkRemoteSocket(path) {
    if (PLAIN_PATH.test(path))
        return;
    throw new ActionError(`Not a path of a Unix socket on a node: ${JSON.stringify(path)}`, {
        hint: 'It is an absolute path of letters, digits and . _ / @ + - like /var/run/docker.sock',
    });
}
/**
 * Forwards a socket (or "127.0.0.1:port") of the runner to the engine's socket on the node, and
 * does nothing else.
 */
function tunnel_commands_tunnelCommand({ config, node }, local, remote) {
    return [
        'ssh',
        ...['-F', config, '-N', '-T'],
        ...['-o', 'ExitOnForwardFailure=yes', '-o', 'StreamLocalBindUnlink=yes'],
        ...['-L', `${local}:${remote}`, node],
    ];
}
/**
 * Asks the node why its socket cannot be reached, since sshd itself says nothing but "open failed".
 * The answer is read by `refusal`. One line without `!` and single quotes, so that a login shell of
 * another kind (csh, fish) hands it to `sh` unchanged.
 */
function tunnel_commands_findingCommand({ config, node }, remote) {
    const script = [
        'if test -r "$1" && test -w "$1"; then',
        'if docker -H "unix://$1" version >/dev/null 2>&1; then echo finding=open;',
        'else echo finding=dead; docker -H "unix://$1" version 2>&1 >/dev/null; fi;',
        'elif test -e "$1"; then echo finding=closed;',
        'else echo finding=missing; fi;',
        'echo user=$(id -un); id; ls -ldL "$1" 2>&1; exit 0',
    ].join(' ');
    return ['ssh', '-F', config, '-T', node, quote(['sh', '-c', script, 'sh', remote])];
}

;// CONCATENATED MODULE: ./lib/docker-host/local-end.js





/** What `mkdtemp` adds six characters to. */
const local_end_SOCKET_FOLDER = '/tmp/swarm-up-';
/** Whether the path is one of those that `localEnd` gives to a folder of its own. */
function isSocketFolder(path) {
    return (path.startsWith(local_end_SOCKET_FOLDER) && /^[A-Za-z0-9]{6}$/.test(path.slice(local_end_SOCKET_FOLDER.length)));
}
/**
 * A socket that only this user can reach; on Windows, whose clients know no such sockets, a free
 * port at 127.0.0.1.
 */
async function local_end_localEnd(folder) {
    return process.platform === 'win32' ? await freePort() : await privateSocket(folder);
}
/**
 * In the folder, or, where its path is too long or too odd for `ssh -L`, in a short one of its own.
 */
async function privateSocket(folder) {
    const near = join(folder, 'docker.sock');
    const socketFolder = isSocketPath(near) ? undefined : await madeSocketFolder();
    const path = socketFolder === undefined ? near : join(socketFolder, 'docker.sock');
    return {
        forward: path,
        dockerHost: `unix://${path}`,
        socketFolder,
        // Not by connecting: each connection is one to the engine.
        isOpen: async () => (await stat(path).catch(() => undefined))?.isSocket() ?? false,
    };
}
async function madeSocketFolder() {
    try {
        return await mkdtemp(local_end_SOCKET_FOLDER);
    }
    catch (error) {
        throw unwritable('The folder of the socket', dirname(local_end_SOCKET_FOLDER), error);
    }
}
async function freePort() {
    const server = createServer();
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
            const socket = connect({ host: '127.0.0.1', port });
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

;// CONCATENATED MODULE: ./lib/docker-host/own.js





// What main has written down for post may have been changed since: a number may be anybody's, and a
// path may lead anywhere.
/**
 * Parses what was written down of `what`. Throws `ActionError` when something else has changed it.
 */
function readRecord(what, path, text, parse) {
    try {
        return parse(JSON.parse(text));
    }
    catch (cause) {
        throw new errors/* ActionError */.lZ(`What was written down of ${what} cannot be read: ${path}`, {
            details: text,
            hint: 'Something else has changed it. No process was ended; the runner ends what is left with the job.',
            cause,
        });
    }
}
/**
 * Ends a process that still runs if its command line is that of `what`. Windows tells no command
 * line; there its start time decides. Throws `ActionError` for any other process, which is left.
 */
async function endOwn(what, id, isOwn) {
    if (!(await isAlive(id)))
        return;
    const argv = await commandLineOf(id.pid);
    if (argv === undefined)
        return;
    if (argv.length === 0 || isOwn(argv))
        return await endProcess(id);
    throw new errors/* ActionError */.lZ(`Process ${id.pid} on the runner is not ${what}, so it was left`, {
        details: argv.join(' '),
        hint: `Something else has changed what was written down of ${what}.`,
    });
}
/**
 * Removes the folder of a socket. Throws `ActionError` for a path that nobody made for one, which
 * is left.
 */
async function removeSocketFolder(what, path) {
    const reason = isSocketFolder(path)
        ? await whyNotOurs(path)
        : `Its name is not \`${local_end_SOCKET_FOLDER}\` with six characters.`;
    if (reason === undefined)
        return await (0,promises_.rm)(path, { recursive: true, force: true });
    throw new errors/* ActionError */.lZ(`The folder of ${what}'s socket was not made for it: ${path}`, {
        details: reason,
        hint: `It was left as it is. Something else has changed what was written down of ${what}.`,
    });
}

;// CONCATENATED MODULE: ./lib/docker-host/agent.js
var agent_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var agent_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * How long the agent lives where nobody ends it, in s: GitHub's own runners end a job after 6 h,
 * others by default, too (docs.github.com, "Actions limits"; `timeout-minutes`).
 */
const LIFE_S = 24 * 60 * 60;
/** How long it may take to begin and to take a key, in ms. It is on the same machine. */
const START_MS = 10_000;
const agent_POLL_MS = 20;
/** Tells the number of the agent, and lasts as long as the agent may. */
const LIMIT_SCRIPT = `echo "agent=$SSH_AGENT_PID"; exec sleep ${LIFE_S}`;
const LOG = 'agent.log';
const RECORD = 'agent.json';
const SOCKET = 'agent.sock';
const WHAT = 'the agent';
const processId = schemas/* object */.Ikc({ pid: schemas/* number */.aig().int().min(2), started: schemas/* string */.YjP() });
/**
 * What another process must know to end the agent. It lies in the folder, as that of the tunnel
 * does.
 */
const record = schemas/* object */.Ikc({ processes: schemas/* array */.YOg(processId), socketFolder: schemas/* string */.YjP().optional() });
/**
 * Starts an `ssh-agent` that outlives this process and holds these keys in its memory, and gives
 * the path of its socket. The keys reach it by standard input alone. `endAgent` ends it; without
 * that it ends with the job, and after a day in any case. Rejects with `ActionError` (no such
 * program; a key that it does not take) or with the signal's reason; nothing runs then.
 */
async function startAgent(folder, keys, { runner, signal }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const bounds = agent_addDisposableResource(env_1, limit([signal], START_MS, () => {
            return new ActionError(`ssh-agent on the runner was not ready within ${START_MS / 1000} s`);
        }), false);
        try {
            const socket = await begin(folder, bounds.signal);
            for (const { text } of keys) {
                await runner.run(['ssh-add', '-q', '-'], {
                    stdin: text,
                    env: { SSH_AUTH_SOCK: socket },
                    signal: bounds.signal,
                });
            }
            return socket;
        }
        catch (error) {
            await endAgent(folder);
            throw error;
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        agent_disposeResources(env_1);
    }
}
/**
 * Ends the agent that was started for this folder, if there is one. Called twice it does nothing.
 */
async function endAgent(folder) {
    const text = await (0,promises_.readFile)((0,external_node_path_.join)(folder, RECORD), 'utf8').catch(() => undefined);
    if (text === undefined)
        return;
    const { processes, socketFolder } = readRecord(WHAT, (0,external_node_path_.join)(folder, RECORD), text, record.parse);
    const socket = (0,external_node_path_.join)(socketFolder ?? folder, SOCKET);
    try {
        for (const one of processes)
            await endOwn(WHAT, one, isAgentOn(socket));
    }
    finally {
        if (socketFolder === undefined)
            await (0,promises_.rm)(socket, { force: true });
        else
            await removeSocketFolder(WHAT, socketFolder);
    }
}
/**
 * The agent itself, or the command that is its limit: the shell first, and then what the shell
 * becomes.
 */
function isAgentOn(socket) {
    const isLimit = (argv) => argv.join(' ') === `sleep ${LIFE_S}`;
    return (argv) => argv.includes(socket) || argv.includes(LIMIT_SCRIPT) || isLimit(argv);
}
/**
 * An agent that is given a command ends when that does (ssh-agent(1)). So the command is the limit,
 * and what the runner ends with the job: of the agent itself, which is setgid on some systems, it
 * may not read that it belongs to the job.
 */
async function begin(folder, signal) {
    const near = join(folder, SOCKET);
    const socketFolder = isSocketPath(near) ? undefined : await mkdtemp(SOCKET_FOLDER);
    const socket = join(socketFolder ?? folder, SOCKET);
    const remember = async (processes) => await writeFile(join(folder, RECORD), JSON.stringify({ processes, socketFolder }), {
        mode: 0o600,
    });
    await remember([]);
    const { ended, ...command } = await startInBackground(['ssh-agent', '-a', socket, '-t', `${LIFE_S}`, 'sh', '-c', LIMIT_SCRIPT], join(folder, LOG));
    await remember([command]);
    const pid = await unlessAborted(agentPid(folder, ended, signal), signal);
    await remember([command, await processOf(pid)]);
    return socket;
}
/** The agent's own number, which its command has been told. */
async function agentPid(folder, ended, signal) {
    let end;
    void ended.then((how) => {
        end = how;
    });
    for (;;) {
        const log = await readFile(join(folder, LOG), 'utf8');
        const pid = /^agent=(\d+)$/m.exec(log)?.[1];
        if (pid !== undefined)
            return Number(pid);
        if (end !== undefined) {
            throw new ActionError(`ssh-agent on the runner ${end}`, { details: log });
        }
        await pause(agent_POLL_MS, undefined, { signal }).catch(() => { });
        signal.throwIfAborted();
    }
}

;// CONCATENATED MODULE: ./lib/docker-host/refusal.js

/** Whether ssh says that the tunnel stands, but its other end does not open. */
function refusal_isNotOpened(log) {
    return /open failed/.test(log);
}
/**
 * The error for a tunnel whose far end does not open, from the node's own answer to
 * `findingCommand`.
 */
function refusal_refusal({ node, remoteSocket }, answer, log) {
    // A .bashrc may speak first.
    const found = /^finding=(\w+)$/m.exec(answer);
    const user = /^user=(.+)$/m.exec(answer)?.[1] ?? '(see id)';
    const evidence = found ? answer.slice(found.index + found[0].length) : answer;
    const details = [evidence.trim(), log.trim()].filter(Boolean).join('\n');
    switch (found?.[1]) {
        case 'missing':
            return new ActionError(`There is no ${remoteSocket} on ${node}`, {
                details,
                hint: `Either no Docker Engine runs there, or it listens elsewhere, or user ${user} may not look into the folder: sudo ls -l ${remoteSocket}`,
            });
        case 'closed':
            return new ActionError(`User ${user} of ${node} may not use ${remoteSocket}`, {
                details,
                hint: `The action itself can use sudo, but a forwarded socket cannot. For \`docker-host: true\` put the user into the docker group: sudo usermod -aG docker ${user}`,
            });
        case 'dead':
            return new ActionError(`No Docker Engine answers at ${remoteSocket} on ${node}`, {
                details,
                hint: 'Look at it on the node: sudo systemctl status docker; sudo journalctl -u docker -n 50',
            });
        case 'open':
            return new ActionError(`sshd on ${node} refuses to forward to ${remoteSocket}`, {
                details,
                hint: 'The engine answers there, so forwarding is switched off. Each of these of its sshd also stops sockets; set in /etc/ssh/sshd_config of the node `AllowTcpForwarding local`, `AllowStreamLocalForwarding local`, `DisableForwarding no` and `PermitOpen any` (see what holds: sudo sshd -T | grep -iE "forwarding|permitopen"), then: sudo systemctl reload ssh. If they are so already, the key has `restrict` or `no-port-forwarding` in authorized_keys there.',
            });
        default:
            return new ActionError(`${remoteSocket} on ${node} cannot be reached through SSH`, {
                details,
            });
    }
}
/** The error for an ssh that ended before the tunnel stood. */
function refusal_tunnelEnded(node, exit, log) {
    const hint = HINTS.find(([words]) => words.test(log))?.[1];
    return new ActionError(`The SSH tunnel to ${node} could not be opened: ssh ${exit}`, {
        details: log,
        ...(hint === undefined ? {} : { hint }),
    });
}
const HINTS = (/* unused pure expression or super */ null && ([
    [
        /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|no matching host key/,
        'The connection was ended before anything was sent. Either the host was set up anew, and the expected key must be replaced, or another host answers at this address.',
    ],
    [/Permission denied \(/, 'The reason for the refusal is in the log of the sshd of the node.'],
    [
        /Bad configuration option|unknown option|illegal option|[Uu]sage: ssh|not supported/,
        'A newer OpenSSH client is needed (Debian and Ubuntu: apt-get install openssh-client).',
    ],
]));

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
const tunnel_LOG = 'tunnel.log';
const tunnel_RECORD = 'tunnel.json';
const tunnel_WHAT = 'the tunnel';
/**
 * What another process must know to end the tunnel. It lies in the folder, so the folder is all
 * that has to be remembered.
 */
const tunnel_record = schemas/* object */.Ikc({
    process: schemas/* object */.Ikc({ pid: schemas/* number */.aig().int().min(2), started: schemas/* string */.YjP() }).optional(),
    socketFolder: schemas/* string */.YjP().optional(),
});
/**
 * Forwards a private socket (on Windows a loopback port) to the engine of a node, by an `ssh` in
 * the background that outlives this process, and resolves as soon as the plain `docker` client
 * reaches the engine through it. `closeDockerHost` ends it. Rejects with `ActionError` (ssh's own
 * words; no right to the socket; forwarding refused; out of time) or with the signal's reason;
 * nothing runs then.
 */
async function openDockerHost(options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const { folder, node, signal, timeoutMs } = options;
        const remoteSocket = options.remoteSocket ?? DEFAULT_SOCKET;
        const log = () => logOf(folder);
        checkRemoteSocket(remoteSocket);
        const bounds = tunnel_addDisposableResource(env_1, limit([signal], timeoutMs, () => {
            const seconds = timeoutMs / 1000;
            return new ActionError(`The engine of ${node} did not answer through SSH within ${seconds} s`, {
                details: log(),
            });
        }), false);
        bounds.signal.throwIfAborted();
        try {
            const local = await localEnd(folder);
            await remember(folder, { socketFolder: local.socketFolder });
            const { ended, ...id } = await startInBackground(tunnelCommand(options, local.forward, remoteSocket), join(folder, tunnel_LOG));
            await remember(folder, { socketFolder: local.socketFolder, process: id });
            void ended.then((how) => bounds.stop(tunnelEnded(node, how, log())));
            await listening(local, bounds.signal);
            await answering(options, local, remoteSocket, bounds.signal);
            return { dockerHost: local.dockerHost, ...id };
        }
        catch (error) {
            await endTunnel(folder);
            throw isOfFile(error) ? unwritable('RUNNER_TEMP', folder, error) : error;
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
function isOfFile(error) {
    return ['open', 'write'].includes(String(Object(error).syscall));
}
/**
 * Ends the tunnel and the agent, if there are any, and removes the folder with the keys. Called
 * twice it does nothing.
 */
async function closeDockerHost(folder) {
    try {
        await endTunnel(folder);
    }
    finally {
        try {
            await endAgent(folder);
        }
        finally {
            await (0,promises_.rm)(folder, { recursive: true, force: true });
        }
    }
}
async function remember(folder, value) {
    await writeFile(join(folder, tunnel_RECORD), JSON.stringify(value), { mode: 0o600 });
}
async function endTunnel(folder) {
    const text = await (0,promises_.readFile)((0,external_node_path_.join)(folder, tunnel_RECORD), 'utf8').catch(() => undefined);
    if (text === undefined)
        return;
    const path = (0,external_node_path_.join)(folder, tunnel_RECORD);
    const { process, socketFolder } = readRecord(tunnel_WHAT, path, text, tunnel_record.parse);
    try {
        if (process)
            await endOwn(tunnel_WHAT, process, isTunnelOf(folder));
    }
    finally {
        if (socketFolder === undefined)
            await (0,promises_.rm)((0,external_node_path_.join)(folder, 'docker.sock'), { force: true });
        else
            await removeSocketFolder(tunnel_WHAT, socketFolder);
    }
}
/** The `ssh` that was started with the config of this folder. */
function isTunnelOf(folder) {
    const config = (0,external_node_path_.join)((0,external_node_path_.basename)(folder), 'config');
    return (argv) => argv.some((word) => word === config || word.endsWith(external_node_path_.sep + config));
}
async function listening(local, signal) {
    while (!(await local.isOpen())) {
        await pause(tunnel_POLL_MS, undefined, { signal }).catch(() => { });
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
        if (!(cause instanceof CommandError))
            throw cause;
        const log = logOf(folder);
        if (isNotOpened(log)) {
            throw refusal({ node, remoteSocket }, await ask(options, remoteSocket, signal), log);
        }
        throw new ActionError(`docker on the runner cannot talk to the engine of ${node}`, {
            details: [ownWords(cause.result), log].join('\n'),
            cause,
        });
    }
}
/** What the node says of its socket; where it says nothing, why. */
async function ask(options, remoteSocket, signal) {
    try {
        const command = findingCommand(options, remoteSocket);
        return (await options.runner.run(command, { signal, timeoutMs: FINDING_MS })).stdout;
    }
    catch (error) {
        signal.throwIfAborted();
        return describeError(error);
    }
}
function logOf(folder) {
    try {
        return readFileSync(join(folder, tunnel_LOG), 'utf8').trim();
    }
    catch {
        return '';
    }
}

// EXTERNAL MODULE: ./lib/action/runner/files.js
var files = __webpack_require__(6869);
;// CONCATENATED MODULE: ./lib/action/docker-host.js





/**
 * Lets this process talk to the runner's own engine again where an earlier step of the job has
 * exported another. Returns the variables that undo the export for later steps; none where nothing
 * was exported.
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
/**
 * The last thing of main that has to do with an engine: from here on this process, too, would talk
 * to the manager.
 */
function exportDockerHost(dockerHost) {
    const note = contextNote(process.env);
    if (note)
        githubLog.warning(note);
    for (const [name, value] of Object.entries(dockerHostVariables(dockerHost, process.env))) {
        exportVariable(name, value);
    }
}
/**
 * Ends the tunnel, removes the keys that were written for it in `temp`, and undoes the export,
 * whichever of them fails. What the main step cannot have made is left as it is, and told: throws
 * `ActionError`.
 */
async function endDockerHost(folder, temp) {
    const before = useOwnEngine();
    try {
        await closeDockerHost(await ownSshFolder(folder, temp));
    }
    finally {
        for (const [name, value] of Object.entries(before)) {
            (0,files/* exportVariable */.dN)(name, value);
            if (value === '')
                delete process.env[name];
        }
    }
}

// EXTERNAL MODULE: ./lib/action/runner/environment.js + 1 modules
var environment = __webpack_require__(8102);
// EXTERNAL MODULE: ./lib/inputs/registries.js + 2 modules
var registries = __webpack_require__(4511);
// EXTERNAL MODULE: ./lib/report/plain.js
var plain = __webpack_require__(8379);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key-text.js
var private_key_text = __webpack_require__(4395);
;// CONCATENATED MODULE: ./lib/action/runner/masks-of.js

/**
 * Whatever is shorter stands in ordinary words, too: to mask it would blank the log. In characters.
 */
const LEAST_LENGTH = 4;
/**
 * Of more than that no other form is made: each is a line that the runner compares with every line
 * of the job. In characters.
 */
const LONGEST = 10_000;
/** Says nothing of a key, and stands in others. */
const ARMOUR = /^-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]+-{4,5}$/;
/**
 * Every form of a secret that a log could show, each on one line: its lines, as they are and as the
 * log writes them, and the whole of it as base64, JSON and part of an address have it. None for
 * what is too short. (The runner masks a value of several lines by its lines, the shortest ones,
 * too, so it is never given one.)
 */
function masksOf(secret) {
    const whole = secret.trim();
    if (!isLongEnough(whole))
        return [];
    const lines = whole
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => isLongEnough(line) && !ARMOUR.test(line));
    if (lines.length === 0)
        return [];
    const forms = [
        ...lines.flatMap((line) => [line, (0,plain/* visible */.RK)(line)]),
        ...(whole.length > LONGEST ? [] : [whole, `${whole}\n`, secret].flatMap(encoded)),
    ];
    // The log leaves out colours, so less may be left of a line there.
    return [...new Set(forms)].filter((form) => isLongEnough(form) && !/[\r\n]/.test(form));
}
function isLongEnough(text) {
    return [...text].length >= LEAST_LENGTH;
}
function encoded(text) {
    const bytes = Buffer.from(text);
    const json = JSON.stringify(text).slice(1, -1);
    return [
        bytes.toString('base64'),
        bytes.toString('base64url'),
        json,
        // As Go writes it (encoding/json, SetEscapeHTML).
        json.replace(/[<>&\u2028\u2029]/g, escapedForHtml),
        ...inAddress(text),
    ];
}
function escapedForHtml(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
function inAddress(text) {
    const wellFormed = text.toWellFormed();
    return [
        encodeURIComponent(wellFormed),
        new URLSearchParams({ '': wellFormed }).toString().slice(1),
    ];
}

;// CONCATENATED MODULE: ./lib/action/runner/mask.js






const warned = new Set();
/**
 * Masks a secret in all that is printed from now on: by the runner in the log of the whole job, by
 * `plain` in what this process writes elsewhere. A warning names it by `what` where it is too short
 * for that. Nothing happens for an empty text.
 */
function mask(what, secret) {
    if (secret.trim() === '')
        return;
    const masks = masksOf(secret);
    for (const one of masks)
        (0,core/* setSecret */.Pq)(one);
    (0,plain/* hide */.jD)(masks);
    if (masks.length > 0 || warned.has(what))
        return;
    warned.add(what);
    log/* githubLog */.Q.warning(`${what} is not masked: it has fewer than ${LEAST_LENGTH} characters in a line, and would be found in ordinary words. Use a longer one.`);
}
const INPUTS = ['ssh-passphrase', 'ssh-password', 'unlock-key', 'github-token'];
/**
 * Masks the inputs that are secret, as they were given: before they are parsed, and so before
 * anything can tell of them.
 */
function maskInputs(read) {
    for (const name of INPUTS)
        mask(`Input ${name}`, read(name));
    maskKey(read('ssh-private-key'));
    for (const [at, line] of read('registries').split(/\r?\n/).entries()) {
        for (const secret of (0,registries/* secretsOfLine */.B)(line))
            mask(`The password in line ${at + 1} of registries`, secret);
    }
}
/** As it was given, and as it is without what forms and variables do to a key. */
function maskKey(given) {
    const found = (0,private_key_text/* findArmour */.g)(given);
    const texts = typeof found === 'string' ? [] : found.map(({ text }) => text);
    for (const text of [given, ...texts])
        mask('Input ssh-private-key', text);
}

;// CONCATENATED MODULE: ./lib/action/runner/stray-errors.js


/**
 * From here on an error that nobody awaits ends the step with code 1, told by the log: Node would
 * print it to stderr as it is, and the runner obeys what stands there, too.
 */
function reportStrayErrors() {
    process.once('uncaughtException', (error) => {
        log/* githubLog */.Q.error((0,errors/* describeError */.Uc)(error), { title: 'Swarm Up' });
        process.exit(1);
    });
}

;// CONCATENATED MODULE: ./lib/action/post.js













/**
 * How long another run that deploys the stack is waited for, in ms: post is cut after five minutes
 * in all.
 */
const LOCK_TIMEOUT_MS = 60_000;
/** The post step. Sets the exit code; never throws. */
async function runPost() {
    reportStrayErrors();
    let fate = 'stays';
    await reported(async () => {
        maskInputs(environment/* readInput */.R5);
        const state = (0,down_state/* parseState */.Bu)((0,core/* getState */.Gu)(down_state/* STATE_KEY */.Mq));
        if (!state) {
            log/* githubLog */.Q.info('The main step created nothing, so there is nothing to remove.');
            return;
        }
        useOwnEngine();
        // A cluster that stays loses its tunnel and its key files all the same; and a tunnel that stays
        // keeps no cluster.
        const { sshFolder } = state;
        if (sshFolder !== undefined) {
            await reported(() => endDockerHost(sshFolder, (0,environment/* tempFolderOf */.UM)((0,environment/* readEnvironment */.Qo)())));
        }
        await tearDown(state, (next) => {
            fate = next;
        });
    });
    await reported(() => announce(fate));
}
/** Loaded only where there is something to tell. */
async function announce(fate) {
    const announced = (0,down_state/* parseAnnounced */.FU)((0,core/* getState */.Gu)(down_state/* ANNOUNCED_KEY */.i$));
    if (!announced || (fate === 'stays' && announced.ended !== undefined))
        return;
    const { announceOutcome } = await __webpack_require__.e(/* import() */ 28).then(__webpack_require__.bind(__webpack_require__, 3028));
    await announceOutcome(announced, fate, (0,environment/* readEnvironment */.Qo)());
}
async function reported(work) {
    try {
        await work();
    }
    catch (error) {
        log/* githubLog */.Q.error((0,errors/* describeError */.Uc)(error), { title: 'Swarm Up, removal' });
        process.exitCode = 1;
    }
}
/** `become` is told what has become of the cluster by then. */
async function tearDown(state, become) {
    const kept = reasonToKeep(state, (0,environment/* readInput */.R5)('job-status'));
    if (kept !== undefined) {
        log/* githubLog */.Q.info(`Cluster ${state.cluster} stays: ${kept}.`);
        if (state.superseded && state.made) {
            log/* githubLog */.Q.info(howToRemove(state.cluster, { name: state.driver }));
        }
        if (state.lock === undefined && !isKeptForLook(state) && !mayHoldHosts(state))
            return;
    }
    if (!(0,drivers/* isDriverName */.K4)(state.driver))
        throw new errors/* ActionError */.lZ(`Driver ${state.driver}, which made cluster ${state.cluster}, is not known to this version of the action.`, {
            hint: 'Use the same version in the whole job, or remove the cluster by its label swarm-up.cluster.',
        });
    const env = (0,environment/* readEnvironment */.Qo)();
    const owner = (0,environment/* ownerOfRun */.iz)(state.cluster, env, undefined, state.repository);
    const isAdopted = state.driver === 'ssh';
    const inputs = isAdopted ? await readInputs(env) : undefined;
    const connection = inputs?.connection;
    const driver = (0,drivers/* createDriver */.fO)(state.driver, {}, { runner: runner, actionRoot: (0,environment/* actionRoot */.Xu)(), log: log/* githubLog */.Q, connection });
    const context = {
        driver,
        reporter: { log: log/* githubLog */.Q, timeline: createTimeline(clock/* systemClock */.m) },
        clock: clock/* systemClock */.m,
        signal: new AbortController().signal,
    };
    if (kept !== undefined) {
        // Machines that go take the lock with them; of hosts that stay it goes with the stack.
        if (state.lock !== undefined) {
            const { releaseLock } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(868), __webpack_require__.e(274), __webpack_require__.e(102)]).then(__webpack_require__.bind(__webpack_require__, 2102));
            await releaseLock(state, context);
        }
        if (mayHoldHosts(state)) {
            const { releaseHosts } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(868), __webpack_require__.e(274), __webpack_require__.e(102)]).then(__webpack_require__.bind(__webpack_require__, 2102));
            await releaseHosts(owner, context);
        }
        if (isKeptForLook(state)) {
            for (const line of await howToEnter(state.cluster, driver))
                log/* githubLog */.Q.info(line);
        }
        return;
    }
    become('not wholly removed');
    if (isAdopted) {
        const { leaveHosts } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(868), __webpack_require__.e(274), __webpack_require__.e(393)]).then(__webpack_require__.bind(__webpack_require__, 8393));
        await leaveHosts(state.stack, owner, {
            ...context,
            foreign: 'keep',
            removeVolumes: inputs?.removeVolumes ?? false,
            lockTimeoutMs: LOCK_TIMEOUT_MS,
            run: { url: (0,environment/* runUrlOf */.Qm)(env), attempt: env.GITHUB_RUN_ATTEMPT },
            left: state,
            connection,
        });
        become('removed');
        return;
    }
    await removeCluster(state, owner, context);
    become('removed');
    log/* githubLog */.Q.info(`Nothing of cluster ${state.cluster} is left.`);
}
/** Whether main was killed, and may have been forming a swarm of hosts. */
function mayHoldHosts({ driver, stage, lock }) {
    return driver === 'ssh' && stage === 'begun' && lock === undefined;
}
/**
 * Loaded only where it is needed: SSH and the inputs are most of the bundle, and the usual removal
 * takes half a second.
 */
async function readInputs(env) {
    const { parseInputs } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(746), __webpack_require__.e(679)]).then(__webpack_require__.bind(__webpack_require__, 6679));
    return parseInputs(environment/* readInput */.R5, env, log/* githubLog */.Q.warning);
}


/***/ }),

/***/ 8102:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Xu: () => (/* binding */ actionRoot),
  Tc: () => (/* binding */ gitHubOf),
  iz: () => (/* binding */ ownerOfRun),
  Qo: () => (/* binding */ readEnvironment),
  R5: () => (/* binding */ readInput),
  ng: () => (/* binding */ runOf),
  Qm: () => (/* binding */ runUrlOf),
  UM: () => (/* binding */ tempFolderOf)
});

// UNUSED EXPORTS: repositoryOf, repositoryUrlOf, turnOf, workspaceOf

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 14 modules
var core = __webpack_require__(6421);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/expiry.js
var expiry = __webpack_require__(813);
// EXTERNAL MODULE: ./lib/inputs/cluster-name.js
var cluster_name = __webpack_require__(2124);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./lib/action/runner/event.js


const numbered = schemas/* object */.Ikc({ number: schemas/* number */.aig().int().positive() });
/**
 * Pull requests that a run or a check of GitHub's is of, those of other repositories with the same
 * commit among them.
 */
const listed = schemas/* array */.YOg(numbered.extend({ base: schemas/* object */.Ikc({ repo: schemas/* object */.Ikc({ id: schemas/* number */.aig() }) }) }));
const checks = schemas/* object */.Ikc({ pull_requests: listed, head_branch: schemas/* string */.YjP().nullish() })
    .optional()
    .catch(undefined);
const sha = schemas/* string */.YjP().regex(/^[0-9a-f]{40,64}$/);
/**
 * What is read of the payloads (docs.github.com, "Webhook events and payloads"); a part of another
 * form counts as absent.
 */
const payload = schemas/* object */.Ikc({
    pull_request: numbered.optional().catch(undefined),
    // Every pull request is an issue, and only those that are one have this key.
    issue: numbered
        .extend({ pull_request: schemas/* looseObject */._H3({}) })
        .optional()
        .catch(undefined),
    workflow_run: schemas/* object */.Ikc({
        event: schemas/* string */.YjP(),
        pull_requests: listed,
    })
        .optional()
        .catch(undefined),
    check_suite: checks,
    check_run: schemas/* object */.Ikc({ check_suite: checks, pull_requests: listed }).optional().catch(undefined),
    deployment: schemas/* object */.Ikc({ ref: schemas/* string */.YjP(), production_environment: schemas/* boolean */.zMY().optional() })
        .optional()
        .catch(undefined),
    inputs: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).nullish().catch(undefined),
    client_payload: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).nullish().catch(undefined),
    repository: schemas/* object */.Ikc({ id: schemas/* number */.aig().int().positive(), default_branch: schemas/* string */.YjP().optional() })
        .optional()
        .catch(undefined),
});
/**
 * The number of the pull request that a run is about, the same in each of its events; undefined
 * where it is about none, or where the payload does not say: for a pull request of a fork,
 * `workflow_run` names none.
 */
function pullRequestOf(event, environment) {
    const { data } = payload.safeParse(event);
    return (data && numberIn(data, environment)) ?? numberOfRef(environment.GITHUB_REF);
}
function numberIn(data, environment) {
    const { pull_request, issue, workflow_run, check_run, check_suite } = data;
    if (pull_request)
        return pull_request.number;
    if (issue)
        return issue.number;
    const onlyOne = (list) => {
        const id = repositoryIdIn(data, environment);
        const own = list.filter(({ base }) => String(base.repo.id) === id);
        return own.length === 1 ? own[0]?.number : undefined;
    };
    if (workflow_run) {
        return workflow_run.event.startsWith('pull_request')
            ? onlyOne(workflow_run.pull_requests)
            : undefined;
    }
    if (isOfDefaultBranch(data))
        return undefined;
    if (check_run)
        return onlyOne(check_run.pull_requests);
    if (check_suite)
        return onlyOne(check_suite.pull_requests);
    switch (environment.GITHUB_EVENT_NAME) {
        case 'workflow_dispatch':
            return numberInWords(data.inputs ?? {});
        case 'repository_dispatch':
            return numberInWords(data.client_payload ?? {});
        default:
            return undefined;
    }
}
function isOfDefaultBranch({ check_run, check_suite, repository }) {
    const branch = (check_suite ?? check_run?.check_suite)?.head_branch;
    return branch != null && branch === repository?.default_branch;
}
/**
 * The numeric id of the repository that the run is of; undefined where neither the runner nor the
 * event says.
 */
function repositoryIdOf(event, environment) {
    return repositoryIdIn(payload.safeParse(event).data, environment);
}
function repositoryIdIn(data, { GITHUB_REPOSITORY_ID = '' }) {
    if (/^[1-9]\d*$/.test(GITHUB_REPOSITORY_ID))
        return GITHUB_REPOSITORY_ID;
    return data?.repository && String(data.repository.id);
}
/** Of a run that has ended: what started it cannot have been a pull request. */
const OF_A_BRANCH = ['push', 'schedule', 'release', 'create', 'delete', 'page_build', 'watch'];
/**
 * Whether a run may be about a pull request although `pullRequestOf` finds none: the event is one
 * of theirs, or of what is made of them, and does not name it. What such a run deploys may be
 * anybody's.
 */
function isPullRequestUnnamed(event, environment) {
    if (pullRequestOf(event, environment) !== undefined)
        return false;
    const raw = schemas/* looseObject */._H3({}).safeParse(event).data ?? {};
    const data = payload.safeParse(event).data;
    const name = environment.GITHUB_EVENT_NAME ?? '';
    switch (name) {
        case 'workflow_run':
            return !OF_A_BRANCH.includes(data?.workflow_run?.event ?? '');
        case 'check_run':
        case 'check_suite':
            return !(data && isOfDefaultBranch(data));
        case 'deployment':
        case 'deployment_status':
            return !(data && isOfProduction(data));
        case 'status':
            return !branchesOf(raw).includes(data?.repository?.default_branch ?? '');
        case 'issue_comment':
            return !isPlainIssue(raw);
        case 'workflow_dispatch':
            return asksForNumber(data?.inputs);
        case 'repository_dispatch':
            return asksForNumber(data?.client_payload);
        default:
            return name === 'merge_group' || name.startsWith('pull_request');
    }
}
function isOfProduction({ deployment, repository }) {
    if (!deployment)
        return false;
    return (deployment.production_environment === true || deployment.ref === repository?.default_branch);
}
function branchesOf({ branches }) {
    const found = schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP().min(1) })).safeParse(branches);
    return found.success ? found.data.map(({ name }) => name) : [];
}
/** An issue that is no pull request. */
function isPlainIssue({ issue }) {
    const found = numbered.loose().safeParse(issue);
    return found.success && !('pull_request' in found.data);
}
/** Whether there is a field for the number, which says nothing that is one. */
function asksForNumber(fields) {
    return Object.keys(fields ?? {}).some((name) => isFieldName(fieldName(name)));
}
const fieldName = (name) => name.toLowerCase().replace(/[-_ ]/g, '');
const isFieldName = (name) => NAMES.includes(name) || name === 'number';
/** Of what a sender gives to a dispatch, in any spelling. */
const NAMES = ['pr', 'pullrequest', 'pull'].flatMap((name) => ['', 'number', 'num', 'no', 'id', 'url', 'ref'].map((end) => name + end));
/** GitHub takes payloads of ten keys at the top, and what lies in them as deep as one likes. */
const DEEPEST = 6;
/**
 * The number that a sender gives, `12` or `#12`, the address of the pull request or a ref of it; in
 * a part of the payload too, as `pull_request: { number: 12 }`. What stands at the top goes before
 * what lies deeper.
 */
function numberInWords(given, depth = 1) {
    const entries = Object.entries(given).map(([name, value]) => ({
        name: name.toLowerCase().replace(/[-_ ]/g, ''),
        value: value,
    }));
    for (const { name, value } of entries) {
        const isOfPullRequest = NAMES.includes(name) || (depth === 1 && name === 'number');
        const number = numberOfWord(value, isOfPullRequest);
        if (number !== undefined)
            return number;
    }
    if (depth === DEEPEST)
        return undefined;
    for (const { name, value } of entries) {
        if (typeof value !== 'object' || value === null)
            continue;
        const number = numberInPart(name, value) ?? numberInWords(value, depth + 1);
        if (number !== undefined)
            return number;
    }
    return undefined;
}
function numberOfWord(value, isOfPullRequest) {
    if (typeof value !== 'string' && typeof value !== 'number')
        return undefined;
    const word = String(value).trim();
    const [, number] = (isOfPullRequest &&
        (/^#?([1-9]\d*)$/.exec(word) ?? /\bpull\/([1-9]\d*)(?![\w-])/.exec(word))) ||
        /^refs\/pull\/([1-9]\d*)(?:\/|$)/.exec(word) ||
        [];
    return number === undefined ? undefined : Number(number);
}
/** `issue` is one of the parts that a bot hands on: a pull request, where it has that key. */
function numberInPart(name, part) {
    const { data } = numbered.extend({ pull_request: schemas/* unknown */.L5J() }).partial().safeParse(part);
    const isPullRequest = NAMES.includes(name) || (name === 'issue' && data?.pull_request != null);
    return isPullRequest ? data?.number : undefined;
}
function numberOfRef(ref) {
    const number = /^refs\/pull\/(\d+)\//.exec(ref ?? '')?.[1];
    return number === undefined ? undefined : Number(number);
}
const triggered = schemas/* object */.Ikc({
    workflow_run: schemas/* object */.Ikc({
        workflow_id: schemas/* int */.Whr(),
        run_number: schemas/* int */.Whr(),
        run_attempt: schemas/* int */.Whr().optional().catch(undefined),
        head_branch: schemas/* string */.YjP().nullish().catch(undefined),
        head_repository: schemas/* object */.Ikc({ id: schemas/* int */.Whr() }).nullish().catch(undefined),
    }),
});
/** The run whose end is the event; undefined for every other event. */
function triggerOf(event) {
    const run = triggered.safeParse(event).data?.workflow_run;
    if (!run)
        return undefined;
    const { workflow_id, run_number, run_attempt, head_branch, head_repository } = run;
    return {
        workflow: workflow_id,
        number: run_number,
        attempt: run_attempt,
        branch: `${head_repository?.id ?? ''}:${head_branch ?? ''}`,
    };
}
const headed = schemas/* object */.Ikc({
    pull_request: schemas/* object */.Ikc({ head: schemas/* object */.Ikc({ sha }) })
        .optional()
        .catch(undefined),
    workflow_run: schemas/* object */.Ikc({ head_sha: sha }).optional().catch(undefined),
});
/**
 * The commit that a run of a pull request is about: its newest one, not the merge commit that
 * `GITHUB_SHA` is. Undefined where the payload does not say.
 */
function headCommitOf(event) {
    const { data } = headed.safeParse(event);
    return data?.pull_request?.head.sha ?? data?.workflow_run?.head_sha;
}
/**
 * The payload of the event that started the run; undefined where there is none, as outside of
 * GitHub.
 */
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
const forked = schemas/* object */.Ikc({
    pull_request: schemas/* object */.Ikc({
        head: schemas/* object */.Ikc({ repo: schemas/* object */.Ikc({ id: schemas/* number */.aig() }).nullable() }),
        base: schemas/* object */.Ikc({ repo: schemas/* object */.Ikc({ id: schemas/* number */.aig() }) }),
    }),
});
/**
 * Whether the event is about a pull request whose commits are in another repository, or in one that
 * is gone.
 */
function isOfFork(event) {
    const { data } = forked.safeParse(event);
    if (!data)
        return false;
    const { head, base } = data.pull_request;
    return head.repo?.id !== base.repo.id;
}

;// CONCATENATED MODULE: ./lib/action/runner/environment.js








const environment = schemas/* object */.Ikc({
    GITHUB_API_URL: schemas/* string */.YjP().optional(),
    GITHUB_REPOSITORY: schemas/* string */.YjP().optional(),
    GITHUB_REPOSITORY_ID: schemas/* string */.YjP().optional(),
    GITHUB_SERVER_URL: schemas/* string */.YjP().optional(),
    GITHUB_RUN_ID: schemas/* string */.YjP().optional(),
    GITHUB_RUN_ATTEMPT: schemas/* string */.YjP().optional(),
    GITHUB_RUN_NUMBER: schemas/* string */.YjP().optional(),
    GITHUB_WORKFLOW: schemas/* string */.YjP().optional(),
    GITHUB_WORKFLOW_REF: schemas/* string */.YjP().optional(),
    GITHUB_JOB: schemas/* string */.YjP().optional(),
    GITHUB_ACTION: schemas/* string */.YjP().optional(),
    GITHUB_ACTOR: schemas/* string */.YjP().optional(),
    GITHUB_EVENT_NAME: schemas/* string */.YjP().optional(),
    GITHUB_EVENT_PATH: schemas/* string */.YjP().optional(),
    GITHUB_REF: schemas/* string */.YjP().optional(),
    GITHUB_SHA: schemas/* string */.YjP().optional(),
    GITHUB_WORKSPACE: schemas/* string */.YjP().optional(),
    RUNNER_ENVIRONMENT: schemas/* string */.YjP().optional(),
    RUNNER_TEMP: schemas/* string */.YjP().optional(),
    SSH_AUTH_SOCK: schemas/* string */.YjP().optional(),
});
function readEnvironment() {
    const env = environment.parse(process.env);
    const event = readEvent(env.GITHUB_EVENT_PATH);
    const pullRequest = pullRequestOf(event, env);
    return {
        ...env,
        pullRequest,
        isPullRequestUnnamed: isPullRequestUnnamed(event, env),
        repository: repositoryIdOf(event, env) ?? addressOf(env),
        commit: headCommitOf(event) ?? (pullRequest === undefined ? env.GITHUB_SHA : undefined),
        isFork: env.GITHUB_EVENT_NAME === 'pull_request' && isOfFork(event),
        trigger: triggerOf(event),
    };
}
/** An input as it was given, its end trimmed by nobody. */
function readInput(name) {
    return (0,core/* getInput */.V4)(name, { trimWhitespace: false });
}
/** The address of the repository, which is its own only together with the server. */
function addressOf({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, }) {
    return server && name ? `${server.replace(/\/+$/, '')}/${name}` : undefined;
}
/**
 * The step that runs, as the owner of what it creates, for `ttlMs` from now on. Throws
 * `ActionError` where nothing says of which repository it is; `repository` is taken for it then,
 * where it is given.
 */
function ownerOfRun(cluster, env, ttlMs, repository) {
    const { pullRequest } = env;
    return {
        cluster,
        repository: env.repository ?? repository ?? repositoryOf(env),
        run: runOf(env),
        ...((0,cluster_name/* isNameOfRun */.M$)(cluster, env) && { isOfRun: true }),
        ...(ttlMs !== undefined && { expires: (0,expiry/* expiryAfter */.I$)(ttlMs, new Date()) }),
        ...(pullRequest !== undefined &&
            (0,cluster_name/* goesWith */.XK)(cluster, pullRequest) && { pullRequest: String(pullRequest) }),
    };
}
/** The step that runs: run, job and step id. */
function runOf(env) {
    return [env.GITHUB_RUN_ID ?? 'local', env.GITHUB_JOB, env.GITHUB_ACTION]
        .filter(Boolean)
        .join('/');
}
/**
 * Where the run stands among those of the same workflow, job and step for the same branch or pull
 * request; undefined where the runner does not number them. All tags are one line, since each is
 * pushed once. Where the end of another workflow has started it, the number is of that one: a slow
 * test of an older commit may end after a fast one of a newer.
 */
function turnOf(env) {
    const { trigger, pullRequest, GITHUB_REF: ref = '' } = env;
    const own = wholeNumber(env.GITHUB_RUN_NUMBER);
    const number = trigger ? trigger.number : own;
    const workflow = env.GITHUB_WORKFLOW_REF?.replace(/@.*$/, '') || env.GITHUB_WORKFLOW;
    if (own === undefined || number === undefined || !workflow)
        return undefined;
    const branch = trigger ? trigger.branch : ref.replace(/^refs\/tags\/.*$/, 'refs/tags');
    const line = [
        workflow,
        ...[env.GITHUB_JOB, env.GITHUB_ACTION],
        ...(trigger ? [`after ${trigger.workflow}`] : []),
        pullRequest === undefined ? branch : `pull request ${pullRequest}`,
    ];
    const isRepeat = [env.GITHUB_RUN_ATTEMPT, trigger?.attempt].some((attempt) => Number(attempt ?? 1) > 1);
    return { line: line.filter(Boolean).join(' '), number, isRepeat };
}
function wholeNumber(text) {
    return /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined;
}
/**
 * Who owns what the run made. Throws `ActionError` where nothing says: what is removed has to be
 * somebody's.
 */
function repositoryOf({ repository }) {
    if (repository !== undefined)
        return repository;
    throw new errors/* ActionError */.lZ('Which repository this step is of is not known, so nothing can be told to be its own.', {
        details: 'GITHUB_REPOSITORY_ID is not set, the event has no `repository.id`, and of GITHUB_SERVER_URL and GITHUB_REPOSITORY one is missing.',
        hint: 'Nothing was changed. Set GITHUB_REPOSITORY_ID for this step to what the runner of the deployment had.',
    });
}
/** The repository as GitHub's API is asked about it. */
function gitHubOf(env, token) {
    return {
        apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
        repository: env.GITHUB_REPOSITORY ?? '',
        token,
        runsFor: { actor: env.GITHUB_ACTOR, isFork: env.isFork },
    };
}
/** Where the run can be looked at; undefined outside of GitHub. */
function runUrlOf(env) {
    const repository = repositoryUrlOf(env);
    const { GITHUB_RUN_ID: run } = env;
    return repository && run ? `${repository}/actions/runs/${run}` : undefined;
}
/** Where the repository can be looked at; undefined outside of GitHub. */
function repositoryUrlOf(env) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
    return server && repository ? `${server}/${repository}` : undefined;
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


/***/ }),

/***/ 6869:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dN: () => (/* binding */ exportVariable)
/* harmony export */ });
/* unused harmony exports setOutput, saveState, writing, checkRunnerFiles, checkTempFolder */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6421);
/* harmony import */ var _base_unwritable_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(869);





/**
 * To the end of a file that is there: one that was removed would be made anew, and read by nobody.
 * A pipe is not waited for.
 */
const APPEND = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_APPEND | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_WRONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK;
/** Throws `ActionError` where the file cannot be written. */
function setOutput(name, value) {
    writing('GITHUB_OUTPUT', () => setOutputOfStep(name, value));
}
/** Throws `ActionError` where the file cannot be written. */
function saveState(name, value) {
    writing('GITHUB_STATE', () => saveForPost(name, value));
}
/**
 * Throws `ActionError` where the file cannot be written; in this process the variable is set all
 * the same.
 */
function exportVariable(name, value) {
    writing('GITHUB_ENV', () => (0,_actions_core__WEBPACK_IMPORTED_MODULE_3__/* .exportVariable */ .dN)(name, value));
}
/**
 * Does what writes to the file. What goes wrong becomes an `ActionError` that names it, with the
 * system's words.
 */
function writing(file, write) {
    try {
        return write();
    }
    catch (error) {
        throw (0,_base_unwritable_js__WEBPACK_IMPORTED_MODULE_4__/* .unwritable */ .m)(file, process.env[file] ?? '', error);
    }
}
/**
 * Throws `ActionError` for the first of the files that takes no byte. Writes an empty line, which
 * the runner passes over (`EnvFileKeyValuePairs` in actions/runner, FileCommandManager.cs). Outside
 * of GitHub there is no file, and nothing is checked.
 */
function checkRunnerFiles(files) {
    for (const file of files) {
        const path = process.env[file];
        if (path)
            writing(file, () => appendEmptyLine(path));
    }
}
function appendEmptyLine(path) {
    const file = openSync(path, APPEND);
    try {
        writeSync(file, EOL);
    }
    finally {
        closeSync(file);
    }
}
/** Throws `ActionError` where no file can be made in the folder for temporary files. */
function checkTempFolder(folder) {
    let probe;
    try {
        probe = mkdtempSync(join(folder, 'swarm-up-probe-'));
        writeFileSync(join(probe, 'probe'), EOL);
    }
    catch (error) {
        throw unwritable('RUNNER_TEMP', folder, error);
    }
    finally {
        if (probe !== undefined)
            rmSync(probe, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 6002:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);

const systemClock = {
    now: () => performance.now(),
    sleep: async (ms, signal) => {
        try {
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(ms, undefined, signal && { signal });
        }
        catch (error) {
            signal?.throwIfAborted();
            throw error;
        }
    },
};


/***/ }),

/***/ 7778:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
/* unused harmony export formatSpan */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = /(\d+)(ms|s|m|h|d)/g;
const WHOLE = /^(?:\d+(?:ms|s|m|h|d))+$/;
/**
 * Milliseconds of `300s`, `10m`, `1h30m`, `24h`, `7d`; undefined for anything else, a bare number
 * included: its unit would be a guess.
 */
function parseDuration(text) {
    if (!WHOLE.test(text))
        return undefined;
    let total = 0;
    for (const [, count, unit] of text.matchAll(PART)) {
        total += Number(count) * UNIT_MS[unit];
    }
    return total;
}
/** For people, of what lasts long: `3 d 4 h`, `23 h 59 min`, `12 min`, `less than a minute`. */
function formatSpan(ms) {
    const minutes = Math.floor(ms / UNIT_MS.m);
    const [d, h, min] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    if (d > 0)
        return h > 0 ? `${d} d ${h} h` : `${d} d`;
    if (h > 0)
        return min > 0 ? `${h} h ${min} min` : `${h} h`;
    return min > 0 ? `${min} min` : 'less than a minute';
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

/***/ 8949:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Uc: () => (/* binding */ describeError),
/* harmony export */   ie: () => (/* binding */ isUp),
/* harmony export */   lZ: () => (/* binding */ ActionError)
/* harmony export */ });
/** Whether a run has deployed what it was to deploy, as far as it looked. */
function isUp(status) {
    return status === 'converged' || status === 'deployed';
}
/**
 * An error that a user reads. `message` says what failed and where; `details` holds the program's
 * own words; `hint` says what to do. Everything else that is thrown is a bug of ours and is
 * reported with its stack.
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
/**
 * The whole text of an error for the log: what failed, the program's own words (indented), what to
 * do; then each cause in the same form.
 */
function describeError(error) {
    if (error instanceof AggregateError) {
        return [error.message, ...error.errors.map((one) => indent(describeError(one)))].join('\n');
    }
    // Of a limit or an abort, which says all there is to say; where it was thrown helps nobody.
    if (error instanceof DOMException)
        return error.message;
    if (!(error instanceof Error))
        return String(error);
    if (!(error instanceof ActionError))
        return error.stack ?? error.message;
    const lines = [error.message];
    if (error.details)
        lines.push(indent(error.details));
    const cause = untold(error, lines);
    if (cause)
        lines.push(indent(describeCause(cause, error.hint)));
    if (error.hint)
        lines.push(error.hint);
    return lines.join('\n');
}
/**
 * The nearest cause of which not everything is among the lines: mostly an error holds the words of
 * the command under it.
 */
function untold(error, lines) {
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
        if (isContained(cause, lines))
            return undefined;
        if (!(cause instanceof ActionError) || !hasWords(lines, cause.details))
            return cause;
    }
    return undefined;
}
/** Whether each line of these details stands there. */
function hasWords(lines, details) {
    if (details === undefined)
        return false;
    const said = lines.flatMap((text) => text.split('\n')).map((line) => line.trim());
    return details.split('\n').every((line) => said.includes(line.trim()));
}
/** A cause that is not ours is named; where it was thrown helps nobody who reads the log. */
function describeCause(cause, hint) {
    if (!(cause instanceof ActionError))
        return `${cause.name}: ${cause.message}`;
    const { message, details, status } = cause;
    const isSameHint = hint !== undefined && cause.hint === hint;
    if (!isSameHint)
        return describeError(cause);
    return describeError(new ActionError(message, { details: details ?? '', status, cause: cause.cause }));
}
function isContained(cause, lines) {
    return lines.some((line) => line.includes(cause.message));
}
function indent(text) {
    return text.replace(/^/gm, '  ');
}


/***/ }),

/***/ 813:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I$: () => (/* binding */ expiryAfter),
/* harmony export */   Pc: () => (/* binding */ hasPassed)
/* harmony export */ });
/* unused harmony export lifeLeft */
/* harmony import */ var _duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7778);

/**
 * The RFC 3339 time, to the second, at which something that is made or renewed now has lived for
 * `ttlMs`.
 */
function expiryAfter(ttlMs, now) {
    return new Date(now.getTime() + ttlMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
/** Whether the time has come; a text that is no time never does. */
function hasPassed(expires, now) {
    return Date.parse(expires) <= now.getTime();
}
/**
 * What is left until then, for people: `23 h 59 min`, or `expired 3 h ago` once it has passed;
 * empty where the text is no time.
 */
function lifeLeft(expires, now) {
    const leftMs = Date.parse(expires) - now.getTime();
    if (Number.isNaN(leftMs))
        return '';
    return leftMs > 0 ? formatSpan(leftMs) : `expired ${formatSpan(-leftMs)} ago`;
}


/***/ }),

/***/ 5823:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ once)
/* harmony export */ });
/** Tells each text only the first time: what is looked at again and again is named once. */
function once(tell) {
    const told = new Set();
    return (text) => {
        if (told.has(text))
            return;
        told.add(text);
        tell(text);
    };
}


/***/ }),

/***/ 6433:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ runAllSteps)
/* harmony export */ });
/* unused harmony export inStage */
/* harmony import */ var _duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7778);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);


/**
 * Runs one stage of the way up in its own log group and records it in the timeline. What it returns
 * or throws is handed on unchanged. The line with the duration comes after the group, so that it
 * can be read while the group is folded.
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
        const took = `${result === 'ok' ? 'done in' : 'failed after'} ${(0,_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(durationMs)}`;
        reporter.log.info(note === undefined ? `  ${took}` : `  ${took}: ${note}`);
    }
}
/**
 * Runs every step of the way down, one after another, whatever the others do. Each failure is shown
 * whole in its own group. Throws one `AggregateError` that counts and names the steps that failed
 * and holds their errors in order.
 */
async function runAllSteps(steps, context, reporter) {
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
        log.info((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .describeError */ .Uc)(error));
        throw error;
    }
}


/***/ }),

/***/ 9893:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $R: () => (/* binding */ releaseLimit),
/* harmony export */   AB: () => (/* binding */ limit),
/* harmony export */   Wh: () => (/* binding */ unlessAborted)
/* harmony export */ });
/**
 * Joins the caller's signals with a time limit in ms. Unlike `AbortSignal.any` with
 * `AbortSignal.timeout` it leaves nothing behind: thousands of commands may run under one signal
 * that lives as long as the job.
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
/**
 * How long something that was taken may take to be let go: `usualMs`, and once `signal` has aborted
 * no longer than `abortedMs`, since a step that is cancelled is ended soon.
 */
function releaseLimit(signal, { usualMs, abortedMs }) {
    const timedOut = () => new Error('It was not let go in time.');
    const whole = limit([], signal.aborted ? abortedMs : usualMs, timedOut);
    let timer;
    const onAbort = () => {
        timer = setTimeout(() => whole.stop(timedOut()), abortedMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return {
        ...whole,
        [Symbol.dispose]: () => {
            signal.removeEventListener('abort', onAbort);
            clearTimeout(timer);
            whole[Symbol.dispose]();
        },
    };
}
/**
 * Settles as `promise` does, or rejects with the signal's reason if that comes first. Lets go of
 * the signal in both cases.
 */
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

/***/ 8686:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ UnreachableError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/**
 * A machine, or its dockerd, did not answer in time. It may be down; what is wrong with a login or
 * a key is another error.
 */
class UnreachableError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}


/***/ }),

/***/ 869:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ unwritable)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);


const FULL = 'The disk of the runner, or the quota of its user, is full. Free space there, or clean up in an earlier step, and run the job again.';
const GONE = 'An earlier step of the job has removed it, or the runner was not set up. Leave the files of the runner alone (`RUNNER_TEMP` holds them), and run the job again.';
const FORBIDDEN = 'The user of the runner must be allowed to write there. Look at the owner, the mode, and whether the file system is mounted read-only.';
const REPLACED = 'An earlier step of the job has put something else in its place. Leave the files of the runner alone, and run the job again.';
/** By the codes of errno(3). */
const HINTS = {
    ENOSPC: FULL,
    EDQUOT: FULL,
    EFBIG: FULL,
    ENOENT: GONE,
    EROFS: FORBIDDEN,
    EACCES: FORBIDDEN,
    EPERM: FORBIDDEN,
    EISDIR: REPLACED,
    ENOTDIR: REPLACED,
    ELOOP: REPLACED,
};
/**
 * The error for a file or folder of the runner that cannot be written. `name` is what a user knows
 * it by, a variable of the runner mostly; `cause` is what the system said.
 */
function unwritable(name, path, cause) {
    const { code = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path) ? '' : 'ENOENT' } = Object(cause);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${name} cannot be written on the runner: ${path}`, {
        details: cause instanceof Error ? cause.message : String(cause),
        hint: (Object.hasOwn(HINTS, code) && HINTS[code]) || 'Look at this path on the runner.',
        cause,
    });
}


/***/ }),

/***/ 9388:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bu: () => (/* binding */ parseState),
/* harmony export */   FU: () => (/* binding */ parseAnnounced),
/* harmony export */   Mq: () => (/* binding */ STATE_KEY),
/* harmony export */   i$: () => (/* binding */ ANNOUNCED_KEY)
/* harmony export */ });
/* unused harmony exports serialiseState, serialiseAnnounced */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);


/** Name of the one value that main leaves for post. */
const STATE_KEY = 'swarm-up';
const state = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    driver: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    cluster: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    /** Who owns it, where neither the runner nor the event says. */
    repository: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().optional(),
    /** The stack that is deployed, for hosts that stay. */
    stack: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().optional(),
    /** Whether main has claimed that stack; until then it is not this step's to remove. */
    claimed: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY().optional(),
    /**
     * Whether a newer run deploys that stack, so that nothing that is there is this step's to remove
     * any more.
     */
    superseded: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY().optional(),
    /** The lock of the stack, which main may hold. */
    lock: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ stack: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), token: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP() }).optional(),
    teardown: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['auto', 'always', 'on-success', 'never']),
    /** Folder of the SSH config and of the tunnel of `docker-host: true`. */
    sshFolder: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().optional(),
    /**
     * For hosts that stay: what they were like, where a swarm was about to be formed of them. Until
     * each has its labels, this alone tells.
     */
    outside: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        hosts: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()).readonly(),
        withoutGateway: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()).readonly(),
    })
        .optional(),
    /** Whether this step made the machines, as opposed to finding them. */
    made: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    /**
     * What main was at when it last said so. `begun`: it may have been killed while something was
     * being created.
     */
    stage: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['begun', 'failed', 'succeeded']),
});
function serialiseState(value) {
    return JSON.stringify(value);
}
/**
 * What main left; undefined where it had not begun to create anything. Throws `ActionError` where
 * it cannot be read.
 */
function parseState(text) {
    if (text === '')
        return undefined;
    try {
        return state.parse(JSON.parse(text));
    }
    catch (error) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('What the main step left for the post step cannot be read.', {
            details: text,
            hint: 'Something else has written the state of this step. Remove the cluster with a step that has `command: down`, the same `driver` and its `cluster`.',
            cause: error,
        });
    }
}
/** Name of what main leaves for post about whom it has told. */
const ANNOUNCED_KEY = 'swarm-up-announced';
const announced = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    cluster: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    stack: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().optional(),
    comment: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    deployment: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY(),
    /** Id of GitHub's deployment that main has made. */
    deploymentId: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().optional(),
    /** How main ended, where it could tell. */
    ended: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['ready', 'failed', 'superseded']).optional(),
});
function serialiseAnnounced(value) {
    return JSON.stringify(value);
}
/** What main left; undefined where it has told nobody. */
function parseAnnounced(text) {
    return text === '' ? undefined : announced.parse(JSON.parse(text));
}


/***/ }),

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
  np: () => (/* binding */ EngineRefusal),
  W_: () => (/* binding */ NoAnswer),
  d0: () => (/* binding */ engineApi)
});

// UNUSED EXPORTS: DIAL

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
 * a process and two.
 */
function engineApi(executor) {
    const agent = Object.assign(new external_node_http_.Agent({ keepAlive: true, maxSockets: 1 }), {
        createConnection: (_options, done) => {
            executor.open(DIAL).then((stream) => done(null, asSocket(stream)), done);
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
                until ??= clock/* systemClock */.m.now() + patience.limitMs;
                if (clock/* systemClock */.m.now() > until)
                    throw error;
                patience.silent(wordsOf(error));
                await clock/* systemClock */.m.sleep(POLL_MS, options.signal);
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
                    ...(!(cause instanceof base_errors/* ActionError */.lZ) && { details: String(cause) }),
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
        [Symbol.dispose]: () => agent.destroy(),
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

/***/ 3153:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rz: () => (/* binding */ readEngine),
/* harmony export */   mo: () => (/* binding */ readSwarmState),
/* harmony export */   xZ: () => (/* binding */ enterEngine)
/* harmony export */ });
/* unused harmony exports INFO, AWAIT_SOCKET, PATH_OF_DOCKER, CHOSEN_ENGINE, HIDDEN_ENGINE */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6002);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _base_unreachable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8686);
/* harmony import */ var _exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3987);





/** What `docker info` says, as far as it is read. */
const engineInfo = zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    ServerVersion: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    /** The docker client on the machine; `docker info` names it from 24 on. */
    ClientInfo: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ Version: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional() }).nullish(),
    OSType: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default('linux'),
    Architecture: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    Swarm: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
        NodeID: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default(''),
        /** Where the other nodes reach it. */
        NodeAddr: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default(''),
        /** Empty in the first moments of a dockerd, when it answers and does not know yet. */
        LocalNodeState: zod__WEBPACK_IMPORTED_MODULE_4__/* ["enum"] */ .k5n(['', 'inactive', 'pending', 'active', 'error', 'locked']),
        ControlAvailable: zod__WEBPACK_IMPORTED_MODULE_4__/* .boolean */ .zMY().optional().default(false),
        /**
         * The managers that a node knows, with the addresses and ports at which they answer other
         * nodes.
         */
        RemoteManagers: zod__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ NodeID: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(), Addr: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP() })).nullish(),
        /** Told by managers. */
        Cluster: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ DataPathPort: zod__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig().optional() }).nullish(),
    }),
});
/** Asks an engine about itself, as who may use docker there. */
const INFO = ['docker', 'info', '--format', '{{json .}}'];
const RETRY_MS = 50;
/** Words of a client that got no answer from the engine that it asks. */
const NOT_THERE = /cannot connect to the docker daemon|error during connect|failed to connect to the docker API|dial (tcp|unix)/i;
/**
 * Waits a second at most for a dockerd that is being started. It makes its socket first and serves
 * it when it is ready, so the next `docker info` gets its answer; to ask again and again instead
 * costs what little CPU a small machine needs for the start itself.
 */
const AWAIT_SOCKET = [
    'sh',
    '-c',
    'tries=0; until [ -S /var/run/docker.sock ] || [ "$tries" -ge 20 ]; do sleep 0.05; tries=$((tries + 1)); done',
];
/** Since 20.10 the stack schema and the answers that are read have the form that is known here. */
const LEAST = [20, 10];
/** Prints where docker lies. */
const PATH_OF_DOCKER = ['sh', '-c', 'command -v docker'];
/** Prints, a line each, what may have chosen another engine for the client than the usual one. */
const CHOSEN_ENGINE = [
    'sh',
    '-c',
    'echo "$DOCKER_HOST"; echo "$DOCKER_CONTEXT"; docker context ls --format "{{if .Current}}{{.Name}}{{end}}" 2>/dev/null | tr -d "\\n"',
];
/**
 * Waits until a machine's dockerd answers, and finds out whether `docker` takes `sudo -n` there.
 * Throws `ActionError` at once where docker is missing and not to be installed, too old or not to
 * be had for this user; after `timeoutMs` with the last answer.
 */
async function enterEngine(direct, user, options) {
    let until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m.now() + options.timeoutMs;
    let executor = direct;
    let { install } = options;
    let isPathTried = false;
    let isChoiceAsked = false;
    for (;;) {
        const result = await executor.run(INFO, {
            anyExitCode: true,
            repeatable: true,
            signal: options.signal,
            timeoutMs: Math.max(1_000, until - _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m.now()),
        });
        const engine = result.exitCode === 0 ? parseEngine(result, executor.where) : undefined;
        if (engine?.Swarm.LocalNodeState) {
            refuseOld(engine, executor.where);
            return { executor, engine };
        }
        if (executor === direct && /permission denied/i.test(result.stderr)) {
            executor = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .withSudo */ .SU)(direct);
            continue;
        }
        if (executor === direct && isMissing(result))
            await refuseHidden(direct, result, options.signal);
        if (executor !== direct && !isPathTried && isOfSudo(result, user)) {
            isPathTried = true;
            executor = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .withSudo */ .SU)(direct, await pathOfDocker(direct, options.signal));
            continue;
        }
        if (executor === direct && !isChoiceAsked && NOT_THERE.test(result.stderr)) {
            isChoiceAsked = true;
            await refuseElsewhere(direct, result, options.signal);
        }
        if (install && executor === direct && isMissing(result)) {
            await install(direct);
            install = undefined;
            until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m.now() + options.timeoutMs;
            continue;
        }
        if (executor === direct)
            refuseMissing(result, executor.where);
        else
            await refuseSudo(direct, result, user, options.signal);
        if (_base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m.now() > until)
            throw silent(executor.where, result);
        if (/cannot connect to the docker daemon/i.test(result.stderr)) {
            await direct.run(AWAIT_SOCKET, {
                anyExitCode: true,
                repeatable: true,
                signal: options.signal,
            });
        }
        await _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m.sleep(RETRY_MS, options.signal);
    }
}
/** Asks an engine that has answered before. Rejects as the executor does. */
async function readEngine(executor, signal) {
    return parseEngine(await executor.run(INFO, { signal, repeatable: true }), executor.where);
}
/**
 * How an engine that was entered before stands to its swarm now. Rejects as `EngineApi.get` does.
 */
async function readSwarmState(api, signal, timeoutMs) {
    const options = { signal, ...(timeoutMs !== undefined && { timeoutMs }) };
    return (await api.get('/info', {}, engineInfo, options)).Swarm;
}
function parseEngine({ stdout, stderr }, where) {
    try {
        return engineInfo.parse(JSON.parse(stdout));
    }
    catch (cause) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${where} is not Docker Engine.`, {
            details: stderr || stdout.slice(0, 1_000),
            hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine: https://docs.docker.com/engine/install/',
            cause,
        });
    }
}
/** Prints what tells of an engine whose client is in no folder of the PATH. */
const HIDDEN_ENGINE = [
    'sh',
    '-c',
    '[ -S /var/run/docker.sock ] && echo "socket /var/run/docker.sock"; pgrep -x dockerd >/dev/null 2>&1 && echo "process dockerd"; true',
];
/**
 * An engine that runs where there seems to be no docker: to install another beside it would harm
 * both.
 */
async function refuseHidden(executor, { stderr }, signal) {
    const { stdout } = await executor.run(HIDDEN_ENGINE, { repeatable: true, signal });
    if (stdout.trim() === '')
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${executor.where} is in no folder where commands over SSH are looked for, though an engine runs there.`, {
        details: `${stderr.trim()}\nfound: ${stdout.trim().replaceAll('\n', ', ')}`,
        hint: 'Link the client to such a folder, as root on that host: ln -s <path of docker> /usr/local/bin/docker',
    });
}
function refuseOld({ ServerVersion }, where) {
    const [major = 0, minor = 0] = ServerVersion.split('.').map((part) => Number.parseInt(part, 10));
    if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]))
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Docker Engine on ${where} is ${ServerVersion}; ${LEAST.join('.')} or newer is needed.`, { hint: 'Upgrade it: https://docs.docker.com/engine/install/' });
}
function isMissing({ exitCode, stderr }) {
    return exitCode === 127 || /docker: (command )?not found/.test(stderr);
}
/** Where docker lies, as a right of sudo has to name it. */
async function pathOfDocker(executor, signal) {
    const { stdout } = await executor.run(PATH_OF_DOCKER, {
        ...{ anyExitCode: true, repeatable: true, signal },
    });
    const path = stdout.trim();
    return path.startsWith('/') ? path : '/usr/bin/docker';
}
/**
 * A right that names a path does not hold for a name that sudo, whose PATH is its own, does not
 * find: then too it asks for a password.
 */
function isOfSudo({ exitCode, stderr }, user) {
    return exitCode !== 0 && ((0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .isUnknownToSudo */ .Fq)(stderr) || (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user) !== undefined);
}
async function refuseSudo(direct, { exitCode, stderr }, user, signal) {
    if (exitCode === 0 || !(0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user))
        return;
    const problem = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user, await pathOfDocker(direct, signal));
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${user} may not use docker on ${direct.where}: ${problem?.reason}.`, {
        details: stderr,
        hint: problem?.remedy ?? '',
    });
}
/**
 * A client that asks another engine than the host's own, because of a variable or a context, would
 * ask it in vain for as long as it may.
 */
async function refuseElsewhere(executor, { stderr }, signal) {
    const { stdout } = await executor.run(CHOSEN_ENGINE, {
        ...{ anyExitCode: true, repeatable: true, signal },
    });
    const [host = '', named = '', context = ''] = stdout.split('\n').map((line) => line.trim());
    const chosen = host
        ? `the variable DOCKER_HOST (${host})`
        : named
            ? `the variable DOCKER_CONTEXT (${named})`
            : context && context !== 'default' && `the docker context ${context}`;
    const isUsual = host === 'unix:///var/run/docker.sock' || host === 'unix:///run/docker.sock';
    if (!chosen || isUsual)
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${executor.where} asks an engine that does not answer, which ${chosen} has chosen.`, {
        details: stderr,
        hint: host
            ? 'Start that engine, or take the variable from what commands over SSH get: SetEnv in sshd_config, ~/.ssh/environment, start files such as ~/.bashrc.'
            : `Start that engine, or choose the host's own, as the user of the step: docker context use default${named ? ' (and unset DOCKER_CONTEXT)' : ''}`,
    });
}
function refuseMissing(result, where) {
    const { stderr } = result;
    if (isMissing(result)) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`There is no docker on ${where}.`, {
            details: stderr,
            hint: 'Install Docker Engine there (https://docs.docker.com/engine/install/): on Debian and Ubuntu, apt-get install docker.io. Or let this step do it: `driver-options: "install-engine: true"`',
        });
    }
}
function silent(where, { stdout, stderr }) {
    return new _base_unreachable_js__WEBPACK_IMPORTED_MODULE_2__/* .UnreachableError */ .J(`dockerd on ${where} did not answer in time.`, {
        details: stderr || stdout,
        hint: 'Its log says why: journalctl -u docker on a host, docker logs <machine> for a container of the docker driver.',
    });
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
function patientExecutor(executor, { log, clock = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .m, }) {
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

/***/ 774:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ commandStream)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);

/**
 * The standard input and output of a running command as one stream. The readable side ends when the
 * command has ended well and breaks with the command's error when it has not; destroying the stream
 * ends the command.
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
/* harmony export */   Rg: () => (/* binding */ CommandTimeout),
/* harmony export */   t1: () => (/* binding */ DEFAULT_TIMEOUT_MS)
/* harmony export */ });
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7778);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(908);



const DEFAULT_TIMEOUT_MS = 120_000;
/**
 * A command that ended with a non-zero exit code, or by a signal. Keeps argv, code and both streams
 * whole.
 */
class CommandError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ {
    argv;
    result;
    /**
     * `endedBy` names the signal that ended the command; `result.exitCode` is then 128 plus its
     * number, as in a shell.
     */
    constructor(where, argv, result, endedBy) {
        const how = endedBy ? `was ended by ${endedBy}` : 'failed';
        const code = endedBy ? '' : ` with exit code ${result.exitCode}`;
        super(`Command ${how} on ${where}${code}: ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(argv)}`, { details: ownWords(result) });
        this.argv = argv;
        this.result = result;
    }
}
/** A command that was ended because it took too long. Keeps what it had said by then. */
class CommandTimeout extends _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ {
    output;
    constructor(where, argv, timeoutMs, output) {
        const limit = (0,_base_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(timeoutMs);
        super(`Command did not end within ${limit} on ${where}: ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(argv)}`, {
            details: ownWords(output),
        });
        this.output = output;
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

/***/ 4707:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ collectOutput)
/* harmony export */ });
/* harmony import */ var node_string_decoder__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6193);
/* harmony import */ var node_string_decoder__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_string_decoder__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Collects UTF-8 text, and hands each whole line (without its line end) to `onLine` as soon as it
 * is there.
 */
function collectOutput(onLine) {
    const decoder = new node_string_decoder__WEBPACK_IMPORTED_MODULE_0__.StringDecoder('utf8');
    // Parts are joined once at the end, and those of an unfinished line once per line: adding to one
    // string and searching it again with every chunk would cost the square of its length.
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

/***/ 3331:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   VR: () => (/* binding */ changeRefused)
/* harmony export */ });
/* unused harmony exports readForm, readOnlyExecutor */
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);




/**
 * The form of these words, one by one, and after them any number that match `rest`; none where
 * nothing is said. An option that could make a command write is kept out by not being in `words`,
 * and by a `rest` that matches no option.
 */
function readForm(words, rest) {
    return (argv) => words.every((word, at) => argv[at] === word) &&
        argv.slice(words.length).every((word) => rest?.test(word) ?? false);
}
/**
 * The same executor, through which nothing can be changed: it runs what is known to only read, and
 * refuses everything else before it is sent, with an `ActionError` that names the command. That is
 * a fault of ours, so the error asks to report it.
 */
function readOnlyExecutor(executor, reads) {
    const { where } = executor;
    return {
        ...executor,
        readsOnly: true,
        run: async (argv, options) => {
            if (!reads.commands.some((isRead) => isRead(argv)))
                throw changeRefused(where, quote(argv));
            return await executor.run(argv, options);
        },
        open: async (argv) => {
            if (!reads.engineStreams.some((isRead) => isRead(argv))) {
                throw changeRefused(where, quote(argv));
            }
            return questionsOnly(await executor.open(argv), where);
        },
    };
}
/** The length of what is said of a command, in characters: some are scripts. */
const SHOWN = 400;
/** What a dry run says of its own code that wanted to change something. */
function changeRefused(where, what) {
    const said = what.length > SHOWN ? `${what.slice(0, SHOWN)}…` : what;
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`The dry run refused what is not known to only read on ${where}.`, {
        details: said,
        hint: 'Nothing was changed. This is a fault of Swarm Up and not of your inputs: please report it with these lines.',
    });
}
/**
 * The stream to an engine, which hands on whole questions that only read. The first other one ends
 * it.
 */
function questionsOnly(stream, where) {
    const gate = new Duplex({
        allowHalfOpen: false,
        read: () => void stream.resume(),
        write: (chunk, _encoding, done) => {
            const text = chunk.toString('latin1');
            if (isWholeQuestion(text))
                stream.write(chunk, done);
            else
                done(changeRefused(where, text.split('\r\n', 1)[0] ?? ''));
        },
        final: (done) => void stream.end(done),
        destroy: (error, done) => {
            stream.destroy();
            done(error);
        },
    });
    stream.on('data', (chunk) => {
        if (!gate.push(chunk))
            stream.pause();
    });
    stream.pause();
    stream.on('end', () => gate.push(null));
    stream.on('error', (error) => gate.destroy(error));
    stream.on('close', () => gate.destroy());
    return gate;
}
/** The head of one request without a body: node:http writes it in one piece. */
function isWholeQuestion(text) {
    const [, method = '', target = '', fields = ''] = /^(\S+) (\S+) HTTP\/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n$/.exec(text) ?? [];
    const hasMore = /^(content-length|transfer-encoding|upgrade):/im.test(fields);
    return !hasMore && isEngineQuestion(method, target);
}


/***/ }),

/***/ 2974:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ writeInput),
/* harmony export */   o: () => (/* binding */ abandonInput)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Writes all of `input` to a command's standard input, with backpressure, and closes it. A command
 * may stop reading whenever it likes (`head -c 1`): that is no failure, its exit code says how it
 * went. An input that breaks off is one: `onBroken` is called once with the reason, and the command
 * must then be ended, because it would take what it got for the whole.
 */
function writeInput(input, stdin, onBroken) {
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
/**
 * Ends an input stream that nobody reads any more, so that what makes it (`docker save`, a file)
 * ends too.
 */
function abandonInput(input) {
    if (input instanceof node_stream__WEBPACK_IMPORTED_MODULE_0__.Readable)
        input.destroy();
}
function ignore() { }


/***/ }),

/***/ 3987:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fq: () => (/* binding */ isUnknownToSudo),
/* harmony export */   SU: () => (/* binding */ withSudo),
/* harmony export */   bS: () => (/* binding */ sudoProblem)
/* harmony export */ });
/* unused harmony export sudoDocker */
/** `-n`: sudo asks nothing, and fails where it would have to. */
const SUDO = ['sudo', '-n'];
/** Options of env that take the next word with them. */
const WITH_ARGUMENT = ['-u', '-C', '-S'];
/**
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did
 * before. sudo stands right before `docker`, also behind `env` and inside `sh -c 'script' name
 * docker …`, so that the right to run docker is all that it takes. `path` is where docker lies, if
 * sudo, which has a PATH of its own (`secure_path`), does not find it.
 */
function withSudo(executor, path = 'docker') {
    return {
        ...executor,
        run: (argv, options) => executor.run(sudoDocker(argv, path), options),
        open: (argv) => executor.open(sudoDocker(argv, path)),
    };
}
/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
function sudoDocker(argv, path = 'docker') {
    const found = dockerAt(argv, 0);
    if (found === undefined)
        return argv;
    const { sudo, docker } = found;
    const [program, ...rest] = [
        ...argv.slice(0, sudo),
        ...SUDO,
        ...argv.slice(sudo, docker),
        path,
        ...argv.slice(docker + 1),
    ];
    return [program ?? path, ...rest];
}
/**
 * Where docker stands, and where sudo has to, if the command that begins at `start` is docker in
 * the end.
 */
function dockerAt(argv, start) {
    const program = argv[start];
    if (program === 'docker')
        return { sudo: start, docker: start };
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
    const found = dockerAt(argv, at);
    // sudo takes no variable over from outside, so `env` must set it on the inside.
    return found && assigns ? { ...found, sudo: start } : found;
}
/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`).
 * Undefined where it was not sudo that failed. `user` is who called it, `docker` the path that the
 * right has to name.
 */
function sudoProblem(stderr, user, docker = '/usr/bin/docker') {
    const known = REASONS.find(([words]) => words.test(stderr))?.[1];
    const other = stderr.split('\n').find((line) => /^sudo: /.test(line) && !HARMLESS.test(line));
    const reason = known ?? (other && `${other.replace('sudo: ', 'sudo says: ').replace(/\.$/, '')}`);
    if (reason === undefined)
        return undefined;
    return { reason: reason.replace('USER', user), remedy: remedy(stderr, user, docker) };
}
/** sudo did its work, and does not find what it should run in the folders of its own PATH. */
function isUnknownToSudo(stderr) {
    return /sudo: (env|docker): command not found/.test(stderr);
}
/** What sudo says and goes on. */
const HARMLESS = /unable to resolve host|command not found|unable to (send|open) .*(audit|mail)/;
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
function remedy(stderr, user, docker) {
    const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
    if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr))
        return group;
    const lines = [`${user} ALL=(root) NOPASSWD: ${docker}`];
    if (/must have a tty/.test(stderr))
        lines.unshift(`Defaults:${user} !requiretty`);
    const file = '/etc/sudoers.d/swarm-up';
    const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
    return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
}


/***/ }),

/***/ 2124:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M$: () => (/* binding */ isNameOfRun),
/* harmony export */   Oh: () => (/* binding */ parseCluster),
/* harmony export */   XK: () => (/* binding */ goesWith)
/* harmony export */ });
/* unused harmony exports deriveCluster, withPullRequest */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7895);


const CLUSTER = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const CLUSTER_LENGTH = 40;
/**
 * The name that is given, or else the derived one. What is not a name, as that of a branch may be,
 * and which the expressions of a workflow cannot make one, is made one: with a hash of the whole,
 * so that `a/b` and `a-b` stay two. `tell` is given what it has become.
 */
function parseCluster(text, environment, tell = () => { }) {
    if (text === '')
        return deriveCluster(environment);
    if (CLUSTER.test(text))
        return text;
    if (isBranchName(text)) {
        const name = hashed(text);
        tell(`\`cluster: ${text}\` is not a name for machines and networks, so the cluster is called ${name}.`);
        return name;
    }
    return new _problem_js__WEBPACK_IMPORTED_MODULE_1__/* .Problem */ .A(`not a name for a cluster: it becomes the name of machines and networks, so lower-case letters, digits and inner hyphens only, at most ${CLUSTER_LENGTH} characters. For example \`${slug(text, CLUSTER_LENGTH) || 'preview'}\`.`);
}
/**
 * The name that a cluster has where none is given: `<repo>-pr-<n>` where the run is about a pull
 * request, else `<repo>-<run id>-<job>`. What is longer than 40 characters is cut and gets a hash
 * of the whole, so that two long names stay two; the number of a pull request stays.
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
 * Whether a cluster has the name of this very run: no other run derives it, so none can mean it.
 */
function isNameOfRun(cluster, environment) {
    return environment.pullRequest === undefined && cluster === deriveCluster(environment);
}
/**
 * Whether a cluster or a stack goes with a pull request: its name ends in the number, as in
 * `shop-pr-12`. One of another name may be meant to stay, whatever becomes of the pull request that
 * happened to deploy to it.
 */
function goesWith(name, pullRequest) {
    return /(?:^|[-_])pr[-_]?([1-9]\d*)$/.exec(name)?.[1] === String(pullRequest);
}
/**
 * A stack's name with the number of its pull request at the end, `shop-pr-12`: at most as long as a
 * cluster's. One that goes with it stays.
 */
function withPullRequest(name, pullRequest) {
    if (goesWith(name, pullRequest))
        return name;
    const tail = `-pr-${pullRequest}`;
    const most = CLUSTER_LENGTH - tail.length;
    return `${name.length <= most ? name : slug(name, most)}${tail}`;
}
/**
 * What git takes for the name of a branch (git check-ref-format), and what has letters or digits to
 * be called by.
 */
function isBranchName(text) {
    return (/^[^\s~^:?*[\\\p{Cc}-][^\s~^:?*[\\\p{Cc}]*$/u.test(text) &&
        !/\.\.|@\{|\/\/|[./]$|^\//.test(text) &&
        /[a-z0-9]/i.test(text));
}
function hashed(text) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex').slice(0, 7);
    const most = CLUSTER_LENGTH - hash.length - 1;
    const whole = text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
    return `${whole.slice(0, most).replace(/-+$/, '')}-${hash}`;
}
function slug(text, most) {
    const whole = text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '');
    if (whole.length <= most)
        return whole;
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(whole).digest('hex').slice(0, 7);
    return `${whole.slice(0, most - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}


/***/ }),

/***/ 7895:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ Problem)
/* harmony export */ });
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


/***/ }),

/***/ 4511:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X: () => (/* binding */ parseRegistries),
  B: () => (/* binding */ secretsOfLine)
});

;// CONCATENATED MODULE: ./lib/registry/reference.js
/** Docker Hub's name in references. */
const DOCKER_HUB = 'docker.io';
/**
 * Splits `[registry/]path[:tag][@digest]` as the docker client does
 * (github.com/distribution/reference).
 */
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
/**
 * The registry that a key of a docker config or a person means: without scheme and path, Docker Hub
 * by one name.
 */
function registryName(text) {
    const host = text.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return /^((index|registry-1|hub)\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
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
/**
 * Every text of a login that no log may show: the proof itself, and what docker configs and headers
 * make of it.
 */
function secretsOf(login) {
    const { proof } = login;
    const header = registryAuthHeader(login);
    if ('identityToken' in proof)
        return [proof.identityToken, header];
    return [proof.password, base64(`${proof.user}:${proof.password}`), header];
}
function base64(text) {
    return Buffer.from(text).toString('base64');
}

// EXTERNAL MODULE: ./lib/inputs/problem.js
var problem = __webpack_require__(7895);
;// CONCATENATED MODULE: ./lib/inputs/registries.js



/** `host user password` per line. A problem shows the number of its line and nothing of it. */
function parseRegistries(text) {
    const logins = [];
    for (const [at, line] of text.split(/\r?\n/).entries()) {
        const words = line.trim();
        if (words === '' || words.startsWith('#'))
            continue;
        const shown = `line ${at + 1}`;
        const login = parseLine(words);
        if (!login) {
            return new problem/* Problem */.A('not a login. Write `host user password`, for example `registry.example.com deploy` and a secret. An empty secret looks like this, too.', shown);
        }
        const { registry } = login;
        if (logins.some((one) => one.registry === registry)) {
            return new problem/* Problem */.A(`${registry} has a login in a line before. Keep one.`, shown);
        }
        logins.push(login);
    }
    return logins;
}
/** What no log may show of a line of `registries`, whether or not the rest of them is right. */
function secretsOfLine(line) {
    const login = line.trim().startsWith('#') ? undefined : parseLine(line.trim());
    return login ? secretsOf(login) : [];
}
function parseLine(words) {
    const [, host, user, password] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(words) ?? [];
    if (!host || !user || !password)
        return undefined;
    return { registry: registryName(host), source: '`registries`', proof: { user, password } };
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
        hint: `Nothing was changed. Give one of these addresses, or the name of an interface, as \`${option}\` in the line of ${name} in \`hosts\`, or for all hosts in \`driver-options\`.`,
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

/***/ 9310:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e0: () => (/* binding */ DRIVERS),
  fO: () => (/* binding */ createDriver),
  K4: () => (/* binding */ isDriverName)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/engine/absent-engine.js
var absent_engine = __webpack_require__(3301);
// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
// EXTERNAL MODULE: ./lib/engine/patient-executor.js
var patient_executor = __webpack_require__(8370);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
// EXTERNAL MODULE: external "node:dgram"
var external_node_dgram_ = __webpack_require__(1314);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/local-ports.js


/** Where a published port of the stack answers on the runner, where nothing else is said. */
const LOCAL = '127.0.0.1';
/** Those of the ports that somebody uses at an address of the runner already. */
async function taken(ports, address = LOCAL) {
    const found = await Promise.all(ports.map((port) => isTaken(port, address)));
    return ports.filter((_, at) => found[at]);
}
/** What cannot be asked (no right to, another protocol) counts as free: the engine will tell. */
async function isTaken({ port, protocol }, address) {
    return protocol === 'tcp' && (await bindError(protocol, port, address)) === 'EADDRINUSE';
}
/**
 * The code with which listening at a port of the runner fails, for example `EADDRINUSE`, `EACCES`;
 * undefined where this user may.
 */
async function bindError(protocol, port, address = LOCAL) {
    return await new Promise((resolve) => {
        const failed = ({ code, message }) => resolve(code ?? message);
        if (protocol === 'tcp') {
            const server = (0,external_node_net_.createServer)().once('error', failed);
            server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
        }
        else {
            const socket = (0,external_node_dgram_.createSocket)((0,external_node_net_.isIPv6)(address) ? 'udp6' : 'udp4').once('error', failed);
            socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
        }
    });
}
/** Says that the stack answers at other ports of the runner than these. */
function portsTaken(ports, address = LOCAL) {
    const numbers = ports.map(({ port }) => port).join(', ');
    return `Port ${numbers} of ${address} is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
}

// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(1229);
;// CONCATENATED MODULE: ./lib/machines/docker/names.js

// What the driver gives its objects besides their labels. An object that carries the labels and has
// another name is none of its: anybody can write labels, and a container also takes over those of
// its image.
const INDEX_LABEL = 'swarm-up.index';
/**
 * On a volume without content, whose labels say how long the cluster may live since its expiry was
 * renewed: the labels of a container cannot be changed, and what is written inside a machine could
 * be read only by entering it.
 */
const LEASE_LABEL = 'swarm-up.lease';
/** Of the container that is a machine, and its host name. */
function nodeName(cluster, index) {
    return `${cluster}-${index}`;
}
/** Of the volume that says until when a cluster may live. */
function leaseName({ cluster, expires = '' }) {
    return `${cluster}-lease-${expires.replace(/\D/g, '')}`;
}
/**
 * Of an object that is the driver's own; undefined where its labels are not of the form that the
 * driver gives, or its name is another.
 */
function ownerOfObject(kind, name, labels) {
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    return owner && hasOwnName(kind, name, labels, owner) ? owner : undefined;
}
function hasOwnName(kind, name, labels, owner) {
    switch (kind) {
        case 'container':
            return /^[1-9]\d*$/.test(labels[INDEX_LABEL] ?? '')
                ? name === nodeName(owner.cluster, Number(labels[INDEX_LABEL]))
                : false;
        case 'network':
            return name === owner.cluster;
        case 'volume':
            // That of a machine has no name of its own: the engine calls it by an id.
            return labels[LEASE_LABEL] === undefined
                ? /^[0-9a-f]{64}$/.test(name)
                : name === leaseName(owner);
    }
}
/** What is said of an object that only looks like one of the driver's. */
function describeForged(kind, name) {
    return `The ${kind} ${name} has labels of Swarm Up, and not the name and form that it gives a ${kind}: it is ignored, and stays. If nothing needs it: docker ${kind} rm ${name}`;
}

;// CONCATENATED MODULE: ./lib/machines/docker/owned.js



const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
    .nullish()
    .transform((found) => found ?? {});
const time = schemas/* string */.YjP()
    .optional()
    .transform((text) => Date.parse(text ?? ''))
    .transform((ms) => (Number.isNaN(ms) ? undefined : ms));
const containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Names: schemas/* array */.YOg(schemas/* string */.YjP()), Created: schemas/* number */.aig(), Labels: labels }));
const networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Name: schemas/* string */.YjP(), Created: time, Labels: labels }));
const volumes = schemas/* object */.Ikc({
    Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), CreatedAt: time, Labels: labels })).nullable(),
});
/**
 * Lists what is of the cluster and its repository, in whatever state it is. Rejects as
 * `EngineApi.get` does.
 */
async function listOwned(api, cluster, asked) {
    const found = await listObjects(api, (0,ownership/* ownedFilter */.An)(cluster), asked);
    const ids = (wanted) => found.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
    return { containers: ids('container'), networks: ids('network'), volumes: ids('volume') };
}
/** Lists what is of any cluster of any repository. Rejects as `EngineApi.get` does. */
function listAllOwned(api, asked) {
    return listObjects(api, [ownership/* CLUSTER_LABEL */.eq], asked);
}
async function listObjects(api, label, { ignored, signal }) {
    const filters = JSON.stringify({ label });
    const options = signal ? { signal } : {};
    const all = [
        ...(await api.get('/containers/json', { all: 'true', filters }, containers, options)).map(({ Id, Names, Created, Labels }) => ({
            ...{ kind: 'container', id: Id, created: Created * 1_000, labels: Labels },
            name: Names[0]?.replace(/^\//, '') ?? '',
        })),
        ...(await api.get('/networks', { filters }, networks, options)).map(({ Id, Name, Created, Labels }) => ({
            ...{ kind: 'network', id: Id, name: Name, created: Created, labels: Labels },
        })),
        ...((await api.get('/volumes', { filters }, volumes, options)).Volumes ?? []).map(({ Name, CreatedAt, Labels }) => ({
            ...{ kind: 'volume', id: Name, name: Name, created: CreatedAt, labels: Labels },
        })),
    ];
    return all.flatMap((object) => {
        const owner = ownerOfObject(object.kind, object.name, object.labels);
        if (owner)
            return [{ ...object, owner }];
        ignored(describeForged(object.kind, object.name));
        return [];
    });
}

;// CONCATENATED MODULE: ./lib/machines/docker/clusters.js


/**
 * Every cluster that the engine has something of, whoever's it is, by its name. `ignored` is told
 * of what only looks like a part of one. Rejects as `EngineApi.get` does.
 */
async function listClusters(api, asked) {
    const owned = await listAllOwned(api, asked);
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
        parts: parts.map(partName),
    };
}
function partName({ kind, name }) {
    // One without a name of its own is called by all 64 digits of an id.
    return `${kind} ${/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name}`;
}

// EXTERNAL MODULE: ./lib/machines/addresses.js
var addresses = __webpack_require__(9591);
;// CONCATENATED MODULE: ./lib/machines/docker/commands.js



/**
 * What `--privileged` gives, where the engine may not grant all of it: it has no CAP_SYS_RESOURCE
 * to hand on.
 */
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
/** The flags that give a container the rights of a node. */
function privilegeFlags(privilege) {
    return privilege === 'privileged' ? ['--privileged'] : CAPABILITIES;
}
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
        ...privilegeFlags(node.privilege),
        '--tmpfs=/run',
        '--tmpfs=/tmp:exec',
        // Without a name of its own the volume goes with the container; with labels it is found if it
        // does not.
        `--mount=${['type=volume', 'target=/var/lib/docker', ...volumeLabels].join(',')}`,
        ...(node.kernelModules === undefined
            ? []
            : [`--mount=type=bind,source=${node.kernelModules},target=/lib/modules,readonly`]),
        ...(node.cpus === undefined ? [] : [`--cpus=${node.cpus}`]),
        ...(node.memory === undefined ? [] : [`--memory=${node.memory}`]),
        ...node.publish.map(({ hostPort, port, protocol }) => `--publish=${(0,addresses/* inUrl */.Hc)(node.bind ?? LOCAL)}:${hostPort === 0 ? '' : hostPort}:${port}/${protocol}`),
        node.image,
    ];
}
/** Unpacks the tar archive on standard input into a container, running or not. */
function copyInto(container) {
    return ['docker', 'cp', '-', `${container}:/`];
}
function start(container) {
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
    return ['docker', 'ps', '--all', '--quiet', '--no-trunc', label(ownership/* CLUSTER_LABEL */.eq, cluster)];
}
function listNetworks({ cluster, repository }) {
    const filters = [label(ownership/* CLUSTER_LABEL */.eq, cluster), label(ownership/* REPOSITORY_LABEL */.S, repository)];
    return ['docker', 'network', 'ls', '--format', '{{.Name}}', ...filters];
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

;// CONCATENATED MODULE: ./lib/machines/docker/create-fallback.js

const PRIVILEGES = ['privileged', 'capabilities'];
/**
 * How engines refuse rights that their machine lacks: those before 28 cannot hand on
 * CAP_SYS_RESOURCE, and later ones let it be neither added nor dropped by name, and leave it out
 * themselves.
 */
const REFUSED = {
    privileged: /unable to apply caps/,
    capabilities: /invalid Cap(Add|Drop)/,
};
/**
 * Another way to create a container after the engine has refused this one; undefined where there is
 * none.
 */
function createFallback(error, refused, ports) {
    const said = error instanceof executor/* CommandError */.Qd ? error.result.stderr : '';
    if (REFUSED[refused.privilege].test(said)) {
        const tried = [...(refused.refused ?? []), refused.privilege];
        const privilege = PRIVILEGES.find((one) => !tried.includes(one));
        return privilege && { ...refused, privilege, refused: tried };
    }
    // The engine names one port at most; all of them get new numbers, so that this happens once.
    if (refused.elsewhere.length < ports.length &&
        /port is already allocated|address already in use/.test(said)) {
        return { ...refused, elsewhere: ports };
    }
    return undefined;
}

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
;// CONCATENATED MODULE: ./lib/machines/processes.js

const procfs = {
    list: async () => {
        const pids = (await (0,promises_.readdir)('/proc')).filter((entry) => /^\d+$/.test(entry));
        const all = await Promise.all(pids.map((pid) => procfs.read(Number(pid))));
        return all.filter((one) => one !== undefined);
    },
    read: async (pid) => {
        try {
            const [stat, line] = await Promise.all([
                (0,promises_.readFile)(`/proc/${pid}/stat`, 'utf8'),
                (0,promises_.readFile)(`/proc/${pid}/cmdline`, 'utf8'),
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
/**
 * A process of what proc_pid_stat(5) and proc_pid_cmdline(5) say; undefined for one that has ended,
 * or is the kernel's own.
 */
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
/**
 * Sends a signal to the process that was found, and to none that has its id by now. One that has
 * gone meanwhile is no failure.
 */
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

;// CONCATENATED MODULE: ./lib/machines/docker/destroy.js






/**
 * The later ones remove what appeared during those before, what they could not remove because of
 * it, and volumes of their own.
 */
const ROUNDS = 4;
/**
 * How long the engine is left alone after a round that was refused something, in ms, longer each
 * time: one that is busy says of a container that it "did not receive an exit event", or that its
 * file system is busy, and has it gone a moment later.
 */
const PAUSE_MS = 500;
/**
 * Removes every container, volume and network of the cluster and its repository, and lists again,
 * up to `ROUNDS` times. Throws `ActionError` naming what is left, with what the engine said of it.
 */
async function destroyAll({ runner, api, ignored }, cluster, clock = base_clock/* systemClock */.m) {
    const said = [];
    let owned = await listOwned(api, cluster, { ignored });
    for (let round = 1; round <= ROUNDS && names(owned).length > 0; round += 1) {
        const before = said.length;
        for (const argv of removals(owned)) {
            const { exitCode, stderr } = await runner.run(argv, { anyExitCode: true });
            if (exitCode !== 0)
                said.push(stderr.trim());
        }
        owned = await listOwned(api, cluster, { ignored });
        const isRefused = said.length > before && names(owned).length > 0;
        if (isRefused && round < ROUNDS)
            await clock.sleep(PAUSE_MS * round);
    }
    const left = names(owned);
    if (left.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`Cluster ${cluster.cluster} could not be removed completely: ${left.join(', ')} left.`, {
        details: said.join('\n'),
        hint: `See what else carries its label (docker ps --all --filter label=${ownership/* CLUSTER_LABEL */.eq}=${cluster.cluster}), and remove it by hand: ${removals(owned)
            .map((argv) => argv.join(' '))
            .join('; ')}`,
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
 * Whether no container, volume or network is of the cluster, and no docker client that would create
 * one is still at work: those that a killed main has started live on, and an engine that is busy
 * keeps them waiting for long.
 */
async function isGone({ api, ignored }, cluster) {
    // In this order: what a client ends with is in the list.
    if (await isCreating(cluster))
        return false;
    return names(await listOwned(api, cluster, { ignored })).length === 0;
}
/**
 * Whether a program of this machine has the cluster's label in its command line, which everybody
 * may read (proc_pid_cmdline(5)).
 */
async function isCreating(cluster) {
    const flag = labelFlag(ownership/* CLUSTER_LABEL */.eq, cluster.cluster);
    return (await procfs.list()).some(({ argv }) => argv.includes(flag));
}
function names(owned) {
    return [
        ...owned.containers.map((id) => `container ${id.slice(0, 12)}`),
        ...owned.volumes.map((name) => `volume ${name}`),
        ...owned.networks.map((id) => `network ${id.slice(0, 12)}`),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/docker/expiry-volume.js





const expiry_volume_volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/**
 * Writes `owner.expires` as the newest expiry of its cluster. Throws `ActionError` where it does
 * not stand there afterwards.
 */
async function renewLease(runner, api, owner, signal) {
    const name = leaseName(owner);
    signal.throwIfAborted();
    await runner.run(createVolume(name, { ...(0,ownership/* ownerLabels */.H0)(owner), [LEASE_LABEL]: 'true' }));
    const filters = JSON.stringify({ label: [...(0,ownership/* ownedFilter */.An)(owner), LEASE_LABEL] });
    const { Volumes } = await api.get('/volumes', { filters }, expiry_volume_volumes, { signal });
    const names = (Volumes ?? []).map(({ Name }) => Name);
    if (!names.includes(name)) {
        throw new errors/* ActionError */.lZ(`The volume ${name} exists and is not of cluster ${owner.cluster}.`, {
            hint: `It is where the new expiry would stand. Remove it (docker volume rm ${name}), then run again.`,
        });
    }
    const old = names.filter((one) => one !== name && isLease(one, owner));
    // Where one stays, the latest expiry counts.
    if (old.length > 0)
        await runner.run(removeVolumes(old), { anyExitCode: true });
}
function isLease(name, { cluster }) {
    const begin = leaseName({ cluster });
    return name.startsWith(begin) && /^\d+$/.test(name.slice(begin.length));
}

// EXTERNAL MODULE: ./node_modules/modern-tar/dist/web/index.js + 1 modules
var web = __webpack_require__(1942);
;// CONCATENATED MODULE: ./lib/machines/docker/identity.js


function newHostKey(name) {
    return (0,generate/* generateKeyPair */.T)(name);
}
/**
 * A tar archive of the identity, to be unpacked at `/`. It holds a private key: it goes through
 * standard input only.
 */
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

;// CONCATENATED MODULE: ./lib/machines/docker/inside.js
/** Runs a command in a running container, with standard input. */
function insideContainer(container, argv) {
    return ['docker', 'exec', '--interactive', container, ...argv];
}
/** Runs commands in a container without a connection to it, so that it need not let anybody in. */
function containerExecutor(runner, container) {
    const streams = new Set();
    const close = async () => {
        for (const stream of streams)
            stream.destroy();
    };
    return {
        where: container,
        run: (argv, options) => runner.run(insideContainer(container, argv), options),
        open: async (argv) => {
            const stream = await runner.open(insideContainer(container, argv));
            streams.add(stream);
            stream.once('close', () => streams.delete(stream));
            return stream;
        },
        outage: () => undefined,
        close,
        [Symbol.asyncDispose]: close,
    };
}

;// CONCATENATED MODULE: ./lib/machines/docker/options.js




const BIND = 'give an IP address of the runner, for example `0.0.0.0` for all of them';
const HOST = 'give the name or address of the runner, for example `previews.example.com`';
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;
/** Whether an address stands for all of a machine. */
function isWildcard(address) {
    return address === '0.0.0.0' || /^[0:]+$/.test(address);
}
/**
 * By which host others reach what is published at an address of the runner, as it stands in a URL.
 */
function whereReached(address, publicHost) {
    if ((0,addresses/* isLoopback */.U9)(address))
        return (0,addresses/* inUrl */.Hc)(address);
    if (publicHost !== undefined)
        return (0,addresses/* inUrl */.Hc)(publicHost);
    return isWildcard(address) ? LOCAL : (0,addresses/* inUrl */.Hc)(address);
}
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
    /**
     * Address of the runner at which the stack's ports are published; 127.0.0.1 where nothing is
     * said.
     */
    bind: schemas/* string */.YjP()
        .refine((address) => (0,external_node_net_.isIP)(address) !== 0, BIND)
        .optional(),
    /** Name or address of the runner for those who are elsewhere. */
    'public-host': schemas/* string */.YjP()
        .refine((host) => (0,external_node_net_.isIP)(host) !== 0 || HOST_NAME.test(host), HOST)
        .optional(),
})
    .superRefine(({ bind, 'public-host': host }, context) => {
    const add = (key, message) => context.addIssue({ code: 'custom', path: [key], message });
    if (bind !== undefined && isWildcard(bind) && host === undefined) {
        add('bind', `${bind} is every address of the runner and none to name: give \`public-host\`, too`);
    }
    if (host !== undefined && (bind === undefined || (0,addresses/* isLoopback */.U9)(bind))) {
        add('public-host', 'nothing listens there: give `bind`, too, for example `bind: 0.0.0.0`');
    }
});

;// CONCATENATED MODULE: ./lib/machines/docker/inspect.js



const HOST_KEY_LABEL = 'swarm-up.host-key';
const inspect_containers = schemas/* array */.YOg(schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    State: schemas/* object */.Ikc({ Running: schemas/* boolean */.zMY() }),
    Config: schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullable() }),
    NetworkSettings: schemas/* object */.Ikc({
        Networks: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ IPAddress: schemas/* string */.YjP() })).nullable(),
        Ports: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* object */.Ikc({ HostIp: schemas/* string */.YjP().default(''), HostPort: schemas/* string */.YjP() })).nullable())
            .nullable()
            .optional(),
    }),
}));
/**
 * The machines in the JSON of `docker container inspect`, in the order of their index: containers
 * with the name and the labels of one, and no others. `publicHost` is what others call the runner.
 * Throws where the JSON is of another form.
 */
function machinesIn(json, publicHost) {
    const machines = [];
    for (const container of inspect_containers.parse(JSON.parse(json || '[]'))) {
        const labels = container.Config.Labels ?? {};
        const name = container.Name.replace(/^\//, '');
        const owner = ownerOfObject('container', name, labels);
        if (owner === undefined)
            continue;
        const running = container.State.Running;
        const address = running
            ? (Object.values(container.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '')
            : '';
        machines.push({
            name,
            index: Number(labels[INDEX_LABEL]),
            owner,
            labels,
            state: running ? 'running' : 'stopped',
            address,
            advertise: address,
            dataPath: undefined,
            localPorts: localPorts(container.NetworkSettings.Ports ?? {}),
            localHost: localHost(container.NetworkSettings.Ports ?? {}, publicHost),
        });
    }
    return machines.sort((a, b) => a.index - b.index);
}
/** Where those are reached; undefined where nothing is published. */
function localHost(bindings, publicHost) {
    const address = Object.values(bindings).flatMap((bound) => bound?.[0]?.HostIp || [])[0];
    return address === undefined ? undefined : whereReached(address, publicHost);
}
function localPorts(bindings) {
    const ports = new Map();
    for (const [key, bound] of Object.entries(bindings)) {
        if (bound?.[0])
            ports.set(key, Number(bound[0].HostPort));
    }
    return ports;
}

;// CONCATENATED MODULE: ./lib/machines/docker/no-engine.js

const STARTS = 'The docker driver starts its nodes on the engine of the runner.';
/**
 * The error for a question to the engine of the runner that failed with this. `user` is who runs
 * the step.
 */
function noEngine({ stderr, stdout }, user) {
    // Beside its reason on stderr the client prints `null`, for an engine that it does not know.
    const details = stderr.trim() || stdout.trim();
    if (/permission denied/i.test(details)) {
        return new errors/* ActionError */.lZ(`User ${user} may not use the Docker Engine of the runner.`, {
            details,
            hint: `${STARTS} Put ${user} into the group of its socket, then start the runner's service anew, since a group counts from the next login on:\n  sudo usermod -aG docker ${user}`,
        });
    }
    return new errors/* ActionError */.lZ('No Docker Engine answers on the runner.', {
        details,
        hint: `${STARTS} Start dockerd (sudo systemctl start docker), or use a runner that has it, such as ubuntu-latest.`,
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/machines/docker/node-image.js






const PULL_TIMEOUT_MS = 5 * 60_000;
const BUILD_TIMEOUT_MS = 10 * 60_000;
/**
 * Name of the node image that is made of a folder: its tag is a hash of what is in the folder, so
 * that an unchanged folder is built once.
 */
async function nodeImageName(folder) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const name of (await (0,promises_.readdir)(folder)).sort()) {
        hash.update(`${name}\0`).update(await (0,promises_.readFile)((0,external_node_path_.join)(folder, name)));
    }
    return `swarm-up-node:${hash.digest('hex').slice(0, 12)}`;
}
/**
 * Makes sure that the node image is on the engine and returns its name: `wanted` is pulled where it
 * is not there; without it, the image is built from `folder`, once. Throws `ActionError` with the
 * engine's own words.
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
        throw new errors/* ActionError */.lZ(`The node image ${image} is not on the engine and cannot be pulled.`, {
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
        // Of two jobs that build it at once on one runner, an engine with containerd's image store
        // refuses the later one: the name is taken by then.
        if (await exists(runner, image, signal))
            return;
        throw new errors/* ActionError */.lZ('The node image cannot be built on the engine of the runner.', {
            details: (error.details ?? '').split('\n').slice(-30).join('\n'),
            hint: 'The build needs the image debian:trixie-slim and Debian packages. Where the runner cannot reach them, give an image of your own: `driver-options: image: <name>`.',
            cause: error,
        });
    }
}

;// CONCATENATED MODULE: ./lib/machines/docker/driver.js
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



























/** Machines are containers of the runner's Docker Engine. */
const dockerDriver = {
    name: 'docker',
    options: dockerOptions,
    create: createDockerDriver,
};
/**
 * What `docker version` says of the server; of Docker Desktop and a rootless engine, the parts
 * tell.
 */
const driver_engineVersion = schemas/* object */.Ikc({
    Os: schemas/* string */.YjP().optional(),
    Platform: schemas/* object */.Ikc({ Name: schemas/* string */.YjP().default('') }).nullish(),
    Components: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullish(),
});
const KERNEL_MODULES = '/lib/modules';
/** Where every engine speaks to a registry without TLS, if nothing is said. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];
function createDockerDriver(options, { runner, actionRoot, log }) {
    /** For what is asked of an engine that has answered, or has answered an earlier step. */
    const patient = (0,patient_executor/* patientExecutor */.j)(runner, { log });
    /** This run's own key: it lives in this process and nowhere else. */
    const key = (0,generate/* generateKeyPair */.T)('swarm-up');
    // Not read from its text, as keys of others are: that would load ssh2, and the post step connects
    // to no machine.
    const publicKey = (0,public_key/* parsePublicKey */.ee)(key.publicKey);
    const credentials = {
        privateKeys: [{ ...publicKey, fingerprint: (0,public_key/* fingerprint */.Rj)(publicKey), text: key.privateKey }],
    };
    /** Machines that let this run's key in already. */
    const open = new Set();
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
    const bind = options.bind ?? LOCAL;
    let image = '';
    let privilege = 'privileged';
    async function inspect(names) {
        // One that is going away meanwhile makes the exit code non-zero; the others are printed all the
        // same.
        const { stdout } = await patient.run(inspectContainers(names), { anyExitCode: true });
        return machinesIn(stdout, options['public-host']);
    }
    async function inspectOne(name) {
        const machine = (await inspect([name]))[0];
        if (machine)
            return machine;
        throw new errors/* ActionError */.lZ(`Machine ${name} was gone right after it had been created.`, {
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
                ...(0,ownership/* ownerLabels */.H0)(spec.owner),
                [INDEX_LABEL]: String(index),
                [HOST_KEY_LABEL]: hostKey.publicKey,
            },
            privilege: way.privilege,
            kernelModules: (0,external_node_fs_.existsSync)(KERNEL_MODULES) ? KERNEL_MODULES : undefined,
            cpus: options.cpus,
            memory: options.memory,
            bind,
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
        await runner.run(start(name));
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
            const { stdout } = await patient.run(listContainers(cluster), signal ? { signal } : {});
            const ids = stdout.split('\n').filter(Boolean);
            return ids.length === 0 ? [] : inspect(ids);
        },
        async prepare({ owner }, signal) {
            const { stdout } = await runner.run(listNetworks(owner), { signal });
            // Another one with the labels is none of ours, and machines could not be made on it.
            if (stdout.split('\n').includes(owner.cluster))
                return;
            signal.throwIfAborted();
            try {
                await runner.run(createNetwork(owner.cluster, (0,ownership/* ownerLabels */.H0)(owner)));
            }
            catch (error) {
                throw nameTaken(error, 'network', owner.cluster);
            }
        },
        async create(spec, index) {
            const name = nodeName(spec.owner.cluster, index);
            let way = {
                privilege,
                elsewhere: index === 1 ? await taken(spec.localPorts, bind) : [],
            };
            for (;;) {
                try {
                    await createContainer(spec, index, name, way);
                    break;
                }
                catch (error) {
                    const other = createFallback(error, way, index === 1 ? spec.localPorts : []);
                    if (!other)
                        throw noSuchAddress(error, bind) ?? nameTaken(error, 'container', name);
                    await runner.run(removeContainers([name]));
                    way = other;
                    privilege = other.privilege;
                }
            }
            if (way.elsewhere.length > 0)
                log.warning(portsTaken(way.elsewhere, bind));
            open.add(name);
            const machine = await inspectOne(name);
            if (machine.state === 'running')
                return machine;
            throw new errors/* ActionError */.lZ(`Machine ${name} ended right after it had been started.`, {
                details: await readLog(name),
                hint: 'The node image may not fit this engine, or its limits (`driver-options`) are too low.',
            });
        },
        inside: ({ name }) => containerExecutor(runner, name),
        async admit({ name, localHost }, signal) {
            const isOther = localHost !== undefined && localHost !== whereReached(bind, options['public-host']);
            if (isOther)
                log.warning(boundElsewhere(name, localHost, bind));
            if (open.has(name))
                return;
            const archive = await packAuthorizedKey(key.publicKey);
            await runner.run(copyInto(name), { stdin: archive, signal });
            open.add(name);
        },
        async target(machine) {
            return {
                name: machine.name,
                host: machine.address,
                port: 22,
                user: 'root',
                credentials,
                hostKeys: { kind: 'pinned', keys: [machine.labels[HOST_KEY_LABEL] ?? ''] },
            };
        },
        commandOn: ({ name }) => ['docker', 'exec', name],
        wayIn: async (cluster) => `docker exec -it ${cluster}-1 sh, docker logs ${cluster}-1`,
        async destroy(machine) {
            await patient.run(removeContainers([machine.name]), { anyExitCode: true });
        },
        async destroyCluster(cluster) {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_1, (0,engine_api/* engineApi */.d0)(patient), false);
                await destroyAll({ runner: patient, api, ignored }, cluster);
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        },
        async isGone(cluster) {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_2, (0,engine_api/* engineApi */.d0)(patient), false);
                return await isGone({ api, ignored }, cluster);
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                __disposeResources(env_2);
            }
        },
        async renew(owner, signal) {
            const env_3 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_3, (0,engine_api/* engineApi */.d0)(patient), false);
                await renewLease(patient, api, owner, signal);
            }
            catch (e_3) {
                env_3.error = e_3;
                env_3.hasError = true;
            }
            finally {
                __disposeResources(env_3);
            }
        },
        async clusters(signal) {
            const env_4 = { stack: [], error: void 0, hasError: false };
            try {
                await checkEngine(patient, signal);
                const api = __addDisposableResource(env_4, (0,engine_api/* engineApi */.d0)(patient), false);
                return await listClusters(api, { signal, ignored });
            }
            catch (e_4) {
                env_4.error = e_4;
                env_4.hasError = true;
            }
            finally {
                __disposeResources(env_4);
            }
        },
        engine: () => (0,engine_api/* engineApi */.d0)(patient),
        diagnostics: async ({ name }, signal) => new Map([['dockerd.log', await readLog(name, signal)]]),
    };
}
async function checkEngine(runner, signal) {
    if (process.platform !== 'linux') {
        throw new errors/* ActionError */.lZ(`The docker driver needs a Linux runner; this one is ${process.platform}.`, {
            hint: 'Nodes are reached at their container addresses, which only the machine of the engine can do. Use `runs-on: ubuntu-latest`.',
        });
    }
    let text;
    try {
        text = (await runner.run(engineVersion(), { signal, timeoutMs: 30_000 })).stdout;
    }
    catch (error) {
        if (error instanceof absent_engine/* AbsentEngine */.A) {
            throw noEngine({ stderr: error.details ?? '', stdout: '' }, (0,external_node_os_.userInfo)().username);
        }
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw noEngine(error.result, (0,external_node_os_.userInfo)().username);
    }
    const found = driver_engineVersion.safeParse(parsedJson(text));
    if (!found.success) {
        throw new errors/* ActionError */.lZ('docker on the runner is not Docker Engine.', {
            details: text.slice(0, 1_000),
            hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine (https://docs.docker.com/engine/install/), or use `runs-on: ubuntu-latest`.',
        });
    }
    refuseUnreachable(found.data);
    const { Os } = found.data;
    if (Os !== 'linux') {
        throw new errors/* ActionError */.lZ(`The engine of the runner runs ${Os ?? 'an unknown kind of'} containers; the nodes are Linux containers.`, { hint: 'Use `runs-on: ubuntu-latest`.' });
    }
}
function parsedJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/**
 * The addresses of containers lead nowhere if the engine has its network in a virtual machine or a
 * namespace of its own.
 */
function refuseUnreachable({ Platform, Components }) {
    const isDesktop = Platform?.Name.startsWith('Docker Desktop') ?? false;
    const isRootless = Components?.some(({ Name }) => Name === 'rootlesskit') ?? false;
    if (!isDesktop && !isRootless)
        return;
    throw new errors/* ActionError */.lZ(`The docker driver cannot reach nodes on ${isDesktop ? 'Docker Desktop' : 'a rootless Docker Engine'}.`, {
        details: isDesktop
            ? 'Its containers are in a virtual machine, and their addresses lead nowhere outside of it.'
            : 'Its containers are in a network namespace of its own, and their addresses lead nowhere outside of it.',
        hint: 'Let the step use Docker Engine of the system: `docker context use default`, or DOCKER_HOST=unix:///var/run/docker.sock. Or use `runs-on: ubuntu-latest`.',
    });
}
/**
 * Whether the engine can be expected to grant `--privileged`: an engine cannot hand on a capability
 * that the whole machine lacks, and then each container would have to fail once before it is made
 * again without. Bit 24 is CAP_SYS_RESOURCE (linux/capability.h).
 */
async function mayGrantEverything() {
    const status = await (0,promises_.readFile)('/proc/self/status', 'utf8').catch(() => '');
    const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
    return bounding === undefined || (BigInt(`0x${bounding}`) & (1n << 24n)) !== 0n;
}
function daemonConfig(options) {
    const config = {
        ...(options['registry-mirrors'] && { 'registry-mirrors': options['registry-mirrors'] }),
        ...(options['insecure-registries'] && {
            // Engines from 29.10 on no longer add them to a list that is given.
            'insecure-registries': [...options['insecure-registries'], ...LOOPBACK],
        }),
    };
    return Object.keys(config).length > 0 ? config : undefined;
}
function noSuchAddress(error, bind) {
    if (!(error instanceof executor/* CommandError */.Qd))
        return undefined;
    if (!/cannot assign requested address/.test(error.result.stderr))
        return undefined;
    return new errors/* ActionError */.lZ(`driver-options: \`bind\`: ${bind} is no address of the runner.`, {
        details: error.result.stderr,
        hint: 'See which it has: ip -brief address. `0.0.0.0` with `public-host` is all of them.',
        cause: error,
    });
}
function boundElsewhere(name, host, bind) {
    return `The ports of the stack answer at ${host} and not at ${bind}: ${name} was made with another \`bind\`, and Docker cannot change it. Remove the cluster (\`command: down\`); the next \`up\` makes it anew.`;
}
function nameTaken(error, kind, name) {
    if (!(error instanceof executor/* CommandError */.Qd))
        return error;
    if (!/already (in use|exists)/.test(error.result.stderr))
        return error;
    return new errors/* ActionError */.lZ(`The ${kind} ${name} exists on the engine of the runner and is not of this cluster.`, {
        details: error.result.stderr,
        hint: `Another run may be making the same cluster at this moment (give them a \`concurrency\` group), or it is foreign: give this step another \`cluster\`, or remove it by hand (docker ${kind === 'network' ? 'network ' : ''}rm ${name}).`,
        cause: error,
    });
}

// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
;// CONCATENATED MODULE: ./lib/machines/qemu/machine/architecture.js

/**
 * From here on QEMU's emulation of a whole x64 CPU is trusted; 7.2 let guests panic at random after
 * cmpxchg16b.
 */
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
    // The interrupt controller that the host has, or the best that is emulated: KVM on a newer one
    // has no older one.
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
/**
 * The kind of a runner, as Node names it. Throws `ActionError` where the driver runs on none such.
 */
function architectureOf(platform, architecture) {
    const found = ARCHITECTURES.find(({ name }) => name === architecture);
    if (platform === 'linux' && found)
        return found;
    throw new errors/* ActionError */.lZ(`The qemu driver needs a Linux runner on x64 or arm64; this one is ${platform} on ${architecture}.`, { hint: 'Use `runs-on: ubuntu-latest`, or another driver.' });
}
function isAtLeast([major, minor], [leastMajor, leastMinor]) {
    return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
/**
 * A boot sector that writes 0x10 to port 0x501, on a disk that is large enough for a BIOS to boot
 * from.
 */
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

;// CONCATENATED MODULE: ./lib/machines/qemu/network/subnet.js



/**
 * The network behind a machine's second interface, where QEMU itself is the router; each machine
 * has one to itself. Of the range for tests of network gear (RFC 2544), which no overlay network of
 * a swarm is made in: those begin at 10.0.0.0.
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
/**
 * The networks to try for a cluster, the same ones each time, spread so that two clusters seldom
 * begin with the same.
 */
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
/**
 * The networks that the runner has routes to, in the JSON of `ip -json route show table all`.
 * Throws where it is of another form.
 */
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
/**
 * An address as the kernel prints it there: as a number of the processor's, the last byte first.
 */
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
    throw new errors/* ActionError */.lZ(`No network is free on the runner for the machines of ${cluster}.`, {
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
/**
 * The MAC addresses of a machine, of the range that anybody may use, the same for both ends of a
 * run.
 */
function macAddresses(linkPrefix, index) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(`${linkPrefix}${index}`).digest('hex');
    const tail = (hash.slice(0, 8).match(/../g) ?? []).join(':');
    return { lan: `52:54:${tail}`, wan: `56:54:${tail}` };
}

;// CONCATENATED MODULE: ./lib/machines/qemu/commands.js



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
        // Nothing of a disk that is thrown away has to outlive the runner: what the guest flushes is
        // not waited for. What it removes frees room there.
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
/**
 * The command line by which the process of a machine is known from any other: nothing else has this
 * file as its pid file.
 */
function isMachine(argv, { pidFile }) {
    const at = argv.indexOf('-pidfile');
    return at > 0 && argv[at + 1] === pidFile;
}
/**
 * Runs a guest that does nothing but end QEMU with the exit code of its probe: proof that the
 * accelerator runs guests.
 */
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
/**
 * Whether a program is there. Not by starting it: what is wrong with one that is has to be told as
 * it is.
 */
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
/**
 * The network of a cluster: a bridge in a namespace, where nobody's firewall rules hold, and a
 * cable from there to the runner. In this order.
 */
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/qmp.js



/**
 * Tells a QEMU to end at once, by its monitor (QMP). Resolves when QEMU has closed the connection,
 * when nobody listens, or after `limitMs`: whether the process has gone is for the caller to see.
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
 * Runs a line of QEMU's monitor for people, and gives what it says: nothing, as a rule, where it
 * was done. Throws `ActionError` where QEMU refuses it or does not answer within `limitMs`.
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
            reject(new errors/* ActionError */.lZ(`QEMU does not do what it is asked: ${line}`, {
                details: failure?.message ?? 'It has closed its monitor.',
                cause: failure,
            }));
        });
    });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/process.js




/** How long QEMU may take to go once it was told to, in ms. */
const QUIT_MS = 3_000;
const TERM_MS = 2_000;
const KILL_MS = 5_000;
const POLL_MS = 20;
/** The QEMU of a machine; undefined where it does not run. */
async function findProcess(table, places) {
    return (await table.list()).find(({ argv }) => isMachine(argv, places));
}
/**
 * Programs of this machine that are, or make, a part of a cluster: QEMU, and what a run that was
 * killed has left behind.
 */
async function programsOf(table, { folder, namespace, linkPrefix }) {
    const isPart = (word) => word === namespace || word.startsWith(linkPrefix) || word.startsWith(`${folder}/`);
    return (await table.list()).filter(
    // Somebody who reads the console of a machine makes nothing of it.
    ({ argv }) => argv.slice(0, 3).some(isOurProgram) && argv.some(isPart));
}
/**
 * Ends a machine: its QEMU is told to, then asked by a signal, then made to. The disk is thrown
 * away, so the guest is not shut down. Does not run already is success. Throws `ActionError` where
 * it does not go.
 */
async function stopMachine(places, name, { table, clock }) {
    const process = await findProcess(table, places);
    if (!process)
        return;
    const steps = [
        [QUIT_MS, () => quit(places.socket, QUIT_MS)],
        [TERM_MS, () => signalProcess(table, process, 'SIGTERM')],
        [KILL_MS, () => signalProcess(table, process, 'SIGKILL')],
    ];
    for (const [limitMs, end] of steps) {
        await end();
        const until = clock.now() + limitMs;
        for (;;) {
            if (!(await isAlive(table, process)))
                return;
            if (clock.now() > until)
                break;
            await clock.sleep(POLL_MS);
        }
    }
    throw new errors/* ActionError */.lZ(`Machine ${name} does not end: QEMU is process ${process.pid}.`, {
        hint: `It may wait for a disk that does not answer. See what it does (cat /proc/${process.pid}/stack), end it, then run this again.`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/network/bridge.js






/** The routes of the main table, as the kernel has them for whoever reads. */
const ROUTES = '/proc/net/route';
const links = schemas/* array */.YOg(schemas/* object */.Ikc({ ifname: schemas/* string */.YjP(), flags: schemas/* array */.YOg(schemas/* string */.YjP()).optional().default([]) }));
/**
 * A network for a cluster that collides with none of the runner's. Throws `ActionError` where there
 * is none.
 */
async function chooseSubnet({ runner }, cluster, kind, signal) {
    return freeSubnet(cluster, await routed(runner, kind, signal));
}
async function routed(runner, kind, signal) {
    try {
        const { stdout } = await runner.run(listRoutes(), { signal });
        return routedNetworks(stdout);
    }
    catch (error) {
        // The image of a job's container has no iproute2 as a rule, and without a bridge nothing else
        // needs it.
        if (kind === 'bridge' || !(error instanceof errors/* ActionError */.lZ))
            throw error;
        return mainNetworks(await (0,promises_.readFile)(ROUTES, 'utf8'));
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
/**
 * Makes the network of a cluster, or finds it whole. Throws `ActionError` where this user or this
 * kernel cannot.
 */
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
async function bridge_plugIn(root, places, tap) {
    for (const argv of plugIn(places, tap))
        await change(root, argv);
}
/** Makes a machine's cable anew: one that a QEMU has left behind is of no use. */
async function bridge_createTap(root, places, tap) {
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
 * Removes what `readNetwork` finds. The bridge and the taps in the namespace go with it. Gives what
 * was said against it: what has gone meanwhile is removed.
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
        throw new errors/* ActionError */.lZ('The network of the machines cannot be made on the runner.', {
            details: `${error.message}\n${error.details ?? ''}`,
            hint: 'It takes a network namespace, a bridge and virtual cables, thus a Linux runner that is a machine of its own (a container has no right to make them), and root or sudo without a password. Without it: `network: user`.',
            cause: error,
        });
    }
}

;// CONCATENATED MODULE: ./lib/machines/qemu/network/root.js


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
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        return { exitCode: 127, stdout: '', stderr: error.message };
    });
    if (exitCode === 0)
        return;
    throw new errors/* ActionError */.lZ('The qemu driver needs root, or sudo without a password, on the runner.', {
        details: stderr || stdout,
        hint: 'It makes a network for the machines; QEMU itself runs as the user of the runner. Hosted Linux runners have it. On one of yours:\n  echo "$USER ALL=(root) NOPASSWD: $(command -v ip), /usr/bin/true" | sudo tee /etc/sudoers.d/swarm-up\nOr do without it: `network: user` in `driver-options`.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/paths.js



/** Longest path of a Unix socket on Linux (unix(7): 108 bytes, one of them the end). */
const SOCKET_PATH_MAX = 107;
/**
 * The index of the machine that an image is prepared on: beyond those of all others, and found with
 * them.
 */
const WORKBENCH = MOST_MACHINES + 1;
/**
 * The folder of all clusters of this user: it has to be the same in every job and step of a runner.
 */
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

;// CONCATENATED MODULE: ./lib/machines/qemu/records.js






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
    forwards: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* number */.aig()).optional(),
});
/**
 * Makes the folder of a cluster, with the record and the private key in it from its first moment
 * on. Resolves with false where there is one already.
 */
async function createClusterFolder(places, record, privateKey) {
    const state = (0,external_node_path_.join)(places.folder, '..');
    const cluster = places.folder.slice(state.length + 1);
    await (0,promises_.mkdir)(state, { recursive: true, mode: 0o700 });
    const fresh = (0,external_node_path_.join)(state, `.${cluster}.${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`);
    try {
        await (0,promises_.mkdir)(fresh, { mode: 0o700 });
        await (0,promises_.writeFile)((0,external_node_path_.join)(fresh, 'id_ed25519'), privateKey, { mode: 0o600 });
        await (0,promises_.writeFile)((0,external_node_path_.join)(fresh, 'cluster.json'), JSON.stringify(record), { mode: 0o600 });
        await (0,promises_.rename)(fresh, places.folder);
        return true;
    }
    catch (error) {
        await (0,promises_.rm)(fresh, { recursive: true, force: true });
        if (['EEXIST', 'ENOTEMPTY'].includes(error.code ?? ''))
            return false;
        throw error;
    }
}
/** Writes a record anew: a reader sees the old one or the new one. */
async function writeRecord(path, record) {
    const fresh = `${path}.${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
    await (0,promises_.writeFile)(fresh, JSON.stringify(record), { mode: 0o600 });
    await (0,promises_.rename)(fresh, path);
}
/**
 * The cluster of this name; undefined where there is no folder of it, or its record is of another
 * cluster, whose folder it is not. Throws where its record is of another form.
 */
async function readCluster(places) {
    const text = await readIfThere(places.record);
    if (text === undefined)
        return undefined;
    const record = clusterRecord.parse(JSON.parse(text));
    const owner = (0,ownership/* ownerOf */.bf)(record.labels);
    return owner?.cluster === (0,external_node_path_.basename)(places.folder) ? { places, record, owner } : undefined;
}
/**
 * Every cluster of this user, whoever's it is. A folder that cannot be read, or has not the name
 * and the form of a cluster's, is left out, since it is not known to be ours; `ignored` is told of
 * it.
 */
async function readClusters(state, ignored) {
    const names = (await entries(state)).filter((name) => !name.startsWith('.')).sort();
    const found = await Promise.all(names.map(async (name) => {
        const places = clusterPlaces(state, name);
        const cluster = await readCluster(places).catch(() => undefined);
        // One that is removed at this moment has lost its record first.
        if (!cluster && (await readIfThere(places.record)) !== undefined) {
            ignored(`${places.folder} has not the form of the folder of a cluster: it is ignored, and stays. If nothing needs it, remove it.`);
        }
        return cluster;
    }));
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
    const owner = (0,ownership/* ownerOf */.bf)(record.labels);
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
    const owner = (0,ownership/* ownerOf */.bf)(record.labels);
    if (!owner)
        return record;
    return { ...record, labels: { ...record.labels, ...(0,ownership/* ownerLabels */.H0)({ ...owner, expires }) } };
}
async function entries(folder) {
    try {
        return await (0,promises_.readdir)(folder);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return [];
        throw error;
    }
}
async function readIfThere(path) {
    try {
        return await (0,promises_.readFile)(path, 'utf8');
    }
    catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(error.code ?? ''))
            return undefined;
        throw error;
    }
}
/**
 * Overwrites a file with zeros and removes its name: who has it open reads zeros from now on. Gone
 * already is success.
 */
async function blank(path) {
    let file;
    try {
        file = await (0,promises_.open)(path, 'r+');
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
    await (0,promises_.rm)(path, { force: true });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/destroy.js







/**
 * How long what a killed run has left at work may take to end by itself, in ms: each is a command
 * that makes or removes one thing.
 */
const BUSY_MS = 10_000;
const destroy_POLL_MS = 100;
/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
async function destroy_destroyAll(place, id) {
    const { state, root } = place;
    for (const folder of await unfinishedFolders(state, id)) {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
    const found = await ownCluster(place, id);
    if (!found)
        return;
    const { places } = found;
    const hasBridge = found.record.userNetwork === undefined;
    const said = [];
    const attempt = async (work) => {
        await work.catch((error) => said.push(error));
    };
    const machines = await machinesOf(places);
    await Promise.all(machines.map((machine) => attempt(stopMachine(machine, machineName(id.cluster, machine.index), place))));
    const until = place.clock.now() + BUSY_MS;
    let busy = await untilIdle(place, places, until);
    if (hasBridge) {
        await attempt(removeNetwork(root, places).then((refusals) => void said.push(...refusals)));
        // Several that remove one cluster meet here: what another is about to remove is not left.
        busy = await untilIdle(place, places, until);
    }
    // In this order: what a program of a killed run ends with is in the network.
    const left = busy.map(({ pid }) => `process ${pid}`);
    if (hasBridge)
        left.push(...(await networkLeft(place, places)));
    if (left.length === 0) {
        await attempt((0,promises_.rm)(places.folder, { recursive: true, force: true }));
        if ((await readCluster(places)) === undefined)
            return;
        left.push(`folder ${places.folder}`);
    }
    if (hasBridge)
        await attempt(checkRoot(root));
    throw new errors/* ActionError */.lZ(`Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`, {
        details: said
            .map((error) => (error instanceof Error ? error.message : String(error)))
            .join('\n'),
        hint: `Remove it by hand: end its processes (pgrep -af ${places.folder}/), sudo ip netns delete ${places.namespace}; sudo ip link delete ${places.uplink}; rm -rf ${places.folder}`,
    });
}
/**
 * What is still being made cannot be removed yet. Gives what is still at it when the time is up.
 */
async function untilIdle({ table, clock }, places, until) {
    for (;;) {
        const busy = await programsOf(table, places);
        if (busy.length === 0 || clock.now() >= until)
            return busy;
        await clock.sleep(destroy_POLL_MS);
    }
}
/**
 * Whether nothing of a cluster is there, and no program that a killed run has left is still making
 * something of it.
 */
async function destroy_isGone(place, id) {
    const places = clusterPlaces(place.state, id.cluster);
    if ((await programsOf(place.table, places)).length > 0)
        return false;
    if ((await unfinishedFolders(place.state, id)).length > 0)
        return false;
    return (await ownCluster(place, id)) === undefined;
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

// EXTERNAL MODULE: ./node_modules/zod/v4/core/core.js
var core = __webpack_require__(8532);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./lib/engine/install.js
var install = __webpack_require__(1736);
;// CONCATENATED MODULE: ./lib/machines/qemu/options.js


const CHECKSUM = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** An amount of at least `least` bytes. */
const size = (least, example) => schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()]).transform((value, context) => {
    const bytes = bytesOf(String(value));
    if (bytes !== undefined && bytes >= least)
        return bytes;
    context.addIssue({ code: 'custom', message: `give an amount, for example \`${example}\`` });
    return core/* NEVER */.tm;
});
const UNITS = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** Bytes of an amount as `docker run --memory` takes it; undefined where it is none. */
function bytesOf(text) {
    const [, digits, unit = 'b'] = /^(\d+)([bkmg])?$/i.exec(text.trim()) ?? [];
    return digits === undefined
        ? undefined
        : Number(digits) * UNITS[unit.toLowerCase()];
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
    engine: schemas/* enum */.k5n(install/* ENGINE_SOURCES */.Ay).optional(),
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

;// CONCATENATED MODULE: ./lib/machines/qemu/image/default-image.js
/**
 * What the machines begin as where no `image` is given: Debian's cloud image, of one build, so that
 * a release of this action begins with the same one each time. `npm run default-image` sees whether
 * it is still published so, and takes another build.
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
;// CONCATENATED MODULE: ./lib/base/size.js
const size_UNITS = ['B', 'kB', 'MB', 'GB'];
/** For people, in powers of 1000 as `docker images` has it: `512 B`, `2.0 MB`, `1.4 GB`. */
function formatSize(bytes) {
    let size = bytes;
    let at = 0;
    // Rounded first, so that nobody reads of 1000.0 kB.
    while (Number(size.toFixed(1)) >= 1_000 && at < size_UNITS.length - 1) {
        size /= 1_000;
        at += 1;
    }
    return `${at === 0 ? size : size.toFixed(1)} ${size_UNITS[at]}`;
}

// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
;// CONCATENATED MODULE: ./lib/machines/qemu/image/download.js
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
class RefusedError extends errors/* ActionError */.lZ {
}
/**
 * Downloads a file and checks it; what an attempt has brought is kept for the next one, also one of
 * a later run. `to` is only ever the whole and right file. Throws `ActionError` where the server
 * refuses, where it does not come after several attempts, or where it is another file than was
 * asked for, which is removed then.
 */
async function download({ url, checksum, to, remedy }, { signal, clock, log, }) {
    const part = `${to}.part`;
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(to), { recursive: true });
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
        await (0,promises_.rm)(part, { force: true });
        throw otherFile(url, checksum, found);
    }
    await (0,promises_.rename)(part, to);
}
/** The checksum of a file, by the algorithm that `like` is of. */
async function checksumOf(path, like) {
    const algorithm = like.split(':')[0] ?? '';
    const hash = (0,external_node_crypto_.createHash)(algorithm);
    await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(path), hash);
    return `${algorithm}:${hash.digest('hex')}`;
}
function otherFile(name, checksum, found) {
    return new errors/* ActionError */.lZ(`${name} is not the image that \`checksum\` stands for.`, {
        details: `wanted ${checksum}\nfound  ${found}`,
        hint: 'An address with `latest` in it brings another image after each release: take the one of a dated release, with its checksum. Otherwise somebody has changed the image.',
    });
}
async function fetchRest(url, part, signal, log) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const have = await (0,promises_.stat)(part).then(({ size }) => size, () => 0);
        const bounds = download_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], ATTEMPT_MS, () => new errors/* ActionError */.lZ(`no end after ${ATTEMPT_MS / 60_000} minutes`)), false);
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
    return new errors/* ActionError */.lZ(`The machine image cannot be downloaded: ${url}`, {
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

;// CONCATENATED MODULE: ./lib/machines/qemu/image/base-image.js









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
 * Makes sure that the image is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is no disk image of its own.
 */
async function ensureImage({ image, checksum, remedy }, context) {
    const path = isUrl(image) && checksum !== undefined
        ? await downloaded({ url: image, checksum, remedy }, context)
        : await local(image, checksum);
    return await inspect(context.runner, path, context.signal);
}
async function downloaded(file, { folder, signal, clock, log }) {
    const to = (0,external_node_path_.join)(folder, `${file.checksum.replace(':', '-')}.img`);
    const isThere = await (0,promises_.stat)(to).then(() => true, () => false);
    if (!isThere)
        await download({ ...file, to }, { signal, clock, log });
    return to;
}
async function local(image, checksum) {
    const path = (0,external_node_path_.resolve)(image);
    const found = await (0,promises_.stat)(path).catch(() => undefined);
    if (!found?.isFile()) {
        throw new errors/* ActionError */.lZ(`There is no machine image at ${path}.`, {
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
        throw new errors/* ActionError */.lZ(`${path} is not a disk image that QEMU can read.`, {
            details: error.details ?? '',
            hint: 'Give a cloud image in the format qcow2 or raw. A compressed one (.xz, .zip) has to be unpacked before.',
            cause: error,
        });
    }
    return parseInfo(path, text);
}
/**
 * Reads what `qemu-img info --output=json` says. Throws `ActionError` where the image is not one
 * that machines can be made of.
 */
function parseInfo(path, json) {
    const found = info.parse(JSON.parse(json));
    if (!FORMATS.includes(found.format)) {
        throw new errors/* ActionError */.lZ(`${path} is a disk image of the format ${found.format}.`, {
            hint: `Only qcow2 and raw are taken. Convert it: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(path)} image.qcow2`,
        });
    }
    // Whoever made such an image could have any file of the runner read as a disk.
    if (found['backing-filename'] !== undefined) {
        throw new errors/* ActionError */.lZ(`${path} is not whole: it builds on ${found['backing-filename']}.`, {
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
    throw new errors/* ActionError */.lZ(`disk: the image is of a disk of ${Math.ceil(base.bytes / 2 ** 20)}m, and cannot be made smaller.`, { hint: 'Give a larger `disk` in `driver-options`, or leave it out.' });
}

;// CONCATENATED MODULE: ./lib/base/exists.js

/** Whether something is at the path, links followed, that this user can get to. Never rejects. */
async function exists_exists(path) {
    return await (0,promises_.access)(path).then(() => true, () => false);
}

// EXTERNAL MODULE: ./lib/engine/install-script.js
var install_script = __webpack_require__(146);
;// CONCATENATED MODULE: ./lib/machines/qemu/image/clean-script.js
/**
 * Makes a machine into what an image of many may be: without anything that names it, lets somebody
 * in, or was only needed to install the engine. To be run as root, with the user that logs in as
 * its argument; everything goes to standard error. What the next seed sets anew (user, host name,
 * network) is left to it, as far as it does not add to what there is.
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

;// CONCATENATED MODULE: ./lib/machines/qemu/image/prepared-store.js







/**
 * Of what is done to an image beside the scripts. To be raised with every change of it, so that no
 * image is taken that was made otherwise.
 */
const VERSION = 1;
/**
 * How long an image that another one stands beside stays after it was last begun with, in ms:
 * another run may be about to, and workflows that ask for different engines would else prepare one
 * after the other.
 */
const UNUSED_MS = 24 * 3_600_000;
/** By what the image is made of and how; `checksum` is that of the base image. */
function preparedPlaces(folder, { checksum, engine, disk }) {
    const family = `prepared-${digest(checksum)}-`;
    // The disk: an image cannot be made smaller again.
    const made = [VERSION, install_script/* INSTALL_SCRIPT */.o, CLEAN_SCRIPT, engine ?? null, disk ?? null];
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
/**
 * What is known of a preparation; undefined where there was none yet. What is found is not removed
 * for a day.
 */
async function findPrepared(places) {
    for (const kind of ['image', 'needless']) {
        const now = new Date();
        if (!(await exists_exists(places[kind])))
            continue;
        // Where another user has made it, its time stays.
        await (0,promises_.utimes)(places[kind], now, now).catch(() => { });
        return kind === 'image' ? 'prepared' : 'needless';
    }
    return undefined;
}
/** Moves an image to its place, where it is only ever whole. Gives its size in bytes. */
async function keepPrepared(made, { image }) {
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(image), { recursive: true });
    try {
        await (0,promises_.rename)(made, image);
    }
    catch (error) {
        if (error.code !== 'EXDEV')
            throw error;
        const part = `${image}.${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
        try {
            await (0,promises_.copyFile)(made, part);
            await (0,promises_.rename)(part, image);
        }
        finally {
            await (0,promises_.rm)(part, { force: true });
        }
    }
    return (await (0,promises_.stat)(image)).size;
}
/** Remembers that an image is as good as one that was prepared. */
async function noteNeedless({ needless }) {
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(needless), { recursive: true });
    await (0,promises_.writeFile)(needless, 'The image has Docker Engine.\n');
}
/**
 * Removes what was made of the same image, is not `places`, and was not begun with for a day. `now`
 * in ms since 1970.
 */
async function removeSuperseded(places, now) {
    const folder = (0,external_node_path_.dirname)(places.image);
    const names = await (0,promises_.readdir)(folder).catch(() => []);
    const others = names
        .filter((name) => name.startsWith(places.family))
        .map((name) => (0,external_node_path_.join)(folder, name))
        .filter((path) => path !== places.image && path !== places.needless);
    for (const path of others) {
        const found = await (0,promises_.stat)(path).catch(() => undefined);
        // Of another user: it is that user's to remove.
        if (found && now - found.mtimeMs > UNUSED_MS)
            await (0,promises_.rm)(path, { force: true }).catch(() => { });
    }
}

;// CONCATENATED MODULE: ./lib/machines/qemu/image/choose.js





/**
 * The image that is asked for, downloaded where that is still to be done, or the one that an
 * earlier run has prepared of it. Says which one it is where machines are `missing`. Throws
 * `ActionError` where it cannot be had.
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

// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(3153);
;// CONCATENATED MODULE: ./lib/machines/qemu/image/process-lock.js
var process_lock_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var process_lock_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * Runs `work` while no other process of this machine runs one by the same name, and waits for that
 * first, for `limitMs` at most. Settles as `work` does; rejects with the signal's reason on abort,
 * and with `ActionError` after the limit.
 */
async function locked(name, work, { signal, limitMs, onWait, }) {
    // A name that only the kernel knows: it ends with its process, however that ends, so no lock is
    // ever left behind.
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
        const bounds = process_lock_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], limitMs, () => new errors/* ActionError */.lZ(`another run was at it for ${Math.round(limitMs / 60_000)} minutes`)), false);
        for (let isFirst = true;; isFirst = false) {
            bounds.signal.throwIfAborted();
            const release = await listen(path);
            if (release)
                return release;
            if (isFirst)
                onWait();
            await process_lock_closed(path, bounds.signal);
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        process_lock_disposeResources(env_1);
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
async function process_lock_closed(path, signal) {
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

;// CONCATENATED MODULE: ./lib/machines/qemu/image/prepare.js









/**
 * How long another run may prepare the same image, in ms: a boot and an installation without KVM.
 */
const OTHER_RUN_MS = 40 * 60_000;
/**
 * How long cloud-init may go on after sshd has answered, in ms. It holds the locks of the package
 * manager, and writes what is removed.
 */
const SETTLE_MS = 10 * 60_000;
const CLEAN_MS = 5 * 60_000;
/** From the command until QEMU has ended, in ms. */
const POWER_OFF_MS = 3 * 60_000;
const CONVERT_MS = 20 * 60_000;
const prepare_POLL_MS = 250;
/**
 * Room for the engine on a disk that may be all but full, in bytes. What is not used of it takes no
 * room in the image.
 */
const ROOM = 2 * 2 ** 30;
/**
 * Bytes of the disk that the image is prepared on: the machines make theirs larger, and cannot make
 * it smaller.
 */
function preparationDisk(base, wanted) {
    return Math.min(base + ROOM, wanted);
}
/**
 * Prepares an image, or waits for the run that does, and says what came of it. Of two runs one
 * prepares. Nothing is left of it where it fails: throws `ActionError` that says why, or the
 * signal's reason.
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
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        throw new errors/* ActionError */.lZ(`The machine image could not be prepared: ${error.message}`, {
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
/**
 * Installs the engine and powers the machine off; false where there was one, and the machine still
 * runs.
 */
async function setUp(bench, context) {
    const { source, readyMs, signal, log } = context;
    const ssh = await bench.boot();
    try {
        let isInstalled = false;
        await (0,enter/* enterEngine */.xZ)(ssh, bench.user, {
            signal,
            timeoutMs: readyMs,
            install: async (executor) => {
                // Its exit code tells of modules that failed, which may be harmless; a machine that is of
                // no use fails below.
                const wait = ['cloud-init', 'status', '--wait'];
                await ssh.run(wait, { anyExitCode: true, timeoutMs: SETTLE_MS, signal });
                await (0,install/* installEngine */.Gz)(executor, bench.user, { source, log, signal });
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
/**
 * What a guest has written is whole on its disk, for whoever reads it then, once QEMU has ended.
 */
async function poweredOff(bench, { signal, clock }) {
    const until = clock.now() + POWER_OFF_MS;
    while (await bench.isRunning()) {
        if (clock.now() > until) {
            throw new errors/* ActionError */.lZ(`its machine did not power off within ${POWER_OFF_MS / 1_000} s.`);
        }
        await clock.sleep(prepare_POLL_MS, signal);
    }
}

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/accelerator.js






const KVM = '/dev/kvm';
const PROBE_MS = 15_000;
/** A guest that KVM runs ends at once: longer than this, in ms, and it is compared with emulation. */
const QUICK_MS = 1_000;
const UDEV = `Let the user of the runner open it:
  echo 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"' | sudo tee /etc/udev/rules.d/99-kvm.rules
  sudo udevadm control --reload-rules && sudo udevadm trigger --name-match=kvm`;
/**
 * KVM where it runs a guest, else TCG, with one warning that says why. Throws `ActionError` where
 * KVM was asked for and cannot be had.
 */
async function chooseAcceleration(wanted, architecture, version, { runner, signal, log, }) {
    const by = (accelerator) => ({
        accelerator,
        cpuModel: architecture.cpuModel(accelerator, version),
    });
    if (wanted === 'tcg')
        return by('tcg');
    const kvm = by('kvm');
    const run = (accelerator) => runGuest(architecture, by(accelerator), { runner, signal });
    const problem = await kvmProblem(run);
    if (!problem)
        return kvm;
    const { reason, remedy } = problem;
    if (wanted === 'kvm') {
        throw new errors/* ActionError */.lZ(`accel: kvm: ${reason}`, {
            hint: `${remedy}\nOr leave \`accel\` out: without KVM the machines are emulated, which takes several times as long.`,
        });
    }
    log.warning(`${reason} The machines are emulated (TCG): each boots in a minute or more, and everything on it is slow.\n${remedy}`);
    return by('tcg');
}
async function kvmProblem(run) {
    try {
        await (0,promises_.access)(KVM, promises_.constants.R_OK | promises_.constants.W_OK);
    }
    catch (error) {
        return error.code === 'ENOENT'
            ? {
                reason: `The runner has no ${KVM}.`,
                remedy: 'Virtualisation is off in its firmware, or it is a virtual machine that hands none on. Hosted Linux runners on x64 have it.',
            }
            : { reason: `This user may not open ${KVM}.`, remedy: UDEV };
    }
    return await guestProblem(run);
}
/**
 * Why no guest should run on KVM; undefined where it runs as it should. A hypervisor below this
 * machine may hand on a KVM that is many times slower than emulation.
 */
async function guestProblem(run) {
    const { problem, tookMs } = await run('kvm');
    if (problem !== undefined) {
        const said = problem === '' ? '.' : `: ${problem}`;
        return { reason: `The runner has ${KVM}, and no guest runs on it${said}`, remedy: BELOW };
    }
    if (tookMs <= QUICK_MS)
        return undefined;
    const emulated = await run('tcg');
    if (emulated.problem !== undefined || tookMs < 2 * emulated.tookMs)
        return undefined;
    const [slow, quick] = [(0,duration/* formatDuration */.a3)(tookMs), (0,duration/* formatDuration */.a3)(emulated.tookMs)];
    return {
        reason: `The runner has ${KVM}, and the smallest of guests takes ${slow} on it, but ${quick} emulated.`,
        remedy: BELOW,
    };
}
const BELOW = 'Another hypervisor may hold the CPU, or the one below this machine does not hand all of it on.';
/** Runs the smallest of guests. */
async function runGuest(architecture, { accelerator, cpuModel }, { runner, signal }) {
    const folder = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'swarm-up-kvm-'));
    try {
        const file = (0,external_node_path_.join)(folder, 'probe.img');
        await (0,promises_.writeFile)(file, architecture.probe.program());
        const began = performance.now();
        const { exitCode, stderr } = await runner.run(probe(architecture, accelerator, cpuModel, file), {
            anyExitCode: true,
            timeoutMs: PROBE_MS,
            signal,
        });
        const hasEnded = exitCode === architecture.probe.exitCode;
        return {
            problem: hasEnded ? undefined : stderr.trim(),
            tookMs: performance.now() - began,
        };
    }
    catch (error) {
        signal.throwIfAborted();
        if (error instanceof errors/* ActionError */.lZ) {
            return { problem: 'it did not come to its end', tookMs: PROBE_MS };
        }
        throw error;
    }
    finally {
        await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/console.js

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
    return printable(await (0,promises_.readFile)(places.console, 'latin1').catch(() => ''));
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/boot.js



/** How long a machine may take from its start until its sshd answers, in ms. */
const BOOT_MS = { kvm: 180_000, tcg: 600_000 };
const boot_POLL_MS = 250;
const GREETING_MS = 5_000;
/** A guest that was at work is there no more. Emulated, it may come up the next time. */
class GuestDiedError extends errors/* ActionError */.lZ {
}
/**
 * Waits until the sshd of a machine answers. Throws `ActionError` with the end of its console where
 * the console says that it will not come up, or where it takes too long, a `GuestDiedError` where
 * the machine ends or its kernel panics; rejects with the signal's reason on abort.
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
            const kind = hasPanicked(console) ? GuestDiedError : errors/* ActionError */.lZ;
            throw failed(kind, `Machine ${name} cannot boot.`, console, machine);
        }
        if (clock.now() > until) {
            throw failed(errors/* ActionError */.lZ, `The sshd of machine ${name} did not answer within ${limitMs / 1_000} s.`, console, machine);
        }
        await clock.sleep(boot_POLL_MS, signal);
    }
}
function failed(kind, message, console, { accelerator, architecture }) {
    const firmware = architecture.firmware.length > 0 ? 'UEFI' : 'BIOS';
    return new kind(message, {
        details: lastWords(console),
        hint: `The image has to be a cloud image for ${architecture.name} with cloud-init and sshd, which boots by ${firmware} and writes to its first serial port.${accelerator === 'tcg' ? ' Without KVM, fewer machines at once boot faster.' : ''}`,
    });
}
/**
 * Whether an sshd answers at this address. QEMU and the kernel may answer a connection before there
 * is one, so its greeting is waited for.
 */
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

;// CONCATENATED MODULE: ./lib/machines/qemu/network/ports.js


const ports_LOCAL = '127.0.0.1';
/**
 * Each port by its own number where this user may have that at 127.0.0.1, by another one where he
 * may not. QEMU can hand on no SCTP.
 */
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

;// CONCATENATED MODULE: ./lib/machines/qemu/network/user-network.js




const CANDIDATES = 16;
/** Below the ports that Linux gives to whoever asks for none. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
/** Where the runner reaches a machine. */
function loopbackAddress({ loopback }, index) {
    return guestAddress(loopback, index);
}
/**
 * The networks to try for the cluster in a folder, the same ones each time. Other users have other
 * folders.
 */
function userNetworks(folder) {
    return Array.from({ length: CANDIDATES }, (_, step) => {
        const hash = (0,external_node_crypto_.createHash)('sha256').update(`${folder}\0${step}`).digest();
        const [a, b, c, d = 0, e] = hash;
        const port = FIRST_PORT + (hash.readUInt16BE(6) % PORTS);
        // 239.0.0.0/8 is for whoever wants it (RFC 2365). In the upper half of 127.0.0.0/8 nothing
        // listens by habit, as at 127.0.0.53.
        return { group: `239.${a}.${b}.${c}:${port}`, loopback: `127.${128 + (d % 64)}.${e}` };
    });
}
/**
 * A network that no other cluster has and whose port is free. Throws `ActionError` where there is
 * none.
 */
async function chooseUserNetwork(folder, others) {
    for (const one of userNetworks(folder)) {
        const isTaken = others.some(({ group, loopback }) => group === one.group || loopback === one.loopback);
        if (!isTaken && (await canJoin(one.group)))
            return one;
    }
    throw new errors/* ActionError */.lZ('No multicast port is free on the runner for the machines.', {
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/iso.js
/** Bytes of a sector of a CD. */
const SECTOR = 2_048;
/** Sectors before it are the system's, the descriptors', and the two path tables'. */
const ROOT_AT = 20;
const PATH_TABLE_BYTES = 10;
/** Zero-terminated, sixteen digits and an offset: "not set" (ECMA-119, 8.4.26.1). */
const NO_DATE = '0'.repeat(16);
/**
 * A CD image (ISO 9660, ECMA-119) with these files in its root. Names are stored in capital
 * letters, without the extensions of Rock Ridge or Joliet; Linux shows them in small ones. Throws
 * `RangeError` where the names fill more than one sector.
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/seed.js


/** The user that logs in. Cloud images let nobody log in as root. */
const USER = 'swarm-up';
/**
 * The seed of cloud-init's data source NoCloud: a disk with the label CIDATA. It holds the host's
 * private key.
 */
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
                // cloud-init makes the group where the image has no engine yet; the package of the engine
                // takes the one that is there.
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/launch.js













const launch_HOST_KEY_LABEL = 'swarm-up.host-key';
const launch_INDEX_LABEL = 'swarm-up.index';
/** Of a machine whose sshd is not reached at port 22. */
const SSH_PORT_LABEL = 'swarm-up.ssh-port';
const DEFAULT_CPUS = 2;
/**
 * What the runner sets for what a job starts, and ends at the end of the job: a cluster that stays
 * is none of it.
 */
const NOT_OF_THE_JOB = { RUNNER_TRACKING_ID: '' };
/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, and leaves what was made: the way down
 * finds it by the folder.
 */
async function launch(spec, cluster, index, { platform, base, memory, options }, { root, log }) {
    const name = machineName(spec.owner.cluster, index);
    const isWorkbench = index === WORKBENCH;
    const places = machinePlaces(cluster.places, index);
    const { subnet, publicKey, userNetwork } = cluster.record;
    const mac = macAddresses(cluster.places.linkPrefix, index);
    const hostKey = (0,generate/* generateKeyPair */.T)(name);
    const forward = index === 1 ? await forwarded(spec.localPorts) : [];
    const lanAddress = guestAddress(subnet, index);
    const address = userNetwork ? loopbackAddress(userNetwork, index) : lanAddress;
    const sshPort = userNetwork ? await freePort(address) : 22;
    await (0,promises_.mkdir)(places.folder, { mode: 0o700 });
    const record = {
        name,
        index,
        labels: {
            ...(0,ownership/* ownerLabels */.H0)(spec.owner),
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
    await (0,promises_.writeFile)(places.seed, seedImage({
        ...{ name, index, subnet, hostKey, internet },
        lanMac: mac.lan,
        wanMac: mac.wan,
        authorizedKey: publicKey,
    }), { mode: 0o600 });
    const wanted = diskSize(options, base);
    const bytes = isWorkbench ? preparationDisk(base.bytes, wanted) : wanted;
    await root.runner.run(createDisk(places.disk, base, bytes));
    if (!userNetwork)
        await bridge_createTap(root, cluster.places, places.tap);
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
        await bridge_plugIn(root, cluster.places, places.tap);
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/runner-check.js







/** What Ubuntu 22.04 has. */
const LEAST = [6, 2];
const INSTALL_TIMEOUT_MS = 5 * 60_000;
/**
 * What a machine writes to its disk before a stack is on it, and as much again for images. In
 * bytes.
 */
const DISK_PER_MACHINE = 2 ** 30;
const TUN = '/dev/net/tun';
/**
 * Throws `ActionError` where a cluster has more machines than there are addresses, or its sockets
 * would have too long a path.
 */
function refuseSize(machines, cluster) {
    if (machines > MOST_MACHINES) {
        throw new errors/* ActionError */.lZ(`A cluster of virtual machines has at most ${MOST_MACHINES} of them.`, {
            hint: 'Give fewer `nodes`.',
        });
    }
    if (!isTooDeep(cluster))
        return;
    throw new errors/* ActionError */.lZ(`The path ${cluster.folder} is too long for the sockets of virtual machines.`, {
        hint: 'Give the cluster a shorter name, or let XDG_STATE_HOME of the job name a folder nearer to the root.',
    });
}
/**
 * The QEMU that is there for guests of this kind, which is installed first where it is missing and
 * `install` says so. Throws `ActionError` where there is none, no firmware for it, or an old one.
 */
async function ensureQemu({ runner, run }, architecture, { install, signal, log, }) {
    let found = await look(runner, architecture, signal);
    if (install && found.missing.length > 0) {
        log.info('QEMU is installed on the runner now (driver-options: install)');
        for (const argv of installCommands(architecture)) {
            await run(argv, { signal, timeoutMs: INSTALL_TIMEOUT_MS });
        }
        found = await look(runner, architecture, signal);
    }
    const { missing, firmware } = found;
    if (missing.length > 0) {
        throw new errors/* ActionError */.lZ(`There is no QEMU on the runner, or a part of it: ${missing.join(', ')}.`, {
            hint: `Install it in an earlier step, or let this one do it (driver-options: "install: true"):\n  ${installLine(architecture)}`,
        });
    }
    const { stdout } = await runner.run(qemuVersion(architecture), { signal });
    const version = parseVersion(stdout);
    if (!isAtLeast(version, LEAST)) {
        throw new errors/* ActionError */.lZ(`QEMU on the runner is ${version.join('.')}; ${LEAST.join('.')} or newer is needed.`, { hint: 'Use a newer release of the distribution: Debian 12, Ubuntu 22.04.' });
    }
    return { version, firmware };
}
/** Reads what `--version` of a QEMU says. Throws `ActionError` where it is anything else. */
function parseVersion(text) {
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(text) ?? [];
    if (major !== undefined)
        return [Number(major), Number(minor)];
    throw new errors/* ActionError */.lZ('QEMU on the runner does not say which version it is.', { details: text });
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
        await (0,promises_.access)(TUN, promises_.constants.R_OK | promises_.constants.W_OK);
    }
    catch (error) {
        const isMissing = error.code === 'ENOENT';
        throw new errors/* ActionError */.lZ(isMissing
            ? `The runner has no ${TUN}, which the machines get their network by.`
            : `This user may not open ${TUN}, which the machines get their network by.`, {
            hint: isMissing
                ? 'Load it: sudo modprobe tun. A container has to be given it: --device /dev/net/tun'
                : `Allow it, as most distributions do: sudo chmod 0666 ${TUN}`,
            cause: error,
        });
    }
}
/**
 * Throws `ActionError` where the runner has too little memory or disk for so many new machines.
 * `memory` in bytes.
 */
async function checkRoom(machines, memory, folder) {
    await (0,promises_.mkdir)(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await (0,promises_.statfs)(folder);
    refuseShortage(machines, memory, {
        memory: availableMemory(await (0,promises_.readFile)('/proc/meminfo', 'utf8')),
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
        throw new errors/* ActionError */.lZ(`${machines} machines with ${formatSize(memory)} of memory each need more than the ${formatSize(there.memory)} that the runner has left.`, {
            hint: 'Give `memory` in `driver-options` (512m is enough for an engine and a small stack), fewer `nodes`, or a larger runner.',
        });
    }
    const disk = machines * DISK_PER_MACHINE;
    if (disk > there.disk) {
        throw new errors/* ActionError */.lZ(`${machines} machines need ${formatSize(disk)} of disk, and ${there.folder} has ${formatSize(there.disk)} left.`, { hint: 'Make room there, or let XDG_STATE_HOME of the step name a folder on another disk.' });
    }
}

;// CONCATENATED MODULE: ./lib/machines/qemu/network/choose.js



/**
 * Which network a cluster shall have: the one that it has, or the one that is wanted, where `auto`
 * is the bridge if this user can make it. Throws `ActionError` where it is the bridge and he
 * cannot.
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
        if (!(error instanceof errors/* ActionError */.lZ))
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
    return new errors/* ActionError */.lZ(`Cluster ${cluster} has a network that takes root to be changed.`, {
        details: [error.message, error.details].filter(Boolean).join('\n'),
        hint: `A run that could become root has made it (network: bridge). ${error.hint ?? ''}\nOr remove it in a run that can (\`command: down\`), and have it made anew.`,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/network/port-forwards.js





/** How long QEMU may take to answer, in ms: it does so between two instructions of the guest. */
const ANSWER_MS = 10_000;
/**
 * Lets QEMU listen for published ports (`8080/tcp`) of a machine at the address where the runner
 * reaches it, and gives the port for each: its own number, or a free one where that is taken or
 * only root's. What QEMU cannot hand on (SCTP) is left out. Throws `ActionError` where it refuses.
 */
async function openForwards(places, published) {
    const record = await readMachine(places);
    if (!record)
        return new Map();
    let forwards = record.forwards ?? {};
    for (const key of published) {
        const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(key) ?? [];
        if (forwards[key] !== undefined || (protocol !== 'tcp' && protocol !== 'udp'))
            continue;
        const runnerPort = await openWay(places, record, protocol, Number(port));
        forwards = { ...forwards, [key]: runnerPort };
        await writeRecord(places.record, { ...record, forwards });
    }
    return new Map(Object.entries(forwards));
}
async function openWay({ socket }, { name, address }, protocol, port) {
    const said = [];
    for (const runnerPort of [port, await freePort(address)]) {
        const answer = await monitor(socket, addForward({ protocol, address, runnerPort, port }), ANSWER_MS);
        if (answer.trim() === '')
            return runnerPort;
        said.push(answer.trim());
    }
    throw new errors/* ActionError */.lZ(`QEMU does not lead the runner to port ${port}/${protocol} of ${name}.`, {
        details: said.join('\n'),
        hint: 'Publish another port, or use a runner with root, where machines are reached without QEMU (network: bridge).',
    });
}

;// CONCATENATED MODULE: ./lib/machines/qemu/driver.js































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
    const clock = base_clock/* systemClock */.m;
    const place = { state, root, table: procfs, clock };
    const memory = options.memory ?? DEFAULT_MEMORY;
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
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
        throw new errors/* ActionError */.lZ(`The folder of cluster ${name} is gone: ${clusterPlaces(state, name).folder}`, {
            hint: 'Something else removed it. See whether two runs use the same `cluster`.',
        });
    }
    async function remove(name, index) {
        const cluster = clusterPlaces(state, name);
        const places = machinePlaces(cluster, index);
        await stopMachine(places, machineName(name, index), place);
        const found = await readCluster(cluster);
        if (!found?.record.userNetwork)
            await removeTap(root, cluster, places.tap);
        await (0,promises_.rm)(places.folder, { recursive: true, force: true });
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
                const { connectSsh } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(868)]).then(__webpack_require__.bind(__webpack_require__, 2868));
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
        await (0,promises_.rm)(places.folder, { recursive: true, force: true });
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
    const commandOn = (machine) => {
        const { key } = clusterPlaces(state, machine.owner.cluster);
        const port = String(sshPortOf(machine));
        return ['ssh', '-i', key, '-p', port, `${USER}@${machine.address}`];
    };
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
                const others = (await readClusters(state, ignored)).flatMap(({ record }) => record.userNetwork ?? []);
                const userNetwork = network === 'user' ? await chooseUserNetwork(places.folder, others) : undefined;
                const key = (0,generate/* generateKeyPair */.T)('swarm-up');
                signal.throwIfAborted();
                const record = {
                    labels: (0,ownership/* ownerLabels */.H0)(owner),
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
            const key = (0,public_key/* parsePublicKey */.ee)(record.publicKey);
            const text = await (0,promises_.readFile)(places.key, 'utf8');
            return {
                name: machine.name,
                host: machine.address,
                port: sshPortOf(machine),
                user: USER,
                credentials: { privateKeys: [{ ...key, fingerprint: (0,public_key/* fingerprint */.Rj)(key), text }] },
                hostKeys: { kind: 'pinned', keys: [machine.labels[launch_HOST_KEY_LABEL] ?? ''] },
            };
        },
        async lead({ owner, index }, published) {
            const { places, record } = await clusterOf(owner.cluster);
            return record.userNetwork && (await openForwards(machinePlaces(places, index), published));
        },
        async wayIn(cluster) {
            const places = clusterPlaces(state, cluster);
            const [machine] = await driver.list(cluster);
            if (!machine)
                return undefined;
            const { console } = machinePlaces(places, machine.index);
            return `${(0,quote/* quote */.h)(commandOn(machine))}, ${(0,quote/* quote */.h)(['less', console])}`;
        },
        commandOn,
        async entered({ owner, index }) {
            // QEMU still has it open, so that the guest sees zeros where the private key of its host was.
            const { seed } = machinePlaces(clusterPlaces(state, owner.cluster), index);
            await blank(seed);
        },
        destroy: ({ owner, index }) => remove(owner.cluster, index),
        destroyCluster: (cluster) => destroy_destroyAll(place, cluster),
        isGone: (cluster) => destroy_isGone(place, cluster),
        async renew(owner) {
            const { places, record } = await clusterOf(owner.cluster);
            await writeRecord(places.record, renewed(record, owner.expires));
        },
        async clusters() {
            const found = await readClusters(state, ignored);
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
    return new errors/* ActionError */.lZ(`Cluster ${owner.cluster} belongs to another repository (id ${owner.repository || 'unknown'}).`, { hint: 'Nothing was changed. Give this step another `cluster`.' });
}

// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(3331);
;// CONCATENATED MODULE: ./lib/machines/read-only-driver.js

/**
 * The same driver for a dry run: it tells what there is, and refuses what makes, changes or removes
 * something. Each connection to one of its machines has to go through `guard`.
 */
function readOnlyDriver(driver, guard) {
    const refused = (what) => async () => {
        throw (0,read_only_executor/* changeRefused */.VR)('the runner', `${what} of the driver ${driver.name}`);
    };
    // Without `entered`, `admit` and `lead`: they change machines.
    return {
        name: driver.name,
        makesMachines: driver.makesMachines,
        addressPools: driver.addressPools,
        adoption: driver.adoption,
        guard,
        list: driver.list,
        target: driver.target,
        clusters: driver.clusters,
        isGone: driver.isGone,
        diagnostics: driver.diagnostics,
        ...(driver.installsEngine !== undefined && { installsEngine: driver.installsEngine }),
        ...(driver.engine && { engine: driver.engine }),
        ...(driver.wayIn && { wayIn: driver.wayIn }),
        ...(driver.commandOn && { commandOn: driver.commandOn }),
        ...(driver.inside && { inside: driver.inside }),
        check: refused('check'),
        prepare: refused('prepare'),
        create: refused('create'),
        destroy: refused('destroy'),
        destroyCluster: refused('destroyCluster'),
        renew: refused('renew'),
    };
}

;// CONCATENATED MODULE: ./lib/machines/ssh/options.js



/** The same word stands for all hosts, and no two of them have the same address. */
const interfaceName = schemas/* string */.YjP()
    .refine((name) => (0,external_node_net_.isIP)(name) === 0, 'an address is that of one host: give it in the line of the host in `hosts`')
    .refine((name) => /^[^\s/:]{1,15}$/.test(name), 'give the name of an interface that all hosts have, for example `eth1`');
/** `driver-options` of the `ssh` driver. */
const sshOptions = schemas/* strictObject */.rej({
    /** Address pools of overlay networks, for a swarm that is initialised now. */
    'default-addr-pool': schemas/* array */.YOg(schemas/* string */.YjP().min(1)).optional(),
    /** Install Docker Engine on a host that has none; a word is where from. */
    'install-engine': schemas/* union */.KCZ([schemas/* boolean */.zMY(), schemas/* enum */.k5n(install/* ENGINE_SOURCES */.Ay)], {
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

;// CONCATENATED MODULE: ./lib/machines/ssh/driver.js


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
            throw new errors/* ActionError */.lZ(`Host ${index} is not in \`hosts\`.`);
        },
        target: async (machine) => targetOf(machine, connection),
        commandOn: (machine) => loginTo(targetOf(machine, connection)),
        destroy: async () => { },
        destroyCluster: async () => { },
        isGone: async () => true,
        // What is owned of hosts stands in their swarm, which has to be entered.
        clusters: async () => [],
        renew: async () => { },
        // What dockerd of such a host has said is in its journal, if it has one and this user may read
        // it.
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
/** As a person writes it who has the key at hand. */
function loginTo({ host, port, user, jump = [] }) {
    const hops = jump.map((hop) => `${hop.user}@${bracketed(hop.host)}:${hop.port}`);
    return [
        'ssh',
        ...(hops.length > 0 ? ['-J', hops.join(',')] : []),
        ...(port === 22 ? [] : ['-p', String(port)]),
        `${user}@${host}`,
    ];
}
function bracketed(host) {
    return host.includes(':') ? `[${host}]` : host;
}

;// CONCATENATED MODULE: ./lib/machines/drivers.js




/** The drivers there are, by the name that the input `driver` gives. */
const DRIVERS = { docker: dockerDriver, qemu: qemuDriver, ssh: sshDriver };
function isDriverName(name) {
    return Object.hasOwn(DRIVERS, name);
}
/**
 * A driver with its options, which its own schema has checked or checks now; with `guard`, one that
 * only reads. Throws `ZodError` where they are not its own.
 */
function createDriver(name, options, context) {
    const { guard, runner } = context;
    if (!guard)
        return create(name, options, context);
    return readOnlyDriver(create(name, options, { ...context, runner: guard(runner) }), guard);
}
function create(name, options, context) {
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


/***/ }),

/***/ 1229:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ ownedFilter),
/* harmony export */   Bs: () => (/* binding */ isReserved),
/* harmony export */   H0: () => (/* binding */ ownerLabels),
/* harmony export */   S: () => (/* binding */ REPOSITORY_LABEL),
/* harmony export */   Zw: () => (/* binding */ jobOf),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   eq: () => (/* binding */ CLUSTER_LABEL),
/* harmony export */   nP: () => (/* binding */ OWNER_KEYS)
/* harmony export */ });
/** The run and the job of a step that `Owner.run` names; undefined if it names no job. */
function jobOf(run) {
    return /^(.+\/.+)\/[^/]*$/.exec(run)?.[1];
}
/**
 * What every label of this action begins with. Nobody else may give one: by these it is known whose
 * a thing is.
 */
const RESERVED_PREFIX = 'swarm-up.';
/** Whether a label is this action's alone to give, however it is written. */
function isReserved(key) {
    return key.trim().toLowerCase().startsWith(RESERVED_PREFIX);
}
const CLUSTER_LABEL = 'swarm-up.cluster';
const REPOSITORY_LABEL = 'swarm-up.repository';
const RUN_LABEL = 'swarm-up.run';
const EXPIRES_LABEL = 'swarm-up.expires';
const PULL_REQUEST_LABEL = 'swarm-up.pull-request';
const OF_RUN_LABEL = 'swarm-up.of-run';
/** All that `ownerLabels` may give. */
const OWNER_KEYS = [
    CLUSTER_LABEL,
    REPOSITORY_LABEL,
    RUN_LABEL,
    EXPIRES_LABEL,
    PULL_REQUEST_LABEL,
    OF_RUN_LABEL,
];
/** The labels of everything that belongs to this owner. */
function ownerLabels(owner) {
    return {
        [CLUSTER_LABEL]: owner.cluster,
        [REPOSITORY_LABEL]: owner.repository,
        [RUN_LABEL]: owner.run,
        ...(owner.expires === undefined ? {} : { [EXPIRES_LABEL]: owner.expires }),
        ...(owner.pullRequest === undefined ? {} : { [PULL_REQUEST_LABEL]: owner.pullRequest }),
        ...(owner.isOfRun && { [OF_RUN_LABEL]: 'true' }),
    };
}
/**
 * The owner that labels name, or undefined where they name none. Labels alone prove nothing, since
 * anybody can write them: who reads them also asks whether what carries them has the name and the
 * form that this action gives.
 */
function ownerOf(labels) {
    const cluster = labels[CLUSTER_LABEL];
    const repository = labels[REPOSITORY_LABEL];
    if (!cluster || !repository)
        return undefined;
    const expires = labels[EXPIRES_LABEL];
    const pullRequest = labels[PULL_REQUEST_LABEL];
    return {
        cluster,
        repository,
        run: labels[RUN_LABEL] ?? '',
        ...(expires === undefined ? {} : { expires }),
        ...(pullRequest === undefined ? {} : { pullRequest }),
        ...(labels[OF_RUN_LABEL] === 'true' && { isOfRun: true }),
    };
}
/** What the Engine's API filters labels by, to find everything of a cluster. */
function ownedFilter({ cluster, repository }) {
    return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
}


/***/ }),

/***/ 2093:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ githubLog)
/* harmony export */ });
/* unused harmony export inert */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6421);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9626);
/* harmony import */ var _plain_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8379);



/**
 * The runner cuts annotation messages here, in the log too (`_maxIssueMessageLength` in
 * actions/runner, ExecutionContext.cs).
 */
const ANNOTATION_LIMIT = 4096;
const CUT_NOTE = '\n… The whole text is in the log, above this line.';
/**
 * In text that is `plain`: `::` at the start of a line, behind the white space that .NET's
 * `TrimStart` takes away (Char.IsWhiteSpace). What has no shape is passed over, too: `StartsWith`
 * compares by culture there, and may ignore it.
 */
const COMMAND = /^([\t\p{Zs}\p{Default_Ignorable_Code_Point}]*:)(?=:)/gmu;
/** The old form, which the runner obeys anywhere in a line. */
const OLD_COMMAND = '##[';
/**
 * The log of the running step, and the only way to it: whatever is written passes `inert`. An
 * annotation that the runner would cut is preceded by its whole text.
 */
const githubLog = {
    group: async (title, fn) => {
        (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .startGroup */ .Oh)(inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .oneLine */ .TN)(title)));
        try {
            return await fn();
        }
        finally {
            (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .endGroup */ .N4)();
        }
    },
    info: (line) => (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq)(inert(line)),
    debug: (line) => (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz)(inert(line)),
    warning: (message, place) => annotate(_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e, inert(message), place),
    error: (message, place) => annotate(_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3, inert(message), place),
};
/**
 * The text, `plain`, with a zero-width space in everything that the runner would obey: `::name::`
 * at the start of a line, `##[name]` anywhere (`TryParseV2` and `TryParse` in actions/runner,
 * ActionCommand.cs). The output of a container can be shown so.
 */
function inert(text) {
    return (0,_plain_js__WEBPACK_IMPORTED_MODULE_2__/* .plain */ .pj)(text).replace(COMMAND, '$1\u200b').replaceAll(OLD_COMMAND, '#\u200b#[');
}
function annotate(write, message, place = {}) {
    if (message.length > ANNOTATION_LIMIT)
        (0,_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq)(message);
    write(cut(message), {
        ...(place.title === undefined ? {} : { title: inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .oneLine */ .TN)(place.title)) }),
        ...(place.file === undefined ? {} : { file: inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .oneLine */ .TN)(place.file)) }),
        ...(place.line === undefined ? {} : { startLine: place.line }),
    });
}
function cut(message) {
    if (message.length <= ANNOTATION_LIMIT)
        return message;
    return message.slice(0, ANNOTATION_LIMIT - CUT_NOTE.length).toWellFormed() + CUT_NOTE;
}


/***/ }),

/***/ 9626:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CS: () => (/* binding */ prose),
/* harmony export */   TN: () => (/* binding */ oneLine),
/* harmony export */   Tu: () => (/* binding */ atMost),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   tp: () => (/* binding */ table)
/* harmony export */ });
/* unused harmony exports words, lines, codeBlock, alert, folded, clip */
/* harmony import */ var _plain_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8379);

/**
 * Everything that GitHub's Markdown may give a meaning to, mentions, issue references and formulas
 * included; not the `_` inside a word.
 */
const MARKDOWN_SPECIAL = /[&<>|`*[\]~\\#@$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** `plain` text on one line, at most `limit` characters long. */
function oneLine(text, limit = 1_000) {
    return clip((0,_plain_js__WEBPACK_IMPORTED_MODULE_0__/* .plain */ .pj)(enough(text, limit)).replace(/\s+/g, ' ').trim(), limit);
}
/**
 * The text as words of a paragraph, a list item or a table cell; nothing in it is Markdown or HTML.
 */
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
function lines(text, limit = 2_000) {
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
/** The text, `plain`, as a block of code whose fence is longer than any run of backticks in it. */
function codeBlock(content, language = 'text') {
    const text = plain(content);
    const runs = text.match(/`+/g) ?? [];
    const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
    return `${fence}${language}\n${text}\n${fence}`;
}
/**
 * Rows under a heading; each cell is Markdown already. Columns that are empty in all rows are left
 * out.
 */
function table(heading, rows) {
    const used = heading.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
    const line = (cells) => `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
    return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}
/** One of GitHub's alerts. `body` is Markdown already; an empty one gives nothing. */
function alert(kind, body) {
    return body === '' ? '' : `> [!${kind}]\n${body.replace(/^/gm, '> ').replace(/^> $/gm, '>')}`;
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
/**
 * As much of the text as can matter when it is cut later: cleaning megabytes for one table cell
 * takes too long.
 */
function enough(text, limit) {
    return text.slice(0, 4 * limit);
}
function entity(character) {
    return `&#${character.codePointAt(0)};`;
}


/***/ }),

/***/ 8379:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RK: () => (/* binding */ visible),
/* harmony export */   jD: () => (/* binding */ hide),
/* harmony export */   pj: () => (/* binding */ plain)
/* harmony export */ });
/* unused harmony export withoutHidden */
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_0__);

/**
 * What nobody sees, or what moves what is seen: control characters but tab and line feed; the line
 * and paragraph separators; marks that turn the direction of text (Bidi_Control of Unicode's UAX
 * #9); and characters without any shape. Joiners stay: scripts and emoji need them.
 */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u180e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** The longest first: of two that begin alike no rest may stay. */
let hidden = [];
/**
 * From here on `plain` writes `***` for these texts, in the whole process: the runner masks its
 * log, but nobody masks what is sent to GitHub's API, or what Markdown has escaped.
 */
function hide(texts) {
    hidden = [...new Set([...hidden, ...texts])].sort((a, b) => b.length - a.length);
}
/**
 * The one way of what others wrote (logs, names, answers) to the log, the summary and the comments:
 * as `visible` makes it, and without what is to be hidden.
 */
function plain(text) {
    return withoutHidden(visible(text));
}
/** The text as it is, but for what is to be hidden. */
function withoutHidden(text) {
    return hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
/**
 * The text with the line feed as its only line break, without colours, and with everything
 * invisible written out, `\x1b`, `\u202e`, so that nothing hides and nothing is lost.
 */
function visible(text) {
    return (0,node_util__WEBPACK_IMPORTED_MODULE_0__.stripVTControlCharacters)(text.toWellFormed())
        .replace(/\r\n?/g, '\n')
        .replace(INVISIBLE, writtenOut);
}
function writtenOut(character) {
    const point = character.codePointAt(0) ?? 0;
    const digits = point.toString(16);
    if (point > 0xffff)
        return `\\u{${digits}}`;
    return point > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`;
}


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

/***/ 4395:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ findArmour)
/* harmony export */ });
const BLOCK = /-{4,5} ?BEGIN ([A-Z0-9 ]+?) ?-{4,5}([\s\S]*?)-{4,5} ?END \1 ?-{4,5}/g;
/** RFC 1421: "Proc-Type: 4,ENCRYPTED" and "DEK-Info: AES-128-CBC,0123…". */
const ENCRYPTION = /Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Z0-9-]+,[0-9A-Fa-f]+)/;
/**
 * Finds the armoured blocks of a text, however it came through: with other line ends or none,
 * indented, quoted, with `\n` written out, or as base64 of the whole. Blocks that only describe
 * others (`EC PARAMETERS`) are left out. Throws nothing.
 */
function findArmour(text) {
    const plain = unwrap(text);
    const blocks = [...plain.matchAll(BLOCK)].filter(([, label]) => label !== 'EC PARAMETERS');
    const rest = plain.replace(BLOCK, '');
    if (/-{4,5} ?(BEGIN|END) /.test(plain)) {
        if (/\*{3}/.test(plain))
            return 'masked';
        if (/%0[AD]|<br\s*\/?>|&#1[03];|\\u000a/i.test(plain))
            return 'encoded';
    }
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
/**
 * Line ends and widths are part of the formats, and are what gets lost on the way through forms and
 * variables.
 */
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
    if (/^\*+$/.test(text))
        return 'masked';
    if (text.startsWith('PuTTY-User-Key-File-'))
        return 'PuTTY key';
    if (/^(~|\.{0,2}\/|[A-Za-z]:\\)\S{1,200}$/.test(text))
        return 'path';
    // What begins so in base64 is "openssh-key-v1", the first line of which is missing.
    if (text.includes('b3BlbnNzaC1rZXktdjE'))
        return 'no beginning';
    return 'no key';
}


/***/ }),

/***/ 8091:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dn: () => (/* binding */ isExpected),
/* harmony export */   ML: () => (/* binding */ keyBits),
/* harmony export */   Qb: () => (/* binding */ hostKeyAlgorithms),
/* harmony export */   Rj: () => (/* binding */ fingerprint),
/* harmony export */   Rx: () => (/* binding */ describeKey),
/* harmony export */   a1: () => (/* binding */ blobType),
/* harmony export */   c1: () => (/* binding */ checkedAlgorithms),
/* harmony export */   ee: () => (/* binding */ parsePublicKey),
/* harmony export */   fS: () => (/* binding */ openSshOrder),
/* harmony export */   qz: () => (/* binding */ isCertified),
/* harmony export */   zj: () => (/* binding */ keyTypeOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1565);



/** RSA with SHA-1, which OpenSSH offers no more, and never for certificates here. */
const SHA1 = 'ssh-rsa';
/**
 * The signature algorithms by which a host proves that it has a key of this type. An RSA key signs
 * with SHA-2 (RFC 8332); plain `ssh-rsa` (SHA-1) is the last resort for servers from before 2016.
 * In OpenSSH's order of types.
 */
const ALGORITHMS = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', SHA1],
};
/**
 * Reads "type base64 [comment]", the one line of a `.pub` file. Throws `ActionError` where it is
 * anything else.
 */
function parsePublicKey(line) {
    const [type = '', base64 = ''] = line.trim().split(/\s+/);
    const blob = Buffer.from(base64, 'base64');
    if (type === '' || blob.length < 8 || blobType(blob) !== type) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('Not an OpenSSH public key', {
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
/**
 * A key as `ssh-keygen -l` prints it, without its comment: "256 SHA256:… (ED25519)". Throws
 * nothing.
 */
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
    const [, first, second] = (0,_wire_js__WEBPACK_IMPORTED_MODULE_2__/* .readStrings */ .Nc)(blob) ?? [];
    const number = type === 'ssh-rsa' ? second : type === 'ssh-dss' ? first : undefined;
    return number ? BigInt(`0x0${number.toString('hex')}`).toString(2).length : 0;
}
/** Whether the host shows one of the expected keys. */
function isExpected(shown, expected) {
    return expected.some((key) => key.blob.equals(shown));
}
/**
 * The host key algorithms to offer, so that a host with keys of several types shows the one that is
 * expected. Throws `ActionError` where none of the keys is of a type that can be checked, or where
 * there is no key at all.
 */
function hostKeyAlgorithms(expected) {
    const algorithms = expected.flatMap((key) => ALGORITHMS[key.type] ?? []);
    if (algorithms.length > 0)
        return [...new Set(algorithms)];
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(expected.length === 0
        ? 'No host key is known for the machine, so its identity cannot be checked'
        : `Host keys of type ${expected.map((key) => key.type).join(', ')} cannot be checked`, { hint: `Give a host key of one of these types: ${Object.keys(ALGORITHMS).join(', ')}` });
}
const CERTIFICATE = '-cert-v01@openssh.com';
/**
 * The algorithms for host keys in the order in which OpenSSH offers them, those of certificates too
 * (`KEX_DEFAULT_PK_ALG` in myproposal.h, `order_hostkeyalgs` in sshconnect2.c): as they are where a
 * key of the first type is known, and otherwise those of known types first.
 */
function openSshOrder(knownTypes, { hasAuthority }) {
    const plain = Object.values(ALGORITHMS).flat();
    const certified = plain.filter((one) => one !== SHA1).map((one) => one + CERTIFICATE);
    const all = [...certified, ...plain];
    if (knownTypes.includes(keyTypeOf(all[0] ?? '')))
        return all;
    const isFirst = (one) => (hasAuthority && isCertified(one)) || knownTypes.includes(keyTypeOf(one));
    return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))];
}
/** Those that are checked here, in the same order. */
function checkedAlgorithms(order) {
    const checked = Object.values(ALGORITHMS).flat();
    return order.flatMap((one) => checked.find((algorithm) => algorithm === one) ?? []);
}
/** Whether the algorithm is that of a certificate. */
function isCertified(algorithm) {
    return algorithm.endsWith(CERTIFICATE);
}
/** The type of the key that signs by this algorithm, or that the certificate is of. */
function keyTypeOf(algorithm) {
    return algorithm.replace(CERTIFICATE, '').replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa');
}
/** The type of the key inside a blob; for messages too. */
function blobType(blob) {
    const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
    return blob.subarray(4, 4 + length).toString('latin1');
}


/***/ }),

/***/ 1565:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nc: () => (/* binding */ readStrings),
/* harmony export */   bX: () => (/* binding */ stringAt),
/* harmony export */   y4: () => (/* binding */ decodeBase64)
/* harmony export */ });
/**
 * Reads a sequence of SSH strings (RFC 4251 section 5: a length of four bytes, then as many bytes)
 * that fills `bytes` exactly. Gives undefined where it does not.
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
/**
 * The bytes that `base64` stands for, or undefined where it is not base64 to the last character
 * (Node itself reads anything).
 */
function decodeBase64(base64) {
    const bytes = Buffer.from(base64, 'base64');
    return bytes.length > 0 && bytes.toString('base64') === base64 ? bytes : undefined;
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