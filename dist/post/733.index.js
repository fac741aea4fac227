"use strict";
exports.id = 733;
exports.ids = [733];
exports.modules = {

/***/ 5914:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ exists)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** Whether something is at the path, links followed, that this user can get to. Never rejects. */
async function exists(path) {
    return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.access)(path).then(() => true, () => false);
}


/***/ }),

/***/ 5127:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ formatSize)
/* harmony export */ });
const UNITS = ['B', 'kB', 'MB', 'GB'];
/** For people, in powers of 1000 as `docker images` has it: `512 B`, `2.0 MB`, `1.4 GB`. */
function formatSize(bytes) {
    let size = bytes;
    let at = 0;
    // Rounded first, so that nobody reads of 1000.0 kB.
    while (Number(size.toFixed(1)) >= 1_000 && at < UNITS.length - 1) {
        size /= 1_000;
        at += 1;
    }
    return `${at === 0 ? size : size.toFixed(1)} ${UNITS[at]}`;
}


/***/ }),

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

/***/ 8258:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   MC: () => (/* binding */ readConsole),
/* harmony export */   SH: () => (/* binding */ hasPanicked),
/* harmony export */   aN: () => (/* binding */ lastWords),
/* harmony export */   cs: () => (/* binding */ isHopeless)
/* harmony export */ });
/* unused harmony export printable */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** Lines that say why a machine does not come up. */
const TROUBLES = [
    /kernel panic/i,
    /no bootable device|boot failed|failed to load boot\w+|grub rescue|error: (no such|unknown|file)/i,
    /cloud-init.*\b(fail|error|traceback)/i,
    /failed to start .*cloud/i,
    /no space left on device/i,
    /out of memory|oom-kill/i,
    /you are in (emergency|rescue) mode/i,
];
const PANIC = /kernel panic - not syncing/i;
/** After one of these nothing follows any more, either. */
const HOPELESS = /no bootable device|uefi interactive shell|grub rescue>|you are in emergency mode/i;
const MOST_TROUBLES = 10;
const TAIL_LINES = 40;
/** What a machine has written to its serial console; empty where it has written nothing. */
async function readConsole(places) {
    return printable(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(places.console, 'latin1').catch(() => ''));
}
/** Text for people: without the sequences that steer a terminal. */
function printable(text) {
    return (Buffer.from(text, 'latin1')
        .toString('utf8')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
        .replace(/\u001b(\[[0-9;?=!]*[A-Za-z]|\][^\u0007\u001b]*[\u0007]?|[()][A-Z0-9]|[=>c78])/g, '')
        .replace(/\r/g, ''));
}
/** Whether the console says that the machine will not come up any more. */
function isHopeless(console) {
    return hasPanicked(console) || HOPELESS.test(console);
}
/** Whether the kernel of the guest has given up. */
function hasPanicked(console) {
    return PANIC.test(console);
}
/** What an error quotes: the lines that tell of a trouble, then the last ones. */
function lastWords(console) {
    const lines = console.split('\n').filter((line) => line.trim() !== '');
    const tail = lines.slice(-TAIL_LINES);
    const troubles = lines
        .slice(0, -TAIL_LINES)
        .filter((line) => TROUBLES.some((trouble) => trouble.test(line)))
        .slice(-MOST_TROUBLES);
    if (tail.length === 0)
        return 'Its console has said nothing.';
    return [...troubles, ...(troubles.length > 0 ? ['…'] : []), ...tail].join('\n');
}


/***/ }),

/***/ 38:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FK: () => (/* binding */ isInside),
/* harmony export */   IE: () => (/* binding */ imageFolder),
/* harmony export */   Wh: () => (/* binding */ machineFolder),
/* harmony export */   p: () => (/* binding */ clusterFolder),
/* harmony export */   yp: () => (/* binding */ stateFolder)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/**
 * The folder of all clusters of this user and driver: it has to be the same in every job and step
 * of a runner.
 */
