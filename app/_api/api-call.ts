import type { Actor } from '#app/_auth/authorize.ts';
import type { database } from '#app/_queries/database.ts';

/** A request that may be answered. */
export interface ApiCall {
  readonly request: Request;
  /** Values of the `[name]` parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly db: ReturnType<typeof database>;
  readonly now: Date;
}
