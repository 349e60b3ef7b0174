import { renderToStaticMarkup } from 'react-dom/server';
import { ForeignText } from '#components/ui/foreign-text.tsx';

test('markup stays text', () => {
  const html = renderToStaticMarkup(<ForeignText text={'<img src=x onerror=alert(1)>'} />);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).not.toContain('<img');
});

test('what turns text around is written out and isolated', () => {
  const html = renderToStaticMarkup(<ForeignText text={'a\u202eb'} />);
  expect(html).toMatch(/^<bdi/);
  expect(html).toContain('U+202E');
  expect(html).not.toContain('\u202e');
});

test('long text is cut, and says by how much', () => {
  const html = renderToStaticMarkup(<ForeignText text={'x'.repeat(30)} maxLength={10} />);
  expect(html).toContain('x'.repeat(10));
  expect(html).not.toContain('x'.repeat(11));
  expect(html).toContain('20 more characters');
});
