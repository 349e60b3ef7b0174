import type { MailService, ScriptedMail } from './domain-types.ts';

/* What scripted servers say: as little of IMAP, POP3 and SMTP as a probe asks for. */

export type Protocol = 'imap' | 'pop3' | 'smtp';

export function protocolOf(service: MailService): Protocol {
  switch (service) {
    case 'imaps':
    case 'imap':
      return 'imap';
    case 'pop3s':
    case 'pop3':
      return 'pop3';
    case 'submissions':
    case 'submission':
    case 'smtp':
      return 'smtp';
    case 'sieve':
      throw new Error('No scripted server speaks ManageSieve.');
  }
}

export interface View {
  readonly protocol: Protocol;
  readonly service: MailService;
  readonly mail: ScriptedMail;
  /** Whether TLS has begun. */
  readonly secure: boolean;
}

export interface Answer {
  readonly text: string;
  readonly then: 'listen' | 'goodbye' | 'starttls';
}

export function greetingOf({ protocol, mail }: View): Answer {
  const away = mail.quirks.includes('turns-away');
  switch (protocol) {
    case 'imap':
      if (away) return { text: '* BYE you are not welcome here\r\n', then: 'goodbye' };
      return say(
        mail.quirks.includes('preauth') ? '* PREAUTH IMAP4rev1 server logged in as nobody' : '* OK IMAP4rev1 ready',
      );
    case 'pop3':
      return away ? { text: '-ERR you are not welcome here\r\n', then: 'goodbye' } : say('+OK POP3 ready');
    case 'smtp':
      return away
        ? { text: '554 5.7.1 you are not welcome here\r\n', then: 'goodbye' }
        : say('220 scripted.test ESMTP');
  }
}

export function answerOf(line: string, view: View): Answer {
  switch (view.protocol) {
    case 'imap':
      return answerImap(line, view);
    case 'pop3':
      return answerPop3(line, view);
    case 'smtp':
      return answerSmtp(line, view);
  }
}

function say(text: string): Answer {
  return { text: `${text}\r\n`, then: 'listen' };
}

function answerImap(line: string, { secure }: View): Answer {
  const [tag = '*', command = ''] = line.split(' ');
  switch (command.toUpperCase()) {
    case 'CAPABILITY':
      return say(
        `* CAPABILITY IMAP4rev1 ID ${secure ? 'AUTH=PLAIN' : 'STARTTLS LOGINDISABLED'}\r\n${tag} OK CAPABILITY completed`,
      );
    case 'ID':
      return say(`* ID NIL\r\n${tag} OK ID completed`);
    case 'NOOP':
      return say(`${tag} OK NOOP completed`);
    case 'STARTTLS':
      return { text: `${tag} OK begin TLS\r\n`, then: 'starttls' };
    case 'LOGOUT':
      return { text: `* BYE logging out\r\n${tag} OK LOGOUT completed\r\n`, then: 'goodbye' };
    default:
      return say(`${tag} BAD unknown command`);
  }
}

function answerPop3(line: string, { mail, secure }: View): Answer {
  switch (line.toUpperCase()) {
    case 'CAPA': {
      const deep = mail.deep === null ? [] : [`DEEP ${mail.deep}`];
      const lines = ['+OK capabilities follow', 'UIDL', secure ? 'USER' : 'STLS', ...deep, '.'];
      return say(lines.join('\r\n'));
    }
    case 'STAT':
      return say(mail.quirks.includes('stat-before-login') ? '+OK 0 0' : '-ERR log in first');
    case 'NOOP':
      return say('-ERR log in first');
    case 'STLS':
      return { text: '+OK begin TLS\r\n', then: 'starttls' };
    case 'QUIT':
      return { text: '+OK bye\r\n', then: 'goodbye' };
    default:
      return say('-ERR unknown command');
  }
}

function answerSmtp(line: string, { service, mail, secure }: View): Answer {
  const submission = service !== 'smtp';
  switch (line.split(' ')[0]?.toUpperCase()) {
    case 'EHLO': {
      const deep = mail.deep === null ? [] : [`DEEP ${mail.deep}`];
      const login = secure && submission ? ['AUTH PLAIN'] : [];
      const keywords = [...(secure ? [] : ['STARTTLS']), ...login, ...deep, '8BITMIME'];
      const lines = ['scripted.test', ...keywords];
      return say(lines.map((text, index) => `250${index === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n'));
    }
    case 'CLIENT':
      if (!mail.quirks.includes('client-command')) return say('500 5.5.1 Command unrecognized');
      return say(/^CLIENT( +[\w-]+=[!-<>-~]+)+$/i.test(line) ? '250 2.0.0 Noted' : '501 5.5.4 Syntax error');
    case 'MAIL':
      if (secure && submission) return say('530 5.7.0 Authentication required');
      return say(submission ? '530 5.7.0 Must issue a STARTTLS command first' : '250 2.1.0 Ok');
    case 'NOOP':
    case 'RSET':
      return say('250 2.0.0 Ok');
    case 'STARTTLS':
      return { text: '220 2.0.0 Ready\r\n', then: 'starttls' };
    case 'QUIT':
      return { text: '221 2.0.0 Bye\r\n', then: 'goodbye' };
    default:
      return say('502 5.5.2 Command not recognized');
  }
}
