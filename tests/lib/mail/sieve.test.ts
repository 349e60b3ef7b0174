import { planOf, replay } from './replay.ts';

const plan = planOf('sieve', 'starttls');

/** Dovecot 2.3.19 with Pigeonhole, recorded. */
const listed = `S: "IMPLEMENTATION" "Dovecot (Debian) Pigeonhole"
       S: "SIEVE" "fileinto reject envelope"
       S: "NOTIFY" "mailto"
       S: "SASL" ""`;

const refusing = (greeting: string) => replay(plan, `S: ${greeting}`).failure;

describe('the ManageSieve dialogue', () => {
  it('follows Dovecot through STARTTLS, whose capabilities come again without being asked for', () => {
    const state = replay(
      plan,
      `${listed}
       S: "STARTTLS"
       S: "VERSION" "1.0"
       S: OK "Dovecot (Debian) ready."
       C: STARTTLS
       S: OK "Begin TLS negotiation now."
       TLS
       ${listed.replace('""', '"PLAIN LOGIN"')}
       S: "VERSION" "1.0"
       S: OK "TLS negotiation successful."
       C: LOGOUT
       S: OK "Logout completed."`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    const [implementation, scripts, notify] = [
      'IMPLEMENTATION Dovecot (Debian) Pigeonhole',
      'SIEVE fileinto reject envelope',
      'NOTIFY mailto',
    ];
    expect(state.facts).toEqual({
      greeting:
        `${listed.replaceAll(/ *S: /g, '')}\n"STARTTLS"\n"VERSION" "1.0"\nOK "Dovecot (Debian) ready."`.replaceAll(
          '\n',
          '\r\n',
        ),
      capabilitiesBeforeTls: [implementation, scripts, notify, 'SASL', 'STARTTLS', 'VERSION 1.0'],
      capabilitiesAfterTls: [implementation, scripts, notify, 'SASL PLAIN LOGIN', 'VERSION 1.0'],
      starttls: 'accepted',
      goodbyeAnswered: true,
    });
  });

  it('asks once more before it believes that STARTTLS is missing', () => {
    const state = replay(
      plan,
      `S: "SIEVE" "fileinto"
       S: OK
       C: CAPABILITY
       S: "SIEVE" "fileinto"
       S: OK (TAG "a") "done"
       C: LOGOUT
       S: BYE "bye"`,
    );
    expect(state.facts.starttls).toBe('not-advertised');
    expect(state.failure).toMatchObject({ stage: 'starttls', reason: 'not-advertised' });
  });

  it('reads literals and escaped quotes, and never what is in them as a response', () => {
    const state = replay(
      plan,
      String.raw`S: "IMPLEMENTATION" {10}
       S: OK "in"
       S: x
       S: {8+}
       S: starttls
       S: "SASL" "a \"b\\ c"
       S: NO {5}
       S: hello
       EOF`,
    );
    expect(state.failure).toMatchObject({ stage: 'greeting', reason: 'rejected', said: 'NO {5}\r\nhello' });
  });

  it('keeps the words of quoted strings without their quotes', () => {
    const { facts } = replay(
      plan,
      String.raw`S: "IMPLEMENTATION" "say \"hi\" \\"
       S: {8+}
       S: STARTTLS
       S: OK`,
    );
    expect(facts.capabilitiesBeforeTls).toEqual([String.raw`IMPLEMENTATION say "hi" \ `.trimEnd(), 'STARTTLS']);
  });

  it.each([
    ['BYE (TRYLATER) "Too many connections"', 'temporary'],
    ['NO (TRYLATER) "not now"', 'temporary'],
    ['BYE "Too many connections"', 'temporary'],
    ['BYE (REFERRAL "sieve://other.example.org") "Go to the other server later"', 'rejected'],
    ['NO "not for you"', 'rejected'],
    ['bye', 'rejected'],
    ['* OK IMAP4rev1 ready', 'protocol'],
    ['220 smtp', 'protocol'],
    ['+OK pop', 'protocol'],
    ['OKAY', 'protocol'],
    ['OK ready', 'protocol'],
    ['"SIEVE" bare', 'protocol'],
    ['"SIEVE"  "two spaces"', 'protocol'],
    ['"unfinished', 'protocol'],
    ['{9999999999}', 'protocol'],
    ['', 'protocol'],
  ])('calls the greeting %j %s', (greeting, reason) => {
    expect(refusing(greeting)).toMatchObject({ stage: 'greeting', reason });
  });

  it('notices that STARTTLS is refused', () => {
    const state = replay(
      plan,
      `S: "STARTTLS"
       S: OK
       C: STARTTLS
       S: NO "TLS support is not enabled."
       C: LOGOUT
       S: OK`,
    );
    expect(state.facts.starttls).toBe('refused');
    expect(state.failure).toMatchObject({ stage: 'starttls', reason: 'rejected' });
  });

  it('waits for the octets of a literal, however large it says it is', () => {
    const state = replay(
      plan,
      `S: "SIEVE" {999999999}
       S: OK
       EOF`,
    );
    expect(state.failure).toMatchObject({ stage: 'greeting', reason: 'closed' });
  });
});
