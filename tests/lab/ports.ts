import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

const waitMs = 2_000;

/** Whether somebody listens there. */
export async function accepts(address: string, port: number): Promise<boolean> {
  const socket = connectTcp({ host: address, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(waitMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** SHA-256 of the certificate that an implicit TLS port serves, as Node prints it; null where no handshake succeeds. */
export async function servedFingerprint(address: string, port: number): Promise<string | null> {
  const socket = connectTls({ host: address, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(waitMs) });
    return socket.getPeerX509Certificate()?.fingerprint256 ?? null;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}
