"use strict";
exports.id = 533;
exports.ids = [533];
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

/***/ 8665:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C6: () => (/* binding */ bindError),
/* harmony export */   E_: () => (/* binding */ portsTaken),
/* harmony export */   G8: () => (/* binding */ LOCAL),
/* harmony export */   uU: () => (/* binding */ taken)
/* harmony export */ });
/* harmony import */ var node_dgram__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1314);
/* harmony import */ var node_dgram__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_dgram__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_1__);


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
            const server = (0,node_net__WEBPACK_IMPORTED_MODULE_1__.createServer)().once('error', failed);
            server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
        }
        else {
            const socket = (0,node_dgram__WEBPACK_IMPORTED_MODULE_0__.createSocket)((0,node_net__WEBPACK_IMPORTED_MODULE_1__.isIPv6)(address) ? 'udp6' : 'udp4').once('error', failed);
            socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
        }
    });
}
/** Says that the stack answers at other ports of the runner than these. */
function portsTaken(ports, address = LOCAL) {
    const numbers = ports.map(({ port }) => port).join(', ');
    return `Port ${numbers} of ${address} is taken on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`. The nodes themselves publish ${numbers} as written.`;
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

/***/ 4191:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $9: () => (/* binding */ GuestDiedError),
/* harmony export */   bC: () => (/* binding */ waitForBoot),
/* harmony export */   yo: () => (/* binding */ hasGreeting)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6002);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _console_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8258);




const POLL_MS = 250;
const GREETING_MS = 5_000;
/** A guest that was at work is there no more. Emulated, it may come up the next time. */
class GuestDiedError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ {
}
/**
 * Waits until the sshd of a machine answers. Throws `ActionError` with the end of its console where
 * the console says that it will not come up, or where it takes too long, a `GuestDiedError` where
 * the machine ends or its kernel panics; rejects with the signal's reason on abort.
 */
async function waitForBoot(machine, { signal, clock }) {
    const { name, limitMs } = machine;
    const look = async () => {
        signal.throwIfAborted();
        if (await machine.answers())
            return undefined;
        if (!(await machine.isRunning())) {
            const console = await machine.console();
            throw failed(GuestDiedError, `Machine ${name} ended while it booted.`, console, machine);
        }
        const console = await machine.console();
        if ((0,_console_js__WEBPACK_IMPORTED_MODULE_3__/* .isHopeless */ .cs)(console)) {
            const kind = (0,_console_js__WEBPACK_IMPORTED_MODULE_3__/* .hasPanicked */ .SH)(console) ? GuestDiedError : _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ;
            throw failed(kind, `Machine ${name} cannot boot.`, console, machine);
        }
        return console;
    };
    const wait = { clock, signal, limitMs, everyMs: POLL_MS };
    const console = await (0,_base_clock_js__WEBPACK_IMPORTED_MODULE_1__/* .until */ .TG)(look, (said) => said === undefined, wait);
    if (console === undefined)
        return;
    throw failed(_base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ, `The sshd of machine ${name} did not answer within ${limitMs / 1_000} s.`, console, machine);
}
function failed(kind, message, console, { hint }) {
    return new kind(message, { details: (0,_console_js__WEBPACK_IMPORTED_MODULE_3__/* .lastWords */ .aN)(console), hint });
}
/**
 * Whether an sshd answers at this address. What hands on a port and the kernel may answer a connection before there
 * is one, so its greeting is waited for.
 */
async function hasGreeting(host, port) {
    return await new Promise((resolve) => {
        const socket = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.connect)({ host, port, timeout: GREETING_MS });
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

/***/ 2476:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ imageHint)
/* harmony export */ });
/** What an image has to be so that a machine of it comes up. */
function imageHint(architecture, firmware) {
    return `The image has to be a cloud image for ${architecture} with cloud-init and sshd. It has to boot by ${firmware} and write to its first serial port.`;
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

/***/ 5935:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vl: () => (/* binding */ forwarded),
/* harmony export */   Vq: () => (/* binding */ moves),
/* harmony export */   ov: () => (/* binding */ freePort)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _local_ports_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8665);


const LOCAL = '127.0.0.1';
/**
 * Each port by its own number where this user may have that at 127.0.0.1, by another one where he
 * may not. QEMU can hand on no SCTP.
 */
async function forwarded(ports) {
    const found = await Promise.all(ports.map(async ({ port, protocol }) => {
        if (protocol === 'sctp')
            return [];
        const why = await obstacle(protocol, port);
        const runnerPort = why === undefined ? port : await freePort(LOCAL);
        return [{ protocol, address: LOCAL, runnerPort, port, why }];
    }));
    return found.flat();
}
/** What to tell of ports that have another number at 127.0.0.1. */
function moves(forward) {
    const taken = forward.filter(({ why }) => why === 'taken');
    const denied = forward.filter(({ why }) => why === 'denied').map(({ port }) => port);
    return [
        ...(taken.length > 0 ? [(0,_local_ports_js__WEBPACK_IMPORTED_MODULE_1__/* .portsTaken */ .E_)(taken)] : []),
        ...(denied.length > 0
            ? [
                `Port ${denied.join(', ')} of 127.0.0.1 is root's alone on the runner, so the stack answers at another one there: see the outputs \`url\` and \`endpoints\`.`,
            ]
            : []),
    ];
}
async function obstacle(protocol, port) {
    const code = await (0,_local_ports_js__WEBPACK_IMPORTED_MODULE_1__/* .bindError */ .C6)(protocol, port);
    if (code === undefined)
        return undefined;
    return code === 'EACCES' ? 'denied' : 'taken';
}
/** A TCP port that nobody listens at. */
async function freePort(host) {
    return await new Promise((resolve, reject) => {
        const server = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.createServer)();
        server.once('error', reject);
        server.listen({ host, port: 0 }, () => {
            const address = server.address();
            server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
        });
    });
}


/***/ }),

/***/ 347:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createVirtualboxDriver: () => (/* binding */ createVirtualboxDriver),
  virtualboxDriver: () => (/* binding */ virtualboxDriver)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
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
// EXTERNAL MODULE: ./lib/machines/virtual-machine/boot.js
var boot = __webpack_require__(4191);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/console.js
var console = __webpack_require__(8258);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/folders.js
var folders = __webpack_require__(38);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/image-hint.js
var image_hint = __webpack_require__(2476);
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
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/answers.js


