"use strict";
exports.id = 385;
exports.ids = [385];
exports.modules = {

/***/ 6385:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runPost: () => (/* binding */ runPost)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/core/core.js
var core = __webpack_require__(8532);
;// CONCATENATED MODULE: ./lib/action/runner/plain-schemas.js

// Before any schema is made. zod would write a program for each at its first use, which takes longer
// than a step uses most of them. One that is used often is as quick without (1000 tasks: 2 ms).
core/* config */.$W({ jitless: true });

// EXTERNAL MODULE: ./lib/node_modules/@actions/core/lib/core.js + 3 modules
var lib_core = __webpack_require__(6120);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
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
                note,
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
;// CONCATENATED MODULE: ./lib/down/teardown.js
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
async function howToEnter(id, driver) {
    const way = driver.makesMachines ? await driver.wayIn?.(id) : undefined;
    return [
        ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
        howToRemove(id.cluster, driver),
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
/** The step that removes a cluster, in words. */
function stepThatRemoves(driver, cluster) {
    return `a step with \`command: down\`, \`driver: ${driver}\` and \`cluster: ${cluster}\``;
}

;// CONCATENATED MODULE: ./lib/down/remove-cluster.js




/** Of containers: the engine may still be at work for a client that is gone. */
const SETTLING = { quietMs: 2_000, pollMs: 200, limitMs: 60_000 };
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
 * Removes until nothing has appeared for a while. What appears during a removal leaves it
 * incomplete, or makes it impossible (a network that a container has just joined), so a failure
 * counts only once the limit is over.
 */
async function removeUntilQuiet(cluster, { driver, clock, signal }) {
    const { quietMs, pollMs, limitMs } = driver.settling ?? SETTLING;
    const end = clock.now() + limitMs;
    let failure;
    const removeWhatAppeared = async () => {
        if (await driver.isGone(cluster))
            return false;
        if (clock.now() > end)
            throw failure ?? stillCreating(driver, cluster.cluster, limitMs);
        failure = await driver.destroyCluster(cluster).catch((error) => error);
        return true;
    };
    await (0,base_clock/* untilQuiet */.d_)(removeWhatAppeared, { clock, signal, quietMs, everyMs: pollMs });
}
function stillCreating({ name, onRunner }, cluster, limitMs) {
    const look = onRunner ? `See what (ps -ef | grep ${cluster}), end it, then remove` : 'Remove';
    return new errors/* ActionError */.lZ(`${limitMs / 1000} s after the main step was killed, something of cluster ${cluster} is still being created.`, {
        hint: `${look} what it made: ${stepThatRemoves(name, cluster)}`,
    });
}

// EXTERNAL MODULE: ./lib/down/state.js
var down_state = __webpack_require__(9388);
;// CONCATENATED MODULE: ./lib/exec/left-behind.js
/** How long what was left behind may still take once the step has said all, in ms. */
const LEAVE_MS = 1_000;
let isLeftBehind = false;
/** Says that something still runs that nobody waits for, such as a request or a command. */
function leaveBehind() {
    isLeftBehind = true;
}
/** Ends the process if only what was left behind keeps it. To be called last of all. */
function exitIfLeftBehind() {
    if (isLeftBehind)
        setTimeout(() => process.exit(), LEAVE_MS).unref();
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/exec/command-stream.js
var command_stream = __webpack_require__(774);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/exec/end-process.js


const thisSystem = {
    platform: process.platform,
    signal: (pid, signal) => {
        process.kill(pid, signal);
    },
    start: ([program, ...args], failed) => {
        const child = (0,external_node_child_process_.spawn)(program, args, { stdio: 'ignore', windowsHide: true });
        child.once('error', failed).once('exit', (code) => {
            if (code !== 0)
                failed();
        });
        child.unref();
    },
};
/**
 * Ends a child that leads a group of its own, with all that it has started. On Windows SIGTERM does
 * nothing, since a program there cannot be asked to end: the runner's Ctrl-C has reached the whole
 * console already. Never throws.
 */
function endProcess(child, signal, system = thisSystem) {
    const { pid } = child;
    if (pid === undefined)
        return;
    if (system.platform === 'win32') {
        // The child last, and by its tree: once it has gone, nobody knows what it has started.
        if (signal === 'SIGKILL')
            system.start(endTree(pid), () => child.kill('SIGKILL'));
        return;
    }
    try {
        system.signal(-pid, signal);
    }
    catch {
        // The whole group has gone, or belongs to another user (sudo); then closing its streams is all
        // that can be done.
    }
}
/**
 * Asks a child to stop, but nothing that it has started: it ends that itself. On Windows the
 * runner's Ctrl-C has done so. Never throws.
 */
function interruptProcess({ pid }, system = thisSystem) {
    if (pid === undefined || system.platform === 'win32')
        return;
    try {
        system.signal(pid, 'SIGINT');
    }
    catch {
        // It has gone.
    }
}
/** By its path: what PATH finds by this name may be anything. */
function endTree(pid) {
    const windows = process.env.SystemRoot ?? 'C:\\Windows';
    return [external_node_path_.win32.join(windows, 'System32', 'taskkill.exe'), '/T', '/F', '/PID', String(pid)];
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/output.js
var exec_output = __webpack_require__(4707);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./node_modules/@actions/exec/lib/exec.js + 3 modules
var exec = __webpack_require__(1260);
;// CONCATENATED MODULE: ./lib/exec/child-environment.js
/**
 * The environment of a child: `own`, that of this process, with what `env` sets or takes away on
 * top; with `inheritEnv: false` what `env` sets, alone. On Windows names that differ only in case
 * are one variable (`Path` and `PATH`), of which a child would get either.
 */
function childEnvironment(own, { env = {}, inheritEnv = true }, platform = process.platform) {
    const nameOf = (name) => (platform === 'win32' ? name.toUpperCase() : name);
    const variables = new Map();
    for (const all of [inheritEnv ? own : {}, env]) {
        for (const [name, value] of Object.entries(all))
            variables.set(nameOf(name), [name, value]);
    }
    const set = [...variables.values()].filter((entry) => entry[1] !== undefined);
    return Object.fromEntries(set);
}
/** Whether `env` says where programs are looked for. */
function setsPath(env) {
    return Object.keys(env).some((name) => name.toUpperCase() === 'PATH');
}

// EXTERNAL MODULE: ./lib/exec/not-started.js
var not_started = __webpack_require__(1489);
;// CONCATENATED MODULE: ./lib/exec/run-by-toolkit.js
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
/** The exit code of a command that a signal ended: the toolkit does not say which signal. */
const BY_SIGNAL = 128;
/**
 * The longest command line and environment of a call, in characters. Linux refuses a word of
 * 128 KiB. The toolkit would lose that error: the call would never settle.
 */
const LONGEST = 100_000;
/**
 * Whether @actions/exec runs this call as `node:child_process` would. The toolkit breaks the step
 * if a command ends before it has read its input (EPIPE), looks programs up in the PATH of this
 * process alone, and never settles if the system refuses a word.
 */
function isForToolkit(argv, options) {
    const { stdin, env = {}, mayRunOn = false } = options;
    if (!mayRunOn || stdin !== undefined || setsPath(env))
        return false;
    const words = [...argv, ...Object.entries(env).flat()].filter((word) => word !== undefined);
    const length = words.reduce((sum, word) => sum + word.length, 0);
    return length < LONGEST && words.every((word) => !word.includes('\0'));
}
/**
 * Runs a command by @actions/exec. On abort and at the time limit it rejects at once, and the
 * command runs on to its end. A command that reads its input waits for it until the time limit.
 */
async function runByToolkit(argv, options) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? executor/* DEFAULT_TIMEOUT_MS */.t1;
        const stdout = (0,exec_output/* collectOutput */.U)(options.onLine);
        const stderr = (0,exec_output/* collectOutput */.U)(options.onLine);
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal], timeoutMs, () => {
            const output = { stdout: stdout.text(), stderr: stderr.text() };
            return new executor/* CommandTimeout */.Rg(WHERE, argv, timeoutMs, output);
        }), false);
        const take = (output) => (chunk) => {
            if (bounds.signal.aborted)
                return;
            try {
                output.write(chunk);
            }
            catch (error) {
                bounds.stop(error);
            }
        };
        const listeners = { stdout: take(stdout), stderr: take(stderr) };
        bounds.signal.addEventListener('abort', leaveBehind);
        const code = await (0,time_limit/* unlessAborted */.Wh)(start(argv, options, timeoutMs, listeners), bounds.signal);
        bounds.signal.throwIfAborted();
        stdout.end();
        stderr.end();
        const result = { exitCode: code ?? BY_SIGNAL, stdout: stdout.text(), stderr: stderr.text() };
        if (code === null)
            throw new executor/* CommandError */.Qd(WHERE, argv, result, 'a signal');
        if (code !== 0 && !options.anyExitCode)
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
/** The exit code; null if a signal ended the command, which the types of the toolkit leave out. */
async function start([program, ...args], options, timeoutMs, listeners) {
    const { cwd } = options;
    try {
        return await (0,exec/* exec */.m)(quoted(program), args, {
            ...(cwd !== undefined && { cwd }),
            env: childEnvironment(process.env, options),
            silent: true,
            ignoreReturnCode: true,
            // As `node:child_process`: a child that keeps the output open belongs to the command.
            delay: timeoutMs,
            listeners,
        });
    }
    catch (error) {
        throw (0,not_started/* notStarted */.D)({ program, cwd, cause: asOfNode(program, cwd, error) });
    }
}
/** One word of the toolkit's command line, for a path with blanks. */
function quoted(program) {
    return `"${program.replaceAll('"', '\\"')}"`;
}
/**
 * The error that Node would have had. The toolkit has the same words for a program that is missing
 * and for one that may not be run.
 */
function asOfNode(program, cwd, error) {
    if (!/^Unable to locate executable file|^The cwd: /.test(error.message))
        return error;
    const isThere = (0,external_node_path_.basename)(program) !== program && (0,external_node_fs_.existsSync)((0,external_node_path_.resolve)(cwd ?? '', program));
    const code = isThere ? 'EACCES' : 'ENOENT';
    return Object.assign(new Error(`spawn ${program} ${code}`), { code });
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/exec/start-child.js




/**
 * Resolves when the program runs; a program that cannot be started is an `ActionError` that says
 * what to install.
 */
async function startChild(argv, stdio, options = {}) {
    try {
        const child = spawned(argv, stdio, options);
        await new Promise((resolve, reject) => {
            child.once('spawn', resolve);
            child.on('error', reject);
        });
        return child;
    }
    catch (error) {
        throw (0,not_started/* notStarted */.D)({ program: argv[0], cwd: options.cwd, cause: error });
    }
}
/** Throws what Node throws at once, such as E2BIG. */
function spawned([program, ...args], stdio, options) {
    return (0,external_node_child_process_.spawn)(program, args, {
        stdio: [...stdio],
        cwd: options.cwd,
        env: childEnvironment(process.env, options),
        // A group of its own, so that what the program starts (plugins of `docker`, children of `sh`)
        // ends with it.
        detached: process.platform !== 'win32',
        windowsHide: true,
    });
}
/** Resolves once the process has ended, and its pipes are empty. */
async function ended(child) {
    return await new Promise((resolve) => {
        child.once('close', (code, signal) => {
            resolve(signal ? { code: 128 + external_node_os_.constants.signals[signal], signal } : { code: code ?? 0 });
        });
    });
}

;// CONCATENATED MODULE: ./lib/exec/run-outliving.js
var run_outliving_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var run_outliving_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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








const run_outliving_WHERE = 'the runner';
/** Between two looks at what the command has written, in ms. */
const LOOK_MS = 200;
const CHUNK_BYTES = 64 * 1024;
/**
 * Runs a command on the runner that is never killed, and goes on if this process ends. Settles and
 * throws as `Executor.run`; after an abort or the time limit the command may still be running.
 */
async function runOutliving(argv, options, { folder, stopMs }) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        options.signal?.throwIfAborted();
        const timeoutMs = options.timeoutMs ?? executor/* DEFAULT_TIMEOUT_MS */.t1;
        const stdout = run_outliving_addDisposableResource(env_1, openOutput((0,external_node_path_.join)(folder, 'stdout'), options.onLine), false);
        const stderr = run_outliving_addDisposableResource(env_1, openOutput((0,external_node_path_.join)(folder, 'stderr'), options.onErrorLine ?? options.onLine), false);
        const bounds = run_outliving_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal], timeoutMs, () => {
            const output = { stdout: stdout.text(), stderr: stderr.text() };
            return new executor/* CommandTimeout */.Rg(run_outliving_WHERE, argv, timeoutMs, output);
        }), false);
        const { signal } = bounds;
        const child = await startChild(argv, ['ignore', stdout.file, stderr.file], options);
        const ending = ended(child);
        const reader = setInterval(() => {
            try {
                stdout.read();
                stderr.read();
            }
            catch (error) {
                bounds.stop(error);
            }
        }, LOOK_MS);
        const _ = run_outliving_addDisposableResource(env_1, { [Symbol.dispose]: () => clearInterval(reader) }, false);
        const stopped = once(signal).then(async () => {
            interruptProcess(child);
            const isAborted = options.signal?.aborted ?? false;
            const limitMs = isAborted ? stopMs.aborted : stopMs.timedOut;
            await Promise.race([ending, (0,promises_.setTimeout)(limitMs, undefined, { ref: false })]);
            child.unref();
            return undefined;
        });
        const end = await Promise.race([ending, stopped]);
        signal.throwIfAborted();
        if (!end)
            throw new Error('A command is left only after an abort or its time limit.');
        stdout.end();
        stderr.end();
        const result = { exitCode: end.code, stdout: stdout.text(), stderr: stderr.text() };
        if (end.signal)
            throw new executor/* CommandError */.Qd(run_outliving_WHERE, argv, result, end.signal);
        if (result.exitCode !== 0 && !options.anyExitCode)
            throw new executor/* CommandError */.Qd(run_outliving_WHERE, argv, result);
        return result;
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        run_outliving_disposeResources(env_1);
    }
}
async function once(signal) {
    if (signal.aborted)
        return;
    await new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
    });
}
/** A file that a command writes, and what has been read of it. Nobody else may read it. */
function openOutput(path, onLine) {
    const file = (0,external_node_fs_.openSync)(path, 'w', 0o600);
    const readable = (0,external_node_fs_.openSync)(path, 'r');
    const output = (0,exec_output/* collectOutput */.U)(onLine);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = () => {
        for (;;) {
            const length = (0,external_node_fs_.readSync)(readable, chunk);
            if (length === 0)
                return;
            output.write(chunk.subarray(0, length));
        }
    };
    return {
        file,
        read,
        end: () => {
            read();
            output.end();
        },
        text: output.text,
        [Symbol.dispose]: () => {
            (0,external_node_fs_.closeSync)(file);
            (0,external_node_fs_.closeSync)(readable);
        },
    };
}

