"use strict";
exports.id = 396;
exports.ids = [396];
exports.modules = {

/***/ 5914:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ exists)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** Whether something is at the path, links followed, that this user can get to. Never rejects. */
async function exists(path) {
    return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.access)(path).then(() => true, () => false);
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

/***/ 2396:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  terraformDriver: () => (/* binding */ terraformDriver)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/machines/cloud/found/machine-of-cloud.js
var machine_of_cloud = __webpack_require__(2621);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/machines/user-made/entry.js
var entry = __webpack_require__(3135);
// EXTERNAL MODULE: ./lib/machines/user-made/overlay-pools.js
var overlay_pools = __webpack_require__(9793);
// EXTERNAL MODULE: ./lib/machines/user-made/set-up.js
var set_up = __webpack_require__(8281);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/machines/terraform/asked.js




const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
const askedMachine = schemas/* object */.Ikc({
    /** Unique at the vendor. */
    name: schemas/* string */.YjP(),
    index: schemas/* int */.Whr().min(1),
    /** Public, as a line of known_hosts without the names. */
    host_key: schemas/* string */.YjP(),
    labels,
});
/** The variable `swarm_up` of a module, as its resource `terraform_data.swarm_up` keeps it. */
const askedSchema = schemas/* object */.Ikc({
    name: schemas/* string */.YjP(),
    cluster: schemas/* string */.YjP(),
    repository: schemas/* string */.YjP(),
    /** RFC 3339. */
    expires: schemas/* string */.YjP().nullable(),
    created: schemas/* string */.YjP(),
    labels,
    ports: schemas/* array */.YOg(schemas/* object */.Ikc({ port: schemas/* int */.Whr(), protocol: schemas/* enum */.k5n(['tcp', 'udp', 'sctp']) })),
    /** By host name, which is `<cluster>-<index>`. */
    machines: schemas/* record */.g1P(schemas/* string */.YjP(), askedMachine),
});
/** A cluster without machines. `created` is RFC 3339. */
function newlyAsked(owner, created) {
    const { cluster, repository, expires = null } = owner;
    return {
        ...{ name: (0,object_name/* objectName */.H)(owner), cluster, repository, expires, created },
        ...{ labels: (0,ownership/* ownerLabels */.H0)(owner), ports: [], machines: {} },
    };
}
/** The same cluster with exactly these ports open. */
function withPorts(asked, ports) {
    return { ...asked, ports: ports.map(({ port, protocol }) => ({ port, protocol })) };
}
/** The same cluster with this end, on everything. */
function withExpiry(asked, expires) {
    const end = { [ownership/* EXPIRES_LABEL */.Iw]: expires };
    const machines = Object.entries(asked.machines).map(([host, machine]) => [
        host,
        { ...machine, labels: { ...machine.labels, ...end } },
    ]);
    return {
        ...{ ...asked, expires, labels: { ...asked.labels, ...end } },
        machines: Object.fromEntries(machines),
    };
}
/** The same cluster with one machine more. */
function withMachine(asked, owner, index, hostKey) {
    const host = hostName(owner, index);
    const expires = asked.expires === null ? {} : { expires: asked.expires };
    const machine = {
        ...{ name: (0,object_name/* objectName */.H)(owner, index), index, host_key: hostKey },
        labels: {
            ...(0,ownership/* ownerLabels */.H0)({ ...owner, ...expires }),
            ...{ [machine_labels/* INDEX_LABEL */.sk]: String(index), [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey },
        },
    };
    return { ...asked, machines: { ...asked.machines, [host]: machine } };
}
/** The same cluster without these machines. */
function withoutMachines(asked, hosts) {
    const rest = Object.entries(asked.machines).filter(([host]) => !hosts.has(host));
    return { ...asked, machines: Object.fromEntries(rest) };
}
function hostName({ cluster }, index) {
    return `${cluster}-${index}`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./lib/base/errors.js
var base_errors = __webpack_require__(8949);
;// CONCATENATED MODULE: ./lib/machines/terraform/commands.js

/** The resource of a module that says in the state whose the machines are. */
const MARKER = 'terraform_data.swarm_up';
/** The words of a command line, to be run by `argvOf`. */
const commands = {
    version: () => ['version', '-json'],
    init: (backendConfig, { isReadOnly, plugins, }) => [
        ...['init', '-input=false', '-no-color'],
        ...backendConfig.map((one) => `-backend-config=${one}`),
        ...(isReadOnly ? ['-lockfile=readonly'] : []),
        ...(plugins === undefined ? [] : [`-plugin-dir=${plugins}`]),
    ],
    /** Says what is wrong with a module, with file and line. */
    validate: () => ['validate', '-json'],
    workspaces: () => ['workspace', 'list'],
    deleteWorkspace: (name, { lockTimeoutMs }) => [
        ...['workspace', 'delete', '-no-color', lockTimeout(lockTimeoutMs), name],
    ],
    /** The whole state, as JSON. Holds secrets. */
    state: () => ['state', 'pull'],
    /** Writes into the state whose it is, and makes nothing else. Makes the workspace. */
    mark: (changing) => [
        ...['apply', '-auto-approve', `-target=${MARKER}`],
        ...changingFlags(changing),
    ],
    /** The plan file holds secrets, too. */
    plan: (changing, file) => [
        'plan',
        ...(file === undefined ? [] : [`-out=${file}`]),
        ...changingFlags(changing),
    ],
    apply: (file, { lockTimeoutMs }) => [
        ...['apply', '-json', '-input=false', lockTimeout(lockTimeoutMs), file],
    ],
    destroy: (changing) => ['destroy', '-auto-approve', ...changingFlags(changing)],
};
function changingFlags({ lockTimeoutMs, varFiles }) {
    const files = varFiles.map((file) => `-var-file=${file}`);
    return ['-json', '-input=false', lockTimeout(lockTimeoutMs), ...files];
}
/** In whole seconds, as Go reads a duration. */
function lockTimeout(ms) {
    return `-lock-timeout=${Math.max(1, Math.floor(ms / 1_000))}s`;
}
function argvOf({ binary, module }, words) {
    return [binary, `-chdir=${module}`, ...words];
}
/** What `reads` looks at: the words that only ask, and what each may have behind it. */
const READS = [
    [['version', '-json'], /^$/],
    [['init', '-input=false', '-no-color'], /^-(?:backend-config|lockfile|plugin-dir)=/],
    [['validate', '-json'], /^$/],
    [['workspace', 'list'], /^$/],
    [['state', 'pull'], /^$/],
    [['plan', '-json', '-input=false'], /^-(?:lock-timeout|var-file)=/],
];
/** The commands of this program that change no machine and no state. */
function readsOf(binary) {
    return READS.map(([words, rest]) => ([program, folder, ...given]) => isSameProgram(program, binary) &&
        (folder?.startsWith('-chdir=') ?? false) &&
        words.every((word, at) => given[at] === word) &&
        given.slice(words.length).every((word) => rest.test(word)));
}
/** `terraform` may be found as `/…/terraform-bin`. */
function isSameProgram(program, binary) {
    return program === binary || (0,external_node_path_.basename)(program).startsWith(`${binary}-bin`);
}

;// CONCATENATED MODULE: ./lib/machines/terraform/messages.js

// Lines of `-json` (developer.hashicorp.com, "Terraform machine-readable UI"). Other fields are not
// looked at.
const range = schemas/* object */.Ikc({ filename: schemas/* string */.YjP(), start: schemas/* object */.Ikc({ line: schemas/* int */.Whr() }) });
const diagnostic = schemas/* object */.Ikc({
    severity: schemas/* enum */.k5n(['error', 'warning']),
    summary: schemas/* string */.YjP(),
    detail: schemas/* string */.YjP().default(''),
    address: schemas/* string */.YjP().optional(),
    range: range.nullish(),
});
const change = schemas/* object */.Ikc({
    resource: schemas/* object */.Ikc({
        addr: schemas/* string */.YjP(),
        resource_key: schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig()]).nullish(),
    }),
    action: schemas/* string */.YjP(),
});
const said = { '@message': schemas/* string */.YjP() };
const known = schemas/* discriminatedUnion */.gMt('type', [
    schemas/* object */.Ikc({ ...said, type: schemas/* literal */.euz('diagnostic'), diagnostic }),
    schemas/* object */.Ikc({ ...said, type: schemas/* literal */.euz('planned_change'), change }),
    schemas/* object */.Ikc({ ...said, type: schemas/* literal */.euz('resource_drift'), change }),
    schemas/* object */.Ikc({
        ...said,
        type: schemas/* literal */.euz('change_summary'),
        changes: schemas/* object */.Ikc({ remove: schemas/* int */.Whr(), operation: schemas/* string */.YjP() }),
    }),
]);
const other = schemas/* object */.Ikc({ ...said, type: schemas/* string */.YjP() });
const KNOWN = [
    'diagnostic',
    'planned_change',
    'resource_drift',
    'change_summary',
];
/** Of `validate -json`, which gives one document. */
const validateAnswer = schemas/* object */.Ikc({ diagnostics: schemas/* array */.YOg(diagnostic) });
/** Of `version -json`; OpenTofu gives its own version under the same name. */
const versionAnswer = schemas/* object */.Ikc({ terraform_version: schemas/* string */.YjP() });
/** What a line says. Undefined if it is none of `-json`, or not in the form that is documented. */
function readMessage(line) {
    const text = other.safeParse(documentOf(line));
    if (!text.success || !KNOWN.includes(text.data.type))
        return text.data;
    return known.safeParse(documentOf(line)).data;
}
function documentOf(line) {
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}
function isDiagnostic(message) {
    return 'diagnostic' in message;
}
/** The changes that a plan has, in its order. */
function plannedChanges(messages) {
    return changesOf(messages, 'planned_change');
}
/** What has become of resources without Terraform: `delete` if they are gone. */
function driftedResources(messages) {
    return changesOf(messages, 'resource_drift');
}
function changesOf(messages, type) {
    return messages.flatMap((message) => 'change' in message && message.type === type ? [message.change] : []);
}
/** How many resources a `destroy` has removed; 0 if it does not say. */
function removedBy(messages) {
    const summaries = messages.flatMap((message) => ('changes' in message ? [message.changes] : []));
    return summaries.findLast(({ operation }) => operation === 'destroy')?.remove ?? 0;
}

