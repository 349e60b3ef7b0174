import { planOf, replay } from './replay.ts';

/*
 * Dialogues recorded from servers that the lab runs where Debian's packages can be had: Exim 4.96, Cyrus IMAP 3.6.1 and
 * OpenSMTPD 6.8.0p2 of Debian 12. They are judged from these records where the machine is offline.
 */

describe('Exim', () => {
  it('offers AUTH on submission after STARTTLS only', () => {
    const state = replay(
      planOf('smtp', 'starttls'),
      `S: 220 mail.exim.test ESMTP Exim 4.96 Wed, 25 Nov 2026 19:34:25 +0000
       C: EHLO latchwatch.invalid
       S: 250-mail.exim.test Hello latchwatch.invalid [127.0.0.1]
       S: 250-SIZE 52428800
       S: 250-8BITMIME
       S: 250-PIPELINING
       S: 250-PIPECONNECT
       S: 250-CHUNKING
       S: 250-STARTTLS
       S: 250-SMTPUTF8
       S: 250 HELP
       C: STARTTLS
       S: 220 TLS go ahead
       TLS
       C: EHLO latchwatch.invalid
       S: 250-mail.exim.test Hello latchwatch.invalid [127.0.0.1]
       S: 250-SIZE 52428800
       S: 250-8BITMIME
       S: 250-PIPELINING
       S: 250-PIPECONNECT
       S: 250-AUTH PLAIN
       S: 250-CHUNKING
       S: 250-SMTPUTF8
       S: 250 HELP
       C: QUIT
       S: 221 mail.exim.test closing connection`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.starttls).toBe('accepted');
    expect(state.facts.capabilitiesBeforeTls).not.toContain('AUTH PLAIN');
    expect(state.facts.capabilitiesAfterTls).toContain('AUTH PLAIN');
  });
});

describe('OpenSMTPD', () => {
  it('agrees to STARTTLS and then closes: it does not get along with OpenSSL 3', () => {
    const state = replay(
      planOf('smtp', 'starttls'),
      `S: 220 mail.opensmtpd.test ESMTP OpenSMTPD
       C: EHLO latchwatch.invalid
       S: 250-mail.opensmtpd.test Hello latchwatch.invalid [127.0.0.1], pleased to meet you
       S: 250-8BITMIME
       S: 250-ENHANCEDSTATUSCODES
       S: 250-SIZE 36700160
       S: 250-DSN
       S: 250-STARTTLS
       S: 250 HELP
       C: STARTTLS
       S: 220 2.0.0 Ready to start TLS`,
    );
    expect(state.action).toEqual({ kind: 'upgrade' });
    expect(state.facts.capabilitiesBeforeTls).toContain('STARTTLS');
  });
});

describe('Cyrus IMAP', () => {
  it('takes no password before TLS, and lists its capabilities anew after STARTTLS', () => {
    const state = replay(
      planOf('imap', 'starttls'),
      `S: * OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE STARTTLS LOGINDISABLED] mail.cyrus.test Cyrus IMAP 3.6.1-Debian-3.6.1-4+deb12u5 server ready
       C: a1 STARTTLS
       S: a1 OK Begin TLS negotiation now
       TLS
       C: a2 CAPABILITY
       S: * CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE ACL SORT=DISPLAY THREAD=REFS XMOVE AUTH=PLAIN AUTH=LOGIN SASL-IR X-QUOTA=X-NUM-FOLDERS IDLE APPENDLIMIT=4294967295
       S: a2 OK Completed
       C: a3 LOGOUT
       S: * BYE LOGOUT received
       S: a3 OK Completed`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.capabilitiesBeforeTls).toContain('LOGINDISABLED');
    expect(state.facts.capabilitiesAfterTls).toContain('AUTH=PLAIN');
  });

  it('names itself in POP3', () => {
    const state = replay(
      planOf('pop3', 'implicit'),
      `S: +OK mail.cyrus.test Cyrus POP3 3.6.1-Debian-3.6.1-4+deb12u5 server ready <8141810274880037008.1795635271@mail.cyrus.test>
       C: CAPA
       S: +OK List of capabilities follows
       S: SASL PLAIN LOGIN
       S: EXPIRE NEVER
       S: LOGIN-DELAY 0
       S: TOP
       S: UIDL
       S: PIPELINING
       S: RESP-CODES
       S: AUTH-RESP-CODE
       S: USER
       S: IMPLEMENTATION Cyrus POP3 3.6.1-Debian-3.6.1-4+deb12u5
       S: .
       C: QUIT
       S: +OK`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.capabilitiesAfterTls).toContain('IMPLEMENTATION Cyrus POP3 3.6.1-Debian-3.6.1-4+deb12u5');
  });

  it('speaks ManageSieve, with SASL mechanisms after STARTTLS only', () => {
    const state = replay(
      planOf('sieve', 'starttls'),
      `S: "IMPLEMENTATION" "Cyrus timsieved 3.6.1-Debian-3.6.1-4+deb12u5"
       S: "VERSION" "1.0"
       S: "SASL" ""
       S: "SIEVE" "fileinto reject vacation"
       S: "STARTTLS"
       S: "UNAUTHENTICATE"
       S: OK
       C: STARTTLS
       S: OK "Begin TLS negotiation now"
       TLS
       S: "IMPLEMENTATION" "Cyrus timsieved 3.6.1-Debian-3.6.1-4+deb12u5"
       S: "VERSION" "1.0"
       S: "SASL" "PLAIN LOGIN"
       S: "SIEVE" "fileinto reject vacation"
       S: "UNAUTHENTICATE"
       S: OK
       C: LOGOUT
       S: OK "Logout Complete"`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts.starttls).toBe('accepted');
  });
});
