import type { WatchdogView } from '#components/watchdog-panel.tsx';
import { vitalSignDetail, vitalSigns, watchdogDetail, watchdogSign } from '#lib/model/vital-sign.ts';
import { database } from './database.ts';

/** The youngest watchdog and the youngest of each sign it looks at. */
export async function readWatchdogView(): Promise<WatchdogView> {
  const rows = await database().vitalSign.findMany({
    where: { name: { in: [watchdogSign, ...vitalSigns] } },
    orderBy: { at: 'desc' },
  });
  const own = rows.find(({ name }) => name === watchdogSign);
  const detail = watchdogDetail.safeParse(own?.detail);
  return {
    watchdog: own === undefined || !detail.success ? null : { ...detail.data, seenAt: own.at.getTime() },
    signs: vitalSigns.map((name) => {
      const row = rows.find((one) => one.name === name);
      const said = vitalSignDetail.safeParse(row?.detail);
      // What never worked has the time 0.
      const at = row === undefined || row.at.getTime() === 0 ? null : row.at.getTime();
      return { name, at, said: said.success ? said.data.said : null };
    }),
  };
}
