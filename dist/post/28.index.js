"use strict";
exports.id = 28;
exports.ids = [28];
exports.modules = {

/***/ 3028:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  announceOutcome: () => (/* binding */ announceOutcome)
});

// EXTERNAL MODULE: ./lib/base/errors.js
var errors = __webpack_require__(8949);
// EXTERNAL MODULE: ./lib/down/state.js
var state = __webpack_require__(9388);
// EXTERNAL MODULE: ./lib/base/time-limit.js
var time_limit = __webpack_require__(9893);
// EXTERNAL MODULE: ./lib/base/count.js
var count = __webpack_require__(2799);
;// CONCATENATED MODULE: ./lib/deploy/plan-text.js
const ACTIONS = {
    created: { mark: '+', note: '' },
    updated: { mark: ' ', note: '' },
    recreated: { mark: '!', note: ': removed and made anew' },
    removed: { mark: '-', note: '' },
    kept: { mark: ' ', note: ': not in the file, stays' },
    unchanged: { mark: ' ', note: ': unchanged' },
    withheld: { mark: ' ', note: ': not deployed' },
};
const MARKS = {
    added: '+',
    removed: '-',
    changed: '!',
    rebuilt: '!',
};
/** A plan as the lines of a diff: `+` is made, `-` goes, `!` changes. */
function planText({ services, created, recreated = [], moves = [], staying = [], waves, }) {
    return [
        ...services.flatMap(({ name, action, changes }) => {
            const { mark, note } = ACTIONS[action];
            return [`${mark} service ${name}${note}`, ...changes.map(changeLine)];
        }),
        ...recreated.map((object) => `! ${object}: removed and made anew`),
        ...moves.map((move) => `! ${move}`),
        ...created.map((object) => `+ ${object}`),
        ...staying.map((object) => `  ${object}: not in the file, stays`),
        ...(waves ? [`  in waves: ${waves.map((wave) => wave.join(', ')).join(' → ')}`] : []),
    ];
}
function changeLine({ setting, kind, item }) {
    const what = item === '' ? '' : `: ${item.replaceAll(/\s+/g, ' ')}`;
    const isSameName = kind === 'changed' || kind === 'rebuilt';
    const how = isSameName ? (item === '' ? `: ${kind}` : ` (${kind})`) : '';
    return `${MARKS[kind]}     ${setting}${what}${how}`;
}
const WORDS = [
    'created',
    'updated',
    'recreated',
    'removed',
    'kept',
    'unchanged',
    'withheld',
];
/** `1 created, 2 updated, 3 unchanged`; empty where there is no service. */
function planCounts({ services }) {
    return WORDS.flatMap((word) => {
        const { length } = services.filter(({ action }) => action === word);
        return length === 0 ? [] : [`${length} ${word}`];
    }).join(', ');
}

// EXTERNAL MODULE: ./lib/report/markdown.js
var markdown = __webpack_require__(9626);
;// CONCATENATED MODULE: ./lib/report/headline.js



const NAMES = 3;
/** The state of work that has ended well. */
const COMPLETED = /^(\d+)\/\1 completed$/;
const AS_IT_IS = (text) => text;
const NO_MARKS = { name: AS_IT_IS, url: AS_IT_IS, text: AS_IT_IS };
/** The outcome in one sentence, for example `web runs on 3 nodes: http://127.0.0.1:8080`. */
function headline(report, marks = NO_MARKS) {
    const what = marks.name(report.stack ?? report.cluster);
    switch (report.status) {
        case 'converged':
            return success(report, what, marks);
        case 'deployed':
            return success(report, what, marks);
        case 'planned':
            return `Plan for ${what}: ${planned(report)} (dry run, nothing changed)`;
        case 'superseded':
            return `${what} was not deployed: a newer run has taken the place of this one`;
        case 'pending':
            return `Not all of ${what} runs${culprits(report, marks)}`;
        case 'cancelled':
            return `${what} was cancelled`;
        default:
            return failed(report, report.status, what, marks);
    }
}
/** What is said of a stack that failed, before the services to which it applies. */
const FAILURES = {
    'rolled-back': (what) => `${what} was rolled back`,
    paused: (what) => `The update of ${what} is paused`,
    unschedulable: (what) => `${what} finds no node that fits`,
    image: (what) => `${what} cannot start, image not found`,
    'crash-loop': (what) => `${what} does not stay up`,
    'job-failed': (what) => `A job of ${what} failed`,
    timeout: (what) => `${what} did not converge in time`,
    failed: (what) => `${what} failed`,
};
function failed(report, status, what, marks) {
    const culprit = culprits(report, marks);
    // Of a failure that no service is to blame for, the error says what it was.
    const cause = culprit === '' && status === 'failed' ? causeOf(report, marks) : culprit;
    return FAILURES[status](what) + cause;
}
const CAUSE_LENGTH = 120;
/** Whether the headline has all of the error's message. */
function headlineHasError(report) {
    const message = (report.error?.message ?? '').trim();
    return (report.status === 'failed' &&
        culprits(report, NO_MARKS) === '' &&
        !message.includes('\n') &&
        message.length <= CAUSE_LENGTH);
}
/** `: docker stack deploy failed on node-1`: the first sentence of the error. */
function causeOf({ error }, { text }) {
    const [first = ''] = (error?.message ?? '').split('\n', 1);
    const sentence = (0,markdown/* oneLine */.TN)(first, CAUSE_LENGTH).replace(/[.:]$/, '');
    return sentence === '' ? '' : `: ${text(sentence)}`;
}
/** What became of a deployment, as one character that is found in a list of jobs. */
function sign(status) {
    switch (status) {
        case 'converged':
        case 'deployed':
            return '✅';
        case 'planned':
            return '📋';
        case 'pending':
            return '⏳';
        case 'superseded':
            return '⏭️';
        case 'cancelled':
            return '🚫';
        default:
            return '❌';
    }
}
/**
 * The address that a following step most likely wants: that of the proxy, else the first one over
 * HTTP, else the first at all; empty where none is published.
 */
