"use strict";
exports.id = 158;
exports.ids = [158];
exports.modules = {

/***/ 9591:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hc: () => (/* binding */ inUrl),
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   WU: () => (/* binding */ describeAddresses),
/* harmony export */   Zt: () => (/* binding */ listAddresses),
/* harmony export */   li: () => (/* binding */ addressesIfTold),
/* harmony export */   lq: () => (/* binding */ networksMeet),
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
 * What `listAddresses` gives, and nothing where a machine cannot be asked: for what is only said,
 * and decides nothing.
 */
async function addressesIfTold(listed, signal) {
    try {
        return await listed();
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
/** Whether two networks of IPv4 (`10.0.0.0/8`) have an address in common. */
function networksMeet(one, other) {
    return holdsFirst(one, other) || holdsFirst(other, one);
}
function holdsFirst(outer, inner) {
    const [address = '', bits = ''] = outer.split('/');
    const [first = ''] = inner.split('/');
    const list = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    list.addSubnet(address, Number(bits));
    return list.check(first);
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
        hint: `Nothing was changed. Give one of these addresses, or the name of an interface, as \`${option}\`. It belongs in the line of ${name} in \`hosts\`, or for all hosts in \`driver-options\`.`,
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

/***/ 8318:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ readGivenKeys)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6315);


/**
 * The keys of `ssh-private-key`. What is wrong with them is a problem if machines are made; a removal
 * needs no key, so for that it is said only if somebody logs in.
 */
function readGivenKeys({ read, problem, purpose }) {
    const text = read('ssh-private-key');
    const passphrase = read('ssh-passphrase');
    if (text.trim() === '')
        return () => [];
    try {
        const keys = (0,_ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_1__/* .readPrivateKeys */ .C)(text, passphrase === '' ? undefined : passphrase);
        return () => keys;
    }
    catch (error) {
        if (!(error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ))
            throw error;
        if (purpose === 'make') {
            problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        }
        return () => {
            throw error;
        };
    }
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

/***/ 7741:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ waitForCloudInit)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6002);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7778);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _engine_enter_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3153);
/* harmony import */ var _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3035);






/** Waits for the end of cloud-init, and says what came of it: 0 is done, 1 failed, 2 has warnings. */
const STATUS = ['cloud-init', 'status', '--wait', '--format', 'json'];
/** What its modules and their programs have printed. */
const OUTPUT_LOG = '/var/log/cloud-init-output.log';
const LAST_WORDS = ['sudo', '-n', 'tail', '-n', '20', OUTPUT_LOG];
const LAST_WORDS_MS = 15_000;
/** Least time for an engine beside the warnings of a boot that used its time up, in ms. */
const ENGINE_MS = 30_000;
/** What `cloud-init status` says, as far as it is read. Before 23.4 there are no warnings. */
const cloudInitStatus = zod__WEBPACK_IMPORTED_MODULE_5__/* .object */ .Ikc({
    status: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** "('scripts_user', RuntimeError('…'))": a module, and what it threw. */
    errors: zod__WEBPACK_IMPORTED_MODULE_5__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP()).optional().default([]),
    /** By their kind: "WARNING", "DEPRECATED". */
    recoverable_errors: zod__WEBPACK_IMPORTED_MODULE_5__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_5__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP())).optional().default({}),
});
/**
 * Waits until a machine of a cloud, which has let somebody in, is set up. Warnings are logged, and
 * are no obstacle where the engine answers. Throws `ActionError` where the image has no cloud-init,
 * where cloud-init failed (which module, in its own words), or where it takes longer than
 * `timeoutMs`; rejects with the signal's reason on abort.
 */