;// CONCATENATED MODULE: ./lib/machines/terraform/problems.js


/** A backend that makes a workspace says it in words of its own, with the same fields. */
const LOCKED = /^Error acquiring the state lock|\bfailed to lock\b|^Lock Info:/m;
/**
 * The place of a diagnostic: its file from the folder of the job, with `/`, and the line. Undefined
 * if it has none there.
 */
function placeOf({ range }, { module, workspace }) {
    if (!range)
        return undefined;
    const file = (0,external_node_path_.relative)(workspace, (0,external_node_path_.resolve)(module, range.filename));
    if (file.startsWith('..') || (0,external_node_path_.isAbsolute)(file))
        return undefined;
    return { file: file.replaceAll('\\', '/'), line: range.start.line };
}
/** `machines/main.tf:7: Unsupported argument. No such argument.` */
function textOf(diagnostic, ground) {
    const { range, summary, detail, address } = diagnostic;
    const place = placeOf(diagnostic, ground);
    const file = place?.file ?? range?.filename;
    const where = file === undefined ? (address ?? '') : `${file}:${range?.start.line}`;
    const text = detail === '' ? summary : `${summary}. ${detail}`;
    return where === '' ? text : `${where}: ${text}`;
}
/** The lock of the state, which another run has; undefined if that is not what is wrong. */
function lockOf(errors) {
    const texts = errors.map(({ summary, detail: more }) => `${summary}\n${more}`.trim());
    const detail = texts.find((text) => LOCKED.test(text));
    if (detail === undefined)
        return undefined;
    const field = (name) => new RegExp(`^ *${name}: +(\\S.*)$`, 'm').exec(detail)?.[1]?.trim();
    return { id: field('ID'), who: field('Who'), since: field('Created'), detail };
}
/** The error of a state whose lock another run has. */
function locked({ id, who, since, detail }, { binary, module, name }) {
    const holder = who === undefined ? 'another run' : who;
    const from = since === undefined ? '' : ` since ${since}`;
    const unlock = `TF_WORKSPACE=${name} ${binary} -chdir=${module} force-unlock ${id ?? '<id>'}`;
    return new base_errors/* ActionError */.lZ(`The state ${name} is locked by ${holder}${from}.`, {
        details: detail,
        hint: `Wait until that run has ended, then run this again. If it cannot end any more, first look in the cloud for what it was making: the state may not know of that. Then: ${unlock}`,
    });
}

// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/not-started.js
var not_started = __webpack_require__(1489);
// EXTERNAL MODULE: ./lib/machines/own-variables.js
var own_variables = __webpack_require__(5843);
;// CONCATENATED MODULE: ./lib/machines/terraform/run-terraform.js
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









/** The workspace that every backend has, and that is nobody's. */
const DEFAULT_WORKSPACE = 'default';
/** A question to the backend, in ms; `init` may have to load providers. */
const QUESTION_MS = 60_000;
const INIT_MS = 300_000;
/** How long a run may take to save its state after its SIGINT, in ms: a cancelled step ends soon. */
const STOP_MS = { aborted: 3_000, timedOut: 20_000 };
/** How much of what was said without `-json` is told, in lines. */
const TOLD_LINES = 20;
/** Lines of `-json` that tell people how it goes on. Others may hold values of outputs. */
const TOLD = /^(?:apply_(?:start|progress|complete|errored)|change_summary|state_lock_acquire)$/;
/** How a command is called, for messages: `terraform apply`. */
function titleOf({ program }, words) {
    const name = (0,external_node_path_.basename)(program.binary).replace(/-bin(?:\.exe)?$|\.exe$/, '');
    return `${name} ${words
        .filter((word) => /^[a-z]+$/.test(word))
        .slice(0, isPair(words) ? 2 : 1)
        .join(' ')}`;
}
const isPair = ([first]) => first === 'workspace' || first === 'state';
/**
 * Asks, and gives what was printed. Throws `ActionError` with the program's own words; rejects with
 * the signal's reason on abort.
 */
async function ask(work, words, where = {}) {
    const timeoutMs = words[0] === 'init' ? INIT_MS : QUESTION_MS;
    const result = await start(work, words, where, { timeoutMs });
    if (result.exitCode === 0)
        return result.stdout;
    throw failedText(work, words, where, result);
}
/** As `ask`, for what changes a state and is never killed. */
async function changeText(work, words) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const folder = __addDisposableResource(env_1, work.scratch.folder(), false);
        const outlives = { folder: folder.path, stopMs: STOP_MS };
        const result = await start(work, words, {}, { timeoutMs: work.options.timeout, outlives });
        if (result.exitCode !== 0)
            throw failedText(work, words, {}, result);
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
/**
 * Runs a command with `-json` that takes the lock of a state, and is never killed: on abort it is
 * asked once to stop, and may go on for a while. Tells how it goes on, its warnings and errors at
 * their places. Throws `ActionError` with all errors, also if another run has the lock; rejects with
 * the signal's reason on abort.
 */
