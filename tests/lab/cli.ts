import { agreementPage, compareAll } from './dnssec-agreement.ts';
import { dnssecZones } from './dnssec-zones.ts';
import { labDomains } from './domains.ts';
import { labStatus, startLab, stopLab } from './lab.ts';
import { createOwnValidator } from './own-validator.ts';

/* Program: `npm run lab up|down|status|agreement`. */

const usage = 'Usage: npm run lab up | down | status | agreement';

async function main(command: string | undefined): Promise<number> {
  switch (command) {
    case 'up': {
      const begin = performance.now();
      const lab = await startLab();
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      console.log(lab.started ? `The lab is up after ${seconds} s.` : 'The lab was already up.');
      printDomains();
      console.log(`and ${dnssecZones.length} zones below dnssec.test, which have no mail servers`);
      for (const { reason } of lab.unavailable) console.log(`\nNot there: ${reason}`);
      console.log('\nSettings that make Latchwatch look at it:');
      for (const [name, value] of Object.entries(lab.environment)) console.log(`  ${name}=${value}`);
      return 0;
    }
    case 'down':
      await stopLab();
      console.log('The lab is down.');
      return 0;
    case 'status':
      return printStatus();
    case 'agreement':
      return printAgreement();
    case undefined:
    default:
      console.error(usage);
      return 2;
  }
}

function printDomains(): void {
  console.table(
    labDomains.map((domain) => ({
      domain: domain.name,
      addresses: domain.servers.map((server) => server.address).join(' '),
      'what is wrong': domain.fault ?? '-',
    })),
  );
}

/** Starts the lab for it where it is not up. */
async function printAgreement(): Promise<number> {
  const lab = await startLab();
  try {
    console.log(agreementPage(await compareAll(await createOwnValidator(lab.environment))));
    return 0;
  } finally {
    if (lab.started) await stopLab();
  }
}

/** Exit status 1 where the lab is not wholly up. */
function printStatus(): number {
  const status = labStatus();
  if (status.length === 0) {
    console.log('The lab is down.');
    return 1;
  }
  console.table(status);
  return status.every((one) => one.alive) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
