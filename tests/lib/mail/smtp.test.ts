import { planOf, replay } from './replay.ts';

const implicit = planOf('smtp', 'implicit');
const starttls = planOf('smtp', 'starttls');

describe('the SMTP dialogue', () => {
  it('follows Postfix through STARTTLS, with a greeting of several lines', () => {
    const state = replay(
      starttls,
      `S: 220-mail.example.org ESMTP Postfix
       S: 220 mail.example.org ESMTP Postfix
       C: EHLO latchwatch.invalid
       S: 250-mail.example.org
       S: 250-PIPELINING
       S: 250-SIZE 10240000
       S: 250-STARTTLS
       S: 250 SMTPUTF8
       C: STARTTLS
       S: 220 2.0.0 Ready to start TLS
       TLS
       C: EHLO latchwatch.invalid
       S: 250-mail.example.org
       S: 250-SIZE 10240000
       S: 250-AUTH PLAIN LOGIN
       S: 250 SMTPUTF8
       C: QUIT
       S: 221 2.0.0 Bye`,
    );
    expect(state.action).toEqual({ kind: 'done' });
    expect(state.facts).toEqual({
      greeting: '220-mail.example.org ESMTP Postfix\n220 mail.example.org ESMTP Postfix',
      capabilitiesBeforeTls: ['PIPELINING', 'SIZE 10240000', 'STARTTLS', 'SMTPUTF8'],
      capabilitiesAfterTls: ['SIZE 10240000', 'AUTH PLAIN LOGIN', 'SMTPUTF8'],
      starttls: 'accepted',
      goodbyeAnswered: true,
    });
  });

  it.each([
    ['421 4.3.2 Service shutting down', 'temporary'],
    ['450 4.7.1 later', 'temporary'],
    ['554 5.7.1 you are listed', 'rejected'],
    ['250 hello', 'protocol'],
    ['354 go on', 'protocol'],
    ['* OK IMAP4rev1', 'protocol'],
    ['+OK POP3', 'protocol'],
    ['220x', 'protocol'],
    ['2200 mail', 'protocol'],
  ])('calls the greeting %j %s', (greeting, reason) => {
    expect(replay(implicit, `S: ${greeting}`).failure).toMatchObject({ stage: 'greeting', reason });
  });

  it.each([
    ['454 4.7.0 TLS not available due to local problem', 'temporary'],
    ['502 5.5.1 not implemented', 'rejected'],
  ])('notices that STARTTLS is refused with %j', (answer, reason) => {
    const state = replay(
      starttls,
      `S: 220 mx
       C: EHLO latchwatch.invalid
       S: 250-mx
       S: 250 starttls
       C: STARTTLS
       S: ${answer}
       C: QUIT
       S: 221 bye`,
    );
    expect(state.facts).toMatchObject({ starttls: 'refused', goodbyeAnswered: true });
    expect(state.failure).toEqual({ stage: 'starttls', reason, said: answer });
  });

  it('keeps the refusal of EHLO and still says goodbye', () => {
    const state = replay(
      implicit,
      `S: 220 mx
       C: EHLO latchwatch.invalid
       S: 550-helo rejected:
       S: 550 need a real name
       C: QUIT
       EOF`,
    );
    expect(state.failure).toMatchObject({ stage: 'capability', reason: 'rejected' });
    expect(state.facts.goodbyeAnswered).toBe(false);
  });
});
