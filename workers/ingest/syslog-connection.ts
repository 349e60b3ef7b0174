import { randomUUID } from 'node:crypto';
import { SyslogFrames } from '#lib/reports/syslog-frames.ts';
import { readSocket, type LogConnection } from './log-listener.ts';

/**
 * Syslog over TCP or TLS (RFC 6587, RFC 5425). The protocol knows no acknowledgement: octets are read on when the ones
 * before are safe on disk, so that a sender keeps what does not fit into the buffers of TCP. Those are lost when either
 * side dies.
 */
export async function serveSyslog({ socket, intake, signal }: LogConnection): Promise<void> {
  const frames = new SyslogFrames();
  for await (const chunk of readSocket(socket, signal)) {
    const lines = [...frames.push(chunk)].flatMap((frame) => (frame.kind === 'message' ? [frame.text] : []));
    if (lines.length === 0) continue;
    const name = { kind: 'given', batchId: `syslog ${randomUUID()}` } as const;
    if ((await intake.take(lines, { name, signal })) !== 'taken') return;
  }
}
