/** Heights as what will stand there has them, so that nothing moves when it comes. */
export const skeletonSizes = {
  line: 'h-4 rounded-sm',
  row: 'h-10 rounded-sm',
  tile: 'h-28 rounded-lg',
  chart: 'h-56 rounded-lg',
  panel: 'h-80 rounded-lg',
} as const;

export type SkeletonSize = keyof typeof skeletonSizes;

/** The place of something that is being read: as high as it will be, named for who listens. */
export function Skeleton({
  size,
  count = 1,
  label,
}: {
  readonly size: SkeletonSize;
  readonly count?: number;
  /** What is coming: `the census`. */
  readonly label: string;
}) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <span className="sr-only">Reading {label}.</span>
      {Array.from({ length: count }, (_, index) => (
        <div
          key={index}
          aria-hidden="true"
          className={`w-full border border-line bg-sunken motion-safe:animate-pulse ${skeletonSizes[size]}`}
        />
      ))}
    </div>
  );
}
