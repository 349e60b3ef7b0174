export default function NotFound() {
  return (
    <div className="mx-auto max-w-md px-6 py-24 text-center">
      <h1 className="text-2xl font-semibold">There is nothing here</h1>
      <p className="mt-2 text-muted">The page does not exist, or what it showed was removed.</p>
      <p className="mt-6">
        {/* eslint-disable-next-line @next/next/no-html-link-for-pages -- every page loads what this one is made of: Link is 3 KiB */}
        <a href="/" className="link">
          To what needs action now
        </a>
      </p>
    </div>
  );
}
