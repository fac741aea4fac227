"use strict";
exports.id = 497;
exports.ids = [497];
exports.modules = {

/***/ 7119:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  R: () => (/* binding */ OTHER_KEY),
  O: () => (/* binding */ readMachineAccess)
});

// EXTERNAL MODULE: ./lib/machines/cloud/read-given-keys.js
var read_given_keys = __webpack_require__(8318);
;// CONCATENATED MODULE: ./lib/machines/cloud/read-token.js
/**
 * The API token in a variable of the step. It is a problem if there is none; `what` says which one
 * is wanted. Secret.
 */
function readToken({ variables, problem }, name, what) {
    const token = variables[name] ?? '';
    if (token === '') {
        problem('driver', name, `the variable is not set. Give ${what} to the step: \`env: { ${name}: "\${{ secrets.${name} }}" }\`. A pull request from a fork gets no secrets.`);
    }
    return token;
}

;// CONCATENATED MODULE: ./lib/machines/cloud/machine-access.js


/** Reads the token from `variable` (`what` says which token), and the keys. */
function readMachineAccess(source, variable, what) {
    const token = readToken(source, variable, what);
    const keys = (0,read_given_keys/* readGivenKeys */.W)(source);
    return { token, keys, hasGivenKey: source.read('ssh-private-key').trim() !== '' };
}
/** What to do if a machine of a cloud refuses the login. */
const OTHER_KEY = 'The key of a machine comes from the token and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.';


/***/ }),

/***/ 6946:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ knownNames)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _base_listed_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7563);
/* harmony import */ var _base_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3190);



/** How many names are listed in the error. */
const SHOWN = 80;
/**
 * What an option names, of what the vendor has, in the order of the option. Throws `ActionError`
 * with the nearest name if the vendor does not have it.
 */
function knownNames({ vendor, option }, wanted, known, nameOf) {
    const names = known.map(nameOf);
    return wanted.map((name) => {
        const found = known[names.indexOf(name)];
        if (found !== undefined)
            return found;
        const meant = (0,_base_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .nearest */ .p)(name, names);
        throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`driver-options: \`${option}\`: ${vendor} has no ${name}.`, {
            details: `It has ${(0,_base_listed_js__WEBPACK_IMPORTED_MODULE_2__/* .listed */ .K)([...names].sort(), SHOWN)}`,
            ...(meant !== undefined && { hint: `Is ${meant} meant?` }),
        });
    });
}


/***/ }),

/***/ 3174:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ nameList)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3798);

/** An option that is a list of the vendor's names, or only one; each of them is kept once. */
const nameList = (message) => zod__WEBPACK_IMPORTED_MODULE_0__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(name)), message);


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

/***/ 1154:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  hetznerDriver: () => (/* binding */ hetznerDriver)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-client.js + 2 modules
var cloud_client = __webpack_require__(505);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-limits.js
var cloud_limits = __webpack_require__(7521);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-traits.js
var cloud_traits = __webpack_require__(8412);
// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(3727);
// EXTERNAL MODULE: ./lib/machines/cloud/found/machine-of-cloud.js
var machine_of_cloud = __webpack_require__(2621);
// EXTERNAL MODULE: ./lib/machines/cloud/machine-access.js + 1 modules
var machine_access = __webpack_require__(7119);
// EXTERNAL MODULE: ./lib/machines/cloud/network/overlay-pools.js
var overlay_pools = __webpack_require__(4214);
// EXTERNAL MODULE: ./lib/machines/cloud/network/port-ranges.js
var port_ranges = __webpack_require__(5264);
// EXTERNAL MODULE: ./lib/machines/cloud/places/places.js
var places = __webpack_require__(2152);
// EXTERNAL MODULE: ./lib/machines/cloud/refuse-ipv6-only.js
var refuse_ipv6_only = __webpack_require__(6478);
// EXTERNAL MODULE: ./lib/machines/cloud/user-data.js
var user_data = __webpack_require__(8019);
// EXTERNAL MODULE: ./lib/machines/cloud/user-key.js
var user_key = __webpack_require__(7512);
// EXTERNAL MODULE: ./lib/machines/cloud/vendor-time.js
var vendor_time = __webpack_require__(5837);
// EXTERNAL MODULE: ./lib/machines/cloud/wait-for-cloud-init.js
var wait_for_cloud_init = __webpack_require__(7741);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-error.js
var cloud_error = __webpack_require__(1307);
;// CONCATENATED MODULE: ./lib/machines/hetzner/api/action-waiter.js


const POLL_MS = 1_000;
/** As many as one answer has. */
const ASKED_AT_ONCE = 25;
/**
 * Waits for actions of Hetzner. Whoever waits at the same time waits together: each second one call
 * asks for 25 actions, however many servers are being made.
 */
function actionWaiter(about) {
    const pending = new Map();
    let isPolling = false;
    const poll = async () => {
        if (isPolling)
            return;
        isPolling = true;
        try {
            while (pending.size > 0)
                await askOnce(about, pending);
        }
        catch (error) {
            for (const { reject } of pending.values())
                reject(error);
            pending.clear();
        }
        finally {
            isPolling = false;
        }
    };
    return async (actions) => {
        const waits = actions.map((action) => {
            if (action.status !== 'running')
                return Promise.resolve(action);
            const wait = pending.get(action.id) ?? Promise.withResolvers();
            pending.set(action.id, wait);
            return wait.promise;
        });
        void poll();
        // Each is heard, so that none rejects unheard after the first that did.
        for (const end of await Promise.allSettled(waits)) {
            if (end.status === 'rejected')
                throw end.reason;
            refuseFailed(end.value);
        }
    };
}
async function askOnce({ api, clock, bounds }, pending) {
    if (clock.now() + POLL_MS > bounds.deadline)
        throw tooLate(pending.size);
    await clock.sleep(POLL_MS, bounds.signal);
    const ids = [...pending.keys()];
    for (let at = 0; at < ids.length; at += ASKED_AT_ONCE) {
        for (const action of await api.actions(ids.slice(at, at + ASKED_AT_ONCE))) {
            if (action.status === 'running')
                continue;
            pending.get(action.id)?.resolve(action);
            pending.delete(action.id);
        }
    }
}
function refuseFailed({ id, command, status, error }) {
    if (status !== 'error')
        return;
    throw new cloud_error/* CloudError */.K2(`The action ${command} of Hetzner failed${error ? ` (${error.code})` : ''}.`, {
        call: `action ${id} (${command})`,
        httpStatus: 200,
        code: error?.code,
        details: error?.message,
    });
}
function tooLate(count) {
    return new errors/* ActionError */.lZ(`Hetzner has not finished in time: ${count} of its actions still run.`, {
        hint: 'See what they do: https://console.hetzner.com/projects. Then run this again.',
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/machines/hetzner/api/objects.js

// What is read of Hetzner's answers; all else may be there or not.
const id = schemas/* int */.Whr().positive();
const labels = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP());
const objects_text = schemas/* string */.YjP();
const action = schemas/* object */.Ikc({
    id,
    command: objects_text,
    status: schemas/* enum */.k5n(['running', 'success', 'error']),
    error: schemas/* object */.Ikc({ code: objects_text, message: objects_text }).nullish(),
});
const address = schemas/* object */.Ikc({ id: id.optional(), ip: objects_text }).nullable();
const server = schemas/* object */.Ikc({
    id,
    name: objects_text,
    /** `running`, `initializing`, `starting`, `stopping`, `off`, `deleting` and others. */
    status: objects_text,
    created: objects_text,
    public_net: schemas/* object */.Ikc({ ipv4: address, ipv6: address }),
    private_net: schemas/* array */.YOg(schemas/* object */.Ikc({ network: id.optional(), ip: objects_text.optional() })),
    server_type: schemas/* object */.Ikc({ name: objects_text }),
    location: schemas/* object */.Ikc({ name: objects_text, network_zone: objects_text }),
    labels,
});
const createdServer = schemas/* object */.Ikc({
    server,
    action,
    next_actions: schemas/* array */.YOg(action),
});
const network = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    ip_range: objects_text,
    subnets: schemas/* array */.YOg(schemas/* object */.Ikc({ type: objects_text, network_zone: objects_text })),
    labels,
});
const firewall = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    labels: labels.default({}),
});
const placementGroup = schemas/* object */.Ikc({
    id,
    name: objects_text,
    created: objects_text,
    labels,
    servers: schemas/* array */.YOg(id),
});
const primaryIp = schemas/* object */.Ikc({
    id,
    name: objects_text,
    ip: objects_text,
    created: objects_text,
    /** Whether it goes with the server that has it. */
    auto_delete: schemas/* boolean */.zMY(),
    assignee_id: id.nullable(),
});
const objects_location = schemas/* object */.Ikc({ name: objects_text, network_zone: objects_text });
const deprecation = schemas/* object */.Ikc({ unavailable_after: objects_text }).nullish();
const serverType = schemas/* object */.Ikc({
    name: objects_text,
    architecture: schemas/* enum */.k5n(['x86', 'arm']),
    prices: schemas/* array */.YOg(schemas/* object */.Ikc({ location: objects_text, price_hourly: schemas/* object */.Ikc({ gross: objects_text }) })),
    locations: schemas/* array */.YOg(schemas/* object */.Ikc({ name: objects_text, available: schemas/* boolean */.zMY(), deprecation })),
});
const objects_image = schemas/* object */.Ikc({
    id,
    name: objects_text.nullable(),
    description: objects_text,
    architecture: schemas/* enum */.k5n(['x86', 'arm']),
    status: objects_text,
});

