import { mistakeSentences, readScenario } from '#app/_queries/plan-scenario.ts';

const host = 'imap.example.org';

it('asks nothing while only the kind of change is chosen, or none', () => {
  expect(readScenario({})).toMatchObject({ op: null, change: null });
  expect(readScenario({ op: 'drop_port' })).toMatchObject({ op: 'drop_port', change: null });
  expect(readScenario({ op: 'drop_everything', hosts: host })).toMatchObject({ op: null, change: null });
});

it('reads the address of the page as a change', () => {
  const asked = { op: 'disable_tls', hosts: `${host}, POP.example.org`, ports: '993 143', versions: ['1.0', '1.1'] };
  expect(readScenario(asked).change).toEqual({
    ok: true,
    value: { op: 'disable_tls', hosts: [host, 'pop.example.org'], ports: [993, 143], versions: ['1.0', '1.1'] },
  });
  // One box ticked comes as a text.
  expect(readScenario({ ...asked, versions: '1.0' }).change).toMatchObject({ ok: true, value: { versions: ['1.0'] } });
});

it('takes what was left empty as not known, where that may be', () => {
  expect(readScenario({ op: 'move_host', host, proves: '' }).change).toEqual({
    ok: true,
    value: { op: 'move_host', host, proves: null, versions: null },
  });
  expect(readScenario({ op: 'disable_tls', hosts: host }).change).toMatchObject({ ok: false });
});

it('says in sentences what is wrong', () => {
  const { change } = readScenario({ op: 'drop_port', hosts: host, ports: 'imap' });
  expect(change !== null && !change.ok && mistakeSentences(change.error)).toEqual(['Ports must be a port number.']);
});

it('bears what a stranger puts into the address', () => {
  const given = { op: ['drop_port', 'x'], hosts: ['a', 'b'], versions: { length: 1 }, records: 'x'.repeat(30_000) };
  expect(readScenario(given)).toMatchObject({ op: null, change: null });
});
