import { liesIn } from '../model/watched-zones.ts';

/*
 * A change that an operator thinks of. The members are called as in the API, and what is stored is the same object: there
 * is one form of a change, read by read-change.ts wherever it comes from.
 */

/** TLS versions as people write them. */
export const changeVersions = ['1.0', '1.1', '1.2', '1.3'] as const;
export type ChangeVersion = (typeof changeVersions)[number];

/** Servers that a change is made at. */
interface Places {
  /** A-label form, lower case, without final dot; each once. */
  readonly hosts: readonly string[];
  /** Empty: every port of the hosts. */
  readonly ports: readonly number[];
}

/** What takes the place of a server, or stands in front of it. */
interface Proves {
  /** Tags that it can prove (draft section 11.2), in lower case; null: not told. */
  readonly proves: readonly string[] | null;
  /** TLS versions that it offers; null: not told. */
  readonly versions: readonly ChangeVersion[] | null;
}

export type PlannedChange =
  | ({ readonly op: 'disable_tls'; readonly versions: readonly ChangeVersion[] } & Places)
  | { readonly op: 'stop_advertising'; readonly hosts: readonly string[]; readonly tag: string }
  | { readonly op: 'advertise'; readonly hosts: readonly string[]; readonly tag: string }
  /** PEM of the certificate, with its chain or without; or of the CA that is to sign from now on. */
  | ({ readonly op: 'new_certificate'; readonly pem: string } & Places)
  /** PEM of a certificate or public key; null: the key is not made yet. */
  | ({ readonly op: 'new_key'; readonly pem: string | null } & Places)
  /** Records as `3 1 1 0123…`, at least one. They take the place of all that stand. */
  | ({ readonly op: 'change_tlsa'; readonly records: readonly string[] } & Places)
  | ({ readonly op: 'drop_tlsa' } & Places)
  | { readonly op: 'unsign_zone'; readonly zone: string }
  | { readonly op: 'rename_host'; readonly host: string; readonly to: string }
  /** The name stays and leads to other servers. */
  | ({ readonly op: 'move_host'; readonly host: string } & Proves)
  | ({ readonly op: 'drop_starttls' } & Places)
  /** `ports` has at least one. */
  | ({ readonly op: 'drop_port' } & Places)
  | ({ readonly op: 'filter_in_front' } & Places & Proves);

export type ChangeOp = PlannedChange['op'];

/** Every kind of change, in the order in which they are offered. */
export const changeOps = [
  'disable_tls',
  'new_certificate',
  'new_key',
  'change_tlsa',
  'drop_tlsa',
  'unsign_zone',
  'rename_host',
  'move_host',
  'filter_in_front',
  'drop_starttls',
  'drop_port',
  'stop_advertising',
  'advertise',
] as const satisfies readonly ChangeOp[];

/** The hosts that a change names; all hosts of a zone are not named. */
export function namedHosts(change: PlannedChange): readonly string[] {
  switch (change.op) {
    case 'unsign_zone':
      return [];
    case 'rename_host':
    case 'move_host':
      return [change.host];
    default:
      return change.hosts;
  }
}

/** Whether a change is one of this host, whatever its ports. */
export function concernsHost(change: PlannedChange, host: string): boolean {
  return change.op === 'unsign_zone' ? liesIn(host, change.zone) : namedHosts(change).includes(host);
}

/** Whether a change is made at this port of a host. */
export function concernsPort(change: PlannedChange, { host, port }: { readonly host: string; readonly port: number }) {
  return (
    concernsHost(change, host) && (!('ports' in change) || change.ports.length === 0 || change.ports.includes(port))
  );
}
