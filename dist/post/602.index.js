"use strict";
exports.id = 602;
exports.ids = [602];
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

/***/ 8686:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ UnreachableError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/**
 * A machine, or its dockerd, did not answer in time. It may be down; what is wrong with a login or
 * a key is another error.
 */
class UnreachableError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}


/***/ }),

/***/ 3153:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rz: () => (/* binding */ readEngine),
/* harmony export */   mo: () => (/* binding */ readSwarmState),
/* harmony export */   xZ: () => (/* binding */ enterEngine)
/* harmony export */ });
/* unused harmony exports INFO, AWAIT_SOCKET, PATH_OF_DOCKER, CHOSEN_ENGINE, HIDDEN_ENGINE */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3798);
/* harmony import */ var _base_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6002);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8949);
/* harmony import */ var _base_unreachable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8686);
/* harmony import */ var _exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3987);





/** What `docker info` says, as far as it is read. */
const engineInfo = zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    ServerVersion: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    /** The docker client on the machine; `docker info` names it from 24 on. */
    ClientInfo: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ Version: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional() }).nullish(),
    OSType: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default('linux'),
    Architecture: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(),
    Swarm: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
        NodeID: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default(''),
        /** Where the other nodes reach it. */
        NodeAddr: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional().default(''),
        /** Empty in the first moments of a dockerd, when it answers and does not know yet. */
        LocalNodeState: zod__WEBPACK_IMPORTED_MODULE_4__/* ["enum"] */ .k5n(['', 'inactive', 'pending', 'active', 'error', 'locked']),
        ControlAvailable: zod__WEBPACK_IMPORTED_MODULE_4__/* .boolean */ .zMY().optional().default(false),
        /**
         * The managers that a node knows, with the addresses and ports at which they answer other
         * nodes.
         */
        RemoteManagers: zod__WEBPACK_IMPORTED_MODULE_4__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ NodeID: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP(), Addr: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP() })).nullish(),
        /** Told by managers. */
        Cluster: zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({ DataPathPort: zod__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig().optional() }).nullish(),
    }),
});
/** Asks an engine about itself, as who may use docker there. */
const INFO = ['docker', 'info', '--format', '{{json .}}'];
const RETRY_MS = 50;
/** Words of a client that got no answer from the engine that it asks. */
const NOT_THERE = /cannot connect to the docker daemon|error during connect|failed to connect to the docker API|dial (tcp|unix)/i;
/**
 * Waits a second at most for a dockerd that is being started. It makes its socket first and serves
 * it when it is ready, so the next `docker info` gets its answer; to ask again and again instead
 * costs what little CPU a small machine needs for the start itself.
 */
const AWAIT_SOCKET = [
    'sh',
    '-c',
    'tries=0; until [ -S /var/run/docker.sock ] || [ "$tries" -ge 20 ]; do sleep 0.05; tries=$((tries + 1)); done',
];
/** Since 20.10 the stack schema and the answers that are read have the form that is known here. */
const LEAST = [20, 10];
/** Prints where docker lies. */
const PATH_OF_DOCKER = ['sh', '-c', 'command -v docker'];
/** Prints, a line each, what may have chosen another engine for the client than the usual one. */
const CHOSEN_ENGINE = [
    'sh',
    '-c',
    'echo "$DOCKER_HOST"; echo "$DOCKER_CONTEXT"; docker context ls --format "{{if .Current}}{{.Name}}{{end}}" 2>/dev/null | tr -d "\\n"',
];
/**
 * Waits until a machine's dockerd answers, and finds out whether `docker` takes `sudo -n` there.
 * Throws `ActionError` at once where docker is missing and not to be installed, too old or not to
 * be had for this user; after `timeoutMs` with the last answer.
 */
