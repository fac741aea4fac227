"use strict";
exports.id = 305;
exports.ids = [305];
exports.modules = {

/***/ 41305:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  sshDriver: () => (/* binding */ sshDriver),
  sshDriverOf: () => (/* binding */ sshDriverOf)
});

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(18949);
// EXTERNAL MODULE: ./lib/ssh/keys/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(39904);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(16315);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(43610);
;// CONCATENATED MODULE: ./lib/machines/ssh/host-list.js


const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
/**
 * Names of a directory, too: `deploy@corp.example`, `CORP\\deploy`, `corp+deploy`, `j.o'neill` is
 * none.
 */
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+\\-]*\$?$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i;
/** As many as `nodes` may be. */
const MOST_HOSTS = 1_000;
/** Keys of a line that are no labels. */
const OPTIONS = ['name', 'advertise-addr', 'data-path-addr'];
/**
 * Reads `[user@]host[:port] [manager|worker] [key=value …]` lines; blank lines and `#` comments are
 * left out. Where no line has a role, the first host is the manager and the others are workers;
 * where one has, those without are workers. Gives every problem of every line, and never throws.
 */
function parseHosts(text) {
    const problems = [];
    const drafts = [];
    for (const [at, whole] of text.split(/\r?\n/).entries()) {
        const words = whole.replace(/(?:^|\s)#.*$/, '').trim();
        if (words === '')
            continue;
        const parsed = parseLine(at + 1, words.split(/\s+/));
        if (typeof parsed === 'string')
            problems.push({ line: at + 1, reason: parsed });
        else
            drafts.push(parsed);
    }
    const surplus = drafts[MOST_HOSTS];
    if (surplus) {
        const reason = `the input has ${drafts.length} hosts. At most ${MOST_HOSTS} are taken; make several swarms of more.`;
        problems.push({ line: surplus.line, reason });
    }
    if (problems.length > 0)
        return { problems };
    const hosts = withRoles(drafts);
    const wrong = [...noManager(hosts), ...duplicates(hosts)];
    return wrong.length > 0 ? { problems: wrong } : { hosts };
}
function parseLine(line, [target = '', ...rest]) {
    const place = parseTarget(target);
    if (typeof place === 'string')
        return place;
    const options = new Map();
    const labels = {};
    let role;
    for (const word of rest) {
        const equals = word.indexOf('=');
        if (equals < 0) {
            if (word !== 'manager' && word !== 'worker') {
                return `\`${word}\` is neither a role nor a label. Write \`manager\`, \`worker\` or \`key=value\`.`;
            }
            if (role !== undefined)
                return `has two roles, \`${role}\` and \`${word}\`. Keep one.`;
            role = word;
            continue;
        }
        const key = word.slice(0, equals);
        const value = word.slice(equals + 1);
        if (!LABEL.test(key)) {
            return `\`${key}\` cannot be the key of a node label: letters, digits, \`.\`, \`_\`, \`/\`, \`-\`, not at its ends.`;
        }
        if ((0,ownership/* isReserved */.Bs)(key)) {
            return `\`${key}\` is a label that Swarm Up gives itself: it says whose a node is. Choose a key that does not begin with \`swarm-up.\`.`;
        }
        if (Object.hasOwn(labels, key) || options.has(key))
            return `\`${key}\` is given twice. Keep one.`;
        if (OPTIONS.some((option) => option === key))
            options.set(key, value);
        else
            labels[key] = value;
    }
    for (const [key, value] of options) {
        if (value === '')
            return `\`${key}=\` has no value. Give one, or leave it out.`;
    }
    return {
        line,
        ...place,
        role,
        name: options.get('name'),
        advertiseAddr: options.get('advertise-addr'),
        dataPathAddr: options.get('data-path-addr'),
        labels,
    };
}
/**
 * Reads `[user@]host[:port]`, also as the address `ssh://…` of it, and with the dot at the end that
 * some write behind a whole name. The host is what stands behind the last `@`. A text is the reason
 * why it is none.
 */
function parseTarget(given) {
    const target = given.replace(/^ssh:\/\/([^/]*)\/?$/i, '$1');
    if (/^[a-z]+:\/\//i.test(target)) {
        return `\`${target}\` is an address of something else than SSH. Write \`user@host:port\`.`;
    }
    const at = target.lastIndexOf('@');
    const user = at < 0 ? undefined : target.slice(0, at);
    if (user !== undefined && !USER.test(user)) {
        return `\`${user}\` before the \`@\` is not the name of a user.`;
    }
    const place = target.slice(at + 1).replace(/(?<=[a-z0-9])\.(?=:\d+$|$)/i, '');
    const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(place);
    const plain = /^([^:]*)(?::(.*))?$/.exec(place);
    const [, host = '', portText] = bracketed ?? ((0,external_node_net_.isIPv6)(place) ? [place, place] : (plain ?? []));
    if (bracketed ? !(0,external_node_net_.isIPv6)(host) : !(0,external_node_net_.isIPv6)(host) && !HOST_NAME.test(host)) {
        return `\`${place}\` is not a host. Write a name or an address, an IPv6 address with a port in brackets: \`[2001:db8::4]:2222\`.`;
    }
    if (portText === undefined)
        return { user, host: host.toLowerCase(), port: undefined };
    const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
    if (port < 1 || port > 65_535)
        return `\`${portText}\` is not a port: 1 to 65535.`;
    return { user, host: host.toLowerCase(), port };
}
function withRoles(drafts) {
    const none = drafts.every(({ role }) => role === undefined);
    return drafts.map((draft, at) => ({
        ...draft,
        role: draft.role ?? (none && at === 0 ? 'manager' : 'worker'),
    }));
}
const NO_HOST = 'no host is named. Write one per line, the first of them a manager, for example `deploy@swarm-1.example.com manager`.';
function noManager(hosts) {
    const first = hosts[0];
    if (!first)
        return [{ line: undefined, reason: NO_HOST }];
    if (hosts.some(({ role }) => role === 'manager'))
        return [];
    return [{ line: first.line, reason: 'no line is a `manager`. A swarm needs one.' }];
}
function duplicates(hosts) {
    const seen = new Map();
    const problems = [];
    const claim = (key, what, line) => {
        const before = seen.get(key);
        if (before === undefined)
            seen.set(key, line);
        else
            problems.push({ line, reason: `${what} stands in line ${before} already.` });
    };
    for (const { line, host, port, name, advertiseAddr } of hosts) {
        claim(`host ${host} ${port ?? ''}`, `\`${host}\``, line);
        if (name !== undefined)
            claim(`name ${name}`, `the name \`${name}\``, line);
        // An interface has the same name everywhere; an address is one machine's.
        if (advertiseAddr !== undefined && /[.:]/.test(advertiseAddr)) {
            claim(`address ${advertiseAddr}`, `the address \`${advertiseAddr}\``, line);
        }
    }
    return problems;
}

;// CONCATENATED MODULE: ./lib/machines/ssh/inputs.js




/**
 * Reads the inputs of the driver `ssh`. Every problem goes to `problem`; what is returned is of use
 * only where there was none. `warn` is given what a host key that is accepted on first use was.
 */
function readConnection(inputs, problem, warn) {
    const parsed = parseHosts(inputs.hosts);
    if ('problems' in parsed) {
        for (const { line, reason } of parsed.problems) {
            problem('hosts', line === undefined ? '' : `line ${line}`, reason);
        }
    }
    const port = /^\d{1,5}$/.test(inputs.port) ? Number(inputs.port) : 0;
    if (port < 1 || port > 65_535)
        problem('ssh-port', inputs.port, 'not a port: 1 to 65535.');
    const credentials = readCredentials(inputs, problem);
    const hostKeys = readHostKeys(inputs, problem, warn);
    const user = inputs.user;
    return {
        hosts: 'hosts' in parsed ? parsed.hosts : [],
        user,
        port,
        credentials,
        hostKeys,
        jump: readJump(inputs, { user, credentials, hostKeys }, problem),
        unlockKey: readUnlockKey(inputs, problem),
    };
}
function readUnlockKey({ unlockKey }, problem) {
    const key = unlockKey.trim();
    if (key === '')
        return undefined;
    if (/^SWMKEY-\d+-\S+$/.test(key))
        return key;
    problem('unlock-key', '***', 'not the key of a swarm, which begins with `SWMKEY-1-`. A manager shows it by: docker swarm unlock-key');
    return undefined;
}
function readCredentials(inputs, problem) {
    const { privateKey, passphrase, password, agent } = inputs;
    if (privateKey.trim() === '' && password === '' && agent === undefined) {
        problem('ssh-private-key', '', 'nothing to log in with. Give a private key (a secret), run an SSH agent before this step, or give `ssh-password`.');
    }
    return {
        privateKeys: privateKey.trim() === '' ? [] : keysOf(privateKey, passphrase, problem),
        agent,
        password: password === '' ? undefined : password,
    };
}
function keysOf(text, passphrase, problem) {
    try {
        return (0,private_key/* readPrivateKeys */.C)(text, passphrase === '' ? undefined : passphrase);
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ))
            throw error;
        problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
        return [];
    }
}
function readHostKeys({ knownHosts, hostKeyChecking }, problem, warn) {
    const known = (0,known_hosts/* parseKnownHosts */.uJ)(knownHosts);
    for (const { line, reason } of known.problems) {
        problem('ssh-known-hosts', `line ${line}`, reason);
    }
    if (hostKeyChecking !== 'strict' && hostKeyChecking !== 'accept-new') {
        problem('ssh-host-key-checking', hostKeyChecking, 'not known. Known: strict, accept-new.');
    }
    return {
        kind: 'known-hosts',
        knownHosts: known,
        unknown: hostKeyChecking === 'accept-new'
            ? { mode: 'accept-new', onAccepted: warn }
            : { mode: 'refuse' },
    };
}
function readJump(inputs, own, problem) {
    return inputs.jump
        .split(/[\n,]/)
        .map((text) => text.trim())
        .filter(Boolean)
        .flatMap((text) => {
        const place = parseTarget(text);
        if (typeof place === 'string') {
            problem('ssh-jump', text, place);
            return [];
        }
        const { host, user = own.user, port = 22 } = place;
        return [{ name: host, host, port, ...own, user }];
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(13798);
// EXTERNAL MODULE: ./lib/engine/install.js
var install = __webpack_require__(71736);
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
    makesMachines: false,
    onRunner: false,
    options: sshOptions,
    read: (source) => {
        const connection = readSource(source);
        return {
            roles: connection.hosts.map(({ role }) => role),
            create: (options) => sshDriverOf(connection, options),
        };
    },
};
function readSource({ read, variables, problem, warn }) {
    return readConnection({
        hosts: read('hosts'),
        privateKey: read('ssh-private-key'),
        passphrase: read('ssh-passphrase'),
        password: read('ssh-password'),
        user: read('ssh-user').trim(),
        port: read('ssh-port').trim(),
        knownHosts: read('ssh-known-hosts'),
        hostKeyChecking: read('ssh-host-key-checking').trim(),
        jump: read('ssh-jump'),
        unlockKey: read('unlock-key'),
        agent: variables.SSH_AUTH_SOCK || undefined,
    }, problem, warn);
}
/** The hosts of a connection as a driver. */
function sshDriverOf(connection, options) {
    return {
        name: 'ssh',
        makesMachines: false,
        addressPools: options['default-addr-pool'],
        adoption: {
            installEngine: options['install-engine'] ?? false,
            allowUnreachable: options['allow-unreachable'] ?? false,
            removeUnlisted: options['remove-unlisted'] ?? false,
            unlockKey: connection.unlockKey,
        },
        roles: connection.hosts.map(({ role }) => role),
        list: async (id) => connection.hosts.map((host, at) => machineOf(host, at + 1, id, options)),
        target: async (machine) => targetOf(machine, connection),
        commandOn: (machine) => loginTo(targetOf(machine, connection)),
    };
}
function machineOf(host, index, { cluster }, options) {
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


/***/ }),

/***/ 56463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ generateKeyPair),
/* harmony export */   d: () => (/* binding */ ed25519KeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
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

/***/ 16315:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readPrivateKeys)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(85472);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(ssh2__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(18949);
/* harmony import */ var _generate_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(56463);
/* harmony import */ var _private_key_text_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(44395);
/* harmony import */ var _public_key_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8091);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(71565);







