import fc from 'fast-check';
import { parseDomainName, parseHostName, type DomainName } from '#lib/model/domain-name.ts';
import type { Result } from '#lib/model/result.ts';

function errorOf(result: Result<DomainName>): string {
  return result.ok ? '' : result.error;
}

describe('names that people type', () => {
  it.each([
    ['Example.ORG', 'example.org', 'example.org'],
    ['  example.org.\n', 'example.org', 'example.org'],
    ['münchen.example', 'xn--mnchen-3ya.example', 'münchen.example'],
    ['MÜNCHEN.example', 'xn--mnchen-3ya.example', 'münchen.example'],
    ['mu\u0308nchen.example', 'xn--mnchen-3ya.example', 'münchen.example'],
    ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
    ['straße.example', 'xn--strae-oqa.example', 'straße.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah', '例え.テスト'],
    ['ｅxample．org', 'example.org', 'example.org'],
    ['1and1.example', '1and1.example', '1and1.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('reads %j', (text, ascii, display) => {
    expect(parseDomainName(text)).toEqual({ ok: true, value: { ascii, display } });
  });

  it.each([
    ['', 'Enter a mail domain'],
    ['   ', 'Enter a mail domain'],
    ['exa\0mple.org', 'control characters'],
    ['example.org\r\nRCPT TO:<x@y>', 'control characters'],
    ['exam\u202eple.org', 'control characters'],
    ['exam\u200bple.org', 'control characters'],
    ['example .org', 'spaces'],
    ['https://example.org/mail', 'without https://'],
    ['example.org/mail', 'without a path'],
    ['user@example.org', 'after the @'],
    ['192.0.2.1', 'not an IP address'],
    ['[192.0.2.1]', 'not an IP address'],
    ['[IPv6:::1]', 'not an IP address'],
    ['2001:db8::1', 'not an IP address'],
    ['１２７.0.0.1', 'not an IP address'],
    ['0x7f.1', 'not an IP address'],
    ['2130706433', 'not an IP address'],
    ['0x7f.0.0.0x1', 'not an IP address'],
    ['mail.0X', 'not an IP address'],
    ['example.org:25', 'without a port'],
    ['_dmarc.example.org', 'underscore'],
    ['*.example.org', 'the character "*"'],
    ['example%2eorg', 'the character "%"'],
    ['example％2eorg.org', 'can be written in DNS'],
    ['exa\\mple.org', 'the character "\\"'],
    ['example..org', 'two dots'],
    ['.example.org', 'begin with a dot'],
    ['localhost', 'not complete'],
    ['-a.example', 'hyphen'],
    ['a-.example', 'hyphen'],
    [`${'a'.repeat(64)}.example`, 'at most 63'],
    [`${'a.'.repeat(130)}example`, 'at most 253'],
    ['a'.repeat(5000), 'at most 253'],
    ['xn--a.example', 'can be written in DNS'],
    ['\u0301a.example', 'can be written in DNS'],
  ])('refuses %j with a sentence', (text, part) => {
    const sentence = errorOf(parseDomainName(text));
    expect(sentence).toContain(part);
    expect(sentence).toMatch(/^[A-Z"].*\.$/);
  });

  it('speaks of a host where a host is asked for', () => {
    expect(errorOf(parseHostName('mail'))).toContain('full host name');
    expect(parseHostName('Mail.Example.org')).toEqual({
      ok: true,
      value: { ascii: 'mail.example.org', display: 'mail.example.org' },
    });
  });

  it('accepts only names that DNS and a certificate can hold, and reads its own output back unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.webUrl()), (text) => {
        const result = parseDomainName(text);
        if (!result.ok) return;
        expect(result.value.ascii).toMatch(/^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,63}$/);
        expect(parseDomainName(result.value.ascii)).toMatchObject({ ok: true, value: { ascii: result.value.ascii } });
      }),
    );
  });
});