function firstUrl({ url, endpoints }) {
    if (url !== undefined)
        return url;
    const urls = endpoints.flatMap((endpoint) => endpoint.urls);
    return urls.find((one) => /^https?:/.test(one)) ?? urls[0] ?? '';
}
function success(report, what, marks) {
    const lost = report.nodes.filter(({ state }) => state === 'down').map(({ name }) => name);
    const rest = lost.length === 0 ? '' : ` (${lost.map(marks.name).join(', ')} down)`;
    const nodes = (0,count/* count */.U)(report.nodes.length - lost.length, 'node') + rest;
    const url = firstUrl(report);
    if (report.stack === undefined)
        return `The swarm ${what} of ${nodes} is ready`;
    const done = report.status === 'deployed'
        ? `was deployed to ${nodes}, and not waited for`
        : `runs on ${nodes}`;
    return `${what} ${done}${url === '' ? '' : `: ${marks.url(url)}`}`;
}
function planned({ plan, machines = [] }) {
    const services = plan && plannedServices(plan);
    return [services ?? '', ...machines].filter(Boolean).join('; ') || 'no changes';
}
/** `3 services updated, 3 unchanged`. */
function plannedServices(plan) {
    const [first = '', ...rest] = planCounts(plan).split(', ');
    const [number = '', word = ''] = first.split(' ');
    if (word === '')
        return '';
    return [`${(0,count/* count */.U)(Number(number), 'service')} ${word}`, ...rest].join(', ');
}
/** The services that the outcome is about, and how many failed in another way. */
function culprits({ status, services }, { name }) {
    const failed = services.filter((service) => service.class !== undefined);
    const same = failed.filter((service) => service.class === status);
    const late = services.filter(({ running, desired, summary }) => running < desired && !COMPLETED.test(summary));
    const named = [same, failed, status === 'timeout' || status === 'pending' ? late : []].find(({ length }) => length > 0);
    if (named === undefined)
        return '';
    const others = failed.length - named.length;
    const rest = others > 0 ? `; ${others} more failed in other ways` : '';
    return `: ${list(named.map((service) => name(service.name)))}${rest}`;
}
function list(names) {
    if (names.length <= NAMES)
        return names.join(', ');
    return `${names.slice(0, NAMES - 1).join(', ')} and ${names.length - NAMES + 1} more`;
}

// EXTERNAL MODULE: ./lib/base/clock.js
var base_clock = __webpack_require__(6002);
// EXTERNAL MODULE: ./lib/exec/read-only-executor.js
var read_only_executor = __webpack_require__(3331);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 10 modules
var schemas = __webpack_require__(3798);
;// CONCATENATED MODULE: ./lib/github/answer.js

/** What GitHub asks for where it limits and names no time, in ms. */
const UNNAMED_WAIT_MS = 60_000;
const refusal = schemas/* object */.Ikc({ message: schemas/* string */.YjP() });
/** An answer of the form that is expected. */
function readAnswer(text, form) {
    return form.safeParse(parse(text));
}
/** GitHub's own words about a failure; of a proxy's page, its beginning. */
function readMessage(text) {
    const said = refusal.safeParse(parse(text));
    return said.success ? said.data.message : text.slice(0, 500);
}
/**
 * How long GitHub asks to wait, in ms, where it limits the rate; undefined where it does not
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
function waitOf({ status, headers, details, }) {
    const after = headers.get('retry-after');
    if (after !== null)
        return Math.max(0, Number(after) * 1_000);
    const isSpent = headers.get('x-ratelimit-remaining') === '0';
    const reset = headers.get('x-ratelimit-reset');
    if (isSpent && reset !== null) {
        // Both are GitHub's own time, whatever the clock of this runner says.
        const now = Date.parse(headers.get('date') ?? '');
        return Number.isNaN(now) ? UNNAMED_WAIT_MS : Math.max(0, Number(reset) * 1_000 - now);
    }
    const isLimited = status === 429 || isSpent || (status === 403 && /rate limit/i.test(details));
    return isLimited ? UNNAMED_WAIT_MS : undefined;
}
function parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/github/refusal-hint.js
/** What GitHub refuses with 403 for another reason than a permission of the token, by its words. */
const HINTS = [
    [
        /is locked|has been locked/i,
        'The conversation is locked, and then only collaborators may write there. Unlock it, or leave `comment` out.',
    ],
    [/archived/i, 'The repository is archived, so nothing in it can be changed.'],
    [
        /temporarily blocked|abuse|secondary rate limit/i,
        'GitHub blocks this for a while because of too much that was written. Run again later.',
    ],
    [
        /SAML|single sign-on|SSO/i,
        'The token has to be authorised for the organisation (single sign-on). Or leave `github-token` out, which takes the token of the workflow.',
    ],
    [
        /ip allow ?list|IP address/i,
        'The organisation lets in only some addresses (IP allow list), and that of this runner is none of them.',
    ],
    [
        /(deployments|issues|this repository) .*disabled|disabled .*(deployments|issues)|has been disabled/i,
        'What is asked for is switched off in the settings of the repository.',
    ],
];
/**
 * What to do about a 403, from GitHub's own words and from who runs; `permission` is what the token
 * must be allowed to.
 */
function refusalHint(words, permission, { actor, isFork }) {
    const known = HINTS.find(([pattern]) => pattern.test(words))?.[1];
    if (known !== undefined)
        return known;
    const allow = `Add \`permissions: { ${permission} }\` to the job.`;
    if (actor === 'dependabot[bot]') {
        return `Runs of Dependabot get a token that may only read, unless the workflow says otherwise. ${allow}`;
    }
    if (isFork) {
        return 'A run for a pull request from a fork gets a token that may only read, whatever `permissions` say. Let a workflow of the event `workflow_run` write, or leave it out for forks.';
    }
    return /personal access token|resource not accessible by personal/i.test(words)
        ? `The token in \`github-token\` is a personal one that may not do this: it needs ${permission}.`
        : allow;
}

