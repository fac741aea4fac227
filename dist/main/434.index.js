"use strict";
exports.id = 434;
exports.ids = [434];
exports.modules = {

/***/ 83727:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EF: () => (/* binding */ cloudConfig),
/* harmony export */   MN: () => (/* binding */ hostKeyConfig),
/* harmony export */   _9: () => (/* binding */ firstLogin),
/* harmony export */   m3: () => (/* binding */ USER)
/* harmony export */ });
/** The user that logs in. Cloud images let nobody log in as root. */
const USER = 'swarm-up';
/**
 * The keys of cloud-init's cloud-config that make the first login safe: one user with keys and
 * without a password, and one host key. They hold the host's private key. Throws nothing.
 */
function firstLogin({ hostKey, authorizedKeys }) {
    return {
        users: [
            {
                name: USER,
                // cloud-init makes the group where the image has no engine yet; the package of the engine
                // takes the one that is there.
                groups: ['docker'],
                shell: '/bin/bash',
                lock_passwd: true,
                sudo: 'ALL=(ALL) NOPASSWD:ALL',
                ssh_authorized_keys: authorizedKeys,
            },
        ],
        ssh_pwauth: false,
        ...hostKeyConfig(hostKey),
        manage_etc_hosts: 'localhost',
    };
}
/** The keys of a cloud-config by which a machine has this host key, and no other. */
function hostKeyConfig({ privateKey, publicKey }) {
    return {
        ssh_deletekeys: true,
        ssh_keys: { ed25519_private: privateKey, ed25519_public: publicKey },
    };
}
/** The text of a cloud-config. JSON is YAML, and needs no thought about quotes and indentation. */
function cloudConfig(config) {
    return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}


/***/ }),

/***/ 42621:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ machineOfCloud)
/* harmony export */ });
/** Every port is reached at the machine's own address, so nothing on the runner leads there. */
function machineOfCloud(found) {
    const { name, index, owner, labels, state, address, privateAddress, place } = found;
    return {
        ...{ name, index, owner, labels, state, address, place },
        ...{ advertise: privateAddress, dataPath: undefined, localPorts: new Map() },
    };
}


/***/ }),

/***/ 9240:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ objectName)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);

/** A label of a host name (RFC 1123). */
const LONGEST = 63;
/** For `-` and an index. */
const RESERVED = 6;
const PLAIN_REPOSITORY = /^\d+$/;
const PLAIN_CLUSTER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/**
 * The name of what a cluster has at a vendor, unique among all repositories of the vendor's
 * project: `su-<repository id>-<cluster>`, and `-<index>` if there are several. 63 characters at
 * most, a-z, 0-9 and `-`. Parts that would be too long or have other characters are told apart by a
 * hash.
 */
function objectName({ cluster, repository }, index) {
    const end = index === undefined ? '' : `-${index}`;
    const plain = `su-${repository}-${cluster}`;
    const isPlain = PLAIN_REPOSITORY.test(repository) && PLAIN_CLUSTER.test(cluster);
    if (isPlain && plain.length <= LONGEST - RESERVED)
        return plain + end;
    // No plain name begins like this, as a repository id has only digits.
    const start = `su-h${hash(repository, cluster)}`;
    const slug = cluster.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const shown = slug.slice(0, LONGEST - RESERVED - start.length - 1).replace(/^-|-$/g, '');
    return (shown === '' ? start : `${start}-${shown}`) + end;
}
/** 64 bits of what no other pair has. */
function hash(...parts) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}


/***/ }),

/***/ 38318:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ readGivenKeys)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16315);


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

/***/ 76478:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ hasPublicIpv6),
/* harmony export */   i: () => (/* binding */ refuseIpv6Only)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(18949);


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

/***/ 48019:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c4: () => (/* binding */ hostKeyData),
/* harmony export */   dT: () => (/* binding */ USER_DATA_BYTES),
/* harmony export */   sw: () => (/* binding */ userData)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18949);
/* harmony import */ var _first_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83727);


/** The longest user data that each cloud takes, in bytes. */
const USER_DATA_BYTES = {
    hetzner: 32 * 1024,
    digitalocean: 64 * 1024,
    /** Before it is encoded as base64. */
    amazonec2: 16 * 1024,
};
/** The address at which clouds tell a machine who it is, the user data with its host key included. */
const METADATA = '169.254.169.254';
const CLOSE_METADATA = '/usr/local/sbin/swarm-up-close-metadata';
/** Runs at each start of the engine, whoever installs it, and whenever. */
const ENGINE_DROP_IN = '/etc/systemd/system/docker.service.d/swarm-up.conf';
/** cloud-init runs what lies in this folder at the end of each boot. */
const FORGET = '/var/lib/cloud/scripts/per-boot/swarm-up-forget';
/**
 * What a container sends comes in by an interface, what the machine itself sends does not: only the
 * former passes PREROUTING. Not in the chain DOCKER-USER, which is there only while an engine that
 * uses iptables runs.
 */
const CLOSE_METADATA_SCRIPT = `#!/bin/sh
# Keeps containers from the metadata of the cloud, where the user data of this machine can be read.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -- PREROUTING ! -i lo -d ${METADATA} -j DROP
iptables -w -t raw -C "$@" 2>/dev/null || exec iptables -w -t raw -I "$@"
`;
/**
 * A later boot has nothing to set up, and would make the copies again; without its cache, and while
 * the metadata do not answer, it would even make new host keys. `ds-identify.cfg` is read once, as a
 * boot begins: what cloud-init says of this boot stays as it is, unlike with `cloud-init.disabled`.
 */
