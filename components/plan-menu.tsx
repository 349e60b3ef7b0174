import { changeOps, type ChangeOp } from '#lib/planner/change.ts';
import { opTitles } from './plan-words.ts';
import { Link } from './ui/link.tsx';

/** Every kind of change that can be asked about; `against` is the scenario that it is compared with, null: none. */
export function PlanMenu({ chosen, against }: { readonly chosen: ChangeOp | null; readonly against: string | null }) {
  return (
    <nav aria-label="Kinds of changes">
      <ul className="divide-y divide-line">
        {changeOps.map((op) => (
          <li key={op}>
            <Link
              href={`/plan?${new URLSearchParams({ op, ...(against === null ? {} : { against }) }).toString()}`}
              aria-current={op === chosen ? 'page' : undefined}
              className={`block px-4 py-2 hover:bg-sunken ${op === chosen ? 'bg-sunken font-semibold' : ''}`}
            >
              {opTitles[op]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
