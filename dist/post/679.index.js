"use strict";
exports.id = 679;
exports.ids = [679];
exports.modules = {

/***/ 2645:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   rO: () => (/* binding */ COMPATIBILITIES)
/* harmony export */ });
/* unused harmony exports ComposeError, groupFindings, collectFindings */
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/**
 * What becomes of warnings, which tell of what can be left out without changing what the file means
 * or how safe it is: `strict` makes an error of each.
 */
const COMPATIBILITIES = ['warn', 'strict'];
/**
 * A compose file that cannot be deployed. Every problem of it is in `findings`, so that each can be
 * shown at its line.
 */
class ComposeError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    findings;
    constructor(message, findings, hint) {
        super(message, {
            details: findings.map(describeFinding).join('\n'),
            ...(hint === undefined ? {} : { hint }),
        });
        this.findings = findings;
    }
}
/** `compose.yaml:12: message`, for logs. */
function describeFinding(finding) {
    const { location, message } = finding;
    return location ? `${location.file}:${location.line}: ${message}` : message;
}
/** How many services are named that have one and the same finding. */
const NAMED = 3;
/**
 * Findings of several services that have one cause, a line that they share (an anchor, an extended
 * service), as one that names them. The others stay as they are, in their order.
 */
function groupFindings(findings) {
    const groups = Map.groupBy(findings, (finding) => {
        const of = serviceOf(finding);
        return of && finding.location
            ? `${finding.level} ${finding.location.file}:${finding.location.line} ${of.rest}`
            : finding;
    });
    return [...groups.values()].flatMap((group) => {
        const [first] = group;
        const names = [...new Set(group.flatMap((one) => serviceOf(one)?.name ?? []))];
        const rest = first && serviceOf(first)?.rest;
        if (!first || rest === undefined || names.length < 2)
            return first ?? [];
        const more = names.length - NAMED;
        const shown = names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
        return { ...first, message: `services ${shown}: ${rest}` };
    });
}
function serviceOf({ message }) {
    const [, name, rest] = /^service (\S+): (.*)$/s.exec(message) ?? [];
    return name === undefined || rest === undefined ? undefined : { name, rest };
}
/**
 * Collects findings in the order they are made; `all` gives those of one cause as one. What is said
 * of a value at or above one of the paths that are `told` already is left out.
 */
function collectFindings(locate, told = []) {
    const findings = [];
    const isTold = (path) => path.length > 2 && told.some((one) => path.every((key, at) => one[at] === key));
    const add = (level) => (path, message) => {
        if (isTold(path))
            return;
        findings.push({ level, message, location: locate(path) });
    };
    return { warn: add('warning'), refuse: add('error'), all: () => groupFindings(findings) };
}


/***/ }),

/***/ 6679:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  parseInputs: () => (/* binding */ parseInputs)
});

// UNUSED EXPORTS: parseCommand, parseConnection, parseDriver, parseStackName

// EXTERNAL MODULE: ./lib/compose/findings.js
var findings = __webpack_require__(2645);
// EXTERNAL MODULE: ./lib/machines/drivers.js + 52 modules
var machines_drivers = __webpack_require__(9310);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/ssh/keys/known-hosts.js + 1 modules
var known_hosts = __webpack_require__(9904);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/ssh2/lib/index.js
var lib = __webpack_require__(5472);
var lib_default = /*#__PURE__*/__webpack_require__.n(lib);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key-text.js
var private_key_text = __webpack_require__(4395);
// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
// EXTERNAL MODULE: ./lib/ssh/keys/wire.js
var wire = __webpack_require__(1565);
;// CONCATENATED MODULE: ./lib/ssh/keys/private-key.js