async function run_terraform_change(work, words, where) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const { log, ground, warn } = work;
        const folder = __addDisposableResource(env_2, work.scratch.folder(), false);
        const result = await start(work, words, where, {
            timeoutMs: work.options.timeout,
            outlives: { folder: folder.path, stopMs: STOP_MS },
            onLine: (line) => {
                const message = where.isQuiet ? undefined : readMessage(line);
                if (message && TOLD.test(message.type))
                    log.info(message['@message'].trim());
            },
        });
        const lines = result.stdout.split('\n').filter((line) => line.trim() !== '');
        const messages = lines.flatMap((line) => readMessage(line) ?? []);
        const diagnostics = messages.filter(isDiagnostic).map(({ diagnostic }) => diagnostic);
        for (const one of diagnostics) {
            const isTold = one.severity === 'warning' && !where.isQuiet;
            if (isTold)
                warn(textOf(one, ground), placeOf(one, ground));
        }
        for (const line of lines)
            if (!readMessage(line))
                log.info(`${titleOf(work, words)}: ${line}`);
        if (result.exitCode === 0)
            return messages;
        throw failed(work, words, where, { diagnostics, result });
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        __disposeResources(env_2);
    }
}
function failed(work, words, { workspace = DEFAULT_WORKSPACE }, { diagnostics, result }) {
    const { log, ground, program } = work;
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const lock = lockOf(errors);
    if (lock)
        return locked(lock, { ...program, name: workspace });
    const [first] = errors;
    if (!first)
        return failedText(work, words, { workspace }, result);
    for (const one of errors) {
        const place = placeOf(one, ground);
        if (place)
            log.error?.(textOf(one, ground), { ...place, title: titleOf(work, words) });
    }
    const texts = [...new Set(errors.map((one) => textOf(one, ground)))];
    return new base_errors/* ActionError */.lZ(`\`${titleOf(work, words)}\` failed in ${workspace}: ${first.summary.split('\n', 1)[0]}`, {
        details: texts.join('\n'),
    });
}
function failedText(work, words, { workspace = DEFAULT_WORKSPACE }, result) {
    const lines = (0,executor/* ownWords */.I1)(result).split('\n').slice(-TOLD_LINES);
    return new base_errors/* ActionError */.lZ(`\`${titleOf(work, words)}\` failed in ${workspace} (exit code ${result.exitCode}).`, { details: lines.join('\n') });
}
async function start(work, words, { workspace = DEFAULT_WORKSPACE, env }, { timeoutMs, ...options }) {
    const { runner, program, bounds, clock, variables, scratch } = work;
    const limitMs = Math.max(1, Math.min(timeoutMs, bounds.deadline - clock.now()));
    try {
        return await runner.run(argvOf(program, words), {
            env: {
                ...(0,own_variables/* withoutOwnVariables */.E)(variables),
                ...{ TF_DATA_DIR: scratch.data, TF_WORKSPACE: workspace },
                // It then leaves out what only helps people at a terminal, and asks nothing.
                ...{ TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
                ...env,
            },
            ...{ timeoutMs: limitMs, signal: bounds.signal, anyExitCode: true },
            ...options,
        });
    }
    catch (error) {
        bounds.signal.throwIfAborted();
        throw notEnded(work, words, workspace, { error, limitMs });
    }
}
function notEnded(work, words, workspace, { error, limitMs }) {
    const title = titleOf(work, words);
    if (error instanceof executor/* CommandTimeout */.Rg) {
        return new base_errors/* ActionError */.lZ(`\`${title}\` did not end within ${(0,duration/* formatDuration */.a3)(limitMs)} in ${workspace}.`, {
            details: 'It was asked to stop, and was not killed: its state would be lost.',
            hint: 'If it needs longer, give a longer `timeout` in `driver-options`. If it still runs, it holds the lock of the state until it ends.',
        });
    }
    if (error instanceof executor/* CommandError */.Qd) {
        return new base_errors/* ActionError */.lZ(`\`${title}\` was ended by a signal in ${workspace}.`, {
            details: (0,executor/* ownWords */.I1)(error.result).split('\n').slice(-TOLD_LINES).join('\n'),
            hint: 'What it was making may not be in its state. Look in the cloud.',
            cause: error,
        });
    }
    return (0,not_started/* isNotFound */.c)(error) ? missing(work, error) : error;
}
function missing({ program }, cause) {
    const isTofu = /tofu/.test((0,external_node_path_.basename)(program.binary));
    const [name, action] = isTofu
        ? ['OpenTofu', 'opentofu/setup-opentofu']
        : ['Terraform', 'hashicorp/setup-terraform'];
    return new base_errors/* ActionError */.lZ(`${name} was not found on the runner: ${program.binary}`, {
        hint: `Install it in a step before this one (\`${action}\`), also for \`down\` and \`sweep\`. Or give its path as \`binary\` in \`driver-options\`.`,
        cause,
    });
}

;// CONCATENATED MODULE: ./lib/machines/terraform/begin.js








/** `terraform_data` is there since 1.4, and every OpenTofu has it. */
const LEAST = [1, 4];
/**
 * Makes the module ready: its providers, and its backend. Changes nothing but files on the runner.
 * Throws `ActionError` with file and line if something is wrong with the module.
 */
async function begin(work, { isReadOnly = false, plugins, } = {}) {
    const { options, program, scratch } = work;
    if (!(0,external_node_fs_.existsSync)(program.module))
        throw noModule(options.module);
    const version = await versionOf(work);
    const hasLock = (0,external_node_fs_.existsSync)((0,external_node_path_.join)(program.module, '.terraform.lock.hcl'));
    const init = commands.init(options['backend-config'], {
        ...{ isReadOnly: isReadOnly && hasLock, plugins },
    });
    try {
        await ask(work, init);
    }
    catch (error) {
        throw error instanceof base_errors/* ActionError */.lZ ? await withPlaces(work, error) : error;
    }
    return { version, backend: backendOf(scratch.data) };
}
async function versionOf(work) {
    const words = commands.version();
    const answer = versionAnswer.safeParse(begin_documentOf(await ask(work, words)));
    if (!answer.success) {
        throw new base_errors/* ActionError */.lZ(`\`${titleOf(work, words)}\` did not say its version.`, {
            hint: '`binary` in `driver-options` has to be Terraform or OpenTofu.',
        });
    }
    const { terraform_version: version } = answer.data;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const [leastMajor, leastMinor] = LEAST;
    const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
    if (isEnough)
        return version;
    throw new base_errors/* ActionError */.lZ(`${titleOf(work, words)}: ${version} is too old.`, {
        hint: `Install ${LEAST.join('.')} or later.`,
    });
}
/** The error of `init`, with what `validate` says of the module, if it says something. */
async function withPlaces(work, error) {
    const { log, ground, bounds } = work;
    // It ends with 1 if something is wrong, and its answer says what.
    const said = await ask(work, commands.validate()).catch((failure) => failure);
    bounds.signal.throwIfAborted();
    const text = said instanceof base_errors/* ActionError */.lZ ? said.details : said;
    const answer = validateAnswer.safeParse(begin_documentOf(String(text ?? '')));
    const errors = (answer.data?.diagnostics ?? []).filter((one) => one.severity === 'error');
    const placed = errors.filter((one) => one.range);
    if (placed.length === 0)
        return error;
    for (const one of placed) {
        const place = placeOf(one, ground);
        if (place)
            log.error?.(textOf(one, ground), { ...place, title: 'Module' });
    }
    return new base_errors/* ActionError */.lZ(error.message, {
        details: placed.map((one) => textOf(one, ground)).join('\n'),
        cause: error,
    });
}
const settings = schemas/* object */.Ikc({ backend: schemas/* object */.Ikc({ type: schemas/* string */.YjP() }).nullish() });
/** What `init` has written of the backend; it writes nothing if the module names none. */
function backendOf(data) {
    const file = (0,external_node_path_.join)(data, 'terraform.tfstate');
    if (!(0,external_node_fs_.existsSync)(file))
        return 'local';
    return settings.parse(JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'))).backend?.type ?? 'local';
}
/** Refuses a state that would be gone with the job while its machines stay. Throws `ActionError`. */
function refuseLocal({ backend }, teardown) {
    if (backend !== 'local' || teardown === 'auto' || teardown === 'always')
        return;
    throw new base_errors/* ActionError */.lZ(`The state of the module is a file on the runner, and \`teardown: ${teardown}\` keeps the machines.`, {
        details: 'After the job the state would be gone, and nobody could remove the machines.',
        hint: 'Give the module a backend (`backend "s3" {}`). Or remove the machines in this job (`teardown: always`). If this runner keeps its files, set `allow-local-state: true` in `driver-options`.',
    });
}
function noModule(module) {
    return new base_errors/* ActionError */.lZ(`The folder of the module was not found: ${module}`, {
        hint: '`module` in `driver-options` counts from the folder of the job. In a job that has not checked out the repository, add the step `actions/checkout` before this one.',
    });
}
function begin_documentOf(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(3727);
;// CONCATENATED MODULE: ./lib/machines/terraform/state.js




const ADDRESS = 'an IP address or a host name';
const PORT = 'a port, 1 to 65535, or nothing';
const USER = 'the name of a user, or nothing';
const NAME = 'the key of the machine in `var.swarm_up.machines`';
const NODES = 'a list of nodes';
const HOST_KEYS = 'public host keys as in known_hosts, or nothing';
const OUTPUT = 'an object with `nodes`';
const address = schemas/* string */.YjP(ADDRESS).regex(/^[0-9A-Za-z:][0-9A-Za-z.:%_-]*$/, ADDRESS);
/** A machine as a module tells of it, in its output `swarm_up`. */
const node = schemas/* object */.Ikc({
    name: schemas/* string */.YjP(NAME).min(1, NAME),
    address,
    private_address: address.nullish(),
    user: schemas/* string */.YjP(USER)
        .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, USER)
        .nullish(),
    port: schemas/* int */.Whr(PORT).min(1, PORT).max(65_535, PORT).nullish(),
    host_keys: schemas/* array */.YOg(schemas/* string */.YjP(HOST_KEYS).regex(/^(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+=*(?: .*)?$/, HOST_KEYS), HOST_KEYS)
        .nullish(),
}, 'a node with `name` and `address`');
const output = schemas/* object */.Ikc({ nodes: schemas/* array */.YOg(node, NODES) }, OUTPUT);
/** Of `state pull`: version 4, since Terraform 0.12 and in every OpenTofu. */
const stateFile = schemas/* object */.Ikc({
    version: schemas/* literal */.euz(4),
    lineage: schemas/* string */.YjP(),
    outputs: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ value: schemas/* unknown */.L5J() })),
    resources: schemas/* array */.YOg(schemas/* object */.Ikc({
        module: schemas/* string */.YjP().optional(),
        mode: schemas/* string */.YjP(),
        type: schemas/* string */.YjP(),
        name: schemas/* string */.YjP(),
        instances: schemas/* array */.YOg(schemas/* object */.Ikc({
            index_key: schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig()]).optional(),
            attributes: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).nullish(),
        })),
    })),
});
/**
 * Reads what `state pull` has printed for a workspace. Undefined if there is no state at all. Throws
 * `ActionError` if it is in another form.
 */
