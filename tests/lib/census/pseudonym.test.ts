import { createHmac } from 'node:crypto';
import { pseudonymOf, readPseudonymKeys, showPseudonymKeys } from '#lib/census/pseudonym.ts';

const key = Buffer.alloc(32, 7);

describe('the pseudonym of a user', () => {
  it('is the first half of an HMAC-SHA256, as a mail server would make it', () => {
    const expected = createHmac('sha256', key).update('ada@example.org').digest('hex').slice(0, 32);
    expect(pseudonymOf(key, 'ada@example.org')).toBe(expected);
  });

  it('is the same however the name is written, and another one for another user or key', () => {
    expect(pseudonymOf(key, 'A\u0308da@Example.ORG')).toBe(pseudonymOf(key, '\u00e4da@example.org'));
    expect(pseudonymOf(key, 'eve@example.org')).not.toBe(pseudonymOf(key, 'ada@example.org'));
    expect(pseudonymOf(Buffer.alloc(32, 8), 'ada')).not.toBe(pseudonymOf(key, 'ada'));
  });
});

describe('the keys of pseudonyms', () => {
  it('are read as they are shown', () => {
    for (const previous of [null, Buffer.alloc(32, 9)]) {
      const keys = { current: key, previous };
      expect(readPseudonymKeys(showPseudonymKeys(keys))).toEqual({ ok: true, value: keys });
    }
  });

  it('are 32 bytes each, and at most two', () => {
    const one = key.toString('base64url');
    for (const text of ['', 'short', `${one}=`, `${one},`, `${one},${one},${one}`, one.slice(1)]) {
      expect(readPseudonymKeys(text).ok).toBe(false);
    }
  });
});
