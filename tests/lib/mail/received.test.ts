import fc from 'fast-check';
import { readReceived } from '#lib/mail/received.ts';

describe('a Received field', () => {
  it.each([
    [
      'of Exim',
      'from [127.0.0.1] (helo=me) by mail.example.org with esmtpsa  (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@example.org>) id 1abc-0 for b@example.org; Tue, 24 Nov 2026 01:40:39 +0000',
      { protocol: 'ESMTPSA', tls: { cipher: 'TLS_AES_256_GCM_SHA384', form: 'name' }, tlsInComment: true },
    ],
    [
      'of Postfix, with TLS in a comment',
      'from me (unknown [127.0.0.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by mail.example.org (Postfix) with ESMTPSA id C230E240078 for <b@example.org>; Tue, 24 Nov 2026 01:39:49 +0000',
      { protocol: 'ESMTPSA', tls: null, tlsInComment: true },
    ],
    [
      'with four digits',
      'by a with ESMTPS tls 0x1301; now',
      { protocol: 'ESMTPS', tls: { cipher: '0x1301', form: 'hex' }, tlsInComment: false },
    ],
    [
      'with the digits of the prose',
      'by a TLS 1301; now',
      { protocol: null, tls: { cipher: '1301', form: 'hex-without-prefix' }, tlsInComment: false },
    ],
    [
      'with something else',
      'by a tls ECDHE-RSA-AES128; now',
      { protocol: null, tls: { cipher: 'ECDHE-RSA-AES128', form: 'unreadable' }, tlsInComment: false },
    ],
    [
      'without TLS',
      'by a with ESMTP id 1 (tls is only talked about; here); now',
      { protocol: 'ESMTP', tls: null, tlsInComment: true },
    ],
    ['with the word behind the date', 'by a; now tls x', { protocol: null, tls: null, tlsInComment: false }],
    ['that ends in the keyword', 'by a with tls', { protocol: 'TLS', tls: null, tlsInComment: false }],
    [
      'with nested and open comments',
      String.raw`by a (b (tls c) \) d) tls 0xFFFF (open`,
      { protocol: null, tls: { cipher: '0xFFFF', form: 'hex' }, tlsInComment: true },
    ],
  ])('%s', (_name, field, trace) => {
    expect(readReceived(field)).toEqual(trace);
  });

  it('never throws, and finds a clause wherever comments stand', () => {
    const comment = fc.string({ maxLength: 20 }).map((text) => `(${text.replace(/[()\\]/g, '')})`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), comment, comment, (noise, first, second) => {
        expect(() => readReceived(noise)).not.toThrow();
        expect(readReceived(`by a ${first} tls ${second} TLS_X ; now`).tls).toEqual({ cipher: 'TLS_X', form: 'name' });
      }),
    );
  });
});
