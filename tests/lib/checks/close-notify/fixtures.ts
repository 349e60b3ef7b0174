import { testAddresses } from '#tests/support/observations.ts';
import { changeScan, healthyScan } from '#tests/support/scan-observations.ts';
import type { ScanFixtures } from '../fixture.ts';

const [first] = testAddresses;
const healthy = healthyScan();

export const fixtures: ScanFixtures = {
  firing: [
    {
      name: 'cut off',
      code: 'close-notify-missing',
      verdict: 'info',
      address: first,
      observation: changeScan(healthy, () => ({ closeNotify: 'no' })),
      says: /closes without a TLS close alert/,
    },
  ],
  silent: [
    { name: 'said goodbye', observation: healthy, decided: true },
    {
      name: 'hidden by TLS 1.3',
      observation: changeScan(healthy, () => ({ closeNotify: 'encrypted' })),
      decided: true,
    },
    { name: 'not seen', observation: changeScan(healthy, () => ({ closeNotify: 'unseen' })), decided: false },
  ],
};
