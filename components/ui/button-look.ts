const shared =
  'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3.5 text-sm font-medium whitespace-nowrap cursor-pointer transition-colors disabled:cursor-default disabled:opacity-60';

/** One a page is `primary`; `danger` takes something away; the others are `plain`. */
export const buttonLooks = {
  primary: 'border-transparent bg-accent text-accent-text hover:brightness-110',
  plain: 'border-line-strong/60 bg-surface hover:bg-sunken',
  danger: 'border-line-strong/60 bg-surface text-crit hover:bg-sunken',
} as const;

export type ButtonKind = keyof typeof buttonLooks;

/** Classes shared by buttons and by links that look like one. */
export function buttonLook(kind: ButtonKind): string {
  return `${shared} ${buttonLooks[kind]}`;
}
