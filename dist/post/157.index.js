"use strict";
exports.id = 157;
exports.ids = [157];
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

/***/ 5823:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ once)
/* harmony export */ });
/**
 * Tells each text only the first time: what is looked at again and again is named once. Several that
 * share `told` tell each text once in all.
 */
function once(tell, told = new Set()) {
    return (text) => {
        if (told.has(text))
            return;
        told.add(text);
        tell(text);
    };
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

/***/ 6478:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ hasPublicIpv6),
/* harmony export */   i: () => (/* binding */ refuseIpv6Only)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);


/**
 * Whether a machine has an IPv6 address beyond its own links. `interfaces` is what
 * `os.networkInterfaces()` gives there.
 */
function hasPublicIpv6(interfaces) {
    return Object.values(interfaces)
        .flatMap((all) => all ?? [])
        .some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && !scopeid);
}
/**
 * Throws `ActionError` where a machine has an IPv6 address alone, and the runner none from which it
 * could be reached: each attempt would fail until the time is over. `interfaces` is what
 * `os.networkInterfaces()` gives on the runner.
 */
function refuseIpv6Only(name, address, interfaces) {
    if (!(0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIPv6)(address) || hasPublicIpv6(interfaces))
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Machine ${name} has only an IPv6 address, ${address}.`, {
        details: 'The runner has no IPv6 address, other than of its own links.',
        hint: "GitHub's hosted runners have no IPv6. Give the machines IPv4 addresses, or use a self-hosted runner with IPv6.",
    });
}


/***/ }),

/***/ 4157:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createDockerMachineDriver: () => (/* binding */ createDockerMachineDriver),
  dockerMachineDriver: () => (/* binding */ dockerMachineDriver)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(6315);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/cloud/refuse-ipv6-only.js
var refuse_ipv6_only = __webpack_require__(6478);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: ./lib/machines/processes.js
var processes = __webpack_require__(3254);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/folders.js
var folders = __webpack_require__(38);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/commands.js
const VERSION = ['version'];
const createHelp = (driver) => ['create', '--driver', driver, '--help'];
const commands_status = (name) => ['status', name];
const ip = (name) => ['ip', name];
const inspect = (name) => ['inspect', name];
function create({ name, driver, labels, flags }) {
    const marks = labels.flatMap((label) => ['--engine-label', label]);
    return ['create', '--driver', driver, ...marks, ...flags, name];
}
/** Without `-y` it asks, removes nothing and succeeds; with `-f` it forgets what still exists. */
const remove = (name) => ['rm', '-y', name];
/** docker-machine joins the words by blanks: none of them may need quotes. */
const readHostKey = (name) => [
    ...['ssh', name, '--'],
    ...['cat', '/etc/ssh/ssh_host_ed25519_key.pub'],
];
/** A whole command line. The storage path tells whose process it is. */
function commandLine(binary, storage, words) {
    return [binary, '-s', storage, ...words];
}
/** Whether a command line only asks: by the program and the storage path of these options. */
function onlyReads(argv, binary, storage) {
    const [program, dash, path, command, ...rest] = argv;
    if (program !== binary || dash !== '-s' || path !== storage)
        return false;
    const isHelp = command === 'create' && rest.length === 3 && rest.at(-1) === '--help';
    return isHelp || ['version', 'status', 'ip', 'inspect'].includes(command ?? '');
}
/** The machine that a process makes in this storage, by its command line; undefined if it makes none. */
function madeBy(argv, storage) {
    const at = argv.indexOf('-s');
    return argv[at + 1] === storage && argv[at + 2] === 'create' ? argv.at(-1) : undefined;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/user-data.js
var user_data = __webpack_require__(8019);
// EXTERNAL MODULE: ./lib/ssh/keys/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(9904);
// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/host-key.js




/** Flags that take the path of user data for cloud-init, by docker-machine's driver. */
const USER_DATA_FLAGS = {
    amazonec2: 'amazonec2-userdata',
    azure: 'azure-custom-data',
    digitalocean: 'digitalocean-userdata',
    google: 'google-userdata',
    hetzner: 'hetzner-user-data-file',
    openstack: 'openstack-user-data-file',
    vmwarevsphere: 'vmwarevsphere-cloud-init',
};
/** Reads `ssh-known-hosts`; what is wrong with it is a problem. */
function readKnownHosts({ read, problem }) {
    const known = (0,known_hosts/* parseKnownHosts */.uJ)(read('ssh-known-hosts'));
    for (const { line, reason } of known.problems)
        problem('ssh-known-hosts', `line ${line}`, reason);
    return known;
}
/**
 * How host keys are known with these options; `known` are the flags of the program, none if that is
 * not known. Throws `ActionError` where they could not be, and `first-use` does not allow that.
 */
function hostKeyWay({ driver = '', flags, 'host-key': mode }, known, hasKnownHosts) {
    if (mode === 'first-use')
        return { kind: 'first-use' };
    if (driver === 'generic') {
        if (hasKnownHosts)
            return { kind: 'known-hosts' };
        throw new errors/* ActionError */.lZ('The host keys of the hosts are not known.', {
            hint: `Give their lines as \`ssh-known-hosts\` (ssh-keyscan shows them). ${FIRST_USE}`,
        });
    }
    const flag = USER_DATA_FLAGS[driver];
    const isThere = known.length === 0 || known.some(({ name }) => name === flag);
    if (flag === undefined || !isThere)
        throw noUserData(driver);
    const short = flag.slice(driver.length + 1);
    const given = [flag, short].find((name) => Object.hasOwn(flags, name));
    if (given === undefined)
        return { kind: 'user-data', flag };
    throw new errors/* ActionError */.lZ(`driver-options: \`flags\`: \`${given}\` is not taken with \`host-key: pinned\`.`, {
        details: 'By these user data the action hands the machine its host key.',
        hint: `Leave it out. ${FIRST_USE}`,
    });
}
const FIRST_USE = 'Or accept the key that each machine shows first: `host-key: first-use` in `driver-options`. Whoever stands between then is not noticed.';
function noUserData(driver) {
    return new errors/* ActionError */.lZ(`The host keys of the machines would not be known: docker-machine's driver ${driver} takes no user data that the action could hand a key over by.`, {
        details: `Drivers that take some: ${Object.keys(USER_DATA_FLAGS).join(', ')}.`,
        hint: FIRST_USE,
    });
}
/**
 * The host key that a new machine says it has, as `ssh-ed25519 AAAA…`. docker-machine checks nobody
 * whom it asks. Throws `ActionError` if there is none.
 */
async function keyOfFirstUse(program, name, signal) {
    const { exitCode, text, said } = await program.attempt(readHostKey(name), { signal });
    const line = text.split('\n').find((one) => one.startsWith('ssh-ed25519 '));
    if (exitCode !== 0 || line === undefined) {
        throw new errors/* ActionError */.lZ(`The host key of machine ${name} could not be read.`, {
            details: said,
            hint: 'Its sshd needs a key of the type ed25519, which every Linux of today makes.',
        });
    }
    const { type, blob } = (0,public_key/* parsePublicKey */.ee)(line);
    return `${type} ${blob.toString('base64')}`;
}

// EXTERNAL MODULE: ./lib/machines/own-variables.js
var own_variables = __webpack_require__(5843);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/not-of-the-job.js
var not_of_the_job = __webpack_require__(2950);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/program.js





/** Of a question, which may ask the API of a cloud, in ms. */
const QUESTION_MS = 60_000;
/**
 * Calls docker-machine. Its environment is that of the step: by that it is given tokens. The inputs
 * of this action are none of its business.
 */
