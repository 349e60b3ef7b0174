import type { ExceptionItem } from '#components/exception-table.tsx';
import { describeExceptionSubject } from '#lib/checks/exception-words.ts';
import { findFinding } from '#lib/checks/registry.ts';
import { listExceptions } from '#prisma/commands/exceptions.ts';
import { database } from './database.ts';

/** Exceptions as rows of a list, the newest first. */
export async function listExceptionItems(): Promise<readonly ExceptionItem[]> {
  const exceptions = await listExceptions(database());
  return exceptions.map((exception) => ({
    ...exception,
    summary: findFinding(exception.code)?.summary ?? exception.code,
    subject: describeExceptionSubject(exception.subject),
  }));
}
