import * as z from 'zod';

// What programs answer, by version 1 of the protocol. Other fields are not looked at. Each message
// goes on after "expected".

const ADDRESS = 'an IP address or a host name';
const PORT = 'a port, 1 to 65535';
const USER = 'the name of a user, as text';
const HOST_KEY = 'public host keys as in known_hosts: "ssh-ed25519 AAAA…"';
const NAME = 'the name that the request of `create` gave, as text';
const LABELS = 'the labels that the request of `create` gave: an object of texts';
const STATE = '"running" or "stopped"';
const CREATED = 'a time as in RFC 3339, or nothing';

const hostKey = z
  .string(HOST_KEY)
  .regex(/^(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+=*(?: .*)?$/, HOST_KEY);
const address = z.string(ADDRESS).regex(/^(?:[0-9A-Za-z:][0-9A-Za-z.:%_-]*)?$/, ADDRESS);

/** How a machine is reached. What is not known is left out, or is `null`. */
const reached = z.object({
  address: address.nullish(),
  port: z.int(PORT).min(1, PORT).max(65_535, PORT).nullish(),
  user: z
    .string(USER)
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, USER)
    .nullish(),
  private_address: address.nullish(),
  host_keys: z.array(hostKey, HOST_KEY).nullish(),
});

const labelled = z.object({
  name: z.string(NAME).min(1, NAME),
  labels: z.record(z.string(), z.string(LABELS), LABELS),
  created: z.iso.datetime({ offset: true, error: CREATED }).nullish(),
});

const listedMachine = z.object({
  ...reached.shape,
  ...labelled.shape,
  state: z.enum(['running', 'stopped'], STATE),
});

/** Of `create`: what `list` says of the machine decides. */
export const createAnswer = z.object({ ...reached.shape, name: z.string(NAME).min(1, NAME) });

/** Of `list`. */
export const listAnswer = z.object({
  machines: z.array(listedMachine, 'a list of machines, empty if there are none'),
  /** What machines share: networks, firewalls. */
  shared: z.array(labelled, 'a list of what machines share, or nothing').nullish(),
});

/** Of all others, which have nothing to say. */
export const emptyAnswer = z.object({}, 'an object, or nothing at all');

export type ListedMachine = z.infer<typeof listedMachine>;
export type ListedShared = z.infer<typeof labelled>;
export type ListAnswer = z.infer<typeof listAnswer>;
