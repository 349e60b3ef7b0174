import { RelpFrames, type RelpFrame } from '#lib/reports/relp-frames.ts';
import { maxNamedLines } from './log-intake.ts';
import { readSocket, type LogConnection } from './log-listener.ts';

const offer = '200 OK\nrelp_version=0\nrelp_software=latchwatch\ncommands=syslog';

/**
 * RELP, the protocol in which rsyslog wants every line acknowledged. A line is acknowledged when what it tells is safe on
 * disk; one that is not comes again over the next connection, and counts once.
 */
export async function serveRelp({ socket, intake, signal }: LogConnection): Promise<void> {
  const reader = new RelpFrames();
  const answer = ({ transaction }: RelpFrame, text: string): void => {
    const length = Buffer.byteLength(text);
    socket.write(`${String(transaction)} rsp ${String(length)}${length === 0 ? '' : ` ${text}`}\n`);
  };
  for await (const chunk of readSocket(socket, signal)) {
    let lines: RelpFrame[] = [];
    const takeLines = async (): Promise<boolean> => {
      const taken = lines;
      lines = [];
      if (taken.length === 0) return true;
      const texts = taken.map(({ text }) => text.trimEnd());
      if ((await intake.take(texts, { name: { kind: 'of-lines' }, signal })) !== 'taken') return false;
      for (const frame of taken) answer(frame, '200 OK');
      return true;
    };
    for (const frame of reader.push(chunk)) {
      if (frame.command === 'syslog') {
        lines.push(frame);
        if (lines.length === maxNamedLines && !(await takeLines())) return;
        continue;
      }
      if (!(await takeLines())) return;
      switch (frame.command) {
        case 'open':
          answer(frame, offer);
          break;
        case 'close':
          answer(frame, '');
          socket.end('0 serverclose 0\n');
          return;
        default:
          answer(frame, '500 not a command of this server');
      }
    }
    if (!(await takeLines()) || reader.isBroken) return;
  }
}