function dockerMachine(runner, { binary, storage }, variables) {
    const env = {
        ...(0,own_variables/* withoutOwnVariables */.E)(variables),
        ...not_of_the_job/* NOT_OF_THE_JOB */.Q,
        // Plugins look for it there, and not among the words.
        MACHINE_STORAGE_PATH: storage,
    };
    const call = async (words, { signal, timeoutMs, onLine }) => await runner.run(commandLine(binary, storage, words), {
        ...{ env, signal, timeoutMs: timeoutMs ?? QUESTION_MS, anyExitCode: true },
        ...(onLine && { onLine }),
    });
    return {
        ...{ binary, storage },
        run: async (words, options = {}) => {
            const result = await call(words, options);
            if (result.exitCode === 0)
                return result.stdout;
            throw new executor/* CommandError */.Qd(runner.where, commandLine(binary, storage, words), result);
        },
        attempt: async (words, options = {}) => {
            const result = await call(words, options);
            return { exitCode: result.exitCode, text: result.stdout, said: (0,executor/* ownWords */.I1)(result) };
        },
    };
}
/** What a question was to answer and did not. */
function unreadable(program, words, text) {
    return new errors/* ActionError */.lZ(`docker-machine gave another answer to \`${words.join(' ')}\` than is known.`, {
        details: text.trim() || '(nothing)',
        hint: `See by hand: ${program.binary} -s ${program.storage} ${words.join(' ')}. docker-machine 0.16 and GitLab's fork of it answer as expected.`,
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/files/exists.js
var exists = __webpack_require__(5914);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/storage.js





function storageAt(folder) {
    return { folder, machines: (0,external_node_path_.join)(folder, 'machines'), records: (0,external_node_path_.join)(folder, 'swarm-up') };
}
/** Makes what is missing of it. */
async function makeStorage({ folder, records }) {
    await (0,promises_.mkdir)(records, { recursive: true, mode: 0o700 });
    // Without it, docker-machine sends reports of failures to its makers of 2019.
    await (0,promises_.writeFile)((0,external_node_path_.join)(folder, 'no-error-report'), '', { flag: 'a' });
}
/**
 * Throws `ActionError` if the storage is not there: what was made with it then can neither be found
 * nor be removed, and may still exist.
 */
async function refuseLost({ folder, records }) {
    if (await (0,exists/* exists */.t)(records))
        return;
    throw new errors/* ActionError */.lZ(`There is no storage of docker-machine at ${folder}.`, {
        details: 'Without it, machines that were made can neither be found nor removed from here. They may still exist, and cost money.',
        hint: `Run this on the runner that made them, with the same \`storage-path\`. If the storage is lost, look for the machines at their provider. If nothing was ever made from here, say so: mkdir -p ${records}`,
    });
}
const config = schemas/* object */.Ikc({
    DriverName: schemas/* string */.YjP(),
    Driver: schemas/* object */.Ikc({ IPAddress: schemas/* string */.YjP().nullish() }),
    HostOptions: schemas/* object */.Ikc({
        EngineOptions: schemas/* object */.Ikc({ Labels: schemas/* array */.YOg(schemas/* string */.YjP()).nullish() }).nullish(),
    }),
});
async function readFolder({ machines }, name) {
    const folder = (0,external_node_path_.join)(machines, name);
    const names = await entries(folder);
    if (names === undefined)
        return { kind: 'none' };
    if (names.length === 0)
        return { kind: 'empty' };
    try {
        const text = await (0,promises_.readFile)((0,external_node_path_.join)(folder, 'config.json'), 'utf8');
        const { DriverName, Driver, HostOptions } = config.parse(JSON.parse(text));
        return {
            ...{ kind: 'known', driver: DriverName, address: Driver.IPAddress ?? '' },
            labels: labelsOf(HostOptions.EngineOptions?.Labels ?? []),
        };
    }
    catch {
        return { kind: 'unreadable' };
    }
}
/** Only an empty one; gone already is success. */
async function removeEmptyFolder({ machines }, name) {
    await (0,promises_.rmdir)((0,external_node_path_.join)(machines, name)).catch((error) => {
        if (error.code !== 'ENOENT')
            throw error;
    });
}
/** The names of all machines that docker-machine has a folder for. */
async function machineNames({ machines }) {
    const names = (await entries(machines)) ?? [];
    return names.filter((name) => !name.startsWith('.'));
}
/** Undefined where there is no such folder. */
async function entries(folder) {
    try {
        return await (0,promises_.readdir)(folder);
    }
    catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(error.code ?? ''))
            return undefined;
        throw error;
    }
}
function labelsOf(pairs) {
    return Object.fromEntries(pairs.map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }));
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/records.js






/**
 * How far a machine has come. `asked`: docker-machine was called, and it is not known what its
 * driver has done. `failed`: it ended by itself before its driver had made the machine. `saved`: it
 * has written what its driver has made, so that it can remove it. `removing`: it was asked to.
 * `doubt`: it has forgotten a machine that may exist.
 */
const phase = schemas/* enum */.k5n(['asked', 'failed', 'saved', 'ready', 'removing', 'doubt']);
const record = schemas/* object */.Ikc({
    version: schemas/* literal */.euz(1),
    /** What docker-machine calls it. */
    name: schemas/* string */.YjP(),
    index: schemas/* int */.Whr(),
    driver: schemas/* string */.YjP(),
    labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()),
    /** RFC 3339. */
    created: schemas/* string */.YjP(),
    phase,
    /** How it is entered; of one that is ready. */
    entry: schemas/* object */.Ikc({ user: schemas/* string */.YjP(), port: schemas/* int */.Whr(), keyPath: schemas/* string */.YjP() }).optional(),
});
/** Where the record of a machine lies. */
const recordPath = ({ records }, name) => (0,external_node_path_.join)(records, `${name}.json`);
/** The user data that a machine is made with, while it is made. */
const userDataPath = ({ records }, name) => (0,external_node_path_.join)(records, `${name}.user-data`);
/** Writes a record anew: a reader sees the old one or the new one. */
async function writeRecord(storage, one) {
    const path = recordPath(storage, one.name);
    const fresh = `${path}.${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`;
    await (0,promises_.writeFile)(fresh, JSON.stringify(one), { mode: 0o600 });
    await (0,promises_.rename)(fresh, path);
}
/**
 * Writes what has become of a machine. Throws `ActionError` where another run has removed it
 * meanwhile: by a record without a machine, docker-machine would seem to have lost it.
 */
async function updateRecord(storage, one) {
    const isRemoved = (await readFolder(storage, one.name)).kind === 'none' &&
        (await readRecord(storage, one.name)) === undefined;
    if (isRemoved) {
        throw new errors/* ActionError */.lZ(`Another run has removed machine ${one.name}.`, {
            hint: 'See whether two runs use the same `cluster`.',
        });
    }
    await writeRecord(storage, one);
}
/** Undefined where there is none. Throws `ActionError` for one that cannot be read. */
async function readRecord(storage, name) {
    const path = recordPath(storage, name);
    try {
        return record.parse(JSON.parse(await (0,promises_.readFile)(path, 'utf8')));
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return undefined;
        throw new errors/* ActionError */.lZ(`${path} is not a record of a machine that is known here.`, {
            details: error instanceof Error ? error.message : String(error),
            hint: 'A newer release of the action may have written it: use that one. It says whose a machine is, so it is not passed over.',
            cause: error,
        });
    }
}
/** What is written of a machine, with its host's private key, goes with it. */
async function removeRecord(storage, name) {
    await (0,promises_.rm)(userDataPath(storage, name), { force: true });
    // A run that was killed may have left one that it was writing.
    const unfinished = ((await entries(storage.records)) ?? []).filter((file) => file.startsWith(`${name}.json.`));
    for (const file of unfinished)
        await (0,promises_.rm)((0,external_node_path_.join)(storage.records, file), { force: true });
    await (0,promises_.rm)(recordPath(storage, name), { force: true });
}
/** The names of all machines that have a record. */
async function recordNames(storage) {
    const files = (await entries(storage.records)) ?? [];
    return files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []);
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/create.js














