import { allFindings } from '#lib/checks/registry.ts';
import { draftLink, referenceLink } from '#lib/draft/reference-link.ts';
import { findPackDifference } from '#lib/draft/pack-difference.ts';
import {
  domainFixtures,
  endpointFixtures,
  messageFixtures,
  scanFixtures,
  zoneFixtures,
} from '#tests/lib/checks/all-fixtures.ts';

describe('referenceLink', () => {
  it('leads to the section', () => {
    expect(referenceLink('RFC 9525 section 6.3')?.url).toBe('https://www.rfc-editor.org/rfc/rfc9525#section-6.3');
    expect(referenceLink('RFC 8996')?.url).toBe('https://www.rfc-editor.org/rfc/rfc8996');
    expect(referenceLink('RFC 7671 appendix A')?.url).toBe('https://www.rfc-editor.org/rfc/rfc7671#appendix-A');
    expect(referenceLink('draft-ietf-uta-email-deep-00 section 10.5')?.url).toBe(draftLink('10.5'));
    expect(draftLink('10.5')).toMatch(/deep-00#section-10\.5$/);
    expect(referenceLink('checklist row 4')).toBeNull();
  });

  it('knows every reference of every finding but the rows of the checklist', () => {
    const unknown = allFindings.flatMap(({ refs }) => refs.filter((ref) => referenceLink(ref) === null));
    expect(unknown.filter((ref) => !/^checklist row \d+$/.test(ref))).toEqual([]);
  });
});

it('says how the packs differ for each code that they judge differently, and for no other', () => {
  interface Firing {
    readonly firing: readonly { readonly code: string; readonly packs?: unknown }[];
  }
  const fixtures = [endpointFixtures, domainFixtures, zoneFixtures, scanFixtures, messageFixtures].flatMap((byCheck) =>
    Object.values<Firing>(byCheck),
  );
  const differing = fixtures.flatMap(({ firing }) => firing.filter(({ packs }) => packs !== undefined));
  const told = allFindings.filter(({ code }) => findPackDifference(code) !== null);
  expect(told.map(({ code }) => code).toSorted()).toEqual([...new Set(differing.map(({ code }) => code))].toSorted());
});