;// CONCATENATED MODULE: ./lib/machines/hetzner/api/hetzner-api.js



/** The largest page that Hetzner gives. */
const PER_PAGE = 50;
/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 200;
/** Made once: zod compiles a schema when it is first used. */
const answers = {
    server: schemas/* object */.Ikc({ server: server }),
    perhapsAction: schemas/* object */.Ikc({ action: action.optional() }),
    actions: schemas/* object */.Ikc({ actions: schemas/* array */.YOg(action) }),
    network: schemas/* object */.Ikc({ network: network }),
    firewall: schemas/* object */.Ikc({ firewall: firewall }),
    placementGroup: schemas/* object */.Ikc({ placement_group: placementGroup }),
    any: schemas/* unknown */.L5J(),
    page: schemas/* looseObject */._H3({
        meta: schemas/* object */.Ikc({ pagination: schemas/* object */.Ikc({ next_page: schemas/* int */.Whr().nullable() }) }),
    }),
};
/** The calls with the limits of one piece of work. Labels are given and come as Hetzner has them. */
function hetznerApi(client, bounds) {
    const call = (one) => client.call(one, bounds);
    const list = (path, key, item, query) => allPages(call, { path, key, item, query });
    /** Gone already is success. */
    const remove = async (path) => {
        await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'DELETE', path, answer: answers.any }));
    };
    const label = async (path, labels) => {
        await call({ method: 'PUT', path, body: { labels }, answer: answers.any });
    };
    return {
        servers: (filter) => list('/servers', 'servers', server, { ...filter }),
        /** Undefined if there is none. */
        server: async (id) => {
            const answer = answers.server;
            return (await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'GET', path: `/servers/${id}`, answer })))?.server;
        },
        createServer: (wanted) => call({
            ...{ method: 'POST', path: '/servers', body: serverBody(wanted) },
            answer: createdServer,
        }),
        labelServer: (id, labels) => label(`/servers/${id}`, labels),
        /** The action that removes it; undefined if it is gone already. */
        deleteServer: async (id) => {
            const answer = answers.perhapsAction;
            const path = `/servers/${id}`;
            return (await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'DELETE', path, answer })))?.action;
        },
        /** As many as a page has without being asked for more: 25. */
        actions: async (ids) => {
            const answer = answers.actions;
            return (await call({ method: 'GET', path: '/actions', query: { id: ids }, answer })).actions;
        },
        networks: (filter) => list('/networks', 'networks', network, { ...filter }),
        /** Undefined if there is none. */
        network: async (id) => {
            const answer = answers.network;
            return (await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'GET', path: `/networks/${id}`, answer })))?.network;
        },
        createNetwork: async ({ name, labels, range, zone }) => {
            const subnets = [{ type: 'cloud', ip_range: range, network_zone: zone }];
            const body = { name, labels, ip_range: range, subnets };
            const answer = answers.network;
            return (await call({ method: 'POST', path: '/networks', body, answer })).network;
        },
        labelNetwork: (id, labels) => label(`/networks/${id}`, labels),
        deleteNetwork: (id) => remove(`/networks/${id}`),
        firewalls: (filter) => list('/firewalls', 'firewalls', firewall, { ...filter }),
        createFirewall: async (wanted) => {
            const body = { ...wanted, rules: rulesBody(wanted.rules) };
            const answer = answers.firewall;
            return (await call({ method: 'POST', path: '/firewalls', body, answer })).firewall;
        },
        /** The actions that apply them. */
        setRules: async (id, rules) => {
            const path = `/firewalls/${id}/actions/set_rules`;
            const body = { rules: rulesBody(rules) };
            const answer = answers.actions;
            return (await call({ method: 'POST', path, body, answer, isRepeatable: true })).actions;
        },
        labelFirewall: (id, labels) => label(`/firewalls/${id}`, labels),
        deleteFirewall: (id) => remove(`/firewalls/${id}`),
        placementGroups: (filter) => list('/placement_groups', 'placement_groups', placementGroup, { ...filter }),
        createPlacementGroup: async (wanted) => {
            const body = { ...wanted, type: 'spread' };
            const answer = answers.placementGroup;
            return (await call({ method: 'POST', path: '/placement_groups', body, answer }))
                .placement_group;
        },
        deletePlacementGroup: (id) => remove(`/placement_groups/${id}`),
        /** All of the project: they cannot be listed by their server. */
        primaryIps: () => list('/primary_ips', 'primary_ips', primaryIp, {}),
        /** Has Hetzner remove an address with its server. Gone already is success. */
        setAutoDelete: async (id) => {
            const body = { auto_delete: true };
            const path = `/primary_ips/${id}`;
            await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'PUT', path, body, answer: answers.any }));
        },
        deletePrimaryIp: (id) => remove(`/primary_ips/${id}`),
        locations: () => list('/locations', 'locations', objects_location, {}),
        serverTypes: () => list('/server_types', 'server_types', serverType, {}),
        images: (filter) => list('/images', 'images', objects_image, { ...filter }),
    };
}
async function allPages(call, asked) {
    const { path, key, item, query } = asked;
    const answer = answers.page.transform((page, context) => {
        const items = schemas/* array */.YOg(item).safeParse(page[key]);
        if (!items.success)
            context.addIssue({ code: 'custom', message: items.error.message });
        return { items: items.data ?? [], next: page.meta.pagination.next_page };
    });
    const all = [];
    let page = 1;
    for (let pages = 0; page !== null && pages < MOST_PAGES; pages += 1) {
        const paged = { ...query, page, per_page: PER_PAGE };
        const got = await call({
            ...{ method: 'GET', path, query: paged, answer },
        });
        all.push(...got.items);
        page = got.next;
    }
    return all;
}
function serverBody(wanted) {
    const { name, location, image, labels, placementGroup } = wanted;
    return {
        ...{ name, location, image, labels },
        server_type: wanted.type,
        start_after_create: true,
        user_data: wanted.userData,
        networks: [wanted.network],
        firewalls: [{ firewall: wanted.firewall }],
        public_net: { enable_ipv4: wanted.ipv4, enable_ipv6: true },
        ...(placementGroup !== undefined && { placement_group: placementGroup }),
    };
}
function rulesBody({ ranges, sources }) {
    return ranges.map(({ protocol, from, to }) => ({
        direction: 'in',
        protocol,
        port: from === to ? String(from) : `${from}-${to}`,
        source_ips: sources,
    }));
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/api/work.js



/** The name for messages, and where a person looks at what is there. */
const VENDOR = 'Hetzner';
const CONSOLE = 'https://console.hetzner.com/projects';
/** Codes by which Hetzner says that it has done nothing, and that the call is to be repeated. */
const RETRIED_CODES = ['conflict'];
/** How many servers are ordered, or removed, at the same time. */
const AT_ONCE = 10;
/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
function hetznerWork(client, about) {
    const api = hetznerApi(client, about.bounds);
    const ignored = (0,once/* once */.O)((message) => about.log.warning(message));
    return { api, awaitActions: actionWaiter({ api, ...about }), ignored, ...about };
}

// EXTERNAL MODULE: ./lib/machines/cloud/create-or-adopt.js
var create_or_adopt = __webpack_require__(6644);
// EXTERNAL MODULE: ./lib/machines/cloud/found/removed-meanwhile.js
var removed_meanwhile = __webpack_require__(1573);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/cloud/places/try-places.js
var try_places = __webpack_require__(2816);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/machines/hetzner/api/hetzner-refusal.js




const TOKEN_PAGE = 'Make one in the console of Hetzner (project, Security, API tokens) with the permission Read & Write, and store it as the secret HCLOUD_TOKEN.';
const limits = schemas/* object */.Ikc({
    limits: schemas/* array */.YOg(schemas/* object */.Ikc({ name: schemas/* string */.YjP() })).nonempty(),
});
/**
 * What an error of Hetzner means for the user; any other error as it is. `doing` says what failed:
 * `The server shop-1 could not be created`.
 */
function hetznerRefusal(error, doing) {
    if (!(error instanceof cloud_error/* CloudError */.K2))
        return error;
    const hint = hintOf(error);
    return new errors/* ActionError */.lZ(`${doing}: ${reasonOf(error)}.`, {
        details: error.details ?? error.message,
        ...(hint !== undefined && { hint }),
        cause: error,
    });
}
/** Whether Hetzner has no room for such a server there at this moment. */
function isNoCapacity(error) {
    return (0,cloud_error/* isCode */._m)(error, 'resource_unavailable', 'placement_error');
}
/** Whether asking again with this token is of no use. */
function isTokenRefused(error) {
    return ((0,cloud_error/* isCode */._m)(error, 'unauthorized', 'token_readonly', 'forbidden') ||
        (error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 401));
}
function reasonOf(error) {
    if (error.code === 'token_readonly')
        return 'the token may only read';
    if (error.httpStatus === 401)
        return 'Hetzner does not know the token';
    if (error.code === 'resource_limit_exceeded')
        return `a limit of the project is reached${which(error)}`;
    if (isNoCapacity(error))
        return 'Hetzner has no room for it at this moment';
    if (error.code === 'uniqueness_error')
        return 'something has its name';
    if (error.code === 'protected')
        return 'it is protected';
    if (error.code === 'maintenance')
        return 'Hetzner is in maintenance';
    if (isUnreachable(error))
        return 'the runner cannot reach the API of Hetzner';
    if (error.httpStatus === undefined)
        return 'no answer from Hetzner';
    return `${error.call} ended with ${error.code ?? `status ${error.httpStatus}`}`;
}
function hintOf(error) {
    if (error.code === 'token_readonly' || error.httpStatus === 401)
        return TOKEN_PAGE;
    if (error.code === 'forbidden')
        return `The token may not do that. ${TOKEN_PAGE}`;
    if (error.code === 'resource_limit_exceeded')
        return `Remove what is not needed (${CONSOLE}; \`command: sweep\` removes expired clusters), or ask Hetzner for a higher limit there.`;
    if (isNoCapacity(error))
        return 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.';
    if (error.code === 'protected')
        return `Take the protection away: ${CONSOLE}`;
    if (isUnreachable(error))
        return 'The API of Hetzner is reached over IPv4 and IPv6. See whether the runner has a route: curl https://api.hetzner.cloud/v1/locations';
    return undefined;
}
/** ` (servers, primary_ips)`. */
function which({ vendorDetails }) {
    const told = limits.safeParse(vendorDetails).data;
    return told ? ` (${told.limits.map(({ name }) => name).join(', ')})` : '';
}
function isUnreachable({ httpStatus, details = '' }) {
    return httpStatus === undefined && /ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details);
}

