import { listScanFacts } from '#lib/model/scan-facts.ts';
import type { AddressScan } from '#lib/model/scan-observation.ts';
import { leafWith, testPki, trustedTls } from '#tests/support/observations.ts';
import { accepted, changeScan, healthyScan, tlsAt } from '#tests/support/scan-observations.ts';

const failure = { stage: 'greeting', reason: 'temporary', said: '421 later' } as const;

/** The facts of the first address by name, changed as the test says. */
function factsOf(change: Partial<AddressScan>) {
  const [scan] = changeScan(healthyScan(), () => change).addresses;
  if (scan === undefined) throw new Error('no address');
  return new Map(listScanFacts(scan).map(({ name, value, seen }) => [name, { value, seen }]));
}

it('says of each thing whether it is there, and by what it was refused', () => {
  const facts = factsOf({});
  expect(facts.get('TLS 1.3')).toEqual({ value: 'yes, TLS_AES_256_GCM_SHA384', seen: true });
  expect(facts.get('TLS 1.0')).toEqual({ value: 'no (handshake_failure)', seen: true });
  expect(facts.get('RC4')).toEqual({ value: 'no (handshake_failure)', seen: true });
  expect(facts.get('Without SNI')?.value).toBe('the same certificate');
  expect(facts.get('Client certificate')?.value).toBe('not asked for');
  expect(facts.get('Behind the address')?.value).toBe('3 handshakes, one answer');
  expect(facts.has('STAT before login')).toBe(false);
  expect(facts.has('Injected command')).toBe(false);
});

it('tells what nobody could look at from what is not there', () => {
  const facts = factsOf({
    sslv3: { outcome: 'unseen', failure },
    closeNotify: 'unseen',
    certificateRequest: 'encrypted',
    repeated: [],
    statBeforeLogin: { sent: 'STAT', reply: null },
  });
  expect(facts.get('SSL 3.0')).toEqual({ value: 'not seen: temporary (greeting): 421 later', seen: false });
  expect(facts.get('close_notify')).toEqual({ value: 'not seen', seen: false });
  expect(facts.get('Client certificate')).toEqual({ value: 'cannot be told: TLS 1.3 hides it', seen: true });
  expect(facts.get('Behind the address')?.seen).toBe(false);
  expect(facts.get('STAT before login')).toEqual({ value: 'not answered', seen: false });
});

it('tells a pool from one server, and the default certificate from the right one', () => {
  const other = trustedTls([leafWith(5 * 86_400_000), testPki.intermediate]);
  const facts = factsOf({ repeated: [tlsAt('TLSv1.3'), other], withoutServerName: accepted(other) });
  expect(facts.get('Behind the address')?.value).toBe('2 handshakes, 2 answers');
  expect(facts.get('Without SNI')?.value).toMatch(/^another certificate: CN=/);
});

it('shows the commands that were tried', () => {
  const facts = factsOf({
    clientCommand: { good: { sent: 'CLIENT a=b', reply: '250 OK' }, bad: { sent: 'CLIENT', reply: '501 no' } },
    injection: { obeyed: 'yes', reply: '250 2.0.0 Ok' },
    mailBeforeTls: { sent: 'MAIL FROM:<>', reply: '530 first' },
  });
  expect(facts.get('CLIENT, good')?.value).toBe('250 OK');
  expect(facts.get('CLIENT, bad')?.value).toBe('501 no');
  expect(facts.get('Injected command')?.value).toBe('obeyed inside TLS: 250 2.0.0 Ok');
  expect(facts.get('MAIL before TLS')?.value).toBe('530 first');
});
