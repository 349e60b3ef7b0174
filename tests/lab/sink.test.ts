import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { parseMail, type ParsedMail } from './parse-mail.ts';
import { createSink, mailFile, mailNumbers } from './sink.ts';

let folder: string;
let sink: Server;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchwatch-sink-'));
  sink = createSink({ folder, maxMails: 3, maxMailBytes: 64 * 1024 }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  const address = sink.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
});

afterEach(async () => {
  sink.close();
  await once(sink, 'close');
  rmSync(folder, { recursive: true });
});

async function send(mail: SendMailOptions): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  await transport.sendMail({ from: 'a@monitor.test', to: 'b@monitor.test', ...mail });
}

function kept(): readonly ParsedMail[] {
  return mailNumbers(folder).map((number) => parseMail(readFileSync(mailFile(folder, number), 'latin1')));
}

test('a mail with both parts and text beyond ASCII comes out as it was written', async () => {
  const text = 'Grüße vom Überwacher\n\n.a line that begins with a dot\n=3D stays, – and so does a dash\n';
  const subject = `[FIRING] mail.ok.test: das Zertifikat läuft ab, ${'langer Betreff '.repeat(8)}`.trim();
  await send({ subject, text, html: '<p>Grüße</p>', headers: { References: '<a@x> <b@x>' } });
  const [mail] = kept();
  expect(mail?.subject).toBe(subject);
  expect(mail?.text.trimEnd()).toBe(text.trimEnd());
  expect(mail?.html).toContain('<p>Grüße</p>');
  expect(mail?.headers).toMatchObject({
    references: '<a@x> <b@x>',
    'x-envelope-from': '<a@monitor.test>',
    'x-envelope-to': 'b@monitor.test',
  });
});

test('a plain mail without parts', async () => {
  await send({ subject: 'plain', text: 'one line' });
  expect(kept().map(({ subject, text, html }) => ({ subject, text: text.trim(), html }))).toEqual([
    { subject: 'plain', text: 'one line', html: null },
  ]);
});

test('mails keep their order, and a full sink says so and keeps what it has', async () => {
  for (const subject of ['first', 'second', 'third']) await send({ subject, text: subject });
  await expect(send({ subject: 'fourth', text: 'fourth' })).rejects.toThrow('452');
  expect(kept().map((mail) => mail.subject)).toEqual(['first', 'second', 'third']);
});

test('a mail above the limit is refused and nothing of it is kept', async () => {
  await expect(send({ subject: 'big', text: 'x'.repeat(200_000) })).rejects.toThrow();
  expect(kept()).toEqual([]);
});

test('a mail that arrives byte by byte is one mail', async () => {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const commands = 'EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: slow\r\n\r\n..dot\r\n.\r\nQUIT\r\n';
  for (const byte of commands) socket.write(byte);
  socket.resume();
  await once(socket, 'close');
  expect(kept().map(({ subject, text }) => ({ subject, text }))).toEqual([{ subject: 'slow', text: '.dot' }]);
});