// EXTERNAL MODULE: ./lib/exec/stdin.js
var stdin = __webpack_require__(2974);
;// CONCATENATED MODULE: ./lib/exec/runner.js
var runner_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var runner_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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










const runner_WHERE = 'the runner';
/** Between SIGTERM and SIGKILL, in ms. */
const GRACE_MS = 2_000;
/**
 * How long a process may take to go after SIGKILL, in ms: one that waits inside the kernel cannot
 * be killed.
 */
const KILL_MS = 1_000;
/**
 * Runs commands on the machine of the action itself, without a shell. A command that `mayRunOn` runs
 * by @actions/exec. The others run by node:child_process, because @actions/exec can neither end a
 * command nor stream its standard input.
 */
const runner = { where: runner_WHERE, run, open: runner_open };
async function run(argv, options = {}) {
    if (isForToolkit(argv, options))
        return await runByToolkit(argv, options);
    if (options.outlives)
        return await runOutliving(argv, options, options.outlives);
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
        const stdout = (0,exec_output/* collectOutput */.U)(options.onLine);
        const stderr = (0,exec_output/* collectOutput */.U)(options.onErrorLine ?? options.onLine);
        const bounds = runner_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([options.signal], timeoutMs, () => {
            const output = { stdout: stdout.text(), stderr: stderr.text() };
            return new executor/* CommandTimeout */.Rg(runner_WHERE, argv, timeoutMs, output);
        }), false);
        const child = await startChild(argv, [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], options);
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
            throw new executor/* CommandError */.Qd(runner_WHERE, argv, result, ending.signal);
        if (result.exitCode !== 0 && !options.anyExitCode)
            throw new executor/* CommandError */.Qd(runner_WHERE, argv, result);
        return result;
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        runner_disposeResources(env_1);
    }
}
async function runner_open(argv) {
    const child = await startChild(argv, ['pipe', 'pipe', 'pipe']);
    if (!child.stdin || !child.stdout)
        throw new Error('A child with pipes has both streams.');
    const stderr = (0,exec_output/* collectOutput */.U)();
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
            return new executor/* CommandError */.Qd(runner_WHERE, argv, result, signal);
        }),
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
            endProcess(child, 'SIGTERM');
            // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
            if (isConversation)
                child.stdin?.destroy();
            timer = setTimeout(() => {
                endProcess(child, 'SIGKILL');
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

// EXTERNAL MODULE: ./lib/machines/chosen-driver.js + 1 modules
var chosen_driver = __webpack_require__(4624);
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
    return `DOCKER_CONTEXT is set to ${env.DOCKER_CONTEXT}. If both are set, the docker client uses DOCKER_HOST. So until the end of the job it talks to the manager. \`docker --context\` still chooses a context.`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
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
    const places = [(0,external_node_path_.dirname)(path), temp].map((one) => (0,external_node_fs_promises_.realpath)(one).catch(() => undefined));
    const [place, own] = await Promise.all(places);
    if (place === undefined || place !== own)
        return `It is not in RUNNER_TEMP, ${temp}.`;
    return await whyNotOurs(path);
}
/**
 * Why what lies there was not made by this user as a folder; undefined where nothing lies there.
 */
async function whyNotOurs(path) {
    const found = await (0,external_node_fs_promises_.lstat)(path).catch(() => undefined);
    if (found === undefined)
        return undefined;
    if (found.isSymbolicLink())
        return 'It is a link.';
    if (!found.isDirectory())
        return 'It is no folder.';
    const user = process.getuid?.() ?? found.uid;
    return found.uid === user ? undefined : `It belongs to another user (uid ${found.uid}).`;
}

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
const POLL_MS = 20;
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
            child.on('error', (cause) => reject(notStarted(program, cause)));
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
async function background_endProcess(id) {
    for (const signal of ['SIGTERM', 'SIGKILL']) {
        if (!(await isAlive(id)))
            return;
        kill(id.pid, signal);
        const wait = { clock: base_clock/* systemClock */.ml, limitMs: background_GRACE_MS, everyMs: POLL_MS };
        const runs = await (0,base_clock/* until */.TG)(() => isAlive(id), (isStill) => !isStill, wait);
        if (!runs)
            return;
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
            const text = await (0,external_node_fs_promises_.readFile)(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
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
            return startOfStat(await (0,external_node_fs_promises_.readFile)(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
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
    const { stdout } = await runner.run(argv, {
        anyExitCode: true,
        mayRunOn: true,
        timeoutMs: 10_000,
    });
    return stdout.trim() || undefined;
}
function kill(pid, signal) {
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
function notStarted(program, cause) {
    const missing = cause.code === 'ENOENT';
    return new ActionError(`Program ${missing ? 'not found' : 'could not be started'} on the runner: ${program}`, {
        cause,
        hint: missing ? INSTALL : undefined,
        details: missing ? undefined : cause.message,
    });
}
const INSTALL = 'Install the OpenSSH client on the runner (Debian and Ubuntu: apt-get install openssh-client; Alpine: apk add openssh-client).';

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
        return await background_endProcess(id);
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
        return await (0,external_node_fs_promises_.rm)(path, { recursive: true, force: true });
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
        const bounds = agent_addDisposableResource(env_1, limit([signal], START_MS, () => notReady()), false);
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
function notReady() {
    return new ActionError(`ssh-agent on the runner was not ready within ${START_MS / 1000} s`);
}
/**
 * Ends the agent that was started for this folder, if there is one. Called twice it does nothing.
 */
async function endAgent(folder) {
    const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, RECORD), 'utf8').catch(() => undefined);
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
            await (0,external_node_fs_promises_.rm)(socket, { force: true });
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
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const near = join(folder, SOCKET);
        const socketFolder = isSocketPath(near) ? undefined : await mkdtemp(SOCKET_FOLDER);
        const socket = join(socketFolder ?? folder, SOCKET);
        const remember = async (processes) => await writeFile(join(folder, RECORD), JSON.stringify({ processes, socketFolder }), {
            mode: 0o600,
        });
        await remember([]);
        const { ended, ...command } = await startInBackground(['ssh-agent', '-a', socket, '-t', `${LIFE_S}`, 'sh', '-c', LIMIT_SCRIPT], join(folder, LOG));
        await remember([command]);
        // Not cut short: an agent whose command is ended before its number is known runs on for 10 s.
        const bounds = agent_addDisposableResource(env_2, limit([], START_MS, () => notReady()), false);
        const pid = await unlessAborted(agentPid(folder, ended, bounds.signal), bounds.signal);
        await remember([command, await processOf(pid)]);
        signal.throwIfAborted();
        return socket;
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        agent_disposeResources(env_2);
    }
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
                hint: `No Docker Engine runs there, or it listens elsewhere. Or user ${user} may not look into the folder: sudo ls -l ${remoteSocket}`,
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
                hint: 'The engine answers there, so forwarding is switched off. Each of these of its sshd also stops sockets. Set in /etc/ssh/sshd_config of the node: `AllowTcpForwarding local`, `AllowStreamLocalForwarding local`, `DisableForwarding no`, `PermitOpen any`. Then run there: sudo systemctl reload ssh. See what holds: sudo sshd -T | grep -iE "forwarding|permitopen". If they are so already, the key has `restrict` or `no-port-forwarding` in authorized_keys there.',
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
        hint,
    });
}
const HINTS = (/* unused pure expression or super */ null && ([
    [
        /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|no matching host key/,
        'The connection was ended before anything was sent. If the host was set up anew, replace the expected key. If not, another host may answer at this address.',
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
            await (0,external_node_fs_promises_.rm)(folder, { recursive: true, force: true });
        }
    }
}
async function remember(folder, value) {
    await writeFile(join(folder, tunnel_RECORD), JSON.stringify(value), { mode: 0o600 });
}
async function endTunnel(folder) {
    const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, tunnel_RECORD), 'utf8').catch(() => undefined);
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
            await (0,external_node_fs_promises_.rm)((0,external_node_path_.join)(folder, 'docker.sock'), { force: true });
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

// EXTERNAL MODULE: ./lib/machines/drivers.js
var drivers = __webpack_require__(4816);
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
            return new Problem('not a login. Write `host user password`, for example `registry.example.com deploy` and a secret. An empty secret looks like this, too.', shown);
        }
        const { registry } = login;
        if (logins.some((one) => one.registry === registry)) {
            return new Problem(`${registry} has a login in a line before. Keep one.`, shown);
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
const masks_of_LONGEST = 10_000;
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
        ...(whole.length > masks_of_LONGEST ? [] : [whole, `${whole}\n`, secret].flatMap(encoded)),
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
        (0,lib_core/* setSecret */.Pq)(one);
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
        for (const secret of secretsOfLine(line))
            mask(`The password in line ${at + 1} of registries`, secret);
    }
}
/** Masks the variables of the step that are secret. */
function maskVariables(names) {
    for (const name of names)
        mask(`Variable ${name}`, process.env[name] ?? '');
}
/** As it was given, and as it is without what forms and variables do to a key. */
function maskKey(given) {
    const found = (0,private_key_text/* findArmour */.g)(given);
    const texts = typeof found === 'string' ? [] : found.map(({ text }) => text);
    for (const text of [given, ...texts])
        mask('Input ssh-private-key', text);
}

