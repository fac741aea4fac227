"use strict";
exports.id = 764;
exports.ids = [764];
exports.modules = {

/***/ 6968:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ recently)
/* harmony export */ });
/**
 * An answer that many ask for at once, asked for once: who asks within `forMs` of a question gets
 * its answer. A failure is told to those who wait for it, and not kept.
 */
function recently(ask, { now, forMs }) {
    let last;
    return (asker) => {
        if (last && now() - last.at < forMs)
            return last.answer;
        const asked = { at: now(), answer: ask(asker) };
        last = asked;
        asked.answer.catch(() => {
            if (last === asked)
                last = undefined;
        });
        return asked.answer;
    };
}


/***/ }),

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

/***/ 8313:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  digitaloceanDriver: () => (/* binding */ digitaloceanDriver)
});

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
// EXTERNAL MODULE: ./lib/machines/cloud/places/machines-line.js
var machines_line = __webpack_require__(7633);
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
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-error.js
var cloud_error = __webpack_require__(1307);
// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/api/objects.js

// What is read of DigitalOcean's answers; all else may be there or not.
const objects_text = schemas/* string */.YjP();
const id = schemas/* int */.Whr().positive();
const account = schemas/* object */.Ikc({
    droplet_limit: schemas/* int */.Whr(),
    /** `active`, `warning` or `locked`. */
    status: objects_text.default('active'),
    status_message: objects_text.default(''),
});
const address = schemas/* object */.Ikc({ ip_address: objects_text, type: objects_text });
const droplet = schemas/* object */.Ikc({
    id,
    name: objects_text,
    /** `new`, `active`, `off` or `archive`. */
    status: objects_text,
    created_at: objects_text,
    networks: schemas/* object */.Ikc({ v4: schemas/* array */.YOg(address).default([]) }),
    region: schemas/* object */.Ikc({ slug: objects_text }),
    size_slug: objects_text,
    vpc_uuid: objects_text.optional(),
    tags: schemas/* array */.YOg(objects_text),
});
const firewall = schemas/* object */.Ikc({
    id: objects_text,
    name: objects_text,
    /** `waiting`, `succeeded` or `failed`. */
    status: objects_text,
    created_at: objects_text,
    tags: schemas/* array */.YOg(objects_text)
        .nullish()
        .transform((tags) => tags ?? []),
});
const tag = schemas/* object */.Ikc({
    name: objects_text,
    resources: schemas/* object */.Ikc({ droplets: schemas/* object */.Ikc({ count: schemas/* int */.Whr() }).optional() }).optional(),
})
    .transform(({ name, resources }) => ({ name, droplets: resources?.droplets?.count ?? 0 }));
const region = schemas/* object */.Ikc({ slug: objects_text, available: schemas/* boolean */.zMY(), sizes: schemas/* array */.YOg(objects_text) });
const size = schemas/* object */.Ikc({
    slug: objects_text,
    available: schemas/* boolean */.zMY(),
    regions: schemas/* array */.YOg(objects_text),
    /** Of one machine, in US dollars. */
    price_hourly: schemas/* number */.aig(),
    /** In GB. */
    disk: schemas/* number */.aig(),
});
const objects_image = schemas/* object */.Ikc({
    id,
    name: objects_text,
    slug: objects_text.nullish(),
    regions: schemas/* array */.YOg(objects_text),
    /** In GB. */
    min_disk_size: schemas/* number */.aig().nullish(),
});
const vpc = schemas/* object */.Ikc({ id: objects_text, region: objects_text, ip_range: objects_text, default: schemas/* boolean */.zMY() });

;// CONCATENATED MODULE: ./lib/machines/digitalocean/api/digitalocean-api.js



