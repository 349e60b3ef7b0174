import fc from 'fast-check';
import { parseDeepStatus } from '#lib/deep/status.ts';

const tagsOf = (text: string) => parseDeepStatus(text).tags.map(({ tag }) => tag);

describe('a DEEP status', () => {
  it('is a list of tags and a URL', () => {
    expect(parseDeepStatus('tls10 tls-cert <https://www.example.com/privacy-support.html>')).toEqual({
      text: 'tls10 tls-cert <https://www.example.com/privacy-support.html>',
      tags: [
        { tag: 'tls10', written: 'tls10' },
        { tag: 'tls-cert', written: 'tls-cert' },
      ],
      urls: ['https://www.example.com/privacy-support.html'],
      extensions: [],
      defects: [],
    });
  });

  it('may be empty', () => {
    for (const text of ['', ' ', '   '])
      expect(parseDeepStatus(text)).toMatchObject({ tags: [], urls: [], defects: [] });
  });

  it('has tags without regard to case, each once, as they were written', () => {
    expect(parseDeepStatus('TLS12 tls12  Tls-Cert').tags).toEqual([
      { tag: 'tls12', written: 'TLS12' },
      { tag: 'tls-cert', written: 'Tls-Cert' },
    ]);
  });

  it('keeps tags that nobody has registered', () => {
    expect(tagsOf('tls10 x-post_quantum')).toEqual(['tls10', 'x-post_quantum']);
  });

  it('keeps extensions and lets nobody stumble over them', () => {
    const status = parseDeepStatus('=new tls10 (a) 2nd /path');
    expect(status.extensions).toEqual(['=new', '(a)', '2nd', '/path']);
    expect(status.defects).toEqual([]);
    expect(tagsOf('=new tls10 (a)')).toEqual(['tls10']);
  });

  it('takes 64 octets and no more', () => {
    const longest = `a${'b'.repeat(63)}`;
    expect(tagsOf(longest)).toEqual([longest]);
    const status = parseDeepStatus(`${longest}c tls10`);
    expect(status.tags.map(({ tag }) => tag)).toEqual(['tls10']);
    expect(status.defects).toEqual([expect.stringContaining('longer than 64 octets')]);
  });

  it('uses the first of two URLs, and says so', () => {
    const status = parseDeepStatus('<https://a.example/> tls10 <https://b.example/>');
    expect(status.urls).toEqual(['https://a.example/', 'https://b.example/']);
    expect(status.defects).toEqual(['There are 2 URLs: clients use the first']);
  });

  it.each([
    ['tls10 tls,cert', 'The tag tls,cert has characters that are not allowed'],
    ['<https://a.example/', 'The URL <https://a.example/ does not end with >'],
    ['<http://a.example/>', 'http://a.example/ is not an https URL'],
    ['<nowhere>', 'nowhere is not a URL'],
    ['1\u0001', 'The extension 1\u0001 has characters that are not allowed'],
    ['a"b', 'The tag a"b has characters that are not allowed'],
  ])('says what is wrong with %j', (text, defect) => {
    expect(parseDeepStatus(text).defects).toEqual([defect]);
  });

  it('is read to its end or to a cap, whatever a server sends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 9000 }), (text) => {
        const status = parseDeepStatus(text);
        expect(status.tags.length + status.urls.length + status.extensions.length).toBeLessThanOrEqual(64);
        for (const { tag } of status.tags) expect(tag).toMatch(/^[a-z][a-z0-9_-]{0,63}$/);
        for (const defect of status.defects) expect(defect.length).toBeLessThan(200);
      }),
    );
    expect(parseDeepStatus('a '.repeat(5000)).defects).toHaveLength(2);
  });

  it('reads what the grammar allows without a complaint', () => {
    const tag = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
    const extension = fc.stringMatching(/^[!#-.0-;=-@[\]-`{-~][!#-[\]-~]{0,10}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(tag, extension), { maxLength: 60 }), (words) => {
        const status = parseDeepStatus(words.join(' '));
        expect(status.defects).toEqual([]);
        const named = new Set(words.filter((word) => /^[A-Za-z]/.test(word)).map((word) => word.toLowerCase()));
        expect(new Set(status.tags.map((one) => one.tag))).toEqual(named);
      }),
    );
  });
});
