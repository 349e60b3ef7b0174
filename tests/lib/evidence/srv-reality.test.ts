import { realityOf, realityWithoutTarget, type MetAddress } from '#lib/evidence/srv-reality.ts';

const told = { host: 'mail.example.org', tlsMode: 'implicit' } as const;
const good: MetAddress = {
  address: '192.0.2.1',
  greeted: true,
  failure: null,
  tlsVersion: 'TLSv1.3',
  trusted: true,
  dnsNames: ['*.example.org'],
};

test('what is as told says what was seen', () => {
  expect(realityOf(told, [good])).toEqual({
    state: 'as-told',
    lines: ['the port is open, implicit TLS works (TLSv1.3)', 'the certificate names the host'],
  });
});

test('what nobody probed is not known, and what nobody answers is dead', () => {
  expect(realityOf(told, null).state).toBe('unknown');
  expect(realityOf(told, []).state).toBe('unknown');
  const refused = { ...good, greeted: false, failure: 'refused', tlsVersion: null, trusted: null, dnsNames: null };
  expect(realityOf(told, [refused])).toEqual({ state: 'dead', lines: ['nothing answers there: refused'] });
  expect(realityOf(told, [good, refused]).lines[0]).toBe('1 of 2 addresses do not answer');
});

test('drift is said in words: name, trust, and TLS that is not there', () => {
  const other = { ...good, trusted: false, dnsNames: ['a.net', 'b.net', 'c.net', 'd.net'] };
  expect(realityOf(told, [other]).lines.slice(0, 2)).toEqual([
    'the certificate is not for this name but for a.net, b.net, c.net and 1 more',
    'the certificate is not trusted',
  ]);
  const clear = { ...good, tlsVersion: null, trusted: null, dnsNames: null };
  expect(realityOf({ ...told, tlsMode: 'starttls' }, [clear])).toEqual({
    state: 'drift',
    lines: ['answers, but without STARTTLS', 'the port is open'],
  });
});

test('a service that is denied or not told, and answers, drifts', () => {
  expect(realityWithoutTarget('not-offered', ['mail.example.org:995'])).toEqual({
    state: 'drift',
    lines: ['said not to be offered, but mail.example.org:995 answers'],
  });
  expect(realityWithoutTarget('absent', []).state).toBe('as-told');
});
