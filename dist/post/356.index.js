"use strict";
exports.id = 356;
exports.ids = [356];
exports.modules = {

/***/ 7356:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  commandDriver: () => (/* binding */ commandDriver)
});

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/found/machine-of-cloud.js
var machine_of_cloud = __webpack_require__(2621);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/cloud/user-data.js
var user_data = __webpack_require__(8019);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: ./lib/machines/user-made/entry.js
var entry = __webpack_require__(3135);
// EXTERNAL MODULE: ./lib/machines/user-made/overlay-pools.js
var overlay_pools = __webpack_require__(9793);
// EXTERNAL MODULE: ./lib/machines/user-made/set-up.js
var set_up = __webpack_require__(8281);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/api.js
var api = __webpack_require__(3759);
;// CONCATENATED MODULE: ./node_modules/zod/v4/classic/iso.js



function datetime(params) {
    return api/* _isoDateTime */.G1(schemas/* ZodISODateTime */.You, params);
}
function date(params) {
    return core._isoDate(ZodISODate, params);
}
function time(params) {
    return core._isoTime(ZodISOTime, params);
}
function duration(params) {
    return core._isoDuration(ZodISODuration, params);
}

;// CONCATENATED MODULE: ./lib/machines/command/answers.js

// What programs answer, by version 1 of the protocol. Other fields are not looked at. Each message
// goes on after "expected".
const ADDRESS = 'an IP address or a host name';
const PORT = 'a port, 1 to 65535';
const USER = 'the name of a user, as text';
const HOST_KEY = 'public host keys as in known_hosts: "ssh-ed25519 AAAA…"';
const NAME = 'the name that the request of `create` gave, as text';
const LABELS = 'the labels that the request of `create` gave: an object of texts';
const STATE = '"running" or "stopped"';
const CREATED = 'a time as in RFC 3339, or nothing';
const hostKey = schemas/* string */.YjP(HOST_KEY)
    .regex(/^(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+=*(?: .*)?$/, HOST_KEY);
const address = schemas/* string */.YjP(ADDRESS).regex(/^(?:[0-9A-Za-z:][0-9A-Za-z.:%_-]*)?$/, ADDRESS);
/** How a machine is reached. What is not known is left out, or is `null`. */
const reached = schemas/* object */.Ikc({
    address: address.nullish(),
    port: schemas/* int */.Whr(PORT).min(1, PORT).max(65_535, PORT).nullish(),
    user: schemas/* string */.YjP(USER)
        .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, USER)
        .nullish(),
    private_address: address.nullish(),
    host_keys: schemas/* array */.YOg(hostKey, HOST_KEY).nullish(),
});
const labelled = schemas/* object */.Ikc({
    name: schemas/* string */.YjP(NAME).min(1, NAME),
    labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP(LABELS), LABELS),
    created: datetime({ offset: true, error: CREATED }).nullish(),
});
const listedMachine = schemas/* object */.Ikc({
    ...reached.shape,
    ...labelled.shape,
    state: schemas/* enum */.k5n(['running', 'stopped'], STATE),
});
/** Of `create`: what `list` says of the machine decides. */
const createAnswer = schemas/* object */.Ikc({ ...reached.shape, name: schemas/* string */.YjP(NAME).min(1, NAME) });
/** Of `list`. */
const listAnswer = schemas/* object */.Ikc({
    machines: schemas/* array */.YOg(listedMachine, 'a list of machines, empty if there are none'),
    /** What machines share: networks, firewalls. */
    shared: schemas/* array */.YOg(labelled, 'a list of what machines share, or nothing').nullish(),
});
/** Of all others, which have nothing to say. */
const emptyAnswer = schemas/* object */.Ikc({}, 'an object, or nothing at all');

