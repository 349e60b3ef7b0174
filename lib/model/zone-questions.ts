import type { RecordType } from '../dns/types.ts';
import { serviceTable } from './endpoint.ts';
import { liesIn } from './watched-zones.ts';
import { parseName } from '../dns/name.ts';
import type { ZoneQuestion } from './zone-observation.ts';

/** A zone and the names that bring it under watch. A-label form, lower case, without the final dot. */
export interface ZoneNames {
  /** Apex. */
  readonly zone: string;
  /** Mail domains with names in the zone. */
  readonly domains: readonly string[];
  /** Mail services whose host lies in the zone. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  /** Zones below it that are known: what lies in one is not asked here. */
  readonly cuts: readonly string[];
}

/** A question of a type that the codec knows. */
export interface TypedQuestion extends ZoneQuestion {
  readonly type: RecordType;
}

/** Every server is asked each of them, so a zone with thousands of hosts is cut here. */
export const maxZoneQuestions = 60;

/** First label of a name that nobody has: the answer has to prove that it does not exist. */
const denialLabel = '_latchwatch-denial';

const apexTypes = ['SOA', 'DNSKEY', 'NS', 'CDS', 'CDNSKEY', 'NSEC3PARAM'] as const;

/**
 * What to ask of a zone: its apex (RFC 1035, RFC 4034, RFC 7344, RFC 5155), a name that does not exist, and what mail
 * needs: MX, SRV (RFC 6186, RFC 8314), MTA-STS and TLSRPT (RFC 8461, RFC 8460), addresses and TLSA (RFC 7672). At most
 * `maxZoneQuestions`, the apex first; `unasked` counts those left out.
 */
export function zoneQuestions({ zone, domains, endpoints, cuts }: ZoneNames): {
  readonly questions: readonly TypedQuestion[];
  readonly unasked: number;
} {
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const wanted: readonly TypedQuestion[] = [
    ...apexTypes.map((type) => ({ name: zone, type })),
    { name: `${denialLabel}.${zone}`, type: 'A' as const },
    ...domains.map((name) => ({ name, type: 'MX' as const })),
    ...endpoints.map(({ host, port }) => ({ name: `_${port}._tcp.${host}`, type: 'TLSA' as const })),
    ...hosts.flatMap((name) => (['A', 'AAAA'] as const).map((type) => ({ name, type }))),
    ...domains.flatMap((domain) => srvNames(domain).map((name) => ({ name, type: 'SRV' as const }))),
    ...domains.flatMap((domain) =>
      [`_mta-sts.${domain}`, `_smtp._tls.${domain}`].map((name) => ({ name, type: 'TXT' as const })),
    ),
  ];
  // A label in front may make a long name too long for DNS.
  const inside = ({ name }: TypedQuestion) =>
    liesIn(name, zone) && !cuts.some((cut) => liesIn(name, cut)) && parseName(name).ok;
  const distinct = new Map(wanted.filter(inside).map((question) => [`${question.name} ${question.type}`, question]));
  const questions = [...distinct.values()].slice(0, maxZoneQuestions);
  return { questions, unasked: distinct.size - questions.length };
}

function srvNames(domain: string): readonly string[] {
  return serviceTable.flatMap(({ srvLabel }) => (srvLabel === null ? [] : [`${srvLabel}._tcp.${domain}`]));
}
