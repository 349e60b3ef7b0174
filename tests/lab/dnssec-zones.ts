import { aliasZones } from './dnssec-zones-alias.ts';
import { delegationZones } from './dnssec-zones-delegation.ts';
import { denialZones } from './dnssec-zones-denial.ts';
import { healthyZones } from './dnssec-zones-healthy.ts';
import { serverZones } from './dnssec-zones-server.ts';
import { signatureZones } from './dnssec-zones-signature.ts';
import type { DnssecZone } from './dnssec-zone.ts';

/** Every zone below dnssec.test, what is wrong with it, and what the standards make of each question. */
export const dnssecZones: readonly DnssecZone[] = [
  ...healthyZones,
  ...delegationZones,
  ...signatureZones,
  ...denialZones,
  ...aliasZones,
  ...serverZones,
];
