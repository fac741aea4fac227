"use strict";
exports.id = 523;
exports.ids = [523];
exports.modules = {

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

/***/ 6913:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createHypervDriver: () => (/* binding */ createHypervDriver),
  hypervDriver: () => (/* binding */ hypervDriver)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/files/exists.js
var exists = __webpack_require__(5914);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(908);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(3727);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/console.js
var console = __webpack_require__(8258);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/folders.js
var virtual_machine_folders = __webpack_require__(38);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/image-source.js + 1 modules
var image_source = __webpack_require__(9201);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/records.js
var records = __webpack_require__(4341);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/room.js
var room = __webpack_require__(5856);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/ssh-target.js
var ssh_target = __webpack_require__(4103);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/subnet.js
var virtual_machine_subnet = __webpack_require__(582);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/machines/hyperv/names.js



/** Host name of a machine. */
function machineName(cluster, index) {
    return `${cluster}-${index}`;
}
/** Name of the switch and of the NAT of a cluster. */
function networkOf({ repository, cluster }) {
    return `su-${repository}-${cluster}`;
}
/** Name of a machine in Hyper-V: all users and repositories of the computer have one list. */
function nameInHyperv(id, index) {
    return `${networkOf(id)}-${index}`;
}
/** Number of the machine of a cluster that has this name in Hyper-V; undefined if none has. */
function indexOf(id, name) {
    const begin = `${networkOf(id)}-`;
    const rest = name.startsWith(begin) ? name.slice(begin.length) : '';
    return /^[1-9]\d{0,3}$/.test(rest) ? Number(rest) : undefined;
}
/** The cluster that a name of a machine in Hyper-V has in it. */
function clusterOfMachine(name) {
    return clusterOfNetwork(/^(.+)-[1-9]\d{0,3}$/.exec(name)?.[1] ?? '');
}
/** The cluster that a name of a switch or a NAT has in it. */
function clusterOfNetwork(name) {
    const [, repository, cluster] = /^su-([^-]+)-([a-z0-9-]+)$/.exec(name) ?? [];
    return repository && cluster ? { repository, cluster } : undefined;
}
/** The pipe of the first serial port of a machine. */
function pipeOf(id, index) {
    return `\\\\.\\pipe\\${nameInHyperv(id, index)}`;
}
function machinePlaces(cluster, index) {
    return (0,virtual_machine_folders/* machineFolder */.Wh)(cluster, index, 'vhdx');
}
const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
/** The labels of an owner, as notes of a machine or a switch. */
function notesOf(owner) {
    return JSON.stringify((0,ownership/* ownerLabels */.H0)(owner));
}
/** The owner that notes name; undefined where they name none. */
function ownerInNotes(notes) {
    const found = labels.safeParse(documentOf(notes));
    return found.success ? (0,ownership/* ownerOf */.bf)(found.data) : undefined;
}
function documentOf(notes) {
    try {
        return JSON.parse(notes);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/questions.js

/** Actions that only ask. To read a disk may make it one that Hyper-V takes. */
const READS = ['check', 'look', 'addresses'];
/** Whether an action of the script only asks. */
function onlyReads(action) {
    return action !== undefined && READS.includes(action);
}
const facts = schemas/* object */.Ikc({
    /** Whether PowerShell has the module Hyper-V. */
    module: schemas/* boolean */.zMY(),
    /** Whether the service of Hyper-V runs. */
    service: schemas/* boolean */.zMY(),
    hypervisor: schemas/* boolean */.zMY(),
    administrator: schemas/* boolean */.zMY(),
    hyperVAdministrator: schemas/* boolean */.zMY(),
    /** Names; none where the user may not ask. */
    switches: schemas/* array */.YOg(schemas/* string */.YjP()),
    nats: schemas/* array */.YOg(schemas/* string */.YjP()),
    /** Addresses of the DNS servers of the runner. */
    resolvers: schemas/* array */.YOg(schemas/* ipv4 */.uXy()),
});
const id = schemas/* guid */.OsD();
const look = schemas/* object */.Ikc({
    machines: schemas/* array */.YOg(schemas/* object */.Ikc({
        id,
        name: schemas/* string */.YjP(),
        /** For example `Running`, `Off`, `Saved`, `Paused`, `Starting`. */
        state: schemas/* string */.YjP(),
        notes: schemas/* string */.YjP(),
        /** Folder of its settings. */
        path: schemas/* string */.YjP(),
    })),
    switches: schemas/* array */.YOg(schemas/* object */.Ikc({ id, name: schemas/* string */.YjP(), notes: schemas/* string */.YjP() })),
    nats: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP(), network: schemas/* string */.YjP() })),
});
const nothing = schemas/* object */.Ikc({});
const disk = schemas/* object */.Ikc({ bytes: schemas/* number */.aig().int().positive() });
const askFacts = () => ({
    ...{ action: 'check', title: 'look at Hyper-V' },
    ...{ request: {}, answer: facts },
});
const askLook = () => ({
    ...{ action: 'look', title: 'list its machines' },
    ...{ request: {}, answer: look },
});
const askAddresses = (machine, mac) => ({
    ...{ action: 'addresses', title: 'ask for the address of a machine' },
    ...{ request: { id: machine, mac }, answer: schemas/* object */.Ikc({ addresses: schemas/* array */.YOg(schemas/* ipv4 */.uXy()) }) },
});
const readDisk = (path) => ({
    ...{ action: 'read-disk', title: `read the disk ${path}` },
    ...{ request: { path }, answer: disk },
});
const convertDisk = (from, to) => ({
    ...{ action: 'convert-disk', title: `convert the disk ${from}` },
    ...{ request: { from, to }, answer: disk },
});
/** `subnet` is the first three numbers of the addresses. */
const createNetwork = (name, notes, subnet) => ({
    ...{ action: 'create-network', title: `make the network ${name}` },
    request: {
        ...{ name, notes, address: `${subnet}.1` },
        ...{ prefixLength: 24, network: `${subnet}.0/24` },
    },
    answer: nothing,
});
/** Each is left out where it is null. */
const removeNetwork = (about) => ({
    ...{ action: 'remove-network', title: 'remove a network' },
    ...{ request: about, answer: nothing },
});
const createMachine = (machine) => ({
    ...{ action: 'create-machine', title: `make the machine ${machine.name}` },
    ...{ request: { ...machine }, answer: schemas/* object */.Ikc({ id }) },
});
const startMachine = (machine, name) => ({
    ...{ action: 'start-machine', title: `start the machine ${name}` },
    ...{ request: { id: machine }, answer: nothing },
});
const clearSeed = (machine, name) => ({
    ...{ action: 'clear-seed', title: `take the seed out of the machine ${name}` },
    ...{ request: { id: machine }, answer: nothing },
});
/** `machines` and `networkSwitch` are ids. */
const writeNotes = (machines, networkSwitch, notes) => ({
    ...{ action: 'write-notes', title: 'write the notes of a cluster' },
    ...{ request: { machines, switch: networkSwitch, notes }, answer: nothing },
});
const removeMachine = (machine, name) => ({
    ...{ action: 'remove-machine', title: `remove the machine ${name}` },
    ...{ request: { id: machine }, answer: nothing },
});

