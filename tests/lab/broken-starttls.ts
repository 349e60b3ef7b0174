import { createServer, type Server, type Socket } from 'node:net';
import type { MailService, StarttlsFault } from './domain-types.ts';
import { protocolOf, type Protocol } from './scripted-dialogue.ts';

const greetings: Readonly<Record<Protocol, string>> = {
  imap: '* OK IMAP4rev1 ready\r\n',
  pop3: '+OK POP3 ready\r\n',
  smtp: '220 scripted.test ESMTP\r\n',
};

const idleMs = 30_000;
const maxLineBytes = 4096;

/** A mail server that advertises STARTTLS and breaks it in the given way. The caller makes it listen. */
export function createBrokenStarttlsServer(service: MailService, fault: StarttlsFault): Server {
  return createServer((socket) => {
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    const protocol = protocolOf(service);
    socket.write(greetings[protocol]);
    let pending = '';
    socket.setEncoding('latin1').on('data', (text) => {
      pending += String(text);
      if (pending.length > maxLineBytes) socket.destroy();
      for (let end = pending.indexOf('\n'); end !== -1; end = pending.indexOf('\n')) {
        const line = pending.slice(0, end).trim();
        pending = pending.slice(end + 1);
        perform(socket, { event: answer(protocol, line), fault, protocol });
      }
    });
  });
}

type Event =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'goodbye'; readonly text: string }
  | { readonly kind: 'starttls'; readonly tag: string };

function answer(protocol: Protocol, line: string): Event {
  switch (protocol) {
    case 'imap':
      return answerImap(line);
    case 'pop3':
      return answerPop3(line);
    case 'smtp':
      return answerSmtp(line);
  }
}

function answerImap(line: string): Event {
  const [tag = '*', command = ''] = line.split(' ');
  switch (command.toUpperCase()) {
    case 'CAPABILITY':
      return {
        kind: 'say',
        text: `* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n${tag} OK CAPABILITY completed\r\n`,
      };
    case 'STARTTLS':
      return { kind: 'starttls', tag };
    case 'LOGOUT':
      return { kind: 'goodbye', text: `* BYE logging out\r\n${tag} OK LOGOUT completed\r\n` };
    default:
      return { kind: 'say', text: `${tag} BAD unknown command\r\n` };
  }
}

function answerPop3(line: string): Event {
  switch (line.toUpperCase()) {
    case 'CAPA':
      return { kind: 'say', text: '+OK capabilities follow\r\nSTLS\r\nUIDL\r\n.\r\n' };
    case 'STLS':
      return { kind: 'starttls', tag: '' };
    case 'QUIT':
      return { kind: 'goodbye', text: '+OK bye\r\n' };
    default:
      return { kind: 'say', text: '-ERR unknown command\r\n' };
  }
}

function answerSmtp(line: string): Event {
  switch (line.split(' ')[0]?.toUpperCase()) {
    case 'EHLO':
      return { kind: 'say', text: '250-scripted.test\r\n250-STARTTLS\r\n250 8BITMIME\r\n' };
    case 'STARTTLS':
      return { kind: 'starttls', tag: '' };
    case 'QUIT':
      return { kind: 'goodbye', text: '221 2.0.0 Bye\r\n' };
    default:
      return { kind: 'say', text: '502 5.5.2 Command not recognized\r\n' };
  }
}

interface Act {
  readonly event: Event;
  readonly fault: StarttlsFault;
  readonly protocol: Protocol;
}

function perform(socket: Socket, { event, fault, protocol }: Act): void {
  switch (event.kind) {
    case 'say':
      socket.write(event.text);
      return;
    case 'goodbye':
      socket.end(event.text);
      return;
    case 'starttls':
      breakStarttls(socket, { fault, protocol, tag: event.tag });
  }
}

interface Breaking {
  readonly fault: StarttlsFault;
  readonly protocol: Protocol;
  readonly tag: string;
}

function breakStarttls(socket: Socket, { fault, protocol, tag }: Breaking): void {
  const accept = { imap: `${tag} OK begin TLS\r\n`, pop3: '+OK begin TLS\r\n', smtp: '220 2.0.0 Ready\r\n' };
  const refuse = {
    imap: `${tag} NO TLS is not available\r\n`,
    pop3: '-ERR TLS is not available\r\n',
    smtp: '454 4.7.0 TLS is not available\r\n',
  };
  switch (fault) {
    case 'closes':
      socket.end(accept[protocol]);
      return;
    case 'garbage':
      socket.write(accept[protocol]);
      // What comes in answer to the ClientHello is not TLS.
      socket.removeAllListeners('data').once('data', () => socket.end('this is not TLS\r\n'));
      return;
    case 'refuses':
      socket.write(refuse[protocol]);
  }
}
