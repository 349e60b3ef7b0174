import fc from 'fast-check';
import { findFinding } from '#lib/checks/registry.ts';
import { decideIncidents, type KnownIncident } from '#lib/incidents/decide.ts';
import { placesOf, type Explainer } from '#lib/incidents/explain.ts';
import { placeDecisions, readPlaces, touchedCauses, type Standing } from '#lib/incidents/place-decisions.ts';
import { causeIdentity, type IncidentProgress, type IncidentSubject } from '#lib/model/incident.ts';
import { severityNumber, type Judgement, type Severity, type Verdict } from '#lib/model/finding.ts';

const minute = 60_000;
const zone = { kind: 'zone', zone: 'example.org' } as const;
const endpointAt = (port: number) =>
  ({ kind: 'endpoint', endpoint: { service: 'imap', tlsMode: 'implicit', host: 'mail.example.org', port } }) as const;

/** What a test looks at: each with one code. */
const subjects = {
  zone: { subject: zone, code: 'dnssec-bogus' },
  first: { subject: endpointAt(993), code: 'certificate-untrusted' },
  second: { subject: endpointAt(995), code: 'certificate-untrusted' },
  tlsa: { subject: endpointAt(993), code: 'tlsa-mismatch' },
  tag: { subject: endpointAt(993), code: 'tag-tls-cert-broken' },
} as const;
type Name = keyof typeof subjects;
const names = ['zone', 'first', 'second', 'tlsa', 'tag'] as const satisfies readonly Name[];

interface Kept extends KnownIncident {
  readonly subject: IncidentSubject | null;
  readonly host: string;
  readonly rootId: string | null;
  readonly cause: string | null;
}

interface Said {
  readonly incidentId: string;
  readonly reason: string;
  readonly severity: Severity;
}

function isOpen({ state }: IncidentProgress): boolean {
  return state !== 'suspect' && state !== 'resolved';
}

/** The store in memory: what was said is what was told. */
function createWorld() {
  const kept = new Map<string, Kept>();
  const said: Said[] = [];
  let ids = 0;
  const newId = () => `id-${String((ids += 1)).padStart(5, '0')}`;
  const tell = (incident: Kept, notice: { readonly reason: string; readonly severity: Severity } | null): Kept => {
    const { progress } = incident;
    const before = kept.get(incident.id)?.progress.toldSeverity ?? null;
    if (notice === null) return { ...incident, progress: { ...progress, toldSeverity: before } };
    said.push({ incidentId: incident.id, reason: notice.reason, severity: notice.severity });
    const isWorst = before === null || severityNumber[notice.severity] < severityNumber[before];
    const toldSeverity = notice.reason === 'resolved' ? null : isWorst ? notice.severity : before;
    return { ...incident, progress: { ...progress, toldSeverity } };
  };
  const latest = (found: (one: Kept) => boolean) =>
    [...kept.values()].filter(found).toSorted((a, b) => b.instance - a.instance)[0];

  const run = (name: Name, verdict: Verdict, now: number) => {
    const { subject, code } = subjects[name];
    const key = JSON.stringify(subject);
    const known = latest((one) => one.code === code && one.subject !== null && JSON.stringify(one.subject) === key);
    const about = subject.kind === 'zone' ? subject : { ...subject, address: '192.0.2.1' };
    const judgement: Judgement = { code, subject: about, verdict, params: { fingerprint: 'ab12' } };
    const decisions = decideIncidents({
      ...{ subject, judgements: [judgement], listed: null, findFinding, newId, now },
      ...{ known: known === undefined ? [] : [known], selfNetworkDown: false },
    });
    const own = new Set(decisions.map(({ id }) => id));
    const standing = new Map<string, Standing>([...kept].map(([id, { rootId, cause }]) => [id, { rootId, cause }]));
    const open = [...kept.values()].filter(({ progress }) => isOpen(progress));
    const causes = touchedCauses({ decisions, standing }).map((touched) => {
      const shared = latest((one) => one.subject === null && one.code === touched.code && one.cause === touched.cause);
      const members = open.flatMap((one) =>
        one.subject !== null && one.code === touched.code && one.cause === touched.cause && !own.has(one.id)
          ? [{ id: one.id, subject: one.subject, progress: one.progress }]
          : [],
      );
      return { ...touched, known: shared ?? null, rootId: shared?.rootId ?? null, members };
    });
    const explainers = open.flatMap((one): readonly Explainer[] => {
      if (one.subject === null || own.has(one.id)) return [];
      const rootId = one.cause === null ? one.id : (one.rootId ?? one.id);
      const { severity } = one.progress;
      return [{ code: one.code, severity, places: placesOf(one.subject), vantage: null, rootId }];
    });
    const placement = placeDecisions({
      ...{ decisions, standing, causes, explainers, findFinding, newId, now },
      vantage: 'here',
    });
    const ended: string[] = [];
    for (const { decision, rootId, cause } of [...placement.causes, ...placement.decisions]) {
      const { id, code: itsCode, instance, host, step, notice } = decision;
      const before = kept.get(id);
      if (step.next === null) kept.delete(id);
      else {
        const its = 'subject' in decision ? decision.subject : null;
        kept.set(
          id,
          tell({ id, code: itsCode, instance, host, progress: step.next, subject: its, rootId, cause }, notice),
        );
        if (before !== undefined && isOpen(before.progress) && !isOpen(step.next)) ended.push(id);
      }
    }
    for (const [id, one] of kept)
      if (one.rootId !== null && ended.includes(one.rootId) && isOpen(one.progress))
        kept.set(id, { ...one, rootId: null });
    return placement;
  };
  return { kept, said, run };
}

