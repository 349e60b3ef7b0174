/** Exit status of every command: 0 fine, 1 findings, 2 wrong usage or could not look; 3 only where a preflight cannot tell. */
export type ExitStatus = 0 | 1 | 2 | 3;

export interface CommandContext {
  /** Arguments after the command's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For results only, so that `--json` stays clean. */
  readonly out: (text: string) => void;
  /** For progress, warnings and errors. */
  readonly err: (text: string) => void;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** One sub-command of `latchwatch`: one file in `commands/` and one line in `main.ts`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Full help text. */
  readonly usage: string;
  readonly run: (context: CommandContext) => Promise<ExitStatus>;
}
