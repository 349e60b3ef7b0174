/** What an action answers to its form: null before it was sent. */
export type ActionState = null | {
  readonly ok: boolean;
  /** One sentence for the person. */
  readonly message: string;
  /** Shown once, e.g. a new token. */
  readonly secret?: string;
  /** A command to copy, with the secret in it. */
  readonly command?: string;
};

export type FormAction = (state: ActionState, form: FormData) => Promise<ActionState>;
