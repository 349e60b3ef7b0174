import { RouteProofPanel } from '#components/route-proof-panel.tsx';
import { readRouteProofItems } from '#app/_queries/route-proofs.ts';

/** What a route depends on, and whether somebody confirmed that its alerts arrive. */
export async function RouteProofs({ routeId }: { readonly routeId: string }) {
  const now = new Date();
  const item = (await readRouteProofItems(now)).get(routeId);
  return item === undefined ? null : <RouteProofPanel route={item} now={now.getTime()} />;
}