// EXTERNAL MODULE: ./lib/base/duration.js
var base_duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/not-started.js
var not_started = __webpack_require__(1489);
// EXTERNAL MODULE: ./lib/machines/own-variables.js
var own_variables = __webpack_require__(5843);
;// CONCATENATED MODULE: ./lib/machines/command/hide-key.js
/** Shorter lines of a key would be found by chance. In characters. */
const LEAST = 16;
/** Gives text without the lines of this private key, in whatever form a program has printed them. */
function hideKey(privateKey) {
    const lines = (privateKey ?? '')
        .split(/\r?\n/)
        .filter((line) => line.length >= LEAST && !line.startsWith('-----'));
    return (text) => lines.reduce((rest, line) => rest.replaceAll(line, '***'), text);
}

;// CONCATENATED MODULE: ./lib/machines/command/last-document.js
/**
 * The last JSON document that a program has printed, which has to end its output. Lines before it
 * may be anything. `{}` if it has printed nothing, undefined if its output ends otherwise.
 */
function lastDocument(stdout) {
    const text = stdout.trim();
    if (text === '')
        return {};
    // The earliest that reads to the end is the whole of it: a later one may be a part of it.
    for (const { index } of text.matchAll(/^[[{]/gm)) {
        const value = documentOf(text.slice(index));
        if (value !== undefined)
            return value;
    }
    return undefined;
}
function documentOf(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/machines/command/requests.js
/** The version of the protocol, also in the variable `SWARM_UP_PROTOCOL`. */
const PROTOCOL = 1;

;// CONCATENATED MODULE: ./lib/machines/command/call-program.js









/** What programs end with, by the protocol. */
const EXIT = { done: 0, notFound: 10, noRoom: 11, tryAgain: 12 };
/** Before each further attempt after `tryAgain`, in ms. */
const PAUSES_MS = [2_000, 4_000, 8_000];
/** How much of what a program said is told, in lines. */
const TOLD_LINES = 20;
/**
 * Asks a program of the user's own, and again as its exit code says. Gone already is success. Its standard error goes to the log. Throws `ActionError` if it fails,
 * takes too long, or answers in another form; rejects with the signal's reason on abort. Settles
 * only when the program and what it has started have ended.
 */
async function callProgram(work, call) {
    let { request } = call;
    for (const pauses = [...PAUSES_MS];;) {
        const result = await runOnce(work, { ...call, request });
        if (result.exitCode === EXIT.done)
            return answerOf(call, result);
        if (isGone(request, result))
            return call.answer.parse({});
        const next = nextRequest(request, result.exitCode, pauses);
        if (!next)
            throw failed(call, result);
        if (result.exitCode === EXIT.tryAgain)
            await pause(work, call, result, pauses.shift() ?? 0);
        else
            work.log.info(`${titleOf(call)}: no room. It is asked once more.`);
        request = next;
    }
}
/** Whether there is nothing to remove. A list, which has to say what there is, never ends so. */
function isGone({ action }, { exitCode }) {
    return exitCode === EXIT.notFound && (action === 'destroy' || action === 'cleanup');
}
/** What is asked after this exit code; undefined if nothing more is. */
function nextRequest(request, exitCode, pauses) {
    if (exitCode === EXIT.tryAgain && pauses.length > 0)
        return request;
    const mayMove = exitCode === EXIT.noRoom && request.action === 'create' && request.attempt === 1;
    return mayMove ? { ...request, attempt: 2 } : undefined;
}
async function pause({ clock, bounds, log }, call, result, ms) {
    if (clock.now() + ms > bounds.deadline)
        throw failed(call, result);
    log.info(`${titleOf(call)}: not now. It is asked again in ${ms / 1_000} s.`);
    await clock.sleep(ms, bounds.signal);
}
async function runOnce(work, call) {
    const { runner, clock, bounds, log, variables } = work;
    const timeoutMs = Math.max(1, Math.min(work.timeoutMs, bounds.deadline - clock.now()));
    const hide = hiding(call.request);
    const title = titleOf(call);
    try {
        return await runner.run(call.argv, {
            stdin: `${JSON.stringify({ protocol: PROTOCOL, ...call.request })}\n`,
            env: {
                ...(0,own_variables/* withoutOwnVariables */.E)(variables),
                SWARM_UP_PROTOCOL: String(PROTOCOL),
            },
            ...{ timeoutMs, signal: bounds.signal, anyExitCode: true },
            onErrorLine: (line) => log.info(`${title}: ${hide(line)}`),
        });
    }
    catch (error) {
        bounds.signal.throwIfAborted();
        throw notEnded(call, error, timeoutMs);
    }
}
/** `create shop-1`. */
function titleOf({ request }) {
    return 'name' in request ? `${request.action} ${request.name}` : request.action;
}
function hiding(request) {
    return hideKey(request.action === 'create' ? request.host_key.private : undefined);
}
function answerOf(call, { stdout }) {
    const document = lastDocument(stdout);
    const answer = call.answer.safeParse(document);
    if (answer.success)
        return answer.data;
    const isNone = document === undefined;
    const what = isNone ? 'Its output has to end with JSON.' : problemsOf(answer.error);
    throw new errors/* ActionError */.lZ(`The program of \`${call.request.action}\` gave no answer of protocol ${PROTOCOL}: ${(0,quote/* quote */.h)(call.argv)}`, {
        details: `${what}\nIt printed:\n${lastLines(call, stdout) || '(nothing)'}`,
        hint: 'The form of each answer is in docs/drivers/command.md. `script/check-command` tries all programs.',
    });
}
/** A line for each: which field, and what was expected there. */
function problemsOf({ issues }) {
    return issues.map(({ path, message }) => `\`${fieldOf(path)}\`: expected ${message}`).join('\n');
}
/** `machines[0].address`. */
function fieldOf(path) {
    const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
    return text.join('').replace(/^\./, '') || 'answer';
}
function failed(call, { exitCode, stderr, stdout }) {
    const title = titleOf(call);
    const details = lastLines(call, stderr.trim() === '' ? stdout : stderr);
    if (exitCode === EXIT.noRoom) {
        return new errors/* ActionError */.lZ(`The program of \`${title}\` has no room: ${(0,quote/* quote */.h)(call.argv)}`, {
            details,
            hint: 'Have the program try another place or size, or run this again later.',
        });
    }
    return new errors/* ActionError */.lZ(`The program of \`${title}\` failed (exit code ${exitCode}): ${(0,quote/* quote */.h)(call.argv)}`, {
        details,
        ...(exitCode === EXIT.tryAgain && {
            hint: 'By exit code 12 it says that a later attempt may succeed: run this again later.',
        }),
    });
}
function notEnded(call, error, timeoutMs) {
    const title = titleOf(call);
    const program = (0,quote/* quote */.h)(call.argv);
    if (error instanceof executor/* CommandTimeout */.Rg) {
        return new errors/* ActionError */.lZ(`The program of \`${title}\` did not end within ${(0,base_duration/* formatDuration */.a3)(timeoutMs)}, and was ended: ${program}`, {
            details: lastLines(call, error.output.stderr),
            hint: 'If it needs longer, give a longer `timeout` in `driver-options`.',
        });
    }
    if (error instanceof executor/* CommandError */.Qd) {
        const details = lastLines(call, error.result.stderr);
        return new errors/* ActionError */.lZ(`The program of \`${title}\` was ended by a signal: ${program}`, {
            details,
        });
    }
    return (0,not_started/* isNotFound */.c)(error) ? missing(call, error) : error;
}
function missing({ argv: [program], request }, cause) {
    return new errors/* ActionError */.lZ(`The program of \`${request.action}\` was not found: ${program}`, {
        hint: /[\\/]/.test(program)
            ? 'Its path counts from the folder of the job. In a job that has not checked out the repository, add the step `actions/checkout` before this one. If it is there, what its first line (`#!`) names is missing.'
            : cause.hint,
        cause,
    });
}
function lastLines({ request }, text) {
    const lines = text.trim().split('\n').slice(-TOLD_LINES);
    return hiding(request)(lines.join('\n'));
}

// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(3727);
;// CONCATENATED MODULE: ./lib/machines/command/find.js






/**
 * What there is of a cluster of this name, of whatever repository; without a name, of all. One call
 * of `list`. Throws as `callProgram` does.
 */
async function find(finding, asked = {}) {
    const { work, options } = finding;
    const { cluster, repository } = asked;
    const request = { action: 'list', cluster, repository };
    const answer = await callProgram(work, { argv: options.list, request, answer: listAnswer });
    const isMeant = ({ owner }) => (cluster === undefined || owner.cluster === cluster) &&
        (repository === undefined || owner.repository === repository);
    const { machines, shared } = foundOf(answer, finding.ignored);
    return {
        machines: machines.filter(isMeant).sort((a, b) => a.index - b.index),
        shared: shared.filter(isMeant),
    };
}
/** Every cluster of what was found, by name. */
function clustersOf({ machines, shared }) {
    const parts = [
        ...machines.map((one) => ({ ...one, text: `machine ${one.objectName}` })),
        ...shared.map((one) => ({ ...one, text: one.objectName })),
    ];
    const groups = [];
    for (const part of parts) {
        const group = groups.find(([first]) => first && (0,ownership/* isSameCluster */.ru)(first.owner, part.owner));
        if (group)
            group.push(part);
        else
            groups.push([part]);
    }
    return groups
        .flatMap((group) => clusterOf(group))
        .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
function clusterOf(parts) {
    const [first] = parts;
    if (!first)
        return [];
    const { expires: _, ...owner } = first.owner;
    const expires = latest(parts.map((part) => part.owner.expires));
    return [
        {
            owner: { ...owner, ...(expires !== undefined && { expires }) },
            created: parts.flatMap(({ created }) => created ?? []).sort()[0],
            parts: parts.map(({ text }) => text),
        },
    ];
}
/** The newest time, since a renewal that was killed has written it on some parts only. */
function latest(times) {
    return times
        .filter((time) => time !== undefined)
        .sort((a, b) => Date.parse(a) - Date.parse(b))
        .at(-1);
}
function foundOf({ machines, shared }, ignored) {
    return {
        machines: machines.flatMap((listed) => {
            const found = machineOf(listed);
            if (!found && (0,ownership/* ownerOf */.bf)(listed.labels))
                ignored(otherName('machine', listed.name));
            return found ?? [];
        }),
        shared: (shared ?? []).flatMap((listed) => {
            const found = sharedOf(listed);
            if (!found && (0,ownership/* ownerOf */.bf)(listed.labels))
                ignored(otherName('shared thing', listed.name));
            return found ?? [];
        }),
    };
}
function otherName(kind, name) {
    return `The ${kind} ${name} of \`list\` has labels of Swarm Up, and not the name that Swarm Up gives a ${kind}: it is ignored, and stays.`;
}
/** Undefined for what is none of the driver's. */
function machineOf(listed) {
    const { name, labels } = listed;
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    const index = indexOf(labels);
    if (!owner || index === undefined || name !== (0,object_name/* objectName */.H)(owner, index))
        return undefined;
    const address = listed.address ?? '';
    return {
        ...{ objectName: name, name: `${owner.cluster}-${index}`, index, owner },
        ...{ labels: entryLabels(listed), created: timeOf(listed) },
        // One without an address was never finished.
        ...{ state: address === '' ? 'stopped' : listed.state },
        address: listed.state === 'running' ? address : '',
        privateAddress: listed.private_address || undefined,
    };
}
/** The labels, and how the machine is entered. */
function entryLabels({ labels, host_keys, port, user }) {
    return {
        ...labels,
        [machine_labels/* PORT_LABEL */.JH]: String(port ?? 22),
        [machine_labels/* USER_LABEL */.hj]: user ?? first_login/* USER */.m3,
        ...(host_keys?.length && { [machine_labels/* HOST_KEY_LABEL */.AW]: host_keys.join('\n') }),
    };
}
function sharedOf(listed) {
    const { name, labels } = listed;
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    if (!owner || name !== (0,object_name/* objectName */.H)(owner))
        return undefined;
    return { objectName: name, owner, created: timeOf(listed) };
}
function timeOf({ created }) {
    return created ? new Date(created).toISOString() : undefined;
}
function indexOf(labels) {
    const text = labels[machine_labels/* INDEX_LABEL */.sk] ?? '';
    return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

;// CONCATENATED MODULE: ./lib/machines/command/create.js






const LOOK_MS = 2_000;
/** How long `list` may take to show what was made, with its address, in ms. */
const LISTED_MS = 60_000;
/**
 * Makes one machine, and looks until `list` shows it with its address. Throws as `callProgram` does,
 * and `ActionError` if `create` answers with another name, or if `list` does not show the machine.
 */
async function createMachine(finding, { create, list }, request) {
    if (!create)
        throw new Error('A machine is made only with the option `create`.');
    const { work } = finding;
    const { name } = await callProgram(work, { argv: create, request, answer: createAnswer });
    if (name !== request.name)
        throw create_otherName(request, name);
    const found = await listed(finding, request, work);
    if (found?.state === 'running')
        return found;
    throw notListed(request.name, found, list);
}
async function listed(finding, { cluster, repository, name }, { clock, bounds }) {
    const look = async () => {
        const { machines } = await find(finding, { cluster, repository });
        return machines.find(({ objectName }) => objectName === name);
    };
    const isThere = (one) => one?.state === 'running';
    const limitMs = Math.min(LISTED_MS, bounds.deadline - clock.now());
    return await (0,base_clock/* until */.TG)(look, isThere, { clock, signal: bounds.signal, limitMs, everyMs: LOOK_MS });
}
function create_otherName({ name }, answered) {
    return new errors/* ActionError */.lZ(`The program of \`create\` was asked for ${name}, and answered with ${answered}.`, {
        hint: 'Give the machine the name of the request. By this name a second call finds it, and `destroy` removes it.',
    });
}
function notListed(name, found, list) {
    const how = found ? 'shows it as stopped, or without an address' : 'does not show it';
    return new errors/* ActionError */.lZ(`The program of \`create\` has made ${name}, and that of \`list\` ${how}: ${(0,quote/* quote */.h)(list)}`, {
        hint: 'Have `create` set all `labels` of its request in the call that makes the machine, and end only when the machine runs. Have `list` give these labels, the name and the address.',
    });
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
;// CONCATENATED MODULE: ./lib/machines/command/destroy.js






/** How many calls of `create`, and of `destroy`, go on at the same time. */
const AT_ONCE = 5;
/** Between two looks, in ms: what a cloud removes in the background may still be in the first. */
const destroy_LOOK_MS = 2_000;
/** How many looks in a row have to find nothing. */
const EMPTY_LOOKS = 2;
/** After so many rounds in which a program has failed, only a person can help. */
const FAILED_ROUNDS = 3;
/**
 * Removes everything of the cluster and its repository, with `name` that machine alone, and looks
 * again until two looks in a row find nothing. Gone already is success. Throws `ActionError` that
 * names what is left, and as `callProgram` does if `list` fails.
 */
async function destroy(removing, id, name) {
    const { clock, bounds } = removing.work;
    const removal = new Removal(removing, id, name);
    for (let empty = 0; empty < EMPTY_LOOKS;) {
        empty = (await removal.round()) ? empty + 1 : 0;
        if (empty === EMPTY_LOOKS)
            return;
        if (removal.isStuck || clock.now() + destroy_LOOK_MS > bounds.deadline)
            throw removal.incomplete();
        await clock.sleep(destroy_LOOK_MS, bounds.signal);
    }
}
/** One removal, from the first look to the last. */
class Removal {
    #removing;
    #id;
    #name;
    #left = [];
    /** What programs said in the last round. */
    #said = [];
    #failedRounds = 0;
    #isClean;
    constructor(removing, id, name) {
        this.#removing = removing;
        this.#id = { cluster: id.cluster, repository: id.repository };
        this.#name = name;
        this.#isClean = name !== undefined || removing.options.cleanup === undefined;
    }
    /** Whether asking once more is of no use. */
    get isStuck() {
        return this.#failedRounds >= FAILED_ROUNDS;
    }
    /** Looks, and removes what is there. Returns whether nothing was, and nothing had to be done. */
    async round() {
        this.#said = [];
        const { machines, shared } = await this.#look();
        this.#left = [...machines, ...shared].map(({ objectName }) => objectName);
        const wasClean = this.#isClean && this.#left.length === 0;
        if (machines.length > 0)
            await this.#removeMachines(machines);
        else if (!wasClean)
            await this.#cleanUp();
        this.#failedRounds = this.#said.length > 0 ? this.#failedRounds + 1 : 0;
        return wasClean;
    }
    incomplete() {
        const what = this.#name ?? `Cluster ${this.#id.cluster}`;
        const left = this.#left.join(', ') || `what \`cleanup\` removes`;
        return new errors/* ActionError */.lZ(`${what} could not be removed; what is left: ${left}.`, {
            details: this.#said.join('\n'),
            hint: this.#said.length > 0
                ? 'Remove it by hand, or mend the program and run `command: down`.'
                : '`destroy` says that it has removed this, and `list` still shows it. Have `destroy` end only when it is gone.',
        });
    }
    async #look() {
        const { machines, shared } = await find(this.#removing, this.#id);
        if (this.#name === undefined)
            return { machines, shared };
        return { machines: machines.filter((one) => one.objectName === this.#name), shared: [] };
    }
    /** With a bound; what one failure leaves does not keep the others. */
    async #removeMachines(machines) {
        const { destroy: argv } = this.#removing.options;
        const atOnce = (0,p_limit/* default */.A)(AT_ONCE);
        const removals = machines.map(({ objectName: name }) => {
            const request = { action: 'destroy', ...this.#id, name };
            return atOnce(() => this.#heard({ argv, request }));
        });
        for (const end of await Promise.allSettled(removals)) {
            if (end.status === 'rejected')
                throw end.reason;
        }
    }
    async #cleanUp() {
        const { cleanup: argv } = this.#removing.options;
        if (!argv) {
            this.#said.push('`list` shows what machines share, and no program is given as `cleanup`.');
            return;
        }
        const request = { action: 'cleanup', ...this.#id, name: (0,object_name/* objectName */.H)(this.#id) };
        if (await this.#heard({ argv, request }))
            this.#isClean = true;
    }
    /** A failure is kept, and the removal goes on; only an abort ends it. Returns the success. */
    async #heard(call) {
        const { work } = this.#removing;
        try {
            await callProgram(work, { ...call, answer: emptyAnswer });
            return true;
        }
        catch (error) {
            work.bounds.signal.throwIfAborted();
            if (!(error instanceof errors/* ActionError */.lZ))
                throw error;
            this.#said.push((0,errors/* describeError */.Uc)(error));
            return false;
        }
    }
}

;// CONCATENATED MODULE: ./lib/machines/command/options.js


const PROGRAM = 'give a list of words, the program first: `[./cloud/create, --small]`. No shell reads them';
const TIMEOUT = 'give a duration above 0 with its unit: `90s`, `10m`';
const TIMEOUT_MS = 600_000;
const program = schemas/* tuple */.PVZ([schemas/* string */.YjP(PROGRAM).min(1, PROGRAM)], schemas/* string */.YjP(PROGRAM), PROGRAM)
    .transform((words) => words);
const timeout = schemas/* string */.YjP(TIMEOUT)
    .transform((text) => (0,base_duration/* parseDuration */.E9)(text) ?? 0)
    .refine((ms) => ms > 0, TIMEOUT);
const commandOptions = schemas/* strictObject */.rej({
    create: program,
    list: program,
    destroy: program,
    prepare: program.optional(),
    cleanup: program.optional(),
    renew: program.optional(),
    timeout: timeout.default(TIMEOUT_MS),
});
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({
    list: program,
    destroy: program,
    cleanup: program.optional(),
    timeout: timeout.catch(TIMEOUT_MS),
});

;// CONCATENATED MODULE: ./lib/machines/command/renew.js





/**
 * Has `owner.expires` written on everything of the cluster. Without a program for that, what is
 * written already has to reach as far: otherwise throws `ActionError`.
 */
async function renew(finding, owner, { renew: argv }) {
    const { cluster, repository, expires } = owner;
    if (expires === undefined)
        return;
    if (argv) {
        const labels = { [ownership/* EXPIRES_LABEL */.Iw]: expires };
        const request = { action: 'renew', cluster, repository, labels };
        await callProgram(finding.work, { argv, request, answer: emptyAnswer });
        return;
    }
    const clusters = clustersOf(await find(finding, owner));
    const written = clusters.find((one) => (0,ownership/* isSameCluster */.ru)(one.owner, owner))?.owner.expires;
    if (written === undefined || Date.parse(written) >= Date.parse(expires))
        return;
    throw new errors/* ActionError */.lZ(`The end of cluster ${cluster} could not be moved to ${expires}: there is no program for it.`, {
        details: `Its machines say that it ends at ${written}.`,
        hint: 'Give a program as `renew` in `driver-options`. Or leave `ttl` out of this step: the cluster then ends as it was to.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/command/driver.js




















/** Machines are made, found and removed by programs of the user's own. */
const commandDriver = {
    name: 'command',
    makesMachines: true,
    onRunner: false,
    options: commandOptions,
    placeOptions: placeOptions,
    // By the protocol, `list` changes nothing.
    readsOf: ({ list }) => [(argv) => argv.join('\0') === list.join('\0')],
    read: (source) => {
        const access = { ...(0,entry/* readEntry */.hB)(source), variables: source.variables };
        return { create: (options, context) => createCommandDriver(options, access, context) };
    },
};
/** The most that `list` may take, with the attempts after it, in ms. */
const QUESTION_MS = 120_000;
/** The most that a removal may take, in ms: post is cut after five minutes in all. */
const REMOVAL_MS = 270_000;
/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;
function createCommandDriver(options, access, { runner, log }) {
    const clock = base_clock/* systemClock */.ml;
    const ignored = (0,once/* once */.O)((message) => log.warning(message));
    const { timeout: timeoutMs } = options;
    const { hasGivenKey, variables } = access;
    const workFor = (limitMs, signal = new AbortController().signal) => ({
        ...{ runner, clock, log, timeoutMs, variables },
        bounds: { signal, deadline: clock.now() + limitMs },
    });
    const finding = (limitMs, signal) => ({
        ...{ work: workFor(limitMs, signal), options, ignored },
    });
    const removing = () => ({ ...finding(REMOVAL_MS), options });
    /** One call, and the attempts after it. */
    const callsMs = timeoutMs * 2;
    const addresses = new Set();
    const asMachine = (found) => {
        for (const one of [found.address, found.privateAddress ?? ''])
            addresses.add(one);
        return (0,machine_of_cloud/* machineOfCloud */.e)(found);
    };
    return {
        name: 'command',
        makesMachines: true,
        onRunner: false,
        survivesRestart: true,
        installsEngine: true,
        atOnce: AT_ONCE,
        readyTimeoutMs: READY_MS,
        settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
        get addressPools() {
            return (0,overlay_pools/* overlayPools */.K)([...addresses]);
        },
        // What has to be known is known from `plan`.
        check: async () => { },
        async plan(_signal, { machines, ttlMs }) {
            if (ttlMs !== undefined && !hasGivenKey)
                throw (0,entry/* withoutKey */.wC)('command');
            return options.create ? [`${machines} × ${(0,quote/* quote */.h)(options.create)}`] : [];
        },
        list: async ({ cluster }, signal) => (await find(finding(QUESTION_MS, signal), { cluster })).machines.map(asMachine),
        async prepare({ owner, publishedPorts: ports }, signal) {
            if (!options.prepare)
                return;
            const { cluster, repository, run, expires } = owner;
            const named = { name: (0,object_name/* objectName */.H)(owner), labels: (0,ownership/* ownerLabels */.H0)(owner) };
            const request = {
                action: 'prepare',
                cluster,
                repository,
                run,
                expires,
                ports,
                ...named,
            };
            const call = { argv: options.prepare, request, answer: emptyAnswer };
            await callProgram(workFor(callsMs, signal), call);
        },
        async create(spec, index, signal) {
            const request = createRequest(spec, index, (0,entry/* authorizedKeys */.U3)(access));
            return asMachine(await createMachine(finding(callsMs, signal), options, request));
        },
        async target(machine) {
            const hostKeys = machine.labels[machine_labels/* HOST_KEY_LABEL */.AW];
            if (!hostKeys)
                throw withoutHostKey(machine.name, options.list);
            return (0,entry/* targetOf */.$r)(machine, access, hostKeys.split('\n'));
        },
        setUp: ({ labels }, ssh, bounds) => (0,set_up/* setUp */.s)(ssh, { user: labels[machine_labels/* USER_LABEL */.hj] ?? '', image: 'of `create`', log, ...bounds }),
        commandOn: hasGivenKey ? entry/* wayTo */.bj : undefined,
        destroy: ({ owner, index }) => destroy(removing(), owner, (0,object_name/* objectName */.H)(owner, index)),
        destroyCluster: (id) => destroy(removing(), id),
        async isGone({ cluster, repository }) {
            const { machines, shared } = await find(finding(QUESTION_MS), { cluster, repository });
            return machines.length === 0 && shared.length === 0;
        },
        clusters: async (signal) => clustersOf(await find(finding(QUESTION_MS, signal))),
        renew: (owner, signal) => renew(finding(callsMs, signal), owner, options),
    };
}
function createRequest({ owner, publishedPorts: ports }, index, publicKeys) {
    const { cluster, repository, run, expires } = owner;
    const host = `${cluster}-${index}`;
    const hostKey = (0,generate/* generateKeyPair */.T)('');
    const labels = {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        [machine_labels/* INDEX_LABEL */.sk]: String(index),
        [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey.publicKey,
    };
    return {
        ...{ action: 'create', cluster, repository, run, expires, ports, labels, index, attempt: 1 },
        ...{ name: (0,object_name/* objectName */.H)(owner, index), host_name: host, authorized_keys: publicKeys },
        user_data: (0,user_data/* userData */.sw)({ name: host, hostKey, authorizedKeys: publicKeys }, user_data/* USER_DATA_BYTES */.dT.amazonec2),
        host_key: { private: hostKey.privateKey, public: hostKey.publicKey },
    };
}
function withoutHostKey(name, list) {
    return new errors/* ActionError */.lZ(`The host key of machine ${name} is not known: ${(0,quote/* quote */.h)(list)}`, {
        details: `\`list\` gives neither the label ${machine_labels/* HOST_KEY_LABEL */.AW} nor \`host_keys\`.`,
        hint: 'Put the `host_key` of the request into the machine, and set all its `labels`. If that is not possible, give `host_keys`.',
    });
}


/***/ })

};
;