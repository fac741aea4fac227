"use strict";
exports.id = 507;
exports.ids = [507];
exports.modules = {

/***/ 2507:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  amazonec2Driver: () => (/* binding */ amazonec2Driver)
});

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/ssh/keys/generate.js
var generate = __webpack_require__(6463);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-limits.js
var cloud_limits = __webpack_require__(7521);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-traits.js
var cloud_traits = __webpack_require__(8412);
// EXTERNAL MODULE: ./lib/machines/cloud/first-login.js
var first_login = __webpack_require__(3727);
// EXTERNAL MODULE: ./lib/machines/cloud/found/machine-of-cloud.js
var machine_of_cloud = __webpack_require__(2621);
// EXTERNAL MODULE: ./lib/machines/cloud/network/overlay-pools.js
var overlay_pools = __webpack_require__(4214);
// EXTERNAL MODULE: ./lib/machines/cloud/network/port-ranges.js
var port_ranges = __webpack_require__(5264);
// EXTERNAL MODULE: ./lib/machines/cloud/places/machines-line.js
var machines_line = __webpack_require__(7633);
// EXTERNAL MODULE: ./lib/machines/cloud/user-data.js
var user_data = __webpack_require__(8019);
// EXTERNAL MODULE: ./lib/machines/cloud/vendor-time.js
var vendor_time = __webpack_require__(5837);
// EXTERNAL MODULE: ./lib/machines/cloud/wait-for-cloud-init.js
var wait_for_cloud_init = __webpack_require__(7741);
// EXTERNAL MODULE: ./lib/machines/machine-labels.js
var machine_labels = __webpack_require__(8424);
// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/ssh/keys/private-key.js
var private_key = __webpack_require__(6315);
// EXTERNAL MODULE: ./lib/machines/cloud/read-given-keys.js
var read_given_keys = __webpack_require__(8318);
// EXTERNAL MODULE: ./lib/machines/cloud/user-key.js
var user_key = __webpack_require__(7512);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/credentials.js

/** Before their end, credentials are asked for anew, in ms. */
const EARLY_MS = 5 * 60_000;
/**
 * The credentials of the variables, or else what AWS's own tools would find: a web identity, a
 * profile, the role of a container or of the machine. Throws `ActionError` if there are none.
 */
