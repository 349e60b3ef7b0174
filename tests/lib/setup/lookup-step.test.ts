import type { Dnssec } from '#lib/model/dnssec.ts';
import type { DnsLookup, Seen } from '#lib/model/observation.ts';
import {
  addressOutcome,
  mxOutcome,
  srvOutcome,
  tlsaOutcome,
  trustOutcome,
  txtOutcome,
} from '#lib/setup/lookup-step.ts';
import { lookupOf } from '#tests/support/observations.ts';
import { ask, createWorld } from '#tests/support/signed-world.ts';

const secure: Dnssec = { state: 'secure', expiresAt: null };
const insecure: Dnssec = { state: 'insecure', provenAt: 'example.org', reason: 'no-ds' };
const bogus: Dnssec = { state: 'bogus', at: 'example.org DNSKEY', why: 'the key has gone', reason: 'ds-mismatch' };

function answer<R>(records: readonly R[], change: Partial<DnsLookup<R>> = {}): Seen<DnsLookup<R>> {
  return { ok: true, facts: { ...lookupOf('example.org', 'A', records), dnssec: secure, ...change } };
}
const silent: Seen<never> = { ok: false, failure: { stage: 'resolve', reason: 'timeout' } };
const srv = (target: string) => ({ priority: 0, weight: 1, port: 993, target });
const tlsa = { usage: 3, selector: 1, matchingType: 1, data: 'ab' };

describe('a line of the checklist', () => {
  it('names the servers of MX, and tells a domain that takes no mail from one without a record', () => {
    expect(mxOutcome(answer([{ preference: 10, exchange: 'mx.example.org' }]))).toEqual({
      state: 'found',
      text: '10 mx.example.org',
    });
    expect(mxOutcome(answer([{ preference: 0, exchange: '.' }])).state).toBe('not-offered');
    expect(mxOutcome(answer([])).text).toMatch(/domain itself/);
    expect(mxOutcome(answer([], { rcode: 'NXDOMAIN' })).text).toBe('the domain does not exist');
  });

  it('tells a service that is not offered from one that nobody mentions', () => {
    expect(srvOutcome(answer([srv('.')]))).toEqual({
      state: 'not-offered',
      text: 'not offered, and says so (target “.”)',
    });
    expect(srvOutcome(answer([]))).toEqual({ state: 'absent', text: 'no record' });
    const many = Array.from({ length: 6 }, (_, index) => srv(`imap${String(index)}.example.org`));
    expect(srvOutcome(answer(many)).text).toMatch(/^imap0\.example\.org:993, .* and 2 more$/);
  });

  it('calls TLSA records of a zone that is not signed a fault at once', () => {
    expect(tlsaOutcome(answer([tlsa])).state).toBe('found');
    expect(tlsaOutcome(answer([tlsa], { dnssec: insecure }))).toEqual({
      state: 'bad',
      text: '3 1 1: not signed, so mail programs must not use them',
    });
    expect(tlsaOutcome(answer([], { dnssec: insecure })).state).toBe('absent');
  });

  it('never calls anything found whose signatures are wrong', () => {
    for (const outcome of [
      mxOutcome(answer([{ preference: 1, exchange: 'mx.example.org' }], { dnssec: bogus })),
      srvOutcome(answer([], { dnssec: bogus })),
      txtOutcome(answer(['v=STSv1'], { dnssec: bogus })),
      addressOutcome([answer(['192.0.2.1'], { dnssec: bogus }), answer([])]),
    ]) {
      expect(outcome.state).toBe('bad');
    }
  });

  it('keeps what got no answer as unknown, with the reason', () => {
    expect(mxOutcome(silent)).toEqual({ state: 'unknown', text: 'no answer in time' });
    expect(addressOutcome([silent, answer([])])).toEqual({ state: 'unknown', text: 'no answer in time' });
  });

  it('puts both families of a host together, and waits for both before it says that there is none', () => {
    expect(addressOutcome([answer(['192.0.2.1']), null]).state).toBe('asking');
    expect(addressOutcome([answer([]), null])).toEqual({ state: 'asking', text: '' });
    expect(addressOutcome([answer(['192.0.2.1']), answer(['2001:db8::1'])])).toEqual({
      state: 'found',
      text: '192.0.2.1, 2001:db8::1',
    });
    expect(addressOutcome([answer([], { rcode: 'NXDOMAIN' }), answer([], { rcode: 'NXDOMAIN' })]).text).toBe(
      'no such name',
    );
    expect(addressOutcome([answer([], { rcode: 'NXDOMAIN' }), answer([])]).text).toBe('no address');
  });

  it('says how far the chain of trust goes', () => {
    const world = createWorld([{ apex: '.' }, { apex: 'test' }, { apex: 'plain.test', keys: null }]);
    expect(trustOutcome(ask(world, 'test DNSKEY').validation)).toEqual({
      state: 'found',
      text: 'root → test: signed without a gap',
    });
    const plain = trustOutcome(ask(world, 'plain.test DNSKEY').validation);
    expect(plain.state).toBe('absent');
    expect(plain.text).toMatch(/^not signed, at plain\.test: /);
    expect(trustOutcome({ result: secure, links: [] }).state).toBe('found');
    expect(trustOutcome({ result: insecure, links: [] }).text).toMatch(/^not signed, at example\.org: /);
    expect(trustOutcome({ result: bogus, links: [] })).toEqual({
      state: 'bad',
      text: 'the chain is broken at example.org DNSKEY: the key has gone',
    });
  });
});