function readState(name, text) {
    if (text.trim() === '')
        return undefined;
    const state = stateFile.safeParse(state_documentOf(text));
    if (!state.success)
        throw notRead(name, state.error);
    const { lineage, outputs, resources } = state.data;
    const managed = resources.filter(({ mode }) => mode === 'managed');
    const marker = managed.find(({ module, type, name: own }) => module === undefined && `${type}.${own}` === MARKER);
    return {
        lineage,
        asked: () => marker && askedOf(name, marker.instances[0]?.attributes?.input),
        nodes: () => outputs.swarm_up && nodesOf(name, outputs.swarm_up.value),
        hasOutputs: Object.keys(outputs).length > 0,
        resources: managed.flatMap(({ module, type, name: own, instances }) => instances.map(({ index_key: key }) => `${module === undefined ? '' : `${module}.`}${type}.${own}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`)),
    };
}
/** `terraform_data` keeps a value with its type beside it. */
const dynamic = schemas/* object */.Ikc({ value: schemas/* unknown */.L5J() });
function askedOf(name, input) {
    const asked = askedSchema.safeParse(dynamic.safeParse(input).data?.value);
    if (asked.success)
        return asked.data;
    throw new base_errors/* ActionError */.lZ(`The resource ${MARKER} of the state ${name} does not hold what was asked.`, {
        details: problemsOf(asked.error, 'input'),
        hint: 'Declare `variable "swarm_up" { type = any }`, and give the resource `input = var.swarm_up`.',
    });
}
function nodesOf(name, value) {
    const read = output.safeParse(value);
    if (read.success)
        return read.data.nodes;
    throw new base_errors/* ActionError */.lZ(`The output \`swarm_up\` of the module is not right, in the state ${name}.`, {
        details: problemsOf(read.error, 'swarm_up'),
        hint: 'What it has to hold is in docs/drivers/terraform.md.',
    });
}
function notRead(name, error) {
    return new base_errors/* ActionError */.lZ(`The state ${name} was not understood.`, {
        details: problemsOf(error, 'state'),
        hint: 'Swarm Up reads states of version 4, of Terraform 1.4 and later, and of OpenTofu. Please report this with the version of yours.',
    });
}
/** A line for each: `swarm_up.nodes[0].address: expected an IP address or a host name`. */
function problemsOf({ issues }, root) {
    return issues
        .map(({ path, message }) => {
        const field = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
        return `\`${root}${field.join('')}\`: expected ${message}`;
    })
        .join('\n');
}
function state_documentOf(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/machines/terraform/find.js









/** How many states are read at once. */
const AT_ONCE = 4;
/** A line of `workspace list`; the one that is selected has a star. */
const WORKSPACE = /^[* ] (su-[a-z0-9-]+)$/;
/** The name of a cluster whose parts need no hash. */
const PLAIN = /^su-(\d+)-(.+)$/;
/** The workspaces of clusters that the backend has. */
async function workspaces(work) {
    const lines = (await ask(work, commands.workspaces())).split(/\r?\n/);
    return lines.flatMap((line) => WORKSPACE.exec(line)?.[1] ?? []);
}
/**
 * The state of a workspace that exists: of another, some backends would make it. Undefined if it has
 * none. Throws as `readState` does.
 */
async function stateOf(work, name) {
    return readState(name, await ask(work, commands.state(), { workspace: name }));
}
/** The state of a cluster; undefined if it has no workspace, or no state. */
async function findState(work, id) {
    const name = (0,object_name/* objectName */.H)(id);
    return (await workspaces(work)).includes(name) ? await stateOf(work, name) : undefined;
}
/** Every machine that was asked for, by index; one without an address was never finished. */
function machinesOf(state) {
    const asked = state?.asked();
    if (!asked)
        return [];
    const nodes = state?.nodes() ?? [];
    return Object.entries(asked.machines)
        .flatMap(([host, machine]) => {
        const found = nodes.find(({ name }) => name === host);
        return machineOf(host, machine, found) ?? [];
    })
        .sort((a, b) => a.index - b.index);
}
function machineOf(name, machine, node) {
    const owner = (0,ownership/* ownerOf */.bf)(machine.labels);
    if (!owner)
        return undefined;
    return {
        ...{ name, index: machine.index, owner, labels: entryLabels(machine, node) },
        ...{ state: node ? 'running' : 'stopped', address: node?.address ?? '' },
        privateAddress: node?.private_address ?? undefined,
    };
}
/** The labels, and how the machine is entered. */
function entryLabels({ labels, index, host_key }, node) {
    const hostKeys = node?.host_keys?.length ? node.host_keys : [host_key];
    return {
        ...labels,
        ...{ [machine_labels/* INDEX_LABEL */.sk]: String(index), [machine_labels/* HOST_KEY_LABEL */.AW]: hostKeys.join('\n') },
        ...{ [machine_labels/* PORT_LABEL */.JH]: String(node?.port ?? 22), [machine_labels/* USER_LABEL */.hj]: node?.user ?? first_login/* USER */.m3 },
    };
}
/**
 * Every cluster that has a workspace. One whose state says nothing is told of: to leave it out would
 * be to say that it is gone.
 */
async function clusters(work, tell) {
    const names = await workspaces(work);
    const atOnce = (0,p_limit/* default */.A)(AT_ONCE);
    const read = names.map((name) => atOnce(async () => {
        const text = await ask(work, commands.state(), { workspace: name });
        return clusterOf(name, text, tell);
    }));
    const found = [];
    for (const end of await Promise.allSettled(read)) {
        if (end.status === 'rejected')
            throw end.reason;
        if (end.value)
            found.push(end.value);
    }
    return found.sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
function clusterOf(name, text, tell) {
    const { asked, why } = find_askedOf(name, text);
    const owner = asked && (0,ownership/* ownerOf */.bf)(asked.labels);
    if (asked && owner && (0,object_name/* objectName */.H)(owner) === name) {
        const machines = Object.values(asked.machines).map((one) => `machine ${one.name}`);
        return { owner, created: asked.created, parts: [...machines, `state ${name}`] };
    }
    const [, repository, cluster] = PLAIN.exec(name) ?? [];
    tell(`The state ${name} does not say whose it is: ${why ?? 'its marker is of another cluster'}. It has no \`ttl\`, so \`sweep\` leaves it. Remove it by \`command: down\` with its cluster.`);
    if (repository === undefined || cluster === undefined)
        return undefined;
    const parts = [`state ${name}`];
    return { owner: { cluster, repository, run: '' }, created: undefined, parts };
}
function find_askedOf(name, text) {
    try {
        const state = readState(name, text);
        const asked = state?.asked();
        return { asked, why: state ? 'it has no marker' : 'it is empty' };
    }
    catch (error) {
        if (!(error instanceof base_errors/* ActionError */.lZ))
            throw error;
        return { why: error.message };
    }
}

;// CONCATENATED MODULE: ./lib/machines/terraform/lost.js

/** The error of a state that has lost what it knew. Machines may be left that nobody knows of. */
function lost(name, why) {
    return new base_errors/* ActionError */.lZ(`The state ${name} was lost, so its machines could not be removed.`, {
        details: why,
        hint: `Look in the cloud for what is called ${name}, and remove it by hand: it may cost money. If the backend keeps older versions of the state, restore the last one and run \`command: down\`. Else delete the workspace once nothing is left: terraform workspace delete -force ${name}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/terraform/options.js


/** What the driver itself gives a module begins so. */
const OWN_VARIABLE = 'swarm_up';
const MODULE = 'give the folder of the module: `machines/hetzner`';
const BINARY = 'give the program: `terraform`, `tofu`, or its path';
const LIST = 'give a list of texts';
const DURATION = 'give a duration above 0 with its unit: `90s`, `15m`';
const VARIABLES = 'give a map of the variables of the module: `{region: fsn1}`';
const OWN = `\`${OWN_VARIABLE}\` and \`${OWN_VARIABLE}_user_data\` are given by Swarm Up. Leave them out`;
const SECRET = 'an argument is seen by every user of the runner. Give the secret by a variable of the step (`env`), under the name that the backend documents';
const TIMEOUT_MS = 900_000;
const LOCK_TIMEOUT_MS = 120_000;
/** Settings of backends that are secrets, by their names in the backends' documentation. */
const SECRET_SETTING = /^(?:access_key|secret_key|token|password|sas_token|client_secret|client_certificate_password|encryption_key|credentials|access_token|conn_str|oidc_token)=/;
const options_text = schemas/* string */.YjP(LIST).min(1, LIST);
const options_duration = schemas/* string */.YjP(DURATION)
    .transform((given) => (0,duration/* parseDuration */.E9)(given) ?? 0)
    .refine((ms) => ms > 0, DURATION);
const variables = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J(), VARIABLES)
    .refine((given) => Object.keys(given).every((name) => !name.startsWith(OWN_VARIABLE)), OWN);
const place = {
    module: schemas/* string */.YjP(MODULE).min(1, MODULE),
    binary: schemas/* string */.YjP(BINARY).min(1, BINARY).default('terraform'),
    'backend-config': schemas/* array */.YOg(options_text.refine((one) => !SECRET_SETTING.test(one), SECRET), LIST)
        .default([]),
    'var-file': schemas/* array */.YOg(options_text, LIST).default([]),
    variables: variables.default({}),
};
const terraformOptions = schemas/* strictObject */.rej({
    ...place,
    'allow-local-state': schemas/* boolean */.zMY('give `true` or `false`').default(false),
    timeout: options_duration.default(TIMEOUT_MS),
    'lock-timeout': options_duration.default(LOCK_TIMEOUT_MS),
});
/**
 * What finding and removing needs: the module and its backend, and its variables, without which it
 * destroys nothing. Other keys are not looked at, as they change nothing there.
 */
const placeOptions = schemas/* object */.Ikc({
    ...place,
    'allow-local-state': schemas/* boolean */.zMY().catch(false),
    timeout: options_duration.catch(TIMEOUT_MS),
    'lock-timeout': options_duration.catch(LOCK_TIMEOUT_MS),
});

;// CONCATENATED MODULE: ./lib/machines/terraform/bring.js
var bring_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var bring_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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










const USER_DATA = `${OWN_VARIABLE}_user_data`;
const UNDECLARED = 'Value for undeclared variable';
/** What takes a resource away. */
const LOSSES = ['delete', 'replace'];
/**
 * Writes into the state whose it is, before anything else is made: a run that is killed then leaves
 * nothing without an owner. Throws `ActionError` if the module does not keep what it is given.
 */
async function mark(work, asked) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const folder = bring_addDisposableResource(env_1, work.scratch.folder(), false);
        const changing = changingOf(work, folder.path, asked, {});
        const where = { workspace: asked.name, isQuiet: true };
        await run_terraform_change(work, commands.mark(changing), where);
        const state = await stateOf(work, asked.name);
        const kept = state?.asked();
        if (state && (0,external_node_util_.isDeepStrictEqual)(kept, asked))
            return state;
        throw new base_errors/* ActionError */.lZ(kept
            ? `The module keeps something else in ${MARKER} than it is given.`
            : `The module has no resource ${MARKER}.`, {
            details: 'By this resource the state says whose the machines are. Nothing was made.',
            hint: 'Declare `variable "swarm_up" { type = any }`, and `resource "terraform_data" "swarm_up" { input = var.swarm_up }`.',
        });
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        bring_disposeResources(env_1);
    }
}
/**
 * Brings the module to what is asked: plans, looks at the plan, and applies exactly that. Throws
 * `ActionError` if the plan takes a machine away that is none of `removing`.
 */
async function bring(work, asked, { userData = {}, removing = new Set(), } = {}) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const folder = bring_addDisposableResource(env_2, work.scratch.folder(), false);
        const { name } = asked;
        const changing = changingOf(work, folder.path, asked, userData);
        const file = (0,external_node_path_.join)(folder.path, 'plan');
        const said = await run_terraform_change(work, commands.plan(changing, file), { workspace: name });
        refuseUndeclared(said);
        refuseGone(asked, driftedResources(said), removing);
        refuseLosses(asked, plannedChanges(said), removing);
        await run_terraform_change(work, commands.apply(file, changing), { workspace: name });
        const state = await stateOf(work, name);
        if (state)
            return state;
        throw lost(name, 'Right after it was applied, there is no state.');
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        bring_disposeResources(env_2);
    }
}
/**
 * The variables, in a file that nobody else may read. Machines that exist have an empty text as user
 * data, since their private host keys are nowhere any more.
 */
