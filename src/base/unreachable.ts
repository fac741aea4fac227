import { ActionError } from './errors.ts';

/**
 * A machine, or its dockerd, did not answer in time. It may be down; what is wrong with a login or
 * a key is another error.
 */
export class UnreachableError extends ActionError {}
