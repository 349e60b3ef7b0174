import { parseArgs, type ParseArgsConfig } from 'node:util';
import { errorText } from '#lib/error-text.ts';

/** The command was called wrongly: exit status 2, one sentence and where to read more. */
export class UsageError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'UsageError';
  }
}

/** `parseArgs` of Node whose complaints are for the person at the terminal. */
export function parseArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [sentence = ''] = errorText(error).split('. ');
    throw new UsageError(sentence.endsWith('.') ? sentence : `${sentence}.`, { cause: error });
  }
}
