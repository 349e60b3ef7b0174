import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs the openssl command, an oracle that shares no code with ours but the library below. Gives its standard output
 * as bytes.
 * @throws Error with the command's standard error when it fails.
 */
export async function runOpenssl(args: readonly string[], input = ''): Promise<Buffer> {
  const run = promisify(execFile)('openssl', [...args], { encoding: 'buffer' });
  // It may end before it has read everything; its exit status says why.
  run.child.stdin?.on('error', () => undefined).end(input);
  return (await run).stdout;
}
