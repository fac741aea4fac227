import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';

/** `{"error": {"code", "message", "details"}}` or `{"id", "message"}`: what vendors answer. */
const refusal = z.union([
  z
    .object({
      error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
    })
    .transform(({ error }) => error),
  z
    .object({ id: z.string(), message: z.string() })
    .transform(({ id, message }) => ({ code: id, message, details: undefined })),
]);

/** How much is shown of an answer that is no JSON: the page of a proxy. */
const SHOWN = 500;

/**
 * A call to a vendor that has not done what was asked, or of which nobody knows whether it has.
 * Holds no token.
 */
export class CloudError extends ActionError {
  /** `POST /servers`. */
  readonly call: string;
  /** Of HTTP; undefined if no answer came. */
  readonly httpStatus: number | undefined;
  /** The vendor's own word, for example `uniqueness_error`; undefined if it gave none. */
  readonly code: string | undefined;
  /** What the vendor adds to its message, in its own form. */
  readonly vendorDetails: unknown;

  constructor(
    message: string,
    about: {
      readonly call: string;
      readonly httpStatus?: number | undefined;
      readonly code?: string | undefined;
      readonly details?: string | undefined;
      readonly vendorDetails?: unknown;
      readonly cause?: unknown;
    },
  ) {
    const { details, cause } = about;
    super(message, { ...(details && { details }), ...(cause !== undefined && { cause }) });
    this.call = about.call;
    this.httpStatus = about.httpStatus;
    this.code = about.code;
    this.vendorDetails = about.vendorDetails;
  }
}

/** The error of an answer whose status says that the call was refused or failed. */
export function errorOfAnswer(
  vendor: string,
  call: string,
  answer: { readonly status: number; readonly text: string },
): CloudError {
  const said = refusal.safeParse(parsedJson(answer.text)).data;
  const word = said ? ` (${said.code})` : '';
  return new CloudError(`${vendor} answered ${call} with status ${answer.status}${word}.`, {
    call,
    httpStatus: answer.status,
    code: said?.code,
    details: said?.message ?? answer.text.slice(0, SHOWN),
    vendorDetails: said?.details,
  });
}

/** The value of a JSON text; undefined if the text is empty or no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the vendor refused with this word of its own. */
export function isCode(error: unknown, ...codes: readonly string[]): error is CloudError {
  return error instanceof CloudError && error.code !== undefined && codes.includes(error.code);
}

/** Whether what was asked for does not exist. */
function isNotFound(error: unknown): error is CloudError {
  return error instanceof CloudError && error.httpStatus === 404;
}

/** Whether nobody knows if the call was done: no answer, or a failure on the vendor's side. */
export function isUnclear(error: unknown): error is CloudError {
  return error instanceof CloudError && (error.httpStatus === undefined || error.httpStatus >= 500);
}

/** What is asked for; undefined if it is gone. Other errors are thrown on. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
