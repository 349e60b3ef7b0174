/** One a page is `primary`; `danger` takes something away; the others are `plain`. */
export const buttonLooks = {
  primary: 'button button-primary',
  plain: 'button button-plain',
  danger: 'button button-danger',
} as const;

export type ButtonKind = keyof typeof buttonLooks;

/** Classes shared by buttons and by links that look like one. */
export function buttonLook(kind: ButtonKind): string {
  return buttonLooks[kind];
}
