import { ask, bogus, dnssecZone, indeterminate, insecure, secure, type DnssecZone } from './dnssec-zone.ts';
import { flipSignatures } from './zone-faults.ts';

const target = (zone: string): string => `_25._tcp.mail.${zone}.dnssec.test.`;

/** CNAME and DNAME from one zone to others; the worst of all steps counts. */
export const aliasZones: readonly DnssecZone[] = [
  dnssecZone({
    name: 'alias',
    records: [
      `secure.@ CNAME ${target('p384')}`,
      `insecure.@ CNAME ${target('unsigned')}`,
      `island.@ CNAME ${target('island')}`,
      `bogus.@ CNAME ${target('signature-corrupted')}`,
      `wrong-ds.@ CNAME ${target('ds-wrong-key')}`,
      'gone.@ CNAME gone.p384.dnssec.test.',
      'gone-insecure.@ CNAME gone.unsigned.dnssec.test.',
      `back.@ CNAME back.alias-insecure.dnssec.test.`,
      'loop.@ CNAME pool.@',
      'pool.@ CNAME loop.@',
      'first.@ CNAME second.@',
      'second.@ CNAME third.@',
      `third.@ CNAME ${target('ed25519')}`,
      'tree.@ DNAME p384.dnssec.test.',
      'tree-insecure.@ DNAME unsigned.dnssec.test.',
      'tree-bogus.@ DNAME signature-corrupted.dnssec.test.',
    ],
    questions: [
      ask('secure.@ TLSA', secure),
      ask('secure.@ CNAME', secure),
      ask('insecure.@ TLSA', insecure('no-ds')),
      ask('island.@ TLSA', insecure('no-ds')),
      ask('bogus.@ TLSA', bogus('signature-invalid')),
      ask('wrong-ds.@ TLSA', bogus('ds-mismatch')),
      ask('gone.@ TLSA', secure),
      ask('gone-insecure.@ TLSA', insecure('no-ds')),
      ask('back.@ TLSA', insecure('no-ds')),
      ask('first.@ TLSA', secure),
      ask('_25._tcp.mail.tree.@ TLSA', secure),
      ask('gone.tree.@ TLSA', secure),
      ask('_25._tcp.mail.tree-insecure.@ TLSA', insecure('no-ds')),
      ask('_25._tcp.mail.tree-bogus.@ TLSA', bogus('signature-invalid')),
      ask('loop.@ TLSA', indeterminate('alias-loop')),
    ],
  }),
  dnssecZone({
    name: 'alias-insecure',
    fault: 'It is signed, but the parent has no DS; it leads to a secure zone.',
    ds: [],
    records: [`back.@ CNAME ${target('p384')}`],
    questions: [ask('back.@ TLSA', insecure('no-ds'))],
  }),
  dnssecZone({
    name: 'alias-corrupted',
    fault: 'The signatures of CNAME and DNAME are wrong; they lead to a secure zone.',
    records: [`cname.@ CNAME ${target('p384')}`, 'dname.@ DNAME p384.dnssec.test.'],
    change: () => (lines) => flipSignatures({ type: 'DNAME' })(flipSignatures({ type: 'CNAME' })(lines)),
    questions: [
      ask('cname.@ TLSA', bogus('signature-invalid')),
      ask('_25._tcp.mail.dname.@ TLSA', bogus('signature-invalid')),
    ],
  }),
];