/** The largest page that DigitalOcean gives. */
const PER_PAGE = 200;
/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 100;
/** Made once: zod compiles a schema when it is first used. */
const answers = {
    account: schemas/* object */.Ikc({ account: account }),
    count: schemas/* object */.Ikc({ meta: schemas/* object */.Ikc({ total: schemas/* int */.Whr() }) }),
    droplet: schemas/* object */.Ikc({ droplet: droplet }),
    tag: schemas/* object */.Ikc({ tag: tag }),
    firewall: schemas/* object */.Ikc({ firewall: firewall }).transform(({ firewall }) => firewall),
    any: schemas/* unknown */.L5J(),
    page: schemas/* looseObject */._H3({ links: schemas/* object */.Ikc({ pages: schemas/* looseObject */._H3({}).optional() }).optional() }),
};
/** The calls with the limits of one piece of work. */
function digitaloceanApi(client, bounds) {
    const call = (one) => client.call(one, bounds);
    const list = (path, key, item, query) => allPages(call, { path, key, item, query });
    /** Gone already is success. */
    const remove = async (path, query = {}) => {
        await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'DELETE', path, query, answer: answers.any }));
    };
    return {
        account: async () => {
            const answer = answers.account;
            return (await call({ method: 'GET', path: '/account', answer })).account;
        },
        /** Those that carry the tag, or all. */
        droplets: async (tag_name) => (await (0,cloud_error/* unlessGone */.Wi)(list('/droplets', 'droplets', droplet, { tag_name }))) ?? [],
        /** How many the account has. */
        countDroplets: async () => {
            const answer = answers.count;
            const query = { per_page: 1 };
            return (await call({ method: 'GET', path: '/droplets', query, answer })).meta.total;
        },
        /** Undefined if there is none. */
        droplet: async (id) => {
            const answer = answers.droplet;
            return (await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'GET', path: `/droplets/${id}`, answer })))?.droplet;
        },
        /** It is still being made when this resolves. */
        createDroplet: async (wanted) => {
            const answer = answers.droplet;
            const body = dropletBody(wanted);
            return (await call({ method: 'POST', path: '/droplets', body, answer })).droplet;
        },
        deleteDroplet: (id) => remove(`/droplets/${id}`),
        /** All that carry the tag. They may still be listed when this resolves. */
        deleteDroplets: (tag_name) => remove('/droplets', { tag_name }),
        firewalls: () => list('/firewalls', 'firewalls', firewall, {}),
        /** Undefined if there is none. */
        firewall: (id) => (0,cloud_error/* unlessGone */.Wi)(call({ method: 'GET', path: `/firewalls/${id}`, answer: answers.firewall })),
        createFirewall: (wanted) => call({
            ...{ method: 'POST', path: '/firewalls', body: firewallBody(wanted) },
            answer: answers.firewall,
        }),
        /** Replaces all that it has. */
        setFirewall: (id, wanted) => call({
            ...{ method: 'PUT', path: `/firewalls/${id}`, body: firewallBody(wanted) },
            answer: answers.firewall,
        }),
        deleteFirewall: (id) => remove(`/firewalls/${id}`),
        tags: () => list('/tags', 'tags', tag, {}),
        /** Undefined if there is none. */
        tag: async (name) => {
            const answer = answers.tag;
            return (await (0,cloud_error/* unlessGone */.Wi)(call({ method: 'GET', path: `/tags/${name}`, answer })))?.tag;
        },
        createTag: async (name) => {
            const body = { name };
            const answer = answers.any;
            await call({ method: 'POST', path: '/tags', body, answer, isRepeatable: true });
        },
        tagDroplets: async (name, ids) => {
            const resources = ids.map((id) => ({ resource_id: String(id), resource_type: 'droplet' }));
            await call({
                ...{ method: 'POST', path: `/tags/${name}/resources`, body: { resources } },
                ...{ answer: answers.any, isRepeatable: true },
            });
        },
        deleteTag: (name) => remove(`/tags/${name}`),
        regions: () => list('/regions', 'regions', region, {}),
        sizes: () => list('/sizes', 'sizes', size, {}),
        vpcs: () => list('/vpcs', 'vpcs', vpc, {}),
        /** Of the vendor, or `private`: those of the account. */
        images: (kind) => list('/images', 'images', objects_image, kind === 'private' ? { private: 'true' } : { type: kind }),
    };
}
async function allPages(call, asked) {
    const { path, key, item, query } = asked;
    const answer = answers.page.transform((page, context) => {
        const items = schemas/* array */.YOg(item).safeParse(page[key]);
        if (!items.success)
            context.addIssue({ code: 'custom', message: items.error.message });
        return { items: items.data ?? [], hasNext: page.links?.pages?.next !== undefined };
    });
    const all = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
        const paged = { ...query, page, per_page: PER_PAGE };
        const got = await call({ method: 'GET', path, query: paged, answer });
        all.push(...got.items);
        if (!got.hasNext)
            break;
    }
    return all;
}
function dropletBody(wanted) {
    const { name, region, size, image, tags, ipv6, monitoring, vpc } = wanted;
    return {
        ...{ name, region, size, tags, ipv6, monitoring },
        image: /^\d+$/.test(image) ? Number(image) : image,
        user_data: wanted.userData,
        // It is for the console in the browser, and logs in as root.
        with_droplet_agent: false,
        ...(vpc !== undefined && { vpc_uuid: vpc }),
    };
}
/** A firewall of DigitalOcean lets nothing out that no rule names. `0` is all ports. */
const OUTBOUND = ['tcp', 'udp', 'icmp'].map((protocol) => ({
    ...{ protocol, ports: '0', destinations: { addresses: ['0.0.0.0/0', '::/0'] } },
}));
function firewallBody({ name, tag, ranges, sources, inside }) {
    const rule = ({ protocol, from, to }, from_) => ({
        ...{ protocol, ports: from === to ? String(from) : `${from}-${to}`, sources: from_ },
    });
    return {
        name,
        tags: [tag],
        inbound_rules: [
            ...ranges.map((range) => rule(range, { addresses: sources })),
            ...inside.map((range) => rule(range, { tags: [tag] })),
        ],
        outbound_rules: OUTBOUND,
    };
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/api/work.js


/** The name for messages, and where a person looks at what is there. */
const VENDOR = 'DigitalOcean';
const CONSOLE = 'https://cloud.digitalocean.com';
/** How many droplets are ordered, or removed, at the same time: 250 calls a minute are allowed. */
const AT_ONCE = 10;
/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the client's. */
function digitaloceanWork(client, about) {
    const ignored = (0,once/* once */.O)((message) => about.log.warning(message));
    return { api: digitaloceanApi(client, about.bounds), ignored, ...about };
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/api/digitalocean-refusal.js



const TOKEN_PAGE = `Make one at ${CONSOLE}/account/api/tokens, with the scopes that docs/drivers/digitalocean.md lists, and store it as the secret DIGITALOCEAN_ACCESS_TOKEN.`;
const ROOM = 'Add a region to `region` or a size to `size` in `driver-options`, or run this again later.';
const LIMIT = `Remove what is not needed (${CONSOLE}/droplets; \`command: sweep\` removes expired clusters), or ask DigitalOcean for a higher limit.`;
/** For the scope of a call: what its path begins with. */
const KINDS = {
    ...{ account: 'account', droplets: 'droplet', firewalls: 'firewall', tags: 'tag' },
    ...{ images: 'image', regions: 'regions', sizes: 'sizes', vpcs: 'vpc' },
};
const RIGHTS = {
    ...{ GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' },
};
/**
 * What an error of DigitalOcean means for the user; any other error as it is. `doing` says what
 * failed: `The droplet of shop-1 could not be created`.
 */
function digitaloceanRefusal(error, doing) {
    if (!(error instanceof cloud_error/* CloudError */.K2))
        return error;
    const { reason, hint } = meaningOf(error);
    return new errors/* ActionError */.lZ(`${doing}: ${reason}.`, {
        details: error.details ?? error.message,
        ...(hint !== undefined && { hint }),
        cause: error,
    });
}
/**
 * Whether DigitalOcean has no room for such a droplet there at this moment. All that it refuses
 * has the same code, so the words have to tell.
 */
function isNoCapacity(error) {
    return (isRefusal(error) && /\b(?:size|region)\b.*\b(?:not available|unavailable)\b/i.test(words(error)));
}
/** Whether the account may have no more droplets. */
function isOverLimit(error) {
    return isRefusal(error) && /\bdroplet limit\b/i.test(words(error));
}
/** Whether the token is unknown, so that asking again with it is of no use. */
function isTokenRefused(error) {
    return error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 401;
}
/** Whether the token may not do just this. */
function isForbidden(error) {
    return error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 403;
}
function meaningOf(error) {
    if (isTokenRefused(error))
        return { reason: 'DigitalOcean does not know the token', hint: TOKEN_PAGE };
    if (isForbidden(error))
        return {
            reason: `the token lacks the scope ${scopeOf(error.call)}`,
            hint: `${TOKEN_PAGE} A locked account is refused in the same way: ${CONSOLE}`,
        };
    if (isOverLimit(error))
        return { reason: 'the droplet limit of the account is reached', hint: LIMIT };
    if (isNoCapacity(error))
        return { reason: 'DigitalOcean has no room for it at this moment', hint: ROOM };
    if (isUnreachable(error))
        return {
            reason: 'the runner cannot reach the API of DigitalOcean',
            hint: 'See whether the runner has a route: curl https://api.digitalocean.com/v2/regions',
        };
    if (error.httpStatus === undefined)
        return { reason: 'no answer from DigitalOcean' };
    return { reason: `${error.call} ended with ${error.code ?? `status ${error.httpStatus}`}` };
}
/** `droplet:create` of `POST /droplets`. */
function scopeOf(call) {
    const [, method = '', kind = ''] = /^(\w+) \/(\w+)/.exec(call) ?? [];
    return `${KINDS[kind] ?? kind}:${RIGHTS[method] ?? 'read'}`;
}
function isRefusal(error) {
    return error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 422;
}
function words({ details = '' }) {
    return details;
}
function isUnreachable({ httpStatus, details = '' }) {
    return httpStatus === undefined && /ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details);
}

// EXTERNAL MODULE: ./lib/machines/cloud/found/removed-meanwhile.js
var removed_meanwhile = __webpack_require__(1573);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/cloud/places/try-places.js
var try_places = __webpack_require__(2816);
// EXTERNAL MODULE: ./lib/machines/cloud/found/clusters-of.js
var clusters_of = __webpack_require__(6153);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/tag-codec.js

// A tag at DigitalOcean is a word of the whole account, of at most 255 characters A-Z, a-z, 0-9,
// `-`, `_` and `:`. Two that differ in capitals only are the same one, so none is used. All tags of
// a cluster begin with `su:<repository>:<cluster>`, which is a tag of its own. Of a value all
// other characters are written as `_` and two hexadecimal digits for each byte. What is longer than
// a tag goes on in further ones, `run2`, `run3` and so on. So nothing is ever cut.
const LONGEST = 255;
/** More tags of one value are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 9;
const VALUE = /^(?:[a-z0-9-]|_[0-9a-f]{2})*$/;
/** The tag that everything of a cluster carries, and that its firewall names. */
function clusterTag({ repository, cluster }) {
    return `su:${escaped(repository)}:${escaped(cluster)}`;
}
/**
 * The tags of an owner, and of its machine; `decodeTags` gives back the same. The cluster's own is
 * the last. Throws `ActionError` about a value that is too long for any number of tags.
 */
function encodeTags(owner, machine) {
    const { expires, pullRequest, run, isOfRun } = owner;
    return [
        ...(expires === undefined ? [] : [expiryTag(owner, expires)]),
        ...field(owner, 'run', run),
        ...(pullRequest === undefined ? [] : field(owner, 'pr', pullRequest)),
        ...(isOfRun ? [`${clusterTag(owner)}:of-run:true`] : []),
        ...(machine ? keyTags(owner, machine) : []),
        clusterTag(owner),
    ];
}
/** The tag that says when a cluster expires. */
function expiryTag(cluster, expires) {
    const ms = Date.parse(expires);
    const isShort = ms >= 0 && ms % 1_000 === 0 && timeOf(String(ms / 1_000)) === expires;
    const [name, value] = isShort ? ['exp', String(ms / 1_000)] : ['expires', escaped(expires)];
    return `${clusterTag(cluster)}:${name}:${value}`;
}
/**
 * What tags say, those of others left aside: of several times the newest. Undefined if no tag, or
 * tags of several clusters, are this action's.
 */
function decodeTags(tags) {
    const parts = tags.flatMap((tag) => partsOf(tag) ?? []);
    const [first] = parts;
    if (!first)
        return undefined;
    const { repository, cluster } = first.cluster;
    const isOther = (one) => clusterTag(one.cluster) !== clusterTag(first.cluster);
    if (parts.some(isOther))
        return undefined;
    const value = valueIn(parts);
    const owner = {
        ...{ cluster, repository, run: value('run') ?? '' },
        ...defined('expires', newestIn(parts)),
        ...defined('pullRequest', value('pr')),
        ...(value('of-run') === 'true' && { isOfRun: true }),
    };
    return { owner, machine: machineIn(parts) };
}
/** The cluster whose tag this is; undefined of a tag of others. */
function clusterOfTag(tag) {
    return partsOf(tag)?.cluster;
}
/** Whether a tag says when a cluster expires. */
function isExpiryTag(tag) {
    const name = partsOf(tag)?.name ?? '';
    return name === 'exp' || name === 'expires';
}
function partsOf(tag) {
    const [su, repository, cluster, name, ...values] = tag.split(':');
    if (su !== 'su' || !repository || !cluster)
        return undefined;
    if (name !== undefined && values.length === 0)
        return undefined;
    if (![repository, cluster, ...values].every((value) => VALUE.test(value)))
        return undefined;
    const id = { repository: plain(repository), cluster: plain(cluster) };
    // One way only to write each cluster.
    if (clusterTag(id) !== `su:${repository}:${cluster}`)
        return undefined;
    return { cluster: id, name, values };
}
function field(cluster, name, value) {
    const start = `${clusterTag(cluster)}:${name}`;
    const room = LONGEST - start.length - 2;
    const text = escaped(value);
    const parts = text.match(new RegExp(`(?:[a-z0-9-]|_..){1,${Math.floor(room / 3)}}`, 'g')) ?? [''];
    if (room < 3 || parts.length > MOST_PARTS)
        throw tooLong(name, value);
    return parts.map((part, at) => `${start}${at === 0 ? '' : at + 1}:${part}`);
}
/** The values of the first tag of a name, and of those that follow it. */
function valueIn(parts) {
    const text = (name) => parts.find((one) => one.name === name)?.values[0];
    return (name) => {
        const first = text(name);
        if (first === undefined)
            return undefined;
        let all = first;
        for (let at = 2; at <= MOST_PARTS; at += 1)
            all += text(`${name}${at}`) ?? '';
        return plain(all);
    };
}
function newestIn(parts) {
    const times = parts.flatMap(({ name, values: [value = ''] }) => {
        if (name === 'expires')
            return plain(value);
        return name === 'exp' && /^\d{1,12}$/.test(value) ? timeOf(value) : [];
    });
    return times.sort().at(-1);
}
/** Before the 32 bytes of an ed25519 key (RFC 8709): type and lengths. */
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
function keyTags(cluster, { index, hostKey }) {
    const blob = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
    const bytes = blob.subarray(KEY_START.length).toString('hex');
    if (bytes.length === 64 && keyOf(bytes) === hostKey)
        return [`${clusterTag(cluster)}:key:${index}:${bytes}`];
    return [`${clusterTag(cluster)}:index:${index}`, ...field(cluster, 'host-key', hostKey)];
}
function machineIn(parts) {
    const [index = '', bytes = ''] = parts.find(({ name }) => name === 'key')?.values ?? [];
    if (isIndex(index) && /^[0-9a-f]{64}$/.test(bytes))
        return { index: Number(index), hostKey: keyOf(bytes) };
    const value = valueIn(parts);
    const other = value('index') ?? '';
    const hostKey = value('host-key');
    return isIndex(other) && hostKey !== undefined ? { index: Number(other), hostKey } : undefined;
}
function isIndex(text) {
    return /^[1-9]\d{0,4}$/.test(text);
}
function keyOf(hex) {
    const blob = Buffer.concat([KEY_START, Buffer.from(hex, 'hex')]);
    return `ssh-ed25519 ${blob.toString('base64')}`;
}
function timeOf(seconds) {
    const ms = Number(seconds) * 1_000;
    return ms <= 8.64e15 ? new Date(ms).toISOString().replace('.000Z', 'Z') : '';
}
function escaped(text) {
    return [...Buffer.from(text)]
        .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[a-z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
        .join('');
}
function plain(text) {
    const bytes = text.replace(/_([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
}
function defined(key, value) {
    return value === undefined ? {} : { [key]: value };
}
function tooLong(name, value) {
    return new errors/* ActionError */.lZ(`The tag ${name} is too long for DigitalOcean: ${value.length} characters.`, {
        details: `${value.slice(0, 200)}…`,
        hint: 'Shorten what it is made of, for example the id of the job or of the step.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/owned.js



/**
 * Those of the droplets that the driver has made, the eldest first. What carries its tags and has
 * another name is none of them: `ignored` is told.
 */
function ownedDroplets(work, droplets) {
    return droplets.flatMap((droplet) => owned(work, droplet)).sort((a, b) => a.id - b.id);
}
function owned({ ignored }, droplet) {
    const { id, name, tags, created_at: created } = droplet;
    if (!tags.some(clusterOfTag))
        return [];
    const { owner, machine } = decodeTags(tags) ?? {};
    const isOurs = owner && machine && tags.includes(clusterTag(owner));
    if (isOurs && name === (0,object_name/* objectName */.H)(owner, machine.index))
        return [{ id, name, created, owner, machine, droplet }];
    ignored(`The droplet ${name} (${id}) at DigitalOcean has tags of Swarm Up, but another name or other tags than Swarm Up gives: it is ignored, and stays.`);
    return [];
}
/** The droplets of a cluster and its repository, the eldest first. One list. */
async function listDroplets(work, cluster) {
    return ownedDroplets(work, await work.api.droplets(clusterTag(cluster)));
}
/** Whether a firewall was made for this cluster: its name says so, and no tag says otherwise. */
function isFirewallOf({ name, tags }, cluster) {
    const own = clusterTag(cluster);
    return name === (0,object_name/* objectName */.H)(cluster) && tags.every((tag) => tag === own);
}
/** Whether a tag is one of this cluster. */
function isTagOf({ name }, cluster) {
    const id = clusterOfTag(name);
    return id !== undefined && clusterTag(id) === clusterTag(cluster);
}
/** The cluster of a firewall that the driver has made; undefined of another. */
function clusterOfFirewall(firewall) {
    const [tag = ''] = firewall.tags;
    const cluster = clusterOfTag(tag);
    return cluster && isFirewallOf(firewall, cluster) ? cluster : undefined;
}
/** `droplet su-42-shop-1 (7, https://cloud.digitalocean.com/droplets/7)`. */
function dropletText({ id, name }) {
    return `droplet ${name} (${id}, ${CONSOLE}/droplets/${id})`;
}
/** `firewall su-42-shop (bb4b…, https://cloud.digitalocean.com/networking/firewalls/bb4b…)`. */
function firewallText({ id, name }) {
    return `firewall ${name} (${id}, ${CONSOLE}/networking/firewalls/${id})`;
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/find.js





/**
 * Every machine of a cluster and its repository, by index. Of two droplets of one index, which only
 * a killed run leaves, the eldest counts. One list.
 */
async function listMachines(work, cluster) {
    const groups = Map.groupBy(await listDroplets(work, cluster), ({ machine }) => machine.index);
    return [...groups.values()]
        .flatMap(([eldest]) => (eldest ? [machineOf(eldest)] : []))
        .sort((a, b) => a.index - b.index);
}
/** Every cluster of whatever owner, by name. Three lists, however many there are. */
async function listClusters(work) {
    const droplets = ownedDroplets(work, await work.api.droplets());
    const firewalls = await work.api.firewalls();
    const tags = (await work.api.tags()).map(({ name }) => name);
    const parts = [
        ...droplets.map((one) => ({ cluster: one.owner, kind: 'droplet', ...one })),
        ...firewalls.flatMap((firewall) => {
            const cluster = clusterOfFirewall(firewall);
            const { name, created_at: created } = firewall;
            return cluster ? [{ cluster, kind: 'firewall', name, created }] : [];
        }),
        ...tags.flatMap((name) => {
            const cluster = clusterOfTag(name);
            return cluster ? [{ cluster, kind: 'tag', name, created: undefined }] : [];
        }),
    ];
    return (0,clusters_of/* clustersOf */.D)(parts, clusterOf);
}
/** What a droplet of a cluster is as a machine. */
function machineOf({ id, owner, machine, droplet }) {
    const isStopped = droplet.status === 'off' || droplet.status === 'archive';
    const { index, hostKey } = machine;
    const labels = { ...(0,ownership/* ownerLabels */.H0)(owner), [machine_labels/* INDEX_LABEL */.sk]: String(index), [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey };
    return {
        ...{ id, index, owner, labels, name: `${owner.cluster}-${index}` },
        state: isStopped ? 'stopped' : 'running',
        address: isStopped ? '' : (addressOf(droplet, 'public') ?? ''),
        privateAddress: addressOf(droplet, 'private'),
        place: { type: droplet.size_slug, location: droplet.region.slug },
    };
}
/** An address of IPv4; undefined while it has none. */
function addressOf({ networks }, wanted) {
    return networks.v4.find(({ type }) => type === wanted)?.ip_address;
}
/** Tags count as parts only if there is nothing else: each other thing has some. */
function clusterOf(all) {
    const tags = all.filter(({ kind }) => kind === 'tag');
    const parts = all.filter(({ kind }) => kind !== 'tag');
    const told = decodeTags(tags.map(({ name }) => name))?.owner;
    const owner = parts.find((one) => one.owner)?.owner ?? told ?? { ...all[0].cluster, run: '' };
    return (0,clusters_of/* ownedCluster */.E)(owner, parts.length > 0 ? parts : tags, [
        told?.expires,
        ...parts.map((one) => one.owner?.expires),
    ]);
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/create-droplet.js









const POLL_MS = 2_000;
/** How often an order is repeated of which nobody knows whether it was taken. */
const ORDERS = 3;
/** Looks in a row that have to find nothing before an order counts as lost. */
const LOOKS = 3;
/**
 * Makes one droplet, at the first place that has room, and waits until it runs and has its
 * addresses; a droplet of this cluster and index is adopted. Names are not unique, so of several of
 * one index all but the eldest are removed. After an abort nothing more is asked for, and what
 * exists has its tags. Throws `ActionError` if no place has room, or if DigitalOcean refuses.
 */
async function createDroplet(work, ground, order) {
    const machine = `${order.owner.cluster}-${order.index}`;
    try {
        const found = await present(work, ofIndex(await ground.droplets(work), order.index));
        const id = found?.id ?? (await ask(work, ground, order, machine));
        return machineOf(await running(work, ground, order, id));
    }
    catch (error) {
        throw digitaloceanRefusal(error, `The droplet of ${machine} could not be created`);
    }
}
/** The id of the droplet. */
async function ask(work, ground, order, machine) {
    const { places, first, orders } = ground;
    const { log, bounds } = work;
    const attempt = async () => {
        const made = await (0,try_places/* tryPlaces */.a)(places, machine, { log, signal: bounds.signal }, async (place) => await askAt(work, ground, order, place));
        places.settle({ location: made.region.slug, network: made.vpc_uuid });
        return made.id;
    };
    const decided = places.home
        ? undefined
        : await first(async () => (places.home ? undefined : await attempt()));
    return decided ?? (await orders(attempt));
}
/** Undefined if the place has no room. */
async function askAt(work, { image, ipv6, monitoring, places, vpc }, { owner, index, hostKey, userData }, { location: region, type: size }) {
    const wanted = {
        ...{ region, size, image, ipv6, monitoring, userData, vpc: places.home?.network ?? vpc },
        ...{ name: (0,object_name/* objectName */.H)(owner, index), tags: encodeTags(owner, { index, hostKey }) },
    };
    for (let orders = 1;; orders += 1) {
        try {
            return await work.api.createDroplet(wanted);
        }
        catch (error) {
            if (isNoCapacity(error))
                return undefined;
            if (!(0,cloud_error/* isUnclear */.Z5)(error))
                throw error;
            const found = await orderedAllTheSame(work, owner, index);
            if (found)
                return found;
            if (orders === ORDERS || work.clock.now() + POLL_MS > work.bounds.deadline)
                throw error;
        }
    }
}
/** Looks whether an order without an answer was taken. */
async function orderedAllTheSame(work, cluster, index) {
    const { clock, bounds } = work;
    for (let looks = 1;; looks += 1) {
        const found = await present(work, ofIndex(await listDroplets(work, cluster), index));
        if (found || looks === LOOKS)
            return found?.droplet;
        await clock.sleep(POLL_MS, bounds.signal);
    }
}
/** Waits until the droplet of an index runs and has its addresses. */
async function running(work, ground, { owner, index }, id) {
    const { api, clock, bounds } = work;
    for (;;) {
        const all = ofIndex(await ground.droplets(work), index);
        // A list may still name a droplet that was removed.
        const isSure = all.length === 1 && all[0]?.id === id;
        const eldest = isSure ? all[0] : await withoutYounger(work, all);
        const isLast = clock.now() + POLL_MS > bounds.deadline;
        if (eldest && (isReady(eldest.droplet) || isLast))
            return eldest;
        if (!eldest && !(await api.droplet(id)))
            throw (0,removed_meanwhile/* removedMeanwhile */.V)(`droplet ${(0,object_name/* objectName */.H)(owner, index)}`);
        if (isLast)
            throw tooLate((0,object_name/* objectName */.H)(owner, index));
        await clock.sleep(POLL_MS, bounds.signal);
    }
}
/** Removes all but the eldest of those that exist, and returns that one. */
async function withoutYounger(work, all) {
    const eldest = await present(work, all);
    for (const one of all) {
        if (!eldest || one.id <= eldest.id)
            continue;
        await work.api.deleteDroplet(one.id);
        work.log.info(`Two droplets were made for one machine; the younger is removed: ${dropletText(one)}`);
    }
    return eldest;
}
/** The first that exists: what was removed may still be listed. */
async function present({ api }, all) {
    for (const one of all)
        if (await api.droplet(one.id))
            return one;
    return undefined;
}
/** The eldest first. */
function ofIndex(droplets, index) {
    return droplets.filter(({ machine }) => machine.index === index);
}
function isReady(droplet) {
    if (droplet.status === 'off')
        return true;
    const addresses = [addressOf(droplet, 'public'), addressOf(droplet, 'private')];
    return droplet.status === 'active' && !addresses.includes(undefined);
}
function tooLate(name) {
    return new errors/* ActionError */.lZ(`The droplet ${name} was ordered and is not listed in time.`, {
        hint: 'See what became of it: https://cloud.digitalocean.com/droplets. Then run this again.',
    });
}

// EXTERNAL MODULE: ./lib/machines/cloud/at-once.js
var at_once = __webpack_require__(3668);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/heard.js
var heard = __webpack_require__(9194);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/left-over.js
var left_over = __webpack_require__(6300);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/remove-until-gone.js
var remove_until_gone = __webpack_require__(9221);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/remove-droplet.js



const remove_droplet_POLL_MS = 2_000;
/**
 * Removes one droplet and waits until DigitalOcean does not know it any more. While it is still
 * being made, DigitalOcean refuses; then it is tried again. Gone already is success. Throws
 * `ActionError` at the deadline.
 */
async function removeDroplet(work, id) {
    const { api, clock, bounds } = work;
    for (;;) {
        const refusal = await api.deleteDroplet(id).then(() => undefined, busy);
        if (!(await api.droplet(id)))
            return;
        if (clock.now() + remove_droplet_POLL_MS > bounds.deadline)
            throw stays(id, refusal);
        await clock.sleep(remove_droplet_POLL_MS, bounds.signal);
    }
}
/** Whether a refusal may pass: something else is being done to the droplet. */
function isBusy(error) {
    return error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 422;
}
function busy(error) {
    if (isBusy(error))
        return error;
    throw error;
}
function stays(id, refusal) {
    return new errors/* ActionError */.lZ(`Droplet ${id} at DigitalOcean could not be removed in time.`, {
        ...(refusal?.details !== undefined && { details: refusal.details }),
        hint: `See what becomes of it, and remove it by hand if it stays: ${CONSOLE}/droplets/${id}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/destroy.js










/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what DigitalOcean fails at, is tried until the
 * deadline. The tags go last, as only they say whose a droplet is. Throws `ActionError` that names
 * what is left; at once if the token is refused.
 */
async function destroyCluster(work, cluster) {
    await (0,remove_until_gone/* removeUntilGone */.a)(new RemovalAtDigitalocean(work, cluster), work);
}
/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
async function isGone({ api }, cluster) {
    try {
        if ((await api.droplets(clusterTag(cluster))).length > 0)
            return false;
        if ((await api.firewalls()).some((one) => isFirewallOf(one, cluster)))
            return false;
        return !(await api.tags()).some((tag) => isTagOf(tag, cluster));
    }
    catch (error) {
        throw digitaloceanRefusal(error, `Cluster ${cluster.cluster} could not be looked for`);
    }
}
/**
 * Removes one droplet with the tags that are its own. Gone already is success. Throws `ActionError`
 * with what is left.
 */
async function destroyDroplet(work, { id, owner, machine }) {
    try {
        await removeDroplet(work, id);
        const shared = encodeTags(owner);
        const own = encodeTags(owner, machine).filter((tag) => !shared.includes(tag));
        for (const tag of own)
            await work.api.deleteTag(tag);
    }
    catch (error) {
        throw digitaloceanRefusal(error, `Droplet ${id} could not be removed`);
    }
}
/** One removal, from the first look to the last. */
class RemovalAtDigitalocean {
    #work;
    #cluster;
    /** How many looks in a row have found no droplet. */
    #withoutDroplets = 0;
    #hadDroplets = false;
    /** What the last look found; undefined before the first that was answered. */
    #left;
    /** What DigitalOcean said in the last round. */
    #said = [];
    /** How much of the last round was asked for, and of that, how much the token may not do. */
    #asked = 0;
    #forbidden = 0;
    constructor(work, cluster) {
        this.#work = work;
        this.#cluster = cluster;
    }
    async round() {
        this.#said = [];
        this.#asked = 0;
        this.#forbidden = 0;
        const { api } = this.#work;
        const droplets = await this.#heard(() => api.droplets(clusterTag(this.#cluster)));
        if (!droplets)
            return this.#unknown();
        this.#withoutDroplets = droplets.length > 0 ? 0 : this.#withoutDroplets + 1;
        if (droplets.length > 0) {
            this.#left = droplets.map(dropletText);
            this.#hadDroplets = true;
            await this.#removeDroplets(droplets);
            return false;
        }
        // There are tags, and none is removed yet: nothing more is asked.
        if (this.#hadDroplets && this.#withoutDroplets < remove_until_gone/* EMPTY_LOOKS */.f)
            return false;
        return await this.#roundOfShared();
    }
    isStuck() {
        return this.#forbidden > 0 && this.#forbidden >= this.#asked;
    }
    incomplete() {
        return (0,left_over/* leftOver */.W)(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
            said: this.#said,
            where: CONSOLE,
        });
    }
    /** What the droplets share goes only after two looks have found none of them. */
    async #roundOfShared() {
        const { api } = this.#work;
        const firewalls = await this.#heard(() => api.firewalls());
        const tags = await this.#heard(() => api.tags());
        if (!firewalls || !tags)
            return this.#unknown();
        const ownFirewalls = firewalls.filter((one) => isFirewallOf(one, this.#cluster));
        const ownTags = tags.filter((one) => isTagOf(one, this.#cluster));
        this.#left = [...ownFirewalls.map(firewallText), ...ownTags.map(({ name }) => `tag ${name}`)];
        if (this.#withoutDroplets >= remove_until_gone/* EMPTY_LOOKS */.f)
            await this.#removeShared(ownFirewalls, ownTags);
        return this.#left.length === 0;
    }
    /**
     * All by their tag in one call; each own one by its id if others carry the tag, too, or if one of
     * them, which is still being made, kept DigitalOcean from removing any.
     */
    async #removeDroplets(droplets) {
        const { api } = this.#work;
        const own = ownedDroplets(this.#work, droplets);
        let isRefused = own.length < droplets.length;
        const byTag = () => api.deleteDroplets(clusterTag(this.#cluster)).catch((error) => {
            isRefused = isBusy(error);
            throw error;
        });
        if (!isRefused)
            await this.#remove(byTag);
        if (isRefused)
            await this.#atOnce(own.map(({ id }) => () => api.deleteDroplet(id)));
    }
    /** A tag that a droplet still has is all that says whose the droplet is. */
    async #removeShared(firewalls, tags) {
        const { api } = this.#work;
        for (const { id } of firewalls)
            await this.#remove(() => api.deleteFirewall(id));
        const isUsed = tags.some(({ droplets }) => droplets > 0);
        if (isUsed)
            this.#said.push('DigitalOcean counts droplets that have tags of the cluster.');
        else
            await this.#atOnce(tags.map(({ name }) => () => api.deleteTag(name)));
    }
    async #atOnce(removals) {
        await (0,at_once/* atOnce */.z)(AT_ONCE, removals.map((removal) => () => this.#remove(removal)));
    }
    async #remove(removal) {
        this.#asked += 1;
        await this.#heard(removal);
    }
    /** A look that was not answered tells nothing. */
    #unknown() {
        this.#withoutDroplets = 0;
        return false;
    }
    /** A failure is kept, and the removal goes on; only a refused token or an abort ends it. */
    async #heard(ask) {
        return await (0,heard/* heard */.H)(ask, this.#work.bounds.signal, (error) => {
            if (isTokenRefused(error))
                throw this.#refusal(error);
            if (isForbidden(error))
                this.#forbidden += 1;
            this.#said.push((0,errors/* describeError */.Uc)(this.#refusal(error)));
        });
    }
    #refusal(error) {
        return digitaloceanRefusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
    }
}

// EXTERNAL MODULE: ./lib/machines/cloud/create-or-adopt.js
var create_or_adopt = __webpack_require__(6644);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/firewall.js







/** What the nodes of a swarm say to each other, also in the private network. */
const SWARM = [
    { protocol: 'tcp', from: 2377, to: 2377 },
    { protocol: 'tcp', from: 7946, to: 7946 },
    { protocol: 'udp', from: 7946, to: 7946 },
    { protocol: 'udp', from: 4789, to: 4789 },
];
/** For tcp, udp and icmp. */
const firewall_OUTBOUND = 3;
/** How many rules a firewall of DigitalOcean has left for what is let in from outside. */
const MOST_RULES = 50 - SWARM.length - firewall_OUTBOUND;
const firewall_POLL_MS = 2_000;
/** How long the machines may take to have new rules; then they get them while the run goes on. */
const APPLIED_MS = 60_000;
/**
 * Makes the firewall of a cluster, or finds it made, and sets its rules to exactly these and those
 * of the swarm, so that a port that is not published any more is closed. The tag of the cluster has
 * to exist. Throws `ActionError` if something else has its name.
 */
async function ensureFirewall(work, owner, rules) {
    const name = (0,object_name/* objectName */.H)(owner);
    const wanted = { name, tag: clusterTag(owner), inside: SWARM, ...rules };
    try {
        const { firewall, isNew } = await found(work, owner, wanted);
        const set = isNew ? firewall : await work.api.setFirewall(firewall.id, wanted);
        await applied(work, set);
    }
    catch (error) {
        throw digitaloceanRefusal(error, `The firewall ${name} could not be set up`);
    }
}
async function found({ api, ...work }, owner, wanted) {
    const find = async () => {
        const firewall = (await api.firewalls()).find(({ name }) => name === wanted.name);
        return firewall && { firewall, isNew: false };
    };
    return await (0,create_or_adopt/* createOrAdopt */.r)({
        what: `firewall ${wanted.name} at DigitalOcean`,
        hint: `Remove it if nothing needs it (${CONSOLE}/networking/firewalls), or give this step another \`cluster\`.`,
        find,
        create: async () => ({ firewall: await api.createFirewall(wanted), isNew: true }),
        isOurs: ({ firewall }) => isFirewallOf(firewall, owner),
        isTaken: (error) => error instanceof cloud_error/* CloudError */.K2 && error.httpStatus === 409,
    }, work);
}
/** Waits until the machines have the rules. */
async function applied({ api, clock, bounds }, set) {
    const until = Math.min(clock.now() + APPLIED_MS, bounds.deadline);
    let firewall = set;
    while (firewall?.status === 'waiting' && clock.now() + firewall_POLL_MS < until) {
        await clock.sleep(firewall_POLL_MS, bounds.signal);
        firewall = await api.firewall(set.id);
    }
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/machines/cloud/found/recently.js
var recently = __webpack_require__(6968);
// EXTERNAL MODULE: ./lib/machines/cloud/places/places.js
var places_places = __webpack_require__(2152);
// EXTERNAL MODULE: ./lib/machines/cloud/options/endpoint.js
var endpoint = __webpack_require__(659);
// EXTERNAL MODULE: ./lib/machines/cloud/options/name-list.js
var name_list = __webpack_require__(3174);
// EXTERNAL MODULE: ./lib/machines/cloud/options/source-list.js
var source_list = __webpack_require__(8636);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/options.js





const ENDPOINT = 'https://api.digitalocean.com/v2';
const REGION = 'give slugs of regions as DigitalOcean has them, for example `[fra1, ams3]`';
const SIZE = 'give slugs of sizes as DigitalOcean has them, for example `[s-1vcpu-2gb, s-2vcpu-2gb]`';
const NO_GPU = 'sizes with a GPU are not possible: DigitalOcean lists their machines apart';
const IMAGE = 'give the slug of an image, for example `debian-13-x64`, or the id of a snapshot';
const VPC = 'give the id of a VPC network, for example `5a4981aa-9653-4bd1-bef5-d6bff52042e4`';
const YES_OR_NO = 'give `true` or `false`';
/** The options that list places. */
const PLACE_WORDS = { vendor: VENDOR, type: 'size', location: 'region' };
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({
    /** Where the API answers. */
    endpoint: endpoint/* endpoint */.s.default(ENDPOINT),
});
/** `driver-options` of the `digitalocean` driver. */
const digitaloceanOptions = schemas/* strictObject */.rej({
    /** Tried in turn, the first one first. All machines of a cluster are in one region. */
    region: (0,name_list/* nameList */.O)(REGION).default(['fra1', 'ams3', 'lon1']),
    /** Tried in turn, the first one in every region first. */
    size: (0,name_list/* nameList */.O)(SIZE)
        .refine((sizes) => !sizes.some((size) => size.startsWith('gpu-')), NO_GPU)
        .default(['s-1vcpu-2gb', 's-2vcpu-2gb']),
    image: schemas/* union */.KCZ([schemas/* string */.YjP().min(1, IMAGE), schemas/* int */.Whr().positive(IMAGE)], IMAGE)
        .transform(String)
        .default('debian-13-x64'),
    /** The private network; without it, the default one of the region. */
    'vpc-uuid': schemas/* uuid */.uRe(VPC).optional(),
    /** Whether DigitalOcean installs its agent that measures the machines. */
    monitoring: schemas/* boolean */.zMY(YES_OR_NO).default(false),
    /** Whether machines have a public IPv6 address beside that of IPv4. */
    ipv6: schemas/* boolean */.zMY(YES_OR_NO).default(false),
    /** From where SSH and the published ports are reached. */
    'firewall-sources': source_list/* sourceList */._,
    ...placeOptions.shape,
});

;// CONCATENATED MODULE: ./lib/machines/digitalocean/ground.js







/**
 * In their order of preference; each holds 2048 networks of Swarm's size. DigitalOcean gives every
 * machine an address of 10.10.0.0 to 10.63.255.255 of its own, and takes most default networks of
 * regions from 10.100.0.0 on.
 */
const OVERLAY_POOLS = [
    '10.0.0.0/13',
    '10.192.0.0/13',
    '10.224.0.0/13',
    '10.240.0.0/13',
];
/** What the droplets of a cluster will have in common: they stay in the region of those it has. */
async function groundOf(work, cluster, options, all) {
    const { image, ipv6, monitoring, 'vpc-uuid': vpc } = options;
    const places = new places_places/* Places */.N4(PLACE_WORDS, all);
    const [existing] = await listDroplets(work, cluster);
    if (existing) {
        const { region, vpc_uuid } = existing.droplet;
        places.settle({ location: region.slug, network: vpc_uuid });
    }
    const droplets = (0,recently/* recently */.x)((asker) => listDroplets(asker, cluster), {
        ...{ now: () => work.clock.now(), forMs: POLL_MS },
    });
    return {
        places,
        image,
        ipv6,
        monitoring,
        vpc,
        droplets,
        first: (0,p_limit/* default */.A)(1),
        orders: (0,p_limit/* default */.A)(AT_ONCE),
    };
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/owner-tags.js



/**
 * Makes the tags that say whose a cluster is, as a firewall may name only a tag that exists. The
 * cluster's own is made last: if it exists, so do the others, and nothing is made.
 */
async function ensureOwnerTags(work, owner) {
    try {
        if (await work.api.tag(clusterTag(owner)))
            return;
        for (const tag of encodeTags(owner))
            await ensureTag(work, tag);
    }
    catch (error) {
        throw digitaloceanRefusal(error, `The tags of cluster ${owner.cluster} could not be created`);
    }
}
/** Makes a tag. That it exists already is success, however DigitalOcean says so. */
async function ensureTag({ api }, tag) {
    try {
        await api.createTag(tag);
    }
    catch (error) {
        if (!(error instanceof cloud_error/* CloudError */.K2) || ![409, 422].includes(error.httpStatus ?? 0))
            throw error;
        if (!(await api.tag(tag)))
            throw error;
    }
}

// EXTERNAL MODULE: ./lib/machines/cloud/options/known-names.js
var known_names = __webpack_require__(6946);
// EXTERNAL MODULE: ./lib/machines/cloud/places/choose-places.js
var choose_places = __webpack_require__(5202);
// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(3190);
;// CONCATENATED MODULE: ./lib/machines/digitalocean/image.js



/**
 * The image of this slug, or the snapshot of this id. Throws `ActionError` with the nearest known
 * slug if there is none.
 */
async function findImage({ api }, image) {
    const id = /^\d+$/.test(image) ? Number(image) : undefined;
    const kinds = id === undefined ? ['distribution', 'application'] : ['private'];
    const known = [];
    for (const kind of kinds) {
        known.push(...(await api.images(kind)));
        const found = known.find((one) => (id === undefined ? one.slug === image : one.id === id));
        if (found)
            return found;
    }
    throw unknownImage(image, known);
}
function unknownImage(image, known) {
    const slugs = [...new Set(known.map(({ slug, id }) => slug ?? String(id)))].sort();
    const meant = (0,nearest/* nearest */.p)(image, slugs);
    return new errors/* ActionError */.lZ(`driver-options: \`image\`: DigitalOcean has no image ${image}.`, {
        details: `It has ${(0,listed/* listed */.K)(slugs, 60) || 'none'}`,
        hint: `${meant === undefined ? '' : `Is ${meant} meant? `}A snapshot is given by its id.`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/preflight.js









/**
 * Asks whether the token is known, whether the account may have so many droplets more, and whether
 * DigitalOcean has the regions, sizes and image of the options, with room for them. Makes nothing.
 * Throws `ActionError` that says what to change. Whether the token may write, only the first order
 * tells.
 */
async function preflight(work, options, wanted) {
    try {
        const account = await work.api.account();
        refuseLocked(account);
        await refuseOverLimit(work, account, wanted);
        const regions = knownOf('region', options.region, await work.api.regions());
        const allSizes = await work.api.sizes();
        const sizes = knownOf('size', options.size, allSizes);
        const image = await findImage(work, options.image);
        const offers = await offersOf(work, options, { regions, sizes, image });
        const { places, skipped } = (0,choose_places/* choosePlaces */.i8)(PLACE_WORDS, offers);
        const prices = pricesOf(allSizes, wanted.ttlMs);
        const cost = (0,machines_line/* machinesLine */.b)((0,choose_places/* firstFor */._C)(places, wanted.machines), prices);
        return { places, prices, facts: [cost, ...skipped, ...warningOf(account)] };
    }
    catch (error) {
        throw digitaloceanRefusal(error, 'DigitalOcean could not be asked what it has');
    }
}
function refuseLocked({ status, status_message }) {
    if (status !== 'locked')
        return;
    throw new errors/* ActionError */.lZ('The account at DigitalOcean is locked.', {
        ...(status_message && { details: status_message }),
        hint: `See what it says, and ask the support of DigitalOcean: ${CONSOLE}`,
    });
}
function warningOf({ status, status_message }) {
    return status === 'warning'
        ? [`The account at DigitalOcean has a warning: ${status_message || CONSOLE}`]
        : [];
}
async function refuseOverLimit(work, { droplet_limit }, { cluster, machines }) {
    const used = await work.api.countDroplets();
    if (used + machines <= droplet_limit)
        return;
    const own = (await listDroplets(work, cluster)).length;
    const more = Math.max(0, machines - own);
    if (used + more <= droplet_limit)
        return;
    throw new errors/* ActionError */.lZ('The account at DigitalOcean may not have so many droplets.', {
        details: `Limit ${droplet_limit}, ${used} used, ${more} more wanted`,
        hint: LIMIT,
    });
}
/** What the options name, of what there is. */
function knownOf(option, wanted, known) {
    return (0,known_names/* knownNames */.U)({ vendor: VENDOR, option }, wanted, known, ({ slug }) => slug);
}
/** Each size in each region that has it, the image and the private network; at least one. */
async function offersOf(work, options, { regions, sizes, image }) {
    const ofNetwork = await regionsOfNetwork(work, options);
    const withImage = ofNetwork.filter((slug) => image.regions.includes(slug));
    if (withImage.length === 0)
        throw notThere(options.image, ofNetwork, image);
    const offers = sizes.flatMap((size) => regions
        .filter(({ slug }) => withImage.includes(slug) && size.regions.includes(slug))
        .map((region) => ({
        place: { type: size.slug, location: region.slug },
        hasRoom: region.available && size.available && region.sizes.includes(size.slug),
    })));
    const small = sizes.filter(({ disk }) => disk < (image.min_disk_size ?? 0));
    if (small.length > 0)
        throw tooSmall(small, image);
    if (offers.length > 0)
        return offers;
    const wares = sizes.map(({ slug, regions: has }) => ({ type: slug, locations: has }));
    throw (0,choose_places/* notOffered */.JM)(PLACE_WORDS, wares, withImage);
}
/** The regions of the options, or of them that of the network. */
async function regionsOfNetwork(work, { region, 'vpc-uuid': id }) {
    if (id === undefined)
        return region;
    const vpc = (await work.api.vpcs()).find((one) => one.id === id);
    if (!vpc) {
        throw new errors/* ActionError */.lZ(`driver-options: \`vpc-uuid\`: the account has no VPC network ${id}.`, {
            hint: `Its id is in the address of its page (${CONSOLE}/networking/vpc).`,
        });
    }
    if (region.includes(vpc.region))
        return [vpc.region];
    throw new errors/* ActionError */.lZ(`driver-options: \`vpc-uuid\`: the network is in ${vpc.region}, and \`region\` is ${region.join(', ')}.`, { hint: `Write \`region: ${vpc.region}\`, or give a network of one of these regions.` });
}
function pricesOf(sizes, ttlMs) {
    const hourlyOf = ({ type }) => sizes.find(({ slug }) => slug === type)?.price_hourly;
    return { currency: 'USD', hourlyOf, ttlMs };
}
function notThere(image, regions, found) {
    return new errors/* ActionError */.lZ(`driver-options: \`image\`: ${image} is not in ${regions.join(', ')}.`, {
        details: `It is in ${found.regions.join(', ') || 'no region'}`,
        hint: `Change \`region\`, or transfer the image (${CONSOLE}/images).`,
    });
}
function tooSmall(small, { name, min_disk_size }) {
    const sizes = small.map(({ slug, disk }) => `${slug} has ${disk} GB`).join(', ');
    return new errors/* ActionError */.lZ(`driver-options: \`size\`: the image ${name} needs a disk of ${min_disk_size} GB, and ${sizes}.`, { hint: 'Give larger sizes, or another image.' });
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/renew.js




/**
 * Writes `owner.expires` as a tag of the cluster and of its droplets, and only then removes the tags
 * of earlier times. A renewal that is killed has then made the new tag, which `listClusters` finds
 * as the newest. Throws `ActionError` if DigitalOcean refuses.
 */
async function renew(work, owner) {
    try {
        await write(work, owner);
    }
    catch (error) {
        throw digitaloceanRefusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
    }
}
async function write(work, owner) {
    const { api } = work;
    const tag = owner.expires === undefined ? undefined : expiryTag(owner, owner.expires);
    if (tag !== undefined) {
        await ensureTag(work, tag);
        const droplets = await listDroplets(work, owner);
        const untagged = droplets.filter(({ droplet }) => !droplet.tags.includes(tag));
        if (untagged.length > 0)
            await api.tagDroplets(tag, untagged.map(({ id }) => id));
    }
    const earlier = (await api.tags()).filter((one) => isTagOf(one, owner) && isExpiryTag(one.name) && one.name !== tag);
    for (const { name } of earlier)
        await api.deleteTag(name);
}

;// CONCATENATED MODULE: ./lib/machines/digitalocean/driver.js




























const TOKEN = 'DIGITALOCEAN_ACCESS_TOKEN';
/** Machines are droplets of DigitalOcean, which outlive the job. */
const digitaloceanDriver = {
    name: 'digitalocean',
    makesMachines: true,
    onRunner: false,
    options: digitaloceanOptions,
    placeOptions: placeOptions.transform(({ endpoint }) => digitaloceanOptions.parse({ endpoint })),
    secretVariables: [TOKEN],
    read: (source) => {
        const access = (0,machine_access/* readMachineAccess */.O)(source, TOKEN, 'an API token of DigitalOcean that may read and write');
        return { create: (options, context) => createDigitaloceanDriver(options, access, context) };
    },
};
/** What DigitalOcean calls images that have Docker Engine already. */
const WITH_ENGINE = /^docker-/;
function createDigitaloceanDriver(options, { token, keys, hasGivenKey }, { log, guard }) {
    const clock = base_clock/* systemClock */.ml;
    const { endpoint, image } = options;
    const access = { vendor: VENDOR, endpoint, token, log };
    const client = (0,cloud_client/* cloudClient */.h)({ ...access, clock, readsOnly: guard !== undefined });
    const work = (limitMs, signal) => digitaloceanWork(client, { clock, log, bounds: (0,cloud_limits/* boundsFor */.Lq)(clock, limitMs, signal) });
    const keyOf = ({ cluster, repository }) => (0,user_key/* userKey */.X)(keys(), { secret: token, repository, cluster });
    let planned;
    let ground;
    let pools;
    return {
        ...cloud_traits/* CLOUD_TRAITS */.Q,
        name: 'digitalocean',
        get addressPools() {
            return pools;
        },
        async plan(signal, wanted) {
            planned = await preflight(work(cloud_limits/* QUESTION_MS */._r, signal), options, wanted);
            return planned.facts;
        },
        ipsecObstacle: 'firewalls of DigitalOcean let only TCP, UDP and ICMP through',
        costs(machines) {
            const places = machines.flatMap(({ place }) => place ?? []);
            return planned && places.length > 0 ? [(0,machines_line/* machinesLine */.b)(places, planned.prices)] : [];
        },
        refusePorts: (ports) => void (0,port_ranges/* portRanges */.O)(ports, { vendor: VENDOR, most: MOST_RULES }),
        list: async (id, signal) => (await listMachines(work(cloud_limits/* QUESTION_MS */._r, signal), id)).map(machine_of_cloud/* machineOfCloud */.e),
        async prepare({ owner, publishedPorts }, signal) {
            const ours = work(cloud_limits/* MAKING_MS */.NI, signal);
            pools = (0,overlay_pools/* overlayPools */.K)(OVERLAY_POOLS, await networksOf(ours, options));
            await ensureOwnerTags(ours, owner);
            await ensureFirewall(ours, owner, {
                ranges: (0,port_ranges/* portRanges */.O)(publishedPorts, { vendor: VENDOR, most: MOST_RULES }),
                sources: options['firewall-sources'],
            });
            ground = await groundOf(ours, owner, options, planned?.places ?? []);
        },
        async create(spec, index, signal) {
            if (!ground)
                throw new Error('A machine is made only after `prepare`.');
            return await createMachine(spec, index, ground, work(cloud_limits/* MAKING_MS */.NI, signal));
        },
        async target({ name, owner, address, labels }) {
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
            hasEngine: WITH_ENGINE.test(image),
        }),
        commandOn: hasGivenKey ? ({ address }) => ['ssh', `${first_login/* USER */.m3}@${address}`] : undefined,
        async destroy({ owner, index }) {
            const ours = work(cloud_limits/* REMOVAL_MS */.OE);
            for (const one of await listDroplets(ours, owner)) {
                if (one.machine.index === index)
                    await destroyDroplet(ours, one);
            }
        },
        destroyCluster: (id) => destroyCluster(work(cloud_limits/* REMOVAL_MS */.OE), id),
        isGone: (id) => isGone(work(cloud_limits/* QUESTION_MS */._r), id),
        clusters: (signal) => listClusters(work(cloud_limits/* QUESTION_MS */._r, signal)),
        vendorTime: (now) => (0,vendor_time/* vendorTime */.E)(VENDOR, client.vendorClock(), now),
        renew: (owner, signal) => renew(work(cloud_limits/* QUESTION_MS */._r, signal), owner),
    };
    async function createMachine({ owner }, index, shared, ours) {
        const name = `${owner.cluster}-${index}`;
        // A comment would not fit into the one tag that an ed25519 key takes.
        const hostKey = (0,generate/* generateKeyPair */.T)('');
        const { authorizedKeys } = keyOf(owner);
        return (0,machine_of_cloud/* machineOfCloud */.e)(await createDroplet(ours, shared, {
            ...{ owner, index, hostKey: hostKey.publicKey },
            userData: (0,user_data/* userData */.sw)({ name, hostKey, authorizedKeys }, user_data/* USER_DATA_BYTES */.dT.digitalocean),
        }));
    }
}
/** The private networks in which the machines may be. */
async function networksOf({ api }, { region, 'vpc-uuid': id }) {
    const vpcs = await api.vpcs().catch((error) => {
        throw digitaloceanRefusal(error, 'DigitalOcean could not be asked for its private networks');
    });
    return vpcs
        .filter((vpc) => id === undefined ? vpc.default && region.includes(vpc.region) : vpc.id === id)
        .map((vpc) => vpc.ip_range);
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