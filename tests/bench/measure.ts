import { cpus, totalmem } from 'node:os';

/** One figure of a benchmark over its runs. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** Machine, command and seed: what somebody needs to get the same figures again. */
export function describeMachine({
  command,
  seed,
}: {
  readonly command: string;
  readonly seed: string;
}): readonly string[] {
  const [first] = cpus();
  const memoryGiB = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `machine  ${String(cpus().length)} x ${first?.model.trim() ?? 'unknown'}, ${memoryGiB} GiB, Node ${process.version}`,
    `command  ${command}`,
    `seed     ${seed}`,
  ];
}

/** Median with the least and the largest of the runs. */
export function describeFigure({ name, unit, values }: Figure): string {
  const sorted = values.toSorted((a, b) => a - b);
  const show = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(value >= 100 ? 0 : 1));
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  const median = low === undefined || high === undefined ? undefined : (low + high) / 2;
  const spread = `${show(sorted[0])} to ${show(sorted.at(-1))}, ${String(values.length)} runs`;
  return `${name.padEnd(44)} ${show(median).padStart(8)} ${unit}  (${spread})`;
}