function changingOf({ options }, folder, asked, userData) {
    const file = (0,external_node_path_.join)(folder, 'swarm-up.tfvars.json');
    const hosts = Object.keys(asked.machines).map((host) => [host, userData[host] ?? '']);
    const values = {
        ...options.variables,
        ...{ [OWN_VARIABLE]: asked, [USER_DATA]: Object.fromEntries(hosts) },
    };
    (0,external_node_fs_.writeFileSync)(file, JSON.stringify(values), { mode: 0o600 });
    const given = options['var-file'].map((one) => (0,external_node_path_.resolve)(one));
    return { lockTimeoutMs: options['lock-timeout'], varFiles: [...given, file] };
}
/** A module without the variable would make machines that nobody can enter. */
function refuseUndeclared(messages) {
    const isMissing = messages.filter(isDiagnostic).some(({ diagnostic: { summary, detail } }) => {
        return summary === UNDECLARED && detail.includes(`"${USER_DATA}"`);
    });
    if (!isMissing)
        return;
    throw new base_errors/* ActionError */.lZ(`The module does not declare the variable \`${USER_DATA}\`.`, {
        details: 'Without it, no machine gets its host key and the key of the runs.',
        hint: `Declare \`variable "${USER_DATA}" { type = map(string), sensitive = true }\`, and give each machine its text.`,
    });
}
/** The plan would make such a machine anew, and its private host key is nowhere any more. */
function refuseGone({ cluster }, drifted, removing) {
    const gone = drifted
        .filter(({ action }) => action === 'delete')
        .filter((change) => isOfStaying(change, cluster, removing));
    if (gone.length === 0)
        return;
    throw new base_errors/* ActionError */.lZ(`What machines consist of was removed without Terraform: ${gone.map(({ resource }) => resource.addr).join(', ')}.`, {
        details: 'Nothing was changed.',
        hint: 'Remove the rest by `command: down`, then run this again.',
    });
}
function isOfStaying({ resource: { resource_key: key } }, cluster, removing) {
    return (typeof key === 'string' &&
        key.startsWith(`${cluster}-`) &&
        /^[1-9]\d*$/.test(key.slice(cluster.length + 1)) &&
        !removing.has(key));
}
/**
 * A machine is known by the key of its resource, which `for_each` over `var.swarm_up.machines` makes
 * its host name.
 */
