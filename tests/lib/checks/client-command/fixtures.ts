import { testAddresses, testEndpoint } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const submission = healthyScan(testEndpoint('submission'));
const answering = (good: string | null, bad: string | null) =>
  changeScan(submission, () => ({
    clientCommand: {
      good: { sent: 'CLIENT name=latchwatch version=1', reply: good },
      bad: { sent: 'CLIENT =', reply: bad },
    },
  }));

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'a server without the command',
      code: 'client-command-answer',
      verdict: 'warn',
      address: first,
      observation: answering('500 unrecognized command', '500 unrecognized command'),
      says: /Good syntax: 500 unrecognized command/,
    },
    {
      name: 'a server that takes anything',
      code: 'client-command-answer',
      verdict: 'warn',
      address: first,
      observation: answering('250 2.0.0 Ok', '250 2.0.0 Ok'),
      says: /bad syntax: 250 2\.0\.0 Ok/,
    },
  ],
  silent: [
    { name: 'not asked for', observation: submission, decided: true },
    { name: 'as the draft says', observation: answering('250 2.0.0 Ok', '501 5.5.4 Syntax'), decided: true },
    {
      name: 'a scan that did not come so far',
      observation: changeScan(submission, () => ({ failure: { stage: 'connect', reason: 'timeout' } })),
      decided: false,
    },
    { name: 'no answer', observation: answering('250 2.0.0 Ok', null), decided: false },
    { name: 'come back later', observation: answering('421 4.3.2 Shutting down', '421'), decided: false },
  ],
};