;// CONCATENATED MODULE: ./lib/action/load-driver.js


/** The driver of this name, its secret variables masked from now on; undefined if there is none. */
async function loadMasked(name) {
    const definition = await (0,drivers/* loadDriver */.L)(name);
    maskVariables(definition?.secretVariables ?? []);
    return definition;
}
/** As `loadMasked`, for each of these names. */
async function loadAllMasked(names) {
    const loaded = [];
    for (const name of names)
        loaded.push({ name, definition: await loadMasked(name) });
    return loaded;
}

// EXTERNAL MODULE: ./lib/action/runner/environment.js + 1 modules
var environment = __webpack_require__(8102);
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
    let outcome = 'stays';
    await reported(async () => {
        maskInputs(environment/* readInput */.R5);
        const state = (0,down_state/* parseState */.Bu)((0,lib_core/* getState */.Gu)(down_state/* STATE_KEY */.Mq));
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
            outcome = next;
        });
    });
    await reported(() => announce(outcome));
    exitIfLeftBehind();
}
/** Loaded only where there is something to tell. */
async function announce(outcome) {
    const announced = (0,down_state/* parseAnnounced */.FU)((0,lib_core/* getState */.Gu)(down_state/* ANNOUNCED_KEY */.i$));
    if (!announced || (outcome === 'stays' && announced.ended !== undefined))
        return;
    const { announceOutcome } = await __webpack_require__.e(/* import() */ 28).then(__webpack_require__.bind(__webpack_require__, 3028));
    await announceOutcome(announced, outcome, (0,environment/* readEnvironment */.Qo)());
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
/** `setOutcome` is called with the outcome for the cluster so far. */
async function tearDown(state, setOutcome) {
    const definition = await loadMasked(state.driver);
    const kept = reasonToKeep(state, (0,environment/* readInput */.R5)('job-status'));
    if (kept !== undefined) {
        log/* githubLog */.Q.info(`Cluster ${state.cluster} stays: ${kept}.`);
        if (state.superseded && state.made) {
            log/* githubLog */.Q.info(howToRemove(state.cluster, { name: state.driver }));
        }
        if (state.lock === undefined && !isKeptForLook(state) && !mayHoldHosts(state, definition))
            return;
    }
    if (!definition)
        throw new errors/* ActionError */.lZ(`Driver ${state.driver}, which made cluster ${state.cluster}, is not known to this version of the action.`, {
            hint: 'Use the same version in the whole job, or remove the cluster by its label swarm-up.cluster.',
        });
    const env = (0,environment/* readEnvironment */.Qo)();
    const owner = (0,environment/* ownerOfRun */.iz)(state.cluster, env, undefined, state.repository);
    const made = { runner: runner, actionRoot: (0,environment/* actionRoot */.Xu)(), log: log/* githubLog */.Q };
    const { driver, removeVolumes } = await driverOf(definition, env, made);
    const context = {
        reporter: { log: log/* githubLog */.Q, timeline: createTimeline(base_clock/* systemClock */.ml) },
        clock: base_clock/* systemClock */.ml,
        signal: new AbortController().signal,
    };
    if (kept !== undefined) {
        // Machines that go take the lock with them; of hosts that stay it goes with the stack.
        if (state.lock !== undefined) {
            const { releaseLock } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(868), __webpack_require__.e(691), __webpack_require__.e(102)]).then(__webpack_require__.bind(__webpack_require__, 2102));
            await releaseLock(state, owner, { ...context, driver });
        }
        if (mayHoldHosts(state, definition)) {
            const { releaseHosts } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(868), __webpack_require__.e(691), __webpack_require__.e(102)]).then(__webpack_require__.bind(__webpack_require__, 2102));
            await releaseHosts(owner, { ...context, driver });
        }
        if (isKeptForLook(state)) {
            for (const line of await howToEnter(owner, driver))
                log/* githubLog */.Q.info(line);
        }
        return;
    }
    setOutcome('not wholly removed');
    if (driver.makesMachines) {
        await removeCluster(state, owner, { ...context, driver });
        setOutcome('removed');
        log/* githubLog */.Q.info(`Nothing of cluster ${state.cluster} is left.`);
        return;
    }
    const { leaveHosts } = await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(868), __webpack_require__.e(691), __webpack_require__.e(102), __webpack_require__.e(327)]).then(__webpack_require__.bind(__webpack_require__, 7327));
    await leaveHosts(state.stack, owner, {
        ...{ ...context, driver, removeVolumes },
        foreign: 'keep',
        lockTimeoutMs: LOCK_TIMEOUT_MS,
        run: { url: (0,environment/* runUrlOf */.Qm)(env), attempt: env.GITHUB_RUN_ATTEMPT },
        left: state,
    });
    setOutcome('removed');
}
/** Whether main was killed, and may have been forming a swarm of hosts. */
function mayHoldHosts({ stage, lock }, definition) {
    return definition?.makesMachines === false && stage === 'begun' && lock === undefined;
}
/**
 * The driver that main has left. The inputs are loaded only if it needs them: SSH and they are most
 * of the bundle, and the usual removal takes half a second.
 */
