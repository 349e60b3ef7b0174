import { strengthOfSuite } from '#lib/deep/symmetric-strength.ts';

test.each([
  ['TLS_AES_256_GCM_SHA384', 'strong'],
  ['TLS_CHACHA20_POLY1305_SHA256', 'strong'],
  ['ECDHE-RSA-AES128-GCM-SHA256', 'strong'],
  ['AES128-SHA', 'strong'],
  ['AES128-CCM8', 'strong'],
  ['ECDHE-ARIA128-GCM-SHA256', 'strong'],
  ['DHE-RSA-CAMELLIA256-SHA256', 'strong'],
  ['SEED-SHA', 'strong'],
  ['ADH-AES128-SHA', 'strong'],
  ['RC4-SHA', 'rc4'],
  ['ECDHE-RSA-RC4-SHA', 'rc4'],
  ['TLS_RSA_WITH_RC4_128_MD5', 'rc4'],
  ['EXP-RC4-MD5', 'weak'],
  ['EXP1024-RC4-SHA', 'weak'],
  ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 'weak'],
  ['DES-CBC3-SHA', 'weak'],
  ['ECDHE-RSA-DES-CBC3-SHA', 'weak'],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'weak'],
  ['DES-CBC-SHA', 'weak'],
  ['TLS_RSA_WITH_DES_CBC_SHA', 'weak'],
  ['TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', 'weak'],
  ['TLS_RSA_EXPORT1024_WITH_RC4_56_SHA', 'weak'],
  ['TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5', 'weak'],
  ['NULL-SHA256', 'weak'],
  ['ECDHE-RSA-NULL-SHA', 'weak'],
  ['TLS_RSA_WITH_NULL_SHA', 'weak'],
  ['SOMETHING-NEW', 'unknown'],
  ['', 'unknown'],
])('%s is %s', (suite, strength) => {
  expect(strengthOfSuite(suite)).toBe(strength);
});
