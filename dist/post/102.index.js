"use strict";
exports.id = 102;
exports.ids = [102];
exports.modules = {

/***/ 2102:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   releaseHosts: () => (/* binding */ releaseHosts),
/* harmony export */   releaseLock: () => (/* binding */ releaseLock)
/* harmony export */ });
/* harmony import */ var _base_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8949);
/* harmony import */ var _base_stages_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6433);
/* harmony import */ var _machines_connect_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8540);
/* harmony import */ var _stack_lock_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2140);
/* harmony import */ var _swarm_records_forming_lock_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7626);





/**
 * How long connecting to one machine may take, in ms: as long as on the way up. Post is cut after
 * five minutes in all.
 */
const CONNECT_TIMEOUT_MS = 120_000;
/**
 * Removes the lock of the stack that a main step which was killed may have left on a swarm that
 * stays. Gone already is success.
 */
async function releaseLock(state, owner, context) {
    const { lock } = state;
    if (lock === undefined)
        return;
    const step = {
        title: `Removing the lock of stack ${lock.stack}`,
        run: async (id) => {
            const manager = await connectManager(id, context);
            try {
                const removed = await (0,_stack_lock_js__WEBPACK_IMPORTED_MODULE_3__/* .unlock */ .Tl)(manager.api, lock, context.signal);
                context.reporter.log.info(removed ? 'Removed' : 'It was gone already');
            }
            finally {
                await manager.ssh.close();
            }
        },
    };
    await (0,_base_stages_js__WEBPACK_IMPORTED_MODULE_1__/* .runAllSteps */ .U)([step], owner, context.reporter);
}
/**
 * Removes the locks of hosts that a main step which was killed while it formed a swarm may have
 * left. Gone already is success.
 */
async function releaseHosts(owner, context) {
    const { driver, reporter, signal } = context;
    const { log } = reporter;
    const found = await driver.list(owner, signal);
    const steps = found.map((machine) => ({
        title: `Removing the lock of ${machine.name}`,
        run: async () => {
            const timeoutMs = CONNECT_TIMEOUT_MS;
            const connected = await (0,_machines_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(driver, machine, 'worker', { signal, timeoutMs, log });
            try {
                const removed = await (0,_swarm_records_forming_lock_js__WEBPACK_IMPORTED_MODULE_4__/* .removeLeftLock */ .bc)(connected, owner, signal);
                log.info(removed ? 'Removed' : 'It was gone already');
            }
            finally {
                await connected.ssh.close();
            }
        },
    }));
    await (0,_base_stages_js__WEBPACK_IMPORTED_MODULE_1__/* .runAllSteps */ .U)(steps, owner, reporter);
}
/** The first machine that answers and is a manager. */
async function connectManager(id, { driver, reporter: { log }, signal }) {
    let cause;
    for (const machine of await driver.list(id, signal)) {
        if (machine.state !== 'running')
            continue;
        try {
            const found = await (0,_machines_connect_js__WEBPACK_IMPORTED_MODULE_2__/* .connect */ .N)(driver, machine, 'manager', {
                signal,
                timeoutMs: CONNECT_TIMEOUT_MS,
                log,
            });
            if (found.engine.Swarm.ControlAvailable)
                return found;
            await found.ssh.close();
        }
        catch (error) {
            cause = error;
        }
    }
    throw new _base_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`No manager of cluster ${id.cluster} can be asked.`, {
        hint: 'The next deployment waits until the lock is older than its limit. Remove it on a manager: docker config ls --filter name=swarm-up-lock, docker config rm <name>',
        cause,
    });
}


/***/ })

};
;