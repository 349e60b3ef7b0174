import { planOf, replay } from './replay.ts';

const implicit = planOf('imap', 'implicit');
const starttls = planOf('imap', 'starttls');

describe('the IMAP dialogue', () => {
  it('takes the capabilities from the greeting of Dovecot', () => {
    const state = replay(
      implicit,
      `S: * OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN] Dovecot ready.
       C: a1 LOGOUT
       S: * BYE Logging out
       S: a1 OK Logout completed (0.001 + 0.000 secs).`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts).toMatchObject({
      capabilitiesBeforeTls: null,
      capabilitiesAfterTls: [
        'IMAP4rev1',
        'SASL-IR',
        'LOGIN-REFERRALS',
        'ID',
        'ENABLE',
        'IDLE',
        'LITERAL+',
        'AUTH=PLAIN',
        'AUTH=LOGIN',
      ],
      starttls: 'not-applicable',
      goodbyeAnswered: true,
    });
  });

  it('forgets after STARTTLS what was said before', () => {
    const state = replay(
      starttls,
      `S: * OK [CAPABILITY IMAP4rev1 ID STARTTLS LOGINDISABLED] Dovecot ready.
       C: a1 STARTTLS
       S: a1 OK Begin TLS negotiation now.
       TLS
       C: a2 CAPABILITY
       S: * CAPABILITY IMAP4rev1 ID AUTH=PLAIN
       S: a2 OK Pre-login capabilities listed, post-login capabilities have more.
       C: a3 LOGOUT
       S: * BYE Logging out
       S: a3 OK Logout completed.`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.capabilitiesBeforeTls).toEqual(['IMAP4rev1', 'ID', 'STARTTLS', 'LOGINDISABLED']);
    expect(state.facts.capabilitiesAfterTls).toEqual(['IMAP4rev1', 'ID', 'AUTH=PLAIN']);
  });

  it('asks when the greeting says nothing, and takes a code in the tagged answer', () => {
    const state = replay(
      implicit,
      `S: * OK hello
       C: a1 CAPABILITY
       S: a1 OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] done
       C: a2 LOGOUT
       S: a2 OK bye`,
    );
    expect(state.facts.capabilitiesAfterTls).toEqual(['IMAP4rev1', 'AUTH=PLAIN']);
  });

  it('asks before it believes that a short list in the greeting lacks STARTTLS', () => {
    const state = replay(
      starttls,
      `S: * OK [CAPABILITY IMAP4rev1] hello
       C: a1 CAPABILITY
       S: * CAPABILITY IMAP4rev1 starttls
       S: a1 OK done
       C: a2 STARTTLS`,
    );
    expect(state.facts.capabilitiesBeforeTls).toEqual(['IMAP4rev1', 'starttls']);
  });

  it('passes over untagged noise and never reads the inside of a literal', () => {
    const state = replay(
      implicit,
      `S: * OK hello {9}
       C: a1 CAPABILITY
       S: * 3 EXISTS
       S: * OK [ALERT] maintenance tonight
       S: * XINFO {18}
       S: a1 NO not a reply!
       S: * CAPABILITY IMAP4rev1
       S: + go ahead
       S: a1 OK done
       C: a2 LOGOUT`,
    );
    expect(state.facts.capabilitiesAfterTls).toEqual(['IMAP4rev1']);
    expect(state.failure).toBeNull();
  });

  it('says goodbye when STARTTLS is not offered or refused', () => {
    const missing = replay(
      starttls,
      `S: * OK hello
       C: a1 CAPABILITY
       S: * CAPABILITY IMAP4rev1
       S: a1 OK
       C: a2 LOGOUT
       S: * BYE
       S: a2 OK`,
    );
    expect(missing.facts.starttls).toBe('not-advertised');
    expect(missing.action).toEqual({ kind: 'failed', failure: { stage: 'starttls', reason: 'not-advertised' } });

    const refused = replay(
      starttls,
      `S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hello
       C: a1 STARTTLS
       S: a1 BAD TLS support isn't enabled.
       C: a2 LOGOUT
       S: * BYE
       EOF`,
    );
    expect(refused.facts).toMatchObject({ starttls: 'refused', goodbyeAnswered: true });
    expect(refused.action).toMatchObject({ kind: 'failed', failure: { stage: 'starttls', reason: 'rejected' } });
  });

  it('tries STARTTLS on a server that claims to know us already', () => {
    const state = replay(
      starttls,
      `S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome back
       C: a1 STARTTLS
       S: a1 BAD already authenticated
       C: a2 LOGOUT
       EOF`,
    );
    expect(state.facts).toMatchObject({ starttls: 'refused', goodbyeAnswered: false });
  });

  it.each([
    ['* BYE [UNAVAILABLE] come back', 'temporary'],
    ['* BYE Too many connections from your IP', 'temporary'],
    ['* BYE [CLOSED] not you', 'rejected'],
    ['* BYE Access denied', 'rejected'],
    ['220 mail.example.org ESMTP', 'protocol'],
    ['+OK POP3 ready', 'protocol'],
    ['HTTP/1.1 400 Bad Request', 'protocol'],
    ['SSH-2.0-OpenSSH_9.2', 'protocol'],
    ['* CAPABILITY IMAP4rev1', 'protocol'],
    ['', 'protocol'],
  ])('calls the greeting %j %s', (greeting, reason) => {
    const state = replay(implicit, `S: ${greeting}`);
    expect(state.action).toMatchObject({ kind: 'failed', failure: { stage: 'greeting', reason } });
  });

  it('takes a BYE in the middle for what it says', () => {
    const state = replay(
      implicit,
      `S: * OK hello
       C: a1 CAPABILITY
       S: * BYE Server shutting down.
       C: a2 LOGOUT
       EOF`,
    );
    expect(state.failure).toMatchObject({ stage: 'capability', reason: 'temporary' });
  });

  it('does not take a reply to another tag', () => {
    const state = replay(
      implicit,
      `S: * OK hello
       C: a1 CAPABILITY
       S: a9 OK injected`,
    );
    expect(state.failure).toMatchObject({ stage: 'capability', reason: 'protocol' });
  });
});

