import { performance } from 'node:perf_hooks';
import { explainRcode } from '#lib/dns/extended-error-text.ts';
import type { Message, ResourceRecord } from '#lib/dns/message.ts';
import { Name } from '#lib/dns/name.ts';
import { parseRrsig } from '#lib/dns/rdata/rrsig.ts';
import { readName } from '#lib/dns/read-name.ts';
import { formatServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { rcodes, recordTypes } from '#lib/dns/types.ts';
import type { Seen } from '#lib/model/observation.ts';
import type { AskServer, ServerReply } from './ask-server.ts';

/** Whether a resolver hands out what a validator needs. `said` is one sentence without a full stop. */
export interface Capability {
  readonly dnssec: 'passes' | 'strips' | 'unknown';
  readonly said: string;
}

export interface CapabilityQuestion {
  readonly server: ServerAddress;
  readonly askServer: AskServer;
  /** For all questions together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks a resolver four things about the root, which is signed: its SOA and DNSKEY records, MX records, which it does
 * not have (NSEC or NSEC3 must come with the denial), and the DS records of the first name in it, which the root has
 * to answer and not the child. A resolver that answers without signatures, or that denies or refuses the root, gives
 * nothing to validate with; one that gives no answer is unknown.
 */
export async function probeCapability(asked: CapabilityQuestion): Promise<Capability> {
  const { server, askServer, signal } = asked;
  const deadline = performance.now() + asked.timeoutMs;
  const ask = async (name: Name, type: number) =>
    askServer({ name, type, server, recursionDesired: true, checkingDisabled: true, deadline, signal });
  const [soa, keys, denial] = await Promise.all([
    ask(Name.root, recordTypes.SOA),
    ask(Name.root, recordTypes.DNSKEY),
    ask(Name.root, recordTypes.MX),
  ]);
  const ofRoot = [
    judge(soa, 'SOA of the root', (message) => answerFault(message, recordTypes.SOA)),
    judge(keys, 'DNSKEY of the root', (message) => answerFault(message, recordTypes.DNSKEY)),
    judge(denial, 'MX of the root', denialFault),
  ];
  const child = denial.ok ? firstNameOf(denial.facts.message) : null;
  const ofChild =
    child === null
      ? []
      : [
          judge(await ask(child, recordTypes.DS), `DS of ${child.toString()}`, (message) =>
            parentFault(message, child),
          ),
        ];
  const verdicts = [...ofRoot, ...ofChild];
  const worst =
    verdicts.find(({ dnssec }) => dnssec === 'strips') ?? verdicts.find(({ dnssec }) => dnssec === 'unknown');
  const label = formatServerAddress(server);
  return worst === undefined
    ? { dnssec: 'passes', said: `${label} hands out signatures and proofs` }
    : { dnssec: worst.dnssec, said: `${label} ${worst.said}` };
}

/** `fault` says what is wrong with an answer, as the end of a sentence; null where nothing is. */
function judge(reply: Seen<ServerReply>, what: string, fault: (message: Message) => string | null): Capability {
  if (!reply.ok) {
    return { dnssec: 'unknown', said: `did not answer when asked for ${what} (${reply.failure.said ?? ''})` };
  }
  const { message } = reply.facts;
  if (message.rcode !== rcodes.NOERROR) {
    // SERVFAIL may pass. One that denies or refuses the root itself never hands out the way down from there.
    const dnssec = message.rcode === rcodes.SERVFAIL ? 'unknown' : 'strips';
    return { dnssec, said: `said ${explainRcode(message)} when asked for ${what}` };
  }
  const wrong = fault(message);
  if (wrong === null) return { dnssec: 'passes', said: '' };
  const edns = message.edns?.dnssecOk === true ? '' : ' and without the DO bit';
  return { dnssec: 'strips', said: `answers without what proves it: ${what} comes ${wrong}${edns}` };
}

function answerFault(message: Message, type: number): string | null {
  if (!message.answer.some((record) => record.type === type)) return 'without the record itself';
  return signersOf(message.answer, type).length > 0 ? null : 'without RRSIG';
}

function denialFault(message: Message): string | null {
  const denies = [recordTypes.NSEC, recordTypes.NSEC3].some((type) => signersOf(message.authority, type).length > 0);
  return denies || signersOf(message.answer, recordTypes.MX).length > 0 ? null : 'without a signed NSEC or NSEC3';
}

/** The DS set, or the proof that there is none, has to be signed, and not by the zone that it is about. */
function parentFault(message: Message, child: Name): string | null {
  const signers = [
    ...signersOf(message.answer, recordTypes.DS),
    ...[recordTypes.NSEC, recordTypes.NSEC3].flatMap((type) => signersOf(message.authority, type)),
  ];
  if (signers.length === 0) return 'without RRSIG';
  return signers.some((signer) => signer.equals(child)) ? 'from the zone itself, not from the parent' : null;
}

function signersOf(records: readonly ResourceRecord[], typeCovered: number): readonly Name[] {
  return records
    .filter((record) => record.type === recordTypes.RRSIG)
    .flatMap((record) => {
      const signature = parseRrsig(record.rdata);
      return signature.ok && signature.value.typeCovered === typeCovered ? [signature.value.signer] : [];
    });
}

/** Where the NSEC record at the root points to; null with NSEC3, whose names are hashes. */
function firstNameOf(denial: Message): Name | null {
  const record = denial.authority.find(({ type, name }) => type === recordTypes.NSEC && name.isRoot);
  if (record === undefined) return null;
  const next = readName(record.rdata.message, record.rdata.start, record.rdata.end);
  return next.ok && !next.value.name.isRoot ? next.value.name : null;
}
