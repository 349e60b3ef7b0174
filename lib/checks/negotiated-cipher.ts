import { strengthOfSuite } from '../deep/symmetric-strength.ts';
import type { PackVerdicts } from '../model/finding.ts';
import { tlsVersions, type AddressScan } from '../model/scan-observation.ts';
import type { ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { decideByPack, passed, undecided } from './decision.ts';
import { acceptedFacts, judgeScannedAddresses } from './scan-address.ts';
import { hostParam, listParam } from './wording.ts';

/** What a server chooses where a client leaves it the choice: at least 128 bits in every version that it takes. */
export const negotiatedCipher: ScanCheck = {
  id: 'negotiated-cipher',
  subject: 'scan',
  findings: [
    {
      code: 'negotiated-cipher-weak',
      summary: 'A server chooses a cipher suite with less than 128 bits, or RC4',
      refs: [
        'draft-ietf-uta-email-deep-00 section 11.2',
        'RFC 7465',
        'RFC 9325 section 4.1',
        'checklist row 38',
        'checklist row 39',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} chooses weak encryption`,
        expected: 'A suite of at least 128 bits that is not RC4, in every TLS version that the server takes',
        got: listParam(params, 'choices'),
        meaning:
          'Clients that could do better get this because the server prefers it or has nothing else. The tags tls10 and tls12 ' +
          'promise 128 bits: whoever latched them refuses to go on.',
        fix:
          'Offer suites with AES-GCM or ChaCha20 and let the server choose by its own order. If a TLS version has none of ' +
          'them, turn that version off.',
      }),
    },
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => ({ 'negotiated-cipher-weak': decide(scan) })),
};

interface Choice {
  readonly version: string;
  readonly cipher: string;
  readonly packs: PackVerdicts;
}

function decide({ versions }: AddressScan): Decision {
  const choices = tlsVersions.flatMap((version): readonly Choice[] => {
    const facts = acceptedFacts(versions[version]);
    return facts === null ? [] : [{ version, cipher: facts.cipher, packs: weigh(facts.cipher) }];
  });
  const weak = choices.filter(({ packs }) => packs.current === 'fail');
  if (weak.length > 0) {
    const draft = weak.some(({ packs }) => packs.draft === 'fail') ? 'fail' : 'pass';
    return decideByPack(
      { draft, current: 'fail' },
      { choices: weak.map(({ version, cipher }) => `${version}: ${cipher.slice(0, 80)}`) },
    );
  }
  return tlsVersions.some((version) => versions[version].outcome === 'unseen') ? undecided : passed;
}

/** A name that says nothing is not held against the server. */
function weigh(cipher: string): PackVerdicts {
  switch (strengthOfSuite(cipher)) {
    case 'weak':
      return { draft: 'fail', current: 'fail' };
    case 'rc4':
      return { draft: 'pass', current: 'fail' };
    case 'strong':
    case 'unknown':
      return { draft: 'pass', current: 'pass' };
  }
}