async function driverOf(definition, env, context) {
    if ((0,chosen_driver/* needsNoInputs */.Un)(definition)) {
        return { driver: (0,chosen_driver/* driverByDefault */.Ly)(definition, context), removeVolumes: false };
    }
    const { parsePostInputs } = await Promise.all(/* import() */[__webpack_require__.e(746), __webpack_require__.e(761)]).then(__webpack_require__.bind(__webpack_require__, 9761));
    const inputs = parsePostInputs(definition, environment/* readInput */.R5, env, log/* githubLog */.Q.warning);
    return { driver: inputs.driver.create(context), removeVolumes: inputs.removeVolumes };
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

// UNUSED EXPORTS: RUN_KEY, hasOwnRunId, repositoryOf, repositoryUrlOf, strayRun, turnOf, workspaceOf

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/node_modules/@actions/core/lib/core.js + 3 modules
var core = __webpack_require__(6120);
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
    ACT: schemas/* string */.YjP().optional(),
    FORGEJO_ACTIONS: schemas/* string */.YjP().optional(),
    GITEA_ACTIONS: schemas/* string */.YjP().optional(),
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
});
function readEnvironment() {
    const env = environment.parse(process.env);
    const event = readEvent(env.GITHUB_EVENT_PATH);
    const pullRequest = pullRequestOf(event, env);
    return {
        ...env,
        variables: process.env,
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
        isOfRun: (0,cluster_name/* isNameOfRun */.M$)(cluster, env) ? true : undefined,
        expires: ttlMs === undefined ? undefined : (0,expiry/* expiryAfter */.I$)(ttlMs, new Date()),
        pullRequest: pullRequest !== undefined && (0,cluster_name/* goesWith */.XK)(cluster, pullRequest) ? String(pullRequest) : undefined,
    };
}
/** The step that runs: run, job and step id. */
function runOf(env) {
    const run = hasOwnRunId(env) ? env.GITHUB_RUN_ID : strayRun();
    return [run, env.GITHUB_JOB, env.GITHUB_ACTION].filter(Boolean).join('/');
}
/** What main leaves for post where the runner does not number its runs. */
const RUN_KEY = 'swarm-up-run';
/**
 * Whether the run has a number that no other run has: act gives each of them 1 (nektos/act,
 * run_context.go), and whoever runs the action by hand may give none.
 */
