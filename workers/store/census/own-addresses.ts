import { openDatabase } from '#prisma/client.ts';
import { cidrContains, parseCidr, parseIpAddress } from '#lib/model/ip-address.ts';
import type { Settings } from '#lib/settings.ts';
import type { OwnAddresses } from './prepare-reports.ts';

/** Between two looks at what workers wrote down. */
const freshMs = 2_000;

/** Addresses that our own probes come from: blocks of the settings, and those that workers wrote down. */
export function openOwnAddresses(
  databaseUrl: string,
  { probeAddresses, now }: Pick<Settings, 'probeAddresses'> & { readonly now: () => number },
): OwnAddresses & { readonly close: () => Promise<void> } {
  const db = openDatabase(databaseUrl, 1);
  // What is no block was refused when the settings were read.
  const blocks = probeAddresses.flatMap((text) => {
    const block = parseCidr(text);
    return block.ok ? [block.value] : [];
  });
  let written: ReadonlySet<string> = new Set();
  let lookedAt = -Infinity;
  return {
    has: (address) => {
      const parsed = parseIpAddress(address);
      return written.has(address) || (parsed.ok && blocks.some((block) => cidrContains(block, parsed.value)));
    },
    refresh: async () => {
      if (now() - lookedAt < freshMs) return;
      lookedAt = now();
      written = new Set((await db.probeAddress.findMany({ select: { address: true } })).map(({ address }) => address));
    },
    close: () => db.$disconnect(),
  };
}