function stateFolder(env, home, driver) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(env.XDG_STATE_HOME || (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, '.local', 'state'), 'swarm-up', driver);
}
/** Folder of the images that were downloaded: the runner's tool cache, where there is one. */
function imageFolder(env, home) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(env.RUNNER_TOOL_CACHE || env.XDG_CACHE_HOME || (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(home, '.cache'), 'swarm-up', 'machine-images');
}
/** `state` is the folder of all clusters. */
function clusterFolder(state, cluster) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(state, cluster);
    return { folder, record: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'cluster.json'), key: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'id_ed25519') };
}
/** `diskFormat` is what the name of its disk ends with. */
function machineFolder(cluster, index, diskFormat) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(cluster.folder, String(index));
    return {
        index,
        folder,
        record: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'machine.json'),
        disk: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, `disk.${diskFormat}`),
        seed: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'seed.iso'),
        console: (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'console.log'),
    };
}
/** Whether a path lies in a folder, or is that folder. */
function isInside(folder, path) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.relative)(folder, path);
    return !(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(way) && way !== '..' && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_0__.sep}`);
}


/***/ }),

/***/ 3025:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RG: () => (/* binding */ download),
/* harmony export */   bK: () => (/* binding */ otherFile),
/* harmony export */   lf: () => (/* binding */ checksumOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_5__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8949);
/* harmony import */ var _base_size_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(5127);
/* harmony import */ var _base_time_limit_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9893);
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









const ATTEMPTS = 4;
const PAUSE_MS = 2_000;
/** How long one attempt may take, in ms. */
const ATTEMPT_MS = 20 * 60_000;
/** An answer that another attempt would get again. */
class RefusedError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ {
}
/**
 * Downloads a file and checks it; what an attempt has brought is kept for the next one, also one of
 * a later run. `to` is only ever the whole and right file. Throws `ActionError` where the server
 * refuses, where it does not come after several attempts, or where it is another file than was
 * asked for, which is removed then.
 */
async function download({ url, checksum, to, remedy }, { signal, clock, log, }) {
    const part = `${to}.part`;
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.dirname)(to), { recursive: true });
    for (let attempt = 1;; attempt += 1) {
        try {
            await fetchRest(url, part, signal, log);
            break;
        }
        catch (error) {
            signal.throwIfAborted();
            if (error instanceof RefusedError || attempt === ATTEMPTS)
                throw notDownloaded(url, remedy, error);
            log.info(`The download broke off (${reasonOf(error)}); it is continued`);
            await clock.sleep(PAUSE_MS, signal);
        }
    }
    const found = await checksumOf(part, checksum);
    if (found !== checksum) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(part, { force: true });
        throw otherFile(url, checksum, found);
    }
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rename)(part, to);
}
/** The checksum of a file, by the algorithm that `like` is of. */
async function checksumOf(path, like) {
    const algorithm = like.split(':')[0] ?? '';
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(algorithm);
    await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_5__.pipeline)((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createReadStream)(path), hash);
    return `${algorithm}:${hash.digest('hex')}`;
}
function otherFile(name, checksum, found) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ(`${name} is not the image that \`checksum\` stands for.`, {
        details: `wanted ${checksum}\nfound  ${found}`,
        hint: 'An address with `latest` in it brings another image after each release: take the one of a dated release, with its checksum. Otherwise somebody has changed the image.',
    });
}
async function fetchRest(url, part, signal, log) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const have = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.stat)(part).then(({ size }) => size, () => 0);
        const bounds = __addDisposableResource(env_1, (0,_base_time_limit_js__WEBPACK_IMPORTED_MODULE_7__/* .limit */ .AB)([signal], ATTEMPT_MS, () => new _base_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ(`no end after ${ATTEMPT_MS / 60_000} minutes`)), false);
        const response = await fetch(url, {
            signal: bounds.signal,
            headers: have > 0 ? { range: `bytes=${have}-` } : {},
        });
        // Nothing comes after what is there: it is whole, or of another file, which its checksum tells.
        if (response.status === 416 && have > 0)
            return void (await response.body?.cancel());
        if (!response.ok || !response.body) {
            const said = `${response.status} ${response.statusText}`.trim();
            await response.body?.cancel();
            if (response.status >= 500 || response.status === 429)
                throw new Error(said);
            throw new RefusedError(said);
        }
        const isRest = response.status === 206;
        const bytes = Number(response.headers.get('content-length') ?? 0);
        log.info(`Downloading ${bytes > 0 ? `${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_8__/* .formatSize */ .X)(bytes)} ` : ''}${isRest ? `more of ${url}, ${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_8__/* .formatSize */ .X)(have)} of it are there` : `from ${url}`}`);
        await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_5__.pipeline)(node_stream__WEBPACK_IMPORTED_MODULE_4__.Readable.fromWeb(response.body), (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createWriteStream)(part, { flags: isRest ? 'a' : 'w' }), { signal: bounds.signal });
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
function notDownloaded(url, remedy, error) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ(`The machine image cannot be downloaded: ${url}`, {
        details: reasonOf(error),
        hint: remedy,
        cause: error,
    });
}
/** What fetch says itself is no more than that it failed; why is in the cause. */
function reasonOf(error) {
    if (!(error instanceof Error))
        return String(error);
    return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}


/***/ }),

/***/ 9201:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  A: () => (/* binding */ image_source_imageFile),
  Z: () => (/* binding */ imageSource)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/machines/virtual-machine/options.js
var options = __webpack_require__(7233);
;// CONCATENATED MODULE: ./lib/machines/virtual-machine/image/default-image.js
/**
 * What the machines begin as where no `image` is given: Debian's cloud image, of one build, so that
 * a release of this action begins with the same one each time. `npm run default-image` sees whether
 * it is still published so, and takes another build.
 */