async function enterEngine(direct, user, options) {
    let until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now() + options.timeoutMs;
    let executor = direct;
    let { install } = options;
    let isPathTried = false;
    let isChoiceAsked = false;
    for (;;) {
        const result = await executor.run(INFO, {
            anyExitCode: true,
            repeatable: true,
            signal: options.signal,
            timeoutMs: Math.max(1_000, until - _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now()),
        });
        const engine = result.exitCode === 0 ? parseEngine(result, executor.where) : undefined;
        if (engine?.Swarm.LocalNodeState) {
            refuseOld(engine, executor.where);
            return { executor, engine };
        }
        if (executor === direct && /permission denied/i.test(result.stderr)) {
            executor = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .withSudo */ .SU)(direct);
            continue;
        }
        if (executor === direct && isMissing(result))
            await refuseHidden(direct, result, options.signal);
        if (executor !== direct && !isPathTried && isOfSudo(result, user)) {
            isPathTried = true;
            executor = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .withSudo */ .SU)(direct, await pathOfDocker(direct, options.signal));
            continue;
        }
        if (executor === direct && !isChoiceAsked && NOT_THERE.test(result.stderr)) {
            isChoiceAsked = true;
            await refuseElsewhere(direct, result, options.signal);
        }
        if (install && executor === direct && isMissing(result)) {
            await install(direct);
            install = undefined;
            until = _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now() + options.timeoutMs;
            continue;
        }
        if (executor === direct)
            refuseMissing(result, executor.where);
        else
            await refuseSudo(direct, result, user, options.signal);
        if (_base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.now() > until)
            throw silent(executor.where, result);
        if (/cannot connect to the docker daemon/i.test(result.stderr)) {
            await direct.run(AWAIT_SOCKET, {
                anyExitCode: true,
                repeatable: true,
                signal: options.signal,
            });
        }
        await _base_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml.sleep(RETRY_MS, options.signal);
    }
}
/** Asks an engine that has answered before. Rejects as the executor does. */
async function readEngine(executor, signal) {
    return parseEngine(await executor.run(INFO, { signal, repeatable: true }), executor.where);
}
/**
 * How an engine that was entered before stands to its swarm now. Rejects as `EngineApi.get` does.
 */
