/** 1 for the first machine of a cluster. */
export const INDEX_LABEL = 'swarm-up.index';
/** The public host key of a machine, as the line `ssh-ed25519 AAAA…`. */
export const HOST_KEY_LABEL = 'swarm-up.host-key';
/** Of a machine whose sshd is not reached at port 22. */
export const PORT_LABEL = 'swarm-up.ssh-port';
/** Who logs in, if somebody else says that. */
export const USER_LABEL = 'swarm-up.ssh-user';
