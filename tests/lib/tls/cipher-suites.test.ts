import { weakSuiteKinds } from '#lib/model/scan-observation.ts';
import { findCipherSuite, suitesOf } from '#lib/tls/cipher-suites.ts';
import { runOpenssl } from '#tests/support/openssl.ts';

const all = [...weakSuiteKinds, 'usual' as const].flatMap((kind) => suitesOf(kind));

/** Code, IANA name and strength of every suite that the openssl command knows. */
async function suitesOfOpenssl() {
  const text = (await runOpenssl(['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'])).toString();
  return text.split('\n').flatMap((line) => {
    const match = /0x(..),0x(..) - (TLS_\S+).* Enc=\w+\((\d+)\)/.exec(line);
    if (match === null) return [];
    const [, high = '', low = '', name = '', bits = ''] = match;
    return [{ code: Number.parseInt(high + low, 16), name, keyBits: Number(bits) }];
  });
}

describe('the table of suites', () => {
  it('has each code and each name once', () => {
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const suite of all) expect(findCipherSuite(suite.code)).toEqual(suite);
  });

  it('calls them as OpenSSL does', async () => {
    const known = (await suitesOfOpenssl()).filter(({ code }) => findCipherSuite(code) !== undefined);
    expect(known.length).toBeGreaterThan(30);
    for (const { code, name, keyBits } of known) expect(findCipherSuite(code)).toMatchObject({ name, keyBits });
  });

  it.each([
    ['null', /_WITH_NULL_/],
    ['export', /_EXPORT_WITH_/],
    ['rc4', /_WITH_RC4_128_/],
    ['3des', /_WITH_(3DES_EDE|DES|IDEA)_CBC_/],
    ['anonymous', /_anon_WITH_(AES|CAMELLIA)/],
    ['static-rsa', /^TLS_RSA_WITH_(AES|CAMELLIA|SEED)/],
    ['usual', /^TLS_(ECDHE|DHE)_(RSA|ECDSA)_WITH_(AES|CHACHA20)/],
  ] as const)('has suites of one sort as %s', (kind, pattern) => {
    for (const { name } of suitesOf(kind)) expect(name).toMatch(pattern);
  });

  it('does not know what is no suite', () => {
    expect(findCipherSuite(0xfefe)).toBeUndefined();
  });
});
