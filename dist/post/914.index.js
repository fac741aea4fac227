"use strict";
exports.id = 914;
exports.ids = [914];
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

/***/ 348:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createDockerDriver: () => (/* binding */ createDockerDriver),
  dockerDriver: () => (/* binding */ dockerDriver)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/engine/absent-engine.js
var absent_engine = __webpack_require__(3301);
// EXTERNAL MODULE: ./lib/engine/api.js + 2 modules
var engine_api = __webpack_require__(2258);
// EXTERNAL MODULE: ./lib/engine/patient-executor.js
var patient_executor = __webpack_require__(8370);
// EXTERNAL MODULE: ./lib/exec/executor.js
var executor = __webpack_require__(3035);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/ssh/keys/public-key.js
var public_key = __webpack_require__(8091);
// EXTERNAL MODULE: ./lib/machines/local-ports.js
var local_ports = __webpack_require__(8665);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/machines/docker/names.js


// What the driver gives its objects besides their labels. An object that carries the labels and has
// another name is none of its: anybody can write labels, and a container also takes over those of
// its image.
/**
 * On a volume without content, whose labels say how long the cluster may live since its expiry was
 * renewed: the labels of a container cannot be changed, and what is written inside a machine could
 * be read only by entering it.
 */
const LEASE_LABEL = 'swarm-up.lease';
/** Of the container that is a machine, and its host name. */
function nodeName(cluster, index) {
    return `${cluster}-${index}`;
}
/** Of the volume that says until when a cluster may live. */
function leaseName({ cluster, expires = '' }) {
    return `${cluster}-lease-${expires.replace(/\D/g, '')}`;
}
/**
 * Of an object that is the driver's own; undefined where its labels are not of the form that the
 * driver gives, or its name is another.
 */
function ownerOfObject(kind, name, labels) {
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    return owner && hasOwnName(kind, name, labels, owner) ? owner : undefined;
}
function hasOwnName(kind, name, labels, owner) {
    switch (kind) {
        case 'container':
            return /^[1-9]\d*$/.test(labels[machine_labels/* INDEX_LABEL */.sk] ?? '')
                ? name === nodeName(owner.cluster, Number(labels[machine_labels/* INDEX_LABEL */.sk]))
                : false;
        case 'network':
            return name === owner.cluster;
        case 'volume':
            // That of a machine has no name of its own: the engine calls it by an id.
            return labels[LEASE_LABEL] === undefined
                ? /^[0-9a-f]{64}$/.test(name)
                : name === leaseName(owner);
    }
}
/** What is said of an object that only looks like one of the driver's. */
function describeForged(kind, name) {
    return `The ${kind} ${name} has labels of Swarm Up, and not the name and form that it gives a ${kind}: it is ignored, and stays. If nothing needs it: docker ${kind} rm ${name}`;
}

;// CONCATENATED MODULE: ./lib/machines/docker/owned.js



const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
    .nullish()
    .transform((found) => found ?? {});
const time = schemas/* string */.YjP()
    .optional()
    .transform((text) => Date.parse(text ?? ''))
    .transform((ms) => (Number.isNaN(ms) ? undefined : ms));
const containers = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Names: schemas/* array */.YOg(schemas/* string */.YjP()), Created: schemas/* number */.aig(), Labels: labels }));
const networks = schemas/* array */.YOg(schemas/* object */.Ikc({ Id: schemas/* string */.YjP(), Name: schemas/* string */.YjP(), Created: time, Labels: labels }));
const volumes = schemas/* object */.Ikc({
    Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP(), CreatedAt: time, Labels: labels })).nullable(),
});
/**
 * Lists what is of the cluster and its repository, in whatever state it is. Rejects as
 * `EngineApi.get` does.
 */