const WHOLE = 'Give the whole text of the private key file, from its -----BEGIN line to its -----END line.';
const NEW_KEY = 'Make a new one: ssh-keygen -t ed25519 -f deploy_key';
const MISTAKES = {
    nothing: {
        reason: 'it is empty',
        hint: 'Check the name of the secret, and that this workflow may read it. Runs for forks and for Dependabot get none.',
    },
    'public key': {
        reason: 'it is a public key',
        hint: `Its private half is in the file of the same name without \`.pub\`. ${WHOLE}`,
    },
    certificate: { reason: 'it is a certificate, and no private key', hint: WHOLE },
    'PuTTY key': {
        reason: "it is in PuTTY's own format (.ppk)",
        hint: 'Convert it: puttygen key.ppk -O private-openssh -o key',
    },
    path: { reason: 'it is the path of a file', hint: WHOLE },
    masked: {
        reason: 'it has been copied from a log, where *** stands for what is secret',
        hint: WHOLE,
    },
    encoded: {
        reason: 'its line ends were written as something else (%0A, <br>) by what it came through',
        hint: `Set the secret from the file itself: gh secret set SSH_KEY < deploy_key. ${WHOLE}`,
    },
    'no end': { reason: 'it breaks off: its END line is missing', hint: WHOLE },
    'no beginning': { reason: 'its beginning is missing', hint: WHOLE },
    'no key': { reason: 'it has no -----BEGIN line', hint: WHOLE },
};
const CERTIFIED = {
    reason: 'a user certificate stands beside it, and those are not supported',
    hint: 'Give the private key alone, and put its plain public key into authorized_keys on the host.',
};
const ENCRYPTED = {
    reason: 'it is encrypted, and there is no passphrase',
    hint: 'Give the passphrase in `ssh-passphrase`.',
};
const WRONG_PASSPHRASE = {
    reason: 'the passphrase is not the right one',
    hint: 'Check `ssh-passphrase`; a line end or a space at its end counts.',
};
const DAMAGED = { reason: 'it is damaged or not whole', hint: WHOLE };
const DSA = {
    reason: 'it is a DSA key, which OpenSSH takes no longer',
    hint: NEW_KEY,
};
/**
 * Reads one or several private keys: OpenSSH, PEM (PKCS#1, SEC1) or PKCS#8; ed25519, ECDSA or RSA.
 * The passphrase opens all that are encrypted. What a form or a variable did to the text is
 * repaired (see `findArmour`). Throws `ActionError` that says which key is what instead, and never
 * contains anything of the key or the passphrase.
 */
