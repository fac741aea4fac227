"use strict";
exports.id = 115;
exports.ids = [115];
exports.modules = {

/***/ 3727:
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

/***/ 2621:
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
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
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

/***/ 8019:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c4: () => (/* binding */ hostKeyData),
/* harmony export */   dT: () => (/* binding */ USER_DATA_BYTES),
/* harmony export */   sw: () => (/* binding */ userData)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _first_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3727);


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

/***/ 8424:
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

/***/ 6463:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ generateKeyPair),
/* harmony export */   d: () => (/* binding */ ed25519KeyPair)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1565);


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
    const blob = (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(TYPE, point);
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
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(TYPE, point, Buffer.concat([seed, point]), comment),
    ]);
    const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, at) => at + 1));
    return Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)('none', 'none', ''),
        uint32(1),
        (0,_wire_js__WEBPACK_IMPORTED_MODULE_1__/* .sshStrings */ .ZU)(blob, Buffer.concat([secret, padding])),
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
function uint32(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
}


/***/ }),

/***/ 6315:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ readPrivateKeys)
/* harmony export */ });
/* unused harmony export signingKey */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5472);
/* harmony import */ var ssh2__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(ssh2__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _generate_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6463);
/* harmony import */ var _private_key_text_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4395);
/* harmony import */ var _public_key_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8091);
/* harmony import */ var _wire_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1565);







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
/** The key as Node signs with it. */
function signingKey({ text }) {
    return createPrivateKey(privatePem(text, undefined));
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