async function listOwned(api, cluster, asked) {
    const found = await listObjects(api, (0,ownership/* ownedFilter */.An)(cluster), asked);
    const ids = (wanted) => found.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
    return { containers: ids('container'), networks: ids('network'), volumes: ids('volume') };
}
/** Lists what is of any cluster of any repository. Rejects as `EngineApi.get` does. */
function listAllOwned(api, asked) {
    return listObjects(api, [ownership/* CLUSTER_LABEL */.eq], asked);
}
async function listObjects(api, label, { ignored, signal }) {
    const filters = JSON.stringify({ label });
    const options = signal ? { signal } : {};
    const all = [
        ...(await api.get('/containers/json', { all: 'true', filters }, containers, options)).map(({ Id, Names, Created, Labels }) => ({
            ...{ kind: 'container', id: Id, created: Created * 1_000, labels: Labels },
            name: Names[0]?.replace(/^\//, '') ?? '',
        })),
        ...(await api.get('/networks', { filters }, networks, options)).map(({ Id, Name, Created, Labels }) => ({
            ...{ kind: 'network', id: Id, name: Name, created: Created, labels: Labels },
        })),
        ...((await api.get('/volumes', { filters }, volumes, options)).Volumes ?? []).map(({ Name, CreatedAt, Labels }) => ({
            ...{ kind: 'volume', id: Name, name: Name, created: CreatedAt, labels: Labels },
        })),
    ];
    return all.flatMap((object) => {
        const owner = ownerOfObject(object.kind, object.name, object.labels);
        if (owner)
            return [{ ...object, owner }];
        ignored(describeForged(object.kind, object.name));
        return [];
    });
}

;// CONCATENATED MODULE: ./lib/machines/docker/clusters.js


/**
 * Every cluster that the engine has something of, whoever's it is, by its name. `ignored` is told
 * of what only looks like a part of one. Rejects as `EngineApi.get` does.
 */
async function listClusters(api, asked) {
    const owned = await listAllOwned(api, asked);
    const groups = Map.groupBy(owned, ({ owner }) => `${owner.cluster}/${owner.repository}`);
    return [...groups.values()]
        .map(clusterOf)
        .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}
function clusterOf(parts) {
    const [first] = parts;
    if (!first)
        throw new Error('a cluster of nothing');
    const renewed = parts.filter(({ labels }) => labels[LEASE_LABEL] !== undefined);
    const expires = (renewed.length > 0 ? renewed : parts)
        .flatMap(({ owner }) => owner.expires ?? [])
        .sort()
        .at(-1);
    const created = Math.min(...parts.map((part) => part.created ?? Number.POSITIVE_INFINITY));
    return {
        owner: { ...first.owner, expires },
        created: Number.isFinite(created) ? new Date(created).toISOString() : undefined,
        parts: parts.map(partName),
    };
}
function partName({ kind, name }) {
    // One without a name of its own is called by all 64 digits of an id.
    return `${kind} ${/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name}`;
}

// EXTERNAL MODULE: ./lib/machines/addresses.js
var addresses = __webpack_require__(9591);
;// CONCATENATED MODULE: ./lib/machines/docker/commands.js



/**
 * What `--privileged` gives, where the engine may not grant all of it: it has no CAP_SYS_RESOURCE
 * to hand on.
 */
const CAPABILITIES = [
    '--cap-add=ALL',
    '--cap-drop=SYS_RESOURCE',
    '--security-opt=seccomp=unconfined',
    '--security-opt=apparmor=unconfined',
    '--security-opt=systempaths=unconfined',
    '--device-cgroup-rule=a *:* rwm',
    '--cgroupns=host',
    '--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw',
];
/** The flags that give a container the rights of a node. */
function privilegeFlags(privilege) {
    return privilege === 'privileged' ? ['--privileged'] : CAPABILITIES;
}
/** The flag with which everything of a cluster is created. */
function labelFlag(key, value) {
    return `--label=${key}=${value}`;
}
function labelFlags(labels) {
    return Object.entries(labels).map(([key, value]) => labelFlag(key, value));
}
function createNode(node) {
    const volumeLabels = Object.entries(node.labels).map(([key, value]) => `volume-label=${key}=${value}`);
    return [
        'docker',
        'create',
        `--name=${node.name}`,
        `--hostname=${node.name}`,
        `--network=${node.network}`,
        '--restart=no',
        ...labelFlags(node.labels),
        ...privilegeFlags(node.privilege),
        '--tmpfs=/run',
        '--tmpfs=/tmp:exec',
        // Without a name of its own the volume goes with the container; with labels it is found if it
        // does not.
        `--mount=${['type=volume', 'target=/var/lib/docker', ...volumeLabels].join(',')}`,
        ...(node.kernelModules === undefined
            ? []
            : [`--mount=type=bind,source=${node.kernelModules},target=/lib/modules,readonly`]),
        ...(node.cpus === undefined ? [] : [`--cpus=${node.cpus}`]),
        ...(node.memory === undefined ? [] : [`--memory=${node.memory}`]),
        ...node.publish.map(({ hostPort, port, protocol }) => `--publish=${(0,addresses/* inUrl */.Hc)(node.bind ?? local_ports/* LOCAL */.G8)}:${hostPort === 0 ? '' : hostPort}:${port}/${protocol}`),
        node.image,
    ];
}
/** Unpacks the tar archive on standard input into a container, running or not. */
function copyInto(container) {
    return ['docker', 'cp', '-', `${container}:/`];
}
function start(container) {
    return ['docker', 'start', container];
}
/** What sshd and dockerd of a node have said. */
function logs(container) {
    return ['docker', 'logs', '--tail', '2000', container];
}
function inspectContainers(containers) {
    return ['docker', 'container', 'inspect', ...containers];
}
/** Also removes the volumes without a name. */
function removeContainers(containers) {
    return ['docker', 'rm', '--force', '--volumes', ...containers];
}
function createNetwork(name, labels) {
    return ['docker', 'network', 'create', '--driver=bridge', ...labelFlags(labels), name];
}
function removeNetworks(networks) {
    return ['docker', 'network', 'rm', ...networks];
}
function createVolume(name, labels) {
    return ['docker', 'volume', 'create', ...labelFlags(labels), name];
}
function removeVolumes(volumes) {
    return ['docker', 'volume', 'rm', '--force', ...volumes];
}
const label = (key, value) => `--filter=label=${key}=${value}`;
/** All machines that have the name of a cluster, whoever's it is. */
function listContainers(cluster) {
    return ['docker', 'ps', '--all', '--quiet', '--no-trunc', label(ownership/* CLUSTER_LABEL */.eq, cluster)];
}
function listNetworks({ cluster, repository }) {
    const filters = [label(ownership/* CLUSTER_LABEL */.eq, cluster), label(ownership/* REPOSITORY_LABEL */.S, repository)];
    return ['docker', 'network', 'ls', '--format', '{{.Name}}', ...filters];
}
/** Not `docker info`, which also starts every plugin of the client: three times as long. */
function engineVersion() {
    return ['docker', 'version', '--format', '{{json .Server}}'];
}
/** Prints the config of an image as JSON. */
function inspectImage(image) {
    return ['docker', 'image', 'inspect', '--format', '{{json .Config}}', image];
}
/** A line for each step of each layer; with `--quiet` nobody could tell whether anything moves. */
function pullImage(image) {
    return ['docker', 'pull', image];
}
function tagImage(image, name) {
    return ['docker', 'tag', image, name];
}
function loadImage(file) {
    return ['docker', 'load', '--quiet', '--input', file];
}
function saveImage(image, file) {
    return ['docker', 'save', '--output', file, image];
}
function buildImage(tag, folder, labels) {
    return ['docker', 'build', ...labelFlags(labels), '--tag', tag, folder];
}

;// CONCATENATED MODULE: ./lib/machines/docker/create-fallback.js

const PRIVILEGES = ['privileged', 'capabilities'];
/**
 * How engines refuse rights that their machine lacks: those before 28 cannot hand on
 * CAP_SYS_RESOURCE, and later ones let it be neither added nor dropped by name, and leave it out
 * themselves.
 */
const REFUSED = {
    privileged: /unable to apply caps/,
    capabilities: /invalid Cap(Add|Drop)/,
};
/**
 * Another way to create a container after the engine has refused this one; undefined where there is
 * none.
 */
function createFallback(error, refused, ports) {
    const said = error instanceof executor/* CommandError */.Qd ? error.result.stderr : '';
    if (REFUSED[refused.privilege].test(said)) {
        const tried = [...(refused.refused ?? []), refused.privilege];
        const privilege = PRIVILEGES.find((one) => !tried.includes(one));
        return privilege && { ...refused, privilege, refused: tried };
    }
    // The engine names one port at most; all of them get new numbers, so that this happens once.
    if (refused.elsewhere.length < ports.length &&
        /port is already allocated|address already in use/.test(said)) {
        return { ...refused, elsewhere: ports };
    }
    return undefined;
}

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/machines/processes.js
var processes = __webpack_require__(3254);
;// CONCATENATED MODULE: ./lib/machines/docker/destroy.js






/**
 * The later ones remove what appeared during those before, what they could not remove because of
 * it, and volumes of their own.
 */
const ROUNDS = 4;
/**
 * How long the engine is left alone after a round that was refused something, in ms, longer each
 * time: one that is busy says of a container that it "did not receive an exit event", or that its
 * file system is busy, and has it gone a moment later.
 */
const PAUSE_MS = 500;
/**
 * Removes every container, volume and network of the cluster and its repository, and lists again,
 * up to `ROUNDS` times. Throws `ActionError` naming what is left, with what the engine said of it.
 */
async function destroyAll({ runner, api, ignored }, cluster, clock = base_clock/* systemClock */.ml) {
    const said = [];
    let owned = await listOwned(api, cluster, { ignored });
    for (let round = 1; round <= ROUNDS && names(owned).length > 0; round += 1) {
        const before = said.length;
        for (const argv of removals(owned)) {
            const { exitCode, stderr } = await runner.run(argv, { anyExitCode: true });
            if (exitCode !== 0)
                said.push(stderr.trim());
        }
        owned = await listOwned(api, cluster, { ignored });
        const isRefused = said.length > before && names(owned).length > 0;
        if (isRefused && round < ROUNDS)
            await clock.sleep(PAUSE_MS * round);
    }
    const left = names(owned);
    if (left.length === 0)
        return;
    throw new errors/* ActionError */.lZ(`Cluster ${cluster.cluster} could not be removed completely: ${left.join(', ')} left.`, {
        details: said.join('\n'),
        hint: `See what else carries its label (docker ps --all --filter label=${ownership/* CLUSTER_LABEL */.eq}=${cluster.cluster}), and remove it by hand: ${removals(owned)
            .map((argv) => argv.join(' '))
            .join('; ')}`,
    });
}
/** Containers first: they hold the network, and take their volumes along. */
function removals({ containers, volumes, networks }) {
    return [
        ...(containers.length > 0 ? [removeContainers(containers)] : []),
        ...(containers.length === 0 && volumes.length > 0 ? [removeVolumes(volumes)] : []),
        ...(networks.length > 0 ? [removeNetworks(networks)] : []),
    ];
}
/**
 * Whether no container, volume or network is of the cluster, and no docker client that would create
 * one is still at work: those that a killed main has started live on, and an engine that is busy
 * keeps them waiting for long.
 */
async function isGone({ api, ignored }, cluster) {
    // In this order: what a client ends with is in the list.
    if (await isCreating(cluster))
        return false;
    return names(await listOwned(api, cluster, { ignored })).length === 0;
}
/**
 * Whether a program of this machine has the cluster's label in its command line, which everybody
 * may read (proc_pid_cmdline(5)).
 */
async function isCreating(cluster) {
    const flag = labelFlag(ownership/* CLUSTER_LABEL */.eq, cluster.cluster);
    return (await processes/* procfs */.Yg.list()).some(({ argv }) => argv.includes(flag));
}
function names(owned) {
    return [
        ...owned.containers.map((id) => `container ${id.slice(0, 12)}`),
        ...owned.volumes.map((name) => `volume ${name}`),
        ...owned.networks.map((id) => `network ${id.slice(0, 12)}`),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/docker/expiry-volume.js





const expiry_volume_volumes = schemas/* object */.Ikc({ Volumes: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullable() });
/**
 * Writes `owner.expires` as the newest expiry of its cluster. Throws `ActionError` where it does
 * not stand there afterwards.
 */
async function renewLease(runner, api, owner, signal) {
    const name = leaseName(owner);
    signal.throwIfAborted();
    await runner.run(createVolume(name, { ...(0,ownership/* ownerLabels */.H0)(owner), [LEASE_LABEL]: 'true' }));
    const filters = JSON.stringify({ label: [...(0,ownership/* ownedFilter */.An)(owner), LEASE_LABEL] });
    const { Volumes } = await api.get('/volumes', { filters }, expiry_volume_volumes, { signal });
    const names = (Volumes ?? []).map(({ Name }) => Name);
    if (!names.includes(name)) {
        throw new errors/* ActionError */.lZ(`The volume ${name} exists and is not of cluster ${owner.cluster}.`, {
            hint: `It is where the new expiry would stand. Remove it (docker volume rm ${name}), then run again.`,
        });
    }
    const old = names.filter((one) => one !== name && isLease(one, owner));
    // Where one stays, the latest expiry counts.
    if (old.length > 0)
        await runner.run(removeVolumes(old), { anyExitCode: true });
}
function isLease(name, { cluster }) {
    const begin = leaseName({ cluster });
    return name.startsWith(begin) && /^\d+$/.test(name.slice(begin.length));
}

// EXTERNAL MODULE: ./node_modules/modern-tar/dist/web/index.js + 1 modules
var web = __webpack_require__(1942);
;// CONCATENATED MODULE: ./lib/machines/docker/identity.js


function newHostKey(name) {
    return (0,generate/* generateKeyPair */.T)(name);
}
/**
 * A tar archive of the identity, to be unpacked at `/`. It holds a private key: it goes through
 * standard input only.
 */
async function packIdentity(identity) {
    return (0,web/* packTar */.nG)([
        file('etc/ssh/ssh_host_ed25519_key', 0o600, identity.hostKey.privateKey),
        file('etc/ssh/ssh_host_ed25519_key.pub', 0o644, `${identity.hostKey.publicKey}\n`),
        ...authorizedKey(identity.authorizedKey),
        ...(identity.daemonConfig === undefined
            ? []
            : [file('etc/docker/daemon.json', 0o644, JSON.stringify(identity.daemonConfig))]),
    ]);
}
/** A tar archive that lets one key in, and no other any more. */
async function packAuthorizedKey(publicKey) {
    return (0,web/* packTar */.nG)(authorizedKey(publicKey));
}
function authorizedKey(publicKey) {
    return [
        { header: { name: 'root/.ssh/', type: 'directory', size: 0, mode: 0o700, uid: 0, gid: 0 } },
        file('root/.ssh/authorized_keys', 0o600, `${publicKey}\n`),
    ];
}
function file(name, mode, text) {
    const body = new TextEncoder().encode(text);
    return { header: { name, mode, size: body.length, type: 'file', uid: 0, gid: 0 }, body };
}

;// CONCATENATED MODULE: ./lib/machines/docker/inside.js
/** Runs a command in a running container, with standard input. */
function insideContainer(container, argv) {
    return ['docker', 'exec', '--interactive', container, ...argv];
}
/** Runs commands in a container without a connection to it, so that it need not let anybody in. */
function containerExecutor(runner, container) {
    const streams = new Set();
    const close = async () => {
        for (const stream of streams)
            stream.destroy();
    };
    return {
        where: container,
        run: (argv, options) => runner.run(insideContainer(container, argv), options),
        open: async (argv) => {
            const stream = await runner.open(insideContainer(container, argv));
            streams.add(stream);
            stream.once('close', () => streams.delete(stream));
            return stream;
        },
        outage: () => undefined,
        close,
        [Symbol.asyncDispose]: close,
    };
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/machines/docker/options.js




const BIND = 'give an IP address of the runner, for example `0.0.0.0` for all of them';
const HOST = 'give the name or address of the runner, for example `previews.example.com`';
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;
/** Whether an address stands for all of a machine. */
function isWildcard(address) {
    return address === '0.0.0.0' || /^[0:]+$/.test(address);
}
/**
 * By which host others reach what is published at an address of the runner, as it stands in a URL.
 */
function whereReached(address, publicHost) {
    if ((0,addresses/* isLoopback */.U9)(address))
        return (0,addresses/* inUrl */.Hc)(address);
    if (publicHost !== undefined)
        return (0,addresses/* inUrl */.Hc)(publicHost);
    return isWildcard(address) ? local_ports/* LOCAL */.G8 : (0,addresses/* inUrl */.Hc)(address);
}
/** `driver-options` of the `docker` driver. */
const dockerOptions = schemas/* strictObject */.rej({
    /** A node image to use in place of the action's own. */
    image: schemas/* string */.YjP().min(1).optional(),
    /** A folder of the workflow in which the action's own node image is kept between jobs. */
    'image-cache': schemas/* string */.YjP().min(1).optional(),
    /** CPUs of each node, as `docker run --cpus` takes them. */
    cpus: schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()])
        .transform(Number)
        .refine((cpus) => cpus > 0, 'give a number of CPUs above 0, for example `1.5`')
        .optional(),
    /** Memory of each node, as `docker run --memory` takes it. */
    memory: schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()])
        .transform(String)
        .refine((memory) => /^\d+[bkmg]?$/i.test(memory), 'give an amount of memory, for example `2g` or `512m`')
        .optional(),
    'registry-mirrors': schemas/* array */.YOg(schemas/* url */.OZ5()).optional(),
    'insecure-registries': schemas/* array */.YOg(schemas/* string */.YjP().min(1)).optional(),
    /**
     * Address of the runner at which the stack's ports are published; 127.0.0.1 where nothing is
     * said.
     */
    bind: schemas/* string */.YjP()
        .refine((address) => (0,external_node_net_.isIP)(address) !== 0, BIND)
        .optional(),
    /** Name or address of the runner for those who are elsewhere. */
    'public-host': schemas/* string */.YjP()
        .refine((host) => (0,external_node_net_.isIP)(host) !== 0 || HOST_NAME.test(host), HOST)
        .optional(),
})
    .superRefine(({ bind, 'public-host': host, image, 'image-cache': cache }, context) => {
    const add = (key, message) => context.addIssue({ code: 'custom', path: [key], message });
    if (image !== undefined && cache !== undefined) {
        add('image-cache', 'an image of your own is not kept: leave out `image` or `image-cache`');
    }
    if (bind !== undefined && isWildcard(bind) && host === undefined) {
        add('bind', `${bind} is every address of the runner and none to name: give \`public-host\`, too`);
    }
    if (host !== undefined && (bind === undefined || (0,addresses/* isLoopback */.U9)(bind))) {
        add('public-host', 'nothing listens there: give `bind`, too, for example `bind: 0.0.0.0`');
    }
});

