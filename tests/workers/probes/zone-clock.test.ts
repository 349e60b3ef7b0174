import type { SignatureResult, Validation } from '#lib/model/dnssec.ts';
import { observeClock } from '#workers/probes/zone-clock.ts';
import { changeValidations, healthyZone } from '#tests/support/zone-observations.ts';

const testZone = 'example.org';

/** The validations with the signatures over the keys of some zones in that status. */
function withKeySignatures(status: SignatureResult['status'], zones: readonly string[]): readonly Validation[] {
  const changed = changeValidations(healthyZone(), ({ links }) => ({
    links: links.map((link) =>
      zones.includes(link.zone)
        ? { ...link, keySignatures: link.keySignatures.map((signature) => ({ ...signature, status })) }
        : link,
    ),
  }));
  return changed.validations;
}

describe('our clock', () => {
  it('is trusted while signatures near the anchor are in date', () => {
    expect(observeClock(testZone, healthyZone().validations)).toEqual({ trusted: true, said: null });
    expect(observeClock(testZone, withKeySignatures('signature-expired', ['.'])).trusted).toBe(true);
  });

  it.each(['signature-expired', 'signature-not-yet-valid'] as const)('is doubted when all of them are %s', (status) => {
    const clock = observeClock(testZone, withKeySignatures(status, ['.', 'org']));
    expect(clock.trusted).toBe(false);
    expect(clock.said).toMatch(/^our clock says 2\d{3}-.+ is signed for 2/);
  });

  it('is not doubted for the fault of the zone itself, for bad signatures, or where none was seen', () => {
    expect(observeClock(testZone, withKeySignatures('signature-expired', [testZone])).trusted).toBe(true);
    expect(observeClock(testZone, withKeySignatures('signature-invalid', ['.', 'org'])).trusted).toBe(true);
    expect(observeClock(testZone, []).trusted).toBe(true);
    const island = withKeySignatures('signature-expired', ['.', 'org']).map((one) => ({
      ...one,
      links: one.links.slice(2),
    }));
    expect(observeClock(testZone, island).trusted).toBe(true);
  });
});
