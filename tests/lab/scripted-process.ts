import { createBalancer } from './balancer.ts';
import { createBrokenStarttlsServer } from './broken-starttls.ts';
import { labDomains } from './domains.ts';
import { mailPorts, mailServices } from './domain-types.ts';
import { createScriptedMail } from './scripted-mail.ts';
import { serverFiles } from './server-certificates.ts';
import { serveSite } from './web-server.ts';

/* Program: all scripted servers of the lab, and its web sites, in one process. */

for (const server of labDomains.flatMap((domain) => domain.servers)) {
  const files = serverFiles(server);
  for (const service of mailServices) {
    const port = mailPorts[service];
    const fault = server.brokenStarttls[service];
    if (fault !== undefined) createBrokenStarttlsServer(service, fault).listen(port, server.address);
    const mail = server.scripted[service];
    if (mail !== undefined) createScriptedMail({ service, mail, files }).listen(port, server.address);
    if (server.balanced?.services.includes(service) === true) {
      createBalancer(server.balanced.addresses, port).listen(port, server.address);
    }
  }
}

for (const site of labDomains.flatMap((domain) => domain.web)) serveSite(site);
