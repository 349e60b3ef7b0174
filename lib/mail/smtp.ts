import type { AwaitedReply, MailProtocol } from './protocol.ts';

/*
 * SMTP as far as a probe speaks it (RFC 5321, RFC 3207): greeting, EHLO, STARTTLS, QUIT. The same for MX hosts and
 * submission. A server without EHLO has no STARTTLS, so there is no fallback to HELO.
 */

export const smtp: MailProtocol = {
  upgradeCapability: 'STARTTLS',
  identityCapability: null,
  capabilitiesAfterUpgrade: 'asked',

  command(awaited, { clientName }) {
    switch (awaited) {
      // Never asked: there is no such command.
      case 'identity':
      case 'capability':
        return `EHLO ${clientName}`;
      case 'starttls':
        return 'STARTTLS';
      case 'goodbye':
        return 'QUIT';
    }
  },

  readReply(awaited, lines) {
    const texts: string[] = [];
    for (const line of lines) {
      const match = /^([2-5]\d\d)([ -]?)(.*)$/.exec(line);
      if (match === null || (match[2] === '' && match[3] !== '')) return { kind: 'foreign', said: line };
      texts.push((match[3] ?? '').trim());
      if (match[2] === '-') continue;
      const code = match[1] ?? '';
      const said = lines.slice(0, texts.length).join('\n');
      if (code.startsWith('4')) return { kind: 'refused', reason: 'temporary', said };
      if (code.startsWith('5')) return { kind: 'refused', reason: 'rejected', said };
      if (code !== successCode[awaited]) return { kind: 'foreign', said };
      // The first line of the EHLO reply names the server, the others are extensions (RFC 5321 section 4.1.1.1).
      const capabilities = awaited === 'capability' ? texts.slice(1).filter((text) => text !== '') : null;
      return { kind: 'accepted', text: said, capabilities };
    }
    return { kind: 'partial' };
  },
};

/** RFC 5321 section 4.3.2, RFC 3207 section 4. */
const successCode: Readonly<Record<AwaitedReply, string>> = {
  greeting: '220',
  capability: '250',
  identity: '250',
  starttls: '220',
  goodbye: '221',
};