function readPrivateKeys(text, passphrase) {
    const found = (0,_private_key_text_js__WEBPACK_IMPORTED_MODULE_5__/* .findArmour */ .g)(text);
    if (typeof found === 'string')
        throw refused(MISTAKES[found]);
    if (/-cert-v01@openssh\.com AAAA/.test(text))
        throw refused(CERTIFIED);
    return found.map((armour, at) => {
        const key = readOne(armour, passphrase || undefined);
        if ('reason' in key)
            throw refused(key, found.length > 1 ? at + 1 : undefined);
        return key;
    });
}
function refused({ reason, hint }, number) {
    const which = number === undefined ? '' : ` number ${number}`;
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`The SSH private key${which} cannot be used: ${reason}`, { hint });
}
function readOne({ label, text }, passphrase) {
    switch (label) {
        case 'OPENSSH PRIVATE KEY':
            return readOpenSsh(text, passphrase);
        case 'RSA PRIVATE KEY':
        case 'EC PRIVATE KEY':
        case 'PRIVATE KEY':
        case 'ENCRYPTED PRIVATE KEY':
            return readPem(label, text, passphrase);
        case 'DSA PRIVATE KEY':
            return DSA;
        default:
            return otherBlock(label);
    }
}
function otherBlock(label) {
    if (label.startsWith('PGP'))
        return { reason: 'it is an OpenPGP key', hint: WHOLE };
    if (label.includes('PUBLIC KEY'))
        return MISTAKES['public key'];
    if (label.includes('CERTIFICATE'))
        return MISTAKES.certificate;
    return {
        reason: 'its format is not known',
        hint: `OpenSSH, PEM and PKCS#8 are read. ${NEW_KEY}`,
    };
}
function readOpenSsh(text, passphrase) {
    const envelope = readEnvelope(text);
    if (!envelope)
        return DAMAGED;
    const { cipher, type } = envelope;
    if (type === 'ssh-dss')
        return DSA;
    if (type.startsWith('sk-')) {
        return {
            reason: 'it is the handle of a security key, which must be plugged in to sign',
            hint: NEW_KEY,
        };
    }
    if (cipher !== 'none' && passphrase === undefined)
        return ENCRYPTED;
    const opened = attempt(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)(privatePem(text, passphrase)));
    if (opened instanceof Error)
        return cipher === 'none' ? DAMAGED : notOpened(opened, cipher);
    const read = usable(opened, cipher !== 'none');
    // Two wrong halves could still make a key, though not the one that was meant.
    return read?.blob.equals(envelope.blob) ? read : DAMAGED;
}
/** Throws what ssh2 gives as an error. */
function privatePem(text, passphrase) {
    const parsed = ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(text, passphrase);
    const [key] = Array.isArray(parsed) ? parsed : [parsed];
    if (!key || !('isPrivateKey' in key))
        throw key ?? new Error('There is no key inside.');
    return key.getPrivatePEM();
}
/**
 * ssh2 has no error codes, and some of its messages quote the key: they are looked at and never
 * passed on.
 */