/** docker-machine waits for SSH, and for its engine, by itself, in ms. */
const CREATE_MS = 20 * 60_000;
/** The files of its certificates are there: others may be made beside it. */
const CERTIFIED = /^Running pre-create checks/;
/** What its driver has made is written: from now on docker-machine can remove it. */
const SAVED = /^Waiting for machine to be running/;
/** What `create` ends with if it asked its driver for no machine. */
const REFUSED_BEFORE = 3;
/** Engine labels stand in a unit of systemd, without quotes. */
const PLAIN_VALUE = /^[\w./:@+-]*$/;
const inspected = schemas/* object */.Ikc({
    Driver: schemas/* object */.Ikc({
        SSHUser: schemas/* string */.YjP(),
        SSHPort: schemas/* int */.Whr(),
        SSHKeyPath: schemas/* string */.YjP(),
    }),
});
/**
 * Makes one machine, and reads how it is entered. `certified` is called once another one may be
 * made beside it. On abort it goes on until docker-machine has written what its driver has made:
 * ended before, it would leave a machine that nobody knows of. Rejects with the signal's reason
 * then, and with `ActionError` if docker-machine fails.
 */
async function createMachine(creating, { owner }, index, signal, certified) {
    const { program, storage, plan, driver } = creating;
    const name = (0,object_name/* objectName */.H)(owner, index);
    const hostKey = plan.hostKey.kind === 'user-data' ? (0,generate/* generateKeyPair */.T)('') : undefined;
    const labels = { ...(0,ownership/* ownerLabels */.H0)(owner), [machine_labels/* INDEX_LABEL */.sk]: String(index) };
    const asked = {
        ...{ version: 1, name, index, driver, created: new Date().toISOString(), phase: 'asked' },
        labels: { ...labels, ...(hostKey && { [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey.publicKey }) },
    };
    signal.throwIfAborted();
    await writeRecord(storage, asked);
    const data = userDataPath(storage, name);
    const flags = [...plan.flagsOf(index)];
    try {
        if (hostKey && plan.hostKey.kind === 'user-data') {
            await (0,promises_.writeFile)(data, (0,user_data/* hostKeyData */.c4)(hostKey), { mode: 0o600 });
            flags.push(`--${plan.hostKey.flag}=${data}`);
        }
        const making = { name, driver, labels: engineLabels(labels), flags };
        await call(creating, asked, create(making), signal, certified);
    }
    finally {
        await (0,promises_.rm)(data, { force: true });
    }
    const { SSHUser, SSHPort, SSHKeyPath } = await create_inspect(program, name, signal);
    const entry = { user: SSHUser || 'root', port: SSHPort || 22, keyPath: SSHKeyPath };
    const first = plan.hostKey.kind === 'first-use' ? await keyOfFirstUse(program, name, signal) : undefined;
    const ready = {
        ...{ ...asked, phase: 'ready', entry },
        labels: { ...asked.labels, ...(first && { [machine_labels/* HOST_KEY_LABEL */.AW]: first }) },
    };
    await updateRecord(storage, ready);
    return ready;
}
async function call(creating, asked, command, signal, certified) {
    const { program, storage, log } = creating;
    const ending = new AbortController();
    let isSaved = false;
    let written = Promise.resolve();
    const end = () => {
        if (isSaved)
            ending.abort(signal.reason);
    };
    const onLine = (line) => {
        log.info(`${asked.name}: ${line}`);
        if (CERTIFIED.test(line))
            certified();
        if (!SAVED.test(line))
            return;
        isSaved = true;
        written = updateRecord(storage, { ...asked, phase: 'saved' }).catch((error) => error);
        if (signal.aborted)
            end();
    };
    signal.addEventListener('abort', end, { once: true });
    try {
        const options = { signal: ending.signal, timeoutMs: CREATE_MS, onLine };
        const answer = await program.attempt(command, options);
        await written;
        if (answer.exitCode !== 0)
            throw await failed(creating, asked, answer, isSaved);
        await updateRecord(storage, { ...asked, phase: 'saved' });
        signal.throwIfAborted();
    }
    catch (error) {
        throw error instanceof executor/* CommandTimeout */.Rg && !signal.aborted ? tooLong(asked, error) : error;
    }
    finally {
        signal.removeEventListener('abort', end);
        await written;
    }
}
/** Keeps what is known of what the driver has done. */
async function failed({ storage }, asked, { exitCode, said }, isSaved) {
    const { name, driver } = asked;
    const isThere = (await readFolder(storage, name)).kind !== 'none';
    if (!isThere)
        await removeRecord(storage, name);
    else if (!isSaved)
        await writeRecord(storage, { ...asked, phase: 'failed' });
    return new errors/* ActionError */.lZ(`docker-machine could not make machine ${name} (driver ${driver}).`, {
        details: said,
        hint: exitCode === REFUSED_BEFORE || !isThere
            ? 'Nothing was made. See what docker-machine says above, and mend `flags` or the environment of the step.'
            : `The way down removes what was made. By hand: docker-machine -s ${storage.folder} rm ${name}`,
    });
}
function tooLong({ name }, error) {
    return new errors/* ActionError */.lZ(`docker-machine did not make machine ${name} within ${CREATE_MS / 60_000} minutes, and was ended.`, { details: error.details, cause: error });
}
async function create_inspect(program, name, signal) {
    const text = await program.run(inspect(name), { signal });
    const answer = inspected.safeParse(documentOf(text));
    if (!answer.success)
        throw unreadable(program, inspect(name), text);
    return answer.data.Driver;
}
function documentOf(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function engineLabels(labels) {
    return Object.entries(labels)
        .filter(([, value]) => PLAIN_VALUE.test(value))
        .map(([key, value]) => `${key}=${value}`);
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/creations.js





const POLL_MS = 500;
/** How long a process may take to end once it was asked to, in ms. */
const ENDING_MS = 5_000;
/**
 * The processes that make a machine of such a name at this moment, those of killed runs among them.
 * None on systems without /proc, where nobody tells.
 */
async function creationsOf({ storage, table }, isMeant) {
    const all = await table.list().catch(() => []);
    return all.filter(({ argv }) => isMeant(madeBy(argv, storage.folder) ?? ''));
}
/**
 * Waits until nothing makes this machine any more. As long as docker-machine has not written what
 * its driver has made, it would take the knowledge of that with it, so it is ended only afterwards.
 * Throws `ActionError` if that is not so at `deadline`, on the clock.
 */
async function endCreations(surroundings, name, deadline) {
    const { storage, table, clock, log } = surroundings;
    const tell = (0,once/* once */.O)(log.info);
    let endsAt;
    for (;;) {
        const running = await creationsOf(surroundings, (made) => made === name);
        if (running.length === 0)
            return;
        tell(`${name} is still being made by a run that has ended; that is waited for`);
        if (clock.now() >= deadline)
            throw stillMaking(name, running);
        const folder = await readFolder(storage, name);
        if (folder.kind === 'known' && folder.address !== '') {
            const isLate = endsAt !== undefined && clock.now() >= endsAt;
            for (const one of running)
                await (0,processes/* signalProcess */.a7)(table, one, isLate ? 'SIGKILL' : 'SIGTERM');
            endsAt ??= clock.now() + ENDING_MS;
        }
        await clock.sleep(POLL_MS);
    }
}
function stillMaking(name, running) {
    const pids = running.map(({ pid }) => pid).join(', ');
    return new errors/* ActionError */.lZ(`Machine ${name} is still being made (process ${pids}).`, {
        details: 'It is not ended: docker-machine has not written yet what its driver has made, and nobody could remove that then.',
        hint: 'Wait until it has ended, and run this again.',
    });
}

// EXTERNAL MODULE: ./lib/machines/cloud/found/clusters-of.js
var clusters_of = __webpack_require__(6153);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/find.js






/**
 * Every machine of a cluster of this name, of whatever repository; without a name, of all. By their
 * records, and by the labels of their engines; each with the name that this action gives. `ignored`
 * is told of what has labels and another name. In the order of their index. Calls nothing.
 */
async function find(storage, ignored, { cluster, repository } = {}) {
    const names = new Set([...(await recordNames(storage)), ...(await machineNames(storage))]);
    const found = [];
    for (const name of [...names].sort()) {
        const one = await findMachine(storage, name, ignored);
        const isMeant = (cluster === undefined || one?.owner.cluster === cluster) &&
            (repository === undefined || one?.owner.repository === repository);
        if (one && isMeant)
            found.push(one);
    }
    return found.sort((a, b) => a.index - b.index);
}
/** One machine by the name that docker-machine has; undefined if it is not this action's. */
async function findMachine(storage, name, ignored = () => { }) {
    const record = await readRecord(storage, name);
    const folder = await readFolder(storage, name);
    const labels = record?.labels ?? (folder.kind === 'known' ? folder.labels : {});
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    const index = indexOf(labels);
    if (owner && index !== undefined && name === (0,object_name/* objectName */.H)(owner, index)) {
        return { name, index, owner, record, folder };
    }
    if (owner) {
        ignored(`The machine ${name} of docker-machine has labels of Swarm Up, and not the name that Swarm Up gives a machine: it is ignored, and stays.`);
    }
    return undefined;
}
/** Whether what docker-machine has by this name was made by somebody else. */
function isForeign({ owner, folder }) {
    if (folder.kind !== 'known')
        return false;
    const made = (0,ownership/* ownerOf */.bf)(folder.labels);
    return made === undefined || !(0,ownership/* isSameCluster */.ru)(made, owner);
}
/** Every cluster of what was found, by name. */
function clustersIn(machines) {
    const parts = machines.map(({ name, owner, record }) => ({
        ...{ cluster: owner, owner, kind: 'machine', name, created: record?.created },
    }));
    return (0,clusters_of/* clustersOf */.D)(parts, (all) => {
        const expiries = all.map(({ owner }) => owner.expires);
        return (0,clusters_of/* ownedCluster */.E)(all[0].owner, all, expiries);
    });
}
function indexOf(labels) {
    const text = labels[machine_labels/* INDEX_LABEL */.sk] ?? '';
    return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/destroy.js











/**
 * How many calls of docker-machine go on at the same time. Of its driver virtualbox only one: calls
 * of VBoxManage collide, and docker-machine keeps them apart only within one process.
 */
const atOnce = (driver) => (driver === 'virtualbox' ? 1 : 4);
/** How long a machine that is still being made is waited for, in ms: post is cut after five minutes. */
const MAKING_MS = 150_000;
/** Of one `rm`, in ms. */
const REMOVE_MS = 180_000;
/** docker-machine writes its record by removing the old one first: how long that may take, in ms. */
const WRITING_MS = 2_000;
const destroy_POLL_MS = 500;
/**
 * Removes every machine of the cluster and its repository, and looks again. Gone already is
 * success; what is not known to be gone is none. Throws `ActionError` that names what is left.
 */
async function destroyCluster(removing, id) {
    const { storage, ignored, clock } = removing;
    const own = { cluster: id.cluster, repository: id.repository };
    const deadline = clock.now() + MAKING_MS;
    const failures = [];
    const machines = await find(storage, ignored, own);
    const limit = (0,p_limit/* default */.A)(Math.min(...machines.map((one) => atOnce(driverOf(one))), 4));
    const removals = machines.map((one) => limit(() => destroyMachine(removing, one, deadline).catch((error) => {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        failures.push(error);
    })));
    for (const end of await Promise.allSettled(removals)) {
        if (end.status === 'rejected')
            throw end.reason;
    }
    const left = (await find(storage, ignored, own)).map(({ name }) => name);
    if (failures.length === 0 && left.length === 0)
        return;
    const [only, ...more] = failures;
    if (only && more.length === 0)
        throw only;
    throw new errors/* ActionError */.lZ(`Cluster ${id.cluster} could not be removed; what is left: ${left.map((name) => `machine ${name}`).join(', ')}.`, {
        details: failures.map(errors/* describeError */.Uc).join('\n'),
        hint: 'Run `command: down` again.',
    });
}
/** Whether there is nothing of a cluster, and nothing makes a machine of it. */
async function isGone({ storage, table, ignored }, { cluster, repository }) {
    if ((await find(storage, ignored, { cluster, repository })).length > 0)
        return false;
    const start = `${(0,object_name/* objectName */.H)({ cluster, repository })}-`;
    const isOurs = (name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length));
    return (await creationsOf({ storage, table }, isOurs)).length === 0;
}
/**
 * Removes one machine. Throws `ActionError` if it is not known to be gone; docker-machine then has
 * it still, or what is known of it stays in its record.
 */
async function destroyMachine(removing, { name }, deadline = removing.clock.now() + MAKING_MS) {
    const { storage } = removing;
    await endCreations(removing, name, deadline);
    const one = await settled(removing, name);
    if (!one)
        return;
    switch (one.folder.kind) {
        case 'none':
            break;
        case 'empty':
            await removeEmptyFolder(storage, name);
            break;
        case 'unreadable':
            throw unreadableMachine(removing, one);
        case 'known':
            if (isForeign(one))
                throw foreignMachine(removing, one);
            await removeKnown(removing, one);
            return;
    }
    const phase = one.record?.phase;
    if (phase === 'saved' || phase === 'ready')
        throw lostMachine(removing, one);
    if (phase === 'doubt')
        throw doubtful(removing, one);
    await removeRecord(storage, name);
}
/** The machine once nobody writes its record at this moment. */
async function settled({ storage, clock }, name) {
    return await (0,base_clock/* until */.TG)(() => findMachine(storage, name), (one) => one?.folder.kind !== 'unreadable', { clock, limitMs: WRITING_MS, everyMs: destroy_POLL_MS });
}
async function removeKnown(removing, one) {
    const { program, storage, log } = removing;
    const { name, folder } = one;
    const before = one.record ?? recordOf(one);
    const { phase } = before;
    // Its driver has written an address only if it has made the machine.
    const isSaved = folder.kind === 'known' && folder.address !== '';
    const isSure = isSaved || !['asked', 'doubt'].includes(phase);
    // Before the call: if it is the last, its success is not taken for a loss.
    await writeRecord(storage, { ...before, phase: isSure ? 'removing' : 'doubt' });
    const removed = await attempt(program, remove(name));
    // By its folder docker-machine knows a machine. It removes that last, once its driver has
    // removed the machine; so the folder tells more than an answer that may be lost.
    if ((await readFolder(storage, name)).kind !== 'none') {
        await writeRecord(storage, { ...before, phase: phaseOfLeft(phase) });
        throw notRemoved(removing, one, removed);
    }
    if (!isSure)
        throw doubtful(removing, one);
    if (phase === 'failed' && !isSaved) {
        log.warning(`${name}: its driver had failed before docker-machine wrote what it had made. docker-machine has no such machine any more; look at ${before.driver} whether there is one.`);
    }
    await removeRecord(storage, name);
}
/** That it is there is known by now: if somebody makes docker-machine forget it, that is a loss. */
const phaseOfLeft = (phase) => (phase === 'removing' ? 'saved' : phase);
/** One that did not end has failed, too: what counts is what is left. */
async function attempt(program, call) {
    try {
        return (await program.attempt(call, { timeoutMs: REMOVE_MS })).said;
    }
    catch (error) {
        if (error instanceof errors/* ActionError */.lZ)
            return [error.message, error.details].join('\n');
        throw error;
    }
}
/** Of a machine whose own record was lost. */
function recordOf({ name, index, owner, folder }) {
    return {
        ...{ version: 1, name, index, phase: 'asked', created: new Date().toISOString() },
        driver: folder.kind === 'known' ? folder.driver : 'unknown',
        labels: { ...(0,ownership/* ownerLabels */.H0)(owner), [machine_labels/* INDEX_LABEL */.sk]: String(index) },
    };
}
const driverOf = ({ record, folder }) => record?.driver ?? (folder.kind === 'known' ? folder.driver : 'its provider');
function notRemoved({ program, storage }, one, said) {
    return new errors/* ActionError */.lZ(`docker-machine did not remove machine ${one.name}.`, {
        details: said || '(it said nothing)',
        hint: `Run \`command: down\` again. By hand: ${program.binary} -s ${storage.folder} rm ${one.name}. Do not use \`rm -f\`: it forgets a machine that still exists.`,
    });
}
function lostMachine({ storage }, one) {
    return new errors/* ActionError */.lZ(`docker-machine has forgotten machine ${one.name}, which Swarm Up did not remove.`, {
        details: `There is no ${storage.machines}/${one.name}. It was removed by hand, by \`rm -f\`, or the folder was lost. The machine may still exist.`,
        hint: forgetHint(storage, one),
    });
}
function doubtful({ storage }, one) {
    return new errors/* ActionError */.lZ(`Whether machine ${one.name} still exists is not known.`, {
        details: `docker-machine was ended while its driver ${driverOf(one)} made the machine, before it wrote what that was. It has removed all that it knows.`,
        hint: forgetHint(storage, one),
    });
}
function forgetHint(storage, one) {
    return `Look for ${one.name} at ${driverOf(one)}, and remove it there. Then remove the record, and run this again: rm ${recordPath(storage, one.name)}`;
}
function unreadableMachine({ storage }, one) {
    const folder = `${storage.machines}/${one.name}`;
    return new errors/* ActionError */.lZ(`What docker-machine knows of machine ${one.name} is lost.`, {
        details: `${folder}/config.json is missing, or not of a form that is known.`,
        hint: `Look for ${one.name} at ${driverOf(one)}, and remove it there. Then remove its files, and run this again: rm -r ${folder} ${recordPath(storage, one.name)}`,
    });
}
function foreignMachine({ storage }, one) {
    return new errors/* ActionError */.lZ(`The machine ${one.name} of docker-machine was not made by Swarm Up: it stays.`, {
        details: 'Its engine has other labels than the machine of that name that Swarm Up made.',
        hint: forgetHint(storage, one),
    });
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/host-name.js


/** `$1` is the name that the machine shall have; docker-machine has given it its own. */
const SCRIPT = 'name=$1; [ "$(hostname)" = "$name" ] || { as=; [ "$(id -u)" = 0 ] || as="sudo -n"; echo "127.0.1.1 $name" | $as tee -a /etc/hosts && echo "$name" | $as tee /etc/hostname && $as hostname "$name"; } >/dev/null';
const setHostName = (name) => ['sh', '-c', SCRIPT, 'host-name', name];
/**
 * Gives a machine the name that its node is to have: an engine tells the host name of the moment
 * when it is asked. Throws `ActionError` if it cannot be given.
 */
async function giveHostName(ssh, name, bounds) {
    try {
        await ssh.run(setHostName(name), { repeatable: true, ...bounds });
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new errors/* ActionError */.lZ(`The host name of machine ${name} could not be set.`, {
            details: error.details,
            hint: 'The user that docker-machine logs in as needs `sudo` without a password; docker-machine needs it, too.',
            cause: error,
        });
    }
}

// EXTERNAL MODULE: ./lib/machines/cloud/found/machine-of-cloud.js
var machine_of_cloud = __webpack_require__(2621);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/look.js






/** Of a machine as the driver has it: the file of the key that lets the runner in. */
const KEY_PATH_LABEL = 'swarm-up.ssh-key-path';
/** Of libmachine/state: what a machine that may be entered is in, and what it is made anew from. */
const RUNNING = ['Running', 'Starting'];
const STOPPED = ['Paused', 'Saved', 'Stopped', 'Stopping', 'Error'];
/**
 * A machine as it is now. One that was never finished, or that docker-machine has forgotten, is
 * stopped: the driver says what that means when it removes it. Throws `ActionError` if
 * docker-machine cannot tell, so that nothing is made anew beside a machine that runs.
 */
async function lookAt(program, one, signal) {
    const { record, folder } = one;
    const isWhole = record?.phase === 'ready' && folder.kind === 'known' && !isForeign(one);
    if (!record || !isWhole)
        return machineOf(one, record, '');
    const state = await stateOf(program, one.name, signal);
    return machineOf(one, record, state === 'running' ? await addressOf(program, one.name, signal) : '');
}
/** A machine that was just made. */
async function lookAtNew(program, record, one, signal) {
    return machineOf(one, record, await addressOf(program, record.name, signal));
}
function machineOf({ index, owner }, record, address) {
    const { labels = {}, entry } = record ?? {};
    return (0,machine_of_cloud/* machineOfCloud */.e)({
        ...{ name: `${owner.cluster}-${index}`, index, owner, address, privateAddress: undefined },
        state: address === '' ? 'stopped' : 'running',
        labels: {
            ...labels,
            ...(entry && {
                [machine_labels/* PORT_LABEL */.JH]: String(entry.port),
                [machine_labels/* USER_LABEL */.hj]: entry.user,
                [KEY_PATH_LABEL]: entry.keyPath,
            }),
        },
    });
}
async function stateOf(program, name, signal) {
    const { exitCode, text, said } = await program.attempt(commands_status(name), { signal });
    const state = text.trim();
    if (exitCode === 0 && RUNNING.includes(state))
        return 'running';
    if (exitCode === 0 && STOPPED.includes(state))
        return 'stopped';
    if (exitCode === 0)
        throw unreadable(program, commands_status(name), text);
    throw unknown(name, 'whether machine NAME runs', said);
}
async function addressOf(program, name, signal) {
    const { exitCode, text, said } = await program.attempt(ip(name), { signal });
    const address = text.trim();
    if (exitCode !== 0)
        throw unknown(name, 'the address of machine NAME', said);
    if (!/^[0-9A-Za-z:][0-9A-Za-z.:_-]*$/.test(address))
        throw unreadable(program, ip(name), text);
    return address;
}
function unknown(name, what, said) {
    return new errors/* ActionError */.lZ(`docker-machine could not tell ${what.replace('NAME', name)}.`, {
        details: said,
        hint: 'Run this again if its provider did not answer. If the machine is gone there, remove the cluster first: `command: down`.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/options.js


const DRIVER = 'give the name of a driver of docker-machine, as behind its `--driver`: `amazonec2`, `generic`';
const FLAGS = 'give a map of the flags of `docker-machine create`, without their dashes: `amazonec2-region: eu-central-1`';
const VALUE = 'give a text, a number, `true` or `false`, or a list of these';
const STORAGE = 'give an absolute path: docker-machine writes it into its files, so it has to be the same in every job';
const BINARY = 'give the name or the path of docker-machine';
const scalar = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()], VALUE);
const flag = schemas/* union */.KCZ([scalar, schemas/* array */.YOg(scalar, VALUE).min(1, VALUE)], VALUE)
    .transform((given) => ({ values: [given].flat().map(String), isList: Array.isArray(given) }));
const flagName = schemas/* string */.YjP().regex(/^[A-Za-z0-9][\w.-]*$/, FLAGS);
const storagePath = schemas/* string */.YjP(STORAGE).refine(external_node_path_.isAbsolute, STORAGE).optional();
const binary = schemas/* string */.YjP(BINARY).min(1, BINARY).default('docker-machine');
const dockerMachineOptions = schemas/* strictObject */.rej({
    driver: schemas/* string */.YjP(DRIVER)
        .regex(/^[A-Za-z0-9][\w.-]*$/, DRIVER)
        // It makes no machine, so that there is nothing to log in to.
        .refine((name) => name !== 'none', DRIVER),
    flags: schemas/* record */.g1P(flagName, flag, FLAGS).default({}),
    'storage-path': storagePath,
    binary,
    'host-key': schemas/* enum */.k5n(['pinned', 'first-use'], 'give `pinned` or `first-use`').default('pinned'),
});
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({ 'storage-path': storagePath, binary })
    .transform((given) => ({ ...given, flags: {}, 'host-key': 'pinned' }));

// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(3190);
;// CONCATENATED MODULE: ./lib/machines/docker-machine/flags.js




/** How many flags are listed in an error. */
const SHOWN = 60;
/** The address of a machine that exists: every machine has another. */
const ADDRESS_FLAG = 'generic-ip-address';
const KEY_FLAG = 'generic-ssh-key';
/** What is given by other inputs and options, or makes another kind of swarm: flag -> what to do. */
const REFUSED = [
    [/^(driver|d)$/, 'Give it as `driver` in `driver-options`.'],
    [/^(help|h|generate-bash-completion)$/, 'It makes no machine.'],
    [
        /^swarm(-|$)/,
        'It is for the Swarm of before Docker 1.12. The action forms the swarm itself: see `nodes` and `managers`.',
    ],
];
/** What names of flags with a secret value consist of. */
const SECRET_WORDS = /(^|-)(token|secret|pass|password|passwd|credential|credentials)(-|$)/;
const SECRET_PAIRS = /(^|-)(api|access|consumer|application|auth)-key(-|$)/;
/** Whether the value of a flag of this name is secret, as far as its name tells. */
function isSecret(name) {
    return SECRET_WORDS.test(name) || SECRET_PAIRS.test(name);
}
/**
 * The flags of the options, in the words of the program; `known` is what its help has, none if that
 * is not known. The name of the driver before a flag may be left out. Throws `ActionError` for what
 * the program does not know, what is not this option's to give, and what is secret: other users of
 * the runner see command lines.
 */
function chooseFlags({ driver = '', flags }, known) {
    return Object.entries(flags).map(([given, value]) => {
        const refused = REFUSED.find(([names]) => names.test(given));
        if (refused) {
            throw new errors/* ActionError */.lZ(`driver-options: \`flags\`: \`${given}\` is not taken here.`, {
                hint: refused[1],
            });
        }
        const flag = flags_find(given, driver, known);
        const name = flag?.name ?? given;
        if (isSecret(name))
            throw secretProblem(given, flag);
        if (value.isList && flag && !flag.isList && name !== ADDRESS_FLAG) {
            throw new errors/* ActionError */.lZ(`driver-options: \`flags\`: \`${given}\` takes one value, and has several.`, { hint: 'Give the one that is meant.' });
        }
        if (name === 'engine-label')
            refuseReserved(given, value);
        return { name, ...value };
    });
}
/** The words of the flags for the machine of this index, 1 for the first. */
function flagWords(flags, index) {
    return flags.flatMap(({ name, values, isList }) => {
        const own = name === ADDRESS_FLAG && isList ? values.slice(index - 1, index) : values;
        return own.map((value) => `--${name}=${value}`);
    });
}
/**
 * Throws `ActionError` if docker-machine would log in to hosts by a key that it does not copy: no
 * later step could log in then.
 */
function refuseWithoutKey({ driver }, flags) {
    if (driver !== 'generic' || flags.some(({ name }) => name === KEY_FLAG))
        return;
    throw new errors/* ActionError */.lZ('The driver generic of docker-machine needs `generic-ssh-key` in `flags`.', {
        details: 'Without it, docker-machine takes a key of the SSH agent, or of its user, and does not say which.',
        hint: 'Give the absolute path of the private key: `generic-ssh-key: /home/runner/.ssh/deploy`.',
    });
}
/** How many machines these flags can make; undefined if any number. */
function mostMachines({ driver }, flags) {
    if (driver !== 'generic')
        return undefined;
    return flags.find(({ name }) => name === ADDRESS_FLAG)?.values.length ?? 0;
}
function flags_find(given, driver, known) {
    if (known.length === 0)
        return undefined;
    const long = `${driver}-${given}`;
    const found = known.find(({ name }) => name === given) ?? known.find(({ name }) => name === long);
    if (found)
        return found;
    const names = known.map(({ name }) => name);
    const own = names.filter((name) => name.startsWith(`${driver}-`));
    const meant = (0,nearest/* nearest */.p)(given, names) ?? (0,nearest/* nearest */.p)(long, own);
    throw new errors/* ActionError */.lZ(`driver-options: \`flags\`: docker-machine's driver ${driver} has no flag \`${given}\`.`, {
        details: `It has ${(0,listed/* listed */.K)(own.length > 0 ? own : names, SHOWN)}`,
        ...(meant !== undefined && { hint: `Is \`${meant}\` meant?` }),
    });
}
function secretProblem(name, flag) {
    const variables = flag?.variables ?? [];
    const [variable] = variables;
    const named = variable ?? 'the variable that `docker-machine create --driver … --help` names for it';
    const way = flag && variable === undefined
        ? 'This driver of docker-machine takes it in no other way, so the action cannot use it.'
        : `Give it to the step by \`env\`, from a secret, as ${named}.`;
    return new errors/* ActionError */.lZ(`driver-options: \`flags\`: \`${name}\` is secret, and other users of the runner see the command line of docker-machine.`, { hint: way });
}
function refuseReserved(name, { values }) {
    const reserved = values.find((value) => (0,ownership/* isReserved */.Bs)(value));
    if (reserved === undefined)
        return;
    throw new errors/* ActionError */.lZ(`driver-options: \`flags\`: \`${name}\` gives ${reserved}: labels that begin with \`swarm-up.\` say whose a machine is.`, { hint: 'Give it another name.' });
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/help.js
/** `  --amazonec2-region "us-east-1"\tAWS region [$AWS_DEFAULT_REGION]` */
const LINE = /^\s+--([A-Za-z0-9][\w.-]*)(?:, -\w)?([\s\S]*)$/;
/** ` [$A, $B]`, on Windows ` [%A%, %B%]`. */
const VARIABLES = /\[((?:\$\w+|%\w+%)(?:, (?:\$\w+|%\w+%))*)\]\s*$/;
/**
 * The flags in the help of `create --driver X`, that of all drivers and that of X. None if it is of
 * a form that is not known.
 */
function flagsIn(help) {
    return help.split(/\r?\n/).flatMap((line) => {
        const [, name, rest = ''] = LINE.exec(line) ?? [];
        if (name === undefined)
            return [];
        const variables = VARIABLES.exec(rest)?.[1]?.match(/\w+/g) ?? [];
        return [{ name, variables, isList: rest.startsWith(` [--${name} option`) }];
    });
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/preflight.js








const ARCHIVED = 'docker/machine is archived. docs/drivers/docker-machine.md says which forks live.';
/**
 * Asks docker-machine whether it is there, knows the driver and takes the flags. Changes nothing.
 * Throws `ActionError` if no machine could be made with these options, or none be removed later.
 */
async function preflight(program, options, given, { machines, ttlMs }, signal) {
    refuseHosted(options, given, ttlMs);
    const version = await readVersion(program, signal);
    const known = await readFlags(program, options.driver ?? '', signal);
    const flags = chooseFlags(options, known);
    refuseWithoutKey(options, flags);
    const most = mostMachines(options, flags);
    if (most !== undefined && most < machines)
        throw tooFewHosts(most, machines);
    return {
        version,
        isChecked: known.length > 0,
        hostKey: hostKeyWay(options, known, given.hasKnownHosts),
        flagsOf: (index) => flagWords(flags, index),
    };
}
/** Throws `ActionError` if machines would outlive what is known of them. */
function refuseHosted({ 'storage-path': storage }, { isHosted, teardown }, ttlMs) {
    const stays = ['never', 'on-success'].includes(teardown) ? `teardown: ${teardown}` : undefined;
    const promise = ttlMs === undefined ? stays : 'ttl';
    if (!isHosted || storage !== undefined || promise === undefined)
        return;
    throw new errors/* ActionError */.lZ(`\`${promise}\`: machines of docker-machine cannot outlive a job on a runner of GitHub's.`, {
        details: 'What docker-machine knows of them lies on the runner, which is gone after the job. Nobody could find or remove them then.',
        hint: 'Use your own runner. Or give a `storage-path` that is kept, and is the same absolute path in each job. Or use a driver that needs no files: `hetzner`, `digitalocean`, `amazonec2`.',
    });
}
async function readVersion(program, signal) {
    const text = await program.run(VERSION, { signal }).catch((error) => {
        const isOurs = error instanceof errors/* ActionError */.lZ && !signal.aborted;
        if (!isOurs)
            throw error;
        throw new errors/* ActionError */.lZ(`docker-machine does not run on the runner: ${error.message}`, {
            details: error.details,
            hint: `Install it, or give its path as \`binary\` in \`driver-options\`. ${ARCHIVED}`,
            cause: error,
        });
    });
    const version = /version v?(\S+?),?(?:\s|$)/.exec(text)?.[1];
    if (version === undefined)
        throw unreadable(program, VERSION, text);
    return version;
}
async function readFlags(program, driver, signal) {
    const words = createHelp(driver);
    try {
        return flagsIn(await program.run(words, { signal }));
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd) || error instanceof executor/* CommandTimeout */.Rg)
            throw error;
        throw new errors/* ActionError */.lZ(`docker-machine has no driver ${driver} on the runner.`, {
            details: error.details,
            hint: `Write its name as docker-machine has it. A plugin is a program \`docker-machine-driver-${driver}\` in the PATH of the runner.`,
            cause: error,
        });
    }
}
function tooFewHosts(most, machines) {
    return new errors/* ActionError */.lZ(`${machines} machines are wanted, and \`generic-ip-address\` names ${most} ${most === 1 ? 'host' : 'hosts'}.`, {
        hint: 'Give `generic-ip-address` in `flags` as a list with an address for each machine, or fewer `nodes`. For hosts that exist, `driver: ssh` is made: it rewrites nothing on them.',
    });
}
/** What is made, in a line for people. What flags of the engine hold is nobody's business. */
function planLine({ driver = '' }, { version, flagsOf }, machines) {
    const shown = flagsOf(1).filter((word) => !word.startsWith('--engine-'));
    const flags = (0,listed/* listed */.K)(shown, 12);
    return `${machines} × docker-machine ${version}, driver ${driver}${flags === '' ? '' : ` (${flags})`}`;
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/warnings.js
/** What lies where, and who owns the machines by it. */
function tellOfStorage(log, { folder }) {
    log.warning(`docker-machine keeps in ${folder}, in clear: the keys of the machines, the key of its certificates, and the tokens of the provider (machines/*/config.json). Who can read the folder owns the machines. Without it nobody can remove them. Put it into no cache and no artifact.`);
}
function tellOfHostKeys(log, { kind }) {
    if (kind === 'first-use') {
        log.warning('The host key of each machine is accepted as the machine shows it first, and pinned from then on (`host-key: first-use`). docker-machine itself checks no host key: it sends its TLS keys over that connection.');
        return;
    }
    log.info('Swarm Up checks the host key of each machine. docker-machine itself checks none while it makes a machine, and sends its TLS keys over that connection.');
}
function tellOfGeneric(log, { driver }) {
    if (driver !== 'generic')
        return;
    log.warning('The driver generic of docker-machine rewrites the host name and the options of the engine, and opens its port 2376; a removal leaves that. `driver: ssh` deploys to hosts that exist without it.');
}

;// CONCATENATED MODULE: ./lib/machines/docker-machine/driver.js



























/** Machines are made, found and removed by docker-machine, or a fork of it. */
const dockerMachineDriver = {
    name: 'docker-machine',
    makesMachines: true,
    onRunner: false,
    options: dockerMachineOptions,
    placeOptions: placeOptions,
    readsOf: (options) => [(argv) => onlyReads(argv, options.binary, storageOf(options).folder)],
    read: (source) => {
        const { variables, purpose } = source;
        const knownHosts = readKnownHosts(source);
        const given = {
            hasKnownHosts: source.read('ssh-known-hosts').trim() !== '',
            teardown: source.read('teardown'),
            isHosted: variables.RUNNER_ENVIRONMENT === 'github-hosted',
        };
        const access = { given, knownHosts, variables, purpose };
        return {
            create: (options, context) => createDockerMachineDriver(options, access, context),
        };
    },
};
function storageOf({ 'storage-path': path }) {
    return storageAt(path ?? (0,folders/* stateFolder */.yp)(process.env, (0,external_node_os_.homedir)(), 'docker-machine'));
}
/** From the first login until the engine answers, in ms: `create` has waited for it already. */
const READY_MS = 300_000;
const OTHER_KEY = 'docker-machine made this key, and put it there. If another one is let in by now, remove the cluster (`command: down`) first.';
function createDockerMachineDriver(options, { given, knownHosts, variables, purpose, table = processes/* procfs */.Yg }, { runner, log }) {
    const clock = base_clock/* systemClock */.ml;
    const storage = storageOf(options);
    const { binary } = options;
    const program = dockerMachine(runner, { binary, storage: storage.folder }, variables);
    const ignored = (0,once/* once */.O)((message) => log.warning(message));
    const removing = { program, storage, log, clock, table, ignored };
    const certificates = firstAlone();
    let planned;
    /** Of every use: what only looks as if nothing were there is none. */
    const found = async (asked = {}) => {
        if (purpose === 'find')
            await refuseLost(storage);
        return await find(storage, ignored, asked);
    };
    async function planFor(wanted, signal) {
        if (planned?.machines !== wanted.machines) {
            const plan = await preflight(program, options, given, wanted, signal);
            planned = { plan, machines: wanted.machines };
        }
        return planned.plan;
    }
    const driver = {
        name: 'docker-machine',
        makesMachines: true,
        onRunner: false,
        survivesRestart: true,
        atOnce: atOnce(options.driver),
        readyTimeoutMs: READY_MS,
        settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 120_000 },
        async check(signal, wanted) {
            const plan = await planFor(wanted, signal);
            await makeStorage(storage);
            const there = await find(storage, ignored, wanted.cluster);
            if (there.length >= wanted.machines)
                return;
            if (!plan.isChecked) {
                log.warning(`The help of docker-machine's driver ${options.driver} is of a form that is not known: the names of \`flags\` were not checked.`);
            }
            tellOfStorage(log, storage);
            tellOfHostKeys(log, plan.hostKey);
            tellOfGeneric(log, options);
        },
        async plan(signal, wanted) {
            return [
                planLine(options, await planFor(wanted, signal), wanted.machines),
                `docker-machine keeps what it knows of them in ${storage.folder}`,
            ];
        },
        async list({ cluster, repository }, signal) {
            const limit = (0,p_limit/* default */.A)(atOnce(options.driver));
            const all = await found({ cluster });
            return await Promise.all(all.map((one) => {
                // Another repository's is refused, and nothing is asked about it.
                const isOwn = (0,ownership/* isSameRepository */.ve)(one.owner, { repository });
                const known = isOwn ? one : { ...one, folder: { kind: 'none' } };
                return limit(() => lookAt(program, known, signal));
            }));
        },
        async create(spec, index, signal) {
            if (!planned)
                throw new Error('A machine is made only after `check`.');
            const { owner } = spec;
            await destroyMachine(removing, { name: (0,object_name/* objectName */.H)(owner, index) });
            const creating = { program, storage, log, driver: options.driver ?? '', plan: planned.plan };
            const record = await certificates(signal, (certified) => createMachine(creating, spec, index, signal, certified));
            return await lookAtNew(program, record, { index, owner }, signal);
        },
        async target({ name, address, labels }) {
            (0,refuse_ipv6_only/* refuseIpv6Only */.i)(name, address, (0,external_node_os_.networkInterfaces)());
            return {
                ...{
                    name,
                    host: address,
                    port: Number(labels[machine_labels/* PORT_LABEL */.JH]),
                    user: labels[machine_labels/* USER_LABEL */.hj] ?? '',
                },
                credentials: { privateKeys: await keysOf(name, labels[KEY_PATH_LABEL] ?? '', storage) },
                hostKeys: hostKeysOf(labels),
                refusedHint: OTHER_KEY,
            };
        },
        setUp: ({ name }, ssh, bounds) => giveHostName(ssh, name, bounds),
        commandOn: ({ address, labels }) => [
            ...['ssh', '-i', labels[KEY_PATH_LABEL] ?? '', '-p', labels[machine_labels/* PORT_LABEL */.JH] ?? '22'],
            `${labels[machine_labels/* USER_LABEL */.hj]}@${address}`,
        ],
        async wayIn(id) {
            const [first] = await driver.list(id);
            return first?.state === 'running' && driver.commandOn
                ? (0,quote/* quote */.h)(driver.commandOn(first))
                : undefined;
        },
        async destroy({ owner, index }) {
            await destroyMachine(removing, { name: (0,object_name/* objectName */.H)(owner, index) });
        },
        async destroyCluster(id) {
            await refuseLost(storage);
            await destroyCluster(removing, id);
        },
        async isGone(id) {
            await refuseLost(storage);
            return await isGone(removing, id);
        },
        clusters: async () => clustersIn(await found()),
        async renew(owner) {
            for (const { record } of await found(owner)) {
                const labels = { ...record?.labels, ...(0,ownership/* ownerLabels */.H0)(owner) };
                if (record)
                    await writeRecord(storage, { ...record, labels });
            }
        },
    };
    return driver;
    function hostKeysOf(labels) {
        const key = labels[machine_labels/* HOST_KEY_LABEL */.AW];
        if (key !== undefined)
            return { kind: 'pinned', keys: [key] };
        return { kind: 'known-hosts', knownHosts, unknown: { mode: 'refuse' } };
    }
}
async function keysOf(name, path, { folder }) {
    const text = await (0,promises_.readFile)(path, 'utf8').catch((cause) => {
        throw new errors/* ActionError */.lZ(`The key for machine ${name} could not be read: ${path || '(none)'}`, {
            details: cause.message,
            hint: path === ''
                ? 'Give docker-machine a key that it copies: `generic-ssh-key` in `flags`.'
                : `docker-machine writes absolute paths: its storage (${folder}) has to lie where it lay when the machine was made.`,
            cause,
        });
    });
    return (0,private_key/* readPrivateKeys */.C)(text);
}
/**
 * The first call goes on alone until it says so, or ends: docker-machine makes its certificates in
 * it, and two that do so at once spoil each other's.
 */
function firstAlone() {
    let first;
    return async (signal, work) => {
        const before = first;
        if (before) {
            await before;
            signal.throwIfAborted();
            return await work(() => { });
        }
        const { promise, resolve } = Promise.withResolvers();
        first = promise;
        try {
            return await work(resolve);
        }
        finally {
            resolve();
        }
    };
}


/***/ }),

/***/ 5843:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ withoutOwnVariables)
/* harmony export */ });
/** Inputs, with private keys among them, and what main leaves for post. */
const OWN_VARIABLE = /^(?:INPUT|STATE)_/;
/**
 * What takes the variables of this process alone out of the environment of a program that is not
 * its own.
 */