function hasOwnRunId({ GITHUB_RUN_ID: run, ACT: act }) {
    return Boolean(run) && act !== 'true';
}
const CHANCE = `local-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
/** Stands for the number of a run that has none, the same in main and post; equal to no other. */
function strayRun() {
    return (0,core/* getState */.Gu)(RUN_KEY) || CHANCE;
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
    if (own === undefined || number === undefined || !workflow || !hasOwnRunId(env))
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
const GITHUB = 'https://github.com';
/** Where the API is, to which the token goes: never at another server than the run's own. */
function apiUrlOf({ GITHUB_API_URL: api, GITHUB_SERVER_URL: server = GITHUB, }) {
    const own = server.replace(/\/+$/, '');
    // As Enterprise Server has it (docs.github.com, "Getting started with the REST API").
    return api || (own === GITHUB ? 'https://api.github.com' : `${own}/api/v3`);
}
/** The repository as GitHub's API is asked about it. */
function gitHubOf(env, token) {
    return {
        apiUrl: apiUrlOf(env),
        repository: env.GITHUB_REPOSITORY ?? '',
        token,
        runsFor: { actor: env.GITHUB_ACTOR, isFork: env.isFork },
    };
}
/** Where the run can be looked at; undefined outside of GitHub, and of what is like it. */
function runUrlOf(env) {
    const repository = hasOwnRunId(env) ? repositoryUrlOf(env) : undefined;
    // There a run is found by its number (ActionRun.Link in go-gitea/gitea models/actions/run.go).
    const isGitea = [env.GITEA_ACTIONS, env.FORGEJO_ACTIONS].includes('true');
    const run = isGitea ? env.GITHUB_RUN_NUMBER : env.GITHUB_RUN_ID;
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
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6120);
/* harmony import */ var _base_unwritable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(869);





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
    writing('GITHUB_ENV', () => (0,_actions_core__WEBPACK_IMPORTED_MODULE_4__/* .exportVariable */ .dN)(name, value));
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
        throw (0,_base_unwritable_js__WEBPACK_IMPORTED_MODULE_3__/* .unwritable */ .m)(file, process.env[file] ?? '', error);
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
/* harmony export */   TG: () => (/* binding */ until),
/* harmony export */   d_: () => (/* binding */ untilQuiet),
/* harmony export */   ml: () => (/* binding */ systemClock)
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
/**
 * Looks at once, and again and again until what is seen is enough, or `limitMs` are over. Gives
 * what was seen last: after the time limit it is not enough, and the caller says what that means.
 */
async function until(look, isEnough, { clock, signal, limitMs, everyMs }) {
    const end = clock.now() + limitMs;
    for (;;) {
        const seen = await look();
        if (isEnough(seen) || clock.now() > end)
            return seen;
        await clock.sleep(everyMs, signal);
    }
}
/**
 * Looks until nothing has moved for `quietMs`, or `limitMs` are over, where there is such a limit.
 * `hasMoved` may also end the wait by what it throws.
 */
async function untilQuiet(hasMoved, { clock, signal, quietMs, limitMs = Number.POSITIVE_INFINITY, everyMs, }) {
    const end = clock.now() + limitMs;
    for (let since = clock.now(); clock.now() - since < quietMs && clock.now() < end;) {
        if (await hasMoved())
            since = clock.now();
        await clock.sleep(everyMs, signal);
    }
}


/***/ }),

/***/ 7778:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   QA: () => (/* binding */ formatSpan),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
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
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
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
    const cause = unprintedCause(error, lines);
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
function unprintedCause(error, lines) {
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

/***/ 1489:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ notStarted),
/* harmony export */   c: () => (/* binding */ isNotFound)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);


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
 * The error of a command that did not start. ENOENT is a program that the runner does not have, or
 * a missing folder `cwd`.
 */
function notStarted({ program, cwd, cause }) {
    const isMissing = cause.code === 'ENOENT';
    if (isMissing && (cwd === undefined || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(cwd)))
        return notFound(program, cause);
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Program could not be started on the runner: ${program}`, {
        details: isMissing ? `The folder ${cwd} does not exist.` : cause.message,
        ...(!isMissing && { cause }),
    });
}
/** Whether the runner does not have the program of a command. */
function isNotFound(error) {
    const cause = error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ ? error.cause : undefined;
    return cause?.code === 'ENOENT';
}
function notFound(program, cause) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Program not found on the runner: ${program}`, {
        cause,
        hint: INSTALL[program] ?? `Install ${program} on the runner, or add its folder to PATH.`,
    });
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

/***/ 2124:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M$: () => (/* binding */ isNameOfRun),
/* harmony export */   XK: () => (/* binding */ goesWith)
/* harmony export */ });
/* unused harmony exports parseCluster, deriveCluster, withPullRequest */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);


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
    return new Problem(`not a name for a cluster: it becomes the name of machines and networks, so lower-case letters, digits and inner hyphens only, at most ${CLUSTER_LENGTH} characters. For example \`${slug(text, CLUSTER_LENGTH) || 'preview'}\`.`);
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
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 7);
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

