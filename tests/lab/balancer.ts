import { connect, createServer, type Server } from 'node:net';

/** Passes connections on to the addresses in turn, as a load balancer does. The caller makes it listen. */
export function createBalancer(addresses: readonly string[], port: number): Server {
  let turn = 0;
  return createServer((client) => {
    const host = addresses[turn % addresses.length];
    turn += 1;
    if (host === undefined) {
      client.destroy();
      return;
    }
    const backend = connect({ host, port });
    for (const [from, to] of [
      [client, backend],
      [backend, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
}
