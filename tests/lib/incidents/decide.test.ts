import { findFinding } from '#lib/checks/registry.ts';
import { decideIncidents, type DecideInput, type KnownIncident } from '#lib/incidents/decide.ts';
import { incidentDedupKey, incidentFingerprint, type IncidentSubject } from '#lib/model/incident.ts';
import type { Judgement, Verdict } from '#lib/model/finding.ts';

const endpoint = { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port: 993 } as const;
const subject = { kind: 'endpoint', endpoint } as const satisfies IncidentSubject;
const now = Date.UTC(2026, 10, 24);

function unreachable(verdict: Verdict, address = '192.0.2.1'): Judgement {
  return { code: 'unreachable', subject: { ...subject, address }, verdict, params: { address, reason: 'timeout' } };
}

function input(changes: Partial<DecideInput>): DecideInput {
  return {
    subject,
    judgements: [],
    listed: ['192.0.2.1', '192.0.2.2'],
    known: [],
    findFinding,
    selfNetworkDown: false,
    newId: () => 'new',
    now,
    ...changes,
  };
}

/** The same runs over and over, each on what the last one left. */
function play(runs: readonly Partial<DecideInput>[]): { known: KnownIncident[]; notices: string[] } {
  let known: KnownIncident[] = [];
  const notices: string[] = [];
  for (const run of runs) {
    for (const { id, code, instance, step, notice } of decideIncidents(input({ known, ...run }))) {
      known = known.filter((incident) => incident.code !== code);
      if (step.next !== null) known.push({ id, code, instance, progress: step.next });
      if (notice !== null) notices.push(`${notice.reason} ${notice.addresses.join(' ')}`);
    }
  }
  return { known, notices };
}

describe('what a run decides', () => {
  it('is one incident for all addresses, told with all of them', () => {
    const judgements = [unreachable('crit'), unreachable('crit', '192.0.2.2')];
    const { known, notices } = play([{ judgements }, { judgements }, { judgements }]);
    expect(known).toMatchObject([{ id: 'new', instance: 1, progress: { state: 'firing', severity: 'critical' } }]);
    expect(notices).toEqual(['opened 192.0.2.1 192.0.2.2']);
  });

  it('does not believe what can pass by itself while our own network is down', () => {
    const run = { judgements: [unreachable('crit')], selfNetworkDown: true };
    expect(play([run, run, run, run])).toEqual({ known: [], notices: [] });
  });

  it('does not resolve what it knew because our own network is down', () => {
    const bad = { judgements: [unreachable('crit')] };
    const { known } = play([bad, bad, bad, { ...bad, selfNetworkDown: true }]);
    expect(known).toMatchObject([{ progress: { state: 'firing' } }]);
  });

  it('holds a code that this version does not know', () => {
    const [incident] = play([{ judgements: [unreachable('fail')] }]).known;
    if (incident === undefined) throw new Error('an incident was expected');
    const known = [{ ...incident, code: 'of-another-version' }];
    expect(decideIncidents(input({ known }))).toEqual([]);
  });

  it('has one key over all instances, within the cap of 200 characters', () => {
    const host = `${'a'.repeat(60)}.`.repeat(4).slice(0, 243);
    const long: IncidentSubject = { kind: 'endpoint', endpoint: { ...endpoint, host } };
    expect(incidentDedupKey(subject, 'unreachable')).toBe('unreachable/imap+implicit://mail.example.org:993');
    expect(incidentDedupKey(long, 'unreachable')).toHaveLength('unreachable/'.length + 64);
    expect(incidentFingerprint(subject, 'a')).not.toBe(incidentFingerprint(subject, 'b'));
  });
});