;// CONCATENATED MODULE: ./lib/machines/hyperv/find.js






/**
 * What is of a cluster. A name alone proves nothing: the notes of a machine have to name the
 * cluster, or its settings lie in the folder of the cluster, as they do from its first moment on.
 * A NAT has no notes: its network is one of those that this cluster may have.
 */
function partsIn(look, id, { folder }) {
    const machines = look.machines
        .flatMap(({ name, notes, path, state, ...machine }) => {
        const index = indexOf(id, name);
        const isOwn = isNotedFor(id, notes) || (path !== '' && (0,virtual_machine_folders/* isInside */.FK)(folder, path));
        if (index === undefined || !isOwn)
            return [];
        return [{ id: machine.id, index, name, path, isRunning: state === 'Running' }];
    })
        .sort((a, b) => a.index - b.index);
    const name = networkOf(id);
    const named = look.switches.filter((one) => one.name === name);
    const own = named.find(({ notes }) => isNotedFor(id, notes));
    const networks = (0,virtual_machine_subnet/* candidates */.Xi)(id.cluster).map((subnet) => `${subnet}.0/24`);
    const nat = look.nats.find((one) => one.name === name && networks.includes(one.network));
    return {
        ...{ machines, networkSwitch: own?.id, nat: nat?.name },
        isNameTaken: named.some((one) => one !== own),
    };
}
function isNotedFor(id, notes) {
    const owner = ownerInNotes(notes);
    return owner !== undefined && (0,ownership/* isSameCluster */.ru)(owner, id);
}
/** Each part in words. */
function namesOf({ machines, networkSwitch, nat }, id) {
    return [
        ...machines.map(({ index }) => `machine ${machineName(id.cluster, index)}`),
        ...(networkSwitch === undefined ? [] : [`switch ${networkOf(id)}`]),
        ...(nat === undefined ? [] : [`NAT ${nat}`]),
    ];
}
/** Every cluster that has a folder, and every one whose folder was lost. */
async function allClusters(hyperv, state, ignored, signal) {
    const look = await hyperv.ask(askLook(), { signal });
    const found = await (0,records/* readClusters */.c6)(state, virtual_machine_folders/* clusterFolder */.p, ignored);
    const clusters = await Promise.all(found.map((one) => withParts(one, look)));
    const names = new Set(found.map(({ owner }) => networkOf(owner)));
    const lost = [
        ...look.machines.map(({ name }) => clusterOfMachine(name)),
        ...[...look.switches, ...look.nats].map(({ name }) => clusterOfNetwork(name)),
    ].filter((id) => id !== undefined);
    for (const id of new Map(lost.map((one) => [networkOf(one), one])).values()) {
        if (names.has(networkOf(id)))
            continue;
        const parts = partsIn(look, id, (0,virtual_machine_folders/* clusterFolder */.p)(state, id.cluster));
        const all = namesOf(parts, id);
        if (all.length === 0)
            continue;
        const owner = ownerNoted(look, id) ?? { ...id, run: '' };
        clusters.push({ owner, created: undefined, parts: all });
    }
    return clusters;
}
/** The owner that the parts name, with the newest expiry of them. */
function ownerNoted({ machines, switches }, id) {
    return [...machines, ...switches]
        .flatMap(({ notes }) => ownerInNotes(notes) ?? [])
        .filter((owner) => (0,ownership/* isSameCluster */.ru)(owner, id))
        .sort((a, b) => (a.expires ?? '').localeCompare(b.expires ?? ''))
        .at(-1);
}
async function withParts(found, look) {
    const { places, owner, record } = found;
    const { machines, ...shared } = partsIn(look, owner, places);
    const indexes = new Set([
        ...(await (0,records/* machineIndexes */.i9)(places)),
        ...machines.map(({ index }) => index),
    ]);
    const parts = [...indexes]
        .sort((a, b) => a - b)
        .map((index) => `machine ${machineName(owner.cluster, index)}`);
    return {
        ...{ owner, created: record.created },
        parts: [...parts, ...namesOf({ ...shared, machines: [] }, owner)],
    };
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/destroy.js










/** The process of a machine may hold its disk a moment longer. */
const PATIENTLY = { recursive: true, force: true, maxRetries: 10, retryDelay: 500 };
/** Removes one machine with all that is its own. Gone already is success. */
async function destroyMachine(place, id, index) {
    const { machines } = await known(place, id);
    for (const machine of machines.filter((one) => one.index === index)) {
        await place.hyperv.ask(removeMachine(machine.id, machine.name));
    }
    const { folder } = machinePlaces((0,virtual_machine_folders/* clusterFolder */.p)(place.state, id.cluster), index);
    await (0,promises_.rm)(folder, PATIENTLY);
}
async function known({ hyperv, state }, id) {
    return partsIn(await hyperv.ask(askLook()), id, (0,virtual_machine_folders/* clusterFolder */.p)(state, id.cluster));
}
/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
async function destroyAll(place, id) {
    const { hyperv, state } = place;
    await (0,records/* removeUnfinished */.E1)(state, id, PATIENTLY);
    const places = (0,virtual_machine_folders/* clusterFolder */.p)(state, id.cluster);
    const parts = await partsLeft(place, id);
    if (!parts.hasFolder && parts.names.length === 0)
        return;
    const said = [];
    const attempt = async (work) => {
        await work.catch((error) => said.push(error));
    };
    for (const machine of parts.machines) {
        await attempt(hyperv.ask(removeMachine(machine.id, machine.name)));
    }
    // The way out first: the switch says by its notes whose both are.
    if (parts.nat !== undefined) {
        await attempt(hyperv.ask(removeNetwork({ nat: parts.nat, switch: null })));
    }
    if (parts.networkSwitch !== undefined) {
        await attempt(hyperv.ask(removeNetwork({ nat: null, switch: parts.networkSwitch })));
    }
    const left = [...(await partsLeft(place, id)).names];
    const folders = [...(parts.isForeign ? [] : [places.folder]), ...parts.foldersElsewhere];
    for (const folder of left.length === 0 ? folders : []) {
        await attempt((0,promises_.rm)(folder, PATIENTLY));
        if (await (0,exists/* exists */.t)(folder))
            left.push(`folder ${folder}`);
    }
    if (left.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`, {
        details: said.map(wordsOf).join('\n'),
        hint: `See what Hyper-V has of it (Get-VM, Get-VMSwitch, Get-NetNat). Remove that (Remove-VM, Remove-VMSwitch, Remove-NetNat), then the folder ${places.folder}.`,
    });
}
function wordsOf(error) {
    if (error instanceof errors/* ActionError */.lZ)
        return [error.message, error.details].filter(Boolean).join('\n');
    return String(error);
}
async function partsLeft(place, id) {
    const found = await (0,records/* readCluster */.D$)((0,virtual_machine_folders/* clusterFolder */.p)(place.state, id.cluster));
    const isForeign = found !== undefined && !(0,ownership/* isSameCluster */.ru)(found.owner, id);
    const parts = await known(place, id);
    const hasFolder = found !== undefined && !isForeign;
    const foldersElsewhere = await foldersOf(place, id, parts);
    return { ...parts, hasFolder, isForeign, names: namesOf(parts, id), foldersElsewhere };
}
/** All users see all machines, and each keeps the folders of its own. */
async function foldersOf({ state }, id, { machines }) {
    const states = new Set(machines.map(({ path }) => (0,external_node_path_.dirname)((0,external_node_path_.dirname)(path))));
    const folders = [];
    for (const elsewhere of states) {
        const places = (0,virtual_machine_folders/* clusterFolder */.p)(elsewhere, id.cluster);
        if ((0,external_node_path_.resolve)(elsewhere) === (0,external_node_path_.resolve)(state))
            continue;
        const found = await (0,records/* readCluster */.D$)(places).catch(() => undefined);
        if (found && (0,ownership/* isSameCluster */.ru)(found.owner, id))
            folders.push(places.folder);
    }
    return folders;
}
/** Whether nothing of a cluster is there, in Windows or as a folder. */
async function isGone(place, id) {
    if ((await (0,records/* unfinishedFolders */.Lv)(place.state, id)).length > 0)
        return false;
    const { hasFolder, names } = await partsLeft(place, id);
    return !hasFolder && names.length === 0;
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/exec/not-started.js
var not_started = __webpack_require__(1489);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/disk-headers.js
var disk_headers = __webpack_require__(4567);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/download.js
var download = __webpack_require__(3025);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/keep-disk.js
var keep_disk = __webpack_require__(4268);
// EXTERNAL MODULE: external "node:path/win32"
var win32_ = __webpack_require__(8152);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(7428);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/not-of-the-job.js
var not_of_the_job = __webpack_require__(2950);
;// CONCATENATED MODULE: ./lib/machines/hyperv/script.js







/** How long an action may take, in ms. Hyper-V's own service does the work. */
const ACTION_MS = 120_000;
const FILE = 'hyperv.ps1';
const PROGRAM = 'powershell';
/** A computer that runs no scripts at all by its policy runs this one. */
const FLAGS = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'];
const failure = schemas/* object */.Ikc({
    error: schemas/* object */.Ikc({ id: schemas/* string */.YjP(), category: schemas/* string */.YjP(), message: schemas/* string */.YjP() }),
});
/** An action that failed, with the id that PowerShell has for it in any language. */
class HypervError extends errors/* ActionError */.lZ {
    id;
    constructor(title, { id, category, message }) {
        super(`Hyper-V could not ${title} on the runner.`, {
            details: `${message.trim()}\n(${category}: ${id})`,
            hint: hintOf(id, category),
        });
        this.id = id;
    }
}
const RIGHTS = 'The runner has to run as an administrator: start it in a console as administrator, or give its service such a user. With `virtual-switch` the group Hyper-V Administrators is enough.';
function hintOf(id, category) {
    if (category === 'PermissionDenied' || /AccessDenied|PermissionDenied/.test(id))
        return RIGHTS;
    if (id.startsWith('OutOfMemory')) {
        return 'Give less `memory` in `driver-options`, or fewer `nodes`.';
    }
    return 'More is in the log of Hyper-V: Get-WinEvent -LogName Microsoft-Windows-Hyper-V-VMMS-Admin -MaxEvents 20';
}
/** The script in the folder of the action. `actionRoot` is that folder. */
function hypervScript(runner, actionRoot) {
    const path = (0,external_node_path_.join)(actionRoot, 'dist', FILE);
    return {
        ask: async (question, { signal, timeoutMs = ACTION_MS } = {}) => {
            const argv = [PROGRAM, ...FLAGS, path, question.action];
            const result = await runner.run(argv, {
                ...{ signal, timeoutMs, env: not_of_the_job/* NOT_OF_THE_JOB */.Q, anyExitCode: true },
                stdin: `${ascii(JSON.stringify(question.request))}\n`,
            });
            return answerOf(question, result);
        },
    };
}
/** Whether a command line calls the script with an action that only asks. */
function isQuestion([program, ...words]) {
    const [path, action, ...more] = words.slice(FLAGS.length);
    return (program === PROGRAM &&
        more.length === 0 &&
        FLAGS.every((flag, at) => words[at] === flag) &&
        (0,win32_.basename)(path ?? '') === FILE &&
        onlyReads(action));
}
/** In whatever code page the script reads it, it is the same text. */
function ascii(json) {
    return json.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
function answerOf({ action, title, answer }, result) {
    const document = documentIn(result.stdout);
    const failed = failure.safeParse(document);
    if (failed.success)
        throw new HypervError(title, failed.data.error);
    if (result.exitCode !== 0) {
        throw new errors/* ActionError */.lZ(`The script of the hyperv driver failed on the runner: ${action}`, {
            details: (0,executor/* ownWords */.I1)(result) || `Exit code ${result.exitCode}, and no words.`,
            hint: 'Windows PowerShell 5.1 is needed, and no policy that forbids its scripts: see what `powershell -Command $PSVersionTable` says.',
        });
    }
    const read = answer.safeParse(document);
    if (read.success)
        return read.data;
    throw new errors/* ActionError */.lZ(`The script of the hyperv driver gave another answer: ${action}`, {
        details: `${core_errors/* prettifyError */.S1(read.error)}\nIt printed:\n${result.stdout.trim() || '(nothing)'}`,
        hint: 'This is a fault of the action. Report it with these lines.',
    });
}
/** The last line: a module may print something as it is loaded. */
function documentIn(stdout) {
    const line = stdout.trim().split(/\r?\n/).at(-1) ?? '';
    try {
        return JSON.parse(line);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/image/base-disk.js












/** A copy of the whole image, on a slow disk, in ms. */
const CONVERT_MS = 20 * 60_000;
/** What a VHD ends with. In bytes. */
const FOOTER_BYTES = 512;
/**
 * The image that was asked for, downloaded where that is still to be done. Throws `ActionError`
 * where it cannot be had, or nothing on the runner reads it.
 */
async function chooseImage(source, runner, context) {
    const { checksum } = source;
    if (checksum !== undefined) {
        const path = diskPath(context.folder, checksum);
        if (await (0,exists/* exists */.t)(path))
            return { path, image: undefined, bytes: undefined };
    }
    // The usual image needs it, and 300 MB are downloaded for nothing otherwise.
    if (/\.qcow2$/i.test(source.image))
        await refuseWithoutQemu(runner, context.signal);
    const image = await (0,image_source/* imageFile */.A)(source, context);
    const path = diskPath(context.folder, checksum ?? (await (0,download/* checksumOf */.lf)(image, 'sha256')));
    if (await (0,exists/* exists */.t)(path))
        return { path, image: undefined, bytes: undefined };
    const { format, bytes } = await readFormat(image);
    if (format === 'qcow2')
        await refuseWithoutQemu(runner, context.signal);
    return { path, image: { path: image, format }, bytes };
}
async function readFormat(image) {
    const begin = await (0,disk_headers/* beginOf */.pv)(image);
    const header = (0,disk_headers/* qcow2Header */.S3)(begin);
    if (header?.hasBackingFile) {
        // Whoever made such an image could have any file of the runner read as a disk.
        throw new errors/* ActionError */.lZ(`${image} is not whole: it builds on another image.`, {
            hint: `Make one of both: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(image)} image.qcow2`,
        });
    }
    if (header)
        return { format: 'qcow2', bytes: header.bytes };
    if (begin.toString('latin1', 0, 8) === 'vhdxfile')
        return { format: 'vhdx', bytes: undefined };
    if (await isVhd(image))
        return { format: 'vhd', bytes: undefined };
    throw new errors/* ActionError */.lZ(`${image} is none of a QCOW2, VHDX and VHD image.`, {
        hint: `Give a cloud image in one of these formats. Convert another one: qemu-img convert -O vhdx ${(0,external_node_path_.basename)(image)} image.vhdx. A compressed one (.xz, .zip) has to be unpacked before.`,
    });
}
async function isVhd(path) {
    const file = await (0,promises_.open)(path);
    try {
        const { size } = await file.stat();
        const footer = Buffer.alloc(8);
        await file.read(footer, 0, footer.length, Math.max(0, size - FOOTER_BYTES));
        return footer.toString('latin1') === 'conectix';
    }
    finally {
        await file.close();
    }
}
async function refuseWithoutQemu(runner, signal) {
    try {
        await runner.run(['qemu-img', '--version'], { signal });
    }
    catch (error) {
        if (!(0,not_started/* isNotFound */.c)(error))
            throw error;
        throw new errors/* ActionError */.lZ('Hyper-V reads no QCOW2 image, and the runner has no `qemu-img`.', {
            hint: 'Install QEMU for Windows (https://qemu.weilnetz.de, or `choco install qemu`), and add its folder to PATH. Or give an image in the format VHDX or VHD as `image` in `driver-options`, with its `checksum`.',
            cause: error,
        });
    }
}
/** Once for each checksum: beside the images, in Hyper-V's own format. */
function diskPath(folder, checksum) {
    return (0,external_node_path_.join)(folder, `hyperv-${checksum.replace(':', '-')}.vhdx`);
}
/**
 * Makes the disk where it is not there, in the folder of a cluster, so that what is left of it goes
 * with that. Another run may do the same at the same time: the first to be ready is kept. Throws
 * `ActionError` where the image cannot be read.
 */
async function ensureBaseDisk({ path, image }, folder, programs, { signal, log }) {
    if (image !== undefined && !(await (0,exists/* exists */.t)(path))) {
        log.info(`${(0,external_node_path_.basename)(image.path)} is made into a disk of Hyper-V's format, once for all runs`);
        await convert(image, path, folder, programs, signal);
    }
    return { path, ...(await programs.hyperv.ask(readDisk(path), { signal })) };
}
async function convert(image, path, folder, { runner, hyperv }, signal) {
    // Hyper-V knows a format by the name of the file, and nothing of a user's is a word of a command.
    const from = (0,external_node_path_.join)(folder, `image.${image.format}`);
    const to = (0,external_node_path_.join)(folder, 'base.vhdx');
    const limits = { signal, timeoutMs: CONVERT_MS };
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
    try {
        for (const left of [from, to])
            await (0,promises_.rm)(left, { force: true });
        if (image.format === 'qcow2') {
            await (0,promises_.link)(image.path, from).catch(() => (0,promises_.copyFile)(image.path, from));
            await runner.run(['qemu-img', 'convert', '-f', 'qcow2', '-O', 'vhdx', '-o', 'subformat=dynamic', from, to], limits);
            await hyperv.ask(readDisk(to), limits);
        }
        else {
            // Hyper-V may change what it opens, and the image is not this action's to change.
            await (0,promises_.copyFile)(image.path, from);
            await hyperv.ask(convertDisk(from, to), limits);
        }
        await (0,keep_disk/* keepDisk */.z)(to, path);
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd || error instanceof HypervError))
            throw error;
        throw new errors/* ActionError */.lZ(`The disk image ${image.path} cannot be made into a disk of Hyper-V.`, {
            details: error.details ?? '',
            hint: 'See whether it is whole (qemu-img check, Get-VHD), or give another cloud image in the format QCOW2, VHDX or VHD.',
            cause: error,
        });
    }
    finally {
        for (const left of [from, to])
            await (0,promises_.rm)(left, { force: true });
    }
}

// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./lib/machines/hyperv/console.js



/** A pipe is there once its machine was started. */
const ATTEMPTS = 20;
const PAUSE_MS = 500;
/**
 * Writes what a machine says at a pipe to a file, as long as this process lives, and does not keep
 * the process alive. It is for messages: what fails is not told.
 */
function recordConsole(pipe, file) {
    void record(pipe, file);
}
async function record(pipe, file) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        if (await copied(pipe, file))
            return;
        await (0,external_node_timers_promises_.setTimeout)(PAUSE_MS, undefined, { ref: false });
    }
}
/** Resolves with whether there was a pipe, once that has ended. */
async function copied(pipe, file) {
    return await new Promise((resolve) => {
        let isOpen = false;
        let writing = Promise.resolve();
        const socket = (0,external_node_net_.connect)(pipe, () => {
            isOpen = true;
        }).unref();
        socket.on('data', (data) => {
            writing = writing.then(() => (0,promises_.appendFile)(file, data, { mode: 0o600 })).catch(() => { });
        });
        socket.once('error', () => { });
        socket.once('close', () => void writing.then(() => resolve(isOpen)));
    });
}

// EXTERNAL MODULE: ./lib/machines/virtual-machine/iso.js
var iso = __webpack_require__(1798);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/seed.js
var seed = __webpack_require__(6142);
;// CONCATENATED MODULE: ./lib/machines/hyperv/seed.js



