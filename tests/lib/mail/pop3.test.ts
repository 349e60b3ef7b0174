import { planOf, replay } from './replay.ts';

const implicit = planOf('pop3', 'implicit');
const starttls = planOf('pop3', 'starttls');

describe('the POP3 dialogue', () => {
  it('follows Dovecot through STLS', () => {
    const state = replay(
      starttls,
      `S: +OK Dovecot (Debian) ready.
       C: CAPA
       S: +OK
       S: CAPA
       S: TOP
       S: STLS
       S: SASL
       S: .
       C: STLS
       S: +OK Begin TLS negotiation now.
       TLS
       C: CAPA
       S: +OK
       S: CAPA
       S: USER
       S: SASL PLAIN LOGIN
       S: ..X-DOTTED
       S: .
       C: QUIT
       S: +OK Logging out`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts).toEqual({
      greeting: '+OK Dovecot (Debian) ready.',
      capabilitiesBeforeTls: ['CAPA', 'TOP', 'STLS', 'SASL'],
      capabilitiesAfterTls: ['CAPA', 'USER', 'SASL PLAIN LOGIN', '.X-DOTTED'],
      starttls: 'accepted',
      goodbyeAnswered: true,
    });
  });

  it('takes a server without CAPA as one that says nothing', () => {
    const state = replay(
      implicit,
      `S: +OK <1896.697170952@mail.example.org>
       C: CAPA
       S: -ERR unknown command
       C: QUIT
       S: +OK`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.capabilitiesAfterTls).toBeNull();
  });

  it.each([
    ['-ERR [SYS/TEMP] try again', 'temporary'],
    ['-ERR [IN-USE] locked', 'temporary'],
    ['-ERR [SYS/PERM] go away', 'rejected'],
    ['-ERR server is busy', 'temporary'],
    ['-ERR not for you', 'rejected'],
    ['* OK IMAP4rev1 ready', 'protocol'],
    ['220 smtp', 'protocol'],
    ['+OKAY', 'protocol'],
  ])('calls the greeting %j %s', (greeting, reason) => {
    expect(replay(implicit, `S: ${greeting}`).failure).toMatchObject({ stage: 'greeting', reason });
  });

  it('notices that STLS is refused', () => {
    const state = replay(
      starttls,
      `S: +OK ready
       C: CAPA
       S: +OK
       S: STLS
       S: .
       C: STLS
       S: -ERR TLS support isn't enabled.
       C: QUIT
       S: +OK`,
    );
    expect(state.facts.starttls).toBe('refused');
    expect(state.failure).toMatchObject({ stage: 'starttls', reason: 'rejected' });
  });
});