;// CONCATENATED MODULE: ./lib/github/client.js
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






const TIMEOUT_MS = 20_000;
const ATTEMPTS = 3;
/** GitHub may ask to wait longer; then the question is given up. In ms. */
const LONGEST_WAIT_MS = 60_000;
/** GitHub does not let this token do it; asking again is of no use. */
class RefusedError extends errors/* ActionError */.lZ {
}
/**
 * Asks GitHub's REST API. Up to three times where GitHub is busy or cannot be reached, after the
 * time that it names. Throws `RefusedError` where the token is not known or not allowed to,
 * `ActionError` where there is no answer or another than expected, or where GitHub is only to be
 * read and the question may change something.
 */
async function ask({ apiUrl, repository, token, readsOnly, runsFor }, question, { signal, clock = base_clock/* systemClock */.ml, longestWaitMs = LONGEST_WAIT_MS }) {
    const url = `${apiUrl}/repos/${repository}${question.path}`;
    if (readsOnly && question.method !== 'GET')
        throw (0,read_only_executor/* changeRefused */.VR)('GitHub', `${question.method} ${url}`);
    for (let attempt = 1;; attempt += 1) {
        const outcome = await askOnce(url, { token, runsFor }, question, signal);
        if ('reply' in outcome)
            return outcome.reply;
        const { error, waitMs } = outcome;
        if (waitMs === undefined || waitMs > longestWaitMs || attempt === ATTEMPTS)
            throw error;
        await clock.sleep(waitMs, signal);
    }
}
async function askOnce(url, { token, runsFor }, { method, body, answer, permission, isRepeatable = true }, signal) {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
        const bounds = __addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], TIMEOUT_MS, () => {
            return new errors/* ActionError */.lZ(`No answer within ${TIMEOUT_MS / 1000} s from ${url}`);
        }), false);
        let response;
        let text;
        try {
            response = await fetch(url, {
                method,
                headers: {
                    Accept: 'application/vnd.github+json',
                    Authorization: `Bearer ${token}`,
                    'User-Agent': 'swarm-up',
                    'X-GitHub-Api-Version': '2022-11-28',
                    ...(body !== undefined && { 'Content-Type': 'application/json' }),
                },
                body: body === undefined ? null : JSON.stringify(body),
                signal: bounds.signal,
            });
            text = await response.text();
        }
        catch (cause) {
            signal.throwIfAborted();
            const error = new errors/* ActionError */.lZ(`No answer from ${url}`, { cause });
            return { error, waitMs: isRepeatable ? RETRY_MS : undefined };
        }
        const { status, headers } = response;
        if (status === 200 || status === 201) {
            const value = readAnswer(text, answer);
            if (!value.success) {
                return { error: new errors/* ActionError */.lZ(`Unexpected answer from ${url}`), waitMs: undefined };
            }
            return { reply: { value: value.data, isLast: !/rel="next"/.test(headers.get('link') ?? '') } };
        }
        const details = readMessage(text);
        const message = `Status ${status} from ${url}`;
        const waitMs = waitOf({ status, headers, details });
        if (waitMs !== undefined)
            return { error: new errors/* ActionError */.lZ(message, { details }), waitMs };
        if (status >= 500) {
            const error = new errors/* ActionError */.lZ(message, { details });
            return { error, waitMs: isRepeatable ? RETRY_MS : undefined };
        }
        const isRefused = [401, 403, 404].includes(status);
        const hint = status === 403 ? { hint: refusalHint(details, permission, runsFor ?? {}) } : undefined;
        const Kind = isRefused ? RefusedError : errors/* ActionError */.lZ;
        return { error: new Kind(message, { details, ...hint }), waitMs: undefined };
    }
    catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
    }
    finally {
        __disposeResources(env_1);
    }
}
const RETRY_MS = 1_000;

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/report/tables/endpoint-table.js


const ROWS = 100;
const URLS_NAMED = 3;
/**
 * Addresses that only the runner or its network reaches: a link to them would lead the reader to
 * their own machine.
 */
