export type ButtonKind = 'primary' | 'plain' | 'danger';

const shared =
  'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3.5 text-sm font-medium whitespace-nowrap cursor-pointer transition-colors disabled:cursor-default disabled:opacity-60';

const looks: Readonly<Record<ButtonKind, string>> = {
  primary: 'border-transparent bg-accent text-accent-text hover:brightness-110',
  plain: 'border-line-strong/60 bg-surface hover:bg-sunken',
  danger: 'border-line-strong/60 bg-surface text-crit hover:bg-sunken',
};

/** Classes shared by buttons and by links that look like one. */
export function buttonLook(kind: ButtonKind): string {
  return `${shared} ${looks[kind]}`;
}
