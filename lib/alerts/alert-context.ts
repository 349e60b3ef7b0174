import type { NoticePayload } from '../model/notice.ts';

/** What a message is about, beside its payload. */
export interface AlertContext {
  /** The same however often the message is sent. */
  readonly eventId: string;
  readonly dedupKey: string;
  /** 1 for the first incident of this key, 2 for the next. */
  readonly instance: number;
  readonly payload: NoticePayload;
  readonly publicUrl: URL;
  readonly routeName: string;
}

/** Page of the incident. */
export function incidentUrl({ payload, publicUrl }: Pick<AlertContext, 'payload' | 'publicUrl'>): string {
  return new URL(`/incidents/${encodeURIComponent(payload.incidentId)}`, publicUrl).href;
}