const LOCAL = new external_node_net_.BlockList();
LOCAL.addSubnet('0.0.0.0', 8);
LOCAL.addSubnet('10.0.0.0', 8);
LOCAL.addSubnet('100.64.0.0', 10);
LOCAL.addSubnet('127.0.0.0', 8);
LOCAL.addSubnet('169.254.0.0', 16);
LOCAL.addSubnet('172.16.0.0', 12);
LOCAL.addSubnet('192.168.0.0', 16);
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');
/** The published ports and what they answered. */
function endpointTable(endpoints) {
    if (endpoints.length === 0)
        return '';
    const { shown, more } = atMost(endpoints, ROWS);
    const text = table(['Service', 'Port', 'Mode', 'Address', 'Check'], shown.map((endpoint) => [
        code(endpoint.service, 64),
        code(`${endpoint.published}→${endpoint.target}/${endpoint.protocol}`),
        endpoint.mode,
        urlsCell(endpoint.urls),
        checkCell(endpoint),
    ]));
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
/** A URL as a link where a reader can follow it, as code where only the runner can. */
function endpoint_table_link(url) {
    const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
    const family = (0,external_node_net_.isIP)(host);
    const local = family === 0
        ? !host.includes('.') || host.endsWith('.localhost')
        : LOCAL.check(host, family === 6 ? 'ipv6' : 'ipv4');
    const linkable = /^https?:\/\/[\w.:/?=%~+,[\]-]+$/.test(url) && !local;
    return linkable ? `<${url}>` : (0,markdown/* code */.aY)(url, 300);
}
function urlsCell(urls) {
    const { shown, more } = atMost(urls, URLS_NAMED);
    return [...shown.map(endpoint_table_link), ...(more === 0 ? [] : [`and ${more} more`])].join('<br>');
}
function checkCell({ checked, note }) {
    const text = checked === 'no answer' ? `**${checked}**` : checked;
    return note ? `${text}: ${prose(note, 300)}` : text;
}

;// CONCATENATED MODULE: ./lib/github/running-note.js



const URLS = 5;
/** Nothing that could end the comment of HTML or begin another thing of Markdown. */
const ADDRESS = /^[a-z]+:\/\/[\w.:/?=%~+,[\]-]{1,300}$/;
const note = schemas/* object */.Ikc({
    urls: schemas/* array */.YOg(schemas/* string */.YjP().regex(ADDRESS)).min(1).max(URLS),
    commit: schemas/* string */.YjP()
        .regex(/^[0-9a-f]{7}$/)
        .optional(),
});
const LINE = /^<!-- runs (\{[^\n]*\}) -->$/m;
/**
 * What a deployment that succeeded leaves for the comments after it; undefined where it publishes
 * nothing.
 */
function runningNoteOf({ endpoints }, commit) {
    const urls = endpoints
        .flatMap(({ urls: [first = ''] }) => (ADDRESS.test(first) ? first : []))
        .slice(0, URLS);
    const found = note.safeParse({ urls, commit: commit?.slice(0, 7) });
    return found.success ? found.data : undefined;
}
/** The line that GitHub does not show. */
function hiddenNote(running) {
    return running === undefined ? '' : `<!-- runs ${JSON.stringify(running)} -->`;
}
/**
 * What the text of a comment carries; undefined where it carries none, or what somebody else has
 * written there.
 */
function readRunningNote(text) {
    const json = LINE.exec((text ?? '').replaceAll('\r\n', '\n'))?.[1];
    if (json === undefined)
        return undefined;
    try {
        const found = note.safeParse(JSON.parse(json));
        return found.success ? found.data : undefined;
    }
    catch {
        return undefined;
    }
}
/** `The version of commit 4c0fdaa: <http://…>`, set off by `before`; empty where there is none. */
function runningLine(before, running) {
    if (running === undefined)
        return '';
    const which = running.commit === undefined ? '' : ` (commit ${(0,markdown/* code */.aY)(running.commit)})`;
    return `${before}${which}: ${running.urls.map(endpoint_table_link).join(', ')}`;
}

;// CONCATENATED MODULE: ./lib/github/comment-text.js





const comment_text_ROWS = 10;
const comment_text_CAUSE_LENGTH = 500;
const MESSAGE_LENGTH = 1_000;
/**
 * A deployment has begun. `name` is the stack's, or else the cluster's; `running` is where the one
 * before runs meanwhile.
 */
function pendingComment(name, run, running) {
    return paragraphs(`### ⏳ ${(0,markdown/* code */.aY)(name, 64)} is being deployed`, runningLine('Until then the version before runs', running), runLine(run), hiddenNote(running));
}
/**
 * How a deployment ended: addresses and remaining life, or the reason. `running` is where the one
 * before it ran.
 */
function outcomeComment(report, run, running) {
    const heading = `### ${sign(report.status)} ${headline(report, {
        name: (text) => (0,markdown/* code */.aY)(text, 64),
        url: endpoint_table_link,
        text: (text) => (0,markdown/* prose */.CS)(quiet(text)),
    })}`;
    const isWell = (0,errors/* isUp */.ie)(report.status);
    const left = isWell ? runningNoteOf(report, run.commit) : running;
    return paragraphs(heading, isWell ? addresses(report) : reasons(report), isWell ? '' : runningLine(beforeWords(report), left), runLine(run), hiddenNote(left), lifeLine(report));
}
/** A stack was taken back to what it was before its last deployment, or that failed. */
function returnedComment(report, run) {
    const note = report.status === 'converged'
        ? 'It was rolled back to what it was before its last deployment.'
        : 'It was to go back to what it was before its last deployment.';
    return paragraphs(outcomeComment(report, run), small(note));
}
/**
 * How sure it is that the version before still runs: what the swarm has said, or nothing but that
 * nobody has removed it.
 */
function beforeWords({ services }) {
    const serves = services.some(({ before }) => before && before.running > 0);
    return serves ? 'The version before still runs' : 'The version before was at';
}
/**
 * What a comment said, with another last paragraph, and without where the version before runs: what
 * is told of a failure stays true when the cluster has gone, and nothing else does.
 */
function withLastLine(text, line) {
    const parts = text.replaceAll('\r\n', '\n').trimEnd().split('\n\n');
    const kept = parts.filter((part) => !part.startsWith('<!-- runs ') && !part.startsWith('The version before '));
    return paragraphs(...kept.slice(0, -1), small(line));
}
/** A deployment was cut short, and what it had begun may still be there. */
function cancelledComment(name, run, running) {
    return paragraphs(`### 🚫 The deployment of ${(0,markdown/* code */.aY)(name, 64)} was cancelled`, 'What it had begun may still be there; the next one completes it.', runningLine('The version before was at', running), runLine(run), hiddenNote(running));
}
/** What was deployed has gone, or was to go; `reason` is for example `ttl ended 3 h ago`. */
function removedComment(name, { isWhole, reason, run, }) {
    const what = (0,markdown/* code */.aY)(name, 64);
    return paragraphs(isWhole ? `### 🗑️ ${what} was removed` : `### ❌ ${what} could not be removed completely`, isWhole ? '' : 'Its removal failed, and it cannot be relied on any more. The log says why.', reason === undefined ? '' : (0,markdown/* prose */.CS)(quiet(reason), comment_text_CAUSE_LENGTH), runLine({ ...run, commit: undefined }));
}
function addresses(report) {
    const { endpoints } = report;
    // The headline has the address of the only one.
    const isSaid = endpoints.length === 1 && endpoints.every(({ checked }) => checked === 'answers');
    if (endpoints.length === 0 || isSaid)
        return '';
    const { shown, more } = (0,markdown/* atMost */.Tu)(endpoints, comment_text_ROWS);
    const rows = shown.map(({ service, urls: [url = ''], checked }) => [
        (0,markdown/* code */.aY)(service, 64),
        url === '' ? '' : endpoint_table_link(url),
        checked === 'answers' ? '' : checked,
    ]);
    const text = (0,markdown/* table */.tp)(['Service', 'Address', 'Check'], rows);
    return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
function reasons({ diagnoses, error }) {
    if (diagnoses.length === 0) {
        // Not what a program said, which is in the log: that may be long, and is not meant for this
        // place.
        return error === undefined ? '' : (0,markdown/* prose */.CS)(quiet(error.message), MESSAGE_LENGTH);
    }
    const { shown, more } = (0,markdown/* atMost */.Tu)(diagnoses, comment_text_ROWS);
    return [
        ...shown.map(({ service, cause, hint }) => `- ${(0,markdown/* code */.aY)(service, 64)}: ${(0,markdown/* prose */.CS)(quiet(cause), comment_text_CAUSE_LENGTH)}${hintText(hint)}`),
        ...(more === 0 ? [] : [`- and ${more} more`]),
    ].join('\n');
}
function hintText(hint) {
    const text = (0,markdown/* prose */.CS)(quiet(hint), comment_text_CAUSE_LENGTH);
    return text === '' ? '' : `<br>${text}`;
}
function runLine({ commit, url, at }) {
    const parts = [
        commit === undefined ? '' : `commit ${(0,markdown/* code */.aY)(commit.slice(0, 7))}`,
        url === undefined ? '' : `[log of the run](${url})`,
        at === undefined ? '' : utc(at.toISOString()),
    ];
    return parts.filter(Boolean).join(' · ');
}
function lifeLine({ teardown }) {
    if (teardown === undefined)
        return '';
    const { text, expires, lifeLeft, removal = '' } = teardown;
    const time = expires === undefined ? '' : utc(expires);
    const expiry = time === '' ? '' : `It lives until ${time}, ${lifeLeft} from this deployment on.`;
    return small([text, expiry, removal].filter(Boolean).join(' '));
}
function small(text) {
    return `<sub>${(0,markdown/* prose */.CS)(quiet(text), comment_text_CAUSE_LENGTH)}</sub>`;
}
/** `2026-11-28 00:50 UTC`; empty where the text is no time. */
function utc(time) {
    const at = new Date(time);
    if (Number.isNaN(at.getTime()))
        return '';
    return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
/**
 * Text that notifies nobody and links to nothing. Unlike in a summary, GitHub looks for mentions
 * and references in a comment once entities have become characters; the zero-width space is what it
 * respects.
 */
function quiet(text) {
    return text.replace(/[@#]/g, '$&\u200b').replace(/:\/\/|(?<=www)\./gi, (found) => {
        return found === '.' ? '\u200b.' : ':\u200b//';
    });
}
function paragraphs(...parts) {
    return parts.filter(Boolean).join('\n\n');
}

;// CONCATENATED MODULE: ./lib/github/subject.js
/**
 * The first line of the subject's comment, which GitHub does not show. A cluster without a stack,
 * or whose stack is not known yet, has none in it.
 */
function marker({ cluster, stack = '' }) {
    return `<!-- swarm-up:${cluster}/${stack} -->`;
}
/**
 * Whether a comment is the subject's: a quotation of it, which has the marker further down, is not.
 */
function isOf(subject, body) {
    const { cluster, stack } = subject;
    if (stack === undefined)
        return body.startsWith(`<!-- swarm-up:${cluster}/`);
    // One that was made while the stack was not known becomes the stack's.
    return body.startsWith(marker(subject)) || body.startsWith(marker({ cluster, stack: undefined }));
}

;// CONCATENATED MODULE: ./lib/github/comments.js




const PER_PAGE = 100;
/** GitHub has at most 2500 comments on a pull request. */
const PAGES = 25;
const SECOND_LOOK_MS = 1_000;
const PERMISSION = 'pull-requests: write';
const comment = schemas/* object */.Ikc({
    id: schemas/* number */.aig(),
    body: schemas/* string */.YjP().nullish(),
    user: schemas/* object */.Ikc({ type: schemas/* string */.YjP().optional() }).nullish(),
});
/**
 * Writes the comment that a subject has on a pull request; of a subject without a stack, those of
 * all its stacks. Which it is says the marker at its beginning
 * (https://docs.github.com/rest/issues/comments). Throws as `ask` does.
 */
async function writeComment(github, pullRequest, subject, write, options) {
    if (await update(github, pullRequest, subject, write, options))
        return;
    const body = options.create ? write(undefined) : undefined;
    if (body === undefined)
        return;
    const create = () => ask(github, {
        method: 'POST',
        path: `/issues/${pullRequest}/comments`,
        body: { body },
        answer: comment,
        permission: PERMISSION,
        isRepeatable: false,
    }, options);
    try {
        await create();
    }
    catch (error) {
        options.signal.throwIfAborted();
        if (error instanceof RefusedError)
            throw error;
        // GitHub may have made it all the same.
        await (options.clock ?? base_clock/* systemClock */.ml).sleep(SECOND_LOOK_MS, options.signal);
        if (await update(github, pullRequest, subject, write, options))
            return;
        await create();
    }
}
/** Gives whether there was anything to update. */
async function update(github, pullRequest, subject, write, options) {
    const found = await find(github, pullRequest, subject, options);
    for (const { id, body } of found) {
        const text = write(body ?? '');
        if (text === undefined || text === body)
            continue;
        await ask(github, {
            method: 'PATCH',
            path: `/issues/comments/${id}`,
            body: { body: text },
            answer: comment,
            permission: PERMISSION,
        }, options);
    }
    return found.length > 0;
}
/**
 * The one to write to, or all of them where none is to be made; those of robots first, since a
 * person may have copied the marker.
 */
async function find(github, pullRequest, subject, options) {
    const found = [];
    for (let page = 1; page <= PAGES; page += 1) {
        const { value, isLast } = await ask(github, {
            method: 'GET',
            path: `/issues/${pullRequest}/comments?per_page=${PER_PAGE}&page=${page}`,
            answer: schemas/* array */.YOg(comment),
            permission: PERMISSION,
        }, options);
        found.push(...value.filter(({ body }) => isOf(subject, body ?? '')));
        if (isLast)
            break;
    }
    const rank = ({ user, body }) => (user?.type === 'Bot' ? 2 : 0) + (body?.startsWith(marker(subject)) ? 1 : 0);
    const sorted = found.toSorted((a, b) => rank(b) - rank(a));
    return options.create || subject.stack !== undefined ? sorted.slice(0, 1) : sorted;
}

;// CONCATENATED MODULE: ./lib/github/deployments.js


/** Enough for the deployments that have ended in an unusual way one after the other. */
const LOOKED_AT = 30;
const DESCRIPTION = 140;
const deployments_PERMISSION = 'deployments: write';
const deployment = schemas/* object */.Ikc({
    id: schemas/* number */.aig(),
    // GitHub gives it back as it was sent, or as text.
    payload: schemas/* unknown */.L5J().optional(),
});
const deployments_status = schemas/* object */.Ikc({ state: schemas/* string */.YjP(), description: schemas/* string */.YjP().nullish() });
/**
 * By which a deployment is known that was taken back: older than it is one that is active again.
 */
const ROLLED_BACK = 'Rolled back';
const payload = schemas/* object */.Ikc({ stack: schemas/* string */.YjP().optional() });
/**
 * Makes a deployment (https://docs.github.com/rest/deployments/deployments#create-a-deployment) and
 * gives its id. Its task tells whose it is, so that it is found again without its environment.
 * Throws as `ask` does.
 */
async function createDeployment(github, { cluster, stack }, { commit, environment, isTransient }, options) {
    const body = {
        ref: commit,
        task: taskOf(cluster),
        payload: { stack },
        environment,
        transient_environment: isTransient,
        description: 'Swarm Up',
        // The commit as it is, whatever became of the checks of others: this run is one of them.
        auto_merge: false,
        required_contexts: [],
    };
    const { value } = await ask(github, { method: 'POST', path: '/deployments', body, answer: deployment, permission: deployments_PERMISSION }, options);
    return value.id;
}
/** Says how a deployment goes. Throws as `ask` does. */
async function setDeploymentStatus(github, id, { state, description, environmentUrl, logUrl }, options) {
    const body = {
        state,
        description: description.slice(0, DESCRIPTION).toWellFormed(),
        environment_url: environmentUrl || undefined,
        log_url: logUrl || undefined,
    };
    await ask(github, {
        method: 'POST',
        path: `/deployments/${id}/statuses`,
        body,
        answer: deployments_status,
        permission: deployments_PERMISSION,
    }, options);
}
/**
 * Sets what is still active of the subject's deployments inactive; `except` stays. One that failed
 * stays failed. GitHub does so by itself for environments alone that are not transient. Throws as
 * `ask` does.
 */
async function retireDeployments(github, subject, { except, ...reason }, options) {
    const own = await deploymentsOf(github, subject, options);
    const retired = new Set();
    for (const { id, stack } of own.slice(0, LOOKED_AT)) {
        if (id === except || retired.has(stack))
            continue;
        const { state, description } = await statusOf(github, id, options);
        if (state === 'failure' || state === 'error')
            continue;
        if (state === 'inactive') {
            if (description === ROLLED_BACK)
                continue;
            // Newest first: whatever made this one inactive has done so with the older ones.
            retired.add(stack);
            continue;
        }
        await setDeploymentStatus(github, id, { ...reason, state: 'inactive' }, options);
    }
}
/**
 * Makes the deployment before the newest one of the subject the active one again. Where the newest
 * one failed, the one before has stayed active, and nothing is changed. Throws as `ask` does.
 */
async function returnDeployment(github, subject, told, options) {
    const [newest, ...earlier] = await deploymentsOf(github, subject, options);
    if (!newest)
        return;
    const { state } = await statusOf(github, newest.id, options);
    if (state === 'failure' || state === 'error')
        return;
    if (state !== 'inactive') {
        const { logUrl } = told;
        const gone = { state: 'inactive', description: ROLLED_BACK, logUrl };
        await setDeploymentStatus(github, newest.id, gone, options);
    }
    for (const { id } of earlier.slice(0, LOOKED_AT)) {
        const { state: before } = await statusOf(github, id, options);
        if (before !== 'inactive')
            continue;
        const back = { ...told, state: 'success', description: 'Active again' };
        return await setDeploymentStatus(github, id, back, options);
    }
}
/** The deployments of a subject, the newest first. */
async function deploymentsOf(github, subject, options) {
    const query = `task=${encodeURIComponent(taskOf(subject.cluster))}&per_page=100`;
    const { value } = await ask(github, {
        method: 'GET',
        path: `/deployments?${query}`,
        answer: schemas/* array */.YOg(deployment),
        permission: deployments_PERMISSION,
    }, options);
    return value
        .map(({ id, payload: of }) => ({ id, stack: stackOf(of) }))
        .filter(({ stack }) => subject.stack === undefined || stack === subject.stack);
}
async function statusOf(github, id, options) {
    const { value } = await ask(github, {
        method: 'GET',
        path: `/deployments/${id}/statuses?per_page=1`,
        answer: schemas/* array */.YOg(deployments_status),
        permission: deployments_PERMISSION,
    }, options);
    return value[0] ?? {};
}
function taskOf(cluster) {
    return `swarm-up:${cluster}`;
}
function stackOf(value) {
    try {
        return payload.parse(typeof value === 'string' ? JSON.parse(value) : value).stack;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/github/pull-requests.js


const pullRequest = schemas/* object */.Ikc({ state: schemas/* enum */.k5n(['open', 'closed']) });
const withHead = schemas/* object */.Ikc({ head: schemas/* object */.Ikc({ sha: schemas/* string */.YjP() }) });
/**
 * Whether a pull request is closed (https://docs.github.com/rest/pulls/pulls#get-a-pull-request).
 * Throws `ActionError` where GitHub gives no answer, or the token may not ask.
 */
async function isClosed(github, number, options) {
    return (await get(github, number, pullRequest, options)).state === 'closed';
}
/** The newest commit of a pull request. Throws as `isClosed` does. */
async function headCommit(github, number, options) {
    return (await get(github, number, withHead, options)).head.sha;
}
async function get(github, number, answer, options) {
    const { value } = await ask(github, { method: 'GET', path: `/pulls/${number}`, answer, permission: 'pull-requests: read' }, options);
    return value;
}

;// CONCATENATED MODULE: ./lib/github/announcer.js
var announcer_addDisposableResource = (undefined && undefined.__addDisposableResource) || function (env, value, async) {
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
var announcer_disposeResources = (undefined && undefined.__disposeResources) || (function (SuppressedError) {
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










/**
 * How long GitHub may take in all, in ms: 30 s, of which what is told at the start may use the
 * first third.
 */
const BEGIN_MS = 10_000;
const END_MS = 20_000;
const CHANNELS = {
    comment: {
        permission: 'pull-requests: write',
        failed: 'The comment on the pull request cannot be written, so it may not say what is true.',
    },
    deployment: {
        permission: 'deployments: write',
        failed: 'The deployment cannot be recorded at GitHub.',
    },
};
/**
 * Makes an announcer that says each problem once, and does not ask again where GitHub has refused.
 */
function createAnnouncer(options) {
    const { github, run, log, signal, clock } = options;
    const warned = new Set();
    const refused = new Set();
    const failedOn = (channel, error) => {
        // The post step tells how a step ended that was cancelled.
        if (signal.aborted)
            return;
        if (error instanceof RefusedError)
            refused.add(channel);
        if (warned.has(channel))
            return;
        warned.add(channel);
        const { failed, permission } = CHANNELS[channel];
        const isUnhinted = error instanceof RefusedError && error.hint === undefined;
        const needs = isUnhinted ? [`It needs \`permissions: { ${permission} }\`.`] : [];
        log.warning([failed, (0,errors/* describeError */.Uc)(error), ...needs].join('\n'));
    };
    const tell = async (limitMs, work) => {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const bounds = announcer_addDisposableResource(env_1, (0,time_limit/* limit */.AB)([signal], limitMs, () => new errors/* ActionError */.lZ(`GitHub took longer than ${limitMs / 1000} s.`)), false);
            const ask = { signal: bounds.signal, longestWaitMs: limitMs, clock };
            const one = async (channel) => {
                if (!options[channel] || refused.has(channel) || signal.aborted)
                    return;
                if (github.token === '') {
                    return failedOn(channel, new RefusedError('There is no `github-token`.'));
                }
                await work[channel]?.(ask).catch((error) => failedOn(channel, error));
            };
            await Promise.all([one('comment'), one('deployment')]);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            announcer_disposeResources(env_1);
        }
    };
    const comment = (target, ask, create, write) => target.pullRequest === undefined
        ? Promise.resolve()
        : writeComment(github, target.pullRequest, target, write, { ...ask, create });
    const body = (target, before, text) => {
        // Where the stack is not known, the comment stays whose it is.
        const isKept = before !== undefined && target.stack === undefined;
        const first = isKept ? before.split('\n', 1)[0]?.trimEnd() : marker(target);
        return `${first}\n${runMarker}\n\n${text}`;
    };
    const noteNow = () => ({ ...run, at: new Date() });
    const runMarker = `<!-- run ${run.id} -->`;
    return {
        begin: (target, made) => tell(BEGIN_MS, {
            comment: async (ask) => {
                if (target.pullRequest === undefined) {
                    log.info('This run is about no pull request, so there is none to comment on.');
                }
                await comment(target, ask, true, (before) => body(target, before, pendingComment(nameOf(target), noteNow(), readRunningNote(before))));
            },
            deployment: async (ask) => {
                const { pullRequest, cluster } = target;
                const commit = run.commit ?? (pullRequest && (await headCommit(github, pullRequest, ask))) ?? '';
                const environment = options.environment ?? `preview/${cluster}`;
                const isTransient = options.isTransient ?? true;
                const id = await createDeployment(github, target, { commit: String(commit), environment, isTransient }, ask);
                made(id);
                await setDeploymentStatus(github, id, { state: 'in_progress', description: 'Being deployed', logUrl: run.url }, ask);
            },
        }),
        end: (target, report, deployment) => tell(END_MS, {
            comment: (ask) => {
                // The comment is the newer run's, as soon as that has begun to write it.
                const isSuperseded = report.status === 'superseded';
                return comment(target, ask, !isSuperseded, (before) => isSuperseded && !before?.includes(runMarker)
                    ? undefined
                    : body(target, before, outcomeComment(report, noteNow(), readRunningNote(before))));
            },
            deployment: async (ask) => {
                if (deployment === undefined)
                    return;
                const isReady = (0,errors/* isUp */.ie)(report.status);
                const failed = report.status === 'superseded' ? 'inactive' : 'failure';
                const url = firstUrl(report);
                await setDeploymentStatus(github, deployment, {
                    state: isReady ? 'success' : failed,
                    description: report.status === 'converged' ? 'Ready' : headline(report),
                    environmentUrl: isReady && /^https?:/.test(url) ? url : undefined,
                    logUrl: run.url,
                }, ask);
                if (!isReady)
                    return;
                await retireDeployments(github, target, { except: deployment, description: 'Replaced by a newer one', logUrl: run.url }, ask);
            },
        }),
        cancelled: (target, deployment) => tell(END_MS, {
            comment: (ask) => comment(target, ask, false, (before = '') => 
            // Another run may have begun meanwhile.
            before.includes(runMarker)
                ? body(target, before, cancelledComment(nameOf(target), noteNow(), readRunningNote(before)))
                : undefined),
            deployment: async (ask) => {
                if (deployment === undefined)
                    return;
                await setDeploymentStatus(github, deployment, { state: 'error', description: 'Cancelled', logUrl: run.url }, ask);
            },
        }),
        returned: (target, report) => tell(END_MS, {
            comment: (ask) => comment(target, ask, false, (before) => body(target, before, returnedComment(report, { ...run, commit: undefined }))),
            deployment: async (ask) => {
                if (report.status !== 'converged')
                    return;
                const url = firstUrl(report);
                const environmentUrl = /^https?:/.test(url) ? url : undefined;
                await returnDeployment(github, target, { environmentUrl, logUrl: run.url }, ask);
            },
        }),
        removed: (target, removal) => tell(END_MS, {
            comment: (ask) => comment(target, ask, false, (before = '') => removal.afterFailure && before.includes(runMarker)
                ? withLastLine(before, removal.isWhole ? GONE : NOT_GONE)
                : body(target, before, removedComment(nameOf(target), { ...removal, run: noteNow() }))),
            deployment: (ask) => retireDeployments(github, target, {
                description: removal.isWhole ? 'Removed' : 'Could not be removed completely',
                logUrl: run.url,
            }, ask),
        }),
    };
}
const GONE = 'It was removed at the end of the job.';
const NOT_GONE = 'It could not be removed completely: the log of the post step says why.';
function nameOf({ stack, cluster }) {
    return stack || cluster;
}

// EXTERNAL MODULE: ./lib/report/log.js
var report_log = __webpack_require__(2093);
// EXTERNAL MODULE: ./lib/compose/findings.js
var findings = __webpack_require__(2645);
// EXTERNAL MODULE: ./lib/action/runner/files.js
var files = __webpack_require__(6869);
;// CONCATENATED MODULE: ./lib/action/failure.js






/** The output `status` of a run that ended with this error. */
function failure_statusOf(error) {
    if (error instanceof ActionError)
        return error.status;
    if (error instanceof AggregateError)
        return failure_statusOf(error.errors[0]);
    return 'failed';
}
/** Shows the error and lets the step fail. */
function fail(error) {
    if (error instanceof ComposeError) {
        // The others stand in the text of the error, and each kind in one of its places.
        const shown = kindsOf(error.findings).slice(0, ANNOTATIONS - 1);
        for (const { message, location } of shown)
            githubLog.error(message, location);
    }
    githubLog.error(describeError(error), { title: 'Swarm Up' });
    process.exitCode = 1;
}
/** Ends a step that failed before it had anything else to report. Never throws. */
function failEarly(error) {
    const unwritten = failure_attempt(() => setOutput('status', failure_statusOf(error)));
    fail(error);
    failAlso(unwritten, error);
}
/** What the work threw; undefined where it threw nothing. */
function failure_attempt(work) {
    try {
        work();
        return undefined;
    }
    catch (error) {
        return error;
    }
}
/**
 * Shows what went wrong beside the failure of the step, where anything did and its first line was
 * not shown yet.
 */
function failAlso(error, shown) {
    if (error === undefined)
        return;
    if (firstLine(error) !== firstLine(shown))
        fail(error);
}
function firstLine(error) {
    return describeError(error).split('\n', 1)[0];
}

// EXTERNAL MODULE: ./lib/action/runner/environment.js + 1 modules
var environment = __webpack_require__(8102);
;// CONCATENATED MODULE: ./lib/action/announce.js







/** An announcer for the step that runs. */
function announcerOf({ token, ...where }, env, { signal, log = report_log/* githubLog */.Q, isTransient, }) {
    return createAnnouncer({
        ...where,
        github: (0,environment/* gitHubOf */.Tc)(env, token),
        run: { commit: env.commit, url: (0,environment/* runUrlOf */.Qm)(env), id: (0,environment/* runOf */.ng)(env) },
        log,
        signal,
        isTransient,
    });
}
/** Tells of an `up` where its inputs ask for that; of a dry run nothing, however it ends. */
function announceUp({ cluster, stackName, ttlMs, announcements, dryRun }, env, run) {
    const { comment, deployment } = announcements;
    if (dryRun || (!comment && !deployment))
        return { begin: () => { }, end: async () => { } };
    const { pullRequest } = env;
    const announcer = announcerOf(announcements, env, {
        ...run,
        isTransient: pullRequest !== undefined || ttlMs !== undefined,
    });
    let target = { cluster, stack: stackName, pullRequest };
    let announced = { cluster, comment, deployment };
    let begun = Promise.resolve();
    const save = (more) => {
        announced = { ...announced, ...more };
        saveState(ANNOUNCED_KEY, serialiseAnnounced(announced));
    };
    /** Once there is something that is told of, it is no reason to fail. */
    const saveLater = (more) => {
        const unwritten = attempt(() => save(more));
        if (unwritten !== undefined)
            (run.log ?? githubLog).warning(describeError(unwritten));
    };
    return {
        begin: (stack = '') => {
            target = { ...target, stack };
            save({ stack });
            begun = announcer.begin(target, (deploymentId) => saveLater({ deploymentId }));
        },
        end: async (report) => {
            await begun;
            if (run.signal.aborted)
                return;
            await announcer.end(target, report, announced.deploymentId);
            if (run.signal.aborted)
                return;
            saveLater({ stack: target.stack, ended: endOf(report) });
        },
    };
}
function endOf({ status }) {
    if (status === 'superseded')
        return status;
    return isUp(status) ? 'ready' : 'failed';
}

;// CONCATENATED MODULE: ./lib/action/post-announce.js


/** Corrects what main has told: that nothing is left, or that it did not come to its end. */
async function announceOutcome({ cluster, stack, deploymentId, ended, ...where }, outcome, env) {
    const announcer = announcerOf({ ...where, token: (0,environment/* readInput */.R5)('github-token').trim() }, env, {
        signal: new AbortController().signal,
    });
    const target = { cluster, stack, pullRequest: env.pullRequest };
    if (outcome !== 'stays') {
        await announcer.removed(target, {
            isWhole: outcome === 'removed',
            afterFailure: ended === 'failed',
        });
    }
    else if (ended === undefined) {
        await announcer.cancelled(target, deploymentId);
    }
}


/***/ }),

/***/ 2799:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ count)
/* harmony export */ });
/** `1 node`, `3 nodes`. */
function count(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
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


/***/ })

};
;