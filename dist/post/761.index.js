"use strict";
exports.id = 761;
exports.ids = [761];
exports.modules = {

/***/ 3190:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1916);

/**
 * The known word that was most likely meant; undefined where none is near enough to be a slip of
 * the fingers.
 */
function nearest(word, known) {
    const ranked = known
        .map((one) => ({ one, far: (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(word.toLowerCase(), one.toLowerCase()) }))
        .sort((a, b) => a.far - b.far);
    const best = ranked[0];
    return best && best.far <= Math.max(1, Math.floor(best.one.length / 3)) ? best.one : undefined;
}


/***/ }),

/***/ 2645:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* unused harmony exports COMPATIBILITIES, ComposeError, groupFindings, collectFindings */
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);

/**
 * What becomes of warnings, which tell of what can be left out without changing what the file means
 * or how safe it is: `strict` makes an error of each.
 */
const COMPATIBILITIES = (/* unused pure expression or super */ null && (['warn', 'strict']));
/**
 * A compose file that cannot be deployed. Every problem of it is in `findings`, so that each can be
 * shown at its line.
 */
class ComposeError extends _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    findings;
    constructor(message, findings, hint) {
        super(message, {
            details: findings.map(describeFinding).join('\n'),
            hint,
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

/***/ 9761:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  parsePostInputs: () => (/* binding */ parsePostInputs)
});

// UNUSED EXPORTS: parseDownInputs, parseSweepInputs, readSubject

// EXTERNAL MODULE: ./lib/base/duration.js
var duration = __webpack_require__(7778);
// EXTERNAL MODULE: ./lib/base/nearest.js
var nearest = __webpack_require__(3190);
;// CONCATENATED MODULE: ./lib/inputs/problem.js
/** Why the value of an input is not right. */
class problem_Problem {
    reason;
    /** The value in the message, where it is not the whole input. */
    shown;
    constructor(reason, shown) {
        this.reason = reason;
        this.shown = shown;
    }
}

;// CONCATENATED MODULE: ./lib/inputs/values.js



/** Items of a multi-line input: one per line, blank lines and `#` comments left out. */
function values_lines(text) {
    return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
}
/** The known words for a message, the nearest one first. */
function values_known(word, words) {
    const meant = (0,nearest/* nearest */.p)(word, words);
    return `${meant ? `Did you mean \`${meant}\`? ` : ''}Known: ${words.join(', ')}.`;
}
/** One of the words that there are. */
function values_parseChoice(text, choices) {
    return choices.find((one) => one === text) ?? new Problem(`not known. ${values_known(text, choices)}`);
}
/** A whole number from `least` to `most`; `what` is counted. */
function values_parseCount(text, least, most, what) {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most)
        return count;
    const range = `from ${least} to ${most}`;
    return new Problem(Number.isNaN(count)
        ? `not a number of ${what}. Give a whole number ${range}, for example \`3\`.`
        : `must be a number of ${what} ${range}.`);
}
/** `true` or `false`, as YAML writes them. */
function values_parseBoolean(text) {
    // As actions/core has it: YAML 1.2 core schema.
    if (['true', 'True', 'TRUE'].includes(text))
        return true;
    if (['false', 'False', 'FALSE'].includes(text))
        return false;
    return new problem_Problem('neither true nor false. Write `true` or `false`.');
}
/** A duration, in ms. */
function values_parseLimit(text) {
    return (parseDuration(text) ??
        new Problem('not a duration. Write a number with its unit: `300s`, `10m`, `1h`, `1h30m`.'));
}
/** A duration above 0, in ms; `undefined` where none is given. */
function values_parseTtl(text) {
    if (text === '')
        return undefined;
    const ttlMs = parseDuration(text);
    if (ttlMs)
        return ttlMs;
    return new Problem('not a time to live. Write a number with its unit: `90m`, `24h`, `7d`.');
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
function values_parseMtu(text) {
    if (text === '')
        return undefined;
    const mtu = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (mtu >= MTU.least && mtu <= MTU.most)
        return mtu;
    return new Problem(`not an MTU. Give the bytes of the largest packet that fits between the nodes, from ${MTU.least} to ${MTU.most}, for example \`1400\`.`);
}
/** What is added to published ports. */
function values_parsePortOffset(text) {
    if (text === '' || text === 'auto')
        return text === '' ? 0 : text;
    const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (offset < 65_535)
        return offset;
    return new Problem('not an offset. Write `auto`, or what to add to each port, `0` to `65534`.');
}

;// CONCATENATED MODULE: ./lib/inputs/announcements.js


const LONGEST_ENVIRONMENT = 255;
/** Reads the inputs that say where a run is told of. */
function announcements_readAnnouncements(input) {
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
    return new Problem(`not a name for an environment: at most ${LONGEST_ENVIRONMENT} characters on one line, without quotes, \`,\`, \`;\` and \`\\\`.`);
}

// EXTERNAL MODULE: ./lib/inputs/cluster-name.js
var cluster_name = __webpack_require__(2124);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
// EXTERNAL MODULE: ./lib/machines/chosen-driver.js + 1 modules
var chosen_driver = __webpack_require__(4624);
// EXTERNAL MODULE: ./lib/machines/drivers.js
var drivers = __webpack_require__(4816);
;// CONCATENATED MODULE: ./lib/inputs/driver.js






/** The names in the input `driver`, each once: for `sweep` there may be several. */
function driverNames(text) {
    const names = values_lines(text.replaceAll(',', '\n'));
    return names.length === 0 ? [''] : [...new Set(names)];
}
/**
 * The driver that the inputs choose, with all its options. If something is wrong, the problem goes
 * to `reader`, and what is returned must not be used.
 */
function driver_readDriver(reader, definition, source) {
    const parse = (text) => parseDriverOptions(text, definition);
    return choose(reader, definition, { ...source, purpose: 'make' }, parse);
}
/**
 * The driver that the inputs choose, to find and remove what an earlier step has made. Of
 * `driver-options` only what that needs is read, so that no other option stops a removal.
 */
function driver_readDriverToFind(reader, definition, source) {
    const parse = (text) => parsePlaceOptions(text, definition);
    return choose(reader, definition, { ...source, purpose: 'find' }, parse);
}
/**
 * As `readDriverToFind`, for each of these drivers. If there are several, `driver-options` is a map
 * by their names.
 */
function driver_readDriversToFind(reader, named, source) {
    const [only, ...others] = named;
    if (others.length === 0)
        return [driver_readDriverToFind(reader, only?.definition, source)];
    const names = named.map(({ name }) => name);
    const sections = reader.input('driver-options', (text) => parseSections(text, names));
    return named.map(({ name, definition }) => {
        const parse = () => placeOptionsOf(sections?.[name] ?? {}, definition);
        return choose(reader, definition, { ...source, purpose: 'find' }, parse, name);
    });
}
function choose({ input, problem }, definition, source, parse, name) {
    const { read, variables = {}, platform, warn, purpose } = source;
    // Before its options: what is wrong with them is no matter then.
    const elsewhere = definition && onlyElsewhere(definition, platform);
    if (elsewhere)
        return input('driver', () => elsewhere);
    const options = input('driver-options', parse);
    if (!definition)
        return input('driver', (text) => unknownDriver(name ?? text));
    const inputs = definition.read({ read, variables, problem, warn, purpose });
    return (0,chosen_driver/* chosenDriver */.jp)(definition, inputs, options);
}
function unknownDriver(text) {
    if (driverNames(text).length > 1) {
        return new problem_Problem('only `command: sweep` takes several drivers. Name one.');
    }
    return new problem_Problem(`not known. ${values_known(text, drivers/* DRIVER_NAMES */.q)}`, text);
}
const SYSTEMS = {
    darwin: 'macOS',
    linux: 'Linux',
    win32: 'Windows',
};
const systemOf = (platform) => SYSTEMS[platform] ?? platform;
/** That the driver does not work on this runner, with what to do instead; undefined if it does. */
function onlyElsewhere({ name, platforms }, platform = process.platform) {
    if (!platforms || platforms.includes(platform))
        return undefined;
    const systems = platforms.map(systemOf).join(' or ');
    return new problem_Problem(`this driver makes its machines on a ${systems} runner, and this is a ${systemOf(platform)} runner. Deploy to hosts of your own (\`driver: ssh\`), or make servers of a cloud. Or run the job on ${systems}.`, name);
}
/** A YAML map that the schema of the driver accepts. */
function parseDriverOptions(text, definition) {
    const value = parseMap(text);
    if (value instanceof Problem || !definition)
        return value;
    return checked(value, definition.options, definition);
}
function parsePlaceOptions(text, definition) {
    if (!definition)
        return {};
    // What nothing is read of may be anything.
    const value = definition.placeOptions ? parseMap(text) : {};
    return value instanceof problem_Problem ? value : placeOptionsOf(value, definition);
}
function placeOptionsOf(value, definition) {
    if (!definition)
        return {};
    const { placeOptions, options } = definition;
    return placeOptions ? checked(value, placeOptions, definition) : options.parse({});
}
/** The options of several drivers, each below its name. */
function parseSections(text, names) {
    const value = parseMap(text);
    if (value instanceof Problem)
        return value;
    for (const [key, section] of Object.entries(value)) {
        if (!names.includes(key)) {
            return new Problem(`\`${key}\` is none of the drivers of this step. With several drivers, the options of each stand below its name: \`${names[0]}: { … }\`. ${known(key, names)}`);
        }
        if (!isMap(section))
            return new Problem(`\`${key}\`: not a map of options.`);
    }
    return value;
}
function parseMap(text) {
    const document = (0,dist/* parseDocument */.Tp)(text === '' ? '{}' : text);
    const fault = document.errors[0];
    if (fault)
        return new problem_Problem(`not YAML: ${fault.message.split('\n')[0]}`);
    const value = document.toJS();
    if (isMap(value))
        return value;
    return new problem_Problem('not a map. Write one `key: value` per line, below `driver-options: |` and indented.');
}
function isMap(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function checked(value, schema, definition) {
    const result = schema.safeParse(value);
    if (result.success)
        return result.data;
    return new problem_Problem(result.error.issues.map((issue) => optionProblem(issue, definition)).join('; '));
}
function optionProblem(issue, definition) {
    if (issue.code === 'unrecognized_keys') {
        const options = definition.options instanceof schemas/* ZodObject */.bvH ? Object.keys(definition.options.shape) : [];
        return issue.keys
            .map((key) => `driver ${definition.name} has no option \`${key}\`. ${values_known(key, options)}`)
            .join('; ');
    }
    return `\`${issue.path.join('.')}\`: ${issue.message}`;
}

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
;// CONCATENATED MODULE: ./lib/inputs/reader.js


/** Reads inputs and gathers what is wrong with them, so that all of it is said at once. */
function reader_inputReader(read) {
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
            if (!(value instanceof problem_Problem))
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

// EXTERNAL MODULE: ./lib/compose/findings.js
var findings = __webpack_require__(2645);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
;// CONCATENATED MODULE: ./lib/verify/target.js

/**
 * A line of `verify` that is not understood. Has neither the value of a header nor a password: both
 * may be secret.
 */
class target_VerifyFault {
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
function target_parseVerify(line) {
    const [, address = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? [];
    const target = parseAddress(address);
    const read = typeof target === 'string' ? target : withOptions(target, rest);
    return typeof read === 'string' ? new target_VerifyFault(address, read) : read;
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
        tls: tls || undefined,
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
const NOT_GIVEN = (/* unused pure expression or super */ null && (['connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect']));
function takeHeader(target, text) {
    const at = text.indexOf(':');
    const name = text.slice(0, Math.max(at, 0)).trim();
    const value = text.slice(at + 1).trim();
    try {
        validateHeaderName(name);
        validateHeaderValue(name, value);
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
const DISPATCHES = (/* unused pure expression or super */ null && (['workflow_dispatch', 'repository_dispatch']));
/**
 * `none`, or `restricted` with limits of one's own, as `restricted max-services=10`; nothing is
 * `restricted` in runs that may have secrets beside files of a stranger. `undefined` means: no
 * policy.
 */
function policy_parsePolicy(text, run) {
    const [mode = '', ...limits] = text.split(/\s+/);
    if (mode === '')
        return isOfStranger(run) ? DEFAULTS : undefined;
    if (mode === 'none' && limits.length === 0)
        return undefined;
    if (mode !== 'restricted') {
        return new Problem(`not known. ${known(mode, ['none', 'restricted'])}`);
    }
    const policy = { ...DEFAULTS };
    for (const limit of limits) {
        const [, name = '', count] = /^([^=]*)=(\d{1,5})$/.exec(limit) ?? [];
        const key = LIMITS[name];
        if (key === undefined || count === undefined) {
            return new Problem(`\`${limit}\` is not a limit. Write for example \`restricted max-services=10 max-tasks=20\`.`);
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

;// CONCATENATED MODULE: ./lib/inputs/variables.js


/** `KEY=value` lines. A value may be secret, so a problem shows none. */
function variables_parseEnv(text) {
    const env = {};
    for (const [at, line] of lines(text).entries()) {
        const end = line.indexOf('=');
        const key = line.slice(0, end);
        // Values may be secret, so no more than the name is shown, and nothing of what is not a name.
        if (end < 1) {
            return new Problem("has no `=`. Write one `KEY=value` per line; variables of the step's `env:` are there without being listed.", `line ${at + 1}`);
        }
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
            return new Problem('not the name of a variable. Begin with a letter or `_`; letters, digits and `_` may follow.', key);
        }
        env[key] = line.slice(end + 1);
    }
    return env;
}

;// CONCATENATED MODULE: ./lib/inputs/up.js














/**
 * Reads and checks every input of an `up`. `read` gives an input's text, the default of action.yml
 * filled in; `definition`
 * is the driver that is loaded by the name of the input `driver`. Throws one `ActionError` that lists the problems of all inputs, each with the value,
 * the reason and the remedy.
 */
function parseInputs(read, environment, definition, warn = () => { }) {
    const reader = inputReader(read);
    const { input, problem, finish } = reader;
    const { variables, platform } = environment;
    const driver = readDriver(reader, definition, { read, variables, platform, warn });
    const nodes = input('nodes', (text) => parseCount(text, 1, MOST_NODES, 'machines'));
    const managers = input('managers', (text) => parseCount(text, 1, 50, 'managers'));
    if (nodes < managers) {
        problem('managers', String(managers), `more managers than nodes (${nodes}). Raise \`nodes\`, or lower \`managers\`.`);
    }
    const roles = driver?.roles ??
        Array.from({ length: nodes }, (_, at) => (at < managers ? 'manager' : 'worker'));
    const inputs = {
        command: input('command', parseCommand),
        driver,
        cluster: input('cluster', (text) => parseCluster(text, environment, warn)),
        nodes: roles.length,
        roles,
        workingDirectory: input('working-directory', (text) => text || undefined),
        composeFiles: input('compose-file', (text) => (text === '-' ? undefined : lines(text))),
        stackName: input('stack-name', up_parseStackName),
        stackPullRequest: driver?.makesMachines ? undefined : environment.pullRequest,
        env: input('env', parseEnv),
        profiles: input('profiles', lines),
        images: input('images', (text) => [...new Set(lines(text))]),
        imageTransfer: input('image-transfer', (text) => parseChoice(text, IMAGE_TRANSFERS)),
        build: input('build', parseBoolean),
        registryAuth: input('registry-auth', parseBoolean),
        registries: input('registries', parseRegistries),
        resolveImage: input('resolve-image', (text) => parseChoice(text, RESOLVE_IMAGE)),
        compatibility: input('compatibility', (text) => parseChoice(text, COMPATIBILITIES)),
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
        maxClusters: input('max-clusters', parseMaxClusters),
        dockerHost: input('docker-host', parseBoolean),
        announcements: readAnnouncements(input),
        uploadDiagnostics: input('upload-diagnostics', parseBoolean),
        url: input('url', (text) => parsePublicUrl(text, environment)),
    };
    if (driver?.makesMachines === false && environment.isPullRequestUnnamed && inputs.composeFiles) {
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
    const allManagers = roles.filter((role) => role === 'manager').length;
    if (allManagers > ADVISED_MANAGERS)
        warn(tooManyManagers(allManagers));
    return inputs;
}
/** Of `nodes`, and of lines of `hosts`: what `npm run bench -- --only scale` measures. */
const MOST_NODES = 1_000;
/** https://docs.docker.com/engine/swarm/admin_guide/#add-manager-nodes-for-fault-tolerance */
const ADVISED_MANAGERS = 7;
/** Each change is written by most managers before it counts: more of them make a swarm slower. */
function tooManyManagers(managers) {
    return `${managers} managers: Docker advises ${ADVISED_MANAGERS} at most, since each more makes every change of the swarm slower. Make workers of the others.`;
}
/** The default of `stable-for` in action.yml. */
const STABLE_FOR = '5s';
/**
 * On hosts that others use too, the stack of a pull request that nobody names would be the one that
 * is named after the compose file.
 */
function unnamedStack({ GITHUB_EVENT_NAME: event = '' }) {
    return `the event \`${event}\` may be about a pull request and does not say which. So the name of its stack cannot be derived: it would be that of the compose file, which another deployment may have. Give \`stack-name\`, with the number of the pull request if it is about one. Give \`cluster\`, too.`;
}
/** What to do. */
function parseCommand(text) {
    return parseChoice(text, COMMANDS);
}
/** The name of a stack; `undefined` where none is given. */
function up_parseStackName(text) {
    if (text === '')
        return undefined;
    if (/^[a-z0-9][a-z0-9_-]*$/.test(text) && text.length <= 63)
        return text;
    return new Problem('not a name for a stack: lower-case letters, digits, `-` and `_`, beginning with a letter or digit.');
}
function parseMaxClusters(text) {
    return text === '' ? undefined : parseCount(text, 1, 1_000, 'clusters');
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
            return new Problem(target.why, target.address);
        targets.push(target);
    }
    return targets;
}

;// CONCATENATED MODULE: ./lib/inputs/down-sweep.js







/** Reads and checks the inputs of `down`. Throws as `parseInputs` does. */
function parseDownInputs(read, environment, definition, warn = () => { }) {
    const reader = inputReader(read);
    const { input, finish } = reader;
    const inputs = {
        ...readSubject(reader, read, environment, definition, warn),
        removeVolumes: input('remove-volumes', parseBoolean),
        lockTimeoutMs: input('lock-timeout', parseLimit),
        announcements: readAnnouncements(input),
    };
    finish();
    return inputs;
}
/** Reads of what an earlier run has made a step is about. */
function readSubject(reader, read, environment, definition, warn) {
    const { input } = reader;
    const { variables, platform } = environment;
    const driver = readDriverToFind(reader, definition, { read, variables, platform, warn });
    const stackName = input('stack-name', parseStackName);
    const namesStack = driver?.makesMachines === false && stackName !== undefined;
    return {
        driver,
        cluster: input('cluster', (text) => text === '' && environment.pullRequest === undefined && !namesStack
            ? nothingToMean(environment)
            : parseCluster(text, environment, warn)),
        stackName,
    };
}
/**
 * The name that `up` derives where there is no pull request is that of its own run, so no other run
 * can have made anything of it.
 */
function nothingToMean({ GITHUB_EVENT_NAME: event }) {
    const said = event === undefined ? 'this run' : `the event \`${event}\``;
    return new Problem(`${said} names no pull request, so it does not say which cluster is meant. Give \`cluster\` (the output \`cluster\` of the step that deployed it), or with the driver \`ssh\` \`stack-name\`.`);
}
/**
 * What the post step reads; `definition` is the driver that main has left. Throws as `parseInputs`
 * does.
 */
function parsePostInputs(definition, read, { variables, platform }, warn = () => { }) {
    const reader = reader_inputReader(read);
    const driver = driver_readDriverToFind(reader, definition, { read, variables, platform, warn });
    const removeVolumes = reader.input('remove-volumes', values_parseBoolean);
    reader.finish();
    return { driver, removeVolumes };
}
/** Reads and checks the inputs of `sweep`. Throws as `parseInputs` does. */
function parseSweepInputs(read, environment, named, warn = () => { }) {
    const reader = inputReader(read);
    const { input, problem, finish } = reader;
    const { variables, platform } = environment;
    const inputs = {
        drivers: readDriversToFind(reader, named, { read, variables, platform, warn }),
        dryRun: input('dry-run', parseBoolean),
        closedPullRequests: input('closed-pull-requests', parseBoolean),
        announcements: readAnnouncements(input),
    };
    if (inputs.closedPullRequests && inputs.announcements.token === '') {
        problem('github-token', '', `needed to ask for pull requests. Give \`\${{ github.token }}\`.`);
    }
    finish();
    return inputs;
}


/***/ })

};
;