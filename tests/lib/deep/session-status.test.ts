import { readSessionStatus } from '#lib/deep/session-status.ts';

const nothing = { capabilitiesBeforeTls: null, capabilitiesAfterTls: null };

describe('the DEEP status of a session', () => {
  it('is in the answer to ID, under the name of the text or of the examples', () => {
    const session = { ...nothing, capabilitiesAfterTls: ['IMAP4rev1', 'DEEP', 'ID'] };
    const read = (...fields: [string, string | null][]) =>
      readSessionStatus('imap', { ...session, identityAfterTls: fields });
    expect(read(['name', 'x'], ['Deep-Status', 'tls10'])).toMatchObject({
      announced: true,
      before: null,
      after: { field: 'deep-status', status: { tags: [{ tag: 'tls10' }] } },
    });
    expect(read(['deep-status', 'tls10'], ['deep', 'tls12']).after).toMatchObject({
      field: 'deep',
      status: { text: 'tls12' },
    });
    expect(read(['deep', null]).after).toMatchObject({ status: { text: '', tags: [] } });
    expect(read(['name', 'x']).after).toBeNull();
  });

  it.each([
    ['pop3', ['TOP', 'DEEP tls10 tls12 <https://www.example.com/privacy-support.html>'], 'tls10 tls12'],
    ['submission', ['AUTH PLAIN', 'deep TLS10'], 'tls10'],
    ['submission', ['DEEP'], ''],
    ['pop3', ['DEEP'], ''],
  ] as const)('is in the capability of %s: %j', (service, capabilities, tags) => {
    const status = readSessionStatus(service, {
      capabilitiesBeforeTls: ['DEEPER tls12'],
      capabilitiesAfterTls: capabilities,
    });
    expect(status).toMatchObject({ announced: true, before: null });
    expect(status.after?.status.tags.map(({ tag }) => tag).join(' ')).toBe(tags);
  });

  it('is none where nothing was seen', () => {
    expect(readSessionStatus('imap', { ...nothing, identityAfterTls: null })).toEqual({
      announced: false,
      before: null,
      after: null,
    });
    expect(readSessionStatus('submission', nothing)).toEqual({ announced: false, before: null, after: null });
  });
});
