/** A JSON answer that nobody but the asker may keep. */
export function jsonResponse(
  body: unknown,
  options: { readonly status?: number; readonly location?: string } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status: options.status ?? 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'private, max-age=0, must-revalidate',
      ...(options.location === undefined ? {} : { location: options.location }),
    },
  });
}