;// CONCATENATED MODULE: ./lib/machines/docker/inspect.js




const inspect_containers = schemas/* array */.YOg(schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    State: schemas/* object */.Ikc({ Running: schemas/* boolean */.zMY() }),
    Config: schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullable() }),
    NetworkSettings: schemas/* object */.Ikc({
        Networks: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ IPAddress: schemas/* string */.YjP() })).nullable(),
        Ports: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* object */.Ikc({ HostIp: schemas/* string */.YjP().default(''), HostPort: schemas/* string */.YjP() })).nullable())
            .nullable()
            .optional(),
    }),
}));
/**
 * The machines in the JSON of `docker container inspect`, in the order of their index: containers
 * with the name and the labels of one, and no others. `publicHost` is what others call the runner.
 * Throws where the JSON is of another form.
 */
function machinesIn(json, publicHost) {
    const machines = [];
    for (const container of inspect_containers.parse(JSON.parse(json || '[]'))) {
        const labels = container.Config.Labels ?? {};
        const name = container.Name.replace(/^\//, '');
        const owner = ownerOfObject('container', name, labels);
        if (owner === undefined)
            continue;
        const running = container.State.Running;
        const address = running
            ? (Object.values(container.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '')
            : '';
        machines.push({
            name,
            index: Number(labels[machine_labels/* INDEX_LABEL */.sk]),
            owner,
            labels,
            state: running ? 'running' : 'stopped',
            address,
            advertise: address,
            dataPath: undefined,
            localPorts: localPorts(container.NetworkSettings.Ports ?? {}),
            localHost: localHost(container.NetworkSettings.Ports ?? {}, publicHost),
        });
    }
    return machines.sort((a, b) => a.index - b.index);
}
/** Where those are reached; undefined where nothing is published. */
function localHost(bindings, publicHost) {
    const address = Object.values(bindings).flatMap((bound) => bound?.[0]?.HostIp || [])[0];
    return address === undefined ? undefined : whereReached(address, publicHost);
}
function localPorts(bindings) {
    const ports = new Map();
    for (const [key, bound] of Object.entries(bindings)) {
        if (bound?.[0])
            ports.set(key, Number(bound[0].HostPort));
    }
    return ports;
}

;// CONCATENATED MODULE: ./lib/machines/docker/no-engine.js

const STARTS = 'The docker driver starts its nodes on the engine of the runner.';
/**
 * The error for a question to the engine of the runner that failed with this. `user` is who runs
 * the step.
 */
function noEngine({ stderr, stdout }, user) {
    // Beside its reason on stderr the client prints `null`, for an engine that it does not know.
    const details = stderr.trim() || stdout.trim();
    if (/permission denied/i.test(details)) {
        return new errors/* ActionError */.lZ(`User ${user} may not use the Docker Engine of the runner.`, {
            details,
            hint: `${STARTS} A group counts from the next login on. Put ${user} into the group of the socket, then start the runner's service anew:\n  sudo usermod -aG docker ${user}`,
        });
    }
    return new errors/* ActionError */.lZ('No Docker Engine answers on the runner.', {
        details,
        hint: `${STARTS} Start dockerd (sudo systemctl start docker), or use a runner that has it, such as ubuntu-latest.`,
    });
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
;// CONCATENATED MODULE: ./lib/machines/docker/image-cache.js



/** Loading or saving one image, in ms. */
const TIMEOUT_MS = 2 * 60_000;
/** `folder` starts in the working directory of this process, and is made by the first `save`. */
function imageCache(runner, folder) {
    const file = (image) => (0,external_node_path_.join)((0,external_node_path_.resolve)(folder), `${image.replaceAll(/[^\w.-]/g, '-')}.tar`);
    return {
        file,
        has: async (image) => {
            try {
                return (await (0,promises_.stat)(file(image))).isFile();
            }
            catch {
                return false;
            }
        },
        load: async (image, signal) => {
            await runner.run(loadImage(file(image)), { signal, timeoutMs: TIMEOUT_MS });
        },
        save: async (image, signal) => {
            await (0,promises_.mkdir)((0,external_node_path_.resolve)(folder), { recursive: true });
            // Two jobs may share the folder.
            const part = `${file(image)}.${process.pid}.part`;
            try {
                await runner.run(saveImage(image, part), { signal, timeoutMs: TIMEOUT_MS });
                await (0,promises_.rename)(part, file(image));
            }
            finally {
                await (0,promises_.rm)(part, { force: true });
            }
        },
    };
}

// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(7428);
;// CONCATENATED MODULE: ./lib/machines/docker/published-image.js






/** All of a pull, in ms. */
const PULL_TIMEOUT_MS = 5 * 60_000;
/**
 * How long no layer of a pull may begin or end, in ms. A build takes less, so that a registry that
 * has stopped is not waited for any longer.
 */
const STALL_MS = 60_000;
const pin = schemas/* strictObject */.rej({
    /** Hash of `node-image/` of which the image was made: the tag of `nodeImageName`. */
    content: schemas/* string */.YjP().regex(/^[0-9a-f]{12}$/),
    /** Registry, name and digest of the image, for all its architectures. */
    image: schemas/* string */.YjP().regex(/^[^\s@]+@sha256:[0-9a-f]{64}$/),
    /** Major version of the first Docker Engine that can unpack its layers. */
    engine: schemas/* int */.Whr().positive(),
});
/** Throws an `Error` that says what is wrong with the text. */
function readPublishedImage(text) {
    const read = pin.safeParse(JSON.parse(text));
    if (read.success)
        return read.data;
    throw new Error(core_errors/* prettifyError */.S1(read.error));
}
/**
 * What `node-image.json` pins, or why there is nothing to pull. Never throws because of the file: a
 * node image can be built without it.
 */
async function findPublishedImage(file, content, engineVersion) {
    let published;
    try {
        published = readPublishedImage(await (0,promises_.readFile)(file, 'utf8'));
    }
    catch (error) {
        const isMissing = error.code === 'ENOENT';
        return {
            reason: isMissing
                ? 'no image of this version is published'
                : `${file} cannot be read: ${error.message}`,
        };
    }
    if (published.content !== content) {
        return { reason: `the published image is of another node-image/ (${published.content})` };
    }
    const major = Number.parseInt(engineVersion ?? '', 10);
    return major < published.engine
        ? { reason: `Docker Engine ${engineVersion} cannot unpack it, ${published.engine} can` }
        : published;
}
/**
 * Pulls an image. Rejects with `CommandError` if the engine refuses, with `ActionError` if nothing
 * has moved for a minute or five minutes are over, and with the signal's reason.
 */
async function published_image_pullImage(runner, image, signal, clock = base_clock/* systemClock */.ml) {
    const stalled = new AbortController();
    const over = new AbortController();
    let movedAt = clock.now();
    const watch = async () => {
        for (let left = STALL_MS; left > 0; left = movedAt + STALL_MS - clock.now()) {
            await clock.sleep(left, over.signal);
        }
        stalled.abort(new errors/* ActionError */.lZ(`The pull of ${image} stalled: nothing moved for ${(0,duration/* formatDuration */.a3)(STALL_MS)}.`));
    };
    const watching = watch().catch(() => { }); // The pull has ended.
    try {
        await runner.run(pullImage(image), {
            signal: AbortSignal.any([signal, stalled.signal]),
            timeoutMs: PULL_TIMEOUT_MS,
            onLine: () => {
                movedAt = clock.now();
            },
        });
    }
    finally {
        over.abort();
        await watching;
    }
}

;// CONCATENATED MODULE: ./lib/machines/docker/node-image.js











const BUILD_TIMEOUT_MS = 10 * 60_000;
/** Label of a node image: the hash of the folder that it was made of. */
const CONTENT_LABEL = 'swarm-up.node-image';
/**
 * Name of the node image that is made of a folder: its tag is a hash of what is in the folder, so
 * that an unchanged folder is built once.
 */
async function nodeImageName(folder) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const name of (await (0,promises_.readdir)(folder)).sort()) {
        hash.update(`${name}\0`).update(await (0,promises_.readFile)((0,external_node_path_.join)(folder, name)));
    }
    return `swarm-up-node:${hash.digest('hex').slice(0, 12)}`;
}
/** The tag of a name that `nodeImageName` gave. */
function contentOf(image) {
    return image.slice(image.lastIndexOf(':') + 1);
}
/**
 * Makes sure that the node image is on the engine and returns its name. `wanted` is pulled if it is
 * not there. Without it, the image comes from `cache`, from the registry of the release by its
 * digest, or from a build of `node-image/`, the first of them that works; a line of the log says
 * which. Throws `ActionError` with the engine's own words of every way that was tried.
 */
async function ensureNodeImage(runner, source, log, signal, clock = base_clock/* systemClock */.ml) {
    const context = { runner, log, signal, clock };
    if (source.wanted !== undefined)
        return await ensureWanted(context, source.wanted);
    const folder = (0,external_node_path_.join)(source.actionRoot, 'node-image');
    const image = await nodeImageName(folder);
    if (await isThere(context, image))
        return image;
    const cache = source.cache === undefined ? undefined : imageCache(runner, source.cache);
    if (cache && (await cache.has(image))) {
        const file = cache.file(image);
        const from = clock.now();
        const failure = await failureOf(signal, async () => {
            await cache.load(image, signal);
            await refuseOther(context, image, image);
        });
        if (failure === undefined) {
            log.info(`Loaded the node image ${image} from ${file}${took(clock, from)}`);
            return image;
        }
        log.warning(`The node image of \`image-cache\` cannot be used; it is made anew.\n${failure}`);
    }
    const reason = await pullPublished(context, source, image);
    if (reason !== undefined)
        await buildInstead(context, folder, image, reason);
    if (cache) {
        const from = clock.now();
        const failure = await failureOf(signal, () => cache.save(image, signal));
        if (failure === undefined)
            log.info(`Kept it as ${cache.file(image)}${took(clock, from)}`);
        else
            log.warning(`The node image cannot be kept in \`image-cache\`.\n${failure}`);
    }
    return image;
}
async function ensureWanted({ runner, log, signal, clock }, image) {
    if (await exists(runner, image, signal))
        return image;
    log.info(`Pulling the node image ${image}`);
    const failure = await failureOf(signal, () => published_image_pullImage(runner, image, signal, clock));
    if (failure === undefined)
        return image;
    throw new errors/* ActionError */.lZ(`The node image ${image} is not on the engine and cannot be pulled.`, {
        details: failure,
        hint: 'Correct `image` in `driver-options`, or log in to its registry before this step. Without `image`, it is pulled or built.',
    });
}
/** Undefined if the published image is there under the name; otherwise why not, for people. */
async function pullPublished(context, { actionRoot, engineVersion }, image) {
    const { runner, log, signal, clock } = context;
    const file = (0,external_node_path_.join)(actionRoot, 'node-image.json');
    const found = await findPublishedImage(file, contentOf(image), engineVersion);
    if ('reason' in found)
        return found.reason;
    const from = clock.now();
    const failure = await failureOf(signal, async () => {
        await published_image_pullImage(runner, found.image, signal, clock);
        await refuseOther(context, found.image, image);
        await runner.run(tagImage(found.image, image), { signal });
    });
    if (failure !== undefined) {
        return `the pull of ${found.image} failed${took(clock, from)}:\n${failure}`;
    }
    log.info(`Pulled the node image ${found.image} as ${image}${took(clock, from)}`);
    return undefined;
}
async function buildInstead(context, folder, image, reason) {
    const { runner, log, signal, clock } = context;
    const from = clock.now();
    log.info(`Building the node image ${image} (once for this version of the action): ${reason}`);
    const failure = await failureOf(signal, () => runner.run(buildImage(image, folder, { [CONTENT_LABEL]: contentOf(image) }), {
        signal,
        timeoutMs: BUILD_TIMEOUT_MS,
    }));
    // Of two jobs that build it at once on one runner, an engine with containerd's image store
    // refuses the later one: the name is taken by then.
    const isBuilt = await isThere(context, image);
    if (isBuilt) {
        log.info(`Built the node image ${image}${took(clock, from)}`);
        return;
    }
    const built = failure ?? `The engine does not have ${image} after the build.`;
    throw new errors/* ActionError */.lZ('The node image cannot be built on the engine of the runner.', {
        details: `Not pulled: ${reason}\nNot built:\n${built.split('\n').slice(-30).join('\n')}`,
        hint: 'The build needs the image debian:trixie-slim and Debian packages. If the runner cannot reach them, give an image of your own: `driver-options: image: <name>`.',
    });
}
/** What went wrong, in the program's own words; undefined if nothing did. Rejects on abort. */
async function failureOf(signal, work) {
    try {
        await work();
        return undefined;
    }
    catch (error) {
        signal.throwIfAborted();
        return error instanceof executor/* CommandError */.Qd ? (error.details ?? error.message) : (0,errors/* describeError */.Uc)(error);
    }
}
function took(clock, from) {
    return ` (${(0,duration/* formatDuration */.a3)(clock.now() - from)})`;
}
async function exists(runner, image, signal) {
    const { exitCode } = await runner.run(inspectImage(image), { anyExitCode: true, signal });
    return exitCode === 0;
}
const inspected = schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).nullish() }).nullable();
/** The content that an image on the engine says it was made of. */
async function contentThere({ runner, signal }, image) {
    const asked = inspectImage(image);
    const { exitCode, stdout } = await runner.run(asked, { anyExitCode: true, signal });
    if (exitCode !== 0)
        return undefined;
    return inspected.parse(JSON.parse(stdout))?.Labels?.[CONTENT_LABEL] ?? 'unknown content';
}
async function isThere(context, image) {
    return (await contentThere(context, image)) === contentOf(image);
}
/** The digest says that an image is the one that was published; this, of which folder it is. */
async function refuseOther(context, got, image) {
    const content = await contentThere(context, got);
    if (content === contentOf(image))
        return;
    throw new errors/* ActionError */.lZ(content === undefined
        ? `${got} is not on the engine afterwards.`
        : `${got} was made of other files: ${content} in place of ${contentOf(image)}.`);
}

