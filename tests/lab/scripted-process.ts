import { createBrokenStarttlsServer } from './broken-starttls.ts';
import { labDomains } from './domains.ts';
import { mailPorts, mailServices } from './domain-types.ts';

/* Program: all scripted servers of the lab in one process. */

for (const server of labDomains.flatMap((domain) => domain.servers)) {
  for (const service of mailServices) {
    const fault = server.brokenStarttls[service];
    if (fault !== undefined) createBrokenStarttlsServer(service, fault).listen(mailPorts[service], server.address);
  }
}