describe('the ID command', () => {
  const capabilities = 'IMAP4rev1 ID DEEP AUTH=PLAIN';

  it('is sent where DEEP is announced, and its answer kept', () => {
    const state = replay(
      implicit,
      `S: * OK [CAPABILITY ${capabilities}] Dovecot ready.
       C: a1 ID ("name" "latchwatch")
       S: * ID ("name" "Dovecot" "deep-status" "tls10 tls-cert")
       S: a1 OK ID completed.
       C: a2 LOGOUT
       S: * BYE Logging out
       S: a2 OK Logout completed.`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.identityAfterTls).toEqual([
      ['name', 'Dovecot'],
      ['deep-status', 'tls10 tls-cert'],
    ]);
    expect(state.facts).not.toHaveProperty('identityBeforeTls');
  });

  it('is sent before STARTTLS and after it', () => {
    const state = replay(
      starttls,
      `S: * OK [CAPABILITY ${capabilities} STARTTLS] ready.
       C: a1 ID ("name" "latchwatch")
       S: * ID ("deep" "tls10")
       S: a1 OK ID completed.
       C: a2 STARTTLS
       S: a2 OK Begin TLS negotiation now.
       TLS
       C: a3 CAPABILITY
       S: * CAPABILITY ${capabilities}
       S: a3 OK done.
       C: a4 ID ("name" "latchwatch")
       S: * ID ("deep" {5}
       S: tls12)
       S: a4 OK ID completed.
       C: a5 LOGOUT
       S: a5 OK bye`,
    );
    expect(state.facts.identityBeforeTls).toEqual([['deep', 'tls10']]);
    expect(state.facts.identityAfterTls).toEqual([['deep', 'tls12']]);
  });

  it('may be refused, or answered with nothing, and the dialogue goes on', () => {
    const answer = (lines: string) =>
      replay(
        implicit,
        `S: * OK [CAPABILITY ${capabilities}] ready.
         C: a1 ID ("name" "latchwatch")
         ${lines}
         C: a2 LOGOUT
         S: a2 OK bye`,
      ).facts.identityAfterTls;
    expect(answer('S: a1 BAD unknown command')).toBeNull();
    expect(answer('S: a1 OK nothing to say')).toBeNull();
    expect(answer('S: * ID NIL\nS: a1 OK done')).toEqual([]);
  });

  it('that ends the connection is a failure of its own', () => {
    const state = replay(
      implicit,
      `S: * OK [CAPABILITY ${capabilities}] ready.
       C: a1 ID ("name" "latchwatch")
       EOF`,
    );
    expect(state.action).toEqual({ kind: 'failed', failure: { stage: 'identity', reason: 'closed' } });
  });
});
