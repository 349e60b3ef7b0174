import { standEvents, type PastEvent } from '#lib/incidents/event-feed.ts';

/** A history as `kind@second`, with `!` and a severity where the event says one. */
function history(...words: readonly string[]): readonly PastEvent[] {
  return words.map((word, index) => {
    const [, kind = '', second = '0', severity] = /^([\w-]+)@(\d+)(?:!(\w+))?$/.exec(word) ?? [];
    const said = (['critical', 'error', 'warning', 'info'] as const).find((known) => known === severity) ?? null;
    return { id: BigInt(index + 1), kind, at: Number(second) * 1000, severity: said };
  });
}

const heard = (events: readonly PastEvent[], attached = false) => {
  const standings = standEvents(events, { attached, severity: 'error' });
  return events.filter(({ id }) => standings.get(id)?.heard).map(({ kind }) => kind);
};

test.each([
  ['a root', history('opened@1', 'regraded@2', 'resolved@3'), false, ['opened', 'regraded', 'resolved']],
  ['a subject of a shared cause', history('opened@1', 'resolved@3'), true, []],
  ['one that hung from its beginning', history('opened@1', 'attached@1', 'regraded@2', 'resolved@3'), true, []],
  [
    'one that was told, then explained',
    history('opened@1', 'attached@2', 'regraded@3', 'resolved@4'),
    true,
    ['opened', 'attached', 'resolved'],
  ],
  [
    'one that outlived what explained it',
    history('opened@1', 'attached@1', 'detached@5', 'regraded@6', 'resolved@7'),
    false,
    ['detached', 'regraded', 'resolved'],
  ],
  [
    'one that was a subject and no more is',
    history('opened@1', 'detached@5', 'resolved@7'),
    false,
    ['detached', 'resolved'],
  ],
  [
    'one that came back under another',
    history('opened@1', 'resolved@2', 'opened@3', 'attached@3', 'resolved@4'),
    true,
    ['opened', 'resolved'],
  ],
  [
    'one that was explained twice',
    history('opened@1', 'attached@2', 'detached@3', 'attached@4', 'attached@5', 'resolved@6'),
    true,
    ['opened', 'attached', 'detached', 'attached', 'attached', 'resolved'],
  ],
])('%s is heard of as it should be', (_name, events, attached, wanted) => {
  expect(heard(events, attached)).toEqual(wanted);
});

test('whoever heard that it is open hears that it is over, whatever happened between', () => {
  const kinds = ['opened', 'attached', 'detached', 'regraded', 'resolved', 'acknowledged'];
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const words = Array.from(
      { length: 1 + next(9) },
      (_, at) => `${kinds[next(kinds.length)] ?? ''}@${String(at + next(2))}`,
    );
    const events = history(...words, 'resolved@99');
    const standings = standEvents(events, { attached: next(2) === 1, severity: 'error' });
    let open = false;
    for (const event of events) {
      const standing = standings.get(event.id);
      if (standing?.heard === true) open = standing.state !== 'resolved';
      else if (event.kind === 'resolved') expect([words, open]).toEqual([words, false]);
    }
    expect(open).toBe(false);
  }
});

test('state and severity are those after the event, also where an event says none', () => {
  const events = history(
    'opened@1!warning',
    'acknowledged@2',
    'commented@3',
    'regraded@4!critical',
    'resolved@5',
    'opened@6',
  );
  const standings = standEvents(events, { attached: false, severity: 'info' });
  expect(events.map(({ id }) => `${standings.get(id)?.state ?? ''} ${standings.get(id)?.severity ?? ''}`)).toEqual([
    'open warning',
    'acknowledged warning',
    'acknowledged warning',
    'acknowledged critical',
    'resolved critical',
    'open critical',
  ]);
});

test('where no event says a severity, it is that of the incident', () => {
  expect(standEvents(history('opened@1'), { attached: false, severity: 'info' }).get(1n)?.severity).toBe('info');
});
