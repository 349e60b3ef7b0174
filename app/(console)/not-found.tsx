import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Link } from '#components/ui/link.tsx';

/** A record that is not there, or not any more; the console stays around it. */
export default function ConsoleNotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is nothing here">
        <p>It was removed, or the address has a typing error.</p>
        <p className="mt-4">
          <Link href="/" className={buttonLook('plain')}>
            To what needs action now
          </Link>
        </p>
      </EmptyState>
    </>
  );
}
