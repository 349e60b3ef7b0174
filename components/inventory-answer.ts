import type { InventoryDiff } from '#lib/inventory/compare-inventory.ts';
import type { InventoryMistake } from '#lib/inventory/inventory.ts';

/** What the import of an inventory answers to its form: null before it was sent. */
export type InventoryAnswer = null | {
  /** What was sent, so that nobody has to paste it again. */
  readonly text: string;
  readonly said:
    | { readonly kind: 'refused'; readonly message: string }
    | { readonly kind: 'mistakes'; readonly mistakes: readonly InventoryMistake[] }
    | { readonly kind: 'diff'; readonly diff: InventoryDiff; readonly imported: boolean };
};

export type InventoryAction = (answer: InventoryAnswer, form: FormData) => Promise<InventoryAnswer>;
