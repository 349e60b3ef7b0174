import type { InventoryAnswer } from './inventory-answer.ts';
import { InventoryDiffView } from './inventory-diff.tsx';
import { Banner } from './ui/banner.tsx';
import { ForeignText } from './ui/foreign-text.tsx';

/** What an inventory would change or has changed, or why it was not taken. */
export function InventoryAnswerView({ said }: { readonly said: NonNullable<InventoryAnswer>['said'] }) {
  switch (said.kind) {
    case 'refused':
      return <Banner tone="fail">{said.message}</Banner>;
    case 'mistakes':
      return (
        <Banner tone="fail">
          <strong>Nothing was imported.</strong>
          <ul className="mt-1">
            {said.mistakes.map(({ line, reason }, index) => (
              <li key={index}>
                Line {line}: <ForeignText text={reason} />
              </li>
            ))}
          </ul>
        </Banner>
      );
    case 'diff':
      return <InventoryDiffView diff={said.diff} imported={said.imported} />;
  }
}