const DEBIAN = {
    build: '20261001-2618',
    /** Of SHA512SUMS beside the images. */
    sha512: {
        x64: 'f46f0671a6e5bdec5291ab8972bae2f10e5408c2f64a74078f11efc2f06a436a9d0313ed50e0472542eeabf780e9f7c792ac0a314c6c20507fcd9fd81b468c3d',
        arm64: 'd8470b8c6c38fead046c794b5800a5a7b96672d5bcf543cc230ceb0c4b8ace05ed341a0c8928045422243fde26b2f1f2f58e99244c65709ffda2e3d4b674dd5a',
    },
};
/** Where Debian publishes its builds, each in a folder of its name. */
const PUBLISHED = 'https://cloud.debian.org/images/cloud/trixie';
/** How Debian calls what Node calls otherwise. */
const KINDS = { x64: 'amd64', arm64: 'arm64' };
/** The file of a build, as SHA512SUMS names it. */
function imageFile(build, architecture) {
    return `debian-13-genericcloud-${KINDS[architecture]}-${build}.qcow2`;
}
/** The image of this kind, and its checksum. */
function defaultImage(architecture) {
    const { build, sha512 } = DEBIAN;
    return {
        image: `${PUBLISHED}/${build}/${imageFile(build, architecture)}`,
        checksum: `sha512:${sha512[architecture]}`,
    };
}

// EXTERNAL MODULE: ./lib/machines/virtual-machine/image/download.js
var download = __webpack_require__(3025);
;// CONCATENATED MODULE: ./lib/machines/virtual-machine/image/image-source.js






/** The image that was asked for, or the one that this release begins with. */
function imageSource({ image, checksum }, architecture) {
    return image === undefined
        ? {
            ...defaultImage(architecture),
            remedy: 'It is the image that this version of the action begins with, and may be published no more: use a newer version, or give `image` and `checksum` in `driver-options`.',
        }
        : {
            ...{ image, checksum },
            remedy: 'Correct `image` in `driver-options`, or download it in an earlier step and give its path.',
        };
}
/**
 * The path of an image that is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is another file.
 */
async function image_source_imageFile({ image, checksum, remedy }, context) {
    return (0,options/* isUrl */.gU)(image) && checksum !== undefined
        ? await downloaded({ url: image, checksum, remedy }, context)
        : await local(image, checksum);
}
async function downloaded(file, { folder, signal, clock, log }) {
    const to = (0,external_node_path_.join)(folder, `${file.checksum.replace(':', '-')}.img`);
    const isThere = await (0,promises_.stat)(to).then(() => true, () => false);
    if (!isThere)
        await (0,download/* download */.RG)({ ...file, to }, { signal, clock, log });
    return to;
}
async function local(image, checksum) {
    const path = (0,external_node_path_.resolve)(image);
    const found = await (0,promises_.stat)(path).catch(() => undefined);
    if (!found?.isFile()) {
        throw new errors/* ActionError */.lZ(`There is no machine image at ${path}.`, {
            hint: '`image` in `driver-options` is a path on the runner or a URL that begins with https://.',
        });
    }
    if (checksum !== undefined) {
        const sum = await (0,download/* checksumOf */.lf)(path, checksum);
        if (sum !== checksum)
            throw (0,download/* otherFile */.bK)(path, checksum, sum);
    }
    return path;
}


/***/ }),

/***/ 1798:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ isoImage)
/* harmony export */ });
/** Bytes of a sector of a CD. */
const SECTOR = 2_048;
/** Sectors before it are the system's, the descriptors', and the two path tables'. */
const ROOT_AT = 20;
const PATH_TABLE_BYTES = 10;
/** Zero-terminated, sixteen digits and an offset: "not set" (ECMA-119, 8.4.26.1). */
const NO_DATE = '0'.repeat(16);
/**
 * A CD image (ISO 9660, ECMA-119) with these files in its root. Names are stored in capital
 * letters, without the extensions of Rock Ridge or Joliet; Linux shows them in small ones. Throws
 * `RangeError` where the names fill more than one sector.
 */