async function waitForCloudInit(executor, readiness) {
    const until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now() + readiness.timeoutMs;
    const result = await ask(executor, readiness);
    if (isMissing(result))
        throw withoutCloudInit(executor, readiness);
    if (result.exitCode === 0)
        return;
    const status = parse(result);
    if (result.exitCode !== 2 || !status)
        throw await failed(executor, readiness, result, status);
    const restMs = Math.max(until - _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now(), ENGINE_MS);
    await acceptWarnings(executor, { ...readiness, timeoutMs: restMs }, status);
}
async function ask(executor, readiness) {
    const { timeoutMs, signal } = readiness;
    try {
        return await executor.run(STATUS, { anyExitCode: true, repeatable: true, timeoutMs, signal });
    }
    catch (error) {
        if (!(error instanceof _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .CommandTimeout */ .Rg))
            throw error;
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`cloud-init on ${executor.where} did not end within ${(0,_base_duration_js__WEBPACK_IMPORTED_MODULE_1__/* .formatDuration */ .a3)(timeoutMs)}.`, {
            details: await lastWords(executor, signal),
            hint: `Look on the machine at what it waits for: ${OUTPUT_LOG}`,
            cause: error,
        });
    }
}
function isMissing({ exitCode, stderr }) {
    return exitCode === 127 || /cloud-init: (command )?not found/.test(stderr);
}
function parse({ stdout }) {
    try {
        return cloudInitStatus.parse(JSON.parse(stdout));
    }
    catch {
        return undefined;
    }
}
async function acceptWarnings(executor, { user, hasEngine, timeoutMs, signal, log }, status) {
    const warnings = Object.entries(status.recoverable_errors).flatMap(([kind, said]) => said.map((words) => `${kind}: ${words.trim()}`));
    const what = `cloud-init on ${executor.where} ended with warnings`;
    try {
        if (hasEngine)
            await (0,_engine_enter_js__WEBPACK_IMPORTED_MODULE_3__/* .enterEngine */ .xZ)(executor, user, { signal, timeoutMs });
    }
    catch (error) {
        if (!(error instanceof _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ))
            throw error;
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${what}, and its engine is not ready: ${error.message}`, {
            details: [...warnings, error.details ?? ''].join('\n'),
            ...(error.hint !== undefined && { hint: error.hint }),
            cause: error,
        });
    }
    log.info(`${what}: ${warnings.join('; ') || 'it did not say which'}`);
}
async function failed(executor, { image, signal }, result, status) {
    const modules = new Set(status?.errors.flatMap((words) => /^\('([\w-]+)',/.exec(words)?.[1] ?? []));
    const which = modules.size > 0 ? `, in its module ${[...modules].join(', ')}` : '';
    const said = status?.errors.join('\n') || (0,_exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .ownWords */ .I1)(result);
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`cloud-init failed on ${executor.where}${which}.`, {
        details: `${said}\n${await lastWords(executor, signal)}`,
        hint: `Part of what cloud-init does comes from the image (${image}) and from the cloud, so another image may help. Look on the machine at ${OUTPUT_LOG} and /var/log/cloud-init.log.`,
    });
}
/** The end of its log, or why that cannot be had: nothing fails for it. */
async function lastWords(executor, signal) {
    try {
        const options = { anyExitCode: true, repeatable: true, timeoutMs: LAST_WORDS_MS, signal };
        return (0,_exec_executor_js__WEBPACK_IMPORTED_MODULE_4__/* .ownWords */ .I1)(await executor.run(LAST_WORDS, options));
    }
    catch (error) {
        signal.throwIfAborted();
        return `${OUTPUT_LOG} could not be read: ${error instanceof Error ? error.message : error}`;
    }
}
function withoutCloudInit({ where }, { image }) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`Image ${image} has no cloud-init, so ${where} was not set up.`, {
        hint: 'Choose an image with cloud-init, as the images of the distributions have it: Debian 12 or newer, Ubuntu 22.04 or newer.',
    });
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

/***/ 3135:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $r: () => (/* binding */ targetOf),
/* harmony export */   U3: () => (/* binding */ authorizedKeys),
/* harmony export */   bj: () => (/* binding */ wayTo),
/* harmony export */   hB: () => (/* binding */ readEntry),
/* harmony export */   wC: () => (/* binding */ withoutKey)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6463);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6315);
/* harmony import */ var _cloud_read_given_keys_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8318);
/* harmony import */ var _cloud_refuse_ipv6_only_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6478);
/* harmony import */ var _machine_labels_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8424);







/** The keys that were given, else one of this step alone, for a cluster that ends with the job. */
function readEntry(source) {
    const given = (0,_cloud_read_given_keys_js__WEBPACK_IMPORTED_MODULE_4__/* .readGivenKeys */ .W)(source);
    const hasGivenKey = source.read('ssh-private-key').trim() !== '';
    return { keys: hasGivenKey ? given : ownKeys(), hasGivenKey };
}
function ownKeys() {
    const keys = (0,_ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_3__/* .readPrivateKeys */ .C)((0,_ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_2__/* .generateKeyPair */ .T)('').privateKey);
    return () => keys;
}
/** The public halves, a line each. */
function authorizedKeys({ keys }) {
    return keys().map(({ type, blob }) => `${type} ${blob.toString('base64')}`);
}
const OTHER_KEY = 'A machine lets in the `ssh-private-key` of the step that made it. Without one, each step has a key of its own. Give the key that it was made with, or remove the cluster (`command: down`) first.';
/** How a machine with these host keys is reached. Throws `ActionError` if the runner has no IPv6. */
function targetOf({ name, address, labels }, { keys }, hostKeys) {
    (0,_cloud_refuse_ipv6_only_js__WEBPACK_IMPORTED_MODULE_5__/* .refuseIpv6Only */ .i)(name, address, (0,node_os__WEBPACK_IMPORTED_MODULE_0__.networkInterfaces)());
    return {
        ...{ name, host: address, port: portOf(labels), user: labels[_machine_labels_js__WEBPACK_IMPORTED_MODULE_6__/* .USER_LABEL */ .hj] ?? '' },
        credentials: { privateKeys: keys() },
        hostKeys: { kind: 'pinned', keys: hostKeys },
        refusedHint: OTHER_KEY,
    };
}
/** As `Driver.commandOn`. */
function wayTo({ address, labels }) {
    const port = portOf(labels);
    const options = port === 22 ? [] : ['-p', String(port)];
    return ['ssh', ...options, `${labels[_machine_labels_js__WEBPACK_IMPORTED_MODULE_6__/* .USER_LABEL */ .hj]}@${address}`];
}
function portOf(labels) {
    return Number(labels[_machine_labels_js__WEBPACK_IMPORTED_MODULE_6__/* .PORT_LABEL */ .JH] ?? 22);
}
/** The error of a `ttl` that no later step could move, as it could not log in. */
function withoutKey(driver) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`A cluster with a \`ttl\` needs \`ssh-private-key\` with driver \`${driver}\`.`, {
        details: 'Without it, only this step could log in to the machines, and no later one.',
        hint: 'Make a key (ssh-keygen -t ed25519 -N "" -f key), store it as a secret, and give it to each step with that cluster.',
    });
}


