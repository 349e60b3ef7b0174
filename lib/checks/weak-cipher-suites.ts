import type { Service } from '../model/endpoint.ts';
import type { PackVerdicts, Params } from '../model/finding.ts';
import type { AddressScan, WeakSuiteKind } from '../model/scan-observation.ts';
import type { FindingDefinition, FindingText, ScanCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { decideByPack, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam, textParam } from './wording.ts';

type Code = `cipher-${WeakSuiteKind}-offered`;

const suitesFix =
  'Offer only suites with forward secrecy and authenticated encryption. In OpenSSL words `ECDHE+AESGCM:ECDHE+CHACHA20` ' +
  'is enough for TLS 1.2; TLS 1.3 has no weak ones. The defaults of a current mail server are right as well.';

/** Whether a server takes cipher suites that no client should be given. Each kind is offered alone. */
export const weakCipherSuites: ScanCheck = {
  id: 'weak-cipher-suites',
  subject: 'scan',
  findings: [
    define('null', {
      summary: 'A server takes cipher suites without encryption',
      refs: ['draft-ietf-uta-email-deep-00 section 11.2', 'RFC 9325 section 4.1', 'checklist row 38'],
      name: 'cipher suites without encryption',
      meaning: 'A connection that looks like TLS can be read by everybody on the way, passwords included.',
    }),
    define('export', {
      summary: 'A server takes cipher suites made weak for export',
      refs: ['draft-ietf-uta-email-deep-00 section 11.2', 'RFC 9325 section 4.1', 'checklist row 38'],
      name: 'cipher suites made weak for export',
      meaning:
        'Their keys are found within hours. Somebody on the way can lead a client to them, and the promise of 128 bits in ' +
        'tls10 and tls12 is broken for it.',
    }),
    define('anonymous', {
      summary: 'A server takes cipher suites without a certificate',
      refs: [
        'draft-ietf-uta-email-deep-00 section 11.2',
        'RFC 9325 section 4.1',
        'checklist row 38',
        'checklist row 40',
      ],
      name: 'cipher suites without a certificate',
      meaning:
        'Nobody proves who the server is in such a connection: anybody on the way can stand in for it. Mail servers that ' +
        'deliver to port 25 without checking certificates lose nothing by it.',
    }),
    define('3des', {
      summary: 'A server takes triple DES',
      refs: ['draft-ietf-uta-email-deep-00 section 11.2', 'RFC 9325 section 4.1', 'checklist row 38'],
      name: 'triple DES',
      meaning:
        'It is worth 112 bits and not the 128 that tls10 and tls12 promise, and long connections leak what they carry, ' +
        'which mail connections often are.',
    }),
    define('rc4', {
      summary: 'A server takes RC4',
      refs: [
        'draft-ietf-uta-email-deep-00 section 9.1',
        'draft-ietf-uta-email-deep-00 section 11.2',
        'RFC 7465',
        'checklist row 38',
        'checklist row 49',
      ],
      name: 'RC4',
      meaning:
        'RC4 has been broken for years and no TLS server may take it any more (RFC 7465). The draft of 2015 still counted its ' +
        '128 bits and asked IMAP servers to have it.',
    }),
    define('static-rsa', {
      summary: 'A server takes key exchange by the RSA key of its certificate',
      refs: ['draft-ietf-uta-email-deep-00 section 9.1', 'RFC 9325 section 4.1', 'checklist row 48'],
      name: 'key exchange without forward secrecy (static RSA)',
      meaning:
        'Whoever records connections today and gets hold of the key later can read them all. The draft of 2015 still asked ' +
        'for such a suite.',
    }),
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => decide(observation.endpoint.service, scan)),
};

function define(
  kind: WeakSuiteKind,
  finding: Pick<FindingDefinition, 'summary' | 'refs'> & Pick<FindingText, 'meaning'> & { readonly name: string },
): FindingDefinition {
  const { summary, refs, name, meaning } = finding;
  return {
    code: `cipher-${kind}-offered`,
    summary,
    refs,
    confirmations: 1,
    text: (params: Params) => ({
      title: `${hostParam(params)} takes ${name}`,
      expected: 'A handshake that offers nothing else is refused',
      got: `The server chose ${textParam(params, 'suite')} with ${textParam(params, 'version')}`,
      meaning,
      fix: suitesFix,
    }),
  };
}

function decide(service: Service, { weakSuites }: AddressScan): Decisions<Code> {
  const of = (kind: WeakSuiteKind): Decision => {
    const offer = weakSuites[kind];
    switch (offer.outcome) {
      case 'accepted': {
        const { name, version } = offer.facts;
        return decideByPack(weigh(kind, service), { suite: name, version });
      }
      case 'refused':
        return passed;
      case 'unseen':
        return undecided;
    }
  };
  return {
    'cipher-null-offered': of('null'),
    'cipher-export-offered': of('export'),
    'cipher-anonymous-offered': of('anonymous'),
    'cipher-3des-offered': of('3des'),
    'cipher-rc4-offered': of('rc4'),
    'cipher-static-rsa-offered': of('static-rsa'),
  };
}

function weigh(kind: WeakSuiteKind, service: Service): PackVerdicts {
  // Between mail servers the alternative to weak TLS is no TLS, which is worse.
  const bad = service === 'smtp' ? 'warn' : 'fail';
  switch (kind) {
    case 'null':
      return { draft: 'fail', current: 'fail' };
    case 'export':
    case '3des':
      return { draft: bad, current: bad };
    case 'anonymous':
      // Senders that do not look at certificates are the rule there, and mail servers offer it to them by default.
      return service === 'smtp' ? { draft: 'info', current: 'info' } : { draft: 'fail', current: 'fail' };
    case 'rc4':
      return { draft: 'pass', current: bad };
    case 'static-rsa':
      return { draft: 'pass', current: 'info' };
  }
}
