import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

const execute = promisify(execFile);
const failureSchema = z.object({ message: z.string(), stderr: z.string().optional() });

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end and gives what it printed on stdout. Never for programs that go to the background:
 * they would keep the pipe open.
 * @throws Error with the command and what it printed on stderr.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  try {
    const { stdout } = await execute(command, [...args], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, NODE_OPTIONS: '', LC_ALL: 'C.UTF-8', ...options.env },
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = failureSchema.parse(error);
    const reason = stderr?.trim() ?? '';
    throw new Error(`${command} ${args.join(' ')}: ${reason === '' ? message : reason}`);
  }
}
