import { readAgainst, scenarioHref } from '#app/_queries/plan-against.ts';

const query = 'op=disable_tls&hosts=imap.example.org&versions=1.0&versions=1.1';

it('reads a scenario as it stands in the address of its page', () => {
  expect(readAgainst({ against: query })).toMatchObject({
    query,
    scenario: { change: { ok: true, value: { op: 'disable_tls', versions: ['1.0', '1.1'] } } },
  });
});

it('compares with one other, and not with a page of its accounts', () => {
  expect(readAgainst({ against: `${query}&against=op%3Ddrop_port&after=x` })?.query).toBe(query);
});

it.each([[undefined], [''], [['a', 'b']], ['x'.repeat(4001)]])('takes %j for nothing to compare with', (against) => {
  expect(readAgainst({ against })).toBeNull();
});

it('keeps what cannot be read as a scenario without a change', () => {
  expect(readAgainst({ against: 'op=explode&%zz=1' })?.scenario).toMatchObject({ op: null, change: null });
});

it('leads back to the same two, in either order', () => {
  const href = scenarioHref(query, 'op=drop_port&hosts=a&ports=143');
  const { searchParams } = new URL(href, 'http://localhost');
  expect(searchParams.get('against')).toBe('op=drop_port&hosts=a&ports=143');
  expect(searchParams.getAll('versions')).toEqual(['1.0', '1.1']);
  expect(scenarioHref(query, null)).toBe(`/plan?${query}`);
});