function withoutOwnVariables(variables) {
    const own = Object.keys(variables).filter((name) => OWN_VARIABLE.test(name));
    return Object.fromEntries(own.map((name) => [name, undefined]));
}


/***/ }),

/***/ 3610:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ ownedFilter),
/* harmony export */   Bs: () => (/* binding */ isReserved),
/* harmony export */   H0: () => (/* binding */ ownerLabels),
/* harmony export */   Iw: () => (/* binding */ EXPIRES_LABEL),
/* harmony export */   Rw: () => (/* binding */ belongsToAnother),
/* harmony export */   S: () => (/* binding */ REPOSITORY_LABEL),
/* harmony export */   Zw: () => (/* binding */ jobOf),
/* harmony export */   bf: () => (/* binding */ ownerOf),
/* harmony export */   eq: () => (/* binding */ CLUSTER_LABEL),
/* harmony export */   nP: () => (/* binding */ OWNER_KEYS),
/* harmony export */   ru: () => (/* binding */ isSameCluster),
/* harmony export */   ve: () => (/* binding */ isSameRepository)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

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
/** Whether two are of one repository: what another repository has made is not to be changed. */
function isSameRepository(a, b) {
    return a.repository === b.repository;
}
/** Whether two are one cluster of one repository, in whichever run. */
function isSameCluster(a, b) {
    return a.cluster === b.cluster && isSameRepository(a, b);
}
const OF_ANOTHER = {
    cluster: (name, id) => `Cluster ${name} belongs to another repository (id ${id}).`,
    stack: (name, id) => `Stack ${name} belongs to another repository (id ${id}).`,
};
/** To be thrown before anything of it is changed. */
function belongsToAnother(kind, name, { repository }, hint) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(OF_ANOTHER[kind](name, repository || 'unknown'), { hint });
}
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
        expires,
        pullRequest,
        isOfRun: labels[OF_RUN_LABEL] === 'true' ? true : undefined,
    };
}
/** What the Engine's API filters labels by, to find everything of a cluster. */
function ownedFilter({ cluster, repository }) {
    return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
}