function isoImage(label, files) {
    let next = ROOT_AT + 1;
    const extents = Object.keys(files)
        .sort()
        .map((name) => {
        const data = Buffer.from(files[name] ?? '');
        const extent = { name: `${name.toUpperCase()};1`, at: next, data };
        next += Math.max(1, Math.ceil(data.length / SECTOR));
        return extent;
    });
    const root = Buffer.concat([
        record('\0', ROOT_AT, SECTOR, true),
        record('\u0001', ROOT_AT, SECTOR, true),
        ...extents.map(({ name, at, data }) => record(name, at, data.length, false)),
    ]);
    if (root.length > SECTOR)
        throw new RangeError('too many files for one sector');
    const image = Buffer.alloc(next * SECTOR);
    primaryDescriptor(label, next).copy(image, 16 * SECTOR);
    image.set([255, ...Buffer.from('CD001'), 1], 17 * SECTOR);
    pathTable('LE').copy(image, 18 * SECTOR);
    pathTable('BE').copy(image, 19 * SECTOR);
    root.copy(image, ROOT_AT * SECTOR);
    for (const { at, data } of extents)
        data.copy(image, at * SECTOR);
    return image;
}
function primaryDescriptor(label, sectors) {
    const it = Buffer.alloc(SECTOR);
    it.set([1, ...Buffer.from('CD001'), 1]);
    text(it, 8, 32, 'LINUX');
    text(it, 40, 32, label);
    both32(it, 80, sectors);
    both16(it, 120, 1);
    both16(it, 124, 1);
    both16(it, 128, SECTOR);
    both32(it, 132, PATH_TABLE_BYTES);
    it.writeUInt32LE(18, 140);
    it.writeUInt32BE(19, 148);
    record('\0', ROOT_AT, SECTOR, true).copy(it, 156);
    for (const [at, length] of [
        [190, 128],
        [318, 128],
        [446, 128],
        [574, 128],
        [702, 37],
        [739, 37],
        [776, 37],
    ]) {
        text(it, at, length, '');
    }
    for (const at of [813, 830, 847, 864])
        it.write(NO_DATE, at, 'latin1');
    it[881] = 1;
    return it;
}
function record(name, at, bytes, isFolder) {
    const id = Buffer.from(name, 'latin1');
    const length = 33 + id.length;
    const it = Buffer.alloc(length + (length % 2));
    it[0] = it.length;
    both32(it, 2, at);
    both32(it, 10, bytes);
    // The first day of 1980: nobody asks, and the same files give the same image.
    it.set([80, 1, 1], 18);
    it[25] = isFolder ? 2 : 0;
    both16(it, 28, 1);
    it[32] = id.length;
    id.copy(it, 33);
    return it;
}
function pathTable(order) {
    const it = Buffer.alloc(PATH_TABLE_BYTES);
    it[0] = 1;
    if (order === 'LE') {
        it.writeUInt32LE(ROOT_AT, 2);
        it.writeUInt16LE(1, 6);
    }
    else {
        it.writeUInt32BE(ROOT_AT, 2);
        it.writeUInt16BE(1, 6);
    }
    return it;
}
function text(to, at, length, value) {
    to.write(value.padEnd(length, ' ').slice(0, length), at, 'latin1');
}
/** ISO 9660 writes numbers twice, in both byte orders. */
function both16(to, at, value) {
    to.writeUInt16LE(value, at);
    to.writeUInt16BE(value, at + 2);
}
function both32(to, at, value) {
    to.writeUInt32LE(value, at);
    to.writeUInt32BE(value, at + 4);
}


/***/ }),

/***/ 2950:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ NOT_OF_THE_JOB)
/* harmony export */ });
/**
 * Variables of a program that outlives its job. The runner sets this one for what a job starts, and
 * ends that at the end of the job: a cluster that stays is none of it.
 */
const NOT_OF_THE_JOB = { RUNNER_TRACKING_ID: '' };


/***/ }),

/***/ 7233:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ej: () => (/* binding */ size),
/* harmony export */   c$: () => (/* binding */ imageOptions),
/* harmony export */   gU: () => (/* binding */ isUrl),
/* harmony export */   vc: () => (/* binding */ refuseUnchecked)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3798);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8532);

const CHECKSUM = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** An amount of at least `least` bytes; `unit` is that of a plain number. */
const size = (least, example, unit = 'b') => zod__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig(), zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()]).transform((value, context) => {
    const bytes = bytesOf(String(value), unit);
    if (bytes !== undefined && bytes >= least)
        return bytes;
    context.addIssue({ code: 'custom', message: `give an amount, for example \`${example}\`` });
    return zod__WEBPACK_IMPORTED_MODULE_1__/* .NEVER */ .tm;
});
const UNITS = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
/** Bytes of an amount as `docker run --memory` takes it; undefined where it is none. */
function bytesOf(text, plain) {
    const [, digits, unit = plain] = /^(\d+)([bkmg])?$/i.exec(text.trim()) ?? [];
    return digits === undefined ? undefined : Number(digits) * UNITS[unit.toLowerCase()];
}
/** The options of an image, of every driver of virtual machines. */
const imageOptions = {
    /** Path or URL of a cloud image; without it the one that this release begins with. */
    image: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().min(1).optional(),
    /** `sha256:` or `sha512:` and hex digits. */
    checksum: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()
        .transform((text) => text.trim().toLowerCase())
        .refine((text) => CHECKSUM.test(text), 'give `sha256:` or `sha512:` and all its hex digits')
        .optional(),
};
/** Adds a problem for an image from a URL without a checksum, and a checksum without an image. */
function refuseUnchecked({ image, checksum }, context) {
    if (image === undefined && checksum !== undefined) {
        context.addIssue({
            code: 'custom',
            path: ['checksum'],
            message: 'is that of an `image`, which is not given; the default image has one of its own',
        });
    }
    if (image === undefined || !isUrl(image) || checksum !== undefined)
        return;
    context.addIssue({
        code: 'custom',
        path: ['checksum'],
        message: 'an image from a URL needs one: the line of the image in the SHA256SUMS or SHA512SUMS beside it, as `sha512:…`',
    });
}
/** Whether an image is to be downloaded; anything else is a path. */
function isUrl(image) {
    return /^https?:\/\//i.test(image);
}


/***/ }),

/***/ 4341:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $z: () => (/* binding */ toMachine),
/* harmony export */   D$: () => (/* binding */ readCluster),
/* harmony export */   E1: () => (/* binding */ removeUnfinished),
/* harmony export */   Fv: () => (/* binding */ renewed),
/* harmony export */   HX: () => (/* binding */ createClusterFolder),
/* harmony export */   Lv: () => (/* binding */ unfinishedFolders),
/* harmony export */   Uc: () => (/* binding */ readMachine),
/* harmony export */   c6: () => (/* binding */ readClusters),
/* harmony export */   hQ: () => (/* binding */ blank),
/* harmony export */   i9: () => (/* binding */ machineIndexes),
/* harmony export */   pm: () => (/* binding */ removeClusterFolder),
/* harmony export */   rh: () => (/* binding */ writeRecord)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8949);
/* harmony import */ var _ownership_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3610);






