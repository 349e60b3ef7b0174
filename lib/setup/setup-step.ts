/** Parts of the checklist, in the order in which a page shows them. */
export const setupGroups = ['records', 'trust', 'hosts', 'tlsa', 'published', 'servers'] as const;
export type SetupGroup = (typeof setupGroups)[number];

/** `bad`: an answer that is a fault by itself. `unknown`: there was no answer, which is no fault yet. */
export const setupStates = ['asking', 'found', 'absent', 'not-offered', 'bad', 'unknown'] as const;
export type SetupState = (typeof setupStates)[number];

/** A line of the checklist that fills in while a domain is looked at. Text may be from strangers: escape it at output. */
export interface SetupStep {
  /** The same line has the same key: a later step takes the place of an earlier one. */
  readonly key: string;
  readonly group: SetupGroup;
  /** What is looked at, e.g. `_imaps._tcp.example.org SRV`. */
  readonly subject: string;
  readonly state: SetupState;
  /** What came, in words; empty while nothing has. */
  readonly text: string;
  /** A well-known name that nobody published. */
  readonly guess: boolean;
  /** From the question to the answer; null while there is none. */
  readonly tookMs: number | null;
}

const maxKeyCharacters = 320;
const maxTextCharacters = 400;

/** A step whose texts are no longer than the database and pages want them. */
export function boundedStep(step: SetupStep): SetupStep {
  return {
    ...step,
    key: step.key.slice(0, maxKeyCharacters),
    subject: step.subject.slice(0, maxKeyCharacters),
    text: step.text.length > maxTextCharacters ? `${step.text.slice(0, maxTextCharacters - 1)}…` : step.text,
    tookMs: step.tookMs === null ? null : Math.max(0, Math.round(step.tookMs)),
  };
}

/** The latest step of each key, in the order in which the keys came. */
export function latestSteps(steps: readonly SetupStep[]): readonly SetupStep[] {
  return [...new Map(steps.map((step) => [step.key, step])).values()];
}