function notOpened(error, cipher) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unsupported cipher')) {
        return {
            reason: `it is encrypted with ${/^[a-z0-9@.-]{1,60}$/.test(cipher) ? cipher : 'a cipher'}, which is not supported`,
            hint: 'Encrypt it anew: ssh-keygen -p -Z aes256-ctr -f key',
        };
    }
    return message.startsWith('Malformed') ? DAMAGED : WRONG_PASSPHRASE;
}
/** What of an OpenSSH key is not encrypted: PROTOCOL.key of the OpenSSH sources. */
function readEnvelope(text) {
    const bytes = Buffer.from(text.replace(/^-----.*$/gm, ''), 'base64');
    const magic = 'openssh-key-v1\0';
    if (bytes.subarray(0, magic.length).toString('latin1') !== magic)
        return undefined;
    let at = magic.length;
    const next = () => {
        const string = (0,_wire_js__WEBPACK_IMPORTED_MODULE_6__/* .stringAt */ .bX)(bytes, at);
        at += 4 + (string?.length ?? 0);
        return string;
    };
    const [cipher, kdf, options] = [next(), next(), next()];
    at += 4;
    const blob = next();
    if (!cipher || !kdf || !options || !blob || !next())
        return undefined;
    return {
        cipher: cipher.toString('latin1'),
        type: (0,_public_key_js__WEBPACK_IMPORTED_MODULE_4__/* .blobType */ .a1)(blob),
        blob,
    };
}
function readPem(label, text, passphrase) {
    const encrypted = label.startsWith('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
    if (encrypted && passphrase === undefined)
        return ENCRYPTED;
    const key = attempt(() => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createPrivateKey)({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }));
    if (key instanceof Error)
        return encrypted ? WRONG_PASSPHRASE : DAMAGED;
    if (key.asymmetricKeyType === 'dsa')
        return DSA;
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    if (asText(key) === undefined) {
        const type = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
        return { reason: `SSH has no keys of type ${type}`, hint: NEW_KEY };
    }
    return usable(key, encrypted) ?? DAMAGED;
}
/**
 * PKCS#8 would do for all, but ssh2 1.17 reads none, and OpenSSH reads ed25519 of it only from 9.6
 * on.
 */
