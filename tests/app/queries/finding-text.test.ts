import { allFindings } from '#lib/checks/registry.ts';
import { describe as describeFinding } from '#app/_queries/finding-text.ts';

test.each(allFindings.map(({ code }) => code))('%s refers only to what a reader can look up', (code) => {
  const { refs } = describeFinding(code, {});
  expect(refs.length).toBeGreaterThan(0);
  expect(refs.filter((ref) => !/^(draft-[a-z0-9-]+ section [\d.]+|RFC \d+( section [\d.]+)?)$/.test(ref))).toEqual([]);
});

test('a finding of another version has no references, and still reads', () => {
  expect(describeFinding('of-the-future', {})).toMatchObject({ refs: [], title: 'Finding of-the-future' });
});