async function readSwarmState(api, signal, timeoutMs) {
    const options = { signal, timeoutMs };
    return (await api.get('/info', {}, engineInfo, options)).Swarm;
}
function parseEngine({ stdout, stderr }, where) {
    try {
        return engineInfo.parse(JSON.parse(stdout));
    }
    catch (cause) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${where} is not Docker Engine.`, {
            details: stderr || stdout.slice(0, 1_000),
            hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine: https://docs.docker.com/engine/install/',
            cause,
        });
    }
}
/** Prints what tells of an engine whose client is in no folder of the PATH. */
const HIDDEN_ENGINE = [
    'sh',
    '-c',
    '[ -S /var/run/docker.sock ] && echo "socket /var/run/docker.sock"; pgrep -x dockerd >/dev/null 2>&1 && echo "process dockerd"; true',
];
/**
 * An engine that runs where there seems to be no docker: to install another beside it would harm
 * both.
 */
async function refuseHidden(executor, { stderr }, signal) {
    const { stdout } = await executor.run(HIDDEN_ENGINE, { repeatable: true, signal });
    if (stdout.trim() === '')
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${executor.where} is in no folder where commands over SSH are looked for, though an engine runs there.`, {
        details: `${stderr.trim()}\nfound: ${stdout.trim().replaceAll('\n', ', ')}`,
        hint: 'Link the client to such a folder, as root on that host: ln -s <path of docker> /usr/local/bin/docker',
    });
}
function refuseOld({ ServerVersion }, where) {
    const [major = 0, minor = 0] = ServerVersion.split('.').map((part) => Number.parseInt(part, 10));
    if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]))
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Docker Engine on ${where} is ${ServerVersion}; ${LEAST.join('.')} or newer is needed.`, { hint: 'Upgrade it: https://docs.docker.com/engine/install/' });
}
function isMissing({ exitCode, stderr }) {
    return exitCode === 127 || /docker: (command )?not found/.test(stderr);
}
/** Where docker lies, as a right of sudo has to name it. */
async function pathOfDocker(executor, signal) {
    const { stdout } = await executor.run(PATH_OF_DOCKER, {
        ...{ anyExitCode: true, repeatable: true, signal },
    });
    const path = stdout.trim();
    return path.startsWith('/') ? path : '/usr/bin/docker';
}
/**
 * A right that names a path does not hold for a name that sudo, whose PATH is its own, does not
 * find: then too it asks for a password.
 */
function isOfSudo({ exitCode, stderr }, user) {
    return exitCode !== 0 && ((0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .isUnknownToSudo */ .Fq)(stderr) || (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user) !== undefined);
}
async function refuseSudo(direct, { exitCode, stderr }, user, signal) {
    if (exitCode === 0 || !(0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user))
        return;
    const problem = (0,_exec_sudo_js__WEBPACK_IMPORTED_MODULE_3__/* .sudoProblem */ .bS)(stderr, user, await pathOfDocker(direct, signal));
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`${user} may not use docker on ${direct.where}: ${problem?.reason}.`, {
        details: stderr,
        hint: problem?.remedy ?? '',
    });
}
/**
 * A client that asks another engine than the host's own, because of a variable or a context, would
 * ask it in vain for as long as it may.
 */
async function refuseElsewhere(executor, { stderr }, signal) {
    const { stdout } = await executor.run(CHOSEN_ENGINE, {
        ...{ anyExitCode: true, repeatable: true, signal },
    });
    const [host = '', named = '', context = ''] = stdout.split('\n').map((line) => line.trim());
    const chosen = host
        ? `the variable DOCKER_HOST (${host})`
        : named
            ? `the variable DOCKER_CONTEXT (${named})`
            : context && context !== 'default' && `the docker context ${context}`;
    const isUsual = host === 'unix:///var/run/docker.sock' || host === 'unix:///run/docker.sock';
    if (!chosen || isUsual)
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`docker on ${executor.where} asks an engine that does not answer, which ${chosen} has chosen.`, {
        details: stderr,
        hint: host
            ? 'Start that engine, or take the variable from what commands over SSH get. It comes from SetEnv in sshd_config, ~/.ssh/environment, or start files such as ~/.bashrc.'
            : `Start that engine, or choose the host's own, as the user of the step: docker context use default${named ? ' (and unset DOCKER_CONTEXT)' : ''}`,
    });
}
function refuseMissing(result, where) {
    const { stderr } = result;
    if (isMissing(result)) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`There is no docker on ${where}.`, {
            details: stderr,
            hint: 'Install Docker Engine there (https://docs.docker.com/engine/install/): on Debian and Ubuntu, apt-get install docker.io. Or let this step do it: `driver-options: "install-engine: true"`',
        });
    }
}
function silent(where, { stdout, stderr }) {
    return new _base_unreachable_js__WEBPACK_IMPORTED_MODULE_2__/* .UnreachableError */ .J(`dockerd on ${where} did not answer in time.`, {
        details: stderr || stdout,
        hint: 'Its log says why: journalctl -u docker on a host, docker logs <machine> for a container of the docker driver.',
    });
}


/***/ }),

/***/ 3987:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Fq: () => (/* binding */ isUnknownToSudo),
/* harmony export */   SU: () => (/* binding */ withSudo),
/* harmony export */   bS: () => (/* binding */ sudoProblem)
/* harmony export */ });
/* unused harmony export sudoDocker */
/** `-n`: sudo asks nothing, and fails where it would have to. */
const SUDO = ['sudo', '-n'];
/** Options of env that take the next word with them. */
const WITH_ARGUMENT = ['-u', '-C', '-S'];
/**
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did
 * before. sudo stands right before `docker`, also behind `env` and inside `sh -c 'script' name
 * docker …`, so that the right to run docker is all that it takes. `path` is where docker lies, if
 * sudo, which has a PATH of its own (`secure_path`), does not find it.
 */
