import { mailAddress } from './addresses.ts';
import { deepStatus } from './domains-deep.ts';
import type { LabDomain } from './domain-types.ts';
import { locateEach, mailDomain, mailExchanger, mailServer } from './mail-domain.ts';

/** IMAP by Dovecot and submission by Postfix, which both write down what clients say of themselves. */
function clientDomain(name: string, network: number): LabDomain {
  const [imap, submit] = [`imap.${name}`, `submit.${name}`];
  return mailDomain({
    name,
    network,
    server: { hosts: [imap], services: ['imaps', 'imap'], deep: deepStatus, quirks: ['logs-clients'] },
    furtherServers: [
      // Postfix cannot announce DEEP, so it has a host of its own: a latch binds a host.
      mailServer(
        { address: mailAddress(network, 2), hosts: [submit] },
        { services: ['submissions'], quirks: ['client-command', 'logs-clients'] },
      ),
    ],
    records: [
      ...locateEach(name, { imaps: [imap], imap: [imap], submissions: [submit] }),
      mailExchanger(name, 'mail.ok.test'),
    ],
  });
}

/** Healthy. Tests come to their servers as mail clients, and restart them: one is the lab's own, one the end-to-end test's. */
export const clientDomains: readonly LabDomain[] = [clientDomain('clients.test', 68), clientDomain('census.test', 69)];
