import type { ZoneCheck } from './check.ts';
import { judgeWholeZone, passed } from './decision.ts';
import { textParam } from './wording.ts';

/** Whether the clock that signatures were compared with can be right. */
export const clock: ZoneCheck = {
  id: 'clock',
  subject: 'zone',
  needsClock: false,
  findings: [
    {
      code: 'clock-untrusted',
      summary: 'The clock of the machine that Latchwatch runs on is probably wrong',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 4034 section 3.1.5', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: 'The clock of the machine that Latchwatch runs on is probably wrong',
        expected: 'Signatures near the trust anchor that are in date',
        got:
          typeof params.said === 'string'
            ? textParam(params, 'said', 300)
            : 'All signatures near the trust anchor fit their data, and none is in date by our clock',
        meaning:
          'Nothing can be said about the dates of signatures, so a signature that is about to expire is not reported ' +
          'while this lasts.',
        fix: 'Set the clock of the machine and have it kept right (NTP). The next run then judges dates again.',
      }),
    },
  ],
  judge: (observation) =>
    judgeWholeZone(observation, {
      'clock-untrusted': observation.clock.trusted
        ? passed
        : { verdict: 'fail', params: { said: observation.clock.said } },
    }),
};
