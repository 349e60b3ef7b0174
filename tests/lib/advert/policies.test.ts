import fc from 'fast-check';
import { coversMx, parseMtaStsPolicy, parseMtaStsRecord } from '#lib/advert/mta-sts.ts';
import { parseTlsRptRecord } from '#lib/advert/tls-rpt.ts';

describe('the MTA-STS record', () => {
  it.each([
    ['v=STSv1; id=20160831085700Z;'],
    ['v=STSv1;id=20160831085700Z'],
    ['v=STSv1 ; id = 20160831085700Z ; other=1;'],
  ])('has an id: %j', (text) => {
    const record = parseMtaStsRecord(['google-site-verification=x', text]);
    expect(record).toEqual({ state: 'present', record: { id: '20160831085700Z' } });
  });

  it.each([[[]], [['v=spf1 -all']], [['']], [['v=TLSRPTv1; rua=mailto:a@b.example']]])(
    'is not there among %j',
    (texts) => {
      expect(parseMtaStsRecord(texts)).toEqual({ state: 'absent' });
    },
  );

  it.each([
    [['v=STSv1; id=1;', 'v=STSv1; id=2;'], '2 records with v=STSv1'],
    [['v=STSv1;'], 'has no id'],
    [['v=STSv1'], 'has no id'],
    [['v=STSv1; id=2026-11-25;'], '1 to 32 letters and digits'],
    [[`v=STSv1; id=${'1'.repeat(33)};`], '1 to 32 letters and digits'],
    [['v=stsv1; id=1;'], 'does not begin with v=STSv1;'],
    [[' v=STSv1; id=1'], 'does not begin with v=STSv1;'],
    [['v=STSv1; nonsense; id=1'], '"nonsense" is not a field'],
  ])('cannot be read: %j', (texts, why) => {
    const record = parseMtaStsRecord(texts);
    expect(record.state === 'unreadable' ? record.why : '').toContain(why);
  });
});

describe('the MTA-STS policy', () => {
  const lines = ['version: STSv1', 'mode: enforce', 'mx: mail.example.org', 'mx: *.Example.net', 'max_age: 604800'];

  it.each(['\n', '\r\n'])('is read with lines that end in %j, the last one with or without', (end) => {
    const policy = { mode: 'enforce', maxAgeSeconds: 604_800, mx: ['mail.example.org', '*.example.net'] };
    expect(parseMtaStsPolicy(lines.join(end))).toEqual({ ok: true, value: policy });
    expect(parseMtaStsPolicy(`${lines.join(end)}${end}`)).toEqual({ ok: true, value: policy });
  });

  it('takes the first of a field, fields in any order, and passes over what it does not know', () => {
    const text = ['max_age:99999999999999'.slice(0, 18), 'mode:none', 'x: y', 'version:STSv1', 'mode:enforce'].join(
      '\n',
    );
    expect(parseMtaStsPolicy(text)).toEqual({ ok: true, value: { mode: 'none', maxAgeSeconds: 31_557_600, mx: [] } });
  });

  it.each([
    ['version: STSv1', 'version: STSv2', 'no line "version: STSv1"'],
    ['mode: enforce', 'mode: enforced', 'its mode is "enforced"'],
    ['mode: enforce', '', 'its mode is missing'],
    ['max_age: 604800', 'max_age: one week', 'its max_age is "one week"'],
    ['max_age: 604800', '', 'its max_age is missing'],
    ['mx: mail.example.org', 'mx: *', 'is not a name of a host'],
    ['mx: mail.example.org', 'mx: a.*.example.org', 'is not a name of a host'],
    ['mx: mail.example.org', '<html>', '"<html>" is not a field'],
  ])('cannot be read with %j as %j', (line, change, why) => {
    const policy = parseMtaStsPolicy(lines.map((one) => (one === line ? change : one)).join('\n'));
    expect(policy.ok ? '' : policy.error).toContain(why);
  });

  it('names an MX host, unless it wants nothing', () => {
    const text = (mode: string) => `version: STSv1\nmode: ${mode}\nmax_age: 86400`;
    expect(parseMtaStsPolicy(text('testing'))).toEqual({ ok: false, error: 'names no mx' });
    expect(parseMtaStsPolicy(text('none'))).toMatchObject({ ok: true });
  });

  it('covers hosts by name, and by one label in place of a star', () => {
    const policy = parseMtaStsPolicy(lines.join('\n'));
    if (!policy.ok) throw new Error(policy.error);
    const covered = (host: string) => coversMx(policy.value, host);
    expect(['MAIL.example.org', 'mx1.example.net'].map(covered)).toEqual([true, true]);
    expect(['example.org', 'example.net', 'a.b.example.net', 'mail.example.com'].map(covered)).toEqual(
      Array(4).fill(false),
    );
  });

  it('and its record never throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (text, texts) => {
        parseMtaStsPolicy(`version: STSv1\n${text}`);
        parseMtaStsRecord([...texts, `v=STSv1;${text}`]);
        parseTlsRptRecord([...texts, `v=TLSRPTv1;${text}`]);
      }),
    );
  });
});

describe('the TLS-RPT record', () => {
  it.each([
    ['v=TLSRPTv1; rua=mailto:reports@example.com', ['mailto:reports@example.com']],
    [
      'v=TLSRPTv1;rua=mailto:a@b.example , https://r.example/v1?a=b;',
      ['mailto:a@b.example', 'https://r.example/v1?a=b'],
    ],
    ['v=TLSRPTv1; rua=ftp://r.example,mailto:a@b.example', ['mailto:a@b.example']],
  ])('says where reports go: %j', (text, rua) => {
    expect(parseTlsRptRecord([text, 'x'])).toEqual({ state: 'present', record: { rua } });
  });

  it.each([
    ['v=TLSRPTv1;', 'has no rua'],
    ['v=TLSRPTv1; rua=reports@example.com', 'no mailto: or https: URI'],
    ['v=TLSRPTv1; rua=http://r.example/', 'no mailto: or https: URI'],
    ['v=TLSRPT1; rua=mailto:a@b.example', ''],
    ['V=tlsrptv1; rua=mailto:a@b.example', 'does not begin with'],
  ])('cannot be read: %j', (text, why) => {
    const record = parseTlsRptRecord([text]);
    expect(record.state).toBe(why === '' ? 'absent' : 'unreadable');
    expect(record.state === 'unreadable' ? record.why : '').toContain(why);
  });
});
