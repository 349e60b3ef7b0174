import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { tlsaText } from '#lib/dane/record.ts';
import { CertificateBar, TimeAxis } from '#components/certificates/certificate-bar.tsx';
import { judgeValidity } from '#components/certificates/certificate-item.ts';
import { CertificateDates, CertificateFlaws } from '#components/certificates/certificate-notes.tsx';
import { CertificateServers, PastPlaces } from '#components/certificates/certificate-servers.tsx';
import { timeScale } from '#components/certificates/time-scale.ts';
import { ChainTable } from '#components/chain-table.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { buttonLook } from '#components/ui/button-look.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Link } from '#components/ui/link.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { TimeStamp } from '#components/ui/time-stamp.tsx';
import { ToneLabel } from '#components/ui/tone-label.tsx';
import { requirePerson } from '#app/_auth/session.ts';
import { certificateItems, certificateName, keyText, placeItem } from '#app/_queries/certificate-item.ts';
import {
  listCertificateIncidents,
  listPastPlaces,
  maxPastPlaces,
  readCertificateBytes,
  readDetail,
  readSentChain,
} from '#app/_queries/certificate-page.ts';
import { readShowingEndpoints } from '#app/_queries/certificate-places.ts';
import { findCertificate } from '#app/_queries/certificates.ts';
import { readServedTlsa } from '#app/_queries/served-tlsa.ts';

export const metadata: Metadata = { title: 'Certificate' };

/** Servers that the page names. */
const maxServers = 50;
const namesShown = 40;

export default async function CertificatePage({
  params,
}: {
  readonly params: Promise<{ readonly fingerprint: string }>;
}) {
  await requirePerson();
  const { fingerprint } = await params;
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) notFound();
  const date = new Date();
  const now = date.getTime();
  const [certificate, der] = await Promise.all([findCertificate(fingerprint), readCertificateBytes(fingerprint)]);
  const detail = der === null ? null : readDetail(der);
  if (certificate === null || detail === null) notFound();
  const role = certificate.authority ? 'ca' : 'server';
  const [shownAs, chain, past, incidents, items] = await Promise.all([
    readShowingEndpoints([fingerprint], { role, limit: maxServers }),
    readSentChain(fingerprint),
    listPastPlaces(fingerprint),
    listCertificateIncidents(fingerprint),
    certificateItems([{ group: null, certificate }], { role, now: date }),
  ]);
  const [item] = items;
  if (item === undefined) notFound();
  const shown = shownAs.get(fingerprint) ?? { endpoints: [], total: 0, isAll: true };
  const tlsa = await readServedTlsa(shown.endpoints.map(({ endpointId }) => endpointId));
  const { tone, word } = judgeValidity(item, now);
  const scale = timeScale(365, now);
  return (
    <>
      <PageHeader
        above={
          <Link href="/certificates" className="link">
            Certificates
          </Link>
        }
        title={<ForeignText text={certificateName(certificate)} maxLength={200} />}
        actions={
          <a href={`/certificates/${fingerprint}/pem`} className={buttonLook('plain')} download>
            Download PEM
          </a>
        }
      >
        <ToneLabel tone={tone} look="chip">
          {word}
        </ToneLabel>
        <CertificateFlaws item={item} />
      </PageHeader>
      <div className="space-y-6">
        {incidents.map(({ id, title }) => (
          <Banner key={id} tone="fail">
            <Link href={`/incidents/${id}`} className="link">
              <ForeignText text={title} maxLength={200} />
            </Link>
          </Banner>
        ))}
        <Panel title="Validity">
          <TimeAxis scale={scale} now={now} />
          <CertificateBar item={item} scale={scale} now={now} />
          <p className="mt-2 text-sm">
            From <TimeStamp at={item.notBefore} now={now} form="absolute" /> to{' '}
            <TimeStamp at={item.notAfter} now={now} form="absolute" />
          </p>
          <div className="text-sm text-muted">
            <CertificateDates item={item} now={now} />
          </div>
        </Panel>
        <Panel
          title="Where it is now"
          aside={shown.isAll ? `${String(shown.total)} servers` : `more than ${String(shown.total)} servers`}
          flush
        >
          {shown.endpoints.length === 0 ? (
            <EmptyState title="No watched server shows it">
              It was replaced, or its servers are not watched any more.
            </EmptyState>
          ) : (
            <CertificateServers
              items={shown.endpoints.map((endpoint) => {
                const answer = tlsa.get(endpoint.endpointId);
                const naming = answer?.records.filter(({ names }) => names.includes(fingerprint)) ?? [];
                return {
                  ...placeItem(endpoint),
                  since: endpoint.since.getTime(),
                  tlsa:
                    answer === undefined
                      ? null
                      : {
                          naming: naming.map(tlsaText),
                          others: answer.records.length - naming.length,
                          secure: answer.dnssec === 'secure',
                        },
                };
              })}
              now={now}
            />
          )}
        </Panel>
        <Panel title="What it says">
          <Facts
            facts={[
              {
                name: 'Subject',
                value: <ForeignText text={certificate.subject === '' ? '(empty)' : certificate.subject} />,
              },
              { name: 'Names', value: <Names names={detail.names} /> },
              { name: 'Issuer', value: <ForeignText text={certificate.issuer} /> },
              { name: 'Serial number', value: <span className="font-mono text-sm">{certificate.serialNumber}</span> },
              { name: 'Key', value: keyText(certificate) },
              { name: 'Signature', value: certificate.signatureAlgorithm ?? 'an algorithm that we have no name for' },
              { name: 'SHA-256', value: <span className="font-mono text-sm break-all">{fingerprint}</span> },
              {
                name: 'SHA-256 of the key',
                value: <span className="font-mono text-sm break-all">{detail.publicKeyHash}</span>,
              },
              { name: 'Transparency logs', value: detail.logs === 0 ? 'none' : String(detail.logs) },
              { name: 'First seen', value: <TimeStamp at={certificate.firstSeen.getTime()} now={now} /> },
            ]}
          />
        </Panel>
        {chain.length === 0 ? null : (
          <Panel title="Chain as a server sends it" flush>
            <ChainTable items={chain} now={now} />
          </Panel>
        )}
        <Panel
          title="Where it was"
          aside={past.length === maxPastPlaces ? `the latest ${String(maxPastPlaces)}` : undefined}
          flush
        >
          {past.length === 0 ? (
            <EmptyState title="Nowhere else">Nothing that showed it has shown another one since.</EmptyState>
          ) : (
            <PastPlaces
              items={past.map((place) => ({ ...place, since: place.since.getTime(), until: place.until.getTime() }))}
              now={now}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return 'none: clients accept it for no host';
  return (
    <span className="font-mono text-sm">
      <ForeignText text={names.slice(0, namesShown).join(', ')} maxLength={4000} />
      {names.length > namesShown ? ` and ${String(names.length - namesShown)} more` : ''}
    </span>
  );
}