const WHOLE = 'Give the whole text of the private key file, from its -----BEGIN line to its -----END line.';
const NEW_KEY = 'Make a new one: ssh-keygen -t ed25519 -f deploy_key';
const MISTAKES = {
    nothing: {
        reason: 'it is empty',
        hint: 'Check the name of the secret, and that this workflow may read it: runs for forks and for Dependabot get none.',
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
    const found = (0,private_key_text/* findArmour */.g)(text);
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
    return new errors/* ActionError */.lZ(`The SSH private key${which} cannot be used: ${reason}`, { hint });
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
    const opened = attempt(() => (0,external_node_crypto_.createPrivateKey)(privatePem(text, passphrase)));
    if (opened instanceof Error)
        return cipher === 'none' ? DAMAGED : notOpened(opened, cipher);
    const read = usable(opened, cipher !== 'none');
    // Two wrong halves could still make a key, though not the one that was meant.
    return read?.blob.equals(envelope.blob) ? read : DAMAGED;
}
/** Throws what ssh2 gives as an error. */
function privatePem(text, passphrase) {
    const parsed = lib_default().utils.parseKey(text, passphrase);
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
        const string = (0,wire/* stringAt */.bX)(bytes, at);
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
        type: (0,public_key/* blobType */.a1)(blob),
        blob,
    };
}
function readPem(label, text, passphrase) {
    const encrypted = label.startsWith('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
    if (encrypted && passphrase === undefined)
        return ENCRYPTED;
    const key = attempt(() => (0,external_node_crypto_.createPrivateKey)({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }));
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
            return (0,generate/* ed25519KeyPair */.d)(key, '').privateKey;
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
    const parsed = text === undefined ? undefined : attempt(() => lib_default().utils.parseKey(text));
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
    return { type: parsed.type, fingerprint: (0,public_key/* fingerprint */.Rj)(blob), blob, isEncrypted, text };
}
function attempt(run) {
    try {
        return run();
    }
    catch (error) {
        return error instanceof Error ? error : new Error('unknown');
    }
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(1229);
;// CONCATENATED MODULE: ./lib/machines/ssh/host-list.js


const HOST_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;
/**
 * Names of a directory, too: `deploy@corp.example`, `CORP\\deploy`, `corp+deploy`, `j.o'neill` is
 * none.
 */
const USER = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+\\-]*\$?$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?$/i;
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
        return readPrivateKeys(text, passphrase === '' ? undefined : passphrase);
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

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
;// CONCATENATED MODULE: ./lib/verify/target.js

/**
 * A line of `verify` that is not understood. Has neither the value of a header nor a password: both
 * may be secret.
 */
class VerifyFault {
    /** With which the line begins. */
    address;
    /** A sentence or more. */
    why;
    constructor(address, why) {
        this.address = address.replace(/\/\/[^/]*@/, '//…@');
        this.why = why;
    }
}
const EXAMPLES = 'Write for example `8080/health`, `8080/admin 401` for another status than 2xx and 3xx, or `https://shop.example.com:443/health`.';
/**
 * Reads a line of `verify`: an address, then what is asked of the answer, for example
 * `https://shop.example.com:8443/health 200 insecure header="X-Tenant: a" contains="ok"`.
 */
function parseVerify(line) {
    const [, address = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? [];
    const target = parseAddress(address);
    const read = typeof target === 'string' ? target : withOptions(target, rest);
    return typeof read === 'string' ? new VerifyFault(address, read) : read;
}
/** How a target is called in messages. */
function describeTarget({ port, path, name, tls }) {
    return name === undefined
        ? `${port}${path}`
        : `${tls ? 'https' : 'http'}://${name}:${port}${path}`;
}
/** What is wrong with the address, or what it is. */
function parseAddress(address) {
    const match = /^(\d{1,5})(\/\S*)?$/.exec(address);
    if (match) {
        const port = Number(match[1]);
        if (port >= 1 && port <= 65_535)
            return { port, path: match[2] ?? '/', status: undefined };
    }
    if (!/^https?:\/\//i.test(address)) {
        return `not a port with a path. ${EXAMPLES}`;
    }
    const url = URL.parse(address);
    if (!url || url.port === '0') {
        return `not an address. ${EXAMPLES}`;
    }
    if (url.username || url.password) {
        return 'an address with a user. Write `header="Authorization: Basic …"` behind it instead.';
    }
    const tls = url.protocol === 'https:' ? { insecure: false } : undefined;
    return {
        port: Number(url.port || (tls ? 443 : 80)),
        path: url.pathname + url.search,
        status: undefined,
        name: url.hostname,
        ...(tls && { tls }),
    };
}
const OPTION = /^\s+([^\s="']+)(?:=("[^"]*"|'[^']*'|[^\s"']\S*))?(?=\s|$)/;
function withOptions(target, options) {
    const found = { ...target };
    for (let rest = options.trimEnd(); rest !== '';) {
        const [all = '', word = '', quoted] = OPTION.exec(rest) ?? [];
        if (all === '') {
            return 'what stands behind the address is not understood. A value with blanks has quotes: `header="X-Tenant: a"`, `contains="all is well"`.';
        }
        const fault = take(found, word, quoted?.replace(/^(["'])(.*)\1$/s, '$2'));
        if (fault !== undefined)
            return fault;
        rest = rest.slice(all.length);
    }
    return found;
}
/** Takes one option into the target; a sentence on what is wrong with it, if something is. */
function take(target, word, value) {
    if (value === undefined && /^[1-5]\d\d$/.test(word)) {
        if (target.status !== undefined)
            return 'two statuses. Write one of them.';
        target.status = Number(word);
        return undefined;
    }
    if (value === undefined && word === 'insecure') {
        if (!target.tls)
            return '`insecure` is about certificates: it goes with `https://`.';
        target.tls = { insecure: true };
        return undefined;
    }
    if (word === 'header' && value !== undefined)
        return takeHeader(target, value);
    if (word === 'contains' && value) {
        if (target.contains !== undefined)
            return '`contains` twice. Write one of them.';
        target.contains = value;
        return undefined;
    }
    return `\`${word}\` is not understood behind an address. There are a status, \`insecure\`, \`header="Name: value"\` and \`contains="text"\`.`;
}
/** They are the business of the connection, or said by the address. */
const NOT_GIVEN = ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect'];
function takeHeader(target, text) {
    const at = text.indexOf(':');
    const name = text.slice(0, Math.max(at, 0)).trim();
    const value = text.slice(at + 1).trim();
    try {
        (0,external_node_http_.validateHeaderName)(name);
        (0,external_node_http_.validateHeaderValue)(name, value);
    }
    catch {
        return 'a header in it is none. Write `header="Name: value"`.';
    }
    if (name.toLowerCase() === 'host') {
        return 'the name of the host belongs into the address: `http://NAME:PORT/PATH` or `https://NAME:PORT/PATH`.';
    }
    if (NOT_GIVEN.includes(name.toLowerCase()))
        return `the header ${name} cannot be given.`;
    target.headers = { ...target.headers, [name]: value };
    return undefined;
}

// EXTERNAL MODULE: ./lib/inputs/problem.js
var inputs_problem = __webpack_require__(7895);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(1916);
;// CONCATENATED MODULE: ./lib/base/nearest.js

/**
 * The known word that was most likely meant; undefined where none is near enough to be a slip of
 * the fingers.
 */
function nearest(word, known) {
    const ranked = known
        .map((one) => ({ one, far: (0,mod/* distance */.Io)(word.toLowerCase(), one.toLowerCase()) }))
        .sort((a, b) => a.far - b.far);
    const best = ranked[0];
    return best && best.far <= Math.max(1, Math.floor(best.one.length / 3)) ? best.one : undefined;
}

;// CONCATENATED MODULE: ./lib/inputs/values.js



/** Items of a multi-line input: one per line, blank lines and `#` comments left out. */
function lines(text) {
    return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
}
/** The known words for a message, the nearest one first. */
function known(word, words) {
    const meant = nearest(word, words);
    return `${meant ? `Did you mean \`${meant}\`? ` : ''}Known: ${words.join(', ')}.`;
}
/** One of the words that there are. */
function parseChoice(text, choices) {
    return choices.find((one) => one === text) ?? new inputs_problem/* Problem */.A(`not known. ${known(text, choices)}`);
}
/** A whole number from `least` to `most`; `what` is counted. */
function parseCount(text, least, most, what) {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most)
        return count;
    const range = `from ${least} to ${most}`;
    return new inputs_problem/* Problem */.A(Number.isNaN(count)
        ? `not a number of ${what}. Give a whole number ${range}, for example \`3\`.`
        : `must be a number of ${what} ${range}.`);
}
/** `true` or `false`, as YAML writes them. */
function parseBoolean(text) {
    // As actions/core has it: YAML 1.2 core schema.
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    if (['false', 'False', 'FALSE'].includes(text))
        return false;
    return new inputs_problem/* Problem */.A('neither true nor false. Write `true` or `false`.');
}
/** A duration, in ms. */
function parseLimit(text) {
    return ((0,duration/* parseDuration */.E9)(text) ??
        new inputs_problem/* Problem */.A('not a duration. Write a number with its unit: `300s`, `10m`, `1h`, `1h30m`.'));
}
/** A duration above 0, in ms; `undefined` where none is given. */
function parseTtl(text) {
    if (text === '')
        return undefined;
    const ttlMs = (0,duration/* parseDuration */.E9)(text);
    if (ttlMs)
        return ttlMs;
    return new inputs_problem/* Problem */.A('not a time to live. Write a number with its unit: `90m`, `24h`, `7d`.');
}
/** A span of time until now, in ms; `undefined` where none is given. */
function parseSince(text) {
    if (text === '')
        return undefined;
    const sinceMs = parseDuration(text);
    if (sinceMs)
        return sinceMs;
    return new Problem('not a span of time. Write a number with its unit: `90s`, `30m`, `24h`.');
}
/** IPv4 asks for the least (RFC 791); the most is what switches with jumbo frames carry. */
const MTU = { least: 576, most: 9216 };
/** Bytes of a packet; `undefined` where none is given. */
function parseMtu(text) {
    if (text === '')
        return undefined;
    const mtu = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (mtu >= MTU.least && mtu <= MTU.most)
        return mtu;
    return new inputs_problem/* Problem */.A(`not an MTU. Give the bytes of the largest packet that fits between the nodes, from ${MTU.least} to ${MTU.most}, for example \`1400\`.`);
}
/** What is added to published ports. */
function parsePortOffset(text) {
    if (text === '' || text === 'auto')
        return text === '' ? 0 : text;
    const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (offset < 65_535)
        return offset;
    return new inputs_problem/* Problem */.A('not an offset. Write `auto`, or what to add to each port, `0` to `65534`.');
}

;// CONCATENATED MODULE: ./lib/inputs/announcements.js


const LONGEST_ENVIRONMENT = 255;
/** Reads the inputs that say where a run is told of. */
function readAnnouncements(input) {
    return {
        comment: input('comment', parseBoolean),
        deployment: input('deployment', parseBoolean),
        environment: input('environment', parseEnvironment),
        token: input('github-token', (text) => text),
    };
}
function parseEnvironment(text) {
    if (text === '')
        return undefined;
    if (text.length <= LONGEST_ENVIRONMENT && /^[^\s'"`,;\\](?:[^\n\r\t'"`,;\\]*)$/.test(text)) {
        return text;
    }
    return new inputs_problem/* Problem */.A(`not a name for an environment: at most ${LONGEST_ENVIRONMENT} characters on one line, without quotes, \`,\`, \`;\` and \`\\\`.`);
}

// EXTERNAL MODULE: ./lib/inputs/cluster-name.js
var cluster_name = __webpack_require__(2124);
;// CONCATENATED MODULE: ./lib/inputs/contradictions.js
/**
 * A build runs in a container, but BuildKit gives it the network of the runner, and contexts, `ssh`
 * and `secrets` of it any file.
 */
const BUILD_OF_STRANGERS = 'not under `policy: restricted`. A build runs the code of whoever wrote the files, on the runner and with its network and files. Build in a workflow without secrets and hand the image over as a file (`images`), or write `policy: none` if only people whom you trust write these files.';
/** Tells of inputs that are right by themselves and cannot go together. */
function refuseContradictions(inputs, read, problem) {
    const { build, composeFiles, policy, wait, verify, onFailure } = inputs;
    const refuse = (name, why) => problem(name, read(name).trim(), why);
    if (build && policy)
        refuse('build', BUILD_OF_STRANGERS);
    if (build && !composeFiles) {
        refuse('build', 'there is no compose file (`compose-file: "-"`) that says what to build.');
    }
    const unwaited = 'with `wait: false` nobody waits for that. Take one of the two out.';
    if (wait === false && verify && verify.length > 0) {
        refuse('verify', `asked once the stack has converged; ${unwaited}`);
    }
    if (wait === false && onFailure === 'rollback') {
        refuse('on-failure', `decided once the stack has failed; ${unwaited} Swarm itself rolls a service back where the file says so (\`update_config.failure_action: rollback\`).`);
    }
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/inputs/driver-options.js





/** A YAML map that the schema of the driver accepts. */
function parseDriverOptions(text, driver) {
    const document = (0,dist/* parseDocument */.Tp)(text === '' ? '{}' : text);
    const fault = document.errors[0];
    if (fault)
        return new inputs_problem/* Problem */.A(`not YAML: ${fault.message.split('\n')[0]}`);
    const value = document.toJS();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return new inputs_problem/* Problem */.A('not a map. Write one `key: value` per line, below `driver-options: |` and indented.');
    }
    const definition = driver && machines_drivers/* DRIVERS */.e0[driver];
    if (!definition)
        return value; // the driver is a problem of its own
    const result = definition.options.safeParse(value);
    if (result.success)
        return result.data;
    return new inputs_problem/* Problem */.A(result.error.issues.map((issue) => optionProblem(issue, definition)).join('; '));
}
function optionProblem(issue, definition) {
    if (issue.code === 'unrecognized_keys') {
        const options = definition.options instanceof schemas/* ZodObject */.bvH ? Object.keys(definition.options.shape) : [];
        return issue.keys
            .map((key) => `driver ${definition.name} has no option \`${key}\`. ${known(key, options)}`)
            .join('; ');
    }
    return `\`${issue.path.join('.')}\`: ${issue.message}`;
}

;// CONCATENATED MODULE: ./lib/inputs/inputs.js
const TEARDOWNS = ['auto', 'always', 'on-success', 'never'];
const RESOLVE_IMAGE = ['always', 'changed', 'never'];
const ON_FAILURE = ['keep', 'rollback'];
const COMMANDS = ['up', 'down', 'sweep', 'status', 'logs', 'rollback'];

;// CONCATENATED MODULE: ./lib/inputs/policy.js


const DEFAULTS = { maxServices: 25, maxTasks: 50 };
const LIMITS = {
    'max-services': 'maxServices',
    'max-tasks': 'maxTasks',
};
/**
 * Events that only somebody with write access starts, or that run the workflow of the stranger's
 * own branch without secrets, where a policy in it would be the stranger's to change
 * (docs.github.com, "Events that trigger workflows"). In every other event, one that is not known
 * here too, the repository's workflow runs with its secrets on what a stranger may have written.
 */
const OF_WRITERS = new Set([
    ...['push', 'create', 'delete', 'merge_group', 'release', 'registry_package', 'image_version'],
    ...['schedule', 'workflow_dispatch', 'repository_dispatch', 'page_build'],
    ...['branch_protection_rule', 'public', 'label', 'milestone'],
    ...['pull_request', 'pull_request_review', 'pull_request_review_comment'],
]);
/**
 * Events that carry what their sender gives them. With the number of a pull request they are about
 * its files.
 */
const DISPATCHES = ['workflow_dispatch', 'repository_dispatch'];
/**
 * `none`, or `restricted` with limits of one's own, as `restricted max-services=10`; nothing is
 * `restricted` in runs that may have secrets beside files of a stranger. `undefined` means: no
 * policy.
 */
function parsePolicy(text, run) {
    const [mode = '', ...limits] = text.split(/\s+/);
    if (mode === '')
        return isOfStranger(run) ? DEFAULTS : undefined;
    if (mode === 'none' && limits.length === 0)
        return undefined;
    if (mode !== 'restricted') {
        return new inputs_problem/* Problem */.A(`not known. ${known(mode, ['none', 'restricted'])}`);
    }
    const policy = { ...DEFAULTS };
    for (const limit of limits) {
        const [, name = '', count] = /^([^=]*)=(\d{1,5})$/.exec(limit) ?? [];
        const key = LIMITS[name];
        if (key === undefined || count === undefined) {
            return new inputs_problem/* Problem */.A(`\`${limit}\` is not a limit. Write for example \`restricted max-services=10 max-tasks=20\`.`);
        }
        policy[key] = Number(count);
    }
    return policy;
}
function isOfStranger({ GITHUB_EVENT_NAME: event, pullRequest }) {
    if (!event)
        return false;
    if (DISPATCHES.includes(event))
        return pullRequest !== undefined;
    return !OF_WRITERS.has(event);
}

;// CONCATENATED MODULE: ./lib/inputs/reader.js


/** Reads inputs and gathers what is wrong with them, so that all of it is said at once. */
function inputReader(read) {
    const problems = [];
    const problem = (name, shown, reason) => {
        problems.push(`${name}: ${JSON.stringify(shown)}: ${reason}`);
        return undefined;
    };
    return {
        problem,
        input: (name, parse) => {
            const text = read(name).trim();
            const value = parse(text);
            if (!(value instanceof inputs_problem/* Problem */.A))
                return value;
            problem(name, value.shown ?? text, value.reason);
            return undefined;
        },
        finish: () => {
            if (problems.length === 0)
                return;
            throw new errors/* ActionError */.lZ(problems.length === 1
                ? 'An input is not right.'
                : `${problems.length} inputs are not right.`, {
                details: problems.join('\n'),
                hint: 'Nothing has been created. Correct the `with:` of this step; every input is described in the README.',
            });
        },
    };
}

// EXTERNAL MODULE: ./lib/inputs/registries.js + 2 modules
var registries = __webpack_require__(4511);
;// CONCATENATED MODULE: ./lib/inputs/url.js

/** GitHub takes no longer one for a deployment. */
const LONGEST = 255;
const PLACEHOLDERS = /\{(stack|cluster)\}/g;
/** An address over HTTP; `undefined` where none is given. */
function parsePublicUrl(text) {
    if (text === '')
        return undefined;
    const filled = text.replace(PLACEHOLDERS, 'x');
    const url = /[\s{}<>"\\^`|]/.test(filled) ? null : URL.parse(filled);
    const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
    // A port alone, as in `localhost:8080`, is taken for a scheme.
    if (!isHttp || !/^https?:\/\/[^/]/i.test(filled)) {
        return new inputs_problem/* Problem */.A('not an address over HTTP. Write for example `https://pr-12.preview.example.com`, or `https://{stack}.preview.example.com`; `{stack}` and `{cluster}` stand for their names.');
    }
    if (url.username !== '' || url.password !== '') {
        return new inputs_problem/* Problem */.A('holds a login, and is shown to everybody. Leave it out.', `${url.protocol}//…@${url.host}`);
    }
    if (text.length > LONGEST)
        return new inputs_problem/* Problem */.A(`longer than ${LONGEST} characters. Shorten it.`);
    return { template: text };
}
/** The address of a stack of a cluster. */
function publicUrlOf({ template }, { stack, cluster }) {
    return template.replace(PLACEHOLDERS, (_, name) => (name === 'stack' ? stack : cluster));
}

;// CONCATENATED MODULE: ./lib/inputs/variables.js


/** `KEY=value` lines. A value may be secret, so a problem shows none. */
function parseEnv(text) {
    const env = {};
    for (const [at, line] of lines(text).entries()) {
        const end = line.indexOf('=');
        const key = line.slice(0, end);
        // Values may be secret, so no more than the name is shown, and nothing of what is not a name.
        if (end < 1) {
            return new inputs_problem/* Problem */.A("has no `=`. Write one `KEY=value` per line; variables of the step's `env:` are there without being listed.", `line ${at + 1}`);
        }
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
            return new inputs_problem/* Problem */.A('not the name of a variable. Begin with a letter or `_`; letters, digits and `_` may follow.', key);
        }
        env[key] = line.slice(end + 1);
    }
    return env;
}

;// CONCATENATED MODULE: ./lib/inputs/up.js
















const PLANNED_DRIVERS = ['hetzner', 'digitalocean', 'amazonec2'];
/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml
 * filled in. Throws one `ActionError` that lists the problems of all inputs, each with the value,
 * the reason and the remedy.
 */
function parseInputs(read, environment, warn = () => { }) {
    const { input, problem, finish } = inputReader(read);
    const driver = input('driver', parseDriver);
    const nodes = input('nodes', (text) => parseCount(text, 1, 50, 'machines'));
    const managers = input('managers', (text) => parseCount(text, 1, 50, 'managers'));
    if (nodes < managers) {
        problem('managers', String(managers), `more managers than nodes (${nodes}). Raise \`nodes\`, or lower \`managers\`.`);
    }
    const connection = driver === 'ssh' ? parseConnection(read, environment, problem, warn) : undefined;
    const roles = connection?.hosts.map(({ role }) => role) ??
        Array.from({ length: nodes }, (_, at) => (at < managers ? 'manager' : 'worker'));
    const inputs = {
        command: input('command', parseCommand),
        driver,
        driverOptions: input('driver-options', (text) => parseDriverOptions(text, driver)),
        cluster: input('cluster', (text) => (0,cluster_name/* parseCluster */.Oh)(text, environment, warn)),
        nodes: roles.length,
        roles,
        connection,
        workingDirectory: input('working-directory', (text) => text || undefined),
        composeFiles: input('compose-file', (text) => (text === '-' ? undefined : lines(text))),
        stackName: input('stack-name', parseStackName),
        stackPullRequest: driver === 'ssh' ? environment.pullRequest : undefined,
        env: input('env', parseEnv),
        profiles: input('profiles', lines),
        images: input('images', (text) => [...new Set(lines(text))]),
        build: input('build', parseBoolean),
        registryAuth: input('registry-auth', parseBoolean),
        registries: input('registries', registries/* parseRegistries */.X),
        resolveImage: input('resolve-image', (text) => parseChoice(text, RESOLVE_IMAGE)),
        compatibility: input('compatibility', (text) => parseChoice(text, findings/* COMPATIBILITIES */.rO)),
        policy: input('policy', (text) => parsePolicy(text, environment)),
        mtu: input('mtu', parseMtu),
        portOffset: input('port-offset', parsePortOffset),
        prune: input('prune', parseBoolean),
        dryRun: input('dry-run', parseBoolean),
        onFailure: input('on-failure', (text) => parseChoice(text, ON_FAILURE)),
        recreate: input('recreate', parseBoolean),
        keepVersions: input('keep-versions', (text) => parseCount(text, 0, 100, 'versions')),
        wait: input('wait', parseBoolean),
        waitTimeoutMs: input('wait-timeout', parseLimit),
        stableForMs: input('stable-for', parseLimit),
        lockTimeoutMs: input('lock-timeout', parseLimit),
        verify: input('verify', parseVerifyLines),
        teardown: input('teardown', (text) => parseChoice(text, TEARDOWNS)),
        removeVolumes: input('remove-volumes', parseBoolean),
        ttlMs: input('ttl', parseTtl),
        dockerHost: input('docker-host', parseBoolean),
        announcements: readAnnouncements(input),
        uploadDiagnostics: input('upload-diagnostics', parseBoolean),
        url: input('url', parsePublicUrl),
    };
    if (driver === 'ssh' && environment.isPullRequestUnnamed && inputs.composeFiles) {
        if (inputs.stackName === undefined)
            problem('stack-name', '', unnamedStack(environment));
    }
    refuseContradictions(inputs, read, problem);
    if (inputs.stableForMs > inputs.waitTimeoutMs) {
        const limit = read('wait-timeout');
        // What stands in action.yml has perhaps nobody written.
        if (read('stable-for') === STABLE_FOR) {
            problem('wait-timeout', limit, `shorter than \`stable-for\`, which is ${STABLE_FOR} where nothing else is given, so nothing could ever converge. Raise it, or give a lower \`stable-for\`.`);
        }
        else {
            problem('stable-for', read('stable-for'), `longer than \`wait-timeout\` (${limit}), so nothing could ever converge. Lower it, or raise \`wait-timeout\`.`);
        }
    }
    finish();
    return inputs;
}
/** The default of `stable-for` in action.yml. */
const STABLE_FOR = '5s';
/**
 * On hosts that others use too, the stack of a pull request that nobody names would be the one that
 * is named after the compose file.
 */
function unnamedStack({ GITHUB_EVENT_NAME: event = '' }) {
    return `the event \`${event}\` may be about a pull request and does not say which, so the name of its stack cannot be derived: it would be that of the compose file, which another deployment may have. Give \`stack-name\`, with the number of the pull request where it is about one, and \`cluster\`.`;
}
/** How the hosts of the driver `ssh` are reached. */
function parseConnection(read, { SSH_AUTH_SOCK }, problem, warn) {
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
        agent: SSH_AUTH_SOCK || undefined,
    }, problem, warn);
}
/** What to do. */
function parseCommand(text) {
    return parseChoice(text, COMMANDS);
}
/** The name of a driver that there is. */
function parseDriver(text) {
    const drivers = Object.keys(machines_drivers/* DRIVERS */.e0);
    if (PLANNED_DRIVERS.includes(text)) {
        return new inputs_problem/* Problem */.A(`not yet in this version. Use one of: ${drivers.join(', ')}.`);
    }
    return parseChoice(text, drivers);
}
/** The name of a stack; `undefined` where none is given. */
function parseStackName(text) {
    if (text === '')
        return undefined;
    if (/^[a-z0-9][a-z0-9_-]*$/.test(text) && text.length <= 63)
        return text;
    return new inputs_problem/* Problem */.A('not a name for a stack: lower-case letters, digits, `-` and `_`, beginning with a letter or digit.');
}
function parseVerifyLines(text) {
    if (text === '')
        return undefined;
    if (text === '-')
        return [];
    const targets = [];
    for (const line of lines(text)) {
        const target = parseVerify(line);
        if (target instanceof VerifyFault)
            return new inputs_problem/* Problem */.A(target.why, target.address);
        targets.push(target);
    }
    return targets;
}


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


/***/ })

};
;