/** How long what was left behind may still take once the step has said all, in ms. */
const LEAVE_MS = 1_000;

let isLeftBehind = false;

/** Says that something still runs that nobody waits for, such as a request or a command. */
export function leaveBehind(): void {
  isLeftBehind = true;
}

/** Ends the process if only what was left behind keeps it. To be called last of all. */
export function exitIfLeftBehind(): void {
  if (isLeftBehind) setTimeout(() => process.exit(), LEAVE_MS).unref();
}