const labels = zod__WEBPACK_IMPORTED_MODULE_5__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP());
const clusterRecord = zod__WEBPACK_IMPORTED_MODULE_5__/* .object */ .Ikc({
    labels,
    /** RFC 3339. */
    created: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** First three numbers of the addresses of the cluster. */
    subnet: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** The public key that its machines let in. */
    publicKey: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** Of the driver qemu; undefined where the machines are at a bridge of the kernel's. */
    userNetwork: zod__WEBPACK_IMPORTED_MODULE_5__/* .object */ .Ikc({ group: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), loopback: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP() }).optional(),
    /** Set where it was written to remove what had lost its folder: no cluster is made of it. */
    isStray: zod__WEBPACK_IMPORTED_MODULE_5__/* .literal */ .euz(true).optional(),
});
const machineRecord = zod__WEBPACK_IMPORTED_MODULE_5__/* .object */ .Ikc({
    name: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    index: zod__WEBPACK_IMPORTED_MODULE_5__/* .number */ .aig().int(),
    labels,
    /** Where the runner reaches it. */
    address: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(),
    /** Where the other machines reach it; undefined where that is `address`. */
    advertise: zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP().optional(),
    /** Published port of the stack -> port at 127.0.0.1 of the runner. */
    localPorts: zod__WEBPACK_IMPORTED_MODULE_5__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_5__/* .number */ .aig()),
    /** Published port -> port at `address`, of a machine that is reached by QEMU alone. */
    forwards: zod__WEBPACK_IMPORTED_MODULE_5__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_5__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_5__/* .number */ .aig()).optional(),
    /** Set until its sshd has answered: before that, a machine that runs may be only half made. */
    isStarting: zod__WEBPACK_IMPORTED_MODULE_5__/* .literal */ .euz(true).optional(),
});
/**
 * Makes the folder of a cluster, with the record and the private key in it from its first moment
 * on. Resolves with false where there is one already. Throws `ActionError` where another run
 * removes the cluster meanwhile.
 */
async function createClusterFolder(places, record, privateKey) {
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(places.folder), { recursive: true, mode: 0o700 });
    const fresh = unfinishedFolder(places);
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)(fresh, { mode: 0o700 });
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(fresh, 'id_ed25519'), privateKey, { mode: 0o600 });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(fresh, 'cluster.json'), JSON.stringify(record), { mode: 0o600 });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(fresh, places.folder);
        return true;
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(fresh, { recursive: true, force: true });
        const { code = '' } = error;
        if (['EEXIST', 'ENOTEMPTY'].includes(code))
            return false;
        if (code === 'ENOENT')
            throw removedMeanwhile(places, error);
        throw error;
    }
}
function removedMeanwhile({ folder }, cause) {
    return new _base_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ(`Another run has removed cluster ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(folder)} while it was being made.`, {
        details: (0,_base_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .describeError */ .Uc)(cause),
        hint: 'See whether two runs use the same `cluster`. Then run again.',
        cause,
    });
}
/**
 * Removes the folder of a cluster. Its name is gone at once: who still makes something of the
 * cluster can write nothing into it, and if this is cut off, the rest is an unfinished folder. Gone
 * already is success.
 */
async function removeClusterFolder(places) {
    const going = unfinishedFolder(places);
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(places.folder, going);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return;
        throw error;
    }
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(going, { recursive: true, force: true });
}
/**
 * Removes the folders that a run was about to make a cluster of, or to remove, when it was killed.
 * Each gets another name before: a run that is still at it cannot make a cluster of what is half
 * removed, and writes nothing into it. `patience` is for files that a program still holds.
 */
async function removeUnfinished(state, id, patience = {}) {
    for (const folder of await unfinishedFolders(state, id)) {
        const going = unfinishedFolder({ folder: (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(state, id.cluster) });
        const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(folder, going).then(() => going, 
        // Windows renames no folder whose files are held.
        (error) => (error.code === 'ENOENT' ? undefined : folder));
        if (found)
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(found, { recursive: true, force: true, ...patience });
    }
}
function unfinishedFolder({ folder }) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(folder), `.${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(folder)}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString('hex')}`);
}
/** Writes a record anew: a reader sees the old one or the new one. */
async function writeRecord(path, record) {
    const fresh = `${path}.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(4).toString('hex')}`;
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)(fresh, JSON.stringify(record), { mode: 0o600 });
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(fresh, path);
}
/**
 * The cluster of this name; undefined where there is no folder of it, or its record is of another
 * cluster, whose folder it is not. Throws where its record is of another form.
 */
