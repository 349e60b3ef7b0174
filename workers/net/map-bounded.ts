/** Works on all items, at most `limit` at a time, and gives the results in the order of the items. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: (readonly [index: number, result: R])[] = [];
  const queue = items.entries();
  const lane = async () => {
    // The lanes share one iterator: each takes the next item that nobody has.
    for (const [index, item] of queue) results.push([index, await work(item)]);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results.sort(([a], [b]) => a - b).map(([, result]) => result);
}
