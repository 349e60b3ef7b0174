// Stands for the console: says that it is healthy, and ends in order on SIGTERM.
import { createServer } from 'node:http';

const server = createServer((_request, response) => {
  // Healthy once the worker is up, as the real one.
  response.statusCode = process.env.STAND_IN_FAILS === 'yes' ? 503 : 200;
  response.end(JSON.stringify({ pid: process.pid, database: process.env.DATABASE_URL }));
});
server.listen(Number(process.env.PORT), process.env.HOSTNAME);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
