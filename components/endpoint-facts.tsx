import { HeartbeatStrip } from './heartbeat-strip.tsx';
import type { HeartbeatSlot } from '#lib/now/heartbeat-slots.ts';

interface Beats {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly slots: readonly HeartbeatSlot[];
}

function Family({ name, addresses }: { readonly name: string; readonly addresses: readonly string[] | null }) {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="font-mono text-sm [overflow-wrap:anywhere]">
        {addresses === null ? <span className="font-sans text-muted">not known</span> : null}
        {addresses?.length === 0 ? <span className="font-sans text-muted">none</span> : null}
        {addresses?.map((address) => (
          <span key={address} className="block">
            {address}
          </span>
        ))}
      </dd>
    </div>
  );
}

/** Where an endpoint is, family by family, and how it was in the last day and month. */
export function EndpointFacts({
  addresses,
  lastDay,
  lastMonth,
}: {
  /** A family of which DNS did not tell, and all before the first look, are null. */
  readonly addresses: { readonly ipv4: readonly string[] | null; readonly ipv6: readonly string[] | null };
  readonly lastDay: Beats;
  readonly lastMonth: Beats;
}) {
  return (
    <div className="grid gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 shadow-(--shadow) md:grid-cols-[max-content_1fr]">
      <dl className="flex flex-wrap gap-x-8 gap-y-3">
        <Family name="IPv4" addresses={addresses.ipv4} />
        <Family name="IPv6" addresses={addresses.ipv6} />
      </dl>
      <div className="grid min-w-0 gap-4 sm:grid-cols-2">
        <HeartbeatStrip label="Last 24 hours" {...lastDay} />
        <HeartbeatStrip label="Last 30 days" {...lastMonth} />
      </div>
    </div>
  );
}