async function readCluster(places) {
    const text = await readIfThere(places.record);
    if (text === undefined)
        return undefined;
    const record = clusterRecord.parse(JSON.parse(text));
    const owner = (0,_ownership_js__WEBPACK_IMPORTED_MODULE_4__/* .ownerOf */ .bf)(record.labels);
    return owner?.cluster === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(places.folder) ? { places, record, owner } : undefined;
}
/**
 * Every cluster of this user, whoever's it is. A folder that cannot be read, or has not the name
 * and the form of a cluster's, is left out, since it is not known to be ours; `ignored` is told of
 * it.
 */
async function readClusters(state, placesOf, ignored) {
    const names = (await entries(state)).filter((name) => !name.startsWith('.')).sort();
    const found = await Promise.all(names.map(async (name) => {
        const places = placesOf(state, name);
        const cluster = await readCluster(places).catch(() => undefined);
        // One that is removed at this moment has lost its record first.
        if (!cluster && (await readIfThere(places.record)) !== undefined) {
            ignored(`${places.folder} has not the form of the folder of a cluster: it is ignored, and stays. If nothing needs it, remove it.`);
        }
        return cluster;
    }));
    return found.filter((cluster) => cluster !== undefined);
}
/** Folders that a run was about to make a cluster of, or to remove, when it was killed. */
async function unfinishedFolders(state, { cluster }) {
    const names = await entries(state);
    return names.filter((name) => name.startsWith(`.${cluster}.`)).map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(state, name));
}
async function readMachine({ record, }) {
    const text = await readIfThere(record);
    return text === undefined ? undefined : machineRecord.parse(JSON.parse(text));
}
/** The index of every machine that a cluster has a folder for, in order. */
async function machineIndexes({ folder }) {
    const indexes = (await entries(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
    return indexes.sort((a, b) => a - b);
}
/** A machine as its record tells of it; undefined where its labels name no owner. */
function toMachine(record, isRunning) {
    const owner = (0,_ownership_js__WEBPACK_IMPORTED_MODULE_4__/* .ownerOf */ .bf)(record.labels);
    if (!owner)
        return undefined;
    const { name, index, labels: all, address, advertise = address } = record;
    return {
        name,
        index,
        owner,
        labels: all,
        state: isRunning ? 'running' : 'stopped',
        address: isRunning ? address : '',
        advertise: isRunning ? advertise : '',
        dataPath: undefined,
        localPorts: new Map(Object.entries(record.localPorts)),
    };
}
/** The record with a new expiry, and all else as it was. */
function renewed(record, expires) {
    const owner = (0,_ownership_js__WEBPACK_IMPORTED_MODULE_4__/* .ownerOf */ .bf)(record.labels);
    if (!owner)
        return record;
    return { ...record, labels: { ...record.labels, ...(0,_ownership_js__WEBPACK_IMPORTED_MODULE_4__/* .ownerLabels */ .H0)({ ...owner, expires }) } };
}
async function entries(folder) {
    try {
        return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readdir)(folder);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return [];
        throw error;
    }
}
async function readIfThere(path) {
    try {
        return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(path, 'utf8');
    }
    catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(error.code ?? ''))
            return undefined;
        throw error;
    }
}
/**
 * Overwrites a file with zeros and removes its name: who has it open reads zeros from now on. Gone
 * already is success.
 */
async function blank(path) {
    let file;
    try {
        file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, 'r+');
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return;
        throw error;
    }
    try {
        const { size } = await file.stat();
        await file.write(Buffer.alloc(size), 0, size, 0);
    }
    finally {
        await file.close();
    }
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(path, { force: true });
}


/***/ }),

/***/ 5856:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dO: () => (/* binding */ refuseSmallDisk),
/* harmony export */   gT: () => (/* binding */ refuseShortage),
/* harmony export */   kX: () => (/* binding */ checkRoom)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);
/* harmony import */ var _base_size_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5127);




/**
 * What a machine writes to its disk before a stack is on it, and as much again for images. In
 * bytes.
 */
const DISK_PER_MACHINE = 2 ** 30;
/** Throws `ActionError` where `machines` machines need more than there is. All in bytes. */
function refuseShortage(machines, memory, there) {
    if (machines * memory > there.memory) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${machines} machines with ${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_3__/* .formatSize */ .X)(memory)} of memory each need more than the ${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_3__/* .formatSize */ .X)(there.memory)} that the runner has left.`, {
            hint: 'Give `memory` in `driver-options` (512m is enough for an engine and a small stack), fewer `nodes`, or a larger runner.',
        });
    }
    const disk = machines * DISK_PER_MACHINE;
    if (disk > there.disk) {
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${machines} machines need ${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_3__/* .formatSize */ .X)(disk)} of disk, and ${there.folder} has ${(0,_base_size_js__WEBPACK_IMPORTED_MODULE_3__/* .formatSize */ .X)(there.disk)} left.`, { hint: 'Make room there, or let XDG_STATE_HOME of the step name a folder on another disk.' });
    }
}
/**
 * Throws `ActionError` where the runner has too little memory or disk for so many new machines.
 * `memory` in bytes.
 */
