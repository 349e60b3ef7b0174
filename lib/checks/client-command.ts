import type { AddressScan, Exchange } from '../model/scan-observation.ts';
import type { ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam, textParam } from './wording.ts';

/** Whether a submission server answers the CLIENT command as the draft says. Only tried where an operator asks for it. */
export const clientCommand: ScanCheck = {
  id: 'client-command',
  subject: 'scan',
  findings: [
    {
      code: 'client-command-answer',
      summary: 'A submission server answers the CLIENT command with other codes than 250 and 501',
      refs: ['draft-ietf-uta-email-deep-00 section 7.3', 'checklist row 33'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} does not answer CLIENT as the draft says`,
        expected: '250 to a CLIENT command with good syntax, 501 to one with bad syntax',
        got: `Good syntax: ${textParam(params, 'good')}; bad syntax: ${textParam(params, 'bad')}`,
        meaning:
          'Clients cannot tell you which tags they have latched, so nobody knows whom a change would lock out. A client ' +
          'that takes the answer for a fault may give up sending.',
        fix:
          'No server has this command by itself. In front of Postfix a small proxy or `smtpd_command_filter` can answer it; ' +
          'where nobody needs it, stop trying it in what you declare of this endpoint.',
      }),
    },
  ],
  judge: (observation) => judgeScannedAddresses(observation, (scan) => ({ 'client-command-answer': decide(scan) })),
};

function decide({ clientCommand: tried, failure }: AddressScan): Decision {
  // A scan that ended early may not have come so far.
  if (tried === null) return failure === null ? notApplicable : undecided;
  const { good, bad } = tried;
  if (good.reply === null || bad.reply === null) return undecided;
  // A server that asks to come back later has not answered the question.
  if (good.reply.startsWith('4') || bad.reply.startsWith('4')) return undecided;
  if (hasCode(good, '250') && hasCode(bad, '501')) return passed;
  return { verdict: 'warn', params: { good: good.reply.slice(0, 256), bad: bad.reply.slice(0, 256) } };
}

function hasCode({ reply }: Exchange, code: string): boolean {
  return new RegExp(`^${code}([ -]|$)`).test(reply ?? '');
}
