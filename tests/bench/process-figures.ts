import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

function stat(pid: number): readonly string[] {
  return readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
}

/** proc(5): CPU seconds of a process so far, and of children that it has waited for. */
export function cpuSecondsOf(pid: number): number {
  const fields = stat(pid);
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / ticksPerSecond;
}

/** Processes whose parent is this one. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        return Number(stat(child)[1]) === pid;
      } catch {
        return false;
      }
    });
}

/** CPU seconds of a process with the children that still run. */
export function cpuSecondsOfFamily(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + cpuSecondsOf(one), 0);
}

/** Resident memory in MiB, now and at its highest since `resetPeak`. */
export function memoryOf(pid: number): { readonly nowMiB: number; readonly peakMiB: number } {
  const text = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0) / 1024;
  return { nowMiB: read('VmRSS'), peakMiB: read('VmHWM') };
}