function asText(key) {
    switch (key.asymmetricKeyType) {
        case 'ed25519':
            return (0,_generate_js__WEBPACK_IMPORTED_MODULE_3__/* .ed25519KeyPair */ .d)(key, '').privateKey;
        case 'rsa':
            return key.export({ type: 'pkcs1', format: 'pem' }).toString();
        case 'ec':
            return /^(prime256v1|secp384r1|secp521r1)$/.test(key.asymmetricKeyDetails?.namedCurve ?? '')
                ? key.export({ type: 'sec1', format: 'pem' }).toString()
                : undefined;
        default:
            return undefined;
    }
}
/** The key, if SSH has its type, and it can sign, and its halves belong together. */
function usable(key, isEncrypted) {
    const text = asText(key);
    const parsed = text === undefined ? undefined : attempt(() => ssh2__WEBPACK_IMPORTED_MODULE_1___default().utils.parseKey(text));
    if (!parsed || parsed instanceof Error || text === undefined)
        return undefined;
    const data = Buffer.from('swarm-up');
    // RSA would sign with SHA-1 by itself, which some systems forbid.
    const hash = parsed.type === 'ssh-rsa' ? 'sha256' : undefined;
    const verified = attempt(() => {
        const signature = parsed.sign(data, hash);
        return signature instanceof Error ? signature : parsed.verify(data, signature, hash);
    });
    if (verified !== true)
        return undefined;
    const blob = parsed.getPublicSSH();
    return { type: parsed.type, fingerprint: (0,_public_key_js__WEBPACK_IMPORTED_MODULE_4__/* .fingerprint */ .Rj)(blob), blob, isEncrypted, text };
}
function attempt(run) {
    try {
        return run();
    }
    catch (error) {
        return error instanceof Error ? error : new Error('unknown');
    }
}


/***/ })

};
;