async function checkRoom(machines, memory, folder) {
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdir)(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.statfs)(folder);
    // macOS counts what it could free at once as used.
    const there = process.platform === 'darwin' ? (0,node_os__WEBPACK_IMPORTED_MODULE_1__.totalmem)() : (0,node_os__WEBPACK_IMPORTED_MODULE_1__.freemem)();
    refuseShortage(machines, memory, { memory: there, disk: bavail * bsize, folder });
}
/** Throws `ActionError` where a machine's disk is to be smaller than the image. All in bytes. */
function refuseSmallDisk(wanted, bytes) {
    if (wanted === undefined || wanted >= bytes)
        return;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`disk-size: the image is of a disk of ${Math.ceil(bytes / 2 ** 20)}m, and cannot be made smaller.`, { hint: 'Give a larger `disk-size` in `driver-options`, or leave it out.' });
}


/***/ }),

/***/ 6142:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   XV: () => (/* binding */ seedImage),
/* harmony export */   sw: () => (/* binding */ userData),
/* harmony export */   wx: () => (/* binding */ metaData)
/* harmony export */ });
/* unused harmony export networkConfig */
/* harmony import */ var _cloud_first_login_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3727);
/* harmony import */ var _iso_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1798);
/* harmony import */ var _subnet_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(582);



/**
 * The seed of cloud-init's data source NoCloud: a disk with the label CIDATA. It holds the host's
 * private key.
 */
function seedImage(input) {
    return (0,_iso_js__WEBPACK_IMPORTED_MODULE_0__/* .isoImage */ .v)('CIDATA', {
        'meta-data': metaData(input),
        'user-data': userData(input),
        'network-config': networkConfig(input),
    });
}
// JSON is YAML, and needs no thought about quotes and indentation.
function metaData({ name }) {
    return `${JSON.stringify({ 'instance-id': `swarm-up-${name}`, 'local-hostname': name })}\n`;
}
function userData({ hostKey, authorizedKey, }) {
    return (0,_cloud_first_login_js__WEBPACK_IMPORTED_MODULE_2__/* .cloudConfig */ .EF)((0,_cloud_first_login_js__WEBPACK_IMPORTED_MODULE_2__/* .firstLogin */ ._9)({ hostKey, authorizedKeys: [authorizedKey] }));
}
/** By MAC address: what an interface is called differs between images. */
function networkConfig({ index, subnet, lanMac, wanMac, internet, }) {
    const config = {
        version: 2,
        ethernets: {
            lan: {
                match: { macaddress: lanMac },
                addresses: [`${(0,_subnet_js__WEBPACK_IMPORTED_MODULE_1__/* .guestAddress */ .fD)(subnet, index)}/24`],
            },
            wan: {
                match: { macaddress: wanMac },
                addresses: [`${_subnet_js__WEBPACK_IMPORTED_MODULE_1__/* .WAN */ .DP.guest}/24`],
                ...(internet && {
                    routes: [{ to: '0.0.0.0/0', via: _subnet_js__WEBPACK_IMPORTED_MODULE_1__/* .WAN */ .DP.gateway }],
                    nameservers: { addresses: [_subnet_js__WEBPACK_IMPORTED_MODULE_1__/* .WAN */ .DP.resolver] },
                }),
            },
        },
    };
    return `${JSON.stringify(config, undefined, 1)}\n`;
}


/***/ }),

/***/ 4103:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ sshTarget)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _ssh_keys_public_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8091);
/* harmony import */ var _cloud_first_login_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3727);
/* harmony import */ var _machine_labels_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8424);




/** How a machine of a cluster is entered: by the cluster's key, with its host key pinned. */
async function sshTarget({ places, record }, machine, port) {
    const key = (0,_ssh_keys_public_key_js__WEBPACK_IMPORTED_MODULE_1__/* .parsePublicKey */ .ee)(record.publicKey);
    const text = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(places.key, 'utf8');
    return {
        ...{ name: machine.name, host: machine.address, port, user: _cloud_first_login_js__WEBPACK_IMPORTED_MODULE_2__/* .USER */ .m3 },
        credentials: { privateKeys: [{ ...key, fingerprint: (0,_ssh_keys_public_key_js__WEBPACK_IMPORTED_MODULE_1__/* .fingerprint */ .Rj)(key), text }] },
        hostKeys: { kind: 'pinned', keys: [machine.labels[_machine_labels_js__WEBPACK_IMPORTED_MODULE_3__/* .HOST_KEY_LABEL */ .AW] ?? ''] },
    };
}


/***/ }),

/***/ 582:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BY: () => (/* binding */ routedNetworks),
/* harmony export */   DP: () => (/* binding */ WAN),
/* harmony export */   Go: () => (/* binding */ ownNetworks),
/* harmony export */   Kl: () => (/* binding */ freeSubnet),
/* harmony export */   Xi: () => (/* binding */ candidates),
/* harmony export */   Z0: () => (/* binding */ runnerAddress),
/* harmony export */   aw: () => (/* binding */ macAddresses),
/* harmony export */   bE: () => (/* binding */ mainNetworks),
/* harmony export */   fD: () => (/* binding */ guestAddress),
/* harmony export */   hS: () => (/* binding */ MOST_MACHINES)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3798);
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8949);




