import type { SourceItem } from './source-item.ts';
import { SourceLight } from './source-light.tsx';
import { Facts } from './ui/facts.tsx';
import { ForeignText } from './ui/foreign-text.tsx';
import { TimeStamp } from './ui/time-stamp.tsx';

/** What one source may do, and what came of it. */
export function SourceFacts({ source, now }: { readonly source: SourceItem; readonly now: number }) {
  const { ended, recent } = source;
  const [taken, refused, own, other] = [recent.accepted, recent.rejected, recent.own, recent.overflowed].map((n) =>
    n.toLocaleString('en'),
  );
  const notes = [
    ...(recent.own === 0 ? [] : [`${own ?? ''} of our own probes are not counted.`]),
    ...(recent.overflowed === 0 ? [] : [`${other ?? ''} were counted as other clients: too many new names came.`]),
  ];
  return (
    <Facts
      facts={[
        { name: 'State', value: <SourceLight source={source} now={now} /> },
        {
          name: 'Last report',
          value: source.lastSeenAt === null ? 'none yet' : <TimeStamp at={source.lastSeenAt} now={now} />,
        },
        {
          name: 'Came',
          value: (
            <>
              {taken} taken, {refused} refused since <TimeStamp at={recent.since} now={now} form="absolute" />.
              {notes.map((note) => ` ${note}`)}
            </>
          ),
        },
        { name: 'May send from', value: source.addresses.length === 0 ? 'anywhere' : source.addresses.join(', ') },
        { name: 'May report of', value: source.hosts.length === 0 ? 'every server' : source.hosts.join(', ') },
        { name: 'At most', value: `${source.perSecond.toLocaleString('en')} reports a second` },
        {
          name: 'Made',
          value: (
            <>
              <TimeStamp at={source.createdAt} now={now} form="relative" /> by{' '}
              <ForeignText text={source.createdBy} maxLength={100} />
            </>
          ),
        },
        ...(source.oldTokenUntil === null || source.oldTokenUntil <= now
          ? []
          : [{ name: 'Old token ends', value: <TimeStamp at={source.oldTokenUntil} now={now} /> }]),
        ...(ended === null
          ? []
          : [
              {
                name: ended.how === 'revoked' ? 'Revoked' : 'Withdrawn',
                value: (
                  <>
                    <TimeStamp at={ended.at} now={now} form="relative" /> by{' '}
                    <ForeignText text={ended.by} maxLength={100} />
                    {ended.how === 'revoked' ? null : (
                      <>
                        : <ForeignText text={ended.reason} maxLength={500} />
                      </>
                    )}
                  </>
                ),
              },
            ]),
      ]}
    />
  );
}
