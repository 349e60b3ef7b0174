/** Names that are looked up of one server: an address may have thousands. */
const maxNamesOfServer = 3;
/** Names that are looked up at once: one for each of as many programs as are shown. */
const maxNames = 40;

/**
 * The names to look up of some servers, each once: the first of every server, then the second. `servers`: the names that
 * lead to each.
 */
export function chooseNames(servers: readonly (readonly string[])[]): readonly string[] {
  const ranks = Array.from({ length: maxNamesOfServer }, (_, rank) => rank);
  const inTurn = ranks.flatMap((rank) => servers.flatMap((names) => names[rank] ?? []));
  return [...new Set(inTurn)].slice(0, maxNames);
}
