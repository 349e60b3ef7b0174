import { testAddresses, testEndpoint } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const pop3 = healthyScan(testEndpoint('pop3'));
const submission = healthyScan(testEndpoint('submission', 'starttls'));
const injected = (obeyed: 'yes' | 'no' | 'unseen', reply: string | null) =>
  changeScan(submission, () => ({ injection: { obeyed, reply } }));

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'STAT before a login',
      code: 'pop3-open-before-login',
      verdict: 'crit',
      address: first,
      observation: changeScan(pop3, () => ({ statBeforeLogin: { sent: 'STAT', reply: '+OK 2 320' } })),
      says: /STAT before any login was answered: \+OK 2 320/,
    },
    {
      name: 'MAIL FROM before TLS',
      code: 'mail-before-tls',
      verdict: 'fail',
      address: first,
      observation: changeScan(submission, () => ({ mailBeforeTls: { sent: 'MAIL FROM:<>', reply: '250 2.1.0 Ok' } })),
      says: /answered: 250 2\.1\.0 Ok/,
    },
    {
      name: 'a command smuggled into TLS',
      code: 'command-injection',
      verdict: 'crit',
      address: first,
      observation: injected('yes', '250 2.0.0 Ok'),
      says: /answered in TLS: 250 2\.0\.0 Ok/,
    },
  ],
  silent: [
    { name: 'IMAP', observation: healthyScan(), decided: true },
    { name: 'POP3 that refuses STAT', observation: pop3, decided: true },
    { name: 'submission that wants TLS first', observation: submission, decided: true },
    { name: 'a smuggled command that was thrown away', observation: injected('no', null), decided: true },
    { name: 'an injection that came to nothing', observation: injected('unseen', null), decided: false },
    {
      name: 'a scan that did not come so far',
      observation: changeScan(healthyScan(), () => ({ failure: { stage: 'connect', reason: 'timeout' } })),
      decided: false,
    },
    {
      name: 'no answer to STAT',
      observation: changeScan(pop3, () => ({ statBeforeLogin: { sent: 'STAT', reply: null } })),
      decided: false,
    },
    {
      name: 'asked to come back later',
      observation: changeScan(submission, () => ({
        mailBeforeTls: { sent: 'MAIL FROM:<>', reply: '421 4.7.0 Too many connections' },
      })),
      decided: false,
    },
  ],
};
