import type { Service } from '../model/endpoint.ts';
import type { Verdict } from '../model/finding.ts';

/** A mail program of an account, as it said of itself. */
export interface ReportedProgram {
  readonly service: Service;
  readonly latched: readonly string[];
  /** Whether it ever spoke of latches. */
  readonly speaksDeep: boolean;
}

/** Whether one tag can be proved at one address. `doubtful`: by one of the rule packs only. */
export interface TagStanding {
  readonly tag: string;
  readonly state: 'holds' | 'broken' | 'doubtful' | 'unseen';
  /** One sentence without a full stop, with text of strangers in it; null: it holds. */
  readonly why: string | null;
}

/** A service of a host as it was last seen. */
export interface ServiceStanding {
  readonly service: Service;
  readonly port: number;
  readonly freshness: 'never' | 'stale' | 'fresh';
  /** Milliseconds since the epoch. */
  readonly lookedAt: number | null;
  readonly verdict: Verdict | null;
  readonly addresses: readonly {
    readonly address: string;
    /** Whether it answered in its protocol, with TLS where that was asked for. */
    readonly answers: boolean;
    readonly tags: readonly TagStanding[];
  }[];
}

/**
 * `refuses`: at every address; `sometimes`: at some; `unreachable`: nobody comes in; `faulty`: there is a fault, but none
 * that this program requires to be well; `works`: all that it requires was proved lately.
 */
export type ProgramOutcome = 'refuses' | 'sometimes' | 'unreachable' | 'faulty' | 'works' | 'unknown';

export interface ProgramVerdict {
  readonly outcome: ProgramOutcome;
  /** Sentences for who is on the telephone, with text of strangers in them. */
  readonly reasons: readonly string[];
}

/** What of a server was too much to look up: some of the names that lead to it, some ports of the service; null: nothing. */
export type LeftOut = 'names' | 'ports' | null;

const leftOutWords: Readonly<Record<Exclude<LeftOut, null>, string>> = {
  names: 'too many names lead to this server',
  ports: 'this service has too many ports',
};

/**
 * Whether a program can connect to a host now: a latch binds it at every port of the service that it uses (draft section
 * 5.1). What was not seen lately or not looked up is unknown, never well. `services`: those of the host.
 */
export function judgeProgram(
  program: ReportedProgram,
  services: readonly ServiceStanding[],
  leftOut: LeftOut = null,
): ProgramVerdict {
  const own = services.filter(({ service }) => service === program.service);
  if (leftOut === null) {
    return own.length === 0 ? unknown('Nobody watches this service of the server.') : judgeServices(program, own);
  }
  const why = leftOutWords[leftOut];
  if (own.length === 0) return unknown(`Not looked up here: ${why}.`);
  return limit(judgeServices(program, own), `Only a part of the server was looked up here: ${why}.`);
}

/** What is true of a part, as it is to be said of the whole. */
function limit({ outcome, reasons }: ProgramVerdict, note: string): ProgramVerdict {
  switch (outcome) {
    case 'works':
      return { outcome: 'unknown', reasons: ['No fault is known of what was looked up.', note] };
    case 'unreachable':
      return { outcome, reasons: ['What was looked up of the server answers at none of its addresses.', note] };
    case 'refuses':
    case 'sometimes':
    case 'faulty':
    case 'unknown':
      return { outcome, reasons: [...reasons, note] };
  }
}

function judgeServices(program: ReportedProgram, own: readonly ServiceStanding[]): ProgramVerdict {
  const fresh = own.filter(({ freshness }) => freshness === 'fresh');
  if (fresh.length === 0) return unknown('It was not looked at lately: what is true now is not known.');
  const addresses = fresh.flatMap((service) => service.addresses);
  const answering = addresses.filter(({ answers }) => answers);
  if (answering.length === 0) {
    return { outcome: 'unreachable', reasons: ['The server answers at none of its addresses: nobody can connect.'] };
  }
  const broken = answering.filter(({ tags }) => program.latched.some((tag) => stateOf(tags, tag) === 'broken'));
  if (broken.length > 0) return refusal(program, { broken, answering });
  const doubts = program.latched.filter((tag) => answering.some(({ tags }) => stateOf(tags, tag) !== 'holds'));
  if (doubts.length > 0) {
    return unknown(`It requires ${doubts.join(', ')}, and whether that holds now could not be seen everywhere.`);
  }
  if (fresh.length < own.length) {
    return unknown('No fault is known, but a part of this service was not looked at lately.');
  }
  return judgeRest(program, { fresh, missing: addresses.length - answering.length });
}

type Address = ServiceStanding['addresses'][number];

function refusal(
  { latched }: ReportedProgram,
  { broken, answering }: { readonly broken: readonly Address[]; readonly answering: readonly Address[] },
): ProgramVerdict {
  const why = broken.flatMap(({ address, tags }) =>
    tags.flatMap(({ tag, state, why: sentence }) =>
      state === 'broken' && latched.includes(tag) ? [`${tag} at ${address}: ${sentence ?? 'not proved'}`] : [],
    ),
  );
  const everywhere = broken.length === answering.length;
  const first = everywhere
    ? 'This program will refuse to connect, because it requires what the server does not prove now.'
    : `This program refuses at ${String(broken.length)} of ${String(answering.length)} addresses: it works now and then.`;
  return { outcome: everywhere ? 'refuses' : 'sometimes', reasons: [first, ...why.slice(0, maxReasons)] };
}

const maxReasons = 8;

function judgeRest(
  { latched, speaksDeep, service }: ReportedProgram,
  { fresh, missing }: { readonly fresh: readonly ServiceStanding[]; readonly missing: number },
): ProgramVerdict {
  const silent = speaksDeep
    ? []
    : [
        service === 'pop3'
          ? 'A POP program cannot report what it requires: whether it holds a latch is not known.'
          : 'It said nothing of latches: whether it holds one is not known.',
      ];
  const faulty = fresh.some(({ verdict }) => verdict === 'crit' || verdict === 'fail');
  if (faulty || missing > 0) {
    const reasons = [
      ...(missing > 0 ? [`${String(missing)} of its addresses do not answer.`] : []),
      ...(faulty ? ['The server has a fault: see its incidents.'] : []),
      ...(latched.length > 0 ? ['What this program is known to require holds.'] : []),
    ];
    return { outcome: 'faulty', reasons: [...reasons, ...silent] };
  }
  if (!speaksDeep) return { outcome: 'unknown', reasons: ['No fault of the server is known.', ...silent] };
  const holds = latched.length === 0 ? 'It requires nothing.' : 'All that it requires holds at every address.';
  return { outcome: 'works', reasons: [holds, 'Nothing that we see keeps it out.'] };
}

function stateOf(tags: readonly TagStanding[], wanted: string): TagStanding['state'] {
  return tags.find(({ tag }) => tag === wanted)?.state ?? 'unseen';
}

function unknown(reason: string): ProgramVerdict {
  return { outcome: 'unknown', reasons: [reason] };
}

/** The worst first: what keeps somebody out, what may, what is not known, what is well. */
export const outcomeOrder: readonly ProgramOutcome[] = [
  'refuses',
  'unreachable',
  'sometimes',
  'faulty',
  'unknown',
  'works',
];
