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
