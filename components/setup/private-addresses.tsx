import { ForeignText } from '../ui/foreign-text.tsx';
import { Panel } from '../ui/panel.tsx';

/** Addresses that the workers do not connect to: why not, and what an administrator sets where they should. */
export function PrivateAddresses({
  addresses,
}: {
  readonly addresses: readonly { readonly host: string; readonly address: string }[];
}) {
  const blocks = [...new Set(addresses.map(({ address }) => `${address}/${address.includes(':') ? '128' : '32'}`))];
  return (
    <Panel title="Addresses that are not public">
      <div className="max-w-prose space-y-3">
        <p>
          Nobody connected to{' '}
          {addresses.slice(0, 8).map(({ host, address }, index) => (
            <span key={`${host} ${address}`}>
              {index === 0 ? '' : ', '}
              <span className="font-mono text-sm">
                <ForeignText text={`${address} (${host})`} maxLength={320} />
              </span>
            </span>
          ))}
          {addresses.length > 8 ? ` and ${String(addresses.length - 8)} more` : ''}. Whoever writes DNS records could
          otherwise send the workers to machines inside your network. Customers outside cannot reach such addresses
          either.
        </p>
        <p>
          If they are yours and should be looked at, an administrator adds them to the settings of the workers and
          starts those again. A whole block does as well.
        </p>
        <pre
          tabIndex={0}
          className="overflow-x-auto rounded-md border border-line-strong bg-sunken p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere] select-all"
        >
          LATCHWATCH_ALLOW_ADDRESSES={blocks.slice(0, 20).join(',')}
        </pre>
      </div>
    </Panel>
  );
}