// EXTERNAL MODULE: ./lib/machines/cloud/found/clusters-of.js
var clusters_of = __webpack_require__(6153);
;// CONCATENATED MODULE: ./lib/machines/hetzner/label-codec.js



// A value at Hetzner has at most 63 characters of A-Z, a-z, 0-9, `-`, `_` and `.`, and begins and
// ends with a letter or a digit. A value that is one stays as it is. A time becomes the seconds
// since 1970, an ed25519 key its 32 bytes. Any other is written as `x_…_x`, with `_` and two
// hexadecimal digits for each byte of another character; what is longer goes on in further labels,
// whose keys end with `.2`, `.3` and so on. So nothing is ever cut.
const PLAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const ESCAPED = /^x_(.*)_x$/;
const PART_LENGTH = 63 - 'x__x'.length;
/** More labels of one value are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 9;
const SECONDS = /^\d{1,12}$/;
const KEY = /^k([A-Za-z0-9_-]{43})k$/;
/** Before the 32 bytes of an ed25519 key (RFC 8709): type and lengths. */
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
/**
 * Labels of this action as Hetzner takes them; `decodeLabels` gives back the same. Throws `ActionError` with
 * the key of a value that is too long for any number of labels.
 */
function encodeLabels(labels) {
    return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => encode(key, value)));
}
/** What `encodeLabels` was given. Labels of others come back as they are. */
function decodeLabels(labels) {
    return Object.fromEntries(Object.keys(labels)
        .filter((key) => !isFurtherPart(key, labels))
        .map((key) => [key, decode(key, labels)]));
}
/** All but the labels that hold the value of this key. */
function withoutLabel(labels, key) {
    const isOf = (one) => one === key || baseOf(one) === key;
    return Object.fromEntries(Object.entries(labels).filter(([one]) => !isOf(one)));
}
/** A label selector that finds what carries all of these labels. */
function selectorOf(labels) {
    return Object.entries(encodeLabels(labels))
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
}
function encode(key, value) {
    const short = shortOf(key, value);
    if (short !== undefined)
        return [[key, short]];
    const escaped = escapedForm(value);
    const parts = escaped.match(new RegExp(`.{1,${PART_LENGTH}}`, 'g')) ?? [''];
    if (parts.length > MOST_PARTS)
        throw tooLong(key, value);
    return parts.map((part, at) => [at === 0 ? key : `${key}.${at + 1}`, `x_${part}_x`]);
}
/** A form of one label that reads as this value again; undefined if there is none. */
function shortOf(key, value) {
    const forms = [secondsOf(key, value), keyBytesOf(key, value), value];
    return forms.find((form) => form !== undefined && PLAIN.test(form) && decode(key, { [key]: form }) === value);
}
function decode(key, labels) {
    const value = labels[key] ?? '';
    if (!(0,ownership/* isReserved */.Bs)(key))
        return value;
    if (key === ownership/* EXPIRES_LABEL */.Iw && SECONDS.test(value))
        return timeOf(Number(value));
    const bytes = key === machine_labels/* HOST_KEY_LABEL */.AW ? KEY.exec(value)?.[1] : undefined;
    if (bytes !== undefined)
        return keyOf(Buffer.from(bytes, 'base64url'));
    const parts = partsOf(key, labels).map((part) => ESCAPED.exec(part)?.[1]);
    return parts.includes(undefined) ? value : textOf(parts.join(''));
}
/** The values of a key and of its further parts, as far as they follow one another. */
function partsOf(key, labels) {
    const parts = [labels[key] ?? ''];
    for (let next = labels[`${key}.2`]; next !== undefined;) {
        parts.push(next);
        next = labels[`${key}.${parts.length + 1}`];
    }
    return parts;
}
/** `swarm-up.run` of `swarm-up.run.3`. */
function baseOf(key) {
    return /^(.+)\.[2-9]$/.exec(key)?.[1];
}
function isFurtherPart(key, labels) {
    const base = baseOf(key);
    if (base === undefined || !(0,ownership/* isReserved */.Bs)(base))
        return false;
    const first = labels[base];
    return first !== undefined && ESCAPED.test(first) && ESCAPED.test(labels[key] ?? '');
}
function escapedForm(value) {
    const hex = (byte) => `_${byte.toString(16).padStart(2, '0')}`;
    return [...Buffer.from(value)]
        .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[A-Za-z0-9.-]/.test(character) ? character : hex(byte);
    })
        .join('');
}
function textOf(text) {
    const bytes = text.replace(/_([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
}
function secondsOf(key, value) {
    const ms = key === ownership/* EXPIRES_LABEL */.Iw ? Date.parse(value) : Number.NaN;
    return Number.isNaN(ms) ? undefined : String(ms / 1_000);
}
function timeOf(seconds) {
    return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
function keyBytesOf(key, value) {
    if (key !== machine_labels/* HOST_KEY_LABEL */.AW)
        return undefined;
    const blob = Buffer.from(value.split(' ')[1] ?? '', 'base64');
    return `k${blob.subarray(KEY_START.length).toString('base64url')}k`;
}
function keyOf(bytes) {
    return `ssh-ed25519 ${Buffer.concat([KEY_START, bytes]).toString('base64')}`;
}
function tooLong(key, value) {
    return new errors/* ActionError */.lZ(`The label ${key} is too long for Hetzner: ${value.length} characters.`, {
        details: `${value.slice(0, 200)}…`,
        hint: 'Shorten what it is made of, for example the id of the job or of the step.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/owned.js




/**
 * Everything of a cluster, or of every cluster of whatever owner: four lists, however many clusters
 * there are. What carries the labels and has another name is none of the driver's: `ignored` is told.
 */
async function listOwned(work, cluster) {
    const label_selector = cluster ? selectorOf(clusterLabels(cluster)) : ownership/* CLUSTER_LABEL */.eq;
    const { api } = work;
    return [
        ...ownedServers(work, await api.servers({ label_selector })),
        ...(await api.firewalls({ label_selector })).flatMap((one) => owned(work, 'firewall', one)),
        ...(await api.networks({ label_selector })).flatMap((one) => owned(work, 'network', one)),
        ...(await api.placementGroups({ label_selector })).flatMap((one) => owned(work, 'placement group', one)),
    ];
}
/** Those of the servers that the driver has made. */
function ownedServers(work, servers) {
    return servers.flatMap((server) => owned(work, 'server', server).map((object) => ({ ...object, server })));
}
/** What a cluster is found by. */
function clusterLabels({ cluster, repository }) {
    return { [ownership/* CLUSTER_LABEL */.eq]: cluster, [ownership/* REPOSITORY_LABEL */.S]: repository };
}
/** Whether labels, as Hetzner has them, are of this cluster of this repository. */
function isOfCluster(rawLabels, { cluster, repository }) {
    const owner = (0,ownership/* ownerOf */.bf)(decodeLabels(rawLabels));
    return owner?.cluster === cluster && owner.repository === repository;
}
/** Which machine of its cluster a server is; undefined if its labels do not say. */
function indexOf(labels) {
    const text = labels[machine_labels/* INDEX_LABEL */.sk] ?? '';
    return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
/** The object, or nothing if only its labels look like one of the driver's. */
function owned({ ignored }, kind, object) {
    const labels = decodeLabels(object.labels);
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    const { id, name, created } = object;
    if (owner && hasOwnName(kind, name, labels, owner))
        return [{ kind, id, name, created, rawLabels: object.labels, owner }];
    ignored(`The ${kind} ${name} (${id}) at Hetzner has labels of Swarm Up, and not the name that Swarm Up gives a ${kind}: it is ignored, and stays.`);
    return [];
}
function hasOwnName(kind, name, labels, owner) {
    const index = indexOf(labels);
    switch (kind) {
        case 'server':
        case 'placement group':
            return index !== undefined && name === (0,object_name/* objectName */.H)(owner, index);
        case 'firewall':
        case 'network':
            return name === (0,object_name/* objectName */.H)(owner);
    }
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/find.js





/**
 * Every machine of a cluster of this name, of whatever repository, by index. One list. Throws
 * `ActionError` if Hetzner refuses.
 */
async function listMachines(work, cluster) {
    const label_selector = selectorOf({ [ownership/* CLUSTER_LABEL */.eq]: cluster });
    const servers = await work.api.servers({ label_selector }).catch((error) => {
        throw hetznerRefusal(error, `Cluster ${cluster} could not be looked for`);
    });
    return ownedServers(work, servers)
        .map(({ server, owner }) => machineOf(server, owner))
        .sort((a, b) => a.index - b.index);
}
/**
 * Every cluster of whatever owner, by name. Four lists, however many there are. Throws
 * `ActionError` if Hetzner refuses.
 */
async function listClusters(work) {
    const owned = await listOwned(work).catch((error) => {
        throw hetznerRefusal(error, 'The clusters at Hetzner could not be listed');
    });
    return (0,clusters_of/* clustersOf */.D)(owned.map((one) => ({ ...one, cluster: one.owner })), clusterOf);
}
/** What a server of a cluster is as a machine. */
function machineOf(server, owner) {
    const labels = decodeLabels(server.labels);
    const index = indexOf(labels) ?? 0;
    const isStopped = STOPPED.includes(server.status);
    return {
        id: server.id,
        name: `${owner.cluster}-${index}`,
        index,
        owner,
        labels,
        state: isStopped ? 'stopped' : 'running',
        address: isStopped ? '' : publicAddress(server),
        privateAddress: server.private_net[0]?.ip,
        place: { type: server.server_type.name, location: server.location.name },
    };
}
/** All others lead to `running`. */
const STOPPED = ['off', 'stopping', 'deleting', 'unknown'];
function publicAddress({ public_net: { ipv4, ipv6 } }) {
    if (ipv4)
        return ipv4.ip;
    // Hetzner names the network; the server has its first address.
    return ipv6 ? ipv6.ip.replace(/\/\d+$/, '1') : '';
}
/** The labels of a placement group are never written again, so it counts only if it is alone. */
function clusterOf(parts) {
    const written = parts.filter(({ kind }) => kind !== 'placement group');
    const telling = written.some(({ owner }) => owner.expires) ? written : parts;
    return (0,clusters_of/* ownedCluster */.E)(parts[0].owner, parts, telling.map(({ owner }) => owner.expires));
}

// EXTERNAL MODULE: ./lib/machines/cloud/removal/left-over.js
var left_over = __webpack_require__(6300);
;// CONCATENATED MODULE: ./lib/machines/hetzner/server-addresses.js

/** By how much the address of a server may be older than the server, in ms. */
const APART_MS = 60_000;
/**
 * The public addresses that came with servers. They are objects of their own, cost money of their
 * own, and have no labels: after the servers are gone, only this list knows them. One call looks at
 * fifty of them, as others of the project are listed, too.
 */
class ServerAddresses {
    /** Id of the address -> its server. */
    #servers = new Map();
    /** Those that end with their server, as Hetzner says. */
    #ending = new Set();
    /** Remembers those of servers that exist. */
    remember(servers) {
        for (const server of servers) {
            const { ipv4, ipv6 } = server.public_net;
            for (const address of [ipv4, ipv6]) {
                if (address?.id !== undefined)
                    this.#servers.set(address.id, server);
            }
        }
    }
    /**
     * Has each go with its server, before that is removed: whoever is killed in between leaves none
     * of which nobody knows. What cannot be set is told, and is removed by `removeFree`.
     */
    async endWithServers({ api }, said) {
        const isKnown = [...this.#servers.keys()].every((id) => this.#ending.has(id));
        if (isKnown)
            return;
        for (const { address, server } of (await this.#look(api, said)) ?? []) {
            if (address.assignee_id !== server.id)
                continue;
            const isSet = address.auto_delete || (await isDone(api.setAutoDelete(address.id), said));
            if (isSet)
                this.#ending.add(address.id);
        }
    }
    /**
     * Removes those that no server has any more; those that another server has, or that are older
     * than their server, are somebody's who made them for other things. Returns what stays so far,
     * but for what a server of its own still has.
     */
    async removeFree({ api }, said) {
        if (this.#servers.size === 0)
            return [];
        const found = await this.#look(api, said);
        const free = found?.filter(({ address }) => address.assignee_id === null);
        for (const { address } of free ?? [])
            await isDone(api.deletePrimaryIp(address.id), said);
        return (free?.map(({ address }) => address.id) ?? [...this.#servers.keys()]).map(server_addresses_textOf);
    }
    /** Those that exist and came with a server; undefined if Hetzner does not say. */
    async #look(api, said) {
        try {
            return (await api.primaryIps()).flatMap((address) => {
                const server = this.#servers.get(address.id);
                return server && !isOlder(address, server) ? [{ address, server }] : [];
            });
        }
        catch (error) {
            said((0,errors/* describeError */.Uc)(error));
            return undefined;
        }
    }
}
/** A failure is told, and the others go on. */
async function isDone(asked, said) {
    try {
        await asked;
        return true;
    }
    catch (error) {
        said((0,errors/* describeError */.Uc)(error));
        return false;
    }
}
function server_addresses_textOf(id) {
    return `primary IP ${id}`;
}
function isOlder(address, server) {
    return Date.parse(server.created) - Date.parse(address.created) > APART_MS;
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/remove-server.js




const remove_server_POLL_MS = 2_000;
/** Where a person removes what is left. */
const WHERE = `${CONSOLE} (then the project and the kind).`;
/**
 * Removes one server with the addresses that came with it, and waits until Hetzner does not know it
 * any more: its action may end, and be answered as done, before that. Gone already is success.
 * Throws `ActionError` at the deadline, or with the addresses that are left.
 */
async function removeServer(work, server) {
    const addresses = new ServerAddresses();
    const said = [];
    const say = (text) => void said.push(text);
    addresses.remember([server]);
    await addresses.endWithServers(work, say);
    await untilGone(work, server.id);
    await addresses.removeFree(work, say);
    const left = await addresses.removeFree(work, say);
    if (left.length > 0)
        throw (0,left_over/* leftOver */.W)(`Server ${server.id}`, left, { said, where: WHERE });
}
async function untilGone({ api, awaitActions, clock, bounds }, id) {
    const action = await api.deleteServer(id);
    if (action)
        await awaitActions([action]);
    while (await api.server(id)) {
        if (clock.now() + remove_server_POLL_MS > bounds.deadline)
            throw stays(id);
        await clock.sleep(remove_server_POLL_MS, bounds.signal);
    }
}
function stays(id) {
    return new errors/* ActionError */.lZ(`Server ${id} at Hetzner could not be removed in time.`, {
        hint: `See what becomes of it, and remove it by hand if it stays: ${CONSOLE}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/create-server.js













const create_server_POLL_MS = 2_000;
/**
 * Makes one server, at the first place that has room, and waits until it runs and has its
 * addresses; a server of this name and cluster is adopted. After an abort nothing more is asked
 * for, and what exists has its labels. Throws `ActionError` if no place has room, if the name
 * belongs to somebody else, or if Hetzner refuses.
 */
async function createServer(work, ground, order) {
    const machine = `${order.owner.cluster}-${order.index}`;
    const { log, bounds } = work;
    try {
        const server = await (0,try_places/* tryPlaces */.a)(ground.places, machine, { log, signal: bounds.signal }, async (place) => await createAt(work, ground, order, place));
        return machineOf(server, order.owner);
    }
    catch (error) {
        throw hetznerRefusal(error, `The server of ${machine} could not be created`);
    }
}
/** Undefined if the place has no room. */
async function createAt(work, ground, order, place) {
    let asked;
    try {
        asked = await ground.orders(async () => 
        // Whoever has waited for a turn may have been told meanwhile.
        ground.places.isLeft(place) ? await ask(work, ground, order, place) : undefined);
        if (!asked)
            return undefined;
        await work.awaitActions(asked.actions);
        return await running(work, asked.server);
    }
    catch (error) {
        if (!isNoCapacity(error))
            throw error;
        // Its name is needed at the next place.
        if (asked)
            await removeServer(work, asked.server);
        return undefined;
    }
}
function ask(work, ground, order, place) {
    const { api } = work;
    const { owner, index, hostKey, userData, placementGroup } = order;
    const { image, network, firewall, ipv4 } = ground;
    const name = (0,object_name/* objectName */.H)(owner, index);
    const labels = encodeLabels({
        ...(0,ownership/* ownerLabels */.H0)(owner),
        [machine_labels/* INDEX_LABEL */.sk]: String(index),
        [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey,
    });
    return (0,create_or_adopt/* createOrAdopt */.r)({
        what: `server ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => {
            const [server] = await api.servers({ name });
            return server && { server, actions: [] };
        },
        create: async () => {
            const wanted = { name, labels, userData, placementGroup, image, network, firewall, ipv4 };
            const made = await api.createServer({ ...wanted, ...place });
            return { server: made.server, actions: [made.action, ...made.next_actions] };
        },
        isOurs: ({ server }) => isOfCluster(server.labels, owner) && indexOf(decodeLabels(server.labels)) === index,
        isTaken: (error) => (0,cloud_error/* isCode */._m)(error, 'uniqueness_error'),
        isLeaving: ({ server }) => server.status === 'deleting',
    }, work);
}
/** Waits until a server has ended what it began, and is in its network. */
async function running({ api, clock, bounds }, { id, name }) {
    for (;;) {
        const server = await api.server(id);
        if (!server)
            throw (0,removed_meanwhile/* removedMeanwhile */.V)(`server ${name}`);
        const isReady = server.status === 'running' && server.private_net[0]?.ip !== undefined;
        if (isReady || server.status === 'off')
            return server;
        if (clock.now() + create_server_POLL_MS > bounds.deadline)
            return server;
        await clock.sleep(create_server_POLL_MS, bounds.signal);
    }
}

// EXTERNAL MODULE: ./lib/machines/cloud/at-once.js
var at_once = __webpack_require__(3668);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/heard.js
var heard = __webpack_require__(9194);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/remove-until-gone.js
var remove_until_gone = __webpack_require__(9221);
;// CONCATENATED MODULE: ./lib/machines/hetzner/destroy.js











/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what Hetzner fails at, is tried until the deadline.
 * Throws `ActionError` that names what is left; at once if the token is refused.
 */
async function destroyCluster(work, cluster) {
    await (0,remove_until_gone/* removeUntilGone */.a)(new RemovalAtHetzner(work, cluster), work);
}
/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
async function isGone(work, cluster) {
    try {
        return (await listOwned(work, cluster)).length === 0;
    }
    catch (error) {
        throw hetznerRefusal(error, `Cluster ${cluster.cluster} could not be looked for`);
    }
}
/**
 * Removes one server with the addresses that came with it. Gone already is success. Throws
 * `ActionError` with what is left.
 */
async function destroyServer(work, id) {
    try {
        const server = await work.api.server(id);
        if (server)
            await removeServer(work, server);
    }
    catch (error) {
        throw hetznerRefusal(error, `Server ${id} could not be removed`);
    }
}
/** One removal, from the first look to the last. */
class RemovalAtHetzner {
    #work;
    #cluster;
    #addresses = new ServerAddresses();
    /** What the last look found; undefined before the first that was answered. */
    #left;
    /** What has to go before the rest can: the servers, or whatever else there is. */
    #first = [];
    /** What Hetzner said in the last round. */
    #said = [];
    #say = (text) => void this.#said.push(text);
    /** What only a person can remove. */
    #protected = new Set();
    constructor(work, cluster) {
        this.#work = work;
        this.#cluster = cluster;
    }
    async round() {
        this.#said = [];
        this.#protected.clear();
        const owned = await this.#heard(() => listOwned(this.#work, this.#cluster));
        if (!owned)
            return false;
        const servers = owned.filter((one) => 'server' in one);
        this.#addresses.remember(servers.map(({ server }) => server));
        this.#first = servers.length > 0 ? servers : owned;
        await this.#addresses.endWithServers(this.#work, this.#say);
        await this.#removeServers(servers);
        for (const object of owned)
            await this.#removeShared(object);
        const addresses = await this.#addresses.removeFree(this.#work, this.#say);
        this.#left = [...owned.map(destroy_textOf), ...addresses];
        return this.#left.length === 0;
    }
    isStuck() {
        const isProtected = (object) => this.#protected.has(destroy_textOf(object));
        return this.#first.length > 0 && this.#first.every(isProtected);
    }
    incomplete() {
        return (0,left_over/* leftOver */.W)(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
            said: this.#said,
            where: WHERE,
        });
    }
    /** All at once with a bound: each removal is asked for before any is waited for. */
    async #removeServers(servers) {
        const { api, awaitActions } = this.#work;
        const removals = servers
            .filter(({ server }) => server.status !== 'deleting')
            .map((one) => () => this.#heard(() => api.deleteServer(one.id), one));
        const actions = (await (0,at_once/* atOnce */.z)(AT_ONCE, removals)).flatMap((action) => action ?? []);
        await this.#heard(() => awaitActions(actions));
    }
    async #removeShared(object) {
        const { api } = this.#work;
        const { kind, id } = object;
        switch (kind) {
            case 'server':
                return;
            case 'firewall':
                return await this.#heard(() => api.deleteFirewall(id), object);
            case 'network':
                return await this.#heard(() => api.deleteNetwork(id), object);
            case 'placement group':
                return await this.#heard(() => api.deletePlacementGroup(id), object);
        }
    }
    /** A failure is kept, and the removal goes on; only a refused token or an abort ends it. */
    async #heard(ask, object) {
        return await (0,heard/* heard */.H)(ask, this.#work.bounds.signal, (error) => {
            if (isTokenRefused(error)) {
                throw hetznerRefusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
            }
            if ((0,cloud_error/* isCode */._m)(error, 'protected') && object)
                this.#protected.add(destroy_textOf(object));
            this.#said.push((0,errors/* describeError */.Uc)(error));
        });
    }
}
/** `server su-42-shop-1 (7)`. */
function destroy_textOf({ kind, name, id }) {
    return `${kind} ${name} (${id})`;
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/firewall.js








/** How many rules a firewall of Hetzner takes. */
const MOST_RULES = 50;
/**
 * Makes the firewall of a cluster, or finds it made, and sets its rules to exactly these, so that a
 * port that is not published any more is closed. Settles once all servers have them. Throws
 * `ActionError` if another owner has its name.
 */
async function ensureFirewall(work, owner, rules) {
    const name = (0,object_name/* objectName */.H)(owner);
    try {
        const { firewall, isNew } = await found(work, owner, name, rules);
        if (!isNew)
            await work.awaitActions(await work.api.setRules(firewall.id, rules));
        return firewall;
    }
    catch (error) {
        throw hetznerRefusal(error, `The firewall ${name} could not be set up`);
    }
}
async function found({ api, ...work }, owner, name, rules) {
    const find = async () => {
        const [firewall] = await api.firewalls({ name });
        return firewall && { firewall, isNew: false };
    };
    const labels = encodeLabels((0,ownership/* ownerLabels */.H0)(owner));
    return await (0,create_or_adopt/* createOrAdopt */.r)({
        what: `firewall ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find,
        create: async () => ({
            firewall: await api.createFirewall({ name, labels, rules }),
            isNew: true,
        }),
        isOurs: ({ firewall }) => isOfCluster(firewall.labels, owner),
        isTaken: (error) => (0,cloud_error/* isCode */._m)(error, 'uniqueness_error'),
    }, work);
}

// EXTERNAL MODULE: ./lib/machines/cloud/options/known-names.js
var known_names = __webpack_require__(6946);
// EXTERNAL MODULE: ./lib/machines/cloud/places/choose-places.js
var choose_places = __webpack_require__(5202);
// EXTERNAL MODULE: ./lib/machines/cloud/places/machines-line.js
var machines_line = __webpack_require__(7633);
// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(3190);
;// CONCATENATED MODULE: ./lib/machines/hetzner/image.js



/**
 * Checks that the image is there for the processors of all these server types: a name, or the id of
 * a snapshot. Throws `ActionError` with the nearest known name.
 */
async function checkImage(work, image, types) {
    const found = await imagesOf(work, image);
    if (found.length === 0)
        throw await unknownImage(work, image);
    for (const { name, architecture } of types) {
        if (found.some((one) => one.architecture === architecture))
            continue;
        throw new errors/* ActionError */.lZ(`driver-options: \`image\`: ${image} is not for ${architecture}, which ${name} needs.`, {
            details: `It is for ${[...new Set(found.map((one) => one.architecture))].join(', ')}.`,
            hint: 'Give server types of one architecture, or another image.',
        });
    }
}
async function imagesOf({ api }, image) {
    if (!/^\d+$/.test(image))
        return await api.images({ name: image });
    const snapshots = await api.images({ type: 'snapshot' });
    return snapshots.filter(({ id }) => id === Number(image));
}
async function unknownImage({ api }, image) {
    const names = (await api.images({})).flatMap(({ name }) => name ?? []);
    const known = [...new Set(names)].sort();
    const meant = (0,nearest/* nearest */.p)(image, known);
    return new errors/* ActionError */.lZ(`driver-options: \`image\`: Hetzner has no image ${image}.`, {
        details: `It has ${(0,listed/* listed */.K)(known, 60)}`,
        hint: `${meant === undefined ? '' : `Is ${meant} meant? `}A snapshot is given by its id.`,
    });
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./lib/machines/cloud/options/endpoint.js
var endpoint = __webpack_require__(659);
// EXTERNAL MODULE: ./lib/machines/cloud/options/name-list.js
var name_list = __webpack_require__(3174);
// EXTERNAL MODULE: ./lib/machines/cloud/options/source-list.js
var source_list = __webpack_require__(8636);
;// CONCATENATED MODULE: ./lib/machines/hetzner/options.js






const ENDPOINT = 'https://api.hetzner.cloud/v1';
const LOCATION = 'give names of locations as Hetzner has them, for example `[nbg1, hel1]`';
const TYPE = 'give names of server types as Hetzner has them, for example `[cx23, cpx22]`';
const IMAGE = 'give the name of an image, for example `docker-ce`, or the id of a snapshot';
const RANGE = 'give a private IPv4 network that begins at its first address and has /8 to /24, for example `10.64.0.0/16`';
const NETWORK = 'give the id of a network of the project, a number';
/** The options that list places. */
const PLACE_WORDS = {
    ...{ vendor: VENDOR, type: 'server-type', location: 'location' },
};
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({
    /** Where the API answers. */
    endpoint: endpoint/* endpoint */.s.default(ENDPOINT),
});
/** `driver-options` of the `hetzner` driver. */
const hetznerOptions = schemas/* strictObject */.rej({
    /** Tried in turn, the first one first. */
    location: (0,name_list/* nameList */.O)(LOCATION).default(['nbg1', 'hel1', 'fsn1']),
    /** Tried in turn, the first one in every location first. */
    'server-type': (0,name_list/* nameList */.O)(TYPE).default(['cx23', 'cpx22']),
    image: schemas/* union */.KCZ([schemas/* string */.YjP().min(1, IMAGE), schemas/* int */.Whr().positive(IMAGE)], IMAGE)
        .transform(String)
        .default('docker-ce'),
    /** Of the private network of a cluster. */
    'network-range': schemas/* string */.YjP(RANGE).refine(isPrivateNetwork, RANGE).default('10.64.0.0/16'),
    /** A network that is there already, in place of one of the cluster's own. */
    network: schemas/* union */.KCZ([schemas/* int */.Whr(), schemas/* string */.YjP()], NETWORK)
        .transform(Number)
        .refine((id) => Number.isSafeInteger(id) && id > 0, NETWORK)
        .optional(),
    /** From where SSH and the published ports are reached. */
    'firewall-sources': source_list/* sourceList */._,
    /** Whether machines have a public IPv4 address, which costs extra. */
    ipv4: schemas/* boolean */.zMY('give `true` or `false`').default(true),
    /** Whether Hetzner puts the machines on different hosts. */
    'placement-group': schemas/* enum */.k5n(['spread', 'none'], 'give `spread` or `none`').default('spread'),
    ...placeOptions.shape,
});
function isPrivateNetwork(text) {
    const [address = '', bits = ''] = text.split('/');
    if (!(0,external_node_net_.isIPv4)(address) || !/^(?:[89]|1\d|2[0-4])$/.test(bits))
        return false;
    const number = numberOf(address);
    const isFirst = number % 2 ** (32 - Number(bits)) === 0;
    return isFirst && PRIVATE.some((outer) => isWithin(number, Number(bits), outer));
}
/** RFC 1918. */
const PRIVATE = [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
];
function isWithin(first, bits, [outer, outerBits]) {
    const size = 2 ** (32 - outerBits);
    return bits >= outerBits && Math.floor(first / size) === Math.floor(numberOf(outer) / size);
}
function numberOf(address) {
    return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/preflight.js










/**
 * Asks whether the token is known, and whether Hetzner has the locations, server types and image of
 * the options, with room for them. Makes nothing. Throws `ActionError` that says what to change.
 * Whether the token may write, and the limits of the project, only the first order tells.
 */
async function preflight(work, options, planned) {
    (0,port_ranges/* portRanges */.O)(planned.ports, { vendor: VENDOR, most: MOST_RULES });
    if (!options.ipv4 && !planned.hasIpv6)
        throw unreachable();
    try {
        const zone = zoneOf(options.location, await work.api.locations());
        const allTypes = await work.api.serverTypes();
        const types = known('server-type', options['server-type'], allTypes);
        await checkImage(work, options.image, types);
        const offers = offersOf(types, options.location, new Date());
        const { places, skipped } = (0,choose_places/* choosePlaces */.i8)(PLACE_WORDS, offers);
        const prices = pricesOf(allTypes, planned.ttlMs);
        const cost = costsOf((0,choose_places/* firstFor */._C)(places, planned.machines), prices, options);
        return { places, zone, prices, facts: [cost, ...skipped] };
    }
    catch (error) {
        throw hetznerRefusal(error, 'Hetzner could not be asked what it has');
    }
}
/** The one network zone of the locations in the options. Throws `ActionError` if there are several. */
async function askZone(work, { location }) {
    const known = await work.api.locations().catch((error) => {
        throw hetznerRefusal(error, 'Hetzner could not be asked for its locations');
    });
    return zoneOf(location, known);
}
/** The one network zone of all these locations. */
function zoneOf(wanted, all) {
    const locations = known('location', wanted, all);
    const [zone = ''] = locations.map(({ network_zone }) => network_zone);
    if (locations.every(({ network_zone }) => network_zone === zone))
        return zone;
    throw new errors/* ActionError */.lZ('driver-options: `location`: these lie in several network zones.', {
        details: locations.map(({ name, network_zone }) => `${name}: ${network_zone}`).join('\n'),
        hint: 'The private network of a cluster cannot span zones. Give locations of one zone.',
    });
}
/** What an option names, of what Hetzner has. */
function known(option, wanted, all) {
    return (0,known_names/* knownNames */.U)({ vendor: VENDOR, option }, wanted, all, ({ name }) => name);
}
/** Each type in each location that has it; at least one. */
function offersOf(types, locations, now) {
    const offers = types.flatMap((type) => locations.flatMap((location) => {
        const found = type.locations.find(({ name }) => name === location);
        const until = found?.deprecation?.unavailable_after;
        if (!found || (until !== undefined && Date.parse(until) <= now.getTime()))
            return [];
        return [{ place: { type: type.name, location }, hasRoom: found.available }];
    }));
    if (offers.length > 0)
        return offers;
    const wares = types.map(({ name, locations: has }) => ({
        ...{ type: name, locations: has.map((one) => one.name) },
    }));
    throw (0,choose_places/* notOffered */.JM)(PLACE_WORDS, wares, locations);
}
/**
 * What machines are and cost; their addresses of IPv4 are charged apart, and Hetzner tells no price
 * of them here.
 */
function costsOf(places, prices, { ipv4 }) {
    return `${(0,machines_line/* machinesLine */.b)(places, prices)}${ipv4 ? ' IPv4 addresses cost extra.' : ''}`;
}
function pricesOf(types, ttlMs) {
    const hourlyOf = (place) => {
        const type = types.find(({ name }) => name === place.type);
        const price = type?.prices.find(({ location }) => location === place.location);
        return price && Number(price.price_hourly.gross);
    };
    return { currency: '€', hourlyOf, ttlMs };
}
function unreachable() {
    return new errors/* ActionError */.lZ('driver-options: `ipv4: false`: the runner has no IPv6, so it could not reach the machines.', { hint: 'Leave `ipv4` out, or use a runner with IPv6. Those of GitHub have none.' });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/network.js










/** In their order of preference; each holds 32 768 networks of Swarm's size, or 256. */
const OVERLAY_POOLS = ['10.128.0.0/9', '10.0.0.0/9', '172.16.0.0/12'];
/**
 * The private network of a cluster: that of the option `network`, or else the cluster's own, which
 * is made or found. `zone` is that of the locations, if it was asked for already.
 */
async function chooseNetwork(work, owner, options, zone) {
    const where = zone ?? (await askZone(work, options));
    return options.network === undefined
        ? await ensureNetwork(work, owner, { range: options['network-range'], zone: where })
        : await existingNetwork(work, options.network, where);
}
/**
 * Makes the private network of a cluster, or finds it made. `zone` is that of all its locations.
 * Throws `ActionError` if another owner has its name, or if it lies in another zone.
 */
async function ensureNetwork(work, owner, { range, zone }) {
    const name = (0,object_name/* objectName */.H)(owner);
    const { api } = work;
    const network = await (0,create_or_adopt/* adoptOrCreate */.K)({
        what: `network ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => (await api.networks({ name }))[0],
        create: () => api.createNetwork({ name, range, zone, labels: encodeLabels((0,ownership/* ownerLabels */.H0)(owner)) }),
        isOurs: ({ labels }) => isOfCluster(labels, owner),
        isTaken: (error) => (0,cloud_error/* isCode */._m)(error, 'uniqueness_error'),
    }, work).catch((error) => {
        throw hetznerRefusal(error, `The network ${name} could not be created`);
    });
    return inZone(network, zone);
}
/**
 * The network of the option `network`. It stays what it is: its labels are not written, and nobody
 * removes it. Throws `ActionError` if there is none, or if servers of the zone cannot be in it.
 */
async function existingNetwork(work, id, zone) {
    const network = await work.api.network(id).catch((error) => {
        throw hetznerRefusal(error, `The network ${id} could not be looked at`);
    });
    if (network)
        return inZone(network, zone);
    throw new errors/* ActionError */.lZ(`driver-options: \`network\`: the project has no network ${id}.`, {
        hint: `Its id is in the address of its page (${CONSOLE}). The token sees only its own project.`,
    });
}
function inZone(network, zone) {
    const zones = network.subnets.map(({ network_zone }) => network_zone);
    if (zones.includes(zone))
        return network;
    throw new errors/* ActionError */.lZ(`The network ${network.name} has no subnet in ${zone}, where the servers would be.`, {
        details: `Zones of its subnets: ${zones.join(', ') || 'none'}`,
        hint: 'A network cannot span zones. Give locations of its zone as `location`, or remove the cluster first (`command: down`).',
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/placement-group.js









/** How many servers one group takes. */
const MOST_SERVERS = 10;
/** Which group of its cluster a machine is in, from 1. */
function groupOf(index) {
    return Math.ceil(index / MOST_SERVERS);
}
/** The placement groups of a cluster. A failure is told to all machines of the group. */
function groupsOf(owner) {
    const groups = new Map();
    return (work, index) => {
        const group = groupOf(index);
        const found = groups.get(group) ?? ensurePlacementGroup(work, owner, group);
        groups.set(group, found);
        return found;
    };
}
/**
 * Makes a group whose servers Hetzner puts on different hosts, or finds it made; a cluster has one
 * for ten machines. Throws `ActionError` if another owner has its name.
 */
async function ensurePlacementGroup(work, owner, group) {
    const name = (0,object_name/* objectName */.H)(owner, group);
    const { api } = work;
    const labels = encodeLabels({ ...(0,ownership/* ownerLabels */.H0)(owner), [machine_labels/* INDEX_LABEL */.sk]: String(group) });
    return await (0,create_or_adopt/* adoptOrCreate */.K)({
        what: `placement group ${name} at Hetzner`,
        hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
        find: async () => (await api.placementGroups({ name }))[0],
        create: () => api.createPlacementGroup({ name, labels }),
        isOurs: (found) => isOfCluster(found.labels, owner),
        isTaken: (error) => (0,cloud_error/* isCode */._m)(error, 'uniqueness_error'),
    }, work).catch((error) => {
        throw hetznerRefusal(error, `The placement group ${name} could not be created`);
    });
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/renew.js






/**
 * Writes `owner.expires` on everything of the cluster whose labels can be written, the servers
 * last. A renewal that is killed has then written the new time somewhere, which `listClusters`
 * finds as the newest. Throws `ActionError` if Hetzner refuses.
 */
async function renew(work, owner) {
    try {
        const owned = await listOwned(work, owner);
        await writeAll(work, owner, owned.filter(({ kind }) => kind !== 'server'));
        await writeAll(work, owner, owned.filter(({ kind }) => kind === 'server'));
    }
    catch (error) {
        throw hetznerRefusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
    }
}
async function writeAll(work, owner, objects) {
    await (0,at_once/* atOnce */.z)(AT_ONCE, objects.map((object) => () => write(work, owner, object)));
}
/** A PUT replaces all labels, so all are sent. */
async function write({ api }, { expires }, object) {
    const { id, kind, rawLabels } = object;
    const labels = {
        ...withoutLabel(rawLabels, ownership/* EXPIRES_LABEL */.Iw),
        ...(expires === undefined ? {} : encodeLabels({ [ownership/* EXPIRES_LABEL */.Iw]: expires })),
    };
    switch (kind) {
        case 'server':
            return await api.labelServer(id, labels);
        case 'firewall':
            return await api.labelFirewall(id, labels);
        case 'network':
            return await api.labelNetwork(id, labels);
        case 'placement group':
            // Its time counts only if nothing else of the cluster exists.
            return;
    }
}

;// CONCATENATED MODULE: ./lib/machines/hetzner/driver.js





























const TOKEN = 'HCLOUD_TOKEN';
/** Machines are servers of Hetzner Cloud, which outlive the job. */
const hetznerDriver = {
    name: 'hetzner',
    makesMachines: true,
    onRunner: false,
    options: hetznerOptions,
    placeOptions: placeOptions.transform(({ endpoint }) => hetznerOptions.parse({ endpoint })),
    secretVariables: [TOKEN],
    read: (source) => {
        const access = (0,machine_access/* readMachineAccess */.O)(source, TOKEN, 'an API token of the project with Read & Write');
        return { create: (options, context) => createHetznerDriver(options, access, context) };
    },
};
/** Of private networks at Hetzner, in bytes. */
const NETWORK_MTU = 1450;
/** The machines of this driver have Docker Engine already if they are made of this image. */
const WITH_ENGINE = 'docker-ce';
function createHetznerDriver(options, { token, keys, hasGivenKey }, { log, guard }) {
    const clock = base_clock/* systemClock */.ml;
    const { endpoint, image } = options;
    const access = { vendor: VENDOR, endpoint, token, log, retriedCodes: RETRIED_CODES };
    const client = (0,cloud_client/* cloudClient */.h)({ ...access, clock, readsOnly: guard !== undefined });
    const work = (limitMs, signal) => hetznerWork(client, { clock, log, bounds: (0,cloud_limits/* boundsFor */.Lq)(clock, limitMs, signal) });
    const keyOf = ({ cluster, repository }) => (0,user_key/* userKey */.X)(keys(), { secret: token, repository, cluster });
    let planned;
    let ground;
    let pools;
    let groups;
    let shared;
    // Machines that are made at the same time wait together: their actions are asked for by one call.
    const making = (signal) => {
        if (shared?.signal !== signal)
            shared = { signal, work: work(cloud_limits/* MAKING_MS */.NI, signal) };
        return shared.work;
    };
    const find = async (id, signal) => await listMachines(work(cloud_limits/* QUESTION_MS */._r, signal), id.cluster);
    return {
        ...cloud_traits/* CLOUD_TRAITS */.Q,
        name: 'hetzner',
        mtu: NETWORK_MTU,
        get addressPools() {
            return pools;
        },
        async plan(signal, { machines, ttlMs }) {
            const hasIpv6 = (0,refuse_ipv6_only/* hasPublicIpv6 */.T)((0,external_node_os_.networkInterfaces)());
            const wanted = { machines, ttlMs, ports: [], hasIpv6 };
            planned = await preflight(work(cloud_limits/* QUESTION_MS */._r, signal), options, wanted);
            return planned.facts;
        },
        costs(machines) {
            const places = machines.flatMap(({ place }) => place ?? []);
            return planned && places.length > 0 ? [costsOf(places, planned.prices, options)] : [];
        },
        refusePorts: (ports) => void (0,port_ranges/* portRanges */.O)(ports, { vendor: VENDOR, most: MOST_RULES }),
        list: async (id, signal) => (await find(id, signal)).map(machine_of_cloud/* machineOfCloud */.e),
        async prepare({ owner, publishedPorts }, signal) {
            const ours = work(cloud_limits/* MAKING_MS */.NI, signal);
            const network = await chooseNetwork(ours, owner, options, planned?.zone);
            pools = (0,overlay_pools/* overlayPools */.K)(OVERLAY_POOLS, [network.ip_range]);
            const ranges = (0,port_ranges/* portRanges */.O)(publishedPorts, { vendor: VENDOR, most: MOST_RULES });
            const firewall = await ensureFirewall(ours, owner, {
                ranges,
                sources: options['firewall-sources'],
            });
            groups = groupsOf(owner);
            ground = {
                ...{ image, ipv4: options.ipv4, network: network.id, firewall: firewall.id },
                places: new places/* Places */.N4(PLACE_WORDS, planned?.places ?? []),
                orders: (0,p_limit/* default */.A)(AT_ONCE),
            };
        },
        async create(spec, index, signal) {
            if (!ground)
                throw new Error('A machine is made only after `prepare`.');
            return await createMachine(spec, index, ground, making(signal));
        },
        async target({ name, owner, address, labels }) {
            (0,refuse_ipv6_only/* refuseIpv6Only */.i)(name, address, (0,external_node_os_.networkInterfaces)());
            return {
                ...{ name, host: address, port: 22, user: first_login/* USER */.m3 },
                credentials: keyOf(owner).credentials,
                hostKeys: { kind: 'pinned', keys: [labels[machine_labels/* HOST_KEY_LABEL */.AW] ?? ''] },
                refusedHint: machine_access/* OTHER_KEY */.R,
            };
        },
        // Of every machine: the run that has made it may have been killed meanwhile.
        setUp: (_machine, ssh, bounds) => (0,wait_for_cloud_init/* waitForCloudInit */.y)(ssh, {
            ...{ user: first_login/* USER */.m3, image, log, ...bounds },
            hasEngine: image === WITH_ENGINE,
        }),
        commandOn: hasGivenKey ? ({ address }) => ['ssh', `${first_login/* USER */.m3}@${address}`] : undefined,
        async destroy({ owner, index }) {
            const found = (await find(owner)).find((one) => one.index === index && one.owner.repository === owner.repository);
            if (found)
                await destroyServer(work(cloud_limits/* REMOVAL_MS */.OE), found.id);
        },
        destroyCluster: (id) => destroyCluster(work(cloud_limits/* REMOVAL_MS */.OE), id),
        isGone: (id) => isGone(work(cloud_limits/* QUESTION_MS */._r), id),
        clusters: (signal) => listClusters(work(cloud_limits/* QUESTION_MS */._r, signal)),
        vendorTime: (now) => (0,vendor_time/* vendorTime */.E)(VENDOR, client.vendorClock(), now),
        renew: (owner, signal) => renew(work(cloud_limits/* QUESTION_MS */._r, signal), owner),
    };
    async function createMachine({ owner }, index, common, ours) {
        const name = `${owner.cluster}-${index}`;
        // Without a comment, which its label has no room for.
        const hostKey = (0,generate/* generateKeyPair */.T)('');
        const { authorizedKeys } = keyOf(owner);
        const group = options['placement-group'] === 'spread' ? await groups?.(ours, index) : undefined;
        return (0,machine_of_cloud/* machineOfCloud */.e)(await createServer(ours, common, {
            ...{ owner, index, hostKey: hostKey.publicKey, placementGroup: group?.id },
            userData: (0,user_data/* userData */.sw)({ name, hostKey, authorizedKeys }, user_data/* USER_DATA_BYTES */.dT.hetzner),
        }));
    }
}


/***/ }),

/***/ 1916:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;

__webpack_unused_export__ = true;
exports.Io = __webpack_unused_export__ = void 0;
var peq = new Uint32Array(0x10000);
var myers_32 = function (a, b) {
    var n = a.length;
    var m = b.length;
    var lst = 1 << (n - 1);
    var pv = -1;
    var mv = 0;
    var sc = n;
    var i = n;
    while (i--) {
        peq[a.charCodeAt(i)] |= 1 << i;
    }
    for (i = 0; i < m; i++) {
        var eq = peq[b.charCodeAt(i)];
        var xv = eq | mv;
        eq |= ((eq & pv) + pv) ^ pv;
        mv |= ~(eq | pv);
        pv &= eq;
        if (mv & lst) {
            sc++;
        }
        if (pv & lst) {
            sc--;
        }
        mv = (mv << 1) | 1;
        pv = (pv << 1) | ~(xv | mv);
        mv &= xv;
    }
    i = n;
    while (i--) {
        peq[a.charCodeAt(i)] = 0;
    }
    return sc;
};
var myers_x = function (b, a) {
    var n = a.length;
    var m = b.length;
    var mhc = [];
    var phc = [];
    var hsize = Math.ceil(n / 32);
    var vsize = Math.ceil(m / 32);
    for (var i = 0; i < hsize; i++) {
        phc[i] = -1;
        mhc[i] = 0;
    }
    var j = 0;
    for (; j < vsize - 1; j++) {
        var mv_1 = 0;
        var pv_1 = -1;
        var start_1 = j * 32;
        var vlen_1 = Math.min(32, m) + start_1;
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] |= 1 << k;
        }
        for (var i = 0; i < n; i++) {
            var eq = peq[a.charCodeAt(i)];
            var pb = (phc[(i / 32) | 0] >>> i) & 1;
            var mb = (mhc[(i / 32) | 0] >>> i) & 1;
            var xv = eq | mv_1;
            var xh = ((((eq | mb) & pv_1) + pv_1) ^ pv_1) | eq | mb;
            var ph = mv_1 | ~(xh | pv_1);
            var mh = pv_1 & xh;
            if ((ph >>> 31) ^ pb) {
                phc[(i / 32) | 0] ^= 1 << i;
            }
            if ((mh >>> 31) ^ mb) {
                mhc[(i / 32) | 0] ^= 1 << i;
            }
            ph = (ph << 1) | pb;
            mh = (mh << 1) | mb;
            pv_1 = mh | ~(xv | ph);
            mv_1 = ph & xv;
        }
        for (var k = start_1; k < vlen_1; k++) {
            peq[b.charCodeAt(k)] = 0;
        }
    }
    var mv = 0;
    var pv = -1;
    var start = j * 32;
    var vlen = Math.min(32, m - start) + start;
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] |= 1 << k;
    }
    var score = m;
    for (var i = 0; i < n; i++) {
        var eq = peq[a.charCodeAt(i)];
        var pb = (phc[(i / 32) | 0] >>> i) & 1;
        var mb = (mhc[(i / 32) | 0] >>> i) & 1;
        var xv = eq | mv;
        var xh = ((((eq | mb) & pv) + pv) ^ pv) | eq | mb;
        var ph = mv | ~(xh | pv);
        var mh = pv & xh;
        score += (ph >>> (m - 1)) & 1;
        score -= (mh >>> (m - 1)) & 1;
        if ((ph >>> 31) ^ pb) {
            phc[(i / 32) | 0] ^= 1 << i;
        }
        if ((mh >>> 31) ^ mb) {
            mhc[(i / 32) | 0] ^= 1 << i;
        }
        ph = (ph << 1) | pb;
        mh = (mh << 1) | mb;
        pv = mh | ~(xv | ph);
        mv = ph & xv;
    }
    for (var k = start; k < vlen; k++) {
        peq[b.charCodeAt(k)] = 0;
    }
    return score;
};
var distance = function (a, b) {
    if (a.length < b.length) {
        var tmp = b;
        b = a;
        a = tmp;
    }
    if (b.length === 0) {
        return a.length;
    }
    if (a.length <= 32) {
        return myers_32(a, b);
    }
    return myers_x(a, b);
};
exports.Io = distance;
var closest = function (str, arr) {
    var min_distance = Infinity;
    var min_index = 0;
    for (var i = 0; i < arr.length; i++) {
        var dist = distance(str, arr[i]);
        if (dist < min_distance) {
            min_distance = dist;
            min_index = i;
        }
    }
    return arr[min_index];
};
__webpack_unused_export__ = closest;


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