/***/ 4624:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  jp: () => (/* binding */ chosenDriver),
  Ly: () => (/* binding */ driverByDefault),
  Un: () => (/* binding */ needsNoInputs)
});

// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(3331);
;// CONCATENATED MODULE: ./lib/machines/read-only-driver.js

/**
 * The same driver for a dry run: it tells what there is, and refuses what makes, changes or removes
 * something. Each connection to one of its machines has to go through `guard`.
 */
function readOnlyDriver(driver, guard) {
    // By name, so that a part that comes later is left out. `entered`, `admit` and `lead` change
    // machines, and `makeReady` the runner.
    const core = {
        guard,
        name: driver.name,
        list: driver.list,
        target: driver.target,
        addressPools: driver.addressPools,
        mtu: driver.mtu,
        inside: driver.inside,
        commandOn: driver.commandOn,
        diagnostics: driver.diagnostics,
    };
    if (!driver.makesMachines) {
        return { ...core, makesMachines: false, adoption: driver.adoption, roles: driver.roles };
    }
    const refused = (what) => async () => {
        throw (0,read_only_executor/* changeRefused */.VR)('the runner', `${what} of the driver ${driver.name}`);
    };
    return {
        ...core,
        makesMachines: true,
        onRunner: driver.onRunner,
        clusters: driver.clusters,
        isGone: driver.isGone,
        plan: driver.plan,
        refusePorts: driver.refusePorts,
        ipsecObstacle: driver.ipsecObstacle,
        survivesRestart: driver.survivesRestart,
        installsEngine: driver.installsEngine,
        engine: driver.engine,
        vendorTime: driver.vendorTime,
        wayIn: driver.wayIn,
        check: refused('check'),
        prepare: refused('prepare'),
        create: refused('create'),
        destroy: refused('destroy'),
        destroyCluster: refused('destroyCluster'),
        renew: refused('renew'),
    };
}