;// CONCATENATED MODULE: ./lib/machines/docker/driver.js
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



























/** Machines are containers of the runner's Docker Engine. */
const dockerDriver = {
    name: 'docker',
    makesMachines: true,
    onRunner: 'container',
    // Nodes are reached at their container addresses, which only the machine of the engine can do.
    platforms: ['linux'],
    options: dockerOptions,
    read: () => ({ create: createDockerDriver }),
};
/**
 * What `docker version` says of the server; of Docker Desktop and a rootless engine, the parts
 * tell.
 */
const serverVersion = schemas/* object */.Ikc({
    Version: schemas/* string */.YjP().optional(),
    Os: schemas/* string */.YjP().optional(),
    Platform: schemas/* object */.Ikc({ Name: schemas/* string */.YjP().default('') }).nullish(),
    Components: schemas/* array */.YOg(schemas/* object */.Ikc({ Name: schemas/* string */.YjP() })).nullish(),
});
const KERNEL_MODULES = '/lib/modules';
/** Where every engine speaks to a registry without TLS, if nothing is said. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];
/** As `dockerDriver` makes it. */
function createDockerDriver(options, { runner, actionRoot, log }) {
    /** For what is asked of an engine that has answered, or has answered an earlier step. */
    const patient = (0,patient_executor/* patientExecutor */.j)(runner, { log });
    /** This run's own key: it lives in this process and nowhere else. */
    const key = (0,generate/* generateKeyPair */.T)('swarm-up');
    // Not read from its text, as keys of others are: that would load ssh2, and the post step connects
    // to no machine.
    const publicKey = (0,public_key/* parsePublicKey */.ee)(key.publicKey);
    const credentials = {
        privateKeys: [{ ...publicKey, fingerprint: (0,public_key/* fingerprint */.Rj)(publicKey), text: key.privateKey }],
    };
    /** Machines that let this run's key in already. */
    const open = new Set();
    /** What only looks like ours is met at each look. */
    const ignored = (0,once/* once */.O)(log.warning);
    const bind = options.bind ?? local_ports/* LOCAL */.G8;
    let image;
    let engineVersion;
    let privilege = 'privileged';
    async function inspect(names) {
        // One that is going away meanwhile makes the exit code non-zero; the others are printed all the
        // same.
        const { stdout } = await patient.run(inspectContainers(names), { anyExitCode: true });
        return machinesIn(stdout, options['public-host']);
    }
    async function inspectOne(name) {
        const machine = (await inspect([name]))[0];
        if (machine)
            return machine;
        throw new errors/* ActionError */.lZ(`Machine ${name} was gone right after it had been created.`, {
            hint: 'Something else removed the container. See whether two runs use the same `cluster`.',
        });
    }
    async function createContainer(spec, index, name, way) {
        if (image === undefined)
            throw new Error('A machine is made only after `makeReady`.');
        const hostKey = newHostKey(name);
        await runner.run(createNode({
            name,
            network: spec.owner.cluster,
            image,
            labels: {
                ...(0,ownership/* ownerLabels */.H0)(spec.owner),
                [machine_labels/* INDEX_LABEL */.sk]: String(index),
                [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey.publicKey,
            },
            privilege: way.privilege,
            kernelModules: (0,external_node_fs_.existsSync)(KERNEL_MODULES) ? KERNEL_MODULES : undefined,
            cpus: options.cpus,
            memory: options.memory,
            bind,
            publish: index === 1
                ? spec.publishedPorts.map((port) => ({
                    ...port,
                    hostPort: way.elsewhere.includes(port) ? 0 : port.port,
                }))
                : [],
        }));
        const archive = await packIdentity({
            hostKey,
            authorizedKey: key.publicKey,
            daemonConfig: daemonConfig(options),
        });
        await runner.run(copyInto(name), { stdin: archive });
        await runner.run(start(name));
    }
    async function readLog(name, signal) {
        const { stdout, stderr } = await runner.run(logs(name), {
            anyExitCode: true,
            timeoutMs: 10_000,
            ...(signal && { signal }),
        });
        return stdout + stderr;
    }
    return {
        name: 'docker',
        makesMachines: true,
        onRunner: 'container',
        async check(signal) {
            engineVersion = await checkEngine(runner, signal);
            privilege = (await mayGrantEverything()) ? 'privileged' : 'capabilities';
        },
        async makeReady(signal) {
            const { image: wanted, 'image-cache': cache } = options;
            const source = { actionRoot, wanted, cache, engineVersion };
            image = await ensureNodeImage(runner, source, log, signal);
        },
        async list({ cluster }, signal) {
            const { stdout } = await patient.run(listContainers(cluster), signal ? { signal } : {});
            const ids = stdout.split('\n').filter(Boolean);
            return ids.length === 0 ? [] : inspect(ids);
        },
        async prepare({ owner }, signal) {
            const { stdout } = await runner.run(listNetworks(owner), { signal });
            // Another one with the labels is none of ours, and machines could not be made on it.
            if (stdout.split('\n').includes(owner.cluster))
                return;
            signal.throwIfAborted();
            try {
                await runner.run(createNetwork(owner.cluster, (0,ownership/* ownerLabels */.H0)(owner)));
            }
            catch (error) {
                throw nameTaken(error, 'network', owner.cluster);
            }
        },
        async create(spec, index) {
            const name = nodeName(spec.owner.cluster, index);
            let way = {
                privilege,
                elsewhere: index === 1 ? await (0,local_ports/* taken */.uU)(spec.publishedPorts, bind) : [],
            };
            for (;;) {
                try {
                    await createContainer(spec, index, name, way);
                    break;
                }
                catch (error) {
                    const other = createFallback(error, way, index === 1 ? spec.publishedPorts : []);
                    if (!other)
                        throw noSuchAddress(error, bind) ?? nameTaken(error, 'container', name);
                    await runner.run(removeContainers([name]));
                    way = other;
                    privilege = other.privilege;
                }
            }
            if (way.elsewhere.length > 0)
                log.warning((0,local_ports/* portsTaken */.E_)(way.elsewhere, bind));
            open.add(name);
            const machine = await inspectOne(name);
            if (machine.state === 'running')
                return machine;
            throw new errors/* ActionError */.lZ(`Machine ${name} ended right after it had been started.`, {
                details: await readLog(name),
                hint: 'The node image may not fit this engine, or its limits (`driver-options`) are too low.',
            });
        },
        inside: ({ name }) => containerExecutor(runner, name),
        async admit({ name, localHost }, signal) {
            const isOther = localHost !== undefined && localHost !== whereReached(bind, options['public-host']);
            if (isOther)
                log.warning(boundElsewhere(name, localHost, bind));
            if (open.has(name))
                return;
            const archive = await packAuthorizedKey(key.publicKey);
            await runner.run(copyInto(name), { stdin: archive, signal });
            open.add(name);
        },
        async target(machine) {
            return {
                name: machine.name,
                host: machine.address,
                port: 22,
                user: 'root',
                credentials,
                hostKeys: { kind: 'pinned', keys: [machine.labels[machine_labels/* HOST_KEY_LABEL */.AW] ?? ''] },
            };
        },
        commandOn: ({ name }) => ['docker', 'exec', name],
        wayIn: async ({ cluster }) => `docker exec -it ${cluster}-1 sh, docker logs ${cluster}-1`,
        async destroy(machine) {
            await patient.run(removeContainers([machine.name]), { anyExitCode: true });
        },
        async destroyCluster(cluster) {
            const env_1 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_1, (0,engine_api/* engineApi */.d0)(patient), false);
                await destroyAll({ runner: patient, api, ignored }, cluster);
            }
            catch (e_1) {
                env_1.error = e_1;
                env_1.hasError = true;
            }
            finally {
                __disposeResources(env_1);
            }
        },
        async isGone(cluster) {
            const env_2 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_2, (0,engine_api/* engineApi */.d0)(patient), false);
                return await isGone({ api, ignored }, cluster);
            }
            catch (e_2) {
                env_2.error = e_2;
                env_2.hasError = true;
            }
            finally {
                __disposeResources(env_2);
            }
        },
        async renew(owner, signal) {
            const env_3 = { stack: [], error: void 0, hasError: false };
            try {
                const api = __addDisposableResource(env_3, (0,engine_api/* engineApi */.d0)(patient), false);
                await renewLease(patient, api, owner, signal);
            }
            catch (e_3) {
                env_3.error = e_3;
                env_3.hasError = true;
            }
            finally {
                __disposeResources(env_3);
            }
        },
        async clusters(signal) {
            const env_4 = { stack: [], error: void 0, hasError: false };
            try {
                await checkEngine(patient, signal);
                const api = __addDisposableResource(env_4, (0,engine_api/* engineApi */.d0)(patient), false);
                return await listClusters(api, { signal, ignored });
            }
            catch (e_4) {
                env_4.error = e_4;
                env_4.hasError = true;
            }
            finally {
                __disposeResources(env_4);
            }
        },
        engine: () => (0,engine_api/* engineApi */.d0)(patient),
        diagnostics: async ({ name }, signal) => new Map([['dockerd.log', await readLog(name, signal)]]),
    };
}
/** Gives the version of the engine, if it says one. */
async function checkEngine(runner, signal) {
    let text;
    try {
        text = (await runner.run(engineVersion(), { signal, timeoutMs: 30_000 })).stdout;
    }
    catch (error) {
        if (error instanceof absent_engine/* AbsentEngine */.A) {
            throw noEngine({ stderr: error.details ?? '', stdout: '' }, (0,external_node_os_.userInfo)().username);
        }
        if (!(error instanceof executor/* CommandError */.Qd))
            throw error;
        throw noEngine(error.result, (0,external_node_os_.userInfo)().username);
    }
    const found = serverVersion.safeParse(parsedJson(text));
    if (!found.success) {
        throw new errors/* ActionError */.lZ('docker on the runner is not Docker Engine.', {
            details: text.slice(0, 1_000),
            hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine (https://docs.docker.com/engine/install/), or use `runs-on: ubuntu-latest`.',
        });
    }
    refuseUnreachable(found.data);
    const { Os, Version } = found.data;
    if (Os === 'linux')
        return Version;
    throw new errors/* ActionError */.lZ(`The engine of the runner runs ${Os ?? 'an unknown kind of'} containers; the nodes are Linux containers.`, { hint: 'Use `runs-on: ubuntu-latest`.' });
}
function parsedJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/**
 * The addresses of containers lead nowhere if the engine has its network in a virtual machine or a
 * namespace of its own.
 */
function refuseUnreachable({ Platform, Components }) {
    const isDesktop = Platform?.Name.startsWith('Docker Desktop') ?? false;
    const isRootless = Components?.some(({ Name }) => Name === 'rootlesskit') ?? false;
    if (!isDesktop && !isRootless)
        return;
    throw new errors/* ActionError */.lZ(`The docker driver cannot reach nodes on ${isDesktop ? 'Docker Desktop' : 'a rootless Docker Engine'}.`, {
        details: isDesktop
            ? 'Its containers are in a virtual machine, and their addresses lead nowhere outside of it.'
            : 'Its containers are in a network namespace of its own, and their addresses lead nowhere outside of it.',
        hint: 'Let the step use Docker Engine of the system: `docker context use default`, or DOCKER_HOST=unix:///var/run/docker.sock. Or use `runs-on: ubuntu-latest`.',
    });
}
/**
 * Whether the engine can be expected to grant `--privileged`: an engine cannot hand on a capability
 * that the whole machine lacks, and then each container would have to fail once before it is made
 * again without. Bit 24 is CAP_SYS_RESOURCE (linux/capability.h).
 */
async function mayGrantEverything() {
    const status = await (0,promises_.readFile)('/proc/self/status', 'utf8').catch(() => '');
    const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1];
    return bounding === undefined || (BigInt(`0x${bounding}`) & (1n << 24n)) !== 0n;
}
function daemonConfig(options) {
    const config = {
        ...(options['registry-mirrors'] && { 'registry-mirrors': options['registry-mirrors'] }),
        ...(options['insecure-registries'] && {
            // Engines from 29.10 on no longer add them to a list that is given.
            'insecure-registries': [...options['insecure-registries'], ...LOOPBACK],
        }),
    };
    return Object.keys(config).length > 0 ? config : undefined;
}
function noSuchAddress(error, bind) {
    if (!(error instanceof executor/* CommandError */.Qd))
        return undefined;
    if (!/cannot assign requested address/.test(error.result.stderr))
        return undefined;
    return new errors/* ActionError */.lZ(`driver-options: \`bind\`: ${bind} is no address of the runner.`, {
        details: error.result.stderr,
        hint: 'See which it has: ip -brief address. `0.0.0.0` with `public-host` is all of them.',
        cause: error,
    });
}
function boundElsewhere(name, host, bind) {
    return `The ports of the stack answer at ${host} and not at ${bind}: ${name} was made with another \`bind\`, and Docker cannot change it. Remove the cluster (\`command: down\`); the next \`up\` makes it anew.`;
}
function nameTaken(error, kind, name) {
    if (!(error instanceof executor/* CommandError */.Qd))
        return error;
    if (!/already (in use|exists)/.test(error.result.stderr))
        return error;
    return new errors/* ActionError */.lZ(`The ${kind} ${name} exists on the engine of the runner and is not of this cluster.`, {
        details: error.result.stderr,
        hint: `Another run may be making the same cluster at this moment (give them a \`concurrency\` group), or it is foreign: give this step another \`cluster\`, or remove it by hand (docker ${kind === 'network' ? 'network ' : ''}rm ${name}).`,
        cause: error,
    });
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

/***/ 3254:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yg: () => (/* binding */ procfs),
/* harmony export */   _n: () => (/* binding */ isAlive),
/* harmony export */   a7: () => (/* binding */ signalProcess)
/* harmony export */ });
/* unused harmony export parseProcess */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
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

