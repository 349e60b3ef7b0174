import { dayMs } from '#tests/support/certificates.ts';
import {
  bogus,
  changeValidations,
  healthyZone,
  indeterminate,
  signatureWith,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();
const expired = signatureWith(-dayMs, { status: 'signature-expired' });

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'an expired signature of MX, with key, date, server and extended error',
      code: 'dnssec-bogus',
      verdict: 'crit',
      address: null,
      observation: changeValidations(
        zone,
        () => ({ result: bogus('signature-expired'), signatures: [expired], extendedError: 7 }),
        'example.org MX',
      ),
      says: /fails for example\.org MX\n.*\n.*its signature has expired.*extended DNS error 7.*key 22222 of example\.org, 2026-10-26 04:00 UTC to 2026-11-23 04:00 UTC.*192\.0\.2\.53:53/,
    },
    {
      name: 'DS records of other keys, for every question',
      code: 'dnssec-bogus',
      verdict: 'crit',
      address: null,
      observation: changeValidations(zone, () => ({ result: bogus('ds-mismatch', 'example.org DNSKEY') })),
      says: /SOA and 11 more\n.*\nexample\.org DNSKEY: none of its keys fits the DS records.*the same for example\.org DNSKEY/,
    },
    {
      name: 'bogus beside a question without answer',
      code: 'dnssec-bogus',
      verdict: 'crit',
      address: null,
      observation: changeValidations(
        changeValidations(zone, () => ({ result: indeterminate() }), 'example.org SOA'),
        () => ({ result: bogus('denial-missing', '_993._tcp.mail.example.org TLSA') }),
        '_993._tcp.mail.example.org TLSA',
      ),
      says: /NSEC or NSEC3 records are missing/,
    },
    {
      name: 'too many signatures to check',
      code: 'dnssec-limit',
      verdict: 'warn',
      address: null,
      observation: changeValidations(zone, () => ({ result: indeterminate('limit-signatures') }), 'example.org DNSKEY'),
      says: /example\.org DNSKEY: it needed more signature checks than we allow/,
    },
    {
      name: 'too many hashes',
      code: 'dnssec-limit',
      verdict: 'warn',
      address: null,
      observation: changeValidations(
        zone,
        () => ({ result: indeterminate('limit-hashes') }),
        '_993._tcp.mail.example.org TLSA',
      ),
      says: /more NSEC3 hashes/,
    },
  ],
  silent: [
    { name: 'healthy', observation: zone, decided: true },
    { name: 'unsigned', observation: unsignedZone(), decided: true },
    {
      name: 'a question that nobody answered',
      observation: changeValidations(zone, () => ({ result: indeterminate() }), 'example.org MX'),
      decided: false,
    },
    { name: 'no validation at all', observation: { ...zone, validations: [] }, decided: false },
  ],
};