/***/ }),

/***/ 9793:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ overlayPools)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9591);

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 4096. */
const POOLS = ['10.128.0.0/9', '10.0.0.0/9', '172.16.0.0/12'];
/** As large as networks of clouds mostly are: how large this one is nobody says. */
const NETWORK_BITS = 16;
/**
 * The address pool of Swarm's overlay networks beside the networks that machines with these
 * addresses are in, which it must not meet: by default it is all of 10.0.0.0/8. Undefined where
 * Docker's own choice meets none of them, or every pool does.
 */
function overlayPools(addresses) {
    const networks = addresses
        .filter((address) => /^10\.\d+\.\d+\.\d+$/.test(address))
        .map((address) => `${address.replace(/\.\d+\.\d+$/, '.0.0')}/${NETWORK_BITS}`);
    if (networks.length === 0)
        return undefined;
    const pool = POOLS.find((one) => !networks.some((network) => (0,_addresses_js__WEBPACK_IMPORTED_MODULE_0__/* .networksMeet */ .lq)(one, network)));
    return pool === undefined ? undefined : [pool];
}


/***/ }),

/***/ 8281:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ setUp)
/* harmony export */ });
/* unused harmony export HAS_CLOUD_INIT */
/* harmony import */ var _cloud_wait_for_cloud_init_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7741);

/** Says `none` on a machine without cloud-init. */
const HAS_CLOUD_INIT = ['sh', '-c', 'command -v cloud-init || echo none'];
/**
 * Waits until a machine has set itself up, if it has cloud-init: a program may set its machines up
 * in another way. Throws as `waitForCloudInit` does.
 */
async function setUp(ssh, readiness) {
    const { signal, timeoutMs } = readiness;
    const { stdout } = await ssh.run(HAS_CLOUD_INIT, { repeatable: true, signal, timeoutMs });
    if (stdout.trim() === 'none')
        return;
    await (0,_cloud_wait_for_cloud_init_js__WEBPACK_IMPORTED_MODULE_0__/* .waitForCloudInit */ .y)(ssh, { ...readiness, hasEngine: false });
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