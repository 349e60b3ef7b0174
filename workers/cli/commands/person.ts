import { showText } from '#lib/checks/wording.ts';
import type { Result } from '#lib/model/result.ts';
import { findRole, roles, type Role } from '#lib/model/role.ts';
import { readMailAddress } from '#lib/setting-values.ts';
import type { Database } from '#prisma/client.ts';
import { changeRole, disablePerson, enablePerson, listPeople } from '#prisma/commands/people.ts';
import { createInvitation, createResetLink, invitationHours, listInvitations } from '#prisma/commands/setup-links.ts';
import { Refusal } from '#workers/database/refusal.ts';
import type { Command, CommandContext, ExitStatus } from '../command.ts';
import { readSettingsOrRefuse } from '../read-settings-or-refuse.ts';
import { parseArguments, UsageError } from '../usage-error.ts';
import { withDatabase } from '../with-database.ts';

const usage = `Usage: latchwatch person list
       latchwatch person invite EMAIL --role ROLE [--hours HOURS]
       latchwatch person role EMAIL ROLE
       latchwatch person disable EMAIL
       latchwatch person enable EMAIL
       latchwatch person reset-link EMAIL

People who may sign in to the console, for whoever has the machine when nobody can sign in.

  ROLE           ${roles.join(', ')}
  --hours HOURS  how long the invitation is good: ${invitationHours.min} to ${invitationHours.max} (${invitationHours.min} if not given)

invite and reset-link print a one-time link and nothing else on standard output. No mail goes out. reset-link works for
24 hours, sets a new password and ends the sessions of that person. The last administrator can be neither disabled nor
given another role.`;

const actor = 'command line';

/** The words of an action, as many as it takes. @throws UsageError */
function words(args: readonly string[], names: readonly string[]): readonly string[] {
  const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
  if (positionals.length !== names.length) throw new UsageError(`Give ${names.join(' and ')}.`);
  return positionals;
}

/** @throws UsageError */
function readEmail(text: string | undefined): string {
  if (text === undefined || text.includes('<') || text.length > 254 || !readMailAddress(text).ok) {
    throw new UsageError('Name the person by their e-mail address.');
  }
  return text;
}

/** @throws UsageError */
function readRole(text: string | undefined): Role {
  const role = findRole(text);
  if (role === null) throw new UsageError(`Say which role: ${roles.join(', ')}.`);
  return role;
}

/** @throws Refusal with the sentence of the error */
function orRefuse<T>(result: Result<T>): T {
  if (!result.ok) throw new Refusal(result.error);
  return result.value;
}

async function list(context: CommandContext): Promise<ExitStatus> {
  const now = new Date();
  const { people, invited } = await withDatabase(context, async (db) => ({
    people: await listPeople(db),
    invited: await listInvitations(db, now),
  }));
  const day = (date: Date | null) => (date === null ? 'never' : date.toISOString().slice(0, 10));
  for (const { email, role, disabledAt, lastSeenAt, name } of people) {
    const state = disabledAt === null ? `seen ${day(lastSeenAt)}` : `disabled ${day(disabledAt)}`;
    context.out([email, role, state, name].map((text) => showText(text, 254)).join('  '));
  }
  for (const { email, role, expiresAt } of invited) {
    context.out([showText(email, 254), role, `invited until ${day(expiresAt)}`].join('  '));
  }
  if (people.length === 0)
    context.err('Nobody may sign in yet: latchwatch start prints the link of the administrator.');
  return 0;
}

function showLink(context: CommandContext, secret: string): ExitStatus {
  context.out(`${readSettingsOrRefuse(context.env).publicUrl.origin}/setup/${secret}`);
  return 0;
}

async function invite(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = parseArguments({
    args: [...args],
    options: { role: { type: 'string' }, hours: { type: 'string' } },
    allowPositionals: true,
  });
  const [written, ...more] = positionals;
  if (more.length > 0) throw new UsageError('Invite one person at a time.');
  const email = readEmail(written);
  const role = readRole(values.role);
  const hours = values.hours === undefined ? invitationHours.min : Number(values.hours);
  if (!Number.isInteger(hours) || hours < invitationHours.min || hours > invitationHours.max) {
    throw new UsageError(`--hours must be from ${invitationHours.min} to ${invitationHours.max}.`);
  }
  const invitation = { email, role, hours, actor, now: new Date() };
  const link = orRefuse(await withDatabase(context, (db) => createInvitation(db, invitation)));
  return showLink(context, link.secret);
}

async function resetLink(context: CommandContext, args: readonly string[]): Promise<ExitStatus> {
  const email = readEmail(words(args, ['EMAIL'])[0]);
  const deed = { email, actor, now: new Date() };
  const link = orRefuse(await withDatabase(context, (db) => createResetLink(db, deed)));
  return showLink(context, link.secret);
}

async function change(
  context: CommandContext,
  deed: (db: Database) => Promise<Result<null>>,
  done: string,
): Promise<ExitStatus> {
  orRefuse(await withDatabase(context, deed));
  context.err(done);
  return 0;
}

/** `latchwatch person …` */
export const personCommand: Command = {
  name: 'person',
  summary: 'List, invite and disable people, change roles, make a link for a new password',
  usage,
  run: async (context) => {
    const [action, ...args] = context.args;
    const now = new Date();
    switch (action) {
      case 'list':
        parseArguments({ args, options: {} });
        return list(context);
      case 'invite':
        return invite(context, args);
      case 'reset-link':
        return resetLink(context, args);
      case 'role': {
        const [written, word] = words(args, ['EMAIL', 'ROLE']);
        const deed = { email: readEmail(written), role: readRole(word), actor, now };
        return change(context, (db) => changeRole(db, deed), `They are ${deed.role} now.`);
      }
      case 'disable': {
        const deed = { email: readEmail(words(args, ['EMAIL'])[0]), actor, now };
        return change(context, (db) => disablePerson(db, deed), 'They are disabled, and their sessions ended.');
      }
      case 'enable': {
        const deed = { email: readEmail(words(args, ['EMAIL'])[0]), actor, now };
        return change(context, (db) => enablePerson(db, deed), 'They may sign in again.');
      }
      case undefined:
        throw new UsageError('Say what to do: list, invite, role, disable, enable or reset-link.');
      default:
        throw new UsageError(
          `There is no "person ${action}"; there are list, invite, role, disable, enable and reset-link.`,
        );
    }
  },
};