function credentialsOf(variables, now = Date.now) {
    const given = givenIn(variables);
    if (given)
        return async () => given;
    let last;
    return async () => {
        const found = await last?.catch(() => undefined);
        const isFresh = found && (found.expiration === undefined || found.expiration.getTime() - EARLY_MS > now());
        if (!isFresh)
            last = fromChain();
        return await last;
    };
}
/** The credentials that stand in variables; undefined if there are none. */
function givenIn(variables) {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
        return undefined;
    return {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    };
}
async function fromChain() {
    // Nearly a megabyte, which only those load who need it.
    const { defaultProvider } = await __webpack_require__.e(/* import() */ 861).then(__webpack_require__.t.bind(__webpack_require__, 5861, 19));
    try {
        return await defaultProvider()();
    }
    catch (error) {
        throw noCredentials(error instanceof Error ? error.message : String(error));
    }
}
/** The error of a run that nobody has given credentials. */
function noCredentials(details) {
    return new errors/* ActionError */.lZ('There are no credentials for AWS.', {
        details,
        hint: 'Put `aws-actions/configure-aws-credentials` before this step (`role-to-assume`, with `permissions: id-token: write`). A pull request from a fork gets none. A self-hosted runner on EC2 may have a role of its own.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/access.js






/** Reads who the run is. Credentials that are not in variables are looked for when they are needed. */
function readAccess(source) {
    const { variables } = source;
    const keys = (0,read_given_keys/* readGivenKeys */.W)(source);
    const given = givenIn(variables);
    // What ends by itself is another secret in each run.
    const secret = given?.sessionToken === undefined ? given?.secretAccessKey : undefined;
    const isGiven = source.read('ssh-private-key').trim() !== '';
    let own;
    return {
        credentials: credentialsOf(variables),
        region: variables.AWS_REGION || variables.AWS_DEFAULT_REGION || undefined,
        keyFrom: isGiven ? 'input' : secret === undefined ? 'run' : 'secret',
        keyOf: ({ cluster, repository }) => {
            if (isGiven || secret !== undefined)
                return (0,user_key/* userKey */.X)(keys(), { secret: secret ?? '', repository, cluster });
            own ??= keyOfRun();
            return own;
        },
    };
}
/** The region of the option, or of the variables. Throws `ActionError` if neither names one. */
function regionOf(option, { region }) {
    const found = option ?? region;
    if (found !== undefined)
        return found;
    throw new errors/* ActionError */.lZ('The region of AWS is not given.', {
        hint: 'Give `region` in `driver-options`, or the variable AWS_REGION, which `aws-actions/configure-aws-credentials` sets.',
    });
}
function keyOfRun() {
    return (0,user_key/* userKey */.X)((0,private_key/* readPrivateKeys */.C)((0,generate/* generateKeyPair */.T)('').privateKey), {
        ...{ secret: '', repository: '', cluster: '' },
    });
}

// EXTERNAL MODULE: ./lib/machines/cloud/at-once.js
var at_once = __webpack_require__(3668);
// EXTERNAL MODULE: ./lib/machines/cloud/cloud-error.js
var cloud_error = __webpack_require__(1307);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/denial.js
/** As EC2 says it today; without the second half, or without both, it said it before. */
const WORDS = /not authorized to perform: ([\w-]+:\w+)(?: on resource: (arn:\S+))?/;
/** Reads `… is not authorized to perform: ec2:RunInstances on resource: arn:… because …`. */
function denialIn({ details = '' }) {
    const [, action, resource] = WORDS.exec(details) ?? [];
    return { action, resource };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/ec2-refusal.js



const DOCS = 'docs/drivers/amazonec2.md';
const ROOM = 'Add a type to `instance-type` or a zone to `zone` in `driver-options`, or run this again later.';
const QUOTAS = 'console.aws.amazon.com/servicequotas/home/services/ec2/quotas';
const REMOVE = 'Remove what is not needed (`command: sweep` removes expired clusters)';
/**
 * What an error of EC2 means for the user; any other error as it is. `doing` says what failed:
 * `The instance of shop-1 could not be created`.
 */
function ec2Refusal(error, doing) {
    if (!(error instanceof cloud_error/* CloudError */.K2))
        return error;
    const { reason, hint } = meaningOf(error);
    return new errors/* ActionError */.lZ(`${doing}: ${reason}.`, {
        details: error.details ?? error.message,
        ...(hint !== undefined && { hint }),
        cause: error,
    });
}
/** What to do if a quota of vCPUs is too small. */
function higherQuota(region, code) {
    return `${REMOVE}, or ask for a higher quota: https://${region}.${QUOTAS}/${code}`;
}
/** Whether EC2 has no room for such an instance there at this moment, or no such type at all. */
function isNoCapacity(error) {
    return (0,cloud_error/* isCode */._m)(error, ...NO_ROOM);
}
/** Whether the credentials are of no use, so that asking again with them is none either. */
function isCredentialsRefused(error) {
    return (0,cloud_error/* isCode */._m)(error, ...EXPIRED, ...UNKNOWN);
}
/** Whether the credentials may not do just this. */
function isForbidden(error) {
    return (0,cloud_error/* isCode */._m)(error, 'UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException');
}
/** Whether what an id names does not exist, or not yet. */
function isUnknownId(error) {
    return error instanceof cloud_error/* CloudError */.K2 && /^Invalid\w+\.NotFound$/.test(error.code ?? '');
}
/** Whether the protection from being terminated is on, so that only a person can help. */
function isProtected(error) {
    return (0,cloud_error/* isCode */._m)(error, 'OperationNotPermitted');
}
/** States of an instance that EC2 ended itself, and codes of a refused order. */
const NO_ROOM = [
    ...['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity'],
    ...['InsufficientFreeAddressesInSubnet', 'Unsupported', 'UnfulfillableCapacity'],
    ...['Server.InsufficientInstanceCapacity', 'SpotMaxPriceTooLow'],
];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const UNKNOWN = [
    ...['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException'],
    ...['SignatureDoesNotMatch', 'MissingAuthenticationToken', 'IncompleteSignature'],
];
/** What single codes mean. */
const MEANINGS = {
    VcpuLimitExceeded: {
        reason: 'the quota of vCPUs of the account in this region is reached',
        hint: `${REMOVE}, or ask for a higher quota: https://${QUOTAS}`,
    },
    InstanceLimitExceeded: {
        reason: 'the quota of instances of the account in this region is reached',
        hint: `Remove what is not needed, or ask for a higher quota: https://${QUOTAS}`,
    },
    MaxSpotInstanceCountExceeded: {
        reason: 'the quota of spot instances of the account in this region is reached',
        hint: `Leave \`request-spot-instance\` out, or ask for a higher quota: https://${QUOTAS}`,
    },
    SecurityGroupLimitExceeded: {
        reason: 'the quota of security groups of the account in this region is reached',
        hint: `${REMOVE}, or ask for a higher quota: https://${QUOTAS}`,
    },
    RulesPerSecurityGroupLimitExceeded: {
        reason: 'the security group has no room for so many ports and sources',
        hint: 'Publish fewer ports, or ports in a row, or give fewer `firewall-sources`.',
    },
    OptInRequired: {
        reason: 'the account does not use EC2 in this region',
        hint: 'Give another `region`, or enable this one in the account settings at AWS.',
    },
    PendingVerification: {
        reason: 'AWS still verifies the account for this region',
        hint: 'AWS writes a mail when it is done, mostly within minutes. Run this again then.',
    },
    VPCIdNotSpecified: {
        reason: 'the region has no default VPC',
        hint: 'Give `vpc-id` or `subnet-id` in `driver-options`, or make a default VPC: `aws ec2 create-default-vpc`.',
    },
    DependencyViolation: {
        reason: 'something else still uses it',
        hint: 'See what it is (a network interface, another security group), and run this again.',
    },
    OperationNotPermitted: {
        reason: 'it is protected from termination',
        hint: 'Switch its termination protection off in the console, and run this again.',
    },
};
function meaningOf(error) {
    const action = error.call.split('/').at(-1) ?? '';
    const { code = '' } = error;
    const known = MEANINGS[code];
    if (known)
        return known;
    if (EXPIRED.includes(code))
        return {
            reason: 'the credentials have expired',
            hint: 'Give `role-duration-seconds` to `aws-actions/configure-aws-credentials`, as long as the whole job may take. The role has to allow it (its maximum session duration). What is left is removed by `command: down`, or by a sweep.',
        };
    if (UNKNOWN.includes(code))
        return {
            reason: 'AWS does not accept the credentials',
            hint: 'Check the role or the keys, and the clock of the runner. A region that is not enabled for the account refuses them, too.',
        };
    if (isForbidden(error))
        return forbidden(error, action);
    if (isNoCapacity(error))
        return { reason: 'AWS has no room for it at this moment', hint: ROOM };
    if (/^InvalidAMIID/.test(code))
        return {
            reason: 'AWS has no such image in this region',
            hint: 'An AMI has another id in each region. Give that of this region as `image`.',
        };
    return unnamed(error, action);
}
/** A call that makes something with tags also needs the right to give them, and so on. */
function forbidden(error, action) {
    const { action: right = `ec2:${action}` } = denialIn(error);
    return {
        reason: `the credentials may not do ${right}`,
        hint: `Add ${right} to the policy of the role. ${DOCS} has the whole policy.`,
    };
}
function unnamed(error, action) {
    const { httpStatus, code, details = '' } = error;
    if (httpStatus !== undefined)
        return { reason: `${action} ended with ${code ?? `status ${httpStatus}`}` };
    if (/ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details))
        return {
            reason: 'the runner cannot reach the API of EC2',
            hint: 'Check the spelling of `region`, and the way of the runner to the internet.',
        };
    return { reason: 'no answer from AWS' };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/account/ask-if-allowed.js



/** The most that such a question may take, in ms: the run does without an answer. */
const PATIENCE_MS = 10_000;
/**
 * Asks what a run can do without, of a service whose rights the credentials may lack. Whatever AWS
 * says against it is the reason. `right` is what the question needs. Throws what is no refusal, for
 * example the reason of the signal.
 */
async function askIfAllowed({ clock, bounds }, right, question) {
    const deadline = Math.min(bounds.deadline, clock.now() + PATIENCE_MS);
    try {
        return { value: await question({ ...bounds, deadline }) };
    }
    catch (error) {
        if (isForbidden(error))
            return { reason: `the credentials may not do ${denialIn(error).action ?? right}` };
        if (error instanceof cloud_error/* CloudError */.K2)
            return { reason: error.message.replace(/\.$/, '') };
        throw error;
    }
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/account/prices.js


const PAGE = 'https://aws.amazon.com/ec2/pricing/on-demand/';
/** Questions at the same time. */
const AT_ONCE = 5;
/** Of a run that has asked for none. */
const NO_PRICES = { currency: 'USD', hourlyOf: () => undefined, ttlMs: undefined };
/**
 * Asks what each of the types costs in the region. Credentials that may not ask end nothing: the
 * note says so then. Throws the reason of the signal.
 */
async function askPrices(work, types, about) {
    const asked = await (0,at_once/* atOnce */.z)(AT_ONCE, types.map((type) => async () => [
        type,
        await askIfAllowed(work, 'pricing:GetProducts', (bounds) => work.account.hourlyPrice(type, bounds)),
    ]));
    const answers = new Map(asked);
    const hourlyOf = ({ type }) => {
        const answer = answers.get(type);
        return answer && 'value' in answer ? answer.value : undefined;
    };
    const reasonFor = ({ type }) => {
        const answer = answers.get(type);
        return answer && 'reason' in answer ? answer.reason : `AWS tells none of ${type}`;
    };
    return {
        ...{ currency: 'USD', hourlyOf, ttlMs: about.ttlMs },
        note: (places) => {
            const unknown = places.find((place) => hourlyOf(place) === undefined);
            if (!unknown)
                return extras(about.options);
            return `The price is not known: ${reasonFor(unknown)}. See ${PAGE}`;
        },
    };
}
function extras({ 'request-spot-instance': isSpot, 'use-private-address': isPrivate, }) {
    const more = isPrivate ? 'Disks cost extra.' : 'Disks and IPv4 addresses cost extra.';
    return isSpot ? `Spot instances cost less. ${more}` : more;
}

// EXTERNAL MODULE: ./lib/machines/cloud/cloud-client.js + 2 modules
var cloud_client = __webpack_require__(505);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/endpoint-of.js
/**
 * Where AWS has the API of a service in a region (docs.aws.amazon.com, "Amazon EC2 service
 * endpoints").
 */
function endpointOf(service, region) {
    return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/@smithy/signature-v4/dist-cjs/index.js
var dist_cjs = __webpack_require__(5118);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/signed-post.js


/**
 * Posts what is signed for a service of AWS. Follows no redirection. Rejects if there are no
 * credentials, and as `fetch` does.
 */
function signedPost(service, access) {
    const { region, credentials, now = Date.now } = access;
    const signer = new dist_cjs.SignatureV4({ region, service, credentials, sha256: Sha256 });
    return async (url, { headers, body, signal }) => {
        const signed = await signer.sign({
            ...{ method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname },
            ...(url.port !== '' && { port: Number(url.port) }),
            headers: { host: url.host, 'user-agent': 'swarm-up', ...headers },
            ...{ body, query: {} },
        }, { signingDate: new Date(now()) });
        const send = access.fetch ?? fetch;
        return await send(url, {
            ...{ method: 'POST', headers: signed.headers, body, redirect: 'manual', signal },
        });
    };
}
function bytesOf(data) {
    if (typeof data === 'string')
        return data;
    if (data instanceof ArrayBuffer)
        return new Uint8Array(data);
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
/** What the signer needs of a hash. */
class Sha256 {
    #hash;
    constructor(secret) {
        this.#hash =
            secret === undefined ? (0,external_node_crypto_.createHash)('sha256') : (0,external_node_crypto_.createHmac)('sha256', bytesOf(secret));
    }
    update(data) {
        this.#hash.update(bytesOf(data));
    }
    async digest() {
        return new Uint8Array(this.#hash.digest());
    }
    reset() { }
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/json-fetch.js


/** `{"__type": "com.amazonaws…#EC2InstanceNotFoundException", "Message": "…"}` */
const refusal = schemas/* object */.Ikc({
    __type: schemas/* string */.YjP(),
    Message: schemas/* string */.YjP().optional(),
    message: schemas/* string */.YjP().optional(),
});
/** Codes by which such services say that there were too many calls; their status for them is 400. */
const THROTTLED = ['Throttling', 'TooManyRequests'];
/**
 * A `fetch` that speaks to such a service: the last part of a path is the action. Its parameters are
 * the JSON of the body, or of the query `input`. A refusal comes back in the form that `CloudClient`
 * reads. Rejects as `signedFetch` does.
 */
function jsonFetch({ service, target }, access) {
    const post = signedPost(service, access);
    return async (input, init = {}) => {
        const url = new URL(String(input));
        const action = url.pathname.split('/').at(-1) ?? '';
        const body = String(init.body ?? url.searchParams.get('input') ?? '{}');
        const endpoint = new URL(url.pathname.slice(0, -action.length), url);
        const headers = {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': `${target}.${action}`,
        };
        const response = await post(endpoint, { headers, body, signal: init.signal ?? null });
        return response.ok ? response : refused(response, await response.text());
    };
}
function refused({ status, headers }, text) {
    const said = refusal.safeParse(jsonOf(text)).data;
    if (!said)
        return new Response(text, { status, headers });
    const code = (said.__type.split('#').at(-1) ?? '').replace(/Exception$/, '');
    const message = said.Message ?? said.message ?? '';
    const answered = THROTTLED.includes(code) ? 429 : status;
    return new Response(JSON.stringify({ error: { code, message } }), { status: answered });
}
function jsonOf(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/price-region.js
/**
 * Where the Price List is asked for the prices of a region: the nearest of the places that AWS has
 * for it (docs.aws.amazon.com, "AWS Price List Service endpoints"). Undefined for a region of another
 * partition, whose credentials are not known there.
 */
function priceRegionOf(region) {
    if (/^(?:cn|us-gov|us-iso|eu-isoe|eusc)/.test(region))
        return undefined;
    if (region.startsWith('eu-'))
        return 'eu-central-1';
    return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1';
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/xml-builder/dist-cjs/index.js
var xml_builder_dist_cjs = __webpack_require__(4274);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/signed-fetch.js


const VERSION = '2016-11-15';
/** Codes by which EC2 says that there were too many calls; its status for them is 503, or 400. */
const signed_fetch_THROTTLED = ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'RequestThrottled'];
/**
 * A `fetch` that speaks EC2's query API: the last part of a path is the action, its parameters are
 * the query, or the JSON object of the body. They are sent as a signed form, and the answer's XML
 * comes back as JSON. What EC2 answers as throttled has the status 429. Rejects if there are no
 * credentials, and as `fetch` does.
 */
function signedFetch(access) {
    const post = signedPost('ec2', access);
    return async (input, init = {}) => {
        const url = new URL(String(input));
        const action = url.pathname.split('/').at(-1) ?? '';
        const body = formOf(action, parametersOf(url, init.body));
        const endpoint = new URL(url.pathname.slice(0, -action.length), url);
        const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
        const response = await post(endpoint, { headers, body, signal: init.signal ?? null });
        return asJson(response, await response.text());
    };
}
function parametersOf(url, body) {
    if (typeof body === 'string')
        return JSON.parse(body);
    return Object.fromEntries(url.searchParams);
}
function formOf(action, parameters) {
    return new URLSearchParams({ Action: action, Version: VERSION, ...parameters }).toString();
}
/** What is no XML, as the page of a proxy, stays what it is. */
function asJson({ status, headers }, text) {
    const content = contentOf(text);
    if (content === undefined)
        return new Response(text, { status, headers });
    const error = status >= 400 ? errorIn(content) : undefined;
    const answered = error ? statusOf(status, error.code) : status;
    return new Response(JSON.stringify(error ? { error } : content), { status: answered, headers });
}
function contentOf(text) {
    try {
        const [content] = Object.values((0,xml_builder_dist_cjs.parseXML)(text));
        return content;
    }
    catch {
        return undefined;
    }
}
function errorIn(content) {
    const { Errors } = (content ?? {});
    const [first] = [Errors?.Error].flat();
    if (typeof first?.Code !== 'string')
        return undefined;
    return { code: first.Code, message: String(first.Message ?? '') };
}
/** A lack of room is no failure on EC2's side, although EC2 says so: nothing was done. */
function statusOf(status, code) {
    if (signed_fetch_THROTTLED.includes(code))
        return 429;
    return code.startsWith('Insufficient') && status >= 500 ? 400 : status;
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/ec2-clients.js





/** The name for messages. */
const VENDOR = 'AWS';
const CONNECT = {
    ...{ vendor: VENDOR, service: 'ec2-instance-connect', target: 'AWSEC2InstanceConnectService' },
};
const ec2_clients_QUOTAS = {
    ...{ vendor: 'Service Quotas at AWS', service: 'servicequotas' },
    target: 'ServiceQuotasV20190624',
};
const PRICES = {
    ...{ vendor: 'the Price List at AWS', service: 'pricing', target: 'AWSPriceListService' },
    host: 'api.pricing',
};
/** The clients of one region. */
function ec2Clients(access) {
    const { region, credentials, endpoint, readsOnly, ...rest } = access;
    const shared = { ...rest, token: undefined };
    const json = ({ vendor, host, ...service }, where = region) => (0,cloud_client/* cloudClient */.h)({
        ...{ ...shared, vendor, endpoint: endpoint ?? endpointOf(host ?? service.service, where) },
        fetch: jsonFetch(service, { region: where, credentials }),
    });
    const priceRegion = priceRegionOf(region);
    return {
        ec2: (0,cloud_client/* cloudClient */.h)({
            ...{ ...shared, vendor: VENDOR, endpoint: endpoint ?? endpointOf('ec2', region) },
            ...{ fetch: signedFetch({ region, credentials }), ...(readsOnly && { readsOnly }) },
        }),
        connect: json(CONNECT),
        quotas: json(ec2_clients_QUOTAS),
        prices: priceRegion === undefined ? undefined : json(PRICES, priceRegion),
    };
}

// EXTERNAL MODULE: ./lib/base/once.js
var once = __webpack_require__(5823);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/core.js
var core = __webpack_require__(8532);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/account-api.js


/** What is read of Service Quotas' answers. */
const quotaAnswer = schemas/* object */.Ikc({ Quota: schemas/* object */.Ikc({ Value: schemas/* number */.aig(), QuotaName: schemas/* string */.YjP() }) })
    .transform(({ Quota: { Value, QuotaName } }) => ({ value: Value, name: QuotaName }));
const onDemand = schemas/* object */.Ikc({
    priceDimensions: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ unit: schemas/* string */.YjP(), pricePerUnit: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()) })),
});
/** A product of the Price List, which comes as a text of its own. */
const product = schemas/* string */.YjP()
    .transform((text, context) => {
    try {
        return JSON.parse(text);
    }
    catch {
        context.addIssue('a product that is no JSON');
        return core/* NEVER */.tm;
    }
})
    .pipe(schemas/* object */.Ikc({ terms: schemas/* object */.Ikc({ OnDemand: schemas/* record */.g1P(schemas/* string */.YjP(), onDemand).default({}) }) }))
    .transform(({ terms }) => Object.values(terms.OnDemand)
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .filter(({ unit }) => unit === 'Hrs')
    .map(({ pricePerUnit }) => Number(pricePerUnit.USD)));
const productsAnswer = schemas/* object */.Ikc({ PriceList: schemas/* array */.YOg(product) });
/** The questions with the limits of one piece of work. They throw as `CloudClient.call` does. */
function accountApi({ quotas, prices }, region) {
    return {
        /**
         * A quota of EC2 by its code, as it applies to the account, or else as AWS gives it to everybody:
         * for some quotas AWS tells no more.
         */
        quota: async (code, bounds) => {
            const parameters = { ServiceCode: 'ec2', QuotaCode: code };
            try {
                return await ask(quotas, 'GetServiceQuota', parameters, quotaAnswer, bounds);
            }
            catch (error) {
                if (!(0,cloud_error/* isCode */._m)(error, 'NoSuchResource'))
                    throw error;
                return await ask(quotas, 'GetAWSDefaultServiceQuota', parameters, quotaAnswer, bounds);
            }
        },
        /**
         * What an instance of the type costs an hour in the region with Linux, on demand, in USD;
         * undefined if AWS tells none.
         */
        hourlyPrice: async (type, bounds) => {
            if (!prices)
                return undefined;
            const parameters = {
                ...{ ServiceCode: 'AmazonEC2', FormatVersion: 'aws_v1', MaxResults: 100 },
                Filters: filtersOf({ ...LINUX, instanceType: type, regionCode: region }),
            };
            const { PriceList } = await ask(prices, 'GetProducts', parameters, productsAnswer, bounds);
            const all = PriceList.flat().filter((price) => price > 0);
            return all.length > 0 ? Math.max(...all) : undefined;
        },
    };
}
/** What the instances of the driver are, in the words of the Price List. */
const LINUX = {
    ...{ operatingSystem: 'Linux', preInstalledSw: 'NA', tenancy: 'Shared' },
    ...{ capacitystatus: 'Used', locationType: 'AWS Region' },
};
function filtersOf(fields) {
    return Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));
}
async function ask(client, action, parameters, answer, bounds) {
    const query = { input: JSON.stringify(parameters) };
    return await client.call({ method: 'GET', path: `/${action}`, query, answer }, bounds);
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/flat-parameters.js
/**
 * The names and values of the query API: what is in an object follows a dot, and so does the number
 * in a list, from 1: `Tag.1.Key`.
 */
function flatParameters(given) {
    return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => flat(name, value)));
}
function flat(name, value) {
    if (value === undefined)
        return [];
    if (Array.isArray(value))
        return value.flatMap((one, at) => flat(`${name}.${at + 1}`, one));
    if (typeof value === 'object')
        return Object.entries(value).flatMap(([key, one]) => flat(`${name}.${key}`, one));
    return [[name, String(value)]];
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/objects.js

// What is read of EC2's answers; all else may be there or not. In XML a list is a set of `item`
// elements, of which one alone looks like a thing, and none like an empty text.
const objects_text = schemas/* string */.YjP();
const objects_int = objects_text.regex(/^-?\d+$/).transform(Number);
const bool = schemas/* enum */.k5n(['true', 'false']).transform((value) => value === 'true');
/** An element without content is one that says nothing. */
const optional = objects_text.optional().transform((value) => value || undefined);
/** A list as it stands in XML. */
function set(item) {
    const items = schemas/* object */.Ikc({ item: schemas/* union */.KCZ([schemas/* array */.YOg(item), item.transform((one) => [one])]).optional() })
        .transform((found) => found.item ?? []);
    return schemas/* union */.KCZ([objects_text.transform(() => []), items])
        .optional()
        .transform((all) => all ?? []);
}
/** An element that may be empty. */
function objects_element(content) {
    return schemas/* union */.KCZ([schemas/* literal */.euz('').transform(() => undefined), content])
        .optional()
        .transform((found) => found);
}
const tag = schemas/* object */.Ikc({ key: objects_text, value: objects_text.optional().default('') });
const tags = set(tag).transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])));
const instance = schemas/* object */.Ikc({
    instanceId: objects_text,
    instanceType: objects_text,
    /** `pending`, `running`, `stopping`, `stopped`, `shutting-down` or `terminated`. */
    instanceState: schemas/* object */.Ikc({ name: objects_text }).transform(({ name }) => name),
    /** Why it is in this state, if EC2 itself ended it. */
    stateReason: objects_element(schemas/* object */.Ikc({ code: objects_text, message: objects_text })),
    launchTime: objects_text,
    placement: schemas/* object */.Ikc({ availabilityZone: optional, tenancy: optional }).optional(),
    /** `spot`, `scheduled` and others; undefined if it is paid for on demand. */
    instanceLifecycle: optional,
    cpuOptions: objects_element(schemas/* object */.Ikc({ coreCount: objects_int, threadsPerCore: objects_int })),
    /** Public, of IPv4. */
    ipAddress: optional,
    privateIpAddress: optional,
    tagSet: tags,
});
const reservation = schemas/* object */.Ikc({ instancesSet: set(instance) });
const permission = schemas/* object */.Ikc({
    /** `tcp`, `udp`, or a number of IP. */
    ipProtocol: objects_text,
    fromPort: objects_int.optional(),
    toPort: objects_int.optional(),
    groups: set(schemas/* object */.Ikc({ groupId: optional })),
    ipRanges: set(schemas/* object */.Ikc({ cidrIp: objects_text })),
    ipv6Ranges: set(schemas/* object */.Ikc({ cidrIpv6: objects_text })),
});
const securityGroup = schemas/* object */.Ikc({
    groupId: objects_text,
    groupName: objects_text,
    vpcId: optional,
    ipPermissions: set(permission),
    tagSet: tags,
});
const vpc = schemas/* object */.Ikc({ vpcId: objects_text, cidrBlock: objects_text, isDefault: bool });
const subnet = schemas/* object */.Ikc({
    subnetId: objects_text,
    vpcId: objects_text,
    availabilityZone: objects_text,
    defaultForAz: bool,
});
const objects_image = schemas/* object */.Ikc({
    imageId: objects_text,
    name: optional,
    /** `available`, or what it is on its way to. */
    imageState: objects_text,
    /** `x86_64` or `arm64`. */
    architecture: objects_text,
    /** RFC 3339. */
    creationDate: objects_text.optional().default(''),
    rootDeviceName: objects_text.optional().default('/dev/xvda'),
    blockDeviceMapping: set(schemas/* object */.Ikc({ deviceName: objects_text, ebs: objects_element(schemas/* object */.Ikc({ volumeSize: objects_int.optional() })) })),
});
const instanceType = schemas/* object */.Ikc({
    instanceType: objects_text,
    processorInfo: schemas/* object */.Ikc({ supportedArchitectures: set(objects_text) })
        .transform(({ supportedArchitectures }) => supportedArchitectures),
    vCpuInfo: schemas/* object */.Ikc({ defaultVCpus: objects_int }).transform(({ defaultVCpus }) => defaultVCpus),
});
/** A type, and the zone or region that offers it. */
const offering = schemas/* object */.Ikc({ instanceType: objects_text, location: objects_text });

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/ec2-calls.js




/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 100;
/** EC2 gives no more of what it lists in pages, and of images any number. */
const PER_PAGE = {
    ...{ DescribeInstances: 1_000, DescribeSecurityGroups: 1_000, DescribeVpcs: 1_000 },
    ...{ DescribeSubnets: 1_000, DescribeInstanceTypes: 100, DescribeInstanceTypeOfferings: 1_000 },
};
/** How EC2 says that it would do a change: as an error, with status 412. */
const WOULD_BE_DONE = 'DryRunOperation';
/** The ways to call EC2 within these bounds. The client's `fetch` has to be `signedFetch`. */
function ec2Calls(client, bounds) {
    const ask = (action, parameters, answer) => {
        const query = flatParameters(parameters);
        return client.call({ method: 'GET', path: `/${action}`, query, answer }, bounds);
    };
    return {
        ask,
        async list(action, key, item, parameters) {
            const answer = pageOf(key, set(item));
            const all = [];
            let token;
            for (let page = 1; page <= MOST_PAGES; page += 1) {
                const paged = { ...parameters, MaxResults: PER_PAGE[action], NextToken: token };
                const got = await ask(action, paged, answer);
                all.push(...got.items);
                token = got.next;
                if (!token)
                    break;
            }
            return all;
        },
        change: (action, parameters, answer, how) => {
            const body = flatParameters(parameters);
            return client.call({ method: 'POST', path: `/${action}`, body, answer, ...how }, bounds);
        },
        async attempt(action, parameters) {
            try {
                await ask(action, { ...parameters, DryRun: true }, schemas/* unknown */.L5J());
            }
            catch (error) {
                if (!(0,cloud_error/* isCode */._m)(error, WOULD_BE_DONE))
                    throw error;
            }
        },
    };
}
function pageOf(key, items) {
    return schemas/* looseObject */._H3({ nextToken: schemas/* string */.YjP().optional() })
        .transform((page, context) => {
        const found = items.safeParse(page[key]);
        if (!found.success)
            context.addIssue({ code: 'custom', message: found.error.message });
        return { items: found.data ?? [], next: page.nextToken };
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/run-parameters.js
/** The parameters of RunInstances for one instance, but for its tags. */
function runParameters(wanted) {
    const { image, isSpot, instanceProfile: profile } = wanted;
    return {
        ...{ MinCount: 1, MaxCount: 1, ClientToken: wanted.clientToken },
        ...{ ImageId: image.imageId, InstanceType: wanted.instanceType },
        UserData: Buffer.from(wanted.userData).toString('base64'),
        // What powers itself off ends, and costs nothing any more.
        InstanceInitiatedShutdownBehavior: 'terminate',
        // A container is one hop further away: it gets no token, and so no user data.
        MetadataOptions: {
            HttpTokens: 'required',
            HttpPutResponseHopLimit: 1,
            HttpEndpoint: 'enabled',
        },
        NetworkInterface: [interfaceOf(wanted)],
        BlockDeviceMapping: disksOf(wanted),
        InstanceMarketOptions: isSpot ? { MarketType: 'spot' } : undefined,
        IamInstanceProfile: profile?.startsWith('arn:')
            ? { Arn: profile }
            : profile && { Name: profile },
    };
}
function interfaceOf({ subnet, securityGroup, hasPublicAddress }) {
    return {
        ...{ DeviceIndex: 0, SubnetId: subnet },
        SecurityGroupId: securityGroup === undefined ? undefined : [securityGroup],
        ...{ AssociatePublicIpAddress: hasPublicAddress, DeleteOnTermination: true },
    };
}
/** Whatever the image says, no disk outlives its instance. */
function disksOf({ image, rootSize }) {
    return image.blockDeviceMapping
        .filter(({ ebs }) => ebs !== undefined)
        .map(({ deviceName, ebs }) => {
        const wanted = deviceName === image.rootDeviceName ? rootSize : undefined;
        const VolumeSize = wanted ?? ebs?.volumeSize;
        return { DeviceName: deviceName, Ebs: { DeleteOnTermination: true, VolumeSize } };
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/security-rules.js
/** The same text for the same permission: `tcp 80-80 0.0.0.0/0`. */
function permissionText({ protocol, ports, source }) {
    return `${protocol} ${ports ? `${ports.from}-${ports.to} ` : ''}${source}`;
}
/** What a security group lets in now, each source apart. */
function permissionsOf({ ipPermissions }) {
    return ipPermissions.flatMap(({ ipProtocol, fromPort, toPort, ...from }) => {
        const hasPorts = /^(?:tcp|udp|icmp|icmpv6)$/.test(ipProtocol) && fromPort !== undefined;
        const ports = hasPorts ? { from: fromPort, to: toPort ?? fromPort } : undefined;
        const sources = [
            ...from.ipRanges.map(({ cidrIp }) => cidrIp),
            ...from.ipv6Ranges.map(({ cidrIpv6 }) => cidrIpv6),
            ...from.groups.flatMap(({ groupId }) => groupId ?? []),
        ];
        return sources.map((source) => ({ protocol: ipProtocol, ports, source }));
    });
}
/** As EC2 wants them told. */
function permissionParameters(rules) {
    return rules.map(({ protocol, ports, source }) => ({
        IpProtocol: protocol,
        // Of a protocol without ports, AWS does not look at them.
        ...{ FromPort: ports?.from ?? 0, ToPort: ports?.to ?? 0 },
        ...sourceParameter(source),
    }));
}
function sourceParameter(source) {
    if (source.startsWith('sg-'))
        return { Groups: [{ GroupId: source }] };
    if (source.includes(':'))
        return { Ipv6Ranges: [{ CidrIpv6: source }] };
    return { IpRanges: [{ CidrIp: source }] };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/ec2-api.js





/** The calls with the limits of one piece of work. */
function ec2Api(client, bounds) {
    const calls = ec2Calls(client, bounds);
    return {
        ...instanceCalls(calls),
        ...groupCalls(calls),
        ...wareCalls(calls),
        /** Of a key that is there already the value is written. */
        createTags: async (ids, tags) => {
            const parameters = { ResourceId: ids, Tag: tagList(tags) };
            await calls.change('CreateTags', parameters, schemas/* unknown */.L5J(), { isRepeatable: true });
        },
    };
}
function instanceCalls({ list, change, attempt }) {
    return {
        instances: async (filters) => {
            const found = await list('DescribeInstances', 'reservationSet', reservation, {
                Filter: filterList(filters),
            });
            return found.flatMap(({ instancesSet }) => instancesSet);
        },
        /** It is still being made when this resolves. Asked again, it makes no second one. */
        runInstance: async (wanted) => {
            const answer = schemas/* object */.Ikc({ instancesSet: set(instance) });
            const how = { isRepeatable: true };
            const made = await change('RunInstances', instanceParameters(wanted), answer, how);
            return made.instancesSet[0];
        },
        /** Whether EC2 would do the same. Makes nothing, and throws what EC2 says against it. */
        tryInstance: (wanted) => attempt('RunInstances', instanceParameters(wanted)),
        /** They are still there when this resolves. Of an unknown one none is ended. */
        terminateInstances: async (ids) => {
            const how = { isRepeatable: true };
            await change('TerminateInstances', { InstanceId: ids }, schemas/* unknown */.L5J(), how);
        },
    };
}
function groupCalls({ list, change, attempt }) {
    return {
        securityGroups: (filters) => list('DescribeSecurityGroups', 'securityGroupInfo', securityGroup, {
            Filter: filterList(filters),
        }),
        /** Gives its id. */
        createSecurityGroup: async (name, vpc, tags) => {
            const parameters = groupParameters(name, vpc, tags);
            const answer = schemas/* object */.Ikc({ groupId: schemas/* string */.YjP() });
            return (await change('CreateSecurityGroup', parameters, answer)).groupId;
        },
        /** As `tryInstance`. */
        trySecurityGroup: (name, vpc, tags) => attempt('CreateSecurityGroup', groupParameters(name, vpc, tags)),
        authorizeIngress: async (id, rules) => {
            const parameters = { GroupId: id, IpPermissions: permissionParameters(rules) };
            await change('AuthorizeSecurityGroupIngress', parameters, schemas/* unknown */.L5J());
        },
        revokeIngress: async (id, rules) => {
            const parameters = { GroupId: id, IpPermissions: permissionParameters(rules) };
            await change('RevokeSecurityGroupIngress', parameters, schemas/* unknown */.L5J());
        },
        deleteSecurityGroup: async (id) => {
            const how = { isRepeatable: true };
            await change('DeleteSecurityGroup', { GroupId: id }, schemas/* unknown */.L5J(), how);
        },
    };
}
/** What EC2 has: networks, images, types. */
function wareCalls({ ask, list }) {
    return {
        vpcs: (filters) => list('DescribeVpcs', 'vpcSet', vpc, { Filter: filterList(filters) }),
        subnets: (filters) => list('DescribeSubnets', 'subnetSet', subnet, { Filter: filterList(filters) }),
        /** Of these owners, by name; of several the newest are not first. */
        images: (owner, name, architecture) => list('DescribeImages', 'imagesSet', objects_image, {
            Owner: [owner],
            Filter: filterList({ name: [name], architecture: [architecture], state: ['available'] }),
        }),
        /** By its id. */
        image: async (id) => {
            const answer = schemas/* object */.Ikc({ imagesSet: set(objects_image) });
            return (await ask('DescribeImages', { ImageId: [id] }, answer)).imagesSet[0];
        },
        instanceTypes: (names) => list('DescribeInstanceTypes', 'instanceTypeSet', instanceType, {
            Filter: filterList({ 'instance-type': names }),
        }),
        /** Where each type of the filters is: in zones, or all types of the region. */
        offerings: (where, filters) => list('DescribeInstanceTypeOfferings', 'instanceTypeOfferingSet', offering, {
            ...{ LocationType: where, Filter: filterList(filters) },
        }),
    };
}
const INSTANCE = ['instance', 'volume', 'network-interface'];
function instanceParameters(wanted) {
    return { ...runParameters(wanted), ...tagSpecifications(INSTANCE, wanted.tags) };
}
function groupParameters(name, vpc, tags) {
    return {
        ...{ GroupName: name, GroupDescription: 'Made by Swarm Up', VpcId: vpc },
        ...tagSpecifications(['security-group'], tags),
    };
}
function filterList(filters) {
    return Object.entries(filters).map(([Name, Value]) => ({ Name, Value }));
}
function tagList(tags) {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
function tagSpecifications(kinds, tags) {
    return { TagSpecification: kinds.map((ResourceType) => ({ ResourceType, Tag: tagList(tags) })) };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/work.js



/** How many instances are ordered at the same time. */
const work_AT_ONCE = 5;
/**
 * AWS takes five such orders at once and two a second in the long run (docs.aws.amazon.com, "Request
 * throttling for the Amazon EC2 API"). The trial of the preflight takes one or two of them, and a
 * little is left for other runs of the account. What comes too early all the same is given again.
 */
const ORDER_PACE = { burst: 3, everyMs: 550 };
/** Joins what a piece of work needs. `bounds.deadline` is on this clock, which is the clients'. */
function ec2Work(clients, about) {
    const ignored = (0,once/* once */.O)((message) => about.log.warning(message));
    const api = ec2Api(clients.ec2, about.bounds);
    return { api, account: accountApi(clients, about.region), ignored, ...about };
}
/** Where a person looks at what is there, for example at `Instances` or `SecurityGroups`. */
function consoleOf(region, kind = 'Instances') {
    return `https://console.aws.amazon.com/ec2/home?region=${region}#${kind}:`;
}

// EXTERNAL MODULE: ./lib/machines/cloud/found/removed-meanwhile.js
var removed_meanwhile = __webpack_require__(1573);
// EXTERNAL MODULE: ./lib/machines/cloud/object-name.js
var object_name = __webpack_require__(9240);
// EXTERNAL MODULE: ./lib/machines/cloud/places/try-places.js
var try_places = __webpack_require__(2816);
// EXTERNAL MODULE: ./lib/machines/ownership.js
var ownership = __webpack_require__(3610);
// EXTERNAL MODULE: ./lib/machines/cloud/found/clusters-of.js
var clusters_of = __webpack_require__(6153);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/tag-codec.js


// A tag at EC2 has a value of at most 256 characters. A label is the tag of the same name; what is
// longer goes on in further ones, `swarm-up.run.2` and so on. So nothing is ever cut.
const LONGEST = 256;
/** More tags of one label are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 5;
/** Labels as tags; `decodeTags` gives back the same. Throws `ActionError` if one is too long. */
function encodeTags(labels) {
    return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => {
        const parts = partsOf(value);
        if (parts.length > MOST_PARTS)
            throw tooLong(key, value);
        return parts.map((part, at) => [nameOf(key, at), part]);
    }));
}
/** The labels that tags say. */
function decodeTags(tags) {
    const isFurther = (key) => {
        const [, first] = /^(.+)\.[2-9]$/.exec(key) ?? [];
        return first !== undefined && first in tags;
    };
    const keys = Object.keys(tags).filter((key) => !isFurther(key));
    return Object.fromEntries(keys.map((key) => [key, wholeOf(tags, key)]));
}
/** What finds the parts of a cluster and its repository. */
function tag_codec_filtersOf({ cluster, repository }) {
    return { [`tag:${ownership/* CLUSTER_LABEL */.eq}`]: [cluster], [`tag:${ownership/* REPOSITORY_LABEL */.S}`]: [repository] };
}
/** What finds the parts of every cluster. */
const EVERY_CLUSTER = { 'tag-key': [ownership/* CLUSTER_LABEL */.eq] };
function wholeOf(tags, key) {
    let all = '';
    for (let at = 0; at < MOST_PARTS; at += 1) {
        const part = tags[nameOf(key, at)];
        if (part === undefined)
            break;
        all += part;
    }
    return all;
}
function nameOf(key, at) {
    return at === 0 ? key : `${key}.${at + 1}`;
}
/** In characters, of which some are two in a string of JavaScript. */
function partsOf(value) {
    const characters = [...value];
    const count = Math.max(1, Math.ceil(characters.length / LONGEST));
    return Array.from({ length: count }, (_, at) => characters.slice(at * LONGEST, (at + 1) * LONGEST).join(''));
}
function tooLong(name, value) {
    return new errors/* ActionError */.lZ(`The tag ${name} is too long for AWS: ${value.length} characters.`, {
        details: `${value.slice(0, 200)}…`,
        hint: 'Shorten what it is made of, for example the id of the job or of the step.',
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/owned.js





/** The tag that the console shows as the name of a thing. */
const NAME_TAG = 'Name';
/** For about an hour, EC2 still lists what is `terminated`. */
const THERE = {
    'instance-state-name': ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
};
/** The instances of a cluster and its repository, the eldest first. One list. */
async function listInstances(work, cluster) {
    return ownedInstances(work, await work.api.instances({ ...tag_codec_filtersOf(cluster), ...THERE }));
}
/** As `listInstances`, with those that are gone, for as long as AWS tells of them. */
async function listWithGone(work, cluster) {
    return ownedInstances(work, await work.api.instances(tag_codec_filtersOf(cluster)));
}
/** As `listInstances`, by another filter. */
async function instancesBy(work, filters) {
    return ownedInstances(work, await work.api.instances({ ...filters, ...THERE }));
}
/** The security groups that filters find, one to a VPC. One list. */
async function groupsBy(work, filters) {
    return (await work.api.securityGroups(filters)).flatMap((group) => ownedGroup(work, group));
}
/** Whether a security group was made for this cluster. */
function isGroupOf(group, cluster) {
    const owner = (0,ownership/* ownerOf */.bf)(decodeTags(group.tagSet));
    return owner !== undefined && (0,ownership/* isSameCluster */.ru)(owner, cluster);
}
/** `instance su-42-shop-1 (i-0a1b…)`. */
function instanceText({ id, name }) {
    return `instance ${name} (${id})`;
}
/** `security group su-42-shop (sg-0a1b…)`. */
function groupText({ id, name }) {
    return `security group ${name} (${id})`;
}
/** Those that the driver has made: their tags say so, and they have the name that it gives. */
function ownedInstances(work, instances) {
    const byAge = (a, b) => ageOf(a) < ageOf(b) || (ageOf(a) === ageOf(b) && a.id < b.id) ? -1 : 1;
    return instances.flatMap((instance) => ownedInstance(work, instance)).sort(byAge);
}
function ownedInstance(work, instance) {
    const { instanceId: id, tagSet } = instance;
    const labels = decodeTags(tagSet);
    const owner = (0,ownership/* ownerOf */.bf)(labels);
    if (!owner)
        return [];
    const index = Number(labels[machine_labels/* INDEX_LABEL */.sk]);
    const name = tagSet[NAME_TAG] ?? '';
    const isOurs = index > 0 && labels[machine_labels/* HOST_KEY_LABEL */.AW] && name === (0,object_name/* objectName */.H)(owner, index);
    if (isOurs)
        return [{ id, name, index, owner, labels, instance }];
    work.ignored(`The instance ${id} at AWS has tags of Swarm Up, but another name or other tags than Swarm Up gives: it is ignored, and stays. See ${consoleOf(work.region)}`);
    return [];
}
function ownedGroup(work, group) {
    const { groupId: id, groupName: name, tagSet } = group;
    const owner = (0,ownership/* ownerOf */.bf)(decodeTags(tagSet));
    if (!owner)
        return [];
    if (name === (0,object_name/* objectName */.H)(owner))
        return [{ id, name, owner, group }];
    work.ignored(`The security group ${name} (${id}) at AWS has tags of Swarm Up, but another name than Swarm Up gives: it is ignored, and stays.`);
    return [];
}
function ageOf({ instance }) {
    return Date.parse(instance.launchTime);
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/find.js




/** What leads to an end, or has come to one. */
const STOPPED = ['stopping', 'stopped', 'shutting-down'];
/**
 * Every machine of a cluster and its repository, by index. Of two instances of one index, which
 * only a killed run leaves, the eldest that is not stopped counts. One list. Throws `ActionError`
 * if AWS refuses.
 */
async function listMachines(work, cluster, reached) {
    const all = await listInstances(work, cluster).catch((error) => {
        throw ec2Refusal(error, `Cluster ${cluster.cluster} could not be looked for`);
    });
    // What is on its way out is nobody's machine any more.
    const present = all.filter(({ instance }) => instance.instanceState !== 'shutting-down');
    const machines = present.map((one) => machineOf(one, reached));
    return [...Map.groupBy(machines, ({ index }) => index).values()]
        .flatMap((same) => same.find(({ state }) => state === 'running') ?? same[0] ?? [])
        .sort((a, b) => a.index - b.index);
}
/**
 * Every cluster of whatever owner in the region, by name. Two lists, however many there are. Throws
 * `ActionError` if AWS refuses.
 */
async function listClusters(work) {
    const parts = await find_partsOf(work).catch((error) => {
        throw ec2Refusal(error, 'The clusters at AWS could not be listed');
    });
    return (0,clusters_of/* clustersOf */.D)(parts, (all) => {
        const expiries = all.map(({ cluster }) => cluster.expires);
        return (0,clusters_of/* ownedCluster */.E)(all[0].cluster, all, expiries);
    });
}
/** What an instance of a cluster is as a machine. */
function machineOf({ id, index, owner, labels, instance }, reached) {
    const isStopped = STOPPED.includes(instance.instanceState);
    return {
        ...{ id, index, owner, labels, name: `${owner.cluster}-${index}` },
        state: isStopped ? 'stopped' : 'running',
        address: isStopped ? '' : (addressOf(instance, reached) ?? ''),
        privateAddress: instance.privateIpAddress,
        place: {
            type: instance.instanceType,
            location: instance.placement?.availabilityZone ?? 'an unknown zone',
        },
    };
}
/** Undefined while it has none. */
function addressOf({ ipAddress, privateIpAddress }, reached) {
    return reached === 'public' ? ipAddress : privateIpAddress;
}
async function find_partsOf(work) {
    const instances = await instancesBy(work, EVERY_CLUSTER);
    const groups = await groupsBy(work, EVERY_CLUSTER);
    return [
        ...instances.map(({ owner: cluster, name, instance }) => ({
            ...{ cluster, kind: 'instance', name, created: instance.launchTime },
        })),
        // AWS does not say when it was made.
        ...groups.map(({ owner: cluster, name }) => ({
            ...{ cluster, kind: 'security group', name, created: undefined },
        })),
    ];
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/create-instance.js













const POLL_MS = 2_000;
/** How long a new instance may be missing in the lists, in ms: they lag behind. */
const LAG_MS = 60_000;
/** What AWS says of an instance that it has ended because the machine asked for it. */
const POWERED_OFF = 'Client.InstanceInitiatedShutdown';
const ENDED = ['shutting-down', 'terminated'];
/**
 * Makes one instance, at the first place that has room, and waits until it runs and has its
 * addresses; an instance of this cluster and index is adopted. Names are not unique, so of several
 * of one index all but the eldest are removed. After an abort nothing more is asked for, and what
 * exists has its tags. Throws `ActionError` if no place has room, or if AWS refuses.
 */
async function createInstance(work, ground, order) {
    const machine = `${order.owner.cluster}-${order.index}`;
    try {
        const [present] = ofIndex(await ground.instances(work), order.index);
        const found = present && (await running(work, ground, order, present.id));
        return machineOf(found ?? (await make(work, ground, order, machine)), ground.reached);
    }
    catch (error) {
        throw ec2Refusal(error, `The instance of ${machine} could not be created`);
    }
}
async function make(work, ground, order, machine) {
    const bounds = { log: work.log, signal: work.bounds.signal };
    return await (0,try_places/* tryPlaces */.a)(ground.places, machine, bounds, async (place) => {
        const { orders, places, turn } = ground;
        const id = await orders(async () => {
            if (!places.isLeft(place))
                return undefined;
            await turn(bounds.signal);
            return await orderAt(work, ground, order, place);
        });
        return id === undefined ? undefined : await running(work, ground, order, id);
    });
}
/** The id of the instance; undefined if the place has no room. */
async function orderAt(work, { securityGroup, options }, { owner, index, hostKey, userData }, place) {
    const labels = {
        ...(0,ownership/* ownerLabels */.H0)(owner),
        ...{ [machine_labels/* INDEX_LABEL */.sk]: String(index), [machine_labels/* HOST_KEY_LABEL */.AW]: hostKey },
        [NAME_TAG]: (0,object_name/* objectName */.H)(owner, index),
    };
    const wanted = newInstance(options, place, { labels, securityGroup, userData });
    return await untilKnown(work, async () => {
        try {
            return (await work.api.runInstance(wanted))?.instanceId;
        }
        catch (error) {
            if (isNoCapacity(error))
                return undefined;
            throw error;
        }
    });
}
/** The order of an instance at a place, as the options want it. */
function newInstance(options, { type: instanceType, subnet, image }, about) {
    const { securityGroup, userData, labels } = about;
    return {
        // AWS remembers an order by it, so that one without an answer is simply given again.
        ...{ clientToken: (0,external_node_crypto_.randomUUID)(), tags: { ...options.tags, ...encodeTags(labels) } },
        ...{ instanceType, subnet, image, securityGroup, userData },
        hasPublicAddress: !options['use-private-address'],
        isSpot: options['request-spot-instance'],
        ...{ rootSize: options['root-size'], instanceProfile: options['iam-instance-profile'] },
    };
}
/** A security group that was made just now is not known everywhere at once. */
async function untilKnown({ clock, bounds }, order) {
    const until = Math.min(clock.now() + LAG_MS, bounds.deadline);
    for (;;) {
        try {
            return await order();
        }
        catch (error) {
            const mayPass = isUnknownId(error) && error.code === 'InvalidGroup.NotFound';
            if (!mayPass || clock.now() + POLL_MS > until)
                throw error;
            await clock.sleep(POLL_MS, bounds.signal);
        }
    }
}
/**
 * Waits until the instance of an index runs and has its address. Undefined if AWS ended it itself,
 * as there was no room after all.
 */
async function running(work, ground, { owner, index }, id) {
    const { clock, bounds } = work;
    const name = (0,object_name/* objectName */.H)(owner, index);
    const lagEnds = clock.now() + LAG_MS;
    for (;;) {
        const all = await ground.instances(work);
        const [eldest, ...younger] = ofIndex(all, index);
        await remove(work, younger);
        const isLast = clock.now() + POLL_MS > bounds.deadline;
        if (eldest && (isReady(eldest, ground.reached) || isLast))
            return eldest;
        const own = all.find((one) => one.id === id);
        if (!eldest && own && hasNoRoom(work, own))
            return undefined;
        if (!eldest && (isLast || clock.now() > lagEnds))
            throw (0,removed_meanwhile/* removedMeanwhile */.V)(`instance ${name}`);
        await clock.sleep(POLL_MS, bounds.signal);
    }
}
/** Throws `ActionError` if AWS ended the instance for another reason. */
function hasNoRoom({ region }, { id, name, instance }) {
    const { code = '', message } = instance.stateReason ?? {};
    if (NO_ROOM.includes(code))
        return true;
    // Somebody has asked for it, or it has powered itself off.
    if (code === '' || code.startsWith('Client.UserInitiated') || code === POWERED_OFF)
        throw (0,removed_meanwhile/* removedMeanwhile */.V)(`instance ${name}`);
    throw new errors/* ActionError */.lZ(`AWS has ended the instance ${id} that it was starting: ${code}.`, {
        ...(message !== undefined && { details: message }),
        hint: `See ${consoleOf(region)}`,
    });
}
/** Two runs at once may have made a machine twice. */
async function remove(work, younger) {
    for (const one of younger) {
        await work.api.terminateInstances([one.id]).catch((error) => {
            if (!isUnknownId(error) && !(0,cloud_error/* isUnclear */.Z5)(error))
                throw error;
        });
        work.log.info(`Two instances were made for one machine; the younger is removed: ${instanceText(one)}`);
    }
}
/** The eldest first; what is gone, or on its way out, is none. */
function ofIndex(instances, index) {
    return instances.filter((one) => one.index === index && !ENDED.includes(one.instance.instanceState));
}
function isReady({ instance }, reached) {
    if (instance.instanceState === 'stopped')
        return true;
    return instance.instanceState === 'running' && addressOf(instance, reached) !== undefined;
}

// EXTERNAL MODULE: ./lib/machines/cloud/removal/heard.js
var heard = __webpack_require__(9194);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/left-over.js
var left_over = __webpack_require__(6300);
// EXTERNAL MODULE: ./lib/machines/cloud/removal/remove-until-gone.js
var remove_until_gone = __webpack_require__(9221);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/destroy.js









/** Between two looks at one instance, in ms. */
const LOOK_MS = 2_000;
/** What is removed already, and still listed. */
const ENDING = 'shutting-down';
/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what AWS fails at, is tried until the deadline: a
 * security group goes only after the last instance that has it. Throws `ActionError` that names what
 * is left; at once if the credentials are refused.
 */
async function destroyCluster(work, cluster) {
    await (0,remove_until_gone/* removeUntilGone */.a)(new RemovalAtAws(work, cluster), work);
}
/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
async function isGone(work, cluster) {
    try {
        if ((await listInstances(work, cluster)).length > 0)
            return false;
        return (await groupsBy(work, tag_codec_filtersOf(cluster))).length === 0;
    }
    catch (error) {
        throw ec2Refusal(error, `Cluster ${cluster.cluster} could not be looked for`);
    }
}
/**
 * Removes one instance, and waits until AWS does not list it as there any more. Gone already is
 * success. Throws `ActionError` at the deadline.
 */
async function destroyInstance(work, cluster, id) {
    const { api, clock, bounds } = work;
    try {
        for (;;) {
            const found = (await listInstances(work, cluster)).find((one) => one.id === id);
            if (!found)
                return;
            if (found.instance.instanceState !== ENDING)
                await terminate(api, [id]);
            if (clock.now() + LOOK_MS > bounds.deadline)
                throw stays(work, id);
            await clock.sleep(LOOK_MS, bounds.signal);
        }
    }
    catch (error) {
        throw ec2Refusal(error, `Instance ${id} could not be removed`);
    }
}
/** One removal, from the first look to the last. */
class RemovalAtAws {
    #work;
    #cluster;
    /** What the last look found; undefined before the first that was answered. */
    #left;
    /** What AWS said in the last round. */
    #said = [];
    /** How much of the last round was asked for, and of that, what only a person can have done. */
    #asked = 0;
    #hopeless = 0;
    constructor(work, cluster) {
        this.#work = work;
        this.#cluster = cluster;
    }
    async round() {
        this.#said = [];
        this.#asked = 0;
        this.#hopeless = 0;
        const instances = await this.#heard(() => listInstances(this.#work, this.#cluster));
        const groups = await this.#heard(() => groupsBy(this.#work, tag_codec_filtersOf(this.#cluster)));
        if (!instances || !groups)
            return false;
        this.#left = [...instances.map(instanceText), ...groups.map(groupText)];
        if (instances.length > 0)
            await this.#terminate(instances);
        else
            for (const group of groups)
                await this.#deleteGroup(group);
        return this.#left.length === 0;
    }
    isStuck() {
        return this.#hopeless > 0 && this.#hopeless >= this.#asked;
    }
    incomplete() {
        return (0,left_over/* leftOver */.W)(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
            said: this.#said,
            where: consoleOf(this.#work.region),
        });
    }
    /** All in one call; of which AWS refuses one, it ends none, so then each by itself. */
    async #terminate(instances) {
        const { api } = this.#work;
        const ids = instances
            .filter(({ instance }) => instance.instanceState !== ENDING)
            .map(({ id }) => id);
        if (ids.length === 0)
            return;
        let isRefused = false;
        await this.#remove(() => terminate(api, ids).catch((error) => {
            isRefused = ids.length > 1 && isProtected(error);
            throw error;
        }));
        if (isRefused)
            for (const id of ids)
                await this.#remove(() => terminate(api, [id]));
    }
    async #deleteGroup({ id }) {
        await this.#remove(() => this.#work.api.deleteSecurityGroup(id).catch((error) => {
            if (!isUnknownId(error))
                throw error;
        }));
    }
    async #remove(removal) {
        this.#asked += 1;
        await this.#heard(removal);
    }
    /** A failure is kept, and the removal goes on; only refused credentials or an abort end it. */
    async #heard(ask) {
        return await (0,heard/* heard */.H)(ask, this.#work.bounds.signal, (error) => {
            const refusal = ec2Refusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
            // What is no answer of AWS, as that there are no credentials, is the same the next time.
            if (isCredentialsRefused(error) || !(error instanceof cloud_error/* CloudError */.K2))
                throw refusal;
            if (isForbidden(error) || isProtected(error))
                this.#hopeless += 1;
            this.#said.push((0,errors/* describeError */.Uc)(refusal));
        });
    }
}
/** AWS knows for an hour what is gone; what it does not know is gone, too. */
async function terminate(api, ids) {
    try {
        await api.terminateInstances(ids);
    }
    catch (error) {
        if (!isUnknownId(error))
            throw error;
        // Of several, one unknown keeps the others from being ended.
        if (ids.length > 1)
            for (const id of ids)
                await terminate(api, [id]);
    }
}
function stays({ region }, id) {
    return new errors/* ActionError */.lZ(`Instance ${id} at AWS could not be removed in time.`, {
        hint: `See what becomes of it, and remove it by hand if it stays: ${consoleOf(region)}`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/expiry-timer.js
// An instance of EC2 that powers itself off ends for good, and costs nothing any more. So a machine
// needs nobody to remove it at the expiry of its cluster: a timer of its own does.
const SET = '/usr/local/sbin/swarm-up-expire-at';
const FOLDER = '/etc/systemd/system';
const UNIT = 'swarm-up-expiry';
/**
 * `Persistent`: a machine that was stopped at the time ends when it is started again. Where the
 * time is already set, nothing is done.
 */
const SET_SCRIPT = `#!/bin/sh
# Powers this machine off at a time of UTC: "2026-12-04 12:00:00". EC2 then removes it.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd ${FOLDER}
if grep -qsxF "OnCalendar=$1 UTC" ${UNIT}.timer; then exit; fi
printf '%s\\n' '[Unit]' 'Description=Powers the machine off, as its cluster has expired' '[Service]' 'Type=oneshot' 'ExecStart=/usr/bin/env systemctl poweroff' >${UNIT}.service
printf '%s\\n' '[Timer]' "OnCalendar=$1 UTC" 'AccuracySec=1s' 'Persistent=true' '[Install]' 'WantedBy=timers.target' >${UNIT}.timer
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
systemctl enable --quiet ${UNIT}.timer
systemctl restart ${UNIT}.timer
`;
/** What has a new machine end itself at `expires` (RFC 3339), if the cluster expires. */
function expiryAdditions(expires) {
    const set = expires === undefined ? '' : `${SET} '${calendarOf(expires)}'\n`;
    return { files: [{ path: SET, mode: '0755', text: SET_SCRIPT }], commands: set };
}
/** Has a machine end itself at `expires` (RFC 3339) instead of the time that it was given before. */
async function setExpiry(ssh, expires, bounds) {
    if (expires === undefined)
        return;
    const command = ['sudo', '-n', SET, calendarOf(expires)];
    await ssh.run(command, { repeatable: true, ...bounds });
}
/** A time of RFC 3339 as systemd writes it, without its zone, which is UTC. */
function calendarOf(expires) {
    return new Date(expires).toISOString().slice(0, 19).replace('T', ' ');
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./lib/machines/cloud/found/recently.js
var recently = __webpack_require__(6968);
// EXTERNAL MODULE: ./lib/machines/cloud/places/places.js
var places_places = __webpack_require__(2152);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/api/order-pace.js
/**
 * Gives what each order waits for, in the turn in which they ask: then a vendor refuses none of them
 * for coming too early. It rejects with the reason of the signal.
 */
function orderPace(clock, { burst, everyMs }) {
    let last = Number.NEGATIVE_INFINITY;
    return async (signal) => {
        const now = clock.now();
        last = Math.max(last + everyMs, now);
        const waitMs = last - (burst - 1) * everyMs - now;
        if (waitMs > 0)
            await clock.sleep(waitMs, signal);
    };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/places.js

const PLACE_WORDS = {
    ...{ vendor: VENDOR, type: 'instance-type', location: 'zone' },
};

;// CONCATENATED MODULE: ./lib/machines/amazonec2/ground.js








/** In their order of preference; each holds 32 768 networks of Swarm's size, or 2048. */
const OVERLAY_POOLS = [
    ...['10.128.0.0/9', '10.0.0.0/9', '172.24.0.0/13', '172.16.0.0/13'],
];
/** What the instances of a cluster will have in common. */
function groundOf(work, cluster, about) {
    const { options, securityGroup, places } = about;
    const instances = (0,recently/* recently */.x)((asker) => listWithGone(asker, cluster), {
        ...{ now: () => work.clock.now(), forMs: POLL_MS },
    });
    const reached = options['use-private-address'] ? 'private' : 'public';
    return {
        ...{ options, securityGroup, reached, instances },
        ...{ places: new places_places/* Places */.N4(PLACE_WORDS, places), orders: (0,p_limit/* default */.A)(work_AT_ONCE) },
        turn: orderPace(work.clock, ORDER_PACE),
    };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/network/networks.js


/**
 * The subnets of the options: those of `subnet-id`, or those of the VPC, in the zones of `zone` and
 * in their order. Throws `ActionError` that says which option to change.
 */
async function findNetwork(work, options) {
    const ids = options['subnet-id'];
    const { vpc, subnets } = ids ? await bySubnets(work, ids) : await byVpc(work, options['vpc-id']);
    const wanted = options['vpc-id'];
    if (wanted !== undefined && vpc.vpcId !== wanted)
        throw otherVpc(wanted, vpc);
    return { vpc, subnets: inZones(subnets, options.zone) };
}
async function bySubnets(work, ids) {
    const found = await work.api.subnets({ 'subnet-id': ids });
    const subnets = ids.map((id) => {
        const subnet = found.find(({ subnetId }) => subnetId === id);
        if (!subnet)
            throw notThere(work, 'subnet-id', `subnet ${id}`);
        return subnet;
    });
    const vpcs = new Set(subnets.map(({ vpcId }) => vpcId));
    if (vpcs.size > 1)
        throw severalVpcs(subnets);
    const [vpc] = await work.api.vpcs({ 'vpc-id': [...vpcs] });
    if (!vpc)
        throw notThere(work, 'subnet-id', `VPC ${[...vpcs]}`);
    return { vpc, subnets };
}
async function byVpc(work, id) {
    const filters = id === undefined ? { 'is-default': ['true'] } : { 'vpc-id': [id] };
    const [vpc] = await work.api.vpcs(filters);
    if (!vpc)
        throw id === undefined ? noDefaultVpc(work) : notThere(work, 'vpc-id', `VPC ${id}`);
    const all = await work.api.subnets({ 'vpc-id': [vpc.vpcId] });
    const byDefault = all.filter(({ defaultForAz }) => defaultForAz);
    const subnets = byDefault.length > 0 ? byDefault : all;
    if (subnets.length === 0)
        throw withoutSubnets(vpc);
    const inOrder = [...subnets].sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1));
    return { vpc, subnets: inOrder };
}
function inZones(all, zones) {
    if (!zones)
        return all;
    return zones.flatMap((zone) => {
        const found = all.filter(({ availabilityZone }) => availabilityZone === zone);
        if (found.length === 0)
            throw notInZone(zone, all);
        return found;
    });
}
function noDefaultVpc({ region }) {
    return new errors/* ActionError */.lZ(`The region ${region} has no default VPC.`, {
        hint: 'Give `vpc-id` or `subnet-id` in `driver-options`, or make a default VPC: `aws ec2 create-default-vpc`.',
    });
}
function notThere({ region }, option, what) {
    return new errors/* ActionError */.lZ(`driver-options: \`${option}\`: the account has no ${what} in ${region}.`, {
        hint: `See what there is: ${consoleOf(region, 'subnets')}`,
    });
}
function otherVpc(wanted, { vpcId }) {
    return new errors/* ActionError */.lZ(`driver-options: \`subnet-id\`: the subnet is in ${vpcId}, not ${wanted}.`, {
        hint: 'Leave `vpc-id` out, or give subnets of it.',
    });
}
function severalVpcs(subnets) {
    return new errors/* ActionError */.lZ('driver-options: `subnet-id`: these are in several VPCs.', {
        details: subnets.map(({ subnetId, vpcId }) => `${subnetId}: ${vpcId}`).join('\n'),
        hint: 'The machines of a cluster reach each other within one VPC. Give subnets of one.',
    });
}
function withoutSubnets({ vpcId }) {
    return new errors/* ActionError */.lZ(`The VPC ${vpcId} has no subnet.`, {
        hint: 'Make a subnet in it, or give another `vpc-id` in `driver-options`.',
    });
}
function notInZone(zone, all) {
    const zones = [...new Set(all.map(({ availabilityZone }) => availabilityZone))];
    return new errors/* ActionError */.lZ(`driver-options: \`zone\`: no subnet is in ${zone}.`, {
        details: `There are some in ${zones.join(', ')}`,
        hint: 'Give one of these zones, or a subnet of that zone as `subnet-id`.',
    });
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./lib/machines/cloud/create-or-adopt.js
var create_or_adopt = __webpack_require__(6644);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/network/canonical-network.js

/**
 * A network as EC2 keeps it: the bits behind the prefix are 0, and IPv6 is as short as it can be.
 * `text` is a network (`203.0.113.7/24`).
 */
function canonicalNetwork(text) {
    const [address = '', length = ''] = text.split('/');
    const size = (0,external_node_net_.isIPv4)(address) ? 32 : 128;
    const rest = BigInt(size - Number(length));
    const first = (numberOf(address) >> rest) << rest;
    return `${(0,external_node_net_.isIPv4)(address) ? v4Text(first) : v6Text(first)}/${Number(length)}`;
}
function numberOf(address) {
    if ((0,external_node_net_.isIPv4)(address))
        return address.split('.').reduce((all, part) => (all << 8n) | BigInt(part), 0n);
    const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
    const [before = [], after = []] = groups.map((half) => half.split(':').filter(Boolean));
    const middle = Array.from({ length: 8 - before.length - after.length }, () => '0');
    return [...before, ...middle, ...after].reduce((all, part) => (all << 16n) | BigInt(`0x${part}`), 0n);
}
function v4Text(value) {
    return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}
function v6Text(value) {
    const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
    return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/network/security-group.js













const security_group_POLL_MS = 2_000;
/** How often a change may end in a way that leaves open what was done. */
const MOST_FAILURES = 15;
/** What the nodes of a swarm say to each other. ESP is what encrypts networks of containers. */
const SWARM = [
    { protocol: 'tcp', ports: { from: 2377, to: 2377 } },
    { protocol: 'tcp', ports: { from: 7946, to: 7946 } },
    { protocol: 'udp', ports: { from: 7946, to: 7946 } },
    { protocol: 'udp', ports: { from: 4789, to: 4789 } },
    { protocol: '50', ports: undefined },
];
/** Of IPv4 and of IPv6 each; a rule of a group counts for both. */
const RULES = 60;
/** How many ranges of ports a security group takes from so many sources. */
function mostRanges(sources) {
    const ofV4 = sources.filter(isV4).length;
    const each = Math.max(1, ofV4, sources.length - ofV4);
    return Math.floor((RULES - SWARM.length) / each);
}
/**
 * Makes the security group of a cluster in a VPC, or finds it made, and sets its rules to exactly
 * these and those of the swarm, so that a port that is not published any more is closed. Gives its
 * id. Throws `ActionError` if something else has its name, or if the cluster is in another VPC.
 */
async function ensureSecurityGroup(work, owner, vpc, rules) {
    const name = (0,object_name/* objectName */.H)(owner);
    try {
        const own = await groupsBy(work, tag_codec_filtersOf(owner));
        const elsewhere = own.find(({ group }) => group.vpcId !== vpc);
        if (elsewhere)
            throw inOtherVpc(owner, vpc, elsewhere.group);
        const id = await findOrMake(work, owner, name, vpc);
        await setRules(work, id, wantedRules(id, rules));
        return id;
    }
    catch (error) {
        throw ec2Refusal(error, `The security group ${name} could not be set up`);
    }
}
async function findOrMake(work, owner, name, vpc) {
    const { api } = work;
    const tags = encodeTags({ ...(0,ownership/* ownerLabels */.H0)(owner), [NAME_TAG]: name });
    const group = await (0,create_or_adopt/* adoptOrCreate */.K)({
        what: `security group ${name} at ${VENDOR}`,
        hint: `Remove it if nothing needs it (${consoleOf(work.region, 'SecurityGroups')}), or give this step another \`cluster\`.`,
        find: async () => (await api.securityGroups({ 'group-name': [name], 'vpc-id': [vpc] }))[0],
        create: async () => ({
            groupId: await api.createSecurityGroup(name, vpc, tags),
            tagSet: tags,
        }),
        isOurs: (found) => isGroupOf(found, owner),
        isTaken: (error) => (0,cloud_error/* isCode */._m)(error, 'InvalidGroup.Duplicate'),
    }, work);
    return group.groupId;
}
function wantedRules(group, { ranges, sources }) {
    const outer = [...new Set(sources.map(canonicalNetwork))];
    return [
        ...ranges.flatMap(({ protocol, ...ports }) => outer.map((source) => ({ protocol, ports, source }))),
        ...SWARM.map((rule) => ({ ...rule, source: group })),
    ];
}
/**
 * Opens what is missing, then closes what is too much, until a look finds exactly what is wanted: a
 * call may have been done without an answer, and a new group is not known everywhere at once.
 */
async function setRules(work, id, wanted) {
    const { clock, bounds } = work;
    for (let failures = 0;;) {
        const { isDone, failure } = await change(work, id, wanted);
        if (isDone)
            return;
        failures += failure ? 1 : 0;
        if (failure && failures === MOST_FAILURES)
            throw failure;
        if (clock.now() + security_group_POLL_MS > bounds.deadline)
            throw failure ?? notSet(work, id);
        if (failure)
            await clock.sleep(security_group_POLL_MS, bounds.signal);
    }
}
async function change(work, id, wanted) {
    const { api } = work;
    const [group] = await api.securityGroups({ 'group-id': [id] });
    if (!group)
        return { isDone: false, failure: notSet(work, id) };
    const present = permissionsOf(group);
    const missing = without(wanted, present);
    const surplus = without(present, wanted);
    try {
        if (missing.length > 0)
            await api.authorizeIngress(id, missing);
        if (surplus.length > 0)
            await api.revokeIngress(id, surplus);
        return { isDone: missing.length + surplus.length === 0 };
    }
    catch (error) {
        const mayPass = (0,cloud_error/* isCode */._m)(error, 'InvalidPermission.Duplicate') || isUnknownId(error);
        if (mayPass || (0,cloud_error/* isUnclear */.Z5)(error))
            return { isDone: false, failure: error };
        throw error;
    }
}
function without(all, others) {
    const texts = new Set(others.map(permissionText));
    return all.filter((one) => !texts.has(permissionText(one)));
}
function isV4(network) {
    return (0,external_node_net_.isIPv4)(network.split('/')[0] ?? '');
}
function inOtherVpc({ cluster }, vpc, group) {
    return new errors/* ActionError */.lZ(`The cluster ${cluster} is in ${group.vpcId}, and not in ${vpc}.`, {
        hint: 'Give the VPC and the subnets of the cluster, or remove the cluster first (`command: down`).',
    });
}
function notSet({ region }, id) {
    return new errors/* ActionError */.lZ(`The rules of the security group ${id} could not be set in time.`, {
        hint: `See what it has: ${consoleOf(region, 'SecurityGroups')}. Then run this again.`,
    });
}

// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(3190);
// EXTERNAL MODULE: ./lib/machines/cloud/options/endpoint.js
var endpoint = __webpack_require__(659);
// EXTERNAL MODULE: ./lib/machines/cloud/options/source-list.js
var source_list = __webpack_require__(8636);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/image-names.js
/** wiki.debian.org/Cloud/AmazonEC2Image */
const DEBIAN = '136693071363';
/** documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images */
const CANONICAL = '099720109477';
const debian = (release) => ({
    ...{ owner: DEBIAN, name: (architecture) => `debian-${release}-${architecture}-2*` },
});
const ubuntu = (name, disk) => ({
    owner: CANONICAL,
    name: (architecture) => `ubuntu/images/${disk}/ubuntu-${name}-${architecture}-server-*`,
});
/** By the names that the option `image` takes beside ids. */
const PUBLISHED = {
    'debian-12': debian(12),
    'debian-13': debian(13),
    'ubuntu-22.04': ubuntu('jammy-22.04', 'hvm-ssd'),
    'ubuntu-24.04': ubuntu('noble-24.04', 'hvm-ssd-gp3'),
};
const IMAGE_NAMES = Object.keys(PUBLISHED);

;// CONCATENATED MODULE: ./lib/machines/amazonec2/options.js






const REGION = 'give a region as AWS has it, for example `eu-central-1`';
const ZONE = 'give availability zones as AWS has them, for example `[eu-central-1a, eu-central-1b]`';
const TYPE = 'give types of instances as AWS has them, for example `[t3.small, t3a.small]`';
const IMAGE = `give one of ${IMAGE_NAMES.join(', ')}, or the id of an AMI of the region`;
const VPC = 'give the id of a VPC, for example `vpc-0a1b2c3d`';
const SUBNET = 'give ids of subnets, for example `[subnet-0a1b2c3d, subnet-4e5f6a7b]`';
const SIZE = 'give a whole number of GB, from 8 to 16384';
const PROFILE = 'give the name or the ARN of an instance profile';
const TAGS = 'give a map of at most 30 tags, for example `{team: web}`';
const RESERVED = 'tags that begin with `swarm-up.` or `aws:`, and `Name`, are not yours to give';
const YES_OR_NO = 'give `true` or `false`';
/** A list of names that AWS knows, or only one; each of them is kept once. */
const list = (form, message) => schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* string */.YjP()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => form.test(name)), message);
const options_image = schemas/* string */.YjP(IMAGE).superRefine((name, context) => {
    if (IMAGE_NAMES.includes(name) || /^ami-[0-9a-f]{8,17}$/.test(name))
        return;
    const meant = (0,nearest/* nearest */.p)(name, IMAGE_NAMES);
    const message = meant === undefined ? IMAGE : `${IMAGE}. Is ${meant} meant?`;
    context.addIssue({ code: 'custom', message });
});
const isOwnTag = (key) => (0,ownership/* isReserved */.Bs)(key) || /^aws:/i.test(key) || key === 'Name';
const options_tags = schemas/* record */.g1P(schemas/* string */.YjP().min(1, TAGS).max(127, TAGS), schemas/* string */.YjP(TAGS).max(255, TAGS), TAGS)
    .refine((given) => Object.keys(given).length <= 30, TAGS)
    .refine((given) => !Object.keys(given).some(isOwnTag), RESERVED);
/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
const placeOptions = schemas/* object */.Ikc({
    /** Without it, that of the variables `AWS_REGION` or `AWS_DEFAULT_REGION`. */
    region: schemas/* string */.YjP(REGION)
        .regex(/^[a-z]{2,}(?:-[a-z]+)+-\d+$/, REGION)
        .optional(),
    /** Where the API answers; without it, where AWS has it for the region. */
    endpoint: endpoint/* endpoint */.s.optional(),
});
/** `driver-options` of the `amazonec2` driver. */
const amazonec2Options = schemas/* strictObject */.rej({
    ...placeOptions.shape,
    /** Tried in turn, the first one first; without it, all that the subnets are in. */
    zone: list(/^[a-z]{2,}(?:-[a-z0-9]+)+[a-z]$/, ZONE).optional(),
    /** Tried in turn, the first one in every zone first. */
    'instance-type': list(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, TYPE).default(['t3.small', 't3a.small']),
    image: options_image.default('ubuntu-24.04'),
    /** Without it and `subnet-id`, the default VPC of the region. */
    'vpc-id': schemas/* string */.YjP(VPC)
        .regex(/^vpc-[0-9a-f]{8,17}$/, VPC)
        .optional(),
    'subnet-id': list(/^subnet-[0-9a-f]{8,17}$/, SUBNET).optional(),
    'root-size': schemas/* int */.Whr(SIZE).min(8, SIZE).max(16_384, SIZE).optional(),
    'request-spot-instance': schemas/* boolean */.zMY(YES_OR_NO).default(false),
    /** Whether machines have no public address, and the runner reaches their private ones. */
    'use-private-address': schemas/* boolean */.zMY(YES_OR_NO).default(false),
    'iam-instance-profile': schemas/* string */.YjP(PROFILE).min(1, PROFILE).optional(),
    /** Beside those of the driver, for example for a bill. */
    tags: options_tags.default({}),
    /** From where SSH and the published ports are reached. */
    'firewall-sources': source_list/* sourceList */._,
});

// EXTERNAL MODULE: ./lib/base/listed.js
var listed = __webpack_require__(7563);
// EXTERNAL MODULE: ./lib/machines/cloud/places/choose-places.js
var choose_places = __webpack_require__(5202);
// EXTERNAL MODULE: ./lib/machines/cloud/places/cost-line.js
var cost_line = __webpack_require__(884);
;// CONCATENATED MODULE: ./lib/machines/amazonec2/account/quota-code.js
/**
 * docs.aws.amazon.com, "Amazon EC2 On-Demand Instances" and "Spot Instance quotas": the same codes in
 * each region.
 */
const CODES = [
    {
        families: ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z'],
        ...{ onDemand: 'L-1216C47A', spot: 'L-34B43A08' },
    },
    { families: ['dl'], onDemand: 'L-6E869C2A', spot: 'L-85EED4F7' },
    { families: ['f'], onDemand: 'L-74FC7D96', spot: 'L-88CF9481' },
    { families: ['g', 'gr', 'vt'], onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
    { families: ['hpc'], onDemand: 'L-F7808C92', spot: undefined },
    { families: ['inf'], onDemand: 'L-1945791B', spot: 'L-B5D1601B' },
    { families: ['p'], onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
    { families: ['trn'], onDemand: 'L-2C3B7624', spot: 'L-6B0D517C' },
    { families: ['u'], onDemand: 'L-43DA4232', spot: undefined },
    { families: ['x'], onDemand: 'L-7295265B', spot: 'L-E3A00192' },
];
/**
 * The code of the quota of vCPUs that an instance of the type counts for; undefined if none is known
 * for its family.
 */
function quotaCodeOf(type, isSpot) {
    const [family = ''] = /^[a-z]+/.exec(type) ?? [];
    const codes = CODES.find(({ families }) => families.includes(family));
    return isSpot ? codes?.spot : codes?.onDemand;
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/account/check-quota.js






/** EC2 counts these for a quota of vCPUs, and none that is stopped. */
const COUNTED = { 'instance-state-name': ['pending', 'running'] };
/**
 * Asks whether the account may have so many vCPUs more. Gives what is to be told of them, as a
 * sentence. Credentials that may not ask end nothing: the first order tells then. Throws
 * `ActionError` with the numbers if the quota is too small.
 */
async function checkQuota(work, wanted) {
    const { cluster, machines, type, isSpot } = wanted;
    const together = `${machines * type.vCpuInfo} vCPUs together`;
    const code = quotaCodeOf(type.instanceType, isSpot);
    if (code === undefined)
        return `${together}.`;
    const asked = await askIfAllowed(work, 'servicequotas:GetServiceQuota', (bounds) => work.account.quota(code, bounds));
    if ('reason' in asked)
        return `${together}. Whether the quota allows them is not known: ${asked.reason}.`;
    const { value: limit, name } = asked.value;
    const instances = await work.api.instances(COUNTED);
    const used = await vCpusOf(work, instances.filter(countsFor(code)));
    const own = instances.filter((one) => isOf(cluster, one)).length;
    const missing = Math.max(0, machines - own);
    const more = missing * type.vCpuInfo;
    if (more === 0 || used + more <= limit)
        return `${together}; the quota is ${limit}, of which ${used} are used.`;
    throw new errors/* ActionError */.lZ(`The account at AWS may not have so many vCPUs in ${work.region} at the same time.`, {
        details: `Limit ${limit}, ${used} used, ${more} more wanted (${missing} × ${type.instanceType})\nQuota: ${name} (${code})`,
        hint: higherQuota(work.region, code),
    });
}
/** Spot instances have quotas of their own, and what is on a dedicated host has none. */
function countsFor(code) {
    return ({ instanceType, instanceLifecycle: lifecycle, placement }) => {
        const isSpot = lifecycle === 'spot';
        const isCounted = (isSpot || lifecycle === undefined) && placement?.tenancy !== 'host';
        return isCounted && quotaCodeOf(instanceType, isSpot) === code;
    };
}
/** Of each as many as it has, or else as its type has. */
async function vCpusOf(work, instances) {
    const unknown = instances.filter(({ cpuOptions }) => cpuOptions === undefined);
    const names = [...new Set(unknown.map(({ instanceType }) => instanceType))];
    const types = names.length > 0 ? await work.api.instanceTypes(names) : [];
    const ofType = new Map(types.map(({ instanceType, vCpuInfo }) => [instanceType, vCpuInfo]));
    return instances
        .map(({ cpuOptions: cpus, instanceType }) => cpus ? cpus.coreCount * cpus.threadsPerCore : (ofType.get(instanceType) ?? 0))
        .reduce((sum, count) => sum + count, 0);
}
function isOf(cluster, { tagSet }) {
    const owner = (0,ownership/* ownerOf */.bf)(decodeTags(tagSet));
    return owner !== undefined && (0,ownership/* isSameCluster */.ru)(owner, cluster);
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/images.js




const ARCHITECTURES = { x86_64: 'amd64', arm64: 'arm64' };
/**
 * The image of the option `image` for each of these types: of a published name the newest of its
 * architecture. Throws `ActionError` if there is none, or if a type does not run it.
 */
async function findImages(work, name, types) {
    const published = PUBLISHED[name];
    const given = published ? undefined : await givenImage(work, name);
    const newest = new Map();
    const images = new Map();
    for (const type of types) {
        if (given)
            images.set(type.instanceType, fitting(type, given));
        if (!published)
            continue;
        const architecture = architectureOf(type);
        const image = newest.get(architecture) ?? (await newestOf(work, name, published, architecture));
        newest.set(architecture, image);
        images.set(type.instanceType, image);
    }
    return images;
}
async function givenImage(work, id) {
    const image = await work.api.image(id).catch((error) => {
        if (!(0,cloud_error/* isCode */._m)(error, 'InvalidAMIID.NotFound', 'InvalidAMIID.Malformed'))
            throw error;
        return undefined;
    });
    if (image && image.imageState === 'available')
        return image;
    throw new errors/* ActionError */.lZ(`driver-options: \`image\`: ${work.region} has no image ${id}.`, {
        ...(image && { details: `Its state is ${image.imageState}` }),
        hint: `An AMI has another id in each region, and may be shared or not. See ${consoleOf(work.region, 'Images')}`,
    });
}
async function newestOf(work, name, { owner, name: pattern }, architecture) {
    const all = await work.api.images(owner, pattern(ARCHITECTURES[architecture]), architecture);
    const newest = [...all].sort((a, b) => (a.creationDate < b.creationDate ? -1 : 1)).at(-1);
    if (newest)
        return newest;
    throw new errors/* ActionError */.lZ(`driver-options: \`image\`: ${work.region} has no ${name} for ${architecture}.`, { hint: 'Give the id of an AMI of the region as `image`.' });
}
function architectureOf({ instanceType, processorInfo }) {
    const known = processorInfo.find((one) => one in ARCHITECTURES);
    if (known)
        return known;
    throw new errors/* ActionError */.lZ(`driver-options: \`instance-type\`: the processor of ${instanceType} has no image.`, { details: processorInfo.join(', '), hint: 'Give types with x86_64 or arm64.' });
}
function fitting({ instanceType, processorInfo }, image) {
    if (processorInfo.includes(image.architecture))
        return image;
    throw new errors/* ActionError */.lZ(`driver-options: \`image\`: ${image.imageId} is for ${image.architecture}, and ${instanceType} is not.`, { hint: `Give types for ${image.architecture}, or another image.` });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/try-orders.js








/**
 * Gives the first orders of a cluster as dry runs of AWS, which make nothing: its security group,
 * unless it has one, and an instance. Throws `ActionError` if the credentials may not give them.
 * Whatever else AWS answers, only the real orders tell.
 */
async function tryOrders(work, options, owner, { place, vpc }) {
    const { api } = work;
    const groups = await api.securityGroups({
        ...{ [`tag:${ownership/* REPOSITORY_LABEL */.S}`]: [owner.repository], 'vpc-id': [vpc.vpcId] },
    });
    const own = groups.find((group) => isGroupOf(group, owner));
    const { groupId: securityGroup } = own ?? groups[0] ?? {};
    // No policy can be about the rest: user data, host key.
    const about = { labels: labelsOf(owner, 1), userData: '#cloud-config\n', securityGroup };
    const counts = (refusal) => own !== undefined || isOfNoGroup(refusal);
    try {
        if (!own)
            await attempt(() => trySecurityGroup(work, owner, vpc), () => true);
        await attempt(() => api.tryInstance(newInstance(options, place, about)), counts);
    }
    catch (error) {
        throw ec2Refusal(error, `The machines of ${owner.cluster} cannot be made`);
    }
}
async function trySecurityGroup({ api }, owner, { vpcId }) {
    await api.trySecurityGroup((0,object_name/* objectName */.H)(owner), vpcId, encodeTags(labelsOf(owner)));
}
/** Of what AWS refuses, only a missing right is sure to meet the real order, too. */
async function attempt(order, counts) {
    try {
        await order();
    }
    catch (error) {
        const isOfRight = isForbidden(error) && counts(error);
        if (isOfRight || !(error instanceof cloud_error/* CloudError */.K2))
            throw error;
    }
}
/**
 * The real order names the security group of the cluster, which does not exist yet, and which a
 * policy admits by its tags. That another one is not admitted says nothing.
 */
function isOfNoGroup(refusal) {
    const { resource } = denialIn(refusal);
    return resource !== undefined && !resource.includes(':security-group/');
}
function labelsOf(owner, index) {
    return { ...(0,ownership/* ownerLabels */.H0)(owner), [NAME_TAG]: (0,object_name/* objectName */.H)(owner, index) };
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/preflight.js













/**
 * Asks whether AWS knows the credentials, has the network, types and image of the options, would
 * take the first orders, and lets the account have so many vCPUs; and what that costs. Makes nothing.
 * Throws `ActionError` that says what to change. The room that there is only the first order tells.
 */
async function preflight(work, options, wanted) {
    try {
        const network = await findNetwork(work, options);
        const types = await knownTypes(work, options['instance-type']);
        const images = await findImages(work, options.image, types);
        const places = await placesOf(work, network, types, images);
        const [place] = places;
        const type = types.find(({ instanceType }) => instanceType === place?.type);
        if (!place || !type)
            throw new Error('Each place has a type of the options.');
        await tryOrders(work, options, wanted.cluster, { place, vpc: network.vpc });
        const { cluster, machines, ttlMs } = wanted;
        const isSpot = options['request-spot-instance'];
        const room = await checkQuota(work, { cluster, machines, type, isSpot });
        const prices = await askPrices(work, options['instance-type'], { options, ttlMs });
        return { network, places, prices, facts: [factOf(options, wanted, place, prices), room] };
    }
    catch (error) {
        throw ec2Refusal(error, 'AWS could not be asked what it has');
    }
}
/** In the order of the options. */
async function knownTypes(work, wanted) {
    const found = await work.api.instanceTypes(wanted);
    const types = [];
    for (const name of wanted) {
        const type = found.find(({ instanceType }) => instanceType === name);
        if (!type)
            throw await unknownType(work, name);
        types.push(type);
    }
    return types;
}
/** Each type in each subnet whose zone offers it; at least one. */
async function placesOf(work, { subnets }, types, images) {
    const names = types.map(({ instanceType }) => instanceType);
    const offerings = await work.api.offerings('availability-zone', { 'instance-type': names });
    const wares = names.map((type) => {
        const own = offerings.filter(({ instanceType }) => instanceType === type);
        return { type, locations: own.map(({ location }) => location).sort() };
    });
    const places = wares.flatMap(({ type, locations }) => subnets.flatMap(({ subnetId: subnet, availabilityZone: location }) => {
        const image = images.get(type);
        return image && locations.includes(location) ? [{ type, location, subnet, image }] : [];
    }));
    if (places.length > 0)
        return places;
    const zones = subnets.map(({ availabilityZone }) => availabilityZone);
    throw (0,choose_places/* notOffered */.JM)(PLACE_WORDS, wares, [...new Set(zones)]);
}
function factOf({ image, 'request-spot-instance': isSpot }, { machines, ttlMs }, place, { currency, hourlyOf, note }) {
    const id = place.image.imageId === image ? image : `${image}, ${place.image.imageId}`;
    const what = `${machines} × ${(0,places_places/* placeText */.Z9)(place)}${isSpot ? ' as spot' : ''} (${id})`;
    const price = hourlyOf(place);
    const cost = price === undefined
        ? ''
        : `: ${(0,cost_line/* costLine */.E)({ currency, hourly: price * machines, machines, ttlMs })}`;
    return `${what}${cost}. ${note([place])}`;
}
async function unknownType(work, name) {
    const all = (await work.api.offerings('region', {})).map(({ instanceType }) => instanceType);
    const meant = (0,nearest/* nearest */.p)(name, all);
    const family = all.filter((one) => one.startsWith(`${name.split('.')[0]}.`)).sort();
    return new errors/* ActionError */.lZ(`driver-options: \`instance-type\`: the region ${work.region} has no ${name}.`, {
        details: `It has ${(0,listed/* listed */.K)(family.length > 0 ? family : [...all].sort(), 40)}`,
        hint: `${meant === undefined ? '' : `Is ${meant} meant? `}Not every region has every type.`,
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/renew.js




/**
 * Writes `owner.expires` on everything of the cluster, the instances last. A renewal that is killed
 * has then written the new time somewhere, which `listClusters` finds as the newest. Throws
 * `ActionError` if AWS refuses.
 */
async function renew(work, owner) {
    const { expires } = owner;
    if (expires === undefined)
        return;
    const tags = encodeTags({ [ownership/* EXPIRES_LABEL */.Iw]: expires });
    try {
        const groups = await groupsBy(work, tag_codec_filtersOf(owner));
        const instances = await listInstances(work, owner);
        for (const ids of [groups, instances].map((all) => all.map(({ id }) => id)))
            if (ids.length > 0)
                await work.api.createTags(ids, tags);
    }
    catch (error) {
        throw ec2Refusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
    }
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/run-key.js




// Credentials that end by themselves give no key that lasts. A run with such credentials has a key
// of its own, and EC2 Instance Connect lets that in for a minute; then the run lets itself in.
/**
 * Lets the key of this run in for a minute. The image needs the package `ec2-instance-connect`, as
 * those of Ubuntu and Amazon have it. `key` is a public key as a line. Throws `ActionError` if AWS
 * refuses.
 */
async function admitKey(client, bounds, { id, name, key }) {
    const body = { InstanceId: id, InstanceOSUser: first_login/* USER */.m3, SSHPublicKey: key };
    const answer = schemas/* object */.Ikc({ Success: schemas/* literal */.euz(true) });
    const call = { method: 'POST', path: '/SendSSHPublicKey', body, answer };
    try {
        await client.call({ ...call, isRepeatable: true }, bounds);
    }
    catch (error) {
        throw error instanceof cloud_error/* CloudError */.K2 ? notAdmitted(name, error) : error;
    }
}
/** How many keys of runs a machine keeps: several runs may look at it at the same time. */
const MOST_KEYS = 5;
/** By this word a key of a run is known among others. */
const MARK = 'swarm-up-run';
const KEEP_SCRIPT = `set -eu
umask 077
cd ~/.ssh
{ grep -v " ${MARK}$" authorized_keys || :; grep " ${MARK}$" authorized_keys | tail -n ${MOST_KEYS - 1} || :; echo "$1 ${MARK}"; } >authorized_keys.new
mv authorized_keys.new authorized_keys
`;
/** Has a machine keep the key of this run, so that a lost connection can be opened anew. */
async function keepKey(ssh, key, bounds) {
    const command = ['sh', '-c', KEEP_SCRIPT, 'sh', key];
    await ssh.run(command, { repeatable: true, ...bounds });
}
function notAdmitted(name, error) {
    const isForbidden = (0,cloud_error/* isCode */._m)(error, 'AccessDenied', 'UnauthorizedOperation');
    return new errors/* ActionError */.lZ(`EC2 Instance Connect did not let this run in to ${name}.`, {
        details: error.details ?? error.message,
        hint: isForbidden
            ? 'Add ec2-instance-connect:SendSSHPublicKey to the policy of the role, or give `ssh-private-key` to each step with this cluster.'
            : 'Give `ssh-private-key` to each step with this cluster, from the first on.',
        cause: error,
    });
}

;// CONCATENATED MODULE: ./lib/machines/amazonec2/driver.js





























/** Machines are instances of Amazon EC2, which outlive the job. */
const amazonec2Driver = {
    name: 'amazonec2',
    makesMachines: true,
    onRunner: false,
    options: amazonec2Options,
    placeOptions: placeOptions.transform((given) => amazonec2Options.parse(given)),
    secretVariables: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
    read: (source) => {
        const access = readAccess(source);
        return { create: (options, context) => createAmazonec2Driver(options, access, context) };
    },
};
function createAmazonec2Driver(options, access, { log, guard }) {
    const clock = base_clock/* systemClock */.ml;
    const region = regionOf(options.region, access);
    const { credentials } = access;
    const { endpoint } = options;
    const clients = ec2Clients({
        ...{ region, credentials, endpoint, log, clock, readsOnly: guard !== undefined },
    });
    const work = (limitMs, signal) => ec2Work(clients, { region, clock, log, bounds: (0,cloud_limits/* boundsFor */.Lq)(clock, limitMs, signal) });
    const reached = options['use-private-address'] ? 'private' : 'public';
    const { 'firewall-sources': sources, image } = options;
    const limits = { vendor: VENDOR, most: mostRanges(sources) };
    let planned;
    let ground;
    let pools;
    /** Names of machines. */
    const made = new Set();
    /** Written on what exists after it was listed. */
    let renewed;
    return {
        ...cloud_traits/* CLOUD_TRAITS */.Q,
        name: 'amazonec2',
        get addressPools() {
            return pools;
        },
        async plan(signal, wanted) {
            planned = await preflight(work(cloud_limits/* QUESTION_MS */._r, signal), options, wanted);
            return planned.facts;
        },
        costs(machines) {
            const places = machines.flatMap(({ place }) => place ?? []);
            if (places.length === 0)
                return [];
            const note = planned ? ` ${planned.prices.note(places)}` : '';
            return [`${(0,machines_line/* machinesLine */.b)(places, planned?.prices ?? NO_PRICES)}${note}`];
        },
        refusePorts: (ports) => void (0,port_ranges/* portRanges */.O)(ports, limits),
        list: async (id, signal) => (await listMachines(work(cloud_limits/* QUESTION_MS */._r, signal), id, reached)).map(machine_of_cloud/* machineOfCloud */.e),
        async prepare({ owner, publishedPorts }, signal) {
            const ours = work(cloud_limits/* MAKING_MS */.NI, signal);
            const { vpc } = planned?.network ?? (await findNetwork(ours, options));
            pools = (0,overlay_pools/* overlayPools */.K)(OVERLAY_POOLS, [vpc.cidrBlock]);
            const rules = { ranges: (0,port_ranges/* portRanges */.O)(publishedPorts, limits), sources };
            const securityGroup = await ensureSecurityGroup(ours, owner, vpc.vpcId, rules);
            const places = planned?.places ?? [];
            ground = groundOf(ours, owner, { options, securityGroup, places });
        },
        async create(spec, index, signal) {
            if (!ground)
                throw new Error('A machine is made only after `prepare`.');
            return await createMachine(spec, index, ground, work(cloud_limits/* MAKING_MS */.NI, signal));
        },
        async target({ name, index, owner, address, labels }, signal) {
            // A machine that this run has made has its key.
            if (access.keyFrom === 'run' && !made.has(name))
                await admit(name, index, owner, work(cloud_limits/* QUESTION_MS */._r, signal));
            return {
                ...{ name, host: address, port: 22, user: first_login/* USER */.m3 },
                credentials: access.keyOf(owner).credentials,
                hostKeys: { kind: 'pinned', keys: [labels[machine_labels/* HOST_KEY_LABEL */.AW] ?? ''] },
                refusedHint: REFUSED[access.keyFrom],
            };
        },
        // Of every machine: the run that has made it may have been killed meanwhile.
        async setUp({ owner, name }, ssh, bounds) {
            const [key = ''] = access.keyOf(owner).authorizedKeys;
            if (access.keyFrom === 'run' && !made.has(name))
                await keepKey(ssh, key, bounds);
            await (0,wait_for_cloud_init/* waitForCloudInit */.y)(ssh, { ...{ user: first_login/* USER */.m3, image, log, ...bounds }, hasEngine: false });
            await setExpiry(ssh, renewed ?? owner.expires, bounds);
        },
        commandOn: access.keyFrom === 'input' ? ({ address }) => ['ssh', `${first_login/* USER */.m3}@${address}`] : undefined,
        async destroy({ owner, index }) {
            const ours = work(cloud_limits/* REMOVAL_MS */.OE);
            for (const one of await listInstances(ours, owner)) {
                if (one.index === index)
                    await destroyInstance(ours, owner, one.id);
            }
        },
        destroyCluster: (id) => destroyCluster(work(cloud_limits/* REMOVAL_MS */.OE), id),
        isGone: (id) => isGone(work(cloud_limits/* QUESTION_MS */._r), id),
        clusters: (signal) => listClusters(work(cloud_limits/* QUESTION_MS */._r, signal)),
        vendorTime: (now) => (0,vendor_time/* vendorTime */.E)(VENDOR, clients.ec2.vendorClock(), now),
        async renew(owner, signal) {
            await renew(work(cloud_limits/* QUESTION_MS */._r, signal), owner);
            renewed = owner.expires;
        },
    };
    /** Lasts for a minute, and leaves nothing on the machine: a dry run may do it, too. */
    async function admit(name, index, owner, ours) {
        const found = (await listInstances(ours, owner)).find((one) => one.index === index);
        const [key = ''] = access.keyOf(owner).authorizedKeys;
        if (found)
            await admitKey(clients.connect, ours.bounds, { id: found.id, name, key });
    }
    async function createMachine({ owner }, index, shared, ours) {
        const name = `${owner.cluster}-${index}`;
        const hostKey = (0,generate/* generateKeyPair */.T)('');
        const { authorizedKeys } = access.keyOf(owner);
        const additions = expiryAdditions(owner.expires);
        made.add(name);
        return (0,machine_of_cloud/* machineOfCloud */.e)(await createInstance(ours, shared, {
            ...{ owner, index, hostKey: hostKey.publicKey },
            userData: (0,user_data/* userData */.sw)({ name, hostKey, authorizedKeys, additions }, user_data/* USER_DATA_BYTES */.dT.amazonec2),
        }));
    }
}
/** What to do if a machine refuses the login, by whose key it is. */
const REFUSED = {
    input: 'The machine was made with another `ssh-private-key`, or with none. Give that key, or remove the cluster (`command: down`) first.',
    secret: 'The key of a machine comes from AWS_SECRET_ACCESS_KEY and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.',
    run: 'The key of this run was let in by EC2 Instance Connect, which needs the package ec2-instance-connect in the image: those of Ubuntu and Amazon have it. Give `ssh-private-key` to each step with this cluster, from the first on.',
};


/***/ }),

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


/***/ })

};
;