/***/ }),

/***/ 3254:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yg: () => (/* binding */ procfs),
/* harmony export */   _n: () => (/* binding */ isAlive),
/* harmony export */   a7: () => (/* binding */ signalProcess)
/* harmony export */ });
/* unused harmony export parseProcess */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

const procfs = {
    list: async () => {
        const pids = (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readdir)('/proc')).filter((entry) => /^\d+$/.test(entry));
        const all = await Promise.all(pids.map((pid) => procfs.read(Number(pid))));
        return all.filter((one) => one !== undefined);
    },
    read: async (pid) => {
        try {
            const [stat, line] = await Promise.all([
                (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(`/proc/${pid}/stat`, 'utf8'),
                (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(`/proc/${pid}/cmdline`, 'utf8'),
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


/***/ }),

/***/ 38:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FK: () => (/* binding */ isInside),
/* harmony export */   IE: () => (/* binding */ imageFolder),
/* harmony export */   Wh: () => (/* binding */ machineFolder),
/* harmony export */   p: () => (/* binding */ clusterFolder),
/* harmony export */   yp: () => (/* binding */ stateFolder)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * The folder of all clusters of this user and driver: it has to be the same in every job and step
 * of a runner.
 */
function stateFolder(env, home, driver) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(env.XDG_STATE_HOME || (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, '.local', 'state'), 'swarm-up', driver);
}
/** Folder of the images that were downloaded: the runner's tool cache, where there is one. */
function imageFolder(env, home) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(env.RUNNER_TOOL_CACHE || env.XDG_CACHE_HOME || (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, '.cache'), 'swarm-up', 'machine-images');
}
/** `state` is the folder of all clusters. */
function clusterFolder(state, cluster) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(state, cluster);
    return { folder, record: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'cluster.json'), key: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'id_ed25519') };
}
/** `diskFormat` is what the name of its disk ends with. */
function machineFolder(cluster, index, diskFormat) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(cluster.folder, String(index));
    return {
        index,
        folder,
        record: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'machine.json'),
        disk: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, `disk.${diskFormat}`),
        seed: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'seed.iso'),
        console: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'console.log'),
    };
}
/** Whether a path lies in a folder, or is that folder. */
function isInside(folder, path) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.relative)(folder, path);
    return !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(way) && way !== '..' && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_0__.sep}`);
}


/***/ }),

/***/ 2950:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ NOT_OF_THE_JOB)
/* harmony export */ });
/**
 * Variables of a program that outlives its job. The runner sets this one for what a job starts, and
 * ends that at the end of the job: a cluster that stays is none of it.
 */
const NOT_OF_THE_JOB = { RUNNER_TRACKING_ID: '' };


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
/* harmony export */   ZU: () => (/* binding */ sshStrings),
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
/** The bytes of a sequence of SSH strings. */
function sshStrings(...strings) {
    return Buffer.concat(strings.flatMap((one) => {
        const bytes = Buffer.from(one);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
    }));
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