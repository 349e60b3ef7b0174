import { buttonLook } from './ui/button-look.ts';
import { Link } from './ui/link.tsx';

/** The way on in a list that is read in pages; back is the browser's. */
export function Pager({ first, next }: { readonly first: string | null; readonly next: string | null }) {
  if (first === null && next === null) return null;
  return (
    <nav aria-label="Pages of this list" className="flex justify-between gap-3 border-t border-line px-4 py-3">
      {first === null ? (
        <span />
      ) : (
        <Link href={first} className={buttonLook('plain')}>
          To the beginning
        </Link>
      )}
      {next === null ? null : (
        <Link href={next} className={buttonLook('plain')}>
          Next
        </Link>
      )}
    </nav>
  );
}
