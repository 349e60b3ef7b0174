import { renderToStaticMarkup } from 'react-dom/server';
import { CommitmentTable, type CommitmentItem, type KeptItem } from '#components/commitment-table.tsx';
import { TagPanel, type TagItem } from '#components/tag-panel.tsx';

const now = Date.UTC(2026, 10, 24, 4);
const holds = { state: 'holds', why: null } as const;
const item: TagItem = {
  ...{ address: '192.0.2.1', tag: 'tls-cert', promised: 'now' },
  proof: { draft: holds, current: holds },
};

describe('the tags of an endpoint', () => {
  const render = (change: Partial<TagItem>, stale = false) =>
    renderToStaticMarkup(<TagPanel items={[{ ...item, ...change }]} stale={stale} />);

  test('are green only where they were proven lately', () => {
    expect(render({})).toContain('tone-ok');
    expect(render({}, true)).not.toContain('tone-ok');
    expect(render({}, true)).toContain('was: proven');
    const unseen = { state: 'unseen', why: 'The address was not reached' } as const;
    expect(render({ proof: { draft: unseen, current: unseen } })).not.toContain('tone-ok');
    expect(render({ proof: null })).not.toContain('tone-ok');
  });

  test('show both rule packs side by side, and alarm only where somebody was promised something', () => {
    const proof = { draft: { state: 'broken', why: 'the name is wrong' }, current: holds } as const;
    const html = render({ proof });
    expect(html).toMatch(/tone-crit.*not proven.*the name is wrong.*tone-ok.*proven/s);
    expect(render({ proof, promised: 'never' })).not.toContain('tone-crit');
  });

  test('hold what a server wrote as text', () => {
    const proof = { draft: { state: 'broken', why: '<script>\u202e' }, current: holds } as const;
    expect(render({ proof })).not.toMatch(/<script>|\u202e/);
  });
});

describe('the ledger', () => {
  const row = (kept: KeptItem): CommitmentItem => ({
    ...{ host: 'mail.example.org', tag: 'tls12', firstSeen: now - 1, lastSeen: now - 1, kept },
    evidence: [{ service: 'IMAP 993', address: '192.0.2.1', href: null, lastSeen: now - 1, state: 'unknown' }],
    ...{ decidedBy: null, note: null, notedBy: null, notedAt: null, decideHref: '/commitments?decide=x' },
  });
  const render = (kept: KeptItem, mayWrite = false) =>
    renderToStaticMarkup(<CommitmentTable items={[row(kept)]} now={now} mayWrite={mayWrite} />);

  test('is green only for what is kept', () => {
    expect(render({ state: 'kept', addresses: 2 })).toMatch(/tone-ok.*Kept at 2 addresses/s);
    const places = [{ place: 'POP3 995 at 192.0.2.1', href: '/endpoints/E' }];
    const broken = render({ state: 'broken', packs: 'draft', places });
    expect(broken).toMatch(/tone-crit.*Not kept.*by the draft.*POP3 995/s);
    for (const html of [broken, render({ state: 'unknown', places: [] }), render({ state: 'not-provable' })]) {
      expect(html).not.toContain('tone-ok');
    }
  });

  test('offers the form to those who may write', () => {
    expect(render({ state: 'not-provable' }, true)).toContain('/commitments?decide=x');
    expect(render({ state: 'not-provable' })).not.toContain('/commitments?decide=x');
  });
});