const uuid = schemas/* string */.YjP().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const listed = schemas/* tuple */.PVZ([schemas/* string */.YjP(), schemas/* string */.YjP(), uuid]);
/** Reads `list vms`. Throws where a line is of another form. */
function machinesIn(text) {
    return linesOf(text).map((line) => {
        const [, name, id] = listed.parse(/^"(.*)" \{(.*)\}$/.exec(line) ?? line);
        return { id, name: name === '<inaccessible>' ? undefined : name };
    });
}
/** Reads `list groups`. */
function groupsIn(text) {
    return linesOf(text).flatMap((line) => /^"(\/.*)"$/.exec(line)?.[1] ?? []);
}
/** UUID and path of the settings of every machine in `list --long vms`. */
function settingsIn(text) {
    const found = text.matchAll(/^UUID:\s+(\S+)\r?\nConfig file:\s+(.+?)\r?$/gm);
    return [...found].map(([, id, path]) => ({ id: uuid.parse(id), path: path ?? '' }));
}
const medium = schemas/* object */.Ikc({
    UUID: uuid,
    Location: schemas/* string */.YjP(),
    'Parent UUID': schemas/* string */.YjP().optional(),
});
/** Reads `list hdds` and `list dvds`. Throws where a block is of another form. */
function mediaIn(text) {
    return text
        .split(/\r?\n\s*\r?\n/)
        .filter((block) => /^UUID:/m.test(block))
        .map((block) => {
        const { UUID, Location, ...more } = medium.parse(fieldsOf(block));
        return { id: UUID, path: Location, parent: more['Parent UUID'] };
    });
}
const info = schemas/* object */.Ikc({ VMState: schemas/* string */.YjP() });
/** Reads `showvminfo --machinereadable`. Throws where it is of another form. */
function machineInfo(text) {
    // The first of several: a description, which a person may have written, comes last.
    const values = new Map(linesOf(text).flatMap(pairOf).reverse());
    const { VMState } = info.parse(Object.fromEntries(values));
    const rules = [...values].filter(([key]) => key.startsWith('Forwarding('));
    const forwards = rules.map(([, rule]) => {
        const [name = '', , , port] = rule.split(',');
        return [name, Number(port)];
    });
    return { state: VMState, forwards: new Map(forwards) };
}
/** `key=value` with the quotes taken off both. */
function pairOf(line) {
    const [, key, value] = /^("[^"]*"|[^"=]+)=(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[unquoted(key), unquoted(value)]];
}
function unquoted(text) {
    const inside = /^"(.*)"$/.exec(text)?.[1];
    return inside === undefined ? text : inside.replace(/\\(["\\])/g, '$1');
}
/** The value in an answer of `getextradata`; undefined where none is set. */
function valueIn(text) {
    return /^Value: (.*?)\r?$/m.exec(text)?.[1];
}
/** Major and minor of `--version`. Throws `ActionError` where it is anything else. */
function versionIn(text) {
    const [, major, minor] = /^(\d+)\.(\d+)\.\d+/m.exec(text) ?? [];
    if (major !== undefined)
        return [Number(major), Number(minor)];
    throw new errors/* ActionError */.lZ('VBoxManage on the runner does not say which version it is.', {
        details: text,
    });
}
/** The code by which VirtualBox names a failure in any language, for example `E_ACCESSDENIED`. */
function codeIn(said) {
    return /\bcode ((?:VBOX_E|NS_ERROR|E)_[A-Z_]+)/.exec(said)?.[1];
}
/**
 * What a package of Linux puts before VBoxManage prints warnings first, where the kernel module is
 * missing.
 */
function withoutWarnings(text) {
    if (!text.startsWith('WARNING: '))
        return text;
    const lines = text.split('\n');
    const rest = lines.findIndex((line) => !/^(WARNING: |\s|$)/.test(line));
    return rest < 0 ? '' : lines.slice(rest).join('\n');
}
function fieldsOf(block) {
    const pairs = linesOf(block).flatMap((line) => {
        const [, key, value] = /^([A-Z][\w ]*):\s+(.*)$/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value]];
    });
    // The first of several: what a person may have written comes later.
    return Object.fromEntries(pairs.reverse());
}
function linesOf(text) {
    return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/commands.js

/** Disk and seed are at it. Debian's kernels for clouds know virtio, and no AHCI. */
const CONTROLLER = 'disks';
/** The name of the rule that leads to sshd. Others have the name of their port. */
const SSH_RULE = 'ssh';
function version() {
    return ['--version'];
}
function listMachines() {
    return ['list', 'vms'];
}
/** With the path of the settings, also of machines that VirtualBox cannot read. */
function listMachinesLong() {
    return ['list', '--long', 'vms'];
}
function listGroups() {
    return ['list', 'groups'];
}
function listMedia(kind) {
    return ['list', kind];
}
function showMachine(id) {
    return ['showvminfo', id, '--machinereadable'];
}
function readData(id, key) {
    return ['getextradata', id, key];
}
/** Any text, also while the machine runs. */
function writeData(id, key, value) {
    return ['setextradata', id, key, value];
}
/** Its id and its group say whose it is from its first moment on. */
function createMachine(about) {
    return [
        'createvm',
        `--name=${about.name}`,
        `--uuid=${about.id}`,
        '--platform-architecture=x86',
        '--ostype=Debian_64',
        `--basefolder=${about.folder}`,
        `--groups=${about.group}`,
        '--register',
    ];
}
function setUp(vm) {
    return [
        ...['modifyvm', vm.id],
        `--memory=${megabytes(vm.memory)}`,
        `--cpus=${vm.cpus}`,
        ...['--ioapic=on', '--rtc-use-utc=on', '--paravirt-provider=kvm'],
        ...['--graphicscontroller=vmsvga', '--vram=16', '--audio-driver=none'],
        ...['--usb-ohci=off', '--mouse=ps2'],
        ...['--boot1=disk', '--boot2=none', '--boot3=none', '--boot4=none'],
        ...['--uart1', '0x3F8', '4', '--uart-mode1', 'file', vm.console],
        ...['--nic1=nat', '--nic-type1=virtio', `--mac-address1=${bare(vm.mac.wan)}`],
        // Machines ask the resolver of `WAN`, which is VirtualBox's own then.
        ...[`--nat-net1=${virtual_machine_subnet/* WAN */.DP.network}`, '--nat-dns-proxy1=on'],
        ...[...vm.forwards].map(([name, port]) => `--nat-pf1=${rule(name, port)}`),
        ...['--nic2=intnet', '--nic-type2=virtio', `--mac-address2=${bare(vm.mac.lan)}`],
        `--intnet2=${vm.network}`,
    ];
}
/** Lets VirtualBox hand on one more port, of a machine that runs. */
function addForward(id, name, port) {
    return ['controlvm', id, 'natpf1', rule(name, port)];
}
/** Without the address of the guest: it has the one that VirtualBox would give it. */
function rule(name, { protocol, address, runnerPort, port }) {
    return `${name},${protocol},${address},${runnerPort},,${port}`;
}
/** Makes a VDI of a disk image of another format. Both are in the registry of media then. */
function convertImage(image, to) {
    return ['clonemedium', 'disk', image, to, '--format=VDI'];
}
/**
 * A disk that holds what differs from `base`, which itself is never attached to a machine.
 */
function createDisk(path, base) {
    return ['createmedium', 'disk', `--filename=${path}`, `--diffparent=${base}`];
}
function resizeDisk(path, bytes) {
    return ['modifymedium', 'disk', path, `--resize=${megabytes(bytes)}`];
}
/** Takes a medium out of the registry, and with `remove` its file away. */
function closeMedium(kind, medium, remove = false) {
    return ['closemedium', kind, medium, ...(remove ? ['--delete'] : [])];
}
function addController(id) {
    return [
        ...['storagectl', id, `--name=${CONTROLLER}`, '--add=virtio-scsi'],
        ...['--controller=VirtIO', '--portcount=2', '--bootable=on'],
    ];
}
/** What the guest removes frees room on the runner. */
function attachDisk(id, path) {
    return [
        ...['storageattach', id, `--storagectl=${CONTROLLER}`, '--port=0', '--type=hdd'],
        ...[`--medium=${path}`, '--discard=on', '--nonrotational=on'],
    ];
}
function attachSeed(id, path) {
    return [
        ...['storageattach', id, `--storagectl=${CONTROLLER}`, '--port=1', '--type=dvddrive'],
        `--medium=${path}`,
    ];
}
/** Takes the seed out of a machine that runs, whether the guest has it mounted or not. */
function ejectSeed(id) {
    return [...attachSeed(id, 'emptydrive'), '--forceunmount'];
}
/** Ends when the guest has begun to run; it goes on in the background. */
function startMachine(id, uiType) {
    return ['startvm', id, `--type=${uiType}`];
}
/** As if its plug were pulled. */
function powerOff(id) {
    return ['controlvm', id, 'poweroff'];
}
/** Ends the process of a machine by force: one that hangs does nothing that it is asked for. */
function killProcess(id) {
    return ['startvm', id, '--type=emergencystop'];
}
/**
 * Its files stay. With `--delete-all` VirtualBox deletes the disk that its own builds on, too, if
 * no other builds on that.
 */
function forgetMachine(id) {
    return ['unregistervm', id];
}
/** Whether these words, after the name of the program, only ask. */
function onlyReads([word, ...rest]) {
    if (word === '--version')
        return rest.length === 0;
    return ['list', 'showvminfo', 'getextradata'].includes(word ?? '');
}
function megabytes(bytes) {
    return Math.floor(bytes / 2 ** 20);
}
/** VirtualBox writes no colons. */
function bare(mac) {
    return mac.replaceAll(':', '');
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/labels.js



/** The labels of the owner stand in one value, so that none is missing once there are some. */
const KEY = 'swarm-up.labels';
const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
async function writeLabels(vbox, id, all) {
    await vbox.run(writeData(id, KEY, JSON.stringify(all)));
}
/** None where the machine has none, or VirtualBox cannot read it. */
async function readLabels(vbox, id) {
    const text = await vbox.look(readData(id, KEY));
    const value = text === undefined ? undefined : valueIn(text);
    return value === undefined ? {} : labels.parse(JSON.parse(value));
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/paths.js



/** The folder of VirtualBox's groups that all machines of this action are in. */
const GROUPS = 'swarm-up';
/** Of the ids of machines alone (RFC 9562): nobody else makes one of the same words. */
const NAMESPACE = '3f6c9e0a1d5b4c7e8a2f6b9d0e4c7a15';
/** Host name of a machine, and its name in VirtualBox. */
function machineName(cluster, index) {
    return `${cluster}-${index}`;
}
/**
 * The UUID of a machine: the same in every run, so that it is known before it is made and needs no
 * record to be found. VirtualBox takes the same name twice, and no UUID.
 */
function machineId({ repository, cluster }, index) {
    const hash = (0,external_node_crypto_.createHash)('sha1')
        .update(Buffer.from(NAMESPACE, 'hex'))
        .update(`${repository}/${cluster}/${index}`)
        .digest()
        .subarray(0, 16);
    // Version 5, and the variant of the RFC.
    hash.writeUInt8(((hash[6] ?? 0) & 0x0f) | 0x50, 6);
    hash.writeUInt8(((hash[8] ?? 0) & 0x3f) | 0x80, 8);
    const hex = hash.toString('hex');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
function groupName({ repository, cluster }) {
    return `${repository}-${cluster}`;
}
/** The group of a cluster in VirtualBox. */
function groupOf(id) {
    return `/${GROUPS}/${groupName(id)}`;
}
/** Whose a group is by its name; undefined where it is none of this action. */
function clusterOfGroup(group) {
    const [, repository, cluster] = /^\/swarm-up\/([^/-]+)-([a-z0-9-]+)$/.exec(group) ?? [];
    return repository && cluster ? { repository, cluster } : undefined;
}
/** Whose a machine is by the path of its settings; undefined where it is none of this action. */
function clusterOfSettings(path) {
    const [, repository, cluster] = /[/\\]swarm-up[/\\]([^/\\-]+)-([a-z0-9-]+)[/\\]\2-\d+[/\\][^/\\]+$/.exec(path) ?? [];
    return repository && cluster ? { repository, cluster } : undefined;
}
/** The internal network of a cluster. */
function networkOf(id) {
    return `swarm-up-${groupName(id)}`;
}
/** Where VirtualBox keeps the settings of a machine that it makes in the folder of a cluster. */
function settingsFolder({ folder }, id, index) {
    return (0,external_node_path_.join)(folder, GROUPS, groupName(id), machineName(id.cluster, index));
}
function machinePlaces(cluster, index) {
    return (0,folders/* machineFolder */.Wh)(cluster, index, 'vdi');
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/find.js








/** Every machine of a cluster that VirtualBox knows: by its UUID, which nothing else has. */
async function knownMachines(vbox, cluster, signal) {
    const listed = machinesIn(await vbox.run(listMachines(), { signal }));
    return ownOf(new Set(listed.map(({ id }) => id)), cluster);
}
function ownOf(ids, cluster) {
    return Array.from({ length: virtual_machine_subnet/* MOST_MACHINES */.hS }, (_, at) => at + 1)
        .map((index) => ({ index, id: machineId(cluster, index) }))
        .filter(({ id }) => ids.has(id));
}
/** Every cluster that has a folder, and every one whose folder was lost. */
async function allClusters(vbox, state, ignored, signal) {
    const listed = machinesIn(await vbox.run(listMachines(), { signal }));
    const ids = new Set(listed.map(({ id }) => id));
    const found = await (0,records/* readClusters */.c6)(state, folders/* clusterFolder */.p, ignored);
    const clusters = await Promise.all(found.map((one) => withParts(one, ids)));
    const names = new Set(found.map(({ owner }) => keyOf(owner)));
    const lost = (await namedInVirtualBox(vbox, listed, signal)).filter((id) => !names.has(keyOf(id)));
    for (const id of new Map(lost.map((one) => [keyOf(one), one])).values()) {
        const machines = ownOf(ids, id);
        const [first] = machines;
        // Anybody can give a group of this name; nobody else has these UUIDs.
        if (!first)
            continue;
        const owner = (0,ownership/* ownerOf */.bf)(await readLabels(vbox, first.id)) ?? { ...id, run: '' };
        clusters.push({ owner, created: undefined, parts: partsOf(id, machines) });
    }
    return clusters;
}
async function withParts({ places, owner, record }, ids) {
    const indexes = new Set([
        ...(await (0,records/* machineIndexes */.i9)(places)),
        ...ownOf(ids, owner).map(({ index }) => index),
    ]);
    const machines = [...indexes].sort((a, b) => a - b).map((index) => ({ index }));
    return { owner, created: record.created, parts: partsOf(owner, machines) };
}
function partsOf({ cluster }, machines) {
    return machines.map(({ index }) => `machine ${machineName(cluster, index)}`);
}
/** What groups are named after, and folders of settings that VirtualBox cannot read any more. */
async function namedInVirtualBox(vbox, listed, signal) {
    const groups = groupsIn(await vbox.run(listGroups(), { signal }));
    const unread = new Set(listed.filter(({ name }) => name === undefined).map(({ id }) => id));
    const settings = unread.size === 0 ? [] : settingsIn(await vbox.run(listMachinesLong(), { signal }));
    return [
        ...groups.flatMap((group) => clusterOfGroup(group) ?? []),
        ...settings
            .filter(({ id }) => unread.has(id))
            .flatMap(({ path }) => clusterOfSettings(path) ?? []),
    ];
}
const keyOf = ({ repository, cluster }) => `${repository}/${cluster}`;

// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/disk-headers.js
var disk_headers = __webpack_require__(4567);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/download.js
var download = __webpack_require__(3025);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/keep-disk.js
var keep_disk = __webpack_require__(4268);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/media.js


const KINDS = [
    { list: 'hdds', name: 'disk' },
    { list: 'dvds', name: 'dvd' },
];
/** Paths of the disks and CDs that VirtualBox knows and that `isMeant`. */
async function mediaOf(vbox, isMeant) {
    return (await found(vbox, isMeant)).map(({ path }) => path);
}
/**
 * Takes disks and CDs out of VirtualBox's registry, and with `remove` their files away. Gone
 * already is success. Gives what VirtualBox said of those that stay.
 */
async function closeMedia(vbox, isMeant, remove = false) {
    const said = [];
    for (const { id, name } of await found(vbox, isMeant)) {
        const { isDone } = await vbox.attempt(closeMedium(name, id, remove));
        // One whose file is gone cannot be deleted any more.
        const again = isDone || (await vbox.attempt(closeMedium(name, id)));
        if (again !== true && !again.isDone)
            said.push(again.said);
    }
    return said;
}
/** Those that no other builds on come first: VirtualBox lists a disk before what builds on it. */
async function found(vbox, isMeant) {
    const all = [];
    for (const { list, name } of KINDS) {
        const media = mediaIn(await vbox.run(listMedia(list)));
        all.push(...media.map((medium) => ({ ...medium, name })));
    }
    return all.filter(({ path }) => isMeant(path)).reverse();
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/image/base-disk.js











/** A copy of the whole image, on a slow disk, in ms. */
const CONVERT_MS = 20 * 60_000;
/**
 * The image that was asked for, downloaded where that is still to be done. Throws `ActionError`
 * where it cannot be had, or VirtualBox would not read it.
 */
async function chooseImage(source, context) {
    const { checksum } = source;
    if (checksum !== undefined) {
        const path = diskPath(context.folder, checksum);
        if (await (0,exists/* exists */.t)(path))
            return await chosenDisk(path);
    }
    const image = await (0,image_source/* imageFile */.A)(source, context);
    const path = diskPath(context.folder, checksum ?? (await (0,download/* checksumOf */.lf)(image, 'sha256')));
    if (await (0,exists/* exists */.t)(path))
        return await chosenDisk(path);
    return { path, image, bytes: refuseUnreadable(image, await (0,disk_headers/* beginOf */.pv)(image)) };
}
/** Gives the size of the disk that an image is of. */
function refuseUnreadable(image, begin) {
    const header = (0,disk_headers/* qcow2Header */.S3)(begin) ?? (0,disk_headers/* vdiHeader */.JP)(begin);
    // A VMDK may name any file of the runner as a part of it.
    if (!header) {
        throw new errors/* ActionError */.lZ(`${image} is neither a QCOW2 nor a VDI image.`, {
            hint: `Give a cloud image in one of these formats. Convert another one: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(image)} image.qcow2. A compressed one (.xz, .zip) has to be unpacked before.`,
        });
    }
    if (header.isZstd) {
        throw new errors/* ActionError */.lZ(`VirtualBox cannot read ${image}: it is compressed by Zstandard.`, {
            hint: `Compress it otherwise: qemu-img convert -O qcow2 -c ${(0,external_node_path_.basename)(image)} image.qcow2`,
        });
    }
    // Whoever made such an image could have any file of the runner read as a disk.
    if (header.hasBackingFile) {
        throw new errors/* ActionError */.lZ(`${image} is not whole: it builds on another image.`, {
            hint: `Make one of both: qemu-img convert -O qcow2 ${(0,external_node_path_.basename)(image)} image.qcow2`,
        });
    }
    return header.bytes;
}
/** Once for each checksum: beside the images, in VirtualBox's own format. */
function diskPath(folder, checksum) {
    return (0,external_node_path_.join)(folder, `virtualbox-${checksum.replace(':', '-')}.vdi`);
}
/** Whether a path is that of such a disk. */
function isBaseDisk(path) {
    return /^virtualbox-sha(256|512)-[0-9a-f]+\.vdi$/.test((0,external_node_path_.basename)(path));
}
async function chosenDisk(path) {
    return { path, image: undefined, bytes: await sizeOf(path) };
}
/** VirtualBox is not asked: it would remember the disk from then on. */
async function sizeOf(path) {
    const header = (0,disk_headers/* vdiHeader */.JP)(await (0,disk_headers/* beginOf */.pv)(path));
    if (header)
        return header.bytes;
    throw new errors/* ActionError */.lZ(`${path} is not a disk of VirtualBox's format.`, {
        hint: 'Something has changed it. Remove it: it is made anew.',
    });
}
/**
 * Makes the disk where it is not there, in the folder of a cluster, so that what is left of it goes
 * with that. Another run may do the same at the same time: the first to be ready is kept. Throws
 * `ActionError` where VirtualBox cannot read the image.
 */
async function ensureBaseDisk({ path, image }, folder, vbox, { signal, log }) {
    if (image !== undefined && !(await (0,exists/* exists */.t)(path))) {
        log.info(`${(0,external_node_path_.basename)(image)} is made into a disk of VirtualBox's format, once for all runs`);
        await convert(image, path, folder, vbox, signal);
    }
    return { path, bytes: await sizeOf(path) };
}
async function convert(image, path, folder, vbox, signal) {
    // By a name in the folder VirtualBox also remembers the image for no longer than the cluster.
    const from = (0,external_node_path_.join)(folder, 'image');
    const to = (0,external_node_path_.join)(folder, 'base.vdi');
    const isPart = (medium) => [from, to].includes(medium);
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
    try {
        await closeMedia(vbox, isPart);
        for (const left of [from, to])
            await (0,promises_.rm)(left, { force: true });
        await (0,promises_.link)(image, from).catch(() => (0,promises_.copyFile)(image, from));
        await vbox.run(convertImage(from, to), { signal, timeoutMs: CONVERT_MS });
        // What was there by this name before had another UUID, by which VirtualBox would miss it.
        await closeMedia(vbox, (medium) => isPart(medium) || medium === path);
        await (0,keep_disk/* keepDisk */.z)(to, path);
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw new errors/* ActionError */.lZ(`VirtualBox cannot read the disk image ${image}.`, {
            details: error.details ?? '',
            hint: 'See whether it is whole (qemu-img check), or give another cloud image in the format QCOW2 or VDI.',
            cause: error,
        });
    }
    finally {
        for (const left of [from, to])
            await (0,promises_.rm)(left, { force: true });
    }
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/destroy.js












/** How long a machine may be locked, in ms: by its own start or end, or by a command of a run. */
const LOCKED_MS = 30_000;
const POLL_MS = 500;
/** How long the process of a machine may take to end when it is asked, in ms. */
const POWER_OFF_MS = 20_000;
/** Removes one machine with all that is its own. Gone already is success. */
async function destroyMachine({ vbox, state, clock }, id, machine) {
    const cluster = (0,folders/* clusterFolder */.p)(state, id.cluster);
    const { folder } = machinePlaces(cluster, machine.index);
    await unregister({ vbox, clock }, id, machine);
    await closeMedia(vbox, (path) => (0,folders/* isInside */.FK)(folder, path), true);
    await (0,promises_.rm)(settingsFolder(cluster, id, machine.index), { recursive: true, force: true });
    await (0,promises_.rm)(folder, { recursive: true, force: true });
}
/**
 * Ends a machine and has VirtualBox forget it. A guest is not shut down: its disk is thrown away.
 * Throws `ActionError` where it stays locked.
 */
async function unregister({ vbox, clock }, { cluster }, { id, index }) {
    const end = clock.now() + LOCKED_MS;
    let wasKilled = false;
    for (;;) {
        // It may not run, not yet, or not any more: what counts is the next answer.
        await destroy_powerOff(vbox, id);
        const { isDone, code, said } = await vbox.attempt(forgetMachine(id));
        if (isDone || code === 'VBOX_E_OBJECT_NOT_FOUND')
            return;
        const isLate = clock.now() >= end;
        if (isLate && wasKilled) {
            throw new errors/* ActionError */.lZ(`Machine ${machineName(cluster, index)} cannot be removed.`, {
                details: said,
                hint: `Something holds it. See what (VBoxManage showvminfo ${id}), end it, then run this again.`,
            });
        }
        // One that does not come up is not powered off either, for example with a window that asks.
        if (isLate) {
            await vbox.attempt(killProcess(id));
            wasKilled = true;
        }
        await clock.sleep(POLL_MS);
    }
}
/** A process that hangs does not even refuse. */
async function destroy_powerOff(vbox, id) {
    try {
        await vbox.attempt(powerOff(id), { timeoutMs: POWER_OFF_MS });
    }
    catch (error) {
        if (!(error instanceof executor/* CommandTimeout */.Rg))
            throw error;
        await vbox.attempt(killProcess(id));
    }
}
/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
async function destroyAll(place, id) {
    const { vbox, state } = place;
    await (0,records/* removeUnfinished */.E1)(state, id);
    const places = (0,folders/* clusterFolder */.p)(state, id.cluster);
    const parts = await partsLeft(place, id);
    if (!parts.hasFolder && parts.names.length === 0)
        return;
    const said = [];
    for (const machine of parts.machines) {
        await unregister(place, id, machine).catch((error) => said.push(error));
    }
    said.push(...(await closeMedia(vbox, (path) => parts.media.includes(path), true)));
    // Those that others build on stay in the registry.
    await closeMedia(vbox, isBaseDisk);
    const left = [...(await partsLeft(place, id)).names];
    if (left.length === 0 && !parts.isForeign) {
        await (0,promises_.rm)(places.folder, { recursive: true, force: true });
        if (await (0,exists/* exists */.t)(places.folder))
            left.push(`folder ${places.folder}`);
    }
    if (left.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`, {
        details: said
            .map((error) => (error instanceof Error ? error.message : String(error)))
            .join('\n'),
        hint: `See what VirtualBox has of it (${vbox.program} list vms, ${vbox.program} list hdds). Remove that (unregistervm, closemedium), then the folder ${places.folder}.`,
    });
}
/**
 * A command that a killed run has left may make a machine or a disk once more after the folder was
 * removed, and a folder without a record with it.
 */
async function partsLeft({ vbox, state }, id) {
    const places = (0,folders/* clusterFolder */.p)(state, id.cluster);
    const found = await (0,records/* readCluster */.D$)(places);
    const isForeign = found !== undefined && !(0,ownership/* isSameCluster */.ru)(found.owner, id);
    const machines = await knownMachines(vbox, id);
    const media = isForeign ? [] : await mediaOf(vbox, (path) => (0,folders/* isInside */.FK)(places.folder, path));
    const names = [
        ...machines.map(({ index }) => `machine ${machineName(id.cluster, index)}`),
        ...media.map((path) => `medium ${path}`),
    ];
    return { hasFolder: found !== undefined && !isForeign, isForeign, machines, media, names };
}
/** Whether nothing of a cluster is there, in VirtualBox or as a folder. */
async function isGone(place, id) {
    if ((await (0,records/* unfinishedFolders */.Lv)(place.state, id)).length > 0)
        return false;
    const { hasFolder, names } = await partsLeft(place, id);
    return !hasFolder && names.length === 0;
}

// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/ports.js
var ports = __webpack_require__(5935);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/seed.js
var seed = __webpack_require__(6142);
// EXTERNAL MODULE: ./lib/machines/local-ports.js
var local_ports = __webpack_require__(8665);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/port-forwards.js




/** Where the runner reaches every machine: each has ports of its own there. */
const ADDRESS = '127.0.0.1';
/**
 * Lets VirtualBox listen for published ports (`8080/tcp`) of a machine that runs, and gives the
 * port for each: its own number, or a free one where that is taken or not this user's to have.
 * What VirtualBox cannot hand on (SCTP) is left out. What it does already it is not asked for.
 */
async function openForwards(vbox, id, published) {
    const open = publishedIn(machineInfo(await vbox.run(showMachine(id))));
    for (const name of published) {
        const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(name) ?? [];
        if (open.has(name) || (protocol !== 'tcp' && protocol !== 'udp'))
            continue;
        const way = await wayTo(protocol, Number(port));
        await vbox.run(addForward(id, name, way));
        open.set(name, way.runnerPort);
    }
    return open;
}
/** Published ports that are led to by now. */
function publishedIn({ forwards }) {
    return new Map([...forwards].filter(([name]) => name !== SSH_RULE));
}
/** VirtualBox says nothing where it cannot listen, so that is tried before. */
async function wayTo(protocol, port) {
    const isFree = (await (0,local_ports/* bindError */.C6)(protocol, port, ADDRESS)) === undefined;
    const runnerPort = isFree ? port : await (0,ports/* freePort */.ov)(ADDRESS);
    return { protocol, address: ADDRESS, runnerPort, port };
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/preflight.js




/** The first that takes `--platform-architecture`. */
const LEAST = [7, 1];
const DEVICE = '/dev/vboxdrv';
const CPU = '/proc/cpuinfo';
const HOSTED = "GitHub's hosted runners have no VirtualBox that starts machines: use `driver: qemu` there.";
/** Throws `ActionError` where VirtualBox makes no machines for x64. */
function refuseComputer(platform, architecture) {
    const isKnown = ['linux', 'darwin', 'win32'].includes(platform);
    if (isKnown && architecture === 'x64')
        return;
    throw new errors/* ActionError */.lZ(`The virtualbox driver needs a runner on x64 with Linux, Windows or macOS; this one is ${platform} on ${architecture}.`, { hint: 'Use another driver: `qemu` makes virtual machines on Linux with arm64.' });
}
/** Throws `ActionError` where there is no VBoxManage, or an old one. */
async function checkVersion(vbox, signal) {
    const text = await vbox.run(version(), { signal }).catch((error) => {
        if (!(error instanceof errors/* ActionError */.lZ) || signal.aborted)
            throw error;
        throw new errors/* ActionError */.lZ(`VBoxManage does not run on the runner: ${error.message}`, {
            details: error.details ?? '',
            hint: `Install VirtualBox 7.1 or later (https://www.virtualbox.org/wiki/Downloads), or give the path of VBoxManage as \`vboxmanage\` in \`driver-options\`. ${HOSTED}`,
            cause: error,
        });
    });
    const [major, minor] = versionIn(text);
    if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]))
        return;
    throw new errors/* ActionError */.lZ(`VirtualBox on the runner is ${major}.${minor}; ${LEAST.join('.')} or later is needed.`, { hint: 'Install a newer one: https://www.virtualbox.org/wiki/Downloads' });
}
/** Throws `ActionError` where VirtualBox cannot start machines on this Linux. */
async function checkComputer() {
    if (process.platform !== 'linux')
        return;
    const hasDevice = await (0,promises_.access)(DEVICE).then(() => true, () => false);
    refuseWithoutModule({ hasDevice, cpus: await (0,promises_.readFile)(CPU, 'utf8').catch(() => '') });
}
function refuseWithoutModule({ hasDevice, cpus }) {
    if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpus))
        throw noVirtualisation(`${CPU} names none.`);
    if (!hasDevice)
        throw noModule(`There is no ${DEVICE}.`);
}
function noVirtualisation(details) {
    return new errors/* ActionError */.lZ('VirtualBox cannot start machines: the CPU of the runner offers no hardware virtualisation.', {
        details,
        hint: `Switch VT-x or AMD-V on in the firmware of the computer. If the runner is a virtual machine itself, its host has to hand that on. \`driver: qemu\` also works without. ${HOSTED}`,
    });
}
function noModule(details) {
    return new errors/* ActionError */.lZ('The kernel module of VirtualBox is not loaded on the runner.', {
        details,
        hint: `Load it: sudo modprobe vboxdrv. If there is none, build it. Debian and Ubuntu: sudo apt-get install virtualbox-dkms linux-headers-$(uname -r). Packages of Oracle: sudo /sbin/vboxconfig. ${HOSTED}`,
    });
}
/**
 * Says why VirtualBox cannot start a machine, if its words are known; undefined if not. `said` is
 * what `startvm` has said.
 */
function startProblem(said) {
    if (/VERR_(SVM_IN_USE|VMX_IN_VMX_ROOT_MODE)/.test(said)) {
        return new errors/* ActionError */.lZ('VirtualBox cannot start machines: KVM holds the CPU of the runner.', {
            details: said,
            hint: `Unload KVM while nothing uses it: sudo modprobe -r kvm_intel kvm_amd kvm. Or use \`driver: qemu\`, which uses KVM. ${HOSTED}`,
        });
    }
    if (/VERR_(VMX_NO_VMX|SVM_NO_SVM|VMX_MSR_\w*DISABLED|SVM_DISABLED|NEM_\w+)/.test(said)) {
        return noVirtualisation(said);
    }
    if (/VERR_(VM_DRIVER_\w+|SUPLIB_\w+|SUPDRV_\w+)|\/dev\/vboxdrv/.test(said))
        return noModule(said);
    return undefined;
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/launch.js














const DEFAULT_CPUS = 2;
const DEFAULT_DISK = 20 * 2 ** 30;
/** A window takes its time, in ms. */
const START_MS = 120_000;
/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, or the signal's reason between two
 * commands, and leaves what was made: the way down finds it by the folder and by its UUID.
 */
async function launch(spec, cluster, index, making, { vbox, log, signal }) {
    const places = machinePlaces(cluster.places, index);
    const hostKey = (0,generate/* generateKeyPair */.T)(machineName(spec.owner.cluster, index));
    const forward = index === 1 ? await (0,ports/* forwarded */.Vl)(spec.publishedPorts) : [];
    const ways = { sshPort: await (0,ports/* freePort */.ov)(ADDRESS), published: forward };
    const record = recordOf(spec, cluster, index, { ...ways, hostKey });
    await (0,promises_.mkdir)(places.folder, { mode: 0o700 });
    await (0,records/* writeRecord */.rh)(places.record, record);
    await (0,promises_.writeFile)(places.seed, seedOf(cluster, record, hostKey), { mode: 0o600 });
    for (const step of steps(spec, cluster, { places, record, ways, making, vbox })) {
        signal.throwIfAborted();
        await step();
    }
    for (const line of (0,ports/* moves */.Vq)(forward))
        log.warning(line);
    const machine = (0,records/* toMachine */.$z)(record, true);
    if (!machine)
        throw new Error('A machine without an owner.');
    return machine;
}
/** Each is whole once it has begun: none is ended half-way. */
function steps({ owner }, cluster, about) {
    const { places, record, ways, making, vbox } = about;
    const { base, memory, options } = making;
    const id = machineId(owner, record.index);
    const { disk, seed, console } = places;
    const folder = cluster.places.folder;
    const group = groupOf(owner);
    const machine = {
        ...{ id, memory, console },
        cpus: options['cpu-count'] ?? DEFAULT_CPUS,
        mac: macOf(cluster, record.index),
        network: networkOf(owner),
        forwards: rulesOf(ways),
    };
    const size = options['disk-size'] ?? Math.max(DEFAULT_DISK, base.bytes);
    return [
        () => vbox.run(createMachine({ id, name: record.name, group, folder })),
        () => writeLabels(vbox, id, (0,ownership/* ownerLabels */.H0)(owner)),
        () => vbox.run(setUp(machine)),
        () => vbox.run(createDisk(disk, base.path)),
        () => vbox.run(resizeDisk(disk, size)),
        () => vbox.run(addController(id)),
        () => vbox.run(attachDisk(id, disk)),
        () => vbox.run(attachSeed(id, seed)),
        () => start(vbox, id, options['ui-type'] ?? 'headless'),
    ];
}
async function start(vbox, id, uiType) {
    try {
        await vbox.run(startMachine(id, uiType), { timeoutMs: START_MS });
    }
    catch (error) {
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw startProblem(error.details ?? '') ?? error;
    }
}
function recordOf({ owner }, { record: { subnet } }, index, about) {
    return {
        name: machineName(owner.cluster, index),
        index,
        labels: {
            ...(0,ownership/* ownerLabels */.H0)(owner),
            [machine_labels/* INDEX_LABEL */.sk]: String(index),
            [machine_labels/* HOST_KEY_LABEL */.AW]: about.hostKey.publicKey,
            [machine_labels/* PORT_LABEL */.JH]: String(about.sshPort),
        },
        address: ADDRESS,
        advertise: (0,virtual_machine_subnet/* guestAddress */.fD)(subnet, index),
        localPorts: Object.fromEntries(about.published.map((one) => [nameOf(one), one.runnerPort])),
    };
}
function seedOf(cluster, { name, index }, hostKey) {
    const { subnet, publicKey } = cluster.record;
    const mac = macOf(cluster, index);
    return (0,seed/* seedImage */.XV)({
        ...{ name, index, subnet, hostKey, internet: true },
        ...{ lanMac: mac.lan, wanMac: mac.wan, authorizedKey: publicKey },
    });
}
/** The folder is another one for each user, and each cluster. */
function macOf({ places }, index) {
    return (0,virtual_machine_subnet/* macAddresses */.aw)(places.folder, index);
}
function rulesOf({ sshPort, published }) {
    const ssh = { protocol: 'tcp', address: ADDRESS, runnerPort: sshPort, port: 22 };
    return new Map([[SSH_RULE, ssh], ...published.map((one) => [nameOf(one), one])]);
}
const nameOf = ({ port, protocol }) => `${port}/${protocol}`;
function sshPortOf({ labels }) {
    return Number(labels[machine_labels/* PORT_LABEL */.JH]);
}

// EXTERNAL MODULE: external "node:path/win32"
var win32_ = __webpack_require__(8152);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/options.js
var options = __webpack_require__(7233);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/options.js



/** The program that is called, by either of its names, with or without a folder. */
const vboxmanage = schemas/* string */.YjP()
    // A dry run knows by this name what only reads. The names of Windows may have either slash.
    .refine((path) => isVBoxManage(path), 'give the path of the program `VBoxManage` itself')
    .optional();
/** `driver-options` of the `virtualbox` driver, in the words of docker-machine. */
const virtualboxOptions = schemas/* strictObject */.rej({
    ...options/* imageOptions */.c$,
    /** Virtual CPUs of each machine. */
    'cpu-count': coerce/* number */.ai().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: (0,options/* size */.Ej)(256 * 2 ** 20, '2g', 'm').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    'disk-size': (0,options/* size */.Ej)(2 ** 30, '20g', 'm').optional(),
    /** Whether each machine has a window. */
    'ui-type': schemas/* enum */.k5n(['headless', 'gui']).optional(),
    /** Whether nothing is asked of what VirtualBox needs of this computer. */
    'no-vtx-check': schemas/* boolean */.zMY().optional(),
    vboxmanage,
})
    .superRefine(options/* refuseUnchecked */.vc);
/** Of the same map, which may hold anything else: what machines are found and removed by. */
const virtualboxPlaceOptions = schemas/* object */.Ikc({ vboxmanage });
/** Whether a word of a command line is the name or the path of VBoxManage. */
function isVBoxManage(program) {
    return /^vboxmanage(\.exe)?$/i.test((0,win32_.basename)(program));
}

// EXTERNAL MODULE: ./lib/machines/virtual-machine/not-of-the-job.js
var not_of_the_job = __webpack_require__(2950);
;// CONCATENATED MODULE: ./lib/machines/virtualbox/vboxmanage.js





/** How long a command may take, in ms. The service behind it serves one after the other. */
const COMMAND_MS = 60_000;
/**
 * VirtualBox's service ends some seconds after its last client. Who comes in that moment is refused
 * before anything is done, and is served by a new one a little later.
 */
const ENDING = /Failed to (create the VirtualBox object|initialize COM)/;
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;
/**
 * Somebody else looks at a machine at this moment, or changes it: nothing was done. To look takes a
 * lock, too.
 */
const LOCKED = 'VBOX_E_INVALID_OBJECT_STATE';
const LOCKED_ATTEMPTS = 10;
/**
 * What VirtualBox says of a machine that it does not know, and of one whose settings it cannot read.
 * It says the latter, too, while somebody else looks at a machine that is off.
 */
const NOT_THERE = ['VBOX_E_OBJECT_NOT_FOUND', 'E_ACCESSDENIED'];
/** A look fails, once, while the process of the machine dies. */
const LOOKS = 3;
/** By the name that VirtualBox has for it in any language. */
const DISK_FULL = /\bVERR_DISK_FULL\b/;
/** In English, and with names of files as they are. */
const ENVIRONMENT = { ...not_of_the_job/* NOT_OF_THE_JOB */.Q, LC_ALL: 'C.UTF-8' };
/**
 * Calls VBoxManage, by its path or the name that it has on this system. A call with a signal may
 * be ended half-way, and what it has begun goes on in VirtualBox's service.
 */
function vboxManage(runner, path, clock) {
    const program = path ?? programName(process.platform, process.env);
    const call = async (words, { signal, timeoutMs = COMMAND_MS } = {}) => {
        for (let attempt = 1;; attempt += 1) {
            const result = await runner.run([program, ...words], {
                ...{ signal, timeoutMs },
                ...{ env: ENVIRONMENT, anyExitCode: true },
            });
            if (attempt === ATTEMPTS || !ENDING.test(result.stderr))
                return result;
            await clock.sleep(PAUSE_MS, signal);
        }
    };
    const patient = async (words, options) => {
        let result = await call(words, options);
        for (let attempt = 1; attempt < LOCKED_ATTEMPTS; attempt += 1) {
            if (result.exitCode === 0 || codeIn(result.stderr) !== LOCKED)
                break;
            await clock.sleep(PAUSE_MS, options?.signal);
            result = await call(words, options);
        }
        return result;
    };
    const textOf = (words, result) => {
        if (result.exitCode === 0)
            return withoutWarnings(result.stdout);
        const { stderr } = withoutProgress(result);
        if (DISK_FULL.test(stderr))
            throw noRoom(stderr);
        throw new executor/* CommandError */.Qd(runner.where, [program, ...words], withoutProgress(result));
    };
    return {
        program,
        run: async (words, options) => textOf(words, await patient(words, options)),
        look: async (words, options) => {
            for (let look = 1;; look += 1) {
                const result = await patient(words, options);
                const hasFailed = result.exitCode !== 0;
                if (hasFailed && NOT_THERE.includes(codeIn(result.stderr) ?? ''))
                    return undefined;
                if (!hasFailed || look === LOOKS)
                    return textOf(words, result);
                await clock.sleep(PAUSE_MS, options?.signal);
            }
        },
        attempt: async (words, options) => {
            const result = await call(words, options);
            const said = (0,executor/* ownWords */.I1)(withoutProgress(result));
            return {
                isDone: result.exitCode === 0,
                text: withoutWarnings(result.stdout),
                said,
                code: codeIn(said),
            };
        },
    };
}
function noRoom(details) {
    return new errors/* ActionError */.lZ('VirtualBox has no room left on a disk of the runner.', {
        details: details.trim(),
        hint: 'Make room where the file is that it names, or let XDG_STATE_HOME of the step name a folder on another disk.',
    });
}
/** Progress comes where errors come, also where all is well. */
function withoutProgress(result) {
    const stdout = withoutWarnings(result.stdout);
    return { ...result, stdout, stderr: result.stderr.replace(/(\d+%(\.\.\.)?)+/g, '') };
}
/** The installer for Windows does not add its folder to the path, but names it in a variable. */
function programName(platform, env) {
    const folder = env.VBOX_MSI_INSTALL_PATH ?? env.VBOX_INSTALL_PATH;
    return platform === 'win32' && folder ? (0,win32_.join)(folder, 'VBoxManage.exe') : 'VBoxManage';
}

;// CONCATENATED MODULE: ./lib/machines/virtualbox/driver.js
































/** Machines are virtual machines of VirtualBox on the runner. */
const virtualboxDriver = {
    name: 'virtualbox',
    makesMachines: true,
    onRunner: 'process',
    options: virtualboxOptions,
    placeOptions: virtualboxPlaceOptions,
    reads: [([program, ...words]) => isVBoxManage(program) && onlyReads(words)],
    read: () => ({ create: createVirtualboxDriver }),
};
const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From its start until its sshd answers, in ms. */
const BOOT_MS = 300_000;
/** From the first answer of sshd until dockerd answers, an installation of it included, in ms. */
const READY_MS = 300_000;
/** As `virtualboxDriver` makes it. */
function createVirtualboxDriver(options, { runner, log }) {
    const state = (0,folders/* stateFolder */.yp)(process.env, (0,external_node_os_.homedir)(), 'virtualbox');
    const clock = base_clock/* systemClock */.ml;
    const vbox = vboxManage(runner, options.vboxmanage, clock);
    const place = { state, vbox, clock };
    const memory = options.memory ?? DEFAULT_MEMORY;
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
    const inTurn = (0,p_limit/* default */.A)(1);
    let image;
    let base;
    async function clusterOf(name) {
        const places = (0,folders/* clusterFolder */.p)(state, name);
        const found = await (0,records/* readCluster */.D$)(places);
        if (found)
            return found;
        throw new errors/* ActionError */.lZ(`The folder of cluster ${name} is gone: ${places.folder}`, {
            hint: 'Something else removed it. See whether two runs use the same `cluster`.',
        });
    }
    /** Not by the list of machines that run: one that is paused does not answer. */
    async function running(id, signal) {
        const text = await vbox.look(showMachine(id), { signal });
        const info = text === undefined ? undefined : machineInfo(text);
        return info?.state === 'running' ? info : undefined;
    }
    /** What a run that was killed may have left of a machine. */
    async function clear({ owner }, index) {
        const { folder } = machinePlaces((0,folders/* clusterFolder */.p)(state, owner.cluster), index);
        const isKnown = (await knownMachines(vbox, owner)).some((one) => one.index === index);
        if (!isKnown && !(await (0,exists/* exists */.t)(folder)))
            return;
        await destroyMachine(place, owner, { id: machineId(owner, index), index });
    }
    async function bootOne(spec, index, signal) {
        const cluster = await clusterOf(spec.owner.cluster);
        if (!base)
            throw new Error('A machine is made only after `prepare`.');
        await clear(spec, index);
        const making = { base, memory, options };
        const machine = await launch(spec, cluster, index, making, { vbox, log, signal });
        const started = clock.now();
        await (0,boot/* waitForBoot */.bC)({
            name: machine.name,
            limitMs: BOOT_MS,
            hint: (0,image_hint/* imageHint */.N)('x64', 'BIOS'),
            isRunning: async () => (await running(machineId(spec.owner, index), signal)) !== undefined,
            console: () => (0,console/* readConsole */.MC)(machinePlaces(cluster.places, index)),
            answers: () => (0,boot/* hasGreeting */.yo)(machine.address, sshPortOf(machine)),
        }, { signal, clock });
        log.info(`${machine.name} has booted (${(0,duration/* formatDuration */.a3)(clock.now() - started)})`);
        return machine;
    }
    const commandOn = (machine) => {
        const { key } = (0,folders/* clusterFolder */.p)(state, machine.owner.cluster);
        const port = String(sshPortOf(machine));
        return ['ssh', '-i', key, '-p', port, `${first_login/* USER */.m3}@${machine.address}`];
    };
    const driver = {
        name: 'virtualbox',
        makesMachines: true,
        onRunner: 'process',
        installsEngine: true,
        survivesRestart: true,
        readyTimeoutMs: READY_MS,
        // VirtualBox's service does one thing after the other.
        atOnce: 2,
        // What is still at work for a command that was left behind is one step of a machine.
        settling: { quietMs: 5_000, pollMs: 1_000, limitMs: 120_000 },
        async check(signal, wanted) {
            refuseComputer(process.platform, process.arch);
            await checkVersion(vbox, signal);
            if (!options['no-vtx-check'])
                await checkComputer();
            const running = (await driver.list(wanted.cluster, signal)).filter((machine) => machine.state === 'running');
            await (0,room/* checkRoom */.kX)(Math.max(0, wanted.machines - running.length), memory, state);
            const folder = (0,folders/* imageFolder */.IE)(process.env, (0,external_node_os_.homedir)());
            image = await chooseImage((0,image_source/* imageSource */.Z)(options, 'x64'), { folder, signal, clock, log });
            (0,room/* refuseSmallDisk */.dO)(options['disk-size'], image.bytes);
        },
        async list({ cluster }, signal) {
            const places = (0,folders/* clusterFolder */.p)(state, cluster);
            const machines = [];
            for (const index of await (0,records/* machineIndexes */.i9)(places)) {
                const record = await (0,records/* readMachine */.Uc)(machinePlaces(places, index));
                // Of another repository, too: it is refused then.
                const found = record && (0,records/* toMachine */.$z)(record, false);
                if (!found)
                    continue;
                const info = await running(machineId(found.owner, index), signal);
                const machine = info && (0,records/* toMachine */.$z)(record, true);
                machines.push(machine ? { ...machine, localPorts: publishedIn(info) } : found);
            }
            return machines;
        },
        async prepare(spec, signal) {
            const { owner } = spec;
            const places = (0,folders/* clusterFolder */.p)(state, owner.cluster);
            if (!(await (0,records/* readCluster */.D$)(places))) {
                // An earlier run may have made something after its folder was removed.
                await destroyAll(place, owner);
                const key = (0,generate/* generateKeyPair */.T)('swarm-up');
                signal.throwIfAborted();
                const record = {
                    labels: (0,ownership/* ownerLabels */.H0)(owner),
                    created: new Date().toISOString(),
                    subnet: (0,virtual_machine_subnet/* freeSubnet */.Kl)(owner.cluster, (0,virtual_machine_subnet/* ownNetworks */.Go)()),
                    publicKey: key.publicKey,
                };
                await (0,records/* createClusterFolder */.HX)(places, record, key.privateKey);
            }
            const found = await clusterOf(owner.cluster);
            if (!(0,ownership/* isSameRepository */.ve)(found.owner, owner))
                throw foreign(found);
            if (!image)
                throw new Error('A cluster is prepared only after `check`.');
            base = await ensureBaseDisk(image, places.folder, vbox, { signal, log });
            (0,room/* refuseSmallDisk */.dO)(options['disk-size'], base.bytes);
        },
        create: bootOne,
        async target(machine) {
            return await (0,ssh_target/* sshTarget */.o)(await clusterOf(machine.owner.cluster), machine, sshPortOf(machine));
        },
        // All machines share one address of the runner: a port is taken before the next looks for one.
        lead: ({ owner, index }, published) => inTurn(() => openForwards(vbox, machineId(owner, index), published)),
        async wayIn(id) {
            const [machine] = await driver.list(id);
            return machine && (0,quote/* quote */.h)(commandOn(machine));
        },
        commandOn,
        async entered({ owner, index }) {
            // The guest sees an empty drive, and the private key of its host is on no disk of the runner.
            await vbox.run(ejectSeed(machineId(owner, index)));
            await (0,records/* blank */.hQ)(machinePlaces((0,folders/* clusterFolder */.p)(state, owner.cluster), index).seed);
        },
        destroy: ({ owner, index }) => destroyMachine(place, owner, { id: machineId(owner, index), index }),
        destroyCluster: (cluster) => destroyAll(place, cluster),
        isGone: (cluster) => isGone(place, cluster),
        clusters: (signal) => allClusters(vbox, state, ignored, signal),
        async renew(owner, signal) {
            const { places, record } = await clusterOf(owner.cluster);
            await (0,records/* writeRecord */.rh)(places.record, (0,records/* renewed */.Fv)(record, owner.expires));
            // Where the folder is lost, these tell of it.
            for (const { id } of await knownMachines(vbox, owner, signal)) {
                await writeLabels(vbox, id, (0,ownership/* ownerLabels */.H0)(owner));
            }
        },
        async diagnostics({ owner, index }) {
            const places = machinePlaces((0,folders/* clusterFolder */.p)(state, owner.cluster), index);
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