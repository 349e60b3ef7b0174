import { readHealth } from './health.ts';
import { countIncidents } from './incidents.ts';
import { keepReading } from './kept-reading.ts';
import { readLivePosition } from './live-state.ts';
import { readAlertPath } from './route-proofs.ts';

/** What the frame around every page tells of Latchwatch itself. It costs more than most pages do, so it is kept for a moment. */
export const frameReading = keepReading(
  async (now) => {
    // First: what is written while the rest is read is news to whoever gets this.
    const position = await readLivePosition();
    const [health, alertPath, counts] = await Promise.all([readHealth(now), readAlertPath(now), countIncidents()]);
    return { position, health, alertPath, counts };
  },
  { what: 'the health of Latchwatch', keptForMs: 2_000, usableForMs: 4_000 },
);
