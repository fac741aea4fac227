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


/***/ })

};
;