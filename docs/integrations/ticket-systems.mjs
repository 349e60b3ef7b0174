/*
 * How an incident becomes a ticket in three systems. Each knows where its tickets are, how to find the one of
 * an incident, make it, add a note, close it, open it again, and ask how it stands. `call(method, path, body)` sends JSON and gives
 * JSON. `key` is what the system's own API addresses a ticket by.
 */

/** What a person in the ticket system reads first. */
function ticketText(incident) {
  return [
    incident.description,
    '',
    `Host: ${incident.host}`,
    `Addresses: ${incident.affected.join(', ') || 'all'}`,
    `First seen: ${incident.first_seen}`,
    `Incident: ${incident.url}`,
    `What to do: ${incident.runbook_url}`,
    `Key: ${incident.dedup_key} #${incident.instance}`,
  ].join('\n');
}

const isClosedWord = (word) => /^(closed|resolved|done|canceled|cancelled|merged)$/i.test(word);

function zammad({ call, url, settings }) {
  const priority = { critical: '3 high', error: '3 high', warning: '2 normal', info: '1 low' };
  const note = (body) => ({ subject: 'Latchwatch', body, type: 'note', internal: true, content_type: 'text/plain' });
  return {
    authorization: (token) => `Token token=${token}`,
    urlOf: (key) => `${url}/#ticket/zoom/${key}`,
    // The title ends with the incident's id: there may be no field of our own.
    find: async (incident) => {
      const query = encodeURIComponent(`title:"${incident.id}"`);
      const found = await call('GET', `/api/v1/tickets/search?query=${query}&limit=1`);
      return Array.isArray(found) && found.length > 0 ? String(found[0].id) : null;
    },
    create: async (incident) => {
      const ticket = await call('POST', '/api/v1/tickets', {
        title: `${incident.title} [${incident.id}]`,
        group: settings.group ?? 'Users',
        customer: settings.customer ?? 'latchwatch@example.org',
        priority: priority[incident.severity] ?? '2 normal',
        article: note(ticketText(incident)),
      });
      return String(ticket.id);
    },
    comment: (key, text) => call('PUT', `/api/v1/tickets/${key}`, { article: note(text) }),
    close: (key, text) => call('PUT', `/api/v1/tickets/${key}`, { state: 'closed', article: note(text) }),
    reopen: (key, text) => call('PUT', `/api/v1/tickets/${key}`, { state: 'open', article: note(text) }),
    status: async (key) => {
      const { state } = await call('GET', `/api/v1/tickets/${key}?expand=true`);
      return { word: state, closed: isClosedWord(state) };
    },
  };
}

function jira({ call, url, settings }) {
  const priority = { critical: 'Highest', error: 'High', warning: 'Medium', info: 'Low' };
  const label = (incident) => `latchwatch-${incident.id}`;
  // Workflows differ: the way that leads to a status of a fitting category is taken.
  const move = async (key, body, fits) => {
    await call('POST', `/rest/api/2/issue/${key}/comment`, { body });
    const { transitions } = await call('GET', `/rest/api/2/issue/${key}/transitions`);
    const way = transitions.find(({ to }) => fits(to?.statusCategory?.key));
    if (way !== undefined) await call('POST', `/rest/api/2/issue/${key}/transitions`, { transition: { id: way.id } });
  };
  return {
    authorization: (token) =>
      settings.user === undefined
        ? `Bearer ${token}`
        : `Basic ${Buffer.from(`${settings.user}:${token}`).toString('base64')}`,
    urlOf: (key) => `${url}/browse/${key}`,
    find: async (incident) => {
      const jql = encodeURIComponent(`labels = "${label(incident)}"`);
      // Jira Cloud has moved this to /rest/api/2/search/jql; Data Center has it here.
      const { issues } = await call(
        'GET',
        `${settings.search ?? '/rest/api/2/search'}?jql=${jql}&maxResults=1&fields=key`,
      );
      return issues[0]?.key ?? null;
    },
    create: async (incident) => {
      const { key } = await call('POST', '/rest/api/2/issue', {
        fields: {
          project: { key: settings.project ?? 'OPS' },
          issuetype: { name: settings.type ?? 'Incident' },
          summary: incident.title,
          description: ticketText(incident),
          priority: { name: priority[incident.severity] ?? 'Medium' },
          labels: ['latchwatch', label(incident)],
        },
      });
      return key;
    },
    comment: (key, body) => call('POST', `/rest/api/2/issue/${key}/comment`, { body }),
    close: (key, text) => move(key, text, (category) => category === 'done'),
    reopen: (key, text) => move(key, text, (category) => category !== 'done'),
    status: async (key) => {
      const { fields } = await call('GET', `/rest/api/2/issue/${key}?fields=status`);
      return { word: fields.status.name, closed: fields.status.statusCategory?.key === 'done' };
    },
  };
}

function servicenow({ call, url, settings }) {
  // Priority follows from impact and urgency: 1 high, 2 medium, 3 low.
  const level = { critical: '1', error: '2', warning: '3', info: '3' };
  const table = `/api/now/table/${settings.table ?? 'incident'}`;
  const states = { 1: 'new', 2: 'in progress', 3: 'on hold', 6: 'resolved', 7: 'closed', 8: 'canceled' };
  return {
    authorization: (token) =>
      settings.user === undefined
        ? `Bearer ${token}`
        : `Basic ${Buffer.from(`${settings.user}:${token}`).toString('base64')}`,
    urlOf: (key) => `${url}/nav_to.do?uri=incident.do?sys_id=${key}`,
    find: async (incident) => {
      const query = encodeURIComponent(`correlation_id=${incident.id}`);
      const { result } = await call('GET', `${table}?sysparm_query=${query}&sysparm_limit=1&sysparm_fields=sys_id`);
      return result[0]?.sys_id ?? null;
    },
    create: async (incident) => {
      const { result } = await call('POST', table, {
        short_description: incident.title,
        description: ticketText(incident),
        impact: level[incident.severity] ?? '3',
        urgency: level[incident.severity] ?? '3',
        correlation_id: incident.id,
        correlation_display: 'Latchwatch',
        ...(settings.group === undefined ? {} : { assignment_group: settings.group }),
      });
      return result.sys_id;
    },
    comment: (key, text) => call('PATCH', `${table}/${key}`, { work_notes: text }),
    close: (key, text) =>
      call('PATCH', `${table}/${key}`, {
        state: '6',
        close_code: settings.closeCode ?? 'Solution provided',
        close_notes: text,
      }),
    reopen: (key, text) => call('PATCH', `${table}/${key}`, { state: '2', work_notes: text }),
    status: async (key) => {
      const { result } = await call('GET', `${table}/${key}?sysparm_fields=state`);
      const word = states[result.state] ?? String(result.state);
      return { word, closed: isClosedWord(word) };
    },
  };
}

export const ticketSystems = { zammad, jira, servicenow };
