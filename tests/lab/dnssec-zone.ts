import type { DnssecReason, DnssecState } from '#lib/model/dnssec.ts';
import { oneServer, plainSigning, rightDs } from './signing.ts';
import type { ScriptedDnsFault, ZoneChange, ZoneSource } from './zone-types.ts';
import { unchanged } from './zone-faults.ts';

/* How an entry of the table of DNSSEC zones is written. `@` in a name or a record is the zone's own name. */

/** Where a resolver is known to see it in another way than the standards have it. */
export interface Difference {
  readonly unbound?: DnssecState;
  readonly bind?: DnssecState;
  /** For the reader of the comparison. */
  readonly explained: string;
}

export interface DnssecQuestion {
  /** Without the final dot. */
  readonly name: string;
  readonly type: string;
  /** By the standards. */
  readonly state: DnssecState;
  /** Null where it is secure. */
  readonly reason: DnssecReason | null;
  readonly difference: Difference | null;
}

export interface DnssecZone {
  /** Without the final dot. */
  readonly name: string;
  /** What is wrong, for people; null for a healthy zone. */
  readonly fault: string | null;
  readonly source: ZoneSource;
  readonly serverFault: ScriptedDnsFault | null;
  readonly questions: readonly DnssecQuestion[];
}

type Expected = Pick<DnssecQuestion, 'state' | 'reason'>;
export const secure: Expected = { state: 'secure', reason: null };

export function insecure(reason: DnssecReason): Expected {
  return { state: 'insecure', reason };
}

export function bogus(reason: DnssecReason): Expected {
  return { state: 'bogus', reason };
}

export function indeterminate(reason: DnssecReason): Expected {
  return { state: 'indeterminate', reason };
}

/** A question about `owner`, e.g. `mail.@`. */
export function ask(question: string, expected: Expected, difference: Difference | null = null): DnssecQuestion {
  const [name = '', type = ''] = question.split(' ');
  return { name, type, ...expected, difference };
}

/** The TLSA record that every zone of the table has. */
export function tlsa(expected: Expected, difference: Difference | null = null): DnssecQuestion {
  return ask('_25._tcp.mail.@ TLSA', expected, difference);
}

/** A type that a name does not have. */
export function noType(expected: Expected, difference: Difference | null = null): DnssecQuestion {
  return ask('plain.@ TLSA', expected, difference);
}

/** A name that does not exist. */
export function noName(expected: Expected, difference: Difference | null = null): DnssecQuestion {
  return ask('_25._tcp.plain.@ TLSA', expected, difference);
}

/** An answer and both kinds of denial. */
export function everything(expected: Expected, difference: Difference | null = null): readonly DnssecQuestion[] {
  return [tlsa(expected, difference), noType(expected, difference), noName(expected, difference)];
}

const commonRecords = [
  '@ MX 10 mail.@',
  'mail.@ A 127.80.1.1',
  `_25._tcp.mail.@ TLSA 3 1 1 ${'5a'.repeat(32)}`,
  'plain.@ A 127.80.1.1',
];

interface Entry extends Partial<Omit<ZoneSource, 'name' | 'change'>> {
  /** Below dnssec.test. */
  readonly name: string;
  readonly fault?: string;
  /** Made to the signed zone; `@` in a target is the zone. */
  readonly change?: (at: (owner: string) => string) => ZoneChange;
  readonly serverFault?: ScriptedDnsFault;
  readonly questions: readonly DnssecQuestion[];
}

/** A zone below dnssec.test: signed by one P-256 key, with NSEC, a right DS and one server, but for what `entry` says. */
export function dnssecZone(entry: Entry): DnssecZone {
  const { name: label, fault, change, serverFault, questions, records, ...rest } = entry;
  const name = `${label}.dnssec.test`;
  const at = (text: string): string => text.replaceAll('@', `${name}.`);
  return {
    name,
    fault: fault ?? null,
    serverFault: serverFault ?? null,
    questions: questions.map((question) => ({ ...question, name: question.name.replaceAll('@', name) })),
    source: {
      signing: plainSigning,
      ds: rightDs,
      servers: oneServer,
      ...rest,
      name: `${name}.`,
      records: [...commonRecords, ...(records ?? [])].map(at),
      change: change?.(at) ?? unchanged,
    },
  };
}

/** An unsigned zone without DS. */
export function unsignedZone(entry: Omit<Entry, 'signing' | 'ds'>): DnssecZone {
  return dnssecZone({ ...entry, signing: null, ds: [] });
}
