import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkoutFolder = fileURLToPath(new URL('../..', import.meta.url));

/** What the lab knows about itself, and the mails in the sink. */
export const stateFolder = join(checkoutFolder, 'tests/lab/.state');
export const stateFile = join(stateFolder, 'lab.json');
export const mailsFolder = join(stateFolder, 'mails');

/**
 * Configuration, keys, sockets and logs of the servers. Not inside the checkout: servers drop privileges and
 * must still come here when the checkout is below a folder like /root, and socket paths end at 107 bytes.
 */
export const runFolder = `/run/latchwatch-lab-${createHash('sha256').update(checkoutFolder).digest('hex').slice(0, 8)}`;
export const logsFolder = join(runFolder, 'logs');
