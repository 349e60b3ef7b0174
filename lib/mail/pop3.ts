import { soundsTemporary, type MailProtocol, type Reply } from './protocol.ts';

/* POP3 as far as a probe speaks it: greeting, CAPA (RFC 2449), STLS (RFC 2595), QUIT (RFC 1939). */

export const pop3: MailProtocol = {
  upgradeCapability: 'STLS',
  identityCapability: null,
  capabilitiesAfterUpgrade: 'asked',

  command(awaited) {
    switch (awaited) {
      // Never asked: there is no such command.
      case 'identity':
      case 'capability':
        return 'CAPA';
      case 'starttls':
        return 'STLS';
      case 'goodbye':
        return 'QUIT';
    }
  },

  readReply(awaited, lines) {
    const [status] = lines;
    if (status === undefined) return { kind: 'partial' };
    const match = /^(\+OK|-ERR)(?:\s(.*))?$/i.exec(status);
    if (match === null) return { kind: 'foreign', said: status };
    if (match[1]?.toUpperCase() === '-ERR') {
      const refused = refusal(status, match[2] ?? '');
      // CAPA is an extension: a server without it has said nothing about its capabilities, and nothing is wrong.
      const withoutCapa = awaited === 'capability' && refused.reason === 'rejected';
      return withoutCapa ? { kind: 'accepted', text: status, capabilities: null } : refused;
    }
    if (awaited !== 'capability') return { kind: 'accepted', text: status, capabilities: null };
    const end = lines.indexOf('.');
    if (end === -1) return { kind: 'partial' };
    const capabilities = lines.slice(1, end).map(unstuff);
    return { kind: 'accepted', text: status, capabilities: capabilities.filter((entry) => entry !== '') };
  },
};

/** RFC 2449 section 8 and RFC 3206: codes that name trouble which passes; without a code, what the words sound like. */
function refusal(said: string, text: string): Extract<Reply, { kind: 'refused' }> {
  const code = /^\[([^\]]+)\]/.exec(text)?.[1]?.toUpperCase();
  const temporary = code === undefined ? soundsTemporary(text) : /^(SYS\/TEMP|IN-USE|LOGIN-DELAY)/.test(code);
  return { kind: 'refused', reason: temporary ? 'temporary' : 'rejected', said };
}

/** RFC 1939 section 3: a line that begins with a dot is sent with one more. */
function unstuff(line: string): string {
  return (line.startsWith('.') ? line.slice(1) : line).trim();
}
