import { renderToStaticMarkup } from 'react-dom/server';
import type { MatrixCell, MatrixItem } from '#components/server-matrix.tsx';
import { ServerMatrix } from '#components/server-matrix.tsx';

const answer: MatrixCell = {
  kind: 'answer',
  state: 'secure',
  tone: 'ok',
  word: 'Secure',
  rcode: 'NOERROR',
  authoritative: true,
  records: 1,
  fingerprint: 'ab12cd',
  ttlSeconds: 3600,
  serial: 2026112404,
  differences: [],
};
const item: MatrixItem = {
  servers: [
    { host: 'ns1.example.org', address: '192.0.2.1' },
    { host: 'ns2.example.org', address: '192.0.2.2' },
    { host: 'ns3.example.org', address: '192.0.2.3' },
  ],
  rows: [
    {
      name: 'example.org',
      type: 'SOA',
      cells: [
        answer,
        { ...answer, serial: 2026112403, differences: ['serial 2026112403 is older than 2026112404'] },
        { kind: 'failure', text: 'No answer in time, at resolve' },
      ],
    },
  ],
  summary: [{ tone: 'warn', text: 'ns2.example.org (192.0.2.2) answers differently from the other server: …' }],
};
const html = renderToStaticMarkup(<ServerMatrix item={item} stale={false} />);

test('is a table with a caption, a header for every server and every question', () => {
  expect(html.match(/<th scope="col"/g)).toHaveLength(4);
  expect(html.match(/<th scope="row"/g)).toHaveLength(1);
  expect(html).toContain('<caption');
  for (const { host, address } of item.servers) {
    expect(html).toContain(host);
    expect(html).toContain(address);
  }
});

test('marks the odd one in words, in its cell and above the table', () => {
  expect(html).toContain('differs: serial 2026112403 is older than 2026112404');
  expect(html.match(/differs: /g)).toHaveLength(1);
  expect(html.indexOf('answers differently')).toBeLessThan(html.indexOf('<table'));
  expect(html).toContain('serial 2026112403');
  expect(html).toContain('No answer in time');
});

test('has nothing that says good where no answer came', () => {
  const silent = { ...item, rows: [{ name: 'example.org', type: 'MX', cells: item.rows[0]?.cells.slice(2) ?? [] }] };
  expect(renderToStaticMarkup(<ServerMatrix item={silent} stale={false} />)).not.toContain('tone-ok');
});
