"use strict";
exports.id = 606;
exports.ids = [606];
exports.modules = {

/***/ 93254:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yg: () => (/* binding */ procfs),
/* harmony export */   _n: () => (/* binding */ isAlive),
/* harmony export */   a7: () => (/* binding */ signalProcess)
/* harmony export */ });
/* unused harmony export parseProcess */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
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

/***/ 5606:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createQemuDriver: () => (/* binding */ createQemuDriver),
  qemuDriver: () => (/* binding */ qemuDriver)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(76002);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(67778);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(18949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(35823);
// EXTERNAL MODULE: ./lib/exec/quote.js
var quote = __webpack_require__(20908);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(56463);
// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(83727);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(43610);
// EXTERNAL MODULE: ./lib/machines/processes.js
var processes = __webpack_require__(93254);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/boot.js
var boot = __webpack_require__(14191);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/console.js
var console = __webpack_require__(38258);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/folders.js
var folders = __webpack_require__(38);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/records.js
var records = __webpack_require__(84341);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/ssh-target.js
var ssh_target = __webpack_require__(74103);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./lib/base/files/exists.js
var exists = __webpack_require__(85914);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/subnet.js
var virtual_machine_subnet = __webpack_require__(90582);
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

;// CONCATENATED MODULE: ./lib/machines/qemu/commands.js



/** The bridge in the namespace of a cluster, and its end of the cable to the runner. */
const BRIDGE = 'br0';
const CABLE = 'up0';
const QEMU_IMG = 'qemu-img';
/** Of iproute2. */
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
        `user,id=wan,net=${virtual_machine_subnet/* WAN */.DP.network},host=${virtual_machine_subnet/* WAN */.DP.gateway},dns=${virtual_machine_subnet/* WAN */.DP.resolver},ipv6=off`,
        ...(internet ? [] : ['restrict=on']),
        ...forward.map((one) => `hostfwd=${rule(one)}`),
    ].join(',');
}
/** A line of QEMU's monitor: hands on a port of a machine that runs. */
function addForward(port) {
    return `hostfwd_add wan ${rule(port)}`;
}
function rule({ protocol, address, runnerPort, port }) {
    return `${protocol}:${address}:${runnerPort}-${virtual_machine_subnet/* WAN */.DP.guest}:${port}`;
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
/** The index of the machine of a cluster that this command line starts; undefined for any other. */
function machineIndexOf(argv, { folder }) {
    const at = argv.indexOf('-pidfile');
    const pidFile = at > 0 ? (argv[at + 1] ?? '') : '';
    if (!pidFile.startsWith(`${folder}/`))
        return undefined;
    const [, index] = /^(\d+)\/[^/]+$/.exec(pidFile.slice(folder.length + 1)) ?? [];
    return index === undefined ? undefined : Number(index);
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
function createNetwork({ namespace, uplink }, subnet) {
    const inside = (...args) => [IP, '-n', namespace, ...args];
    return [
        [IP, 'netns', 'add', namespace],
        inside('link', 'set', 'lo', 'up'),
        inside('link', 'add', BRIDGE, 'type', 'bridge'),
        inside('link', 'set', BRIDGE, 'up'),
        [IP, 'link', 'add', uplink, 'type', 'veth', 'peer', 'name', CABLE, 'netns', namespace],
        inside('link', 'set', CABLE, 'master', BRIDGE, 'up'),
        [IP, 'address', 'add', `${(0,virtual_machine_subnet/* runnerAddress */.Z0)(subnet)}/24`, 'dev', uplink],
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

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./lib/machines/qemu/paths.js





/** Longest path of a Unix socket on Linux (unix(7): 108 bytes, one of them the end). */
const SOCKET_PATH_MAX = 107;
/**
 * The index of the machine that an image is prepared on: beyond those of all others, and found with
 * them.
 */
const WORKBENCH = virtual_machine_subnet/* MOST_MACHINES */.hS + 1;
function clusterPlaces(state, cluster) {
    const places = (0,folders/* clusterFolder */.p)(state, cluster);
    // An interface has 15 characters at most, and another user may have a cluster of the same name.
    const hash = (0,external_node_crypto_.createHash)('sha256').update(places.folder).digest('hex').slice(0, 8);
    const linkPrefix = `su${hash}-`;
    return {
        ...places,
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
    const places = (0,folders/* machineFolder */.Wh)(cluster, index, 'qcow2');
    const { folder } = places;
    return {
        ...places,
        socket: (0,external_node_path_.join)(folder, 'qmp.sock'),
        pidFile: (0,external_node_path_.join)(folder, 'pid'),
        tap: `${cluster.linkPrefix}${index}`,
    };
}
/** Whether the sockets of a cluster's machines have paths that are too long for a socket. */
function isTooDeep(cluster) {
    return Buffer.byteLength(machinePlaces(cluster, 999).socket) > SOCKET_PATH_MAX;
}
/** Places of every machine that a cluster has a folder for, in the order of their index. */
async function machinesOf(cluster) {
    return (await (0,records/* machineIndexes */.i9)(cluster)).map((index) => machinePlaces(cluster, index));
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(13798);
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
 * Places of every machine of a cluster that has a folder, or a QEMU whose folder is gone, in the
 * order of their index.
 */
async function everyMachine(table, cluster) {
    const running = (await table.list()).flatMap(({ argv }) => machineIndexOf(argv, cluster) ?? []);
    const indexes = new Set([...(await machinesOf(cluster)).map(({ index }) => index), ...running]);
    return [...indexes].sort((a, b) => a - b).map((index) => machinePlaces(cluster, index));
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
        [TERM_MS, () => (0,processes/* signalProcess */.a7)(table, process, 'SIGTERM')],
        [KILL_MS, () => (0,processes/* signalProcess */.a7)(table, process, 'SIGKILL')],
    ];
    for (const [limitMs, end] of steps) {
        await end();
        const wait = { clock, limitMs, everyMs: POLL_MS };
        const runs = await (0,base_clock/* until */.TG)(() => (0,processes/* isAlive */._n)(table, process), (isStill) => !isStill, wait);
        if (!runs)
            return;
    }
    throw new errors/* ActionError */.lZ(`Machine ${name} does not end: QEMU is process ${process.pid}.`, {
        hint: `It may wait for a disk that does not answer. See what it does (cat /proc/${process.pid}/stack), end it, then run this again.`,
    });
}

// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(63035);
;// CONCATENATED MODULE: ./lib/machines/qemu/network/bridge.js






/** The routes of the main table, as the kernel has them for whoever reads. */
const ROUTES = '/proc/net/route';
const links = schemas/* array */.YOg(schemas/* object */.Ikc({ ifname: schemas/* string */.YjP(), flags: schemas/* array */.YOg(schemas/* string */.YjP()).optional().default([]) }));
/**
 * A network for a cluster that collides with none of the runner's. Throws `ActionError` where there
 * is none.
 */
async function chooseSubnet({ runner }, cluster, kind, signal) {
    return (0,virtual_machine_subnet/* freeSubnet */.Kl)(cluster, await routed(runner, kind, signal));
}
async function routed(runner, kind, signal) {
    try {
        const { stdout } = await runner.run(listRoutes(), { signal });
        return (0,virtual_machine_subnet/* routedNetworks */.BY)(stdout);
    }
    catch (error) {
        // The image of a job's container has no iproute2 as a rule, and without a bridge nothing else
        // needs it.
        if (kind === 'bridge' || !(error instanceof errors/* ActionError */.lZ))
            throw error;
        return (0,virtual_machine_subnet/* mainNetworks */.bE)(await (0,promises_.readFile)(ROUTES, 'utf8'));
    }
}
async function readNetwork({ runner }, places, signal) {
    const options = signal ? { signal } : {};
    const listed = await runner.run(listLinks(), options);
    const namespaces = await runner.run(listNamespaces(), options);
    return networkParts(places, listed.stdout, namespaces.stdout);
}
/** Where there is no iproute2, nobody has made a network. */
const NONE = { namespace: false, links: [] };
/** As `readNetwork`, of a cluster of which nothing tells whether it ever had a network. */
async function readStrayNetwork(root, places) {
    const { exitCode } = await root.runner.run(findProgram(IP), { anyExitCode: true });
    if (exitCode !== 0)
        return NONE;
    try {
        return await readNetwork(root, places);
    }
    catch (error) {
        if (error instanceof executor/* CommandError */.Qd && error.result.stderr.includes('BusyBox'))
            return NONE;
        throw error;
    }
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
    for (const argv of createNetwork(places, subnet))
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
            hint: 'It takes a network namespace, a bridge and virtual cables. A container has no right to make them: the runner has to be a Linux machine of its own. It also takes root, or sudo without a password. Without it: `network: user`.',
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
    const options = { anyExitCode: true, signal };
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

;// CONCATENATED MODULE: ./lib/machines/qemu/destroy.js










/**
 * How long what a killed run has left at work may take to end by itself, in ms: each is a command
 * that makes or removes one thing.
 */
const BUSY_MS = 10_000;
const destroy_POLL_MS = 100;
/** Removes one machine with all that is its own. Gone already is success. */
async function destroyMachine(place, name, index) {
    const cluster = clusterPlaces(place.state, name);
    const places = machinePlaces(cluster, index);
    await stopMachine(places, machineName(name, index), place);
    const found = await (0,records/* readCluster */.D$)(cluster);
    if (!found?.record.userNetwork)
        await removeTap(place.root, cluster, places.tap);
    await (0,promises_.rm)(places.folder, { recursive: true, force: true });
}
/** Removes what a run that was killed has left of a machine, if there is anything. */
async function clearMachine(place, name, index) {
    const places = machinePlaces(clusterPlaces(place.state, name), index);
    const isThere = await (0,exists/* exists */.t)(places.folder);
    if (isThere || (await findProcess(place.table, places)))
        await destroyMachine(place, name, index);
}
/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
async function destroyAll(place, id) {
    const { state, root } = place;
    await (0,records/* removeUnfinished */.E1)(state, id);
    const found = (await ownCluster(place, id)) ?? (await takeStrays(place, id));
    if (!found)
        return;
    const { places } = found;
    const hasBridge = found.record.userNetwork === undefined;
    const said = [];
    const attempt = async (work) => {
        await work.catch((error) => said.push(error));
    };
    const machines = await everyMachine(place.table, places);
    await Promise.all(machines.map((machine) => attempt(stopMachine(machine, machineName(id.cluster, machine.index), place))));
    const end = place.clock.now() + BUSY_MS;
    let busy = await untilIdle(place, places, end);
    if (hasBridge) {
        await attempt(removeNetwork(root, places).then((refusals) => void said.push(...refusals)));
        // Several that remove one cluster meet here: what another is about to remove is not left.
        busy = await untilIdle(place, places, end);
    }
    // In this order: what a program of a killed run ends with is in the network.
    const left = busy.map(({ pid }) => `process ${pid}`);
    if (hasBridge)
        left.push(...(await networkLeft(place, places)));
    if (left.length === 0) {
        const refusals = said.length;
        await attempt((0,records/* removeClusterFolder */.pm)(places));
        if (said.length === refusals) {
            // An `up` of another run may have made something since the last look.
            const isOver = await hasNothing(place, places, hasBridge);
            return isOver ? undefined : await destroyAll(place, id);
        }
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
async function untilIdle({ table, clock }, places, end) {
    return await (0,base_clock/* until */.TG)(() => programsOf(table, places), (busy) => busy.length === 0, { clock, limitMs: end - clock.now(), everyMs: destroy_POLL_MS });
}
/**
 * Whether nothing of a cluster is there, and no program that a killed run has left is still making
 * something of it.
 */
async function isGone(place, id) {
    const { state, table } = place;
    const places = clusterPlaces(state, id.cluster);
    if ((await (0,records/* unfinishedFolders */.Lv)(state, id)).length > 0)
        return false;
    if (await (0,exists/* exists */.t)(places.folder))
        return (await ownCluster(place, id)) === undefined;
    if ((await programsOf(table, places)).length > 0)
        return false;
    return namesOf(await readStrayNetwork(place.root, places), places).length === 0;
}
/**
 * What is there of a cluster and has no folder, as an `up` makes it whose folder another run has
 * removed meanwhile: it is known by the names that only this cluster has. For the removal a folder
 * is made, so that nobody makes a cluster of this name meanwhile, and the next removal finds what
 * this one could not remove. Undefined where nothing is there, or the folder is another
 * repository's.
 */
async function takeStrays({ state, root, table }, id) {
    const places = clusterPlaces(state, id.cluster);
    if (await (0,exists/* exists */.t)(places.folder))
        return undefined;
    const programs = await programsOf(table, places);
    const links = namesOf(await readStrayNetwork(root, places), places);
    if (programs.length === 0 && links.length === 0)
        return undefined;
    const owner = { ...id, run: '' };
    const record = {
        labels: (0,ownership/* ownerLabels */.H0)(owner),
        created: new Date().toISOString(),
        ...{ subnet: '', publicKey: '', isStray: true },
        // Its removal takes no root where the kernel has nothing of it.
        ...(links.length === 0 && { userNetwork: { group: '', loopback: '' } }),
    };
    const isMade = await (0,records/* createClusterFolder */.HX)(places, record, '');
    return isMade ? { places, record, owner } : undefined;
}
/** Undefined where there is no such cluster, or it is another repository's. */
async function ownCluster({ state }, id) {
    const found = await (0,records/* readCluster */.D$)(clusterPlaces(state, id.cluster));
    return found && (0,ownership/* isSameCluster */.ru)(found.owner, id) ? found : undefined;
}
async function hasNothing(place, places, hasBridge) {
    if ((await programsOf(place.table, places)).length > 0)
        return false;
    return !hasBridge || (await networkLeft(place, places)).length === 0;
}
async function networkLeft({ root }, places) {
    return namesOf(await readNetwork(root, places), places);
}
function namesOf({ namespace, links }, places) {
    return [
        ...(namespace ? [`network namespace ${places.namespace}`] : []),
        ...links.map(({ name }) => `network interface ${name}`),
    ];
}
/** What a cluster consists of, for people. */
async function partsOf({ places, owner, record, }) {
    const machines = await machinesOf(places);
    return [
        ...machines.map(({ index }) => `machine ${machineName(owner.cluster, index)}`),
        ...(record.userNetwork ? [] : [`network ${places.namespace}`]),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/qemu/find.js



/** Undefined where there is no such cluster, and for what is only there to be removed. */
async function madeCluster(places) {
    const found = await (0,records/* readCluster */.D$)(places);
    return found?.record.isStray ? undefined : found;
}
/** Every machine of a cluster that has a record, in the order of their index. */
async function listMachines(table, cluster) {
    const machines = await Promise.all((await nodesOf(cluster)).map(async (places) => {
        const record = await (0,records/* readMachine */.Uc)(places);
        if (!record)
            return undefined;
        // One that a killed run was starting is not known to be whole, and is made anew.
        const isMade = record.isStarting === undefined;
        return (0,records/* toMachine */.$z)(record, isMade && (await findProcess(table, places)) !== undefined);
    }));
    return machines.filter((machine) => machine !== undefined);
}
/** The first machine, for somebody who looks why it does not get ready; undefined without one. */
async function firstMachine(table, cluster) {
    const [first] = await nodesOf(cluster);
    const record = first && (await (0,records/* readMachine */.Uc)(first));
    return record && (0,records/* toMachine */.$z)(record, (await findProcess(table, first)) !== undefined);
}
async function nodesOf(cluster) {
    return (await machinesOf(cluster)).filter(({ index }) => index !== WORKBENCH);
}

// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/image-source.js + 1 modules
var image_source = __webpack_require__(49201);
;// CONCATENATED MODULE: ./lib/machines/qemu/image/base-image.js






const FORMATS = ['qcow2', 'raw'];
const DEFAULT_DISK = 20 * 2 ** 30;
const info = schemas/* object */.Ikc({
    format: schemas/* string */.YjP(),
    'virtual-size': schemas/* number */.aig(),
    'backing-filename': schemas/* string */.YjP().optional(),
});
/**
 * Makes sure that the image is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is no disk image of its own.
 */
async function ensureImage(source, context) {
    return await inspect(context.runner, await (0,image_source/* imageFile */.A)(source, context), context.signal);
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

// EXTERNAL MODULE: ./lib/engine/install-script.js
var install_script = __webpack_require__(20146);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/download.js
var download = __webpack_require__(33025);
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
    const known = checksum ?? (await (0,download/* checksumOf */.lf)((0,external_node_path_.resolve)(image), 'sha256').catch(() => undefined));
    return known === undefined ? undefined : preparedPlaces(folder, { ...options, checksum: known });
}
/**
 * What is known of a preparation; undefined where there was none yet. What is found is not removed
 * for a day.
 */
async function findPrepared(places) {
    for (const kind of ['image', 'needless']) {
        const now = new Date();
        if (!(await (0,exists/* exists */.t)(places[kind])))
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
    const source = (0,image_source/* imageSource */.Z)(options, architecture.name);
    const folder = (0,folders/* imageFolder */.IE)(process.env, (0,external_node_os_.homedir)());
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

// EXTERNAL MODULE: ./lib/base/size.js
var size = __webpack_require__(25127);
// EXTERNAL MODULE: ./lib/engine/enter.js
var enter = __webpack_require__(53153);
// EXTERNAL MODULE: ./lib/engine/install.js
var install = __webpack_require__(71736);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(19893);
;// CONCATENATED MODULE: ./lib/machines/qemu/image/process-lock.js
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
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], limitMs, () => new errors/* ActionError */.lZ(`another run was at it for ${Math.round(limitMs / 60_000)} minutes`)), false);
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
        __disposeResources(env_1);
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
            details: error.details,
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
        log.info(`The image is prepared: ${(0,size/* formatSize */.X)(bytes)}, after ${seconds} s (${places.image})`);
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
    const wait = { clock, signal, limitMs: POWER_OFF_MS, everyMs: prepare_POLL_MS };
    const runs = await (0,base_clock/* until */.TG)(() => bench.isRunning(), (isStill) => !isStill, wait);
    if (runs) {
        throw new errors/* ActionError */.lZ(`its machine did not power off within ${POWER_OFF_MS / 1_000} s.`);
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

// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/image-hint.js
var image_hint = __webpack_require__(72476);
;// CONCATENATED MODULE: ./lib/machines/qemu/machine/boot-limits.js

const BOOT_MS = { kvm: 180_000, tcg: 600_000 };
/** How long a machine of this kind may boot, and what to see to if it does not. */
function bootLimits({ accelerator, architecture, }) {
    const firmware = architecture.firmware.length > 0 ? 'UEFI' : 'BIOS';
    const slow = accelerator === 'tcg' ? ' Without KVM, fewer machines at once boot faster.' : '';
    return {
        limitMs: BOOT_MS[accelerator],
        hint: `${(0,image_hint/* imageHint */.N)(architecture.name, firmware)}${slow}`,
    };
}

// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(18424);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/not-of-the-job.js
var not_of_the_job = __webpack_require__(92950);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/ports.js
var ports = __webpack_require__(15935);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/seed.js
var seed = __webpack_require__(96142);
// EXTERNAL MODULE: external "node:dgram"
var external_node_dgram_ = __webpack_require__(41314);
;// CONCATENATED MODULE: ./lib/machines/qemu/network/user-network.js




const CANDIDATES = 16;
/** Below the ports that Linux gives to whoever asks for none. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
/** Where the runner reaches a machine. */
function loopbackAddress({ loopback }, index) {
    return (0,virtual_machine_subnet/* guestAddress */.fD)(loopback, index);
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

;// CONCATENATED MODULE: ./lib/machines/qemu/machine/launch.js















const DEFAULT_CPUS = 2;
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
    const mac = (0,virtual_machine_subnet/* macAddresses */.aw)(cluster.places.linkPrefix, index);
    const hostKey = (0,generate/* generateKeyPair */.T)(name);
    const forward = index === 1 ? await (0,ports/* forwarded */.Vl)(spec.publishedPorts) : [];
    const lanAddress = (0,virtual_machine_subnet/* guestAddress */.fD)(subnet, index);
    const address = userNetwork ? loopbackAddress(userNetwork, index) : lanAddress;
    const sshPort = userNetwork ? await (0,ports/* freePort */.ov)(address) : 22;
    await (0,promises_.mkdir)(places.folder, { mode: 0o700 });
    const record = {
        name,
        index,
        labels: {
            ...(0,ownership/* ownerLabels */.H0)(spec.owner),
            [machine_labels/* INDEX_LABEL */.sk]: String(index),
            [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey.publicKey,
            ...(userNetwork && { [machine_labels/* PORT_LABEL */.JH]: String(sshPort) }),
        },
        address,
        advertise: lanAddress,
        localPorts: Object.fromEntries(forward.map(({ protocol, port, runnerPort }) => [`${port}/${protocol}`, runnerPort])),
        isStarting: true,
    };
    await (0,records/* writeRecord */.rh)(places.record, record);
    // Without a way out nothing can be installed; no stack is ever on that machine.
    const internet = isWorkbench || (options.internet ?? true);
    await (0,promises_.writeFile)(places.seed, (0,seed/* seedImage */.XV)({
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
    }), { env: not_of_the_job/* NOT_OF_THE_JOB */.Q });
    if (!userNetwork)
        await bridge_plugIn(root, cluster.places, places.tap);
    for (const line of (0,ports/* moves */.Vq)(forward))
        log.warning(line);
    const machine = (0,records/* toMachine */.$z)(record, true);
    if (!machine)
        throw new Error('A machine without an owner.');
    return machine;
}
/** To be called once a machine answers: from now on it counts as made. */
async function noteStarted(places) {
    const record = await (0,records/* readMachine */.Uc)(places);
    if (record)
        await (0,records/* writeRecord */.rh)(places.record, { ...record, isStarting: undefined });
}
function sshPortOf({ labels }) {
    return Number(labels[machine_labels/* PORT_LABEL */.JH] ?? 22);
}

// EXTERNAL MODULE: ./lib/machines/virtual-machine/room.js
var room = __webpack_require__(15856);
;// CONCATENATED MODULE: ./lib/machines/qemu/machine/runner-check.js







/** What Ubuntu 22.04 has. */
const LEAST = [6, 2];
const INSTALL_TIMEOUT_MS = 5 * 60_000;
const TUN = '/dev/net/tun';
/**
 * Throws `ActionError` where a cluster has more machines than there are addresses, or its sockets
 * would have too long a path.
 */
function refuseSize(machines, cluster) {
    if (machines > virtual_machine_subnet/* MOST_MACHINES */.hS) {
        throw new errors/* ActionError */.lZ(`A cluster of virtual machines has at most ${virtual_machine_subnet/* MOST_MACHINES */.hS} of them.`, {
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
    (0,room/* refuseShortage */.gT)(machines, memory, {
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
    const record = await (0,records/* readMachine */.Uc)(places);
    if (!record)
        return new Map();
    let forwards = record.forwards ?? {};
    for (const key of published) {
        const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(key) ?? [];
        if (forwards[key] !== undefined || (protocol !== 'tcp' && protocol !== 'udp'))
            continue;
        const runnerPort = await openWay(places, record, protocol, Number(port));
        forwards = { ...forwards, [key]: runnerPort };
        await (0,records/* writeRecord */.rh)(places.record, { ...record, forwards });
    }
    return new Map(Object.entries(forwards));
}
async function openWay({ socket }, { name, address }, protocol, port) {
    const said = [];
    for (const runnerPort of [port, await (0,ports/* freePort */.ov)(address)]) {
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

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(49567);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/options.js
var options = __webpack_require__(17233);
;// CONCATENATED MODULE: ./lib/machines/qemu/options.js



/** `driver-options` of the `qemu` driver. */
const qemuOptions = schemas/* strictObject */.rej({
    ...options/* imageOptions */.c$,
    /** Virtual CPUs of each machine. */
    cpus: coerce/* number */.ai().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: (0,options/* size */.Ej)(256 * 2 ** 20, '2g').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    disk: (0,options/* size */.Ej)(2 ** 30, '20g').optional(),
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
    .superRefine(options/* refuseUnchecked */.vc);

;// CONCATENATED MODULE: ./lib/machines/qemu/driver.js

































/** Machines are virtual machines of QEMU on the runner. */
const qemuDriver = {
    name: 'qemu',
    makesMachines: true,
    onRunner: 'process',
    platforms: ['linux'],
    options: qemuOptions,
    read: () => ({ create: createQemuDriver }),
};
const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From the first answer of sshd until dockerd answers. */
const READY_MS = { kvm: 120_000, tcg: 300_000 };
/** As `qemuDriver` makes it. */
function createQemuDriver(options, { runner, log }) {
    const state = (0,folders/* stateFolder */.yp)(process.env, (0,external_node_os_.homedir)(), 'qemu');
    const root = rootOf(runner, process.getuid?.() ?? 0);
    const clock = base_clock/* systemClock */.ml;
    const place = { state, root, table: processes/* procfs */.Yg, clock };
    const memory = options.memory ?? DEFAULT_MEMORY;
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
    let platform;
    let base;
    /** Of a cluster that is made now. */
    let network = 'bridge';
    async function clusterOf(name) {
        const found = await (0,records/* readCluster */.D$)(clusterPlaces(state, name));
        if (found)
            return found;
        throw new errors/* ActionError */.lZ(`The folder of cluster ${name} is gone: ${clusterPlaces(state, name).folder}`, {
            hint: 'Something else removed it. See whether two runs use the same `cluster`.',
        });
    }
    /** Has the image prepared that the machines begin as, where that is still to be done. */
    async function prepareBase(spec, signal) {
        if (!base?.unprepared)
            return await clearMachine(place, spec.owner.cluster, WORKBENCH);
        const { image, unprepared } = base;
        const places = machinePlaces(clusterPlaces(state, spec.owner.cluster), WORKBENCH);
        const timeoutMs = readyMs();
        const outcome = await prepareImage({
            places,
            user: first_login/* USER */.m3,
            boot: async () => {
                // Not loaded at the start: the post step does without it.
                const { connectSsh } = await Promise.resolve(/* import() */).then(__webpack_require__.bind(__webpack_require__, 22151));
                const machine = await driver.create(spec, WORKBENCH, signal);
                return await connectSsh(await driver.target(machine, signal), { signal, timeoutMs });
            },
            isRunning: async () => (await findProcess(processes/* procfs */.Yg, places)) !== undefined,
            remove: () => destroyMachine(place, spec.owner.cluster, WORKBENCH),
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
        await clearMachine(place, spec.owner.cluster, index);
        if (!base || !platform)
            throw new Error('A machine is made only after `check`.');
        const wanted = { platform, base: base.image, memory, options };
        const machine = await launch(spec, cluster, index, wanted, { root, log });
        const started = clock.now();
        await (0,boot/* waitForBoot */.bC)({
            ...bootLimits(platform),
            name: machine.name,
            isRunning: async () => (await findProcess(processes/* procfs */.Yg, places)) !== undefined,
            console: () => (0,console/* readConsole */.MC)(places),
            answers: () => (0,boot/* hasGreeting */.yo)(machine.address, sshPortOf(machine)),
        }, { signal, clock });
        await noteStarted(places);
        log.info(`${machine.name} has booted (${(0,duration/* formatDuration */.a3)(clock.now() - started)})`);
        return machine;
    }
    const readyMs = () => READY_MS[platform?.accelerator ?? 'tcg'];
    const commandOn = (machine) => {
        const { key } = clusterPlaces(state, machine.owner.cluster);
        const port = String(sshPortOf(machine));
        return ['ssh', '-i', key, '-p', port, `${first_login/* USER */.m3}@${machine.address}`];
    };
    const driver = {
        name: 'qemu',
        makesMachines: true,
        onRunner: 'process',
        installsEngine: options.engine ?? true,
        get readyTimeoutMs() {
            return readyMs();
        },
        async check(signal, wanted) {
            const architecture = architectureOf(process.platform, process.arch);
            const cluster = clusterPlaces(state, wanted.cluster.cluster);
            refuseSize(wanted.machines, cluster);
            const found = await madeCluster(cluster);
            const asked = { signal, log, checkTun: checkTun };
            network = await chooseNetwork(options.network ?? 'auto', found, root, asked);
            const install = options.install ?? false;
            const { version, firmware } = await ensureQemu(root, architecture, { install, signal, log });
            const there = await driver.list(wanted.cluster, signal);
            const running = there.filter((machine) => machine.state === 'running');
            const missing = wanted.machines - running.length;
            await checkRoom(Math.max(0, missing), memory, state);
            const context = { runner, signal, log };
            const accel = options.accel ?? 'auto';
            const chosen = await chooseAcceleration(accel, architecture, version, context);
            platform = { architecture, firmware, ...chosen };
            base = await chooseBase(options, architecture, missing, { ...context, clock });
            diskSize(options, base.image);
        },
        list: ({ cluster }) => listMachines(processes/* procfs */.Yg, clusterPlaces(state, cluster)),
        async prepare(spec, signal) {
            const { owner } = spec;
            const places = clusterPlaces(state, owner.cluster);
            let found = await madeCluster(places);
            if (!found) {
                // An earlier run may have made something after its folder was removed.
                await destroyAll(place, owner);
                const subnet = await chooseSubnet(root, owner.cluster, network, signal);
                const others = (await (0,records/* readClusters */.c6)(state, clusterPlaces, ignored)).flatMap(({ record }) => record.userNetwork ?? []);
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
                await (0,records/* createClusterFolder */.HX)(places, record, key.privateKey);
                found = await clusterOf(owner.cluster);
            }
            if (!(0,ownership/* isSameRepository */.ve)(found.owner, owner))
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
                if (!isEmulated || !(error instanceof boot/* GuestDiedError */.$9))
                    throw error;
                log.warning(`${error.message} QEMU's emulation lets a guest die now and then, so it is started once more. What its console said last:\n${error.details ?? ''}`);
                await destroyMachine(place, spec.owner.cluster, index);
                return await bootOne(spec, index, signal);
            }
        },
        async target(machine) {
            const found = await clusterOf(machine.owner.cluster);
            return await (0,ssh_target/* sshTarget */.o)(found, machine, sshPortOf(machine));
        },
        async lead({ owner, index }, published) {
            const { places, record } = await clusterOf(owner.cluster);
            return record.userNetwork && (await openForwards(machinePlaces(places, index), published));
        },
        async wayIn(id) {
            const places = clusterPlaces(state, id.cluster);
            const machine = await firstMachine(processes/* procfs */.Yg, places);
            if (!machine)
                return undefined;
            const { console } = machinePlaces(places, machine.index);
            return `${(0,quote/* quote */.h)(commandOn(machine))}, ${(0,quote/* quote */.h)(['less', console])}`;
        },
        commandOn,
        async entered({ owner, index }) {
            // QEMU still has it open, so that the guest sees zeros where the private key of its host was.
            const { seed } = machinePlaces(clusterPlaces(state, owner.cluster), index);
            await (0,records/* blank */.hQ)(seed);
        },
        destroy: ({ owner, index }) => destroyMachine(place, owner.cluster, index),
        destroyCluster: (cluster) => destroyAll(place, cluster),
        isGone: (cluster) => isGone(place, cluster),
        async renew(owner) {
            const { places, record } = await clusterOf(owner.cluster);
            await (0,records/* writeRecord */.rh)(places.record, (0,records/* renewed */.Fv)(record, owner.expires));
        },
        async clusters() {
            const found = await (0,records/* readClusters */.c6)(state, clusterPlaces, ignored);
            return await Promise.all(found.map(async (one) => ({
                owner: one.owner,
                created: one.record.created,
                parts: await partsOf(one),
            })));
        },
        async diagnostics({ owner, index }) {
            const places = machinePlaces(clusterPlaces(state, owner.cluster), index);
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

/***/ 14191:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $9: () => (/* binding */ GuestDiedError),
/* harmony export */   bC: () => (/* binding */ waitForBoot),
/* harmony export */   yo: () => (/* binding */ hasGreeting)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76002);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(18949);
/* harmony import */ var _console_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(38258);




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

/***/ 72476:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ imageHint)
/* harmony export */ });
/** What an image has to be so that a machine of it comes up. */
function imageHint(architecture, firmware) {
    return `The image has to be a cloud image for ${architecture} with cloud-init and sshd. It has to boot by ${firmware} and write to its first serial port.`;
}


/***/ }),

/***/ 15935:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vl: () => (/* binding */ forwarded),
/* harmony export */   Vq: () => (/* binding */ moves),
/* harmony export */   ov: () => (/* binding */ freePort)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _local_ports_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38665);


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


/***/ })

};
;