const FORGET_SCRIPT = `#!/bin/sh
# Removes the copies that cloud-init has made in this boot: of the user data with the private host key, and of what the cloud said of passwords.
echo 'policy: disabled' >/etc/cloud/ds-identify.cfg
cd /var/lib/cloud/instances && rm -f */user-data.txt* */vendor-*.txt* */cloud-config.txt */obj.pkl
cd /run/cloud-init && rm -f instance-data-sensitive.json combined-cloud-config.json
`;
/**
 * One command: of several, cloud-init looks at the exit code of the last only. Where no key is
 * registered, a cloud gives root a password that has to be changed at the first login, and PAM then
 * refuses what is done as root. That password is in somebody's mail, so it is void.
 */
const FINISH_SCRIPT = `set -e
usermod -p '*' root
chage -d -1 -E -1 -I -1 -M -1 root
# An engine that runs already has not seen its drop-in.
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;
/** What keeps the user data from containers, and from whoever reads the disk later. */
const CLOSING_FILES = [
    { path: CLOSE_METADATA, permissions: '0755', content: CLOSE_METADATA_SCRIPT },
    {
        path: ENGINE_DROP_IN,
        permissions: '0644',
        content: `[Service]\nExecStartPre=${CLOSE_METADATA}\n`,
    },
    { path: FORGET, permissions: '0755', content: FORGET_SCRIPT },
];
/** Of a machine that somebody else sets up: no user, and no password, is this action's business. */
const CLOSE_NOW_SCRIPT = `set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v iptables >/dev/null; then ${CLOSE_METADATA}; fi
`;
/**
 * The user data of a cloud's machine, for cloud-init: host name, host key, and who may log in; no
 * login with a password; containers do not reach the metadata of the cloud; no copy of this text
 * outlives a boot on its disk. The cloud keeps it, and gives it to the machine's own processes, and
 * to containers in the host's network. Holds the host's private key. Throws `ActionError` where it is
 * longer than `limitBytes`, which is what the cloud takes.
 */
function userData({ name, additions, ...login }, limitBytes) {
    const text = (0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .cloudConfig */ .EF)({
        ...(0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .firstLogin */ ._9)(login),
        hostname: name,
        // Else /etc/hosts says what the cloud calls the machine.
        fqdn: name,
        preserve_hostname: false,
        prefer_fqdn_over_hostname: false,
        chpasswd: { expire: false },
        // On EC2 an interface that is added would make cloud-init ask, and keep the answer, again.
        updates: { network: { when: ['boot-new-instance'] } },
        write_files: [
            ...CLOSING_FILES,
            ...(additions?.files ?? []).map(({ path, mode, text: content }) => ({
                ...{ path, permissions: mode, content },
            })),
        ],
        runcmd: [['sh', '-c', FINISH_SCRIPT + (additions?.commands ?? '')]],
    });
    const length = Buffer.byteLength(text);
    if (length <= limitBytes)
        return text;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`User data of ${name} is too long: ${length} bytes, and this cloud takes ${limitBytes}.`, { hint: 'Give fewer or shorter keys in `ssh-private-key`: an ed25519 key is the shortest.' });
}
/**
 * The user data of a machine whose users and host name somebody else sets up: its host key alone,
 * with what keeps it from containers. Holds the host's private key.
 */
function hostKeyData(hostKey) {
    return (0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .cloudConfig */ .EF)({
        ...(0,_first_login_js__WEBPACK_IMPORTED_MODULE_1__/* .hostKeyConfig */ .MN)(hostKey),
        write_files: CLOSING_FILES,
        runcmd: [['sh', '-c', CLOSE_NOW_SCRIPT]],
    });
}


/***/ }),

/***/ 37741:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ waitForCloudInit)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(13798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76002);
/* harmony import */ var _base_duration_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67778);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(18949);
/* harmony import */ var _engine_enter_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(53153);
/* harmony import */ var _exec_executor_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(63035);






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

/***/ 18424:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AW: () => (/* binding */ HOST_KEY_LABEL),
/* harmony export */   JH: () => (/* binding */ PORT_LABEL),
/* harmony export */   hj: () => (/* binding */ USER_LABEL),
/* harmony export */   sk: () => (/* binding */ INDEX_LABEL)
/* harmony export */ });
/** 1 for the first machine of a cluster. */
const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
const HOST_KEY_LABEL = 'swarm-up.host-key';
/** Of a machine whose sshd is not reached at port 22. */
const PORT_LABEL = 'swarm-up.ssh-port';
/** Who logs in, if somebody else says that. */
const USER_LABEL = 'swarm-up.ssh-user';


/***/ }),

/***/ 45843:
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

/***/ 93135:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $r: () => (/* binding */ targetOf),
/* harmony export */   U3: () => (/* binding */ authorizedKeys),
/* harmony export */   bj: () => (/* binding */ wayTo),
/* harmony export */   hB: () => (/* binding */ readEntry),
/* harmony export */   wC: () => (/* binding */ withoutKey)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(18949);
/* harmony import */ var _ssh_keys_generate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(56463);
/* harmony import */ var _ssh_keys_private_key_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(16315);
/* harmony import */ var _cloud_read_given_keys_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(38318);
/* harmony import */ var _cloud_refuse_ipv6_only_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(76478);
/* harmony import */ var _machine_labels_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(18424);







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

/***/ 29793:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ overlayPools)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(49591);

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

/***/ 58281:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ setUp)
/* harmony export */ });
/* unused harmony export HAS_CLOUD_INIT */
/* harmony import */ var _cloud_wait_for_cloud_init_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37741);

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


/***/ })

};
;