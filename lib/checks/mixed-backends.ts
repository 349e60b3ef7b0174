import type { TlsFacts } from '../model/observation.ts';
import { tlsVersions, type AddressScan } from '../model/scan-observation.ts';
import type { Certificate } from '../x509/certificate.ts';
import { readChain } from '../x509/read-chain.ts';
import type { ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { passed, undecided } from './decision.ts';
import { acceptedFacts, judgeScannedAddresses } from './scan-address.ts';
import { hostParam, listParam, textParam } from './wording.ts';

/** The code by which the cheap probe knows addresses whose answers are chance. */
export const mixedBackendsCode = 'mixed-backends';

/** Whether several servers that are not alike answer behind one address, as behind a load balancer. */
export const mixedBackends: ScanCheck = {
  id: 'mixed-backends',
  subject: 'scan',
  findings: [
    {
      code: mixedBackendsCode,
      summary: 'Servers that are not alike answer in turn behind one address',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.5',
        'draft-ietf-uta-email-deep-00 section 10.8',
        'checklist row 13',
        'checklist row 26',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `Servers behind ${textParam(params, 'address', 45)} of ${hostParam(params)} are not alike`,
        expected:
          'The same certificate of each kind of key, TLS version and cipher suite in every handshake of one kind',
        got: `They differ in ${listParam(params, 'differences')}. ${listParam(params, 'answers', 140)}`,
        meaning:
          'Which server a client gets is chance: a fault that only one of them has comes and goes, and a client that latched ' +
          'what one of them promises stops connecting when it meets the other. Until they are alike, a good answer from this ' +
          'address proves nothing, and Latchwatch closes no finding about its certificate or TLS.',
        fix:
          'Compare the certificate files and the TLS settings of all servers in the pool, reload the one that was forgotten, ' +
          'or take it out of the pool until it is like the others.',
      }),
    },
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => ({ [mixedBackendsCode]: decide(scan) })),
};

/** One handshake: what it offered, and what came. */
interface Answer {
  readonly asked: string;
  readonly tls: TlsFacts;
}

function decide(scan: AddressScan): Decision {
  const { repeated } = scan;
  const answers = inOrderOfTime(scan);
  const differences = [
    ...(takeTurns(repeated.flatMap(leafOf)) || hasTwoOfAKind(answers) ? ['certificates'] : []),
    ...(hasTwoVersions(scan) ? ['TLS versions'] : []),
    ...(hasTwoSuites(repeated) ? ['cipher suites'] : []),
  ];
  if (differences.length > 0) return { verdict: 'fail', params: { differences, answers: countAnswers(answers) } };
  // One answer cannot differ from itself, and a certificate that was replaced while we looked proves nothing.
  const wasReplaced = new Set(repeated.map(({ chain }) => chain[0])).size > 1;
  return repeated.length > 1 && !wasReplaced ? passed : undecided;
}

/** Handshakes as the scan makes them: usual ones stand between those that offer one thing only. */
function inOrderOfTime({ repeated, keys, versions }: AddressScan): readonly Answer[] {
  const usual = repeated.map((tls): Answer => ({ asked: 'usual', tls }));
  const only = (asked: string, offer: AddressScan['keys']['ec']): readonly Answer[] => {
    const tls = acceptedFacts(offer);
    return tls === null ? [] : [{ asked, tls }];
  };
  return [
    ...usual.slice(0, 1),
    ...only('TLS 1.3 only', versions['TLSv1.3']),
    ...only('TLS 1.2 only', versions['TLSv1.2']),
    ...usual.slice(1, 2),
    ...only('RSA keys only', keys.rsa),
    ...only('ECDSA keys only', keys.ec),
    ...usual.slice(2),
  ];
}

/**
 * Whether certificates, in the order that they were seen in, are those of a pool: one is followed by another that is not
 * younger. A change to a younger one, however often, is a server that was reloaded while we looked.
 */
function takeTurns(leaves: readonly Certificate[]): boolean {
  return leaves.some((leaf, index) => {
    const before = leaves[index - 1];
    return before !== undefined && leaf.fingerprint !== before.fingerprint && leaf.notBefore <= before.notBefore;
  });
}

function leafOf({ chain }: TlsFacts): readonly Certificate[] {
  const leaf = readChain(chain)[0] ?? null;
  return leaf === null ? [] : [leaf];
}

/** Whether certificates of one kind of key take turns: a server may well have one of each kind. */
function hasTwoOfAKind(answers: readonly Answer[]): boolean {
  const kinds = new Map<string, Certificate[]>();
  for (const leaf of answers.flatMap(({ tls }) => leafOf(tls))) {
    kinds.set(leaf.keyType, [...(kinds.get(leaf.keyType) ?? []), leaf]);
  }
  return [...kinds.values()].some(takeTurns);
}

/** Handshakes that offer everything end at the best version of whoever answers; that version alone was tried as well. */
function hasTwoVersions({ repeated, versions }: AddressScan): boolean {
  const usual = new Set(repeated.map(({ version }) => version));
  if (usual.size > 1) return true;
  const best = tlsVersions.findLast((version) => versions[version].outcome === 'accepted');
  const [reached] = usual;
  if (reached === undefined || best === undefined) return false;
  const above = tlsVersions.slice(tlsVersions.findIndex((version) => version === reached) + 1);
  const refused = tlsVersions.some((version) => version === reached && versions[version].outcome === 'refused');
  return refused || above.includes(best);
}

/** Of one version: with another version the suite is another one anyway. */
function hasTwoSuites(repeated: readonly TlsFacts[]): boolean {
  const suites = new Set(repeated.map(({ version, cipher }) => `${version} ${cipher}`));
  return suites.size > new Set(repeated.map(({ version }) => version)).size;
}

/** What each answer showed, equal ones once with their number, the most frequent first. */
function countAnswers(answers: readonly Answer[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { asked, tls } of answers) {
    const shown = `${asked}: ${describe(tls)}`;
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([shown, count]) => `${String(count)} × ${shown}`);
}

function describe({ version, cipher, chain }: TlsFacts): string {
  const leaf = readChain(chain)[0] ?? null;
  const certificate =
    leaf === null
      ? 'no readable certificate'
      : `${leaf.keyType} certificate ${leaf.fingerprint.slice(0, 12)} to ${new Date(leaf.notAfter).toISOString().slice(0, 10)}`;
  return `${version} ${cipher.slice(0, 40)}, ${certificate}`;
}
