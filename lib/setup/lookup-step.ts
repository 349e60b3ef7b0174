import { explainReason } from '../dnssec/explain.ts';
import type { Dnssec, Validation } from '../model/dnssec.ts';
import type { DnsLookup, MxRecord, Seen, SrvRecord, TlsaRecord } from '../model/observation.ts';
import { failureWords } from './failure-words.ts';
import type { SetupState, SetupStep } from './setup-step.ts';

/* What an answer from DNS says, as a line of the setup checklist. */

type Outcome = Pick<SetupStep, 'state' | 'text'>;

const maxShown = 4;

function list(texts: readonly string[]): string {
  const rest = texts.length - maxShown;
  return texts.slice(0, maxShown).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}

/** How an answer reads that came: signatures that are wrong make it bad, whatever it says. */
function outcomeOf<R>(lookup: Seen<DnsLookup<R>>, read: (facts: DnsLookup<R>) => Outcome): Outcome {
  if (!lookup.ok) return { state: 'unknown', text: failureWords(lookup.failure) };
  const { dnssec } = lookup.facts;
  const outcome = read(lookup.facts);
  if (dnssec.state !== 'bogus') return outcome;
  return { state: 'bad', text: `${outcome.text}; its signatures are wrong: ${dnssec.why}` };
}

/** MX (RFC 5321 section 5.1, RFC 7505). */
export function mxOutcome(lookup: Seen<DnsLookup<MxRecord>>): Outcome {
  return outcomeOf(lookup, ({ records, rcode }) => {
    if (rcode === 'NXDOMAIN') return { state: 'absent', text: 'the domain does not exist' };
    if (records.length === 0) return { state: 'absent', text: 'no record: mail goes to the domain itself' };
    const hosts = records.filter(({ exchange }) => exchange !== '.');
    if (hosts.length === 0) return { state: 'not-offered', text: 'takes no mail, and says so (null MX)' };
    return { state: 'found', text: list(hosts.map(({ exchange, preference }) => `${String(preference)} ${exchange}`)) };
  });
}

/** SRV (RFC 6186, RFC 8314 section 5.1): the root as target says that the service is not offered (RFC 2782). */
export function srvOutcome(lookup: Seen<DnsLookup<SrvRecord>>): Outcome {
  return outcomeOf(lookup, ({ records }) => {
    if (records.length === 0) return { state: 'absent', text: 'no record' };
    const offered = records.filter(({ target }) => target !== '.');
    if (offered.length === 0) return { state: 'not-offered', text: 'not offered, and says so (target “.”)' };
    return { state: 'found', text: list(offered.map(({ target, port }) => `${target}:${String(port)}`)) };
  });
}

/** TLSA (RFC 6698): records of a zone that is not signed may be believed by nobody. */
export function tlsaOutcome(lookup: Seen<DnsLookup<TlsaRecord>>): Outcome {
  return outcomeOf(lookup, ({ records, dnssec }) => {
    if (records.length === 0) return { state: 'absent', text: 'no record' };
    const shown = records.map(({ usage, selector, matchingType }) =>
      [usage, selector, matchingType].map(String).join(' '),
    );
    return { state: tlsaStates[dnssec.state], text: `${list(shown)}: ${tlsaWords[dnssec.state]}` };
  });
}

const tlsaStates: Readonly<Record<Dnssec['state'], SetupState>> = {
  secure: 'found',
  insecure: 'bad',
  bogus: 'bad',
  indeterminate: 'unknown',
};
const tlsaWords: Readonly<Record<Dnssec['state'], string>> = {
  secure: 'signed',
  insecure: 'not signed, so mail programs must not use them',
  bogus: 'not to be believed',
  indeterminate: 'whether they are signed is not known',
};

/** TXT of a policy: the text itself. */
export function txtOutcome(lookup: Seen<DnsLookup<string>>): Outcome {
  return outcomeOf(lookup, ({ records }) =>
    records.length === 0 ? { state: 'absent', text: 'no record' } : { state: 'found', text: list(records) },
  );
}

/** The addresses of a host from both questions; null: that one is not answered yet. */
export function addressOutcome(lookups: readonly (Seen<DnsLookup<string>> | null)[]): Outcome {
  const answered = lookups.flatMap((lookup) => (lookup?.ok === true ? [lookup.facts] : []));
  const failed = lookups.flatMap((lookup) => (lookup?.ok === false ? [failureWords(lookup.failure)] : []));
  const addresses = answered.flatMap(({ records }) => records);
  const bogus = answered.find(({ dnssec }) => dnssec.state === 'bogus');
  if (bogus !== undefined) return { state: 'bad', text: 'the signatures of its addresses are wrong' };
  if (addresses.length > 0) {
    return { state: lookups.includes(null) ? 'asking' : 'found', text: [list(addresses), ...failed].join('; ') };
  }
  if (lookups.includes(null)) return { state: 'asking', text: '' };
  if (failed.length > 0) return { state: 'unknown', text: failed.join('; ') };
  const exists = answered.some(({ rcode }) => rcode !== 'NXDOMAIN');
  return { state: 'absent', text: exists ? 'no address' : 'no such name' };
}

/** The chain of DS and DNSKEY records from the trust anchor to the zone. */
export function trustOutcome({ result, links }: Pick<Validation, 'result' | 'links'>): Outcome {
  const chain = links.map(({ zone }) => (zone === '.' ? 'root' : zone)).join(' → ');
  switch (result.state) {
    case 'secure':
      return { state: 'found', text: `${chain}: signed without a gap` };
    case 'insecure':
      return { state: 'absent', text: `not signed, at ${result.provenAt}: ${explainReason(result.reason)}` };
    case 'bogus':
      return { state: 'bad', text: `the chain is broken at ${result.at}: ${result.why}` };
    case 'indeterminate':
      return { state: 'unknown', text: result.why };
  }
}
