// An owner of a data folder as a process of its own, to be killed: prints {"url", "pid"} of its database.
import { ownDataFolder } from '#workers/database/data-folder.ts';
import { startEmbeddedPostgres } from '#workers/database/embedded-postgres.ts';

const [folder = ''] = process.argv.slice(2);
await ownDataFolder(folder);
const { url, pid } = await startEmbeddedPostgres({ dataFolder: folder });
console.log(JSON.stringify({ url, pid }));
setInterval(() => undefined, 1000);
