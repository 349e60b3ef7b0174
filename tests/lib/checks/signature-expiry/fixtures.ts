import { dayMs, testNow } from '#tests/support/certificates.ts';
import {
  changeAnswers,
  changeLink,
  failAnswers,
  healthyZone,
  indeterminate,
  changeValidations,
  signature,
  signatureWith,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const hourMs = dayMs / 24;
const all = { which: () => true };
const ending = (remainingMs: number, which: (index: number) => boolean = (index) => index === 1) =>
  changeAnswers(zone, () => ({ signatures: [signatureWith(remainingMs)] }), { key: 'example.org MX', which });

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'two days of 28 left at one server',
      code: 'signature-expiring',
      verdict: 'warn',
      address: null,
      observation: ending(2 * dayMs),
      says: /Signature of example\.org MX expires 2026-11-26 04:00 UTC\nA new signature before 2026-11-23 04:00 UTC\nexample\.org MX, key 22222 of example\.org, .* from ns2\.example\.org \(2001:db8::53\)/,
    },
    {
      name: 'eleven hours left',
      code: 'signature-expiring',
      verdict: 'crit',
      address: null,
      observation: ending(11 * hourMs),
      says: /From that minute on: resolvers that validate/,
    },
    {
      name: 'expired at one server',
      code: 'signature-expiring',
      verdict: 'crit',
      address: null,
      observation: ending(-hourMs),
      says: /Signature of example\.org MX expired 2026-11-24 03:00 UTC/,
    },
    {
      name: 'the same observation judged later',
      code: 'signature-expiring',
      verdict: 'crit',
      address: null,
      observation: zone,
      now: testNow + 20 * dayMs,
      says: /Signature of example\.org SOA and \d+ more expires 2026-12-14 04:00 UTC/,
    },
    {
      name: 'the key-signing key does not sign any more, the other key does',
      code: 'signature-expiring',
      verdict: 'warn',
      address: null,
      observation: changeAnswers(
        zone,
        ({ signatures }) => ({
          signatures: signatures.map((one) => (one.keyTag === 11111 ? { ...one, expiration: testNow + dayMs } : one)),
        }),
        { key: 'example.org DNSKEY', ...all },
      ),
      says: /example\.org DNSKEY, key 11111/,
    },
    {
      name: 'a record set that only validation saw',
      code: 'signature-expiring',
      verdict: 'warn',
      address: null,
      observation: changeValidations(
        zone,
        () => ({ signatures: [signatureWith(dayMs, { owner: 'mx2.example.org', type: 'A' })] }),
        'mail.example.org A',
      ),
      says: /mx2\.example\.org A, key 22222 .* from 192\.0\.2\.53:53/,
    },
    {
      name: 'the DS set at the parent',
      code: 'signature-expiring-above',
      verdict: 'info',
      address: null,
      observation: changeLink(zone, {
        dsSignatures: [signatureWith(dayMs, { type: 'DS', signer: 'org', keyTag: 33333 })],
      }),
      says: /Signature of example\.org DS expires.*\n.*\nexample\.org DS, key 33333 of org,.*\nThe zone org is not yours/,
    },
  ],
  silent: [
    { name: 'twenty days of 28 left', observation: zone, decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'a lasting signature beside one that expires',
      observation: changeAnswers(zone, () => ({ signatures: [signatureWith(hourMs), signature()] }), {
        key: 'example.org MX',
      }),
      decided: true,
    },
    {
      name: 'a leftover that has expired beside a valid one',
      observation: changeAnswers(
        zone,
        () => ({ signatures: [signature(), signatureWith(-dayMs, { status: 'signature-expired' })] }),
        { key: 'example.org MX' },
      ),
      decided: true,
    },
    {
      name: 'a signature that counts for nothing, since its key is gone',
      observation: changeAnswers(
        zone,
        () => ({ signatures: [signature(), signatureWith(hourMs, { owner: 'x.example.org', status: 'key-missing' })] }),
        { key: 'example.org MX' },
      ),
      decided: true,
    },
    {
      name: 'an old copy in a cache, while every server has a new signature',
      observation: changeValidations(zone, () => ({ signatures: [signatureWith(hourMs)] }), 'example.org MX'),
      decided: true,
    },
    { name: 'one server not seen', observation: failAnswers(zone, 'timeout'), decided: false },
    {
      name: 'one question not validated',
      observation: changeValidations(zone, () => ({ result: indeterminate() }), 'example.org MX'),
      decided: false,
    },
  ],
};
