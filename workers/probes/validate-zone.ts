import { parseName } from '#lib/dns/name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import type { Validation } from '#lib/model/dnssec.ts';
import type { Validator } from '#workers/net/dns/validator.ts';

/** The way from the trust anchor to the zone of a name: its DS and DNSKEY records. A name that DNS cannot hold is a bug and throws. */
export async function validateZone(name: string, validator: Pick<Validator, 'validate'>): Promise<Validation> {
  const parsed = parseName(name);
  if (!parsed.ok) throw new Error(`"${name}" cannot be asked for: ${parsed.error}`);
  return (await validator.validate({ name: parsed.value, type: recordTypes.DNSKEY }, {})).validation;
}