function refuseLosses({ cluster }, changes, removing) {
    const losses = changes
        .filter(({ action }) => LOSSES.includes(action))
        .filter((change) => isOfStaying(change, cluster, removing));
    if (losses.length === 0)
        return;
    throw new base_errors/* ActionError */.lZ(`The plan would take away machines that are to stay: ${losses.map(({ resource, action }) => `${resource.addr} (${action})`).join(', ')}.`, {
        details: 'Nothing was changed.',
        hint: 'Have the module ignore what makes a machine anew: `lifecycle { ignore_changes = [user_data] }`, and the image if it is looked up. If another run changes the cluster at this moment, give them a `concurrency` group. To make the machines anew, use `command: down` first.',
    });
}

// EXTERNAL MODULE: ./lib/machines/cloud/removal/left-over.js
var left_over = __webpack_require__(6300);
;// CONCATENATED MODULE: ./lib/machines/terraform/destroy.js
var destroy_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var destroy_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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
 * Destroys all that the state of the cluster has, looks again, and deletes its workspace. Gone
 * already is success. Throws `ActionError` that names what is left, and if the state has lost what
 * it knew: Terraform then removes nothing, and says that all is well.
 */
async function destroyCluster(work, begun, id) {
    const { scratch, log } = work;
    const name = (0,object_name/* objectName */.H)(id);
    const known = scratch.known(name);
    if (!(await workspaces(work)).includes(name)) {
        if (known && !known.emptied)
            missingNow(work, begun, name);
        scratch.forget(name);
        return;
    }
    const state = await stateOf(work, name);
    if (!state) {
        // Before the first write, nothing can have been made.
        if (known || begun.backend !== 'local')
            throw lost(name, 'Its workspace has no state.');
        log.warning(`The workspace ${name} had no state. Nothing was ever written to it by this job.`);
    }
    else if (state.resources.length > 0) {
        await destroyResources(work, id, state);
        scratch.remember(name, { lineage: state.lineage, emptied: true });
    }
    else {
        refuseEmptied(name, state, known?.lineage);
        // A removal that was ended before its last call leaves it so.
        log.warning(`The state ${name} was empty, and its workspace was deleted. If nobody has removed the cluster before, look in the cloud for what is called ${name}.`);
    }
    await changeText(work, commands.deleteWorkspace(name, destroy_lockTimeout(work)));
    scratch.forget(name);
}
/** Removed by another run, or lost: a backend that others reach too does not tell which. */
function missingNow({ log }, { backend }, name) {
    if (backend === 'local')
        throw lost(name, 'Its file on the runner is gone.');
    log.warning(`The state ${name} is gone. If no other run has removed the cluster, it was lost: look in the cloud for what is called ${name}.`);
}
/** After a removal, the history of a state goes on, and it has no outputs any more. */
function refuseEmptied(name, state, lineage) {
    if (state.hasOutputs)
        throw lost(name, 'It has outputs, and no resources.');
    if (lineage !== undefined && lineage !== state.lineage) {
        throw lost(name, 'It is another state than the one of this job, and it is empty.');
    }
}
async function destroyResources(work, id, state) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const name = (0,object_name/* objectName */.H)(id);
        const folder = destroy_addDisposableResource(env_1, work.scratch.folder(), false);
        const changing = changingOf(work, folder.path, askedOr(state, id), {});
        const said = await run_terraform_change(work, commands.destroy(changing), { workspace: name });
        const left = (await stateOf(work, name))?.resources ?? [];
        if (left.length > 0) {
            const where = `the cloud, and the state ${name} (\`state list\`)`;
            throw (0,left_over/* leftOver */.W)(`Cluster ${id.cluster}`, left, { said: [], where });
        }
        const removed = removedBy(said);
        const all = state.resources.length;
        // The marker alone is one, and nobody but Terraform can remove that.
        if (removed === 0)
            throw lost(name, `Terraform removed none of its ${all} resources.`);
        if (removed < all) {
            work.log.warning(`${all - removed} of ${all} resources of ${name} were gone already.`);
        }
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        destroy_disposeResources(env_1);
    }
}
/** For a removal, the variable only has to have its form. */
function askedOr(state, id) {
    try {
        const asked = state.asked();
        if (asked)
            return asked;
    }
    catch (error) {
        if (!(error instanceof base_errors/* ActionError */.lZ))
            throw error;
    }
    return newlyAsked({ ...id, run: '' }, '');
}
function destroy_lockTimeout({ options }) {
    return { lockTimeoutMs: options['lock-timeout'] };
}

// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/user-data.js
var user_data = __webpack_require__(8019);
;// CONCATENATED MODULE: ./lib/machines/terraform/make.js








/** The same with each of these machines that is not asked for yet. */
function withMissing(asked, owner, indexes, publicKeys) {
    const userDataOf = {};
    let all = asked;
    for (const index of indexes) {
        const name = hostName(owner, index);
        if (asked.machines[name])
            continue;
        const hostKey = (0,generate/* generateKeyPair */.T)('');
        userDataOf[name] = (0,user_data/* userData */.sw)({ name, hostKey, authorizedKeys: publicKeys }, user_data/* USER_DATA_BYTES */.dT.amazonec2);
        all = withMachine(all, owner, index, hostKey.publicKey);
    }
    return { asked: all, userData: userDataOf };
}
/** The indexes of so many machines. */
function firstIndexes(machines) {
    return Array.from({ length: machines }, (_, at) => at + 1);
}
/**
 * Brings a cluster to what `spec` says, by one apply: all its machines, and what they share. What
 * was never finished is made anew; what runs beyond that stays. Throws `ActionError` if the module
 * gives no address of a machine.
 */
async function makeMachines(work, { owner, publishedPorts, machines }, making) {
    const found = await stateBefore(work, owner, making);
    const before = found?.asked() ?? newlyAsked(owner, making.now);
    // Nothing was made yet by whoever began.
    const begun = Object.keys(before.machines).length === 0;
    const own = begun ? newlyAsked(owner, before.created) : before;
    const unfinished = new Set(machinesOf(found).flatMap((one) => (one.state === 'running' ? [] : [one.name])));
    const kept = withPorts(withoutMachines(own, unfinished), publishedPorts);
    // Its private host key is nowhere any more, so it could not be given its user data again.
    if (unfinished.size > 0)
        await bring(work, kept, { removing: unfinished });
    const indexes = firstIndexes(machines);
    const made = await grow(work, withMissing(kept, owner, indexes, making.publicKeys), found);
    refuseUnreachable(made, indexes, owner);
    return made;
}
/** Makes one machine more of a cluster that exists. Throws as `makeMachines`. */
async function addMachine(work, { owner }, index, { publicKeys }) {
    const name = (0,object_name/* objectName */.H)(owner);
    const state = await stateOf(work, name);
    const asked = state?.asked();
    if (!asked)
        throw lost(name, 'It was there when the cluster was prepared.');
    const made = await grow(work, withMissing(asked, owner, [index], publicKeys), state);
    refuseUnreachable(made, [index], owner);
    return made;
}
/**
 * Before a machine is made, the state says whose it is, and its host key: otherwise a run that is
 * killed would leave a machine that nobody can enter.
 */
