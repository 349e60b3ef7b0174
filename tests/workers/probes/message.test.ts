import { performance } from 'node:perf_hooks';
import type { Lab } from '#tests/lab/lab.ts';
import { judgeMessage } from '#lib/checks/registry.ts';
import type { MessageObservation } from '#lib/model/message-observation.ts';
import type { TestMailbox } from '#workers/mailboxes.ts';
import { openProbes } from '#workers/cli/open-probes.ts';
import { openMailbox } from '#workers/probes/mailbox.ts';
import { exchangeMessage } from '#workers/probes/message.ts';
import { readTrustedCertificates } from '#workers/trusted-certificates.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await sharedLab();
});

const mailbox: TestMailbox = {
  domain: 'message.test',
  submission: { host: 'mail.message.test', port: 465 },
  imap: { host: 'mail.message.test', port: 993 },
  user: 'monitor',
  password: 'secret',
  address: 'monitor@message.test',
};

async function open() {
  return openProbes({ env: lab.environment, signal: new AbortController().signal });
}

/** Sends a message with another account or other ways than the usual ones. */
async function exchange(change: Partial<TestMailbox> = {}, patienceMs = 30_000): Promise<MessageObservation> {
  const probes = await open();
  return exchangeMessage({
    ...probes,
    mailbox: { ...mailbox, ...change },
    trusted: await readTrustedCertificates(probes.settings.caFile),
    newId: () => `${String(process.pid)}.${String(performance.now())}`,
    deadline: performance.now() + patienceMs,
  });
}

const firing = (observation: MessageObservation) =>
  judgeMessage(observation, { now: observation.finishedAt })
    .filter(({ verdict }) => !['pass', 'n-a', 'inconclusive'].includes(verdict))
    .map(({ code }) => code);

describe('a test message', () => {
  it.each([465, 587])('goes through port %d to the mailbox, is read and is gone', async (port) => {
    const observation = await exchange({ submission: { host: 'mail.message.test', port } });
    expect(observation).toMatchObject({
      submission: `mail.message.test:${String(port)}`,
      sent: { ok: true },
      found: { ok: true, facts: { received: [expect.stringContaining('with cipher TLS_AES_256_GCM_SHA384')] } },
      removed: true,
    });
    // Postfix writes TLS into a comment.
    expect(firing(observation)).toEqual(['received-without-tls']);

    const opened = await openMailbox({
      ...mailbox,
      ...mailbox.imap,
      ...(await open()),
      deadline: performance.now() + 10_000,
    });
    if (!opened.ok || !observation.sent.ok) throw new Error('the mailbox does not open');
    expect(await opened.facts.find(observation.sent.facts.messageId)).toEqual({ ok: true, facts: null });
    opened.facts.close();
  });

  it('is refused with a wrong password', async () => {
    const observation = await exchange({ password: 'wrong' });
    expect(observation).toMatchObject({ sent: { ok: false, failure: { refused: true } }, found: null, removed: null });
    expect(firing(observation)).toEqual(['test-message-refused']);
  });

  it('that goes elsewhere is not found', async () => {
    const observation = await exchange({ address: 'monitor@elsewhere.test' }, 1_000);
    expect(observation).toMatchObject({ sent: { ok: true }, found: { ok: true, facts: null } });
    expect(firing(observation)).toEqual(['test-message-lost']);
  });

  it.each(['mail.expired.test', 'mail.wrong-name.test', 'mail.self-signed.test'])(
    'gives no password to %s, whose certificate is not good',
    async (host) => {
      const submission = await exchange({ submission: { host, port: 465 } });
      expect(submission.sent).toMatchObject({ ok: false, failure: { refused: false } });
      const reading = await exchange({ imap: { host, port: 993 } });
      const { found } = reading;
      const said = found?.ok === false ? found.failure : null;
      expect(said).toMatchObject({ refused: false });
      expect(said?.said).toContain('no password is sent');
      expect([firing(submission), firing(reading)]).toEqual([[], []]);
    },
  );
});
