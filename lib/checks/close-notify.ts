import type { Sighting } from '../model/scan-observation.ts';
import type { ScanCheck } from './check.ts';
import type { Decision } from './decision.ts';
import { notApplicable, passed, undecided } from './decision.ts';
import { judgeScannedAddresses } from './scan-address.ts';
import { hostParam } from './wording.ts';

/** Whether a server says goodbye in TLS before it closes the connection. */
export const closeNotify: ScanCheck = {
  id: 'close-notify',
  subject: 'scan',
  findings: [
    {
      code: 'close-notify-missing',
      summary: 'A server ends TLS connections without a close alert',
      refs: ['draft-ietf-uta-email-deep-00 section 4.4', 'RFC 8446 section 6.1', 'checklist row 46'],
      confirmations: 1,
      text: (params) => ({
        title: `${hostParam(params)} closes without a TLS close alert`,
        expected: 'close_notify before the connection ends',
        got: 'The connection ended without it',
        meaning:
          'A client cannot tell an end that the server meant from one that somebody on the way made. In mail protocols ' +
          'little hangs on it, since each of them has a goodbye of its own.',
        fix: 'Nothing urgent. Most servers send it after an update; a proxy in front may cut the connection instead.',
      }),
    },
  ],
  judge: (observation) =>
    judgeScannedAddresses(observation, (scan) => ({ 'close-notify-missing': decide(scan.closeNotify) })),
};

function decide(closed: Sighting): Decision {
  switch (closed) {
    case 'yes':
      return passed;
    case 'no':
      return { verdict: 'info' };
    case 'encrypted':
      return notApplicable;
    case 'unseen':
      return undecided;
  }
}
