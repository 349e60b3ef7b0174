import type { FindingDefinition, FindingText } from '../checks/check.ts';
import { findServiceRow } from '../model/endpoint.ts';
import type { Judgement, Params } from '../model/finding.ts';
import {
  incidentDedupKey,
  incidentFingerprint,
  incidentHost,
  type IncidentProgress,
  type IncidentSubject,
} from '../model/incident.ts';
import type { NoticePayload } from '../model/notice.ts';
import { observeCode } from './observe.ts';
import { stepIncident, type IncidentStep, type Observed } from './step.ts';

/** An incident as the store keeps it: the living one of a code, or else the last one resolved. */
export interface KnownIncident {
  readonly id: string;
  readonly code: string;
  readonly instance: number;
  readonly progress: IncidentProgress;
}

/** What to write about one incident. Nothing is written where `step.next` equals `before`. */
export interface IncidentDecision {
  readonly subject: IncidentSubject;
  readonly id: string;
  /** True: a row of its own; false: the row with this id changes, or goes where `step.next` is null. */
  readonly isNew: boolean;
  readonly code: string;
  readonly instance: number;
  readonly fingerprint: string;
  readonly dedupKey: string;
  readonly host: string;
  readonly title: string;
  readonly before: IncidentProgress | null;
  readonly step: IncidentStep;
  readonly notice: NoticePayload | null;
}

export interface DecideInput {
  readonly subject: IncidentSubject;
  readonly judgements: readonly Judgement[];
  /** Addresses in DNS now; null where that is not known. */
  readonly listed: readonly string[] | null;
  readonly known: readonly KnownIncident[];
  readonly findFinding: (code: string) => FindingDefinition | null | undefined;
  /** Our own network looks down: what can pass by itself is not believed. */
  readonly selfNetworkDown: boolean;
  readonly newId: () => string;
  readonly now: number;
}

const cleanRuns = 2;
export const maxTitleCharacters = 120;

/** What a run changes about the incidents of one endpoint, domain or zone, one decision a code that changes. */
export function decideIncidents(input: DecideInput): readonly IncidentDecision[] {
  const codes = new Set([...input.judgements.map(({ code }) => code), ...input.known.map(({ code }) => code)]);
  return [...codes].flatMap((code) => {
    const definition = input.findFinding(code);
    // A code that this version does not know, e.g. of an older one: held as it is.
    if (definition === null || definition === undefined) return [];
    const known = input.known.find((incident) => incident.code === code) ?? null;
    const judgements = input.judgements.filter((judgement) => judgement.code === code);
    const affected = known === null || known.progress.state === 'resolved' ? [] : known.progress.affected;
    const listed = input.listed === null || input.listed.length === 0 ? null : input.listed;
    const observed = believe(observeCode({ judgements, affected, listed }), { input, definition, known });
    return decide(input, { definition, known, observed });
  });
}

/** Ends what stands open about a subject that is watched no more. */
export function withdrawIncidents(
  input: Pick<DecideInput, 'subject' | 'known' | 'findFinding' | 'now'> & { readonly resolution: string },
): readonly IncidentDecision[] {
  const observed: Observed = { kind: 'withdrawn', resolution: input.resolution };
  const newId = () => '';
  return input.known.flatMap((known) =>
    decide({ ...input, newId }, { definition: input.findFinding(known.code) ?? null, known, observed }),
  );
}

interface Case {
  readonly definition: FindingDefinition | null;
  readonly known: KnownIncident | null;
  readonly observed: Observed;
}

function believe(
  observed: Observed,
  context: {
    readonly input: DecideInput;
    readonly definition: FindingDefinition;
    readonly known: KnownIncident | null;
  },
): Observed {
  const { input, definition, known } = context;
  const open = known !== null && known.progress.state !== 'suspect' && known.progress.state !== 'resolved';
  const doubtful = input.selfNetworkDown && definition.confirmations === 2 && observed.kind === 'found' && !open;
  return doubtful ? { kind: 'unseen' } : observed;
}

function decide(
  { subject, newId, now }: Pick<DecideInput, 'subject' | 'newId' | 'now'>,
  { definition, known, observed }: Case,
): readonly IncidentDecision[] {
  const before = known?.progress ?? null;
  const policy = { confirmations: definition?.confirmations ?? 2, cleanRuns };
  const step = stepIncident({ incident: before, observed, policy, now });
  if (step.next === before) return [];
  const fresh = known === null || step.change === 'suspect';
  const id = fresh ? newId() : known.id;
  const code = known?.code ?? definition?.code ?? '';
  const shown = step.next ?? before;
  const text = incidentText(definition, { code, params: shown?.params ?? null });
  return [
    {
      subject,
      id,
      isNew: fresh,
      code,
      instance: fresh ? (known?.instance ?? 0) + 1 : known.instance,
      fingerprint: incidentFingerprint(subject, code),
      dedupKey: incidentDedupKey(subject, code),
      host: incidentHost(subject),
      title: text.title.slice(0, maxTitleCharacters),
      before: fresh ? null : before,
      step,
      notice: composeNotice({ id, subject, code, text, step, before, now }),
    },
  ];
}

function composeNotice(about: {
  readonly id: string;
  readonly subject: IncidentSubject;
  readonly code: string;
  readonly text: FindingText;
  readonly step: IncidentStep;
  readonly before: IncidentProgress | null;
  readonly now: number;
}): NoticePayload | null {
  const { id, subject, code, text, step, before, now } = about;
  if (step.notice === null || step.next === null) return null;
  return {
    incidentId: id,
    reason: step.notice,
    severity: step.next.severity,
    code,
    host: incidentHost(subject),
    service: describeService(subject),
    addresses: step.notice === 'resolved' ? (before?.affected ?? []) : step.next.affected,
    ...text,
    firstSeen: step.next.firstSeen,
    decidedAt: now,
    reopened: step.change === 'reopen',
    resolution: step.next.resolution,
    subjects: [],
    explains: 0,
    impact: null,
  };
}

/** What kind of thing a subject is, with its port. */
export function describeService(subject: IncidentSubject): string {
  switch (subject.kind) {
    case 'domain':
      return 'DNS records of the domain';
    case 'zone':
      return 'DNS zone';
    case 'vantage':
      return 'Latchwatch itself';
    case 'endpoint': {
      const { service, tlsMode, port } = subject.endpoint;
      return `${findServiceRow(service, tlsMode)?.title ?? service} (port ${port})`;
    }
  }
}

/** How an incident reads; a code that this version does not know is its own title. */
export function incidentText(
  definition: FindingDefinition | null | undefined,
  { code, params }: { readonly code: string; readonly params: Params | null },
): FindingText {
  if (params !== null && definition !== null && definition !== undefined) return definition.text(params);
  return { title: code, expected: '', got: '', meaning: '', fix: '' };
}
