import { join } from 'node:path';
import { labDomains, unsettledDomains } from '#tests/lab/domains.ts';
import { checkoutFolder } from '#tests/lab/folders.ts';
import type { Lab } from '#tests/lab/lab.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { watchDomains, type LabWatch } from '#tests/support/lab-watch.ts';
import { sharedLab } from '#tests/support/shared-lab.ts';

/*
 * Every fault of the lab is found, and nothing else: real name servers, Dovecot, Postfix, Exim, Cyrus and OpenSMTPD, and
 * real workers on a real database, with discovery, probes, deep scans and an imported inventory. What incidents and
 * mails make of it is the other end-to-end test's.
 */

// The domains that other tests break and repair meanwhile are theirs.
const still = labDomains.filter(({ name }) => !unsettledDomains.includes(name));

// Hundreds of endpoints, each with dozens of handshakes; on a loaded machine that takes its time.
const patienceMs = 3_600_000;

let lab: Lab;
let database: TestDatabase;
let watch: LabWatch;

beforeAll(async () => {
  lab = await sharedLab();
  database = await createTestDatabase();
  watch = await watchDomains(
    still.map(({ name }) => name),
    {
      database: database.database,
      databaseUrl: database.url,
      settings: lab.environment,
      inventoryFile: join(checkoutFolder, 'tests/lab/inventory.yaml'),
    },
  );
  // Again, with what the scans saw, and then with what all endpoints of a domain are like.
  await watch.runAll(['probe']);
  await watch.runAll(['discover']);
}, patienceMs);

afterAll(async () => {
  await watch.stop();
  await database.close();
});

describe.each(still)('$name', ({ name, fault, expected, servers }) => {
  it(fault ?? 'has nothing wrong', async () => {
    const missing = lab.unavailable.filter(({ program }) =>
      servers.some(({ unpacked }) => unpacked?.program === program),
    );
    const findings = await watch.findings(name);
    if (missing.length > 0) {
      // Its dialogues are judged from records then (tests/lib/mail/recorded-servers.test.ts); here nobody answers.
      console.warn(missing.map(({ reason }) => reason).join('\n'));
      expect(findings.map(({ code }) => code)).toContain('unreachable');
      return;
    }
    const awaited = new Set(expected.map(({ code }) => code));
    // A remark (info) is not a fault: it has to be there where the table says so, and may be there elsewhere.
    const codes = new Set(
      findings.filter(({ code, verdict }) => verdict !== 'info' || awaited.has(code)).map(({ code }) => code),
    );
    expect([...codes].sort()).toEqual([...awaited].sort());
    for (const { code, address } of expected.filter((finding) => finding.address !== null)) {
      const places = findings.filter((finding) => finding.code === code && finding.verdict !== 'info');
      expect(new Set(places.map((place) => place.address))).toEqual(new Set([address]));
    }
  });
});
