import { Facts } from '../ui/facts.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Panel } from '../ui/panel.tsx';
import { TimeStamp } from '../ui/time-stamp.tsx';

/** Times, names and values, and text that somebody else wrote. `now` in milliseconds since the epoch. */
export function TextSamples({ now }: { readonly now: number }) {
  return (
    <Panel title="Times, facts and the words of strangers">
      <Facts
        facts={[
          { name: 'A time in full', value: <TimeStamp at={now - 5 * 60_000} now={now} /> },
          { name: 'in a table', value: <TimeStamp at={now + 3 * 86_400_000} now={now} form="relative" /> },
          {
            name: 'A certificate says',
            value: <ForeignText text={'CN=mail.example\u202e moc.knab\u0007<b>O=Example</b>'} />,
          },
          {
            name: 'Too much',
            value: <ForeignText text={'220 mail.example ESMTP '.repeat(20)} maxLength={60} />,
          },
        ]}
      />
    </Panel>
  );
}
