import { jsonResponse } from '#app/_api/json-response.ts';
import { logError } from '#app/_api/log-error.ts';
import { findPerson } from '#app/_auth/find-person.ts';
import { findItems } from '#app/_queries/find-items.ts';

/** What the search of the console shows while somebody types, for whoever is signed in. */
export async function GET(request: Request): Promise<Response> {
  try {
    const person = await findPerson(request.headers);
    if (person === null) return jsonResponse([], { status: 401 });
    return jsonResponse(await findItems(new URL(request.url).searchParams.get('q') ?? '', person));
  } catch (error) {
    logError('search failed', { error });
    return jsonResponse([], { status: 503 });
  }
}