/***/ 8024:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $I: () => (/* binding */ LostConnection),
/* harmony export */   R6: () => (/* binding */ NoChannel),
/* harmony export */   Z9: () => (/* binding */ wordsOf),
/* harmony export */   k: () => (/* binding */ lostConnectionOf)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _exec_quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(908);
/* harmony import */ var _target_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4292);



/** A command whose connection went, before it was sent or while it ran. */
class LostConnection extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    /** Whether it may have been run: nobody knows then how it ended. */
    sent;
    constructor(target, argv, sent, cause) {
        const what = sent ? 'it is not known how this ended' : 'this was not run';
        super(`Connection to ${(0,_target_js__WEBPACK_IMPORTED_MODULE_1__/* .where */ ._)(target)} was lost, ${what}: ${(0,_exec_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .h)(argv)}`, {
            details: wordsOf(cause),
            cause,
        });
        this.sent = sent;
    }
}
/** A connection that is not known to be lost, over which nothing could be begun. */
class NoChannel extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
}
/** The lost connection that an error comes down to, if it does. */
function lostConnectionOf(error) {
    if (error instanceof LostConnection)
        return error;
    return error instanceof Error ? lostConnectionOf(error.cause) : undefined;
}
/** Where several addresses were tried, Node's error has no message of its own. */
function wordsOf(error) {
    if (error === undefined)
        return 'no attempt came to an end';
    if (error instanceof AggregateError)
        return error.errors.map(wordsOf).join('; ');
    return String(error).replace(/^(Action)?Error: /, '');
}


/***/ }),

/***/ 4292:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ where)
/* harmony export */ });
/** A machine and where it answers, for messages. */
function where({ name, host, port, jump }) {
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const through = jump?.length ? ` through ${jump.map((hop) => hop.name).join(', ')}` : '';
    return `${name} (${address}${through})`;
}


/***/ })

};
;