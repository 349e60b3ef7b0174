import fc from 'fast-check';
import { readAcknowledgement, signAcknowledgement } from '#lib/alerts/acknowledgement-token.ts';
import { deriveKey } from '#lib/alerts/derived-key.ts';
import { openSecret, sealSecret } from '#lib/alerts/sealed-secret.ts';
import { signWebhook } from '#lib/alerts/webhook-signature.ts';

const secret = 'a secret of at least thirty-two characters';
const key = deriveKey(secret, 'acknowledgement link');
const grant = { incidentId: '01M85VBTF8MXK2B69B34HDD1XY', recipient: 'admin@example.com', expiresAt: 5000 };

describe('a link to acknowledge', () => {
  it('says whom and what, until it ends', () => {
    const token = signAcknowledgement(grant, key);
    expect(readAcknowledgement(token, { key, now: 4999 })).toEqual(grant);
    expect(readAcknowledgement(token, { key, now: 5000 })).toBeNull();
    expect(`/ack/${encodeURIComponent(token)}`).toBe(`/ack/${token}`);
  });

  it('does not open with another key, such as the one of another purpose', () => {
    const other = deriveKey(secret, 'route secret');
    expect(readAcknowledgement(signAcknowledgement(grant, other), { key, now: 0 })).toBeNull();
  });

  it('bears no change, and nothing that is not ours breaks it', () => {
    const token = signAcknowledgement(grant, key);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '.', '-', '%'), (at, sign) => {
        const changed = `${token.slice(0, at)}${sign}${token.slice(at + 1)}`;
        const read = readAcknowledgement(changed, { key, now: 0 });
        // The last character of base64url carries bits that nobody reads.
        expect(read === null || changed === token || at === token.length - 1).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => readAcknowledgement(text, { key, now: 0 }) === null),
    );
  });
});

describe('a sealed secret', () => {
  const nonce = new Uint8Array(12).fill(7);

  it('opens with its key only, and only unchanged', () => {
    const sealed = sealSecret('hunter2 ✓', { key, nonce });
    expect(sealed).not.toContain('hunter2');
    expect(openSecret(sealed, key)).toEqual({ ok: true, value: 'hunter2 ✓' });
    expect(openSecret(sealed, deriveKey(`${secret}!`, 'acknowledgement link')).ok).toBe(false);
    expect(openSecret(`${sealed.slice(0, -3)}AAA`, key).ok).toBe(false);
    for (const text of ['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'hunter2']) expect(openSecret(text, key).ok).toBe(false);
  });
});

it('signs time and body of a webhook', () => {
  // Of a shell: printf '1764147600.{}' | openssl dgst -sha256 -hmac topsecret
  const signature = signWebhook('{}', { secret: 'topsecret', now: 1_764_147_600_999 });
  expect(signature).toBe('t=1764147600,v1=7606d14ede5c6365d31c763dc1d6eec9a37cbdaf2726a916e67b156ddcee4341');
  expect(signWebhook('{} ', { secret: 'topsecret', now: 1_764_147_600_999 })).not.toBe(signature);
  expect(signWebhook('{}', { secret: 'topsecret', now: 1_764_147_601_000 })).not.toBe(signature);
});
