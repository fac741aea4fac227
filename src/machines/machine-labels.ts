/** 1 for the first machine of a cluster. */
export const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
export const HOST_KEY_LABEL = 'swarm-up.host-key';
/** How a machine is entered, of drivers that learn it from somebody else. */
export const PORT_LABEL = 'swarm-up.ssh-port';
export const USER_LABEL = 'swarm-up.ssh-user';
