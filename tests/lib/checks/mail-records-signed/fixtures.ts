import {
  bogus,
  changeValidations,
  healthyZone,
  indeterminate,
  insecure,
  unsignedZone,
} from '#tests/support/zone-observations.ts';
import type { ZoneFixtures } from '../fixture.ts';

const zone = healthyZone();

export const fixtures: ZoneFixtures = {
  firing: [
    {
      name: 'an unsigned zone',
      code: 'mail-records-unsigned',
      verdict: 'info',
      address: null,
      observation: unsignedZone(),
      says: /example\.org MX, _imaps\._tcp\.example\.org SRV, .*signing ends at example\.org: the parent zone proves/,
    },
    {
      name: 'an alias that leaves the signed zone',
      code: 'mail-records-unsigned',
      verdict: 'info',
      address: null,
      observation: changeValidations(
        zone,
        () => ({ result: insecure('no-ds', 'hoster.example') }),
        'mail.example.org A',
      ),
      says: /mail\.example\.org A; signing ends at hoster\.example/,
    },
  ],
  silent: [
    { name: 'signed', observation: zone, decided: true },
    {
      name: 'bogus is told elsewhere',
      observation: changeValidations(zone, () => ({ result: bogus('signature-invalid') })),
      decided: true,
    },
    {
      name: 'an insecure denial of TLSA',
      observation: changeValidations(zone, () => ({ result: insecure('opt-out') }), '_993._tcp.mail.example.org TLSA'),
      decided: true,
    },
    {
      name: 'not validated',
      observation: changeValidations(zone, () => ({ result: indeterminate('resolver-strips-dnssec') })),
      decided: false,
    },
  ],
};