;// CONCATENATED MODULE: ./lib/machines/chosen-driver.js

/** A driver with its inputs read, and options that its schema has checked. */
function chosenDriver(definition, read, options) {
    const { name, makesMachines, onRunner, reads = [] } = definition;
    const create = ({ guard, ...context }) => {
        if (!guard)
            return read.create(options, context);
        const forms = [...reads, ...(definition.readsOf?.(options) ?? [])];
        const runner = readingRunner(context.runner, guard, forms);
        return readOnlyDriver(read.create(options, { ...context, runner, guard }), guard);
    };
    return { name, makesMachines, onRunner, roles: read.roles, options, create };
}
/** The runner of a dry run, on which the driver may ask what it says that it asks. */
function readingRunner(runner, guard, reads) {
    const guarded = guard(runner);
    return {
        ...guarded,
        run: (argv, options) => (reads.some((isRead) => isRead(argv)) ? runner : guarded).run(argv, options),
    };
}
/** Whether clusters of the driver are found without any input: by what is on the runner alone. */
function needsNoInputs({ makesMachines, placeOptions }) {
    return makesMachines && placeOptions === undefined;
}
/** A driver by its defaults. Throws `Error` if `needsNoInputs` does not hold for it. */
function driverByDefault(definition, context) {
    const options = definition.options.parse({});
    const driver = chosenDriver(definition, definition.read(NOTHING_GIVEN), options).create(context);
    if (driver.makesMachines)
        return driver;
    throw new Error(`The driver ${definition.name} needs inputs.`);
}
const NOTHING_GIVEN = {
    read: () => '',
    variables: {},
    problem: (input, _shown, reason) => {
        throw new Error(`${input}: ${reason}`);
    },
    warn: () => { },
    purpose: 'find',
};


