import { createMailChannel, type SendMail } from '#workers/channels/mail.ts';
import { createRelays } from '#workers/channels/mail-relays.ts';
import { createDial } from '#workers/net/dial.ts';
import { dayMs, issueCertificate } from '#tests/support/certificates.ts';
import { startPostfixRelay, type PostfixRelay, type RelayManner } from '#tests/support/postfix-relay.ts';
import { freePort } from '#tests/support/product.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';

const expired = issueCertificate({
  ...{ commonName: 'relay.example.com', notBefore: Date.now() - 2 * dayMs, notAfter: Date.now() - dayMs },
});

/** Where everything ends that a relay took. */
let sink: SmtpSink;
/** The relay to fall back to. */
let second: PostfixRelay;
beforeAll(async () => {
  sink = await startSmtpSink();
  second = await startPostfixRelay({ forwardTo: sink.port, manner: { kind: 'accepts' } });
});
afterAll(async () => {
  await second.stop();
  await sink.close();
});

function relay(port: number, replyMs = 15_000): SendMail {
  return createMailChannel({
    relayUrl: `smtp://127.0.0.1:${String(port)}`,
    from: 'latchwatch@watch.example.com',
    to: ['admin@example.com'],
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: () => Promise.reject(new Error('no names here')),
    trusted: null,
    timeouts: { sendMs: 20_000, replyMs },
  });
}

let sequence = 0;
function nextMessage() {
  sequence += 1;
  return {
    messageId: `<x.${String(sequence)}@watch.example.com>`,
    thread: '<x.0@watch.example.com>',
    incidentId: 'X',
    subject: '[FIRING] mail.example.org: does not answer',
    text: 'Host: mail.example.org',
  };
}

const manners: readonly (readonly [what: string, manner: RelayManner, said: RegExp])[] = [
  ['turns strangers away for now (greylisting)', { kind: 'greylists' }, /45[01] 4\.7\.1 .*greylisted, come again/],
  ['rejects every receiver', { kind: 'rejects' }, /554 5\.7\.1 /],
  ['fails in TLS', { kind: 'bad-tls', certificate: expired }, /certificate/i],
];

describe('a Postfix that', () => {
  it.each(manners)('%s: the second relay takes over', async (_what, manner, said) => {
    const first = await startPostfixRelay({ forwardTo: sink.port, manner });
    const alone = await relay(first.port)(nextMessage());
    expect(alone.ok ? '' : alone.error).toMatch(said);
    const message = nextMessage();
    const before = sink.mails.length;
    // For greylisting a fresh one, since the first knows us by now.
    const fresh = manner.kind === 'greylists' ? await startPostfixRelay({ forwardTo: sink.port, manner }) : first;
    expect(await createRelays([relay(fresh.port), relay(second.port)])(message)).toEqual({ ok: true, remark: null });
    await sink.waitFor(before + 1);
    expect(sink.mails.at(-1)?.headers.get('message-id')).toBe(message.messageId);
    await first.stop();
    if (fresh !== first) await fresh.stop();
  });

  it('greylists takes what is sent again', async () => {
    const first = await startPostfixRelay({ forwardTo: sink.port, manner: { kind: 'greylists' } });
    const message = nextMessage();
    const before = sink.mails.length;
    expect(await relay(first.port)(message)).toMatchObject({ ok: false, replyCode: 450 });
    expect(await relay(first.port)(message)).toEqual({ ok: true, remark: null });
    await sink.waitFor(before + 1);
    expect(sink.mails.at(-1)?.headers.get('references')).toBe(message.thread);
    await first.stop();
  });
});

describe('the second relay takes over from one that', () => {
  it('is not there', async () => {
    const before = sink.mails.length;
    const nobody = relay(await freePort());
    expect(await createRelays([nobody, relay(second.port)])(nextMessage())).toEqual({ ok: true, remark: null });
    await sink.waitFor(before + 1);
  });

  it.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('is silent after %s', async (verb) => {
    const silent = await startSmtpSink({ answer: (line) => (line.startsWith(verb) ? 'hang' : null) });
    const before = sink.mails.length;
    expect(await createRelays([relay(silent.port, 3000), relay(second.port)])(nextMessage())).toMatchObject({
      ok: true,
    });
    await sink.waitFor(before + 1);
    await silent.close();
  });
});

it('says of each relay why it did not take the mail', async () => {
  const rejects = await startSmtpSink({ answer: (line) => (line.startsWith('RCPT') ? '550 5.1.1 nobody' : null) });
  const busy = await startSmtpSink({ answer: (line) => (line.startsWith('MAIL') ? '421 4.3.2 later' : null) });
  const both = await createRelays([relay(rejects.port), relay(busy.port)])(nextMessage());
  expect(both).toMatchObject({ ok: false, replyCode: 421 });
  expect(both.ok ? '' : both.error).toMatch(/550 5\.1\.1.*; then: .*421 4\.3\.2/s);
  // For good is what every relay refuses for good.
  expect(await createRelays([relay(rejects.port), relay(rejects.port)])(nextMessage())).toMatchObject({
    replyCode: 550,
  });
  // Nor is it where one of them was not asked.
  const nobody = relay(await freePort());
  expect(await createRelays([relay(rejects.port), nobody])(nextMessage())).toMatchObject({
    ok: false,
    replyCode: null,
  });
  await rejects.close();
  await busy.close();
});
