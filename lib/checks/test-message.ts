import type { CipherForm } from '../mail/received.ts';
import { readReceived } from '../mail/received.ts';
import type { MessageObservation } from '../model/message-observation.ts';
import type { MessageCheck } from './check.ts';
import type { Decision, Decisions } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { textParam } from './wording.ts';

type Code =
  | 'test-message-refused'
  | 'test-message-lost'
  | 'test-message-left-behind'
  | 'received-without-tls'
  | 'received-cipher-unreadable';

/** What a test message tells: whether submission works to the mailbox, and what the trace says of TLS (draft section 6). */
export const testMessage: MessageCheck = {
  id: 'test-message',
  subject: 'message',
  findings: [
    {
      code: 'test-message-refused',
      summary: 'A submission server refuses the test message of a domain',
      refs: [
        'draft-ietf-uta-email-deep-00 section 4.3',
        'draft-ietf-uta-email-deep-00 section 10.2',
        'checklist row 9',
        'checklist row 45',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'submission', 60)} refuses a test message`,
        expected: 'The message is accepted from the account that you gave for it',
        got: textParam(params, 'said'),
        meaning: 'If the account is like those of your customers, they cannot send mail either.',
        fix: 'Look in the log of the submission server for this login. If only the test account is wrong, correct it in the file that LATCHWATCH_MAILBOXES names.',
      }),
    },
    {
      code: 'test-message-lost',
      summary: 'A test message was accepted and did not reach its mailbox',
      refs: [
        'draft-ietf-uta-email-deep-00 section 10.2',
        'draft-ietf-uta-email-deep-00 section 9.2',
        'checklist row 9',
        'checklist row 53',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `A test message did not arrive in the mailbox of ${textParam(params, 'domain', 60)}`,
        expected: `The message in INBOX at ${textParam(params, 'mailbox')}`,
        got:
          typeof params.said === 'string'
            ? `The mailbox could not be read: ${textParam(params, 'said')}`
            : `Accepted by ${textParam(params, 'submission')}, and not found in the time that Latchwatch waits`,
        meaning: 'Mail that your customers send to each other may be late or lost.',
        fix: 'Look for the message in the queue of the submission server, then in the log of the delivery. A filter may have put it elsewhere than INBOX.',
      }),
    },
    {
      code: 'test-message-left-behind',
      summary: 'A test message could not be removed from its mailbox',
      refs: ['draft-ietf-uta-email-deep-00 section 9.2', 'checklist row 53'],
      confirmations: 1,
      text: (params) => ({
        title: `A test message stays in the mailbox of ${textParam(params, 'domain', 60)}`,
        expected: 'The message is gone after it was read',
        got: `It is still in INBOX at ${textParam(params, 'mailbox')}`,
        meaning: 'Nothing for your customers. The mailbox of the test account fills up.',
        fix: 'Remove the messages with the subject "Latchwatch test message" and let the account delete mail.',
      }),
    },
    {
      code: 'received-without-tls',
      summary: 'A submission server does not record the cipher suite in the Received field',
      refs: [
        'draft-ietf-uta-email-deep-00 section 6',
        'draft-ietf-uta-email-deep-00 section 9.2',
        'RFC 8314 section 4.3',
        'checklist row 53',
      ],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'submission', 60)} does not record TLS in the Received field`,
        expected: 'A tls clause with the cipher suite, e.g. tls TLS_AES_128_GCM_SHA256',
        got: `${params.commented === true ? 'TLS only in a comment' : 'No word of TLS'}: ${textParam(params, 'received')}`,
        meaning: 'Nobody who reads a message later can tell how well its submission was protected. Nothing breaks.',
        fix: 'Exim writes the clause by itself. Postfix records TLS in a comment with smtpd_tls_received_header = yes, which helps people; it has no clause.',
      }),
    },
    {
      code: 'received-cipher-unreadable',
      summary: 'The tls clause of a Received field does not name a cipher suite',
      refs: ['draft-ietf-uta-email-deep-00 section 6', 'checklist row 54'],
      confirmations: 1,
      text: (params) => ({
        title: `${textParam(params, 'submission', 60)} writes a tls clause that cannot be read`,
        expected: 'The registered name of the suite, or 0x and four hexadecimal digits',
        got: `tls ${textParam(params, 'cipher')}`,
        meaning: 'Programs that read the trace skip the clause. Nothing breaks.',
        fix: 'Let the server write the name from the IANA registry of TLS cipher suites.',
      }),
    },
  ],
  judge: (observation) =>
    Object.entries(decide(observation)).map(([code, { verdict, params }]) => {
      const { domain, submission, mailbox } = observation;
      return { code, subject: { kind: 'domain', domain }, verdict, params: { domain, submission, mailbox, ...params } };
    }),
};

function decide({ sent, found, removed }: MessageObservation): Decisions<Code> {
  if (!sent.ok) {
    const { refused, said } = sent.failure;
    return { ...all(undecided), 'test-message-refused': refused ? { verdict: 'fail', params: { said } } : undecided };
  }
  const arrived: Decisions<Code> = { ...all(undecided), 'test-message-refused': passed };
  if (found === null) return arrived;
  if (!found.ok) {
    const { refused, said } = found.failure;
    return { ...arrived, 'test-message-lost': refused ? { verdict: 'fail', params: { said } } : undecided };
  }
  if (found.facts === null) return { ...arrived, 'test-message-lost': { verdict: 'fail' } };
  return {
    'test-message-refused': passed,
    'test-message-lost': passed,
    'test-message-left-behind': removed === false ? { verdict: 'warn' } : passed,
    ...judgeTrace(found.facts.received),
  };
}

function all(decision: Decision): Decisions<Code> {
  return {
    'test-message-refused': decision,
    'test-message-lost': decision,
    'test-message-left-behind': decision,
    'received-without-tls': decision,
    'received-cipher-unreadable': decision,
  };
}

const readable: readonly CipherForm[] = ['name', 'hex', 'hex-without-prefix'];

/** Every server puts its field on top, so the submission server's is the last one. */
function judgeTrace(
  received: readonly string[],
): Pick<Decisions<Code>, 'received-without-tls' | 'received-cipher-unreadable'> {
  const field = received.at(-1) ?? '';
  const { tls, tlsInComment } = readReceived(field);
  if (tls === null) {
    return {
      'received-without-tls': {
        verdict: 'info',
        params: { received: field.slice(0, 300) || 'no Received field', commented: tlsInComment },
      },
      'received-cipher-unreadable': notApplicable,
    };
  }
  return {
    'received-without-tls': passed,
    'received-cipher-unreadable': readable.includes(tls.form)
      ? passed
      : { verdict: 'info', params: { cipher: tls.cipher.slice(0, 100) } },
  };
}