/** The seed of a machine: cloud-init's data source NoCloud. It holds the host's private key. */
function hypervSeed(input) {
    return (0,iso/* isoImage */.v)('CIDATA', {
        'meta-data': (0,seed/* metaData */.wx)(input),
        'user-data': (0,seed/* userData */.sw)(input),
        'network-config': networkConfig(input),
    });
}
/**
 * One interface, known by its MAC address. Without a subnet the network that a switch of the user's
 * leads to gives the address.
 */
function networkConfig({ index, subnet, mac, resolvers, }) {
    const fixed = {
        addresses: [`${(0,virtual_machine_subnet/* guestAddress */.fD)(subnet, index)}/24`],
        routes: [{ to: '0.0.0.0/0', via: (0,virtual_machine_subnet/* runnerAddress */.Z0)(subnet) }],
        ...(resolvers.length > 0 && { nameservers: { addresses: resolvers } }),
    };
    const config = {
        version: 2,
        ethernets: {
            lan: { match: { macaddress: mac }, ...(subnet === '' ? { dhcp4: true } : fixed) },
        },
    };
    return `${JSON.stringify(config, undefined, 1)}\n`;
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/launch.js












const DEFAULT_CPUS = 2;
const DEFAULT_DISK = 20 * 2 ** 30;
/** From its start until Windows knows the address that a network has given it, in ms. */
const ADDRESS_MS = 300_000;
const POLL_MS = 2_000;
/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, or the signal's reason between two
 * actions, and leaves what was made: the way down finds it by the folder and by its name.
 */
async function launch({ owner }, cluster, index, making, work) {
    const { hyperv, signal } = work;
    const places = machinePlaces(cluster.places, index);
    const name = machineName(owner.cluster, index);
    const hostKey = (0,generate/* generateKeyPair */.T)(name);
    const mac = (0,virtual_machine_subnet/* macAddresses */.aw)(cluster.places.folder, index).lan;
    const { subnet, publicKey } = cluster.record;
    const record = {
        ...{ name, index, localPorts: {} },
        labels: {
            ...(0,ownership/* ownerLabels */.H0)(owner),
            [machine_labels/* INDEX_LABEL */.sk]: String(index),
            [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey.publicKey,
        },
        address: subnet === '' ? '' : (0,virtual_machine_subnet/* guestAddress */.fD)(subnet, index),
    };
    await (0,promises_.mkdir)(places.folder, { mode: 0o700 });
    await (0,records/* writeRecord */.rh)(places.record, record);
    await writeSeed(places, {
        ...{ name, index, subnet, mac, hostKey },
        ...{ authorizedKey: publicKey, resolvers: making.resolvers },
    });
    signal.throwIfAborted();
    const { id } = await hyperv.ask(createMachine({
        ...{ ...sizesOf(making), mac: bare(mac) },
        ...{ name: nameInHyperv(owner, index), notes: notesOf(owner) },
        ...{ folder: cluster.places.folder, disk: places.disk, seed: places.seed },
        switch: making.options['virtual-switch'] ?? networkOf(owner),
        console: pipeOf(owner, index),
    }));
    signal.throwIfAborted();
    await hyperv.ask(startMachine(id, name));
    recordConsole(pipeOf(owner, index), places.console);
    const address = record.address || (await waitForAddress(id, { name, mac }, work));
    if (address !== record.address)
        await (0,records/* writeRecord */.rh)(places.record, { ...record, address });
    const machine = (0,records/* toMachine */.$z)({ ...record, address }, true);
    if (!machine)
        throw new Error('A machine without an owner.');
    return machine;
}
async function writeSeed({ seed }, about) {
    await (0,promises_.writeFile)(seed, hypervSeed(about), { mode: 0o600 });
}
function sizesOf({ base, memory, options, }) {
    return {
        ...{ base: base.path, memory },
        cpus: options['cpu-count'] ?? DEFAULT_CPUS,
        diskBytes: options['disk-size'] ?? Math.max(DEFAULT_DISK, base.bytes),
        generation: options.generation === 1 ? 1 : 2,
    };
}
async function waitForAddress(id, { name, mac }, { hyperv, clock, signal }) {
    const look = async () => (await hyperv.ask(askAddresses(id, bare(mac)), { signal })).addresses;
    const wait = { clock, signal, limitMs: ADDRESS_MS, everyMs: POLL_MS };
    const [address] = await (0,base_clock/* until */.TG)(look, (found) => found.length > 0, wait);
    if (address !== undefined)
        return address;
    throw new errors/* ActionError */.lZ(`Windows knows no address of machine ${name} ${ADDRESS_MS / 1_000} s after its start.`, {
        hint: 'The network of `virtual-switch` has to give addresses (DHCP), as `Default Switch` does. At an external switch the image also has to run the service hv-kvp-daemon, which tells Hyper-V the address. Or leave `virtual-switch` out.',
    });
}
/** Hyper-V writes no colons. */
function bare(mac) {
    return mac.replaceAll(':', '').toUpperCase();
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/network.js




/** In the record of a cluster whose machines are at a switch of the user's: the name of that. */
const SWITCH_LABEL = 'swarm-up.virtual-switch';
/** Throws `ActionError` where the machines of a cluster are at another switch than is asked for. */
function refuseOtherSwitch({ record, owner }, virtualSwitch) {
    const before = record.labels[SWITCH_LABEL];
    if (before === virtualSwitch)
        return;
    const shown = before === undefined ? 'a switch of its own' : `the switch \`${before}\``;
    throw new errors/* ActionError */.lZ(`The machines of cluster ${owner.cluster} are at ${shown}.`, {
        hint: 'Machines at another switch would not reach them. Give the same `virtual-switch` as before, or remove the cluster first (`command: down`).',
    });
}
/**
 * Makes the switch of a cluster and the NAT behind it where one of them is missing. Throws
 * `ActionError` where something else has the name.
 */
async function ensureNetwork(hyperv, { places, record }, owner, signal) {
    const look = await hyperv.ask(askLook(), { signal });
    const { networkSwitch, nat, isNameTaken } = partsIn(look, owner, places);
    const name = networkOf(owner);
    const isNatTaken = nat === undefined && look.nats.some((one) => one.name === name);
    if (isNameTaken || isNatTaken) {
        throw new errors/* ActionError */.lZ(`Something else on the runner has the name ${name}.`, {
            details: isNameTaken
                ? 'It is a virtual switch whose notes do not name this cluster.'
                : 'It is a NAT of another network.',
            hint: 'Rename or remove it (Get-VMSwitch, Get-NetNat), or give this step another `cluster`.',
        });
    }
    if (networkSwitch !== undefined && nat !== undefined)
        return;
    signal.throwIfAborted();
    await hyperv.ask(createNetwork(name, notesOf(owner), record.subnet));
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/options.js
var options = __webpack_require__(7233);
;// CONCATENATED MODULE: ./lib/machines/hyperv/options.js


/** `driver-options` of the `hyperv` driver, in the words of docker-machine where it has some. */
const hypervOptions = schemas/* strictObject */.rej({
    ...options/* imageOptions */.c$,
    /** Virtual CPUs of each machine. */
    'cpu-count': coerce/* number */.ai().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: (0,options/* size */.Ej)(256 * 2 ** 20, '2g', 'm').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    'disk-size': (0,options/* size */.Ej)(2 ** 30, '20g', 'm').optional(),
    /** Name of a virtual switch that exists; without it, one is made for the cluster. */
    'virtual-switch': schemas/* string */.YjP().min(1).optional(),
    /** 2 boots by UEFI, 1 by BIOS. */
    generation: coerce/* number */.ai()
        .refine((value) => value === 1 || value === 2, 'give `1` or `2`')
        .optional(),
})
    .superRefine(options/* refuseUnchecked */.vc);

;// CONCATENATED MODULE: ./lib/machines/hyperv/preflight.js


const ADMINISTRATOR = 'Start the runner in a console as administrator, or give its service a user who is one.';
/** Throws `ActionError` where Hyper-V makes no machines of these images here. */
function refuseArchitecture(architecture) {
    if (architecture === 'x64')
        return;
    throw new errors/* ActionError */.lZ(`The hyperv driver needs a runner on x64; this one is on ${architecture}.`, { hint: 'Use a cloud, or `driver: ssh` for hosts that exist.' });
}
/**
 * Throws `ActionError` for the first that is missing on the runner. `virtualSwitch` is the one that
 * the user names.
 */
function refuseMissing(facts, id, virtualSwitch) {
    if (!facts.module)
        throw noHyperv('PowerShell has no module Hyper-V.');
    if (!facts.service)
        throw noHyperv('The service vmms does not run.');
    if (!facts.hypervisor) {
        throw new errors/* ActionError */.lZ('The hypervisor of Windows does not run on the runner.', {
            hint: 'Switch VT-x or AMD-V on in the firmware of the computer, then restart. If the runner is a virtual machine itself, its host has to hand that on (nested virtualisation).',
        });
    }
    if (virtualSwitch === undefined)
        refuseNoNetwork(facts, id);
    else
        refuseNoSwitch(facts, virtualSwitch);
}
function noHyperv(details) {
    return new errors/* ActionError */.lZ('Hyper-V is not ready on the runner.', {
        details,
        hint: 'Install it, with its module for PowerShell, then restart. Windows Server: Install-WindowsFeature Hyper-V -IncludeManagementTools. Windows Pro: Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -All. Windows Home has none.',
    });
}
function refuseNoNetwork({ administrator, nats }, id) {
    if (!administrator) {
        throw new errors/* ActionError */.lZ('The user of the runner is no administrator.', {
            details: 'Only an administrator may make a virtual switch and a NAT.',
            hint: `${ADMINISTRATOR} Or name a switch that exists as \`virtual-switch\` in \`driver-options\`: then the group Hyper-V Administrators is enough.`,
        });
    }
    const others = nats.filter((name) => name !== networkOf(id));
    if (others.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`The runner has a NAT already: ${others.join(', ')}`, {
        details: 'Windows supports one NAT for all networks of a computer.',
        hint: 'Name a switch that exists as `virtual-switch` in `driver-options`, for example `Default Switch`. If the NAT is that of another cluster, remove that cluster first. If nothing needs it, remove it: Remove-NetNat',
    });
}
function refuseNoSwitch(facts, virtualSwitch) {
    if (!facts.administrator && !facts.hyperVAdministrator) {
        throw new errors/* ActionError */.lZ('The user of the runner may not use Hyper-V.', {
            hint: `Add the user to the group Hyper-V Administrators, and restart the runner. Or: ${ADMINISTRATOR}`,
        });
    }
    if (facts.switches.includes(virtualSwitch))
        return;
    const names = facts.switches.map((name) => `\`${name}\``).join(', ');
    throw new errors/* ActionError */.lZ(`Hyper-V on the runner has no virtual switch \`${virtualSwitch}\`.`, {
        details: names === '' ? 'It has none.' : `It has: ${names}`,
        hint: 'Correct `virtual-switch` in `driver-options`, or leave it out: then one is made for the cluster.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hyperv/driver.js


























/** Machines are virtual machines of Hyper-V on the runner. */
const hypervDriver = {
    name: 'hyperv',
    makesMachines: true,
    onRunner: 'process',
    platforms: ['win32'],
    options: hypervOptions,
    reads: [isQuestion],
    read: () => ({ create: createHypervDriver }),
};
const SSH_PORT = 22;
const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From its start until dockerd answers, an installation of it included, in ms. */
const READY_MS = 600_000;
/** As `hypervDriver` makes it. */
function createHypervDriver(options, { runner, actionRoot, log }) {
    const state = (0,virtual_machine_folders/* stateFolder */.yp)(process.env, (0,external_node_os_.homedir)(), 'hyperv');
    const clock = base_clock/* systemClock */.ml;
    const hyperv = hypervScript(runner, actionRoot);
    const place = { hyperv, state };
    const memory = options.memory ?? DEFAULT_MEMORY;
    const virtualSwitch = options['virtual-switch'];
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
    let resolvers = [];
    let image;
    let base;
    async function clusterOf(name) {
        const places = (0,virtual_machine_folders/* clusterFolder */.p)(state, name);
        const found = await (0,records/* readCluster */.D$)(places);
        if (found)
            return found;
        throw new errors/* ActionError */.lZ(`The folder of cluster ${name} is gone: ${places.folder}`, {
            hint: 'Something else removed it. See whether two runs use the same `cluster`.',
        });
    }
    const commandOn = (machine) => {
        const { key } = (0,virtual_machine_folders/* clusterFolder */.p)(state, machine.owner.cluster);
        return ['ssh', '-i', key, `${first_login/* USER */.m3}@${machine.address}`];
    };
    const driver = {
        name: 'hyperv',
        makesMachines: true,
        onRunner: 'process',
        installsEngine: true,
        survivesRestart: true,
        readyTimeoutMs: READY_MS,
        // Each call starts a PowerShell, and Hyper-V's service does one thing after the other.
        atOnce: 2,
        // What is still at work for a call that was left behind is one action.
        settling: { quietMs: 6_000, pollMs: 2_000, limitMs: 120_000 },
        async check(signal, wanted) {
            refuseArchitecture(process.arch);
            const facts = await hyperv.ask(askFacts(), { signal });
            refuseMissing(facts, wanted.cluster, virtualSwitch);
            // One of the runner's own is nobody's in a machine.
            resolvers = facts.resolvers.filter((address) => !address.startsWith('127.'));
            const running = (await driver.list(wanted.cluster, signal)).filter((machine) => machine.state === 'running');
            await (0,room/* checkRoom */.kX)(Math.max(0, wanted.machines - running.length), memory, state);
            const folder = (0,virtual_machine_folders/* imageFolder */.IE)(process.env, (0,external_node_os_.homedir)());
            const context = { folder, signal, clock, log };
            image = await chooseImage((0,image_source/* imageSource */.Z)(options, 'x64'), runner, context);
            if (image.bytes !== undefined)
                (0,room/* refuseSmallDisk */.dO)(options['disk-size'], image.bytes);
        },
        async list({ cluster }, signal) {
            const places = (0,virtual_machine_folders/* clusterFolder */.p)(state, cluster);
            const indexes = await (0,records/* machineIndexes */.i9)(places);
            if (indexes.length === 0)
                return [];
            const look = await hyperv.ask(askLook(), { signal });
            const machines = [];
            for (const index of indexes) {
                const record = await (0,records/* readMachine */.Uc)(machinePlaces(places, index));
                // Of another repository, too: it is refused then.
                const found = record && (0,records/* toMachine */.$z)(record, false);
                if (!found)
                    continue;
                const known = partsIn(look, found.owner, places).machines;
                const isRunning = known.some((one) => one.index === index && one.isRunning);
                // Without an address it was left before the network gave it one.
                const isWhole = isRunning && record.address !== '';
                machines.push((isWhole && (0,records/* toMachine */.$z)(record, true)) || found);
            }
            return machines;
        },
        async prepare({ owner }, signal) {
            const places = (0,virtual_machine_folders/* clusterFolder */.p)(state, owner.cluster);
            if (!(await (0,records/* readCluster */.D$)(places))) {
                // An earlier run may have made something after its folder was removed.
                await destroyAll(place, owner);
                const key = (0,generate/* generateKeyPair */.T)('swarm-up');
                signal.throwIfAborted();
                const own = virtualSwitch === undefined;
                const record = {
                    labels: { ...(0,ownership/* ownerLabels */.H0)(owner), ...(!own && { [SWITCH_LABEL]: virtualSwitch }) },
                    created: new Date().toISOString(),
                    subnet: own ? (0,virtual_machine_subnet/* freeSubnet */.Kl)(owner.cluster, (0,virtual_machine_subnet/* ownNetworks */.Go)()) : '',
                    publicKey: key.publicKey,
                };
                await (0,records/* createClusterFolder */.HX)(places, record, key.privateKey);
            }
            const found = await clusterOf(owner.cluster);
            if (!(0,ownership/* isSameRepository */.ve)(found.owner, owner))
                throw foreign(found);
            refuseOtherSwitch(found, virtualSwitch);
            if (!image)
                throw new Error('A cluster is prepared only after `check`.');
            base = await ensureBaseDisk(image, places.folder, { runner, hyperv }, { signal, log });
            (0,room/* refuseSmallDisk */.dO)(options['disk-size'], base.bytes);
            if (virtualSwitch === undefined)
                await ensureNetwork(hyperv, found, owner, signal);
        },
        async create(spec, index, signal) {
            const cluster = await clusterOf(spec.owner.cluster);
            if (!base)
                throw new Error('A machine is made only after `prepare`.');
            // What a run that was killed may have left of it.
            await destroyMachine(place, spec.owner, index);
            const making = { base, memory, options, resolvers };
            return await launch(spec, cluster, index, making, { hyperv, clock, signal });
        },
        async target(machine) {
            return await (0,ssh_target/* sshTarget */.o)(await clusterOf(machine.owner.cluster), machine, SSH_PORT);
        },
        async wayIn(id) {
            const [machine] = await driver.list(id);
            return machine && (0,quote/* quote */.h)(commandOn(machine));
        },
        commandOn,
        async entered({ owner, index, name }) {
            const places = (0,virtual_machine_folders/* clusterFolder */.p)(state, owner.cluster);
            const { seed } = machinePlaces(places, index);
            if (!(await (0,exists/* exists */.t)(seed)))
                return;
            const { machines } = partsIn(await hyperv.ask(askLook()), owner, places);
            const known = machines.find((one) => one.index === index);
            if (known)
                await hyperv.ask(clearSeed(known.id, name));
            // The private key of its host is on no disk of the runner from now on.
            await (0,records/* blank */.hQ)(seed);
        },
        destroy: ({ owner, index }) => destroyMachine(place, owner, index),
        destroyCluster: (cluster) => destroyAll(place, cluster),
        isGone: (cluster) => isGone(place, cluster),
        clusters: (signal) => allClusters(hyperv, state, ignored, signal),
        async renew(owner, signal) {
            const { places, record } = await clusterOf(owner.cluster);
            await (0,records/* writeRecord */.rh)(places.record, (0,records/* renewed */.Fv)(record, owner.expires));
            // Where the folder is lost, these tell of it.
            const parts = partsIn(await hyperv.ask(askLook(), { signal }), owner, places);
            const ids = parts.machines.map(({ id }) => id);
            await hyperv.ask(writeNotes(ids, parts.networkSwitch ?? null, notesOf(owner)));
        },
        async diagnostics({ owner, index }) {
            const places = machinePlaces((0,virtual_machine_folders/* clusterFolder */.p)(state, owner.cluster), index);
            return new Map([['console.log', await (0,console/* readConsole */.MC)(places)]]);
        },
    };
    return driver;
}
function foreign({ owner }) {
    const hint = 'Nothing was changed. Give this step another `cluster`.';
    return (0,ownership/* belongsToAnother */.Rw)('cluster', owner.cluster, owner, hint);
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

/***/ 4567:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JP: () => (/* binding */ vdiHeader),
/* harmony export */   S3: () => (/* binding */ qcow2Header),
/* harmony export */   pv: () => (/* binding */ beginOf)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

const MAGIC = 0x51_46_49_fb;
/** Bit of the incompatible features that says that the data are in another file. */
const EXTERNAL_DATA = 4n;
/** Bit of the incompatible features that says that the compression is not that of zlib. */
const OTHER_COMPRESSION = 8n;
/** How many bytes of a file are read here. */
const HEADER_BYTES = 512;
const VDI_SIGNATURE = 0xbeda107f;
const VDI_DIFFERENCING = 4;
/** Reads the begin of a file; undefined where it is no QCOW2 image. */
function qcow2Header(begin) {
    if (begin.length < 105 || begin.readUInt32BE(0) !== MAGIC)
        return undefined;
    // Version 2 has other things there.
    const features = begin.readUInt32BE(4) >= 3 ? begin.readBigUInt64BE(72) : 0n;
    const isZstd = (features & OTHER_COMPRESSION) !== 0n && begin.readUInt8(104) === 1;
    return {
        hasBackingFile: begin.readBigUInt64BE(8) !== 0n || (features & EXTERNAL_DATA) !== 0n,
        isZstd,
        bytes: Number(begin.readBigUInt64BE(24)),
    };
}
/** Reads the begin of a file; undefined where it is no VDI. */
function vdiHeader(begin) {
    if (begin.length < 0x178 || begin.readUInt32LE(0x40) !== VDI_SIGNATURE)
        return undefined;
    return {
        hasBackingFile: begin.readUInt32LE(0x4c) === VDI_DIFFERENCING,
        isZstd: false,
        bytes: Number(begin.readBigUInt64LE(0x170)),
    };
}
/** The first bytes of a file, as many as the readers of this file need. */
async function beginOf(path) {
    const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.open)(path);
    try {
        const begin = Buffer.alloc(HEADER_BYTES);
        const { bytesRead } = await file.read(begin, 0, HEADER_BYTES, 0);
        return begin.subarray(0, bytesRead);
    }
    finally {
        await file.close();
    }
}


/***/ }),

/***/ 4268:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ keepDisk)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Keeps a disk that was made for one cluster by the path of all. One that is there already is not
 * replaced: others may build on it.
 */
async function keepDisk(made, path) {
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.link)(made, path);
    }
    catch (error) {
        if (error.code === 'EEXIST')
            return;
        // Another file system, or one without hard links.
        const part = `${path}.${process.pid}.part`;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.copyFile)(made, part);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rename)(part, path);
    }
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


/***/ })

};
;