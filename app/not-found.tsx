import Link from 'next/link';

export default function NotFound() {
  return (
    <div className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-semibold">There is nothing here</h1>
      <p className="mt-2 text-muted">The page does not exist, or what it showed was removed.</p>
      <p className="mt-6">
        <Link href="/" className="link">
          To what needs action now
        </Link>
      </p>
    </div>
  );
}
