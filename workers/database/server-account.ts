import { readFileSync, statSync } from 'node:fs';

/** The user and group that the server runs as; null: as this process. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root, so root lends it an account that every Debian, Fedora or Arch has. */
const candidates = ['postgres', 'nobody'];

/** Parses the line of `name` in the text of /etc/passwd (passwd(5)); null when there is none or it is root. */
export function accountInPasswd(passwd: string, name: string): ServerAccount | null {
  for (const line of passwd.split('\n')) {
    const fields = line.split(':');
    if (fields[0] !== name) continue;
    const uid = Number(fields[2]);
    const gid = Number(fields[3]);
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return null;
}

/**
 * Chooses who runs the server: not root, and for an existing cluster the account that owns it, so that a `postgres`
 * user who appears on the machine later changes nothing.
 */
export function chooseServerAccount(clusterFolder: string): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = readFileSync('/etc/passwd', 'utf8');
  for (const name of candidates) {
    const account = accountInPasswd(passwd, name);
    if (account !== null) return account;
  }
  return { uid: 65534, gid: 65534 };
}