const play = (runs: readonly (readonly [Name, Verdict])[]) => {
  const world = createWorld();
  for (const [index, [name, verdict]] of runs.entries()) world.run(name, verdict, index * 10_000);
  return world;
};
const times = (count: number, ...run: readonly (readonly [Name, Verdict])[]) =>
  Array.from({ length: count }, () => run).flat();

describe('who speaks', () => {
  it('is the one incident of what two ports share', () => {
    const { kept, said } = play(times(2, ['first', 'fail'], ['second', 'fail']));
    const root = [...kept.values()].find(({ subject }) => subject === null);
    expect(said).toEqual([{ incidentId: root?.id, reason: 'opened', severity: 'error' }]);
    expect(root?.progress.affected).toEqual(['mail.example.org:993', 'mail.example.org:995']);
    expect(readPlaces(root?.progress.affected ?? [])).toEqual([
      { host: 'mail.example.org', port: 993 },
      { host: 'mail.example.org', port: 995 },
    ]);
  });

  it('is the zone while it is bogus, and then what is still there', () => {
    const world = play([...times(3, ['zone', 'crit']), ...times(3, ['tlsa', 'crit'])]);
    expect(world.said.map(({ reason }) => reason)).toEqual(['opened']);
    world.run('zone', 'pass', 20 * minute);
    world.run('zone', 'pass', 21 * minute);
    world.run('tlsa', 'crit', 22 * minute);
    expect(world.said.map(({ reason }) => reason)).toEqual(['opened', 'resolved', 'opened']);
  });

  it('is what is worse than its explanation', () => {
    const { said } = play([...times(3, ['first', 'warn']), ...times(3, ['tag', 'crit'])]);
    expect(said.map(({ severity }) => severity)).toEqual(['warning', 'critical']);
  });

  it('gets worse only with a member that is confirmed', () => {
    const world = play(times(2, ['first', 'fail'], ['second', 'fail']));
    world.run('second', 'crit', 10 * minute);
    expect(world.said).toHaveLength(1);
    world.run('second', 'crit', 11 * minute);
    expect(world.said.at(-1)).toMatchObject({ reason: 'worsened', severity: 'critical' });
    world.run('first', 'fail', 12 * minute);
    expect(world.said).toHaveLength(2);
  });
});

describe('any runs of a zone and what lies in it, with any clock', () => {
  const runs = fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      verdict: fc.constantFrom<Verdict>('pass', 'warn', 'fail', 'crit', 'inconclusive'),
      now: fc.integer({ min: 0, max: 600 * minute }),
    }),
    { maxLength: 80 },
  );

  it('says nothing twice, nothing of what another explains, and hangs nothing in a ring', () => {
    fc.assert(
      fc.property(runs, (sequence) => {
        const world = createWorld();
        for (const { name, verdict, now } of sequence) {
          const count = world.said.length;
          const placement = world.run(name, verdict, now);
          const spoke = world.said.slice(count);
          for (const { decision, rootId } of [...placement.decisions, ...placement.causes]) {
            const mine = spoke.filter(({ incidentId }) => incidentId === decision.id);
            expect(mine.length).toBeLessThanOrEqual(1);
            if (rootId !== null) expect(mine.filter(({ reason }) => reason !== 'resolved')).toEqual([]);
            if (verdict === 'inconclusive') expect(mine).toEqual([]);
          }
        }
        const state = new Map<string, Severity | null>();
        for (const { incidentId, reason, severity } of world.said) {
          const before = state.get(incidentId) ?? null;
          if (reason === 'opened') expect(before).toBeNull();
          if (reason === 'resolved') expect(before).not.toBeNull();
          if (reason === 'worsened') expect(severityNumber[severity]).toBeLessThan(severityNumber[before ?? 'info']);
          state.set(incidentId, reason === 'resolved' ? null : severity);
        }
        for (const { id, rootId } of world.kept.values()) {
          const road = [id];
          for (let next = rootId; next !== null; next = world.kept.get(next)?.rootId ?? null) {
            expect(road).not.toContain(next);
            road.push(next);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is never stuck: clean runs end all of it, and faults that stay are told, or hang under one that is', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom('pass', 'crit'), (sequence, verdict) => {
        const world = createWorld();
        for (const run of sequence) world.run(run.name, run.verdict, run.now);
        for (let round = 0; round < 14; round += 1)
          for (const name of names) world.run(name, verdict, 1000 * minute + round * 5 * minute);
        const left = [...world.kept.values()].filter(({ progress }) => progress.state !== 'resolved');
        if (verdict === 'pass') {
          expect(left).toEqual([]);
          return;
        }
        for (const { rootId, progress } of left) {
          expect(isOpen(progress)).toBe(true);
          if (rootId === null) expect(progress.toldSeverity).toBe('critical');
          else expect(isOpen(world.kept.get(rootId)?.progress ?? progress)).toBe(true);
        }
        // The zone explains all that lies in it.
        expect(left.filter(({ rootId }) => rootId === null).map(({ code }) => code)).toEqual(['dnssec-bogus']);
      }),
      { numRuns: 200 },
    );
  });

  it('names a cause the same way each time', () => {
    expect(causeIdentity('certificate-expiry', 'certificate:ab').dedupKey).toBe('certificate-expiry/certificate:ab');
    expect(causeIdentity('unreachable', `host:${'a'.repeat(240)}`).dedupKey).toHaveLength('unreachable/'.length + 64);
  });
});