/***/ }),

/***/ 4816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ loadDriver),
/* harmony export */   q: () => (/* binding */ DRIVER_NAMES)
/* harmony export */ });
/**
 * The drivers there are, one line for each, by the name that the input `driver` gives. A step loads
 * its own and no other.
 */
const DRIVERS = {
    amazonec2: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(591), __webpack_require__.e(602), __webpack_require__.e(115), __webpack_require__.e(312), __webpack_require__.e(507)]).then(__webpack_require__.bind(__webpack_require__, 2507))).amazonec2Driver,
    command: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(115), __webpack_require__.e(158), __webpack_require__.e(356)]).then(__webpack_require__.bind(__webpack_require__, 7356))).commandDriver,
    digitalocean: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(115), __webpack_require__.e(312), __webpack_require__.e(764)]).then(__webpack_require__.bind(__webpack_require__, 8313))).digitaloceanDriver,
    docker: async () => (await Promise.all(/* import() */[__webpack_require__.e(942), __webpack_require__.e(691), __webpack_require__.e(914)]).then(__webpack_require__.bind(__webpack_require__, 348))).dockerDriver,
    'docker-machine': async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(115), __webpack_require__.e(157)]).then(__webpack_require__.bind(__webpack_require__, 4157))).dockerMachineDriver,
    hetzner: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(115), __webpack_require__.e(312), __webpack_require__.e(497)]).then(__webpack_require__.bind(__webpack_require__, 1154))).hetznerDriver,
    hyperv: async () => (await Promise.all(/* import() */[__webpack_require__.e(733), __webpack_require__.e(523)]).then(__webpack_require__.bind(__webpack_require__, 6913))).hypervDriver,
    qemu: async () => (await Promise.all(/* import() */[__webpack_require__.e(602), __webpack_require__.e(733), __webpack_require__.e(606)]).then(__webpack_require__.bind(__webpack_require__, 5606))).qemuDriver,
    ssh: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(305)]).then(__webpack_require__.bind(__webpack_require__, 1305))).sshDriver,
    terraform: async () => (await Promise.all(/* import() */[__webpack_require__.e(472), __webpack_require__.e(602), __webpack_require__.e(115), __webpack_require__.e(158), __webpack_require__.e(396)]).then(__webpack_require__.bind(__webpack_require__, 2396))).terraformDriver,
    virtualbox: async () => (await Promise.all(/* import() */[__webpack_require__.e(733), __webpack_require__.e(533)]).then(__webpack_require__.bind(__webpack_require__, 347))).virtualboxDriver,
};
const DRIVER_NAMES = Object.keys(DRIVERS);
/** The driver of this name; undefined if there is none. */
async function loadDriver(name) {
    return Object.hasOwn(DRIVERS, name) ? await DRIVERS[name]() : undefined;
}


/***/ }),

/***/ 2093:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ githubLog)
/* harmony export */ });
/* unused harmony export inert */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6120);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9626);
/* harmony import */ var _plain_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8379);



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
        (0,_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .startGroup */ .Oh)(inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(title)));
        try {
            return await fn();
        }
        finally {
            (0,_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .endGroup */ .N4)();
        }
    },
    info: (line) => (0,_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .info */ .pq)(inert(line)),
    debug: (line) => (0,_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .debug */ .Yz)(inert(line)),
    warning: (message, place) => annotate(_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .warning */ .$e, inert(message), place),
    error: (message, place) => annotate(_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .error */ .z3, inert(message), place),
};
/**
 * The text, `plain`, with a zero-width space in everything that the runner would obey: `::name::`
 * at the start of a line, `##[name]` anywhere (`TryParseV2` and `TryParse` in actions/runner,
 * ActionCommand.cs). The output of a container can be shown so.
 */
function inert(text) {
    return (0,_plain_js__WEBPACK_IMPORTED_MODULE_1__/* .plain */ .pj)(text).replace(COMMAND, '$1\u200b').replaceAll(OLD_COMMAND, '#\u200b#[');
}
function annotate(write, message, place = {}) {
    if (message.length > ANNOTATION_LIMIT)
        (0,_actions_core__WEBPACK_IMPORTED_MODULE_2__/* .info */ .pq)(message);
    write(cut(message), {
        ...(place.title === undefined ? {} : { title: inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(place.title)) }),
        ...(place.file === undefined ? {} : { file: inert((0,_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .oneLine */ .TN)(place.file)) }),
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


/***/ })

};
;