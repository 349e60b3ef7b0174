import type { PublishedConfiguration } from '../model/observation.ts';
import { parseMtaStsPolicy } from './mta-sts.ts';
import { readAutoconfig, readAutodiscover, readDocument, type DocumentReading } from './read-documents.ts';

/**
 * The documents of a published configuration without what changes from answer to answer: only what they say, and whether
 * their certificate would be refused. Pages of web servers have dates and tokens in them, and addresses of their own.
 */
export function documentFacts(configuration: PublishedConfiguration, domain: string) {
  const { mtaStsPolicy } = configuration;
  return {
    autoconfig: readingFacts(readAutoconfig(configuration, domain)),
    autodiscover: readingFacts(readAutodiscover(configuration)),
    mtaStsPolicy: mtaStsPolicy === null ? null : readingFacts(readDocument(mtaStsPolicy, parseMtaStsPolicy)),
  };
}

function readingFacts(reading: DocumentReading<unknown>): unknown {
  switch (reading.state) {
    case 'found':
      return { state: reading.state, content: reading.content, fault: reading.fault };
    case 'unreadable':
    case 'absent':
    case 'locked':
    case 'unseen':
      return { state: reading.state };
  }
}