async function grow(work, wanted, found) {
    const isMarked = found?.asked() !== undefined && Object.keys(wanted.userData).length === 0;
    const { lineage } = isMarked ? found : await mark(work, wanted.asked);
    work.scratch.remember(wanted.asked.name, { lineage, emptied: false });
    return await bring(work, wanted.asked, wanted);
}
/** The state of the cluster, if it has one. Throws `ActionError` if it is lost, or not ours. */
async function stateBefore(work, owner, { backend }) {
    const name = (0,object_name/* objectName */.H)(owner);
    const isListed = (await workspaces(work)).includes(name);
    const known = work.scratch.known(name);
    const mayBeMade = known !== undefined && !known.emptied;
    if (!isListed) {
        if (mayBeMade && backend === 'local')
            throw lost(name, 'Its file on the runner is gone.');
        return undefined;
    }
    const found = await stateOf(work, name);
    if (!found && mayBeMade)
        throw lost(name, 'Its workspace has no state.');
    if (found && found.resources.length > 0 && !found.asked())
        throw notOurs(name, found);
    return found;
}
function refuseUnreachable(state, indexes, owner) {
    if (!state.nodes()) {
        throw new base_errors/* ActionError */.lZ('The module has no output `swarm_up`.', {
            hint: 'Without it, no machine is found: `output "swarm_up" { value = { nodes = [ … ] } }`, as in docs/drivers/terraform.md. What was made is removed with the cluster.',
        });
    }
    const running = machinesOf(state).filter((one) => one.state === 'running');
    const missing = indexes
        .filter((index) => !running.some((one) => one.index === index))
        .map((index) => hostName(owner, index));
    if (missing.length === 0)
        return;
    throw new base_errors/* ActionError */.lZ(`The output \`swarm_up\` has no node ${missing.join(', ')}.`, {
        details: `It has: ${(state.nodes() ?? []).map(({ name }) => name).join(', ') || 'none'}`,
        hint: 'Give a node for each machine of `var.swarm_up.machines`, with its key as `name`.',
    });
}
function notOurs(name, { resources }) {
    return new base_errors/* ActionError */.lZ(`The state ${name} has resources, and does not say whose they are.`, {
        details: resources.join('\n'),
        hint: 'Nothing was changed. If they may go, use `command: down` with this cluster. Else give this step another `cluster`.',
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./lib/machines/terraform/scratch.js





/**
 * What this job knows of a state, so that a lost one is told from one that never was: the lineage
 * from the moment at which something could be made, `emptied` once nothing is left.
 */
const knownState = schemas/* object */.Ikc({ lineage: schemas/* string */.YjP(), emptied: schemas/* boolean */.zMY() });
/**
 * `temp` is the runner's folder for the job; without one, files last as long as the process. One set
 * of providers and settings serves all steps with this module and these settings.
 */
function scratchOf(temp, about) {
    // Of a folder that all users share, no name may be known before.
    const root = temp === undefined
        ? (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'swarm-up-terraform-'))
        : (0,external_node_path_.join)(temp, 'swarm-up-terraform');
    const key = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16);
    const made = (path) => {
        (0,external_node_fs_.mkdirSync)(path, { recursive: true, mode: 0o700 });
        return path;
    };
    const record = (name) => (0,external_node_path_.join)(made((0,external_node_path_.join)(root, key)), `${name}.json`);
    return {
        get data() {
            return made((0,external_node_path_.join)(root, key, 'data'));
        },
        folder: () => {
            const path = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(made(root), 'run-'));
            return {
                path,
                [Symbol.dispose]: () => (0,external_node_fs_.rmSync)(path, { recursive: true, force: true }),
            };
        },
        known: (name) => {
            const file = record(name);
            if (!(0,external_node_fs_.existsSync)(file))
                return undefined;
            return knownState.safeParse(JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8'))).data;
        },
        remember: (name, state) => (0,external_node_fs_.writeFileSync)(record(name), JSON.stringify(state), { mode: 0o600 }),
        forget: (name) => (0,external_node_fs_.rmSync)(record(name), { force: true }),
    };
}

// EXTERNAL MODULE: ./lib/base/files/exists.js
var exists = __webpack_require__(5914);
;// CONCATENATED MODULE: ./lib/machines/terraform/trial-plan.js
var trial_plan_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var trial_plan_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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








/** Which overrides the backend of a module, whatever that is. */
const OVERRIDE = 'swarm_up_override.tf.json';
/**
 * What a first apply would make, as lines: `create hcloud_server.machine["shop-1"]`. The backend is
 * not asked, as a plan would make the workspace there: the plan is one of a twin of the module,
 * whose state is a file that goes with it. Throws as `change` does.
 */
async function trialPlan(work, asked) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const folder = trial_plan_addDisposableResource(env_1, work.scratch.folder(), false);
        const { ground, program, scratch } = work;
        const module = twinOf(program.module, ground.workspace, folder.path);
        const local = { terraform: { backend: { local: { path: (0,external_node_path_.join)(folder.path, 'state') } } } };
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(module, OVERRIDE), JSON.stringify(local));
        const data = (0,external_node_path_.join)(folder.path, 'data');
        const providers = (0,external_node_path_.join)(scratch.data, 'providers');
        const plugins = (await (0,exists/* exists */.t)(providers)) ? providers : undefined;
        const twin = {
            ...work,
            program: { ...program, module },
            scratch: { ...scratch, data },
            options: { ...work.options, 'backend-config': [] },
        };
        await begin(twin, { isReadOnly: true, ...(plugins !== undefined && { plugins }) });
        return await planLines(twin, asked, 'default');
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        trial_plan_disposeResources(env_1);
    }
}
/** What an apply would change in a state that exists, as lines. Throws as `change` does. */
async function planLines(work, asked, workspace) {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
        const folder = trial_plan_addDisposableResource(env_2, work.scratch.folder(), false);
        const changing = changingOf(work, folder.path, asked, {});
        const said = await run_terraform_change(work, commands.plan(changing), { workspace });
        return plannedChanges(said).map(({ action, resource }) => `${action} ${resource.addr}`);
    }
    catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
    }
    finally {
        trial_plan_disposeResources(env_2);
    }
}
/**
 * A folder that has what the module has, beside the same neighbours up to the folder of the job, so
 * that paths such as `../shared` lead to the same files.
 */
function twinOf(module, workspace, folder) {
    const inner = (0,external_node_path_.relative)(workspace, module);
    const isInside = inner !== '' && !inner.startsWith('..') && !(0,external_node_path_.isAbsolute)(inner);
    const root = isInside ? workspace : (0,external_node_path_.dirname)(module);
    const steps = (0,external_node_path_.relative)(root, module).split(/[\\/]/);
    let real = root;
    let twin = (0,external_node_path_.join)(folder, 'twin');
    (0,external_node_fs_.mkdirSync)(twin, { recursive: true });
    for (const step of steps) {
        trial_plan_link(real, twin, step);
        real = (0,external_node_path_.join)(real, step);
        twin = (0,external_node_path_.join)(twin, step);
        (0,external_node_fs_.mkdirSync)(twin);
    }
    trial_plan_link(real, twin, '.terraform');
    return twin;
}
/** Everything of a folder but one. Windows lets everybody link folders, but not files. */
function trial_plan_link(from, to, without) {
    for (const entry of (0,external_node_fs_.readdirSync)(from, { withFileTypes: true })) {
        const source = (0,external_node_path_.join)(from, entry.name);
        const target = (0,external_node_path_.join)(to, entry.name);
        if (entry.name === without)
            continue;
        if (entry.isDirectory())
            (0,external_node_fs_.symlinkSync)(source, target, 'junction');
        else if (process.platform === 'win32')
            (0,external_node_fs_.copyFileSync)(source, target);
        else
            (0,external_node_fs_.symlinkSync)(source, target);
    }
}

;// CONCATENATED MODULE: ./lib/machines/terraform/work.js


