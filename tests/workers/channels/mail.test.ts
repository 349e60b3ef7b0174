import { once } from 'node:events';
import { createServer } from 'node:net';
import { createMailChannel } from '#workers/channels/mail.ts';
import { createDial } from '#workers/net/dial.ts';
import { startSmtpSink } from '#tests/support/smtp-sink.ts';

const message = {
  messageId: '<x.1@watch.example.com>',
  thread: '<x.0@watch.example.com>',
  incidentId: 'X',
  subject: '[FIRING] mail.example.org: täglich ✓',
  text: 'Host: mail.example.org\n.leading dot\nGrüße',
};

function channel(
  relayUrl: string,
  options: { to?: readonly string[]; lookup?: () => Promise<readonly string[]> } = {},
) {
  return createMailChannel({
    relayUrl,
    from: 'latchwatch@watch.example.com',
    to: options.to ?? ['admin@example.com'],
    dial: createDial({ guard: (address) => ({ allowed: true, address }) }),
    lookup: options.lookup ?? (() => Promise.reject(new Error('ENOTFOUND'))),
    trusted: null,
  });
}

describe('the mail channel', () => {
  it('delivers text and thread unharmed', async () => {
    const sink = await startSmtpSink();
    expect(await channel(`smtp://127.0.0.1:${sink.port}`)(message)).toEqual({ ok: true, remark: null });
    await sink.close();
    const [mail] = sink.mails;
    expect(mail?.body.trimEnd()).toBe(message.text);
    expect(mail?.headers.get('in-reply-to')).toBe(message.thread);
    expect(mail?.headers.get('message-id')).toBe(message.messageId);
    expect(mail).toMatchObject({ from: 'latchwatch@watch.example.com', to: ['admin@example.com'] });
  });

  it('says which receivers the relay did not take', async () => {
    const sink = await startSmtpSink({ refuse: (receiver) => receiver.startsWith('gone@') });
    const send = channel(`smtp://127.0.0.1:${sink.port}`, { to: ['gone@example.com', 'admin@example.com'] });
    expect(await send(message)).toEqual({ ok: true, remark: 'the relay did not take it for gone@example.com' });
    const none = channel(`smtp://127.0.0.1:${sink.port}`, { to: ['gone@example.com'] });
    expect((await none(message)).ok).toBe(false);
    await sink.close();
    expect(sink.mails).toHaveLength(1);
  });

  it('goes on to the next address of the relay', async () => {
    const sink = await startSmtpSink();
    // Nothing listens on the port of the sink at 127.0.0.2.
    const lookup = () => Promise.resolve(['127.0.0.2', '127.0.0.1']);
    const delivery = await channel(`smtp://relay.example:${sink.port}`, { lookup })(message);
    await sink.close();
    expect(delivery.ok).toBe(true);
    expect(sink.mails).toHaveLength(1);
  });

  it('takes a name without address, a hang-up and a server that is none for reasons, not for defects', async () => {
    const unknown = await channel('smtp://relay.example')(message);
    const said = 'no address for the relay relay.example port 25: ENOTFOUND';
    expect(unknown).toEqual({ ok: false, error: said, replyCode: null });
    for (const answer of ['', 'HTTP/1.1 400 Bad Request\r\n\r\n', '554 go away\r\n']) {
      const server = createServer((socket) => socket.on('error', () => undefined).end(answer)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : null;
      const delivery = await channel(`smtp://127.0.0.1:${String(port)}`)(message);
      expect(delivery.ok).toBe(false);
      server.close();
    }
  });
});
