import { matchHost } from '#lib/x509/names.ts';
import { parseSrvId } from '#lib/x509/srv-id.ts';

describe('matchHost (RFC 9525 section 6.3)', () => {
  it.each([
    ['mail.example.org', 'mail.example.org'],
    ['mail.example.org', 'MAIL.Example.org'],
    ['mail.example.org', '*.example.org'],
    ['xn--mnchen-3ya.example', 'XN--MNCHEN-3YA.example'],
    ['xn--mnchen-3ya.example.org', '*.example.org'],
  ])('%s is covered by %s', (host, presented) => {
    expect(matchHost(host, ['other.example', presented])).toEqual({ matches: true, presented });
  });

  it.each([
    ['mail.example.org', 'example.org', 'a parent'],
    ['example.org', '*.example.org', 'a wildcard stands for one label, not none'],
    ['a.mail.example.org', '*.example.org', 'a wildcard stands for one label, not two'],
    ['mail.example.org', 'm*.example.org', 'a wildcard is a whole label'],
    ['mail.example.org', '*il.example.org', 'a wildcard is a whole label'],
    ['mail.example.org', 'mail.*.org', 'a wildcard is the left-most label'],
    ['mail.example.org', '*.*.org', 'only one wildcard'],
    ['mail', '*', 'a wildcard alone'],
    ['xn--mnchen-3ya.example', 'münchen.example', 'a U-label'],
    ['mail.example.org', 'mail.example.org.', 'a final dot is no DNS-ID'],
    ['mail.example.org', 'mail.example.org\0.evil.test', 'a NUL byte'],
    ['mail.example.org', '', 'an empty name'],
    ['192.0.2.1', '192.0.2.1', 'an address is no DNS-ID'],
    ['192.0.2.1', '*.0.2.1', 'an address is no DNS-ID'],
    ['2001:db8::1', '2001:db8::1', 'an address is no DNS-ID'],
    ['.example.org', '*.example.org', 'an empty label'],
  ])('%s is not covered by %j: %s', (host, presented) => {
    expect(matchHost(host, [presented])).toEqual({ matches: false });
  });

  it('finds nothing among no names, whatever the subject says', () => {
    expect(matchHost('mail.example.org', [])).toEqual({ matches: false });
  });
});

describe('parseSrvId (RFC 4985)', () => {
  it('takes service and domain apart', () => {
    expect(parseSrvId('_IMAPS.Example.org')).toEqual({ service: '_imaps', domain: 'example.org' });
  });

  it.each(['imaps.example.org', '_imaps', '_imaps.', '_.example.org', '_im aps.example.org', ''])(
    'refuses %j',
    (text) => {
      expect(parseSrvId(text)).toBeUndefined();
    },
  );
});
