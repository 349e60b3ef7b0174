import type { Command } from '../command.ts';
import { watchdogProgram } from '../programs.ts';
import { runService } from '../run-service.ts';
import { parseArguments } from '../usage-error.ts';

/** `latchwatch watchdog` */
export const watchdogCommand: Command = {
  name: 'watchdog',
  summary: 'Run the watchdog alone: says so when Latchwatch does not watch',
  usage: `Usage: latchwatch watchdog

Looks every ten seconds whether workers write to the database of DATABASE_URL, probe and send
alerts. While they do, it calls LATCHWATCH_WATCHDOG_URL once a minute; when they do not for three
minutes, or the database is down, it sends mail through LATCHWATCH_WATCHDOG_SMTP_URL. Workers of
the same LATCHWATCH_VANTAGE probe a server of its own, at the address that the database sees it
come from, or on 127.0.0.1.`,
  run: (context) => {
    parseArguments({ args: [...context.args], options: {} });
    return runService({ context, program: watchdogProgram, announce: false, prepare: () => Promise.resolve() });
  },
};
