import { Panel } from '../ui/panel.tsx';

/** Written out, because classes that are put together from pieces would not be in the style sheet. */
const grounds = [
  { name: 'page', look: 'bg-page' },
  { name: 'surface', look: 'bg-surface' },
  { name: 'sunken', look: 'bg-sunken' },
] as const;

const inks = [
  { name: 'text', look: 'text-text' },
  { name: 'muted', look: 'text-muted' },
  { name: 'accent', look: 'text-accent' },
  { name: 'crit', look: 'text-crit' },
  { name: 'fail', look: 'text-fail' },
  { name: 'warn', look: 'text-warn' },
  { name: 'info', look: 'text-info' },
  { name: 'ok', look: 'text-ok' },
  { name: 'unknown', look: 'text-unknown' },
] as const;

const sizes = [
  { name: '2xs', look: 'text-2xs', use: 'marks inside charts' },
  { name: 'xs', look: 'text-xs', use: 'hints, heads of columns' },
  { name: 'sm', look: 'text-sm', use: 'tables, labels' },
  { name: 'base', look: 'text-base', use: 'text' },
  { name: 'lg', look: 'text-lg', use: 'numbers that matter' },
  { name: 'xl', look: 'text-xl', use: 'verdicts' },
  { name: '2xl', look: 'text-2xl', use: 'the name of the page' },
] as const;

const corners = [
  { name: 'sm, marks', look: 'rounded-sm' },
  { name: 'md, controls', look: 'rounded-md' },
  { name: 'lg, panels', look: 'rounded-lg' },
] as const;

/** Colours on their grounds, sizes of text, corners: the custom properties of app/globals.css. */
export function TokenSamples() {
  return (
    <Panel title="Tokens">
      <div className="space-y-6">
        <div className="grid gap-3 sm:grid-cols-3">
          {grounds.map((ground) => (
            <div key={ground.name} className={`rounded-md border border-line p-3 ${ground.look}`}>
              <p className="mb-1 font-mono text-xs text-muted">{ground.name}</p>
              <p className="flex flex-wrap gap-x-3 font-medium">
                {inks.map((ink) => (
                  <span key={ink.name} className={ink.look}>
                    {ink.name}
                  </span>
                ))}
              </p>
            </div>
          ))}
        </div>
        <ul className="space-y-1">
          {sizes.map((size) => (
            <li key={size.name} className="flex flex-wrap items-baseline gap-x-4">
              <span className={size.look}>Mail for 12,431 accounts</span>
              <span className="text-sm text-muted">
                {size.name}: {size.use}
              </span>
            </li>
          ))}
        </ul>
        <div className="flex flex-wrap gap-3">
          {corners.map((corner) => (
            <span key={corner.name} className={`border border-line-strong bg-sunken px-4 py-3 text-sm ${corner.look}`}>
              {corner.name}
            </span>
          ))}
        </div>
      </div>
    </Panel>
  );
}