/** Where the actions that install the programs put the real one beside a wrapper in JavaScript. */
const BEHIND_WRAPPER = {
    terraform: ['TERRAFORM_CLI_PATH', 'terraform-bin'],
    tofu: ['TOFU_CLI_PATH', 'tofu-bin'],
};
/**
 * The program behind the wrapper that `hashicorp/setup-terraform` and `opentofu/setup-opentofu` put
 * into PATH: a wrapper hands no SIGINT on, and its end would cut the program's output.
 */
function behindWrapper(binary, variables, platform = process.platform) {
    const [variable, file] = BEHIND_WRAPPER[binary] ?? [];
    const folder = variable === undefined ? undefined : variables[variable];
    if (folder === undefined || file === undefined || folder.includes(external_node_path_.delimiter))
        return binary;
    const path = (0,external_node_path_.join)(folder, platform === 'win32' ? `${file}.exe` : file);
    return (0,external_node_fs_.existsSync)(path) ? path : binary;
}

;// CONCATENATED MODULE: ./lib/machines/terraform/driver.js





















/** Machines are made, found and removed by Terraform or OpenTofu, with a module of the user's own. */
const terraformDriver = {
    name: 'terraform',
    makesMachines: true,
    onRunner: false,
    options: terraformOptions,
    placeOptions: placeOptions,
    readsOf: ({ binary }) => readsOf(binary),
    read: (source) => {
        const { variables, purpose } = source;
        const teardown = purpose === 'make' ? source.read('teardown').trim() : undefined;
        const access = { ...(0,entry/* readEntry */.hB)(source), variables, teardown };
        return { create: (options, context) => createTerraformDriver(options, access, context) };
    },
};
/** The most that finding may take, in ms. */
const FINDING_MS = 420_000;
/** The most that a removal in post may take, in ms: post is cut after five minutes in all. */
const POST_MS = 240_000;
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;
function createTerraformDriver(options, access, { runner, log, guard }) {
    const clock = base_clock/* systemClock */.ml;
    const { hasGivenKey, variables, teardown } = access;
    const tell = (0,once/* once */.O)((message) => log.warning(message));
    // Before anybody changes the folder of this process: post and `down` have that of the job.
    const workspace = (0,external_node_path_.resolve)('.');
    const program = {
        binary: behindWrapper(options.binary, variables),
        module: (0,external_node_path_.resolve)(options.module),
    };
    const about = [program.module, options.binary, ...options['backend-config']];
    let own;
    // Its folder is made for whoever needs it.
    const scratch = () => {
        own ??= scratchOf(variables.RUNNER_TEMP, about);
        return own;
    };
    const told = new Set();
    const workFor = (limitMs, signal = new AbortController().signal) => ({
        ...{ runner, clock, log, options, program, variables },
        get scratch() {
            return scratch();
        },
        warn: (text, place) => {
            if (told.has(text))
                return;
            told.add(text);
            log.warning(text, place);
        },
        ground: { module: program.module, workspace },
        bounds: { signal, deadline: clock.now() + limitMs },
    });
    /** Each run with its plan, the lock that it waits for, and the questions before and after. */
    const changingMs = (options.timeout + options['lock-timeout']) * 3;
    const isPost = Object.keys(variables).some((name) => name.startsWith('STATE_'));
    const removalMs = isPost ? POST_MS : changingMs;
    let ready;
    const begun = async (work) => {
        ready ??= await begin(work, { isReadOnly: guard !== undefined });
        if (teardown !== undefined && !options['allow-local-state'])
            refuseLocal(ready, teardown);
        return ready;
    };
    /** One run at a time: each holds the lock of the state, and they share what was read of it. */
    const inTurn = (0,p_limit/* default */.A)(1);
    const addresses = new Set();
    const machinesFrom = (state) => machinesOf(state).map((found) => {
        for (const one of [found.address, found.privateAddress ?? ''])
            addresses.add(one);
        return (0,machine_of_cloud/* machineOfCloud */.e)(found);
    });
    const running = (machines, index) => machines.find((one) => one.index === index && one.state === 'running');
    /** Those of this step, so that `create` finds what `prepare` has made. */
    let made = [];
    return {
        name: 'terraform',
        makesMachines: true,
        onRunner: false,
        survivesRestart: true,
        installsEngine: true,
        // `prepare` has made all of them by one apply.
        atOnce: 50,
        readyTimeoutMs: READY_MS,
        settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
        get addressPools() {
            return (0,overlay_pools/* overlayPools */.K)([...addresses]);
        },
        async check(signal) {
            await begun(workFor(FINDING_MS, signal));
        },
        async plan(signal, { cluster, machines, ttlMs }) {
            if (ttlMs !== undefined && !hasGivenKey)
                throw (0,entry/* withoutKey */.wC)('terraform');
            const work = workFor(changingMs, signal);
            const { version, backend } = await begun(work);
            const name = (0,object_name/* objectName */.H)(cluster);
            const line = `${machines} × ${options.module}, with ${options.binary} ${version}; state ${name}, backend ${backend}`;
            if (!guard)
                return [line];
            const state = await findState(work, cluster);
            const before = state?.asked() ?? newlyAsked(cluster, now());
            const indexes = firstIndexes(machines);
            const { asked } = withMissing(before, cluster, indexes, (0,entry/* authorizedKeys */.U3)(access));
            const planned = state?.asked()
                ? await planLines(work, asked, name)
                : await trialPlan(work, asked);
            return [line, ...planned];
        },
        async list(id, signal) {
            const work = workFor(FINDING_MS, signal);
            await begun(work);
            return machinesFrom(await findState(work, id));
        },
        async prepare(spec, signal) {
            const work = workFor(changingMs, signal);
            const { backend } = await begun(work);
            await inTurn(async () => {
                made = machinesFrom(await makeMachines(work, spec, {
                    publicKeys: (0,entry/* authorizedKeys */.U3)(access),
                    backend,
                    now: now(),
                }));
            });
        },
        async create(spec, index, signal) {
            return await inTurn(async () => {
                const before = running(made, index);
                if (before)
                    return before;
                const work = workFor(changingMs, signal);
                await begun(work);
                made = machinesFrom(await addMachine(work, spec, index, { publicKeys: (0,entry/* authorizedKeys */.U3)(access) }));
                const machine = running(made, index);
                if (machine)
                    return machine;
                throw new Error('A machine that was made is found.');
            });
        },
        target: async (machine) => (0,entry/* targetOf */.$r)(machine, access, (machine.labels[machine_labels/* HOST_KEY_LABEL */.AW] ?? '').split('\n')),
        setUp: ({ labels }, ssh, bounds) => (0,set_up/* setUp */.s)(ssh, { user: labels[machine_labels/* USER_LABEL */.hj] ?? '', image: 'of the module', log, ...bounds }),
        commandOn: hasGivenKey ? entry/* wayTo */.bj : undefined,
        async destroy({ name, owner, index, state: wasState }) {
            // `prepare` has made it anew.
            if (wasState === 'stopped' && running(made, index))
                return;
            const work = workFor(removalMs);
            await begun(work);
            await inTurn(async () => {
                const state = await findState(work, owner);
                const asked = state?.asked();
                if (!asked?.machines[name])
                    return;
                const removing = new Set([name]);
                await bring(work, withoutMachines(asked, removing), { removing });
            });
        },
        async destroyCluster(id) {
            const work = workFor(removalMs);
            await destroyCluster(work, await begun(work), id);
        },
        async isGone(id) {
            const work = workFor(FINDING_MS);
            const { backend } = await begun(work);
            const name = (0,object_name/* objectName */.H)(id);
            if ((await workspaces(work)).includes(name))
                return false;
            // A lost file is no removal: `destroyCluster` says so.
            return backend !== 'local' || (scratch().known(name)?.emptied ?? true);
        },
        async clusters(signal) {
            const work = workFor(FINDING_MS, signal);
            await begun(work);
            return await clusters(work, tell);
        },
        async renew(owner, signal) {
            if (owner.expires === undefined)
                return;
            const { expires } = owner;
            const work = workFor(changingMs, signal);
            await begun(work);
            await inTurn(async () => {
                const asked = (await findState(work, owner))?.asked();
                if (asked)
                    await bring(work, withExpiry(asked, expires));
            });
        },
    };
}
function now() {
    return new Date().toISOString();
}


/***/ })

};
;