/**
 * The network behind a machine's second interface, where QEMU itself is the router; each machine
 * has one to itself. Of the range for tests of network gear (RFC 2544), which no overlay network of
 * a swarm is made in: those begin at 10.0.0.0.
 */
const WAN = {
    network: '198.18.0.0/24',
    gateway: '198.18.0.2',
    resolver: '198.18.0.3',
    guest: '198.18.0.15',
};
/** Addresses below are the runner's. */
const FIRST_GUEST = 10;
/** The most machines that a cluster has addresses for. */
const MOST_MACHINES = 240;
const CANDIDATES_PER_RANGE = 64;
/** Where the runner is in the network of a cluster; `subnet` is the first three numbers. */
function runnerAddress(subnet) {
    return `${subnet}.1`;
}
function guestAddress(subnet, index) {
    return `${subnet}.${FIRST_GUEST + index}`;
}
/**
 * The networks to try for a cluster, the same ones each time, spread so that two clusters seldom
 * begin with the same.
 */
function candidates(cluster) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(cluster).digest().readUInt32BE(0);
    const at = (range, step) => (hash + step * 7_919) % range;
    const steps = Array.from({ length: CANDIDATES_PER_RANGE }, (_, step) => step);
    return [
        // The upper half of 10/8: the overlay networks of a swarm grow from the lower end.
        ...steps.map((step) => at(128 * 256, step)).map((n) => `10.${128 + (n >> 8)}.${n & 255}`),
        ...steps.map((step) => `192.168.${64 + at(192, step)}`),
    ];
}
const routes = zod__WEBPACK_IMPORTED_MODULE_3__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({ dst: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP(), type: zod__WEBPACK_IMPORTED_MODULE_3__/* .string */ .YjP().optional() }));
/**
 * The networks that the runner has routes to, in the JSON of `ip -json route show table all`.
 * Throws where it is of another form.
 */
function routedNetworks(json) {
    return routes
        .parse(JSON.parse(json || '[]'))
        .filter(({ dst, type }) => dst !== 'default' && type !== 'multicast' && !dst.includes(':'))
        .map(({ dst }) => dst);
}
/** The same of the main table alone, in the text of /proc/net/route. */
function mainNetworks(text) {
    return text
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
        .flatMap(([, to = '', , , , , , mask = '']) => mask === '' || Number.parseInt(mask, 16) === 0 ? [] : `${dotted(to)}/${bits(mask)}`);
}
/**
 * An address as the kernel prints it there: as a number of the processor's, the last byte first.
 */
function dotted(hex) {
    return (hex.match(/../g) ?? [])
        .map((byte) => Number.parseInt(byte, 16))
        .reverse()
        .join('.');
}
function bits(mask) {
    return Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
}
/** The networks that the runner is in: machines reach them by way of it. */
function ownNetworks() {
    return Object.values((0,node_os__WEBPACK_IMPORTED_MODULE_1__.networkInterfaces)())
        .flatMap((addresses = []) => addresses)
        .flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [cidr] : []));
}
/**
 * The first network that overlaps with none that the runner has a route to.
 * Throws `ActionError` that lists the routes where every one does.
 */
function freeSubnet(cluster, routed) {
    const taken = routed.flatMap((network) => rangeOf(network) ?? []);
    const free = candidates(cluster).find((subnet) => {
        const range = rangeOf(`${subnet}.0/24`);
        return range && !taken.some((one) => one.first <= range.last && range.first <= one.last);
    });
    if (free !== undefined)
        return free;
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`No network is free on the runner for the machines of ${cluster}.`, {
        details: `Routes: ${routed.join(', ')}`,
        hint: 'Networks of 256 addresses were tried in 10.128.0.0/9 and 192.168.64.0/18 to 192.168.255.0. Narrow a route that covers both (that of a VPN, for example), or use another runner.',
    });
}
function rangeOf(network) {
    const [, a, b, c, d, length = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(network) ?? [];
    if (d === undefined)
        return undefined;
    const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(length));
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1 };
}
/**
 * The MAC addresses of a machine, of the range that anybody may use, the same for both ends of a
 * run.
 */
function macAddresses(linkPrefix, index) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(`${linkPrefix}${index}`).digest('hex');
    const tail = (hash.slice(0, 8).match(/../g) ?? []).join(':');
    return { lan: `52:54:${tail}`, wan: `56:54:${tail}` };
}


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

/***/ 9567:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ai: () => (/* binding */ number)
/* harmony export */ });
/* unused harmony exports string, boolean, bigint, date */
/* harmony import */ var _core_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3759);
/* harmony import */ var _schemas_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3798);


function string(params) {
    return core._coercedString(schemas.ZodString, params);
}
function number(params) {
    return _core_index_js__WEBPACK_IMPORTED_MODULE_0__/* ._coercedNumber */ .qG(_schemas_js__WEBPACK_IMPORTED_MODULE_1__/* .ZodNumber */ .rSt, params);
}
function boolean(params) {
    return core._coercedBoolean(schemas.ZodBoolean, params);
}
function bigint(params) {
    return core._coercedBigint(schemas.ZodBigInt, params);
}
function date(params) {
    return core._coercedDate(schemas.ZodDate, params);
}


/***/ })

};
;