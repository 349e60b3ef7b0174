import type { WatchdogView } from '#components/watchdog-panel.tsx';
import { anyVantage, vitalSignDetail, vitalSigns, watchdogDetail, watchdogSign } from '#lib/model/vital-sign.ts';
import { database } from './database.ts';

/** A watchdog that said nothing for so long was taken away. */
const forgottenAfterMs = 86_400_000;

/**
 * The youngest watchdog, and each sign as it stands for the watchdog that is worst off: one believes only workers of its own
 * vantage.
 */
export async function readWatchdogView(now: Date): Promise<WatchdogView> {
  const rows = await database().vitalSign.findMany({
    where: { name: { in: [watchdogSign, ...vitalSigns] } },
    orderBy: { at: 'desc' },
  });
  const watchdogs = rows.filter(({ name }) => name === watchdogSign);
  const [own] = watchdogs;
  const detail = watchdogDetail.safeParse(own?.detail);
  const places = watchdogs.filter(({ at }) => now.getTime() - at.getTime() < forgottenAfterMs);
  return {
    watchdog: own === undefined || !detail.success ? null : { ...detail.data, seenAt: own.at.getTime() },
    signs: vitalSigns.map((name) => {
      const ofName = rows.filter((row) => row.name === name);
      const seen =
        places.length === 0
          ? ofName.slice(0, 1)
          : places.map(({ vantage }) => ofName.find((row) => [anyVantage, vantage].includes(row.vantage)));
      const row = seen.includes(undefined) ? undefined : seen.toSorted((a, b) => Number(a?.at) - Number(b?.at))[0];
      const said = vitalSignDetail.safeParse(row?.detail);
      // What never worked has the time 0.
      const at = row === undefined || row.at.getTime() === 0 ? null : row.at.getTime();
      return { name, at, said: said.success ? said.data.said : null };
    }),
  };
}