function withSudo(executor, path = 'docker') {
    const asRun = (argv) => sudoDocker(argv, path);
    return {
        ...{ ...executor, asRun },
        run: (argv, options) => executor.run(asRun(argv), options),
        open: (argv) => executor.open(asRun(argv)),
    };
}
/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
function sudoDocker(argv, path = 'docker') {
    const found = dockerAt(argv, 0);
    if (found === undefined)
        return argv;
    const { sudo, docker } = found;
    const [program, ...rest] = [
        ...argv.slice(0, sudo),
        ...SUDO,
        ...argv.slice(sudo, docker),
        path,
        ...argv.slice(docker + 1),
    ];
    return [program ?? path, ...rest];
}
/**
 * Where docker stands, and where sudo has to, if the command that begins at `start` is docker in
 * the end.
 */
function dockerAt(argv, start) {
    const program = argv[start];
    if (program === 'docker')
        return { sudo: start, docker: start };
    if (program === 'sh' && argv[start + 1] === '-c')
        return dockerAt(argv, start + 4);
    if (program !== 'env')
        return undefined;
    let at = start + 1;
    let assigns = false;
    for (let word = argv[at]; word !== undefined; word = argv[at]) {
        const assignment = /^[A-Za-z_]\w*=/.test(word);
        if (!assignment && !word.startsWith('-'))
            break;
        assigns ||= assignment;
        at += WITH_ARGUMENT.includes(word) ? 2 : 1;
    }
    const found = dockerAt(argv, at);
    // sudo takes no variable over from outside, so `env` must set it on the inside.
    return found && assigns ? { ...found, sudo: start } : found;
}
/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`).
 * Undefined where it was not sudo that failed. `user` is who called it, `docker` the path that the
 * right has to name.
 */
function sudoProblem(stderr, user, docker = '/usr/bin/docker') {
    const known = REASONS.find(([words]) => words.test(stderr))?.[1];
    const other = stderr.split('\n').find((line) => /^sudo: /.test(line) && !HARMLESS.test(line));
    const reason = known ?? (other && `${other.replace('sudo: ', 'sudo says: ').replace(/\.$/, '')}`);
    if (reason === undefined)
        return undefined;
    return { reason: reason.replace('USER', user), remedy: remedy(stderr, user, docker) };
}
/** sudo did its work, and does not find what it should run in the folders of its own PATH. */
function isUnknownToSudo(stderr) {
    return /sudo: (env|docker): command not found/.test(stderr);
}
/** What sudo says and goes on. */
const HARMLESS = /unable to resolve host|command not found|unable to (send|open) .*(audit|mail)/;
const NO_TTY = /a terminal is required|no tty present|must have a tty/;
const REASONS = [
    [/must have a tty to run sudo/, 'sudo on the host wants a terminal (requiretty)'],
    [
        /a password is required|interactive authentication is required/,
        'sudo asks USER for a password',
    ],
    [NO_TTY, 'sudo asks USER for a password, and there is no terminal to ask at'],
    [/is not in the sudoers file|I'm afraid I can't do that/, 'USER may not use sudo'],
    [/is not allowed to (execute|run)|may not run sudo/, 'USER may not run docker by sudo'],
    [
        /"no new privileges" flag is set/,
        'sudo cannot work there: the "no new privileges" flag is set',
    ],
    [
        /sudo: (command )?not found|(Unknown command|No such file or directory).*sudo|sudo.*: No such file or directory/,
        'there is no sudo on the host',
    ],
];
function remedy(stderr, user, docker) {
    const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
    if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr))
        return group;
    const lines = [`${user} ALL=(root) NOPASSWD: ${docker}`];
    if (/must have a tty/.test(stderr))
        lines.unshift(`Defaults:${user} !requiretty`);
    const file = '/etc/sudoers.d/swarm-up';
    const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
    return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
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