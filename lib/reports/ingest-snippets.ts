/** A piece of configuration to copy. */
export interface IngestSnippet {
  readonly title: string;
  /** Where it belongs, and what else has to be so. */
  readonly hint: string;
  readonly text: string;
}

/** How mail servers send what their clients say, as docs/reports.md explains it, with the token where it belongs. */
export function ingestSnippets({
  host,
  httpPort,
  relpPort,
  token,
}: {
  /** How mail servers reach this machine. */
  readonly host: string;
  readonly httpPort: number;
  /** Null: RELP is off. */
  readonly relpPort: number | null;
  readonly token: string;
}): readonly IngestSnippet[] {
  const port = relpPort ?? 2514;
  return [
    {
      title: 'Try it now',
      hint: 'Sends nothing that counts, and turns the light on.',
      text: `curl -sS http://${host}:${String(httpPort)}/ingest/v1/reports -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/x-ndjson' --data-binary ''`,
    },
    {
      title: 'Dovecot: what is logged of clients',
      hint: 'In /etc/dovecot/local.conf, for each of the ways below.',
      text: [
        'imap_id_log = *',
        'login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c local_name=<%{local_name}> session=<%{session}> tls=<%k>',
      ].join('\n'),
    },
    {
      title: 'rsyslog over RELP: nothing is lost',
      hint: `In /etc/rsyslog.d/60-latchwatch.conf, with the package rsyslog-relp. The sender is known by its address, not by the token. ${
        relpPort === null ? 'RELP is off here: an administrator sets LATCHWATCH_RELP_PORT=2514 first.' : ''
      }`.trim(),
      text: [
        'module(load="omrelp")',
        '',
        "if $syslogfacility-text == 'mail'",
        "   and re_match($msg, '(Login|ID sent): |connect from |TLS connection established|replacing command|sasl_username=') then {",
        '  action(',
        '    type="omrelp"',
        `    target="${host}"`,
        `    port="${String(port)}"`,
        '    template="RSYSLOG_SyslogProtocol23Format"',
        '    queue.type="Disk"',
        '    queue.filename="latchwatch"',
        '    queue.size="100000000"',
        '    queue.maxDiskSpace="10g"',
        '    queue.checkpointInterval="1"',
        '    queue.timeoutEnqueue="0"',
        '    action.resumeRetryCount="-1"',
        '    action.resumeInterval="5"',
        '    action.resumeIntervalMax="30"',
        '  )',
        '}',
      ].join('\n'),
    },
    {
      title: 'Dovecot 2.3 by itself: simple, and may lose some',
      hint: 'In /etc/dovecot/local.conf instead of rsyslog, never beside it: two ways count a login twice.',
      text: [
        'imap_id_retain = yes',
        'event_exporter latchwatch {',
        '  transport = http-post',
        `  transport_args = http://dovecot:${token}@${host}:${String(httpPort)}/ingest/v1/reports`,
        '  format = json',
        '  format_args = time-rfc3339',
        '}',
        'metric latchwatch_login {',
        '  filter = event=auth_client_request_finished',
        '  exporter = latchwatch',
        '}',
        'metric latchwatch_id {',
        '  filter = event=imap_command_finished and cmd_name=ID',
        '  exporter = latchwatch',
        '}',
      ].join('\n'),
    },
  ];
}
